"""Questions find their guide, are offered choices, or are refused."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.search import Search
from content.syllables import strip_marks
from content.vocabulary import load_vocabulary

VOCABULARY, _ = load_vocabulary(Path(__file__).parents[2] / "content" / "vocabulary.yaml")
SECTIONS = {
    "ho_so": "Tờ khai, giấy chứng sinh.",
    "noi_nop": "Trung tâm hành chính công.",
    "le_phi": "Không thu.",
    "thoi_han": "Trong ngày.",
}


@dataclass(frozen=True)
class Page:
    """A guide as small as search needs it."""

    id: str
    title: str
    aliases: tuple[str, ...]
    questions: tuple[str, ...]
    gist: str = ""
    sections: Mapping[str, str] = field(default_factory=lambda: SECTIONS)


GUIDES = (
    Page(
        "khai-sinh", "Đăng ký khai sinh cho con", ("làm giấy khai sinh", "khai sinh"),
        ("con mới đẻ thì làm giấy khai sinh ở mô rứa", "lam khai sinh cho chau can gi",
         "em bé sinh quá 60 ngày chưa khai sinh"),
    ),
    Page(
        "ket-hon", "Đăng ký kết hôn trong nước", ("giấy đăng ký kết hôn", "hôn thú"),
        ("hai đứa em cưới nhau lên xã ký giấy cần gì", "dang ky ket hon o dau", "đkkh khác tỉnh làm ở đâu"),
    ),
    Page(
        "khai-tu", "Đăng ký khai tử", ("giấy chứng tử", "báo tử"),
        ("ông nội mất thì khai tử ở đâu", "lam giay bao tu cho ba", "chết ở nhà thì báo xã thế nào"),
    ),
    Page(
        "thuong-tru", "Đăng ký thường trú (nhập khẩu)", ("nhập hộ khẩu", "chuyển khẩu"),
        ("nhập hộ khẩu cho vợ về nhà chồng", "chuyen ho khau can gi", "đăng ký thường trú ở nhà thuê"),
    ),
    Page(
        "tam-tru", "Đăng ký và gia hạn tạm trú", ("tạm trú", "kt3"),
        ("ở trọ khai tạm trú thế nào", "dang ky tam tru cho cong nhan", "gia hạn tạm trú"),
    ),
    Page(
        "can-cuoc-cap-doi", "Đổi thẻ căn cước khi hết hạn", ("đổi căn cước", "căn cước hết hạn"),
        ("thẻ căn cước hết hạn đổi ở đâu", "doi cccd sang the moi", "đổi cccd vì sai thông tin"),
    ),
    Page(
        "can-cuoc-cap-lai", "Cấp lại thẻ căn cước bị mất, hỏng", ("mất căn cước", "cấp lại căn cước"),
        ("rớt ví mất căn cước làm lại ở đâu", "mat cccd lam lai bao lau", "căn cước gãy đôi xin cấp lại"),
    ),
    Page(
        "gio-lam-viec", "Giờ làm việc của xã", ("giờ làm việc", "mấy giờ mở cửa"),
        ("thứ bảy xã có làm không", "may gio uy ban mo cua", "buổi trưa có nghỉ không"),
        sections={"trinh_tu": "Xem bảng."},
    ),
)  # fmt: skip
SEARCH = Search(GUIDES, VOCABULARY)


@pytest.mark.parametrize(
    ("question", "guide", "section"),
    [
        ("làm giấy khai sinh cho con hết bao nhiêu tiền", "khai-sinh", "le_phi"),
        ("lam giay khai sinh nop o dau", "khai-sinh", "noi_nop"),
        ("lafm giaays khai xinh cho chaus", "khai-sinh", None),
        ("dkkh can giay to gi", "ket-hon", "ho_so"),
        ("mẹ tui mất, mần giấy chứng tử mấy bựa có", "khai-tu", "thoi_han"),
        ("khaitu cho ông", "khai-tu", None),
        ("mất cccd thì làm lại ở mô", "can-cuoc-cap-lai", "noi_nop"),
        ("nhập hk cho vợ", "thuong-tru", None),
        ("khai sinh", "khai-sinh", None),
        ("mấy giờ mở cửa", "gio-lam-viec", None),
    ],
)
def test_a_clear_question_is_answered(question: str, guide: str, section: str | None) -> None:
    found = SEARCH.find(question)
    assert (found.outcome, found.guide, found.section) == ("answer", guide, section)
    assert found.candidates[0].guide == guide


@pytest.mark.parametrize(
    ("question", "section"),
    [
        ("thế mất bao nhiêu tiền", "le_phi"), ("nộp ở mô", "noi_nop"), ("mấy bữa có", "thoi_han"), ("cần chi", "ho_so"),
        ("rua can giay to gi", "ho_so"), ("vậy phí bn ạ", "le_phi"),
    ],
)  # fmt: skip
def test_a_question_about_what_was_shown_gets_that_section(question: str, section: str) -> None:
    found = SEARCH.find(question, shown="ket-hon")
    assert (found.outcome, found.guide, found.section) == ("answer", "ket-hon", section)


@pytest.mark.parametrize("question", ["thế mất bao nhiêu tiền", "nộp ở mô", "mấy bữa có", "cần chi"])
def test_a_question_about_nothing_is_not_answered(question: str) -> None:
    assert SEARCH.find(question).outcome in ("none", "choose")
    assert SEARCH.find(question, shown="không-có-bài-này").outcome in ("none", "choose")


def test_a_new_topic_ignores_what_was_shown() -> None:
    assert SEARCH.find("khai tử ở đâu", shown="ket-hon").guide == "khai-tu"
    assert SEARCH.find("đổi bằng lái xe ở đâu", shown="ket-hon").outcome == "none"


def test_a_page_without_the_section_is_not_passed_off_as_an_answer() -> None:
    assert SEARCH.find("mất bao nhiêu tiền", shown="gio-lam-viec").outcome != "answer"


@pytest.mark.parametrize(
    ("question", "guides"),
    [
        ("làm đktt ở đâu", {"thuong-tru", "tam-tru"}),
        ("làm lại căn cước", {"can-cuoc-cap-doi", "can-cuoc-cap-lai"}),
        ("căn cước", {"can-cuoc-cap-doi", "can-cuoc-cap-lai"}),
    ],
)
def test_confusable_words_are_asked_back(question: str, guides: set[str]) -> None:
    found = SEARCH.find(question)
    assert found.outcome == "choose"
    assert {candidate.guide for candidate in found.candidates} == guides
    assert 2 <= len(found.candidates) <= 4


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("làm hộ chiếu mất mấy ngày", "Làm hộ chiếu phổ thông"),
        ("mat so do lam lai o dau", "Cấp lại sổ đỏ bị mất"),
        ("rút bhxh một lần cần gì", "Rút bảo hiểm xã hội một lần"),
    ],
)
def test_a_matter_without_a_guide_is_named_and_not_answered(question: str, title: str) -> None:
    found = SEARCH.find(question)
    assert (found.outcome, found.guide) == ("none", None)
    assert found.uncovered is not None
    assert found.uncovered.title == title


def test_words_of_a_matter_become_names_of_its_guide_once_there_is_one() -> None:
    passport = Page("ho-chieu", "Làm hộ chiếu phổ thông", ("hộ chiếu",), ("làm hộ chiếu ở đâu",))
    assert Search((*GUIDES, passport), VOCABULARY).find("xin sổ thông hành").guide == "ho-chieu"


@pytest.mark.parametrize(
    "question", ["", "   ", "😂😂", "\x00", "hôm nay trời có mưa không", "asdf qwer zxcv", "tối nay đá banh mấy giờ"]
)
def test_anything_else_is_refused(question: str) -> None:
    assert SEARCH.find(question).outcome == "none"


QUESTIONS = [question for guide in GUIDES for question in guide.questions]


@given(st.sampled_from([question for question in QUESTIONS if "mô" not in question]))
def test_a_question_without_marks_finds_the_same(question: str) -> None:
    assert SEARCH.find(strip_marks(question)).guide == SEARCH.find(question).guide


@given(st.text(max_size=5_000), st.sampled_from([None, "khai-sinh", "?"]))
def test_any_text_gets_a_consistent_result(text: str, shown: str | None) -> None:
    found = SEARCH.find(text, shown)
    assert (found.outcome == "answer") == (found.guide is not None)
    assert found.section is None or found.guide is not None
    assert found.uncovered is None or found.outcome == "none"
    assert all(0 <= candidate.score <= 1 for candidate in found.candidates)
    assert len(found.candidates) <= 4


def test_threads_do_not_disturb_each_other() -> None:
    alone = [SEARCH.find(question) for question in QUESTIONS]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(SEARCH.find, QUESTIONS)) == alone


def test_without_guides_everything_is_refused() -> None:
    assert Search((), VOCABULARY).find("khai sinh").outcome == "none"


@pytest.mark.parametrize("question", ["sổ đỏ mất bao nhiêu tiền", "so do het bao nhieu tien", "bán đất nộp ở đâu"])
def test_another_matter_is_not_taken_for_a_question_about_what_was_shown(question: str) -> None:
    found = SEARCH.find(question, shown="khai-sinh")
    assert found.guide != "khai-sinh"


def test_several_details_of_what_was_shown_are_the_whole_page() -> None:
    found = SEARCH.find("cần những giấy tờ gì và nộp ở đâu", shown="khai-sinh")
    assert (found.outcome, found.guide, found.section) == ("answer", "khai-sinh", None)
