"""What a decision sheet shows: scenarios beside the working plan, and what speaks for the first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from app.core.errors import RuleBroken
from app.core.messages import message
from app.models.database import Database
from app.services.planning.scenarios.queries import (
    FigureRow,
    comparison,
    scenario_row,
    working_figures,
)
from app.services.planning.scenarios.rows import OrderOutcome, ScenarioRow
from app.services.site import site

MOST_ORDERS = 40


@dataclass(frozen=True, slots=True)
class DecisionSheet:
    """``scenarios``: the first one is proposed. ``figures``: the working plan, then the scenarios.

    ``orders``: of the first, those that change, the largest difference first; ``left_out`` more.
    ``now_late``, ``saved``: orders that become late, or are late no longer. Times are local.
    """

    site: str
    currency: str
    printed_by: str
    printed_at: datetime
    zone: ZoneInfo
    scenarios: tuple[ScenarioRow, ...]
    figures: tuple[FigureRow, ...]
    orders: tuple[OrderOutcome, ...]
    left_out: int
    now_late: tuple[str, ...]
    saved: tuple[str, ...]


def decision_rows(database: Database, names: Sequence[str], actor: str) -> DecisionSheet:
    """Errors: ``NotFound``; ``RuleBroken`` if the first one is not solved."""
    rows = tuple(scenario_row(database, name) for name in names)
    first = rows[0].result
    if first is None:
        raise RuleBroken(message("scenarios.not_solved", name=rows[0].name))
    settings = site(database)
    zone = ZoneInfo(settings.time_zone)
    changing = [each for each in first.orders if each.difference]
    columns = [
        working_figures(database),
        *(None if row.result is None else row.result.figures for row in rows),
    ]
    return DecisionSheet(
        site=settings.name,
        currency=settings.currency,
        printed_by=actor,
        printed_at=datetime.now(UTC).astimezone(zone),
        zone=zone,
        scenarios=rows,
        figures=comparison(columns),
        orders=tuple(changing[:MOST_ORDERS]),
        left_out=max(0, len(changing) - MOST_ORDERS),
        now_late=tuple(o.order for o in first.orders if o.late and not o.base_late),
        saved=tuple(o.order for o in first.orders if o.base_late and not o.late and o.end),
    )
