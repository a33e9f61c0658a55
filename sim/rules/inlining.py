"""A rule is compiled into its callers and nowhere else.

The compiler makes a library of its own of every function: it links in all that the function calls, optimises the whole
and translates it to machine code, at every depth of the rule book anew. A rule is always inlined and never called by
itself, so its library holds its text only; what calls it is optimised once, at the end (measured: see docs/design.md).
"""

from __future__ import annotations

import ctypes
from typing import Any

from numba._dynfunc import make_function
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import CompilerBase, DefaultPassBuilder, _LowerResult
from numba.core.compiler_machinery import register_pass
from numba.core.typed_passes import NativeLowering


class TextLibrary(JITCodeLibrary):  # type: ignore[misc]
    """A library to be linked into others: neither optimised nor translated."""

    def _optimize_final_module(self) -> None:
        pass

    def _finalize_final_module(self) -> None:
        self._finalize_dynamic_globals()
        self._finalized = True


@ctypes.PYFUNCTYPE(ctypes.py_object, ctypes.py_object, ctypes.py_object, ctypes.py_object)
def _called_from_python(*_: Any) -> Any:
    raise TypeError("a rule is called by compiled code; from Python, call it with the compiler off or through a verb")


_ADDRESS = ctypes.cast(_called_from_python, ctypes.c_void_p).value


@register_pass(mutates_CFG=True, analysis_only=False)
class RuleLowering(NativeLowering):  # type: ignore[misc]
    """Lower a rule into a library of text."""

    _name = "rule_lowering"

    def run_pass(self, state: Any) -> bool:
        """Lower, and register the rule for its callers without an address of its own."""
        state.library = TextLibrary(state.targetctx.codegen(), state.func_id.func_qualname)
        state.flags.no_compile = True
        super().run_pass(state)
        lowered = state.cr
        library = state.library
        library.finalize()

        described = lowered.fndesc
        entry = make_function(
            described.lookup_module(), described.qualname.split(".")[-1], "a rule", _ADDRESS, lowered.env, (library,)
        )
        state.targetctx.insert_user_function(entry, described, [library])
        state.reload_init.extend(library._reload_init)
        state.cr = _LowerResult(described, lowered.call_helper, cfunc=entry, env=lowered.env)
        return True


class RuleCompiler(CompilerBase):  # type: ignore[misc]
    """The compiler's usual passes, with another end."""

    def define_pipelines(self) -> list[Any]:
        """One pipeline: nopython, lowered as a rule."""
        passes = DefaultPassBuilder.define_nopython_pipeline(self.state)
        for n, (kind, why) in enumerate(passes.passes):
            if kind is NativeLowering:
                passes.passes[n] = (RuleLowering, why)
        passes.finalize()
        return [passes]
