"""The chip beside the pointer: what a drop would do, the worst first, at most three figures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from app.core.format import duration
from app.views.planning.gantt.asking import PUSH_RIGHT, REFUSE, REOPTIMISE, SQUEEZE_IN, SWAP

if TYPE_CHECKING:
    from app.services.planning.board import Preview
    from app.views.planning.gantt.painter import Frame

FIGURES = 3
LINE = 18
WIDEST = 380


@dataclass(frozen=True, slots=True)
class ChipLine:
    """A line and its weight: head, plain, late, risk, watch or good."""

    text: str
    weight: str = "plain"


def consequence(preview: Preview, language: str) -> list[ChipLine]:
    """At most three signed figures: what gets worse first, by how much it hurts, then gains."""
    translate = QCoreApplication.translate
    figures = [
        (preview.orders_late, translate("Chip", "Late orders"), "late", False),
        (preview.orders_later, translate("Chip", "Orders finishing later"), "risk", False),
        (preview.tardiness_minutes, translate("Chip", "Tardiness"), "risk", True),
        (preview.overtime_minutes, translate("Chip", "Overtime"), "watch", True),
        (preview.setup_minutes, translate("Chip", "Setup"), "watch", True),
        (preview.light_batches, translate("Chip", "Light oven batches"), "watch", False),
        (preview.short_campaigns, translate("Chip", "Campaigns cut short"), "watch", False),
        (preview.dear_minutes, translate("Chip", "Running at dear hours"), "watch", True),
    ]
    worse = [figure for figure in figures if figure[0] > 0]
    better = [figure for figure in figures if figure[0] < 0]
    lines = [
        ChipLine(f"{name} {signed(value, language if minutes else None)}", weight)
        for value, name, weight, minutes in worse
    ] + [
        ChipLine(f"{name} {signed(value, language if minutes else None)}", "good")
        for value, name, _, minutes in better
    ]
    return lines[:FIGURES] or [ChipLine(translate("Chip", "No order finishes later."), "good")]


def mode_name(mode: str) -> str:
    """How what is in the way of a drop is settled, in the planner's words."""
    translate = QCoreApplication.translate
    return {
        PUSH_RIGHT: translate("Chip", "push right"),
        SQUEEZE_IN: translate("Chip", "squeeze in"),
        SWAP: translate("Chip", "swap"),
        REFUSE: translate("Chip", "only if free"),
        REOPTIMISE: translate("Chip", "push right, then plan anew"),
    }[mode]


def signed(value: float, language: str | None) -> str:
    """``+2``; as a duration where a language is given: ``+35 min``. A real minus sign."""
    sign, size = "+" if value > 0 else "−", round(abs(value))
    return f"{sign}{size}" if language is None else f"{sign}{duration(size, language)}"


def paint_chip(painter: QPainter, frame: Frame, at: QPointF, lines: list[ChipLine]) -> None:
    """Draw the chip near the pointer, inside the chart."""
    style = frame.scene.style
    metrics = painter.fontMetrics()
    widest = max(metrics.horizontalAdvance(line.text) for line in lines) + 34
    text_width = min(widest, WIDEST)
    wrap = Qt.TextFlag.TextWordWrap
    heights = [
        max(
            LINE,
            metrics.boundingRect(0, 0, int(text_width) - 30, 400, wrap, line.text).height() + 4,
        )
        for line in lines
    ]
    box = QRectF(at.x() + 16, at.y() + 18, text_width, sum(heights) + 10)
    box.moveLeft(max(min(box.left(), frame.size.width() - box.width() - 4), 4.0))
    if box.bottom() > frame.size.height() - 4:
        box.moveBottom(at.y() - 14)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(style.line_strong, 1))
    painter.setBrush(style.raised)
    painter.drawRoundedRect(box, 4, 4)
    colours = {"late": style.late, "risk": style.risk, "watch": style.watch, "good": style.good}
    y = box.top() + 5
    for line, height in zip(lines, heights, strict=True):
        colour = colours.get(line.weight)
        if colour is not None:
            paint_sign(painter, line.weight, colour, QPointF(box.left() + 13, y + LINE / 2))
        left = box.left() + (24 if colour is not None else 8)
        painter.setPen(style.muted if line.weight == "head" else style.text)
        painter.drawText(
            QRectF(left, y, box.right() - left - 4, height),
            wrap | Qt.AlignmentFlag.AlignVCenter,
            line.text,
        )
        y += height
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def paint_sign(painter: QPainter, weight: str, colour: QColor, centre: QPointF) -> None:
    """A shape beside the colour: triangle = worse, square = costs, dot = fine."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    x, y = centre.x(), centre.y()
    if weight in ("late", "risk"):
        painter.drawPolygon(
            QPolygonF([QPointF(x - 5, y + 4), QPointF(x, y - 5), QPointF(x + 5, y + 4)])
        )
    elif weight == "watch":
        painter.drawRect(QRectF(x - 4, y - 4, 8, 8))
    else:
        painter.drawEllipse(centre, 4, 4)
