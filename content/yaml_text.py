"""YAML as staff mean it: every scalar is text and every value knows its line.

An ordinary YAML reader turns `7:30` into 450, `no` into False and `01` into 1; staff write opening hours all day.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from content.problems import Problem

Path_ = tuple[str | int, ...]


@dataclass(frozen=True)
class TextDocument:
    """A YAML document: `value` is made of dict, list and str; `lines` gives the line (from 1) of every path in it."""

    value: Any
    lines: dict[Path_, int]

    def line(self, path: Path_) -> int:
        """Return the line of a value, or of the nearest value around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


class YamlMistake(Exception):
    """The text is not YAML; carries the problem to show."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


class _DuplicateKey(yaml.MarkedYAMLError):
    """The same key stands twice in one block."""


class _NotText(yaml.MarkedYAMLError):
    """YAML means something else here than the characters that were typed."""


class _Loader(yaml.SafeLoader):
    """Refuses anchors, aliases and tags: what was typed would vanish, or one value would stand in many places."""

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        event = self.peek_event()  # type: ignore[no-untyped-call]  # PyYAML's stubs leave it untyped
        if getattr(event, "anchor", None) is not None or getattr(event, "tag", None) is not None:
            raise _NotText(problem="mark", problem_mark=event.start_mark)
        return super().compose_node(parent, index)


def read_document(path: Path) -> TextDocument:
    """Read a YAML file. Raises YamlMistake, also when the file is not UTF-8, and FileNotFoundError."""
    return read_yaml(read_utf8(path), path)


def read_utf8(path: Path) -> str:
    """Read a text file, with or without the mark that Windows puts before UTF-8. Raises YamlMistake when it is not."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise YamlMistake(Problem(path, 1, "tệp không phải UTF-8 – hãy lưu lại với mã UTF-8")) from error


def read_yaml(text: str, path: Path, first_line: int = 1) -> TextDocument:
    """Read YAML text whose first line is line `first_line` of the file. Raises YamlMistake."""
    try:
        node = _compose(text)
        lines: dict[Path_, int] = {}
        value = _build(node, (), lines, first_line) if node is not None else {}
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = (mark.line if mark else 0) + first_line
        raise YamlMistake(Problem(path, line, _explain(error))) from error
    except yaml.YAMLError as error:  # a character YAML forbids; it carries a position instead of a mark
        line = text.count("\n", 0, getattr(error, "position", 0)) + first_line
        raise YamlMistake(Problem(path, line, "có ký tự lạ – hãy gõ lại dòng này bằng bàn phím")) from error
    except (ValueError, OverflowError, RecursionError) as error:  # PyYAML lets them through, without a place
        raise YamlMistake(Problem(path, first_line, _SENTENCE)) from error
    return TextDocument(value, lines)


# Where a word may begin. Inside one, as in "a?b=1&c=2" or "Lưu ý!", these letters are text to every reader.
_MARKED = re.compile(r"""(?:^|[\s\[\]{},:?"'\ufeff-])[&*!]""", re.MULTILINE)


def _compose(text: str) -> yaml.Node | None:
    """Read with libyaml, five times as fast, where nothing can be meant that it would let through unseen."""
    if not _MARKED.search(text) and yaml.__with_libyaml__:
        try:
            return yaml.compose(text, Loader=yaml.CSafeLoader)
        except (yaml.YAMLError, ValueError, OverflowError, RecursionError):
            pass  # read it again below: the other reader says better what is wrong
    return yaml.compose(text, Loader=_Loader)


_SENTENCE = "viết sai cách – hãy xem lại dấu hai chấm, khoảng trắng đầu dòng và dấu nháy"


def _explain(error: yaml.MarkedYAMLError) -> str:
    if isinstance(error, _DuplicateKey):
        return f"mục «{error.problem}» viết hai lần – chỉ giữ một"
    if "'\\t'" in str(error.problem):
        return "có phím Tab trong phần này – hãy thay bằng khoảng trắng"
    if isinstance(error, _NotText) or "alias" in str(error.context) or "start any token" in str(error.problem):
        return 'chữ bắt đầu bằng dấu lạ như * & ! ? @ % phải đặt trong ngoặc kép – ví dụ "*chữ*"'
    return _SENTENCE


_HALF = re.compile("[\ud800-\udfff]")  # half a character, from an escape such as "\ud800"


def _build(node: yaml.Node, path: Path_, lines: dict[Path_, int], first_line: int) -> Any:
    lines[path] = node.start_mark.line + first_line
    if isinstance(node, yaml.MappingNode):
        return _build_mapping(node, path, lines, first_line)
    if isinstance(node, yaml.SequenceNode):
        return [_build(item, (*path, index), lines, first_line) for index, item in enumerate(node.value)]
    value = str(node.value)
    if _HALF.search(value):
        raise _NotText(problem="surrogate", problem_mark=node.start_mark)
    return value


def _build_mapping(node: yaml.MappingNode, path: Path_, lines: dict[Path_, int], first_line: int) -> dict[str, Any]:
    mapping: dict[str, Any] = {}
    for key_node, value_node in node.value:
        if not isinstance(key_node, yaml.ScalarNode):
            raise _NotText(problem="key", problem_mark=key_node.start_mark)
        key = str(key_node.value)
        if key in mapping:
            raise _DuplicateKey(problem=key, problem_mark=key_node.start_mark)
        mapping[key] = _build(value_node, (*path, key), lines, first_line)
        lines[(*path, key)] = key_node.start_mark.line + first_line
    return mapping
