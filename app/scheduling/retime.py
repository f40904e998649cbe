"""Decoding that leaves a plan as it is where it can.

The plain decoder starts everything as early as it can and so deals names of people and copies of
tools anew for the whole plan, sometimes for worse. Here an operation takes its old place again,
with its old tools and people, unless something that moved is in the way.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence

from app.scheduling.construct import in_sequence
from app.scheduling.decode import Dropped, link_holds, spot_of
from app.scheduling.floor import Bounds, Spot
from app.scheduling.problem import FOREVER, MachineKind, Placement, Schedule
from app.scheduling.shop import Reason, Shop
from app.scheduling.watched import GivenUp, WatchedDecoder


def decode_around(
    shop: Shop,
    sequence: Sequence[int],
    modes: Mapping[int, int],
    plan: Mapping[int, Placement],
    moving: Collection[int],
    not_before: Mapping[int, int] | None = None,
    over: Callable[[], bool] = lambda: False,
) -> Schedule | None:
    """The plan with the ``moving`` operations placed anew, in this priority sequence.

    They start their run at ``not_before`` at the earliest, if they are named there. What is over
    before anything moves is fixed; the rest takes its old place again if it can. None if a
    position that a person has fixed is in the way, something would find no place any more, or it
    is ``over``.
    """
    rank = [len(shop.problem.operations)] * len(shop.problem.operations)
    for position, operation in enumerate(sequence):
        rank[operation] = position
    begin = _first_change(plan, moving, not_before or {})
    old = {i: placement for i, placement in plan.items() if i not in moving}
    fixed = {i: placement for i, placement in old.items() if placement.end <= begin}
    try:
        decoder = Keeper(shop, over, modes, fixed, old, not_before or {})
        in_sequence(shop, decoder, rank)
    except (Dropped, GivenUp):
        return None
    schedule = decoder.schedule()
    placed = {placement.operation for placement in schedule.placements}
    return schedule if plan.keys() <= placed else None


def _first_change(
    plan: Mapping[int, Placement], moving: Collection[int], not_before: Mapping[int, int]
) -> int:
    """The tick before which nothing changes; none if something may move to the very front."""
    if any(i not in not_before for i in moving):
        return -FOREVER
    begins = [plan[i].setup_start for i in moving if i in plan]
    lead = max((p.start - p.setup_start for p in plan.values()), default=0)
    return min((*begins, *(tick - lead for tick in not_before.values())), default=FOREVER)


class Keeper(WatchedDecoder):
    """``fixed`` is placed before anything else; ``old`` places are taken again if still free."""

    def __init__(
        self,
        shop: Shop,
        over: Callable[[], bool],
        modes: Mapping[int, int],
        fixed: Mapping[int, Placement],
        old: Mapping[int, Placement],
        not_before: Mapping[int, int],
        dropped: Mapping[int, Reason] | None = None,
    ) -> None:
        self._old = old
        self._not_before = not_before
        self._ovens = ovens(shop, old)
        super().__init__(shop, over, modes, fixed, dropped)

    def _best(self, operation: int, limits: Bounds) -> Spot | None:
        limits.run = max(limits.run, self._not_before.get(operation, limits.run))
        placement = self._old.get(operation)
        if placement is not None:
            spot = self._again(placement, limits)
            if spot is not None:
                return spot
        return super()._best(operation, limits)

    def _again(self, placement: Placement, limits: Bounds) -> Spot | None:
        """The old place, if all rules still allow it."""
        shop, spots = self.shop, self.floor.spots
        spot = spot_of(shop, placement)
        if spot.start < limits.run or spot.setup_start < limits.held or spot.end < limits.end:
            return None
        if spot.start > limits.last_start or spot.end > limits.last_end:
            return None
        for link in shop.before[placement.operation]:
            before = spots[link.before]
            if before is not None and not link_holds(shop, link, before, spot):
                return None
        if not all(self._stands(holder) for holder in shop.held[placement.operation]):
            return None  # it uses the copies of an earlier step, and those may be others now
        if spot.way.kind is MachineKind.BATCH and not self._joins(spot):
            return None
        return spot if self.floor.admits(spot) else None

    def _joins(self, spot: Spot) -> bool:
        """Whether the spot opens a batch, or its old batch is there and has room."""
        for partner in self._ovens[spot.way.machine, spot.start, spot.end]:
            other = self.floor.spots[partner]
            if other is None or (other.start, other.end) != (spot.start, spot.end):
                continue
            if other.way.machine != spot.way.machine:
                continue
            batch = other.batch
            if batch is None:
                return False
            capacity = self.shop.problem.machines[batch.machine].capacity
            open_ones = self.floor.open_batches[batch.machine].get(batch.family, [])
            if batch not in open_ones or batch.load + spot.way.load > capacity:
                return False
            spot.batch = batch
        if spot.way.kind is MachineKind.BATCH:  # whoever opens it brings the people of all
            members = self._ovens[spot.way.machine, spot.start, spot.end]
            everyone = tuple(work for m in members for work in self._old[m].crew)
            spot.crew = () if spot.batch is not None else everyone
        return True

    def _stands(self, operation: int) -> bool:
        spot, placement = self.floor.spots[operation], self._old.get(operation)
        return spot is not None and placement is not None and spot.tools == placement.tools


def ovens(shop: Shop, plan: Mapping[int, Placement]) -> dict[tuple[int, int, int], list[int]]:
    """Members of each batch by machine, start and end."""
    together: defaultdict[tuple[int, int, int], list[int]] = defaultdict(list)
    for i, placement in plan.items():
        way = shop.ways[i][placement.mode]
        if way.kind is MachineKind.BATCH:
            together[way.machine, placement.start, placement.end].append(i)
    return together
