"""Kế hoạch: reads and checks obligations.yaml, indicators.yaml and the ladders, one by one and against each other."""

import datetime
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from content.calendar import WorkingCalendar
from content.communes import Profile
from content.indicators import Indicator, IndicatorsFile
from content.ladder import RECIPIENTS, Ladder
from content.national_days import NationalDays
from content.obligations import (
    EACH,
    OWN,
    REPORTING_KINDS,
    Obligation,
    Plans,
    needs_anchor,
    waits_for_event,
)
from content.problems import Problem
from content.recurrence import due_days
from content.rule_words import print_rule
from content.schema import Entry, Model, read_entry
from content.yaml_text import Path_, TextDocument

_Mistake = tuple[Path_, str]
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_FIRST_PLAN = datetime.date(2024, 1, 1)
_LOOK_AHEAD = 3_653  # days: every rule that fires at all fires within ten years


class LaddersFile(Entry):
    """ladders.yaml."""

    ladders: tuple[Ladder, ...]


class ObligationsFile(Entry):
    """obligations.yaml."""

    ladders: tuple[Ladder, ...] = ()
    obligations: tuple[Obligation, ...]


def read_deadline_plans(
    folder: Path, profiles: Mapping[str, Profile], days: NationalDays | None
) -> tuple[dict[str, Plans], list[Problem]]:
    """Return the plans of each commune that has any, and every problem found."""
    path = folder / "ladders.yaml"
    file, document, problems = _read(LaddersFile, path)
    shared = file.ladders if file is not None else ()
    unread = frozenset({"ladder"} if problems else ())
    if file is not None:
        problems += _problems(path, document, "ladders", _wrong_ladders(shared, (), set()))
    found: dict[str, Plans] = {}
    for slug, profile in profiles.items():
        calendar = None if days is None else WorkingCalendar(days, profile)
        plans, more = _read_plans(folder / "communes" / slug, profile, calendar, shared, unread)
        problems += more
        found[slug] = plans
    return found, problems


def _read_plans(
    folder: Path,
    profile: Profile,
    calendar: WorkingCalendar | None,
    shared: tuple[Ladder, ...],
    unread: frozenset[str],
) -> tuple[Plans, list[Problem]]:
    """Read one commune's. `unread`: the fields that name what stands in a file that could not be read."""
    promised, numbers, problems = _read(IndicatorsFile, folder / "indicators.yaml")
    obliged, document, more = _read(ObligationsFile, folder / "obligations.yaml")
    unread |= {"figures"} if problems else set()
    problems += more
    indicators = promised.indicators if promised is not None else ()
    if promised is not None:
        path = folder / "indicators.yaml"
        problems += _problems(path, numbers, "indicators", _wrong_indicators(indicators, profile))
    if obliged is None:
        return Plans((), shared, indicators), problems
    own = {ladder.id for ladder in obliged.ladders}
    ladders = (*(ladder for ladder in shared if ladder.id not in own), *obliged.ladders)
    plans = Plans(obliged.obligations, ladders, indicators)
    path = folder / "obligations.yaml"
    units = {unit.id for unit in profile.all_units}
    problems += _problems(path, document, "ladders", _wrong_ladders(obliged.ladders, shared, units))
    problems += _problems(path, document, "obligations", _wrong_obligations(plans, profile, calendar, unread))
    if promised is not None and not problems:
        problems += [Problem(path, 1, message) for message in _silent_units(plans, profile)]
    return plans, problems


def _read(model: type[Model], path: Path) -> tuple[Model | None, TextDocument, list[Problem]]:
    """Read a file that may be missing."""
    return read_entry(model, path) if path.exists() else (None, TextDocument({}, {}), [])


def _problems(path: Path, document: TextDocument, section: str, found: Iterable[_Mistake]) -> list[Problem]:
    return [Problem(path, document.line((section, *where)), message) for where, message in found]


