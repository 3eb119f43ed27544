"""Asking, sections, follow-ups, choices, refusals: whole conversations."""

from collections.abc import Callable

import pytest

from storage.database import Database
from tests.citizen import Citizen
from tests.fakes import FakeClock


async def test_first_contact_shows_the_privacy_notice_and_still_answers(lan: Citizen) -> None:
    assert await lan.says("làm giấy khai sinh cho con") == ["start.notice", "guide.card"]
    assert await lan.says("cảm ơn") == ["talk.welcome"]


async def test_the_card_names_source_and_day_checked_and_puts_sections_behind_buttons(lan: Citizen) -> None:
    await lan.says("đăng ký khai sinh")
    assert "Luật Hộ tịch" in lan.told
    assert "22/11/2026" in lan.told
    values = [button.value for button in lan.buttons]
    for section in ("ho_so", "trinh_tu", "le_phi", "thoi_han", "noi_nop", "truc_tuyen", "can_cu"):
        assert f"guide/khai-sinh/{section}" in values
    assert all(len(value.encode()) <= 64 for value in values)


async def test_a_follow_up_question_means_the_guide_just_shown(lan: Citizen) -> None:
    await lan.says("đăng ký khai sinh cho con")
    assert await lan.says("thế mất bao nhiêu tiền") == ["guide.section"]
    assert "guide/khai-sinh/ho_so" in [button.value for button in lan.buttons]
    assert await lan.says("nộp ở mô") == ["guide.section"]
    assert "Trung tâm Phục vụ hành chính công xã Anh Sơn" in lan.told


async def test_a_typed_number_means_the_list_that_was_shown(lan: Citizen) -> None:
    await lan.says("đăng ký khai sinh")
    shown = [button.value for button in lan.buttons]
    assert await lan.says(str(shown.index("guide/khai-sinh/le_phi") + 1)) == ["guide.section"]
    assert "guide/khai-sinh/le_phi" not in [button.value for button in lan.buttons]


async def test_a_typed_label_means_its_button_with_or_without_marks(lan: Citizen) -> None:
    await lan.says("đăng ký khai sinh")
    assert await lan.says("le phi") == ["guide.section"]


async def test_a_new_topic_leaves_the_old_one(lan: Citizen) -> None:
    await lan.says("đăng ký khai sinh cho con")
    assert await lan.says("mất thẻ căn cước thì làm lại thế nào") in (["guide.card"], ["guide.section"])
    assert any("can-cuoc-cap-lai" in button.value for button in lan.buttons)


@pytest.mark.parametrize(
    "question", ["thời tiết hôm nay thế nào", "đội nào vô địch bóng đá", "kho cá thu sao cho ngon"]
)
async def test_off_topic_is_refused_honestly_with_ways_out(lan: Citizen, question: str) -> None:
    assert (await lan.says(question))[-1] == "answer.unknown"
    assert {"areas", "person", "menu"} <= {button.value for button in lan.buttons}


async def test_a_known_topic_without_a_guide_is_named_and_not_guessed(lan: Citizen) -> None:
    assert (await lan.says("làm sổ đỏ lần đầu cần giấy tờ gì"))[-1] == "answer.not_covered"


async def test_browsing_by_area_reaches_every_guide_and_old_buttons_keep_working(lan: Citizen) -> None:
    await lan.says("menu")
    assert await lan.taps("areas") == ["areas.text"]
    seen = set()
    for area in [button.value for button in lan.buttons if button.value.startswith("area/")]:
        page: str | None = area
        while page:
            await lan.taps(page)
            seen |= {button.value for button in lan.buttons if button.value.startswith("guide/")}
            page = next((b.value for b in lan.buttons if b.label.endswith("›")), None)
    assert len(seen) == 46
    assert await lan.taps("guide/khai-sinh") == ["guide.card"]


async def test_useful_and_not_useful_are_stored_with_what_was_missing(lan: Citizen, databases: list[Database]) -> None:
    await lan.says("đăng ký khai sinh")
    answer = next(button.value.split("/")[1] for button in lan.buttons if button.value.startswith("rate/"))
    assert await lan.taps(f"rate/{answer}/1") == ["rating.thanks"]
    assert await lan.taps(f"rate/{answer}/0") == ["rating.ask_missing"]
    assert await lan.says("thiếu chỗ nói về giấy chứng sinh") == ["rating.noted"]
    async with databases[0].read() as store:
        tally = await store.answers.tally("anh-son", FakeClock().at.replace(year=2020))
    assert tally["answer"] == (1, 1, 0)


async def test_an_answer_of_somebody_else_cannot_be_rated(lan: Citizen, citizen: Callable[..., Citizen]) -> None:
    await lan.says("đăng ký khai sinh")
    stolen = next(button.value for button in lan.buttons if button.value.startswith("rate/"))
    minh = citizen("minh")
    await minh.says("menu")
    assert await minh.taps(stolen) == ["rating.gone"]


@pytest.mark.parametrize("commune", ["anh-son", "nghia-tho", "khanh-son", "tinh-thien", "tan-an"])
async def test_every_commune_answers_in_its_own_name(citizen: Callable[..., Citizen], commune: str) -> None:
    person = citizen("lan", commune)
    await person.says("giờ làm việc của xã")
    assert (await person.says("làm giấy khai sinh ở đâu"))[-1] == "guide.section"
    assert "{{" not in person.told


async def test_english_speaks_english_around_vietnamese_guides(lan: Citizen) -> None:
    await lan.says("menu")
    await lan.taps("language")
    assert await lan.taps("lang/en") == ["language.changed"]
    assert await lan.says("đăng ký khai sinh") == ["guide.card"]
    assert "Birth registration" in lan.told
    assert "available in Vietnamese only" in lan.told
