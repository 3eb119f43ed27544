"""Sự cố: the incidents, what happened to them and the legal clocks of some. Races end in conditional updates."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Executable, and_, bindparam, func, select, update
from sqlalchemy.dialects.postgresql import insert

from storage.incident_tables import incident_history, incidents
from storage.instants import from_text, to_text
from storage.member_tables import members
from storage.members import Member
from storage.transaction import Row, Transaction


@dataclass(frozen=True, slots=True)
class Incident:
    """One incident. `post` is the name of the post that took it, None when nobody did or who did has left."""

    id: str
    account: str
    code: str
    kind: str
    thing: str | None
    unit: str
    reported_by: str
    reported: datetime
    found: datetime
    state: str = "open"
    rung: int = 0
    told: datetime | None = None
    taken_by: str | None = None
    taken: datetime | None = None
    restored: datetime | None = None
    serious: bool | None = None
    found_by_check: str | None = None
    post: str | None = None

    @property
    def open(self) -> bool:
        """Whether it is still to be mended."""
        return self.state == "open"


@dataclass(frozen=True, slots=True)
class Event:
    """A line of the history: what, when, in which words, by whom (name of the post, "" when it was erased)."""

    what: str
    at: datetime
    words: str
    post: str


_joined = incidents.outerjoin(members, and_(members.c.id == incidents.c.taken_by, members.c.left_at.is_(None)))
_select = select(incidents, members.c.name.label("post")).select_from(_joined)
_this = incidents.c.id == bindparam("incident")
_is_open = incidents.c.state == "open"
_in_account = incidents.c.account == bindparam("the_account")
_columns = ("id", "account", "code", "kind", "thing", "unit", "reported_by", "reported_at", "found_at")
_add = (
    insert(incidents)
    .values(**{name: bindparam(name) for name in _columns}, found_by_check=bindparam("check"), state="open")
    .on_conflict_do_nothing()
    .returning(incidents.c.id)
)
_one = _select.where(_this)
_by_code = _select.where(_in_account, incidents.c.code == bindparam("the_code"))
_by_check = _select.where(_in_account, incidents.c.found_by_check == bindparam("the_check"))
_open = _select.where(_is_open).order_by(incidents.c.reported_at, incidents.c.id)
_open_of = _select.where(_in_account, _is_open).order_by(incidents.c.reported_at, incidents.c.id)
_until = _select.where(_in_account, incidents.c.found_at < bindparam("before")).order_by(incidents.c.found_at)
_began = select(func.min(members.c.joined_at).label("began")).where(members.c.account == bindparam("the_account"))
_take = (
    update(incidents)
    .where(_this, _is_open, incidents.c.taken_by.is_(None))
    .values(taken_by=bindparam("member"), taken_at=bindparam("now"))
    .returning(incidents.c.id)
)
_release = (
    update(incidents)
    .where(_this, incidents.c.taken_by == bindparam("member"))
    .values(taken_by=None, taken_at=None, rung=0, told_at=None)
    .returning(incidents.c.id)
)
_climb = (
    update(incidents)
    .where(_this, _is_open, incidents.c.taken_by.is_(None), incidents.c.rung == bindparam("rung_from"))
    .values(rung=bindparam("rung_to"), told_at=func.coalesce(incidents.c.told_at, bindparam("now")))
    .returning(incidents.c.id)
)
_close = (
    update(incidents)
    .where(_this, _is_open)
    .values(state="closed", restored_at=bindparam("restored"), closed_at=bindparam("now"))
    .returning(incidents.c.id)
)
_withdraw = (
    update(incidents)
    .where(_this, _is_open)
    .values(state="withdrawn", closed_at=bindparam("now"))
    .returning(incidents.c.id)
)
_reopen = (
    update(incidents)
    .where(_this, incidents.c.state != "open")
    .values(state="open", restored_at=None, closed_at=None, rung=0, told_at=None)
    .returning(incidents.c.id)
)
_judge = update(incidents).where(_this).values(serious=bindparam("serious_now")).returning(incidents.c.id)
_find = update(incidents).where(_this).values(found_at=bindparam("found"))
_note = insert(incident_history).values(
    id=bindparam("id"),
    incident=bindparam("incident"),
    at=bindparam("now"),
    what=bindparam("what"),
    words=bindparam("words"),
    member=bindparam("member"),
    role=bindparam("role"),
)
_history = (
    select(incident_history, members.c.name.label("post"))
    .select_from(incident_history.outerjoin(members, members.c.id == incident_history.c.member))
    .where(incident_history.c.incident == bindparam("incident"))
    .order_by(incident_history.c.at, incident_history.c.id)
)


class Incidents:
    """The incidents, inside one transaction."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def add(self, one: Incident) -> Incident | None:
        """Store a new one; None when its code is taken, or the check of that day has opened it already."""
        params = {name: getattr(one, name) for name in _columns if not name.endswith("_at")}
        times = {"reported_at": to_text(one.reported), "found_at": to_text(one.found)}
        row = await self._transaction.first(_add, {**params, **times, "check": one.found_by_check})
        return one if row is not None else None

    async def one(self, incident: str) -> Incident | None:
        """Return an incident, or None."""
        return _first(await self._transaction.fetch(_one, {"incident": incident}))

    async def by_code(self, account: str, code: str) -> Incident | None:
        """Return the incident of a code, or None."""
        return _first(await self._transaction.fetch(_by_code, {"the_account": account, "the_code": code}))

    async def by_check(self, account: str, check: str) -> Incident | None:
        """Return what an item of a day's check has opened, or None."""
        return _first(await self._transaction.fetch(_by_check, {"the_account": account, "the_check": check}))

    async def open(self) -> list[Incident]:
        """Return all open incidents of all communes, oldest first."""
        return _many(await self._transaction.fetch(_open, {}))

    async def open_of(self, account: str) -> list[Incident]:
        """Return a commune's open incidents, oldest first."""
        return _many(await self._transaction.fetch(_open_of, {"the_account": account}))

    async def found_before(self, account: str, instant: datetime) -> list[Incident]:
        """Return all incidents of a commune that were noticed before an instant, oldest first."""
        return _many(await self._transaction.fetch(_until, {"the_account": account, "before": to_text(instant)}))

    async def began(self, account: str) -> datetime | None:
        """Return since when a commune's officials can report; of the time before nothing is known."""
        row = await self._transaction.first(_began, {"the_account": account})
        return _instant(row["began"]) if row else None

    async def take(self, one: Incident, member: str, now: datetime) -> bool:
        """Take it; False when somebody was faster or it is over."""
        return await self._changed(_take, one, member=member, now=to_text(now))

    async def release(self, one: Incident) -> bool:
        """Give it back, because who took it has left the post: the ladder begins anew."""
        return await self._changed(_release, one, member=one.taken_by)

    async def climb(self, one: Incident, rung: int, now: datetime) -> bool:
        """Go up from where `one` stands; False when it was taken or another replica was faster."""
        return await self._changed(_climb, one, rung_from=one.rung, rung_to=rung, now=to_text(now))

    async def close(self, one: Incident, restored: datetime, now: datetime) -> bool:
        """Close it; False when it is over already."""
        return await self._changed(_close, one, restored=to_text(restored), now=to_text(now))

    async def withdraw(self, one: Incident, now: datetime) -> bool:
        """Take it back: it was reported by mistake and counts nowhere."""
        return await self._changed(_withdraw, one, now=to_text(now))

    async def reopen(self, one: Incident) -> bool:
        """Open it again; False when it is open."""
        return await self._changed(_reopen, one)

    async def judge(self, one: Incident, *, serious: bool) -> bool:
        """Note whether it was serious."""
        return await self._changed(_judge, one, serious_now=int(serious))

    def find(self, one: Incident, found: datetime) -> None:
        """Correct when it was noticed."""
        self._transaction.later(_find, {"incident": one.id, "found": to_text(found)})

    def note(self, identity: str, one: Incident, what: str, member: Member, now: datetime, words: str = "") -> None:
        """Add a line to the history, with the role that was used."""
        params = {"id": identity, "incident": one.id, "what": what, "words": words, "now": to_text(now)}
        self._transaction.later(_note, {**params, "member": member.id, "role": member.role})

    async def history(self, one: Incident) -> list[Event]:
        """Return what happened, oldest first."""
        rows = await self._transaction.fetch(_history, {"incident": one.id})
        return [Event(row["what"], from_text(row["at"]), row["words"], row["post"] or "") for row in rows]

    async def _changed(self, statement: Executable, one: Incident, **params: object) -> bool:
        return await self._transaction.first(statement, {"incident": one.id, **params}) is not None


def _instant(text: str | None) -> datetime | None:
    return from_text(text) if text else None


def _first(rows: list[Row]) -> Incident | None:
    return _incident(rows[0]) if rows else None


def _many(rows: Iterable[Row]) -> list[Incident]:
    return [_incident(row) for row in rows]


def _incident(row: Row) -> Incident:
    names = ("id", "account", "code", "kind", "thing", "unit", "reported_by", "state", "rung", "taken_by", "post")
    return Incident(
        **{name: row[name] for name in (*names, "found_by_check")},
        reported=from_text(row["reported_at"]),
        found=from_text(row["found_at"]),
        told=_instant(row["told_at"]),
        taken=_instant(row["taken_at"]),
        restored=_instant(row["restored_at"]),
        serious=None if row["serious"] is None else bool(row["serious"]),
    )
