"""Sending a report: figures one by one, drafts, the head's approval, acceptance, return, excuse."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from bot.audit import verify
from bot.settings import Settings
from content.dates import HOME
from storage.database import Database
from storage.filings import Filing
from tests.citizen import Citizen
from tests.conftest import CONTENT
from tests.conversations.staff import join, pushes, values
from tests.fakes import FakeClock

DUE = datetime(2026, 12, 24, 23, 59, 59, tzinfo=HOME)
People = Callable[..., Citizen]


async def planned(
    database: Database, clock: FakeClock, obligation: str = "AS-26", unit: str = "tt-pvhcc", due: datetime = DUE
) -> str:
    """Store a filing: by default the monthly figures of online files (AS-I02)."""
    identity = f"filing-{obligation}-{unit}-{due:%Y%m%d}"
    async with database.begin() as store:
        filing = Filing(identity, "anh-son", obligation, unit, f"{due:%Y-%m}", due, due)
        assert await store.filings.plan(filing, [("T-1", due)], clock.now())
    return identity


async def state(database: Database, identity: str) -> Filing:
    async with database.read() as store:
        filing = await store.filings.by_id(identity)
    assert filing is not None
    return filing


@pytest.fixture
async def officer(citizen: People, databases: list[Database], clock: FakeClock) -> Citizen:
    return await join(citizen("hoa"), databases[0], clock, "tt-pvhcc", "officer")


@pytest.fixture
async def head(citizen: People, databases: list[Database], clock: FakeClock) -> Citizen:
    return await join(citizen("tam"), databases[0], clock, "tt-pvhcc", "head")


@pytest.fixture
async def focal(citizen: People, databases: list[Database], clock: FakeClock) -> Citizen:
    return await join(citizen("ngan"), databases[0], clock, "vh-xh", "focal")


async def fill(person: Citizen, identity: str, figure: str = "68,5") -> list[str]:
    """Answer everything up to the last look."""
    assert (await person.taps(f"filing/{identity}"))[-1] == "filing.ask_figure"
    assert await person.says(figure) == ["filing.ask_note"]
    assert await person.taps("none") == ["filing.ask_proof"]
    return await person.says("12/BC-PVHCC ngày 20/12/2026")


async def test_without_a_head_it_is_sent_at_once(officer: Citizen, databases: list[Database], clock: FakeClock) -> None:
    identity = await planned(databases[0], clock)
    assert await fill(officer, identity) == ["filing.look"]
    assert "68,5 %" in officer.told
    assert "12/BC-PVHCC" in officer.told
    assert await officer.taps("send") == ["filing.receipt"]
    assert "đúng hạn" in officer.told
    filing = await state(databases[0], identity)
    assert (filing.state, filing.sent_at, filing.proof) == ("sent", clock.now(), "12/BC-PVHCC ngày 20/12/2026")
    async with databases[0].read() as store:
        figures = await store.filing_moves.figures_of(identity)
        assert [(one.indicator, str(one.value), one.source) for one in figures] == [("AS-I02", "68.5", "typed")]
        assert await store.filing_steps.undone("anh-son") == {}
        assert (await store.ledger.verify("anh-son"))[1] is None
    assert (await officer.taps(f"filing/{identity}"))[-1] == "filing.card"


async def test_the_head_approves_and_that_is_the_time_of_sending(
    officer: Citizen, head: Citizen, focal: Citizen, databases: list[Database], clock: FakeClock
) -> None:
    identity = await planned(databases[0], clock)
    await fill(officer, identity)
    assert await officer.taps("send") == ["filing.waits_for_head"]
    assert (await pushes(databases[0], head))[-1].key == "filing.please_approve"
    assert (await state(databases[0], identity)).sent_at is None
    assert f"filing_take/{identity}" not in values(focal)
    assert await focal.taps(f"filing_ok/{identity}") == ["filing.not_yours"]
    clock.move(hours=2)
    assert await head.taps(f"filing/{identity}") == ["filing.card"]
    assert f"filing_ok/{identity}" in values(head)
    assert await head.taps(f"filing_ok/{identity}") == ["filing.approved"]
    assert await head.taps(f"filing_ok/{identity}") == ["filing.moved_already"]
    assert (await state(databases[0], identity)).sent_at == clock.now()
    assert (await pushes(databases[0], officer))[-1].key == "filing.was_approved"
    assert await focal.taps("filing_waiting") == ["filing.waiting"]
    assert await focal.taps(f"filing/{identity}") == ["filing.card"]
    assert await focal.taps(f"filing_take/{identity}") == ["filing.accepted"]
    assert (await pushes(databases[0], officer))[-1].key == "filing.was_accepted"
    assert await focal.taps(f"filing_undo/{identity}") == ["filing.reopened"]
    assert (await state(databases[0], identity)).state == "sent"
    async with databases[1].read() as store:
        actions = [row["action"] for row in await store.ledger.rows("anh-son")]
    assert [one for one in actions if one.startswith("report ")] == [
        "report handed in",
        "report approved",
        "report accepted",
        "report reopened",
    ]


async def test_a_correction_keeps_the_time_of_the_first_sending(
    officer: Citizen, focal: Citizen, databases: list[Database], clock: FakeClock
) -> None:
    identity = await planned(databases[0], clock)
    await fill(officer, identity)
    await officer.taps("send")
    first = (await state(databases[0], identity)).sent_at
    await focal.taps(f"filing/{identity}")
    assert await focal.taps(f"filing_back/{identity}") == ["filing.ask_return"]
    assert await focal.says("nhầm rồi") == [
        "filing.no_reason",
        "filing.ask_return",
    ]  # nothing is sent
    assert await focal.says("Thiếu số hồ sơ của tháng 12") == ["filing.returned"]
    told = (await pushes(databases[0], officer))[-1]
    assert told.key == "filing.was_returned"
    assert "Thiếu số hồ sơ" in told.text
    clock.move(days=40)  # after the due date
    assert await officer.taps(f"filing/{identity}") == ["filing.draft_goes_on", "filing.look"]  # nothing is typed again
    assert "68,5 %" in officer.told
    assert await officer.taps("change") == ["filing.ask_change"]
    assert await officer.taps("AS-I02") == ["filing.ask_figure"]
    assert await officer.says("70/100") == ["filing.look"]
    assert "12/BC-PVHCC" in officer.told
    await officer.taps("change")
    assert await officer.taps("Số văn bản, tệp") == ["filing.ask_proof"]
    assert await officer.says("13/BC-PVHCC") == ["filing.look"]
    assert await officer.taps("send") == ["filing.receipt"]
    assert "đúng hạn" in officer.told
    filing = await state(databases[0], identity)
    assert (filing.sent_at, filing.state, filing.proof) == (first, "sent", "13/BC-PVHCC")
    assert "Lý do" not in officer.told
    async with databases[0].read() as store:
        [figure] = await store.filing_moves.figures_of(identity)
    assert (figure.value, figure.numerator, figure.denominator) == (Decimal(70), Decimal(70), Decimal(100))


@pytest.mark.parametrize(("seconds", "late"), [(0, False), (1, True)])
async def test_late_is_late_to_the_second(
    officer: Citizen, databases: list[Database], clock: FakeClock, seconds: int, late: bool
) -> None:
    identity = await planned(databases[0], clock)
    await fill(officer, identity)
    clock.move(seconds=(DUE - clock.now()).total_seconds() + seconds)
    # The conversation has expired, the draft has not.
    assert (await officer.taps(f"filing/{identity}"))[-1] == "filing.look"
    assert await officer.taps("send") == ["filing.receipt"]
    assert ("chậm 0 ngày 0 giờ 0 phút 1 giây" in officer.told) is late
    assert ("đúng hạn" in officer.told) is not late


async def test_a_draft_is_kept_at_every_step(officer: Citizen, databases: list[Database], clock: FakeClock) -> None:
    identity = await planned(databases[0], clock)
    await officer.taps(f"filing/{identity}")
    assert await officer.says("68,5") == ["filing.ask_note"]
    assert (await officer.says("huỷ"))[-1] != "filing.ask_note"
    assert (await officer.taps(f"filing/{identity}")) == ["filing.draft_goes_on", "filing.ask_note"]
    await officer.says("Máy quét hỏng một tuần")
    clock.move(days=3)
    assert (await officer.taps(f"filing/{identity}"))[-1] == "filing.ask_proof"
    await officer.taps("none")
    assert "Máy quét hỏng" in officer.told
    assert await officer.taps("later") == ["filing.kept"]
    assert (await officer.taps(f"filing/{identity}"))[-1] == "filing.look"
    assert await officer.taps("anew") == ["filing.ask_anew"]
    assert await officer.taps("no") == ["filing.look"]
    await officer.taps("anew")
    assert (await officer.taps("yes"))[-1] == "filing.ask_figure"
    assert (await state(databases[0], identity)).state == "open"


async def test_an_odd_figure_is_asked_about_once(
    officer: Citizen, focal: Citizen, databases: list[Database], clock: FakeClock
) -> None:
    last = await planned(databases[0], clock, due=datetime(2026, 11, 24, 23, 59, 59, tzinfo=HOME))
    await fill(officer, last, "68,5")
    await officer.taps("send")
    identity = await planned(databases[0], clock)
    await officer.taps(f"filing/{identity}")
    assert "68,5 %" in officer.told  # last time's
    assert "≥ 65 %" in officer.told  # the target
    assert await officer.says("nhiều lắm") == ["filing.not_a_number", "filing.ask_figure"]
    assert await officer.says("khoảng 70") == ["filing.about", "filing.ask_figure"]
    assert await officer.says("2 nghìn") == ["filing.words_after", "filing.ask_figure"]
    assert "«nghìn»" in officer.told
    assert await officer.says("12/15 (90%)") == ["filing.two_numbers", "filing.ask_figure"]
    assert await officer.says("685") == ["filing.doubt_over_hundred"]
    assert await officer.says("1000,5") == ["filing.doubt_over_hundred"]  # a number is another figure, not a button
    assert "1.000,5" in officer.told
    assert await officer.says("685") == ["filing.doubt_over_hundred"]
    assert await officer.taps("again") == ["filing.ask_figure"]
    assert await officer.says("6,85") == ["filing.doubt_jump"]
    assert await officer.says("quay lại") == ["filing.ask_figure"]
    assert await officer.says("6,85") == ["filing.doubt_jump"]
    assert await officer.taps("right") == ["filing.ask_note"]


async def test_what_is_not_known_is_left_open_and_not_0(
    officer: Citizen, databases: list[Database], clock: FakeClock
) -> None:
    identity = await planned(databases[0], clock)
    await officer.taps(f"filing/{identity}")
    assert await officer.taps("none") == ["filing.ask_note"]
    await officer.taps("none")
    await officer.taps("none")
    assert "chưa có số liệu" in officer.told
    await officer.taps("send")
    async with databases[0].read() as store:
        assert await store.filing_moves.figures_of(identity) == []


async def test_an_excuse_needs_a_reason_and_can_be_taken_back(
    officer: Citizen, focal: Citizen, databases: list[Database], clock: FakeClock
) -> None:
    identity = await planned(databases[0], clock)
    assert await officer.taps(f"filing_excuse/{identity}") == ["filing.not_yours"]
    assert await focal.taps(f"filing/{identity}") == ["filing.card"]
    assert await focal.taps(f"filing_excuse/{identity}") == ["filing.ask_excuse"]
    assert await focal.says("x" * 501) == ["filing.too_long", "filing.ask_excuse"]
    assert await focal.says("Tháng này dừng hệ thống để nâng cấp") == ["filing.excused"]
    assert (await officer.taps(f"filing/{identity}")) == ["filing.card"]
    assert await focal.taps(f"filing_undo/{identity}") == ["filing.reopened"]
    async with databases[0].read() as store:
        assert list((await store.filing_steps.undone("anh-son"))[identity]) == ["T-1"]


async def test_nobody_judges_their_own_units_report(
    citizen: People, focal: Citizen, databases: list[Database], clock: FakeClock
) -> None:
    identity = await planned(databases[0], clock, "AS-03", "vh-xh")
    leader = await join(citizen("binh"), databases[0], clock, "chu-tich", "leader")
    await focal.taps(f"filing/{identity}")
    while focal.replies[-1].key == "filing.ask_figure":
        await focal.says("95")
    if focal.replies[-1].key == "filing.ask_counted":
        await focal.says("95")
    await focal.taps("none")
    await focal.taps("none")
    assert await focal.taps("send") == ["filing.receipt"]
    assert await focal.taps(f"filing_take/{identity}") == ["filing.not_yours"]
    assert await leader.taps(f"filing_take/{identity}") == ["filing.accepted"]


async def test_others_see_nothing(
    citizen: People, officer: Citizen, databases: list[Database], clock: FakeClock
) -> None:
    identity = await planned(databases[0], clock)
    lan = citizen("lan")
    await lan.says("menu")
    assert (await lan.taps(f"filing/{identity}"))[-1] == "staff.not_member"
    other = await join(citizen("viet"), databases[0], clock, "kinh-te", "officer")
    assert await other.taps(f"filing/{identity}") == ["filing.not_yours"]
    far = await join(citizen("xa", "tan-an"), databases[0], clock, "vh-xh", "focal")
    assert await far.taps(f"filing/{identity}") == ["filing.not_yours"]
    assert await far.taps(f"filing_excuse/{identity}") == ["filing.not_yours"]
    assert await officer.taps("filing/gone") == ["filing.not_yours"]


@pytest.mark.parametrize("typed", ["1", "2", "3"])
async def test_a_small_number_is_a_figure_and_not_a_button(
    officer: Citizen, databases: list[Database], clock: FakeClock, typed: str
) -> None:
    identity = await planned(databases[0], clock)
    await officer.taps(f"filing/{identity}")
    assert await officer.says(typed) == ["filing.doubt_far"]  # of 65 %
    assert await officer.taps("right") == ["filing.ask_note"]
    assert await officer.says(typed) == ["filing.ask_proof"]
    assert await officer.says(typed) == ["filing.look"]
    assert f"**{typed} %**" in officer.told
    assert f"Ghi chú: {typed}" in officer.told
    assert await officer.says("1") == ["filing.receipt"]


async def test_stopping_keeps_the_draft_and_says_so(
    officer: Citizen, databases: list[Database], clock: FakeClock
) -> None:
    identity = await planned(databases[0], clock)
    await officer.taps(f"filing/{identity}")
    await officer.says("68,5")
    assert (await officer.says("huỷ"))[0] == "filing.stopped"


async def test_undoing_an_acceptance_does_not_erase_a_correction(
    officer: Citizen, focal: Citizen, databases: list[Database], clock: FakeClock
) -> None:
    identity = await planned(databases[0], clock)
    await fill(officer, identity)
    await officer.taps("send")
    await focal.taps(f"filing_back/{identity}")
    await focal.says("Thiếu số của tháng 12")
    await officer.taps(f"filing/{identity}")
    await officer.taps("send")
    await focal.taps(f"filing_take/{identity}")
    await focal.taps(f"filing_undo/{identity}")
    await focal.taps(f"filing_take/{identity}")
    assert (await state(databases[0], identity)).reason == "Thiếu số của tháng 12"


@pytest.mark.parametrize(
    "change",
    ["UPDATE filings SET sent_at = '2026-11-01T00:00:00.000000+00:00'", "UPDATE filing_figures SET value = '99'"],
)
async def test_a_report_changed_behind_our_back_is_named(
    officer: Citizen, databases: list[Database], database_url: str, clock: FakeClock, change: str
) -> None:
    identity = await planned(databases[0], clock)
    await fill(officer, identity)
    await officer.taps("send")
    settings = Settings(database=database_url, content=CONTENT)
    assert (await verify(settings, "anh-son", as_json=False))[0]
    engine = create_async_engine(database_url)
    async with engine.begin() as connection:
        await connection.execute(text(change))
    await engine.dispose()
    whole, said = await verify(settings, "anh-son", as_json=False)
    assert not whole
    assert identity in said


async def test_who_writes_the_same_report_too_is_led_to_what_the_colleague_handed_in(
    officer: Citizen, head: Citizen, citizen: People, databases: list[Database], clock: FakeClock
) -> None:
    colleague = await join(citizen("lan"), databases[0], clock, "tt-pvhcc", "officer")
    identity = await planned(databases[0], clock)
    await colleague.taps(f"filing/{identity}")
    await fill(officer, identity)
    assert await officer.taps("send") == ["filing.waits_for_head"]
    assert await colleague.says("70") == ["filing.moved_on"]
    assert f"filing/{identity}" in values(colleague)
    assert await colleague.taps(f"filing/{identity}") == ["filing.card"]
    assert "68,5 %" in colleague.told


async def test_no_in_words_is_the_button_that_says_so(
    officer: Citizen, databases: list[Database], clock: FakeClock
) -> None:
    identity = await planned(databases[0], clock)
    await officer.taps(f"filing/{identity}")
    assert await officer.says("chưa có") == ["filing.ask_note"]
    assert await officer.says("ko") == ["filing.ask_proof"]
    await officer.taps("none")
    assert "chưa có số liệu" in officer.told
    assert "Ghi chú: ko" not in officer.told


async def test_who_comes_back_after_two_hours_hears_that_the_draft_is_there(
    officer: Citizen, databases: list[Database], clock: FakeClock
) -> None:
    identity = await planned(databases[0], clock)
    await officer.taps(f"filing/{identity}")
    assert await officer.says("68,5") == ["filing.ask_note"]
    clock.move(hours=2, minutes=1)
    assert (await officer.says("menu"))[0] == "filing.expired"
    assert "bản nháp" in officer.replies[0].text
    assert await officer.taps(f"filing/{identity}") == ["filing.draft_goes_on", "filing.ask_note"]
