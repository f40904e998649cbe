"""A breakdown or a rush order in the benchmark plant, repaired and beside it planned anew.

python -m benchmarks.repairs [--operations N] [--cases K] [--machine-free] [--json R]

Each case has a seed: every second one closes a machine for one to three days from somewhere in the
first two weeks on, the others add an order of eight steps that is due in four days. Told are
processor seconds from the changed problem to the verified plan, the weighted objective against
that of the better of the standard rules from scratch, and the share of operations that moved.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from app.scheduling.construct import construct
from app.scheduling.maker import Maker
from app.scheduling.objective import evaluate
from app.scheduling.problem import POLICIES, Calendar, Order, Problem, Schedule, Window
from app.scheduling.update import Questions, bring_up_to_date
from app.scheduling.verify import verify
from benchmarks.engine import DAY, STEPS, first_plan, plant

ON_TIME = POLICIES["on_time"]
RULES = ("atcs", "edd", "critical_ratio")


def without(windows: Sequence[Window], start: int, end: int) -> tuple[Window, ...]:
    """Windows less ``[start, end)``."""
    left: list[Window] = []
    for window in windows:
        for a, b in ((window.start, min(window.end, start)), (max(window.start, end), window.end)):
            if a < b:
                left.append(replace(window, start=a, end=b))
    return tuple(left)


def breakdown(problem: Problem, plan: Schedule, dice: random.Random) -> Problem:
    """A machine that something stands on is closed."""
    operations = problem.operations
    soon = [p for p in plan.placements if problem.now + DAY < p.start < problem.now + 14 * DAY]
    hit = dice.choice(soon)
    machine = operations[hit.operation].modes[hit.mode].machine
    record = problem.machines[machine]
    closed = without(
        problem.calendars[record.calendar].windows,
        hit.setup_start,
        hit.setup_start + dice.randint(1, 3) * DAY,
    )
    machines = list(problem.machines)
    machines[machine] = replace(record, calendar=len(problem.calendars))
    calendars = (*problem.calendars, Calendar("broken", closed))
    return replace(problem, calendars=calendars, machines=tuple(machines))


def rush_order(problem: Problem, plan: Schedule, dice: random.Random) -> Problem:
    """A new order like one of the plant's, due in four days, of three times the weight."""
    count, order = len(problem.operations), len(problem.orders)
    first = dice.randrange(order) * STEPS
    steps = [
        replace(
            operation,
            key=f"RUSH/{k}",
            order=order,
            modes=tuple(
                replace(
                    mode,
                    tools=tuple(
                        tool if tool.until is None else replace(
                            tool, until=tool.until - first + count
                        )
                        for tool in mode.tools
                    ),
                )
                for mode in operation.modes
            ),
        )
        for k, operation in enumerate(problem.operations[first : first + STEPS])
    ]  # fmt: skip
    links = [
        replace(link, before=link.before - first + count, after=link.after - first + count)
        for link in problem.precedences
        if first <= link.before < first + STEPS
    ]
    return replace(
        problem,
        operations=(*problem.operations, *steps),
        orders=(*problem.orders, Order("RUSH", problem.now, problem.now + 4 * DAY, 3)),
        precedences=(*problem.precedences, *links),
    )


def anew(problem: Problem) -> float:
    """The weighted objective of the best of the standard rules."""
    maker = Maker(problem)
    plans = [construct(maker, weights=ON_TIME, rule=rule) for rule in RULES]
    return min(evaluate(problem, plan).total(ON_TIME) for plan in plans)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--operations", type=int, default=10_000)
    parser.add_argument("--cases", type=int, default=10)
    parser.add_argument("--machine-free", action="store_true", help="other machines are allowed")
    parser.add_argument("--json", help="write the figures here")
    options = parser.parse_args(arguments)
    problem = plant(options.operations)
    plan, _ = min(
        (first_plan(problem, rule) for rule in RULES),
        key=lambda found: evaluate(problem, found[0]).total(ON_TIME),
    )
    questions = Questions(machine=options.machine_free)
    rows: list[dict[str, float | str]] = []
    for case in range(options.cases + 1):  # the first one loads what is compiled
        dice = random.Random(case)
        change = rush_order if case % 2 else breakdown
        changed = change(problem, plan, dice)
        begin = time.process_time()
        updated = bring_up_to_date(changed, plan, questions)
        seconds = time.process_time() - begin
        if verify(changed, updated.schedule):
            raise AssertionError("the repaired plan breaks a rule")
        if not case:
            continue
        rows.append(
            {
                "case": change.__name__,
                "seconds": seconds,
                "objective_to_anew": updated.after.total(ON_TIME) / anew(changed),
                "objective_to_before": updated.after.total(ON_TIME)
                / evaluate(problem, plan).total(ON_TIME),
                "moved_share": len(updated.moved) / len(plan.placements),
                "lost": len(updated.lost),
            }
        )
        print(
            "  ".join(f"{k} {v if isinstance(v, str) else f'{v:.3f}'}" for k, v in rows[-1].items())
        )
    for name in ("seconds", "objective_to_anew", "moved_share"):
        values = [float(row[name]) for row in rows]
        print(f"{name:20} median {statistics.median(values):.3f}  worst {max(values):.3f}")
    if options.json:
        Path(options.json).write_text(json.dumps(rows, indent=1), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
