"""Records of items, conversions and routings into their tables."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session, selectinload

from app.core.choices import CapacityBasis
from app.core.codes import code_key
from app.core.standard_time import PER_CYCLE
from app.models.products import (
    Item,
    Routing,
    RoutingStep,
    StepMachine,
    StepTool,
    UnitConversion,
)
from app.services.exchange.bom_in import FIRST_REVISION
from app.services.exchange.masters_in import coded, setup_list
from app.services.exchange.records import Record
from app.services.exchange.target import Target, taken
from app.services.site_fields import HEAD, refusals

# Column keys and the attributes they are, the same for import and export.
ITEM = {
        "name": "name", "specification": "specification", "name_en": "name_en",
        "category": "category", "family": "family", "source": "source", "pattern": "pattern",
        "colour": "colour", "material": "material", "length_mm": "length_mm",
        "weight_kg": "weight_kg", "default_routing": "default_routing",
        "default_bom": "default_bom", "lot_tracked": "lot_tracked",
        "shelf_life_days": "shelf_life_days", "lead_time_days": "lead_time_days",
        "lead_time_clock": "lead_time_clock", "lot_rule": "lot_rule",
        "lot_minimum": "lot_minimum", "lot_multiple": "lot_multiple", "lot_fixed": "lot_fixed",
        "lot_period_days": "lot_period_days", "rounding": "rounding",
        "safety_stock": "safety_stock", "scrap_pct": "scrap_pct", "pack_qty": "pack_quantity",
        "standard_cost": "standard_cost", "price": "price", "drawing_no": "drawing_no",
        "drawing_rev": "drawing_revision",
    }  # fmt: skip


def items(target: Target) -> None:

    def more(record: Record) -> dict[str, Any]:
        row = target.find("item", record.values["item_code"])
        values: dict[str, Any] = {"unit_id": target.ref(record, "base_unit", "unit").id}  # type: ignore[union-attr]
        target.link(record, values, "default_location", "location", "default_location_id")
        setup = setup_list(record, "setup_attr", row.setup_attributes if row else [])
        if setup is not None:
            values["setup_attributes"] = setup
        typed = characteristics(target, record, row.characteristics if row else None)
        if typed is not None:
            values["characteristics"] = typed
        if record.values.get("status") is not None:
            values["active"] = record.values["status"]
        if record.values.get("scrap_pct", 0) >= 100:
            target.error(record, "scrap_below_100", "scrap_pct")
        return values

    coded(target, "Items", "item", "item_code", Item, ITEM, more)


def characteristics(
    target: Target, record: Record, before: dict[str, Any] | None
) -> dict[str, Any] | None:
    """What the typed characteristics (特性:…) of a record become, by the rules of the site's
    fields; None if they stay as they are. What a field refuses is an error at its column.

    ``before``: as they are, None for a new record.
    """
    typed: dict[str, Any] = {key.removeprefix(HEAD): value for key, value in record.values.items()
             if key.startswith(HEAD)}  # fmt: skip
    typed |= {key.removeprefix(HEAD): None for key in record.cleared if key.startswith(HEAD)}
    values, wrong = refusals(target.site_fields[record.sheet], typed, before, target.today,
                             may_empty=not target.make_new)  # fmt: skip
    for key, text in wrong.items():
        target.refuse(record, text, HEAD + key)
    return values if typed else None


def conversions(target: Target) -> None:
    existing = {(r.item_id, r.unit_id, r.other_unit_id): r
                for r in target.session.scalars(select(UnitConversion))}  # fmt: skip
    for record in target.records["UnitConversions"]:
        item = target.ref(record, "item_code", "item")
        if item is None and "item_code" in record.values:
            continue
        unit, other = (target.ref(record, key, "unit") for key in ("unit", "other_unit"))
        values = taken(record, {"kind": "kind", "rounding": "rounding"}, UnitConversion)
        key = (item.id if item is not None else None, unit.id, other.id)  # type: ignore[union-attr]
        values |= dict(zip(("item_id", "unit_id", "other_unit_id"), key, strict=True))
        values["numerator"], values["denominator"] = record.values["factor"]
        row = target.row(record, UnitConversion, existing.get(key))
        existing[key] = target.put(record, UnitConversion, row, values)
    target.session.flush()


# ---------------------------------------------------------------- routings

STEP = {
    "step_no": "step_no", "step_name": "name", "predecessors": "predecessors",
    "setup_min": "setup_minutes", "rate": "rate", "rate_basis": "rate_basis",
    "pieces_per_cycle": "pieces_per_cycle", "copies_min": "copies_min",
    "copies_max": "copies_max", "batch_max": "batch_max", "batch_min": "batch_min",
    "batch_family": "batch_family", "capacity_use": "capacity_use",
    "capacity_basis": "capacity_basis", "setup_heads": "setup_heads", "run_heads": "run_heads",
    "min_wait": "min_wait", "max_wait": "max_wait", "wait_from_to": "wait_ends",
    "wait_clock": "wait_clock", "transfer_batch": "transfer_batch", "pausable": "pausable",
    "first_piece": "first_piece", "first_piece_min": "first_piece_minutes",
    "same_person": "same_person", "setup_needs_material": "setup_needs_material",
    "key_step": "key_step", "reporting": "reporting", "inspection_plan": "inspection_plan",
    "days": "supplier_days", "price": "supplier_price", "yield_pct": "yield_pct",
    "instruction": "instruction",
}  # fmt: skip


def routings(target: Target) -> None:
    rows = target.session.scalars(
        select(Routing)
        .where(*named_routings(target))
        .options(
            selectinload(Routing.steps).selectinload(RoutingStep.machines),
            selectinload(Routing.steps).selectinload(RoutingStep.tools),
        )
    ).all()
    heads = {(row.item_id, code_key(row.family), code_key(row.revision)): row for row in rows}
    seen: dict[tuple[int, int], Record] = {}
    for record in target.records["Routings"]:
        head = _routing_head(target, record, heads)
        if head is None:
            continue
        key = (head.id, record.values["step_no"])
        if key in seen:
            target.error(record, "double_record", "step_no", row=seen[key].row)
            continue
        seen[key] = record
        _step(target, record, head)
    target.session.flush()
    _check_held_tools(target, heads)


def named_routings(target: Target) -> Sequence[ColumnElement[bool]]:
    """Leaves the routings that the records name, where they are few; else all."""
    if not target.few:
        return ()
    records = target.records["Routings"]
    items = [target.find("item", r.values["item_code"]) for r in records if "item_code" in r.values]
    families = {code_key(r.values["family"]) for r in records if "family" in r.values}
    own = Routing.item_id.in_({item.id for item in items if item is not None})
    if not families:
        return (own,)
    alike = Routing.family.in_(spellings(target.session, families))
    return (or_(own, and_(Routing.item_id.is_(None), alike)),)


def spellings(session: Session, families: Collection[str]) -> list[str]:
    """How the families (folded) are written at their routings."""
    known = session.scalars(select(Routing.family).where(Routing.item_id.is_(None)).distinct())
    return [name for name in known if code_key(name) in families]


def _routing_head(target: Target, record: Record, heads: dict[Any, Routing]) -> Routing | None:
    item = target.ref(record, "item_code", "item")
    family = record.values.get("family", "")
    if "item_code" in record.values and item is None:
        return None
    if (item is None) == (not family):
        target.error(record, "item_or_family", "item_code")
        return None
    revision = record.values.get("revision", FIRST_REVISION)
    key = (item.id if item is not None else None, code_key(family), code_key(revision))
    head = heads.get(key)
    if head is None:
        head = Routing(item_id=key[0], family=family, revision=revision, steps=[])
        target.session.add(head)
        target.session.flush()
        heads[key] = head
    dates = taken(record, {"effective_from": "effective_from", "effective_to": "effective_to"},
                  Routing)  # fmt: skip
    for name, value in dates.items():
        if getattr(head, name) != value:
            setattr(head, name, value)
            target.count(record, "changed")
    if (record.deactivate and head.active) or (record.activate and not head.active):
        head.active = record.activate
        target.count(record, "changed")
    return head


def _step(target: Target, record: Record, head: Routing) -> None:
    v = record.values
    values = taken(record, STEP, RoutingStep)
    for key, kind, attribute in (("work_centre", "work_centre", "work_centre_id"),
                                 ("setup_skill", "skill", "setup_skill_id"),
                                 ("run_skill", "skill", "run_skill_id"),
                                 ("supplier", "supplier", "supplier_id")):  # fmt: skip
        target.link(record, values, key, kind, attribute)
    for skill, heads in (("setup_skill", "setup_heads"), ("run_skill", "run_heads")):
        if skill in v and heads not in v:
            values[heads] = 1
    found = next((step for step in head.steps if step.step_no == v["step_no"]), None)
    row = target.row(record, RoutingStep, found)
    if row is None and not any(k in v for k in ("work_centre", "machines", "supplier")):
        target.error(record, "step_without_place", "work_centre", step=v["step_no"])
        return
    if v["rate"] <= 0:
        target.error(record, "above_zero", "rate")
        return
    if row is not None and _loses_its_place(record, values, row):
        target.error(record, "step_without_place", "work_centre", step=v["step_no"])
        return
    if row is None:
        values.setdefault("capacity_basis", _capacity_basis(record))
        values |= {"routing_id": head.id, "machines": [], "tools": []}
    step = target.put(record, RoutingStep, row, values)
    if row is None:
        head.steps.append(step)
    _step_machines(target, record, step)
    _step_tools(target, record, step)


def _loses_its_place(record: Record, values: dict[str, Any], row: RoutingStep) -> bool:
    """Whether the row deletes the last of work centre, machines and supplier."""
    centre = values.get("work_centre_id", row.work_centre_id)
    supplier = values.get("supplier_id", row.supplier_id)
    return not (centre or supplier or record.values.get("machines", row.machines))


def _capacity_basis(record: Record) -> CapacityBasis:
    """What is counted when the sheet does not say: copies of moulds, pieces in ovens."""
    v = record.values
    if "tool_type" in v and v["rate_basis"] in PER_CYCLE:
        return CapacityBasis.COPY
    if "batch_family" in v or "batch_max" in v:
        return CapacityBasis.PIECE
    return CapacityBasis.OPERATION


def _step_machines(target: Target, record: Record, step: RoutingStep) -> None:
    if "machines" not in record.values:
        return
    wanted = []
    for position, (code, rate) in enumerate(record.values["machines"], 1):
        machine = target.named(record, "machines", "machine", code)
        if machine is not None:
            wanted.append(StepMachine(machine_id=machine.id, position=position, rate=rate))
    target.children(record, step.machines, wanted, ("machine_id", "position", "rate"))


def _step_tools(target: Target, record: Record, step: RoutingStep) -> None:
    """The first tool shapes the piece and hangs in as many copies as run; others come once.

    ``A/B``: either mould will do.
    """
    held = next((tool.held_until_step for tool in step.tools), None)
    held = record.values.get("tool_held_until_step", held)
    if "tool_held_until_step" in record.cleared:
        held = None
    if "tool_type" not in record.values:
        for row in step.tools:
            if row.held_until_step != held:
                row.held_until_step = held
                target.count(record, "changed")
        return
    wanted = []
    named = [
        (position, code.strip())
        for position, codes in enumerate(record.values["tool_type"], 1)
        for code in codes.split("/")
    ]
    for position, code in named:
        tool = target.named(record, "tool_type", "tool", code)
        if tool is not None:
            count = None if position == 1 else 1
            wanted.append(StepTool(tool_type_id=tool.id, position=position, count=count,
                                   held_until_step=held))  # fmt: skip
    target.children(record, step.tools, wanted,
                    ("tool_type_id", "position", "count", "held_until_step"))  # fmt: skip


def _check_held_tools(target: Target, heads: Mapping[Any, Routing]) -> None:
    """A tool can be held only until a later step of the same routing."""
    for record in target.records["Routings"]:
        held = record.values.get("tool_held_until_step")
        item = target.find("item", record.values.get("item_code", ""))
        head = heads.get((item.id if item is not None else None,
                          code_key(record.values.get("family", "")),
                          code_key(record.values.get("revision", FIRST_REVISION))))  # fmt: skip
        if held is None or head is None:
            continue
        steps = {step.step_no for step in head.steps}
        if held not in steps or held < record.values["step_no"]:
            target.error(record, "held_until_unknown_step", "tool_held_until_step")
