"""Speed of the engine's first plan and of a drag: ``python -m benchmarks.engine --operations N``.

A seeded plant in the manner of a moulding and finishing works, every feature of the problem
statement in it: two shifts with breaks and overtime, cumulative casting tables with mould copies
(several modes by copies hung, turns), ovens, racks, carts as a pool kept over several steps, crews
by skill, multi-part setups, lags, materials with receipts, release and due dates, a frozen day.
Orders scale with the operations asked for, and stations, people and moulds with the orders.
"""

from __future__ import annotations

import argparse
import gc
import json
import random
import resource
import statistics
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from app.scheduling.construct import construct
from app.scheduling.maker import Maker
from app.scheduling.objective import evaluate
from app.scheduling.problem import (
    ALWAYS,
    POLICIES,
    Calendar,
    Changeover,
    CrewDemand,
    Grant,
    Machine,
    MachineKind,
    Material,
    Mode,
    Operation,
    Operator,
    Order,
    Pausing,
    Precedence,
    Problem,
    Schedule,
    SetupPart,
    SetupRule,
    Tool,
    ToolDemand,
    Window,
)
from app.scheduling.repair import Move, Repairer
from app.scheduling.verify import verify

DAY = 1440
STEPS = 8
CALENDAR_ALWAYS, CALENDAR_DAY, CALENDAR_NIGHT, CALENDAR_BOTH = range(4)
TABLE, OVEN, CUT, BENCH, CHECK, PACK = range(6)
SKILLS = ("fitter", "caster", "loader", "cutter", "finisher", "inspector", "packer")
PATTERNS = 12
LOT = 1_000_000


def windows(
    days: int, *shifts: tuple[int, int], overtime: tuple[int, int] | None = None
) -> tuple[Window, ...]:
    """The shifts of each working day (Sundays off), in minutes of the day."""
    made: list[Window] = []
    for day in range(days):
        if day % 7 == 6:
            continue
        made += [Window(day * DAY + a, day * DAY + b) for a, b in shifts]
        if overtime:
            made.append(Window(day * DAY + overtime[0], day * DAY + overtime[1], True, 1.0))
    return tuple(sorted(made, key=lambda w: w.start))


