"""The tables. Instants are text (see `instants`), JSON is text, ids are 64 bits: the same rows on both databases."""

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite only counts up on a column that is literally INTEGER PRIMARY KEY.
Id = BigInteger().with_variant(Integer, "sqlite")

chats = Table(
    "chats",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("channel", Text, nullable=False),
    Column("account", Text, nullable=False, comment="slug of the commune whose bot this chat talks to"),
    Column("chat", Text, nullable=False),
    Column("language", Text, nullable=False, server_default="vi"),
    Column("first_at", Text, nullable=False),
    Column("last_at", Text, nullable=False, comment="when the person last wrote"),
    Column("notice", Text, comment="version of the privacy notice that was shown"),
    Column("closed", Text, comment="why we must not send any more, such as 'blocked'"),
    Column("dialog", Text, nullable=False, server_default="{}", comment="the open conversation as JSON"),
    UniqueConstraint("channel", "account", "chat"),
)

inbox = Table(
    "inbox",
    metadata,
    Column("channel", Text, primary_key=True),
    Column("account", Text, primary_key=True),
    Column("message", Text, primary_key=True, comment="the platform's own id of the update"),
    Column("received_at", Text, nullable=False),
    Index("ix_inbox_received_at", "received_at"),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column(
        "chat_id",
        Id,
        ForeignKey("chats.id", ondelete="CASCADE"),
        comment="null: the chat was erased, this is the last word",
    ),
    Column("channel", Text, nullable=False, comment="the address again: SQLite returns no joined columns on a claim"),
    Column("account", Text, nullable=False),
    Column("chat", Text, nullable=False),
    Column("cause", Text, comment="id of the message this answers; null when nobody asked (a reminder)"),
    Column("reply", Text, nullable=False, comment="the Reply as JSON"),
    Column("state", Text, nullable=False, comment="queued, sent, failed or mailbox (fetched by the page itself)"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("not_before", Text, nullable=False),
    Column("claimed_until", Text, nullable=False, server_default=""),
    Column("created_at", Text, nullable=False),
    Column("settled_at", Text),
    Column("error", Text),
    Index(
        "ix_outbox_queued",
        "chat_id",
        "id",
        postgresql_where=text("state = 'queued'"),
        sqlite_where=text("state = 'queued'"),
    ),
    Index(
        "ix_outbox_due", "not_before", postgresql_where=text("state = 'queued'"), sqlite_where=text("state = 'queued'")
    ),
    Index("ix_outbox_channel_account_chat_cause", "channel", "account", "chat", "cause"),
    Index("ix_outbox_created_at", "created_at"),
    # An id never comes back on SQLite either: a page that is open skips pushes it has seen by their id.
    sqlite_autoincrement=True,
)

answers = Table(
    "answers",
    metadata,
    Column("id", Text, primary_key=True),
    Column("chat_id", Id, ForeignKey("chats.id", ondelete="CASCADE"), nullable=False),
    Column("account", Text, nullable=False),
    Column("asked_at", Text, nullable=False),
    Column("question", Text, nullable=False, comment="long numbers are masked before it is stored"),
    Column("outcome", Text, nullable=False),
    Column("guide", Text),
    Column("section", Text),
    Column("useful", Integer, comment="1 yes, 0 no, null not said"),
    Column("remark", Text, comment="what was missing, in the person's words"),
    Index("ix_answers_chat_id", "chat_id"),
    Index("ix_answers_asked_at", "asked_at"),
)

keys = Table(
    "keys",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False, comment="random secret made at first start, shared by all replicas"),
)
