"""Trình duyệt và gửi: what follows when a report is handed in, approved, accepted or returned, and who hears of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from content.dates import local_day
from content.ladder import may_send
from content.period_words import period_words
from handlers.filing_card import title_of, to_the_second
from handlers.filing_dates import next_morning
from handlers.filing_people import Why, unit_now
from handlers.filing_recall import EVERYBODY, UNIT, noted_alone, recall
from handlers.filing_replies import back
from handlers.messages import Button, Reply
from handlers.post_holders import LEADERS, heads, staff
from handlers.posts import unit_name
from handlers.record import record
from handlers.turn import CitizenMistake, Turn
from storage.filing_moves import Figure, seal_of
from storage.filings import Filing
from storage.members import Member


@dataclass(frozen=True, slots=True)
class Words:
    """What goes with the figures: a note, number or name of the document, and which file it is (channel/kind/file)."""

    note: str
    proof: str
    file: str | None = None


async def hand_over(turn: Turn, member: Member, filing: Filing, figures: Sequence[Figure], words: Words) -> Filing:
    """Give a report to the head, or send it when the writer is the head or there is none. Raises CitizenMistake.

    Nobody of a unit approves what a leader of the commune writes.
    """
    moves = turn.store.filing_moves
    leading = await heads(turn, filing.account, unit_now(turn.commune, filing, local_day(turn.now)))
    alone = not leading or member.role in LEADERS or any(one.id == member.id for one in leading)
    if alone:
        moved = await moves.send(filing.id, member.id, words.note, words.proof, turn.now, words.file)
    else:
        moved = await moves.hand_in(filing.id, member.id, words.note, words.proof, words.file)
    if moved is None:
        raise CitizenMistake("filing.moved_on", (turn.button("filing.read", f"filing/{filing.id}"), *back(turn)))
    await recall(turn.errand(), moved, EVERYBODY if alone else UNIT)
    moves.set_figures(filing.id, figures, member.id, turn.now)
    await record_move(turn, member, moved, "report sent" if alone else "report handed in")
    if not alone:
        for head in leading:
            way = (("filing.read", f"filing/{moved.id}"),)
            await tell(turn, head.chat_id, "filing.please_approve", moved, way, stale_for="approver")
    return moved


async def record_move(turn: Turn, member: Member, filing: Filing, action: str) -> None:
    """Write a move into the ledger, without words of anybody."""
    subject, detail = f"filing/{filing.id}", {"obligation": filing.obligation, "period": filing.period}
    seal = seal_of(filing, await turn.store.filing_moves.figures_of(filing.id))
    await record(turn, member, action, subject, **detail, of=filing.unit, state=filing.state, seal=seal)


async def tell(
    turn: Turn,
    chat_id: int,
    key: str,
    filing: Filing,
    ways: Sequence[tuple[str, str]] = (),
    stale_for: Why | None = None,
    **params: object,
) -> None:
    """Tell an official of a filing; at night and on days off it waits for the next working morning.

    `stale_for`: it asks them to do something, as such a one, and is taken back when that is done by then.
    """
    if chat_id == turn.chat.id:
        return
    errand = turn.errand()
    chat = await errand.chat(chat_id)
    if chat is None:
        return
    phrases = errand.speak(chat)
    shown = tuple(Button(phrases.plain(label), value) for label, value in ways)
    errand = errand if may_send(turn.now, turn.commune.calendar) else errand.at(next_morning(turn.commune, turn.now))
    unit, period = unit_name(turn.commune, filing.unit), period_words(filing.period, phrases)
    text = phrases.say(key, title=title_of(turn, filing), unit=unit, period=period, **params)
    errand.post(chat, Reply(key, text, shown), noted_alone(filing, stale_for) if stale_for else None)


async def tell_sender(turn: Turn, filing: Filing, key: str, stale_for: Why | None = None, **params: object) -> None:
    """Tell who sent a report what has become of it."""
    member = (await staff(turn, filing.account)).member(filing.sent_by)
    if member is not None:
        way = (("filing.read", f"filing/{filing.id}"),)
        at = to_the_second(filing.sent_at) if filing.sent_at else ""
        await tell(turn, member.chat_id, key, filing, way, stale_for, at=at, **params)
