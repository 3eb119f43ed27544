"""`python -m bot invite`: a single-use code with which an official or a helper joins from their own chat."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO, StringIO

import segno

from bot.channels.telegram_name import bot_name
from bot.command_data import writing
from bot.settings import Settings
from content.dates import HOME
from content.library import Library, load
from handlers.my_post import new_code
from handlers.person_names import looks_like_a_person
from handlers.posts import ROLES, suits
from storage.ledger import Entry

VALID = timedelta(days=7)


class CannotInvite(Exception):
    """The invitation names something that does not exist; the message says what there is."""


@dataclass(frozen=True)
class Links:
    """A code and the addresses that carry it; `telegram` is None when the bot has no name that we know."""

    code: str
    web: str
    telegram: str | None

    @property
    def best(self) -> str:
        """The link for the QR code: an app that is there anyway before the web page."""
        return self.telegram or self.web

    def picture(self, scale: int = 6) -> bytes:
        """Return the QR code of the best link as a PNG picture."""
        out = BytesIO()
        self._qr().save(out, kind="png", scale=scale, border=2)
        return out.getvalue()

    def drawn(self) -> str:
        """Return the QR code in signs for the terminal."""
        out = StringIO()
        self._qr().terminal(out, compact=True, border=2)
        return out.getvalue()

    def _qr(self) -> segno.QRCode:
        return segno.make(self.best, error="m", micro=False)


@dataclass(frozen=True)
class Invitation:
    """What is handed to the person; only a hash of the code is stored."""

    code: str
    until: datetime
    text: str
    links: Links


async def invite(settings: Settings, commune: str, unit: str, role: str, name: str, now: datetime) -> Invitation:
    """Store an invitation and return it. Raises CannotInvite with a sentence for the administrator."""
    library = load(settings.content)
    _check(library, commune, unit, role, name)
    code, until = new_code(), now + VALID
    links = links_of(settings, commune, code, await bot_name(settings.telegram.get(commune)))
    async with writing(settings, first=True) as store:
        store.members.invite(code, commune, unit, role, name.strip(), until)
        detail = {"role": role, "unit": unit}
        await store.ledger.append(Entry(commune, now, "invited", f"unit/{unit}", detail=detail))
    return Invitation(code, until, _text(settings, library, commune, links, until, name), links)


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
    if not suits(library.communes[commune].profile, unit, role):
        raise CannotInvite(phrases.plain("staff.partner_role", unit=unit, role=phrases.plain(ROLES[role])))
    if not name.strip():
        raise CannotInvite(phrases.plain("staff.invite_no_name"))
    if looks_like_a_person(name, phrases):
        raise CannotInvite(phrases.plain("members.person_in_name", name=name.strip()))


def links_of(settings: Settings, commune: str, code: str, telegram: str | None) -> Links:
    """Return the links of a code; `telegram` is the name of the commune's bot, None when it is not known."""
    site = settings.public_url or f"http://{settings.listen}"
    web = f"{site}/{commune}/?start={code}"
    return Links(code, web, f"https://t.me/{telegram}?start={code}" if telegram else None)


def _text(settings: Settings, library: Library, commune: str, links: Links, until: datetime, name: str) -> str:
    phrases = library.speak("vi")
    day = f"{until.astimezone(HOME):%H:%M %d/%m/%Y}"
    lines = [
        phrases.plain("staff.invite_code", code=links.code, name=name.strip(), until=day),
        phrases.plain("staff.invite_say", code=links.code),
        phrases.plain("staff.invite_web", link=links.web),
    ]
    telegram = settings.telegram.get(commune)
    if links.telegram is not None:
        lines.append(phrases.plain("staff.invite_telegram", link=links.telegram))
    elif telegram is not None and telegram.token.get_secret_value():  # Telegram's server could not be reached
        unknown = f"https://t.me/<bot>?start={links.code}"
        lines.append(phrases.plain("staff.invite_telegram_unknown", link=unknown))
    return "\n".join(lines)
