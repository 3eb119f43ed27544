"""Duyệt, tiếp nhận, trả lại, miễn: what heads, the focal point and leaders do with a report."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from content.period_words import period_words
from handlers.dialog import Ask, Flow, start
from handlers.feature import Feature, MenuEntry
from handlers.filing_card import card, report_ways, title_of
from handlers.filing_people import may_see
from handlers.filing_recall import APPROVERS, recall
from handlers.filing_rights import judges, may_approve, may_settle
from handlers.filing_sending import record_move, tell_sender
from handlers.messages import Button
from handlers.post_holders import HEADS, Staff, staff
from handlers.posts import member_of, not_staff, unit_name
from handlers.turn import CitizenMistake, Outcome, Turn
from handlers.words import is_one_of
from storage.filings import Filing
from storage.members import Member

PAGE = 8
LONGEST_REASON = 500  # characters


@dataclass(frozen=True, slots=True)
class Case:
    """A filing before somebody who may see it."""

    turn: Turn
    staff: Staff
    member: Member
    filing: Filing

    @property
    def may_settle(self) -> bool:
        """Whether they accept, excuse and take that back."""
        return may_settle(self.turn.commune, self.staff, self.member, self.filing)

    @property
    def may_approve(self) -> bool:
        """Whether they are the head of its unit today."""
        return may_approve(self.turn.commune, self.staff, self.member, self.filing)

    @property
    def may_return(self) -> bool:
        """Whether they may send it back to its unit."""
        return self.may_settle or (self.filing.state == "approving" and self.may_approve)

    async def shown(self, filing: Filing, key: str) -> Outcome:
        """Show the filing as it is now."""
        return Outcome((await card(self.turn, self.staff, self.member, filing, key),))

    async def as_it_is(self) -> Outcome:
        """Show it: somebody was faster."""
        now = await self.turn.store.filings.by_id(self.filing.id)
        return await self.shown(now or self.filing, "filing.moved_already")

    async def moved(self, moved: Filing | None, key: str) -> Outcome:
        """Record a move and show what has become of the filing; None: somebody was faster."""
        if moved is None:
            return await self.as_it_is()
        await record_move(self.turn, self.member, moved, f"report {key.removeprefix('filing.')}")
        return await self.shown(moved, key)


Act = Callable[[Case], Awaitable[Outcome]]


async def _case(turn: Turn, identity: str) -> Case | None:
    member = await member_of(turn)
    filing = await turn.store.filings.by_id(identity)
    if member is None or filing is None:
        return None
    people = await staff(turn, member.account)
    return Case(turn, people, member, filing) if may_see(turn.commune, people, member, filing) else None


def _acting(act: Act) -> Callable[[Turn, str], Awaitable[Outcome]]:
    async def tapped(turn: Turn, identity: str) -> Outcome:
        case = await _case(turn, identity)
        if case is None:
            return not_staff(turn) if turn.chat.post is None else _not_yours(turn)
        return await act(case)

    return tapped


def _not_yours(turn: Turn) -> Outcome:
    return Outcome((turn.reply("filing.not_yours", report_ways(turn)),))


async def approve(case: Case) -> Outcome:
    """Send the unit's report: the head has read it."""
    if not case.may_approve:
        return _not_yours(case.turn)
    moved = await case.turn.store.filing_moves.approve(case.filing.id, case.member.id, case.turn.now)
    if moved is not None:
        await recall(case.turn.errand(), moved)
        await tell_sender(case.turn, moved, "filing.was_approved")
    return await case.moved(moved, "filing.approved")


async def take(case: Case) -> Outcome:
    """Accept a report."""
    if not case.may_settle:
        return _not_yours(case.turn)
    moved = await case.turn.store.filing_moves.accept(case.filing.id, case.member.id, case.turn.now)
    if moved is not None:
        await recall(case.turn.errand(), moved)
        await tell_sender(case.turn, moved, "filing.was_accepted")
    return await case.moved(moved, "filing.accepted")


async def undo(case: Case) -> Outcome:
    """Take back an acceptance or an excuse."""
    if not case.may_settle:
        return _not_yours(case.turn)
    return await case.moved(await case.turn.store.filing_moves.reopen(case.filing.id, case.turn.now), "filing.reopened")


async def give_back(case: Case) -> Outcome:
    """Ask why it is returned."""
    if not case.may_return:
        return _not_yours(case.turn)
    if case.filing.state not in {"approving", "sent"}:
        return await case.as_it_is()
    return await start(RETURN, case.turn, {"filing": case.filing.id})


