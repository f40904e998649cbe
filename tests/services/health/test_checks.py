"""Each check finds what it is there for, names the place, and counts open operations exactly."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import delete, select

from app.core.choices import (
    ExceptionKind,
    ItemCategory,
    ItemSource,
    LocationKind,
    MachineState,
    OrderState,
    PlanKind,
    QuantityKind,
    RateBasis,
    ToolState,
)
from app.core.messages import Message
from app.models.change_log import WritingSession
from app.models.materials import Lot, StockMove
from app.models.orders import Operation, ProductionOrder
from app.models.planning import Placement, Plan
from app.models.plant import (
    Calendar,
    CalendarException,
    Customer,
    Location,
    Machine,
    Operator,
    OperatorSkill,
    SetupAttribute,
    SetupPair,
    Shift,
    Skill,
    Supplier,
    ToolCopy,
    ToolItem,
    ToolType,
    WorkCentre,
)
from app.models.products import (
    BillOfMaterial,
    BomLine,
    Item,
    Routing,
    RoutingStep,
    StepMachine,
    Unit,
    UnitConversion,
)
from app.services.health import (
    ability,
    codes,
    material,
    orders,
    orphans,
    recipes,
    resources,
    revisions,
    setups,
    times,
)
from app.services.health.checks import CHECKS, check_health
from app.services.health.finding import Severity
from app.services.orders.operations import create_operations
from app.services.products.recipes import Recipes
from tests.services.exchange.small_rows import NOW
from tests.services.health.conftest import New
from tests.services.statements import counted

TODAY = date(2026, 3, 2)


def one(session: WritingSession, model: Any, code: str) -> Any:
    return session.scalars(select(model).where(model.code == code)).one()


def item(session: WritingSession, code: str, **values: Any) -> Item:
    unit = one(session, Unit, "支")
    usual: dict[str, Any] = {
        "name": code, "category": ItemCategory.FINISHED, "source": ItemSource.MAKE,
        "unit_id": unit.id,
    }  # fmt: skip
    made = Item(code=code, **(usual | values))
    session.add(made)
    session.flush()
    return made


def routing(session: WritingSession, of: Item, **values: Any) -> RoutingStep:
    """A routing of one step on the pouring tables."""
    head = Routing(item_id=of.id, revision=values.pop("revision", "A"),
                   effective_to=values.pop("effective_to", None))  # fmt: skip
    session.add(head)
    session.flush()
    usual: dict[str, Any] = {
        "routing_id": head.id, "step_no": 10, "name": "浇注", "rate": Decimal(50),
        "rate_basis": RateBasis.MINUTES_PER_PIECE,
        "work_centre_id": one(session, WorkCentre, "浇注台").id,
    }  # fmt: skip
    step = RoutingStep(**(usual | values))
    session.add(step)
    session.flush()
    return step


def step_of(session: WritingSession, code: str, number: int) -> RoutingStep:
    return session.scalars(
        select(RoutingStep)
        .join(Routing)
        .join(Item, Item.id == Routing.item_id)
        .where(Item.code == code, RoutingStep.step_no == number)
    ).one()


def operations(session: WritingSession, *numbers: str, step: int | None = None) -> set[int]:
    query = (
        select(Operation.id).join(ProductionOrder).where(ProductionOrder.code.in_(numbers))
    )  # fmt: skip
    return set(session.scalars(query if step is None else query.where(Operation.step_no == step)))


# ---------------------------------------------------------------- who can do the work


def test_a_step_whose_machines_are_retired(session: WritingSession, new: New) -> None:
    one(session, Machine, "DR-01").active = False
    (found,) = new(ability.steps_nobody_can_do)
    assert found.severity is Severity.ERROR
    assert found.place.sheet == "Routings"
    assert found.place.name == "0015-W · A · 20"
    assert found.what.code == "health.unable_machines_retired"
    assert "DR-01" in found.what.text("en")
    assert found.operations == operations(session, "MO-1", step=20)


def test_a_mould_that_fits_no_machine(session: WritingSession, new: New) -> None:
    one(session, ToolType, "M-15").machine_rule = "650"
    one(session, ToolType, "M-16").machine_rule = "800"
    found = new(ability.steps_nobody_can_do)
    # The running operation is done already as far as the check goes; the next order is not.
    assert [one.what.code for one in found] == ["health.unable_mould_fits_none"]
    assert "M-15 (650)" in found[0].what.text("en")


def test_too_few_people_with_the_skill(session: WritingSession, new: New) -> None:
    made = item(session, "P-1")
    skill = one(session, Skill, "浇注")
    routing(session, made, run_skill_id=skill.id, run_heads=40)
    (found,) = new(ability.steps_nobody_can_do)
    assert found.what.text("en") == "Step 10 浇注 needs 40 people with skill 浇注; there are 6."
    assert found.severity is Severity.WARNING  # nobody has ordered it
    assert found.operations == frozenset()


def test_a_step_that_needs_longer_than_the_machine_is_open(
    session: WritingSession, new: New
) -> None:
    made = item(session, "P-1")
    routing(session, made, rate=Decimal(800), pausable="never")  # at 95 % efficiency
    (found,) = new(ability.steps_nobody_can_do)
    assert found.what.code == "health.unable_too_long"
    assert "843 minutes" in found.what.text("en")


def test_only_the_orders_that_are_too_large_are_counted(session: WritingSession, new: New) -> None:
    """The oven takes what fits; two orders of one item differ only in size."""
    made = item(session, "P-1")
    # 60 pieces a batch of 10 h that must not pause do not fit in any night; 1 piece does.
    routing(session, made, rate=Decimal(3), rate_basis=RateBasis.MINUTES_PER_PIECE,
            pausable="never")  # fmt: skip
    small, large = (_order(session, made, n) for n in (Decimal(2), Decimal(900)))
    (found,) = new(ability.steps_nobody_can_do)
    assert found.what.code == "health.unable_too_long"
    assert found.operations == operations(session, large.code)
    assert not found.operations & operations(session, small.code)


def _order(session: WritingSession, of: Item, quantity: Decimal, **values: Any) -> ProductionOrder:
    usual: dict[str, Any] = {
        "item_id": of.id, "quantity": quantity, "unit_id": of.unit_id, "base_quantity": quantity,
        "released_quantity": quantity, "requested_at": NOW + timedelta(days=20),
        "internal_due": NOW + timedelta(days=20), "created_at": NOW, "state": OrderState.APPROVED,
    }  # fmt: skip
    order = ProductionOrder(code=f"T-{of.code}-{quantity}", **(usual | values))
    session.add(order)
    session.flush()
    create_operations(session, [order], Recipes.load(session), TODAY)
    session.flush()
    return order


# ---------------------------------------------------------------- times


@pytest.mark.parametrize(
    ("rate", "basis", "code"),
    [
        ("0", RateBasis.MINUTES_PER_PIECE, "time_zero"),
        ("0.5", RateBasis.SECONDS_PER_PIECE, "time_absurd"),
        ("5000", RateBasis.PIECES_PER_HOUR, "time_absurd"),
        ("200", RateBasis.HOURS_PER_BATCH, "time_absurd"),
    ],
)
def test_times_that_cannot_be_meant(
    session: WritingSession, new: New, rate: str, basis: RateBasis, code: str
) -> None:
    step = step_of(session, "0015-W", 20)
    step.rate, step.rate_basis = Decimal(rate), basis
    (found,) = new(times.absurd_times)
    assert found.what.code == f"health.{code}"
    assert found.place.identity[-1] == ("step_no", 20)
    assert found.operations == operations(session, "MO-1", step=20)


def test_a_setup_of_more_than_a_week(session: WritingSession, new: New) -> None:
    step_of(session, "0015-W", 10).setup_minutes = Decimal(20000)
    (found,) = new(times.absurd_times)
    assert (found.what.code, found.place.field) == ("health.setup_absurd", "setup_min")


def test_far_from_the_rest_of_the_family(session: WritingSession, new: New) -> None:
    for number in range(4):
        routing(session, item(session, f"F-{number}", family="檐线"))
    assert new(times.far_from_family) == []
    slow = routing(session, item(session, "F-9", family="檐线"), rate=Decimal(5000))
    (found,) = new(times.far_from_family)
    assert found.place.identity[0] == ("item_code", "F-9")
    assert "3.5 days" in found.what.text("en")
    assert "50 min" in found.what.text("en")
    session.get_one(RoutingStep, slow.id).rate = Decimal(4999)  # not quite a hundred times
    assert new(times.far_from_family) == []


# ---------------------------------------------------------------- recipes


def test_an_item_that_is_part_of_itself(session: WritingSession, new: New) -> None:
    bom = session.scalars(
        select(BillOfMaterial).join(Item).where(Item.code == "SL-A")
    ).one()  # fmt: skip
    parent = one(session, Item, "0015-W")
    session.add(BomLine(bom_id=bom.id, line_no=9, component_id=parent.id, quantity=Decimal(1)))
    (found,) = new(recipes.bom_cycles)
    assert found.severity is Severity.ERROR
    assert found.what.text("en").count("→") == 2
    assert operations(session, "MO-1") <= found.operations


def test_made_items_that_nothing_describes(session: WritingSession, new: New) -> None:
    lonely = item(session, "P-1")
    (found,) = new(recipes.made_without_routing)
    assert (found.severity, found.place.name) == (Severity.WARNING, "P-1")
    _order_without_operations(session, lonely)
    (found,) = new(recipes.made_without_routing)
    assert found.severity is Severity.ERROR
    mix = item(session, "P-2")
    bom = BillOfMaterial(item_id=mix.id)
    session.add(bom)
    session.flush()
    assert [one.severity for one in new(recipes.made_without_routing)] == [
        Severity.ERROR, Severity.NOTE,
    ]  # fmt: skip


def _order_without_operations(session: WritingSession, of: Item) -> None:
    session.add(
        ProductionOrder(code="T-9", item_id=of.id, quantity=Decimal(1), unit_id=of.unit_id,
                        base_quantity=Decimal(1), released_quantity=Decimal(1), requested_at=NOW,
                        internal_due=NOW, created_at=NOW, state=OrderState.APPROVED)
    )  # fmt: skip
    session.flush()


def test_a_family_without_its_template_is_told_once(session: WritingSession, new: New) -> None:
    for number in range(3):
        item(session, f"Q-{number}", family="罗马柱")
    (found,) = new(recipes.families_without_template)
    assert "3 made items" in found.what.text("en")
    assert (found.place.name, found.place.field) == ("Q-0", "family")
    assert new(recipes.made_without_routing) == []


def test_made_of_nothing_and_bought_with_a_routing(session: WritingSession, new: New) -> None:
    routing(session, item(session, "P-1"))
    (found,) = new(recipes.made_without_bom)
    assert (found.place.sheet, found.place.name) == ("Items", "P-1")
    one(session, Item, "P-1").source = ItemSource.BUY
    (found,) = new(recipes.bought_with_routing)
    assert (found.place.name, found.place.field) == ("P-1", "source")
    session.execute(delete(BomLine))
    session.execute(delete(BillOfMaterial))
    assert [one.what.code for one in new(recipes.made_without_bom)] == ["health.no_boms_at_all"]


def test_shares_that_do_not_add_up(session: WritingSession, new: New) -> None:
    bom = session.scalars(select(BillOfMaterial).join(Item).where(Item.code == "SL-A")).one()
    lines = session.scalars(select(BomLine).where(BomLine.bom_id == bom.id)).all()
    for line, share in zip(lines, ("62.5", "37.5"), strict=True):
        line.quantity_kind, line.quantity = QuantityKind.PERCENT, Decimal(share)
        line.base_quantity, line.unit_id = Decimal(1), None
    assert new(recipes.percent_recipes) == []
    session.get_one(BomLine, lines[0].id).quantity = Decimal("60")
    (found,) = new(recipes.percent_recipes)
    assert found.what.text("en") == "The shares of SL-A add up to 97.5 %, not 100."


def test_a_component_that_is_retired(session: WritingSession, new: New) -> None:
    one(session, Item, "GP-B").active = False
    (found,) = new(recipes.retired_components)
    assert found.place.name == "SL-A · A · 1 · GP-B"
    assert operations(session, "MO-1", step=10) <= found.operations


def test_steps_that_follow_what_is_not_there(session: WritingSession, new: New) -> None:
    step_of(session, "0015-W", 20).predecessors = "15FS"
    step_of(session, "0015-W", 30).predecessors = "nach 20"
    lost, unreadable = new(recipes.predecessors_missing)
    assert lost.what.text("en") == "Step 20 follows 15, which this routing does not have."
    assert unreadable.what.code == "health.links_unreadable"
    assert lost.operations == operations(session, "MO-1")


def test_units_nothing_leads_to(session: WritingSession, new: New) -> None:
    session.execute(delete(UnitConversion))
    found = {one.place.name: one for one in new(recipes.units_without_conversion)}
    assert set(found) == {"0015-W"}  # kg and t convert by their dimension
    assert found["0015-W"].operations == operations(session, "MO-1")


# ---------------------------------------------------------------- revisions


def test_revisions_that_have_ended_begin_later_or_end_soon(
    session: WritingSession, new: New
) -> None:
    own = step_of(session, "0015-W", 10).routing_id
    head = session.get_one(Routing, own)
    head.effective_to = TODAY - timedelta(days=1)
    (found,) = new(revisions.revisions_out_of_force)
    assert (found.severity, found.what.code) == (Severity.ERROR, "health.routing_expired")
    assert found.operations == operations(session, "MO-1")
    head = session.get_one(Routing, own)
    head.effective_from, head.effective_to = TODAY + timedelta(days=3), None
    (found,) = new(revisions.revisions_out_of_force)
    assert "2026-03-05" in found.what.text("en")
    head = session.get_one(Routing, own)
    head.effective_from, head.effective_to = None, TODAY + timedelta(days=30)
    (found,) = new(revisions.revisions_that_end)
    assert found.what.code == "health.routing_ends"
    follower = Routing(item_id=head.item_id, revision="B",
                       effective_from=TODAY + timedelta(days=31))  # fmt: skip
    session.add(follower)
    assert new(revisions.revisions_that_end) == []
    session.get_one(Routing, follower.id).effective_from = TODAY + timedelta(days=33)
    assert len(new(revisions.revisions_that_end)) == 1
    session.get_one(Routing, own).effective_to = TODAY + timedelta(days=31)
    assert new(revisions.revisions_that_end) == []


def test_a_bill_of_material_that_has_ended(session: WritingSession, new: New) -> None:
    bom = session.scalars(select(BillOfMaterial).join(Item).where(Item.code == "0015-G")).one()
    bom.effective_to = TODAY - timedelta(days=5)
    (found,) = new(revisions.revisions_out_of_force)
    assert (found.place.sheet, found.what.code) == ("BOM", "health.bom_expired")
    assert new(recipes.made_without_bom) == []  # told already


def test_the_revision_an_item_asks_for(session: WritingSession, new: New) -> None:
    one(session, Item, "0015-W").default_routing = "C"
    (found,) = new(revisions.wanted_revisions_missing)
    assert (found.place.field, found.place.name) == ("default_routing", "0015-W")


# ---------------------------------------------------------------- machines, tools, people


def test_a_calendar_without_shifts_and_a_machine_that_is_shut_for_itself(
    session: WritingSession, new: New
) -> None:
    calendar = one(session, Calendar, "白班")
    session.execute(delete(Shift).where(Shift.calendar_id == calendar.id))
    found = new(resources.without_working_time)
    assert [one.place.sheet for one in found] == ["Calendars"]
    assert "1 machines and 1 people" in found[0].what.text("en")
    machine = one(session, Machine, "DR-01")
    session.add(
        CalendarException(machine_id=machine.id, date_from=TODAY,
                          date_to=TODAY + timedelta(days=60), kind=ExceptionKind.DOWN)
    )  # fmt: skip
    assert {one.place.name for one in new(resources.without_working_time)} == {"白班", "DR-01"}


def test_a_machine_that_is_down_for_no_known_time(session: WritingSession, new: New) -> None:
    machine = one(session, Machine, "DR-01")
    machine.state = MachineState.DOWN
    (found,) = new(resources.without_working_time)
    assert found.operations == operations(session, "MO-1", step=20)
    one(session, Machine, "DR-01").down_until = NOW + timedelta(days=2)
    assert new(resources.without_working_time) == []


def test_tools_without_copies_or_items(session: WritingSession, new: New) -> None:
    tool = one(session, ToolType, "M-15")
    session.add(ToolType(code="M-99", name="新模"))
    for copy in session.scalars(select(ToolCopy).where(ToolCopy.tool_type_id == tool.id)):
        copy.state, copy.available_from = ToolState.REPAIR, None
    out, none = new(resources.tools_without_copies)
    assert (out.severity, out.place.sheet) == (Severity.ERROR, "ToolCopies")
    assert out.operations == operations(session, "MO-1", step=10)
    assert (none.severity, none.place.name) == (Severity.NOTE, "M-99")
    (found,) = new(resources.tools_without_items)
    assert found.what.text("en") == "M-99 makes no item."
    for row in session.scalars(select(ToolItem).where(ToolItem.tool_type_id == tool.id)):
        session.delete(row)
    silent, _ = sorted(new(resources.tools_without_items), key=lambda one: one.what.code)[::-1]
    assert silent.what.code == "health.tools_silent"
    session.add(ToolItem(tool_type_id=tool.id, item_id=one(session, Item, "FB").id))
    found_codes = {one.what.code for one in new(resources.tools_without_items)}
    assert "health.tool_items_retired" in found_codes


def test_a_copy_whose_life_is_used_up(session: WritingSession, new: New) -> None:
    tool = one(session, ToolType, "M-15")
    copy = session.scalars(select(ToolCopy).where(ToolCopy.tool_type_id == tool.id)).first()
    assert copy is not None
    copy.shots_done = 250
    (found,) = new(resources.tools_worn_out)
    assert found.place.identity == (("tool_code", "M-15"), ("copy_no", copy.copy_no))


def test_certificates_and_skills_and_people_who_left(session: WritingSession, new: New) -> None:
    person = one(session, Operator, "0102")
    held = session.scalars(
        select(OperatorSkill).where(OperatorSkill.operator_id == person.id)
    ).one()
    held.valid_until = TODAY + timedelta(days=30)
    (found,) = new(resources.certificates)
    assert (found.severity, found.place.field) == (Severity.NOTE, "certificate_until")
    session.get_one(OperatorSkill, held.id).valid_until = TODAY - timedelta(days=1)
    (found,) = new(resources.certificates)
    assert found.severity is Severity.WARNING
    one(session, Operator, "0102").employed_to = TODAY - timedelta(days=1)
    assert new(resources.certificates) == []
    (found,) = new(resources.people_who_left)
    assert found.place.name == "0102"
    for row in session.scalars(
        select(OperatorSkill).where(OperatorSkill.skill_id == held.skill_id)
    ):
        row.valid_until = TODAY - timedelta(days=1)
    (found,) = new(resources.skills_nobody_has)
    assert (found.severity, found.place.name) == (Severity.ERROR, "浇注")
    assert found.operations == operations(session, "MO-1", step=10)


# ---------------------------------------------------------------- changeovers


def test_changeovers_nobody_listed(session: WritingSession, new: New) -> None:
    one(session, Item, "0015-G").setup_attributes = ["HX-15", "蓝"]
    (found,) = new(setups.changeovers_not_listed)
    assert found.what.code == "health.pairs_forbidden"
    assert found.place.identity == (("scope", "浇注台"), ("attribute", "颜色"))
    assert "2 of 2 changeovers" in found.what.text("en")
    attribute = session.scalars(select(SetupAttribute).where(SetupAttribute.name == "颜色")).one()
    attribute.default_forbidden = False
    (found,) = new(setups.changeovers_not_listed)
    assert found.what.code == "health.pairs_free"
    session.get_one(SetupAttribute, attribute.id).default_minutes = 5  # then it is meant
    assert new(setups.changeovers_not_listed) == []


def test_a_machines_own_matrix_counts_for_it(session: WritingSession, new: New) -> None:
    one(session, Item, "0015-G").setup_attributes = ["HX-15", "蓝"]
    for machine in session.scalars(select(Machine).where(Machine.code.in_(["CT-01", "CT-02"]))):
        session.add_all(
            SetupPair(machine_id=machine.id, attribute="颜色", from_value=a, to_value=b, minutes=5)
            for a, b in (("白", "蓝"), ("蓝", "白"))
        )
    assert new(setups.changeovers_not_listed) == []


def test_items_without_the_value_changeovers_go_by(session: WritingSession, new: New) -> None:
    one(session, Item, "0015-G").setup_attributes = ["HX-15"]
    (found,) = new(setups.items_without_setup_value)
    assert (found.place.name, found.place.field) == ("0015-G", "setup_attr_2")
    assert found.operations <= operations(session, "MO-2") | operations(
        session, *session.scalars(select(ProductionOrder.code))
    )


# ---------------------------------------------------------------- orders and stock


def test_orders_that_contradict_themselves(session: WritingSession, new: New) -> None:
    order = one(session, ProductionOrder, "MO-2")
    order.order_date = date(2026, 3, 19)
    (found,) = new(orders.due_before_order_date)
    assert (found.place.name, found.place.sheet) == ("MO-2", "Orders")
    assert found.operations == operations(session, "MO-2")
    _order_without_operations(session, one(session, Item, "0015-G"))
    (found,) = new(orders.orders_without_operations)
    assert found.place.name == "T-9"
    one(session, Item, "0015-W").active = False
    (found,) = new(orders.orders_for_retired_items)
    assert found.place.name == "MO-1"


def test_operations_older_than_their_routing(session: WritingSession, new: New) -> None:
    row = session.scalars(
        select(Operation).join(ProductionOrder).where(
            ProductionOrder.code == "MO-1", Operation.step_no == 20)
    ).one()  # fmt: skip
    row.stale = True
    (found,) = new(orders.stale_operations)
    assert found.operations == {row.id}
    assert "1 operations" in found.what.text("en")


def test_stock_that_cannot_be(session: WritingSession, new: New) -> None:
    store = one(session, Location, "成品仓")
    shop = Location(code="发货", kind=LocationKind.PHYSICAL)
    session.add(shop)
    session.flush()
    made = one(session, Item, "0015-G")
    session.add(
        StockMove(client_key="x", at=NOW, actor="t", item_id=made.id, from_location_id=store.id,
                  to_location_id=shop.id, quantity=Decimal(20))
    )  # fmt: skip
    (found,) = new(material.negative_stock)
    assert found.place.identity == (("item_code", "0015-G"), ("location", "成品仓"))
    assert "-8" in found.what.text("en")
    one(session, Item, "0015-G").lot_tracked = True
    assert {one.place.name for one in new(material.stock_without_lot)} == {"0015-G · 发货"}
    one(session, Item, "0015-G").active = False
    assert {one.place.name for one in new(material.stock_of_retired_items)} == {"0015-G"}
    one(session, Lot, "L-1").expires_on = TODAY - timedelta(days=1)
    one(session, Lot, "L-2").expires_on = TODAY - timedelta(days=1)  # not free: no finding
    (found,) = new(material.expired_stock)
    assert (found.severity, found.place.name) == (Severity.WARNING, "GP-B · 原料仓 · L-1")
    one(session, Lot, "L-1").expires_on = TODAY + timedelta(days=20)
    (found,) = new(material.expired_stock)
    assert found.severity is Severity.NOTE


# ---------------------------------------------------------------- duplicates and orphans


@pytest.mark.parametrize(
    ("one_code", "other"),
    [
        ("HX-15-O", "HX-15-0"), ("A-1", "A-l"), ("HX－15", "HX-15"), ("HX 15", "HX-15"),
        ("HX15", "HX-15"), ("0015-W9", "15-W9"), ("M-01", "M-1"), ("A一7", "A-7"),
        ("A\u00a07", "A–7"), ("KI-5", "K1-5"),
    ],
)  # fmt: skip
def test_codes_that_are_typed_for_one_another(one_code: str, other: str) -> None:
    same_written = codes.written_alike(one_code) == codes.written_alike(other)
    same_looking = codes.looks_alike(one_code) == codes.looks_alike(other)
    assert same_written or same_looking


@pytest.mark.parametrize(
    ("one_code", "other"),
    [("M-1-15", "M-11-5"), ("HX-15", "HX-16"), ("A-10", "A-1"), ("2025-01", "202501"),
     ("HX-15-W", "HX-15-G"), ("一号台", "二号台")],
)  # fmt: skip
def test_codes_that_are_told_apart(one_code: str, other: str) -> None:
    assert codes.written_alike(one_code) != codes.written_alike(other)
    assert codes.looks_alike(one_code) != codes.looks_alike(other)


def test_look_alike_records_of_every_kind(session: WritingSession, new: New) -> None:
    item(session, "0015—w")
    item(session, "15W")
    calendar = one(session, Calendar, "白班")
    session.add_all(
        [Machine(code="CT-O1", name="x", calendar_id=calendar.id), ToolType(code="M15", name="x"),
         Customer(code="CO1", short_name="x"), Supplier(code="Y C", name="x")]
    )  # fmt: skip
    found = {one.place.sheet: one for one in new(codes.look_alike_codes)}
    assert set(found) == {"Items", "Machines", "Tools", "Customers"}
    assert found["Items"].others[-1] == "0015-W"  # the one that orders name is no suspect
    assert len(found["Items"].others) == 2
    assert found["Items"].operations == operations(session, "MO-1")
    assert found["Machines"].place.name == "CT-O1"


def test_retired_twins_are_no_longer_told(session: WritingSession, new: New) -> None:
    item(session, "15W", active=False)
    assert new(codes.look_alike_codes) == []


def test_the_same_thing_under_two_codes(session: WritingSession, new: New) -> None:
    old = one(session, Item, "FB")
    twin = item(session, "XW-9", name=" 玻 纤", source=old.source, unit_id=old.unit_id)
    assert new(codes.same_names) == []  # the other is retired
    one(session, Item, "FB").active = True
    (found,) = new(codes.same_names)
    assert {found.place.name, *found.others} == {"FB", "XW-9"}
    session.get_one(Item, twin.id).colour = "红"
    assert new(codes.same_names) == []
    session.add(Customer(code="C09", short_name="宏达", name="广州宏达"))
    (found,) = new(codes.same_names)
    assert found.place.sheet == "Customers"


def test_records_nothing_uses(session: WritingSession, new: New) -> None:
    session.add_all(
        [Skill(code="雕刻"), Location(code="X仓"), Unit(code="盎司"), Calendar(code="夜班"),
         WorkCentre(code="空"), ToolType(code="M-99", name="x"),
         Routing(family="没有", revision="A")]
    )  # fmt: skip
    found = {one.place.sheet: one.place.name for one in new(orphans.orphans)}
    assert found == {
        "Skills": "雕刻", "Locations": "X仓", "Units": "盎司", "Calendars": "夜班",
        "WorkCentres": "空", "Tools": "M-99", "Routings": "没有 · A",
    }  # fmt: skip


# ---------------------------------------------------------------- the run


def test_findings_are_ranked_by_what_they_cost_and_say_why(plant_database: Any) -> None:
    database = plant_database
    with database.write("t") as session:
        machine = one(session, Machine, "DR-01")
        machine.active = False
        plan = Plan(kind=PlanKind.WORKING, revision=0, created_at=NOW, created_by="t")
        session.add(plan)
        session.flush()
        order = one(session, ProductionOrder, "MO-1")
        last = sorted(operations(session, "MO-1", step=20))[0]
        end = order.internal_due + timedelta(minutes=90)
        session.add(
            Placement(plan_id=plan.id, operation_id=last, machine_id=machine.id,
                      setup_start_at=end, start_at=end, end_at=end, segments=[])
        )  # fmt: skip
    try:
        first, *rest = check_health(database)
    finally:
        with database.write("t") as session:
            session.execute(delete(Placement))
            session.execute(delete(Plan))
            one(session, Machine, "DR-01").active = True
    assert first.check == "steps_nobody_can_do"
    assert (first.open_operations, first.late_minutes) == (1, 90)
    assert "tray" in first.why.text("en")
    severities = [finding.severity for finding in (first, *rest)]
    assert severities == sorted(severities, key=["error", "warning", "note"].index)


def test_every_check_says_why_it_matters_in_both_languages() -> None:
    for check in CHECKS:
        for language in ("en", "zh"):
            assert Message(f"health.why_{check.__name__}").text(language)


def test_checking_asks_a_fixed_number_of_times_however_much_there_is(plant_database: Any) -> None:
    with counted(plant_database) as sent:
        check_health(plant_database)
    few = len(sent)
    with plant_database.write("t") as session:
        for number in range(20):
            made = item(session, f"N-{number}")
            routing(session, made)
        made_ids = list(session.scalars(select(Item.id).where(Item.code.startswith("N-"))))
    try:
        with counted(plant_database) as sent:
            check_health(plant_database)
        assert len(sent) <= few + 2
        assert len(sent) < 120
    finally:
        with plant_database.write("t") as session:
            heads = select(Routing.id).where(Routing.item_id.in_(made_ids))
            session.execute(delete(StepMachine).where(StepMachine.step_id.in_(
                select(RoutingStep.id).where(RoutingStep.routing_id.in_(heads)))))  # fmt: skip
            session.execute(delete(RoutingStep).where(RoutingStep.routing_id.in_(heads)))
            session.execute(delete(Routing).where(Routing.item_id.in_(made_ids)))
            session.execute(delete(Item).where(Item.id.in_(made_ids)))
