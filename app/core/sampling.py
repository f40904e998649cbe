"""How many pieces of a lot to look at, and how many bad ones to accept.

Single sampling for normal inspection by the tables of MIL-STD-105E (10 May 1989, public domain):
Table I (code letters by lot size and inspection level) and Table II-A (sample size, acceptance and
rejection number by code letter and AQL). ISO 2859-1 and GB/T 2828.1 are the same scheme. The rules
for switching to tightened or reduced inspection need a history of lots and are not kept here.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from decimal import Decimal

LEVELS = ("I", "II", "III", "S-1", "S-2", "S-3", "S-4")

_AQLS = """
0.010 0.015 0.025 0.040 0.065 0.10 0.15 0.25 0.40 0.65 1.0 1.5 2.5 4.0 6.5
10 15 25 40 65 100 150 250 400 650 1000
"""
AQLS = tuple(Decimal(text) for text in _AQLS.split())
"""Per cent nonconforming (up to 10), or nonconformities per 100 pieces."""

LETTERS = "ABCDEFGHJKLMNPQR"
SAMPLE_SIZES = (2, 3, 5, 8, 13, 20, 32, 50, 80, 125, 200, 315, 500, 800, 1250, 2000)

_LOT_UP_TO = (8, 15, 25, 50, 90, 150, 280, 500, 1200, 3200, 10_000, 35_000, 150_000, 500_000)
"""Upper ends of the lot sizes of Table I; the last row is open."""
_CODE_LETTERS = {
    "S-1": "AAAABBBBCCCCDDD",
    "S-2": "AAABBBCCCDDDEEE",
    "S-3": "AABBCCDDEEFFGGH",
    "S-4": "AABCCDEEFGGHJJK",
    "I": "AABCCDEFGHJKLMN",
    "II": "ABCDEFGHJKLMNPQ",
    "III": "BCDEFGHJKLMNPQR",
}
_ACCEPT = (1, 2, 3, 5, 7, 10, 14, 21, 30, 44)
_LARGE_ONLY_UP_TO = LETTERS.index("E")
"""30 and 44 stand only in the rows of the letters A to E."""


@dataclass(frozen=True, slots=True)
class SamplingPlan:
    """Look at ``sample_size`` pieces; accept up to ``accept`` bad ones, reject from ``reject`` on.

    ``letter``: code letter of the plan used, after arrows. ``whole_lot``: the sample would be the
    lot or more, so every piece is looked at.
    """

    letter: str
    sample_size: int
    accept: int
    reject: int
    whole_lot: bool = False


def code_letter(lot_size: int, level: str = "II") -> str:
    """Table I. ValueError for a lot below 1 or an unknown level."""
    if level not in _CODE_LETTERS:
        raise ValueError(f"no inspection level {level!r}")
    if lot_size < 1:
        raise ValueError(f"no lot of {lot_size}")
    return _CODE_LETTERS[level][bisect_left(_LOT_UP_TO, lot_size)]


def sampling_plan(lot_size: int, aql: Decimal, level: str = "II") -> SamplingPlan:
    """Table II-A, its arrows followed. ``aql`` in per cent, one of ``AQLS``, or 0.

    An AQL of 0 is not of the standard but of the trade (critical defects): the sample of the code
    letter, and none may be bad. ValueError for another AQL, level or a lot below 1.
    """
    row = LETTERS.index(code_letter(lot_size, level))
    accept = 0
    if aql:
        if aql not in AQLS:
            raise ValueError(f"no AQL {aql}")
        column = AQLS.index(aql)
        while isinstance(cell := _cell(row, column), str):
            row += 1 if cell == "down" else -1
        accept = cell
    size = SAMPLE_SIZES[row]
    whole = size >= lot_size
    return SamplingPlan(LETTERS[row], min(size, lot_size), accept, accept + 1, whole)


def _cell(row: int, column: int) -> int | str:
    """Acceptance number, or the arrow ``down`` or ``up``.

    The master table runs along its diagonals: below and left of acceptance number 0 the arrows
    point down, then along a row come 0, up, down, 1, 2, 3, 5, 7, 10, 14, 21 (30, 44), and up.
    """
    step = row + column - LETTERS.index("Q")
    if step < 0:
        return "down"
    if step == 0:
        return 0
    if step == 1:
        return "up" if row else "down"
    if step == 2:
        return "down" if row < len(LETTERS) - 1 else "up"
    place = step - 3
    most = len(_ACCEPT) if row <= _LARGE_ONLY_UP_TO else len(_ACCEPT) - 2
    return _ACCEPT[place] if place < most else "up"