class PlantWriter:
    """Writes a plant of about ``operations`` operations."""

    def __init__(self, operations: int, seed: int) -> None:
        self.dice = random.Random(seed)
        self.orders_count = max(1, operations // STEPS)
        self.scale = max(1, round(self.orders_count / 300))
        self.days = 120
        self.machines: list[Machine] = []
        self.groups: list[list[int]] = []
        self.tools: list[Tool] = []
        self.operations: list[Operation] = []
        self.links: list[Precedence] = []
        self.orders: list[Order] = []

    def problem(self) -> Problem:
        day = ((450, 690), (780, 1050))
        night = ((1200, 1440), (1470, 1710))
        both = tuple(
            sorted((*windows(self.days, *day), *windows(self.days, *night)), key=lambda w: w.start)
        )
        calendars = (
            Calendar("always", ALWAYS),
            Calendar("day", windows(self.days, *day, overtime=(1110, 1230))),
            Calendar("night", windows(self.days, *night)),
            Calendar("both", both),
        )
        self._write_machines()
        self._write_tools()
        for number in range(self.orders_count):
            self._write_order(number)
        materials = tuple(
            Material(f"powder {k}", 40 * self.scale * LOT, ((4 * DAY, 100_000 * self.scale * LOT),))
            for k in range(3)
        )
        return Problem(
            origin=datetime(2026, 3, 2, tzinfo=UTC),
            calendars=calendars,
            machines=tuple(self.machines),
            orders=tuple(self.orders),
            operations=tuple(self.operations),
            precedences=tuple(self.links),
            setup_rules=(self._rule(),),
            tools=tuple(self.tools),
            tool_types=(*(f"mould {k}" for k in range(PATTERNS * self.scale)), "carts"),
            skills=SKILLS,
            families=tuple(f"family {k}" for k in range(9)),
            operators=tuple(self._operators()),
            materials=materials,
            overtime_periods=tuple(range(0, self.days * DAY, 30 * DAY)),
            now=450,
        )

    def _rule(self) -> SetupRule:
        profile = SetupPart("profile", {}, Changeover(6, 3.0))
        colours: dict[tuple[int, int], Changeover | None]
        colours = {(6, 7): Changeover(20, 9.0), (7, 6): Changeover(10, 5.0)}
        return SetupRule("cutting", (profile, SetupPart("colour", colours, Changeover(5))))

    def _add(self, key: str, count: int, calendar: int, kind: MachineKind, **fields: int) -> None:
        group: list[int] = []
        for number in range(count * self.scale):
            group.append(len(self.machines))
            ruled = fields.get("setup_rule")
            self.machines.append(
                Machine(
                    f"{key}-{number + 1}",
                    calendar,
                    kind,
                    fields.get("capacity", 1),
                    fields.get("efficiency", 100),
                    ruled,
                    (0, 6) if ruled is not None else (),
                )
            )
        self.groups.append(group)

    def _write_machines(self) -> None:
        self._add("CT", 6, CALENDAR_BOTH, MachineKind.CUMULATIVE, capacity=12)
        self._add("DR", 4, CALENDAR_ALWAYS, MachineKind.BATCH, capacity=216)
        self._add("CL", 2, CALENDAR_DAY, MachineKind.UNARY, setup_rule=0)
        self._add("FB", 7, CALENDAR_DAY, MachineKind.UNARY, efficiency=95)
        self._add("QC", 2, CALENDAR_DAY, MachineKind.UNARY)
        self._add("PK", 2, CALENDAR_DAY, MachineKind.UNARY)

    def _write_tools(self) -> None:
        for kind in range(PATTERNS * self.scale):
            copies = self.dice.randint(8, 14)
            for number in range(copies):
                life = self.dice.choice((None, None, 20_000))
                self.tools.append(Tool(f"mould {kind}/{number}", kind, CALENDAR_ALWAYS, 1, life))
        carts = PATTERNS * self.scale
        self.tools.append(Tool("carts", carts, CALENDAR_ALWAYS, capacity=90 * self.scale))

    def _operators(self) -> Iterator[Operator]:
        heads = {"fitter": 3, "caster": 24, "loader": 4, "cutter": 4, "finisher": 9}
        heads |= {"inspector": 3, "packer": 4}
        for skill, name in enumerate(SKILLS):
            for number in range(heads[name] * self.scale):
                nightly = name in ("fitter", "caster", "loader") and number % 3 == 2
                grants = [Grant(skill)]
                if name == "caster" and number % 4 == 0:
                    grants.append(Grant(SKILLS.index("finisher")))
                if number % 11 == 10:
                    grants[0] = Grant(skill, end=30 * DAY)
                calendar = CALENDAR_NIGHT if nightly else CALENDAR_DAY
                yield Operator(f"{name} {number}", calendar, tuple(grants), 36 * 60)

    def _write_order(self, number: int) -> None:
        dice = self.dice
        quantity = int(10 ** dice.uniform(0.9, 2.0))
        release = 450 + dice.choice((0, 0, 0, dice.randrange(6 * DAY)))
        due = release + dice.randint(4 * DAY, 22 * DAY)
        self.orders.append(Order(f"MO{number:06}", release, due, dice.choice((1, 1, 1, 3))))
        first = len(self.operations)
        kind = dice.randrange(PATTERNS * self.scale)
        families = (dice.randrange(6), dice.choice((6, 6, 7, 8)))
        for step in range(STEPS):
            self._write_step(number, first, step, quantity, kind, families)
        for step in range(1, STEPS):
            self.links.append(self._link(first, step))

    def _link(self, first: int, step: int) -> Precedence:
        before, after = first + step - 1, first + step
        if step == 2:  # 30 minutes to three days on the cart
            return Precedence(before, after, 30, 3 * DAY)
        if step == 4:
            return Precedence(before, after, 60)
        if step == 5:
            return Precedence(before, after, transfer=(1, 4))
        return Precedence(before, after)

    def _write_step(
        self, order: int, first: int, step: int, quantity: int, kind: int, families: tuple[int, int]
    ) -> None:
        makers = (self._mount, self._cast, self._trim, self._dry, self._cut, self._finish)
        if step < len(makers):
            self.operations.append(makers[step](order, first, quantity, kind, families))
        elif step == 6:
            self._plain(order, CHECK, 5, 60 * quantity // 2, "inspector")
        else:
            self._plain(order, PACK, 2, 66 * quantity, "packer")

    def _key(self, order: int) -> str:
        return f"MO{order:06}/{10 * (len(self.operations) + 1)}"

    def _some(self, group: int, most: int = 6) -> list[int]:
        machines = self.groups[group]
        return machines if len(machines) <= most else self.dice.sample(machines, most)

    def _mount(
        self, order: int, first: int, quantity: int, kind: int, families: tuple[int, int]
    ) -> Operation:
        tables = self._some(TABLE, 3)
        most = min(8, max(1, quantity // 6))
        modes = tuple(
            Mode(
                table,
                run_seconds=180 * copies,
                load=copies,
                tools=(ToolDemand(kind, copies),),
                run_crew=(CrewDemand(0),),
            )
            for table in tables
            for copies in sorted({most, max(1, most // 2)}, reverse=True)
        )
        return Operation(self._key(order), order, modes)

    def _cast(
        self, order: int, first: int, quantity: int, kind: int, families: tuple[int, int]
    ) -> Operation:
        most = min(8, max(1, quantity // 6))
        modes = tuple(
            Mode(
                table,
                turn_seconds=52 * 60,
                quantity=quantity,
                setup=5,
                load=copies,
                tools=(ToolDemand(kind, copies, shapes=True),),
                setup_crew=(CrewDemand(1),),
                run_crew=(CrewDemand(1, 2),),
            )
            for table in self._some(TABLE, 3)
            for copies in sorted({most, max(1, most // 2)}, reverse=True)
        )
        return Operation(
            self._key(order),
            order,
            modes,
            pausing=Pausing.TURNS,
            first_piece=10,
            consumes=((kind % 3, quantity * LOT // 100),),
        )

    def _trim(
        self, order: int, first: int, quantity: int, kind: int, families: tuple[int, int]
    ) -> Operation:
        carts = ToolDemand(PATTERNS * self.scale, -(-quantity // 36), until=first + 4)
        modes = tuple(
            Mode(
                bench,
                run_seconds=30 * quantity,
                tools=(carts,),
                run_crew=(CrewDemand(4),),
            )
            for bench in self._some(BENCH, 3)
        )
        return Operation(self._key(order), order, modes)

    def _dry(
        self, order: int, first: int, quantity: int, kind: int, families: tuple[int, int]
    ) -> Operation:
        modes = tuple(
            Mode(oven, run_seconds=18 * 3600, setup=40, load=min(216, quantity))
            for oven in self._some(OVEN, 4)
        )
        return Operation(
            self._key(order), order, modes, batch_family=kind % 2, pausing=Pausing.NEVER
        )

    def _cut(
        self, order: int, first: int, quantity: int, kind: int, families: tuple[int, int]
    ) -> Operation:
        crew = (CrewDemand(3),)
        modes = tuple(
            Mode(saw, run_seconds=30 * quantity, setup=2, setup_crew=crew, run_crew=crew)
            for saw in self._some(CUT, 2)
        )
        return Operation(self._key(order), order, modes, families=families)

    def _finish(
        self, order: int, first: int, quantity: int, kind: int, families: tuple[int, int]
    ) -> Operation:
        modes = tuple(
            Mode(bench, run_seconds=168 * quantity, run_crew=(CrewDemand(4),))
            for bench in self._some(BENCH, 4)
        )
        return Operation(self._key(order), order, modes)

    def _plain(self, order: int, group: int, setup: int, seconds: int, skill: str) -> None:
        crew = (CrewDemand(SKILLS.index(skill)),)
        modes = tuple(
            Mode(m, run_seconds=seconds, setup=setup, setup_crew=crew, run_crew=crew)
            for m in self._some(group, 2)
        )
        self.operations.append(Operation(self._key(order), order, modes))


def plant(operations: int, seed: int = 1) -> Problem:
    """The benchmark plant; always the same for a seed."""
    return PlantWriter(operations, seed).problem()


def plain_shop(operations: int, seed: int = 1) -> Problem:
    """A flexible job shop with due dates and nothing else; always the same for a seed.

    150 machines in groups of one to four alike, orders of 3 to 15 operations, 85 % load.
    """
    dice = random.Random(seed)
    machines = 150
    groups: list[range] = []
    while (first := sum(map(len, groups))) < machines:
        groups.append(range(first, min(machines, first + dice.choice((1, 1, 2, 2, 3, 4)))))
    horizon = operations * 127 / (0.85 * machines)  # minutes
    orders: list[Order] = []
    made: list[Operation] = []
    links: list[Precedence] = []
    while len(made) < operations:
        steps = min(dice.randint(3, 15), operations - len(made))
        release = int(dice.uniform(0, horizon))
        number, work = len(orders), 0
        for step in range(steps):
            group = groups[dice.choices(range(len(groups)), list(map(len, groups)))[0]]
            minutes = dice.randint(15, 240)
            work += minutes
            modes = tuple(Mode(machine, run_seconds=60 * minutes) for machine in group)
            if step:
                links.append(Precedence(len(made) - 1, len(made)))
            made.append(Operation(f"{number}/{10 * (step + 1)}", number, modes))
        due = release + int(work * dice.uniform(1.5, 6.0))
        orders.append(Order(f"{number}", release, due, dice.choice((1, 1, 2, 5))))
    return Problem(
        origin=datetime(2026, 3, 2, tzinfo=UTC),
        calendars=(Calendar("always", ALWAYS),),
        machines=tuple(Machine(f"M{k}", CALENDAR_ALWAYS) for k in range(machines)),
        orders=tuple(orders),
        operations=tuple(made),
        precedences=tuple(links),
    )


def first_plan(problem: Problem, rule: str) -> tuple[Schedule, dict[str, float]]:
    """The first plan and its seconds: compiling, placing, verifying."""
    Maker(plant(1000)).forward  # noqa: B018 - loading numba is no part of a plan
    gc.collect()
    begin, cpu = time.perf_counter(), time.process_time()
    maker = Maker(problem)
    if maker.forward is None:
        maker.shop  # noqa: B018 - compiled now
    compiled = time.perf_counter()
    schedule = construct(maker, weights=POLICIES["on_time"], rule=rule)
    placed = time.perf_counter()
    violations = verify(problem, schedule)
    done = time.perf_counter()
    if violations:
        raise AssertionError(violations[0].message.text("en"))
    figures = {
        "compile_seconds": compiled - begin,
        "construct_seconds": placed - compiled,
        "verify_seconds": done - placed,
        "total_seconds": done - begin,
        "total_cpu_seconds": time.process_time() - cpu,
        "operations_per_second": len(problem.operations) / (placed - begin),
    }
    return schedule, figures


def drags(problem: Problem, schedule: Schedule, count: int, seed: int) -> dict[str, float]:
    """CPU milliseconds per preview of random drags, each result verified.

    ``drag_p95_ms``: to the objective and what moves; ``written``: to the placements, too.
    """
    dice = random.Random(seed)
    begin = time.process_time()
    repairer = Repairer(problem, schedule)
    opened = time.process_time() - begin
    times: list[float] = []
    written: list[float] = []
    moved: list[int] = []
    refused = 0
    for _ in range(count):
        old = dice.choice(schedule.placements)
        gesture = Move(old.operation, None, old.start + dice.randint(-2 * DAY, 2 * DAY))
        begin = time.process_time()
        result = repairer.move(gesture)
        times.append(1000 * (time.process_time() - begin))
        _ = result.schedule  # written down when it is first asked for
        written.append(1000 * (time.process_time() - begin))
        moved.append(len(result.moved))
        refused += result.refused is not None
        if result.refused is None and verify(problem, result.schedule):
            raise AssertionError("a drag broke a rule")
    times.sort()
    written.sort()
    return {
        "drag_open_ms": 1000 * opened,
        "drag_p50_ms": statistics.median(times),
        "drag_p95_ms": times[int(0.95 * len(times))],
        "drag_written_p95_ms": written[int(0.95 * len(written))],
        "drag_moved_mean": statistics.mean(moved),
        "drag_refused": refused,
    }


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--operations", type=int, default=2500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rule", default="atcs")
    parser.add_argument("--plain", action="store_true", help="a shop of machines and dates alone")
    parser.add_argument("--drags", type=int, default=0, help="random drags to time, too")
    parser.add_argument("--json", help="write the figures here")
    options = parser.parse_args(arguments)
    make = plain_shop if options.plain else plant
    problem = make(options.operations, options.seed)
    schedule, figures = first_plan(problem, options.rule)
    objective = evaluate(problem, schedule)
    report: dict[str, float] = {"operations": len(problem.operations), **figures}
    report["peak_memory_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    report.update(objective.as_dict())
    if options.drags:
        report.update(drags(problem, schedule, options.drags, options.seed))
    for name, value in report.items():
        print(f"{name:24} {value:14,.3f}".rstrip("0").rstrip("."))
    if options.json:
        with Path(options.json).open("w", encoding="utf-8") as file:
            json.dump(report, file, indent=1)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
