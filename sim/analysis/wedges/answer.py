"""Everything one comparison answers: the main table, every theory, the posterior, strengths, starts, two together."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from .comparison import Arm, Compared, Setting, compare
from .response import by_start, dose_response, interactions
from .robustness import Posterior, condition, over_posterior, summary, worlds_of


@dataclass(frozen=True)
class Questions:
    """What is asked beside the main table.

    Attributes
    ----------
    draws : sequence of mapping
        Draws from the posterior: what they say of the parameters that the headline leaves to them.
    draw_replicates : int
        Runs of each.
    strengths : sequence of float
        Factors of the sizes.
    starts, lengths : sequence
        Months 'YYYY-MM' to start in, and months to last (None: to the horizon).
    interactions : bool
        Every two wedges together.
    """

    draws: Sequence[Mapping[str, float]] = ()
    draw_replicates: int = 200
    strengths: Sequence[float] = ()
    starts: Sequence[str] = ()
    lengths: Sequence[int | None] = (None,)
    interactions: bool = False


@dataclass(frozen=True)
class Answer:
    """What a comparison found, for tables, figures and the report.

    Attributes
    ----------
    theses : DataFrame
        Effect on the alliance in focus by wedge and thesis (`robustness.by_world`).
    robust, robust_posterior : DataFrame
        `robustness.summary` over theses, and over draws from the posterior.
    strengths, starts, pairs : DataFrame or None
        `response`.
    not_together : list of str
        Pairs of wedges that contradict each other.
    """

    compared: Compared
    titles: Mapping[str, str]
    theses: pd.DataFrame
    robust: pd.DataFrame
    posterior: Posterior | None = None
    robust_posterior: pd.DataFrame | None = None
    strengths: pd.DataFrame | None = None
    starts: pd.DataFrame | None = None
    pairs: pd.DataFrame | None = None
    not_together: list[str] = field(default_factory=list)

    @property
    def setting(self) -> Setting:
        """What all arms share."""
        return self.compared.setting

    def sentence(self, wedge: str) -> str:
        """Under which theories a wedge works."""
        return condition(self.theses[self.theses["wedge"] == wedge], self.titles)


def answered(
    setting: Setting,
    arms: Sequence[Arm],
    asked: Questions,
    titles: Mapping[str, str],
    told: Callable[[str, int, int], None] = lambda *_: None,
) -> Answer:
    """Run everything that is asked; `told` hears the stage, how many of its arms are done, and of how many."""
    wedges, all_arms = [arm.wedge for arm in arms], len(arms) + 1
    done = compare(setting, arms, lambda n: told("wedges", n, all_arms))
    baseline, theses = done.focal["none"][0], worlds_of(done)
    posterior = strengths = starts = pairs = None
    not_together: list[str] = []
    if asked.draws:
        posterior = over_posterior(setting, arms, asked.draws, asked.draw_replicates, lambda n: told("posterior", n, all_arms))
    if asked.strengths:
        count = len(asked.strengths) * len(arms)
        strengths = dose_response(setting, wedges, asked.strengths, baseline, lambda n: told("strengths", n, count))
    if asked.starts:
        count = len(asked.starts) * len(asked.lengths) * len(arms)
        starts = by_start(setting, wedges, asked.starts, asked.lengths, baseline, lambda n: told("starts", n, count))
    if asked.interactions:
        count = len(arms) * (len(arms) + 1) // 2
        pairs, not_together = interactions(setting, wedges, baseline, lambda n: told("two together", n, count))
    return Answer(
        done, titles, theses, summary(theses), posterior, summary(posterior.effects) if posterior else None,
        strengths, starts, pairs, not_together,
    )  # fmt: skip
