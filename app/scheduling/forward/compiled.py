"""How the functions of this package are compiled.

Only the few entries are kept on disk; everything they call is compiled into them. What they hand
on is the address of all arrays of a plant or a state: a function of eighty array arguments takes
seconds to compile, and there are a hundred functions. Who holds the arrays is the caller of the
entry, for as long as it runs; the functions below it count no references (that took a quarter of
the time), so they cannot make arrays either: ``making`` is for those that do.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba import config, njit, types
from numba.core import cgutils
from numba.core.datamodel import models
from numba.core.imputils import impl_ret_borrowed
from numba.core.typing.templates import AttributeTemplate
from numba.extending import infer_getattr, intrinsic, lower_getattr_generic, register_model

from app.scheduling.forward.whole import EntryCompiler, InnerCompiler

entry = njit(cache=True, nogil=True, error_model="numpy", pipeline_class=EntryCompiler)
making: Callable[[Any], Any] = njit(
    nogil=True,
    error_model="numpy",
    no_cpython_wrapper=True,
    no_cfunc_wrapper=True,
    pipeline_class=InnerCompiler,
)  # type: ignore[call-overload]
compiled: Callable[[Any], Any] = njit(
    nogil=True,
    error_model="numpy",
    no_cpython_wrapper=True,
    no_cfunc_wrapper=True,
    pipeline_class=InnerCompiler,
    _nrt=False,
)  # type: ignore[call-overload]


class Reference(types.Type):
    """The address of a named tuple of arrays."""

    def __init__(self, arrays: Any) -> None:
        self.arrays = arrays
        # Short: the name of every function that takes one contains it.
        digest = hashlib.sha256(str(arrays).encode()).hexdigest()[:16]
        super().__init__(name=f"Reference({digest})")

    @property
    def key(self) -> Any:
        return self.arrays


@register_model(Reference)
class _ReferenceModel(models.OpaqueModel):
    pass


@infer_getattr
class _Attributes(AttributeTemplate):
    key = Reference

    def generic_resolve(self, kind: Any, name: Any) -> Any:  # type: ignore[override]
        if name in kind.arrays.fields:
            return kind.arrays.types[kind.arrays.fields.index(name)]
        return None


@lower_getattr_generic(Reference)
def _attribute(context: Any, builder: Any, kind: Any, value: Any, name: str) -> Any:
    position = kind.arrays.fields.index(name)
    where = builder.bitcast(value, context.get_value_type(kind.arrays).as_pointer())
    zero, at = (ir.Constant(ir.IntType(32), number) for number in (0, position))
    found = builder.load(builder.gep(where, [zero, at], inbounds=True))
    return impl_ret_borrowed(context, builder, kind.arrays.types[position], found)


def _referred(_: Any, arrays: Any) -> Any:
    """The address of a copy of the tuple that lives as long as the calling function."""

    def code(__: Any, builder: Any, ___: Any, values: Any) -> Any:
        return builder.bitcast(cgutils.alloca_once_value(builder, values[0]), cgutils.voidptr_t)

    return Reference(arrays)(arrays), code


def _itself(arrays: Any) -> Any:
    return arrays


def _in_one_go(_: Any, target: Any, to: Any, source: Any, at: Any, count: Any) -> Any:
    """Memory is moved as a whole: six times as quick as entry by entry."""

    def code(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        into = context.make_array(signature.args[0])(context, builder, values[0])
        out_of = context.make_array(signature.args[2])(context, builder, values[2])
        first = builder.gep(into.data, [values[1]])
        size = context.get_constant(types.intp, 8)
        cgutils.raw_memmove(builder, first, builder.gep(out_of.data, [values[3]]), values[4], size)
        return context.get_dummy_value()

    return types.void(target, types.int64, source, types.int64, types.int64), code


def _one_by_one(target: Any, to: Any, source: Any, at: Any, count: Any) -> None:
    target[to : to + count] = source[at : at + count].copy()


reference: Callable[[Any], Any] = intrinsic(_referred)  # type: ignore[assignment]
copied: Callable[[Any, Any, Any, Any, Any], None] = intrinsic(_in_one_go)  # type: ignore[assignment]
"""``copied(target, to, source, at, count)``: of arrays of 64-bit integers that lie in one piece;
the stretches may overlap. Nothing is checked: ``count`` must not be negative."""
if config.DISABLE_JIT:  # type: ignore[attr-defined]  # to step through it in plain Python
    reference, copied = _itself, _one_by_one
