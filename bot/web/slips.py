"""Phiếu hẹn: the printable slip of a booking and its calendar file. Neither carries a name or a phone number.

The address holds the booking's random id, which nobody can guess; who has it has the paper.
"""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import segno
from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from bot.channels.markup import to_html
from bot.web.pages import HERE
from content.communes import NOT_GIVEN
from content.dates import HOME
from content.library import Commune, Library
from content.phrases import Phrases
from handlers.booked import place_name
from storage.bookings import Booking
from storage.database import Database

KEPT = "private, no-store"
# How many lines of the checklist, of how many characters, a printed slip has room for, so that it stays one page.
ROOM_ON_A5 = (14, 46)
ROOM_ON_A6 = (10, 58)
_ID = re.compile(r"[0-9a-f]{16}")
_BULLET = re.compile(r"^(?:- |\d+\. )")

State = Literal["open", "cancelled", "displaced", "over"]


@dataclass(frozen=True, slots=True)
class Slip:
    """What the template shows."""

    code: str
    state: State
    notice: str
    number: str
    authority: str
    centre: str
    day: str
    time: str
    place: str
    address: str
    kind: str
    topic: str
    papers: Markup
    papers_on_a5: Markup
    papers_on_a6: Markup
    change: tuple[str, ...]
    qr: str
    chat: str
    file: str


class Slips:
    """Answers for the slips of all communes."""

    def __init__(
        self, library: Callable[[], Library], database: Database, now: Callable[[], datetime], site: str
    ) -> None:
        self._library = library
        self._database = database
        self._now = now
        self._site = site
        self._template = Environment(
            loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined, auto_reload=False
        ).get_template("slip.html")

    def routes(self) -> list[web.RouteDef]:
        """Return the routes of slips and calendar files."""
        return [
            web.get("/{slug:[a-z0-9-]+}/slip/{id:[^/]+}.ics", self.file),
            web.get("/{slug:[a-z0-9-]+}/slip/{id:[^/]+}", self.page),
        ]

    async def page(self, request: web.Request) -> web.Response:
        """Show a slip, or say that there is none."""
        commune, booking = await self._find(request)
        phrases = self._library().speak(request.query.get("lang", "vi"))
        if commune is None or booking is None:
            return self._html(phrases, None, status=404)
        return self._html(phrases, slip_of(commune, booking, phrases, self._now(), self._site))

    async def file(self, request: web.Request) -> web.Response:
        """Send the calendar file of a booking, as it stands now."""
        commune, booking = await self._find(request)
        phrases = self._library().speak(request.query.get("lang", "vi"))
        if commune is None or booking is None:
            return self._html(phrases, None, status=404)
        headers = {
            "Content-Type": "text/calendar; charset=utf-8",
            "Content-Disposition": f'attachment; filename="hen-{booking.code}.ics"',
            "Cache-Control": KEPT,
        }
        address = address_of(self._site, commune, booking)
        from bot.web.calendar_file import calendar_file  # icalendar takes 2 MB, and few ask for the file

        return web.Response(body=calendar_file(commune, booking, phrases, self._now(), address), headers=headers)

    async def _find(self, request: web.Request) -> tuple[Commune | None, Booking | None]:
        commune = self._library().communes.get(request.match_info["slug"])
        identity = request.match_info["id"]
        if commune is None or not _ID.fullmatch(identity):
            return commune, None
        async with self._database.read() as store:
            booking = await store.bookings.look(identity)
        return commune, booking if booking is not None and booking.account == commune.slug else None

    def _html(self, phrases: Phrases, slip: Slip | None, status: int = 200) -> web.Response:
        text = self._template.render(t=phrases.plain, language=phrases.language, slip=slip)
        headers = {"Cache-Control": KEPT, "X-Robots-Tag": "noindex"}
        return web.Response(text=text, status=status, content_type="text/html", headers=headers)


def address_of(site: str, commune: Commune, booking: Booking) -> str:
    """Return the slip's own address."""
    return f"{site}/{commune.slug}/slip/{booking.id}"


