"""The report of an invented commune: `python -m tests.examples.report [FOLDER]` writes what stands in docs/report.

Every figure is invented and the files say so; the commune, xã Ví Dụ, does not exist. Its plan is that of a real one.
"""

import shutil
import subprocess
import sys
import tempfile
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from PIL import Image

from bot.report.files import files_of, write_files
from bot.report.form import Draft
from content.communes import Plan, Profile
from content.library import Commune, load
from content.phrases import MAIN_LANGUAGE, Phrases
from content.report_period import ReportPeriod
from handlers.report_data import (
    Correction,
    FilingLine,
    IndicatorLine,
    Outcome,
    ReportData,
    ServiceFigure,
)

GREYS = 12  # enough to read a page, and a fifth of the size
ROOT = Path(__file__).parent.parent.parent
PERIOD = ReportPeriod.parse("2026-Q4")
DRAWN_UP = datetime(2026, 12, 28, 2, 0, tzinfo=UTC)  # 9:00 at home
DUE = datetime(2026, 12, 24, 16, 59, 59, tzinfo=UTC)  # 23:59:59 at home

COUNTED = {  # numerator, denominator: the figure is their share in percent
    "AS-I01": (41, 46),
    "AS-I02": (1873, 2704),
    "AS-I03": (2571, 2704),
    "AS-I04": (168, 184),
    "AS-I06": (46, 46),
    "AS-I07": (44, 46),
    "AS-I08": (7, 7),
    "AS-I09": (1204, 1212),
    "AS-I11": (7, 7),
    "AS-I25": (412, 412),
}
TYPED = {
    "AS-I10": "98.6",
    "AS-I12": "1",
    "AS-I13": "1",
    "AS-I14": "1",
    "AS-I15": "0",
    "AS-I17": "3",
    "AS-I18": "1",
    "AS-I19": "4",
    "AS-I20": "2",
    "AS-I21": "4",
    "AS-I22": "2.153846",
    "AS-I23": "0.923077",
    "AS-I26": "1",
    "AS-I27": "12",
    "AS-I28": "27",
    "AS-I29": "1",
    "AS-I30": "1",
    "AS-I31": "2",
    "AS-I32": "4",
    "AS-I33": "1",
}
BY_UNIT = {
    "vh-xh": "83.3",
    "van-phong": "69.96",
    "tt-pvhcc": "85.7",
    "kinh-te": "100",
    "cong-an": "100",
    "quan-su": "70.0",
}
FILINGS: tuple[tuple[str, str, str, Outcome, str], ...] = (
    # obligation, title, unit, outcome, day and time of sending (UTC) or the reason of an excuse
    ("AS-01", "Báo cáo quý thực hiện Đề án", "vh-xh", "sent", "2026-12-22T02:15:40"),
    ("AS-01", "Báo cáo quý thực hiện Đề án", "van-phong", "late", "2026-12-24T17:00:00"),
    ("AS-01", "Báo cáo quý thực hiện Đề án", "tt-pvhcc", "sent", "2026-12-24T16:59:59"),
    ("AS-01", "Báo cáo quý thực hiện Đề án", "kinh-te", "sent", "2026-12-23T08:02:11"),
    ("AS-01", "Báo cáo quý thực hiện Đề án", "cong-an", "missing", ""),
    ("AS-01", "Báo cáo quý thực hiện Đề án", "quan-su", "excused", "Trực chống bão trong tuần báo cáo"),
    ("AS-02", "Báo cáo quý của cán bộ phụ trách chuyển đổi số", "can-bo-cds", "sent", "2026-12-21T03:30:00"),
    ("AS-03", "Báo cáo quý đường dây nóng và khảo sát hài lòng", "vh-xh", "sent", "2026-12-22T02:40:05"),
    ("AS-41", "Báo cáo tuân thủ phần mềm QLVB, Một cửa", "van-phong", "sent", "2026-12-24T09:20:00"),
    ("AS-42", "Báo cáo hiệu quả thiết bị, phần mềm tài trợ", "tt-pvhcc", "sent", "2026-12-24T10:01:30"),
    ("AS-43", "Đánh giá hiệu quả kinh phí hạ tầng CNTT", "kinh-te", "sent", "2026-12-24T02:00:00"),
    ("AS-22", "Lớp tập huấn cho doanh nghiệp", "doan-the", "sent", "2026-12-20T01:00:00"),
)


def profile_of(commune: Commune) -> Profile:
    """Return the profile of the invented commune."""
    return commune.profile.model_copy(
        update={
            "name": "xã Ví Dụ",
            "title": "Xã Ví Dụ",
            "authority": "UBND xã Ví Dụ",
            "plan": Plan(title="Đề án xây dựng chính quyền số xã Ví Dụ giai đoạn 2025–2030", date="tháng 10/2025"),
        }
    )


def data_of(commune: Commune) -> ReportData:
    """Return the invented figures."""
    names = {unit.id: unit.name for unit in commune.profile.units}
    return ReportData(
        commune="vi-du",
        period=PERIOD,
        window=PERIOD.window("legal", DRAWN_UP.date()),
        drawn_up=DRAWN_UP,
        filings=tuple(_filing(names, *row) for row in FILINGS),
        corrections=(
            Correction(
                obligation="AS-42",
                title="Báo cáo hiệu quả thiết bị, phần mềm tài trợ",
                unit_name=names["tt-pvhcc"],
                sent=datetime(2026, 12, 24, 10, 1, 30, tzinfo=UTC),
                reason="Thiếu số lượt sử dụng máy quét trong tháng 11",
                settled=datetime(2026, 12, 26, 2, 10, tzinfo=UTC),
            ),
        ),
        indicators=tuple(_lines(commune, names)),
        service=SERVICE,
        unconfirmed=frozenset({"AS-I23"}),
        last_due=DUE,
    )


