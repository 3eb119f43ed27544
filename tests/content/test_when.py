"""What people type when asked for a day and a time."""

import datetime
import types
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from content import when
from content.dates import HOME, local_day
from content.syllables import strip_marks
from content.when import When, read_when

NOW = datetime.datetime(2026, 11, 22, 9, tzinfo=HOME)  # a Sunday
ONE_DAY = datetime.timedelta(days=1)
INSTANTS = st.datetimes(
    datetime.datetime(2024, 1, 1),  # noqa: DTZ001
    datetime.datetime(2031, 12, 31, 23, 59),  # noqa: DTZ001
    timezones=st.just(HOME),
)

# Text and what it says on Sunday 22/11/2026: the day as d/m/y, the part, the hour; "-" for what is not said.
SAID = """
mai                             | 23/11/2026 - -
Ngày mai                        | 23/11/2026 - -
bựa mai                         | 23/11/2026 - -
tomorrow                        | 23/11/2026 - -
sáng mai                        | 23/11/2026 morning -
sáng mơi                        | 23/11/2026 morning -
sang moi                        | 23/11/2026 morning -
chiều mai                       | 23/11/2026 afternoon -
tối mai                         | 23/11/2026 afternoon -
trưa mai                        | 23/11/2026 - -
ngày kia                        | 24/11/2026 - -
mốt                             | 24/11/2026 - -
mot                             | 24/11/2026 - -
bữa mốt                         | 24/11/2026 - -
bữa kia                         | 24/11/2026 - -
chiều mốt                       | 24/11/2026 afternoon -
day after tomorrow              | 24/11/2026 - -
ngày kìa                        | 25/11/2026 - -
3 ngày nữa                      | 25/11/2026 - -
hai ngày nữa                    | 24/11/2026 - -
25/12 năm sau                   | 25/12/2027 - -
đổi sang thứ 5                  | 26/11/2026 - -
đổi sang sáng mai               | 23/11/2026 morning -
hôm nay                         | 22/11/2026 - -
bựa ni                          | 22/11/2026 - -
chiều nay                       | 22/11/2026 afternoon -
chiều ni                        | 22/11/2026 afternoon -
chieu ni                        | 22/11/2026 afternoon -
today                           | 22/11/2026 - -
thứ 5                           | 26/11/2026 - -
thu 5                           | 26/11/2026 - -
t5                              | 26/11/2026 - -
T5                              | 26/11/2026 - -
thứ năm                         | 26/11/2026 - -
thứ năm tuần sau                | 26/11/2026 - -
thứ năm tuần sau nữa            | 3/12/2026 - -
thứ 5 tới                       | 26/11/2026 - -
thứ sáu                         | 27/11/2026 - -
thu sau                         | 27/11/2026 - -
thu sau tuan sau                | 27/11/2026 - -
thứ tư                          | 25/11/2026 - -
thứ bảy                         | 28/11/2026 - -
thứ hai                         | 23/11/2026 - -
cn                              | 29/11/2026 - -
chủ nhật                        | 29/11/2026 - -
chúa nhật                       | 29/11/2026 - -
chủ nhật này                    | 22/11/2026 - -
next friday                     | 27/11/2026 - -
this friday                     | 27/11/2026 - -
chiều thứ 5 tuần tới            | 26/11/2026 afternoon -
thứ 6 sau 3 giờ chiều           | 27/11/2026 afternoon 15:00
25/12                           | 25/12/2026 - -
25-12                           | 25/12/2026 - -
25.12                           | 25/12/2026 - -
25 / 12                         | 25/12/2026 - -
25.12.2026                      | 25/12/2026 - -
25/12/26                        | 25/12/2026 - -
2026-12-25                      | 25/12/2026 - -
thứ 6 ngày 25/12                | 25/12/2026 - -
22/11                           | 22/11/2026 - -
21/11                           | 21/11/2027 - -
21/11/2026                      | 21/11/2026 - -
ngày 25                         | 25/11/2026 - -
ngày 22                         | 22/11/2026 - -
ngày 21                         | 21/12/2026 - -
ngày 31                         | 31/12/2026 - -
hôm 25                          | 25/11/2026 - -
mồng 5                          | 5/12/2026 - -
mùng năm                        | 5/12/2026 - -
ngày 25 tháng 12                | 25/12/2026 - -
25 thang 12                     | 25/12/2026 - -
ngay 25 t12                     | 25/12/2026 - -
ngày 25 tháng 12 năm 2026       | 25/12/2026 - -
ngày 5 tháng 3 năm sau          | 5/3/2027 - -
ngày 5 tháng sau                | 5/12/2026 - -
ngày hai mươi lăm tháng mười hai | 25/12/2026 - -
hai mươi mốt tháng chạp năm nay | -
ngày mười tháng tư              | 10/4/2027 - -
8h                              | - - 8:00
8g                              | - - 8:00
8h30                            | - - 8:30
8h30p                           | - - 8:30
8 giờ rưỡi                      | - - 8:30
8 rưỡi sáng                     | - morning 8:30
tám giờ rưỡi                    | - - 8:30
9h kém 15                       | - - 8:45
8.30                            | - - 8:30
14:30                           | - - 14:30
3h                              | - - 15:00
03:00                           | - - 3:00
3 giờ chiều                     | - afternoon 15:00
ba giờ chiều                    | - afternoon 15:00
1h trưa                         | - - 13:00
12h trưa                        | - - 12:00
7h tối                          | - afternoon 19:00
3pm                             | - afternoon 15:00
8:30 am                         | - morning 8:30
8-10h sáng                      | - morning 8:00
2-4h chiều                      | - afternoon 14:00
buổi sáng                       | - morning -
sang                            | - morning -
chiều                           | - afternoon -
ngày 5 - 8h                     | 5/12/2026 - 8:00
25/12 - 8h                      | 25/12/2026 - 8:00
8h 25/12                        | 25/12/2026 - 8:00
8h 25 tháng 12                  | 25/12/2026 - 8:00
8h30 sáng thứ ba                | 24/11/2026 morning 8:30
thứ ba, 14h, tuần tới           | 24/11/2026 - 14:00
cho bác đặt sáng mai lúc 8 giờ với | 23/11/2026 morning 8:00
10 am thursday                  | 26/11/2026 morning 10:00
toi muon mai di                 | 23/11/2026 - -
mai tôi sang xã                 | 23/11/2026 - -
"""
# Nothing sure: no day, no such day, behind, of the lunar calendar, contradicting itself, or another word.
NOT_READ = """
|31/2|30.2|32/1|12/25|ngày 32|ngày 0|0/5|5/0|29/2/2027|31/11/2026|25h|8h75|99:99
|hôm qua|hôm kia|tuần trước|thứ 2 tuần này|yesterday
|mồng 5 tết|mùng 1 tháng giêng|rằm tháng chạp|ngày rằm|5/1 âm lịch|5/1 âm|25 tết
|thứ 5 ngày 25/12|thứ 2/12|15h sáng|mai hoặc thứ 5|thứ 5 hoặc thứ 6|t2-t6|ngày 5 tháng này
|mai mốt|nay mai|mai táng phí|khuyến mại|tuần sau|tháng sau|trưa|bây giờ|bay gio|một|1|2 giờ nữa|sang tên xe
|mới|thử 5 lần|0912345678|012345678901|giờ làm việc|xin chào|ok|👍|…|12345/67890
"""


