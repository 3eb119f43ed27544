"""Chữ quanh con số: the words that officials write before and after a figure, and what each does to it.

Every word is known with its marks and without; with other marks it is another word («ngan» is «ngàn», «ngân» is not).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

from content.syllables import strip_marks


def _typed(words: Iterable[str]) -> frozenset[str]:
    return frozenset(form for word in words for form in (word, strip_marks(word)))


def _words(text: str) -> frozenset[str]:
    return _typed(text.split())


def _forms(*words: str) -> str:
    return "|".join(word.replace(" ", r"\s+") for word in sorted(_typed(words), key=len, reverse=True))


_SAID: Mapping[str, int] = MappingProxyType({
    "trăm": 100, "nghìn": 10**3, "ngàn": 10**3, "k": 10**3, "vạn": 10**4,
    "triệu": 10**6, "tr": 10**6, "tỷ": 10**9, "tỉ": 10**9,
})  # fmt: skip
MAGNITUDES: Mapping[str, int] = MappingProxyType(
    {form: times for word, times in _SAID.items() for form in _typed([word])}
)
HALF = _words("rưỡi rưởi")
PERCENT = "%"
# What one writes for another: «trđ» is «triệu đồng».
_ALIASES: Mapping[str, tuple[str, ...]] = MappingProxyType({
    "trđ": ("triệu", "đồng"), "trd": ("triệu", "đồng"), "đ": ("đồng",), "d": ("đồng",), "vnđ": ("đồng",),
    "vnd": ("đồng",), "hs": ("hồ", "sơ"), "tthc": ("thủ", "tục"), "vb": ("văn", "bản"),
})  # fmt: skip
FILLERS = _words("ạ nhé nha rồi thôi tổng cộng tất cả")
"""Words after a figure that say nothing more of it."""
NOUNS = _words(
    "hồ sơ thủ tục văn bản người hộ dân gia đình công dân cán bộ chức viên học sinh đoàn thôn xóm bản tổ lớp buổi"
    " lượt lần cuộc phiếu đơn thư ý kiến phản ánh kiến nghị cơ quan đơn vị máy tính điểm bài tin video nhiệm vụ"
    " chỉ tiêu dịch vụ giao dịch kết quả hệ thống tài khoản trường hợp doanh nghiệp ngày giờ phòng ban yêu cầu"
)
"""What parts of a whole are counted in: after «12/15» and after «80 %» they change nothing."""
_LEAD = re.compile(
    rf"(?:{_forms('đạt', 'được', 'có', 'là', 'tỷ lệ', 'tỉ lệ', 'kết quả', 'tổng', 'tổng số', 'số lượng')})\s*:?\s+"
)
_ABOUT = re.compile(
    rf"(?:(?:{_forms('khoảng', 'tầm', 'gần', 'hơn', 'trên', 'dưới', 'chừng', 'độ', 'ước', 'xấp xỉ')})\b|[~≈<>≥≤±])"
)
_WORD = re.compile(r"%|[^\W\d_]+")
_NO_WORDS = re.compile(r"[^\w\s%/.,;()-]|[\d_]")

OF = rf"(?:/|:|\s(?:{_forms('trên', 'trong')})\s+(?:(?:{_forms('tổng số', 'tổng', 'số')})\s+)?)"
"""Between a part and its whole: «12/15», «12 trên 15», «12 trong tổng số 15»."""
MEANS = rf"(?:,?\s(?:{_forms('đạt', 'tức', 'là', 'bằng')})\s+)"
"""Between a share and the same share once more: «12/15 đạt 80 %»."""


@dataclass(frozen=True, slots=True)
class Tail:
    """What stands after a number: by how much it is multiplied, whether half of one more is added, and the rest."""

    times: int | None
    half: bool
    words: tuple[str, ...]

    @property
    def percent(self) -> bool:
        """Return whether it is a share of a hundred."""
        return self.words[:1] == (PERCENT,)

    def beyond(self, known: frozenset[str]) -> bool:
        """Return whether there is a word that is neither known nor a filler."""
        return any(word not in known and word not in FILLERS for word in self.words)


def after_lead(said: str) -> str:
    """Return a figure in small letters without «đạt», «tỷ lệ là» and their like before it."""
    while (lead := _LEAD.match(said)) is not None:
        said = said[lead.end() :]
    return said


def is_about(said: str) -> bool:
    """Tell whether a figure begins with «khoảng», «hơn» or a sign like them: it is no exact one."""
    return _ABOUT.match(said) is not None


def read_tail(text: str) -> Tail | None:
    """Return what stands after a number, in small letters; None when there are signs or figures among the words."""
    if _NO_WORDS.search(text):
        return None
    words = [long for word in _WORD.findall(text) for long in _ALIASES.get(word, (word,))]
    if tuple(strip_marks(word) for word in words[:2]) == ("phan", "tram"):
        words[:2] = [PERCENT]
    times = None
    while words and words[0] in MAGNITUDES:
        times = (times or 1) * MAGNITUDES[words.pop(0)]
    half = next((word for word in words if word in HALF), None)
    if half is not None and (times or words[0] != half):
        words.remove(half)
        return Tail(times, True, tuple(words))
    return Tail(times, False, tuple(words))


def words_of(unit: str) -> frozenset[str]:
    """Return the words of an indicator's unit, with marks and without: «lớp/năm» is lớp, năm."""
    return _typed(word for word in _WORD.findall(unit.casefold()) if word not in MAGNITUDES)


def in_unit(value: Decimal, tail: Tail, unit: str) -> Decimal:
    """Return a number with the words after it as a figure in a unit, which may itself be of thousands («triệu đồng»).

    Without any word the number is in the unit; «500 nghìn» and «500.000 đồng» are half a «triệu đồng».
    """
    if tail.half:
        value += Decimal("0.5")
    own = next((MAGNITUDES[word] for word in _WORD.findall(unit.casefold()) if word in MAGNITUDES), 1)
    said = tail.times or (1 if any(word in words_of(unit) for word in tail.words) else own)
    if said == own:
        return value
    value = value * said / own
    return value.to_integral_value() if value == value.to_integral_value() else value
