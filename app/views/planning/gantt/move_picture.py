"""The picture of a move: ghost, everything that would move, what each row offers, and the chip."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen, QPixmap

from app.views.planning.gantt.chip import ChipLine, consequence, mode_name, paint_chip, paint_sign
from app.views.planning.gantt.model import Arrangement
from app.views.planning.gantt.painter import Frame
from app.views.planning.gantt.row_layout import Band
from app.views.planning.gantt.row_rules import places_after
from app.views.planning.gantt.style import CATEGORIES
from app.views.planning.gantt.time_grid import to_datetime, to_minutes
from app.views.theme import SMALL_POINTS

if TYPE_CHECKING:
    from datetime import datetime

    from app.core.messages import Message
    from app.services.planning.openings import Opening
    from app.services.planning.rows import MovedBar
    from app.views.planning.gantt.ghost import Ghost
    from app.views.planning.gantt.moving import Move

GHOST_OPACITY = 0.6
MOVED_SHOWN = 1500
NARROWEST_NAME, LOWEST_NAME = 34, 12
VEIL = 0.72
OFFER_HEIGHT = 6
"""Pixels of the strip at the foot of a row that shows where it would take the operation."""


@runtime_checkable
class Moved(Protocol):
    """Thousands of moved bars, of which only those in view are made."""

    operation_ids: Collection[int]

    def between(self, first: datetime, last: datetime) -> Sequence[MovedBar]:
        """Those in a stretch of time."""


def operations_of(moved: Sequence[MovedBar]) -> Collection[int]:
    """The operations that are moved."""
    return moved.operation_ids if isinstance(moved, Moved) else [one.operation_id for one in moved]


WEIGHTS = {"free": "good", "push": "watch", "later": "risk"}


def paint_move(painter: QPainter, frame: Frame, move: Move) -> None:
    """All that a running move adds to the chart."""
    refused = move.refused_because()
    if move.view.arrangement is Arrangement.MACHINES and not move.off:
        paint_offers(painter, frame, move)
    paint_moved(painter, frame, move)
    if not move.off:
        paint_hand(painter, frame, move, refused is not None)
    height = float(frame.size.height())
    at = QPointF(move.at.x(), min(move.at.y(), height - 4))
    paint_chip(painter, frame, at, chip_lines(move, refused))


def paint_moved(painter: QPainter, frame: Frame, move: Move | Ghost) -> None:
    """The engine's answer: every bar that would move, in its new place."""
    preview = move.preview
    if preview is not None and preview.refused is None and move.foreign is None:
        _moved(painter, frame, move, preview.moved)


# ---- words ---------------------------------------------------------------------------------------


def chip_lines(move: Move, refused: Message | None) -> list[ChipLine]:
    """What the chip beside the pointer says."""
    view, translate = move.view, QCoreApplication.translate
    if view.board is None:
        return [ChipLine(view.still_reading_text(), "watch")]
    if refused is not None:
        return [ChipLine(view.text_of(refused), "late")]
    preview = move.preview
    if move.off:
        count = len(preview.gone) if preview is not None else len(move.bars)
        head = translate("Chip", "Take {count} off the plan").format(count=count)
    else:
        begin = view.moment_text(to_datetime(move.wanted[1])) if move.wanted else ""
        head = f"{begin} · {mode_name(view.mode)}"
    lines = [ChipLine(head, "head"), *_waits(move)]
    return lines + (consequence(preview, view.language) if preview is not None else [])


def _waits(move: Move) -> list[ChipLine]:
    """Why the row under the hand takes it only later than asked for."""
    found = move.openings.get(move.wanted[0]) if move.wanted is not None else None
    if move.off or found is None or found.reason is None or found.begin is None:
        return []
    not_before = QCoreApplication.translate("Chip", "Not before {moment}: {reason}")
    words = not_before.format(
        moment=move.view.moment_text(found.begin), reason=move.view.text_of(found.reason)
    )
    return [ChipLine(words, "risk")]


# ---- rows ----------------------------------------------------------------------------------------


def _forbidden_ground(painter: QPainter, frame: Frame, move: Move) -> None:
    veil = QColor(frame.scene.style.window)
    veil.setAlphaF(VEIL)
    for row in move.forbidden_rows():
        band = frame.layout.band_of(row)
        if band is not None:
            top = band.top - frame.top
            painter.fillRect(QRectF(0, top, frame.size.width(), band.height - 1), veil)


