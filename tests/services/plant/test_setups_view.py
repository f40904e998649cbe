"""Setup matrices as the editor shows, fills and changes them agree with what the engine gets."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, update

from app.core.choices import SetupCombine
from app.core.errors import Conflict, RuleBroken
from app.models.database import Database
from app.models.plant import Machine, SetupAttribute, SetupGroup, SetupPair
from app.models.products import Item, Routing
from app.scheduling.problem import Combine, SetupRule
from app.scheduling.setups import combined
from app.services.edit import apply_edit
from app.services.masters.edits import InUse
from app.services.masters.rows import master_rows
from app.services.planning.setup_rules import Families, SetupRules
from app.services.plant.setup_checks import check_attribute
from app.services.plant.setup_cover import cover
from app.services.plant.setup_edits import (
    EMPTY,
    MOST_MINUTES,
    CellWish,
    Empty,
    add_attribute,
    change_attribute,
    change_cells,
    change_combine,
    change_pairs,
    mirrored,
    read_minutes,
    remove_attribute,
    remove_attribute_alone,
)
from app.services.plant.setup_fill import (
    DifferenceRule,
    GroupRule,
    OrderRule,
    light_to_dark,
    number_in,
    preview,
)
from app.services.plant.setup_group_edits import (
    add_group,
    change_group,
    move_values,
    remove_group,
    remove_group_with_pairs,
    remove_value,
    rename_group,
    set_groups,
)
from app.services.plant.setup_view import (
    AttributeMatrix,
    Rule,
    SetupSheet,
    setup_scopes,
    setup_sheet,
)
from tests.services.small_plant import SmallPlant

COLOURS = ("white", "cream", "red", "black")


@pytest.fixture
def colours(database: Database, plant: SmallPlant) -> Database:
    """Four items in four colours on the presses; groups light and dark; one machine of its own."""
    with database.write("test") as session:
        session.execute(delete(SetupPair))
        for number, colour in enumerate(COLOURS[1:], 2):
            item = session.get_one(Item, plant.item)
            session.add(Item(code=f"A{number}", name=colour, unit_id=plant.unit, family="angles",
                             category=item.category, source=item.source,
                             setup_attributes=[colour, str(1000 * number)]))  # fmt: skip
        session.get_one(Item, plant.item).family = "angles"

        routing = session.get_one(Routing, plant.routing)
        routing.item_id, routing.family = None, "angles"
        session.get_one(Machine, plant.press_1).current_setup = ["Cream"]
        session.add(SetupAttribute(work_centre_id=plant.centre, position=2, name="length",
                                   combine=SetupCombine.SUM, default_minutes=3))  # fmt: skip
        session.add_all(
            [
                SetupGroup(attribute="colour", name="light", members=["white", "cream"]),
                SetupGroup(attribute="colour", name="dark", members=["red", "black"]),
            ]
        )
    return database


def put(database: Database, plant: SmallPlant, *pairs: tuple[str, str, int | None],
        machine: bool = False) -> None:  # fmt: skip
    with database.write("test") as session:
        for start, end, minutes in pairs:
            session.add(SetupPair(
                work_centre_id=None if machine else plant.centre,
                machine_id=plant.press_1 if machine else None,
                attribute="colour", from_value=start, to_value=end, minutes=minutes,
            ))  # fmt: skip


def colour(database: Database, kind: str = "work_centre", code: str = "PRESS") -> AttributeMatrix:
    found = setup_sheet(database, kind, code).attribute("Colour")
    assert found is not None
    return found


def sheet(database: Database) -> SetupSheet:
    return setup_sheet(database, "work_centre", "PRESS")


def stored(database: Database) -> set[tuple[Any, ...]]:
    return {
        (v["scope"], v["attribute"], v["from"], v["to"], v["minutes"])
        for v in (row.values for row in master_rows(database, "SetupMatrix"))
    }


# ---------------------------------------------------------------- what is shown


def test_values_are_those_of_items_made_there_of_machines_and_of_pairs(
    colours: Database, plant: SmallPlant
) -> None:
    put(colours, plant, ("gold", "dark", 40))
    values = {v.text: (v.items, v.machines) for v in colour(colours).values}
    assert values == {
        "black": (1, ()), "cream": (1, ("P1",)), "gold": (0, ()), "red": (1, ()), "white": (1, ()),
    }  # fmt: skip


def test_which_rule_decides(colours: Database, plant: SmallPlant) -> None:
    put(colours, plant, ("*", "*", 25), ("light", "dark", 15), ("white", "red", 12),
        ("black", "*", None), ("red", "=", 4))  # fmt: skip
    found = colour(colours)
    outcomes = {
        pair: (found.outcome(*pair).minutes, found.outcome(*pair).rule)
        for pair in [("white", "red"), ("white", "black"), ("red", "white"), ("black", "white"),
                     ("white", "white"), ("red", "red")]
    }  # fmt: skip
    assert outcomes == {
        ("white", "red"): (12, Rule.LISTED),
        ("white", "black"): (15, Rule.GROUP),
        ("red", "white"): (25, Rule.ANY),
        ("black", "white"): (None, Rule.ANY),
        ("white", "white"): (0, Rule.SAME),
        ("red", "red"): (4, Rule.LISTED),
    }
    pair = found.outcome("white", "black").pair
    assert pair is not None
    assert (pair["from"], pair["to"]) == ("light", "dark")


def test_without_a_pair_the_default_holds(colours: Database, plant: SmallPlant) -> None:
    assert colour(colours).outcome("white", "red").rule is Rule.DEFAULT
    assert colour(colours).outcome("white", "red").minutes == 30
    with colours.write("test") as session:
        session.execute(update(SetupAttribute).values(default_forbidden=True))
    assert colour(colours).outcome("white", "red").minutes is None


def test_any_pair_of_the_machine_wins_over_its_work_centre(
    colours: Database, plant: SmallPlant
) -> None:
    put(colours, plant, ("white", "red", 12))
    put(colours, plant, ("*", "red", 50), machine=True)
    machine = colour(colours, "machine", "P1").outcome("white", "red")
    assert (machine.minutes, machine.of_machine) == (50, True)
    other = colour(colours, "machine", "P2").outcome("white", "red")
    assert (other.minutes, other.of_machine) == (12, False)
    scopes = {s.code: (s.kind, s.own_pairs) for s in setup_scopes(colours)}
    assert (scopes["PRESS"], scopes["P1"]) == (("work_centre", 1), ("machine", 1))


PAIRS = st.dictionaries(
    st.tuples(
        st.sampled_from([*COLOURS, "light", "dark", "*"]),
        st.sampled_from([*COLOURS, "light", "dark", "*", "="]),
    ),
    st.none() | st.integers(0, 90),
    max_size=14,
)


@given(PAIRS, PAIRS, st.booleans())
@settings(
    max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
def test_the_editor_shows_what_the_engine_gets(
    colours: Database, plant: SmallPlant, of_centre: dict[Any, Any], of_machine: dict[Any, Any],
    forbidden: bool,
) -> None:  # fmt: skip
    with colours.write("test") as session:
        session.execute(delete(SetupPair))
        session.execute(update(SetupAttribute).values(default_forbidden=forbidden))
    put(colours, plant, *((a, b, m) for (a, b), m in of_centre.items()))
    put(colours, plant, *((a, b, m) for (a, b), m in of_machine.items()), machine=True)
    with colours.read() as session:
        rules, families = SetupRules(session), Families()
        numbers = [rules.families([text], families)[0] for text in COLOURS]
        press = session.get_one(Machine, plant.press_1)
        key = rules.key(press.id, press.work_centre_id)
        assert key is not None
        rule: SetupRule = rules.rule(key, families)
    found = colour(colours, "machine", "P1")
    covered, texts = cover(found), [value.text for value in found.values]
    for first, start in enumerate(texts):
        for last, end in enumerate(texts):
            outcome = found.outcome(start, end)
            missing = outcome.rule is Rule.DEFAULT
            assert bool(covered.undecided[first, last]) == missing, (start, end)
            assert bool(covered.rivals[first, last]) == (start != end and bool(outcome.rivals))
    for first, start in zip(numbers, COLOURS, strict=True):
        for last, end in zip(numbers, COLOURS, strict=True):
            wanted = combined(rule.parts, Combine.SUM, (first, -1), (last, -1))
            shown = found.outcome(start, end)
            assert (None if wanted is None else wanted.minutes) == shown.minutes, (start, end)


@pytest.mark.parametrize("combine", list(SetupCombine))
def test_a_trial_puts_the_parts_together_as_the_engine_does(
    colours: Database, plant: SmallPlant, combine: SetupCombine
) -> None:
    put(colours, plant, ("white", "red", 12), ("red", "black", None))
    with colours.write("test") as session:
        session.execute(update(SetupAttribute).values(combine=combine))
    found = sheet(colours)
    assert found.combine is combine
    trial = found.trial(["white", "1000"], ["red", "2500"])
    assert trial.total is not None
    assert [part.minutes for part in trial.parts if part] == [12, 3]
    wanted = {SetupCombine.SUM: 15, SetupCombine.MAX: 12, SetupCombine.FIRST: 12}[combine]
    assert trial.total.minutes == wanted
    only_length = found.trial(["white", "1000"], ["White", "2500"])
    assert only_length.total is not None
    assert only_length.total.minutes == 3
    assert found.trial(["red", "1000"], ["black", "1000"]).total is None
    nothing = found.trial(["", ""], ["red", "2500"])
    assert (nothing.parts, nothing.total.minutes if nothing.total else None) == ((None, None), 0)


# ---------------------------------------------------------------- cells


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("15", 15), (" 15 min", 15), ("15分", 15), ("\uff11\uff15", 15), ("x", None), ("X", None),
     ("禁止", None), ("禁", None), ("forbidden", None), ("0", 0)],
)  # fmt: skip
def test_minutes_as_people_type_them(text: str, wanted: int | None) -> None:
    assert read_minutes(text) == wanted


@pytest.mark.parametrize("text", ["1.5", "abc", "-3", "99999", "15 20"])
def test_other_texts_are_refused_with_what_to_type(text: str) -> None:
    with pytest.raises(RuleBroken, match="forbidden"):
        read_minutes(text)


def test_an_empty_cell_is_no_minutes() -> None:
    assert isinstance(read_minutes("  "), Empty)


def test_a_block_of_cells_is_one_edit_and_undo_brings_it_back(
    colours: Database, plant: SmallPlant
) -> None:
    put(colours, plant, ("white", "red", 12), ("red", "white", 60), ("light", "dark", 15))
    before = stored(colours)
    edit = change_cells(
        sheet(colours),
        colour(colours),
        [
            CellWish("WHITE", "red", 13),
            CellWish("red", "white", EMPTY),
            CellWish("black", "white", None),
            CellWish("light", "dark", 15),
            CellWish("dark", "dark", EMPTY),
        ],
    )
    assert edit is not None
    assert len(edit.changes) == 3
    apply_edit(colours, edit, "li")
    assert stored(colours) == {
        ("PRESS", "colour", "white", "red", "13"),
        ("PRESS", "colour", "black", "white", "禁止"),
        ("PRESS", "colour", "light", "dark", "15"),
    }
    apply_edit(colours, edit.inverse(), "li")
    assert stored(colours) == before
    assert change_cells(sheet(colours), colour(colours), [CellWish("white", "red", 12)]) is None


def test_two_people_on_one_cell_is_a_conflict(colours: Database, plant: SmallPlant) -> None:
    put(colours, plant, ("white", "red", 12))
    mine = change_cells(sheet(colours), colour(colours), [CellWish("white", "red", 13)])
    yours = change_cells(sheet(colours), colour(colours), [CellWish("white", "red", 14)])
    assert mine is not None
    assert yours is not None
    apply_edit(colours, mine, "li")
    with pytest.raises(Conflict, match="13"):
        apply_edit(colours, yours, "wang")


def test_the_other_columns_of_several_pairs(colours: Database, plant: SmallPlant) -> None:
    put(colours, plant, ("white", "red", 12), ("red", "white", None))
    places = [("white", "red"), ("red", "white")]
    columns = {"cost": Decimal(15), "skill": "casting", "heads": 2, "scrap_item": "A",
               "scrap_qty": Decimal(3)}  # fmt: skip
    edit = change_pairs(sheet(colours), colour(colours), places, columns)
    assert edit is not None
    apply_edit(colours, edit, "li")
    rows = [colour(colours).listed(*place) for place in places]
    assert [(r.values["cost"], r.values["heads"], r.values["minutes"]) for r in rows if r] == [
        (Decimal(15), 2, "12"), (Decimal(15), 2, "禁止")]  # fmt: skip
    assert colour(colours).outcome("white", "red").cost == 15
    assert change_pairs(sheet(colours), colour(colours), places, {"heads": 2}) is None
    with pytest.raises(RuleBroken, match="cream → red"):
        change_pairs(sheet(colours), colour(colours), [*places, ("cream", "red")], {"heads": 1})
    more = change_pairs(
        sheet(colours), colour(colours), [*places, ("cream", "red")],
        {"minutes": "20", "cost": None, "heads": None},
    )  # fmt: skip
    assert more is not None
    apply_edit(colours, more, "li")
    left = colour(colours).listed("white", "red")
    assert left is not None
    assert ("cost" in left.values, left.values["minutes"]) == (False, "20")
    assert colour(colours).outcome("cream", "red").minutes == 20
    apply_edit(colours, more.inverse(), "li")
    assert colour(colours).outcome("cream", "red").rule is Rule.DEFAULT
    assert colour(colours).outcome("red", "white").minutes is None


def test_mirrored_cells(colours: Database, plant: SmallPlant) -> None:
    put(colours, plant, ("white", "red", 12), ("red", "black", None), ("red", "=", 5))
    places = [("white", "red"), ("red", "black"), ("red", "="), ("white", "black")]
    assert mirrored(colour(colours), places) == [
        CellWish("red", "white", 12),
        CellWish("black", "red", None),
    ]


# ---------------------------------------------------------------- attributes and groups


def test_attributes_are_added_changed_renamed_and_removed_with_all_that_hangs_on_them(
    colours: Database, plant: SmallPlant
) -> None:
    put(colours, plant, ("light", "red", 12))
    put(colours, plant, ("white", "red", 13), machine=True)
    with pytest.raises(RuleBroken, match="in use"):
        add_attribute(sheet(colours), 1, "recipe")
    with pytest.raises(RuleBroken, match="COLOUR"):
        add_attribute(sheet(colours), 3, "COLOUR")
    apply_edit(colours, add_attribute(sheet(colours), 3, "recipe"), "li")
    changed = change_attribute(sheet(colours), colour(colours), default_min=40, campaign_min=90)
    assert changed is not None
    apply_edit(colours, changed, "li")
    assert colour(colours).row.values["campaign_min"] == 90
    together = change_combine(sheet(colours), SetupCombine.MAX)
    assert together is not None
    apply_edit(colours, together, "li")
    assert {a.row.values["combine"] for a in sheet(colours).attributes} == {SetupCombine.MAX}
    renamed = change_attribute(sheet(colours), colour(colours), name="paint")
    assert renamed is not None
    apply_edit(colours, renamed, "li")
    found = sheet(colours)
    assert [a.name for a in found.attributes] == ["paint", "length", "recipe"]
    paint = found.attributes[0]
    assert paint.outcome("white", "red").minutes == 12
    assert setup_sheet(colours, "machine", "P1").attributes[0].outcome("white", "red").minutes == 13
    gone = remove_attribute(paint)
    apply_edit(colours, gone, "li")
    assert stored(colours) == set()
    assert master_rows(colours, "SetupGroups") == ()
    apply_edit(colours, gone.inverse(), "li")
    assert sheet(colours).attributes[0].outcome("white", "red").minutes == 12
    apply_edit(colours, renamed.inverse(), "li")
    assert colour(colours).outcome("white", "red").minutes == 12


def test_groups_that_another_work_centre_needs_stay(colours: Database, plant: SmallPlant) -> None:
    with colours.write("test") as session:
        oven = session.get_one(Machine, plant.oven)
        session.add(SetupAttribute(work_centre_id=oven.work_centre_id, position=1, name="Colour"))
    renamed = change_attribute(sheet(colours), colour(colours), name="paint")
    assert renamed is not None
    apply_edit(colours, renamed, "li")
    names = sorted((r.values["attribute"], r.values["name"]) for r in
                   master_rows(colours, "SetupGroups"))  # fmt: skip
    assert names == [("colour", "dark"), ("colour", "light"), ("paint", "dark"), ("paint", "light")]


def test_groups_are_set_as_a_whole_and_renamed_with_their_pairs(
    colours: Database, plant: SmallPlant
) -> None:
    put(colours, plant, ("light", "dark", 15))
    edit = set_groups(colour(colours), {"light": ["white"], "dark": ["black"],
                                        "warm": ["red", "Red "]})  # fmt: skip
    assert edit is not None
    apply_edit(colours, edit, "li")
    assert colour(colours).members("WARM") == ("Red",)
    assert colour(colours).members("dark") == ("black",)
    for bad in ("white", "*", " "):
        with pytest.raises(RuleBroken, match="group"):
            set_groups(colour(colours), {bad: ["red"]})
    renamed = rename_group(colour(colours), "light", "pale")
    assert renamed is not None
    apply_edit(colours, renamed, "li")
    assert stored(colours) == {("PRESS", "colour", "pale", "dark", "15")}
    apply_edit(colours, renamed.inverse(), "li")
    apply_edit(colours, edit.inverse(), "li")
    assert colour(colours).outcome("white", "red").rule is Rule.GROUP


def test_groups_are_made_changed_and_their_values_moved(
    colours: Database, plant: SmallPlant
) -> None:
    put(colours, plant, ("light", "dark", 15))
    apply_edit(colours, add_group(colour(colours), "warm", ["red", " RED", "gold"]), "li")
    assert len(colour(colours).members("warm")) == 2
    for name, members, why in (("Warm", ["x"], "already"), ("cold", [" "], "needs a value")):
        with pytest.raises(RuleBroken, match=why):
            add_group(colour(colours), name, members)
    moved = move_values(colour(colours), [("cream", "light"), ("gold", "warm")], "dark")
    assert moved is not None
    apply_edit(colours, moved, "li")
    assert colour(colours).members("dark") == ("red", "black", "cream", "gold")
    assert colour(colours).members("light") == ("white",)
    last = move_values(colour(colours), [("white", "light")], "")
    assert last is not None
    with pytest.raises(InUse, match="light"):
        apply_edit(colours, last, "li")
    apply_edit(colours, moved.inverse(), "li")
    assert colour(colours).members("light") == ("white", "cream")
    changed = change_group(colour(colours), "light", "pale", ["white", "ivory"])
    assert changed is not None
    apply_edit(colours, changed, "li")
    assert colour(colours).members("pale") == ("white", "ivory")
    assert colour(colours).outcome("ivory", "black").minutes == 15


def test_what_pairs_name_goes_with_them_or_not_at_all(colours: Database, plant: SmallPlant) -> None:
    put(colours, plant, ("light", "dark", 15), ("gold", "light", 9), ("dark", "*", 8))
    before = stored(colours)
    with pytest.raises(InUse) as refused:
        apply_edit(colours, remove_group(colour(colours), "light"), "li")
    (use,) = refused.value.users
    assert (use.kind, use.count) == ("setup_pair", 2)
    assert any("light · dark" in name for name in use.examples)
    assert "retire" not in str(refused.value)
    with pytest.raises(InUse) as refused:
        apply_edit(colours, remove_attribute_alone(colour(colours)), "li")
    assert [(u.kind, u.count) for u in refused.value.users] == [
        ("setup_pair", 3), ("setup_group", 2)]  # fmt: skip
    with pytest.raises(InUse) as refused:
        apply_edit(colours, remove_value(colour(colours), "CREAM"), "li")
    assert {(u.kind, u.examples) for u in refused.value.users} == {
        ("item", ("A2",)), ("machine", ("P1",))}  # fmt: skip
    gold = remove_value(colour(colours), "gold")
    apply_edit(colours, gold, "li")
    assert "gold" not in {value.text for value in colour(colours).values}
    apply_edit(colours, gold.inverse(), "li")
    assert stored(colours) == before
    with_pairs = remove_group_with_pairs(colour(colours), "light")
    apply_edit(colours, with_pairs, "li")
    assert stored(colours) == {("PRESS", "colour", "dark", "*", "8")}
    apply_edit(colours, with_pairs.inverse(), "li")
    assert stored(colours) == before
    assert colour(colours).members("light") == ("white", "cream")


# ---------------------------------------------------------------- filling by rule


@given(
    st.permutations(COLOURS), st.integers(0, 60), st.integers(0, 30), st.integers(0, 30),
    st.none() | st.integers(0, 3), st.none() | st.integers(0, 3),
)  # fmt: skip
def test_an_order_gives_base_and_steps_and_forbids_long_ones(
    order: list[str], base: int, up: int, down: int, most_up: int | None, most_down: int | None
) -> None:
    wishes = OrderRule(tuple(order), base, up, down, most_up, most_down).wishes()
    assert len(wishes) == len(order) * (len(order) - 1)
    for wish in wishes:
        steps = order.index(wish.end) - order.index(wish.start)
        most, each = (most_up, up) if steps > 0 else (most_down, down)
        if most is not None and abs(steps) > most:
            assert wish.wanted is None
        else:
            assert wish.wanted == base + abs(steps) * each


@given(
    st.lists(st.integers(1, 5000), min_size=2, max_size=6, unique=True),
    st.integers(0, 30), st.integers(0, 9), st.integers(0, 9), st.integers(1, 700),
    st.none() | st.integers(0, 4000),
)  # fmt: skip
def test_a_difference_of_numbers_gives_begun_steps(
    numbers: list[int], base: int, up: int, down: int, size: int, beyond: int | None
) -> None:
    texts = tuple(f"{n} mm" for n in numbers)
    limit = None if beyond is None else Decimal(beyond)
    for wish in DifferenceRule(texts, base, up, down, Decimal(size), limit).wishes():
        was, wanted = (int(text.split()[0]) for text in (wish.start, wish.end))
        if beyond is not None and abs(wanted - was) > beyond:
            assert wish.wanted is None
        else:
            sizes = (abs(wanted - was) + size - 1) // size
            minutes = base + sizes * (up if wanted > was else down)
            assert wish.wanted == min(minutes, MOST_MINUTES)


def test_values_without_a_number_are_named() -> None:
    with pytest.raises(RuleBroken, match="cream"):
        DifferenceRule(("2500", "cream", "R6-10"), 0, 1, 1, Decimal(1)).wishes()
    assert [number_in(t) for t in ("R600", "2.5 m", "-3", "", "1x2")] == [
        Decimal(600), Decimal("2.5"), Decimal(-3), None, None]  # fmt: skip


def test_groups_inside_and_between(colours: Database, plant: SmallPlant) -> None:
    lines = preview(colour(colours), GroupRule(("light", "dark"), 5, None))
    edit = change_cells(sheet(colours), colour(colours), [line.wish for line in lines])
    assert edit is not None
    apply_edit(colours, edit, "li")
    found = colour(colours)
    assert found.outcome("white", "cream").minutes == 5
    assert found.outcome("cream", "red").minutes is None
    assert found.outcome("white", "white").minutes == 0


def test_the_preview_says_what_would_change_and_typed_pairs_can_stay(
    colours: Database, plant: SmallPlant
) -> None:
    put(colours, plant, ("white", "cream", 10), ("cream", "white", 99))
    rule = OrderRule(("white", "cream"), 5, 5, 10)
    lines = {(line.wish.start, line.wish.end): line for line in preview(colour(colours), rule)}
    assert not lines["white", "cream"].changes
    assert lines["cream", "white"].changes
    kept = preview(colour(colours), rule, only_empty=True)
    assert not any(line.changes for line in kept)
    now = lines["cream", "white"].now
    assert now is not None
    assert now.minutes == 99


def test_a_rule_for_thousands_of_pairs_is_refused_before_it_is_worked_out(
    colours: Database, plant: SmallPlant
) -> None:
    values = tuple(str(n) for n in range(2000))
    with pytest.raises(RuleBroken, match=r"3,?998,?000"):
        preview(colour(colours), OrderRule(values, 1, 1, 1))


def test_colour_words_from_light_to_dark() -> None:
    known, unknown = light_to_dark(["黑", "描金", "PL-08", "白", "香槟", "深灰"])
    assert known == ["白", "香槟", "描金", "深灰", "黑"]
    assert unknown == ["PL-08"]


# ---------------------------------------------------------------- checks


def test_what_may_be_wrong_is_told_with_the_pairs(colours: Database, plant: SmallPlant) -> None:
    put(colours, plant, ("light", "*", 10), ("*", "dark", 20), ("=", "red", 3), ("gold", "red", 4))
    found = {f.code: f for f in check_attribute(sheet(colours), colour(colours))}
    assert set(found) == {"missing", "rivals", "same_as_from", "unknown_values"}
    assert ("red", "white") in found["missing"].places
    assert ("white", "red") in found["rivals"].places
    assert found["same_as_from"].places == (("=", "red"),)
    assert found["unknown_values"].places == (("gold", "red"),)
    for finding in found.values():
        assert finding.text.text("en")
        assert finding.text.text("zh")


def test_a_station_without_changeovers_is_told(colours: Database, plant: SmallPlant) -> None:
    with colours.write("test") as session:
        bench = session.get_one(Machine, plant.bench)
        session.add(SetupAttribute(work_centre_id=bench.work_centre_id, position=1, name="colour"))
    pack = setup_sheet(colours, "work_centre", "PACK")
    codes = [f.code for f in check_attribute(pack, pack.attributes[0])]
    assert "cumulative" in codes


def test_pairs_of_retired_machines_are_renamed_too(colours: Database, plant: SmallPlant) -> None:
    put(colours, plant, ("white", "red", 13), machine=True)
    with colours.write("test") as session:
        session.get_one(Machine, plant.press_1).active = False
    renamed = change_attribute(sheet(colours), colour(colours), name="paint")
    assert renamed is not None
    apply_edit(colours, renamed, "li")
    with colours.read() as session:
        assert set(session.scalars(select(SetupPair.attribute))) == {"paint"}
