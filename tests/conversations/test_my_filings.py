"""Việc của tôi: a list that can be read on a telephone, whatever the plan asks for."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from content.library import Library
from handlers.my_filings import folded
from storage.database import Database
from storage.filings import Filing
from tests.citizen import Citizen
from tests.conversations.deadlines import at, tick
from tests.conversations.staff import join, values
from tests.fakes import FakeClock
from tests.simulation.town import POSTS

People = Callable[..., Citizen]
MOST_LETTERS = 1_200  # of one message: more is not read on a telephone
MOST_PAGES = 4
NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)


def _filing(obligation: str, days: int, unit: str = "kinh-te") -> Filing:
    due = NOW + timedelta(days=days)
    return Filing(f"{obligation} {unit} {days}", "anh-son", obligation, unit, "2026", due, due)


def test_what_is_late_or_near_stands_alone_and_the_rest_is_folded_into_its_next_occurrence() -> None:
    found = [
        _filing("weekly", -3),
        _filing("weekly", 4),
        _filing("weekly", 14),
        _filing("monthly", 20),
        _filing("weekly", 21),
        _filing("weekly", 21, "cong-an"),
        _filing("weekly", 28),
        _filing("monthly", 50),
    ]
    assert [(one.filing.id, one.later) for one in folded(found, NOW)] == [
        ("weekly kinh-te -3", 0),
        ("weekly kinh-te 4", 0),
        ("weekly kinh-te 14", 2),
        ("monthly kinh-te 20", 1),
        ("weekly cong-an 21", 0),
    ]


@pytest.mark.parametrize("day", [date(2026, 11, 23), date(2026, 12, 28)])
async def test_my_tasks_stay_readable_for_the_busiest_of_77(
    citizen: People, databases: list[Database], clock: FakeClock, library: Library, day: date
) -> None:
    posts = [(unit, role) for unit, role, _ in POSTS if role in {"officer", "focal", "helper"}]
    people = {
        f"{unit}.{role}": await join(citizen(2 * letter), databases[0], clock, unit, role)
        for letter, (unit, role) in zip("BCDFGHJKMNPQRST", posts, strict=False)
    }
    assert len(people) == len(posts)
    for _ in range(5):
        await tick(databases, library, clock)
    clock.at = at(day)
    lengths = {}
    for unit, person in people.items():
        await person.taps("tasks")
        pages = 1
        lengths[unit] = [len(person.told)]
        while forward := [value for value in values(person) if value == f"tasks/{8 * pages}"]:
            await person.taps(forward[0])
            lengths[unit].append(len(person.told))
            pages += 1
    assert max(max(found) for found in lengths.values()) <= MOST_LETTERS
    assert max(len(found) for found in lengths.values()) <= MOST_PAGES


async def test_who_has_nothing_to_send_is_led_to_what_waits_for_them(
    citizen: People, databases: list[Database], clock: FakeClock
) -> None:
    hung = await join(citizen("hung"), databases[0], clock, "kinh-te", "head")
    assert await hung.says("việc của tôi") == ["task.nothing"]
    assert await hung.taps("filing_waiting") == ["filing.nothing_waits"]
    an = await join(citizen("an"), databases[0], clock, "kinh-te")
    await an.says("việc của tôi")
    assert "filing_waiting" not in values(an)


@pytest.mark.parametrize(
    "said",
    [
        "báo cáo",
        "nộp báo cáo",
        "Báo cáo quý IV",
        "gửi báo cáo tuần",
        "chưa báo cáo được",
        "tiến độ báo cáo",
        "xem bao cao",
    ],
)
async def test_an_official_who_says_report_means_what_they_have_to_send(
    citizen: People, databases: list[Database], clock: FakeClock, said: str
) -> None:
    an = await join(citizen("an"), databases[0], clock, "kinh-te")
    assert await an.says(said) == ["task.nothing"]
    lan = citizen("lan")
    await lan.says("menu")
    assert await lan.says(said) not in (["task.nothing"], ["feedback.not_taken"])  # no denunciation either
