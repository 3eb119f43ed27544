"""rosters.yaml: what staff write, and what they are told when it cannot be."""

from collections import Counter
from pathlib import Path

import pytest

from content.communes import Profile, read_profile
from content.opening_hours import read_hours
from content.rosters import Rosters, read_rosters

COMMUNES = Path(__file__).parents[2] / "content" / "communes"
SLUGS = ("anh-son", "nghia-tho", "khanh-son", "tinh-thien", "tan-an")

RULES = """\
rules:
  lead_minutes: 120
  horizon_days: 14
  hold_minutes: 10
  offer_minutes: 60
  open_bookings: 2
  moves: 3
  priority_age: 75
  priority_release_hours: 24
rosters:
"""
CENTRE = """\
  - id: trung-tam
    kind: centre
    title: Tại Trung tâm
    place: trung-tam
    when:
      - days: mon tue wed thu fri
        times: giờ làm việc
    slot_minutes: 30
    capacity: 2
    priority: 7:30-8:30
    unit: tt-pvhcc
    source: VI.5
"""
LESSON = """\
  - id: lop
    kind: class
    title: Lớp kỹ năng số
    place: nha-van-hoa-thon
    dates:
      - 2020-12-05 8:00-10:00
      - 2026-12-12 8:00-10:00
    capacity: 20
    unit: vh-xh
    source: VII.1
"""


def profile(slug: str = "anh-son") -> Profile:
    found, problems = read_profile(COMMUNES / slug / "commune.yaml")
    assert found is not None, problems
    return found


def read(folder: Path, text: str) -> tuple[Rosters | None, list[str]]:
    path = folder / "rosters.yaml"
    path.write_text(text, encoding="utf-8")
    rosters, problems = read_rosters(path, profile())
    assert all(problem.path == path for problem in problems)
    return rosters, [f"{problem.line}: {problem.message}" for problem in problems]


def test_a_roster_is_read_whole(tmp_path: Path) -> None:
    rosters, problems = read(tmp_path, RULES + CENTRE + LESSON)
    assert problems == []
    assert rosters is not None
    assert (rosters.rules.lead_minutes, rosters.rules.moves) == (120, 3)
    centre, lesson = rosters.rosters
    assert (centre.when[0].days, centre.when[0].times) == ((0, 1, 2, 3, 4), None)
    assert (centre.slot_minutes, centre.buffer_minutes, centre.capacity, centre.counts_as) == (30, 0, 2, None)
    assert centre.priority == read_hours("7:30-8:30")
    assert [(str(meeting.day), meeting.span) for meeting in lesson.dates] == [
        ("2020-12-05", read_hours("8:00-10:00")[0]),
        ("2026-12-12", read_hours("8:00-10:00")[0]),
    ]
    assert not lesson.assumption


def test_from_and_until_are_both_included(tmp_path: Path) -> None:
    rosters, problems = read(tmp_path, RULES + CENTRE + "    from: 2026-12-12\n    until: 2026-12-13\n")
    assert rosters is not None, problems
    one = rosters.rosters[0]
    assert one.start is not None
    assert [one.valid_on(one.start.replace(day=day)) for day in (11, 12, 13, 14)] == [False, True, True, False]


