"""The groups of a setup attribute: made, renamed, removed; values put into them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from app.core.errors import AppError, RuleBroken
from app.services.masters.edits import InUse
from app.services.plant.setup_group_edits import (
    add_group,
    change_group,
    move_values,
    remove_group,
    remove_group_with_pairs,
    remove_value,
    rename_group,
)
from app.services.plant.setup_view import AttributeMatrix
from app.views.context import AppContext
from app.views.page import label
from app.views.plant.fields import put_text, set_choices
from app.views.plant.group_tree import GroupTree
from app.views.plant.proposal_panel import ProposalPanel
from app.views.plant.uses_view import UsesView
from app.views.theme import SPACE

USES_HEIGHT = 110


class GroupFields(ProposalPanel):
    """Name and values of one group, or of a new one."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self.write: Callable[[Any], bool] = lambda edit: False
        self.attribute: AttributeMatrix | None = None
        self.editable = True
        self.group = ""
        self.name, self.members = QLineEdit(self), QLineEdit(self)
        self.lay_out((self.name, self.members))
        self.new.clicked.connect(self.start_new)
        self.retranslate()

    def show_group(self, attribute: AttributeMatrix | None, group: str) -> None:
        """ "" = a new one. What is typed stays while it is the same one."""
        same = group == self.group and attribute is not None and self.attribute is not None
        typed = same and (self.name.isModified() or self.members.isModified())
        self.attribute, self.group = attribute, group
        if not typed:
            self._fill()
        self.judge()

    def _fill(self) -> None:
        members = self.attribute.members(self.group) if self.attribute and self.group else ()
        put_text(self.name, self.group)
        put_text(self.members, "; ".join(members))
        for line in (self.name, self.members):
            line.setModified(False)

    @Slot()
    def start_new(self) -> None:
        """An empty form; chosen values are proposed by whoever calls ``propose``."""
        self.group = ""
        self._fill()
        self.judge()
        self.name.setFocus(Qt.FocusReason.OtherFocusReason)

    def propose(self, values: list[str]) -> None:
        """Values for a group that is not made yet."""
        if not self.group and not self.members.isModified():
            put_text(self.members, "; ".join(values))
            self.judge()

    def pairs(self) -> list[Any]:
        if self.attribute is None:
            return []
        name = self.name.text().strip()
        members = self.members.text().replace("\uff1b", ";").split(";")
        try:
            if self.group:
                edit: Any = change_group(self.attribute, self.group, name, members)
            elif not name:
                return []
            else:
                edit = add_group(self.attribute, name, members)
        except RuleBroken as refused:
            line = self.name if not name or any(m.strip() for m in members) else self.members
            raise self.bad(line, self.context.text(refused.message)) from None
        return [] if edit is None else [edit]

    def judge(self) -> None:
        edits = self.judged()
        free = self.editable and self.attribute is not None
        self.save.setEnabled(free and bool(edits))
        self.new.setEnabled(free)
        for line in (self.name, self.members):
            line.setEnabled(free)
        self.heading.setText(self.tr("Group") if self.group else self.tr("New group"))
        self.save.setText(self.tr("Save") if self.group else self.tr("Add"))

    def save_typed(self, pairs: list[Any]) -> None:
        name = self.name.text().strip()
        for line in (self.name, self.members):
            line.setModified(False)
        if pairs and self.write(pairs[0]):
            self.group = name
        else:
            for line in (self.name, self.members):
                line.setModified(True)

    def retranslate(self) -> None:
        self.put_titles(
            (
                (self.name, self.tr("Name"), self.tr("Pairs can name the group like a value.")),
                (self.members, self.tr("Values"), self.tr("Values, parted by ;")),
            )
        )
        self.remove.setText(self.tr("Remove"))
        self.new.setText(self.tr("New"))
        self.judge()


