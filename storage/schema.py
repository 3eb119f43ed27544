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
    Column("post", Text, comment="role of the member who writes here; null: a citizen"),
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
    Column("handover", Text, comment="relayed words of this hand-over: dropped once it is closed"),
    Column("notice", Text, comment="the notice that goes to many; state dropped: not wanted any more"),
    Column("bulk", Integer, nullable=False, server_default="0", comment="1: replies go first"),
    Column("reminds", Text, comment="JSON: the filings it tells of, to be taken out when they are sent meanwhile"),
    Index(
        "ix_outbox_queued",
        "chat_id",
        "id",
        postgresql_where=text("state = 'queued'"),
        sqlite_where=text("state = 'queued'"),
    ),
    Index(
        "ix_outbox_due",
        "bulk",
        "not_before",
        postgresql_where=text("state = 'queued'"),
        sqlite_where=text("state = 'queued'"),
    ),
    # Whatever happens between two batches, nobody gets a notice twice.
    Index(
        "uq_outbox_chat_id_notice",
        "chat_id",
        "notice",
        unique=True,
        postgresql_where=text("notice IS NOT NULL"),
        sqlite_where=text("notice IS NOT NULL"),
    ),
    Index(
        "ix_outbox_notice",
        "notice",
        "state",
        postgresql_where=text("notice IS NOT NULL"),
        sqlite_where=text("notice IS NOT NULL"),
    ),
    Index(
        "ix_outbox_reminding",
        "account",
        postgresql_where=text("reminds IS NOT NULL"),
        sqlite_where=text("reminds IS NOT NULL"),
    ),
    Index(
        "ix_outbox_held",
        "not_before",
        postgresql_where=text("state = 'held'"),
        sqlite_where=text("state = 'held'"),
    ),
    Index("ix_outbox_channel_account_chat_cause", "channel", "account", "chat", "cause"),
    Index("ix_outbox_created_at", "created_at"),
    Index(
        "ix_outbox_handover",
        "handover",
        postgresql_where=text("handover IS NOT NULL"),
        sqlite_where=text("handover IS NOT NULL"),
    ),
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

# A seat is what can run out. Its primary key is what makes double booking impossible: two people never get the same
# row, whatever the processes do. `held_until` is set while a form is being filled or an offer stands.
seats = Table(
    "seats",
    metadata,
    Column("account", Text, primary_key=True),
    Column("roster", Text, primary_key=True),
    Column("starts_at", Text, primary_key=True),
    Column("seat", Integer, primary_key=True, comment="1 to the slot's capacity"),
    Column("chat_id", Id, ForeignKey("chats.id", ondelete="CASCADE"), comment="who holds it or has taken it"),
    Column("booking", Text, comment="whose it is for good"),
    Column("held_until", Text),
    Index("ix_seats_account_starts_at", "account", "starts_at"),
    Index("ix_seats_chat_id", "chat_id"),
    # Few rows are held at any time: these stay small however many bookings there have been.
    Index(
        "ix_seats_held_by",
        "chat_id",
        postgresql_where=text("held_until IS NOT NULL"),
        sqlite_where=text("held_until IS NOT NULL"),
    ),
    Index(
        "ix_seats_held_until",
        "held_until",
        postgresql_where=text("held_until IS NOT NULL"),
        sqlite_where=text("held_until IS NOT NULL"),
    ),
    Index("ix_seats_booking", "booking"),
)