def _wrong_ladders(ladders: tuple[Ladder, ...], shared: tuple[Ladder, ...], units: set[str]) -> Iterator[_Mistake]:
    for index, ladder in enumerate(ladders):
        if ladder.id in [other.id for other in ladders[:index]]:
            yield (index, "id"), f"hai bậc thang trùng id «{ladder.id}» – mỗi bậc thang một id riêng"
        if not ladder.steps and ladder.clock == "due":
            yield (index,), f"bậc thang «{ladder.id}» chưa có bậc nào – hãy ghi ít nhất một mục trong steps"
        names = [step.at.name for step in ladder.steps]
        for number, step in enumerate(ladder.steps):
            if (step.at.after is None) != (ladder.clock == "due"):
                wanted = "T-10, T-0, T+1" if ladder.clock == "due" else "+0 phút, +4 giờ"
                yield (
                    (index, "steps", number, "at"),
                    f"mốc «{step.at.name}» không hợp clock: {ladder.clock} – hãy viết như {wanted}",
                )
            if step.at.name in names[:number]:
                yield (index, "steps", number, "at"), f"mốc «{step.at.name}» viết hai lần – gộp người nhận vào một mốc"
            unknown = [one for one in step.to if one not in RECIPIENTS and one not in units]
            if unknown:
                yield (
                    (index, "steps", number, "to"),
                    f"không biết nhắc ai: «{', '.join(unknown)}» – hãy chọn trong {', '.join(RECIPIENTS)}"
                    + (" hoặc id đơn vị của xã" if units else " (id đơn vị chỉ dùng trong tệp của xã)"),
                )


def _wrong_indicators(indicators: tuple[Indicator, ...], profile: Profile) -> Iterator[_Mistake]:
    units = {unit.id for unit in profile.all_units}
    for index, one in enumerate(indicators):
        if one.id in [other.id for other in indicators[:index]]:
            yield (index, "id"), f"hai chỉ tiêu trùng mã «{one.id}» – mỗi chỉ tiêu một mã riêng"
        if one.targets and one.comparator is None:
            yield (
                (index, "targets"),
                f'chỉ tiêu «{one.id}» có mức phải đạt nhưng không có phép so – thêm comparator: "≥" (hoặc > = ≤ <)',
            )
        yield from _wrong_range(index, one)
        if not one.targets:
            yield (index,), f"chỉ tiêu «{one.id}» chưa có mức nào – hãy ghi targets theo năm, như 2026: 91"
        if not one.leads:
            yield (index, "leads"), f"chỉ tiêu «{one.id}» chưa có đơn vị nào – hãy ghi leads"
        yield from _unknown_units(index, "leads", one.leads, {*units, EACH})
        yield from _unknown_units(index, "supports", one.supports, units)


def _wrong_range(index: int, one: Indicator) -> Iterator[_Mistake]:
    """A range needs an upper end for each year that has a lower one; nothing else has an upper end."""
    if one.comparator != "–":
        if one.most:
            yield (
                (index, "most"),
                f'chỉ tiêu «{one.id}» có most nhưng không phải khoảng – ghi comparator: "–" hoặc bỏ most',
            )
        return
    lacking = sorted(one.targets.keys() ^ one.most.keys())
    if lacking:
        yield (
            (index, "targets"),
            f"chỉ tiêu «{one.id}» là khoảng nhưng năm {', '.join(lacking)} thiếu một đầu – ghi cả targets và most",
        )
    turned = [year for year, least in one.targets.items() if one.most.get(year, least) < least]
    if turned:
        yield (
            (index, "most"),
            f"chỉ tiêu «{one.id}»: năm {', '.join(turned)} có most nhỏ hơn targets – most là đầu lớn của khoảng",
        )


def _wrong_obligations(
    plans: Plans, profile: Profile, calendar: WorkingCalendar | None, unread: frozenset[str]
) -> Iterator[_Mistake]:
    units = {unit.id for unit in profile.all_units}
    ids = [one.id for one in plans.obligations]
    for index, one in enumerate(plans.obligations):
        if one.id in ids[:index]:
            yield (index, "id"), f"hai nghĩa vụ trùng mã «{one.id}» – mỗi nghĩa vụ một mã riêng"
        yield from _unknown_units(index, "leads", one.leads, {*units, EACH})
        yield from _unknown_units(index, "supports", one.supports, units)
        yield from _unknown_units(index, "chaser", (one.chaser,), units)
        outside = [name for name in one.reports_to if not _SLUG.fullmatch(name)]
        yield from _unknown_units(index, "reports_to", one.reports_to, {*units, *outside})
        yield from (((index, *where), message) for where, message in _wrong_people(one))
        yield from (((index, *where), message) for where, message in _wrong_links(one, plans, unread))
        yield from (((index, *where), message) for where, message in _wrong_dates(one, calendar))


