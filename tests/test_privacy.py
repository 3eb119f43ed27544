"""Nobody can be found behind a vote, and who erases everything leaves no word: in tables, file and log.

The people talk through HTTP with the whole service, on both databases.
"""

import re
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Table, text
from sqlalchemy.ext.asyncio import create_async_engine

from bot.app import App
from storage.chats import Address
from storage.schema import metadata
from storage.survey_groups import coarsened, merged
from storage.survey_tables import survey_votes
from storage.surveys import Group, Invitation
from tests.conftest import CONTENT
from tests.fakes import FakeClock
from tests.serving import Client, Page, address_of, serving

# The clock stands at Monday 23/11/2026, 9:00: the centre is open.
TODAY = date(2026, 11, 23)
CODE = "K7M2-QXRT-B4HN"
TIME = re.compile(r"\d\d:\d\d")
DATE = re.compile(r"\d{4}-\d\d-\d\d")
# What a vote shares with many other rows: it says which group of people it belongs to, and is never finer than a month.
SHARED = {"account", "survey", "month", "unit", "place", "topic"}
# Words that occur nowhere else, by where Lan says them.
ASKED = "Rú Mồng Gà"
REMARKED = "Động Nàng Ẻn"
REPORTED = "Khe Nọc"
LIVES = "ngõ Tứ Nương"
ASKED_MORE = "Bàu Sậy Ngô"
LEFT = "Hạ Vũ"
TALKED = "Cửu Trại Mơ"
ANSWERED = "Đập Ông Kễnh"
HIDDEN = (ASKED, REMARKED, REPORTED, LIVES, ASKED_MORE, LEFT, TALKED, ANSWERED)
COMMENT = "quạt Bàn Hai chĩa vào lưng"


@dataclass(frozen=True)
class Town:
    """The service, its clock, and the pages of Lan and of Minh, an officer of the front office."""

    app: App
    client: Client
    url: str
    clock: FakeClock
    lan: Page
    minh: Page

    async def pushed(self, page: Page, beginning: str) -> str:
        """Return the newest button that was pushed to somebody and begins so."""
        address = await address_of(self.app, page)
        async with self.app.database.read() as store:
            chat = await store.chats.find(address)
            assert chat is not None
            rows = await store.mailbox.pushed(chat.id, 0)
        values = re.findall(rf'"({re.escape(beginning)}[^"]*)"', " ".join(reply for _, reply in rows))
        return str(values[-1])

    async def joins(self, page: Page, code: str, unit: str) -> None:
        async with self.app.database.begin() as store:
            until = self.clock.now() + timedelta(days=7)
            store.members.invite(code, "anh-son", unit, "officer", "Cán bộ trực", until)
        assert (await page.says(f"/start {code}"))[-1] == "staff.joined"

    async def tables(self) -> dict[str, list[dict[str, Any]]]:
        """Every row of every table."""
        engine = create_async_engine(self.url)
        try:
            async with engine.connect() as connection:
                return {
                    table.name: [
                        dict(row._mapping) for row in await connection.execute(text(f"SELECT * FROM {table.name}"))
                    ]
                    for table in metadata.sorted_tables
                }
        finally:
            await engine.dispose()


@pytest_asyncio.fixture
async def town(database_url: str, clock: FakeClock) -> AsyncIterator[Town]:
    async with serving(database_url, CONTENT, clock) as (app, client):
        lan, minh = await Page(client).opens(), await Page(client).opens()
        made = Town(app, client, database_url, clock, lan, minh)
        await made.joins(minh, CODE, "tt-pvhcc")
        yield made


async def _votes(page: Page, *marks: str, comment: str = "") -> None:
    """Scan the code at the counter and answer."""
    assert (await page.says("/start danh-gia-trung-tam"))[-1] == "survey.item"
    for number, mark in enumerate(marks, 1):
        await page.sends(tap=f"{number}-{mark}")
    last = await (page.says(comment) if comment else _skips(page))
    assert last == ["survey.thanks"]


