"""A photo with feedback: shown to who answers, deleted when it shows papers, gone after erasing; on both databases."""

from collections.abc import Callable

import pytest

from bot.receive import Receiver
from content.library import Library
from handlers.messages import Address, Reply
from handlers.route import Routes
from storage.database import Database
from storage.feedback_case import Said
from tests.citizen import Citizen
from tests.conversations.staff import join, pushes
from tests.fakes import FakeClock, Ids

People = Callable[..., Citizen]
FILE = "AgACfile-KheTruc"
WORDS = "Cầu Khe Trúc gãy lan can từ tuần trước"


async def _up_to_confirm(person: Citizen) -> None:
    await person.says("phản ánh")
    await person.taps("duong-dien-nuoc")
    await person.says(WORDS)
    assert await person.says("xóm 5") == ["feedback.confirm"]


async def _with_photo(person: Citizen) -> str:
    """Send a report with a photo and return its code."""
    await _up_to_confirm(person)
    assert await person.sends(media="photo", file=FILE) == ["feedback.ask_papers"]
    assert await person.taps("no") == ["feedback.confirm"]
    assert "đã kèm 1 ảnh" in person.told
    assert await person.taps("yes") == ["feedback.sent"]
    return next(button.value.split("/")[2] for button in person.buttons if button.value.startswith("myfeedback/"))


async def _said(database: Database, code: str) -> list[Said]:
    async with database.read() as store:
        case = await store.feedback.by_code("anh-son", code)
        assert case is not None
        return await store.feedback.said(case)


async def test_a_photo_is_shown_to_who_answers_and_to_nobody_else(
    lan: Citizen, citizen: People, databases: list[Database], clock: FakeClock
) -> None:
    minh = await join(citizen("minh"), databases[0], clock, unit="kinh-te")
    binh = await join(citizen("binh"), databases[0], clock, unit="kinh-te")
    tu = await join(citizen("tu"), databases[0], clock, unit="vh-xh")
    code = await _with_photo(lan)
    for person in (minh, tu):
        assert [reply.photo for reply in await pushes(databases[0], person) if reply.photo] == []
    assert await minh.taps(f"case/see/{code}") == ["feedback.photo", "feedback.page"]
    assert [reply.photo for reply in minh.replies] == [FILE, None]
    assert await minh.taps(f"case/take/{code}") == ["feedback.taken"]
    for other in (binh, tu):
        await other.taps(f"case/see/{code}")
        assert [reply.photo for reply in other.replies] == [None]
    assert await lan.says(code) == ["feedback.status"]
    assert FILE not in lan.told


async def test_a_photo_of_papers_is_deleted_and_kept_nowhere(lan: Citizen, databases: list[Database]) -> None:
    await _up_to_confirm(lan)
    assert await lan.sends(media="photo", file=FILE) == ["feedback.ask_papers"]
    assert await lan.taps("yes") == ["feedback.photo_dropped", "feedback.confirm"]
    assert lan.replies[0].delete is not None
    assert "chưa có" in lan.told
    assert await lan.taps("yes") == ["feedback.sent"]
    code = next(button.value.split("/")[2] for button in lan.buttons if button.value.startswith("myfeedback/"))
    assert [said.kind for said in await _said(databases[0], code)] == ["words", "place"]


async def test_not_sending_the_report_deletes_the_photo_too(lan: Citizen) -> None:
    await _up_to_confirm(lan)
    await lan.sends(media="photo", file=FILE)
    await lan.taps("no")
    assert await lan.taps("no") == ["feedback.not_sent"]
    assert lan.replies[0].delete is not None


async def test_photos_are_refused_where_nobody_asked_for_one_and_with_an_identity_number(lan: Citizen) -> None:
    await lan.says("menu")
    assert await lan.sends(media="photo", file=FILE) == ["guard.photo"]
    await lan.says("phản ánh")
    # Asked for later, after the words.
    assert await lan.sends(media="photo", file=FILE) == ["guard.photo", "feedback.ask_category"]
    await lan.taps("duong-dien-nuoc")
    await lan.says(WORDS)
    await lan.taps("-")
    assert await lan.sends(media="photo", file=FILE, text="001099000000") == ["guard.photo", "feedback.confirm"]
    assert lan.replies[0].delete is not None
    assert await lan.sends(media="photo", file=FILE, text="căn cước của tôi 001099000000") == [
        "guard.photo",
        "feedback.confirm",
    ]
    assert await lan.sends(media="video", file=FILE, text="quay ở thôn 3") == [
        "guard.photo",
        "dialog.choose",
        "feedback.confirm",
    ]
    assert await lan.sends(media="document", file="doc") == ["guard.photo", "feedback.confirm"]
    assert await lan.sends(media="photo") == ["guard.photo", "feedback.confirm"]  # a channel without names for it
    assert await lan.sends(media="photo", file=FILE, text="gửi") == ["feedback.ask_papers"]  # not taken for a tap
    assert await lan.taps("no") == ["feedback.confirm"]
    assert await lan.says("để tôi nghĩ") == ["dialog.choose", "feedback.confirm"]
    assert await lan.taps("yes") == ["feedback.sent"]


