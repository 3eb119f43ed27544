"""obligations.yaml, indicators.yaml, ladders.yaml: all rows of the plans, and what staff are told about mistakes."""

import datetime
import re
import shutil
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import get_args

import pytest

from bot.content_holder import ContentHolder
from content.indicators import Computed
from content.library import Library, inspect, load
from content.obligations import holders, reporting_units
from tests.conftest import CONTENT
from tests.content.folders import small_content
from tests.content.plan_rows import SLUGS, indicator_rows, plan_rows
from tests.fakes import FakeClock

DAY = datetime.date(2026, 12, 1)
OLD_DAY = datetime.date(2024, 6, 1)

OBLIGATION = """\
obligations:
  - id: AS-01
    title: Báo cáo quý
    what: Báo cáo quý thực hiện Đề án
    rule: trước ngày 25 tháng cuối quý
    from: 2025-12-24
    until: 2030-12-31
    leads: [each]
    supports: [mat-tran]
    reports_to: [vh-xh, UBND xã]
    chaser: vh-xh
    ladder: quarterly
    figures: [own, AS-I01]
    source: VI.6.3
"""
INDICATOR = """\
indicators:
  - id: AS-I01
    title: Kỹ năng số
    comparator: "≥"
    unit: "%"
    targets:
      2026: 95,0
    leads: [vh-xh]
    source: IV.3
"""


def folder_with(tmp_path: Path, obligations: str = OBLIGATION, indicators: str = INDICATOR) -> Path:
    """Make a content folder with one commune and these two files."""
    folder = small_content(tmp_path / "content")
    commune = folder / "communes" / "anh-son"
    (commune / "obligations.yaml").write_text(obligations, encoding="utf-8")
    (commune / "indicators.yaml").write_text(indicators, encoding="utf-8")
    return folder


def told(folder: Path) -> list[str]:
    """Return what content check says, with paths short."""
    return [str(problem).removeprefix(f"{folder}/") for problem in inspect(folder)[1]]


def test_every_row_of_the_plans_is_there_once(library: Library) -> None:
    rows = plan_rows()
    for name, slug in SLUGS.items():
        wanted = {row.id for row in rows if row.commune == name}
        assert [one.id for one in library.communes[slug].plans.obligations] == [
            row.id for row in rows if row.id in wanted
        ]
    assert sum(len(commune.plans.obligations) for commune in library.communes.values()) == len(rows) == 115


def test_every_row_says_what_the_list_says_and_marks_what_is_assumed(library: Library) -> None:
    for row in plan_rows():
        one = library.communes[SLUGS[row.commune]].plans.obligation(row.id)
        assert one is not None
        assert one.what == row.title
        assert one.assumption == ("giả định" in row.title), row.id
        assert "EVENT:" not in row.rule or one.event


def test_every_step_of_the_list_before_the_due_date_is_on_the_ladder(library: Library) -> None:
    """The list's own words: «T-10,T-5,T-2,T-0: …» name the steps before; «08:15» and «30 phút» others."""
    for row in plan_rows():
        plans = library.communes[SLUGS[row.commune]].plans
        one = plans.obligation(row.id)
        assert one is not None
        ladder = plans.ladder(one.ladder)
        assert ladder is not None
        names = {step.at.name for step in ladder.steps}
        wanted = set(re.findall(r"\bT-\d+", row.escalation))
        assert wanted <= names, (row.id, wanted - names)
        if wanted and ladder.clock == "due":
            assert {name for name in names if name.startswith("T-")} == wanted, row.id


def test_every_indicator_of_the_plans_is_there_with_its_targets_as_written(library: Library) -> None:
    rows = indicator_rows()
    assert sum(len(commune.plans.indicators) for commune in library.communes.values()) == len(rows) == 134
    for row in rows:
        one = library.communes[SLUGS[row["commune"]]].plans.indicator(row["id"])
        assert one is not None
        assert row["title_vi"] in (one.title, one.what)
        # The table has only the lower end of «3–5 người»; the title and the plan's VI.3 have both.
        comparator = "≥" if one.id == "AS-I21" else one.comparator
        assert f"{one.unit} ({comparator})" == row["unit"]
        years = {name[-4:]: text for name, text in row.items() if name.startswith("target_") and text}
        assert {year: str(number) for year, number in one.targets.items()} == years
        assert one.actual == "typed" or one.actual in get_args(Computed)


