"""The short sentences: spoken with their placeholders, and every mistake in a file told with its line."""

from pathlib import Path

import pytest

from content.library import Library
from content.phrases import Markup, Phrases, placeholders, read_phrases
from tests.conftest import CONTENT

HEAD = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'
VI = HEAD + 'msgid "talk.hello"\nmsgstr "Chào {name}"\n\nmsgid "word.menu"\nmsgstr "menu | thực đơn"\n'


def _po(folder: Path, **texts: str) -> tuple[dict[str, Phrases], list[str]]:
    for language, text in texts.items():
        (folder / f"{language}.po").write_text(text, encoding="utf-8")
    phrases, problems = read_phrases(folder)
    return phrases, [f"{problem.path.name}:{problem.line}: {problem.message}" for problem in problems]


def test_a_phrase_is_said_with_other_peoples_words_escaped(tmp_path: Path) -> None:
    phrases, problems = _po(tmp_path, vi=VI)
    assert not problems
    assert phrases["vi"].say("talk.hello", name="**Lan**") == r"Chào \*\*Lan\*\*"
    assert phrases["vi"].say("talk.hello", name=Markup("**Lan**")) == "Chào **Lan**"
    assert phrases["vi"].plain("talk.hello", name="**Lan**") == "Chào **Lan**"
    assert phrases["vi"].words_in_order("word.menu") == ("menu", "thực đơn")


def test_what_a_language_lacks_is_said_in_vietnamese(tmp_path: Path) -> None:
    phrases, problems = _po(tmp_path, vi=VI, en=HEAD + 'msgid "word.menu"\nmsgstr "menu | start page"\n')
    assert not problems
    assert phrases["en"].say("talk.hello", name="Lan") == "Chào Lan"
    assert phrases["en"].words("word.menu") == ("menu", "start page", "thực đơn")
    assert phrases["en"].keys("talk.") == ("talk.hello",)


def test_an_unknown_key_is_a_mistake_of_ours(tmp_path: Path) -> None:
    phrases, _ = _po(tmp_path, vi=VI)
    with pytest.raises(KeyError, match=r"talk\.bye"):
        phrases["vi"].say("talk.bye")


def test_what_is_derived_is_computed_once(tmp_path: Path) -> None:
    phrases, _ = _po(tmp_path, vi=VI)
    made = [phrases["vi"].derived("x", lambda one: [one.language]) for _ in range(2)]
    assert made[0] is made[1]


def _en(key: str, text: str) -> str:
    return f'{HEAD}msgid "{key}"\nmsgstr "{text}"\n'


@pytest.mark.parametrize(
    ("english", "says"),
    [
        (_en("talk.hello", "Hello {nam}"), "en.po:5: câu «talk.hello» sai chỗ điền – cần đúng: {name}"),
        (_en("talk.hello", "Hello"), "en.po:5: câu «talk.hello» sai chỗ điền – cần đúng: {name}"),
        (_en("word.menu", "menu {name}"), "en.po:5: câu «word.menu» sai chỗ điền – cần đúng: không có chỗ điền nào"),
        (_en("talk.hello", "Hello {name"), "en.po:5: câu «talk.hello» sai dấu ngoặc nhọn"),
        (_en("talk.hello", "Hello {}"), "en.po:5: câu «talk.hello» sai dấu ngoặc nhọn"),
        (_en("talk.hello", "Hello {name!r}"), "en.po:5: câu «talk.hello» sai dấu ngoặc nhọn"),
        (_en("talk.hello", "Hello {name.__class__}"), "en.po:5: câu «talk.hello» sai dấu ngoặc nhọn"),
        (_en("talk.hello", ""), "en.po:5: câu «talk.hello» đang trống"),
        (_en("talk.hello", "  "), "en.po:5: câu «talk.hello» đang trống"),
        (_en("talk.bye", "Bye"), "en.po:5: câu «talk.bye» không có trong vi.po"),
        (_en("Talk Bye", "Bye"), "en.po:5: khóa «Talk Bye» sai cách viết"),
        (_en("talk.hello", "Hi {name}") + _en("talk.hello", "")[len(HEAD) :], "en.po:7: câu «talk.hello» đã"),
        (HEAD + 'msgid "talk.hello"\nmsgstr "Hi {name}\n', "en.po:6: viết sai cách"),
        (HEAD + 'msgid "talk.hello\nmsgstr "Hi {name}"\n', "en.po:5: viết sai cách"),
        (HEAD + 'msgid "talk.hello"\nmsgstr "Hi "{name}""\n', "en.po:6: viết sai cách"),
        (HEAD + 'msgid "talk.hello"\nmsgstr "Hi {name}"\nlạc dòng\n', "en.po:7: viết sai cách"),
        (HEAD + 'msgstr "Hi"\n', "en.po:5: viết sai cách"),
        (_en("talk.hello", "Hi {name}") + 'msgstr "Hey {name}"\n', "en.po:7: viết sai cách"),
        (HEAD + 'msgid "talk.hello"\n\nmsgid "word.menu"\nmsgstr "menu"\n', "en.po:7: viết sai cách"),
        (HEAD + 'msgid "talk.hello"\nmsgstr "Hi {name}"\n\nmsgid "word.menu"\n', "en.po:8: viết sai cách"),
    ],
)
def test_a_mistake_is_told_with_its_line(tmp_path: Path, english: str, says: str) -> None:
    _, problems = _po(tmp_path, vi=VI, en=english)
    assert any(problem.startswith(says) for problem in problems), problems


