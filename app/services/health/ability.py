"""Work that no machine, mould or person can do, by the engine's own check.

Asked with the steps that orders carry, and, for items nobody has ordered, with their routings.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from app.core.choices import OperationState
from app.core.codes import code_key
from app.core.errors import RuleBroken
from app.core.messages import Message, message
from app.core.step import StepDefinition, to_json
from app.models.orders import Operation, ProductionOrder
from app.models.products import Routing
from app.scheduling.check import impossible, named
from app.scheduling.shop import Reason, Shop
from app.services.health import places
from app.services.health.finding import Found, Place, Severity
from app.services.health.snapshot import OpenOperation, Snapshot
from app.services.planning.bridge import trial_problem
from app.services.planning.machine_rule import parts_of, takes
from app.services.products.recipes import definition

UNABLE = frozenset(
    {"no_machine", "too_much_load", "tools_too_few", "tool_life", "people_too_few",
     "machine_closed", "no_common_time", "too_long", "lags_contradict", "cycle"}
)  # fmt: skip
"""Reasons that lie in the data of the plant, not in dates, pins or missing material."""


Verdict = dict[StepDefinition, tuple[str, dict[str, str]]]
"""Steps of a job that cannot be done: code of the reason and its values."""


@dataclass(frozen=True, slots=True)
class _Job:
    """Steps of one order of an item, with the pieces that reach each."""

    item_id: int
    steps: tuple[StepDefinition, ...]
    pieces: tuple[Decimal, ...]


def steps_nobody_can_do(data: Snapshot) -> Iterator[Found]:
    """Steps that the engine could never place."""
    orders = _orders(data)
    groups: defaultdict[tuple[int, tuple[StepDefinition, ...]], list[_Job]] = defaultdict(list)
    for job in orders.values():
        groups[job.item_id, job.steps].append(job)
    jobs = [_largest(alike) for alike in groups.values()]
    jobs += _recipes(data, {job.item_id for job in jobs})
    for job, reasons in zip(jobs, _tried(data, jobs), strict=True):
        for step, (reason, values) in reasons.items():
            operations = _stuck(data, orders, job, step)
            yield _found(data, job, step, reason, values, operations)


def _orders(data: Snapshot) -> dict[int, _Job]:
    """Open work by order; what runs already can be done, but its tools may be held on."""
    by_order: defaultdict[int, list[OpenOperation]] = defaultdict(list)
    for operation in data.operations:
        by_order[operation.order_id].append(operation)
    return {
        order: _Job(rows[0].item_id, tuple(row.step for row in rows),
                    tuple(max(row.pieces, Decimal(1)) for row in rows))
        for order, rows in by_order.items()
    }  # fmt: skip


def _largest(alike: Sequence[_Job]) -> _Job:
    """Orders of the same steps, tried once with the most pieces that any of them has."""
    most = tuple(max(pieces) for pieces in zip(*(job.pieces for job in alike), strict=True))
    return replace(alike[0], pieces=most)


def _recipes(data: Snapshot, ordered: set[int]) -> list[_Job]:
    """Items that are made and not on order: one piece by the routing in force."""
    jobs = []
    for item_id, routing in data.made.items():
        if item_id in ordered:
            continue
        try:
            steps = tuple(definition(step) for step in routing.steps)
        except RuleBroken:
            continue  # unreadable predecessors have a check of their own
        jobs.append(_Job(item_id, steps, (Decimal(1),) * len(steps)))
    return jobs


def _tried(data: Snapshot, jobs: Sequence[_Job]) -> list[Verdict]:
    """What the engine says of each job."""
    work: dict[ProductionOrder, list[Operation]] = {}
    place: dict[int, tuple[int, StepDefinition]] = {}
    number = 0
    for index, job in enumerate(jobs):
        order = ProductionOrder(id=index + 1, code=data.items[job.item_id].code,
                                item_id=job.item_id, internal_due=data.now, priority=5)  # fmt: skip
        work[order] = []
        for step, pieces in zip(job.steps, job.pieces, strict=True):
            number += 1
            work[order].append(_operation(number, order, step, pieces))
            place[number] = index, step
    loaded = trial_problem(data.session, data.now, work)
    shop = Shop(loaded.problem)
    found: list[Verdict] = [{} for _ in jobs]
    reasons: Mapping[int, Reason] = impossible(shop)
    for position, (reason, values) in reasons.items():
        if reason in UNABLE:
            index, step = place[loaded.operation_ids[position]]
            found[index][step] = reason, named(shop, position, values)
    return found


def _operation(
    number: int, order: ProductionOrder, step: StepDefinition, pieces: Decimal
) -> Operation:
    nothing = Decimal(0)
    return Operation(id=number, order_id=order.id, step_no=step.step_no, name=step.name,
                     definition=to_json(step), quantity=pieces, good=nothing, scrap=nothing,
                     rework=nothing, state=OperationState.PENDING)  # fmt: skip


def _stuck(
    data: Snapshot, orders: Mapping[int, _Job], job: _Job, step: StepDefinition
) -> frozenset[int]:
    """The operations of that step that cannot be done either: smaller orders may well be."""
    alike = [
        o for o in data.operations
        if o.item_id == job.item_id and o.step == step and not o.running
        and orders[o.order_id].steps == job.steps
    ]  # fmt: skip
    smaller = {orders[o.order_id] for o in alike if orders[o.order_id].pieces != job.pieces}
    fine: set[_Job] = set()
    if smaller:
        jobs = list(smaller)
        results = _tried(data, jobs)
        fine = {one for one, found in zip(jobs, results, strict=True) if step not in found}
    return frozenset(o.id for o in alike if orders[o.order_id] not in fine)


def _found(
    data: Snapshot, job: _Job, step: StepDefinition, reason: str, values: dict[str, str],
    operations: frozenset[int],
) -> Found:  # fmt: skip
    told = {**values, "step": step.step_no, "name": step.name}
    text = Message(f"health.unable_{reason}", told)
    if reason == "no_machine":
        text = _why_no_machine(data, step)
    routing = data.made.get(job.item_id)
    severity = Severity.ERROR if operations else Severity.WARNING
    return Found(severity, _place(data, job, routing, step), text, operations)


def _place(data: Snapshot, job: _Job, routing: Routing | None, step: StepDefinition) -> Place:
    for row in routing.steps if routing is not None else ():
        if row.step_no == step.step_no and routing is not None:
            return places.step(data, routing, row)
    return places.item(data.items[job.item_id])


def _why_no_machine(data: Snapshot, step: StepDefinition) -> Message:
    """Retired machines, an empty work centre, or a mould that fits none of them."""
    listed = {rate.machine for rate in step.machines}
    wanted = [
        m for m in data.machines.values()
        if (m.id in listed if listed else step.work_centre and m.work_centre_id == step.work_centre)
    ]  # fmt: skip
    active = [machine for machine in wanted if machine.active]
    told: dict[str, object] = {"step": step.step_no, "name": step.name}
    if not active:
        code = "machines_retired" if wanted else "no_machine"
        centre = data.centres.get(step.work_centre or 0)
        return message(f"health.unable_{code}", **told, centre=centre.code if centre else "-",
                       machines=[machine.code for machine in wanted])  # fmt: skip
    for use in step.tools:
        tool = data.tools[use.tool_type]
        if not tool.active:
            return message("health.unable_tool_retired", **told, tool=tool.code)
        rule = parts_of(tool.machine_rule)
        if not any(takes(rule, m.code_key, _centre_key(data, m.work_centre_id), m.attributes)
                   for m in active):  # fmt: skip
            return message("health.unable_mould_fits_none", **told, tool=tool.code,
                           rule=tool.machine_rule, machines=[m.code for m in active])  # fmt: skip
    return message("health.unable_capacity", **told, machines=[m.code for m in active])


def _centre_key(data: Snapshot, centre_id: int | None) -> str:
    centre = data.centres.get(centre_id or 0)
    return code_key(centre.code) if centre is not None else ""
