"""Hướng dẫn: the guide files that staff write. Format: docs/content-format.md."""

import datetime
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, StringConstraints, field_validator

from content.markup import mistakes
from content.problems import Problem
from content.schema import Entry, read_model
from content.yaml_text import TextDocument, YamlMistake, read_utf8, read_yaml

SECTIONS: Mapping[str, str] = MappingProxyType(
    {
        "doi_tuong": "Đối tượng",
        "ho_so": "Giấy tờ",
        "trinh_tu": "Các bước",
        "truc_tuyen": "Nộp trực tuyến",
        "noi_nop": "Nơi nộp",
        "thoi_han": "Thời hạn",
        "le_phi": "Lệ phí",
        "ket_qua": "Kết quả",
        "can_cu": "Căn cứ",
        "luu_y": "Lưu ý",
    }
)
REQUIRED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "thu-tuc": tuple(SECTIONS),
        "huong-dan-so": ("doi_tuong", "trinh_tu", "can_cu", "luu_y"),
        "dich-vu-xa": ("doi_tuong", "trinh_tu", "can_cu", "luu_y"),
    }
)
SECTION_CHARACTERS = 1_400
MOST_STEPS = 10
FEWEST_QUESTIONS = 20

Line = Annotated[str, StringConstraints(min_length=1, max_length=400)]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=40)]
_URL = re.compile(r"^https?://\S+$")
_DAY = re.compile(r"^\d{4}-\d{2}-\d{2}$")
_OF_HEADING = {heading: section for section, heading in SECTIONS.items()}


def _written_day(value: str) -> str:
    """Refuse what pydantic would take for seconds since 1970, such as 20261122 or 2026."""
    if isinstance(value, str) and not _DAY.match(value.strip()):
        raise ValueError(f"«{value}» không phải ngày – hãy viết năm-tháng-ngày, ví dụ 2026-11-22")
    return value


Day = Annotated[datetime.date, BeforeValidator(_written_day)]


class Source(Entry):
    """Where a page was taken from: a law, a portal page, an office's own list."""

    title: Line
    url: str | None = None

    @field_validator("url")
    @classmethod
    def _url_can_be_opened(cls, url: str | None) -> str | None:
        if url is not None and not _URL.match(url):
            raise ValueError(f"địa chỉ «{url}» không mở được – phải bắt đầu bằng https:// và không có khoảng trắng")
        return url


class Header(Entry):
    """The front matter of a guide."""

    id: Slug
    area: Slug
    kind: Literal["thu-tuc", "huong-dan-so", "dich-vu-xa"]
    title: Line
    title_en: Line
    audience: Line
    gist: Annotated[str, StringConstraints(min_length=1, max_length=350)]
    aliases: tuple[Line, ...] = Field(min_length=1)
    questions: tuple[Line, ...] = Field(min_length=FEWEST_QUESTIONS)
    related: tuple[Slug, ...] = Field(default=(), max_length=4)
    sources: tuple[Source, ...] = Field(min_length=1)
    checked: Day
    confidence: Literal["original", "page", "memory"]
    expires: Day | None = None

    @field_validator("gist")
    @classmethod
    def _gist_has_no_bad_markup(cls, gist: str) -> str:
        found = mistakes(gist)
        if found:
            raise ValueError(found[0])
        return gist


@dataclass(frozen=True)
class Guide:
    """A guide page. `sections` maps section ids to text in the subset of `content.markup`, in the fixed order."""

    header: Header
    sections: Mapping[str, str]
    path: Path
    lines: Mapping[str, int]

    @property
    def id(self) -> str:
        """The id by which buttons, statistics and other guides name it."""
        return self.header.id

    @property
    def title(self) -> str:
        """The heading citizens see."""
        return self.header.title

    @property
    def gist(self) -> str:
        """The whole answer in a nutshell."""
        return self.header.gist

    @property
    def aliases(self) -> tuple[str, ...]:
        """Short names people give it."""
        return self.header.aliases

    @property
    def questions(self) -> tuple[str, ...]:
        """How people ask for it."""
        return self.header.questions

    def with_text(self, gist: str, sections: Mapping[str, str]) -> "Guide":
        """Return the guide with other words, such as those of one commune."""
        return replace(self, header=self.header.model_copy(update={"gist": gist}), sections=sections)


_FENCE = re.compile(r"^---\s*$")
_HEADING = re.compile(r"^##\s+(.*?)\s*$")
_STEP = re.compile(r"^\d+\.\s")