def paint_offers(painter: QPainter, frame: Frame, move: Move) -> None:
    """What every row that may take it offers: a strip where it would stand, and a word; rows that
    may not are veiled."""
    _forbidden_ground(painter, frame, move)
    font = QFont(move.view.font())
    font.setPointSizeF(SMALL_POINTS)
    painter.setFont(font)
    for row, found in move.openings.items():
        band = frame.layout.band_of(row)
        if band is None or found.begin is None or found.end is None:
            continue
        if not -band.height < band.top - frame.top < frame.size.height():
            continue
        _offer(painter, frame, band, found, move)
    painter.setFont(move.view.font())


def _offer(painter: QPainter, frame: Frame, band: Band, found: Opening, move: Move) -> None:
    style, weight = frame.scene.style, WEIGHTS[found.verdict]
    colour: QColor = getattr(style, weight)
    bottom = band.bottom - frame.top - 1
    left = frame.grid.x(to_minutes(found.begin)) if found.begin else 0.0
    right = frame.grid.x(to_minutes(found.end)) if found.end else 0.0
    painter.fillRect(
        QRectF(left, bottom - OFFER_HEIGHT, max(right - left, 3.0), OFFER_HEIGHT), colour
    )
    words = _offer_words(found, move)
    metrics = painter.fontMetrics()
    box = QRectF(4, band.top - frame.top + 3, metrics.horizontalAdvance(words) + 26, 18)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(style.line_strong, 1))
    painter.setBrush(style.raised)
    painter.drawRoundedRect(box, 3, 3)
    paint_sign(painter, weight, colour, QPointF(box.left() + 11, box.center().y()))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(style.text)
    painter.drawText(box.adjusted(20, 0, -4, 0), Qt.AlignmentFlag.AlignVCenter, words)


def _offer_words(found: Opening, move: Move) -> str:
    translate = QCoreApplication.translate
    if found.verdict == "free":
        return translate("Chip", "free")
    if found.verdict == "push":
        return translate("Chip", "pushes {count}").format(count=found.pushed)
    moment = move.view.moment_text(found.begin) if found.begin else ""
    return translate("Chip", "from {moment}").format(moment=moment)


# ---- bars ----------------------------------------------------------------------------------------


def paint_hand(painter: QPainter, frame: Frame, move: Move, refused: bool) -> None:
    """Where the hand holds the bar."""
    if move.wanted is None:
        return
    row, begin = move.wanted
    bar = move.model.bar_of.get(move.operation)
    place = frame.place(bar) if bar is not None else None
    if move.view.arrangement is Arrangement.MACHINES:
        band = frame.layout.band_of(row)
        lane = band.lane_at(move.at.y() + frame.top) if band else 0
        place = (band, lane) if band else place
    if place is None:
        return
    box = frame.box(*place, begin, begin + move.length)
    style = frame.scene.style
    fill, edge = style.chip(_shade(frame, bar))
    answered = move.preview is not None and not refused
    painter.setOpacity(GHOST_OPACITY)
    # Once the engine has answered, its place is the bar and the hand holds an outline.
    painter.setBrush(Qt.BrushStyle.NoBrush if answered else style.panel if refused else fill)
    painter.setPen(QPen(style.late if refused else edge, 1.5))
    if refused:
        painter.setPen(QPen(style.late, 1.5, Qt.PenStyle.DashLine))
    painter.drawRoundedRect(box, 3, 3)
    painter.setOpacity(1.0)


def _shade(frame: Frame, bar: int | None) -> int:
    return int(frame.scene.shades[bar]) % CATEGORIES if bar is not None else 0


