"""What an item is made of, all levels down, exactly; where it is used, all levels up."""

from __future__ import annotations

import csv
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from app.core.choices import BomLineKind, ItemCategory, ItemSource, QuantityKind
from app.core.errors import NotFound
from app.models.database import Database
from app.models.products import BillOfMaterial, BomLine, Item, Routing, RoutingStep, Unit
from app.services.products.comparing import compare
from app.services.products.recipes import Recipes
from app.services.products.structure import RevisionState, Structure, structure
from app.services.products.where_used import where_used
from tests.services.small_plant import NOW, SmallPlant
from tests.services.statements import counted

TODAY = NOW.date()
FURNITURE = Path(__file__).resolve().parents[4] / "shared/data/plants/furniture"


class Maker:
    """Makes items and bills of material in an open session."""

    def __init__(self, session: object) -> None:
        self.session = session
        self.units: dict[str, Unit] = {}
        self.items: dict[str, Item] = {}

    def unit(self, code: str, dimension: str = "", factor: str = "1") -> Unit:
        if code not in self.units:
            self.units[code] = Unit(code=code, dimension=dimension, factor=Decimal(factor))
            self.session.add(self.units[code])
            self.session.flush()
        return self.units[code]

    def item(
        self, code: str, source: ItemSource = ItemSource.BUY, unit: str = "pc", **more: object
    ) -> Item:
        if code not in self.items:
            self.items[code] = Item(
                code=code, name=code, unit_id=self.unit(unit).id,
                category=ItemCategory.RAW, source=source, **more,
            )  # fmt: skip
            self.session.add(self.items[code])
            self.session.flush()
        return self.items[code]

    def bom(self, parent: Item, *lines: tuple[str, str, dict[str, object]], **head: object) -> None:
        made = BillOfMaterial(item_id=parent.id, **head)
        self.session.add(made)
        self.session.flush()
        for number, (code, quantity, more) in enumerate(lines, 1):
            self.session.add(
                BomLine(bom_id=made.id, line_no=number, component_id=self.item(code).id,
                        quantity=Decimal(quantity), **more)
            )  # fmt: skip
        self.session.flush()

    def routing(self, item: Item) -> None:
        made = Routing(item_id=item.id)
        self.session.add(made)
        self.session.flush()
        self.session.add(
            RoutingStep(routing_id=made.id, step_no=10, name="x", rate=Decimal(1),
                        rate_basis="min", work_centre_id=None)
        )  # fmt: skip


def amounts(found: Structure) -> dict[str, Fraction]:
    return {found.items[item].code: unit for item, (unit, _once) in found.needs().items()}


def tree(found: Structure) -> list[tuple[int, str, Fraction]]:
    return [(len(part.path), part.item.code, part.per_unit) for part in found.walk()]


# ---------------------------------------------------------------- the furniture of Odoo's demo


@pytest.fixture
def furniture(database: Database) -> Database:
    """The table of bills of material, read where it lies; each parent's second list becomes
    revision B, the drawer's lists are told apart by nothing else."""
    path = FURNITURE / "bom_extracted.csv"
    if not path.exists():
        pytest.skip("the furniture table is not beside the project")
    boms: dict[str, tuple[str, str, list[tuple[str, str, dict[str, object]]]]] = {}
    names = {}
    costs = {}
    with path.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            parent = row["parent"].split("|")
            child = row["child"].split("|")
            code = parent[0] or "FURN_8900"
            names[code], names[child[0]] = parent[1], child[1]
            costs[child[0]] = Decimal(child[2])
            _, _, lines = boms.setdefault(row["bom"], (code, row["type"], []))
            lines.append((child[0], row["qty"], {"base_quantity": Decimal(row["bom_qty"])}))
    with database.write("test") as session:
        make = Maker(session)
        kinds = {code: kind for code, kind, _ in boms.values()}
        for code in names:
            sources = {"normal": ItemSource.MAKE, "phantom": ItemSource.PHANTOM}
            source = sources.get(kinds.get(code, ""), ItemSource.BUY)
            make.item(code, source, standard_cost=costs.get(code))
            if source is ItemSource.MAKE:
                make.routing(make.items[code])
        seen: dict[str, int] = {}
        for code, _, lines in boms.values():
            revision = "AB"[seen.setdefault(code, 0)]
            seen[code] += 1
            make.bom(make.items[code], *lines, revision=revision)
    return database


