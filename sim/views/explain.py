"""`alliances explain`: why an alliance ended or held, in one run or in many."""

from __future__ import annotations

from ..command_line import Line
from .explain_case import case_of
from .explain_many import explain_many
from .explain_run import explain_run
from .terminal import new_console


def explain_command(line: Line) -> int:
    """`alliances explain`; 0 when done."""
    case, console, replicate = case_of(line), new_console(), line.whole_or_none("replicate")
    if replicate is None:
        explain_many(case, line, console)
    else:
        explain_run(case, replicate, line, console)
    return 0
