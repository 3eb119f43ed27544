"""Gặp cán bộ: asking, taking, talking through the assistant, left messages, erasing; on both databases."""

import asyncio
import itertools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from bot.receive import Receiver
from content.library import Library
from handlers.errand import Errand
from handlers.handover_desk import figures
from handlers.handover_watch import watch
from handlers.messages import Reply
from handlers.route import Routes
from storage.database import Database
from storage.handover import Asked
from storage.schema import metadata
from tests.citizen import Citizen
from tests.conversations.staff import join, leaves, pushes, values
from tests.fakes import FakeClock, Ids

# The clock stands at Monday 23/11/2026, 9:00: the centre is open. Tuesday 24/11 is a day off, Wednesday 7:30 is next.
People = Callable[..., Citizen]


class Told(dict[str, list[Reply]]):
    """What went out, by name of the chat."""

    def keys_to(self, person: Citizen) -> list[str]:
        return [reply.key for reply in self.get(person.address.chat, [])]

    def value(self, person: Citizen, beginning: str) -> str:
        """The newest button that was shown to somebody and begins so."""
        shown = [button.value for reply in self[person.address.chat] for button in reply.buttons]
        return [one for one in shown if one.startswith(beginning)][-1]


async def _told(database: Database) -> Told:
    """Deliver everything and return it."""
    far = datetime(2040, 1, 1, tzinfo=UTC)
    told = Told()
    async with database.begin() as store:
        while claimed := await store.outbox.claim(far, far + timedelta(days=1), 100):
            for parcel in claimed:
                store.outbox.sent(parcel.id, far)
                told.setdefault(parcel.address.chat, []).append(Reply.from_json(parcel.reply))
    return told


async def _watch(databases: list[Database], library: Library, clock: FakeClock) -> Told:
    for database in databases:
        async with database.begin() as store:
            await watch(Errand(library, clock.now(), store, Ids(), "http://x", frozenset()))
    return await _told(databases[0])


async def _everything(url: str) -> str:
    """Every text of every table, to be searched for words."""
    engine = create_async_engine(url)
    parts = []
    async with engine.connect() as connection:
        for table in metadata.sorted_tables:
            rows = (await connection.execute(text(f"SELECT * FROM {table.name}"))).all()  # our own names
            parts += [str(value) for value in itertools.chain.from_iterable(rows)]
    await engine.dispose()
    return "\n".join(parts)


async def _talking(lan: Citizen, minh: Citizen, database: Database) -> None:
    """Lan has asked and Minh has taken it."""
    assert (await lan.says("gặp cán bộ"))[-1] == "handover.asking"
    told = await _told(database)
    assert await minh.taps(told.value(minh, "handover/take/")) == ["handover.you_took"]


async def test_a_talk_from_asking_to_the_end(
    lan: Citizen, citizen: People, databases: list[Database], library: Library, clock: FakeClock, database_url: str
) -> None:
    minh = await join(citizen("minh"), databases[0], clock)
    await lan.says("đăng ký khai sinh cần giấy tờ gì")
    await _talking(lan, minh, databases[0])
    told = await _told(databases[0])
    assert told.keys_to(minh)[-2:] == ["handover.context", "handover.you_took"]
    assert "khai sinh" in told["minh"][-2].text
    assert told.keys_to(lan) == ["handover.taken"]
    assert "Cán bộ trực" in told["lan"][0].text
    assert await lan.says("Cháu *Tí* sinh ở [Lào](http://x)") == ["handover.passed_on"]
    told = await _told(databases[0])
    assert told.keys_to(minh) == ["handover.from_citizen"]
    assert "\\*Tí\\*" in told["minh"][0].text
    assert await minh.says("Bà mang giấy chứng sinh tới nhé") == ["handover.sent"]
    told = await _told(databases[0])
    assert told.keys_to(lan) == ["handover.from_post"]
    assert "giấy chứng sinh tới" in await _everything(database_url)
    end = next(one for one in values(minh) if one.startswith("handover/end/"))
    assert await minh.taps(end) == ["handover.you_ended"]
    told = await _watch(databases, library, clock)
    assert told.keys_to(lan) == ["handover.officer_ended"]
    await _watch(databases, library, clock)
    kept = await _everything(database_url)
    assert "chứng sinh tới" not in kept
    assert "Lào" not in kept
    assert (await lan.says("đăng ký khai sinh cần giấy tờ gì"))[-1].startswith("guide.")
    assert (await minh.says("thủ tục khai sinh"))[-1] not in {"handover.sent", "handover.not_sent"}


