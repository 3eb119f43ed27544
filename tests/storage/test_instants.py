"""Points in time as text: nothing is lost, and text sorts as time does."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.instants import NaiveInstant, from_text, to_text

ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
INSTANTS = st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=ZONES)  # noqa: DTZ001  # hypothesis adds the zone


@settings(deadline=None)
@given(INSTANTS)
def test_what_is_written_is_read_back_in_utc(instant: datetime) -> None:
    read = from_text(to_text(instant))
    assert read == instant
    assert read.utcoffset() == timedelta(0)
    assert to_text(read) == to_text(instant)


@settings(deadline=None)
@given(INSTANTS, INSTANTS)
def test_text_sorts_as_time_does(one: datetime, other: datetime) -> None:
    assert (to_text(one) < to_text(other)) == (one < other)
    assert (to_text(one) == to_text(other)) == (one == other)
    assert len(to_text(one)) == len(to_text(other))


def test_an_hour_in_vietnam_is_written_in_utc() -> None:
    home = timezone(timedelta(hours=7))
    assert to_text(datetime(2026, 11, 23, 7, 30, tzinfo=home)) == "2026-11-23T00:30:00.000000+00:00"
    assert from_text("2026-11-23T00:30:00.000000+00:00") == datetime(2026, 11, 23, 0, 30, tzinfo=UTC)


def test_an_instant_without_its_zone_is_refused() -> None:
    with pytest.raises(NaiveInstant):
        to_text(datetime(2026, 11, 23))  # noqa: DTZ001  # that is what is tested
    with pytest.raises(NaiveInstant):
        from_text("2026-11-23T00:30:00")
