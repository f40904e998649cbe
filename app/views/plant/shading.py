"""Colours of calendars and matrices, mixed from the theme's tokens."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen

from app.views.theme import Tokens


def mixed(colour: QColor, ground: QColor, share: float) -> QColor:
    """``share`` of the colour, the rest ground."""
    return QColor(
        round(colour.red() * share + ground.red() * (1 - share)),
        round(colour.green() * share + ground.green() * (1 - share)),
        round(colour.blue() * share + ground.blue() * (1 - share)),
    )


def tint(colours: Tokens, name: str, share: float) -> QColor:
    """A token over the panel's colour."""
    return mixed(colours.colour(name), colours.colour("panel"), share)


def hatch(painter: QPainter, area: QRectF, colour: QColor) -> None:
    """Slanted lines: a mark that needs no colour."""
    brush = QBrush(colour, Qt.BrushStyle.BDiagPattern)
    painter.fillRect(area, brush)


def outline(painter: QPainter, area: QRectF, colour: QColor, width: float = 1.0) -> None:
    painter.setPen(QPen(colour, width))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    inset = width / 2
    painter.drawRect(area.adjusted(inset, inset, -inset, -inset))
