"""Nộp báo cáo: the figures one by one, a note, the document or its number; then to the head or to the focal point."""

from dataclasses import replace

from content.figure_text import show_target
from content.indicators import Indicator
from content.obligations import Assignment
from content.period_words import period_words
from content.phrases import Markup
from content.report import grows_through_year
from handlers import filing_form, filing_proof
from handlers.dialog import Ask, Check, Flow, Skip, start
from handlers.feature import Feature
from handlers.filing_card import card, obligation_title, proof_words, receipt
from handlers.filing_draft import filing_in_hand, keep, opening
from handlers.filing_earlier import beside, last_time
from handlers.filing_form import AGAIN, BESIDE, NONE, SERVICE, Offered, Question, next_question, value_words
from handlers.filing_people import assignment_of, day_of, may_see, may_work, with_other
from handlers.filing_replies import given_away
from handlers.filing_sending import Words, hand_over
from handlers.messages import Button
from handlers.post_holders import staff
from handlers.posts import member_of, not_staff
from handlers.service_figures import counted_for
from handlers.turn import CitizenMistake, Outcome, Turn
from handlers.typed_figures import doubt, is_percent, read_figure
from handlers.words import is_one_of
from storage.filing_moves import Figure, UnitFigure
from storage.filings import Filing

LONGEST_NOTE = 1_000  # characters


async def opened(turn: Turn, identity: str) -> Outcome:
    """Show a filing; who still has to answer for it begins at once where the draft ends."""
    member = await member_of(turn)
    if member is None:
        return not_staff(turn)
    filing, people = await turn.store.filings.by_id(identity), await staff(turn, member.account)
    if filing is None or not may_see(turn.commune, people, member, filing):
        return Outcome((turn.reply("filing.not_yours", (turn.button("button.menu", "menu"),)),))
    if not (filing.waiting and may_work(turn.commune, people, member, filing)):
        return Outcome((await card(turn, people, member, filing, "filing.card"),))
    other = with_other(people, member, filing)
    if other is not None:
        return given_away(turn, filing, other)
    draft = filing_form.read_draft(filing.form)
    outcome = await start(FLOW, turn, {**opening(filing), **draft})
    assignment = assignment_of(turn.commune, filing)
    asks = assignment is not None and bool(_wanted(turn, filing, assignment))
    key = "filing.draft_goes_on" if draft else "filing.begin" if asks else "filing.begin_words"
    intro = await card(turn, people, member, filing, key)
    return replace(outcome, replies=(replace(intro, buttons=()), *outcome.replies))


async def figure(turn: Turn) -> Ask | Skip:
    """Ask for the next figure, with last time's and the target beside; or doubt an odd one once."""
    filing, _, assignment = await filing_in_hand(turn)
    await keep(turn, filing)
    wanted = _wanted(turn, filing, assignment)
    question = next_question(turn.data, wanted)
    if question is None:
        return Skip("note")
    before = await last_time(turn, turn.commune, filing, question.indicator.id)
    last = before.figure if before is not None else None
    # What is counted from 1 January begins anew each year: the whole of last year is nothing to compare with.
    anew = (
        before is not None
        and grows_through_year(question.indicator)
        and not before.due.startswith(str(filing.due.year))
    )
    check = _checked(question, None if anew else last, filing.due.year)
    if question.kind == "sure":
        return _doubted(turn, question, filing.due.year, check)
    return await _asked(turn, filing, question, len(wanted), last, check)


def _checked(question: Question, last: Figure | None, year: int) -> Check:
    """Return what reads a figure that is typed, and doubts it."""
    indicator = question.indicator

    async def check(turn: Turn, text: str) -> dict[str, str] | str:
        if is_one_of(turn.phrases, "filing.no_figure_words", text):
            return NONE
        typed = read_figure(text, indicator.unit)
        odd = doubt(typed, indicator.unit, last.value if last else None, indicator.target(year))
        return filing_form.to_answer(typed, odd)

    return check


