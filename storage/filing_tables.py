"""The tables of filings: what is due from which unit, the reminders of it, and what people said to them."""

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, Text, UniqueConstraint, text

from storage.schema import metadata

filings = Table(
    "filings",
    metadata,
    Column("id", Text, primary_key=True),
    Column("account", Text, nullable=False),
    Column("obligation", Text, nullable=False, comment="id of the plan's line"),
    Column("unit", Text, nullable=False, comment="id of the unit it is due from"),
    Column("period", Text, nullable=False, comment="2026-Q4, 2026-11, 2026-W47, 2026 or the due day"),
    Column("due_at", Text, nullable=False, comment="last instant in time; sent later is late, to the second"),
    Column("aim_at", Text, nullable=False, comment="the same on the last working day up to then"),
    Column(
        "state", Text, nullable=False, comment="open, approving, sent, returned, accepted, excused, void (rule changed)"
    ),
    Column("delegate", Text, comment="member id of whom it was given to"),
    Column("note", Text),
    Column("proof", Text, comment="number of the document, or which file"),
    Column("form", Text, comment="the answers as JSON, kept for who gets it back"),
    Column("sent_at", Text, comment="when it was first sent; kept through corrections"),
    Column("sent_by", Text, comment="member id"),
    Column("approved_at", Text),
    Column("approved_by", Text, comment="member id"),
    Column("settled_at", Text, comment="when it was accepted, excused or voided"),
    Column("settled_by", Text, comment="member id; null: the planning"),
    Column("reason", Text, comment="why it was returned, excused or voided"),
    Column("created_at", Text, nullable=False),
    Column(
        "proof_file", Text, comment="a file as proof: channel/kind/file, as the platform names it; never its content"
    ),
    Column("about", Text, comment="what happened, in the words of who opened it for an event; null: planned"),
    UniqueConstraint("account", "obligation", "unit", "due_at"),
    Index("ix_filings_account_state_due_at", "account", "state", "due_at"),
)

filing_steps = Table(
    "filing_steps",
    metadata,
    Column("filing", Text, ForeignKey("filings.id", ondelete="CASCADE"), primary_key=True),
    Column("step", Text, primary_key=True, comment="T-10, T+1…; again/<member id>: once more for one person"),
    Column("at", Text, nullable=False, comment="when it is due"),
    Column("done_at", Text),
    Column("outcome", Text, comment="told, merged (into a later step), stopped (nobody to tell or nothing left)"),
    Index("ix_filing_steps_at", "at", postgresql_where=text("done_at IS NULL"), sqlite_where=text("done_at IS NULL")),
)

filing_acks = Table(
    "filing_acks",
    metadata,
    Column("filing", Text, ForeignKey("filings.id", ondelete="CASCADE"), primary_key=True),
    Column("member", Text, primary_key=True),
    Column("kind", Text, nullable=False, comment="received or snoozed"),
    Column("until", Text, nullable=False, comment="until when the person is left in peace"),
    Column("snoozes", Integer, nullable=False, server_default="0", comment="how often it was put off"),
)

# One message a person and day: the primary key is what makes it true with several replicas.
filing_digests = Table(
    "filing_digests",
    metadata,
    Column("member", Text, primary_key=True),
    Column("day", Text, primary_key=True, comment="local day"),
    Index("ix_filing_digests_day", "day"),
)

filing_plans = Table(
    "filing_plans",
    metadata,
    Column("account", Text, primary_key=True),
    Column("mark", Text, nullable=False, comment="local day and rules for which everything is planned"),
)

late_lists = Table(
    "late_lists",
    metadata,
    Column("account", Text, primary_key=True),
    Column("quarter", Text, primary_key=True, comment="2026-Q4"),
    Column("made_at", Text, nullable=False),
    Column("approved_at", Text, comment="when a leader approved that it be read"),
    Column("approved_by", Text, comment="member id"),
)

filing_figures = Table(
    "filing_figures",
    metadata,
    Column("filing", Text, ForeignKey("filings.id", ondelete="CASCADE"), primary_key=True),
    Column("indicator", Text, primary_key=True, comment="id of the plan's indicator"),
    Column("value", Text, nullable=False, comment="as typed, with a decimal point; never rounded"),
    Column("numerator", Text),
    Column("denominator", Text),
    Column("source", Text, nullable=False, comment="typed, or service: counted here and confirmed"),
    Column("at", Text, nullable=False),
    Column("by", Text, nullable=False, comment="member id"),
)
