"""What is known of the calibration in use: its tests, the fit that did not look at the core case, and the rival theses."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from ..analysis.intervals import band_in_words
from ..analysis.outcome_variance import assumed, share_of_variance
from ..analysis.scorecard import TALKS, Measured
from ..analysis.targets import read_targets
from ..engine.ensemble import run_ensemble
from ..errors import unknown
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
        "held_out_targets": {n: bool(row["met"]) for n, row in blind["targets"].items() if not row["fitted"]} if blind else None,
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


def _rounded(value: Any) -> str:
    return "" if value is None else f"{value:.3g}"


def _verdict(row: Mapping[str, Any]) -> str:
    return "" if "met" not in row else "met" if row["met"] else "missed"


def _targets(summary: Mapping[str, Any]) -> list[list[str]]:
    """Every target: over the posterior that looked at everything, and over the one that did not look at the core case."""
    blind = (summary.get("held_out") or {}).get("targets") or {}
    rows = []
    for target in read_targets():
        name = target.name
        one, two = (summary.get("targets") or {}).get(name, {}), blind.get(name, {})
        if not one:
            continue
        low, high = target.band
        predicted = "" if not two or two["fitted"] else ", predicted"
        cells = [_rounded(one.get("observed")), band_in_words((low, high)), _rounded(one.get("simulated")), _verdict(one)]
        rows.append([f"{name} {target.title}", *cells, _rounded(two.get("simulated")), _verdict(two) + predicted])
    return rows


def _constraints(summary: Mapping[str, Any]) -> list[list[str]]:
    blind = (summary.get("held_out") or {}).get("constraints") or {}
    rows = []
    for name, row in (summary.get("constraints") or {}).items():
        two = blind.get(name, {})
        predicted = "" if not two or two["asked"] or name == "all" else "predicted"
        rows.append([name.replace("_", " "), _rounded(row["kept"]), _rounded(two.get("kept")), predicted])
    return rows


def _informed(summary: Mapping[str, Any]) -> list[list[str]]:
    words, both = summary.get("directions") or {}, summary.get("informed_both") or {}
    return [[name, words.get(name, ""), "yes" if name in both else "no"] for name in summary.get("informed") or []]


def _theses(_: Mapping[str, Any]) -> list[list[str]]:
    rows = []
    for name, row in (thesis_bayes_factors() or {}).items():
        most, other = "≤ " if row.get("bound") else "", row.get("log_bayes_factor_other")
        log = f"{most}{row['log_bayes_factor']:+.1f} ± {row['log_bayes_factor_se']:.1f}"
        rows.append(
            [name.replace("_", " "), log, "" if other is None else f"{other:+.1f}", f"{row.get('effective', math.nan):.0f}"]
        )
    return rows


DOCUMENTED: dict[str, tuple[list[str], Callable[[Mapping[str, Any]], list[list[str]]]]] = {
    "targets": (["target", "observed", "band", "posterior", "", "core case held out", ""], _targets),
    "constraints": (["fresh runs that keep", "posterior", "core case held out", ""], _constraints),
    "informed": (["informed in the first run", "in words", "in the second, too"], _informed),
    "theses": (["thesis", "log Bayes factor over the consensus", "second run", "effective points"], _theses),
}
"""Tables of the documentation: heads, and rows from the summary in use."""


def documented(name: str) -> tuple[list[str], list[list[str]]]:
    """Heads and rows of a table of the documentation; InputError with the nearest name."""
    if name not in DOCUMENTED:
        raise unknown("calibration", "", name, DOCUMENTED)
    heads, rows = DOCUMENTED[name]
    return heads, rows(read_yaml(SUMMARY))
