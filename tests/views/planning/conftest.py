"""A small plan in a shown Gantt, and a board whose answers a test can foretell."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.core.messages import Message, message
from app.models.database import Database
from app.services.planning.openings import Opening, Verdict
from app.services.planning.rows import MovedBar, PlacementRow, PlanView
from app.services.planning.solving import schedule_plant
from app.views import theme
from app.views.context import AppContext
from app.views.planning.gantt.asking import Along, Answers, Asked
from app.views.planning.gantt.model import model_of
from app.views.planning.gantt.view import GanttView
from app.views.planning.schedule_page import SchedulePage
from tests.services.small_plant import NOW, SmallPlant
from tests.views.planning import plans
from tests.views.planning.desk import PATIENCE

HOUR = timedelta(hours=1)
FORBIDDEN = message("planning.unknown_machine")


@dataclass(frozen=True)
class Answer:
    """Shaped like the engine's preview."""

    operation_id: int
    refused: Message | None
    moved: tuple[MovedBar, ...] = ()
    gone: tuple[int, ...] = ()
    orders_later: int = 0
    orders_late: int = 0
    setup_minutes: int = 0
    tardiness_minutes: int = 0
    overtime_minutes: int = 0
    light_batches: int = 0
    short_campaigns: int = 0
    dear_minutes: int = 0

    @property
    def moves_anything(self) -> bool:
        return bool(self.moved or self.gone)


class ForetoldBoard(Answers):
    """Moves the bar to where it is asked to go, at once; machine 4 may not take anything."""

    def __init__(self, rows: dict[int, PlacementRow]) -> None:
        super().__init__()
        self.rows = rows
        self.asked: list[tuple[int, int | None, datetime | None]] = []
        self.followed = 0
        self.modes: list[str] = []
        self.along: list[tuple[Along, ...]] = []
        self.waiting: list[Asked] | None = None
        """Set to a list to hold questions back until ``answer``."""

    def ask(self, question: Asked) -> None:
        if self.waiting is None:
            for reply in question.replies(self):
                self.replied.emit(reply)
        else:
            self.waiting.append(question)

    def answer(self) -> None:
        """Reply to the newest question held back."""
        if self.waiting:
            self.replied.emit(next(iter(self.waiting[-1].replies(self))))

    def eligibility(self, operation_id: int) -> dict[int, Message | None]:
        return {1: None, 2: None, 3: None, 4: FORBIDDEN}

    def reasons(self) -> ForetoldBoard:
        return self

    def of_order(self, order: int) -> ForetoldBoard:
        self.followed = order
        return self

    def chain(self) -> tuple[tuple[int, int], ...]:
        """Order 1 is late because 12 waits for 11, and 11 for 31 of another order."""
        return ((31, 11), (11, 12)) if self.followed == 1 else ()

    def opening(self, operation_id: int, machine_id: int, start: datetime) -> Opening:
        """Machine 1 is free, 2 with a push, 3 from an hour later on, for a reason."""
        row = self.rows.get(operation_id)
        length = row.end - row.start if row is not None else HOUR
        at = start + HOUR if machine_id == 3 else start
        verdict = (Verdict.FREE, Verdict.PUSH, Verdict.LATER)[machine_id - 1]
        reason = FORBIDDEN if machine_id == 3 else None
        return Opening(verdict, at, at, at + length, int(machine_id == 2), reason)

    def take_off(self, operation_ids: tuple[int, ...]) -> Answer:
        return Answer(operation_ids[0], None, gone=operation_ids)

    def preview(
        self,
        operation_id: int,
        machine_id: int | None,
        start: datetime | None,
        mode: str,
        *,
        along: tuple[Along, ...] = (),
    ) -> Answer:
        self.asked.append((operation_id, machine_id, start))
        self.modes.append(mode)
        self.along.append(along)
        moved = [self._moved(operation_id, machine_id, start)]
        moved += [self._moved(*other) for other in along]
        return Answer(operation_id, None, tuple(moved), orders_late=1, setup_minutes=-35)

    def _moved(self, operation_id: int, machine_id: int | None, start: datetime | None) -> MovedBar:
        row = self.rows.get(operation_id) or plans.placement(operation_id, 1, plans.NOW)
        begin = (start or row.start) - (row.start - row.setup_start)
        end = begin + (row.end - row.setup_start)
        return MovedBar(
            operation_id, machine_id or row.machine_id, begin,
            begin + (row.start - row.setup_start), end, ((begin, end),),
        )  # fmt: skip


