"""Votes know their month and no day; who voted today stands under a hash and outlives an erased chat."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply. The days of the votes that are there are cut to their months for good."""
    op.create_table(
        "voted_today",
        sa.Column("mark", sa.Text(), nullable=False, comment="HMAC of the chat's address and the day"),
        sa.Column("day", sa.Text(), nullable=False, comment="local day; forgotten when it is over"),
        sa.PrimaryKeyConstraint("mark", name=op.f("pk_voted_today")),
    )
    op.drop_column("survey_chats", "rated_on")
    op.drop_index("ix_survey_votes_account_day", table_name="survey_votes")
    _votes("day", "month", "such as 2026-11, local; never finer")
    op.execute("UPDATE survey_votes SET month = substr(month, 1, 7)")
    op.create_index("ix_survey_votes_account_month", "survey_votes", ["account", "month"], unique=False)


def downgrade() -> None:
    """Take back; a vote is then of the first of its month."""
    op.drop_index("ix_survey_votes_account_month", table_name="survey_votes")
    op.execute("UPDATE survey_votes SET month = month || '-01'")
    _votes("month", "day", "never finer than the day")
    op.create_index("ix_survey_votes_account_day", "survey_votes", ["account", "day"], unique=False)
    op.add_column(
        "survey_chats",
        sa.Column(
            "rated_on", sa.Text(), nullable=True, comment="day of a vote on a visit; forgotten when the day is over"
        ),
    )
    op.drop_table("voted_today")


def _votes(old: str, new: str, comment: str) -> None:
    """Rename the column. SQLite does so in place too, and the votes stay without a row number."""
    op.execute(f"ALTER TABLE survey_votes RENAME COLUMN {old} TO {new}")
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"COMMENT ON COLUMN survey_votes.{new} IS '{comment}'")
