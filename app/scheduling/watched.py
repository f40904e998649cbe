"""A decoder that gives up when the search is over: a stop need not wait for a whole plan."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from app.scheduling.decode import Decoder
from app.scheduling.problem import Placement
from app.scheduling.shop import Reason, Shop

EVERY = 32
"""Blocks placed between two looks at the clock."""


class GivenUp(Exception):
    """The search is over; there is no plan."""


class WatchedDecoder(Decoder):
    """Raises GivenUp soon after ``over`` says so."""

    def __init__(
        self,
        shop: Shop,
        over: Callable[[], bool],
        modes: Mapping[int, int] | None = None,
        fixed: Mapping[int, Placement] | None = None,
        dropped: Mapping[int, Reason] | None = None,
    ) -> None:
        self._over = over
        self._placed = 0
        super().__init__(shop, modes, fixed, dropped, shop.impossible)

    def place(self, block: int) -> bool:
        self._placed += 1
        if self._placed % EVERY == 0 and self._over():
            raise GivenUp
        return super().place(block)
