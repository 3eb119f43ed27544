"""deadlines"""

import sqlalchemy as sa
from alembic import op

from storage.ledger_tables import POSTGRES_TRIGGERS, SQLITE_TRIGGERS

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    _filings()
    _figures()
    _reminding()
    _people()
    _ledger()


def downgrade() -> None:
    """Take back."""
    _no_ledger()
    _no_people()
    _no_reminding()
    op.drop_table("filing_figures")
    _no_filings()


def _figures() -> None:
    op.create_table(
        "filing_figures",
        sa.Column("filing", sa.Text(), nullable=False),
        sa.Column("indicator", sa.Text(), nullable=False, comment="id of the plan's indicator"),
        sa.Column("value", sa.Text(), nullable=False, comment="as typed, with a decimal point; never rounded"),
        sa.Column("numerator", sa.Text(), nullable=True),
        sa.Column("denominator", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False, comment="typed, or service: counted here and confirmed"),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False, comment="member id"),
        sa.ForeignKeyConstraint(["filing"], ["filings.id"], name=op.f("fk_filing_figures_filing"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("filing", "indicator", name=op.f("pk_filing_figures")),
    )


def _filings() -> None:
    op.create_table(
        "filings",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("obligation", sa.Text(), nullable=False, comment="id of the plan's line"),
        sa.Column("unit", sa.Text(), nullable=False, comment="id of the unit it is due from"),
        sa.Column("period", sa.Text(), nullable=False, comment="2026-Q4, 2026-11, 2026-W47, 2026 or the due day"),
        sa.Column(
            "due_at", sa.Text(), nullable=False, comment="last instant in time; sent later is late, to the second"
        ),
        sa.Column("aim_at", sa.Text(), nullable=False, comment="the same on the last working day up to then"),
        sa.Column(
            "state",
            sa.Text(),
            nullable=False,
            comment="open, approving, sent, returned, accepted, excused, void (rule changed)",
        ),
        sa.Column("delegate", sa.Text(), nullable=True, comment="member id of whom it was given to"),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("proof", sa.Text(), nullable=True, comment="number of the document, or which file"),
        sa.Column("form", sa.Text(), nullable=True, comment="the answers as JSON, kept for who gets it back"),
        sa.Column("sent_at", sa.Text(), nullable=True, comment="when it was first sent; kept through corrections"),
        sa.Column("sent_by", sa.Text(), nullable=True, comment="member id"),
        sa.Column("approved_at", sa.Text(), nullable=True),
        sa.Column("approved_by", sa.Text(), nullable=True, comment="member id"),
        sa.Column("settled_at", sa.Text(), nullable=True, comment="when it was accepted, excused or voided"),
        sa.Column("settled_by", sa.Text(), nullable=True, comment="member id; null: the planning"),
        sa.Column("reason", sa.Text(), nullable=True, comment="why it was returned, excused or voided"),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_filings")),
        sa.UniqueConstraint(
            "account", "obligation", "unit", "due_at", name=op.f("uq_filings_account_obligation_unit_due_at")
        ),
    )
    op.create_index("ix_filings_account_state_due_at", "filings", ["account", "state", "due_at"], unique=False)


def _no_filings() -> None:
    op.drop_table("filings")


def _reminding() -> None:
    op.create_table(
        "filing_steps",
        sa.Column("filing", sa.Text(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False, comment="T-10, T+1…; again/<member id>: once more for one person"),
        sa.Column("at", sa.Text(), nullable=False, comment="when it is due"),
        sa.Column("done_at", sa.Text(), nullable=True),
        sa.Column(
            "outcome",
            sa.Text(),
            nullable=True,
            comment="told, merged (into a later step), stopped (nobody to tell or nothing left)",
        ),
        sa.ForeignKeyConstraint(["filing"], ["filings.id"], name=op.f("fk_filing_steps_filing"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("filing", "step", name=op.f("pk_filing_steps")),
    )
    op.create_index(
        "ix_filing_steps_at",
        "filing_steps",
        ["at"],
        unique=False,
        postgresql_where=sa.text("done_at IS NULL"),
        sqlite_where=sa.text("done_at IS NULL"),
    )
    op.create_table(
        "filing_acks",
        sa.Column("filing", sa.Text(), nullable=False),
        sa.Column("member", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False, comment="received or snoozed"),
        sa.Column("until", sa.Text(), nullable=False, comment="until when the person is left in peace"),
        sa.Column("snoozes", sa.Integer(), nullable=False, server_default="0", comment="how often it was put off"),
        sa.ForeignKeyConstraint(["filing"], ["filings.id"], name=op.f("fk_filing_acks_filing"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("filing", "member", name=op.f("pk_filing_acks")),
    )
    op.create_table(
        "filing_digests",
        sa.Column("member", sa.Text(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False, comment="local day"),
        sa.PrimaryKeyConstraint("member", "day", name=op.f("pk_filing_digests")),
    )
    op.create_index("ix_filing_digests_day", "filing_digests", ["day"], unique=False)
    op.create_table(
        "filing_plans",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("mark", sa.Text(), nullable=False, comment="local day and rules for which everything is planned"),
        sa.PrimaryKeyConstraint("account", name=op.f("pk_filing_plans")),
    )
    op.create_table(
        "late_lists",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("quarter", sa.Text(), nullable=False, comment="2026-Q4"),
        sa.Column("made_at", sa.Text(), nullable=False),
        sa.Column("approved_at", sa.Text(), nullable=True, comment="when a leader approved that it be read"),
        sa.Column("approved_by", sa.Text(), nullable=True, comment="member id"),
        sa.PrimaryKeyConstraint("account", "quarter", name=op.f("pk_late_lists")),
    )


def _no_reminding() -> None:
    for table in ("late_lists", "filing_plans", "filing_digests", "filing_acks", "filing_steps"):
        op.drop_table(table)


def _people() -> None:
    op.add_column(
        "members",
        sa.Column(
            "person",
            sa.Text(),
            nullable=False,
            server_default="",
            comment="member id: the same in all chats of one holder of the post",
        ),
    )
    op.add_column(
        "members",
        sa.Column(
            "preferred", sa.Integer(), nullable=False, server_default="1", comment="1: the chat that is told first"
        ),
    )
    op.execute("UPDATE members SET person = id")
    op.create_index("ix_members_person", "members", ["person"], unique=False)
    op.add_column(
        "invites", sa.Column("member", sa.Text(), nullable=True, comment="member id: adds a chat to that holder")
    )
    op.create_table(
        "leaves",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("member", sa.Text(), nullable=False, comment="member id of who is away"),
        sa.Column("from_at", sa.Text(), nullable=False),
        sa.Column(
            "to_at", sa.Text(), nullable=False, comment="first instant back at work; moved when they come back early"
        ),
        sa.Column("deputy", sa.Text(), nullable=True, comment="member id; null: the head has not named one yet"),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("begun_at", sa.Text(), nullable=True, comment="when both were told that it begins"),
        sa.Column(
            "ended_at", sa.Text(), nullable=True, comment="when both were told that it is over, or it was taken back"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leaves")),
    )
    op.create_index("ix_leaves_account_to_at", "leaves", ["account", "to_at"], unique=False)
    op.create_index(
        "ix_leaves_untold",
        "leaves",
        ["to_at"],
        unique=False,
        postgresql_where=sa.text("ended_at IS NULL"),
        sqlite_where=sa.text("ended_at IS NULL"),
    )


def _no_people() -> None:
    op.drop_table("leaves")
    op.drop_column("invites", "member")
    op.drop_index("ix_members_person", table_name="members")
    op.drop_column("members", "preferred")
    op.drop_column("members", "person")


def _ledger() -> None:
    op.create_table(
        "ledger",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, comment="1, 2, 3… without a gap"),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("post", sa.Text(), nullable=False, comment="member id; empty: the service itself"),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False, comment="the role that was used"),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False, comment="what it was done to, such as feedback/<id>"),
        sa.Column("detail", sa.Text(), nullable=False, comment="JSON without personal data"),
        sa.Column("hash", sa.Text(), nullable=False, comment="SHA-256 over the hash before and the rest of the row"),
        sa.PrimaryKeyConstraint("account", "number", name=op.f("pk_ledger")),
    )
    op.create_table(
        "ledger_heads",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("account", name=op.f("pk_ledger_heads")),
    )
    postgres = op.get_bind().dialect.name == "postgresql"
    for trigger in POSTGRES_TRIGGERS if postgres else SQLITE_TRIGGERS[:2]:  # the third is 0009's
        op.execute(trigger)


def _no_ledger() -> None:
    op.drop_table("ledger_heads")
    op.drop_table("ledger")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION ledger_refuse()")
