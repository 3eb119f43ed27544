"""House rules that no linter knows. Each test says in its name what is not allowed."""

import ast
import datetime
import functools
import importlib
import re
import types
import typing
import unicodedata
import zoneinfo
from collections.abc import Iterator
from dataclasses import is_dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import typer
from sqlalchemy import MetaData
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.selectable import FromClause
from sqlalchemy.sql.visitors import Visitable

ROOT = Path(__file__).parent.parent
PACKAGES = ("bot", "handlers", "content", "storage")
MOST_LINES_OF_A_FUNCTION = 45
MOST_LINES_OF_A_MODULE = 320

SOURCES = {
    path.relative_to(ROOT).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
    for package in PACKAGES
    for path in sorted((ROOT / package).rglob("*.py"))
    if "migrations" not in path.parts
}
MODULES = [name for name in SOURCES if not name.endswith("__main__.py")]
each_source = pytest.mark.parametrize("name", SOURCES)
each_module = pytest.mark.parametrize("name", MODULES)

# What cannot change, or holds nothing of a conversation: statements, tables, loggers, the command line.
UNCHANGING = (
    *(str, bytes, int, float, complex, bool, type(None), type, frozenset, range, Path),
    *(types.FunctionType, types.BuiltinFunctionType, types.MappingProxyType, types.GenericAlias, types.UnionType),
    *(types.ModuleType, functools.partial, re.Pattern, datetime.timedelta, datetime.time, datetime.date),
    *(Decimal, zoneinfo.ZoneInfo, typing.TypeVar, Executable, FromClause, Visitable, MetaData, typer.Typer),
)
CHANGERS = frozenset(
    (
        *("append", "extend", "insert", "remove", "pop", "clear", "sort", "reverse", "update", "setdefault", "popitem"),
        *("add", "discard", "intersection_update", "difference_update", "symmetric_difference_update", "__setitem__"),
    )
)


def _assigned(tree: ast.Module) -> Iterator[str]:
    """The names that a module assigns at its top, also inside `if` and `with` there."""
    for node in tree.body:
        for inner in ast.walk(node) if isinstance(node, ast.If | ast.With | ast.For) else [node]:
            if isinstance(inner, ast.Assign):
                yield from (one.id for target in inner.targets for one in ast.walk(target) if isinstance(one, ast.Name))
            elif isinstance(inner, ast.AnnAssign | ast.NamedExpr) and isinstance(inner.target, ast.Name):
                yield inner.target.id


def _is_frozen(kind: Any) -> bool:
    return bool(kind.__dataclass_params__.frozen)


def _unchanging(value: object) -> bool:
    if isinstance(value, tuple):
        return all(map(_unchanging, value))
    if isinstance(value, UNCHANGING) or type(value).__module__ in {"typing", "structlog._config"}:
        return True
    # A frozen dataclass may hold a dict, as a Feature its commands: the rule below sees to literals.
    return is_dataclass(value) and _is_frozen(type(value))


@each_module
def test_no_module_holds_state(name: str) -> None:
    module = importlib.import_module(name.removesuffix(".py").replace("/", ".").removesuffix(".__init__"))
    held = {one: getattr(module, one) for one in _assigned(SOURCES[name]) if hasattr(module, one)}
    odd = {
        one: type(value).__name__
        for one, value in held.items()
        if not _unchanging(value) and not isinstance(value, dict | list | set)
    }
    assert not odd, "make it a frozen dataclass, a tuple or an argument"