def _filing(names: dict[str, str], obligation: str, title: str, unit: str, outcome: Outcome, told: str) -> FilingLine:
    sent = datetime.fromisoformat(told).replace(tzinfo=UTC) if outcome in ("sent", "late") else None
    reason = told if outcome == "excused" else ""
    line = FilingLine(obligation, title, unit, names[unit], DUE, outcome, sent, reason)
    return replace(line, polite=unit == "doan-the")


def _lines(commune: Commune, names: dict[str, str]) -> list[IndicatorLine]:
    lines = []
    for indicator in commune.plans.indicators:
        if indicator.target(PERIOD.year) is None:
            continue
        if indicator.id == "AS-I34":
            lines += [
                IndicatorLine.of(indicator, [(unit, names[unit])], PERIOD, Decimal(value))
                for unit, value in BY_UNIT.items()
            ]
            continue
        part, whole = COUNTED.get(indicator.id, (None, None))
        typed = TYPED.get(indicator.id)
        actual = None if typed is None else Decimal(typed)
        if part is not None and whole is not None:
            actual = Decimal(part * 100) / Decimal(whole)
        lines.append(
            IndicatorLine.of(
                indicator,
                [(unit, names[unit]) for unit in indicator.leads],
                PERIOD,
                actual,
                numerator=None if part is None else Decimal(part),
                denominator=None if whole is None else Decimal(whole),
                from_service=indicator.actual != "typed",
            )
        )
    return lines


SERVICE = (
    ServiceFigure(
        "people",
        "Hài lòng và rất hài lòng",
        Decimal(16800) / 184,
        "%",
        Decimal(168),
        Decimal(184),
        "Phiếu tính theo tháng: từ 01/09/2026 đến 30/11/2026",
    ),
    ServiceFigure("people", "Phản ánh, kiến nghị đã nhận", Decimal(37), "lượt"),
    ServiceFigure("people", "Trả lời phản ánh đúng hạn", Decimal(3400) / 36, "%", Decimal(34), Decimal(36)),
    ServiceFigure("support", "Buổi hỗ trợ của Tổ hỗ trợ chuyển đổi số", Decimal(28), "buổi", note="13 tuần"),
    ServiceFigure("support", "Giờ trực tuyến hỗ trợ cộng đồng", Decimal(12), "buổi", note="13 tuần"),
    ServiceFigure("support", "Lượt người được hỗ trợ", Decimal(1146), "lượt"),
    ServiceFigure("support", "Cán bộ làm thay", Decimal(15500) / 1146, "%", Decimal(155), Decimal(1146)),
    ServiceFigure("support", "Điểm hỗ trợ ở thôn có hoạt động", Decimal(4), "điểm"),
    ServiceFigure("notices", "Bản tin truyền thanh", Decimal(3), "bản tin"),
    ServiceFigure("notices", "Bài mạng xã hội", Decimal(7), "bài"),
    ServiceFigure("notices", "Video hướng dẫn", Decimal(1), "video"),
    ServiceFigure("incidents", "Sự cố đã ghi nhận", Decimal(2), "sự cố"),
    ServiceFigure("incidents", "Sự cố nghiêm trọng", Decimal(0), "sự cố"),
    ServiceFigure("system", "Thời gian trợ lý số hoạt động", Decimal("99.93"), "%"),
    ServiceFigure("system", "Bản sao lưu tốt", Decimal(91), "bản", note="Thử khôi phục ngày 30/11/2026"),
)


def draft_of(commune: Commune, phrases: Phrases) -> Draft:
    """Return the invented report, ready to be written."""
    assert commune.report is not None
    return Draft(data_of(commune), profile_of(commune), commune.report, phrases, example=True)


def main(folder: Path) -> None:
    """Write both versions and, where LibreOffice Writer and poppler are installed, pictures of their pages."""
    library = load(ROOT / "content")
    draft = draft_of(library.communes["anh-son"], library.speak(MAIN_LANGUAGE))
    for public in (False, True):
        for path in write_files(files_of(draft, public=public), folder):
            print(path)  # noqa: T201  # it is a command
            if path.suffix == ".docx" and shutil.which("soffice") and shutil.which("pdftoppm"):
                _draw(path)


def _draw(path: Path) -> None:
    """Write one small PNG a page beside a Word file."""
    with tempfile.TemporaryDirectory() as kept:
        own = [f"-env:UserInstallation=file://{kept}/profile", "--headless", "--convert-to", "pdf"]
        subprocess.run(["soffice", *own, "--outdir", kept, str(path)], check=True, capture_output=True, timeout=120)
        printed = Path(kept) / f"{path.stem}.pdf"
        if printed.exists():
            pages = path.with_suffix("")
            for old in pages.parent.glob(f"{pages.name}-*.png"):  # there may be fewer pages now
                old.unlink()
            subprocess.run(["pdftoppm", "-r", "72", "-gray", "-png", str(printed), str(pages)], check=True, timeout=60)
            for picture in pages.parent.glob(f"{pages.name}-*.png"):
                Image.open(picture).quantize(GREYS).save(picture, optimize=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "report")
