"""The pace against figures counted by hand; the log in whole conversations on both databases; the command."""

import json
from collections.abc import Callable
from datetime import date

import pytest

from bot.publications import tell
from bot.receive import Receiver
from bot.settings import Settings
from content.communes import Quota
from content.library import Library
from handlers.publication_pace import standing
from handlers.publications import line_of
from handlers.route import Routes
from storage.database import Database
from storage.members import Member
from storage.notice_sending import Delivery
from storage.notices import Notice
from storage.publications import Publication
from storage.subscriptions import Audience
from tests.citizen import Citizen
from tests.conftest import CONTENT
from tests.conversations.staff import join, values
from tests.fakes import FakeClock, Ids


def _quota(count: int, per: str, **more: object) -> Quota:
    given = {"id": "AS-18", "kind": "loudspeaker", "title": "Bản tin", "count": count, "per": per, "source": "x"}
    return Quota.model_validate({**given, "from": 2025, "until": 2030, **more})


# 23/11/2026: ten months are over.
@pytest.mark.parametrize(
    ("count", "today", "expected"),
    [
        (12, date(2026, 11, 23), 10),
        (24, date(2026, 11, 23), 20),
        (2, date(2026, 11, 23), 1),
        (2, date(2026, 6, 29), 0),
        (2, date(2026, 6, 30), 1),
        (12, date(2026, 1, 30), 0),
        (12, date(2026, 1, 31), 1),
        (12, date(2026, 12, 31), 12),
        (12, date(2027, 3, 1), 12),
        (12, date(2025, 12, 31), 0),
    ],
)
def test_a_years_number_is_due_by_full_months(count: int, today: date, expected: int) -> None:
    assert standing(_quota(count, "year"), [], [], 2026, today).expected == expected


def test_nine_of_twelve_in_november_is_one_short_and_notices_count_where_the_file_says_so() -> None:
    days = [date(2026, month, 10) for month in range(1, 8)]
    notices = [date(2026, 9, 1), date(2026, 10, 1), date(2025, 12, 31)]
    today = date(2026, 11, 23)
    with_them = standing(_quota(12, "year", notices=True), days, notices, 2026, today)
    assert (with_them.done, with_them.notices, with_them.expected, with_them.behind) == (9, 2, 10, 1)
    without = standing(_quota(12, "year"), days, notices, 2026, today)
    assert (without.done, without.notices, without.behind) == (7, 0, 3)


def test_five_in_one_week_do_not_make_up_for_weeks_without_any() -> None:
    # 2024 began on a Monday; by Sunday 28/1 four weeks are over, and 29/1 begins the fifth.
    days = [date(2024, 1, 3)] * 5 + [date(2024, 1, 28), date(2024, 1, 29)]
    stands = standing(_quota(1, "week", **{"from": 2024, "until": 2024}), days, [], 2024, date(2024, 1, 30))
    assert (stands.met, stands.past, stands.lately, stands.behind, stands.done) == (2, 4, 1, 2, 7)
    on_sunday = standing(_quota(1, "week", **{"from": 2024}), days, [], 2024, date(2024, 1, 28))
    assert (on_sunday.met, on_sunday.past, on_sunday.lately) == (2, 4, 0)


def test_a_months_number_is_counted_by_months() -> None:
    days = [date(2026, 1, 1), date(2026, 1, 31), date(2026, 3, 5), date(2026, 4, 1)]
    stands = standing(_quota(1, "month"), days, [], 2026, date(2026, 4, 15))
    assert (stands.met, stands.past, stands.lately, stands.behind) == (2, 3, 1, 1)


def test_a_year_the_plan_does_not_speak_of_has_no_pace(library: Library) -> None:
    quota = _quota(1, "week", **{"from": 2024, "until": 2024})
    stands = standing(quota, [date(2026, 3, 3)], [], 2026, date(2026, 11, 23))
    assert not stands.in_force
    assert stands.behind == 0
    assert "2024" in line_of(stands, library.speak("vi"))


def test_quotas_stand_only_where_a_plan_names_them(library: Library) -> None:
    found = {slug: [one.id for one in commune.profile.publications] for slug, commune in library.communes.items()}
    assert found == {
        "anh-son": ["AS-18", "AS-19", "AS-20"],
        "nghia-tho": [],
        "khanh-son": ["KS-01"],
        "tinh-thien": ["TT-01"],
        "tan-an": [],
    }
    by_id = {one.id: one for commune in library.communes.values() for one in commune.profile.publications}
    assert [(by_id[name].count, by_id[name].per) for name in ("AS-18", "AS-19", "AS-20", "KS-01", "TT-01")] == [
        (12, "year"),
        (24, "year"),
        (2, "year"),
        (1, "week"),
        (1, "month"),
    ]


