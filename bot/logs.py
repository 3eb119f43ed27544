"""Logs without personal data: events with keys and counts, never what somebody wrote, secrets cut out."""

import logging
import re
import sys
import traceback
from collections.abc import Iterable
from types import TracebackType
from typing import Any

import structlog

# Six digits or more in a row may be a phone or identity number; ids of ours are shorter or not numbers.
_LONG_NUMBER = re.compile(r"\d(?:[ .-]?\d){5,}")
_BOT_TOKEN = re.compile(r"\d{6,}:[A-Za-z0-9_-]{30,}")
_NUMBERS_STAY = frozenset({"timestamp", "level", "url"})


class Redactor:
    """Cuts secrets and long numbers out of a log record."""

    def __init__(self, secrets: Iterable[str]) -> None:
        self._secrets = tuple(sorted(secrets, key=len, reverse=True))

    def text(self, text: str) -> str:
        """Return text without secrets and long numbers."""
        return _LONG_NUMBER.sub("…", self._without_secrets(text))

    def _without_secrets(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return _BOT_TOKEN.sub("***", text)

    def _value(self, value: Any) -> Any:
        if value is None or isinstance(value, bool | float):
            return value
        if isinstance(value, int):
            return value if abs(value) < 100_000 else self.text(str(value))
        if isinstance(value, dict):
            return {self.text(str(name)): self._value(inner) for name, inner in value.items()}
        if isinstance(value, list | tuple | set | frozenset):
            return [self._value(inner) for inner in value]
        return self.text(str(value))

    def __call__(self, _: Any, __: str, event: Any) -> Any:
        """Redact a structlog event."""
        for name, value in event.items():
            if name in _NUMBERS_STAY:
                event[name] = self._without_secrets(str(value))
            elif not name.startswith("_"):  # those are structlog's own
                event[name] = self._value(value)
        event.setdefault("event", "")
        return event


def without_messages(exc_info: tuple[type[BaseException], BaseException, TracebackType | None]) -> str:
    """Return a traceback that names types and places only.

    The message of an exception quotes what it could not digest, which may be what a citizen wrote:
    int("mất căn cước") does. Only the operating system's own messages stay.
    """
    lines = []
    error: BaseException | None = exc_info[1]
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        said = f": {error}" if isinstance(error, OSError) else ""
        lines.append(f"{type(error).__module__}.{type(error).__qualname__}{said}")
        lines += [
            f"  {frame.filename}:{frame.lineno} in {frame.name}" for frame in traceback.extract_tb(error.__traceback__)
        ]
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\n".join(lines)


def configure(style: str, secrets: Iterable[str]) -> None:
    """Send our own and the libraries' records through the redactor to standard error."""
    redactor = Redactor(secrets)
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.ExceptionRenderer(without_messages),
        redactor,
    ]
    renderer: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if style == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(processor=renderer, foreign_pre_chain=shared))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    # These write whole URLs (with tokens) or every single tick at INFO.
    for name in ("httpx", "httpcore", "apscheduler", "aiohttp.access", "telegram", "alembic", "watchfiles"):
        logging.getLogger(name).setLevel(logging.WARNING)
