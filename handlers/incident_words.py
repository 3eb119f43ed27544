"""Sự cố: its code, what it says about itself, times as officials write them."""

import re
from datetime import date, datetime, time, timedelta

from content.dates import HOME, QUIET_FROM, QUIET_UNTIL, local_day
from content.library import Commune
from content.phrases import Phrases
from handlers.codes import ALPHABET, LENGTH, code_of
from handlers.incident_people import plan_of
from handlers.posts import unit_name
from handlers.turn import CitizenMistake, Turn
from handlers.words import has_id_number, masked
from storage.incidents import Incident

MARK = "E"  # stands in no booking's code and no case's: the three can never be mixed up
PATTERN = re.compile(
    rf"(?=[^\d]*\d)(?=[^Ee]*[Ee][^Ee]*$)[{MARK}{MARK.lower()}{ALPHABET}{ALPHABET.lower()}]{{{LENGTH}}}"
)
MOST_WORDS = 500
# "9:05", "9h", "9 giờ 05", and behind it "22/11" or "ngày 22/11/2026"
MOMENT = re.compile(
    r"(\d{1,2})\s*(?:[:hH]|[gG][^\W\d]*)\s*(\d{2})?(?:\s+(?:ng[^\W\d]*\s+)?(\d{1,2})/(\d{1,2})(?:/(\d{4}))?)?"
)
YESTERDAY = re.compile(r"[hH][^\W\d]m\s+qua(?:\s+l[^\W\d]c)?")  # "hôm qua", "hôm qua lúc", before the time or behind it


def incident_code(identity: str) -> str:
    """Return the code made from a random id: a booking's code with one letter made the mark."""
    code = code_of(identity)
    letters = [place for place, sign in enumerate(code) if not sign.isdecimal()]
    place = letters[len(letters) // 2] if letters else 0
    return code[:place] + MARK + code[place + 1 :]


def what(commune: Commune, one: Incident) -> str:
    """Return kind and thing: "Mất mạng, Internet chậm: Wi-Fi"."""
    plan = plan_of(commune)
    title, thing = plan.kind(one.kind).title, plan.thing(one.kind, one.thing)
    return f"{title}: {thing.title}" if thing is not None else title


def in_short(commune: Commune, one: Incident) -> str:
    """Return the thing, or the kind where it was told in words: for a button."""
    thing = plan_of(commune).thing(one.kind, one.thing)
    return thing.title if thing is not None else plan_of(commune).kind(one.kind).title


def where(commune: Commune, one: Incident) -> str:
    """Return the name of the unit where it is."""
    return unit_name(commune, one.unit)


def moment(instant: datetime) -> str:
    """Return an instant as "9:05 23/11/2026"."""
    local = instant.astimezone(HOME)
    return f"{local.hour}:{local:%M %d/%m/%Y}"


def state_words(phrases: Phrases, one: Incident) -> str:
    """Return how it stands, in a few words."""
    if one.state == "closed" and one.restored is not None:
        return phrases.plain("incident.state_closed", time=moment(one.restored))
    if one.state == "withdrawn":
        return phrases.plain("incident.state_withdrawn")
    if one.post is not None:
        return phrases.plain("incident.state_taken", post=one.post)
    return phrases.plain("incident.state_open")


async def check_words(_: Turn, text: str) -> str:
    """Read what an official types, without long numbers."""
    if not text or len(text) > MOST_WORDS or has_id_number(text):
        raise CitizenMistake("incident.bad_words", most=MOST_WORDS)
    return masked(text)


def read_moment(text: str, now: datetime) -> datetime | None:
    """Read "9h05", "9:05 22/11" or "hôm qua 22 giờ" as the last such instant; None when it is none or lies ahead."""
    rest, yesterday = YESTERDAY.subn("", text)
    found = MOMENT.fullmatch(rest.strip(" ,"))
    if found is None or (yesterday and found[3]):  # two days are no day
        return None
    today = local_day(now) - timedelta(days=min(yesterday, 1))
    try:
        clock = time(int(found[1]), int(found[2] or 0))
        day = date(int(found[5] or today.year), int(found[4]), int(found[3])) if found[3] else today
        if day > today and not found[5]:  # in January, of a day in December
            day = day.replace(year=day.year - 1)
    except ValueError:
        return None
    instant = datetime.combine(day, clock, HOME)
    return instant if instant <= now else None


def waking(begin: datetime, end: datetime) -> timedelta:
    """Return how much of a span lies outside the quiet hours."""
    total, day = timedelta(0), local_day(begin)
    while day <= local_day(end):
        first = max(begin, datetime.combine(day, QUIET_UNTIL, HOME))
        last = min(end, datetime.combine(day, QUIET_FROM, HOME))
        total += max(last - first, timedelta(0))
        day += timedelta(days=1)
    return total


def before_the_night(instant: datetime) -> datetime:
    """Return an instant, or eight in the evening before it when people sleep then."""
    local = instant.astimezone(HOME)
    if local.time() < QUIET_UNTIL:
        local -= timedelta(days=1)
    elif local.time() < QUIET_FROM:
        return instant
    return datetime.combine(local.date(), time(20), HOME)