def read_guide(path: Path) -> tuple[Guide | None, list[Problem]]:
    """Read one guide file; return it, or None and every problem found."""
    try:
        text = unicodedata.normalize("NFC", read_utf8(path))
    except YamlMistake as mistake:
        return None, [mistake.problem]
    lines = text.rstrip("\n").split("\n")  # not splitlines: it also breaks at characters no editor counts as a line
    end = _end_of_header(lines)
    if end is None:
        return None, [Problem(path, 1, "thiếu phần đầu tệp – tệp phải mở bằng dòng --- và phần đầu kết thúc bằng ---")]
    try:
        document = read_yaml("\n".join(lines[1:end]), path, first_line=2)
    except YamlMistake as mistake:
        return None, [mistake.problem]
    header, problems = read_model(Header, document, path)
    sections, starts, more = _read_sections(lines, end + 1, path)
    problems += more
    if header is None:
        return None, problems
    problems += _check_place(header, document, path)
    problems += _check_sections(header, sections, starts, len(lines), path)
    positions = {str(key[0]): line for key, line in document.lines.items() if len(key) == 1}
    guide = Guide(header, MappingProxyType(sections), path, MappingProxyType(positions | starts))
    return (None if problems else guide), problems


def _end_of_header(lines: list[str]) -> int | None:
    if not lines or not _FENCE.match(lines[0]):
        return None
    return next((number for number, line in enumerate(lines) if number and _FENCE.match(line)), None)


def _read_sections(lines: list[str], start: int, path: Path) -> tuple[dict[str, str], dict[str, int], list[Problem]]:
    bodies: dict[str, list[str]] = {}
    starts: dict[str, int] = {}
    problems: list[Problem] = []
    current: str | None = None
    for number, line in enumerate(lines[start:], start + 1):
        heading = _HEADING.match(line)
        if heading:
            current = _OF_HEADING.get(heading[1])
            if current is None:
                names = ", ".join(SECTIONS.values())
                problems.append(Problem(path, number, f"không có mục «{heading[1]}» – chỉ dùng: {names}"))
                current = f"?{number}"
            elif current in bodies:
                problems.append(Problem(path, number, f"mục «{heading[1]}» viết hai lần – hãy gộp lại"))
            bodies.setdefault(current, [])
            starts.setdefault(current, number)
        elif current is None:
            if line.strip():
                problems.append(Problem(path, number, "dòng này không thuộc mục nào – hãy đặt dưới một dòng «## …»"))
        else:
            bodies[current].append(line.rstrip())
            problems += [Problem(path, number, message) for message in mistakes(line)]
    known = {section: "\n".join(body).strip() for section, body in bodies.items() if section in SECTIONS}
    return known, starts, problems


def _check_place(header: Header, document: TextDocument, path: Path) -> list[Problem]:
    problems = []
    if path.stem != header.id:
        message = f"id «{header.id}» khác tên tệp «{path.stem}» – hai tên phải giống nhau"
        problems.append(Problem(path, document.line(("id",)), message))
    if path.parent.name != header.area:
        message = f"area «{header.area}» khác tên thư mục «{path.parent.name}» – hai tên phải giống nhau"
        problems.append(Problem(path, document.line(("area",)), message))
    return problems


def _check_sections(
    header: Header, sections: dict[str, str], starts: dict[str, int], last_line: int, path: Path
) -> list[Problem]:
    problems = []
    for section in REQUIRED[header.kind]:
        if not sections.get(section):
            where = starts.get(section, last_line)
            problems.append(Problem(path, where, f"thiếu mục «## {SECTIONS[section]}» – loại này bắt buộc phải có"))
    order = [section for section in starts if section in SECTIONS]
    if order != sorted(order, key=list(SECTIONS).index):
        names = ", ".join(SECTIONS[section] for section in SECTIONS if section in starts)
        problems.append(Problem(path, min(starts.values()), f"các mục sai thứ tự – hãy xếp: {names}"))
    for section, text in sections.items():
        if len(text) > SECTION_CHARACTERS:
            message = f"mục này dài {len(text)} ký tự – nhiều nhất {SECTION_CHARACTERS}, hãy viết gọn lại"
            problems.append(Problem(path, starts[section], message))
        if section == "trinh_tu" and sum(bool(_STEP.match(line)) for line in text.splitlines()) > MOST_STEPS:
            problems.append(Problem(path, starts[section], f"nhiều hơn {MOST_STEPS} bước – hãy gộp bớt"))
    return problems
