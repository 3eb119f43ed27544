"""Files of staff as models; what pydantic found becomes sentences with a line that they can act on."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from content.problems import Problem
from content.yaml_text import TextDocument, YamlMistake, read_document

Model = TypeVar("Model", bound=BaseModel)

_NOT_A_DAY = "«{input}» không phải ngày – hãy viết năm-tháng-ngày, ví dụ 2026-11-22"
_SENTENCES = {
    "missing": "thiếu mục «{where}» – mục này bắt buộc phải có",
    "extra_forbidden": "không có mục nào tên «{where}» – hãy xem lại chính tả hoặc bỏ dòng này",
    "string_type": "mục «{where}» phải là một dòng chữ",
    "list_type": "mục «{where}» phải là một danh sách, mỗi dòng bắt đầu bằng dấu gạch ngang",
    "tuple_type": "mục «{where}» phải là một danh sách, mỗi dòng bắt đầu bằng dấu gạch ngang",
    "dict_type": "mục «{where}» phải gồm các dòng «tên: giá trị» thụt vào",
    "model_type": "mục «{where}» phải gồm các dòng «tên: giá trị» thụt vào",
    "string_too_long": "mục «{where}» quá dài – nhiều nhất {max_length} ký tự",
    "string_too_short": "mục «{where}» đang để trống – hãy điền, hoặc ghi «chưa có»",
    "too_short": "mục «{where}» quá ít – cần ít nhất {min_length}, đang có {actual_length}",
    "too_long": "mục «{where}» quá nhiều – tối đa {max_length}, đang có {actual_length}",
    "literal_error": "giá trị «{input}» của mục «{where}» không dùng được – hãy chọn một trong: {expected}",
    "enum": "giá trị «{input}» của mục «{where}» không dùng được – hãy chọn một trong: {expected}",
    "string_pattern_mismatch": (
        "«{input}» của mục «{where}» sai cách viết – chỉ dùng chữ thường không dấu, số và gạch nối, như khai-sinh"
    ),
    "date_from_datetime_parsing": _NOT_A_DAY,
    "date_from_datetime_inexact": _NOT_A_DAY,
    "date_parsing": _NOT_A_DAY,
    "date_type": _NOT_A_DAY,
    "bool_parsing": "mục «{where}» chỉ nhận true hoặc false",
    "bool_type": "mục «{where}» chỉ nhận true hoặc false",
    "int_parsing": "mục «{where}» phải là một con số",
    "int_type": "mục «{where}» phải là một con số",
    "greater_than_equal": "giá trị «{input}» của mục «{where}» quá nhỏ – ít nhất {ge}",
    "less_than_equal": "giá trị «{input}» của mục «{where}» quá lớn – nhiều nhất {le}",
}


class Entry(BaseModel):
    """Base of everything staff write: unknown keys are mistakes, nothing changes after loading."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


def read_entry(
    model: type[Model], path: Path, missing: str | None = None
) -> tuple[Model | None, TextDocument, list[Problem]]:
    """Read one YAML file; return the model or None, the document with its lines, and every problem.

    `missing` says what is wrong when there is no file; without it, FileNotFoundError is raised.
    """
    try:
        document = read_document(path)
    except YamlMistake as mistake:
        return None, TextDocument({}, {}), [mistake.problem]
    except FileNotFoundError:
        if missing is None:
            raise
        return None, TextDocument({}, {}), [Problem(path, 1, missing)]
    found, problems = read_model(model, document, path)
    return found, document, problems


def own_or_shared(
    folder: Path, name: str, slugs: Iterable[str], read: Callable[[Path], tuple[Model | None, list[Problem]]]
) -> tuple[dict[str, tuple[Model, Path]], list[Problem]]:
    """Return each commune's plan and the file it stands in: its own file, else the shared one in `folder`.

    None where there is neither; a commune whose own file cannot be used does not fall back to the shared one.
    """
    shared_path = folder / name
    shared, problems = read(shared_path) if shared_path.exists() else (None, [])
    plans: dict[str, tuple[Model, Path]] = {}
    for slug in slugs:
        own_path = folder / "communes" / slug / name
        if own_path.exists():
            own, more = read(own_path)
            problems += more
            if own is not None:
                plans[slug] = own, own_path
        elif shared is not None:
            plans[slug] = shared, shared_path
    return plans, problems


def read_model(model: type[Model], document: TextDocument, path: Path) -> tuple[Model | None, list[Problem]]:
    """Return the model, or None and every problem of the document."""
    if not isinstance(document.value, dict):
        return None, [Problem(path, 1, "phải gồm các dòng «tên: giá trị»")]
    try:
        return model.model_validate(document.value), []
    except ValidationError as error:
        return None, [_problem(details, document, path) for details in error.errors()]


def _problem(details: Any, document: TextDocument, path: Path) -> Problem:
    location = tuple(details["loc"])
    where = ".".join(str(part + 1) if isinstance(part, int) else part for part in location)
    template = _SENTENCES.get(details["type"])
    if template is None:  # a validator of ours raised ValueError with the sentence itself
        message = str(details.get("ctx", {}).get("error", details["msg"]))
    else:
        message = template.format_map({"where": where, "input": details.get("input"), **details.get("ctx", {})})
    return Problem(path, document.line(location), message)
