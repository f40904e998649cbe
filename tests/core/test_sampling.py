"""The sampling tables against published cells.

``PUBLISHED`` holds rejection numbers of Table II-A of MIL-STD-105E for general level II as a
guide of the United States' National Institute of Building Sciences prints them, row by row.
"""

from __future__ import annotations

from decimal import Decimal

import pytest

from app.core.sampling import (
    AQLS,
    LETTERS,
    LEVELS,
    SAMPLE_SIZES,
    SamplingPlan,
    _cell,
    code_letter,
    sampling_plan,
)

COLUMNS = ("0.65", "1.0", "1.5", "2.5", "4.0", "6.5", "10", "15")
# Lot size, code letter, sample size, then rejection numbers (v below, ^ above, as printed).
PUBLISHED = """
9-15          B    3   v  v  v  v  1  ^  v  2
16-25         C    5   v  v  v  1  ^  v  2  3
26-50         D    8   v  v  1  ^  v  2  3  4
51-90         E   13   v  1  ^  v  2  3  4  6
91-150        F   20   1  ^  v  2  3  4  6  8
151-280       G   32   ^  v  2  3  4  6  8 11
281-500       H   50   v  2  3  4  6  8 11 15
501-1200      J   80   2  3  4  6  8 11 15 22
1201-3200     K  125   3  4  6  8 11 15 22  ^
3201-10000    L  200   4  6  8 11 15 22  ^  ^
10001-35000   M  315   6  8 11 15 22  ^  ^  ^
35001-150000  N  500   8 11 15 22  ^  ^  ^  ^
150001-500000 P  800  11 15 22  ^  ^  ^  ^  ^
500001-900000 Q 1250  15 22  ^  ^  ^  ^  ^  ^
"""


def _printed(cell: int | str) -> str:
    return {"down": "v", "up": "^"}.get(str(cell)) or str(int(cell) + 1)


@pytest.mark.parametrize("line", PUBLISHED.strip().splitlines())
def test_every_published_cell_of_the_master_table_is_ours(line: str) -> None:
    lots, letter, size, *cells = line.split()
    for lot in map(int, lots.split("-")):
        assert code_letter(lot, "II") == letter
    row = LETTERS.index(letter)
    assert SAMPLE_SIZES[row] == int(size)
    columns = [AQLS.index(Decimal(column)) for column in COLUMNS]
    assert [_printed(_cell(row, column)) for column in columns] == cells


@pytest.mark.parametrize(
    ("lot", "level", "letter"),
    [(2, "I", "A"), (8, "III", "B"), (25, "I", "B"), (50, "S-1", "A"), (51, "S-1", "B"),
     (150, "S-3", "C"), (151, "S-4", "E"), (280, "I", "E"), (1200, "S-4", "F"), (1201, "S-2", "D"),
     (3200, "I", "H"), (3201, "S-4", "G"), (35_000, "III", "N"), (150_000, "S-3", "G"),
     (500_000, "I", "M"), (500_001, "I", "N"), (500_001, "III", "R"), (10**9, "S-4", "K")],
)  # fmt: skip
def test_code_letters_of_table_i(lot: int, level: str, letter: str) -> None:
    assert code_letter(lot, level) == letter


@pytest.mark.parametrize(
    ("lot", "aql", "level", "plan"),
    [
        (108, "2.5", "II", SamplingPlan("F", 20, 1, 2)),
        (108, "6.5", "II", SamplingPlan("F", 20, 3, 4)),
        (108, "1.0", "II", SamplingPlan("E", 13, 0, 1)),  # up
        (108, "1.5", "II", SamplingPlan("G", 32, 1, 2)),  # down
        (500, "0.010", "II", SamplingPlan("Q", 500, 0, 1, whole_lot=True)),
        (5000, "0.40", "I", SamplingPlan("K", 125, 1, 2)),
        (4, "2.5", "II", SamplingPlan("C", 4, 0, 1, whole_lot=True)),
        (20, "10", "II", SamplingPlan("C", 5, 1, 2)),
        (7, "10", "II", SamplingPlan("C", 5, 1, 2)),  # two rows down from A
        (7, "1000", "II", SamplingPlan("A", 2, 30, 31)),
        (90, "250", "II", SamplingPlan("E", 13, 44, 45)),
        (150, "100", "II", SamplingPlan("E", 13, 21, 22)),
        (600_000, "0.015", "III", SamplingPlan("P", 800, 0, 1)),
        (1, "4.0", "II", SamplingPlan("B", 1, 0, 1, whole_lot=True)),
        (108, "0", "II", SamplingPlan("F", 20, 0, 1)),
    ],
)
def test_arrows_lead_to_the_next_plan(lot: int, aql: str, level: str, plan: SamplingPlan) -> None:
    assert sampling_plan(lot, Decimal(aql), level) == plan


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("aql", AQLS)
def test_every_lot_has_a_plan(level: str, aql: Decimal) -> None:
    for lot in (1, 8, 15, 90, 1200, 35_000, 500_000, 5_000_000):
        plan = sampling_plan(lot, aql, level)
        assert 1 <= plan.sample_size <= lot
        assert plan.reject == plan.accept + 1
        assert plan.whole_lot == (plan.sample_size == lot)


def test_what_is_not_in_the_tables_is_refused() -> None:
    with pytest.raises(ValueError, match="no AQL"):
        sampling_plan(100, Decimal("3"))
    with pytest.raises(ValueError, match="no inspection level"):
        sampling_plan(100, Decimal("2.5"), "IV")
    with pytest.raises(ValueError, match="no lot"):
        sampling_plan(0, Decimal("2.5"))
