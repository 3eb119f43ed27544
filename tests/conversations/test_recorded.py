"""What officials do stands in the ledger: by post, without anybody's words; what was refused does not."""

from collections.abc import Callable
from datetime import UTC, datetime

from storage.database import Database
from tests.citizen import Citizen
from tests.conversations.staff import join, values
from tests.fakes import FakeClock

People = Callable[..., Citizen]
NEWS = "Thứ Năm 26/11 cúp điện xóm 5 từ 8 giờ đến 11 giờ. Bà con sạc điện thoại trước."
JOINED = "joined"


async def recorded(database: Database, commune: str = "anh-son") -> list[tuple[str, str]]:
    """Return what was done (action, unit) since the people joined; the chain must be whole."""
    async with database.read() as store:
        rows = await store.ledger.rows(commune)
        assert (await store.ledger.verify(commune))[1] is None
    return [(row["action"], row["unit"]) for row in rows if row["action"] != JOINED]


async def words(database: Database, commune: str = "anh-son") -> str:
    """Return everything that the ledger says, as one text."""
    async with database.read() as store:
        return "\n".join(
            f"{row['action']} {row['subject']} {row['detail']}" for row in await store.ledger.rows(commune)
        )


async def test_each_step_of_a_notice_is_recorded_and_a_refused_one_is_not(
    citizen: People, databases: list[Database], clock: FakeClock
) -> None:
    an = await join(citizen("an"), databases[0], clock, "vh-xh", "officer")
    binh = await join(citizen("binh"), databases[0], clock, "vh-xh", "head")
    await an.taps("notice_new")
    await an.taps("dien-nuoc-duong")
    await an.says(NEWS)
    await an.taps("now")
    assert (await an.taps("yes"))[-1].startswith("notice.")
    identity = next(value.split("/")[2] for value in values(an) if value.startswith("notice/see/"))
    assert await an.taps(f"notice/approve/{identity}/1") == ["notice.not_yours"]
    await binh.taps(f"notice/return/{identity}/1")
    assert await binh.says("Ghi rõ giúp nhé") == ["notice.returned"]
    await an.taps(f"notice/edit/{identity}/2")
    await an.taps("yes")
    assert await binh.taps(f"notice/approve/{identity}/3") == ["notice.approved"]
    assert await binh.taps(f"notice/approve/{identity}/3") == ["notice.page_changed"]
    assert await an.taps(f"notice/back/{identity}/3") == ["notice.taken_back"]
    assert await an.taps(f"notice/delete/{identity}/4") == ["notice.deleted"]
    assert await recorded(databases[1]) == [
        ("notice submitted", "vh-xh"),
        ("notice returned", "vh-xh"),
        ("notice submitted", "vh-xh"),
        ("notice approved", "vh-xh"),
        ("notice taken back", "vh-xh"),
        ("notice deleted", "vh-xh"),
    ]
    said = await words(databases[1])
    assert not any(word in said for word in ("cúp điện", "Ghi rõ", "Cán bộ trực"))
    assert f"notice/{identity}" in said


async def test_each_step_of_an_incident_is_recorded_without_what_was_written(
    citizen: People, databases: list[Database], clock: FakeClock
) -> None:
    an = await join(citizen("an"), databases[0], clock, "kinh-te", "officer")
    phuc = await join(citizen("phuc"), databases[0], clock, "cong-an", "officer")
    await an.taps("report")
    await an.taps("leak")
    await an.says("danh sách của ông Bảy bị gửi nhầm")
    code = next(value.split("/")[2] for value in values(an) if value.startswith("incident/see/"))
    assert await an.taps(f"incident/judge/{code}/yes") == ["incident.not_allowed"]
    assert await phuc.taps(f"incident/take/{code}") == ["incident.you_took"]
    assert await phuc.taps(f"incident/judge/{code}/yes") == ["incident.judged"]
    assert await phuc.taps(f"incident/judge/{code}/no") == ["incident.judged"]
    assert await phuc.taps(f"incident/notified/{code}/h72/yes") == ["incident.noted"]
    assert await phuc.taps(f"incident/notified/{code}/h72/no") == ["incident.noted"]
    await phuc.taps(f"incident/note/{code}")
    assert await phuc.says("đã gọi cho bà Tám") == ["incident.noted"]
    await phuc.taps(f"incident/close/{code}")
    await phuc.says("đã thu hồi thư của bà Tám")
    assert await phuc.taps("now") == ["incident.closed"]
    assert await phuc.taps(f"incident/reopen/{code}") == ["incident.reopened"]
    assert await phuc.taps(f"incident/reopen/{code}") == ["incident.is_open"]
    assert await phuc.taps(f"incident/release/{code}") == ["incident.released"]
    assert await phuc.taps(f"incident/withdraw/{code}") == ["incident.withdrawn"]
    assert await recorded(databases[1]) == [
        ("incident reported", "kinh-te"),
        ("incident taken", "cong-an"),
        ("incident judged serious", "cong-an"),
        ("incident judged not serious", "cong-an"),
        ("authority informed", "cong-an"),
        ("authority not informed", "cong-an"),
        ("incident closed", "cong-an"),
        ("incident reopened", "cong-an"),
        ("incident released", "cong-an"),
        ("incident withdrawn", "cong-an"),
    ]
    said = await words(databases[1])
    assert not any(word in said for word in ("Bảy", "Tám"))
    assert '"clock": "h72"' in said


async def test_a_corrected_check_is_recorded_and_the_first_one_is_no_correction(
    citizen: People, databases: list[Database], clock: FakeClock
) -> None:
    an = await join(citizen("an", "nghia-tho"), databases[0], clock, "tt-pvhcc", "officer")
    clock.at = datetime(2026, 11, 23, 1, tzinfo=UTC)
    assert await an.taps("daycheck/send/2026-11-23/1/0") == ["daycheck.saved_fine"]
    assert await recorded(databases[1], "nghia-tho") == []
    assert await an.taps("daycheck/send/2026-11-23/2/1") == ["daycheck.corrected"]
    assert await an.taps("daycheck/send/2026-11-23/2/1") == ["daycheck.done_already"]
    assert await recorded(databases[1], "nghia-tho") == [
        ("check corrected", "tt-pvhcc"),
        ("incident reported", "tt-pvhcc"),
    ]
    assert '"failed": "internet"' in await words(databases[1], "nghia-tho")


async def test_a_line_struck_out_of_the_log_of_publications_is_recorded(
    citizen: People, databases: list[Database], clock: FakeClock
) -> None:
    an = await join(citizen("an"), databases[0], clock, "vh-xh", "officer")
    await an.taps("publication_new")
    await an.taps("social")
    for said in ("20/11", "Cảnh báo lừa đảo", "https://facebook.com/xa/bai-1"):
        await an.says(said)
    assert await an.taps("yes") == ["publication.saved"]
    identity = next(value.split("/")[2] for value in values(an) if value.startswith("publication/remove/"))
    assert await an.taps(f"publication/remove/{identity}") == ["publication.struck"]
    assert await an.taps(f"publication/remove/{identity}") == ["publication.page"]
    assert await an.taps(f"publication/restore/{identity}") == ["publication.restored"]
    actions = ["publication added", "publication removed", "publication restored"]
    assert await recorded(databases[1]) == [(action, "vh-xh") for action in actions]
    assert "lừa đảo" not in await words(databases[1])
