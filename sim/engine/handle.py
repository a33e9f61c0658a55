"""A replicate behind one small array, so that a phase of a month is a function of two or three arguments.

A rule takes the tables of a run; handed over as arguments they would be four hundred words a call, and from Python
each table would be unpacked and counted (measured: 10 us a call). A handle holds their addresses and shapes. `run_of`
rebuilds the tables from it inside compiled code, where those that a phase does not use cost nothing (measured: 0.13 us
for a call from Python; each phase compiles apart, 5 s in all instead of 40).

With the compiler switched off a handle is the run itself.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import cache
from typing import Annotated, Any, NamedTuple, get_args, get_type_hints

import numpy as np
from numba import types
from numba.core import cgutils
from numba.core import config as numba_config
from numba.extending import intrinsic
from numba.np.arrayobj import populate_array
from numba.np.numpy_support import from_dtype
from numpy.typing import NDArray

from ..world.parameters import record_type
from ..world.tables import Facts, Journal, Scratch, State, Table
from .outcomes import Frame, Outcomes
from .traces import Trace, Trajectories

PARAMETERS = record_type()
WORDS = 4  # address, and up to three lengths


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


def _compiled_type(tuple_class: Any) -> types.NamedTuple:
    """The compiler's type of a named tuple of tables, read off the annotations."""
    parts: list[Any] = []
    for hint in get_type_hints(tuple_class, include_extras=True).values():
        if hasattr(hint, "_fields"):
            parts.append(_compiled_type(hint))
        else:
            _, columns, dimensions = get_args(hint)
            parts.append(types.Array(from_dtype(np.dtype(columns)), dimensions, "C"))
    return types.NamedTuple(parts, tuple_class)


RUN = _compiled_type(Run)


def _leaves(part: Any) -> Iterator[Any]:
    if isinstance(part, tuple | types.BaseTuple):
        for inner in part:
            yield from _leaves(inner)
    else:
        yield part


TABLES = len(list(_leaves(RUN)))


def _table_at(context: Any, builder: Any, cell: Any, kind: types.Array, row: int) -> Any:
    """The array whose address and shape stand in a row of the handle; it owns nothing."""
    array = context.make_array(kind)(context, builder)
    element = context.get_data_type(kind.dtype)
    size = context.get_constant(types.intp, context.get_abi_sizeof(element))
    shape = [cell(row, 1 + k) for k in range(kind.ndim)]
    strides: list[Any] = []
    step = size
    for length in reversed(shape):
        strides.insert(0, step)
        step = builder.mul(step, length)
    data = builder.inttoptr(cell(row, 0), element.as_pointer())
    populate_array(array, data=data, shape=shape, strides=strides, itemsize=size, meminfo=None)
    return array._getvalue()


@intrinsic
def _compiled_run_of(_typing: Any, handle: Any) -> Any:
    def codegen(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        kind_of_handle = signature.args[0]
        table = context.make_array(kind_of_handle)(context, builder, arguments[0])
        rows = iter(range(TABLES))

        def cell(row: int, column: int) -> Any:
            where = [context.get_constant(types.intp, row), context.get_constant(types.intp, column)]
            return builder.load(cgutils.get_item_pointer(context, builder, kind_of_handle, table, where))

        def rebuilt(kind: Any) -> Any:
            if isinstance(kind, types.BaseTuple):
                return context.make_tuple(builder, kind, [rebuilt(inner) for inner in kind])
            return _table_at(context, builder, cell, kind, next(rows))

        return rebuilt(RUN)

    return RUN(handle), codegen


def _is_the_run(run: Any) -> Any:
    return run


run_of: Any = _is_the_run if numba_config.DISABLE_JIT else _compiled_run_of
"""The run behind a handle."""


_element_of = cache(from_dtype)
"""The compiler's type of a table's rows; found once, for it takes longer than a small chunk's outcomes (measured)."""


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
    (N, TABLES, WORDS) int64

    Raises
    ------
    TypeError
        A table has not the columns or dimensions that its annotation says.
    """
    handles = np.zeros((number, TABLES, WORDS), dtype=np.int64)
    row = 0
    for name, part, kinds in zip(Run._fields, runs, RUN, strict=True):
        for array, kind in zip(_leaves(part), _leaves(kinds), strict=True):
            stacked = int(name in own)
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
