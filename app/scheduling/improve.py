"""Improving a plan: the whole problem as one model if it is small, else neighbourhoods of it.

Whatever a model or a move proposes, the decoder makes the plan and ``verify`` has the last word:
a plan is taken over only when it is verified and better than the one before.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from contextvars import copy_context
from dataclasses import replace
from importlib.util import find_spec
from typing import TYPE_CHECKING

from app.core.quiet import old_uncollected
from app.core.watch import Stopped, heeding
from app.scheduling.campaigns import with_campaigns
from app.scheduling.dear import minds_hours
from app.scheduling.direct import as_placed
from app.scheduling.explore import WINDOW_WORK, Explorer, as_priorities
from app.scheduling.incumbent import PROVEN, Budget, Found, Incumbent
from app.scheduling.maker import Maker, maker_of
from app.scheduling.neighbourhoods import PlanView, Priorities
from app.scheduling.objective import better
from app.scheduling.problem import FOREVER, MachineKind, Placement, Problem, Schedule, Weights
from app.scheduling.progress import Progress, Solution, Stage
from app.scheduling.project.arrays import Project, project_of
from app.scheduling.shop import Shop
from app.scheduling.spans import OpenTimes
from app.scheduling.tabu.arrays import PlainShop, plain_shop, plain_tables

if TYPE_CHECKING:
    from app.scheduling.cp.run import Answer, Limits, Model
    from app.scheduling.tabu.search import TabuExplorer
    from app.scheduling.tabu.walker import Elite

log = logging.getLogger(__name__)

WHOLE = 300
"""Up to so many operations the whole problem is one model."""

IN_HAND = 1_000
"""Operations up to which a search that is stopped still hands over what it has in hand."""

QUICKLY_PROVEN, QUICK_SHARE = 120, 0.1
"""So small a plain shop is first tried for a proof, in this part of the time."""

LARGE = 2_500
"""From so many operations on a plain shop is searched in parts."""

SWEEPING_SHARE, SWEEPING_QUIET = 0.5, 0.1
"""Before, it is dispatched forwards and backwards in turn: for at most this part of the time, and
no longer when this part of it has brought nothing."""

HEAD_START = 0.05
"""Part of the time the first worker searches before it proves a plain shop of middling size."""

OVERTAKEN_SECONDS = 0.5
"""A proof that others have overtaken may go on for so long before it is begun anew."""

DISPATCHED = 300
"""Plain shops with due dates and more operations than this are improved by dispatching alone."""

LARGEST_PROVEN_PROJECT, PROJECT_SHARE, PROVERS = 300, 0.1, 2
"""So large a project is proven after this part of the time, with so many threads per worker: a
proof needs several kinds of search more than it needs a core for each."""

SPARING_SHARE = 0.5
"""Part of the time left that goes to sparing dear hours, where machines prefer others."""

WHOLE_SHARE = 0.5
"""Part of the time the whole model gets where it does not state the problem in full."""


def never() -> bool:
    """The stop of a solve that nobody stops."""
    return False


def ignore(_: Progress) -> None:
    """The report of a solve that nobody watches."""


def improve(
    problem: Problem,
    schedule: Schedule,
    *,
    weights: Weights,
    seconds: float = 10.0,
    workers: int = 1,
    seed: int = 0,
    stop: Callable[[], bool] = never,
    report: Callable[[Progress], None] = ignore,
    iterations: int | None = None,
    shop: Shop | Maker | None = None,
    rule: str = "atcs",
) -> Solution:
    """The best plan found from ``schedule`` on, never a worse one.

    Ends when ``seconds`` are over, ``stop`` says so (within 0.2 s) or the plan is proven optimal.
    With ``iterations`` the budget is counted in neighbourhoods instead and the search is
    repeatable: same problem, seed and budget give the same plan. ``report`` is called from
    several threads, one at a time. ``shop``: the problem as already compiled;
    ``rule``: the priority rule that suits it, from which dispatching starts.
    """
    budget = Budget(seconds, iterations, stop)
    maker = maker_of(shop or problem)
    incumbent = Incumbent(problem, maker, schedule, weights, budget, report, rule)
    # What a small search has in hand when it is stopped is decoded and verified in no time.
    heard = stop if len(problem.operations) > IN_HAND else never
    with suppress(Stopped), heeding(heard), old_uncollected():
        _search(incumbent, 1 if budget.repeatable else max(1, workers), seed)
    return incumbent.solution()


def _search(incumbent: Incumbent, workers: int, seed: int) -> None:
    """The search that suits the problem. Raises Stopped."""
    problem, weights, budget = incumbent.problem, incumbent.weights, incumbent.budget
    open_times = OpenTimes(problem)
    if incumbent.best.view.unplaced:
        Explorer(incumbent, open_times, seed, faithful=True).rescue()
    plain = None if budget.repeatable else plain_shop(problem, weights)
    if (
        plain is not None
        and not incumbent.best.view.unplaced
        and _tabu(incumbent, open_times, plain, workers, seed)
    ):
        return
    project = None if budget.repeatable else project_of(problem, weights)
    if (
        project is not None
        and not incumbent.best.view.unplaced
        and _project(incumbent, open_times, project, workers, seed)
    ):
        return
    # The compiled search for due dates knows nothing of campaigns, nor of dear hours.
    wishes = weights.short_campaigns and with_campaigns(problem)
    wishes = wishes or (weights.dear_min and minds_hours(problem))
    if not budget.repeatable and weights.weighted_tardiness_min > 0 and not wishes:
        dated = plain_tables(problem) if incumbent.best.view.size > DISPATCHED else None
        if (
            dated is not None
            and not incumbent.best.view.unplaced
            and _urgency(incumbent, dated, workers, seed)
        ):
            return
    faithful = _decode_anew(incumbent)
    if 0 < incumbent.best.view.size <= WHOLE and not incumbent.over:
        _whole(incumbent, open_times, workers, seed)
    if weights.dear_min and minds_hours(problem) and not budget.repeatable:
        before = incumbent.best
        sparing = Explorer(incumbent, open_times, seed, faithful=faithful)
        sparing.spare_dear_hours(time.monotonic() + SPARING_SHARE * budget.left)
        faithful = faithful and incumbent.best is before
    _explore(
        [
            Explorer(incumbent, open_times, seed + 7919 * k, faithful=faithful)
            for k in range(workers)
        ]
    )


def _decode_anew(incumbent: Incumbent) -> bool:
    """Whether the decoder, asked for the plan by its sequence, makes one that is no worse.

    A plan that a person or another rule has made is left-shifted by it. Flow time does not count
    here: starting early costs some, and that says nothing about the decoder.
    """
    before, view = incumbent.best, incumbent.best.view
    if not view.size or incumbent.over:
        return True
    again = incumbent.decoded(Priorities(list(view.sequence), dict(view.modes)))
    incumbent.offer(again, Stage.MOVES)
    weights = replace(incumbent.weights, flow_min=0.0)
    return not better(before.objective, again.objective, weights)


def _explore(explorers: list[Explorer]) -> None:
    if len(explorers) == 1:
        explorers[0].walk()
        return
    with ThreadPoolExecutor(len(explorers), "improve") as pool:
        for walk in [pool.submit(copy_context().run, one.walk) for one in explorers]:
            walk.result()


# -- plain shops ----------------------------------------------------------------------------------


def _tabu(
    incumbent: Incumbent, open_times: OpenTimes, plain: PlainShop, workers: int, seed: int
) -> bool:
    """Tabu search on all workers, beside it the whole model where it is small enough to prove.

    False where there is no compiled kernel: then the search for all kinds of plants has to do.
    """
    if not _compiled():
        return False
    from app.scheduling.tabu.bounds import lower_bound

    incumbent.raise_bound(lower_bound(plain) * incumbent.weights.makespan_min)
    if incumbent.over:
        return True
    if plain.size >= LARGE:
        _in_parts(incumbent, plain, workers, seed)
        return True
    provable = WHOLE if stated_in_full(incumbent.problem) else QUICKLY_PROVEN
    shared: list[Elite] = []
    sharing = threading.Lock()

    def explorer(number: int) -> TabuExplorer:
        # Loading the compiled kernel takes a moment: not before there is need of it.
        from app.scheduling.tabu.search import TabuExplorer
        from app.scheduling.tabu.walker import Elite

        with sharing:
            if not shared:
                shared.append(Elite())
        return TabuExplorer(incumbent, plain, seed + 7919 * number, shared[0], number)

    def work(number: int) -> None:
        if incumbent.over:
            return
        walker = explorer(number)
        if number == 0 and plain.size <= provable:
            walker.walk(time.monotonic() + HEAD_START * incumbent.budget.left)
            _prove(incumbent, open_times, seed)
        walker.walk()

    if plain.size <= min(provable, QUICKLY_PROVEN):
        # Alone: most are proven before the compiled kernel would be loaded.
        _whole(incumbent, open_times, 1, seed, share=QUICK_SHARE, proving=True)
    _side_by_side(work, workers)
    return True


def _prove(incumbent: Incumbent, open_times: OpenTimes, seed: int) -> None:
    """The whole model on one thread, begun anew when the others have found a better plan.

    One thread that branches on the order of the machines proves where several kinds of search
    side by side do not (10 jobs on 10 machines), and a smaller makespan to refute is worth more
    to it than what it has learnt.
    """
    while not incumbent.over and _whole(incumbent, open_times, 1, seed, proving=True):
        pass


def _in_parts(incumbent: Incumbent, plain: PlainShop, workers: int, seed: int) -> None:
    """Tabu search of a large plain shop, on parts of it."""
    from app.scheduling.tabu.arrays import sequences_of
    from app.scheduling.tabu.large import Parts, PartsExplorer
    from app.scheduling.tabu.search import Publisher
    from app.scheduling.tabu.sweeps import Patience

    start = sequences_of(plain, incumbent.best.view.plan)
    if start is None:
        return
    parts = Parts(plain, start, seed)
    publisher = Publisher(incumbent, plain)

    explorers = [
        PartsExplorer(incumbent, parts, publisher, seed + 7919 * k) for k in range(workers)
    ]
    if not plain.with_setups:
        patience = Patience(incumbent.budget.left, SWEEPING_QUIET, SWEEPING_SHARE)
        _side_by_side(lambda number: explorers[number].sweep(patience), workers)
    _side_by_side(lambda number: explorers[number].walk(), workers)


def _side_by_side(work: Callable[[int], None], workers: int) -> None:
    with ThreadPoolExecutor(workers, "tabu") as pool:
        for walk in [pool.submit(copy_context().run, work, n) for n in range(workers)]:
            walk.result()


def _compiled() -> bool:
    if find_spec("numba") is None:
        log.warning("numba is missing: plain shops and projects are searched by windows")
        return False
    return True


# -- due dates on plain shops ---------------------------------------------------------------------


def _urgency(incumbent: Incumbent, plain: PlainShop, workers: int, seed: int) -> bool:
    """Compiled dispatching on all workers; False where there is no compiled kernel."""
    if not _compiled():
        return False
    from app.scheduling.urgency.search import UrgencyExplorer

    def work(number: int) -> None:
        UrgencyExplorer(incumbent, plain, seed + 7919 * number).walk()

    _side_by_side(work, workers)
    return True


# -- projects -------------------------------------------------------------------------------------


def _project(
    incumbent: Incumbent, open_times: OpenTimes, project: Project, workers: int, seed: int
) -> bool:
    """Genetic search on all workers for a while; then one of them proves, with the whole model.

    False where there is no compiled kernel.
    """
    if not _compiled():
        return False
    from app.scheduling.project.search import ProjectExplorer

    def work(number: int) -> None:
        explorer = ProjectExplorer(incumbent, project, seed + 7919 * number)
        if number == 0 and project.size <= LARGEST_PROVEN_PROJECT:
            explorer.walk(time.monotonic() + PROJECT_SHARE * incumbent.budget.left)
            if not incumbent.over:
                _whole(incumbent, open_times, PROVERS * workers, seed, in_full=True)
        explorer.walk()

    _side_by_side(work, workers)
    return True


# -- the whole problem as one model ---------------------------------------------------------------


def _whole(
    incumbent: Incumbent,
    open_times: OpenTimes,
    workers: int,
    seed: int,
    *,
    share: float = 1.0,
    in_full: bool | None = None,
    proving: bool = False,
) -> bool:
    """Solve it all as one model, in this ``share`` of the time left.

    ``in_full``: whether the model states the problem in full; None = as ``stated_in_full`` says.
    ``proving``: for the proof above all; ends early, and answers True, when others have found a
    better plan than the model knows.
    """
    from app.scheduling.cp.run import Impossible

    view = incumbent.best.view
    try:
        model = _whole_model(incumbent, view, open_times)
    except Impossible:
        log.error("the whole model contradicts a verified plan")
        return False
    if model is None:
        return False
    taker = _Taker(incumbent, view)
    limits = _whole_limits(incumbent, workers, seed, share, in_full)
    outcome = model.solve(
        replace(limits, proving=proving),
        (lambda: incumbent.over or taker.overtaken) if proving else incumbent.budget.stopped,
        taker if incumbent.budget.repeatable else _Unhurried(taker),
        incumbent.raise_bound,
    )
    if outcome.contradiction:
        log.error("the whole model contradicts a verified plan")
        return False
    if outcome.answer is not None:
        taker(outcome.answer)
    if outcome.bound is not None:
        incumbent.raise_bound(outcome.bound)
    return proving and taker.overtaken


def _whole_model(incumbent: Incumbent, view: PlanView, open_times: OpenTimes) -> Model | None:
    """All placed operations free but running work, which is a fact; None if nothing is free."""
    from app.scheduling.cp.run import Model

    problem = incumbent.problem
    running = {i for i in view.plan if problem.operations[i].started is not None}
    free = set(view.plan) - running
    if not free:
        return None
    return Model(
        problem,
        view.plan,
        free=free,
        standing={i: view.plan[i] for i in running},
        upper=_upper(incumbent, view.plan.values(), free),
        weights=incumbent.weights,
        open_times=open_times,
    )


def _whole_limits(
    incumbent: Incumbent, workers: int, seed: int, part: float, in_full: bool | None
) -> Limits:
    from app.scheduling.cp.run import Limits

    budget = incumbent.budget
    full = stated_in_full(incumbent.problem) if in_full is None else in_full
    if budget.iterations is not None:
        work = WINDOW_WORK * max(1, budget.iterations)
        return Limits(budget.left, 1, seed, work, brief=not full)
    share = part * (1.0 if full else WHOLE_SHARE)
    return Limits(share * budget.left, workers, seed, brief=not full)


def _upper(
    incumbent: Incumbent, placements: Collection[Placement], free: Collection[int]
) -> dict[int, int]:
    """Latest ends that a plan at least as good as this one can have.

    From each part of the objective alone: the makespan, and the tardiness of the operation's
    order, cost no more than this plan in all. Where neither counts, a horizon that no plan
    without idle time reaches.
    """
    problem, weights, total = incumbent.problem, incumbent.weights, incumbent.total
    last = max(placement.end for placement in placements)
    work = sum(placement.end - placement.setup_start for placement in placements)
    horizon = last + work + max(0, last - problem.now)
    if weights.makespan_min > 0:
        horizon = min(horizon, problem.now + int(total / weights.makespan_min + 1e-6))
    upper = {}
    for i in free:
        order = problem.orders[problem.operations[i].order]
        cost = weights.weighted_tardiness_min * order.weight
        latest = order.due + int(total / cost + 1e-6) if cost > 0 else FOREVER
        upper[i] = min(horizon, max(latest, problem.now))
    return upper


class _Taker:
    """Makes plans of a model's answers: decoded, and, where that is possible, as they stand."""

    def __init__(self, incumbent: Incumbent, view: PlanView) -> None:
        self._incumbent = incumbent
        self._view = view
        self._lock = threading.Lock()
        self._known = incumbent.total
        self._overtaken_from = time.monotonic() + OVERTAKEN_SECONDS

    @property
    def overtaken(self) -> bool:
        """Whether others have found a better plan than the model; not asked all the time."""
        behind = self._incumbent.total < self._known - PROVEN
        return behind and time.monotonic() >= self._overtaken_from

    def __call__(self, answer: Answer) -> None:
        incumbent = self._incumbent
        with self._lock:
            decoded = incumbent.decoded(as_priorities(answer, self._view))
            self._take(decoded, surely=True)
            placed = as_placed(incumbent.problem, answer, self._view.plan)
            if placed is not None:
                self._take(incumbent.valued(placed), surely=False)

    def _take(self, found: Found, *, surely: bool) -> None:
        self._known = min(self._known, found.objective.total(self._incumbent.weights))
        self._incumbent.offer(found, Stage.WHOLE, surely=surely)


class _Unhurried:
    """Passes a stream of answers on, but spends no more than a fifth of the time on it.

    What it skips is not lost: the last answer of a search is taken at its end.
    """

    def __init__(self, take: Callable[[Answer], None]) -> None:
        self._take = take
        self._next = 0.0

    def __call__(self, answer: Answer) -> None:
        begin = time.monotonic()
        if begin < self._next:
            return
        self._take(answer)
        end = time.monotonic()
        self._next = end + 4 * (end - begin)


def stated_in_full(problem: Problem) -> bool:
    """Whether the model states the whole problem: its search is then the one worth the time."""
    people = any(m.setup_crew or m.run_crew for o in problem.operations for m in o.modes)
    machines = problem.machines
    sequenced = any(m.setup_rule is not None or m.kind is MachineKind.BATCH for m in machines)
    wishes = minds_hours(problem)  # it leaves dear hours out
    return not (people or sequenced or wishes or problem.materials or problem.tools)
