"""Plans between the engine and the tables: saving a schedule, reading one back."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import Select, Table, delete, insert, select
from sqlalchemy.orm import Session

from app.core.choices import PlanKind
from app.core.working_time import minute, moment
from app.models.change_log import WritingSession
from app.models.planning import Placement, Plan, UnplacedOperation
from app.scheduling import problem as engine
from app.services.planning.plain_columns import as_seconds, as_text

if TYPE_CHECKING:
    from app.services.planning.bridge import LoadedPlant

_PLACEMENT = cast(Table, Placement.__table__)
_UNPLACED = cast(Table, UnplacedOperation.__table__)
_PART = 900
"""Ids per statement: SQLite takes a limited number of values."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Where an operation stands, in ids and UTC minutes since 1970: a placement as a value."""

    machine_id: int | None
    supplier_id: int | None
    copies: int
    setup_start: int
    start: int
    end: int
    segments: tuple[tuple[int, int], ...]
    tools: tuple[int, ...]
    crew: tuple[tuple[int, int, int, int], ...]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an operation is unplaced."""

    code: str
    values: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class PlanContent:
    """Everything a plan says: spots and reasons by operation id, and how it came about."""

    spots: Mapping[int, Spot]
    unplaced: Mapping[int, Reason]
    policy: str
    planning_now: datetime | None
    objective: Mapping[str, float]
    status: str | None
    bound: float | None


NOT_SCHEDULED_YET = "planning.not_scheduled_yet"

EMPTY = PlanContent({}, {}, "", None, {}, None, None)


def working_plan(session: Session, *, lock: bool = False) -> Plan | None:
    """The one working plan. ``lock``: others who edit it wait until this transaction ends."""
    query = select(Plan).where(Plan.kind == PlanKind.WORKING)
    return session.scalars(query.with_for_update() if lock else query).one_or_none()


def published_as(session: Session, plan: Plan | None) -> Plan | None:
    """The newest published plan, if ``plan`` says the same of every operation; else None."""
    newest = session.scalars(
        select(Plan).where(Plan.kind == PlanKind.PUBLISHED).order_by(Plan.revision.desc()).limit(1)
    ).first()
    if plan is None or newest is None:
        return None
    same = read_content(session, plan).spots == read_content(session, newest).spots
    return newest if same else None


# ---------------------------------------------------------------- engine <-> values


def content_of(
    loaded: LoadedPlant,
    schedule: engine.Schedule,
    *,
    policy: str = "",
    objective: Mapping[str, float] | None = None,
    status: str | None = None,
    bound: float | None = None,
) -> PlanContent:
    """An engine's schedule as a plan's content."""
    return PlanContent(
        spots={
            number: spot_of(loaded, placement)
            for placement in schedule.placements
            for number in loaded.stands_for(placement.operation)
        },
        unplaced={
            number: Reason(left.reason, left.values)
            for left in schedule.unplaced
            for number in loaded.stands_for(left.operation)
        },
        policy=policy,
        planning_now=loaded.clock.moment(loaded.problem.now),
        objective=dict(objective or {}),
        status=status,
        bound=bound,
    )


def spot_of(loaded: LoadedPlant, placement: engine.Placement) -> Spot:
    shift = loaded.clock.origin_minute
    mode = loaded.problem.operations[placement.operation].modes[placement.mode]
    machine = loaded.machine_ids[mode.machine]
    return Spot(
        machine_id=machine if machine > 0 else None,
        supplier_id=-machine if machine < 0 else None,
        copies=loaded.copies[placement.operation][placement.mode],
        setup_start=placement.setup_start + shift,
        start=placement.start + shift,
        end=placement.end + shift,
        segments=tuple((start + shift, end + shift) for start, end in placement.segments),
        tools=tuple(loaded.tool_copy_ids[tool] for tool in placement.tools),
        crew=tuple(
            (
                loaded.operator_ids[one.operator],
                one.start + shift,
                one.end + shift,
                int(one.setup),
            )
            for one in placement.crew
        ),
    )


def schedule_of(
    loaded: LoadedPlant, spots: Mapping[int, Spot], unplaced: Mapping[int, Reason]
) -> engine.Schedule:
    """A stored plan as the engine's schedule.

    Spots that the master data no longer allow (machine or copies gone) are left out: their
    operations are neither placed nor unplaced. Those that are made together stand where the first
    of them does, if all do.
    """
    reader = _Reader(loaded)
    placements = []
    left = []
    for operation, first in enumerate(loaded.operation_ids):
        spot, reason = spots.get(first), unplaced.get(first)
        if any(spots.get(number) != spot for number in loaded.stands_for(operation)):
            spot = None
        if spot is not None and (found := reader.placement(operation, spot)):
            placements.append(found)
        if reason is not None:
            left.append(engine.Unplaced(operation, reason.code, reason.values))
    return engine.Schedule(tuple(placements), tuple(left))


class _Reader:
    def __init__(self, loaded: LoadedPlant) -> None:
        self._loaded = loaded
        self._machines = loaded.machine_index()
        self._tools = {number: i for i, number in enumerate(loaded.tool_copy_ids)}
        self._people = {number: i for i, number in enumerate(loaded.operator_ids)}

    def placement(self, operation: int, spot: Spot) -> engine.Placement | None:
        known = all(tool in self._tools for tool in spot.tools) and all(
            person in self._people for person, *_ in spot.crew
        )
        mode = self._mode(operation, spot) if known else None
        if mode is None:
            return None
        shift = self._loaded.clock.origin_minute
        return engine.Placement(
            operation,
            mode,
            spot.setup_start - shift,
            spot.start - shift,
            spot.end - shift,
            tuple((start - shift, end - shift) for start, end in spot.segments),
            tuple(self._tools[tool] for tool in spot.tools),
            tuple(
                engine.Assignment(self._people[person], start - shift, end - shift, bool(setup))
                for person, start, end, setup in spot.crew
            ),
        )

    def _mode(self, operation: int, spot: Spot) -> int | None:
        """The mode on the spot's machine that asks for its tools and copies, the nearest one."""
        place = spot.machine_id if spot.machine_id is not None else -(spot.supplier_id or 0)
        machine = self._machines.get(place)
        modes = self._loaded.problem.operations[operation].modes
        copies = self._loaded.copies[operation]
        tools = self._loaded.problem.tools
        wanted = {tools[self._tools[tool]].tool_type for tool in spot.tools}
        fitting = [
            (
                {demand.tool_type for demand in mode.tools} != wanted,
                copies[index] != spot.copies,
                index,
            )
            for index, mode in enumerate(modes)
            if mode.machine == machine
        ]
        return min(fitting)[2] if fitting else None


