"""A scenario's plan as the Gantt shows it: read where its edits are true, by the same queries."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.codes import code_key
from app.core.working_time import minute
from app.models.change_log import WritingSession
from app.models.database import Database
from app.models.orders import Operation, ProductionOrder
from app.models.planning import ScenarioResult
from app.scheduling import repair
from app.services.planning.board import Board
from app.services.planning.bridge import LoadedPlant, load_problem
from app.services.planning.queries import read_view
from app.services.planning.rows import PlanView
from app.services.planning.scenarios.adopting import standing_content
from app.services.planning.scenarios.applying import Numbered, try_steps
from app.services.planning.scenarios.moving import ScenarioBoard, without_pins
from app.services.planning.scenarios.solving import stored_content
from app.services.planning.scenarios.standing import StandsThere
from app.services.planning.scenarios.store import open_steps, scenario_named
from app.services.planning.stored_plan import (
    PlanContent,
    change_content,
    content_of,
    read_content,
    schedule_of,
    working_plan,
)
from app.services.site import now_of, site_row


def scenario_view(database: Database, name: str, actor: str) -> PlanView:
    """The plan it was last solved to, or else the working plan, with its edits made (a job's work).

    Operations that were moved by hand since stand where they were put, and what is in their way
    is pushed; whatever else the edits do is seen when it is solved. Work of rush orders has
    negative ids. Errors: ``NotFound``.
    """
    with database.trial(actor) as session:
        standing = _stand(session, name)
        plan = working_plan(session)
        if standing.content is not None:
            plan = change_content(session, read_content(session, plan), standing.content)
            session.flush()
        return read_view(session, plan)


def scenario_board(database: Database, name: str, actor: str) -> Board:
    """Who answers while a bar of that plan is dragged (a job's work). Errors: ``NotFound``."""
    with database.trial(actor) as session:
        standing = _stand(session, name)
        loaded = standing.loaded or load_problem(session, now_of(site_row(session)))
        content = standing.content or read_content(session, working_plan(session))
        return ScenarioBoard(loaded, content, frozenset(standing.pinned))


@dataclass(frozen=True, slots=True)
class _Standing:
    """``content`` None: the working plan as it is; ``pinned``: ids that the edits let stand."""

    content: PlanContent | None
    loaded: LoadedPlant | None
    pinned: tuple[int, ...]


def _stand(session: WritingSession, name: str) -> _Standing:
    scenario = scenario_named(session, name)
    steps = open_steps(session, scenario)
    result = session.scalars(
        select(ScenarioResult).where(ScenarioResult.scenario_id == scenario.id)
    ).one_or_none()
    stored = None if result is None else stored_content(session, result)
    try_steps(session, steps)
    pinned = _pinned(session, steps)
    content = None
    if result is not None and stored is not None:
        content = standing_content(session, result, *stored)
    if not pinned:
        return _Standing(content, None, ())
    session.expire_all()
    standing = content or read_content(session, working_plan(session))
    if _stand_as_asked(session, standing, pinned):
        return _Standing(content, None, pinned)
    loaded = load_problem(session, now_of(site_row(session)))
    return _Standing(_moved(loaded, standing, pinned), loaded, pinned)


def _pinned(session: Session, steps: tuple[Numbered, ...]) -> tuple[int, ...]:
    """Ids of the operations that were moved by hand, the first move first."""
    wanted = [(code_key(s.order), s.step) for _, s in steps if isinstance(s, StandsThere)]
    if not wanted:
        return ()
    rows = session.execute(
        select(ProductionOrder.code_key, Operation.step_no, Operation.id)
        .join(ProductionOrder, ProductionOrder.id == Operation.order_id)
        .where(ProductionOrder.code_key.in_({key for key, _ in wanted}))
    )
    found = {(key, step): number for key, step, number in rows}
    return tuple(found[each] for each in wanted if each in found)


def _stand_as_asked(session: Session, content: PlanContent, pinned: tuple[int, ...]) -> bool:
    """Whether all stand already where they were put: then the engine need not be asked."""
    rows = session.execute(
        select(Operation.id, Operation.pin_machine_id, Operation.pin_start).where(
            Operation.id.in_(pinned)
        )
    )
    for number, machine, start in rows:
        spot = content.spots.get(number)
        if spot is None or machine not in (None, spot.machine_id):
            return False
        if start is not None and minute(start) != spot.start:
            return False
    return True


def _moved(loaded: LoadedPlant, content: PlanContent, pinned: tuple[int, ...]) -> PlanContent:
    """Each where it was put, one after the other; one that cannot go there stays."""
    index = loaded.operation_index()
    schedule = schedule_of(loaded, content.spots, content.unplaced)
    stands = {placement.operation: placement for placement in schedule.placements}
    left = []
    for number in pinned:
        position = index.get(number)
        if position is None:
            continue
        asked, place = loaded.problem.operations[position], stands.get(position)
        machine = None if place is None else asked.modes[place.mode].machine
        wrong = place is None or asked.pin_start not in (None, place.start)
        if wrong or asked.pin_machine not in (None, machine):
            left.append(position)
    if not left:
        return content
    for done, position in enumerate(left):
        problem = without_pins(loaded.problem, left[done:])
        asked = loaded.problem.operations[position]
        move = repair.Move(position, asked.pin_machine, asked.pin_start)
        result = repair.move(problem, schedule, move)
        if result.refused is None:
            schedule = result.schedule
    fresh = content_of(loaded, schedule)
    known = {number for each in range(len(loaded.operation_ids))
             for number in loaded.stands_for(each)}  # fmt: skip
    kept = {number: spot for number, spot in content.spots.items() if number not in known}
    return replace(content, spots=kept | dict(fresh.spots), unplaced=fresh.unplaced)
