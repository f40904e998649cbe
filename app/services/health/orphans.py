"""Records that nothing refers to: harmless, but they stand in every list."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from app.core.choices import LocationKind
from app.core.messages import message
from app.services.health.finding import Found, Place, Severity
from app.services.health.snapshot import Snapshot

_TOUCHED = {"work_centre": "centre"}


def orphans(data: Snapshot) -> Iterator[Found]:
    """Skills, locations, units, calendars and work centres that nothing uses; idle tools."""
    places = [row for row in data.locations.values() if row.kind is LocationKind.PHYSICAL]
    yield from _unused(data, data.skills.values(), "skill", "Skills", "skill_code")
    yield from _unused(data, places, "location", "Locations", "location_code")
    yield from _unused(data, data.units.values(), "unit", "Units", "unit_code")
    yield from _unused(data, data.calendars.values(), "calendar", "Calendars", "calendar_code")
    yield from _unused(
        data, data.centres.values(), "work_centre", "WorkCentres", "centre_code"
    )  # fmt: skip
    yield from _idle_tools(data)
    yield from _families_nobody_has(data)


def _unused(
    data: Snapshot, rows: Collection[Any], kind: str, sheet: str, column: str
) -> Iterator[Found]:
    used = data.referred_to(kind, but_for=("shift", "calendar_exception"))
    used |= {row.id for row in rows if data.touched.of(_TOUCHED.get(kind, kind), row.id)}
    named = _named_by_rotations(data) if kind == "calendar" else set()
    for row in rows:
        if row.active and row.id not in used and row.code not in named:
            yield Found(
                Severity.NOTE,
                Place(sheet, ((column, row.code),)),
                message(f"health.unused_{kind}", code=row.code),
            )


def _named_by_rotations(data: Snapshot) -> set[str]:
    return {str(name) for rotation in data.rotations for name, _ in rotation.sequence}


def _idle_tools(data: Snapshot) -> Iterator[Found]:
    used = {
        use.tool_type_id
        for routing in data.routings.values()
        for step in routing.steps
        for use in step.tools
    }
    for tool in data.tools.values():
        if tool.active and tool.id not in used and not data.touched.of("tool", tool.id):
            yield Found(
                Severity.NOTE,
                Place("Tools", (("tool_code", tool.code),)),
                message("health.unused_tool", code=tool.code),
            )


def _families_nobody_has(data: Snapshot) -> Iterator[Found]:
    families = {item.family for item in data.active_items}
    for routing in data.routings.values():
        if routing.item_id is None and routing.active and routing.family not in families:
            yield Found(
                Severity.NOTE,
                Place("Routings", (("family", routing.family), ("revision", routing.revision))),
                message("health.unused_family", family=routing.family),
            )
