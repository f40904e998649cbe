"""Traveler cards (流转卡): one per card, A4 landscape or two A5 cards on a sheet of A4.

Columns and boxes are the shop's own sheet: quantities are never filled in beforehand, every page
repeats the header line and the QR code, text shrinks to 7 pt and then wraps, never cut.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_UP, Decimal
from io import BytesIO
from pathlib import Path

from reportlab.lib.pagesizes import A4, landscape, letter
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from app.core.format import moment, number
from app.core.messages import Message, message
from app.core.scan_codes import OperationCode, TravelerCode, operation_code, traveler_code
from app.reports.page import LEADING, PAD, Block, Fitted, Pen, fit, paginate, width
from app.services.orders.traveler_rows import TravelerRow, TravelerStep

MARGIN = 8 * mm
ROW = 12 * mm
BAR_HEIGHT = 10 * mm
BAR_MODULE = 0.45 * mm
QUIET = 3 * mm
TITLE = 14.0
RUSH = 18.0
BASE = 9.0
SMALL = 8.0

PAPERS = ("A4", "A5x2", "Letter")
LANGUAGES = ("zh", "en", "both")


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


def write_travelers(
    path: Path, travelers: Sequence[TravelerRow], language: str = "zh", paper: str = "A4"
) -> int:
    """Writes the cards into one PDF, returns its number of pages.

    ``language``: zh, en or both; ``paper``: see ``PAPERS``. ValueError for another word or for no
    card at all. The file appears whole or not at all.
    """
    data, pages = traveler_pdf(travelers, language, paper)
    path.write_bytes(data)
    return pages


def traveler_pdf(
    travelers: Sequence[TravelerRow], language: str = "zh", paper: str = "A4"
) -> tuple[bytes, int]:
    """The same in memory: PDF bytes and number of pages (for preview and print)."""
    if language not in LANGUAGES or paper not in PAPERS:
        raise ValueError(f"unknown language {language!r} or paper {paper!r}")
    if not travelers:
        raise ValueError("no card to print")
    labels = Labels(language)
    out = BytesIO()
    size, slots = _paper(paper)
    canvas = Canvas(out, pagesize=size)
    canvas.setTitle(labels.plain(message("reports.traveler")))
    canvas.setAuthor("Taktline")
    used = 0
    for traveler in travelers:
        card = _CardPages(traveler, labels, slots[0])
        for page in range(1, len(card.pages) + 1):
            if used and used % len(slots) == 0:
                canvas.showPage()
            card.draw(Pen(canvas), slots[used % len(slots)], page)
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
    size = landscape(A4 if paper == "A4" else letter)
    return size, [_Slot(MARGIN, MARGIN, size[0] - 2 * MARGIN, size[1] - 2 * MARGIN)]


class Labels:
    """Words of the sheet in one language, or both at once."""

    def __init__(self, language: str) -> None:
        self.languages = ("zh", "en") if language == "both" else (language,)

    def __call__(self, code: str, **values: object) -> str:
        return self.plain(message(f"reports.{code}", **values))

    def plain(self, text: Message) -> str:
        """Both languages side by side where both are asked for and they differ."""
        words = dict.fromkeys(text.text(language) for language in self.languages)
        return " ".join(words)

    def value(self, text: Message | str) -> str:
        """A sentence of data in the first language only: there is no room for two."""
        return text if isinstance(text, str) else text.text(self.languages[0])

    def when(self, value: datetime | None) -> str:
        return moment(value, self.languages[0], today=value.date()) if value else ""


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
    joint = ";" if labels.languages[0] == "zh" else "; "
    return joint.join(labels.value(part) for part in step.key_parameters)


_MARKS = (("key", "★"), ("inspection", "◎"), ("outside", "外"))


def _operation(_labels: Labels, step: TravelerStep, digits: str) -> str:
    marks = "".join(sign for mark, sign in _MARKS if mark in step.marks)
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


class _CardPages:
    """One card laid out for slots of one size."""

    def __init__(self, traveler: TravelerRow, labels: Labels, slot: _Slot) -> None:
        self.traveler, self.labels, self.width = traveler, labels, slot.w
        self.columns = _WIDE if slot.w > 240 * mm else _NARROW
        self.digits = [
            operation_code(OperationCode(step.operation_id, traveler.revision))
            for step in traveler.steps
        ]
        self.bar_width = 2 * QUIET + _modules(14) * BAR_MODULE
        self.qr_side = 24 * mm
        header = self._header_height()
        self.pages = paginate(self._blocks(), slot.h - header - 5 * mm)
        self.header = header

    def draw(self, pen: Pen, slot: _Slot, page: int) -> None:
        """Draws page ``page`` (from 1) into ``slot``."""
        top = slot.y + slot.h
        self._draw_header(pen, slot.x, top, page)
        top -= self.header
        for block in self.pages[page - 1]:
            block.draw(pen, slot.x, top, slot.w)
            top -= block.height
        labels, card = self.labels, self.traveler
        foot = " · ".join(
            (
                labels("printed", by=card.printed_by, at=card.printed_at),
                labels("print_no", number=card.print_no),
                labels("page", page=page, pages=len(self.pages)),
            )
        )
        pen.text(slot.x, slot.y, foot, SMALLEST_FOOT)

    # ------------------------------------------------------------ header

    def _cells(self) -> list[list[tuple[str, str, float]]]:
        """Rows of (label, value, share of the width)."""
        t, labels = self.traveler, self.labels
        unit = t.card_unit
        return [
            [
                ("order", t.order_number, 3.2),
                ("card", t.card_code, 2.6),
                ("type", labels.value(t.order_type), 1.2),
                ("internal_due", labels.when(t.internal_due), 2.2),
                ("planned_start", labels.when(t.planned_start), 2.2),
            ],
            [
                ("item", t.item_code, 2.2),
                ("name", t.item_name, 3.0),
                ("specification", t.specification, 3.0),
                ("pattern", t.pattern, 1.6),
                ("colour", t.colour, 1.2),
            ],
            [
                ("this_card", f"{number(t.card_quantity)} {unit}", 1.6),
                ("ordered", f"{number(t.order_quantity)} {t.order_unit}", 1.6),
                ("released", f"{number(t.released_quantity)} {unit}", 1.6),
                ("customer", t.customer, 2.0),
                ("customer_po", t.customer_po, 1.8),
                ("drawing", t.drawing, 1.6),
            ],
            [
                ("moulds", t.moulds, 4.6),
                ("cavities", t.cavities, 1.2),
                ("recipe", t.recipe, 1.6),
                ("lot", t.lot, 2.2),
            ],
        ]

    def _fitted_cells(self) -> list[tuple[float, list[tuple[str, Fitted, float]]]]:
        room = self.width - self.qr_side - 2 * mm
        rows = []
        for cells in self._cells():
            whole = sum(share for *_, share in cells)
            laid = []
            for code, value, share in cells:
                size = 11 if code in ("order", "this_card", "item") else BASE
                laid.append((code, fit(value, room * share / whole, size, 1), room * share / whole))
            height = max(cell[1].height for cell in laid) + SMALLEST_FOOT * LEADING + 1.6 * mm
            rows.append((height, laid))
        return rows

    def _header_height(self) -> float:
        cells = sum(height for height, _ in self._fitted_cells())
        return 9 * mm + max(cells, self.qr_side + 1 * mm) + self._requirements().height + 2 * mm

    def _requirements(self) -> Fitted:
        text = self.traveler.requirements
        if not text:
            return Fitted(BASE, ())
        return fit(f"{self.labels('requirements')}: {text}", self.width, BASE, 3)

    def _draw_header(self, pen: Pen, x: float, top: float, page: int) -> None:
        t, labels = self.traveler, self.labels
        self._draw_title(pen, x, top, page)
        y = top - 9 * mm
        for height, cells in self._fitted_cells():
            left = x
            for code, value, room in cells:
                pen.box(left, y - height, room, height)
                pen.text(left + PAD, y - SMALLEST_FOOT, labels(code), SMALLEST_FOOT)
                pen.fitted(left, y - SMALLEST_FOOT * LEADING, value, bold=value.size > BASE)
                left += room
            y -= height
        code = traveler_code(TravelerCode(t.order_number, t.card_code, t.revision, t.print_no))
        pen.qr(x + self.width - self.qr_side, top - 9 * mm - self.qr_side, code, self.qr_side)
        requirements = self._requirements()
        pen.fitted(x, top - self.header + requirements.height + 1.5 * mm, requirements, bold=True)

    def _draw_title(self, pen: Pen, x: float, top: float, page: int) -> None:
        t, labels = self.traveler, self.labels
        title = labels("traveler") + (f" ({labels('continued')})" if page > 1 else "")
        pen.text(x, top - 6 * mm, title, TITLE, bold=True)
        left = x + width(title, TITLE) + 4 * mm
        right = x + self.width
        if t.rush:
            right -= self._draw_rush(pen, right, top)
        marks = [
            labels("card_of", number=t.card_number, of=t.card_of),
            labels("revision", revision=t.revision),
            labels.plain(t.plan),
        ]
        if t.print_no >= 2:
            marks.append(f"【{labels('reprint')}】")
        pen.middle(left, top - 9 * mm, 9 * mm, fit(" · ".join(marks), right - left, SMALL, 2))

    def _draw_rush(self, pen: Pen, right: float, top: float) -> float:
        """The boxed rush mark, 18 pt; returns the room it takes."""
        words = self.labels("rush")
        room = width(words, RUSH) + 4 * mm
        pen.canvas.setLineWidth(1.5)
        pen.box(right - room, top - 8 * mm, room, 8 * mm)
        pen.text(right - room + 2 * mm, top - 6.4 * mm, words, RUSH, bold=True)
        return room + 3 * mm

    # ------------------------------------------------------------ routing table

    def _blocks(self) -> list[Block]:
        heading = Block(self._heading_height(), self._draw_heading, repeats=True)
        steps = [
            self._step_block(step, digits)
            for step, digits in zip(self.traveler.steps, self.digits, strict=True)
        ]
        empty = [Block(ROW * 0.8, self._draw_empty_row) for _ in range(2)]
        return [heading, *steps, *empty, *self._below()]

    def _column_widths(self) -> list[float]:
        room = self.width - self.bar_width
        whole = sum(column.share for column in self.columns)
        return [room * column.share / whole for column in self.columns]

    def _heading_cells(self) -> list[Fitted]:
        return [
            fit(self.labels(column.code), w, SMALL, 2)
            for column, w in zip(self.columns, self._column_widths(), strict=True)
        ]

    def _heading_height(self) -> float:
        return max(cell.height for cell in self._heading_cells()) + 1.5 * mm

    def _draw_heading(self, pen: Pen, x: float, top: float, _width: float) -> None:
        height = self._heading_height()
        pen.shade(x, top - height, self.width, height)
        pen.box(x, top - height, self.bar_width, height)
        pen.middle(x, top - height, height, fit(self.labels("step"), self.bar_width, SMALL))
        left = x + self.bar_width
        for cell, w in zip(self._heading_cells(), self._column_widths(), strict=True):
            pen.box(left, top - height, w, height)
            pen.middle(left, top - height, height, cell)
            left += w

    def _step_block(self, step: TravelerStep, digits: str) -> Block:
        widths = self._column_widths()
        cells = [
            fit(column.fill(self.labels, step, digits), w, BASE if i == 0 else SMALL, 3)
            if column.fill
            else None
            for i, (column, w) in enumerate(zip(self.columns, widths, strict=True))
        ]
        text = max(cell.height for cell in cells if cell)
        height = max(BAR_HEIGHT + 2 * mm, text + 1 * mm)

        def draw(pen: Pen, x: float, top: float, _width: float) -> None:
            y = top - height
            pen.box(x, y, self.bar_width, height)
            pen.code128(x + QUIET, top - BAR_HEIGHT - 1 * mm, digits, BAR_HEIGHT, BAR_MODULE)
            left = x + self.bar_width
            for cell, w in zip(cells, widths, strict=True):
                pen.box(left, y, w, height)
                if cell:
                    pen.middle(left, y, height, cell)
                left += w

        return Block(height, draw)

    def _draw_empty_row(self, pen: Pen, x: float, top: float, _width: float) -> None:
        height = ROW * 0.8
        pen.box(x, top - height, self.bar_width, height)
        words = fit(self.labels("extra_step"), self.bar_width, SMALL)
        pen.middle(x, top - height, height, words)
        left = x + self.bar_width
        for w in self._column_widths():
            pen.box(left, top - height, w, height)
            left += w

    # ------------------------------------------------------------ below the routing

    def _below(self) -> list[Block]:
        blocks = [Block(2 * mm, lambda *_: None), self._check_boxes()]
        if self.traveler.materials:
            blocks += [Block(2 * mm, lambda *_: None), *self._material_blocks()]
        blocks += [Block(2 * mm, lambda *_: None), self._receipt_and_reasons()]
        return blocks

    def _check_boxes(self) -> Block:
        labels = self.labels
        height = 11 * mm

        def draw(pen: Pen, x: float, top: float, room: float) -> None:
            half = room / 2
            first = (f"{labels('ok')} □    {labels('not_ok')} □", labels("inspector"),
                     labels("time"))  # fmt: skip
            oven = tuple(labels(c) for c in ("oven", "cart", "in_out", "temperature", "moisture"))
            _draw_fields(pen, x, top, half, height, labels("first_piece"), first)
            _draw_fields(pen, x + half, top, half, height, labels("drying"), oven)

        return Block(height, draw)

    def _material_blocks(self) -> list[Block]:
        labels = self.labels
        shares = (30, 40, 14, 10, 16, 40)
        codes = ("material", "specification", "to_issue", "unit", "issued", "lots")
        whole = sum(shares)
        widths = [self.width * share / whole for share in shares]

        def row(texts: Sequence[str], *, heading: bool = False) -> Block:
            cells = [fit(t, w, SMALL, 1) for t, w in zip(texts, widths, strict=True)]
            height = max(8 * mm if not heading else 5 * mm,
                         max(c.height for c in cells) + 1 * mm)  # fmt: skip

            def draw(pen: Pen, x: float, top: float, _width: float) -> None:
                if heading:
                    pen.shade(x, top - height, self.width, height)
                left = x
                for cell, w in zip(cells, widths, strict=True):
                    pen.box(left, top - height, w, height)
                    pen.middle(left, top - height, height, cell)
                    left += w

            return Block(height, draw, repeats=heading)

        lines = [
            row(
                (
                    f"{m.code} {m.name}",
                    m.specification,
                    number(_weighable(m.quantity)),
                    m.unit,
                    "",
                    "",
                )
            )
            for m in self.traveler.materials
        ]
        return [row([labels(code) for code in codes], heading=True), *lines]

    def _receipt_and_reasons(self) -> Block:
        labels = self.labels
        legend = "   ".join(f"{code} {name}" for code, name in self.traveler.reasons)
        text = fit(f"{labels('reasons')}: {legend}" if legend else "", self.width / 2, SMALL, 2)
        height = max(11 * mm, text.height + 2 * mm)

        def draw(pen: Pen, x: float, top: float, room: float) -> None:
            half = room / 2
            pen.box(x, top - height, half, height)
            pen.middle(x, top - height, height, text)
            fields = tuple(labels(c) for c in ("quantity", "location", "storekeeper"))
            _draw_fields(pen, x + half, top, half, height, labels("receipt"), fields)

        return Block(height, draw)


SMALLEST_FOOT = 7.0


def _weighable(quantity: Decimal) -> Decimal:
    """At most three decimal places, rounded up: nobody weighs a milligram."""
    return quantity.quantize(Decimal("0.001"), ROUND_UP) if quantity % 1 else quantity


def _modules(digits: int) -> int:
    """Bars of a Code 128 C of an even number of digits: start, pairs, check, stop (ISO 15417)."""
    return 11 + 11 * (digits // 2) + 11 + 13


def _draw_fields(
    pen: Pen, x: float, top: float, w: float, h: float, title: str, fields: Sequence[str]
) -> None:
    """A titled strip of labelled fields to write in."""
    head = w * 0.16
    pen.shade(x, top - h, head, h)
    pen.box(x, top - h, w, h)
    pen.middle(x, top - h, h, fit(title, head, BASE, 2), bold=True)
    room = (w - head) / len(fields)
    for place, label in enumerate(fields):
        left = x + head + place * room
        pen.line(left, top, left, top - h)
        pen.fitted(left, top - 0.5 * mm, fit(label, room, SMALLEST_FOOT, 1))
