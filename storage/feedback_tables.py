"""The tables of feedback. Words hang on the citizen's chat and go with it; the case stays as a bare figure."""

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, Text, UniqueConstraint, text

from storage.schema import Id, metadata

feedback = Table(
    "feedback",
    metadata,
    Column("id", Text, primary_key=True),
    Column("account", Text, nullable=False),
    Column("code", Text, nullable=False, comment="six characters with one A: never a booking's"),
    Column("chat_id", Id, ForeignKey("chats.id", ondelete="SET NULL"), comment="null: the chat was erased"),
    Column("category", Text, nullable=False),
    Column("unit", Text, comment="who answers; null: about an official and not assigned by a leader yet"),
    Column("official", Integer, nullable=False, server_default="0", comment="1: it is about an official"),
    Column("state", Text, nullable=False, comment="received, assigned, answered, closed, refused"),
    Column("reason", Text, comment="why it was refused: from a closed list"),
    Column("taken_by", Text, comment="member id"),
    Column("due_at", Text, nullable=False, comment="last instant on which an answer is in time"),
    Column("questions", Integer, nullable=False, server_default="0", comment="follow-up questions asked; one at most"),
    Column("created_at", Text, nullable=False),
    Column("answered_at", Text, comment="when it was first answered"),
    Column("in_time", Integer, comment="1: the first answer was in time"),
    Column("said_at", Text, comment="when it was last answered"),
    Column("closed_at", Text),
    Column("untold", Text, comment="whom to tell when the quiet hours are over: person, unit"),
    UniqueConstraint("account", "code"),
    Index("ix_feedback_chat_id", "chat_id"),
    Index("ix_feedback_account_due_at", "account", "due_at"),
    Index(
        "ix_feedback_untold",
        "untold",
        postgresql_where=text("untold IS NOT NULL"),
        sqlite_where=text("untold IS NOT NULL"),
    ),
)

feedback_words = Table(
    "feedback_words",
    metadata,
    Column("id", Text, primary_key=True),
    Column("feedback", Text, ForeignKey("feedback.id", ondelete="CASCADE"), nullable=False),
    Column("chat_id", Id, ForeignKey("chats.id", ondelete="CASCADE"), nullable=False),
    Column("kind", Text, nullable=False, comment="words, place, question: the citizen's; answer: the unit's"),
    Column("text", Text, nullable=False),
    Column("at", Text, nullable=False),
    Index("ix_feedback_words_feedback", "feedback"),
    Index("ix_feedback_words_chat_id", "chat_id"),
)

feedback_history = Table(
    "feedback_history",
    metadata,
    Column("id", Text, primary_key=True),
    Column("feedback", Text, ForeignKey("feedback.id", ondelete="CASCADE"), nullable=False),
    Column("at", Text, nullable=False),
    Column("what", Text, nullable=False, comment="received, taken, passed, assigned, answered, asked, refused, closed"),
    Column("unit", Text),
    Column("member", Text, comment="member id; null: the citizen or the clock"),
    Column("role", Text, comment="the role in which it was done"),
    Index("ix_feedback_history_feedback", "feedback"),
)

feedback_days = Table(
    "feedback_days",
    metadata,
    Column("account", Text, primary_key=True),
    Column("day", Text, primary_key=True, comment="local day whose morning work is done"),
)
