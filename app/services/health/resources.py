"""Machines, tools and people: are they there, and open, when the plan needs them?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta

from app.core.choices import USABLE_TOOLS, MachineState, ToolKind, ToolState
from app.core.messages import message
from app.models.plant import OperatorSkill, ToolType
from app.services.health import places
from app.services.health.finding import Found, Place, Severity
from app.services.health.snapshot import SOON, Snapshot
from app.services.plant.calendars import PlantCalendars

AHEAD = timedelta(days=28)
"""Whoever has no working time in four weeks has none."""

_SHAPING = (ToolKind.MOULD, ToolKind.DIE)


# ---------------------------------------------------------------- working time


def without_working_time(data: Snapshot) -> Iterator[Found]:
    """Calendars in use that are never open; machines and people that are shut out otherwise."""
    calendars = PlantCalendars(data.session, data.zone, data.today, data.today + AHEAD)
    days = AHEAD.days
    shut = {row.id for row in data.calendars.values() if not calendars.calendar(row.id)}
    machines = [m for m in data.machines.values() if m.active]
    people = [p for p in data.operators.values() if p.active and not _left(p.employed_to, data)]
    for calendar_id in sorted(shut):
        on_it = [m.id for m in machines if m.calendar_id == calendar_id]
        staff = [p.id for p in people if p.calendar_id == calendar_id]
        if on_it or staff:
            yield Found(
                Severity.ERROR,
                Place("Calendars", (("calendar_code", data.calendars[calendar_id].code),)),
                message("health.calendar_shut", code=data.calendars[calendar_id].code, days=days,
                        machines=len(on_it), people=len(staff)),
                data.touched.of("machine", on_it),
            )  # fmt: skip
    for machine in machines:
        operations = data.touched.of("machine", machine.id)
        if machine.state is MachineState.DOWN and machine.down_until is None:
            yield Found(Severity.WARNING, places.machine(machine, "down_until"),
                        message("health.machine_down", code=machine.code), operations)  # fmt: skip
        elif machine.calendar_id not in shut and not calendars.machine(machine):
            yield Found(
                Severity.ERROR,
                places.machine(machine, "calendar"),
                message("health.machine_shut", code=machine.code, days=days),
                operations,
            )
    for person in people:
        if person.calendar_id not in shut and not calendars.operator(person):
            yield Found(
                Severity.WARNING,
                places.operator(person, "calendar"),
                message("health.person_shut", name=person.name, days=days),
                data.touched.of("skill", [held.skill_id for held in person.skills]),
            )


# ---------------------------------------------------------------- tools


def tools_without_copies(data: Snapshot) -> Iterator[Found]:
    """A tool of which no copy can be used, now or at a known date."""
    used = _tools_in_use(data)
    for tool in data.tools.values():
        if not tool.active or _usable(tool):
            continue
        code = "tool_copies_out" if tool.copies else "tool_without_copies"
        operations = data.touched.of("tool", tool.id)
        yield Found(
            Severity.ERROR if operations or tool.id in used else Severity.NOTE,
            places.tool(tool) if not tool.copies else _copies_of(tool),
            message(f"health.{code}", code=tool.code, count=len(tool.copies)),
            operations,
        )


def tools_without_items(data: Snapshot) -> Iterator[Found]:
    """A mould that makes nothing, or only items that are retired.

    Where steps name the mould themselves, a missing list only leaves the share of its cavities
    open: told once for all such moulds.
    """
    used = _tools_in_use(data)
    silent = []
    for tool in data.tools.values():
        if not tool.active or tool.kind not in _SHAPING:
            continue
        made = [data.items[row.item_id] for row in tool.items]
        if not made and tool.id in used:
            silent.append(tool)
        elif not any(item.active for item in made):
            code = "tool_items_retired" if made else "tool_without_items"
            yield Found(
                Severity.WARNING,
                places.tool(tool, "items"),
                message(f"health.{code}", code=tool.code, items=[item.code for item in made]),
                data.touched.of("tool", tool.id),
            )
    if silent:
        yield Found(
            Severity.NOTE,
            places.tool(silent[0], "items"),
            message("health.tools_silent", count=len(silent), tools=[t.code for t in silent[:3]]),
            data.touched.of("tool", [tool.id for tool in silent]),
        )


def tools_worn_out(data: Snapshot) -> Iterator[Found]:
    """Copies that are called usable though their life is used up."""
    for tool in data.tools.values():
        if not tool.active or tool.life_shots is None:
            continue
        worn = [
            copy.copy_no
            for copy in tool.copies
            if copy.state in USABLE_TOOLS and copy.shots_done >= tool.life_shots
        ]
        if worn:
            yield Found(
                Severity.WARNING,
                Place("ToolCopies", (("tool_code", tool.code), ("copy_no", worn[0])), "shots_done"),
                message("health.tool_worn", code=tool.code, copies=worn, life=tool.life_shots),
                data.touched.of("tool", tool.id),
            )


def _usable(tool: ToolType) -> bool:
    if tool.kind is ToolKind.POOL:
        return bool(tool.capacity or tool.copies)
    return any(
        copy.state in USABLE_TOOLS
        or (copy.available_from is not None and copy.state is not ToolState.SCRAPPED)
        for copy in tool.copies
    )


def _copies_of(tool: ToolType) -> Place:
    copy = tool.copies[0].copy_no
    return Place("ToolCopies", (("tool_code", tool.code), ("copy_no", copy)), "state")


def _tools_in_use(data: Snapshot) -> set[int]:
    return {
        use.tool_type_id
        for routing, _ in data.routings_in_force.values()
        for step in routing.steps
        for use in step.tools
    }


# ---------------------------------------------------------------- people


def certificates(data: Snapshot) -> Iterator[Found]:
    """Certificates that have ended, or end within thirty days."""
    for person in data.operators.values():
        if not person.active or _left(person.employed_to, data):
            continue
        for held in person.skills:
            until = held.valid_until
            if until is None or until > data.today + SOON:
                continue
            code = "certificate_ended" if until < data.today else "certificate_ends"
            yield Found(
                Severity.WARNING if until < data.today else Severity.NOTE,
                places.operator(person, "certificate_until"),
                message(f"health.{code}", name=person.name, date=until,
                        skill=data.skills[held.skill_id].code),
                data.touched.of("skill", held.skill_id),
            )  # fmt: skip


def skills_nobody_has(data: Snapshot) -> Iterator[Found]:
    """Asked for by a step, and nobody has it (any more)."""
    held = _held(data)
    for skill_id in sorted(_skills_asked(data)):
        operations = data.touched.of("skill", skill_id)
        if not any(_valid(one, data.today) for one in held[skill_id]):
            yield Found(
                Severity.ERROR if operations else Severity.WARNING,
                Place("Skills", (("skill_code", data.skills[skill_id].code),)),
                message("health.skill_nobody", code=data.skills[skill_id].code),
                operations,
            )


def people_who_left(data: Snapshot) -> Iterator[Found]:
    """Still on the list of active people after their last day."""
    for person in data.operators.values():
        if person.active and _left(person.employed_to, data):
            yield Found(
                Severity.NOTE,
                places.operator(person, "to"),
                message("health.person_left", name=person.name, date=person.employed_to),
                data.touched.of("skill", [held.skill_id for held in person.skills]),
            )


def _held(data: Snapshot) -> defaultdict[int, list[OperatorSkill]]:
    """By skill: what active people have, ended or not."""
    found: defaultdict[int, list[OperatorSkill]] = defaultdict(list)
    for person in data.operators.values():
        if person.active and not _left(person.employed_to, data):
            for skill in person.skills:
                found[skill.skill_id].append(skill)
    return found


def _skills_asked(data: Snapshot) -> set[int]:
    """By steps in force and by open operations."""
    asked = {
        skill
        for routing, _ in data.routings_in_force.values()
        for step in routing.steps
        for skill, heads in (
            (step.setup_skill_id, step.setup_heads),
            (step.run_skill_id, step.run_heads),
        )
        if skill is not None and heads
    }
    return asked | {skill for skill in data.skills if data.touched.of("skill", skill)}


def _valid(held: OperatorSkill, today: date) -> bool:
    return held.valid_until is None or held.valid_until >= today


def _left(day: date | None, data: Snapshot) -> bool:
    return day is not None and day < data.today
