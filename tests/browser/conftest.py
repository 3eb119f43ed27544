"""A real browser before the real service: one of each for all tests of a file, a page of their own for each test."""

import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from aiohttp import web
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from bot.app import App
from bot.serve import system_now
from bot.settings import Settings
from tests.conftest import CONTENT
from tests.fakes import FakeClock

QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
HERE = "tests/browser/"
# Counts what the page's rules for scripts and styles forbid; the console does not name them all.
WATCH_RULES = """
    window.broken = [];
    document.addEventListener("securitypolicyviolation", e => broken.push(e.violatedDirective + " " + e.blockedURI));
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.nodeid.startswith(HERE):
            item.add_marker(pytest.mark.browser)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name every browser test that did not run: a green run without them is not the whole truth."""
    skipped = [report for report in terminalreporter.stats.get("skipped", []) if report.nodeid.startswith(HERE)]
    if not skipped:
        return
    terminalreporter.section("BROWSER TESTS THAT DID NOT RUN", sep="!", red=True, bold=True)
    for report in skipped:
        terminalreporter.line(report.nodeid)
    terminalreporter.line("They need Debian's Chromium: apt-get install chromium", red=True)


@dataclass
class Live:
    """The service as a browser sees it."""

    app: App
    origin: str


@dataclass
class Noise:
    """What must not happen while a page is used."""

    errors: list[str] = field(default_factory=list)
    urls: list[str] = field(default_factory=list)

    def listen(self, context: BrowserContext) -> None:
        context.on("console", lambda said: self.errors.append(said.text) if said.type == "error" else None)
        context.on("weberror", lambda error: self.errors.append(str(error.error)))
        context.on("request", lambda request: self.urls.append(request.url))

    def strangers(self, origin: str) -> list[str]:
        """Return the addresses outside the origin that were asked for."""
        return [url for url in self.urls if urlsplit(url).scheme != "data" and not url.startswith(origin + "/")]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def live(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Live]:
    """The service with the real content on a free port."""
    path = tmp_path_factory.mktemp("live") / "bot.db"
    shutil.copy(sqlite_template, path)
    seconds = iter(range(0, 10_000_000, 60))  # a minute for every call: nobody here is too fast
    ahead = FakeClock().now() - system_now()  # a browser needs time that passes, on a day that is always the same
    app = App(
        Settings(database=f"sqlite+aiosqlite:///{path}", content=CONTENT),
        lambda: system_now() + ahead,
        lambda: float(next(seconds)),
    )
    app.web.look_every = 0.05
    await app.start()
    runner = web.AppRunner(app.web_application(), access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield Live(app, f"http://127.0.0.1:{runner.addresses[0][1]}")
    app.web.stop()
    await runner.cleanup()
    await app.stop()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("CHROMIUM IS MISSING: apt-get install chromium")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=QUIET)
        yield browser
        await browser.close()


@pytest.fixture
def noise() -> Noise:
    return Noise()


@pytest_asyncio.fixture(loop_scope="module")
async def phone(browser: Browser, live: Live, noise: Noise) -> AsyncIterator[Page]:
    """Bà Tư's phone: 360 points wide, touch. Afterwards nothing may have been broken or fetched elsewhere."""
    context = await browser.new_context(
        viewport={"width": 360, "height": 740},
        device_scale_factor=2,
        is_mobile=True,
        has_touch=True,
        locale="vi-VN",
        base_url=live.origin,
    )
    async for page in _used(context, live, noise):
        yield page


@pytest_asyncio.fixture(loop_scope="module")
async def desk(browser: Browser, live: Live, noise: Noise) -> AsyncIterator[Page]:
    """Minh's computer, with a keyboard and a mouse."""
    context = await browser.new_context(viewport={"width": 1280, "height": 800}, locale="vi-VN", base_url=live.origin)
    async for page in _used(context, live, noise):
        yield page


async def _used(context: BrowserContext, live: Live, noise: Noise) -> AsyncIterator[Page]:
    context.set_default_timeout(10_000)
    noise.listen(context)
    await context.add_init_script(WATCH_RULES)
    page = await context.new_page()
    yield page
    broken = [rule for frame in page.frames for rule in await frame.evaluate("window.broken")]
    await context.close()
    assert broken == []
    assert noise.errors == []
    assert noise.strangers(live.origin) == []