async def excuse(case: Case) -> Outcome:
    """Ask why a unit is excused."""
    if not case.may_settle:
        return _not_yours(case.turn)
    if not (case.filing.waiting or case.filing.state == "approving"):
        return await case.as_it_is()
    return await start(EXCUSE, case.turn, {"filing": case.filing.id})


async def _reason(turn: Turn, text: str) -> str:
    if not text:
        raise CitizenMistake("filing.write_something")
    if is_one_of(turn.phrases, "filing.second_thought", text):
        raise CitizenMistake("filing.no_reason")
    if len(text) > LONGEST_REASON:
        raise CitizenMistake("filing.too_long", most=LONGEST_REASON)
    return text


def _asking(key: str) -> Callable[[Turn], Awaitable[Ask]]:
    async def why(turn: Turn) -> Ask:
        filing = await turn.store.filings.by_id(turn.data["filing"])
        if filing is None:
            raise CitizenMistake("filing.not_yours")
        unit = unit_name(turn.commune, filing.unit)
        period = period_words(filing.period, turn.phrases)
        params = {"title": title_of(turn, filing), "unit": unit, "period": period}
        return Ask(key, "reason", "done", (), _reason, params)

    return why


async def returned(turn: Turn) -> Outcome:
    """Return it and tell the sender why."""
    case = await _case(turn, turn.data["filing"])
    if case is None or not case.may_return:
        return _not_yours(turn)
    moved = await turn.store.filing_moves.give_back(case.filing.id, turn.data["reason"], turn.now)
    if moved is not None:
        await recall(turn.errand(), moved, APPROVERS)
        await tell_sender(turn, moved, "filing.was_returned", "assignee", reason=turn.data["reason"])
    return await case.moved(moved, "filing.returned")


async def excused(turn: Turn) -> Outcome:
    """Excuse the unit and stop reminding it."""
    case = await _case(turn, turn.data["filing"])
    if case is None or not case.may_settle:
        return _not_yours(turn)
    moves = turn.store.filing_moves
    moved = await moves.excuse(case.filing.id, case.member.id, turn.data["reason"], turn.now)
    if moved is not None:
        await recall(turn.errand(), moved)
    return await case.moved(moved, "filing.excused")


async def waiting(turn: Turn, argument: str) -> Outcome:
    """List what waits for this member: reports to approve, reports to accept."""
    member = await member_of(turn)
    if member is None:
        return not_staff(turn)
    moves, people = turn.store.filing_moves, await staff(turn, member.account)
    if not judges(people, member):
        return _not_yours(turn)
    posts, profile = people.acts_as(member), turn.commune.profile
    headed = {unit for one in posts if one.role in HEADS for unit in profile.held_by(one.unit, people.day)}
    found = [one for unit in sorted(headed) for one in await moves.to_approve(member.account, unit)]
    sent = await moves.to_settle(member.account)
    found += [one for one in sent if may_settle(turn.commune, people, member, one)]
    last = max(len(found) - 1, 0) // PAGE
    page = min(int(argument), last) if argument.isascii() and argument.isdecimal() and len(argument) < 4 else 0
    buttons = [_label(turn, one) for one in found[page * PAGE : page * PAGE + PAGE]]
    if page > 0:
        buttons.append(turn.button("button.previous_page", f"filing_waiting/{page - 1}"))
    if page < last:
        buttons.append(turn.button("button.next_page", f"filing_waiting/{page + 1}"))
    key = "filing.waiting" if found else "filing.nothing_waits"
    return Outcome((turn.reply(key, (*buttons, *report_ways(turn)), total=len(found)),))


def _label(turn: Turn, filing: Filing) -> Button:
    key = "filing.label_approve" if filing.state == "approving" else "filing.label_accept"
    unit, period = unit_name(turn.commune, filing.unit), period_words(filing.period, turn.phrases)
    return turn.button(key, f"filing/{filing.id}", title=title_of(turn, filing), unit=unit, period=period)


RETURN = Flow("filing_return", {"why": _asking("filing.ask_return"), "done": returned})
EXCUSE = Flow("filing_excuse", {"why": _asking("filing.ask_excuse"), "done": excused})
FEATURE = Feature(
    name="filing_desk",
    commands={"word.filing_waiting": waiting},
    taps={
        "filing_ok": _acting(approve),
        "filing_take": _acting(take),
        "filing_undo": _acting(undo),
        "filing_back": _acting(give_back),
        "filing_excuse": _acting(excuse),
        "filing_waiting": waiting,
    },
    flows=(RETURN, EXCUSE),
    menu=(MenuEntry(2, "filing.menu_waiting", "filing_waiting", lambda _, team, member: judges(team, member)),),
)
