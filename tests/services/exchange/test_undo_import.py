"""An import taken back leaves every table as it was; what others have built on it stays whole."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import selectinload

from app.core.choices import LocationKind, PlanKind
from app.core.errors import NotFound, RuleBroken
from app.models.access import Change, ImportBatch, ImportImage
from app.models.base import Base
from app.models.database import Database
from app.models.materials import Lot, PurchaseOrder, StockMove, SupplierItem
from app.models.orders import Operation, ProductionOrder
from app.models.planning import Placement, Plan, UnplacedOperation
from app.models.plant import Location, Machine, SetupPair, Supplier, ToolItem, ToolType
from app.models.products import BillOfMaterial, Item, Routing, RoutingStep
from app.services.edit import apply_edit
from app.services.exchange.batches import ImportBatchRow, find_batch, import_batches
from app.services.exchange.images import write_images
from app.services.exchange.stock_in import balances
from app.services.exchange.undo import (
    UndoImport,
    UndoRefused,
    undo_import,
    undo_obstacles,
)
from app.services.orders.edits import ChangeOrder, CreateOrder, form_of
from app.services.orders.rows import OrderForm
from app.services.planning.solving import schedule_plant
from tests.services.exchange.conftest import Bring
from tests.services.exchange.small_rows import NOW, Rows, changed, small_rows

Dump = dict[str, list[tuple[Any, ...]]]
KEEPS_TRACE = {"change", "import_batch", "import_image", "stock_move"}
"""Logs, images, batches, and the ledger, which is reversed and never erased."""


def dump(database: Database) -> Dump:
    """Every column of every row, as the drivers see it."""
    with database.read() as session:
        return {
            table.name: [tuple(row) for row in session.execute(select(table).order_by(table.c.id))]
            for table in Base.metadata.sorted_tables
            if table.name not in KEEPS_TRACE
        }


def stock(database: Database) -> dict[Any, Decimal]:
    with database.read() as session:
        return {place: amount for place, amount in balances(session).items() if amount}


def key(database: Database) -> str:
    return import_batches(database)[0].key


def latest(database: Database) -> ImportBatchRow:
    return import_batches(database)[0]


def code_id(database: Database, model: Any, code: str) -> int:
    with database.read() as session:
        return int(session.scalars(select(model.id).where(model.code == code)).one())


# ---------------------------------------------------------------- everything comes back


def test_the_first_import_taken_back_leaves_an_empty_plant(
    bring: Bring, database: Database
) -> None:
    before = dump(database)
    assert bring(small_rows()).written
    assert dump(database) != before
    undo_import(database, key(database), "li")
    assert dump(database) == before
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(StockMove)) == 0
    row = latest(database)
    assert (row.undone_by, row.undoable) == ("li", False)
    assert row.undone_at is not None


def _cells(rows: Rows) -> Rows:
    rows = changed(rows, "Items", 0, name="玫瑰150新", scrap_pct="7", setup_attr_2="-")
    rows = changed(rows, "Machines", 0, attributes="吨位=180", calendar="三班", efficiency=90)
    rows = changed(rows, "Orders", 0, quantity="700", requested="2026-04-02", deliveries="-")
    return changed(rows, "Routings", 0, rate="60", machines="CT-02:50", tool_type="M-16")


def _new(rows: Rows) -> Rows:
    more = small_rows()
    more["Shifts"] += [{"calendar": "三班", "weekday": 1, "shift": "早", "start": "06:00",
                        "end": "14:00"}]  # fmt: skip
    more["Items"] += [{"item_code": "N-1", "name": "新线条", "category": "成品", "base_unit": "支",
                       "source": "自制"}]  # fmt: skip
    more["Routings"] += [{"item_code": "N-1", "step_no": 10, "step_name": "浇注",
                          "work_centre": "新台", "machines": "CT-09", "rate": "50",
                          "rate_basis": "分/模次"}]  # fmt: skip
    more["Machines"] += [{"machine_code": "CT-09", "name": "台9", "work_centre": "新台",
                          "calendar": "三班"}]  # fmt: skip
    more["Orders"] += [
        {
            "order_no": "MO-9",
            "customer": "C02",
            "item_code": "N-1",
            "quantity": "10",
            "requested": "2026-04-01",
            "parent_order": "MO-1",
        }
    ]
    more["BOM"] += [{"parent_code": "N-1", "line_no": 1, "component_code": "SL-A",
                     "quantity": "5"}]  # fmt: skip
    return more


def _retired(rows: Rows) -> Rows:
    rows = changed(rows, "Customers", 1, action="停用")
    rows = changed(rows, "Items", 4, status="启用")
    return changed(rows, "Routings", 3, action="停用")


def _cleared(rows: Rows) -> Rows:
    rows = changed(rows, "Suppliers", 0, items="-", price=None, min_quantity=None, priority=None)
    rows = changed(rows, "Operators", 0, skills="机修:A", certificate_until="-")
    rows = changed(rows, "OrderProgress", 0, issued="无", running="否")
    rows = changed(rows, "Tools", 1, items="0015-W:4")
    return changed(rows, "SetupMatrix", 1, cost="-", skill="-", scrap_item="-")


def _counted(rows: Rows) -> Rows:
    rows = changed(rows, "Stock", 0, quantity="11", counted_on="2026-03-03")
    return changed(rows, "Stock", 2, quantity="0", counted_on="2026-03-03")


CHANGES: dict[str, Callable[[Rows], Rows]] = {
    "new": _new, "cells": _cells, "retired": _retired, "cleared": _cleared, "counted": _counted,
}  # fmt: skip


def _some(rows: Rows, chance: random.Random) -> Rows:
    """A workbook that a person might send next: some sheets, some rows, whatever order."""
    kept = [sheet for sheet in rows if chance.random() < 0.7] or ["Items"]
    return {sheet: [row for row in rows[sheet] if chance.random() < 0.8] for sheet in kept}


@pytest.mark.parametrize("name", CHANGES)
def test_a_second_import_taken_back(name: str, bring: Bring, database: Database) -> None:
    bring(_new(small_rows()) if name == "cells" else small_rows())
    before, goods = dump(database), stock(database)
    report = bring(CHANGES[name](small_rows()))
    assert report.written, [p.message_with_place().text("en") for p in report.problems]
    assert name == "counted" or dump(database) != before
    undo_import(database, key(database), "li")
    assert dump(database) == before
    assert stock(database) == goods


@pytest.mark.parametrize("seed", range(2))
def test_any_imports_taken_back_one_after_the_other(
    seed: int, bring: Bring, database: Database
) -> None:
    """Whatever came in, in whatever order: undone from the last to the first, each time equal."""
    chance = random.Random(seed)
    bring(_new(small_rows()))
    states = []
    for _ in range(5):
        rows = _new(small_rows())
        for name in chance.sample(sorted(CHANGES), 3):
            rows = CHANGES[name](rows) if name != "new" else rows
        state = (dump(database), stock(database))
        if bring(_some(rows, chance)).written:
            states.append(state)
    assert len(states) >= 2
    live = [row.key for row in import_batches(database)]
    for batch, (tables, goods) in zip(live, reversed(states), strict=False):
        if _brought_something(database, batch):
            undo_import(database, batch, "li")
        after = dump(database)
        _forgive_places_of_moves(database, after, tables)
        assert after == tables
        assert stock(database) == goods


def _brought_something(database: Database, batch: str) -> bool:
    (row,) = [row for row in import_batches(database) if row.key == batch]
    assert row.undoable or row.why_not.code == "imports.brought_nothing"  # type: ignore[union-attr]
    return row.undoable


def _forgive_places_of_moves(database: Database, after: Dump, before: Dump) -> None:
    """Lots and places that the reversed ledger names stay; nothing else may."""
    with database.read() as session:
        moves = session.scalars(select(StockMove)).all()
    named = {
        "lot": {move.lot_id for move in moves},
        "location": {m.from_location_id for m in moves} | {m.to_location_id for m in moves},
    }
    for table, ids in named.items():
        there = {row[0] for row in before[table]}
        after[table] = [row for row in after[table] if row[0] in there or row[0] not in ids]


def test_what_was_undone_comes_back_by_importing_again(bring: Bring, database: Database) -> None:
    bring(small_rows())
    bring(_new(small_rows()))
    with database.read() as session:
        wanted = set(session.scalars(select(Item.code)))
    undo_import(database, key(database), "li")
    assert bring(_new(small_rows())).written
    with database.read() as session:
        assert set(session.scalars(select(Item.code))) == wanted
    assert latest(database).undoable
    bring(changed(_new(small_rows()), "Stock", 2, quantity="30"))
    goods = stock(database)
    undo_import(database, key(database), "li")
    assert stock(database) != goods
    assert bring(changed(_new(small_rows()), "Stock", 2, quantity="30")).written
    assert stock(database) == goods
    with pytest.raises(RuleBroken):
        UndoImport(key(database)).inverse()


# ---------------------------------------------------------------- the ledger


def test_counted_stock_is_reversed_by_visible_moves(bring: Bring, database: Database) -> None:
    bring(small_rows())
    goods = stock(database)
    with database.read() as session:
        moves = session.scalar(select(func.count()).select_from(StockMove))
    bring(changed(small_rows(), "Stock", 2, quantity="30"))
    assert stock(database) != goods
    undo_import(database, key(database), "li")
    assert stock(database) == goods
    with database.read() as session:
        *_, counted, reversed_ = session.scalars(select(StockMove).order_by(StockMove.id))
        assert session.scalar(select(func.count()).select_from(StockMove)) == (moves or 0) + 2
    assert (counted.from_location_id, counted.to_location_id, counted.quantity) == (
        reversed_.to_location_id, reversed_.from_location_id, reversed_.quantity,
    )  # fmt: skip
    assert reversed_.actor == "li"


def test_a_lot_that_the_ledger_names_stays_without_stock(bring: Bring, database: Database) -> None:
    bring(small_rows())
    goods = stock(database)
    more = small_rows(Stock=[{"item_code": "GP-B", "location": "新仓", "lot": "L-9",
                              "quantity": "5", "counted_on": "2026-03-03"}])  # fmt: skip
    bring({"Stock": more["Stock"]})
    undo_import(database, key(database), "li")
    assert stock(database) == goods
    assert code_id(database, Lot, "L-9")
    assert code_id(database, Location, "新仓")


def test_stock_used_since_is_in_the_way(bring: Bring, database: Database) -> None:
    bring(small_rows())
    bring(changed(small_rows(), "Stock", 2, quantity="30"))
    with database.write("wang") as session:
        store = session.scalars(select(Location).where(Location.code == "成品仓")).one()
        away = Location(code="发货", kind=LocationKind.PHYSICAL)
        session.add(away)
        session.flush()
        item = session.scalars(select(Item).where(Item.code == "0015-G")).one()
        session.add(
            StockMove(client_key="out", at=NOW, actor="wang", item_id=item.id,
                      from_location_id=store.id, to_location_id=away.id, quantity=Decimal(25))
        )  # fmt: skip
    (found,) = undo_obstacles(database, key(database))
    assert found.message.code == "imports.stock_used"
    assert "13" in found.message.text("en")  # 12 + 18 - 25 - 18
    assert found.sheet == "Stock"


# ---------------------------------------------------------------- refused, and nothing half done


def refused(database: Database, batch: str) -> list[str]:
    """What stood in the way; the database is as before."""
    before = dump(database)
    with pytest.raises(UndoRefused) as caught:
        undo_import(database, batch, "li")
    assert dump(database) == before
    listed = undo_obstacles(database, batch)
    assert list(caught.value.obstacles) == listed
    assert f"{len(listed)} records" in str(caught.value)
    with database.read() as session:
        marked = select(ImportBatch).where(ImportBatch.undone_at.is_not(None))
        assert session.scalars(marked).all() == []
    return [f"{o.message.code.removeprefix('imports.')} {o.code}" for o in listed]


def order_form(**values: Any) -> OrderForm:
    usual: dict[str, Any] = {
        "number": "MO-HAND", "type": "stock", "customer_code": None, "customer_po": "",
        "item_code": "0015-G", "quantity": Decimal(5), "unit": "支",
        "requested": datetime(2026, 4, 1, 8, tzinfo=UTC), "promised": None, "priority": 5,
        "safety_days": None, "requirements": "", "remark": "", "earliest_start": None,
    }  # fmt: skip
    return OrderForm(**(usual | values))


def test_records_changed_since_are_all_named(bring: Bring, database: Database) -> None:
    bring(small_rows())
    order = code_id(database, ProductionOrder, "MO-2")
    with database.write("wang") as session:
        session.scalars(select(Machine).where(Machine.code == "CT-01")).one().efficiency = 80
        row = session.get_one(ProductionOrder, order)
        row.priority = 1
    found = refused(database, key(database))
    assert found == ["changed_since CT-01", "changed_since MO-2"]
    text = undo_obstacles(database, key(database))[0].message.text("en")
    assert "Machine CT-01 was changed since by wang at 20" in text
    assert latest(database).why_not.text("en") == "2 of its records were changed since."  # type: ignore[union-attr]


def test_records_removed_since_are_named(bring: Bring, database: Database) -> None:
    bring(small_rows())
    with database.write("wang") as session:
        pair = session.scalars(select(SetupPair).limit(1)).one()
        session.delete(pair)
    (found,) = undo_obstacles(database, key(database))
    assert (found.message.code, found.kind) == ("imports.removed_since", "setup_pair")
    assert "wang" in found.message.text("zh")


def test_orders_made_by_hand_and_reports_on_imported_orders(
    bring: Bring, database: Database
) -> None:
    bring(small_rows())
    apply_edit(database, CreateOrder(order_form()), "wang")
    with database.write("wang") as session:
        operation = session.scalars(
            select(Operation).join(ProductionOrder).where(ProductionOrder.code == "MO-2")
        ).first()
        assert operation is not None
        operation.good = Decimal(3)
    found = refused(database, key(database))
    assert "refers MO-HAND" in found
    assert "changed_since MO-2" in found
    assert "refers MO-HAND" in [text for text in found if text.endswith("HAND")]


def test_an_operation_that_only_names_an_imported_machine_is_in_the_way(
    bring: Bring, database: Database
) -> None:
    """Its snapshot holds the machine's id where no foreign key looks."""
    bring(small_rows())
    machine = {"machine_code": "CT-09", "name": "台9", "work_centre": "浇注台", "calendar": "两班"}
    step = changed(small_rows(), "Routings", 0, machines="CT-09")["Routings"][0]
    bring({"Machines": [machine], "Routings": [step]})
    apply_edit(database, CreateOrder(order_form(item_code="0015-W")), "wang")
    found = refused(database, key(database))
    assert found == ["refers MO-HAND"]
    text = undo_obstacles(database, key(database))[0].message.text("en")
    assert text == "Operation MO-HAND 10 refers to Machine CT-09, which the import had made."


