"""A feature: what one module of this package adds to the service. `route.discover` finds them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from handlers.dialog import Flow
from handlers.turn import Handler, MenuEntry

__all__ = ["Feature", "MenuEntry"]


@dataclass(frozen=True)
class Feature:
    """What a module offers.

    `commands` maps phrase keys that list trigger words ("word.menu" = "menu | thực đơn") to handlers and work in
    every step of every conversation. `taps` maps the part of a button value before the first "/" to handlers; such
    a button works however old it is, so its handler must check what follows.
    """

    name: str
    commands: Mapping[str, Handler] = field(default_factory=dict)
    taps: Mapping[str, Handler] = field(default_factory=dict)
    flows: tuple[Flow, ...] = ()
    menu: tuple[MenuEntry, ...] = ()
