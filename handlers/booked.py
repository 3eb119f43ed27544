"""Lịch đã đặt: what a booking says about itself; seeing, moving and cancelling it, by code on any channel."""

import re
from datetime import date, datetime, time, timedelta

from babel.dates import format_date

from content.communes import NOT_GIVEN
from content.dates import HOME, local_day
from content.library import Commune
from content.phrases import Markup, Phrases
from content.rosters import Roster
from handlers.codes import PATTERN
from handlers.errand import Errand
from handlers.feature import Feature, MenuEntry
from handlers.freed import offer_freed
from handlers.line import place_in_line
from handlers.messages import Button, Reply
from handlers.turn import Outcome, Turn
from storage.bookings import Booking
from storage.chats import Dialog
from storage.store import Store

EVENING = time(18, 30)  # after supper's news, before the old go to bed
HOUR_BEFORE = timedelta(hours=1)
PAPERS = 700  # characters of the checklist shown with a booking


def day_words(phrases: Phrases, day: date, today: date) -> str:
    """Return a day in words: "hôm nay, 23/11", "Thứ Năm 26/11"."""
    figures = format_date(day, "d/M", locale=phrases.language)
    if day == today:
        return phrases.plain("booking.today", day=figures)
    if day == today + timedelta(days=1):
        return phrases.plain("booking.tomorrow", day=figures)
    return f"{phrases.words_in_order('place.days')[day.weekday()]} {figures}"


def words_of_slot(commune: Commune, phrases: Phrases, roster: Roster, begins: datetime) -> Markup:
    """Return when and where in one line."""
    local = begins.astimezone(HOME)
    figures = format_date(local.date(), "d/M/yyyy", locale=phrases.language)
    weekday = phrases.words_in_order("place.days")[local.weekday()]
    title = place_name(commune, roster.place) if roster.kind in {"centre", "village", "class"} else roster.title
    return Markup(phrases.say("booking.slot", time=f"{local:%H:%M}", weekday=weekday, day=figures, place=title))


def place_name(commune: Commune, place: str) -> str:
    """Return the name of a place, or its id when it was taken out of the profile."""
    return next((one.name for one in commune.profile.places if one.id == place), place)


def plan_reminders(store: Store, booking: Booking, now: datetime) -> None:
    """Plan the evening before and one hour before, leaving out what is past already."""
    evening = datetime.combine(booking.day - timedelta(days=1), EVENING, HOME)
    dues = [("evening", evening), ("hour", booking.start - HOUR_BEFORE)]
    store.reminders.plan(booking.id, [(kind, due) for kind, due in dues if due > now])


def describe(turn: Turn, booking: Booking, key: str, shown: tuple[Button, ...]) -> Reply:
    """Return a booking with when, where, code and what to bring. Name and phone are never repeated."""
    phrases, commune = turn.phrases, turn.commune
    roster = commune.roster(booking.roster)
    slot = words_of_slot(commune, phrases, roster, booking.start) if roster else Markup("")
    text = phrases.say(key, code=booking.code, slot=slot)
    if roster is not None and roster.assumption:
        text = f"{text}\n\n{phrases.say('booking.provisional')}"
    if turn.chat.address.channel in turn.mailboxes and booking.state == "booked":
        text = f"{text}\n\n{phrases.say('booking.write_down')}"
    parts = [text, *_where(commune, phrases, booking), *_papers(commune, phrases, booking)]
    if turn.site and booking.state == "booked":
        slip = f"{turn.site}/{commune.slug}/slip/{booking.id}"
        if slip.startswith("https://"):
            parts.append(phrases.say("booking.links", slip=Markup(slip)))
        else:  # a link without https is no link in our text; the address can still be typed
            parts.append(phrases.say("booking.address_of_slip", slip=slip))
    return Reply(key, "\n\n".join(parts), shown)


def _where(commune: Commune, phrases: Phrases, booking: Booking) -> list[str]:
    place = next((one for one in commune.profile.places if one.id == booking.place), None)
    if booking.kind in {"video", "home"} or place is None:
        return [phrases.say(f"booking.where.{booking.kind}")] if booking.kind in {"video", "home"} else []
    address = phrases.say("place.not_given") if place.address == NOT_GIVEN else place.address
    lines = [phrases.say("booking.where.place", address=Markup(address))]
    where = commune.profile.centre.map
    if booking.kind == "centre" and where.startswith("https://"):
        lines.append(phrases.say("booking.map", map=Markup(where)))
    return lines


