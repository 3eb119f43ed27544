"""The matrix of org-model.md 5.2, cell by cell; and the wall between communes."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from content.library import Commune, Library
from handlers.incident_desk import STEPS as INCIDENT_STEPS
from handlers.notices import STEPS as NOTICE_STEPS
from handlers.posts import ROLES, may_see, may_serve
from handlers.rights import DATA, ROWS, granted, rows_of, scopes
from handlers.route import Routes
from storage.database import Database
from storage.filings import Filing
from storage.incidents import Incident
from storage.members import Member
from storage.notices import Notice
from storage.publications import Publication
from storage.store import Store
from storage.subscriptions import Audience
from tests.citizen import Citizen
from tests.conversations.staff import book, join, pushes
from tests.fakes import FakeClock

TODAY = date(2026, 11, 23)
# As it stands in org-model.md 5.2. Where a cell names a scope without a verb ("own"), it is read.
MATRIX = """
citizen       | R            | R (published) | –   | own RW | own RW | – | report W | –
volunteer     | R            | R | –                | today R | – | – | report W | –
support       | R            | R | own              | shift RW | own R | own | report W | –
front_officer | R, propose W | R | own RW           | centre RW | assigned RW | own | report W | –
front_head    | W            | R | own RWA          | centre RW | centre RW | unit R | R | –
officer       | R            | R | own RW           | – | assigned RW | own | report W | –
head          | propose W    | R | own RWA          | – | unit R | unit R | own R | –
focal         | W            | RW | R, aggregate W, excuse W | points RW | assigned RW | timeliness R | summary R | –
focal_head    | A            | RWA | R, A            | R | R | timeliness R | R | –
admin         | –            | R | –                | – | – | – | R | RW
security      | R            | R | own              | case RW | case RW | – | RW | logs R
economy       | R            | R | own RW           | – | assigned RW | own | – | –
military      | R            | R | own              | – | – | – | emergency R | –
vice          | A            | R | sector RA        | count R | sector R | sector R | R | –
chairman      | A            | R | R, A             | count R | escalated R, assign W | R | R | appoint A
steering      | R            | R | R                | – | – | timeliness R | summary R | –
partner       | R            | R | shared R         | – | statistics R | – | – | –
upper         | R            | R | submitted R      | – | – | – | summary R | –
operator      | –            | – | –                | – | – | – | technical R | break_glass RW
"""


def _cell(text: str) -> dict[str, frozenset[str]]:
    """Return the scopes of each verb; "" is everything."""
    found: dict[str, set[str]] = {"R": set(), "W": set(), "A": set()}
    for grant in () if text == "–" else text.replace("(", "").replace(")", "").split(","):
        words = grant.split()
        verbs = "".join(word for word in words if word.isupper()) or "R"
        scope = next((word for word in words if not word.isupper()), "")
        for verb in verbs:
            found[verb].add(scope)
    return {verb: frozenset({""}) if "" in names else frozenset(names) for verb, names in found.items()}


CELLS = [
    (row.split("|")[0].strip(), data, cell.strip())
    for row in MATRIX.strip().splitlines()
    for data, cell in zip(DATA, row.split("|")[1:], strict=True)
]


def test_the_matrix_has_every_row_and_every_kind_of_data() -> None:
    assert len(CELLS) == len(ROWS) * len(DATA) == 19 * 8
    assert {row for row, _, _ in CELLS} == set(ROWS)


@pytest.mark.parametrize(("row", "data", "cell"), CELLS)
def test_every_cell_of_the_matrix(row: str, data: str, cell: str) -> None:
    for verb, expected in _cell(cell).items():
        assert granted(row, data, verb) == expected, verb


@pytest.mark.parametrize(
    ("unit", "role", "rows"),
    [
        ("chu-tich", "leader", ("chairman",)),
        ("pho-chu-tich", "vice", ("vice",)),
        ("pho-chu-tich", "leader", ("vice",)),
        ("vh-xh", "focal", ("focal",)),
        ("vh-xh", "head", ("head", "focal_head")),
        ("van-phong", "head", ("head",)),
        ("van-phong", "admin", ("admin",)),
        ("van-phong", "officer", ("officer",)),
        ("tt-pvhcc", "officer", ("front_officer",)),
        ("tt-pvhcc", "head", ("front_head",)),
        ("tt-pvhcc", "helper", ("support",)),
        ("to-ho-tro-cds", "helper", ("support",)),
        ("doan-the", "helper", ("volunteer",)),
        ("doan-the", "focal", ("partner",)),  # whatever was written beside it, it chases nobody
        ("kinh-te", "officer", ("economy",)),
        ("cong-an", "officer", ("security",)),
        ("cong-an", "head", ("head", "security")),
        ("quan-su", "officer", ("military",)),
        ("mat-tran", "officer", ("partner",)),
        ("gone", "officer", ("officer",)),
    ],
)
def test_the_posts_of_anh_son_stand_in_their_rows(
    library: Library, unit: str, role: str, rows: tuple[str, ...]
) -> None:
    assert rows_of(library.communes["anh-son"], _member(unit, role)) == rows


def test_who_holds_no_post_is_a_citizen(library: Library) -> None:
    assert rows_of(library.communes["anh-son"], None) == ("citizen",)
    assert scopes(library.communes["anh-son"], None, "P4", "R") == frozenset({"own"})


def _member(unit: str, role: str, account: str = "anh-son") -> Member:
    return Member("m1", account, 1, unit, role, "Chức danh")


def _posts(commune: Commune) -> list[Member]:
    units = [unit.id for unit in commune.profile.units]
    return [_member(unit, role, commune.slug) for unit in units for role in ROLES]


def test_the_administrator_reads_neither_bookings_nor_words_and_nobody_else_configures(library: Library) -> None:
    for commune in library.communes.values():
        for member in _posts(commune):
            if member.role == "admin":
                assert not any(scopes(commune, member, data, verb) for data in ("P3", "P4") for verb in "RWA")
            elif scopes(commune, member, "P7", "W"):
                pytest.fail(f"{member.unit}/{member.role} writes the configuration")


@given(data=st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_post_of_one_commune_grants_anything_in_another(library: Library, data: st.DataObject) -> None:
    here, there = data.draw(st.permutations(sorted(library.communes)))[:2]
    member = data.draw(st.sampled_from(_posts(library.communes[here])))
    for kind in DATA:
        for verb in "RWA":
            assert scopes(library.communes[there], member, kind, verb) == frozenset()


async def test_no_tap_of_staff_reaches_what_lies_in_another_commune(
    lan: Citizen,
    citizen: Callable[..., Citizen],
    databases: list[Database],
    clock: FakeClock,
    routes: Routes,
    library: Library,
) -> None:
    """Every tap that exists, with every id there is next door, by a post that may do everything at home."""
    code = await book(lan)
    minh = await join(citizen("minh"), databases[0], clock, "vh-xh", "focal")
    binh = await join(citizen("binh"), databases[0], clock)
    await lan.says("gặp cán bộ")
    async with databases[0].begin() as store:
        before = await _everything(store)
        (talk,) = [one.id for one in await store.handovers.open()]
        members = [one.id for one in await store.members.of_account("anh-son")]
        booking = await store.bookings.by_code("anh-son", code)
    assert booking is not None
    for post in _posts(library.communes["tan-an"]):
        assert not may_see(library.communes["tan-an"], post, booking)
        assert not may_serve(library.communes["anh-son"], post, booking)
    heard: list[str] = []
    for role in ("focal", "leader"):
        unit = "chu-tich" if role == "leader" else "vh-xh"
        stranger = await join(citizen(role[:4], "tan-an"), databases[0], clock, unit, role)
        for tap in sorted(routes.taps):
            for identity in (code, talk, members[0]):
                for verb in ("", "see/", "take/", "end/", "arrive/"):
                    await stranger.taps(f"{tap}/{verb}{identity}"[:60])
                    assert "14:00" not in stranger.told, (role, tap, verb)
            heard += [one.key for one in await pushes(databases[0], minh)]  # a backlog of thousands would take minutes
    assert "handover.taken_by" not in heard
    async with databases[0].begin() as store:
        assert await _everything(store) == before
    assert await binh.taps(f"desk/see/{code}") == ["staff.page"]


async def test_no_tap_reaches_incidents_notices_reports_or_publications_of_another_commune(
    citizen: Callable[..., Citizen], databases: list[Database], clock: FakeClock, routes: Routes
) -> None:
    """Every step of those features with the real ids of Anh Sơn, by posts of Tân An that may do everything at home."""
    officer = await join(citizen("officer"), databases[0], clock, "vh-xh", "officer")
    async with databases[0].begin() as store:
        (member,) = await store.members.of_account("anh-son")
        now, later = clock.now(), clock.now() + timedelta(days=3)
        await _fill(store, member, now, later)
        before = await _everything(store)
    assert all(await _seen_at_home(officer))
    taps = [
        *(f"incident/{verb}/{CODE}{more}" for verb in INCIDENT_STEPS for more in ("", "/yes", "/h72")),
        *(f"notice/{verb}/{name}/1" for verb in NOTICE_STEPS for name in ("n-waiting", "n-sending")),
        *(f"publication/{verb}/p-theirs" for verb in ("strike", "remove", "restore")),
        *(f"{tap}/{one}" for tap in FILING_TAPS for one in FILINGS),
        *(f"later/{one}/2026-11-24" for one in FILINGS),
        *(f"latelist/2026-Q4{more}" for more in ("", "/ok")),
        *("tasks", "filing_waiting", "incidents", "notices", "publications", "messages"),
        *(f"{tap}{more}" for tap in ("board", "board_page") for more in ("", "/2026-Q4", "/2026")),
    ]
    assert {tap.partition("/")[0] for tap in taps} <= set(routes.taps)
    posts = (("vh-xh", "focal"), ("chu-tich", "leader"), ("cong-an", "officer"), ("vh-xh", "head"))
    for unit, role in posts:
        stranger = await join(citizen(f"{unit[:2]}{role[:4]}", "tan-an"), databases[0], clock, unit, role)
        for tap in taps:
            await stranger.taps(tap)
            # A question that such a tap should have been refused would take these words for its answer.
            words = stranger.told + " ".join(button.label for button in stranger.buttons)
            await stranger.says("vì chưa đủ số liệu")
            assert not [mark for mark in MARKS if mark in words + stranger.told], (role, tap)
        for word in (CODE, CODE.lower()):
            await stranger.says(word)
            assert not [mark for mark in MARKS if mark in stranger.told], (role, word)
    async with databases[1].begin() as store:
        assert await _everything(store) == before


CODE = "2E3B4C"
MARKS = ("chữ chỉ có ở Anh Sơn", "sự cố riêng của Anh Sơn", "bài đăng riêng của Anh Sơn", "ghi chú riêng của Anh Sơn")
FILINGS = ("f-open", "f-approving", "f-sent")
FILING_TAPS = (
    *("filing", "filing_ok", "filing_take", "filing_undo", "filing_back", "filing_excuse"),
    *("task", "got", "later", "give"),
)


async def _fill(store: Store, member: Member, now: datetime, later: datetime) -> None:
    """Store in Anh Sơn a leak, notices, a publication and reports in every state, each with words of its own."""
    leak = Incident("i-theirs", "anh-son", CODE, "leak", None, "vh-xh", member.id, now, now)
    assert await store.incidents.add(leak) is not None
    store.incidents.note("e-theirs", leak, "reported", member, now, MARKS[1])
    for state in ("waiting", "sending"):
        audience = Audience("anh-son", "dien-nuoc-duong")
        store.notices.add(Notice(f"n-{state}", audience, MARKS[0], False, None, "somebody", state=state), now)
    link = "https://anhson.example/1"
    store.publications.add(Publication("p-theirs", "anh-son", "social", TODAY, MARKS[2], link), member, now)
    for place, name in enumerate(FILINGS):
        due = later + timedelta(hours=place)
        assert await store.filings.plan(Filing(name, "anh-son", "AS-01", "vh-xh", "2026-Q4", due, due), (), now)
    assert await store.filing_moves.hand_in("f-approving", member.id, MARKS[3], "") is not None
    assert await store.filing_moves.send("f-sent", member.id, MARKS[3], "", now) is not None


async def _seen_at_home(officer: Citizen) -> list[bool]:
    """Return whether an officer of the commune itself reads each of the words: the marks are where they should be."""
    found = []
    for tap, mark in (
        ("notice/see/n-waiting", MARKS[0]),
        (f"incident/see/{CODE}", MARKS[1]),
        ("publications", MARKS[2]),
        ("filing/f-sent", MARKS[3]),
    ):
        await officer.taps(tap)
        found.append(mark in officer.told.replace("\\", ""))
    return found


async def _everything(store: Store) -> tuple[object, ...]:
    """What is noted in Anh Sơn: bookings, talks, members, the ledger, incidents, notices, publications, reports."""
    rows = await store.ledger.rows("anh-son")
    year = date(2026, 1, 1), date(2026, 12, 31)
    ever = datetime(2026, 1, 1, tzinfo=UTC), datetime(2040, 1, 1, tzinfo=UTC)
    every = await store.incidents.found_before("anh-son", ever[1])
    filings = await store.filings.between("anh-son", *ever)
    return (
        every,
        [await store.incidents.history(one) for one in every],
        [await store.incident_clocks.of(one) for one in every],
        await store.notices.recent("anh-son", 100),
        await store.publications.between("anh-son", *year),
        filings,
        [await store.filing_steps.acks_of(one.id) for one in filings],
        await store.filing_steps.list_state("anh-son", "2026-Q4"),
        [(one.id, one.state, one.day) for one in await store.bookings.on_day("anh-son", TODAY)],
        [(one.id, one.state, one.taken_by) for one in await store.handovers.open()],
        [one.id for one in await store.members.of_account("anh-son")],
        [(row["number"], row["hash"]) for row in rows],
    )
