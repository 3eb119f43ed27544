"""The command line: exit codes, JSON, and sentences where others show a traceback."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import logs
from bot.__main__ import main
from tests.commands import Command
from tests.conftest import CONTENT
from tests.content.folders import guide_text, small_content, write_guide

ROOT = Path(__file__).parent.parent
FIELDS = {"question", "outcome", "guide", "section", "candidates", "reply", "ms"}
TOKEN = "123456789:AAHfiqksKZ8WmR2zSjiQ7_v4TMAKdiHm9T0"


@pytest.fixture
def run(terminal: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Command]:
    """Run a command on a small content."""
    monkeypatch.setenv("BOT_CONTENT", str(small_content(tmp_path / "small")))
    yield terminal
    logs.configure("text", ())


@pytest.fixture
def bad_content(tmp_path: Path) -> Path:
    folder = small_content(tmp_path / "bad")
    write_guide(folder / "guides", guide_text().replace("Trong ngày.", "<b>Trong ngày</b>"))
    return folder


def test_good_content_is_called_good(run: Command) -> None:
    result = run("content", "check")
    assert (result.code, result.err) == (0, "")
    assert result.out.count("\n") == 1
    assert run("content", "check", "--json").rows == [[]]


def test_every_problem_is_a_line_with_path_line_and_message(run: Command, bad_content: Path) -> None:
    result = run("content", "check", str(bad_content))
    path = bad_content / "guides" / "ho-tich" / "khai-sinh.md"
    assert result.code == 1
    [line] = result.out.splitlines()
    assert line.startswith(f"{path}:54: không dùng thẻ HTML – ")


def test_problems_can_be_had_as_json(run: Command, bad_content: Path) -> None:
    result = run("content", "check", str(bad_content), "--json")
    assert result.code == 1
    [problem] = json.loads(result.out)
    assert set(problem) == {"path", "line", "message"}
    assert problem["path"].endswith("khai-sinh.md")
    assert problem["line"] == 54


def test_the_content_setting_says_what_is_checked(run: Command, bad_content: Path) -> None:
    assert run("content", "check", BOT_CONTENT=str(bad_content)).code == 1


@pytest.mark.parametrize("folder", ["nowhere", "."])
def test_a_folder_without_content_is_told(run: Command, folder: str) -> None:
    result = run("content", "check", folder)
    assert result.code == 1
    assert "vi.po:1: thiếu tệp câu chữ tiếng Việt" in result.out


def test_each_further_question_is_the_next_turn_and_the_answer_has_the_fields_of_the_contract(run: Command) -> None:
    turns = ["đăng ký khai sinh cho con", "thế mất bao nhiêu tiền"]
    result = run("ask", "--commune", "nghia-tho", "--json", *turns, BOT_CONTENT=str(CONTENT))
    [answer] = result.rows
    assert (result.code, set(answer)) == (0, FIELDS)
    assert answer["question"] == "thế mất bao nhiêu tiền"
    assert (answer["outcome"], answer["guide"], answer["section"]) == ("answer", "khai-sinh", "le_phi")
    assert set(answer["candidates"][0]) == {"guide", "score"}
    scores = [candidate["score"] for candidate in answer["candidates"]]
    assert scores == sorted(scores, reverse=True)
    assert answer["ms"] > 0
    assert "{{" not in answer["reply"]


def test_a_file_takes_one_conversation_a_line_with_tabs_between_turns(run: Command, tmp_path: Path) -> None:
    lines = ["đăng ký khai sinh\tthế mất bao nhiêu tiền", "", "thời tiết hôm nay thế nào", "menu", "cho hỏi\t\t"]
    path = tmp_path / "questions.tsv"
    path.write_text("\ufeff" + "\r\n".join(lines), encoding="utf-8")
    answers = run("ask", "--json", "--file", str(path), BOT_CONTENT=str(CONTENT)).rows
    assert [answer["question"] for answer in answers] == ["thế mất bao nhiêu tiền", lines[2], "menu", ""]
    assert [answer["outcome"] for answer in answers] == ["answer", "none", "flow", "flow"]
    assert [answer["guide"] for answer in answers] == ["khai-sinh", None, None, None]
    assert answers[2]["candidates"] == []
    assert all(set(answer) == FIELDS for answer in answers)


def test_ask_without_json_prints_question_and_answer(run: Command) -> None:
    result = run("ask", "làm giấy khai-sinh")
    assert result.code == 0
    assert result.out.startswith("làm giấy khai-sinh\n→ ")


@pytest.mark.parametrize("command", ["ask", "chat"])
def test_an_unknown_commune_is_told_with_the_known_ones(run: Command, command: str) -> None:
    result = run(command, "--commune", "ha-noi", *(["khai sinh"] if command == "ask" else []))
    assert result.code == 1
    assert "no commune «ha-noi»; there are: anh-son" in result.err


def test_asking_nothing_and_files_that_cannot_be_read_are_told(run: Command, tmp_path: Path) -> None:
    assert "give a question" in run("ask").err
    assert run("ask", "--file", "nowhere.tsv").code == 2
    (tmp_path / "latin.tsv").write_bytes("đăng ký".encode("utf-16"))
    result = run("ask", "--file", "latin.tsv")
    assert result.code == 2
    assert "not UTF-8" in result.err


def test_an_unknown_command_is_told(run: Command) -> None:
    assert run("serv").code == 2


@pytest.mark.parametrize("command", [["ask", "x"], ["check"], ["content", "check"], ["database", "upgrade"]])
def test_settings_that_cannot_be_used_are_told_one_a_line(run: Command, command: list[str]) -> None:
    result = run(*command, BOT_LISTEN="x", BOT_COLOUR="red")
    assert result.code == 2
    assert sorted(result.err.splitlines()) == [
        "settings: colour: there is no such setting",
        "settings: listen: expected host:port, such as 127.0.0.1:8080",
    ]


def test_a_service_with_bad_content_does_not_start_and_says_why(run: Command, bad_content: Path) -> None:
    result = run("ask", "khai sinh", BOT_CONTENT=str(bad_content))
    assert result.code == 2
    assert "khai-sinh.md:54: không dùng thẻ HTML" in result.err


def test_upgrading_the_database_twice_says_that_there_is_nothing_to_do(run: Command, tmp_path: Path) -> None:
    assert run("database", "upgrade").out == "upgraded\n"
    assert (tmp_path / "data" / "bot.db").exists()
    assert run("database", "upgrade").out == "nothing to do\n"


def test_check_prints_the_settings_without_secrets_and_that_all_is_well(run: Command) -> None:
    result = run("check", BOT_TELEGRAM__ANH_SON__TOKEN=TOKEN, COLUMNS="200")
    assert (result.code, result.err) == (0, "")
    assert "telegram.anh-son.token" in result.out
    assert TOKEN[:12] not in result.out


def test_check_says_that_there_is_no_database_yet_and_makes_none(run: Command, tmp_path: Path) -> None:
    file = tmp_path / "not" / "yet" / "bot.db"
    environ = {"BOT_DATABASE": f"sqlite+aiosqlite:///{file}"}
    result = run("check", **environ)
    assert (result.code, result.err) == (0, "")  # as before the first start
    assert result.out.endswith(f"database: there is none at {file} yet; the service makes it when it first starts\n")
    assert not (tmp_path / "not").exists()
    assert run("database", "upgrade").code == 0
    assert "there is none" not in run("check").out


def test_check_names_what_is_not_well(run: Command, bad_content: Path, tmp_path: Path) -> None:
    result = run("check", BOT_TELEGRAM__HA_NOI__TOKEN=TOKEN)
    assert result.code == 1
    assert "there is no commune «ha-noi»" in result.err
    assert "khai-sinh.md:54" in run("check", BOT_CONTENT=str(bad_content)).err
    (tmp_path / "file").write_text("", encoding="utf-8")
    result = run("check", BOT_DATABASE=f"sqlite+aiosqlite:///{tmp_path}/file/bot.db")
    assert result.code == 1
    assert "database: cannot be opened" in result.err
    result = run("check", BOT_DATABASE=f"sqlite+aiosqlite:///{tmp_path}")
    assert (result.code, "there is none" in result.out) == (1, False)
    assert f"database: cannot be opened ({tmp_path} is no file)" in result.err


def test_a_database_server_that_does_not_answer_is_a_sentence(run: Command) -> None:
    result = run("database", "upgrade", BOT_DATABASE="postgresql+asyncpg://troly:hunter2@127.0.0.1:1/troly")
    assert result.code == 1
    assert result.err.startswith("cannot go on: ")
    assert "hunter2" not in result.err


def test_the_module_runs_as_a_program(tmp_path: Path) -> None:
    environ = {name: value for name, value in os.environ.items() if not name.startswith("BOT_")}
    environ |= {"PYTHONPATH": str(ROOT), "BOT_CONTENT": str(CONTENT)}
    done = subprocess.run(
        [sys.executable, "-m", "bot", "content", "check", "nowhere"],
        cwd=tmp_path,
        env=environ,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr == ""
    assert "nowhere/language/vi.po:1: " in done.stdout


def test_a_conversation_in_the_terminal_ends_with_the_input(
    run: Command, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import io

    monkeypatch.setattr(sys, "stdin", io.StringIO("làm giấy khai-sinh\n1\n"))
    monkeypatch.setattr(sys, "argv", ["troly", "chat", "--commune", "anh-son"])
    with pytest.raises(SystemExit) as left:
        main()
    out = capsys.readouterr().out
    assert left.value.code in {0, None}
    assert "xã Anh Sơn" in out
    assert "  1. " in out


@pytest.mark.parametrize(
    "command",
    [
        ["report", "--commune", "anh-son", "--period", "2026-Q3", "--out", "out"],
        ["figures", "--from", "2026-10-01", "--to", "2026-12-31"],
        ["survey", "--from", "2026-10-01", "--to", "2026-12-31"],
        ["support-log", "--month", "2026-10", "--out", "out"],
        ["feedback"],
        ["publications"],
        ["incidents"],
        ["incidents", "--draft", "ABCDEF"],
        ["ledger", "verify", "--commune", "anh-son"],
        ["members", "list", "--commune", "anh-son"],
        ["members", "remove", "someone", "--commune", "anh-son"],
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("empty", [False, True], ids=["no file", "an empty file"])
def test_where_there_is_no_database_a_command_that_reads_says_so_and_makes_none(
    run: Command, tmp_path: Path, command: list[str], empty: bool
) -> None:
    file = tmp_path / "elsewhere" / "bot.db"
    if empty:
        file.parent.mkdir()
        file.touch()
    result = run(*command, BOT_DATABASE=f"sqlite+aiosqlite:///{file}")
    assert (result.code, result.out) == (1, "")
    assert result.err.startswith(f"there is no database of the service at {file}")
    assert (file.exists(), not file.exists() or file.stat().st_size == 0) == (empty, True)
    assert not (tmp_path / "out").exists()


def test_an_invitation_may_be_written_before_the_service_first_starts(run: Command, tmp_path: Path) -> None:
    file = tmp_path / "new" / "bot.db"
    post = ("--unit", "vh-xh", "--role", "focal", "--name", "Đầu mối chuyển đổi số")
    result = run("invite", "--commune", "anh-son", *post, BOT_DATABASE=f"sqlite+aiosqlite:///{file}")
    assert (result.code, file.exists()) == (0, True)