def _papers(commune: Commune, phrases: Phrases, booking: Booking) -> list[str]:
    guide = commune.guides.get(booking.topic or "")
    papers = guide.sections.get("ho_so") if guide else None
    if guide is None or not papers:
        return [] if booking.kind in {"video", "home"} else [phrases.say("booking.bring_id")]
    if len(papers) > PAPERS:
        papers = papers[: papers.rfind("\n", 0, PAPERS)] + "\n- …"
    return [phrases.say("booking.bring", topic=guide.title, papers=Markup(papers))]


def actions(turn: Turn, booking: Booking) -> tuple[Button, ...]:
    """Return what the person can do with a booking."""
    buttons: list[Button] = []
    if booking.moves < turn.commune.rosters.rules.moves:
        buttons.append(turn.button("booking.move", f"move/{booking.code}"))
    buttons.append(turn.button("booking.cancel", f"drop/{booking.code}"))
    buttons.append(turn.button("button.menu", "menu"))
    return tuple(buttons)


def confirmation(turn: Turn, booking: Booking) -> Reply:
    """Return the last word of a booking."""
    return describe(turn, booking, "booking.done", actions(turn, booking))


async def mine(turn: Turn, _: str) -> Outcome:
    """List the chat's bookings; without one, say how to find one by its code."""
    bookings = await turn.store.bookings.of_chat(turn.chat.id, turn.now)
    if not bookings:
        shown = (turn.button("button.book", "book"), turn.button("button.menu", "menu"))
        return Outcome((turn.reply("booking.have_none", shown),))
    if len(bookings) == 1:
        return _seen(turn, bookings[0])
    buttons = []
    for booking in bookings:
        local = booking.start.astimezone(HOME)
        when = f"{local:%H:%M} {day_words(turn.phrases, booking.day, local_day(turn.now))}"
        buttons.append(Button(f"{when} · {booking.code}", f"seen/{booking.code}"))
    return Outcome((turn.reply("booking.list", (*buttons, turn.button("button.menu", "menu"))),))


async def find(turn: Turn, code: str) -> Outcome | None:
    """Show the booking of a typed code; None for staff, whose page shows it otherwise."""
    if turn.chat.post is not None:  # staff see it with what they can do: handlers/counter.py
        return None
    booking = await turn.store.bookings.by_code(turn.commune.slug, code.upper())
    if booking is None:
        return Outcome((turn.reply("booking.code_not_found", (turn.button("button.my_bookings", "mine"),)),))
    return _seen(turn, booking)


async def seen(turn: Turn, code: str) -> Outcome:
    """Show a booking."""
    booking = await turn.store.bookings.by_code(turn.commune.slug, code.upper())
    return _seen(turn, booking) if booking is not None else Outcome((turn.reply("booking.unknown_code"),))


def _seen(turn: Turn, booking: Booking) -> Outcome:
    if booking.state == "displaced":
        return Outcome((turn.reply("booking.displaced_seen", actions(turn, booking), code=booking.code),))
    if booking.state == "booked" and booking.end > turn.now:
        return Outcome((describe(turn, booking, "booking.yours", actions(turn, booking)),))
    if booking.state in {"arrived", "serving"} and booking.number is not None:
        look = (turn.button("booking.line", f"line/{booking.code}"),)
        return Outcome((turn.reply("booking.in_line", look, code=booking.code, number=booking.number),))
    shown = (turn.button("button.book", "book"), turn.button("button.menu", "menu"))
    return Outcome((turn.reply("booking.over", shown, code=booking.code),))


