"""``ChangeRows``: the one edit of master data. Tables, forms, pasted cells and editors all make it.

A row is written by the importer of its sheet, so that typing, pasting and importing obey the same
rules; what is special to an edit is here: before-values, identity by record, removal.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from app.core.codes import code_key
from app.core.errors import Conflict, NotFound, RuleBroken
from app.core.messages import Message, message
from app.models import access as a
from app.models import materials as m
from app.models import plant as p
from app.models import products as r
from app.models import quality as q
from app.models.change_log import WritingSession
from app.services.exchange import bom_in, masters_in, products_in, quality_in
from app.services.exchange.checks import check_plant
from app.services.exchange.records import Problem, Record, Severity
from app.services.exchange.sheet_rows import lines
from app.services.exchange.sheets import Kind, sheet
from app.services.exchange.staleness import mark_concerned
from app.services.exchange.tables import EMPTY
from app.services.exchange.target import Target, default_of
from app.services.masters.rows import cell_text, column, record_name, sheet_title
from app.services.masters.uses import Use, uses
from app.services.record_names import MANY
from app.services.site import now_of, site_row
from app.services.site_fields import kept_text

Values = Mapping[str, Any]
FEW = 20


@dataclass(frozen=True, slots=True)
class RowChange:
    """One row before and after; ``before`` None = a new record, ``after`` None = remove it.

    Both hold the identifying columns; of the others only those that matter to the change. A
    column that is None or missing in ``after`` but filled in ``before`` is emptied.
    """

    before: Values | None
    after: Values | None


@dataclass(frozen=True, slots=True)
class CellProblem:
    """What is wrong with a row of an edit: which of its changes, which column (or None)."""

    change: int
    column: str | None
    text: Message


class RowsRefused(RuleBroken):
    """The rules refuse some rows; ``cells`` says which and why. Nothing was written."""

    def __init__(self, text: Message, cells: tuple[CellProblem, ...]) -> None:
        super().__init__(text)
        self.cells = cells


class InUse(RuleBroken):
    """A record cannot be removed because others refer to it; retiring it is possible."""

    def __init__(self, text: Message, users: tuple[Use, ...]) -> None:
        super().__init__(text)
        self.users = users


@dataclass(frozen=True, slots=True)
class ChangeRows:
    """Change, add and remove records of one sheet: all of them or none.

    Errors: ``Conflict`` when a column that is to change holds something else than ``before``;
    ``RowsRefused``, ``InUse``, ``NotFound``.
    """

    sheet: str
    changes: tuple[RowChange, ...]

    @property
    def label(self) -> Message:
        title = sheet_title(self.sheet)
        if len(self.changes) > 1:
            return message("masters.label_many", sheet=title, count=len(self.changes))
        (only,) = self.changes
        what = "add" if only.before is None else "remove" if only.after is None else "change"
        name = record_name(self.sheet, only.after or only.before or {})
        return message(f"masters.label_{what}", sheet=title, name=name)

    def apply(self, session: WritingSession) -> None:
        _Writing(session, self.sheet, self.changes).run()

    def inverse(self) -> ChangeRows:
        turned = tuple(RowChange(change.after, change.before) for change in self.changes)
        return ChangeRows(self.sheet, turned[::-1])


def can_retire(sheet_key: str) -> bool:
    """Whether records of the sheet can be kept without being offered any more."""
    kind = KINDS.get(sheet_key)
    return kind is not None and (hasattr(kind.model, "active") or sheet_key in ("BOM", "Routings"))


def retire(sheet_key: str, values: Values, *, again: bool = False) -> ChangeRows:
    """No longer use a record (or, ``again``, use it again); its history stays."""
    name, off, on = ("status", False, True) if sheet_key == "Items" else (
        "action", "deactivate", None)  # fmt: skip
    before, after = dict(values), dict(values)
    before[name], after[name] = (off, on) if again else (on, off)
    return ChangeRows(sheet_key, (RowChange(before, after),))


Narrow = Callable[[Session, Values], Sequence[ColumnElement[bool]]]
"""Conditions on a sheet's main table that leave the record of the values, and few others."""