async def test_words_that_work_while_a_talk_is_open(
    lan: Citizen, citizen: People, databases: list[Database], clock: FakeClock
) -> None:
    minh = await join(citizen("minh"), databases[0], clock)
    await _talking(lan, minh, databases[0])
    assert await lan.says("cảm ơn") == ["handover.passed_on"]
    assert await lan.says("1") == ["handover.passed_on"]
    assert await lan.says("menu") == ["menu.text"]
    assert await lan.says("gặp cán bộ") == ["handover.is_with"]
    assert await lan.says("còn ai không ạ") == ["handover.passed_on"]
    clock.move(hours=2, minutes=5)  # the list shown expires, the open line does not
    assert await lan.says("vẫn đợi đây ạ") == ["handover.passed_on"]
    await _told(databases[0])
    assert await lan.says("hủy") == ["handover.ended"]
    assert (await _told(databases[0])).keys_to(minh) == ["handover.citizen_ended"]
    assert await minh.says("Bà còn đó không") == ["handover.not_sent"]
    assert await lan.says("kết thúc") == ["dialog.nothing_to_cancel"]
    await _talking(lan, minh, databases[0])
    assert await lan.says("kết thúc") == ["handover.ended"]


async def test_an_open_question_of_the_assistant_comes_before_the_officer(
    lan: Citizen, citizen: People, databases: list[Database], clock: FakeClock
) -> None:
    minh = await join(citizen("minh"), databases[0], clock)
    await _talking(lan, minh, databases[0])
    assert await lan.says("/xoa_du_lieu") == ["erase.confirm"]
    assert await lan.says("Tôi muốn hỏi") == ["dialog.choose", "erase.confirm"]
    await minh.says("Bà hỏi gì ạ")
    told = await _told(databases[0])
    assert await lan.taps(told.value(lan, "handover/reply")) == ["handover.is_with"]
    assert await lan.says("Tôi muốn hỏi") == ["handover.passed_on"]
    await lan.says("/xoa_du_lieu")
    assert await lan.says("hủy") == ["dialog.cancelled"]
    assert await lan.says("Tôi muốn hỏi") == ["handover.passed_on"]


async def test_numbers_and_pictures_do_not_reach_the_officer(
    lan: Citizen, citizen: People, databases: list[Database], clock: FakeClock
) -> None:
    minh = await join(citizen("minh"), databases[0], clock)
    await _talking(lan, minh, databases[0])
    await _told(databases[0])
    assert await lan.sends(media="photo") == ["guard.photo_in_talk"]
    assert await lan.sends(media="voice") == ["guard.voice_in_talk"]
    assert await lan.says("căn cước của tôi là 042199001234 đó") == ["guard.number", "handover.passed_on"]
    assert await lan.says("042199001234") == ["guard.number"]
    told = await _told(databases[0])
    assert told.keys_to(minh) == ["handover.from_citizen"]
    assert "042199001234" not in told["minh"][0].text
    assert await lan.says("gọi tôi số 0912345678") == ["handover.passed_on"]
    assert "0912345678" in (await _told(databases[0]))["minh"][0].text
    assert await minh.sends(media="voice") == ["guard.voice_in_talk"]


async def test_the_first_to_take_it_has_it_and_the_others_are_told(
    lan: Citizen, citizen: People, databases: list[Database], clock: FakeClock, replicas: list[Receiver]
) -> None:
    minh = await join(citizen("minh"), databases[0], clock)
    hoa = await join(citizen("hoa"), databases[0], clock)
    await lan.says("gặp cán bộ")
    take = (await _told(databases[0])).value(minh, "handover/take/")
    results = await asyncio.gather(minh.taps(take), hoa.taps(take))
    assert sorted(results) == [["handover.taken_already"], ["handover.you_took"]]
    loser = hoa if results[0] == ["handover.you_took"] else minh
    told = await _told(databases[0])
    assert "handover.taken_by" in told.keys_to(loser)
    assert told.keys_to(lan) == ["handover.taken"]
    end = take.replace("take", "end")
    assert await loser.taps(end) == ["handover.over"]
    assert await citizen("la").taps(end) == ["start.notice", "staff.not_member"]
    other = await join(citizen("nghia", "nghia-tho"), databases[0], clock)
    assert await other.taps(take) == ["handover.over"]


