"""Số liệu phục vụ người dân: what the assistant itself did in a span, as the report prints it. Nobody is named."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from content.dates import HOME, local_day, show_day
from content.library import Commune
from content.phrases import MAIN_LANGUAGE, Phrases
from content.report_period import Window
from handlers.feedback_figures import count as count_feedback
from handlers.figures import count as count_support
from handlers.incident_reading import incident_figures
from handlers.publications import standings
from handlers.report_data import Group, ServiceFigure
from handlers.service_figures import Work, share
from handlers.survey_reading import results_of
from handlers.survey_results import Score
from handlers.typed_figures import Typed


async def service_figures(work: Work, commune: Commune, window: Window) -> tuple[ServiceFigure, ...]:
    """Return the figures of a span of local days, grouped as the report prints them."""
    phrases = work.library.speak(MAIN_LANGUAGE)
    found = [
        *await _people(work, commune, phrases, window),
        *await _support(work, commune, phrases, window),
        *await _notices(work, commune, phrases, window),
        *await _incidents(work, commune, phrases, window),
    ]
    return tuple(found)


async def _people(work: Work, commune: Commune, phrases: Phrases, window: Window) -> list[ServiceFigure]:
    begin, end = _instants(window.first, window.last)
    every = await work.store.feedback.all(commune.slug)
    cases = count_feedback([one for one in every if begin <= one.created < end], work.now)
    in_time = share(cases.answered_in_time, cases.answered) if cases.answered else None
    return [
        *await _satisfaction(work, commune, phrases, window),
        _of("people", phrases, "period.feedback_received", _count(cases.received), phrases.plain("period.cases")),
        _of("people", phrases, "period.feedback_in_time", in_time, "%"),
    ]


async def _satisfaction(work: Work, commune: Commune, phrases: Phrases, window: Window) -> list[ServiceFigure]:
    """Return the satisfaction, by whole months; the votes by the code at the counter on a line of their own."""
    results = await results_of(work.store, commune, work.library.surveys, window.first, window.last)
    if results is None:
        return [_of("people", phrases, "period.satisfaction", None, "%")]
    days = {"first": results.first, "last": results.last}
    span = {name: show_day(day, phrases.language) for name, day in days.items()}
    note = phrases.plain("period.satisfaction_months", **span)
    found = [replace(_of("people", phrases, "period.satisfaction", _satisfied(results.service), "%"), note=note)]
    counter = _satisfied(results.counter)
    if counter is not None:
        found.append(replace(_of("people", phrases, "period.satisfaction_counter", counter, "%"), note=note))
    return found


def _satisfied(score: Score) -> Typed | None:
    return share(score.overall.share.numerator, score.overall.share.denominator) if score.overall else None


async def _support(work: Work, commune: Commune, phrases: Phrases, window: Window) -> list[ServiceFigure]:
    visits = await work.store.bookings.visits(commune.slug, window.first, window.last)
    held = await work.store.duty.held(commune.slug, window.first, window.last)
    figures = count_support(commune, visits, held, window.first, window.last, local_day(work.now))
    proxy = figures.proxy.share
    typed = share(proxy.numerator, proxy.denominator) if proxy.denominator else None
    people, sessions = phrases.plain("period.people"), phrases.plain("period.sessions")
    found = [
        _of("support", phrases, "period.visits", _count(figures.visits.total), people),
        _of("support", phrases, "period.extra_help", _count(figures.visits.extra_help), people),
        _of("support", phrases, "period.proxy", typed, "%"),
    ]
    found += [ServiceFigure("support", one.title, Decimal(one.held), sessions) for one in figures.quotas]
    active = _count(len(figures.points.active)) if figures.points.known else None
    return [*found, _of("support", phrases, "period.points", active, phrases.plain("period.points_unit"))]


async def _notices(work: Work, commune: Commune, phrases: Phrases, window: Window) -> list[ServiceFigure]:
    """Return what was published since the year began against the plan's numbers."""
    every, _ = await standings(work.store, commune, window.last.year, window.last)
    kept = any(one.done for one in every)
    per_year = [one for one in every if kept and one.in_force and one.quota.per == "year"]
    unit = phrases.plain("period.items")
    return [
        ServiceFigure(
            "notices",
            one.quota.title,
            Decimal(one.done),
            unit,
            note=phrases.plain("period.plan_of_year", count=one.quota.count),
        )
        for one in per_year
    ]


async def _incidents(work: Work, commune: Commune, phrases: Phrases, window: Window) -> list[ServiceFigure]:
    figures = await incident_figures(work, commune, window.first, window.last)
    if figures is None:
        return []
    cases, open_for = phrases.plain("period.incident_cases"), figures.opening_minutes
    restored = share(figures.restored_in_time, figures.restored_of) if figures.restored_of else None
    up = share(open_for - figures.outage_minutes, open_for) if open_for else None
    checked = share(figures.days_checked, figures.days_due) if figures.days_due else None
    found = [
        _of("incidents", phrases, "period.incidents", _count(figures.reported), cases),
        _of("incidents", phrases, "period.restored", restored, "%"),
        _of("system", phrases, "period.availability", up, "%"),
    ]
    return [*found, _of("system", phrases, "period.checked", checked, "%")] if figures.days_due else found


def _of(group: Group, phrases: Phrases, name: str, typed: Typed | None, unit: str) -> ServiceFigure:
    label = phrases.plain(name)
    if typed is None:
        return ServiceFigure(group, label, None, unit)
    return ServiceFigure(group, label, typed.value, unit, typed.numerator, typed.denominator)


def _count(number: int) -> Typed:
    return Typed(Decimal(number))


def _instants(first: date, last: date) -> tuple[datetime, datetime]:
    begin, end = first, last + timedelta(days=1)
    return datetime.combine(begin, time(), HOME), datetime.combine(end, time(), HOME)
