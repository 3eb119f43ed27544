"""The tables of posts: who holds one in which chat, and the invitations to them."""

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, Text, text

from storage.schema import Id, metadata

members = Table(
    "members",
    metadata,
    Column("id", Text, primary_key=True),
    Column("account", Text, nullable=False),
    Column("chat_id", Id, ForeignKey("chats.id", ondelete="CASCADE"), nullable=False),
    Column("unit", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("name", Text, nullable=False, comment="name of the post, not of the person"),
    Column("joined_at", Text, nullable=False),
    Column("left_at", Text),
    Column(
        "person",
        Text,
        nullable=False,
        server_default="",
        comment="member id: the same in all chats of one holder of the post",
    ),
    Column("preferred", Integer, nullable=False, server_default="1", comment="1: the chat that is told first"),
    Index("ix_members_account", "account"),
    Index("ix_members_person", "person"),
    Index(
        "uq_members_active",
        "chat_id",
        unique=True,
        postgresql_where=text("left_at IS NULL"),
        sqlite_where=text("left_at IS NULL"),
    ),
)

invites = Table(
    "invites",
    metadata,
    Column("code_hash", Text, primary_key=True, comment="SHA-256: the database joins nobody"),
    Column("account", Text, nullable=False),
    Column("unit", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("expires_at", Text, nullable=False),
    Column("used_at", Text),
    Column("member", Text, comment="member id: adds a chat to that holder"),
)