async def test_nobody_takes_it(
    lan: Citizen, citizen: People, databases: list[Database], library: Library, clock: FakeClock
) -> None:
    minh = await join(citizen("minh"), databases[0], clock)
    head = await join(citizen("truong"), databases[0], clock, role="head")
    leader = await join(citizen("xa"), databases[0], clock, unit="chu-tich", role="leader")
    await _told(databases[0])
    await lan.says("gặp cán bộ")
    told = await _told(databases[0])
    assert told.keys_to(minh) == ["handover.call"]
    assert told.keys_to(head) == told.keys_to(leader) == []
    assert await lan.says("Tôi hỏi sổ đỏ") == ["handover.kept"]
    await _told(databases[0])
    clock.move(minutes=2, seconds=59)
    assert await _watch(databases, library, clock) == {}
    clock.move(seconds=1)
    told = await _watch(databases, library, clock)
    assert (told.keys_to(head), told.keys_to(minh), told.keys_to(lan)) == (["handover.call_next"], [], [])
    clock.move(minutes=3)
    told = await _watch(databases, library, clock)
    assert told.keys_to(lan) == ["handover.nobody"]
    assert await lan.taps("handover/leave") == ["handover.left_now"]
    told = await _watch(databases, library, clock)
    assert told.keys_to(head) == ["handover.call_message"]
    assert await head.taps(told.value(head, "handover/take/")) == ["handover.you_took"]
    assert any("sổ đỏ" in reply.text for reply in (await _told(databases[0]))["truong"])
    assert await lan.says("Cảm ơn anh") == ["handover.passed_on"]


async def test_on_a_page_it_is_said_that_an_answer_needs_the_page_open(
    databases: list[Database], library: Library, routes: Routes, clock: FakeClock
) -> None:
    clock.move(hours=10)
    lan = Citizen(
        "lan", [Receiver(databases[0], lambda: library, routes, clock.now, Ids(), frozenset({"fake"}))], clock
    )
    await lan.says("gặp cán bộ")
    await lan.taps("handover/leave")
    assert await lan.says("Xin hỏi về thẻ bảo hiểm") == ["handover.left"]
    assert "khi trang này còn mở" in lan.told
    assert await lan.says("0900 000 000") == ["handover.added"]  # it is added to the message


async def test_after_hours_a_message_is_left_and_shown_at_opening(
    lan: Citizen, citizen: People, databases: list[Database], library: Library, clock: FakeClock, database_url: str
) -> None:
    minh = await join(citizen("minh"), databases[0], clock)
    clock.move(hours=10)  # 19:00 on Monday; Tuesday is off
    assert (await lan.says("gặp cán bộ"))[-1] == "handover.outside"
    assert "7:30" in lan.told
    assert "25/11" in lan.told
    assert await lan.taps("handover/leave") == ["handover.ask_message"]
    assert await lan.says("a" * 1001) == ["handover.too_long", "handover.ask_message"]
    assert await lan.says("Xin gọi lại giúp về thẻ bảo hiểm") == ["handover.left"]
    assert await lan.says("gặp cán bộ") == ["handover.message_waits"]
    assert (await lan.says("đăng ký khai sinh cần giấy tờ gì"))[-1].startswith("guide.")
    await _told(databases[0])
    assert await _watch(databases, library, clock) == {}
    clock.move(hours=36, minutes=30)  # Wednesday 7:30
    told = await _watch(databases, library, clock)
    assert told.keys_to(minh) == ["handover.call_message"]
    assert await _watch(databases, library, clock) == {}
    assert await minh.says("tin nhắn để lại") == ["handover.list"]
    assert await minh.taps(next(one for one in values(minh) if one.startswith("handover/take/"))) == [
        "handover.you_took"
    ]
    told = await _told(databases[0])
    assert any("thẻ bảo hiểm" in reply.text for reply in told["minh"])
    await minh.says("Chào bà")
    assert (await _told(databases[0])).keys_to(lan) == ["handover.from_post"]
    assert await lan.says("Vâng tôi đây") == ["handover.passed_on"]
    await _told(databases[0])
    clock.move(minutes=30)
    told = await _watch(databases, library, clock)
    assert told.keys_to(lan) == ["handover.idle"]
    assert told.keys_to(minh)[-1] == "handover.idle_desk"
    await _watch(databases, library, clock)
    assert "thẻ bảo hiểm" not in await _everything(database_url)


