"""Giao việc: giving a filing to a colleague of the same unit, who is told and alone reminded from then on."""

from content.ladder import may_send
from content.phrases import Markup
from handlers.dialog import Ask, Flow, Skip, start
from handlers.errand import Errand
from handlers.feature import Feature
from handlers.filing_dates import next_morning
from handlers.filing_digest import acts
from handlers.filing_people import answering, assigned_now, may_work, with_other
from handlers.filing_recall import WORKERS, noted_alone, recall
from handlers.filing_replies import back, mine_or_refusal
from handlers.filing_sending import tell
from handlers.filing_words import item_of, line
from handlers.messages import Button, Reply
from handlers.post_holders import staff
from handlers.posts import member_of, not_staff
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
    team = await staff(turn, turn.commune.slug)
    assignment = assigned_now(turn.commune, filing, team.day)
    units = (filing.unit,) if assignment is None else answering(turn.commune, assignment)
    return [one for one in team.members if one.unit in units and one.id not in {member.id, filing.delegate}]


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
    await recall(turn.errand(), filing, WORKERS)
    await _tell(turn, filing, to)
    return Outcome((turn.reply("task.given", back(turn), name=to.name),))


async def take_back(turn: Turn, identity: str) -> Outcome:
    """Take a task back from whom it was given to, and tell them; it is the whole unit's again."""
    member, filing = await member_of(turn), await turn.store.filings.by_id(identity)
    if member is None:
        return not_staff(turn)
    team = await staff(turn, turn.commune.slug)
    if filing is None or not may_work(turn.commune, team, member, filing):
        return Outcome((turn.reply("task.not_yours", back(turn)),))
    other = with_other(team, member, filing)
    if other is None or not await turn.store.filings.delegate(filing.id, None):
        return Outcome((turn.reply("task.over" if not filing.waiting else "task.is_yours", back(turn)),))
    await record(turn, member, "taken back", f"filing/{filing.id}", of=other.id)
    await recall(turn.errand(), filing, WORKERS)
    title = item_of(turn.commune, filing, "assignee").title
    await tell(turn, other.chat_id, "task.taken_from_you", filing)
    return Outcome((turn.reply("task.taken_back", acts(turn.commune, turn.phrases, filing, turn.now), title=title),))


async def _tell(turn: Turn, filing: Filing, to: Member) -> None:
    errand: Errand = turn.errand()
    chat = await errand.chat(to.chat_id)
    if chat is None:
        return
    if not may_send(turn.now, turn.commune.calendar):
        errand = errand.at(next_morning(turn.commune, turn.now))
    phrases = errand.speak(chat)
    words = line(turn.commune, phrases, item_of(turn.commune, filing, "assignee"), filing.due < turn.now)
    reply = Reply(
        "task.given_to_you",
        phrases.say("task.given_to_you", line=Markup(words)),
        acts(turn.commune, phrases, filing, turn.now),
    )
    errand.post(chat, reply, noted_alone(filing, "assignee"))


FLOW = Flow("give_filing", {"whom": whom, "done": done})
FEATURE = Feature(name="filing_delegate", taps={"give": give, "takeback": take_back}, flows=(FLOW,))
