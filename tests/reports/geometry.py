"""What a sheet draws, rectangle by rectangle, and whether anything lies over something else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest import mock

from reportlab.pdfgen.canvas import Canvas

from app.reports import page

SLACK = 0.7
"""Points by which things may touch: frames are half a point wide."""


@dataclass(frozen=True)
class Rect:
    left: float
    bottom: float
    right: float
    top: float
    text: str = ""

    def overlaps(self, other: Rect) -> bool:
        return (
            min(self.right, other.right) - max(self.left, other.left) > SLACK
            and min(self.top, other.top) - max(self.bottom, other.bottom) > SLACK
        )

    def inside(self, other: Rect) -> bool:
        return (
            self.left >= other.left - SLACK
            and self.right <= other.right + SLACK
            and self.bottom >= other.bottom - SLACK
            and self.top <= other.top + SLACK
        )


@dataclass
class Drawn:
    """One page."""

    size: tuple[float, float]
    texts: list[Rect] = field(default_factory=list)
    boxes: list[Rect] = field(default_factory=list)
    codes: list[Rect] = field(default_factory=list)

    def troubles(self) -> list[str]:
        """Sentences about what lies outside the page or over something else."""
        sheet = Rect(0, 0, *self.size)
        found = [f"outside the page: {each}" for each in self._all() if not each.inside(sheet)]
        texts = sorted(self.texts, key=lambda each: each.left)
        for place, one in enumerate(texts):
            for other in texts[place + 1 :]:
                if other.left >= one.right:
                    break
                if one.overlaps(other):
                    found.append(f"texts over each other: {one} {other}")
        for text in self.texts:
            found += [f"text over a code: {text}" for code in self.codes if text.overlaps(code)]
            found += [
                f"text across a frame: {text} {box}"
                for box in self.boxes
                if text.overlaps(box) and not text.inside(box) and not box.inside(text)
            ]
        for box in self.boxes:
            found += [
                f"frames cross: {box} {other}"
                for other in self.boxes
                if box.overlaps(other) and not box.inside(other) and not other.inside(box)
            ]
            found += [
                f"a code across a frame: {code} {box}"
                for code in self.codes
                if code.overlaps(box) and not code.inside(box)
            ]
        return found

    def _all(self) -> Iterator[Rect]:
        yield from self.texts
        yield from self.boxes
        yield from self.codes


@contextmanager
def watched() -> Iterator[list[Drawn]]:
    """Pages drawn within the block; the last one is the one after the last ``showPage``."""
    pages: list[Drawn] = []
    pen, canvas = page.Pen, Canvas
    write, box, qr, bars = pen._write, pen.box, pen.qr, pen.code128
    begin, show = canvas.__init__, canvas.showPage

    def on_begin(self: Any, *args: Any, **options: Any) -> None:
        begin(self, *args, **options)
        pages.append(Drawn(self._pagesize))

    def on_show(self: Any) -> None:
        show(self)
        pages.append(Drawn(self._pagesize))

    def on_write(self: Any, x: float, y: float, text: str, size: float, bold: bool) -> None:
        if text.strip():
            right = x + page.width(text, size)
            pages[-1].texts.append(Rect(x, y - 0.15 * size, right, y + 0.8 * size, text))
        write(self, x, y, text, size, bold)

    def on_box(self: Any, x: float, y: float, w: float, h: float) -> None:
        pages[-1].boxes.append(Rect(x, y, x + w, y + h))
        box(self, x, y, w, h)

    def on_qr(self: Any, x: float, y: float, text: str, side: float) -> None:
        pages[-1].codes.append(Rect(x, y, x + side, y + side))
        qr(self, x, y, text, side)

    def on_bars(self: Any, x: float, y: float, digits: str, height: float, module: float) -> None:
        wide = (11 + 11 * (len(digits) // 2) + 24) * module
        pages[-1].codes.append(Rect(x, y, x + wide, y + height))
        bars(self, x, y, digits, height, module)

    with (
        mock.patch.object(pen, "_write", on_write),
        mock.patch.object(pen, "box", on_box),
        mock.patch.object(pen, "qr", on_qr),
        mock.patch.object(pen, "code128", on_bars),
        mock.patch.object(canvas, "__init__", on_begin),
        mock.patch.object(canvas, "showPage", on_show),
    ):
        yield pages
