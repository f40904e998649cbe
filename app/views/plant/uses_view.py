"""Where a record is used, by kind and by name with a way there; retiring instead of removing."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.views.context import AppContext
from app.views.page import label
from app.views.theme import SPACE

KEY = Qt.ItemDataRole.UserRole


class UsesView(QWidget):
    """The uses of one record, as read in a job by the page."""

    go_asked = Signal(str, object)
    """(sheet, name)"""
    retire_asked = Signal()
    together_asked = Signal()
    """Remove the record and what uses it."""

    def __init__(self, context: AppContext, parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context
        self._uses: tuple[Any, ...] | None = None
        self._refused = False
        self._may_retire = False
        self._may_go_together = False
        self.sentence = label(self, wrap=True)
        self.retire = QPushButton(self)
        self.retire.setProperty("primary", True)
        self.retire.clicked.connect(self.retire_asked)
        self.together = QPushButton(self)
        self.together.clicked.connect(self.together_asked)
        self.tree = QTreeWidget(self)
        self.tree.setHeaderHidden(True)
        self.tree.setUniformRowHeights(True)
        self.tree.setRootIsDecorated(True)
        self.tree.itemActivated.connect(self._on_tree_item_activated)
        self.tree.itemClicked.connect(self._on_tree_item_activated)
        line = QHBoxLayout()
        line.addWidget(self.retire)
        line.addWidget(self.together)
        line.addStretch(1)
        lines = QVBoxLayout(self)
        lines.setContentsMargins(3 * SPACE, 2 * SPACE, 3 * SPACE, 3 * SPACE)
        lines.setSpacing(2 * SPACE)
        lines.addWidget(self.sentence)
        lines.addLayout(line)
        lines.addWidget(self.tree, 1)
        self.show_none()

    def show_none(self) -> None:
        """No record is chosen."""
        self._uses, self._refused = None, False
        self.retranslate()

    def show_uses(self, uses: tuple[Any, ...]) -> None:
        self._uses = uses
        self.retranslate()

    def show_refused(self, may_retire: bool, *, together: bool = False) -> None:
        """The record was to be removed and is used; its uses follow or are shown already.
        ``together``: what uses it can go with it."""
        self._refused, self._may_retire, self._may_go_together = True, may_retire, together
        self.retranslate()

    @property
    def refused(self) -> bool:
        return self._refused

    def retranslate(self) -> None:
        self.sentence.setText(self._sentence())
        self.retire.setText(self.tr("Retire instead"))
        self.retire.setToolTip(
            self.tr("It stays in the records that use it and is not offered any more.")
        )
        self.retire.setVisible(self._refused and self._may_retire)
        self.together.setText(self.tr("Remove these too"))
        self.together.setToolTip(self.tr("One step: undo brings all of it back."))
        self.together.setVisible(self._refused and self._may_go_together)
        self.tree.setAccessibleName(self.tr("Where it is used"))
        self.tree.setVisible(bool(self._uses))
        self._fill()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()

    def _sentence(self) -> str:
        if self._uses is None:
            return self.tr("Choose one row to see where it is used.")
        count = sum(use.count for use in self._uses)
        if self._refused and count:
            return self.tr("It cannot be removed: %n records use it.", "", count)
        if not count:
            return self.tr("Nothing uses this record. It can be removed.")
        return self.tr("%n records use it.", "", count)

    def _fill(self) -> None:
        self.tree.clear()
        from app.services.masters.uses import kind_name
        from app.services.record_names import SHEETS

        for use in self._uses or ():
            title = self._context.text(kind_name(use.kind))
            head = QTreeWidgetItem(self.tree, [f"{title}  {use.count:,}"])
            head.setFlags(Qt.ItemFlag.ItemIsEnabled)
            for name in use.examples:
                item = QTreeWidgetItem(head, [name])
                if use.kind in SHEETS:
                    item.setData(0, KEY, (SHEETS[use.kind], name))
                    item.setToolTip(0, self.tr("Go to this record"))
            if use.count > len(use.examples):
                rest = use.count - len(use.examples)
                QTreeWidgetItem(head, [self.tr("and %n more", "", rest)]).setDisabled(True)
            head.setExpanded(len(self._uses or ()) <= 4 or use.count <= 5)

    @Slot(QTreeWidgetItem)
    def _on_tree_item_activated(self, item: QTreeWidgetItem) -> None:
        found = item.data(0, KEY)
        if found:
            self.go_asked.emit(*found)
