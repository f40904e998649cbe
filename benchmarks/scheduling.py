"""Plan quality on public instances: ``python -m benchmarks.scheduling FILE... --seconds 10``.

Every run is a process of its own (peak memory), every answer is checked by ``verify``, and the
gap is to the best known value in a ``bounds.csv`` above the file. With ``--peer`` the same instance
goes to another solver right after, so that both meet the same machine load. ``--disguise SEED``
renames it and permutes jobs and machines before anybody sees it. ``--trace`` keeps when which plan
was found, for ``python -m benchmarks.plot``.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from app.scheduling.objective import evaluate
from app.scheduling.problem import POLICIES, Problem, Schedule
from app.scheduling.progress import Progress
from app.scheduling.verify import verify
from benchmarks.answer import NotExpressed, PeerAnswer
from benchmarks.disguise import disguise
from benchmarks.instances import PLANT_SUFFIXES, Instance, read

OURS = "taktline"
PEERS = ("pyjobshop", "cpsat", "aps-kernel")
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
    """What a child process is to run; ``disguise``: seed of the permutation, None = as it is.

    ``common``: cut a plant down to what all solvers can state, so many times as large; 0 = whole.
    """

    path: Path
    solver: str
    seconds: float
    workers: int
    seed: int
    disguise: int | None = None
    common: int = 0
    label: str = ""


Trace = tuple[tuple[float, float], ...]
"""(seconds, objective) of each better plan."""


def run(task: Task) -> tuple[Result, Trace, float]:
    """Read, solve and check one instance; called in a process of its own.

    Also the plans on the way, and the processor time of the solve per second: the cores it got.
    """
    instance = read(task.path)
    if task.common:
        from benchmarks.common_model import common

        instance = replace(instance, problem=common(instance.problem, task.common))
    problem, hidden = instance.problem, None
    if task.disguise is not None:
        hidden = disguise(problem, task.disguise)
        problem = hidden.problem
    begin, busy = time.monotonic(), time.process_time()
    answer = (_ours if task.solver == OURS else _peer)(instance, problem, task)
    seconds = time.monotonic() - begin
    cores = (time.process_time() - busy) / max(seconds, 1e-3)
    schedule = answer.schedule
    if hidden is not None and schedule is not None:
        schedule = hidden.undone(schedule)
    value, verified = _judge(instance, schedule)
    status, bound = answer.status, answer.bound
    first = answer.trace[0][0] if answer.trace else None
    result = Result(
        instance=instance.name,
        solver=task.label or task.solver,
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
    return result, answer.trace, cores


def _ours(instance: Instance, problem: Problem, task: Task) -> PeerAnswer:
    from app.scheduling.solve import solve

    trace: list[tuple[float, float]] = []
    weights = POLICIES[instance.objective]

    def note(progress: Progress) -> None:
        if progress.schedule is not None:
            value = progress.objective.makespan_min
            if instance.objective != "makespan":
                value = progress.objective.total(weights)
            trace.append((progress.elapsed, float(value)))

    solution = solve(
        problem,
        policy=instance.objective,
        seconds=task.seconds,
        workers=task.workers,
        seed=task.seed,
        report=note,
    )
    schedule = solution.schedule if solution.schedule.placements else None
    return PeerAnswer(schedule, str(solution.status), solution.bound, tuple(trace))


def _peer(instance: Instance, problem: Problem, task: Task) -> PeerAnswer:
    from benchmarks.peers import cpsat

    solve = cpsat
    if task.solver == "pyjobshop":
        from benchmarks.peer_pyjobshop import pyjobshop_answer as solve
    elif task.solver == "aps-kernel":
        from benchmarks.peer_aps import aps_answer as solve
    weights = POLICIES[instance.objective]
    try:
        return solve(problem, weights, task.seconds, task.workers, task.seed)
    except NotExpressed:
        return PeerAnswer(None, NOT_EXPRESSED)


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


def peak_memory_of(process: int) -> float:
    """Largest memory that another process has used, in MB; 0 where the system does not tell."""
    try:
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM")), 0.0)


def measure(
    tasks: Iterable[Task], patience: float | None = None
) -> Iterable[tuple[Result, Trace, float]]:
    """Run the tasks one after the other, each in a fresh process.

    A solver that has not answered after ``patience`` seconds, reading included, is ended.
    """
    context = multiprocessing.get_context("spawn")
    for task in tasks:
        with ProcessPoolExecutor(1, context) as pool:
            begin, answer = time.monotonic(), pool.submit(run, task)
            children = multiprocessing.active_children()
            try:
                yield answer.result(timeout=patience)
            except TimeoutError:
                memory = sum(peak_memory_of(child.pid or 0) for child in children)
                for child in children:
                    child.kill()
                status = f"no answer in {patience:.0f} s"
                yield _without_answer(task, status, time.monotonic() - begin, memory), (), 0.0
            except BrokenProcessPool:
                yield _without_answer(task, "died", time.monotonic() - begin, 0.0), (), 0.0


def _without_answer(task: Task, status: str, seconds: float, memory: float) -> Result:
    name, solver = task.path.stem, task.label or task.solver
    memory, seconds = round(memory, 1), round(seconds, 2)
    gap = None if task.path.suffix in PLANT_SUFFIXES else NO_PLAN
    return Result(
        name, solver, status, None, None, None, gap, None, seconds, memory, verified=False
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
    lines += [f"\nMean gap of {name}: {_percent(gap)}" for name, gap in mean_gaps(results)]
    return "\n".join(lines)


def mean_gaps(results: Sequence[Result]) -> list[tuple[str, float]]:
    """Per solver; of a peer that ran with several numbers of workers, also its better run.

    Only instances with a best known value that every solver's model can state count.
    """
    gaps: dict[str, dict[str, float]] = {}
    for r in results:
        if r.gap is not None:
            gaps.setdefault(r.solver, {})[r.instance] = r.gap
    if not gaps:
        return []
    common = set.intersection(*(set(of) for of in gaps.values()))
    for peer in PEERS:
        runs = [of for name, of in gaps.items() if name.split(" ")[0] == peer]
        if len(runs) > 1:
            gaps[f"{peer}, better run"] = {i: min(of[i] for of in runs) for i in common}
    return [(name, sum(of[i] for i in common) / len(common)) for name, of in gaps.items() if common]


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
    parser.add_argument("--peer", choices=PEERS, action="append", default=[])
    parser.add_argument(
        "--peer-workers", type=int, nargs="+", help="the peer runs once with each; else --workers"
    )
    parser.add_argument("--disguise", type=int, metavar="SEED", help="permute jobs and machines")
    parser.add_argument(
        "--common", type=int, default=0, metavar="N",
        help="cut plants down to what aps-kernel can state, too, and make them N times as large",
    )  # fmt: skip
    parser.add_argument(
        "--patience", type=float, metavar="SECONDS", help="end a run that takes longer than this"
    )
    parser.add_argument("--json", type=Path, help="write the results there")
    parser.add_argument("--trace", type=Path, help="write there when which plan was found")
    options = parser.parse_args(arguments)
    results: list[Result] = []
    traces = []
    for result, trace, cores in measure(_tasks(options), options.patience):
        results.append(result)
        traces.append(asdict(result) | {"trace": trace, "cores": round(cores, 2)})
        found = f"{result.instance} {result.solver}: {_number(result.objective)}"
        print(f"{found} ({cores:.1f} cores)", file=sys.stderr)
    print(table(results))
    if options.json is not None:
        options.json.write_text(json.dumps([asdict(r) for r in results], indent=1))
    if options.trace is not None:
        options.trace.write_text(json.dumps(traces))
    return 0 if all(r.verified for r in results if r.solver == OURS) else 1


def _tasks(options: argparse.Namespace) -> Iterator[Task]:
    """Per instance ours and then the peers, so that all meet the same load of the machine."""
    for path in options.files:
        shared = {"seconds": options.seconds, "seed": options.seed, "disguise": options.disguise}
        shared["common"] = options.common
        yield Task(path, OURS, workers=options.workers, **shared)
        for peer in options.peer:
            for workers in options.peer_workers or [options.workers]:
                label = f"{peer} ({workers} workers)" if options.peer_workers else peer
                yield Task(path, peer, workers=workers, label=label, **shared)


if __name__ == "__main__":
    sys.exit(main())
