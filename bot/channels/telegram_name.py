"""Tên bot Telegram: asks Telegram's server what a commune's bot is called, for links that open it."""

import aiohttp

from bot.settings import TelegramSettings

SECONDS = 5.0


async def bot_name(telegram: TelegramSettings | None) -> str | None:
    """Return the name in t.me links, or None without a token, without network or with a token that is refused."""
    token = telegram.token.get_secret_value() if telegram is not None else ""
    if telegram is None or not token:
        return None
    address = f"{telegram.api_base.rstrip('/')}/bot{token}/getMe"
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=SECONDS)) as session,
            session.get(address) as answer,
        ):
            content = await answer.json() if answer.status == 200 else {}  # HTTP's own word for well
    except (aiohttp.ClientError, TimeoutError, ValueError):
        return None
    name = content.get("result", {}).get("username") if isinstance(content, dict) else None
    return str(name) if name else None
