"""Từ vựng: how people write, in a file that staff edit, and every mistake in it with its line."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from content.normalise import Rule, split_words
from content.problems import Problem
from content.schema import Entry, read_entry
from content.syllables import strip_marks
from content.yaml_text import TextDocument

Words = Annotated[str, StringConstraints(min_length=1, max_length=120)]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=40)]
Section = Literal["le_phi", "thoi_han", "noi_nop", "ho_so", "truc_tuyen", "ket_qua", "doi_tuong", "trinh_tu"]
_REWRITING = ("abbreviations", "dialect", "dialect_accented", "typos")


class Ambiguous(Entry):
    """An abbreviation with several meanings."""

    write: Words
    means: Words
    beside: dict[Words, tuple[Words, ...]] = Field(default_factory=dict)


class Topic(Entry):
    """A matter people ask about, whether or not there is a guide for it yet.

    `form`: what takes it as long as no guide does: a report (phản ánh) to the commune, or the place for complaints.
    """

    id: Slug
    title: Words
    says: tuple[Words, ...] = Field(min_length=1)
    form: Literal["report", "complaint"] | None = None


class Pair(Entry):
    """Cặp dễ nhầm: words that alone do not say which guide is meant."""

    when: tuple[Words, ...] = Field(min_length=1)
    choose: tuple[Slug, ...] = Field(min_length=2, max_length=4)


class Urgent(Entry):
    """Khẩn cấp: what somebody in distress writes, by whom to call; `papers` are words of who asks for papers, too."""

    papers: tuple[Words, ...] = ()
    life: tuple[Words, ...] = ()
    fire: tuple[Words, ...] = ()
    medical: tuple[Words, ...] = ()
    police: tuple[Words, ...] = ()
    child: tuple[Words, ...] = ()


class Vocabulary(Entry):
    """Everything in `vocabulary.yaml`."""

    abbreviations: dict[Words, Words] = Field(default_factory=dict)
    ambiguous: tuple[Ambiguous, ...] = ()
    dialect: dict[Words, Words] = Field(default_factory=dict)
    dialect_accented: dict[Words, Words] = Field(default_factory=dict)
    typos: dict[Words, Words] = Field(default_factory=dict)
    fillers: tuple[Words, ...] = ()
    generic: tuple[Words, ...] = ()
    people: tuple[Words, ...] = ()
    intents: dict[Section, tuple[Words, ...]] = Field(default_factory=dict)
    topics: tuple[Topic, ...] = ()
    pairs: tuple[Pair, ...] = ()
    urgent: Urgent = Urgent()
    off_topic: tuple[Annotated[str, StringConstraints(min_length=1, max_length=300)], ...] = ()

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """The rewriting rules, as the normaliser takes them."""
        return tuple(
            [_rule(write, means) for table in self._plain_tables for write, means in table.items()]
            + [_rule(write, means, accented=True) for write, means in self.dialect_accented.items()]
            + [_rule(entry.write, entry.means, beside=entry.beside) for entry in self.ambiguous]
        )

    @property
    def _plain_tables(self) -> tuple[Mapping[str, str], ...]:
        return self.abbreviations, self.dialect, self.typos


def _rule(write: str, means: str, beside: Mapping[str, tuple[str, ...]] | None = None, accented: bool = False) -> Rule:
    cases = tuple(
        (frozenset(strip_marks(word) for near in words for word in split_words(near)), tuple(split_words(other)))
        for other, words in (beside or {}).items()
    )
    return Rule(tuple(split_words(write)), tuple(split_words(means)), accented, cases)


def load_vocabulary(path: Path) -> tuple[Vocabulary, list[Problem]]:
    """Read the vocabulary; with mistakes in it, return what can be used and all of them."""
    missing = "không thấy tệp từ vựng – hãy lấy lại tệp này"
    vocabulary, document, problems = read_entry(Vocabulary, path, missing)
    if vocabulary is None:
        return Vocabulary(), problems
    found = [*_empty_words(document), *_rewriting(vocabulary), *_topics(vocabulary), *_pairs(vocabulary)]
    return vocabulary, sorted({Problem(path, document.line(place), message) for place, message in found})


Found = Iterator[tuple[tuple[str | int, ...], str]]


def _empty_words(document: TextDocument) -> Found:
    """Find entries without a letter, and dictionary keys that vanish when read."""
    for place in document.lines:
        value = document.value
        for part in place:
            value = value[part]
        if isinstance(value, str) and not split_words(value):
            yield place, f"«{value}» không có chữ nào – hãy viết bằng chữ"
        if len(place) == 2 and place[0] in _REWRITING and not split_words(str(place[1])):
            yield place, f"«{place[1]}» không có chữ nào – hãy viết bằng chữ"


def _rewriting(vocabulary: Vocabulary) -> Found:
    """Find the same words explained twice, and meanings that need explaining themselves."""
    written = {name: getattr(vocabulary, name) for name in _REWRITING}
    places: list[tuple[tuple[str | int, ...], str, tuple[str, ...]]] = [
        ((name, write), write, (means,)) for name, table in written.items() for write, means in table.items()
    ]
    places += [
        (("ambiguous", number), entry.write, (entry.means, *entry.beside))
        for number, entry in enumerate(vocabulary.ambiguous)
    ]
    single = {split_words(write)[0] for _, write, _ in places if len(split_words(write)) == 1}
    seen: dict[tuple[str, ...], str] = {}
    for place, write, meanings in places:
        words = tuple(split_words(write))
        if words in seen:
            yield place, f"«{write}» đã có nghĩa ở trên («{seen[words]}») – chỉ giữ một, hoặc ghi vào mục ambiguous"
        seen.setdefault(words, meanings[0])
        for means in meanings:
            if unclear := sorted(single & set(split_words(means)) - set(words)):
                yield place, f"nghĩa «{means}» còn chữ «{unclear[0]}» phải giải nghĩa tiếp – hãy viết chữ phổ thông"


def _topics(vocabulary: Vocabulary) -> Found:
    ids: set[str] = set()
    said: dict[tuple[str, ...], str] = {}
    for number, topic in enumerate(vocabulary.topics):
        if topic.id in ids:
            yield ("topics", number, "id"), f"việc «{topic.id}» ghi hai lần – hãy gộp lại"
        ids.add(topic.id)
        for place, phrase in enumerate(topic.says):
            words = tuple(split_words(phrase))
            if said.setdefault(words, topic.id) != topic.id:
                where = ("topics", number, "says", place)
                yield where, f"«{phrase}» đã thuộc việc «{said[words]}» – một cách gọi chỉ ghi cho một việc"


def _pairs(vocabulary: Vocabulary) -> Found:
    ids = {topic.id for topic in vocabulary.topics}
    for number, pair in enumerate(vocabulary.pairs):
        for place, choice in enumerate(pair.choose):
            if choice not in ids:
                yield ("pairs", number, "choose", place), f"không có việc «{choice}» ở mục topics – hãy xem lại mã"
