"""Kiểm tra đầu giờ: the centre's list at opening, who is told when nobody checks, what fails becomes an incident.

Only where the commune's plan asks for it (`start-of-day.yaml`). A button carries the day, the number of the entry it
makes and the marked items as bits, so that two officers who tap at once make one check and no silent correction. What
somebody has marked and not sent is kept: a colleague's «all fine» is not taken before they have seen it.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from content.dates import HOME, is_quiet, local_day
from content.incidents import CheckItem, StartOfDay
from content.library import Commune
from content.phrases import Markup
from handlers.errand import Errand
from handlers.feature import Feature
from handlers.incident_news import announce, may_wake
from handlers.incidents import open_incident
from handlers.messages import Button
from handlers.posts import back_to_work, member_of, not_staff
from handlers.record import record
from handlers.turn import Outcome, Turn
from storage.checks import Entry, Mark
from storage.incidents import Incident
from storage.members import Member

CHECKING = frozenset({"officer", "head"})


def span_of(commune: Commune, day: date) -> tuple[datetime, datetime] | None:
    """Return from when to when a day's check is due, or None: working days and make-up Saturdays on which it opens."""
    plan = commune.start_of_day
    sessions = commune.calendar.sessions(day)
    if plan is None or day < plan.start or not sessions or not commune.calendar.is_working_day(day):
        return None
    return sessions[0].start, sessions[-1].end


async def watch(errand: Errand) -> None:
    """Send today's list at opening; tell the head when nobody has checked. A day that is over is left alone."""
    if is_quiet(errand.now):
        return
    for commune in errand.library.communes.values():
        span = span_of(commune, local_day(errand.now))
        if commune.start_of_day is not None and span is not None and span[0] <= errand.now < span[1]:
            await _look(errand, commune, commune.start_of_day, span[0])


async def _look(errand: Errand, commune: Commune, plan: StartOfDay, opening: datetime) -> None:
    day = local_day(errand.now)
    if await errand.store.checks.of_day(commune.slug, day):
        return
    asked = await errand.store.checks.asked(commune.slug, day)
    if asked is None:
        officers = await _front(errand, commune, "officer") or await _front(errand, commune, "head")
        if officers and await errand.store.checks.ask(commune.slug, day, errand.now):
            await _send_list(errand, plan, officers, day, "daycheck.push")
        return
    missing = errand.now >= max(opening, asked.at) + timedelta(minutes=plan.missing_minutes)
    if not missing or asked.escalated:
        return
    heads = await _front(errand, commune, "head")
    if heads and await errand.store.checks.escalate(commune.slug, day, errand.now):
        await _send_list(errand, plan, heads, day, "daycheck.push_missing")


async def _front(errand: Errand, commune: Commune, role: str) -> list[Member]:
    members = await errand.store.members.of_account(commune.slug)
    return [member for member in members if member.role == role and member.unit in _front_office(commune)]


def _front_office(commune: Commune) -> frozenset[str]:
    return frozenset(unit.id for unit in commune.profile.units if unit.kind == "front-office")


async def _send_list(errand: Errand, plan: StartOfDay, members: list[Member], day: date, key: str) -> None:
    for member in members:
        chat = await errand.chat(member.chat_id)
        if chat is not None:
            fine = Button(errand.speak(chat).plain("daycheck.all_fine"), f"daycheck/send/{day}/1/0")
            shown = (fine, *_items(plan, day, 1, 0))
            errand.tell(chat, key, shown, day=f"{day:%d/%m}", minutes=plan.missing_minutes)


def _items(plan: StartOfDay, day: date, number: int, marked: int) -> tuple[Button, ...]:
    """Return a button for each item, which marks it or takes the mark away."""
    return tuple(
        Button(
            f"{'✗ ' if marked & 1 << place else ''}{item.title}", f"daycheck/set/{day}/{number}/{marked ^ 1 << place}"
        )
        for place, item in enumerate(plan.items)
    )


# What officers tap


async def daycheck(turn: Turn, argument: str) -> Outcome:
    """Show today's check, mark items ("set/<day>/<number>/<marks>") or store it ("send/…")."""
    member = await member_of(turn)
    plan = turn.commune.start_of_day
    if member is None:
        return not_staff(turn)
    if plan is None or turn.commune.incidents is None:
        return Outcome((turn.reply("daycheck.not_here", back_to_work(turn)),))
    if member.role not in CHECKING or member.unit not in _front_office(turn.commune):
        return Outcome((turn.reply("daycheck.not_yours", back_to_work(turn)),))
    day = local_day(turn.now)
    refusal = _not_now(turn, plan, day)
    if refusal is not None:
        return refusal
    name, _, rest = argument.partition("/")
    named, _, rest = rest.partition("/")
    number, marked, seen = _numbers(rest)
    if not named:
        return await _today(turn, member, plan, day)
    if named != day.isoformat() or not number or max(marked, seen) >= 1 << len(plan.items):
        return Outcome(
            (turn.reply("daycheck.over", (turn.button("button.daycheck", "daycheck"), *back_to_work(turn))),)
        )
    entries = await turn.store.checks.of_day(member.account, day)
    if number != len(entries) + 1:  # a colleague was faster
        return await _today(turn, member, plan, day, marked)
    if name == "send":
        return await _send(turn, member, plan, entries, marked, seen)
    turn.store.checks.mark(day, number, _ids(plan, marked), member)
    return _marking(turn, plan, day, number, marked)


