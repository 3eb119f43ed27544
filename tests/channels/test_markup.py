"""From our text subset to Telegram's HTML, and cutting long replies."""

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.channels.markup import split, to_html, to_plain, utf16_length
from content.markup import escape
from tests.fake_telegram import Refused, parse_html, utf16_units

# Whatever the machine is busy with: these are not tests of speed.
calm = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

ALPHABET = [
    *"ab cđ.\n*[]()_\\<>&\"'!",
    "**",
    "\n\n",
    ". ",
    "😀",
    "e\u0323\u0302",
    "مرحبا",
    "](https://xa.vn)",
    "[Cổng",
    "ký",
]
NASTY = st.lists(st.sampled_from(ALPHABET), max_size=120).map("".join) | st.text(max_size=200)
WORD = st.text(st.sampled_from("abcđêếứ<&😀*_[]\\"), min_size=1, max_size=8).map(escape)
WORDS = st.lists(WORD, min_size=1, max_size=6).map(" ".join)
BOLD = WORDS.map(lambda words: f"**{words}**")
LINKED = st.text(st.sampled_from("abc đ<&"), min_size=1, max_size=9).map(
    lambda words: f"[{words}](https://xa.example/a?b=1&c=2)"
)
PIECE_OF_LINE = WORDS | BOLD | LINKED
LINE = st.lists(PIECE_OF_LINE, min_size=1, max_size=5).map(" ".join)
WRITTEN = st.lists(st.tuples(LINE, st.sampled_from(["\n", "\n\n"])), max_size=12).map(
    lambda lines: "".join(line + end for line, end in lines)
)


def _letters(text: str) -> str:
    return "".join(text.split())


def test_bold_words_links_and_escapes_become_html() -> None:
    text = r"**Lệ phí** là 0 < 5 & «\*miễn\*», xem [Cổng *dịch vụ*](https://dichvucong.gov.vn/?a=1&b='2')"
    assert to_html(text) == (
        "<b>Lệ phí</b> là 0 &lt; 5 &amp; «*miễn*», xem "
        '<a href="https://dichvucong.gov.vn/?a=1&amp;b=&#x27;2&#x27;">Cổng *dịch vụ*</a>'
    )


def test_a_link_inside_bold_words_stays_a_link() -> None:
    assert to_html("**Gọi [đường dây nóng](tel:0238000000)**") == (
        '<b>Gọi <a href="tel:0238000000">đường dây nóng</a></b>'
    )


@pytest.mark.parametrize("name", ["Lan*", "*", "**", "a**b", "\\", "[x](https://y.vn)", "_\\*_"])
def test_a_name_in_bold_words_is_shown_as_it_is(name: str) -> None:
    assert parse_html(to_html(f"**{escape(name)}** ơi")) == f"{name} ơi"
    assert to_html(f"**{escape(name)}**").startswith("<b>")


def test_plain_text_shows_an_address_once() -> None:
    assert to_plain("**Xem** [Cổng](https://xa.vn), [xa.vn](https://xa.vn)") == "Xem Cổng (https://xa.vn), xa.vn"


@calm
@given(NASTY)
def test_html_is_well_formed_whatever_the_text(text: str) -> None:
    markup = to_html(text)
    parse_html(markup)  # raises Refused when it is not
    assert re.fullmatch(r"[^&]*(&(lt|gt|amp|quot|#x27);[^&]*)*", markup)


@calm
@given(NASTY)
def test_what_is_escaped_is_read_as_it_was_written(text: str) -> None:
    assert parse_html(to_html(escape(text))) == text
    assert to_plain(escape(text)) == text


@calm
@given(NASTY)
def test_markup_only_ever_shortens_what_counts(text: str) -> None:
    assert utf16_units(parse_html(to_html(text))) <= utf16_length(text)


@calm
@given(NASTY, st.integers(2, 60))
def test_no_piece_is_longer_than_the_limit_and_no_letter_is_lost(text: str, limit: int) -> None:
    pieces = split(text, limit)
    assert all(0 < utf16_length(piece) <= limit for piece in pieces)
    assert _letters("".join(pieces)) == _letters(text)


@calm
@given(WRITTEN)
def test_words_stay_whole_and_markup_stays_markup_when_cut(text: str) -> None:
    limit = 120  # longer than any one bold run or link of the strategy, shorter than most texts
    shown = [parse_html(to_html(piece)) for piece in split(text, limit)]
    assert " ".join(shown).split() == parse_html(to_html(text)).split()


@calm
@given(st.lists(st.text(st.sampled_from("abc đếứ"), min_size=1, max_size=90).map(str.strip), min_size=1, max_size=20))
def test_paragraphs_are_not_torn_when_they_fit(paragraphs: list[str]) -> None:
    paragraphs = [paragraph for paragraph in paragraphs if paragraph]
    pieces = split("\n\n".join(paragraphs), 100)
    assert [paragraph for piece in pieces for paragraph in piece.split("\n\n")] == paragraphs


def test_it_cuts_at_paragraphs_before_lines_before_sentences_before_words() -> None:
    assert split("một\n\nhai\nba. bốn năm", 16) == ["một", "hai\nba. bốn năm"]
    assert split("hai\nba. bốn năm", 12) == ["hai", "ba. bốn năm"]
    assert split("ba. bốn năm", 10) == ["ba.", "bốn năm"]
    assert split("bốn năm", 5) == ["bốn", "năm"]
    assert split("bốnnăm", 4) == ["bốnn", "ăm"]


def test_an_emoji_counts_twice_as_telegram_counts_it() -> None:
    assert utf16_length("😀a") == 3
    assert split("😀" * 5, 4) == ["😀😀", "😀😀", "😀"]


def test_a_lone_surrogate_is_counted_and_not_choked_on() -> None:
    assert utf16_length("\ud800a") == 2


@pytest.mark.parametrize(
    "broken", ["<b>a", "a</b>", "<i><b>a</i></b>", "<script>a</script>", "a < b", '<a href="x>a</a>']
)
def test_the_fake_refuses_html_that_telegram_refuses(broken: str) -> None:
    with pytest.raises(Refused, match="can't parse entities"):
        parse_html(broken)
