"""Which problems the compiled dispatcher can state.

Fields that this file does not name count as not covered unless they hold their neutral default,
so a new part of the problem is planned by the Python floor until it is written here, too.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import MISSING, fields
from itertools import chain
from typing import Any

from app.scheduling.problem import (
    Calendar,
    Changeover,
    CrewDemand,
    Grant,
    Machine,
    Material,
    Mode,
    Operation,
    Operator,
    Order,
    Precedence,
    Problem,
    SetupPart,
    SetupRule,
    Tool,
    ToolDemand,
    Window,
)

STATED: dict[type, str] = {
    Window: "start end overtime cost",
    Calendar: "key windows",
    Machine: "key calendar kind capacity efficiency setup_rule setup_state freeze name starts"
    " first_pieces prefers",
    Changeover: "minutes cost crew",
    SetupPart: "key pairs default least_run",
    SetupRule: "key parts combine",
    Tool: "key tool_type calendar cavities life capacity service_every service_minutes unserviced",
    Grant: "skill start end",
    Operator: "key calendar grants overtime_cap name",
    CrewDemand: "skill heads",
    ToolDemand: "tool_type count until shapes",
    Mode: "machine run_seconds turn_seconds quantity pieces_per_turn setup load tools setup_crew "
    "run_crew cost least_load",
    Operation: "key order modes families batch_family pausing release latest_start pin_machine "
    "pin_start started first_piece setup_needs_material same_person consumes produces also "
    "committed",
    Precedence: "before after min_lag max_lag before_end after_end clock transfer",
    Order: "key release due weight",
    Material: "key stock receipts",
    Problem: "origin calendars machines orders operations precedences setup_rules tools "
    "tool_types skills families operators materials baseline overtime_periods now",
}
"""The fields that are understood."""


def covered(problem: Problem) -> bool:
    """Whether nothing in the problem goes beyond what is stated here."""
    if not problem.machines:
        return False
    return all(_neutral(kind, records) for kind, records in _records(problem))


def _records(problem: Problem) -> Iterable[tuple[type, Iterable[Any]]]:
    modes = chain.from_iterable(o.modes for o in problem.operations)
    windows = chain.from_iterable(c.windows for c in problem.calendars)
    parts = [part for rule in problem.setup_rules for part in rule.parts]
    changes = chain.from_iterable((*p.pairs.values(), p.default) for p in parts)
    return (
        (Problem, (problem,)),
        (Window, windows),
        (Calendar, problem.calendars),
        (Machine, problem.machines),
        (SetupRule, problem.setup_rules),
        (SetupPart, parts),
        (Changeover, (change for change in changes if change is not None)),
        (Tool, problem.tools),
        (Operator, problem.operators),
        (Grant, chain.from_iterable(o.grants for o in problem.operators)),
        (Operation, problem.operations),
        (Mode, modes),
        (ToolDemand, _demands(problem, "tools")),
        (CrewDemand, chain(_demands(problem, "setup_crew"), _demands(problem, "run_crew"))),
        (Precedence, problem.precedences),
        (Order, problem.orders),
        (Material, problem.materials),
    )


def _demands(problem: Problem, field: str) -> Iterable[Any]:
    for operation in problem.operations:
        for mode in operation.modes:
            yield from getattr(mode, field)


def _neutral(kind: type, records: Iterable[Any]) -> bool:
    """Whether fields that are not stated hold their defaults in all records."""
    neutral: dict[str, Any] = {}
    for field in fields(kind):
        if field.name in STATED[kind].split():
            continue
        if field.default is not MISSING:
            neutral[field.name] = field.default
        elif field.default_factory is not MISSING:
            neutral[field.name] = field.default_factory()
        else:
            return False
    return not neutral or all(
        getattr(record, name) == value for record in records for name, value in neutral.items()
    )
