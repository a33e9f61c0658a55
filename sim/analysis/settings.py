"""Settings of a calibration: which parameters, which worlds, how much work. Files in conf/calibrate."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from ..errors import unknown
from ..world.loading import read_option
from ..world.parameters import default_values
from ..world.schema import Share, Strict, validated

Count = Annotated[int, Field(ge=1)]


class SyntheticChoice(Strict):
    """The global world: drawn worlds, taken in turn by the points."""

    drawn: Count
    first_year: Annotated[int, Field(ge=0)]
    missed: Share
    scenario: dict[str, Any]


class NamedChoice(Strict):
    """The named worlds: those that targets name."""

    replicates: Count


class Worlds(Strict):
    """Both worlds."""

    synthetic: SyntheticChoice
    named: NamedChoice


class HistoryMatching(Strict):
    """First wave: points over the whole ranges, the implausible dropped."""

    points: Count
    implausible: Annotated[float, Field(gt=0.0)]
    allowed: Annotated[int, Field(ge=0)]


class MonteCarlo(Strict):
    """Sequential Monte Carlo after it."""

    particles: Annotated[int, Field(ge=10)]
    generations: Count
    moves: Count
    keep: Annotated[float, Field(gt=0.0, lt=1.0)]
    least_acceptance: Share


class Settings(Strict):
    """A calibration."""

    over: Annotated[list[str], Field(min_length=1)]
    worlds: Worlds
    history: HistoryMatching
    monte_carlo: MonteCarlo
    check_points: Count
    check_replicates: Count

    def paths(self) -> list[str]:
        """Calibrated parameters in the order of the ledger; a family (`bond`) stands for all of it.

        Raises
        ------
        InputError
            A name is neither a parameter nor a family.
        """
        known = list(default_values())
        chosen: set[str] = set()
        for name in self.over:
            found = [path for path in known if path == name or path.startswith(name + ".")]
            if not found:
                raise unknown("calibrate", "over", name, [*known, *{p.split(".")[0] for p in known}])
            chosen.update(found)
        return [path for path in known if path in chosen]


def read_settings(name: str) -> Settings:
    """Settings by name; InputError with the nearest names, or naming the field that is wrong."""
    settings = validated(Settings, read_option("calibrate", name), f"calibrate/{name}.yaml")
    settings.paths()
    return settings
