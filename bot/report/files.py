"""Tệp báo cáo: what the command leaves in a folder. A file is there whole or not at all."""

import io
import os
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.report.excel import write_workbook
from bot.report.form import Draft
from bot.report.leaders import write_leaders_list
from bot.report.word import write_report

LEADERS_MODE = 0o600  # they are handed on by who drew them up, never by a shared folder
_NO_TIME = (1980, 1, 1, 0, 0, 0)  # the earliest that a ZIP can hold


@dataclass(frozen=True, slots=True)
class ReportFile:
    """A file to be written: its name, how to make it, and who may read it (as chmod writes it)."""

    name: str
    make: Callable[[], bytes]
    mode: int = 0o644


def files_of(draft: Draft, *, public: bool) -> tuple[ReportFile, ...]:
    """Return the files of a report: Word and Excel, those for leaders alone, or the public Word and Excel."""
    stem = f"{draft.data.commune}-{draft.data.period}"
    if public:
        return (
            ReportFile(f"cong-khai-{stem}.docx", lambda: write_report(draft, public=True)),
            ReportFile(f"cong-khai-{stem}.xlsx", lambda: write_workbook(draft, "public")),
        )
    return (
        ReportFile(f"bao-cao-{stem}.docx", lambda: write_report(draft, public=False)),
        ReportFile(f"danh-sach-lanh-dao-{stem}.docx", lambda: write_leaders_list(draft), LEADERS_MODE),
        ReportFile(f"danh-sach-lanh-dao-{stem}.xlsx", lambda: write_workbook(draft, "leaders"), LEADERS_MODE),
        ReportFile(f"so-lieu-{stem}.xlsx", lambda: write_workbook(draft, "office")),
    )


def write_files(files: Iterable[ReportFile], folder: Path) -> Iterator[Path]:
    """Make and write the files one by one, yielding each path; a file of the same name is replaced."""
    folder.mkdir(parents=True, exist_ok=True)
    for file in files:
        yield _replace(folder / file.name, _steady(file.make()), file.mode)


def _replace(path: Path, content: bytes, mode: int) -> Path:
    """Write beside the place and move there: nobody ever opens half a file."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    beside = Path(name)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(content)
        beside.chmod(mode)
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    return path


def _steady(content: bytes) -> bytes:
    """Take the time of writing out of the ZIP: the same report drawn up again is the same file."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as read, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name in read.namelist():
            made.writestr(zipfile.ZipInfo(name, _NO_TIME), read.read(name), zipfile.ZIP_DEFLATED)
    return out.getvalue()
