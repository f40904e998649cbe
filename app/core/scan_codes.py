"""Codes on paper: what the QR codes of the sheets and the steps' bar codes carry.

Code 128 holds digits only, so that every wedge scanner and keyboard layout reads it alike:
``1`` + operation id (9 digits) + order revision (3 digits) + check digit (Luhn, ISO/IEC 7812-1).
A QR code holds fields in UTF-8; a ``|`` or ``\\`` in one is escaped by a backslash:
traveler ``TL1|order|card|revision|print``, inspection sheet ``TL1|order|card|revision|0|kind|step|
plan`` (a purchase order line and lot in place of order and card for incoming goods). Whoever reads
the first five fields finds the order; the number of fields tells the sheets apart.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_OPERATION = re.compile(r"1([0-9]{9})([0-9]{3})([0-9])", re.ASCII)
_QR_HEAD = "TL1"
_NUMBER = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class OperationCode:
    operation_id: int
    revision: int


@dataclass(frozen=True, slots=True)
class TravelerCode:
    order: str
    card: str
    revision: int
    print_no: int


@dataclass(frozen=True, slots=True)
class InspectionCode:
    """``kind``: IQC, FAI, IPQC, FQC or OQC; ``step_no`` None = at no step in particular."""

    order: str
    card: str
    revision: int
    kind: str
    step_no: int | None
    plan: str


def operation_code(code: OperationCode) -> str:
    """The 14 digits of a step's bar code. ValueError outside 0..999999999 / 0..999."""
    if not (0 <= code.operation_id < 10**9 and 0 <= code.revision < 1000):
        raise ValueError(f"{code} does not fit a bar code")
    digits = f"1{code.operation_id:09}{code.revision:03}"
    return digits + str(_luhn(digits))


def read_operation_code(text: str) -> OperationCode:
    """The opposite of ``operation_code``. ValueError for anything else, also a wrong digit."""
    found = _OPERATION.fullmatch(text)
    if not found or _luhn(text[:-1]) != int(found[3]):
        raise ValueError(f"{text!r} is no operation code")
    return OperationCode(int(found[1]), int(found[2]))


def traveler_code(code: TravelerCode) -> str:
    """The text of a card's QR code."""
    return _joined(code.order, code.card, str(code.revision), str(code.print_no))


def read_traveler_code(text: str) -> TravelerCode:
    """The opposite of ``traveler_code``. ValueError for anything else."""
    fields = _fields(text)
    if len(fields) != 4 or not all(_NUMBER.fullmatch(field) for field in fields[2:]):
        raise ValueError(f"{text!r} is no traveler code")
    return TravelerCode(fields[0], fields[1], int(fields[2]), int(fields[3]))


def inspection_code(code: InspectionCode) -> str:
    """The text of an inspection sheet's QR code."""
    step = "" if code.step_no is None else str(code.step_no)
    return _joined(code.order, code.card, str(code.revision), "0", code.kind, step, code.plan)


def read_inspection_code(text: str) -> InspectionCode:
    """The opposite of ``inspection_code``. ValueError for anything else."""
    fields = _fields(text)
    if len(fields) != 7 or not _NUMBER.fullmatch(fields[2]) or fields[3] != "0":
        raise ValueError(f"{text!r} is no code of an inspection sheet")
    order, card, revision, _, kind, step, plan = fields
    if step and not _NUMBER.fullmatch(step):
        raise ValueError(f"{text!r} is no code of an inspection sheet")
    return InspectionCode(order, card, int(revision), kind, int(step) if step else None, plan)


def _joined(*fields: str) -> str:
    return "|".join((_QR_HEAD, *(_escape(field) for field in fields)))


def _fields(text: str) -> list[str]:
    """The fields after the head, unescaped; none if it is another text."""
    if not re.fullmatch(r"(?:[^|\\]|\\.)*(?:\|(?:[^|\\]|\\.)*)*", text, re.DOTALL):
        return []
    parts = re.findall(r"(?:^|\|)((?:[^|\\]|\\.)*)", text, re.DOTALL)
    head, *fields = [re.sub(r"\\(.)", r"\1", part, flags=re.DOTALL) for part in parts]
    return fields if head == _QR_HEAD else []


def _escape(field: str) -> str:
    return field.replace("\\", "\\\\").replace("|", "\\|")


def _luhn(digits: str) -> int:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return -total % 10