async def _skips(page: Page) -> list[str]:
    return [reply["key"] for reply in await page.sends(tap="skip")]


# A vote belongs to nobody


def _keys_out(table: Table) -> Iterator[Table]:
    """The tables that a table's foreign keys lead to, and theirs."""
    for key in table.foreign_keys:
        yield key.column.table
        yield from _keys_out(key.column.table)


def test_no_foreign_key_leads_from_a_vote_or_to_one() -> None:
    assert list(_keys_out(survey_votes)) == []
    assert [table.name for table in metadata.sorted_tables if survey_votes in _keys_out(table)] == []


def test_a_vote_has_no_column_for_a_person_a_transaction_or_an_hour() -> None:
    assert {column.name for column in survey_votes.columns} == SHARED | {"token_hash", "marks", "comment"}
    tied = {table.name for table in metadata.sorted_tables if "chat_id" in table.columns}
    for table in metadata.sorted_tables:
        if table.name in tied:
            keys = {column.name for column in table.primary_key} - {"account", "chat_id"}
            assert not keys & {column.name for column in survey_votes.columns} - SHARED, table.name


async def test_no_value_of_a_vote_stands_in_a_row_that_knows_the_chat(town: Town) -> None:
    await town.lan.says("đăng ký khai sinh cần giấy tờ gì")
    await _votes(town.lan, "5", "4", "2", "3", comment=COMMENT)
    tables = await town.tables()
    [vote] = tables["survey_votes"]
    own = {str(value) for name, value in vote.items() if name not in SHARED}
    assert len(own) == 3
    for name, rows in tables.items():
        for row in rows if name != "survey_votes" else []:
            values = {str(value) for value in row.values()}
            assert not any(mine in value for mine in own for value in values), name
    assert not any(TIME.search(str(value)) for value in vote.values())
    assert vote["month"] == "2026-11"
    [invitation] = [row for row in tables["survey_invitations"] if row["state"] == "voted"]
    assert not any(TIME.search(str(value)) for value in invitation.values())
    assert {invitation[name] for name in ("survey", "unit", "place", "topic")} == {""}
    assert invitation["occasion"] == invitation["id"]  # not the visit, which has a place and a day


@pytest.mark.parametrize("keys", ["account,survey,place,unit,topic", "survey", "place"])
async def test_what_an_invitation_was_about_leads_from_no_vote_to_its_chat(town: Town, keys: str) -> None:
    """One person voted at that place: joining by what the two tables share would name them."""
    await _votes(town.lan, "5", "4", "2", "3", comment=COMMENT)
    joined = f"SELECT c.chat FROM survey_invitations JOIN survey_votes v USING ({keys}) JOIN chats c ON c.id = chat_id"
    engine = create_async_engine(town.url)
    try:
        async with engine.connect() as connection:
            assert (await connection.execute(text(joined))).all() == []
    finally:
        await engine.dispose()


Tables = dict[str, list[dict[str, Any]]]