async def _asked(turn: Turn, filing: Filing, question: Question, total: int, last: Figure | None, check: Check) -> Ask:
    indicator, year = question.indicator, filing.due.year
    counted = (await counted_for(turn, turn.commune, filing, (indicator,))).get(indicator.id)
    other = (await beside(turn, filing)).get(indicator.id)

    choices = [turn.button("filing.no_figure", NONE)]
    if other is not None:
        choices.insert(0, turn.button("filing.take_beside", BESIDE, value=value_words(other.figure, indicator, year)))
    if counted is not None:
        choices.insert(0, turn.button("filing.take_counted", SERVICE, value=value_words(counted, indicator, year)))
    sums_up = grows_through_year(indicator)  # nobody must wonder whether the quarter or the year so far is meant
    key = "filing.ask_counted" if counted is not None else "filing.ask_figure"
    params = {
        "place": question.place,
        "total": total,
        "title": indicator.title,
        "unit": turn.phrases.plain("filing.unit_so_far", unit=indicator.unit) if sums_up else indicator.unit,
        "last": value_words(last, indicator, year) if last else turn.phrases.plain("filing.nothing_yet"),
        "target": _target(turn, indicator, year),
        "beside": Markup("" if other is None else _beside(turn, other, indicator, year)),
        "example": turn.phrases.plain("filing.a_share" if is_percent(indicator.unit) else "filing.a_count"),
    }
    return Ask(key, question.name, "figure", tuple(choices), check, params, typed=True)


def _beside(turn: Turn, other: UnitFigure, indicator: Indicator, year: int) -> str:
    title, period = obligation_title(turn, other.obligation), period_words(other.period, turn.phrases)
    value = value_words(other.figure, indicator, year)
    return "\n\n" + turn.phrases.say("filing.said_beside", title=title, period=period, value=value)


def _doubted(turn: Turn, question: Question, year: int, check: Check) -> Ask:
    """Ask whether an odd figure is right. A number typed here is another figure, never the number of a button."""
    typed, key = filing_form.doubted(turn.data, question)
    choices = (turn.button("filing.it_is_right", "right"), turn.button("filing.type_again", AGAIN))
    params = {"title": question.indicator.title, "value": value_words(typed, question.indicator, year)}
    return Ask(key, question.name, "figure", choices, check, params, typed=True)


async def note(turn: Turn) -> Ask | Skip:
    """Ask for a note: what was done, what is difficult."""
    filing, _, _ = await filing_in_hand(turn)
    await keep(turn, filing)
    if "note" in turn.data:  # of a draft
        return Skip("proof")
    return Ask("filing.ask_note", "note", "proof", (turn.button("filing.no_note", NONE),), _read_note, typed=True)


async def proof(turn: Turn) -> Ask | Skip:
    """Ask for the number of the document, where it lies, or the file itself."""
    filing, _, _ = await filing_in_hand(turn)
    await keep(turn, filing)
    if filing_proof.PROOF in turn.data:
        return Skip("papers")
    choices = (turn.button("filing.no_proof", NONE),)
    key = filing_proof.question(turn)
    return Ask(key, filing_proof.PROOF, "papers", choices, filing_proof.read_proof, typed=True)


async def papers(turn: Turn) -> Ask | Skip:
    """Ask whether a file shows what must not be kept."""
    filing, _, _ = await filing_in_hand(turn)
    await keep(turn, filing)
    if filing_proof.SEEN in turn.data or not filing_proof.is_file(turn.data.get(filing_proof.PROOF)):
        return Skip("checked")
    choices = (turn.button("filing.file_good", "no"), turn.button("filing.file_bad", "yes"))
    return Ask("filing.ask_papers", filing_proof.SEEN, "checked", choices)


async def checked(turn: Turn) -> Skip | Outcome:
    """Go on, or have the file deleted and ask for other proof."""
    if turn.data.get(filing_proof.SEEN) != "yes":
        return Skip("look")
    data = {name: value for name, value in turn.data.items() if name not in {filing_proof.PROOF, filing_proof.SEEN}}
    asked = await start(FLOW, turn, data, at="proof")
    return replace(asked, replies=(filing_proof.dropped(turn), *asked.replies))


async def _read_note(turn: Turn, text: str) -> str:
    if not text:
        raise CitizenMistake("filing.write_something")
    if is_one_of(turn.phrases, "filing.none_words", text):
        return NONE
    if len(text) > LONGEST_NOTE:
        raise CitizenMistake("filing.too_long", most=LONGEST_NOTE)
    return text


async def look(turn: Turn) -> Ask:
    """Show everything once more before it goes out."""
    filing, _, assignment = await filing_in_hand(turn)
    await keep(turn, filing)
    wanted = _wanted(turn, filing, assignment)
    offered = await _offered(turn, filing, wanted)
    lines = [_line(turn, one, filing.due.year, offered) for one in wanted]
    choices = (
        turn.button("filing.send", "send"),
        turn.button("filing.change_one", "change"),
        turn.button("filing.start_anew", "anew"),
        turn.button("filing.later", "later"),
    )
    given = filing_proof.enclosed(turn.data.get(filing_proof.PROOF))
    params = {
        "figures": Markup("\n".join(lines)) if lines else turn.phrases.plain("filing.no_figures_asked"),
        "note": _noted(turn) or turn.phrases.plain("filing.nothing_written"),
        "proof": proof_words(turn.phrases, *given) if any(given) else turn.phrases.plain("filing.nothing_written"),
    }
    return Ask("filing.look", "send", "done", choices, None, params)