def said(line: str) -> tuple[str, When | None]:
    text, _, meaning = (part.strip() for part in line.partition("|"))
    if meaning == "-":
        return text, None
    day, part, at = meaning.split()
    return text, When(
        None if day == "-" else datetime.datetime.strptime(day, "%d/%m/%Y").replace(tzinfo=HOME).date(),
        "morning" if part == "morning" else "afternoon" if part == "afternoon" else None,
        None if at == "-" else datetime.time.fromisoformat(at.zfill(5)),
    )


@pytest.mark.parametrize(("text", "expected"), [said(line) for line in SAID.strip().splitlines()])
def test_a_day_and_a_time_are_read_as_they_are_said(text: str, expected: When | None) -> None:
    assert read_when(text, NOW) == expected


@pytest.mark.parametrize("text", [text.strip() for text in NOT_READ.split("|")])
def test_what_is_not_sure_is_not_read(text: str) -> None:
    assert read_when(text, NOW) is None


# Words that marks alone tell from others: without marks they may mean less.
NEED_MARKS = ("ngày kìa", "rưỡi", "tới", "mốt", "tôi", "âm", "chạp")


@pytest.mark.parametrize(
    ("text", "expected"),
    [said(line) for line in SAID.strip().splitlines() if not any(word in line for word in NEED_MARKS)],
)
def test_marks_capitals_and_letters_in_pieces_do_not_matter(text: str, expected: When | None) -> None:
    assert read_when(strip_marks(text.lower()), NOW) == expected
    assert read_when(text.upper(), NOW) == expected
    assert read_when(unicodedata.normalize("NFD", text), NOW) == expected
    assert read_when(f"  {text} ạ!!", NOW) == expected


