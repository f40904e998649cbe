"""Records of inspection plans into their tables: a row is a characteristic of a plan."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app.core.choices import CharacteristicKind
from app.core.codes import code_key
from app.core.sampling import AQLS
from app.models.access import Attachment
from app.models.products import Routing, RoutingStep
from app.models.quality import Characteristic, InspectionPlan
from app.services.exchange.records import Record
from app.services.exchange.target import Target, taken

# Column keys and the attributes they are, the same for import and export.
PLAN = {
    "plan_name": "name", "type": "kind", "family": "family", "step_no": "step_no",
    "level": "level", "aql_critical": "aql_critical", "aql_major": "aql_major",
    "aql_minor": "aql_minor",
}  # fmt: skip
CHARACTERISTIC = {
    "number": "number", "characteristic": "name", "critical": "critical",
    "class": "defect_class", "reading": "kind", "nominal": "nominal", "lower": "lower",
    "upper": "upper", "unit": "unit", "requirement": "requirement", "method": "method",
    "gauge": "gauge", "sample_size": "sample_size", "frequency": "frequency", "note": "note",
}  # fmt: skip
LIMITS = ("nominal", "lower", "upper")
MARK = 8
"""So many letters of a picture's SHA-256 tell it from others of the same name."""
_AQL = ("aql_critical", "aql_major", "aql_minor")


def sketch_cell(file_name: str, sha256: str) -> str:
    """How a cell names a picture: ``cornice.png#3f2a9c01``."""
    return f"{file_name}#{sha256[:MARK]}"


def inspection_plans(target: Target) -> None:
    rows = target.session.scalars(
        select(InspectionPlan).options(selectinload(InspectionPlan.characteristics))
    )
    heads = {row.code_key: row for row in rows}
    _step_aside(target)
    said: dict[int, dict[str, tuple[Any, Record]]] = {}
    seen: dict[tuple[int, int], Record] = {}
    for record in target.records["InspectionPlans"]:
        head = _head(target, record, heads)
        if head is None or _contradicts(target, record, said.setdefault(head.id, {})):
            continue
        place = (head.id, record.values["number"])
        if place in seen:
            target.error(record, "double_record", "number", row=seen[place].row)
            continue
        seen[place] = record
        _line(target, record, head)
    target.session.flush()
    _look_for_steps(target, heads)


def _head(
    target: Target, record: Record, heads: dict[str, InspectionPlan]
) -> InspectionPlan | None:
    code = record.values["plan_code"]
    head = heads.get(code_key(code))
    values = taken(record, PLAN, InspectionPlan)
    target.link(record, values, "item_code", "item", "item_id")
    if "item_code" in record.values and "item_id" not in values:
        return None
    _take_sketch(target, record, values)
    item = values.get("item_id", head.item_id if head else None)
    if item is not None and values.get("family", head.family if head else ""):
        target.error(record, "item_and_family", "item_code")
        return None
    wrong = next((k for k in _AQL if (v := values.get(k)) and v not in AQLS), None)
    if wrong is not None:
        target.error(record, "no_aql", wrong, choices=list(AQLS))
        return None
    if head is None:
        head = InspectionPlan(code=code, characteristics=[], active=True, **values)
        target.session.add(head)
        target.session.flush()
        heads[head.code_key] = head
    for name, value in values.items():
        if getattr(head, name) != value:
            setattr(head, name, value)
            target.count(record, "changed")
    if (record.deactivate and head.active) or (record.activate and not head.active):
        head.active = record.activate
        target.count(record, "changed")
    return head


def _take_sketch(target: Target, record: Record, values: dict[str, Any]) -> None:
    """Pictures do not travel in workbooks: a cell can only name one that is here."""
    if "sketch" in record.cleared:
        values["sketch_id"] = None
    cell = record.values.get("sketch")
    if cell is None:
        return
    name, _, mark = cell.rpartition("#")
    found = select(Attachment.id).where(
        Attachment.file_name == name, Attachment.sha256.startswith(mark, autoescape=True)
    )
    picture = target.session.scalars(found).first() if len(mark) == MARK else None
    if picture is None:
        target.warn(record, "no_sketch", "sketch", plan=record.values["plan_code"])
    else:
        values["sketch_id"] = picture


