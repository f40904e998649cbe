"""The same instance under another name, its jobs and machines in another order.

Best known plans are public: a solver that recognised an instance could carry them. What comes back
is translated to the instance as it was read, and checked there.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

from app.scheduling.problem import Problem, Schedule


@dataclass(frozen=True, slots=True)
class Disguise:
    """``problem`` to solve; ``operations[new]`` is the operation of the original."""

    problem: Problem
    operations: tuple[int, ...]

    def undone(self, schedule: Schedule) -> Schedule:
        """The plan of the original problem."""
        placements = [
            replace(p, operation=self.operations[p.operation]) for p in schedule.placements
        ]
        unplaced = [replace(u, operation=self.operations[u.operation]) for u in schedule.unplaced]
        return Schedule(
            tuple(sorted(placements, key=lambda p: p.operation)),
            tuple(sorted(unplaced, key=lambda u: u.operation)),
        )


def disguise(problem: Problem, seed: int) -> Disguise:
    """Jobs and machines permuted and renamed; raises ValueError for plants with a plan in force."""
    if problem.baseline:
        raise ValueError("a plan in force names machines")
    rng = random.Random(seed)
    orders = rng.sample(range(len(problem.orders)), len(problem.orders))
    machines = rng.sample(range(len(problem.machines)), len(problem.machines))
    new_machine = {old: new for new, old in enumerate(machines)}
    place = {order: k for k, order in enumerate(orders)}
    old = sorted(range(len(problem.operations)), key=lambda i: place[problem.operations[i].order])
    new = {i: k for k, i in enumerate(old)}

    def moved(i: int) -> object:
        operation = problem.operations[i]
        modes = tuple(
            replace(
                mode,
                machine=new_machine[mode.machine],
                tools=tuple(
                    d if d.until is None else replace(d, until=new[d.until]) for d in mode.tools
                ),
            )
            for mode in operation.modes
        )
        pin = operation.pin_machine
        return replace(
            operation,
            key=f"operation {new[i]}",
            order=place[operation.order],
            modes=modes,
            pin_machine=None if pin is None else new_machine[pin],
        )

    links = [replace(p, before=new[p.before], after=new[p.after]) for p in problem.precedences]
    rng.shuffle(links)
    other = replace(
        problem,
        machines=tuple(
            replace(problem.machines[m], key=f"machine {k}", name="")
            for k, m in enumerate(machines)
        ),
        orders=tuple(replace(problem.orders[j], key=f"job {k}") for k, j in enumerate(orders)),
        operations=tuple(moved(i) for i in old),  # type: ignore[misc]
        precedences=tuple(links),
    )
    return Disguise(other, tuple(old))
