"""A bare aiogram echo bot in the shape of its webhook example. `echo_aiogram.py PORT API`."""

import asyncio
import sys

from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import Message
from aiogram.webhook.aiohttp_server import SimpleRequestHandler, setup_application
from aiohttp import web

from tests.bench.wire import API_TOKEN, SECRET

dispatcher = Dispatcher()


@dispatcher.message()
async def echo(message: Message) -> None:
    """Say it again."""
    if message.text:
        await message.answer(message.text)


async def main(port: int, api: str) -> None:
    """Serve for ever."""
    bot = Bot(API_TOKEN, session=AiohttpSession(api=TelegramAPIServer.from_base(api)))

    async def healthz(request: web.Request) -> web.Response:
        return web.Response()

    server = web.Application()
    server.router.add_get("/healthz", healthz)
    SimpleRequestHandler(dispatcher=dispatcher, bot=bot, secret_token=SECRET).register(server, path="/webhook")
    setup_application(server, dispatcher, bot=bot)
    await bot.set_webhook(f"http://127.0.0.1:{port}/webhook", secret_token=SECRET)
    runner = web.AppRunner(server, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), sys.argv[2]))
