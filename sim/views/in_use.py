"""What is known of the calibration in use: its tests, the fit that did not look at the core case, and the rival theses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from ..analysis.outcome_variance import assumed, share_of_variance
from ..analysis.scorecard import TALKS, Measured
from ..engine.ensemble import run_ensemble
from ..paths import read_yaml
from ..runs.draws import evenly, read_draws
from ..world.loading import load_world
from ..world.parameters import parameter_table
from .adoption import SUMMARY
from .terminal import Grid
from .theses import KEPT as THESES

RUNS_OF_DRAW = 40
"""Runs of each draw by which parameters are told from luck."""
NOT_KNOWN = "not known"
OF_A_THESIS = ("log_bayes_factor", "log_bayes_factor_se", "log_bayes_factor_other", "effective", "bound")


def _by_whom(replicates: int, seed: int) -> float:
    """Share of what differs between draws in the mean depth of the focal alliance that goes with assumptions alone."""
    draws, world = read_draws(), load_world(TALKS)[0]
    measured = Measured({}, replicates, seed)
    out = run_ensemble(world, parameter_table(evenly(draws, len(draws))), replicates, seed, events=True)
    depth = measured.depth(measured.seen(world, out)).reshape(len(draws), replicates)
    return share_of_variance(draws, depth, assumed(list(draws.columns)), seed)


def _kept(summary: Mapping[str, Any], name: str) -> float | None:
    row = (summary.get("constraints") or {}).get(name)
    return None if row is None else float(row["kept"])


def thesis_bayes_factors() -> dict[str, dict[str, float | bool]] | None:
    """Thesis -> log Bayes factor over the consensus, its error, and the same of a second run; None where none is kept."""
    table = pd.read_csv(THESES).set_index("thesis")
    if "log_bayes_factor" not in table:
        return None
    columns = [
        c for c in ("log_bayes_factor", "log_bayes_factor_se", "log_bayes_factor_other", "effective", "bound") if c in table
    ]
    return {str(name): {c: row[c] for c in columns} for name, row in table[columns].to_dict("index").items()}


def in_use(seed: int, runs_of_draw: int = RUNS_OF_DRAW) -> dict[str, Any]:
    """Everything that is known of the calibration in use, under the names of the JSON file; None for what is not."""
    summary = read_yaml(SUMMARY)
    targets, blind = summary.get("targets") or {}, summary.get("held_out") or {}
    fought = _kept(blind, "never_fought")
    return {
        "gain": summary.get("gain"),
        "gain_se": summary.get("gain_se"),
        "sbc_passed": summary.get("sbc_passed"),
        "informed_both": list(summary["informed_both"]) if "informed_both" in summary else None,
        "targets_fitted": sum(bool(row["met"]) for row in targets.values()) if targets else None,
        "targets_of": len(targets) or None,
        "gate_nearer": (summary.get("gate") or {}).get("nearer"),
        "posterior_never_broken": _kept(summary, "never_broken"),
        "posterior_never_fought": _kept(summary, "never_fought"),
        "held_out_never_broken": _kept(blind, "never_broken"),
        "held_out_ever_fight": None if fought is None else round(1.0 - fought, 4),
        "held_out_targets": {name: bool(row["met"]) for name, row in blind["targets"].items()} if blind else None,
        "thesis_bayes_factors": thesis_bayes_factors(),
        "variance_assumption_only": _by_whom(runs_of_draw, seed),
    }


TITLES = {
    "gain": "Gain over the prior, nats, at held-out points (all parameters together)",
    "sbc_passed": "Ranks of true values are even (simulation-based calibration)",
    "informed_both": "Directions and parameters informed by all tests in both of two runs",
    "targets_fitted": "Targets met by the mean over draws",
    "gate_nearer": "Share of simulated histories nearer to their centre than the observed (below .95: inside)",
    "posterior_never_broken": "Fresh runs in which al-Qaeda and the Taliban never break",
    "held_out_never_broken": "… where the calibration did not look at them (predicted)",
    "posterior_never_fought": "… in which they never fight",
    "held_out_ever_fight": "… in which they ever fight, where the calibration did not look (predicted)",
    "held_out_targets": "Targets about them that were held out, met",
    "thesis_bayes_factors": "Theses: log Bayes factors over the consensus",
    "variance_assumption_only": "Share of what differs between draws in the depth of the alliance owed to assumptions alone",
}


def _in_words(name: str, found: Mapping[str, Any]) -> str:
    value = found[name]
    if value is None:
        return NOT_KNOWN
    if name == "gain":
        return f"{value:.2f} ± {found['gain_se']:.2f}"
    if name == "informed_both":
        return f"{len(value)}: {', '.join(value)}"
    if name == "targets_fitted":
        return f"{value} of {found['targets_of']}"
    if name == "held_out_targets":
        return f"{sum(value.values())} of {len(value)}: {', '.join(n for n, met in value.items() if met)}"
    if name == "thesis_bayes_factors":
        said = (f"{n.replace('_', ' ')} {row['log_bayes_factor']:+.1f}" for n, row in value.items() if row["log_bayes_factor"])
        return "; ".join(said)
    return ("yes" if value else "no") if isinstance(value, bool) else f"{value:.3f}"


def in_use_table(found: Mapping[str, Any]) -> Grid:
    """The same in words."""
    out = Grid("What is known of the calibration in use", ["", "found"], words=["", "found"])
    for name, title in TITLES.items():
        out.add_row(title, _in_words(name, found))
    return out
