"""Số liệu khảo sát: the votes and the invitations of a span of days, as the results need them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, bindparam, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from storage.instants import to_text
from storage.schema import answers
from storage.survey_tables import survey_invitations, survey_votes
from storage.surveys import Group
from storage.transaction import Row, Transaction


@dataclass(frozen=True, slots=True)
class Vote:
    """What somebody answered; nobody can tell who. Skipped items are absent from `marks`."""

    survey: str
    group: Group
    day: date
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
        survey_votes.c.day >= bindparam("first"),
        survey_votes.c.day <= bindparam("last"),
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
        survey_votes.c.day >= bindparam("first"),
        survey_votes.c.day <= bindparam("last"),
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
    .where(survey_votes.c.day < bindparam("before"), survey_votes.c.comment != "")
    .values(comment="")
)


_columns = tuple(column.name for column in survey_votes.columns)
_past = (survey_votes.c.day >= bindparam("since"), survey_votes.c.day < bindparam("before"))
_of_past = select(survey_votes).where(*_past).order_by(survey_votes.c.token_hash)
_take_out = delete(survey_votes).where(*_past)
_put_back = insert(survey_votes).values({name: bindparam(name) for name in _columns}).on_conflict_do_nothing()


class SurveyCounts:
    """What is counted, inside one transaction."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def votes(self, account: str, first: date, last: date) -> list[Vote]:
        """Return the votes of a span of local days, both included, in no order that means anything."""
        params = {"account": account, "first": first.isoformat(), "last": last.isoformat()}
        return [_vote_of(row) for row in await self._transaction.fetch(_votes, params)]

    async def responses(self, account: str, first: date, last: date) -> dict[str, Response]:
        """Return how many were invited and how many voted, by survey.

        A used-up invitation no longer knows its survey and day: who voted in the span is counted by the votes, and
        invited are these and who was invited in the span and has not voted.
        """
        params = {"account": account, "first": first.isoformat(), "last": last.isoformat()}
        silent = {row["survey"]: row["number"] for row in await self._transaction.fetch(_unanswered, params)}
        voted = {row["survey"]: row["number"] for row in await self._transaction.fetch(_voted, params)}
        return {
            survey: Response(silent.get(survey, 0) + voted.get(survey, 0), voted.get(survey, 0))
            for survey in sorted({*silent, *voted})
        }

    def forget_comments(self, before: date) -> None:
        """Drop the words of votes given before a day; the marks identify nobody and stay."""
        self._transaction.later(_hush, {"before": before.isoformat()})

    async def shuffle(self, since: date, before: date) -> None:
        """Write the votes of past days anew, in the order of their hashes and all at once.

        PostgreSQL notes in every row which transaction wrote it, and that is also the one that used up the invitation.
        """
        params = {"since": since.isoformat(), "before": before.isoformat()}
        rows = await self._transaction.fetch(_of_past, params)
        self._transaction.later(_take_out, params)
        for row in rows:
            self._transaction.later(_put_back, {name: row[name] for name in _columns})

    async def useful(self, account: str, since: datetime, until: datetime) -> tuple[int, int]:
        """Return how many answers to questions were called useful, and how many were rated at all."""
        params = {"account": account, "since": to_text(since), "until": to_text(until)}
        row = await self._transaction.first(_useful, params)
        return (row["useful"], row["rated"]) if row is not None else (0, 0)


def _vote_of(row: Row) -> Vote:
    group = Group(row["unit"], row["place"], row["topic"])
    return Vote(row["survey"], group, date.fromisoformat(row["day"]), json.loads(row["marks"]), row["comment"])
