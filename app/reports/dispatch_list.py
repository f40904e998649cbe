"""Dispatch lists (派工单): the work of one work centre in one shift, machine by machine.

A4 or Letter landscape. Each row carries the bar code of its operation; what was really done is
written in by hand.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from reportlab.lib.units import mm

from app.core.format import number
from app.core.messages import message
from app.core.scan_codes import OperationCode, operation_code
from app.reports.labels import Labels
from app.reports.page import Block, Fitted, Pen, fit
from app.reports.sheet import (
    BASE,
    SMALL,
    TITLE_HEIGHT,
    Annex,
    HeadCell,
    HeadGrid,
    SheetPages,
    cut,
    gap,
    heading_row,
    printed_by,
    shared,
    sheets_pdf,
    stacked,
    text_row,
    text_rows,
    title_line,
)
from app.reports.shift_papers import head_cells, hours, mould_text
from app.services.planning.dispatch_rows import DispatchList, DispatchRow, Lamp, MachineLoad

SIZES = ("A4", "Letter")
BAR_HEIGHT = 9 * mm
BAR_MODULE = 0.32 * mm
QUIET = 3 * mm
BARS = 2 * QUIET + 112 * BAR_MODULE
"""Width of a bar code of 14 digits with its quiet zones."""

_COLUMNS = ("line_no", "order_card", "item_what", "step_moulds", "setup", "plan_this_shift",
            "start_end", "people", "kit", "from_to_step", "due", "attention", "actual",
            "scrap_short", "worker", "remark")  # fmt: skip
_SHARES = (7, 0, 31, 28, 16, 18, 15, 16, 23, 25, 13, 15, 12, 11, 13, 12)
_BARRED = _COLUMNS.index("order_card")
_SIGNS = {True: "✓", False: "×", None: "–"}


def dispatch_pdf(
    lists: Sequence[DispatchList], language: str = "zh", paper: str = "A4"
) -> tuple[bytes, int]:
    """The lists as one PDF, each on pages of its own, and the number of pages.

    ``language``: zh, en or both; ``paper``: see ``SIZES``. ValueError for another word or for no
    list at all.
    """
    if paper not in SIZES:
        raise ValueError(f"unknown paper {paper!r}")
    labels = Labels(language)
    if not lists:
        raise ValueError("no list to print")
    made = (partial(_List.laid_out, each, labels) for each in lists)
    return sheets_pdf(labels("dispatch_list"), paper, made)


class _List:
    def __init__(self, found: DispatchList, labels: Labels, w: float, h: float) -> None:
        self.list, self.labels, self.w, self.h = found, labels, w, h
        rest = shared(w - BARS, [share for share in _SHARES if share])
        self.widths = [*rest[:_BARRED], BARS, *rest[_BARRED:]]
        self.annex = Annex(labels)
        self.head = HeadGrid(self._cells(), w, self.annex)

    @classmethod
    def laid_out(cls, found: DispatchList, labels: Labels, w: float, h: float) -> SheetPages:
        return cls(found, labels, w, h).pages()

    def pages(self) -> SheetPages:
        head = TITLE_HEIGHT + self.head.height + 2 * mm
        return SheetPages(self.w, self.h, head, self._draw_head, self._blocks, self._foot)

    def _foot(self, page: int, pages: int) -> str:
        labels, head = self.labels, self.list.head
        parts = (
            printed_by(labels, head.printed_by, head.printed_at),
            labels("lamp_legend"),
            labels("page", page=page, pages=pages),
        )
        return " · ".join(parts)

    def _cells(self) -> list[list[HeadCell]]:
        labels = self.labels
        open_minutes = sum(machine.open_minutes for machine in self.list.machines)
        busy = sum(machine.busy_minutes for machine in self.list.machines)
        extra = [
            HeadCell(labels("open_hours"), hours(labels, open_minutes), 1.3),
            HeadCell(labels("planned_hours"), hours(labels, busy), 1.3),
            HeadCell(labels("changed_rows"), labels.value(message("reports.no_version_yet")), 1.7),
            HeadCell(labels("leader"), "", 1.6, write=True),
            HeadCell(labels("signed_for"), "", 2.4, write=True),
        ]
        return [[*head_cells(labels, self.list.head), *extra]]

    def _draw_head(self, pen: Pen, x: float, top: float, page: int) -> None:
        labels = self.labels
        title = labels("dispatch_list") + (f" ({labels('continued')})" if page > 1 else "")
        title_line(pen, x, top, self.w, title, labels.plain(self.list.head.plan))
        self.head.draw(pen, x, top - TITLE_HEIGHT)

    # ------------------------------------------------------------ rows

    def _blocks(self, most: float) -> list[Block]:
        heading = heading_row(self.widths, [self.labels(code) for code in _COLUMNS])
        room = most - heading.height
        blocks = [heading]
        for machine in self.list.machines:
            title = self._title(self._machine(machine))
            rows = [b for row in machine.rows for b in self._row(row, room - title.height)]
            if not rows:
                nothing = fit(self.labels("no_work"), self.w, SMALL)
                rows = [text_row([self.w], [nothing], least=6 * mm)]
            # The title of a machine stays with its first row.
            blocks += [stacked([title, rows[0]]), *rows[1:]]
        if self.list.spare:
            title = self._title(self.labels("spare_work"))
            rows = [b for row in self.list.spare for b in self._row(row, room - title.height)]
            blocks += [stacked([title, rows[0]]), *rows[1:]]
        if self.list.left_out:
            text = self.labels("left_out", names=list(self.list.left_out))
            blocks += [gap(), *text_rows([self.w], [fit(text, self.w, SMALL)], most=most)]
        return [*blocks, *self.annex.blocks(self.w, most)]

    def _title(self, text: str) -> Block:
        return text_row([self.w], [fit(text, self.w, BASE)], least=6 * mm, shade=True)

    def _machine(self, machine: MachineLoad) -> str:
        name = " ".join(dict.fromkeys((machine.code, machine.name)))
        share = (
            round(100 * machine.busy_minutes / machine.open_minutes) if machine.open_minutes else 0
        )
        load = self._said("machine_load", busy=hours(self.labels, machine.busy_minutes),
                           open=hours(self.labels, machine.open_minutes), share=share)  # fmt: skip
        return f"{name} · {load}"

    def _row(self, row: DispatchRow, most: float) -> list[Block]:
        cells = self._texts(row)
        digits = operation_code(OperationCode(row.operation_id, row.revision))
        label = fit(f"{row.order} {row.cards}".strip(), BARS, SMALL, 1)
        barred = label.height + BAR_HEIGHT + 2.2 * mm
        blocks: list[Block] = []
        while not blocks or any(cell and cell.lines for cell in cells):
            now, cells = cut(cells, most - 1.2 * mm)
            blocks.append(text_row(self.widths, now, least=0.0 if blocks else barred))
        first = blocks[0]

        def draw(pen: Pen, x: float, top: float, room: float) -> None:
            first.draw(pen, x, top, room)
            left = x + sum(self.widths[:_BARRED])
            pen.fitted(left, top - 0.4 * mm, label, bold=row.rush)
            low = top - label.height - 1.4 * mm - BAR_HEIGHT
            pen.code128(left + QUIET, low, digits, BAR_HEIGHT, BAR_MODULE)

        return [Block(first.height, draw), *blocks[1:]]

    def _texts(self, row: DispatchRow) -> list[Fitted | None]:
        labels = self.labels
        named = " ".join(p for p in (row.item_code, row.item_name, row.specification) if p)
        looks = " ".join(part for part in (row.pattern, row.colour) if part)
        rush = self._said("rush") if row.rush else ""
        texts = (
            str(row.sequence),
            None,
            _lines(row.customer, named, looks),
            _lines(f"{row.step_no} {row.step_name}", mould_text(labels, row.moulds)),
            self._setup(row),
            self._planned(row),
            self._times(row),
            _lines(labels.joint.join(row.people), self._heads(row)),
            self._kit(row.lamps),
            _lines(labels.value(row.comes_from), f"→ {labels.value(row.goes_to)}"),
            _lines(rush, labels.when(row.due.date())),
            row.attention,
            None,
            None,
            None,
            None,
        )
        return [
            fit(text, wide, SMALL, 4) if text else None
            for text, wide in zip(texts, self.widths, strict=True)
        ]

    def _said(self, code: str, **values: object) -> str:
        """A few words inside a cell: in one language, there is no room for two."""
        return self.labels.value(message(f"reports.{code}", **values))

    def _setup(self, row: DispatchRow) -> str:
        if row.running or row.begun:
            return self._said("going_on")
        parts = [f"{self.labels.value(piece.name)} {piece.minutes}" for piece in row.setup]
        return _lines(*parts)

    def _planned(self, row: DispatchRow) -> str:
        pieces = f"{number(row.pieces)} {row.unit}"
        turns = self._said("turns", count=row.turns) if row.turns is not None else ""
        done = self._said("done_of", done=number(row.done), total=number(row.total))
        return _lines(pieces, turns, done)

    def _times(self, row: DispatchRow) -> str:
        later = (row.end.date() - self.list.head.day).days
        ahead = (row.start.date() - self.list.head.day).days
        start = f"{row.start:%H:%M}" + (f" +{ahead}" if ahead else "")
        end = f"{row.end:%H:%M}" + (f" +{later}" if later else "")
        more = self._said("goes_on") if row.goes_on else ""
        return _lines(f"{start}–", end, more)

    def _heads(self, row: DispatchRow) -> str:
        if row.heads <= 1 and row.people:
            return ""
        return self._said("heads", count=row.heads) if row.heads else ""

    def _kit(self, lamps: Sequence[Lamp]) -> str:
        """Signs in one line, and below it what is missing."""
        labels = self.labels
        shorts = {lamp.kind: labels.value(message(f"reports.kit_{lamp.kind}")) for lamp in lamps}
        signs = " ".join(f"{shorts[lamp.kind]}{_sign(lamp)}" for lamp in lamps)
        missing = [labels.value(lamp.text) for lamp in lamps if lamp.ok is False and lamp.text]
        return _lines(signs, *missing)


def _sign(lamp: Lamp) -> str:
    """A first piece that is still to be passed is ticked on the paper."""
    return "□" if lamp.kind == "first_piece" and lamp.ok is None else _SIGNS[lamp.ok]


def _lines(*parts: str) -> str:
    return "\n".join(part for part in parts if part)
