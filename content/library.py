"""Thư viện: all content of one moment, loaded and checked as a whole and replaced as a whole."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import TypedDict

from content.calendar import WorkingCalendar
from content.communes import Profile, read_profile
from content.feedback import FeedbackPlan, read_plans
from content.guides import Guide, read_guide
from content.incidents import IncidentPlan, StartOfDay, read_checks, read_incidents
from content.national_days import NationalDays, load_days
from content.notices import NoticePlan, read_notice_plans
from content.obligations import Plans
from content.phrases import MAIN_LANGUAGE, Phrases, read_phrases
from content.placeholders import LISTS, NAMES, fill, names_in, values_of
from content.plans import read_deadline_plans
from content.problems import ContentError, Problem
from content.report import ReportForm, read_forms
from content.rosters import Roster, Rosters, no_rosters, read_rosters
from content.search import Search
from content.surveys import Survey, read_surveys
from content.vocabulary import Vocabulary, load_vocabulary

LONG_AGO = datetime.min.replace(tzinfo=UTC)


class Files(TypedDict):
    """What was read of a commune's plans, by the fields of Commune."""

    feedback: FeedbackPlan | None
    incidents: IncidentPlan | None
    start_of_day: StartOfDay | None
    notices: NoticePlan | None
    plans: Plans
    report: ReportForm | None


@dataclass(frozen=True)
class Commune:
    """Xã: profile, guides in its own words, and the search over them. Handed in, never global."""

    slug: str
    profile: Profile
    guides: Mapping[str, Guide]
    search: Search
    calendar: WorkingCalendar
    rosters: Rosters
    values_by_language: Mapping[str, Mapping[str, str]]
    feedback: FeedbackPlan | None = None
    plans: Plans = field(default_factory=Plans)
    report: ReportForm | None = None
    incidents: IncidentPlan | None = None
    start_of_day: StartOfDay | None = None
    notices: NoticePlan | None = None

    def values(self, language: str) -> Mapping[str, str]:
        """Return the placeholders' values in a language, or in Vietnamese."""
        return self.values_by_language.get(language) or self.values_by_language[MAIN_LANGUAGE]

    def roster(self, identity: str) -> Roster | None:
        """Return a roster, or None when the file has none of that id (any more)."""
        return next((one for one in self.rosters.rosters if one.id == identity), None)

    def in_area(self, area: str) -> tuple[Guide, ...]:
        """Return the guides of an area, by title."""
        found = [guide for guide in self.guides.values() if guide.header.area == area]
        return tuple(sorted(found, key=lambda guide: guide.title))

    def areas(self) -> frozenset[str]:
        """Return the areas that have guides."""
        return frozenset(guide.header.area for guide in self.guides.values())


@dataclass(frozen=True)
class Library:
    """Every commune and every language. `read_at`: when this service read the files, an aware instant."""

    communes: Mapping[str, Commune]
    phrases: Mapping[str, Phrases]
    vocabulary: Vocabulary
    surveys: Mapping[str, Survey] = field(default_factory=dict)
    read_at: datetime = LONG_AGO

    def speak(self, language: str) -> Phrases:
        """Return the phrases of a language, or the Vietnamese ones."""
        return self.phrases.get(language) or self.phrases[MAIN_LANGUAGE]


def load(folder: Path, now: datetime = LONG_AGO) -> Library:
    """Return the library in a folder, read now. Raises ContentError with every problem when anything must be fixed."""
    library, problems = inspect(folder)
    if library is None or problems:
        raise ContentError(problems)
    return replace(library, read_at=now)


def inspect(folder: Path) -> tuple[Library | None, list[Problem]]:
    """Read everything below `folder`; return the library, or None when a part of it is unusable, and all problems."""
    phrases, problems = read_phrases(folder / "language")
    vocabulary, more = load_vocabulary(folder / "vocabulary.yaml")
    problems += more
    days, more = load_days(folder / "calendar.yaml")
    problems += more
    surveys, more = read_surveys(folder / "surveys")
    problems += more
    shared, more = _read_guides(folder / "guides")
    problems += more
    profiles, own, rosters, more = _read_communes(folder / "communes")
    problems += more
    files, more = _read_plans(folder, profiles, days)
    problems += more
    if not profiles and not problems:
        problems.append(Problem(folder / "communes", 1, "chưa có xã nào – cần ít nhất một tệp <mã xã>/commune.yaml"))
    if problems or days is None:
        return None, sorted(set(problems))
    problems = [problem for slug in own for problem in _check_guides(shared | own[slug], phrases[MAIN_LANGUAGE])]
    problems += _check_own_phrases(profiles.values(), phrases, folder / "language")
    if problems:
        return None, sorted(set(problems))
    communes = _assemble(shared, own, profiles, phrases, vocabulary, days, rosters, files)
    library = Library(MappingProxyType(communes), MappingProxyType(phrases), vocabulary, MappingProxyType(surveys))
    return library, sorted(set(problems))


def _read_plans(
    folder: Path, profiles: Mapping[str, Profile], days: NationalDays | None
) -> tuple[dict[str, Files], list[Problem]]:
    """Read what a commune's plans ask for, by commune and field of Commune."""
    feedback, problems = read_plans(folder, profiles)
    incidents, more = read_incidents(folder, profiles)
    problems += more
    checks, more = read_checks(folder, profiles, incidents)
    problems += more
    notices, more = read_notice_plans(folder, profiles)
    problems += more
    plans, more = read_deadline_plans(folder, profiles, days)
    problems += more
    reports, more = read_forms(folder, tuple(profiles))
    problems += more
    by_commune = {
        slug: Files(
            feedback=feedback.get(slug),
            incidents=incidents.get(slug),
            start_of_day=checks.get(slug),
            notices=notices.get(slug),
            plans=plans.get(slug, Plans()),
            report=reports.get(slug),
        )
        for slug in profiles
    }
    return by_commune, problems


