"""incidents.yaml and start-of-day.yaml: what they give, and every mistake told with its line."""

from pathlib import Path

import pytest

from content.communes import Profile
from content.incidents import KINDS, UNKNOWN, fill_draft, read_checks, read_incidents
from content.library import Library
from tests.conftest import CONTENT

SHARED = (CONTENT / "incidents.yaml").read_text(encoding="utf-8")
CHECK = (CONTENT / "communes" / "nghia-tho" / "start-of-day.yaml").read_text(encoding="utf-8")


def _problems(folder: Path, library: Library, shared: str = SHARED, own: str = "", check: str = "") -> list[str]:
    (folder / "communes" / "nghia-tho").mkdir(parents=True)
    (folder / "incidents.yaml").write_text(shared, encoding="utf-8")
    for name, text in (("incidents", own), ("start-of-day", check)):
        if text:
            (folder / "communes" / "nghia-tho" / f"{name}.yaml").write_text(text, encoding="utf-8")
    profiles: dict[str, Profile] = {"nghia-tho": library.communes["nghia-tho"].profile}
    plans, problems = read_incidents(folder, profiles)
    _, more = read_checks(folder, profiles, plans)
    return [f"{one.path.name}:{one.line}: {one.message}" for one in (*problems, *more)]


def test_every_commune_has_a_plan_and_only_nghia_tho_a_daily_check(library: Library) -> None:
    for slug, commune in library.communes.items():
        assert commune.incidents is not None
        assert {one.id for one in commune.incidents.kinds} == set(KINDS)
        assert {unit.id for unit in commune.profile.units} & set(commune.incidents.people.police)
        assert (commune.start_of_day is not None) == (slug == "nghia-tho")


def test_the_law_is_named_with_the_day_it_was_read(library: Library) -> None:
    plan = library.communes["anh-son"].incidents
    assert plan is not None
    assert [(clock.id, clock.hours) for clock in plan.clocks] == [("h24", 24), ("h72", 72)]
    assert "331/2026" in plan.clocks[0].source
    assert "91/2025" in plan.clocks[1].source
    assert all(clock.checked.year == 2026 for clock in plan.clocks)


def test_the_draft_leaves_blank_what_is_not_known_and_reads_nothing_into_words(library: Library) -> None:
    plan = library.communes["anh-son"].incidents
    assert plan is not None
    text = fill_draft(plan, {"ma": "2E3B4C", "su_viec": "gửi nhầm {{ma}}", "noi": ""})
    assert "Mã sự cố: 2E3B4C" in text
    assert "Sự việc: gửi nhầm {{ma}}" in text
    assert f"Nơi xảy ra: {UNKNOWN}" in text


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("  next_minutes: 30", "  next_minutes: 1", "quá nhỏ – ít nhất 5"),
        ("  - id: leak", "  - id: flood", "không dùng được"),
        ("- id: emergency", "- id: device", "cần đúng năm loại sự cố"),
        ("{{ma}}\n\n", "{{ma}} {{so_cccd}}\n\n", "bản nháp không có chỗ điền {{so_cccd}}"),
        ("    checked: 2026-11-22", "    checked: hôm qua", "không phải ngày"),
        ("\nrules:", "\nrule:", "thiếu mục «rules»"),
    ],
)
def test_mistakes_in_the_shared_file(tmp_path: Path, library: Library, old: str, new: str, says: str) -> None:
    assert old in SHARED
    problems = _problems(tmp_path, library, SHARED.replace(old, new, 1))
    assert says in problems[0]
    assert problems[0].startswith("incidents.yaml:")


def test_a_commune_of_its_own_names_units_it_has(tmp_path: Path, library: Library) -> None:
    line = next(number for number, text in enumerate(SHARED.split("\n"), 1) if text.startswith("  military:"))
    problems = _problems(tmp_path, library, own=SHARED)
    assert f"incidents.yaml:{line}: xã không có đơn vị id «quan-su» – xem mục units trong commune.yaml" in problems


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("thing: may-in}", "thing: may-bay}", "không có «may-bay»"),
        ("id: may-in,", "id: internet,", "hai mục kiểm tra trùng id"),
        ("kind: software", "kind: leak", "không dùng được"),
        ("from: 2026-11-23", "from: 23/11", "không phải ngày"),
    ],
)
def test_mistakes_in_the_daily_check(tmp_path: Path, library: Library, old: str, new: str, says: str) -> None:
    assert old in CHECK
    problems = _problems(tmp_path, library, check=CHECK.replace(old, new, 1))
    assert len(problems) == 1
    assert says in problems[0]
    assert problems[0].startswith("start-of-day.yaml:")
