"""A problem on the wire: its records as plain tuples of their fields.

The way frozen dataclasses with slots pickle themselves asks each record for its list of fields;
at 100,000 operations that alone takes longer than the first plan.
"""

from __future__ import annotations

import copyreg
import io
import pickle
from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields, is_dataclass, replace
from itertools import chain
from operator import attrgetter
from typing import Any

from app.core.quiet import uncollected
from app.scheduling import problem as vocabulary
from app.scheduling.problem import Problem

PIECE = 2000
"""Operations packed between two looks at whether to stop."""


def _reducer(kind: type) -> Callable[[Any], tuple[Any, ...]]:
    names = [field.name for field in fields(kind)]
    if len(names) == 1:
        only = attrgetter(names[0])
        return lambda record: (kind, (only(record),))
    values = attrgetter(*names)
    return lambda record: (kind, values(record))


_REDUCERS: dict[type, Any] = {
    kind: _reducer(kind)
    for kind in vars(vocabulary).values()
    if isinstance(kind, type) and is_dataclass(kind)
}


class _Pickler(pickle.Pickler):
    dispatch_table = copyreg.dispatch_table | _REDUCERS


def packed(value: object) -> bytes:
    """Anything that holds records of a problem, for ``pickle.loads``."""
    buffer = io.BytesIO()
    with uncollected():
        _Pickler(buffer, pickle.HIGHEST_PROTOCOL).dump(value)
    return buffer.getvalue()


def in_pieces(problem: Problem) -> Iterator[bytes]:
    """The problem piece by piece, each packed in a few hundredths of a second."""
    yield packed(replace(problem, operations=()))
    for at in range(0, len(problem.operations), PIECE):
        yield packed(problem.operations[at : at + PIECE])


def put_together(pieces: Sequence[bytes]) -> Problem:
    """The problem of ``in_pieces``, from a process of our own."""
    with uncollected():
        empty: Problem = pickle.loads(pieces[0])  # noqa: S301
        operations = [pickle.loads(piece) for piece in pieces[1:]]  # noqa: S301
        return replace(empty, operations=tuple(chain.from_iterable(operations)))
