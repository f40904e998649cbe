"""What our sheets are built of: a head of labelled cells, rows of cells, strips to write in,
an annex for texts that do not fit their cell, a foot, pages.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO

from reportlab.lib.pagesizes import A4, A5, landscape, letter
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from app.reports.labels import Labels
from app.reports.page import LEADING, PAD, Block, Fitted, Pen, fit, paginate, width

MARGIN = 8 * mm
TITLE = 14.0
RUSH = 18.0
BASE = 9.0
SMALL = 8.0
FOOT = 7.0
WRITE = 8 * mm
"""Least height of a field that somebody fills in by hand."""

PAPERS = {"A4": A4, "A5": A5, "Letter": letter}


def lying(paper: str) -> tuple[float, float]:
    """Size of a sheet in landscape, in points. ValueError for a paper we do not print on."""
    if paper not in PAPERS:
        raise ValueError(f"unknown paper {paper!r}")
    return landscape(PAPERS[paper])


# ---------------------------------------------------------------- texts too long for their cell


@dataclass
class Annex:
    """Whole texts of cells that only show a beginning; printed at the end of the sheet."""

    labels: Labels
    entries: list[tuple[str, str]] = field(default_factory=list)

    def within(self, label: str, text: str, room: float, size: float, most_lines: int) -> Fitted:
        """``text`` in at most ``most_lines``; what needs more is shown in part, with a reference
        to the annex, which then holds all of it."""
        whole = fit(text, room, size, most_lines)
        if len(whole.lines) <= most_lines:
            return whole
        if (label, text) not in self.entries:
            self.entries.append((label, text))
        pointer = self.labels("see_annex", number=self.entries.index((label, text)) + 1)
        pointed = fit(pointer, room, whole.size, most_lines)
        left = max(most_lines - len(pointed.lines), 0)
        return Fitted(whole.size, (*whole.lines[:left], *pointed.lines))

    def blocks(self, room: float, most: float) -> list[Block]:
        """The annex, below a heading; ``most``: height of a page's room."""
        if not self.entries:
            return []
        heading = fit(self.labels("annex"), room, BASE)
        found = [gap(), text_row([room], [heading], shade=True, repeats=True)]
        for number, (label, text) in enumerate(self.entries, 1):
            whole = fit(f"{number}. {label}: {text}", room, SMALL, 1)
            found += text_rows([room], [whole], most=most - found[1].height)
        return found


# ---------------------------------------------------------------- head


@dataclass(frozen=True, slots=True)
class HeadCell:
    """``share`` of the line's width; large cells are also bold; ``write``: filled in by hand."""

    label: str
    value: str
    share: float
    size: float = BASE
    write: bool = False


class HeadGrid:
    """Lines of labelled cells, each as high as its fullest cell."""

    def __init__(
        self, lines: Sequence[Sequence[HeadCell]], room: float, annex: Annex, most_lines: int = 3
    ) -> None:
        self._lines: list[tuple[float, list[tuple[Fitted, Fitted, float]]]] = []
        for line in lines:
            whole = sum(cell.share for cell in line)
            laid = []
            for cell in line:
                wide = room * cell.share / whole
                label = fit(cell.label, wide, FOOT)
                value = annex.within(cell.label, cell.value, wide, cell.size, most_lines)
                laid.append((label, value, wide))
            high = max(
                label.height + max(value.height + 1.6 * mm, WRITE if cell.write else 0.0)
                for cell, (label, value, _) in zip(line, laid, strict=True)
            )
            self._lines.append((high, laid))

    @property
    def height(self) -> float:
        return sum(high for high, _ in self._lines)

    def draw(self, pen: Pen, x: float, top: float) -> None:
        for high, cells in self._lines:
            left = x
            for label, value, wide in cells:
                pen.box(left, top - high, wide, high)
                pen.fitted(left, top - 0.3 * mm, label)
                pen.fitted(left, top - label.height - 0.5 * mm, value, bold=value.size > BASE)
                left += wide
            top -= high


def title_line(
    pen: Pen, x: float, top: float, room: float, title: str, marks: str, rush: str = ""
) -> None:
    """Title, quiet marks beside it, and a boxed rush mark at the right; ``TITLE_HEIGHT`` high."""
    laid = fit(title, room * 0.5, TITLE)
    pen.middle(x - PAD, top - TITLE_HEIGHT, TITLE_HEIGHT, laid, bold=True)
    left = x + max(width(line, laid.size) for line in laid.lines) + 3 * mm
    right = x + room
    if rush:
        wide = width(rush, RUSH) + 4 * mm
        pen.canvas.setLineWidth(1.5)
        pen.box(right - wide, top - 8 * mm, wide, 8 * mm)
        pen.text(right - wide + 2 * mm, top - 6.4 * mm, rush, RUSH, bold=True)
        right -= wide + 3 * mm
    pen.middle(left, top - TITLE_HEIGHT, TITLE_HEIGHT, fit(marks, right - left, SMALL, 2))


