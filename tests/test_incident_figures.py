"""Figures of incidents against cases computed by hand, and a property of the availability; the command prints them."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.incidents import print_draft, tell
from bot.settings import Settings
from content.dates import HOME
from content.library import Library
from handlers.incident_figures import IncidentFigures, count
from storage.database import Database
from storage.incidents import Incident
from storage.members import Member
from storage.upgrade import upgrade
from tests.conftest import CONTENT

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
MONDAY, WEDNESDAY = date(2026, 11, 23), date(2026, 11, 25)  # Tuesday 24/11 is a day off
NOW = datetime(2026, 11, 30, 17, tzinfo=HOME)


def _at(text: str) -> datetime:
    day, clock = text.split()
    hour, minute = clock.split(":")
    return datetime(2026, 11, int(day), int(hour), int(minute), tzinfo=HOME)


def _one(kind: str, found: str, restored: str = "", **more: object) -> Incident:
    state = "closed" if restored else "open"
    fields = {"state": state, "restored": _at(restored) if restored else None, **more}
    at = _at(found)
    return Incident("i", "tan-an", "2E3B4C", kind, None, "van-phong", "m", at, at, **fields)  # type: ignore[arg-type]  # by name


def _figures(
    library: Library, *every: Incident, now: datetime = NOW, first: date = MONDAY, began: datetime | None = LONG_AGO
) -> IncidentFigures:
    return count(library.communes["tan-an"], every, (), (first, WEDNESDAY), now, began)


# Tân An opens 7:30-11:30 and 13:30-17:00: 450 minutes on Monday, 450 on Wednesday.


def test_without_an_outage_everything_was_available(library: Library) -> None:
    figures = _figures(library)
    assert (figures.opening_minutes, figures.outage_minutes, figures.availability) == (900, 0, 100.0)
    assert (figures.restored_in_time, figures.restored_of) == (0, 0)
    assert figures.minutes_until_taken is None


def test_before_anybody_could_report_nothing_is_claimed(library: Library) -> None:
    assert _figures(library, began=None).availability is None
    assert _figures(library, began=_at("25 16:00")).opening_minutes == 60
    assert _figures(library, first=date(2026, 11, 25), began=_at("26 8:00")).availability is None


def test_an_outage_over_lunch_and_night_and_a_day_off_counts_opening_minutes_only(library: Library) -> None:
    # Monday 11:00-11:30 (30) and 13:30-17:00 (210), Tuesday off, Wednesday 7:30-8:00 (30): 270 of 900.
    figures = _figures(library, _one("network", "23 11:00", "25 8:00"))
    assert (figures.outage_minutes, figures.availability) == (270, 70.0)
    assert (figures.restored_in_time, figures.restored_of) == (0, 1)  # 45 hours


def test_two_at_once_count_once_and_printers_and_mistakes_not_at_all(library: Library) -> None:
    every = (
        _one("network", "23 8:00", "23 9:00"),
        _one("software", "23 8:30", "23 10:00"),
        _one("device", "23 13:30", "23 16:00"),
        _one("network", "23 14:00", "23 15:00", state="withdrawn"),
        _one("leak", "25 8:00", "25 9:00"),
    )
    figures = _figures(library, *every)
    assert (figures.outage_minutes, figures.availability) == (120, 86.66)  # 780 of 900, rounded down
    assert figures.reported == 4
    assert figures.by_kind == {"network": 1, "software": 1, "device": 1, "leak": 1}
    assert (figures.restored_in_time, figures.restored_of) == (3, 3)


def test_what_still_lasts_counts_up_to_now_and_is_judged_after_24_hours(library: Library) -> None:
    still = _one("software", "25 9:00")
    figures = _figures(library, still, now=_at("25 10:00"))
    assert (figures.opening_minutes, figures.outage_minutes) == (600, 60)
    assert (figures.restored_of, figures.open) == (0, 1)
    assert _figures(library, still, now=_at("26 9:00")).restored_of == 1
    exactly = _one("software", "25 9:00", "26 9:00")
    assert _figures(library, exactly).restored_in_time == 1


def test_an_outage_that_began_before_the_span_counts_inside_it(library: Library) -> None:
    figures = _figures(library, _one("network", "20 16:00", "23 8:00"))
    assert figures.outage_minutes == 30
    assert figures.reported == 0


def test_serious_ones_by_year_and_the_middle_time_until_somebody_took_it(library: Library) -> None:
    every = (
        _one("leak", "23 8:00", serious=True, taken=_at("23 8:10")),
        _one("leak", "23 9:00", serious=False, taken=_at("23 9:30")),
        _one("device", "23 9:00", taken=_at("23 9:50")),
    )
    figures = _figures(library, *every, first=date(2025, 1, 1))
    assert figures.serious == {"2025": 0, "2026": 1}
    assert figures.not_judged == 1
    assert figures.minutes_until_taken == 30


minutes = st.integers(min_value=-2_000, max_value=6_000)
spans = st.lists(st.tuples(minutes, st.integers(min_value=0, max_value=3_000)), max_size=6)


@pytest.fixture(scope="module")
def opening(library: Library) -> list[int]:
    """The minutes from Monday 0:00 on in which the centre is open."""
    is_open = library.communes["tan-an"].calendar.is_open
    return [minute for minute in range(3 * 1_440) if is_open(_at("23 0:00") + timedelta(minutes=minute))]


@given(spans=spans)
def test_availability_is_what_counting_minute_by_minute_gives(
    library: Library, opening: list[int], spans: list[tuple[int, int]]
) -> None:
    start = _at("23 0:00")
    lasted = [(start + timedelta(minutes=begin), timedelta(minutes=length)) for begin, length in spans]
    every = [replace(_one("network", "23 0:00"), found=at, restored=at + length) for at, length in lasted]
    figures = _figures(library, *every)
    lost = sum(any(begin <= minute < begin + length for begin, length in spans) for minute in opening)
    assert (figures.opening_minutes, figures.outage_minutes) == (len(opening), lost)
    assert figures.availability == (len(opening) - lost) * 10_000 // len(opening) / 100
    assert 0 <= figures.availability <= 100


async def test_the_command_prints_figures_and_a_draft(tmp_path: Path) -> None:
    settings = Settings(database=f"sqlite+aiosqlite:///{tmp_path}/bot.db", content=CONTENT)
    await upgrade(settings.database)
    database = Database(settings.database)
    await database.open()
    one = Incident("i", "nghia-tho", "2E3B4C", "leak", "gui-nham", "kinh-te", "m", _at("23 8:00"), _at("23 8:00"))
    async with database.begin() as store:
        await store.incidents.add(one)
        member = Member("m", "nghia-tho", 1, "kinh-te", "officer", "Cán bộ")
        store.incidents.note("n", one, "reported", member, _at("23 8:00"), "bảng điểm")
    await database.close()
    text = await tell(settings, "nghia-tho", MONDAY, WEDNESDAY, NOW, as_json=False)
    assert "0/2" in text  # days checked
    assert "Đã báo: 1" in text
    draft = await print_draft(settings, "nghia-tho", "2e3b4c", NOW)
    assert "bảng điểm" in draft
    assert "8:00 23/11/2026" in draft
    assert "UBND" in draft or "Ủy ban" in draft
    await database.open()
    async with database.read() as store:
        rows = await store.ledger.rows("nghia-tho")
        assert (await store.ledger.verify("nghia-tho"))[1] is None
    await database.close()
    assert [(row["action"], row["subject"], row["post"]) for row in rows] == [
        ("notification drafted", "incident/i", "")
    ]
    told = json.loads(await tell(settings, "nghia-tho", MONDAY, WEDNESDAY, NOW, as_json=True))
    assert told["days_due"] == 2
    assert [(row["code"], row["noticed"]) for row in told["incidents"]] == [("2E3B4C", "2026-11-23T08:00+07:00")]
    with pytest.raises(SystemExit):
        await tell(settings, "nowhere", MONDAY, WEDNESDAY, NOW, as_json=True)
