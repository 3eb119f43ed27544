"""Việc bà con phản ánh: the open cases of a unit by due day; taking, passing on, refusing and closing them.

Everything is checked again at every tap: the button may be old or forged. Answering is in handlers/feedback_answers.py.
"""

from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType

from content.communes import Unit
from handlers.dialog import start
from handlers.feature import Feature, MenuEntry
from handlers.feedback_answers import FLOW
from handlers.feedback_case import (
    PATTERN,
    REASONS,
    STATES,
    category_title,
    due_words,
    holder_of,
    note,
    tell_holder,
    tell_person,
    tell_unit,
    unit_words,
)
from handlers.feedback_photo import shown_photo
from handlers.feedback_rights import leads, may_handle, may_pass, may_read, may_see, works_with
from handlers.messages import Button, Reply
from handlers.posts import back_to_work, member_of, not_staff
from handlers.turn import Outcome, Turn
from storage.feedback_case import Case
from storage.members import Member

PAGE = 8
NOBODY = "-"  # of a case that no unit has yet
RECEIVING = frozenset({"unit", "front-office", "force", "leader"})  # partners are only asked, never charged
_SAID: Mapping[str, str] = MappingProxyType(
    {
        "words": "feedback.said_words",
        "place": "feedback.said_place",
        "question": "feedback.said_question",
        "answer": "feedback.said_answer",
    }
)

Step = Callable[[Turn, Member, Case, str], Awaitable[Outcome]]


async def cases(turn: Turn, argument: str) -> Outcome:
    """List the open cases a member may know of, by due day, eight at once; never with their words."""
    member = await member_of(turn)
    if member is None:
        return not_staff(turn)
    if not works_with(turn.commune, member):
        return Outcome((turn.reply("feedback.no_cases_here", back_to_work(turn)),))
    every = await turn.store.feedback.open(turn.commune.slug)
    mine = [one for one in every if may_see(turn.commune, member, one, turn.now)]
    last = max(len(mine) - 1, 0) // PAGE
    number = min(int(argument), last) if argument.isascii() and argument.isdecimal() and len(argument) < 4 else 0
    buttons = [_label(turn, one) for one in mine[number * PAGE : number * PAGE + PAGE]]
    if number > 0:
        buttons.append(turn.button("button.previous_page", f"cases/{number - 1}"))
    if number < last:
        buttons.append(turn.button("button.next_page", f"cases/{number + 1}"))
    buttons.append(turn.button("button.menu", "menu"))
    if not mine:
        return Outcome((turn.reply("feedback.no_cases", tuple(buttons)),))
    late = sum(one.due < turn.now for one in mine)
    return Outcome((turn.reply("feedback.cases", tuple(buttons), total=len(mine), late=late),))


def _label(turn: Turn, one: Case) -> Button:
    key = "feedback.label_late" if one.due < turn.now else "feedback.label"
    title = category_title(turn.commune, one)
    return turn.button(key, f"case/see/{one.code}", code=one.code, category=title, due=due_words(one)[:5])


async def desk(turn: Turn, argument: str) -> Outcome:
    """Do one step with one case: "take/2B3A4C"."""
    member = await member_of(turn)
    if member is None:
        return not_staff(turn)
    name, _, rest = argument.partition("/")
    code, _, more = rest.partition("/")
    one = await turn.store.feedback.by_code(turn.commune.slug, code.upper())
    if one is None or not may_see(turn.commune, member, one, turn.now):
        return Outcome((turn.reply("feedback.not_yours", _ways(turn)),))
    return await STEPS.get(name, see)(turn, member, one, more)


async def find(turn: Turn, code: str) -> Outcome | None:
    """Show staff the page of a typed code; what they may not see is to them as if it were not there."""
    member = await member_of(turn)
    one = await turn.store.feedback.by_code(turn.commune.slug, code.upper()) if member else None
    if member is None or one is None or one.chat_id == turn.chat.id:  # their own: handlers/feedback_status.py
        return None
    if not may_see(turn.commune, member, one, turn.now):
        return Outcome((turn.reply("feedback.not_yours", _ways(turn)),))
    return await see(turn, member, one, "")