@dataclass(frozen=True, slots=True)
class _Kind:
    """How the records of a sheet are found, written and removed."""

    model: type[Any]
    take: Callable[[Target], None]
    narrow: Narrow = lambda session, values: ()
    head: tuple[str, ...] = ()
    """Columns that say to which list a row belongs: with others it is another row."""
    attributes: Mapping[str, str] = field(default_factory=dict)
    """Attributes of the model by column, where an empty cell means the attribute's default."""
    narrow_few: bool = False
    """Narrowing costs a statement: it pays for few rows only."""


def _code(model: type[Any], name: str) -> Narrow:
    return lambda _session, values: (model.code_key == code_key(str(values[name])),)


def _of_item(column: Any, name: str) -> Narrow:
    def narrow(_session: Session, values: Values) -> Sequence[ColumnElement[bool]]:
        if not values.get(name):
            return ()
        owner = select(r.Item.id).where(r.Item.code_key == code_key(str(values[name])))
        return (column == owner.scalar_subquery(),)

    return narrow


def _of_routing(session: Session, values: Values) -> Sequence[ColumnElement[bool]]:
    if values.get("item_code") or not values.get("family"):
        return _of_item(r.Routing.item_id, "item_code")(session, values)
    return (r.Routing.item_id.is_(None), r.Routing.family.in_(
        products_in.spellings(session, {code_key(str(values["family"]))})))  # fmt: skip


def _of_pair(session: Session, values: Values) -> Sequence[ColumnElement[bool]]:
    """Setup pairs that begin with the same value, however it is spelled."""
    wanted = code_key(str(values.get("from") or ""))
    found = session.scalars(select(p.SetupPair.from_value).distinct())
    return (p.SetupPair.from_value.in_([text for text in found if code_key(text) == wanted]),)


KINDS: dict[str, _Kind] = {
    "Units": _Kind(r.Unit, masters_in.units, _code(r.Unit, "unit_code")),
    "Skills": _Kind(p.Skill, masters_in.skills, _code(p.Skill, "skill_code")),
    "Locations": _Kind(p.Location, masters_in.locations, _code(p.Location, "location_code")),
    "WorkCentres": _Kind(p.WorkCentre, masters_in.work_centres, _code(p.WorkCentre, "centre_code")),
    "Calendars": _Kind(p.Calendar, masters_in.calendars, _code(p.Calendar, "calendar_code")),
    "CustomFields": _Kind(a.CustomField, masters_in.custom_fields),
    "Shifts": _Kind(p.Shift, masters_in.shifts),
    "Rotation": _Kind(p.Rotation, masters_in.rotation),
    "Customers": _Kind(p.Customer, masters_in.customers, _code(p.Customer, "customer_code")),
    "Suppliers": _Kind(p.Supplier, masters_in.suppliers, _code(p.Supplier, "supplier_code")),
    "SupplierItems": _Kind(
        m.SupplierItem,
        masters_in.supplier_items,
        _of_item(m.SupplierItem.item_id, "item_code"),
    ),
    "ReasonCodes": _Kind(p.ReasonCode, masters_in.reasons),
    "Items": _Kind(
        r.Item, products_in.items, _code(r.Item, "item_code"), attributes=products_in.ITEM
    ),
    "UnitConversions": _Kind(r.UnitConversion, products_in.conversions),
    "Machines": _Kind(p.Machine, masters_in.machines, _code(p.Machine, "machine_code")),
    "Tools": _Kind(p.ToolType, masters_in.tools, _code(p.ToolType, "tool_code")),
    "ToolCopies": _Kind(p.ToolCopy, masters_in.tool_copies),
    "Operators": _Kind(p.Operator, masters_in.operators, _code(p.Operator, "badge")),
    "Exceptions": _Kind(p.CalendarException, masters_in.exceptions),
    "Maintenance": _Kind(p.Maintenance, masters_in.maintenance),
    "SetupAttributes": _Kind(p.SetupAttribute, masters_in.setup_attributes),
    "SetupGroups": _Kind(p.SetupGroup, masters_in.setup_groups),
    "SetupMatrix": _Kind(p.SetupPair, masters_in.setup_matrix, _of_pair, narrow_few=True),
    "BOM": _Kind(
        r.BomLine,
        bom_in.boms,
        _of_item(r.BillOfMaterial.item_id, "parent_code"),
        ("parent_code", "revision"),
        bom_in.BOM_LINE,
    ),
    "Routings": _Kind(
        r.RoutingStep,
        products_in.routings,
        _of_routing,
        ("item_code", "family", "revision", "step_no"),
        products_in.STEP,
    ),
    "InspectionPlans": _Kind(
        q.Characteristic,
        quality_in.inspection_plans,
        _code(q.InspectionPlan, "plan_code"),
        ("plan_code",),
    ),
}
"""The sheets whose records can be edited as rows."""


