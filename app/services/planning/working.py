"""The working plan as the engine sees it, with names and local times for reports on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.core.errors import NotFound
from app.core.messages import message
from app.models.database import Database
from app.scheduling import problem as engine
from app.services.planning.bridge import LoadedPlant, load_problem
from app.services.planning.stored_plan import PlanContent, read_content, schedule_of, working_plan
from app.services.site import now_of, site_row


@dataclass(frozen=True)
class WorkingPlan:
    """One snapshot: the problem, its stored plan, and the way back to names and moments."""

    loaded: LoadedPlant
    content: PlanContent
    schedule: engine.Schedule

    @property
    def problem(self) -> engine.Problem:
        return self.loaded.problem

    def moment(self, tick: int) -> datetime:
        """UTC."""
        return self.loaded.clock.moment(tick)

    def local(self, tick: int) -> datetime:
        """The plant's wall clock."""
        return self.moment(tick).astimezone(self.loaded.time_zone)

    def tick(self, at: datetime) -> int:
        return self.loaded.clock.tick(at)

    def order(self, code: str) -> int:
        """Position of an order. Errors: ``NotFound``."""
        for index, order in enumerate(self.problem.orders):
            if order.key.casefold() == code.strip().casefold():
                return index
        raise NotFound(message("plans.no_order", order=code))

    def operation(self, name: str) -> int | None:
        """Position of ``ORDER/STEP``; None if there is none of that name."""
        for index, operation in enumerate(self.problem.operations):
            if operation.key.casefold() == name.strip().casefold():
                return index
        return None


def read_working_plan(database: Database, now: datetime | None = None) -> WorkingPlan:
    """The snapshot (a job's work). Errors: ``NotFound`` before the first plan."""
    with database.read() as session:
        plan = working_plan(session)
        if plan is None:
            raise NotFound(message("planning.no_working_plan"))
        loaded = load_problem(session, now or now_of(site_row(session)))
        content = read_content(session, plan)
    return WorkingPlan(loaded, content, schedule_of(loaded, content.spots, {}))
