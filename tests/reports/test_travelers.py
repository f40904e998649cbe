"""Traveler cards: what is typed is printed, codes are read back, nothing is cut."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pypdfium2
import pytest
import zxingcpp

from app.core.messages import message
from app.core.scan_codes import (
    OperationCode,
    TravelerCode,
    operation_code,
    traveler_code,
)
from app.reports.travelers import traveler_pdf
from app.services.orders.traveler_rows import TravelerMaterial, TravelerRow, TravelerStep

ODD = "PO <draft> R&D 石膏线"
ZONE = ZoneInfo("Asia/Shanghai")
PRINTED = datetime(2026, 11, 23, 10, 20, tzinfo=ZONE)
DUE = datetime(2026, 11, 26, 17, 30, tzinfo=ZONE)


def a_step(number: int, name: str = "搅拌浇注", key: str = "") -> TravelerStep:
    return TravelerStep(
        operation_id=1000 + number,
        step_no=number,
        name=name,
        marks=frozenset(),
        place="CT-01",
        start=datetime(2026, 11, 24, 8, 0, tzinfo=ZONE),
        shift="11-24 白班",
        setup_minutes=Decimal(15),
        standard=message("reports.minutes_per_cycle", rate=Decimal(52)),
        key_parameters=(key,) if key else (),
    )


def a_card(**changes: object) -> TravelerRow:
    fields: dict[str, object] = {
        "order_number": "MO2611-0110", "order_type": message("reports.type_normal"), "rush": False,
        "card_code": "MO2611-0110-1", "card_number": 1, "card_of": 1, "revision": 1,
        "print_no": 1, "printed_by": "李敏", "printed_at": PRINTED,
        "plan": message("reports.plan_unpublished"), "customer": "佛山宏达",
        "customer_po": "PO-045", "item_code": "HX-15-W", "item_name": "玫瑰花线150",
        "specification": "150 mm×2500 白", "pattern": "HX-15", "colour": "白", "drawing": "",
        "card_quantity": Decimal(108), "card_unit": "支", "order_quantity": Decimal(270),
        "order_unit": "米", "released_quantity": Decimal(114), "lot": "", "moulds": "M-HX-15#1",
        "cavities": "1", "recipe": "SL-A", "internal_due": DUE,
        "planned_start": None, "requirements": "", "steps": (a_step(10), a_step(20, "烘干")),
        "materials": (TravelerMaterial("GP-B", "建筑石膏粉β", "", Decimal("412.5"), "kg"),),
        "reasons": (("S1", "脱模崩边"),),
    }  # fmt: skip
    return TravelerRow(**(fields | changes))  # type: ignore[arg-type]


def read(pdf: bytes) -> tuple[list[str], list[set[str]]]:
    """Text and decoded codes of each page."""
    document = pypdfium2.PdfDocument(pdf)
    texts, codes = [], []
    for page in document:
        texts.append(page.get_textpage().get_text_range())
        image = page.render(scale=300 / 72).to_pil()
        codes.append({found.text for found in zxingcpp.read_barcodes(image)})
    document.close()
    return texts, codes


def test_markup_in_an_order_number_is_printed_as_typed_and_its_codes_decode() -> None:
    pdf, pages = traveler_pdf([a_card(order_number=ODD, card_code=f"{ODD}-1")], "zh", "A4")
    texts, codes = read(pdf)
    assert pages == 1
    assert ODD in texts[0]
    assert traveler_code(TravelerCode(ODD, f"{ODD}-1", 1, 1)) in codes[0]
    for step in (10, 20):
        assert operation_code(OperationCode(1000 + step, 1)) in codes[0]


@pytest.mark.parametrize("paper", ["A4", "A5x2", "Letter"])
@pytest.mark.parametrize("language", ["zh", "en", "both"])
def test_all_steps_and_codes_of_a_long_card_are_there(paper: str, language: str) -> None:
    steps = tuple(a_step(10 * n, f"工序{n}") for n in range(1, 12))
    texts, codes = read(traveler_pdf([a_card(steps=steps)], language, paper)[0])
    text, found = "\n".join(texts), set().union(*codes)
    for step in steps:
        assert step.name in text
        assert operation_code(OperationCode(step.operation_id, 1)) in found
    label = {"zh": "生产流转卡", "en": "Traveler", "both": "Traveler"}[language]
    # Each page can stand alone: its header and its QR code are there again.
    for page in codes if paper != "A5x2" else codes[:1]:
        assert traveler_code(TravelerCode("MO2611-0110", "MO2611-0110-1", 1, 1)) in page
    assert all(label in page for page in texts)


def test_long_texts_wrap_and_are_never_cut() -> None:
    long_text = "小心轻放;" * 60 + "末尾"
    name = "特长的工序名称" * 8 + "止"
    card = a_card(requirements=long_text, steps=(a_step(10, name, "工艺" * 40 + "完"),))
    texts, _ = read(traveler_pdf([card], "zh", "A4")[0])
    joined = "".join(texts).replace("\r", "").replace("\n", "")
    assert "末尾" in joined
    assert "止" in joined
    assert "工艺完" in joined


def test_many_cards_share_sheets_of_two() -> None:
    cards = [a_card(card_code=f"MO-{n}", steps=(a_step(10),), materials=()) for n in range(5)]
    _, pages = traveler_pdf(cards, "zh", "A5x2")
    assert pages == 3


def test_a_reprint_says_so_and_a_rush_order_is_marked() -> None:
    (first,), _ = read(traveler_pdf([a_card(rush=True)], "zh")[0])
    (second,), _ = read(traveler_pdf([a_card(print_no=2)], "zh")[0])
    assert "补打" not in first
    assert "急" in first
    assert "补打" in second


def test_a_character_without_a_glyph_is_named_not_dropped() -> None:
    (text,), _ = read(traveler_pdf([a_card(item_name="甲\U0002b5c4乙")], "zh")[0])
    assert "甲[U+2B5C4]乙" in text


def test_nothing_to_print_and_unknown_words_are_refused() -> None:
    with pytest.raises(ValueError, match="no card"):
        traveler_pdf([], "zh")
    with pytest.raises(ValueError, match="unknown"):
        traveler_pdf([a_card()], "de")
