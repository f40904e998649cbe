"""Records of bills of material into their tables; two rows of one line are a question."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app.core.choices import BomLineKind, QuantityKind
from app.core.codes import code_key
from app.core.errors import RuleBroken
from app.core.messages import message
from app.models.products import BillOfMaterial, BomLine, Item
from app.services.doctor import find_cycle
from app.services.exchange.answers import answer_id
from app.services.exchange.records import Option, Question, Record, Severity
from app.services.exchange.target import Target, taken
from app.services.products.conversion import Units
from app.services.products.recipes import chosen_lines

FIRST_REVISION = "A"

# Column keys and the attributes they are, the same for import and export.
BOM_LINE = {"base_qty": "base_quantity", "line_no": "line_no",
                            "quantity": "quantity", "qty_kind": "quantity_kind",
                            "scrap_pct": "scrap_pct", "consumed_at_step": "consumed_at_step",
                            "alt_group": "alternative_group",
                            "alt_priority": "alternative_priority", "line_kind": "line_kind",
                            "note": "note"}  # fmt: skip

_TELLING_APART = ("consumed_at_step", "alt_group", "line_kind")
"""Rows of one component that differ in these are different lines."""
_TOLERANCE = Decimal("0.01")
_SUMMABLE = ("unit", "base_qty", "base_unit", "qty_kind", "scrap_pct")
"""Quantities add up only where these agree."""


@dataclass(frozen=True, slots=True, eq=False)
class _Row:
    """A record with what its codes name; ``spare``: an answer made it a line of its own."""

    record: Record
    head: BillOfMaterial
    parent: Item
    component: Item
    spare: bool = False

    @property
    def same(self) -> tuple[Any, ...]:
        v = self.record.values
        return (self.record.id, self.head.id, self.component.id, *map(v.get, _TELLING_APART))


def boms(target: Target) -> None:
    """Lines by parent and revision; a line is known by its number, or by what it consumes."""
    groups: dict[tuple[Any, ...], list[_Row]] = {}
    for row in _rows(target):
        groups.setdefault(row.same, []).append(row)
    lines = _Lines(target, [row for rows in groups.values() for row in rows])
    for rows in groups.values():
        for row in rows if len(rows) == 1 else _answered(target, rows):
            lines.write(row)
    target.session.flush()
    _check_cycles(target)
    _check_shares(target, lines.meant)


def _rows(target: Target) -> Iterator[_Row]:
    query = select(BillOfMaterial).options(selectinload(BillOfMaterial.lines))
    if target.few:
        query = query.where(BillOfMaterial.item_id.in_(_parents(target)))
    heads = {(row.item_id, code_key(row.revision)): row for row in target.session.scalars(query)}
    for record in target.records["BOM"]:
        parent = target.ref(record, "parent_code", "item")
        component = target.ref(record, "component_code", "item")
        if parent is not None and component is not None:
            yield _Row(record, _head(target, record, heads, parent), parent, component)


def _parents(target: Target) -> set[int]:
    """Ids of the items that the records are parts lists of."""
    found = (target.find("item", record.values["parent_code"]) for record in target.records["BOM"])
    return {item.id for item in found if item is not None}


def _head(target: Target, record: Record, heads: dict[Any, BillOfMaterial],
          parent: Item) -> BillOfMaterial:  # fmt: skip
    revision = record.values.get("revision", FIRST_REVISION)
    key = (parent.id, code_key(revision))
    head = heads.get(key)
    if head is None:
        head = BillOfMaterial(item_id=parent.id, revision=revision, lines=[])
        target.session.add(head)
        target.session.flush()
        heads[key] = head
    dates = taken(
        record, {"effective_from": "effective_from", "effective_to": "effective_to"}, BillOfMaterial
    )
    for name, value in dates.items():
        if getattr(head, name) != value:
            setattr(head, name, value)
            target.count(record, "changed")
    if (record.deactivate and head.active) or (record.activate and not head.active):
        head.active = record.activate
        target.count(record, "changed")
    return head


# ---------------------------------------------------------------- two rows of one line


def _answered(target: Target, rows: Sequence[_Row]) -> list[_Row]:
    """What the answer makes of rows that say the same line twice; nothing while it is asked."""
    question = _question(rows)
    choice = target.answers.choice(question.id, [option.key for option in question.options])
    if choice is None:
        _ask(target, rows, question)
        return []
    if choice == "both":
        return [rows[0], *(replace(row, spare=True) for row in rows[1:])]
    kept = rows[-1] if choice == "last" else rows[0]
    for row in rows:
        if row is not kept:
            code = "row_summed" if choice == "sum" else "row_dropped"
            text = message(f"exchange.{code}", row=kept.record.row)
            target.problems.append(row.record.problem(Severity.CLEANED, text, "component_code"))
    if choice == "sum":
        total = sum(row.record.values["quantity"] for row in rows)
        values = {**kept.record.values, "quantity": total}
        kept = replace(kept, record=replace(kept.record, values=values))
    return [kept]


def _question(rows: Sequence[_Row]) -> Question:
    first = rows[0]
    v = first.record.values
    parts: list[object] = [first.parent.code, first.head.revision, first.component.code]
    apart = [v.get(key) or "" for key in _TELLING_APART]
    while apart and not apart[-1]:
        apart.pop()
    quantities = [row.record.values["quantity"] for row in rows]
    alike = len({tuple(r.record.values.get(key) for key in _SUMMABLE) for r in rows}) == 1
    options = [
        Option("first", message("exchange.bom_first", row=first.record.row,
                                quantity=quantities[0])),
        Option("last", message("exchange.bom_last", row=rows[-1].record.row,
                               quantity=quantities[-1])),
        Option("both", message("exchange.bom_both")),
    ]  # fmt: skip
    if alike:
        options.insert(0, Option("sum", message("exchange.bom_sum", quantity=sum(quantities))))
    numbers = [row.record.row for row in rows]
    return Question(
        answer_id("bom", *parts, *apart),
        message("exchange.which_bom_line", item=first.parent.code, component=first.component.code,
                rows=[str(number) for number in numbers]),
        tuple(options),
    )  # fmt: skip


def _ask(target: Target, rows: Sequence[_Row], question: Question) -> None:
    first = rows[0]
    for row in rows[1:]:
        text = message("exchange.double_bom_line", row=first.record.row, item=row.parent.code,
                       component=row.component.code)  # fmt: skip
        target.problems.append(
            row.record.problem(Severity.ERROR, text, "component_code", question=question)
        )


# ---------------------------------------------------------------- lines


class _Lines:
    """Writes lines; a line that one row of this import meant is not meant by another."""

    def __init__(self, target: Target, rows: Sequence[_Row]) -> None:
        self.target = target
        self.meant: dict[int, tuple[BillOfMaterial, Record]] = {}
        """Line (by identity): whose it is, and the record that wrote it."""
        self.numbers: defaultdict[int, set[int]] = defaultdict(set)
        for row in rows:
            self.numbers[row.head.id] |= {line.line_no for line in row.head.lines}
            if "line_no" in row.record.values:
                self.numbers[row.head.id].add(row.record.values["line_no"])

    def write(self, row: _Row) -> None:
        record, head, v = row.record, row.head, row.record.values
        target = self.target
        if v["quantity"] <= 0 or v.get("base_qty", 1) <= 0:
            target.error(record, "above_zero", "quantity" if v["quantity"] <= 0 else "base_qty")
            return
        if v.get("scrap_pct", 0) >= 100:
            target.error(record, "scrap_below_100", "scrap_pct")
            return
        line = target.row(record, BomLine, self._line_of(row))
        if line is not None and id(line) in self.meant:
            target.error(record, "double_line_no", "line_no", number=v["line_no"],
                         row=self.meant[id(line)][1].row, item=row.parent.code,
                         fix=str(self._free_number(head)))  # fmt: skip
            return
        values = taken(record, BOM_LINE, BomLine)
        values["component_id"] = row.component.id
        for key, attribute in (("unit", "unit_id"), ("base_unit", "base_unit_id")):
            target.link(record, values, key, "unit", attribute)
        if row.spare:
            values.pop("line_no", None)
        if line is None:
            values.setdefault("line_no", self._free_number(head))
            self.numbers[head.id].add(values["line_no"])
            values["bom_id"] = head.id
        saved = target.put(record, BomLine, line, values)
        if line is None:
            head.lines.append(saved)
        self.meant[id(saved)] = (head, record)
        if not target.make_new:
            self._check_units(row, saved)

    def _check_units(self, row: _Row, line: BomLine) -> None:
        """What a person types must convert at once; after an import the data health says it."""
        percent = line.quantity_kind is QuantityKind.PERCENT
        for key, item, unit in (("unit", row.component, None if percent else line.unit_id),
                                ("base_unit", row.parent, line.base_unit_id)):  # fmt: skip
            if unit is None:
                continue
            try:
                self._units.ratio(item.id, unit, item.unit_id)
            except RuleBroken as refused:
                self.target.refuse(row.record, refused.message, key)

    @cached_property
    def _units(self) -> Units:
        return Units.load(self.target.session)

    def _free_number(self, head: BillOfMaterial) -> int:
        return max(self.numbers[head.id], default=0) + 1

    def _line_of(self, row: _Row) -> BomLine | None:
        """By number where one is given (perhaps another row's line), else a free line alike."""
        v = row.record.values
        if "line_no" in v and not row.spare:
            return next((n for n in row.head.lines if n.line_no == v["line_no"]), None)
        alike = [
            line
            for line in row.head.lines
            if id(line) not in self.meant
            and line.component_id == row.component.id
            and line.consumed_at_step == v.get("consumed_at_step")
        ]
        group = v.get("alt_group", "")
        return next((n for n in alike if n.alternative_group == group), next(iter(alike), None))


def _check_shares(target: Target, meant: Mapping[int, tuple[BillOfMaterial, Record]]) -> None:
    """Shares of a mix in this import that do not add up to a hundred are named, and their sum."""
    first: dict[int, tuple[BillOfMaterial, Record]] = {}
    for head, record in meant.values():
        first.setdefault(head.id, (head, record))
    for head, record in first.values():
        shares = [
            line.quantity / line.base_quantity
            for line in chosen_lines(head.lines)
            if line.quantity_kind is QuantityKind.PERCENT and line.line_kind is BomLineKind.CONSUME
        ]
        total = sum(shares, Decimal(0))
        if len(shares) > 1 and abs(total - 100) > _TOLERANCE:
            target.warn(record, "shares_not_100", "quantity", item=record.values["parent_code"],
                        total=total.normalize())  # fmt: skip


def _check_cycles(target: Target) -> None:
    cycle = find_cycle(_parts(target))
    if not cycle:
        return
    codes = {row.id: row.code for row in target.by_code["item"].values()}
    path = " → ".join(codes[item] for item in cycle)
    in_cycle = {code_key(codes[item]) for item in cycle}
    guilty = [
        r
        for r in target.records["BOM"]
        if {code_key(r.values["parent_code"]), code_key(r.values["component_code"])} <= in_cycle
    ]
    for record in guilty[-1:] or target.records["BOM"][:1]:
        target.error(record, "bom_cycle", "component_code", path=path)


def _parts(target: Target) -> dict[int, list[int]]:
    """Components by item: of all items, or of the few that are written and what they hold."""
    query = select(BillOfMaterial.item_id, BomLine.component_id).join(
        BomLine, BomLine.bom_id == BillOfMaterial.id
    )
    parts: defaultdict[int, list[int]] = defaultdict(list)
    level = _parents(target) if target.few else None
    while level is None or level:
        rows = query if level is None else query.where(BillOfMaterial.item_id.in_(level))
        for parent, component in target.session.execute(rows):
            parts[parent].append(component)
        if level is None:
            break
        level = {part for parent in level for part in parts.get(parent, ())} - parts.keys()
    return parts
