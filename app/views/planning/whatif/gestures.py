"""Gestures on a scenario's chart turned into its edits: each is one step of its undo stack."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QPoint, QTimer, Slot
from PySide6.QtWidgets import QMenu

from app.core.messages import message
from app.services.planning.rows import PlacementRow
from app.services.planning.scenarios.cut import CutRunning
from app.services.planning.scenarios.named import RUSH
from app.services.planning.scenarios.standing import StandsThere
from app.views.icons import icon
from app.views.planning.gantt.asking import SWAP, BoardJob
from app.views.planning.gantt.model import Arrangement
from app.views.planning.whatif.offers import Offer, Offers
from app.views.planning.whatif.reading import Plans, hold, load_board, stand, want_later
from app.views.planning.whatif.scenario_chart import Mark
from app.views.planning.whatif.words import ICONS, Words

if TYPE_CHECKING:
    from app.services.planning.board import Preview
    from app.views.planning.whatif.whatif_page import WhatIfPage

SETTLE_MS = 250
"""So long a plan stays in the chart before its board is read: leafing through them reads none."""
OF_ORDER = ("date", "priority", "quantity")
"""Kinds of edits that are about one order."""


class ScenarioGestures(QObject):
    """What a hand asks of the chart of the chosen scenario."""

    def __init__(self, page: WhatIfPage) -> None:
        super().__init__(page)
        self._page, self._context = page, page.context
        self._chart = page.twin.chart
        self._offers = Offers(self._chart)
        self._words = Words(self)
        self._plans: Plans | None = None
        self._name = ""
        self._job: BoardJob | None = None
        self._settled = QTimer(self)
        self._settled.setSingleShot(True)
        self._settled.setInterval(SETTLE_MS)
        self._settled.timeout.connect(self._load_board)
        self.menu: QMenu | None = None
        chart = self._chart
        chart.dropped.connect(self._on_dropped)
        chart.lockRequested.connect(self._on_lock_requested)
        chart.splitAsked.connect(self._on_split_asked)
        chart.stretch_marked.connect(self._on_stretch_marked)
        chart.due_moved.connect(self._on_due_moved)
        chart.menuRequested.connect(self._on_menu_requested)
        chart.groundMenuRequested.connect(self._on_ground_menu_requested)
        chart.refused.connect(self._context.show_message)

    # ---- the engine's view -----------------------------------------------------------------------

    def show(self, name: str, plans: Plans) -> None:
        """Another plan is in the chart: another board answers for it, if one stays with it."""
        self._plans, self._name = plans, name
        self.close_board()
        self._settled.start()

    @Slot()
    def _load_board(self) -> None:
        load = partial(load_board, self._context.database, self._name, self._context.actor)
        self._job = BoardJob(load, self._context.jobs, self)
        self._job.ready.connect(self._on_board_ready)
        self._job.failed.connect(self._context.show_error)

    def close_board(self) -> None:
        """What it knows is no longer true."""
        self._settled.stop()
        self._chart.set_board(None)
        if self._job is not None:
            self._job.close()
            self._job.deleteLater()
            self._job = None

    @Slot()
    def _on_board_ready(self) -> None:
        self._chart.set_board(self._job)

    # ---- bars ------------------------------------------------------------------------------------

    def _rows(self, operations: Iterable[int]) -> list[PlacementRow]:
        model = self._chart.model
        if model is None:
            return []
        return [model.bars.rows[model.bar_of[one]] for one in operations if one in model.bar_of]

    @Slot(object)
    def _on_dropped(self, preview: Preview) -> None:
        """What was in the hand, and whom it has changed places with, stand where the engine put
        them; what they push is not asked for."""
        chosen = self._chart.selected_operations()
        if preview.operation_id not in chosen:
            chosen = frozenset({preview.operation_id})
        chosen |= self._partner(preview)
        places = {one.operation_id: one for one in preview.moved if one.operation_id in chosen}
        steps = [
            self._stands(row, places[row.operation_id].machine_id, places[row.operation_id].start)
            for row in self._rows(places)
        ]
        if not steps:
            self._chart.release_hold()
            return
        self._put(stand, steps)

    def _partner(self, preview: Preview) -> frozenset[int]:
        """The operation that a swap lets stand where the one in the hand stood."""
        rows = self._rows((preview.operation_id,))
        if self._chart.mode != SWAP or not rows:
            return frozenset()
        (mine,) = rows
        there = [
            one
            for one in preview.moved
            if one.operation_id != mine.operation_id and one.machine_id == mine.machine_id
        ]
        nearest = sorted(there, key=lambda one: abs(one.start - mine.start))
        return frozenset(one.operation_id for one in nearest[:1])

    @Slot(object)
    def _on_lock_requested(self, operations: frozenset[int]) -> None:
        """Hold the bars where they are, or let them go."""
        steps = [self._stands(row, row.machine_id, row.start) for row in self._rows(operations)]
        if steps:
            self._put(hold, steps)

    def _stands(self, row: PlacementRow, machine: int, start: Any) -> StandsThere:
        lanes = self._plans.view.lanes if self._plans is not None else ()
        code = next((lane.code for lane in lanes if lane.id == machine and machine > 0), "")
        return StandsThere(row.order_number, row.step_no, code, start)

    def _put(self, make: Any, steps: Sequence[StandsThere]) -> None:
        row = self._page.current()
        if row is not None:
            self._context.read(
                make, row.name, steps, self._context.actor,
                then=self._on_made, failed=self._on_refused,
            )  # fmt: skip

    @Slot(object)
    def _on_made(self, edit: Any) -> None:
        if not edit.puts or not self._context.apply(edit, self._page.document):
            self._chart.release_hold()

    @Slot(object)
    def _on_refused(self, error: Exception) -> None:
        self._chart.release_hold()
        self._context.show_error(error)

    @Slot(str, int)
    def _on_due_moved(self, order: str, minutes: int) -> None:
        """The diamond of an order was dragged: it is wanted at another time."""
        row = self._page.current()
        if row is not None:
            self._context.read(
                want_later, row.name, order, minutes, self._context.actor,
                then=self._on_wanted, failed=self._on_refused,
            )  # fmt: skip

    @Slot(object)
    def _on_wanted(self, edit: Any) -> None:
        self._context.apply(edit, self._page.document)

    @Slot()
    def _on_split_asked(self) -> None:
        """Of work that runs the form to cut it; other work is not split here."""
        rows = self._rows(self._chart.selected_operations())
        if len(rows) == 1 and rows[0].started:
            self._page.desk.begin("cut", CutRunning(rows[0].order_number, rows[0].step_no))
        else:
            self._context.show_message(message("scenarios.no_split"))

    # ---- time ------------------------------------------------------------------------------------

    @Slot(object, QPoint)
    def _on_stretch_marked(self, mark: Mark, at: QPoint) -> None:
        """Marked with the mouse: what is chosen is asked for at once."""
        if self._plans is None:
            return
        menu = self._new_menu()
        self._add(menu, self._offers.of_mark(mark, self._plans.view), self._on_offer_triggered)
        menu.aboutToHide.connect(self._chart.forget_mark)
        self._open(menu, at)

    @Slot(QPoint)
    def _on_ground_menu_requested(self, at: QPoint) -> None:
        """Of the row: the forms, filled with what is marked or in view."""
        chart, grid = self._chart, self._chart.grid
        if self._plans is None:
            return
        mark = chart.mark or Mark(chart.current_row, grid.snap(grid.left), grid.snap(grid.right))
        menu = self._new_menu()
        offers = self._offers.of_mark(mark, self._plans.view)
        self._add(menu, offers, self._on_form_triggered)
        if chart.arrangement is Arrangement.ORDERS:
            self._add_order(menu, chart.rows.infos[chart.current_row].title)
        menu.addSeparator()
        wanted = grid.minutes(max(chart.viewport().mapFromGlobal(at).x(), 0))
        self._add(menu, [self._offers.rush(grid.snap(wanted))], self._on_form_triggered)
        self._open(menu, at)

    @Slot(QPoint)
    def _on_menu_requested(self, at: QPoint) -> None:
        """Of the selected bar: its order, its machine and its people."""
        rows = self._rows(self._chart.selected_operations())
        if not rows or self._plans is None:
            return
        menu = self._new_menu()
        held = menu.addAction(icon("pin"), self.tr("Let it stand here, or let it go") + "\tL")
        held.triggered.connect(self._on_hold_triggered)
        if len(rows) == 1 and rows[0].started:
            cut = menu.addAction(icon(ICONS["cut"]), self.tr("Cut what runs…") + "\tS")
            cut.triggered.connect(self._on_split_asked)
        menu.addSeparator()
        orders = list(dict.fromkeys(row.order_number for row in rows))
        if len(orders) == 1:
            self._add_order(menu, orders[0])
            menu.addSeparator()
            self._add(menu, self._offers.of_bar(rows[0], self._plans.view), self._on_form_triggered)
            menu.addSeparator()
        zoom = menu.addAction(icon("zoom-in"), self.tr("Zoom to the selection"))
        zoom.triggered.connect(self._chart.zoom_to_selection)
        follow = menu.addAction(icon("route"), self.tr("Follow the order"))
        follow.triggered.connect(self._chart.toggle_follow)
        self._open(menu, at)

    def _add_order(self, menu: QMenu, order: str) -> None:
        if order.startswith(RUSH):
            made = menu.addAction(icon("plus"), self.tr("Change the rush order…"))
            made.setData(("rush", order))
            made.triggered.connect(self._on_order_triggered)
            return
        for kind in OF_ORDER:
            text = self.tr("{what}: {order}…").format(what=self._words.kind(kind), order=order)
            made = menu.addAction(icon(ICONS[kind]), text)
            made.setData((kind, order))
            made.triggered.connect(self._on_order_triggered)

    # ---- menus -----------------------------------------------------------------------------------

    def _new_menu(self) -> QMenu:
        """Kept until the next one: its actions may still be asked for what they mean."""
        if self.menu is not None:
            self.menu.deleteLater()
        self.menu = QMenu(self._page)
        return self.menu

    def _open(self, menu: QMenu, at: QPoint) -> None:
        if menu.isEmpty():
            self._chart.forget_mark()
        else:
            menu.popup(at)

    def _add(self, menu: QMenu, offers: Iterable[Offer], slot: Any) -> None:
        for offer in offers:
            made = menu.addAction(icon(offer.icon), offer.text)
            made.setData(offer.step)
            made.setEnabled(offer.step is not None)
            made.triggered.connect(slot)

    @Slot()
    def _on_offer_triggered(self) -> None:
        self._page.desk.put(self.sender().data())

    @Slot()
    def _on_form_triggered(self) -> None:
        step = self.sender().data()
        self._page.desk.begin(step.kind, step)

    @Slot()
    def _on_order_triggered(self) -> None:
        """The form of an edit that is about the order already, or a new one that says how it is."""
        kind, order = self.sender().data()
        for row in self._page.current().open_steps if self._page.current() else ():
            number = row.step.trial_number(row.seq) if row.step.kind == "rush" else None
            if row.step.kind == kind and order in (number, *row.step.orders()):
                self._page.desk.change_row(row)
                return
        if kind in OF_ORDER:
            self._page.desk.begin(kind, order=order)

    @Slot()
    def _on_hold_triggered(self) -> None:
        self._on_lock_requested(self._chart.selected_operations())
