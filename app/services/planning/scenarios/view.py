"""A scenario's plan as the Gantt shows it: read where its edits are true, by the same queries."""

from __future__ import annotations

from sqlalchemy import select

from app.core.errors import RuleBroken
from app.core.messages import message
from app.models.database import Database
from app.models.planning import ScenarioResult
from app.services.planning.queries import read_view
from app.services.planning.rows import PlanView
from app.services.planning.scenarios.adopting import content_by_id
from app.services.planning.scenarios.applying import try_steps
from app.services.planning.scenarios.solving import stored_content
from app.services.planning.scenarios.store import open_steps, scenario_named
from app.services.planning.stored_plan import write_content


def scenario_view(database: Database, name: str, actor: str) -> PlanView:
    """As it was last solved (a job's work); work of rush orders has negative ids.

    Errors: ``RuleBroken`` if it was never solved; ``Conflict`` if orders have changed so much
    since that the result no longer fits them.
    """
    with database.trial(actor) as session:
        scenario = scenario_named(session, name)
        result = session.scalars(
            select(ScenarioResult).where(ScenarioResult.scenario_id == scenario.id)
        ).one_or_none()
        if result is None:
            raise RuleBroken(message("scenarios.not_solved", name=scenario.code))
        spots, unplaced = stored_content(session, result)
        try_steps(session, open_steps(session, scenario))
        plan = write_content(
            session, content_by_id(session, result, spots, unplaced, scenario.code)
        )
        session.flush()
        return read_view(session, plan)
