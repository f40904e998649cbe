"""Steps, standard times and quantities: exact, and the same after a trip through JSON."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.choices import QuantityKind, RateBasis
from app.core.codes import code_key
from app.core.quantity import scaled, tidy, unscaled
from app.core.standard_time import RunTime, run_time
from app.core.step import (
    Link,
    LinkKind,
    MachineRate,
    MaterialNeed,
    StepDefinition,
    ToolUse,
    from_json,
    parse_links,
    to_json,
)

quantities = st.decimals(
    min_value=-(10**11), max_value=10**11, places=6, allow_nan=False, allow_infinity=False
)


@given(quantities)
def test_millionths_and_back(quantity: Decimal) -> None:
    assert unscaled(scaled(quantity)) == quantity
    assert "E" not in str(tidy(quantity).quantize(Decimal("0.000001")))


@given(st.text(max_size=20))
def test_code_keys_are_stable(code: str) -> None:
    assert code_key(code_key(code)) == code_key(code)


@given(
    st.builds(
        StepDefinition,
        step_no=st.integers(1, 999),
        name=st.text(max_size=9),
        rate=quantities.map(abs),
        rate_basis=st.sampled_from(RateBasis),
        machines=st.lists(
            st.builds(MachineRate, st.integers(1, 99), st.none() | quantities), max_size=3
        ).map(tuple),
        links=st.none()
        | st.lists(
            st.builds(Link, st.integers(1, 99), st.sampled_from(LinkKind), st.integers(0, 99)),
            max_size=2,
        ).map(tuple),
        tools=st.lists(
            st.builds(ToolUse, st.integers(1, 9), st.none() | st.integers(1, 4)), max_size=2
        ).map(tuple),
        max_wait=st.none() | st.integers(0, 999),
        batch_max=st.none() | quantities,
        materials=st.lists(st.builds(MaterialNeed, st.integers(1, 9), quantities), max_size=2).map(
            tuple
        ),
    )
)
def test_a_step_survives_json(step: StepDefinition) -> None:
    assert from_json(json.loads(json.dumps(to_json(step)))) == step


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("", None),
        ("10", (Link(10),)),
        ("10FS; 20SS+30", (Link(10), Link(20, LinkKind.START_START, 30))),
        ("20ff，30", (Link(20, LinkKind.FINISH_FINISH), Link(30))),
    ],
)
def test_predecessors_as_planners_type_them(text: str, links: tuple[Link, ...] | None) -> None:
    assert parse_links(text) == links


@pytest.mark.parametrize("text", ["ten", "10SF", "10FS-5", "10 -> 20"])
def test_other_predecessors_are_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse_links(text)


@pytest.mark.parametrize(
    ("rate", "basis", "pieces", "expected"),
    [
        ("30", RateBasis.SECONDS_PER_PIECE, 10, RunTime(300)),
        ("2.2", RateBasis.MINUTES_PER_PIECE, 10, RunTime(1320)),
        ("1.5", RateBasis.HOURS_PER_100, 50, RunTime(2700)),
        ("120", RateBasis.PIECES_PER_HOUR, 10, RunTime(300)),
        ("7", RateBasis.PIECES_PER_HOUR, 1, RunTime(515)),
        ("510", RateBasis.PIECES_PER_SHIFT, 10, RunTime(600)),
        ("45", RateBasis.SECONDS_PER_CYCLE, 10, RunTime(0, 45)),
        ("52", RateBasis.MINUTES_PER_CYCLE, 10, RunTime(0, 3120)),
        ("40", RateBasis.MINUTES_PER_BATCH, 10, RunTime(2400)),
        ("18", RateBasis.HOURS_PER_BATCH, 10, RunTime(64800)),
        ("40", RateBasis.FIXED_MINUTES, 10, RunTime(2400)),
    ],
)
def test_each_basis_of_a_standard_time(
    rate: str, basis: RateBasis, pieces: int, expected: RunTime
) -> None:
    found = run_time(Decimal(rate), basis, Decimal(pieces), shift_seconds=510 * 60)
    assert found == expected


def test_batches_one_after_the_other() -> None:
    found = run_time(
        Decimal(40),
        RateBasis.MINUTES_PER_BATCH,
        Decimal(25),
        shift_seconds=0,
        batch_max=Decimal(10),
    )
    assert found == RunTime(3 * 2400)


def test_a_rate_of_nothing_per_hour_is_refused() -> None:
    with pytest.raises(ValueError):
        run_time(Decimal(0), RateBasis.PIECES_PER_HOUR, Decimal(1), shift_seconds=0)


@pytest.mark.parametrize(
    ("need", "amount"),
    [
        (MaterialNeed(1, Decimal(3), Decimal(10000)), "0.03"),
        (MaterialNeed(1, Decimal(1), Decimal(3)), "33.333334"),
        (MaterialNeed(1, Decimal(1), scrap_pct=Decimal(20)), "125"),
        (MaterialNeed(1, Decimal(7), quantity_kind=QuantityKind.FIXED), "7"),
        (MaterialNeed(1, Decimal("2.5"), quantity_kind=QuantityKind.PERCENT), "2.5"),
    ],
)
def test_what_a_hundred_pieces_need(need: MaterialNeed, amount: str) -> None:
    assert need.for_pieces(Decimal(100)) == Decimal(amount)
