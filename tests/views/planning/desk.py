"""Hands and eyes on a Schedule page of a real small plant, for tests."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication
from sqlalchemy import select

from app.models.database import Database
from app.models.planning import Placement
from app.services.planning.rows import PlacementRow
from app.views.planning.schedule_page import SchedulePage

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
PATIENCE = 15_000  # ms


def row_of(page: SchedulePage, order: str, step: int) -> PlacementRow:
    assert page.reading is not None
    rows = page.reading.view.placements
    return next(r for r in rows if (r.order_number, r.step_no) == (order, step))


def stored(database: Database, operation: int) -> tuple[int | None, datetime]:
    with database.read() as session:
        place = session.scalars(select(Placement).where(Placement.operation_id == operation)).one()
        return place.machine_id, place.start_at


def send(page: SchedulePage, kind: QEvent.Type, at: QPointF) -> None:
    area = page.gantt.viewport()
    held = Qt.MouseButton.NoButton if kind is QEvent.Type.MouseButtonRelease else LEFT
    QApplication.sendEvent(area, QMouseEvent(kind, at, area.mapToGlobal(at), LEFT, held, NONE))


def drag_to(page: SchedulePage, row: PlacementRow, machine: int, minutes: float) -> None:
    """Press on the bar, move it to a machine and by some minutes, release."""
    gantt = page.gantt
    assert gantt.model is not None
    box = gantt.box_of(gantt.model.bar_of[row.operation_id])
    band = gantt.layout_of_rows.band_of(gantt.model.row_of_machine[machine])
    assert box is not None
    start = QPointF(box.left() + 4, box.center().y())
    end = QPointF(start.x() + minutes * gantt.grid.scale, band.top + band.height / 2 - gantt.top)
    send(page, QEvent.Type.MouseButtonPress, start)
    for share in (0.2, 0.6, 1.0):
        send(page, QEvent.Type.MouseMove, start + (end - start) * share)
    send(page, QEvent.Type.MouseButtonRelease, end)
