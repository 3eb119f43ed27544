"""A report said of one's own accord: it opens the form with its words; a question about reporting stays a question."""

import pytest
import pytest_asyncio

from handlers.feedback_wish import wish_to_report
from tests.citizen import Citizen
from tests.conversations.staff import values
from tests.simulation.raw import rows_of

REPORTS = [
    "tôi muốn phản ánh đường thôn 3 hỏng nặng",
    "toi muon phan anh rac ko ai thu",
    "phản ánh cán bộ địa chính đòi tiền tôi",
    "góp ý với xã nên làm sân bóng",
    "phản ánh đèn đường tắt và rác không thu",
    "kiến nghị về việc trợ cấp chậm",
    "dạ em xin kiến nghị xã sửa cái cống đầu xóm",
    "cho tui phan anh chuyen nuoc may duc may bua ni",
    "Phản ánh: đường vào xóm 5 " + "lầy lội quá, xe không vào được, " * 8,
]
QUESTIONS = [
    "phản ánh kiến nghị về thủ tục hành chính nộp ở đâu",
    "gửi phản ánh thì làm sao",
    "phản ánh hiện trường là gì",
    "khiếu nại thì cần giấy tờ gì",
    "đơn khiếu nại nộp ở đâu",
    "làm giấy khai sinh cần gì",
    "where can i report a lost card",
]
BLANK = ["cho em phản ánh với ạ", "xin phản ánh về việc", "muốn phản ánh", "góp ý", "I want to report a problem"]
OWN = ["phản ánh của tôi đến đâu rồi", "phản ánh của tôi tới đâu rồi", "phan anh da gui xu ly chua"]
ENGLISH = ["I want to report a broken road in hamlet 3", "report that the street lamps are off"]
NO_COMPLAINTS = [
    "chủ tịch xã là ai",
    "gặp chủ tịch xã",
    "bờ đê cao bị sạt",
    "giá điện cao quá",
    "có người đánh bạc",
    "nhà cao tầng",
    "trường thu tiền cao",
    "báo cáo",
]
MENTIONED = "có người đánh bạc thì tố giác tội phạm kiểu chi"
COMPLAINTS = [
    "complaint",
    "I want to make a complaint against the chairman",
    "I denounce the chairman for corruption",
    "tôi muốn khiếu nại",
    "tôi muốn tố cáo ông trưởng thôn",
    "toi muon khieu nai quyet dinh thu hoi dat",
]
TROUBLES = [
    "mất nước 3 ngày rồi không ai sửa",
    "đường hỏng nặng quá",
    "nhân viên quát mẹ tôi",
]


@pytest_asyncio.fixture(autouse=True)
async def greeted(lan: Citizen) -> None:
    await lan.says("menu")


def test_a_report_a_complaint_and_a_question_are_told_apart() -> None:
    assert {text: wish_to_report(text) for text in REPORTS} == dict.fromkeys(REPORTS, "report")
    assert {text: wish_to_report(text) for text in COMPLAINTS} == dict.fromkeys(COMPLAINTS, "complaint")
    assert {text: wish_to_report(text) for text in QUESTIONS} == dict.fromkeys(QUESTIONS)
    assert {text: wish_to_report(text) for text in BLANK} == dict.fromkeys(BLANK, "blank")
    assert {text: wish_to_report(text) for text in OWN} == dict.fromkeys(OWN, "own")
    assert {text: wish_to_report(text) for text in ENGLISH} == dict.fromkeys(ENGLISH, "report")


async def _goes_on(lan: Citizen) -> str:
    """Choose a kind and a place; return what is shown to be confirmed."""
    await lan.taps("khac" if "khac" in values(lan) else values(lan)[0])
    while lan.replies[-1].key == "feedback.ask_about":
        await lan.taps("no")
    await lan.says("xóm 5")
    assert lan.replies[-1].key.startswith("feedback.confirm")
    return lan.told


@pytest.mark.parametrize("text", [*REPORTS, *ENGLISH])
async def test_what_begins_as_a_report_is_one_with_its_words(lan: Citizen, text: str) -> None:
    assert await lan.says(text) == ["feedback.ask_category_of"]
    assert text.strip() in await _goes_on(lan)


