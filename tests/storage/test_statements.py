"""Statements become text and positions once, for both databases."""

import importlib
import pkgutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Executable, Text, bindparam, insert, select
from sqlalchemy.engine import Dialect

import storage
from storage.chats import OPEN_CHAT
from storage.keys import _offer
from storage.postgres import PostgresDriver
from storage.schema import chats, keys
from storage.sqlite import SqliteDriver
from storage.statements import Prepared, preparer

DIALECTS = {"sqlite": SqliteDriver.dialect, "postgresql": PostgresDriver.dialect}


def _statements() -> Iterator[tuple[str, Executable]]:
    """Every statement that stands at the top of a module of storage."""
    for module in pkgutil.iter_modules(storage.__path__, "storage."):
        if not module.ispkg:
            for name, value in vars(importlib.import_module(module.name)).items():
                if isinstance(value, Executable) and getattr(value, "is_dml", False) | getattr(
                    value, "is_select", False
                ):
                    yield f"{module.name}.{name}", value


STATEMENTS = dict(_statements())


@pytest.mark.parametrize("database", DIALECTS)
def test_every_statement_compiles_for_both_databases(database: str) -> None:
    prepare = preparer(DIALECTS[database])
    wrong: dict[str, object] = {}
    for name, statement in STATEMENTS.items():
        try:
            prepared = prepare(statement)
        except Exception as error:  # SQLAlchemy raises many kinds; all statements are to be named
            wrong[name] = error
            continue
        first = "$1" if database == "postgresql" else "?"
        marks = prepared.sql.count("?") if database == "sqlite" else len(prepared.names)
        if not prepared.sql or (prepared.names and first not in prepared.sql) or marks != len(prepared.names):
            wrong[name] = prepared
    assert not wrong


def test_sqlite_takes_every_statement(sqlite_template: Path) -> None:
    prepare = preparer(SqliteDriver.dialect)
    wrong: dict[str, object] = {}
    connection = sqlite3.connect(f"file:{sqlite_template}?mode=ro", uri=True)
    try:
        for name, statement in STATEMENTS.items():
            prepared = prepare(statement)
            try:
                plan = connection.execute(f"EXPLAIN {prepared.sql}", [None] * len(prepared.names)).fetchall()
            except sqlite3.Error as error:
                wrong[name] = error
                continue
            if not plan:
                wrong[name] = prepared
    finally:
        connection.close()
    assert not wrong


def test_statements_are_found_at_all() -> None:
    assert {"storage.chats.OPEN_CHAT", "storage.outbox._claim", "storage.inbox._take"} <= set(STATEMENTS)


@pytest.mark.parametrize("database", DIALECTS)
def test_a_postgresql_upsert_is_understood_by_sqlite_too(database: str) -> None:
    prepare = preparer(DIALECTS[database])
    assert "ON CONFLICT (channel, account, chat) DO UPDATE SET" in prepare(OPEN_CHAT).sql
    assert "RETURNING" in prepare(OPEN_CHAT).sql
    assert "ON CONFLICT DO NOTHING" in prepare(_offer).sql


@pytest.mark.parametrize("dialect", DIALECTS.values(), ids=list(DIALECTS))
def test_arguments_stand_in_the_order_of_their_places_with_fixed_values_between(dialect: Dialect) -> None:
    statement = insert(keys).values(value="fixed", name=bindparam("name"))
    prepared = preparer(dialect)(statement)
    arguments = prepared.arguments({"name": "n", "not used": 1})
    assert dict(zip(prepared.names, arguments, strict=True)) == {"name": "n", "value": "fixed"}


@pytest.mark.parametrize("dialect", DIALECTS.values(), ids=list(DIALECTS))
def test_one_parameter_in_two_places_is_given_once(dialect: Dialect) -> None:
    wanted = bindparam("wanted", type_=Text)
    prepared = preparer(dialect)(select(chats).where((chats.c.channel == wanted) | (chats.c.account == wanted)))
    places = 2 if dialect.name == "sqlite" else len(prepared.names)
    assert prepared.arguments({"wanted": "x"}) == ["x"] * places


def test_a_parameter_that_is_missing_is_a_mistake_of_ours() -> None:
    prepared = preparer(SqliteDriver.dialect)(OPEN_CHAT)
    with pytest.raises(KeyError, match="channel"):
        prepared.arguments({"account": "anh-son", "chat": "1", "language": "vi", "now": ""})


def test_a_given_value_of_none_is_not_missing() -> None:
    assert Prepared("?", ("a",), {"a": 1}).arguments({"a": None}) == [None]


def test_a_statement_is_compiled_once() -> None:
    prepare = preparer(SqliteDriver.dialect)
    assert prepare(OPEN_CHAT) is prepare(OPEN_CHAT)
    made = [prepare(select(keys.c.name).limit(number)).arguments({}) for number in range(1, 50)]
    assert [one[0] for one in made] == list(range(1, 50)), "a short-lived statement must not get another one's text"