def _not_now(turn: Turn, plan: StartOfDay, day: date) -> Outcome | None:
    """Refuse on a day without a check, and so early that nobody can know how things are at opening."""
    span = span_of(turn.commune, day)
    if span is None:
        return Outcome((turn.reply("daycheck.not_due", back_to_work(turn)),))
    begin = span[0] - timedelta(minutes=plan.early_minutes)
    if turn.now < begin:
        times = {"begin": f"{begin.astimezone(HOME):%H:%M}", "opening": f"{span[0].astimezone(HOME):%H:%M}"}
        return Outcome((turn.reply("daycheck.too_early", back_to_work(turn), **times),))
    return None


def _numbers(text: str) -> tuple[int, int, int]:
    """Read "<number>/<marks>" or "<number>/<marks>/<marks of colleagues that were shown>"; zeros for anything else."""
    parts = text.split("/")
    if len(parts) in {2, 3} and all(one.isascii() and one.isdecimal() and len(one) < 5 for one in parts):
        number, marked, seen = (*map(int, parts), 0)[:3]
        return number, marked, seen
    return 0, 0, 0


async def _today(turn: Turn, member: Member, plan: StartOfDay, day: date, marked: int = 0) -> Outcome:
    """Show the day as it stands; `marked` is what a member wanted to say when a colleague was faster."""
    entries = await turn.store.checks.of_day(turn.commune.slug, day)
    if entries:
        return _done_already(turn, plan, entries, marked)
    mine = [one for one in await turn.store.checks.marks(member.account, day, 1) if one.member == member.id]
    return _marking(turn, plan, day, 1, _bits(plan, mine[0].failed) if mine else 0)


def _bits(plan: StartOfDay, ids: Iterable[str]) -> int:
    known = frozenset(ids)
    return sum(1 << place for place, item in enumerate(plan.items) if item.id in known)


def _ids(plan: StartOfDay, marked: int) -> tuple[str, ...]:
    return tuple(item.id for item in _marked(plan, marked))


def _marking(turn: Turn, plan: StartOfDay, day: date, number: int, marked: int) -> Outcome:
    """Show the list as it is marked now."""
    key = "daycheck.send_failed" if marked else "daycheck.all_fine"
    send = turn.button(key, f"daycheck/send/{day}/{number}/{marked}")
    shown = (send, *_items(plan, day, number, marked), *back_to_work(turn))
    failed = _titles(plan, _ids(plan, marked))
    if not marked:
        return Outcome((turn.reply("daycheck.list", shown, day=f"{day:%d/%m}"),))
    return Outcome((turn.reply("daycheck.marked", shown, day=f"{day:%d/%m}", items=failed),))


def _marked(plan: StartOfDay, marked: int) -> tuple[CheckItem, ...]:
    return tuple(item for place, item in enumerate(plan.items) if marked & 1 << place)


def _titles(plan: StartOfDay, ids: Iterable[str]) -> str:
    """Return the titles of items; one that was taken out of the file keeps its id."""
    titles = {item.id: item.title for item in plan.items}
    return ", ".join(titles.get(one, one) for one in ids)


def _done_already(turn: Turn, plan: StartOfDay, entries: list[Entry], marked: int = 0) -> Outcome:
    last = entries[-1]
    failed = _titles(plan, last.failed) or turn.phrases.plain("daycheck.nothing_failed")
    bits = _bits(plan, last.failed) | marked  # what the member has marked is not lost by coming second
    fix = turn.button("daycheck.correct", f"daycheck/set/{last.day}/{last.number + 1}/{bits}")
    shown = (fix, *back_to_work(turn))
    params = {"post": last.post, "time": f"{last.at.astimezone(HOME):%H:%M}", "items": failed}
    return Outcome((turn.reply("daycheck.done_already", shown, **params),))