# What is changed in the text, the line that is named, and words of the sentence.
MISTAKES = [
    ("lead_minutes: 120", "lead_minutes: hai giờ", 2, "«hai giờ» không dùng được – hãy viết một con số từ 0 đến 10080"),
    ("horizon_days: 14", "horizon_days: 0", 3, "«0» không dùng được – hãy viết một con số từ 1 đến 90"),
    ("moves: 3", "moves: {a: 3}", 7, "mục này không đọc được – hãy viết trên một dòng chữ"),
    ("days: mon tue wed thu fri", "days: {mon: tue}", 16, "mục này không đọc được"),
    ("times: giờ làm việc", "times: [[8:00-10:00]]", 17, "mục này không đọc được"),
    ("- 2026-12-12 8:00-10:00", "- 2026-12-12: 8:00-10:00", 29, "mục này không đọc được"),
    ("  moves: 3\n", "", 1, "thiếu mục «rules.moves»"),
    ("kind: centre", "kind: online", 12, "hãy chọn một trong"),
    ("kind: centre", "kind: village", 12, "kind là village nhưng điểm «trung-tam» là centre"),
    ("place: trung-tam", "place: trung-tam-2", 14, "không có điểm hỗ trợ id «trung-tam-2» – xem mục places"),
    ("unit: tt-pvhcc", "unit: to-3", 21, "không có đơn vị id «to-3» – xem mục units"),
    ("source: VI.5", "source: VI.5\n    counts_as: abc", 23, "không có buổi hỗ trợ id «abc» – xem mục sessions"),
    ("days: mon tue wed", "days: mon t3 wed", 16, "«t3» không phải ngày trong tuần – hãy viết như mon"),
    ("times: giờ làm việc", "times: cả ngày", 17, "giờ «cả ngày» không đọc được – hãy viết như"),
    ("times: giờ làm việc", "times: 7:30-24:00", 17, "không đọc được"),
    ("times: giờ làm việc", "times: 10:00-8:00", 17, "kết thúc trước khi bắt đầu"),
    ("times: giờ làm việc", "times: 8:00-10:00, 9:00-11:00", 17, "chồng lên nhau"),
    ("times: giờ làm việc", "times: 7:30-8:30, 9:00-9:20", 17, "khoảng 9:00-9:20 không đủ một lượt 30 phút"),
    ("times: giờ làm việc", "times: 7:30-16:00", 17, "khoảng 7:30-16:00 chạm giờ nghỉ trưa – hãy tách"),
    ("thu fri\n        times: giờ làm việc", "thu fri sat\n        times: 7:30-14:00", 17, "chạm giờ nghỉ trưa"),
    ("thu fri", "thu fri sun", 17, "ngày sun Trung tâm nghỉ – hãy ghi giờ cụ thể"),
    ("slot_minutes: 30", "slot_minutes: 300", 17, "ngày mon không buổi nào đủ 300 phút"),
    ("slot_minutes: 30", "slot_minutes: 0", 18, "từ 5 đến 480"),
    ("    slot_minutes: 30\n", "", 11, "thiếu mục «slot_minutes»"),
    ("capacity: 2", "capacity: -1", 19, "«-1» không dùng được"),
    ("priority: 7:30-8:30", "priority: 6:30-8:30", 20, "giờ ưu tiên 6:30-8:30 nằm ngoài giờ trực"),
    ("priority: 7:30-8:30", "priority: giờ làm việc", 20, "không đọc được"),
    (
        "    slot_minutes: 30",
        "      - days: sat fri\n        times: 16:00-18:00\n    slot_minutes: 30",
        18,
        "chồng lên giờ của mục when phía trên",
    ),
    (
        "source: VI.5",
        "source: VI.5\n    from: 2026-02-01\n    until: 2026-01-31",
        24,
        "ngày cuối 2026-01-31 đứng trước",
    ),
    ("source: VI.5", "source: VI.5\n    from: tuần sau", 23, "«tuần sau» không phải ngày"),
    (
        "source: VI.5",
        "source: VI.5\n    dates: [2026-12-05 8:00-10:00]",
        23,
        "chỉ lớp học (kind: class) dùng mục dates",
    ),
    ("source: VI.5", "source: VI.5\n    phone: 0912", 23, "không có mục nào tên"),
    ("id: lop", "id: trung-tam", 23, "hai lịch trực trùng id «trung-tam»"),
    ("- 2026-12-12 8:00-10:00", "- 2026-12-12", 29, "không đọc được"),
    ("- 2026-12-12 8:00-10:00", "- 12/12/2026 8:00-10:00", 29, "«12/12/2026» không phải ngày"),
    ("- 2026-12-12 8:00-10:00", "- 2026-02-31 8:00-10:00", 29, "không có ngày 2026-02-31"),
    ("- 2026-12-12 8:00-10:00", "- 2026-12-12 8:00-9:00, 14:00-15:00", 29, "có hai khoảng giờ – hãy viết mỗi buổi"),
    ("- 2026-12-12 8:00-10:00", "- 2020-12-05 9:00-11:00", 29, "buổi 2020-12-05 chồng lên một buổi khác"),
    ("source: VII.1", "source: VII.1\n    from: 2026-01-01", 28, "buổi 2020-12-05 nằm ngoài from và until"),
    (
        "    dates:\n      - 2020-12-05 8:00-10:00\n      - 2026-12-12 8:00-10:00\n",
        "",
        23,
        "lớp học chưa có mục dates – hãy ghi từng buổi",
    ),
    ("kind: class", "kind: village", 23, "lịch trực chưa có mục when"),
    ("source: VII.1", "source: VII.1\n    when:\n      - {days: sat, times: 8:00-9:00}", 33, "không dùng mục when"),
]


