"""Thông báo: topics that people choose, who drafts and who approves; `notices.yaml`, or a commune's own in its folder.

Format: the head of content/notices.yaml.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated

from pydantic import Field

from content.communes import Slug, Text
from content.problems import Problem
from content.schema import Entry, own_or_shared, read_entry
from content.yaml_text import Path_

Title = Annotated[Text, Field(max_length=40)]


class NoticeRules(Entry):
    """Ai được làm gì, by id of the unit."""

    draft_units: Annotated[tuple[Slug, ...], Field(min_length=1)]
    approve_units: Annotated[tuple[Slug, ...], Field(min_length=1)]
    emergency_units: tuple[Slug, ...] = ()


class NoticeTopic(Entry):
    """Một chủ đề: one button."""

    id: Slug
    title: Title
    emergency: bool = False
    template: Text | None = None


class NoticePlan(Entry):
    """notices.yaml."""

    rules: NoticeRules
    topics: Annotated[tuple[NoticeTopic, ...], Field(min_length=1, max_length=12)]

    def topic(self, identity: str) -> NoticeTopic | None:
        """Return a topic, or None when it was taken out of the file."""
        return next((one for one in self.topics if one.id == identity), None)


def read_notices(path: Path) -> tuple[NoticePlan | None, list[Problem]]:
    """Read one notices.yaml; return it, or None and every problem found."""
    plan, document, problems = read_entry(NoticePlan, path)
    if plan is None:
        return None, problems
    problems = [Problem(path, document.line(where), message) for where, message in _contradictions(plan)]
    return (None if problems else plan), problems


def _contradictions(plan: NoticePlan) -> Iterator[tuple[Path_, str]]:
    seen: Counter[str] = Counter()
    for index, topic in enumerate(plan.topics):
        if seen[topic.id]:
            yield ("topics", index, "id"), f"hai chủ đề trùng id «{topic.id}» – mỗi chủ đề một id riêng"
        seen[topic.id] += 1
        if topic.emergency and topic.template is None:
            yield ("topics", index), f"chủ đề khẩn cấp «{topic.id}» chưa có mẫu tin – thêm mục template"
        if topic.template is not None and not topic.emergency:
            yield ("topics", index, "template"), "chỉ chủ đề khẩn cấp (emergency: true) dùng mẫu tin template"


def read_notice_plans(folder: Path, slugs: Iterable[str]) -> tuple[dict[str, NoticePlan], list[Problem]]:
    """Return each commune's plan: its own file, else the shared one; none where there is neither."""
    found, problems = own_or_shared(folder, "notices.yaml", slugs, read_notices)
    return {slug: plan for slug, (plan, _) in found.items()}, problems
