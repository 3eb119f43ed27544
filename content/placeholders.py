"""The names in double braces that a guide may use, filled from the commune profile."""

import re
from collections.abc import Callable, Mapping

from content.communes import CLOSED, NOT_GIVEN, Profile
from content.phrases import Markup, Phrases

PLACEHOLDER = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")


def fill(text: str, values: Mapping[str, str]) -> str:
    """Return text with the placeholders filled; unknown ones were reported by the check and stay as they are."""
    return PLACEHOLDER.sub(lambda match: values.get(match[1], match[0]), text)


def names_in(text: str) -> list[str]:
    """Return the placeholder names a text uses."""
    return PLACEHOLDER.findall(text)


def values_of(profile: Profile, phrases: Phrases) -> dict[str, str]:
    """Return every placeholder's value for a commune."""

    def given(value: str) -> str:
        return phrases.say("place.not_given") if value == NOT_GIVEN else value

    makers: dict[str, Callable[[], str]] = {
        "ten_xa": lambda: profile.name,
        "tinh": lambda: profile.province,
        "trung_tam": lambda: profile.centre.name,
        "dia_chi": lambda: given(profile.centre.address),
        "gio_lam_viec": lambda: hours_text(profile, phrases),
        "duong_day_nong": lambda: given(profile.hotline),
        "cong_an_xa": lambda: profile.police,
        "diem_ho_tro": lambda: _places(profile, phrases),
        "lich_ho_tro": lambda: _sessions(profile, phrases),
        "to_cong_nghe_so": lambda: profile.digital_team.text,
        "kenh_chinh_thuc": lambda: _channels(profile, phrases),
    }
    return {name: make() for name, make in makers.items()}


NAMES = (
    "ten_xa",
    "tinh",
    "trung_tam",
    "dia_chi",
    "gio_lam_viec",
    "duong_day_nong",
    "cong_an_xa",
    "diem_ho_tro",
    "lich_ho_tro",
    "to_cong_nghe_so",
    "kenh_chinh_thuc",
)
LISTS = ("diem_ho_tro", "lich_ho_tro", "kenh_chinh_thuc")  # several lines: each stands alone on its line


def hours_text(profile: Profile, phrases: Phrases) -> str:
    """Return the week in words, equal days next to each other put together: "Thứ Hai – Thứ Sáu: 7:30-11:30, …"."""
    names = phrases.words_in_order("place.days")
    groups: list[tuple[int, int, str]] = []
    for day, value in enumerate(profile.hours.week.days()):
        if groups and groups[-1][2] == value:
            groups[-1] = (groups[-1][0], day, value)
        else:
            groups.append((day, day, value))
    parts = []
    for first, last, value in groups:
        days = names[first] if first == last else f"{names[first]} – {names[last]}"
        hours = phrases.say("place.closed") if value == CLOSED else value
        parts.append(phrases.say("place.day_hours", days=days, hours=Markup(hours)))
    text = "; ".join(parts)
    return f"{text} ({phrases.say('place.assumed')})" if profile.hours.assumption else text


def _places(profile: Profile, phrases: Phrases) -> str:
    lines = []
    for place in profile.places:
        address = phrases.say("place.not_given") if place.address == NOT_GIVEN else place.address
        hours = phrases.say("place.not_given") if place.hours == NOT_GIVEN else place.hours
        lines.append("- " + phrases.say("place.line", name=place.name, address=Markup(address), hours=Markup(hours)))
    return "\n".join(lines) or phrases.say("place.not_given")


def _sessions(profile: Profile, phrases: Phrases) -> str:
    names = {place.id: place.name for place in profile.places}
    lines = []
    for session in profile.sessions:
        times = phrases.say("place.times_not_given") if session.times == NOT_GIVEN else session.times
        lines.append(
            "- "
            + phrases.say(
                "place.session",
                title=session.title,
                place=names[session.place],
                times=Markup(times),
                count=session.per_week,
            )
        )
    return "\n".join(lines) or phrases.say("place.not_given")


def _channels(profile: Profile, phrases: Phrases) -> str:
    lines = []
    for name in ("website", "zalo", "facebook"):
        value = getattr(profile.channels, name)
        shown = phrases.say("place.not_given") if value == NOT_GIVEN else value
        lines.append("- " + phrases.say(f"place.{name}", value=Markup(shown)))
    return "\n".join(lines)
