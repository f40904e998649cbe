"""The plan as it stands after a repair, and what has changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from app.scheduling.floor import Batch, placement
from app.scheduling.maker import pusher_of
from app.scheduling.problem import Assignment, Placement, Schedule
from app.scheduling.repair.gesture import MoveResult
from app.scheduling.repair.settling import Settling

if TYPE_CHECKING:
    from app.scheduling.pushing.pusher import Pusher


class Answering(Settling):
    """Reads the floor."""

    @cached_property
    def pusher(self) -> Pusher | None:
        """The same repair, compiled: it is asked first; None where there is none."""
        return pusher_of(self)

    def _result(self, operation: int, new: Mapping[int, Placement]) -> MoveResult:
        schedule, changed = self._with(new)
        after = self.tally.after(schedule, changed)
        row = self.row.get(operation)
        start = new[operation].start if row is None else schedule.placements[row].start
        return MoveResult(schedule, tuple(sorted(changed)), self.objective, after, None, start)

    def _stands_now(self) -> dict[int, Placement]:
        """Where all that was touched stands on the floor."""
        stirred = self._stirred()
        crews = self.floor.batch_crews(stirred)
        touched = [*self.old, *self.tries, *self._crew_elsewhere(stirred, crews)]
        spots = ((other, self.floor.spots[other]) for other in dict.fromkeys(touched))
        return {o: placement(s, crews.get(o, s.crew)) for o, s in spots if s is not None}

    def _with(self, new: Mapping[int, Placement]) -> tuple[Schedule, list[int]]:
        """The plan with these placements, and the operations of which they are changes."""
        placements = list(self.schedule.placements)
        changed: list[int] = []
        added: list[Placement] = []
        for other, now in new.items():
            row = self.row.get(other)
            if row is None:
                added.append(now)
                changed.append(other)
            elif placements[row] != now:
                placements[row] = now
                changed.append(other)
        if not added:
            return Schedule(tuple(placements), self.schedule.unplaced), changed
        whole = sorted([*placements, *added], key=lambda p: p.operation)
        unplaced = tuple(u for u in self.schedule.unplaced if u.operation not in new)
        return Schedule(tuple(whole), unplaced), changed

    def _stirred(self) -> list[Batch]:
        """The batches that something has joined or left."""
        found = {id(b): b for b in self.old_batches.values() if b.key in self.floor.batches}
        for operation in {*self.old, *self.tries}:
            spot = self.floor.spots[operation]
            if spot is not None and spot.batch is not None:
                found[id(spot.batch)] = spot.batch
        return list(found.values())

    def _crew_elsewhere(
        self, batches: Iterable[Batch], crews: Mapping[int, tuple[Assignment, ...]]
    ) -> list[int]:
        """Members of batches at which the batch's crew is no longer told, or is told now."""
        placements = self.schedule.placements
        return [
            member
            for batch in batches
            for member in batch.members
            if (row := self.row.get(member)) is not None
            and placements[row].crew != crews.get(member, self.floor.spot(member).crew)
        ]
