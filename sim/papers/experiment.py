"""What a figure is made of: its question, what it runs, how well, and what it is expected to show.

`conf/experiment/NAME.yaml` says what is run, `experiments/NAME/figure.yaml` what is asked and how it is drawn; `expected.csv`
beside it keeps the numbers of the full quality.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
import pandas as pd
from pydantic import Field, model_validator

from ..analysis.wedges.doses import Dose
from ..errors import InputError, unknown
from ..paths import EXPERIMENTS, read_yaml
from ..world.loading import read_option
from ..world.schema import Strict, validated

Quality = Literal["draft", "full"]
COLUMNS = ["panel", "series", "x", "value", "se"]
"""Every figure's table: a row a number. panel, series: names; x: position (a year, a month, or 0); se: standard error."""
ROUNDED = 1e-5
"""Relative error of a number that is kept: six digits."""
FALSE_ALARM = 1e-4
"""Probability that a figure whose model has not changed fails the check anywhere, for independent numbers."""


class Panel(Strict):
    """One panel of a figure: how its rows are drawn."""

    name: str
    kind: Literal["lines", "bars", "heat", "dose"]
    title: str
    x: str = ""
    y: str
    percent: bool = True
    most: Annotated[int, Field(ge=0)] = 0  # rows drawn, the largest; 0: all
    logarithmic: bool = False  # the axis of x
    labels: list[str] = Field(default_factory=list)  # of the columns of a heat; the theses by default


class Runs(Strict):
    """What a figure runs: the key `experiment` of conf/experiment/NAME.yaml.

    Attributes
    ----------
    scenarios : list of str
        The first is that of `alliances run experiment=NAME`.
    theses : list of str
    arms : list of str
        Wedges or mechanisms that are compared.
    doses : list of Dose
        Instruments, each with the scenario and the tie on which it is tried at several strengths.
    draft : int
        Replicates of quality=draft, 2 or more.
    """

    name: str
    scenarios: Annotated[list[str], Field(min_length=1)]
    theses: Annotated[list[str], Field(min_length=1)]
    arms: list[str] = Field(default_factory=list)
    doses: list[Dose] = Field(default_factory=list)
    draft: Annotated[int, Field(ge=2)]


class Composed(Strict):
    """A file of conf/experiment, as Hydra reads it.

    Attributes
    ----------
    defaults : list
        Choices of other groups.
    replicates : int
        Of quality=full, 2 or more.
    seed : int
    """

    defaults: list[dict[str, str]]
    replicates: Annotated[int, Field(ge=2)]
    seed: Annotated[int, Field(ge=0)]
    experiment: Runs


class FigureConf(Strict):
    """What a figure asks and how it is drawn.

    Attributes
    ----------
    title, question, caption : str
    slack : float
        What a number may move beyond its Monte Carlo error before it counts as another conclusion.
    measured : bool
        Times of the machine that makes the figure: kept to be read, never compared.
    """

    title: str
    question: str
    caption: str
    slack: Annotated[float, Field(ge=0.0)] = 0.0
    measured: bool = False
    panels: Annotated[list[Panel], Field(min_length=1)]

    @model_validator(mode="after")
    def _alike(self) -> FigureConf:
        if len({p.kind == "dose" for p in self.panels}) > 1:
            raise ValueError("panels of kind dose stand by themselves")
        return self


@dataclass(frozen=True)
class Experiment:
    """A figure by name."""

    name: str
    conf: FigureConf
    composed: Composed
    folder: Path

    @property
    def runs(self) -> Runs:
        """What it runs."""
        return self.composed.experiment

    @property
    def seed(self) -> int:
        """Master seed."""
        return self.composed.seed

    @property
    def expected_file(self) -> Path:
        """Numbers of the full quality."""
        return self.folder / "expected.csv"

    def replicates(self, quality: Quality) -> int:
        """Runs of each arm."""
        return self.runs.draft if quality == "draft" else self.composed.replicates

    def expected(self) -> pd.DataFrame:
        """The table that was kept.

        Raises
        ------
        InputError
            There is none, or it is damaged.
        """
        try:
            table = pd.read_csv(self.expected_file, dtype={"panel": str, "series": str})
        except (OSError, ValueError) as error:
            words = "alliances figures quality=full --update"
            raise InputError(
                str(self.expected_file), "", f"cannot be read ({error})", f"the table that {words} writes"
            ) from error
        if list(table.columns) != COLUMNS:
            raise InputError(str(self.expected_file), "", "has other columns", ", ".join(COLUMNS))
        return table


def experiments() -> list[str]:
    """Names of the figures, in order."""
    return sorted(path.parent.name for path in EXPERIMENTS.glob("*/figure.yaml"))


def read_experiment(name: str) -> Experiment:
    """A figure by name; InputError with the nearest names."""
    if name not in experiments():
        raise unknown("figures", "", name, experiments())
    folder = EXPERIMENTS / name
    conf = validated(FigureConf, read_yaml(folder / "figure.yaml"), f"experiments/{name}/figure.yaml")
    return Experiment(name, conf, validated(Composed, read_option("experiment", name), f"conf/experiment/{name}.yaml"), folder)


def moved(expected: pd.DataFrame, found: pd.DataFrame, slack: float) -> pd.DataFrame:
    """Numbers that differ by more than chance.

    Two numbers agree while they are apart by no more than z standard errors of their difference and the slack; z leaves one
    false alarm in 10,000 tables of so many independent numbers (Bonferroni).

    Returns
    -------
    DataFrame
        Rows that moved, or are missing or new (value NaN on one side): panel, series, x, expected, found, allowed.
    """
    from scipy.stats import norm

    keys = ["panel", "series", "x"]
    both = expected.merge(found, on=keys, how="outer", suffixes=("_expected", "_found"))
    z = float(norm.isf(FALSE_ALARM / 2 / max(1, len(both))))
    error = np.hypot(both["se_expected"].fillna(0.0), both["se_found"].fillna(0.0))
    allowed = z * error + slack + ROUNDED * both["value_expected"].abs().fillna(0.0) + 1e-9
    apart = (both["value_expected"] - both["value_found"]).abs()
    there = both["value_expected"].notna() & both["value_found"].notna()
    nothing = both["value_expected"].isna() & both["value_found"].isna()
    wrong = ~nothing & (~there | (apart > allowed))
    out = both[wrong].rename(columns={"value_expected": "expected", "value_found": "found"})
    columns = [*keys, "expected", "found", "allowed"]
    return pd.DataFrame(out.assign(allowed=allowed[wrong])[columns].reset_index(drop=True))


def rows_of(panel: str, series: str, xs: Any, values: Any, errors: Any) -> pd.DataFrame:
    """Rows of one series."""
    x = np.atleast_1d(np.asarray(xs, dtype=float))
    table = {"panel": panel, "series": series, "x": x, "value": np.broadcast_to(np.asarray(values, dtype=float), x.shape),
             "se": np.broadcast_to(np.asarray(errors, dtype=float), x.shape)}  # fmt: skip
    return pd.DataFrame(table, columns=COLUMNS)


def share_rows(panel: str, series: str, xs: Any, shares: Any, runs: int) -> pd.DataFrame:
    """Rows of shares of runs, with the errors of Agresti and Coull (1998): two runs added to either side, never zero."""
    p = np.asarray(shares, dtype=float)
    q = (p * runs + 2.0) / (runs + 4.0)
    return rows_of(panel, series, xs, p, np.sqrt(q * (1 - q) / (runs + 4.0)))