def test_the_table_of_the_furniture_demo(furniture: Database) -> None:
    """Table: 1 top (2 panels of 3 plies and 1 wear layer, 4 laminates of 1 veneer), 4 legs …"""
    found = structure(furniture, "FURN_9666", TODAY)
    assert tree(found) == [
        (1, "FURN_8522", 1),
        (2, "FURN_7023", 2),
        (3, "FURN_7111", 6),
        (3, "FURN_8111", 2),
        (2, "FURN_8621", 4),
        (3, "FURN_9111", 4),
        (1, "FURN_2333", 4),
        (1, "CONS_89957", 4),
        (1, "CONS_25630", 10),
    ]
    assert amounts(found) == {
        "FURN_7111": 6, "FURN_8111": 2, "FURN_9111": 4,
        "FURN_2333": 4, "CONS_89957": 4, "CONS_25630": 10,
    }  # fmt: skip
    # 6 and 2 plies at 10, 4 veneers at 10, 4 legs at 10, 4 bolts at 0.5, 10 screws at 0.1.
    assert found.cost().amount == 163
    assert found.cost().missing == ()


def test_the_kit_of_the_furniture_demo_goes_through(furniture: Database) -> None:
    with furniture.write("test") as session:
        make = Maker(session)
        make.units = {row.code: row for row in session.query(Unit)}
        make.items = {row.code: row for row in session.query(Item)}
        shelf = make.item("SHELF", ItemSource.MAKE)
        make.bom(shelf, ("FURN_78236", "2", {}))
    found = structure(furniture, "SHELF", TODAY)
    kit, panel, *_ = found.walk()
    assert (kit.item.code, kit.per_unit) == ("FURN_78236", 2)
    assert found.goes_through(kit.item.id)
    assert not found.goes_through(panel.item.id)  # made by an order of its own
    assert amounts(found) == {"FURN_7111": 6, "FURN_8111": 2, "CONS_89957": 8}


def test_an_item_with_two_lists_shows_the_one_in_force(furniture: Database) -> None:
    found = structure(furniture, "FURN_8900", TODAY)
    assert [(r.revision, r.state) for r in found.revisions_of(found.top.id)] == [
        ("A", RevisionState.OTHER),
        ("B", RevisionState.IN_FORCE),
    ]
    assert tree(found) == [(1, "FURN_2100", 1), (1, "FURN_5623", 1)]
    assert structure(furniture, "FURN_8900", TODAY, "a").revision_of(found.top.id).revision == "A"


def test_where_the_plies_of_the_furniture_demo_are_used(furniture: Database) -> None:
    found = where_used(furniture, "FURN_7111", TODAY)
    uses = [(len(use.path), use.item.code, use.per_unit) for use in found.walk()]
    assert uses == [
        (1, "FURN_7023", 3),
        (2, "FURN_78236", 3),
        (2, "FURN_8522", 6),
        (3, "FURN_9666", 6),
    ]
    for use in found.walk():
        down = structure(furniture, use.item.code, TODAY)
        assert use.per_unit == sum(
            part.per_unit for part in down.walk() if part.item.code == "FURN_7111"
        )


# ---------------------------------------------------------------- what the furniture has not


def test_quantities_of_every_kind_roll_up_exactly(database: Database) -> None:
    """Per 10,000, in grams, in percent, with loss, fixed per order, per setup."""
    with database.write("test") as session:
        make = Maker(session)
        make.unit("kg", "mass")
        gram = make.unit("g", "mass", "0.001")
        make.item("TOP", ItemSource.MAKE)
        make.item("MIX", ItemSource.PHANTOM, "kg")
        for code in ("POWDER", "WATER", "PIGMENT"):
            make.item(code, unit="kg")
        top, mix = make.items["TOP"], make.items["MIX"]
        make.bom(
            top,
            ("MIX", "83", {"base_quantity": Decimal(100), "scrap_pct": Decimal(5)}),
            ("PIGMENT", "7", {"base_quantity": Decimal(10_000), "unit_id": gram.id}),
            ("LABEL", "2", {"quantity_kind": QuantityKind.FIXED}),
            ("PURGE", "3", {"quantity_kind": QuantityKind.PER_SETUP}),
        )
        make.bom(
            mix,
            ("POWDER", "60", {"quantity_kind": QuantityKind.PERCENT}),
            ("WATER", "40", {"quantity_kind": QuantityKind.PERCENT}),
        )
    found = structure(database, "top", TODAY)
    slurry = Fraction(83, 100) / Fraction(95, 100)
    assert found.needs() == {
        make.items["POWDER"].id: (slurry * Fraction(6, 10), 0),
        make.items["WATER"].id: (slurry * Fraction(4, 10), 0),
        make.items["PIGMENT"].id: (Fraction(7, 10_000_000), 0),
        make.items["LABEL"].id: (0, 2),
        make.items["PURGE"].id: (0, 3),
    }
    assert found.revisions_of(mix.id)[0].percents == 100
    # The same as an order takes, which rounds to a millionth.
    with database.read() as session:
        recipes = Recipes.load(session)
    for component in recipes.components(top.id, TODAY):
        unit, once = found.needs()[component.need.item]
        taken = Fraction(component.need.for_pieces(Decimal(1000)))
        assert abs(taken - unit * 1000 - once) < Fraction(1, 100_000)


