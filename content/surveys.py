"""Khảo sát hài lòng: what staff ask, from `surveys/*.yaml`; at most five questions on a scale from 1 to 5."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, field_validator

from content.communes import Slug, Text
from content.problems import Problem
from content.schema import Entry, read_entry

MOST_ITEMS = 5
Factor = Literal["access", "procedure", "officer", "result", "feedback"]


class Item(Entry):
    """Một câu hỏi. `factor`: which of the five factors it measures; `overall`: whether it is the general verdict."""

    id: Slug
    factor: Factor
    overall: bool = False
    text: Text
    text_en: Text | None = None

    def said(self, language: str) -> str:
        """Return the question in a language, or in Vietnamese."""
        return self.text_en if language == "en" and self.text_en else self.text


class Survey(Entry):
    """Một phiếu khảo sát. One of `sample` occasions is followed by an invitation."""

    id: Slug
    when: Literal["visit", "answer", "counter", "person"]
    title: Text
    title_en: Text | None = None
    sample: Annotated[int, Field(ge=1, le=1_000)] = 1
    items: tuple[Item, ...]

    @field_validator("items")
    @classmethod
    def _can_be_counted(cls, items: tuple[Item, ...]) -> tuple[Item, ...]:
        if len(items) > MOST_ITEMS:
            raise ValueError(f"nhiều nhất {MOST_ITEMS} câu hỏi, đang có {len(items)} – hãy bỏ bớt câu")
        ids = [item.id for item in items]
        if len(ids) != len(set(ids)):
            raise ValueError("hai câu hỏi trùng id – mỗi câu một id riêng")
        if sum(item.overall for item in items) != 1:
            raise ValueError("cần đúng một câu hỏi chung ghi overall: true – tỷ lệ hài lòng tính theo câu đó")
        return items

    @property
    def about_the_bot(self) -> bool:
        """Whether it measures the assistant's answers and not the commune's service."""
        return self.when == "answer"

    @property
    def at_counter(self) -> bool:
        """Whether anybody opens it with the code at the counter: no finished transaction is behind a vote."""
        return self.when == "counter"

    @property
    def about_the_service(self) -> bool:
        """Whether its votes are the commune's satisfaction: each follows one finished visit or talk."""
        return self.when in {"visit", "person"}

    @property
    def overall(self) -> Item:
        """The general verdict, from which the percentage is computed."""
        return next(item for item in self.items if item.overall)

    def said(self, language: str) -> str:
        """Return the title in a language, or in Vietnamese."""
        return self.title_en if language == "en" and self.title_en else self.title


def read_surveys(folder: Path) -> tuple[dict[str, Survey], list[Problem]]:
    """Read every survey of a folder; return them by id and every problem found."""
    surveys: dict[str, Survey] = {}
    problems: list[Problem] = []
    whens: dict[str, Path] = {}
    for path in sorted(folder.glob("*.yaml")):
        survey, more = _read(path)
        problems += more
        if survey is None:
            continue
        if survey.when in whens:
            message = f"phiếu «when: {survey.when}» đã có ở {whens[survey.when]} – mỗi dịp chỉ một phiếu"
            problems.append(Problem(path, 1, message))
        whens[survey.when] = path
        surveys[survey.id] = survey
    return surveys, problems


def _read(path: Path) -> tuple[Survey | None, list[Problem]]:
    survey, document, problems = read_entry(Survey, path)
    if survey is not None and survey.id != path.stem:
        line = document.line(("id",))
        problems.append(Problem(path, line, f"id «{survey.id}» khác tên tệp – hãy ghi «{path.stem}»"))
    return (None if problems else survey), problems
