"""feedback.yaml: what staff may write, what they are told when it is wrong, and which words are recognised."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from content.feedback import FeedbackPlan, mentions, read_feedback
from content.library import Library, inspect
from tests.conftest import CONTENT

SHARED = (CONTENT / "feedback.yaml").read_text(encoding="utf-8")
Write = Callable[[str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def to(text: str) -> Path:
        path = tmp_path / "feedback.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return to


@pytest.fixture(scope="module")
def plan() -> FeedbackPlan:
    found, problems = read_feedback(CONTENT / "feedback.yaml")
    assert problems == []
    assert found is not None
    return found


def _line(text: str) -> int:
    return SHARED[: SHARED.index(text)].count("\n") + 1


def test_every_commune_has_a_unit_for_every_category(library: Library) -> None:
    for commune in library.communes.values():
        assert commune.feedback is not None
        for category in commune.feedback.categories:
            unit = category.unit_in(commune.profile)
            assert unit in {one.id for one in commune.profile.units}, f"{commune.slug}: {category.id}"


def test_scams_go_to_the_police_and_officials_to_the_leaders(library: Library) -> None:
    profile = library.communes["anh-son"].profile
    plan = library.communes["anh-son"].feedback
    assert plan is not None
    kinds = {unit.id: unit.kind for unit in profile.units}
    units = {kind: found.unit_in(profile) for kind in ("scam", "official") if (found := plan.special(kind))}
    assert units["scam"] == "cong-an"
    assert kinds[str(units["official"])] == "leader"


def test_simple_matters_are_answered_in_five_working_days_and_others_in_fifteen(plan: FeedbackPlan) -> None:
    assert {category.days for category in plan.categories} == {5, 15}
    assert plan.rules.follow_up_days == 5


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("days: 15", "days: 0", "days"),
        ("days: 15", "days: mười", "days"),
        ("special: scam", "special: lua-dao", "special"),
        ("    special: official\n", "", "chưa có loại phản ánh nào ghi special: official"),
        ("id: rac-moi-truong", "id: duong-dien-nuoc", "trùng id «duong-dien-nuoc»"),
        ("to: front-office", "to: bo-phan", "to"),
        ("kept_days: 90", "kept_days: 90\n  colour: red", "colour"),
        ("title: Việc khác", "title: " + "x" * 51, "title"),
        ("    days: 5\n    special: scam", "    days: 5\n    special: official", "official"),
    ],
)
def test_a_mistake_is_a_sentence_with_its_line(write: Write, before: str, after: str, told: str) -> None:
    path = write(SHARED.replace(before, after, 1))
    plan, problems = read_feedback(path)
    assert plan is None
    assert any(told in str(problem) for problem in problems)
    assert all(problem.path == path and problem.line > 0 for problem in problems)


def test_the_line_of_a_second_same_id_is_that_of_the_second(write: Write) -> None:
    _, problems = read_feedback(write(SHARED.replace("id: rac-moi-truong", "id: duong-dien-nuoc")))
    assert [problem.line for problem in problems] == [_line("- id: rac-moi-truong")]


def test_what_is_no_yaml_or_no_utf8_is_said(write: Write, tmp_path: Path) -> None:
    assert read_feedback(write("rules: [")) != (None, [])
    path = tmp_path / "feedback.yaml"
    path.write_bytes("title: Đường".encode("utf-16"))
    plan, problems = read_feedback(path)
    assert plan is None
    assert "UTF-8" in problems[0].message


def _copy(target: Path) -> Path:
    """Copy what two communes need, without guides."""
    for slug in ("anh-son", "tan-an"):
        shutil.copytree(CONTENT / "communes" / slug, target / "communes" / slug)
    shutil.copytree(CONTENT / "language", target / "language")
    for path in CONTENT.glob("*.yaml"):
        shutil.copy(path, target / path.name)
    for path in target.glob("communes/*/guides"):
        shutil.rmtree(path)
    return target


def test_a_communes_own_file_takes_the_place_of_the_shared_one(tmp_path: Path) -> None:
    folder = _copy(tmp_path)
    own = folder / "communes" / "anh-son" / "feedback.yaml"
    own.write_text(SHARED.replace("title: Việc khác", "title: Góp ý khác"), encoding="utf-8")
    library, problems = inspect(folder)
    assert problems == []
    assert library is not None
    titles = {
        slug: [one.title for one in commune.feedback.categories][-1]
        for slug, commune in library.communes.items()
        if commune.feedback
    }
    assert titles == {"anh-son": "Góp ý khác", "tan-an": "Việc khác"}


def test_a_communes_own_file_names_only_units_it_has(tmp_path: Path) -> None:
    folder = _copy(tmp_path)
    own = folder / "communes" / "anh-son" / "feedback.yaml"
    own.write_text(SHARED.replace("units: [vh-xh]", "units: [phong-khong-co]"), encoding="utf-8")
    _, problems = inspect(folder)
    assert [(problem.path, "phong-khong-co" in problem.message) for problem in problems] == [(own, True)]


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("complaint", "Tôi làm đơn KHIẾU NẠI quyết định số 5"),
        ("complaint", "toi muon to cao ong ay"),
        ("complaint", "tôi tố cáo ông ấy"),
        ("secret", "gửi anh công văn mật hôm qua"),
        ("secret", "lo bi mat nha nuoc"),
        ("scam", "vừa bị lừa mất hai triệu"),
        ("scam", "co nguoi gia danh cong an goi"),
        ("official", "cán bộ hách dịch lắm"),
        ("official", "doi phong bi moi ky"),
    ],
)
def test_signs_are_found_with_marks_and_without(plan: FeedbackPlan, kind: str, text: str) -> None:
    assert mentions(text, getattr(plan.words, kind), plan.words.marked)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("complaint", "Nhà to cao che hết nắng"),
        ("complaint", "đường khiếu tố"),
        ("secret", "mật ong rừng bị bán giả"),
        ("secret", "lut to, tai lieu mat het roi"),
        ("secret", "toi mat the can cuoc"),
        ("complaint", "tru dien to cao qua nghieng"),
        ("scam", "con lừa nhà hàng xóm kêu đêm"),
        ("official", "cán bộ rất nhiệt tình"),
    ],
)
def test_words_that_only_look_alike_are_no_signs(plan: FeedbackPlan, kind: str, text: str) -> None:
    assert not mentions(text, getattr(plan.words, kind), plan.words.marked)
