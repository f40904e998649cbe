"""The mould-fitter's list (换模 / 备模单): time, machine, moulds out, moulds in, place."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from reportlab.lib.units import mm

from app.reports.labels import Labels
from app.reports.page import Block, Pen, fit
from app.reports.sheet import (
    SMALL,
    TITLE_HEIGHT,
    Annex,
    HeadCell,
    HeadGrid,
    SheetPages,
    heading_row,
    printed_by,
    shared,
    sheets_pdf,
    text_rows,
    title_line,
)
from app.reports.shift_papers import head_cells, mould_text
from app.services.planning.dispatch_rows import MouldAt, MouldChange, MouldList

SIZES = ("A4", "Letter")
_COLUMNS = ("time", "machine", "moulds_out", "moulds_in", "order_item", "operation",
            "setup_min", "done_at", "signed", "remark")  # fmt: skip
_SHARES = (17, 17, 50, 58, 48, 20, 14, 18, 20, 19)


def mould_list_pdf(
    lists: Sequence[MouldList], language: str = "zh", paper: str = "A4"
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
    return sheets_pdf(labels("mould_list"), paper, made)


class _List:
    def __init__(self, found: MouldList, labels: Labels, w: float, h: float) -> None:
        self.list, self.labels, self.w, self.h = found, labels, w, h
        self.widths = shared(w, _SHARES)
        self.annex = Annex(labels)
        cells = [
            *head_cells(labels, found.head),
            HeadCell(labels("fitter"), "", 2.0, write=True),
        ]
        self.head = HeadGrid([cells], w, self.annex)

    @classmethod
    def laid_out(cls, found: MouldList, labels: Labels, w: float, h: float) -> SheetPages:
        return cls(found, labels, w, h).pages()

    def pages(self) -> SheetPages:
        head = TITLE_HEIGHT + self.head.height + 2 * mm
        return SheetPages(self.w, self.h, head, self._draw_head, self._blocks, self._foot)

    def _foot(self, page: int, pages: int) -> str:
        head = self.list.head
        by = printed_by(self.labels, head.printed_by, head.printed_at)
        return f"{by} · {self.labels('page', page=page, pages=pages)}"

    def _draw_head(self, pen: Pen, x: float, top: float, page: int) -> None:
        labels = self.labels
        title = labels("mould_list") + (f" ({labels('continued')})" if page > 1 else "")
        title_line(pen, x, top, self.w, title, labels.plain(self.list.head.plan))
        self.head.draw(pen, x, top - TITLE_HEIGHT)

    def _blocks(self, most: float) -> list[Block]:
        heading = heading_row(self.widths, [self.labels(code) for code in _COLUMNS])
        blocks = [heading]
        for change in self.list.changes:
            blocks += self._row(change, most - heading.height)
        return [*blocks, *self.annex.blocks(self.w, most)]

    def _row(self, change: MouldChange, most: float) -> list[Block]:
        later = (change.at.date() - self.list.head.day).days
        texts = (
            f"{change.at:%H:%M}" + (f" +{later}" if later else ""),
            change.machine,
            mould_text(self.labels, [MouldAt(name, "") for name in change.out]) or "–",
            mould_text(self.labels, change.into) or "–",
            f"{change.order}\n{change.item_code} {change.item_name}",
            f"{change.step_no} {change.step_name}",
            str(change.minutes or ""),
        )
        cells = [fit(text, wide, SMALL, 3) for text, wide in zip(texts, self.widths, strict=False)]
        return text_rows(self.widths, [*cells, None, None, None], most=most, least=10 * mm)