def test_a_range_has_two_ends_and_a_mistake_in_it_is_told(tmp_path: Path, library: Library) -> None:
    one = library.communes["anh-son"].plans.indicator("AS-I21")
    assert one is not None
    judged = [(Decimal(number), one.met(Decimal(number), 2026)) for number in ("2", "3", "4", "5", "6")]
    assert [met for _, met in judged] == [False, True, True, True, False]
    assert [one.share(number, 2026) for number, _ in judged[1:4]] == [100, 100, 100]
    assert one.below_threshold(Decimal(2), 2026) is True  # two thirds
    assert one.below_threshold(Decimal(6), 2026) is False  # five sixths
    assert one.wanted(2026, str) == "3–5"
    turned = INDICATOR.replace('"≥"', '"–"').replace("    leads", "    most:\n      2026: 90\n    leads")
    (problem,) = told(folder_with(tmp_path, OBLIGATION.replace(", AS-I01]", "]"), turned))
    assert "nhỏ hơn targets" in problem


def test_decimals_are_kept_as_the_plan_writes_them(library: Library) -> None:
    one = library.communes["anh-son"].plans.indicator("AS-I03")
    assert one is not None
    assert [str(one.targets[year]) for year in ("2025", "2030")] == ["95.0", "95.5"]


@pytest.mark.parametrize(
    ("identity", "actual", "met"),
    [
        ("AS-I03", "95.1", True), ("AS-I03", "95.04", False), ("AS-I15", "0", True), ("AS-I15", "1", False),
        ("AS-I06", "100", True), ("AS-I06", "99.9", False),
    ],
)  # fmt: skip
def test_an_actual_figure_is_compared_as_the_plan_compares(
    library: Library, identity: str, actual: str, met: bool
) -> None:
    one = library.communes["anh-son"].plans.indicator(identity)
    assert one is not None
    assert one.met(Decimal(actual), 2026) is met


def test_more_than_is_not_at_least_and_less_is_better_where_the_plan_limits(library: Library) -> None:
    plans = library.communes["tinh-thien"].plans
    more, limit = plans.indicator("TT-I09"), plans.indicator("TT-I17")
    assert more is not None
    assert limit is not None
    assert (more.met(Decimal(80), 2025), more.met(Decimal("80.01"), 2025)) == (False, True)
    assert (limit.met(Decimal(24), 2025), limit.met(Decimal(25), 2025)) == (True, False)
    assert (limit.share(Decimal(12), 2025), limit.share(Decimal(48), 2025)) == (Decimal(100), Decimal(50))
    assert more.met(Decimal(80), 2026) is None
    assert more.share(Decimal(80), 2026) is None
    assert more.below_threshold(Decimal(80), 2026) is None


@pytest.mark.parametrize(("actual", "below"), [("56", False), ("55.99", True), ("0", True), ("80", False)])
def test_exactly_seventy_percent_of_the_target_is_not_below(library: Library, actual: str, below: bool) -> None:
    one = library.communes["anh-son"].plans.indicator("AS-I01")  # 80 in 2026
    assert one is not None
    assert one.below_threshold(Decimal(actual), 2026) is below


@pytest.mark.parametrize(("actual", "below"), [("70", False), ("69.99", True), ("60", True)])
def test_a_figure_that_is_the_completion_itself_is_below_seventy_as_it_stands(
    library: Library, actual: str, below: bool
) -> None:
    one = library.communes["anh-son"].plans.indicator("AS-I34")
    assert one is not None
    assert one.below_threshold(Decimal(actual), 2026) is below


