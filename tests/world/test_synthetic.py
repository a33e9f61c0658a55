"""Synthetic worlds: drawn as the data say, the same faction in a world of any size, no more contacts than stated."""

import numpy as np
import pytest
from scipy import stats

from sim.errors import InputError
from sim.rules import draws
from sim.world import philox
from sim.world.loading import load_world, read_option
from sim.world.names import Level
from sim.world.scenario import build_world
from sim.world.synthetic_factions import draw_factions
from sim.world.synthetic_schema import SyntheticConf


def conf(**changes):
    return {**read_option("scenario", "synthetic"), **changes}


@pytest.fixture(scope="module")
def worlds():
    return {n: build_world(conf(n=n), {}) for n in (100, 300, 3000)}


def test_the_draws_are_those_of_the_rules():
    keys = np.array([0, 1, 77, 2**32 - 1])
    for key in [(0, 0), (0xA4093822, 0x299F31D0)]:
        found = philox.philox((np.arange(4), 5, keys, 9), key)
        for n, k in enumerate(keys):
            words = [np.uint64(x) for x in (n, 5, int(k), 9, *key)]
            assert [column[n] for column in found] == list(draws.philox(*words))
    rules = draws.master_key(7, 3)
    rules[:2] = 123, 4
    pair = philox.uniforms(123 + (4 << 32), 3, np.array([9]), np.array([4]))[:, 0]
    assert pair.tolist() == list(draws.pair_uniforms(rules, philox.STREAM, 0, 9, 4, 0))
    assert draws.STREAMS <= philox.STREAM


def test_a_faction_is_the_same_in_a_world_of_any_size(worlds):
    small, large = worlds[100], worlds[3000]
    assert small.factions[:100] == large.factions[:100]
    for column in small.initial.faction.dtype.names:
        assert (small.initial.faction[column][:100] == large.initial.faction[column][:100]).all() or column == "organisation"
    for name in ("capability", "need", "presence"):
        assert (getattr(small.initial, name)[:100] == getattr(large.initial, name)[:100]).all()
    for column in ("key", "brand", "capacity", "recognition"):
        assert (small.facts.faction[column][:100] == large.facts.faction[column][:100]).all()
    assert (small.facts.enmity[:100] == large.facts.enmity[:100]).all()
    assert small.places == large.places
    other = build_world(conf(n=100, seed=2), {})
    assert (other.initial.faction.fighters[:100] != small.initial.faction.fighters[:100]).all()


def test_the_audience_is_of_the_faith_where_doctrine_is_and_nobody_claims_to_lead_it(worlds):
    for n, world in worlds.items():
        faction = world.facts.faction
        assert (faction.islamist[:n] == (world.initial.faction.doctrine[:n] >= 0.5)).all()
        assert 0 < faction.islamist[:n].sum() < n
        assert (faction.islamist[n:] == 1.0).all()
        assert not world.facts.claim.any()


def test_all_ground_is_open_until_the_first_survey(worlds):
    assert (worlds[300].initial.faction.open[:300] == 1.0).all()


def test_names_have_keys_of_their_own(worlds):
    assert len(set(worlds[3000].facts.faction.key.tolist())) == 3004


@pytest.mark.statistical
def test_factions_are_drawn_as_the_data_say():
    # 3,000 draws under one seed: bands of five standard errors around each statistic of the file
    drawn = draw_factions(SyntheticConf.model_validate(conf(n=3000)))
    share = np.bincount(drawn.size_class, minlength=4) / 3000
    expected = np.array([261, 77, 44, 12]) / 394
    assert (abs(share - expected) < 5 * np.sqrt(expected * (1 - expected) / 3000)).all()
    assert drawn.fighters.min() >= 25
    assert drawn.fighters.max() <= 40000
    assert np.quantile(drawn.years, [0.25, 0.5, 0.75, 0.9]) == pytest.approx([4, 7, 13.75, 31], rel=0.12)
    assert stats.spearmanr(drawn.fighters, drawn.years)[0] == pytest.approx(0.43, abs=0.08)
    assert stats.spearmanr(drawn.traits["doctrine"], drawn.traits["scope"])[0] == pytest.approx(0.62, abs=0.1)
    assert drawn.sociability.mean() == pytest.approx(1.0, abs=0.11)
    theatres = (drawn.presence > 0).reshape(3000, 12, 4).any(axis=2)
    assert (theatres.sum(axis=1) > 1).mean() == pytest.approx(0.087, abs=0.026)
    assert np.bincount(drawn.theatre, minlength=12)[0] / 3000 == pytest.approx(90 / 335, abs=0.041)
    assert np.allclose(drawn.presence.sum(axis=1), 1.0)
    for values in drawn.traits.values():
        assert 0.0 <= values.min() <= values.max() <= 1.0


