"""Periods as people say them and write them; what is stored stays short."""

import unicodedata
from datetime import date

import pytest

from content.library import Library
from content.period_words import period_words, read_month, read_period


@pytest.mark.parametrize(
    ("name", "words", "english"),
    [
        ("2026-Q1", "quý I năm 2026", "quarter I of 2026"),
        ("2026-Q4", "quý IV năm 2026", "quarter IV of 2026"),
        ("2026-H1", "6 tháng đầu năm 2026", "first half of 2026"),
        ("2026-H2", "6 tháng cuối năm 2026", "second half of 2026"),
        ("2027", "năm 2027", "year 2027"),
        ("2026-11", "tháng 11 năm 2026", "month 11 of 2026"),
        ("2026-04", "tháng 4 năm 2026", "month 4 of 2026"),
        ("2026-W47", "tuần 47 năm 2026", "week 47 of 2026"),
        ("2026-11-05", "ngày 5/11/2026", "5/11/2026"),
        ("khi có dịch", "khi có dịch", "khi có dịch"),
    ],
)
def test_a_period_is_said_as_people_say_it(library: Library, name: str, words: str, english: str) -> None:
    assert period_words(name, library.speak("vi")) == words
    assert period_words(name, library.speak("en")) == english


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("2026-Q4", "2026-Q4"),
        ("2026-h1", "2026-H1"),
        ("2026", "2026"),
        ("quý IV năm 2026", "2026-Q4"),
        ("Quý 4 năm 2026", "2026-Q4"),
        ("quy iii/2026", "2026-Q3"),
        ("quý 2 / 2026", "2026-Q2"),
        ("6 tháng đầu năm 2026", "2026-H1"),
        ("6  tháng cuối năm 2026", "2026-H2"),
        ("Năm 2026", "2026"),
        ("Q4/2026", "2026-Q4"),
        ("2026/Q4", "2026-Q4"),
        ("Q4 2026", "2026-Q4"),
        ("q4-2026", "2026-Q4"),
        ("H2/2026", "2026-H2"),
        ("quý 4-2026", "2026-Q4"),
        ("QIV/2026", "2026-Q4"),
        ("Q4 năm 2026", "2026-Q4"),
    ],
)
def test_short_and_long_forms_are_read(text: str, name: str) -> None:
    assert str(read_period(text)) == name


def test_marks_may_come_apart_as_some_keyboards_send_them() -> None:
    assert str(read_period(unicodedata.normalize("NFD", "quý IV năm 2026"))) == "2026-Q4"


@pytest.mark.parametrize("name", ["2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4", "2026-H1", "2026-H2", "2026"])
def test_what_is_said_can_be_typed_again(library: Library, name: str) -> None:
    assert str(read_period(period_words(name, library.speak("vi")))) == name


@pytest.mark.parametrize("text", ["quý V năm 2026", "quý IV", "tháng 11 năm 2026", "2026-11", "", "quý IIII năm 2026"])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="2026-Q4, 2026-H2 or 2026"):
        read_period(text)


@pytest.mark.parametrize("text", ["2026-11", "tháng 11 năm 2026", "Tháng  11/2026", "thang 11 nam 2026"])
def test_months_are_read_short_and_long(text: str) -> None:
    assert read_month(text) == date(2026, 11, 1)


@pytest.mark.parametrize(
    "text", ["2026-13", "11/2026", "tháng 0 năm 2026", "2026", "quý IV năm 2026", "11", "2026-1", ""]
)
def test_what_is_no_month_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="month"):
        read_month(text)
