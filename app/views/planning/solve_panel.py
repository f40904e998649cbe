"""A running solve: how far it is, the objective's curve, the bound, and the way to stop it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QElapsedTimer, QEvent, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.views.jobs import Jobs, Stop
from app.views.page import label
from app.views.theme import SPACE, tokens

MINUTES_PER_HOUR = 60
CURVE_HEIGHT = 150


def weighted_total(policy: str, objective: Mapping[str, float]) -> float:
    """The weighted sum the solver works on; its bound, if any, is a bound of this figure."""
    from app.scheduling.problem import POLICIES

    weights = POLICIES[policy]
    return sum(
        getattr(weights, part) * value
        for part, value in objective.items()
        if hasattr(weights, part)
    )


def _load_curves(_stop: Stop, _report: Any) -> Any:
    """Importing takes some tenths of a second that the window shall not stand still for."""
    import pyqtgraph

    return pyqtgraph


class SolvePanel(QFrame):
    """Shown while a solve runs and, with its result, until it is closed."""

    cancelled = Signal()

    def __init__(self, jobs: Jobs, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("role", "panel")
        self._jobs = jobs
        self.policy = "on_time"
        self._seconds = 0.0
        self._points: list[tuple[float, float]] = []
        self._progress: Any = None
        self._running = False
        self._title: Callable[[], str] | None = None
        self._plot: Any = None
        self._curve: Any = None
        self._bound_line: Any = None
        self.heading = label(self, "section")
        self.figures = label(self, "muted", wrap=True)
        self.bound = label(self, "small", wrap=True)
        self.bar = QProgressBar(self)
        self.bar.setRange(0, 1000)
        self.stop = QPushButton(self)
        self.stop.clicked.connect(self._on_stop_clicked)
        self._body = QVBoxLayout(self)
        self._body.setContentsMargins(3 * SPACE, 2 * SPACE, 3 * SPACE, 2 * SPACE)
        head = QHBoxLayout()
        head.addWidget(self.heading, 1)
        head.addWidget(self.stop)
        self._body.addLayout(head)
        self._body.addWidget(self.bar)
        self._body.addWidget(self.figures)
        self._body.addWidget(self.bound)
        self._clock = QElapsedTimer()
        self._timer = QTimer(self)
        self._timer.setInterval(100)
        self._timer.timeout.connect(self._on_tick)
        self.hide()

    # ---- what happens ----------------------------------------------------------------------------

    def begin(self, policy: str, seconds: float) -> None:
        """A solve has started; the curve's library is loaded only now, in a thread."""
        self.policy, self._seconds = policy, max(seconds, 0.1)
        self._points, self._progress, self._running = [], None, True
        if self._plot is None:
            self._jobs.start(_load_curves, succeeded=self._make_plot)
        else:
            self._plot.hide()
        self._clock.start()
        self._timer.start()
        self.stop.setEnabled(True)
        self.retranslate()
        self.show()

    def name(self, title: Callable[[], str]) -> None:
        """What is solved, where it is not the working plan."""
        self._title = title
        self.retranslate()

    @Slot(object)
    def report(self, progress: Any) -> None:
        """The best plan so far is better, or more is proven."""
        if not isinstance(getattr(progress, "objective", None), Mapping):
            return
        self._progress = progress
        total = weighted_total(self.policy, progress.objective)
        self._points.append((progress.elapsed, total))
        self._draw(progress.elapsed)
        self.retranslate()

    def end(self) -> None:
        """The solve is over; the panel keeps its last figures until it is closed."""
        self._running = False
        self._timer.stop()
        self.bar.setValue(1000)
        self.retranslate()

    @Slot()
    def _on_stop_clicked(self) -> None:
        if self._running:
            self.stop.setEnabled(False)
            self.cancelled.emit()
        else:
            self.hide()

    @Slot()
    def _on_tick(self) -> None:
        elapsed = self._clock.elapsed() / 1000
        self.bar.setValue(round(min(elapsed / self._seconds, 1.0) * 1000))
        self._draw(elapsed)

    # ---- curve -----------------------------------------------------------------------------------

    @Slot(object)
    def _make_plot(self, library: Any) -> None:
        if self._plot is not None:
            return
        self._plot = library.PlotWidget(self)
        self._plot.setFixedHeight(CURVE_HEIGHT)
        self._plot.setVisible(bool(self._points))
        self._plot.setMenuEnabled(False)
        self._plot.setMouseEnabled(False, False)
        self._plot.hideButtons()
        self._plot.setAccessibleName(self.tr("Objective over time"))
        for side in ("left", "bottom"):
            self._plot.getAxis(side).enableAutoSIPrefix(False)
        self._curve = self._plot.plot([], [])
        self._bound_line = library.InfiniteLine(angle=0)
        self._bound_line.hide()
        self._plot.addItem(self._bound_line)
        self._body.addWidget(self._plot)
        self.retheme()
        self._draw(self._clock.elapsed() / 1000)

    def retheme(self) -> None:
        """Colours of the curve under the theme in force."""
        if self._plot is None:
            return
        colours = tokens()
        self._plot.setBackground(colours.panel)
        for side in ("left", "bottom"):
            axis = self._plot.getAxis(side)
            axis.setPen(colours.line_strong)
            axis.setTextPen(colours.muted)
        self._curve.setPen(colours.accent, width=2)
        self._bound_line.setPen(colours.muted, width=1, style=Qt.PenStyle.DashLine)

    def _draw(self, now: float) -> None:
        """A staircase: each plan holds until a better one comes, the last until now."""
        if self._curve is None or not self._points:
            return
        times, values = [], []
        for at, value in self._points:
            if values:
                times.append(at)
                values.append(values[-1])
            times.append(at)
            values.append(value)
        times.append(max(now, times[-1]))
        values.append(values[-1])
        self._curve.setData(times, values)
        self._plot.show()
        bound = self._progress.bound if self._progress is not None else None
        if bound is not None:
            self._bound_line.setValue(bound)
        self._bound_line.setVisible(bound is not None)

    # ---- texts -----------------------------------------------------------------------------------

    def retranslate(self) -> None:
        title = self.tr("Scheduling…") if self._running else self.tr("Last solve")
        self.heading.setText(title if self._title is None else self._title())
        self.stop.setText(self.tr("Cancel") if self._running else self.tr("Close"))
        progress = self._progress
        if progress is None:
            self.figures.setText(self.tr("Building the first plan…"))
            self.bound.setText("")
            return
        objective = progress.objective
        hours = {
            part: f"{objective.get(part, 0) / MINUTES_PER_HOUR:,.1f}"
            for part in ("weighted_tardiness_min", "setup_min")
        }
        said = [
            self.tr("Late orders: {late} · tardiness: {tardiness} h · setup: {setup} h").format(
                late=round(objective.get("late_orders", 0)),
                tardiness=hours["weighted_tardiness_min"],
                setup=hours["setup_min"],
            )
        ]
        light, short = (
            round(objective.get(part, 0)) for part in ("light_batches", "short_campaigns")
        )
        if light:
            said.append(self.tr("%n light oven batches", "", light))
        if short:
            said.append(self.tr("%n campaigns cut short", "", short))
        dear = objective.get("dear_min", 0)
        if dear:
            hours_text = f"{dear / MINUTES_PER_HOUR:,.1f}"
            said.append(self.tr("at dear hours: {dear} h").format(dear=hours_text))
        self.figures.setText(" · ".join(said))
        self.bound.setText(
            self.tr("No bound: how much better a plan could be is not known.")
            if progress.bound is None
            else self.tr("Objective {total}, proven bound {bound}").format(
                total=f"{self._points[-1][1]:,.0f}", bound=f"{progress.bound:,.0f}"
            )
        )

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()
