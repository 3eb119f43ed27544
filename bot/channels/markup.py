"""From our text subset to what a platform shows, and splitting at a platform's limit."""

import html
import re
from collections.abc import Callable

from content.markup import LINK

# An escaped star inside bold words does not end them.
_TOKEN = re.compile(rf"\\([\\*\[\]_])|\*\*((?:\\.|[^\\\n])+?)\*\*|{LINK.pattern}")


def to_html(text: str) -> str:
    """Return the HTML that Telegram understands: escaped text, <b> and <a>."""
    return _convert(
        text,
        html.escape,
        lambda inner: f"<b>{inner}</b>",
        lambda words, url: f'<a href="{html.escape(url, quote=True)}">{words}</a>',
    )


def to_plain(text: str) -> str:
    """Return plain text for a terminal: bold words bare, a link as "words (address)"."""
    return _convert(text, str, str, lambda words, url: words if words in url else f"{words} ({url})")


def _convert(
    text: str, escape: Callable[[str], str], bold: Callable[[str], str], link: Callable[[str, str], str]
) -> str:
    parts = []
    place = 0
    for match in _TOKEN.finditer(text):
        parts.append(escape(text[place : match.start()]))
        literal, strong, words, url = match.groups()
        if literal is not None:
            parts.append(escape(literal))
        elif strong is not None:
            parts.append(bold(_convert(strong, escape, str, link)))
        else:
            parts.append(link(_convert(words, escape, str, lambda inner, _: inner), url))
        place = match.end()
    parts.append(escape(text[place:]))
    return "".join(parts)


def utf16_length(text: str) -> int:
    """Return the length as Telegram counts it."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def split(text: str, limit: int, length: Callable[[str], int] = utf16_length) -> list[str]:
    """Return the text in pieces no longer than `limit`, cut at paragraphs, else lines, else sentences, else words.

    Markup is left whole unless it is longer than a piece.
    """
    pieces: list[str] = []
    rest = text.strip()
    while length(rest) > limit:
        cut = _cut(rest, limit, length)
        pieces.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [*pieces, rest] if rest else pieces


def _cut(text: str, limit: int, length: Callable[[str], int]) -> int:
    longest = len(text)
    low, high = 0, longest
    while low < high:  # the longest beginning that fits
        middle = (low + high + 1) // 2
        low, high = (middle, high) if length(text[:middle]) <= limit else (low, middle - 1)
    for border in ("\n\n", "\n", ". ", " "):
        place = text.rfind(border, 0, low)
        if place > 0:
            return _outside_markup(text, place + len(border))
    return _outside_markup(text, max(low, 1))


def _outside_markup(text: str, cut: int) -> int:
    """Return the cut, or the beginning of the bold words, link or escape in whose middle it would fall."""
    for match in _TOKEN.finditer(text):
        if match.end() > cut:
            return match.start() if 0 < match.start() < cut else cut
    return cut