def test_a_later_import_of_the_same_records_is_undone_first(
    bring: Bring, database: Database
) -> None:
    bring(small_rows())
    first = key(database)
    before = dump(database)
    bring(_new(small_rows()))
    bring(changed(_new(small_rows()), "Items", 0, name="又改"))
    last, middle, _ = (row.key for row in import_batches(database))
    found = undo_obstacles(database, first)
    assert {o.message.code for o in found} == {"imports.later_import"}
    assert [o.code for o in found] == [last, middle]
    assert "plant.xlsx" in found[0].message.text("en")
    rows = {row.key: row for row in import_batches(database)}
    assert rows[first].why_not.code == "imports.later_first"  # type: ignore[union-attr]
    undo_import(database, last, "li")
    undo_import(database, middle, "li")
    assert dump(database) == before
    undo_import(database, first, "li")


def test_a_later_count_of_the_same_stock_is_undone_first(bring: Bring, database: Database) -> None:
    bring(small_rows())
    bring(changed(small_rows(), "Stock", 2, quantity="30"))
    middle = key(database)
    bring(changed(small_rows(), "Stock", 2, quantity="31"))
    (found,) = undo_obstacles(database, middle)
    assert (found.message.code, found.code) == ("imports.later_import", key(database))


def test_a_record_made_under_the_key_of_a_removed_one(bring: Bring, database: Database) -> None:
    bring(small_rows())
    bring(changed(small_rows(), "Tools", 1, items="0015-W:4"))
    with database.write("wang") as session:
        tool = session.scalars(select(ToolType).where(ToolType.code == "M-16")).one()
        item = session.scalars(select(Item).where(Item.code == "0015-G")).one()
        session.add(ToolItem(tool_type_id=tool.id, item_id=item.id, pieces_per_shot=1))
    assert refused(database, key(database)) == ["key_taken M-16"]


