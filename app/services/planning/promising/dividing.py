"""Two deliveries as they are put into force: the order made two, and the plan of both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.core.errors import RuleBroken
from app.core.messages import message
from app.scheduling import problem as engine
from app.scheduling.verify import verify
from app.services.orders.asking import AskedOrder, complete
from app.services.orders.dates import half_day, internal_due
from app.services.orders.dividing import DivideOrder, division, operations_by_step
from app.services.planning.edits import Move
from app.services.planning.promising.case import Case, Standing
from app.services.planning.promising.rows import CutIn, RestPlace
from app.services.planning.stored_plan import Spot, spot_of

REST = -1_000_000
"""Ids of the rest, which exists only in the question, count down from here."""


def divided(
    case: Case,
    plan: engine.Schedule,
    now: Decimal,
    first: Sequence[int],
    rest: Sequence[int],
) -> tuple[tuple[Move, ...], CutIn]:
    """What is done to have a plan of both parts: the order made two, moves, the rest's places.

    ``now``: pieces of the first; ``first``, ``rest``: positions of their operations. It is made of
    the plant read again with the order divided, and sound there. Errors: ``RuleBroken``, why not.
    """
    if case.all_mine != case.mine or any(o in case.loaded.batches for o in case.mine):
        raise RuleBroken(message("orders.divide_pinned", order=case.asked.order.code))
    kept = {_step(case, o): case.loaded.operation_ids[o] for o in case.mine}
    placed = {p.operation: p for p in plan.placements}
    ahead, after = ({_step(case, o): spot_of(case.loaded, placed[o]) for o in one}
                    for one in (first, rest))  # fmt: skip
    if not kept.keys() == ahead.keys() == after.keys():
        raise RuleBroken(message("orders.divide_steps", order=case.asked.order.code))
    others = case.standing_in([placed[o] for o in placed.keys() - {*first, *rest}])
    spots = {**others.spots, **{kept[step]: spot for step, spot in ahead.items()},
             **{REST - step: spot for step, spot in after.items()}}  # fmt: skip
    until = half_day(case.promise(max(placed[o].end for o in rest)), case.loaded.time_zone)
    change = _Change(now, until)
    opened = case.again(Standing(spots, others.ends), change)
    whole = opened.with_rest(opened.base)
    if change.edit is None or whole.unplaced or verify(opened.problem, whole):
        raise RuleBroken(message("promise.no_sound_plan"))
    return _from_stored(case, opened.moves(whole)), CutIn(
        (change.edit,), _rests(change.edit, after)
    )


def _from_stored(case: Case, moves: Sequence[Move]) -> tuple[Move, ...]:
    """From where the whole order stands: with fewer pieces that may be no place it could have."""
    mine = set(case.mine)
    stored = {
        case.loaded.operation_ids[p.operation]: spot_of(case.loaded, p)
        for p in case.problem.baseline
        if p.operation in mine
    }
    return tuple(replace(one, before=stored.get(one.operation_id, one.before)) for one in moves)


def _step(case: Case, operation: int) -> int:
    return case.steps[case.loaded.operation_ids[operation]][1]


def _rests(edit: DivideOrder, places: Mapping[int, Spot]) -> tuple[RestPlace, ...]:
    return tuple(RestPlace(None, edit.rest_code, step, spot) for step, spot in places.items())


class _Change:
    """Divides the order in what is read; keeps the edit that would do so for good."""

    def __init__(self, now: Decimal, requested: datetime) -> None:
        self._now, self._requested = now, requested
        self.edit: DivideOrder | None = None

    def __call__(self, session: Session, asked: AskedOrder) -> None:
        order = asked.order
        due = internal_due(
            self._requested,
            order.requested_kind,
            asked.customer,
            order.safety_days,
            asked.settings.safety_days,
            ZoneInfo(asked.settings.time_zone),
        )
        self.edit = division(session, order, self._now, self._requested, due)
        rows = operations_by_step(session, order.id)
        rest = complete(self.edit.rest_of(order))
        rest.id = REST
        made = [complete(row) for row in self.edit.rest_operations(rest.id, rows)]
        for row in made:
            row.id = REST - row.step_no
        for step, quantity in self.edit.after.steps:
            rows[step].quantity = quantity
        asked.work[order] = list(rows.values())
        asked.work[rest] = made
