"""Every row of every table has a name, and leads to a sheet that exists."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.core.messages import LANGUAGES, Message
from app.models import Base
from app.models.database import Database
from app.models.orders import Operation
from app.models.products import RoutingStep
from app.services.exchange.sheets import SHEETS as WORKBOOK
from app.services.record_names import PARTS, SHEETS, record_names
from tests.services.small_plant import SmallPlant


def test_tables_columns_and_sheets_are_those_of_the_program() -> None:
    tables = Base.metadata.tables
    for kind, (parents, own) in PARTS.items():
        columns = tables[kind].columns
        assert {*parents, *own} <= set(columns.keys()), kind
        assert all(columns[parent].foreign_keys for parent in parents), kind
    assert set(SHEETS) <= set(tables)
    assert set(SHEETS.values()) <= {sheet.key for sheet in WORKBOOK}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_table_has_a_word(language: str) -> None:
    for kind in Base.metadata.tables:
        assert Message(f"records.kind_{kind}").text(language)


def test_names_lead_from_the_owner_to_the_row(database: Database, plant: SmallPlant) -> None:
    with database.read() as session:
        operation = session.scalars(select(Operation.id).order_by(Operation.id)).first() or 0
        step = session.scalars(select(RoutingStep.id).order_by(RoutingStep.id)).first() or 0
        names = record_names(session, {"operation": [operation, 10**9], "routing_step": [step]})
    name = names["operation", operation]
    assert name.root == "MO-1"
    assert name.code.startswith("MO-1 ")
    assert name.label.text("en").startswith("Operation MO-1 ")
    assert name.sheet == "Orders"
    assert names["routing_step", step].sheet == "Routings"
    assert names["operation", 10**9].code == "#1000000000"
