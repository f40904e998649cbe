"""What a changeover would take, all attributes together, by the engine's own rule."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QComboBox, QGridLayout, QVBoxLayout, QWidget

from app.services.plant.setup_view import POSITIONS, SetupSheet
from app.views.context import AppContext
from app.views.page import label
from app.views.plant.fields import set_choices
from app.views.theme import SPACE


class TrialPanel(QWidget):
    """From and to of each attribute; the minutes of each part and together."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self._sheet: SetupSheet | None = None
        self.heading = label(self, "section")
        self.names = [label(self, "muted", wrap=True) for _ in range(POSITIONS)]
        self.starts = [QComboBox(self) for _ in range(POSITIONS)]
        self.ends = [QComboBox(self) for _ in range(POSITIONS)]
        self.told = label(self, "small", wrap=True)
        self.total = label(self, "section", wrap=True)
        self._lay_out()
        for box in (*self.starts, *self.ends):
            box.activated.connect(self._try)
        self.retranslate()

    def show_sheet(self, sheet: SetupSheet | None) -> None:
        """The chosen values stay where they still are."""
        self._sheet = sheet
        attributes = sheet.attributes if sheet is not None else ()
        for place, (start, end) in enumerate(zip(self.starts, self.ends, strict=True)):
            shown = place < len(attributes)
            for part in (start, end, self.names[place]):
                part.setVisible(shown)
            if shown:
                texts = [value.text for value in attributes[place].values]
                wanted = ["–", *texts]
                for box in (start, end):
                    if [box.itemText(n) for n in range(box.count())] != wanted:
                        set_choices(box, [("", "–"), *((text, text) for text in texts)])
        self._try()

    @Slot()
    def _try(self) -> None:
        attributes = self._sheet.attributes if self._sheet is not None else ()
        if self._sheet is None or not attributes:
            self.total.setText("")
            return
        count = len(attributes)
        start = [str(box.currentData() or "") for box in self.starts[:count]]
        end = [str(box.currentData() or "") for box in self.ends[:count]]
        trial = self._sheet.trial(start, end)
        for place, outcome in enumerate(trial.parts):
            minutes = "–" if outcome is None else self._minutes(outcome.minutes)
            self.names[place].setText(f"{attributes[place].name}: {minutes}")
        total = None if trial.total is None else trial.total.minutes
        self.total.setText(self.tr("Together: {minutes}").format(minutes=self._minutes(total)))

    def _minutes(self, minutes: int | None) -> str:
        if minutes is None:
            return self.tr("forbidden")
        return self.tr("{n} min").format(n=minutes)

    def retranslate(self) -> None:
        self.heading.setText(self.tr("What would it take"))
        self.told.setText(self.tr("From (left) to (right):"))
        for box in self.starts:
            box.setAccessibleName(self.tr("From"))
        for box in self.ends:
            box.setAccessibleName(self.tr("To"))
        self._try()

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setSpacing(SPACE + 2)
        for place in range(POSITIONS):
            grid.addWidget(self.names[place], 2 * place, 0, 1, 2)
            for column, box in enumerate((self.starts[place], self.ends[place])):
                box.setSizeAdjustPolicy(
                    QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
                )
                grid.addWidget(box, 2 * place + 1, column)
                grid.setColumnStretch(column, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE + 2)
        layout.addWidget(self.heading)
        layout.addWidget(self.told)
        layout.addLayout(grid)
        layout.addWidget(self.total)
        layout.addStretch(1)
