"""Inspection sheets (检验单): one layout for incoming, first piece, patrol, final and shipment.

A4 or Letter landscape. Characteristics have a box for each reading, five in a line, or a box for
the number rejected; the sampling plan stands above them, conclusion and signatures below.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import partial

from reportlab.lib.units import mm

from app.core.format import number
from app.core.scan_codes import InspectionCode, inspection_code
from app.reports.labels import Labels
from app.reports.page import PAD, Block, Fitted, Pen, fit
from app.reports.sheet import (
    BASE,
    FOOT,
    SMALL,
    TICK,
    TITLE_HEIGHT,
    WRITE,
    Annex,
    HeadCell,
    HeadGrid,
    SheetPages,
    beside,
    cut,
    fields,
    gap,
    heading_row,
    printed_by,
    shared,
    sheets_pdf,
    stacked,
    ticks,
    title_line,
)
from app.reports.site_fields import site_cells
from app.services.quality.inspection_rows import CharacteristicRow, InspectionRow, SampleRow

SIZES = ("A4", "Letter")
A_LINE = 5
"""Boxes for readings in one line."""
QR_SIDE = 24 * mm
ROW = 9 * mm
SKETCH_HEIGHT = 62 * mm
PHOTOS = 4

_COLUMNS = ("line_no", "characteristic", "defect_class", "method_gauge", "limits", "sample_size",
            "readings", "verdict", "defects", "remark")  # fmt: skip
_SHARES = (8, 33, 10, 31, 37, 15, 65, 44, 19, 19)
_READINGS, _VERDICT = _COLUMNS.index("readings"), _COLUMNS.index("verdict")

_CONCLUSIONS = ("accepted", "not_accepted", "concession", "to_rework", "to_sort", "to_scrap",
                "to_return")  # fmt: skip
_OCCASIONS = ("shift_start", "mould_change", "material_change", "after_repair", "person_change")


def inspection_pdf(
    sheets: Sequence[InspectionRow], language: str = "zh", paper: str = "A4"
) -> tuple[bytes, int]:
    """The sheets as one PDF, and its number of pages.

    ``language``: zh, en or both; ``paper``: see ``SIZES``. ValueError for another word or for no
    sheet at all.
    """
    if paper not in SIZES:
        raise ValueError(f"unknown paper {paper!r}")
    labels = Labels(language)
    if not sheets:
        raise ValueError("no sheet to print")
    made = (partial(_Sheet.laid_out, each, labels) for each in sheets)
    return sheets_pdf(labels("inspection_sheet"), paper, made)


class _Sheet:
    """One sheet laid out for pages of one size."""

    def __init__(self, row: InspectionRow, labels: Labels, w: float, h: float) -> None:
        self.row, self.labels, self.w, self.h = row, labels, w, h
        self.widths = shared(w, _SHARES)
        self._verdicts = [labels.stacked(code) for code in ("pass", "fail", "not_applicable")]
        self.annex = Annex(labels)
        self.head = HeadGrid(self._cells(), w - QR_SIDE - 2 * mm, self.annex)

    @classmethod
    def laid_out(cls, row: InspectionRow, labels: Labels, w: float, h: float) -> SheetPages:
        return cls(row, labels, w, h).pages()

    def pages(self) -> SheetPages:
        head = TITLE_HEIGHT + max(self.head.height, QR_SIDE) + 2 * mm
        return SheetPages(self.w, self.h, head, self._draw_head, self._blocks, self._foot)

    def _foot(self, page: int, pages: int) -> str:
        labels, row = self.labels, self.row
        parts = (
            printed_by(labels, row.printed_by, row.printed_at),
            row.number,
            labels("page", page=page, pages=pages),
        )
        return " · ".join(parts)

    # ------------------------------------------------------------ header

    def _cells(self) -> list[list[HeadCell]]:
        row, labels = self.row, self.labels
        quantity = f"{number(row.quantity)} {row.unit}"
        incoming = row.kind == "IQC"
        first = [
            self._cell("sheet_no", row.number, 3.2, 11),
            self._cell("purchase_line" if incoming else "order", row.order, 2.4),
            self._cell("supplier", row.supplier, 2.4)
            if incoming
            else self._cell("card", row.card, 2.4),
            self._cell("lot_quantity", quantity, 1.5, 11),
            self._cell("wanted_by", labels.when(row.wanted_by), 2.0),
        ]
        named = " ".join(part for part in (row.plan_code, row.plan_name) if part)
        second = [
            self._cell("inspection_plan", named, 3.0),
            self._cell("item", row.item_code, 1.9),
            self._cell("name", row.item_name, 2.4),
            self._cell("specification", row.specification, 2.4),
            self._cell("pattern", row.pattern, 1.3),
            self._cell("colour", row.colour, 1.2),
            self._cell("drawing", row.drawing, 1.6),
        ]
        step = f"{row.step_no} {row.step_name}" if row.step_no is not None else ""
        place = [
            self._cell("operation", step, 2.4),
            self._cell("machine", row.place, 1.8),
            self._cell("moulds", "  ".join(row.moulds), 3.2),
            self._to_write("cavity_no", 1.2),
        ]
        third = [
            *([self._to_write("packages", 2.4)] if incoming else place),
            HeadCell(labels("lot"), row.lot, 1.8, write=True),
            self._to_write("submitted_by", 1.6),
            self._to_write("submitted_at", 1.8),
        ]
        lines = [first, second, third, *site_cells(labels, row.fields)]
        if row.requirements:
            lines.append([self._cell("requirements", row.requirements, 1.0)])
        return lines

    def _cell(self, code: str, value: str, share: float, size: float = BASE) -> HeadCell:
        return HeadCell(self.labels(code), value, share, size)

    def _to_write(self, code: str, share: float) -> HeadCell:
        return HeadCell(self.labels(code), "", share, write=True)

    def _draw_head(self, pen: Pen, x: float, top: float, page: int) -> None:
        row, labels = self.row, self.labels
        title = f"{labels('inspection_sheet')} · {labels(f'inspection_{row.kind}')}"
        if page > 1:
            title += f" ({labels('continued')})"
        marks = []
        if row.revision:
            marks.append(labels("revision", revision=row.revision))
        if row.plan is not None:
            marks.append(labels.plain(row.plan))
        rush = labels("rush") if row.rush else ""
        title_line(pen, x, top, self.w, title, " · ".join(marks), rush)
        self.head.draw(pen, x, top - TITLE_HEIGHT)
        code = inspection_code(
            InspectionCode(row.order, row.card, row.revision, row.kind, row.step_no, row.plan_code)
        )
        pen.qr(x + self.w - QR_SIDE, top - TITLE_HEIGHT - QR_SIDE, code, QR_SIDE)

    # ------------------------------------------------------------ body

    def _blocks(self, most: float) -> list[Block]:
        blocks: list[Block] = []
        if self.row.kind == "FAI":
            blocks += [self._first_piece(), gap()]
        if self.row.samples:
            blocks += [self._sampling(), gap()]
        heading = heading_row(self.widths, [self.labels(code) for code in _COLUMNS])
        blocks.append(heading)
        for line in self.row.characteristics:
            blocks += self._line(line, most - heading.height)
        blocks += [gap(), self._pictures(), gap(), stacked(self._conclusion())]
        return [*blocks, *self.annex.blocks(self.w, most)]

    def _first_piece(self) -> Block:
        labels = self.labels
        wide = self.w * 0.7
        place = fields(self.w - wide, labels("first_sample"), [labels("kept_at")])
        choices = [labels(code) for code in _OCCASIONS]
        occasion = ticks(wide, labels("occasion"), choices, least=place.height)
        if occasion.height > place.height:
            place = fields(self.w - wide, labels("first_sample"), [labels("kept_at")],
                           least=occasion.height)  # fmt: skip
        return beside([(occasion, wide), (place, self.w - wide)])

    def _sampling(self) -> Block:
        title = self.labels("sampling", level=self.row.level)
        return fields(self.w, title, [self._sample(sample) for sample in self.row.samples])

    def _sample(self, sample: SampleRow) -> str:
        plan = sample.plan
        head = f"{sample.defect_class} · AQL {number(sample.aql)} · "
        if plan is None:
            return f"{head}{self.labels('sample_open')}"
        if not plan.whole_lot:
            head += f"{plan.letter} · "
        head += f"n = {plan.sample_size} · Ac {plan.accept} · Re {plan.reject} · "
        return head + self.labels("sample_all" if plan.whole_lot else "sample_found")

    # ------------------------------------------------------------ one characteristic

    def _line(self, line: CharacteristicRow, most: float) -> list[Block]:
        """One row; readings that need more than a page go on in rows below."""
        star = "★ " if line.critical else ""
        texts: list[str | None] = [
            str(line.number), f"{star}{line.name}", line.defect_class,
            _lines(line.method, line.gauge), requirement(line),
            _lines("" if line.sample_size is None else f"n = {line.sample_size}", line.frequency),
            None, None, None, line.note or None,
        ]  # fmt: skip
        cells: list[Fitted | None] = [
            fit(text, wide, SMALL, 3) if text else None
            for text, wide in zip(texts, self.widths, strict=True)
        ]
        boxes = (line.sample_size or A_LINE) if line.measured else 0
        blocks = []
        first = True
        while first or boxes or any(cell and cell.lines for cell in cells):
            now, cells = cut(cells, most - 1.2 * mm)
            here = min(boxes, A_LINE * max(int(most // WRITE), 1))
            text = max((cell.height for cell in now if cell), default=0.0) + 1.2 * mm
            if first:
                verdict = max(fit(v, self.widths[_VERDICT] / 3 - TICK, FOOT, 3).height
                              for v in self._verdicts)  # fmt: skip
                text = max(text, verdict + 1.2 * mm)
            height = max(text, ROW if first else 0.0, -(-here // A_LINE) * WRITE)
            blocks.append(self._row(line, now, here, height, first=first))
            boxes -= here
            first = False
        return blocks

    def _row(
        self, line: CharacteristicRow, cells: Sequence[Fitted | None], boxes: int, height: float,
        *, first: bool,
    ) -> Block:  # fmt: skip
        def draw(pen: Pen, x: float, top: float, _room: float) -> None:
            left = x
            for place, (cell, wide) in enumerate(zip(cells, self.widths, strict=True)):
                pen.box(left, top - height, wide, height)
                if cell:
                    pen.middle(left, top - height, height, cell)
                if place == _READINGS and boxes:
                    _reading_boxes(pen, left, top, wide, height, boxes)
                elif place == _READINGS and first and not line.measured:
                    self._rejected(pen, left, top - height, wide, height, line.sample_size)
                elif place == _VERDICT and first:
                    _stacked_ticks(pen, left, top - height, wide, height, self._verdicts)
                left += wide

        return Block(height, draw)

    def _rejected(
        self, pen: Pen, x: float, y: float, w: float, h: float, sample_size: int | None
    ) -> None:
        """A box for the number rejected, with the size of the sample behind it."""
        box = 20 * mm
        wide = w - box - 14 * mm
        pen.middle(x, y, h, fit(self.labels("rejected"), wide, SMALL, 2))
        pen.box(x + wide, y + (h - WRITE) / 2, box, WRITE)
        if sample_size is not None:
            pen.middle(x + wide + box, y, h, fit(f"/ {sample_size}", 14 * mm, SMALL))

    # ------------------------------------------------------------ below

    def _pictures(self) -> Block:
        """The sketch and places for photos; without a sketch only these, for their numbers."""
        labels = self.labels
        photos = [labels("photo", number=n) for n in range(1, PHOTOS + 1)]
        sketch = self.row.sketch
        if sketch is None:
            return fields(self.w, labels("photos"), photos)
        wide = self.w * 0.58
        part = (self.w - wide) / 2

        def draw(pen: Pen, x: float, top: float, _room: float) -> None:
            pen.box(x, top - SKETCH_HEIGHT, wide, SKETCH_HEIGHT)
            title = fit(labels("sketch"), wide, FOOT)
            pen.fitted(x, top - 0.5 * mm, title)
            low = SKETCH_HEIGHT - title.height - 2 * mm
            pen.picture(x + 2 * mm, top - SKETCH_HEIGHT + 1 * mm, wide - 4 * mm, low,
                        sketch.content)  # fmt: skip
            for place, name in enumerate(photos):
                left = x + wide + part * (place % 2)
                high = top - SKETCH_HEIGHT / 2 * (place // 2)
                pen.box(left, high - SKETCH_HEIGHT / 2, part, SKETCH_HEIGHT / 2)
                pen.fitted(left, high - 0.5 * mm, fit(name, part, FOOT))

        return Block(SKETCH_HEIGHT, draw)

    def _conclusion(self) -> list[Block]:
        labels = self.labels
        handling = [labels(code) for code in ("concession_by", "ncr_no", "handling_note")]
        signed = [labels(code) for code in ("inspector_time", "reviewer_time", "production_time")]
        return [
            ticks(self.w, labels("conclusion"), [labels(code) for code in _CONCLUSIONS]),
            fields(self.w, labels("handling"), handling),
            fields(self.w, labels("signatures"), signed),
        ]


def requirement(line: CharacteristicRow) -> str:
    """``2500 ± 2 mm`` with its limits, ``≤ 3 %``, and what is said in words."""
    nominal, lower, upper, unit = line.nominal, line.lower, line.upper, line.unit
    limits = _limits(lower, upper)
    text = limits
    if nominal is not None:
        text = number(nominal)
        if lower is not None and upper is not None and nominal - lower == upper - nominal:
            text += f" ± {number(upper - nominal)}"
    text = f"{text} {unit}".strip() if text else ""
    if nominal is not None and limits:
        text = f"{text}\n{limits}"
    return _lines(text, line.requirement)


def _limits(lower: Decimal | None, upper: Decimal | None) -> str:
    if lower is not None and upper is not None:
        return f"{number(lower)} … {number(upper)}"
    if upper is not None:
        return f"≤ {number(upper)}"
    return f"≥ {number(lower)}" if lower is not None else ""


def _lines(*parts: str) -> str:
    return "\n".join(part for part in parts if part)


def _reading_boxes(pen: Pen, x: float, top: float, w: float, h: float, count: int) -> None:
    """``A_LINE`` boxes in a line, as high as the row allows; what is not needed is grey."""
    lines = -(-count // A_LINE)
    wide, high = w / A_LINE, h / lines
    unused = lines * A_LINE - count
    if unused:
        pen.shade(x + w - unused * wide, top - h, unused * wide, high)
        pen.box(x + w - unused * wide, top - h, unused * wide, high)
    for place in range(count):
        left = x + wide * (place % A_LINE)
        pen.box(left, top - high * (place // A_LINE + 1), wide, high)


def _stacked_ticks(pen: Pen, x: float, y: float, w: float, h: float, names: Sequence[str]) -> None:
    """Boxes to tick side by side, their words beside them."""
    wide = w / len(names)
    for place, name in enumerate(names):
        left = x + place * wide
        pen.box(left + PAD / 2, y + (h - TICK) / 2, TICK, TICK)
        pen.middle(left + TICK, y, h, fit(name, wide - TICK, FOOT, 3))
