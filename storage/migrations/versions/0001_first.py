"""first"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "chats",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False, comment="slug of the commune whose bot this chat talks to"),
        sa.Column("chat", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), server_default="vi", nullable=False),
        sa.Column("first_at", sa.Text(), nullable=False),
        sa.Column("last_at", sa.Text(), nullable=False, comment="when the person last wrote"),
        sa.Column("notice", sa.Text(), nullable=True, comment="version of the privacy notice that was shown"),
        sa.Column("closed", sa.Text(), nullable=True, comment="why we must not send any more, such as 'blocked'"),
        sa.Column("dialog", sa.Text(), server_default="{}", nullable=False, comment="the open conversation as JSON"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chats")),
        sa.UniqueConstraint("channel", "account", "chat", name=op.f("uq_chats_channel_account_chat")),
    )
    op.create_table(
        "inbox",
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False, comment="the platform's own id of the update"),
        sa.Column("received_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("channel", "account", "message", name=op.f("pk_inbox")),
    )
    with op.batch_alter_table("inbox", schema=None) as batch_op:
        batch_op.create_index("ix_inbox_received_at", ["received_at"], unique=False)

    op.create_table(
        "keys",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "value", sa.Text(), nullable=False, comment="random secret made at first start, shared by all replicas"
        ),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_keys")),
    )
    op.create_table(
        "answers",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("chat_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.Text(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False, comment="long numbers are masked before it is stored"),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("guide", sa.Text(), nullable=True),
        sa.Column("section", sa.Text(), nullable=True),
        sa.Column("useful", sa.Integer(), nullable=True, comment="1 yes, 0 no, null not said"),
        sa.Column("remark", sa.Text(), nullable=True, comment="what was missing, in the person's words"),
        sa.ForeignKeyConstraint(["chat_id"], ["chats.id"], name=op.f("fk_answers_chat_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answers")),
    )
    with op.batch_alter_table("answers", schema=None) as batch_op:
        batch_op.create_index("ix_answers_asked_at", ["asked_at"], unique=False)
        batch_op.create_index("ix_answers_chat_id", ["chat_id"], unique=False)

    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column(
            "chat_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
            comment="null: the chat was erased, this is the last word",
        ),
        sa.Column(
            "channel",
            sa.Text(),
            nullable=False,
            comment="the address again: SQLite returns no joined columns on a claim",
        ),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("chat", sa.Text(), nullable=False),
        sa.Column(
            "cause",
            sa.Text(),
            nullable=True,
            comment="id of the message this answers; null when nobody asked (a reminder)",
        ),
        sa.Column("reply", sa.Text(), nullable=False, comment="the Reply as JSON"),
        sa.Column(
            "state", sa.Text(), nullable=False, comment="queued, sent, failed or mailbox (fetched by the page itself)"
        ),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("not_before", sa.Text(), nullable=False),
        sa.Column("claimed_until", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("settled_at", sa.Text(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["chat_id"], ["chats.id"], name=op.f("fk_outbox_chat_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index(
            "ix_outbox_channel_account_chat_cause", ["channel", "account", "chat", "cause"], unique=False
        )
        batch_op.create_index("ix_outbox_created_at", ["created_at"], unique=False)
        batch_op.create_index(
            "ix_outbox_due",
            ["not_before"],
            unique=False,
            postgresql_where=sa.text("state = 'queued'"),
            sqlite_where=sa.text("state = 'queued'"),
        )
        batch_op.create_index(
            "ix_outbox_queued",
            ["chat_id", "id"],
            unique=False,
            postgresql_where=sa.text("state = 'queued'"),
            sqlite_where=sa.text("state = 'queued'"),
        )


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_outbox_queued", postgresql_where=sa.text("state = 'queued'"), sqlite_where=sa.text("state = 'queued'")
        )
        batch_op.drop_index(
            "ix_outbox_due", postgresql_where=sa.text("state = 'queued'"), sqlite_where=sa.text("state = 'queued'")
        )
        batch_op.drop_index("ix_outbox_created_at")
        batch_op.drop_index("ix_outbox_channel_account_chat_cause")

    op.drop_table("outbox")
    with op.batch_alter_table("answers", schema=None) as batch_op:
        batch_op.drop_index("ix_answers_chat_id")
        batch_op.drop_index("ix_answers_asked_at")

    op.drop_table("answers")
    op.drop_table("keys")
    with op.batch_alter_table("inbox", schema=None) as batch_op:
        batch_op.drop_index("ix_inbox_received_at")

    op.drop_table("inbox")
    op.drop_table("chats")
