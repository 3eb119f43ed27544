"""Figures as officials type them."""

from contextlib import suppress
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.figure_text import show_entered, show_number
from content.indicators import Indicator
from content.number_words import FILLERS, MAGNITUDES, words_of
from handlers.turn import CitizenMistake
from handlers.typed_figures import Typed, doubt, read_figure

D = Decimal
# What follows a number, and what must never be dropped there.
SPOKEN = ("lớp", "năm", "ạ", "rồi", "rưỡi", "nghìn", "triệu", "tỷ", "trăm", "tháng", "người", "chục", "lẻ", "một", "%")


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("95,5", "%", "95.5"),
        ("95.5 %", "%", "95.5"),
        ("95,5%", "%", "95.5"),
        (" 95 ", "%", "95"),
        ("95.125", "%", "95.125"),
        ("1.200", "lượt", "1200"),
        ("1,200", "lượt", "1200"),
        ("1 200", "lượt", "1200"),
        ("1.200.000", "đồng", "1200000"),
        ("1.234,5", "triệu đồng", "1234.5"),
        ("1,234.5", "triệu đồng", "1234.5"),
        ("12 lớp", "lớp/năm", "12"),
        ("3 buổi/tuần", "buổi/tuần", "3"),
        ("44,5 triệu đồng", "triệu đồng", "44.5"),
        ("0", "sự cố/năm", "0"),
        ("95.", "%", "95"),
        ("95.00", "%", "95.00"),
        ("95, 5", "%", "95.5"),
        ("９５，５％", "%", "95.5"),
        ("đạt 95%", "%", "95"),
        ("Tỷ lệ đạt: 95,5 phần trăm", "%", "95.5"),
        ("95 % hồ sơ ạ", "%", "95"),
        ("80 % hoàn thành", "% hoàn thành", "80"),
        ("được 12 lớp rồi ạ", "lớp/năm", "12"),
        ("2 nghìn", "lượt", "2000"),
        ("2 ngàn", "lượt", "2000"),
        ("2 NGHÌN lượt", "lượt", "2000"),
        ("2 nghin ruoi", "lượt", "2500"),
        ("1,5 triệu", "lượt", "1500000"),
        ("1tr", "lượt", "1000000"),
        ("10k", "lượt", "10000"),
        ("2 tỷ", "đồng", "2000000000"),
        ("2 nghìn tỷ đồng", "đồng", "2000000000000"),
        ("5 lớp rưỡi", "lớp/năm", "5.5"),
        ("5 triệu rưỡi", "triệu đồng", "5.5"),
        ("5 triệu", "triệu đồng", "5"),
        ("5 trđ", "triệu đồng", "5"),
        ("2 tỷ đồng", "triệu đồng", "2000"),
        ("500 nghìn", "triệu đồng", "0.5"),
        ("44.500.000 đ", "triệu đồng", "44.5"),
    ],
)
def test_a_number_is_read(text: str, unit: str, value: str) -> None:
    assert read_figure(text, unit) == Typed(D(value))


@pytest.mark.parametrize(
    "text",
    [
        "12/15",
        "12 / 15",
        "12 trên 15",
        "12 tren 15",
        "12:15",
        "12/15 hồ sơ",
        "12 hồ sơ/15 hồ sơ",
        "12 hs / 15 hs",
        "12 trong tổng số 15",
        "đạt 12/15",
        "12 nghìn/15 nghìn",
        "12/15 (80%)",
        "80% (12/15)",
        "80 % (12/15 hồ sơ)",
        "12/15 = 80%",
        "12/15, đạt 80%",
        "80%, tức là 12/15",
        "12/15 (đạt 80%)",
        "１２／１５",
    ],
)
def test_a_part_of_a_whole_is_a_share(text: str) -> None:
    read = read_figure(text, "% (≥)")
    times = 1000 if "nghìn" in text else 1
    assert read == Typed(D(80), D(12) * times, D(15) * times)


def test_parts_may_have_thousands() -> None:
    assert read_figure("1.140/1.200", "%") == Typed(D(95), D(1140), D(1200))


