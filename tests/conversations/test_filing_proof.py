"""A file as proof of a report: taken by its name, asked about, seen by who may see the report; on both databases."""

from collections.abc import Callable

import pytest

from bot.audit import verify
from bot.receive import Receiver
from bot.settings import Settings
from content.library import Library
from handlers.messages import Address
from handlers.route import Routes
from storage.database import Database
from tests.citizen import Citizen
from tests.conftest import CONTENT
from tests.conversations.staff import join, values
from tests.conversations.test_filing import planned, state
from tests.fakes import FakeClock, Ids

People = Callable[..., Citizen]
FILE = "BQACbao-cao"


@pytest.fixture
async def officer(citizen: People, databases: list[Database], clock: FakeClock) -> Citizen:
    return await join(citizen("hoa"), databases[0], clock, "tt-pvhcc", "officer")


async def up_to_proof(person: Citizen, identity: str) -> None:
    assert (await person.taps(f"filing/{identity}"))[-1] == "filing.ask_figure"
    await person.says("68,5")
    assert await person.taps("none") == ["filing.ask_proof"]
    assert "một tệp" in person.told


async def test_a_document_is_proof_and_head_and_focal_point_open_it(
    officer: Citizen, citizen: People, databases: list[Database], clock: FakeClock
) -> None:
    head = await join(citizen("tam"), databases[0], clock, "tt-pvhcc", "head")
    focal = await join(citizen("ngan"), databases[0], clock, "vh-xh", "focal")
    other = await join(citizen("kinhte"), databases[0], clock, "kinh-te", "officer")
    identity = await planned(databases[0], clock)
    await up_to_proof(officer, identity)
    assert await officer.sends(media="document", file=FILE, file_name="Báo cáo\nquý 4.pdf") == ["filing.ask_papers"]
    assert await officer.taps("no") == ["filing.look"]
    assert "Báo cáo quý 4.pdf" in officer.told
    assert await officer.taps("send") == ["filing.waits_for_head"]
    for person in (head, focal):
        assert await person.taps(f"filing/{identity}") == ["filing.card"]
        assert "Tệp: Báo cáo quý 4.pdf" in person.told
        assert f"filing_file/{identity}" in values(person)
        assert await person.taps(f"filing_file/{identity}") == ["filing.file"]
        assert [(one.document, one.photo) for one in person.replies] == [(FILE, None)]
        assert f"filing/{identity}" in values(person)
    assert await other.taps(f"filing_file/{identity}") == ["filing.not_yours"]
    assert await citizen("lan").taps(f"filing_file/{identity}") == ["start.notice", "staff.not_member"]
    filing = await state(databases[0], identity)
    assert (filing.proof, filing.proof_file) == ("Báo cáo quý 4.pdf", f"fake/document/{FILE}")


async def test_a_photo_is_proof_and_another_channel_hears_where_it_is(
    officer: Citizen, citizen: People, databases: list[Database], clock: FakeClock
) -> None:
    elsewhere = citizen("ngan")
    elsewhere.address = Address("page", "anh-son", "ngan")
    focal = await join(elsewhere, databases[0], clock, "vh-xh", "focal")
    identity = await planned(databases[0], clock)
    await up_to_proof(officer, identity)
    assert await officer.sends(media="photo", file="AgAC1", text="12/BC") == ["filing.ask_papers"]
    assert await officer.taps("no") == ["filing.look"]
    assert "một ảnh" in officer.told
    assert await officer.taps("send") == ["filing.receipt"]
    await officer.taps(f"filing/{identity}")
    assert await officer.taps(f"filing_file/{identity}") == ["filing.file"]
    assert [(one.document, one.photo) for one in officer.replies] == [(None, "AgAC1")]
    assert await focal.taps(f"filing_file/{identity}") == ["filing.file_elsewhere"]
    assert [(one.document, one.photo) for one in focal.replies] == [(None, None)]


