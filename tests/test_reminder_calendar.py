"""`python -m bot calendar`: what would be reminded, and what a changed rule changes."""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bot import logs
from bot.__main__ import cli
from content.library import load
from tests.conftest import CONTENT
from tests.content.folders import real_content

FIELDS = {"at", "obligation", "step", "due", "aim", "to"}
DECEMBER = ("--from", "2026-12-01", "--to", "2026-12-31")


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BOT_CONTENT", str(CONTENT))
    yield
    logs.configure("text", ())  # the command line logs to the runner's own stream, which is closed afterwards


def run(*words: str, code: int = 0) -> list[str]:
    """Run the command and return its lines."""
    result = CliRunner().invoke(cli, ["calendar", *words])
    assert result.exit_code == code, result.output
    return result.output.splitlines()


def rows(*words: str) -> list[dict[str, Any]]:
    """Run the command with --json and return its objects."""
    return [json.loads(line) for line in run("--json", *words)]


def changed(folder: Path, old: str, new: str) -> Path:
    """Copy the real content with one text of Anh Sơn's obligations replaced where it stands first."""
    real_content(folder)
    path = folder / "communes" / "anh-son" / "obligations.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return folder


def test_every_reminder_is_an_object_with_instants_of_home() -> None:
    found = rows("--commune", "anh-son", *DECEMBER)
    assert found
    assert all(set(row) == FIELDS for row in found)
    assert {
        "at": "2026-12-10T08:00:00+07:00",
        "obligation": "AS-01",
        "step": "T-10",
        "due": "2026-12-24T23:59:59+07:00",
        "aim": "2026-12-24T23:59:59+07:00",
        "to": ["tt-pvhcc:assignee"],
    } in found
    times = [datetime.fromisoformat(row["at"]) for row in found]
    assert times == sorted(times)
    assert {time.month for time in times} == {12}


def test_a_due_date_on_a_day_off_shows_where_to_aim() -> None:
    line = run("--commune", "anh-son", "--from", "2027-01-28", "--to", "2027-01-28")[0]
    title = load(CONTENT).communes["anh-son"].plans.obligation("AS-08").title  # type: ignore[union-attr]  # it is there
    assert line == (
        f"28/01/2027 08:00  AS-08 {title}  T-1  hạn 30/01/2027 23:59, làm xong trong 29/01/2027"
        "  → người lập báo cáo (Phòng Văn hóa – Xã hội)"
    )


def test_days_may_be_written_as_people_here_write_them() -> None:
    assert run("--commune", "anh-son", "--from", "1/12/2026", "--to", "31/12/2026") == run(
        "--commune", "anh-son", *DECEMBER
    )
    assert "expected a day" in " ".join(run("--commune", "anh-son", "--from", "31/2/2027", code=2))


def test_a_changed_rule_shows_what_it_adds_and_takes(tmp_path: Path) -> None:
    other = changed(tmp_path / "other", "trước ngày 25 tháng cuối quý", "trước ngày 24 tháng cuối quý")
    lines = run("--commune", "anh-son", "--against", str(other), *DECEMBER)
    assert {line[0] for line in lines} == {"+", "-"}
    assert all("  AS-01 Báo cáo quý" in line for line in lines)
    due = {line[0]: line.partition(" hạn ")[2][:10] for line in lines}
    assert due == {"+": "24/12/2026", "-": "23/12/2026"}
    objects = rows("--commune", "anh-son", "--against", str(other), *DECEMBER)
    assert [row.pop("change") for row in objects] == [line[0] for line in lines]
    assert all(set(row) == FIELDS for row in objects)


def test_the_same_content_differs_in_nothing(tmp_path: Path) -> None:
    other = real_content(tmp_path / "other")
    assert run("--commune", "anh-son", "--against", str(other), *DECEMBER) == []


def test_words_alone_change_no_reminder(tmp_path: Path) -> None:
    other = changed(tmp_path / "other", "title: Báo cáo quý thực hiện Đề án", "title: Báo cáo quý")
    assert run("--commune", "anh-son", "--against", str(other), *DECEMBER) == []


def test_mistakes_end_with_a_sentence(tmp_path: Path) -> None:
    assert "--to lies before --from" in " ".join(
        run("--commune", "anh-son", "--from", "2026-12-02", "--to", "2026-12-01", code=2)
    )
    assert "expected a day" in " ".join(run("--commune", "anh-son", "--from", "hôm nay", code=2))
    result = CliRunner().invoke(cli, ["calendar", "--commune", "ha-noi", *DECEMBER])
    assert "anh-son" in str(result.exception or result.output)
    assert result.exit_code != 0
    assert CliRunner().invoke(cli, ["calendar", "--commune", "anh-son", "--against", "nowhere"]).exit_code == 2
