"""Đọc một lần: what the service noted of a commune, read and counted once for everything that one report says."""

from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol, TypeVar

from content.dates import local_day
from content.library import Commune, Library
from handlers.figures import Figures
from handlers.figures import count as count_support
from handlers.incident_figures import IncidentFigures
from handlers.incident_reading import incident_figures
from handlers.publication_pace import Standing
from handlers.publications import standings
from handlers.survey_reading import read, whole_months
from handlers.survey_results import Results
from handlers.survey_results import count as count_votes
from storage.bookings import Visit
from storage.store import Store

T = TypeVar("T")


class Work(Protocol):
    """A turn or an errand: what it takes to count."""

    @property
    def store(self) -> Store:
        """The open transaction."""

    @property
    def library(self) -> Library:
        """All content."""

    @property
    def now(self) -> datetime:
        """The aware instant of the whole piece of work."""


@dataclass(frozen=True, slots=True)
class Readings:
    """Everything counted so far, by what and by span of local days (both included). As old as its transaction."""

    work: Work
    commune: Commune
    _kept: dict[Hashable, Any] = field(default_factory=dict, repr=False)

    async def support(self, first: date, last: date) -> Figures:
        """Return the visits, sessions and points of a span."""

        async def count() -> Figures:
            store, slug = self.work.store, self.commune.slug
            visits = await self._visits(first, last)
            held = await store.duty.held(slug, first, last)
            return count_support(self.commune, visits, held, first, last, local_day(self.work.now))

        return await self._once(("support", first, last), count)

    async def began(self) -> date | None:
        """Return the local day on which the commune's first official joined; of the time before nothing is known."""

        async def count() -> date | None:
            joined = await self.work.store.incidents.began(self.commune.slug)
            return None if joined is None else local_day(joined)

        return await self._once("began", count)

    async def votes(self, first: date, last: date) -> Results | None:
        """Return what people said in the surveys of the months that count for a span; None without any."""

        async def count() -> Results | None:
            months = whole_months(first, last)
            if months is None:
                return None
            noted = await read(self.work.store, self.commune.slug, *months, await self._visits(*months))
            return count_votes(self.commune, self.work.library.surveys, noted, *months)

        return await self._once(("votes", first, last), count)

    async def incidents(self, first: date, last: date) -> IncidentFigures | None:
        """Return the incidents of a span; None where the commune has no incident plan."""
        return await self._once(
            ("incidents", first, last), lambda: incident_figures(self.work, self.commune, first, last)
        )

    async def publications(self, last: date) -> list[Standing]:
        """Return how each quota of publications stands in the year of a day, up to that day."""

        async def count() -> list[Standing]:
            return (await standings(self.work.store, self.commune, last.year, last))[0]

        return await self._once(("publications", last), count)

    async def _visits(self, first: date, last: date) -> list[Visit]:
        slug = self.commune.slug
        return await self._once(("visits", first, last), lambda: self.work.store.bookings.visits(slug, first, last))

    async def _once(self, what: Hashable, count: Callable[[], Awaitable[T]]) -> T:
        if what not in self._kept:
            self._kept[what] = await count()
        found: T = self._kept[what]
        return found
