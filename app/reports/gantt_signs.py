"""Signs of the printed Gantt, and the legend that explains them."""

from __future__ import annotations

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from app.reports.labels import Labels
from app.reports.page import FONT, Pen, drawable, width

GREY, DONE_GREY, FIRST_PIECE_GREY = 0.93, 0.9, 0.78
SIGNS = ("setup", "pause", "done", "late", "locked", "off_shift", "now_line", "due_mark")
SIGN_WIDTH, SIGN_HEIGHT, WORDS = 7 * mm, 3.2 * mm, 6.5
LATE_EDGE, TRIANGLE = 1.4, 4.4


def hatch(canvas: Canvas, left: float, right: float, low: float, high: float) -> None:
    """Setup."""
    canvas.saveState()
    path = canvas.beginPath()
    path.rect(left, low, right - left, high)
    canvas.clipPath(path, stroke=0, fill=0)
    canvas.setLineWidth(0.3)
    x = left - high
    while x < right:
        canvas.line(x, low, x + high, low + high)
        x += 2.2
    canvas.restoreState()


def late_mark(
    canvas: Canvas, right: float, low: float, high: float, widest: tuple[float, float]
) -> float:
    """A thick right edge and a triangle; where the words of the bar must end now."""
    canvas.setFillGray(0)
    canvas.rect(right - LATE_EDGE, low, LATE_EDGE, high, stroke=0, fill=1)
    if right - widest[0] <= 8 or high <= 5:
        return min(widest[1], right - LATE_EDGE)
    path = canvas.beginPath()
    path.moveTo(right - 6.5, low + high - 1)
    path.lineTo(right - 2.2, low + high - 1)
    path.lineTo(right - 4.35, low + high - TRIANGLE)
    path.close()
    canvas.drawPath(path, stroke=0, fill=1)
    return min(widest[1], right - 7)


def diamond(canvas: Canvas, x: float, y: float) -> None:
    """A due date."""
    canvas.saveState()
    canvas.setFillGray(0)
    path = canvas.beginPath()
    path.moveTo(x, y + 2.4)
    for dx, dy in ((2.4, 0), (0, -2.4), (-2.4, 0)):
        path.lineTo(x + dx, y + dy)
    path.close()
    canvas.drawPath(path, stroke=0, fill=1)
    canvas.restoreState()


def draw_legend(
    pen: Pen, labels: Labels, x: float, y: float, room: float, *, first_pieces: bool
) -> None:
    """What the signs mean, in one line; in one language where two do not fit."""
    signs = (*SIGNS, "first_piece") if first_pieces else SIGNS
    said = {sign: labels(f"gantt_{sign}") for sign in signs}
    if sum(_needed(words) for words in said.values()) > room:
        one = Labels(labels.languages[0])
        said = {sign: one(f"gantt_{sign}") for sign in signs}
    canvas = pen.canvas
    canvas.saveState()
    canvas.setLineWidth(0.6)
    for sign, words in said.items():
        _sign(pen, sign, x, y)
        canvas.setFillGray(0)
        pen.text(x + SIGN_WIDTH + 1.5 * mm, y + 0.9, words, WORDS)
        x += _needed(words)
    canvas.restoreState()


def _needed(words: str) -> float:
    return SIGN_WIDTH + 5 * mm + width(drawable(words), WORDS)


def _sign(pen: Pen, sign: str, x: float, y: float) -> None:
    canvas, wide, high = pen.canvas, SIGN_WIDTH, SIGN_HEIGHT
    if sign == "now_line":
        pen.line(x + wide / 2, y, x + wide / 2, y + high, dashed=True)
    elif sign == "due_mark":
        diamond(canvas, x + wide / 2, y + high / 2)
    elif sign == "pause":
        for left in (x, x + wide * 2 / 3):
            canvas.rect(left, y, wide / 3, high)
        canvas.line(x + wide / 3, y + high / 2, x + wide * 2 / 3, y + high / 2)
    elif sign in ("off_shift", "first_piece"):
        canvas.setFillGray(GREY if sign == "off_shift" else FIRST_PIECE_GREY)
        canvas.rect(x, y, wide, high, stroke=0, fill=1)
    else:
        _bar_sign(canvas, sign, x, y)


def _bar_sign(canvas: Canvas, sign: str, x: float, y: float) -> None:
    wide, high = SIGN_WIDTH, SIGN_HEIGHT
    if sign == "done":
        canvas.setFillGray(DONE_GREY)
        canvas.rect(x, y, wide / 2, high / 3, stroke=0, fill=1)
    canvas.rect(x, y, wide, high)
    if sign == "setup":
        hatch(canvas, x, x + wide / 2, y, high)
    elif sign == "late":
        late_mark(canvas, x + wide, y, high, (x, x + wide))
    elif sign == "locked":
        canvas.setFillGray(0)
        canvas.setFont(FONT, 6)
        canvas.drawString(x + 1.4, y + 2, "●")
