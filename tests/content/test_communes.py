"""The commune profile: what the plan does not give is said, what is wrong is told with its line."""

from pathlib import Path

import pytest

from content.communes import CLOSED, NOT_GIVEN, Profile, read_profile
from content.library import Library
from content.phrases import Phrases
from content.placeholders import NAMES, fill, hours_text, names_in, values_of
from tests.conftest import CONTENT

PROFILE = """\
name: xã Mẫu
title: Xã Mẫu
province: tỉnh Mẫu
authority: UBND xã Mẫu
police: Công an xã Mẫu
plan:
  title: Kế hoạch
  date: 11/2026
hotline: 0238 000 000
centre:
  name: Trung tâm xã Mẫu
  address: thôn 1
  phone: chưa có
  map: chưa có
hours:
  assumption: true
  note: theo kế hoạch
  week:
    mon: 7:30-11:30, 13:30-17:00
    tue: 7:30-11:30, 13:30-17:00
    wed: 7:30-11:30
    thu: 7:30-11:30, 13:30-17:00
    fri: 7:30-11:30, 13:30-17:00
    sat: nghỉ
    sun: nghỉ
channels:
  website: chưa có
  zalo: chưa có
  facebook: https://facebook.com/xa_mau
digital_team:
  text: Mỗi thôn một tổ.
places:
  - id: trung-tam
    name: Trung tâm
    kind: centre
    address: chưa có
    hours: giờ hành chính
    source: V.1
sessions:
  - id: to-ho-tro
    title: Buổi hỗ trợ
    place: trung-tam
    times: chưa có
    per_week: 2
    source: V.2
units:
  - id: vh-xh
    name: Phòng Văn hóa
    kind: unit
    role: đầu mối
    source: V.3
"""


def _write(folder: Path, text: str) -> Path:
    path = folder / "commune.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def _found(folder: Path, text: str) -> list[tuple[int, str]]:
    path = _write(folder, text)
    profile, problems = read_profile(path)
    assert (profile is None) == bool(problems)
    assert all(problem.path == path for problem in problems)
    return [(problem.line, problem.message) for problem in problems]


def test_a_right_profile_is_read_and_its_numbers_stay_text(tmp_path: Path) -> None:
    profile, problems = read_profile(_write(tmp_path, PROFILE))
    assert not problems
    assert profile is not None
    assert profile.hours.week.wed == "7:30-11:30"
    assert profile.hours.week.days()[5:] == (CLOSED, CLOSED)
    assert profile.plan.date == "11/2026"
    assert profile.hours.assumption is True
    assert profile.sessions[0].per_week == 2
    assert profile.centre.phone == NOT_GIVEN
    assert profile.also_known_as == ()


def test_hamlets_are_named_with_their_source_or_not_given(tmp_path: Path) -> None:
    assert _profile(tmp_path, "").hamlets == ()
    assert _profile(tmp_path, "hamlets: chưa có\n").hamlets == ()
    named = _profile(tmp_path, "hamlets:\n  - {id: thon-1, name: Thôn 1, source: Nghị quyết 1/NQ}\n").hamlets
    assert [(one.id, one.name, one.source) for one in named] == [("thon-1", "Thôn 1", "Nghị quyết 1/NQ")]


def _profile(folder: Path, more: str) -> Profile:
    profile, problems = read_profile(_write(folder, PROFILE + more))
    assert not problems
    assert profile is not None
    return profile


