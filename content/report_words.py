"""Lời của báo cáo: every sentence, title and column of the Word and Excel report, from content/report.yaml."""

from collections.abc import Callable
from typing import Annotated

from pydantic import AfterValidator, Field

from content.communes import Text
from content.phrases import placeholders
from content.schema import Entry


def _only(*names: str) -> Callable[[str], str]:
    """Return a check that a sentence has these places to fill, and no others."""

    def check(text: str) -> str:
        try:
            found = placeholders(text)
        except ValueError:
            raise ValueError(f"«{text}» sai dấu ngoặc nhọn – chỗ điền phải viết như {{ten}}") from None
        if found != set(names):
            wanted = ", ".join(f"{{{name}}}" for name in names) or "không có chỗ điền nào"
            raise ValueError(f"«{text}» sai chỗ điền – cần đúng: {wanted}")
        return text

    return check


Plain = Annotated[Text, AfterValidator(_only())]
Columns = tuple[Plain, ...]


class VerdictWords(Entry):
    """Đánh giá, by verdict (handlers.report_data.Verdict)."""

    met: Plain
    missed: Plain
    below: Plain
    running: Plain
    no_figure: Plain
    no_target: Plain


class OutcomeWords(Entry):
    """Việc gửi một báo cáo (handlers.report_data.Outcome)."""

    sent: Plain
    late: Plain
    excused: Plain
    missing: Plain
    open: Plain


class GroupWords(Entry):
    """Tên các nhóm số liệu trợ lý đếm (handlers.report_data.Group)."""

    people: Plain
    support: Plain
    notices: Plain
    incidents: Plain
    system: Plain


class WindowWords(Entry):
    """Cách tính kỳ số liệu (content.report_period.WindowKind)."""

    legal: Plain
    calendar: Plain
    to_date: Plain


class HeadingWords(Entry):
    """Đề mục của báo cáo."""

    summary: Plain
    indicators: Plain
    service: Plain
    filings: Plain
    opinion: Plain
    late: Plain
    below: Plain
    by_unit: Plain
    own_figures: Plain
    corrections: Plain
    commended: Plain


class TableWords(Entry):
    """Tên bảng, tên cột; the number of columns is what the code fills."""

    number: Plain
    indicators: Annotated[Text, AfterValidator(_only("number", "period"))]
    indicator_columns: Annotated[Columns, Field(min_length=6, max_length=6)]
    target_column: Annotated[Text, AfterValidator(_only("year"))]
    service: Annotated[Text, AfterValidator(_only("number", "group"))]
    service_columns: Annotated[Columns, Field(min_length=4, max_length=4)]
    filings: Annotated[Text, AfterValidator(_only("number", "period"))]
    filing_sum_columns: Annotated[Columns, Field(min_length=7, max_length=7)]
    own_units: Plain
    partners: Plain
    by_unit: Annotated[Text, AfterValidator(_only("number", "period"))]
    filing_columns: Annotated[Columns, Field(min_length=8, max_length=8)]
    total: Plain
    corrections: Annotated[Text, AfterValidator(_only("number", "period"))]
    correction_columns: Annotated[Columns, Field(min_length=6, max_length=6)]
    late_columns: Annotated[Columns, Field(min_length=5, max_length=5)]
    late: Annotated[Text, AfterValidator(_only("number", "period"))]
    below: Annotated[Text, AfterValidator(_only("number", "period"))]
    own_figures: Annotated[Text, AfterValidator(_only("number", "title", "period"))]
    below_columns: Annotated[Columns, Field(min_length=6, max_length=6)]
    own_columns: Annotated[Columns, Field(min_length=6, max_length=6)]
    no_figure: Plain
    no_target: Plain
    not_sent: Plain
    partner: Annotated[Text, AfterValidator(_only("name"))]


