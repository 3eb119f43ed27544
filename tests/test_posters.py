"""The QR sheet at the counter, and the way from its code to one vote; through HTTP, on both databases."""

import html
import re
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import pytest_asyncio
import segno
from aiohttp.test_utils import TestClient, TestServer
from aiohttp.web import Application

from bot.app import App
from bot.channels.web import network_of
from bot.posters import write_posters
from bot.settings import Settings, TelegramSettings
from bot.web.pages import safe_headers
from bot.web.posters import Posters
from content.dates import local_day
from content.library import Library
from tests.citizen import Citizen
from tests.conftest import CONTENT
from tests.fakes import FakeClock
from tests.serving import Client, Page, serving

SITE = "https://xa.example"
BOTS = {"anh-son": "xa_anh_son_bot", "tan-an": ""}
SERVICE = "tai-quay"


@pytest_asyncio.fixture
async def served(database_url: str, clock: FakeClock) -> AsyncIterator[tuple[App, Client]]:
    async with serving(database_url, CONTENT, clock) as (app, client):
        yield app, client


@pytest_asyncio.fixture
async def sheets(library: Library) -> AsyncIterator[Client]:
    application = Application(middlewares=[safe_headers])
    application.add_routes(Posters(lambda: library, SITE, BOTS).routes())
    async with TestClient(TestServer(application)) as made:
        yield made


async def _sheet(client: Client, path: str) -> str:
    async with client.get(path) as response:
        assert response.status == 200
        return html.unescape(await response.text())


def _addresses(sheet: str) -> list[str]:
    return re.findall(r'class="address">([^<]+)<', sheet)


async def _one_vote(page: Page, start: str) -> list[str]:
    """Scan, answer every question and leave no remark; return the keys on the way."""
    keys = await page.says(f"/start {start}")
    for number in range(1, 5):
        keys += [reply["key"] for reply in await page.sends(tap=f"{number}-5")]
    return keys + [reply["key"] for reply in await page.sends(tap="skip")]


async def test_a_sheet_shows_one_code_for_each_channel(sheets: Client) -> None:
    sheet = await _sheet(sheets, "/anh-son/ma-qr/trung-tam")
    web, telegram = _addresses(sheet)
    assert web == f"{SITE}/anh-son/?start=danh-gia-trung-tam"
    assert telegram == "https://t.me/xa_anh_son_bot?start=danh-gia-trung-tam"
    for address in (web, telegram):
        assert segno.make(address, error="m", micro=False).svg_data_uri(border=4, omitsize=True) in sheet
    assert "<script" not in sheet
    assert "style=" not in sheet
    assert "4 câu" in sheet
    assert "public_url" not in sheet
    assert len(_addresses(await _sheet(sheets, "/tan-an/ma-qr/trung-tam"))) == 1  # no Telegram there
    assert "Are you satisfied today?" in await _sheet(sheets, "/anh-son/ma-qr?lang=en")


@pytest.mark.parametrize("path", ["/khong-co/ma-qr", "/anh-son/ma-qr/khong-co", "/anh-son/ma-qr/truc-tuyen"])
async def test_there_is_no_sheet_for_what_is_no_counter(sheets: Client, path: str) -> None:
    async with sheets.get(path) as response:
        assert response.status == 404
        assert "<h1>" in await response.text()


async def test_what_a_code_says_opens_the_survey_and_one_vote_is_one(
    served: tuple[App, Client], clock: FakeClock
) -> None:
    app, client = served
    sheet = await _sheet(client, "/anh-son/ma-qr/trung-tam")
    assert "public_url" in sheet  # nobody can open 127.0.0.1 from outside
    [start] = parse_qs(urlsplit(_addresses(sheet)[0]).query)["start"]
    page = await Page(client).opens()
    keys = await _one_vote(page, start)
    assert keys == ["start.notice", *["survey.item"] * 4, "survey.ask_comment", "survey.thanks"]
    assert await page.says(f"/start {start}") == ["survey.already"]  # once a day, however often it is scanned
    clock.move(days=1)
    assert await page.says(f"/start {start}") == ["survey.item"]
    today = local_day(clock.now())
    async with app.database.read() as store:
        votes = await store.survey_counts.votes("anh-son", today.replace(day=1), today)
    assert [(vote.survey, vote.group.place, set(vote.marks.values())) for vote in votes] == [
        (SERVICE, "trung-tam", {5}),
    ]


