"""Bring the plan up to date: four questions, rows and dates; shown before it is applied."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, Qt, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.core.errors import AppError
from app.core.format import number
from app.core.messages import Message
from app.views.context import AppContext
from app.views.date_field import BadDate, DateField
from app.views.page import label
from app.views.table import Column, Kind, RowTable
from app.views.theme import SPACE

if TYPE_CHECKING:
    from app.services.planning.up_to_date import UpdateReport

SIZE = (860, 600)
QUESTIONS = {"earlier": False, "sequence": True, "keep": True, "machine": False}
"""And the answers that change the least."""
MINUTES_PER_HOUR = 60


class UpdateDialog(QDialog):
    """``machines``: codes of machines by what they are to the chart (``shown``, ``selected``)."""

    def __init__(
        self, context: AppContext, machines: dict[str, tuple[str, ...]], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._context, self._machines = context, machines
        self.report: UpdateReport | None = None
        self._refused: Message | None = None
        self._asked = 0
        self._last: tuple[object, ...] = ()
        self._busy = False
        self.answers = {name: QCheckBox(self) for name in QUESTIONS}
        for name, box in self.answers.items():
            box.setChecked(QUESTIONS[name])
            box.toggled.connect(self._on_anything_changed)
        self.rows_name, self.from_name, self.to_name = (label(self, "muted") for _ in range(3))
        self.rows = QComboBox(self)
        for key in ("all", *(key for key in machines if machines[key])):
            self.rows.addItem("", key)
        self.rows.currentIndexChanged.connect(self._on_anything_changed)
        self.start = DateField(context.zone, context.now(), self)
        self.end = DateField(context.zone, context.now(), self)
        for field in (self.start, self.end):
            field.moment_changed.connect(self._on_anything_changed)
        self.figures = label(self, wrap=True)
        self.refused = label(self, "error", wrap=True)
        self.table = RowTable(
            self._columns(), self, row_id=lambda row: row.operation_id, filters=False
        )
        self.close_button, self.apply_button = QPushButton(self), QPushButton(self)
        self.apply_button.setProperty("primary", True)
        self.apply_button.setDefault(True)
        self.close_button.clicked.connect(self.reject)
        self.apply_button.clicked.connect(self._on_apply_clicked)
        context.languageChanged.connect(self._on_language_changed)
        self._lay_out()
        self.resize(*SIZE)
        self.retranslate()
        self._ask()

    def _lay_out(self) -> None:
        where = QGridLayout()
        where.setHorizontalSpacing(3 * SPACE)
        fields = (
            (self.rows_name, self.rows),
            (self.from_name, self.start),
            (self.to_name, self.end),
        )
        for row, (name, field) in enumerate(fields):
            where.addWidget(name, row, 0)
            where.addWidget(field, row, 1)
        questions = QVBoxLayout()
        for box in self.answers.values():
            questions.addWidget(box)
        above = QHBoxLayout()
        above.addLayout(questions, 1)
        above.addLayout(where)
        buttons = QHBoxLayout()
        buttons.addStretch()
        buttons.addWidget(self.close_button)
        buttons.addWidget(self.apply_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4 * SPACE, 4 * SPACE, 4 * SPACE, 4 * SPACE)
        layout.setSpacing(3 * SPACE)
        layout.addLayout(above)
        layout.addWidget(self.figures)
        layout.addWidget(self.refused)
        layout.addWidget(self.table, 1)
        layout.addLayout(buttons)

    # ---- asking ----------------------------------------------------------------------------------

    @Slot()
    def _on_anything_changed(self) -> None:
        if self._wanted() != self._last:
            self._ask()

    def _wanted(self) -> tuple[object, ...]:
        """All that the answer depends on."""
        answers = tuple(box.isChecked() for box in self.answers.values())
        return answers, self.rows.currentData(), self.start.text(), self.end.text()

    def _ask(self) -> None:
        """What would happen; a later question makes an earlier answer void."""
        self.report, self._refused = None, None
        self._asked += 1
        self._last = self._wanted()
        try:
            start, end = self.start.moment(), self.end.moment()
        except BadDate:
            self._busy = False
            self._show()
            return
        answers = {name: box.isChecked() for name, box in self.answers.items()}
        machines = self._machines.get(self.rows.currentData(), ())
        self._busy = True
        self._show()
        self._context.jobs.start(
            partial(_preview, self._context.database, self._asked, answers, machines, start, end),
            title=self._title,
            can_cancel=False,
            succeeded=self._on_answered,
            failed=self._on_failed,
        )

    def _title(self) -> str:
        return self.tr("Bring the plan up to date")

    @Slot(object)
    def _on_answered(self, answer: tuple[int, Any]) -> None:
        number_asked, found = answer
        if number_asked != self._asked:
            return
        self._busy = False
        if isinstance(found, Message):
            self._refused = found
        else:
            self.report = found
        self._show()

    @Slot(object)
    def _on_failed(self, error: Exception) -> None:
        self._busy = False
        self._show()
        self._context.show_error(error)

    @Slot()
    def _on_apply_clicked(self) -> None:
        """What was shown, in one step; refused if the plan has changed since."""
        if self.report is None or self.report.edit is None:
            return
        error = self._context.attempt(self.report.edit)
        if error is None:
            self.accept()
        else:
            self._ask()

    # ---- texts -----------------------------------------------------------------------------------

    @Slot()
    def _on_language_changed(self) -> None:
        self.table.set_columns(self._columns())

    def retranslate(self) -> None:
        self.setWindowTitle(self._title())
        for name, text in (
            ("earlier", self.tr("Operations may start earlier than planned")),
            ("sequence", self.tr("Operations may pass each other on a machine")),
            ("keep", self.tr("What can stay where it is stays")),
            ("machine", self.tr("What has to move may change its machine")),
        ):
            self.answers[name].setText(text)
        self.rows_name.setText(self.tr("Machines"))
        self.from_name.setText(self.tr("Planned from"))
        self.to_name.setText(self.tr("Planned before"))
        for name, field in ((self.from_name, self.start), (self.to_name, self.end)):
            field.setPlaceholderText(self.tr("any"))
            field.setAccessibleName(name.text())
        names = {
            "all": self.tr("all"),
            "shown": self.tr("those shown in the chart"),
            "selected": self.tr("those of the selection"),
        }
        for index in range(self.rows.count()):
            self.rows.setItemText(index, names[self.rows.itemData(index)])
        self.close_button.setText(self.tr("Cancel"))
        self.apply_button.setText(self.tr("Apply"))
        self._show()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()

    def _show(self) -> None:
        report = self.report
        self.apply_button.setEnabled(report is not None and report.edit is not None)
        self.refused.setText(self._context.text(self._refused) if self._refused else "")
        self.refused.setVisible(self._refused is not None)
        self.table.set_rows(report.rows if report is not None else ())
        if self._busy:
            self.table.set_empty(self.tr("Trying…"))
            self.figures.setText(self.tr("Trying…"))
            return
        self.table.set_empty(self.tr("Nothing has to move."))
        self.figures.setText(self._figures(report) if report is not None else "")

    def _figures(self, report: UpdateReport) -> str:
        before, after = report.objective
        parts = [
            self.tr("%n operations move", "", len(report.moved)),
            self.tr("%n outside of it", "", len(report.outside)),
            self.tr("%n lose their place", "", len(report.lost)),
            self.tr("late orders {before} → {after}").format(
                before=round(before.get("late_orders", 0)), after=round(after.get("late_orders", 0))
            ),
            self.tr("tardiness {before} → {after} h").format(
                before=_hours(before, "weighted_tardiness_min"),
                after=_hours(after, "weighted_tardiness_min"),
            ),
            self.tr("setup {before} → {after} h").format(
                before=_hours(before, "setup_min"), after=_hours(after, "setup_min")
            ),
        ]
        if before.get("light_batches") or after.get("light_batches"):
            parts.append(
                self.tr("light oven batches {before} → {after}").format(
                    before=round(before.get("light_batches", 0)),
                    after=round(after.get("light_batches", 0)),
                )
            )
        if before.get("short_campaigns") or after.get("short_campaigns"):
            parts.append(
                self.tr("campaigns cut short {before} → {after}").format(
                    before=round(before.get("short_campaigns", 0)),
                    after=round(after.get("short_campaigns", 0)),
                )
            )
        if before.get("dear_min") or after.get("dear_min"):
            parts.append(
                self.tr("at dear hours {before} → {after} h").format(
                    before=_hours(before, "dear_min"), after=_hours(after, "dear_min")
                )
            )
        return " · ".join(parts)

    def _columns(self) -> list[Column]:
        moment, duration = self._context.moment_text, self._context.duration_text

        def place(side: str, row: Any) -> str:
            found = getattr(row, side)
            return f"{found[0]} · {moment(found[1])}" if found else self.tr("not placed")

        def shift(row: Any) -> str:
            sign = "+" if row.shift_minutes > 0 else "−"
            return f"{sign}{duration(abs(row.shift_minutes))}" if row.shift_minutes else ""

        return [
            Column("operation", self.tr("Operation"), lambda row: row.operation, width=170),
            Column("before", self.tr("Was"), partial(place, "before"), width=230),
            Column("after", self.tr("Will be"), partial(place, "after"), width=230),
            Column(
                "shift", self.tr("Moved by"), lambda row: row.shift_minutes, text=shift,
                kind=Kind.NUMBER, tone=lambda row: "risk" if row.shift_minutes > 0 else "good",
                width=120,
            ),
        ]  # fmt: skip


def _hours(parts: dict[str, float], key: str) -> str:
    return number(round(parts.get(key, 0) / MINUTES_PER_HOUR))


def _preview(
    database: Any,
    asked: int,
    answers: dict[str, bool],
    machines: tuple[str, ...],
    start: Any,
    end: Any,
    *_: Any,
) -> tuple[int, Any]:
    """(number of the question, UpdateReport or the Message of a refusal)."""
    from app.scheduling.update import Questions
    from app.services.planning.up_to_date import plan_update

    try:
        found = plan_update(
            database, questions=Questions(**answers), machines=machines, start=start, end=end
        )
    except AppError as error:
        return asked, error.message
    return asked, found