TITLE_HEIGHT = 9 * mm


# ---------------------------------------------------------------- rows


def gap(height: float = 2 * mm) -> Block:
    return Block(height, lambda *_: None, ends=True)


def text_row(
    widths: Sequence[float],
    cells: Sequence[Fitted | None],
    *,
    least: float = 0.0,
    shade: bool = False,
    repeats: bool = False,
) -> Block:
    """One row of cells with their frames; ``None`` is a cell to write in."""
    text = max((cell.height for cell in cells if cell), default=0.0)
    height = max(text + 1.2 * mm, least)

    def draw(pen: Pen, x: float, top: float, _room: float) -> None:
        if shade:
            pen.shade(x, top - height, sum(widths), height)
        left = x
        for cell, wide in zip(cells, widths, strict=True):
            pen.box(left, top - height, wide, height)
            if cell:
                pen.middle(left, top - height, height, cell)
            left += wide

    return Block(height, draw, repeats=repeats)


def text_rows(
    widths: Sequence[float],
    cells: Sequence[Fitted | None],
    *,
    most: float,
    least: float = 0.0,
) -> list[Block]:
    """As ``text_row``; a row higher than ``most`` goes on in further rows, line by line."""
    rest = list(cells)
    rows = []
    while True:
        now, rest = cut(rest, most - 1.2 * mm)
        rows.append(text_row(widths, now, least=least))
        if not any(cell and cell.lines for cell in rest):
            return rows


def cut(
    cells: Sequence[Fitted | None], most: float
) -> tuple[list[Fitted | None], list[Fitted | None]]:
    """What fits ``most`` points, and what is left."""
    now: list[Fitted | None] = []
    left: list[Fitted | None] = []
    for cell in cells:
        if cell is None:
            now.append(None)
            left.append(None)
            continue
        count = max(int(most / (cell.size * LEADING)), 1)
        now.append(Fitted(cell.size, cell.lines[:count]))
        left.append(Fitted(cell.size, cell.lines[count:]))
    return now, left


def heading_row(widths: Sequence[float], texts: Sequence[str]) -> Block:
    """Titles of columns, shaded, and again on each page."""
    cells = [fit(text, wide, SMALL, 2) for text, wide in zip(texts, widths, strict=True)]
    return text_row(widths, cells, least=5 * mm, shade=True, repeats=True)


def shared(room: float, shares: Sequence[float]) -> list[float]:
    """Widths of columns by their shares."""
    whole = sum(shares)
    return [room * share / whole for share in shares]


# ---------------------------------------------------------------- to write in


def fields(room: float, title: str, names: Sequence[str], *, least: float = 11 * mm) -> Block:
    """A titled strip of named fields, each with at least ``WRITE`` left to write in."""
    head = max(room * 0.11, 18 * mm)
    wide = (room - head) / max(len(names), 1)
    labels = [fit(name, wide, FOOT) for name in names]
    heading = fit(title, head, BASE, 2)
    tallest = max((label.height for label in labels), default=0.0)
    height = max(least, tallest + 0.5 * mm + WRITE, heading.height + 1.2 * mm)

    def draw(pen: Pen, x: float, top: float, _room: float) -> None:
        pen.shade(x, top - height, head, height)
        pen.box(x, top - height, room, height)
        pen.middle(x, top - height, height, heading, bold=True)
        for place, label in enumerate(labels):
            left = x + head + place * wide
            pen.line(left, top, left, top - height)
            pen.fitted(left, top - 0.5 * mm, label)

    return Block(height, draw)


def strips(parts: Sequence[tuple[float, str, Sequence[str]]], *, least: float = 11 * mm) -> Block:
    """Strips of fields side by side, all as high as the highest: (width, title, names)."""
    highest = max(fields(*part, least=least).height for part in parts)
    return beside([(fields(*part, least=highest), part[0]) for part in parts])


def beside(blocks: Sequence[tuple[Block, float]]) -> Block:
    """Blocks side by side, each with its width; the frames are as high as the highest."""
    height = max(block.height for block, _ in blocks)

    def draw(pen: Pen, x: float, top: float, _room: float) -> None:
        left = x
        for block, wide in blocks:
            block.draw(pen, left, top, wide)
            left += wide

    return Block(height, draw)


