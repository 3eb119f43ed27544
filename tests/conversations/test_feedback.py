"""Feedback from the first word to the end; whole conversations on both databases."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from content.library import Library
from handlers.codes import PATTERN as BOOKING
from handlers.errand import Errand
from handlers.feedback_case import PATTERN, feedback_code
from handlers.feedback_due import morning, tell_waiting
from handlers.feedback_figures import FeedbackFigures
from handlers.feedback_figures import count as count_figures
from handlers.messages import Reply
from storage.chats import Address
from storage.database import Database
from storage.feedback_case import Case
from storage.outbox import Parcel
from storage.store import Store
from tests.citizen import Citizen
from tests.conversations.staff import FAR, join, pushes, values
from tests.fakes import FakeClock

# The clock stands at Monday 23/11/2026, 9:00; Tuesday 24/11 is Ngày Văn hóa Việt Nam and off.
People = Callable[..., Citizen]
WORDS = "Cầu Khe Trúc gãy lan can từ tuần trước"


@pytest.fixture
def errands(databases: list[Database], library: Library, clock: FakeClock) -> Callable[[], Awaitable[None]]:
    """Run the errands on both replicas at once."""
    numbers = count(1)

    async def run(database: Database) -> None:
        for work in (tell_waiting, morning):
            async with database.begin() as store:
                await work(Errand(library, clock.now(), store, lambda: f"errand{next(numbers)}", "", frozenset()))

    async def both() -> None:
        await asyncio.gather(*(run(database) for database in databases))

    return both


async def _send(person: Citizen, category: str = "duong-dien-nuoc", words: str = WORDS, place: str = "xóm 5") -> str:
    """Send a report and return its code."""
    assert (await person.says("phản ánh"))[-1] == "feedback.ask_category"
    await person.taps(category)
    assert person.replies[-1].key.startswith("feedback.ask_words")
    assert await person.says(words) == ["feedback.ask_place"]
    assert (await person.says(place))[0].startswith("feedback.confirm")
    assert await person.taps("yes") == ["feedback.sent"]
    return next(button.value.split("/")[2] for button in person.buttons if button.value.startswith("myfeedback/"))


@pytest.mark.parametrize("words", ["khong", "Không có", "ko ạ", "dạ không biết", "k", "chưa rõ", "bỏ qua đi"])
async def test_no_place_in_words_is_no_place(lan: Citizen, databases: list[Database], words: str) -> None:
    code = await _send(lan, place=words)
    async with databases[0].read() as store:
        case = await store.feedback.by_code("anh-son", code)
        assert case is not None
        assert [said.kind for said in await store.feedback.said(case)] == ["words"]


async def test_who_tells_the_story_at_once_need_not_tell_it_again(lan: Citizen, databases: list[Database]) -> None:
    await lan.says("phản ánh")
    assert await lan.says("hỏng") == ["dialog.choose", "feedback.ask_category"]
    assert await lan.says(WORDS) == ["feedback.ask_category_of"]
    assert await lan.taps("rac-moi-truong") == ["feedback.ask_place"]
    assert await lan.says("quay lại") == ["feedback.ask_category_of"]
    assert await lan.taps("duong-dien-nuoc") == ["feedback.ask_place"]
    assert await lan.taps("-") == ["feedback.confirm"]
    assert WORDS in lan.told
    assert await lan.taps("yes") == ["feedback.sent"]


@pytest.mark.parametrize(
    ("words", "category", "keys"),
    [
        ("Đây là văn bản mật của xã gửi huyện", None, ["feedback.secret", "feedback.ask_category"]),
        ("Tôi muốn tố cáo ông trưởng xóm", "complaint", ["feedback.not_taken"]),
    ],
)
async def test_a_story_told_at_once_is_looked_at_as_closely(
    lan: Citizen, words: str, category: str | None, keys: list[str]
) -> None:
    await lan.says("phản ánh")
    told = await lan.says(words)
    assert (await lan.taps(category) if category else told) == keys


async def _case(database: Database, code: str) -> Case:
    async with database.read() as store:
        found = await store.feedback.by_code("anh-son", code)
    assert found is not None
    return found


async def _answer(
    official: Citizen, code: str, words: str = "Xã đã cho sửa lan can sáng nay", *, last: bool = False
) -> None:
    assert await official.taps(f"case/answer/{code}") == ["feedback.ask_answer"]
    assert await official.says(words) == ["feedback.confirm_answer"]
    assert await official.taps("yes") == ["feedback.answered_last" if last else "feedback.answered"]


async def _keys(database: Database, person: Citizen) -> list[str]:
    return [reply.key for reply in await pushes(database, person)]


async def _everybody(database: Database) -> list[tuple[str, str]]:
    """Return what went out since the last look, as (person, phrase key)."""
    async with database.begin() as store:
        parcels = await store.outbox.claim(FAR, FAR + timedelta(days=1), 100)
        while more := await _settled(store, parcels):
            parcels += more
    return [(one.address.chat, Reply.from_json(one.reply).key) for one in parcels]


async def _settled(store: Store, parcels: list[Parcel]) -> list[Parcel]:
    for parcel in parcels:
        store.outbox.sent(parcel.id, FAR)
    return await store.outbox.claim(FAR, FAR + timedelta(days=1), 100)


async def test_from_the_words_to_the_answer_a_question_and_the_end(
    lan: Citizen, citizen: People, databases: list[Database], clock: FakeClock
) -> None:
    minh = await join(citizen("minh"), databases[0], clock, unit="kinh-te")
    tu = await join(citizen("tu"), databases[0], clock, unit="vh-xh")
    code = await _send(lan)
    assert await _keys(databases[0], tu) == ["start.notice", "staff.joined"]
    told = await pushes(databases[0], minh)
    assert WORDS not in "".join(reply.text for reply in told)
    case = await _case(databases[1], code)
    assert (case.unit, case.state) == ("kinh-te", "received")
    assert case.due.astimezone(UTC) == datetime(2026, 12, 15, 16, 59, 59, tzinfo=UTC)  # 15 working days, 24/11 is off
    assert await minh.taps("cases") == ["feedback.cases"]
    assert f"case/see/{code}" in values(minh)
    assert await minh.taps(f"case/see/{code}") == ["feedback.page"]
    assert WORDS in minh.told
    await pushes(databases[0], lan)
    assert await minh.taps(f"case/take/{code}") == ["feedback.taken"]
    assert await _keys(databases[0], lan) == ["feedback.push_assigned"]
    await _answer(minh, code)
    [push] = await pushes(databases[0], lan)
    assert push.key == "feedback.push_answered"
    assert "sửa lan can" in push.text
    assert await lan.taps(f"myfeedback/ask/{code}") == ["feedback.ask_question"]
    assert await lan.says("Bên kia cầu thì sao ạ") == ["feedback.asked"]
    assert "feedback.push_question" in await _keys(databases[0], minh)
    assert await lan.taps(f"myfeedback/ask/{code}") == ["feedback.status"]
    await _answer(minh, code, "Bên kia sửa ngày mai", last=True)
    (push,) = [one for one in await pushes(databases[0], lan) if one.key.startswith("feedback.push")]
    assert push.key == "feedback.push_answered_last"
    assert "hỏi thêm một lần" not in push.text  # it was the one further question
    assert f"myfeedback/ask/{code}" not in [button.value for button in push.buttons]
    assert await lan.taps(f"myfeedback/ask/{code}") == ["feedback.status"]
    assert "Bên kia sửa ngày mai" in lan.told
    assert await lan.taps(f"myfeedback/clear/{code}") == ["feedback.cleared"]
    assert await lan.taps(f"myfeedback/clear/{code}") == ["feedback.status"]
    async with databases[0].read() as store:
        steps = [(step.what, step.role) for step in await store.feedback.history(await _case(databases[1], code))]
    assert [what for what, _ in steps].count("answered") == 2
    assert ("taken", "officer") in steps
    assert await minh.taps("cases") == ["feedback.no_cases"]


async def test_the_code_shows_how_it_stands_on_any_channel_but_never_the_words(lan: Citizen, citizen: People) -> None:
    code = await _send(lan)
    ba_tu = citizen("ba-tu")
    await ba_tu.says("menu")
    assert await ba_tu.says(code.lower()) == ["feedback.status"]
    assert WORDS not in ba_tu.told
    assert values(ba_tu) == ["menu"]
    assert await ba_tu.taps(f"myfeedback/clear/{code}") == ["feedback.unknown_code"]
    assert await lan.says("phản ánh của tôi") == ["feedback.list"]
    assert await lan.taps(f"myfeedback/see/{code}") == ["feedback.status"]
    other = citizen("an", commune="tan-an")
    await other.says("menu")
    assert "feedback.status" not in await other.says(code)


def test_a_code_of_feedback_is_never_one_of_a_booking() -> None:
    for number in range(2000):
        code = feedback_code(f"id{number}")
        assert PATTERN.fullmatch(code)
        assert BOOKING.fullmatch(code) is None
    assert PATTERN.fullmatch("AB2AB2") is None
    assert PATTERN.fullmatch("K7M2QX") is None


@pytest.mark.parametrize("words", ["Tôi muốn tố cáo ông trưởng thôn", "toi khieu nai quyet dinh", "gửi ĐƠN KIỆN ông B"])
async def test_complaints_are_not_taken_and_told_where_to_go(
    lan: Citizen, databases: list[Database], words: str
) -> None:
    await lan.says("/phan_anh")
    await lan.taps("viec-khac")
    assert await lan.says(words) == ["feedback.ask_matter"]
    assert await lan.taps("complaint") == ["feedback.not_taken"]
    async with databases[0].read() as store:
        assert await store.feedback.all("anh-son") == []
    await lan.says("/phan_anh")
    assert await lan.taps("complaint") == ["feedback.not_taken"]


async def test_a_big_house_is_no_denunciation(lan: Citizen) -> None:
    assert await _send(lan, words="Nhà to cao tầng xây lấn ra đường")


async def test_a_secret_is_refused_deleted_and_kept_nowhere(
    lan: Citizen, databases: list[Database], database_url: str
) -> None:
    await lan.says("/phan_anh")
    await lan.taps("viec-khac")
    assert await lan.says("Tôi có văn bản mật về khu Rú Quỷnh") == ["feedback.secret", "feedback.ask_words"]
    assert lan.replies[0].delete is not None
    assert not await _stored(database_url, "Rú Quỷnh")


async def test_a_scam_gets_advice_first_and_goes_to_the_police(
    lan: Citizen, citizen: People, databases: list[Database], clock: FakeClock
) -> None:
    police = await join(citizen("chien"), databases[0], clock, unit="cong-an")
    await pushes(databases[0], police)
    await lan.says("/phan_anh")
    assert await lan.taps("lua-dao") == ["feedback.ask_words_scam"]
    assert "113" in lan.told
    await lan.says("huỷ")
    await lan.says("/phan_anh")
    await lan.taps("viec-khac")
    await lan.says("Có người giả danh công an bảo tôi chuyển tiền")
    assert await lan.taps("-") == ["feedback.confirm_scam"]
    assert await lan.taps("yes") == ["feedback.sent"]
    assert await _keys(databases[0], police) == ["feedback.push_new"]


async def test_what_is_about_an_official_only_leaders_see_until_they_assign_it(
    lan: Citizen, citizen: People, databases: list[Database], clock: FakeClock
) -> None:
    head = await join(citizen("hoa"), databases[0], clock, unit="tt-pvhcc", role="head")
    other = await join(citizen("minh"), databases[0], clock, unit="van-phong")
    chairman = await join(citizen("dung"), databases[0], clock, unit="chu-tich", role="leader")
    for person in (head, other, chairman):
        await pushes(databases[0], person)
    words = "Cán bộ một cửa hách dịch với mẹ tôi"
    code = await _send(lan, category="thu-tuc", words=words)  # the words say what it is about
    assert (await _case(databases[0], code)).official
    assert {one for one in await _everybody(databases[0]) if one[0] != "lan"} == {("dung", "feedback.push_new")}
    for person in (head, other):
        assert await person.taps("cases") == ["feedback.no_cases"]
        assert await person.says(code) == ["feedback.not_yours"]
        for name in ("see", "take", "answer", "pass", "refuse", "close"):
            assert await person.taps(f"case/{name}/{code}") == ["feedback.not_yours"]
    assert await chairman.says(code) == ["feedback.page"]
    assert words in chairman.told
    assert await chairman.taps(f"case/pass/{code}") == ["feedback.ask_unit"]
    await pushes(databases[0], lan)
    assert await chairman.taps(f"case/pass/{code}/-/van-phong") == ["feedback.pass_official"]
    assert (await _case(databases[0], code)).unit is None
    assert await chairman.taps(f"case/pass/{code}/-/van-phong/yes") == ["feedback.passed"]
    assert await chairman.taps(f"case/pass/{code}/-/kinh-te/yes") == ["feedback.page"]  # the old keyboard
    assert (await _case(databases[0], code)).unit == "van-phong"
    assert await _keys(databases[0], lan) == ["feedback.push_assigned"]
    assert await other.taps(f"case/see/{code}") == ["feedback.page"]
    assert await other.taps(f"case/pass/{code}/van-phong/tt-pvhcc") == ["feedback.page"]  # only leaders pass it on
    assert (await _case(databases[0], code)).unit == "van-phong"
    assert await head.taps(f"case/see/{code}") == ["feedback.not_yours"]


async def test_rights_end_at_the_unit_the_post_and_the_commune(
    lan: Citizen, citizen: People, databases: list[Database], clock: FakeClock
) -> None:
    minh = await join(citizen("minh"), databases[0], clock, unit="kinh-te")
    colleague = await join(citizen("binh"), databases[0], clock, unit="kinh-te")
    head = await join(citizen("hoa"), databases[0], clock, unit="kinh-te", role="head")
    helper = await join(citizen("mai"), databases[0], clock, unit="kinh-te", role="helper")
    admin = await join(citizen("son"), databases[0], clock, unit="kinh-te", role="admin")
    leader = await join(citizen("dung"), databases[0], clock, unit="chu-tich", role="leader")
    stranger = await join(citizen("xa", commune="tan-an"), databases[0], clock, unit="kinh-te")
    code = await _send(lan)
    for person in (helper, admin, leader, stranger):
        assert await person.taps(f"case/see/{code}") == ["feedback.not_yours"]
    assert await lan.taps(f"case/see/{code}") == ["staff.not_member"]
    assert await minh.taps(f"case/take/{code}") == ["feedback.taken"]
    assert await colleague.taps(f"case/take/{code}") == ["feedback.page"]
    assert WORDS not in colleague.told
    assert await colleague.taps(f"case/answer/{code}") == ["feedback.page"]
    assert await head.taps(f"case/see/{code}") == ["feedback.page"]
    assert WORDS in head.told
    assert await head.taps(f"case/answer/{code}") == ["feedback.page"]  # the head reads, the officer answers
    own = await _send(minh)
    assert await minh.taps(f"case/answer/{own}") == ["feedback.not_yours"]
    assert await minh.says(own) == ["feedback.status"]


async def test_passing_on_and_refusing_tell_the_person(
    lan: Citizen, citizen: People, databases: list[Database], clock: FakeClock
) -> None:
    minh = await join(citizen("minh"), databases[0], clock, unit="kinh-te")
    tu = await join(citizen("tu"), databases[0], clock, unit="vh-xh")
    code = await _send(lan)
    await pushes(databases[0], lan)
    assert await minh.taps(f"case/pass/{code}/kinh-te/mat-tran") == ["feedback.ask_unit"]  # partners are never charged
    assert await minh.taps(f"case/pass/{code}/kinh-te/vh-xh") == ["feedback.passed"]
    assert await minh.taps(f"case/see/{code}") == ["feedback.not_yours"]
    assert await tu.taps(f"case/refuse/{code}/because") == ["feedback.ask_reason"]
    assert await tu.taps(f"case/refuse/{code}/elsewhere") == ["feedback.refused"]
    assert await tu.taps(f"case/answer/{code}") == ["feedback.page"]
    assert await _keys(databases[0], lan) == ["feedback.push_passed", "feedback.push_refused"]


async def _taken_at_the_centre(
    lan: Citizen, citizen: People, database: Database, clock: FakeClock
) -> tuple[Citizen, Citizen, str]:
    """Minh of the centre has taken a case; return him, his head and the code."""
    minh = await join(citizen("minh"), database, clock)
    head = await join(citizen("hoa"), database, clock, role="head")
    code = await _send(lan, category="thu-tuc", words="Hồ sơ khai sinh của cháu nộp đã ba tuần chưa thấy trả")
    assert await minh.taps(f"case/take/{code}") == ["feedback.taken"]
    await pushes(database, minh)
    return minh, head, code


@pytest.mark.parametrize("step", ["answer", "refuse", "pass"])
async def test_an_officer_is_told_what_the_head_did_with_their_case_and_the_ledger_says_whose_it_was(
    lan: Citizen, citizen: People, databases: list[Database], clock: FakeClock, step: str
) -> None:
    minh, head, code = await _taken_at_the_centre(lan, citizen, databases[0], clock)
    if step == "answer":
        await head.taps(f"case/answer/{code}")
        await head.says("Giấy khai sinh đã có, mời ông bà đến nhận")
        assert await head.taps("yes") == ["feedback.answered"]
    elif step == "refuse":
        assert await head.taps(f"case/refuse/{code}/twice") == ["feedback.refused"]
    else:
        assert await head.taps(f"case/pass/{code}/tt-pvhcc/vh-xh") == ["feedback.passed"]
    wanted = {"answer": "feedback.push_answered_for_you", "refuse": "feedback.push_refused_for_you"}
    [told] = [one for one in await pushes(databases[0], minh) if one.key.endswith("_for_you")]
    assert told.key == wanted.get(step, "feedback.push_passed_for_you")
    assert "Cán bộ trực" in told.text
    again = await minh.taps(told.buttons[0].value)
    assert again == (["feedback.no_cases"] if step == "pass" else ["feedback.page"])
    async with databases[0].read() as store:
        [row] = [row for row in await store.ledger.rows("anh-son") if "held_by" in str(row["detail"])]
        assert row["action"] == {"answer": "answered", "refuse": "refused", "pass": "passed"}[step]
        assert (await store.ledger.verify("anh-son"))[1] is None


async def test_an_officer_is_not_woken_by_what_the_head_does_at_night_and_hears_nothing_of_their_own_steps(
    lan: Citizen, citizen: People, databases: list[Database], clock: FakeClock
) -> None:
    minh, head, code = await _taken_at_the_centre(lan, citizen, databases[0], clock)
    clock.move(hours=13)  # ten in the evening
    await head.taps(f"case/refuse/{code}/twice")
    async with databases[0].begin() as store:
        claimed = await store.outbox.claim(clock.now(), clock.now() + timedelta(minutes=1), 100)
    assert [one for one in claimed if one.address.chat == "minh"] == []
    assert "feedback.push_refused_for_you" in await _keys(databases[0], minh)
    own = await _send(lan, category="thu-tuc", words="Hồ sơ đất đai nộp đã một tháng chưa thấy trả")
    await minh.taps(f"case/take/{own}")
    await minh.taps(f"case/refuse/{own}/twice")
    assert [one for one in await _keys(databases[0], minh) if one.endswith("_for_you")] == []


async def test_two_colleagues_who_take_at_once_are_one(
    lan: Citizen, citizen: People, databases: list[Database], clock: FakeClock
) -> None:
    one = await join(citizen("minh"), databases[0], clock, unit="kinh-te")
    two = await join(citizen("binh"), databases[0], clock, unit="kinh-te")
    code = await _send(lan)
    await pushes(databases[0], lan)
    keys = await asyncio.gather(one.taps(f"case/take/{code}"), two.taps(f"case/take/{code}"))
    assert sorted(keys) == [["feedback.page"], ["feedback.taken"]]
    assert await _keys(databases[0], lan) == ["feedback.push_assigned"]


async def test_long_short_and_too_many(lan: Citizen) -> None:
    await lan.says("/phan_anh")
    await lan.taps("viec-khac")
    assert await lan.says("a b " * 501) == ["feedback.too_long", "feedback.ask_words"]
    assert await lan.says("hỏng") == ["feedback.too_short", "feedback.ask_words"]
    assert await lan.sends(media="photo") == ["guard.photo", "feedback.ask_words"]
    assert (await lan.says("Đèn đường tắt, căn cước tôi 012345678901"))[0] == "guard.number"
    await lan.says("huỷ")
    for _ in range(5):
        await _send(lan)
    assert await lan.says("/phan_anh") == ["feedback.too_many"]


async def test_nobody_is_woken_and_the_morning_tells(
    lan: Citizen,
    citizen: People,
    databases: list[Database],
    clock: FakeClock,
    errands: Callable[[], Awaitable[None]],
) -> None:
    minh = await join(citizen("minh"), databases[0], clock, unit="kinh-te")
    clock.move(hours=12)  # 21:00
    code = await _send(lan)
    await pushes(databases[0], lan)
    assert "feedback.push_new" not in await _keys(databases[0], minh)
    await errands()
    assert await _keys(databases[0], minh) == []
    await minh.taps(f"case/take/{code}")
    assert await _keys(databases[0], lan) == []
    clock.move(hours=10)
    await errands()
    await errands()
    assert await _keys(databases[0], lan) == ["feedback.push_assigned"]


async def test_reminders_come_once_at_eight_on_working_days(
    lan: Citizen,
    citizen: People,
    databases: list[Database],
    clock: FakeClock,
    errands: Callable[[], Awaitable[None]],
) -> None:
    minh = await join(citizen("minh"), databases[0], clock, unit="cong-an")
    leader = await join(citizen("dung"), databases[0], clock, unit="chu-tich", role="leader")
    await _send(lan, category="an-ninh")  # five working days after 23/11, 24/11 off: Tuesday 1/12
    for person in (minh, leader):
        await pushes(databases[0], person)
    reminded = []
    for _ in range(12):  # every day at 7:59 and at 8:00, from Tuesday 24/11
        clock.at = clock.at.replace(hour=0, minute=59)
        clock.move(days=1)
        await errands()
        assert await _everybody(databases[0]) == []
        clock.move(minutes=1)
        await errands()
        await errands()
        reminded += [(clock.at.day, who, key) for who, key in sorted(await _everybody(databases[0]))]
    late = [(day, who) for day in (2, 3, 4) for who in ("dung", "minh")]
    assert reminded == [(day, who, "feedback.push_due") for day, who in [(30, "minh"), (1, "minh"), *late]]


async def test_answered_cases_close_and_words_are_forgotten(
    lan: Citizen,
    citizen: People,
    databases: list[Database],
    clock: FakeClock,
    errands: Callable[[], Awaitable[None]],
    database_url: str,
) -> None:
    minh = await join(citizen("minh"), databases[0], clock, unit="kinh-te")
    code = await _send(lan)
    await _answer(minh, code)
    clock.move(days=11)
    await errands()
    assert (await _case(databases[0], code)).state == "closed"
    clock.move(days=88)
    await errands()
    async with databases[0].read() as store:
        assert len(await store.feedback.said(await _case(databases[1], code))) == 3
    clock.move(days=6)
    await errands()
    async with databases[0].read() as store:
        assert await store.feedback.said(await _case(databases[1], code)) == []


async def _stored(url: str, words: str) -> list[str]:
    """Return the tables in which some words stand anywhere."""
    engine = create_async_engine(url)
    found = []
    async with engine.connect() as connection:
        kind = "sqlite_master WHERE type = 'table'"
        names = (
            text(f"SELECT name FROM {kind}")
            if "sqlite" in url
            else text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        )
        for name in (await connection.execute(names)).scalars().all():
            rows = (await connection.exec_driver_sql(f'SELECT * FROM "{name}"')).all()
            if any(words in str(value) for row in rows for value in row):
                found.append(name)
    await engine.dispose()
    return found


async def test_erasing_leaves_no_word_anywhere_and_a_bare_figure(
    lan: Citizen, citizen: People, databases: list[Database], clock: FakeClock, database_url: str
) -> None:
    minh = await join(citizen("minh"), databases[0], clock, unit="kinh-te")
    code = await _send(lan, place="ngõ nhà bà Sáu")
    await minh.taps(f"case/see/{code}")
    await minh.taps(f"case/take/{code}")
    assert "feedback_words" in await _stored(database_url, "Khe Trúc")
    assert "outbox" in await _stored(database_url, "bà Sáu")
    await pushes(databases[0], minh)
    assert (await lan.says("/xoa_du_lieu"))[-1] == "erase.confirm_open"
    assert "1" in lan.told
    assert (await lan.taps("yes"))[-1] == "erase.done"
    withdrawn = [reply for reply in await pushes(databases[0], minh) if reply.key == "feedback.push_withdrawn"]
    assert len(withdrawn) == 1
    assert code in withdrawn[0].text
    assert await _stored(database_url, "Khe Trúc") == []
    assert await _stored(database_url, "bà Sáu") == []
    case = await _case(databases[0], code)
    assert (case.state, case.chat_id) == ("closed", None)
    assert await minh.taps("cases") == ["feedback.no_cases"]
    assert await minh.taps(f"case/answer/{code}") == ["feedback.page"]


def _figure(state: str, hours: float | None, due: int, *, in_time: bool | None = None) -> Case:
    """A case received on 2/11 at 8:00, answered some hours later, due on a day of November."""
    created = datetime(2026, 11, 2, 1, tzinfo=UTC)
    answered = datetime.fromtimestamp(created.timestamp() + hours * 3600, UTC) if hours is not None else None
    end = datetime(2026, 11, due, 16, 59, 59, tzinfo=UTC)
    return Case("i", "anh-son", "C", 1, "k", "u", False, state, None, None, end, 0, created, answered, in_time, None)


def test_the_figures_of_a_hand_computed_month() -> None:
    cases = [
        _figure("closed", 10, 9, in_time=True),
        _figure("answered", 30, 9, in_time=True),
        _figure("assigned", 50, 9, in_time=True),  # answered once, asked again: open, and overdue on 20/11
        _figure("answered", 400.3, 9, in_time=False),
        _figure("refused", None, 9),
        _figure("received", None, 30),
        _figure("received", None, 9),
        _figure("closed", None, 9),  # withdrawn by erasing
    ]
    now = datetime(2026, 11, 20, tzinfo=UTC)
    assert count_figures(cases, now) == FeedbackFigures(8, 3, 2, 1, 40.0, 3, 2, 1)  # 8 = 3 + 1 + 3 + 1
    assert count_figures([], now) == FeedbackFigures(0, 0, 0, 0, None, 0, 0, 0)
    assert count_figures(cases[:3], now).median_hours == 30.0


async def test_a_late_answer_is_late_whatever_comes_after(
    lan: Citizen, citizen: People, databases: list[Database], clock: FakeClock
) -> None:
    minh = await join(citizen("minh"), databases[0], clock, unit="cong-an")
    first = await _send(lan, category="an-ninh")
    second = await _send(lan, category="an-ninh")
    clock.at = datetime(2026, 12, 1, 16, 59, 59, tzinfo=UTC)
    await _answer(minh, first)
    clock.move(seconds=1)
    await _answer(minh, second)
    await lan.taps(f"myfeedback/ask/{second}")
    await lan.says("Thế còn đêm thì sao")
    await _answer(minh, second, "Đêm cũng có người trực", last=True)
    async with databases[0].read() as store:
        found = {one.code: one.in_time for one in await store.feedback.all("anh-son")}
        chat = await store.chats.find(Address("fake", "anh-son", "lan"))
    assert found == {first: True, second: False}
    assert chat is not None


async def test_who_wants_a_person_instead_of_a_kind_is_told_how(citizen: Callable[..., Citizen]) -> None:
    lan = citizen("lan")
    assert (await lan.says("phản ánh"))[-1] == "feedback.ask_category"
    said = await lan.says("Cho tôi gặp cán bộ, đừng trả lời máy nữa")
    assert said == ["feedback.person", "feedback.ask_category"]
    assert (await lan.says("gặp cán bộ"))[-1] == "person.without_hotline"


@pytest.mark.parametrize("sentence", ["phản ánh {}", "mã {} tới đâu rồi", "cho hỏi {} xong chưa ạ"])
async def test_a_code_is_found_in_a_sentence_too(lan: Citizen, citizen: People, sentence: str) -> None:
    code = await _send(lan)
    assert await lan.says(sentence.format(code.lower())) == ["feedback.status"]
    assert code in lan.told
    other = citizen("tam")
    await other.says("menu")
    assert await other.says(sentence.format("2345A7")) != ["feedback.status"]  # nothing has this code
