"""The editor of setup matrices: the grid of one attribute, its defaults, checks and a tester."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from PySide6.QtCore import QItemSelectionModel, Qt, Slot
from PySide6.QtGui import QKeyEvent, QKeySequence, QShowEvent
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QTableView,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.core.choices import SetupCombine
from app.core.codes import code_key
from app.core.errors import NotFound, RuleBroken
from app.services.plant.setup_checks import check_attribute
from app.services.plant.setup_edits import (
    MOST_MINUTES,
    CellWish,
    Wanted,
    change_attribute,
    change_cells,
    change_combine,
    mirrored,
    read_minutes,
)
from app.services.plant.setup_fill import OrderRule, light_to_dark, preview
from app.services.plant.setup_view import (
    AttributeMatrix,
    Rule,
    SetupScope,
    SetupSheet,
    setup_scopes,
    setup_sheet,
)
from app.views.context import AppContext
from app.views.page import label
from app.views.plant.editors import RecordEditor
from app.views.plant.fields import choose, set_choices
from app.views.plant.matrix_model import FORBIDDEN_SIGN, MatrixModel
from app.views.plant.week_page import scrolled, scrolling
from app.views.theme import COMPACT_ROW, SPACE, figures

CONCERNED = frozenset({"setup_attribute", "setup_group", "setup_pair", "work_centre", "machine",
                       "item", "routing", "routing_step"})  # fmt: skip
CELL = 56


class MatrixView(QTableView):
    """Keys of a spreadsheet: copy, paste, fill down, clear."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.put: Any = None
        self.setSelectionMode(QTableView.SelectionMode.ContiguousSelection)
        self.setFont(figures(self.font()))
        for header in (self.horizontalHeader(), self.verticalHeader()):
            header.setHighlightSections(True)
        self.horizontalHeader().setDefaultSectionSize(CELL)
        self.verticalHeader().setDefaultSectionSize(COMPACT_ROW)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.matches(QKeySequence.StandardKey.Paste):
            self.put(self.pasted(QApplication.clipboard().text()))
        elif event.key() == Qt.Key.Key_Delete:
            self.put([(place, "") for place in self.places()])
        elif (
            event.key() == Qt.Key.Key_D and event.modifiers() & Qt.KeyboardModifier.ControlModifier
        ):
            self.put(self.filled())
        else:
            super().keyPressEvent(event)

    def places(self) -> list[tuple[int, int]]:
        """Selected cells as (row, column), in reading order."""
        return sorted((i.row(), i.column()) for i in self.selectedIndexes())

    def copy(self) -> None:
        rows: dict[int, list[str]] = {}
        for row, column in self.places():
            text = str(self.model().index(row, column).data() or "")
            rows.setdefault(row, []).append("x" if text == self.model().forbidden_word else text)
        QApplication.clipboard().setText("\n".join("\t".join(line) for line in rows.values()))

    def pasted(self, text: str) -> list[tuple[tuple[int, int], str]]:
        """Cells of a block from Excel, from the first selected cell on; one cell fills them all."""
        lines = [line.split("\t") for line in text.rstrip("\r\n").splitlines()]
        chosen = self.places()
        if not lines or not chosen:
            return []
        if len(lines) == 1 and len(lines[0]) == 1:
            return [(place, lines[0][0]) for place in chosen]
        top, left = chosen[0]
        model = self.model()
        return [
            ((top + row, left + column), cell)
            for row, line in enumerate(lines)
            for column, cell in enumerate(line)
            if top + row < model.rowCount() and left + column < model.columnCount()
        ]

    def filled(self) -> list[tuple[tuple[int, int], str]]:
        """The topmost selected cell of each column into those below it."""
        chosen = self.places()
        tops: dict[int, str] = {}
        wanted = []
        for row, column in chosen:
            text = str(self.model().index(row, column).data(Qt.ItemDataRole.EditRole) or "")
            if column in tops:
                wanted.append(((row, column), tops[column]))
            else:
                tops[column] = text
        return wanted


def _load(database: Any, kind: str, code: str) -> tuple[tuple[SetupScope, ...], SetupSheet | None]:
    found = setup_scopes(database)
    if not code:
        used = next((scope for scope in found if scope.attributes), None)
        if used is None:
            return found, None
        kind, code = used.kind, used.code
    try:
        return found, setup_sheet(database, kind, code)
    except NotFound:
        return found, None


