"""Lanes that stay in sight while another one is chosen: several materials and moulds at once."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QToolButton, QVBoxLayout, QWidget

from app.views.icons import icon
from app.views.planning.gantt.lane_view import HEIGHT, LaneView
from app.views.planning.gantt.view import GanttView

if TYPE_CHECKING:
    from app.services.planning.availability import Lane

MOST = 6
BUTTON = 20
Named = tuple[str, str]
"""Materials or moulds, and the code."""


class KeptLane(LaneView):
    """One of them, with a button that lets it go; so does Delete."""

    let_go = Signal()

    def __init__(self, chart: GanttView, named: Named, parent: QWidget) -> None:
        super().__init__(chart, parent)
        self.named = named
        self.close_button = QToolButton(self)
        self.close_button.setIconSize(QSize(14, 14))
        self.close_button.setAutoRaise(True)
        self.close_button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.close_button.setGeometry(6, HEIGHT - BUTTON - 4, BUTTON, BUTTON)
        self.close_button.clicked.connect(self.let_go)
        self.retheme()
        self.name_button()

    def retheme(self) -> None:
        """Icons hold the colours of a theme."""
        self.close_button.setIcon(icon("x", "muted"))
        self.update()

    def name_button(self) -> None:
        self.close_button.setToolTip(self.tr("No longer keep this lane in sight (Del)"))
        self.close_button.setAccessibleName(self.tr("No longer keep this lane in sight"))

    def show_one_of(self, lanes: tuple[Lane, ...] | None) -> None:
        """Its own among these; None while they are being read."""
        own = [lane for lane in lanes or () if (lane.of, lane.code) == self.named]
        remark = self.tr("Reading…")
        if lanes is not None:
            remark = self.tr("{code} is not counted any more.").format(code=self.named[1])
        self.show_lane(own[0] if own else None, remark)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete:
            self.let_go.emit()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self.name_button()


class KeptLanes(QScrollArea):
    """One under the other; scrolled when there are more than fit."""

    chosen = Signal(object)
    """Operation ids of the step that somebody chose in one of them."""
    told = Signal(str)
    """That step in words."""
    changed = Signal()
    """Another lane is kept, or one no longer."""

    def __init__(self, chart: GanttView, parent: QWidget) -> None:
        super().__init__(parent)
        self._chart = chart
        self._lanes: tuple[Lane, ...] | None = None
        self.views: list[KeptLane] = []
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inside = QWidget(self)
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self.setWidget(inside)
        self.setVisible(False)

    @property
    def named(self) -> list[Named]:
        """What is kept, from top to bottom."""
        return [view.named for view in self.views]

    def keep(self, of: str, code: str) -> None:
        """Keep this lane in sight, too."""
        if not code or (of, code) in self.named or len(self.views) >= MOST:
            return
        view = KeptLane(self._chart, (of, code), self)
        view.chosen.connect(self._on_chosen)
        view.let_go.connect(self._on_let_go)
        view.show_one_of(self._lanes)
        self._column.addWidget(view)
        self.views.append(view)
        self._fit()

    def put(self, lanes: tuple[Lane, ...] | None) -> None:
        """The lanes of the plan as it is now; None while they are being read."""
        self._lanes = lanes
        for view in self.views:
            view.show_one_of(lanes)

    def retheme(self) -> None:
        """Another theme."""
        for view in self.views:
            view.retheme()

    def _fit(self) -> None:
        self.setVisible(bool(self.views))
        self.setMinimumHeight(HEIGHT if self.views else 0)
        self.changed.emit()

    @Slot(object)
    def _on_chosen(self, operations: object) -> None:
        view = self.sender()
        if isinstance(view, KeptLane) and view.current is not None:
            self.told.emit(view.words(view.current))
        self.chosen.emit(operations)

    @Slot()
    def _on_let_go(self) -> None:
        view = self.sender()
        if isinstance(view, KeptLane) and view in self.views:
            self.views.remove(view)
            self._column.removeWidget(view)
            view.hide()
            view.deleteLater()
            self._fit()

    # ---- kept between sessions -------------------------------------------------------------------

    def as_text(self) -> str:
        """What is kept, as one line."""
        return json.dumps(self.named, ensure_ascii=False)

    def restore(self, text: str) -> None:
        """From ``as_text``; what cannot be read is nothing."""
        try:
            found = json.loads(text or "[]")
        except ValueError:
            found = []
        for pair in found if isinstance(found, list) else []:
            if isinstance(pair, list) and len(pair) == 2:
                self.keep(str(pair[0]), str(pair[1]))
