"""A solve in a process of its own.

The window stays fluid, memory goes back when it ends, and a solver that crashes takes no unsaved
work along: the parent keeps the last verified plan. One pipe: the child streams progress and
plans, the parent says stop; a pipe that breaks tells either side that the other is gone.

A frozen program must call ``multiprocessing.freeze_support()`` as its very first statement.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import pickle
import threading
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

from app.core.errors import AppError, Unavailable
from app.core.messages import message
from app.scheduling.freight import in_pieces, put_together
from app.scheduling.objective import Objective, evaluate
from app.scheduling.packing import Packed, pack, unpack
from app.scheduling.problem import POLICIES, Problem, Schedule, Unplaced, Weights
from app.scheduling.progress import Progress, Solution, Stage, Status

GRACE_SECONDS = 0.07
"""How long a stopped child may take to hand its best plan over before it is ended."""

POLL_SECONDS = 0.05
ENDING_SECONDS = 0.03
"""A child that has answered, or is killed, is waited for so long."""

OVERTIME_SECONDS = 30.0
"""A child that is so late behind its own time limit hangs and is ended."""


@dataclass(frozen=True, slots=True)
class Options:
    """What is asked besides the problem; see ``solve.solve``."""

    policy: str | Weights = "on_time"
    seconds: float = 10.0
    seed: int = 0
    workers: int = 1


Stop = Callable[[], bool]
Report = Callable[[Progress], None]
Work = Callable[[Problem, Options, Stop, Report], Solution]


class SolverFault(RuntimeError):
    """The child met a bug; the text is its traceback."""


@dataclass(frozen=True, slots=True)
class _News:
    """A progress report on the wire."""

    elapsed: float
    objective: Objective
    bound: float | None
    stage: Stage
    schedule: Packed | None


@dataclass(frozen=True, slots=True)
class _Done:
    """The end of the solve on the wire; the schedule travels packed."""

    solution: Solution
    schedule: Packed


@dataclass(frozen=True, slots=True)
class _Failed:
    """An error of the child: one a person can act upon, or a traceback."""

    error: AppError | None
    trace: str


def default_workers() -> int:
    """Solver threads for an interactive solve: one core is left to the window."""
    return max(1, (os.cpu_count() or 2) - 1)


def run_in_child(
    problem: Problem,
    *,
    policy: str | Weights = "on_time",
    seconds: float = 10.0,
    seed: int = 0,
    workers: int | None = None,
    stop: Stop = lambda: False,
    report: Report = lambda _: None,
) -> Solution:
    """``solve.solve`` in a spawned process; ``report`` and ``stop`` run in the calling thread.

    A stop is answered within 0.2 s with the best plan so far. A child that dies is a ``note`` on
    the solution, which keeps the last plan. Raises AppError as ``solve`` does, Unavailable if the
    child dies before its first plan, SolverFault on a bug.
    """
    options = Options(policy, seconds, seed, workers or default_workers())
    return supervise(_solve, problem, options, stop, report)


def improve_in_child(
    problem: Problem,
    schedule: Schedule,
    *,
    weights: Weights,
    seconds: float,
    workers: int,
    seed: int,
    stop: Stop,
    report: Report,
) -> Solution:
    """``improve.improve`` from a plan on, as ``run_in_child`` does ``solve``."""
    work = partial(_improve, schedule=schedule)
    return supervise(work, problem, Options(weights, seconds, seed, workers), stop, report)


def _improve(
    problem: Problem, options: Options, stop: Stop, report: Report, *, schedule: Schedule
) -> Solution:
    from app.scheduling.improve import improve

    weights = POLICIES[options.policy] if isinstance(options.policy, str) else options.policy
    solution = improve(
        problem,
        schedule,
        weights=weights,
        seconds=options.seconds,
        workers=options.workers,
        seed=options.seed,
        stop=stop,
        report=report,
    )
    from app.scheduling.solve import proved

    proved(problem, solution.schedule)
    return solution


def supervise(
    work: Work, problem: Problem, options: Options, stop: Stop, report: Report
) -> Solution:
    """Run ``work`` (a module-level function) in a child and relay what it says."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    began = time.monotonic()
    pieces: list[bytes] = []
    for piece in in_pieces(problem):
        if stop():
            return _nothing(problem, time.monotonic() - began)
        pieces.append(piece)
    payload = (work, options, pieces)
    child = context.Process(target=_main, args=(there, *payload), name="solver", daemon=True)
    child.start()
    there.close()
    del pieces, payload
    try:
        return _Supervisor(problem, child, here, options, stop, report).run()
    finally:
        _end(child)
        here.close()


def _end(child: BaseProcess) -> None:
    """Nobody waits until the system has taken back a large child's memory."""
    child.join(ENDING_SECONDS)
    if child.is_alive():
        child.kill()
        child.join(ENDING_SECONDS)