class GroupPanel(QWidget):
    """A tree to drag values in, fields for the same by keys, and the uses that refuse a removal."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self.write: Callable[[Any], bool] = lambda edit: False
        self.attempt: Callable[[Any], AppError | None] = lambda edit: None
        """Writes an edit; the reason of a refusal."""
        self._attribute: AttributeMatrix | None = None
        self._refused = ""
        self.tree = GroupTree(self)
        self.hint = label(self, "small", wrap=True)
        self.target = QComboBox(self)
        self.move_button = QPushButton(self)
        self.fields = GroupFields(context, self)
        self.uses = UsesView(context, self)
        self.uses.tree.setMaximumHeight(USES_HEIGHT)
        self.uses.hide()
        self._lay_out()
        self._connect()
        self.retranslate()

    def show_attribute(self, attribute: AttributeMatrix | None, *, editable: bool) -> None:
        self._attribute = attribute
        self.fields.editable = editable
        self.tree.setEnabled(editable)
        self.tree.show_groups(attribute)
        if self._refused and (attribute is None or not attribute.members(self._refused)):
            self._end_refusal()
        self._offer_targets()
        self._show_chosen()

    def choose_group(self, group: str) -> None:
        """Show one group: chosen in a table, or just made."""
        item = self.tree.item_of(group)
        if item is not None:
            self.tree.setCurrentItem(item)

    def _offer_targets(self) -> None:
        groups = [str(g.values["name"]) for g in self._attribute.groups] if self._attribute else []
        set_choices(self.target, [*((name, name) for name in groups), ("", self.tr("In no group"))])

    def _show_chosen(self) -> None:
        groups, moves = self.tree.groups(), self.tree.moves()
        keep = self.fields.group if self._attribute is not None else ""
        known = (
            {str(g.values["name"]) for g in self._attribute.groups} if self._attribute else set()
        )
        group = groups[0] if len(groups) == 1 else keep if not moves and keep in known else ""
        if not group and len({source for _, source in moves}) == 1:
            group = moves[0][1]
        self.fields.show_group(self._attribute, group)
        self.fields.propose([value for value, _ in moves])
        self.fields.remove.setEnabled(self.fields.editable and bool(groups or moves))
        self.move_button.setEnabled(self.fields.editable and bool(moves))

    # ---- gestures --------------------------------------------------------------------------------

    @Slot(object, str)
    def _on_tree_moved(self, moves: list[tuple[str, str]], target: str) -> None:
        if self._attribute is None:
            return
        try:
            edit = move_values(self._attribute, moves, target)
        except RuleBroken as refused:
            self.context.show_error(refused)
            return
        if edit is not None:
            self._try(edit, "")

    @Slot()
    def _on_move_clicked(self) -> None:
        self._on_tree_moved(self.tree.moves(), str(self.target.currentData() or ""))

    @Slot(str, str)
    def _on_tree_rename_asked(self, old: str, new: str) -> None:
        edit = None
        try:
            if self._attribute is not None:
                edit = rename_group(self._attribute, old, new)
        except RuleBroken as refused:
            self.context.show_error(refused)
        if edit is None or not self.write(edit):
            self.tree.show_groups(self._attribute)

    @Slot()
    def _on_remove_asked(self) -> None:
        """A group; values of groups leave them; a value in none leaves the matrix."""
        groups, moves = self.tree.groups(), self.tree.moves()
        if self._attribute is None:
            return
        if groups:
            self._try(remove_group(self._attribute, groups[0]), groups[0])
        elif any(source for _, source in moves):
            self._on_tree_moved([move for move in moves if move[1]], "")
        elif moves:
            self._try(remove_value(self._attribute, moves[0][0]), "")

    def _try(self, edit: Any, group: str) -> None:
        """Write, or show what uses it; ``group``: it can be removed with its pairs."""
        self._end_refusal()
        refused = self.attempt(edit)
        if isinstance(refused, InUse):
            self._refused = group
            self.uses.show_uses(refused.users)
            self.uses.show_refused(False, together=bool(group))
            self.uses.show()

    def _end_refusal(self) -> None:
        self._refused = ""
        self.uses.hide()
        self.uses.show_none()

    @Slot()
    def _on_uses_together_asked(self) -> None:
        if self._attribute is not None and self._refused:
            edit = remove_group_with_pairs(self._attribute, self._refused)
            if self.write(edit):
                self._end_refusal()

    @Slot()
    def _on_tree_selection_changed(self) -> None:
        self._show_chosen()

    # ---- texts and layout ------------------------------------------------------------------------

    def retranslate(self) -> None:
        self.tree.setAccessibleName(self.tr("Groups and their values"))
        self.tree.left_over = self.tr("In no group")
        self.hint.setText(
            self.tr("Drag values to a group. F2 renames a group, Delete takes out what is chosen.")
        )
        self.target.setAccessibleName(self.tr("Group to move to"))
        self.move_button.setText(self.tr("Move there"))
        self.tree.show_groups(self._attribute)
        self._offer_targets()
        self.fields.retranslate()
        self._show_chosen()

    def _connect(self) -> None:
        self.tree.moved.connect(self._on_tree_moved)
        self.tree.delete_asked.connect(self._on_remove_asked)
        self.tree.rename_asked.connect(
            self._on_tree_rename_asked, Qt.ConnectionType.QueuedConnection
        )
        self.tree.itemSelectionChanged.connect(self._on_tree_selection_changed)
        self.move_button.clicked.connect(self._on_move_clicked)
        self.fields.remove.clicked.connect(self._on_remove_asked)
        self.fields.write = self._write_fields
        self.uses.together_asked.connect(self._on_uses_together_asked)
        self.uses.go_asked.connect(self.context.ask_for_record)

    def _write_fields(self, edit: Any) -> bool:
        return self.write(edit)

    def _lay_out(self) -> None:
        line = QHBoxLayout()
        line.setSpacing(2 * SPACE)
        line.addWidget(self.target, 1)
        line.addWidget(self.move_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE + 2)
        layout.addWidget(self.tree, 1)
        layout.addWidget(self.hint)
        layout.addLayout(line)
        layout.addWidget(self.uses)
        layout.addWidget(self.fields)
