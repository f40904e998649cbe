"""How sure the dates of the orders are: asked once per state of the plan, in a thread."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal, Slot

from app.views.context import AppContext
from app.views.jobs import Job

if TYPE_CHECKING:
    from app.services.planning.plan_risk import RiskRow, RiskView


class Certainty(QObject):
    """P(on time), P50 and P90 of every order, until the plan changes."""

    changed = Signal()

    def __init__(self, context: AppContext, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._view: RiskView | None = None
        self._rows: dict[int, RiskRow] = {}
        self._job: Job | None = None

    @property
    def asking(self) -> bool:
        return self._job is not None

    @property
    def known(self) -> bool:
        return self._view is not None

    @property
    def replays(self) -> int:
        """How often the plan was replayed."""
        return self._view.replays if self._view is not None else 0

    def of_order(self, order_id: int) -> RiskRow | None:
        """None while it was not asked, and for an order without a place."""
        return self._rows.get(order_id)

    def forget(self) -> None:
        """The plan changed: what was said of it is void."""
        if self._job is not None:
            self._job.abandon()
            self._job = None
        self._view, self._rows = None, {}

    @Slot()
    def ask(self) -> None:
        """Replay the plan; ``changed`` follows."""
        if self._job is None and self._view is None:
            self._job = self._context.jobs.start(
                _Replay(self._context.database),
                title=self._title,
                can_cancel=False,
                succeeded=self._on_replayed,
                failed=self._on_failed,
            )
            self.changed.emit()

    def _title(self) -> str:
        return self.tr("How sure the dates are")

    @Slot(object)
    def _on_replayed(self, view: RiskView) -> None:
        self._job = None
        self._view = view
        self._rows = {row.order_id: row for row in view.rows}
        self.changed.emit()

    @Slot(object)
    def _on_failed(self, error: Exception) -> None:
        self._job = None
        self.changed.emit()
        self._context.show_error(error)


class _Replay:
    """The job's work."""

    def __init__(self, database: Any) -> None:
        self._database = database

    def __call__(self, *_: Any) -> RiskView:
        from app.services.planning.plan_risk import plan_risk
        from app.services.planning.working import read_working_plan

        return plan_risk(read_working_plan(self._database))
