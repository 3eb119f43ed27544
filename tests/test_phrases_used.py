"""Every phrase that code names exists, and every phrase that exists is said somewhere."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from content.library import Library
from content.phrases import placeholders
from handlers.route import Routes

ROOT = Path(__file__).parent.parent
NO_PHRASE = "word.ask"  # the command of a question in free words: what is left over when no word fits
KEY = re.compile(r"^(?!.*\.(html|css|ics|xlsx|yaml)$)[a-z]+(\.[a-z0-9_-]+)+$")
IN_TEXT = re.compile(r"""["'`]([a-z]+(?:\.[a-z0-9_-]+)+)["'`]""")
# Keys put together at run time: the part that is written, and what follows it.
DYNAMIC = {
    "area.": "the folder of a guide (handlers/guides.py)",
    "section.": "the id of a section (handlers/guides.py)",
    "booking.kind.": "the kind of a roster (handlers/booking.py, bot/web/slips.py, bot/support_log.py)",
    "booking.part.": "morning, afternoon (handlers/booking.py)",
    "booking.where.": "the kind of a roster (handlers/booked.py, bot/web/slips.py)",
    "calendar.to.": "whom a step of a ladder means (bot/reminder_calendar.py)",
    "figures.week.": "how a week was judged (handlers/figure_words.py)",
    "log.operated.": "who worked the machine (bot/support_log.py)",
    "log.reason.": "why an official typed instead (handlers/figure_words.py)",
    "slip.": "the state of a booking (bot/web/slips.py)",
    "place.": "website, zalo, facebook (content/placeholders.py)",
    "web.js.": "all of them go to the page's script (bot/web/pages.py)",
    "web.demo_": "the demonstration page counts its entries (bot/web/templates/demo.html)",
    "web.error.": "what the page's own requests may get (bot/channels/web.py)",
}

FILES = {
    path: ast.parse(path.read_text(encoding="utf-8"))
    for package in ("bot", "handlers", "content")
    for path in sorted((ROOT / package).rglob("*.py"))
}
PAGES = [path for path in sorted((ROOT / "bot" / "web").rglob("*")) if path.suffix in {".html", ".js"}]


def _constants(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value


def _written_prefixes(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """The fixed beginnings of f-strings that could become a key."""
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr) and node.values and isinstance(node.values[0], ast.Constant):
            beginning = str(node.values[0].value)
            if re.fullmatch(r"[a-z]+\.([a-z0-9_.-]*)", beginning):
                yield node.lineno, beginning


@pytest.fixture(scope="session")
def keys(library: Library) -> frozenset[str]:
    return frozenset(library.phrases["vi"].messages)


def test_every_key_that_code_names_is_a_phrase(keys: frozenset[str]) -> None:
    subjects = {key.partition(".")[0] for key in keys}
    unknown = [
        f"{path.relative_to(ROOT)}:{line}: {text}"
        for path, tree in FILES.items()
        for line, text in _constants(tree)
        if KEY.match(text) and text.partition(".")[0] in subjects and text not in keys | {NO_PHRASE}
    ]
    assert unknown == []


def test_keys_put_together_at_run_time_begin_as_documented(keys: frozenset[str]) -> None:
    subjects = {key.partition(".")[0] for key in keys}
    odd = [
        f"{path.relative_to(ROOT)}:{line}: {beginning}"
        for path, tree in FILES.items()
        for line, beginning in _written_prefixes(tree)
        if beginning.partition(".")[0] in subjects and not beginning.startswith(tuple(DYNAMIC))
    ]
    assert odd == []


def test_every_key_that_a_page_names_is_a_phrase(keys: frozenset[str]) -> None:
    known = keys | {key.removeprefix("web.js.") for key in keys}
    said = re.compile(r"""\bt\(\s*["']([a-z][a-z0-9_.-]+)["']\s*[,)]""")
    unknown = [
        f"{path.relative_to(ROOT)}: {key}"
        for path in PAGES
        for key in said.findall(path.read_text(encoding="utf-8"))
        if key not in known
    ]
    assert unknown == []


def test_every_phrase_is_said_somewhere(keys: frozenset[str]) -> None:
    said = {text for tree in FILES.values() for _, text in _constants(tree)}
    said |= {key for path in PAGES for key in IN_TEXT.findall(path.read_text(encoding="utf-8"))}
    assert [key for key in sorted(keys - said) if not key.startswith(tuple(DYNAMIC))] == []


@pytest.mark.parametrize("beginning", DYNAMIC)
def test_every_documented_beginning_has_phrases(keys: frozenset[str], beginning: str) -> None:
    assert any(key.startswith(beginning) for key in keys)


def test_every_area_and_section_has_a_name(library: Library, keys: frozenset[str]) -> None:
    for commune in library.communes.values():
        for guide in commune.guides.values():
            assert f"area.{guide.header.area}" in keys
            assert {f"section.{section}" for section in guide.sections} <= keys


def test_every_command_has_words_in_every_language_and_no_word_means_two_things(
    library: Library, routes: Routes
) -> None:
    for language, phrases in library.phrases.items():
        owners: dict[str, str] = {}
        for key in routes.commands:
            if key == NO_PHRASE:
                continue
            assert phrases.words(key), f"{language}: {key}"
            for word in phrases.words(key):
                assert owners.setdefault(word.casefold(), key) == key, f"{language}: «{word}»"


def test_labels_of_buttons_are_short_and_of_one_line(library: Library, keys: frozenset[str]) -> None:
    for language, phrases in library.phrases.items():
        for key in keys:
            if key.startswith(("button.", "section.", "area.")):
                label = phrases.messages[key]
                assert len(label) <= 60, f"{language}: {key}"
                assert "\n" not in label, f"{language}: {key}"
                assert "**" not in label, f"{language}: {key}"
                assert placeholders(label) == set(), f"{language}: {key}"
