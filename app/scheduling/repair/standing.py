"""A plan on the floor: what stands, what cannot stand any more, and what nobody may move."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from functools import cached_property

from app.core.messages import Message
from app.scheduling.check import mode_reason, named
from app.scheduling.decode import spot_of
from app.scheduling.floor import Batch, Floor, Spot
from app.scheduling.objective import Objective
from app.scheduling.problem import Problem, Schedule
from app.scheduling.shop import Reason, Shop, Way
from app.scheduling.tally import Tally


class Standing:
    """A plan, put where it is."""

    wrong: Collection[int] = ()  # operations that are known not to be able to stay

    def __init__(self, problem: Problem, schedule: Schedule, shop: Shop | None = None) -> None:
        self.problem, self.schedule = problem, schedule
        self.shop = shop or Shop(problem)
        self.floor = Floor(self.shop)
        self.row = {p.operation: i for i, p in enumerate(schedule.placements)}
        self.stale = self._stand(schedule)

    @cached_property
    def tally(self) -> Tally:
        """What the plan is worth, and what it would be."""
        return Tally(self.problem, self.schedule)

    @property
    def objective(self) -> Objective:
        return self.tally.objective

    def _stand(self, schedule: Schedule) -> list[Spot]:
        """Puts all placements where they are; returns those that cannot stand there any more."""
        stale: list[Spot] = []
        entered: dict[tuple[int, int, int], Batch] = {}
        for old in sorted(schedule.placements, key=lambda p: (p.setup_start, p.end, p.operation)):
            spot = spot_of(self.shop, old)
            key = (spot.way.machine, spot.start, spot.end)
            spot.batch = entered.get(key)
            gone_by = old.setup_start < self.shop.now
            running = self.problem.operations[old.operation].started is not None
            if (gone_by and not running) or not self.floor.admits(spot):
                spot.batch = None
                stale.append(spot)
                continue
            self.floor.commit(spot)
            if spot.batch is not None:
                entered[key] = spot.batch
        every = range(len(self.problem.materials))
        for operation in sorted(self.floor.reclaim(every)):
            spot = self.floor.spot(operation)
            if self.problem.operations[operation].started is None and spot.batch is None:
                stale.append(replace(spot, claims=[]))
                self.floor.retract(operation)
        return stale

    # -- who may go where ------------------------------------------------------------------

    def eligibility(self, operation: int) -> dict[int, Message | None]:
        """See ``eligibility``."""
        by_machine: dict[int, list[Way]] = {}
        for way in self.shop.ways[operation]:
            by_machine.setdefault(way.machine, []).append(way)
        found: dict[int, Message | None] = {}
        for machine in range(len(self.problem.machines)):
            reason = self._refusal(operation, machine, by_machine.get(machine, []))
            if reason is not None:
                names = named(self.shop, operation, reason[1])
                record = self.problem.machines[machine]
                names["machine"] = record.name or record.key
                found[machine] = Message(f"scheduling.{reason[0]}", names)
            else:
                found[machine] = None
        return found

    def _refusal(self, operation: int, machine: int, ways: list[Way]) -> Reason | None:
        held = self._held_reason(operation)
        if held is not None:
            return held
        if not ways:
            return "not_for_machine", ()
        frozen = self.shop.frozen[operation].machine
        if frozen is not None and frozen != machine:
            record = self.problem.machines[frozen]
            return "held_on_machine", (("pinned", record.name or record.key),)
        reasons = [mode_reason(self.shop, operation, way) for way in ways]
        return None if None in reasons else reasons[0]

    def _held_reason(self, operation: int) -> Reason | None:
        if self.problem.operations[operation].started is not None:
            return "running", ()
        if self.shop.frozen[operation].pinned:
            record = self.problem.operations[operation]
            issued = record.committed and record.pin_start is None
            return ("issued" if issued else "pinned"), ()
        return None

    def _is_held(self, operation: int) -> bool:
        """Whether nothing else may push it away; a hand may still move what is overdue."""
        return self._held_reason(operation) is not None or self.shop.frozen[operation].overdue

    def _early(self, operation: int) -> bool:
        return self.problem.operations[operation].setup_needs_material

    def _key(self, operation: int) -> str:
        return self.problem.operations[operation].key
