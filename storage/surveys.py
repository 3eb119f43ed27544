"""Khảo sát: who may be asked, and the votes, which belong to nobody.

The invitation knows the chat and, once used, only that there was a vote: neither on what nor on which day. A vote
carries the hash of a random token that is made and forgotten in the moment of voting, the month, and groups of many
people. It holds no chat, no invitation, no booking, no day and no hour, and nothing it holds is derived from one.
"""

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import bindparam, exists, insert, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from storage.chats import Dialog
from storage.handover_table import handovers
from storage.instants import month_of, to_text
from storage.member_tables import members
from storage.schema import answers, bookings, chats
from storage.survey_tables import survey_chats, survey_invitations, survey_votes
from storage.transaction import Row, Transaction

FLOW = "survey"


@dataclass(frozen=True, slots=True)
class Group:
    """What a vote is counted under: the unit, the place, and the area of the guide ("" where there is none)."""

    unit: str = ""
    place: str = ""
    topic: str = ""


@dataclass(frozen=True, slots=True)
class Invitation:
    """One chat may vote once on one transaction."""

    id: str
    chat_id: int
    survey: str
    group: Group
    day: date
    state: str


@dataclass(frozen=True, slots=True)
class Occasion:
    """Something that may be followed by an invitation: a visit, an answer to a question, a talk with a person."""

    id: str
    chat_id: int
    roster: str
    place: str
    guide: str | None
    unit: str = ""


_reachable = (chats.c.closed.is_(None), chats.c.post.is_(None), chats.c.last_at >= bindparam("window"))
_rested = or_(survey_chats.c.invited_on.is_(None), survey_chats.c.invited_on <= bindparam("rested"))
_tired = exists().where(survey_chats.c.chat_id == chats.c.id, survey_chats.c.invited_on > bindparam("rested"))
_visits = (
    select(bookings.c.id, bookings.c.chat_id, bookings.c.roster, bookings.c.place, bookings.c.topic)
    .select_from(bookings.join(chats, chats.c.id == bookings.c.chat_id))
    .where(
        bookings.c.account == bindparam("account"),
        bookings.c.day >= bindparam("first"),
        bookings.c.state == "done",
        bookings.c.for_other == 0,
        bookings.c.closed_at >= bindparam("since"),
        bookings.c.closed_at <= bindparam("until"),
        *_reachable,
        ~_tired,
    )
    .order_by(bookings.c.closed_at)
)
_answered = (
    select(answers.c.id, answers.c.chat_id, answers.c.guide)
    .select_from(
        answers.join(chats, chats.c.id == answers.c.chat_id).join(survey_chats, survey_chats.c.chat_id == chats.c.id)
    )
    .where(
        answers.c.account == bindparam("account"),
        answers.c.asked_at >= bindparam("since"),
        answers.c.asked_at <= bindparam("until"),
        answers.c.outcome == "answer",
        survey_chats.c.consented_on.is_not(None),
        _rested,
        *_reachable,
    )
    .order_by(answers.c.asked_at)
)
_open_again = handovers.alias("open_again")
_talks = (
    select(handovers.c.id, handovers.c.chat_id, handovers.c.guide, members.c.unit)
    .select_from(
        handovers.join(chats, chats.c.id == handovers.c.chat_id).join(members, members.c.id == handovers.c.taken_by)
    )
    .where(
        handovers.c.account == bindparam("account"),
        handovers.c.closed_at >= bindparam("since"),
        handovers.c.closed_at <= bindparam("until"),
        or_(*(handovers.c.ended == how for how in ("officer", "citizen", "idle"))),
        ~exists().where(_open_again.c.chat_id == chats.c.id, _open_again.c.closed_at.is_(None)),
        *_reachable,
        ~_tired,
    )
    .order_by(handovers.c.closed_at)
)
_asked = upsert(survey_chats).values(chat_id=bindparam("chat_id"), invited_on=bindparam("today"))
_claim = _asked.on_conflict_do_update(
    index_elements=["chat_id"], set_={"invited_on": _asked.excluded.invited_on}, where=_rested
).returning(survey_chats.c.chat_id)
_mark = _asked.on_conflict_do_update(index_elements=["chat_id"], set_={"invited_on": _asked.excluded.invited_on})
_agreed = upsert(survey_chats).values(chat_id=bindparam("chat_id"), consented_on=bindparam("consented"))
_consent = _agreed.on_conflict_do_update(
    index_elements=["chat_id"], set_={"consented_on": _agreed.excluded.consented_on}
)
_has_consent = select(survey_chats.c.chat_id).where(
    survey_chats.c.chat_id == bindparam("chat_id"), survey_chats.c.consented_on.is_not(None)
)
_columns = ("id", "chat_id", "account", "survey", "occasion", "unit", "place", "topic", "day", "state")
_invite = (
    upsert(survey_invitations)
    .values({name: bindparam(name) for name in _columns})
    .on_conflict_do_nothing(index_elements=["account", "occasion"])
    .returning(survey_invitations)
)
_one = select(survey_invitations).where(survey_invitations.c.id == bindparam("invitation"))
_recent = (
    select(survey_invitations)
    .where(survey_invitations.c.chat_id == bindparam("chat"), survey_invitations.c.day >= bindparam("since"))
    .order_by(survey_invitations.c.state.desc())
)
_unused = (
    survey_invitations.c.id == bindparam("invitation"),
    survey_invitations.c.chat_id == bindparam("chat"),
    or_(survey_invitations.c.state == "open", survey_invitations.c.state == "begun"),
)
_begin = update(survey_invitations).where(*_unused).values(state="begun").returning(survey_invitations.c.id)
_taken = select(survey_invitations).where(*_unused)
# What a used-up invitation was about is gone with the vote, or the two could be joined by it.
_use = (
    update(survey_invitations)
    .where(*_unused)
    .values(
        state="voted", survey="", unit="", place="", topic="", day=bindparam("month"), occasion=survey_invitations.c.id
    )
    .returning(survey_invitations.c.id)
)
_rest = (
    update(survey_chats)
    .where(survey_chats.c.chat_id == bindparam("chat"), survey_chats.c.invited_on.is_not(None))
    .values(invited_on=bindparam("next_month"))
)
_vote = insert(survey_votes).values(
    {
        name: bindparam(name)
        for name in ("token_hash", "account", "survey", "month", "unit", "place", "topic", "marks", "comment")
    }
)
_begun = (
    select(survey_invitations.c.id, chats.c.id.label("chat"), chats.c.dialog)
    .select_from(survey_invitations.join(chats, chats.c.id == survey_invitations.c.chat_id))
    .where(survey_invitations.c.state == "begun")
)
_clear = update(chats).where(chats.c.id == bindparam("chat"), chats.c.dialog == bindparam("seen")).values(dialog="{}")
_reopen = (
    update(survey_invitations)
    .where(survey_invitations.c.id == bindparam("invitation"), survey_invitations.c.state == "begun")
    .values(state="open")
)


