"""Bills of material and routings: is everything that is made described, and can it be followed?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from app.core.choices import BomLineKind, ItemSource, QuantityKind
from app.core.errors import RuleBroken
from app.core.messages import message
from app.core.step import parse_links
from app.models.products import Item
from app.services.doctor import find_cycle
from app.services.health import places
from app.services.health.finding import Found, Place, Severity
from app.services.health.snapshot import Snapshot
from app.services.products.recipes import chosen_lines

MADE = frozenset({ItemSource.MAKE, ItemSource.SUBCONTRACT})
_MOST_CYCLES = 20
_HUNDRED = Decimal(100)
_TOLERANCE = Decimal("0.01")


def bom_cycles(data: Snapshot) -> Iterator[Found]:
    """An item that is, over some levels, a part of itself."""
    parts: defaultdict[int, list[int]] = defaultdict(list)
    for bom in data.boms.values():
        if bom.active:
            parts[bom.item_id] += [line.component_id for line in bom.lines]
    for _ in range(_MOST_CYCLES):
        cycle = find_cycle(parts)
        if not cycle:
            return
        codes = [data.items[item].code for item in cycle]
        yield Found(
            Severity.ERROR,
            Place("BOM", (("parent_code", codes[0]),), "component_code"),
            message("health.bom_cycle", path=" → ".join(codes)),
            data.touched.of("item", set(cycle)),
        )
        parts[cycle[0]] = [part for part in parts[cycle[0]] if part != cycle[1]]


# ---------------------------------------------------------------- is it described


def made_without_routing(data: Snapshot) -> Iterator[Found]:
    """Made here, but nothing says how; families that lack their template are told once."""
    told = {item.id for _, items in _families_without(data) for item in items}
    ordered = {order.item_id for order in data.live_orders}
    for item in _undescribed(data):
        if item.id in told:
            continue
        operations = data.touched.of("item", item.id)
        if data.recipes.bom(item.id, data.today) is not None and item.id not in ordered:
            severity, what = Severity.NOTE, "made_as_mix"
        else:
            needed = operations or item.id in ordered
            severity, what = Severity.ERROR if needed else Severity.WARNING, "made_without_routing"
        yield Found(severity, places.item(item, "source"),
                    message(f"health.{what}", code=item.code), operations)  # fmt: skip


def families_without_template(data: Snapshot) -> Iterator[Found]:
    """A family whose items have no routing of their own and no template either."""
    for family, items in _families_without(data):
        yield Found(
            Severity.WARNING,
            places.item(items[0], "family"),
            message("health.family_without_template", family=family, count=len(items),
                    items=[item.code for item in items[:5]]),
            data.touched.of("item", [item.id for item in items]),
        )  # fmt: skip


def _undescribed(data: Snapshot) -> Iterator[Item]:
    """Active made items that no routing was ever active for."""
    own = {routing.item_id for routing in data.routings.values() if routing.active}
    families = {
        routing.family
        for routing in data.routings.values()
        if routing.active and routing.item_id is None
    }
    for item in data.active_items:
        if item.source in MADE and item.id not in own and item.family not in families - {""}:
            yield item


def _families_without(data: Snapshot) -> list[tuple[str, list[Item]]]:
    by_family: defaultdict[str, list[Item]] = defaultdict(list)
    for item in _undescribed(data):
        if item.family and data.recipes.bom(item.id, data.today) is None:
            by_family[item.family].append(item)
    return [(family, items) for family, items in by_family.items() if len(items) > 1]


def made_without_bom(data: Snapshot) -> Iterator[Found]:
    """Made, but of nothing. A plant without any bill of material is told once."""
    if not data.boms:
        yield Found(Severity.NOTE, Place("BOM", ()), message("health.no_boms_at_all"))
        return
    known = {bom.item_id for bom in data.boms.values() if bom.active}
    for item_id in data.made:
        item = data.items[item_id]
        if item.source in MADE and item_id not in known:
            yield Found(
                Severity.WARNING,
                places.item(item),
                message("health.made_without_bom", code=item.code),
                data.touched.of("made", item_id),
            )


def bought_with_routing(data: Snapshot) -> Iterator[Found]:
    """Bought, though its own routing says how to make it."""
    for routing in data.routings.values():
        item = data.items[routing.item_id] if routing.item_id is not None else None
        if item is not None and routing.active and item.active and item.source is ItemSource.BUY:
            yield Found(
                Severity.WARNING,
                places.item(item, "source"),
                message("health.bought_with_routing", code=item.code, revision=routing.revision),
                data.touched.of("item", item.id),
            )


# ---------------------------------------------------------------- can it be followed


def percent_recipes(data: Snapshot) -> Iterator[Found]:
    """Shares of a mix that do not add up to a hundred."""
    for item in data.active_items:
        bom = data.recipes.bom(item.id, data.today)
        if bom is None:
            continue
        shares = [
            line.quantity / line.base_quantity
            for line in chosen_lines(bom.lines)
            if line.quantity_kind is QuantityKind.PERCENT and line.line_kind is BomLineKind.CONSUME
        ]
        total = sum(shares, Decimal(0))
        if len(shares) > 1 and abs(total - _HUNDRED) > _TOLERANCE:
            yield Found(
                Severity.WARNING,
                places.bom(data, bom, "quantity"),
                message("health.percent", code=item.code, total=total),
                data.touched.of("item", item.id),
            )


def retired_components(data: Snapshot) -> Iterator[Found]:
    """A bill of material in force asks for an item that is retired."""
    for item in data.active_items:
        bom = data.recipes.bom(item.id, data.today)
        for line in bom.lines if bom is not None else ():
            part = data.items[line.component_id]
            if not part.active:
                yield Found(
                    Severity.WARNING,
                    places.bom_line(data, line, "component_code"),
                    message("health.retired_component", code=item.code, component=part.code),
                    data.touched.of("made", item.id) | data.touched.of("item", part.id),
                )


def predecessors_missing(data: Snapshot) -> Iterator[Found]:
    """A step that follows steps its routing does not have, or whose links cannot be read."""
    for routing, items in data.routings_in_force.values():
        numbers = {step.step_no for step in routing.steps}
        for step in routing.steps:
            try:
                links = parse_links(step.predecessors) or ()
            except ValueError:
                what = message("health.links_unreadable", step=step.step_no, text=step.predecessors)
            else:
                lost = sorted({link.step_no for link in links} - numbers)
                if not lost:
                    continue
                what = message("health.links_lost", step=step.step_no, lost=lost)
            yield Found(
                Severity.ERROR,
                places.step(data, routing, step, "predecessors"),
                what,
                data.touched.of("made", [item.id for item in items]),
            )


def units_without_conversion(data: Snapshot) -> Iterator[Found]:
    """A quantity is given in a unit that nothing leads from to the item's own."""
    seen: set[tuple[int, int]] = set()
    for item_id, unit_id, operations in _stated_units(data):
        item = data.items[item_id]
        if (item_id, unit_id) in seen or unit_id == item.unit_id:
            continue
        seen.add((item_id, unit_id))
        try:
            data.recipes.units.convert(Decimal(1), item_id, unit_id, item.unit_id, exact=True)
        except RuleBroken:
            unit, base = data.units[unit_id].code, data.units[item.unit_id].code
            yield Found(
                Severity.ERROR,
                places.item(item, "base_unit"),
                message("health.no_conversion", code=item.code, unit=unit, base=base),
                operations,
            )


def _stated_units(data: Snapshot) -> Iterator[tuple[int, int, frozenset[int]]]:
    """(item, unit, open operations) of orders, purchases and bills of material in force."""
    ordered: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
    for order in data.live_orders:
        ordered[order.item_id, order.unit_id].append(order.id)
    for (item_id, unit_id), orders in ordered.items():
        yield item_id, unit_id, data.touched.of("order", orders)
    for item in data.active_items:
        bom = data.recipes.bom(item.id, data.today)
        for line in bom.lines if bom is not None else ():
            operations = data.touched.of("made", item.id)
            if line.unit_id is not None and line.quantity_kind is not QuantityKind.PERCENT:
                yield line.component_id, line.unit_id, operations
            if line.base_unit_id is not None:
                yield item.id, line.base_unit_id, operations
    for purchase in data.purchase_lines:
        if purchase.unit_id is not None:
            yield purchase.item_id, purchase.unit_id, data.touched.of("item", purchase.item_id)
