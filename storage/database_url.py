"""The `database` setting. Apart from the database itself, so that reading the settings loads no driver and no table."""

from pathlib import Path

from sqlalchemy.engine import URL, make_url


class UnknownDatabase(ValueError):
    """The `database` setting names neither sqlite+aiosqlite nor postgresql+asyncpg."""


def parse_url(url: str) -> URL:
    """Return the setting as a URL. Raises UnknownDatabase with the sentence an administrator reads."""
    try:
        parsed = make_url(url)
    except Exception as error:  # SQLAlchemy raises ArgumentError or ValueError depending on what is wrong
        raise UnknownDatabase("not a database URL") from error
    if parsed.drivername not in {"sqlite+aiosqlite", "postgresql+asyncpg"}:
        raise UnknownDatabase("expected sqlite+aiosqlite:///path or postgresql+asyncpg://user@host/name")
    if parsed.drivername.startswith("sqlite") and not parsed.database:
        raise UnknownDatabase("an in-memory SQLite database would forget everything; give a path")
    return parsed


def missing_file(url: str) -> Path | None:
    """Return the SQLite file that is not there, so that opening it would make one; None when it is, and of a server."""
    parsed = parse_url(url)
    file = Path(str(parsed.database))
    return file if parsed.get_backend_name() == "sqlite" and not file.is_file() else None


def place_of(url: str) -> str:
    """Return where the database is, without its user and password: the path of the file, or server and name."""
    parsed = parse_url(url)
    return str(parsed.database) if parsed.host is None else f"{parsed.host}/{parsed.database}"
