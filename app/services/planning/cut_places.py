"""Where a running operation may be cut, and when the plan is there."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from app.core.messages import Message, message
from app.models.database import Database
from app.scheduling import problem as engine
from app.scheduling import repair
from app.services.planning.bridge import LoadedPlant, load_problem
from app.services.planning.cutting import Boundaries
from app.services.planning.stored_plan import read_content, schedule_of, working_plan
from app.services.site import now_of, site_row

MOST = 500
"""Boundaries listed of one operation; of more only some are."""


@dataclass(frozen=True, slots=True)
class CutPlaces:
    """``keeps``: quantities of the first part, the next boundary first; ``ends``: when it is made.

    ``at``: turn, box or piece. ``following``: so many operations wait for the rest and lose their
    places with it. ``refused``: why there is none.
    """

    operation_id: int
    at: str = ""
    keeps: tuple[Decimal, ...] = ()
    ends: tuple[datetime, ...] = ()
    following: int = 0
    refused: Message | None = None

    def nearest(self, moment: datetime) -> int:
        """Position of the boundary nearest to a moment; there has to be one."""
        later = bisect_left(self.ends, moment)
        near = range(max(later - 1, 0), min(later + 1, len(self.ends)))
        return min(near, key=lambda one: abs(self.ends[one] - moment))


def cut_places(
    loaded: LoadedPlant, schedule: engine.Schedule, operation_id: int
) -> CutPlaces | None:
    """Of an operation in a plan, those still ahead; None if it does not run."""
    index = loaded.operation_index().get(operation_id)
    if index is None or loaded.problem.operations[index].started is None:
        return None
    found, name = loaded.cuts.get(index), loaded.problem.operations[index].key
    placed = {p.operation: p for p in schedule.placements}
    if found is None or index not in placed:
        return CutPlaces(operation_id, refused=message("planning.cut_unknown", operation=name))
    if isinstance(found, Message):
        return CutPlaces(operation_id, refused=found)
    ahead = still_ahead(loaded, found, placed[index])
    if not ahead:
        return CutPlaces(operation_id, refused=message("planning.cut_over", operation=name))
    return CutPlaces(
        operation_id,
        found.at,
        tuple(keep for keep, _ in ahead),
        tuple(loaded.clock.moment(end) for _, end in ahead),
        _following(loaded, schedule, index),
    )


def still_ahead(
    loaded: LoadedPlant, found: Boundaries, placed: engine.Placement
) -> list[tuple[Decimal, int]]:
    """Boundaries of a running placement that have not gone by: first part, and tick of its end."""
    mode = loaded.problem.operations[placed.operation].modes[placed.mode]
    efficiency = loaded.problem.machines[mode.machine].efficiency
    ends = ((keep, found.ends(keep, placed.segments, efficiency)) for keep in found.keeps(MOST))
    return [(keep, end) for keep, end in ends if loaded.problem.now < end < placed.end]


def _following(loaded: LoadedPlant, schedule: engine.Schedule, index: int) -> int:
    placed = {p.operation for p in schedule.placements}
    after = [k.after for k in loaded.problem.precedences if k.before == index]
    waiting = sorted(placed.intersection(after))
    if not waiting:
        return 0
    left = repair.take_off(loaded.problem, schedule, waiting).schedule
    return len(schedule.placements) - len(left.placements)


def read_cut_places(database: Database, operation_id: int) -> CutPlaces | None:
    """The same of the working plan (a job's work)."""
    with database.read() as session:
        loaded = load_problem(session, now_of(site_row(session)))
        content = read_content(session, working_plan(session))
    return cut_places(loaded, schedule_of(loaded, content.spots, content.unplaced), operation_id)
