"""Báo vắng: a roster's slots do not take place; who has booked them is told in the same turn and chooses again."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from types import MappingProxyType

from content.dates import HOME, instants, local_day, show_day
from content.phrases import Phrases
from content.rosters import Roster
from content.slots import Slot, slots_on
from handlers.booked import day_words
from handlers.dialog import Ask, Back, Flow, Say, Skip, start
from handlers.feature import Feature
from handlers.messages import Button
from handlers.posts import back_to_work, member_of, not_staff, read_day, rosters_of, visible_roster
from handlers.record import record
from handlers.replanning import replan
from handlers.turn import CitizenMistake, Outcome, Turn
from storage.bookings import Booking

DAYS_SHOWN = 6
LOOK_AHEAD = 60  # days in which a duty is looked for, and the longest absence
NOON = time(12, 0)
REASONS: Mapping[str, str] = MappingProxyType(
    {
        "duty": "button.away_duty",
        "ill": "button.away_ill",
        "leave": "button.away_leave",
        "training": "button.away_training",
        "other": "button.away_other",
    }
)


async def away(turn: Turn, _: str) -> Outcome:
    """Begin to announce an absence."""
    return await start(FLOW, turn) if turn.chat.post is not None else not_staff(turn)


async def which(turn: Turn) -> Ask | Skip | Say:
    """Ask which roster, when there is more than one."""
    member = await member_of(turn)
    rosters = rosters_of(turn.commune, member) if member else ()
    if not rosters:
        return Say("staff.no_roster", back_to_work(turn))
    if len(rosters) == 1:
        turn.data["roster"] = rosters[0].id
        return Skip("from")
    choices = tuple(Button(one.title, one.id) for one in rosters)
    return Ask("staff.away_which", name="roster", then="from", choices=choices)


async def first(turn: Turn) -> Ask | Say:
    """Ask from which day; one can be typed."""
    roster = await _roster(turn)
    days = [day for day in _days_from(local_day(turn.now)) if _ahead(turn, roster, day)][:DAYS_SHOWN]
    if not days:
        return Say("staff.away_no_duty_ahead", back_to_work(turn))
    return Ask("staff.away_from", name="from", then="span", choices=_buttons(turn, days), check=_typed_first)


async def _typed_first(turn: Turn, text: str) -> str:
    day = read_day(turn, text)
    if not _ahead(turn, await _roster(turn), day):
        raise CitizenMistake("staff.away_no_duty", day=_words(turn, day))
    return day.isoformat()


async def span(turn: Turn) -> Ask | Back:
    """Ask for the morning, the afternoon, the whole day or several days; only what is still ahead."""
    ahead = _ahead(turn, await _roster(turn), date.fromisoformat(turn.data["from"]))
    if not ahead:
        return Back("from", "staff.away_past")
    halves = {"morning" if one.start.astimezone(HOME).time() < NOON else "afternoon" for one in ahead}
    choices = []
    if len(halves) == 2:
        choices = [turn.button("staff.away_morning", "morning"), turn.button("staff.away_afternoon", "afternoon")]
    choices += [turn.button("staff.away_day", "day"), turn.button("staff.away_days", "days")]
    return Ask("staff.away_span", name="span", then="until", choices=tuple(choices))


async def until(turn: Turn) -> Ask | Skip:
    """Ask for the last of several days."""
    if turn.data["span"] != "days":
        return Skip("reason")
    start_day = date.fromisoformat(turn.data["from"])
    roster = await _roster(turn)
    after = _days_from(start_day + timedelta(days=1))
    days = [day for day in after if slots_on(roster, day, turn.commune.calendar)][:DAYS_SHOWN]
    return Ask("staff.away_until", name="until", then="reason", choices=_buttons(turn, days), check=_typed_last)


async def _typed_last(turn: Turn, text: str) -> str:
    day, start_day = read_day(turn, text), date.fromisoformat(turn.data["from"])
    if not start_day < day <= start_day + timedelta(days=LOOK_AHEAD):
        raise CitizenMistake("staff.away_wrong_end", day=show_day(start_day, turn.phrases.language), most=LOOK_AHEAD)
    return day.isoformat()


async def reason(turn: Turn) -> Ask:
    """Ask why, from a closed list; nothing about anybody's health is written down."""
    choices = tuple(turn.button(key, name) for name, key in REASONS.items())
    return Ask("staff.away_reason", name="reason", then="confirm", choices=choices)


