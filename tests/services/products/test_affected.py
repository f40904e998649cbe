"""After a small edit only what it concerns is looked at, and nothing is missed."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from app.core.choices import ENDED_STATES, ItemSource, OperationState
from app.core.errors import RuleBroken
from app.core.step import from_json
from app.models.database import Database
from app.models.orders import Operation, ProductionOrder
from app.reports.demo_workbook import write_demo_workbook
from app.services.edit import apply_edit
from app.services.exchange import import_files
from app.services.masters.edits import ChangeRows, RowChange
from app.services.masters.rows import MasterRow, master_rows
from app.services.products.recipes import Recipes
from tests.services.statements import counted

NOW = datetime(2026, 11, 23, 2, 20, tzinfo=UTC)
TODAY = NOW.date()
EDITS = 9


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    folder: Path = tmp_path_factory.mktemp("demo")
    database = Database.open(f"sqlite:///{(folder / 'demo.sqlite').as_posix()}")
    write_demo_workbook(folder / "demo.xlsx", NOW)
    assert import_files(database, [folder / "demo.xlsx"], now=NOW).ok
    from app.services.site import change_site

    change_site(database, "test", planning_now=NOW)
    yield database
    database.close()


def marked(database: Database) -> set[int]:
    with database.read() as session:
        return set(session.scalars(select(Operation.id).where(Operation.stale)))


def outdated(database: Database) -> set[int]:
    """By the plain rule: every open operation against all routings and recipes, read anew."""
    found = set()
    with database.read() as session:
        recipes = Recipes.load(session)
        rows = session.execute(
            select(Operation, ProductionOrder.item_id)
            .join(ProductionOrder, ProductionOrder.id == Operation.order_id)
            .where(
                Operation.state == OperationState.PENDING,
                ProductionOrder.state.not_in(ENDED_STATES),
            )
        )
        steps: dict[int, dict[int, Any]] = {}
        for operation, item in rows:
            if item not in steps:
                try:
                    steps[item] = {step.step_no: step for step in recipes.steps(item, TODAY)}
                except RuleBroken:
                    steps[item] = {}
            if steps[item].get(operation.step_no) != from_json(operation.definition):
                found.add(operation.id)
    return found


class Hand:
    """Makes edits as people do: mostly one cell, sometimes a line, a list or a whole revision."""

    def __init__(self, database: Database, chance: random.Random) -> None:
        self.database = database
        self.chance = chance

    def edit(self) -> ChangeRows:
        kinds: list[Callable[[], ChangeRows]] = [
            self.quantity, self.quantity, self.component, self.remove_line, self.add_line,
            self.rate, self.step_number, self.machines, self.remove_steps, self.to_family,
            self.revision, self.conversion, self.source, self.family,
        ]  # fmt: skip
        return self.chance.choice(kinds)()

    def one(self, key: str) -> MasterRow:
        return self.chance.choice(master_rows(self.database, key))

    def cell(self, key: str, name: str, value: Any) -> ChangeRows:
        row = self.one(key)
        return ChangeRows(key, (RowChange(row.values, {**row.values, name: value}),))

    def number(self) -> Decimal:
        return Decimal(self.chance.randint(1, 40)) / 4

    def quantity(self) -> ChangeRows:
        return self.cell("BOM", "quantity", self.number())

    def component(self) -> ChangeRows:
        return self.cell("BOM", "component_code", self.one("Items").values["item_code"])

    def remove_line(self) -> ChangeRows:
        return ChangeRows("BOM", (RowChange(self.one("BOM").values, None),))

    def add_line(self) -> ChangeRows:
        line = {
            **self.one("BOM").values,
            "line_no": 99,
            "component_code": self.one("Items").values["item_code"],
            "unit": None,
        }
        return ChangeRows("BOM", (RowChange(None, line),))

    def rate(self) -> ChangeRows:
        return self.cell("Routings", "rate", self.number())

    def step_number(self) -> ChangeRows:
        row = self.one("Routings")
        after = {**row.values, "step_no": row.values["step_no"] + 1}
        return ChangeRows("Routings", (RowChange(row.values, after),))

    def machines(self) -> ChangeRows:
        row = self.one("Routings")
        turned = list(row.values.get("machines", ()))[::-1]
        return ChangeRows("Routings", (RowChange(row.values, {**row.values, "machines": turned}),))

    def routing(self) -> list[MasterRow]:
        one = self.one("Routings").values
        return [
            row
            for row in master_rows(self.database, "Routings")
            if all(row.values.get(n) == one.get(n) for n in ("item_code", "family", "revision"))
        ]

    def remove_steps(self) -> ChangeRows:
        return ChangeRows("Routings", tuple(RowChange(row.values, None) for row in self.routing()))

    def to_family(self) -> ChangeRows:
        """A template of an item's own routing."""
        family = self.one("Items").values.get("family", "花线")
        return ChangeRows(
            "Routings",
            tuple(
                RowChange(row.values, {**row.values, "item_code": None, "family": family})
                for row in self.routing()
            ),
        )

    def revision(self) -> ChangeRows:
        head = self.one("BOM").values
        lines = [
            row.values
            for row in master_rows(self.database, "BOM")
            if row.values["parent_code"] == head["parent_code"]
        ]
        start = self.chance.choice([None, TODAY, TODAY.replace(year=2027)])
        return ChangeRows(
            "BOM",
            tuple(
                RowChange(None, {**line, "revision": "Z", "effective_from": start,
                                 "quantity": line["quantity"] * 2})
                for line in lines
            ),
        )  # fmt: skip

    def conversion(self) -> ChangeRows:
        return self.cell("UnitConversions", "factor", (self.number(), Decimal(1)))

    def source(self) -> ChangeRows:
        return self.cell("Items", "source", self.chance.choice(list(ItemSource)))

    def family(self) -> ChangeRows:
        return self.cell("Items", "family", self.chance.choice(["花线", "素线", None]))


