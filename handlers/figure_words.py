"""Số liệu bằng lời: the figures as lines of a label and a value, rounded and with a decimal comma only here."""

from collections.abc import Iterable, Iterator

from babel.dates import format_date
from babel.numbers import format_decimal, format_percent

from content.dates import show_day
from content.library import Commune
from content.phrases import Phrases
from handlers.booked import place_name
from handlers.closing import OTHER, REASONS
from handlers.figures import NO_REASON, Figures, Proxy, Share, Visits
from handlers.session_figures import Points, Quota, Week

KINDS = frozenset({"centre", "village", "video", "home", "class"})
Line = tuple[str, str]  # label, value; the value of a heading is empty


def lines_of(figures: Figures, commune: Commune, phrases: Phrases) -> list[Line]:
    """Return the figures, group by group; a span in which nothing was noted is one line that says so."""
    say = phrases.plain
    if figures.empty:
        return [(say("figures.group.visits"), say("figures.none"))]
    return [
        (say("figures.group.sessions"), ""),
        *(line for quota in figures.quotas for line in _quota(quota, phrases)),
        *_rosters(figures, phrases),
        _points(figures.points, phrases),
        (say("figures.group.visits"), ""),
        *_visits(figures.visits, commune, phrases),
        (say("figures.group.quality"), ""),
        *_quality(figures, phrases),
    ]


def heading(figures: Figures, commune: Commune, phrases: Phrases) -> str:
    """Return whose figures these are and of which days."""
    first, last = (show_day(day, phrases.language) for day in (figures.first, figures.last))
    return phrases.plain("figures.span", commune=commune.profile.title, first=first, last=last)


def show_share(share: Share, phrases: Phrases) -> str:
    """Return "42,9% (3/7)", or that there are no figures yet."""
    if share.value is None:
        return phrases.plain("figures.none")
    percent = format_percent(share.value, format="#,##0.0%", locale=phrases.language)
    return phrases.plain("figures.share", percent=percent, part=share.numerator, whole=share.denominator)


def reason_name(reason: str, phrases: Phrases) -> str:
    """Return a reason in words; what is not allowed stands out, one that is not in the list is shown as stored."""
    if reason in {OTHER, NO_REASON}:
        return phrases.plain(f"log.reason.{reason}")
    return phrases.plain(REASONS[reason]) if reason in REASONS else reason


def kind_name(kind: str, phrases: Phrases) -> str:
    """Return a kind of help in words."""
    return phrases.plain(f"booking.kind.{kind}") if kind in KINDS else kind


def topic_name(topic: str, commune: Commune, phrases: Phrases) -> str:
    """Return the title of a guide, or its id when it was taken away; "-" stands for no topic."""
    if topic == "-":
        return phrases.plain("figures.no_topic")
    return commune.guides[topic].title if topic in commune.guides else topic


def _quota(quota: Quota, phrases: Phrases) -> Iterator[Line]:
    label = phrases.plain("figures.quota", title=quota.title, count=quota.per_week)
    key = "figures.quota_held" if quota.judged else "figures.quota_unjudged"
    known = {"met": quota.met, "judged": quota.judged} if quota.judged else {}
    yield label, phrases.plain(key, held=quota.held, **known)
    if quota.missed:
        weeks = "; ".join(_week(week, phrases) for week in quota.missed)
        yield phrases.plain("figures.quota_missed"), weeks
    for week in quota.weeks:
        state = phrases.plain(f"figures.week.{week.state}")
        value = phrases.plain("figures.week_value", held=week.held, state=state)
        yield phrases.plain("figures.week", days=_week(week, phrases)), value


def _rosters(figures: Figures, phrases: Phrases) -> Iterator[Line]:
    for roster in figures.rosters:
        label = phrases.plain("figures.roster", title=roster.title)
        yield label, phrases.plain("figures.held", held=roster.held)
    if figures.unclosed:
        yield phrases.plain("figures.unclosed"), str(figures.unclosed)


def _points(points: Points, phrases: Phrases) -> Line:
    label, known = phrases.plain("figures.points"), points.known
    active = len(points.active)
    if points.promised is None:
        return label, phrases.plain("figures.points_value", active=active, known=known)
    key = "figures.points_met" if active >= points.promised else "figures.points_missed"
    return label, phrases.plain(key, active=active, count=points.promised, known=known)


def _visits(visits: Visits, commune: Commune, phrases: Phrases) -> Iterator[Line]:
    yield phrases.plain("figures.visits"), str(visits.total)
    yield phrases.plain("figures.booked"), str(visits.booked)
    yield phrases.plain("figures.walk_in"), str(visits.walk_in)
    yield phrases.plain("figures.extra_help"), str(visits.extra_help)
    kinds = [(kind_name(kind, phrases), number) for kind, number in visits.by_kind.items()]
    places = [(place_name(commune, place), number) for place, number in visits.by_place.items()]
    topics = [(topic_name(topic, commune, phrases), number) for topic, number in visits.by_topic.items()]
    yield from _named("figures.by_kind", kinds, phrases)
    yield from _named("figures.by_place", places, phrases)
    yield from _named("figures.by_topic", topics, phrases)


def _quality(figures: Figures, phrases: Phrases) -> Iterator[Line]:
    yield from _proxy(figures.proxy, phrases)
    waiting, none = figures.waiting, phrases.plain("figures.none")
    for key, minutes in (("figures.waiting_median", waiting.median), ("figures.waiting_most", waiting.most)):
        if minutes is None:
            yield phrases.plain(key), none
        else:
            number = format_decimal(minutes, format="#,##0.#", locale=phrases.language)
            yield phrases.plain(key), phrases.plain("figures.minutes", number=number, count=waiting.count)
    yield phrases.plain("figures.no_show"), show_share(figures.no_show, phrases)
    if figures.unrecorded:
        yield phrases.plain("figures.unrecorded"), str(figures.unrecorded)


def _proxy(proxy: Proxy, phrases: Phrases) -> Iterator[Line]:
    yield phrases.plain("figures.proxy"), show_share(proxy.share, phrases)
    reasons = [(reason_name(reason, phrases), number) for reason, number in proxy.by_reason.items()]
    yield from _named("figures.by_reason", reasons, phrases)
    if proxy.flagged:
        yield phrases.plain("figures.flagged"), str(proxy.flagged)


def _named(key: str, numbers: Iterable[tuple[str, int]], phrases: Phrases) -> Iterator[Line]:
    for name, number in numbers:
        yield phrases.plain(key, name=name), str(number)


def _week(week: Week, phrases: Phrases) -> str:
    first, last = (format_date(day, "d/M", locale=phrases.language) for day in (week.first, week.last))
    return f"{first}–{last}"