def _nothing(problem: Problem, seconds: float) -> Solution:
    """Stopped before anything was placed."""
    reason = "solver.stopped_before_placed"
    unplaced = (
        Unplaced(i, reason, (("operation", operation.key),))
        for i, operation in enumerate(problem.operations)
    )
    nothing = Schedule((), tuple(unplaced))
    return Solution(nothing, evaluate(problem, nothing), Status.CANCELLED, None, seconds)


class _Supervisor:
    """The parent's side of one solve."""

    def __init__(
        self,
        problem: Problem,
        child: BaseProcess,
        pipe: Connection,
        options: Options,
        stop: Stop,
        report: Report,
    ) -> None:
        self._problem = problem
        self._child = child
        self._pipe = pipe
        self._stop = stop
        self._report = report
        self._began = time.monotonic()
        self._hangs_after = self._began + options.seconds + OVERTIME_SECONDS
        self._best: Schedule | None = None
        self._objective = Objective()
        self._bound: float | None = None

    def run(self) -> Solution:
        asked_to_stop: float | None = None
        while True:
            try:
                solution = self._listen()
            except (EOFError, ConnectionError):
                return self._died()
            if solution is not None:
                return solution
            now = time.monotonic()
            if asked_to_stop is None and self._stop():
                asked_to_stop = now
                with suppress(OSError):
                    self._pipe.send_bytes(b"stop")
            if asked_to_stop is not None and now - asked_to_stop > GRACE_SECONDS:
                return self._stopped()
            if now > self._hangs_after:
                return self._died()

    def _listen(self) -> Solution | None:
        """Wait a moment for one piece of news; the solution if it has come."""
        if not self._pipe.poll(POLL_SECONDS):
            return None
        # What comes is from our own child: pickle is safe here.
        news = pickle.loads(self._pipe.recv_bytes())  # noqa: S301
        if isinstance(news, _Done):
            return replace(news.solution, schedule=unpack(news.schedule))
        if isinstance(news, _Failed):
            if news.error is not None:
                raise news.error
            raise SolverFault(news.trace)
        self._relay(news)
        return None

    def _relay(self, news: _News) -> None:
        schedule = None if news.schedule is None else unpack(news.schedule)
        if schedule is not None:
            self._best, self._objective = schedule, news.objective
        self._bound = news.bound
        self._report(Progress(news.elapsed, news.objective, news.bound, news.stage, schedule))

    def _stopped(self) -> Solution:
        """The child did not answer in time: what it last sent is the answer."""
        self._child.kill()
        seconds = time.monotonic() - self._began
        if self._best is None:
            return _nothing(self._problem, seconds)
        return Solution(self._best, self._objective, Status.CANCELLED, self._bound, seconds)

    def _died(self) -> Solution:
        self._child.join(GRACE_SECONDS)
        code = self._child.exitcode if self._child.exitcode is not None else "-"
        if self._best is None:
            raise Unavailable(message("solver.died", code=code))
        seconds = time.monotonic() - self._began
        note = message("solver.died_plan_kept", code=code)
        status = Status.FEASIBLE
        return Solution(self._best, self._objective, status, self._bound, seconds, note=note)


# -- the child's side -----------------------------------------------------------------------------


def _solve(problem: Problem, options: Options, stop: Stop, report: Report) -> Solution:
    from app.scheduling.solve import solve

    return solve(
        problem,
        policy=options.policy,
        seconds=options.seconds,
        seed=options.seed,
        workers=options.workers,
        stop=stop,
        report=report,
    )


def _main(pipe: Connection, work: Work, options: Options, pieces: list[bytes]) -> None:
    stopped = threading.Event()
    threading.Thread(target=_hear_stop, args=(pipe, stopped), daemon=True).start()
    try:
        problem = put_together(pieces)
        pieces.clear()
        gc.freeze()  # the problem stays to the end: no search for cycles need look at it
        solution = work(problem, options, stopped.is_set, _Reporter(pipe, stopped))
        _send(pipe, _Done(replace(solution, schedule=Schedule(())), pack(solution.schedule)))
    except ConnectionError:
        return  # the parent is gone: nobody wants the answer
    except AppError as error:
        _send(pipe, _Failed(error, ""))
    except Exception:
        _send(pipe, _Failed(None, traceback.format_exc()))


def _hear_stop(pipe: Connection, stopped: threading.Event) -> None:
    """Any word from the parent means stop, and so does its end."""
    with suppress(OSError, EOFError):
        pipe.recv_bytes()
    stopped.set()


class _Reporter:
    """Sends reports; the engine calls it from one thread at a time."""

    def __init__(self, pipe: Connection, stopped: threading.Event) -> None:
        self._pipe = pipe
        self._stopped = stopped

    def __call__(self, progress: Progress) -> None:
        packed = None if progress.schedule is None else pack(progress.schedule)
        news = _News(progress.elapsed, progress.objective, progress.bound, progress.stage, packed)
        try:
            _send(self._pipe, news)
        except ConnectionError:
            self._stopped.set()


def _send(pipe: Connection, news: object) -> None:
    pipe.send_bytes(pickle.dumps(news, pickle.HIGHEST_PROTOCOL))