# ---------------------------------------------------------------- values <-> tables


def read_content(session: Session, plan: Plan | None) -> PlanContent:
    """All that a stored plan says."""
    if plan is None:
        return EMPTY
    unplaced = {
        row.operation_id: reason_of_json(row.reason)
        for row in session.scalars(
            select(UnplacedOperation).where(UnplacedOperation.plan_id == plan.id)
        )
    }
    return PlanContent(
        _spots(session.execute(_all_spots(plan.id)).all()),
        unplaced,
        plan.policy,
        plan.planning_now,
        dict(plan.objective),
        plan.status,
        plan.bound,
    )


def _all_spots(plan_id: int) -> Select[Any]:
    place = _PLACEMENT.c
    return select(
        place.operation_id, place.machine_id, place.supplier_id, place.copies,
        as_seconds(place.setup_start_at), as_seconds(place.start_at), as_seconds(place.end_at),
        as_text(place.segments), as_text(place.tools), as_text(place.crew),
    ).where(place.plan_id == plan_id)  # fmt: skip


def _spots(found: Sequence[Any]) -> dict[int, Spot]:
    """By operation: a hundred thousand are read column by column."""
    if not found:
        return {}
    (operations, machines, suppliers, copies, setups, starts, ends, *documents) = zip(
        *found, strict=True
    )
    segments, tools, crews = (json.loads(f"[{','.join(column)}]") for column in documents)
    return {
        operation: Spot(
            machine, supplier, count, setup // 60, start // 60, end // 60,
            tuple(map(tuple, parts)), tuple(used), tuple(map(tuple, crew)),
        )
        for operation, machine, supplier, count, setup, start, end, parts, used, crew in zip(
            operations, machines, suppliers, copies, setups, starts, ends, segments, tools, crews,
            strict=True,
        )
    }  # fmt: skip


def spot_of_row(row: Placement) -> Spot:
    """A stored placement."""
    return Spot(
        row.machine_id,
        row.supplier_id,
        row.copies,
        minute(row.setup_start_at),
        minute(row.start_at),
        minute(row.end_at),
        tuple((start, end) for start, end in row.segments),
        tuple(row.tools),
        tuple((person, start, end, setup) for person, start, end, setup in row.crew),
    )


def row_of_spot(plan_id: int, operation_id: int, spot: Spot) -> dict[str, Any]:
    return {
        "plan_id": plan_id,
        "operation_id": operation_id,
        "machine_id": spot.machine_id,
        "supplier_id": spot.supplier_id,
        "copies": spot.copies,
        "setup_start_at": moment(spot.setup_start),
        "start_at": moment(spot.start),
        "end_at": moment(spot.end),
        "segments": [list(pair) for pair in spot.segments],
        "tools": list(spot.tools),
        "crew": [list(one) for one in spot.crew],
    }


