"""YAML as staff mean it: what is typed is what is read, and every value knows its line."""

from pathlib import Path

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from content.problems import Problem
from content.yaml_text import TextDocument, YamlMistake, _compose, _Loader, _NotText, read_yaml

FILE = Path("commune.yaml")
PATIENT = settings(deadline=None)  # the machine is shared; speed is not what is tested
PLAIN = st.text(st.sampled_from("abđêứZ019.-+_/~:é, "), min_size=1, max_size=20).map(str.strip)
WORD = st.text(st.sampled_from("abcxyz_-"), min_size=1, max_size=8).map(lambda text: f"k{text}")
NASTY = st.lists(
    st.sampled_from(
        [*"ab :-{}[]&*!|>'\"%@`#,?\\\t\n", "\n  ", "- ", ": ", "&a ", "*a", "!!int ", "<<: ", "---\n", "\x00", "\ud800"]
    )
    | st.text(max_size=3),
    max_size=30,
).map("".join)


def _mistake(text: str, first_line: int = 1) -> YamlMistake:
    with pytest.raises(YamlMistake) as caught:
        read_yaml(text, FILE, first_line)
    return caught.value


LOOKS_LIKE_MORE = (
    *("7:30", "no", "yes", "on", "01", "1e3", "~", "null", "true", "2026-11-22", "0x1F", "1_000", ".inf", "12:30:45"),
    *("=", "2026-11-22T07:30:00Z", "+84912", "<<", "0o17", "NaN", "1.0"),
)


@pytest.mark.parametrize("typed", LOOKS_LIKE_MORE)
def test_every_scalar_stays_the_text_that_was_typed(typed: str) -> None:
    assert read_yaml(f"mở: {typed}\nthứ:\n  - {typed}\n", FILE).value == {"mở": typed, "thứ": [typed]}
    assert read_yaml(f"{typed}: giá trị", FILE).value == {typed: "giá trị"}


@PATIENT
@given(PLAIN)
def test_any_plain_text_is_read_as_written_or_refused(typed: str) -> None:
    try:
        value = read_yaml(f"mở: {typed}", FILE).value
    except YamlMistake:
        return
    assert value == {"mở": typed}


@PATIENT
@given(st.lists(st.text(max_size=20), max_size=6))
def test_quoted_text_may_hold_anything_printable(texts: list[str]) -> None:
    printable = ["".join(letter for letter in text if letter.isprintable()) for text in texts]
    lines = "".join("- '" + text.replace("'", "''") + "'\n" for text in printable)
    assert read_yaml(lines or "[]", FILE).value == printable


@PATIENT
@given(st.dictionaries(WORD, st.integers(0, 3), min_size=1, max_size=8), st.integers(1, 50))
def test_the_line_of_every_key_is_the_one_an_editor_shows(keys: dict[str, int], first_line: int) -> None:
    lines: list[str] = []
    expected = {}
    for key, comments in keys.items():
        lines += ["# chú thích"] * comments
        expected[key] = len(lines) + first_line
        lines += [f"{key}:", "  - một", "  - hai"]
    document = read_yaml("\n".join(lines), FILE, first_line)
    for key, line in expected.items():
        assert document.line((key,)) == line
        assert document.line((key, 0)) == line + 1
        assert document.line((key, 1)) == line + 2


def test_a_place_that_is_not_there_has_the_line_of_what_is_around_it() -> None:
    document = read_yaml("a: 1\nb:\n  c: 2\n", FILE)
    assert document.line(("b", "d", 3)) == 2
    assert document.line(("z",)) == 1
    assert TextDocument({}, {}).line(("a",)) == 1


@PATIENT
@given(NASTY | st.text(max_size=60))
@example('a: "\\UFFFFFFFF"')
@example("a: &a [*a]")
@example("[" * 400)
@example("%YAML 1." + "9" * 5000 + "\n---\na: 1")
@example("? [a]\n: b")
@example('a: "\\ud800"')
def test_whatever_is_typed_nothing_but_a_mistake_is_raised_and_every_value_is_text(typed: str) -> None:
    problem = _problem(typed)
    if problem is None:
        _assert_text(read_yaml(typed, FILE, 2).value)
    else:
        assert 2 <= problem.line <= len(typed) + 3
        assert " – " in problem.message


def _problem(typed: str) -> Problem | None:
    try:
        read_yaml(typed, FILE, 2)
    except YamlMistake as mistake:
        return mistake.problem
    return None


def _assert_text(value: object) -> None:
    if isinstance(value, dict):
        for key, inner in value.items():
            _assert_text(key)
            _assert_text(inner)
    elif isinstance(value, list):
        for inner in value:
            _assert_text(inner)
    else:
        assert isinstance(value, str)
        value.encode()


@pytest.mark.parametrize(
    ("typed", "line", "says"),
    [
        ("a: 1\nb: 2\na: 3", 3, "«a» viết hai lần"),
        ("a:\n  b: 1\n  b: 2", 3, "«b» viết hai lần"),
        ("a: 1\n\tb: 2", 2, "phím Tab"),
        ("a: 1\nb: c: d", 2, "dấu hai chấm"),
        ("a: 1\nb: *đậm*", 2, "ngoặc kép"),
        ("a: 1\nb: @zalo", 2, "ngoặc kép"),
        ("a: 1\nb: &c d", 2, "ngoặc kép"),
        ("a: 1\nb: !d", 2, "ngoặc kép"),
        ("a: 1\nb: 'c", 2, "dấu nháy"),
        ("a: 1\nb: 2\x07", 2, "ký tự lạ"),
        ("a: 1\n---\nb: 2", 2, "viết sai cách"),
    ],
)
def test_a_mistake_names_its_line_and_what_to_do(typed: str, line: int, says: str) -> None:
    assert _mistake(typed).problem.line == line
    assert says in str(_mistake(typed))
    assert _mistake(typed, first_line=10).problem.line == line + 9


def test_nothing_typed_is_an_empty_block() -> None:
    assert read_yaml("", FILE).value == {}
    assert read_yaml("# chỉ có chú thích\n", FILE).value == {}
    assert read_yaml("a:\nb: ''", FILE).value == {"a": "", "b": ""}


def _refuses_marks(text: str, careful: bool) -> bool:
    try:
        yaml.compose(text, Loader=_Loader) if careful else _compose(text)
    except _NotText:
        return True
    except (yaml.YAMLError, ValueError, RecursionError):
        return False
    return False


@PATIENT
@given(NASTY)
@example("a: [x,*b]")
@example("a:\n  - &x b")
@example('{"a":*b}')
@example("? !t a\n: b")
@example("\ufeff&a b")
def test_the_quick_reader_sees_no_text_that_the_careful_one_would_refuse_for_its_marks(text: str) -> None:
    if _refuses_marks(text, careful=True):
        assert _refuses_marks(text, careful=False)


@pytest.mark.parametrize("text", ["Lưu ý!", "https://a.vn/?b=1&c=2", "A & B", "2*3", "(*) bắt buộc", "Tốt! Đi & về"])
def test_these_letters_inside_a_line_are_text(text: str) -> None:
    assert read_yaml(f"a: {text}", FILE).value == {"a": text}