MISTAKES = {
    "hours nobody can read": ("wed: 7:30-11:30", "wed: sáng", "    wed:", "giờ «sáng» không đọc được"),
    "hours with an h": ("wed: 7:30-11:30", "wed: 7h30-11h30", "    wed:", "hãy viết như 7:30-11:30"),
    "an hour that does not exist": ("wed: 7:30-11:30", "wed: 7:30-25:00", "    wed:", "không đọc được"),
    "an empty value": ("police: Công an xã Mẫu", "police:", "police:", "chưa có"),
    "a missing block": ("digital_team:\n  text: Mỗi thôn một tổ.\n", "", None, "thiếu mục «digital_team»"),
    "a missing day": ("    sun: nghỉ\n", "", "  week:", "thiếu mục «hours.week.sun»"),
    "a text instead of a block": (
        "plan:\n  title: Kế hoạch\n  date: 11/2026\n",
        "plan: Kế hoạch\n",
        "plan:",
        "thụt vào",
    ),
    "an unknown key": ("police: Công", "polise: x\npolice: Công", "polise:", "không có mục nào tên «polise»"),
    "an assumption that is neither": ("assumption: true", "assumption: có", "  assumption:", "true hoặc false"),
    "an unknown kind of place": ("kind: centre", "kind: nhà", "    kind: nhà", "hãy chọn một trong"),
    "a session at an unknown place": (
        "place: trung-tam",
        "place: thon-9",
        "    place:",
        "không có điểm hỗ trợ id «thon-9»",
    ),
    "a count in words": ("per_week: 2", "per_week: hai", "    per_week:", "phải là một con số"),
    "too many sessions": ("per_week: 2", "per_week: 20", "    per_week:", "nhiều nhất 14"),
    "no session": ("per_week: 2", "per_week: 0", "    per_week:", "ít nhất 1"),
    "an id with a space": ("id: vh-xh", "id: vh xh", "  - id: vh xh", "chữ thường không dấu"),
    "a key twice": ("police: Công an", "title: Xã\npolice: Công an", None, "«title» viết hai lần"),
    "a tab": ("  title: Kế", "\ttitle: Kế", "\ttitle", "phím Tab"),
    "a hamlet twice": (
        "sessions:\n",
        "hamlets:\n  - {id: thon-1, name: Thôn 1, source: NQ}\n  - {id: thon-1, name: Thôn 2, source: NQ}\nsessions:\n",
        "hamlets:",
        "hai thôn trùng id",
    ),
    "a hamlet without a source": (
        "sessions:\n",
        "hamlets:\n  - {id: thon-1, name: Thôn 1}\nsessions:\n",
        "  - {id: thon-1",
        "thiếu mục",
    ),
    "hamlets in a sentence": ("sessions:\n", "hamlets: ba thôn\nsessions:\n", "hamlets:", ""),
    "a long text": ("text: Mỗi", "text: " + "Mỗi " * 200, "  text:", "nhiều nhất 600"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_told_with_its_line_and_what_to_do(tmp_path: Path, name: str) -> None:
    old, new, start, says = MISTAKES[name]
    text = PROFILE.replace(old, new, 1)
    assert text != PROFILE
    told = [(line, message) for line, message in _found(tmp_path, text) if says in message]
    assert told, _found(tmp_path, text)
    if start is not None:
        expected = next(number for number, line in enumerate(text.split("\n"), 1) if line.startswith(start))
        assert told[0][0] == expected


def test_two_sessions_with_one_id_are_told(tmp_path: Path) -> None:
    block = PROFILE.partition("sessions:\n")[2].partition("units:")[0]
    text = PROFILE.replace(block, block + block)
    assert any("trùng id" in message for _, message in _found(tmp_path, text))


def test_a_file_that_is_not_utf_8_is_told(tmp_path: Path) -> None:
    path = _write(tmp_path, "")
    path.write_bytes(PROFILE.encode("utf-16"))
    assert "UTF-8" in str(read_profile(path)[1][0])


@pytest.mark.parametrize("text", ["", "- name: xã\n", "xã Mẫu\n"])
def test_a_file_without_keys_is_told(tmp_path: Path, text: str) -> None:
    assert _found(tmp_path, text)[0][0] == 1


def _values(tmp_path: Path, phrases: Phrases, text: str = PROFILE) -> dict[str, str]:
    profile, problems = read_profile(_write(tmp_path, text))
    assert not problems
    assert profile is not None
    return values_of(profile, phrases)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_placeholder_has_a_value_and_what_is_not_given_is_said(
    tmp_path: Path, library: Library, language: str
) -> None:
    phrases = library.speak(language)
    values = _values(tmp_path, phrases)
    assert set(values) == set(NAMES)
    assert all(values.values())
    assert values["ten_xa"] == "xã Mẫu"
    assert values["duong_day_nong"] == "0238 000 000"
    not_given = phrases.say("place.not_given")
    for name in ("diem_ho_tro", "kenh_chinh_thuc"):
        assert not_given in values[name]
    assert "https://facebook.com/xa_mau" in values["kenh_chinh_thuc"]
    assert phrases.say("place.times_not_given") in values["lich_ho_tro"]


def test_equal_days_next_to_each_other_are_put_together(tmp_path: Path, library: Library) -> None:
    profile, _ = read_profile(_write(tmp_path, PROFILE))
    assert profile is not None
    phrases = library.speak("vi")
    days = phrases.words_in_order("place.days")
    text = hours_text(profile, phrases)
    assert f"{days[0]} – {days[1]}" in text
    assert f"{days[5]} – {days[6]}" in text
    assert text.count(";") == 3
    assert phrases.say("place.assumed") in text


def test_a_commune_without_places_and_sessions_says_so(tmp_path: Path, library: Library) -> None:
    before, _, rest = PROFILE.partition("places:\n")
    text = f"{before}places: []\nsessions: []\nunits:{rest.partition('units:')[2]}"
    phrases = library.speak("vi")
    values = _values(tmp_path, phrases, text)
    assert values["diem_ho_tro"] == values["lich_ho_tro"] == phrases.say("place.not_given")


def test_unknown_placeholders_stay_as_they_are() -> None:
    assert fill("{{ ten_xa }} và {{ten_huyen}}", {"ten_xa": "xã Mẫu"}) == "xã Mẫu và {{ten_huyen}}"
    assert names_in("{{ ten_xa }} và {{ten_huyen}}") == ["ten_xa", "ten_huyen"]


@pytest.mark.parametrize("path", sorted(CONTENT.glob("communes/*/commune.yaml")), ids=lambda path: path.parent.name)
def test_every_real_profile_marks_as_assumption_what_its_plan_does_not_state(path: Path) -> None:
    profile, problems = read_profile(path)
    assert not problems
    assert profile is not None
    assert profile.title.casefold() == profile.name.casefold()
    assert all(unit.source for unit in profile.units)
    assert len({place.id for place in profile.places}) == len(profile.places)
    assert len({unit.id for unit in profile.units}) == len(profile.units)
