"""Drawing on paper: the embedded font, text that is never cut, boxes, codes, pages of blocks.

Everything a person typed is drawn as plain strings, never as markup.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path

from reportlab.graphics import renderPDF
from reportlab.graphics.barcode.code128 import Code128
from reportlab.graphics.barcode.qr import QrCodeWidget
from reportlab.graphics.shapes import Drawing
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

FONT = "Taktline"
FONT_FILE = Path(__file__).resolve().parents[2] / "resources" / "fonts" / "wqy-microhei.ttc"
LINE = 0.5
SMALLEST = 7.0
LEADING = 1.22
PAD = 1.0 * mm


_NAMED = re.compile(r"\[U\+[0-9A-F]{4,6}\]")
"""How a character is named that the font cannot draw; it gets a frame."""


@cache
def use_font() -> None:
    """Registers the shipped Chinese font once; its used glyphs are embedded in the PDF."""
    pdfmetrics.registerFont(TTFont(FONT, str(FONT_FILE), subfontIndex=0))


@cache
def _glyphs() -> frozenset[int]:
    use_font()
    font: TTFont = pdfmetrics.getFont(FONT)  # type: ignore[assignment]
    return frozenset(font.face.charToGlyph)


def drawable(text: str) -> str:
    """``text`` with what the font cannot draw named by its code point, so that nothing is lost."""
    known = _glyphs()
    return "".join(
        c if ord(c) in known else " " if c.isspace() else f"[U+{ord(c):04X}]" for c in text
    )


def width(text: str, size: float) -> float:
    """Width of ``text`` in points."""
    use_font()
    return pdfmetrics.stringWidth(text, FONT, size)


def wrap(text: str, room: float, size: float) -> list[str]:
    """Lines of ``text`` no wider than ``room`` points; breaks at blanks, or inside a long word."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for piece in _pieces(drawable(paragraph)):
            while line and width(line + piece, size) > room:
                if piece == " ":
                    piece = ""
                lines.append(line.rstrip())
                line = ""
            while width(piece, size) > room and len(piece) > 1:
                cut = _fitting(piece, room, size)
                lines.append(piece[:cut])
                piece = piece[cut:]
            line += piece
        lines.append(line.rstrip())
    return lines


def _pieces(text: str) -> Iterable[str]:
    """Words with Latin letters stay whole; each Chinese character may begin a line."""
    word = ""
    for char in text:
        if char == " " or ord(char) > 0x2E7F:
            if word:
                yield word
                word = ""
            yield char
        else:
            word += char
    if word:
        yield word


def _fitting(text: str, room: float, size: float) -> int:
    count = 1
    while count < len(text) and width(text[: count + 1], size) <= room:
        count += 1
    return count


@dataclass(frozen=True, slots=True)
class Fitted:
    """Text laid out for a width: its size and lines. ``height`` in points."""

    size: float
    lines: tuple[str, ...]

    @property
    def height(self) -> float:
        return len(self.lines) * self.size * LEADING


def fit(text: str, room: float, size: float, most_lines: int = 1) -> Fitted:
    """The largest size down to ``SMALLEST`` that needs ``most_lines``; then it takes more lines."""
    room -= 2 * PAD
    trial = size
    while trial > SMALLEST:
        lines = wrap(text, room, trial)
        if len(lines) <= most_lines and not _breaks_word(text, room, trial):
            return Fitted(trial, tuple(lines))
        trial -= 0.5
    return Fitted(SMALLEST, tuple(wrap(text, room, SMALLEST)))


def _breaks_word(text: str, room: float, size: float) -> bool:
    """Whether a short word would be cut in two that a smaller size might keep whole."""
    return any(
        len(word) <= 16 and width(word, size) > room
        for paragraph in text.split("\n")
        for word in _pieces(drawable(paragraph))
    )