async def test_a_left_message_that_was_taken_and_not_answered_goes_back_to_everybody(
    lan: Citizen, citizen: People, databases: list[Database], library: Library, clock: FakeClock, database_url: str
) -> None:
    minh = await join(citizen("minh"), databases[0], clock)
    hoa = await join(citizen("hoa"), databases[0], clock)
    await _left_at_night(lan, clock)
    await _told(databases[0])
    clock.move(hours=36, minutes=30)  # Wednesday 7:30
    told = await _watch(databases, library, clock)
    await minh.taps(told.value(minh, "handover/take/"))
    await lan.says("nhà tui kế cây đa")
    await _told(databases[0])
    clock.move(minutes=30)
    told = await _watch(databases, library, clock)
    assert told.keys_to(minh) == ["handover.released", "handover.call_message"]  # one replica gave it back, one called
    assert told.keys_to(hoa) == ["handover.call_message"]
    assert await minh.says("Chào bà, đợi tôi tìm hồ sơ") == ["handover.not_sent_released"]
    assert any(value.startswith("handover/take/") for value in values(minh))
    await hoa.taps(told.value(hoa, "handover/take/"))
    [context] = [one.text for one in (await _told(databases[0]))["hoa"] if one.key == "handover.context"]
    assert "Xin gọi lại giúp tôi" in context
    assert "cây đa" in context
    await hoa.says("Chào bà, tôi gọi ngay")
    assert (await _told(databases[0])).keys_to(lan) == ["handover.from_post"]
    clock.move(minutes=30)
    assert (await _watch(databases, library, clock)).keys_to(lan) == ["handover.idle"]
    await _watch(databases, library, clock)
    assert "gọi lại giúp" not in await _everything(database_url)


async def _left_at_night(lan: Citizen, clock: FakeClock) -> None:
    """It is Monday, 19:00; Lan has left a message."""
    clock.move(hours=10)
    await lan.says("gặp cán bộ")
    await lan.taps("handover/leave")
    assert await lan.says("Xin gọi lại giúp tôi") == ["handover.left"]


async def test_a_second_thought_goes_into_the_left_message_and_comes_out_by_a_tap(
    lan: Citizen, citizen: People, databases: list[Database], library: Library, clock: FakeClock, database_url: str
) -> None:
    minh = await join(citizen("minh"), databases[0], clock)
    await _left_at_night(lan, clock)
    assert await lan.says("nhà tui kế cây đa đầu làng") == ["handover.added"]
    assert await lan.says("chim họa mi hót hay không") == ["handover.added"]
    assert (await lan.taps("Đây là câu hỏi mới"))[0] == "handover.taken_out"
    assert not lan.replies[-1].key.startswith("handover.")  # answered, if only by "I do not know"
    assert (await lan.says("đăng ký khai sinh cần giấy tờ gì"))[-1].startswith("guide.")
    assert await lan.taps("Gửi thêm cho cán bộ") == ["handover.left"]
    assert await lan.says("cảm ơn") == ["talk.welcome"]
    clock.move(hours=1)  # long after, words are a question again, which may be added
    assert (await lan.says("nhớ gọi trước bảy giờ nha"))[-1] != "handover.added"
    await lan.taps("Gửi thêm cho cán bộ")
    await _told(databases[0])
    clock.move(hours=35, minutes=30)  # Wednesday 7:30
    told = await _watch(databases, library, clock)
    await minh.taps(told.value(minh, "handover/take/"))
    [words] = [one.text for one in (await _told(databases[0]))["minh"] if one.key == "handover.context"]
    for said in ("gọi lại giúp tôi", "cây đa đầu làng", "khai sinh cần giấy tờ gì", "trước bảy giờ"):
        assert said in words
    assert "họa mi" not in words
    assert await lan.says("chim họa mi hót hay không") == ["handover.passed_on"]


