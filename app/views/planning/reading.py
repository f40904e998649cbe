"""What the schedule page reads off the GUI thread: plain values in, plain values out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.services.planning.rows import PlanView
from app.views.planning.gantt.model import PlanModel, model_of


@dataclass(frozen=True, slots=True)
class Reading:
    """One state of the working plan, as queried and as arrays."""

    view: PlanView
    model: PlanModel


def read_plan(database: Any) -> Reading:
    """The working plan, ready to be shown."""
    from app.services.planning.queries import plan_view

    view = plan_view(database)
    return Reading(view, model_of(view))


def load_board(database: Any) -> Any:
    """The engine's problem and schedule, kept in memory for previews."""
    from app.services.planning.board import Board

    return Board.load(database)