async def _add(person: Citizen, kind: str = "social", day: str = "20/11", title: str = "Cảnh báo lừa đảo") -> str:
    assert await person.taps("publication_new") == ["publication.ask_kind"]
    assert await person.taps(kind) == ["publication.ask_day"]
    assert await person.says(day) == ["publication.ask_title"]
    assert await person.says(title) == ["publication.ask_evidence"]
    assert await person.says("https://facebook.com/xa/bai-1") == ["publication.confirm"]
    assert await person.taps("yes") == ["publication.saved"]
    return next(value.split("/")[2] for value in values(person) if value.startswith("publication/remove/"))


async def test_a_line_is_written_seen_struck_out_and_taken_back(
    citizen: Callable[..., Citizen], databases: list[Database], clock: FakeClock
) -> None:
    officer = await join(citizen("officer"), databases[0], clock, unit="vh-xh")
    assert (await officer.says("nhật ký tuyên truyền"))[-1] == "publication.page"
    assert "0/24" in officer.told
    identity = await _add(officer)
    assert "1/24" in officer.told
    assert "20" in officer.told
    assert await officer.taps(f"publication/remove/{identity}") == ["publication.struck"]
    assert "0/24" in officer.told
    assert await officer.taps(f"publication/remove/{identity}") == ["publication.page"]
    assert await officer.taps(f"publication/restore/{identity}") == ["publication.restored"]
    assert "1/24" in officer.told
    assert await officer.taps("publication/strike") == ["publication.ask_strike"]
    assert f"publication/remove/{identity}" in values(officer)


async def test_mistakes_are_told_kindly_and_who_may_not_write_does_not(
    lan: Citizen, citizen: Callable[..., Citizen], databases: list[Database], clock: FakeClock
) -> None:
    officer = await join(citizen("officer"), databases[0], clock, unit="vh-xh")
    await officer.taps("publication_new")
    await officer.taps("video")
    for said, key in (("hôm nào", "day_unclear"), ("31/2", "day_unclear"), ("30/11/2026", "day_wrong")):
        assert (await officer.says(said))[0] == f"publication.{key}"
    assert await officer.says("28/12") == ["publication.ask_title"]  # last December
    assert (await officer.says("x"))[0] == "publication.title_wrong"
    assert await officer.says("Hướng dẫn VNeID") == ["publication.ask_evidence"]
    assert (await officer.says("ok"))[0] == "publication.evidence_wrong"
    await officer.says("ổ đĩa phòng VH-XH")
    assert "28/12/2025" in officer.told
    money = await join(citizen("kinhte"), databases[0], clock, unit="kinh-te")
    assert await money.taps("publications") == ["publication.page"]
    assert "publication_new" not in values(money)
    assert await money.taps("publication_new") == ["publication.not_yours"]
    assert await lan.taps("publications") == ["start.notice", "staff.not_member"]
    assert await lan.taps("publication_new") == ["staff.not_member"]
    assert await lan.taps("publication/strike") == ["staff.not_member"]


