"""``-`` deletes a value, an empty cell leaves it: for every column of every sheet."""

from __future__ import annotations

from typing import Any

import pytest

from app.models.database import Database
from app.services.exchange.export_rows import export_rows
from app.services.exchange.sheets import SHEETS, sheet
from tests.services.exchange.conftest import Bring
from tests.services.exchange.small_rows import Rows, changed, small_rows

# Deleting is refused here, and said: something else would have no meaning without the value.
KEPT = {("Orders", "customer"), ("Suppliers", "min_quantity"), ("Suppliers", "price"),
        ("Suppliers", "priority")}  # fmt: skip


def _bare(key: str, row: dict[str, Any]) -> dict[str, Any]:
    """The cells a row cannot do without."""
    known = {column.key for column in sheet(key).columns if column.required}
    return {name: value for name, value in row.items() if name in known | set(sheet(key).identity)}


def _row_like(rows: list[dict[str, Any]], key: str, row: dict[str, Any]) -> dict[str, Any]:
    names = [name for name in sheet(key).identity if name in row]
    (found,) = [other for other in rows if all(other.get(n) == row[n] for n in names)]
    return found


pytestmark = pytest.mark.parametrize("open_url", ["sqlite"], indirect=True)
"""One kind of database is enough here: the rule lives above it."""


@pytest.mark.parametrize("key", [s.key for s in SHEETS])
def test_an_empty_cell_leaves_everything(key: str, bring: Bring, database: Database) -> None:
    bring(small_rows())
    before: Rows = export_rows(database)  # type: ignore[assignment]
    report = bring({key: [_bare(key, row) for row in before[key]]})
    assert report.ok, [p.message_with_place().text("en") for p in report.problems]
    assert sum(count.changed + count.new for count in report.counts) == 0
    assert export_rows(database) == before


@pytest.mark.parametrize("key", [s.key for s in SHEETS])
def test_a_dash_deletes_or_is_refused(key: str, bring: Bring, database: Database) -> None:
    bring(small_rows())
    before: Rows = export_rows(database)  # type: ignore[assignment]
    row = before[key][0]
    optional = [name for name in row if name not in _bare(key, row) and name != "action"]
    report = bring({key: [_bare(key, row) | dict.fromkeys(optional, "-")]})
    if not report.ok:
        refused = {name for name in optional if (key, name) in KEPT or key == "Routings"}
        assert refused, [p.message_with_place().text("en") for p in report.problems]
        report = bring({key: [_bare(key, row) | dict.fromkeys(set(optional) - refused, "-")]})
    assert report.ok, [p.message_with_place().text("en") for p in report.problems]
    after = _row_like(export_rows(database)[key], key, row)
    defaults = _defaults(key)
    left = {
        name: after[name]
        for name in optional
        if (key, name) not in KEPT and name in after and after[name] not in defaults.get(name, ())
    }
    assert key == "Routings" or not left


ALSO = {
    ("Receipts", "confirmed"): "是",
    ("Orders", "unit"): "支",
    ("WorkCentres", "freeze_issued"): "是",
}


def _defaults(key: str) -> dict[str, tuple[object, ...]]:
    """What a column holds when nobody says anything."""
    found: dict[str, tuple[object, ...]] = {}
    for column in sheet(key).columns:
        words = list(column.words().values())
        also = ALSO.get((key, column.key))
        found[column.key] = ("否", 0, 1, 100, 5, 36, also, *words[:2])
    return found


def test_retired_records_stay_so_until_they_are_called_back(
    bring: Bring, database: Database
) -> None:
    machine = {"machine_code": "CT-02", "name": "浇注台2", "calendar": "白班"}
    bring(small_rows())
    actions = []
    for action in ("停用", None, "更新"):
        bring({"Machines": [machine | {"action": action}]})
        (row,) = [r for r in export_rows(database)["Machines"] if r["machine_code"] == "CT-02"]
        actions.append(row.get("action"))
    assert actions == ["停用", "停用", None]


def test_running_work_runs_until_somebody_says_it_does_not(
    bring: Bring, database: Database
) -> None:
    bring(small_rows())
    step = {"order_no": "MO-1", "step_no": 10}
    bring({"OrderProgress": [step | {"good": "110", "remaining": "30"}]})
    first = export_rows(database)["OrderProgress"][0]
    assert (first["running"], first["good"], first["remaining"]) == ("是", 110, 30)
    bring({"OrderProgress": [step | {"good": "110", "running": "否"}]})
    second = export_rows(database)["OrderProgress"][0]
    assert "running" not in second
    assert "remaining" not in second


def test_a_step_may_lose_its_machines_but_not_its_place(bring: Bring) -> None:
    rows = small_rows()
    bring(rows)
    machines = changed(rows, "Routings", 0, machines="-")
    assert bring(machines).ok
    report = bring(changed(machines, "Routings", 0, work_centre="-"))
    assert [p.message.code for p in report.problems] == ["exchange.step_without_place"]


def test_certificates_and_skills_leave_each_other(bring: Bring, database: Database) -> None:
    bring(small_rows())
    bring({"Operators": [{"badge": "0101", "name": "李敏", "calendar": "两班",
                          "certificate_until": "机修=2028-01-01"}]})  # fmt: skip
    bring({"Operators": [{"badge": "0101", "name": "李敏", "calendar": "两班",
                          "skills": "机修:A"}]})  # fmt: skip
    row = export_rows(database)["Operators"][0]
    assert (row["skills"], row["certificate_until"]) == ("机修:A", "机修=2028-01-01")


def test_an_order_without_any_number_is_refused(bring: Bring) -> None:
    rows = changed(small_rows(), "Orders", 2, external_no=None)
    report = bring(rows)
    assert [p.message.code for p in report.problems] == ["exchange.order_needs_key"]
    assert not report.written