def ticks(room: float, title: str, choices: Sequence[str], *, least: float = WRITE) -> Block:
    """A titled strip of boxes to tick; wraps into lines of at least ``WRITE``."""
    head = max(room * 0.11, 18 * mm)
    heading = fit(title, head, BASE, 2)
    lines: list[list[tuple[Fitted, float]]] = [[]]
    used = 0.0
    for choice in choices:
        most = room - head
        wide = min(width(choice, BASE) + 2 * PAD + TICK + 5 * mm, most)
        laid = fit(choice, wide - TICK - 2 * mm, BASE, 2)
        if used + wide > most + 0.1 and lines[-1]:
            lines.append([])
            used = 0.0
        lines[-1].append((laid, wide))
        used += wide
    highs = [max(WRITE, *(cell.height + 1 * mm for cell, _ in line)) for line in lines]
    height = max(sum(highs), heading.height + 1.2 * mm, least)
    highs[-1] += height - sum(highs)

    def draw(pen: Pen, x: float, top: float, _room: float) -> None:
        pen.shade(x, top - height, head, height)
        pen.box(x, top - height, room, height)
        pen.line(x + head, top, x + head, top - height)
        pen.middle(x, top - height, height, heading, bold=True)
        y = top
        for line, high in zip(lines, highs, strict=True):
            left = x + head + 2 * mm
            for laid, wide in line:
                pen.box(left, y - high / 2 - TICK / 2, TICK, TICK)
                pen.middle(left + TICK, y - high, high, laid)
                left += wide
            y -= high

    return Block(height, draw)


TICK = 3.6 * mm


def stacked(blocks: Sequence[Block]) -> Block:
    """Blocks one below the other that stay on one page."""

    def draw(pen: Pen, x: float, top: float, room: float) -> None:
        for block in blocks:
            block.draw(pen, x, top, room)
            top -= block.height

    return Block(sum(block.height for block in blocks), draw)


# ---------------------------------------------------------------- pages


class SheetPages:
    """A sheet laid out for a place of ``w`` x ``h`` points: head on each page, blocks, foot.

    ``head_height`` and ``draw_head(pen, x, top, page)``; ``foot(page, pages)`` gives the last
    line. ``blocks(most)`` are made for pages with ``most`` points of room.
    """

    def __init__(
        self,
        w: float,
        h: float,
        head_height: float,
        draw_head: Callable[[Pen, float, float, int], None],
        blocks: Callable[[float], Sequence[Block]],
        foot: Callable[[int, int], str],
    ) -> None:
        self._w, self._h, self._head_height = w, h, head_height
        self._draw_head, self._foot = draw_head, foot
        self._foot_height = fit(foot(99, 99), w, FOOT).height + 1.5 * mm
        room = h - head_height - self._foot_height
        self.pages = paginate(blocks(room), room)

    def __len__(self) -> int:
        return len(self.pages)

    def draw(self, pen: Pen, x: float, y: float, page: int) -> None:
        """Page ``page`` (from 1) with its lower left corner at ``x``, ``y``."""
        top = y + self._h
        self._draw_head(pen, x, top, page)
        top -= self._head_height
        for block in self.pages[page - 1]:
            block.draw(pen, x, top, self._w)
            top -= block.height
        foot = fit(self._foot(page, len(self.pages)), self._w, FOOT)
        pen.fitted(x - PAD, y + foot.height, foot)


def sheets_pdf(
    title: str, paper: str, sheets: Iterable[Callable[[float, float], SheetPages]]
) -> tuple[bytes, int]:
    """Sheets in landscape as one PDF, each on pages of its own; and the number of pages.

    Each is made for the width and height between the margins. ValueError for an unknown paper.
    """
    w, h = lying(paper)
    out = BytesIO()
    canvas = Canvas(out, pagesize=(w, h))
    canvas.setTitle(title)
    canvas.setAuthor("Taktline")
    count = 0
    for make in sheets:
        pages = make(w - 2 * MARGIN, h - 2 * MARGIN)
        for page in range(1, len(pages) + 1):
            pages.draw(Pen(canvas), MARGIN, MARGIN, page)
            canvas.showPage()
        count += len(pages)
    canvas.save()
    return out.getvalue(), count


def printed_by(labels: Labels, by: str, at: datetime) -> str:
    return labels("printed", by=by, at=at)