def slip_of(commune: Commune, booking: Booking, phrases: Phrases, now: datetime, site: str) -> Slip:
    """Return what the slip of a booking says at an instant."""
    address = address_of(site, commune, booking)
    state = _state(booking, now)
    guide = commune.guides.get(booking.topic or "")
    papers = (guide.sections.get("ho_so", "") if guide else "") or phrases.plain("booking.bring_id")
    more = phrases.plain("slip.bring_more")
    waiting = booking.number is not None and booking.state in {"arrived", "serving"}
    return Slip(
        code=booking.code,
        state=state,
        notice="" if state == "open" else phrases.plain(f"slip.{state}"),
        number=phrases.plain("slip.number", number=booking.number) if waiting else "",
        authority=commune.profile.authority,
        centre=commune.profile.centre.name,
        day=day_in_words(booking.start, phrases),
        time=time_in_words(booking.start, booking.end, phrases),
        place=place_name(commune, booking.place),
        address=where(commune, booking, phrases),
        kind=phrases.plain(f"booking.kind.{booking.kind}"),
        topic=guide.title if guide else "",
        papers=listed(papers),
        papers_on_a5=listed(shortened(papers, ROOM_ON_A5, more)),
        papers_on_a6=listed(shortened(papers, ROOM_ON_A6, more)),
        change=how_to_change(commune, booking, phrases, site),
        qr=segno.make(address, error="m", micro=False).svg_data_uri(border=4, omitsize=True),
        chat=f"/{commune.slug}/",
        file=f"/{commune.slug}/slip/{booking.id}.ics",
    )


def _state(booking: Booking, now: datetime) -> State:
    if booking.state == "cancelled":
        return "cancelled"
    if booking.state == "displaced":
        return "displaced"
    if booking.state in {"done", "no_show"} or (booking.state == "booked" and booking.end <= now):
        return "over"
    return "open"


def day_in_words(start: datetime, phrases: Phrases) -> str:
    """Return the day: "Thứ Năm, ngày 26 tháng 11 năm 2026"."""
    day = start.astimezone(HOME)
    weekday = phrases.words_in_order("place.days")[day.weekday()]
    return phrases.plain("slip.day", weekday=weekday, day=day.day, month=day.month, year=day.year)


def time_in_words(start: datetime, end: datetime, phrases: Phrases) -> str:
    """Return the time as people say it, with the figures: "2 giờ 30 phút chiều (14:30–15:00)"."""
    begins, ends = start.astimezone(HOME), end.astimezone(HOME)
    part = phrases.words_in_order("slip.parts")[sum(begins.hour >= hour for hour in (12, 13, 18))]
    hour = (begins.hour - 1) % 12 + 1
    if begins.minute:
        words = phrases.plain("slip.minutes", hour=hour, minute=f"{begins.minute:02}", part=part)
    else:
        words = phrases.plain("slip.hour", hour=hour, part=part)
    return phrases.plain("slip.span", words=words, start=f"{begins:%H:%M}", end=f"{ends:%H:%M}")


def where(commune: Commune, booking: Booking, phrases: Phrases) -> str:
    """Return the address of the place, or how a call or a visit at home goes; never where somebody lives."""
    if booking.kind in {"video", "home"}:
        return phrases.plain(f"booking.where.{booking.kind}")
    place = next((one for one in commune.profile.places if one.id == booking.place), None)
    if place is None or place.address == NOT_GIVEN:
        return phrases.plain("slip.address_asked")
    return phrases.plain("slip.address", address=place.address)


def how_to_change(commune: Commune, booking: Booking, phrases: Phrases, site: str) -> tuple[str, ...]:
    """Return how to move or cancel: by the code on any channel, by the hotline where there is one."""
    said = [phrases.plain("slip.change_how", code=booking.code, page=f"{site}/{commune.slug}/")]
    if commune.profile.hotline != NOT_GIVEN:
        said.append(phrases.plain("slip.change_call", hotline=commune.profile.hotline))
    return tuple(said)


def shortened(text: str, room: tuple[int, int], more: str) -> str:
    """Return as many whole lines as there is room for, and then a line that says where the rest is."""
    left, width = room
    kept: list[str] = []
    for line in text.split("\n"):
        left -= math.ceil(len(line) / width)
        if left < 0:
            return "\n".join([*kept, more])
        kept.append(line)
    return text


def listed(text: str) -> Markup:
    """Return our text subset as paragraphs and list items; everything in it is escaped."""
    parts: list[str] = []
    for line in filter(None, map(str.strip, text.split("\n"))):
        item = _BULLET.match(line)
        tag = "li" if item else "p"
        parts.append(f"<{tag}>{to_html(line[item.end() :] if item else line)}</{tag}>")
    html = "".join(parts)
    html = re.sub(r"((?:<li>.*?</li>)+)", r"<ul>\1</ul>", html)
    return Markup(html)  # noqa: S704 - to_html has escaped every character that is not ours