def _moved(painter: QPainter, frame: Frame, move: Move | Ghost, moved: Sequence[MovedBar]) -> None:
    """The layer of moved bars, drawn anew with another answer or another view only."""
    ratio = move.view.viewport().devicePixelRatioF()
    grid, size = frame.grid, frame.size
    key = (
        id(moved), id(frame.scene.style), frame.rows.arrangement, grid.left, grid.scale, frame.top,
        size.width(), size.height(), frame.layout.height, ratio,
    )  # fmt: skip
    if move.layer is None or move.layer[0] != key:
        picture = QPixmap(size * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        layer = QPainter(picture)
        layer.setFont(move.view.painter.words.large.font)
        for change in _in_view(frame, move, moved)[:MOVED_SHOWN]:
            bar = move.model.bar_of.get(change.operation_id)
            known = bar is not None
            for place in (
                places_after(frame, bar, change) if known else _new_place(frame, move, change)
            ):
                _moved_box(layer, frame, move, bar, change, place)
        layer.end()
        move.layer = key, picture, (moved, frame.scene.style)  # kept: no other may get their ids
    painter.drawPixmap(0, 0, move.layer[1])


def _in_view(frame: Frame, move: Move | Ghost, moved: Sequence[MovedBar]) -> list[MovedBar]:
    """Those that a frame can show: told by time, and by row where rows are machines."""
    left, right = to_datetime(frame.grid.left), to_datetime(frame.grid.right)
    near = moved.between(left, right) if isinstance(moved, Moved) else moved
    inside = [change for change in near if change.end > left and change.setup_start < right]
    if move.view.arrangement is not Arrangement.MACHINES:
        return inside
    infos = frame.rows.infos
    bands = frame.layout.visible(frame.top, frame.top + frame.size.height())
    machines = {infos[band.row].key for band in bands if band.row >= 0}
    return [change for change in inside if change.machine_id in machines]


def _new_place(frame: Frame, move: Move, change: MovedBar) -> list[tuple[Band, int]]:
    """The row of an operation that had no place."""
    row = move.model.row_of_machine.get(change.machine_id)
    by_machine = move.view.arrangement is Arrangement.MACHINES
    band = frame.layout.band_of(row) if by_machine and row is not None else None
    return [] if band is None else [(band, 0)]


def _moved_box(
    painter: QPainter,
    frame: Frame,
    move: Move,
    bar: int | None,
    change: MovedBar,
    place: tuple[Band, int],
) -> None:
    style = frame.scene.style
    box = frame.box(*place, to_minutes(change.setup_start), to_minutes(change.end))
    if box.right() < 0 or box.left() > frame.size.width():
        return
    if bar is not None:
        _trail(painter, frame, move, bar, box)
    fill, edge = style.chip(_shade(frame, bar))
    own = bar in move.bars or change.operation_id == move.operation
    pieces = pieces_of_bar(frame, box, change)
    middle = round(box.center().y())
    painter.fillRect(QRectF(box.left(), middle, box.width(), 2), edge)
    painter.setBrush(fill)
    painter.setPen(QPen(style.accent if own else edge, 2 if own else 1))
    if own:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for piece in pieces:
            painter.drawRoundedRect(piece, 3, 3)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    else:  # hundreds of them: square corners are drawn five times as fast
        painter.drawRects(pieces)
    if bar is not None:
        _name(painter, frame, move, bar, max(pieces, key=QRectF.width))


def _trail(painter: QPainter, frame: Frame, move: Move, bar: int, box: QRectF) -> None:
    place = frame.place(bar)
    if place is None:
        return
    bars = move.model.bars
    old = frame.box(*place, float(bars.setup_start[bar]), float(bars.end[bar]))
    painter.setPen(frame.scene.style.muted)
    painter.drawLine(QPointF(old.left(), old.center().y()), QPointF(box.left(), box.center().y()))


def _name(painter: QPainter, frame: Frame, move: Move, bar: int, box: QRectF) -> None:
    """What the bar says where it stands, as far as it fits here."""
    if box.width() < NARROWEST_NAME or box.height() < LOWEST_NAME:
        return
    captions = move.view.painter.words.large
    text = captions.best(bar, frame.model.bars.rows, box.width() - 9)
    if text is not None:
        painter.setPen(frame.scene.style.text)
        top = box.center().y() - captions.height / 2
        painter.drawStaticText(QPointF(round(box.left() + 6), round(top)), text)


def pieces_of_bar(frame: Frame, box: QRectF, change: MovedBar) -> list[QRectF]:
    """The worked stretches of a moved bar, joined where they touch."""
    stretches: list[tuple[float, float]] = []
    for begin, end in change.segments:
        first, last = to_minutes(begin), to_minutes(end)
        if stretches and stretches[-1][1] >= first:
            stretches[-1] = (stretches[-1][0], last)
        else:
            stretches.append((first, last))
    return [
        QRectF(frame.grid.x(b), box.top(), (e - b) * frame.grid.scale, box.height())
        for b, e in stretches
    ] or [box]
