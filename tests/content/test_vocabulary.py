"""Every mistake in the vocabulary file is told with its line."""

from pathlib import Path

import pytest

from content.vocabulary import Vocabulary, load_vocabulary

REAL = Path(__file__).parents[2] / "content" / "vocabulary.yaml"


def load(tmp_path: Path, text: str) -> tuple[Vocabulary, list[tuple[int, str]]]:
    path = tmp_path / "vocabulary.yaml"
    path.write_text(text, encoding="utf-8")
    vocabulary, problems = load_vocabulary(path)
    return vocabulary, [(problem.line, problem.message) for problem in problems]


def test_the_real_vocabulary_has_no_mistakes() -> None:
    vocabulary, problems = load_vocabulary(REAL)
    assert problems == []
    assert len(vocabulary.topics) > 150
    assert len(vocabulary.rules) > 300


def test_every_word_stays_text(tmp_path: Path) -> None:
    vocabulary, problems = load(tmp_path, "abbreviations:\n  1 cửa: một cửa\nfillers: [no, 01]\n")
    assert problems == []
    assert vocabulary.fillers == ("no", "01")


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("abbreviations:\n  cccd: căn cước\n  cccd: thẻ\n", 3, "cccd"),
        ("abbreviations:\n  cccd: căn cước\ndialect:\n  CCCD: thẻ\n", 4, "đã có nghĩa"),
        ("abbreviations:\n  gks: giấy ks\n  ks: khai sinh\n", 2, "phải giải nghĩa tiếp"),
        ("typos:\n  '...': chấm\n", 2, "không có chữ"),
        ("typos:\n  chấm: '...'\n", 2, "không có chữ"),
        ("fillers:\n  - ạ\n  - '!!'\n", 3, "không có chữ"),
        ("intents:\n  mau_sac: [màu gì]\n", 2, "mau_sac"),
        ("colours: [đỏ]\n", 1, "colours"),
        ("topics:\n  - id: a\n    title: A\n    says: [b]\n  - id: a\n    title: C\n    says: [d]\n", 5, "hai lần"),
        ("topics:\n  - id: a\n    title: A\n    says: [b]\n  - id: c\n    title: C\n    says: [B]\n", 7, "«a»"),
        ("topics:\n  - id: a\n    title: A\n", 2, "says"),
        ("pairs:\n  - when: [x]\n    choose: [a, b]\n", 3, "«a»"),
        ("pairs:\n  - when: [x]\n    choose: [a]\n", 3, "choose"),
        ("fillers: [ạ\n", 2, "viết sai"),
    ],
)
def test_a_mistake_is_told_with_its_line(tmp_path: Path, text: str, line: int, said: str) -> None:
    _, problems = load(tmp_path, text)
    assert line in [place for place, _ in problems]
    assert any(said in message for _, message in problems)


def test_files_that_are_not_text_are_told(tmp_path: Path) -> None:
    path = tmp_path / "vocabulary.yaml"
    assert load_vocabulary(path)[1][0].line == 1
    path.write_bytes(b"\xff\xfe\x00")
    assert load_vocabulary(path)[1][0].line == 1
