"""Who claims to lead the faithful, and who stands with whom: exact numbers."""

import pytest

from sim.rules.measures import contest
from sim.rules.processes import survey
from sim.world.names import Pledge

RED, PINK, BLUE, BLACK = range(4)
SLOT = 5  # for a faction born in a run
REDS, BLUES, BLACKS = range(3)


def sides(b, *claimants, present=(REDS, BLUES, BLACKS)):
    """With whom reds, blues and blacks stand."""
    b.s.organisation.present[:3] = [o in present for o in range(3)]
    b.w.claim[b.t] = 0.0
    b.w.claim[b.t, list(claimants)] = 1.0
    b.s.organisation.allegiance = 9
    survey.take_sides(b.s, b.w, b.t)
    assert list(b.s.organisation.allegiance[3:]) == [-1, -1]
    return list(b.s.organisation.allegiance[:3])


def test_without_a_claimant_nobody_stands_with_anybody(bench):
    assert sides(bench) == [-1, -1, -1]  # though blues have pledged themselves to reds


def test_a_claimant_stands_for_itself_and_the_sworn_with_it(bench):
    assert bench.relation(BLUES, REDS).pledge == Pledge.OFFERED
    assert sides(bench, REDS) == [REDS, REDS, -1]
    assert sides(bench, BLUES) == [-1, BLUES, -1]  # an oath binds the one who swore it
    assert sides(bench, BLACKS) == [-1, -1, BLACKS]
    assert sides(bench, REDS, BLACKS) == [REDS, REDS, BLACKS]
    for pledged in (-1, 5):
        bench.relation(BLUES, REDS).pledged = pledged
        assert sides(bench, REDS, BLUES) == [REDS, BLUES, -1]  # who claims itself is sworn to nobody


@pytest.mark.parametrize("pledge", [p for p in Pledge if p != Pledge.OFFERED])
def test_only_an_oath_that_stands_binds(bench, pledge):
    bench.relation(BLUES, REDS).pledge = pledge
    assert sides(bench, REDS) == [REDS, -1, -1]


def test_whether_an_oath_was_answered_does_not_matter(bench):
    for answer in Pledge:
        bench.relation(REDS, BLUES).answer = answer
        assert sides(bench, REDS) == [REDS, REDS, -1]


def test_an_oath_to_the_sworn_is_none_to_the_claimant(bench):
    bench.relation(BLACKS, BLUES).pledge = Pledge.OFFERED
    assert sides(bench, REDS) == [REDS, REDS, -1]
    bench.relation(BLACKS, REDS).pledge = Pledge.OFFERED
    assert sides(bench, REDS) == [REDS, REDS, REDS]


def test_the_last_of_two_oaths_counts(bench):
    b = bench
    for pledged, other, side in ((-1, 5, BLACKS), (5, 9, BLACKS), (9, 5, REDS), (5, -1, REDS)):
        b.relation(BLUES, REDS).pledged = pledged
        b.relation(BLUES, BLACKS).pledge, b.relation(BLUES, BLACKS).pledged = Pledge.OFFERED, other
        assert sides(b, REDS, BLACKS) == [REDS, side, BLACKS]


def test_an_organisation_that_is_not_there_leads_nobody(bench):
    assert sides(bench, REDS, present=(BLUES, BLACKS)) == [-1, -1, -1]
    assert sides(bench, REDS, BLACKS, present=(REDS, BLUES)) == [REDS, REDS, -1]


def test_a_claim_holds_in_its_months(bench):
    b = bench
    b.w.claim[b.t :, REDS] = 1.0
    for t, claims in ((b.t - 1, False), (b.t, True), (b.t + 9, True)):
        survey.take_sides(b.s, b.w, t)
        assert (b.s.organisation.allegiance[REDS] == REDS) == claims


def test_the_survey_takes_sides(bench):
    b = bench
    b.w.claim[b.t, [REDS, BLACKS]] = b.s.organisation.present[BLACKS] = 1
    b.surveyed()
    assert list(b.s.organisation.allegiance[:3]) == [REDS, REDS, BLACKS]
    assert contest(b.s, PINK, BLACK) == contest(b.s, BLUE, BLACK) == 1.0  # claimants, and the sworn of one against another
    assert contest(b.s, RED, BLUE) == 0.0
    b.s.faction[SLOT].organisation = BLACKS
    assert contest(b.s, SLOT, RED) == 1.0
