"""What papers of orders have in common: the plan they show, operations, places, names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from app.core.choices import FieldSubject, PlanKind
from app.core.format import plain
from app.core.messages import Message, message, words
from app.core.step import StepDefinition, from_json
from app.models.access import CustomField
from app.models.orders import Card, Operation, ProductionOrder
from app.models.planning import Placement, Plan
from app.models.plant import Customer, Machine, Supplier, ToolCopy, ToolType, WorkCentre
from app.models.products import Item, Unit
from app.services.orders.traveler_rows import PaperField
from app.services.plant.shifts import Shifts
from app.services.site import site_row

Head = tuple[ProductionOrder, Item, str, str, str]
"""Order, item, the item's base unit, the order's unit, the customer's short name."""


class PaperReader:
    """Reads what the papers of some orders show; each kind of record in one statement."""

    def __init__(
        self, session: Session, ids: Sequence[int], actor: str, now: datetime | None
    ) -> None:
        self.session, self.ids, self.actor = session, ids, actor
        self.settings = site_row(session)
        self.zone = ZoneInfo(self.settings.time_zone)
        self.printed_at = self.local(now or datetime.now(UTC))

    def local(self, when: datetime) -> datetime:
        return when.astimezone(self.zone)

    @cached_property
    def plan(self) -> Plan | None:
        return shown_plan(self.session)

    @property
    def label(self) -> Message:
        return plan_label(self.plan)

    @cached_property
    def heads(self) -> dict[int, Head]:
        base, ordered = aliased(Unit), aliased(Unit)
        rows = self.session.execute(
            select(ProductionOrder, Item, base.code, ordered.code, Customer.short_name)
            .join(Item, Item.id == ProductionOrder.item_id)
            .join(base, base.id == Item.unit_id)
            .join(ordered, ordered.id == ProductionOrder.unit_id)
            .outerjoin(Customer, Customer.id == ProductionOrder.customer_id)
            .where(ProductionOrder.id.in_(self.ids))
        )
        return {o.id: (o, i, b, u, c or "") for o, i, b, u, c in rows}

    @cached_property
    def operations(self) -> dict[int, list[tuple[Operation, StepDefinition]]]:
        """Order id → its operations by step, each with its definition."""
        found: defaultdict[int, list[tuple[Operation, StepDefinition]]] = defaultdict(list)
        for operation in self.session.scalars(
            select(Operation)
            .where(Operation.order_id.in_(self.ids))
            .order_by(Operation.order_id, Operation.step_no)
        ):
            found[operation.order_id].append((operation, from_json(operation.definition)))
        return found

    @cached_property
    def placements(self) -> dict[int, Placement]:
        """Operation id → where it stands in the plan shown."""
        if self.plan is None:
            return {}
        wanted = [o.id for steps in self.operations.values() for o, _ in steps]
        rows = self.session.scalars(
            select(Placement).where(
                Placement.plan_id == self.plan.id, Placement.operation_id.in_(wanted)
            )
        )
        return {row.operation_id: row for row in rows}

    @cached_property
    def cards(self) -> dict[int, list[Card]]:
        """Order id → its valid cards."""
        found: defaultdict[int, list[Card]] = defaultdict(list)
        for card in self.session.scalars(
            select(Card)
            .where(Card.order_id.in_(self.ids), ~Card.void)
            .order_by(Card.order_id, Card.number)
        ):
            found[card.order_id].append(card)
        return found

    @cached_property
    def machines(self) -> dict[int, Machine]:
        return {m.id: m for m in self.session.scalars(select(Machine))}

    @cached_property
    def centres(self) -> dict[int, str]:
        rows = self.session.execute(select(WorkCentre.id, WorkCentre.code, WorkCentre.name))
        return {row.id: row.name or row.code for row in rows}

    @cached_property
    def suppliers(self) -> dict[int, str]:
        return {s.id: s.name for s in self.session.scalars(select(Supplier))}

    @cached_property
    def copies(self) -> dict[int, tuple[str, int]]:
        """Tool copy id → (its number on paper, cavities in use); a pool by its negative id."""
        return tool_names(self.session)

    @cached_property
    def shifts(self) -> Shifts:
        return Shifts(self.session, self.zone)

    @cached_property
    def _fields(self) -> Sequence[CustomField]:
        return self.session.scalars(
            select(CustomField)
            .where(CustomField.active, CustomField.on_papers)
            .order_by(CustomField.position, CustomField.id)
        ).all()

    def site_fields(self, order: ProductionOrder, item: Item) -> tuple[PaperField, ...]:
        """The site's own fields of item and order that go on papers, where they are filled."""
        stored = {
            FieldSubject.ITEM: item.characteristics,
            FieldSubject.ORDER: order.specification,
        }
        return tuple(
            PaperField(_name(field), value)
            for field in self._fields
            if field.subject in stored and (value := _shown(stored[field.subject].get(field.key)))
        )

    @cached_property
    def report_fields(self) -> tuple[Message, ...]:
        """The site's own fields of reports that are filled by hand on the card."""
        return tuple(_name(f) for f in self._fields if f.subject is FieldSubject.REPORT)

    def place_of(self, placement: Placement | None, step: StepDefinition) -> str:
        """Machine code, subcontractor, or the work centre where nothing is planned."""
        if placement and placement.machine_id:
            return self.machines[placement.machine_id].code
        if placement and placement.supplier_id:
            return self.suppliers[placement.supplier_id]
        return self.centres.get(step.work_centre or 0, "")

    def moulds_of(self, placements: Iterable[Placement]) -> tuple[str, ...]:
        """Numbers of the copies planned, each once."""
        return tuple(dict.fromkeys(self.copies[int(t)][0] for p in placements for t in p.tools))

    def cavities_of(self, placements: Iterable[Placement]) -> int:
        used = {int(t): self.copies[int(t)][1] for p in placements for t in p.tools}
        return sum(used.values())


def _name(field: CustomField) -> Message:
    return words(field.name_zh or field.key, field.name_en or field.name_zh or field.key)


def _shown(value: object) -> str:
    return "" if value is None else plain(value, "zh")


def shown_plan(session: Session) -> Plan | None:
    """The newest published plan; before the first one the working plan, as unpublished."""
    plans = session.scalars(select(Plan).order_by(Plan.revision.desc())).all()
    published = [p for p in plans if p.kind == PlanKind.PUBLISHED]
    return next(iter(published or plans), None)


def plan_label(plan: Plan | None) -> Message:
    if plan is not None and plan.kind == PlanKind.PUBLISHED:
        return message("reports.plan_published", revision=plan.revision)
    return message("reports.plan_unpublished")


def tool_names(session: Session) -> dict[int, tuple[str, int]]:
    """See ``PaperReader.copies``."""
    rows = session.execute(
        select(ToolCopy.id, ToolType.code, ToolCopy.copy_no, ToolCopy.active_cavities,
               ToolType.cavities)
        .join(ToolType, ToolType.id == ToolCopy.tool_type_id)
    )  # fmt: skip
    found = {
        i: (f"{code}#{copy}", whole if active is None else active)
        for i, code, copy, active, whole in rows
    }
    pools = session.execute(select(ToolType.id, ToolType.code))
    return found | {-number: (code, 0) for number, code in pools}