class Surveys:
    """Invitations and votes, inside one transaction."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def visits(
        self, account: str, first: date, since: datetime, until: datetime, window: datetime, rested: date
    ) -> list[Occasion]:
        """Return people's own visits that were closed in a span, leaving out who must not be asked now.

        `window`: they have written since; `rested`: their last invitation was on that day or before.
        """
        params = {"account": account, "first": first.isoformat(), "since": to_text(since), "until": to_text(until)}
        limits = {"window": to_text(window), "rested": rested.isoformat()}
        rows = await self._transaction.fetch(_visits, {**params, **limits})
        return [
            Occasion(f"visit/{row['id']}", row["chat_id"], row["roster"], row["place"], row["topic"]) for row in rows
        ]

    async def answered(
        self, account: str, since: datetime, until: datetime, window: datetime, rested: date
    ) -> list[Occasion]:
        """Return answers of a span to people who agreed to be asked, leaving out who must not be asked now."""
        params = {"account": account, "since": to_text(since), "until": to_text(until)}
        limits = {"window": to_text(window), "rested": rested.isoformat()}
        rows = await self._transaction.fetch(_answered, {**params, **limits})
        return [Occasion(f"answer/{row['id']}", row["chat_id"], "", "", row["guide"]) for row in rows]

    async def talks(
        self, account: str, since: datetime, until: datetime, window: datetime, rested: date
    ) -> list[Occasion]:
        """Return talks with a person that ended in a span, leaving out who must not be asked now or talks again."""
        params = {"account": account, "since": to_text(since), "until": to_text(until)}
        limits = {"window": to_text(window), "rested": rested.isoformat()}
        rows = await self._transaction.fetch(_talks, {**params, **limits})
        return [Occasion(f"talk/{row['id']}", row["chat_id"], "", "", row["guide"], row["unit"]) for row in rows]

    async def claim(self, chat_id: int, today: date, rested: date) -> bool:
        """Note that a chat is invited today; False when it was invited after `rested`."""
        params = {"chat_id": chat_id, "today": today.isoformat(), "rested": rested.isoformat()}
        return await self._transaction.first(_claim, params) is not None

    def mark(self, chat_id: int, today: date) -> None:
        """Note that a chat came of its own accord, so that it is not invited on top of that."""
        self._transaction.later(_mark, {"chat_id": chat_id, "today": today.isoformat()})

    def consent(self, chat_id: int, on: date | None) -> None:
        """Note that a person agrees to be asked, or, with None, no longer does."""
        self._transaction.later(_consent, {"chat_id": chat_id, "consented": on.isoformat() if on else None})

    async def has_consent(self, chat_id: int) -> bool:
        """Tell whether a person agreed to be asked."""
        return await self._transaction.first(_has_consent, {"chat_id": chat_id}) is not None

    async def invite(self, invitation: Invitation, account: str, occasion: str) -> bool:
        """Store an invitation; False when that transaction has one already."""
        group = invitation.group
        params = {"id": invitation.id, "chat_id": invitation.chat_id, "account": account, "survey": invitation.survey}
        about = {"occasion": occasion, "unit": group.unit, "place": group.place, "topic": group.topic}
        rest = {"day": invitation.day.isoformat(), "state": invitation.state}
        return await self._transaction.first(_invite, {**params, **about, **rest}) is not None

    async def one(self, invitation: str) -> Invitation | None:
        """Return an invitation."""
        row = await self._transaction.first(_one, {"invitation": invitation})
        return _invitation(row) if row is not None else None

    async def recent(self, chat_id: int, since: date) -> list[Invitation]:
        """Return a chat's invitations since a day, those it has voted on first."""
        rows = await self._transaction.fetch(_recent, {"chat": chat_id, "since": since.isoformat()})
        return [_invitation(row) for row in rows]

    async def begin(self, chat_id: int, invitation: str) -> bool:
        """Note that somebody has begun to answer; False when they have voted, or it is not theirs."""
        return await self._transaction.first(_begin, {"invitation": invitation, "chat": chat_id}) is not None

    async def vote(
        self, chat_id: int, account: str, invitation: str, marks: Mapping[str, int], comment: str, today: date
    ) -> bool:
        """Use up the invitation and store a vote that does not know it; False when it was used up.

        The invitation then keeps neither what it was about nor its day, and the day on which the chat was invited is
        replaced by a later one: the next rest is longer than 30 days, never shorter.
        """
        used = {"invitation": invitation, "chat": chat_id}
        row = await self._transaction.first(_taken, used)
        month = today.replace(day=1)
        if row is None or await self._transaction.first(_use, {**used, "month": month.isoformat()}) is None:
            return False
        next_month = (month + timedelta(days=31)).replace(day=1)
        self._transaction.later(_rest, {"chat": chat_id, "next_month": next_month.isoformat()})
        token_hash = hashlib.sha256(secrets.token_bytes(32)).hexdigest()
        about = {name: row[name] for name in ("survey", "unit", "place", "topic")}
        said = {"marks": json.dumps(dict(sorted(marks.items()))), "comment": comment}
        params = {"token_hash": token_hash, "account": account, "month": month_of(today)}
        self._transaction.later(_vote, {**params, **about, **said})
        return True

    async def forget_abandoned(self, now: datetime) -> None:
        """Drop half-given answers of people who went away: until they vote, they stand in the conversation's row."""
        for row in await self._transaction.fetch(_begun, {}):
            dialog = Dialog.from_json(row["dialog"])
            if dialog.flow == FLOW and dialog.expires_at is not None and dialog.expires_at > now:
                continue
            if dialog.flow == FLOW:
                self._transaction.later(_clear, {"chat": row["chat"], "seen": row["dialog"]})
            self._transaction.later(_reopen, {"invitation": row["id"]})


def _invitation(row: Row) -> Invitation:
    group = Group(row["unit"], row["place"], row["topic"])
    return Invitation(row["id"], row["chat_id"], row["survey"], group, date.fromisoformat(row["day"]), row["state"])