@pytest.mark.parametrize("words", ["thôi không cần nữa", "khoi can nua", "rút lại lời nhắn", "thôi khỏi", "hủy đi ạ"])
async def test_a_left_message_is_taken_back_in_words(
    lan: Citizen, citizen: People, databases: list[Database], clock: FakeClock, database_url: str, words: str
) -> None:
    await join(citizen("minh"), databases[0], clock)
    await _left_at_night(lan, clock)
    assert await lan.says(words) == ["handover.take_back"]
    assert await lan.taps("Gửi thêm cho cán bộ") == ["handover.left"]  # it was meant for the officer after all
    assert words in await _everything(database_url)
    assert await lan.says(words) == ["handover.take_back"]
    assert await lan.taps("Kết thúc") == ["handover.taken_back"]
    assert "gọi lại giúp" not in await _everything(database_url)


async def test_an_old_button_takes_nothing_else_out_of_a_left_message(
    lan: Citizen, citizen: People, databases: list[Database], clock: FakeClock, database_url: str
) -> None:
    await join(citizen("minh"), databases[0], clock)
    await _left_at_night(lan, clock)
    await lan.says("nhà tui kế cây đa đầu làng")
    old = next(one for one in values(lan) if one.startswith("handover/question/"))
    await lan.says("có con chó vàng giữ cổng")
    for odd in (old, "handover/question/0/9", "handover/question/x", f"handover/question/{'9' * 5000}/1"):
        assert await lan.taps(odd) == ["handover.message_waits"]
    assert "cây đa đầu làng\ncó con chó vàng" in await _everything(database_url)
    assert await lan.taps("Gửi thêm cho cán bộ") == ["handover.ask_message"]
    assert await lan.says("b" * 960) == ["handover.too_long", "handover.ask_message"]
    assert await lan.says("gọi số bàn ở nhà văn hóa") == ["handover.left"]
    assert "giữ cổng\ngọi số bàn" in await _everything(database_url)


async def test_erasing_takes_a_left_message_and_what_was_added(
    lan: Citizen, citizen: People, databases: list[Database], library: Library, clock: FakeClock, database_url: str
) -> None:
    minh = await join(citizen("minh"), databases[0], clock)
    await _told(databases[0])
    await _left_at_night(lan, clock)
    await lan.says("nhà tui kế cây đa đầu làng")
    await lan.says("đăng ký khai sinh cho bé Na cây đa")
    await lan.says("/xoa_du_lieu")
    assert await lan.taps("yes") == ["erase.done"]
    kept = await _everything(database_url)
    assert "cây đa" not in kept
    assert "gọi lại giúp tôi" not in kept
    clock.move(hours=36, minutes=30)
    assert (await _watch(databases, library, clock)).keys_to(minh) == []


async def test_a_left_message_has_one_taker_and_the_others_are_told(
    lan: Citizen, citizen: People, databases: list[Database], library: Library, clock: FakeClock
) -> None:
    minh = await join(citizen("minh"), databases[0], clock)
    huong = await join(citizen("huong"), databases[0], clock)
    await _left_at_night(lan, clock)
    await _told(databases[0])
    clock.move(hours=36, minutes=30)
    told = await _watch(databases, library, clock)
    take = told.value(huong, "handover/take/")
    assert await minh.taps(told.value(minh, "handover/take/")) == ["handover.you_took"]
    assert "handover.taken_by" in (await _told(databases[0])).keys_to(huong)
    assert await huong.taps(take) == ["handover.taken_already"]
    assert await huong.taps(take.replace("take", "to")) == ["handover.over"]
    assert await huong.taps(take.replace("take", "end")) == ["handover.over"]
    assert await huong.says("tin nhắn để lại") == ["handover.list"]
    assert take not in values(huong)
    await _told(databases[0])
    assert await _watch(databases, library, clock) == {}


async def test_a_head_takes_a_talk_over_and_everybody_knows(
    lan: Citizen, citizen: People, databases: list[Database], clock: FakeClock
) -> None:
    minh = await join(citizen("minh"), databases[0], clock)
    head = await join(citizen("truong"), databases[0], clock, role="head")
    huong = await join(citizen("huong"), databases[0], clock)
    await _talking(lan, minh, databases[0])
    end = next(one for one in values(minh) if one.startswith("handover/end/"))
    over = end.replace("end", "over")
    await _told(databases[0])
    assert await huong.taps(over) == ["handover.over"]  # colleagues of the same rank do not
    assert await huong.says("tin nhắn để lại") == ["handover.list"]
    assert over not in values(huong)
    await head.says("tin nhắn để lại")
    assert over in values(head)
    assert await head.taps(over) == ["handover.you_took"]
    told = await _told(databases[0])
    assert "handover.taken_from_you" in told.keys_to(minh)
    assert "handover.taken" in told.keys_to(lan)
    assert await minh.says("Bà chờ chút") == ["handover.not_sent_taken"]
    assert await minh.taps(end) == ["handover.over"]
    await _told(databases[0])
    await lan.says("Tôi hỏi sổ đỏ")
    told = await _told(databases[0])
    assert told.keys_to(head) == ["handover.from_citizen"]
    assert "handover.from_citizen" not in told.keys_to(minh)
    async with databases[0].read() as store:
        [row] = [row for row in await store.ledger.rows("anh-son") if row["action"] == "taken over"]
        assert (await store.ledger.verify("anh-son"))[1] is None
    assert "held_by" in str(row["detail"])
    assert await head.taps(over) == ["handover.answering"]  # twice is once