class Pen:
    """A canvas with the few strokes our sheets need; y grows upwards, units are points."""

    def __init__(self, canvas: Canvas) -> None:
        use_font()
        self.canvas = canvas
        canvas.setLineWidth(LINE)

    def box(self, x: float, y: float, w: float, h: float) -> None:
        self.canvas.rect(x, y, w, h, stroke=1, fill=0)

    def shade(self, x: float, y: float, w: float, h: float) -> None:
        """A ground of 6 % grey under headings."""
        self.canvas.saveState()
        self.canvas.setFillGray(0.94)
        self.canvas.rect(x, y, w, h, stroke=0, fill=1)
        self.canvas.restoreState()

    def line(self, x1: float, y1: float, x2: float, y2: float, *, dashed: bool = False) -> None:
        self.canvas.saveState()
        if dashed:
            self.canvas.setDash(3, 3)
        self.canvas.line(x1, y1, x2, y2)
        self.canvas.restoreState()

    def text(self, x: float, y: float, text: str, size: float, *, bold: bool = False) -> None:
        """One line with its baseline at ``y``. The font has one weight: bold is a thin outline."""
        self._write(x, y, drawable(text), size, bold)

    def fitted(self, x: float, top: float, fitted: Fitted, *, bold: bool = False) -> None:
        """Lines downwards from ``top``."""
        baseline = top - fitted.size
        for line in fitted.lines:
            self._write(x + PAD, baseline, line, fitted.size, bold)
            baseline -= fitted.size * LEADING

    def middle(self, x: float, y: float, h: float, fitted: Fitted, *, bold: bool = False) -> None:
        """Lines in the vertical middle of a cell."""
        self.fitted(x, y + (h + fitted.height) / 2, fitted, bold=bold)

    def _write(self, x: float, y: float, text: str, size: float, bold: bool) -> None:
        for named in _NAMED.finditer(text):
            left = x + width(text[: named.start()], size)
            wide = width(named.group(), size)
            self.canvas.rect(left, y - 0.2 * size, wide, 1.1 * size, stroke=1, fill=0)
        out = self.canvas.beginText(x, y)
        out.setFont(FONT, size)
        if bold:
            self.canvas.setLineWidth(0.3)
            out.setTextRenderMode(2)
        out.textOut(text)
        out.setTextRenderMode(0)
        self.canvas.drawText(out)
        self.canvas.setLineWidth(LINE)

    def code128(self, x: float, y: float, digits: str, height: float, module: float) -> None:
        """Bars of ``digits`` without their quiet zone; ``module`` is the narrow bar's width."""
        Code128(digits, barHeight=height, barWidth=module, quiet=False).drawOn(self.canvas, x, y)

    def picture(self, x: float, y: float, w: float, h: float, content: bytes) -> None:
        """A PNG or JPEG as large as fits, in the middle of the place."""
        self.canvas.drawImage(
            ImageReader(BytesIO(content)), x, y, w, h, mask="auto", preserveAspectRatio=True,
            anchor="c",
        )  # fmt: skip

    def qr(self, x: float, y: float, text: str, side: float) -> None:
        """A QR code of ``text`` (UTF-8), error correction M, quiet zone included in ``side``."""
        code = QrCodeWidget(text, barLevel="M", barBorder=4)
        left, bottom, right, top = code.getBounds()
        drawing = Drawing(
            side, side, transform=[side / (right - left), 0, 0, side / (top - bottom), 0, 0]
        )
        drawing.add(code)
        renderPDF.draw(drawing, self.canvas, x, y)


@dataclass(frozen=True, slots=True)
class Block:
    """Something of a known height (points) that is drawn whole: ``draw(pen, x, top, width)``."""

    height: float
    draw: Callable[[Pen, float, float, float], None]
    repeats: bool = False
    """A heading that is drawn again on top of each further page while its section lasts."""
    ends: bool = False
    """Room between two sections: after it no heading is repeated, and no page begins with it."""


def paginate(blocks: Sequence[Block], room: float) -> list[list[Block]]:
    """Blocks by page; a repeating heading follows onto the next page. A block never splits, and a
    heading is never the last on its page.

    ValueError if one block is higher than a page: the sheet's layout is wrong then.
    """
    pages: list[list[Block]] = [[]]
    left, heading = room, None
    for place, block in enumerate(blocks):
        above = heading.height if heading is not None and not block.repeats else 0.0
        if block.height + above > room:
            raise ValueError(f"a block of {block.height:.0f} pt does not fit {room:.0f} pt")
        follower = blocks[place + 1].height if block.repeats and place + 1 < len(blocks) else 0.0
        if block.ends:
            heading = None
            if not pages[-1] or block.height > left:
                continue
        elif block.height + follower > left and pages[-1]:
            pages.append([])
            left = room
            if heading is not None and not block.repeats:
                pages[-1].append(heading)
                left -= heading.height
        pages[-1].append(block)
        left -= block.height
        if block.repeats:
            heading = block
    return pages
