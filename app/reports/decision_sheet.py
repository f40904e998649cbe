"""The decision sheet (方案决策单): scenarios side by side, what changes, who pays, signatures."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from reportlab.lib.units import mm

from app.core.format import duration
from app.core.messages import Message, message
from app.reports.labels import Labels
from app.reports.page import Block, Pen, fit
from app.reports.sheet import (
    BASE,
    SMALL,
    TITLE_HEIGHT,
    Annex,
    HeadCell,
    HeadGrid,
    SheetPages,
    fields,
    gap,
    heading_row,
    printed_by,
    shared,
    sheets_pdf,
    text_rows,
    title_line,
)
from app.services.planning.scenarios.decision import DecisionSheet
from app.services.planning.scenarios.outcome import number_of
from app.services.planning.scenarios.rows import OrderOutcome, ScenarioRow

SIZES = ("A4", "Letter")
_ORDER_COLUMNS = (
    "decision_order", "item", "customer", "decision_due", "decision_was", "decision_is",
    "decision_difference", "decision_cause",
)  # fmt: skip
_ORDER_SHARES = (30, 28, 30, 26, 26, 26, 22, 92)


def decision_sheet_pdf(
    sheet: DecisionSheet, language: str = "zh", paper: str = "A4"
) -> tuple[bytes, int]:
    """One PDF and the number of its pages.

    ``language``: zh, en or both; ``paper``: see ``SIZES``. ValueError for another word.
    """
    if paper not in SIZES:
        raise ValueError(f"unknown paper {paper!r}")
    labels = Labels(language)
    return sheets_pdf(labels("decision_sheet"), paper, [partial(_Sheet.laid_out, sheet, labels)])


class _Sheet:
    def __init__(self, sheet: DecisionSheet, labels: Labels, w: float, h: float) -> None:
        self.sheet, self.labels, self.w, self.h = sheet, labels, w, h
        self.annex = Annex(labels)
        first = sheet.scenarios[0]
        names = ", ".join(row.name for row in sheet.scenarios[1:]) or "–"
        self.head = HeadGrid(
            [
                [
                    HeadCell(labels("decision_proposed"), first.name, 3.0),
                    HeadCell(labels("decision_beside"), names, 3.0),
                    HeadCell(labels("decision_solved"), self._solved(first), 3.0),
                    HeadCell(labels("decision_base"), self._base(first), 2.0),
                ]
            ],
            w,
            self.annex,
        )

    @classmethod
    def laid_out(cls, sheet: DecisionSheet, labels: Labels, w: float, h: float) -> SheetPages:
        return cls(sheet, labels, w, h).pages()

    def pages(self) -> SheetPages:
        head = TITLE_HEIGHT + self.head.height + 2 * mm
        return SheetPages(self.w, self.h, head, self._draw_head, self._blocks, self._foot)

    def _solved(self, row: ScenarioRow) -> str:
        result = row.result
        if result is None:
            return self.labels("decision_not_solved")
        said = f"{self._when(result.solved_at)} · {result.solved_by}"
        return f"{said} · {self.labels('decision_stale')}" if result.stale else said

    def _base(self, row: ScenarioRow) -> str:
        if not row.base_revision:
            return self.labels("plan_unpublished")
        return self.labels("plan_published", revision=row.base_revision)

    def _when(self, at: datetime | None) -> str:
        return "–" if at is None else self.labels.when(at.astimezone(self.sheet.zone))

    def _foot(self, page: int, pages: int) -> str:
        by = printed_by(self.labels, self.sheet.printed_by, self.sheet.printed_at)
        return f"{by} · {self.labels('page', page=page, pages=pages)}"

    def _draw_head(self, pen: Pen, x: float, top: float, page: int) -> None:
        labels = self.labels
        title = labels("decision_sheet") + (f" ({labels('continued')})" if page > 1 else "")
        title_line(pen, x, top, self.w, title, self.sheet.site)
        self.head.draw(pen, x, top - TITLE_HEIGHT)

    # ---- blocks ----------------------------------------------------------------------------------

    def _blocks(self, most: float) -> list[Block]:
        return [
            *self._edits(most),
            gap(),
            *self._figures(most),
            gap(),
            *self._consequences(most),
            gap(),
            *self._orders(most),
            gap(),
            *self._decision(most),
            *self.annex.blocks(self.w, most),
        ]

    def _edits(self, most: float) -> list[Block]:
        widths = shared(self.w, (40, 12, 220))
        heading = heading_row(
            widths,
            [self.labels(c) for c in ("decision_scenario", "decision_no", "decision_edit")],
        )
        blocks = [heading]
        for row in self.sheet.scenarios:
            steps = row.open_steps
            if not steps:
                blocks += self._row(widths, (row.name, "", self.labels("decision_no_edit")), most)
            for place, step in enumerate(steps):
                texts = (row.name if not place else "", str(step.seq),
                         self.labels.plain(step.sentence))  # fmt: skip
                blocks += self._row(widths, texts, most)
        return blocks

    def _figures(self, most: float) -> list[Block]:
        plans = [self.labels.plain(message("scenarios.working")),
                 *(row.name for row in self.sheet.scenarios)]  # fmt: skip
        widths = shared(self.w, (60, *[40] * len(plans)))
        heading = heading_row(widths, [self.labels("decision_figure"), *plans])
        blocks = [heading]
        for row in self.sheet.figures:
            name = self.labels.plain(message(f"scenarios.figure_{row.figure.name}"))
            if row.figure.unit == "money":
                name += f" ({self.sheet.currency})"
            values = [
                number_of(row.figure, value) + (" ★" if place in row.best else "")
                for place, value in enumerate(row.values)
            ]
            blocks += self._row(widths, (name, *values), most)
        return blocks

    def _consequences(self, most: float) -> list[Block]:
        widths = shared(self.w, (40, 230))
        heading = heading_row(widths, [self.labels("decision_consequence"), ""])
        blocks = [heading]
        for code, orders in (
            ("decision_now_late", self.sheet.now_late),
            ("decision_saved", self.sheet.saved),
        ):
            named = ", ".join(orders) or "–"
            blocks += self._row(widths, (self.labels(code, count=len(orders)), named), most)
        return blocks

    def _orders(self, most: float) -> list[Block]:
        widths = shared(self.w, _ORDER_SHARES)
        heading = heading_row(widths, [self.labels(code) for code in _ORDER_COLUMNS])
        blocks = [heading]
        for order in self.sheet.orders:
            blocks += self._row(widths, self._order(order), most)
        if self.sheet.left_out:
            more = self.labels("decision_more", count=self.sheet.left_out)
            blocks += self._row([self.w], (more,), most)
        if not self.sheet.orders:
            blocks += self._row([self.w], (self.labels("decision_no_change"),), most)
        return blocks

    def _order(self, order: OrderOutcome) -> Sequence[str]:
        return (
            order.order, order.item, order.customer, self._when(order.due),
            self._when(order.base_end), self._when(order.end),
            self._difference(order.difference), self._cause(order.cause),
        )  # fmt: skip

    def _difference(self, minutes: int | None) -> str:
        if minutes is None:
            return "–"
        sign = "+" if minutes > 0 else "−"
        return sign + duration(abs(minutes), self.labels.languages[0])

    def _cause(self, cause: Message | None) -> str:
        return "–" if cause is None else self.labels.value(cause)

    def _decision(self, most: float) -> list[Block]:
        first = self.sheet.scenarios[0]
        widths = shared(self.w, (40, 230))
        blocks = [heading_row(widths, [self.labels("decision_decision"), ""])]
        for code, text in (
            ("decision_recommendation", first.recommendation),
            ("decision_payer", first.payer),
        ):
            cells = [fit(self.labels(code), widths[0], BASE, 2), fit(text, widths[1], BASE, 8)]
            blocks += text_rows(widths, cells, most=most - blocks[0].height, least=9 * mm)
        signed = [self.labels(c) for c in ("decision_yes_no", "decision_by", "decision_date")]
        blocks.append(fields(self.w, self.labels("decision_signature"), signed, least=14 * mm))
        return blocks

    def _row(self, widths: Sequence[float], texts: Sequence[str], most: float) -> list[Block]:
        cells = [fit(text, wide, SMALL, 3) for text, wide in zip(texts, widths, strict=True)]
        return text_rows(widths, cells, most=most - 12 * mm)
