"""Takes the README's pictures from a real conversation: `.venv/bin/python docs/screenshots.py [folder]`.

Starts the service on a free port with an empty database of its own; needs Debian's Chromium.
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).parent.parent
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
MORNING = datetime.fromisoformat("2026-11-23T09:12:00+07:00")
PHONE = ("Con tui mới đẻ, chừ mần giấy khai sinh cần mang chi rứa?", "rứa mất mấy tiền?")
DESK = ("Con tôi mới sinh, làm giấy khai sinh cần mang giấy tờ gì?", "nộp ở đâu?")


@contextmanager
def service() -> Iterator[str]:
    """Run the service; yields its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        listen = f"127.0.0.1:{free.getsockname()[1]}"
    with tempfile.TemporaryDirectory() as folder:
        database = f"sqlite+aiosqlite:///{folder}/bot.db"
        process = subprocess.Popen(
            [sys.executable, "-m", "bot", "serve"],
            cwd=ROOT,
            env={**os.environ, "BOT_LISTEN": listen, "BOT_DATABASE": database},
            stderr=subprocess.PIPE,
            text=True,
        )
        assert process.stderr is not None
        try:
            said = []
            for line in process.stderr:
                said.append(line)
                if "listening" in line:
                    break
            else:
                raise SystemExit("".join(said[-20:]))
            yield f"http://{listen}"
        finally:
            process.terminate()
            process.wait()


def converse(page: Page, address: str, questions: tuple[str, ...]) -> None:
    """Ask on the commune's page, each question after the answer to the one before."""
    page.clock.set_fixed_time(MORNING)
    page.goto(f"{address}/anh-son/")
    page.locator(".msg.bot .btns").first.wait_for()
    for question in questions:
        answers = page.locator(".msg.bot").count()
        page.locator("#text").fill(question)
        page.locator("#send").click()
        page.locator(".msg.bot").nth(answers).wait_for()
    page.evaluate("document.fonts.ready")


def question_on_top(page: Page, number: int) -> None:
    """Scroll so that a question stands under the header; -1 is the last one."""
    page.evaluate(
        """number => {
            const me = [...document.querySelectorAll('.msg.me')].slice(number)[0];
            const head = document.querySelector('.top').offsetHeight;
            scrollTo(0, me.getBoundingClientRect().top + scrollY - head - 12);
        }""",
        number,
    )


def main(folder: Path) -> None:
    """Write phone.png and desk.png."""
    with service() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=QUIET)
        page = browser.new_page(
            viewport={"width": 360, "height": 740},
            device_scale_factor=2,
            is_mobile=True,
            has_touch=True,
            locale="vi-VN",
            timezone_id="Asia/Ho_Chi_Minh",
        )
        converse(page, address, PHONE)
        question_on_top(page, -1)
        page.screenshot(path=folder / "phone.png")
        page = browser.new_page(viewport={"width": 1280, "height": 800}, locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh")
        converse(page, address, DESK)
        question_on_top(page, -1)
        page.screenshot(path=folder / "desk.png")
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs")
