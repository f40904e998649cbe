"""Who loses what to an order that goes ahead: the machine, a mould, carts, people, material."""

from __future__ import annotations

from collections.abc import Iterator

from app.scheduling import problem as engine
from app.services.planning.promising.case import Case, by_operation
from app.services.planning.promising.rows import Loss

MOST_LOSSES = 40


def losses(case: Case, plan: engine.Schedule) -> tuple[Loss, ...]:
    """Per operation of others that the plan puts later, what of it the order now has.

    Only what the order takes itself counts; who is pushed by those again is not listed here.
    """
    before, after = by_operation(case.base), by_operation(plan.placements)
    mine = [after[o] for o in case.mine if o in after]
    found: list[Loss] = []
    later = [
        (placement, after[operation])
        for operation, placement in before.items()
        if operation in after and after[operation].start > placement.start
    ]
    for was, becomes in sorted(later, key=lambda pair: (pair[0].start, pair[0].operation)):
        taken = dict.fromkeys(thing for own in mine for thing in _taken(case, own, was, becomes))
        for what, name in taken:
            record = case.problem.operations[was.operation]
            found.append(
                Loss(
                    what,
                    name,
                    case.problem.orders[record.order].key,
                    record.key,
                    case.loaded.operation_ids[was.operation],
                    case.moment(was.start),
                    case.moment(becomes.start),
                )
            )
    return tuple(found[:MOST_LOSSES])


def _taken(
    case: Case, own: engine.Placement, was: engine.Placement, becomes: engine.Placement
) -> Iterator[tuple[str, str]]:
    problem = case.problem
    if _overlap(own, was):
        machine = problem.operations[own.operation].modes[own.mode].machine
        if machine == problem.operations[was.operation].modes[was.mode].machine:
            yield "machine", case.machine_name(machine)
        for tool in set(own.tools) & set(was.tools):
            record = problem.tools[tool]
            kind = problem.tool_types[record.tool_type]
            yield ("carts", kind) if record.capacity > 1 else ("mould", record.key)
    for person in {one.operator for one in own.crew} & {one.operator for one in was.crew}:
        if _same_hours(person, own, was):
            record_ = problem.operators[person]
            yield "people", f"{record_.key} {record_.name}".strip()
    needed = {material for material, _ in problem.operations[own.operation].consumes}
    for material, _ in problem.operations[was.operation].consumes:
        if (
            material in needed
            and own.start < becomes.start
            and _scarce(case, material, was, becomes)
        ):
            yield "material", problem.materials[material].key


def _scarce(case: Case, material: int, was: engine.Placement, becomes: engine.Placement) -> bool:
    """Whether what is there at the old start is too little for all that starts before the new."""
    record = case.problem.materials[material]
    there = record.stock + sum(q for tick, q in record.receipts if tick <= was.start)
    taken = sum(
        quantity
        for placement in case.base
        if placement.start < becomes.start
        for index, quantity in case.problem.operations[placement.operation].consumes
        if index == material
    )
    return taken > there


def _overlap(one: engine.Placement, other: engine.Placement) -> bool:
    return one.setup_start < other.end and other.setup_start < one.end


def _same_hours(person: int, one: engine.Placement, other: engine.Placement) -> bool:
    mine = [(w.start, w.end) for w in one.crew if w.operator == person]
    theirs = [(w.start, w.end) for w in other.crew if w.operator == person]
    return any(a < d and c < b for a, b in mine for c, d in theirs)