@pytest.mark.parametrize(("right", "wrong", "line", "words"), MISTAKES)
def test_a_mistake_is_told_with_its_line(tmp_path: Path, right: str, wrong: str, line: int, words: str) -> None:
    text = RULES + CENTRE + LESSON
    assert right in text
    rosters, problems = read(tmp_path, text.replace(right, wrong, 1))
    assert rosters is None
    assert any(problem.startswith(f"{line}: ") and words in problem for problem in problems), problems
    assert all(" – " in problem or "phải là" in problem or "phải gồm" in problem for problem in problems), problems


def test_every_mistake_is_told_at_once(tmp_path: Path) -> None:
    text = (RULES + CENTRE + LESSON).replace("unit: ", "unit: khong-").replace("place: ", "place: khong-")
    assert [problem.split(":")[0] for problem in read(tmp_path, text)[1]] == ["14", "21", "26", "31"]


def test_an_hour_outside_office_hours_is_no_mistake(tmp_path: Path) -> None:
    text = CENTRE.replace("times: giờ làm việc", "times: 18:00-20:00").replace("7:30-8:30", "18:00-18:30")
    rosters, problems = read(tmp_path, RULES + text.replace("mon tue", "sat sun mon tue"))
    assert rosters is not None, problems


def test_a_list_is_as_good_as_a_line(tmp_path: Path) -> None:
    text = CENTRE.replace("mon tue wed thu fri", "[tue, mon]").replace("giờ làm việc", '["14:00-16:00", "7:30-9:00"]')
    rosters, problems = read(tmp_path, RULES + text)
    assert rosters is not None, problems
    entry = rosters.rosters[0].when[0]
    assert (entry.days, entry.times) == ((0, 1), read_hours("7:30-9:00, 14:00-16:00"))


def test_no_roster_is_no_mistake(tmp_path: Path) -> None:
    rosters, problems = read(tmp_path, RULES.rstrip() + " []\n")
    assert rosters is not None, problems
    assert rosters.rosters == ()


@pytest.mark.parametrize(
    "text", ["", "xin chào", "- a\n- b", "rules: 1\nrosters: 2", "rosters:\n  - 1", "a: [", "\x00"]
)
def test_other_text_is_refused_in_words(tmp_path: Path, text: str) -> None:
    rosters, problems = read(tmp_path, text)
    assert rosters is None
    assert problems
    assert not any("Input should" in problem or "valid" in problem for problem in problems), problems


def test_a_missing_or_foreign_file_is_told(tmp_path: Path) -> None:
    path = tmp_path / "rosters.yaml"
    assert "không có tệp này" in read_rosters(path, profile())[1][0].message
    path.write_bytes("xã".encode("utf-16"))
    assert "UTF-8" in read_rosters(path, profile())[1][0].message


def test_the_rosters_of_all_communes_are_right_and_marked_as_assumptions() -> None:
    for slug in SLUGS:
        rosters, problems = read_rosters(COMMUNES / slug / "rosters.yaml", profile(slug))
        assert rosters is not None, problems
        assert rosters.rosters[0].kind == "centre"
        # No plan states hours, seats and length of a roster: until the commune confirms, all are assumptions.
        assert all(roster.assumption and roster.source for roster in rosters.rosters), slug


def test_the_sessions_that_plans_promise_have_enough_rosters() -> None:
    for slug in SLUGS:
        rosters, problems = read_rosters(COMMUNES / slug / "rosters.yaml", profile(slug))
        assert rosters is not None, problems
        held: Counter[str | None] = Counter()
        for roster in rosters.rosters:
            held[roster.counts_as] += sum(len(entry.days) * len(entry.times or (1,)) for entry in roster.when)
        for session in profile(slug).sessions:
            assert held[session.id] >= session.per_week, (slug, session.id)


def test_anh_son_serves_at_the_centre_and_by_video_and_nghia_tho_at_home() -> None:
    kinds = {}
    for slug in ("anh-son", "nghia-tho"):
        rosters, _ = read_rosters(COMMUNES / slug / "rosters.yaml", profile(slug))
        assert rosters is not None
        kinds[slug] = {roster.kind for roster in rosters.rosters}
    assert kinds == {"anh-son": {"centre", "video"}, "nghia-tho": {"centre", "home"}}
