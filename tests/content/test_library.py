"""The real content is right, and content is replaced as a whole or not at all."""

import asyncio
import datetime
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.content_holder import ContentHolder
from content.guides import REQUIRED
from content.library import Library, inspect, load
from content.problems import ContentError, Problem
from tests.conftest import CONTENT
from tests.content.folders import guide_text, real_content, small_content, write_guide
from tests.fakes import FakeClock

TODAY = datetime.date(2026, 11, 22)
COMMUNES = {"anh-son", "nghia-tho", "khanh-son", "tinh-thien", "tan-an"}


def _told(folder: Path) -> list[str]:
    _, problems = inspect(folder)
    return [f"{problem.path.relative_to(folder)}:{problem.line}: {problem.message}" for problem in problems]


def test_the_real_content_has_no_mistakes() -> None:
    assert inspect(CONTENT)[1] == []


def test_there_are_46_guides_in_5_communes(library: Library) -> None:
    assert set(library.communes) == COMMUNES
    shared = {path.stem for path in CONTENT.glob("guides/*/*.md")}
    assert len(shared) == 46
    for slug, commune in library.communes.items():
        own = {path.stem for path in CONTENT.glob(f"communes/{slug}/guides/*/*.md")}
        assert set(commune.guides) == shared | own


@pytest.mark.parametrize("slug", sorted(COMMUNES))
def test_no_placeholder_is_left_and_no_section_is_empty(library: Library, slug: str) -> None:
    for guide in library.communes[slug].guides.values():
        for text in (guide.gist, *guide.sections.values()):
            assert "{{" not in text, guide.id
            assert text.strip(), guide.id
        assert set(REQUIRED[guide.header.kind]) <= set(guide.sections), guide.id


def test_every_related_guide_exists_and_none_names_itself(library: Library) -> None:
    guides = library.communes["anh-son"].guides
    for guide in guides.values():
        assert set(guide.header.related) <= set(guides), guide.id
        assert guide.id not in guide.header.related
        assert len(set(guide.header.related)) == len(guide.header.related), guide.id


def test_no_page_was_checked_in_the_future_and_none_has_expired(library: Library) -> None:
    for guide in library.communes["anh-son"].guides.values():
        assert guide.header.checked <= TODAY, guide.id
        assert guide.header.expires is None or guide.header.expires > TODAY, guide.id


def test_every_button_of_a_guide_fits_into_a_button(library: Library) -> None:
    for guide in library.communes["anh-son"].guides.values():
        assert len(f"guide/{guide.id}/doi_tuong".encode()) <= 60, guide.id


def test_every_area_lists_its_guides_by_title(library: Library) -> None:
    commune = library.communes["anh-son"]
    listed = [guide for area in sorted(commune.areas()) for guide in commune.in_area(area)]
    assert sorted(guide.id for guide in listed) == sorted(commune.guides)
    for area in commune.areas():
        titles = [guide.title for guide in commune.in_area(area)]
        assert titles == sorted(titles)


def test_an_unknown_language_speaks_vietnamese(library: Library) -> None:
    assert library.speak("fr").language == "vi"
    commune = library.communes["anh-son"]
    assert commune.values("fr") == commune.values("vi")
    assert commune.values("en")["duong_day_nong"] != commune.values("vi")["duong_day_nong"]


def test_a_small_folder_without_mistakes_is_loaded(tmp_path: Path) -> None:
    folder = small_content(tmp_path)
    assert _told(folder) == []
    commune = load(folder).communes["anh-son"]
    assert commune.guides["khai-sinh"].sections["doi_tuong"] == "Bà con xã Anh Sơn."