def test_a_mistake_in_the_vietnamese_file_is_told_once(tmp_path: Path) -> None:
    _, problems = _po(tmp_path, vi=VI.replace("{name}", "{name"), en=_en("talk.hello", "Hello {name}"))
    assert problems == ["vi.po:5: câu «talk.hello» sai dấu ngoặc nhọn – chỗ điền phải viết như {ten}"]


def test_without_the_vietnamese_file_nothing_is_said(tmp_path: Path) -> None:
    phrases, problems = _po(tmp_path, en=_en("talk.hello", "Hello"))
    assert not phrases
    assert problems == ["vi.po:1: thiếu tệp câu chữ tiếng Việt"]


def test_a_file_named_after_no_language_is_told(tmp_path: Path) -> None:
    (tmp_path / "không phải mã.po").write_text(VI, encoding="utf-8")
    _, problems = _po(tmp_path, vi=VI)
    assert problems == ["không phải mã.po:1: không đọc được – tệp phải là UTF-8, tên tệp là mã ngôn ngữ như vi.po"]


def test_a_file_that_is_not_utf_8_is_told(tmp_path: Path) -> None:
    (tmp_path / "vi.po").write_bytes(VI.encode("utf-16"))
    assert read_phrases(tmp_path)[1][0].line == 1


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_files_of_windows_are_read_alike(tmp_path: Path, mark: str, ending: str) -> None:
    (tmp_path / "vi.po").write_bytes((mark + VI.replace("\n", ending)).encode())
    phrases, problems = read_phrases(tmp_path)
    assert not problems
    assert phrases["vi"].say("talk.hello", name="Lan") == "Chào Lan"


def _real(language: str) -> Phrases:
    return read_phrases(CONTENT / "language")[0][language]


@pytest.mark.parametrize("language", sorted(path.stem for path in CONTENT.glob("language/*.po")))
def test_every_phrase_of_every_language_can_be_said(library: Library, language: str) -> None:
    phrases = library.phrases[language]
    assert phrases.messages
    for key, text in phrases.messages.items():
        params = dict.fromkeys(placeholders(text), "«giá trị»")
        said = phrases.say(key, **params)
        assert said.count("«giá trị»") >= len(params), key
        assert "{" not in said, key
        assert phrases.plain(key, **params)


def test_english_lacks_no_phrase(library: Library) -> None:
    assert set(library.phrases["en"].messages) == set(library.phrases["vi"].messages)


def test_no_sentence_was_left_untranslated(library: Library) -> None:
    vietnamese = library.phrases["vi"].messages
    english = library.phrases["en"].messages
    same = {key for key, text in english.items() if not text.isascii() and vietnamese[key] == text and "  " not in text}
    assert {key for key in same if any("\u1e00" <= letter <= "\u1eff" for letter in english[key])} <= {"language.ask"}


def test_keys_are_listed_in_the_order_of_the_file() -> None:
    written = [
        line.removeprefix('msgid "').rstrip('"\n')
        for line in (CONTENT / "language" / "vi.po").read_text(encoding="utf-8").splitlines()
        if line.startswith('msgid "area.')
    ]
    assert list(_real("vi").keys("area.")) == written
