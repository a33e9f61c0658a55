"""Measures of an organisation: each takes `of_runs.Runs` and gives a number a run and organisation, (N, O)."""

from __future__ import annotations

from typing import Any

import numpy as np

from .measure import CATALOGUE, TALKS, Declared, measure, ratio
from .of_runs import Runs


@measure("organisation", "count", "splits", unit="count")
def splits(runs: Runs) -> Any:
    """Factions that split off it."""
    return runs.outcomes.organisation["splits"]


@measure("organisation", "count", "defections", unit="count")
def defections(runs: Runs) -> Any:
    """Times that fighters of one of its factions went over to another faction."""
    return runs.outcomes.organisation["defections"]


@measure("organisation", "count", "successions", unit="count")
def successions(runs: Runs) -> Any:
    """Leaders of its factions that followed another."""
    return runs.outcomes.organisation["successions"]


@measure("organisation", "code", "talks", labels=TALKS)
def talks(runs: Runs) -> Any:
    """Its talks at the end; null if it is not there."""
    rows = runs.outcomes.organisation
    return np.ma.array(rows["talks"], mask=rows["present"] != 1)


@measure("organisation", "flag", "there at the end", unit="0 or 1")
def present(runs: Runs) -> Any:
    """Whether it is there at the end."""
    return runs.outcomes.organisation["present"]


@measure("organisation", "count", "attacks", unit="count")
def attacks(runs: Runs) -> Any:
    """Attacks that it carries out over the run."""
    return runs.outcomes.organisation["attacks"]


@measure("organisation", "count", "attacks on civilians", unit="count")
def civilian(runs: Runs) -> Any:
    """Attacks on civilians that it carries out over the run."""
    return runs.outcomes.organisation["civilian"]


@measure("organisation", "count", "attacks that an ally claims", unit="count")
def outsourced(runs: Runs) -> Any:
    """Of these, attacks that an ally claims in its place."""
    return runs.outcomes.organisation["outsourced"]


@measure("organisation", "amount", "attacks claimed", unit="count")
def claimed(runs: Runs) -> Any:
    """Attacks that it claims over the run."""
    return runs.outcomes.organisation["claimed"]


ratio(
    "organisation", "civilian_share", ("civilian", "attacks"), "civilian share of attacks",
    "Share of its attacks that hit civilians; null without attacks",
)  # fmt: skip
ratio(
    "organisation", "outsourced_share", ("outsourced", "attacks"), "share that an ally claims",
    "Share of its attacks that an ally claims in its place; null without attacks",
)  # fmt: skip


@measure("organisation", "share", "civilian share of claims", unit="share")
def civilian_share_of_claims(runs: Runs) -> Any:
    """Share of the attacks that it claims that hit civilians; null without claims.

    Attacks that it hands to others all hit civilians, and so do those handed to it: what it claims over what it keeps.
    """
    rows = runs.outcomes.organisation
    civilian = rows["civilian"] + rows["claimed"] - rows["attacks"]
    return np.where(rows["claimed"] > 0, civilian / np.maximum(rows["claimed"], 1), np.nan)


@measure("organisation", "amount", "fighters", unit="people")
def fighters(runs: Runs) -> Any:
    """Its fighters at the end."""
    return runs.outcomes.organisation["fighters"]


@measure("organisation", "amount", "cohesion", unit="0..1")
def cohesion(runs: Runs) -> Any:
    """Its cohesion at the end; null if it is not there."""
    rows = runs.outcomes.organisation
    return np.ma.array(rows["cohesion"], mask=rows["present"] != 1)


OF_ORGANISATIONS: Declared = CATALOGUE["organisation"]
