"""The short way of reading an update says what the library's way says, or nothing."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram import Update

from bot.channels.telegram_updates import event_of, plain_text

LAN = {"id": 7, "is_bot": False, "first_name": "Lan", "language_code": "vi"}
CHAT = {"id": 7, "type": "private", "first_name": "Lan"}
MESSAGE = {"message_id": 3, "date": 1_795_305_600, "chat": CHAT, "from": LAN, "text": "làm khai sinh"}
odd = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**70), 2**70), st.floats(), st.text(max_size=5), st.just({}), st.just([])
)
MORE = [
    "photo",
    "caption",
    "sticker",
    "entities",
    "reply_to_message",
    "edit_date",
    "via_bot",
    "forward_origin",
    "later",
]


def _changed(original: dict[str, Any], more: list[str]) -> st.SearchStrategy[dict[str, Any]]:
    """The same with some fields left out, odd, or more of them."""
    left_out = st.sets(st.sampled_from(sorted(original)), max_size=1)
    changes = st.dictionaries(st.sampled_from(sorted(original)), odd, max_size=2)
    added = st.dictionaries(st.sampled_from(more), odd, max_size=1)
    return st.builds(
        lambda out, new, plus: {name: value for name, value in (original | new | plus).items() if name not in out},
        st.one_of(st.just(set()), left_out),
        st.one_of(st.just({}), changes),
        st.one_of(st.just({}), added),
    )


@st.composite
def updates(draw: st.DrawFn) -> dict[str, Any]:
    chat = draw(
        st.one_of(
            _changed(CHAT, ["username", "is_forum"]),
            st.just(CHAT | {"type": draw(st.sampled_from(["group", "channel"]))}),
        )
    )
    message = draw(_changed(MESSAGE, MORE))
    if draw(st.booleans()):
        message |= {"chat": chat, "from": draw(_changed(LAN, ["username", "is_premium"]))}
    if draw(st.booleans()):
        message["text"] = draw(st.text())
    body: dict[str, Any] = {"update_id": draw(st.integers(0, 2**40)), "message": message}
    return body | draw(st.dictionaries(st.sampled_from(["edited_message", "callback_query"]), odd, max_size=1))


@given(updates())
def test_both_ways_of_reading_agree(body: dict[str, Any]) -> None:
    short = plain_text(body, "anh-son")
    if short is not None:
        assert short == event_of(Update.de_json(body, None), "anh-son")


@pytest.mark.parametrize("text", ["làm khai sinh", " ", "/", "1", "x" * 5000])
def test_words_and_nothing_else_are_read_the_short_way(text: str) -> None:
    body = {"update_id": 1, "message": MESSAGE | {"text": text}}
    short = plain_text(body, "anh-son")
    assert short is not None
    assert short == event_of(Update.de_json(body, None), "anh-son")


@pytest.mark.parametrize("extra", ["photo", "caption", "entities", "reply_to_message", "via_bot"])
def test_a_message_with_anything_else_is_left_to_the_library(extra: str) -> None:
    assert plain_text({"update_id": 1, "message": MESSAGE | {extra: []}}, "anh-son") is None


def test_a_document_keeps_its_two_names_and_a_moving_picture_none() -> None:
    document = {"file_id": "BQAC", "file_unique_id": "u", "file_name": "bao-cao.pdf"}
    moving = {"file_id": "CgAC", "file_unique_id": "u", "width": 1, "height": 1, "duration": 1}
    words = {name: value for name, value in MESSAGE.items() if name != "text"}
    found = []
    for fields in ({"document": document}, {"document": document, "animation": moving}):
        incoming = event_of(Update.de_json({"update_id": 1, "message": words | fields}, None), "anh-son").incoming
        assert incoming is not None
        found.append((incoming.media, incoming.file, incoming.file_name))
    assert found == [("document", "BQAC", "bao-cao.pdf"), ("sticker", None, None)]