def test_a_commune_s_own_page_replaces_the_shared_one_and_adds_new_ones(tmp_path: Path) -> None:
    folder = small_content(tmp_path)
    own = folder / "communes" / "anh-son" / "guides"
    write_guide(own, guide_text().replace("Miễn phí.", "Xã {{ten_xa}} không thu."))
    write_guide(own, guide_text("cap-nuoc", "ve-xa"), "cap-nuoc", "ve-xa")
    other = folder / "communes" / "tan-an"
    other.mkdir()
    (other / "commune.yaml").write_text((CONTENT / "communes/tan-an/commune.yaml").read_text(encoding="utf-8"), "utf-8")
    library = load(folder)
    anh_son, tan_an = library.communes["anh-son"], library.communes["tan-an"]
    assert anh_son.guides["khai-sinh"].sections["le_phi"] == "Xã xã Anh Sơn không thu."
    assert tan_an.guides["khai-sinh"].sections["le_phi"] == "Miễn phí."
    assert set(anh_son.guides) - set(tan_an.guides) == {"cap-nuoc"}
    assert anh_son.search.find("câu hỏi số 3 về cap-nuoc").candidates[0].guide == "cap-nuoc"
    assert "cap-nuoc" not in [candidate.guide for candidate in tan_an.search.find("cap-nuoc").candidates]


def _spoil_guide(old: str, new: str) -> Callable[[Path], object]:
    return lambda folder: write_guide(folder / "guides", guide_text().replace(old, new))


def _spoil_phrases(old: str, new: str) -> Callable[[Path], object]:
    def spoil(folder: Path) -> None:
        for path in (folder / "language").glob("*.po"):
            path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")

    return spoil


SPOILED: dict[str, tuple[Callable[[Path], object], str]] = {
    "a related guide that is not there": (
        _spoil_guide("sources:", "related: [khai-tử-2]\nsources:".replace("ử", "u")),
        "guides/ho-tich/khai-sinh.md:32: related: không có hướng dẫn id «khai-tu-2»",
    ),
    "a name that belongs to another guide": (
        _spoil_guide("làm giấy khai-sinh", "Làm giấy khai-tu"),
        "guides/ho-tich/khai-tu.md:9: tên gọi «làm giấy khai-tu» đã thuộc về «khai-sinh»",
    ),
    "an unknown placeholder": (
        _spoil_guide("Trong ngày.", "{{ten_huyen}}"),
        "guides/ho-tich/khai-sinh.md:53: không có chỗ điền {{ten_huyen}}",
    ),
    "a list in the middle of a sentence": (
        _spoil_guide("Trong ngày.", "Tại {{diem_ho_tro}}."),
        "guides/ho-tich/khai-sinh.md:53: {{diem_ho_tro}} là một danh sách – phải đứng riêng một dòng",
    ),
    "an area without a name": (
        lambda folder: write_guide(folder / "guides", guide_text("cap-nuoc", "nuoc"), "cap-nuoc", "nuoc"),
        "guides/nuoc/cap-nuoc.md:3: lĩnh vực «nuoc» chưa có tên – thêm câu area.nuoc",
    ),
    "one id in two files": (
        lambda folder: write_guide(
            folder / "guides" / "ho-tich", guide_text().replace("area: ho-tich", "area: cu-tru"), area="cu-tru"
        ),
        "guides/ho-tich/khai-sinh.md:2: id «khai-sinh» đã dùng ở",
    ),
    "no commune": (lambda folder: (folder / "communes/anh-son/commune.yaml").unlink(), "communes:1: chưa có xã nào"),
    "no vocabulary": (
        lambda folder: (folder / "vocabulary.yaml").unlink(),
        "vocabulary.yaml:1: không thấy tệp từ vựng",
    ),
    "a phrase that placeholders need is gone": (
        _spoil_phrases("place.not_given", "place.not_given_2"),
        "language/vi.po:1: các câu place.* không dùng được",
    ),
    "a placeholder of such a phrase was renamed everywhere": (
        _spoil_phrases("{hours}", "{gio}"),
        "language/vi.po:1: các câu place.* không dùng được",
    ),
}


@pytest.mark.parametrize("name", SPOILED)
def test_what_only_shows_when_all_is_seen_together_is_told(tmp_path: Path, name: str) -> None:
    spoil, says = SPOILED[name]
    folder = small_content(tmp_path)
    spoil(folder)
    told = _told(folder)
    assert any(line.startswith(says) for line in told), told
    with pytest.raises(ContentError):
        load(folder)


