"""The schedule as JSON for programs that read it without a window (``schedule --json``).

Times are ISO 8601 in UTC; quantities are text, so that no digit is lost.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from app.models.database import Database
from app.scheduling.stability import Churn
from app.services.planning.queries import plan_view
from app.services.planning.rows import PlacementRow, PlanView
from app.services.planning.solving import SolveReport


def schedule_json(database: Database, report: SolveReport, language: str = "en") -> dict[str, Any]:
    """Report and working plan: status, objective parts, bound, unplaced, placements."""
    view = plan_view(database)
    return {
        "status": report.status,
        "objective": dict(report.objective),
        "bound": report.bound,
        "unplaced": [
            {
                "order": row.order_number,
                "operation": row.step_no,
                "reason": row.reason.text(language),
                "code": row.reason.code,
            }
            for row in report.unplaced
        ],
        "placements": [_placement(row) for row in view.placements],
        "summary": _summary(report, view, language),
    }


def _placement(row: PlacementRow) -> dict[str, Any]:
    return {
        "order": row.order_number,
        "operation": row.step_no,
        "name": row.step_name,
        "item": row.item_code,
        "quantity": format(row.quantity, "f"),
        "unit": row.unit,
        "machine": row.machine_code,
        "tools": list(row.tools),
        "operators": list(row.operators),
        "setup_start": _iso(row.setup_start),
        "start": _iso(row.start),
        "end": _iso(row.end),
        "pauses": [
            [_iso(before[1]), _iso(after[0])]
            for before, after in zip(row.segments, row.segments[1:], strict=False)
        ],
        "due": None if row.due is None else _iso(row.due),
        "late_minutes": row.late_minutes,
    }


def _summary(report: SolveReport, view: PlanView, language: str) -> dict[str, Any]:
    return {
        "now": _iso(view.plan.planning_now or view.now),
        "time_zone": view.time_zone,
        "policy": view.plan.policy,
        "placed": report.placed,
        "late_orders": report.late_orders,
        "tardiness_hours": round(report.tardiness_hours, 3),
        "setup_hours": round(report.setup_hours, 3),
        "elapsed_seconds": round(report.elapsed, 3),
        "first_plan_seconds": report.first_plan_seconds,
        "churn": churn_json(report.churn),
        "utilisation_percent": {
            machine: round(percent, 2) for machine, percent in report.utilisation
        },
        "warnings": [warning.text(language) for warning in report.warnings],
    }


def churn_json(churn: Churn) -> dict[str, Any]:
    """How far a plan is from the one in force."""
    return {**asdict(churn), "share": round(churn.share, 4)}


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
