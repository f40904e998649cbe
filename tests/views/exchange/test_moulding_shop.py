"""A real injection-moulding shop comes in from its own spreadsheets, by clicks on proposals."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from sqlalchemy import func, select

from app.core.choices import RateBasis
from app.models.database import Database
from app.models.orders import ProductionOrder
from app.models.plant import Machine, ToolType
from app.models.products import BillOfMaterial, Item, Routing, RoutingStep
from app.services.exchange.saved_mappings import load_mapping
from app.views.exchange.exchange_page import ExchangePage
from app.views.exchange.steps import Where
from tests.views.exchange.conftest import (
    at_rest,
    click_cell,
    go,
    looked,
    pick,
    tick,
    type_into,
    write,
)

SHOP = Path(__file__).resolve().parents[3].parent / "shared" / "data" / "plants" / "moulding_shop"
LEFT = Qt.MouseButton.LeftButton

pytestmark = [
    pytest.mark.skipif(not SHOP.is_dir(), reason="the moulding shop's files are not here"),
    pytest.mark.timeout(300),
]


def to_table(qtbot: QtBot, page: ExchangePage, file: str) -> None:
    """Click the table that is made of a file."""
    rows = page.columns.tables.visible_rows()
    line = next(n for n, row in enumerate(rows) if row.files.startswith(file))
    click_cell(qtbot, page.columns.tables.view, line, 0)


def to_column(qtbot: QtBot, page: ExchangePage, target: str) -> None:
    rows = page.columns.columns.visible_rows()
    line = next(n for n, row in enumerate(rows) if row.target == target)
    click_cell(qtbot, page.columns.columns.view, line, 0)


def set_value(qtbot: QtBot, page: ExchangePage, target: str, text: str) -> None:
    """One value for a column of ours that stands in the list, or is added to it."""
    if any(row.target == target for row in page.columns.columns.rows()):
        to_column(qtbot, page, target)
    else:
        pick(qtbot, page.columns.fill, target)
    form = page.columns.panel.form
    pick(qtbot, form.kind, "constant")
    type_into(qtbot, form.constant, text)


def test_the_shop_comes_in_by_clicks(qtbot: QtBot, page: ExchangePage, database: Database) -> None:
    page.take_files([*sorted((SHOP / "static").glob("*.xlsx")),
                     *sorted((SHOP / "orders").glob("*.xlsx"))])  # fmt: skip
    at_rest(qtbot, page)
    becomes = {row.name: row.sheets for row in page.sheets.sheets.rows()}
    assert becomes == {
        "purchaseOrder": ("Orders",), "itemInfo": ("Items",), "resineInfo": ("Items",),
        "itemCompositionSummary": ("BOM",), "machineInfo": ("Machines",), "moldInfo": ("Tools",),
        "moldSpecificationSummary": ("Routings",), "holidayNotes": ("Exceptions",),
    }  # fmt: skip
    # The holidays belong to a calendar that this plant has not: they are left out.
    line = next(n for n, row in enumerate(page.sheets.sheets.visible_rows())
                if row.name == "holidayNotes")  # fmt: skip
    click_cell(qtbot, page.sheets.sheets.view, line, 0)
    pick(qtbot, page.sheets.choice, "")
    at_rest(qtbot, page)

    go(qtbot, page, Where.COLUMNS)
    to_table(qtbot, page, "machineInfo")
    set_value(qtbot, page, "work_centre", "注塑")
    to_table(qtbot, page, "resineInfo")
    set_value(qtbot, page, "base_unit", "kg")
    to_table(qtbot, page, "itemComposition")
    set_value(qtbot, page, "base_qty", "10000")
    set_value(qtbot, page, "unit", "kg")
    to_table(qtbot, page, "purchaseOrder")
    set_value(qtbot, page, "customer", "C1")
    _routings(qtbot, page)
    assert all(row.todo == 0 for row in page.columns.tables.rows())

    go(qtbot, page, Where.CHECK)
    mend = page.check.mend
    (group,) = mend.groups.rows()
    # The shop's own dirt: two items that stand in one list and not in the other.
    assert {problem.value for problem in group.problems} == {"10242M", "26004662M"}
    qtbot.mouseClick(mend.leave_all, LEFT)
    looked(qtbot, page)
    assert page.wizard.preview.ok
    counts = {row.sheet: row.new for row in page.check.counts.rows()}
    assert counts == {
        "Items": 193, "Machines": 11, "Tools": 66, "BOM": 120, "Routings": 115, "Orders": 74
    }  # fmt: skip

    go(qtbot, page, Where.IMPORT)
    write(qtbot, page.last.name, "moulding shop")
    qtbot.mouseClick(page.last.import_, LEFT)
    qtbot.waitUntil(lambda: page.wizard.report is not None, timeout=120_000)
    at_rest(qtbot, page)
    with database.read() as session:
        count = {
            model: session.scalar(select(func.count()).select_from(model))
            for model in (Machine, ToolType, BillOfMaterial, ProductionOrder)
        }
        # With the four machines, the mould and the two orders that the plant had before.
        assert count == {Machine: 15, ToolType: 67, BillOfMaterial: 115, ProductionOrder: 76}
        item = session.scalars(select(Item).where(Item.code == "24720307M")).one()
        routing = session.scalars(select(Routing).where(Routing.item_id == item.id)).one()
        step = session.scalars(
            select(RoutingStep).where(RoutingStep.routing_id == routing.id)
        ).one()
        assert (step.name, step.rate, step.rate_basis) == ("注塑", 21, RateBasis.SECONDS_PER_CYCLE)
    # The same files once more: recognised, and nothing would change.
    assert "moulding" in load_mapping(database, "moulding shop").name
    qtbot.mouseClick(page.last.next_, LEFT)
    page.take_files(sorted((SHOP / "orders").glob("*.xlsx")))
    looked(qtbot, page)
    assert page.wizard.name == "moulding shop"


def _routings(qtbot: QtBot, page: ExchangePage) -> None:
    """One step per item; its cycle stands in the list of moulds."""
    to_table(qtbot, page, "moldSpecification")
    set_value(qtbot, page, "step_name", "注塑")
    set_value(qtbot, page, "work_centre", "注塑")
    set_value(qtbot, page, "rate_basis", "秒/模次")
    to_column(qtbot, page, "rate")
    form = page.columns.panel.form
    type_into(qtbot, form.header, "moldList")
    tick(qtbot, form.split_on)
    write(qtbot, form.split, "/")
    form.pick.setFocus()
    form.pick.selectAll()
    qtbot.keyClicks(form.pick, "1")
    qtbot.keyClick(form.pick, Qt.Key.Key_Return)
    tick(qtbot, form.join_on)
    pick(qtbot, form.join_source, "moldInfo")
    type_into(qtbot, form.join_key, "moldNo")
    type_into(qtbot, form.join_lookup, "moldSettingCycle")
    rule = next(t for t in page.wizard.draft.tables if t.sheet == "Routings").columns["rate"]
    assert rule == {
        "from": "moldList", "split": "/", "pick": 1, "join": "moldInfo.moldNo",
        "lookup": "moldSettingCycle",
    }  # fmt: skip
    outcomes = page.columns.panel.outcomes
    qtbot.waitUntil(lambda: len(outcomes.rows()) > 3, timeout=30_000)
    assert all(outcome.refused is None for _, outcome in outcomes.rows())
