"""Rules of the schedule as a document: every operation once, with times that make sense."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import compress

import numpy as np

from app.core.messages import Message
from app.scheduling.columns import InColumns
from app.scheduling.problem import FOREVER, Operation, Placement, Problem, Schedule
from app.scheduling.verify.columns import Columns, Flags, inside, records, sound
from app.scheduling.verify.plan import Plan, machine_name, naming
from app.scheduling.verify.violation import Violation, ViolationCode


def read(problem: Problem, schedule: Schedule) -> tuple[Plan, list[Violation]]:
    """The sound placements as a ``Plan``, and what is wrong with the others."""
    placements = records(schedule)
    columns = Columns(schedule.columns if isinstance(schedule, InColumns) else placements)
    named = columns.op
    violations = [*order_of_placements(columns), *counted_once(problem, schedule, columns)]
    kept = sound(problem, columns)
    for index in np.flatnonzero(~kept).tolist():
        placement = placements[index]
        fault = unknown_record(problem, placement) or malformed(problem, placement)
        if fault:
            violations.append(fault)
        kept[index] = not fault
    kept &= first_of_its_operation(columns)
    if not kept.all():
        placements = tuple(compress(placements, kept))
        columns = Columns(placements)
    return Plan(problem, placements, columns, named), violations


def first_of_its_operation(columns: Columns) -> Flags:
    first = np.zeros(len(columns.op), np.bool_)
    first[np.unique(columns.op, return_index=True)[1]] = True
    return first


def order_of_placements(columns: Columns) -> Iterator[Violation]:
    if (columns.op[1:] < columns.op[:-1]).any():
        yield Violation(ViolationCode.UNSORTED, Message("verify.unsorted"))


def counted_once(problem: Problem, schedule: Schedule, columns: Columns) -> Iterator[Violation]:
    """Each operation is either placed once or listed once with a reason."""
    count = len(problem.operations)
    placed = np.bincount(columns.op[inside(columns.op, count)], minlength=count)
    listed = np.zeros(count, np.int64)
    for item in schedule.unplaced:
        if not 0 <= item.operation < count:
            yield unknown("operation", item.operation)
            continue
        listed[item.operation] += 1
        if not item.reason:
            yield about(problem, ViolationCode.NO_REASON, item.operation)
    for operation in np.flatnonzero((placed != 1) | (listed > 0)).tolist():
        if placed[operation] > 1:
            yield about(problem, ViolationCode.PLACED_TWICE, operation)
        if placed[operation] + listed[operation] == 0:
            yield about(problem, ViolationCode.MISSING, operation)
        if listed[operation] > 1 or (placed[operation] and listed[operation]):
            yield about(problem, ViolationCode.PLACED_AND_UNPLACED, operation)


def unknown_record(problem: Problem, placement: Placement) -> Violation | None:
    """Each index points at a record."""
    if not 0 <= placement.operation < len(problem.operations):
        return unknown("operation", placement.operation)
    operation = problem.operations[placement.operation]
    tools, people = len(problem.tools), len(problem.operators)
    if not 0 <= placement.mode < len(operation.modes):
        return unknown("mode", placement.mode, placement.operation)
    for tool in placement.tools:
        if not 0 <= tool < tools:
            return unknown("tool", tool, placement.operation)
    for work in placement.crew:
        if not 0 <= work.operator < people:
            return unknown("operator", work.operator, placement.operation)
    return None


def unknown(kind: str, index: int, *operations: int) -> Violation:
    text = Message(
        "verify.unknown_record", {"kind": Message(f"verify.kind_{kind}"), "index": index}
    )
    return Violation(ViolationCode.UNKNOWN_RECORD, text, operations)


def malformed(problem: Problem, placement: Placement) -> Violation | None:
    """Setup before run before end; segments from first to last minute of work, never touching."""
    setup_start, start, end = placement.setup_start, placement.start, placement.end
    operation = problem.operations[placement.operation]
    if not (-FOREVER < setup_start <= start <= end < FOREVER):
        return about(problem, ViolationCode.TIMES_OUT_OF_ORDER, placement.operation, placement)
    if not well_formed(problem, operation, placement):
        return about(problem, ViolationCode.SEGMENTS_MALFORMED, placement.operation, placement)
    for work in placement.crew:
        if not setup_start <= work.start < work.end <= end:
            return about(problem, ViolationCode.TIMES_OUT_OF_ORDER, placement.operation, placement)
    return None


def well_formed(problem: Problem, operation: Operation, placement: Placement) -> bool:
    segments = placement.segments
    if not segments:  # no work at all; what runs already may be done at this very minute
        finished = {placement.start} | ({problem.now} if operation.started else set())
        return placement.setup_start == placement.start and placement.end in finished
    first, last = segments[0][0], segments[-1][1]
    if last != placement.end:
        return False
    if first != placement.setup_start and operation.started is None:
        return False
    previous = placement.setup_start - 1
    for start, end in segments:
        if not previous < start < end:
            return False
        previous = end
    return True


def about(
    problem: Problem, code: ViolationCode, operation: int, placement: Placement | None = None
) -> Violation:
    named = naming(problem, operation)
    if placement is not None:
        mode = problem.operations[operation].modes[placement.mode]
        named["machine"] = machine_name(problem.machines[mode.machine])
    return Violation(code, Message(f"verify.{code}", named), (operation,))