@pytest.mark.parametrize("text", COMPLAINTS)
async def test_who_wants_to_complain_is_told_where(lan: Citizen, text: str) -> None:
    assert await lan.says(text) == ["feedback.not_taken"]


async def test_a_question_about_denouncing_is_answered_by_where_to_go(lan: Citizen, database_url: str) -> None:
    assert await lan.says(MENTIONED) == ["feedback.not_taken"]
    assert await rows_of(database_url, "SELECT question FROM answers") == []  # nothing of it is kept, as it says


@pytest.mark.parametrize("text", TROUBLES)
async def test_what_no_page_answers_becomes_a_report_by_one_tap(lan: Citizen, text: str) -> None:
    assert await lan.says(text) == ["answer.report_it"]
    assert values(lan)[0] == "feedback/told"
    assert await lan.taps("feedback/told") == ["feedback.ask_category_of"]
    assert text in await _goes_on(lan)


async def test_the_report_is_offered_under_any_refusal(lan: Citizen) -> None:
    for text in ("hàng xóm hát karaoke ồn quá", "làm hộ chiếu mất mấy ngày", "asdf qwer zxcv"):
        assert (await lan.says(text))[0] in {"answer.not_covered", "answer.unknown"}
        assert "feedback/told" in values(lan)


async def test_words_that_were_kept_are_not_those_of_another_question(lan: Citizen) -> None:
    await lan.says(TROUBLES[0])
    await lan.says("làm giấy khai sinh cần gì")
    assert await lan.taps("feedback/told") == ["feedback.ask_category"]


async def test_a_rude_official_is_offered_the_report_among_the_pages(lan: Citizen) -> None:
    await lan.says("nhân viên quầy số 2 quát mẹ tôi")
    assert "feedback/told" in values(lan)


async def test_a_bare_wish_for_a_person_is_no_part_of_the_story(lan: Citizen) -> None:
    await lan.says("phản ánh")
    await lan.says("đường hỏng nặng ở thôn 5")
    assert await lan.says("cho tôi gặp cán bộ") == ["feedback.person_or_kind", "feedback.ask_category_of"]
    more = "hôm trước cán bộ có lên xem mà không ai sửa, nhờ xã gặp cán bộ giao thông nói giúp một câu"
    assert await lan.says(more) == ["feedback.ask_category_more"]
    told = await _goes_on(lan)
    assert more in told
    assert "cho tôi gặp cán bộ" not in told


@pytest.mark.parametrize("text", NO_COMPLAINTS)
async def test_what_only_sounds_like_a_complaint_is_none(lan: Citizen, text: str) -> None:
    assert await lan.says(text) != ["feedback.not_taken"]


@pytest.mark.parametrize("text", BLANK[:3])
async def test_who_only_wants_to_report_is_asked_what(lan: Citizen, text: str) -> None:
    assert await lan.says(text) == ["feedback.ask_category"]
    await lan.taps("duong-dien-nuoc")
    assert lan.replies[-1].key == "feedback.ask_words"


@pytest.mark.parametrize("text", OWN)
async def test_who_asks_for_their_report_sees_it(lan: Citizen, text: str) -> None:
    assert await lan.says(text) == ["feedback.have_none"]


async def test_a_story_too_long_to_be_kept_is_said_to_be(lan: Citizen) -> None:
    assert await lan.says("đường hỏng nặng quá, xe không vào được. " * 60) == ["feedback.too_long", "answer.report_it"]
    assert await lan.taps("feedback/told") == ["feedback.ask_category"]


async def test_a_wish_for_a_person_is_not_the_place_and_before_a_story_it_is_heard(lan: Citizen) -> None:
    await lan.says("phản ánh")
    await lan.taps("duong-dien-nuoc")
    assert await lan.says("cho tôi gặp cán bộ với") == ["person.without_hotline"]
    await lan.says("phản ánh")
    await lan.taps("duong-dien-nuoc")
    assert await lan.says("đường hỏng nặng, xe đổ hoài") == ["feedback.ask_place"]
    assert await lan.says("cho tôi gặp cán bộ với") == ["feedback.person_or_place", "feedback.ask_place"]
    assert await lan.says("xóm Khe Trúc") == ["feedback.confirm"]
    assert "xe đổ hoài" in lan.told
