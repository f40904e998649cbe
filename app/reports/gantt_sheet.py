"""The plan as a printed Gantt (A3 or A4, lying): pages by lines and by time, vector throughout.

Black on white: setup is hatched, pauses are thin lines, late orders end in a thick edge with a
triangle. A caption is written whole or not at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from zoneinfo import ZoneInfo

from reportlab.lib.pagesizes import A3, A4, landscape
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from app.core.format import WEEKDAYS, number, short_numbers
from app.reports.gantt_lines import Line, Piece
from app.reports.gantt_signs import (
    DONE_GREY,
    FIRST_PIECE_GREY,
    GREY,
    diamond,
    draw_legend,
    hatch,
    late_mark,
)
from app.reports.labels import Labels
from app.reports.page import LINE, PAD, SMALLEST, Pen, drawable, fit, width
from app.reports.sheet import FOOT, SMALL, TITLE_HEIGHT, printed_by, title_line
from app.services.planning.rows import PlacementRow

SIZES = {"A3": A3, "A4": A4}
MARGIN = 8 * mm
LEFT = 36 * mm
AXIS = 10 * mm
LEGEND = 6 * mm
FOOT_HEIGHT = 5 * mm
GROUP = 5 * mm
LANE, LOW_LANE, LOWEST_LANE = 7.5 * mm, 4.2 * mm, 1.2 * mm
CAPTION = 7.5
HOURS_FROM = 7.0  # points between two hours that are named; else every 2, 3, 4, 6, 12 or 24


@dataclass(frozen=True, slots=True)
class GanttHead:
    """What every page says. Moments on the plant's clock, aware."""

    site: str
    rows: str  # message code of "by machine" …
    plan: str
    printed_by: str
    printed_at: datetime
    now: datetime


@dataclass(frozen=True, slots=True)
class _Placed:
    """A line on a page: its top from the page's first line, its lanes and their height."""

    line: Line | None
    heading: str
    top: float
    height: float
    lanes: list[list[Piece]]
    pitch: float


def gantt_pdf(
    lines: Sequence[Line],
    head: GanttHead,
    days: Sequence[Sequence[date]],
    zone: ZoneInfo,
    language: str = "zh",
    paper: str = "A3",
) -> tuple[bytes, int]:
    """The chart as a PDF and its number of pages: for each part of ``days`` all lines.

    ValueError for an unknown word, for no day, or for no line.
    """
    if paper not in SIZES:
        raise ValueError(f"unknown paper {paper!r}")
    if not lines or not days or not all(days):
        raise ValueError("nothing to print")
    return _Chart(lines, head, days, zone, Labels(language), landscape(SIZES[paper])).pdf()


class _Chart:
    def __init__(
        self,
        lines: Sequence[Line],
        head: GanttHead,
        days: Sequence[Sequence[date]],
        zone: ZoneInfo,
        labels: Labels,
        size: tuple[float, float],
    ) -> None:
        self._lines, self._head, self._days = lines, head, days
        self._zone, self._labels, self._size = zone, labels, size
        self._w, self._h = size[0] - 2 * MARGIN, size[1] - 2 * MARGIN
        self._room = self._h - TITLE_HEIGHT - AXIS - LEGEND - FOOT_HEIGHT
        self._pages: list[list[_Placed]] = self._paged()

    def pdf(self) -> tuple[bytes, int]:
        out = BytesIO()
        canvas = Canvas(out, pagesize=self._size)
        canvas.setTitle(self._title())
        canvas.setAuthor("Taktline")
        total, number_ = len(self._days) * len(self._pages), 0
        for days in self._days:
            for placed in self._pages:
                number_ += 1
                _Page(self, canvas, days, placed, number_, total).draw()
                canvas.showPage()
        canvas.save()
        return out.getvalue(), total

    def _title(self) -> str:
        return f"{self._labels('gantt')} · {self._labels(self._head.rows)}"

    # ------------------------------------------------------------ pages by lines

    def _paged(self) -> list[list[_Placed]]:
        """Lines page by page; a heading is repeated where its group goes on."""
        pages: list[list[_Placed]] = [[]]
        top, group = 0.0, ""
        for line in self._lines:
            heading = "" if line.group is None else self._labels.value(line.group)
            lanes = line.lanes()
            height, pitch = self._height(line, lanes)
            new_group = bool(heading) and heading != group
            needed = height + (GROUP if new_group else 0.0)
            if top + needed > self._room and pages[-1]:
                pages.append([])
                top, new_group = 0.0, bool(heading)
            if new_group:
                pages[-1].append(_Placed(None, heading, top, GROUP, [], 0.0))
                top += GROUP
            pages[-1].append(_Placed(line, heading, top, height, lanes, pitch))
            top += height
            group = heading
        return pages

    def _height(self, line: Line, lanes: list[list[Piece]]) -> tuple[float, float]:
        """Of a line and of each of its lanes: lower ones where many are stacked."""
        words = self._title_of(line)
        title = fit(words, LEFT - 1 * mm, SMALL, 2).height + 1 * mm
        most = self._room - GROUP
        if len(lanes) == 1:
            return min(max(LANE, title), most), min(LANE, max(LANE, title)) - 1.5 * mm
        pitch = max(min(LOW_LANE, (most - 1.2 * mm) / len(lanes)), LOWEST_LANE)
        return min(max(pitch * len(lanes) + 1.2 * mm, title), most), pitch

    def _title_of(self, line: Line) -> str:
        return f"{line.title} {line.detail}".strip()


