"""The figures: hand-computed months, the rules as properties, and the way from the database to the lines."""

import dataclasses
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.dates import HOME
from content.library import Commune, Library
from handlers.figure_words import heading, lines_of, show_share
from handlers.figures import Figures, Share, count
from handlers.session_figures import sessions_in, weeks_of
from storage.bookings import Booking, Visit
from storage.database import Database
from storage.duty import HeldSession
from tests.fakes import FakeClock

MONDAY = date(2026, 11, 2)
FIRST, LAST, TODAY = date(2026, 11, 2), date(2026, 11, 29), date(2026, 12, 1)  # four whole weeks, all over
NONE: tuple[HeldSession, ...] = ()


def _at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=HOME).astimezone(UTC)


def _visit(**changes: object) -> Visit:
    start = _at(MONDAY, 8)
    visit = Visit(
        day=MONDAY,
        roster="trung-tam",
        place="trung-tam",
        kind="centre",
        topic="khai-sinh",
        state="done",
        walk_in=False,
        needs_help=False,
        for_other=False,
        start=start,
        arrived_at=start,
        called_at=start,
        closed_at=start,
        operated="alone",
        reason=None,
    )
    return replace(visit, **changes)  # type: ignore[arg-type]


def _held(roster: str, day: date, hour: int = 8, *, closed: bool = True) -> HeldSession:
    opened = _at(day, hour)
    return HeldSession(roster, day, opened, opened + timedelta(hours=2) if closed else None)


def _waited(minutes: float) -> Visit:
    start = _at(MONDAY, 8)
    return _visit(arrived_at=start, called_at=start + timedelta(minutes=minutes))


def _plan(library: Library) -> Commune:
    """A commune whose plan promises two sessions a week, one online session and five points; two have a roster."""
    commune = library.communes["anh-son"]
    model = commune.rosters.rosters[0]
    places = [("trung-tam", "centre"), ("goi-video", "video"), *((f"thon-{number}", "village") for number in (1, 2, 3))]
    kinds = {"trung-tam": "centre", "to-ho-tro": "centre", "gio-truc-tuyen": "video", "goi-video": "video"}
    kinds |= {"thon-1": "village", "thon-2": "village"}
    where = {"to-ho-tro": "trung-tam", "gio-truc-tuyen": "goi-video"}
    rosters = tuple(
        model.model_copy(
            update={
                "id": name,
                "title": name,
                "kind": kind,
                "place": where.get(name, name),
                "counts_as": name if name in where else None,
            }
        )
        for name, kind in kinds.items()
    )
    promised = {one.id: one for one in commune.profile.sessions}
    sessions = (
        promised["to-ho-tro"].model_copy(update={"per_week": 2, "place": "trung-tam"}),
        promised["gio-truc-tuyen"].model_copy(update={"per_week": 1, "place": "goi-video"}),
    )
    place = commune.profile.places[0]
    shown = tuple(place.model_copy(update={"id": name, "name": name, "kind": kind}) for name, kind in places)
    return replace(
        commune,
        profile=commune.profile.model_copy(update={"places": shown, "sessions": sessions}),
        rosters=commune.rosters.model_copy(update={"rosters": rosters}),
    )


@pytest.fixture
def commune(library: Library) -> Commune:
    return _plan(library)


def _count(commune: Commune, visits: Sequence[Visit] = (), held: Sequence[HeldSession] = ()) -> Figures:
    return count(commune, visits, held, FIRST, LAST, TODAY)


def _values(figures: Figures, commune: Commune, library: Library) -> dict[str, str]:
    return dict(lines_of(figures, commune, library.speak("vi")))


def test_two_sessions_a_week_are_judged_week_by_week(commune: Commune) -> None:
    held = [
        _held("to-ho-tro", date(2026, 11, 3)),
        _held("to-ho-tro", date(2026, 11, 5), 14),  # first week: 2
        _held("to-ho-tro", date(2026, 11, 10)),
        _held("to-ho-tro", date(2026, 11, 12), 14, closed=False),  # never closed: second week: 1
        _held("trung-tam", date(2026, 11, 17)),  # another roster: third week: 0
        _held("to-ho-tro", date(2026, 11, 26)),
        _held("to-ho-tro", date(2026, 11, 26), 14),
        _held("to-ho-tro", date(2026, 11, 28)),  # fourth week: 3
    ]
    figures = _count(commune, held=held)
    quota = next(one for one in figures.quotas if one.id == "to-ho-tro")
    assert [(week.held, week.state) for week in quota.weeks] == [(2, "met"), (1, "missed"), (0, "missed"), (3, "met")]
    assert [week.first for week in quota.missed] == [date(2026, 11, 9), date(2026, 11, 16)]
    assert (quota.held, quota.met, quota.judged, figures.unclosed) == (6, 2, 4, 1)
    rosters = {one.id: (one.held, one.by_week) for one in figures.rosters}
    assert rosters["to-ho-tro"] == (6, (2, 1, 0, 3))
    assert rosters["trung-tam"] == (1, (0, 0, 1, 0))


