"""The citizen's page in a real browser, against the real service with the real content."""

import gzip
import re
from datetime import UTC, datetime

import pytest
from playwright.async_api import Locator, Page, Route, expect

from bot.app import App
from bot.sessions import Sessions
from bot.web.pages import HERE
from handlers.messages import Address
from tests.browser.conftest import Live, Noise
from tests.serving import push

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.slow]

CONTRAST = """
() => {
  const light = c => { const [r, g, b] = c.map(v => (v /= 255) <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4);
                       return .2126 * r + .7152 * g + .0722 * b; };
  const read = s => s.match(/[\\d.]+/g).map(Number);
  const ground = node => { for (; node; node = node.parentElement) {
    const c = read(getComputedStyle(node).backgroundColor); if (c.length < 4 || c[3] > .99) return c.slice(0, 3); }
    return [255, 255, 255]; };
  const bad = [];
  for (const node of document.querySelectorAll("h1, p, li, a, button, time, .box, textarea")) {
    if (!node.offsetParent || !node.innerText && node.tagName !== "TEXTAREA") continue;
    const style = getComputedStyle(node), a = light(read(style.color).slice(0, 3)), b = light(ground(node));
    const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
    if (ratio < 4.5) bad.push(`${node.tagName}.${node.className} ${ratio.toFixed(2)} ${node.innerText.slice(0, 20)}`);
  }
  return bad;
}
"""
TOO_SMALL = """
() => [...document.querySelectorAll("button, a.icon, textarea")].filter(node => node.offsetParent)
  .map(node => [node, node.getBoundingClientRect()]).filter(([, box]) => box.height < 44 || box.width < 44)
  .map(([node, box]) => `${node.outerHTML.slice(0, 60)} ${box.width}x${box.height}`)
"""
TOO_WIDE = """
() => [document.documentElement.scrollWidth - document.documentElement.clientWidth,
  ...[...document.querySelectorAll("body *")].filter(n => n.offsetParent && !n.closest(".vh, .skip"))
  .filter(n => n.getBoundingClientRect().right > innerWidth + 1 || n.getBoundingClientRect().left < -1)
  .map(n => n.outerHTML.slice(0, 80))]
"""
# The widget hides its inside from the site it stands on; the test has to look in.
OPEN_SHADOWS = """
  const attach = Element.prototype.attachShadow;
  Element.prototype.attachShadow = function (how) { return attach.call(this, { ...how, mode: "open" }); };
"""


async def _opens(page: Page, address: str = "/anh-son/") -> None:
    await page.goto(address)
    await expect(_answers(page)).not_to_have_count(0)
    await expect(page.locator("#typing")).to_be_hidden()


def _answers(page: Page) -> Locator:
    return page.locator(".msg.bot")


def _own(page: Page) -> Locator:
    return page.locator(".msg.me")


async def _asks(page: Page, question: str) -> str:
    """Write, send, wait; return the last answer."""
    before = await _answers(page).count()
    await page.locator("#text").fill(question)
    await page.locator("#send").click()
    return await _next_answer(page, before)


async def _next_answer(page: Page, before: int) -> str:
    await expect(_answers(page).nth(before)).to_be_visible()
    await expect(page.locator("#typing")).to_be_hidden()
    return await _answers(page).last.inner_text()


async def test_on_a_small_phone_a_question_gets_its_card_with_buttons(phone: Page) -> None:
    await _opens(phone)
    told = await _asks(phone, "đăng ký khai sinh cho con")
    assert "Đăng ký khai sinh cho con" in told
    assert "Luật Hộ tịch" in told
    await expect(_answers(phone).last.get_by_role("button", name="Lệ phí")).to_be_visible()
    await expect(phone.locator("#text")).to_have_value("")


async def test_the_first_contact_shows_the_privacy_notice_before_anything_is_asked(phone: Page) -> None:
    await _opens(phone)
    await expect(_answers(phone)).to_have_count(2)
    assert await _own(phone).count() == 0


async def test_a_follow_up_question_means_what_was_just_shown(phone: Page) -> None:
    await _opens(phone)
    await _asks(phone, "đăng ký khai sinh cho con")
    told = await _asks(phone, "thế mất bao nhiêu tiền")
    assert "Đăng ký khai sinh cho con" in told
    assert "Lệ phí" in told


async def test_a_button_says_its_label_in_the_conversation_and_is_answered(phone: Page) -> None:
    await _opens(phone)
    await _asks(phone, "đăng ký khai sinh cho con")
    before = await _answers(phone).count()
    await _answers(phone).last.get_by_role("button", name="Giấy tờ").tap()
    told = await _next_answer(phone, before)
    assert "Giấy tờ" in told
    await expect(_own(phone).last.locator(".box")).to_contain_text("Giấy tờ")