async def test_a_photo_is_evidence_is_looked_at_again_and_counts_as_a_link_does(
    citizen: Callable[..., Citizen], databases: list[Database], clock: FakeClock, database_url: str
) -> None:
    officer = await join(citizen("officer"), databases[0], clock, unit="vh-xh")
    chairman = await join(citizen("dung"), databases[0], clock, unit="chu-tich", role="leader")
    money = await join(citizen("kinhte"), databases[0], clock, unit="kinh-te")
    for step in ("publication_new", "loudspeaker"):
        await officer.taps(step)
    assert (await officer.sends(media="photo", file="AgACtoo-early")) == [
        "guard.file_not_here",
        "publication.ask_day",
    ]
    assert officer.replies[0].delete is not None
    await officer.says("20/11")
    assert await officer.says("Bản tin rét đậm") == ["publication.ask_evidence"]
    assert "gửi một ảnh" in officer.told
    assert await officer.sends(media="photo", file="AgACfile-bad") == ["publication.ask_papers"]
    assert await officer.taps("yes") == ["feedback.photo_dropped", "publication.ask_evidence"]
    assert officer.replies[0].delete is not None
    assert await officer.sends(media="photo", file="AgACfile-loa", text="ảnh cái loa") == ["publication.ask_papers"]
    assert await officer.taps("no") == ["publication.confirm"]
    assert "Minh chứng: một ảnh" in officer.told
    assert await officer.taps("yes") == ["publication.saved"]
    assert "1/12" in officer.told
    for person in (officer, chairman):
        await person.taps("publications")
        assert await person.taps("Xem minh chứng") == ["publication.ask_which"]
        see = next(value for value in values(person) if value.startswith("publication/see/"))
        assert await person.taps(see) == ["publication.photo", "publication.line"]
        assert [reply.photo for reply in person.replies] == ["AgACfile-loa", None]
    await money.taps("publications")
    assert "publication/evidence" not in values(money)
    assert await money.taps(see) == ["publication.not_yours"]
    elsewhere = citizen("page", "tan-an")
    await join(elsewhere, databases[0], clock, unit="vh-xh")
    assert await elsewhere.taps(see) == ["publication.ask_which"]  # another commune's line is not there
    settings = Settings(database=database_url, content=CONTENT)
    told = json.loads(await tell(settings, "anh-son", 2026, date(2026, 11, 23), as_json=True))
    assert [(one["evidence"], one["photo"]) for one in told["published"]] == [("", True)]
    assert "một ảnh" in await tell(settings, "anh-son", 2026, date(2026, 11, 23), as_json=False)
    assert await officer.taps(see.replace("see", "remove")) == ["publication.struck"]
    assert await officer.taps(see) == ["publication.ask_which"]


async def test_the_page_without_photos_says_so_takes_the_link_and_shows_no_photo(
    databases: list[Database], library: Library, routes: Routes, clock: FakeClock, citizen: Callable[..., Citizen]
) -> None:
    ids = Ids()
    pages = [
        Receiver(database, lambda: library, routes, clock.now, ids, mailboxes=frozenset({"fake"}))
        for database in databases
    ]
    officer = await join(Citizen("officer", pages, clock), databases[0], clock, unit="vh-xh")
    for step in ("publication_new", "social", "2026-11-23"):
        await officer.taps(step)
    assert await officer.says("Cảnh báo lừa đảo qua mạng") == ["publication.ask_evidence_link"]
    assert await officer.says("https://facebook.com/xa/bai-1") == ["publication.confirm"]
    assert await officer.taps("yes") == ["publication.saved"]
    async with databases[0].begin() as store:
        member = (await store.members.of_account("anh-son"))[0]
        line = Publication("p1", "anh-son", "video", date(2026, 11, 22), "Clip VNeID", "", "telegram/AgACfile")
        store.publications.add(line, member, clock.now())
    assert await officer.taps("publication/see/p1") == ["publication.photo_elsewhere", "publication.line"]
    assert [reply.photo for reply in officer.replies] == [None, None]


async def test_the_command_tells_the_same_with_the_notices(
    citizen: Callable[..., Citizen], databases: list[Database], clock: FakeClock, database_url: str
) -> None:
    officer = await join(citizen("officer"), databases[0], clock, unit="vh-xh")
    await _add(officer, kind="loudspeaker")
    head = Member("other", "anh-son", 0, "vh-xh", "head", "Trưởng phòng")
    for number, delivery in enumerate((Delivery(0, 5, 0, 0, 0, 0), Delivery(0, 0, 0, 2, 0, 0))):
        notice = Notice(f"n{number}", Audience("anh-son", "y-te"), "x", False, None, "m")
        async with databases[0].begin() as store:
            store.notices.add(notice, clock.now())
            assert await store.notices.approve(notice, head, clock.now()) is not None
            store.notice_sending.begin(clock.now(), night=False)
            assert await store.notice_sending.finish(notice.id, delivery, clock.now()) is not None
    settings = Settings(database=database_url, content=CONTENT)
    told = json.loads(await tell(settings, "anh-son", 2026, date(2026, 11, 23), as_json=True))
    assert [one["kind"] for one in told["published"]] == ["loudspeaker"]
    by_id = {one["id"]: one for one in told["quotas"]}
    assert by_id["AS-19"]["expected"] == 20
    assert (by_id["AS-18"]["done"], by_id["AS-18"]["notices"]) == (2, 1)  # one that reached nobody is no bulletin
    assert by_id["AS-18"]["source"].startswith("Phụ lục")
    lines = await tell(settings, "anh-son", 2026, date(2026, 11, 23), as_json=False)
    assert "/12" in lines
    assert "Cảnh báo lừa đảo" in lines
    with pytest.raises(SystemExit):
        await tell(settings, "khong-co", 2026, date(2026, 11, 23), as_json=False)
