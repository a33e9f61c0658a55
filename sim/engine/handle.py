"""A replicate behind one small array, so that a rule of a month is a function of a few words.

A rule takes the tables of a run; handed over as they are they would be four hundred words a call, and from Python each
table would be unpacked and counted (measured: 10 us a call). A handle holds their addresses and shapes. In compiled code
`run_of` and each tuple of tables in it (`s`, `w`, `scratch`) is a pointer to the handle: a table is put together where a
rule asks for it, and costs nothing where none does (measured: 0.13 us for a call from Python, and a third of the time to
compile).

The last row of a handle holds a fingerprint of how the tables are laid out. Compiled code knows the fingerprint of the
layout that it was compiled for, and refuses a handle of another one: it would read one column for another.

With the compiler switched off a handle is the run itself.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator
from functools import cache
from typing import Annotated, Any, NamedTuple, get_args, get_type_hints

import numpy as np
from numba import types
from numba.core import config as numba_config
from numba.core.typing.templates import AttributeTemplate
from numba.extending import infer_getattr, intrinsic, lower_getattr_generic, models, register_model
from numba.np.arrayobj import populate_array
from numba.np.numpy_support import from_dtype
from numpy.typing import NDArray

from ..world.parameters import record_type
from ..world.tables import Facts, Journal, Scratch, State, Table
from .outcomes import Frame, Outcomes
from .traces import Trace, Trajectories

PARAMETERS = record_type()
WORDS = 4  # address, and up to three lengths
OTHER_LAYOUT = "compiled for tables of another layout: remove the folder of compiled code (alliances doctor names it)"


class Run(NamedTuple):
    """Everything one replicate needs."""

    s: State
    w: Facts
    points: Annotated[Table, PARAMETERS, 1]  # (1,) its parameter vector
    key: Annotated[NDArray[np.uint64], "u8", 1]  # (3,) its key in the draws
    scratch: Scratch
    journal: Journal
    frame: Frame
    outcomes: Outcomes
    kept: Trajectories
    trace: Trace


class TablesType(types.Type):
    """The compiler's type of a named tuple of tables: a pointer to the handle.

    Attributes
    ----------
    parts : dict
        Type of each field, and the row of the handle at which it begins.
    end : int
        Row after its last.
    """

    def __init__(self, tuple_class: Any, row: int = 0) -> None:
        super().__init__(name=f"{tuple_class.__name__} at row {row}")
        self.parts: dict[str, tuple[Any, int]] = {}
        self.end: int = row
        for name, hint in get_type_hints(tuple_class, include_extras=True).items():
            kind: Any
            if hasattr(hint, "_fields"):
                kind = TablesType(hint, self.end)
            else:
                _, columns, dimensions = get_args(hint)
                kind = types.Array(from_dtype(np.dtype(columns)), dimensions, "C")
            self.parts[name] = kind, self.end
            self.end = kind.end if isinstance(kind, TablesType) else self.end + 1

    def tables(self) -> list[types.Array]:
        """The type of each table, in the order of the rows."""
        found = []
        for kind, _ in self.parts.values():
            found += kind.tables() if isinstance(kind, TablesType) else [kind]
        return found


RUN = TablesType(Run)
LAYOUT = int.from_bytes(hashlib.sha256(repr([(k.ndim, k.dtype) for k in RUN.tables()]).encode()).digest()[:7], "big")
"""Fingerprint of the tables of a run: the names, types and places of their columns, in their order."""


@register_model(TablesType)
class _TablesModel(models.OpaqueModel):
    pass


def _cell(context: Any, builder: Any, handle: Any, row: int, word: int) -> Any:
    """A word of a handle. It never changes while compiled code runs, so that the compiler need not read it twice."""
    words = builder.bitcast(handle, context.get_value_type(types.intp).as_pointer())
    place = builder.gep(words, [context.get_constant(types.intp, row * WORDS + word)])
    value = builder.load(place)
    value.set_metadata("invariant.load", builder.module.add_metadata([]))
    return value


def _table_at(context: Any, builder: Any, handle: Any, kind: types.Array, row: int) -> Any:
    """The array whose address and shape stand in a row of the handle; it owns nothing."""
    array = context.make_array(kind)(context, builder)
    element = context.get_data_type(kind.dtype)
    size = context.get_constant(types.intp, context.get_abi_sizeof(element))
    shape = [_cell(context, builder, handle, row, 1 + k) for k in range(kind.ndim)]
    strides: list[Any] = []
    step = size
    for length in reversed(shape):
        strides.insert(0, step)
        step = builder.mul(step, length)
    data = builder.inttoptr(_cell(context, builder, handle, row, 0), element.as_pointer())
    populate_array(array, data=data, shape=shape, strides=strides, itemsize=size, meminfo=None)
    return array._getvalue()


@infer_getattr
class _TablesAttribute(AttributeTemplate):
    key = TablesType

    def generic_resolve(self, kind: TablesType, name: str) -> Any:
        return kind.parts[name][0] if name in kind.parts else None


@lower_getattr_generic(TablesType)
def _part_of(context: Any, builder: Any, kind: TablesType, handle: Any, name: str) -> Any:
    part, row = kind.parts[name]
    return handle if isinstance(part, TablesType) else _table_at(context, builder, handle, part, row)


@intrinsic
def _compiled_run_of(_typing: Any, handle: Any) -> Any:
    def codegen(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        table = context.make_array(signature.args[0])(context, builder, arguments[0])
        pointer = builder.bitcast(table.data, context.get_value_type(RUN))
        layout = _cell(context, builder, pointer, RUN.end, 0)
        other = builder.icmp_unsigned("!=", layout, context.get_constant(types.intp, LAYOUT))
        with builder.if_then(other, likely=False):
            context.call_conv.return_user_exc(builder, RuntimeError, (OTHER_LAYOUT,))
        return pointer

    return RUN(handle), codegen


def _is_the_run(run: Any) -> Any:
    return run


run_of: Any = _is_the_run if numba_config.DISABLE_JIT else _compiled_run_of
"""The run behind a handle."""


_element_of = cache(from_dtype)
"""The compiler's type of a table's rows; found once, for it takes longer than a small chunk's outcomes (measured)."""


