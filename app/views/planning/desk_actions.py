"""What can be done at the planner's desk: the actions of keys, menus and buttons."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QPoint, Qt, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu

from app.views.page import action
from app.views.planning.plan_papers import PlanPapers

if TYPE_CHECKING:
    from app.views.planning.schedule_page import SchedulePage


class DeskActions(QObject):
    """One place for text, key and effect; the page's menu and the menu of a bar show them."""

    def __init__(self, page: SchedulePage) -> None:
        super().__init__(page)
        self._page = page
        gantt, finder = page.gantt, page.finder
        self.solve = self._action("player-play", "F9", page.solving.start)
        self.fit = self._action("", "Ctrl+0", gantt.fit)
        self.now = self._action("clock", "", gantt.go_to_now)
        self.zoom_selection = self._action("zoom-in", "Ctrl+Shift+0", gantt.zoom_to_selection)
        self.lock = self._action("lock", "Ctrl+L", self._on_lock)
        self.together = self._action("git-merge", "", self._on_together)
        self.follow = self._action("route", "", gantt.toggle_follow)
        self.why = self._action("info-circle", "", page.side.toggle_why)
        self.find_next = self._action("", "F3", finder.next)
        self.find_back = self._action("", "Shift+F3", finder.back)
        self.papers = PlanPapers(page)
        gantt.whyRequested.connect(page.side.toggle_why)
        gantt.lockRequested.connect(self._lock)
        gantt.menuRequested.connect(self._show_menu)

    def _action(self, picture: str, keys: str, slot: Any) -> QAction:
        made = action(self._page, picture)
        if keys:
            made.setShortcut(QKeySequence(keys))
        made.triggered.connect(slot)
        return made

    def all(self) -> list[QAction]:
        """For the window's menu."""
        return [
            self.solve, self.fit, self.now, self.zoom_selection, self.lock, self.together,
            self.follow, self.why, self.find_next, self.find_back, *self.papers.actions(),
        ]  # fmt: skip

    def retranslate(self) -> None:
        for made, text in (
            (self.solve, self.tr("Schedule")),
            (self.fit, self.tr("Show the whole plan")),
            (self.now, self.tr("Go to now")),
            (self.zoom_selection, self.tr("Zoom to the selection")),
            (self.lock, self.tr("Lock or unlock")),
            (self.together, self.tr("Make together or take apart")),
            (self.follow, self.tr("Follow the order")),
            (self.why, self.tr("Why here?")),
            (self.find_next, self.tr("Find next")),
            (self.find_back, self.tr("Find previous")),
        ):
            made.setText(text)
        self.solve.setToolTip(self.tr("Plan all open orders anew (F9)"))
        self.papers.retranslate()

    @Slot(QPoint)
    def _show_menu(self, at: QPoint) -> None:
        """Right click or the menu key: the same actions as everywhere else."""
        menu = QMenu(self._page)
        menu.addActions([self.lock, self.together, self.follow, self.why, self.zoom_selection])
        self.papers.add_to(menu)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(at)

    # ---- edits of the selection ------------------------------------------------------------------

    @Slot()
    def _on_lock(self) -> None:
        self._lock(self._page.gantt.selected_operations())

    @Slot(object)
    def _lock(self, operations: frozenset[int]) -> None:
        """Lock all of them in machine and time; unlock when all are locked already."""
        from app.services.planning.pins import lock_or_unlock

        context = self._page.context
        edit = lock_or_unlock(context.database, operations) if operations else None
        if edit is not None:
            context.apply(edit)

    @Slot()
    def _on_together(self) -> None:
        """One run for the selected operations of several orders; or their run taken apart."""
        from app.services.planning.production_batches import together_or_apart

        context = self._page.context
        edit = together_or_apart(context.database, self._page.gantt.selected_operations())
        if edit is not None:
            context.apply(edit)
