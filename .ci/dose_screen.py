"""Where does each instrument act most clearly? Every instrument in every scenario, the clearest few of each printed.

    python .ci/dose_screen.py [REPLICATES [SEED [SCENARIO ...]]]

What it finds is what conf/experiment/dose_response.yaml is chosen from; run it again when rules or values have changed.
"""

from __future__ import annotations

import sys

from sim.analysis.scorecard import Measured
from sim.analysis.targets import DRAWN
from sim.analysis.wedges.doses import screen
from sim.world.loading import options

SHOWN = 6


def main() -> None:
    """Measure and print."""
    numbers, scenarios = [int(word) for word in sys.argv[1:3]], sys.argv[3:]
    replicates, seed = (*numbers, *(300, 20)[len(numbers) :])
    named = [name for name in options("scenario") if name != DRAWN]
    table = screen(Measured({}, replicates, seed), scenarios or named, lambda name: print(name, file=sys.stderr, flush=True))
    print(table.groupby("instrument").head(SHOWN).to_string(index=False, float_format=lambda x: f"{x:.3f}"))


if __name__ == "__main__":
    main()
