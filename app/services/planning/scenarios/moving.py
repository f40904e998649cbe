"""Bars of a scenario's plan moved by hand: the engine's answer, and the edits that a drop makes."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from app.core.messages import Message, message
from app.models.database import Database
from app.scheduling import problem as engine
from app.scheduling import repair
from app.services.planning.board import Board, Preview
from app.services.planning.bridge import LoadedPlant
from app.services.planning.change_limits import ChangeLimit
from app.services.planning.openings import Opening
from app.services.planning.scenarios.applying import refuse, try_steps
from app.services.planning.scenarios.choices import order_step
from app.services.planning.scenarios.desk import added, changed
from app.services.planning.scenarios.kinds import InsertRush, OtherDate, Step
from app.services.planning.scenarios.standing import StandsThere
from app.services.planning.scenarios.store import (
    PutStep,
    PutSteps,
    image_of,
    open_steps,
    scenario_named,
)
from app.services.planning.stored_plan import PlanContent


def without_pins(problem: engine.Problem, operations: Collection[int]) -> engine.Problem:
    """The problem with these operations (positions) free to go anywhere."""
    freed = list(problem.operations)
    for position in operations:
        freed[position] = replace(freed[position], pin_machine=None, pin_start=None)
    return replace(problem, operations=tuple(freed))


class ScenarioBoard(Board):
    """A bar that an edit of the scenario lets stand somewhere can be taken up again."""

    def __init__(self, loaded: LoadedPlant, content: PlanContent, own: frozenset[int]) -> None:
        """``own``: ids of the operations that such edits are about."""
        super().__init__(loaded, content)
        self._own = own
        self._freed: tuple[int, Board] | None = None

    def _free(self, operation_id: int) -> Board:
        """As it would be without that edit; kept while the same bar is in the hand."""
        if self._freed is None or self._freed[0] != operation_id:
            position = self._index.get(operation_id)
            taken_up = [] if position is None else [position]
            free = replace(self._loaded, problem=without_pins(self._loaded.problem, taken_up))
            self._freed = operation_id, Board(free, self._content)
        return self._freed[1]

    def eligibility(self, operation_id: int) -> dict[int, Message | None]:
        if operation_id in self._own:
            return self._free(operation_id).eligibility(operation_id)
        return super().eligibility(operation_id)

    def opening(self, operation_id: int, machine_id: int, start: datetime) -> Opening:
        if operation_id in self._own:
            return self._free(operation_id).opening(operation_id, machine_id, start)
        return super().opening(operation_id, machine_id, start)

    def preview(
        self,
        operation_id: int,
        machine_id: int | None,
        start: datetime | None,
        mode: str = repair.PUSH_RIGHT,
        limits: tuple[ChangeLimit, ...] = (),
        along: tuple[tuple[int, int | None, datetime], ...] = (),
    ) -> Preview:
        if operation_id in self._own:
            board = self._free(operation_id)
            return board.preview(operation_id, machine_id, start, mode, limits, along)
        return super().preview(operation_id, machine_id, start, mode, limits, along)


# ---------------------------------------------------------------- the edits


def stood(database: Database, name: str, wanted: Sequence[StandsThere], actor: str) -> PutSteps:
    """The edit by which these operations stand there, in place of where it let them stand before.

    Errors: ``NotFound``; ``RuleBroken`` naming the operation that cannot.
    """
    with database.trial(actor) as session:
        scenario = scenario_named(session, name)
        image, steps = image_of(session, scenario), dict(open_steps(session, scenario))
        number_of = _numbers(steps)
        free = max((seq for seq, *_ in image.steps), default=0)
        puts = []
        for each in wanted:
            filled = each.filled(session)
            seq = number_of.get((filled.order, filled.step))
            if seq is None:
                free = seq = free + 1
            if steps.get(seq) != filled:
                puts.append(PutStep(image.name, seq, steps.get(seq), filled))
                steps[seq] = filled
        touched = {put.seq for put in puts}
        refuse([each for each in try_steps(session, tuple(steps.items())) if each.seq in touched])
    return PutSteps(image.name, tuple(puts), _said(image.name, wanted))


def held_or_let_go(
    database: Database, name: str, places: Sequence[StandsThere], actor: str
) -> PutSteps:
    """The edit that holds operations where they stand in the scenario's plan; of operations that
    are all held already, the one that lets them go. Errors: as ``stood``."""
    with database.read() as session:
        scenario = scenario_named(session, name)
        steps = dict(open_steps(session, scenario))
        number_of = _numbers(steps)
        held = [number_of[p.order, p.step] for p in places if (p.order, p.step) in number_of]
        if len(held) == len(places):
            puts = tuple(PutStep(scenario.code, seq, steps[seq], None) for seq in held)
            return PutSteps(scenario.code, puts, _said(scenario.code, places))
    return stood(database, name, places, actor)


def wanted_later(database: Database, name: str, order: str, minutes: int, actor: str) -> PutStep:
    """The edit by which an order is wanted so much later (minus = earlier) than it is in the
    scenario: another date, or another one of a rush order. Errors: ``NotFound``, ``RuleBroken``."""
    later = timedelta(minutes=minutes)
    with database.read() as session:
        steps = open_steps(session, scenario_named(session, name))
    for seq, step in steps:
        if isinstance(step, InsertRush) and order in (step.number, step.trial_number(seq)):
            moved: Step = replace(step, wanted=step.wanted + later)
            return changed(database, name, seq, moved, actor)
        if isinstance(step, OtherDate) and step.order == order:
            return changed(database, name, seq, replace(step, after=step.after + later), actor)
    stands = order_step(database, OtherDate.kind, order)
    assert isinstance(stands, OtherDate)  # noqa: S101 - it was asked for by its kind
    return added(database, name, replace(stands, after=stands.after + later), actor)


def _numbers(steps: Mapping[int, Step]) -> dict[tuple[str, int], int]:
    return {
        (each.order, each.step): seq for seq, each in steps.items() if isinstance(each, StandsThere)
    }


def _said(name: str, places: Sequence[StandsThere]) -> Message:
    if len(places) == 1:
        operation = f"{places[0].order}/{places[0].step}"
        return message("scenarios.label_stands", operation=operation, name=name)
    return message("scenarios.label_stand", count=len(places), name=name)
