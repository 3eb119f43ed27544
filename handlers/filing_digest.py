"""Bản tin việc buổi sáng: one message for everything somebody must know of today, most urgent first."""

import json
from collections.abc import Sequence
from datetime import date, datetime

from content.dates import local_day
from content.library import Commune
from content.phrases import Markup, Phrases
from handlers.errand import Errand
from handlers.filing_people import Why
from handlers.filing_words import Item, line
from handlers.messages import Button, Reply
from storage.chats import Chat
from storage.filings import Filing

MOST_LINES = 8
CHOICES = (1, 2, 3, 5)  # working days ahead to which a reminder may be put off
TO_DO: frozenset[Why] = frozenset({"assignee", "head", "nobody", "approver"})


def tell(errand: Errand, commune: Commune, chat: Chat, items: Sequence[Item], key: str = "task.digest") -> None:
    """Tell somebody of filings in one message: eight, what they must do first, by due date; the rest by a button."""
    errand.post(chat, digest(commune, errand.speak(chat), errand.now, items, key), noted(items))


def digest(commune: Commune, phrases: Phrases, now: datetime, items: Sequence[Item], key: str) -> Reply:
    """Return the message as it reads at an instant."""
    ordered = sorted(
        items, key=lambda item: (item.why not in TO_DO, item.filing.due, item.filing.obligation, item.filing.unit)
    )
    shown = ordered[:MOST_LINES]
    rest = len(ordered) - len(shown)
    lines = [line(commune, phrases, item, item.filing.due < now) for item in shown]
    text = Markup("\n".join(f"{number}. {words}" for number, words in enumerate(lines, 1)))
    return Reply(key, phrases.say(key, total=len(ordered), lines=text), _buttons(commune, phrases, now, shown, rest))


def noted(items: Sequence[Item]) -> str:
    """Return as JSON of what a message tells: filing, as what, quarter of a list, whether it is fresh."""
    return json.dumps([[item.filing.id, item.why, item.quarter, item.fresh] for item in items])


def _buttons(commune: Commune, phrases: Phrases, now: datetime, items: Sequence[Item], rest: int) -> tuple[Button, ...]:
    """Return what can be done: everything for a single filing, else a button a filing and one for all.

    Who only follows or leads gets a look at it and no button to send it.
    """
    own = [(number, item) for number, item in enumerate(items, 1) if item.why in {"assignee", "head", "nobody"}]
    drafts = [(number, item) for number, item in enumerate(items, 1) if item.why == "approver"]
    if len(items) == 1 and own:
        return acts(commune, phrases, items[0].filing, now)
    found = [Button(phrases.plain("task.send_one", number=n), f"filing/{item.filing.id}") for n, item in own]
    found += [Button(phrases.plain("task.read_one", number=n), f"filing/{item.filing.id}") for n, item in drafts]
    if len(own) > 1:
        found.append(Button(phrases.plain("task.got_all", total=len(own)), "got/all"))
    lists = {item.quarter for item in items if item.quarter is not None}
    found += [Button(phrases.plain("task.list"), f"latelist/{quarter}") for quarter in sorted(lists)]
    if rest:  # who only follows or leads has no tasks of their own to look at
        found.append(Button(phrases.plain("task.rest", total=rest), "tasks" if own or drafts else "board"))
    elif own:
        found.append(Button(phrases.plain("task.snooze_or_give"), "tasks"))
    else:
        found.append(Button(phrases.plain("board.menu"), "board"))
    return tuple(found)


def mornings(commune: Commune, filing: Filing, today: date) -> list[date]:
    """Return the days to which a reminder may be put off: never past the working day before the aim date."""
    last = commune.calendar.previous_working_day(local_day(filing.aim))
    days = [commune.calendar.add_working_days(today, ahead) for ahead in CHOICES]
    return [day for day in days if day <= last]


def send_button(phrases: Phrases, filing: Filing) -> Button:
    """Return the button that opens a filing to answer for it."""
    return Button(phrases.plain("task.send"), f"filing/{filing.id}")


def acts(commune: Commune, phrases: Phrases, filing: Filing, now: datetime) -> tuple[Button, ...]:
    """Return what somebody can do with one filing; putting it off only while there is a day to put it off to."""
    later = Button(phrases.plain("task.snooze"), f"later/{filing.id}")
    return (
        send_button(phrases, filing),
        Button(phrases.plain("task.got"), f"got/{filing.id}"),
        *((later,) if mornings(commune, filing, local_day(now)) else ()),
        Button(phrases.plain("task.give"), f"give/{filing.id}"),
    )