async def _send(turn: Turn, member: Member, plan: StartOfDay, entries: list[Entry], marked: int, seen: int) -> Outcome:
    """Store the entry, unless it leaves out what somebody has marked and this member has not been shown (`seen`)."""
    day, number = local_day(turn.now), len(entries) + 1
    marks = await turn.store.checks.marks(member.account, day, number)
    others = _bits(plan, (one for mark in marks for one in mark.failed))
    if others & ~(marked | seen):
        return _ask_about(turn, plan, day, number, (marks, marked, others))
    if entries and entries[-1].failed == _ids(plan, marked):  # nothing has changed
        return await _today(turn, member, plan, day)
    if not await turn.store.checks.enter(day, number, _ids(plan, marked), member, turn.now):
        return await _today(turn, member, plan, day, marked)
    await _overrule(turn, member, plan, number, [mark for mark in marks if _bits(plan, mark.failed) & ~marked])
    return await _stored(turn, member, plan, number, marked)


def _ask_about(turn: Turn, plan: StartOfDay, day: date, number: int, found: tuple[list[Mark], int, int]) -> Outcome:
    """Say who has marked what, and ask whether it is sent too; `found` are the marks, the member's and everybody's."""
    marks, marked, others = found
    colleague = turn.phrases.plain("notice.colleague")
    lines = [
        turn.phrases.say("daycheck.mark", post=one.post or colleague, items=_titles(plan, one.failed)) for one in marks
    ]
    shown = (
        turn.button("daycheck.send_theirs", f"daycheck/send/{day}/{number}/{marked | others}"),
        turn.button("daycheck.send_mine", f"daycheck/send/{day}/{number}/{marked}/{others}"),
        turn.button("daycheck.look_again", f"daycheck/set/{day}/{number}/{marked | others}"),
        *back_to_work(turn),
    )
    return Outcome((turn.reply("daycheck.others_marked", shown, lines=Markup("\n".join(lines))),))


async def _overrule(turn: Turn, member: Member, plan: StartOfDay, number: int, marks: list[Mark]) -> None:
    """Tell those whose marks were left out knowingly, and note it."""
    errand, day = turn.errand(), local_day(turn.now)
    theirs = [mark for mark in marks if mark.member != member.id]
    everybody = {one.id: one for one in await turn.store.members.of_account(member.account)} if theirs else {}
    for mark in theirs:
        await record(turn, member, "check marks left out", f"check/{day}", number=number, failed=",".join(mark.failed))
        colleague = everybody.get(mark.member)
        chat = await errand.chat(colleague.chat_id) if colleague is not None else None
        if chat is not None:
            fix = f"daycheck/set/{day}/{number + 1}/{_bits(plan, mark.failed)}"
            shown = (Button(errand.speak(chat).plain("daycheck.correct"), fix),)
            items = _titles(plan, mark.failed)
            errand.tell(chat, "daycheck.push_left_out", shown, post=member.name, items=items)


async def _stored(turn: Turn, member: Member, plan: StartOfDay, number: int, marked: int) -> Outcome:
    """Open an incident for each item that fails, and say what was kept beside what was said before."""
    day, failed, ids = local_day(turn.now), _marked(plan, marked), _ids(plan, marked)
    if number > 1:
        await record(turn, member, "check corrected", f"check/{day}", number=number, failed=",".join(ids))
    fresh = [one for item in failed if (one := await _open(turn, member, day, item)) is not None]
    waking = [one for one in fresh if may_wake(one, turn.now)]
    if waking:
        await announce(turn.errand(), turn.commune, waking)
    shown = tuple(turn.button("incident.look", f"incident/see/{one.code}", code=one.code) for one in fresh)
    shown += tuple(await _still_open(turn, plan, day, ids))
    key = ("daycheck.saved_failed" if failed else "daycheck.saved_fine") if number == 1 else "daycheck.corrected"
    items = _titles(plan, ids) or turn.phrases.plain("daycheck.nothing_failed")
    fix = turn.button("daycheck.correct", f"daycheck/set/{day}/{number + 1}/{marked}")
    return Outcome((turn.reply(key, (*shown, fix, *back_to_work(turn)), items=items),))


async def _open(turn: Turn, member: Member, day: date, item: CheckItem) -> Incident | None:
    """Open the incident of an item, once a day; None when the day has it already."""
    words = "" if item.thing else item.title
    check = f"{day}/{item.id}"
    if await turn.store.incidents.by_check(member.account, check) is not None:
        return None
    return await open_incident(turn, member, item.kind, item.thing, words, check)


async def _still_open(turn: Turn, plan: StartOfDay, day: date, failed: tuple[str, ...]) -> list[Button]:
    """Return buttons for what an earlier entry of the day opened: it is closed by hand, or opened again."""
    shown = []
    for item in plan.items:
        one = await turn.store.incidents.by_check(turn.commune.slug, f"{day}/{item.id}")
        if one is not None and one.reported < turn.now and one.open != (item.id in failed):
            shown.append(turn.button("incident.look", f"incident/see/{one.code}", code=one.code))
    return shown


FEATURE = Feature(
    name="start_of_day", commands={"word.daycheck": daycheck}, taps={"daycheck": daycheck}, errands=(watch,)
)
