"""Words that work in every step, bad input, expiry, erasure."""

import asyncio
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.receive import Receiver
from handlers.messages import Address, Incoming
from storage.chats import Dialog
from storage.database import Database
from tests.citizen import Citizen
from tests.fakes import FakeClock


async def _in_a_flow(lan: Citizen) -> None:
    await lan.says("menu")
    assert await lan.says("/xoa_du_lieu") == ["erase.confirm"]


@pytest.mark.parametrize(
    ("words", "keys"),
    [
        ("menu", ["menu.text"]),
        ("MENU!", ["menu.text"]),
        ("/start", ["start.hello"]),
        ("/help", ["help.text"]),
        ("huỷ", ["dialog.cancelled"]),
        ("hủy", ["dialog.cancelled"]),
        ("huy", ["dialog.cancelled"]),
        ("/xoa_du_lieu", ["erase.confirm"]),
        ("gặp cán bộ", ["person.without_hotline"]),
    ],
)
async def test_these_words_work_in_the_middle_of_a_conversation(lan: Citizen, words: str, keys: list[str]) -> None:
    await _in_a_flow(lan)
    assert await lan.says(words) == keys


async def test_back_goes_to_the_step_before_and_stays_at_the_first(lan: Citizen) -> None:
    await _in_a_flow(lan)
    assert await lan.says("quay lại") == ["erase.confirm"]


async def test_an_answer_that_fits_nothing_is_asked_again(lan: Citizen) -> None:
    await _in_a_flow(lan)
    assert await lan.says("ừ thì cũng được") == ["dialog.choose", "erase.confirm"]
    assert await lan.says("9") == ["dialog.choose", "erase.confirm"]
    assert await lan.says("2") == ["erase.kept"]


async def test_a_conversation_left_for_two_hours_is_closed_with_a_word(lan: Citizen, clock: FakeClock) -> None:
    await _in_a_flow(lan)
    clock.move(hours=2, seconds=1)
    assert await lan.says("menu") == ["dialog.expired", "menu.text"]


async def test_a_step_that_a_new_release_removed_traps_nobody(
    lan: Citizen, databases: list[Database], clock: FakeClock
) -> None:
    await lan.says("menu")
    for dialog in (Dialog(flow="erase", step="gone"), Dialog(flow="gone", step="gone")):
        async with databases[0].begin() as store:
            chat = await store.chats.open(lan.address, "vi", clock.now())
            store.chats.save(chat, dialog, "vi", "1")
        assert (await lan.says("xin hỏi một chút"))[0] == "dialog.lost"
        assert await lan.says("menu") == ["menu.text"]


async def test_erasing_leaves_nothing_and_the_last_word_still_arrives(
    lan: Citizen, databases: list[Database], citizen: Callable[..., Citizen]
) -> None:
    await lan.says("đăng ký khai sinh cho cháu Tí")
    await _in_a_flow(lan)
    assert await lan.taps("yes") == ["erase.done"]
    async with databases[0].read() as store:
        assert await store.chats.find(lan.address) is None
        assert await store.answers.tally("anh-son", FakeClock().at.replace(year=2020)) == {}
        assert (await store.outbox.waiting())[0] == 1
    assert (await lan.says("menu"))[0] == "start.notice"


@pytest.mark.parametrize(
    ("media", "key"),
    [
        ("photo", "guard.photo"),
        ("document", "guard.photo"),
        ("video", "guard.photo"),
        ("voice", "guard.voice"),
        ("sticker", "guard.sticker"),
        ("contact", "guard.contact"),
        ("location", "guard.location"),
    ],
)
async def test_other_than_words_is_refused_kindly(lan: Citizen, media: str, key: str) -> None:
    await lan.says("menu")
    assert await lan.sends(media=media) == [key]
    assert (lan.replies[0].delete is None) == (media == "sticker")


async def test_a_picture_with_a_question_gets_its_answer(lan: Citizen) -> None:
    await lan.says("menu")
    keys = await lan.sends(media="photo", text="giấy khai sinh ghi sai tên thì sửa ở đâu")
    assert keys == ["guard.photo", "guide.section"]


@pytest.mark.parametrize("number", ["042199001234", "042 199 001 234", "0421.9900.1234"])
async def test_an_identity_number_is_refused_deleted_and_not_kept(
    lan: Citizen, databases: list[Database], number: str
) -> None:
    await lan.says("menu")
    keys = await lan.says(f"{number} tôi mất thẻ căn cước thì làm lại ở đâu")
    assert keys[0] == "guard.number"
    assert keys[1].startswith("guide.")
    assert lan.replies[0].delete is not None
    assert await lan.says(number) == ["guard.number"]
    assert number not in lan.told


async def test_a_phone_number_is_not_taken_for_an_identity_number(lan: Citizen) -> None:
    await lan.says("menu")
    assert "guard.number" not in await lan.says("gọi lại cho tôi số 0912345678 nhé")


async def test_empty_messages_are_answered(lan: Citizen) -> None:
    await lan.says("menu")
    for text in ("", "   ", "\x00\x00", "\u200b\u202e"):
        assert await lan.says(text) == ["guard.empty"]


async def test_forged_and_old_buttons_get_the_menu(lan: Citizen) -> None:
    await lan.says("menu")
    for value in (
        "nonsense",
        "guide/../../etc",
        "flow/erase/done",
        "yes",
        "area/none/99999999999",
        "rate/x",
        "lang/xx",
    ):
        assert await lan.taps(value)


