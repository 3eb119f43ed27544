"""Officials are «anh/chị», citizens «bà con», and what both read names nobody: docs/decisions/0014."""

import re

from content.library import Library
from content.phrases import MAIN_LANGUAGE

BOTH_READ = ("dialog.", "guard.", "erase.", "error.", "talk.")


def _phrases(library: Library) -> dict[str, str]:
    return dict(library.phrases[MAIN_LANGUAGE].messages)


def test_nobody_is_addressed_as_a_comrade(library: Library) -> None:
    assert [key for key, text in _phrases(library).items() if "đồng chí" in text.lower()] == []


def test_what_citizens_and_officials_both_read_names_nobody(library: Library) -> None:
    shared = {key: text for key, text in _phrases(library).items() if key.startswith(BOTH_READ)}
    assert len(shared) > 15
    assert [key for key, text in shared.items() if re.search(r"bà con|anh/chị", text, re.IGNORECASE)] == []


def test_officials_are_addressed_in_one_spelling(library: Library) -> None:
    texts = _phrases(library)
    assert [key for key, text in texts.items() if re.search(r"\banh (và )?chị\b", text, re.IGNORECASE)] == []
    assert [key for key, text in texts.items() if re.search(r"các bạn|quý vị", text, re.IGNORECASE)] == []
