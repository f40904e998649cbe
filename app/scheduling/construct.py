"""First plans: priority rules drive the serial schedule generation of ``decode``.

Sources of the rules: Vepsalainen and Morton 1987 (ATC), Lee, Bhaskaran and Pinedo 1997 (ATCS);
critical ratio and most work remaining as in Pinedo, *Scheduling*.
"""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable, Mapping, Sequence

from app.core.watch import look
from app.scheduling.check import impossible
from app.scheduling.decode import Decoder, Dropped
from app.scheduling.dispatch import Dispatcher
from app.scheduling.maker import Maker, maker_of
from app.scheduling.objective import better, evaluate
from app.scheduling.problem import Placement, Problem, Schedule, Weights
from app.scheduling.shop import Reason, Shop, block_graph

RULES = ("atcs", "edd", "critical_ratio", "baseline", "most_work")

DROPS = 40
"""How many impossible pins are set aside one by one before all that are left are."""


def construct(
    problem: Problem | Shop | Maker,
    *,
    weights: Weights,
    rule: str = "atcs",
    seed: int = 0,
    restarts: int = 0,
    noise: float = 0.0,
    spare_overtime: bool = False,
    apart: bool = False,
    stop: Callable[[], bool] | None = None,
) -> Schedule:
    """A first plan by priority rule, the best of 1 + ``restarts`` randomised ones.

    ``noise`` > 0 randomises the first one, too. ``spare_overtime``: what can wait for regular
    hours and still be in time does. ``apart``: queues do not wait for more urgent ones (compiled
    plans only, see ``Compiled.by_rule``). A problem that does not count lateness is
    dispatched by most work remaining. Operations that ``check`` finds impossible are listed with
    what it found. ValueError for an unknown ``rule``.
    """
    if rule not in RULES:
        raise ValueError(rule)
    maker = maker_of(problem)
    if rule == "atcs" and not (weights.weighted_tardiness_min or weights.late_orders):
        rule = "most_work"
    rng = random.Random(seed)  # noqa: S311 - for variety, not for secrets
    best = _dispatched(maker, rule, rng if noise > 0 else None, spare_overtime, apart)
    worth = evaluate(maker.problem, best) if restarts else None
    for _ in range(restarts):
        if worth is None or (stop is not None and stop()):
            break
        other = _dispatched(maker, rule, rng, spare_overtime, apart)
        other_worth = evaluate(maker.problem, other)
        if better(other_worth, worth, weights):
            best, worth = other, other_worth
    return best


def _dispatched(
    maker: Maker, rule: str, rng: random.Random | None, spare_overtime: bool, apart: bool
) -> Schedule:
    salt = rng.random() if rng else 0.0
    if not spare_overtime and maker.forward is not None:
        source = random.Random(salt) if rng else None  # noqa: S311
        return maker.forward.plan(rule, source, apart=apart)
    shop = maker.shop

    def run(decoder: Decoder) -> None:
        source = random.Random(salt) if rng else None  # noqa: S311
        dispatcher = Dispatcher(shop, decoder, rule, source)
        if spare_overtime:
            dispatcher.spare_overtime()
        dispatcher.run()

    return _without_drops(shop, run, None, None)


def decode(
    problem: Problem | Shop,
    sequence: Sequence[int],
    modes: Mapping[int, int] | None = None,
    fixed: Mapping[int, Placement] | None = None,
) -> Schedule:
    """The schedule that places operations in this priority sequence, each as early as it fits.

    Operations missing in ``sequence`` come last. ``modes`` forces modes. ``fixed`` placements
    stand first as they are (only a setup that became shorter is cut from its front); one that
    cannot stand any more is placed like the others.
    """
    shop = problem if isinstance(problem, Shop) else Shop(problem)
    count = len(shop.problem.operations)
    rank = [count] * count
    for position, operation in enumerate(sequence):
        rank[operation] = position

    def run(decoder: Decoder) -> None:
        in_sequence(shop, decoder, rank)

    return _without_drops(shop, run, modes, fixed)


def in_sequence(shop: Shop, decoder: Decoder, rank: Sequence[int]) -> None:
    """Places all blocks, the one with the lowest rank first among those that are ready."""
    waiting, follow = block_graph(shop)
    ready = [(_rank(shop, b, rank), b) for b, count in enumerate(waiting) if not count]
    heapq.heapify(ready)
    while ready:
        look()
        _, block = heapq.heappop(ready)
        if not decoder.place(block):
            continue
        for other in [*follow[block], *decoder.fed(block)]:
            if other in follow[block]:
                waiting[other] -= 1
            if waiting[other] <= 0:
                heapq.heappush(ready, (_rank(shop, other, rank), other))
    decoder.give_up()


def _rank(shop: Shop, block: int, rank: Sequence[int]) -> int:
    return min(rank[o] for o in shop.blocks[block])


def _without_drops(
    shop: Shop,
    run: Callable[[Decoder], None],
    modes: Mapping[int, int] | None,
    fixed: Mapping[int, Placement] | None,
) -> Schedule:
    """Runs until no position held in advance stands in the way of its predecessors."""
    if shop.impossible is None:
        shop.impossible = impossible(shop)
    blocked = shop.impossible
    dropped: dict[int, Reason] = {}
    given = dict(fixed or {})
    for _ in range(DROPS):
        try:
            decoder = Decoder(shop, modes, given, dropped, blocked)
            run(decoder)
            decoder.check_early()
        except Dropped as drop:
            if given.pop(drop.operation, None) is None:
                dropped[drop.operation] = drop.reason
            continue
        return decoder.schedule()
    held = {o for o, f in enumerate(shop.frozen) if f.pinned and f.first is not None}
    dropped.update(dict.fromkeys(held, ("pin_impossible", ())))
    decoder = Decoder(shop, modes, {}, dropped, blocked)
    run(decoder)
    return decoder.schedule()


__all__ = ["RULES", "Shop", "construct", "decode"]
