"""What stands before anything is dispatched: work that runs, pins, locked and overdue work.

These few are placed by the Python floor (``Decoder``), and then written into the arrays.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from app.scheduling.decode import Decoder, Dropped, link_holds
from app.scheduling.floor import Batch, Floor, Spot
from app.scheduling.forward import records
from app.scheduling.forward.arrays import Compiled
from app.scheduling.problem import FOREVER, MachineKind, Pausing, Problem
from app.scheduling.shop import Reason, Shop, uses
from app.scheduling.timelines import Bookings

Lists = tuple[Sequence[int], Sequence[int], Sequence[int]]
"""Keys, values and owners of a ledger."""


def anything_fixed(problem: Problem) -> bool:
    """Whether a person or a running machine has fixed where something stands."""
    if problem.baseline and (
        any(machine.freeze for machine in problem.machines)
        or any(operation.committed for operation in problem.operations)
    ):
        return True
    return any(
        o.started is not None or o.pin_start is not None or o.pin_machine is not None
        for o in problem.operations
    )


class Given:
    """A floor with all that is fixed on it. Raises Dropped if a pin stands in the way of another.

    ``refused``: what cannot be placed, and why; ``early``: positions that are held.
    """

    def __init__(
        self, floor: Floor, refused: Mapping[int, Reason], early: Iterable[int] = ()
    ) -> None:
        self.floor, self.refused, self.early = floor, dict(refused), sorted(early)

    @classmethod
    def of(cls, shop: Shop, blocked: Mapping[int, Reason], dropped: Mapping[int, Reason]) -> Given:
        decoder = Decoder(shop, dropped=dropped, blocked=blocked)
        return cls(decoder.floor, decoder.refused, decoder.early)

    # -- afterwards -----------------------------------------------------------------------

    def followed(self, shop: Shop) -> list[int]:
        """Operations whose places decide whether the held positions can be kept."""
        found = set(self.early)
        for operation in self.early:
            found.update(link.before for link in shop.before[operation])
            found.update(shop.held[operation])
        return sorted(found)

    def check(self, shop: Shop, spots: Mapping[int, Spot], turn: Sequence[int]) -> None:
        """Raises Dropped for the held position that came first to be in the way.

        ``spots``: of ``followed``; ``turn``: by block, when it was placed.
        """
        broken: list[tuple[tuple[int, int, int, int], int, str]] = []
        for operation in self.early:
            spot = spots[operation]
            for link in shop.before[operation]:
                before = spots.get(link.before)
                if before is not None and not link_holds(shop, link, before, spot):
                    key = shop.problem.operations[link.before].key
                    order = shop.after[link.before].index(link)
                    broken.append(((*_when(shop, turn, link.before), 0, order), operation, key))
            for order, holder in enumerate(shop.held[operation]):
                before = spots.get(holder)
                if before is not None and spot.start < before.start:
                    broken.append(((*_when(shop, turn, operation), 1, order), operation, "-"))
        if broken:
            _, operation, key = min(broken)
            raise Dropped(operation, ("pin_predecessor", (("other", key),)))

    def check_missing(self, shop: Shop, placed: Callable[[int], bool]) -> None:
        """Raises Dropped for a held position that waits for something that has no place."""
        for operation in self.early:
            spot = self.floor.spot(operation)
            missing = [k.before for k in shop.before[operation]] + list(shop.held[operation])
            missing += [d.until for d in spot.way.tools if d.until is not None]
            for other in missing:
                if not placed(other):
                    key = shop.problem.operations[other].key
                    raise Dropped(operation, ("pin_predecessor", (("other", key),)))


def _when(shop: Shop, turn: Sequence[int], operation: int) -> tuple[int, int]:
    block = shop.block_of[operation]
    return int(turn[block]), shop.blocks[block].index(operation)


# -- into the arrays -------------------------------------------------------------------------------


def ledgers(given: Given, compiled: Compiled) -> dict[int, Lists]:
    """Bookings, profiles and stock of the floor, by number of the ledger."""
    floor, facts = given.floor, compiled.plant.facts
    number = {key: k for k, key in enumerate(floor.batches)}
    operations = int(facts[records.OPERATIONS])
    found: dict[int, Lists] = {}

    def booked(which: int, book: Bookings, owners: Sequence[int]) -> None:
        if book.starts:
            found[which] = (book.starts, book.ends, owners)

    for m, book in enumerate(floor.books):
        oven = floor.shop.problem.machines[m].kind is MachineKind.BATCH
        owners = [operations + number[o] for o in book.owners] if oven else book.owners
        booked(int(facts[records.MACHINE_LISTS]) + m, book, owners)
    for m, rack in floor.racks.items():
        found[int(facts[records.MACHINE_LISTS]) + m] = (rack.times, rack.free, rack.times)
    for tool, book in enumerate(floor.copies):
        booked(int(facts[records.TOOL_LISTS]) + tool, book, book.owners)
    for tool, pool in floor.pools.items():
        found[int(facts[records.TOOL_LISTS]) + tool] = (pool.times, pool.free, pool.times)
    for person, book in enumerate(floor.crews.bookings):
        booked(int(facts[records.OPERATOR_LISTS]) + person, book, book.owners)
    for skill, heads in enumerate(floor.crews.heads):
        found[int(facts[records.HEAD_LISTS]) + skill] = (heads.times, heads.free, heads.times)
    for material, stock in enumerate(floor.stocks):
        ticks = [tick for tick, _ in stock.supply]
        amounts = [amount for _, amount in stock.supply]
        found[int(facts[records.STOCK_LISTS]) + material] = (ticks, amounts, ticks)
    families = compiled.batch_families.tolist()
    for m, by_family in enumerate(floor.open_batches):
        for family, batches in by_family.items():
            row = int(compiled.plant.machine[m]["oven"]) * len(families) + families.index(family)
            starts = [batch.lead.setup_start for batch in batches]
            numbers = [number[batch.key] for batch in batches]
            found[int(facts[records.OVEN_LISTS]) + row] = (starts, numbers, numbers)
    return found


def write(given: Given, compiled: Compiled, state: records.State) -> None:
    """All but the ledgers: spots, batches, what is mounted, used up and worked."""
    floor, problem = given.floor, compiled.problem
    state.why[list(given.refused)] = records.CHECKED
    state.life[:] = [FOREVER if left is None else left for left in floor.life]
    state.last_machine[:] = floor.last_machine
    for (person, period), minutes in floor.crews.overtime.items():
        state.overtime[person, period] = minutes
    if not any(spot is not None for spot in floor.spots):
        return
    writer = Writer(floor, compiled, state)
    for spot in floor.spots:
        if spot is not None:
            writer.spot(spot)
    for batch in floor.batches.values():
        writer.batch(batch)
    state.count[records.BATCHES] = len(floor.batches)
    operations = len(problem.operations)
    for m, mounted in enumerate(floor.mounted):
        oven = problem.machines[m].kind is MachineKind.BATCH
        for owner, families in mounted.items():
            row = operations + writer.number[owner] if oven else owner
            state.mounted[row] = -1
            state.mounted[row, : len(families)] = families
            state.known[row] = 1


class Writer:
    """Writes what the floor knows of an operation the way the compiled search would have."""

    def __init__(self, floor: Floor, compiled: Compiled, state: records.State) -> None:
        self.floor, self.compiled, self.state = floor, compiled, state
        self.number = {key: k for k, key in enumerate(floor.batches)}

    def spot(self, spot: Spot) -> None:
        compiled, state, shop = self.compiled, self.state, self.floor.shop
        operation = spot.operation
        lead = spot.batch.lead if spot.batch is not None else spot
        record = state.spot[operation]
        row = self._row(lead)
        times = compiled.plant.times[row]
        pausing = shop.pausing(lead.operation, lead.way)
        total, turn = lead.way.run_cost
        if lead.tools:
            total, turn = shop.run_cost(lead.way, self._cavities(lead))
        record["way"] = self._way(spot)
        record["batch"] = -1 if spot.batch is None else self.number[spot.batch.key]
        for name in ("setup_start", "start", "end", "setup", "change", "cost", "shots"):
            record[name] = getattr(spot, name)
        record["setup_end"] = spot.setup_segments[-1][1] if spot.setup_segments else spot.start
        if compiled.plant.operation[operation]["started"]:
            goes_on = spot.run_segments[0][0] if spot.run_segments else spot.end
            record["late"] = goes_on - spot.start
        record["row"] = row
        record["running"], record["setting"] = times["running"], times["setting"]
        record["turns"] = pausing is Pausing.TURNS
        record["total"], record["turn"], record["pace"] = total, turn, lead.way.pace
        record["follower"] = -1
        self._named(record, spot)

    def _named(self, record: Any, spot: Spot) -> None:
        """Its tools and people."""
        state, count = self.state, self.state.count
        record["tools_at"], record["tools"] = count[records.TOOLS_USED], len(spot.tools)
        end = count[records.TOOLS_USED] + len(spot.tools)
        state.tools[count[records.TOOLS_USED] : end] = spot.tools
        count[records.TOOLS_USED] = end
        record["crew_at"], record["crew"] = count[records.WORK_USED], len(spot.crew)
        for work in spot.crew:
            state.work[count[records.WORK_USED]] = (work.operator, work.setup, work.start, work.end)
            count[records.WORK_USED] += 1

    def _cavities(self, spot: Spot) -> int:
        tools = self.floor.shop.problem.tools
        dealt = uses(self.floor.shop, spot.way, spot.tools)
        return sum(tools[t].cavities for t, demand, _ in dealt if demand.shapes)

    def _way(self, spot: Spot) -> int:
        mode = self.compiled.mode_at[spot.operation] + spot.way.index
        return int(self.compiled.way_row[mode])

    def _row(self, spot: Spot) -> int:
        """In ``TIMES``: by the calendars of its tools, and who sets it up."""
        compiled, floor = self.compiled, self.floor
        tools = list(spot.tools)
        for holder in floor.shop.held[spot.operation]:
            before = floor.spots[holder]
            if before is not None:
                dealt = uses(floor.shop, before.way, before.tools)
                tools += [t for t, demand, _ in dealt if demand.until == spot.operation]
        mask = 0
        for tool in tools:
            mask |= int(compiled.plant.tool[tool]["bit"])
        way = compiled.plant.way[
            compiled.way_row[compiled.mode_at[spot.operation] + spot.way.index]
        ]
        setters = compiled.crews[spot.way.setup_crew]
        for row in range(way["rows_at"], way["rows_end"]):
            known = mask if way["mixed"] else 0
            if compiled.plant.times[row]["mask"] == known and compiled.row_crews[row] == setters:
                return row
        return int(way["rows_at"])

    def batch(self, batch: Batch) -> None:
        compiled, lead = self.compiled, batch.lead.operation
        record = self.state.batch[self.number[batch.key]]
        operation = compiled.plant.operation[lead]
        record["machine"], record["family"] = batch.machine, operation["batch_family"]
        record["families"], record["lead"] = operation["families"], lead
        record["load"], record["members"] = batch.load, len(batch.members)
        record["first_piece"], record["run"] = batch.first_piece, batch.run


__all__ = ["Given", "Writer", "anything_fixed", "ledgers", "write"]
