"""The rows of the plans: tests/data/obligations.csv and indicators.csv, from which the files for staff were written."""

import csv
import datetime
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

DATA = Path(__file__).parents[1] / "data"
SLUGS = MappingProxyType(
    {
        "Anh Sơn": "anh-son",
        "Nghĩa Thọ": "nghia-tho",
        "Khánh Sơn": "khanh-son",
        "Tịnh Thiện": "tinh-thien",
        "Tân An": "tan-an",
    }
)


@dataclass(frozen=True)
class PlanRow:
    """A row of obligations.csv; `first_due` is the beginning of time for what waits for an event."""

    commune: str
    id: str
    title: str
    rule: str
    first_due: datetime.datetime
    escalation: str


def plan_rows() -> list[PlanRow]:
    """Return every row."""
    with (DATA / "obligations.csv").open(encoding="utf-8", newline="") as file:
        return [
            PlanRow(
                row["commune"],
                row["id"],
                row["title_vi"],
                row["rule"],
                datetime.datetime.fromisoformat(row["first_due"] or "0001-01-01T00:00:00+00:00"),
                row["escalation"],
            )
            for row in csv.DictReader(file)
        ]


def indicator_rows() -> list[dict[str, str]]:
    """Return every row of indicators.csv as it stands there."""
    with (DATA / "indicators.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
