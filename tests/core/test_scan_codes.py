"""Codes on paper are read back as what they were made of, and as nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.scan_codes import (
    InspectionCode,
    OperationCode,
    TravelerCode,
    inspection_code,
    operation_code,
    read_inspection_code,
    read_operation_code,
    read_traveler_code,
    traveler_code,
)

FIELDS = st.one_of(st.text(max_size=20), st.sampled_from(["a|b", "back\\slash|", "|", "\\", ""]))


@given(FIELDS, FIELDS, st.integers(0, 999), st.integers(0, 999))
def test_a_traveler_code_is_read_back(order: str, card: str, revision: int, print_no: int) -> None:
    code = TravelerCode(order, card, revision, print_no)
    text = traveler_code(code)
    assert read_traveler_code(text) == code
    with pytest.raises(ValueError, match="no code of an inspection sheet"):
        read_inspection_code(text)


@given(FIELDS, FIELDS, st.integers(0, 999), st.one_of(st.none(), st.integers(0, 9999)), FIELDS)
def test_an_inspection_code_is_read_back(
    order: str, card: str, revision: int, step: int | None, plan: str
) -> None:
    code = InspectionCode(order, card, revision, "FQC", step, plan)
    text = inspection_code(code)
    assert read_inspection_code(text) == code
    with pytest.raises(ValueError, match="no traveler code"):
        read_traveler_code(text)


@given(st.text(alphabet="TL1|\\a0\n", max_size=30))
def test_any_other_text_is_refused_and_nothing_else_happens(text: str) -> None:
    for read, made in (
        (read_traveler_code, traveler_code),
        (read_inspection_code, inspection_code),
    ):
        try:
            code = read(text)
        except ValueError:
            continue
        assert made(code)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    ["", "TL1|a|b|1", "TL2|a|b|1|1", "TL1|a|b|x|1", "TL1|a|b|²|1", "TL1|a|b|1|1|", "TL1|a|b|1|1\\"],
)
def test_other_texts_are_no_traveler_code(text: str) -> None:
    with pytest.raises(ValueError, match="no traveler code"):
        read_traveler_code(text)


def test_an_operation_code_is_read_back_and_a_wrong_digit_is_found() -> None:
    digits = operation_code(OperationCode(4711, 2))
    assert read_operation_code(digits) == OperationCode(4711, 2)
    for place in range(1, len(digits)):
        wrong = digits[:place] + str((int(digits[place]) + 1) % 10) + digits[place + 1 :]
        with pytest.raises(ValueError, match="no operation code"):
            read_operation_code(wrong)
    with pytest.raises(ValueError, match="no operation code"):
        read_operation_code("1٣00000471100²")