def _read_communes(
    folder: Path,
) -> tuple[dict[str, Profile], dict[str, dict[str, Guide]], dict[str, Rosters], list[Problem]]:
    """Read each commune's profile, own pages and rosters."""
    problems: list[Problem] = []
    profiles: dict[str, Profile] = {}
    own: dict[str, dict[str, Guide]] = {}
    rosters: dict[str, Rosters] = {}
    for path in sorted(folder.glob("*/commune.yaml")):
        profile, more = read_profile(path)
        problems += more
        slug = path.parent.name
        own[slug], more = _read_guides(path.parent / "guides")
        problems += more
        if profile is not None:
            profiles[slug] = profile
            plan = path.parent / "rosters.yaml"
            found, more = read_rosters(plan, profile) if plan.exists() else (no_rosters(), [])
            problems += more
            if found is not None:
                rosters[slug] = found
    return profiles, own, rosters, problems


def _read_guides(folder: Path) -> tuple[dict[str, Guide], list[Problem]]:
    guides: dict[str, Guide] = {}
    problems: list[Problem] = []
    for path in sorted(folder.glob("**/*.md")):
        guide, more = read_guide(path)
        problems += more
        if guide is None:
            continue
        if guide.id in guides:
            problems.append(Problem(path, 2, f"id «{guide.id}» đã dùng ở {guides[guide.id].path} – mỗi id một tệp"))
        guides[guide.id] = guide
    return guides, problems


def _check_guides(guides: Mapping[str, Guide], phrases: Phrases) -> list[Problem]:
    """Return what only shows when all guides are seen together."""
    problems: list[Problem] = []
    owners: dict[str, Guide] = {}
    for guide in guides.values():
        header = guide.header
        for other in header.related:
            if other not in guides:
                line = guide.lines.get("related", 2)
                problems.append(Problem(guide.path, line, f"related: không có hướng dẫn id «{other}»"))
        if f"area.{header.area}" not in phrases.messages:
            message = f"lĩnh vực «{header.area}» chưa có tên – thêm câu area.{header.area} vào language/vi.po"
            problems.append(Problem(guide.path, guide.lines.get("area", 2), message))
        for alias in header.aliases:
            first = owners.setdefault(alias.casefold(), guide)
            if first is not guide:
                message = f"tên gọi «{alias}» đã thuộc về «{first.id}» – mỗi tên gọi chỉ thuộc một hướng dẫn"
                problems.append(Problem(guide.path, guide.lines.get("aliases", 2), message))
        problems += _check_placeholders(guide)
    return problems


def _check_own_phrases(profiles: Iterable[Profile], phrases: Mapping[str, Phrases], folder: Path) -> Iterable[Problem]:
    """Find phrases that filling the placeholders needs and that are gone or ask for something else."""
    for language, spoken in phrases.items():
        for profile in profiles:
            try:
                values_of(profile, spoken)
            except (KeyError, IndexError) as error:
                message = f"các câu place.* không dùng được (thiếu {error}) – hãy lấy lại câu cũ"
                yield Problem(folder / f"{language}.po", 1, message)


def _check_placeholders(guide: Guide) -> Iterable[Problem]:
    for name, text in (("gist", guide.gist), *guide.sections.items()):
        line = guide.lines.get(name, 1)
        for used in names_in(text):
            if used in LISTS and not any(row.strip() == f"{{{{{used}}}}}" for row in text.splitlines()):
                yield Problem(guide.path, line, f"{{{{{used}}}}} là một danh sách – phải đứng riêng một dòng")
            if used not in NAMES:
                yield Problem(guide.path, line, f"không có chỗ điền {{{{{used}}}}} – chỉ dùng: {', '.join(NAMES)}")


def _assemble(
    shared: Mapping[str, Guide],
    own: Mapping[str, Mapping[str, Guide]],
    profiles: Mapping[str, Profile],
    phrases: Mapping[str, Phrases],
    vocabulary: Vocabulary,
    days: NationalDays,
    rosters: Mapping[str, Rosters],
    files: Mapping[str, Files],
) -> dict[str, Commune]:
    """Build the communes; those without pages of their own share one search index."""
    common: Search | None = None
    communes = {}
    for slug, profile in profiles.items():
        if own[slug]:
            search = Search((dict(shared) | dict(own[slug])).values(), vocabulary)
        else:
            common = common or Search(shared.values(), vocabulary)
            search = common
        by_language = {language: values_of(profile, spoken) for language, spoken in phrases.items()}
        values = by_language[MAIN_LANGUAGE]
        guides = {
            guide.id: guide.with_text(
                fill(guide.gist, values), {name: fill(text, values) for name, text in guide.sections.items()}
            )
            for guide in (dict(shared) | dict(own[slug])).values()
        }
        communes[slug] = Commune(
            slug=slug,
            profile=profile,
            guides=MappingProxyType(guides),
            search=search,
            calendar=WorkingCalendar(days, profile),
            rosters=rosters[slug],
            values_by_language=by_language,
            **files[slug],
        )
    return communes