def test_alternatives_outputs_and_customers_material(database: Database) -> None:
    with database.write("test") as session:
        make = Maker(session)
        top = make.item("TOP", ItemSource.MAKE)
        group = {"alternative_group": "fibre"}
        make.bom(
            top,
            ("F1", "1", {**group, "alternative_priority": 2}),
            ("F2", "1.5", {**group, "alternative_priority": 1}),
            ("DUST", "0.2", {"line_kind": BomLineKind.BY_PRODUCT}),
            ("GLASS", "1", {"line_kind": BomLineKind.CUSTOMER_SUPPLIED}),
        )
    found = structure(database, "TOP", TODAY)
    assert amounts(found) == {"F2": Fraction(3, 2), "GLASS": 1}
    assert {part.item.code: part.counted for part in found.walk()} == {
        "F1": False, "F2": True, "DUST": False, "GLASS": True,
    }  # fmt: skip


def test_revisions_by_day_and_a_circle_ends(database: Database) -> None:
    with database.write("test") as session:
        make = Maker(session)
        top = make.item("TOP", ItemSource.MAKE)
        make.bom(top, ("OLD", "1", {}), revision="A", effective_to=date(2026, 3, 31))
        make.bom(top, ("NEW", "1", {}), revision="B", effective_from=date(2026, 4, 1))
        make.bom(top, ("NEVER", "1", {}), revision="C", active=False)
        one, two = (make.item(code, ItemSource.MAKE) for code in ("ONE", "TWO"))
        make.bom(one, ("TWO", "2", {}))
        make.bom(two, ("ONE", "3", {}))
    for on, code in ((date(2026, 3, 31), "OLD"), (date(2026, 4, 1), "NEW")):
        assert amounts(structure(database, "TOP", on)) == {code: 1}
    states = [r.state for r in structure(database, "TOP", date(2026, 3, 2)).revisions_of(top.id)]
    assert states == [RevisionState.IN_FORCE, RevisionState.LATER, RevisionState.RETIRED]
    found = structure(database, "ONE", TODAY)
    assert [(part.item.code, part.circle) for part in found.walk()] == [
        ("TWO", False),
        ("ONE", True),
    ]
    assert len(list(where_used(database, "ONE", TODAY).walk())) == 2


def test_units_that_do_not_convert_are_named_and_count_nothing(database: Database) -> None:
    with database.write("test") as session:
        make = Maker(session)
        metre = make.unit("m")
        top = make.item("TOP", ItemSource.MAKE)
        make.bom(top, ("A", "1", {"unit_id": metre.id}), ("B", "1", {}))
    found = structure(database, "TOP", TODAY)
    assert amounts(found) == {"A": 0, "B": 1}
    (problem,) = found.problems
    assert "m" in problem.text("en")


def test_the_number_of_statements_does_not_grow_with_the_levels(database: Database) -> None:
    with database.write("test") as session:
        make = Maker(session)
        for level in range(12):
            parent = make.item(f"L{level}", ItemSource.MAKE)
            make.item(f"L{level + 1}", ItemSource.MAKE)
            make.bom(parent, (f"L{level + 1}", "2", {}), (f"X{level}", "1", {}))
    with counted(database) as sent:
        found = structure(database, "L0", TODAY)
    assert len(sent) <= 13, sent
    assert amounts(found)["X11"] == 2**11
    with counted(database) as sent:
        used = where_used(database, "L12", TODAY)
    assert len(sent) <= 13, sent
    assert [use.per_unit for use in used.walk()][-1] == 2**12


def test_an_item_that_is_not_there(database: Database, plant: SmallPlant) -> None:
    for query in (structure, where_used):
        with pytest.raises(NotFound, match="nothing"):
            query(database, "nothing", TODAY)


def test_two_revisions_compared() -> None:
    before = [
        {"component_code": "A", "quantity": Decimal(1), "line_no": 1, "revision": "A"},
        {"component_code": "B", "quantity": Decimal(1), "consumed_at_step": 10},
        {"component_code": "C", "quantity": Decimal(1)},
    ]
    after = [
        {"component_code": "A", "quantity": Decimal(1), "line_no": 3, "revision": "B"},
        {"component_code": "B", "quantity": Decimal(2), "consumed_at_step": 20},
        {"component_code": "D", "quantity": Decimal(1)},
    ]
    same, changed, added, removed = compare("BOM", before, after)
    assert same.same
    assert changed.columns == ("quantity", "consumed_at_step")
    assert (added.before, removed.after) == (None, None)