async def _offered(turn: Turn, filing: Filing, wanted: tuple[Indicator, ...]) -> Offered:
    """Return the figures that a tap takes, as they are now."""
    counted = await counted_for(turn, turn.commune, filing, wanted)
    service = {key: Figure(key, one.value, one.numerator, one.denominator, SERVICE) for key, one in counted.items()}
    return {SERVICE: service, BESIDE: {key: one.figure for key, one in (await beside(turn, filing)).items()}}


def _line(turn: Turn, indicator: Indicator, year: int, offered: Offered) -> str:
    figure = filing_form.figure_of(turn.data, indicator.id, offered)
    if figure is None:
        return turn.phrases.say("filing.line_none", title=indicator.title)
    return turn.phrases.say("filing.line", title=indicator.title, value=value_words(figure, indicator, year))


def _noted(turn: Turn) -> str:
    said = turn.data.get("note", NONE)
    return "" if said == NONE else str(said)


async def done(turn: Turn) -> Outcome:
    """Send, begin anew or leave it as a draft."""
    filing, member, assignment = await filing_in_hand(turn)
    answer = turn.data["send"]
    if answer in {"change", "anew"}:
        return await start(FLOW, turn, {name: said for name, said in turn.data.items() if name != "send"}, at=answer)
    await keep(turn, filing)
    if answer == "later":
        return Outcome((turn.reply("filing.kept", (turn.button("filing.go_on", f"filing/{filing.id}"),)),))
    wanted = _wanted(turn, filing, assignment)
    offered = await _offered(turn, filing, wanted)
    answers = [filing_form.figure_of(turn.data, one.id, offered) for one in wanted]
    sent = [one for one in answers if one is not None]
    proof, file = filing_proof.enclosed(turn.data.get(filing_proof.PROOF))
    moved = await hand_over(turn, member, filing, sent, Words(_noted(turn), proof, file))
    return Outcome((receipt(turn, moved),))


async def anew(turn: Turn) -> Ask:
    """Ask once before everything that was answered is thrown away."""
    choices = (turn.button("filing.start_anew_yes", "yes"), turn.button("filing.start_anew_no", "no"))
    return Ask("filing.ask_anew", "anew", "emptied", choices)


async def emptied(turn: Turn) -> Outcome | Skip:
    """Begin with an empty form, or go back to the look."""
    if turn.data.pop("anew") != "yes":
        return Skip("look")
    filing, _, _ = await filing_in_hand(turn)
    await turn.store.filing_moves.draft(filing.id, "")
    return await start(FLOW, turn, opening(replace(filing, form="")))


async def change(turn: Turn) -> Ask:
    """Ask which one of the answers is to be given again."""
    filing, _, assignment = await filing_in_hand(turn)
    figures = (Button(one.title, one.id) for one in _wanted(turn, filing, assignment))
    words = (turn.button("filing.the_note", "note"), turn.button("filing.the_proof", filing_proof.PROOF))
    return Ask("filing.ask_change", "change", "changed", (*figures, *words))


async def changed(turn: Turn) -> Skip:
    """Ask it again; everything else stays."""
    filing_form.forget(turn.data, str(turn.data.pop("change")))
    return Skip("figure")


def _wanted(turn: Turn, filing: Filing, assignment: Assignment) -> tuple[Indicator, ...]:
    own = replace(assignment, units=(filing.unit,)) if assignment.obligation.each else assignment
    return turn.commune.plans.figures_of(own, turn.commune.profile, day_of(turn.commune, filing))


def _target(turn: Turn, indicator: Indicator, year: int) -> str:
    wanted = show_target(indicator, year)
    return f"{wanted} {indicator.unit}" if wanted else turn.phrases.plain("filing.no_target")


FLOW = Flow(
    "filing",
    {
        **{"figure": figure, "note": note, "proof": proof, "papers": papers, "checked": checked, "look": look},
        **{"done": done, "anew": anew, "emptied": emptied, "change": change, "changed": changed},
    },
    expired="filing.expired",
)
FEATURE = Feature(name="filing", taps={"filing": opened}, flows=(FLOW,))
