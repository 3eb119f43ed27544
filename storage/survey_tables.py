"""The tables of the surveys, beside those of schema.py."""

from sqlalchemy import Column, ForeignKey, Index, Table, Text, UniqueConstraint, text

from storage.schema import Id, metadata

# Who was asked to a survey knows the chat; what was answered does not, and nothing leads from one to the other.
survey_chats = Table(
    "survey_chats",
    metadata,
    Column("chat_id", Id, ForeignKey("chats.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("consented_on", Text, comment="day on which the person agreed to be asked"),
    Column("invited_on", Text, comment="day of the last invitation; once voted, the first of the next month"),
)

# That a chat has voted on a visit today: kept when the chat is erased, and forgotten when the day is over. It stands
# under a hash, and says neither for which place nor what.
voted_today = Table(
    "voted_today",
    metadata,
    Column("mark", Text, primary_key=True, comment="HMAC of the chat's address and the day"),
    Column("day", Text, nullable=False, comment="local day; forgotten when it is over"),
)

survey_invitations = Table(
    "survey_invitations",
    metadata,
    Column("id", Text, primary_key=True),
    Column("chat_id", Id, ForeignKey("chats.id", ondelete="CASCADE"), nullable=False),
    Column("account", Text, nullable=False),
    Column("survey", Text, nullable=False),
    Column("occasion", Text, nullable=False, comment="the transaction: one vote each; once voted, the id"),
    Column("unit", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("topic", Text, nullable=False),
    Column("day", Text, nullable=False),
    Column("state", Text, nullable=False, comment="open, begun, voted; once voted, the group is gone"),
    UniqueConstraint("account", "occasion"),
    Index("ix_survey_invitations_chat_id", "chat_id"),
    Index("ix_survey_invitations_account_day", "account", "day"),
    Index(
        "ix_survey_invitations_begun",
        "day",
        postgresql_where=text("state = 'begun'"),
        sqlite_where=text("state = 'begun'"),
    ),
)

# Without a row number SQLite keeps the votes in the order of their hashes: not even the order of voting is kept.
survey_votes = Table(
    "survey_votes",
    metadata,
    Column("token_hash", Text, primary_key=True, comment="SHA-256 of a token nobody keeps"),
    Column("account", Text, nullable=False),
    Column("survey", Text, nullable=False),
    Column("month", Text, nullable=False, comment="such as 2026-11, local; never finer"),
    Column("unit", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("topic", Text, nullable=False, comment="area of the guide, not the guide"),
    Column("marks", Text, nullable=False, comment="marks 1 to 5 by item as JSON; skipped ones are absent"),
    Column("comment", Text, nullable=False, server_default="", comment="long numbers are masked"),
    Index("ix_survey_votes_account_month", "account", "month"),
    sqlite_with_rowid=False,
)
