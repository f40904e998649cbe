"""A published plan as it was known then, and what differs between two of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from app.core.values_json import plain, typed
from app.services.planning.rows import PlacementRow, PlanView


def picture_of(view: PlanView) -> Any:
    """The view as JSON."""
    return plain(view)


def view_of(picture: Any) -> PlanView:
    found: PlanView = typed(PlanView, picture)
    return found


@dataclass(frozen=True, slots=True)
class Stand:
    """Where an operation stands: code of the machine, its team (work centre), times in UTC."""

    machine: str
    team: str
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class ChangedRow:
    """One operation that was and is: None = not in that plan. ``quantity`` as it is now."""

    order: str
    step: int
    name: str
    item: str
    customer: str
    quantity: Decimal
    unit: str
    was: Stand | None
    now: Stand | None

    @property
    def teams(self) -> tuple[str, ...]:
        """Whom it concerns."""
        return tuple(dict.fromkeys(each.team for each in (self.was, self.now) if each))

    @property
    def what(self) -> str:
        """``new``, ``gone``, ``machine`` or ``time``."""
        if self.was is None or self.now is None:
            return "new" if self.was is None else "gone"
        return "time" if self.was.machine == self.now.machine else "machine"

    @property
    def at(self) -> datetime:
        """When it first matters."""
        return min(each.start for each in (self.was, self.now) if each)


def changed_rows(
    before: PlanView | None, after: PlanView, done: Collection[tuple[str, int]] = ()
) -> tuple[ChangedRow, ...]:
    """What differs, the soonest first. ``done``: work that left the plan because it is finished."""
    old = {} if before is None else _stands(before, before.placements)
    new = _stands(after, after.placements)
    found = []
    for key in {**old, **new}:
        was, now = old.get(key), new.get(key)
        if was is not None and now is not None and was[1] == now[1]:
            continue
        if now is None and key in done:
            continue
        row = (now or was or _none())[0]
        found.append(
            ChangedRow(
                row.order_number, row.step_no, row.step_name, row.item_code, row.customer,
                row.quantity, row.unit, was[1] if was else None, now[1] if now else None,
            )
        )  # fmt: skip
    return tuple(sorted(found, key=lambda each: (each.at, each.order, each.step)))


def _none() -> tuple[PlacementRow, Stand]:
    raise LookupError("an operation is in one of two plans")


def _stands(
    view: PlanView, rows: Iterable[PlacementRow]
) -> dict[tuple[str, int], tuple[PlacementRow, Stand]]:
    teams = {lane.id: lane.work_centre or lane.code for lane in view.lanes}
    return {
        (row.order_number, row.step_no): (
            row,
            Stand(row.machine_code, teams.get(row.machine_id, ""), row.start, row.end),
        )
        for row in rows
    }


def by_team(rows: Iterable[ChangedRow]) -> dict[str, tuple[ChangedRow, ...]]:
    """Rows by the teams they concern; what changes hands concerns both."""
    found: dict[str, list[ChangedRow]] = {}
    for row in rows:
        for team in row.teams:
            found.setdefault(team, []).append(row)
    return {team: tuple(found[team]) for team in sorted(found)}
