"""Under the chart: whose load is shown, and the histogram; nothing of it when not wanted."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QSettings, Signal, Slot
from PySide6.QtWidgets import QComboBox, QWidget

from app.views.planning.gantt.load import LoadBy, LoadOf
from app.views.planning.gantt.load_view import BAND, Bucket, LoadView
from app.views.planning.gantt.view import GanttView
from app.views.planning.under_chart import UnderChart


class LoadPanel(UnderChart):
    """Shows what the chart's plan asks of machines, people or moulds."""

    listed = Signal(object, bool)
    """({operation id: minutes}, whether somebody clicked): the work of a column."""

    def __init__(self, gantt: GanttView, parent: QWidget) -> None:
        super().__init__(parent)
        self._gantt = gantt
        self.of, self.by = QComboBox(self), QComboBox(self)
        for of in LoadOf:
            self.of.addItem("", of.value)
        for by in LoadBy:
            self.by.addItem("", by.value)
        self.view = LoadView(gantt, self)
        self.lay_out((self.of, self.by), (self.view,))
        self.of.currentIndexChanged.connect(self._on_choice_changed)
        self.by.currentIndexChanged.connect(self._on_choice_changed)
        self.view.chosen.connect(self._on_bucket_chosen)
        self.setMinimumHeight(self.of.sizeHint().height() + 3 + BAND + 4)
        self.retranslate()

    def choose(self, of: str, by: str) -> None:
        """Whose load, and how; unknown words change nothing."""
        for box, value in ((self.of, of), (self.by, by)):
            index = box.findData(value)
            if index >= 0:
                box.setCurrentIndex(index)

    def restore(self, settings: QSettings) -> None:
        """As it was left."""
        self.choose(str(settings.value("load_of", "")), str(settings.value("load_by", "")))
        self.open(str(settings.value("load_open", "false")) == "true")

    def save(self, settings: QSettings) -> None:
        """Remember whether it is open, and whose load it shows."""
        settings.setValue("load_of", self.of.currentData())
        settings.setValue("load_by", self.by.currentData())
        settings.setValue("load_open", "true" if self.is_open else "false")

    @Slot()
    def retheme(self) -> None:
        """Another theme."""
        self.view.viewport().update()

    @Slot(int)
    def _on_choice_changed(self, _index: int) -> None:
        self.view.show_load(LoadOf(self.of.currentData()), LoadBy(self.by.currentData()))
        self.remark.setText("")

    @Slot(object)
    def _on_bucket_chosen(self, bucket: Bucket) -> None:
        self.list_bucket(bucket, by_hand=True)

    def list_bucket(self, bucket: Bucket, *, by_hand: bool = False) -> None:
        """Tell what works in a column."""
        model = self._gantt.model
        if model is None:
            return
        self.remark.setText(self.view.words(bucket))
        found = bucket.group.bars_in(model.bars, self.view.by, bucket.begin, bucket.end)
        operations = model.bars.operation
        self.listed.emit({int(operations[bar]): minutes for bar, minutes in found}, by_hand)

    # ---- texts -----------------------------------------------------------------------------------

    def retranslate(self) -> None:
        self.switch.setText(self.tr("Load"))
        self.switch.setToolTip(self.tr("Show or hide load against capacity"))
        names: tuple[tuple[QComboBox, Any, str], ...] = (
            (self.of, LoadOf.CENTRES, self.tr("Work centres")),
            (self.of, LoadOf.TEAMS, self.tr("Teams")),
            (self.of, LoadOf.MOULDS, self.tr("Moulds")),
            (self.by, LoadBy.PLAN, self.tr("As planned")),
            (self.by, LoadBy.DUE, self.tr("As if each order ended when it is due")),
        )
        for box, value, text in names:
            box.setItemText(box.findData(value.value), text)
        self.of.setAccessibleName(self.tr("Whose load"))
        self.by.setAccessibleName(self.tr("Load as planned or as due"))
        self.remark.setText("")

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()
