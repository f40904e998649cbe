"""Filling a setup matrix by rule; how many pairs would change is told before anything is done."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.core.errors import RuleBroken
from app.services.plant.setup_edits import MOST_MINUTES, CellWish
from app.services.plant.setup_fill import (
    DifferenceRule,
    FillLine,
    FillRule,
    GroupRule,
    OrderRule,
    light_to_dark,
    number_in,
    preview,
)
from app.services.plant.setup_view import AttributeMatrix
from app.views.context import AppContext
from app.views.page import label
from app.views.plant.fields import complaint, put_text, set_choices
from app.views.spin import DecimalSpin, Spin
from app.views.theme import SPACE

ORDER, DIFFERENCE, GROUP = "order", "difference", "group"
MOST_OFFERED, MOST_EXAMPLES, MOST_LEFT_OUT = 200, 4, 8
LARGEST = 1_000_000.0


class PlainSpin(DecimalSpin):
    """A number without zeros at its end."""

    def textFromValue(self, value: float) -> str:
        return f"{value:.10g}"


class FillPanel(QWidget):
    """Three kinds of rules over the values or groups of one attribute."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self.write: Callable[[list[CellWish]], bool] = lambda wishes: False
        self.editable = True
        self._attribute: AttributeMatrix | None = None
        self._named = ""
        self.heading = label(self, "section")
        self.kind = QComboBox(self)
        self.order, self.numbers, self.groups = (QLineEdit(self) for _ in range(3))
        self.base, self.up, self.down, self.most, self.inside, self.between = (
            Spin(self) for _ in range(6)
        )
        self.size, self.beyond = PlainSpin(self), PlainSpin(self)
        self.apart = QCheckBox(self)
        self.keep = QCheckBox(self)
        self.complaint = complaint(self)
        self.told = label(self, "small", wrap=True)
        self.examples = label(self, "small", wrap=True)
        self.fill = QPushButton(self)
        self.fill.setProperty("primary", True)
        self._form = QFormLayout()
        self._lay_out()
        self._connect()
        self.retranslate()

    def show_attribute(self, attribute: AttributeMatrix | None) -> None:
        """What is typed stays while it is the same attribute."""
        self._attribute = attribute
        name = "" if attribute is None else f"{attribute.row.id}"
        another, self._named = name != self._named, name
        self._offer(another=another)
        self.judge()

    def _offer(self, *, another: bool) -> None:
        """Proposals from the values: colours from light to dark, numbers, all groups."""
        attribute = self._attribute
        texts = [value.text for value in attribute.values] if attribute is not None else []
        groups = [str(g.values["name"]) for g in attribute.groups] if attribute is not None else []
        known, unknown = light_to_dark(texts)
        proposals = (
            (self.order, [*known, *unknown][:MOST_OFFERED]),
            (self.numbers, [text for text in texts if number_in(text) is not None][:MOST_OFFERED]),
            (self.groups, groups),
        )
        for line, parts in proposals:
            if another or not line.isModified():
                put_text(line, "; ".join(parts))
                line.setModified(False)
                line.setCursorPosition(0)
        if not another:
            return
        kind = ORDER
        if texts and all(number_in(text) is not None for text in texts):
            kind = DIFFERENCE
        elif len(texts) > MOST_OFFERED and groups:
            kind = GROUP
        self.kind.setCurrentIndex(max(self.kind.findData(kind), 0))
        self._show_kind()

    # ---- the rule --------------------------------------------------------------------------------

    def rule(self) -> FillRule:
        """As the fields describe it."""
        base, up, down = (box.value() for box in (self.base, self.up, self.down))
        match self.kind.currentData():
            case "difference":
                return DifferenceRule(
                    _parts(self.numbers), base, up, down, Decimal(str(self.size.value())),
                    Decimal(str(self.beyond.value())) if self.beyond.value() else None,
                )  # fmt: skip
            case "group":
                between = None if self.apart.isChecked() else self.between.value()
                return GroupRule(_parts(self.groups), self.inside.value(), between)
            case _:
                most = self.most.value() or None
                return OrderRule(_parts(self.order), base, up, down, most, most)

    def _preview(self) -> list[FillLine]:
        if self._attribute is None:
            return []
        return preview(self._attribute, self.rule(), only_empty=self.keep.isChecked())

    @Slot()
    def judge(self) -> None:
        """How many pairs would change, and which, before anything is done."""
        if not self.isVisible():
            return
        sentence, lines = "", []
        try:
            lines = self._preview()
        except RuleBroken as refused:
            sentence = self.context.text(refused.message)
        changed = [line for line in lines if line.changes]
        self.complaint.setText(sentence)
        self.complaint.setVisible(bool(sentence))
        text = self.tr("{n} of {all} pairs would change")
        self.told.setText("" if sentence else text.format(n=len(changed), all=len(lines)))
        self.examples.setText("" if sentence else self._examples(changed))
        self.fill.setEnabled(bool(changed) and self.editable)

    def _examples(self, changed: list[FillLine]) -> str:
        """The first changes as now → then, and the values that have no number."""
        shown = [self._example(line) for line in changed[:MOST_EXAMPLES]]
        if len(changed) > MOST_EXAMPLES:
            shown.append("…")
        if self.kind.currentData() == DIFFERENCE and self._attribute is not None:
            out = [v.text for v in self._attribute.values if number_in(v.text) is None]
            if out:
                names = ", ".join(out[:MOST_LEFT_OUT]) + (" …" if len(out) > MOST_LEFT_OUT else "")
                shown.append(self.tr("Without a number, so left out: {names}").format(names=names))
        if self.kind.currentData() == GROUP and not self.groups.text().strip():
            shown.append(self.tr("No group yet: make them under Groups."))
        return "\n".join(shown)

    def _example(self, line: FillLine) -> str:
        now = line.now
        before = "–" if now is None else self._minutes(now.minutes)
        after = self._minutes(line.wish.wanted)
        return f"{line.wish.start} → {line.wish.end}:  {before} → {after}"

    def _minutes(self, wanted: Any) -> str:
        return self.tr("forbidden") if wanted is None else str(wanted)

    @Slot()
    def _on_fill_clicked(self) -> None:
        self.write([line.wish for line in self._preview() if line.changes])

    @Slot()
    def _show_kind(self) -> None:
        kind = self.kind.currentData()
        shown = {
            ORDER: (self.order, self.base, self.up, self.down, self.most),
            DIFFERENCE: (self.numbers, self.base, self.size, self.up, self.down, self.beyond),
            GROUP: (self.groups, self.inside, self.between, self.apart),
        }.get(str(kind), ())
        for editor in self._editors:
            self._form.setRowVisible(editor, editor in shown)
        self._title_steps()
        self.judge()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.judge()

    # ---- texts and layout ------------------------------------------------------------------------

    def retranslate(self) -> None:
        self.heading.setText(self.tr("Fill by rule"))
        set_choices(
            self.kind,
            [
                (ORDER, self.tr("by order (light → dark)")),
                (DIFFERENCE, self.tr("by difference of numbers")),
                (GROUP, self.tr("by group")),
            ],
        )
        self.kind.setAccessibleName(self.tr("Kind of rule"))
        self.keep.setText(self.tr("Leave listed pairs as they are"))
        self.apart.setText(self.tr("forbidden between groups"))
        self.fill.setText(self.tr("Fill in"))
        values = self.tr("Values, parted by ;")
        self._title(self.order, self.tr("Order"), values)
        self._title(self.numbers, self.tr("Values"), values)
        self._title(self.groups, self.tr("Groups"), values)
        self._title(self.base, self.tr("Base min"), self.tr("Minutes of every change."))
        self._title(self.size, self.tr("Step size"), self.tr("A difference this large is a step."))
        self._title(self.beyond, self.tr("Forbidden beyond"),
                    self.tr("A greater difference is forbidden."))  # fmt: skip
        self._title(self.most, self.tr("Forbidden beyond steps"), "")
        self._title(self.inside, self.tr("Within a group"), self.tr("Minutes."))
        self._title(self.between, self.tr("Between groups"), self.tr("Minutes."))
        for box in (self.most, self.beyond):
            box.setSpecialValueText(self.tr("never"))
        self._show_kind()

    def _title_steps(self) -> None:
        if self.kind.currentData() == DIFFERENCE:
            self._title(self.up, self.tr("Per step up"), self.tr("Minutes where it grows."))
            self._title(self.down, self.tr("Per step down"), self.tr("Minutes where it falls."))
        else:
            self._title(self.up, self.tr("Per step down the list"), "")
            self._title(self.down, self.tr("Per step back"), "")

    def _title(self, editor: QWidget, title: str, tip: str) -> None:
        shown = self._form.labelForField(editor)
        if shown is not None:
            shown.setText(title)
        editor.setAccessibleName(title)
        editor.setToolTip(tip)

    def _connect(self) -> None:
        self.kind.activated.connect(self._show_kind)
        self.fill.clicked.connect(self._on_fill_clicked)
        for line in (self.order, self.numbers, self.groups):
            line.textChanged.connect(self.judge)
        for box in (self.base, self.up, self.down, self.most, self.inside, self.between, self.size,
                    self.beyond):  # fmt: skip
            box.valueChanged.connect(self.judge)
        self.apart.toggled.connect(self._on_apart_toggled)
        self.keep.toggled.connect(self.judge)

    @Slot(bool)
    def _on_apart_toggled(self, apart: bool) -> None:
        self.between.setEnabled(not apart)
        self.judge()

    def _lay_out(self) -> None:
        for box, value in ((self.base, 10), (self.up, 5), (self.down, 10), (self.inside, 5),
                           (self.between, 30)):  # fmt: skip
            box.setRange(0, MOST_MINUTES)
            box.setValue(value)
        self.most.setRange(0, 99)
        self.size.setRange(0.001, LARGEST)
        self.size.setDecimals(3)
        self.size.setValue(100)
        self.beyond.setRange(0, LARGEST)
        self.beyond.setDecimals(3)
        self._editors = (self.order, self.numbers, self.groups, self.base, self.size, self.up,
                         self.down, self.most, self.beyond, self.inside, self.between,
                         self.apart)  # fmt: skip
        self._form.setSpacing(SPACE + 2)
        for editor in self._editors:
            self._form.addRow(label(self), editor)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE + 2)
        for widget in (self.heading, self.kind):
            layout.addWidget(widget)
        layout.addLayout(self._form)
        for widget in (self.keep, self.complaint, self.told):
            layout.addWidget(widget)
        layout.addWidget(self.fill, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self.examples)
        layout.addStretch(1)


def _parts(line: QLineEdit) -> tuple[str, ...]:
    """What stands between the ``;`` (a full-width one too), each once."""
    texts = line.text().replace("\uff1b", ";").split(";")
    return tuple(dict.fromkeys(text.strip() for text in texts if text.strip()))
