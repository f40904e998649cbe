"""Traveler cards (流转卡): one per card, A4 or Letter landscape, or two A5 cards on a sheet of A4.

Columns and boxes are the shop's own sheet: quantities are never filled in beforehand, every page
repeats the header line and the QR code, text shrinks to 7 pt and then wraps, never cut.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import ROUND_UP, Decimal
from io import BytesIO

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from app.core.format import number
from app.core.messages import message
from app.core.scan_codes import OperationCode, TravelerCode, operation_code, traveler_code
from app.reports.labels import Labels
from app.reports.page import Block, Fitted, Pen, fit
from app.reports.sheet import (
    BASE,
    MARGIN,
    SMALL,
    TITLE_HEIGHT,
    Annex,
    HeadCell,
    HeadGrid,
    SheetPages,
    beside,
    fields,
    gap,
    heading_row,
    lying,
    printed_by,
    shared,
    strips,
    text_rows,
    title_line,
)
from app.reports.site_fields import site_cells
from app.services.orders.traveler_rows import TravelerRow, TravelerStep

ROW = 12 * mm
BAR_HEIGHT = 10 * mm
BAR_MODULE = 0.45 * mm
QUIET = 3 * mm
QR_SIDE = 24 * mm

SIZES = ("A4", "A5x2", "Letter")


@dataclass(frozen=True, slots=True)
class _Slot:
    """Where a card's page goes: lower left corner and size, in points."""

    x: float
    y: float
    w: float
    h: float


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of the routing table; ``fill`` takes the step and the digits of its bar code."""

    code: str
    share: float
    fill: Callable[[Labels, TravelerStep, str], str] | None = None


def traveler_pdf(
    travelers: Sequence[TravelerRow], language: str = "zh", paper: str = "A4"
) -> tuple[bytes, int]:
    """The cards as one PDF, and its number of pages.

    ``language``: zh, en or both; ``paper``: see ``SIZES``. ValueError for another word or for no
    card at all.
    """
    if paper not in SIZES:
        raise ValueError(f"unknown paper {paper!r}")
    labels = Labels(language)
    if not travelers:
        raise ValueError("no card to print")
    out = BytesIO()
    size, slots = _paper(paper)
    canvas = Canvas(out, pagesize=size)
    canvas.setTitle(labels("traveler"))
    canvas.setAuthor("Taktline")
    used = 0
    for traveler in travelers:
        pages = _Card(traveler, labels, slots[0]).pages()
        for page in range(1, len(pages) + 1):
            if used and used % len(slots) == 0:
                canvas.showPage()
            slot = slots[used % len(slots)]
            pages.draw(Pen(canvas), slot.x, slot.y, page)
            if len(slots) == 2 and used % 2 == 0:
                Pen(canvas).line(MARGIN, size[1] / 2, size[0] - MARGIN, size[1] / 2, dashed=True)
            used += 1
    canvas.showPage()
    canvas.save()
    return out.getvalue(), -(-used // len(slots))


def _paper(paper: str) -> tuple[tuple[float, float], list[_Slot]]:
    if paper == "A5x2":
        w, h = A4
        inner_w, inner_h = w - 2 * MARGIN, h / 2 - 2 * MARGIN
        return A4, [
            _Slot(MARGIN, h / 2 + MARGIN, inner_w, inner_h),
            _Slot(MARGIN, MARGIN, inner_w, inner_h),
        ]
    size = lying(paper)
    return size, [_Slot(MARGIN, MARGIN, size[0] - 2 * MARGIN, size[1] - 2 * MARGIN)]


# ---------------------------------------------------------------- routing columns


def _place(labels: Labels, step: TravelerStep, _digits: str) -> str:
    lines = [step.place, labels.when(step.start), step.shift]
    return "\n".join(line for line in lines if line) or labels("not_planned")


def _times(labels: Labels, step: TravelerStep, _digits: str) -> str:
    parts = []
    if step.setup_minutes:
        parts.append(labels.value(message("reports.setup_minutes", minutes=step.setup_minutes)))
    if step.standard:
        parts.append(labels.value(step.standard))
    return "\n".join(parts)


def _key(labels: Labels, step: TravelerStep, _digits: str) -> str:
    return labels.joint.join(labels.value(part) for part in step.key_parameters)


_MARKS = ("key", "inspection", "outside")


def _operation(labels: Labels, step: TravelerStep, digits: str) -> str:
    marks = "".join(
        labels.value(message(f"reports.mark_{mark}")) for mark in _MARKS if mark in step.marks
    )
    return f"{step.step_no} {marks}{step.name}\n{digits}"


_WIDE = (
    _Column("operation", 31, _operation),
    _Column("place", 26, _place),
    _Column("times", 22, _times),
    _Column("key_parameter", 30, _key),
    _Column("received", 13),
    _Column("good", 13),
    _Column("scrap", 17),
    _Column("rework", 12),
    _Column("worker", 17),
    _Column("date_shift", 15),
    _Column("from_to", 18),
    _Column("inspected", 17),
)


def _times_and_key(labels: Labels, step: TravelerStep, digits: str) -> str:
    parts = (_times(labels, step, digits), _key(labels, step, digits))
    return "\n".join(part for part in parts if part)


def _operation_and_place(labels: Labels, step: TravelerStep, digits: str) -> str:
    return f"{_operation(labels, step, digits)}\n{_place(labels, step, digits)}"


_NARROW = (
    _Column("operation", 30, _operation_and_place),
    _Column("times", 30, _times_and_key),
    _Column("received", 11),
    _Column("good", 11),
    _Column("scrap", 13),
    _Column("rework", 11),
    _Column("worker", 13),
    _Column("date_shift", 12),
    _Column("from_to", 13),
    _Column("inspected", 13),
)


class _Card:
    """One card laid out for slots of one size."""

    def __init__(self, traveler: TravelerRow, labels: Labels, slot: _Slot) -> None:
        self.traveler, self.labels, self.slot = traveler, labels, slot
        self.width = slot.w
        self.columns = _WIDE if slot.w > 240 * mm else _NARROW
        self.digits = [
            operation_code(OperationCode(step.operation_id, traveler.revision))
            for step in traveler.steps
        ]
        self.bar_width = 2 * QUIET + _modules(14) * BAR_MODULE
        self.widths = shared(self.width - self.bar_width, [c.share for c in self.columns])
        self.annex = Annex(labels)
        self.head = HeadGrid(self._cells(), self.width - QR_SIDE - 2 * mm, self.annex)
        self.requirements = self._requirements()

    def pages(self) -> SheetPages:
        head = TITLE_HEIGHT + max(self.head.height, QR_SIDE + 1 * mm) + 2 * mm
        head += self.requirements.height
        return SheetPages(self.slot.w, self.slot.h, head, self._draw_head, self._blocks, self._foot)

    def _foot(self, page: int, pages: int) -> str:
        labels, card = self.labels, self.traveler
        return " · ".join(
            (
                printed_by(labels, card.printed_by, card.printed_at),
                labels("print_no", number=card.print_no),
                labels("page", page=page, pages=pages),
            )
        )

    # ------------------------------------------------------------ header

    def _cells(self) -> list[list[HeadCell]]:
        t, labels = self.traveler, self.labels
        unit = t.card_unit
        lines = [
            [
                self._cell("order", t.order_number, 3.2, 11),
                self._cell("card", t.card_code, 2.6),
                self._cell("type", labels.value(t.order_type), 1.2),
                self._cell("internal_due", labels.when(t.internal_due), 2.2),
                self._cell("planned_start", labels.when(t.planned_start), 2.2),
            ],
            [
                self._cell("item", t.item_code, 2.2, 11),
                self._cell("name", t.item_name, 3.0),
                self._cell("specification", t.specification, 3.0),
                self._cell("pattern", t.pattern, 1.6),
                self._cell("colour", t.colour, 1.2),
            ],
            [
                self._cell("this_card", f"{number(t.card_quantity)} {unit}", 1.6, 11),
                self._cell("ordered", f"{number(t.order_quantity)} {t.order_unit}", 1.6),
                self._cell("released", f"{number(t.released_quantity)} {unit}", 1.6),
                self._cell("customer", t.customer, 2.0),
                self._cell("customer_po", t.customer_po, 1.8),
                self._cell("drawing", t.drawing, 1.6),
            ],
            [
                self._cell("moulds", t.moulds, 4.6),
                self._cell("cavities", t.cavities, 1.2),
                self._cell("recipe", t.recipe, 1.6),
                self._cell("lot", t.lot, 2.2),
            ],
        ]
        return lines + site_cells(labels, t.fields)

    def _cell(self, code: str, value: str, share: float, size: float = BASE) -> HeadCell:
        return HeadCell(self.labels(code), value, share, size)

    def _requirements(self) -> Fitted:
        label, text = self.labels("requirements"), self.traveler.requirements
        if not text:
            return Fitted(BASE, ())
        return self.annex.within(label, f"{label}: {text}", self.width, BASE, 3)

    def _draw_head(self, pen: Pen, x: float, top: float, page: int) -> None:
        t, labels = self.traveler, self.labels
        title = labels("traveler") + (f" ({labels('continued')})" if page > 1 else "")
        marks = [
            labels("card_of", number=t.card_number, of=t.card_of),
            labels("revision", revision=t.revision),
            labels.plain(t.plan),
        ]
        if t.print_no >= 2:
            marks.append(f"【{labels('reprint')}】")
        rush = labels("rush") if t.rush else ""
        title_line(pen, x, top, self.width, title, " · ".join(marks), rush)
        below = top - TITLE_HEIGHT
        self.head.draw(pen, x, below)
        code = traveler_code(TravelerCode(t.order_number, t.card_code, t.revision, t.print_no))
        pen.qr(x + self.width - QR_SIDE, below - QR_SIDE, code, QR_SIDE)
        below -= max(self.head.height, QR_SIDE + 1 * mm)
        pen.fitted(x, below - 0.5 * mm, self.requirements, bold=True)

    # ------------------------------------------------------------ routing table

    def _blocks(self, most: float) -> list[Block]:
        titles = [self.labels("step"), *(self.labels(column.code) for column in self.columns)]
        heading = heading_row([self.bar_width, *self.widths], titles)
        steps = [
            block
            for step, digits in zip(self.traveler.steps, self.digits, strict=True)
            for block in self._step_blocks(step, digits, most - heading.height)
        ]
        empty = [self._empty_row() for _ in range(2)]
        below = self._below(most)
        return [heading, *steps, *empty, *below, *self.annex.blocks(self.width, most)]

    def _step_blocks(self, step: TravelerStep, digits: str, most: float) -> list[Block]:
        """The row with its bar code; texts too long for a page go on in rows below it."""
        cells = [
            fit(column.fill(self.labels, step, digits), wide, BASE if place == 0 else SMALL, 3)
            if column.fill
            else None
            for place, (column, wide) in enumerate(zip(self.columns, self.widths, strict=True))
        ]
        rows = text_rows(
            [self.bar_width, *self.widths], [None, *cells], most=most, least=BAR_HEIGHT + 2 * mm
        )
        first = rows[0]

        def draw(pen: Pen, x: float, top: float, room: float) -> None:
            first.draw(pen, x, top, room)
            pen.code128(x + QUIET, top - BAR_HEIGHT - 1 * mm, digits, BAR_HEIGHT, BAR_MODULE)

        return [Block(first.height, draw), *rows[1:]]

    def _empty_row(self) -> Block:
        words = fit(self.labels("extra_step"), self.bar_width, SMALL)
        cells = [words, *(None for _ in self.widths)]
        (row,) = text_rows([self.bar_width, *self.widths], cells, most=ROW, least=ROW * 0.8)
        return row

    # ------------------------------------------------------------ below the routing

    def _below(self, most: float) -> list[Block]:
        labels, half = self.labels, self.width / 2
        verdict = f"{labels('ok')} □    {labels('not_ok')} □"
        names = (verdict, labels("inspector"), labels("time"))
        oven = [labels(code) for code in ("oven", "cart", "in_out", "temperature", "moisture")]
        both = ((half, labels("first_piece"), names), (half, labels("drying"), oven))
        blocks = [gap(), strips(both)]
        blocks += self._report_fields()
        if self.traveler.materials:
            blocks += [gap(), *self._material_blocks(most)]
        return [*blocks, gap(), *self._receipt_and_reasons(most)]

    def _report_fields(self) -> list[Block]:
        """The site's own fields of reports, to be filled in by hand, five in a strip."""
        names = [self.labels.plain(name) for name in self.traveler.blanks]
        title = self.labels("further_records")
        parts = [names[start : start + 5] for start in range(0, len(names), 5)]
        return [block for part in parts for block in (gap(), fields(self.width, title, part))]

    def _material_blocks(self, most: float) -> list[Block]:
        codes = ("material", "specification", "to_issue", "unit", "issued", "lots")
        widths = shared(self.width, (30, 40, 14, 10, 16, 40))
        heading = heading_row(widths, [self.labels(code) for code in codes])
        blocks = [heading]
        for m in self.traveler.materials:
            texts = (f"{m.code} {m.name}", m.specification, number(_weighable(m.quantity)), m.unit)
            cells = [fit(text, wide, SMALL, 2) for text, wide in zip(texts, widths, strict=False)]
            blocks += text_rows(
                widths, [*cells, None, None], most=most - heading.height, least=8 * mm
            )
        return blocks

    def _receipt_and_reasons(self, most: float) -> list[Block]:
        labels, half = self.labels, self.width / 2
        names = [labels(code) for code in ("quantity", "location", "storekeeper")]
        receipt = fields(half, labels("receipt"), names)
        legend = "   ".join(f"{code} {name}" for code, name in self.traveler.reasons)
        if not legend:
            return [receipt]
        text = fit(f"{labels('reasons')}: {legend}", half, SMALL, 2)
        first, *more = text_rows([half], [text], most=most, least=receipt.height)
        if first.height > receipt.height:
            return [receipt, first, *more]
        return [beside([(first, half), (receipt, half)]), *more]


def _weighable(quantity: Decimal) -> Decimal:
    """At most three decimal places, rounded up: nobody weighs a milligram."""
    return quantity.quantize(Decimal("0.001"), ROUND_UP) if quantity % 1 else quantity


def _modules(digits: int) -> int:
    """Bars of a Code 128 C of an even number of digits: start, pairs, check, stop (ISO 15417)."""
    return 11 + 11 * (digits // 2) + 11 + 13
