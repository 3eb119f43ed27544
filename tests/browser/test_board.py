"""The board in a real browser: the picture in the chat, and the page behind the link."""

from datetime import timedelta

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import Live
from tests.browser.test_page import CONTRAST, TOO_WIDE, _answers, _asks, _next_answer, _opens

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.slow]


async def _leader(page: Page, live: Live, code: str) -> None:
    """Make the person at the page the chairman of Anh Sơn, whose units have something to do."""
    await live.app.run_errands()
    async with live.app.database.begin() as store:
        ends = live.app.now() + timedelta(days=7)
        store.members.invite(code, "anh-son", "chu-tich", "leader", "Chủ tịch", ends)
    await _opens(page)
    await _asks(page, f"/start {code}")


async def _shows_the_board(page: Page) -> None:
    await _asks(page, "menu")
    before = await _answers(page).count()
    await _answers(page).last.get_by_role("button", name="Bảng theo dõi").click()
    await _next_answer(page, before + 1)


async def test_the_picture_stands_below_the_words(phone: Page, live: Live) -> None:
    await _leader(phone, live, "K7M2-QXRT-ZZZZ")
    await _shows_the_board(phone)
    picture = phone.locator("img.pic")
    await expect(picture).to_have_count(1)
    await expect(picture).to_have_js_property("naturalWidth", 1080)
    assert "Hình bảng theo dõi" in str(await picture.get_attribute("alt"))
    assert await phone.evaluate(TOO_WIDE) == [0]
    # After a reload the conversation is drawn anew, with its picture.
    await phone.reload()
    await expect(picture).to_have_js_property("naturalWidth", 1080)


async def test_the_page_can_be_read_on_a_phone_and_with_the_keyboard(phone: Page, live: Live) -> None:
    await _leader(phone, live, "K7M2-QXRT-ZZZY")
    await _shows_the_board(phone)
    address = await phone.locator("img.pic").get_attribute("src")
    assert address is not None
    for scheme in ("light", "dark"):
        await phone.emulate_media(color_scheme="light" if scheme == "light" else "dark")
        await phone.goto(address.removesuffix(".png"))
        await expect(phone.get_by_role("heading", level=1)).to_contain_text("Bảng theo dõi quý")
        await expect(phone.get_by_role("rowheader", name="Phòng Kinh tế").first).to_be_visible()
        assert await phone.evaluate(CONTRAST) == []
        assert (await phone.evaluate(TOO_WIDE))[0] == 0
    await phone.keyboard.press("Tab")
    assert await phone.evaluate("document.activeElement.getAttribute('role')") == "region"
