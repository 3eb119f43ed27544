"""`python -m tests.simulate`: a year of deadlines for Anh Sơn's 77 officials; prints messages per person and week."""

import argparse
import asyncio
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

from rich.console import Console

from bot import logs
from content.library import Library, load
from content.recurrence import END_OF_DAY, instant_of
from tests.own_postgres import for_asyncpg, new_database, own_server
from tests.simulation import judge
from tests.simulation.ticks import CONTENT
from tests.simulation.town import COMMUNE, POSTS
from tests.simulation.year import simulate

SQLITE, POSTGRESQL = "sqlite", "postgresql"


def main() -> None:
    """Read the arguments, simulate on each database, print, and fail when something is not as promised."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulate", description=__doc__)
    parser.add_argument("--from", dest="first", type=date.fromisoformat, default=date(2026, 1, 1))
    parser.add_argument("--to", dest="last", type=date.fromisoformat, default=date(2026, 12, 31))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kill-every", type=int, default=0, help="kill a replica every so many ticks; 0: never")
    parser.add_argument("--database", choices=(SQLITE, POSTGRESQL, "both"), default="both")
    arguments = parser.parse_args()
    logs.configure("text", ())
    library = load(CONTENT)
    kinds = (SQLITE, POSTGRESQL) if arguments.database == "both" else (arguments.database,)
    as_promised = [_on(kind, library, arguments) for kind in kinds]
    raise SystemExit(not all(as_promised))


@contextmanager
def _new(kind: str) -> Iterator[str]:
    """Lend the address of a new database."""
    with tempfile.TemporaryDirectory(prefix="simulate-") as folder:
        if kind == SQLITE:
            yield f"sqlite+aiosqlite:///{folder}/bot.db"
        else:
            with own_server(Path(folder)) as server:
                yield for_asyncpg(new_database(server, "simulated"))


def _on(kind: str, library: Library, arguments: argparse.Namespace) -> bool:
    """Simulate on one kind of database and print; return whether all is as promised."""
    out = Console(highlight=False, soft_wrap=True)
    began, cpu = time.perf_counter(), time.process_time()
    with _new(kind) as url:
        work = simulate(url, library, arguments.seed, arguments.first, arguments.last, arguments.kill_every)
        record, kills = asyncio.run(work)
    span = f"{arguments.first} to {arguments.last}"
    out.print(f"{kind}: {len(_PEOPLE)} officials, {span}, two replicas, killed {kills} times")
    as_promised = _judged(out, record, library, arguments)
    out.print(f"took {time.perf_counter() - began:.0f} s, {time.process_time() - cpu:.0f} s CPU of this process\n")
    return as_promised


_PEOPLE = [f"{unit}.{role}.{one}" for unit, role, number in POSTS for one in range(1, number + 1)]


def _judged(out: Console, record: judge.Record, library: Library, arguments: argparse.Namespace) -> bool:
    commune = library.communes[COMMUNE]
    end = instant_of(arguments.last, END_OF_DAY)
    counts = judge.per_week(record.messages, _PEOPLE, arguments.first, arguments.last)
    states = Counter(one.state for one in record.filings.values() if one.due < end)
    late = sum(1 for one in record.filings.values() if one.due < end and (one.sent_at is None or one.sent_at > one.due))
    out.print(f"filings due {sum(states.values())}: {dict(states)}, late or never {late}")
    out.print(f"messages {len(record.messages)}; per person and week: {judge.summary(counts)}")
    some = [number for number in counts if number]
    out.print(f"weeks with any message: {len(some)} of {len(counts)}; in those: {judge.summary(some)}")
    busiest = Counter(one.chat for one in record.messages).most_common(3)
    out.print(f"busiest: {', '.join(f'{who} {number}' for who, number in busiest)}")
    wrong = {
        "in quiet hours or on days off": judge.at_wrong_times(record.messages, commune.calendar),
        "more than one message a day": judge.more_than_one_a_day(record.messages),
        "deadlines nobody was told of": judge.never_reminded(record, end),
        "told, but in no message": judge.unseen(record, commune),
        "escalations missing, doubled or wrong": judge.wrongly_escalated(record, commune, end - timedelta(days=1)),
    }
    for name, found in wrong.items():
        out.print(f"{name}: {len(found)}")
        for one in list(found)[:3]:
            out.print(f"  {one}")
    return not any(wrong.values())


if __name__ == "__main__":
    main()
