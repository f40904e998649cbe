"""How the functions of this package are compiled.

Only the few entries are kept on disk; everything they call is compiled into them. What they hand
on is one reference to all arrays of a plant or a state: a function of eighty array arguments
takes seconds to compile, and there are a hundred functions.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from numba import config, njit, types
from numba.experimental import structref

from app.scheduling.forward.records import Plant, State

entry = njit(cache=True, nogil=True, error_model="numpy")
compiled: Callable[[Any], Any] = njit(
    nogil=True, error_model="numpy", no_cpython_wrapper=True, no_cfunc_wrapper=True
)  # type: ignore[call-overload]


class _Arrays(types.StructRef):
    def preprocess_fields(self, fields: Any) -> Any:
        return tuple((name, types.unliteral(kind)) for name, kind in fields)


@structref.register
class _PlantType(_Arrays):
    pass


@structref.register
class _StateType(_Arrays):
    pass


class _PlantArrays:
    pass


class _StateArrays:
    pass


for proxy, kind, fields in (
    (_PlantArrays, _PlantType, Plant._fields),
    (_StateArrays, _StateType, State._fields),
):
    structref.define_attributes(kind)
    structref.define_constructor(proxy, kind, list(fields))


@compiled
def the_plant(plant: Any) -> Any:
    """The arrays of a plant behind one reference."""
    return _PlantArrays(*plant)


@compiled
def the_state(state: Any) -> Any:
    """The arrays of a state behind one reference."""
    return _StateArrays(*state)


if config.DISABLE_JIT:  # type: ignore[attr-defined]  # to step through it in plain Python

    def the_plant(plant: Any) -> Any:
        return plant

    def the_state(state: Any) -> Any:
        return state
