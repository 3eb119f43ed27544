"""Kỳ báo cáo phải có: the filings that the plans want, and which of those that are there is which of them."""

from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from content.dates import local_day
from content.library import Commune
from content.obligations import Assignment, Due, dues, holders
from content.recurrence import Once
from handlers.filing_people import answering
from storage.filings import Filing

Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A filing as the plan wants it; `unit` is the first of those that answer for it together."""

    assignment: Assignment
    unit: str
    due: Due

    @property
    def key(self) -> Key:
        """Return what makes it unique within its commune: obligation, unit and period, whatever the date."""
        return self.assignment.obligation.id, self.unit, self.due.period

    def filing(self, identity: str, account: str) -> Filing:
        """Return it as a new filing."""
        obligation = self.assignment.obligation.id
        return Filing(identity, account, obligation, self.unit, self.due.period, self.due.due, self.due.aim)


def expected(commune: Commune, start: datetime, end: datetime) -> Iterator[Wanted]:
    """Yield what the plan wants in [start, end): one for each unit that exists on the due day where each makes its own.

    What the service itself watches (backups, the morning's check-in: ladders without a due date) is nobody's filing.
    """
    for obligation in commune.plans.obligations:
        ladder = commune.plans.ladder(obligation.ladder)
        if ladder is None or ladder.clock != "due":
            continue
        for due in dues(obligation, start, end, commune.calendar):
            for assignment in holders(obligation, commune.plans, commune.profile, local_day(due.due)):
                if assignment.units:
                    yield Wanted(assignment, answering(commune, assignment)[0], due)


def paired(
    wanted: Iterable[Wanted], there: Iterable[Filing], commune: Commune, now: datetime
) -> list[tuple[Wanted, Filing]]:
    """Return what is wanted with the filing that is it already, each of either at most once.

    It is the same by the period, whatever its date is; else by the date, where the rule counts other periods now; else
    by the period of a unit whose work has passed on; else, of what is due only once, whatever is still open or ahead.
    """
    ways: tuple[tuple[Callable[[Wanted], Hashable], Callable[[Filing], Hashable]], ...] = (
        (lambda one: one.key, lambda one: (one.obligation, one.unit, one.period)),
        (lambda one: (*one.key[:2], one.due.due), lambda one: (one.obligation, one.unit, one.due)),
        (lambda one: one.key, lambda one: (one.obligation, _successor(commune, one, now), one.period)),
        (
            lambda one: one.key[:2] if isinstance(one.assignment.obligation.rule, Once) else None,
            lambda one: (one.obligation, one.unit) if one.with_unit or one.due >= now else "",
        ),
    )
    left, free, found = list(wanted), {one.id: one for one in there}, list[tuple[Wanted, Filing]]()
    for name_of, named in ways:
        by_name: dict[Hashable, list[Filing]] = {}
        for filing in free.values():
            by_name.setdefault(named(filing), []).append(filing)
        alone = []
        for one in left:
            same = by_name.get(name_of(one))
            if not same:
                alone.append(one)
                continue
            filing = min(same, key=partial(_rank, one))
            same.remove(filing)
            del free[filing.id]
            found.append((one, filing))
        left = alone
    return found


def _rank(wanted: Wanted, filing: Filing) -> tuple[bool, bool, bool]:
    """Of several for one period that counts which was sent, then which has the date, then which was begun."""
    return filing.with_unit, filing.due != wanted.due.due, filing.untouched


def _successor(commune: Commune, filing: Filing, now: datetime) -> str:
    return commune.profile.holder(filing.unit, local_day(max(filing.due, now)))
