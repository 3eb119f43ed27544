"""The text subset every channel can show, as staff write it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.markup import to_plain
from content.markup import LINK, escape, mistakes


@pytest.mark.parametrize(
    "line",
    [
        "Nộp tại xã, trong 3 ngày.",
        "- Tờ khai (bản chính)",
        "1. Mở **VNeID**, chọn **Thủ tục**.",
        "[Cổng Dịch vụ công](https://dichvucong.gov.vn)",
        "Gọi [đường dây nóng](tel:+84238000000) hoặc [thư](mailto:xa@a.vn)",
        "Tuổi < 18, phí > 0 và 2 * 3",
        "5*7=35; a_b; C#; đường #1",
        "",
        "{{diem_ho_tro}}",
    ],
)
def test_what_every_channel_can_show_is_let_through(line: str) -> None:
    assert mistakes(line) == []


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("# Tiêu đề", "tiêu đề"),
        ("### Tiêu đề", "tiêu đề"),
        ("| a | b |", "bảng"),
        ("  | a | b |", "bảng"),
        ("Dòng<br/>mới", "HTML"),
        ("</b>", "HTML"),
        ("<!-- giấu -->", "HTML"),
        ("<SCRIPT>alert(1)</SCRIPT>", "HTML"),
        ("![ảnh](https://a.vn/a.png)", "ảnh"),
        ("  - con", "một cấp"),
        ("\t- con", "một cấp"),
        ("   2. con", "một cấp"),
        ("* sao", "«-»"),
        ("[đây](http://a.vn)", "https://"),
        ("[đây](javascript:alert(1))", "https://"),
        ("[đây](//a.vn)", "https://"),
        ("[đây](trang.md)", "https://"),
        ("**đậm", "thiếu dấu đóng"),
        ("**đậm** và **nữa", "thiếu dấu đóng"),
    ],
)
def test_what_some_channel_cannot_show_is_told(line: str, says: str) -> None:
    assert any(says in message for message in mistakes(line)), mistakes(line)


def test_every_mistake_of_a_line_is_told() -> None:
    assert len(mistakes("# **<b>đậm</b> [đây](http://a.vn)")) == 4


@settings(deadline=None)
@given(st.text(max_size=40))
def test_escaped_words_are_shown_as_they_were_typed(typed: str) -> None:
    shown = " ".join(typed.split())
    assert to_plain(escape(shown)) == shown
    assert not LINK.search(escape(shown))


@settings(deadline=None)
@given(st.text(max_size=60))
def test_any_line_can_be_checked(line: str) -> None:
    assert all(isinstance(message, str) for message in mistakes(line))
