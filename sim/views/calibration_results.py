"""What a calibration leaves behind: tables, figures and a summary in its folder."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml

from ..analysis.calibration import Calibrated, Calibration
from ..analysis.candidates import Told
from ..analysis.cloud import Cloud, distance_from_cloud
from ..analysis.diagnosis import Diagnosis, diagnosis, in_words, loadings
from ..analysis.normal_scores import unit_of
from ..analysis.posterior import constraints_table, parameter_rows, predictive_table, summaries_table
from ..analysis.targets import Target
from ..numbers import number_in

FILES = (
    "posterior.parquet", "summaries.parquet", "predictive.csv", "targets.csv", "constraints.csv", "sbc.csv", "directions.csv",
    "informed.csv", "gate.csv", "summary.yaml",
)  # fmt: skip
"""What is written beside the figures."""


@dataclass(frozen=True)
class Results:
    """A calibration, its tests and its checks on fresh runs.

    Attributes
    ----------
    result : Calibrated
    diagnosis : Diagnosis
    cloud : Cloud
        Of the fitted summaries of fresh histories.
    summaries, targets, constraints : DataFrame
        As of `analysis.posterior`.
    check : DataFrame (points, T)
        Statistics of the targets, draw by draw.
    centre : dict
        The middle of the posterior: its mean on the scale on which the prior is normal.
    """

    result: Calibrated
    diagnosis: Diagnosis
    cloud: Cloud
    summaries: pd.DataFrame
    targets: pd.DataFrame
    constraints: pd.DataFrame
    check: pd.DataFrame
    centre: dict[str, float]


def results_of(run: Calibration, targets: Sequence[Target], told: Told = lambda *_: None) -> Results:
    """Run a calibration, test it, and check it on fresh runs."""
    result = run.run(told)
    histories = run.histories(result.posterior, told)
    check = run.check(result.posterior, targets, told)
    names = [summary.name for summary in run.summaries]
    cloud = distance_from_cloud(histories.summaries, run.observed, names)
    reported = np.array([np.nan if s.observed is None else s.observed for s in run.summaries])
    every = distance_from_cloud(histories.summaries, reported, names)
    fit = result.fit.posterior.fit
    middle = unit_of((fit.weights @ result.fit.posterior.latent_draws())[None, :])
    return Results(
        result, diagnosis(result.fit, result.fresh, run.seed, run.paths), cloud,
        summaries_table(run.summaries, histories.summaries, every), predictive_table(targets, check),
        constraints_table(histories.violated, result.fit.first.violated), check,
        {str(path): float(v) for path, v in run.table(middle).iloc[0].items()},
    )  # fmt: skip


def points_table(run: Calibration, result: Calibrated) -> pd.DataFrame:
    """The points of both rounds: weight, round, and the summaries. (N, 2 + S)."""
    points, first = result.fit.points, len(result.fit.first.summaries)
    table = pd.DataFrame(points.summaries, columns=[s.name for s in run.summaries])
    table.insert(0, "round", np.where(np.arange(len(table)) < first, 1, 2))
    table.insert(0, "weight", points.weights)
    return table


def _rounded(value: float) -> float | None:
    return number_in(f"{value:.4g}")


def summary_of(run: Calibration, found: Results, about: str) -> dict[str, Any]:
    """What `summary.yaml` holds."""
    fit, test, tests = found.result.fit, found.diagnosis, found.diagnosis.informed
    names = [str(name) for name in tests.index]
    names = [str(name) for name in tests.index]
    words = {name: in_words(test.contrasts[:, n], run.paths) for n, name in enumerate(names[: -len(run.paths)])}
    fresh = float(tests["fresh_gain"].iloc[-len(run.paths) :].sum())
    return {
        "about": about,
        "seed": run.seed,
        "value": "the posterior's mean on the scale on which the prior is normal",
        "candidates": fit.candidates,
        "kept": len(fit.points.unit),
        "effective": round(fit.posterior.effective),
        "gain": _rounded(test.gain.joint),
        "gain_se": _rounded(test.gain.joint_se),
        "gain_of_single_parameters": {"held_out": _rounded(float(test.gain.gain.sum())), "fresh": _rounded(fresh)},
        "sbc_passed": test.sbc_passed,
        "directions": words,
        "informed": [str(name) for name in tests.index[tests["informed"]]],
        "targets": {
            str(name): {"observed": float(r["observed"]), "simulated": _rounded(r["simulated"]), "met": bool(r["met"])}
            for name, r in found.targets.iterrows()
        },
        "constraints": {
            str(name): {"kept": _rounded(r["kept"]), "se": _rounded(r["se"])} for name, r in found.constraints.iterrows()
        },
        "gate": {
            "summaries": len(found.cloud.counted), "distance": _rounded(found.cloud.distance),
            "nearer": _rounded(found.cloud.nearer), "outside": list(found.cloud.outside),
        },
        "parameters": {
            str(path): {
                "value": _rounded(found.centre[str(path)]),
                "median": _rounded(r["median"]),
                "interval": [_rounded(r["low"]), _rounded(r["high"])],
                "r2": round(float(r["r2"]), 3),
                "informed": bool(r["informed"]),
            }
            for path, r in parameter_rows(found.result.posterior, tests).iterrows()
        },
    }  # fmt: skip


def write_results(run: Calibration, found: Results, targets: Sequence[Target], about: str) -> Path:
    """Tables, figures and summary, into the folder of the calibration; the summary last, as the sign that it is finished."""
    from .calibration_figures import marginals_figure, pairs_figure, predictive_figure, ranks_figure
    from .figures import save

    folder, tests, ranks = run.folder, found.diagnosis.informed, found.diagnosis.ranks
    found.result.posterior.to_parquet(folder / "posterior.parquet")
    points_table(run, found.result).to_parquet(folder / "summaries.parquet")
    found.summaries.to_csv(folder / "predictive.csv")
    found.targets.to_csv(folder / "targets.csv")
    found.constraints.to_csv(folder / "constraints.csv")
    tests.to_csv(folder / "informed.csv")
    loadings(found.diagnosis.directions, run.paths).to_csv(folder / "directions.csv")
    pd.DataFrame(
        {"p_value": ranks.p_value, "passed": ranks.passed, "coverage": ranks.coverage, "coverage_se": ranks.coverage_se},
        index=tests.index,
    ).to_csv(folder / "sbc.csv")
    off = found.summaries.loc[list(found.cloud.outside), ["title", "observed", "mean", "low", "high", "tail", "deviation"]]
    off.to_csv(folder / "gate.csv")
    told = parameter_rows(found.result.posterior, tests)
    save(marginals_figure(found.result.posterior, told), folder, "marginals", about)
    save(pairs_figure(found.result.posterior, told), folder, "pairs", about)
    save(predictive_figure(targets, found.check), folder, "predictive", about)
    save(ranks_figure(ranks, [str(name) for name in tests.index]), folder, "ranks", about)
    summary = json.loads(json.dumps(summary_of(run, found, about)))
    (folder / "summary.yaml").write_text(yaml.safe_dump(summary, sort_keys=False, allow_unicode=True), encoding="utf-8")
    return folder
