"""Số liệu phục vụ người dân: what the assistant itself did in a span, as the report prints it. Nobody is named."""

from dataclasses import replace
from decimal import Decimal

from content.dates import instants, show_day
from content.phrases import MAIN_LANGUAGE, Phrases
from handlers.feedback_figures import count as count_feedback
from handlers.readings import Readings
from handlers.report_data import Group, ServiceFigure
from handlers.service_figures import Days, share
from handlers.survey_results import Score
from handlers.typed_figures import Typed


async def service_figures(readings: Readings, window: Days) -> tuple[ServiceFigure, ...]:
    """Return the figures of a period, grouped as the report prints them."""
    phrases = readings.work.library.speak(MAIN_LANGUAGE)
    found = [
        *await _people(readings, phrases, window),
        *await _support(readings, phrases, window),
        *await _notices(readings, phrases, window),
        *await _incidents(readings, phrases, window),
    ]
    return tuple(found)


async def _people(readings: Readings, phrases: Phrases, window: Days) -> list[ServiceFigure]:
    work = readings.work
    begin, end = instants(window.first, window.last)
    every = await work.store.feedback.all(readings.commune.slug)
    cases = count_feedback([one for one in every if begin <= one.created < end], work.now)
    in_time = share(cases.answered_in_time, cases.answered) if cases.answered else None
    return [
        *await _satisfaction(readings, phrases, window),
        _of("people", phrases, "period.feedback_received", _count(cases.received), phrases.plain("period.cases")),
        _of("people", phrases, "period.feedback_in_time", in_time, "%"),
    ]


async def _satisfaction(readings: Readings, phrases: Phrases, window: Days) -> list[ServiceFigure]:
    """Return the satisfaction, by whole months; the votes by the code at the counter on a line of their own."""
    results = await readings.votes(window.first, window.last)
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


async def _support(readings: Readings, phrases: Phrases, window: Days) -> list[ServiceFigure]:
    figures = await readings.support(window.first, window.last)
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


async def _notices(readings: Readings, phrases: Phrases, window: Days) -> list[ServiceFigure]:
    """Return what was published since the year began against the plan's numbers."""
    every = await readings.publications(window.year_until)
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


async def _incidents(readings: Readings, phrases: Phrases, window: Days) -> list[ServiceFigure]:
    figures = await readings.incidents(window.first, window.last)
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
