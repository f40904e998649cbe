"""Where bars stood in another plan: pale ghosts behind the bars, with a dashed outline.

Only what moved has one. Sorted into the rows of the plan that is shown, so that a frame finds those
in view by two binary searches a track, whatever the size of the plans.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from app.views.planning.gantt.bars import Ints, Pieces, Tracks, tracks_of
from app.views.planning.gantt.style import Style, mixed

if TYPE_CHECKING:
    from app.views.planning.gantt.model import Arrangement, PlanModel, Rows
    from app.views.planning.gantt.painter import Frame
    from app.views.planning.gantt.row_layout import Band

FILL = 0.17
"""Share of the text's colour in a ghost."""
NARROWEST = 5.0
"""Pixels from which a ghost gets its outline."""
MOST_OUTLINES, MOST_TRAILS = 400, 60
HEAD = 5.0


@dataclass(frozen=True, slots=True)
class GhostRows:
    """Ghosts of one arrangement; ``tracks.bar`` numbers the pieces, ``operation`` names them."""

    tracks: Tracks
    operation: Ints

    def lanes_at(self, row: int, lane: int, lanes: int) -> range:
        """Tracks shown in a sub-lane: the last one takes what has no sub-lane of its own."""
        first = int(self.tracks.first_of_row[row])
        count = self.tracks.lanes(row)
        if lane >= count:
            return range(0)
        return range(first + lane, first + (count if lane == lanes - 1 else lane + 1))


Ghosts = dict["Arrangement", GhostRows]


def ghosts_of(was: PlanModel, now: PlanModel) -> Ghosts:
    """What stands elsewhere in ``now`` than in ``was``, in each arrangement."""
    return {
        key: _ghost_rows(was, was.arrangements[key], now, rows)
        for key, rows in now.arrangements.items()
    }


def _ghost_rows(was: PlanModel, before: Rows, now: PlanModel, after: Rows) -> GhostRows:
    row_of = [after.row_of.get(info.key, -1) for info in before.infos]
    old, new = before.tracks, after.tracks
    row = np.array([*row_of, -1], np.int64)[_row_of_piece(old)]
    operation = was.bars.operation[old.bar]
    standing = set(
        zip(
            now.bars.operation[new.bar].tolist(),
            _row_of_piece(new).tolist(),
            new.begin.tolist(),
            new.end.tolist(),
            strict=True,
        )
    )
    places = zip(
        operation.tolist(), row.tolist(), old.begin.tolist(), old.end.tolist(), strict=True
    )
    moved = np.fromiter(
        (place[1] >= 0 and place not in standing for place in places), np.bool_, len(row)
    )
    nothing = np.zeros(0, np.int64)
    pieces = Pieces(
        np.arange(int(moved.sum())), row[moved], old.begin[moved], old.run[moved], old.end[moved],
        nothing, np.zeros(0), np.zeros(0),
    )  # fmt: skip
    return GhostRows(tracks_of(pieces, len(after.infos)), operation[moved])


def _row_of_piece(tracks: Tracks) -> Ints:
    """The row of each position of an arrangement."""
    track = np.repeat(np.arange(len(tracks.offsets) - 1), np.diff(tracks.offsets))
    return np.searchsorted(tracks.first_of_row, track, side="right") - 1


# ---- painting ------------------------------------------------------------------------------------


def ghost_colour(style: Style) -> int:
    """Of their ground, as the raster takes it."""
    return mixed(style.text, style.panel, FILL).rgb()


def paint_outlines(painter: QPainter, frame: Frame, bands: list[Band]) -> None:
    """A dashed line round each ghost that is wide enough; none where they are too many."""
    boxes = []
    for box, _ in _in_view(frame, bands):
        boxes.append(box)
        if len(boxes) > MOST_OUTLINES:
            return
    painter.setPen(ghost_pen(frame.scene.style))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRects(boxes)


def ghost_pen(style: Style) -> QPen:
    """Of an outline, here and in the legend."""
    pen = QPen(style.muted, 1, Qt.PenStyle.CustomDashLine)
    pen.setDashPattern([3, 2])
    return pen


def paint_trails(painter: QPainter, frame: Frame) -> None:
    """A thin line from where each selected bar was to where it is."""
    ghosts = frame.scene.ghosts
    chosen = frame.state.selected
    if ghosts is None or not chosen or len(chosen) > MOST_TRAILS:
        return
    style = frame.scene.style
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(style.text, 1.2))
    painter.setBrush(style.text)
    for bar in chosen:
        operation = int(frame.model.bars.operation[bar])
        here = frame.boxes(bar)
        for number, position in enumerate(_positions(ghosts, operation)):
            box = _box(frame, ghosts, position)
            if box is not None and here:
                _trail(painter, box.center(), here[min(number, len(here) - 1)].center())
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def _trail(painter: QPainter, start: QPointF, end: QPointF) -> None:
    line = QLineF(start, end)
    if line.length() < 2 * HEAD:
        return
    painter.drawLine(line)
    along = line.unitVector()
    step = QPointF(along.dx() * HEAD, along.dy() * HEAD)
    side = QPointF(-step.y() * 0.6, step.x() * 0.6)
    painter.drawPolygon(QPolygonF([end, end - step + side, end - step - side]))
    painter.drawEllipse(start, 2.0, 2.0)


def _positions(ghosts: GhostRows, operation: int) -> list[int]:
    pieces = np.flatnonzero(ghosts.operation == operation)
    return [int(found) for piece in pieces for found in ghosts.tracks.positions(int(piece))]


def _box(frame: Frame, ghosts: GhostRows, position: int) -> QRectF | None:
    row, lane = ghosts.tracks.row_at(position)
    band = frame.layout.band_of(row)
    if band is None:
        return None
    begin, end = float(ghosts.tracks.begin[position]), float(ghosts.tracks.end[position])
    return frame.box(band, min(lane, band.lanes - 1), begin, end)


def _in_view(frame: Frame, bands: list[Band]) -> Iterator[tuple[QRectF, int]]:
    """Boxes and positions of the ghosts that a frame shows."""
    ghosts, grid = frame.scene.ghosts, frame.grid
    if ghosts is None:
        return
    for band in bands:
        for lane in range(band.lanes if band.row >= 0 else 0):
            for track in ghosts.lanes_at(band.row, lane, band.lanes):
                low, high = ghosts.tracks.between(track, grid.left, grid.right)
                ends = zip(
                    ghosts.tracks.begin[low:high].tolist(),
                    ghosts.tracks.end[low:high].tolist(),
                    strict=True,
                )
                for number, (begin, end) in enumerate(ends):
                    box = frame.box(band, lane, begin, end)
                    if box.width() >= NARROWEST:
                        yield box.adjusted(0, 0, -1, -1), low + number
