"""CPU time per frame of the Gantt while panning, zooming, scrolling and dragging.

    python -m benchmarks.gantt [--operations 5000 100000] [--machines 150] [--json FILE]

Each frame is the whole widget (axis, row titles, chart) at 1600 x 900, drawn by Qt's raster engine
without a screen. A frame counts only if its picture differs from the one before. Time is this
process's CPU time, so that other work on the machine does not disturb it. Exits 1 when a p95 at
5,000 operations is not under the goal.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QImage, QMouseEvent
from PySide6.QtWidgets import QApplication

from app.core.messages import Message
from app.services.planning.board import Preview
from app.services.planning.openings import Opening, Verdict
from app.services.planning.rows import MovedBar, PlacementRow
from app.views import theme
from app.views.planning.gantt.arrangement import rows_of
from app.views.planning.gantt.asking import Answers, Asked, Question, Reply, RowReply
from app.views.planning.gantt.bars import PlanBars, Windows, pieces_of, tracks_of
from app.views.planning.gantt.load import LoadOf, load_groups
from app.views.planning.gantt.load_view import BAND, LoadView
from app.views.planning.gantt.made import Made
from app.views.planning.gantt.model import (
    NO_LINKS,
    Arrangement,
    PlanModel,
    Rows,
    model_of,
)
from app.views.planning.gantt.row_layout import RowInfo
from app.views.planning.gantt.time_grid import MINUTES_PER_DAY, to_minutes
from app.views.planning.gantt.view import GanttView
from tests.views.planning import plans

GOAL_MS = 16.0
GOAL_UP_TO = 5_000
SIZE = (1600, 900)
FRAMES = 60
PUSHED = (40, 400)
"""Bars that a drop would move: usually, and in a plan without gaps for a week.

Each frame brings a new answer here. An engine takes longer than five frames to push hundreds, so
that the second figure is told but not held to the goal.
"""
ROWS_UP_TO = 200_000
"""Above, the arrays are made directly: a million row objects would measure Python's memory."""


@dataclass(frozen=True)
class Figures:
    """CPU milliseconds of the frames of one gesture."""

    operations: int
    gesture: str
    frames: int
    p50: float
    p95: float
    bars_in_view: int
    captions: int


