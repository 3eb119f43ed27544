"""What people type becomes plain Vietnamese words, whatever the keyboard did to it."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from content.normalise import HEAD_WORDS, TAIL_WORDS, Normaliser, Rule, split_words
from content.syllables import canonical, decode_typing, fold, is_syllable, strip_marks

RULES = (
    Rule(("cccd",), ("căn", "cước", "công", "dân")),
    Rule(("mô",), ("đâu",), accented=True),
    Rule(("khi", "mô"), ("khi", "nào")),
    Rule(("hk",), ("không",), beside=((frozenset({"so", "nhap"}), ("hộ", "khẩu")),)),
)
KNOWN = dict.fromkeys(split_words("khai sinh can cuoc ho so tam tru dang ki giay khong thuong chung"), 9)
NORMALISER = Normaliser(RULES, KNOWN)


def words(text: str) -> str:
    return " ".join(NORMALISER.words(text))


@given(st.text())
@example("\x00khai\x00 sinh")
@example("\u202eabc\u202c đăng\u200b ký 😂👍🏽")
@example("ấ" * 5_000)
@example("qư gị ựơ oà ̉̉̉ ỳỳỳ")
@example("aàạ" * 1_700)
def test_nothing_people_send_breaks_it(text: str) -> None:
    assert all(word and word == word.lower() for word in NORMALISER.words(text) if word.isascii())


@given(st.text())
def test_doing_it_twice_changes_nothing_for_any_text(text: str) -> None:
    once = split_words(text)
    assert split_words(" ".join(once)) == once


@given(st.lists(st.sampled_from([*KNOWN, "mô", "hk", "cccd", "sổ", "khi", "lafm", "khaisinh", "giaays"]), max_size=12))
def test_doing_it_twice_changes_nothing_for_what_it_rewrites(typed: list[str]) -> None:
    once = NORMALISER.words(" ".join(typed))
    assert NORMALISER.words(" ".join(once)) == once


@given(st.text(alphabet="aàáạâấăằeêệiìoôồơợuưựyỳdđbcghkmnqrtx ", max_size=60))
def test_composed_and_decomposed_letters_are_the_same(text: str) -> None:
    composed, decomposed = unicodedata.normalize("NFC", text), unicodedata.normalize("NFD", text)
    assert NORMALISER.words(composed) == NORMALISER.words(decomposed)


@given(st.text())
def test_folding_is_final(text: str) -> None:
    for word in split_words(text):
        assert fold(fold(word)) == fold(word)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("lafm", "làm"), ("giaasy", "giấy"), ("giaays", "giấy"), ("ddawng", "đăng"), ("cuwowcs", "cước"),
        ("khoong", "không"), ("ho65", "hộ"), ("kha63u", "khẩu"), ("d9u7o7ng2", "đường"), ("cưus", "cứu"),
    ],
)  # fmt: skip
def test_keys_left_by_an_input_method_are_read(typed: str, meant: str) -> None:
    assert decode_typing(typed) == meant


@pytest.mark.parametrize("word", ["ct07", "3in1", "kt3", "sdkfj", "12345", "x"])
def test_form_numbers_are_not_taken_for_keys(word: str) -> None:
    assert decode_typing(word) is None


def test_valid_syllables_are_left_alone() -> None:
    assert words("phở bò xào") == "phở bò xào"
    assert is_syllable("phở")
    assert not is_syllable("giaasy")


@pytest.mark.parametrize(("one", "other"), [("hoà", "hòa"), ("thuỷ", "thủy"), ("uỷ", "ủy"), ("khoẻ", "khỏe")])
def test_old_and_new_tone_placement_are_the_same(one: str, other: str) -> None:
    assert canonical(one) == canonical(other)


@pytest.mark.parametrize(("one", "other"), [("lý", "lí"), ("kỹ", "kĩ"), ("quý", "quí"), ("đường", "duong")])
def test_spelling_variants_fold_to_the_same(one: str, other: str) -> None:
    assert fold(one) == fold(other)


def test_đ_loses_its_stroke() -> None:
    assert strip_marks("đăng") == "dang"


def test_abbreviations_look_at_their_neighbours() -> None:
    assert words("nhập hk") == "nhập hộ khẩu"
    assert words("được hk") == "được không"


def test_dialect_counts_only_with_its_marks_unless_the_phrase_is_clear() -> None:
    assert words("nộp mô") == "nộp đâu"
    assert words("mo tai khoan") == "mo tai khoan"
    assert words("khi mo") == "khi nào"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("khaisinh", "khai sinh"),
        ("xinh", "sinh"),
        ("cuocc", "cuoc"),
        ("ơiiiii", "ơi"),
        ("dangkitamtru", "dang ki tam tru"),
    ],
)
def test_slips_are_mended_towards_the_words_of_the_guides(typed: str, meant: str) -> None:
    assert words(typed) == meant


def test_of_a_very_long_story_the_beginning_and_the_end_are_read() -> None:
    story = split_words("đầu " * 400 + "cuối")
    assert len(story) == HEAD_WORDS + TAIL_WORDS
    assert story[0] == "đầu"
    assert story[-1] == "cuối"
