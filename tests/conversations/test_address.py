"""How people are addressed: officials as «anh/chị», and nobody at all in what both citizens and officials read."""

import re
from collections.abc import Callable

import pytest

from content.library import Library
from storage.database import Database
from tests.citizen import Citizen
from tests.conversations.staff import join
from tests.fakes import FakeClock

People = Callable[..., Citizen]
# Said to whoever writes, before it matters who it is.
FOR_EVERYBODY = ("dialog.", "guard.", "talk.", "error.", "start.hello")
# Said to who holds a post; «bà con» in them are the citizens somebody speaks of.
FOR_OFFICIALS = ("task.", "filing.", "leave.", "incident.", "daycheck.", "board.", "report.")
ADDRESSED = re.compile(r"(?:^|[.!?:]\s+|\n)\**(?:Mời |Xin )?bà con\b", re.IGNORECASE)


def test_one_form_of_address_for_officials(library: Library) -> None:
    said = library.phrases["vi"].messages
    heard = {"members.honorifics"}  # what an administrator may have written, not what is said
    assert [
        key
        for key, text in said.items()
        if key not in heard and re.search(r"đồng chí|\banh chị\b", text, re.IGNORECASE)
    ] == []


def test_what_everybody_reads_addresses_nobody(library: Library) -> None:
    said = library.phrases["vi"].messages
    general = {key: text for key, text in said.items() if key.startswith(FOR_EVERYBODY)}
    assert len(general) > 15
    assert [key for key, text in general.items() if re.search("bà con|anh/chị", text, re.IGNORECASE)] == []


def test_officials_are_never_called_what_citizens_are(library: Library) -> None:
    said = library.phrases["vi"].messages
    found = {key: text for key, text in said.items() if key.startswith(FOR_OFFICIALS)}
    assert len(found) > 150
    citizens = {"incident.for_officials"}  # says to a citizen that this is not for them
    assert {key for key, text in found.items() if ADDRESSED.search(text)} <= citizens


@pytest.mark.parametrize("said", ["/start", "hủy", "cảm ơn", "menu", "99", "việc của tôi"])
async def test_an_official_who_says_anything_is_not_addressed_as_a_citizen(
    said: str, citizen: People, databases: list[Database], clock: FakeClock
) -> None:
    an = await join(citizen("an"), databases[0], clock, "kinh-te")
    await an.says(said)
    assert "bà con" not in an.told.casefold()


@pytest.mark.parametrize("media", ["photo", "voice", "sticker", "contact", "location"])
async def test_an_official_who_sends_a_picture_is_not_addressed_as_a_citizen(
    media: str, citizen: People, databases: list[Database], clock: FakeClock
) -> None:
    an = await join(citizen("an"), databases[0], clock, "kinh-te")
    await an.sends(media=media)
    assert an.told
    assert "bà con" not in an.told.casefold()