def test_the_online_community_session_has_its_own_quota(commune: Commune) -> None:
    figures = _count(
        commune, held=[_held("gio-truc-tuyen", date(2026, 11, 4), 15), _held("goi-video", date(2026, 11, 9))]
    )
    online = [quota for quota in figures.quotas if quota.online]
    assert [quota.id for quota in online] == ["gio-truc-tuyen"]
    assert [week.state for week in online[0].weeks] == ["met", "missed", "missed", "missed"]


def test_opening_twice_in_one_morning_is_one_session() -> None:
    day = date(2026, 11, 3)
    assert sessions_in([_held("to-ho-tro", day, 8), _held("to-ho-tro", day, 10)]) == 1
    assert sessions_in([_held("to-ho-tro", day, 8), _held("to-ho-tro", day, 14), _held("to-ho-tro", day, 19)]) == 3
    assert sessions_in([_held("to-ho-tro", day, 8), _held("trung-tam", day, 8)]) == 2


@pytest.mark.parametrize(
    ("first", "last", "today", "states"),
    [
        # A quarter begins and ends in the middle of a week: those are not judged.
        (date(2026, 11, 4), date(2026, 11, 18), TODAY, ["partial", "missed", "partial"]),
        # This week is not over; it is on its last day.
        (date(2026, 11, 2), date(2026, 11, 15), date(2026, 11, 15), ["missed", "running"]),
        # Monday after: it is over.
        (date(2026, 11, 2), date(2026, 11, 8), date(2026, 11, 9), ["missed"]),
    ],
)
def test_only_whole_weeks_that_are_over_are_judged(
    commune: Commune, first: date, last: date, today: date, states: list[str]
) -> None:
    quota = count(commune, (), NONE, first, last, today).quotas[0]
    assert [week.state for week in quota.weeks] == states


def test_a_week_in_which_the_centre_was_closed_is_not_missed(library: Library) -> None:
    class Closed:
        def sessions(self, day: date) -> tuple[()]:
            return ()

    closed = replace(_plan(library), calendar=Closed())  # type: ignore[arg-type]
    assert {week.state for week in _count(closed).quotas[0].weeks} == {"off"}


def test_a_point_is_active_with_a_visit_or_a_held_session(commune: Commune) -> None:
    point = "thon-1"
    assert _count(commune).points.active == ()
    assert _count(commune, [_visit(place=point, kind="village")]).points.active == (point,)
    assert _count(commune, [_visit(place=point, kind="village", state="no_show")]).points.active == ()
    assert _count(commune, held=[_held(point, date(2026, 11, 7))]).points.active == (point,)
    assert _count(commune, held=[_held(point, date(2026, 11, 7), closed=False)]).points.active == ()
    assert _count(commune, [_visit()]).points.active == ()  # the centre is no village point
    assert _count(commune, [_visit(place="thon-3", kind="village")]).points.active == ()  # it has no roster
    points = _count(commune, [_visit(place="thon-2")], [_held("thon-1", MONDAY)]).points
    assert (points.active, points.known) == (("thon-1", "thon-2"), 2)


def test_a_point_whose_roster_has_ended_does_not_count(commune: Commune) -> None:
    ended = [one.model_copy(update={"until": date(2026, 11, 1)}) for one in commune.rosters.rosters]
    gone = replace(commune, rosters=commune.rosters.model_copy(update={"rosters": tuple(ended)}))
    assert _count(gone, [_visit(place="thon-1")]).points.known == 0


def test_five_points_are_only_asked_of_whose_plan_says_so(library: Library) -> None:
    assert _count(library.communes["anh-son"]).points.promised == 5
    assert _count(library.communes["tan-an"]).points.promised is None


def test_visits_are_counted_by_how_where_and_what_for(commune: Commune) -> None:
    visits = [
        _visit(),
        _visit(walk_in=True, needs_help=True, topic=None),
        _visit(kind="village", place="thon-1", state="arrived"),
        _visit(state="cancelled"),
        _visit(state="no_show"),
        _visit(state="booked"),
        _visit(day=date(2026, 12, 1)),  # outside of the span
    ]
    counted = _count(commune, visits).visits
    assert (counted.total, counted.booked, counted.walk_in, counted.extra_help) == (3, 2, 1, 1)
    assert counted.by_kind == {"centre": 2, "village": 1}
    assert counted.by_place == {"trung-tam": 2, "thon-1": 1}
    assert counted.by_topic == {"khai-sinh": 2, "-": 1}


