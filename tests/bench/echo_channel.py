"""Our Telegram channel with one fixed answer, no search and no database: what is left for those. `… PORT API`."""

import asyncio
import sys
import time

from aiohttp import web
from pydantic import SecretStr

from bot.channels.telegram import TelegramChannel
from bot.settings import TelegramSettings
from handlers.messages import Address, Button, Incoming, Reply
from tests.bench.wire import API_TOKEN, SECRET

RATE = 100_000  # messages a second: no pace
REPLY = Reply("bench", "**Chào bà con.**\n\nMời chọn.", tuple(Button(f"Mục {n}", f"guide/x/{n}") for n in range(10)))


async def main(port: int, api: str) -> None:
    """Serve for ever."""
    settings = TelegramSettings(
        token=SecretStr(API_TOKEN), mode="webhook", webhook_secret=SecretStr(SECRET), api_base=api, rate=RATE
    )
    sending: set[asyncio.Task[None]] = set()

    async def answer(incoming: Incoming) -> None:
        task = asyncio.create_task(channel.send(incoming.sender, REPLY))
        sending.add(task)
        task.add_done_callback(sending.discard)

    async def blocked(address: Address) -> None: ...

    async def healthz(request: web.Request) -> web.Response:
        return web.Response()

    channel = TelegramChannel("bench", settings, f"http://127.0.0.1:{port}", answer, blocked, time.monotonic)
    await channel.start()
    server = web.Application()
    server.add_routes([web.post("/webhook", channel.webhook), web.get("/healthz", healthz)])
    runner = web.AppRunner(server, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), sys.argv[2]))