def _changed(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Names (also `module.NAME`) whose content is changed anywhere: x[…] = …, del x[…], x += …, x.append(…)."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store | ast.Del):
            yield _last_name(node.value), node.lineno
        elif isinstance(node, ast.AugAssign):
            yield _last_name(node.target), node.lineno
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CHANGERS:
            yield _last_name(node.func.value), node.lineno


def _last_name(node: ast.expr) -> str:
    while isinstance(node, ast.Subscript):
        node = node.value
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def test_lists_dicts_and_sets_at_the_top_of_a_module_are_named_as_constants_and_never_changed() -> None:
    held = set()
    for name in MODULES:
        module = importlib.import_module(name.removesuffix(".py").replace("/", ".").removesuffix(".__init__"))
        for one in _assigned(SOURCES[name]):
            if isinstance(getattr(module, one, None), dict | list | set) and one != "__all__":
                assert one == one.upper(), f"{name}: {one}"
                held.add(one)
    changed = {f"{name}:{line}: {one}" for name, tree in SOURCES.items() for one, line in _changed(tree) if one in held}
    assert not changed


def test_a_change_is_seen_however_it_is_written() -> None:
    written = "A[1] = 2\ndel B[1]\nm.C.append(1)\nD += [1]\nE['a']['b'] = 1\nF.update({})\nx = G[1]\ny = G.get(1)"
    assert {one for one, _ in _changed(ast.parse(written))} >= {"A", "B", "C", "D", "E", "F"}
    assert "G" not in {one for one, _ in _changed(ast.parse(written))}
    assert all(map(_is_vietnamese, ["Đường", "ạ", "cha\u0323"]))
    assert not _is_vietnamese("plain «words» – and dots…")


@each_source
def test_no_function_rebinds_a_name_of_its_module(name: str) -> None:
    assert not [node.lineno for node in ast.walk(SOURCES[name]) if isinstance(node, ast.Global)]


@each_source
def test_language_and_time_are_arguments_and_not_context_variables(name: str) -> None:
    words = {_last_name(node) for node in ast.walk(SOURCES[name]) if isinstance(node, ast.Attribute | ast.Name)}
    assert not words & {"ContextVar", "contextvars", "threading_local"}


def _docstrings(tree: ast.Module) -> set[int]:
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            found |= {id(statement.value) for statement in node.body if isinstance(statement, ast.Expr)}
    return found


def _is_vietnamese(text: str) -> bool:
    return "đ" in text.casefold() or any(unicodedata.combining(letter) for letter in unicodedata.normalize("NFD", text))


@pytest.mark.parametrize("name", [name for name in SOURCES if not name.startswith("content/")])
def test_no_sentence_a_citizen_reads_stands_in_code(name: str) -> None:
    tree = SOURCES[name]
    docstrings = _docstrings(tree)
    found = [
        f"{name}:{node.lineno}: {node.value}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in docstrings
        and _is_vietnamese(node.value)
    ]
    assert [line for line in found if "Trợ lý số xã" not in line] == []  # the name of the product


@each_source
def test_no_module_is_called_after_nothing(name: str) -> None:
    parts = set(Path(name).with_suffix("").parts)
    assert not parts & {"utils", "util", "helpers", "helper", "common", "misc"}
    assert "base" not in parts or name == "bot/channels/base.py"


@each_source
def test_no_class_is_a_manager_a_service_or_a_processor(name: str) -> None:
    classes = [node.name for node in ast.walk(SOURCES[name]) if isinstance(node, ast.ClassDef)]
    assert not [one for one in classes if re.search(r"(Manager|Service|Processor|Helper|Utils?|Mixin)$", one)]


@pytest.mark.parametrize("name", [name for name in SOURCES if name.startswith("handlers/")])
def test_handlers_inherit_from_nothing_of_ours(name: str) -> None:
    for node in ast.walk(SOURCES[name]):
        if isinstance(node, ast.ClassDef):
            bases = {ast.unparse(base) for base in node.bases}
            assert bases <= {"Exception", "str", "Protocol", "StrEnum", "Enum", "NamedTuple"}, node.name


PLATFORM_WORDS = re.compile(
    r"callback_query|callback_data|inline_keyboard|InlineKeyboard|reply_markup|parse_mode|update_id|"
    r"edited_message|BotFather_|oa_secret_proof|bot_token|x-telegram-bot|X-Telegram-Bot|send_message"
)


@pytest.mark.parametrize("name", [name for name in SOURCES if not name.startswith("bot/channels/")])
def test_platforms_are_spoken_of_only_in_their_channel(name: str) -> None:
    words = PLATFORM_WORDS  # `chat_id` is not among them: it is our own word for the row of a chat
    named = {node.id for node in ast.walk(SOURCES[name]) if isinstance(node, ast.Name)}
    named |= {node.attr for node in ast.walk(SOURCES[name]) if isinstance(node, ast.Attribute)}
    named |= {node.arg for node in ast.walk(SOURCES[name]) if isinstance(node, ast.arg | ast.keyword) and node.arg}
    docstrings = _docstrings(SOURCES[name])
    named |= {
        node.value
        for node in ast.walk(SOURCES[name])
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings
    }
    assert not {word for word in named if words.search(word)}


@each_source
def test_functions_stay_short(name: str) -> None:
    long = {
        node.name: node.end_lineno - node.lineno + 1
        for node in ast.walk(SOURCES[name])
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno is not None
    }
    assert not {one: lines for one, lines in long.items() if lines > MOST_LINES_OF_A_FUNCTION}


@each_source
def test_modules_stay_short(name: str) -> None:
    assert len((ROOT / name).read_text(encoding="utf-8").splitlines()) <= MOST_LINES_OF_A_MODULE


@each_source
def test_every_module_says_in_one_line_what_it_is_for(name: str) -> None:
    said = ast.get_docstring(SOURCES[name])
    assert said
    assert said.splitlines()[0].strip()


def test_the_folders_for_staff_hold_no_code() -> None:
    assert not [path for path in (ROOT / "content").rglob("*.py") if path.parent != ROOT / "content"]


def test_exceptions_to_the_linters_carry_their_reason() -> None:
    bare = re.compile(r"#\s*(type: ignore(\[[a-z-]+\])?|noqa(: [A-Z0-9, ]+)?)\s*$")
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for folder in PACKAGES
        for path in sorted((ROOT / folder).rglob("*.py"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if bare.search(line)
    ]
    assert not found


def test_tests_neither_sleep_nor_mock() -> None:
    found = []
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            imported = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            imported += [str(node.module)] if isinstance(node, ast.ImportFrom) else []
            if any(name.startswith(("unittest", "mock")) for name in imported):
                found.append(f"{path.name}: {imported}")
            if isinstance(node, ast.Call) and ast.unparse(node.func) in {"time.sleep", "asyncio.sleep", "sleep"}:
                slept = ast.unparse(node.args[0]) if node.args else ""
                if slept != "0":
                    found.append(f"{path.name}:{node.lineno}: sleeps")
    assert not found