def _unknown_units(index: int, field: str, named: tuple[str, ...], units: set[str]) -> Iterator[_Mistake]:
    unknown = [one for one in named if one not in units]
    if unknown:
        yield (index, field), f"không có đơn vị id «{', '.join(unknown)}» – xem mục units trong commune.yaml"


def _wrong_people(one: Obligation) -> Iterator[_Mistake]:
    if not one.leads:
        yield ("leads",), f"nghĩa vụ «{one.id}» chưa có đơn vị chủ trì – hãy ghi leads"
    if EACH in one.leads and not one.each:
        yield ("leads",), "each nghĩa là mỗi đơn vị một bản – không ghi chung với đơn vị khác"
    if not one.reports_to:
        yield (), f"nghĩa vụ «{one.id}» không báo cáo cho ai – hãy ghi reports_to: id đơn vị hoặc tên cơ quan nhận"


def _wrong_links(one: Obligation, plans: Plans, unread: frozenset[str]) -> Iterator[_Mistake]:
    """Yield the links to nothing. What is in a file that could not be read is not known to be missing."""
    ladder = plans.ladder(one.ladder)
    if ladder is None and "ladder" not in unread:
        known = ", ".join(each.id for each in plans.ladders)
        yield ("ladder",), f"không có bậc thang nhắc «{one.ladder}» – hãy chọn trong: {known}"
    if ladder is not None and ladder.clock == "event" and not waits_for_event(one):
        yield ("ladder",), f"bậc thang «{one.ladder}» chỉ dùng cho «khi có sự việc: …» – hãy chọn bậc thang theo hạn"
    unknown = [figure for figure in one.figures if figure != OWN and plans.indicator(figure) is None]
    if unknown and "figures" not in unread:
        yield ("figures",), f"không có chỉ tiêu «{', '.join(unknown)}» – xem indicators.yaml"
    if one.successor is not None and plans.obligation(one.successor) is None:
        yield ("successor",), f"không có nghĩa vụ «{one.successor}» để thay «{one.id}» – hãy xem lại mã"
    elif one.successor == one.id:
        yield ("successor",), f"nghĩa vụ «{one.id}» không thể tự thay nó – hãy ghi mã khác"


def _wrong_dates(one: Obligation, calendar: WorkingCalendar | None) -> Iterator[_Mistake]:
    if waits_for_event(one) != (one.event is not None):
        yield ("rule",), "«khi có sự việc: …» và event phải đi cùng nhau – hãy thêm event, hoặc bỏ nó khi đã có hạn"
    if one.within_hours is not None and not waits_for_event(one):
        yield ("within_hours",), "within_hours chỉ dùng cho «khi có sự việc: …» – hãy bỏ dòng này"
    if needs_anchor(one) and one.start is None:
        yield ("rule",), "quy tắc có INTERVAL phải ghi from: ngày đầu tiên để đếm từ đó"
    elif not waits_for_event(one) and calendar is not None and not _fires(one, calendar):
        yield (
            ("rule",),
            f"quy tắc «{print_rule(one.rule)}» không rơi vào ngày nào trong thời hạn – hãy xem lại rule, from và until",
        )


def _fires(one: Obligation, calendar: WorkingCalendar) -> bool:
    first = one.start or _FIRST_PLAN
    first, last = one.bounds(first, first + datetime.timedelta(days=_LOOK_AHEAD))
    return next(due_days(one.rule, first, last, calendar, one.start), None) is not None


def _silent_units(plans: Plans, profile: Profile) -> Iterator[str]:
    """Yield the phòng, ban, đơn vị that no obligation and no indicator names: nobody would hear from them."""
    heard = {unit for one in plans.indicators for unit in one.leads}
    heard |= {unit for one in plans.obligations for unit in (*one.leads, *one.supports)}
    for unit in profile.units:
        took_over = {other.id for other in profile.all_units if other.successor == unit.id}
        if unit.kind in REPORTING_KINDS and not heard & {unit.id, EACH, *took_over}:
            yield f"đơn vị «{unit.id}» không báo cáo cho ai – thêm vào leads của một nghĩa vụ, hoặc bỏ khỏi units"
