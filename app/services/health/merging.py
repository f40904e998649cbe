"""What merging two records would do: what moves, what must be asked, what forbids it.

Read by the preview and by the edit itself, so that both speak of the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import UniqueConstraint, select
from sqlalchemy.orm import Session, selectinload

from app.core.choices import LocationKind, OperationState
from app.core.codes import code_key
from app.core.errors import NotFound, RuleBroken
from app.core.messages import Message, message
from app.models.base import Base
from app.models.orders import Operation
from app.models.plant import Customer, Location, Supplier, ToolItem
from app.models.products import BillOfMaterial, BomLine, Item, Routing
from app.services.doctor import find_cycle
from app.services.exchange.stock_in import Place, balances
from app.services.orders.operations import definition_of
from app.services.record_names import record_names
from app.services.references import columns_to, ids_in_step

MERGEABLE: dict[str, type[Item] | type[Customer] | type[Supplier]] = {
    "Items": Item,
    "Customers": Customer,
    "Suppliers": Supplier,
}
"""Sheets whose records can be merged."""

KEEP, DROP, SUM = "keep", "drop", "sum"

FIELDS = {
    "lead_time_days": "lead_time",
    "minimum": "minimum",
    "price": "price",
    "priority": "priority",
    "pieces_per_shot": "pieces",
    "numerator": "numerator",
    "denominator": "denominator",
    "kind": "kind",
    "rounding": "rounding",
}
"""What the columns of rows that both records may have are called."""

_BY_HAND = frozenset(
    {"stock_move", "lot", "placement", "bom_line", "bill_of_material", "routing"}
)  # fmt: skip
"""Tables that are not simply made to point to the other record."""


@dataclass(frozen=True, slots=True)
class Question:
    """Both records have one of a kind. ``options``: (answer, what it means)."""

    id: str
    text: Message
    options: tuple[tuple[str, Message], ...]


@dataclass(slots=True)
class Pair:
    """Two rows that cannot both stay; ``question`` None: they say the same, one goes."""

    question: Question | None
    keep: Any
    drop: Any


@dataclass(slots=True)
class Merging:
    """All that is to be done. ``moving``: rows (by table and column) that point elsewhere then."""

    sheet: str
    keep: Any
    drop: Any
    moving: defaultdict[str, list[tuple[Any, str]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    pairs: list[Pair] = field(default_factory=list)
    issues: list[tuple[Any, Any]] = field(default_factory=list)
    recipes: dict[str, tuple[list[Any], list[Any]]] = field(default_factory=dict)
    recipe_questions: dict[str, Question] = field(default_factory=dict)
    snapshots: list[Operation] = field(default_factory=list)
    stock: dict[Place, Decimal] = field(default_factory=dict)
    refused: list[Message] = field(default_factory=list)

    @property
    def questions(self) -> list[Question]:
        asked = [pair.question for pair in self.pairs if pair.question is not None]
        return [*self.recipe_questions.values(), *asked]


def merging(session: Session, sheet: str, keep: str, drop: str) -> Merging:
    """Errors: ``NotFound`` naming the code; ``RuleBroken`` for one record with itself."""
    model = MERGEABLE[sheet]
    rows = [_row(session, model, code) for code in (keep, drop)]
    if rows[0] is rows[1]:
        raise RuleBroken(message("merge.same_record", code=keep))
    found = Merging(sheet, *rows)
    for column in columns_to(model.__tablename__):
        if column.table.name not in _BY_HAND:
            _pointing(session, found, column)
    if model is Item:
        _item(session, found)
    if model in (Item, Supplier):
        kind = model.__tablename__
        found.snapshots = [
            operation
            for operation in session.scalars(
                select(Operation).where(Operation.state != OperationState.DONE)
            )
            if (kind, found.drop.id) in set(ids_in_step(definition_of(operation)))
        ]
    return found


def _row(session: Session, model: type[Any], code: str) -> Any:
    row = session.scalars(select(model).where(model.code_key == code_key(code))).one_or_none()
    if row is None:
        raise NotFound(message("merge.gone", code=code))
    return row


# ---------------------------------------------------------------- rows that point to the record


def _pointing(session: Session, found: Merging, column: Any) -> None:
    table, name = column.table, column.name
    model = next(m.class_ for m in Base.registry.mappers if m.local_table is table)
    rows = session.scalars(select(model).where(column == found.drop.id).order_by(model.id)).all()
    if not rows:
        return
    key = next((names for names in _unique(table) if name in names), None)
    twins: dict[tuple[Any, ...], Any] = {}
    if key is not None:
        rest = [other for other in key if other != name]
        for row in session.scalars(select(model).where(column == found.keep.id)):
            twins[tuple(getattr(row, other) for other in rest)] = row
    for row in rows:
        twin = twins.get(tuple(getattr(row, other) for other in rest)) if key is not None else None
        if twin is None:
            found.moving[table.name].append((row, name))
        elif table.name == "operation_issue":
            found.issues.append((twin, row))
        else:
            _pair(session, found, table.name, name, twin, row)


def _unique(table: Any) -> Iterator[list[str]]:
    for constraint in table.constraints:
        if isinstance(constraint, UniqueConstraint) and len(constraint.columns) > 1:
            yield [column.name for column in constraint.columns]


def _pair(session: Session, found: Merging, kind: str, name: str, twin: Any, row: Any) -> None:
    differing = _differences(kind, name, twin, row)
    if not differing:
        found.pairs.append(Pair(None, twin, row))
        return
    label = record_names(session, {kind: [row.id]})[kind, row.id].label
    options = [
        (KEEP, message("merge.take", code=found.keep.code, values=[d[0] for d in differing])),
        (DROP, message("merge.take", code=found.drop.code, values=[d[1] for d in differing])),
    ]
    if isinstance(row, ToolItem):
        pieces = twin.pieces_per_shot + row.pieces_per_shot
        options.append((SUM, message("merge.add_pieces", pieces=pieces)))
    question = Question(f"{kind}:{row.id}", message("merge.both_have", what=label), tuple(options))
    found.pairs.append(Pair(question, twin, row))


def _differences(kind: str, name: str, twin: Any, row: Any) -> list[tuple[Message, Message]]:
    """Field and value of each side, where they differ."""
    return [
        (_stated(column.name, twin), _stated(column.name, row))
        for column in Base.metadata.tables[kind].columns
        if column.name not in ("id", "version", name)
        and getattr(twin, column.name) != getattr(row, column.name)
    ]


def _stated(column: str, row: Any) -> Message:
    value = getattr(row, column)
    known = FIELDS.get(column)
    field: object = message(f"merge.field_{known}") if known else column
    return message("merge.stated", field=field, value="–" if value in (None, "") else value)


# ---------------------------------------------------------------- items


def _item(session: Session, found: Merging) -> None:
    keep, drop = found.keep, found.drop
    if keep.unit_id != drop.unit_id:
        found.refused.append(message("merge.other_unit", keep=keep.code, drop=drop.code))
    for kind, model in (("routing", Routing), ("bill_of_material", BillOfMaterial)):
        _recipes(session, found, kind, model)
    _components(session, found)
    _cycles(session, found)
    physical = set(
        session.scalars(select(Location.id).where(Location.kind == LocationKind.PHYSICAL))
    )
    found.stock = {
        place: quantity
        for place, quantity in balances(session).items()
        if quantity and place[0] == drop.id and place[2] in physical
    }
    if keep.lot_tracked and any(place[1] is None for place in found.stock):
        found.refused.append(message("merge.needs_lots", keep=keep.code, drop=drop.code))


def _recipes(session: Session, found: Merging, kind: str, model: type[Any]) -> None:
    """Revisions of both; with active ones on both sides it must be said which make the item."""
    of = {
        item.id: list(
            session.scalars(select(model).where(model.item_id == item.id).order_by(model.id))
        )
        for item in (found.keep, found.drop)
    }
    kept, dropped = of[found.keep.id], of[found.drop.id]
    found.recipes[kind] = kept, dropped
    mine = [row.revision for row in kept if row.active]
    theirs = [row.revision for row in dropped if row.active]
    template = kind == "routing" and not mine and _has_template(session, found.keep)
    if theirs and (mine or template):
        keep = found.keep.code
        stays = message("merge.revisions", code=keep, values=mine)
        if not mine:
            family = message("merge.template", family=found.keep.family)
            stays = message("merge.take", code=keep, values=[family])
        other = message("merge.revisions", code=found.drop.code, values=theirs)
        options = ((KEEP, stays), (DROP, other))
        found.recipe_questions[kind] = Question(kind, message(f"merge.both_{kind}"), options)


def _has_template(session: Session, item: Item) -> bool:
    if not item.family:
        return False
    query = select(Routing.id).where(Routing.family == item.family, Routing.active)
    return session.scalars(query).first() is not None


def _components(session: Session, found: Merging) -> None:
    """Lines that consume the dropped item; where the kept one stands beside it, one is asked."""
    drop, keep = found.drop.id, found.keep.id
    boms = session.scalars(
        select(BillOfMaterial)
        .where(BillOfMaterial.lines.any(BomLine.component_id == drop))
        .options(selectinload(BillOfMaterial.lines))
        .order_by(BillOfMaterial.id)
    )
    for bom in boms:
        for line in [line for line in bom.lines if line.component_id == drop]:
            twin = next((o for o in bom.lines if o.component_id == keep and _same(o, line)), None)
            if twin is None:
                found.moving["bom_line"].append((line, "component_id"))
            else:
                found.pairs.append(Pair(_line_question(session, found, twin, line), twin, line))


def _same(one: BomLine, other: BomLine) -> bool:
    """Lines that the import would take for one line given twice."""
    return (one.consumed_at_step, one.alternative_group, one.line_kind) == (
        other.consumed_at_step, other.alternative_group, other.line_kind,
    )  # fmt: skip


def _line_question(session: Session, found: Merging, twin: BomLine, line: BomLine) -> Question:
    label = record_names(session, {"bill_of_material": [line.bom_id]})
    options = [
        (KEEP, message("merge.take", code=found.keep.code, values=[_amount(twin)])),
        (DROP, message("merge.take", code=found.drop.code, values=[_amount(line)])),
    ]
    if can_add(twin, line):
        total = twin.quantity + line.quantity
        options.append((SUM, message("merge.add_lines", quantity=total)))
    text = message("merge.both_lines", bom=label["bill_of_material", line.bom_id].label)
    return Question(f"bom_line:{line.id}", text, tuple(options))


def _amount(line: BomLine) -> Message:
    return message("merge.amount", quantity=line.quantity, base=line.base_quantity)


def can_add(one: BomLine, other: BomLine) -> bool:
    """Alternatives are no amounts to add; nor are amounts counted in different ways."""
    counted = ("base_quantity", "quantity_kind", "unit_id", "base_unit_id", "scrap_pct")
    alike = all(getattr(one, name) == getattr(other, name) for name in counted)
    return alike and not one.alternative_group


def _cycles(session: Session, found: Merging) -> None:
    """Merged, an item must not be a part of itself."""
    parts: defaultdict[int, list[int]] = defaultdict(list)
    rows = session.execute(
        select(BillOfMaterial.item_id, BomLine.component_id).join(
            BomLine, BomLine.bom_id == BillOfMaterial.id
        )
    )
    for parent, component in rows:
        ends = (found.keep.id if i == found.drop.id else i for i in (parent, component))
        parts[next(ends)].append(next(ends))
    cycle = find_cycle(parts)
    if found.keep.id in cycle:
        codes = dict(session.execute(select(Item.id, Item.code).where(Item.id.in_(cycle))).all())
        path = " → ".join(codes[item] for item in cycle)
        found.refused.append(message("merge.cycle", path=path))


# ---------------------------------------------------------------- answers


def answered(found: Merging, answers: Mapping[str, str]) -> dict[str, str]:
    """The answers, one to each question. Errors: ``RuleBroken`` naming what was not answered."""
    missing = [
        question.text
        for question in found.questions
        if answers.get(question.id) not in {value for value, _ in question.options}
    ]
    if missing:
        raise RuleBroken(message("merge.unanswered", count=len(missing), questions=missing))
    return {question.id: answers[question.id] for question in found.questions}
