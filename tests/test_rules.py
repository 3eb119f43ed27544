"""House rules that no linter knows. Each test says in its name what is not allowed, and names every place at once.

Each goes through all modules by itself: a test for every module and rule would be thousands, and most of the time.
"""

import ast
import datetime
import functools
import importlib
import re
import types
import typing
import unicodedata
import zoneinfo
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import is_dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

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


def _breaking(rule: Callable[[str], Iterable[object]], names: Iterable[str] = SOURCES) -> Mapping[str, list[object]]:
    """Return what breaks a rule, by module."""
    return {name: found for name in names if (found := list(rule(name)))}


def test_a_rule_is_asked_of_every_module_and_names_all_that_break_it() -> None:
    assert _breaking(lambda name: [name] if name.startswith("content/s") else []).keys() >= {
        "content/schema.py",
        "content/search.py",
    }
    assert len(_breaking(lambda name: [1])) == len(SOURCES) > 200


def test_no_module_holds_state() -> None:
    def state(name: str) -> Iterator[str]:
        module = importlib.import_module(name.removesuffix(".py").replace("/", ".").removesuffix(".__init__"))
        for one in _assigned(SOURCES[name]):
            value = getattr(module, one, None)
            if not _unchanging(value) and not isinstance(value, dict | list | set):
                yield f"{one}: {type(value).__name__}"

    assert not _breaking(state, MODULES), "make it a frozen dataclass, a tuple or an argument"


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


def test_no_function_rebinds_a_name_of_its_module() -> None:
    def rebound(name: str) -> list[int]:
        return [node.lineno for node in ast.walk(SOURCES[name]) if isinstance(node, ast.Global)]

    assert not _breaking(rebound)


def test_language_and_time_are_arguments_and_not_context_variables() -> None:
    def context(name: str) -> set[str]:
        words = {_last_name(node) for node in ast.walk(SOURCES[name]) if isinstance(node, ast.Attribute | ast.Name)}
        return words & {"ContextVar", "contextvars", "threading_local"}

    assert not _breaking(context)


def _docstrings(tree: ast.Module) -> set[int]:
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            found |= {id(statement.value) for statement in node.body if isinstance(statement, ast.Expr)}
    return found


def _is_vietnamese(text: str) -> bool:
    return "đ" in text.casefold() or any(unicodedata.combining(letter) for letter in unicodedata.normalize("NFD", text))


def _texts(name: str) -> list[tuple[int, str]]:
    """The strings of a module with their lines, without docstrings."""
    docstrings = _docstrings(SOURCES[name])
    return [
        (node.lineno, node.value)
        for node in ast.walk(SOURCES[name])
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings
    ]


def test_no_sentence_a_citizen_reads_stands_in_code() -> None:
    def sentences(name: str) -> list[str]:
        found = [f"{line}: {text}" for line, text in _texts(name) if _is_vietnamese(text)]
        return [one for one in found if "Trợ lý số xã" not in one]  # the name of the product

    assert not _breaking(sentences, [name for name in SOURCES if not name.startswith("content/")])


def test_no_module_is_called_after_nothing() -> None:
    def nothing(name: str) -> set[str]:
        empty = {"utils", "util", "helpers", "helper", "common", "misc", "base"}
        return set(Path(name).with_suffix("").parts) & empty - ({"base"} if name == "bot/channels/base.py" else set())

    assert not _breaking(nothing)


def _classes(name: str) -> list[ast.ClassDef]:
    return [node for node in ast.walk(SOURCES[name]) if isinstance(node, ast.ClassDef)]


def test_no_class_is_a_manager_a_service_or_a_processor() -> None:
    def named_so(name: str) -> list[str]:
        bad = re.compile(r"(Manager|Service|Processor|Helper|Utils?|Mixin)$")
        return [one.name for one in _classes(name) if bad.search(one.name)]

    assert not _breaking(named_so)


def test_handlers_inherit_from_nothing_of_ours() -> None:
    def heirs(name: str) -> Iterator[str]:
        for one in _classes(name):
            if not {ast.unparse(base) for base in one.bases} <= FREE_BASES:
                yield one.name

    assert not _breaking(heirs, [name for name in SOURCES if name.startswith("handlers/")])


FREE_BASES = frozenset({"Exception", "str", "Protocol", "StrEnum", "Enum", "NamedTuple"})
PLATFORM_WORDS = re.compile(
    r"callback_query|callback_data|inline_keyboard|InlineKeyboard|reply_markup|parse_mode|update_id|"
    r"edited_message|BotFather_|oa_secret_proof|bot_token|x-telegram-bot|X-Telegram-Bot|send_message"
)


def test_platforms_are_spoken_of_only_in_their_channel() -> None:
    def platform(name: str) -> set[str]:
        named = {text for _, text in _texts(name)}
        for node in ast.walk(SOURCES[name]):
            if isinstance(node, ast.Name):
                named.add(node.id)
            elif isinstance(node, ast.Attribute):
                named.add(node.attr)
            elif isinstance(node, ast.arg | ast.keyword) and node.arg:
                named.add(node.arg)
        return {word for word in named if PLATFORM_WORDS.search(word)}

    # `chat_id` is not among the words: it is our own word for the row of a chat
    assert not _breaking(platform, [name for name in SOURCES if not name.startswith("bot/channels/")])


def test_functions_stay_short() -> None:
    def long(name: str) -> Iterator[str]:
        for node in ast.walk(SOURCES[name]):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno is not None:
                lines = node.end_lineno - node.lineno + 1
                if lines > MOST_LINES_OF_A_FUNCTION:
                    yield f"{node.name}: {lines} lines"

    assert not _breaking(long)


def test_modules_stay_short() -> None:
    def too_long(name: str) -> list[int]:
        lines = len((ROOT / name).read_text(encoding="utf-8").splitlines())
        return [lines] if lines > MOST_LINES_OF_A_MODULE else []

    assert not _breaking(too_long)


def test_every_module_says_in_one_line_what_it_is_for() -> None:
    def silent(name: str) -> list[str]:
        said = ast.get_docstring(SOURCES[name])
        return [] if said and said.splitlines()[0].strip() else ["no docstring"]

    assert not _breaking(silent)


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
