"""Services of machines and moulds as closed time, over the days that a plan looks at."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Protocol
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.choices import PlanKind
from app.core.working_time import OpenWindow, minute
from app.models.planning import Placement, Plan
from app.models.plant import Operator, OperatorSkill, ToolCopy
from app.scheduling.windows import Stretches
from app.services.plant.maintenance import (
    NEVER,
    Service,
    Setting,
    dated_services,
    without_services,
)

Span = tuple[int, int]


class Rosters(Protocol):
    """Who works when."""

    def operator(self, operator: Operator) -> tuple[OpenWindow, ...]: ...


class Upkeep:
    """What is serviced when. Plans and people are read only if a service may be moved."""

    def __init__(self, session: Session, zone: ZoneInfo, now: int, rosters: Rosters) -> None:
        self._session, self._zone, self._now, self._rosters = session, zone, now, rosters
        self._machines, self._tools = dated_services(session)
        self._skilled: dict[int, Stretches] = {}
        self._made: dict[tuple[str, int, tuple[OpenWindow, ...]], tuple[OpenWindow, ...]] = {}

    def of_machine(self, machine_id: int, hours: tuple[OpenWindow, ...]) -> tuple[OpenWindow, ...]:
        """What is left of a machine's hours."""
        services = self._machines.get(machine_id)
        return self._left("machine", machine_id, hours, services) if services else hours

    def of_tool_type(self, type_id: int, hours: Sequence[OpenWindow]) -> tuple[Span, ...]:
        """When copies that work these hours are out for service."""
        services = self._tools.get(type_id)
        if not services:
            return ()
        whole = tuple(hours)
        left = self._left("tool", type_id, whole, services)
        return tuple(gone_from(whole, left))

    def _left(
        self, what: str, number: int, hours: tuple[OpenWindow, ...], services: list[Service]
    ) -> tuple[OpenWindow, ...]:
        key = (what, number, hours)
        if key not in self._made:
            busy = NEVER
            if any(service.move for service in services):
                busy = self._busy.get((what, number), NEVER)
            setting = Setting(self._now, self._zone, busy, self._people_with)
            self._made[key] = without_services(hours, services, setting)
        return self._made[key]

    @cached_property
    def _busy(self) -> dict[tuple[str, int], Stretches]:
        """Work of the plan in force by machine and by tool type."""
        type_of = dict(self._session.execute(select(ToolCopy.id, ToolCopy.tool_type_id)).all())
        rows = self._session.execute(
            select(
                Placement.machine_id, Placement.setup_start_at, Placement.end_at, Placement.tools
            )
            .join(Plan, Plan.id == Placement.plan_id)
            .where(Plan.kind == PlanKind.WORKING)
        )
        found: defaultdict[tuple[str, int], list[Span]] = defaultdict(list)
        for machine_id, start, end, tools in rows:
            span = minute(start), minute(end)
            found["machine", machine_id or 0].append(span)
            for kind in {type_of[copy] for copy in tools if copy in type_of}:
                found["tool", kind].append(span)
        return {key: Stretches(sorted(spans)) for key, spans in found.items()}

    def _people_with(self, skill_id: int) -> Stretches:
        """When somebody who has a skill is in."""
        if skill_id not in self._skilled:
            people = self._session.scalars(
                select(Operator)
                .join(OperatorSkill, OperatorSkill.operator_id == Operator.id)
                .where(OperatorSkill.skill_id == skill_id, Operator.active)
            )
            windows = (w for person in people for w in self._rosters.operator(person))
            self._skilled[skill_id] = Stretches(sorted((w.start, w.end) for w in windows))
        return self._skilled[skill_id]


def gone_from(whole: Iterable[OpenWindow], left: Iterable[OpenWindow]) -> Iterable[Span]:
    """The stretches of ``whole`` that are not in ``left``, by time."""
    remaining = iter(left)
    part = next(remaining, None)
    for window in whole:
        at = window.start
        while part is not None and part.start < window.end:
            if part.start > at:
                yield at, part.start
            at = max(at, part.end)
            part = next(remaining, None)
        if at < window.end:
            yield at, window.end