class LazyRows(Sequence[PlacementRow]):
    """Rows made when a caption asks for one."""

    def __init__(self, count: int) -> None:
        self._count = count

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, bar: int) -> PlacementRow:  # type: ignore[override]
        return plans.placement(bar, bar % 150, plans.NOW, order_id=bar // 7)


def array_model(operations: int, machines: int) -> PlanModel:
    """Back-to-back work on every machine, as arrays; a person for each, a mould for three."""
    chance = np.random.default_rng(7)
    each = operations // machines
    count = each * machines
    machine = np.repeat(np.arange(machines), each)
    setup = chance.choice([0.0, 0.0, 15.0, 30.0], count)
    run = chance.integers(25, 300, count).astype(np.float64)
    gap = chance.choice([0.0, 0.0, 5.0, 20.0], count)
    steps = (setup + run + gap).reshape(machines, each).cumsum(axis=1)
    now = to_minutes(plans.NOW)
    begin = now - 600 + np.hstack((np.zeros((machines, 1)), steps[:, :-1])).ravel()
    start, end = begin + setup, begin + setup + run
    rests = np.flatnonzero(run > 200)
    order = chance.integers(0, count // 7, count)
    bars = PlanBars(
        rows=LazyRows(count), operation=np.arange(count), machine=machine, order=order,
        setup_start=begin, start=start, end=end,
        progress=np.clip((now - start) / run, 0.0, 1.0), late=order % 9 == 0,
        marks=np.zeros(count, np.uint8), pause_bar=rests, pause_begin=start[rests] + 60,
        pause_end=start[rests] + 120, share=np.ones(count), due_shift=np.zeros(count),
        quote=np.zeros(count, np.bool_),
    )  # fmt: skip
    days = np.arange(-3.0, (end.max() - now) / MINUTES_PER_DAY + 3) * MINUTES_PER_DAY + now - 240
    shifts = Windows(days, days + 540, np.zeros(len(days), np.bool_))
    rows = {
        Arrangement.MACHINES: machine,
        Arrangement.ORDERS: order,
        # Two persons and the copies of fifty moulds work at each bar.
        Arrangement.PEOPLE: machine,
        Arrangement.MOULDS: machine // 3,
    }
    arrangements = Made({key: partial(_made_rows, key, row, bars) for key, row in rows.items()})
    infos = arrangements[Arrangement.MACHINES].infos
    edges = np.sort(np.concatenate((days, days + 720)))
    loads = load_groups(
        bars, infos, arrangements[Arrangement.MACHINES].tracks, (shifts,),
        [edges] * len(infos), [False] * len(infos),
    )  # fmt: skip
    return PlanModel(
        bars=bars, arrangements=arrangements, windows=(shifts,), bar_of={}, bars_of_order={},
        row_of_machine={}, links=NO_LINKS, now=now, zone=ZoneInfo("Asia/Shanghai"),
        loads=Made({LoadOf.CENTRES: lambda: loads}),
    )  # fmt: skip


def _made_rows(key: Arrangement, row: NDArray[np.int64], bars: PlanBars) -> Rows:
    """Rows of one arrangement, bars that are at the same time stacked."""
    count = int(row.max()) + 1
    infos = tuple(RowInfo(n, f"R-{n:03d}", "", "", f"Group {n // 8}", 0) for n in range(count))
    return rows_of(key, infos, tracks_of(pieces_of(bars, row), count))


class Pusher(Answers):
    """Answers at once, as long as the hand waits: pushes some hundred bars, eight rows offer."""

    def __init__(self, model: PlanModel, pushed: int) -> None:
        super().__init__()
        self._model, self._pushed = model, pushed
        first = int(np.searchsorted(np.sort(model.bars.start), model.now))
        late = np.argsort(model.bars.start)[first : first + pushed].tolist()
        minute = timedelta(minutes=1)
        self._moved = tuple(
            MovedBar(
                row.operation_id, row.machine_id, row.setup_start + 40 * minute,
                row.start + 40 * minute, row.end + 40 * minute,
                tuple((a + 40 * minute, b + 40 * minute) for a, b in row.segments),
            )
            for row in (model.bars.rows[bar] for bar in late)
        )  # fmt: skip

    def ask(self, question: Asked) -> None:
        if not isinstance(question, Question) or question.start is None:
            return
        allowed: dict[int, Message | None] = dict.fromkeys(self._model.row_of_machine)
        preview = Preview(
            question.operation, None, (*self._moved[:-1], self._moved[-1]),
            orders_later=87, orders_late=13, tardiness_minutes=900,
        )  # fmt: skip
        self.replied.emit(Reply(question, allowed, preview))
        for machine in list(allowed)[:8]:
            end = question.start + timedelta(hours=3)
            found = Opening(Verdict.PUSH, question.start, question.start, end, self._pushed)
            self.replied.emit(RowReply(question, machine, found))


class Bench:
    """One plan in one widget, and the gestures made on it."""

    def __init__(self, operations: int, machines: int) -> None:
        self.model: PlanModel
        if operations > ROWS_UP_TO:
            started = time.process_time()
            self.model = array_model(operations, machines)
            self.model.complete()
        else:
            view = plans.big_view(operations, machines)
            started = time.process_time()
            self.model = model_of(view)
            self.model.complete()
        self.build_seconds = time.process_time() - started
        self.gantt = GanttView(theme.LIGHT, "zh")
        self.gantt.resize(*SIZE)
        started = time.process_time()
        self.gantt.set_model(self.model)
        self.show_seconds = time.process_time() - started
        self.gantt.show()
        self._picture = QImage(*SIZE, QImage.Format.Format_RGB32)
        self._last = b""

    def run(self) -> Iterator[Figures]:
        """Every gesture in turn."""
        plan = self.model.bars.span()
        if plan is None:
            raise ValueError("The plan is empty")
        length, middle = plan[1] - plan[0], statistics.median(self.model.bars.start.tolist())
        for name, hours in (
            ("8 h", 8),
            ("day", 24),
            ("3 days", 72),
            ("week", 168),
            ("30 days", 720),
        ):
            minutes = min(hours * 60.0, length * 0.6)
            self.gantt.show_range(middle - minutes / 2, middle + minutes / 2)
            yield self.measure(f"pan, {name} in view", self._pan)
        self.gantt.fit()
        yield self.measure("fit all, scroll rows", self._scroll_rows)
        self.gantt.fit()
        yield self.measure("zoom from all to 8 h", self._zoom)
        for arrangement in (Arrangement.ORDERS, Arrangement.PEOPLE, Arrangement.MOULDS):
            yield from self._other_rows(arrangement, middle)
        self.gantt.set_arrangement(Arrangement.MACHINES)
        yield from self._histogram(middle, length)
        self.gantt.show_range(middle - MINUTES_PER_DAY / 2, middle + MINUTES_PER_DAY / 2)
        yield self.measure("ghost of a drag, day", self._drag)
        if self.model.bar_of:
            for pushed in PUSHED:
                self.gantt.set_board(Pusher(self.model, pushed))
                yield self.measure(f"each frame pushes {pushed}, day", self._drag)
                self.gantt.set_board(None)

    def _other_rows(self, arrangement: Arrangement, middle: float) -> Iterator[Figures]:
        self.gantt.set_arrangement(arrangement)
        self.gantt.show_range(middle - 1.5 * MINUTES_PER_DAY, middle + 1.5 * MINUTES_PER_DAY)
        rows = self.gantt.verticalScrollBar()
        rows.setValue(rows.maximum() // 2)
        yield self.measure(f"{arrangement.value}, pan, 3 days", self._pan)
        self.gantt.fit()
        yield self.measure(f"{arrangement.value}, fit all, scroll rows", self._scroll_rows)
        self.gantt.fit()
        yield self.measure(f"{arrangement.value}, zoom from all to 8 h", self._zoom)

    def _histogram(self, middle: float, length: float) -> Iterator[Figures]:
        """The load under the chart alone, four groups in sight."""
        self._load = LoadView(self.gantt)
        self._load.setGeometry(0, 0, SIZE[0], 4 * BAND)
        for name, hours in (("shifts", 72.0), ("days", 720.0), ("weeks", 24_000.0)):
            minutes = min(hours * 60, length * 0.6)
            self.gantt.show_range(middle - minutes / 2, middle + minutes / 2)
            yield self.measure(f"load, {name}, pan", self._pan, self._draw_load)
        self._load.deleteLater()

    def _draw_load(self) -> None:
        self._picture.fill(0)
        self._load.render(self._picture)

    def measure(
        self,
        gesture: str,
        step: Callable[[int], None],
        draw: Callable[[], None] | None = None,
    ) -> Figures:
        """CPU time of event and repaint together."""
        times, bars, captions = [], 0, 0
        draw = draw or self._draw
        draw()
        for number in range(FRAMES):
            started = time.process_time()
            step(number)
            draw()
            spent = (time.process_time() - started) * 1000
            picture = bytes(self._picture.constBits())
            if picture != self._last:
                times.append(spent)
            self._last = picture
            bars = max(bars, self.gantt.painter.raster.drawn)
            captions = max(captions, self.gantt.painter.words.drawn)
        self.gantt.cancel_gesture()
        if len(times) < FRAMES // 2:
            raise RuntimeError(f"{gesture}: only {len(times)} of {FRAMES} frames differ")
        p95 = statistics.quantiles(times, n=20)[-1]
        count = len(self.model.bars)
        return Figures(count, gesture, len(times), statistics.median(times), p95, bars, captions)

    def _draw(self) -> None:
        self.gantt.render(self._picture)

    def _pan(self, number: int) -> None:
        grid = self.gantt.grid
        direction = 1 if number < FRAMES // 2 else -1
        self.gantt.scroll_to(grid.left + direction * 23 / grid.scale)

    def _scroll_rows(self, number: int) -> None:
        direction = 1 if number < FRAMES // 2 else -1
        self.gantt.scroll_to(self.gantt.grid.left, self.gantt.top + direction * 37)

    def _zoom(self, number: int) -> None:
        self.gantt.zoom(1.12 if number < FRAMES // 2 else 1 / 1.12, 700.0)

    def _drag(self, number: int) -> None:
        """Press on the first bar in the middle of the view, then move the pointer."""
        if number == 0:
            area = self.gantt.viewport().rect()
            inside = self.gantt.bars_in(area.adjusted(400, 200, -400, -200).toRectF())
            box = self.gantt.box_of(min(inside))
            if box is None:
                raise RuntimeError("The bar is not visible")
            self._grip = QPointF(max(box.left(), 10.0) + 3, box.center().y())
            self._send(QMouseEvent.Type.MouseButtonPress, self._grip)
        at = self._grip + QPointF(9 * number + 12, 5 * (number % 40))
        self._send(QMouseEvent.Type.MouseMove, at)

    def _send(self, kind: QMouseEvent.Type, at: QPointF) -> None:
        button = Qt.MouseButton.LeftButton
        event = QMouseEvent(
            kind, at, self.gantt.viewport().mapToGlobal(at), button, button,
            Qt.KeyboardModifier.NoModifier,
        )  # fmt: skip
        QApplication.sendEvent(self.gantt.viewport(), event)


def main() -> int:
    options = _options()
    application = QApplication([])
    application.setFont(theme.load_fonts())
    theme.apply(theme.LIGHT)
    found: list[Figures] = []
    for operations in options.operations:
        bench = Bench(operations, min(options.machines, max(operations // 60, 1)))
        print(
            f"{len(bench.model.bars):,} operations: arrays {bench.build_seconds:.2f} s,"
            f" first showing {bench.show_seconds:.2f} s (CPU)"
        )
        for figures in bench.run():
            found.append(figures)
            print(
                f"  {figures.gesture:28} p50 {figures.p50:5.1f}  p95 {figures.p95:5.1f} ms,"
                f" {figures.bars_in_view:6} bars, {figures.captions:4} captions in view"
            )
        bench.gantt.close()
    if options.json:
        options.json.write_text(json.dumps([asdict(f) for f in found], indent=2), "utf-8")
    held = [f for f in found if f.operations <= GOAL_UP_TO and str(PUSHED[-1]) not in f.gesture]
    return 1 if any(f.p95 >= GOAL_MS for f in held) else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--operations", type=int, nargs="+", default=[5_000, 100_000])
    parser.add_argument("--machines", type=int, default=150)
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
