"""Codes on paper: what the traveler's QR code and the steps' bar codes carry.

Code 128 holds digits only, so that every wedge scanner and keyboard layout reads it alike:
``1`` + operation id (9 digits) + order revision (3 digits) + check digit (Luhn, ISO/IEC 7812-1).
The QR code holds ``TL1|order|card|revision|print`` in UTF-8; a ``|`` or ``\\`` in a field is
escaped by a backslash.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_OPERATION = re.compile(r"1([0-9]{9})([0-9]{3})([0-9])", re.ASCII)
_QR_HEAD = "TL1"


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
    fields = (code.order, code.card, str(code.revision), str(code.print_no))
    return "|".join((_QR_HEAD, *(_escape(field) for field in fields)))


def read_traveler_code(text: str) -> TravelerCode:
    """The opposite of ``traveler_code``. ValueError for anything else."""
    fields = [re.sub(r"\\(.)", r"\1", f) for f in re.findall(r"((?:[^|\\]|\\.)*)(?:\||$)", text)]
    fields = fields[:5]
    if len(fields) != 5 or fields[0] != _QR_HEAD:
        raise ValueError(f"{text!r} is no traveler code")
    revision, print_no = fields[3:]
    if not (re.fullmatch(r"[0-9]{1,9}", revision) and re.fullmatch(r"[0-9]{1,9}", print_no)):
        raise ValueError(f"{text!r} is no traveler code")
    return TravelerCode(fields[1], fields[2], int(revision), int(print_no))


def _escape(field: str) -> str:
    return field.replace("\\", "\\\\").replace("|", "\\|")


def _luhn(digits: str) -> int:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return -total % 10