def _leaves(part: Any) -> Iterator[Any]:
    if isinstance(part, tuple):
        for inner in part:
            yield from _leaves(inner)
    else:
        yield part


def handles_of(runs: Run, number: int, own: Collection[str]) -> Any:
    """Handles of many runs whose tables lie side by side; valid as long as the tables are.

    Parameters
    ----------
    runs : Run
        Tables; those under a name in `own` have the runs as their first axis, the others are shared.
    number : int
        How many runs.
    own : collection of str
        Fields of `Run`.

    Returns
    -------
    (N, tables + 1, WORDS) int64

    Raises
    ------
    TypeError
        A table has not the columns or dimensions that its annotation says.
    """
    handles = np.zeros((number, RUN.end + 1, WORDS), dtype=np.int64)
    handles[:, RUN.end, 0] = LAYOUT
    kinds = iter(RUN.tables())
    row = 0
    for name, part in zip(Run._fields, runs, strict=True):
        stacked = int(name in own)
        for array in _leaves(part):
            kind = next(kinds)
            if _element_of(array.dtype) != kind.dtype or array.ndim != kind.ndim + stacked or not array.flags.c_contiguous:
                raise TypeError(f"{name}: table {row} is {array.dtype} in {array.ndim} dimensions, not {kind}")
            step = array.strides[0] if stacked else 0
            handles[:, row, 0] = array.ctypes.data + np.arange(number, dtype=np.int64) * step
            handles[:, row, 1 : 1 + kind.ndim] = array.shape[stacked:]
            row += 1
    return handles


def handle_of(run: Run) -> Any:
    """A handle of one run, for Python; valid as long as its tables are."""
    return run if numba_config.DISABLE_JIT else handles_of(run, 1, ())[0]
