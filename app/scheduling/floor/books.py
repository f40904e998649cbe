"""What is booked on machines, tools and people, and for whom."""

from __future__ import annotations

from collections.abc import Sequence

from app.scheduling.crew import Crews, Displace
from app.scheduling.floor.spots import NO_CALENDARS, Batch, Spot
from app.scheduling.problem import FOREVER, MachineKind
from app.scheduling.setups import State
from app.scheduling.shop import Reason, Shop, Use, Way, uses
from app.scheduling.timelines import Bookings, Profile, Stock
from app.scheduling.windows import Stretches


class Books:
    """All resources over time. ``spots``: by operation, None = not placed."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        problem = shop.problem
        self.operations = problem.operations
        self.spots: list[Spot | None] = [None] * len(problem.operations)
        self.crews = Crews(shop)
        self.books = [Bookings() for _ in problem.machines]
        self.racks = {
            index: Profile(m.capacity)
            for index, m in enumerate(problem.machines)
            if m.kind is MachineKind.CUMULATIVE
        }
        self._ovens = [
            book
            for book, m in zip(self.books, problem.machines, strict=True)
            if m.kind is MachineKind.BATCH
        ]
        self.mounted: list[dict[int, State]] = [{} for _ in problem.machines]  # after an owner
        self.copies = [Bookings() for _ in problem.tools]
        self.pools = {t: Profile(r.capacity) for t, r in enumerate(problem.tools) if r.capacity > 1}
        self.life = [t.life for t in problem.tools]
        self.made: dict[int, dict[int, int]] = {  # shots by owner, of copies that are serviced
            t: {} for t, r in enumerate(problem.tools) if r.service_every is not None
        }
        self.last_machine = [-1] * len(problem.tools)
        self.stocks = [Stock() for _ in problem.materials]
        for material, stock in zip(problem.materials, self.stocks, strict=True):
            stock.add(-FOREVER, material.stock)
            for tick, quantity in material.receipts:
                stock.add(tick, quantity)
        self.batches: dict[int, Batch] = {}
        self.open_batches: list[dict[int, list[Batch]]] = [{} for _ in problem.machines]
        self._next_batch = 0
        self.reason: Reason = ("no_machine", ())
        self._displace: Displace | None = None
        self.soft_from = FOREVER  # what ends before stays where it is
        self.mates: set[int] | None = None  # join only a batch of one of these
        self.force: tuple[int, ...] | None = None  # tools that are given
        self.keep: Spot | None = None  # a repair prefers the people and tools of this spot
        self.gaps = [1] * len(problem.machines)  # shortest run by machine
        shortest: dict[int, int] = {}
        for ways in shop.ways:
            for way in ways:
                known = shortest.get(way.machine, FOREVER)
                shortest[way.machine] = min(known, max(1, way.least_run))
        for machine, minutes in shortest.items():
            self.gaps[machine] = minutes

    @property
    def displace(self) -> Displace | None:
        """How a repair takes something out of the way; None while a plan is built."""
        return self._displace

    @displace.setter
    def displace(self, displace: Displace | None) -> None:
        self._displace = self.crews.displace = displace

    # -- reading --------------------------------------------------------------------------

    def spot(self, operation: int) -> Spot:
        """Where a placed operation stands; LookupError if it is not placed."""
        spot = self.spots[operation]
        if spot is None:
            raise LookupError(operation)
        return spot

    def lead(self, machine: int, owner: int) -> Spot:
        """The spot behind a machine's booking; of a batch the one that opened it."""
        if self.shop.problem.machines[machine].kind is MachineKind.BATCH:
            return self.batches[owner].lead
        return self.spot(owner)

    def frontier(self, way: Way) -> int:
        """No gap of use is left on the mode's machine before this tick."""
        return self.books[way.machine].full.get(way.least_run.bit_length(), -FOREVER)

    def booked(self, spot: Spot) -> bool:
        """Whether the machine has no room where the spot stands."""
        rack = self.racks.get(spot.way.machine)
        if rack is not None:
            return bool(rack.conflict(spot.setup_start, spot.end, spot.way.load))
        return self.books[spot.way.machine].conflict(spot.setup_start, spot.end) >= 0

    def _clock(
        self, operation: int, way: Way, heads: tuple[tuple[int, int], ...], tools: Sequence[int]
    ) -> Stretches:
        calendars = NO_CALENDARS
        records = self.shop.problem.tools
        if tools:
            calendars = frozenset(records[t].calendar for t in tools)
        for holder in self.shop.held[operation]:
            spot = self.spots[holder]
            if spot is not None:
                calendars |= {records[t].calendar for t in self._kept_tools(spot, operation)}
        return self.shop.clock(way.machine, calendars, heads)

    def _kept_tools(self, spot: Spot, until: int) -> list[int]:
        return [t for t, demand, _ in self._uses(spot) if demand.until == until]

    def _uses(self, spot: Spot) -> list[Use]:
        return uses(self.shop, spot.way, spot.tools)

    def _held_until(self, spot: Spot, until: int | None) -> int:
        if until is None:
            return spot.end
        last = self.spots[until]
        return FOREVER if last is None else max(spot.end, last.end)

    # -- booking --------------------------------------------------------------------------

    def _put_on(self, spot: Spot) -> None:
        rack = self.racks.get(spot.way.machine)
        if rack is not None:
            rack.add(spot.setup_start, spot.end, spot.way.load, spot.operation)
        else:
            owner = spot.batch.key if spot.batch else spot.operation
            self.books[spot.way.machine].add(spot.setup_start, spot.end, owner)
        self._book_tools(spot)
        self.crews.book(spot.crew, spot.operation)

    def _take_off(self, spot: Spot) -> None:
        rack = self.racks.get(spot.way.machine)
        if rack is not None:
            rack.remove(spot.operation)
        else:
            self.books[spot.way.machine].remove(spot.setup_start, spot.end)
        self._free_tools(spot)
        self.crews.release(spot.crew)

    def _book_tools(self, spot: Spot) -> None:
        for tool, demand, units in self._uses(spot):
            until = self._held_until(spot, demand.until)
            if tool in self.made:
                self.made[tool][spot.operation] = spot.shots if demand.shapes else 0
            if tool in self.pools:
                profile = self.pools[tool]
                profile.add(spot.setup_start, until, units, spot.operation)
            else:
                self.copies[tool].add(spot.setup_start, until, spot.operation)
            self.last_machine[tool] = spot.way.machine

    def _free_tools(self, spot: Spot) -> None:
        for tool, demand, _ in self._uses(spot):
            if tool in self.pools:
                self.pools[tool].remove(spot.operation)
            else:
                self.copies[tool].remove(spot.setup_start, self._held_until(spot, demand.until))

    def _end_holds(self, spot: Spot) -> None:
        """Tools kept for this operation are free at its end."""
        for holder in self.shop.held[spot.operation]:
            before = self.spots[holder]
            if before is not None:
                self._rebook(before, spot.operation, FOREVER, max(before.end, spot.end))

    def _reopen_holds(self, spot: Spot) -> None:
        for holder in self.shop.held[spot.operation]:
            before = self.spots[holder]
            if before is not None:
                self._rebook(before, spot.operation, max(before.end, spot.end), FOREVER)

    def _rebook(self, spot: Spot, until: int, old: int, new: int) -> None:
        for tool, demand, units in self._uses(spot):
            if demand.until != until:
                continue
            if tool in self.pools:
                self.pools[tool].remove(spot.operation)
                self.pools[tool].add(spot.setup_start, new, units, spot.operation)
            else:
                self.copies[tool].remove(spot.setup_start, old)
                self.copies[tool].add(spot.setup_start, new, spot.operation)

    # -- pushing away (repairs only) ------------------------------------------------------

    def _push(self, machine: Bookings, i: int) -> bool:
        if not self.displace or i >= len(machine.owners):
            return False
        owner = machine.owners[i]
        batch = self.batches.get(owner) if any(machine is o for o in self._ovens) else None
        return self.displace(batch.lead.operation if batch else owner)

    def _push_users(self, profile: Profile, start: int, end: int) -> bool:
        """Takes the last of those who may go out of the way."""
        users = sorted(profile.users(start, end), key=lambda o: (-self.spot(o).setup_start, o))
        return self.displace is not None and any(self.displace(owner) for owner in users)
