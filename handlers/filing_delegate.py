"""Giao việc: giving a filing to a colleague of the same unit, who is told and alone reminded from then on."""

from content.ladder import may_send
from content.phrases import Markup
from handlers.dialog import Ask, Flow, Skip, start
from handlers.errand import Errand
from handlers.feature import Feature
from handlers.filing_digest import acts
from handlers.filing_people import answering, assignment_of
from handlers.filing_planning import next_morning
from handlers.filing_replies import back, mine_or_refusal
from handlers.filing_words import item_of, line
from handlers.messages import Button
from handlers.post_holders import staff
from handlers.record import record
from handlers.turn import Outcome, Turn
from storage.filings import Filing
from storage.members import Member


async def give(turn: Turn, identity: str) -> Outcome:
    """Ask to whom a filing is given."""
    found = await mine_or_refusal(turn, identity)
    return found if isinstance(found, Outcome) else await start(FLOW, turn, {"filing": found[1].id})


async def whom(turn: Turn) -> Ask | Outcome:
    """Offer the colleagues of the units that answer for it."""
    found = await mine_or_refusal(turn, turn.data["filing"])
    if isinstance(found, Outcome):
        return found
    others = await _colleagues(turn, *found)
    if not others:
        return Outcome((turn.reply("task.no_colleague", back(turn)),))
    return Ask("task.ask_whom", name="member", then="done", choices=tuple(Button(one.name, one.id) for one in others))


async def _colleagues(turn: Turn, member: Member, filing: Filing) -> list[Member]:
    assignment = assignment_of(turn.commune, filing)
    units = (filing.unit,) if assignment is None else answering(turn.commune, assignment)
    members = (await staff(turn, turn.commune.slug)).members
    return [one for one in members if one.unit in units and one.id not in {member.id, filing.delegate}]


async def done(turn: Turn) -> Outcome | Skip:
    """Give it, tell who got it, and note who did so; at night it waits for the morning."""
    found = await mine_or_refusal(turn, turn.data["filing"])
    if isinstance(found, Outcome):
        return found
    member, filing = found
    to = next((one for one in await _colleagues(turn, member, filing) if one.id == turn.data["member"]), None)
    if to is None or not await turn.store.filings.delegate(filing.id, to.id):
        return Skip("whom")
    await record(turn, member, "delegated", f"filing/{filing.id}", to=to.id)
    await _tell(turn, filing, to)
    return Outcome((turn.reply("task.given", back(turn), name=to.name),))


async def _tell(turn: Turn, filing: Filing, to: Member) -> None:
    errand: Errand = turn.errand()
    chat = await errand.chat(to.chat_id)
    if chat is None:
        return
    if not may_send(turn.now, turn.commune.calendar):
        errand = errand.at(next_morning(turn.commune, turn.now))
    phrases = errand.speak(chat)
    words = line(turn.commune, phrases, item_of(turn.commune, filing, "assignee"), filing.due < turn.now)
    errand.tell(chat, "task.given_to_you", acts(phrases, filing.id), line=Markup(words))


FLOW = Flow("give_filing", {"whom": whom, "done": done})
FEATURE = Feature(name="filing_delegate", taps={"give": give}, flows=(FLOW,))
