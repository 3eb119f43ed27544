"""What came out of a simulated year: who got how many messages, and what must never be."""

import json
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from content.calendar import WorkingCalendar
from content.dates import HOME, local_day
from content.ladder import may_send
from content.library import Commune
from handlers.filing_digest import MOST_LINES
from handlers.filing_people import assignment_of
from storage.database import Database
from storage.filings import Filing
from storage.transaction import Row
from tests.simulation.raw import rows_of
from tests.simulation.town import COMMUNE

PUSHES = frozenset({"task.digest", "task.event"})


@dataclass(frozen=True, slots=True)
class Message:
    """A message of our own accord: to which chat, when it may go out, which phrase, the values of its buttons."""

    chat: str
    at: datetime
    key: str
    text: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StepDone:
    """A step of a filing's ladder as it ended; `done` None while it is still to come."""

    filing: str
    step: str
    at: datetime
    done: datetime | None
    outcome: str | None


@dataclass(frozen=True)
class Record:
    """Everything that a simulated time left in the database."""

    messages: tuple[Message, ...]
    filings: Mapping[str, Filing]
    steps: tuple[StepDone, ...]
    escalations: Counter[tuple[str, str]]


async def record_of(database: Database, url: str) -> Record:
    """Read what is there."""
    messages = [
        Message(row["chat"], datetime.fromisoformat(row["not_before"]), reply["key"], reply["text"], _values(reply))
        for row in await rows_of(url, "SELECT chat, not_before, reply FROM outbox WHERE cause IS NULL ORDER BY id")
        if (reply := json.loads(row["reply"]))["key"] in PUSHES
    ]
    async with database.read() as store:
        found = await store.filings.between(
            COMMUNE,
            datetime.fromisoformat("2000-01-01T00:00:00+00:00"),
            datetime.fromisoformat("2100-01-01T00:00:00+00:00"),
        )
        ledger: list[Row] = []
        while rows := await store.ledger.rows(COMMUNE, ledger[-1]["number"] if ledger else 0):
            ledger += rows
    steps = [
        StepDone(
            row["filing"], row["step"], datetime.fromisoformat(row["at"]), _instant(row["done_at"]), row["outcome"]
        )
        for row in await rows_of(url, "SELECT filing, step, at, done_at, outcome FROM filing_steps")
    ]
    escalations = Counter(
        (row["subject"].removeprefix("filing/"), json.loads(row["detail"])["step"])
        for row in ledger
        if row["action"] == "escalated"
    )
    return Record(tuple(messages), {one.id: one for one in found}, tuple(steps), escalations)


def _values(reply: Mapping[str, Sequence[Sequence[str]]]) -> tuple[str, ...]:
    return tuple(value for _, value in reply.get("buttons", ()))


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def per_week(messages: Iterable[Message], people: Iterable[str], first: date, last: date) -> list[int]:
    """Return how many messages each person got in each week (Monday to Sunday), weeks without any as 0."""
    counts: Counter[tuple[str, date]] = Counter()
    for one in messages:
        day = local_day(one.at)
        counts[one.chat, day - timedelta(days=day.weekday())] += 1
    monday = first - timedelta(days=first.weekday())
    weeks = [monday + timedelta(days=7 * number) for number in range((last - monday).days // 7 + 1)]
    return [counts[person, week] for person in people for week in weeks]


def at_wrong_times(messages: Iterable[Message], calendar: WorkingCalendar) -> list[Message]:
    """Return the messages in quiet hours, before eight or on a day off."""
    return [one for one in messages if not may_send(one.at, calendar) or one.at.astimezone(HOME).hour < 8]


def more_than_one_a_day(messages: Iterable[Message]) -> dict[tuple[str, date], int]:
    """Return who got more than one message on a day."""
    days = Counter((one.chat, local_day(one.at)) for one in messages)
    return {who: often for who, often in days.items() if often > 1}


def never_reminded(record: Record, until: datetime) -> list[Filing]:
    """Return the filings that were due by an instant and of which nobody was told in time.

    Left out is what was sent before its first reminder came: nobody needed one.
    """
    steps: dict[str, list[StepDone]] = defaultdict(list)
    for step in record.steps:
        if not step.step.startswith("T+"):
            steps[step.filing].append(step)
    found = []
    for filing in record.filings.values():
        first = min((step.at for step in steps[filing.id]), default=filing.due)
        told = any(step.outcome == "told" and step.done and step.done <= filing.due for step in steps[filing.id])
        if filing.due < until and not told and (filing.sent_at is None or filing.sent_at > first):
            found.append(filing)
    return found


def unseen(record: Record, commune: Commune) -> list[Filing]:
    """Return the filings that count as told, but stand in no message of that moment, also not behind "… more"."""
    said: dict[datetime, list[Message]] = defaultdict(list)
    for one in record.messages:
        said[one.at].append(one)
    found = []
    for step in record.steps:
        filing = record.filings.get(step.filing)
        if step.outcome == "told" and step.done is not None and filing is not None:
            obligation = commune.plans.obligation(filing.obligation)
            assert obligation is not None
            if not any(_tells(one, filing.id, obligation.title) for one in said[step.done]):
                found.append(filing)
    return found


def _tells(message: Message, filing: str, title: str) -> bool:
    return f"filing/{filing}" in message.values or title in message.text or message.text.count("\n") > MOST_LINES


def wrongly_escalated(record: Record, commune: Commune, until: datetime) -> list[str]:
    """Return what is wrong with the escalations: none, one too many, or of a report that came in time."""
    found = []
    for filing in record.filings.values():
        assignment = assignment_of(commune, filing)
        assert assignment is not None
        wanted = [
            step.name
            for step in assignment.steps(filing.due, commune.calendar)
            if step.overdue and step.at < until and (filing.sent_at is None or filing.sent_at > step.at)
        ]
        got = [step for (one, step), often in record.escalations.items() if one == filing.id for _ in range(often)]
        merged = [s.step for s in record.steps if s.filing == filing.id and s.outcome == "merged" and s.step in wanted]
        if sorted(got + merged) != sorted(wanted):
            found.append(f"{filing.obligation} {filing.unit} {filing.due}: wanted {wanted}, got {got}, merged {merged}")
    return found


def summary(counts: Sequence[int]) -> str:
    """Return the figures of messages per person and week in one line."""
    busy = sorted(counts)
    p95 = busy[min(len(busy) - 1, int(len(busy) * 0.95))]
    return f"median {statistics.median(busy):g}, mean {statistics.fmean(busy):.2f}, p95 {p95}, max {busy[-1]}"
