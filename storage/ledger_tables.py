"""The tables of the ledger, the triggers that keep it append-only, and the table of leaves."""

from sqlalchemy import Column, Index, Integer, Table, Text, text

from storage.schema import metadata

ledger = Table(
    "ledger",
    metadata,
    Column("account", Text, primary_key=True),
    Column("number", Integer, primary_key=True, comment="1, 2, 3… without a gap"),
    Column("at", Text, nullable=False),
    Column("post", Text, nullable=False, comment="member id; empty: the service itself"),
    Column("unit", Text, nullable=False),
    Column("role", Text, nullable=False, comment="the role that was used"),
    Column("action", Text, nullable=False),
    Column("subject", Text, nullable=False, comment="what it was done to, such as feedback/<id>"),
    Column("detail", Text, nullable=False, comment="JSON without personal data"),
    Column("hash", Text, nullable=False, comment="SHA-256 over the hash before and the rest of the row"),
)

# The row that makes appending wait its turn, and by which rows cut off at the end are missed.
ledger_heads = Table(
    "ledger_heads",
    metadata,
    Column("account", Text, primary_key=True),
    Column("number", Integer, nullable=False),
    Column("hash", Text, nullable=False),
)

leaves = Table(
    "leaves",
    metadata,
    Column("id", Text, primary_key=True),
    Column("account", Text, nullable=False),
    Column("member", Text, nullable=False, comment="member id of who is away"),
    Column("from_at", Text, nullable=False),
    Column("to_at", Text, nullable=False, comment="first instant back at work; moved when they come back early"),
    Column("deputy", Text, comment="member id; null: the head has not named one yet"),
    Column("created_at", Text, nullable=False),
    Column("begun_at", Text, comment="when both were told that it begins"),
    Column("ended_at", Text, comment="when both were told that it is over, or it was taken back"),
    Index("ix_leaves_account_to_at", "account", "to_at"),
    Index(
        "ix_leaves_untold", "to_at", postgresql_where=text("ended_at IS NULL"), sqlite_where=text("ended_at IS NULL")
    ),
)

SQLITE_TRIGGERS = (
    "CREATE TRIGGER ledger_no_update BEFORE UPDATE ON ledger "
    "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END",
    "CREATE TRIGGER ledger_no_delete BEFORE DELETE ON ledger "
    "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END",
    # INSERT OR REPLACE deletes without firing the trigger above.
    "CREATE TRIGGER ledger_no_replace BEFORE INSERT ON ledger "
    "WHEN EXISTS (SELECT 1 FROM ledger WHERE account = NEW.account AND number = NEW.number) "
    "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END",
)
POSTGRES_TRIGGERS = (
    "CREATE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'the ledger is append-only'; END $$",
    "CREATE TRIGGER ledger_no_change BEFORE UPDATE OR DELETE ON ledger FOR EACH ROW EXECUTE FUNCTION ledger_refuse()",
    "CREATE TRIGGER ledger_no_truncate BEFORE TRUNCATE ON ledger FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse()",
)
