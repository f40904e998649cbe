"""At the right of the chart: what is selected; without a selection, how the plan stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from app.views.context import AppContext
from app.views.page import hairline, label
from app.views.planning.certainty import Certainty
from app.views.planning.describing import Describer, Lines
from app.views.theme import SPACE

if TYPE_CHECKING:
    from app.services.planning.rows import PlacementRow, PlanView

MINUTES_PER_HOUR = 60
STEPS_SHOWN = 20


class DetailPanel(QScrollArea):
    """Read-only; rebuilt whenever the selection, the plan or the language changes."""

    def __init__(
        self, context: AppContext, describer: Describer, certainty: Certainty, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._context, self._describer, self._certainty = context, describer, certainty
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def show_operation(self, row: PlacementRow, order: Sequence[PlacementRow]) -> None:
        """One operation, and the steps of its order."""
        body = self._fresh()
        self._head(body, self._describer.title(row), "")
        self._lines(body, self._describer.detail(row), late=row.late_minutes > 0)
        self._sure(body, row.order_id)
        body.addWidget(hairline(self.widget()))
        self._head(body, self.tr("Steps of the order"), "")
        steps = sorted(order, key=lambda step: step.step_no)
        self._lines(
            body,
            [
                (
                    f"{step.step_no} {step.step_name}",
                    f"{step.machine_code} · {self._describer.span(step.start, step.end)}",
                )
                for step in steps[:STEPS_SHOWN]
            ],
        )
        body.addStretch()

    def _sure(self, body: QVBoxLayout, order_id: int) -> None:
        """How sure the order's date is, or the button that asks for it."""
        body.addWidget(hairline(self.widget()))
        self._head(body, self.tr("How sure is the date?"), "")
        certainty, moment = self._certainty, self._context.moment_text
        row = certainty.of_order(order_id)
        if row is not None:
            on_time = "" if row.on_time is None else f"{row.on_time:.0%}"
            hurts = f"{row.worst} · {row.share:.0%}" if row.worst else ""
            self._lines(
                body,
                [
                    (self.tr("On time"), on_time),
                    (self.tr("Done by, 50 % sure"), moment(row.p50)),
                    (self.tr("Done by, 90 % sure"), moment(row.p90)),
                    (self.tr("Hurts most"), hurts),
                ],
            )
            note = label(self.widget(), "small", wrap=True)
            note.setText(
                self.tr("{count} replays of the plan with assumed durations").format(
                    count=certainty.replays
                )
            )
            body.addWidget(note)
            return
        button = QPushButton(
            self.tr("Replaying the plan…") if certainty.asking else self.tr("Replay the plan"),
            self.widget(),
        )
        button.setObjectName("replay")
        button.setEnabled(not certainty.asking and not certainty.known)
        button.clicked.connect(certainty.ask)
        body.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)

    def show_several(self, rows: Sequence[PlacementRow]) -> None:
        """Totals of a selection."""
        body = self._fresh()
        self._head(body, self.tr("%n operations selected", "", len(rows)), "")
        minutes = sum((row.end - row.start).total_seconds() for row in rows) / 60
        setup = sum((row.start - row.setup_start).total_seconds() for row in rows) / 60
        orders = {row.order_number for row in rows}
        duration = self._context.duration_text
        self._lines(
            body,
            [
                (self.tr("Orders"), str(len(orders))),
                (self.tr("Late orders"), str(len({r.order_id for r in rows if r.late_minutes}))),
                (self.tr("Setup"), duration(round(setup))),
                (self.tr("Run"), duration(round(minutes))),
                (self.tr("From"), self._context.moment_text(min(r.setup_start for r in rows))),
                (self.tr("To"), self._context.moment_text(max(r.end for r in rows))),
            ],
        )
        body.addStretch()

    def show_plan(self, view: PlanView | None) -> None:
        """How the plan stands as a whole."""
        body = self._fresh()
        if view is not None:
            self._head(body, self.tr("The plan"), self._origin(view))
            self._lines(body, [*self._objective(view.plan.objective), *self._counts(view)])
            if view.placements:
                self._hint(body)
        body.addStretch()

    def _hint(self, body: QVBoxLayout) -> None:
        hint = label(self.widget(), "small", wrap=True)
        hint.setText(
            self.tr("Select a bar to see what it needs; drag it to see what would follow.")
        )
        body.addWidget(hint)

    def _origin(self, view: PlanView) -> str:
        return self.tr("revision {revision} · {by} · {at}").format(
            revision=view.plan.revision,
            by=view.plan.created_by,
            at=self._context.moment_text(view.plan.created_at),
        )

    def _counts(self, view: PlanView) -> Lines:
        return [
            (self.tr("Operations placed"), f"{len(view.placements):,}"),
            (self.tr("Not placed"), f"{len(view.unplaced):,}"),
            (self.tr("Planned as of"), self._context.moment_text(view.now)),
        ]

    def _objective(self, parts: Mapping[str, float]) -> Lines:
        """The parts a planner asks for first; durations in hours."""

        def hours(key: str) -> str:
            return f"{parts[key] / MINUTES_PER_HOUR:,.0f} h" if key in parts else ""

        def count(key: str) -> str:
            return f"{parts[key]:,.0f}" if key in parts else ""

        return [
            (self.tr("Late orders"), count("late_orders")),
            (self.tr("Weighted tardiness"), hours("weighted_tardiness_min")),
            (self.tr("Setup"), hours("setup_min")),
            (self.tr("Overtime"), hours("overtime_min")),
            (self.tr("Makespan"), hours("makespan_min")),
            (self.tr("Moved operations"), count("moved_operations")),
            (self.tr("Light oven batches"), count("light_batches")),
            (self.tr("Campaigns cut short"), count("short_campaigns")),
            (self.tr("Running at dear hours"), hours("dear_min")),
        ]

    # ---- building --------------------------------------------------------------------------------

    def _fresh(self) -> QVBoxLayout:
        inside = QWidget()
        inside.setProperty("role", "plain")
        body = QVBoxLayout(inside)
        body.setContentsMargins(3 * SPACE, 3 * SPACE, 3 * SPACE, 3 * SPACE)
        body.setSpacing(2 * SPACE)
        self.setWidget(inside)
        inside.setAutoFillBackground(False)  # the panel shows through
        return body

    def _head(self, body: QVBoxLayout, title: str, below: str) -> None:
        head = label(self.widget(), "section", wrap=True)
        head.setText(title)
        body.addWidget(head)
        if below:
            remark = label(self.widget(), "small", wrap=True)
            remark.setText(below)
            body.addWidget(remark)

    def _lines(self, body: QVBoxLayout, lines: Lines, *, late: bool = False) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(3 * SPACE)
        grid.setVerticalSpacing(SPACE + 1)
        grid.setColumnStretch(1, 1)
        late_name = self._describer.late_name() if late else None
        told = [(name, value) for name, value in lines if value]
        for row, (name, value) in enumerate(told):
            left = label(self.widget(), "muted")
            left.setText(name)
            right = label(self.widget(), "late" if name == late_name else "", wrap=True)
            right.setText(value)
            right.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            grid.addWidget(left, row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(right, row, 1)
        body.addLayout(grid)
