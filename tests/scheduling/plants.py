"""Tiny plants in a few lines: each call adds one record and returns its index.

    plant = Plant()
    press = plant.machine("press", calendar=plant.calendar((0, 480), (1440, 1920)))
    order = plant.order("A", due=300)
    cut = plant.operation(order, mode(press, 60))
    problem = plant.problem()

Calendar 0 is always open. Times are minutes from the origin, which is also ``now``.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from app.scheduling.problem import (
    ALWAYS,
    Assignment,
    Calendar,
    Changeover,
    Combine,
    CrewDemand,
    Grant,
    Machine,
    MachineKind,
    Material,
    Mode,
    Operation,
    Operator,
    Order,
    Placement,
    Precedence,
    Problem,
    Schedule,
    SetupPart,
    SetupRule,
    Tool,
    Window,
)

ORIGIN = datetime(2026, 3, 2, tzinfo=UTC)
"""A Monday."""


def mode(machine: int, minutes: int = 0, **fields: Any) -> Mode:
    """A mode that runs ``minutes`` (at 100 % efficiency) unless it works in turns."""
    return Mode(machine, run_seconds=60 * minutes, **fields)


def turns(machine: int, quantity: int, seconds: int, **fields: Any) -> Mode:
    """A mode of turns (shots) of so many seconds."""
    return Mode(machine, turn_seconds=seconds, quantity=quantity, **fields)


def crew(skill: int, heads: int = 1) -> tuple[CrewDemand, ...]:
    return (CrewDemand(skill, heads),)


def matrix(
    key: str, minutes: dict[tuple[int, int], int | None], default: int | None = 0
) -> SetupPart:
    """A setup part by minutes; None = forbidden."""

    def changeover(value: int | None) -> Changeover | None:
        return None if value is None else Changeover(value)

    pairs = {pair: changeover(value) for pair, value in minutes.items()}
    return SetupPart(key, pairs, changeover(default))


class Plant:
    """Collects the records of a problem."""

    def __init__(self) -> None:
        self.calendars = [Calendar("always", ALWAYS)]
        self.machines: list[Machine] = []
        self.orders: list[Order] = []
        self.operations: list[Operation] = []
        self.precedences: list[Precedence] = []
        self.setup_rules: list[SetupRule] = []
        self.tools: list[Tool] = []
        self.tool_types: list[str] = []
        self.skills: list[str] = []
        self.operators: list[Operator] = []
        self.materials: list[Material] = []
        self.steps: dict[int, int] = {}

    def calendar(self, *windows: tuple[int, int] | Window) -> int:
        made = tuple(w if isinstance(w, Window) else Window(*w) for w in windows)
        return added(self.calendars, Calendar(f"calendar {len(self.calendars)}", made))

    def machine(self, key: str = "", kind: MachineKind = MachineKind.UNARY, **fields: Any) -> int:
        fields.setdefault("calendar", 0)
        return added(self.machines, Machine(key or f"M{len(self.machines)}", kind=kind, **fields))

    def rule(self, *parts: SetupPart, combine: Combine = Combine.SUM) -> int:
        return added(self.setup_rules, SetupRule(f"R{len(self.setup_rules)}", parts, combine))

    def tool_type(self, key: str = "") -> int:
        return added(self.tool_types, key or f"T{len(self.tool_types)}")

    def tool(self, tool_type: int, **fields: Any) -> int:
        fields.setdefault("calendar", 0)
        return added(self.tools, Tool(f"tool {len(self.tools)}", tool_type, **fields))

    def skill(self, key: str = "") -> int:
        return added(self.skills, key or f"S{len(self.skills)}")

    def operator(self, *grants: int | Grant, **fields: Any) -> int:
        """Someone who holds the skills (for ever unless told by a ``Grant``)."""
        fields.setdefault("calendar", 0)
        held = tuple(g if isinstance(g, Grant) else Grant(g) for g in grants)
        return added(self.operators, Operator(f"P{len(self.operators)}", grants=held, **fields))

    def material(self, stock: int = 0, *receipts: tuple[int, int]) -> int:
        return added(self.materials, Material(f"X{len(self.materials)}", stock, receipts))

    def order(self, key: str = "", **fields: Any) -> int:
        return added(self.orders, Order(key or f"O{len(self.orders)}", **fields))

    def operation(self, order: int, *modes: Mode, **fields: Any) -> int:
        self.steps[order] = self.steps.get(order, 0) + 10
        key = f"{self.orders[order].key}/{self.steps[order]}"
        return added(self.operations, Operation(key, order, modes, **fields))

    def single(self, *modes: Mode, due: int | None = None, weight: int = 1, **fields: Any) -> int:
        """An order of one operation."""
        order = self.order(weight=weight) if due is None else self.order(due=due, weight=weight)
        return self.operation(order, *modes, **fields)

    def link(self, before: int, after: int, **fields: Any) -> None:
        self.precedences.append(Precedence(before, after, **fields))

    def problem(
        self,
        now: int = 0,
        baseline: Iterable[Placement] = (),
        overtime_periods: Iterable[int] = (),
    ) -> Problem:
        return Problem(
            origin=ORIGIN,
            calendars=tuple(self.calendars),
            machines=tuple(self.machines),
            orders=tuple(self.orders),
            operations=tuple(self.operations),
            precedences=tuple(self.precedences),
            setup_rules=tuple(self.setup_rules),
            tools=tuple(self.tools),
            tool_types=tuple(self.tool_types),
            skills=tuple(self.skills),
            families=families(self.operations, self.machines, self.setup_rules),
            operators=tuple(self.operators),
            materials=tuple(self.materials),
            baseline=tuple(baseline),
            overtime_periods=tuple(overtime_periods),
            now=now,
        )


def added(records: list[Any], record: Any) -> int:
    records.append(record)
    return len(records) - 1


def families(
    operations: list[Operation], machines: list[Machine], rules: list[SetupRule]
) -> tuple[str, ...]:
    used = {f for o in operations for f in o.families} | {
        f for m in machines for f in m.setup_state
    }
    used |= {f for r in rules for part in r.parts for pair in part.pairs for f in pair}
    return tuple(f"F{number}" for number in range(max(used, default=-1) + 1))


def placed(
    operation: int,
    *segments: tuple[int, int],
    mode: int = 0,
    setup: int = 0,
    start: int | None = None,
    tools: tuple[int, ...] = (),
    crew: tuple[Assignment, ...] = (),
) -> Placement:
    """A placement that works in ``segments``, the first ``setup`` minutes of them as setup."""
    begin = segments[0][0]
    run = begin + setup if start is None else start
    return Placement(operation, mode, begin, run, segments[-1][1], segments, tools, crew)


def planned(*placements: Placement) -> Schedule:
    """A schedule that places everything."""
    return Schedule(tuple(sorted(placements, key=lambda p: p.operation)))
