"""Phản ánh, kiến nghị: what people report, who answers and how soon; `feedback.yaml`, or a commune's own in its folder.

Format: the head of content/feedback.yaml.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from content.communes import Profile, Slug, Text
from content.normalise import split_words
from content.problems import Problem
from content.schema import Entry, own_or_shared, read_entry
from content.syllables import fold
from content.yaml_text import Path_, read_document

SPECIAL = ("scam", "official")
_NEAR = 4  # words before a post in which it may be asked for

Title = Annotated[Text, Field(max_length=50)]
Days = Annotated[int, Field(ge=1, le=60)]
Words = tuple[Text, ...]


class FeedbackRules(Entry):
    """Quy định chung."""

    follow_up_days: Days
    close_after_days: Days
    kept_days: Annotated[int, Field(ge=1, le=1000)]


class Signs(Entry):
    """Words in somebody's text that make it another matter."""

    complaint: Words
    secret: Words
    scam: Words
    official: Words
    post: Words = ()
    asked: Words = ()
    wrong: Words = ()
    chairman: Words = ()
    marked: Words = ()


class Category(Entry):
    """Một loại phản ánh: one button."""

    id: Slug
    title: Title
    examples: Text
    to: Literal["leader", "unit", "front-office", "force", "partner", "team", "person", "steering"]
    units: tuple[Slug, ...] = ()
    days: Days
    special: Literal["scam", "official"] | None = None

    def unit_in(self, profile: Profile) -> str | None:
        """Return the unit that answers: the first of `units` the commune has, else its first of that kind."""
        known = {unit.id for unit in profile.units}
        named = next((one for one in self.units if one in known), None)
        return named or next((unit.id for unit in profile.units if unit.kind == self.to), None)


class FeedbackPlan(Entry):
    """feedback.yaml."""

    rules: FeedbackRules
    words: Signs
    categories: Annotated[tuple[Category, ...], Field(min_length=1, max_length=12)]

    def category(self, identity: str) -> Category | None:
        """Return a category, or None when it was taken out of the file."""
        return next((one for one in self.categories if one.id == identity), None)

    def special(self, kind: str) -> Category | None:
        """Return the category of scams or of officials."""
        return next((one for one in self.categories if one.special == kind), None)


def mentions(text: str, signs: Iterable[str], marked: Collection[str] = ()) -> bool:
    """Tell whether one of the phrases stands in a text; marks are compared only when the text has any.

    Somebody who types "khieu nai" means "khiếu nại". The phrases in `marked` are looked for in texts with marks only:
    "tai lieu mat" is more often a lost paper (mất) than a secret one (mật).
    """
    said, accented = _said(text)
    return any(sought in said for sought in _all_sought(tuple(signs), tuple(marked), accented=accented))


def told_of(text: str, signs: Iterable[str], asked: Iterable[str]) -> bool:
    """Tell whether one of the phrases stands in a text, at least once not after one of `asked`, such as «nhờ cán bộ».

    Up to three words may stand between the two («kính gửi ông chủ tịch»). Marks count as in `mentions`.
    """
    said, accented = _said(text)
    before = _all_sought(tuple(asked), (), accented=accented)
    for sought in _all_sought(tuple(signs), (), accented=accented):
        place = said.find(sought)
        while place >= 0:
            near = " ".join(["", *said[: place + 1].split()[-_NEAR:], ""])
            if not any(one in near for one in before):
                return True
            place = said.find(sought, place + 1)
    return False


@lru_cache(16)  # one message is looked through for half a dozen kinds of signs
def _said(text: str) -> tuple[str, bool]:
    """Return the words of a text as they are compared, and whether any has marks."""
    words = split_words(text, everything=True)
    accented = any(not word.isascii() for word in words)
    return _line(words if accented else map(fold, words)), accented


@lru_cache(256)  # the lists of the files: a tenth of an answer without it
def _all_sought(signs: tuple[str, ...], marked: tuple[str, ...], *, accented: bool) -> tuple[str, ...]:
    looked_for = [split_words(sign, everything=True) for sign in signs if accented or sign not in marked]
    return tuple(_line(words if accented else map(fold, words)) for words in looked_for)


def _line(words: Iterable[str]) -> str:
    return f" {' '.join(words)} "


def read_feedback(path: Path) -> tuple[FeedbackPlan | None, list[Problem]]:
    """Read one feedback.yaml; return it, or None and every problem found."""
    plan, document, problems = read_entry(FeedbackPlan, path)
    if plan is None:
        return None, problems
    problems = [Problem(path, document.line(where), message) for where, message in _contradictions(plan)]
    return (None if problems else plan), problems


def _contradictions(plan: FeedbackPlan) -> Iterator[tuple[Path_, str]]:
    seen: Counter[str] = Counter()
    for index, category in enumerate(plan.categories):
        if seen[category.id]:
            yield ("categories", index, "id"), f"hai loại phản ánh trùng id «{category.id}» – mỗi loại một id riêng"
        seen[category.id] += 1
    for kind in SPECIAL:
        found = [index for index, category in enumerate(plan.categories) if category.special == kind]
        if not found:
            yield ("categories",), f"chưa có loại phản ánh nào ghi special: {kind} – cần đúng một loại"
        for index in found[1:]:
            yield ("categories", index, "special"), f"đã có loại khác ghi special: {kind} – cần đúng một loại"


def check_units(plan: FeedbackPlan, profile: Profile, path: Path, *, own: bool) -> Iterator[Problem]:
    """Find categories that no unit of a commune would answer; in a commune's own file, also units it does not have."""
    document = read_document(path)
    known = {unit.id for unit in profile.units}
    for index, category in enumerate(plan.categories):
        for place, unit in enumerate(category.units):
            if own and unit not in known:
                line = document.line(("categories", index, "units", place))
                yield Problem(path, line, f"xã không có đơn vị id «{unit}» – xem mục units trong commune.yaml")
        if category.unit_in(profile) is None:
            line = document.line(("categories", index, "to"))
            message = f"{profile.name} không có đơn vị nào thuộc loại «{category.to}» – hãy sửa mục to hoặc units"
            yield Problem(path, line, message)


def read_plans(folder: Path, profiles: Mapping[str, Profile]) -> tuple[dict[str, FeedbackPlan], list[Problem]]:
    """Return each commune's plan: its own file, else the shared one; none where there is neither."""
    found, problems = own_or_shared(folder, "feedback.yaml", profiles, read_feedback)
    for slug, (plan, path) in found.items():
        problems += check_units(plan, profiles[slug], path, own=path.parent != folder)
    return {slug: plan for slug, (plan, _) in found.items()}, problems