def _step_aside(target: Target) -> None:
    """Lines that get another number leave their own, so that two may change places."""
    for record in target.records["InspectionPlans"]:
        row = target.session.get(Characteristic, record.id) if record.id is not None else None
        if row is not None and row.number != record.values["number"]:
            row.number = -row.id
    target.session.flush()


def _contradicts(target: Target, record: Record, said: dict[str, tuple[Any, Record]]) -> bool:
    """Whether a row says something else of its plan than a row before; which is right?"""
    for key in (*PLAN, "item_code", "sketch"):
        if key not in record.values and key not in record.cleared:
            continue
        value = record.values.get(key)
        before, other = said.setdefault(key, (value, record))
        if before != value:
            target.error(record, "plan_contradicts", key, plan=record.values["plan_code"],
                         row=other.row)  # fmt: skip
            return True
    return False


def _line(target: Target, record: Record, head: InspectionPlan) -> None:
    values = taken(record, CHARACTERISTIC, Characteristic)
    number = record.values["number"]
    found = next((line for line in head.characteristics if line.number == number), None)
    row = target.row(record, Characteristic, found)
    if found is not None and found is not row:
        target.error(record, "number_taken", "number", plan=head.code, name=found.name)
        return
    after = {name: values.get(name, getattr(row, name, None)) for name in (*LIMITS, "kind")}
    if "reading" in record.cleared or after["kind"] is None:
        measured = any(after[name] is not None for name in LIMITS)
        kind = CharacteristicKind.MEASURED if measured else CharacteristicKind.PASS_FAIL
        values["kind"] = after["kind"] = kind
    if _refused(target, record, after):
        return
    if values.get("sample_size") == 0:
        target.error(record, "above_zero", "sample_size")
        return
    if row is None:
        values["plan_id"] = head.id
    line = target.put(record, Characteristic, row, values)
    if row is None:
        head.characteristics.append(line)


def _refused(target: Target, record: Record, after: dict[str, Any]) -> bool:
    """Limits that cannot be: none at all, reversed, or without the nominal between them."""
    nominal, lower, upper = (after[name] for name in LIMITS)
    given = [value for value in (lower, nominal, upper) if value is not None]
    measured = after["kind"] == CharacteristicKind.MEASURED
    if measured and not given:
        target.error(record, "measured_without_limits", "nominal")
    elif not measured and given:
        target.error(record, "limits_without_reading", "reading")
    elif lower is not None and upper is not None and lower > upper:
        target.error(record, "limits_reversed", "lower")
    elif given != sorted(given):
        target.error(record, "nominal_outside", "nominal")
    else:
        return False
    return True


def _look_for_steps(target: Target, heads: dict[str, InspectionPlan]) -> None:
    """Warns once for each plan at a step that no routing it could be for has."""
    plans = {
        code_key(r.values["plan_code"]): r
        for r in reversed(target.records["InspectionPlans"])
        if "step_no" in r.values
    }
    if not plans:
        return
    found = target.session.execute(
        select(Routing.item_id, Routing.family, RoutingStep.step_no).join(
            RoutingStep, RoutingStep.routing_id == Routing.id
        )
    ).all()
    family = {row.id: code_key(row.family) for row in target.by_code["item"].values()}
    steps = {
        (of, step)
        for item, template, step in found
        for of in (item, code_key(template) or family.get(item or 0, ""), None)
    }
    for code, record in plans.items():
        head = heads.get(code)
        if head is None or head.step_no is None:
            continue
        wanted: Any = head.item_id or code_key(head.family) or None
        fits = (wanted, head.step_no) in steps
        if not fits and head.item_id:
            fits = (family.get(head.item_id), head.step_no) in steps
        if not fits:
            target.warn(record, "plan_step_unknown", "step_no", plan=head.code, step=head.step_no)