async def test_a_double_tap_asks_once(phone: Page) -> None:
    await _opens(phone)
    await _asks(phone, "đăng ký khai sinh cho con")
    before, own = await _answers(phone).count(), await _own(phone).count()
    await _answers(phone).last.get_by_role("button", name="Lệ phí").dblclick()
    await _next_answer(phone, before)
    await expect(_own(phone)).to_have_count(own + 1)
    await expect(_answers(phone)).to_have_count(before + 1)


async def test_the_first_new_answer_is_shown_from_its_beginning(phone: Page) -> None:
    await _opens(phone)
    await _asks(phone, "đăng ký khai sinh cho con")
    await expect(_answers(phone).last.locator(".box p").first).to_be_in_viewport()


async def test_everything_can_be_done_with_the_keyboard_alone(desk: Page) -> None:
    await _opens(desk)
    await desk.keyboard.press("Tab")
    await expect(desk.locator(".skip")).to_be_focused()
    await desk.keyboard.press("Enter")
    await expect(desk.locator("#text")).to_be_focused()
    before = await _answers(desk).count()
    await desk.keyboard.type("đăng ký khai sinh")
    await desk.keyboard.press("Enter")
    assert "khai sinh" in await _next_answer(desk, before)
    await expect(desk.locator("#text")).to_be_focused()
    for _ in range(30):
        await desk.keyboard.press("Shift+Tab")
        if (
            await desk.evaluate("document.activeElement.closest('.btns') && document.activeElement.innerText")
            == "Lệ phí"
        ):
            break
    assert await desk.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
    await desk.keyboard.press("Enter")
    assert "Lệ phí" in await _next_answer(desk, before + 1)


async def test_shift_enter_begins_a_line_and_sends_nothing(desk: Page) -> None:
    await _opens(desk)
    await desk.locator("#text").focus()
    await desk.keyboard.type("một")
    await desk.keyboard.press("Shift+Enter")
    await desk.keyboard.type("hai")
    await expect(desk.locator("#text")).to_have_value("một\nhai")
    assert await _own(desk).count() == 0


@pytest.mark.parametrize("percent", [100, 200])
async def test_nothing_has_to_be_moved_sideways_on_a_small_phone(phone: Page, percent: int) -> None:
    await phone.add_init_script(
        f"addEventListener('DOMContentLoaded', () => document.documentElement.style.fontSize = '{percent}%')"
    )
    for address in ("/", "/demo", "/anh-son/", "/anh-son/embed"):
        await phone.goto(address)
        assert await phone.evaluate(TOO_WIDE) == [0], address
    await _opens(phone)
    await phone.evaluate(f"document.documentElement.style.fontSize = '{percent}%'")
    await _asks(phone, "đăng ký khai sinh cho con")
    await _asks(phone, "https://example.org/" + "x" * 300)
    await phone.get_by_role("button", name="Cỡ chữ").or_(phone.locator("#more")).first.click()
    assert await phone.evaluate(TOO_WIDE) == [0]


async def test_what_is_tapped_is_as_large_as_a_finger(phone: Page) -> None:
    await _opens(phone)
    await _asks(phone, "đăng ký khai sinh cho con")
    await phone.locator("#more").click()
    assert await phone.evaluate(TOO_SMALL) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_word_stands_out_from_its_ground(phone: Page, scheme: str) -> None:
    await phone.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    await _opens(phone)
    await _asks(phone, "đăng ký khai sinh cho con")
    await _asks(phone, "lệ phí")
    await phone.locator("#more").click()
    assert await phone.evaluate(CONTRAST) == []
    ground = await phone.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (sum(map(int, re.findall(r"\d+", ground)[:3])) < 200) == (scheme == "dark")


async def test_dark_can_be_chosen_and_is_remembered(phone: Page) -> None:
    await _opens(phone)
    await phone.locator("#more").click()
    await phone.locator("#theme").click()
    await expect(phone.locator("html")).to_have_attribute("data-theme", "dark")
    await phone.reload()
    await expect(phone.locator("html")).to_have_attribute("data-theme", "dark")


async def test_larger_letters_can_be_chosen_and_are_remembered(phone: Page) -> None:
    await _opens(phone)
    await phone.locator("#more").click()
    await phone.locator("[data-size='1']").click()
    await phone.locator("[data-size='1']").click()
    await expect(phone.locator("html")).to_have_css("font-size", "20.8px")
    await phone.reload()
    await expect(phone.locator("html")).to_have_css("font-size", "20.8px")


