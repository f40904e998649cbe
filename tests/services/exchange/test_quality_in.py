"""Inspection plans come in row by row, and nothing is guessed."""

from __future__ import annotations

from typing import Any

import pytest

from app.models.database import Database
from app.services.exchange.export_rows import export_rows
from tests.services.exchange.conftest import Bring
from tests.services.exchange.small_rows import small_rows

LENGTH = {
    "plan_code": "P1", "type": "终检", "family": "花线", "number": 1, "characteristic": "长度",
    "nominal": "2500", "lower": "2498", "upper": "2502",
}  # fmt: skip


def _codes(report: Any) -> list[str]:
    return [problem.message.code for problem in report.problems]


def _plan(database: Database, code: str) -> list[dict[str, object]]:
    return [row for row in export_rows(database)["InspectionPlans"] if row["plan_code"] == code]


def test_what_is_measured_is_seen_from_the_limits(bring: Bring, database: Database) -> None:
    cracks = {"plan_code": "P1", "type": "终检", "number": 2, "characteristic": "裂纹"}
    assert bring({**small_rows(), "InspectionPlans": [LENGTH, cracks]}).ok
    assert [row["reading"] for row in _plan(database, "P1")] == ["测量", "合格与否"]
    bring({"InspectionPlans": [cracks | {"reading": "测量", "upper": "0"}]})
    assert [row["reading"] for row in _plan(database, "P1")] == ["测量", "测量"]


@pytest.mark.parametrize(
    ("cells", "code", "column"),
    [
        ({"lower": "2503"}, "limits_reversed", "下限"),
        ({"nominal": "2600"}, "nominal_outside", "标准值"),
        ({"aql_major": "3"}, "no_aql", "AQL严重"),
        ({"item_code": "0015-W"}, "item_and_family", "物料编码"),
        ({"item_code": "NONE"}, "unknown_item", "物料编码"),
        ({"reading": "合格与否"}, "limits_without_reading", "判定方式"),
        ({"nominal": None, "lower": None, "upper": None, "reading": "测量"},
         "measured_without_limits", "标准值"),
        ({"sample_size": 0}, "above_zero", "样本数"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_at_its_cell(
    bring: Bring, cells: dict[str, Any], code: str, column: str
) -> None:
    report = bring({**small_rows(), "InspectionPlans": [LENGTH | cells]})
    assert _codes(report) == [f"exchange.{code}"]
    assert report.problems[0].column == column
    assert not report.written


def test_two_rows_that_say_different_things_of_one_plan_are_refused(bring: Bring) -> None:
    second = LENGTH | {"number": 2, "characteristic": "宽度", "level": "III"}
    report = bring({**small_rows(), "InspectionPlans": [LENGTH | {"level": "II"}, second]})
    assert _codes(report) == ["exchange.plan_contradicts"]
    assert report.problems[0].row == 5
    assert "row 4" in report.problems[0].message.text("en")


def test_a_number_twice_in_one_plan_is_refused(bring: Bring) -> None:
    other = LENGTH | {"characteristic": "宽度"}
    report = bring({**small_rows(), "InspectionPlans": [LENGTH, other]})
    assert _codes(report) == ["exchange.double_record"]
    assert not report.written


@pytest.mark.parametrize("head", [{"family": "花线"}, {"item_code": "0015-W", "family": None}, {}])
def test_a_step_that_no_routing_has_is_a_warning(bring: Bring, head: dict[str, Any]) -> None:
    right, wrong = (LENGTH | head | {"step_no": step} for step in (20, 25))
    assert not bring({**small_rows(), "InspectionPlans": [right]}).problems
    report = bring({"InspectionPlans": [wrong]})
    assert report.ok
    assert _codes(report) == ["exchange.plan_step_unknown"]


def test_a_plan_is_retired_and_called_back(bring: Bring, database: Database) -> None:
    bring({**small_rows(), "InspectionPlans": [LENGTH]})
    for action, shown in (("停用", "停用"), (None, "停用"), ("更新", None)):
        bring({"InspectionPlans": [LENGTH | {"action": action}]})
        assert _plan(database, "P1")[0].get("action") == shown
