"""APScheduler as a metronome: it says when to look, never what is due. What is due lies in tables."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC

from apscheduler.schedulers.asyncio import AsyncIOScheduler

Work = Callable[[], Awaitable[None]]


class Timetable:
    """Calls each work every so many seconds. A missed call is made up once, never in a storm; none overlaps itself."""

    def __init__(self, works: Mapping[str, tuple[int, Work]]) -> None:
        self._scheduler = AsyncIOScheduler(
            timezone=UTC, job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )
        for name, (seconds, work) in works.items():
            self._scheduler.add_job(work, "interval", seconds=seconds, id=name)

    def start(self) -> None:
        """Begin to tick, in the running event loop."""
        self._scheduler.start()

    def stop(self) -> None:
        """Stop ticking."""
        self._scheduler.shutdown(wait=False)