bookings = Table(
    "bookings",
    metadata,
    Column("id", Text, primary_key=True),
    Column("account", Text, nullable=False),
    Column("code", Text, nullable=False, comment="six characters that a person can read aloud"),
    Column("chat_id", Id, ForeignKey("chats.id", ondelete="SET NULL"), comment="null: walk-in, or the chat was erased"),
    Column("roster", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("kind", Text, nullable=False, comment="centre, village, video, home, class"),
    Column("starts_at", Text, nullable=False),
    Column("ends_at", Text, nullable=False),
    Column("topic", Text, comment="guide id"),
    Column("for_other", Integer, nullable=False, server_default="0"),
    Column("name", Text, nullable=False, server_default="", comment="what to call the person"),
    Column("phone", Text, nullable=False, server_default=""),
    Column("needs_help", Integer, nullable=False, server_default="0", comment="extra help; never why"),
    Column("walk_in", Integer, nullable=False, server_default="0"),
    Column("state", Text, nullable=False, comment="booked, displaced, arrived, serving, done, no_show, cancelled"),
    Column("moves", Integer, nullable=False, server_default="0"),
    Column("sequence", Integer, nullable=False, server_default="0", comment="SEQUENCE of its calendar file"),
    Column("day", Text, nullable=False, comment="local day of the visit, for the number line and statistics"),
    Column("number", Integer, comment="number in the line of that place and day"),
    Column("created_at", Text, nullable=False),
    Column("arrived_at", Text),
    Column("called_at", Text),
    Column("called_by", Text, comment="member id"),
    Column("closed_at", Text),
    Column("closed_by", Text, comment="member id"),
    Column("operated", Text, comment="alone, helped, typed: who worked the machine"),
    Column("reason", Text, comment="why an official typed instead: from a closed list"),
    UniqueConstraint("account", "code"),
    UniqueConstraint("account", "place", "day", "number"),
    Index("ix_bookings_account_day", "account", "day"),
    Index("ix_bookings_chat_id", "chat_id"),
)

reminders = Table(
    "reminders",
    metadata,
    Column("booking", Text, ForeignKey("bookings.id", ondelete="CASCADE"), primary_key=True),
    Column("kind", Text, primary_key=True, comment="evening, hour"),
    Column("due_at", Text, nullable=False),
    Column("done_at", Text),
    Index(
        "ix_reminders_due_at", "due_at", postgresql_where=text("done_at IS NULL"), sqlite_where=text("done_at IS NULL")
    ),
)

waiting = Table(
    "waiting",
    metadata,
    Column("id", Text, primary_key=True),
    Column("account", Text, nullable=False),
    Column("chat_id", Id, ForeignKey("chats.id", ondelete="CASCADE"), nullable=False),
    Column("roster", Text, nullable=False),
    Column("day", Text, nullable=False, comment="local day on which any slot will do"),
    Column("form", Text, nullable=False, comment="the answers given, as JSON"),
    Column("since", Text, nullable=False),
    Column("state", Text, nullable=False, comment="waiting, offered, taken, left, ended"),
    Column("offered_start", Text),
    Column("offered_until", Text),
    UniqueConstraint("account", "chat_id", "roster", "day"),
    Index("ix_waiting_account_roster_day", "account", "roster", "day"),
)

absences = Table(
    "absences",
    metadata,
    Column("id", Text, primary_key=True),
    Column("account", Text, nullable=False),
    Column("roster", Text, nullable=False),
    Column("from_at", Text, nullable=False),
    Column("to_at", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("by", Text, nullable=False, comment="member id"),
    Column("created_at", Text, nullable=False),
    Index("ix_absences_account_to_at", "account", "to_at"),
)

sessions = Table(
    "sessions",
    metadata,
    Column("id", Text, primary_key=True),
    Column("account", Text, nullable=False),
    Column("roster", Text, nullable=False),
    Column("day", Text, nullable=False),
    Column("opened_at", Text, nullable=False),
    Column("opened_by", Text, nullable=False, comment="member id"),
    Column("closed_at", Text),
    Column("closed_by", Text),
    Column("warned_at", Text, comment="when the opener was told that it is still open"),
    Index("ix_sessions_account_day", "account", "day"),
    # Only one session of a roster may be open at a time.
    Index(
        "uq_sessions_open",
        "account",
        "roster",
        unique=True,
        postgresql_where=text("closed_at IS NULL"),
        sqlite_where=text("closed_at IS NULL"),
    ),
)
