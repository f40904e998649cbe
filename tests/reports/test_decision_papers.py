"""The decision sheet of scenarios and the change notices of a published plan on paper."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from app.core.messages import message
from app.reports.change_notice import change_notice_pdf
from app.reports.decision_sheet import decision_sheet_pdf
from app.services.planning.publishing.notices import NoticeRow, NoticeSheet
from app.services.planning.publishing.pictures import ChangedRow, Stand
from app.services.planning.scenarios.decision import DecisionSheet
from app.services.planning.scenarios.kinds import InsertRush
from app.services.planning.scenarios.outcome import FIGURES
from app.services.planning.scenarios.queries import comparison
from app.services.planning.scenarios.rows import (
    OrderOutcome,
    ResultRow,
    ScenarioRow,
    StepRow,
)
from tests.reports.geometry import watched
from tests.reports.hostile import lost, text_of
from tests.reports.test_shift_papers import troubles

ZONE = ZoneInfo("Asia/Shanghai")
AT = datetime(2026, 11, 23, 8, 0, tzinfo=ZONE)
PAPERS = [("zh", "A4"), ("en", "Letter"), ("both", "A4")]
LONG = "客户同意承担加班费与空运费，" * 30 + "R&D <draft>"


def an_order(number: int, **changes: object) -> OrderOutcome:
    fields: dict[str, object] = {
        "order": f"MO2611-{number:04}", "item": "HX-15-W", "customer": "佛山宏达", "due": AT,
        "base_due": AT, "base_end": AT, "end": AT + timedelta(hours=number),
        "difference": 60 * number, "base_late": 0, "late": 60 * number,
        "cause": message("scenarios.working"),
    }  # fmt: skip
    return OrderOutcome(**(fields | changes))  # type: ignore[arg-type]


def a_scenario(name: str, orders: int = 60) -> ScenarioRow:
    step = InsertRush("HX-15-W", Decimal(60), AT, "C02", "支")
    figures = {figure.name: float(place) for place, figure in enumerate(FIGURES)}
    result = ResultRow(
        AT, "li", AT, "on_time", 10.0, "feasible", figures, figures,
        tuple(an_order(number) for number in range(1, orders + 1)), (), True,
    )  # fmt: skip
    return ScenarioRow(
        1, name, "li", AT, 3, False, "客户 C02", LONG,
        (StepRow(1, step, step.sentence(ZONE), False),), result,
    )  # fmt: skip


def a_sheet() -> DecisionSheet:
    rows = (a_scenario("急单A"), a_scenario("停机 <B>"))
    first = rows[0].result
    assert first is not None
    worse = {name: value + 1 for name, value in first.figures.items()}
    return DecisionSheet(
        "南屏石膏线厂", "CNY", "李敏", AT, ZONE, rows,
        comparison([worse, first.figures, worse]), first.orders[:40], 20,
        tuple(order.order for order in first.orders), (),
    )  # fmt: skip


@pytest.mark.parametrize(("language", "size"), PAPERS)
def test_a_decision_sheet_says_it_all_and_loses_nothing(language: str, size: str) -> None:
    with watched() as pages:
        pdf, count = decision_sheet_pdf(a_sheet(), language, size)
    assert troubles(pages) == []
    assert count >= 3
    text = text_of(pdf)
    typed = ["急单A", "停机 <B>", LONG, "客户 C02", "MO2611-0040", "MO2611-0060", "r3", "HX-15-W"]
    assert lost(text, typed) == []
    english = language == "en"
    said = (
        ("Decisionsheet", "Whopays", "STALE") if english else ("方案决策单", "费用承担", "已过期")
    )
    assert [word for word in said if word not in text] == []


@pytest.mark.parametrize(("language", "size"), PAPERS)
def test_a_change_notice_tells_what_was_and_is_and_who_signed(language: str, size: str) -> None:
    was = Stand("CT-01", "浇注台", AT, AT + timedelta(hours=3))
    row = ChangedRow("MO2611-0007", 20, "搅拌浇注", "HX-15-W", "佛山宏达", Decimal(108), "支", was,
                     replace(was, machine="CT-02"))  # fmt: skip
    rows = (row, replace(row, was=None), replace(row, now=None), *[row] * 60)
    notice = NoticeRow(1, 4, "浇注台", rows, AT, "li", "吴班长", AT, False)
    sheet = NoticeSheet("南屏石膏线厂", ZONE, "李敏", AT, notice)
    unread = replace(sheet, notice=replace(notice, team="烘房", read_by="", read_at=None))
    with watched() as pages:
        pdf, count = change_notice_pdf([sheet, unread], language, size)
    assert troubles(pages) == []
    assert count >= 4
    text = text_of(pdf)
    assert lost(text, ["MO2611-0007", "CT-01", "CT-02", "浇注台", "烘房", "吴班长", "r4"]) == []
    assert ("taken off" if language == "en" else "取消").replace(" ", "") in text


def test_nothing_to_print_and_unknown_words_are_refused() -> None:
    with pytest.raises(ValueError, match="no notice"):
        change_notice_pdf([])
    with pytest.raises(ValueError, match="paper"):
        decision_sheet_pdf(a_sheet(), "zh", "A5")
    with pytest.raises(ValueError, match="language"):
        decision_sheet_pdf(a_sheet(), "fr")