def _of_chats(tables: Tables) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Every row that knows a chat, as table, chat and texts; each day and instant also cut to its month."""
    chats = {str(row["id"]): str(row["chat"]) for row in tables["chats"]}
    addresses = set(chats.values())
    for name, rows in tables.items():
        for row in rows if name != "survey_votes" else []:
            texts = {column: str(value) for column, value in row.items() if value not in {None, ""}}
            months = {f"month of {column}": value[:7] for column, value in texts.items() if DATE.match(value)}
            known = {chats.get(str(row.get("chat_id")), ""), chats.get(texts.get("id", "") * (name == "chats"), "")}
            known |= addresses & {value for column, value in texts.items() if column == "chat"}
            for chat in known - {""}:
                yield name, chat, texts | months


def _named(tables: Tables) -> set[tuple[str, str]]:
    """Return every table and chat of which any join by equal values, one or many at once, meets one to four votes."""
    found = set()
    votes = [
        {column: str(value) for column, value in vote.items() if value not in {None, ""}}
        for vote in tables["survey_votes"]
    ]
    for name, chat, row in _of_chats(tables):
        # What the row has in common with each vote; a join asks for a part of that.
        common = [
            frozenset((mine, theirs) for mine, value in vote.items() for theirs in row if row[theirs] == value)
            for vote in votes
        ]
        for asked in set(common) | {one & two for one in common for two in common}:
            met = sum(asked <= one for one in common)
            if asked and met < 5:
                found.add((name, chat))
    return found


async def test_no_join_over_any_table_names_the_only_voter_of_a_day(town: Town) -> None:
    """Five others have voted earlier in the month. Lan is the only one who votes on that Thursday."""
    for number in range(5):
        await _votes(await Page(town.client).opens(), *str(1 + number % 5) * 4)
        town.clock.move(seconds=40)
    town.clock.move(days=3)
    await _votes(town.lan, "5", "4", "2", "3", comment=COMMENT)
    await town.lan.says("gặp cán bộ")
    tables = await town.tables()
    assert len(tables["survey_votes"]) == 6
    lan = (await address_of(town.app, town.lan)).chat
    known = {name for name, chat, _ in _of_chats(tables) if chat == lan}
    assert {"chats", "outbox", "survey_chats", "survey_invitations", "handovers"} <= known
    assert _named(tables) == set()
    town.clock.move(days=1)
    await town.app.forget()
    assert _named(await town.tables()) == set()
    # The search does find somebody where a vote knows its day.
    for vote in tables["survey_votes"]:
        vote["month"] = "2026-11-26" if vote["comment"] else "2026-11-23"
    for row in tables["survey_chats"]:
        row["rated_on"] = "2026-11-26"
    assert ("survey_chats", lan) in _named(tables)


async def test_who_has_voted_today_stands_under_a_mark_until_midnight(town: Town) -> None:
    await _votes(town.lan, "5", "4", "2", "3")
    [mark] = (await town.tables())["voted_today"]
    lan = await address_of(town.app, town.lan)
    assert set(mark) == {"mark", "day"}
    assert re.fullmatch("[0-9a-f]{64}", mark["mark"])
    assert lan.chat not in mark["mark"]
    await town.app.forget()
    assert len((await town.tables())["voted_today"]) == 1
    town.clock.move(days=1)
    await town.app.forget()
    assert (await town.tables())["voted_today"] == []


async def test_when_the_month_is_over_nobody_stands_alone_in_a_group(town: Town) -> None:
    async with town.app.database.begin() as store:
        for number in range(9):
            chat = await store.chats.open(Address("fake", "anh-son", f"c{number}"), "vi", town.clock.now())
            group = Group("tt-pvhcc", "trung-tam", "ho-tich") if number else Group("kinh-te", "thon-1", "dat-dai")
            made = Invitation(f"i{number}", chat.id, "sau-buoi-ho-tro", group, TODAY, "open")
            assert await store.surveys.invite(made, "anh-son", f"visit/{number}")
            assert await store.surveys.vote(chat.id, "anh-son", made.id, {"can-bo": 5}, "", TODAY)
    await town.app.forget()
    places = [vote["place"] for vote in (await town.tables())["survey_votes"]]
    assert sorted(places) == ["thon-1", *["trung-tam"] * 8]
    town.clock.at = datetime(2026, 12, 1, 1, tzinfo=UTC)
    await town.app.forget()
    groups = Counter((vote["unit"], vote["place"], vote["topic"]) for vote in (await town.tables())["survey_votes"])
    assert groups == {("", "", ""): 9}  # the one could be told from the eight


@pytest.mark.parametrize(
    ("sizes", "gone"),
    [
        ({"a": 10, "b": 5}, ""),
        ({"a": 10, "b": 6, "c": 2}, "bc"),  # c alone would be the nameless one
        ({"a": 10, "b": 6, "c": 2, "": 3}, "c"),
        ({"a": 10, "c": 2, "": 3}, "c"),
        ({"a": 10, "": 3}, "a"),
        ({"a": 10, "": 7}, ""),
        ({"a": 2, "b": 1}, "ab"),
    ],
)
def test_small_groups_are_merged_until_they_are_five(sizes: dict[str, int], gone: str) -> None:
    assert merged(sizes) == set(gone)


ALL_GROUPS = [Group(*three) for three in product(("", "a", "b"), repeat=3)]


@given(st.lists(st.sampled_from(ALL_GROUPS), min_size=5, max_size=60))
def test_no_group_of_a_month_with_five_votes_is_smaller_than_five(groups: list[Group]) -> None:
    kept = coarsened(groups)
    assert len(kept) == len(groups)
    assert min(Counter(kept).values()) >= 5
    for before, after in zip(groups, kept, strict=True):
        assert {after.unit, after.place, after.topic} <= {"", before.unit, before.place, before.topic}


async def test_what_was_shown_and_kept_says_that_there_was_a_vote_and_not_which(town: Town) -> None:
    """Two people who vote differently leave the same traces outside of the votes."""
    traces = []
    for mark in ("1", "5"):
        page = await Page(town.client).opens()
        await _votes(page, *([mark] * 4))
        address = await address_of(town.app, page)
        tables = await town.tables()
        [chat] = [row for row in tables["chats"] if row["chat"] == address.chat]
        mine = [
            row
            for name, rows in tables.items()
            if name != "survey_votes"
            for row in rows
            if row.get("chat_id") == chat["id"]
        ]
        traces.append([re.sub(r"[0-9a-f]{16}", "…", str(row.get("reply") or row.get("state"))) for row in mine])
        assert "mark" not in chat["dialog"]
    assert sorted(traces[0]) == sorted(traces[1])


async def test_neither_order_nor_transaction_ties_a_vote_to_an_invitation(town: Town) -> None:
    """PostgreSQL notes in every row which transaction wrote it and where it lies."""
    for number in range(12):
        page = await Page(town.client).opens()
        town.clock.move(seconds=30)
        await _votes(page, *str(1 + number % 5) * 4)
    before = sorted((vote["token_hash"], vote["marks"]) for vote in (await town.tables())["survey_votes"])
    assert len(before) == 12
    town.clock.move(days=1)
    await town.app.forget()
    await town.app.forget()
    tables = await town.tables()
    assert sorted((vote["token_hash"], vote["marks"]) for vote in tables["survey_votes"]) == before
    if "sqlite" in town.url:
        hashes = [vote["token_hash"] for vote in tables["survey_votes"]]
        assert hashes == sorted(hashes)  # there is no row number: the order is that of the hashes
        return
    connection = await asyncpg.connect(town.url.replace("+asyncpg", ""))
    try:
        joined = "SELECT count(*) FROM survey_votes v JOIN survey_invitations i ON v.xmin::text = i.xmin::text"
        assert await connection.fetchval(joined) == 0
        assert await connection.fetchval("SELECT count(DISTINCT xmin::text) FROM survey_votes") == 1
        lying = [
            row["token_hash"] for row in await connection.fetch("SELECT token_hash FROM survey_votes ORDER BY ctid")
        ]
        assert lying == sorted(lying)
    finally:
        await connection.close()


# Who erases everything leaves no word


async def _reports(town: Town, office: Page) -> None:
    """Feedback with a place, answered, asked about once more."""
    await town.lan.says("phản ánh")
    await town.lan.sends(tap="duong-dien-nuoc")
    assert await town.lan.says(f"Mương {REPORTED} tắc cả tháng") == ["feedback.ask_place"]
    assert (await town.lan.says(LIVES))[-1] == "feedback.confirm"
    [sent] = await town.lan.sends(tap="yes")
    assert sent["key"] == "feedback.sent"
    code = sent["buttons"][0]["value"].rpartition("/")[2]
    await office.sends(tap=f"case/see/{code}")
    await office.sends(tap=f"case/take/{code}")
    await office.sends(tap=f"case/answer/{code}")
    await office.says(f"Xã sẽ nạo vét {ANSWERED}")
    assert [reply["key"] for reply in await office.sends(tap="yes")] == ["feedback.answered"]
    await town.lan.sends(tap=f"myfeedback/ask/{code}")
    assert await town.lan.says(f"Thế còn {ASKED_MORE} thì sao") == ["feedback.asked"]
    await office.sends(tap=f"case/see/{code}")


async def _office(town: Town) -> Page:
    office = await Page(town.client).opens()
    await town.joins(office, "K7M2-QXRT-C5JP", "kinh-te")
    return office


async def _talks(town: Town) -> None:
    """Words before somebody takes it, words in both directions."""
    assert (await town.lan.says("gặp cán bộ"))[-1] == "handover.asking"
    assert await town.lan.says(f"Con tôi là {LEFT}") == ["handover.kept"]
    take = await town.pushed(town.minh, "handover/take/")
    assert [reply["key"] for reply in await town.minh.sends(tap=take)] == ["handover.you_took"]
    assert await town.lan.says(f"Nhà ở {TALKED}") == ["handover.passed_on"]
    assert await town.minh.says(f"Chào bà ở {TALKED}") == ["handover.sent"]


async def _lives_a_day(town: Town) -> None:
    """Lan says everything that she can say anywhere."""
    [answer, *_] = (await town.lan.sends(text=f"đăng ký khai sinh ở {ASKED} cần giấy tờ gì"))[-1:]
    no = next(button["value"] for button in answer["buttons"] if button["value"].endswith("/0"))
    assert [reply["key"] for reply in await town.lan.sends(tap=no)] == ["rating.ask_missing"]
    assert await town.lan.says(f"Tôi ở {REMARKED}, không phải thị trấn") == ["rating.noted"]
    await _votes(town.lan, "5", "4", "3", "2", comment=COMMENT)
    town.clock.move(seconds=60)  # nobody types faster than the page lets them
    await _reports(town, await _office(town))
    town.clock.move(seconds=60)
    await _talks(town)


def _found(tables: dict[str, list[dict[str, Any]]], words: str) -> set[str]:
    every = ((name, value) for name, rows in tables.items() for row in rows for value in row.values())
    return {name for name, value in every if words in str(value)}


def _bytes(url: str) -> bytes:
    """Everything that lies on the disk beside and in an SQLite file."""
    path = Path(url.partition(":///")[2])
    return b"".join(one.read_bytes() for one in sorted(path.parent.glob(f"{path.name}*")))


async def test_soon_after_erasing_the_log_beside_the_file_is_emptied(town: Town) -> None:
    """Not in an hour: with the next beat."""
    await _reports(town, await _office(town))
    await town.lan.says("/xoa_du_lieu")
    assert [reply["key"] for reply in await town.lan.sends(tap="yes")] == ["erase.done"]
    await town.app.tick()
    tables = await town.tables()
    assert [words for words in (REPORTED, LIVES, ASKED_MORE) if _found(tables, words)] == []
    if "sqlite" in town.url:
        assert [words for words in (REPORTED, LIVES, ASKED_MORE) if words.encode() in _bytes(town.url)] == []


async def test_after_erasing_no_word_is_left_in_tables_file_and_log(
    town: Town, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    await _lives_a_day(town)
    tables = await town.tables()
    assert [words for words in HIDDEN if not _found(tables, words)] == []  # or the search below would prove nothing
    await town.lan.says("/xoa_du_lieu")
    assert [reply["key"] for reply in await town.lan.sends(tap="yes")] == ["erase.done"]
    await town.app.run_errands()
    await town.app.forget()
    tables = await town.tables()
    assert {words: _found(tables, words) for words in HIDDEN} == {words: set() for words in HIDDEN}
    assert _found(tables, COMMENT) == {"survey_votes"}  # by design: it belongs to nobody any more
    if "sqlite" in town.url:
        left = _bytes(town.url)
        assert COMMENT.encode() in left
        assert [words for words in HIDDEN if words.encode() in left] == []
    printed = capfd.readouterr()
    logged = "\n".join((printed.out, printed.err, caplog.text))
    assert [words for words in (*HIDDEN, COMMENT) if words in logged] == []