class _Writing:
    """One ``ChangeRows`` on its way into the database."""

    def __init__(self, session: WritingSession, key: str, changes: Sequence[RowChange]) -> None:
        self.session = session
        self.key = key
        self.kind = KINDS[key]
        self.sheet = sheet(key)
        self.changes = changes
        settings = site_row(session)
        self.zone = ZoneInfo(settings.time_zone)
        self.now = now_of(settings)
        self._read: dict[Any, dict[Any, list[tuple[int, dict[str, Any]]]]] = {}

    def run(self) -> None:
        found = [self._standing(change) for change in self.changes]
        leaving = [
            standing
            for change, standing in zip(self.changes, found, strict=True)
            if standing is not None and (change.after is None or self._moves(change))
        ]
        self._remove_all(leaving)
        self.session.flush()
        self.session.expire_all()
        self._read.clear()
        for change in self.changes:
            if change.before is None or self._moves(change):
                self._refuse_double(change)
        records = [
            self._record(place, change, standing)
            for place, (change, standing) in enumerate(zip(self.changes, found, strict=True))
            if change.after is not None
        ]
        self._write(records)

    # ------------------------------------------------------------ what stands there now

    def _standing(self, change: RowChange) -> tuple[int, dict[str, Any]] | None:
        """The record as it is. ``Conflict`` where it is not as the person saw it."""
        if change.before is None:
            return None
        standing = self._find(change.before)
        if standing is None:
            raise NotFound(message("masters.gone", sheet=sheet_title(self.key),
                                   name=record_name(self.key, change.before)))  # fmt: skip
        after = change.after
        for name in {*change.before, *(after or {})}:
            before = change.before.get(name)
            if after is not None and after.get(name) == before:
                continue
            if after is None and name not in change.before:
                continue
            if not self._same(name, standing[1].get(name), before):
                self._conflict(name, change.before, standing[1])
        return standing

    def _same(self, name: str, one: Any, other: Any) -> bool:
        """Whether two values of a column mean the same; defaults need not be spelled out."""
        if one == other or (_nothing(one) and _nothing(other)):
            return True
        attribute = self.kind.attributes.get(name)
        if attribute is not None and (_nothing(one) or _nothing(other)):
            return bool(
                (one if _nothing(other) else other) == default_of(self.kind.model, attribute)
            )
        return self._described(name) is None and kept_text(one) == kept_text(other)

    def _conflict(self, name: str, before: Values, standing: Values) -> None:
        shown = cell_text(self.key, name, standing.get(name), "en", self.zone)
        raise Conflict(
            message(
                "masters.changed_meanwhile",
                sheet=sheet_title(self.key),
                name=record_name(self.key, before),
                column=column(self.key, name).title,
                value=shown,
            )
        )

    def _refuse_double(self, change: RowChange) -> None:
        if change.after is not None and self._find(change.after) is not None:
            raise RuleBroken(message("masters.exists", sheet=sheet_title(self.key),
                                     name=record_name(self.key, change.after)))  # fmt: skip

    def _find(self, values: Values) -> tuple[int, dict[str, Any]] | None:
        """The record with the identity of ``values``; of several the one most like them."""
        found = self._by_identity(values).get(self._identity(values), ())
        return max(found, key=lambda line: self._likeness(line[1], values), default=None)

    def _by_identity(self, values: Values) -> dict[Any, list[tuple[int, dict[str, Any]]]]:
        """The records near ``values``, by their identity: a paste asks for thousands of them."""
        whole = self.kind.narrow_few and len(self.changes) > FEW
        where = () if whole else self.kind.narrow(self.session, values)
        key = tuple(str(part.compile(compile_kwargs={"literal_binds": True})) for part in where)
        if key not in self._read:
            found = self._read[key] = {}
            for line in lines(self.session, self.key, where):
                found.setdefault(self._identity(line[1]), []).append(line)
        return self._read[key]

    def _identity(self, values: Values) -> tuple[Any, ...]:
        return tuple(folded(values.get(name, _DEFAULT.get(name))) for name in self.sheet.identity)

    @staticmethod
    def _likeness(one: Values, other: Values) -> int:
        return sum(one.get(name) == value for name, value in other.items())

    def _moves(self, change: RowChange) -> bool:
        """Whether the row goes to another list (routing, revision …), which makes it a new one."""
        before, after = change.before or {}, change.after or {}
        return any(
            folded(before.get(name, _DEFAULT.get(name)))
            != folded(after.get(name, _DEFAULT.get(name)))
            for name in self.kind.head
        )

    # ------------------------------------------------------------ removing

    def _remove_all(self, leaving: Sequence[tuple[int, dict[str, Any]]]) -> None:
        ids = [number for number, _ in leaving]
        kept: list[Any] = []  # the session itself does not hold what it has read
        for start in range(0, len(ids), MANY):
            some = self.kind.model.id.in_(ids[start : start + MANY])
            kept += self.session.scalars(select(self.kind.model).where(some))
        for number, values in leaving:
            self._remove(number, values)

    def _remove(self, number: int, values: Values) -> None:
        row = self.session.get_one(self.kind.model, number)
        users = uses(self.session, self.kind.model, number)
        if users:
            raise InUse(
                message(
                    "masters.in_use" if can_retire(self.key) else "masters.in_use_there",
                    sheet=sheet_title(self.key),
                    name=record_name(self.key, values),
                    uses=[use.text for use in users],
                ),
                users,
            )
        owner = _owner(self.session, row)
        self.session.delete(row)
        if owner is None:
            return
        self.session.flush()
        if not owner[1](self.session):
            self.session.delete(owner[0])

    # ------------------------------------------------------------ writing

    def _record(
        self, place: int, change: RowChange, standing: tuple[int, dict[str, Any]] | None
    ) -> Record:
        """The whole row as an import would read it: what stands there, and over it the change."""
        moves = standing is not None and self._moves(change)
        merged = dict(standing[1]) if standing is not None else {}
        before = change.before or {}
        cleared: set[str] = set()
        for name in {*before, *(change.after or {})}:
            value = (change.after or {}).get(name)
            if standing is not None and value == before.get(name):
                continue
            if _nothing(value):
                merged.pop(name, None)
                self._clear(name, merged, cleared)
            else:
                merged[name] = value
        retired = merged.pop("action", None) == "deactivate"
        was = standing is not None and standing[1].get("action") == "deactivate"
        self._check_required(place, merged)
        return Record(
            self.key,
            "",
            self.sheet.zh,
            place,
            {name: self._read_form(value) for name, value in merged.items()},
            frozenset(cleared),
            deactivate=retired,
            activate=was and not retired,
            id=standing[0] if standing is not None and not moves else None,
        )

    def _clear(self, name: str, merged: dict[str, Any], cleared: set[str]) -> None:
        described = self._described(name)
        if name in ("action", "status"):
            return
        if described is not None and described.kind in EMPTY:
            merged[name] = EMPTY[described.kind]()
        else:
            cleared.add(name)

    def _described(self, name: str) -> Any:
        return next((each for each in self.sheet.columns if each.key == name), None)

    def _read_form(self, value: Any) -> Any:
        """Moments as the importer takes them: on the plant's clock."""
        if isinstance(value, datetime) and value.tzinfo is not None:
            return value.astimezone(self.zone).replace(tzinfo=None)
        return value

    def _check_required(self, place: int, values: Values) -> None:
        missing = [
            CellProblem(place, each.key,
                        message("masters.value_needed", column=column(self.key, each.key).title))
            for each in self.sheet.columns
            if each.required and _nothing(values.get(each.key))
            and each.kind not in (Kind.BOOL,)
        ]  # fmt: skip
        if missing:
            raise RowsRefused(missing[0].text, tuple(missing))

    def _write(self, records: list[Record]) -> None:
        target = Target(self.session, records, self.zone, self.now, make_new=False)
        if records:
            self.kind.take(target)
            self.session.flush()
            if not target.failed:
                check_plant(target)
        errors = [each for each in target.problems if each.severity is Severity.ERROR]
        if errors:
            cells = tuple(CellProblem(each.row or 0, each.column, each.message) for each in errors)
            raise RowsRefused(self._sentence(errors), cells)
        mark_concerned(self.session, self._made_otherwise(), target.today)

    def _made_otherwise(self) -> list[tuple[str, Values]]:
        """The rows that may decide how an item is made, before and after."""
        return [
            (self.key, values)
            for change in self.changes
            if self.key != "Items"
            or any((change.before or {}).get(name) != (change.after or {}).get(name)
                   for name in _DECIDES)
            for values in (change.before, change.after)
            if values is not None
        ]  # fmt: skip

    def _sentence(self, errors: list[Problem]) -> Message:
        first = errors[0]
        change = self.changes[first.row or 0]
        name = record_name(self.key, change.after or change.before or {})
        return message(
            "masters.refused",
            sheet=sheet_title(self.key),
            name=name,
            reason=first.message,
            more=message("masters.and_more", count=len(errors) - 1) if len(errors) > 1 else "",
        )


