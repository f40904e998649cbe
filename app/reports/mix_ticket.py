"""Mixing tickets (配料单): for each mix what is to be weighed, and boxes for what was."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from functools import partial
from itertools import groupby

from reportlab.lib.units import mm

from app.core.format import number
from app.core.messages import message
from app.core.quantity import tidy
from app.reports.labels import Labels
from app.reports.page import Block, Pen, fit
from app.reports.sheet import (
    BASE,
    SMALL,
    TITLE_HEIGHT,
    WRITE,
    Annex,
    HeadCell,
    HeadGrid,
    SheetPages,
    fields,
    gap,
    printed_by,
    shared,
    sheets_pdf,
    stacked,
    text_row,
    text_rows,
    title_line,
)
from app.reports.shift_papers import head_cells
from app.services.planning.dispatch_rows import MixTicket, PaperHead

SIZES = ("A4", "Letter")
A_TABLE = 8
"""Mixes side by side; more of them go on in a table below."""
_SHARES = (52, 22, 16, 14)


def mix_ticket_pdf(
    tickets: Sequence[MixTicket], language: str = "zh", paper: str = "A4"
) -> tuple[bytes, int]:
    """The tickets as one PDF, those of a work centre and shift together, and its pages.

    ``language``: zh, en or both; ``paper``: see ``SIZES``. ValueError for another word or for no
    ticket at all.
    """
    if paper not in SIZES:
        raise ValueError(f"unknown paper {paper!r}")
    labels = Labels(language)
    if not tickets:
        raise ValueError("no ticket to print")
    made = [
        partial(_Tickets.laid_out, head, list(found), labels)
        for head, found in groupby(tickets, key=lambda ticket: ticket.head)
    ]
    return sheets_pdf(labels("mix_ticket"), paper, made)


class _Tickets:
    def __init__(
        self, head: PaperHead, tickets: list[MixTicket], labels: Labels, w: float, h: float
    ) -> None:
        self.paper, self.tickets, self.labels, self.w, self.h = head, tickets, labels, w, h
        self.annex = Annex(labels)
        cells = [*head_cells(labels, head), HeadCell(labels("leader"), "", 2.0, write=True)]
        self.head = HeadGrid([cells], w, self.annex)
        left = w * 0.42
        self.widths = [*shared(left, _SHARES), *shared(w - left, [1] * A_TABLE)]

    @classmethod
    def laid_out(
        cls, head: PaperHead, tickets: list[MixTicket], labels: Labels, w: float, h: float
    ) -> SheetPages:
        return cls(head, tickets, labels, w, h).pages()

    def pages(self) -> SheetPages:
        head = TITLE_HEIGHT + self.head.height + 2 * mm
        return SheetPages(self.w, self.h, head, self._draw_head, self._blocks, self._foot)

    def _foot(self, page: int, pages: int) -> str:
        by = printed_by(self.labels, self.paper.printed_by, self.paper.printed_at)
        return f"{by} · {self.labels('page', page=page, pages=pages)}"

    def _draw_head(self, pen: Pen, x: float, top: float, page: int) -> None:
        labels = self.labels
        title = labels("mix_ticket") + (f" ({labels('continued')})" if page > 1 else "")
        title_line(pen, x, top, self.w, title, labels.plain(self.paper.plan))
        self.head.draw(pen, x, top - TITLE_HEIGHT)

    def _blocks(self, most: float) -> list[Block]:
        blocks: list[Block] = []
        for ticket in self.tickets:
            for first in range(0, max(ticket.mixes, 1), A_TABLE):
                blocks += [*self._table(ticket, first, most), gap(4 * mm)]
        return [*blocks[:-1], *self.annex.blocks(self.w, most)]

    def _table(self, ticket: MixTicket, first: int, most: float) -> list[Block]:
        """One table of up to ``A_TABLE`` mixes, on one page where it fits one."""
        count = min(max(ticket.mixes, 1) - first, A_TABLE)
        widths = self.widths[: len(_SHARES) + count]
        blocks = [self._title(ticket), self._heading(widths, first, count)]
        blocks += [row for part in self._parts(ticket, widths, most / 2) for row in part]
        blocks += [self._by_hand(widths, code) for code in ("time", "mixed_by")]
        names = [self.labels(code) for code in ("scale", "powder_lot", "remark")]
        blocks.append(fields(self.w, self.labels("whole_ticket"), names))
        whole = stacked(blocks)
        return [whole] if whole.height <= most else blocks

    def _title(self, ticket: MixTicket) -> Block:
        parts = (
            f"{ticket.mix_code} {ticket.mix_name} ({ticket.revision})",
            self._mixes(ticket),
            f"{ticket.machine} {ticket.start:%H:%M}",
            f"{ticket.order} {ticket.item_code} {ticket.item_name}",
            f"{ticket.step_no} {ticket.step_name}",
            f"{number(ticket.pieces)} {ticket.piece_unit}",
        )  # fmt: skip
        text = self.annex.within(ticket.mix_code, " · ".join(parts), self.w, BASE, 3)
        return text_row([self.w], [text], least=7 * mm, shade=True)

    def _mixes(self, ticket: MixTicket) -> str:
        batch, need = _weighed(ticket.batch), _weighed(ticket.need)
        said = message(
            "reports.mixes", count=ticket.mixes, batch=batch, need=need, unit=ticket.unit
        )
        return self.labels.value(said)

    def _heading(self, widths: Sequence[float], first: int, count: int) -> Block:
        names = [self.labels(code) for code in ("component", "target", "tolerance", "unit")]
        mixes = [self.labels("mix_no", number=first + n) for n in range(1, count + 1)]
        cells = [
            fit(text, wide, SMALL, 2) for text, wide in zip([*names, *mixes], widths, strict=True)
        ]
        return text_row(widths, cells, least=5 * mm)

    def _parts(self, ticket: MixTicket, widths: Sequence[float], most: float) -> list[list[Block]]:
        found = []
        for part in ticket.parts:
            texts = (f"{part.code} {part.name}", _weighed(part.target), "±", part.unit)
            cells = [fit(text, wide, SMALL, 2) for text, wide in zip(texts, widths, strict=False)]
            blank = [None] * (len(widths) - len(texts))
            found.append(text_rows(widths, [*cells, *blank], most=most, least=WRITE))
        return found

    def _by_hand(self, widths: Sequence[float], code: str) -> Block:
        left, boxes = sum(widths[: len(_SHARES)]), widths[len(_SHARES) :]
        cells = [fit(self.labels(code), left, SMALL), *(None for _ in boxes)]
        return text_row([left, *boxes], cells, least=WRITE)


def _weighed(quantity: Decimal) -> str:
    """As a scale shows it: at most three decimal places."""
    return number(tidy(quantity.quantize(Decimal("0.001"), rounding=ROUND_HALF_UP)))
