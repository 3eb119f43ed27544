"""A feature: what one module of this package adds to the service. `route.discover` finds them."""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from handlers.dialog import Flow
from handlers.errand import Errand
from handlers.turn import Finder, Handler, Listener, MenuEntry

__all__ = ["Feature", "MenuEntry", "Work"]

Work = Callable[[Errand], Awaitable[bool | None]]


@dataclass(frozen=True)
class Feature:
    """What a module offers.

    `commands` maps phrase keys that list trigger words ("word.menu" = "menu | thực đơn") to handlers and work in
    every step of every conversation; so do `sentences`, folded texts that mean a command as a whole. `taps` maps the
    part of a button value before the first "/" to handlers; such
    a button works however old it is, so its handler must check what follows. `codes` and `patterns` are texts that
    mean something as a whole, as typed or folded: a booking code, or words such as "cho tui dat lich"; a handler
    that finds nothing returns None and the text is a question. `errands` are run again and again, each in a
    transaction of its own: they do what is due, and return True when there is more to do at once. `listeners` get
    the words of chats whose dialog says so in `listening` ("name/what"); command words and the open question of a
    conversation come first, and the codes that a member types: they are for the desk and must not reach the person
    whom the member is talking with.
    """

    name: str
    commands: Mapping[str, Handler] = field(default_factory=dict)
    taps: Mapping[str, Handler] = field(default_factory=dict)
    codes: Mapping[re.Pattern[str], Finder] = field(default_factory=dict)
    patterns: Mapping[re.Pattern[str], Finder] = field(default_factory=dict)
    sentences: Mapping[re.Pattern[str], Handler] = field(default_factory=dict)
    errands: tuple[Work, ...] = ()
    flows: tuple[Flow, ...] = ()
    menu: tuple[MenuEntry, ...] = ()
    listeners: Mapping[str, Listener] = field(default_factory=dict)
