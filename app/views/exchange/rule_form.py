"""How a column of ours is filled: every kind of rule the mapping language has, as a form."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from app.views.exchange.column_choice import HeaderChoice
from app.views.page import label
from app.views.spin import Spin
from app.views.theme import SPACE

COLUMN, CONSTANT, TEMPLATE = "column", "constant", "template"
Fields = tuple[QComboBox, HeaderChoice, HeaderChoice]
"""Of a join: the source, the column that is searched, the column that is taken."""
NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")


class RuleForm(QWidget):
    """Shows a rule and says what it becomes; ``changed`` is heard once a field was left."""

    changed = Signal(object)
    words_wanted = Signal(bool)
    """Whether the words of the column are to be translated."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._rule: Any = None
        self._joins: list[tuple[str, list[str]]] = []
        self.kind = QComboBox(self)
        self.header = HeaderChoice(self)
        self.constant = QComboBox(self)
        self.constant.setEditable(True)
        self.constant.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.template = QLineEdit(self)
        self._make_steps()
        self._lay_out()
        self._connect()
        self.retranslate()

    def _make_steps(self) -> None:
        self.split_on, self.split = QCheckBox(self), QLineEdit(self)
        self.pick = Spin(self)
        self.pick.setRange(0, 20)
        self.join_on = QCheckBox(self)
        self.join_source, self.join_key = QComboBox(self), HeaderChoice(self)
        self.join_lookup = HeaderChoice(self)
        self.then_on = QCheckBox(self)
        self.then_source, self.then_key = QComboBox(self), HeaderChoice(self)
        self.then_lookup = HeaderChoice(self)
        self.strip_on, self.strip = QCheckBox(self), QLineEdit(self)
        self.words_on = QCheckBox(self)
        self.multiply_on, self.multiply = QCheckBox(self), QLineEdit(self)
        self.days_on, self.days = QCheckBox(self), Spin(self)
        self.days.setRange(-999, 999)
        self.as_on, self.as_text = QCheckBox(self), QLineEdit(self)
        self.default_on, self.default = QCheckBox(self), QLineEdit(self)
        self.key_word, self.lookup_word = label(self, "small"), label(self, "small")
        self.then_key_word = label(self, "small")
        self.then_lookup_word = label(self, "small")

    # ---- the rule --------------------------------------------------------------------------------

    def show_rule(
        self, rule: Any, headers: Sequence[str], choices: Sequence[str],
        joins: Sequence[tuple[str, list[str]]],
    ) -> None:  # fmt: skip
        """``joins``: (source, its columns) that values can be looked up in."""
        self._rule = rule
        self._joins = [(name, list(columns)) for name, columns in joins]
        steps: Mapping[str, Any] = rule if isinstance(rule, Mapping) else {}
        what = CONSTANT if "const" in steps else TEMPLATE if "template" in steps else COLUMN
        self.kind.setCurrentIndex(self.kind.findData(what))
        header = rule if isinstance(rule, str) else str(steps.get("from", ""))
        self.header.offer(headers, header)
        self.constant.clear()
        self.constant.addItems(list(choices))
        self.constant.setEditText(str(steps.get("const", "")))
        self.template.setText(str(steps.get("template", "")))
        self._show_steps(steps)
        self._show_kind(what)

    def _show_steps(self, steps: Mapping[str, Any]) -> None:
        self.split_on.setChecked("split" in steps or "pick" in steps)
        self.split.setText(str(steps.get("split", "")))
        self.pick.setValue(int(steps.get("pick", 0)))
        self.strip_on.setChecked("strip" in steps)
        stripped = steps.get("strip", "")
        self.strip.setText(stripped if isinstance(stripped, str) else " ".join(stripped))
        self.words_on.setChecked("translate" in steps)
        self.multiply_on.setChecked("multiply" in steps)
        self.multiply.setText(str(steps.get("multiply", "")))
        self.days_on.setChecked("add_days" in steps)
        self.days.setValue(int(steps.get("add_days", 0)))
        self.as_on.setChecked("as" in steps)
        self.as_text.setText(str(steps.get("as", "{value}")))
        self.default_on.setChecked("default" in steps)
        self.default.setText(str(steps.get("default", "")))
        self.join_on.setChecked("join" in steps)
        self.join_on.setVisible(bool(self._joins))
        self._show_join(steps, *self._of_join)
        then = steps.get("then", {})
        self.then_on.setChecked("join" in then)
        self._show_join(then, *self._of_then)
        self._show_fields()

    @property
    def _of_join(self) -> Fields:
        return self.join_source, self.join_key, self.join_lookup

    @property
    def _of_then(self) -> Fields:
        return self.then_source, self.then_key, self.then_lookup

    def _show_join(
        self, steps: Mapping[str, Any], source: QComboBox, key: HeaderChoice, lookup: HeaderChoice
    ) -> None:
        source.clear()
        for name, _ in self._joins:
            source.addItem(name, name)
        name, _, header = str(steps.get("join", "")).partition(".")
        source.setCurrentText(name or source.itemText(0))
        self._offer_join(source, key, lookup, header, str(steps.get("lookup", "")))

    def _offer_join(
        self, source: QComboBox, key: HeaderChoice, lookup: HeaderChoice, header: str = "",
        wanted: str = "",
    ) -> None:  # fmt: skip
        columns = dict(self._joins).get(source.currentText(), [])
        key.offer(columns, header or (columns[0] if columns else ""))
        lookup.offer(columns, wanted or (columns[1] if len(columns) > 1 else ""))

    def _join_in(self, source: QComboBox, key: HeaderChoice, lookup: HeaderChoice) -> Any:
        """The join that the fields say; nothing while they say none."""
        header, wanted = key.currentData(), lookup.currentData()
        if not self._joins or not header or not wanted:
            return {}
        return {"join": f"{source.currentText()}.{header}", "lookup": wanted}

    def _show_kind(self, what: str) -> None:
        self.header.setVisible(what == COLUMN)
        self.constant.setVisible(what == CONSTANT)
        self.template.setVisible(what == TEMPLATE)
        self.steps.setVisible(what == COLUMN)
        self.words_wanted.emit(what == COLUMN and self.words_on.isChecked())

    def _show_fields(self) -> None:
        """Fields of steps that are not taken stay out of the way."""
        self.then_on.setVisible(self.join_on.isChecked() and not self.join_on.isHidden())
        for box, *fields in self._fields:
            for field in fields:
                field.setVisible(box.isChecked() and not box.isHidden())

    def rule(self) -> Any:
        """What the form says, as the mapping language has it; None while it says nothing."""
        what = self.kind.currentData()
        if what == CONSTANT:
            text = self.constant.currentText().strip()
            return {"const": text} if text else None
        if what == TEMPLATE:
            text = self.template.text().strip()
            return {"template": text} if text else None
        header = self.header.currentData()
        if not header:
            return None
        steps = self._steps()
        return {"from": header, **steps} if steps else header

    def _steps(self) -> dict[str, Any]:
        kept = self._rule if isinstance(self._rule, Mapping) else {}
        steps: dict[str, Any] = {}
        if self.split_on.isChecked() and self.split.text():
            steps["split"] = self.split.text()
            if self.pick.value():
                steps["pick"] = self.pick.value()
        joined = self._join_in(*self._of_join) if self.join_on.isChecked() else {}
        steps |= joined
        if joined:
            then = {k: v for k, v in kept.get("then", {}).items() if k not in ("join", "lookup")}
            if self.then_on.isChecked():
                then |= self._join_in(*self._of_then)
            if then:
                steps["then"] = then
        if self.strip_on.isChecked() and self.strip.text().split():
            steps["strip"] = self.strip.text().split()
        if self.words_on.isChecked():
            steps["translate"] = kept.get("translate", "")
        if self.multiply_on.isChecked() and NUMBER.fullmatch(self.multiply.text().strip()):
            steps["multiply"] = self.multiply.text().strip()
        if self.days_on.isChecked():
            steps["add_days"] = self.days.value()
        if self.as_on.isChecked() and self.as_text.text().strip():
            steps["as"] = self.as_text.text().strip()
        if self.default_on.isChecked():
            steps["default"] = self.default.text().strip()
        return steps

    # ---- what a person does ----------------------------------------------------------------------

    @Slot()
    def _on_field_changed(self) -> None:
        self._show_fields()
        self.multiply.setProperty(
            "bad", self.multiply_on.isChecked()
            and not NUMBER.fullmatch(self.multiply.text().strip()),
        )  # fmt: skip
        self.multiply.style().polish(self.multiply)
        rule = self.rule()
        if rule is not None and rule != self._rule:
            self._rule = rule
            self.changed.emit(rule)
        self.words_wanted.emit(self.kind.currentData() == COLUMN and self.words_on.isChecked())

    @Slot()
    def _on_kind_activated(self) -> None:
        self._show_kind(self.kind.currentData())
        self._on_field_changed()

    @Slot()
    def _on_join_source_activated(self) -> None:
        self._offer_join(*self._of_join)
        self._on_field_changed()

    @Slot()
    def _on_then_source_activated(self) -> None:
        self._offer_join(*self._of_then)
        self._on_field_changed()

    # ---- inside ----------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        self._fields = (
            (self.split_on, self.split, self.pick),
            (self.join_on, self.join_source, self.key_word, self.join_key, self.lookup_word,
             self.join_lookup),
            (self.then_on, self.then_source, self.then_key_word, self.then_key,
             self.then_lookup_word, self.then_lookup),
            (self.strip_on, self.strip),
            (self.words_on,),
            (self.multiply_on, self.multiply),
            (self.days_on, self.days),
            (self.as_on, self.as_text),
            (self.default_on, self.default),
        )  # fmt: skip
        self.steps = QWidget(self)
        grid = QGridLayout(self.steps)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(2 * SPACE)
        grid.setVerticalSpacing(SPACE)
        grid.setColumnStretch(1, 1)
        row = 0
        for box, *fields in self._fields:
            grid.addWidget(box, row, 0)
            if box in (self.join_on, self.then_on):
                grid.addWidget(fields[0], row, 1)
                for word, field in (fields[1:3], fields[3:5]):
                    row += 1
                    grid.addWidget(word, row, 0)
                    grid.addWidget(field, row, 1)
            elif box is self.split_on:
                pair = QHBoxLayout()
                pair.setSpacing(2 * SPACE)
                pair.addWidget(self.split)
                pair.addWidget(self.pick)
                grid.addLayout(pair, row, 1)
            elif fields:
                grid.addWidget(fields[0], row, 1)
            row += 1
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2 * SPACE)
        for widget in (self.kind, self.header, self.constant, self.template, self.steps):
            layout.addWidget(widget)

    def _connect(self) -> None:
        self.kind.activated.connect(self._on_kind_activated)
        self.header.chosen.connect(self._on_field_changed)
        self.join_source.activated.connect(self._on_join_source_activated)
        self.join_key.chosen.connect(self._on_field_changed)
        self.join_lookup.chosen.connect(self._on_field_changed)
        self.then_source.activated.connect(self._on_then_source_activated)
        self.then_key.chosen.connect(self._on_field_changed)
        self.then_lookup.chosen.connect(self._on_field_changed)
        self.constant.activated.connect(self._on_field_changed)
        self.constant.lineEdit().editingFinished.connect(self._on_field_changed)
        for field in (self.template, self.split, self.strip, self.multiply, self.as_text,
                      self.default):  # fmt: skip
            field.editingFinished.connect(self._on_field_changed)
        for spin in (self.pick, self.days):
            spin.valueChanged.connect(self._on_spin_changed)
        for field in (self.kind, self.header, self.constant, self.join_source, self.join_key,
                      self.join_lookup, self.then_source, self.then_key, self.then_lookup,
                      self.pick, self.days):  # fmt: skip
            field.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            field.installEventFilter(self)
        for box, *_ in self._fields:
            box.clicked.connect(self._on_field_changed)

    @Slot(int)
    def _on_spin_changed(self, value: int) -> None:
        if self.sender().hasFocus():
            self._on_field_changed()

    def eventFilter(self, watched: Any, event: QEvent) -> bool:
        """The wheel scrolls the panel; it changes no field that it only passes over."""
        if event.type() is QEvent.Type.Wheel and not watched.hasFocus():
            event.ignore()
            return True
        return super().eventFilter(watched, event)

    def retranslate(self) -> None:
        chosen = max(self.kind.currentIndex(), 0)
        self.kind.clear()
        self.kind.addItem(self.tr("From a column"), COLUMN)
        self.kind.addItem(self.tr("Always the same value"), CONSTANT)
        self.kind.addItem(self.tr("Put together from columns"), TEMPLATE)
        self.kind.setCurrentIndex(chosen)
        self.template.setPlaceholderText(self.tr("Text with names of columns in braces"))
        self.split_on.setText(self.tr("List, parted by"))
        self.pick.setSpecialValueText(self.tr("all parts"))
        self.pick.setPrefix(self.tr("part "))
        self.join_on.setText(self.tr("Look up in"))
        self.key_word.setText(self.tr("where it stands in"))
        self.lookup_word.setText(self.tr("take there"))
        self.then_on.setText(self.tr("then look up in"))
        self.then_key_word.setText(self.key_word.text())
        self.then_lookup_word.setText(self.lookup_word.text())
        self.strip_on.setText(self.tr("Cut off"))
        self.strip.setPlaceholderText(self.tr("pcs g"))
        self.words_on.setText(self.tr("Translate words"))
        self.multiply_on.setText(self.tr("Multiply by"))
        self.multiply.setPlaceholderText("1000")
        self.days_on.setText(self.tr("Add days"))
        self.as_on.setText(self.tr("Write as"))
        self.default_on.setText(self.tr("If empty"))
        for box, *fields in self._fields:
            for field in fields:
                field.setAccessibleName(box.text())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()
