"""Revisions and their dates: is one in force today, and will one be next month?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from app.core.messages import message
from app.models.products import BillOfMaterial, Routing
from app.services.health import places
from app.services.health.finding import Found, Place, Severity
from app.services.health.snapshot import SOON, Snapshot


def revisions_out_of_force(data: Snapshot) -> Iterator[Found]:
    """There are active revisions, but none for today."""
    for kind, owner, rows in _revisions(data):
        if any(_holds(row, data.today) for row in rows):
            continue
        coming = [
            row.effective_from for row in rows if (row.effective_from or date.min) > data.today
        ]
        ended = [row.effective_to for row in rows if row.effective_to is not None]
        day, code = (min(coming), "not_yet") if coming else (max(ended), "expired")
        operations = _operations_of(data, owner)
        yield Found(
            Severity.ERROR if operations else Severity.WARNING,
            _place_of(data, rows[-1], "effective_to"),
            message(f"health.{kind}_{code}", code=_owner_name(data, owner), date=day),
            operations,
        )


def revisions_that_end(data: Snapshot) -> Iterator[Found]:
    """In force today, but not in thirty days, and nothing follows."""
    for kind, owner, rows in _revisions(data):
        now = [row for row in rows if _holds(row, data.today)]
        last = max((row.effective_to or date.max for row in now), default=date.max)
        if not now or last > data.today + SOON:
            continue
        if any((row.effective_to or date.max) > last and (row.effective_from or date.min)
               <= date.fromordinal(last.toordinal() + 1) for row in rows):  # fmt: skip
            continue
        yield Found(
            Severity.WARNING,
            _place_of(data, now[-1], "effective_to"),
            message(f"health.{kind}_ends", code=_owner_name(data, owner), date=last),
            _operations_of(data, owner),
        )


def wanted_revisions_missing(data: Snapshot) -> Iterator[Found]:
    """The item names a revision that is not in force; another one is taken."""
    for item in data.active_items:
        routing = data.recipes.routing(item.id, data.today)
        bom = data.recipes.bom(item.id, data.today)
        for field, wanted, taken in (
            ("default_routing", item.default_routing, routing),
            ("default_bom", item.default_bom, bom),
        ):
            if wanted and taken is not None and taken.revision != wanted:
                yield Found(
                    Severity.WARNING,
                    places.item(item, field),
                    message(f"health.{field}_missing", code=item.code, wanted=wanted,
                            taken=taken.revision),
                    data.touched.of("made", item.id),
                )  # fmt: skip


def _revisions(data: Snapshot) -> Iterator[tuple[str, Any, Sequence[Any]]]:
    """("routing" or "bom", owner, its active revisions); owner: item id, or family."""
    routings: defaultdict[Any, list[Routing]] = defaultdict(list)
    boms: defaultdict[Any, list[BillOfMaterial]] = defaultdict(list)
    for routing in data.routings.values():
        if routing.active:
            routings[routing.item_id or routing.family].append(routing)
    for bom in data.boms.values():
        if bom.active:
            boms[bom.item_id].append(bom)
    for kind, by_owner in (("routing", routings), ("bom", boms)):
        for owner, rows in by_owner.items():
            if isinstance(owner, str) or data.items[owner].active:
                yield kind, owner, rows


def _holds(row: Any, day: date) -> bool:
    return (row.effective_from or date.min) <= day <= (row.effective_to or date.max)


def _owner_name(data: Snapshot, owner: Any) -> str:
    return owner if isinstance(owner, str) else data.items[owner].code


def _operations_of(data: Snapshot, owner: Any) -> frozenset[int]:
    if isinstance(owner, str):
        owner = [item.id for item in data.items.values() if item.family == owner]
    return data.touched.of("made", owner)


def _place_of(data: Snapshot, row: Any, field: str) -> Place:
    if isinstance(row, Routing):
        return places.routing(data, row, field)
    return places.bom(data, row, field)