def test_any_incident_is_below_where_none_is_promised(library: Library) -> None:
    one = library.communes["anh-son"].plans.indicator("AS-I15")
    assert one is not None
    assert [one.share(Decimal(number), 2026) for number in (0, 1)] == [Decimal(100), Decimal(0)]
    assert one.below_threshold(Decimal(1), 2026)


# Who


def test_each_unit_makes_its_own_report_and_the_chaser_too(library: Library) -> None:
    commune = library.communes["anh-son"]
    one = commune.plans.obligation("AS-01")
    assert one is not None
    given = list(holders(one, commune.plans, commune.profile, DAY))
    assert [each.units for each in given] == [
        ("vh-xh",), ("van-phong",), ("tt-pvhcc",), ("kinh-te",), ("cong-an",), ("quan-su",),
    ]  # fmt: skip
    assert [each.own for each in given] == [True, False, False, False, False, False]
    assert not any(each.polite for each in given)


def test_a_unit_that_has_ended_is_followed_by_its_successor_and_old_plans_keep_the_old_name(library: Library) -> None:
    commune = library.communes["tinh-thien"]
    one = commune.plans.obligation("TT-15")
    assert one is not None
    before, after = datetime.date(2025, 6, 24), datetime.date(2025, 9, 24)
    assert [each.units for each in holders(one, commune.plans, commune.profile, before)] == [("bp-vp-tk",)]
    assert [each.units for each in holders(one, commune.plans, commune.profile, after)] == [("van-phong",)]
    assert [each.chaser for each in holders(one, commune.plans, commune.profile, after)] == ["vh-xh"]
    old = reporting_units(library.communes["khanh-son"].profile, OLD_DAY)
    assert {"vp-tk", "mot-cua"} <= set(old)
    assert not {"van-phong", "tt-pvhcc"} & set(old)


@pytest.mark.parametrize(
    ("slug", "identity", "own"),
    [
        ("anh-son", "AS-04", True),  # Phòng VH-XH alone
        ("anh-son", "AS-06", True),  # UBND xã leads, Phòng VH-XH does the work
        ("anh-son", "AS-14", False),  # Tổ hỗ trợ first: Phòng VH-XH may well ask it
        ("anh-son", "AS-09", False),
        ("khanh-son", "KS-03", True),  # Ban Chỉ đạo, Văn phòng – Thống kê
        ("tan-an", "TA-10", True),
        ("nghia-tho", "NT-03", False),
    ],
)
def test_the_chaser_is_known_where_it_would_chase_itself(library: Library, slug: str, identity: str, own: bool) -> None:
    commune = library.communes[slug]
    one = commune.plans.obligation(identity)
    assert one is not None
    day = OLD_DAY if slug == "khanh-son" else DAY
    assert [each.own for each in holders(one, commune.plans, commune.profile, day)] == [own]


def test_partners_are_asked_politely(library: Library) -> None:
    commune = library.communes["tan-an"]
    plans = commune.plans
    every = [each for one in plans.obligations for each in holders(one, plans, commune.profile, DAY)]
    polite = {each.obligation.id for each in every if each.polite}
    assert polite == {"TA-14"}


def test_a_unit_fills_in_its_own_indicators_of_the_year(library: Library) -> None:
    commune = library.communes["anh-son"]
    one = commune.plans.obligation("AS-01")
    assert one is not None
    asked = {
        each.units[0]: [
            figure.id for figure in commune.plans.figures_of(each, commune.profile, DAY)
        ]
        for each in holders(one, commune.plans, commune.profile, DAY)
    }  # fmt: skip
    assert asked["tt-pvhcc"] == ["AS-I02", "AS-I03", "AS-I25", "AS-I26", "AS-I32", "AS-I34"]
    assert asked["quan-su"] == ["AS-I34"]
    assert "AS-I05" not in asked["van-phong"]  # has a target for 2030 only
    assert "AS-I15" in asked["van-phong"]


# What staff are told


def test_what_is_right_is_not_complained_about(tmp_path: Path) -> None:
    assert told(folder_with(tmp_path)) == []


