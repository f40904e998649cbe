"""A small plant in a database: two presses with moulds, an oven, a packing bench, four people.

``SmallPlant.build`` fills an open database; its attributes are the ids the tests need.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.choices import (
    ItemCategory,
    ItemSource,
    OperationState,
    OrderState,
    RateBasis,
    SetupCombine,
    ToolState,
)
from app.core.step import from_json, to_json
from app.models.access import Site
from app.models.database import Database
from app.models.orders import Operation, ProductionOrder
from app.models.plant import (
    Calendar,
    Customer,
    Machine,
    Operator,
    OperatorSkill,
    SetupAttribute,
    SetupPair,
    Shift,
    Skill,
    ToolCopy,
    ToolItem,
    ToolType,
    WorkCentre,
)
from app.models.products import Item, Routing, RoutingStep, StepTool, Unit
from app.services.orders.operations import create_operations
from app.services.products.recipes import Recipes

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)  # a Monday, 10:00 in Shanghai
DUE = datetime(2026, 3, 6, 9, 30, tzinfo=UTC)


@dataclass
class SmallPlant:
    """Ids of what was built."""

    item: int = 0
    unit: int = 0
    press_1: int = 0
    press_2: int = 0
    oven: int = 0
    bench: int = 0
    mould: int = 0
    copies: tuple[int, ...] = ()
    day: int = 0
    casting: int = 0
    operators: tuple[int, ...] = ()
    centre: int = 0
    routing: int = 0
    customer: int = 0

    @classmethod
    def build(cls, database: Database, orders: int = 2) -> SmallPlant:
        plant = cls()
        with database.write("test") as session:
            session.get_one(Site, 1).planning_now = NOW
            plant._resources(session)
            plant._product(session)
            for number in range(1, orders + 1):
                plant.order(session, f"MO-{number}")
        return plant

    def order(self, session: Session, code: str, **values: object) -> ProductionOrder:
        quantity = Decimal(str(values.pop("quantity", 20)))
        given: dict[str, object] = {
            "requested_at": DUE,
            "internal_due": DUE,
            "state": OrderState.APPROVED,
            "item_id": self.item,
            "customer_id": self.customer,
        }
        order = ProductionOrder(
            code=code,
            quantity=quantity,
            base_quantity=quantity,
            released_quantity=quantity,
            unit_id=self.unit,
            created_at=NOW,
            **(given | values),
        )
        session.add(order)
        session.flush()
        create_operations(session, [order], Recipes.load(session), NOW.date())
        session.flush()
        return order

    def begin(
        self, session: Session, code: str, step_no: int, machine: int, copies: Sequence[int] = (),
        *, good: int = 0, left: int, **step: object,
    ) -> int:  # fmt: skip
        """An operation runs, what comes before it is done; ``step``: fields of its definition."""
        rows = session.scalars(
            select(Operation)
            .join(ProductionOrder, ProductionOrder.id == Operation.order_id)
            .where(ProductionOrder.code == code, Operation.step_no <= step_no)
            .order_by(Operation.step_no)
        ).all()
        for row in rows:
            row.state, row.finished_at = OperationState.DONE, NOW - timedelta(hours=2)
        row = rows[-1]
        row.state, row.finished_at = OperationState.RUNNING, None
        row.started_at = NOW - timedelta(minutes=30)
        row.good, row.remaining = Decimal(good), Decimal(left)
        row.running_machine_id, row.running_tools = machine, list(copies)
        row.definition = to_json(replace(from_json(row.definition), **step))
        return row.id

    def _resources(self, session: Session) -> None:
        day = Calendar(code="DAY", name="Day shift")
        customer = Customer(code="C1", short_name="Alpha", transit_days=1)
        press, heat, pack = (WorkCentre(code=code) for code in ("PRESS", "HEAT", "PACK"))
        skill = Skill(code="casting")
        session.add_all([day, press, heat, pack, skill, customer])
        session.flush()
        for weekday in range(1, 7):
            session.add(
                Shift(
                    calendar_id=day.id,
                    weekday=weekday,
                    name="day",
                    start_minute=450,
                    end_minute=1050,
                    breaks=[[690, 780]],
                )
            )
        common: dict[str, Any] = {"calendar_id": day.id}
        at_press = {"work_centre_id": press.id, **common}
        machines = [
            Machine(code="P1", name="Press 1", attributes={"t": 50}, **at_press),
            Machine(code="P2", name="Press 2", attributes={"t": 100}, **at_press),
            Machine(
                code="OV", name="Oven", work_centre_id=heat.id, kind="batch", capacity=40, **common
            ),
            Machine(
                code="PK",
                name="Bench",
                work_centre_id=pack.id,
                kind="cumulative",
                capacity=2,
                **common,
            ),
        ]
        session.add_all(machines)
        session.add(
            SetupAttribute(
                work_centre_id=press.id,
                position=1,
                name="colour",
                combine=SetupCombine.SUM,
                default_minutes=30,
            )
        )
        session.add(
            SetupPair(
                work_centre_id=press.id,
                attribute="colour",
                from_value="white",
                to_value="*",
                minutes=10,
            )
        )
        people = [Operator(code=f"O{n}", name=f"Person {n}", **common) for n in range(4)]
        session.add_all(people)
        session.flush()
        session.add_all(
            OperatorSkill(operator_id=person.id, skill_id=skill.id) for person in people
        )
        self.day, self.centre, self.casting, self.customer = day.id, press.id, skill.id, customer.id
        self.press_1, self.press_2, self.oven, self.bench = (machine.id for machine in machines)
        self.operators = tuple(person.id for person in people)

    def _product(self, session: Session) -> None:
        unit = Unit(code="pc")
        session.add(unit)
        session.flush()
        item = Item(
            code="A",
            name="Angle",
            unit_id=unit.id,
            category=ItemCategory.FINISHED,
            source=ItemSource.MAKE,
            setup_attributes=["white"],
        )
        mould = ToolType(code="M", name="Mould", cavities=2, machine_rule="50/100", life_shots=1000)
        session.add_all([item, mould])
        session.flush()
        copies = [
            ToolCopy(tool_type_id=mould.id, copy_no="1"),
            ToolCopy(tool_type_id=mould.id, copy_no="2"),
            ToolCopy(tool_type_id=mould.id, copy_no="3", state=ToolState.REPAIR),
        ]
        session.add_all(
            [*copies, ToolItem(tool_type_id=mould.id, item_id=item.id, pieces_per_shot=2)]
        )
        self.item, self.unit, self.mould = item.id, unit.id, mould.id
        routing = Routing(item_id=item.id)
        session.add(routing)
        session.flush()
        self.copies = tuple(copy.id for copy in copies)
        self.routing = routing.id
        centres = {
            code: session.get_one(Machine, number).work_centre_id
            for code, number in (("press", self.press_1), ("heat", self.oven), ("pack", self.bench))
        }
        cast = RoutingStep(
            routing_id=routing.id,
            step_no=10,
            name="cast",
            work_centre_id=centres["press"],
            setup_minutes=Decimal(5),
            rate=Decimal(6),
            rate_basis=RateBasis.MINUTES_PER_CYCLE,
            copies_max=2,
            run_skill_id=self.casting,
            run_heads=1,
            min_wait=30,
            max_wait=600,
            pausable="turns",
        )
        dry = RoutingStep(
            routing_id=routing.id,
            step_no=20,
            name="dry",
            work_centre_id=centres["heat"],
            rate=Decimal(2),
            rate_basis=RateBasis.HOURS_PER_BATCH,
            batch_max=Decimal(40),
            batch_family="P50",
            pausable="never",
        )
        pack = RoutingStep(
            routing_id=routing.id,
            step_no=30,
            name="pack",
            work_centre_id=centres["pack"],
            rate=Decimal("1.5"),
            rate_basis=RateBasis.MINUTES_PER_PIECE,
        )
        session.add_all([cast, dry, pack])
        session.flush()
        session.add(StepTool(step_id=cast.id, tool_type_id=mould.id))
        session.flush()
        session.expire_all()