async def test_several_at_a_time_are_kept_apart_by_their_numbers(
    lan: Citizen, citizen: People, databases: list[Database], clock: FakeClock
) -> None:
    minh, tu = await join(citizen("minh"), databases[0], clock), citizen("tu")
    await _talking(lan, minh, databases[0])
    first = next(one for one in values(minh) if one.startswith("handover/end/"))
    await _talking(tu, minh, databases[0])
    await _told(databases[0])
    await lan.says("Tôi là Lan")
    told = await _told(databases[0])
    assert "Số 1" in told["minh"][0].text
    await minh.says("Chào bà Tư")  # the last one chosen, not the last one who wrote
    assert (await _told(databases[0])).keys_to(tu) == ["handover.from_post"]
    assert await minh.taps(told.value(minh, "handover/to/")) == ["handover.answering"]
    await minh.says("Chào chị Lan")
    assert (await _told(databases[0])).keys_to(lan) == ["handover.from_post"]
    assert await minh.taps(first) == ["handover.you_ended"]
    assert [one for one in values(minh) if one.startswith("handover/to/")]
    assert (await minh.says("khai sinh"))[-1] != "handover.sent"


async def test_what_an_officer_does_at_the_desk_never_reaches_the_citizen(
    lan: Citizen, citizen: People, databases: list[Database], clock: FakeClock
) -> None:
    minh = await join(citizen("minh"), databases[0], clock)
    await _talking(lan, minh, databases[0])
    await _told(databases[0])
    await minh.taps("walkin")
    await minh.taps("-")
    assert (await minh.says("Ông Sáu"))[-1] == "staff.ask_need"
    await minh.says("hủy")
    assert await minh.says("K7M2-QXRT-B4HN") == ["staff.code_unknown"]
    assert (await _told(databases[0])).keys_to(lan) == []
    assert await minh.says("hủy") == ["handover.paused"]
    assert (await minh.says("khai sinh"))[-1] != "handover.sent"


async def test_erasing_deletes_every_word(
    lan: Citizen, citizen: People, databases: list[Database], clock: FakeClock, database_url: str
) -> None:
    minh = await join(citizen("minh"), databases[0], clock)
    await _talking(lan, minh, databases[0])
    await lan.says("Bí mật của Lan là con trâu vàng")
    await minh.says("Chuyện con trâu vàng thì tôi giữ kín")
    assert "trâu vàng" in await _everything(database_url)
    await lan.says("/xoa_du_lieu")
    assert await lan.taps("yes") == ["erase.done"]
    assert "trâu vàng" not in await _everything(database_url)
    assert "handover.citizen_ended" in (await _told(databases[0])).keys_to(minh)
    assert await minh.says("Alo bà Lan") == ["handover.over"]


async def test_an_officer_who_left_the_post_gets_no_words(
    lan: Citizen, citizen: People, databases: list[Database], clock: FakeClock
) -> None:
    minh = await join(citizen("minh"), databases[0], clock)
    await _talking(lan, minh, databases[0])
    await leaves(minh, databases[0], clock)
    await _told(databases[0])
    assert await lan.says("Alo cán bộ ơi") == ["handover.gone"]
    assert await lan.taps("person") == ["person.without_hotline"]


async def test_with_nobody_there_the_citizen_is_told_where_to_go(lan: Citizen) -> None:
    assert (await lan.says("gặp cán bộ"))[-1] == "person.without_hotline"
    assert await lan.taps("handover/stop") == ["handover.nothing_open"]


