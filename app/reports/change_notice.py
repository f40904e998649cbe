"""Change notices (变更通知): what a published plan changes for a team, was and is, to sign."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from reportlab.lib.units import mm

from app.core.format import number
from app.reports.labels import Labels
from app.reports.page import Block, Pen, fit
from app.reports.sheet import (
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
from app.services.planning.publishing.notices import NoticeSheet
from app.services.planning.publishing.pictures import ChangedRow, Stand

SIZES = ("A4", "Letter")
_COLUMNS = (
    "decision_order", "operation", "item", "quantity", "notice_change", "notice_was", "notice_is",
    "remark",
)  # fmt: skip
_SHARES = (32, 32, 32, 22, 24, 58, 58, 22)


def change_notice_pdf(
    sheets: Sequence[NoticeSheet], language: str = "zh", paper: str = "A4"
) -> tuple[bytes, int]:
    """One PDF, each notice on pages of its own, and the number of pages.

    ``language``: zh, en or both; ``paper``: see ``SIZES``. ValueError for another word or for no
    notice at all.
    """
    if paper not in SIZES:
        raise ValueError(f"unknown paper {paper!r}")
    labels = Labels(language)
    if not sheets:
        raise ValueError("no notice to print")
    made = (partial(_Notice.laid_out, each, labels) for each in sheets)
    return sheets_pdf(labels("change_notice"), paper, made)


class _Notice:
    def __init__(self, sheet: NoticeSheet, labels: Labels, w: float, h: float) -> None:
        self.sheet, self.labels, self.w, self.h = sheet, labels, w, h
        self.widths = shared(w, _SHARES)
        self.annex = Annex(labels)
        row = sheet.notice
        published = f"{self._when(row.published_at)} · {row.published_by}"
        self.head = HeadGrid(
            [
                [
                    HeadCell(labels("notice_team"), row.team, 3.0),
                    HeadCell(labels("notice_rows"), str(len(row.rows)), 1.0),
                    HeadCell(labels("notice_published"), published, 3.0),
                ]
            ],
            w,
            self.annex,
        )

    @classmethod
    def laid_out(cls, sheet: NoticeSheet, labels: Labels, w: float, h: float) -> SheetPages:
        return cls(sheet, labels, w, h).pages()

    def pages(self) -> SheetPages:
        head = TITLE_HEIGHT + self.head.height + 2 * mm
        return SheetPages(self.w, self.h, head, self._draw_head, self._blocks, self._foot)

    def _when(self, at: datetime) -> str:
        return self.labels.when(at.astimezone(self.sheet.zone))

    def _foot(self, page: int, pages: int) -> str:
        by = printed_by(self.labels, self.sheet.printed_by, self.sheet.printed_at)
        return f"{by} · {self.labels('page', page=page, pages=pages)}"

    def _draw_head(self, pen: Pen, x: float, top: float, page: int) -> None:
        labels = self.labels
        title = labels("change_notice") + (f" ({labels('continued')})" if page > 1 else "")
        plan = labels("plan_published", revision=self.sheet.notice.revision)
        title_line(pen, x, top, self.w, title, f"{self.sheet.site} · {plan}")
        self.head.draw(pen, x, top - TITLE_HEIGHT)

    def _blocks(self, most: float) -> list[Block]:
        heading = heading_row(self.widths, [self.labels(code) for code in _COLUMNS])
        blocks = [heading]
        for row in self.sheet.notice.rows:
            cells = [
                fit(text, wide, SMALL, 2)
                for text, wide in zip(self._texts(row), self.widths, strict=True)
            ]
            blocks += text_rows(self.widths, cells, most=most - heading.height)
        signed = self.sheet.notice
        names = [self.labels("notice_leader"), self.labels("decision_date")]
        if not signed.unread and signed.read_at is not None:
            names = [f"{names[0]} {signed.read_by}", f"{names[1]} {self._when(signed.read_at)}"]
        blocks += [gap(), fields(self.w, self.labels("notice_signed"), names, least=14 * mm)]
        return [*blocks, *self.annex.blocks(self.w, most)]

    def _texts(self, row: ChangedRow) -> Sequence[str]:
        return (
            row.order, f"{row.step} {row.name}", row.item, f"{number(row.quantity)} {row.unit}",
            self.labels(f"notice_{row.what}"), self._stand(row.was), self._stand(row.now), "",
        )  # fmt: skip

    def _stand(self, stand: Stand | None) -> str:
        if stand is None:
            return "–"
        end = stand.end.astimezone(self.sheet.zone)
        return f"{stand.machine} {self._when(stand.start)} – {end:%m-%d %H:%M}"
