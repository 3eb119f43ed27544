"""Small content folders, right in every detail, for tests that then spoil one thing."""

import shutil
from pathlib import Path

from tests.conftest import CONTENT

GUIDE = """\
---
id: {id}
area: {area}
kind: thu-tuc
title: Đăng ký việc {id}
title_en: Registration
audience: Bà con trong xã
gist: Nộp tại {{{{trung_tam}}}}, mang theo căn cước.
aliases:
  - làm giấy {id}
questions:
{questions}
sources:
  - title: Luật mẫu
checked: 2026-11-22
confidence: page
---

## Đối tượng
Bà con {{{{ten_xa}}}}.

## Giấy tờ
- Tờ khai.

## Các bước
1. Nộp.

## Nộp trực tuyến
Trên cổng.

## Nơi nộp
{{{{trung_tam}}}}

## Thời hạn
Trong ngày.

## Lệ phí
Miễn phí.

## Kết quả
Giấy mới.

## Căn cứ
- Luật mẫu.

## Lưu ý
Không có.
"""


def guide_text(id: str = "khai-sinh", area: str = "ho-tich") -> str:
    """Return a guide without mistakes."""
    questions = "\n".join(f"  - câu hỏi số {number} về {id}" for number in range(20))
    return GUIDE.format(id=id, area=area, questions=questions)


def write_guide(folder: Path, text: str, id: str = "khai-sinh", area: str = "ho-tich") -> Path:
    """Write a guide where it belongs and return its path."""
    path = folder / area / f"{id}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def small_content(folder: Path) -> Path:
    """Make a content folder with two guides and one commune; the phrases are the real ones."""
    shutil.copytree(CONTENT / "language", folder / "language")
    commune = folder / "communes" / "anh-son"
    commune.mkdir(parents=True)
    shutil.copy(CONTENT / "communes" / "anh-son" / "commune.yaml", commune)
    for path in CONTENT.glob("*.yaml"):
        shutil.copy(path, folder)
    (folder / "vocabulary.yaml").write_text("off_topic:\n  - hôm nay trời có mưa không\n", encoding="utf-8")
    for id in ("khai-sinh", "khai-tu"):
        write_guide(folder / "guides", guide_text(id), id)
    return folder


def real_content(folder: Path) -> Path:
    """Copy everything of the real content that is data."""
    for name in ("language", "communes", "guides"):
        shutil.copytree(CONTENT / name, folder / name)
    for path in CONTENT.glob("*.yaml"):
        shutil.copy(path, folder)
    return folder
