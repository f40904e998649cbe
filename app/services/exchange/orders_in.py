"""Orders with their operations, and what of them is already made, into their tables."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from app.core.choices import (
    SCHEDULED_STATES,
    OperationState,
    OrderState,
    OrderType,
    RequestedKind,
)
from app.core.codes import code_key
from app.core.errors import RuleBroken
from app.models.orders import Operation, OperationIssue, ProductionOrder, SalesOrder, SalesOrderLine
from app.models.plant import ToolCopy
from app.services.exchange.products_in import characteristics
from app.services.exchange.records import Record
from app.services.exchange.target import Target, taken
from app.services.orders.dates import internal_due
from app.services.orders.numbers import draw_number
from app.services.orders.operations import (
    create_component_orders,
    create_operations,
    definition_of,
    first_state,
    released_quantity,
)
from app.services.products.conversion import Units
from app.services.products.recipes import Recipes
from app.services.site import site_row

ORDER = {
    "external_no": "external_no", "type": "type", "customer_po": "customer_po",
    "customer_item": "customer_item", "over_pct": "over_pct", "under_pct": "under_pct",
    "order_date": "order_date", "kind": "requested_kind", "safety_days": "safety_days",
    "priority": "priority", "ship_complete": "ship_complete", "deliveries": "deliveries",
    "state": "state", "pre_plan": "pre_plan", "deposit": "deposit", "drawing_ok": "drawing_ok",
    "sample_ok": "sample_ok", "requirements": "requirements", "remark": "remark",
    "merchandiser": "merchandiser",
}  # fmt: skip

_BEFORE_WORK = (OrderState.APPROVED, OrderState.RELEASED)


class OrdersIn:
    """Takes the sheet Orders; ``day_end(date)`` is when a due day ends (end of the day shift).

    ``trial``: nothing will be written, so that one order of each item gets its operations only.
    """

    def __init__(
        self, target: Target, day_end: Callable[[date], datetime], *, trial: bool = False
    ) -> None:
        self.target = target
        self.trial = trial
        self.day_end = day_end
        self.settings = site_row(target.session)
        self.recipes = Recipes.load(target.session)
        self.made: list[tuple[Record, ProductionOrder]] = []
        self.resized: set[int] = set()
        self.customers = {row.id: row for row in target.by_code["customer"].values()}
        self.begun = set(
            target.session.scalars(
                select(Operation.order_id).where(Operation.state == OperationState.RUNNING)
            )
        )
        self.external = {
            code_key(row.external_no): row
            for row in target.by_code["order"].values()
            if row.external_no
        }

    def run(self) -> None:
        records = self.target.records["Orders"]
        if not records:
            return
        self._sales_orders(records)
        seen: dict[tuple[str, str], Record] = {}
        for record in records:
            numbers = self._numbers(record)
            twin = next((seen[number] for number in numbers if number in seen), None)
            if twin is not None:
                key = "order_no" if "order_no" in record.values else "external_no"
                self.target.error(record, "double_record", key, row=twin.row)
                continue
            seen |= dict.fromkeys(numbers, record)
            self._order(record)
        self.target.session.flush()
        self._parents(records)
        if not self.target.failed:
            self._operations(records)

    def _numbers(self, record: Record) -> set[tuple[str, str]]:
        """Every number by which a row may mean its order: its own, the foreign, those stored."""
        row = self._existing(record)
        found = {("order_no", code_key(record.values.get("order_no", ""))),
                 ("external_no", code_key(record.values.get("external_no", "")))}  # fmt: skip
        if row is not None:
            found |= {("order_no", row.code_key), ("external_no", code_key(row.external_no or ""))}
        return {(kind, number) for kind, number in found if number}

    # ------------------------------------------------------------ heads

    def _sales_orders(self, records: list[Record]) -> None:
        session = self.target.session
        heads = {row.code_key: row for row in session.scalars(select(SalesOrder))}
        lines = {(row.sales_order_id, row.line_no): row
                 for row in session.scalars(select(SalesOrderLine))}  # fmt: skip
        self.lines: dict[str, SalesOrderLine] = {}
        for record in records:
            text = record.values.get("sales_order_line")
            if text is None:
                continue
            number, dash, line_no = text.rpartition("-")
            if not dash or not number:
                self.target.error(record, "no_line_number", "sales_order_line")
                continue
            customer = self.target.ref(record, "customer", "customer")
            head = heads.get(code_key(number))
            if head is None:
                head = SalesOrder(
                    code=number,
                    customer_id=customer.id if customer is not None else None,
                    customer_po=record.values.get("customer_po", ""),
                    order_date=record.values.get("order_date"),
                    ship_complete=record.values.get("ship_complete", False),
                )
                session.add(head)
                session.flush()
                heads[head.code_key] = head
            line = lines.get((head.id, line_no))
            if line is None:
                line = SalesOrderLine(sales_order_id=head.id, line_no=line_no)
                session.add(line)
                lines[head.id, line_no] = line
            self.lines[code_key(text)] = line
        session.flush()

    def _order(self, record: Record) -> None:
        target, v = self.target, record.values
        item = target.ref(record, "item_code", "item")
        customer = target.ref(record, "customer", "customer")
        if item is None or ("customer" in v and customer is None):
            return
        row = self._existing(record)
        if row is None and not {"order_no", "external_no"} & set(v):
            target.error(record, "order_needs_key", "order_no")
            return
        kind = v.get("type", row.type if row else OrderType.NORMAL)
        if customer is None and row is not None and "customer" not in record.cleared:
            customer = self.customers.get(row.customer_id)
        inner = "parent_order" in v or (row is not None and row.parent_order_id is not None)
        if customer is None and kind in (OrderType.NORMAL, OrderType.RUSH) and not inner:
            target.error(record, "customer_needed", "customer")
            return
        values = taken(record, ORDER, ProductionOrder)
        values |= {"item_id": item.id}
        values["customer_id"] = customer.id if customer is not None else None
        typed = characteristics(target, record, row.specification if row else None)
        if typed is not None:
            values["specification"] = typed
        if "sales_order_line" in v:
            line = self.lines.get(code_key(v["sales_order_line"]))
            values["sales_order_line_id"] = line.id if line is not None else None
        elif "sales_order_line" in record.cleared:
            values["sales_order_line_id"] = None
        if not self._quantities(record, values, item, row):
            return
        self._dates(record, values, customer, row, inner)
        if not 1 <= values.get("priority", 5) <= 9:
            target.error(record, "priority_1_to_9", "priority")
            return
        if row is None:
            values["code"] = v.get("order_no") or self._draw(kind)
            values.setdefault("state", first_state(self.settings.review_required))
            values["created_at"] = target.now
        elif (changed := self._refused_change(record, values, row)) is not None:
            target.error(record, "order_has_begun", changed, order=row.code)
            return
        if row is not None and row.id in self.begun and values.get("state") in _BEFORE_WORK:
            del values["state"]  # what was reported since has taken the order further
        if row is not None and values.get("released_quantity") not in (None, row.released_quantity):
            self.resized.add(row.id)
        saved = target.put(record, ProductionOrder, row, values)
        target.by_code["order"][saved.code_key] = saved
        if row is None:
            self.made.append((record, saved))

    def _existing(self, record: Record) -> ProductionOrder | None:
        number = record.values.get("order_no")
        if number is not None:
            found: ProductionOrder | None = self.target.find("order", number)
            return found
        return self.external.get(code_key(record.values.get("external_no", "")))

    def _draw(self, kind: OrderType) -> str:
        self.target.session.flush()
        return draw_number(self.target.session, kind, self.target.now.astimezone(self.target.zone))

    def _quantities(
        self, record: Record, values: dict[str, Any], item: Any, row: ProductionOrder | None
    ) -> bool:
        """Ordered, base and released quantity; False if the unit does not convert."""
        v = record.values
        unit = self.target.ref(record, "unit", "unit")
        usual = item.unit_id if row is None or "unit" in record.cleared else row.unit_id
        unit_id = unit.id if unit is not None else usual
        if v["quantity"] <= 0:
            self.target.error(record, "above_zero", "quantity")
            return False
        stated = (v["quantity"], unit_id)
        if row is not None and stated == (row.quantity, row.unit_id):
            base = row.base_quantity  # an order keeps the conversion of its day
        else:
            converted = self._converted(record, item, *stated)
            if converted is None:
                return False
            base = converted
        values |= {"quantity": v["quantity"], "unit_id": unit_id, "base_quantity": base}
        unchanged = row is not None and row.base_quantity == base
        unchanged = unchanged and "released_qty" not in record.cleared
        if "released_qty" in v:
            values["released_quantity"] = v["released_qty"]
        elif not unchanged:
            values["released_quantity"] = released_quantity(base, item)
        return True

    def _converted(
        self, record: Record, item: Any, quantity: Decimal, unit_id: int
    ) -> Decimal | None:
        """In the item's base unit; None (and an error) if nothing says how."""
        if unit_id not in self.recipes.units:  # named here for the first time
            self.recipes.units = Units.load(self.target.session)
        try:
            return self.recipes.units.convert(quantity, item.id, unit_id, item.unit_id)
        except RuleBroken as refused:
            self.target.refuse(record, refused.message, "unit")
            return None

    def _dates(
        self,
        record: Record,
        values: dict[str, Any],
        customer: Any,
        row: ProductionOrder | None,
        inner: bool,
    ) -> None:
        v = record.values
        requested = self._due(v["requested"])
        values["requested_at"] = requested
        if "promised" in v:
            values["promised_at"] = self._due(v["promised"])
            if row is None or row.first_promised_at is None:
                values["first_promised_at"] = values["promised_at"]
        elif "promised" in record.cleared:
            values["promised_at"] = None
        if "earliest_start" in v or "earliest_start" in record.cleared:
            values["earliest_start"] = self.target.moment(v.get("earliest_start"))
        kind = v.get("kind", row.requested_kind if row else RequestedKind.EX_WORKS)
        safety = values.get("safety_days", row.safety_days if row else None)
        zone = ZoneInfo(self.settings.time_zone)
        due = internal_due(requested, kind, customer, safety, self.settings.safety_days, zone)
        if inner and "kind" not in v:
            due = requested
        values["internal_due"] = due
        if due < self.target.now:
            self.target.warn(record, "due_in_the_past", "requested")

    def _due(self, value: date | datetime) -> datetime:
        """A due day without a time lasts until the end of the day shift."""
        if isinstance(value, datetime):
            moment = self.target.moment(value)
            assert moment is not None  # noqa: S101 - a value goes in, a value comes out
            return moment
        return self.day_end(value)

    def _refused_change(
        self, record: Record, values: dict[str, Any], row: ProductionOrder
    ) -> str | None:
        """The column of a change that an order in work does not allow: its item."""
        if values["item_id"] != row.item_id:
            return "item_code"
        return None

    # ------------------------------------------------------------ parents and operations

    def _parents(self, records: list[Record]) -> None:
        self.with_children: set[int] = set()
        for record in records:
            if "parent_order" in record.cleared:
                self._leave_parent(record)
            if "parent_order" not in record.values:
                continue
            parent = self.target.ref(record, "parent_order", "order")
            row = self._existing(record)
            if parent is None or row is None:
                continue
            if parent.id == row.id:
                self.target.error(record, "own_parent", "parent_order")
                continue
            self.with_children.add(parent.id)
            if row.parent_order_id != parent.id:
                row.parent_order_id = parent.id
                self.target.count(record, "changed")
        self.target.session.flush()

    def _leave_parent(self, record: Record) -> None:
        row = self._existing(record)
        if row is not None and row.parent_order_id is not None:
            row.parent_order_id = None
            self.target.count(record, "changed")

    def _operations(self, records: list[Record]) -> None:
        """New orders get a snapshot of their routing; made parts not listed get their orders."""
        session, today = self.target.session, self.target.today
        tried: set[tuple[int, bool]] = set()
        parents: list[ProductionOrder] = []
        by_id = {order.id: record for record, order in self.made}

        def refused(order: ProductionOrder, error: RuleBroken) -> None:
            self.target.refuse(by_id[order.id], error.message, "item_code")

        for _, order in self.made:
            kind = (order.item_id, order.state in SCHEDULED_STATES)
            if self.trial and kind in tried:
                continue  # the same routing and parts again: nothing else can come of it
            tried.add(kind)
            try:
                create_operations(session, [order], self.recipes, today)
                listed = order.id in self.with_children or order.parent_order_id is not None
                if order.state in SCHEDULED_STATES and not listed:
                    parents.append(order)
            except RuleBroken as error:
                refused(order, error)
        create_component_orders(session, parents, self.recipes, today, refused)
        session.flush()
        self._changed_quantities(records)

    def _changed_quantities(self, records: list[Record]) -> None:
        """An order whose quantity changed: its untouched operations follow."""
        new = {order.id for _, order in self.made}
        for record in records:
            order = self._existing(record)
            if order is None or order.id in new:
                continue
            if order.id not in self.resized:
                continue
            rows = self.target.session.scalars(
                select(Operation).where(
                    Operation.order_id == order.id,
                    Operation.state == OperationState.PENDING,
                    Operation.good == 0,
                )
            )
            for operation in rows:
                operation.quantity = order.released_quantity


