"""report.yaml: the shared form, what a commune changes, and what is wrong, with its line."""

import shutil
from pathlib import Path

import pytest

from content.library import Library, inspect
from content.report import place_of, read_forms
from tests.conftest import CONTENT
from tests.content.folders import small_content

SHARED = CONTENT / "report.yaml"


def test_every_commune_has_a_form_that_names_nobody(library: Library) -> None:
    for commune in library.communes.values():
        assert commune.report is not None
        assert commune.report.window == "legal"
        assert commune.report.recipients[-1].startswith("Lưu: VT")
        assert commune.report.signature[-1] in {"CHỦ TỊCH", "PHÓ CHỦ TỊCH"}


def test_the_recipients_are_those_of_the_plan(library: Library) -> None:
    recipients = {slug: commune.report.recipients for slug, commune in library.communes.items() if commune.report}
    assert "Thường trực Đảng ủy" in recipients["anh-son"]
    assert "Sở Khoa học và Công nghệ" in recipients["tan-an"]
    assert not [line for line in recipients["tinh-thien"] if "Thông tin" in line]  # the town is no more


def test_the_place_is_named_without_its_kind(library: Library) -> None:
    places = {slug: place_of(commune.profile) for slug, commune in library.communes.items()}
    assert places["anh-son"] == "Anh Sơn"
    assert places["tan-an"] == "Tân An"


def test_a_commune_changes_only_what_its_file_says(tmp_path: Path) -> None:
    folder = _folder(tmp_path)
    _own(folder, "window: to_date\nsource: Quyết định của xã\n")
    forms, problems = read_forms(folder, ("mau", "khac"))
    assert problems == []
    assert (forms["mau"].window, forms["khac"].window) == ("to_date", "legal")
    assert forms["mau"].recipients == forms["khac"].recipients


def test_content_without_report_yaml_has_no_reports(tmp_path: Path) -> None:
    assert read_forms(tmp_path, ("mau",)) == ({}, [])


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("window: monthly\nsource: x\n", 1, "legal"),
        ("source: x\nsignature: []\n", 2, "signature"),
        ("source: x\nwords: y\n", 2, "words"),
        ("window: legal\n", 1, "source"),
        ("recipients: Lưu\nsource: x\n", 1, "recipients"),
    ],
)
def test_a_mistake_in_a_communes_file_is_named_with_its_line(tmp_path: Path, text: str, line: int, said: str) -> None:
    folder = _folder(tmp_path)
    _own(folder, text)
    _, problems = read_forms(folder, ("mau",))
    assert [(problem.path.name, problem.line) for problem in problems] == [("report.yaml", line)]
    assert said in problems[0].message


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("Mục tiêu năm {year}", "Mục tiêu năm {nam}", "{year}"),
        ("Mục tiêu năm {year}", "Mục tiêu năm {year", "ngoặc nhọn"),
        ("draft: DỰ THẢO", "draft: DỰ THẢO {x}", "không có chỗ điền nào"),
        ("[TT, Nội dung, Số liệu, Ghi chú]", "[TT, Nội dung, Số liệu]", "ít nhất 4"),
        ("    excused: Được miễn\n", "", "excused"),
    ],
)
def test_a_mistake_in_the_words_is_found_before_a_report_is_written(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    folder = _folder(tmp_path)
    text = (folder / "report.yaml").read_text(encoding="utf-8")
    assert text.count(old) == 1
    (folder / "report.yaml").write_text(text.replace(old, new), encoding="utf-8")
    _, problems = read_forms(folder, ("mau",))
    assert len(problems) == 1
    assert said in problems[0].message
    assert problems[0].line > 1


def test_the_check_of_all_content_reads_it(tmp_path: Path) -> None:
    folder = small_content(tmp_path / "content")
    assert inspect(folder)[1] == []
    (folder / "report.yaml").write_text("window: legal\n", encoding="utf-8")
    library, problems = inspect(folder)
    assert library is None
    assert {problem.path.name for problem in problems} == {"report.yaml"}


def _folder(tmp_path: Path) -> Path:
    folder = tmp_path / "content"
    folder.mkdir()
    shutil.copy(SHARED, folder / "report.yaml")
    return folder


def _own(folder: Path, text: str) -> None:
    path = folder / "communes" / "mau" / "report.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
