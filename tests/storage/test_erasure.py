"""Erasing a chat leaves nothing that hangs on it, in whatever table it stands (Luật 91/2025/QH15, art. 4 and 14)."""

from typing import Any

import pytest
from sqlalchemy import Column, Integer, Table, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from storage.chats import Address
from storage.database import Database
from storage.schema import metadata
from tests.fakes import FakeClock

# Bookings stay as bare figures: handlers.booked.forget_bookings cancels them and takes name and phone out
# (tests/conversations/test_booking.py); the link to the chat goes with the chat.
COUNTED = {"bookings", "feedback"}
HANGING = [table for table in metadata.sorted_tables if "chat_id" in table.columns]


def _value(column: Column[Any], mark: str) -> object:
    return 1 if isinstance(column.type, Integer) else mark


async def _fill(connection: AsyncConnection, table: Table, known: dict[str, int], mark: str) -> None:
    """Insert one row with something in every column, after the rows it refers to."""
    values: dict[str, object] = {}
    for column in table.columns:
        if column.name == "chat_id":
            values[column.name] = known["chats"]
        elif column.foreign_keys:
            parent = next(iter(column.foreign_keys)).column.table
            if parent.name not in known:
                if column.nullable:
                    continue
                await _fill(connection, parent, known, mark)
            values[column.name] = known[parent.name]
        elif column is not table.autoincrement_column:
            values[column.name] = _value(column, mark)
    key = next(iter(table.primary_key.columns))
    known[table.name] = (await connection.execute(insert(table).values(values).returning(key))).scalar_one()


async def _count(url: str, table: Table, chat_id: int) -> int:
    engine = create_async_engine(url)
    try:
        async with engine.connect() as connection:
            query = select(func.count()).select_from(table).where(table.c.chat_id == chat_id)
            return int((await connection.execute(query)).scalar_one())
    finally:
        await engine.dispose()


@pytest.mark.parametrize("table", HANGING, ids=lambda table: str(table.name))
async def test_erasing_a_chat_empties_every_table_that_hangs_on_it(
    database_url: str, databases: list[Database], clock: FakeClock, table: Table
) -> None:
    ids = {}
    for name in ("lan", "minh"):
        async with databases[0].begin() as store:
            ids[name] = (await store.chats.open(Address("fake", "anh-son", name), "vi", clock.now())).id
    engine = create_async_engine(database_url)
    async with engine.begin() as connection:
        for name, chat_id in ids.items():
            await _fill(connection, table, {"chats": chat_id}, name)
    await engine.dispose()
    assert await _count(database_url, table, ids["lan"]) == 1
    async with databases[1].begin() as store:
        store.chats.erase(ids["lan"])
    assert await _count(database_url, table, ids["lan"]) == 0
    assert await _count(database_url, table, ids["minh"]) == 1


def test_tables_that_hang_on_a_chat_say_so_with_a_foreign_key() -> None:
    assert {table.name for table in HANGING} >= {"answers", "outbox"}
    for table in HANGING:
        [key] = table.c.chat_id.foreign_keys
        assert key.target_fullname == "chats.id", table.name
        assert key.ondelete == ("SET NULL" if table.name in COUNTED else "CASCADE"), table.name


async def test_whoever_comes_back_after_erasing_is_a_stranger(databases: list[Database], clock: FakeClock) -> None:
    address = Address("fake", "anh-son", "lan")
    async with databases[0].begin() as store:
        first = await store.chats.open(address, "en", clock.now())
        store.chats.erase(first.id)
    async with databases[1].begin() as store:
        assert await store.chats.find(address) is None
        again = await store.chats.open(address, "vi", clock.now())
    assert again.language == "vi"
    assert again.notice is None