async def test_one_network_opens_the_survey_only_so_often_and_who_has_begun_goes_on(
    served: tuple[App, Client], clock: FakeClock
) -> None:
    _, client = served
    pages = []
    for _ in range(32):
        pages.append(await Page(client).opens())
        clock.move(seconds=10)
    *many, lan, minh = pages
    for page in many:
        assert (await page.says("/start danh-gia-trung-tam"))[-1] == "survey.item"
    await lan.says("đặt lịch")
    assert await lan.says("/start danh-gia-trung-tam") == ["survey.crowded"]
    assert await lan.says("không biết nữa") == ["dialog.choose", "booking.ask_kind"]  # what was open stays open
    await lan.says("huỷ")
    assert (await minh.says("menu"))[-1] == "menu.text"  # nothing but the survey is refused
    assert (await minh.says("danh-gia-nha-van-hoa-thon"))[-1] == "survey.crowded"  # nor is it open at the next counter
    assert [reply["key"] for reply in await many[0].sends(tap="1-5")] == ["survey.item"]
    assert (await many[0].says("danh-gia-trung-tam"))[-1] == "survey.item"  # who scans again goes on
    clock.move(minutes=2)
    assert (await lan.says("danh-gia-trung-tam"))[-1] == "survey.item"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("192.0.2.7", "192.0.2.8", False),
        ("2001:db8:1:2::5", "2001:db8:1:2:9::1", True),
        ("2001:db8:1:2::5", "2001:db8:1:3::5", False),
        ("fe80::1%eth0", "fe80::2", True),
        ("unknown", "", False),
    ],
)
def test_a_line_of_many_addresses_is_one_network(one: str, other: str, same: bool) -> None:
    assert (network_of(one) == network_of(other)) is same


async def test_another_commune_or_an_unknown_counter_opens_no_survey(served: tuple[App, Client]) -> None:
    _, client = served
    page = await Page(client, "khanh-son").opens()
    assert "survey.item" not in await page.says("/start danh-gia-khong-co")
    assert "survey.item" not in await page.says("/start danh-gia-")


async def test_the_same_words_work_on_every_channel(lan: Citizen) -> None:
    assert await lan.says("/start danh-gia-trung-tam") == ["start.notice", "survey.item"]


def test_the_command_prints_addresses_and_writes_pictures(tmp_path: Path) -> None:
    settings = Settings(
        content=CONTENT, public_url=SITE, telegram={"anh-son": TelegramSettings(username="@xa_anh_son_bot")}
    )
    told = write_posters(settings, "anh-son", "trung-tam", tmp_path / "qr")
    assert f"{SITE}/anh-son/ma-qr" in told
    assert "https://t.me/xa_anh_son_bot?start=danh-gia-trung-tam" in told
    assert "public_url" not in told
    names = sorted(path.name for path in (tmp_path / "qr").iterdir())
    assert names == ["danh-gia-anh-son-trung-tam-telegram.svg", "danh-gia-anh-son-trung-tam-web.svg"]
    assert "public_url" in write_posters(Settings(content=CONTENT), "anh-son", None, None)
    for slug, place in (("hue", None), ("anh-son", "khong-co")):
        with pytest.raises(SystemExit):
            write_posters(settings, slug, place, None)


@pytest.mark.parametrize("name", ["bot", "xa anh son", "https://t.me/xa_bot", "xa-anh-son"])
def test_a_bot_name_is_one(name: str) -> None:
    with pytest.raises(ValueError, match="expected the bot's name"):
        TelegramSettings(username=name)
