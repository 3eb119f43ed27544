"""Tệp lịch: a booking as iCalendar (RFC 5545), so that the phone reminds too. No name, no phone number."""

from datetime import UTC, datetime, timedelta

from icalendar import Alarm, Calendar, Event, Timezone, TimezoneStandard

from bot.channels.markup import to_plain
from content.communes import NOT_GIVEN
from content.dates import HOME
from content.library import Commune
from content.phrases import Phrases
from handlers.booked import EVENING, HOUR_BEFORE, place_name
from storage.bookings import Booking

PRODUCT = "-//Tro ly so xa//Phieu hen//VI"
_SEVEN_HOURS = timedelta(hours=7)  # Vietnam has had no other time since 1975


def calendar_file(commune: Commune, booking: Booking, phrases: Phrases, now: datetime, address: str) -> bytes:
    """Return the file. Its UID stays when the booking is moved; SEQUENCE rises, so that calendars follow."""
    calendar = Calendar()
    for name, value in (("prodid", PRODUCT), ("version", "2.0"), ("calscale", "GREGORIAN"), ("method", "PUBLISH")):
        calendar.add(name, value)
    calendar.add_component(_zone())
    calendar.add_component(_event(commune, booking, phrases, now, address))
    return bytes(calendar.to_ical())


def _zone() -> Timezone:
    standard = TimezoneStandard()
    standard.add("dtstart", datetime(1975, 6, 13))  # noqa: DTZ001 - RFC 5545 wants local time here
    standard.add("tzoffsetfrom", _SEVEN_HOURS)
    standard.add("tzoffsetto", _SEVEN_HOURS)
    standard.add("tzname", "+07")
    zone = Timezone()
    zone.add("tzid", HOME.key)
    zone.add_component(standard)
    return zone


def _event(commune: Commune, booking: Booking, phrases: Phrases, now: datetime, address: str) -> Event:
    cancelled = booking.state in {"cancelled", "displaced"}
    event = Event()
    event.add("uid", f"{booking.id}@{commune.slug}.tro-ly-so-xa")
    event.add("dtstamp", now.astimezone(UTC))
    event.add("sequence", booking.sequence)
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    event.add("dtstart", booking.start.astimezone(HOME))
    event.add("dtend", booking.end.astimezone(HOME))
    event.add("summary", _summary(commune, booking, phrases))
    event.add("location", _location(commune, booking, phrases))
    event.add("description", _description(commune, booking, phrases, address))
    event.add("url", address)
    event.add("class", "PRIVATE")
    if not cancelled:
        for before in (_since_evening(booking.start), HOUR_BEFORE):
            event.add_component(_alarm(before, phrases.plain("slip.file_alarm", code=booking.code)))
    return event


def _alarm(before: timedelta, words: str) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("trigger", -before)
    alarm.add("description", words)
    return alarm


def _since_evening(start: datetime) -> timedelta:
    """Return how long before the visit the evening before is, when our own reminder goes out, too."""
    local = start.astimezone(HOME)
    return local - datetime.combine(local.date() - timedelta(days=1), EVENING, HOME)


def _summary(commune: Commune, booking: Booking, phrases: Phrases) -> str:
    guide = commune.guides.get(booking.topic or "")
    if guide is None:
        return phrases.plain("slip.file_summary_bare", commune=commune.profile.name)
    return phrases.plain("slip.file_summary", topic=guide.title)


def _location(commune: Commune, booking: Booking, phrases: Phrases) -> str:
    """Return the place; for a video call or a visit at home the kind, for where somebody lives is nobody's business."""
    if booking.kind in {"video", "home"}:
        return phrases.plain(f"booking.kind.{booking.kind}")
    place = next((one for one in commune.profile.places if one.id == booking.place), None)
    name = place_name(commune, booking.place)
    return name if place is None or place.address == NOT_GIVEN else f"{name}, {place.address}"


def _description(commune: Commune, booking: Booking, phrases: Phrases, address: str) -> str:
    guide = commune.guides.get(booking.topic or "")
    papers = to_plain(guide.sections.get("ho_so", "")) if guide else ""
    bring = f"{phrases.plain('slip.bring')}:\n{papers}" if papers else phrases.plain("booking.bring_id")
    page = address.rpartition("/slip/")[0] + "/"
    parts = [phrases.plain("slip.file_code", code=booking.code), bring]
    parts.append(phrases.plain("slip.change_how", code=booking.code, page=page))
    if commune.profile.hotline != NOT_GIVEN:
        parts.append(phrases.plain("slip.change_call", hotline=commune.profile.hotline))
    return "\n\n".join([*parts, address])
