"""Availability on the Schedule page: materials and moulds over time, under the chart, on wish."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, QSettings, Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QCompleter, QToolButton, QWidget

from app.views.icons import icon
from app.views.planning.gantt.lane_view import HEIGHT, LaneView
from app.views.planning.gantt.view import GanttView
from app.views.planning.kept_lanes import MOST, KeptLanes
from app.views.planning.under_chart import UnderChart

if TYPE_CHECKING:
    from app.services.planning.availability import Lane
    from app.views.planning.schedule_page import SchedulePage

KINDS = "materials", "moulds"


def read_lanes(database: Any, board: Any) -> tuple[Any, tuple[Lane, ...]]:
    """The board, and all lanes of the plan that it stands on (a job's work)."""
    from app.services.planning.availability import availability

    return board, availability(database, board.plan())


class LanePanel(UnderChart):
    """Which lane is shown, the lane, those that are kept beside it, and what was picked out of one
    of them in words."""

    chosen = Signal(object)
    """Operation ids."""

    def __init__(self, gantt: GanttView, parent: QWidget) -> None:
        super().__init__(parent)
        self._lanes: tuple[Lane, ...] | None = None
        self._wanted: dict[str, str] = {}
        """The code last chosen of each kind."""
        self.of, self.what = QComboBox(self), QComboBox(self)
        for kind in KINDS:
            self.of.addItem("", kind)
        self.of.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self._make_searchable()
        self.keep = QToolButton(self)
        self.keep.setProperty("framed", True)
        self.keep.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.view = LaneView(gantt, self)
        self.kept = KeptLanes(gantt, self)
        self.lay_out((self.of, self.what, self.keep), (self.view, self.kept))
        self.of.currentIndexChanged.connect(self._on_kind_changed)
        self.what.currentIndexChanged.connect(self._on_lane_changed)
        self.view.chosen.connect(self._on_step_chosen)
        self.keep.clicked.connect(self._on_keep_clicked)
        self.kept.chosen.connect(self.chosen)
        self.kept.told.connect(self.remark.setText)
        self.kept.changed.connect(self._on_kept_changed)
        self._fit()
        self.retranslate()

    def _fit(self) -> None:
        """Room for the chooser, its lane and one more, if any is kept."""
        lanes = 2 if self.kept.views else 1
        self.setMinimumHeight(self.of.sizeHint().height() + 2 + lanes * (HEIGHT + 1))

    def wanted_height(self) -> int:
        """That of all its lanes."""
        more = max(len(self.kept.views) - 1, 0)
        return self.minimumHeight() + more * HEIGHT

    def _make_searchable(self) -> None:
        """A plant has hundreds: a few letters of code or name find one."""
        self.what.setEditable(True)
        self.what.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.what.setMinimumContentsLength(30)
        completer = self.what.completer()
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        self.what.lineEdit().editingFinished.connect(self._on_text_finished)

    def put(self, lanes: tuple[Lane, ...] | None) -> None:
        """The lanes of the plan as it is now; None while they are being read."""
        self._lanes = lanes
        self.kept.put(lanes)
        self._fill()

    def choose(self, kind: str, code: str) -> None:
        """Show a lane; an unknown one is shown once it is there."""
        if code:
            self._wanted[kind] = code
        index = self.of.findData(kind)
        if index >= 0:
            self.of.setCurrentIndex(index)
        self._fill()

    @property
    def kind(self) -> str:
        """Materials or moulds."""
        return str(self.of.currentData())

    def restore(self, settings: QSettings) -> None:
        """As it was left."""
        for kind in KINDS:
            self._wanted[kind] = str(settings.value(f"lane_{kind}", ""))
        self.kept.restore(str(settings.value("lanes_kept", "")))
        self.choose(str(settings.value("lane_of", "")), "")
        self.open(str(settings.value("lane_open", "false")) == "true")

    def save(self, settings: QSettings) -> None:
        """Remember whether it is open, and what it shows."""
        settings.setValue("lane_of", self.kind)
        for kind in KINDS:
            settings.setValue(f"lane_{kind}", self._wanted.get(kind, ""))
        settings.setValue("lanes_kept", self.kept.as_text())
        settings.setValue("lane_open", "true" if self.is_open else "false")

    # ---- choosing --------------------------------------------------------------------------------

    def _own(self) -> list[Lane]:
        """Lanes of the kind that is chosen and not kept, those that run out first ahead."""
        kept = set(self.kept.named)
        own = [
            lane
            for lane in self._lanes or ()
            if lane.of == self.kind and (self.kind, lane.code) not in kept
        ]
        return sorted(own, key=lambda lane: (lane.trouble is None, lane.code))

    def _fill(self) -> None:
        own = self._own()
        wanted = self._wanted.get(self.kind, "")
        place = next((n for n, lane in enumerate(own) if lane.code == wanted), 0)
        # Filling is no choice: what a person wanted stays wanted while it is not there.
        self.what.currentIndexChanged.disconnect(self._on_lane_changed)
        self.what.clear()
        for lane in own:
            self.what.addItem(self._entry(lane), lane.code)
        self.what.setCurrentIndex(place if own else -1)
        self.what.currentIndexChanged.connect(self._on_lane_changed)
        self.what.setEnabled(bool(own))
        self.keep.setEnabled(bool(own) and len(self.kept.views) < MOST)
        self._show(own[place] if own else None)

    def _entry(self, lane: Lane) -> str:
        name = f"{lane.code} · {lane.name}" if lane.name else lane.code
        if lane.trouble is None:
            return name
        said = self.tr("{lane} – runs out") if lane.of == "materials" else self.tr("{lane} – short")
        return said.format(lane=name)

    def _show(self, lane: Lane | None) -> None:
        remark = self.tr("Reading…")
        if self._lanes is not None:
            remark = (
                self.tr("The plan takes nothing that is counted in stock.")
                if self.kind == "materials"
                else self.tr("There are no moulds with copies.")
            )
            if any(lane.of == self.kind for lane in self._lanes):
                remark = self.tr("All are kept in sight below.")
        self.view.show_lane(lane, remark)
        self.remark.setText("")
        if lane is not None and self.view.current is not None:
            self.remark.setText(self.view.words(self.view.current))

    @Slot(int)
    def _on_kind_changed(self, _index: int) -> None:
        self._fill()

    @Slot(int)
    def _on_lane_changed(self, index: int) -> None:
        own = self._own()
        if 0 <= index < len(own):
            self._wanted[self.kind] = own[index].code
            self._show(own[index])

    @Slot()
    def _on_keep_clicked(self) -> None:
        """What is shown stays in sight; the next one is shown here."""
        if self.view.lane is not None:
            self.kept.keep(self.view.lane.of, self.view.lane.code)

    @Slot()
    def _on_kept_changed(self) -> None:
        self._fit()
        self._fill()

    @Slot()
    def _on_text_finished(self) -> None:
        """Letters that name nothing give way to what is shown."""
        self.what.setEditText(self.what.itemText(self.what.currentIndex()))

    @Slot(object)
    def _on_step_chosen(self, operations: tuple[int, ...]) -> None:
        if self.view.current is not None:
            self.remark.setText(self.view.words(self.view.current))
        self.chosen.emit(operations)

    @Slot()
    def retheme(self) -> None:
        """Another theme."""
        self.keep.setIcon(icon("pin"))
        self.view.update()
        self.kept.retheme()

    # ---- texts -----------------------------------------------------------------------------------

    def retranslate(self) -> None:
        self.switch.setText(self.tr("Availability"))
        self.switch.setToolTip(self.tr("Show or hide a material or mould over time"))
        self.of.setItemText(0, self.tr("Material"))
        self.of.setItemText(1, self.tr("Mould"))
        self.of.setAccessibleName(self.tr("Materials or moulds"))
        self.what.setAccessibleName(self.tr("Which material or mould"))
        self.keep.setIcon(icon("pin"))
        self.keep.setText(self.tr("Keep in sight"))
        self.keep.setToolTip(self.tr("Keep this lane in sight and choose another one beside it"))
        self._fill()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()


class LaneDesk(QObject):
    """Reads lanes only while they are shown; a step that is chosen selects its operations."""

    def __init__(self, page: SchedulePage) -> None:
        super().__init__(page)
        self._page = page
        self._stands_on: Any = None
        """The board whose lanes are shown, or being read."""
        self.panel = LanePanel(page.gantt, page)
        page.load.split.addWidget(self.panel)
        page.controls.add_switch(self.panel.switch)
        page.source.board_changed.connect(self._on_board_changed)
        self.panel.switch.toggled.connect(self._on_switch_toggled)
        self.panel.chosen.connect(self._on_chosen)
        self.panel.kept.changed.connect(self._on_kept_changed)

    @Slot(object)
    def _on_board_changed(self, _board: object) -> None:
        self._read()

    @Slot(bool)
    def _on_switch_toggled(self, opened: bool) -> None:
        if opened:
            self._page.load.give_room(self.panel, self.panel.wanted_height())
            self._read()

    @Slot()
    def _on_kept_changed(self) -> None:
        if self.panel.is_open:
            self._page.load.give_room(self.panel, self.panel.wanted_height())

    def _read(self) -> None:
        """Old lanes stay in sight until the newer ones are there."""
        ready = self._page.source.ready_board
        board = None if ready is None else ready.board
        if board is None or board is self._stands_on or not self.panel.is_open:
            return
        self._stands_on = board
        self._page.context.read(read_lanes, board, then=self._on_read)

    @Slot(object)
    def _on_read(self, found: tuple[Any, tuple[Lane, ...]]) -> None:
        board, lanes = found
        if board is self._stands_on:
            self.panel.put(lanes)

    @Slot(object)
    def _on_chosen(self, operations: tuple[int, ...]) -> None:
        if operations:
            self._page.gantt.select_operations(operations, show=True)
