"""Points in time as fixed-width text, so that both databases sort and compare them alike."""

from datetime import UTC, date, datetime


class NaiveInstant(ValueError):
    """A point in time was given without its time zone."""


def to_text(instant: datetime) -> str:
    """Return an aware instant as UTC text with microseconds, such as 2026-11-22T10:47:33.000000+00:00.

    Raises NaiveInstant for a datetime without a zone: guessing one has lost people their appointments elsewhere.
    """
    if instant.tzinfo is None:
        raise NaiveInstant(f"{instant!r} has no time zone")
    return instant.astimezone(UTC).isoformat(timespec="microseconds")


def from_text(text: str) -> datetime:
    """Return the aware UTC instant that `to_text` wrote."""
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise NaiveInstant(f"{text!r} has no time zone")
    return instant


def month_of(day: date) -> str:
    """Return the month of a local day, such as 2026-11: never equal to the text of a day."""
    return day.isoformat()[:7]
