"""What the colour of a bar means: order, item family, state, lateness or customer.

Never by colour alone: lateness has its cap and triangle, progress its lower third, pins their
marks, and the legend names each colour with its count.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from app.views.planning.gantt.style import CATEGORIES, FAINT, FINISHED

if TYPE_CHECKING:
    from app.services.planning.rows import PlacementRow
    from app.views.planning.gantt.bars import PlanBars

BLUE, ORANGE, GREEN, PINK, SKY, RED, YELLOW, GREY = range(CATEGORIES)
MINUTES_PER_DAY = 1440


class ColourBy(StrEnum):
    """The choices of the colour menu."""

    ORDER = "order"
    FAMILY = "family"
    STATE = "state"
    LATENESS = "lateness"
    CUSTOMER = "customer"


class Term(StrEnum):
    """Fixed words of a legend, translated by the view."""

    OTHERS = "others"
    NONE = "none"
    WAITING = "waiting"
    RUNNING = "running"
    FINISHED = "finished"
    ON_TIME = "on_time"
    NO_DUE_DATE = "no_due_date"
    LATE_UP_TO_A_DAY = "late_up_to_a_day"
    LATE_MORE = "late_more"


@dataclass(frozen=True, slots=True)
class LegendEntry:
    """A colour and what it stands for: a name out of the data, or a fixed word."""

    category: int
    name: str | Term
    count: int


@dataclass(frozen=True, slots=True)
class Colouring:
    """Category of each bar and the legend. Orders have no legend: the caption names them."""

    category: NDArray[np.uint8]
    legend: tuple[LegendEntry, ...]


def colouring(bars: PlanBars, by: ColourBy) -> Colouring:
    """Categories of all bars."""
    if by is ColourBy.ORDER:
        # Neighbouring order numbers get different colours; the same order always the same one.
        return Colouring(((bars.order * 5 + bars.order // 7) % 7).astype(np.uint8), ())
    if by is ColourBy.STATE:
        return _fixed(bars.rows, _state, (SKY, ORANGE, GREY))
    if by is ColourBy.LATENESS:
        return _fixed(bars.rows, _lateness, (GREEN, GREY, ORANGE, RED))
    return _by_name(bars.rows, _family if by is ColourBy.FAMILY else _customer)


def shades(
    bars: PlanBars, category: NDArray[np.uint8], faint: NDArray[np.bool_] | None
) -> NDArray[np.uint8]:
    """Categories with the weaker variants for finished work and for bars that stand back."""
    code = category + np.where(bars.progress >= 1.0, FINISHED, 0).astype(np.uint8)
    if faint is not None:
        code = code + np.where(faint, FAINT, 0).astype(np.uint8)
    return code.astype(np.uint8)


def _state(row: PlacementRow) -> Term:
    if row.progress >= 1.0:
        return Term.FINISHED
    return Term.RUNNING if row.started or row.progress > 0 else Term.WAITING


def _lateness(row: PlacementRow) -> Term:
    if row.due is None:
        return Term.NO_DUE_DATE
    if row.late_minutes <= 0:
        return Term.ON_TIME
    return Term.LATE_UP_TO_A_DAY if row.late_minutes <= MINUTES_PER_DAY else Term.LATE_MORE


TERMS_IN_ORDER = (
    Term.WAITING,
    Term.RUNNING,
    Term.FINISHED,
    Term.ON_TIME,
    Term.NO_DUE_DATE,
    Term.LATE_UP_TO_A_DAY,
    Term.LATE_MORE,
)


def _fixed(
    rows: Sequence[PlacementRow], term_of: Callable[[PlacementRow], Term], colours: tuple[int, ...]
) -> Colouring:
    terms = [term_of(row) for row in rows]
    known = _terms_of(term_of)
    colour = dict(zip(known, colours, strict=True))
    counts = Counter(terms)
    return Colouring(
        np.array([colour[term] for term in terms], np.uint8),
        tuple(LegendEntry(colour[t], t, counts[t]) for t in known if counts[t]),
    )


def _terms_of(term_of: Callable[[PlacementRow], Term]) -> tuple[Term, ...]:
    return TERMS_IN_ORDER[:3] if term_of is _state else TERMS_IN_ORDER[3:]


def _family(row: PlacementRow) -> str:
    return row.family


def _customer(row: PlacementRow) -> str:
    return row.customer


def _by_name(rows: Sequence[PlacementRow], name_of: Callable[[PlacementRow], str]) -> Colouring:
    """The seven most frequent names get colours of their own, the rest is grey."""
    names = [name_of(row) for row in rows]
    counts = Counter(names)
    nameless = counts.pop("", 0)
    named = sorted(name for name, _ in counts.most_common(CATEGORIES - 1))
    colour = {name: number for number, name in enumerate(named)}
    legend = [LegendEntry(colour[name], name, counts[name]) for name in named]
    others = sum(counts.values()) - sum(entry.count for entry in legend)
    if others:
        legend.append(LegendEntry(GREY, Term.OTHERS, others))
    if nameless:
        legend.append(LegendEntry(GREY, Term.NONE, nameless))
    return Colouring(np.array([colour.get(name, GREY) for name in names], np.uint8), tuple(legend))