def test_not_twice_not_unknown_not_before_images_and_not_nothing(
    bring: Bring, database: Database
) -> None:
    bring(small_rows())
    first = key(database)
    bring(small_rows())
    with pytest.raises(RuleBroken, match="changed nothing"):
        undo_import(database, key(database), "li")
    with database.write("old") as session:
        old = ImportBatch(client_key="old", file_names=["a.xlsx"], file_hash="", at=NOW,
                          actor="old", counts={"Items": [1, 0, 0]})  # fmt: skip
        session.add(old)
    with pytest.raises(RuleBroken, match="older than"):
        undo_import(database, "old", "li")
    undo_import(database, first, "li")
    with pytest.raises(RuleBroken, match="undone already by li"):
        undo_import(database, first, "li")
    with pytest.raises(NotFound):
        undo_import(database, "none", "li")
    assert [row.why_not.code for row in import_batches(database)] == [  # type: ignore[union-attr]
        "imports.no_images", "imports.brought_nothing", "imports.undone_already",
    ]  # fmt: skip


def test_a_refused_import_and_a_trial_leave_no_images(bring: Bring, database: Database) -> None:
    assert not bring(changed(small_rows(), "Orders", 0, item_code="?")).written
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(ImportImage)) == 0


# ---------------------------------------------------------------- the plan and what is stale


