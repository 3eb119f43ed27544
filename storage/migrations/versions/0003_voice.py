"""voice"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    _hand_overs()
    op.create_table(
        "survey_chats",
        sa.Column("chat_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consented_on", sa.Text(), nullable=True, comment="day on which the person agreed to be asked"),
        sa.Column("invited_on", sa.Text(), nullable=True, comment="day of the last invitation"),
        sa.ForeignKeyConstraint(["chat_id"], ["chats.id"], name=op.f("fk_survey_chats_chat_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("chat_id", name=op.f("pk_survey_chats")),
    )
    op.create_table(
        "survey_invitations",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("chat_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("survey", sa.Text(), nullable=False),
        sa.Column("occasion", sa.Text(), nullable=False, comment="the transaction: one vote each"),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False, comment="open, begun, voted: that, never what"),
        sa.ForeignKeyConstraint(
            ["chat_id"], ["chats.id"], name=op.f("fk_survey_invitations_chat_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_invitations")),
        sa.UniqueConstraint("account", "occasion", name=op.f("uq_survey_invitations_account_occasion")),
    )
    op.create_index("ix_survey_invitations_chat_id", "survey_invitations", ["chat_id"], unique=False)
    op.create_index("ix_survey_invitations_account_day", "survey_invitations", ["account", "day"], unique=False)
    op.create_index(
        "ix_survey_invitations_begun",
        "survey_invitations",
        ["day"],
        unique=False,
        postgresql_where=sa.text("state = 'begun'"),
        sqlite_where=sa.text("state = 'begun'"),
    )
    op.create_table(
        "survey_votes",
        sa.Column("token_hash", sa.Text(), nullable=False, comment="SHA-256 of a token nobody keeps"),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("survey", sa.Text(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False, comment="never finer than the day"),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False, comment="area of the guide, not the guide"),
        sa.Column("marks", sa.Text(), nullable=False, comment="marks 1 to 5 by item as JSON; skipped ones are absent"),
        sa.Column("comment", sa.Text(), nullable=False, server_default="", comment="long numbers are masked"),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_survey_votes")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_survey_votes_account_day", "survey_votes", ["account", "day"], unique=False)

    op.create_table(
        "feedback",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False, comment="six characters with one A: never a booking's"),
        sa.Column(
            "chat_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
            comment="null: the chat was erased",
        ),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column(
            "unit",
            sa.Text(),
            nullable=True,
            comment="who answers; null: about an official and not assigned by a leader yet",
        ),
        sa.Column("official", sa.Integer(), server_default="0", nullable=False, comment="1: it is about an official"),
        sa.Column("state", sa.Text(), nullable=False, comment="received, assigned, answered, closed, refused"),
        sa.Column("reason", sa.Text(), nullable=True, comment="why it was refused: from a closed list"),
        sa.Column("taken_by", sa.Text(), nullable=True, comment="member id"),
        sa.Column("due_at", sa.Text(), nullable=False, comment="last instant on which an answer is in time"),
        sa.Column(
            "questions",
            sa.Integer(),
            server_default="0",
            nullable=False,
            comment="follow-up questions asked; one at most",
        ),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.Text(), nullable=True, comment="when it was first answered"),
        sa.Column("in_time", sa.Integer(), nullable=True, comment="1: the first answer was in time"),
        sa.Column("said_at", sa.Text(), nullable=True, comment="when it was last answered"),
        sa.Column("closed_at", sa.Text(), nullable=True),
        sa.Column(
            "untold", sa.Text(), nullable=True, comment="whom to tell when the quiet hours are over: person, unit"
        ),
        sa.ForeignKeyConstraint(["chat_id"], ["chats.id"], name=op.f("fk_feedback_chat_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback")),
        sa.UniqueConstraint("account", "code", name=op.f("uq_feedback_account_code")),
    )
    with op.batch_alter_table("feedback", schema=None) as batch_op:
        batch_op.create_index("ix_feedback_chat_id", ["chat_id"], unique=False)
        batch_op.create_index("ix_feedback_account_due_at", ["account", "due_at"], unique=False)
        batch_op.create_index(
            "ix_feedback_untold",
            ["untold"],
            unique=False,
            postgresql_where=sa.text("untold IS NOT NULL"),
            sqlite_where=sa.text("untold IS NOT NULL"),
        )

    op.create_table(
        "feedback_words",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("feedback", sa.Text(), nullable=False),
        sa.Column("chat_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "kind", sa.Text(), nullable=False, comment="words, place, question: the citizen's; answer: the unit's"
        ),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["feedback"], ["feedback.id"], name=op.f("fk_feedback_words_feedback"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["chat_id"], ["chats.id"], name=op.f("fk_feedback_words_chat_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback_words")),
    )
    with op.batch_alter_table("feedback_words", schema=None) as batch_op:
        batch_op.create_index("ix_feedback_words_feedback", ["feedback"], unique=False)
        batch_op.create_index("ix_feedback_words_chat_id", ["chat_id"], unique=False)

    op.create_table(
        "feedback_history",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("feedback", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column(
            "what",
            sa.Text(),
            nullable=False,
            comment="received, taken, passed, assigned, answered, asked, refused, closed",
        ),
        sa.Column("unit", sa.Text(), nullable=True),
        sa.Column("member", sa.Text(), nullable=True, comment="member id; null: the citizen or the clock"),
        sa.Column("role", sa.Text(), nullable=True, comment="the role in which it was done"),
        sa.ForeignKeyConstraint(
            ["feedback"], ["feedback.id"], name=op.f("fk_feedback_history_feedback"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback_history")),
    )
    with op.batch_alter_table("feedback_history", schema=None) as batch_op:
        batch_op.create_index("ix_feedback_history_feedback", ["feedback"], unique=False)

    op.create_table(
        "feedback_days",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False, comment="local day whose morning work is done"),
        sa.PrimaryKeyConstraint("account", "day", name=op.f("pk_feedback_days")),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("feedback_days")
    op.drop_table("feedback_history")
    op.drop_table("feedback_words")
    op.drop_table("feedback")
    _no_hand_overs()
    op.drop_table("survey_votes")
    op.drop_table("survey_invitations")
    op.drop_table("survey_chats")


def _hand_overs() -> None:
    op.add_column(
        "outbox",
        sa.Column(
            "handover",
            sa.Text(),
            nullable=True,
            comment="relayed words of this hand-over: dropped once it is closed",
        ),
    )
    op.create_index(
        "ix_outbox_handover",
        "outbox",
        ["handover"],
        unique=False,
        postgresql_where=sa.text("handover IS NOT NULL"),
        sqlite_where=sa.text("handover IS NOT NULL"),
    )
    op.create_table(
        "handovers",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("chat_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("day", sa.Text(), nullable=False, comment="local day on which it was asked"),
        sa.Column("number", sa.Integer(), nullable=False, comment="short number that heads every relayed message"),
        sa.Column(
            "state", sa.Text(), nullable=False, comment="asked, waiting (nobody came), message (left), taken, closed"
        ),
        sa.Column(
            "rung", sa.Integer(), nullable=False, server_default="0", comment="how far up the ladder it was told"
        ),
        sa.Column("guide", sa.Text(), nullable=True, comment="guide shown when the person asked"),
        sa.Column("question", sa.Text(), nullable=True, comment="last question, long numbers masked; null once taken"),
        sa.Column(
            "words", sa.Text(), nullable=True, comment="what was written before anybody took it; null once taken"
        ),
        sa.Column("left_words", sa.Integer(), nullable=False, server_default="0", comment="1: a message was left"),
        sa.Column("asked_at", sa.Text(), nullable=False),
        sa.Column(
            "shown_on", sa.Text(), nullable=True, comment="local day on which a left message was last shown to officers"
        ),
        sa.Column("taken_at", sa.Text(), nullable=True),
        sa.Column("taken_by", sa.Text(), nullable=True, comment="member id"),
        sa.Column("last_at", sa.Text(), nullable=False, comment="when either of the two last wrote"),
        sa.Column("closed_at", sa.Text(), nullable=True),
        sa.Column("ended", sa.Text(), nullable=True, comment="officer, citizen, idle, nobody, gone"),
        sa.ForeignKeyConstraint(["chat_id"], ["chats.id"], name=op.f("fk_handovers_chat_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handovers")),
        sa.UniqueConstraint("account", "day", "number", name=op.f("uq_handovers_account_day_number")),
    )
    op.create_index("ix_handovers_chat_id", "handovers", ["chat_id"], unique=False)
    op.create_index("ix_handovers_account_asked_at", "handovers", ["account", "asked_at"], unique=False)
    op.create_index(
        "uq_handovers_open",
        "handovers",
        ["chat_id"],
        unique=True,
        postgresql_where=sa.text("closed_at IS NULL"),
        sqlite_where=sa.text("closed_at IS NULL"),
    )


def _no_hand_overs() -> None:
    op.drop_table("handovers")
    op.drop_index("ix_outbox_handover", table_name="outbox")
    op.drop_column("outbox", "handover")