async def drop(turn: Turn, argument: str) -> Outcome:
    """Cancel: "K7M2QX" asks, "K7M2QX/yes" and "…/cannot" (one tap in a reminder) do it."""
    code, _, sure = argument.partition("/")
    booking = await turn.store.bookings.by_code(turn.commune.slug, code.upper())
    if booking is None or booking.state not in {"booked", "displaced"}:
        return Outcome((turn.reply("booking.unknown_code", (turn.button("button.menu", "menu"),)),))
    if sure not in {"yes", "cannot"}:
        shown = (turn.button("booking.drop_yes", f"drop/{booking.code}/yes"), turn.button("booking.keep", "mine"))
        return Outcome((turn.reply("booking.ask_drop", shown, code=booking.code),))
    errand = turn.errand()
    await cancel(errand, booking)
    if booking.chat_id not in {None, turn.chat.id}:
        owner = await errand.chat(booking.chat_id)
        if owner is not None:
            errand.tell(owner, "booking.dropped_elsewhere", code=booking.code)
    shown = (turn.button("button.book", "book"), turn.button("button.menu", "menu"))
    return Outcome((turn.reply("booking.dropped", shown, code=booking.code),), Dialog(topic=turn.dialog.topic))


async def cancel(errand: Errand, booking: Booking) -> None:
    """Cancel a booking, give its seat to whoever waits, and forget its reminders."""
    if await errand.store.bookings.cancel(booking.id, errand.now) is None:
        return
    errand.store.reminders.drop(booking.id)
    freed = await errand.store.seats.free(booking.id)
    await offer_freed(errand, freed)


async def forget_bookings(errand: Errand, chat_id: int) -> None:
    """Cancel what a person has booked and take name and phone out of what is over."""
    for booking in await errand.store.bookings.of_chat(chat_id, errand.now):
        await cancel(errand, booking)
    await offer_freed(errand, await errand.store.seats.release(chat_id))
    errand.store.bookings.scrub(chat_id)


async def line(turn: Turn, code: str) -> Outcome:
    """Say which number is being served and how many are before this one."""
    booking = await turn.store.bookings.by_code(turn.commune.slug, code.upper())
    if booking is None or booking.number is None:
        return await now_serving(turn, "")
    everybody = await turn.store.bookings.line(booking.account, booking.place, booking.day)
    serving = [one.number for one in everybody if one.state == "serving"]
    mine = place_in_line(booking, turn.now)
    before = sum(one.state == "arrived" and place_in_line(one, turn.now) < mine for one in everybody)
    shown = (turn.button("booking.line_again", f"line/{booking.code}"),)
    reply = turn.reply(
        "booking.line_is", shown, number=booking.number, serving=serving[-1] if serving else "–", before=before
    )
    return Outcome((reply,))


async def now_serving(turn: Turn, _: str) -> Outcome:
    """Say which numbers are being served at the places of today."""
    today = await turn.store.bookings.on_day(turn.commune.slug, local_day(turn.now))
    serving = [one for one in today if one.state == "serving" and one.number is not None]
    if not serving:
        return Outcome((turn.reply("booking.nobody_served", (turn.button("button.menu", "menu"),)),))
    lines = "\n".join(
        "- " + turn.phrases.say("booking.serving", place=place_name(turn.commune, one.place), number=one.number)
        for one in serving
    )
    return Outcome((turn.reply("booking.serving_now", (turn.button("button.menu", "menu"),), lines=Markup(lines)),))


async def coming(turn: Turn, _: str) -> Outcome:
    """Answer "I am coming" under a reminder."""
    return Outcome((turn.reply("reminder.good"),))


# "hủy lịch hẹn", "đổi giờ hẹn", "tui không đến được": the list with its buttons is the way to all of them.
CHANGE = re.compile(
    r"(.* )?(huy|doi|doi gio|xem|doi lai|bo) (lich|hen|gio hen|lich hen|cai hen|cuoc hen)( .*)?"
    r"|(.* )?(khong|ko|no|hong) (the )?(den|toi|di|ra) duoc( .*)?"
)


async def change(turn: Turn, words: str) -> Outcome | None:
    """Show what is booked when the words are about changing it; without a booking the words are a question."""
    bookings = await turn.store.bookings.of_chat(turn.chat.id, turn.now)
    return await mine(turn, "") if bookings or {"hen", "lich"} & set(words.split()) else None


FEATURE = Feature(
    name="booked",
    commands={"word.my_bookings": mine, "word.now_serving": now_serving},
    taps={"mine": mine, "seen": seen, "drop": drop, "line": line, "coming": coming},
    codes={PATTERN: find},
    patterns={CHANGE: change},
    menu=(MenuEntry(25, "button.my_bookings", "mine"),),
)
