"""What the schedule page reads off the GUI thread: plain values in, plain values out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.services.planning.rows import PlacementRow, PlanView
from app.views.planning.gantt.model import PlanModel, model_of

FEW_ROWS = 10_000
"""Up to so many operations the rows of the table are made with the reading, else after it."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One state of the working plan, as queried and as arrays."""

    view: PlanView
    model: PlanModel


def read_plan(database: Any) -> Reading:
    """The working plan, ready to be shown."""
    from app.services.planning.queries import plan_view

    view = plan_view(database)
    if len(view.placements) <= FEW_ROWS:
        all_rows(database, view.placements)
    return Reading(view, model_of(view))


def all_rows(_database: Any, placements: Sequence[PlacementRow]) -> Sequence[PlacementRow]:
    """The same rows, now all made: for a table of them."""
    for _ in placements:
        pass
    return placements


def load_board(database: Any) -> Any:
    """The engine's problem and schedule, kept in memory for previews."""
    from app.services.planning.board import Board

    return Board.load(database)
