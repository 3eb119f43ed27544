"""Tệp kèm báo cáo: a document or a photo as proof, kept as the platform's name of it, never as content.

We cannot see what is in a file. So who sends it is asked about papers and secrets; then it is deleted and kept nowhere.
"""

from dataclasses import replace
from typing import Any

from handlers.feature import Feature
from handlers.feedback_photo import takes_photos
from handlers.filing_card import report_ways, title_of
from handlers.filing_form import NONE
from handlers.filing_people import may_see
from handlers.messages import Reply
from handlers.post_holders import staff
from handlers.posts import member_of, not_staff
from handlers.turn import CitizenMistake, Outcome, Turn

LONGEST_PROOF = 200  # characters
LONGEST_NAME = 100
PROOF = "proof"
SEEN = "proof_seen"  # the answer to what is in the file


def question(turn: Turn) -> str:
    """Return how the proof is asked for: with a file where the channel takes one."""
    return "filing.ask_proof" if takes_photos(turn) else "filing.ask_proof_words"


async def read_proof(turn: Turn, text: str) -> str | dict[str, str]:
    """Return the number of a document, or the file that was sent instead. Raises CitizenMistake."""
    incoming = turn.incoming
    if incoming.file is not None:
        file = f"{incoming.sender.channel}/{incoming.media}/{incoming.file}"
        name = " ".join((incoming.file_name or "").split())[:LONGEST_NAME]
        return {"file": file, "name": name, "ref": incoming.ref or ""}
    if not text:
        raise CitizenMistake("filing.write_something")
    if len(text) > LONGEST_PROOF:
        raise CitizenMistake("filing.too_long", most=LONGEST_PROOF)
    return text


def is_file(answer: Any) -> bool:
    """Tell whether an answer to the question of proof is a file."""
    return isinstance(answer, dict)


def enclosed(answer: Any) -> tuple[str, str | None]:
    """Return the proof of a form as it is stored: number or name of the file, and which file."""
    if is_file(answer):
        return answer["name"], answer["file"]
    return "" if answer in {None, NONE} else str(answer), None


def dropped(turn: Turn) -> Reply:
    """Return what is said when a file must not be kept; the channel deletes it."""
    return replace(turn.reply("filing.file_dropped"), delete=turn.data[PROOF]["ref"] or None)


async def see(turn: Turn, identity: str) -> Outcome:
    """Show the file of a report to who may see the report, on the channel that has it."""
    member = await member_of(turn)
    if member is None:
        return not_staff(turn)
    filing, people = await turn.store.filings.by_id(identity), await staff(turn, member.account)
    if filing is None or filing.proof_file is None or not may_see(turn.commune, people, member, filing):
        return Outcome((turn.reply("filing.not_yours", report_ways(turn)),))
    channel, kind, file = filing.proof_file.split("/", 2)
    ways = (turn.button("filing.read", f"filing/{filing.id}"), *report_ways(turn))
    if channel != turn.chat.address.channel:
        return Outcome((turn.reply("filing.file_elsewhere", ways),))
    reply = turn.reply("filing.file", ways, title=title_of(turn, filing))
    return Outcome((replace(reply, photo=file) if kind == "photo" else replace(reply, document=file),))


FEATURE = Feature(name="filing_proof", taps={"filing_file": see})
