"""What the database knows of whole months, counted: votes know their month and no day (docs/decisions/0007)."""

from collections.abc import Sequence
from datetime import date, timedelta

from content.dates import instants, last_of_month
from handlers.survey_results import Noted
from storage.bookings import Visit
from storage.store import Store

_ONE_DAY = timedelta(days=1)


def whole_months(first: date, last: date) -> tuple[date, date] | None:
    """Return the first and the last day of the months that count for a span of local days, or None without any.

    A month counts where more than half of its days lie in the span: so each month counts in one report and no other,
    also where reports run from the 15th to the 14th (Nghị định 09/2019/NĐ-CP), and a week has no votes of its own.
    """
    begin, end = first.replace(day=1), last_of_month(last)
    if 2 * (last_of_month(first) - first + _ONE_DAY).days <= last_of_month(first).day:
        begin = last_of_month(first) + _ONE_DAY
    if 2 * last.day <= end.day:
        end = last.replace(day=1) - _ONE_DAY
    lies_in_one = (first.year, first.month) == (last.year, last.month)
    short = lies_in_one and 2 * (last - first + _ONE_DAY).days <= last_of_month(last).day
    return None if begin > end or short else (begin, end)


def are_whole(first: date, last: date) -> bool:
    """Tell whether a span of days begins with the first of a month and ends with the last of one."""
    return first.day == 1 and last == last_of_month(last)


async def read(store: Store, slug: str, first: date, last: date, visits: Sequence[Visit] | None = None) -> Noted:
    """Return the votes, invitations and visits of whole months, from the first of one to the last day of one.

    Who has read the `visits` of the span already hands them in.
    """
    begin, end = instants(first, last)
    if visits is None:
        visits = await store.bookings.visits(slug, first, last)
    return Noted(
        votes=await store.survey_counts.votes(slug, first, last),
        responses=await store.survey_counts.responses(slug, first, last),
        useful=await store.survey_counts.useful(slug, begin, end),
        done=sum(visit.state == "done" for visit in visits),
    )
