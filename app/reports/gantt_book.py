"""The plan as a workbook: a sheet of bars made of cells, and the table of its operations."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

from app.core.errors import Unavailable
from app.core.format import WEEKDAYS
from app.core.messages import message
from app.reports.gantt_lines import Line, Piece
from app.reports.gantt_sheet import GanttHead
from app.reports.table_workbook import clean
from app.services.planning.rows import PlacementRow, PlanView

MOST_COLUMNS = 200
FIRST_CELL = 4
"""Column of the first time cell: group, row and detail stand before."""
HEAD_ROWS = 5

_HEAD = PatternFill("solid", fgColor="D9ECF4")
_OFF = PatternFill("solid", fgColor="ECEEF1")
_GROUND = PatternFill("solid", fgColor="F5F6F8")
_FILLS = tuple(
    PatternFill("solid", fgColor=colour)
    for colour in ("BBD9EC", "F6DDB0", "B5DFCF", "ECCFDF", "CFE8F8", "F2CBB3", "F7F1B4")
)
_BOLD, _LATE = Font(bold=True), Font(bold=True, color="B3261E")
_DAY = Border(left=Side(style="thin", color="808080"))


def write_gantt(
    path: Path,
    view: PlanView,
    lines: Sequence[Line],
    head: GanttHead,
    days: Sequence[date],
    zone: ZoneInfo,
    language: str,
) -> None:
    """Write the workbook. Errors: ``Unavailable`` where the file cannot be written."""
    book = Workbook()
    chart: Any = book.active
    _Chart(chart, lines, head, days, zone, language).write()
    _operations(book.create_sheet(), view, zone, language)
    written = path.with_name(f".{path.name}.part")
    try:
        book.save(written)
        written.replace(path)
    except OSError as error:
        raise Unavailable(
            message("reports.table_unwritten", file=path.name, reason=str(error.strerror or error))
        ) from error
    finally:
        written.unlink(missing_ok=True)


def _put(cell: Any, text: str) -> Any:
    """Text whatever it looks like: no formula."""
    cell.value = clean(text)
    cell.data_type = "s"
    return cell


def _said(code: str, language: str, **values: object) -> str:
    return message(f"reports.{code}", **values).text(language)


class _Chart:
    """One row of cells per lane; a bar is a run of coloured cells with its words in the first."""

    def __init__(
        self,
        page: Any,
        lines: Sequence[Line],
        head: GanttHead,
        days: Sequence[date],
        zone: ZoneInfo,
        language: str,
    ) -> None:
        self._page, self._lines, self._head = page, lines, head
        self._days, self._zone, self._language = days, zone, language
        self._first = _midnight(days[0], zone)
        self._last = _midnight(days[-1] + timedelta(days=1), zone)
        hours = (self._last - self._first).total_seconds() / 3600
        self._hours = next(n for n in (1, 2, 3, 4, 6, 12, 24) if hours / n <= MOST_COLUMNS)
        self._cells = -int(-(hours / self._hours) // 1)

    def write(self) -> None:
        page = self._page
        page.title = _said("gantt_chart", self._language)
        self._put_head()
        number = HEAD_ROWS + 1
        for line in self._lines:
            for place, lane in enumerate(line.lanes()):
                self._line(number, line, lane, first=place == 0)
                number += 1
        page.freeze_panes = f"{get_column_letter(FIRST_CELL)}{HEAD_ROWS + 1}"
        for column, wide in ((1, 16), (2, 14), (3, 18)):
            page.column_dimensions[get_column_letter(column)].width = wide
        for cell in range(self._cells):
            page.column_dimensions[get_column_letter(FIRST_CELL + cell)].width = 3.4
        page.page_setup.orientation = "landscape"
        page.page_setup.paperSize = 8  # A3
        page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
        page.sheet_properties.pageSetUpPr.fitToPage = True
        page.print_title_rows = f"{HEAD_ROWS - 1}:{HEAD_ROWS}"

    def _put_head(self) -> None:
        page, head, language = self._page, self._head, self._language
        title = f"{_said('gantt', language)} · {_said(head.rows, language)}"
        _put(page.cell(1, 1), title).font = Font(bold=True, size=14)
        _put(page.cell(2, 1), f"{head.site} · {head.plan}")
        page.cell(3, 1, _said("gantt_each", language, hours=self._hours))
        for column, code in ((1, "gantt_group"), (2, "gantt_line"), (3, "name")):
            cell = page.cell(HEAD_ROWS, column, _said(code, language))
            cell.font, cell.fill = _BOLD, _HEAD
        for day in self._days:
            column = self._column(_midnight(day, self._zone))
            weekday = WEEKDAYS[language][day.weekday()]
            page.cell(HEAD_ROWS - 1, column, f"{day:%m-%d} {weekday}").font = _BOLD
        for place in range(self._cells):
            local = self._at(place).astimezone(self._zone)
            cell = page.cell(HEAD_ROWS, FIRST_CELL + place, f"{local:%H}")
            cell.fill = _HEAD
            cell.alignment = Alignment(horizontal="left")

    def _at(self, place: int) -> datetime:
        return self._first + timedelta(hours=place * self._hours)

    def _column(self, at: datetime) -> int:
        """The column in which a moment lies, kept inside the chart."""
        hours = (at - self._first).total_seconds() / 3600
        return FIRST_CELL + min(max(int(hours // self._hours), 0), self._cells - 1)

    def _line(self, number: int, line: Line, lane: Sequence[Piece], *, first: bool) -> None:
        page = self._page
        group = "" if line.group is None else line.group
        words = group if isinstance(group, str) else group.text(self._language)
        for column, text in ((1, words), (2, line.title), (3, line.detail)):
            cell = page.cell(number, column)
            if first or column < 3:
                _put(cell, text)
            cell.fill = _GROUND
        self._ground(number, line)
        taken: dict[int, list[PlacementRow]] = {}
        for piece in lane:
            if piece.begin < self._last and piece.end > self._first:
                last = self._column(piece.end - timedelta(seconds=1))
                for column in range(self._column(piece.begin), last + 1):
                    taken.setdefault(column, []).append(piece.row)
        self._bars(number, taken)

    def _ground(self, number: int, line: Line) -> None:
        """Grey cells where nothing is open for any part of them; a line where a day begins."""
        is_open = [line.always_open] * self._cells
        for shift in line.shifts:
            if shift.end > self._first and shift.start < self._last:
                begin = self._column(shift.start) - FIRST_CELL
                end = self._column(shift.end - timedelta(seconds=1)) - FIRST_CELL
                is_open[begin : end + 1] = [True] * (end + 1 - begin)
        begins = {self._column(_midnight(day, self._zone)) for day in self._days}
        for place, opened in enumerate(is_open):
            column = FIRST_CELL + place
            if not opened:
                self._page.cell(number, column).fill = _OFF
            if column in begins:
                self._page.cell(number, column).border = _DAY

    def _bars(self, number: int, taken: dict[int, list[PlacementRow]]) -> None:
        """Neighbouring cells of the same work are one bar; several in one cell are all named."""
        page, columns = self._page, sorted(taken)
        for place, column in enumerate(columns):
            rows = taken[column]
            cell = page.cell(number, column)
            cell.fill = _FILLS[(rows[0].order_id * 5 + rows[0].order_id // 7) % len(_FILLS)]
            before = columns[place - 1] if place else -1
            if before == column - 1 and taken[before] == rows:
                continue
            late = any(row.late_minutes > 0 and row.progress < 1 for row in rows)
            words = " / ".join(self._words(row) for row in rows)
            _put(cell, f"▲ {words}" if late else words)
            if late:
                cell.font = _LATE

    def _words(self, row: PlacementRow) -> str:
        by = self._head.rows
        if by == "gantt_by_machines":
            return f"{row.order_number} {row.item_code}"
        if by == "gantt_by_orders":
            return f"{row.step_no} {row.step_name} {row.machine_code}"
        return f"{row.machine_code} {row.order_number}"


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)


_COLUMNS = (
    ("order", 16), ("step", 7), ("operation", 14), ("item", 14), ("name", 20), ("customer", 16),
    ("gantt_quantity", 10), ("gantt_unit", 7), ("gantt_machine", 12), ("gantt_setup_from", 17),
    ("gantt_start", 17), ("gantt_end", 17), ("internal_due", 17), ("gantt_late_h", 12),
    ("gantt_tools", 24), ("gantt_crew", 24), ("gantt_done_pct", 8), ("gantt_pinned", 9),
)  # fmt: skip


def _operations(page: Any, view: PlanView, zone: ZoneInfo, language: str) -> None:
    """All placed operations by their start, numbers as numbers, moments on the plant's clock."""
    page.title = _said("gantt_operations", language)
    for column, (code, wide) in enumerate(_COLUMNS, 1):
        cell = page.cell(1, column, _said(code, language))
        cell.font, cell.fill = _BOLD, _HEAD
        page.column_dimensions[get_column_letter(column)].width = wide
    for number, row in enumerate(sorted(view.placements, key=lambda one: one.setup_start), 2):
        for column, value in enumerate(_values(row, zone), 1):
            cell = page.cell(number, column)
            if isinstance(value, str):
                _put(cell, value)
                continue
            cell.value = value
            if isinstance(value, datetime):
                cell.number_format = "yyyy-mm-dd hh:mm"
            elif column == len(_COLUMNS) - 1:
                cell.number_format = "0 %"
    page.freeze_panes = "C2"
    page.auto_filter.ref = f"A1:{get_column_letter(len(_COLUMNS))}{len(view.placements) + 1}"


def _values(row: PlacementRow, zone: ZoneInfo) -> tuple[Any, ...]:
    def local(at: datetime | None) -> datetime | None:
        return None if at is None else at.astimezone(zone).replace(tzinfo=None)

    return (row.order_number, row.step_no, row.step_name, row.item_code, row.item_name,
             row.customer, row.quantity, row.unit, row.machine_code, local(row.setup_start),
             local(row.start), local(row.end), local(row.due),
             round(row.late_minutes / 60, 1) if row.late_minutes else None,
             ", ".join(row.tools), ", ".join(row.operators), row.progress,
             "●" if row.pin_machine or row.pin_start else None)  # fmt: skip
