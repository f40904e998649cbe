"""What can be done at the planner's desk: the actions of keys, menus and buttons."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QPoint, Qt, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu

from app.views.page import action
from app.views.planning.gantt.asking import MachinesReply
from app.views.planning.plan_papers import PlanPapers

if TYPE_CHECKING:
    from decimal import Decimal

    from app.services.planning.cut_places import CutPlaces
    from app.services.planning.rows import PlacementRow
    from app.services.planning.splitting import SplitOperation
    from app.views.planning.schedule_page import SchedulePage
    from app.views.planning.undo_list import UndoList


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
        self.lock_machine = self._action("lock", "", self._on_lock_machine)
        self.lock_time = self._action("pin", "", self._on_lock_time)
        self.earliest = self._action("", "", self._on_earliest)
        self.latest = self._action("", "", self._on_latest)
        self.take_off = self._action("", "", gantt.take_off)
        self.split = self._action("", "", self._on_split)
        self.place_all = self._action("", "Ctrl+Shift+Return", self._on_place_all)
        self.open_order = self._action("clipboard-list", "", self._on_open_order)
        self.together = self._action("git-merge", "", self._on_together)
        self.follow = self._action("route", "", gantt.toggle_follow)
        self.why = self._action("info-circle", "", page.side.toggle_why)
        self.update_plan = self._action("refresh", "Shift+F9", self._on_update_plan)
        self.go_to_date = self._action("calendar-event", "Ctrl+G", self._on_go_to_date)
        self.steps = self._action("history", "Ctrl+Shift+H", self._on_steps)
        self.bar_words = self._action("template", "", self._on_bar_words)
        self.find_next = self._action("", "F3", finder.next)
        self.find_back = self._action("", "Shift+F3", finder.back)
        self.papers = PlanPapers(page)
        gantt.whyRequested.connect(page.side.toggle_why)
        self._machines: QMenu | None = None
        self.undo_list: UndoList | None = None
        gantt.lockRequested.connect(self._lock)
        gantt.splitAsked.connect(self._on_split)
        gantt.splitRequested.connect(self._on_split_requested)
        gantt.machinesKnown.connect(self._on_machines_known)
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
            self.solve, self.update_plan, self.fit, self.now, self.zoom_selection,
            self.lock, self.lock_machine,
            self.lock_time, self.earliest, self.latest, self.take_off, self.split,
            self.place_all,
            self.open_order,
            self.together, self.follow, self.why, self.find_next, self.find_back,
            self.go_to_date, self.steps, self.bar_words,
            *self.papers.actions(),
        ]  # fmt: skip

    def retranslate(self) -> None:
        for made, text in (
            (self.solve, self.tr("Schedule")),
            (self.update_plan, self.tr("Bring the plan up to date…")),
            (self.fit, self.tr("Show the whole plan")),
            (self.now, self.tr("Go to now")),
            (self.zoom_selection, self.tr("Zoom to the selection")),
            (self.lock, self.tr("Lock or unlock")),
            (self.lock_machine, self.tr("Lock or unlock in machine")),
            (self.lock_time, self.tr("Lock or unlock in time")),
            (self.earliest, self.tr("Start as early as possible")),
            (self.latest, self.tr("Start as late as possible")),
            (self.take_off, self.tr("Take off the plan")),
            (self.split, self.tr("Split…")),
            (self.place_all, self.tr("Place all of the tray")),
            (self.open_order, self.tr("Open the order")),
            (self.together, self.tr("Make together or take apart")),
            (self.follow, self.tr("Follow the order")),
            (self.why, self.tr("Why here?")),
            (self.go_to_date, self.tr("Go to a date…")),
            (self.steps, self.tr("List of steps")),
            (self.bar_words, self.tr("What bars and cards say…")),
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
        menu.addActions([self.lock, self.lock_machine, self.lock_time])
        menu.addSeparator()
        self._machines = menu.addMenu(self.tr("Move to machine"))
        self._machines.setEnabled(False)
        self._page.gantt.ask_machines()
        menu.addActions([self.earliest, self.latest, self.split, self.take_off, self.together])
        menu.addSeparator()
        menu.addActions([self.why, self.follow, self.zoom_selection, self.open_order])
        self.papers.add_to(menu)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.destroyed.connect(self._on_menu_destroyed)
        menu.popup(at)

    @Slot()
    def _on_menu_destroyed(self) -> None:
        self._machines = None

    @Slot(object)
    def _on_machines_known(self, reply: MachinesReply) -> None:
        """Fill the open menu with the machines that may take the selection."""
        menu, model = self._machines, self._page.gantt.model
        if menu is None or model is None:
            return
        for info in model.machine_rows.infos:
            if info.key in reply.machines:
                choice = menu.addAction(f"{info.title} {info.detail}".strip())
                choice.setData(info.key)
                choice.triggered.connect(self._on_machine_triggered)
        menu.setEnabled(not menu.isEmpty())

    @Slot()
    def _on_machine_triggered(self) -> None:
        self._page.gantt.nudge((self.sender().data(),), 0.0)

    @Slot()
    def _on_earliest(self) -> None:
        self._page.gantt.move_to_end(latest=False)

    @Slot()
    def _on_latest(self) -> None:
        self._page.gantt.move_to_end(latest=True)

    @Slot()
    def _on_place_all(self) -> None:
        self._page.gantt.place_all(self._page.tray.operations)

    @Slot()
    def _on_open_order(self) -> None:
        """Where the orders are kept, at the one that is selected."""
        rows = self._page.selected_rows()
        if rows:
            self._page.context.ask_for_record("Orders", rows[0].order_number)

    @Slot()
    def _on_go_to_date(self) -> None:
        from app.views.planning.go_to_date import GoToDate

        self.date_dialog = GoToDate(self._page.context, self._page.window())
        self.date_dialog.chosen.connect(self._page.gantt.go_to)
        self.date_dialog.open()

    @Slot()
    def _on_steps(self) -> None:
        """Shown once and then only raised."""
        from app.views.planning.undo_list import UndoList

        if self.undo_list is None:
            self.undo_list = UndoList(self._page.context, self._page.window())
        self.undo_list.show()
        self.undo_list.raise_()

    @Slot()
    def _on_bar_words(self) -> None:
        from app.views.planning.template_dialog import TemplateDialog

        page = self._page
        rows = page.selected_rows() or (page.reading.view.placements if page.reading else ())
        if not rows:
            return
        self.words_dialog = TemplateDialog(
            page.context, page.bar_words, rows[0], page.card_template(), page.window()
        )
        self.words_dialog.kept.connect(page.put_bar_words)
        self.words_dialog.open()

    @Slot()
    def _on_update_plan(self) -> None:
        """Four questions, and what would follow, before anything moves."""
        from app.views.planning.update_dialog import UpdateDialog

        page = self._page
        codes = self._machine_codes()
        machines = {
            "shown": tuple(codes[key] for key in page.gantt.machines_shown() if key in codes),
            "selected": tuple({row.machine_code for row in page.selected_rows()}),
        }
        self.update_dialog = UpdateDialog(page.context, machines, page.window())
        self.update_dialog.open()

    def _machine_codes(self) -> dict[int, str]:
        reading = self._page.reading
        return {lane.id: lane.code for lane in reading.view.lanes} if reading is not None else {}

    # ---- edits of the selection ------------------------------------------------------------------

    @Slot()
    def _on_lock(self) -> None:
        self._lock(self._page.gantt.selected_operations())

    @Slot()
    def _on_lock_machine(self) -> None:
        self._lock(self._page.gantt.selected_operations(), time=False)

    @Slot()
    def _on_lock_time(self) -> None:
        self._lock(self._page.gantt.selected_operations(), machine=False)

    @Slot(object)
    def _lock(self, operations: frozenset[int], *, machine: bool = True, time: bool = True) -> None:
        """Lock all of them so; unlock when all are locked already."""
        from app.services.planning.pins import lock_or_unlock

        context = self._page.context
        if not operations:
            return
        edit = lock_or_unlock(context.database, operations, machine=machine, time=time)
        if edit is not None:
            context.apply(edit)

    def hold_and_solve(self, operations: frozenset[int]) -> None:
        """Lock what was dropped where it stands now, and plan anew around it."""
        self._lock(operations)
        self._page.solving.start()

    @Slot()
    def _on_split(self) -> None:
        """Ask how much stays of the one operation that is selected."""
        from app.services.planning.cut_places import read_cut_places

        rows = self._page.selected_rows()
        if len(rows) == 1 and rows[0].started:
            self._page.context.read(
                read_cut_places, rows[0].operation_id, then=self._on_cut_places_known
            )
        elif len(rows) == 1:
            self._ask_split(rows[0])

    @Slot(object)
    def _on_cut_places_known(self, places: CutPlaces | None) -> None:
        rows = self._page.selected_rows()
        if places is None or [row.operation_id for row in rows] != [places.operation_id]:
            return
        if places.refused is not None:
            self._page.gantt.refused.emit(places.refused)
        else:
            self._ask_split(rows[0], places)

    def _ask_split(self, row: PlacementRow, places: CutPlaces | None = None) -> None:
        from app.views.planning.split_dialog import SplitDialog

        page = self._page
        self.split_dialog = SplitDialog(row, page.window(), places, page.gantt.moment_text)
        self.split_dialog.chosen.connect(self._on_split_requested)
        self.split_dialog.open()

    @Slot(int, object)
    def _on_split_requested(self, operation: int, keep: Decimal) -> None:
        from app.services.planning.splitting import split

        self._page.context.read(split, operation, keep, then=self._on_split_known)

    @Slot(object)
    def _on_split_known(self, edit: SplitOperation) -> None:
        """As it was worked out; refused if something has changed since."""
        self._page.context.apply(edit)

    @Slot()
    def _on_together(self) -> None:
        """One run for the selected operations of several orders; or their run taken apart."""
        from app.services.planning.production_batches import together_or_apart

        context = self._page.context
        edit = together_or_apart(context.database, self._page.gantt.selected_operations())
        if edit is not None:
            context.apply(edit)
