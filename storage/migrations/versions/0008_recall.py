"""Reminders that can be taken back, and what is held back from web pages."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column(
        "outbox",
        sa.Column(
            "reminds",
            sa.Text(),
            nullable=True,
            comment="JSON: the filings it tells of, to be taken out when they are sent meanwhile",
        ),
    )
    op.create_index(
        "ix_outbox_reminding",
        "outbox",
        ["account"],
        postgresql_where=sa.text("reminds IS NOT NULL"),
        sqlite_where=sa.text("reminds IS NOT NULL"),
    )
    op.create_index(
        "ix_outbox_held",
        "outbox",
        ["not_before"],
        postgresql_where=sa.text("state = 'held'"),
        sqlite_where=sa.text("state = 'held'"),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_index("ix_outbox_held", table_name="outbox")
    op.drop_index("ix_outbox_reminding", table_name="outbox")
    op.drop_column("outbox", "reminds")
