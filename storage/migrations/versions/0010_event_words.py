"""What happened, where a filing was opened for an event."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column(
        "filings",
        sa.Column(
            "about",
            sa.Text(),
            nullable=True,
            comment="what happened, in the words of who opened it for an event; null: planned",
        ),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_column("filings", "about")
