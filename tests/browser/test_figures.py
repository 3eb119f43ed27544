"""The page of public figures, the sheet with the QR code and the way from the code to the survey, in a browser."""

from datetime import timedelta

import pytest
from playwright.async_api import Browser, Page, expect

from content.dates import local_day
from handlers.messages import Address
from storage.surveys import Group, Invitation
from tests.browser.conftest import Live
from tests.browser.test_page import CONTRAST, TOO_SMALL, TOO_WIDE

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.slow]

FIGURES = "/anh-son/so-lieu"
# Bars must be seen against what they lie on: 3 to 1 for what is no text (WCAG 1.4.11).
PALE_BARS = """
() => {
  const light = c => { const [r, g, b] = c.map(v => (v /= 255) <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4);
                       return .2126 * r + .7152 * g + .0722 * b; };
  const read = s => s.match(/[\\d.]+/g).map(Number).slice(0, 3);
  return [...document.querySelectorAll(".chart rect:not(.ground):not(.aim):not(.rest)")].map(node => {
    const a = light(read(getComputedStyle(node).fill));
    const b = light(read(getComputedStyle(node.parentNode.querySelector(".ground")).fill));
    return (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
  }).filter(ratio => ratio < 3);
}
"""


async def _votes(live: Live, marks: tuple[int, ...]) -> None:
    """Let people vote in the month before this one: only months that are over are counted."""
    app = live.app
    then = local_day(app.now()).replace(day=1) - timedelta(days=1)
    for number, mark in enumerate(marks):
        async with app.database.begin() as store:
            chat = await store.chats.open(Address("fake", "anh-son", f"v{number}"), "vi", app.now())
            made = Invitation(f"i{number}", chat.id, "sau-buoi-ho-tro", Group("", "trung-tam"), then, "open")
            await store.surveys.invite(made, "anh-son", f"o{number}")
            assert await store.surveys.vote(chat.id, "anh-son", made.id, {"hai-long-chung": mark}, "", then)


async def test_the_figures_are_read_on_a_small_phone_in_the_light_and_in_the_dark(phone: Page, live: Live) -> None:
    await _votes(live, (5, 5, 4, 4, 3, 5, 5))
    for scheme in ("light", "dark"):
        await phone.emulate_media(color_scheme="light" if scheme == "light" else "dark")
        await phone.goto(FIGURES)
        await expect(phone.locator("#hai-long + p")).to_contain_text("6 trong 7")
        await expect(phone.locator("main")).to_contain_text("91%")
        assert await phone.evaluate(CONTRAST) == []
        assert await phone.evaluate(PALE_BARS) == []
        assert await phone.evaluate(TOO_WIDE) == [0]
        assert await phone.evaluate(TOO_SMALL) == []
    await phone.evaluate("document.documentElement.style.fontSize = '200%'")
    assert await phone.evaluate(TOO_WIDE) == [0]


async def test_a_screen_reader_gets_tables_with_headings_and_no_bars(desk: Page) -> None:
    await desk.goto(FIGURES)
    tables = desk.get_by_role("table")
    assert await tables.count() == 5
    for number in range(5):
        assert await tables.nth(number).locator("caption").inner_text()
        assert await tables.nth(number).get_by_role("rowheader").count() >= 2
    assert await desk.get_by_role("img").count() == 0  # the picture in the heading is decoration as well
    assert await desk.get_by_role("heading", level=1).count() == 1
    assert await desk.locator(".chart:not([aria-hidden=true])").count() == 0
    await desk.keyboard.press("Tab")
    await desk.keyboard.press("Enter")  # over the heading to the figures
    assert await desk.evaluate("document.activeElement.id") == "figures"
    assert await desk.evaluate(CONTRAST) == []


async def test_no_script_is_needed(browser: Browser, live: Live) -> None:
    context = await browser.new_context(java_script_enabled=False, base_url=live.origin)
    page = await context.new_page()
    await page.goto(FIGURES)
    await expect(page.locator("#phan-anh")).to_be_visible()
    await page.goto("/anh-son/")
    await page.locator("noscript a[href$='/so-lieu'], .card a[href$='/so-lieu']").first.click()
    await expect(page.locator("#hai-long")).to_be_visible()
    await context.close()


async def test_a_scanned_code_opens_the_survey_once(phone: Page) -> None:
    await phone.goto("/anh-son/ma-qr/trung-tam")
    assert await phone.evaluate(TOO_WIDE) == [0]
    assert await phone.locator("figure img").count() == 1
    address = await phone.locator(".address").first.inner_text()
    await phone.goto(address.partition("8080")[2] if "8080" in address else address)
    await expect(phone.locator(".msg.bot").last.get_by_role("button").first).to_be_visible()
    await expect(phone.locator("#log")).to_contain_text("1/4")
    assert "start=" not in phone.url
    before = await phone.locator(".msg").count()
    await phone.reload()
    await expect(phone.locator("#typing")).to_be_hidden()
    assert await phone.locator(".msg").count() == before
    await phone.goto("/anh-son/?start=%3Cscript%3E&lang=vi")
    await expect(phone.locator("#typing")).to_be_hidden()
    assert phone.url.endswith("/anh-son/?lang=vi")
    assert await phone.locator(".msg").count() == before


async def test_the_chat_shows_where_the_figures_are(desk: Page) -> None:
    await desk.goto("/anh-son/")
    await expect(desk.locator(".msg.bot")).not_to_have_count(0)
    link = desk.locator("#hint a")
    assert await link.get_attribute("href") == FIGURES
    assert await desk.evaluate(CONTRAST) == []
