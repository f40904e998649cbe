"""The routing of an item, or the template of a family: as a table, as a drawing, as a form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from PySide6.QtCore import QPoint, Qt, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QMenu,
    QPushButton,
    QSizePolicy,
    QSplitter,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.core.errors import AppError
from app.views.context import AppContext
from app.views.page import ActionButton, action, label
from app.views.plant.master_columns import MasterColumns
from app.views.plant.record_form import RecordForm, complaints
from app.views.products.flow_view import FlowView
from app.views.products.revised import RevisedEditor
from app.views.products.revision_bar import infos
from app.views.products.routing_flow import draw
from app.views.products.step_words import SHEET, StepWords
from app.views.spin import Spin
from app.views.table import CellChange, Column, Kind, RowTable
from app.views.theme import SPACE

SHOWN = ("step_no", "step_name", "work_centre", "machines", "predecessors", "setup_min", "rate",
         "rate_basis", "tool_type", "run_skill", "run_heads", "min_wait", "max_wait")  # fmt: skip
WIDTHS = {"step_no": 64, "step_name": 110, "work_centre": 92, "machines": 130, "predecessors": 90,
          "setup_min": 74, "rate": 66, "rate_basis": 84, "tool_type": 110, "run_skill": 74,
          "run_heads": 66, "min_wait": 76, "max_wait": 76}  # fmt: skip
FORM_WIDTH = 330
PIECES_WIDTH = 104
ROOM_FOR_FORM = 860
"""Narrower than this, the fields are hidden at first."""
USUAL_PIECES = 100
MOST_PIECES = 1_000_000


class RoutingEditor(RevisedEditor):
    """Every field is one edit; numbers of steps take along whatever names them."""

    sheet = SHEET
    news = frozenset({"item", "routing", "routing_step", "step_machine", "step_tool", "machine",
                      "tool_type", "tool_copy", "work_centre", "skill", "operation", "bom_line",
                      "inspection_plan", "shift", "calendar_exception"})  # fmt: skip

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._item, self._family = "", ""
        self._seen = self._of_steps = False
        self._step: int | None = None
        self._reading: Any = None
        self._described: MasterColumns | None = None
        self.form: RecordForm | None = None
        self.table: RowTable | None = None
        self.words = StepWords(context, self)
        self._make_head()
        self.flow = FlowView(self)
        self.empty = label(self, "muted", wrap=True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.sentence = label(self, wrap=True)
        self._lay_out()
        self._connect()
        self.retranslate()

    # ---- what is shown ---------------------------------------------------------------------------

    def show_record(self, sheet_key: str, values: Mapping[str, Any] | None) -> None:
        """The item of a row of Items; the routing and step of a row of Routings."""
        found = values or {}
        self._of_steps = sheet_key == SHEET
        item, family = str(found.get("item_code", "")), ""
        if sheet_key == SHEET:
            family = "" if item else str(found.get("family", ""))
        if (item, family) != (self._item, self._family):
            self._forget()
            self._item, self._family = item, family
        if sheet_key == SHEET and found:
            self.wanted = str(found.get("revision", ""))
            self._step = found.get("step_no", self._step)
        self.ask()

    def _forget(self) -> None:
        self._reading, self._step, self.wanted = None, None, ""
        self.strip.hide()

    def question(self) -> tuple[Callable[..., Any], tuple[Any, ...]] | None:
        from app.services.products.routing_reading import read_routing

        if not self._item and not self._family:
            return None
        pieces = Decimal(self.pieces.value())
        return read_routing, (self._item, self._family, self._today(), self.wanted, pieces)

    def _today(self) -> date:
        return self.context.local(self.context.now()).date()

    def take(self, reading: Any) -> None:
        self._reading = reading
        self._show()

    def show_nothing(self) -> None:
        self._reading = None
        self.title.setText("")
        self.bar.show_revisions([], "")
        self.notice.hide()
        self.sentence.setText("")
        self.empty.setText(self.tr("Choose an item to see how it is made."))
        self.empty_button.hide()
        self.stack.setCurrentWidget(self.nothing)
        self._update()

    def _show(self) -> None:
        reading = self._reading
        shown = reading.shown
        self.title.setText(self._title())
        self.bar.show_revisions(infos(reading.revisions), shown.revision if shown else "")
        self._say_notice()
        if shown is None:
            self.empty.setText(
                self.tr("{item} has no routing yet: no order can be planned for it.").format(
                    item=self._item or self._family
                )
            )
            self.empty_button.setVisible(True)
            self.stack.setCurrentWidget(self.nothing)
        elif self.stack.currentWidget() is self.nothing:
            self.stack.setCurrentWidget(self.body)
        self._show_steps()
        self._update()

    def _title(self) -> str:
        reading = self._reading
        if reading.item is not None:
            return f"{reading.item.code}  {reading.item.name}"
        return self.tr("Template of {family}").format(family=reading.family)

    def _rows(self) -> list[Any]:
        """The steps shown, by number."""
        if self._reading is None or self._reading.shown is None:
            return []
        return sorted(self._reading.shown.steps, key=lambda row: row.values["step_no"])

    def _values(self) -> list[Mapping[str, Any]]:
        return [row.values for row in self._rows()]

    def _current(self) -> Any | None:
        """The chosen step (MasterRow)."""
        return next((row for row in self._rows() if row.values["step_no"] == self._step), None)

    def _show_steps(self) -> None:
        rows = self._rows()
        if self._step not in {row.values["step_no"] for row in rows}:
            self._step = rows[0].values["step_no"] if rows else None
        self._ensure_parts()
        draw(self.flow, rows, self._reading.times, self.words)
        if self.table is not None:
            self.table.set_columns(self._columns())
            self.table.set_rows(rows)
        self._show_step()

    def _ensure_parts(self) -> None:
        """Table and form need the description that comes with the first reading."""
        if self._described is not None:
            self._described.take(self._reading.sheet)
            return
        self._described = MasterColumns(self.context, self._reading.sheet, editable=True)
        self.table = RowTable(self._columns(), self.left, filters=False, footer=False)
        self.left.addWidget(self.table)
        self.left.setSizes([120, 200])
        self.table.cells_edited.connect(self._on_cells_edited)
        self.table.current_changed.connect(self._on_row_current_changed)
        self.table.menu_asked.connect(self._on_menu_asked)
        self.form = RecordForm(self.context, self._described, self.panel).make_all()
        self.panel_lines.addWidget(self.form, 1)
        self.form.committed.connect(self._on_form_committed)
        self.form.go_asked.connect(self.context.ask_for_record)

    def _columns(self) -> list[Column]:
        if self._described is None:
            return []
        made = {column.key: column for column in self._described.columns()}
        columns = [_narrow(made[key]) for key in SHOWN if key in made]
        time = Column(
            "time",
            self.tr("Takes"),
            self._minutes,
            text=self._time,
            kind=Kind.NUMBER,
            width=84,
            title_tip=self.tr("For so many pieces on the preferred machine"),
        )
        return [*columns[:2], time, *columns[2:]]

    def _times(self, row: Any) -> Any:
        return self._reading.times.get(row.values["step_no"], ()) if self._reading else ()

    def _minutes(self, row: Any) -> int | None:
        times = self._times(row)
        return times[0].minutes if times else None

    def _time(self, row: Any) -> str:
        return self.words.time(self._times(row))

    def _show_step(self) -> None:
        """Form, frame and sentence of the chosen step."""
        row = self._current()
        self.flow.choose(self._step)
        if self.table is not None and row is not None:
            chosen = self.table.current_row()
            if chosen is None or chosen.id != row.id:
                self.table.select_ids([row.id])
        if self.form is not None:
            self._fill_form(self.form, row)
        if row is None:
            self.sentence.setText("")
            return
        pieces = Decimal(self.pieces.value())
        self.sentence.setText(self.words.everything(pieces, self._times(row), row.values))
        self._update()

    def _fill_form(self, form: RecordForm, row: Any | None) -> None:
        same = row is not None and form.property("step") == row.id
        form.setProperty("step", row.id if row is not None else None)
        form.set_locked(row is None)
        if row is None:
            form.show_other({})
        elif same:
            form.show_values(row.values)
        else:
            form.show_other(row.values)

    # ---- choosing a step -------------------------------------------------------------------------

    @Slot(int)
    def _on_flow_chosen(self, number: int) -> None:
        self._choose(number)

    @Slot(int)
    def _on_flow_opened(self, number: int) -> None:
        self._choose(number)
        self.side.setChecked(True)
        if self.form is not None:
            self.form.focus_field("step_name")

    @Slot(object)
    def _on_row_current_changed(self, row: Any) -> None:
        if self.table is None or self.table.model.arranging:
            return  # rows come and go: nobody has chosen
        if row is not None and row.values["step_no"] != self._step:
            self._choose(row.values["step_no"])

    def _choose(self, number: int) -> None:
        if self.form is not None:
            self.form.commit()
        self._step = number
        self._show_step()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._seen:
            # Where steps are rows of the table above, the page shows the fields of the chosen one.
            self._seen = True
            self.side.setChecked(self.width() >= ROOM_FOR_FORM and not self._of_steps)

    @Slot(bool)
    def _on_side_toggled(self, shown: bool) -> None:
        self.panel.setVisible(shown)

    # ---- edits of one step -----------------------------------------------------------------------

    @Slot(object)
    def _on_cells_edited(self, changes: list[CellChange]) -> None:
        """All cells of one gesture become one edit."""
        by_row: dict[int, tuple[Any, dict[str, Any]]] = {}
        for change in changes:
            by_row.setdefault(change.row.id, (change.row, {}))[1][change.column_key] = change.value
        error = self._write(list(by_row.values()))
        if error is not None and self.table is not None:
            self.table.refuse_edit(self.context.text(error.message))

    @Slot(object)
    def _on_form_committed(self, values: Mapping[str, Any]) -> None:
        row, form = self._current(), self.form
        if row is None or form is None:
            return
        field = form.fields[next(iter(values))]
        error = self._write([(row, values)])
        if error is None:
            field.taken({**field.values, **values})
        else:
            form.complain(complaints(self.context, error, next(iter(values))))

    def _write(self, changes: list[tuple[Any, Mapping[str, Any]]]) -> AppError | None:
        """One edit of the changed cells; a changed number takes along what names it."""
        from app.services.masters.edits import ChangeRows, RowChange
        from app.services.products.routing_edits import check_links, renumber

        wanted = {row.id: {**row.values, **values} for row, values in changes}
        after = [wanted.get(row.id, row.values) for row in self._rows()]
        try:
            numbers = {
                row.values["step_no"]: values["step_no"]
                for row, values in changes
                if values.get("step_no") not in (None, row.values["step_no"])
            }
            if numbers:
                edit = renumber(self._values(), numbers, self._reading.followers)
                refused = self.context.attempt(edit)
                if refused is None:
                    self._step = numbers.get(self._step, self._step)
                return refused
            if any("predecessors" in values for _, values in changes):
                check_links(after)
        except AppError as error:
            return error
        rows = tuple(RowChange(row.values, wanted[row.id]) for row, _ in changes)
        return self.context.attempt(ChangeRows(SHEET, rows))

    # ---- steps as a whole ------------------------------------------------------------------------

    def _change_steps(self, make: Callable[..., Any], *arguments: Any) -> Any:
        """Build an edit of the steps and write it; a refusal is said. What was made, or None."""
        try:
            made = make(self._values(), *arguments, self._reading.followers)
        except AppError as error:
            self.context.show_error(error)
            return None
        edit = made[0] if isinstance(made, tuple) else made
        if edit is None or not self.context.apply(edit):
            return None
        return made

    @Slot()
    def _on_insert_triggered(self) -> None:
        from app.services.products.routing_edits import insert_step

        if self._reading is None:
            return
        if self._reading.shown is None:
            self._begin()
            return
        row = self._current()
        made = self._change_steps(insert_step, self._step, self._blank(row))
        if made is not None:
            self._step = made[1]
            self.side.setChecked(True)

    def _blank(self, row: Any | None) -> dict[str, Any]:
        """What a new step begins with: the place of the one before, a fixed minute."""
        from app.core.choices import RateBasis

        values = row.values if row is not None else {}
        centre = {key: values[key] for key in ("work_centre", "machines", "supplier")
                  if values.get(key)}  # fmt: skip
        return {**centre, "step_name": self.tr("New step"), "rate": Decimal(1),
                "rate_basis": RateBasis.FIXED_MINUTES}  # fmt: skip

    def _begin(self) -> None:
        """The first step of a routing that is not there yet."""
        from app.services.masters.edits import ChangeRows, RowChange

        offers = self._reading.sheet.offers.get("work_centre", ())
        owner = {"item_code": self._item} if self._item else {"family": self._family}
        centre = {"work_centre": offers[0].code} if offers else {}
        first = {**self._blank(None), **centre, **owner, "revision": "A", "step_no": 10}
        self.context.apply(ChangeRows(SHEET, (RowChange(None, first),)))

    @Slot()
    def _on_duplicate_triggered(self) -> None:
        from app.services.products.routing_edits import duplicate_step

        made = self._change_steps(duplicate_step, self._step)
        if made is not None:
            self._step = made[1]

    @Slot()
    def _on_remove_triggered(self) -> None:
        from app.services.products.routing_edits import remove_step

        self._change_steps(remove_step, self._step)

    @Slot()
    def _on_up_triggered(self) -> None:
        self._move(-1)

    @Slot()
    def _on_down_triggered(self) -> None:
        self._move(1)

    def _move(self, by: int) -> None:
        from app.services.products.routing_edits import move_step

        numbers = [row["step_no"] for row in self._values()]
        place = numbers.index(self._step) + by
        if self._change_steps(move_step, self._step, by) is not None:
            self._step = numbers[place]

    @Slot()
    def _on_renumber_triggered(self) -> None:
        from app.services.products.routing_edits import renumber_evenly

        place = [row["step_no"] for row in self._values()].index(self._step)
        if self._change_steps(renumber_evenly) is not None:
            self._step = 10 * (place + 1)

    # ---- whole revisions -------------------------------------------------------------------------

    def rows_of(self, revision: str = "") -> list[Mapping[str, Any]]:
        if not revision or self._reading is None:
            return self._values()
        found = {each.revision: each for each in self._reading.revisions}
        return [row.values for row in found[revision].steps]

    def show_compare(self) -> None:
        self.stack.setCurrentWidget(self.compare)

    @Slot()
    def show_shown(self) -> None:
        self.stack.setCurrentWidget(self.body)

    # ---- templates -------------------------------------------------------------------------------

    @Slot()
    def _on_own_triggered(self) -> None:
        from app.services.products.routing_edits import own_from_template

        self.wanted = ""
        self.context.apply(own_from_template(self._values(), self._item))

    @Slot()
    def _on_follow_triggered(self) -> None:
        from app.services.products.routing_edits import follow_template

        self.wanted = ""
        steps = [[row.values for row in each.steps] for each in self._reading.revisions]
        self.context.apply(follow_template(steps))

    @Slot()
    def _on_template_triggered(self) -> None:
        """The steps shown as a new revision of the family's template."""
        from app.services.products.routing_reading import template_revision

        self.context.read(template_revision, self._reading.family, then=self._on_template_named)

    @Slot(object)
    def _on_template_named(self, revision: str) -> None:
        from app.services.products.routing_edits import as_template

        if self._reading is not None and self._reading.shown is not None:
            edit = as_template(self._values(), self._reading.family, revision)
            if self.context.apply(edit):
                self.context.ask_for_record(
                    SHEET, {"family": self._reading.family, "revision": revision}
                )

    @Slot()
    def _on_renew_clicked(self) -> None:
        from app.services.orders.renewing import renewal

        codes = [each.code for each in self._reading.used_by]
        self.renew.setEnabled(False)
        self.context.read(renewal, codes, self._today(), then=self._on_renewal_made)

    @Slot(object)
    def _on_renewal_made(self, edit: Any) -> None:
        self.renew.setEnabled(True)
        if edit is not None:
            self.context.apply(edit)

    def _say_notice(self) -> None:
        """Whose steps these are, and which orders still follow the old ones."""
        reading = self._reading
        parts = []
        if reading.template and reading.shown is not None:
            text = self.tr("Template of {family}: %n items follow it.", "", len(reading.used_by))
            parts.append(text.format(family=reading.family))
        stale = reading.stale
        if stale.operations:
            orders = self.tr("%n orders", "", len(stale.orders))
            text = self.tr("%n open operations of {orders} still follow the old routing or recipe.",
                           "", stale.operations)  # fmt: skip
            parts.append(text.format(orders=orders))
            if stale.begun:
                parts.append(self.tr("%n of these orders have begun and keep their steps.", "",
                                     stale.begun))  # fmt: skip
        self.said.setText(" ".join(parts))
        shown = stale.orders[:8]
        self.said.setToolTip(", ".join(shown) + (" …" if len(stale.orders) > 8 else ""))
        self.renew.setVisible(bool(stale.operations))
        self.notice.setVisible(bool(parts))

    # ---- the rest --------------------------------------------------------------------------------

    @Slot(object, QPoint)
    def _on_menu_asked(self, rows: list[Any], place: QPoint) -> None:
        self.more_menu.popup(place)

    def _update(self) -> None:
        reading = self._reading
        numbers = [row["step_no"] for row in self._values()]
        shown = bool(numbers)
        self.insert.setEnabled(reading is not None)
        for each in (self.duplicate, self.remove, self.renumber):
            each.setEnabled(shown)
        self.up.setEnabled(shown and self._step != numbers[0])
        self.down.setEnabled(shown and self._step != numbers[-1])
        of_item = reading is not None and reading.item is not None
        self.own.setEnabled(of_item and shown and reading.template)
        self.follow.setEnabled(of_item and shown and not reading.template and reading.has_template)
        self.template.setEnabled(of_item and shown and not reading.template
                                 and bool(reading.family))  # fmt: skip

    def _make_head(self) -> None:
        self.title = label(self, "section")
        self.title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.pieces = Spin(self)
        self.pieces.setRange(1, MOST_PIECES)
        self.pieces.setValue(USUAL_PIECES)
        self.pieces.setGroupSeparatorShown(True)
        self.pieces.setKeyboardTracking(False)
        self.pieces.setFixedWidth(PIECES_WIDTH)
        self.insert = action(self, "plus")
        self.insert_button = ActionButton(self.insert, self)
        self.duplicate, self.remove, self.up, self.down, self.renumber = (
            action(self) for _ in range(5)
        )
        self.own, self.follow, self.template = (action(self) for _ in range(3))
        self.more = QToolButton(self)
        self.more.setProperty("framed", True)
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.more_menu = QMenu(self.more)
        self.more_menu.addActions(
            [self.insert, self.duplicate, self.remove, self.up, self.down, self.renumber]
        )
        self.more_menu.addSeparator()
        self.more_menu.addActions([self.own, self.follow, self.template])
        self.more.setMenu(self.more_menu)
        self.side = QToolButton(self)
        self.side.setProperty("framed", True)
        self.side.setCheckable(True)
        self.side.setChecked(True)
        self.notice = QFrame(self)
        self.notice.setProperty("role", "panel")
        self.said = label(self.notice, wrap=True)
        self.renew = QPushButton(self.notice)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(2 * SPACE)
        head.addWidget(self.title, 1)
        for widget in (self.bar, self.pieces, self.insert_button, self.more, self.side):
            head.addWidget(widget)
        said = QHBoxLayout(self.notice)
        said.setContentsMargins(2 * SPACE, SPACE, 2 * SPACE, SPACE)
        said.addWidget(self.said, 1)
        said.addWidget(self.renew)
        self.left = QSplitter(Qt.Orientation.Vertical, self)
        self.left.addWidget(self.flow)
        self.panel = QFrame(self)
        self.panel.setProperty("role", "panel")
        self.panel_lines = QVBoxLayout(self.panel)
        self.panel_lines.setContentsMargins(0, 0, 0, 0)
        self.body = QSplitter(Qt.Orientation.Horizontal, self)
        self.body.addWidget(self.left)
        self.body.addWidget(self.panel)
        self.body.setStretchFactor(0, 1)
        self.body.setSizes([600, FORM_WIDTH])
        self.nothing = QWidget(self)
        inside = QVBoxLayout(self.nothing)
        inside.addStretch(1)
        inside.addWidget(self.empty)
        self.empty_button = QPushButton(self.nothing)
        inside.addWidget(self.empty_button, 0, Qt.AlignmentFlag.AlignHCenter)
        inside.addStretch(1)
        self.stack = QStackedWidget(self)
        for shown in (self.nothing, self.body, self.compare):
            self.stack.addWidget(shown)
        lines = QVBoxLayout(self)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(SPACE)
        lines.addLayout(head)
        lines.addWidget(self.strip)
        lines.addWidget(self.notice)
        lines.addWidget(self.stack, 1)
        lines.addWidget(self.sentence)

    def _connect(self) -> None:
        self.pieces.valueChanged.connect(self.ask)
        self.flow.chosen.connect(self._on_flow_chosen)
        self.flow.opened.connect(self._on_flow_opened)
        self.insert.triggered.connect(self._on_insert_triggered)
        self.empty_button.clicked.connect(self._on_insert_triggered)
        self.duplicate.triggered.connect(self._on_duplicate_triggered)
        self.remove.triggered.connect(self._on_remove_triggered)
        self.up.triggered.connect(self._on_up_triggered)
        self.down.triggered.connect(self._on_down_triggered)
        self.renumber.triggered.connect(self._on_renumber_triggered)
        self.own.triggered.connect(self._on_own_triggered)
        self.follow.triggered.connect(self._on_follow_triggered)
        self.template.triggered.connect(self._on_template_triggered)
        self.renew.clicked.connect(self._on_renew_clicked)
        self.side.toggled.connect(self._on_side_toggled)

    def retranslate(self) -> None:
        self.insert.setText(self.tr("Insert step"))
        self.insert.setToolTip(self.tr("A new step behind the chosen one"))
        self.duplicate.setText(self.tr("Duplicate step"))
        self.remove.setText(self.tr("Remove step"))
        self.up.setText(self.tr("Move before the step above"))
        self.down.setText(self.tr("Move behind the step below"))
        self.renumber.setText(self.tr("Number 10, 20, 30 …"))
        self.more.setText(self.tr("Steps"))
        self.own.setText(self.tr("Make an own routing from the template"))
        self.follow.setText(self.tr("Follow the template of the family"))
        self.template.setText(self.tr("Make this the template of the family"))
        self.side.setText(self.tr("Fields"))
        self.side.setToolTip(self.tr("All fields of the chosen step"))
        self.renew.setText(self.tr("Renew those not begun"))
        self.renew.setToolTip(
            self.tr(
                "They follow the steps as they are now and lose their place in the plan"
                " where time, place or material changed."
            )
        )
        self.pieces.setSuffix(self.tr(" pcs"))
        self.pieces.setToolTip(self.tr("Pieces that times are shown for"))
        self.pieces.setAccessibleName(self.tr("Pieces that times are shown for"))
        self.empty_button.setText(self.tr("First step"))
        self.flow.setAccessibleName(self.tr("Drawing of the routing"))
        if self._reading is None:
            self.empty.setText(self.tr("Choose an item to see how it is made."))
            return
        if self.form is not None:
            self.form.retranslate()
        self._show()


def _narrow(column: Column) -> Column:
    from dataclasses import replace

    return replace(column, width=WIDTHS.get(column.key, column.width), hidden=False)