async def test_a_number_under_a_refused_picture_is_kept_nowhere(lan: Citizen, databases: list[Database]) -> None:
    await lan.says("phản ánh")
    await lan.taps("duong-dien-nuoc")
    said = await lan.sends(media="photo", file=FILE, text="ổ gà trước nhà tôi 001099000000")
    assert said == ["guard.photo", "feedback.ask_words"]
    await lan.says(WORDS)
    await lan.taps("-")
    await lan.taps("yes")
    code = next(button.value.split("/")[2] for button in lan.buttons if button.value.startswith("myfeedback/"))
    assert [(said.kind, said.text) for said in await _said(databases[0], code)] == [("words", WORDS)]


async def test_a_second_photo_takes_the_place_of_the_first(lan: Citizen, databases: list[Database]) -> None:
    await _up_to_confirm(lan)
    for file in ("first", "second"):
        await lan.sends(media="photo", file=file)
        assert await lan.taps("no") == ["feedback.confirm"]
    await lan.taps("yes")
    code = next(button.value.split("/")[2] for button in lan.buttons if button.value.startswith("myfeedback/"))
    assert [said.text for said in await _said(databases[0], code) if said.kind == "photo"] == ["fake/second"]


async def test_an_official_on_another_channel_hears_where_the_photo_is(
    lan: Citizen, citizen: People, databases: list[Database], clock: FakeClock
) -> None:
    elsewhere = citizen("minh")
    elsewhere.address = Address("page", "anh-son", "minh")
    minh = await join(elsewhere, databases[0], clock, unit="kinh-te")
    code = await _with_photo(lan)
    assert await minh.taps(f"case/see/{code}") == ["feedback.photo_elsewhere", "feedback.page"]
    assert not any(reply.photo for reply in minh.replies)


async def test_erasing_takes_the_photo_from_the_case_and_from_what_is_still_to_be_sent(
    lan: Citizen, citizen: People, databases: list[Database], clock: FakeClock
) -> None:
    minh = await join(citizen("minh"), databases[0], clock, unit="kinh-te")
    code = await _with_photo(lan)
    await pushes(databases[0], minh)
    await minh.taps(f"case/see/{code}")
    await lan.says("/xoa_du_lieu")
    assert (await lan.taps("yes"))[-1] == "erase.done"
    assert not any(reply.photo for reply in await pushes(databases[1], minh))
    assert await _said(databases[0], code) == []


@pytest.mark.parametrize("photo", [None, FILE])
def test_a_reply_carries_its_photo_through_the_outbox(photo: str | None) -> None:
    reply = Reply("feedback.photo", "Ảnh", (), "7", photo=photo)
    assert Reply.from_json(reply.to_json()) == reply


async def test_a_secret_in_the_place_or_the_question_is_refused_as_well(
    lan: Citizen, citizen: People, databases: list[Database], clock: FakeClock
) -> None:
    await lan.says("phản ánh")
    await lan.taps("duong-dien-nuoc")
    await lan.says(WORDS)
    assert await lan.says("chỗ ghi trong văn bản mật số 7") == ["feedback.secret", "feedback.ask_place"]
    assert lan.replies[0].delete is not None
    minh = await join(citizen("minh"), databases[0], clock, unit="kinh-te")
    code = await _with_photo(lan)
    await minh.taps(f"case/answer/{code}")
    await minh.says("Đang sửa rồi")
    assert await minh.taps("yes") == ["feedback.answered"]
    assert await lan.taps(f"myfeedback/ask/{code}") == ["feedback.ask_question"]
    assert await lan.says("sao tài liệu mật ghi khác") == ["feedback.secret", "feedback.ask_question"]
    assert [said.kind for said in await _said(databases[0], code)].count("question") == 0
    assert await lan.taps(f"myfeedback/ask/{code}") == ["feedback.ask_question"]  # the question is not used up


async def test_the_page_without_photos_says_how_to_hand_one_in(
    databases: list[Database], library: Library, routes: Routes, clock: FakeClock
) -> None:
    ids = Ids()
    pages = [
        Receiver(database, lambda: library, routes, clock.now, ids, mailboxes=frozenset({"fake"}))
        for database in databases
    ]
    lan = Citizen("lan", pages, clock)
    await _up_to_confirm(lan)
    assert "đem ảnh tới Trung tâm" in lan.told
    assert "Telegram" in lan.told
    assert await lan.taps("yes") == ["feedback.sent"]
    code = next(button.value.split("/")[2] for button in lan.buttons if button.value.startswith("myfeedback/"))
    assert f"đọc mã **{code}**" in lan.told
    await lan.says("phản ánh")
    await lan.taps("can-bo")
    await lan.says("Cán bộ đòi tiền của mẹ tôi ở quầy")
    await lan.says("quầy số một")
    assert "giữ ảnh lại" in lan.told
    assert await lan.taps("yes") == ["feedback.sent"]
    assert "Có ảnh thì đem tới" not in lan.told  # not to the colleagues of whom it is about


async def test_where_photos_are_taken_nobody_is_sent_to_the_centre_with_one(lan: Citizen) -> None:
    await _up_to_confirm(lan)
    assert await lan.taps("yes") == ["feedback.sent"]
    assert "Có ảnh thì đem tới" not in lan.told