async def test_what_is_written_without_network_is_sent_later_once_and_in_order(phone: Page, noise: Noise) -> None:
    await _opens(phone)
    before = await _answers(phone).count()
    await phone.context.set_offline(True)
    for number, text in enumerate(("đăng ký khai sinh cho con", "lệ phí"), 1):
        await phone.locator("#text").fill(text)
        await phone.locator("#send").click()
        await expect(_own(phone)).to_have_count(number)
    await expect(phone.locator("#status")).to_contain_text("mất mạng")
    await expect(phone.locator("#status")).to_contain_text("2")
    await phone.context.set_offline(False)
    await expect(_answers(phone)).to_have_count(before + 2)
    await expect(phone.locator("#status")).to_be_empty()
    await expect(phone.locator("#typing")).to_be_hidden()
    kinds = await phone.evaluate("[...document.querySelectorAll('.msg')].map(m => m.className.split(' ')[1])")
    assert kinds[-4:] == ["me", "me", "bot", "bot"]
    assert "Lệ phí" in await _answers(phone).last.inner_text()
    assert await phone.locator(".flag").count() == 0
    noise.errors[:] = [error for error in noise.errors if "ERR_INTERNET_DISCONNECTED" not in error]


async def test_a_message_whose_answer_got_lost_is_answered_once(phone: Page, noise: Noise) -> None:
    await _opens(phone)
    before = await _answers(phone).count()
    lost: list[str] = []

    async def lose_the_first(route: Route) -> None:
        if lost:
            await route.continue_()
            return
        lost.append((await (await route.fetch()).json())["replies"][-1]["key"])
        await route.abort()

    await phone.route("**/anh-son/chat", lose_the_first)
    await phone.locator("#text").fill("đăng ký khai sinh cho con")
    await phone.locator("#send").click()
    assert "Luật Hộ tịch" in await _next_answer(phone, before)
    assert lost == ["guide.card"]
    await expect(_own(phone)).to_have_count(1)
    await expect(_answers(phone)).to_have_count(before + 1)
    noise.errors[:] = [error for error in noise.errors if "ERR_FAILED" not in error]


async def test_a_reload_keeps_the_conversation_and_greets_nobody_twice(phone: Page) -> None:
    await _opens(phone)
    await _asks(phone, "đăng ký khai sinh cho con")
    before = await _answers(phone).all_inner_texts()
    await phone.reload()
    await expect(_answers(phone)).to_have_count(len(before))
    await expect(_own(phone)).to_have_count(1)
    assert "Lệ phí" in await _asks(phone, "lệ phí")
    await expect(_answers(phone)).to_have_count(len(before) + 1)


async def test_a_draft_survives_a_reload(phone: Page) -> None:
    await _opens(phone)
    await phone.locator("#text").fill("viết dở")
    await phone.reload()
    await expect(phone.locator("#text")).to_have_value("viết dở")


async def test_clearing_asks_twice_and_begins_a_new_conversation(phone: Page) -> None:
    await _opens(phone)
    await _asks(phone, "đăng ký khai sinh cho con")
    await phone.locator("#more").click()
    await phone.locator("#clear").click()
    await expect(_own(phone)).to_have_count(1)
    await phone.locator("#clear").click()
    await expect(_own(phone)).to_have_count(0)
    await expect(_answers(phone)).to_have_count(2)


async def test_what_was_erased_is_gone_from_the_page_and_the_browser(phone: Page) -> None:
    await _opens(phone)
    await _asks(phone, "đăng ký khai sinh cho cháu Bình Minh")
    await _asks(phone, "/xoa_du_lieu")
    await phone.get_by_role("button", name="Xóa hết").last.click()
    await expect(_own(phone)).to_have_count(0)
    await expect(_answers(phone)).to_have_count(1)
    assert "Bình Minh" not in await phone.content()
    assert "Bình Minh" not in await phone.evaluate("JSON.stringify(sessionStorage)")
    await phone.reload()
    await expect(_answers(phone)).to_have_count(3)  # greeted as somebody new


async def test_the_page_in_english_speaks_english(phone: Page) -> None:
    await _opens(phone, "/anh-son/?lang=en")
    await expect(phone.locator("html")).to_have_attribute("lang", "en")
    assert "Birth registration" in await _asks(phone, "đăng ký khai sinh")


async def test_the_language_switch_changes_the_conversation_too(phone: Page) -> None:
    await _opens(phone)
    before = await _answers(phone).count()
    await phone.get_by_role("link", name="English").tap()
    await expect(phone.locator("html")).to_have_attribute("lang", "en")
    await expect(_answers(phone)).to_have_count(before + 1)
    assert "Birth registration" in await _asks(phone, "đăng ký khai sinh")


