"""Files as proof of a report; SQLite's ledger refuses INSERT OR REPLACE."""

import sqlalchemy as sa
from alembic import op

from storage.ledger_tables import SQLITE_TRIGGERS

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
    if op.get_bind().dialect.name == "sqlite":
        op.execute(SQLITE_TRIGGERS[2])


def downgrade() -> None:
    """Take back."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER ledger_no_replace")
    op.drop_column("filings", "proof_file")
