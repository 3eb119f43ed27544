"""`python -m bot invite`: a single-use code with which an official or a helper joins from their own chat."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.settings import Settings
from content.dates import HOME
from content.library import Library, load
from handlers.codes import ALPHABET
from handlers.posts import ROLES
from storage.database import Database
from storage.upgrade import upgrade

VALID = timedelta(days=7)
GROUPS = 3
GROUP = 4


class CannotInvite(Exception):
    """The invitation names something that does not exist; the message says what there is."""


@dataclass(frozen=True)
class Invitation:
    """What is handed to the person; only a hash of the code is stored."""

    code: str
    until: datetime
    text: str


def new_code() -> str:
    """Return a random code such as K7M2-QXRT-B4HN: 29^12 of them, always with a digit and a letter."""
    while True:
        signs = "".join(secrets.choice(ALPHABET) for _ in range(GROUPS * GROUP))
        if any(sign.isdecimal() for sign in signs) and not signs.isdecimal():
            return "-".join(signs[start : start + GROUP] for start in range(0, len(signs), GROUP))


async def invite(settings: Settings, commune: str, unit: str, role: str, name: str, now: datetime) -> Invitation:
    """Store an invitation and return it. Raises CannotInvite with a sentence for the administrator."""
    library = load(settings.content)
    _check(library, commune, unit, role, name)
    code, until = new_code(), now + VALID
    await upgrade(settings.database)
    database = Database(settings.database)
    await database.open()
    try:
        async with database.begin() as store:
            store.members.invite(code, commune, unit, role, name.strip(), until)
    finally:
        await database.close()
    return Invitation(code, until, _text(settings, library, commune, code, until, name))


def _check(library: Library, commune: str, unit: str, role: str, name: str) -> None:
    phrases = library.speak("vi")
    if commune not in library.communes:
        known = ", ".join(library.communes)
        raise CannotInvite(phrases.plain("staff.invite_no_commune", commune=commune, known=known))
    units = [one.id for one in library.communes[commune].profile.units]
    if unit not in units:
        raise CannotInvite(phrases.plain("staff.invite_no_unit", unit=unit, known=", ".join(units)))
    if role not in ROLES:
        raise CannotInvite(phrases.plain("staff.invite_no_role", role=role, known=", ".join(ROLES)))
    if not name.strip():
        raise CannotInvite(phrases.plain("staff.invite_no_name"))


def _text(settings: Settings, library: Library, commune: str, code: str, until: datetime, name: str) -> str:
    phrases = library.speak("vi")
    site = settings.public_url or f"http://{settings.listen}"
    day = f"{until.astimezone(HOME):%H:%M %d/%m/%Y}"
    lines = [
        phrases.plain("staff.invite_code", code=code, name=name.strip(), until=day),
        phrases.plain("staff.invite_say", code=code),
        phrases.plain("staff.invite_web", link=f"{site}/{commune}/"),
    ]
    telegram = settings.telegram.get(commune)
    if telegram is not None and telegram.token.get_secret_value():
        # The bot's name is only known to Telegram's server, and this command works without a network.
        lines.append(phrases.plain("staff.invite_telegram", link=f"https://t.me/<bot>?start={code}"))
    return "\n".join(lines)
