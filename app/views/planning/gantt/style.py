"""Colours of the chart, derived from the theme's tokens: one look-up table per paint role.

A bar's ``shade`` is category + 8 when it is finished (quieter) + 16 when it stands back (another
order is followed, or the bar is being moved).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor

from app.views.theme import Tokens

CATEGORIES = 8
FINISHED = 8
FAINT = 16
SHADES = 32

Lut = NDArray[np.uint32]


def mixed(colour: QColor, ground: QColor, share: float) -> QColor:
    """``share`` of the colour, the rest ground."""
    return QColor(
        round(colour.red() * share + ground.red() * (1 - share)),
        round(colour.green() * share + ground.green() * (1 - share)),
        round(colour.blue() * share + ground.blue() * (1 - share)),
    )


@dataclass(frozen=True, slots=True)
class Style:
    """What the raster and the painter need to know about colours."""

    panel: QColor
    window: QColor
    raised: QColor
    line: QColor
    line_strong: QColor
    text: QColor
    muted: QColor
    accent: QColor
    accent_soft: QColor
    watch: QColor
    risk: QColor
    good: QColor
    late: QColor
    off_shift: QColor
    first_piece: QColor
    now: QColor
    categories: tuple[QColor, ...]
    fill: Lut
    edge: Lut
    done: Lut
    hatch: Lut
    dark: bool

    def chip(self, category: int) -> tuple[QColor, QColor]:
        """(fill, edge) of a category, for legends and overlays."""
        return QColor.fromRgb(int(self.fill[category])), QColor.fromRgb(int(self.edge[category]))


def style_of(tokens: Tokens) -> Style:
    """The chart's colours under a theme."""
    panel, text = QColor(tokens.panel), QColor(tokens.text)
    categories = tuple(QColor(name) for name in tokens.categorical)
    dark = panel.lightness() < 128
    fill, edge, done, hatch = (np.zeros(SHADES, np.uint32) for _ in range(4))
    for shade in range(SHADES):
        colour = categories[shade % CATEGORIES]
        finished, faint = bool(shade & FINISHED), bool(shade & FAINT)
        weight = (0.36 if dark else 0.46) * (0.45 if finished else 1.0) * (0.3 if faint else 1.0)
        strength = 0.35 if faint else 0.6 if finished else 1.0
        body = mixed(colour, panel, weight)
        fill[shade] = body.rgb()
        edge[shade] = mixed(colour, panel, strength).rgb()
        done[shade] = mixed(colour, panel, min(weight * 1.75, 0.85)).rgb()
        hatch[shade] = mixed(text, body, 0.12 if faint else 0.36).rgb()
    return Style(
        panel=panel,
        window=QColor(tokens.window),
        raised=QColor(tokens.raised),
        line=QColor(tokens.line),
        line_strong=QColor(tokens.line_strong),
        text=text,
        muted=QColor(tokens.muted),
        accent=QColor(tokens.accent),
        accent_soft=QColor(tokens.accent_soft),
        watch=QColor(tokens.watch),
        risk=QColor(tokens.risk),
        good=QColor(tokens.good),
        late=QColor(tokens.late),
        off_shift=QColor(tokens.off_shift),
        first_piece=mixed(QColor(tokens.accent), panel, 0.34),
        now=QColor(tokens.now),
        categories=categories,
        fill=fill,
        edge=edge,
        done=done,
        hatch=hatch,
        dark=dark,
    )
