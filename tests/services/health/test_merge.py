"""Merging duplicates: everything that points to one points to the other, and comes back exactly."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from app.core.errors import NotFound, RuleBroken
from app.models.base import Base
from app.models.database import Database
from app.models.materials import Lot, StockMove, SupplierItem
from app.models.orders import Operation, OperationIssue, ProductionOrder
from app.models.planning import Placement
from app.models.plant import Customer, Location, Supplier, ToolItem, ToolType
from app.models.products import BillOfMaterial, BomLine, Item, Routing
from app.reports.workbook import write_rows
from app.services.doctor import run as doctor
from app.services.edit import apply_edit
from app.services.exchange import import_files, tables
from app.services.exchange.batches import import_batches
from app.services.exchange.stock_in import balances
from app.services.exchange.undo import UndoRefused
from app.services.health.codes import same_names
from app.services.health.merge import Merge, MergePreview, merge_preview
from app.services.health.snapshot import Snapshot
from app.services.orders.operations import definition_of
from app.services.planning.solving import schedule_plant
from app.services.references import columns_to
from tests.services.exchange.conftest import ReadingHere
from tests.services.exchange.small_rows import NOW, Rows, small_rows

Dump = dict[str, list[tuple[Any, ...]]]
Bring = Callable[[Rows], None]


@pytest.fixture
def bring(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bring:
    monkeypatch.setattr(tables, "ReadingChild", ReadingHere)

    def bring_in(rows: Rows) -> None:
        write_rows(tmp_path / "plant.xlsx", rows)
        report = import_files(database, [tmp_path / "plant.xlsx"], actor="test", now=NOW)
        assert report.written, [p.message_with_place().text("en") for p in report.problems]

    return bring_in


def twins(*, with_recipe: bool = False) -> Rows:
    """The small plant, in which gypsum powder GP-B is kept a second time as GP-8."""
    rows = small_rows()
    powder = next(row for row in rows["Items"] if row["item_code"] == "GP-B")
    rows["Items"].append(powder | {"item_code": "GP-8"})
    rows["Suppliers"].append({"supplier_code": "ZS", "name": "中山石膏", "items": "GP-8;GP-B",
                              "price": "0.8", "priority": 2})  # fmt: skip
    rows["BOM"].append({"parent_code": "0015-G", "line_no": 7, "component_code": "GP-8",
                        "quantity": "2"})  # fmt: skip
    rows["Stock"].append({"item_code": "GP-8", "location": "原料仓", "lot": "L-1",
                          "quantity": "500", "expires": "2026-06-01",
                          "counted_on": "2026-03-02"})  # fmt: skip
    rows["Stock"].append({"item_code": "GP-8", "location": "边仓", "lot": "L-7", "quantity": "30",
                          "status": "待检", "counted_on": "2026-03-02"})  # fmt: skip
    rows["Receipts"].append({"po_line": "PO26001-2", "supplier": "YC", "item_code": "GP-8",
                             "open_quantity": "900", "confirmed_date": "2026-03-09"})  # fmt: skip
    rows["SetupMatrix"][1]["scrap_item"] = "GP-8"
    if with_recipe:
        for code, rate in (("GP-B", "50"), ("GP-8", "60")):
            rows["Routings"].append({"item_code": code, "step_no": 10, "step_name": "磨",
                                     "work_centre": "浇注台", "rate": rate,
                                     "rate_basis": "分/批"})  # fmt: skip
            rows["BOM"].append({"parent_code": code, "component_code": "FB", "quantity": "1"})
    return rows


def dump(database: Database, but_for: frozenset[str] = frozenset()) -> Dump:
    passed = {"change", "import_batch", "import_image", "stock_move"} | but_for
    with database.read() as session:
        return {
            table.name: [tuple(row) for row in session.execute(select(table).order_by(table.c.id))]
            for table in Base.metadata.sorted_tables
            if table.name not in passed
        }


def goods(database: Database) -> dict[Any, Decimal]:
    with database.read() as session:
        return {place: amount for place, amount in balances(session).items() if amount}


def identity(database: Database, model: Any, code: str) -> int:
    with database.read() as session:
        return int(session.scalars(select(model.id).where(model.code == code)).one())


def answers_of(preview: MergePreview, **chosen: str) -> tuple[tuple[str, str], ...]:
    """``keep`` to every question, unless the beginning of its id is named."""
    found = []
    for question in preview.questions:
        kind = question.id.split(":")[0]
        found.append((question.id, chosen.get(kind, "keep")))
    return tuple(found)


def merge(database: Database, keep: str, drop: str, sheet: str = "Items", **chosen: str) -> Merge:
    preview = merge_preview(database, sheet, keep, drop)
    edit = Merge(sheet, keep, drop, answers_of(preview, **chosen))
    apply_edit(database, edit, "li")
    return edit


def nothing_points_to(database: Database, model: Any, record_id: int, but: set[str]) -> None:
    with database.read() as session:
        for column in columns_to(model.__tablename__):
            if column.table.name not in but:
                pointing = session.scalars(select(column).where(column == record_id)).all()
                assert pointing == [], column


# ---------------------------------------------------------------- items


def test_everything_points_to_the_kept_item_and_comes_back_exactly(
    bring: Bring, database: Database
) -> None:
    bring(twins())
    kept, dropped = (identity(database, Item, code) for code in ("GP-B", "GP-8"))
    before, stock_before = dump(database), goods(database)
    preview = merge_preview(database, "Items", "GP-B", "GP-8")
    counts = {moving.kind: moving.count for moving in preview.moving}
    with database.read() as session:
        snapshots = sum(
            any(need.item == dropped for need in definition_of(row).materials)
            for row in session.scalars(select(Operation))
        )
    assert counts == {"bom_line": 1, "purchase_order_line": 1, "setup_pair": 1, "stock_move": 2,
                      "operation": snapshots}  # fmt: skip
    assert snapshots > 0
    assert [q.id.split(":")[0] for q in preview.questions] == []  # the terms say the same
    edit = merge(database, "GP-B", "GP-8")
    nothing_points_to(database, Item, dropped, {"stock_move", "lot"})
    with database.read() as session:
        assert session.get_one(Item, dropped).active is False
        for row in session.scalars(select(Operation)):
            assert dropped not in {need.item for need in definition_of(row).materials}
    sums = goods(database)
    assert not any(
        place[0] == dropped and sums[place] for place in sums if _inside(database, place)
    )
    total = sum(q for p, q in stock_before.items() if p[0] in (kept, dropped) and q > 0)
    assert sum(q for p, q in sums.items() if p[0] == kept and q > 0) == total
    assert doctor(database) == []
    apply_edit(database, edit.inverse(), "li")
    after = dump(database)
    after["lot"] = [row for row in after["lot"] if row in before["lot"]]  # named by the ledger
    assert after == before
    assert goods(database) == stock_before
    apply_edit(database, edit, "li")  # redo, as the undo stack does it
    nothing_points_to(database, Item, dropped, {"stock_move", "lot"})
    apply_edit(database, edit.inverse(), "li")
    assert goods(database) == stock_before


def _inside(database: Database, place: Any) -> bool:
    with database.read() as session:
        return session.get_one(Location, place[2]).kind.value == "physical"


def test_stock_goes_by_moves_and_keeps_its_lots(bring: Bring, database: Database) -> None:
    bring(twins())
    kept = identity(database, Item, "GP-B")
    with database.read() as session:
        before = session.scalar(select(func.count()).select_from(StockMove)) or 0
    merge(database, "GP-B", "GP-8")
    with database.read() as session:
        moves = session.scalars(select(StockMove).order_by(StockMove.id)).all()[before:]
        assert len(moves) == 4
        assert {move.document for move in moves} == {"GP-8 → GP-B"}
        lots = {lot.code: lot for lot in session.scalars(select(Lot).where(Lot.item_id == kept))}
        sums = balances(session)
    assert lots["L-7"].status.value == "free"
    held = {place[1]: q for place, q in sums.items() if place[0] == kept and q > 0}
    assert held[lots["L-1"].id] == Decimal(13700)  # 13.2 t and 500 kg in one lot
    assert held[lots["L-7"].id] == Decimal(30)


def test_two_recipes_are_asked_and_the_other_stays_retired(
    bring: Bring, database: Database
) -> None:
    bring(twins(with_recipe=True))
    before = dump(database)
    preview = merge_preview(database, "Items", "GP-B", "GP-8")
    assert [q.id for q in preview.questions] == ["routing", "bill_of_material"]
    assert "By which" in preview.questions[0].text.text("en")
    with pytest.raises(RuleBroken, match="2 questions are open"):
        apply_edit(database, Merge("Items", "GP-B", "GP-8"), "li")
    assert dump(database) == before
    edit = merge(database, "GP-B", "GP-8", routing="drop")
    kept = identity(database, Item, "GP-B")
    with database.read() as session:
        routings = session.scalars(
            select(Routing).where(Routing.item_id == kept).order_by(Routing.revision)
        ).all()
        boms = session.scalars(
            select(BillOfMaterial).where(BillOfMaterial.item_id == kept)
            .order_by(BillOfMaterial.revision)
        ).all()  # fmt: skip
        assert [(row.revision, row.active) for row in routings] == [
            ("A", True),
            ("A (GP-B)", False),
        ]
        assert [(row.revision, row.active) for row in boms] == [("A", True), ("A (GP-8)", False)]
    apply_edit(database, edit.inverse(), "li")
    after = dump(database, frozenset({"lot"}))
    assert after == {k: v for k, v in before.items() if k != "lot"}


def test_a_family_routing_and_an_own_one_are_asked(bring: Bring, database: Database) -> None:
    rows = small_rows()
    own = dict(rows["Items"][1], item_code="0015-X")
    rows["Items"].append(own)
    rows["Routings"].append(
        {"item_code": "0015-X", "step_no": 10, "step_name": "浇", "work_centre": "浇注台",
         "rate": "9", "rate_basis": "分/批"}
    )  # fmt: skip
    bring(rows)
    preview = merge_preview(database, "Items", "0015-G", "0015-X")
    (question,) = [q for q in preview.questions if q.id == "routing"]
    assert "花线" in question.options[0][1].text("en")
    merge(database, "0015-G", "0015-X")
    with database.read() as session:
        item = identity(database, Item, "0015-G")
        (moved,) = session.scalars(select(Routing).where(Routing.item_id == item))
        assert moved.active is False


@pytest.mark.parametrize(
    ("answer", "quantity"), [("keep", "6250"), ("drop", "10"), ("sum", "6260")]
)
def test_lines_that_meet_in_one_bill_of_material_are_asked(
    bring: Bring, database: Database, answer: str, quantity: str
) -> None:
    rows = twins()
    rows["BOM"].append({"parent_code": "SL-A", "base_qty": "10000", "line_no": 5,
                        "component_code": "GP-8", "quantity": "10"})  # fmt: skip
    bring(rows)
    before = dump(database)
    preview = merge_preview(database, "Items", "GP-B", "GP-8")
    (question,) = preview.questions
    assert "SL-A" in question.text.text("en")
    assert [value for value, _ in question.options] == ["keep", "drop", "sum"]
    edit = merge(database, "GP-B", "GP-8", bom_line=answer)
    kept = identity(database, Item, "GP-B")
    with database.read() as session:
        found = session.scalars(
            select(BomLine).join(BillOfMaterial).join(Item, Item.id == BillOfMaterial.item_id)
            .where(Item.code == "SL-A", BomLine.component_id == kept)
        ).all()  # fmt: skip
        assert [line.quantity for line in found] == [Decimal(quantity)]
    apply_edit(database, edit.inverse(), "li")
    assert dump(database, frozenset({"lot"})) == {k: v for k, v in before.items() if k != "lot"}


def test_terms_and_moulds_of_both_are_asked_when_they_differ(
    bring: Bring, database: Database
) -> None:
    rows = small_rows()
    rows["Items"].append(dict(rows["Items"][1], item_code="0015-X"))
    rows["Tools"][1]["items"] = "0015-W:1;0015-G:1;0015-X:2"
    rows["Suppliers"].append({"supplier_code": "ZS", "name": "中山", "items": "0015-X;0015-G",
                              "price": "5"})  # fmt: skip
    bring(rows)
    with database.write("t") as session:
        item = session.scalars(select(Item).where(Item.code == "0015-X")).one()
        terms = session.scalars(select(SupplierItem).where(SupplierItem.item_id == item.id)).one()
        terms.price = Decimal(6)
    preview = merge_preview(database, "Items", "0015-G", "0015-X")
    texts = {q.id.split(":")[0]: q for q in preview.questions}
    assert set(texts) == {"supplier_item", "tool_item"}
    options = [text.text("en") for _, text in texts["supplier_item"].options]
    assert options == ["0015-G: price 5", "0015-X: price 6"]
    merge(database, "0015-G", "0015-X", supplier_item="drop", tool_item="sum")
    kept = identity(database, Item, "0015-G")
    with database.read() as session:
        mould = session.scalars(select(ToolType).where(ToolType.code == "M-16")).one()
        shots = session.scalars(
            select(ToolItem.pieces_per_shot).where(
                ToolItem.tool_type_id == mould.id, ToolItem.item_id == kept
            )
        ).all()
        prices = session.scalars(select(SupplierItem.price).where(SupplierItem.item_id == kept))
        assert shots == [3]
        assert list(prices) == [Decimal(6)]


def test_issues_of_both_are_added_because_both_were_issued(
    bring: Bring, database: Database
) -> None:
    bring(twins())
    kept, dropped = (identity(database, Item, code) for code in ("GP-B", "GP-8"))
    with database.write("t") as session:
        operation = session.scalars(select(Operation.id).limit(1)).one()
        session.add_all(
            OperationIssue(operation_id=operation, item_id=item, quantity=Decimal(quantity))
            for item, quantity in ((kept, 5), (dropped, 7))
        )
    edit = merge(database, "GP-B", "GP-8")
    with database.read() as session:
        issued = session.scalars(
            select(OperationIssue.quantity).where(OperationIssue.item_id.in_([kept, dropped]))
        ).all()
        assert issued == [Decimal(12)]
    apply_edit(database, edit.inverse(), "li")
    with database.read() as session:
        issued = session.scalars(
            select(OperationIssue.quantity).where(OperationIssue.item_id.in_([kept, dropped]))
        ).all()
        assert sorted(issued) == [Decimal(5), Decimal(7)]


def test_what_cannot_be_merged_is_refused_and_nothing_changed(
    bring: Bring, database: Database
) -> None:
    rows = twins()
    rows["Items"].append(dict(rows["Items"][0], item_code="0015-T", base_unit="箱"))
    bring(rows)
    before = dump(database)
    impossible = (("SL-A", "GP-B", "part of itself"), ("0015-W", "0015-T", "different units"))
    for keep, drop, said in impossible:
        preview = merge_preview(database, "Items", keep, drop)
        assert said in preview.refused[0].text("en")
        with pytest.raises(RuleBroken, match=said):
            apply_edit(database, Merge("Items", keep, drop, answers_of(preview)), "li")
    with pytest.raises(RuleBroken, match="itself"):
        merge_preview(database, "Items", "GP-B", "gp-b")
    with pytest.raises(NotFound):
        merge_preview(database, "Items", "GP-B", "GP-7")
    assert dump(database) == before


def test_a_merge_somebody_has_built_on_is_not_undone(bring: Bring, database: Database) -> None:
    bring(twins())
    edit = merge(database, "GP-B", "GP-8")
    with database.write("wang") as session:
        row = session.scalars(select(Item).where(Item.code == "GP-8")).one()
        row.name = "又用"
    with pytest.raises(UndoRefused, match="GP-8"):
        apply_edit(database, edit.inverse(), "li")


def test_a_merge_stands_in_the_history_and_ends_the_finding(
    bring: Bring, database: Database
) -> None:
    bring(twins())
    with database.read() as session:
        (found,) = same_names(Snapshot(session))
        assert {found.place.name, *found.others} == {"GP-B", "GP-8"}
    edit = merge(database, "GP-B", "GP-8")
    row = import_batches(database)[0]
    assert (row.key, row.files, row.actor) == (edit.key, ("GP-8 → GP-B",), "li")
    assert row.undoable
    with database.read() as session:
        assert list(same_names(Snapshot(session))) == []
    apply_edit(database, edit, "li")  # sent twice: done once
    assert len(import_batches(database)) == 2


# ---------------------------------------------------------------- customers and suppliers


def test_customers(bring: Bring, database: Database) -> None:
    rows = small_rows()
    rows["Customers"].append({"customer_code": "C09", "short_name": "宏达2", "name": "广州宏达"})
    rows["Orders"][1]["customer"] = "C09"
    bring(rows)
    before = dump(database)
    dropped = identity(database, Customer, "C09")
    preview = merge_preview(database, "Customers", "C01", "C09")
    assert {m.kind: (m.count, m.examples) for m in preview.moving} == {
        "production_order": (1, ("MO-2",))
    }
    fields = {pair.key: (pair.keep, pair.drop) for pair in preview.fields}
    assert fields["short_name"] == ("宏达", "宏达2")
    edit = merge(database, "C01", "C09", "Customers")
    nothing_points_to(database, Customer, dropped, set())
    with database.read() as session:
        order = session.scalars(select(ProductionOrder).where(ProductionOrder.code == "MO-2")).one()
        assert session.get_one(Customer, order.customer_id).code == "C01"
    apply_edit(database, edit.inverse(), "li")
    assert dump(database) == before


def test_suppliers_and_the_work_placed_there(bring: Bring, database: Database) -> None:
    rows = small_rows()
    rows["Suppliers"].append({"supplier_code": "D-D", "name": "电镀厂"})
    rows["Routings"][2]["supplier"] = "D-D"
    bring(rows)
    schedule_plant(database, seconds=0, now=NOW, actor="t")
    kept, dropped = (identity(database, Supplier, code) for code in ("DD", "D-D"))
    before = dump(database)
    edit = merge(database, "DD", "D-D", "Suppliers")
    nothing_points_to(database, Supplier, dropped, set())
    with database.read() as session:
        assert kept in set(session.scalars(select(Placement.supplier_id)))
        named = {definition_of(row).supplier for row in session.scalars(select(Operation))}
        assert dropped not in named
    assert doctor(database) == []
    apply_edit(database, edit.inverse(), "li")
    assert dump(database) == before
