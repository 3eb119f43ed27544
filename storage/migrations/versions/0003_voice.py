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
    _incidents()
    _notices()
    op.create_table(
        "survey_chats",
        sa.Column("chat_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consented_on", sa.Text(), nullable=True, comment="day on which the person agreed to be asked"),
        sa.Column(
            "invited_on",
            sa.Text(),
            nullable=True,
            comment="day of the last invitation; once voted, the first of the next month",
        ),
        sa.Column(
            "rated_on", sa.Text(), nullable=True, comment="day of a vote on a visit; forgotten when the day is over"
        ),
        sa.ForeignKeyConstraint(["chat_id"], ["chats.id"], name=op.f("fk_survey_chats_chat_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("chat_id", name=op.f("pk_survey_chats")),
    )
    op.create_table(
        "survey_invitations",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("chat_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("survey", sa.Text(), nullable=False),
        sa.Column("occasion", sa.Text(), nullable=False, comment="the transaction: one vote each; once voted, the id"),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False, comment="open, begun, voted; once voted, the group is gone"),
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
        "question_days",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False, comment="local day that is over"),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("answered", sa.Integer(), nullable=False, comment="of these, those answered with a page at once"),
        sa.PrimaryKeyConstraint("account", "day", name=op.f("pk_question_days")),
    )
    op.create_table(
        "feedback_days",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False, comment="local day whose morning work is done"),
        sa.PrimaryKeyConstraint("account", "day", name=op.f("pk_feedback_days")),
    )


def downgrade() -> None:
    """Take back."""
    _no_notices()
    _no_incidents()
    op.drop_table("feedback_days")
    op.drop_table("question_days")
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