async def see(turn: Turn, member: Member, one: Case, _: str) -> Outcome:
    """Show the page of a case."""
    seen = await turn.store.feedback.said(one) if may_read(turn.commune, member, one, turn.now) else []
    return Outcome((*shown_photo(turn, one, seen), await _page(turn, member, one, "feedback.page")))


async def _page(turn: Turn, member: Member, one: Case, key: str) -> Reply:
    """Return a case with what the member may read and do; `key` is what has just happened to it."""
    phrases = turn.phrases
    params = {
        "code": one.code,
        "category": category_title(turn.commune, one),
        "state": phrases.plain(STATES[one.state]),
        "unit": unit_words(turn.commune, phrases, one),
        "due": due_words(one),
    }
    parts = [phrases.say(key, **params)]
    if one.open and one.due < turn.now:
        parts.append(phrases.say("feedback.overdue"))
    if may_read(turn.commune, member, one, turn.now):
        said = await turn.store.feedback.said(one)
        parts += [phrases.say(_SAID[each.kind], text=each.text) for each in said if each.kind in _SAID]
    else:
        parts.append(phrases.say("feedback.taken_by_colleague"))
    return Reply(key, "\n\n".join(parts), _steps(turn, member, one))


def _steps(turn: Turn, member: Member, one: Case) -> tuple[Button, ...]:
    buttons = []
    handles = may_handle(turn.commune, member, one)
    if one.open and handles and one.taken_by is None:
        buttons.append(turn.button("feedback.take", f"case/take/{one.code}"))
    if one.open and handles:
        buttons.append(turn.button("feedback.answer", f"case/answer/{one.code}"))
    if may_pass(turn.commune, member, one, turn.now):
        key = "feedback.assign" if one.unit is None else "feedback.pass"
        buttons.append(turn.button(key, f"case/pass/{one.code}"))
    if one.open and handles:
        buttons.append(turn.button("feedback.refuse", f"case/refuse/{one.code}"))
    if one.state == "answered" and handles:
        buttons.append(turn.button("feedback.close", f"case/close/{one.code}"))
    return (*buttons, *_ways(turn))


async def take(turn: Turn, member: Member, one: Case, _: str) -> Outcome:
    """Take a case; the person is told that somebody has it."""
    taken = await turn.store.feedback.take(one, member.id) if may_handle(turn.commune, member, one) else None
    if taken is None:
        return await _as_it_is(turn, member, one)
    await note(turn.errand(), taken, "taken", member)
    await tell_person(turn.errand(), taken)
    return Outcome((await _page(turn, member, taken, "feedback.taken"),))


async def answer(turn: Turn, member: Member, one: Case, _: str) -> Outcome:
    """Begin to write the answer."""
    if not one.open or not may_handle(turn.commune, member, one):
        return await _as_it_is(turn, member, one)
    return await start(FLOW, turn, {"code": one.code})


