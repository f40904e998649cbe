"""What the routing editor reads and writes, in a database."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from app.core.errors import Conflict, NotFound
from app.models.database import Database
from app.services.edit import apply_edit
from app.services.exchange.sheets import SHEETS
from app.services.masters.edits import ChangeRows, RowChange
from app.services.masters.rows import master_rows
from app.services.products.revisions import copy_revision, retire_revision, set_dates
from app.services.products.routing_edits import (
    as_template,
    follow_template,
    insert_step,
    move_step,
    own_from_template,
    remove_step,
    renumber_evenly,
)
from app.services.products.routing_reading import (
    RoutingReading,
    read_routing,
    template_revision,
)
from tests.services.statements import counted

TODAY = date(2026, 3, 2)


def read(database: Database, item: str = "", family: str = "", revision: str = "",
         pieces: int = 100, on: date = TODAY) -> RoutingReading:  # fmt: skip
    return read_routing(database, item, family, on, revision, Decimal(pieces))


def steps(reading: RoutingReading) -> list[Mapping[str, Any]]:
    return [row.values for row in reading.shown.steps]


def everything(database: Database) -> dict[str, Any]:
    return {
        sheet.key: sorted((row.values for row in master_rows(database, sheet.key)), key=repr)
        for sheet in SHEETS
    }


def test_an_items_own_routing_comes_before_its_familys(whole: Database) -> None:
    own = read(whole, "0015-w")
    assert (own.template, own.has_template, own.shown.revision) == (False, True, "A")
    assert [row["step_no"] for row in steps(own)] == [10, 20, 30]
    assert [each.code for each in own.used_by] == ["0015-W"]
    template = read(whole, "0015-G")
    assert template.template
    assert [each.code for each in template.used_by] == ["0015-G"]
    assert steps(template)[0]["family"] == "花线"
    family = read(whole, family="花线")
    assert family.item is None
    assert [each.code for each in family.used_by] == ["0015-G"]
    assert steps(family) == steps(template)
    nothing = read(whole, "GP-B")
    assert nothing.shown is None
    assert nothing.revisions == ()
    with pytest.raises(NotFound):
        read(whole, "no such item")


def test_times_by_machine_with_its_own_rate_and_efficiency(whole: Database) -> None:
    reading = read(whole, "0015-W", pieces=40)
    cast = reading.times[10]
    # CT-01 takes 52 minutes a turn, at an efficiency of 95 %.
    assert cast[0].place == "CT-01"
    assert cast[0].setup_minutes == 15
    assert cast[0].turns is not None
    assert cast[0].run_minutes == -(-cast[0].turns * 52 * 100 // 95)
    assert [each.place for each in cast] == ["CT-01", "CT-02"]
    # The second machine has no rate of its own: the step's 55 minutes.
    assert cast[1].run_minutes == cast[1].turns * 55
    dry, plate = reading.times[20][0], reading.times[30][0]
    assert (dry.place, dry.run_minutes) == ("DR-01", 600)
    assert (plate.place, plate.outside, plate.run_minutes) == ("DD", True, 3 * 1440)


def test_everything_is_read_in_a_fixed_number_of_statements(whole: Database) -> None:
    with counted(whole) as sent:
        read(whole, "0015-W")
    first = len(sent)
    assert first <= 60
    reading = read(whole, "0015-W")
    rows = [row.values for row in reading.shown.steps]
    for _ in range(4):
        edit, _number = insert_step(rows, 10, rows[0], reading.followers)
        apply_edit(whole, edit, "li")
        reading = read(whole, "0015-W")
        rows = [row.values for row in reading.shown.steps]
    with counted(whole) as sent:
        read(whole, "0015-W")
    assert len(sent) <= first


def test_steps_change_and_undo_brings_all_back(whole: Database) -> None:
    before = everything(whole)
    reading = read(whole, "0015-W")
    rows = sorted(steps(reading), key=lambda row: row["step_no"])
    assert [line["consumed_at_step"] for line in reading.followers.lines] == [10]
    done = []

    def do(edit: Any) -> list[Mapping[str, Any]]:
        apply_edit(whole, edit, "li")
        done.append(edit)
        return sorted(steps(read(whole, "0015-W")), key=lambda row: row["step_no"])

    edit, number = insert_step(rows, 10, {**rows[0], "step_name": "修整"}, reading.followers)
    rows = do(edit)
    assert [(row["step_no"], row.get("predecessors")) for row in rows] == [
        (10, None), (15, None), (20, "15FS+5"), (30, None),
    ]  # fmt: skip
    assert number == 15
    rows = do(renumber_evenly(rows, read(whole, "0015-W").followers))
    assert [(row["step_no"], row.get("predecessors")) for row in rows] == [
        (10, None), (20, None), (30, "20FS+5"), (40, None),
    ]  # fmt: skip
    assert rows[0]["tool_held_until_step"] == 30
    rows = do(move_step(rows, 10, 1, read(whole, "0015-W").followers))
    assert [row["step_name"] for row in rows] == ["修整", "浇注", "烘干", "电镀"]
    line = next(row for row in master_rows(whole, "BOM") if row.values["parent_code"] == "0015-W")
    assert line.values["consumed_at_step"] == 20
    rows = do(remove_step(rows, 30, read(whole, "0015-W").followers))
    assert [row["step_no"] for row in rows] == [10, 20, 40]
    assert rows[1].get("tool_held_until_step") is None
    for edit in reversed(done):
        apply_edit(whole, edit.inverse(), "li")
    assert everything(whole) == before


def test_revisions_of_a_routing(whole: Database) -> None:
    before = everything(whole)
    rows = steps(read(whole, "0015-W"))
    done = []
    for make, more in (
        (copy_revision, {"to": "B", "start": date(2026, 4, 1), "close": True}),
        (set_dates, {"start": date(2026, 1, 1), "end": date(2026, 4, 30)}),
        (retire_revision, {}),
    ):
        rows = steps(read(whole, "0015-W", revision="A"))
        edit = make("Routings", rows, **more)
        apply_edit(whole, edit, "li")
        done.append(edit)
    states = {each.revision: each.state.value for each in read(whole, "0015-W").revisions}
    assert states == {"A": "retired", "B": "later"}
    reading = read(whole, "0015-W", on=date(2026, 4, 1))
    assert reading.shown.revision == "B"
    for edit in reversed(done):
        apply_edit(whole, edit.inverse(), "li")
    assert everything(whole) == before


def test_templates_and_own_routings(whole: Database) -> None:
    before = everything(whole)
    own = own_from_template(steps(read(whole, "0015-G")), "0015-G")
    apply_edit(whole, own, "li")
    assert not read(whole, "0015-G").template
    assert read(whole, family="花线").used_by == ()
    apply_edit(whole, own.inverse(), "li")
    assert everything(whole) == before
    assert template_revision(whole, "花线") == "B"
    template = as_template(steps(read(whole, "0015-W")), "花线", "B")
    apply_edit(whole, template, "li")
    reading = read(whole, "0015-G")
    assert (reading.shown.revision, len(steps(reading))) == ("B", 3)
    rows = [[row.values for row in each.steps] for each in read(whole, "0015-W").revisions]
    follow = follow_template(rows)
    apply_edit(whole, follow, "li")
    assert [each.code for each in read(whole, "0015-W").used_by] == ["0015-G", "0015-W"]
    for edit in (follow, template):
        apply_edit(whole, edit.inverse(), "li")
    assert everything(whole) == before


def test_a_step_changed_elsewhere_is_a_conflict(whole: Database) -> None:
    reading = read(whole, "0015-W")
    rows = sorted(steps(reading), key=lambda row: row["step_no"])
    other = {**rows[1], "predecessors": "10SS"}
    apply_edit(whole, ChangeRows("Routings", (RowChange(rows[1], other),)), "wang")
    before = everything(whole)
    edit, _ = insert_step(rows, 10, rows[0], reading.followers)
    with pytest.raises(Conflict):
        apply_edit(whole, edit, "li")
    assert everything(whole) == before