def _said(record: Record, key: str, before: Any, none: Any) -> Any:
    """What a cell says; as before if it is empty, ``none`` if its value was deleted."""
    return none if key in record.cleared else record.values.get(key, before)


class ProgressIn:
    """Takes the sheet OrderProgress: what was done before the program came."""

    def __init__(self, target: Target) -> None:
        self.target = target
        session = target.session
        rows = session.scalars(select(Operation)).all() if target.records["OrderProgress"] else []
        self.operations = {(row.order_id, row.step_no): row for row in rows}
        self.copies = {(row.tool_type_id, code_key(row.copy_no)): row
                       for row in session.scalars(select(ToolCopy))}  # fmt: skip
        self.issues = {(row.operation_id, row.item_id): row
                       for row in session.scalars(select(OperationIssue))}  # fmt: skip

    def run(self) -> None:
        for record in self.target.records["OrderProgress"]:
            order = self.target.ref(record, "order_no", "order")
            if order is None:
                continue
            operation = self.operations.get((order.id, record.values["step_no"]))
            if operation is None:
                self.target.error(record, "no_such_step", "step_no", order=order.code,
                                  step=record.values["step_no"])  # fmt: skip
                continue
            self._progress(record, order, operation)
        self._check_flow()

    def _progress(self, record: Record, order: ProductionOrder, operation: Operation) -> None:
        v = record.values
        good = v["good"]
        scrap = _said(record, "scrap", operation.scrap, Decimal(0))
        rework = _said(record, "in_rework", operation.rework, Decimal(0))
        limit = operation.quantity * (1 + order.over_pct / 100)
        if good + scrap + rework > limit:
            self.target.error(record, "more_than_released", "good", quantity=operation.quantity,
                              step=operation.step_no, order=order.code)  # fmt: skip
            return
        was_running = operation.state is OperationState.RUNNING
        running = bool(_said(record, "running", was_running, False))
        values: dict[str, Any] = {"good": good, "scrap": scrap, "rework": rework}
        values |= {"place": _said(record, "location", operation.place, ""),
                   "remark": _said(record, "remark", operation.remark, "")}  # fmt: skip
        if running:
            found = self._running(record, order, operation, good)
            if found is None:
                return
            values |= found
        else:
            done = good + scrap >= operation.quantity
            state = OperationState.DONE if done else OperationState.PENDING
            values |= {"state": state, "started_at": None, "remaining": None,
                       "running_machine_id": None, "running_tools": []}  # fmt: skip
        self._save(record, operation, values)
        self._issued(record, operation)
        if running and order.state in _BEFORE_WORK:
            order.state = OrderState.IN_PRODUCTION

    def _save(self, record: Record, operation: Operation, values: dict[str, Any]) -> None:
        """Nothing reported yet = new; other figures than before = changed."""
        untouched = operation.good == 0 and operation.state is OperationState.PENDING
        says_something = values["good"] > 0 or values["state"] is not OperationState.PENDING
        differing = {k: w for k, w in values.items() if getattr(operation, k) != w}
        for name, value in differing.items():
            setattr(operation, name, value)
        if differing:
            self.target.count(record, "new" if untouched and says_something else "changed")
        else:
            self.target.count(record, "unchanged")

    def _running(
        self, record: Record, order: ProductionOrder, operation: Operation, good: Decimal
    ) -> dict[str, Any] | None:
        """State, start, machine and copies of work that runs now; None if something is missing."""
        v, target = record.values, self.target
        runs = operation.state is OperationState.RUNNING
        for key in ("started_at", "remaining", "location"):
            if key not in v and not runs:
                target.error(record, "running_needs", key)
                return None
        started = target.moment(v["started_at"]) if "started_at" in v else operation.started_at
        if started is None or started > target.now + timedelta(minutes=1):
            target.error(record, "started_in_the_future", "started_at")
            return None
        machine_id = operation.running_machine_id
        if "location" in v:
            machine = target.find("machine", v["location"])
            if machine is None:
                target.unknown(record, "unknown_machine", "location", v["location"], "machine")
                return None
            machine_id = machine.id
        remaining = v.get("remaining", operation.remaining or Decimal(0))
        if remaining + good > operation.quantity:
            target.error(record, "more_than_released", "remaining", quantity=operation.quantity,
                         step=operation.step_no, order=order.code)  # fmt: skip
            return None
        copies: list[int] | None = operation.running_tools
        if "tool_copies" in v or not runs:
            copies = self._copies(record, operation)
        if copies is None:
            return None
        return {"state": OperationState.RUNNING, "started_at": started, "remaining": remaining,
                "running_machine_id": machine_id, "running_tools": copies}  # fmt: skip

    def _copies(self, record: Record, operation: Operation) -> list[int] | None:
        uses = [use.tool_type for use in definition_of(operation).tools]
        found = []
        for number in record.values.get("tool_copies", ()):
            code, hash_sign, copy_no = number.rpartition("#")
            named = self.target.find("tool", code) if hash_sign else None
            types = [named.id] if named is not None else uses
            copy = next((c for t in types if (c := self.copies.get((t, code_key(copy_no))))), None)
            if copy is None:
                self.target.error(record, "unknown_copy", "tool_copies", code=number)
                return None
            found.append(copy.id)
        return found

    def _issued(self, record: Record, operation: Operation) -> None:
        issued = record.values.get("issued")
        if issued is None:
            return
        if issued == "none":
            issued = []
        needs = {need.item: need.for_pieces(operation.quantity)
                 for need in definition_of(operation).materials}  # fmt: skip
        if issued != "all":
            wanted = {}
            for code, quantity in issued:
                item = self.target.named(record, "issued", "item", code)
                if item is not None:
                    wanted[item.id] = quantity
            needs = wanted
        for (operation_id, item_id), issue in list(self.issues.items()):
            if operation_id == operation.id and item_id not in needs:
                self.target.session.delete(issue)
                del self.issues[operation_id, item_id]
                self.target.count(record, "changed")
        for item_id, quantity in needs.items():
            row = self.issues.get((operation.id, item_id))
            if row is None:
                row = OperationIssue(operation_id=operation.id, item_id=item_id, quantity=quantity)
                self.target.session.add(row)
                self.issues[operation.id, item_id] = row
                self.target.count(record, "changed")
            elif row.quantity != quantity:
                row.quantity = quantity
                self.target.count(record, "changed")

    def _check_flow(self) -> None:
        """Good pieces of a step cannot exceed those of the step before, within tolerance."""
        steps: dict[int, list[int]] = {}
        for order_id, step in sorted(self.operations):
            steps.setdefault(order_id, []).append(step)
        for record in self.target.records["OrderProgress"]:
            order = self.target.find("order", record.values["order_no"])
            if order is None:
                continue
            numbers = steps.get(order.id, [])
            if record.values["step_no"] not in numbers[1:]:
                continue
            place = numbers.index(record.values["step_no"])
            before = self.operations[order.id, numbers[place - 1]]
            here = self.operations[order.id, numbers[place]]
            if here.good > before.good * (1 + order.over_pct / 100):
                self.target.error(record, "more_than_before", "good", step=before.step_no,
                                  good=before.good, order=order.code)  # fmt: skip
