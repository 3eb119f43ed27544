"""Showing guides: the card, its sections, browsing by area."""

from content.dates import local_day, show_day
from content.guides import SECTIONS, Guide
from content.phrases import Markup
from handlers.feature import Feature, MenuEntry
from handlers.messages import Button, Reply
from handlers.turn import Outcome, Turn
from storage.answers import Answer
from storage.chats import Dialog, Topic

FIRST_SECTIONS = ("ho_so", "trinh_tu", "le_phi", "thoi_han", "noi_nop", "truc_tuyen", "can_cu")
MORE_SECTIONS = tuple(section for section in SECTIONS if section not in FIRST_SECTIONS)
PAGE = 8


def card(turn: Turn, guide: Guide, answer: str) -> Reply:
    """Return the short answer: title, gist, source, and the sections behind buttons."""
    text = turn.phrases.say(
        "guide.card", title=Markup(_title(turn, guide)), gist=Markup(guide.gist), footer=Markup(_footer(turn, guide))
    )
    return Reply("guide.card", text, _buttons(turn, guide, answer, "card"))


def section(turn: Turn, guide: Guide, name: str, answer: str) -> Reply:
    """Return one section of a guide."""
    text = turn.phrases.say(
        "guide.section",
        title=Markup(_title(turn, guide)),
        section=Markup(turn.phrases.say(f"section.{name}")),
        text=Markup(guide.sections[name]),
        footer=Markup(_footer(turn, guide)),
    )
    return Reply("guide.section", text, _buttons(turn, guide, answer, name))


def _title(turn: Turn, guide: Guide) -> str:
    return guide.title if turn.phrases.language == "vi" else guide.header.title_en


def _footer(turn: Turn, guide: Guide) -> str:
    """Return source, date checked, and what the reader should be warned of."""
    language = turn.phrases.language
    header = guide.header
    source = header.sources[0]
    shown = f"[{source.title}]({source.url})" if source.url and source.url.startswith("https://") else source.title
    lines = [turn.phrases.say("guide.source", source=Markup(shown), date=show_day(header.checked, language))]
    if header.expires is not None and header.expires <= local_day(turn.now):
        lines.append(turn.phrases.say("guide.expired", date=show_day(header.expires, language)))
    if header.confidence == "memory":
        lines.append(turn.phrases.say("guide.unsure"))
    if language != "vi":
        lines.append(turn.phrases.say("guide.only_vietnamese"))
    return "\n\n".join(lines)


def _buttons(turn: Turn, guide: Guide, answer: str, shown: str) -> tuple[Button, ...]:
    first = shown in FIRST_SECTIONS or shown == "card"
    names = FIRST_SECTIONS if first else MORE_SECTIONS
    buttons = [
        turn.button(f"section.{name}", f"guide/{guide.id}/{name}")
        for name in names
        if name in guide.sections and name != shown
    ]
    if first:
        buttons.append(turn.button("button.more", f"guide/{guide.id}/more"))
    else:
        buttons.append(turn.button("button.gist", f"guide/{guide.id}"))
    buttons.append(turn.button("button.useful", f"rate/{answer}/1"))
    buttons.append(turn.button("button.not_useful", f"rate/{answer}/0"))
    return tuple(buttons)


async def open_guide(turn: Turn, argument: str) -> Outcome:
    """Show a guide, one of its sections, or the rest of its buttons ("khai-sinh", "khai-sinh/le_phi", "…/more")."""
    name, _, part = argument.partition("/")
    guide = turn.commune.guides.get(name)
    if guide is None:
        return Outcome((turn.reply("guide.gone", (turn.button("button.areas", "areas"),)),))
    answer = _answer_of(turn, guide, part)
    dialog = Dialog(topic=Topic(guide.id, answer))
    if part == "more":
        return Outcome((_more(turn, guide, answer),), dialog)
    if part in guide.sections:
        return Outcome((section(turn, guide, part, answer),), dialog)
    return Outcome((card(turn, guide, answer),), dialog)


def _answer_of(turn: Turn, guide: Guide, part: str) -> str:
    """Return the answer that a rating will belong to: the one this guide was shown for, or a new one."""
    topic = turn.dialog.topic
    if topic is not None and topic.guide == guide.id:
        return topic.answer
    answer = Answer(turn.new_id(), "", "browse", guide.id, part if part in guide.sections else None)
    turn.store.answers.note(turn.chat.id, turn.commune.slug, answer, turn.now)
    return answer.id


def _more(turn: Turn, guide: Guide, answer: str) -> Reply:
    related = [
        Button(_title(turn, turn.commune.guides[other]), f"guide/{other}")
        for other in guide.header.related
        if other in turn.commune.guides
    ]
    key = "guide.more" if related else "guide.more_sections"
    sections = [
        turn.button(f"section.{name}", f"guide/{guide.id}/{name}") for name in MORE_SECTIONS if name in guide.sections
    ]
    last = turn.button("button.gist", f"guide/{guide.id}")
    return turn.reply(key, (*sections, *related, last), title=Markup(_title(turn, guide)))


async def areas(turn: Turn, _: str) -> Outcome:
    """List the areas that have guides, in the order of the phrases file."""
    present = turn.commune.areas()
    buttons = tuple(
        turn.button(key, f"area/{key.removeprefix('area.')}")
        for key in turn.phrases.keys("area.")
        if key.removeprefix("area.") in present
    )
    return Outcome((turn.reply("areas.text", (*buttons, turn.button("button.menu", "menu"))),))


async def area(turn: Turn, argument: str) -> Outcome:
    """List one area's guides, eight a page ("ho-tich", "ho-tich/2")."""
    name, _, page_text = argument.partition("/")
    guides = turn.commune.in_area(name)
    if not guides:
        return await areas(turn, "")
    pages = (len(guides) + PAGE - 1) // PAGE
    page = min(max(int(page_text), 1), pages) if page_text.isascii() and page_text.isdecimal() else 1
    buttons = [Button(_title(turn, guide), f"guide/{guide.id}") for guide in guides[(page - 1) * PAGE : page * PAGE]]
    if page > 1:
        buttons.append(turn.button("button.previous_page", f"area/{name}/{page - 1}"))
    if page < pages:
        buttons.append(turn.button("button.next_page", f"area/{name}/{page + 1}"))
    buttons.append(turn.button("button.areas", "areas"))
    key = "areas.list" if pages == 1 else "areas.page"
    title = turn.phrases.say(f"area.{name}")
    return Outcome((turn.reply(key, tuple(buttons), area=Markup(title), page=page, pages=pages),))


FEATURE = Feature(
    name="guides",
    commands={"word.areas": areas},
    taps={"guide": open_guide, "areas": areas, "area": area},
    menu=(MenuEntry(10, "button.areas", "areas"), MenuEntry(60, "button.hours", "guide/gio-lam-viec")),
)
