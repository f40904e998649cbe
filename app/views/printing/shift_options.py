"""Papers of a shift in a preview: which paper, day, shift, machines, and in which order."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QDate, QEvent, Signal, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from app.views.context import AppContext
from app.views.fresh import LatestReading
from app.views.spin import DaySpin
from app.views.theme import SPACE

if TYPE_CHECKING:
    from app.reports.papers import Paper, Wanted

ALL = "all"


class ShiftOptions(QWidget):
    """A line of choices; ``changed`` when something else is to be shown."""

    changed = Signal()

    def __init__(
        self,
        context: AppContext,
        machines: dict[str, tuple[int, ...]],
        chosen: str,
        parent: QWidget,
    ) -> None:
        """``machines``: ids by ``shown`` and ``selected``; ``chosen``: one of them, or all."""
        super().__init__(parent)
        self._context = context
        self._shifts_reading = LatestReading(self, context, self._on_shifts_read)
        self._machines = machines
        self._shifts: tuple[Any, ...] = ()
        self.paper, self.shift, self.scope, self.order = (QComboBox(self) for _ in range(4))
        self.day = DaySpin(self)
        self.day.setCalendarPopup(True)
        self.day.setDisplayFormat("yyyy-MM-dd")
        self.day.setKeyboardTracking(False)
        for key in ("dispatch", "moulds", "mixes"):
            self.paper.addItem("", key)
        for key in (ALL, *(key for key, ids in machines.items() if ids)):
            self.scope.addItem("", key)
        self.scope.setCurrentIndex(max(self.scope.findData(chosen), 0))
        for by_shift in (False, True):
            self.order.addItem("", by_shift)
        self.shift.addItem("", None)
        self.day.setEnabled(False)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(2 * SPACE)
        for widget in (self.paper, self.day, self.shift, self.scope, self.order):
            line.addWidget(widget)
        line.addStretch(1)
        self.retranslate()
        self._connect()
        self._read_day()

    def _connect(self) -> None:
        for box in (self.paper, self.shift, self.scope, self.order):
            box.activated.connect(self.changed)
        self.day.dateChanged.connect(self._on_day_changed)

    def retranslate(self) -> None:
        papers = (self.tr("Dispatch list"), self.tr("Mould changes"), self.tr("Mixing tickets"))
        for index, text in enumerate(papers):
            self.paper.setItemText(index, text)
        scopes = {
            ALL: self.tr("All machines"),
            "shown": self.tr("Machines shown"),
            "selected": self.tr("Machines of the selection"),
        }
        for index in range(self.scope.count()):
            self.scope.setItemText(index, scopes[self.scope.itemData(index)])
        self.order.setItemText(0, self.tr("By work centre"))
        self.order.setItemText(1, self.tr("By shift"))
        self.paper.setAccessibleName(self.tr("Kind of paper"))
        self.day.setAccessibleName(self.tr("Shift date"))
        self.day.setToolTip(self.tr("A night shift belongs to the day it began."))
        self.shift.setAccessibleName(self.tr("Shift"))
        self.scope.setAccessibleName(self.tr("Machines"))
        self.order.setAccessibleName(self.tr("Order of the lists"))
        self._name_shifts()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()

    # ---- what is asked for -----------------------------------------------------------------------

    def chosen_paper(self) -> Paper:
        from app.reports.papers import by_key

        return by_key(self.paper.currentData())

    def wanted(self, usual: Wanted) -> Wanted:
        """``usual`` with what is chosen here."""
        scope, shift = self.scope.currentData(), self.shift.currentData()
        chosen: date = self.day.date().toPython()  # type: ignore[assignment]
        return replace(
            usual,
            shift_date=chosen if self.day.isEnabled() else None,
            shifts=None if shift is None else (shift,),
            machines=None if scope == ALL else self._machines[scope],
            by_shift=bool(self.order.currentData()),
        )

    # ---- days and their shifts -------------------------------------------------------------------

    def _read_day(self) -> None:
        """The day that the shift running now belongs to."""
        from app.services.planning.dispatch import production_day

        self._context.read(production_day, then=self._on_day_read)

    @Slot(object)
    def _on_day_read(self, day: date) -> None:
        # The preview shows this day already: only the field learns it.
        self.day.dateChanged.disconnect(self._on_day_changed)
        self.day.setDate(QDate(day.year, day.month, day.day))
        self.day.dateChanged.connect(self._on_day_changed)
        self.day.setEnabled(True)
        self._read_shifts()

    @Slot(QDate)
    def _on_day_changed(self, _day: QDate) -> None:
        self._read_shifts()
        self.changed.emit()

    def _read_shifts(self) -> None:
        from app.services.planning.dispatch import shift_choices

        day = self.day.date().toPython()
        self._shifts_reading.ask(shift_choices, day)

    @Slot(object)
    def _on_shifts_read(self, shifts: tuple[Any, ...]) -> None:
        chosen = self.shift.currentData()
        self._shifts = shifts
        self.shift.clear()
        self.shift.addItem("", None)
        for shift in shifts:
            self.shift.addItem("", shift.name)
        self.shift.setCurrentIndex(max(self.shift.findData(chosen), 0))
        self._name_shifts()
        if chosen is not None and self.shift.currentData() is None:
            self.changed.emit()  # the day has no such shift

    def _name_shifts(self) -> None:
        self.shift.setItemText(0, self.tr("All shifts"))
        for index, shift in enumerate(self._shifts, 1):
            span = f"{shift.start:%H:%M}–{shift.end:%H:%M}"
            self.shift.setItemText(index, f"{shift.name} {span}")