def reason_of_json(stored: Mapping[str, Any]) -> Reason:
    values = stored.get("values", {})
    return Reason(stored["code"], tuple((name, str(value)) for name, value in values.items()))


def write_content(session: WritingSession, content: PlanContent) -> Plan:
    """Make ``content`` the working plan, in bulk. The plan's row is made if there is none."""
    plan = _described(session, content)
    touched = set(session.scalars(delete_rows(plan.id)))
    write_spots(session, plan.id, content.spots)
    _replace_reasons(session, plan.id, content.unplaced)
    session.log_rows("placement", sorted(touched | set(content.spots)), "replace")
    return plan


def change_content(session: WritingSession, before: PlanContent, content: PlanContent) -> Plan:
    """The same where the working plan says ``before``: only places that differ are written."""
    spots = content.spots
    changed = [number for number, spot in spots.items() if before.spots.get(number) != spot]
    gone = before.spots.keys() - spots.keys()
    if not before.spots or 2 * (len(changed) + len(gone)) > len(before.spots):
        return write_content(session, content)
    plan = _described(session, content)
    touched = sorted({*changed, *gone})
    for start in range(0, len(touched), _PART):
        remove_spots(session, plan.id, touched[start : start + _PART])
    write_spots(session, plan.id, {number: spots[number] for number in changed})
    _replace_reasons(session, plan.id, content.unplaced)
    session.log_rows("placement", touched, "replace")
    return plan


def _described(session: WritingSession, content: PlanContent) -> Plan:
    """The working plan's row, saying how ``content`` came about."""
    plan = working_plan(session, lock=True)
    if plan is None:
        plan = Plan(
            kind=PlanKind.WORKING,
            revision=0,
            created_at=datetime.now(UTC),
            created_by=session.actor,
        )
        session.add(plan)
    plan.created_at = datetime.now(UTC)
    plan.created_by = session.actor
    plan.policy = content.policy
    plan.planning_now = content.planning_now
    plan.objective = dict(content.objective)
    plan.status = content.status
    plan.bound = content.bound
    session.flush()
    return plan


def _replace_reasons(session: WritingSession, plan_id: int, unplaced: Mapping[int, Reason]) -> None:
    session.execute(delete(UnplacedOperation).where(UnplacedOperation.plan_id == plan_id))
    write_reasons(session, plan_id, unplaced)


def content_rows(session: WritingSession, plan_id: int, content: PlanContent) -> None:
    """The rows of a plan that has none yet (a revision that is being published)."""
    write_spots(session, plan_id, content.spots)
    write_reasons(session, plan_id, content.unplaced)


def delete_rows(plan_id: int) -> Any:
    """Statement that deletes a plan's placements and answers their operations' ids."""
    return delete(Placement).where(Placement.plan_id == plan_id).returning(Placement.operation_id)


def write_spots(session: WritingSession, plan_id: int, spots: Mapping[int, Spot]) -> None:
    rows = [row_of_spot(plan_id, number, spot) for number, spot in spots.items()]
    if rows:
        session.connection().execute(insert(_PLACEMENT), rows)


def remove_spots(session: WritingSession, plan_id: int, operation_ids: Sequence[int]) -> None:
    session.execute(
        delete(Placement).where(
            Placement.plan_id == plan_id, Placement.operation_id.in_(operation_ids)
        )
    )


def mark_unscheduled(session: WritingSession, operation_ids: Sequence[int]) -> None:
    """New work that the working plan, if there is one, knows nothing of yet."""
    plan = working_plan(session)
    if plan is not None:
        reason = Reason(NOT_SCHEDULED_YET, ())
        write_reasons(session, plan.id, dict.fromkeys(operation_ids, reason))
        session.log_rows("unplaced_operation", operation_ids, "insert")


def write_reasons(session: WritingSession, plan_id: int, unplaced: Mapping[int, Reason]) -> None:
    """Why operations are unplaced."""
    rows = [
        {
            "plan_id": plan_id,
            "operation_id": number,
            "reason": {"code": reason.code, "values": dict(reason.values)},
        }
        for number, reason in unplaced.items()
    ]
    if rows:
        session.connection().execute(insert(_UNPLACED), rows)


def baseline_of(session: Session, loaded: LoadedPlant) -> tuple[engine.Placement, ...]:
    """The working plan as the engine's baseline."""
    content = read_content(session, working_plan(session))
    return schedule_of(loaded, content.spots, {}).placements