def test_the_plan_loses_what_disappears_and_keeps_the_rest(
    bring: Bring, database: Database
) -> None:
    bring(small_rows())
    bring(
        {
            "Machines": [{"machine_code": "CT-09", "name": "台9", "work_centre": "浇注台",
                          "calendar": "两班"}],
            "Orders": [{"order_no": "MO-9", "customer": "C02", "item_code": "0015-G",
                        "quantity": "10", "requested": "2026-04-01"}],
        }
    )  # fmt: skip
    batch = key(database)
    schedule_plant(database, seconds=0, now=NOW, actor="wang")
    machine = code_id(database, Machine, "CT-09")
    order = code_id(database, ProductionOrder, "MO-9")
    with database.write("wang") as session:  # work of another order stands on the new machine
        mine = select(Operation.id).where(Operation.order_id == order)
        moved = session.scalars(
            select(Placement).where(Placement.operation_id.not_in(mine)).limit(1)
        ).one()
        moved_operation = moved.operation_id
        moved.machine_id, moved.supplier_id = machine, None
        gone = set(session.scalars(mine))
        kept = set(session.scalars(select(Placement.operation_id))) - gone - {moved_operation}
    undo_import(database, batch, "li")
    with database.read() as session:
        assert set(session.scalars(select(Placement.operation_id))) == kept
        waiting = session.scalars(
            select(UnplacedOperation).where(UnplacedOperation.operation_id == moved_operation)
        ).one()
        assert waiting.reason["code"] == "planning.not_scheduled_yet"
        assert gone.isdisjoint(session.scalars(select(UnplacedOperation.operation_id)))
        lines = session.scalars(
            select(Change.record_id).where(
                Change.kind == "placement", Change.operation == "delete", Change.actor == "li"
            )
        )
        assert {moved_operation} <= set(lines) <= gone | {moved_operation}