@pytest.mark.parametrize(
    ("text", "unit", "key"),
    [
        ("nhiều", "%", "filing.not_a_number"),
        ("", "%", "filing.not_a_number"),
        ("12 13", "%", "filing.not_a_number"),
        ("1.2.3", "%", "filing.not_a_number"),
        ("12,", "%", None),
        ("-5", "%", "filing.negative"),
        ("−5", "%", "filing.negative"),
        ("12/15", "lớp/năm", "filing.no_fraction"),
        ("15/12", "%", "filing.part_too_big"),
        ("0/0", "%", "filing.divided_by_zero"),
        ("1" * 16, "lượt", "filing.not_a_number"),
        ("9" * 4000, "lượt", "filing.not_a_number"),
        ("1e9", "lượt", "filing.not_a_number"),
        ("²", "lượt", "filing.not_a_number"),
        ("٣", "lượt", "filing.not_a_number"),
        ("½", "lượt", "filing.not_a_number"),
        ("1tr5", "lượt", "filing.not_a_number"),
        ("12, 500", "lượt", "filing.not_a_number"),
        ("3-5", "người", "filing.not_a_number"),
        ("khoảng 95", "%", "filing.about"),
        ("đạt gần 95%", "%", "filing.about"),
        ("> 95", "%", "filing.about"),
        ("95%", "lớp/năm", "filing.no_fraction"),
        ("12 (80%)", "lớp/năm", "filing.no_fraction"),
        ("2 nghìn", "%", "filing.words_after"),
        ("95 hồ sơ", "%", "filing.words_after"),
        ("12/15 nghìn", "%", "filing.words_after"),
        ("12 nghìn/15", "%", "filing.words_after"),
        ("7 người", "lớp/năm", "filing.words_after"),
        ("3 lớp/tháng", "lớp/năm", "filing.words_after"),
        ("5 rưỡi", "lớp/năm", "filing.words_after"),
        ("2 ngăn", "lượt", "filing.words_after"),
        ("2,5 nghìn rưỡi", "lượt", "filing.words_after"),
        ("12/15 (90%)", "%", "filing.two_numbers"),
        ("80% (85%)", "%", "filing.two_numbers"),
        ("999999999999999 nghìn", "lượt", "filing.not_a_number"),
        ("2 tỷ tỷ tỷ tỷ", "lượt", "filing.not_a_number"),
    ],
)
def test_what_is_no_figure_is_said_so(text: str, unit: str, key: str | None) -> None:
    if key is None:
        assert read_figure(text, unit) == Typed(D(12))
        return
    with pytest.raises(CitizenMistake) as caught:
        read_figure(text, unit)
    assert caught.value.key == key


@pytest.mark.parametrize(
    ("value", "unit", "last", "target", "key"),
    [
        ("101", "%", None, "80", "filing.doubt_over_hundred"),
        ("100", "%", None, "80", None),
        ("60", "%", "90", "80", "filing.doubt_jump"),
        ("60.1", "%", "90", "80", None),
        ("9", "lớp/năm", "3", "2", "filing.doubt_jump"),
        ("8", "lớp/năm", "3", "2", None),
        ("0", "lớp/năm", "3", "2", "filing.doubt_jump"),
        ("1", "lớp/năm", "3", "2", "filing.doubt_jump"),
        ("2", "lớp/năm", "0", "2", None),
        ("2.5", "lớp/năm", None, "2", "filing.doubt_not_whole"),
        ("9.5", "%", None, "95", "filing.doubt_far"),
        ("45.1", "%", None, "95", None),
        ("9.5", "%", "9", "95", None),  # it was as low before
        ("98", "%", None, "5", "filing.doubt_far"),
        ("9.5", "%", None, None, None),
        ("50000000", "triệu đồng", None, "50", "filing.doubt_far"),
        ("20", "lớp/năm", "0", "2", "filing.doubt_far"),
        ("19", "lớp/năm", None, "2", None),
        ("0", "lớp/năm", None, "2", None),
        ("3", "sự cố/năm", None, "0", None),  # any is too many, and told so elsewhere
        ("2.5", "triệu đồng", None, "2.5", None),
        ("2.5", "giờ", None, None, None),
    ],
)
def test_what_looks_odd_is_asked_about(value: str, unit: str, last: str | None, target: str | None, key: str) -> None:
    found = doubt(Typed(D(value)), unit, D(last) if last else None, D(target) if target else None)
    assert found == key


