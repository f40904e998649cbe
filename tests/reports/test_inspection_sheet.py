"""Inspection sheets: every characteristic, its limits and boxes, codes that are read back."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from PIL import Image

from app.core.messages import message, words
from app.core.sampling import SamplingPlan
from app.core.scan_codes import InspectionCode, inspection_code, read_inspection_code
from app.reports.inspection_sheet import inspection_pdf, requirement
from app.reports.sheet import WRITE
from app.services.orders.traveler_rows import PaperField
from app.services.quality.inspection_rows import CharacteristicRow, InspectionRow, SampleRow
from app.services.quality.sketches import picture_of
from tests.reports.geometry import Drawn, watched
from tests.reports.test_travelers import ODD, read

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 23, 10, 20, tzinfo=ZONE)


def a_line(number: int, **changes: object) -> CharacteristicRow:
    fields: dict[str, object] = {
        "number": number, "name": f"项目{number}", "critical": False, "defect_class": "MA",
        "measured": True, "nominal": Decimal(2500), "lower": Decimal(2498),
        "upper": Decimal(2502), "unit": "mm", "requirement": "", "method": "钢卷尺",
        "gauge": "TM-03", "sample_size": 5, "frequency": "每车", "note": "",
    }  # fmt: skip
    return CharacteristicRow(**(fields | changes))  # type: ignore[arg-type]


PASS_FAIL = {"measured": False, "nominal": None, "lower": None, "upper": None, "unit": ""}


def a_sheet(**changes: object) -> InspectionRow:
    fields: dict[str, object] = {
        "number": "FQC-MO2611-0110-01-70", "kind": "FQC", "plan_code": "FQC-花线",
        "plan_name": "花线终检", "order": "MO2611-0110", "card": "MO2611-0110-01", "revision": 2,
        "rush": False, "supplier": "", "lot": "", "item_code": "HX-15-W",
        "item_name": "玫瑰花线150", "specification": "150 mm×2500 白", "pattern": "HX-15",
        "colour": "白", "drawing": "D-15 B", "step_no": 70, "step_name": "终检",
        "place": "QC-01", "moulds": ("M-HX-15#1",), "quantity": Decimal(108), "unit": "支",
        "level": "II", "samples": (SampleRow("MA", Decimal("2.5"), SamplingPlan("F", 20, 1, 2)),),
        "characteristics": (a_line(1, critical=True), a_line(2, **PASS_FAIL, name="裂纹")),
        "sketch": None, "wanted_by": NOW, "requirements": "",
        "plan": message("reports.plan_unpublished"), "printed_by": "李敏", "printed_at": NOW,
    }  # fmt: skip
    return InspectionRow(**(fields | changes))  # type: ignore[arg-type]


def drawn(sheet: InspectionRow, language: str = "zh", size: str = "A4") -> list[Drawn]:
    with watched() as pages:
        inspection_pdf([sheet], language, size)
    return [page for page in pages if page.texts]


@pytest.mark.parametrize(("language", "size"), [("zh", "A4"), ("en", "Letter"), ("both", "Letter")])
@pytest.mark.parametrize("kind", ["IQC", "FAI", "IPQC", "FQC", "OQC"])
def test_every_kind_in_every_language_on_every_paper(kind: str, language: str, size: str) -> None:
    sheet = a_sheet(kind=kind, number=f"{kind}-1", supplier="应城石膏", order=ODD)
    pdf, pages = inspection_pdf([sheet], language, size)
    texts, codes = read(pdf)
    assert len(texts) == pages == 1
    wanted = InspectionCode(ODD, sheet.card, 2, kind, 70, "FQC-花线")
    assert inspection_code(wanted) in codes[0]
    assert [read_inspection_code(code) for code in codes[0]] == [wanted]
    for word in (ODD, f"{kind}-1", "HX-15-W", "108 支", "2500 ± 2 mm", "2498 … 2502", "TM-03",
                 "★ 项目1", "裂纹", "n = 5", "每车"):  # fmt: skip
        assert word in texts[0]
    label = {"zh": ("结论", "让步接收"), "en": ("Conclusion", "use as is")}
    for each in ("zh", "en") if language == "both" else (language,):
        assert all(word in texts[0] for word in label[each])
    first_piece = {"zh": "修机修模后", "en": "mould change", "both": "修机修模后"}[language]
    assert (first_piece in texts[0]) == (kind == "FAI")
    supplier = "应城石膏" in texts[0]
    assert supplier == (kind == "IQC")
    assert [trouble for page in drawn(sheet, language, size) for trouble in page.troubles()] == []


def test_the_sampling_plan_says_letter_size_and_numbers() -> None:
    samples = (
        SampleRow("CR", Decimal(0), SamplingPlan("F", 20, 0, 1)),
        SampleRow("MA", Decimal("2.5"), SamplingPlan("C", 4, 0, 1, whole_lot=True)),
        SampleRow("MI", Decimal("6.5"), None),
    )
    (text,), _ = read(inspection_pdf([a_sheet(samples=samples)], "en")[0])
    assert "CR · AQL 0 · F · n = 20 · Ac 0 · Re 1" in text
    assert "MA · AQL 2.5 · n = 4 · Ac 0 · Re 1 · every piece" in text
    assert "MI · AQL 6.5 · n / Ac / Re by the number of packages" in text
    (bare,), _ = read(inspection_pdf([a_sheet(samples=())], "en")[0])
    assert "Sampling" not in bare


@pytest.mark.parametrize(
    ("count", "boxes"), [(None, 5), (1, 1), (5, 5), (8, 8), (20, 20), (125, 125)]
)
def test_there_is_a_box_for_every_reading_and_each_can_be_written_in(
    count: int | None, boxes: int
) -> None:
    sheet = a_sheet(characteristics=(a_line(1, sample_size=count),))
    pages = drawn(sheet)
    assert [trouble for page in pages for trouble in page.troubles()] == []
    column = pages[0].size[0] * 65 / 281 / 5
    readings = [
        box
        for page in pages
        for box in page.boxes
        if abs(box.right - box.left - column) < 3 and box.left > 350 and box.right < 600
    ]
    assert len(readings) == boxes
    assert all(box.top - box.bottom >= WRITE - 0.01 for box in readings)


def test_a_pass_or_fail_line_has_one_box_for_the_number_rejected() -> None:
    with_box = drawn(a_sheet(characteristics=(a_line(1, **PASS_FAIL, sample_size=20),)))
    texts = [text.text for page in with_box for text in page.texts]
    assert "/ 20" in texts
    assert texts.count("不合格数") == 1


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({}, "2500 ± 2 mm\n2498 … 2502"),
        ({"upper": Decimal(2503)}, "2500 mm\n2498 … 2503"),
        ({"lower": None, "upper": Decimal("2500.5")}, "2500 mm\n≤ 2500.5"),
        ({"nominal": None, "lower": None, "upper": Decimal(3), "unit": "%"}, "≤ 3 %"),
        ({"nominal": None, "upper": None, "unit": "MPa"}, "≥ 2498 MPa"),
        ({"nominal": Decimal(0), "lower": Decimal("-0.25"), "upper": Decimal("0.25")},
         "0 ± 0.25 mm\n-0.25 … 0.25"),
        ({"lower": None, "upper": None, "requirement": "两端量"}, "2500 mm\n两端量"),
        ({**PASS_FAIL, "requirement": "对照封样 S-7"}, "对照封样 S-7"),
    ],
)  # fmt: skip
def test_requirements_read_as_an_inspector_writes_them(
    changes: dict[str, object], text: str
) -> None:
    assert requirement(a_line(1, **changes)) == text


def test_a_long_plan_goes_on_with_its_head_and_keeps_the_conclusion_together() -> None:
    lines = tuple(a_line(n, sample_size=20) for n in range(1, 30))
    sheet = a_sheet(characteristics=lines, rush=True)
    texts, codes = read(inspection_pdf([sheet], "zh")[0])
    assert len(texts) > 3
    for line in lines:
        assert line.name in "".join(texts)
    for text, found in zip(texts, codes, strict=True):
        assert sheet.number in text
        assert len(found) == 1
    assert sum("结论" in text for text in texts) == 1
    assert all(word in texts[-1] for word in ("结论", "处理", "签字", "NCR"))
    assert [trouble for page in drawn(sheet) for trouble in page.troubles()] == []


def test_the_sketch_is_drawn_beside_places_for_photos() -> None:
    out = io.BytesIO()
    Image.new("RGB", (300, 100), (0, 0, 0)).save(out, "PNG")
    sheet = a_sheet(sketch=picture_of(out.getvalue(), "a.png"))
    pdf, _ = inspection_pdf([sheet, replace(sheet, number="FQC-2")], "both")
    texts, _ = read(pdf)
    assert "简图" in "".join(texts)
    assert "Photo 4" in "".join(texts)
    assert pdf.count(b"/Subtype /Image") == 1, "the same picture is kept once"


def test_fields_of_the_site_are_on_the_sheet() -> None:
    field = PaperField(words("木架", "Wood frame"), "松木 pine")
    (text,), _ = read(inspection_pdf([a_sheet(fields=(field,))], "both")[0])
    assert "木架 Wood frame" in text
    assert "松木 pine" in text


def test_nothing_to_print_and_unknown_words_are_refused() -> None:
    with pytest.raises(ValueError, match="no sheet"):
        inspection_pdf([], "zh")
    with pytest.raises(ValueError, match="unknown language"):
        inspection_pdf([a_sheet()], "de")
    with pytest.raises(ValueError, match="unknown paper"):
        inspection_pdf([a_sheet()], "zh", "A5x2")
