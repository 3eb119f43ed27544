"""Câu chữ: short sentences by key, from `language/*.po`."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from string import Formatter
from typing import Any, TypeVar

from babel.messages.pofile import PoFileError, read_po

from content.markup import escape
from content.problems import Problem

T = TypeVar("T")
MAIN_LANGUAGE = "vi"
_BROKEN = "viết sai cách – mỗi câu gồm một dòng msgid và một dòng msgstr, chữ nằm giữa hai dấu nháy kép"
_PO_LINE = re.compile(r'^(?:(msgid|msgstr)\s+)?"([^"\\]|\\.)*"$')
_NAME = re.compile(r"^[a-z_]+$")
_KEY = re.compile(r"^[a-z0-9_-]+(\.[a-z0-9_-]+)+$")


class Markup(str):
    """Text of ours that is markup on purpose and must not be escaped when it is put into a phrase."""

    __slots__ = ()


@dataclass(frozen=True)
class Phrases:
    """The phrases of one language. What it lacks is said in Vietnamese."""

    language: str
    messages: Mapping[str, str]
    fallback: Mapping[str, str]
    _derived: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)

    def derived(self, name: str, make: Callable[["Phrases"], T]) -> T:
        """Return what `make` computes from these phrases, computed once for as long as they live."""
        if name not in self._derived:
            self._derived[name] = make(self)
        made: T = self._derived[name]
        return made

    def say(self, key: str, **params: object) -> str:
        """Return the phrase with its placeholders filled; other people's words are escaped.

        Raises KeyError for an unknown key: a mistake of ours, found by tests/test_phrases_used.py.
        """
        text = self.messages.get(key) or self.fallback[key]
        if not params:
            return text.format_map({}) if "{" in text else text
        return text.format_map(
            {name: value if isinstance(value, Markup) else escape(str(value)) for name, value in params.items()}
        )

    def plain(self, key: str, **params: object) -> str:
        """Return the phrase for places without markup, such as a button or a page title."""
        return (self.messages.get(key) or self.fallback[key]).format_map(params)

    def words(self, key: str) -> tuple[str, ...]:
        """Return a phrase that lists words, such as "huỷ | hủy | thôi", as a tuple; both languages count."""
        texts = {self.messages.get(key, ""), self.fallback.get(key, "")}
        return tuple(sorted({word.strip() for text in texts for word in text.split("|") if word.strip()}))

    def words_in_order(self, key: str) -> tuple[str, ...]:
        """Return a phrase that lists words as a tuple in the order written, in this language only."""
        return tuple(word.strip() for word in (self.messages.get(key) or self.fallback[key]).split("|"))

    def keys(self, prefix: str) -> tuple[str, ...]:
        """Return the keys that begin with `prefix`, in the order of the Vietnamese file."""
        return tuple(key for key in self.fallback if key.startswith(prefix))


def read_phrases(folder: Path) -> tuple[dict[str, Phrases], list[Problem]]:
    """Read every `<language>.po`; return the phrases by language and every problem found."""
    catalogues: dict[str, dict[str, str]] = {}
    positions: dict[str, dict[str, tuple[Path, int]]] = {}
    problems: list[Problem] = []
    for path in sorted(folder.glob("*.po")):
        messages, lines, more = _read_file(path)
        problems += more
        catalogues[path.stem] = messages
        positions[path.stem] = lines
    main = catalogues.get(MAIN_LANGUAGE)
    if main is None:
        return {}, [*problems, Problem(folder / f"{MAIN_LANGUAGE}.po", 1, "thiếu tệp câu chữ tiếng Việt")]
    for language, messages in catalogues.items():
        problems += _compare(main, messages, positions[language])
    return {language: Phrases(language, messages, main) for language, messages in catalogues.items()}, problems


def _read_file(path: Path) -> tuple[dict[str, str], dict[str, tuple[Path, int]], list[Problem]]:
    messages: dict[str, str] = {}
    lines: dict[str, tuple[Path, int]] = {}
    problems: list[Problem] = []
    try:
        text = path.read_text(encoding="utf-8-sig")
        problems = _check_lines(text, path)
        catalogue = read_po(text.split("\n"), locale=path.stem, abort_invalid=True)
    except PoFileError as error:
        return {}, {}, problems or [Problem(path, error.lineno + 1, _BROKEN)]
    except (UnicodeDecodeError, ValueError):
        return {}, {}, [Problem(path, 1, "không đọc được – tệp phải là UTF-8, tên tệp là mã ngôn ngữ như vi.po")]
    for message in catalogue:
        if not message.id:
            continue
        key, text, line = str(message.id), str(message.string), message.lineno or 1
        if not _KEY.match(key):
            problems.append(Problem(path, line, f"khóa «{key}» sai cách viết – chỉ chữ thường, số và dấu chấm"))
        elif not text.strip():
            problems.append(Problem(path, line, f"câu «{key}» đang trống – hãy viết câu vào dòng msgstr"))
        else:
            messages[key], lines[key] = text, (path, line)
    return messages, lines, problems


def _check_lines(text: str, path: Path) -> list[Problem]:
    """Find what Babel reads without a word: a key twice, a line without its closing quote, a msgid without msgstr."""
    problems = []
    first: dict[str, int] = {}
    last = "msgstr"
    for number, line in enumerate(text.split("\n"), 1):
        stripped = line.strip()
        if not stripped or stripped.startswith("#"):
            continue
        found = _PO_LINE.match(stripped)
        if not found or found[1] == last:
            problems.append(Problem(path, number, _BROKEN))
        last = (found and found[1]) or last
        if stripped.startswith("msgid "):
            key = stripped.removeprefix("msgid ").strip()[1:-1]
            if key and first.setdefault(key, number) != number:
                message = f"câu «{key}» đã viết ở dòng {first[key]} – mỗi khóa chỉ viết một lần"
                problems.append(Problem(path, number, message))
    if last == "msgid":
        problems.append(Problem(path, max(first.values(), default=1), _BROKEN))
    return problems


def placeholders(text: str) -> set[str]:
    """Return the names in braces. Raises ValueError when a brace is left open or holds anything but a name."""
    names = set()
    for _, name, form, conversion in Formatter().parse(text):
        if name is not None:
            if not _NAME.match(name) or form or conversion:
                raise ValueError(name)
            names.add(name)
    return names


def _compare(main: dict[str, str], messages: dict[str, str], positions: dict[str, tuple[Path, int]]) -> list[Problem]:
    """Babel's own check does not notice a renamed placeholder, so compare with Vietnamese here."""
    problems = []
    for key, text in messages.items():
        path, line = positions[key]
        try:
            names = placeholders(text)
        except ValueError:
            problems.append(Problem(path, line, f"câu «{key}» sai dấu ngoặc nhọn – chỗ điền phải viết như {{ten}}"))
            continue
        if key not in main:
            problems.append(Problem(path, line, f"câu «{key}» không có trong {MAIN_LANGUAGE}.po"))
            continue
        if main is messages:
            continue
        try:
            expected = placeholders(main[key])
        except ValueError:
            continue
        if names != expected:
            wanted = ", ".join(f"{{{name}}}" for name in sorted(expected)) or "không có chỗ điền nào"
            problems.append(Problem(path, line, f"câu «{key}» sai chỗ điền – cần đúng: {wanted}"))
    return problems