class SetupMatrixEditor(RecordEditor):
    """Shows one attribute of a work centre or machine; every change is one undo step."""

    wide = True

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._kind, self._code, self._wanted_attribute = "work_centre", "", ""
        self._sheet: SetupSheet | None = None
        self._scopes: tuple[SetupScope, ...] = ()
        self._stale = True
        self.scope = QComboBox(self)
        self.attribute_box = QComboBox(self)
        self.facts = label(self, "muted", wrap=True)
        self.mirror = _button(self)
        self.model = MatrixModel(self)
        self.view = MatrixView(self)
        self.view.setModel(self.model)
        self.told = label(self, "small", wrap=True)
        self.combine = QComboBox(self)
        self.default = QSpinBox(self)
        self.default.setRange(0, MOST_MINUTES)
        self.forbidden = QCheckBox(self)
        self.save_default = QPushButton(self)
        self.order = QLineEdit(self)
        self.base, self.up, self.down, self.most = (QSpinBox(self) for _ in range(4))
        self.fill_told = label(self, "small", wrap=True)
        self.fill = QPushButton(self)
        self.start_boxes = [QComboBox(self) for _ in range(4)]
        self.end_boxes = [QComboBox(self) for _ in range(4)]
        self.part_labels = [label(self, "muted") for _ in range(4)]
        self.total = label(self, "section", wrap=True)
        self.checks = label(self, "small", wrap=True)
        self.section_defaults, self.section_rule, self.section_trial = (
            label(self, "section") for _ in range(3)
        )
        self._lay_out()
        self._connect()
        self.retranslate()

    # ---- which record ----------------------------------------------------------------------------

    def show_record(self, sheet_key: str, values: Mapping[str, Any] | None) -> None:
        if values is None:
            return
        match sheet_key:
            case "WorkCentres":
                self.show_scope("work_centre", str(values["centre_code"]))
            case "SetupAttributes":
                self._wanted_attribute = str(values["name"])
                self.show_scope("work_centre", str(values["work_centre"]))
            case "SetupMatrix":
                self._wanted_attribute = str(values["attribute"])
                self.show_scope("", str(values["scope"]))
            case "SetupGroups":
                self._wanted_attribute = str(values["attribute"])
                self._choose_attribute()

    def show_scope(self, kind: str, code: str) -> None:
        self._kind, self._code, self._stale = kind, code, True
        if self.isVisible():
            self.read()

    def read(self) -> None:
        self._stale = False
        kind = self._kind or self._kind_of(self._code)
        self.context.read(_load, kind, self._code, then=self._on_read)

    def _kind_of(self, code: str) -> str:
        wanted = code_key(code)
        kinds = [scope.kind for scope in self._scopes if code_key(scope.code) == wanted]
        return "work_centre" if "work_centre" in kinds or not kinds else kinds[0]

    @Slot(object)
    def _on_read(self, found: tuple[tuple[SetupScope, ...], SetupSheet | None]) -> None:
        first = not self._scopes
        self._scopes, self._sheet = found
        texts = [self._scope_text(scope) for scope in self._scopes]
        if texts != [self.scope.itemText(n) for n in range(self.scope.count())]:
            self.scope.clear()
            for scope, text in zip(self._scopes, texts, strict=True):
                self.scope.addItem(text, (scope.kind, scope.code))
        if self._sheet is None and first and not self._kind and self._kind_of(self._code):
            self.read()
            return
        if self._sheet is not None:
            self._kind, self._code = self._sheet.scope.kind, self._sheet.scope.code
        for place, scope in enumerate(self._scopes):
            if (scope.kind, scope.code) == (self._kind, self._code):
                self.scope.setCurrentIndex(place)
        self._show()

    def _scope_text(self, scope: SetupScope) -> str:
        indent = "    " if scope.kind == "machine" else ""
        return f"{indent}{scope.code}"

    def _show(self) -> None:
        attributes = self._sheet.attributes if self._sheet else ()
        set_choices(self.attribute_box, [(each.name, each.name) for each in attributes])
        self._choose_attribute()
        self._show_attribute()

    def _choose_attribute(self) -> None:
        if self._wanted_attribute and self.attribute_box.count():
            choose(self.attribute_box, self._wanted_attribute)
            self._wanted_attribute = ""
            self._show_attribute()

    @property
    def attribute(self) -> AttributeMatrix | None:
        if self._sheet is None:
            return None
        return self._sheet.attribute(str(self.attribute_box.currentData() or ""))

    def _show_attribute(self) -> None:
        attribute = self.attribute
        chosen = [self.model.place(i) for i in self.view.selectedIndexes()]
        self.model.show(attribute)
        self._choose_places(chosen)
        for part in (self.default, self.forbidden, self.combine, self.save_default, self.fill,
                     self.mirror):  # fmt: skip
            part.setEnabled(attribute is not None and not self._hidden())
        if attribute is not None and self._sheet is not None:
            self.default.setValue(int(attribute.row.values.get("default_min") or 0))
            self.forbidden.setChecked(bool(attribute.row.values.get("default_forbidden")))
            choose(self.combine, self._sheet.combine)
            known, unknown = light_to_dark(value.text for value in attribute.values)
            self.order.setText("; ".join([*known, *unknown]))
            findings = check_attribute(self._sheet, attribute)
            self.checks.setText("\n".join(self.context.text(f.text) for f in findings))
        self._offer_trial()
        self._tell()

    def _hidden(self) -> bool:
        return self._sheet is not None and self._sheet.scope.hidden

    def _choose_places(self, places: Iterable[tuple[str, str]]) -> None:
        flags = QItemSelectionModel.SelectionFlag
        for start, end in places:
            if start in self.model.starts and end in self.model.ends:
                index = self.model.index(self.model.starts.index(start), self.model.ends.index(end))
                self.view.selectionModel().select(index, flags.Select)
                self.view.selectionModel().setCurrentIndex(index, flags.NoUpdate)

    def _tell(self) -> None:
        if self._sheet is None or self.attribute is None:
            self.facts.setText(
                self.tr("No setup attribute yet: add one in the table Setup attributes.")
            )
        else:
            self.facts.setText(self.tr("From (rows) to (columns), minutes; x = forbidden"))
        self._judge_fill()

    # ---- cells -----------------------------------------------------------------------------------

    def _write_cell(self, start: str, end: str, wanted: Wanted) -> bool:
        return self._write([CellWish(start, end, wanted)])

    def _write(self, wishes: Iterable[CellWish]) -> bool:
        attribute = self.attribute
        if self._sheet is None or attribute is None or self._hidden():
            return False
        edit = change_cells(self._sheet, attribute, wishes)
        return edit is not None and self.context.apply(edit)

    def put(self, cells: list[tuple[tuple[int, int], str]]) -> None:
        """Texts into cells: all of them in one step, or none and the first reason."""
        try:
            wishes = [
                CellWish(self.model.starts[row], self.model.ends[column], read_minutes(text))
                for (row, column), text in cells
                if text.strip() != "·"
            ]
        except RuleBroken as refused:
            self.context.show_error(refused)
            return
        self._write(wishes)

    def describe(self, start: str, end: str) -> str:
        """Which rule decides a cell, and what else it costs."""
        outcome = self.model.outcome(start, end)
        if outcome is None:
            return self.tr("{start} → {end}: nothing listed").format(start=start, end=end)
        minutes = (
            self.tr("forbidden")
            if outcome.minutes is None
            else self.tr("{n} min").format(n=outcome.minutes)
        )
        lines = [f"{start} → {end}: {minutes}", self._rule_text(outcome)]
        if outcome.cost:
            lines.append(self.tr("cost {cost}").format(cost=f"{outcome.cost:g}"))
        if outcome.rivals:
            lines.append(self.tr("Another rule fits as well; the older one decides."))
        return "\n".join(lines)

    def _rule_text(self, outcome: Any) -> str:
        pair = outcome.pair or {}
        rule = f"{pair.get('from', '')} → {pair.get('to', '')}"
        words = {
            Rule.LISTED: self.tr("listed"),
            Rule.GROUP: self.tr("from the rule {rule} of a group"),
            Rule.ANY: self.tr("from the rule {rule}"),
            Rule.SAME: self.tr("the same value again needs nothing"),
            Rule.DEFAULT: self.tr("the attribute's default"),
        }
        text = words[outcome.rule].format(rule=rule)
        if outcome.of_machine:
            text += " · " + self.tr("the machine's own")
        return text

    @Slot()
    def _on_mirror_clicked(self) -> None:
        if self.attribute is not None:
            places = [self.model.place(i) for i in self.view.selectedIndexes()]
            self._write(mirrored(self.attribute, places))

    @Slot()
    def _on_selection_changed(self) -> None:
        index = self.view.currentIndex()
        self.told.setText(self.describe(*self.model.place(index)) if index.isValid() else "")

    # ---- defaults, rule, trial -------------------------------------------------------------------

    @Slot()
    def _on_save_default_clicked(self) -> None:
        if self.attribute is not None:
            edit = change_attribute(
                self.attribute,
                default_min=self.default.value(),
                default_forbidden=self.forbidden.isChecked(),
            )
            if edit is not None:
                self.context.apply(edit)

    @Slot()
    def _on_combine_activated(self) -> None:
        if self._sheet is not None:
            edit = change_combine(self._sheet, SetupCombine(self.combine.currentData()))
            if edit is not None:
                self.context.apply(edit)

    def _rule(self) -> OrderRule:
        order = tuple(dict.fromkeys(p.strip() for p in self.order.text().split(";") if p.strip()))
        most = self.most.value() or None
        return OrderRule(order, self.base.value(), self.up.value(), self.down.value(), most, most)

    @Slot()
    def _judge_fill(self) -> None:
        if self.attribute is None:
            self.fill_told.setText("")
            return
        lines = preview(self.attribute, self._rule())
        changed = sum(line.changes for line in lines)
        self.fill_told.setText(self.tr("{n} of {all} pairs would change").format(
            n=changed, all=len(lines)))  # fmt: skip
        self.fill.setEnabled(changed > 0 and not self._hidden())

    @Slot()
    def _on_fill_clicked(self) -> None:
        if self.attribute is not None:
            self._write(line.wish for line in preview(self.attribute, self._rule()) if line.changes)

    def _offer_trial(self) -> None:
        attributes = self._sheet.attributes if self._sheet else ()
        for place, (start, end) in enumerate(zip(self.start_boxes, self.end_boxes, strict=True)):
            shown = place < len(attributes)
            for part in (start, end, self.part_labels[place]):
                part.setVisible(shown)
            if shown:
                texts = [value.text for value in attributes[place].values]
                for box in (start, end):
                    set_choices(box, [("", "–"), *((text, text) for text in texts)])
        self._try()

    @Slot()
    def _try(self) -> None:
        if self._sheet is None:
            self.total.setText("")
            return
        count = len(self._sheet.attributes)
        start = [str(box.currentData() or "") for box in self.start_boxes[:count]]
        end = [str(box.currentData() or "") for box in self.end_boxes[:count]]
        trial = self._sheet.trial(start, end)
        for place, outcome in enumerate(trial.parts):
            name = self._sheet.attributes[place].name
            shown = "–" if outcome is None else (
                FORBIDDEN_SIGN if outcome.minutes is None else str(outcome.minutes))  # fmt: skip
            self.part_labels[place].setText(f"{name}: {shown}")
        if trial.total is None:
            self.total.setText(self.tr("forbidden"))
        else:
            self.total.setText(self.tr("{n} min").format(n=trial.total.minutes))

    # ---- slots, texts, layout --------------------------------------------------------------------

    @Slot(int)
    def _on_scope_activated(self, place: int) -> None:
        self.show_scope(*self.scope.itemData(place))

    @Slot()
    def _on_attribute_activated(self) -> None:
        self._show_attribute()

    @Slot(str, object)
    def _on_context_changed(self, kind: str, ids: object) -> None:
        if kind in CONCERNED:
            self._stale = True
            if self.isVisible():
                self.read()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self.read()

    def retranslate(self) -> None:
        self.scope.setAccessibleName(self.tr("Work centre or machine"))
        self.attribute_box.setAccessibleName(self.tr("Attribute"))
        self.view.setAccessibleName(self.tr("Minutes from (rows) to (columns)"))
        self.mirror.setText(self.tr("Also the other way round"))
        self.section_defaults.setText(self.tr("Where no pair fits"))
        self.section_rule.setText(self.tr("Fill by order"))
        self.section_trial.setText(self.tr("What would it take"))
        self.forbidden.setText(self.tr("forbidden"))
        self.save_default.setText(self.tr("Save default"))
        self.fill.setText(self.tr("Fill in"))
        self.model.forbidden_word = "禁" if self.context.language == "zh" else "x"
        set_choices(
            self.combine,
            [
                (SetupCombine.SUM, self.tr("parts add up")),
                (SetupCombine.MAX, self.tr("the longest part counts")),
                (SetupCombine.FIRST, self.tr("the first part that differs counts")),
            ],
        )
        titles = ((self.default, self.tr("Minutes")), (self.combine, self.tr("Parts")),
                  (self.order, self.tr("Order")), (self.base, self.tr("Base min")),
                  (self.up, self.tr("Per step down the list")),
                  (self.down, self.tr("Per step back")),
                  (self.most, self.tr("Forbidden beyond steps")))  # fmt: skip
        for editor, title in titles:
            for form in self._forms:
                made = form.labelForField(editor)
                if made is not None:
                    made.setText(title)
            editor.setAccessibleName(title)
        self.order.setToolTip(self.tr("Values from light to dark (or any order), parted by ;"))
        self.most.setSpecialValueText(self.tr("never"))
        self._show_attribute()

    def _connect(self) -> None:
        self.model.write = self._write_cell
        self.model.refused = self.context.show_error
        self.model.describe = self.describe
        self.view.put = self.put
        self.context.changed.connect(self._on_context_changed)
        self.scope.activated.connect(self._on_scope_activated)
        self.attribute_box.activated.connect(self._on_attribute_activated)
        self.mirror.clicked.connect(self._on_mirror_clicked)
        self.view.selectionModel().currentChanged.connect(self._on_selection_changed)
        self.save_default.clicked.connect(self._on_save_default_clicked)
        self.combine.activated.connect(self._on_combine_activated)
        self.fill.clicked.connect(self._on_fill_clicked)
        self.order.textChanged.connect(self._judge_fill)
        for box in (self.base, self.up, self.down, self.most):
            box.valueChanged.connect(self._judge_fill)
        for choice in (*self.start_boxes, *self.end_boxes):
            choice.activated.connect(self._try)

    def _lay_out(self) -> None:
        for box, value in ((self.base, 10), (self.up, 5), (self.down, 10)):
            box.setRange(0, MOST_MINUTES)
            box.setValue(value)
        self.most.setRange(0, 99)
        head = QHBoxLayout()
        head.setSpacing(2 * SPACE)
        self.scope.setMinimumWidth(160)
        self.attribute_box.setMinimumWidth(110)
        for part in (self.scope, self.attribute_box):
            head.addWidget(part)
        head.addWidget(self.facts, 1)
        head.addWidget(self.mirror)
        left = QVBoxLayout()
        left.setSpacing(SPACE)
        left.addWidget(self.view, 1)
        left.addWidget(self.told)
        left.addWidget(self.checks)
        side = QWidget(self)
        beside = QVBoxLayout(side)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.setSpacing(SPACE)
        self._forms = [QFormLayout(), QFormLayout()]
        for editor in (self.combine, self.default):
            self._forms[0].addRow(label(side), editor)
        for editor in (self.order, self.base, self.up, self.down, self.most):
            self._forms[1].addRow(label(side), editor)
        beside.addWidget(self.section_defaults)
        beside.addLayout(self._forms[0])
        beside.addWidget(self.forbidden)
        beside.addWidget(self.save_default, 0, Qt.AlignmentFlag.AlignLeft)
        beside.addWidget(self.section_trial)
        for part, start, end in zip(
            self.part_labels, self.start_boxes, self.end_boxes, strict=True
        ):
            line = QHBoxLayout()
            line.addWidget(start, 1)
            line.addWidget(end, 1)
            beside.addWidget(part)
            beside.addLayout(line)
        beside.addWidget(self.total)
        beside.addWidget(self.section_rule)
        beside.addLayout(self._forms[1])
        beside.addWidget(self.fill_told)
        beside.addWidget(self.fill, 0, Qt.AlignmentFlag.AlignLeft)
        beside.addStretch(1)
        body = QHBoxLayout()
        body.setSpacing(4 * SPACE)
        body.addLayout(left, 1)
        body.addWidget(scrolled(side, self))
        whole = QWidget(self)
        lines = QVBoxLayout(whole)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.addLayout(head)
        lines.addLayout(body, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(scrolling(whole, self))


def _button(parent: QWidget) -> QToolButton:
    button = QToolButton(parent)
    button.setProperty("framed", True)
    return button
