"""Logs without personal data: events with keys and counts, never what somebody wrote, secrets cut out."""

import logging
import re
import sys
from collections.abc import Iterable
from typing import Any

import structlog

# Six digits or more in a row may be a phone or identity number; ids of ours are shorter or not numbers.
_LONG_NUMBER = re.compile(r"\d(?:[ .-]?\d){5,}")
_UNTOUCHED = frozenset({"timestamp", "level", "event", "url"})


class Redactor:
    """Cuts secrets and long numbers out of a log record."""

    def __init__(self, secrets: Iterable[str]) -> None:
        self._secrets = tuple(sorted(secrets, key=len, reverse=True))

    def text(self, text: str) -> str:
        """Return text without secrets and long numbers."""
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return _LONG_NUMBER.sub("…", text)

    def __call__(self, _: Any, __: str, event: Any) -> Any:
        """Redact a structlog event."""
        for name, value in event.items():
            if name not in _UNTOUCHED and isinstance(value, str):
                event[name] = self.text(value)
        event["event"] = self.text(str(event.get("event", "")))
        return event


def configure(style: str, secrets: Iterable[str]) -> None:
    """Send our own and the libraries' records through the redactor to standard error."""
    redactor = Redactor(secrets)
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
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
