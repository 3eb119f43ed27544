"""The table of hand-overs: who asked for a person, who took it, how it ended. Words stand in it only until taken."""

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, Text, UniqueConstraint, text

from storage.schema import Id, metadata

handovers = Table(
    "handovers",
    metadata,
    Column("id", Text, primary_key=True),
    Column("account", Text, nullable=False),
    Column("chat_id", Id, ForeignKey("chats.id", ondelete="CASCADE"), nullable=False),
    Column("day", Text, nullable=False, comment="local day on which it was asked"),
    Column("number", Integer, nullable=False, comment="short number that heads every relayed message"),
    Column("state", Text, nullable=False, comment="asked, waiting (nobody came), message (left), taken, closed"),
    Column("rung", Integer, nullable=False, server_default="0", comment="how far up the ladder it was told"),
    Column("guide", Text, comment="guide shown when the person asked"),
    Column("question", Text, comment="last question, long numbers masked; null once taken"),
    Column("words", Text, comment="what was written before anybody took it; null once taken"),
    Column("left_words", Integer, nullable=False, server_default="0", comment="1: a message was left"),
    Column("asked_at", Text, nullable=False),
    Column("shown_on", Text, comment="local day on which a left message was last shown to officers"),
    Column("taken_at", Text),
    Column("taken_by", Text, comment="member id"),
    Column("last_at", Text, nullable=False, comment="when either of the two last wrote"),
    Column("closed_at", Text),
    Column("ended", Text, comment="officer, citizen, idle, nobody, gone"),
    UniqueConstraint("account", "day", "number"),
    Index("ix_handovers_chat_id", "chat_id"),
    Index("ix_handovers_account_asked_at", "account", "asked_at"),
    # Everybody has at most one open hand-over; the index also holds all that the errand looks at.
    Index(
        "uq_handovers_open",
        "chat_id",
        unique=True,
        postgresql_where=text("closed_at IS NULL"),
        sqlite_where=text("closed_at IS NULL"),
    ),
)
