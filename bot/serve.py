"""Running the service until it is told to stop."""

import asyncio
import signal
import time
from datetime import UTC, datetime

import structlog
from aiohttp import web

from bot import memory
from bot.app import App
from bot.settings import Settings

log = structlog.get_logger(__name__)


def system_now() -> datetime:
    """Return the present instant; the only place where the clock is read."""
    return datetime.now(UTC)


async def serve(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT."""
    app = App(settings, system_now, time.monotonic)
    await app.start()
    runner = web.AppRunner(app.web_application(), access_log=None, shutdown_timeout=5)
    try:
        await runner.setup()
        host, port = settings.address
        await web.TCPSite(runner, host, port).start()
        memory.settle()
        log.info("listening", url=f"http://{settings.listen}/")
        await _told_to_stop()
    finally:
        app.web.stop()
        await runner.cleanup()
        await app.stop()


async def _told_to_stop() -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await stop.wait()
