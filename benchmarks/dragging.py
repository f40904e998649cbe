"""A bar dragged in a large plan: how soon the consequence follows, and the frames meanwhile.

    python -m benchmarks.dragging [--operations 50000] [--drags 100] [--window 20]

The plant and first plan of ``benchmarks.engine``. First the board alone, as the window asks it:
processor milliseconds of random drags (up to two days), question to answer, and of what a row
offers. Then the window: real mouse events on the chart with the board in its own thread, six moves
and a rest each; processor and wall milliseconds of the frames, and wall milliseconds from where
the hand rests to the painted answer. Exits 1 when the answers' p95 is over the goal.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import sys
import time
from collections.abc import Iterable, Sequence
from datetime import timedelta
from zoneinfo import ZoneInfo

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QImage, QMouseEvent
from PySide6.QtWidgets import QApplication

from app.scheduling.construct import construct
from app.scheduling.maker import Maker
from app.scheduling.problem import POLICIES, MachineKind, Problem, Schedule
from app.services.planning.board import Board
from app.services.planning.bridge import LoadedPlant
from app.services.planning.plant_records import Clock
from app.services.planning.rows import PlanView
from app.services.planning.stored_plan import content_of
from app.views import theme
from app.views.jobs import Jobs
from app.views.planning.gantt.asking import BoardJob, Question, Reply, reply_to
from app.views.planning.gantt.model import model_of
from app.views.planning.gantt.view import GanttView
from benchmarks.engine import plant
from tests.views.planning import plans

GOAL_MS = 150.0
SIZE = (1600, 900)
MOVES, STEP = 6, 17
"""Mouse moves of a drag, and pixels of each."""
MOST = 60.0
"""Seconds that one answer is waited for."""


def loaded_plant(problem: Problem) -> LoadedPlant:
    """The problem as if it had been read from tables: ids are positions from 1."""

    def ids(records: Sequence[object]) -> tuple[int, ...]:
        return tuple(range(1, len(records) + 1))

    return LoadedPlant(
        problem, Clock(problem.origin, ZoneInfo("UTC")), ids(problem.operations),
        ids(problem.orders), ids(problem.machines), ids(problem.tools), ids(problem.operators),
        # Modes of one machine are told apart by their copies: here by their number.
        tuple(ids(operation.modes) for operation in problem.operations), (),
    )  # fmt: skip


def shown_plan(loaded: LoadedPlant, schedule: Schedule) -> PlanView:
    """Its bars in the rows of the chart."""
    problem, moment = loaded.problem, loaded.clock.moment
    kinds = {MachineKind.BATCH: "batch", MachineKind.CUMULATIVE: "cumulative"}
    lanes = [
        plans.lane(number, f"Group {number // 8:02d}", kinds.get(machine.kind, "unary"))
        for number, machine in enumerate(problem.machines, 1)
    ]
    rows = []
    for p in schedule.placements:
        operation = problem.operations[p.operation]
        rows.append(plans.placement(
            p.operation + 1, operation.modes[p.mode].machine + 1, moment(p.setup_start),
            start=moment(p.start), end=moment(p.end), order_id=operation.order + 1,
            segments=tuple((moment(a), moment(b)) for a, b in p.segments),
        ))  # fmt: skip
    return plans.view(lanes, rows, days=2 + (max(r.end for r in rows) - plans.MONDAY).days)


def told(name: str, times: Iterable[float], goal: float | None = None) -> bool:
    """Prints quantiles of milliseconds; whether p95 is within the goal."""
    found = sorted(times)
    p95 = found[int(0.95 * len(found))]
    print(
        f"  {name:34} p50 {statistics.median(found):7.1f}  p90 {found[int(0.9 * len(found))]:7.1f}"
        f"  p95 {p95:7.1f}  most {found[-1]:8.1f} ms"
    )
    return goal is None or p95 <= goal


def of_board(board: Board, schedule: Schedule, count: int) -> bool:
    """Drags as the window asks them, without a window."""
    dice = random.Random(1)
    answers, rows, moved = [], [], []
    moment = board.plan().loaded.clock.moment
    for number in range(count + 1):
        old = dice.choice(schedule.placements)
        start = moment(old.start) + timedelta(minutes=dice.randint(-2880, 2880))
        begin = time.process_time()
        reply = reply_to(board, Question(old.operation + 1, (), start))
        spent = 1000 * (time.process_time() - begin)
        if not number:
            board.opening(old.operation + 1, 1, start)
            print(f"  the first answer opens the plan: {spent / 1000:.1f} s")
            continue
        answers.append(spent)
        moved.append(len(reply.preview.moved) if reply.preview is not None else 0)
        machines = [m for m, reason in reply.eligibility.items() if reason is None]
        if number % 5 == 0 and machines:
            begin = time.process_time()
            board.opening(old.operation + 1, dice.choice(machines), start)
            rows.append(1000 * (time.process_time() - begin))
    print(f"  moved: {statistics.mean(moved):.0f} on average, {max(moved)} at most")
    told("what a row offers (CPU)", rows)
    return told("consequence (CPU)", answers, GOAL_MS)


class Window:
    """The chart with the board in its own thread."""

    def __init__(self, view: PlanView, board: Board) -> None:
        self.gantt = GanttView(theme.LIGHT, "en")
        self.gantt.resize(*SIZE)
        self.gantt.set_model(model_of(view))
        self.gantt.show()
        self._jobs = Jobs()
        self._job = BoardJob(lambda: board, self._jobs, self.gantt)
        self._until(lambda: self._job.board is not None)
        self._job.replied.connect(self._take)
        self.gantt.set_board(self._job)
        self._replies: list[Reply] = []
        self._picture = QImage(*SIZE, QImage.Format.Format_RGB32)

    def _take(self, reply: object) -> None:
        if isinstance(reply, Reply):
            self._replies.append(reply)

    def drag(self, bar: int) -> tuple[list[float], list[float], float]:
        """CPU and wall milliseconds of its frames; wall from the rest to the painted answer."""
        gantt, dice = self.gantt, random.Random(bar)
        if gantt.model is None:
            raise RuntimeError("There is no plan")
        begin = float(gantt.model.bars.setup_start[bar])
        gantt.show_range(begin - 700, begin + 740)
        gantt.show_bar(bar)
        box = gantt.box_of(bar)
        if box is None:
            raise RuntimeError("The bar is not in view")
        grip, way = QPointF(box.left() + 2, box.center().y()), dice.choice((-1, 1))
        self._send(QMouseEvent.Type.MouseButtonPress, grip)
        cpu, wall = [], []
        for number in range(1, MOVES + 1):
            started, spent = time.perf_counter(), time.thread_time()
            self._send(QMouseEvent.Type.MouseMove, grip + QPointF(way * STEP * number, 0))
            gantt.render(self._picture)
            cpu.append(1000 * (time.thread_time() - spent))
            wall.append(1000 * (time.perf_counter() - started))
            rested = time.perf_counter()
            self._until(lambda: False, 0.016)
        asked = gantt.interaction._asked  # type: ignore[union-attr]
        self._until(lambda: any(reply.question == asked for reply in self._replies))
        gantt.render(self._picture)
        waited = 1000 * (time.perf_counter() - rested)
        gantt.cancel_gesture()
        self._replies.clear()
        return cpu, wall, waited

    def _until(self, done: object, seconds: float = MOST) -> None:
        """Lets events happen until ``done()``, or for so long."""
        until = time.perf_counter() + seconds
        while time.perf_counter() < until and not done():  # type: ignore[operator]
            QApplication.sendPostedEvents()
            QApplication.processEvents()
            time.sleep(0.001)

    def _send(self, kind: QMouseEvent.Type, at: QPointF) -> None:
        button = Qt.MouseButton.LeftButton
        QApplication.sendEvent(self.gantt.viewport(), QMouseEvent(
            kind, at, self.gantt.viewport().mapToGlobal(at), button, button,
            Qt.KeyboardModifier.NoModifier,
        ))  # fmt: skip

    def close(self) -> None:
        self.gantt.set_board(None)
        self._job.close()
        self._jobs.close()
        self.gantt.close()


def of_window(window: Window, count: int) -> None:
    cpu: list[float] = []
    wall: list[float] = []
    waited: list[float] = []
    model = window.gantt.model
    if model is None:
        raise RuntimeError("There is no plan")
    dice = random.Random(2)
    for number in range(count + 1):
        frames = window.drag(dice.randrange(len(model.bars)))
        if number:  # the first answer opens the plan in the board's thread
            cpu += frames[0]
            wall += frames[1]
            waited.append(frames[2])
    told("frame of the ghost (CPU)", cpu)
    told("frame of the ghost (wall)", wall)
    told("rest to painted answer (wall)", waited)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--operations", type=int, default=50_000)
    parser.add_argument("--drags", type=int, default=100)
    parser.add_argument("--window", type=int, default=20, help="drags in the window")
    options = parser.parse_args()
    application = QApplication([])
    application.setFont(theme.load_fonts())
    theme.apply(theme.LIGHT)
    problem = plant(options.operations)
    schedule = construct(Maker(problem), weights=POLICIES["on_time"], rule="atcs")
    loaded = loaded_plant(problem)
    board = Board(loaded, content_of(loaded, schedule))
    print(f"{len(problem.operations):,} operations, load {os.getloadavg()[0]:.1f}")
    held = of_board(board, schedule, options.drags)
    window = Window(shown_plan(loaded, schedule), board)
    of_window(window, options.window)
    window.close()
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
