"""The editor of setup matrices: the grid of one attribute, and beside it what is done with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.core.errors import AppError, RuleBroken
from app.services.plant.setup_edits import CellWish, Wanted, change_cells, read_minutes
from app.services.plant.setup_reading import SetupReading, read_setups
from app.services.plant.setup_view import AttributeMatrix, Rule, SetupScope, SetupSheet
from app.views.context import AppContext
from app.views.page import label
from app.views.plant.editors import RecordEditor
from app.views.plant.fields import choose, set_choices
from app.views.plant.matrix_model import MatrixModel
from app.views.plant.matrix_view import MOST_CELLS, Block, Cells, MatrixView
from app.views.plant.setup_attribute_panel import AttributePanel
from app.views.plant.setup_fill_panel import FillPanel
from app.views.plant.setup_group_panel import GroupPanel
from app.views.plant.setup_pair_panel import PairPanel
from app.views.plant.setup_trial_panel import TrialPanel
from app.views.plant.week_page import scrolled, scrolling
from app.views.plant.write_aside import WriteAside
from app.views.theme import SPACE

CONCERNED = frozenset({"setup_attribute", "setup_group", "setup_pair", "work_centre", "machine",
                       "item", "skill", "routing", "routing_step"})  # fmt: skip
RECORDS = {
    "WorkCentres": ("centre_code",),
    "SetupAttributes": ("work_centre", "name"),
    "SetupMatrix": ("scope", "attribute", "from", "to"),
    "SetupGroups": ("attribute", "name"),
}
"""By table: what makes a row another one for this editor."""
MANY = 200
"""More pairs than this are written in a job."""


class Side(StrEnum):
    PAIR = "pair"
    FILL = "fill"
    GROUPS = "groups"
    ATTRIBUTES = "attributes"
    TRIAL = "trial"


SIDES = tuple(Side)


class SetupMatrixEditor(RecordEditor):
    """Shows one attribute of a work centre or machine; every change is one undo step."""

    wide = True

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._kind, self._code = "", ""
        self._record: tuple[str, ...] | None = None
        self._wanted_attribute = self._wanted_group = ""
        self._wanted_pair: tuple[str, str] | None = None
        self._reading = SetupReading((), None, {})
        self._later: SetupReading | None = None
        self._stale = True
        self._asked = self._busy = False
        self._aside = WriteAside(context, self)
        self.scope = QComboBox(self)
        self.attribute_box = QComboBox(self)
        self.sides: dict[Side, QToolButton] = {}
        self._group = QButtonGroup(self)
        self.model = MatrixModel(self)
        self.view = MatrixView(self)
        self.view.show_matrix(self.model)
        self.news = label(self, "late", wrap=True)
        self.news.hide()
        self.told = label(self, "small", wrap=True)
        self.checks = label(self, "small", wrap=True)
        self.empty = label(self, "muted", wrap=True)
        self.begin = QPushButton(self)
        self.begin.setProperty("primary", True)
        self.pair = PairPanel(context, self)
        self.fill_panel = FillPanel(context, self)
        self.groups = GroupPanel(context, self)
        self.attributes = AttributePanel(context, self)
        self.trial = TrialPanel(context, self)
        self.stack = QStackedWidget(self)
        self.middle = QStackedWidget(self)
        self._lay_out()
        self._connect()
        self.retranslate()
        self.show_side(Side.PAIR)

    # ---- which record ----------------------------------------------------------------------------

    def show_record(self, sheet_key: str, values: Mapping[str, Any] | None) -> None:
        names = RECORDS[sheet_key]
        record = None if values is None else (sheet_key, *(str(values[name]) for name in names))
        if values is None or record == self._record:
            return  # the table was read again: what is chosen here stays
        self._record = record
        match sheet_key:
            case "WorkCentres":
                self.show_scope("work_centre", str(values["centre_code"]))
            case "SetupAttributes":
                self._wanted_attribute = str(values["name"])
                self.show_scope("work_centre", str(values["work_centre"]))
            case "SetupMatrix":
                self._wanted_attribute = str(values["attribute"])
                self._wanted_pair = str(values["from"]), str(values["to"])
                self.show_side(Side.PAIR)
                self.show_scope("", str(values["scope"]))
            case "SetupGroups":
                self._wanted_attribute = str(values["attribute"])
                self._wanted_group = str(values["name"])
                self.show_side(Side.GROUPS)
                known = self._sheet is not None and self._sheet.attribute(self._wanted_attribute)
                self.show_scope(self._kind, self._code if known else "")

    def show_scope(self, kind: str, code: str) -> None:
        """The matrices of a work centre or machine; code "": the first with the attribute."""
        self._kind, self._code, self._stale = kind, code, True
        if self.isVisible():
            self.read()

    def show_side(self, side: Side) -> None:
        """What stands beside the grid."""
        self.sides[side].setChecked(True)
        self.stack.setCurrentIndex(SIDES.index(side))

    def read(self) -> None:
        """Read anew; while a reading is under way, once more after it."""
        self._stale = False
        if self._busy:
            self._asked = True
            return
        self._busy = True
        self.context.read(read_setups, self._kind, self._code, self._wanted_attribute,
                          then=self._on_read, failed=self._on_read_failed)  # fmt: skip

    @Slot(object)
    def _on_read_failed(self, error: Exception) -> None:
        self._busy = self._asked = False
        self._stale = True
        self.context.show_error(error)

    @Slot(object)
    def _on_read(self, found: SetupReading) -> None:
        self._busy = False
        if self._asked:
            self._asked = False
            self.read()
            return
        if self.view.is_editing() and self._would_close_editor(found):
            self._later = found  # what is typed is not thrown away; taken when it is done
            self._say_meanwhile()
            return
        self._take(found)

    def _would_close_editor(self, found: SetupReading) -> bool:
        attribute = self.attribute
        newer = found.sheet.attribute(attribute.name) if found.sheet and attribute else None
        same_scope = found.sheet is not None and self._sheet is not None and (
            found.sheet.scope.id, found.sheet.scope.kind
        ) == (self._sheet.scope.id, self._sheet.scope.kind)  # fmt: skip
        return not (same_scope and newer is not None and self.model.has_same_places(newer))

    def _take(self, found: SetupReading) -> None:
        before = self._edited_minutes()
        self._reading = found
        self._offer_scopes()
        if self._sheet is not None:
            self._kind, self._code = self._sheet.scope.kind, self._sheet.scope.code
            for place, scope in enumerate(found.scopes):
                if (scope.kind, scope.code) == (self._kind, self._code):
                    self.scope.setCurrentIndex(place)
        attributes = self._sheet.attributes if self._sheet else ()
        set_choices(self.attribute_box, [(each.name, each.name) for each in attributes])
        if self._wanted_attribute and self._sheet is not None:
            shown = self._sheet.attribute(self._wanted_attribute)
            if shown is not None:
                choose(self.attribute_box, shown.name)
            self._wanted_attribute = ""
        self._show_attribute()
        if self.view.is_editing() and self._edited_minutes() != before:
            self._say_meanwhile()

    def _offer_scopes(self) -> None:
        texts = [_scope_text(scope) for scope in self._reading.scopes]
        if texts != [self.scope.itemText(n) for n in range(self.scope.count())]:
            self.scope.clear()
            for scope, text in zip(self._reading.scopes, texts, strict=True):
                self.scope.addItem(text, (scope.kind, scope.code))

    @property
    def _sheet(self) -> SetupSheet | None:
        return self._reading.sheet

    @property
    def attribute(self) -> AttributeMatrix | None:
        if self._sheet is None:
            return None
        return self._sheet.attribute(str(self.attribute_box.currentData() or ""))

    # ---- what is shown ---------------------------------------------------------------------------

    def _show_attribute(self) -> None:
        attribute, editable = self.attribute, self._editable()
        corners = self._corners()
        self.model.show(attribute)
        self._choose_corners(corners)
        for panel in (self.pair, self.fill_panel, self.attributes):
            panel.editable = editable
        self.pair.show_reading(self._reading, attribute)
        self.fill_panel.show_attribute(attribute)
        self.groups.show_attribute(attribute, editable=editable and attribute is not None)
        self.attributes.show_attribute(self._sheet, attribute)
        self.trial.show_sheet(self._sheet)
        if self._wanted_group and attribute is not None:
            self.groups.choose_group(self._wanted_group)
            self._wanted_group = ""
        if self._wanted_pair is not None and attribute is not None:
            self._choose_corners((*self._wanted_pair, *self._wanted_pair))
            self._wanted_pair = None
        findings = self._reading.findings.get(attribute.name, ()) if attribute else ()
        self.checks.setText("\n".join(self.context.text(each.text) for each in findings))
        self.checks.setVisible(bool(findings))
        self._show_empty()
        self._show_chosen()

    def _editable(self) -> bool:
        return self._sheet is not None and not self._sheet.scope.hidden

    def _show_empty(self) -> None:
        """No attribute, or no value: a sentence and one way on."""
        attribute = self.attribute
        self.middle.setCurrentIndex(0 if attribute is not None and attribute.values else 1)
        self.begin.setVisible(self._sheet is not None)
        self.attribute_box.setVisible(attribute is not None)
        if self._sheet is None:
            text = self.tr("There is no work centre yet: changeovers belong to one.")
        elif attribute is None:
            text = self.tr(
                "Changeovers take no time here yet. A setup attribute says what differs from"
                " order to order: mould, colour, length."
            )
            self.begin.setText(self.tr("Add attribute"))
        else:
            text = self.tr(
                "No item made here has a value of {name} yet. Values are written at the items;"
                " values to come can be put into a group."
            ).format(name=attribute.name)
            self.begin.setText(self.tr("Go to the items"))
        self.empty.setText(text)

    def _corners(self) -> tuple[str, str, str, str] | None:
        """The chosen block by its values: (from, to) of the first cell and of the last."""
        block = self.view.block()
        if block is None:
            return None
        starts, ends = self.model.starts, self.model.ends
        return starts[block.top], ends[block.left], starts[block.bottom], ends[block.right]

    def _choose_corners(self, corners: tuple[str, str, str, str] | None) -> None:
        if corners is None or self._corners() == corners:
            return
        starts, ends = self.model.starts, self.model.ends
        if {corners[0], corners[2]} <= set(starts) and {corners[1], corners[3]} <= set(ends):
            block = Block(starts.index(corners[0]), ends.index(corners[1]),
                          starts.index(corners[2]), ends.index(corners[3]))  # fmt: skip
            self.view.choose_block(block)

    @Slot()
    def _show_chosen(self) -> None:
        block = self.view.block()
        too_many = block is not None and block.size > MOST_CELLS
        cells = block.places() if block is not None and not too_many else []
        places = [(self.model.starts[row], self.model.ends[column]) for row, column in cells]
        self.pair.show_places(places, too_many=too_many)
        if self._sheet is not None and self._sheet.scope.hidden:
            text = self.tr("A work centre has the same code: pairs would go there.")
        elif len(places) == 1:
            text = self.describe(*places[0]).replace("\n", "  ·  ")
        else:
            text = self.tr("From (rows) to (columns), minutes; x = forbidden")
        self.told.setText(text)

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

    # ---- somebody else changed it meanwhile ------------------------------------------------------

    def _edited_minutes(self) -> Any:
        """What the cell that is typed into holds."""
        index = self.view.currentIndex()
        return index.data(Qt.ItemDataRole.EditRole) if index.isValid() else None

    def _say_meanwhile(self) -> None:
        if self._later is not None:
            text = self.tr("Changed elsewhere meanwhile; shown when you are done with this cell.")
        else:
            text = self.tr(
                "Changed elsewhere meanwhile, to: {value}. Enter writes yours, Esc takes theirs."
            ).format(value=self._edited_minutes() or self.tr("nothing"))
        self.news.setText(text)
        self.news.show()

    @Slot()
    def _on_editor_closed(self) -> None:
        self.news.hide()
        later, self._later = self._later, None
        if later is not None:
            self.read()  # newer still, perhaps: what was typed just now is in it

    # ---- writing ---------------------------------------------------------------------------------

    def write(self, edit: Any) -> bool:
        """One undo step; many pairs are written in a job. False when it was refused."""
        if edit is None:
            return False
        rows = len(getattr(edit, "changes", ()))
        if rows > MANY:
            self._aside.write(edit, rows)
            return True
        return self.context.apply(edit)

    def _attempt(self, edit: Any) -> AppError | None:
        return self.context.attempt(edit)

    def _write_cell(self, start: str, end: str, wanted: Wanted) -> bool:
        return self._write_wishes([CellWish(start, end, wanted)])

    def _write_wishes(self, wishes: Iterable[CellWish]) -> bool:
        attribute = self.attribute
        if self._sheet is None or attribute is None or not self._editable():
            return False
        return self.write(change_cells(self._sheet, attribute, wishes))

    def put(self, cells: Cells) -> None:
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
        self._write_wishes(wishes)

    def _say_too_many(self) -> None:
        self.news.setText(
            self.tr("Choose at most {n} cells at once; groups say the same in a few.").format(
                n=f"{MOST_CELLS:,}"
            )
        )
        self.news.show()

    # ---- slots, texts, layout --------------------------------------------------------------------

    @Slot(int)
    def _on_scope_activated(self, place: int) -> None:
        self.show_scope(*self.scope.itemData(place))

    @Slot()
    def _on_attribute_activated(self) -> None:
        self._show_attribute()

    @Slot(int)
    def _on_side_clicked(self, number: int) -> None:
        self.show_side(SIDES[number])

    @Slot()
    def _on_view_chosen(self) -> None:
        self.news.hide()
        self._show_chosen()

    @Slot()
    def _on_begin_clicked(self) -> None:
        if self.attribute is None:
            self.show_side(Side.ATTRIBUTES)
            self.attributes.start_new()
        else:
            self.context.ask_for_record("Items", "")

    @Slot(str, object)
    def _on_context_changed(self, kind: str, ids: object) -> None:
        if kind in CONCERNED:
            self._stale = True
            if self.isVisible():
                self.read()

    def _on_attribute_made(self, name: str) -> None:
        self._wanted_attribute = name

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self.read()

    def retranslate(self) -> None:
        words = {
            Side.PAIR: self.tr("Pair"),
            Side.FILL: self.tr("Fill"),
            Side.GROUPS: self.tr("Groups"),
            Side.ATTRIBUTES: self.tr("Attributes"),
            Side.TRIAL: self.tr("Try"),
        }
        for side, button in self.sides.items():
            button.setText(words[side])
        self.scope.setAccessibleName(self.tr("Work centre or machine"))
        self.attribute_box.setAccessibleName(self.tr("Attribute"))
        self.view.setAccessibleName(self.tr("Minutes from (rows) to (columns)"))
        self.model.forbidden_word = "禁" if self.context.language == "zh" else "x"
        for panel in (self.pair, self.fill_panel, self.groups, self.attributes, self.trial):
            panel.retranslate()
        self._show_attribute()

    def _connect(self) -> None:
        self.model.write = self._write_cell
        self.model.refused = self.context.show_error
        self.model.describe = self.describe
        self.view.put = self.put
        self.view.too_many = self._say_too_many
        self.pair.write = self.write
        self.pair.describe = self.describe
        self.fill_panel.write = self._write_wishes
        self.groups.write = self.write
        self.groups.attempt = self._attempt
        self.attributes.write = self.write
        self.attributes.attempt = self._attempt
        self.attributes.made = self._on_attribute_made
        self.context.changed.connect(self._on_context_changed)
        self.scope.activated.connect(self._on_scope_activated)
        self.attribute_box.activated.connect(self._on_attribute_activated)
        self._group.idClicked.connect(self._on_side_clicked)
        self.view.chosen.connect(self._on_view_chosen)
        self.view.itemDelegate().closeEditor.connect(
            self._on_editor_closed, Qt.ConnectionType.QueuedConnection
        )
        self.begin.clicked.connect(self._on_begin_clicked)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(2 * SPACE)
        for box, width in ((self.scope, 120), (self.attribute_box, 100)):
            box.setMinimumWidth(width)
            box.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
            head.addWidget(box)
        head.addStretch(1)
        for number, side in enumerate(SIDES):
            button = QToolButton(self)
            button.setProperty("framed", True)
            button.setCheckable(True)
            self.sides[side] = button
            self._group.addButton(button, number)
            head.addWidget(button)
        grid = QWidget(self)
        left = QVBoxLayout(grid)
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(SPACE)
        for part in (self.news, self.view, self.told, self.checks):
            left.addWidget(part, int(part is self.view))
        nothing = QWidget(self)
        lines = QVBoxLayout(nothing)
        lines.addStretch(1)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        lines.addWidget(self.empty)
        lines.addWidget(self.begin, 0, Qt.AlignmentFlag.AlignHCenter)
        lines.addStretch(2)
        for part in (grid, nothing):
            self.middle.addWidget(part)
        for panel in (self.pair, self.fill_panel, self.groups, self.attributes, self.trial):
            self.stack.addWidget(scrolled(panel, self))
        # A panel that needs more room than there is scrolls; the editor itself does not.
        self.stack.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Ignored)
        body = QHBoxLayout()
        body.setSpacing(4 * SPACE)
        body.addWidget(self.middle, 1)
        body.addWidget(self.stack)
        whole = QWidget(self)
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(head)
        column.addLayout(body, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(scrolling(whole, self))


def _scope_text(scope: SetupScope) -> str:
    indent = "    " if scope.kind == "machine" else ""
    return f"{indent}{scope.code}"