_DEFAULT = {"revision": bom_in.FIRST_REVISION}
_DECIDES = ("item_code", "family", "base_unit", "source", "default_routing", "default_bom")
"""Columns of an item on which it depends how orders of it, or of what holds it, are made."""


def _nothing(value: Any) -> bool:
    return value is None or value in ("", [], {}, ())


def folded(value: Any) -> Any:
    """An identifying value as it is compared: texts by their folded code."""
    if isinstance(value, str):
        return code_key(value)
    if _nothing(value):
        return ""
    return value if isinstance(value, int | date) else str(value)


Left = Callable[[WritingSession], bool]


def _owner(session: WritingSession, row: Any) -> tuple[Any, Left] | None:
    """The head of a list that must not stay without lines, and whether it still has some."""
    if isinstance(row, r.BomLine):
        head: Any = session.get_one(r.BillOfMaterial, row.bom_id)
        rest = select(r.BomLine.id).where(r.BomLine.bom_id == row.bom_id).limit(1)
    elif isinstance(row, r.RoutingStep):
        head = session.get_one(r.Routing, row.routing_id)
        rest = select(r.RoutingStep.id).where(r.RoutingStep.routing_id == row.routing_id).limit(1)
    elif isinstance(row, q.Characteristic):
        head = session.get_one(q.InspectionPlan, row.plan_id)
        rest = select(q.Characteristic.id).where(q.Characteristic.plan_id == row.plan_id).limit(1)
    else:
        return None
    return head, lambda open_session: open_session.scalars(rest).first() is not None
