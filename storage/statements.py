"""SQLAlchemy Core statements as text and positions, compiled once for each database."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Executable
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.compiler import SQLCompiler

Params = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Prepared:
    """SQL text of one database with the names of its parameters in order and the values fixed in the statement."""

    sql: str
    names: tuple[str, ...]
    fixed: Mapping[str, Any]

    def arguments(self, params: Params) -> list[Any]:
        """Return the values in the order of the placeholders. Raises KeyError when one is missing."""
        return [params[name] if name in params else self.fixed[name] for name in self.names]


def preparer(dialect: Dialect) -> Callable[[Executable], Prepared]:
    """Return a function that compiles a statement for `dialect` and remembers the result.

    Statements are module constants, so the cache is keyed by identity and holds the statement itself: a
    short-lived statement could otherwise hand its id on to another one.
    """
    cache: dict[int, tuple[Executable, Prepared]] = {}

    def prepare(statement: Executable) -> Prepared:
        known = cache.get(id(statement))
        if known is not None:
            return known[1]
        prepared = _compile(statement, dialect)
        cache[id(statement)] = (statement, prepared)
        return prepared

    return prepare


def _compile(statement: Executable, dialect: Dialect) -> Prepared:
    compiled = statement.compile(dialect=dialect)  # type: ignore[attr-defined]  # every Executable we write is a ClauseElement
    assert isinstance(compiled, SQLCompiler)
    names: Sequence[str] = compiled.positiontup or ()
    fixed = {str(name): bind.value for name, bind in compiled.binds.items() if not bind.required}
    return Prepared(str(compiled), tuple(names), fixed)