def test_the_proxy_share_is_of_the_visits_with_a_known_operator(commune: Commune, library: Library) -> None:
    visits = [
        *[_visit()] * 2,
        *[_visit(operated="helped")] * 2,
        _visit(operated="typed", reason="elderly"),
        _visit(operated="typed", reason="other"),
        _visit(operated="typed"),
        *[_visit(operated=None)] * 4,
    ]
    figures = _count(commune, visits)
    assert figures.proxy.share == Share(3, 7, 3 / 7)
    assert figures.proxy.by_reason == {"elderly": 1, "none": 1, "other": 1}
    assert figures.proxy.flagged == 2
    shown = _values(figures, commune, library)
    assert shown["Cán bộ làm thay"] == "42,9% (3/7)"
    assert shown["Lý do làm thay: LÝ DO KHÁC"] == "1"
    assert shown["Lý do làm thay: KHÔNG GHI LÝ DO"] == "1"


@pytest.mark.parametrize(
    ("minutes", "middle", "most"),
    [([5], 5, 5), ([2, 4, 9], 4, 9), ([1, 2, 3, 4, 5, 6, 7, 8, 9, 100], 5.5, 9), ([0, 0], 0, 0)],
)
def test_waiting_time(commune: Commune, minutes: list[float], middle: float, most: float) -> None:
    waiting = _count(commune, [_waited(one) for one in minutes]).waiting
    assert (waiting.count, waiting.median, waiting.most) == (len(minutes), middle, most)


def test_who_was_never_called_did_not_wait_no_time(commune: Commune) -> None:
    waiting = _count(commune, [_visit(called_at=None), _visit(arrived_at=None)]).waiting
    assert (waiting.count, waiting.median, waiting.most) == (0, None, None)


def test_who_did_not_come_is_counted_of_booked_visits_that_are_over(commune: Commune) -> None:
    today = date(2026, 11, 20)
    visits = [
        *[_visit(state="no_show")] * 2,
        *[_visit(state="done")] * 5,
        _visit(state="booked"),  # nobody noted what became of it
        _visit(state="cancelled"),
        _visit(state="displaced"),
        _visit(state="no_show", walk_in=True),
        _visit(state="no_show", day=today),
    ]
    figures = count(commune, visits, NONE, FIRST, LAST, today)
    assert figures.no_show == Share(2, 8, 0.25)
    assert figures.unrecorded == 1


def test_no_data_is_never_nought_percent(commune: Commune, library: Library) -> None:
    empty = _count(commune)
    assert empty.empty
    assert (empty.proxy.share.value, empty.no_show.value) == (None, None)
    lines = lines_of(empty, commune, library.speak("vi"))
    assert [value for _, value in lines] == ["chưa có số liệu"]
    walked_in = _values(_count(commune, [_visit(walk_in=True, operated=None, called_at=None)]), commune, library)
    unknown = {label for label, value in walked_in.items() if value == "chưa có số liệu"}
    assert {label.split(",")[0] for label in unknown} == {
        "Cán bộ làm thay",
        "Thời gian chờ",
        "Đặt trước mà không đến",
    }
    assert not any("0%" in value for value in walked_in.values())


def test_a_true_nought_is_shown_as_one(library: Library) -> None:
    assert show_share(Share.of(0, 7), library.speak("vi")) == "0,0% (0/7)"
    assert show_share(Share.of(3, 7), library.speak("en")) == "42.9% (3/7)"


def test_what_is_gone_from_the_content_is_still_named(commune: Commune, library: Library) -> None:
    visit = _visit(place="cu", kind="phone", topic="bo", operated="typed", reason="xưa", roster="mat")
    shown = _values(_count(commune, [visit], [_held("mat", MONDAY)]), commune, library)
    labels = " ".join(shown)
    for name in ("Nơi: cu", "Hình thức: phone", "Việc: bo", "Lý do làm thay: xưa", "Theo lịch trực: mat"):
        assert name in labels
    assert shown["Làm thay ngoài lý do được phép (lý do khác, không ghi)"] == "1"


def test_a_commune_without_promises_has_figures_too(library: Library) -> None:
    other = library.communes["tan-an"]
    figures = _count(other, [_visit()])
    assert figures.quotas == ()
    assert "xã Tân An" in heading(figures, other, library.speak("vi")).replace("Xã", "xã")
    assert "kế hoạch" not in _values(figures, other, library)["Điểm hỗ trợ ở thôn có hoạt động"]


DAYS = st.dates(date(2024, 1, 1), date(2031, 12, 31))


@given(DAYS, st.integers(0, 400))
def test_weeks_partition_the_span(first: date, length: int) -> None:
    last = first + timedelta(days=length)
    weeks = list(weeks_of(first, last))
    assert weeks[0][0] == first
    assert weeks[-1][1] == last
    assert all(earlier[1] + timedelta(days=1) == later[0] for earlier, later in pairwise(weeks))
    assert all(start.isocalendar()[:2] == end.isocalendar()[:2] for start, end in weeks)
    assert all(start.weekday() == 0 for start, _ in weeks[1:])


