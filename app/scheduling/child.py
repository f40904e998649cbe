"""A solve in a process of its own.

The window stays fluid, memory goes back when it ends, and a solver that crashes takes no unsaved
work along: the parent keeps the last verified plan. One pipe: the parent sends the problem while
the child starts (a thread of its own does, for that can take a second), then the child streams
progress and plans, and the parent says stop; a pipe that breaks tells either side that the other
is gone.

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
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

from app.core.errors import AppError, Unavailable
from app.core.messages import message
from app.scheduling import freight
from app.scheduling.objective import Objective
from app.scheduling.packing import Packed, pack, unpack
from app.scheduling.problem import POLICIES, Problem, Schedule, Weights
from app.scheduling.progress import Progress, Solution, Stage, Status, nothing_placed

GRACE_SECONDS = 0.07
"""How long a stopped child may take to hand its best plan over before it is ended."""

POLL_SECONDS = 0.02
ENDING_SECONDS = 0.01
"""A child that has answered, or is killed, is waited for so long."""

ALL_SENT = b"all sent"

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
    """The end of the solve on the wire; the schedule travels packed, None = the last one told."""

    solution: Solution
    schedule: Packed | None


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

    if solution.status is not Status.CANCELLED:  # then it is one that was verified when found
        proved(problem, solution.schedule)
    return solution


def supervise(
    work: Work, problem: Problem, options: Options, stop: Stop, report: Report
) -> Solution:
    """Run ``work`` (a module-level function) in a child and relay what it says."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    child = context.Process(target=_main, args=(there,), name="solver", daemon=True)
    child.start()
    there.close()
    feeder = _Feeder(here, work, options, problem)
    feeder.start()
    try:
        return _Supervisor(problem, child, here, options, stop, report, feeder).run()
    finally:
        feeder.given_up = True
        _end(child)
        feeder.join(ENDING_SECONDS)
        here.close()


def _end(child: BaseProcess) -> None:
    """Nobody waits until the system has taken back a large child's memory."""
    child.join(ENDING_SECONDS)
    if child.is_alive():
        child.kill()
        child.join(ENDING_SECONDS)


class _Feeder(threading.Thread):
    """Sends the child what it is to do, piece by piece; ``error``: why it could not."""

    def __init__(self, pipe: Connection, work: Work, options: Options, problem: Problem) -> None:
        super().__init__(name="solver-feeder", daemon=True)
        self._pipe = pipe
        self._work = work, options
        self._problem = problem
        self.given_up = False
        self.error: Exception | None = None

    def _what(self) -> Iterator[bytes]:
        yield freight.packed(self._work)

    def run(self) -> None:
        try:
            for piece in chain(self._what(), freight.in_pieces(self._problem), (ALL_SENT,)):
                if self.given_up:
                    return
                self._pipe.send_bytes(piece)
        except OSError:
            return  # the child is gone: the supervisor finds out
        except Exception as error:
            self.error = error


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
        feeder: _Feeder,
    ) -> None:
        self._problem = problem
        self._feeder = feeder
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
            if self._feeder.error is not None:
                raise self._feeder.error
            now = time.monotonic()
            if asked_to_stop is None and self._stop():
                asked_to_stop = now
                if self._best is None:  # there is nothing to wait for
                    return self._stopped()
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
            return self._done(news)
        if isinstance(news, _Failed):
            if news.error is not None:
                raise news.error
            raise SolverFault(news.trace)
        self._relay(news)
        return None

    def _done(self, news: _Done) -> Solution:
        end, best = news.solution, self._best
        if best is not None and news.schedule is None:
            return replace(end, schedule=best)
        return replace(end, schedule=self._unpacked(news.schedule))

    @staticmethod
    def _unpacked(packed: Packed | None) -> Schedule:
        return Schedule(()) if packed is None else unpack(packed)

    def _relay(self, news: _News) -> None:
        schedule = None if news.schedule is None else self._unpacked(news.schedule)
        if schedule is not None:
            self._best, self._objective = schedule, news.objective
        self._bound = news.bound
        self._report(Progress(news.elapsed, news.objective, news.bound, news.stage, schedule))

    def _stopped(self) -> Solution:
        """The child did not answer in time: what it last sent is the answer."""
        self._child.kill()
        seconds = time.monotonic() - self._began
        if self._best is None:
            return nothing_placed(self._problem, seconds)
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


def _main(pipe: Connection) -> None:
    stopped = threading.Event()
    try:
        pieces = list(iter(pipe.recv_bytes, ALL_SENT))
        threading.Thread(target=_hear_stop, args=(pipe, stopped), daemon=True).start()
        work, options = pickle.loads(pieces[0])  # noqa: S301 - from our own parent
        problem = freight.put_together(pieces[1:])
        pieces.clear()
        gc.freeze()  # the problem stays to the end: no search for cycles need look at it
        reporter = _Reporter(pipe, stopped)
        solution = work(problem, options, stopped.is_set, reporter)
        known = reporter.told is solution.schedule
        plan = None if known else pack(solution.schedule)
        _send(pipe, _Done(replace(solution, schedule=Schedule(())), plan))
    except EOFError:
        return  # the parent gave up before all was sent
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
        self.told: Schedule | None = None

    def __call__(self, progress: Progress) -> None:
        packed = None if progress.schedule is None else pack(progress.schedule)
        news = _News(progress.elapsed, progress.objective, progress.bound, progress.stage, packed)
        try:
            _send(self._pipe, news)
        except ConnectionError:
            self._stopped.set()
            return
        self.told = progress.schedule or self.told


def _send(pipe: Connection, news: object) -> None:
    pipe.send_bytes(pickle.dumps(news, pickle.HIGHEST_PROTOCOL))
