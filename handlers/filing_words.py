"""Một việc bằng lời: a filing as one line, as people who must act on it read it."""

from dataclasses import dataclass

from content.dates import local_day, show_day
from content.library import Commune
from content.phrases import Phrases
from handlers.filing_people import UNTAKEN, Why, assignment_of
from handlers.posts import unit_name
from storage.filings import Filing


@dataclass(frozen=True, slots=True)
class Item:
    """A filing as somebody is told of it.

    `polite`: a partner's, never called late. `quarter` is set where the list of late reports of it is to be approved.
    `fresh`: opened for an event just now, or urgent.
    """

    filing: Filing
    why: Why
    title: str
    polite: bool = False
    quarter: str | None = None
    fresh: bool = False


def item_of(commune: Commune, filing: Filing, why: Why) -> Item:
    """Return a filing to be told, with its title; its id where the plans no longer have it."""
    obligation = commune.plans.obligation(filing.obligation)
    assignment = assignment_of(commune, filing)
    title = filing.obligation if obligation is None else obligation.title
    return Item(filing, why, title, assignment is not None and assignment.polite)


def line(commune: Commune, phrases: Phrases, item: Item, now_day_late: bool) -> str:
    """Return one line: what, whose where it is not their own, until when.

    A partner's is never called late, nor is what came in time; what came and was returned is never called missing.
    """
    due = show_day(local_day(item.filing.due), phrases.language)
    late = now_day_late and not item.polite and not item.filing.in_time
    if item.why == "approver":
        key = "task.line_approve_late" if late else "task.line_approve"
    elif item.polite:
        key = "task.line_polite"
    elif item.filing.to_correct:
        key = "task.line_returned" if item.why == "assignee" else "task.line_unit_returned"
    elif item.why == "assignee":
        key = "task.line_late" if late else "task.line"
    elif item.why in UNTAKEN:
        key = "task.line_nobody"
    else:
        key = "task.line_unit_late" if late else "task.line_unit"
    if item.polite or item.why in {"assignee", "approver"}:
        return phrases.say(key, title=_own_title(commune, phrases, item), due=due)
    return phrases.say(key, title=_title(phrases, item), due=due, unit=unit_name(commune, item.filing.unit))


def with_event(phrases: Phrases, title: str, about: str | None) -> str:
    """Return a title with what happened, where the filing was opened for an event."""
    return title if about is None else phrases.plain("task.title_about", title=title, about=about)


def _title(phrases: Phrases, item: Item) -> str:
    return with_event(phrases, item.title, item.filing.about)


def _own_title(commune: Commune, phrases: Phrases, item: Item) -> str:
    """Return the title as the unit itself reads it; what it took over from a former unit is told from its own."""
    if all(one.id != item.filing.unit for one in commune.profile.former_units):
        return _title(phrases, item)
    return phrases.plain("task.title_former", title=_title(phrases, item), unit=unit_name(commune, item.filing.unit))
