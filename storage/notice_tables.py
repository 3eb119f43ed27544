"""The tables of the notices, the people who asked for them, and the log of what was published elsewhere."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, Table, Text, text

from storage.schema import Id, metadata

# A notice belongs to nobody: who received it stands in the outbox, hangs on the chat and goes with it.
notices = Table(
    "notices",
    metadata,
    Column("id", Text, primary_key=True),
    Column("account", Text, nullable=False),
    Column("topic", Text, nullable=False),
    Column("hamlets", Text, nullable=False, comment="ids with a blank around each; empty: the whole commune"),
    Column("words", Text, nullable=False),
    Column("emergency", Integer, nullable=False, server_default="0", comment="1: also sent at night"),
    Column("state", Text, nullable=False, comment="draft, waiting, approved, sending, sent, stopped, deleted"),
    Column("revision", Integer, nullable=False, server_default="1", comment="what is approved is what was read"),
    Column("wished_at", Text, comment="when it should go out; null: as soon as it is approved"),
    Column("send_at", Text, comment="when it goes out"),
    Column("drafted_by", Text, nullable=False, comment="id of the member who sent it to be approved"),
    Column("decided_by", Text, comment="member id"),
    Column("reason", Text, comment="why it was returned"),
    Column("created_at", Text, nullable=False),
    Column("begun_at", Text),
    Column("reached", BigInteger, nullable=False, server_default="0", comment="last chat put into the outbox"),
    Column("receivers", Integer, nullable=False, server_default="0"),
    Column("spread_at", Text, comment="when the last receiver was put into the outbox"),
    Column("finished_at", Text, comment="when all were settled and the figures below written"),
    Column("sent", Integer, nullable=False, server_default="0"),
    Column("left_on_page", Integer, nullable=False, server_default="0", comment="waits until they open the web page"),
    Column("failed", Integer, nullable=False, server_default="0"),
    Column("unreachable", Integer, nullable=False, server_default="0", comment="blocked the bot, account gone"),
    Column("opted_out", Integer, nullable=False, server_default="0", comment="turned notices off afterwards"),
    Index("ix_notices_account_created_at", "account", "created_at"),
    Index(
        "ix_notices_unfinished",
        "state",
        postgresql_where=text("finished_at IS NULL"),
        sqlite_where=text("finished_at IS NULL"),
    ),
)

notice_history = Table(
    "notice_history",
    metadata,
    Column("id", Text, primary_key=True),
    Column("notice", Text, ForeignKey("notices.id", ondelete="CASCADE"), nullable=False),
    Column("at", Text, nullable=False),
    Column("what", Text, nullable=False, comment="submitted, approved, returned, taken_back, stopped, deleted"),
    Column("member", Text, nullable=False, comment="member id"),
    Column("role", Text, nullable=False, comment="the role in which it was done"),
    Index("ix_notice_history_notice", "notice"),
)

# The proof of consent: what was agreed to, when, and which words were read. It goes with the chat.
subscriptions = Table(
    "subscriptions",
    metadata,
    Column("chat_id", Id, ForeignKey("chats.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("topic", Text, primary_key=True),
    Column("on_at", Text, nullable=False),
    Column("words", Text, nullable=False, comment="version of the words that were agreed to"),
    Column("off_at", Text, comment="null: wanted"),
    Index("ix_subscriptions_topic", "topic", "chat_id"),
)

# No row: news of the whole commune and of every hamlet.
subscribed_hamlets = Table(
    "subscribed_hamlets",
    metadata,
    Column("chat_id", Id, ForeignKey("chats.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("hamlet", Text, primary_key=True),
)

publications = Table(
    "publications",
    metadata,
    Column("id", Text, primary_key=True),
    Column("account", Text, nullable=False),
    Column("kind", Text, nullable=False, comment="loudspeaker, social, video, website"),
    Column("day", Text, nullable=False, comment="local day on which it was published"),
    Column("title", Text, nullable=False),
    Column("evidence", Text, nullable=False, comment="a link, or where the recording or the cutting is kept"),
    Column("by", Text, nullable=False, comment="member id"),
    Column("role", Text, nullable=False, comment="the role in which it was written down"),
    Column("created_at", Text, nullable=False),
    Column("removed_at", Text, comment="struck out; the row stays"),
    Column("photo", Text, comment="evidence as channel/file, as the platform names it"),
    Index("ix_publications_account_day", "account", "day"),
)
