"""Nhóm nhỏ: what the votes of a month that is over lose, so that nobody stands alone in a group. Pure functions.

Whoever reads the database knows who came to a place in a month, and who voted in it. So, of each survey, the area goes
where fewer than five votes share it at a place, and the place and its unit where fewer than five share these.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from storage.surveys import Group

SMALLEST = 5  # votes; also the smallest group that is ever shown


def merged(sizes: Mapping[str, int]) -> frozenset[str]:
    """Return the names to take away: the small ones, and the next bigger until the nameless are none or five."""
    by_size = sorted((name for name in sizes if name), key=lambda name: (sizes[name], name))
    nameless, taken = sizes.get("", 0), 0
    for name in by_size:
        if sizes[name] >= SMALLEST and not 0 < nameless < SMALLEST:
            break
        nameless += sizes[name]
        taken += 1
    return frozenset(by_size[:taken])


def coarsened(groups: Sequence[Group]) -> list[Group]:
    """Return the groups of one survey's votes of one month, in the same order, without what fewer than five share."""
    kept = list(groups)
    for place in {(group.unit, group.place) for group in groups}:
        areas = merged(Counter(group.topic for group in groups if (group.unit, group.place) == place))
        kept = [
            replace(group, topic="") if (group.unit, group.place) == place and group.topic in areas else group
            for group in kept
        ]
    places = merged(Counter(_named(group) for group in kept))
    return [Group() if places and _named(group) in {"", *places} else group for group in kept]


def _named(group: Group) -> str:
    """Return unit and place as one name, "" where both are unknown."""
    return f"{group.unit}/{group.place}" if group.unit or group.place else ""
