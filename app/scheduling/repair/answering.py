"""The plan as it stands after a repair, and what has changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from app.scheduling.floor import Batch, placement
from app.scheduling.problem import Assignment, Placement, Schedule, Unplaced
from app.scheduling.repair.gesture import MoveResult
from app.scheduling.repair.settling import Settling


class Answering(Settling):
    """Reads the floor."""

    def _result(self, operation: int) -> MoveResult:
        schedule, changed = self._changed()
        after = self.tally.after(schedule, changed)
        start = self.floor.spot(operation).start
        return MoveResult(schedule, tuple(sorted(changed)), self.objective, after, None, start)

    def _changed(self) -> tuple[Schedule, list[int]]:
        """The plan as it now stands, and the operations whose placement changed."""
        placements = list(self.schedule.placements)
        changed: list[int] = []
        added: list[Placement] = []
        stirred = self._stirred()
        crews = self.floor.batch_crews(stirred)
        touched = dict.fromkeys([*self.old, *self.tries, *self._crew_elsewhere(stirred, crews)])
        for other in touched:
            spot = self.floor.spots[other]
            if spot is None:
                continue
            new = placement(spot, crews.get(other, spot.crew))
            row = self.row.get(other)
            if row is None:
                added.append(new)
                changed.append(other)
            elif placements[row] != new:
                placements[row] = new
                changed.append(other)
        if added:
            placements = sorted([*placements, *added], key=lambda p: p.operation)
        unplaced: tuple[Unplaced, ...] = self.schedule.unplaced
        if added:
            unplaced = tuple(u for u in unplaced if self.floor.spots[u.operation] is None)
        return Schedule(tuple(placements), unplaced), changed

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
