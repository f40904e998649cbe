"""The bill of material of one item as a tree: looked at, and changed line by line."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from PySide6.QtCore import QPoint, Qt, Slot
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QHBoxLayout,
    QMenu,
    QSizePolicy,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.core import format as formats
from app.core.errors import AppError
from app.services.products.amounts import Basis
from app.views.context import AppContext
from app.views.date_field import BadDate
from app.views.page import ActionButton, action, label
from app.views.products.bom_columns import SHEET, BomColumns
from app.views.products.day_field import DayField
from app.views.products.line_strip import LineStrip
from app.views.products.part_tree import PartTree
from app.views.products.paste_lines import PasteLines
from app.views.products.revised import RevisedEditor
from app.views.products.revision_bar import infos
from app.views.table_columns import CellChange
from app.views.theme import SPACE


class BomEditor(RevisedEditor):
    """Every cell is one edit; deeper lines belong to the bills of material of their own items."""

    sheet = SHEET
    news = frozenset({"item", "bill_of_material", "bom_line", "unit", "unit_conversion",
                      "routing", "routing_step"})  # fmt: skip

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._item = ""
        self._reading: Any = None
        self._choose_after: tuple[tuple[Hashable, ...], int] | None = None
        self._columns = BomColumns(context, self)
        self._make_head()
        self.lines = LineStrip(context, self)
        self.tree = PartTree(self._columns.columns(), lambda part: part.line.id, self)
        self.paste = PasteLines(context, self)
        self.stack = QStackedWidget(self)
        self.empty = label(self, "muted", wrap=True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        for shown in (self.tree, self.compare, self.paste, self.empty):
            self.stack.addWidget(shown)
        self._lay_out()
        self._connect()
        self.retranslate()

    # ---- what is shown ---------------------------------------------------------------------------

    def show_record(self, sheet_key: str, values: Mapping[str, Any] | None) -> None:
        """The item (of a row of Items) or the revision (of a row of BOM)."""
        name = "parent_code" if sheet_key == SHEET else "item_code"
        item = str((values or {}).get(name, ""))
        wanted = str((values or {}).get("revision", "")) if sheet_key == SHEET else ""
        if item != self._item:
            self._forget()
            self._item = item
            self.wanted = wanted
        elif sheet_key == SHEET and wanted and wanted != self.wanted:
            self.wanted = wanted
        self.ask()

    def _forget(self) -> None:
        self._reading = None
        self.tree.give_up()
        self.tree.parts.clear()
        self.strip.hide()
        self.lines.hide()
        self.stack.setCurrentWidget(self.tree)

    def question(self) -> tuple[Callable[..., Any], tuple[Any, ...]] | None:
        from app.services.products.reading import read_bom

        return (read_bom, (self._item, self._day(), self.wanted)) if self._item else None

    def _day(self) -> date:
        try:
            chosen = self.day.day()
        except BadDate:
            chosen = None
        return chosen or self._today()

    def take(self, reading: Any) -> None:
        self._reading = reading
        self._columns.take(reading)
        self._show()

    def show_nothing(self) -> None:
        self._reading = None
        self.tree.parts.clear()
        self.bar.show_revisions([], "")
        self.title.setText("")
        self.sums.setText("")
        self.stack.setCurrentWidget(self.empty)
        self._update()

    def _show(self) -> None:
        structure = self._reading.structure
        revision = structure.revision_of(structure.top.id)
        self.tree.parts.set_columns(self._columns.columns())
        self.tree.parts.show(
            structure.children(structure.root), structure.children, structure.holds
        )
        self.bar.show_revisions(
            infos(structure.revisions_of(structure.top.id)),
            revision.revision if revision else "",
        )
        self.title.setText(f"{structure.top.code}  {structure.top.name}")
        self._say_sums()
        if self.stack.currentWidget() in (self.empty, self.tree):
            held = revision is not None or bool(self._item)
            self.stack.setCurrentWidget(self.tree if held else self.empty)
        chosen, self._choose_after = self._choose_after, None
        if chosen is not None:
            self.tree.choose(*chosen)
        self._update()

    def _say_sums(self) -> None:
        """Sum of the per cents and material cost, where there are any."""
        structure = self._reading.structure
        revision = structure.revision_of(structure.top.id)
        parts = []
        if revision is not None and revision.percents is not None:
            total = formats.number(revision.percents)
            parts.append(self.tr("Sum of the per cents: {sum} %").format(sum=total))
        self.sums.setProperty("role", "late" if self._percents_off(revision) else "muted")
        self.sums.style().polish(self.sums)
        cost = structure.cost()
        if revision is not None and cost.amount:
            text = self.tr("Material for 1 {unit}: {cost} {currency}").format(
                unit=structure.top.unit,
                cost=f"{float(cost.amount):,.2f}",
                currency=self.context.site.currency,
            )
            parts.append(text)
            if cost.missing:
                parts.append(self.tr("%n items without a standard cost", "", len(cost.missing)))
        self.sums.setText(" · ".join(parts))
        self.sums.setToolTip(", ".join(cost.missing))

    @staticmethod
    def _percents_off(revision: Any) -> bool:
        return revision is not None and revision.percents not in (None, Decimal(100))

    # ---- edits -----------------------------------------------------------------------------------

    @Slot(object)
    def _on_cell_edited(self, change: CellChange) -> None:
        from app.services.masters.edits import ChangeRows, RowChange
        from app.services.products.amounts import with_amount

        values = change.row.line.values
        if change.column_key == "quantity" and change.value is not None:
            after = with_amount(values, change.value, self._columns.basis)
        else:
            after = {**values, change.column_key: change.value}
        error = self.context.attempt(ChangeRows(SHEET, (RowChange(values, after),)))
        if error is not None:
            self.tree.refuse(self.context.text(error.message))

    def _rows(self, part: Any | None = None) -> list[Mapping[str, Any]]:
        """The lines of the list in which ``part`` stands; of the one shown by default."""
        if self._reading is None:
            return []
        structure = self._reading.structure
        owner = structure.top.id if part is None else part.above[-1]
        revision = structure.revision_of(owner)
        return [line.values for line in revision.lines] if revision is not None else []

    @Slot()
    def _on_add_triggered(self) -> None:
        if self._reading is not None:
            top = self._reading.structure.top
            self.strip.hide()
            self.lines.begin(self._reading.items, self._reading.steps.get(top.id, ()))

    @Slot(object)
    def _on_line_typed(self, texts: Mapping[str, str]) -> None:
        from app.core.errors import RuleBroken
        from app.services.products.pasted import typed_line

        line = typed_line(texts, self._codes(), self._today(), self.context.zone)
        if line.problems:
            self.lines.complain(RuleBroken(next(iter(line.problems.values()))))
            return
        error = self._add([line.values])
        if error is None:
            self.lines.added()
        else:
            self.lines.complain(error)

    @Slot()
    def _on_paste_triggered(self) -> None:
        from app.core.messages import message
        from app.services.products.pasted import pasted_lines

        if self._reading is None:
            return
        text = QApplication.clipboard().text()
        found = pasted_lines(text, self._codes(), self._today(), self.context.zone)
        if not found:
            self.context.show_message(message("products.nothing_to_paste"))
            return
        self.paste.begin(found)
        self.stack.setCurrentWidget(self.paste)

    @Slot(object)
    def _on_lines_ready(self, lines: list[Mapping[str, Any]]) -> None:
        error = self._add(lines)
        if error is None:
            self.stack.setCurrentWidget(self.tree)
        else:
            self.paste.complain(error)

    def _add(self, lines: list[Mapping[str, Any]]) -> AppError | None:
        """Put lines at the end of the list shown; why not, if they are refused."""
        from app.services.masters.edits import ChangeRows
        from app.services.products.revisions import line_after

        rows, head = self._rows(), self._head()
        changes = []
        for line in lines:
            change = line_after(head, rows, **line)
            changes.append(change)
            rows.append(change.after)
        return self.context.attempt(ChangeRows(SHEET, tuple(changes)))

    def _head(self) -> Mapping[str, Any]:
        """A row of the list shown, or who it would belong to if it has none yet."""
        rows = self._rows()
        if rows:
            return rows[0]
        return {"parent_code": self._reading.structure.top.code, "revision": self.wanted or "A"}

    def _codes(self) -> list[str]:
        return [each.code for each in self._reading.items]

    def _today(self) -> date:
        return self.context.local(self.context.now()).date()

    @Slot()
    def _on_remove_triggered(self) -> None:
        from app.services.masters.edits import ChangeRows, RowChange

        part = self.tree.current
        if part is not None:
            self.context.apply(ChangeRows(SHEET, (RowChange(part.line.values, None),)))

    @Slot(int)
    def _on_move_asked(self, step: int) -> None:
        from app.services.products.revisions import in_order

        part = self.tree.current
        if part is None:
            return
        rows = self._rows(part)
        place = next(n for n, row in enumerate(rows) if row == part.line.values)
        there = place + step
        if not 0 <= there < len(rows):
            return
        rows[place], rows[there] = rows[there], rows[place]
        edit = in_order(rows)
        if edit is not None:
            self._choose_after = (part.path, self.tree.currentIndex().column())
            self.context.apply(edit)

    @Slot()
    def _on_up_triggered(self) -> None:
        self._on_move_asked(-1)

    @Slot()
    def _on_down_triggered(self) -> None:
        self._on_move_asked(1)

    @Slot()
    def _on_go_triggered(self) -> None:
        part = self.tree.current
        if part is not None:
            self.context.ask_for_record("Items", part.item.code)

    @Slot(object)
    def _on_part_activated(self, part: Any) -> None:
        self.context.ask_for_record("Items", part.item.code)

    # ---- whole revisions -------------------------------------------------------------------------

    def rows_of(self, revision: str = "") -> list[Mapping[str, Any]]:
        if not revision or self._reading is None:
            return self._rows()
        structure = self._reading.structure
        found = {each.revision: each for each in structure.revisions_of(structure.top.id)}
        return [line.values for line in found[revision].lines]

    def show_compare(self) -> None:
        self.stack.setCurrentWidget(self.compare)

    def begin_strip(self) -> None:
        self.lines.hide()

    @Slot()
    def show_shown(self) -> None:
        self.stack.setCurrentWidget(self.tree)
        self.tree.setFocus()

    # ---- the rest --------------------------------------------------------------------------------

    @Slot(int)
    def _on_basis_activated(self, index: int) -> None:
        self.tree.give_up()
        self._columns.basis = Basis(self.basis.itemData(index))
        self.tree.parts.set_columns(self._columns.columns())

    @Slot(QPoint)
    def _on_menu_asked(self, place: QPoint) -> None:
        self.more_menu.popup(place)

    @Slot()
    def _update(self) -> None:
        part = self.tree.current
        shown = self._reading is not None
        for each in (self.remove, self.up, self.down, self.go):
            each.setEnabled(part is not None)
        for each in (self.add, self.paste_action):
            each.setEnabled(shown)
        self.basis.setEnabled(shown)
        self.where.setText(self._belongs(part))

    def _belongs(self, part: Any | None) -> str:
        """Says of a deeper line whose it is: changing it changes every item that holds that."""
        if part is None or len(part.path) < 2:
            return ""
        owner = self._reading.structure.items[part.above[-1]]
        return self.tr("This line belongs to {item}; it changes wherever {item} is used.").format(
            item=owner.code
        )

    def _make_head(self) -> None:
        self.title = label(self, "section")
        self.title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.day_words = label(self, "muted")
        self.day = DayField(self.context.local(self.context.now()), self, usual=True)
        self.basis = QComboBox(self)
        for basis in Basis:
            self.basis.addItem("", basis.value)
        self.add = action(self, "plus")
        self.add_button = ActionButton(self.add, self)
        self.remove, self.up, self.down, self.go, self.paste_action = (
            action(self) for _ in range(5)
        )
        self.more = QToolButton(self)
        self.more.setProperty("framed", True)
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.more_menu = QMenu(self.more)
        self.more_menu.addActions(
            [self.add, self.paste_action, self.remove, self.up, self.down, self.go]
        )
        self.more.setMenu(self.more_menu)
        self.sums = label(self, "muted")
        self.where = label(self, "small")

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(2 * SPACE)
        head.addWidget(self.title, 1)
        head.addWidget(self.bar)
        head.addWidget(self.day_words)
        head.addWidget(self.day)
        head.addWidget(self.basis)
        head.addWidget(self.add_button)
        head.addWidget(self.more)
        foot = QHBoxLayout()
        foot.addWidget(self.sums)
        foot.addStretch(1)
        foot.addWidget(self.where)
        lines = QVBoxLayout(self)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(SPACE)
        lines.addLayout(head)
        lines.addWidget(self.strip)
        lines.addWidget(self.lines)
        lines.addWidget(self.stack, 1)
        lines.addLayout(foot)
        self.setFocusProxy(self.tree)

    def _connect(self) -> None:
        tree = self.tree
        tree.cell_edited.connect(self._on_cell_edited)
        tree.current_part_changed.connect(self._update)
        tree.part_activated.connect(self._on_part_activated)
        tree.menu_asked.connect(self._on_menu_asked)
        tree.add_asked.connect(self._on_add_triggered)
        tree.remove_asked.connect(self._on_remove_triggered)
        tree.move_asked.connect(self._on_move_asked)
        tree.paste_asked.connect(self._on_paste_triggered)
        self.lines.typed.connect(self._on_line_typed)
        self.add.triggered.connect(self._on_add_triggered)
        self.paste_action.triggered.connect(self._on_paste_triggered)
        self.remove.triggered.connect(self._on_remove_triggered)
        self.up.triggered.connect(self._on_up_triggered)
        self.down.triggered.connect(self._on_down_triggered)
        self.go.triggered.connect(self._on_go_triggered)
        self.basis.activated.connect(self._on_basis_activated)
        self.day.day_changed.connect(self.ask)
        self.paste.closed.connect(self.show_shown)
        self.paste.ready.connect(self._on_lines_ready)

    def retranslate(self) -> None:
        self.add.setText(self.tr("Add line"))
        self.paste_action.setText(self.tr("Paste lines from Excel"))
        self.remove.setText(self.tr("Remove line"))
        self.up.setText(self.tr("Move up"))
        self.down.setText(self.tr("Move down"))
        self.go.setText(self.tr("Go to this item"))
        self.more.setText(self.tr("Line"))
        self.day.setToolTip(self.tr("Show what is in force on this day; empty = the planning date"))
        self.day.setAccessibleName(self.tr("Day"))
        self.day_words.setText(self.tr("On"))
        self.basis.setToolTip(
            self.tr("What quantities are shown for. What is typed is stored on this basis.")
        )
        self.basis.setAccessibleName(self.tr("Quantities shown"))
        words = {
            Basis.WRITTEN: self.tr("As written"),
            Basis.ONE: self.tr("Per 1"),
            Basis.HUNDRED: self.tr("Per 100"),
            Basis.THOUSAND: self.tr("Per 1,000"),
            Basis.TEN_THOUSAND: self.tr("Per 10,000"),
            Basis.PERCENT: self.tr("In per cent"),
        }
        for index in range(self.basis.count()):
            self.basis.setItemText(index, words[Basis(self.basis.itemData(index))])
        self.empty.setText(self.tr("Choose an item to see what it is made of."))
        self.tree.setAccessibleName(self.tr("Bill of material"))
        self.tree.parts.set_columns(self._columns.columns())
        if self._reading is not None:
            self._say_sums()
        self._update()
