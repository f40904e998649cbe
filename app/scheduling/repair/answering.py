"""The plan as it stands after a repair, and what has changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from app.scheduling.columns import Columns, Flags
from app.scheduling.floor import Batch, placement
from app.scheduling.maker import pusher_of
from app.scheduling.problem import Assignment, Placement, Schedule
from app.scheduling.repair.gesture import MoveResult
from app.scheduling.repair.settling import Settling

NOTHING = Columns.of(())

if TYPE_CHECKING:
    from app.scheduling.pushing.pusher import Pusher


@dataclass(frozen=True, eq=False)
class Compiled(MoveResult):
    """An answer of the compiled repair: ``columns`` are the new places of what moves, all of which
    has one; read so, nothing of it need be written down."""

    columns: Columns = NOTHING


class Answering(Settling):
    """Reads the floor."""

    @cached_property
    def pusher(self) -> Pusher | None:
        """The same repair, compiled: it is asked first; None where there is none."""
        return pusher_of(self)

    def _result(self, operation: int) -> MoveResult:
        """The answer that stands on the floor now."""
        new = self._stands_now()
        schedule, changed = self._with(new)
        after = self.tally.after(schedule, changed)
        row = self.row.get(operation)
        start = new[operation].start if row is None else schedule.placements[row].start
        moved = tuple(sorted(changed))
        return MoveResult(lambda: schedule, moved, self.objective, after, None, start)

    def _result_of(self, operation: int, new: Columns) -> MoveResult:
        """The answer of the compiled repair; nothing is written down that nobody asks for."""
        new = new.only(~self._just_as_it_was(new))
        placements, unplaced = self.schedule.placements, len(self.schedule.unplaced)
        if len(placements) + unplaced == len(self.problem.operations):
            unplaced -= sum(o not in self.row for o in new.operation.tolist())
        else:
            there = set(new.operation.tolist())
            unplaced = sum(u.operation not in there for u in self.schedule.unplaced)
        after = self.tally.with_columns(new, np.zeros(0, np.int64), unplaced)
        moved = np.sort(new.operation).tolist()
        own = np.flatnonzero(new.operation == operation)
        start = int(new.times[own[0], 3]) if len(own) else placements[self.row[operation]].start
        return Compiled(
            lambda: self._plan_with(new), tuple(moved), self.objective, after, None, start, new
        )

    def _just_as_it_was(self, new: Columns) -> Flags:
        """Which of the placements are those of the plan: their records are compared."""
        same = self.tally.seems_known(new)
        placements = self.schedule.placements
        same[same] = [placements[self.row[p.operation]] == p for p in new.only(same).placements()]
        return same

    def _plan_with(self, new: Columns) -> Schedule:
        """The plan with these placements."""
        return self._with({p.operation: p for p in new.placements()})[0]

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
