"""A walk in the space of priorities: orders are made more or less urgent and dispatched anew.

The dispatcher goes through time and is good with people and copies of tools; what it cannot see is
which order's delay costs most in the end. The walk finds out: some orders are dispatched as if they
were due earlier or later, and what makes a better plan is kept.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping

from app.scheduling.decode import Decoder, Dropped
from app.scheduling.dispatch import Dispatcher
from app.scheduling.maker import maker_of
from app.scheduling.problem import Schedule
from app.scheduling.shop import Shop
from app.scheduling.watched import GivenUp, WatchedDecoder

REACH = 5760
"""Orders are shifted by up to so many minutes at a time (four days)."""


class _Shifted(Dispatcher):
    """The dispatcher with shifted due dates."""

    def __init__(self, shop: Shop, decoder: Decoder, shifts: Mapping[int, int], rule: str) -> None:
        self._shifts = shifts
        super().__init__(shop, decoder, rule, None)

    def _measure(self) -> None:
        super()._measure()
        operations = self.shop.problem.operations
        for index, block in enumerate(self.shop.blocks):
            shift = min(self._shifts.get(order, 0) for order in operations[block[0]].orders)
            self.due[index] += shift
            self.key[index] += shift


def dispatch_shifted(
    shop: Shop,
    shifts: Mapping[int, int],
    over: Callable[[], bool] = lambda: False,
    rule: str = "atcs",
) -> Schedule | None:
    """The plan of a priority rule with due dates shifted by so many minutes per order.

    None if a position that a person has fixed would be in the way, or if it is ``over``.
    """
    forward = maker_of(shop).forward
    if forward is not None:
        from app.scheduling.forward.build import Stopped

        try:
            return forward.plan(rule, stop=over, shifts=shifts)
        except Stopped:
            return None
    try:
        decoder = WatchedDecoder(shop, over)
        _Shifted(shop, decoder, shifts, rule).run()
    except (Dropped, GivenUp):
        return None
    return decoder.schedule()


def shifted(
    shifts: Mapping[int, int],
    late: list[tuple[int, float]],
    orders: list[int],
    rng: random.Random,
) -> dict[int, int]:
    """Some late orders (with their cost) made more urgent, some others less."""
    changed = dict(shifts)
    if late:
        names, costs = zip(*late, strict=True)
        for order in rng.choices(names, weights=costs, k=rng.randint(1, 6)):
            changed[order] = changed.get(order, 0) - rng.randint(1, REACH)
    if orders:
        for order in rng.choices(orders, k=rng.randint(0, 4)):
            changed[order] = changed.get(order, 0) + rng.randint(-REACH // 4, REACH)
    return changed
