"""notices.yaml: what staff write, and what they are told when it is wrong."""

from pathlib import Path

import pytest

from content.library import Library
from content.notices import read_notice_plans, read_notices

RULES = "rules:\n  draft_units: [vh-xh]\n  approve_units: [vh-xh]\n"
GOOD = f"{RULES}topics:\n  - id: y-te\n    title: Y tế\n"


def _read(folder: Path, written: str) -> list[tuple[int, str]]:
    path = folder / "notices.yaml"
    path.write_text(written, encoding="utf-8")
    plan, problems = read_notices(path)
    assert (plan is None) == bool(problems)
    return [(one.line, one.message) for one in problems]


def test_what_is_good_is_read(tmp_path: Path) -> None:
    assert _read(tmp_path, GOOD) == []


@pytest.mark.parametrize(
    ("written", "line", "part"),
    [
        (GOOD + "  - id: y-te\n    title: Khác\n", 7, "trùng id"),
        (GOOD + "  - id: bao\n    title: Bão\n    emergency: true\n", 7, "template"),
        (GOOD + "    template: mẫu\n", 7, "template"),
        (GOOD + "    titel: sai\n", 7, "titel"),
        (f"{RULES}topics: []\n", 4, "topics"),
        (GOOD.replace("Y tế", "Y tế " * 20), 6, "40"),
        (GOOD.replace("[vh-xh]", "[VH XH]", 1), 2, "VH XH"),
        ("topics: [", 1, ""),
        ("", 1, ""),
    ],
)
def test_what_is_wrong_is_told_with_its_line(tmp_path: Path, written: str, line: int, part: str) -> None:
    [(at, message), *_] = _read(tmp_path, written)
    assert at == line
    assert part in message


def test_a_file_that_is_not_text_is_told(tmp_path: Path) -> None:
    (tmp_path / "notices.yaml").write_bytes(b"\xff\xfe\x00")
    assert read_notices(tmp_path / "notices.yaml")[0] is None


def test_a_communes_own_file_takes_the_place_of_the_shared_one(tmp_path: Path) -> None:
    (tmp_path / "notices.yaml").write_text(GOOD, encoding="utf-8")
    own = tmp_path / "communes" / "anh-son" / "notices.yaml"
    own.parent.mkdir(parents=True)
    own.write_text(GOOD.replace("y-te", "rieng"), encoding="utf-8")
    plans, problems = read_notice_plans(tmp_path, ["anh-son", "tan-an"])
    assert problems == []
    assert {slug: plan.topics[0].id for slug, plan in plans.items()} == {"anh-son": "rieng", "tan-an": "y-te"}
    own.write_text("rules: x", encoding="utf-8")
    plans, problems = read_notice_plans(tmp_path, ["anh-son", "tan-an"])
    assert problems
    assert set(plans) == {"tan-an"}


def test_every_commune_has_somebody_who_approves_and_hamlets_only_where_they_are_known(library: Library) -> None:
    for commune in library.communes.values():
        assert commune.notices is not None
        units = {unit.id for unit in commune.profile.units}
        assert set(commune.notices.rules.approve_units) & units
        assert set(commune.notices.rules.draft_units) & units
        assert commune.profile.hamlets == ()  # no plan names one: the commune fills them in, with the paper's number
        assert sum(one.emergency for one in commune.notices.topics) == 1
