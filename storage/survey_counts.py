"""Số liệu khảo sát: the votes and the invitations of a span of days, as the results need them."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from operator import itemgetter

from sqlalchemy import and_, bindparam, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from storage.instants import month_of, to_text
from storage.schema import answers
from storage.survey_groups import coarsened
from storage.survey_tables import survey_invitations, survey_votes
from storage.surveys import Group
from storage.transaction import Row, Transaction


@dataclass(frozen=True, slots=True)
class Vote:
    """What somebody answered; nobody can tell who. `month` is its first day. Skipped items are absent from `marks`."""

    survey: str
    group: Group
    month: date
    marks: Mapping[str, int]
    comment: str


@dataclass(frozen=True, slots=True)
class Response:
    """How many were invited to a survey and how many of them voted."""

    invited: int
    voted: int


_votes = (
    select(survey_votes)
    .where(
        survey_votes.c.account == bindparam("account"),
        survey_votes.c.month >= bindparam("first_month"),
        survey_votes.c.month <= bindparam("last_month"),
    )
    .order_by(survey_votes.c.token_hash)
)
_unanswered = (
    select(survey_invitations.c.survey, func.count().label("number"))
    .where(
        survey_invitations.c.account == bindparam("account"),
        survey_invitations.c.state != "voted",
        survey_invitations.c.day >= bindparam("first"),
        survey_invitations.c.day <= bindparam("last"),
    )
    .group_by(survey_invitations.c.survey)
)
_voted = (
    select(survey_votes.c.survey, func.count().label("number"))
    .where(
        survey_votes.c.account == bindparam("account"),
        survey_votes.c.month >= bindparam("first_month"),
        survey_votes.c.month <= bindparam("last_month"),
    )
    .group_by(survey_votes.c.survey)
)
_useful = select(
    func.count(answers.c.useful).label("rated"), func.coalesce(func.sum(answers.c.useful), 0).label("useful")
).where(
    and_(
        answers.c.account == bindparam("account"),
        answers.c.asked_at >= bindparam("since"),
        answers.c.asked_at < bindparam("until"),
    )
)


_hush = (
    update(survey_votes)
    .where(survey_votes.c.month <= bindparam("until"), survey_votes.c.comment != "")
    .values(comment="")
)


_columns = tuple(column.name for column in survey_votes.columns)
_take_out = delete(survey_votes).where(survey_votes.c.month >= bindparam("since")).returning(survey_votes)
_put_back = insert(survey_votes).values({name: bindparam(name) for name in _columns}).on_conflict_do_nothing()


class SurveyCounts:
    """What is counted, inside one transaction."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def votes(self, account: str, first: date, last: date) -> list[Vote]:
        """Return the votes of the months from `first` to `last`, both included, in no order that means anything.

        The days may be any of these months: votes know no day.
        """
        params = {"account": account, "first_month": month_of(first), "last_month": month_of(last)}
        return [_vote_of(row) for row in await self._transaction.fetch(_votes, params)]

    async def responses(self, account: str, first: date, last: date) -> dict[str, Response]:
        """Return how many were invited and how many voted, by survey, in a span of whole months.

        A used-up invitation no longer knows its survey and day: who voted in the span is counted by the votes, and
        invited are these and who was invited in the span and has not voted.
        """
        days = {"account": account, "first": first.isoformat(), "last": last.isoformat()}
        months = {"account": account, "first_month": month_of(first), "last_month": month_of(last)}
        silent = {row["survey"]: row["number"] for row in await self._transaction.fetch(_unanswered, days)}
        voted = {row["survey"]: row["number"] for row in await self._transaction.fetch(_voted, months)}
        return {
            survey: Response(silent.get(survey, 0) + voted.get(survey, 0), voted.get(survey, 0))
            for survey in sorted({*silent, *voted})
        }

    def forget_comments(self, before: date) -> None:
        """Drop the words of votes that may have been given before a day; the marks identify nobody and stay."""
        self._transaction.later(_hush, {"until": month_of(before - timedelta(days=1))})

    async def shuffle(self, since: date, today: date) -> None:
        """Write the votes of the months from `since` on anew, in the order of their hashes and all at once.

        PostgreSQL notes in every row which transaction wrote it, and that is also the one that used up the invitation.
        Months that are over lose the groups that fewer than five votes share.
        """
        rows = await self._transaction.fetch(_take_out, {"since": month_of(since)})
        for row in sorted(_without_small_groups(rows, month_of(today)), key=lambda row: str(row["token_hash"])):
            self._transaction.later(_put_back, row)

    async def useful(self, account: str, since: datetime, until: datetime) -> tuple[int, int]:
        """Return how many answers to questions were called useful, and how many were rated at all."""
        params = {"account": account, "since": to_text(since), "until": to_text(until)}
        row = await self._transaction.first(_useful, params)
        return (row["useful"], row["rated"]) if row is not None else (0, 0)


def _vote_of(row: Row) -> Vote:
    group = Group(row["unit"], row["place"], row["topic"])
    return Vote(
        row["survey"], group, date.fromisoformat(f"{row['month']}-01"), json.loads(row["marks"]), row["comment"]
    )


def _without_small_groups(rows: Sequence[Row], this_month: str) -> Iterator[dict[str, object]]:
    """Yield the rows; of each survey and each month before this one, without small groups."""
    of_survey = itemgetter("account", "survey", "month")
    for (_, _, month), some in groupby(sorted(rows, key=of_survey), key=of_survey):
        votes = [{name: row[name] for name in _columns} for row in some]
        if month < this_month:
            groups = coarsened([Group(row["unit"], row["place"], row["topic"]) for row in votes])
            votes = [vote | asdict(group) for vote, group in zip(votes, groups, strict=True)]
        yield from votes
