"""Every mistake staff make in a guide gets the file, the line and a sentence that says what to do."""

from pathlib import Path

import pytest

from content.guides import FEWEST_QUESTIONS, SECTIONS, read_guide
from tests.content.folders import guide_text, write_guide


def _found(folder: Path, text: str, id: str = "khai-sinh", area: str = "ho-tich") -> list[tuple[int, str]]:
    path = write_guide(folder, text, id, area)
    guide, problems = read_guide(path)
    assert (guide is None) == bool(problems)
    assert all(problem.path == path for problem in problems)
    assert all("{" not in problem.message.replace("{{", "") for problem in problems), "a sentence was left unfilled"
    return [(problem.line, problem.message) for problem in problems]


def _line_of(text: str, start: str) -> int:
    return next(number for number, line in enumerate(text.split("\n"), 1) if line.startswith(start))


def test_a_right_guide_is_read_with_its_sections_in_order(tmp_path: Path) -> None:
    guide, problems = read_guide(write_guide(tmp_path, guide_text()))
    assert not problems
    assert guide is not None
    assert list(guide.sections) == list(SECTIONS)
    assert guide.sections["le_phi"] == "Miễn phí."
    assert guide.lines["le_phi"] == _line_of(guide_text(), "## Lệ phí")
    assert guide.header.checked.isoformat() == "2026-11-22"
    assert len(guide.questions) == FEWEST_QUESTIONS