async def pass_on(turn: Turn, member: Member, one: Case, rest: str) -> Outcome:
    """Give a case to another unit: ask which, then do it. A leader's assignment opens it to that unit.

    The buttons say from which unit they pass it on ("van-phong/kinh-te"), so that an old keyboard passes nothing; what
    is about an official is passed on after a second look only ("…/yes").
    """
    shown_for, _, wish = rest.partition("/")
    unit, _, sure = wish.partition("/")
    here = one.unit or NOBODY
    if not may_pass(turn.commune, member, one, turn.now):
        return await _as_it_is(turn, member, one)
    units = _others(turn, one)
    if unit not in {each.id for each in units}:
        shown = tuple(Button(each.name, f"case/pass/{one.code}/{here}/{each.id}") for each in units)
        return Outcome((turn.reply("feedback.ask_unit", (*shown, *_ways(turn)), code=one.code),))
    if shown_for != here:
        return await _as_it_is(turn, member, one)
    if one.official and sure != "yes":
        certain = turn.button("feedback.pass_official_yes", f"case/pass/{one.code}/{here}/{unit}/yes")
        name = next(each.name for each in units if each.id == unit)
        return Outcome((turn.reply("feedback.pass_official", (certain, *_ways(turn)), code=one.code, unit=name),))
    state = "assigned" if leads(turn.commune, member) else "received"
    passed = await turn.store.feedback.pass_on(one, unit, state)
    if passed is None:
        return await _as_it_is(turn, member, one)
    errand = turn.errand()
    held_by = holder_of(one, member)
    await note(errand, passed, "assigned" if leads(turn.commune, member) else "passed", member, held_by)
    await tell_holder(errand, passed, held_by, "feedback.push_passed_for_you", member.name)
    await tell_person(errand, passed)
    await tell_unit(errand, passed)
    words = unit_words(turn.commune, turn.phrases, passed)
    return Outcome((turn.reply("feedback.passed", _ways(turn), code=passed.code, unit=words),))


def _others(turn: Turn, one: Case) -> tuple[Unit, ...]:
    return tuple(each for each in turn.commune.profile.units if each.kind in RECEIVING and each.id != one.unit)


async def refuse(turn: Turn, member: Member, one: Case, reason: str) -> Outcome:
    """Refuse a case for a reason of the closed list, which the person is told."""
    if not one.open or not may_handle(turn.commune, member, one):
        return await _as_it_is(turn, member, one)
    if reason not in REASONS:
        shown = tuple(turn.button(_WHY[name], f"case/refuse/{one.code}/{name}") for name in REASONS)
        return Outcome((turn.reply("feedback.ask_reason", (*shown, *_ways(turn)), code=one.code),))
    refused = await turn.store.feedback.refuse(one, reason, turn.now)
    if refused is None:
        return await _as_it_is(turn, member, one)
    held_by = holder_of(one, member)
    await note(turn.errand(), refused, "refused", member, held_by)
    await tell_holder(turn.errand(), refused, held_by, "feedback.push_refused_for_you", member.name)
    await tell_person(turn.errand(), refused)
    return Outcome((await _page(turn, member, refused, "feedback.refused"),))


async def close(turn: Turn, member: Member, one: Case, _: str) -> Outcome:
    """End an answered case."""
    closed = await turn.store.feedback.close(one, turn.now) if may_handle(turn.commune, member, one) else None
    if closed is None:
        return await _as_it_is(turn, member, one)
    await note(turn.errand(), closed, "closed", member)
    await tell_person(turn.errand(), closed)
    return Outcome((await _page(turn, member, closed, "feedback.page"),))


async def _as_it_is(turn: Turn, member: Member, one: Case) -> Outcome:
    """Show the case as it stands: a colleague was faster, or the step is not this member's."""
    now = await turn.store.feedback.by_code(one.account, one.code)
    if now is None or not may_see(turn.commune, member, now, turn.now):
        return Outcome((turn.reply("feedback.not_yours", _ways(turn)),))
    return Outcome((await _page(turn, member, now, "feedback.page"),))


def _ways(turn: Turn) -> tuple[Button, ...]:
    return (turn.button("button.cases", "cases"), turn.button("button.menu", "menu"))


_WHY: Mapping[str, str] = MappingProxyType(
    {
        "elsewhere": "feedback.why_elsewhere",
        "complaint": "feedback.why_complaint",
        "unclear": "feedback.why_unclear",
        "twice": "feedback.why_twice",
    }
)
STEPS: Mapping[str, Step] = MappingProxyType(
    {"see": see, "take": take, "answer": answer, "pass": pass_on, "refuse": refuse, "close": close}
)
FEATURE = Feature(
    name="feedback_desk",
    commands={"word.cases": cases},
    taps={"cases": cases, "case": desk},
    codes={PATTERN: find},
    menu=(MenuEntry(6, "button.cases", "cases", lambda commune, _, member: works_with(commune, member)),),
)
