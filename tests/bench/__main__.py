"""`python -m tests.bench`: one run on one machine, only loopback traffic. `--profile` shows what costs most."""

import argparse
import asyncio
import json
import os
import platform
import statistics
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from tests.bench import profiled
from tests.bench.processes import run_module
from tests.bench.race import (
    AIOGRAM,
    CHANNEL,
    CHATS,
    FAR_SECONDS,
    FEWEST,
    OURS,
    PTB,
    RAW,
    SECONDS,
    Contender,
    Start,
    cold_starts,
    race,
)

QUIET = 0.7  # load average
STARTS = 5, 3  # with a new database, again


async def measure(console: Console) -> None:
    """Measure everything and print it."""
    console.print(
        f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}, "
        f"load average before {os.getloadavg()[0]:.1f}"
    )
    if os.getloadavg()[0] > QUIET:
        console.print("The machine is busy with other things: trust the CPU times more than the rates.")
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        new, again = await cold_starts(Path(name), *STARTS)
        contenders = await race(Path(name))
    turns: dict[str, list[float]] = json.loads(await run_module("tests.bench.inside"))
    _print_rates(console, contenders)
    bookings: dict[str, float] = json.loads(await run_module("tests.bench.bookings"))
    notices: dict[str, Any] = json.loads(await run_module("tests.bench.notices"))
    _print_turns(console, turns)
    _print_bookings(console, bookings)
    _print_deadlines(console, json.loads(await run_module("tests.bench.deadlines")))
    _print_notices(console, notices)
    _print_process(console, new, again, contenders)


def _print_rates(console: Console, contenders: Mapping[str, Contender]) -> None:
    rounds = len(contenders[OURS].rounds)
    table = Table(
        "",
        *("answers/s, median", "min–max", "this service ÷ it", "p50 ms", "p99 ms", "CPU ms an answer"),
        title=f"webhook in → answer out; {CHATS} chats, one question open each; {rounds} rounds of {SECONDS:g} s",
    )
    for name, contender in contenders.items():
        rates = contender.rates
        table.add_row(
            name,
            f"{contender.rate:.0f}",
            f"{min(rates):.0f}–{max(rates):.0f}",
            f"{contenders[OURS].rate / contender.rate:.2f}" if name not in {OURS, CHANNEL, RAW} else "",
            f"{statistics.median(one.p50 for one in contender.rounds):.1f}",
            f"{statistics.median(one.p99 for one in contender.rounds):.1f}",
            f"{statistics.median(contender.cpu):.2f}",
        )
    console.print(table)
    far = {name: statistics.median(one.rate for one in contender.far) for name, contender in contenders.items()}
    table = Table(
        "",
        *("answers/s, median", "this service ÷ it", "p50 ms", "p99 ms"),
        title=f"the same when the platform acknowledges a message after {FAR_SECONDS * 1000:g} ms; {FEWEST} rounds",
    )
    for name, contender in contenders.items():
        table.add_row(
            name,
            f"{far[name]:.0f}",
            f"{far[OURS] / far[name]:.2f}" if name not in {OURS, CHANNEL, RAW} else "",
            f"{statistics.median(one.p50 for one in contender.far):.1f}",
            f"{statistics.median(one.p99 for one in contender.far):.1f}",
        )
    console.print(table)


def _print_turns(console: Console, turns: Mapping[str, Sequence[float]]) -> None:
    table = Table("in process", "p50 ms", "p99 ms", "worst ms", "bound")
    for name, figures in turns.items():
        table.add_row(name, *(f"{figure:.2f}" for figure in figures), "p99 ≤ 10 ms" if name == "ask" else "")
    console.print(table)


def _print_bookings(console: Console, figures: Mapping[str, float]) -> None:
    table = Table("bookings on SQLite, 100,000 stored", "")
    table.add_row("free slots of a fortnight, p50", f"{figures['free_slots_p50']:.2f} ms")
    table.add_row("free slots of a fortnight, p99", f"{figures['free_slots_p99']:.2f} ms")
    table.add_row("booked a second, 64 people wanting the same slots", f"{figures['booked_a_second']:.0f}")
    table.add_row("told that a slot is gone, a second, meanwhile", f"{figures['refused_a_second']:.0f}")
    console.print(table)


def _print_deadlines(console: Console, figures: Mapping[str, float]) -> None:
    table = Table("deadlines on SQLite, 100,000 filings of 500 communes stored", "")
    table.add_row("filings planned with their ladders, a second", f"{figures['planned_a_second']:.0f}")
    table.add_row("what is due next, nothing is: p50 / p99", f"{figures['due_p50']:.2f} / {figures['due_p99']:.2f} ms")
    busy = f"{figures['due_busy_p50']:.2f} / {figures['due_busy_p99']:.2f} ms"
    table.add_row("the same when all 500 communes have something due", busy)
    people = f"{figures['reminders']:.0f} reminders of one minute"
    table.add_row(f"{people}, written in one transaction", f"{figures['written_seconds']:.2f} s")
    table.add_row(f"{people}, sent a second by one bot", f"{figures['sent_a_second']:.1f}")
    table.add_row("most in any second; refused with 429", f"{figures['busiest_second']}; {figures['refused_429']}")
    console.print(table)


def _print_notices(console: Console, figures: Mapping[str, Any]) -> None:
    title = f"a notice to {figures['receivers']} at {figures['rate']:g}/s, one call in a hundred spoilt"
    table = Table(title, "")
    table.add_row("reached", f"{figures['reached']} in {figures['seconds']:.0f} s")
    lost = figures["spoilt"].get("answer lost", 0)
    table.add_row("got it twice (the answer to the first sending was lost)", f"{figures['twice']} ({lost})")
    table.add_row("refused by the platform as too fast", str(figures["too_fast"]))
    for name in ("alone", "meanwhile"):
        number, median, hundredth = figures[name]
        table.add_row(f"replies {name}, p50 and p99", f"{median:.1f} and {hundredth:.1f} ms of {number}")
    table.add_row("p99 meanwhile ÷ alone", f"{figures['meanwhile'][2] / figures['alone'][2]:.2f} (bound: 2)")
    console.print(table)


def _print_process(
    console: Console, new: Sequence[Start], again: Sequence[Start], contenders: Mapping[str, Contender]
) -> None:
    table = Table("start and memory", "", "min–max", "bound")
    for name, starts in (("first start, new database", new), ("start again", again)):
        seconds = [start.seconds for start in starts]
        spread = f"{min(seconds):.2f}–{max(seconds):.2f}"
        table.add_row(name, f"{statistics.median(seconds):.2f} s", spread, "≤ 2 s")
        table.add_row("  of it CPU", f"{statistics.median(start.cpu for start in starts):.2f} s")
    table.add_row("memory after start", f"{contenders[OURS].memory_before:.0f} MB", "", "≤ 150 MB")
    table.add_row("memory after the load", f"{contenders[OURS].memory_after:.0f} MB", "", "≤ 150 MB")
    reloaded = f"{contenders[OURS].memory_reloaded:.0f} MB"
    table.add_row("memory after three edits of the content, with load", reloaded, "", "≤ 150 MB")
    for name in (PTB, AIOGRAM):
        table.add_row(f"{name} after the load", f"{contenders[name].memory_after:.0f} MB")
    console.print(table)


def main() -> None:
    """Read the arguments and run."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--profile", action="store_true", help="print the 25 functions that cost most")
    console = Console(width=None if os.isatty(1) else 140)
    asyncio.run(profiled.show(console) if parser.parse_args().profile else measure(console))


if __name__ == "__main__":
    main()
