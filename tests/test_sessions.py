"""Sessions of the web chat: only what we signed passes, and only for its commune and its time."""

from datetime import UTC, datetime, timedelta

from hypothesis import assume, given
from hypothesis import strategies as st

from bot.sessions import LASTS, Sessions

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
SESSIONS = Sessions("a key of this commune's service")
TOKEN = SESSIONS.issue("anh-son", "random", NOW)


def test_an_issued_token_names_the_same_chat_every_time() -> None:
    chat = SESSIONS.chat("anh-son", TOKEN, NOW)
    assert chat is not None
    assert SESSIONS.chat("anh-son", TOKEN, NOW + timedelta(days=29)) == chat


def test_another_replica_with_the_same_key_knows_the_token() -> None:
    other = Sessions("a key of this commune's service")
    assert other.chat("anh-son", TOKEN, NOW) == SESSIONS.chat("anh-son", TOKEN, NOW)


def test_two_tokens_are_two_chats() -> None:
    other = SESSIONS.issue("anh-son", "another", NOW)
    assert SESSIONS.chat("anh-son", other, NOW) != SESSIONS.chat("anh-son", TOKEN, NOW)


def test_the_chat_cannot_be_turned_back_into_a_token() -> None:
    chat = SESSIONS.chat("anh-son", TOKEN, NOW)
    assert chat is not None
    assert chat not in TOKEN
    assert "random" not in chat
    assert SESSIONS.chat("anh-son", chat, NOW) is None


def test_a_token_of_another_commune_is_refused() -> None:
    assert SESSIONS.chat("nghia-tho", TOKEN, NOW) is None


def test_a_token_ends_when_its_time_is_over() -> None:
    assert SESSIONS.chat("anh-son", TOKEN, NOW + LASTS - timedelta(seconds=1)) is not None
    assert SESSIONS.chat("anh-son", TOKEN, NOW + LASTS) is None


def test_a_longer_life_cannot_be_written_into_a_token() -> None:
    random, expiry, signature = TOKEN.split(".")
    assert SESSIONS.chat("anh-son", f"{random}.{int(expiry) + 1}.{signature}", NOW) is None


def test_a_token_signed_with_another_key_is_refused() -> None:
    assert SESSIONS.chat("anh-son", Sessions("stolen").issue("anh-son", "random", NOW), NOW) is None


@given(st.text() | st.text(alphabet=TOKEN, max_size=80) | st.from_regex(r"\A[\w-]*\.\d*\.[0-9a-f]{32}\Z"))
def test_forged_tokens_never_pass_and_never_break_anything(token: str) -> None:
    assume(token != TOKEN)
    assert SESSIONS.chat("anh-son", token, NOW) is None


@given(st.binary(max_size=60))
def test_bytes_that_are_no_text_are_refused_like_any_other(raw: bytes) -> None:
    token = raw.decode("utf-8", "surrogateescape")  # how a header with such bytes arrives
    assert SESSIONS.chat("anh-son", token, NOW) is None
    assert SESSIONS.chat("anh-son", f"{token}.{TOKEN}", NOW) is None


@given(st.integers(0, len(TOKEN) - 1), st.characters())
def test_a_token_with_one_letter_changed_never_passes(place: int, letter: str) -> None:
    forged = TOKEN[:place] + letter + TOKEN[place + 1 :]
    assume(forged != TOKEN)
    assert SESSIONS.chat("anh-son", forged, NOW) is None


@given(st.sampled_from(["anh-son", "nghia-tho", "tan-an"]), st.text(alphabet="abcdefgh0123456789-_", min_size=1))
def test_every_issued_token_passes_for_its_own_commune_only(slug: str, random: str) -> None:
    token = SESSIONS.issue(slug, random, NOW)
    passed = {one for one in ("anh-son", "nghia-tho", "tan-an") if SESSIONS.chat(one, token, NOW)}
    assert passed == {slug}
