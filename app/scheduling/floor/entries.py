"""Putting a spot into the books and taking it out again, with all that hangs on it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable

from app.scheduling.floor.changeovers import Changeovers
from app.scheduling.floor.spots import Batch, Spot
from app.scheduling.problem import FOREVER, MachineKind
from app.scheduling.timelines import Stock


class Entries(Changeovers):
    """Commit and retract."""

    def commit(self, spot: Spot) -> None:
        """Books everything the spot takes, and tells the follower on the machine."""
        operation = spot.operation
        record = self.operations[operation]
        way = spot.way
        if way.kind is MachineKind.BATCH and not self._enter_batch(spot):
            self._book_rest(spot, record.consumes, record.produces)
            return
        self.spots[operation] = spot
        self._put_on(spot)
        if self.shop.setups[way.machine].parts and spot.end > spot.setup_start:
            machine = self.books[way.machine]
            i = bisect_left(machine.starts, spot.setup_start)
            self._remount(way.machine, i)
            if i + 1 < len(machine.owners) and self.displace is None:
                spot.follower = self._adapt_setup(way.machine, i + 1)
        self._book_rest(spot, record.consumes, record.produces)

    def retract(self, operation: int) -> None:
        """Takes back ``commit``. Members of a batch go before the one that opened it."""
        spot = self.spot(operation)
        record = self.operations[operation]
        for material, quantity in record.produces:
            self.stocks[material].withdraw(spot.end, quantity)
        for material, tick, part in spot.claims:
            self.stocks[material].add(tick, part)
        if spot.shots:
            for tool, demand, _ in self._uses(spot):
                left = self.life[tool]
                if demand.shapes and left is not None:
                    self.life[tool] = left + spot.shots
        self.spots[operation] = None
        if spot.batch is not None and len(spot.batch.members) > 1:
            self._leave_batch(spot, spot.batch)
        else:
            self._take_off(spot)
            self._forget(spot)
        self._reopen_holds(spot)

    # -- materials and life ---------------------------------------------------------------

    def _book_rest(
        self,
        spot: Spot,
        consumes: tuple[tuple[int, int], ...],
        produces: tuple[tuple[int, int], ...],
    ) -> None:
        self.spots[spot.operation] = spot
        spot.claims = []
        for material, quantity in consumes:
            for tick, part in self.stocks[material].take(self._taken_at(spot), quantity):
                spot.claims.append((material, tick, part))
        for material, quantity in produces:
            self.stocks[material].add(spot.end, quantity)
        if spot.shots:
            for tool, demand, _ in self._uses(spot):
                left = self.life[tool]
                if demand.shapes and left is not None:
                    self.life[tool] = left - spot.shots
        self._end_holds(spot)

    def reclaim(self, materials: Iterable[int]) -> set[int]:
        """Deals supply out anew, in the order of consumption; returns who goes short.

        What a commit claims depends on what stood before; this does not.
        """
        short: set[int] = set()
        for material in materials:
            record = self.shop.problem.materials[material]
            stock = self.stocks[material] = Stock()
            stock.add(-FOREVER, record.stock)
            for tick, quantity in record.receipts:
                stock.add(tick, quantity)
            for operation in self.shop.makers[material]:
                if (spot := self.spots[operation]) is not None:
                    for made, quantity in self.operations[operation].produces:
                        if made == material:
                            stock.add(spot.end, quantity)
            takers = [s for o in self.shop.takers[material] if (s := self.spots[o]) is not None]
            for spot in sorted(takers, key=lambda s: (self._taken_at(s), s.operation)):
                spot.claims = [claim for claim in spot.claims if claim[0] != material]
                for taken, quantity in self.operations[spot.operation].consumes:
                    if taken != material:
                        continue
                    claims = stock.take(self._taken_at(spot), quantity)
                    spot.claims += [(material, tick, part) for tick, part in claims]
                    if sum(part for _, part in claims) < quantity:
                        short.add(spot.operation)
        return short

    def _taken_at(self, spot: Spot) -> int:
        early = self.operations[spot.operation].setup_needs_material
        return max(spot.setup_start if early else spot.start, self.shop.now)

    # -- batches --------------------------------------------------------------------------

    def _enter_batch(self, spot: Spot) -> bool:
        """Joins the spot's batch, or opens one: True if the machine has yet to be booked."""
        record = self.operations[spot.operation]
        batch = spot.batch
        if batch is not None and batch.members:
            batch.members.append(spot.operation)
            batch.load += spot.way.load
            self._book_tools(spot)
            self.crews.book(spot.crew, spot.operation)
            if batch.load >= self.shop.problem.machines[batch.machine].capacity:
                self.open_batches[batch.machine][batch.family].remove(batch)
            return False
        run = sum(b - a for a, b in spot.run_segments)
        self._next_batch += 1
        batch = Batch(
            self._next_batch,
            spot.way.machine,
            record.batch_family,
            record.families,
            spot,
            spot.way.load,
            [spot.operation],
            record.first_piece,
            run,
        )
        spot.batch = batch
        self.batches[batch.key] = batch
        if batch.load < self.shop.problem.machines[batch.machine].capacity and not record.started:
            known = self.open_batches[batch.machine].setdefault(batch.family, [])
            at = bisect_right([b.lead.setup_start for b in known], spot.setup_start)
            known.insert(at, batch)
        return True

    def _leave_batch(self, spot: Spot, batch: Batch) -> None:
        full = batch.load >= self.shop.problem.machines[batch.machine].capacity
        batch.members.remove(spot.operation)
        batch.load -= spot.way.load
        self._free_tools(spot)
        self.crews.release(spot.crew)
        if full:
            known = self.open_batches[batch.machine].setdefault(batch.family, [])
            at = bisect_right([b.lead.setup_start for b in known], batch.lead.setup_start)
            known.insert(at, batch)

    def _forget(self, spot: Spot) -> None:
        machine = self.books[spot.way.machine]
        if self.shop.setups[spot.way.machine].parts:
            owner = spot.batch.key if spot.batch else spot.operation
            self.mounted[spot.way.machine].pop(owner, None)
            self._remount(spot.way.machine, bisect_left(machine.starts, spot.setup_start))
        if spot.batch is not None:
            known = self.open_batches[spot.batch.machine].get(spot.batch.family, [])
            if spot.batch in known:
                known.remove(spot.batch)
            del self.batches[spot.batch.key]
            spot.batch = None
        if spot.follower is not None:
            self._restore_setup(spot.follower)
            spot.follower = None
