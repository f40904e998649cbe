"""Plan quality on public instances: ``python -m benchmarks.scheduling FILE... --seconds 10``.

Every run is a process of its own (peak memory), every answer is checked by ``verify``, and the
gap is to the best known value in a ``bounds.csv`` above the file. With ``--peer cpsat`` the same
instance goes to plain CP-SAT right after, so that both meet the same machine load.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import sys
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import asdict, dataclass
from pathlib import Path

from app.scheduling.objective import evaluate
from app.scheduling.problem import POLICIES, Schedule
from app.scheduling.verify import verify
from benchmarks.instances import Instance, read

OURS = "taktline"
COLUMNS = (
    *("instance", "solver", "status", "objective", "bound", "best known", "gap"),
    *("first plan s", "s", "MB", "verified"),
)
NOT_EXPRESSED = "not expressed"
"""The status of a peer whose model cannot state the instance; it has no gap."""

NO_PLAN = 1.0
"""The gap that a run without a plan counts as."""


@dataclass(frozen=True, slots=True)
class Result:
    """One run; times in seconds, ``gap`` as a fraction of the best known value."""

    instance: str
    solver: str
    status: str
    objective: float | None
    bound: float | None
    best_known: int | None
    gap: float | None
    first_plan_seconds: float | None
    seconds: float
    peak_memory_mb: float
    verified: bool


@dataclass(frozen=True, slots=True)
class Task:
    """What a child process is to run."""

    path: Path
    solver: str
    seconds: float
    workers: int
    seed: int


def run(task: Task) -> Result:
    """Read, solve and check one instance; called in a process of its own."""
    instance = read(task.path)
    begin = time.monotonic()
    if task.solver == OURS:
        schedule, status, bound, first = _ours(instance, task)
    else:
        schedule, status, bound, first = _peer(instance, task)
    seconds = time.monotonic() - begin
    value, verified = _judge(instance, schedule)
    return Result(
        instance=instance.name,
        solver=task.solver,
        status=status,
        objective=value,
        bound=bound,
        best_known=instance.best_known,
        gap=None if status == NOT_EXPRESSED else _gap(value, instance.best_known),
        first_plan_seconds=first,
        seconds=round(seconds, 2),
        peak_memory_mb=round(peak_memory_mb(), 1),
        verified=verified,
    )


Outcome = tuple[Schedule | None, str, float | None, float | None]


def _ours(instance: Instance, task: Task) -> Outcome:
    from app.scheduling.solve import solve

    solution = solve(
        instance.problem,
        policy=instance.objective,
        seconds=task.seconds,
        workers=task.workers,
        seed=task.seed,
    )
    schedule = solution.schedule if solution.schedule.placements else None
    return schedule, str(solution.status), solution.bound, solution.first_plan_seconds


def _peer(instance: Instance, task: Task) -> Outcome:
    from benchmarks.peers import NotExpressed, cpsat

    weights = POLICIES[instance.objective]
    try:
        answer = cpsat(instance.problem, weights, task.seconds, task.workers, task.seed)
    except NotExpressed:
        return None, NOT_EXPRESSED, None, None
    return answer.schedule, answer.status, answer.bound, answer.first_plan_seconds


def _judge(instance: Instance, schedule: Schedule | None) -> tuple[float | None, bool]:
    """The objective, and whether the plan is complete and breaks no rule."""
    if schedule is None:
        return None, False
    objective = evaluate(instance.problem, schedule)
    sound = not verify(instance.problem, schedule) and not schedule.unplaced
    value = objective.makespan_min
    if instance.objective != "makespan":
        return objective.weighted_tardiness_min, sound
    return float(value), sound


def _gap(value: float | None, best_known: int | None) -> float | None:
    if best_known is None:
        return None
    return NO_PLAN if value is None else (value - best_known) / best_known


def peak_memory_mb() -> float:
    """Largest memory this process has used."""
    if sys.platform == "win32":
        import psutil

        return float(psutil.Process().memory_info().peak_wset) / 2**20
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure(tasks: Iterable[Task]) -> Iterable[Result]:
    """Run the tasks one after the other, each in a fresh process."""
    context = multiprocessing.get_context("spawn")
    for task in tasks:
        with ProcessPoolExecutor(1, context) as pool:
            try:
                yield pool.submit(run, task).result()
            except BrokenProcessPool:
                name, bound = task.path.stem, None
                yield Result(
                    name, task.solver, "died", None, bound, None, NO_PLAN, None, 0, 0, False
                )


def table(results: Sequence[Result]) -> str:
    """The results as a Markdown table, with the mean gap per solver below."""
    lines = ["| " + " | ".join(COLUMNS) + " |", "|" + "---|" * len(COLUMNS)]
    for r in results:
        cells = (
            r.instance,
            r.solver,
            r.status,
            _number(r.objective),
            _number(r.bound),
            _number(r.best_known),
            _percent(r.gap),
            "–" if r.first_plan_seconds is None else f"{r.first_plan_seconds:.3f}",
            f"{r.seconds:.1f}",
            f"{r.peak_memory_mb:.0f}",
            "yes" if r.verified else "no",
        )
        lines.append("| " + " | ".join(cells) + " |")
    for solver in dict.fromkeys(r.solver for r in results):
        gaps = [r.gap for r in results if r.solver == solver and r.gap is not None]
        if gaps:
            lines.append(f"\nMean gap of {solver}: {_percent(sum(gaps) / len(gaps))}")
    return "\n".join(lines)


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:,.10g}"


def _percent(gap: float | None) -> str:
    return "–" if gap is None else f"{100 * gap:.2f} %"


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code 0 if every plan of ours was verified, else 1."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--peer", choices=["cpsat"], action="append", default=[])
    parser.add_argument("--json", type=Path, help="write the results there")
    options = parser.parse_args(arguments)
    tasks = [
        Task(path, solver, options.seconds, options.workers, options.seed)
        for path in options.files
        for solver in (OURS, *options.peer)
    ]
    results: list[Result] = []
    for result in measure(tasks):
        results.append(result)
        print(f"{result.instance} {result.solver}: {_number(result.objective)}", file=sys.stderr)
    print(table(results))
    if options.json is not None:
        options.json.write_text(json.dumps([asdict(r) for r in results], indent=1))
    return 0 if all(r.verified for r in results if r.solver == OURS) else 1


if __name__ == "__main__":
    sys.exit(main())
