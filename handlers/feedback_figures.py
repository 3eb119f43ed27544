"""Số liệu phản ánh: received, answered in time, refused, open, withdrawn, median time to the first answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from storage.feedback_case import Case


@dataclass(frozen=True, slots=True)
class FeedbackFigures:
    """What a commune's feedback comes to: received = answered + refused + open + withdrawn.

    `open`: also what was answered and asked about again; `withdrawn`: erased by its sender before an answer.
    `median_hours` runs from receipt to first answer; None: nothing answered.
    """

    received: int
    answered: int
    answered_in_time: int
    refused: int
    median_hours: float | None
    open: int
    overdue: int
    withdrawn: int


def count(cases: Sequence[Case], now: datetime) -> FeedbackFigures:
    """Return the figures of all cases of a commune; one that was erased by its sender still counts as received."""
    over = [one for one in cases if not one.open and one.state != "refused"]
    answered = [one for one in over if one.answered is not None]
    hours = [(one.answered - one.created).total_seconds() / 3600 for one in cases if one.answered is not None]
    open_now = [one for one in cases if one.open]
    return FeedbackFigures(
        received=len(cases),
        answered=len(answered),
        answered_in_time=sum(one.in_time is True for one in answered),
        refused=sum(one.state == "refused" for one in cases),
        median_hours=round(median(hours), 1) if hours else None,
        open=len(open_now),
        overdue=sum(one.due < now for one in open_now),
        withdrawn=len(over) - len(answered),
    )