@pytest.fixture
def plan() -> PlanView:
    """Three machines that may swap work and one that may not; two orders of two steps."""
    lanes = [plans.lane(1, "Casting"), plans.lane(2, "Casting"), plans.lane(3, "Casting")]
    lanes.append(plans.lane(4, "Drying"))
    rows = [
        plans.placement(11, 1, plans.NOW, order_id=1),
        plans.placement(12, 2, plans.NOW + 4 * HOUR, order_id=1, step_no=20, late_minutes=90),
        plans.placement(21, 1, plans.NOW + 4 * HOUR, order_id=2, pin_machine=True),
        plans.placement(22, 3, plans.NOW + 8 * HOUR, order_id=2, step_no=20),
        plans.placement(31, 4, plans.NOW + 2 * HOUR, order_id=3),
    ]
    return plans.view(lanes, rows, links=((11, 12), (21, 22)))


@pytest.fixture
def board(plan: PlanView) -> ForetoldBoard:
    return ForetoldBoard({row.operation_id: row for row in plan.placements})


@pytest.fixture
def gantt(qapp: QApplication, plan: PlanView, board: ForetoldBoard) -> Iterator[GanttView]:
    """Shown, 1,000 x 400, thirty hours from two hours before now in view."""
    view = GanttView(theme.LIGHT, "en")
    view.resize(1000, 400)
    view.set_model(model_of(plan))
    view.set_board(board)
    view.show()
    view.activateWindow()
    view.setFocus()
    assert view.model is not None
    view.show_range(view.model.now - 120, view.model.now + 1680)
    qapp.processEvents()
    yield view
    view.cancel_gesture()
    view.close()
    view.deleteLater()


def middle_of(view: GanttView, operation: int) -> QPointF:
    """A viewport point on the bar of an operation."""
    assert view.model is not None
    box = view.box_of(view.model.bar_of[operation])
    assert box is not None
    return box.center()


# ---- a page on a real small plant ---------------------------------------------------------------


@pytest.fixture
def plant(database: Database) -> SmallPlant:
    return SmallPlant.build(database, orders=3)


@pytest.fixture
def planned(database: Database, plant: SmallPlant) -> SmallPlant:
    schedule_plant(database, seconds=0.0, now=NOW, in_child=False)
    return plant


@pytest.fixture
def open_page(qtbot: QtBot, context: AppContext) -> Iterator[Callable[[], SchedulePage]]:
    made: list[SchedulePage] = []

    def open_it() -> SchedulePage:
        page = SchedulePage(context)
        made.append(page)
        page.resize(1300, 720)
        page.show()
        with qtbot.waitSignal(context.changes.synchronised, timeout=PATIENCE):
            context.changes.start()
        qtbot.waitUntil(lambda: page.reading is not None, timeout=PATIENCE)
        if page.reading is not None and page.reading.view.placements:
            qtbot.waitUntil(lambda: page.gantt.board is not None, timeout=PATIENCE)
        page.enter()
        return page

    yield open_it
    context.close()
    for page in made:
        page.close()
        page.deleteLater()


@pytest.fixture
def page(planned: SmallPlant, open_page: Callable[[], SchedulePage]) -> SchedulePage:
    shown = open_page()
    shown.gantt.fit()
    return shown