def test_contacts_are_bounded_and_of_one_theatre(worlds):
    for n, world in worlds.items():
        dyad, spare = world.facts.dyad, world.facts.faction.spare
        named = (spare[dyad.first] == 0) & (spare[dyad.second] == 0)
        first, second = dyad.first[named], dyad.second[named]
        contacts = np.bincount(np.concatenate([first, second]), minlength=n)
        assert contacts.max() <= 24
        there = (world.initial.presence[:n] > 0).reshape(n, 12, 4).any(axis=2)
        assert (there[first] & there[second]).any(axis=1).all()
        assert (~named).sum() == 4 * n + 6


def test_tables_grow_with_contacts_and_not_with_the_square(worlds):
    # every table that a run owns or walks through; the two look-ups by a pair are square and outside a run's own memory
    def rows(world):
        facts = world.facts
        return {
            "state": sum(part.nbytes for part in world.initial),
            "contacts": len(facts.contact),
            "relations": len(facts.relation),
            "pairs recorded": len(world.dyads()),
        }

    small, large = rows(worlds[300]), rows(worlds[3000])
    for name, count in large.items():
        assert count <= 13 * small[name], name
    assert large["pairs recorded"] == 300


def test_ties_fit_their_sides(worlds):
    world = worlds[3000]
    tie, level = world.initial.tie, world.initial.level
    drawn = draw_factions(SyntheticConf.model_validate(conf(n=3000)))
    years = np.concatenate([drawn.years, np.zeros(4)])
    allied = level >= Level.MATERIAL
    dyad = world.facts.dyad
    assert (tie.age[allied] <= 12 * np.minimum(years[dyad.first], years[dyad.second])[allied]).all()
    assert (tie.age[~allied] == 0).all()
    assert (tie.trust[level <= 0] == 0).all()
    assert stats.spearmanr(tie.age[allied], tie.trust[allied])[0] > 0.9
    assert (level >= Level.SANCTUARY)[allied].mean() == pytest.approx(0.48, abs=0.06)  # T12
    slots = world.facts.faction.spare == 1
    assert (level[slots[dyad.first] | slots[dyad.second]] == 0).all()


def test_by_name_and_by_horizon():
    world, values = load_world("synthetic", thesis="consensus", months=24)
    assert world.calendar.months == 24
    assert len(world.named) == 100
    assert values == {}
    again = build_world(conf(), {}, 24)
    assert again.facts.dyad.tobytes() == world.facts.dyad.tobytes()
    assert set(world.focal) <= set(world.organisations)
    assert world.organisation_pairs()[0] == tuple(sorted(world.organisation(name) for name in world.focal))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"n": 3001}, "3000"),
        ({"n": 5}, "10"),
        ({"sises": {}}, "sizes"),
        ({"theatres": {}}, "theatres"),
        ({"sizes": {"counts": [1, 1], "bounds": [1, 2]}}, "one bound more"),
        ({"doctrine": {"shares": [0, 1], "values": [1, 0]}}, "rise"),
        ({"need": {}}, "explosives"),
    ],
)
def test_what_does_not_fit_is_named(change, words):
    with pytest.raises(InputError, match=words):
        build_world(conf(**change), {})
