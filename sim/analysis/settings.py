"""Settings of a calibration: which parameters, which worlds, how much work. Files in conf/calibrate."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from ..errors import unknown
from ..paths import CONF, read_yaml
from ..world.loading import read_option
from ..world.parameters import default_values
from ..world.schema import Share, Strict, validated

SHARED = CONF / "calibrate" / "shared" / "model.yaml"
Count = Annotated[int, Field(ge=1)]


class SyntheticChoice(Strict):
    """The global world: drawn worlds, taken in turn by the points."""

    drawn: Count
    first_year: Annotated[int, Field(ge=0)]
    missed: Share
    scenario: dict[str, Any]


class Worlds(Strict):
    """The worlds that the points run in, beside the named ones."""

    synthetic: SyntheticChoice


class Settings(Strict):
    """A calibration.

    Attributes
    ----------
    over : list of str
        Parameters, or families of them, that are calibrated.
    worlds : Worlds
    constraint_runs : int
        Runs of the long scenario of each candidate, which have to keep the hard constraints, all of them.
    points, most : int
        Candidates that keep them in each round, and candidates that a round tries for them.
    batch : int
        Candidates run and written at once.
    width : float
        Of the prior about the central values, on the scale on which the ledger's is standard normal; 1 is the ledger's.
    near : float
        Share of the points, nearest to the observed, that the second fit rests on.
    held_out : list of str
        Hard constraints that reject nothing, and summaries (or `panel.AQ-TB.*`, all of that beginning) that are not fitted:
        what the posterior then says of them is a prediction.
    fresh : int
        Candidates that keep them and have no part in the fit.
    draws : int
        Of the posterior.
    check_points, check_replicates : int
        Draws of the predictive check, and runs of each named world with each.
    """

    over: Annotated[list[str], Field(min_length=1)]
    worlds: Worlds
    constraint_runs: Count
    points: Count
    most: Annotated[int, Field(ge=1, le=5_000_000)]
    batch: Count
    width: Annotated[float, Field(gt=0.0, le=1.0)]
    near: Annotated[float, Field(gt=0.0, le=1.0)]
    fresh: Count
    draws: Count
    check_points: Annotated[int, Field(ge=20)]
    check_replicates: Count
    held_out: list[str] = Field(default_factory=list)

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
    """Settings by name, over what all presets share; InputError with the nearest names, or naming the field that is wrong."""
    settings = validated(Settings, {**read_yaml(SHARED), **read_option("calibrate", name)}, f"calibrate/{name}.yaml")
    settings.paths()
    return settings
