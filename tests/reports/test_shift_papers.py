"""Dispatch lists, mould changes and mixing tickets on paper."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from app.core.messages import message
from app.core.scan_codes import OperationCode, operation_code
from app.reports.dispatch_list import dispatch_pdf
from app.reports.labels import Labels
from app.reports.mix_ticket import mix_ticket_pdf
from app.reports.mould_list import mould_list_pdf
from app.reports.sheet import WRITE
from app.reports.shift_papers import copy_numbers, mould_text
from app.services.planning.dispatch_rows import (
    DispatchList,
    DispatchRow,
    Lamp,
    MachineLoad,
    MixPart,
    MixTicket,
    MouldAt,
    MouldChange,
    MouldList,
    PaperHead,
    SetupPiece,
)
from tests.reports.geometry import Drawn, watched
from tests.reports.test_travelers import read

ZONE = ZoneInfo("Asia/Shanghai")
START = datetime(2026, 11, 23, 20, 0, tzinfo=ZONE)
BOTH_PAPERS = [("zh", "A4"), ("en", "Letter"), ("both", "A4"), ("both", "Letter")]


def a_head(**changes: object) -> PaperHead:
    fields: dict[str, object] = {
        "work_centre": "浇注台", "area": "浇注", "day": date(2026, 11, 23), "shift": "夜班",
        "start": START, "end": START + timedelta(hours=8.5),
        "plan": message("reports.plan_unpublished"), "planned_at": START, "printed_by": "李敏",
        "printed_at": START,
    }  # fmt: skip
    return PaperHead(**(fields | changes))  # type: ignore[arg-type]


def a_row(number: int = 1, **changes: object) -> DispatchRow:
    arrives = message("reports.lamp_arrives", item="GP-B", day="11-27")
    fields: dict[str, object] = {
        "operation_id": 4700 + number, "sequence": number, "machine": "CT-01",
        "order": f"MO2611-{number:04}", "cards": "01–03", "revision": 2, "rush": False,
        "customer": "佛山宏达", "item_code": "HX-15-W", "item_name": "玫瑰花线150",
        "specification": "150 mm×2500", "pattern": "HX-15", "colour": "白", "step_no": 20,
        "step_name": "搅拌浇注",
        "moulds": tuple(MouldAt(f"M-HX-15#{n}", message("reports.mounted")) for n in (1, 2, 3, 7)),
        "setup": (SetupPiece(message("reports.setup_fixed"), 15), SetupPiece("颜色", 20)),
        "pieces": Decimal(48), "turns": 12, "unit": "支", "done": Decimal(60),
        "total": Decimal(270), "start": START, "end": START + timedelta(hours=5),
        "begun": False, "goes_on": True, "running": False, "people": ("陈龑", "李䶮"), "heads": 2,
        "lamps": (Lamp("material", False, arrives), Lamp("mould", True),
                  Lamp("drawing", None, message("reports.lamp_no_drawing")),
                  Lamp("first_piece", None, message("reports.lamp_first_piece"))),
        "comes_from": message("reports.first_step"), "goes_to": message("reports.into_stock"),
        "due": START + timedelta(days=3), "attention": "轻放",
    }  # fmt: skip
    return DispatchRow(**(fields | changes))  # type: ignore[arg-type]


def a_list(**changes: object) -> DispatchList:
    fields: dict[str, object] = {
        "head": a_head(),
        "machines": (
            MachineLoad("CT-01", "浇注台1", 480, 240, (a_row(1), a_row(2, rush=True))),
            MachineLoad("CT-02", "浇注台2", 480, 0, ()),
        ),
        "spare": (a_row(3, operation_id=4799),),
        "left_out": (),
    }
    return DispatchList(**(fields | changes))  # type: ignore[arg-type]


def troubles(pages: list[Drawn]) -> list[str]:
    return [trouble for page in pages for trouble in page.troubles()]


def flat(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize(("language", "size"), BOTH_PAPERS)
def test_a_dispatch_list_says_it_all_and_its_bar_codes_are_read(language: str, size: str) -> None:
    with watched() as pages:
        pdf, count = dispatch_pdf([a_list()], language, size)
    assert troubles(pages) == []
    (text,), (codes,) = read(pdf)
    assert count == 1
    assert codes == {operation_code(OperationCode(n, 2)) for n in (4701, 4702, 4799)}
    for word in ("MO2611-0001", "01–03", "佛山宏达", "HX-15-W", "搅拌浇注", "48 支", "陈龑",
                 "GP-B", "#1–3", "20:00–", "01:00 +1", "夜班 20:00–04:30 +1", "轻放",
                 "CT-02"):  # fmt: skip
        assert flat(word) in flat(text), word
    said = {"zh": ("派工单", "备选任务", "计划未发布", "本班无计划", "急"),
            "en": ("Dispatch list", "Spare work", "plan unpublished", "no work in this shift",
                   "RUSH")}  # fmt: skip
    for word in said["en" if language == "en" else "zh"]:
        assert flat(word) in flat(text), word


def test_boxes_to_write_in_are_high_enough() -> None:
    with watched() as pages:
        dispatch_pdf([a_list()], "zh")
    last = [box for box in pages[0].boxes if box.right > pages[0].size[0] - 30]
    fields = [box for box in last if box.right - box.left < 60]
    assert len(fields) == 4  # the heading, and a remark for each row
    assert all(box.top - box.bottom >= WRITE for box in fields[1:])


def test_a_long_list_goes_on_and_a_machine_keeps_its_first_row() -> None:
    machines = tuple(
        MachineLoad(f"FB-{n:02}", "修整台", 480, 240, tuple(a_row(10 * n + k) for k in range(1, 5)))
        for n in range(1, 9)
    )
    with watched() as pages:
        pdf, count = dispatch_pdf([a_list(machines=machines), a_list()], "zh")
    assert troubles(pages) == []
    texts, codes = read(pdf)
    assert len(texts) == count > 3
    assert all("派工单" in text and "序" in text for text in texts)
    assert len(set().union(*codes)) == 8 * 4 + 1 + 2
    for text in texts:
        titles = [line for line in text.splitlines() if line.startswith("FB-")]
        if titles:
            after = text[text.index(titles[-1]) :]
            assert "MO2611-" in after, "the title of a machine stands alone at the end"


def test_work_that_is_not_listed_is_named() -> None:
    (text,), _ = read(dispatch_pdf([a_list(left_out=("MO-9 · 20", "MO-7 · 10"))], "en")[0])
    assert "Not listed: MO-9 · 20, MO-7 · 10" in text


@pytest.mark.parametrize(("language", "size"), BOTH_PAPERS)
def test_mould_changes(language: str, size: str) -> None:
    change = MouldChange(
        at=START + timedelta(hours=5), machine="CT-01", out=("M-PL-08#1", "M-PL-08#2"),
        into=(MouldAt("M-HX-15#1", "模具间"), MouldAt("M-HX-15#2", "CT-03")), order="MO2611-0001",
        item_code="HX-15-W", item_name="玫瑰花线150", step_no=20, step_name="搅拌浇注", minutes=25,
    )  # fmt: skip
    changes = tuple(replace(change, order=f"MO2611-{n:04}") for n in range(40))
    with watched() as pages:
        pdf, count = mould_list_pdf([MouldList(a_head(), changes)], language, size)
    assert troubles(pages) == []
    texts, _ = read(pdf)
    assert len(texts) == count > 1
    for n in range(40):
        assert f"MO2611-{n:04}" in "".join(texts)
    for word in ("01:00 +1", "M-PL-08 #1, #2", "M-HX-15 #1 模具间", "M-HX-15 #2 CT-03"):
        assert word in texts[0]


@pytest.mark.parametrize(("language", "size"), BOTH_PAPERS)
@pytest.mark.parametrize("mixes", [1, 8, 19])
def test_a_ticket_has_a_box_for_every_weighing(language: str, size: str, mixes: int) -> None:
    parts = (
        MixPart("GP-B", "建筑石膏粉β", Decimal(50), "kg"),
        MixPart("RT", "缓凝剂", Decimal("0.04"), "kg"),
    )
    ticket = MixTicket(
        head=a_head(), mix_code="SL-A", mix_name="标准浆", revision="A", batch=Decimal(83),
        need=Decimal("247.5199"), mixes=mixes, unit="kg", order="MO2611-0001",
        item_code="HX-15-W", item_name="玫瑰花线150", machine="CT-01", step_no=20,
        step_name="搅拌浇注", start=START, pieces=Decimal(56), piece_unit="支", parts=parts,
    )  # fmt: skip
    with watched() as pages:
        pdf, _ = mix_ticket_pdf([ticket, replace(ticket, order="MO2611-0002")], language, size)
    assert troubles(pages) == []
    text = "".join(read(pdf)[0])
    for word in ("SL-A 标准浆 (A)", "247.52", "0.04", "建筑石膏粉β", "MO2611-0002", "56 支"):
        assert word in text
    label = {"zh": "第 {0} 锅", "en": "Mix {0}", "both": "第 {0} 锅 Mix {0}"}[language]
    for number in range(1, mixes + 1):
        assert flat(text).count(flat(label.format(number))) >= 2
    assert flat(label.format(mixes + 1)) not in flat(text) or mixes == 1


def test_copies_are_named_in_a_few_words() -> None:
    assert copy_numbers(["10", "1", "2", "3", "9", "A7"]) == "#1–3, #9, #10, #A7"
    assert copy_numbers(["1", "2"]) == "#1, #2"
    assert copy_numbers([]) == ""
    moulds = [MouldAt("M-1#01", "架1"), MouldAt("M-1#02", "架1"), MouldAt("车架", "")]
    assert mould_text(Labels("zh"), moulds) == "M-1 #01, #02 ×2 架1\n车架"


def test_nothing_to_print_and_unknown_words_are_refused() -> None:
    for make in (dispatch_pdf, mould_list_pdf, mix_ticket_pdf):
        with pytest.raises(ValueError, match="to print"):
            make([], "zh")
        with pytest.raises(ValueError, match="unknown paper"):
            make([a_list()], "zh", "A5x2")  # type: ignore[list-item]
        with pytest.raises(ValueError, match="unknown language"):
            make([a_list()], "de")  # type: ignore[list-item]
