"""A bare python-telegram-bot echo bot in the shape of its custom webhook example. `echo_ptb.py PORT API [concurrent]`.

Without `concurrent` it takes one update at a time, which is the library's default and the faster of the two here.
"""

import asyncio
import sys

from aiohttp import web
from telegram import Update
from telegram.ext import Application, ContextTypes, MessageHandler, filters

from tests.bench.wire import API_TOKEN


async def echo(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """Say it again."""
    if update.message is not None and update.message.text:
        await update.message.reply_text(update.message.text)


async def main(port: int, api: str, concurrent: bool) -> None:
    """Serve for ever."""
    application = (
        Application.builder()
        .token(API_TOKEN)
        .base_url(f"{api}/bot")
        .base_file_url(f"{api}/file/bot")
        .updater(None)
        .concurrent_updates(concurrent)
        .build()
    )
    application.add_handler(MessageHandler(filters.TEXT & ~filters.COMMAND, echo))

    async def webhook(request: web.Request) -> web.Response:
        await application.update_queue.put(Update.de_json(await request.json(), application.bot))
        return web.Response()

    async def healthz(request: web.Request) -> web.Response:
        return web.Response()

    server = web.Application()
    server.add_routes([web.post("/webhook", webhook), web.get("/healthz", healthz)])
    runner = web.AppRunner(server, access_log=None)
    await runner.setup()
    async with application:
        await application.bot.set_webhook(f"http://127.0.0.1:{port}/webhook", allowed_updates=Update.ALL_TYPES)
        await application.start()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), sys.argv[2], len(sys.argv) > 3))
