"""Compiling many small functions as one: each is typed once, and machine code is made once.

numba optimises every compiled function for itself and makes machine code of it, though the inner
ones are never called but from other compiled functions, which take them in as a whole and optimise
them again. Here an inner function stays as it was written down until an entry takes in all that it
needs, directly or not, and is optimised with it. Entries come out the same; the set-up, which
compiles them, takes a third of the time.
"""

from __future__ import annotations

from typing import Any

from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import CompilerBase, DefaultPassBuilder
from numba.core.compiler_machinery import LoweringPass, register_pass
from numba.core.typed_passes import NativeLowering


class _NoEngine:
    """Instead of the code generator of a library that makes no machine code."""

    def set_env(self, name: str, env: Any) -> None:
        """Nothing runs yet."""


class _Inner(JITCodeLibrary):
    """A function that waits to be taken in."""

    @property
    def codegen(self) -> Any:
        return _NoEngine()

    def finalize(self) -> None:
        self._raise_if_finalized()
        self._finalize_dynamic_globals()
        self._finalized = True

    def get_pointer_to_function(self, name: str) -> int:
        self._ensure_finalized()
        return 0


class _Whole(JITCodeLibrary):
    """An entry with all that it needs."""

    def finalize(self) -> None:
        known: dict[int, Any] = {}
        waiting = list(self._linking_libraries)
        while waiting:
            library = waiting.pop()
            if id(library) not in known:
                known[id(library)] = library
                if isinstance(library, _Inner):
                    waiting += library._linking_libraries
        self._linking_libraries = list(known.values())
        super().finalize()


@register_pass(mutates_CFG=False, analysis_only=False)
class _InnerLibrary(LoweringPass):
    _name = "inner_library"
    kind: type[JITCodeLibrary] = _Inner

    def __init__(self) -> None:
        LoweringPass.__init__(self)

    def run_pass(self, state: Any) -> bool:
        codegen = state.targetctx.codegen()
        state.library = self.kind(codegen, state.func_id.func_qualname)
        state.library.enable_object_caching()
        return True


@register_pass(mutates_CFG=False, analysis_only=False)
class _WholeLibrary(_InnerLibrary):
    _name = "whole_library"
    kind = _Whole


class _Compiler(CompilerBase):
    library: type[LoweringPass]

    def define_pipelines(self) -> list[Any]:
        manager = DefaultPassBuilder.define_nopython_pipeline(self.state)
        at = next(k for k, (one, _) in enumerate(manager.passes) if one is NativeLowering)
        manager.add_pass_after(self.library, manager.passes[at - 1][0])
        manager.finalize()
        return [manager]


class InnerCompiler(_Compiler):
    """Of functions that are called from compiled ones alone."""

    library = _InnerLibrary


class EntryCompiler(_Compiler):
    """Of functions that Python calls."""

    library = _WholeLibrary
