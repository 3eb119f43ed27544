"""`python -m bot invite`: the code on the terminal is the one that opens, and mistakes are sentences."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr
from typer.testing import CliRunner

from bot import logs
from bot.__main__ import cli
from bot.inviting import VALID, CannotInvite, invite
from bot.settings import Settings, TelegramSettings
from handlers.joining import INVITATION
from handlers.my_post import new_code
from handlers.posts import ROLES
from storage.database import Database
from tests.citizen import Citizen
from tests.conftest import CONTENT
from tests.fake_telegram import FakeTelegram
from tests.fakes import FakeClock
from tests.serving import serving, small_content

POST = "Cán bộ trực Trung tâm"


def _settings(database_url: str, token: str = "") -> Settings:
    nobody = "http://127.0.0.1:9"  # the port of `discard`: nothing answers
    telegram = {"anh-son": TelegramSettings(token=SecretStr(token), api_base=nobody)} if token else {}
    return Settings(database=database_url, content=CONTENT, public_url="https://troly.example", telegram=telegram)


async def test_the_code_that_is_printed_lets_its_holder_in_once(
    database_url: str, lan: Citizen, clock: FakeClock, databases: list[Database]
) -> None:
    made = await invite(_settings(database_url), "anh-son", "tt-pvhcc", "officer", POST, clock.now())
    assert made.until == clock.now() + VALID
    assert f"/start {made.code}" in made.text
    assert f"https://troly.example/anh-son/?start={made.code}" in made.text
    assert made.links.best == made.links.web
    assert made.links.picture().startswith(b"\x89PNG")
    assert len(made.links.drawn().splitlines()) > 15
    assert "t.me" not in made.text
    assert (await lan.says(f"/start {made.code}"))[-1] == "staff.joined"
    assert POST in lan.told
    async with databases[0].read() as store:
        (member,) = await store.members.of_account("anh-son")
    assert (member.unit, member.role, member.name) == ("tt-pvhcc", "officer", POST)


async def test_where_a_telegram_bot_is_set_up_its_link_is_printed(database_url: str, clock: FakeClock) -> None:
    settings = _settings(database_url, "1:abc")
    made = await invite(settings, "anh-son", "tt-pvhcc", "helper", POST, clock.now())
    assert f"https://t.me/<bot>?start={made.code}" in made.text
    assert "1:abc" not in made.text


async def test_a_bot_whose_name_is_known_gets_a_link_that_opens_it(database_url: str, clock: FakeClock) -> None:
    async with FakeTelegram() as server:
        section = TelegramSettings.model_validate({"token": SecretStr(server.token), "api_base": server.address})
        settings = _settings(database_url).model_copy(update={"telegram": {"anh-son": section}})
        made = await invite(settings, "anh-son", "tt-pvhcc", "helper", POST, clock.now())
    assert made.links.best == f"https://t.me/tro_ly_so_xa_bot?start={made.code}"
    assert made.links.best in made.text
    assert "<bot>" not in made.text


async def test_the_code_of_the_link_joins_over_http(database_url: str, clock: FakeClock, tmp_path: Path) -> None:
    content = small_content(CONTENT, tmp_path / "content")
    made = await invite(_settings(database_url), "anh-son", "tt-pvhcc", "officer", POST, clock.now())
    async with serving(database_url, content, clock) as (_, client):
        page = await client.get(made.links.web.removeprefix("https://troly.example"))
        assert page.status == 200
        assert "searchParams" not in await page.text()
        script = await client.get("/static/chat.js")
        assert '.get("start")' in await script.text()
        begun = await client.post("/anh-son/chat/session")
        bearer = {"Authorization": f"Bearer {(await begun.json())['session']}"}
        said = {"id": "m1", "text": f"/start {made.code}"}  # what the page's script sends of its own accord
        joined = await client.post("/anh-son/chat", json=said, headers=bearer)
        assert [one["key"] for one in (await joined.json())["replies"]] == ["start.notice", "staff.joined"]
        again = await client.post("/anh-son/chat", json={**said, "id": "m2"}, headers=bearer)
        assert [one["key"] for one in (await again.json())["replies"]] == ["staff.joined_already"]


@pytest.mark.parametrize(
    ("commune", "unit", "role", "name", "named"),
    [
        ("ha-noi", "tt-pvhcc", "officer", POST, "anh-son"),
        ("anh-son", "phong-ban", "officer", POST, "tt-pvhcc"),
        ("anh-son", "tt-pvhcc", "king", POST, "helper"),
        ("anh-son", "tt-pvhcc", "officer", "  ", "--name"),
    ],
)
async def test_what_does_not_exist_is_named_with_what_there_is(
    clock: FakeClock, tmp_path: Path, commune: str, unit: str, role: str, name: str, named: str
) -> None:
    settings = _settings(f"sqlite+aiosqlite:///{tmp_path}/bot.db")
    with pytest.raises(CannotInvite, match=named):
        await invite(settings, commune, unit, role, name, clock.now())


def test_codes_are_of_a_shape_that_the_conversation_knows_and_a_link_can_carry() -> None:
    codes = {new_code() for _ in range(200)}
    assert len(codes) == 200
    for code in codes:
        assert INVITATION.fullmatch(code)
        assert INVITATION.fullmatch(code.replace("-", "").lower())


@pytest.mark.parametrize(
    "text", ["0912-345-678", "2026-11-22", "khai-sinh", "nhà em ở thôn 5", "24/11", "BHYT", "K7M2QX"]
)
def test_what_people_write_is_not_taken_for_a_code(text: str) -> None:
    assert INVITATION.fullmatch(text) is None


@pytest.fixture
def _own_logs() -> Iterator[None]:
    """The command line logs to the runner's own stream, which is closed afterwards."""
    yield
    logs.configure("text", ())


@pytest.mark.usefixtures("_own_logs")
def test_the_command_prints_the_code_and_a_mistake_ends_with_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BOT_DATABASE", f"sqlite+aiosqlite:///{tmp_path}/bot.db")
    monkeypatch.setenv("BOT_CONTENT", str(CONTENT))
    words = ["invite", "--commune", "anh-son", "--unit", "tt-pvhcc", "--name", POST, "--role"]
    good = CliRunner().invoke(cli, [*words, "helper"])
    assert good.exit_code == 0, good.output
    assert "/start " in good.output
    bad = CliRunner().invoke(cli, [*words, "king"])
    assert bad.exit_code == 2
    assert all(role in bad.output for role in ROLES)