async def test_screen_readers_find_names_roles_and_language(phone: Page) -> None:
    await _opens(phone)
    await _asks(phone, "đăng ký khai sinh cho con")
    await expect(phone.locator("html")).to_have_attribute("lang", "vi")
    await expect(phone.get_by_role("heading", level=1)).to_contain_text("Anh Sơn")
    for role in ("banner", "main", "contentinfo", "navigation"):
        await expect(phone.locator(_LANDMARKS[role])).to_have_count(1)
    log = phone.get_by_role("log")
    await expect(log).to_have_attribute("aria-live", "polite")
    await expect(log).to_have_attribute("aria-label", re.compile(r"\w"))
    await expect(phone.get_by_role("textbox")).to_have_accessible_name(re.compile(r"\w{2}"))
    await expect(phone.locator("#status")).to_have_attribute("role", "status")
    for button in await phone.get_by_role("button").all():
        await expect(button).to_have_accessible_name(re.compile(r"\w"))
    await expect(phone.locator("#more")).to_have_attribute("aria-expanded", "false")
    await expect(_answers(phone).last.locator(".box .vh").first).to_contain_text("Trợ lý")
    await expect(_answers(phone).last.get_by_role("group")).to_have_accessible_name(re.compile(r"\w"))
    assert await phone.locator("img:not([alt])").count() == 0


_LANDMARKS = {"banner": "header", "main": "main", "contentinfo": "footer", "navigation": "nav"}


async def test_what_the_service_says_of_its_own_accord_appears(phone: Page, live: Live) -> None:
    await _opens(phone)
    before = await _answers(phone).count()
    session = await phone.evaluate("JSON.parse(sessionStorage['troly:/anh-son']).session")
    await push(live.app, await _address(live.app, session), "remind.x")
    assert "tin remind.x" in await _next_answer(phone, before)
    await phone.reload()
    await push(live.app, await _address(live.app, session), "remind.y")
    assert "tin remind.y" in await _next_answer(phone, before + 1)
    await expect(_answers(phone)).to_have_count(before + 2)


async def _address(app: App, session: str) -> Address:
    async with app.database.begin() as store:
        chat = Sessions(await store.keys.agreed("web sessions", "unused")).chat("anh-son", session, app.now())
    assert chat is not None
    return Address("web", "anh-son", chat)


async def test_the_widget_opens_answers_and_gives_the_focus_back(desk: Page) -> None:
    await desk.add_init_script(OPEN_SHADOWS)
    await desk.goto("/demo")
    opener = desk.get_by_role("button", name="Hỏi trợ lý")
    await desk.evaluate("document.querySelector('.menu a').focus()")
    await expect(desk.locator("iframe")).to_have_count(0)
    await opener.focus()
    await desk.keyboard.press("Enter")
    await expect(desk.get_by_role("dialog")).to_be_visible()
    chat = desk.frame_locator("iframe")
    await expect(chat.locator(".msg.bot")).to_have_count(2)
    await expect(chat.locator("#text")).to_be_focused()
    await chat.locator("#text").fill("đăng ký khai sinh cho con")
    await desk.keyboard.press("Enter")
    await expect(chat.locator(".msg.bot").last).to_contain_text("Luật Hộ tịch")
    await desk.keyboard.press("Escape")
    await expect(desk.get_by_role("dialog")).to_be_hidden()
    await expect(opener).to_be_focused()
    await desk.keyboard.press("Enter")
    await expect(chat.locator(".msg.me")).to_have_count(1)


async def test_the_whole_page_is_small(phone: Page, live: Live, noise: Noise) -> None:
    await _opens(phone)
    await _asks(phone, "đăng ký khai sinh cho con")
    files = {url.rpartition("/")[2] for url in noise.urls if "/static/" in url}
    assert {"chat.js", "chat.css"} <= files
    packed = sum(len(gzip.compress((HERE / "static" / name).read_bytes())) for name in files)
    text = await (await phone.context.request.get("/anh-son/")).body()
    assert packed + len(gzip.compress(text)) < 40_000


async def test_without_scripts_the_page_still_says_whom_to_ask(phone: Page, live: Live) -> None:
    browser = phone.context.browser
    assert browser is not None
    context = await browser.new_context(java_script_enabled=False, base_url=live.origin)
    page = await context.new_page()
    await page.goto("/anh-son/")
    await expect(page.locator("noscript .card")).to_contain_text("Trung tâm")
    await context.close()
    await phone.goto("/")


async def test_the_link_of_an_invitation_joins_by_itself_and_only_once(phone: Page, live: Live) -> None:
    code = "K7M2-QXRT-B4HN"
    async with live.app.database.begin() as store:
        store.members.invite(code, "anh-son", "tt-pvhcc", "officer", "Cán bộ trực", datetime(2040, 1, 1, tzinfo=UTC))
    await _opens(phone, f"/anh-son/?start={code}")
    await expect(phone.get_by_text("Đã nhận nhiệm vụ")).to_have_count(1)
    assert "start=" not in phone.url  # who reloads does not send it again
    await phone.reload()
    await expect(phone.get_by_text("Đã nhận nhiệm vụ")).to_have_count(1)