def _incidents() -> None:
    op.create_table(
        "incidents",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False, comment="six characters with one E: no booking's, no case's"),
        sa.Column("kind", sa.Text(), nullable=False, comment="device, network, software, leak, emergency"),
        sa.Column("thing", sa.Text(), nullable=True, comment="what of the usual list; null: told in words"),
        sa.Column("unit", sa.Text(), nullable=False, comment="where: the unit of who reported it"),
        sa.Column("reported_by", sa.Text(), nullable=False, comment="member id"),
        sa.Column("reported_at", sa.Text(), nullable=False),
        sa.Column("found_at", sa.Text(), nullable=False, comment="when it was noticed: from here the clocks run"),
        sa.Column("state", sa.Text(), nullable=False, comment="open, closed, withdrawn (reported by mistake)"),
        sa.Column(
            "rung", sa.Integer(), server_default="0", nullable=False, comment="how many rungs of the ladder were told"
        ),
        sa.Column("told_at", sa.Text(), nullable=True, comment="when the first rung was told; null: nobody yet"),
        sa.Column("taken_by", sa.Text(), nullable=True, comment="member id"),
        sa.Column("taken_at", sa.Text(), nullable=True),
        sa.Column("restored_at", sa.Text(), nullable=True, comment="when it worked again"),
        sa.Column("closed_at", sa.Text(), nullable=True),
        sa.Column(
            "serious",
            sa.Integer(),
            nullable=True,
            comment="1 or 0 as the police or a leader judged it; null: not judged",
        ),
        sa.Column(
            "found_by_check", sa.Text(), nullable=True, comment="day and item of the start-of-day check that found it"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incidents")),
        sa.UniqueConstraint("account", "code", name=op.f("uq_incidents_account_code")),
        sa.UniqueConstraint("account", "found_by_check", name=op.f("uq_incidents_account_found_by_check")),
    )
    op.create_index("ix_incidents_account_found_at", "incidents", ["account", "found_at"], unique=False)
    op.create_index(
        "ix_incidents_open",
        "incidents",
        ["reported_at"],
        unique=False,
        postgresql_where=sa.text("state = 'open'"),
        sqlite_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "incident_history",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("incident", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column(
            "what",
            sa.Text(),
            nullable=False,
            comment="reported, noted, found, taken, closed, reopened…",
        ),
        sa.Column("words", sa.Text(), server_default="", nullable=False, comment="long numbers are masked"),
        sa.Column("member", sa.Text(), nullable=False, comment="member id"),
        sa.Column("role", sa.Text(), nullable=False, comment="the role in which it was done"),
        sa.ForeignKeyConstraint(
            ["incident"], ["incidents.id"], name=op.f("fk_incident_history_incident"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident_history")),
    )
    op.create_index("ix_incident_history_incident", "incident_history", ["incident"], unique=False)
    op.create_table(
        "incident_clocks",
        sa.Column("incident", sa.Text(), nullable=False),
        sa.Column("clock", sa.Text(), nullable=False, comment="id of the duty in incidents.yaml"),
        sa.Column("warn_at", sa.Text(), nullable=False),
        sa.Column("due_at", sa.Text(), nullable=False),
        sa.Column("said", sa.Integer(), server_default="0", nullable=False, comment="1: warned of, 2: said to be late"),
        sa.Column("done_at", sa.Text(), nullable=True, comment="when the notification went to the authority"),
        sa.ForeignKeyConstraint(
            ["incident"], ["incidents.id"], name=op.f("fk_incident_clocks_incident"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("incident", "clock", name=op.f("pk_incident_clocks")),
    )
    _start_checks()


def _start_checks() -> None:
    op.create_table(
        "start_checks",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.Text(), nullable=False),
        sa.Column("escalated_at", sa.Text(), nullable=True, comment="when the head was told that nobody had checked"),
        sa.PrimaryKeyConstraint("account", "day", name=op.f("pk_start_checks")),
    )
    op.create_table(
        "start_check_entries",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column(
            "number", sa.Integer(), nullable=False, comment="1 is the check, what follows are corrections: all are kept"
        ),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("member", sa.Text(), nullable=False, comment="member id"),
        sa.Column("role", sa.Text(), nullable=False, comment="the role in which it was done"),
        sa.Column("failed", sa.Text(), nullable=False, comment="ids of the items that failed, separated by blanks"),
        sa.PrimaryKeyConstraint("account", "day", "number", name=op.f("pk_start_check_entries")),
    )


def _no_incidents() -> None:
    op.drop_table("start_check_entries")
    op.drop_table("start_checks")
    op.drop_table("incident_clocks")
    op.drop_table("incident_history")
    op.drop_table("incidents")


def _notices() -> None:
    op.add_column(
        "outbox",
        sa.Column(
            "notice",
            sa.Text(),
            nullable=True,
            comment="the notice that goes to many; state dropped: not wanted any more",
        ),
    )
    op.add_column(
        "outbox", sa.Column("bulk", sa.Integer(), nullable=False, server_default="0", comment="1: replies go first")
    )
    op.drop_index("ix_outbox_due", table_name="outbox")
    op.create_index(
        "ix_outbox_due",
        "outbox",
        ["bulk", "not_before"],
        unique=False,
        postgresql_where=sa.text("state = 'queued'"),
        sqlite_where=sa.text("state = 'queued'"),
    )
    op.create_index(
        "uq_outbox_chat_id_notice",
        "outbox",
        ["chat_id", "notice"],
        unique=True,
        postgresql_where=sa.text("notice IS NOT NULL"),
        sqlite_where=sa.text("notice IS NOT NULL"),
    )
    op.create_index(
        "ix_outbox_notice",
        "outbox",
        ["notice", "state"],
        unique=False,
        postgresql_where=sa.text("notice IS NOT NULL"),
        sqlite_where=sa.text("notice IS NOT NULL"),
    )
    op.create_table(
        "notices",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column(
            "hamlets", sa.Text(), nullable=False, comment="ids with a blank around each; empty: the whole commune"
        ),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("emergency", sa.Integer(), nullable=False, server_default="0", comment="1: also sent at night"),
        sa.Column(
            "state", sa.Text(), nullable=False, comment="draft, waiting, approved, sending, sent, stopped, deleted"
        ),
        sa.Column(
            "revision", sa.Integer(), nullable=False, server_default="1", comment="what is approved is what was read"
        ),
        sa.Column(
            "wished_at", sa.Text(), nullable=True, comment="when it should go out; null: as soon as it is approved"
        ),
        sa.Column("send_at", sa.Text(), nullable=True, comment="when it goes out"),
        sa.Column("drafted_by", sa.Text(), nullable=False, comment="id of the member who sent it to be approved"),
        sa.Column("decided_by", sa.Text(), nullable=True, comment="member id"),
        sa.Column("reason", sa.Text(), nullable=True, comment="why it was returned"),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("begun_at", sa.Text(), nullable=True),
        sa.Column(
            "reached", sa.BigInteger(), nullable=False, server_default="0", comment="last chat put into the outbox"
        ),
        sa.Column("receivers", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("spread_at", sa.Text(), nullable=True, comment="when the last receiver was put into the outbox"),
        sa.Column(
            "finished_at", sa.Text(), nullable=True, comment="when all were settled and the figures below written"
        ),
        sa.Column("sent", sa.Integer(), nullable=False, server_default="0"),
        sa.Column(
            "left_on_page",
            sa.Integer(),
            nullable=False,
            server_default="0",
            comment="waits until they open the web page",
        ),
        sa.Column("failed", sa.Integer(), nullable=False, server_default="0"),
        sa.Column(
            "unreachable", sa.Integer(), nullable=False, server_default="0", comment="blocked the bot, account gone"
        ),
        sa.Column(
            "opted_out", sa.Integer(), nullable=False, server_default="0", comment="turned notices off afterwards"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
    )
    op.create_index(
        "ix_notices_account_created_at",
        "notices",
        ["account", "created_at"],
        unique=False,
    )
    op.create_index(
        "ix_notices_unfinished",
        "notices",
        ["state"],
        unique=False,
        postgresql_where=sa.text("finished_at IS NULL"),
        sqlite_where=sa.text("finished_at IS NULL"),
    )
    op.create_table(
        "notice_history",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("notice", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column(
            "what", sa.Text(), nullable=False, comment="submitted, approved, returned, taken_back, stopped, deleted"
        ),
        sa.Column("member", sa.Text(), nullable=False, comment="member id"),
        sa.Column("role", sa.Text(), nullable=False, comment="the role in which it was done"),
        sa.ForeignKeyConstraint(["notice"], ["notices.id"], name=op.f("fk_notice_history_notice"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_history")),
    )
    op.create_index(
        "ix_notice_history_notice",
        "notice_history",
        ["notice"],
        unique=False,
    )
    _subscriptions()


def _subscriptions() -> None:
    op.create_table(
        "subscriptions",
        sa.Column("chat_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("on_at", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False, comment="version of the words that were agreed to"),
        sa.Column("off_at", sa.Text(), nullable=True, comment="null: wanted"),
        sa.ForeignKeyConstraint(["chat_id"], ["chats.id"], name=op.f("fk_subscriptions_chat_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("chat_id", "topic", name=op.f("pk_subscriptions")),
    )
    op.create_index(
        "ix_subscriptions_topic",
        "subscriptions",
        ["topic", "chat_id"],
        unique=False,
    )
    op.create_table(
        "subscribed_hamlets",
        sa.Column("chat_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("hamlet", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["chat_id"], ["chats.id"], name=op.f("fk_subscribed_hamlets_chat_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("chat_id", "hamlet", name=op.f("pk_subscribed_hamlets")),
    )
    op.create_table(
        "publications",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False, comment="loudspeaker, social, video, website"),
        sa.Column("day", sa.Text(), nullable=False, comment="local day on which it was published"),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column(
            "evidence", sa.Text(), nullable=False, comment="a link, or where the recording or the cutting is kept"
        ),
        sa.Column("by", sa.Text(), nullable=False, comment="member id"),
        sa.Column("role", sa.Text(), nullable=False, comment="the role in which it was written down"),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("removed_at", sa.Text(), nullable=True, comment="struck out; the row stays"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publications")),
    )
    op.create_index(
        "ix_publications_account_day",
        "publications",
        ["account", "day"],
        unique=False,
    )


def _no_notices() -> None:
    op.drop_table("publications")
    op.drop_table("subscribed_hamlets")
    op.drop_table("subscriptions")
    op.drop_table("notice_history")
    op.drop_table("notices")
    op.drop_index("ix_outbox_notice", table_name="outbox")
    op.drop_index("uq_outbox_chat_id_notice", table_name="outbox")
    op.drop_index("ix_outbox_due", table_name="outbox")
    op.create_index(
        "ix_outbox_due",
        "outbox",
        ["not_before"],
        unique=False,
        postgresql_where=sa.text("state = 'queued'"),
        sqlite_where=sa.text("state = 'queued'"),
    )
    op.drop_column("outbox", "bulk")
    op.drop_column("outbox", "notice")
