"""Files as proof of a report."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column(
        "filings",
        sa.Column(
            "proof_file",
            sa.Text(),
            nullable=True,
            comment="a file as proof: channel/kind/file, as the platform names it; never its content",
        ),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_column("filings", "proof_file")