class _Page:
    def __init__(
        self,
        chart: _Chart,
        canvas: Canvas,
        days: Sequence[date],
        placed: Sequence[_Placed],
        page: int,
        pages: int,
    ) -> None:
        self._chart, self._canvas, self._days, self._placed = chart, canvas, days, placed
        self._page, self._pages = page, pages
        self._labels, self._zone = chart._labels, chart._zone
        self._pen = Pen(canvas)
        self._x0 = MARGIN + LEFT
        self._plot = chart._w - LEFT
        self._top = chart._size[1] - MARGIN - TITLE_HEIGHT
        self._first = self._midnight(days[0])
        self._last = self._midnight(days[-1] + timedelta(days=1))
        self._minutes = (self._last - self._first).total_seconds() / 60

    def _midnight(self, day: date) -> datetime:
        """The first moment of a day; where the clocks skip midnight, the first there is."""
        return datetime(day.year, day.month, day.day, tzinfo=self._zone).astimezone(UTC)

    def _x(self, at: datetime) -> float:
        """By elapsed time: a day on which the clocks change is longer or shorter."""
        return self._x0 + (at - self._first).total_seconds() / 60 / self._minutes * self._plot

    def _inside(self, at: datetime) -> float:
        return min(max(self._x(at), self._x0), self._x0 + self._plot)

    # ------------------------------------------------------------ the page

    def draw(self) -> None:
        head, labels = self._chart._head, self._labels
        span = f"{labels.when(self._days[0])} – {labels.when(self._days[-1])}"
        marks = " · ".join(part for part in (head.site, head.plan, span) if part)
        title_line(
            self._pen, MARGIN, self._chart._size[1] - MARGIN, self._chart._w,
            self._chart._title(), marks,
        )  # fmt: skip
        body = self._top - AXIS
        for placed in self._placed:
            self._ground(placed, body - placed.top)
        bottom = body - max(placed.top + placed.height for placed in self._placed)
        self._axis(bottom)
        for placed in self._placed:
            self._line(placed, body - placed.top)
        self._frame(body, bottom)
        self._now(bottom)
        first = any(placed.line and placed.line.first_pieces for placed in self._placed)
        height = MARGIN + FOOT_HEIGHT + 1.2 * mm
        draw_legend(self._pen, self._labels, MARGIN, height, self._chart._w, first_pieces=first)
        foot = " · ".join(
            (
                printed_by(labels, head.printed_by, head.printed_at),
                labels("page", page=self._page, pages=self._pages),
            )
        )
        laid = fit(foot, self._chart._w, FOOT)
        self._pen.fitted(MARGIN - PAD, MARGIN + laid.height, laid)

    def _frame(self, body: float, bottom: float) -> None:
        self._pen.box(MARGIN, bottom, self._chart._w, self._top - bottom)
        self._pen.line(self._x0, self._top, self._x0, bottom)
        self._pen.line(MARGIN, body, MARGIN + self._chart._w, body)

    def _axis(self, bottom: float) -> None:
        """Days, and below them hours as far as there is room; lines down through the chart."""
        pen, canvas = self._pen, self._canvas
        step = self._hour_step()
        canvas.saveState()
        for day in self._days:
            left, right = (
                self._x(self._midnight(day)),
                self._x(self._midnight(day + timedelta(days=1))),
            )
            canvas.setLineWidth(0.8)
            pen.line(left, self._top, left, bottom)
            words = self._day_words(day, right - left - 2)
            pen.text(left + 2, self._top - 4.2 * mm, words, CAPTION, bold=True)
            canvas.setLineWidth(0.25)
            for at in self._hours(day, step):
                x = self._x(at)
                named = f"{at.astimezone(self._zone):%H}"
                if right - x > width(named, 6) + 1:
                    pen.text(x + 0.8, self._top - 8.6 * mm, named, 6)
                if at != self._midnight(day):
                    canvas.setStrokeGray(0.75)
                    pen.line(x, self._top - 5.4 * mm, x, bottom)
                    canvas.setStrokeGray(0)
        canvas.restoreState()

    def _day_words(self, day: date, room: float) -> str:
        """``2026-11-23 Mon``, ``11-23 Mon``, ``23``: the longest that fits."""
        language = self._labels.languages[0]
        weekday = WEEKDAYS[language][day.weekday()]
        for words in (f"{day:%Y-%m-%d} {weekday}", f"{day:%m-%d} {weekday}", f"{day:%m-%d}"):
            if width(words, CAPTION) <= room:
                return words
        return str(day.day)

    def _hour_step(self) -> int:
        hour = 60 / self._minutes * self._plot
        return next((n for n in (1, 2, 3, 4, 6, 12) if n * hour >= HOURS_FROM + 3), 24)

    def _hours(self, day: date, step: int) -> Iterator[datetime]:
        """The full hours of the wall clock, each once, in the order of time."""
        at, end = self._midnight(day), self._midnight(day + timedelta(days=1))
        seen: set[int] = set()
        while at < end:
            local = at.astimezone(self._zone)
            if local.minute == 0 and local.hour % step == 0 and local.hour not in seen:
                seen.add(local.hour)
                yield at
            at += timedelta(minutes=30)

    # ------------------------------------------------------------ lines

    def _ground(self, placed: _Placed, top: float) -> None:
        """Grey where nothing is open, darker where the first piece of a shift is made."""
        line, canvas = placed.line, self._canvas
        canvas.saveState()
        if line is None:
            canvas.setFillGray(0.97)
            canvas.rect(MARGIN, top - placed.height, self._chart._w, placed.height, 0, 1)
        elif not line.always_open:
            canvas.setFillGray(GREY)
            at = self._first
            for shift in sorted(line.shifts, key=lambda one: one.start):
                if shift.end > at and shift.start < self._last:
                    self._grey(at, shift.start, top, placed.height)
                    at = max(at, shift.end)
            self._grey(at, self._last, top, placed.height)
            canvas.setFillGray(FIRST_PIECE_GREY)
            for first in line.first_pieces:
                self._grey(first.start, first.end, top, placed.height)
        canvas.restoreState()

    def _grey(self, begin: datetime, end: datetime, top: float, height: float) -> None:
        left, right = self._inside(begin), self._inside(end)
        if right > left:
            self._canvas.rect(left, top - height, right - left, height, 0, 1)

    def _line(self, placed: _Placed, top: float) -> None:
        pen, canvas = self._pen, self._canvas
        if placed.line is None:
            laid = fit(placed.heading, self._chart._w, SMALL)
            pen.middle(MARGIN, top - placed.height, placed.height, laid, bold=True)
        else:
            title = fit(self._chart._title_of(placed.line), LEFT - 1 * mm, SMALL, 2)
            pen.middle(MARGIN, top - placed.height, placed.height, title)
            self._due(placed.line, top - placed.height / 2)
            for place, lane in enumerate(placed.lanes):
                gap = 0.75 * mm if len(placed.lanes) == 1 else 0.6 * mm
                high = placed.pitch - (
                    0.0 if len(placed.lanes) == 1 else min(0.5 * mm, placed.pitch / 4)
                )
                upper = top - gap - place * placed.pitch
                if len(placed.lanes) == 1:
                    upper = top - (placed.height - placed.pitch) / 2
                for piece in lane:
                    if piece.begin < self._last and piece.end > self._first:
                        self._bar(piece, upper, high)
        canvas.setLineWidth(0.25)
        pen.line(MARGIN, top - placed.height, MARGIN + self._chart._w, top - placed.height)
        canvas.setLineWidth(LINE)

    def _due(self, line: Line, y: float) -> None:
        """A diamond at the due date of an order's line."""
        if line.due is not None and self._first <= line.due <= self._last:
            diamond(self._canvas, self._x(line.due), y)

    def _bar(self, piece: Piece, top: float, high: float) -> None:
        """Boxes where it works, a thin line where it rests; setup hatched, done part greyed."""
        canvas = self._canvas
        low = top - high
        late = piece.row.late_minutes > 0 and piece.row.progress < 1
        widest = (0.0, 0.0)
        canvas.saveState()
        canvas.setLineWidth(0.6)
        begin = piece.begin
        for rest in (*piece.rests, (piece.end, piece.end)):
            if rest[0] > begin:
                left, right = self._inside(begin), self._inside(rest[0])
                if right > left:
                    self._box(piece, begin, rest[0], low, high)
                    run = max(left, self._inside(piece.run))
                    if right - run > widest[1] - widest[0]:
                        widest = (run, right)
            if rest[1] > rest[0]:
                left, right = self._inside(rest[0]), self._inside(rest[1])
                if right > left:
                    canvas.line(left, low + high / 2, right, low + high / 2)
            begin = rest[1]
        if late and piece.row.end <= self._last and piece.row.end > self._first:
            widest = (widest[0], late_mark(canvas, self._inside(piece.row.end), low, high, widest))
        canvas.restoreState()
        self._caption(piece.row, *widest, low, high)

    def _box(self, piece: Piece, begin: datetime, end: datetime, low: float, high: float) -> None:
        canvas = self._canvas
        left, right = self._inside(begin), self._inside(end)
        canvas.setFillGray(1)
        canvas.rect(left, low, right - left, high, stroke=0, fill=1)
        run = min(max(self._inside(piece.run), left), right)
        done = piece.row.start + (piece.row.end - piece.row.start) * piece.row.progress
        if piece.row.progress > 0 and self._inside(done) > run:
            canvas.setFillGray(DONE_GREY)
            canvas.rect(run, low, min(self._inside(done), right) - run, high / 3, stroke=0, fill=1)
        if run > left:
            hatch(canvas, left, run, low, high)
        canvas.setFillGray(0)
        canvas.rect(left, low, right - left, high, stroke=1, fill=0)

    def _caption(
        self, row: PlacementRow, left: float, right: float, low: float, high: float
    ) -> None:
        """As many whole words as fit; a lock as a word in front."""
        room = right - left - 2.4
        for size in (CAPTION, SMALLEST, 6.0):
            if high < size * 1.05:
                continue
            for words in self._captions(row):
                if width(drawable(words), size) <= room:
                    self._pen.text(left + 1.4, low + (high - size * 0.72) / 2, words, size)
                    return

    def _captions(self, row: PlacementRow) -> tuple[str, ...]:
        quantity = f"{number(row.quantity)} {row.unit}".strip()
        lock = "● " if row.pin_machine or row.pin_start else ""
        step = f"{row.step_no} {row.step_name}".strip()
        by = self._chart._head.rows
        if by == "gantt_by_orders":
            return (f"{lock}{step} · {row.machine_code}", f"{lock}{step}", f"{row.step_no}")
        if by in ("gantt_by_people", "gantt_by_moulds"):
            return (
                f"{lock}{row.machine_code} · {row.order_number} · {step}",
                f"{lock}{row.machine_code} · {row.order_number}",
                f"{row.machine_code}",
                *short_numbers(row.order_number),
            )
        return (
            f"{lock}{row.order_number} · {row.item_code} · {quantity}",
            f"{lock}{row.order_number} · {row.item_code}",
            f"{lock}{row.order_number}",
            *short_numbers(row.order_number),
        )

    def _now(self, bottom: float) -> None:
        now = self._chart._head.now
        if self._first <= now < self._last:
            self._canvas.saveState()
            self._canvas.setLineWidth(1.0)
            self._pen.line(self._x(now), self._top - AXIS + 3, self._x(now), bottom, dashed=True)
            self._canvas.restoreState()
