"""`python -m bot report`, from filings in the database to files in a folder, on both databases."""

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import docx
import pytest

from bot.report.command import CannotReport, report
from bot.settings import Settings
from content.report_period import ReportPeriod
from storage.database import Database
from storage.filing_moves import Figure
from storage.filings import Filing
from tests.commands import Command
from tests.conftest import CONTENT
from tests.examples.report import ROOT

Q4 = ReportPeriod.parse("2026-Q4")
DUE = datetime(2026, 12, 24, 16, 59, 59, tzinfo=UTC)
IN_TIME, LATE = datetime(2026, 12, 24, 16, 59, 59, tzinfo=UTC), datetime(2026, 12, 24, 17, 0, 0, tzinfo=UTC)
NOW = datetime(2026, 12, 28, 2, tzinfo=UTC)
PUBLIC = ["cong-khai-anh-son-2026-Q4.docx", "cong-khai-anh-son-2026-Q4.xlsx"]
OFFICE = [
    "bao-cao-anh-son-2026-Q4.docx",
    "danh-sach-lanh-dao-anh-son-2026-Q4.docx",
    "danh-sach-lanh-dao-anh-son-2026-Q4.xlsx",
    "so-lieu-anh-son-2026-Q4.xlsx",
]


@pytest.fixture
def settings(database_url: str) -> Settings:
    return Settings(database=database_url, content=CONTENT)


async def _sent(
    databases: list[Database], unit: str, sent: datetime, *figures: Figure, account: str = "anh-son"
) -> None:
    """Store a quarterly report as it was sent."""
    name = f"{account}-{unit}"
    async with databases[0].begin() as store:
        await store.filings.plan(Filing(name, account, "AS-01", unit, "2026-Q4", DUE, DUE), (), NOW)
    async with databases[1].begin() as store:
        store.filing_moves.set_figures(name, figures, "m1", sent)
        assert await store.filing_moves.send(name, "m1", "", "", sent) is not None


def _cells(path: Path, head: str) -> Iterator[list[str]]:
    for table in docx.Document(str(path)).tables:
        rows = [[cell.text for cell in row.cells] for row in table.rows]
        if head in rows[0]:
            yield from rows[1:]


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


async def test_what_was_sent_stands_in_the_report(
    databases: list[Database], settings: Settings, tmp_path: Path
) -> None:
    skills = Figure("AS-I01", Decimal("78.26"), Decimal(36), Decimal(46), "typed")
    await _sent(databases, "vh-xh", IN_TIME, skills)
    await _sent(databases, "van-phong", LATE)
    paths = await report(settings, "anh-son", Q4, tmp_path / "new" / "folder", NOW, public=False)
    assert [path.name for path in paths] == OFFICE
    rows = {row[1].partition(".")[0]: row for row in _cells(paths[0], "Kết quả")}
    assert rows["AS-I01"][2:] == ["≥ 80%", "78,3% (36/46)", "97,8%", "Chưa đạt"]
    assert rows["AS-I02"][3] == "chưa có số liệu"
    assert next(iter(_cells(paths[0], "Phải gửi"))) == ["Các đơn vị thuộc xã", "2", "1", "1", "0", "0", "0"]
    tallies = {row[1]: row[2:] for row in _cells(paths[1], "Phải gửi")}
    assert tallies["Phòng Văn hóa – Xã hội"] == ["1", "1", "0", "0", "0", "0"]
    assert tallies["Văn phòng HĐND – UBND"] == ["1", "0", "1", "0", "0", "0"]
    late = list(_cells(paths[1], "Đã gửi"))
    assert [row[1:] for row in late] == [
        ["Văn phòng HĐND – UBND", "AS-01. Báo cáo quý thực hiện Đề án", "23:59:59 24/12/2026", "00:00:00 25/12/2026"]
    ]
    # The plan wants more of this quarter after the day of the report, so nobody is commended yet.
    assert "Chưa xét biểu dương" in "".join(docx.Document(str(paths[1])).element.itertext())


async def test_the_public_version_is_files_of_its_own(
    databases: list[Database], settings: Settings, tmp_path: Path
) -> None:
    await _sent(databases, "van-phong", LATE)
    paths = await report(settings, "anh-son", Q4, tmp_path / "out", NOW, public=True)
    assert [path.name for path in paths] == PUBLIC
    assert _names(tmp_path / "out") == PUBLIC
    text = "".join(docx.Document(str(paths[0])).element.itertext())
    assert "AS-I01" in text
    assert "Văn phòng HĐND" not in text
    await report(settings, "anh-son", Q4, tmp_path / "out", NOW, public=False)
    async with databases[1].read() as store:
        rows = await store.ledger.rows("anh-son")
    assert [(row["action"], row["subject"], row["detail"]) for row in rows] == [
        ("report exported", "report/2026-Q4", '{"version": "public"}'),
        ("report exported", "report/2026-Q4", '{"version": "office"}'),
    ]


async def test_another_communes_reports_are_not_counted(
    databases: list[Database], settings: Settings, tmp_path: Path
) -> None:
    await _sent(databases, "vh-xh", IN_TIME, account="tan-an")
    with pytest.raises(CannotReport, match="nothing to report"):
        await report(settings, "anh-son", Q4, tmp_path / "out", NOW, public=False)
    assert not (tmp_path / "out").exists()
    async with databases[1].read() as store:
        assert await store.ledger.rows("anh-son") == []


@pytest.mark.parametrize(
    ("slug", "period", "said"),
    [
        ("anh-son", "2027-Q2", "has not begun: its figures count from 15/03/2027 on"),
        ("khong-co", "2026-Q4", "no commune «khong-co»; there are: anh-son"),
        ("anh-son", "2026-Q4", "nothing to report"),
    ],
)
async def test_what_cannot_be_reported_is_said_and_leaves_no_file(
    settings: Settings, tmp_path: Path, slug: str, period: str, said: str
) -> None:
    with pytest.raises(CannotReport, match=said):
        await report(settings, slug, ReportPeriod.parse(period), tmp_path / "out", NOW, public=False)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("period", "said"), [("2026-Q7", "expected a period such as 2026-Q4"), ("2099", "2099 has not begun")]
)
def test_the_command_line_says_what_is_wrong_and_exits_with_2(
    terminal: Command, tmp_path: Path, period: str, said: str
) -> None:
    done = terminal("report", "--commune", "anh-son", "--period", period, "--out", str(tmp_path / "out"))
    assert (done.code, done.out) == (2, "")
    assert said in done.err
    assert not (tmp_path / "out").exists()


def test_other_commands_do_not_wait_for_word_and_charts(tmp_path: Path) -> None:
    seen = (
        "import sys, bot.__main__, bot.serve, bot.app; print([m for m in ('docx', 'matplotlib') if m in sys.modules])"
    )
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", seen],
        cwd=tmp_path,
        env=environ,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.stdout == "[]\n", done.stderr
