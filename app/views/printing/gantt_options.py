"""The chart in a preview: which rows, from which day, how many days, and how many on a page."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtCore import QDate, QEvent, QObject, Signal, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QWidget

from app.views.context import AppContext
from app.views.page import label
from app.views.printing.papers import nothing_planned_text, source_of
from app.views.printing.preview import PdfPreview
from app.views.spin import DaySpin, Spin
from app.views.theme import SPACE

if TYPE_CHECKING:
    from app.reports.papers import Wanted

ROWS = ("machines", "orders", "people", "moulds")
MOST_DAYS = 92


@dataclass(frozen=True, slots=True)
class Shown:
    """What the chart on the screen shows: its rows, and the days in view.

    ``machines``: ids of those that are not folded away, empty = all.
    """

    rows: str
    first: date
    days: int
    machines: tuple[int, ...] = ()


class GanttOptions(QWidget):
    """A line of choices; ``changed`` when something else is to be shown."""

    changed = Signal()

    def __init__(self, shown: Shown, parent: QWidget) -> None:
        super().__init__(parent)
        self._shown = shown
        self.rows = QComboBox(self)
        for key in ROWS:
            self.rows.addItem("", key)
        self.rows.setCurrentIndex(max(self.rows.findData(shown.rows), 0))
        self.first = DaySpin(self)
        self.first.setDate(QDate(shown.first.year, shown.first.month, shown.first.day))
        self.first.setCalendarPopup(True)
        self.first.setDisplayFormat("yyyy-MM-dd")
        self.first.setKeyboardTracking(False)
        self.days, self.per_page = Spin(self), Spin(self)
        self._words: list[QLabel] = [label(self, "muted") for _ in range(3)]
        for box, value in ((self.days, shown.days), (self.per_page, min(shown.days, 3))):
            box.setRange(1, MOST_DAYS)
            box.setValue(value)
            box.setKeyboardTracking(False)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(2 * SPACE)
        line.addWidget(self.rows)
        for words, field in zip(self._words, (self.first, self.days, self.per_page), strict=True):
            line.addWidget(words)
            line.addWidget(field)
        line.addStretch(1)
        self.rows.activated.connect(self.changed)
        self.first.dateChanged.connect(self.changed)
        self.days.valueChanged.connect(self.changed)
        self.per_page.valueChanged.connect(self.changed)
        self.retranslate()

    def retranslate(self) -> None:
        names = (
            self.tr("By machine"), self.tr("By order"), self.tr("By person"), self.tr("By mould"),
        )  # fmt: skip
        for index, text in enumerate(names):
            self.rows.setItemText(index, text)
        for words, text in zip(
            self._words,
            (self.tr("From"), self.tr("Days"), self.tr("Days on a page")),
            strict=True,
        ):
            words.setText(text)
        self.rows.setAccessibleName(self.tr("Rows of the chart"))
        self.first.setAccessibleName(self.tr("First day"))
        self.days.setAccessibleName(self.tr("Days"))
        self.per_page.setAccessibleName(self.tr("Days on a page"))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()

    def wanted(self, usual: Wanted) -> Wanted:
        """``usual`` with what is chosen here."""
        first: date = self.first.date().toPython()  # type: ignore[assignment]
        rows = str(self.rows.currentData())
        machines = self._shown.machines if rows == "machines" else ()
        return replace(
            usual,
            rows=rows,
            first_day=first,
            days=self.days.value(),
            days_per_page=self.per_page.value(),
            machines=machines or None,
        )


class GanttPreview(QObject):
    """Puts the choices into a preview and shows what is chosen."""

    def __init__(self, preview: PdfPreview, context: AppContext, options: GanttOptions) -> None:
        super().__init__(preview)
        self._preview, self._context, self.options = preview, context, options
        options.changed.connect(self._on_options_changed)
        preview.add_options(options)

    @Slot()
    def _on_options_changed(self) -> None:
        from app.reports.papers import GANTT, Wanted

        wanted = self.options.wanted(Wanted(self._context.actor))
        self._preview.set_source(source_of(self._context, GANTT, wanted, nothing_planned_text))


def show_gantt(parent: QWidget, context: AppContext, shown: Shown) -> PdfPreview:
    """The chart as it is on the screen, on paper; rows and days are chosen in the preview."""
    from app.reports.papers import GANTT, Wanted

    options = GanttOptions(shown, parent)
    wanted = options.wanted(Wanted(context.actor))
    preview = PdfPreview(context, source_of(context, GANTT, wanted, nothing_planned_text), parent)
    GanttPreview(preview, context, options)
    preview.show()
    return preview
