"""Inspection sheets of orders and of goods that come in: which plans apply, and what they ask."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from functools import cached_property

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from app.core.choices import CharacteristicKind, DefectClass, InspectionKind, OrderType
from app.core.codes import code_key
from app.core.errors import NotFound
from app.core.messages import message
from app.core.quantity import whole_up
from app.core.sampling import sampling_plan
from app.core.step import StepDefinition
from app.models.access import Attachment
from app.models.database import Database
from app.models.materials import PurchaseOrder, PurchaseOrderLine
from app.models.orders import Card, Operation, ProductionOrder
from app.models.plant import Supplier
from app.models.products import Item, Unit
from app.models.quality import Characteristic, InspectionPlan
from app.services.orders.paper import Head, PaperReader
from app.services.quality.inspection_rows import CharacteristicRow, InspectionRow, SampleRow
from app.services.quality.sketches import Picture

SHORT = {
    InspectionKind.INCOMING: "IQC",
    InspectionKind.FIRST_PIECE: "FAI",
    InspectionKind.IN_PROCESS: "IPQC",
    InspectionKind.FINAL: "FQC",
    InspectionKind.OUTGOING: "OQC",
}
CLASSES = {
    DefectClass.CRITICAL: "CR",
    DefectClass.MAJOR: "MA",
    DefectClass.MINOR: "MI",
}
USUAL_LEVEL = "II"
MEASURES = frozenset(
    code_key(unit) for unit in ("g", "kg", "t", "公斤", "千克", "克", "吨", "斤", "L", "mL", "升",
                                "毫升", "m", "mm", "cm", "米", "毫米", "m2", "m²", "平方米", "m3",
                                "m³", "立方米")
)  # fmt: skip
"""Units that nobody counts pieces in: 20 t of powder are no lot of 20 pieces."""
_BY_CARD = frozenset({InspectionKind.FINAL})
"""Looked at card by card; a first piece, a patrol and a shipment belong to the whole order."""


def inspection_rows(
    database: Database,
    order_ids: Iterable[int],
    *,
    actor: str,
    now: datetime | None = None,
    kinds: Collection[str] | None = None,
    operation_ids: Collection[int] | None = None,
) -> tuple[InspectionRow, ...]:
    """Sheets of the orders by step, for the plans that apply to them.

    Of the plans of one kind for one step the most special applies: the one the step names, then
    the item's, the family's, and one for any item. ``kinds``: only these (FAI, FQC …);
    ``operation_ids``: only sheets of the steps of these operations.
    """
    ids = list(dict.fromkeys(order_ids))
    with database.read() as session:
        reader = _OrderSheets(session, ids, actor, now)
        return tuple(reader.rows(kinds, operation_ids))


def incoming_rows(
    database: Database,
    lines: Sequence[str] | None = None,
    *,
    actor: str,
    now: datetime | None = None,
) -> tuple[InspectionRow, ...]:
    """Sheets of open purchase lines (``PO26001-1``), or of all, whose item has an incoming plan.

    Errors: ``NotFound`` for a line that does not exist.
    """
    with database.read() as session:
        return tuple(_IncomingSheets(session, (), actor, now).rows(lines))


class _Sheets(PaperReader):
    """Plans, and how one of them becomes lines of a sheet."""

    @cached_property
    def plans(self) -> list[InspectionPlan]:
        query = select(InspectionPlan).where(InspectionPlan.active)
        loaded = query.options(selectinload(InspectionPlan.characteristics))
        return list(self.session.scalars(loaded.order_by(InspectionPlan.code)))

    @cached_property
    def sketches(self) -> dict[int, Picture]:
        rows = self.session.scalars(
            select(Attachment).where(
                Attachment.id.in_([plan.sketch_id for plan in self.plans if plan.sketch_id])
            )
        )
        return {row.id: Picture(row.file_name, row.media_type, row.content) for row in rows}

    def special(self, plan: InspectionPlan, item: Item) -> int | None:
        """How special a plan is for an item: 2 its own, 1 its family's, 0 any, None another's."""
        if plan.item_id is not None:
            return 2 if plan.item_id == item.id else None
        if plan.family:
            return 1 if code_key(plan.family) == code_key(item.family) else None
        return 0

    def samples(
        self, plan: InspectionPlan, quantity: Decimal, *, counted: bool = True
    ) -> tuple[SampleRow, ...]:
        """``counted``: the quantity is a number of pieces."""
        pieces = whole_up(quantity)
        level = plan.level or USUAL_LEVEL
        limits = (
            (DefectClass.CRITICAL, plan.aql_critical),
            (DefectClass.MAJOR, plan.aql_major),
            (DefectClass.MINOR, plan.aql_minor),
        )
        return tuple(
            SampleRow(
                CLASSES[grade],
                aql,
                sampling_plan(pieces, aql, level) if counted and pieces >= 1 else None,
            )
            for grade, aql in limits
            if aql is not None
        )

    def lines(
        self, plan: InspectionPlan, samples: Sequence[SampleRow], most: int | None
    ) -> tuple[CharacteristicRow, ...]:
        """``most``: pieces there are to look at; None = not counted."""
        by_class = {row.defect_class: row.plan.sample_size for row in samples if row.plan}
        return tuple(self._line(line, by_class, most) for line in plan.characteristics)

    @staticmethod
    def _line(
        line: Characteristic, by_class: dict[str, int], most: int | None
    ) -> CharacteristicRow:
        grade = CLASSES[line.defect_class]
        size = line.sample_size or by_class.get(grade)
        return CharacteristicRow(
            line.number,
            line.name,
            line.critical,
            grade,
            line.kind is CharacteristicKind.MEASURED,
            line.nominal,
            line.lower,
            line.upper,
            line.unit,
            line.requirement,
            line.method,
            line.gauge,
            size if size is None or most is None else min(size, most),
            line.frequency,
            line.note,
        )


class _OrderSheets(_Sheets):
    def rows(
        self, kinds: Collection[str] | None, operation_ids: Collection[int] | None
    ) -> Iterable[InspectionRow]:
        for order_id in self.ids:
            head = self.heads.get(order_id)
            if head is None:
                continue
            for plan, step in self._applying(head):
                if kinds is not None and SHORT[plan.kind] not in kinds:
                    continue
                if operation_ids is not None and (step is None or step[0].id not in operation_ids):
                    continue
                by_card = plan.kind in _BY_CARD
                for card in self.cards.get(order_id, [None]) if by_card else [None]:
                    yield self._row(head, plan, step, card)

    def _applying(
        self, head: Head
    ) -> list[tuple[InspectionPlan, tuple[Operation, StepDefinition] | None]]:
        """The plans of an order by step and kind; those at no step last."""
        order, item = head[0], head[1]
        steps = {o.step_no: (o, d) for o, d in self.operations.get(order.id, [])}
        named = {
            (code_key(d.inspection_plan), number)
            for number, (_, d) in steps.items()
            if d.inspection_plan
        }
        best: dict[tuple[int | None, InspectionKind], tuple[int, InspectionPlan]] = {}
        for plan in self.plans:
            places: list[tuple[int | None, int]] = [
                (number, 3) for key, number in named if key == plan.code_key
            ]
            special = self.special(plan, item)
            if special is not None and plan.kind is not InspectionKind.INCOMING:
                places.append((plan.step_no, special))
            for number, rank in places:
                if number is not None and number not in steps:
                    continue
                place = (number, plan.kind)
                if place not in best or best[place][0] < rank:
                    best[place] = (rank, plan)
        order_of = {kind: place for place, kind in enumerate(InspectionKind)}
        chosen = sorted(
            best.items(),
            key=lambda entry: (entry[0][0] is None, entry[0][0] or 0, order_of[entry[0][1]]),
        )
        return [
            (plan, steps[number] if number is not None else None)
            for (number, _), (_, plan) in chosen
        ]

    def _row(
        self,
        head: Head,
        plan: InspectionPlan,
        step: tuple[Operation, StepDefinition] | None,
        card: Card | None,
    ) -> InspectionRow:
        order, item, unit = head[0], head[1], head[2]
        quantity = card.quantity if card is not None else self._pieces(order, step)
        placement = self.placements.get(step[0].id) if step else None
        samples = self.samples(plan, quantity)
        short = SHORT[plan.kind]
        number = step[0].step_no if step else None
        name = card.code if card is not None else order.code
        return InspectionRow(
            number="-".join(part for part in (short, name, str(number or "")) if part),
            kind=short,
            plan_code=plan.code,
            plan_name=plan.name,
            order=order.code,
            card=card.code if card is not None else "",
            revision=order.revision,
            rush=order.type == OrderType.RUSH,
            supplier="",
            lot="",
            item_code=item.code,
            item_name=item.name,
            specification=item.specification,
            pattern=item.pattern,
            colour=item.colour,
            drawing=" ".join(part for part in (item.drawing_no, item.drawing_revision) if part),
            step_no=number,
            step_name=step[0].name if step else "",
            place=self.place_of(placement, step[1]) if step else "",
            moulds=self._moulds(order, placement),
            quantity=quantity,
            unit=unit,
            level=plan.level or USUAL_LEVEL,
            samples=samples,
            characteristics=self.lines(plan, samples, max(whole_up(quantity), 1)),
            sketch=self.sketches.get(plan.sketch_id or 0),
            wanted_by=self.local(placement.end_at) if placement else None,
            requirements=order.requirements,
            plan=self.label if step else None,
            printed_by=self.actor,
            printed_at=self.printed_at,
            fields=self.site_fields(order, item),
        )

    @staticmethod
    def _pieces(order: ProductionOrder, step: tuple[Operation, StepDefinition] | None) -> Decimal:
        return step[0].quantity if step else order.released_quantity

    def _moulds(self, order: ProductionOrder, placement: object) -> tuple[str, ...]:
        """Of the step itself, else of the order: what it was cast in is asked later, too."""
        at_step = [placement] if getattr(placement, "tools", None) else []
        all_steps = [
            self.placements[o.id]
            for o, _ in self.operations.get(order.id, [])
            if o.id in self.placements
        ]
        return self.moulds_of(at_step or all_steps)  # type: ignore[arg-type]


class _IncomingSheets(_Sheets):
    def rows(self, wanted: Sequence[str] | None) -> Iterable[InspectionRow]:
        found = {f"{head.code}-{line.line_no}": (head, line, supplier, item, unit)
                 for head, line, supplier, item, unit in self._lines()}  # fmt: skip
        by_key = {code_key(name): name for name in found}
        names = list(found)
        if wanted is not None:
            unknown = [name for name in wanted if code_key(name) not in by_key]
            if unknown:
                raise NotFound(message("reports.no_such_purchase", line=unknown[0]))
            names = [by_key[code_key(name)] for name in wanted]
        for name in names:
            _, line, supplier, item, unit = found[name]
            plan = self._plan_for(item)
            if plan is not None:
                yield self._row(name, line, supplier, item, unit, plan)

    def _lines(
        self,
    ) -> Iterable[tuple[PurchaseOrder, PurchaseOrderLine, str, Item, Unit]]:
        rows = self.session.execute(
            select(PurchaseOrder, PurchaseOrderLine, Supplier.name, Item, Unit)
            .join(PurchaseOrderLine, PurchaseOrderLine.purchase_order_id == PurchaseOrder.id)
            .join(Supplier, Supplier.id == PurchaseOrder.supplier_id)
            .join(Item, Item.id == PurchaseOrderLine.item_id)
            .join(Unit, Unit.id == func.coalesce(PurchaseOrderLine.unit_id, Item.unit_id))
            .where(PurchaseOrderLine.open_quantity > 0)
            .order_by(PurchaseOrderLine.confirmed_on, PurchaseOrder.code, PurchaseOrderLine.line_no)
        )
        return [(head, line, supplier, item, unit) for head, line, supplier, item, unit in rows]

    def _plan_for(self, item: Item) -> InspectionPlan | None:
        ranked = [
            (special, plan)
            for plan in self.plans
            if plan.kind is InspectionKind.INCOMING
            and (special := self.special(plan, item)) is not None
        ]
        return max(ranked, key=lambda each: each[0])[1] if ranked else None

    def _row(
        self, name: str, line: PurchaseOrderLine, supplier: str, item: Item, unit: Unit,
        plan: InspectionPlan,
    ) -> InspectionRow:  # fmt: skip
        counted = not unit.dimension and unit.code_key not in MEASURES
        samples = self.samples(plan, line.open_quantity, counted=counted)
        most = max(whole_up(line.open_quantity), 1) if counted else None
        return InspectionRow(
            number=f"IQC-{name}",
            kind="IQC",
            plan_code=plan.code,
            plan_name=plan.name,
            order=name,
            card="",
            revision=0,
            rush=False,
            supplier=supplier,
            lot="",
            item_code=item.code,
            item_name=item.name,
            specification=item.specification,
            pattern="",
            colour="",
            drawing=" ".join(part for part in (item.drawing_no, item.drawing_revision) if part),
            step_no=None,
            step_name="",
            place="",
            moulds=(),
            quantity=line.open_quantity,
            unit=unit.code,
            level=plan.level or USUAL_LEVEL,
            samples=samples,
            characteristics=self.lines(plan, samples, most),
            sketch=self.sketches.get(plan.sketch_id or 0),
            wanted_by=line.confirmed_on,
            requirements="",
            plan=None,
            printed_by=self.actor,
            printed_at=self.printed_at,
        )
