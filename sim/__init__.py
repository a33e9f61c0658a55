"""When alliances among militant organisations form, persist, break or turn to fighting.

The public interface; everything else is private by convention. Names load on first use, so that importing the
package is quick.

>>> import sim
>>> world, parameters = sim.load_world("talks_2018", thesis="consensus")
>>> runs = sim.run_ensemble(world, parameters, replicates=100, seed=1)
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .engine.agents import Faction, Organisation, State
    from .engine.ensemble import Ensemble, run_ensemble
    from .engine.model import AllianceModel
    from .errors import InputError
    from .runs.results import read_results
    from .world.instruments import with_wedge
    from .world.loading import load_world
    from .world.parameters import parameter_table
    from .world.scenario import build_world
    from .world.world import World

_HOMES = {
    "AllianceModel": ".engine.model",
    "Ensemble": ".engine.ensemble",
    "Faction": ".engine.agents",
    "InputError": ".errors",
    "Organisation": ".engine.agents",
    "State": ".engine.agents",
    "World": ".world.world",
    "build_world": ".world.scenario",
    "load_world": ".world.loading",
    "parameter_table": ".world.parameters",
    "read_results": ".runs.results",
    "run_ensemble": ".engine.ensemble",
    "with_wedge": ".world.instruments",
}

__all__ = [
    "AllianceModel", "Ensemble", "Faction", "InputError", "Organisation", "State", "World",
    "build_world", "load_world", "parameter_table", "read_results", "run_ensemble", "with_wedge",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    """Load a public name from the module that defines it."""
    if name not in _HOMES:
        raise AttributeError(f"module 'sim' has no attribute '{name}'")
    return getattr(importlib.import_module(_HOMES[name], __name__), name)