async def confirm(turn: Turn) -> Ask:
    """Show what is hit before anybody is told."""
    roster = await _roster(turn)
    begins, ends = _bounds(turn)
    hit = await _hit(turn, roster, begins, ends)
    params = {
        "title": roster.title,
        "begins": _instant_words(turn.phrases, begins),
        "ends": _instant_words(turn.phrases, ends - timedelta(minutes=1)),
        "reason": turn.phrases.plain(REASONS[turn.data["reason"]]),
        "hit": len(hit),
    }
    choices = (turn.button("staff.away_yes", "yes"), turn.button("staff.away_no", "no"))
    return Ask("staff.away_confirm", name="sure", then="done", choices=choices, params=params)


async def done(turn: Turn) -> Outcome:
    """Store the absence, displace what it hits and tell the people, all in this turn."""
    if turn.data["sure"] != "yes":
        return Outcome((turn.reply("staff.away_nothing", back_to_work(turn)),))
    seen = await visible_roster(turn, turn.data["roster"])
    if seen is None:
        return Outcome((turn.reply("staff.no_roster", back_to_work(turn)),))
    member, roster = seen
    begins, ends = _bounds(turn)
    errand = turn.errand()
    hit = await _hit(turn, roster, begins, ends)
    unreached = [one.code for one in hit if await errand.chat(one.chat_id) is None]
    turn.store.duty.absent(
        turn.new_id(), turn.commune.slug, roster.id, begins, ends, turn.data["reason"], member.id, turn.now
    )
    await record(turn, member, "absence", f"roster/{roster.id}", begins=begins.date(), reason=turn.data["reason"])
    await replan(errand, turn.commune)
    told = len(hit) - len(unreached)
    replies = [turn.reply("staff.away_done", () if unreached else back_to_work(turn), title=roster.title, told=told)]
    if unreached:
        replies.append(turn.reply("staff.away_call", back_to_work(turn), codes=", ".join(unreached)))
    return Outcome(tuple(replies))


async def _hit(turn: Turn, roster: Roster, begins: datetime, ends: datetime) -> list[Booking]:
    """Return the bookings that will be displaced; what has ended is left alone."""
    if ends <= turn.now:
        return []
    found = await turn.store.bookings.booked_between(turn.commune.slug, max(begins, turn.now), ends)
    return [one for one in found if one.roster == roster.id]


async def _roster(turn: Turn) -> Roster:
    seen = await visible_roster(turn, turn.data["roster"])
    if seen is None:
        raise CitizenMistake("staff.no_roster")
    return seen[1]


def _ahead(turn: Turn, roster: Roster, day: date) -> tuple[Slot, ...]:
    return tuple(one for one in slots_on(roster, day, turn.commune.calendar) if one.end > turn.now)


def _bounds(turn: Turn) -> tuple[datetime, datetime]:
    """Return the span: whole local days, or one of them up to or from noon."""
    chosen, day = turn.data["span"], date.fromisoformat(turn.data["from"])
    last = date.fromisoformat(turn.data["until"]) if chosen == "days" else day
    begins, ends = instants(day, last)
    noon = datetime.combine(day, NOON, HOME)
    return noon if chosen == "afternoon" else begins, noon if chosen == "morning" else ends


def _days_from(day: date) -> list[date]:
    return [day + timedelta(days=ahead) for ahead in range(LOOK_AHEAD)]


def _words(turn: Turn, day: date) -> str:
    return day_words(turn.phrases, day, local_day(turn.now))


def _buttons(turn: Turn, days: list[date]) -> tuple[Button, ...]:
    return tuple(Button(_words(turn, day), day.isoformat()) for day in days)


def _instant_words(phrases: Phrases, instant: datetime) -> str:
    local = instant.astimezone(HOME)
    return phrases.plain("staff.away_instant", time=f"{local:%H:%M}", day=f"{local:%d/%m/%Y}")


FLOW = Flow(
    "absence",
    {
        "which": which,
        "from": first,
        "span": span,
        "until": until,
        "reason": reason,
        "confirm": confirm,
        "done": done,
    },
)
FEATURE = Feature(name="absence", taps={"away": away}, flows=(FLOW,))