async def test_three_messages_at_once_are_three_turns_in_a_row(replicas: list[Receiver], clock: FakeClock) -> None:
    sender = Address("fake", "anh-son", "minh")
    texts = ["menu", "đăng ký khai sinh", "lệ phí"]
    received = await asyncio.gather(
        *(
            replicas[number % 2].receive(Incoming(sender, f"m{number}", clock.now(), text=text))
            for number, text in enumerate(texts)
        )
    )
    assert all(one.replies for one in received)
    assert sum(one.replies[0].key == "start.notice" for one in received) == 1


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=300) | st.sampled_from(["😀" * 500, "ا" * 200, "á" * 2_500, "x" * 20_000, "%s{0}{x}\\*["]))
async def test_whatever_is_written_is_answered(lan: Citizen, text: str) -> None:
    text = text.encode("utf-8", "replace").decode()
    assert "error.sorry" not in await lan.says(text)
    assert lan.replies


ENDINGS = """
xong | Xong rồi. | ok xong | xong rồi cảm ơn | được rồi | được rồi ạ | rõ rồi | em hiểu rồi cảm ơn chị
hiểu rồi cảm ơn cháu | vâng ạ | ừ | ừ được rồi | có | không | thế à | hết rồi | không cần nữa | dạ thôi
thôi không cần nữa cảm ơn | không hỏi gì nữa | để tôi hỏi lại | để bác xem đã | tốt quá | hay quá | đúng rồi
ok ok | biet roi | da ro | ok thanks | got it | that's all
"""
_SAID = [words.strip() for line in ENDINGS.strip().splitlines() for words in line.split("|")]


_LOST = [
    *("tôi không hiểu", "tôi không biết chữ", "đọc giúp tôi", "giải thích lại", "khó quá", "nói chậm thôi", "ý là sao"),
    *("bà không biết bấm", "tui chưa hiểu chi cả"),
]
_URGENT = {
    "urgent.life": ["tự tử", "tôi muốn chết", "toi khong muon song nua", "I want to die"],
    "urgent.child": ["con tôi bị lạc", "chau bi lac o cho"],
    "urgent.fire": ["cháy nhà", "nhà hàng xóm đang cháy", "có người đuối nước"],
    "urgent.medical": ["cấp cứu", "bố tôi bất tỉnh"],
    "urgent.police": ["có trộm", "chồng đánh tôi", "bị đánh"],
}


@pytest.mark.parametrize(
    ("words", "key"),
    [
        ("chao chau", "start.hello"),
        ("xin chào con nhé", "start.hello"),
        ("cam on chau nghe", "talk.welcome"),
        ("cảm ơn con nhiều lắm", "talk.welcome"),
        ("toi muon gap nguoi that", "person.without_hotline"),
        ("Gap can bo, di!", "person.without_hotline"),
        ("Thôi không hỏi máy nữa, cho tui nói chuyện với NGƯỜI THẬT đi con.", "person.without_hotline"),
        ("tui muon gap nguoi", "person.without_hotline"),
        ("10:00", "answer.unknown"),
        *((words, "talk.anything_else") for words in [*_SAID, "👍", "🙏🙏"]),
        *((words, "talk.confused") for words in _LOST),
        *((words, key) for key, said in _URGENT.items() for words in said),
    ],
)
async def test_courtesies_and_figures_are_not_taken_for_questions(lan: Citizen, words: str, key: str) -> None:
    await lan.says("menu")
    assert await lan.says(words) == [key]


@pytest.mark.parametrize(
    "words",
    [
        "có được không",
        "được không ạ",
        "thế nào",
        "hết hạn rồi",
        "hồ sơ xong chưa",
        "không được thì sao",
        "để làm gì",
        "nhận ở đâu",
    ],
)
async def test_questions_that_begin_like_the_end_of_a_talk_are_asked(lan: Citizen, words: str) -> None:
    await lan.says("menu")
    await lan.says("đăng ký khai sinh")
    assert await lan.says(words) != ["talk.anything_else"]


async def test_whom_to_call_stands_above_the_page_but_for_who_wants_to_die(lan: Citizen) -> None:
    await lan.says("menu")
    assert await lan.says("bị tai nạn giao thông mất căn cước") == ["urgent.medical", "guide.card"]
    assert await lan.says("muốn chết quá, làm giấy chứng tử ở đâu") == ["urgent.life"]
    assert (await lan.says("nhà cháy hết giấy tờ, làm lại khai sinh"))[0] == "urgent.fire"
    assert not {key for key in await lan.says("giấy khai sinh bị cháy, xin bản sao") if key.startswith("urgent.")}


async def test_back_where_there_is_nothing_to_go_back_to_is_the_menu(lan: Citizen) -> None:
    await lan.says("đăng ký khai sinh")
    assert await lan.says("quay lại") == ["menu.text"]
    assert await lan.says("trở lại") == ["menu.text"]


async def test_the_wish_for_a_person_is_heard_in_a_form_however_it_is_put(lan: Citizen) -> None:
    await lan.says("phản ánh")
    await lan.taps("can-bo")
    assert await lan.says("tôi gặp cán bộ tư pháp nhưng bị quát") != ["person.without_hotline"]  # that is the story
    await lan.says("phản ánh")
    assert await lan.says("thôi cho tôi gặp cán bộ với") == ["person.without_hotline"]
