"""Who asks for a person gets one; a question in which an official occurs stays a question."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.library import Library
from handlers.person_wish import PLAINLY, POSSIBLE, wants_person
from handlers.words import plain

WISHES = (
    "tôi muốn gặp chị Hoa",
    "cho gặp anh Nam công an",
    "xin nói chuyện với cô Lan tư pháp ạ",
    "gặp cán bộ ngay",
    "gặp cán bộ",
    "Gặp cán bộ!",
    "gap can bo",
    "gap can bo di",
    "cho tôi nói chuyện với người thật",
    "cho tui nói chuyện với người thiệt",
    "nói chuyện với nhân viên",
    "gọi cán bộ",
    "gọi cán bộ giúp tôi",
    "gọi cho cán bộ giùm bà",
    "tui muốn gặp người",
    "tôi muốn gặp cán bộ tư pháp",
    "cho gặp ai đó với",
    "cho con gặp người trực với ạ",
    "có ai ở đó không",
    "có ai không cho tôi hỏi với",
    "alo có cán bộ trực không",
    "chuyển máy cho cán bộ",
    "chuyển qua nhân viên giúp em",
    "nối máy với cán bộ",
    "kết nối với cán bộ tư pháp",
    "làm sao gặp được cán bộ",
    "tôi không muốn nói chuyện với máy",
    "thôi đừng nói chuyện với robot nữa",
    "máy trả lời không đúng, cho tôi gặp cán bộ đi",
    "thôi không hỏi máy nữa cho tôi nói chuyện với người thật đi con",
    "bà già rồi không biết bấm, cho bà gặp cán bộ nghe cháu",
    "tôi hỏi hoài không ra, gặp cán bộ ngay giùm tôi chuyện giấy tờ nhà",
    "cho toi lien he voi can bo xa",
    "nhắn tin cho cán bộ được không",
    "cần gặp cb",
    "I want to talk to a person",
    "can I speak with an officer please",
)
QUESTIONS = (
    "gặp cán bộ nào để làm giấy khai sinh",
    "cán bộ tư pháp làm việc mấy giờ",
    "muốn gặp cán bộ tư pháp thì đi đâu",
    "gặp cán bộ ở đâu",
    "gặp cán bộ cần mang giấy tờ gì",
    "khi nào gặp được cán bộ địa chính",
    "đặt lịch gặp cán bộ",
    "cho tôi đặt lịch hẹn gặp cán bộ",
    "gọi video cho cán bộ",
    "có người gọi xưng là cán bộ công an",
    "cán bộ gọi điện bảo chuyển tiền",
    "cán bộ có làm việc thứ bảy không",
    "thứ bảy có cán bộ trực không",
    "danh bạ cán bộ xã",
    "tên cán bộ tư pháp",
    "liên hệ người bảo lãnh",
    "trợ cấp cho người nghèo",
    "gặp người thân ở trại giam",
    "giấy tờ cho người cao tuổi",
    "cán bộ xã có lấy tiền không",
    "số điện thoại cán bộ địa chính là bao nhiêu",
    "nộp hồ sơ cho cán bộ bao lâu có kết quả",
    "mất máy tính có cần báo không",
    "ai được hưởng trợ cấp",
    "xin gặp ông chủ tịch",
    "muốn gặp chị Hoa thì đi đâu",
    "",
)


@pytest.mark.parametrize("said", WISHES)
def test_a_wish_for_a_person_is_heard(said: str) -> None:
    assert POSSIBLE.fullmatch(plain(said))
    assert wants_person(plain(said))


@pytest.mark.parametrize("said", QUESTIONS)
def test_a_question_in_which_an_official_occurs_stays_one(said: str) -> None:
    assert not wants_person(plain(said))


@given(st.sampled_from(WISHES), st.sampled_from(["thôi, ", "alo, ", "khó quá. ", "Dạ thưa, ", "trời ơi "]))
def test_what_is_said_before_or_in_capitals_changes_nothing(wish: str, before: str) -> None:
    assert wants_person(plain(wish.upper())) is True
    if not wish.startswith(("có ai", "alo")):
        assert wants_person(plain(before + wish)) is True


@given(st.text(max_size=120))
def test_no_text_breaks_it_and_what_it_hears_was_possible(said: str) -> None:
    words = plain(said)
    assert not wants_person(words) or POSSIBLE.fullmatch(words)


def test_no_question_of_a_guide_is_taken_for_the_wish(library: Library) -> None:
    for commune in library.communes.values():
        taken = [
            (guide.id, one)
            for guide in commune.guides.values()
            for one in (guide.title, *guide.header.questions)
            if wants_person(plain(one))
        ]
        assert taken == []


@pytest.mark.parametrize(
    "said",
    [
        "cho tôi gặp cán bộ với",
        "thôi cho tui gặp người thật đi",
        "gặp cán bộ ngay",
        "em muốn nói chuyện với nhân viên ạ",
        "dạ cho con gặp anh cán bộ tư pháp được không ạ",
        "chuyển máy cho cán bộ giùm",
    ],
)
def test_nothing_but_the_wish_is_heard_in_a_form(said: str) -> None:
    assert PLAINLY.fullmatch(plain(said))


@pytest.mark.parametrize(
    "said",
    [
        "tôi gặp cán bộ tư pháp nhưng không được tiếp",
        "cán bộ",
        "người cao tuổi",
        "gặp người thân",
        "hôm qua gặp cán bộ",
        "gặp cán bộ thì đi đâu",
        "cho tôi gặp cán bộ xong rồi về",
    ],
)
def test_a_story_about_an_official_is_an_answer_in_a_form(said: str) -> None:
    assert not PLAINLY.fullmatch(plain(said))
