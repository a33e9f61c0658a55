"""The table of targets, kernels, and what is said about a wrong one."""

from __future__ import annotations

import numpy as np
import pytest
import yaml

from sim.analysis.targets import NOTHING_SEEN, TARGETS, read_targets
from sim.errors import InputError
from sim.evidence.claims import articles
from sim.paths import read_yaml


@pytest.fixture
def rows():
    return read_yaml(TARGETS)


def written(tmp_path, rows):
    path = tmp_path / "targets.yaml"
    path.write_text(yaml.safe_dump(rows))
    return path


def test_every_target_of_the_brief_is_there():
    found = {t.name.rstrip("abc") for t in read_targets()}
    assert {f"T{n}" for n in range(1, 17)} <= found


def test_claims_exist():
    known = {claim.id for article in articles() for claim in article.claims}
    assert {claim for t in read_targets() for claim in t.claims} <= known


def test_kernels():
    by_name = {t.name: t for t in read_targets()}
    near = by_name["T1"]
    assert near.discrepancy([near.observed, near.observed + 2 * near.kernel.scale, np.nan]).tolist() == pytest.approx(
        [0.0, 2.0, NOTHING_SEEN]
    )
    ratio = by_name["T9a"]
    assert ratio.discrepancy([ratio.observed])[0] == pytest.approx(0.0)
    assert ratio.discrepancy([2 * ratio.observed])[0] == pytest.approx(ratio.discrepancy([ratio.observed / 2])[0])
    open_band = by_name["T14"]
    assert open_band.discrepancy([1.0, 0.8, 0.7]).tolist() == pytest.approx([0.0, 0.0, 0.1 / open_band.kernel.scale])
    assert open_band.met(0.8)
    assert not open_band.met(0.79)
    assert not open_band.met(float("nan"))


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("statistic", "disolution", "dissolution"),
        ("scenario", "syntetic", "synthetic"),
        ("kernel", {"shape": "gauss", "scale": 1}, "gaussian"),
        ("kernel", {"shape": "gaussian", "scale": 0}, "greater than 0"),
        ("band", [0.9, 0.1], "below"),
        ("band", [None, None], "end"),
        ("known", 1900, "1970"),
    ],
)  # fmt: skip
def test_a_wrong_target_is_refused(tmp_path, rows, field, value, said):
    rows[0][field] = value
    with pytest.raises(InputError, match=said):
        read_targets(written(tmp_path, rows))


def test_a_name_twice_is_refused(tmp_path, rows):
    with pytest.raises(InputError, match="twice"):
        read_targets(written(tmp_path, [rows[0], rows[0]]))
