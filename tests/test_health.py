"""Health and figures: well or not, and details for this machine only."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot.app import App
from tests.conftest import CONTENT
from tests.fakes import FakeClock
from tests.serving import Client, Page, serving, small_content

FROM_OUTSIDE = [{"X-Forwarded-For": "192.0.2.7"}, {"Forwarded": "for=192.0.2.7"}, {"X-Forwarded-For": "127.0.0.1"}]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_content(CONTENT, tmp_path_factory.mktemp("content"))


@pytest.fixture
def folder(small: Path, tmp_path: Path) -> Path:
    """The content of one test, to be broken."""
    return shutil.copytree(small, tmp_path / "content")


@pytest_asyncio.fixture
async def service(database_url: str, folder: Path, clock: FakeClock) -> AsyncIterator[tuple[App, Client]]:
    async with serving(database_url, folder, clock) as running:
        yield running


async def _health(client: Client, headers: dict[str, str] | None = None) -> tuple[int, dict[str, Any]]:
    async with client.get("/healthz", headers=headers) as response:
        return response.status, await response.json()


def _break_a_page(folder: Path) -> str:
    """Spoil a page as an editor would; return the name of its file."""
    page = next(folder.glob("guides/**/*.md"))
    page.write_text("không có phần đầu", encoding="utf-8")
    return page.name


async def test_all_is_well(service: tuple[App, Client]) -> None:
    body = {"ok": True, "database": True, "scheduler": True, "content": True, "rejected_content": []}
    assert await _health(service[1]) == (200, body)


async def test_without_the_database_it_is_not_well_until_it_is_back(service: tuple[App, Client]) -> None:
    app, client = service
    await app.database.close()
    status, body = await _health(client)
    assert (status, body["ok"], body["database"], body["scheduler"]) == (503, False, False, True)
    await app.database.open()
    assert (await _health(client))[0] == 200


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
class TestOnOneDatabase:
    async def test_a_silent_scheduler_is_noticed_after_two_minutes(
        self, service: tuple[App, Client], clock: FakeClock
    ) -> None:
        app, client = service
        clock.move(minutes=2)
        assert (await _health(client))[0] == 200
        clock.move(seconds=1)
        status, body = await _health(client)
        assert (status, body["database"], body["scheduler"]) == (503, True, False)
        app.health.tick()
        assert (await _health(client))[0] == 200

    async def test_a_rejected_change_is_told_to_this_machine_and_the_last_good_content_serves(
        self, service: tuple[App, Client], folder: Path
    ) -> None:
        app, client = service
        broken = _break_a_page(folder)
        assert not await app.content.reload()
        status, body = await _health(client)
        assert status == 200
        assert any(broken in problem for problem in body["rejected_content"])
        assert (await (await Page(client).opens()).says("menu"))[-1] == "menu.text"

    async def test_who_asks_through_a_proxy_learns_well_or_not_and_nothing_else(
        self, service: tuple[App, Client], folder: Path
    ) -> None:
        app, client = service
        _break_a_page(folder)
        assert not await app.content.reload()
        for headers in FROM_OUTSIDE:
            assert await _health(client, headers) == (200, {"ok": True})
        await app.database.close()
        for headers in FROM_OUTSIDE:
            assert await _health(client, headers) == (503, {"ok": False})

    async def test_figures_count_messages_by_channel_and_key_and_not_by_person(
        self, service: tuple[App, Client]
    ) -> None:
        _, client = service
        page = await Page(client).opens()
        await page.says("menu")
        await page.posts({"id": "again", "text": "menu"})
        await page.posts({"id": "again", "text": "menu"})
        async with client.get("/metrics") as response:
            assert response.status == 200
            text = await response.text()
        assert 'messages_total{channel="web",key="menu.text"} 2.0' in text
        assert "outbox_waiting 0.0" in text
        assert page.session not in text

    async def test_figures_are_not_public(self, service: tuple[App, Client]) -> None:
        for headers in FROM_OUTSIDE:
            async with service[1].get("/metrics", headers=headers) as response:
                assert response.status == 404
                assert "messages_total" not in await response.text()

    async def test_figures_are_told_while_the_database_is_away(self, service: tuple[App, Client]) -> None:
        app, client = service
        await app.database.close()
        async with client.get("/metrics") as response:
            assert response.status == 200
            assert "outbox_waiting NaN" in await response.text()
        await app.database.open()
