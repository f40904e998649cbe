"""Records of the plant's master data into their tables: one function a sheet."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app.core.choices import FieldKind, IntervalUnit, SkillGrade, ToolKind, ToolState
from app.core.codes import code_key
from app.models.access import CustomField
from app.models.materials import SupplierItem
from app.models.plant import (
    Calendar,
    CalendarException,
    Customer,
    Location,
    Machine,
    Maintenance,
    Operator,
    OperatorSkill,
    ReasonCode,
    Rotation,
    SetupAttribute,
    SetupGroup,
    SetupPair,
    Shift,
    Skill,
    Supplier,
    ToolCopy,
    ToolItem,
    ToolType,
    WorkCentre,
)
from app.models.products import Unit
from app.services.exchange.records import Record
from app.services.exchange.target import Target, taken
from app.services.plant.maintenance import dates_of
from app.services.site_fields import rename_field

FEW = 20
FORBIDDEN = {"禁止", "forbidden", "x"}

# Column keys and the attributes they are, the same for import and export.
CUSTOMER = {"short_name": "short_name", "name": "name", "city": "city", "grade": "grade",
             "transit_days": "transit_days", "truck_days": "truck_days",
             "ship_complete": "ship_complete", "safety_days": "safety_days",
             "label_style": "label_style"}  # fmt: skip
TERMS = {"min_quantity": "minimum", "price": "price", "priority": "priority",
             "lead_time_days": "lead_time_days"}  # fmt: skip
WORK_CENTRE = {"name": "name", "area": "area", "freeze_unit": "freeze_unit",
             "freeze_locked": "freeze_locked", "freeze_within": "freeze_within",
             "freeze_issued": "freeze_issued",
             "shift_first_piece_min": "shift_first_piece_minutes"}  # fmt: skip
CUSTOM_FIELD = {"key": "key", "name_zh": "name_zh", "name_en": "name_en", "kind": "kind",
             "choices": "choices", "required": "required", "position": "position",
             "on_papers": "on_papers", "note": "note"}  # fmt: skip
MACHINE = {"name": "name", "area": "area", "kind": "kind", "capacity": "capacity",
             "unit": "capacity_unit", "efficiency": "efficiency", "attributes": "attributes",
             "state": "state", "hourly_rate": "hourly_rate", "may_outsource": "may_outsource",
             "power_rule": "power_rule", "owner": "owner"}  # fmt: skip
TOOL = {"name": "name", "kind": "kind", "cavities": "cavities",
             "machine_rule": "machine_rule", "cycle": "cycle", "cycle_basis": "cycle_basis",
             "life": "life_shots", "service_every": "service_every",
             "service_min": "service_minutes", "mount_min": "mount_minutes",
             "dismount_min": "dismount_minutes", "replace_days": "replace_days"}  # fmt: skip
TOOL_COPY = {"copy_no": "copy_no", "active_cavities": "active_cavities",
             "shots_done": "shots_done", "state": "state", "location": "location"}  # fmt: skip
OPERATOR = {"name": "name", "team": "team", "area": "area", "efficiency": "efficiency",
             "overtime_cap": "overtime_cap_hours", "from": "employed_from", "to": "employed_to",
             "role": "role"}  # fmt: skip


def units(target: Target) -> None:
    coded(target, "Units", "unit", "unit_code", Unit,
          {"dimension": "dimension", "factor": "factor"})  # fmt: skip
    for record in target.records["Units"]:
        if record.values.get("factor", 1) <= 0:
            target.error(record, "above_zero", "factor")


def skills(target: Target) -> None:
    coded(target, "Skills", "skill", "skill_code", Skill, {"name": "name"})


def locations(target: Target) -> None:
    coded(target, "Locations", "location", "location_code", Location, {"name": "name"})


def work_centres(target: Target) -> None:
    coded(target, "WorkCentres", "work_centre", "centre_code", WorkCentre, WORK_CENTRE)


def calendars(target: Target) -> None:
    """Heads of calendars; a parent may stand further down in the same sheet."""
    coded(target, "Calendars", "calendar", "calendar_code", Calendar, {"name": "name"})
    parents = {row.id: row.parent_id for row in target.by_code["calendar"].values()}
    for record in target.records["Calendars"]:
        row = target.find("calendar", record.values["calendar_code"])
        values: dict[str, Any] = {}
        target.link(record, values, "parent", "calendar", "parent_id")
        if row is None or not values:
            continue
        parents[row.id] = values["parent_id"]
        if _leads_back(parents, row.id):
            target.error(record, "calendar_circle", "parent", calendar=row.code)
        elif row.parent_id != values["parent_id"]:
            row.parent_id = values["parent_id"]
            target.count(record, "changed")


def _leads_back(parents: dict[int, int | None], start: int) -> bool:
    at, seen = parents.get(start), {start}
    while at is not None:
        if at in seen:
            return True
        seen.add(at)
        at = parents.get(at)
    return False


def custom_fields(target: Target) -> None:
    existing = {(r.subject, r.key): r for r in target.session.scalars(select(CustomField))}
    for record in target.records["CustomFields"]:
        v = record.values
        key = (v["subject"], v["key"])
        if v.get("kind") is FieldKind.CHOICE and not v.get("choices"):
            target.error(record, "choices_missing", "choices")
            continue
        values = taken(record, CUSTOM_FIELD, CustomField) | {"subject": v["subject"]}
        if record.deactivate or record.activate:
            values["active"] = record.activate
        row = target.row(record, CustomField, existing.get(key))
        if existing.get(key, row) is not row:
            target.error(record, "code_taken", "key", code=v["key"])
            continue
        if row is not None and (row.subject, row.key) != key:
            target.session.flush()
            rename_field(target.session, row, key)
        existing[key] = target.put(record, CustomField, row, values)


def shifts(target: Target) -> None:
    """Weekly shifts; a calendar is made by its first shift."""
    ordinal: defaultdict[tuple[Any, ...], int] = defaultdict(int)
    existing: dict[tuple[Any, ...], Shift] = {}
    rows = target.session.scalars(
        select(Shift).order_by(Shift.calendar_id, Shift.weekday, Shift.name, Shift.start_minute)
    )
    for row in rows:
        head = (row.calendar_id, row.weekday, row.name)
        existing[(*head, ordinal[head])] = row
        ordinal[head] += 1
    ordinal.clear()
    for record in sorted(target.records["Shifts"], key=lambda r: int(r.values["start"])):
        v = record.values
        calendar = target.find("calendar", v["calendar"]) or target.make("calendar", v["calendar"])
        head = (calendar.id, v["weekday"], v["shift"])
        values = taken(record, {"start": "start_minute", "end": "end_minute", "breaks": "breaks",
                                "kind": "kind", "cost_per_hour": "cost_per_hour",
                                "date_rule": "date_rule"}, Shift)  # fmt: skip
        values |= {"calendar_id": calendar.id, "weekday": v["weekday"], "name": v["shift"]}
        # An import counts a day's shifts of one name; an edit says itself which rows are new.
        same = existing.get((*head, ordinal[head])) if target.make_new else None
        standing = target.row(record, Shift, same)
        target.put(record, Shift, standing, values)
        ordinal[head] += 1


def rotation(target: Target) -> None:
    existing = {code_key(r.team): r for r in target.session.scalars(select(Rotation))}
    names = {"team": "team", "from": "start_date", "cycle_days": "cycle_days",
             "sequence": "sequence"}  # fmt: skip
    for record in target.records["Rotation"]:
        days = sum(count for _, count in record.values["sequence"])
        if days != record.values["cycle_days"]:
            target.error(record, "rotation_days", "sequence", days=days,
                         cycle=record.values["cycle_days"])  # fmt: skip
            continue
        row = target.row(record, Rotation, existing.get(code_key(record.values["team"])))
        target.put(record, Rotation, row, taken(record, names, Rotation))


def coded(target: Target, sheet: str, kind: str, key: str, model: type[Any],
          names: dict[str, str], more: Any = None) -> None:  # fmt: skip
    """Sheets with one record a row and a code; ``more(record)`` adds attributes or gives None."""
    seen: dict[str, Record] = {}
    for record in target.records[sheet]:
        folded = code_key(record.values[key])
        if folded in seen:
            target.error(record, "double_record", key, row=seen[folded].row)
            continue
        seen[folded] = record
        if not _renamed(target, record, kind, key, model):
            continue
        values = taken(record, names, model)
        added = more(record) if more else {}
        if added is None:
            continue
        row = target.by_code[kind].get(folded)
        values |= {"code": record.values[key]} if row is None or record.id else {}
        values |= added
        if record.deactivate and hasattr(model, "active"):
            values["active"] = False
        elif record.activate and hasattr(model, "active"):
            values.setdefault("active", True)
        target.by_code[kind][folded] = target.put(record, model, row, values)
    target.session.flush()


def _renamed(target: Target, record: Record, kind: str, key: str, model: type[Any]) -> bool:
    """Let the code of an edit lead to its record; False if another one has that code."""
    row = target.row(record, model, None)
    if row is None:
        return True
    folded = code_key(record.values[key])
    known = target.by_code[kind]
    if known.get(folded, row) is not row:
        target.error(record, "code_taken", key, code=record.values[key])
        return False
    known.pop(row.code_key, None)
    known[folded] = row
    return True


def with_children(target: Target, kind: str, model: type[Any], children: Any) -> None:
    """Loads a relationship of all rows of ``model``, in one more statement."""
    _ = target.by_code[kind]  # holds the rows: the session itself would forget them
    target.session.scalars(select(model).options(selectinload(children))).all()


def customers(target: Target) -> None:

    def more(record: Record) -> dict[str, Any]:
        both = record.values.get("over_under_pct")
        if "over_under_pct" in record.cleared:
            both = Decimal(0)
        return {} if both is None else {"over_pct": both, "under_pct": both}

    coded(target, "Customers", "customer", "customer_code", Customer, CUSTOMER, more)


def suppliers(target: Target) -> None:

    def more(record: Record) -> dict[str, Any]:
        values: dict[str, Any] = {}
        target.link(record, values, "calendar", "calendar", "calendar_id")
        return values

    coded(target, "Suppliers", "supplier", "supplier_code", Supplier,
          {"name": "name", "lead_time_days": "lead_time_days"}, more)  # fmt: skip
    _terms_beside_suppliers(target)


def _terms_beside_suppliers(target: Target) -> None:
    """Items and their terms in the sheet of suppliers itself, as many plants keep them."""
    existing = _terms(target)
    for record in target.records["Suppliers"]:
        supplier = target.find("supplier", record.values["supplier_code"])
        codes = record.values.get("items", ())
        terms = {"min_quantity", "price", "priority"} & ({*record.values} | record.cleared)
        if terms and not codes:
            target.error(record, "terms_without_items", "items")
        elif "items" in record.values and not codes and supplier is not None:
            for place in [place for place in existing if place[0] == supplier.id]:
                target.session.delete(existing.pop(place))
                target.count(record, "changed")
        for code in codes:
            item = target.named(record, "items", "item", code)
            if item is not None and supplier is not None:
                values = taken(record, TERMS, SupplierItem)
                values |= {"supplier_id": supplier.id, "item_id": item.id}
                row = existing.get((supplier.id, item.id))
                existing[supplier.id, item.id] = target.put(record, SupplierItem, row, values)


def supplier_items(target: Target) -> None:
    existing = _terms(target)
    for record in target.records["SupplierItems"]:
        supplier = target.ref(record, "supplier_code", "supplier")
        item = target.ref(record, "item_code", "item")
        if supplier is None or item is None:
            continue
        key = (supplier.id, item.id)
        values = taken(record, TERMS, SupplierItem)
        values |= {"supplier_id": supplier.id, "item_id": item.id}
        row = target.row(record, SupplierItem, existing.get(key))
        existing[key] = target.put(record, SupplierItem, row, values)


def _terms(target: Target) -> dict[tuple[int, int], SupplierItem]:
    target.session.flush()
    rows = target.session.scalars(select(SupplierItem))
    return {(row.supplier_id, row.item_id): row for row in rows}


def reasons(target: Target) -> None:
    existing = {(r.category, r.code_key): r for r in target.session.scalars(select(ReasonCode))}
    for record in target.records["ReasonCodes"]:
        v = record.values
        key = (v["category"], code_key(v["reason_code"]))
        values = taken(record, {"category": "category", "reason_code": "code", "name": "name",
                                "department": "department"}, ReasonCode)  # fmt: skip
        values["code_key"] = key[1]
        if record.deactivate or record.activate:
            values["active"] = record.activate
        existing[key] = target.put(
            record, ReasonCode, target.row(record, ReasonCode, existing.get(key)), values
        )


# ---------------------------------------------------------------- machines and tools


def machines(target: Target) -> None:

    def more(record: Record) -> dict[str, Any] | None:
        calendar = target.ref(record, "calendar", "calendar")
        if calendar is None:
            return None
        values: dict[str, Any] = {"calendar_id": calendar.id}
        target.link(record, values, "work_centre", "work_centre", "work_centre_id")
        row = target.find("machine", record.values["machine_code"])
        kind = record.values.get("kind", row.kind if row else "unary")
        if kind != "unary" and row is None and not record.values.get("capacity"):
            target.error(record, "no_capacity", "capacity")
            return None
        setup = setup_list(record, "current_setup", row.current_setup if row else [])
        if setup is not None:
            values["current_setup"] = setup
        if "down_until" in record.values or "down_until" in record.cleared:
            values["down_until"] = target.moment(record.values.get("down_until"))
        return values

    coded(target, "Machines", "machine", "machine_code", Machine, MACHINE, more)


def setup_list(record: Record, stem: str, before: list[Any]) -> list[Any] | None:
    """Values of ``stem``_1 to _4 as a list; None if the record says nothing about them."""
    keys = [f"{stem}_{n}" for n in range(1, 5)]
    if not any(key in record.values or key in record.cleared for key in keys):
        return None
    values = [*before, *[None] * (4 - len(before))]
    for place, key in enumerate(keys):
        if key in record.values:
            values[place] = record.values[key]
        elif key in record.cleared:
            values[place] = None
    while values and values[-1] is None:
        values.pop()
    return values


def tools(target: Target) -> None:
    with_children(target, "tool", ToolType, ToolType.items)
    cavities_before: dict[str, int] = {}

    def more(record: Record) -> dict[str, Any]:
        size = record.values.get("pool_size")
        values: dict[str, Any] = {} if size is None else {"capacity": size, "kind": ToolKind.POOL}
        if "pool_size" in record.cleared:
            values["capacity"] = None
        row = target.find("tool", record.values["tool_code"])
        if row is None:
            values["items"] = []
        else:
            cavities_before[row.code_key] = row.cavities
        return values

    coded(target, "Tools", "tool", "tool_code", ToolType, TOOL, more)
    for record in target.records["Tools"]:
        row = target.find("tool", record.values["tool_code"])
        if row is None:
            continue
        before = cavities_before.get(row.code_key, row.cavities)
        for made in row.items:
            if made.pieces_per_shot == before != row.cavities:
                made.pieces_per_shot = row.cavities  # it fills the whole mould
        if "items" in record.values:
            _tool_items(target, record, row)


def _tool_items(target: Target, record: Record, row: ToolType) -> None:
    """Codes without a figure fill the whole mould; with figures they share each shot."""
    wanted = []
    for code, pieces in record.values["items"]:
        item = target.named(record, "items", "item", code)
        if pieces is not None and (pieces < 1 or pieces != int(pieces)):
            target.error(record, "pieces_per_shot", "items", item=code)
        elif item is not None:
            count = row.cavities if pieces is None else int(pieces)
            wanted.append(ToolItem(item_id=item.id, pieces_per_shot=count))
    target.children(record, row.items, wanted, ("item_id", "pieces_per_shot"))


def tool_copies(target: Target) -> None:
    existing = {(c.tool_type_id, code_key(c.copy_no)): c
                for c in target.session.scalars(select(ToolCopy))}  # fmt: skip
    listed = set()
    for record in target.records["ToolCopies"]:
        tool = target.ref(record, "tool_code", "tool")
        machine = target.ref(record, "machine", "machine")
        if tool is None:
            continue
        listed.add(tool.id)
        values = taken(record, TOOL_COPY, ToolCopy) | {"tool_type_id": tool.id}
        if machine is not None or "machine" in record.cleared:
            values["machine_id"] = machine.id if machine is not None else None
        if "available_from" in record.values or "available_from" in record.cleared:
            values["available_from"] = target.moment(record.values.get("available_from"))
        key = (tool.id, code_key(record.values["copy_no"]))
        existing[key] = target.put(
            record, ToolCopy, target.row(record, ToolCopy, existing.get(key)), values
        )
    for record in target.records["Tools"]:
        tool = target.find("tool", record.values["tool_code"])
        if tool is None or tool.id in listed:
            continue
        for number in range(1, record.values.get("copies", 0) + 1):
            key = (tool.id, code_key(str(number)))
            if key not in existing:
                existing[key] = ToolCopy(tool_type_id=tool.id, copy_no=str(number))
                target.session.add(existing[key])
                target.count(record, "changed")
    target.session.flush()
    _mounted(target, existing)


def _mounted(target: Target, copies: dict[tuple[int, str], ToolCopy]) -> None:
    for record in target.records["Machines"]:
        machine = target.find("machine", record.values["machine_code"])
        for text in record.values.get("mounted_copies", ()):
            code, _, number = text.partition("#")
            tool = target.find("tool", code)
            copy = copies.get((tool.id, code_key(number))) if tool is not None else None
            if copy is None:
                target.error(record, "unknown_copy", "mounted_copies", code=text)
            elif machine is not None and copy.machine_id != machine.id:
                copy.machine_id, copy.state = machine.id, ToolState.MOUNTED
                target.count(record, "changed")


# ---------------------------------------------------------------- people and time


def operators(target: Target) -> None:
    with_children(target, "operator", Operator, Operator.skills)

    def more(record: Record) -> dict[str, Any] | None:
        calendar = target.ref(record, "calendar", "calendar")
        if calendar is None:
            return None
        values = {"calendar_id": calendar.id}
        if target.find("operator", record.values["badge"]) is None:
            values["skills"] = []
        return values

    coded(target, "Operators", "operator", "badge", Operator, OPERATOR, more)
    for record in target.records["Operators"]:
        row = target.find("operator", record.values["badge"])
        if row is not None and {"skills", "certificate_until"} & set(record.values):
            _operator_skills(target, record, row)


def _operator_skills(target: Target, record: Record, row: Operator) -> None:
    """Skills and certificates; a row that names only one of the two leaves the other."""
    v = record.values
    codes = {skill.id: skill for skill in target.by_code["skill"].values()}
    held = [(codes[old.skill_id].code, old.grade) for old in row.skills]
    valid = {codes[old.skill_id].code_key: old.valid_until for old in row.skills}
    wanted_until = {code_key(k): day for k, day in v.get("certificate_until", {}).items()}
    until = wanted_until if "certificate_until" in v else valid
    wanted = []
    named = set()
    for name, grade in v.get("skills", held):
        skill = target.named(record, "skills", "skill", name)
        if skill is not None:
            named.add(skill.code_key)
            wanted.append(
                OperatorSkill(skill_id=skill.id, grade=SkillGrade(grade or "B"),
                              valid_until=until.get(skill.code_key))
            )  # fmt: skip
    if strangers := sorted(set(wanted_until) - named):
        target.error(record, "certificate_without_skill", "certificate_until", skills=strangers)
    target.children(record, row.skills, wanted, ("skill_id", "grade", "valid_until"))


def exceptions(target: Target) -> None:
    """Dated exceptions of a calendar, machine, person or tool copy (``tool#copy``)."""
    existing = {
        (r.calendar_id, r.machine_id, r.operator_id, r.tool_copy_id, r.date_from, r.kind,
         str(r.hours)): r
        for r in target.session.scalars(select(CalendarException))
    }  # fmt: skip
    copies = {(c.tool_type_id, code_key(c.copy_no)): c.id
              for c in target.session.scalars(select(ToolCopy))}  # fmt: skip
    for record in target.records["Exceptions"]:
        scope = _scope(target, record, copies)
        v = record.values
        if scope is None:
            continue
        last = v.get("to", v["from"])
        if last < v["from"]:
            target.error(record, "dates_reversed", "to")
            continue
        values = {**scope, "date_from": v["from"], "date_to": last, "kind": v["kind"],
                  "hours": v.get("hours", [])}  # fmt: skip
        values |= taken(record, {"reason": "reason", "cost_per_hour": "cost_per_hour"},
                        CalendarException)  # fmt: skip
        key = (*(scope[n] for n in ("calendar_id", "machine_id", "operator_id", "tool_copy_id")),
               v["from"], v["kind"], str(values["hours"]))  # fmt: skip
        # Imported again with another end it is the same exception; an edit knows its rows.
        same = existing.get(key) if target.make_new else None
        row = target.row(record, CalendarException, same)
        existing[key] = target.put(record, CalendarException, row, values)


def _scope(target: Target, record: Record, copies: dict[Any, int]) -> dict[str, int | None] | None:
    code = record.values["scope"]
    scope: dict[str, int | None] = dict.fromkeys(
        ("calendar_id", "machine_id", "operator_id", "tool_copy_id")
    )
    for kind in ("calendar", "machine", "operator"):
        found = target.find(kind, code)
        if found is not None:
            scope[f"{kind}_id"] = found.id
            return scope
    tool_code, _, number = code.partition("#")
    tool = target.find("tool", tool_code)
    copy = copies.get((tool.id, code_key(number))) if tool is not None else None
    if copy is None:
        target.unknown(record, "unknown_scope", "scope", code, "calendar", "machine", "operator",
                       "tool")  # fmt: skip
        return None
    scope["tool_copy_id"] = copy
    return scope


def maintenance(target: Target) -> None:
    existing = {(r.machine_id, r.tool_type_id, r.name): r
                for r in target.session.scalars(select(Maintenance))}  # fmt: skip
    for record in target.records["Maintenance"]:
        v = record.values
        machine, tool = target.find("machine", v["scope"]), target.find("tool", v["scope"])
        if machine is None and tool is None:
            target.unknown(record, "unknown_machine_or_tool", "scope", v["scope"], "machine",
                           "tool")  # fmt: skip
            continue
        values = taken(record, {"task": "name", "interval": "interval", "minutes": "minutes",
                                "interval_unit": "interval_unit", "move_days": "move_days"},
                       Maintenance)  # fmt: skip
        if v["interval_unit"] is IntervalUnit.DATE and dates_of(v["interval"]) is None:
            target.error(record, "no_service_date", "interval")
            continue
        values["machine_id"] = machine.id if machine is not None else None
        values["tool_type_id"] = None if machine is not None else tool.id  # type: ignore[union-attr]
        if "last" in v or "last" in record.cleared:
            values["last_at"] = target.moment(v.get("last"))
        target.link(record, values, "skill", "skill", "skill_id")
        key = (values["machine_id"], values["tool_type_id"], v["task"])
        existing[key] = target.put(
            record, Maintenance, target.row(record, Maintenance, existing.get(key)), values
        )


# ---------------------------------------------------------------- changeovers


def setup_attributes(target: Target) -> None:
    existing = {(r.work_centre_id, r.position): r
                for r in target.session.scalars(select(SetupAttribute))}  # fmt: skip
    for record in target.records["SetupAttributes"]:
        centre = target.ref(record, "work_centre", "work_centre")
        if not 1 <= record.values["position"] <= 4:
            target.error(record, "position_1_to_4", "position")
            continue
        values = taken(record, {"position": "position", "name": "name", "combine": "combine",
                                "default_min": "default_minutes",
                                "default_forbidden": "default_forbidden",
                                "campaign_min": "campaign_minutes"},
                       SetupAttribute)  # fmt: skip
        values["work_centre_id"] = centre.id  # type: ignore[union-attr]
        key = (values["work_centre_id"], values["position"])
        existing[key] = target.put(
            record, SetupAttribute, target.row(record, SetupAttribute, existing.get(key)), values
        )


def setup_groups(target: Target) -> None:
    existing = {(r.attribute, r.name): r for r in target.session.scalars(select(SetupGroup))}
    for record in target.records["SetupGroups"]:
        values = taken(record, {"attribute": "attribute", "name": "name", "members": "members"},
                       SetupGroup)  # fmt: skip
        key = (values["attribute"], values["name"])
        existing[key] = target.put(
            record, SetupGroup, target.row(record, SetupGroup, existing.get(key)), values
        )


def setup_matrix(target: Target) -> None:
    query = select(SetupPair)
    starts = {record.values["from"] for record in target.records["SetupMatrix"]}
    if len(starts) <= FEW:  # one cell typed into a matrix of thousands of pairs
        query = query.where(SetupPair.from_value.in_(starts))
    existing = {(r.work_centre_id, r.machine_id, r.attribute, r.from_value, r.to_value): r
                for r in target.session.scalars(query)}  # fmt: skip
    seen: dict[tuple[Any, ...], int] = {}
    for record in target.records["SetupMatrix"]:
        v = record.values
        centre = target.find("work_centre", v["scope"])
        machine = None if centre is not None else target.find("machine", v["scope"])
        minutes = _minutes(target, record)
        if centre is None and machine is None:
            target.unknown(record, "unknown_work_centre_or_machine", "scope", v["scope"],
                           "work_centre", "machine")  # fmt: skip
            continue
        if minutes == -1:
            continue
        values = taken(record, {"attribute": "attribute", "from": "from_value", "to": "to_value",
                                "cost": "cost", "scrap_qty": "scrap_quantity", "heads": "heads"},
                       SetupPair)  # fmt: skip
        values |= {"work_centre_id": centre.id if centre is not None else None,
                   "machine_id": machine.id if machine is not None else None,
                   "minutes": minutes}  # fmt: skip
        for column, kind, attribute in (("scrap_item", "item", "scrap_item_id"),
                                        ("skill", "skill", "skill_id")):  # fmt: skip
            target.link(record, values, column, kind, attribute)
        key = (values["work_centre_id"], values["machine_id"], v["attribute"], v["from"], v["to"])
        if key in seen:
            target.error(record, "double_record", "from", row=seen[key])
            continue
        seen[key] = record.row
        existing[key] = target.put(
            record, SetupPair, target.row(record, SetupPair, existing.get(key)), values
        )


def _minutes(target: Target, record: Record) -> int | None:
    """Minutes of a pair, None = forbidden, -1 = an error was noted."""
    text = str(record.values["minutes"]).strip()
    if text.casefold() in FORBIDDEN:
        return None
    if text.isdecimal():
        return int(text)
    target.error(record, "minutes_or_forbidden", "minutes")
    return -1
