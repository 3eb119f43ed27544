"""Một báo cáo trên màn hình: a filing with what may be done to it, and the receipt of what was sent."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType

from content.dates import HOME
from content.figure_text import show_entered, show_number
from content.period_words import period_words
from content.phrases import Phrases
from handlers.filing_people import assignment_of, may_work
from handlers.filing_rights import may_approve, may_settle
from handlers.messages import Button, Reply
from handlers.post_holders import Staff
from handlers.posts import unit_name
from handlers.turn import Turn
from storage.filings import Filing
from storage.members import Member

STATES: Mapping[str, str] = MappingProxyType(
    {
        "open": "filing.state_open",
        "approving": "filing.state_approving",
        "sent": "filing.state_sent",
        "returned": "filing.state_returned",
        "accepted": "filing.state_accepted",
        "excused": "filing.state_excused",
        "void": "filing.state_void",
    }
)


def report_ways(turn: Turn) -> tuple[Button, ...]:
    """Return the buttons under what is said about reports."""
    return (turn.button("button.my_filings", "tasks"), turn.button("button.menu", "menu"))


def to_the_second(instant: datetime) -> str:
    """Return an instant as it stands on a receipt: local, to the second."""
    return f"{instant.astimezone(HOME):%H:%M:%S %d/%m/%Y}"


def title_of(turn: Turn, filing: Filing) -> str:
    """Return what is reported, or the id of an obligation that was taken out of the plans."""
    return obligation_title(turn, filing.obligation)


def obligation_title(turn: Turn, identity: str) -> str:
    """Return the title of an obligation, or its id when it was taken out of the plans."""
    obligation = turn.commune.plans.obligation(identity)
    return identity if obligation is None else obligation.title


async def card(turn: Turn, staff: Staff, member: Member, filing: Filing, key: str) -> Reply:
    """Return a filing with its figures and the buttons this member may use; `key` says what has happened."""
    phrases = turn.phrases
    parts = [
        phrases.say(
            key,
            title=title_of(turn, filing),
            unit=unit_name(turn.commune, filing.unit),
            period=period_words(filing.period, phrases),
            due=to_the_second(filing.due),
            state=phrases.plain(STATES[filing.state]),
        )
    ]
    if filing.about is not None:
        parts.append(phrases.say("filing.card_about", about=filing.about))
    if filing.sent_at is not None:
        parts.append(_sent(turn, filing))
    if filing.reason and filing.state in {"returned", "excused"}:
        parts.append(phrases.say("filing.reason", reason=filing.reason))
    figures = await turn.store.filing_moves.figures_of(filing.id)
    for one in figures:
        indicator = turn.commune.plans.indicator(one.indicator)
        of = (
            f" ({show_number(one.numerator)}/{show_number(one.denominator)})"
            if one.numerator is not None and one.denominator is not None
            else ""
        )
        value, title = f"{show_number(one.value)}{of}", one.indicator  # of an indicator that left the file
        if indicator is not None:
            value = f"{show_entered(one.value, indicator, filing.due.year)} {indicator.unit}{of}"
            title = indicator.title
        parts.append(phrases.say("filing.line", title=title, value=value))
    if filing.note:
        parts.append(phrases.say("filing.card_note", note=filing.note))
    if filing.proof_file is not None:
        parts.append(phrases.say("filing.card_file", name=proof_words(phrases, filing.proof, filing.proof_file)))
    elif filing.proof:
        parts.append(phrases.say("filing.card_proof", proof=filing.proof))
    return Reply(key, "\n\n".join(parts), _buttons(turn, staff, member, filing))


def proof_words(phrases: Phrases, proof: str | None, file: str | None) -> str:
    """Return the number of a document, or the name of a file (channel/kind/file), as people read it."""
    if proof or file is None:
        return proof or ""
    return phrases.plain("filing.a_photo" if file.split("/")[1] == "photo" else "filing.a_file")


def _sent(turn: Turn, filing: Filing) -> str:
    assert filing.sent_at is not None
    at = to_the_second(filing.sent_at)
    assignment = assignment_of(turn.commune, filing)
    if filing.sent_at <= filing.due or (assignment is not None and assignment.polite):
        return turn.phrases.say("filing.sent_in_time", at=at)
    return turn.phrases.say("filing.sent_late", at=at, late=_span(turn, filing.sent_at - filing.due))


def _span(turn: Turn, span: timedelta) -> str:
    days, rest = divmod(int(span.total_seconds()), 86_400)
    hours, rest = divmod(rest, 3_600)
    minutes, seconds = divmod(rest, 60)
    return turn.phrases.plain("filing.span", days=days, hours=hours, minutes=minutes, seconds=seconds)


def _buttons(turn: Turn, staff: Staff, member: Member, filing: Filing) -> tuple[Button, ...]:
    found = []
    if filing.proof_file is not None:
        found.append(turn.button("filing.open_file", f"filing_file/{filing.id}"))
    if filing.waiting and may_work(turn.commune, staff, member, filing):
        found.append(turn.button("filing.begin_button", f"filing/{filing.id}"))
    if filing.state == "approving" and may_approve(turn.commune, staff, member, filing):
        found.append(turn.button("filing.approve", f"filing_ok/{filing.id}"))
        found.append(turn.button("filing.give_back", f"filing_back/{filing.id}"))
    if may_settle(turn.commune, staff, member, filing):
        if filing.state == "sent":
            found.append(turn.button("filing.accept", f"filing_take/{filing.id}"))
            found.append(turn.button("filing.give_back", f"filing_back/{filing.id}"))
        if filing.waiting or filing.state == "approving":
            found.append(turn.button("filing.excuse", f"filing_excuse/{filing.id}"))
        if filing.state in {"accepted", "excused"}:
            found.append(turn.button("filing.reopen", f"filing_undo/{filing.id}"))
    return (*found, *report_ways(turn))


def receipt(turn: Turn, filing: Filing) -> Reply:
    """Return what the sender keeps: what, for whom, and when to the second; or that the head has to read it."""
    params = {
        "title": title_of(turn, filing),
        "period": period_words(filing.period, turn.phrases),
        "unit": unit_name(turn.commune, filing.unit),
        "number": filing.id[-8:].upper(),
    }
    if filing.state == "approving":
        key = "filing.waits_for_head" if filing.sent_at is None else "filing.waits_for_head_again"
        return turn.reply(key, report_ways(turn), **params)
    return turn.reply("filing.receipt", report_ways(turn), **params, sent=_sent(turn, filing))
