"""The text subset that every channel can show: paragraphs, bullets, steps, bold words and links."""

import re

LINK = re.compile(r"\[([^\]\n]+)\]\((https://[^\s)]+|tel:[+0-9]+|mailto:[^\s)]+)\)")
_SPECIAL = re.compile(r"([\\*\[\]_])")
_FORBIDDEN = (
    (re.compile(r"^#"), "không dùng tiêu đề «#» bên trong một mục – hãy viết **chữ đậm**"),
    (re.compile(r"^\s*\|.*\|"), "không dùng bảng – Zalo và Telegram không hiện được; hãy viết từng dòng gạch đầu dòng"),
    (re.compile(r"<[a-zA-Z/!]"), "không dùng thẻ HTML – chỉ dùng chữ thường, **đậm**, gạch đầu dòng và liên kết"),
    (re.compile(r"!\["), "không chèn ảnh – hãy mô tả bằng lời"),
    (re.compile(r"^\s+([-*]|\d+\.)\s"), "không thụt gạch đầu dòng vào trong – chỉ dùng một cấp"),
    (re.compile(r"^\*\s"), "gạch đầu dòng viết bằng dấu «-»"),
    (re.compile(r"\]\((?!https://|tel:|mailto:)"), "liên kết phải bắt đầu bằng https://"),
)


def escape(text: str) -> str:
    """Return text with everything escaped that would otherwise be markup; for names and other people's words."""
    return _SPECIAL.sub(r"\\\1", text)


def mistakes(line: str) -> list[str]:
    """Return what is wrong in one line of a section, in Vietnamese."""
    found = [message for pattern, message in _FORBIDDEN if pattern.search(line)]
    if line.count("**") % 2:
        found.append("chữ đậm thiếu dấu đóng – phải có hai dấu sao ở cả hai đầu: **như thế này**")
    return found
