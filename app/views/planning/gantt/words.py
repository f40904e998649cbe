"""Captions and small signs on the bars that are wide enough to carry them.

Whatever can be decided for all bars at once is decided by numpy; only what is really drawn is
walked through one by one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QFont, QPainter, QPolygonF

from app.views.icons import pixmap
from app.views.planning.gantt.bars import PIN_MACHINE, PIN_START, STALE, UNKITTED, Floats, Ints
from app.views.planning.gantt.captions import (
    Captions,
    caption_texts,
    mould_texts,
    person_texts,
    step_texts,
)
from app.views.planning.gantt.model import Arrangement
from app.views.planning.gantt.raster import Raster
from app.views.planning.gantt.style import FAINT
from app.views.theme import SMALL_POINTS, Tokens

if TYPE_CHECKING:
    from app.services.planning.rows import PlacementRow
    from app.views.planning.gantt.painter import Frame

MARK = 12  # size of lock and pin, pixels
NARROWEST_CAPTION = 28  # four digits and air
NARROWEST_RUN = 24  # a shorter run shares its words with the setup
NARROWEST_LATE = 20  # a triangle and air
LOWEST_CAPTION = 10
FULL_HEIGHT = 18  # lower bars get the small font
MOST_WORDS = 400  # captions of one frame; the narrowest give way
AIR = 7  # pixels of a caption's stretch that are not letters


CAPTIONS_OF = {
    Arrangement.MACHINES: caption_texts,
    Arrangement.ORDERS: step_texts,
    Arrangement.PEOPLE: person_texts,
    Arrangement.MOULDS: mould_texts,
}
"""What a bar says where the row says the rest."""


@dataclass(slots=True)
class _Room:
    """Where words may stand, per bar: x from ``left`` to ``right``, y from ``top``."""

    bar: Ints
    begin: Floats
    left: Floats
    right: Floats
    top: Floats
    height: Floats

    def only(self, wanted: NDArray[np.bool_]) -> _Room:
        return _Room(
            self.bar[wanted], self.begin[wanted], self.left[wanted], self.right[wanted],
            self.top[wanted], self.height[wanted],
        )  # fmt: skip


def _widest(width: Floats, most: int) -> NDArray[np.bool_]:
    """Which are among the widest: words are what a frame costs most."""
    if len(width) <= most:
        return np.ones(len(width), np.bool_)
    return width >= np.partition(width, len(width) - most)[len(width) - most]


class Words:
    """Draws them; keeps laid-out captions between frames. ``drawn`` counts the last frame's."""

    def __init__(self, font: QFont) -> None:
        self.drawn = 0
        self.own: Callable[[PlacementRow], tuple[str, ...]] | None = None
        """A person's own captions where rows are machines."""
        self.set_font(font)

    def set_font(self, font: QFont) -> None:
        """The font of bars; stacked bars get a smaller one."""
        small = QFont(font)
        small.setPointSizeF(SMALL_POINTS - 0.5)
        self._large, self._small = Captions(font), Captions(small)

    @property
    def large(self) -> Captions:
        """The captions of bars of full height."""
        return self._large

    def forget(self) -> None:
        """The plan was exchanged."""
        self._large.clear()
        self._small.clear()

    def paint(
        self, painter: QPainter, frame: Frame, raster: Raster, ratio: float, of: Tokens
    ) -> None:
        """Signs first: they take room from the words."""
        arrangement = frame.rows.arrangement
        texts = CAPTIONS_OF[arrangement]
        if self.own is not None and arrangement is Arrangement.MACHINES:
            texts = self.own
        for captions in (self._large, self._small):
            captions.say(texts)
        self.drawn = 0
        room = self._room(frame, raster)
        if len(room.bar):
            self._signs(painter, frame, room, ratio, of)
            self._past_pauses(frame, room)
            painter.setPen(frame.scene.style.text)
            wide = room.right - room.left >= NARROWEST_CAPTION
            wide &= _widest(room.right - room.left, MOST_WORDS)
            large = room.height >= FULL_HEIGHT
            self._captions(painter, frame, room.only(wide & large), self._large)
            self._captions(painter, frame, room.only(wide & ~large), self._small)

    def _room(self, frame: Frame, raster: Raster) -> _Room:
        shown = raster.shown
        tops, heights = raster.boxes
        run = np.where(shown.end - shown.run >= NARROWEST_RUN, shown.run, shown.begin)
        # A mould may still be held when its work is done: no words on that thin line.
        worked_until = (frame.model.bars.end[shown.bar] - frame.grid.left) * frame.grid.scale
        room = _Room(
            bar=shown.bar,
            begin=shown.begin,
            left=np.maximum(run, 0.0),
            right=np.minimum(np.minimum(shown.end, worked_until), frame.size.width()),
            top=tops[shown.slot] - frame.top,
            height=heights[shown.slot],
        )
        return room.only((frame.scene.shades[shown.bar] < FAINT) & (room.height >= LOWEST_CAPTION))

    def _captions(self, painter: QPainter, frame: Frame, room: _Room, captions: Captions) -> None:
        painter.setFont(captions.font)
        rows = frame.model.bars.rows
        lefts = np.round(room.left + 5).astype(np.int64).tolist()
        tops = np.round(room.top + (room.height - captions.height) / 2).astype(np.int64).tolist()
        widths = (room.right - room.left - AIR).tolist()
        for bar, left, top, width in zip(room.bar.tolist(), lefts, tops, widths, strict=True):
            text = captions.best(bar, rows, width)
            if text is not None:
                painter.drawStaticText(left, top, text)
                self.drawn += 1

    # ---- signs -----------------------------------------------------------------------------------

    def _signs(
        self, painter: QPainter, frame: Frame, room: _Room, ratio: float, of: Tokens
    ) -> None:
        bars = frame.model.bars
        late = bars.late[room.bar] & (room.right - room.begin >= NARROWEST_LATE)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(frame.scene.style.late)
        for i in np.flatnonzero(late).tolist():
            # The triangle beside the red cap: late is said by shape, too.
            x, y = room.right[i] - 5, room.top[i]
            corners = [QPointF(x - 8, y + 3), QPointF(x, y + 3), QPointF(x - 4, y + 10)]
            painter.drawPolygon(QPolygonF(corners))
        room.right[late] -= 13
        marks = bars.marks[room.bar]
        pictures = (
            (PIN_MACHINE, pixmap("lock", "text", MARK, ratio, of)),
            (PIN_START, pixmap("pin", "text", MARK, ratio, of)),
            (STALE, pixmap("alert-circle", "watch", MARK, ratio, of)),
            (UNKITTED, pixmap("alert-triangle", "watch", MARK, ratio, of)),
        )
        for i in np.flatnonzero(marks).tolist():
            for bit, picture in pictures:
                if marks[i] & bit and room.right[i] - room.begin[i] >= MARK + 4:
                    room.right[i] -= MARK + 1
                    y = room.top[i] + (room.height[i] - MARK) / 2
                    painter.drawPixmap(QPointF(round(room.right[i]), round(y)), picture)

    # ---- pauses ----------------------------------------------------------------------------------

    def _past_pauses(self, frame: Frame, room: _Room) -> None:
        """No words over a pause: take the widest stretch in which the bar works."""
        bars, grid = frame.model.bars, frame.grid
        low = np.searchsorted(bars.pause_bar, room.bar, side="left")
        count = np.searchsorted(bars.pause_bar, room.bar, side="right") - low
        once = np.flatnonzero(count == 1)
        begin = (bars.pause_begin[low[once]] - grid.left) * grid.scale
        end = (bars.pause_end[low[once]] - grid.left) * grid.scale
        left, right = room.left[once], room.right[once]
        before = np.minimum(begin, right) - left
        first = before >= right - np.maximum(end, left)
        room.right[once] = np.where(first, np.minimum(begin, right), right)
        room.left[once] = np.where(first, left, np.maximum(end, left))
        for i in np.flatnonzero(count > 1).tolist():
            pauses = slice(low[i], low[i] + count[i])
            begins = (bars.pause_begin[pauses] - grid.left) * grid.scale
            ends = (bars.pause_end[pauses] - grid.left) * grid.scale
            lefts = np.clip(np.concatenate(([room.left[i]], ends)), room.left[i], None)
            rights = np.clip(np.concatenate((begins, [room.right[i]])), None, room.right[i])
            widest = int(np.argmax(rights - lefts))
            room.left[i], room.right[i] = lefts[widest], rights[widest]