class ChartWords(Entry):
    """Biểu đồ: captions, and what they show for those who cannot see them."""

    indicators: Annotated[Text, AfterValidator(_only("number", "period"))]
    appendix: Plain
    indicators_axis: Plain
    indicators_alt: Annotated[Text, AfterValidator(_only("lines", "met", "period"))]
    filings: Annotated[Text, AfterValidator(_only("number", "period"))]
    filings_axis: Plain
    filings_alt: Annotated[Text, AfterValidator(_only("lines", "period"))]


class ExcelWords(Entry):
    """Bảng tính."""

    indicators: Annotated[Plain, Field(max_length=31)]
    filings: Annotated[Plain, Field(max_length=31)]
    by_unit: Annotated[Plain, Field(max_length=31)]
    service: Annotated[Plain, Field(max_length=31)]
    corrections: Annotated[Plain, Field(max_length=31)]
    unit_columns: Annotated[Columns, Field(min_length=14, max_length=14)]
    indicator_columns: Annotated[Columns, Field(min_length=13, max_length=13)]
    public_columns: Annotated[Columns, Field(min_length=11, max_length=11)]
    filing_columns: Annotated[Columns, Field(min_length=8, max_length=8)]
    service_columns: Annotated[Columns, Field(min_length=7, max_length=7)]
    correction_columns: Annotated[Columns, Field(min_length=7, max_length=7)]
    empty: Plain
    page: Plain
    yes: Plain


class ReportWords(Entry):
    """All words of the report."""

    country: Plain
    motto: Plain
    body: Plain
    number: Annotated[Text, AfterValidator(_only("symbol"))]
    date: Annotated[Text, AfterValidator(_only("place"))]
    draft: Plain
    kind: Plain
    leaders_kind: Plain
    subject: Annotated[Text, AfterValidator(_only("period", "commune"))]
    public_subject: Annotated[Text, AfterValidator(_only("period", "commune"))]
    leaders_subject: Annotated[Text, AfterValidator(_only("period", "commune"))]
    intro: Annotated[Text, AfterValidator(_only("plan", "commune", "period"))]
    intro_after: Annotated[Text, AfterValidator(_only("plan", "last", "commune", "period"))]
    window: Annotated[Text, AfterValidator(_only("first", "last", "kind"))]
    windows: WindowWords
    counted: Annotated[Text, AfterValidator(_only("time", "day"))]
    running: Plain
    unconfirmed: Annotated[Text, AfterValidator(_only("count"))]
    example: Plain
    headings: HeadingWords
    indicators_sum: Annotated[Text, AfterValidator(_only("count", "met", "missed", "running", "none", "year"))]
    each_sum: Annotated[Text, AfterValidator(_only("title", "met", "count", "missed", "running", "none"))]
    no_target_sum: Annotated[Text, AfterValidator(_only("count", "year"))]
    filings_sum: Annotated[Text, AfterValidator(_only("units", "due", "sent", "late", "excused", "missing", "open"))]
    timely: Annotated[Text, AfterValidator(_only("percent", "sent", "due"))]
    partners_sum: Annotated[Text, AfterValidator(_only("units", "due", "sent"))]
    filings_span: Annotated[Text, AfterValidator(_only("first", "last"))]
    no_filings: Plain
    no_indicators: Plain
    judging: Plain
    service_intro: Plain
    no_service: Plain
    no_corrections: Plain
    corrections_sum: Annotated[Text, AfterValidator(_only("count", "settled"))]
    opinion: Plain
    public_note: Plain
    leaders_note: Plain
    leaders_approval: Plain
    no_late: Plain
    no_below: Plain
    no_commended: Plain
    commended_note: Plain
    commended_waits: Annotated[Text, AfterValidator(_only("day"))]
    closing: Annotated[Text, AfterValidator(_only("period", "commune"))]
    end: Plain
    recipients: Plain
    appendix: Plain
    attached: Annotated[Text, AfterValidator(_only("symbol"))]
    verdicts: VerdictWords
    outcomes: OutcomeWords
    groups: GroupWords
    tables: TableWords
    charts: ChartWords
    excel: ExcelWords
