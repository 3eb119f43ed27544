"""The real service as its own process: `python -m bot serve`, with Telegram on this machine."""

import os
import signal
import socket
import sys
from asyncio import create_subprocess_exec, subprocess, timeout
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import aiohttp
import pytest_asyncio

from tests.conftest import CONTENT
from tests.fake_telegram import LAN, MINH, SECRET, SECRET_HEADER, TOKEN, FakeTelegram

ROOT = Path(__file__).parents[2]
STARTS_WITHIN = 25.0  # seconds, on a busy machine; it takes two


@dataclass
class Process:
    """The service, started and killed as often as a test likes, always on the same database and port."""

    folder: Path
    telegram: FakeTelegram
    port: int
    changes: Mapping[str, str] = field(default_factory=dict)
    running: subprocess.Process | None = None

    @property
    def database(self) -> Path:
        return self.folder / "bot.db"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def environment(self) -> dict[str, str]:
        ours = {name: value for name, value in os.environ.items() if not name.startswith(("BOT_", "COV_"))}
        return ours | {
            "PYTHONPATH": str(ROOT),
            "PYTHONUNBUFFERED": "1",
            "BOT_CONTENT": str(CONTENT.resolve()),
            "BOT_DATABASE": f"sqlite+aiosqlite:///{self.database}",
            "BOT_LISTEN": f"127.0.0.1:{self.port}",
            "BOT_PUBLIC_URL": self.url,
            "BOT_LOG": "json",
            "BOT_TELEGRAM__ANH_SON__TOKEN": TOKEN,
            "BOT_TELEGRAM__ANH_SON__MODE": "webhook",
            "BOT_TELEGRAM__ANH_SON__API_BASE": self.telegram.address,
            "BOT_TELEGRAM__ANH_SON__WEBHOOK_SECRET": SECRET,
            "BOT_TELEGRAM__ANH_SON__RATE": "1000",
            **self.changes,
        }

    def log(self) -> str:
        path = self.folder / "log"
        return path.read_text(encoding="utf-8") if path.exists() else ""

    async def launch(self) -> None:
        """Start it without waiting until it is ready."""
        with (self.folder / "log").open("ab") as log:
            self.running = await self._execute(log)

    async def _execute(self, log: IO[bytes]) -> subprocess.Process:
        return await create_subprocess_exec(
            *(sys.executable, "-m", "bot", "serve"), cwd=self.folder, env=self.environment(), stdout=log, stderr=log
        )

    async def start(self) -> None:
        """Start it and wait until Telegram knows where it listens and it says that it is well."""
        asked = len(self.telegram.called("setWebhook"))
        await self.launch()
        if self.environment()["BOT_TELEGRAM__ANH_SON__MODE"] == "webhook":
            await self.telegram.until(lambda: len(self.telegram.called("setWebhook")) > asked, STARTS_WITHIN)
        await self.well()

    async def well(self) -> None:
        """Wait until /healthz says 200; fail with the log when the process has ended instead."""
        async with timeout(STARTS_WITHIN), aiohttp.ClientSession() as client:
            while True:
                assert self.running is not None
                assert self.running.returncode is None, self.log()
                try:
                    async with client.get(f"{self.url}/healthz", timeout=aiohttp.ClientTimeout(total=2)) as response:
                        if response.status == 200:
                            return
                except (aiohttp.ClientError, TimeoutError):
                    pass
                await self.telegram.a_moment()

    async def kill(self) -> None:
        """SIGKILL: no chance to say good-bye."""
        if self.running is not None and self.running.returncode is None:
            self.running.kill()
            await self.running.wait()

    async def stop(self, number: signal.Signals = signal.SIGTERM, within: float = 8.0) -> int:
        """Tell it to stop and return its exit code."""
        assert self.running is not None
        self.running.send_signal(number)
        async with timeout(within):
            return await self.running.wait()


@asynccontextmanager
async def process(folder: Path, telegram: FakeTelegram, **changes: str) -> AsyncIterator[Process]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    service = Process(folder, telegram, port, changes)
    try:
        yield service
    finally:
        await service.kill()


@pytest_asyncio.fixture
async def telegram() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as fake:
        yield fake


async def test_a_question_by_webhook_is_answered_and_sigterm_ends_it_cleanly(
    telegram: FakeTelegram, tmp_path: Path
) -> None:
    async with process(tmp_path, telegram) as service:
        await service.start()
        assert telegram.webhook == f"{service.url}/telegram/anh-son"
        assert await telegram.deliver(telegram.says(LAN, "làm giấy khai sinh cho con cần giấy tờ gì")) == 200
        _, answer = await telegram.until_read(LAN, 2)
        assert "guide/khai-sinh/le_phi" in answer.values()
        assert await telegram.deliver(telegram.says(LAN, "menu"), headers={SECRET_HEADER: "wrong"}) == 401
        assert await telegram.deliver(None, data=b"{") == 400
        assert await service.stop() == 0
        log = service.log()
    assert '"event": "stopped"' in log
    assert TOKEN.partition(":")[2] not in log
    assert SECRET not in log
    assert "khai sinh" not in log
    assert "Traceback" not in log


async def test_by_polling_it_answers_and_ctrl_c_ends_it_cleanly(telegram: FakeTelegram, tmp_path: Path) -> None:
    async with process(tmp_path, telegram, BOT_TELEGRAM__ANH_SON__MODE="polling") as service:
        await telegram.queue(telegram.says(LAN, "menu"), telegram.says(MINH, "menu"))
        await service.start()
        await telegram.until_read(LAN, 2)
        await telegram.until_read(MINH, 2)
        assert await service.stop(signal.SIGINT) == 0
        assert '"event": "stopped"' in service.log()


async def test_a_wrong_setting_is_a_sentence_and_not_a_traceback(telegram: FakeTelegram, tmp_path: Path) -> None:
    async with process(tmp_path, telegram, BOT_TELEGRAM__ANH_SON__WEBHOOK_SECRET="") as service:
        await service.launch()
        assert service.running is not None
        async with timeout(STARTS_WITHIN):
            assert await service.running.wait() == 2
        assert "telegram.anh-son.webhook_secret: required when mode is webhook" in service.log()
        assert "Traceback" not in service.log()