@given(st.text(max_size=400), INSTANTS)
@settings(max_examples=300, deadline=None)
@example("0" * 5000 + "h", NOW)
@example("９９/９９ \x00 ٣/٤ ²h ½", NOW)
@example("ngày 31 tháng 12 năm 9999", datetime.datetime(9999, 12, 31, 12, tzinfo=HOME))
@example("mai", datetime.datetime(9999, 12, 31, 12, tzinfo=HOME))
@example("ngày 5", datetime.datetime(9999, 12, 31, 12, tzinfo=HOME))
def test_no_text_raises(text: str, now: datetime.datetime) -> None:
    found = read_when(text, now)
    assert found is None or found != When()


WORDS = sorted(
    {word for table in (when.RELATIVE, when.WEEKS, when.PARTS, when.NAMED_DAYS, when.NUMBERED_DAYS) for word in table}
    | set(when.BY_MARKS)
    | {"thứ", "ngày", "tháng", "năm", "mồng", "lúc", "giờ", "h", "rưỡi", "kém", "sau", "này", "tới", "tuần"}
    | {"0", "5", "8", "12", "25", "31", "32", "75", "2026", "/", "-", ".", ":", ","}
)


@given(st.lists(st.sampled_from(WORDS), max_size=9).map(" ".join), INSTANTS)
@settings(max_examples=600, deadline=None)
def test_no_heap_of_our_own_words_raises(text: str, now: datetime.datetime) -> None:
    found = read_when(text, now)
    assert found is None or found.day is None or isinstance(found.day, datetime.date)


@given(INSTANTS, st.integers(0, 364), st.sampled_from(("{}/{}", "{}-{}", "{}.{}", "ngày {} tháng {}", "{:02}/{:02}")))
@settings(max_examples=400, deadline=None)
def test_every_day_within_a_year_is_read_back(now: datetime.datetime, ahead: int, form: str) -> None:
    day = local_day(now) + ahead * ONE_DAY
    assert read_when(form.format(day.day, day.month), now) == When(day)


@given(INSTANTS, st.dates(datetime.date(2020, 1, 1), datetime.date(2040, 12, 31)))
def test_a_date_with_its_year_is_read_as_written(now: datetime.datetime, day: datetime.date) -> None:
    assert read_when(f"{day.day}/{day.month}/{day.year}", now) == When(day)
    assert read_when(str(day), now) == When(day)


NAMES = (
    *(("thứ 2", 0), ("thứ hai", 0), ("thu hai", 0), ("t2", 0), ("monday", 0), ("thứ ba", 1), ("T3", 1), ("thứ tư", 2)),
    *(("thu tu", 2), ("thứ 4", 2), ("thứ năm", 3), ("thu 5", 3), ("t5", 3), ("thứ sáu", 4), ("thu sau", 4), ("t 6", 4)),
    *(("friday", 4), ("thứ bảy", 5), ("thu bay", 5), ("t7", 5), ("chủ nhật", 6), ("cn", 6), ("CN", 6), ("sunday", 6)),
)


@given(INSTANTS, st.sampled_from(NAMES), st.sampled_from(("", " tuần sau", " tuan toi", " tới", " sau", " này")))
@settings(max_examples=400, deadline=None)
def test_a_weekday_is_that_weekday_within_two_weeks(now: datetime.datetime, name: tuple[str, int], which: str) -> None:
    found = read_when(name[0] + which, now)
    assert found is not None
    assert found.day is not None
    ahead = (found.day - local_day(now)) // ONE_DAY
    assert found.day.weekday() == name[1]
    assert (0 if which == " này" else 1) <= ahead <= 13
    if which in ("", " tới"):
        assert ahead <= 7
    if which in (" tuần sau", " tuan toi", " sau"):
        assert found.day.isocalendar()[:2] == (local_day(now) + 7 * ONE_DAY).isocalendar()[:2]


@given(st.integers(0, 23), st.integers(0, 59), st.sampled_from(("{:02}:{:02}", "{:02}h{:02}", "{:02} giờ {:02} phút")))
def test_every_minute_of_the_clock_is_read_back(hour: int, minute: int, form: str) -> None:
    assert read_when(form.format(hour, minute), NOW) == When(at=datetime.time(hour, minute))


def test_the_day_is_the_day_at_home() -> None:
    late = datetime.datetime(2026, 11, 22, 17, 30, tzinfo=datetime.UTC)  # half past midnight on Monday at home
    assert read_when("hôm nay", late) == When(datetime.date(2026, 11, 23))


def test_naive_instants_are_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        read_when("mai", datetime.datetime(2026, 11, 22))  # noqa: DTZ001


def test_the_tables_are_frozen_and_folded() -> None:
    tables = [value for value in vars(when).values() if isinstance(value, types.MappingProxyType)]
    assert len(tables) == 9
    for table in tables:
        for word in table:
            assert table is when.BY_MARKS or word.isascii()
