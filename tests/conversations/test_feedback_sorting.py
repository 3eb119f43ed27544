"""What words are really about: a scam in the open chat, an official, a complaint, a secret; on both databases."""

from collections.abc import Callable

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from storage.database import Database
from storage.feedback_case import Case
from storage.schema import metadata
from tests.citizen import Citizen
from tests.conversations.staff import join, pushes
from tests.fakes import FakeClock

# The clock stands at Monday 23/11/2026, 9:00.
People = Callable[..., Citizen]
SCAM = "toi bi lua chuyen tien cho nguoi gia cong an, mat 20 trieu"


async def _cases(database: Database) -> list[Case]:
    async with database.read() as store:
        return await store.feedback.all("anh-son")


async def _everything(url: str) -> str:
    engine = create_async_engine(url)
    parts = []
    async with engine.connect() as connection:
        for table in metadata.sorted_tables:
            rows = (await connection.execute(text(f"SELECT * FROM {table.name}"))).all()  # our own names
            parts += [str(value) for row in rows for value in row]
    await engine.dispose()
    return "\n".join(parts)


@pytest.mark.parametrize("words", [SCAM, "bị lừa", "lừa đảo", "tôi bị mất tiền trong tài khoản ngân hàng"])
async def test_who_speaks_of_a_scam_hears_first_what_to_do(lan: Citizen, words: str) -> None:
    await lan.says("menu")
    keys = await lan.says(words)
    assert keys[0] == "feedback.scam_advice"
    assert all(key.startswith("guide.") for key in keys[1:])
    assert "113" in lan.replies[0].text
    assert "feedback/scam" in [button.value for button in lan.replies[0].buttons]


async def test_a_scam_is_reported_without_typing_it_again(lan: Citizen, databases: list[Database]) -> None:
    await lan.says("menu")
    await lan.says(SCAM)
    assert await lan.taps("feedback/scam") == ["feedback.ask_place"]
    assert await lan.taps("-") == ["feedback.confirm_scam"]
    assert SCAM in lan.told
    assert await lan.taps("yes") == ["feedback.sent"]
    assert [one.category for one in await _cases(databases[1])] == ["lua-dao"]


async def test_after_something_else_or_few_words_the_story_is_asked_for(lan: Citizen) -> None:
    await lan.says("menu")
    await lan.says(SCAM)
    await lan.says("đăng ký khai sinh cần giấy tờ gì")
    assert await lan.taps("feedback/scam") == ["feedback.ask_words_scam"]
    await lan.says("huỷ")
    await lan.says("bị lừa")
    assert await lan.taps("feedback/scam") == ["feedback.ask_words_scam"]


async def test_a_scam_reaches_the_police_at_night_and_other_reports_wait(
    lan: Citizen, citizen: People, databases: list[Database], clock: FakeClock
) -> None:
    police = await join(citizen("chien"), databases[0], clock, unit="cong-an")
    await pushes(databases[0], police)
    clock.move(hours=13)  # 22:00
    await lan.says("menu")
    await lan.says(SCAM)
    await lan.taps("feedback/scam")
    await lan.taps("-")
    assert await lan.taps("yes") == ["feedback.sent"]
    assert [one.key for one in await pushes(databases[0], police)] == ["feedback.push_new"]
    await lan.says("phản ánh")
    await lan.taps("an-ninh")
    await lan.says("Nhà bên cạnh hát karaoke suốt đêm")
    await lan.taps("-")
    assert await lan.taps("yes") == ["feedback.sent"]
    assert await pushes(databases[0], police) == []


@pytest.mark.parametrize(
    ("answer", "official", "confirmed"),
    [("yes", True, "feedback.confirm_official"), ("no", False, "feedback.confirm")],
)
async def test_an_official_named_with_money_is_asked_about_once(
    lan: Citizen, databases: list[Database], answer: str, official: bool, confirmed: str
) -> None:
    await lan.says("phản ánh")
    await lan.taps("thu-tuc")
    words = "ông cán bộ quầy 1 Trung tâm đòi tôi 500 nghìn mới chịu làm hồ sơ"
    assert await lan.says(words) == ["feedback.ask_about"]
    assert await lan.taps(answer) == ["feedback.ask_place"]
    assert await lan.taps("-") == [confirmed]
    assert words in lan.told
    assert await lan.taps("yes") == ["feedback.sent"]
    assert [one.official for one in await _cases(databases[0])] == [official]


@pytest.mark.parametrize(
    "words",
    [
        "trưởng phòng kinh tế bao che cho xưởng gỗ gây ồn",
        "ông Nguyễn Văn Hùng phòng kinh tế nhận của tôi 3 triệu mới cho giấy",
        "anh Tuấn địa chính bắt tôi đi lại 5 lần",
        "chủ tịch xã chia đất cho người nhà",
        "cán bộ làm mất hồ sơ của tôi",
        "phong kinh te lam ngo cho xuong go",
        "the head of the economic office demanded 3 million",
    ],
)
async def test_whoever_or_whatever_office_is_named_it_is_asked_about(lan: Citizen, words: str) -> None:
    await lan.says("phản ánh")
    await lan.taps("duong-dien-nuoc")
    assert await lan.says(words) == ["feedback.ask_about"]


