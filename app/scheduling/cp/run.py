"""Solving a model: limits, stop within 0.2 s, answers while it runs."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from ortools.sat.python import cp_model

from app.scheduling.behind import Behind
from app.scheduling.cp.draft import Draft, Impossible
from app.scheduling.cp.goal import Goal
from app.scheduling.cp.resources import constrain
from app.scheduling.problem import Placement, Problem, Weights
from app.scheduling.spans import OpenTimes

WATCH_SECONDS = 0.02
"""How often the watcher looks for a stop; a stop sent before the search begins is lost."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Begins of setup and modes of the free operations; not yet a plan."""

    begins: dict[int, int]
    starts: dict[int, int]
    ends: dict[int, int]
    modes: dict[int, int]


@dataclass(frozen=True, slots=True)
class Limits:
    """How long and how hard to search.

    ``deterministic`` (CP-SAT's own unit of work) replaces the clock: same run, same answer.
    ``brief``: presolve without probing, which takes seconds on models with many calendars.
    ``proving``: propagate the order on the machines as hard as possible (one worker).
    """

    seconds: float
    workers: int = 1
    seed: int = 0
    deterministic: float | None = None
    brief: bool = False
    proving: bool = False


class Model:
    """A model of ``free`` while ``standing`` stands, hinted with the incumbent.

    ``upper``: latest end of each free operation that is worth looking at; ``earliest``: the
    earliest begin (now, if not given); ``behind``: what follows and keeps its sequence. Raises
    Impossible if that leaves an operation no time at all.
    """

    def __init__(
        self,
        problem: Problem,
        incumbent: Mapping[int, Placement],
        *,
        free: Collection[int],
        standing: Mapping[int, Placement],
        upper: Mapping[int, int],
        weights: Weights,
        open_times: OpenTimes,
        behind: Behind | None = None,
        earliest: int | None = None,
    ) -> None:
        begin = problem.now if earliest is None else earliest
        self.draft = Draft(problem, standing, free, incumbent, upper, open_times, begin)
        arcs = constrain(self.draft)
        self.goal = Goal(self.draft, weights, arcs, behind or Behind())

    def solve(
        self,
        limits: Limits,
        stop: Callable[[], bool],
        on_answer: Callable[[Answer], None] | None = None,
        on_bound: Callable[[float], None] | None = None,
    ) -> Outcome:
        """Search; ``on_answer`` and ``on_bound`` are called from the solver's threads."""
        solver = cp_model.CpSolver()
        _configure(solver.parameters, limits)
        if on_bound is not None:
            tell = on_bound
            solver.best_bound_callback = lambda value: tell(value / self.goal.scale)
        with Watcher(solver, stop):
            status = solver.solve(self.draft.cp, _Listener(self, on_answer))
        found = status in (cp_model.OPTIMAL, cp_model.FEASIBLE)
        bounded = status != cp_model.MODEL_INVALID and status != cp_model.INFEASIBLE
        return Outcome(
            answer=self._read(solver.value) if found else None,
            bound=solver.best_objective_bound / self.goal.scale if bounded else None,
            exhausted=status == cp_model.OPTIMAL,
            contradiction=status == cp_model.INFEASIBLE,
            work=solver.response_proto.deterministic_time,
        )

    def _read(self, value: Callable[[cp_model.IntVar], int]) -> Answer:
        steps = self.draft.steps
        return Answer(
            begins={i: value(step.begin) for i, step in steps.items()},
            starts={i: value(step.start) for i, step in steps.items()},
            ends={i: value(step.end) for i, step in steps.items()},
            modes={
                i: next(choice.mode for choice in step.choices if value(choice.on))
                for i, step in steps.items()
            },
        )


@dataclass(frozen=True, slots=True)
class Outcome:
    """``bound`` in the unit of the weighted objective, None if nothing is known.

    ``exhausted``: the model has no better answer. ``contradiction``: the model has none at all,
    which an incumbent refutes; the caller logs it and goes on. ``work``: CP-SAT's deterministic
    time.
    """

    answer: Answer | None
    bound: float | None
    exhausted: bool
    contradiction: bool
    work: float


class _Listener(cp_model.CpSolverSolutionCallback):
    def __init__(self, model: Model, on_answer: Callable[[Answer], None] | None) -> None:
        super().__init__()
        self._model = model
        self._on_answer = on_answer

    def on_solution_callback(self) -> None:
        if self._on_answer is not None:
            self._on_answer(self._model._read(self.value))


def _configure(parameters: object, limits: Limits) -> None:
    settings: dict[str, object] = {
        "num_workers": limits.workers,
        "random_seed": limits.seed % 2**31,
        "max_time_in_seconds": max(0.01, limits.seconds),
        "cp_model_presolve": True,
    }
    if limits.workers == 1:
        settings["linearization_level"] = 0
    if limits.brief:
        settings |= {"cp_model_probing_level": 0, "symmetry_level": 0}
    if limits.proving:
        settings["use_strong_propagation_in_disjunctive"] = True
    if limits.deterministic is not None:
        settings["max_deterministic_time"] = limits.deterministic
        settings["max_time_in_seconds"] = 1e9
    for name, value in settings.items():
        setattr(parameters, name, value)


class Watcher:
    """Repeats a stop until the solver has returned."""

    def __init__(self, solver: cp_model.CpSolver, stop: Callable[[], bool]) -> None:
        self._solver = solver
        self._stop = stop
        self._returned = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="cp-sat-watcher", daemon=True)

    def __enter__(self) -> Watcher:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._returned.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._returned.wait(WATCH_SECONDS):
            if self._stop():
                self._solver.stop_search()


__all__ = ["Answer", "Behind", "Impossible", "Limits", "Model", "Outcome"]