def test_problems_are_sorted_and_told_once(tmp_path: Path) -> None:
    folder = small_content(tmp_path)
    write_guide(folder / "guides", guide_text().replace("Trong ngày.", "<b>").replace("Miễn phí.", "| a | b |"))
    _, problems = inspect(folder)
    assert problems == sorted(set(problems))
    with pytest.raises(ContentError) as caught:
        load(folder)
    assert caught.value.problems == problems
    assert str(caught.value) == "\n".join(f"{p.path}:{p.line}: {p.message}" for p in problems)
    assert str(Problem(Path("a.md"), 3, "sai")) == "a.md:3: sai"


def _fee(holder: ContentHolder) -> str:
    return holder.library.communes["anh-son"].guides["khai-sinh"].sections["le_phi"]


async def test_a_good_change_is_served_a_bad_one_is_not_and_a_fix_is_taken(tmp_path: Path) -> None:
    folder = small_content(tmp_path)
    holder = ContentHolder(folder, FakeClock().now)
    write_guide(folder / "guides", guide_text().replace("Miễn phí.", "8.000 đồng."))
    assert await holder.reload()
    assert _fee(holder) == "8.000 đồng."
    good = holder.library
    path = write_guide(folder / "guides", guide_text().replace("Miễn phí.", "<b>9.000</b>"))
    assert not await holder.reload()
    assert holder.library is good
    assert [problem.path for problem in holder.rejected] == [path]
    write_guide(folder / "guides", guide_text().replace("Miễn phí.", "9.000 đồng."))
    assert await holder.reload()
    assert _fee(holder) == "9.000 đồng."
    assert holder.rejected == ()


@pytest.mark.parametrize("what", ["vocabulary.yaml", "guides/ho-tich/la.md"])
async def test_a_file_that_cannot_be_read_changes_nothing(tmp_path: Path, what: str) -> None:
    folder = small_content(tmp_path)
    holder = ContentHolder(folder, FakeClock().now)
    good = holder.library
    (folder / what).unlink(missing_ok=True)
    (folder / what).mkdir()
    assert not await holder.reload()
    assert holder.library is good
    assert holder.rejected


async def test_a_folder_that_is_gone_changes_nothing(tmp_path: Path) -> None:
    folder = small_content(tmp_path / "content")
    holder = ContentHolder(folder, FakeClock().now)
    folder.rename(tmp_path / "elsewhere")
    assert not await holder.reload()
    assert set(holder.library.communes) == {"anh-son"}


def test_a_service_does_not_start_on_bad_content(tmp_path: Path) -> None:
    folder = small_content(tmp_path)
    write_guide(folder / "guides", "")
    with pytest.raises(ContentError):
        ContentHolder(folder, FakeClock().now)


async def test_a_saved_change_is_picked_up_by_itself(tmp_path: Path) -> None:
    folder = small_content(tmp_path)
    holder = ContentHolder(folder, FakeClock().now)
    stop = asyncio.Event()
    watching = asyncio.create_task(holder.watch(stop))
    try:
        await asyncio.wait_for(_save_until_served(holder, folder, watching), 5)
    finally:
        stop.set()
        await asyncio.wait_for(watching, 5)


async def _save_until_served(holder: ContentHolder, folder: Path, watching: asyncio.Task[None]) -> None:
    """Save now and then until the change is served: the watcher may not look yet when the first save happens."""
    looks = 0
    while _fee(holder) != "5.000 đồng.":
        if looks % 8 == 0:
            write_guide(folder / "guides", guide_text().replace("Miễn phí.", "5.000 đồng."))
        looks += 1
        done, _ = await asyncio.wait({watching}, timeout=0.1)
        assert not done, "the watcher must go on until it is told to stop"


async def test_the_real_content_survives_a_mistake_in_any_kind_of_file(tmp_path: Path) -> None:
    folder = real_content(tmp_path)
    holder = ContentHolder(folder, FakeClock().now)
    good = holder.library
    for name in ("language/vi.po", "vocabulary.yaml", "communes/tan-an/commune.yaml", "guides/ho-tich/khai-sinh.md"):
        path = folder / name
        right = path.read_bytes()
        path.write_bytes(right[: len(right) // 2] + b"\n<b>\x07\n")
        assert not await holder.reload(), name
        assert holder.library is good
        assert any(problem.path == path for problem in holder.rejected), name
        path.write_bytes(right)
