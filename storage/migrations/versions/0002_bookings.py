"""bookings"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column(
        "chats",
        sa.Column("post", sa.Text(), nullable=True, comment="role of the member who writes here; null: a citizen"),
    )
    op.create_table(
        "absences",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("roster", sa.Text(), nullable=False),
        sa.Column("from_at", sa.Text(), nullable=False),
        sa.Column("to_at", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False, comment="member id"),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absences")),
    )
    with op.batch_alter_table("absences", schema=None) as batch_op:
        batch_op.create_index("ix_absences_account_to_at", ["account", "to_at"], unique=False)

    op.create_table(
        "invites",
        sa.Column("code_hash", sa.Text(), nullable=False, comment="SHA-256: the database joins nobody"),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.Text(), nullable=False),
        sa.Column("used_at", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("code_hash", name=op.f("pk_invites")),
    )
    op.create_table(
        "seats",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("roster", sa.Text(), nullable=False),
        sa.Column("starts_at", sa.Text(), nullable=False),
        sa.Column("seat", sa.Integer(), nullable=False, comment="1 to the slot's capacity"),
        sa.Column(
            "chat_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
            comment="who holds it or has taken it",
        ),
        sa.Column("booking", sa.Text(), nullable=True, comment="whose it is for good"),
        sa.Column("held_until", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["chat_id"], ["chats.id"], name=op.f("fk_seats_chat_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("account", "roster", "starts_at", "seat", name=op.f("pk_seats")),
    )
    with op.batch_alter_table("seats", schema=None) as batch_op:
        batch_op.create_index("ix_seats_account_starts_at", ["account", "starts_at"], unique=False)
        batch_op.create_index("ix_seats_booking", ["booking"], unique=False)
        batch_op.create_index("ix_seats_chat_id", ["chat_id"], unique=False)
        for name, column in (("ix_seats_held_by", "chat_id"), ("ix_seats_held_until", "held_until")):
            batch_op.create_index(
                name,
                [column],
                unique=False,
                postgresql_where=sa.text("held_until IS NOT NULL"),
                sqlite_where=sa.text("held_until IS NOT NULL"),
            )

    op.create_table(
        "sessions",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("roster", sa.Text(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.Text(), nullable=False),
        sa.Column("opened_by", sa.Text(), nullable=False, comment="member id"),
        sa.Column("closed_at", sa.Text(), nullable=True),
        sa.Column("closed_by", sa.Text(), nullable=True),
        sa.Column("warned_at", sa.Text(), nullable=True, comment="when the opener was told that it is still open"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sessions")),
    )
    with op.batch_alter_table("sessions", schema=None) as batch_op:
        batch_op.create_index("ix_sessions_account_day", ["account", "day"], unique=False)
        batch_op.create_index(
            "uq_sessions_open",
            ["account", "roster"],
            unique=True,
            postgresql_where=sa.text("closed_at IS NULL"),
            sqlite_where=sa.text("closed_at IS NULL"),
        )

    op.create_table(
        "bookings",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False, comment="six characters that a person can read aloud"),
        sa.Column(
            "chat_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
            comment="null: walk-in, or the chat was erased",
        ),
        sa.Column("roster", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False, comment="centre, village, video, home, class"),
        sa.Column("starts_at", sa.Text(), nullable=False),
        sa.Column("ends_at", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=True, comment="guide id"),
        sa.Column("for_other", sa.Integer(), server_default="0", nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False, comment="what to call the person"),
        sa.Column("phone", sa.Text(), server_default="", nullable=False),
        sa.Column("needs_help", sa.Integer(), server_default="0", nullable=False, comment="extra help; never why"),
        sa.Column("walk_in", sa.Integer(), server_default="0", nullable=False),
        sa.Column(
            "state", sa.Text(), nullable=False, comment="booked, displaced, arrived, serving, done, no_show, cancelled"
        ),
        sa.Column("moves", sa.Integer(), server_default="0", nullable=False),
        sa.Column(
            "sequence", sa.Integer(), server_default="0", nullable=False, comment="SEQUENCE of its calendar file"
        ),
        sa.Column(
            "day", sa.Text(), nullable=False, comment="local day of the visit, for the number line and statistics"
        ),
        sa.Column("number", sa.Integer(), nullable=True, comment="number in the line of that place and day"),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("arrived_at", sa.Text(), nullable=True),
        sa.Column("called_at", sa.Text(), nullable=True),
        sa.Column("called_by", sa.Text(), nullable=True, comment="member id"),
        sa.Column("closed_at", sa.Text(), nullable=True),
        sa.Column("closed_by", sa.Text(), nullable=True, comment="member id"),
        sa.Column("operated", sa.Text(), nullable=True, comment="alone, helped, typed: who worked the machine"),
        sa.Column("reason", sa.Text(), nullable=True, comment="why an official typed instead: from a closed list"),
        sa.ForeignKeyConstraint(["chat_id"], ["chats.id"], name=op.f("fk_bookings_chat_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bookings")),
        sa.UniqueConstraint("account", "code", name=op.f("uq_bookings_account_code")),
        sa.UniqueConstraint("account", "place", "day", "number", name=op.f("uq_bookings_account_place_day_number")),
    )
    with op.batch_alter_table("bookings", schema=None) as batch_op:
        batch_op.create_index("ix_bookings_account_day", ["account", "day"], unique=False)
        batch_op.create_index("ix_bookings_chat_id", ["chat_id"], unique=False)

    op.create_table(
        "members",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("chat_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False, comment="name of the post, not of the person"),
        sa.Column("joined_at", sa.Text(), nullable=False),
        sa.Column("left_at", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["chat_id"], ["chats.id"], name=op.f("fk_members_chat_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_members")),
    )
    with op.batch_alter_table("members", schema=None) as batch_op:
        batch_op.create_index("ix_members_account", ["account"], unique=False)
        batch_op.create_index(
            "uq_members_active",
            ["chat_id"],
            unique=True,
            postgresql_where=sa.text("left_at IS NULL"),
            sqlite_where=sa.text("left_at IS NULL"),
        )

    op.create_table(
        "waiting",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("chat_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("roster", sa.Text(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False, comment="local day on which any slot will do"),
        sa.Column("form", sa.Text(), nullable=False, comment="the answers given, as JSON"),
        sa.Column("since", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False, comment="waiting, offered, taken, left, ended"),
        sa.Column("offered_start", sa.Text(), nullable=True),
        sa.Column("offered_until", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["chat_id"], ["chats.id"], name=op.f("fk_waiting_chat_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiting")),
        sa.UniqueConstraint("account", "chat_id", "roster", "day", name=op.f("uq_waiting_account_chat_id_roster_day")),
    )
    with op.batch_alter_table("waiting", schema=None) as batch_op:
        batch_op.create_index("ix_waiting_account_roster_day", ["account", "roster", "day"], unique=False)

    op.create_table(
        "reminders",
        sa.Column("booking", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False, comment="evening, hour"),
        sa.Column("due_at", sa.Text(), nullable=False),
        sa.Column("done_at", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["booking"], ["bookings.id"], name=op.f("fk_reminders_booking"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("booking", "kind", name=op.f("pk_reminders")),
    )
    with op.batch_alter_table("reminders", schema=None) as batch_op:
        batch_op.create_index(
            "ix_reminders_due_at",
            ["due_at"],
            unique=False,
            postgresql_where=sa.text("done_at IS NULL"),
            sqlite_where=sa.text("done_at IS NULL"),
        )


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("reminders", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_reminders_due_at", postgresql_where=sa.text("done_at IS NULL"), sqlite_where=sa.text("done_at IS NULL")
        )

    op.drop_table("reminders")
    with op.batch_alter_table("waiting", schema=None) as batch_op:
        batch_op.drop_index("ix_waiting_account_roster_day")

    op.drop_table("waiting")
    with op.batch_alter_table("members", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_members_active", postgresql_where=sa.text("left_at IS NULL"), sqlite_where=sa.text("left_at IS NULL")
        )
        batch_op.drop_index("ix_members_account")

    op.drop_table("members")
    with op.batch_alter_table("bookings", schema=None) as batch_op:
        batch_op.drop_index("ix_bookings_chat_id")
        batch_op.drop_index("ix_bookings_account_day")

    op.drop_table("bookings")
    with op.batch_alter_table("sessions", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_sessions_open", postgresql_where=sa.text("closed_at IS NULL"), sqlite_where=sa.text("closed_at IS NULL")
        )
        batch_op.drop_index("ix_sessions_account_day")

    op.drop_table("sessions")
    with op.batch_alter_table("seats", schema=None) as batch_op:
        batch_op.drop_index("ix_seats_chat_id")
        batch_op.drop_index("ix_seats_booking")
        batch_op.drop_index("ix_seats_account_starts_at")

    op.drop_table("seats")
    op.drop_table("invites")
    with op.batch_alter_table("absences", schema=None) as batch_op:
        batch_op.drop_index("ix_absences_account_to_at")

    op.drop_table("absences")
    with op.batch_alter_table("chats", schema=None) as batch_op:
        batch_op.drop_column("post")