def test_a_commune_without_plans_is_fine(tmp_path: Path) -> None:
    commune = load(small_content(tmp_path / "content")).communes["anh-son"]
    assert commune.plans.obligations == ()


OBLIGATIONS: dict[str, tuple[str, str, int, str]] = {
    "never fires, ended before": ("until: 2030-12-31", "until: 2025-01-01", 5, "không rơi vào ngày nào"),
    "never fires, no such day": (
        "rule: trước ngày 25 tháng cuối quý", "rule: RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", 5, "không rơi vào"),
    "once, outside": ("rule: trước ngày 25 tháng cuối quý", "rule: 'một lần: 01/02/2025'", 5, "không rơi vào"),
    "unreadable": ("rule: trước ngày 25 tháng cuối quý", "rule: khi nào rảnh", 5, "không hiểu quy tắc"),
    "reports to nobody": ("    reports_to: [vh-xh, UBND xã]\n", "", 2, "không báo cáo cho ai"),
    "unknown lead": ("[each]", "[phong-la]", 8, "không có đơn vị id «phong-la»"),
    "each and another": ("[each]", "[each, vh-xh]", 8, "mỗi đơn vị một bản"),
    "no lead": ("[each]", "[]", 8, "chưa có đơn vị chủ trì"),
    "unknown support": ("[mat-tran]", "[mat-tram]", 9, "không có đơn vị id «mat-tram»"),
    "unknown recipient": ("[vh-xh, UBND xã]", "[vh-xk]", 10, "không có đơn vị id «vh-xk»"),
    "unknown chaser": ("chaser: vh-xh", "chaser: vh", 11, "không có đơn vị id «vh»"),
    "unknown ladder": ("ladder: quarterly", "ladder: quaterly", 12, "không có bậc thang nhắc «quaterly»"),
    "unknown indicator": ("AS-I01]", "AS-I99]", 13, "không có chỉ tiêu «AS-I99»"),
    "successor is missing": ("ladder: quarterly", "ladder: quarterly\n    successor: AS-99", 13, "«AS-99» để thay"),
    "successor is itself": ("ladder: quarterly", "ladder: quarterly\n    successor: AS-01", 13, "không thể tự thay"),
    "event without event": ("rule: trước ngày 25 tháng cuối quý", 'rule: "khi có sự việc: x"', 5, "đi cùng nhau"),
    "hours without event": ("ladder: quarterly", "ladder: quarterly\n    within_hours: 24", 13, "chỉ dùng cho"),
    "event ladder": ("ladder: quarterly", "ladder: none", 12, "chỉ dùng cho «khi có sự việc"),
    "interval without from": (
        "rule: trước ngày 25 tháng cuối quý\n    from: 2025-12-24", "rule: RRULE:FREQ=DAILY;INTERVAL=2", 5, "ghi from"),
    "time": ("ladder: quarterly", "ladder: quarterly\n    time: 16 giờ", 13, "không phải giờ"),
    "id": ("id: AS-01", "id: so-1", 2, "không phải mã nghĩa vụ"),
    "title too long": ("title: Báo cáo quý", "title: " + "Báo cáo " * 9, 3, "quá dài"),
    "day": ("from: 2025-12-24", "from: 24/12/2025", 6, "không phải ngày"),
    "unknown key": ("chaser: vh-xh", "chaser: vh-xh\n    nhac: có", 12, "không có mục nào"),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "line", "said"), OBLIGATIONS.values(), ids=OBLIGATIONS.keys())
def test_a_mistake_in_an_obligation_is_told_with_its_line(
    tmp_path: Path, old: str, new: str, line: int, said: str
) -> None:
    assert old in OBLIGATION
    problems = told(folder_with(tmp_path, OBLIGATION.replace(old, new)))
    assert len(problems) == 1, problems
    assert problems[0].startswith(f"communes/anh-son/obligations.yaml:{line}: "), problems
    assert said in problems[0]