VISITS = st.lists(
    st.builds(
        _visit,
        day=st.dates(date(2026, 10, 25), date(2026, 12, 5)),
        state=st.sampled_from(["booked", "displaced", "arrived", "serving", "done", "no_show", "cancelled"]),
        walk_in=st.booleans(),
        needs_help=st.booleans(),
        operated=st.sampled_from([None, "alone", "helped", "typed"]),
        reason=st.sampled_from([None, "elderly", "other"]),
        called_at=st.none() | st.integers(-60, 300).map(lambda more: _at(MONDAY, 8) + timedelta(minutes=more)),
    ),
    max_size=30,
)
HELD = st.lists(
    st.builds(
        _held,
        st.sampled_from(["to-ho-tro", "gio-truc-tuyen", "trung-tam", "thon-1", "gone"]),
        st.dates(date(2026, 10, 25), date(2026, 12, 5)),
        st.integers(6, 20),
        closed=st.booleans(),
    ),
    max_size=30,
)


@given(VISITS, HELD, st.dates(FIRST, TODAY))
def test_figures_agree_with_themselves(
    library: Library, visits: list[Visit], held: list[HeldSession], today: date
) -> None:
    commune = _plan(library)
    figures = count(commune, visits, held, FIRST, LAST, today)
    for share in (figures.proxy.share, figures.no_show):
        assert (share.value is None) == (share.denominator == 0)
        assert share.value is None or 0 <= share.value <= 1
    total = figures.visits.total
    assert figures.visits.booked + figures.visits.walk_in == total
    for parts in (figures.visits.by_kind, figures.visits.by_place, figures.visits.by_topic):
        assert sum(parts.values()) == total
    assert sum(figures.proxy.by_reason.values()) == figures.proxy.share.numerator >= figures.proxy.flagged
    for quota in figures.quotas:
        assert sum(week.held for week in quota.weeks) == quota.held
        assert all(week.held < quota.per_week and week.last < today for week in quota.missed)
    assert all(sum(one.by_week) == one.held for one in figures.rosters)
    assert set(figures.points.active) <= {place.id for place in commune.profile.places if place.kind == "village"}
    waiting = figures.waiting
    assert waiting.median is None or (waiting.most is not None and 0 <= waiting.median <= waiting.most)
    for language in ("vi", "en"):
        assert all(
            label and "{" not in label + value for label, value in lines_of(figures, commune, library.speak(language))
        )


async def test_from_the_database_to_the_figures(
    databases: list[Database], commune: Commune, clock: FakeClock, library: Library
) -> None:
    start = clock.now()  # Monday 23/11, nine in the morning
    day = date(2026, 11, 23)
    async with databases[0].begin() as store:
        for number in range(3):
            booking = Booking(
                id=f"{number:016x}", account="anh-son", code=f"K7M2Q{number + 2}", chat_id=None, roster="trung-tam",
                place="trung-tam", kind="centre", start=start, end=start + timedelta(minutes=30), topic=None,
                for_other=False, name="Lan", phone="", needs_help=number == 0, walk_in=False, state="booked", moves=0,
                sequence=0, day=day,
            )  # fmt: skip
            await store.bookings.add(booking, start)
            if number < 2:
                await store.desk.arrive(booking, start)
                await store.desk.call(booking, "m", start + timedelta(minutes=10 * number))
                by = ("typed", "elderly") if number else ("alone", None)
                await store.desk.close(booking, "done", "m", start + timedelta(minutes=30), *by)
            else:
                await store.desk.close(booking, "no_show", "m", start)
        assert await store.duty.open("s1", "anh-son", "to-ho-tro", day, "m", start)
        assert await store.duty.close("anh-son", "to-ho-tro", "m", start + timedelta(hours=2))
        assert await store.duty.open("s2", "nghia-tho", "tai-cho", day, "m", start)
    async with databases[1].read() as store:
        visits = await store.bookings.visits("anh-son", day, day)
        held = await store.duty.held("anh-son", day, day)
    figures = count(commune, visits, held, day, day, date(2026, 11, 24))
    assert (figures.visits.total, figures.visits.extra_help) == (2, 1)
    assert figures.proxy.share == Share(1, 2, 0.5)
    assert figures.no_show == Share(1, 3, 1 / 3)
    assert (figures.waiting.count, figures.waiting.median, figures.waiting.most) == (2, 5, 10)
    assert next(one for one in figures.rosters if one.id == "to-ho-tro").held == 1
    assert [week.state for week in figures.quotas[0].weeks] == ["partial"]
    assert "Lan" not in repr(dataclasses.asdict(figures))