def test_a_published_plan_is_in_the_way(bring: Bring, database: Database) -> None:
    bring(small_rows())
    schedule_plant(database, seconds=0, now=NOW, actor="wang")
    with database.write("wang") as session:
        plan = session.scalars(select(Plan)).one()
        published = Plan(kind=PlanKind.PUBLISHED, revision=1, created_at=NOW, created_by="wang")
        session.add(published)
        session.flush()
        session.execute(
            update(Placement).where(Placement.plan_id == plan.id).values(plan_id=published.id)
        )
    assert any(text.startswith("published MO-1") for text in refused(database, key(database)))


def test_operations_made_since_are_stale_when_their_recipe_goes(
    bring: Bring, database: Database
) -> None:
    bring(small_rows())
    bring(changed(small_rows(), "Routings", 3, rate="70"))
    apply_edit(database, CreateOrder(order_form()), "wang")
    undo_import(database, key(database), "li")
    with database.read() as session:
        stale = session.execute(
            select(ProductionOrder.code, Operation.stale).join(
                Operation, Operation.order_id == ProductionOrder.id
            )
        ).all()
    assert {code: mark for code, mark in stale if code in ("MO-HAND", "MO-2")} == {
        "MO-HAND": True, "MO-2": False,
    }  # fmt: skip