@pytest.mark.parametrize(
    "words",
    [
        "cống đầu xóm tắc, nhờ cán bộ lên xem giúp",
        "kính gửi ông chủ tịch xã, đường thôn 3 lầy lội",
        "đề nghị công an xã nhắc quán hát",
    ],
)
async def test_an_official_who_is_asked_to_help_is_not_asked_about(lan: Citizen, words: str) -> None:
    await lan.says("phản ánh")
    await lan.taps("duong-dien-nuoc")
    assert await lan.says(words) == ["feedback.ask_place"]


@pytest.mark.parametrize(
    ("words", "keys"),
    [
        ("the officer demanded a bribe of 3 million for my land paper", ["feedback.ask_place"]),
        ("I was scammed by a fake policeman and lost 20 million", ["feedback.ask_place"]),
        ("I denounce the chairman for taking land", ["feedback.ask_matter"]),
    ],
)
async def test_english_words_are_sorted_too(
    lan: Citizen, databases: list[Database], words: str, keys: list[str]
) -> None:
    await lan.says("phản ánh")
    await lan.taps("duong-dien-nuoc")
    assert await lan.says(words) == keys
    if keys == ["feedback.ask_place"]:
        await lan.taps("-")
        assert lan.replies[-1].key in {"feedback.confirm_official", "feedback.confirm_scam"}


async def test_about_the_chairman_the_level_above_is_named(lan: Citizen) -> None:
    await lan.says("phản ánh")
    await lan.taps("can-bo")
    await lan.says("Ông chủ tịch xã quát mắng mẹ tôi giữa chợ")
    assert await lan.taps("-") == ["feedback.confirm_chairman"]
    assert "tỉnh Nghệ An" in lan.told


@pytest.mark.parametrize("way", [(), ("handover/leave",), ("gặp cán bộ",)])
async def test_a_secret_is_refused_and_kept_nowhere(
    lan: Citizen,
    citizen: People,
    databases: list[Database],
    clock: FakeClock,
    database_url: str,
    way: tuple[str, ...],
) -> None:
    await join(citizen("minh"), databases[0], clock)
    await lan.says("menu")
    for step in way:
        await (lan.taps(step) if "/" in step else lan.says(step))
    assert (await lan.says("Tôi giữ văn bản mật về khu Rú Quỷnh"))[0] == "feedback.secret"
    assert lan.replies[0].delete is not None
    assert "Rú Quỷnh" not in await _everything(database_url)


@pytest.mark.parametrize("words", ["lut to qua, giay to tai lieu mat het roi", "tru dien to cao qua nghieng sap do"])
async def test_words_without_marks_that_look_alike_are_taken(lan: Citizen, words: str) -> None:
    await lan.says("phản ánh")
    await lan.taps("viec-khac")
    assert await lan.says(words) == ["feedback.ask_place"]


async def test_who_denies_a_complaint_keeps_the_words(lan: Citizen, databases: list[Database]) -> None:
    await lan.says("phản ánh")
    await lan.taps("duong-dien-nuoc")
    words = "Tôi không khiếu nại gì, chỉ xin xã sửa cái cầu"
    assert await lan.says(words) == ["feedback.ask_matter"]
    assert await lan.taps("report") == ["feedback.ask_place"]
    assert await lan.says("quay lại") == ["feedback.ask_matter"]
    assert await lan.taps("report") == ["feedback.ask_place"]
    assert await lan.taps("-") == ["feedback.confirm"]
    assert words in lan.told
    assert await lan.taps("yes") == ["feedback.sent"]
    assert len(await _cases(databases[0])) == 1


async def test_a_denunciation_told_first_hears_at_once_where_to_go(lan: Citizen, databases: list[Database]) -> None:
    await lan.says("phản ánh")
    assert await lan.says("tôi muốn tố cáo ông trưởng xóm") == ["feedback.ask_matter"]
    assert await lan.taps("complaint") == ["feedback.not_taken"]
    assert await _cases(databases[0]) == []


async def test_what_is_told_later_is_added(lan: Citizen) -> None:
    await lan.says("phản ánh")
    assert await lan.says("Cầu Khe Trúc gãy lan can") == ["feedback.ask_category_of"]
    assert await lan.says("đã gãy hai tuần nay rồi") == ["feedback.ask_category_more"]
    await lan.taps("duong-dien-nuoc")
    await lan.taps("-")
    assert "Cầu Khe Trúc gãy lan can" in lan.told
    assert "đã gãy hai tuần nay rồi" in lan.told