# What is replaced by what in a right guide, how the line begins that the problem must point to, what it must say.
MISTAKES = {
    "an unknown heading": ("## Lệ phí\n", "## Phí\n", "## Phí", "không có mục «Phí»"),
    "a heading twice": ("## Kết quả\n", "## Lệ phí\n", None, "viết hai lần"),
    "an empty section": ("## Lệ phí\nMiễn phí.\n", "## Lệ phí\n", "## Lệ phí", "thiếu mục «## Lệ phí»"),
    "a long section": ("Miễn phí.", "Miễn phí. " * 150, "## Lệ phí", "nhiều nhất 1400"),
    "too many steps": ("1. Nộp.", "\n".join(f"{n}. Nộp." for n in range(1, 12)), "## Các bước", "nhiều hơn 10 bước"),
    "a nested list": ("- Tờ khai.", "- Tờ khai.\n  - Bản sao.", "  - Bản sao", "chỉ dùng một cấp"),
    "nested steps": ("1. Nộp.", "1. Nộp.\n   1. Ký.", "   1. Ký", "chỉ dùng một cấp"),
    "a star as bullet": ("- Tờ khai.", "* Tờ khai.", "* Tờ", "viết bằng dấu «-»"),
    "a table": ("Trong ngày.", "| a | b |\n|---|---|", "| a", "không dùng bảng"),
    "HTML": ("Trong ngày.", "Trong<br>ngày.", "Trong<br>", "không dùng thẻ HTML"),
    "an image": ("Trong ngày.", "![ảnh](https://a.vn/b.png)", "![", "không chèn ảnh"),
    "a link without https": ("Trong ngày.", "[đây](http://a.vn)", "[đây]", "https://"),
    "a link that runs code": ("Trong ngày.", "[đây](javascript:alert(1))", "[đây]", "https://"),
    "bold left open": ("Trong ngày.", "**Trong ngày.", "**Trong", "thiếu dấu đóng"),
    "a small heading": ("Trong ngày.", "### Trong ngày", "### Trong", "không dùng tiêu đề"),
    "another id": ("id: khai-sinh\n", "id: khai-tu\n", "id: ", "khác tên tệp «khai-sinh»"),
    "another area": ("area: ho-tich\n", "area: cu-tru\n", "area: ", "khác tên thư mục «ho-tich»"),
    "an id with marks": ("id: khai-sinh\n", "id: Khai_sinh\n", "id: ", "chữ thường không dấu"),
    "an unknown key": ("kind: thu-tuc\n", "kind: thu-tuc\nloai: a\n", "loai:", "không có mục nào tên «loai»"),
    "a key twice": ("kind: thu-tuc\n", "kind: thu-tuc\nkind: thu-tuc\n", None, "«kind» viết hai lần"),
    "a missing key": ("audience: Bà con trong xã\n", "", None, "thiếu mục «audience»"),
    "an empty key": ("audience: Bà con trong xã", "audience:", "audience:", "đang để trống"),
    "an unknown kind": ("kind: thu-tuc", "kind: thủ tục", "kind:", "hãy chọn một trong"),
    "an unknown confidence": ("confidence: page", "confidence: chắc", "confidence:", "hãy chọn một trong"),
    "a day as people write it": ("checked: 2026-11-22", "checked: 22/11/2026", "checked:", "năm-tháng-ngày"),
    "a day without dashes": ("checked: 2026-11-22", "checked: 20261122", "checked:", "năm-tháng-ngày"),
    "only a year": ("checked: 2026-11-22", "checked: 2026", "checked:", "năm-tháng-ngày"),
    "a day that does not exist": ("checked: 2026-11-22", "checked: 2026-02-30", "checked:", "năm-tháng-ngày"),
    "a list instead of a day": ("checked: 2026-11-22", "checked: [2026-11-22]", "checked:", "năm-tháng-ngày"),
    "a text instead of a list": ("aliases:\n  - làm giấy khai-sinh", "aliases: làm giấy", "aliases:", "gạch ngang"),
    "too few questions": ("  - câu hỏi số 7 về khai-sinh\n", "", "questions:", "cần ít nhất 20, đang có 19"),
    "a source that is not a block": ("  - title: Luật mẫu\n", "  - Luật mẫu\n", "  - Luật mẫu", "tên: giá trị"),
    "a source with a broken address": (
        "  - title: Luật mẫu\n",
        "  - title: Luật mẫu\n    url: vanban.vn/luat\n",
        "    url:",
        "không mở được",
    ),
    "too many related guides": ("sources:", "related: [a, b, c, d, e]\nsources:", "related:", "tối đa 4, đang có 5"),
    "bad markup in the gist": ("gist: Nộp", "gist: <b>Nộp</b>", "gist:", "không dùng thẻ HTML"),
    "a long gist": ("gist: Nộp", "gist: " + "Nộp " * 100, "gist:", "nhiều nhất 350"),
    "a tab in the header": ("kind: thu-tuc\n", "\tkind: thu-tuc\n", "\tkind", "phím Tab"),
    "a colon too many": ("audience: Bà con", "audience: Bà con: xã", "audience:", "dấu hai chấm"),
    "words before the first heading": ("---\n\n## Đối", "---\nChào bà con\n## Đối", "Chào", "không thuộc mục nào"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_told_with_its_line_and_what_to_do(tmp_path: Path, name: str) -> None:
    old, new, start, says = MISTAKES[name]
    text = guide_text().replace(old, new, 1)
    assert text != guide_text()
    found = _found(tmp_path, text)
    told = [(line, message) for line, message in found if says in message]
    assert told, found
    if start is not None:
        assert told[0][0] == _line_of(text, start)
    assert all(" – " in message or "viết bằng" in message or "phải" in message for _, message in found)


def test_the_second_of_two_equal_headings_is_pointed_at(tmp_path: Path) -> None:
    text = guide_text().replace("## Kết quả\n", "## Lệ phí\n")
    line = text.split("\n").index("## Lệ phí", text.split("\n").index("## Lệ phí") + 1) + 1
    assert (line, "mục «Lệ phí» viết hai lần – hãy gộp lại") in _found(tmp_path, text)


@pytest.mark.parametrize("section", SECTIONS)
def test_a_missing_section_is_named(tmp_path: Path, section: str) -> None:
    heading = f"## {SECTIONS[section]}\n"
    before, _, rest = guide_text().partition(heading)
    text = before + rest.partition("\n\n")[2]
    [(_, message)] = _found(tmp_path, text)
    assert f"thiếu mục «## {SECTIONS[section]}»" in message


@pytest.mark.parametrize("kind", ["huong-dan-so", "dich-vu-xa"])
def test_a_how_to_needs_fewer_sections_than_a_procedure(tmp_path: Path, kind: str) -> None:
    before, _, rest = guide_text().replace("kind: thu-tuc", f"kind: {kind}").partition("## Lệ phí\n")
    assert _found(tmp_path, before + rest.partition("\n\n")[2]) == []


def test_sections_in_another_order_are_told_with_the_right_order(tmp_path: Path) -> None:
    text = guide_text().replace("## Lệ phí", "## X").replace("## Kết quả", "## Lệ phí").replace("## X", "## Kết quả")
    [(line, message)] = _found(tmp_path, text)
    assert line == _line_of(text, "## Đối tượng")
    assert "Lệ phí, Kết quả, Căn cứ" in message


def test_every_mistake_is_told_at_once(tmp_path: Path) -> None:
    text = guide_text().replace("checked: 2026-11-22", "checked: hôm qua").replace("Trong ngày.", "<b>Trong ngày</b>")
    text = text.replace("confidence: page", "confidence: chắc").replace("## Phí", "## Phí")
    assert len(_found(tmp_path, text)) == 3


@pytest.mark.parametrize("text", ["", "\n", "id: khai-sinh\n", "---\nid: khai-sinh\n", "Chào bà con\n---\n"])
def test_a_file_without_fences_says_how_it_must_begin(tmp_path: Path, text: str) -> None:
    [(line, message)] = _found(tmp_path, text)
    assert line == 1
    assert "phải mở bằng dòng ---" in message


def test_fences_around_nothing_name_what_is_missing(tmp_path: Path) -> None:
    assert {message.split("»")[0] for _, message in _found(tmp_path, "---\n---\n")} >= {
        "thiếu mục «id",
        "thiếu mục «checked",
    }


def test_a_list_as_header_is_told(tmp_path: Path) -> None:
    assert "tên: giá trị" in _found(tmp_path, "---\n- id\n---\n")[0][1]


def test_a_file_that_is_not_utf_8_is_told(tmp_path: Path) -> None:
    path = write_guide(tmp_path, "")
    path.write_bytes(guide_text().encode("utf-16"))
    guide, [problem] = read_guide(path)
    assert guide is None
    assert str(problem) == f"{path}:1: tệp không phải UTF-8 – hãy lưu lại với mã UTF-8"


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_files_of_windows_and_of_a_mac_are_read_alike(tmp_path: Path, ending: str, mark: str) -> None:
    path = write_guide(tmp_path, "")
    path.write_bytes((mark + guide_text().replace("\n", ending)).encode())
    guide, problems = read_guide(path)
    assert not problems
    assert guide is not None
    assert guide.sections["ho_so"] == "- Tờ khai."


def test_letters_in_pieces_are_put_together(tmp_path: Path) -> None:
    import unicodedata

    guide, problems = read_guide(write_guide(tmp_path, unicodedata.normalize("NFD", guide_text())))
    assert not problems
    assert guide is not None
    assert guide.sections["le_phi"] == "Miễn phí."


def test_a_character_no_editor_counts_as_a_line_does_not_shift_the_lines(tmp_path: Path) -> None:
    text = guide_text().replace("Bà con {{ten_xa}}.", "Bà con\u2028{{ten_xa}}.").replace("Trong ngày.", "<b>")
    assert [line for line, _ in _found(tmp_path, text)] == [text.split("\n").index("<b>") + 1]


def test_a_guide_in_other_words_keeps_its_header(tmp_path: Path) -> None:
    guide, _ = read_guide(write_guide(tmp_path, guide_text()))
    assert guide is not None
    other = guide.with_text("Ngắn gọn.", {"le_phi": "0 đồng"})
    assert (other.gist, other.id, other.title) == ("Ngắn gọn.", guide.id, guide.title)
    assert other.sections == {"le_phi": "0 đồng"}
    assert guide.gist != "Ngắn gọn."
