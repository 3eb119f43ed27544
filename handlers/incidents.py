"""Báo sự cố: an official says in two taps what is broken; the place is their own unit. Who is told: incident_people."""

from content.communes import NOT_GIVEN
from content.phrases import Markup
from handlers.dialog import Ask, Flow, start
from handlers.feature import Feature, MenuEntry
from handlers.history import note_incident
from handlers.incident_clock import hand_out_draft, start_clocks
from handlers.incident_news import announce, may_wake
from handlers.incident_people import plan_of
from handlers.incident_words import MOST_WORDS, check_words, incident_code, what, where
from handlers.messages import Button, Reply
from handlers.posts import back_to_work, member_of, not_staff
from handlers.turn import Outcome, Turn
from storage.incidents import Incident
from storage.members import Member

TRIES = 5
MOST_NAMES = 6
ADVICE = frozenset({"leak", "emergency"})


async def report(turn: Turn, _: str) -> Outcome:
    """Begin a report; a citizen is shown the way for citizens."""
    if turn.chat.post is None:
        shown = (turn.button("button.feedback", "feedback"), turn.button("button.person", "person"))
        return Outcome((turn.reply("incident.for_officials", shown),))
    if turn.commune.incidents is None:
        return Outcome((turn.reply("incident.not_here", back_to_work(turn)),))
    return await start(FLOW, turn)


async def kind(turn: Turn) -> Ask:
    """Ask which of the five kinds."""
    choices = tuple(Button(one.title, one.id) for one in plan_of(turn.commune).kinds)
    return Ask("incident.ask_kind", name="kind", then="thing", choices=choices)


async def thing(turn: Turn) -> Ask:
    """Ask what: a usual thing, or a few words."""
    found = plan_of(turn.commune).kind(turn.data["kind"])
    choices = tuple(Button(one.title, f"thing-{one.id}") for one in found.things)
    params = {"kind": found.title, "most": MOST_WORDS}
    return Ask("incident.ask_thing", name="thing", then="done", choices=choices, check=check_words, params=params)


async def done(turn: Turn) -> Outcome:
    """Store it, tell who is first on the ladder, and say honestly whom that reaches."""
    member = await member_of(turn)
    if member is None or turn.commune.incidents is None:
        return not_staff(turn)
    said = turn.data["thing"]
    known = plan_of(turn.commune).thing(turn.data["kind"], said.removeprefix("thing-"))
    listed = known is not None and said.startswith("thing-")
    words = "" if listed else said
    one = await open_incident(turn, member, turn.data["kind"], known.id if known and listed else None, words)
    if one is None:
        return Outcome((turn.reply("dialog.lost"),))
    awake = may_wake(one, turn.now)
    told = await announce(turn.errand(), turn.commune, [one]) if awake else []
    if one.kind == "leak":
        await hand_out_draft(turn.errand(), turn.commune, one)
    key = ("incident.reported" if told else "incident.reported_nobody") if awake else "incident.reported_night"
    params = {"code": one.code, "what": what(turn.commune, one), "place": where(turn.commune, one)}
    if told:
        params["told"] = ", ".join(told[:MOST_NAMES])
    reply = turn.reply(key, _next_steps(turn, one), hotline=_hotline(turn), **params)
    return Outcome((*_advice(turn, one), reply))


async def open_incident(
    turn: Turn, member: Member, kind: str, thing: str | None, words: str = "", check: str | None = None
) -> Incident | None:
    """Store a new incident with its history and clocks; None when the check of that day has opened it already."""
    for _ in range(TRIES):
        identity = turn.new_id()
        one = Incident(
            id=identity,
            account=member.account,
            code=incident_code(identity),
            kind=kind,
            thing=thing,
            unit=member.unit,
            reported_by=member.id,
            reported=turn.now,
            found=turn.now,
            found_by_check=check,
        )
        if await turn.store.incidents.add(one) is not None:
            await note_incident(turn, member, one, "reported", words)
            start_clocks(turn.errand(), turn.commune, one)
            return one
        if check is not None and await turn.store.incidents.by_check(member.account, check) is not None:
            return None
    return None


def _advice(turn: Turn, one: Incident) -> tuple[Reply, ...]:
    """Return what to do this minute."""
    if one.kind not in ADVICE:
        return ()
    key = "incident.advice_leak" if one.kind == "leak" else "incident.advice_emergency"
    return (turn.reply(key),)


def _next_steps(turn: Turn, one: Incident) -> tuple[Button, ...]:
    shown = [
        turn.button("incident.add_note", f"incident/note/{one.code}"),
        turn.button("incident.withdraw", f"incident/withdraw/{one.code}"),
        turn.button("incident.look", f"incident/see/{one.code}", code=one.code),
    ]
    if one.kind == "leak":
        shown.insert(1, turn.button("incident.found_before", f"incident/found/{one.code}"))
        shown.insert(2, turn.button("incident.show_draft", f"incident/draft/{one.code}"))
    return (*shown, turn.button("button.menu", "menu"))


def _hotline(turn: Turn) -> Markup:
    """Return whom to call when the network is down too."""
    number = turn.commune.profile.hotline
    if number == NOT_GIVEN:
        return Markup(turn.phrases.say("incident.call_in_person"))
    return Markup(turn.phrases.say("incident.call", hotline=number))


FLOW = Flow("incident_report", {"kind": kind, "thing": thing, "done": done})
FEATURE = Feature(
    name="incidents",
    commands={"word.incident": report},
    taps={"report": report},
    flows=(FLOW,),
    menu=(MenuEntry(7, "button.report_incident", "report", lambda commune, _, __: commune.incidents is not None),),
)