INDICATORS: dict[str, tuple[str, str, int, str]] = {
    "target without comparator": ('    comparator: "≥"\n', "", 5, "không có phép so"),
    "no target": ("targets:\n      2026: 95,0", "targets: {}", 2, "chưa có mức nào"),
    "range without upper end": ('"≥"', '"–"', 6, "thiếu một đầu"),
    "upper end without range": ("    leads", "    most:\n      2026: 99\n    leads", 8, "không phải khoảng"),
    "no number": ("95,0", "khá cao", 7, "không phải số"),
    "no year": ("2026: 95,0", "năm nay: 95", 7, "không phải năm"),
    "comparator": ('"≥"', '"khoảng"', 4, "hãy chọn một trong"),
    "unknown figure": ("source: IV.3", "source: IV.3\n    actual: doan", 10, "hãy chọn một trong"),
    "unknown lead": ("[vh-xh]", "[vh]", 8, "không có đơn vị id «vh»"),
    "no lead": ("[vh-xh]", "[]", 8, "chưa có đơn vị nào"),
    "id": ("AS-I01", "AS-1", 2, "không phải mã chỉ tiêu"),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "line", "said"), INDICATORS.values(), ids=INDICATORS.keys())
def test_a_mistake_in_an_indicator_is_told_with_its_line(
    tmp_path: Path, old: str, new: str, line: int, said: str
) -> None:
    assert old in INDICATOR
    obligations = OBLIGATION.replace(", AS-I01]", "]")
    problems = told(folder_with(tmp_path, obligations, INDICATOR.replace(old, new)))
    assert len(problems) == 1, problems
    assert problems[0].startswith(f"communes/anh-son/indicators.yaml:{line}: "), problems
    assert said in problems[0]


def test_two_of_one_id_are_told(tmp_path: Path) -> None:
    twice = OBLIGATION + OBLIGATION.removeprefix("obligations:\n")
    again = INDICATOR + INDICATOR.removeprefix("indicators:\n")
    problems = told(folder_with(tmp_path, twice, again))
    assert any("obligations.yaml:15: hai nghĩa vụ trùng mã «AS-01»" in problem for problem in problems)
    assert any("indicators.yaml:10: hai chỉ tiêu trùng mã «AS-I01»" in problem for problem in problems)


def test_a_unit_that_reports_to_nobody_is_told(tmp_path: Path) -> None:
    (problem,) = told(
        folder_with(tmp_path, OBLIGATION.replace("[each]", "[vh-xh, van-phong, tt-pvhcc, cong-an, quan-su]"))
    )
    assert problem.startswith("communes/anh-son/obligations.yaml:1: đơn vị «kinh-te» không báo cáo cho ai")


LADDER = """\
ladders:
  - id: own
    title: Của xã
    clock: due
    steps:
      - at: T-5
        to: [assignee, cong-an]
    source: x
"""
LADDERS: dict[str, tuple[str, str, int, str]] = {
    "moment": ("T-5", "trước 5 ngày", 6, "không phải mốc nhắc"),
    "clock time": ("T-5", "T-5 25:00", 6, "không phải giờ"),
    "recipient": ("cong-an]", "ong-an]", 7, "không biết nhắc ai: «ong-an»"),
    "clock": ("clock: due", "clock: event", 6, "không hợp clock"),
    "no step": ("steps:\n      - at: T-5\n        to: [assignee, cong-an]", "steps: []", 2, "chưa có bậc nào"),
    "twice": ("    source", "      - at: T-5\n        to: [head]\n    source", 8, "viết hai lần"),
    "nobody": ("[assignee, cong-an]", "[]", 7, "quá ít"),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "line", "said"), LADDERS.values(), ids=LADDERS.keys())
def test_a_mistake_in_a_ladder_is_told_with_its_line(tmp_path: Path, old: str, new: str, line: int, said: str) -> None:
    assert old in LADDER
    assert told(folder_with(tmp_path / "good", LADDER + OBLIGATION)) == []
    problems = told(folder_with(tmp_path / "bad", LADDER.replace(old, new) + OBLIGATION))
    assert len(problems) == 1, problems
    assert problems[0].startswith(f"communes/anh-son/obligations.yaml:{line}: "), problems
    assert said in problems[0]