def test_an_edit_since_in_another_place_does_not_matter(bring: Bring, database: Database) -> None:
    bring(small_rows())
    bring(changed(small_rows(), "Customers", 0, city="深圳"))
    order = code_id(database, ProductionOrder, "MO-2")
    with database.write("wang") as session:
        standing = form_of(session, session.get_one(ProductionOrder, order))
    apply_edit(database, ChangeOrder(order, standing, replace(standing, remark="急")), "wang")
    undo_import(database, key(database), "li")
    with database.read() as session:
        assert session.get_one(ProductionOrder, order).remark == "急"


# ---------------------------------------------------------------- the list


def test_the_list_says_when_who_what_and_whether(bring: Bring, database: Database) -> None:
    bring(small_rows())
    (row,) = import_batches(database)
    assert row.files == ("plant.xlsx",)
    assert (row.actor, row.mapping) == ("test", "")
    assert row.undoable
    assert row.new > 50
    assert {sheet.sheet for sheet in row.sheets} >= {"Items", "Orders"}
    assert find_batch(database, row.key[:8]) == row.key
    with pytest.raises(NotFound):
        find_batch(database, "zz")
    with pytest.raises(NotFound):
        find_batch(database, "")


def test_children_that_left_their_list_are_in_the_change_log(
    bring: Bring, database: Database
) -> None:
    """Rows removed with their parent's list are deleted too: other screens must hear of it."""
    bring(small_rows())
    bring(changed(small_rows(), "Tools", 1, items="0015-W:4"))
    with database.read() as session:
        lines = session.scalars(
            select(Change.operation).where(Change.kind == "tool_item").order_by(Change.id.desc())
        ).all()
    assert lines.count("delete") == 2


def test_removed_rows_that_others_refer_to_come_back_before_them(
    bring: Bring, database: Database
) -> None:
    """Whole families of rows removed, keys taken again, and a changed row that pointed there."""
    bring(small_rows())
    before = dump(database)
    with database.write("import", batch="by-hand") as session:
        session.keep_images()
        for bom in session.scalars(
            select(BillOfMaterial).options(selectinload(BillOfMaterial.lines))
        ):
            session.delete(bom)
        steps = selectinload(Routing.steps)
        for routing in session.scalars(
            select(Routing).options(
                steps.selectinload(RoutingStep.machines), steps.selectinload(RoutingStep.tools)
            )
        ):
            session.delete(routing)
        session.flush()
        item = session.scalars(select(Item).where(Item.code == "0015-G")).one()
        session.add(BillOfMaterial(item_id=item.id, revision="A"))  # under the key of a removed one
        old = session.scalars(select(Supplier).where(Supplier.code == "YC")).one()
        new = Supplier(code="NEW", name="新")
        session.add(new)
        session.flush()
        session.scalars(select(PurchaseOrder)).one().supplier_id = new.id
        for terms in session.scalars(select(SupplierItem)):
            session.delete(terms)
        session.flush()
        session.delete(old)
        session.flush()
        batch = ImportBatch(client_key="by-hand", file_names=[], file_hash="", at=NOW,
                            actor="x", counts={})  # fmt: skip
        session.add(batch)
        session.flush()
        write_images(session, batch.id)
    assert dump(database) != before
    undo_import(database, "by-hand", "li")
    assert dump(database) == before
