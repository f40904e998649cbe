"""Icons by name from ``resources/icons`` (Tabler outline), drawn in the theme's colours."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from app.views.theme import RESOURCES, Tokens, tokens

SIZES = (16, 20, 32, 40)
FOLDER = RESOURCES / "icons"


def icon(name: str, colour: str = "text") -> QIcon:
    """``name`` is the file's; ``colour`` a token. KeyError-like FileNotFoundError if unknown.

    Icons hold the colours of the theme at the time: ask again after ``themeChanged``.
    """
    colours = tokens()
    return _icon(name, getattr(colours, colour), colours.disabled)


def pixmap(
    name: str, colour: str, size: int, ratio: float = 1.0, of: Tokens | None = None
) -> QPixmap:
    """One picture for painters, ``size`` in device-independent pixels."""
    return _pixmap(name, getattr(of or tokens(), colour), size, ratio)


@cache
def _icon(name: str, normal: str, disabled: str) -> QIcon:
    made = QIcon()
    for size in SIZES:
        made.addPixmap(_pixmap(name, normal, size, 1.0))
        made.addPixmap(_pixmap(name, disabled, size, 1.0), QIcon.Mode.Disabled)
    return made


@cache
def _pixmap(name: str, colour: str, size: int, ratio: float) -> QPixmap:
    drawing = (FOLDER / f"{name}.svg").read_text(encoding="utf-8").replace("currentColor", colour)
    renderer = QSvgRenderer(QByteArray(drawing.encode()))
    made = QPixmap(round(size * ratio), round(size * ratio))
    made.setDevicePixelRatio(ratio)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    renderer.render(painter, QRectF(0, 0, size, size))
    painter.end()
    return made