@pytest.mark.timeout(300)
@pytest.mark.parametrize("seed", [1, 2])
def test_the_marks_are_those_of_looking_at_everything(demo: Database, seed: int) -> None:
    hand = Hand(demo, random.Random(seed))
    done: list[ChangeRows] = []
    for _ in range(EDITS):
        edit = hand.edit()
        try:
            apply_edit(demo, edit, "li")
        except RuleBroken:
            continue  # a cycle, a step without a place …: the next one will do
        done.append(edit)
        assert marked(demo) == outdated(demo), edit
        if hand.chance.random() < 0.3:
            apply_edit(demo, done.pop().inverse(), "li")
            assert marked(demo) == outdated(demo), edit
    assert len(done) > EDITS / 4
    for edit in reversed(done):
        apply_edit(demo, edit.inverse(), "li")
    assert marked(demo) == outdated(demo) == set()


def test_one_cell_of_one_item_reads_no_other_items_recipe(demo: Database) -> None:
    """How much is read does not grow with the plant: the statements name their items."""
    whole = ("bom_line", "bill_of_material", "routing_step", "operation")
    for key, name, value in (("BOM", "quantity", Decimal(7)), ("Routings", "rate", Decimal(7))):
        column = "parent_code" if key == "BOM" else "item_code"
        row = next(r for r in master_rows(demo, key) if r.values[column] == "PL-08-W")
        edit = ChangeRows(key, (RowChange(row.values, {**row.values, name: value}),))
        with counted(demo) as sent:
            apply_edit(demo, edit, "li")
        assert len(sent) <= 60
        for statement in sent:
            read = statement.startswith("SELECT") and any(f"FROM {t}" in statement for t in whole)
            assert not read or "WHERE" in statement, statement
        apply_edit(demo, edit.inverse(), "li")
