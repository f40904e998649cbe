"""What the schedule page reads off the GUI thread: plain values in, plain values out."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from app.services.planning.rows import PlanView
from app.views.planning.gantt.model import PlanModel, model_of, renewed_model

FEW_ROWS = 10_000
"""Up to so many operations all is made with the reading, else what nobody looks at yet after it."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One state of the working plan, as queried and as arrays."""

    view: PlanView
    model: PlanModel


def read_plan(
    database: Any, before: Reading | None = None, moved: Collection[int] | None = None
) -> Reading:
    """The working plan, ready to be shown.

    ``moved``: since ``before`` was read nothing has changed but the places of these operations.
    """
    from app.services.planning.queries import plan_view, renewed_view

    found = None
    if before is not None and moved is not None:
        found = renewed_view(database, before.view, moved)
    if before is not None and found is not None:
        view, places = found
        model = renewed_model(before.model, view, places)
    else:
        view = plan_view(database)
        model = model_of(view)
    reading = Reading(view, model)
    if len(view.placements) <= FEW_ROWS:
        complete(database, reading)
    else:
        model.prepare(before.model if before is not None else None)
    return reading


def complete(_database: Any, reading: Reading) -> Reading:
    """The same reading with all that is made when somebody looks: rows of the table, arrangements,
    load."""
    from app.services.planning.placed_columns import PlacedRows

    if isinstance(reading.view.placements, PlacedRows):
        reading.view.placements.complete()
    reading.model.complete()
    return reading


def load_board(database: Any) -> Any:
    """The engine's problem and schedule, kept in memory for previews."""
    from app.services.planning.board import Board

    return Board.load(database)
