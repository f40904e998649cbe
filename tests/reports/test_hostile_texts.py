"""Whatever is typed, however long: it is on the paper, and nothing lies over anything else."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from app.core.messages import words
from app.reports import dispatch_list, inspection_sheet, mix_ticket, mould_list
from app.reports.travelers import SIZES, traveler_pdf
from app.services.orders.traveler_rows import PaperField, TravelerMaterial
from app.services.planning.dispatch_rows import (
    MachineLoad,
    MixPart,
    MixTicket,
    MouldAt,
    MouldChange,
    MouldList,
    SetupPiece,
)
from tests.reports.geometry import watched
from tests.reports.hostile import SHORT, TEXTS, lost, text_of
from tests.reports.test_inspection_sheet import a_line, a_sheet
from tests.reports.test_shift_papers import a_head, a_list, a_row
from tests.reports.test_travelers import ZONE, a_card, a_step

LANGUAGES = st.sampled_from(["zh", "en", "both"])
CALM = settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    phases=(Phase.explicit, Phase.generate),  # to shrink whole sheets takes minutes
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
NOW = datetime(2026, 11, 23, 10, 20, tzinfo=ZONE)


@CALM
@given(st.data(), LANGUAGES, st.sampled_from(inspection_sheet.SIZES))
def test_inspection_sheets(data: Any, language: str, size: str) -> None:
    def some(strategy: st.SearchStrategy[str] = TEXTS) -> str:
        return data.draw(strategy)

    names = ("plan_code", "plan_name", "supplier", "item_name", "specification", "pattern",
             "colour", "drawing", "step_name", "place", "requirements")  # fmt: skip
    typed = {name: some() for name in names}
    # The number, order and plan code go into the QR code, which has its limits.
    typed["plan_code"] = some(SHORT)[:80]
    measured = [
        a_line(n, name=some(), method=some(SHORT), gauge=some(SHORT), frequency=some(SHORT),
               unit=some(SHORT), requirement=some(), note=some(),
               sample_size=data.draw(st.sampled_from([None, 1, 5, 32, 125])))
        for n in range(1, 4)
    ]  # fmt: skip
    said = a_line(4, measured=False, nominal=None, lower=None, upper=None, requirement=some())
    fields = tuple(PaperField(words(f"字段{n}", f"Field {n}"), some()) for n in range(2))
    kind = data.draw(st.sampled_from(["IQC", "FAI", "FQC"]))
    sheet = a_sheet(**typed, kind=kind, characteristics=(*measured, said), fields=fields,
                    rush=data.draw(st.booleans()), printed_by=some(SHORT))  # fmt: skip
    with watched() as pages:
        pdf, _ = inspection_sheet.inspection_pdf([sheet], language, size)
    assert [trouble for page in pages for trouble in page.troubles()] == []
    if kind != "IQC":  # goods that come in have no step
        typed.pop("supplier")
    else:
        for name in ("step_name", "place"):
            typed.pop(name)
    texts = [*typed.values(), *(f.value for f in fields), sheet.printed_by]
    for line in sheet.characteristics:
        texts += [line.name, line.method, line.requirement, line.note, line.frequency]
        texts += [line.unit] if line.measured else []
    assert lost(text_of(pdf), texts) == []


@CALM
@given(st.data(), LANGUAGES, st.sampled_from(SIZES))
def test_travelers(data: Any, language: str, size: str) -> None:
    def some(strategy: st.SearchStrategy[str] = TEXTS) -> str:
        return data.draw(strategy)

    names = ("item_name", "specification", "customer", "customer_po", "pattern", "colour",
             "drawing", "recipe", "lot", "moulds", "requirements", "item_code")  # fmt: skip
    typed = {name: some() for name in names}
    steps = tuple(replace(a_step(10 * n, some(), some()), place=some(SHORT)) for n in range(1, 4))
    material = TravelerMaterial("GP-B", some(), some(), a_card().card_quantity, "kg")
    fields = tuple(PaperField(words(f"字段{n}", f"Field {n}"), some()) for n in range(3))
    reasons = tuple((f"S{n}", some(SHORT)) for n in range(8))
    blanks = (words(some(SHORT), "Blank"),)
    card = a_card(**typed, steps=steps, materials=(material,) * 2, fields=fields, reasons=reasons,
                  blanks=blanks, rush=data.draw(st.booleans()), printed_by=some(SHORT))  # fmt: skip
    with watched() as pages:
        pdf, _ = traveler_pdf([card], language, size)
    assert [trouble for page in pages for trouble in page.troubles()] == []
    texts = [*typed.values(), *(s.name for s in steps), *(f.value for f in fields),
             *(s.place for s in steps), material.name, material.specification, card.printed_by,
             *(s.key_parameters[0] for s in steps if s.key_parameters),
             *(name for _, name in reasons)]  # fmt: skip
    assert lost(text_of(pdf), texts) == []


@CALM
@given(st.data(), LANGUAGES, st.sampled_from(dispatch_list.SIZES))
def test_dispatch_lists(data: Any, language: str, size: str) -> None:
    def some(strategy: st.SearchStrategy[str] = TEXTS) -> str:
        return data.draw(strategy)

    names = ("order", "customer", "item_name", "specification", "pattern", "colour", "step_name",
             "attention")  # fmt: skip
    rows = [
        a_row(n, **{name: some() for name in names}, people=(some(SHORT), some(SHORT)),
              moulds=(MouldAt(some(SHORT), some(SHORT)),),
              setup=(SetupPiece(some(SHORT), 20),), rush=data.draw(st.booleans()))
        for n in range(1, 4)
    ]  # fmt: skip
    head = a_head(work_centre=some(), area=some(SHORT), shift=some(SHORT), printed_by=some(SHORT))
    machine = MachineLoad(some(SHORT) or "M", some(), 480, 200, tuple(rows[:2]))
    found = a_list(head=head, machines=(machine,), spare=(rows[2],), left_out=(some(), some()))
    with watched() as pages:
        pdf, _ = dispatch_list.dispatch_pdf([found], language, size)
    assert [trouble for page in pages for trouble in page.troubles()] == []
    texts = [head.work_centre, head.area, head.printed_by, machine.name, *found.left_out]
    for row in rows:
        texts += [getattr(row, name) for name in names]
        texts += [*row.people, str(row.moulds[0].place)]
    assert lost(text_of(pdf), texts) == []


@CALM
@given(st.data(), LANGUAGES, st.sampled_from(mould_list.SIZES))
def test_mould_lists_and_mixing_tickets(data: Any, language: str, size: str) -> None:
    def some(strategy: st.SearchStrategy[str] = TEXTS) -> str:
        return data.draw(strategy)

    head = a_head(work_centre=some(SHORT), printed_by=some(SHORT))
    change = MouldChange(NOW, some(SHORT), (some(SHORT),), (MouldAt(some(SHORT), some()),), some(),
                         some(SHORT), some(), 20, some(), 25)  # fmt: skip
    parts = tuple(MixPart(some(SHORT), some(), Decimal("0.5"), some(SHORT)) for _ in range(3))
    ticket = MixTicket(head, some(SHORT), some(), "A", Decimal(83), Decimal(100), 2, "kg", some(),
                       some(SHORT), some(), some(SHORT), 20, some(), NOW, Decimal(5), "支",
                       parts)  # fmt: skip
    for made, texts in (
        (partial(mould_list.mould_list_pdf, [MouldList(head, (change,))]),
         [change.machine, change.order, change.item_name, change.step_name,
          str(change.into[0].place)]),
        (partial(mix_ticket.mix_ticket_pdf, [ticket]),
         [ticket.mix_name, ticket.order, ticket.item_name, ticket.step_name,
          *(part.name for part in parts), *(part.unit for part in parts)]),
    ):  # fmt: skip
        with watched() as pages:
            pdf, _ = made(language, size)
        assert [trouble for page in pages for trouble in page.troubles()] == []
        assert lost(text_of(pdf), texts) == []
