"""`alliances explain`: why an alliance ended or held, in one run or in many."""

from __future__ import annotations

from collections.abc import Sequence

from ..analysis.explain.account import KINDS
from ..errors import unknown
from .compare_line import number, read_line
from .explain_case import case_of
from .explain_many import explain_many
from .explain_run import explain_run
from .terminal import new_console

KEYS = {
    "thesis": "consensus", "wedge": "none", "pair": "", "seed": "1", "replicate": "", "event": "", "replicates": "500",
    "attribution": "true", "factors": "kind", "orders": "32", "output": "runs",
}  # fmt: skip
USAGE = """alliances explain scenario=NAME replicate=N [key=value …]     why the alliance ended, or held, in one run
alliances explain scenario=NAME [key=value …]                 the same of many runs: endings, stories, shares of the shocks

  wedge=none  thesis=consensus  seed=1  months=…  shock=…  pressure=…  parameters.PATH=…
  pair=A-B        factions or organisations; the scenario's focal pair by default
  replicate=N     one run, term by term; with a wedge, beside the same run without it
    event=…       break, formation, fight or hold; by default the last break, or how the pair stands at the end
  replicates=500  many runs
    attribution=true  Shapley values of dated shocks and instruments on the break, switched off on the same keys
    factors=kind      one factor a kind of dated event and organisation; or event: each event for itself
    orders=32         orders to sample where there are more than 8 factors
  output=runs
"""


def explain_command(arguments: Sequence[str]) -> int:
    """`alliances explain`; 0 when done."""
    if any(a in ("-h", "--help") for a in arguments):
        print(USAGE, end="")
        return 0
    asked = read_line(arguments, KEYS, "explain")
    given, console = asked.given, new_console()
    if given["event"] and given["event"] not in KINDS:
        raise unknown("explain", "event", given["event"], KINDS)
    for key, allowed in (("attribution", ("true", "false")), ("factors", ("kind", "event"))):
        if given[key] not in allowed:
            raise unknown("explain", key, given[key], allowed)
    case = case_of(given, asked.overrides)
    if given["replicate"]:
        replicate = number(given, "replicate", 0, 2**63 - 1, "explain")
        explain_run(case, replicate, given["event"] or None, console, given["output"], arguments)
    else:
        explain_many(case, given, console, arguments)
    return 0
