"""Hỏi đáp: from a question in free words to the right page, or an honest "I do not know"."""

from dataclasses import replace

from content.feedback import mentions
from content.guides import Guide
from content.search import Found
from handlers.feature import Feature
from handlers.feedback import complain
from handlers.feedback_official import accuses
from handlers.feedback_scam import KEPT, MOST, scam_advice, words_to_keep
from handlers.guides import card, section
from handlers.messages import Button, Reply
from handlers.turn import Outcome, Turn
from handlers.urgent import urgent_advice, wants_page_too
from handlers.words import masked
from storage.answers import Answer
from storage.chats import Dialog, Topic

MOST_CHOICES = 4
FEWEST_WORDS = 2  # of a report
REPORT = f"feedback/{KEPT}"


async def ask(turn: Turn, text: str) -> Outcome:
    """Answer a question: a page, a section of the page shown before, up to four choices, or a refusal."""
    if not any(sign.isalpha() for sign in text):  # "10:00" is no question
        return Outcome((turn.reply("answer.unknown", _ways_out(turn)),))
    topic = turn.dialog.topic
    shown = topic.guide if topic and topic.guide in turn.commune.guides else None
    found = turn.commune.search.find(text, shown=shown)
    found = _sure_of_complaint(turn, found, text)
    if found.uncovered is not None and found.uncovered.form == "complaint":
        return await complain(turn)  # before anything is noted: that is what it says
    guide = turn.commune.guides.get(found.guide or "")
    answer = Answer(turn.new_id(), masked(text), found.outcome, found.guide, found.section)
    turn.store.answers.note(turn.chat.id, turn.commune.slug, answer, turn.now)
    urgent = urgent_advice(turn, text)
    if urgent is not None:
        too = guide is not None and wants_page_too(turn, text, urgent)
        page = _page(turn, guide, found, answer) if guide is not None and too else Outcome(())
        return replace(page, replies=(urgent, *page.replies))
    advice = scam_advice(turn, text)
    if advice is not None:  # first of all; the page that was found stands below
        page = _page(turn, guide, found, answer) if guide is not None else Outcome(())
        dialog = replace(page.dialog or Dialog(topic=topic), data=words_to_keep(text))
        return Outcome((advice, *page.replies), dialog)
    if guide is not None:
        return _page(turn, guide, found, answer)
    if found.outcome == "choose":
        return _with_words(turn, _choices(turn, found, text), text)
    return _with_words(turn, _refusal(turn, found, text), text)


def _sure_of_complaint(turn: Turn, found: Found, text: str) -> Found:
    """Return what was found, without a complaint that no word in the text speaks of: «giá điện cao» is none."""
    plan = turn.commune.feedback
    if found.uncovered is None or found.uncovered.form != "complaint":
        return found
    return found if plan is not None and mentions(text, plan.words.complaint) else replace(found, uncovered=None)


def answered_by_a_page(turn: Turn, text: str) -> bool:
    """Tell whether `ask` would show a page or warn of a scam, without noting a question."""
    shown = turn.dialog.topic.guide if turn.dialog.topic else None
    found = turn.commune.search.find(text, shown=shown if shown in turn.commune.guides else None)
    return found.outcome == "answer" or scam_advice(turn, text) is not None


def _with_words(turn: Turn, reply: Reply, text: str) -> Outcome:
    """Keep the words until the next turn, where a tap makes them a report: nobody has to write them again."""
    if not any(button.value == REPORT for button in reply.buttons):
        return Outcome((reply,))
    if len(text) > MOST:
        return Outcome((turn.reply("feedback.too_long", most=MOST), reply))
    return Outcome((reply,), Dialog(topic=turn.dialog.topic, data=words_to_keep(text, FEWEST_WORDS)))


def _page(turn: Turn, guide: Guide, found: Found, answer: Answer) -> Outcome:
    topic = Topic(guide.id, answer.id)
    if found.section in guide.sections:
        reply = section(turn, guide, str(found.section), answer.id)
    else:
        reply = card(turn, guide, answer.id)
    return Outcome((reply,), Dialog(topic=topic))


def _choices(turn: Turn, found: Found, text: str) -> Reply:
    buttons = []
    for candidate in found.candidates[:MOST_CHOICES]:
        guide = turn.commune.guides.get(candidate.guide)
        if guide is not None:
            value = f"guide/{guide.id}/{found.section}" if found.section in guide.sections else f"guide/{guide.id}"
            buttons.append(Button(guide.title, value))
    if accuses(turn, text):
        buttons.append(turn.button("button.feedback", REPORT))
    return turn.reply("answer.choose", (*buttons, turn.button("answer.none_of_these", "unanswered")))


def _refusal(turn: Turn, found: Found, text: str) -> Reply:
    reported = found.uncovered is not None and found.uncovered.form == "report"
    if turn.commune.feedback is not None and (reported or accuses(turn, text)):
        report_first = sorted(_ways_out(turn), key=lambda button: button.value != REPORT)
        return turn.reply("answer.report_it", tuple(report_first))
    if found.uncovered is not None:
        return turn.reply("answer.not_covered", _ways_out(turn), topic=found.uncovered.title)
    return turn.reply("answer.unknown", _ways_out(turn))


def _ways_out(turn: Turn) -> tuple[Button, ...]:
    """Return the ways on; what no page answers is often no question but a report."""
    report = (turn.button("button.feedback", REPORT),) if turn.commune.feedback is not None else ()
    return (
        turn.button("button.areas", "areas"),
        *report,
        turn.button("button.person", "person"),
        turn.button("button.menu", "menu"),
    )


async def unanswered(turn: Turn, _: str) -> Outcome:
    """None of the choices was meant."""
    return Outcome((turn.reply("answer.unknown", _ways_out(turn)),))


FEATURE = Feature(name="answering", commands={"word.ask": ask}, taps={"unanswered": unanswered})
