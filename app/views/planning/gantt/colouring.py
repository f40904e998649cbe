"""What the colour of a bar means: order, item family, state, lateness or customer.

Never by colour alone: lateness has its cap and triangle, progress its lower third, pins their
marks, and the legend names each colour with its count.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from app.views.planning.gantt.style import CATEGORIES, FAINT, FINISHED

if TYPE_CHECKING:
    from app.services.planning.placed_columns import OrderHead, PlacedColumns
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
    from app.services.planning.placed_columns import columns_of

    columns = columns_of(bars.rows)
    if by is ColourBy.STATE:
        return _fixed(_state(columns), STATES, (SKY, ORANGE, GREY))
    if by is ColourBy.LATENESS:
        return _fixed(_lateness(columns), LATENESSES, (GREEN, GREY, ORANGE, RED))
    return _by_name(columns, _family if by is ColourBy.FAMILY else _customer)


def shades(
    bars: PlanBars, category: NDArray[np.uint8], faint: NDArray[np.bool_] | None
) -> NDArray[np.uint8]:
    """Categories with the weaker variants for finished work and for bars that stand back."""
    code = category + np.where(bars.progress >= 1.0, FINISHED, 0).astype(np.uint8)
    if faint is not None:
        code = code + np.where(faint, FAINT, 0).astype(np.uint8)
    return code.astype(np.uint8)


STATES = (Term.WAITING, Term.RUNNING, Term.FINISHED)
LATENESSES = (Term.ON_TIME, Term.NO_DUE_DATE, Term.LATE_UP_TO_A_DAY, Term.LATE_MORE)


def _state(columns: PlacedColumns) -> NDArray[np.int64]:
    """Numbers of ``STATES``."""
    begun = columns.started | (columns.progress > 0)
    return np.where(columns.progress >= 1.0, 2, np.where(begun, 1, 0))


def _lateness(columns: PlacedColumns) -> NDArray[np.int64]:
    """Numbers of ``LATENESSES``."""
    late = columns.late_minutes
    behind = np.where(late <= 0, 0, np.where(late <= MINUTES_PER_DAY, 2, 3))
    return np.where(np.isnan(columns.due), 1, behind)


def _fixed(
    number: NDArray[np.int64], terms: tuple[Term, ...], colours: tuple[int, ...]
) -> Colouring:
    counts = np.bincount(number, minlength=len(terms)).tolist()
    return Colouring(
        np.array(colours, np.uint8)[number],
        tuple(
            LegendEntry(colour, term, count)
            for colour, term, count in zip(colours, terms, counts, strict=True)
            if count
        ),
    )


def _family(head: OrderHead) -> str:
    return head.family


def _customer(head: OrderHead) -> str:
    return head.customer


def _by_name(columns: PlacedColumns, name_of: Callable[[OrderHead], str]) -> Colouring:
    """The seven most frequent names get colours of their own, the rest is grey."""
    names = [name_of(head) for head in columns.heads]
    placed, first, bars = np.unique(columns.head, return_index=True, return_counts=True)
    counts: Counter[str] = Counter()
    for place in np.argsort(first).tolist():  # of two as frequent the one that comes first
        counts[names[placed[place]]] += int(bars[place])
    nameless = counts.pop("", 0)
    named = sorted(name for name, _ in counts.most_common(CATEGORIES - 1))
    colour = {name: number for number, name in enumerate(named)}
    legend = [LegendEntry(colour[name], name, counts[name]) for name in named]
    others = sum(counts.values()) - sum(entry.count for entry in legend)
    if others:
        legend.append(LegendEntry(GREY, Term.OTHERS, others))
    if nameless:
        legend.append(LegendEntry(GREY, Term.NONE, nameless))
    of_head = np.array([colour.get(name, GREY) for name in names], np.uint8)
    return Colouring(of_head[columns.head], tuple(legend))