@given(st.decimals(min_value=0, max_value=10**9, places=2))
def test_what_is_shown_is_read_back(value: Decimal) -> None:
    assert read_figure(show_number(value), "triệu đồng").value == value


@given(st.decimals(min_value=0, max_value=100, places=2))
def test_a_share_that_is_shown_is_read_back(value: Decimal) -> None:
    assert read_figure(show_number(value) + " %", "%").value == value


@given(st.integers(min_value=0, max_value=9_999), st.sampled_from(sorted(MAGNITUDES)), st.sampled_from(["", " "]))
def test_a_magnitude_after_a_number_multiplies_it(number: int, word: str, gap: str) -> None:
    assert read_figure(f"{number}{gap}{word}", "lượt") == Typed(D(number) * MAGNITUDES[word])


@given(st.integers(min_value=1, max_value=999), st.lists(st.sampled_from(SPOKEN), max_size=3).map(" ".join))
def test_no_word_after_a_number_is_left_out_that_could_change_it(number: int, words: str) -> None:
    with suppress(CitizenMistake):
        value = read_figure(f"{number} {words}", "lớp/năm").value
        kept = [word for word in words.split() if word not in {"lớp", "năm", "ạ", "rồi"}]
        expected = D(number) + (D("0.5") if "rưỡi" in kept else 0)
        for word in kept:
            expected *= MAGNITUDES.get(word, 1)
        assert (value, {*kept} - {*MAGNITUDES, "rưỡi"}) == (expected, set())


@given(st.text(alphabet="abcdđeghiklmnoôơpqrstuưvxyáàạ", min_size=1, max_size=8))
def test_a_word_that_is_not_known_is_asked_about(word: str) -> None:
    known = {*MAGNITUDES, *FILLERS, *words_of("lớp/năm"), "trđ", "trd"}
    if word not in known:
        with pytest.raises(CitizenMistake):
            read_figure(f"12 {word}", "lớp/năm")


@given(st.integers(min_value=0, max_value=999), st.integers(min_value=1, max_value=999), st.integers(0, 2))
def test_a_share_beside_its_parts_has_to_agree_to_the_last_place(part: int, whole: int, places: int) -> None:
    part = min(part, whole)
    value = D(part) * 100 / D(whole)
    step = D(1).scaleb(-places)
    parts = f"{part}/{whole}"
    for said in (value.quantize(step, ROUND_HALF_UP), value.quantize(step, ROUND_DOWN)):
        for text in (f"{parts} ({said}%)", f"{said} % ({parts})"):
            assert read_figure(text, "%") == Typed(value, D(part), D(whole))
    with pytest.raises(CitizenMistake) as caught:
        read_figure(f"{parts} ({value.quantize(step, ROUND_DOWN) + 2 * step}%)", "%")
    assert caught.value.key == "filing.two_numbers"


@given(st.decimals(min_value=0, max_value=10**6, places=2))
def test_signs_of_full_width_are_read_as_all_others(value: Decimal) -> None:
    wide = "".join(chr(ord(sign) + 0xFEE0) if sign in "0123456789,." else sign for sign in show_number(value))
    assert read_figure(wide, "triệu đồng").value == value


@given(st.integers(0, 99), st.integers(0, 99))
def test_a_comma_may_have_a_space_after_it(whole: int, part: int) -> None:
    assert read_figure(f"{whole}, {part:02}", "%") == read_figure(f"{whole},{part:02}", "%")


@given(st.text(max_size=40))
def test_any_text_gives_a_figure_or_a_sentence(text: str) -> None:
    with suppress(CitizenMistake):
        assert read_figure(text, "%").value >= 0
    with suppress(CitizenMistake):
        assert read_figure(f"12 {text}", "triệu đồng").value >= 0


@pytest.mark.parametrize(
    ("value", "said"),
    [("99.996", "99,996"), ("100", "100"), ("95", "95"), ("2.153846153", "2,15"), ("99.99999", "99,99999")],
)
def test_what_was_entered_is_never_shown_over_a_judgement(value: str, said: str) -> None:
    indicator = Indicator.model_validate(
        {
            "id": "AS-I01",
            "title": "t",
            "comparator": "≥",
            "unit": "%",
            "targets": {"2026": "100"},
            "leads": [],
            "source": "s",
        }
    )
    assert show_entered(D(value), indicator, 2026) == said