async def test_a_file_that_must_not_be_kept_is_deleted_and_asked_for_anew(
    officer: Citizen, databases: list[Database], clock: FakeClock
) -> None:
    identity = await planned(databases[0], clock)
    await up_to_proof(officer, identity)
    await officer.sends(media="document", file="BQACmat", file_name="mật.pdf")
    assert (await officer.taps(f"filing/{identity}")) == ["filing.draft_goes_on", "filing.ask_papers"]  # not forgotten
    assert await officer.taps("yes") == ["filing.file_dropped", "filing.ask_proof"]
    assert officer.replies[0].delete is not None
    assert "BQACmat" not in ((await state(databases[0], identity)).form or "")
    assert await officer.says("12/BC-PVHCC") == ["filing.look"]
    assert await officer.says("quay lại") == ["filing.ask_proof"]
    assert await officer.sends(media="document", file=FILE) == ["filing.ask_papers"]  # a file without a name
    assert await officer.says("quay lại") == ["filing.ask_proof"]
    assert await officer.says("12/BC-PVHCC") == ["filing.look"]
    assert await officer.taps("send") == ["filing.receipt"]
    filing = await state(databases[0], identity)
    assert (filing.proof, filing.proof_file) == ("12/BC-PVHCC", None)


async def test_what_cannot_be_taken_repeats_the_question(
    officer: Citizen, databases: list[Database], clock: FakeClock
) -> None:
    identity = await planned(databases[0], clock)
    await officer.taps(f"filing/{identity}")
    assert await officer.sends(media="document", file=FILE) == ["guard.file_not_here", "filing.ask_figure"]
    assert officer.replies[0].delete is not None
    assert await officer.sends(media="voice") == ["guard.voice", "filing.ask_figure"]
    await officer.says("68,5")
    await officer.taps("none")
    refused = ["guard.file_not_here", "filing.ask_proof"]
    assert await officer.sends(media="video", file="v") == refused
    assert await officer.sends(media="document") == refused  # a channel that has no name for it
    assert await officer.sends(media="document", file=FILE, text="001099000000") == refused
    assert await officer.sends(media="document", file=FILE, file_name="cccd 001099000000.pdf") == refused
    assert officer.replies[0].delete is not None
    assert await officer.says("") == ["guard.empty", "filing.ask_proof"]
    assert await officer.taps("none") == ["filing.look"]
    assert await officer.taps("cancel") != []
    assert await officer.sends(media="document", file=FILE) == ["guard.photo"]


async def test_the_page_without_files_does_not_ask_for_one(
    databases: list[Database], library: Library, routes: Routes, clock: FakeClock
) -> None:
    pages = Receiver(databases[0], lambda: library, routes, clock.now, Ids(), mailboxes=frozenset({"fake"}))
    officer = await join(Citizen("hoa", [pages], clock), databases[0], clock, "tt-pvhcc", "officer")
    await officer.taps(f"filing/{await planned(databases[0], clock)}")
    await officer.says("68,5")
    assert await officer.taps("none") == ["filing.ask_proof_words"]


async def test_a_file_that_was_exchanged_by_hand_is_found(
    officer: Citizen, databases: list[Database], clock: FakeClock, database_url: str
) -> None:
    identity = await planned(databases[0], clock)
    await up_to_proof(officer, identity)
    await officer.sends(media="document", file=FILE, file_name="a.pdf")
    await officer.taps("no")
    await officer.taps("send")
    settings = Settings(database=database_url, content=CONTENT)
    assert (await verify(settings, "anh-son", as_json=True))[0]
    async with databases[0].begin() as store:
        filing = await store.filings.by_id(identity)
        assert filing is not None
        await store.filing_moves.give_back(identity, "r", clock.now())
        again = await store.filing_moves.send(
            identity, "m", filing.note or "", filing.proof or "", clock.now(), "fake/document/other"
        )
        assert again is not None
    assert not (await verify(settings, "anh-son", as_json=True))[0]