async def test_a_citizen_without_a_hand_over_pays_nothing(lan: Citizen, databases: list[Database]) -> None:
    await lan.says("menu")
    async with databases[0].read() as store:
        chat = await store.chats.find(lan.address)
    assert chat is not None
    assert chat.dialog.listening == ""


@pytest.mark.parametrize(
    ("waits", "expected"),
    [
        ([], (0, 0, 0, None)),
        ([(None, False), (2.0, False)], (2, 1, 0, 2.0)),
        ([(1.0, False), (3.0, False), (8.0, False), (None, True)], (4, 3, 1, 3.0)),
        ([(1.0, False), (2.0, False), (900.0, True)], (3, 3, 1, 1.5)),
    ],
)
def test_figures_by_hand(waits: list[tuple[float | None, bool]], expected: tuple[int, int, int, float | None]) -> None:
    at = datetime(2026, 11, 23, tzinfo=UTC)
    asked = [Asked(at, None if wait is None else at + timedelta(minutes=wait), left) for wait, left in waits]
    assert figures(asked) == expected


async def test_heads_see_the_figures(
    lan: Citizen, citizen: People, databases: list[Database], clock: FakeClock
) -> None:
    head = await join(citizen("truong"), databases[0], clock, role="head")
    await lan.says("gặp cán bộ")
    told = await _told(databases[0])
    clock.move(minutes=2)
    await head.taps(told.value(head, "handover/take/"))
    assert await head.says("tin nhắn để lại") == ["handover.list", "handover.figures"]
    assert "phút): 2" in head.told
    assert await lan.says("tin nhắn để lại") == ["staff.not_member"]
    assert (await pushes(databases[0], lan))[-1].key == "staff.not_member"


async def test_both_write_at_once_and_nothing_is_lost(
    lan: Citizen, citizen: People, databases: list[Database], clock: FakeClock
) -> None:
    minh = await join(citizen("minh"), databases[0], clock)
    await _talking(lan, minh, databases[0])
    await _told(databases[0])
    for number in range(5):
        await asyncio.gather(lan.says(f"câu hỏi {number} của tôi"), minh.says(f"câu trả lời {number} của xã"))
    told = await _told(databases[0])
    assert told.keys_to(lan).count("handover.from_post") == 5
    assert told.keys_to(minh).count("handover.from_citizen") == 5


async def test_a_left_message_nobody_takes_comes_back_every_opening_and_ends_after_a_month(
    lan: Citizen, citizen: People, databases: list[Database], library: Library, clock: FakeClock, database_url: str
) -> None:
    minh = await join(citizen("minh"), databases[0], clock)
    await lan.taps("handover/leave")
    await lan.says("Xin hỏi về con trâu vàng")
    assert (await _watch(databases, library, clock)).keys_to(minh)[-1] == "handover.call_message"
    clock.move(days=2)
    assert (await _watch(databases, library, clock)).keys_to(minh) == ["handover.call_message"]
    clock.move(days=29)  # Thursday 24/12
    assert (await _watch(databases, library, clock)).keys_to(lan) == ["handover.expired"]
    assert "trâu vàng" not in await _everything(database_url)


async def test_nothing_is_said_at_night_when_an_idle_talk_is_closed(
    lan: Citizen, citizen: People, databases: list[Database], library: Library, clock: FakeClock
) -> None:
    minh = await join(citizen("minh"), databases[0], clock)
    await _talking(lan, minh, databases[0])
    await _told(databases[0])
    clock.move(hours=12)
    assert await _watch(databases, library, clock) == {}
    assert (await lan.says("thủ tục đăng ký khai sinh"))[-1].startswith("guide.")


async def test_nobody_came_and_nothing_was_left(
    lan: Citizen, citizen: People, databases: list[Database], library: Library, clock: FakeClock
) -> None:
    await join(citizen("minh"), databases[0], clock)
    await lan.says("gặp cán bộ")
    clock.move(minutes=6)
    assert (await _watch(databases, library, clock)).keys_to(lan)[-1] == "handover.nobody"
    assert (await lan.says("thủ tục đăng ký khai sinh"))[-1].startswith("guide.")
    assert await lan.says("gặp cán bộ") == ["handover.asking"]  # another try
    clock.move(minutes=6)
    await _watch(databases, library, clock)
    clock.move(minutes=30)
    assert await _watch(databases, library, clock) == {}
    assert await lan.taps("handover/stop") == ["handover.nothing_open"]