def test_a_shared_ladder_names_no_units_of_one_commune(tmp_path: Path) -> None:
    folder = folder_with(tmp_path)
    path = folder / "ladders.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("to: [deputy]", "to: [cong-an]", 1), encoding="utf-8")
    (problem,) = told(folder)
    assert problem.startswith("ladders.yaml:")
    assert "không biết nhắc ai: «cong-an»" in problem


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("communes/anh-son/indicators.yaml", "2026:", "2026: 80% #"),
        ("ladders.yaml", "at: T-10", "at: tám giờ"),
    ],
)
def test_links_to_a_file_that_cannot_be_read_are_not_called_wrong(
    tmp_path: Path, name: str, old: str, new: str
) -> None:
    """One mistake, one line: not one more for everything that names what stands in that file."""
    folder = tmp_path / "content"
    shutil.copytree(CONTENT, folder)
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    (problem,) = told(folder)
    assert problem.startswith(f"{name}:")


UNITS: dict[str, tuple[str, str]] = {
    "no successor": ("    valid_to: 2025-06-30\n", "phải ghi valid_to"),
    "unknown successor": ("    valid_to: 2025-06-30\n    successor: van-phon\n", "không có đơn vị id «van-phon»"),
    "its own successor": ("    valid_to: 2025-06-30\n    successor: cu\n", "quay lại chính nó"),
    "ends before it begins": (
        "    valid_from: 2025-07-01\n    valid_to: 2025-06-30\n    successor: van-phong\n", "đứng trước ngày đầu"),
}  # fmt: skip


@pytest.mark.parametrize(("lines", "said"), UNITS.values(), ids=UNITS.keys())
def test_a_mistake_in_a_former_unit_is_told(tmp_path: Path, lines: str, said: str) -> None:
    folder = folder_with(tmp_path)
    path = folder / "communes" / "anh-son" / "commune.yaml"
    unit = f"former_units:\n  - id: cu\n    name: Cũ\n    kind: unit\n    role: x\n    source: x\n{lines}"
    path.write_text(path.read_text(encoding="utf-8") + unit, encoding="utf-8")
    problems = told(folder)
    assert len(problems) == 1, problems
    assert problems[0].startswith("communes/anh-son/commune.yaml:")
    assert said in problems[0]


Break = Callable[[Path], object]
FILES: dict[str, Break] = {
    "not YAML": lambda path: path.write_text("obligations: [", encoding="utf-8"),
    "not UTF-8": lambda path: path.write_bytes("obligations: ị".encode("utf-16")),
    "not a mapping": lambda path: path.write_text("- 1", encoding="utf-8"),
}


@pytest.mark.parametrize("name", ["obligations.yaml", "indicators.yaml"])
@pytest.mark.parametrize("spoil", FILES.values(), ids=FILES.keys())
def test_a_file_that_cannot_be_read_is_told(tmp_path: Path, spoil: Break, name: str) -> None:
    folder = folder_with(tmp_path)
    spoil(folder / "communes" / "anh-son" / name)
    assert any(f"communes/anh-son/{name}:1: " in problem for problem in told(folder))


async def test_a_bad_change_is_refused_while_the_good_plans_serve_and_a_good_one_is_taken(tmp_path: Path) -> None:
    folder = folder_with(tmp_path)
    holder = ContentHolder(folder, FakeClock().now)
    path = folder / "communes" / "anh-son" / "obligations.yaml"
    path.write_text(OBLIGATION.replace("ladder: quarterly", "ladder: unknown"), encoding="utf-8")
    assert not await holder.reload()
    assert holder.library.communes["anh-son"].plans.obligations[0].ladder == "quarterly"
    path.write_text(OBLIGATION.replace("ladder: quarterly", "ladder: long"), encoding="utf-8")
    assert await holder.reload()
    assert holder.library.communes["anh-son"].plans.obligations[0].ladder == "long"
