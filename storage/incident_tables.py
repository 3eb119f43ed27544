"""The tables of incidents and of the start-of-day check. They hold posts and things, and hang on no chat."""

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, Text, UniqueConstraint, text

from storage.schema import metadata

incidents = Table(
    "incidents",
    metadata,
    Column("id", Text, primary_key=True),
    Column("account", Text, nullable=False),
    Column("code", Text, nullable=False, comment="six characters with one E: no booking's, no case's"),
    Column("kind", Text, nullable=False, comment="device, network, software, leak, emergency"),
    Column("thing", Text, comment="what of the usual list; null: told in words"),
    Column("unit", Text, nullable=False, comment="where: the unit of who reported it"),
    Column("reported_by", Text, nullable=False, comment="member id"),
    Column("reported_at", Text, nullable=False),
    Column("found_at", Text, nullable=False, comment="when it was noticed: from here the clocks run"),
    Column("state", Text, nullable=False, comment="open, closed, withdrawn (reported by mistake)"),
    Column("rung", Integer, nullable=False, server_default="0", comment="how many rungs of the ladder were told"),
    Column("told_at", Text, comment="when the first rung was told; null: nobody yet"),
    Column("taken_by", Text, comment="member id"),
    Column("taken_at", Text),
    Column("restored_at", Text, comment="when it worked again"),
    Column("closed_at", Text),
    Column("serious", Integer, comment="1 or 0 as the police or a leader judged it; null: not judged"),
    Column("found_by_check", Text, comment="day and item of the start-of-day check that found it"),
    UniqueConstraint("account", "code"),
    UniqueConstraint("account", "found_by_check"),
    Index("ix_incidents_account_found_at", "account", "found_at"),
    Index(
        "ix_incidents_open",
        "reported_at",
        postgresql_where=text("state = 'open'"),
        sqlite_where=text("state = 'open'"),
    ),
)

incident_history = Table(
    "incident_history",
    metadata,
    Column("id", Text, primary_key=True),
    Column("incident", Text, ForeignKey("incidents.id", ondelete="CASCADE"), nullable=False),
    Column("at", Text, nullable=False),
    Column("what", Text, nullable=False, comment="reported, noted, found, taken, closed, reopened…"),
    Column("words", Text, nullable=False, server_default="", comment="long numbers are masked"),
    Column("member", Text, nullable=False, comment="member id"),
    Column("role", Text, nullable=False, comment="the role in which it was done"),
    Index("ix_incident_history_incident", "incident"),
)

incident_clocks = Table(
    "incident_clocks",
    metadata,
    Column("incident", Text, ForeignKey("incidents.id", ondelete="CASCADE"), primary_key=True),
    Column("clock", Text, primary_key=True, comment="id of the duty in incidents.yaml"),
    Column("warn_at", Text, nullable=False),
    Column("due_at", Text, nullable=False),
    Column("said", Integer, nullable=False, server_default="0", comment="1: warned of, 2: said to be late"),
    Column("done_at", Text, comment="when the notification went to the authority"),
)

start_checks = Table(
    "start_checks",
    metadata,
    Column("account", Text, primary_key=True),
    Column("day", Text, primary_key=True),
    Column("asked_at", Text, nullable=False),
    Column("escalated_at", Text, comment="when the head was told that nobody had checked"),
)

start_check_entries = Table(
    "start_check_entries",
    metadata,
    Column("account", Text, primary_key=True),
    Column("day", Text, primary_key=True),
    Column("number", Integer, primary_key=True, comment="1 is the check, what follows are corrections: all are kept"),
    Column("at", Text, nullable=False),
    Column("member", Text, nullable=False, comment="member id"),
    Column("role", Text, nullable=False, comment="the role in which it was done"),
    Column("failed", Text, nullable=False, comment="ids of the items that failed, separated by blanks"),
)

# What somebody has marked and not sent yet: the rows of a day go when its check is sent.
start_check_marks = Table(
    "start_check_marks",
    metadata,
    Column("account", Text, primary_key=True),
    Column("day", Text, primary_key=True),
    Column("number", Integer, primary_key=True, comment="of the entry that is being made"),
    Column("member", Text, primary_key=True, comment="member id"),
    Column("failed", Text, nullable=False, comment="ids of the items marked, separated by blanks"),
)
