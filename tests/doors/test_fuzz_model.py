"""Copies of a model at any month, by any way and of any depth; files of parameters with their keys in any order."""

import copy
import os
import pickle

import numba
import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.engine.ensemble import run_ensemble
from sim.engine.model import AllianceModel
from sim.world import parameters

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "0")) or 12
WAYS = {"copy": copy.copy, "deepcopy": copy.deepcopy, "pickle": lambda model: pickle.loads(pickle.dumps(model))}
needs_compiler = pytest.mark.skipif(bool(numba.config.DISABLE_JIT), reason="runs in compiled code")


@needs_compiler
@settings(max_examples=EXAMPLES)
@given(
    ways=st.lists(st.sampled_from(sorted(WAYS)), min_size=1, max_size=3), month=st.integers(0, 96), replicate=st.integers(0, 5),
    ahead=st.integers(0, 12), original_first=st.booleans(),
)  # fmt: skip
def test_a_copy_goes_on_as_the_original_would(world, ways, month, replicate, ahead, original_first):
    expected = run_ensemble(world, replicates=np.array([replicate]), seed=9, events=True).events.tobytes()
    model = AllianceModel(world=world, seed=9, replicate=replicate, collect_every=96)
    for _ in range(month):
        model.step()
    other = model
    for way in ways:
        other = WAYS[way](other)
    first, second = (model, other) if original_first else (other, model)
    for _ in range(ahead):
        first.step()
    second.run()
    first.run()
    assert (first.events.tobytes(), second.events.tobytes()) == (expected, expected)


@settings(max_examples=EXAMPLES)
@given(random=st.randoms(use_true_random=False))
def test_the_order_of_keys_is_of_no_account(tmp_path_factory, random):
    def turned(tree):
        if not isinstance(tree, dict):
            return tree
        keys = list(tree)
        random.shuffle(keys)
        return {key: turned(tree[key]) for key in keys}

    expected, values = parameters.record_type.__wrapped__(), parameters.default_values.__wrapped__()
    path = tmp_path_factory.mktemp("keys") / "default.yaml"
    path.write_text(yaml.safe_dump(turned(yaml.safe_load(parameters.DEFAULTS.read_text())), sort_keys=False))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parameters, "DEFAULTS", path)
        patch.setattr(parameters, "default_values", parameters.default_values.__wrapped__)
        assert parameters.record_type.__wrapped__() == expected
        assert parameters.default_values() == values
