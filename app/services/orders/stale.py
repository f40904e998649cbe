"""Operations that no longer follow the routing or recipe of their item: found and marked.

Operations are snapshots; a change of how things are made marks them and never rewrites them.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import Text, cast, select, update
from sqlalchemy.orm import selectinload

from app.core.choices import ENDED_STATES, OperationState
from app.core.errors import RuleBroken
from app.core.step import MaterialNeed, StepDefinition, from_json
from app.models.change_log import WritingSession
from app.models.orders import Operation, ProductionOrder
from app.models.products import RoutingStep
from app.services.products.recipes import Recipes, definition

MOST_IDS = 10_000
"""Ids in one statement; databases have a limit."""


class _Pending(NamedTuple):
    """An operation not begun; ``definition`` as text: orders of one item mostly hold the same."""

    id: int
    item_id: int
    step_no: int
    definition: str
    stale: bool


SPLIT = '"split_of"'
"""In the definition of an operation that makes a part of another one's quantity."""


def mark_stale(
    session: WritingSession,
    on: date,
    items: Collection[int] | None = None,
    *,
    only_materials: bool = False,
    among: Collection[int] | None = None,
) -> int:
    """Mark operations not begun whose routing or recipe has changed since; nothing is rewritten.

    Operations that are as their routing again lose the mark. ``items``: only orders of these are
    looked at (see ``products.affected``); None = of all. ``only_materials``: nothing but what the
    steps consume has changed, so that what is not marked still has its routing. ``among``: only
    these operations (ids). The number of operations now marked.
    """
    rows = _pending(session, items)
    if among is not None:
        rows = [row for row in rows if row.id in among]
    differing = _differing(session, rows, on, only_materials)
    turned: dict[bool, list[int]] = {True: [], False: []}
    for row in rows:
        stale = (row.item_id, row.step_no, row.definition) in differing
        if row.stale != stale:
            turned[stale].append(row.id)
    for stale, ids in turned.items():
        _set_stale(session, ids, stale)
    return sum(row.stale for row in rows) + len(turned[True]) - len(turned[False])


def _pending(session: WritingSession, items: Collection[int] | None) -> list[_Pending]:
    query = (
        select(
            Operation.id,
            ProductionOrder.item_id,
            Operation.step_no,
            cast(Operation.definition, Text),
            Operation.stale,
        )
        .join(ProductionOrder, ProductionOrder.id == Operation.order_id)
        .where(
            Operation.state == OperationState.PENDING,
            ProductionOrder.state.not_in(ENDED_STATES),
        )
    )
    if items is not None:
        query = query.where(ProductionOrder.item_id.in_(items))
    rows = [_Pending(*row) for row in session.execute(query)]
    # Of a part that was split off no routing knows; the part that stayed tells for both.
    return [row for row in rows if SPLIT not in row.definition]


Key = tuple[int, int, str]
"""Item, number of the step, definition."""


def _differing(
    session: WritingSession, rows: Sequence[_Pending], on: date, only_materials: bool
) -> set[Key]:
    """The operations that would be made in another way now."""
    recipes = Recipes.load(session, {row.item_id for row in rows}, steps=False)
    materials = {item: _materials(recipes, item, on) for item in {row.item_id for row in rows}}
    read: dict[Key, StepDefinition] = {}
    differing: set[Key] = set()
    unsure: set[Key] = set()
    for row in rows:
        key = (row.item_id, row.step_no, row.definition)
        if key not in read:
            read[key] = from_json(json.loads(row.definition))
            if materials[row.item_id].get(row.step_no) != read[key].materials:
                differing.add(key)
        if key not in differing and (row.stale or not only_materials):
            unsure.add(key)
    steps = _steps(session, recipes, unsure, on)
    return differing | {key for key in unsure if not _is_as(steps.get(key[:2]), read[key])}


def _materials(recipes: Recipes, item: int, on: date) -> dict[int, tuple[MaterialNeed, ...]]:
    """What each step of the item consumes; no steps if it can no longer be made."""
    try:
        return recipes.materials(item, on)
    except RuleBroken:
        return {}


def _steps(
    session: WritingSession, recipes: Recipes, wanted: Collection[Key], on: date
) -> dict[tuple[int, int], RoutingStep]:
    """The steps as they are now, by item and number."""
    numbers = {number for _item, number, _ in wanted}
    routings = {item: recipes.routing(item, on) for item in {item for item, _, _ in wanted}}
    ids = {routing.id for routing in routings.values() if routing is not None}
    query = select(RoutingStep).options(
        selectinload(RoutingStep.machines), selectinload(RoutingStep.tools)
    )
    if len(ids) <= MOST_IDS:
        query = query.where(RoutingStep.routing_id.in_(ids), RoutingStep.step_no.in_(numbers))
    found = {(step.routing_id, step.step_no): step for step in session.scalars(query)}
    return {
        (item, number): found[routing.id, number]
        for item, routing in routings.items()
        for number in numbers
        if routing is not None and (routing.id, number) in found
    }


def _is_as(step: RoutingStep | None, frozen: StepDefinition) -> bool:
    """Whether an order made now would carry ``frozen``, given that its materials are the same."""
    try:
        return step is not None and definition(step, frozen.materials) == frozen
    except RuleBroken:
        return False


def _set_stale(session: WritingSession, ids: list[int], stale: bool) -> None:
    """In one statement, as a recipe can be that of hundreds of operations; row by row where the
    session remembers what each row held (imports)."""
    for first in range(0, len(ids), MOST_IDS):
        some = ids[first : first + MOST_IDS]
        if session.images is not None:
            for operation in session.scalars(select(Operation).where(Operation.id.in_(some))):
                operation.stale = stale
            continue
        session.execute(
            update(Operation)
            .where(Operation.id.in_(some))
            .values(stale=stale, version=Operation.version + 1)
        )
        session.log_rows("operation", some, "update")
