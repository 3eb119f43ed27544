"""Rows as they lie in the database, for looking at what no part of the service needs to read."""

import sqlite3
from contextlib import closing

import asyncpg

Row = dict[str, str]


async def rows_of(url: str, statement: str) -> list[Row]:
    """Return the rows of a SELECT on either database."""
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.split(":///", 1)[1], timeout=30)) as raw:
            raw.row_factory = sqlite3.Row
            return [dict(row) for row in raw.execute(statement)]
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    try:
        return [dict(row) for row in await connection.fetch(statement)]
    finally:
        await connection.close()
