"""The line above the chart: what the rows and colours are, the legend, and where to look."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSettings, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QHBoxLayout,
    QPushButton,
    QToolButton,
    QWidget,
)

from app.views.page import label
from app.views.planning.drop_mode import DropMode
from app.views.planning.gantt.colouring import ColourBy
from app.views.planning.gantt.model import Arrangement
from app.views.planning.gantt.view import GanttView
from app.views.planning.legend import Legend
from app.views.theme import SPACE


class ViewControls(QWidget):
    """Acts on its chart only; the plan does not change."""

    def __init__(self, gantt: GanttView, parent: QWidget) -> None:
        super().__init__(parent)
        self._gantt = gantt
        self.rows = {arrangement: QToolButton(self) for arrangement in Arrangement}
        self._choice = QButtonGroup(self)
        self._keys: dict[Arrangement, QAction] = {}
        for arrangement, button in self.rows.items():
            # A button's own shortcut would press it a tenth of a second later.
            key = QAction(self)
            key.setData(arrangement.value)
            key.triggered.connect(self._on_key_triggered)
            self.addAction(key)
            self._keys[arrangement] = key
            button.setCheckable(True)
            button.setProperty("framed", True)
            self._choice.addButton(button, list(Arrangement).index(arrangement))
        self.rows[Arrangement.MACHINES].setChecked(True)
        self.colour_label = label(self, "muted")
        self.colour = QComboBox(self)
        for by in ColourBy:
            self.colour.addItem("", by.value)
        self.legend = Legend(self)
        self.drop_mode = DropMode(gantt, self)
        self.now_button, self.fit_button = QPushButton(self), QPushButton(self)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2 * SPACE)
        for widget in (*self.rows.values(), self.colour_label, self.colour):
            layout.addWidget(widget)
        layout.addWidget(self.legend, 1)
        self._line = layout
        layout.addWidget(self.drop_mode)
        layout.addWidget(self.now_button)
        layout.addWidget(self.fit_button)
        self._choice.idToggled.connect(self._on_rows_toggled)
        self.colour.currentIndexChanged.connect(self._on_colour_chosen)
        self.now_button.clicked.connect(gantt.go_to_now)
        self.fit_button.clicked.connect(gantt.fit)
        self.retranslate()

    def add_switch(self, button: QWidget) -> None:
        """What else shows or hides something of the chart."""
        self._line.insertWidget(self._line.indexOf(self.drop_mode), button)

    @Slot(object)
    def mark_unkitted(self, operations: frozenset[int]) -> None:
        """So many bars carry the sign of something that is short."""
        self.legend.put_unkitted(len(operations))

    def choose_colour(self, by: str) -> None:
        """Select an entry of the colour menu; an unknown one changes nothing."""
        index = self.colour.findData(by)
        if index >= 0:
            self.colour.setCurrentIndex(index)

    def show_rows(self, arrangement: str) -> None:
        """Press the button of an arrangement; an unknown one changes nothing."""
        if arrangement in set(Arrangement):
            self.rows[Arrangement(arrangement)].setChecked(True)

    def restore(self, settings: QSettings) -> None:
        """Rows and colours as they were."""
        self.choose_colour(str(settings.value("colour", ColourBy.ORDER)))
        self.show_rows(str(settings.value("rows", "")))
        self.drop_mode.restore(settings)

    def save(self, settings: QSettings) -> None:
        """Remember rows and colours."""
        settings.setValue("colour", self.colour.currentData())
        settings.setValue("rows", self._gantt.arrangement.value)
        self.drop_mode.save(settings)

    @Slot()
    def put_legend(self) -> None:
        """The plan or the meaning of the colours changed."""
        colouring = self._gantt.legend
        self.legend.put(colouring.legend if colouring is not None else ())

    @Slot()
    def _on_key_triggered(self) -> None:
        self.show_rows(str(self.sender().data()))

    @Slot(int, bool)
    def _on_rows_toggled(self, number: int, pressed: bool) -> None:
        if pressed:
            self._gantt.set_arrangement(list(Arrangement)[number])

    @Slot(int)
    def _on_colour_chosen(self, _index: int) -> None:
        self._gantt.set_colour_by(ColourBy(self.colour.currentData()))
        self.put_legend()

    # ---- texts -----------------------------------------------------------------------------------

    def retranslate(self) -> None:
        for arrangement, text, keys in (
            (Arrangement.MACHINES, self.tr("By machine"), "Alt+1"),
            (Arrangement.ORDERS, self.tr("By order"), "Alt+2"),
            (Arrangement.PEOPLE, self.tr("By person"), "Alt+3"),
            (Arrangement.MOULDS, self.tr("By mould"), "Alt+4"),
        ):
            button = self.rows[arrangement]
            button.setText(text)
            button.setToolTip(f"{text} ({keys})")
            self._keys[arrangement].setShortcut(QKeySequence(keys))
        self.colour_label.setText(self.tr("Colour"))
        self.colour.setAccessibleName(self.tr("Meaning of the colours"))
        for by, text in (
            (ColourBy.ORDER, self.tr("Order")),
            (ColourBy.FAMILY, self.tr("Item family")),
            (ColourBy.STATE, self.tr("State")),
            (ColourBy.LATENESS, self.tr("Lateness")),
            (ColourBy.CUSTOMER, self.tr("Customer")),
        ):
            self.colour.setItemText(self.colour.findData(by.value), text)
        self.now_button.setText(self.tr("Now"))
        self.now_button.setToolTip(self.tr("Go to now (.)"))
        self.fit_button.setText(self.tr("Whole plan"))
        self.fit_button.setToolTip(self.tr("Show the whole plan (Ctrl+0)"))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()
