"""What a tie is worth to a faction: the list of terms, their shapes, and the choice of a step.

To add a term: its file in `terms/`, its import, its name and shape in TERMS (which stand by shape), its line, by name, in
`weigh_apart`, or in `weigh_alike` if both sides of a tie always find the same.

The value of level l of the tie with j, while it stands at level L:

    U(l) = gain * sqrt(depth(l)) - cost * depth(l) - abandon * left(l) + hostile * hostility(l)
    left(l) = max(0, depth(L) - depth(l)), and p.choice_cliff more where the step leaves the alliance

Each sum is over the weighted terms of that shape. Gains saturate with depth and costs do not, so every dyad has a depth
that suits it; the price of abandoning is paid only on the way down, a lump of it at the edge. Among one step down, stay and
one step up the choice is logit (McFadden 1974) with sharpness p.choice_sharpness; a step in either direction costs
p.choice_inertia (state dependence, Heckman 1981).
"""

from __future__ import annotations

import math
from collections import namedtuple
from typing import Any

from ..world.names import Level
from .compiled import rule
from .measures import MATERIAL, depth, hostility
from .terms.benefit import benefit
from .terms.blame_outsourcing import blame_outsourcing
from .terms.blood import blood
from .terms.bond import bond
from .terms.brand import brand
from .terms.burden import burden
from .terms.circumstance import circumstance
from .terms.common_enemy import common_enemy
from .terms.common_rival import common_rival
from .terms.compliance import compliance
from .terms.discipline import discipline
from .terms.doctrine_distance import doctrine_distance
from .terms.fellowship import fellowship
from .terms.feud import feud
from .terms.grudge import grudge
from .terms.inducement import inducement
from .terms.isolation import isolation
from .terms.legitimacy import legitimacy
from .terms.patron_hedge import patron_hedge
from .terms.personal_ties import personal_ties
from .terms.pressure import pressure
from .terms.rally import rally
from .terms.rapport import rapport
from .terms.restraint import restraint
from .terms.retaliation import retaliation
from .terms.schism import schism
from .terms.setback import setback
from .terms.strategy_gap import strategy_gap
from .terms.turf import turf
from .terms.weariness import weariness
from .wishes import mover, step_taken

LOWEST, HIGHEST = int(Level.ARMED_CONFLICT), int(Level.JOINT)

GAIN, ABANDON, COST, HOSTILE = range(4)
SHAPE_NAMES = ("gain", "abandon", "cost", "hostile")

TERMS = (
    ("benefit", GAIN),
    ("common_enemy", GAIN),
    ("common_rival", GAIN),
    ("bond", GAIN),
    ("personal_ties", GAIN),
    ("patron_hedge", GAIN),
    ("blame_outsourcing", GAIN),
    ("setback", GAIN),
    ("fellowship", GAIN),
    ("rapport", GAIN),
    ("circumstance", GAIN),
    ("rally", GAIN),
    ("brand", ABANDON),
    ("retaliation", ABANDON),
    ("pressure", COST),
    ("isolation", COST),
    ("inducement", COST),
    ("compliance", COST),
    ("burden", COST),
    ("strategy_gap", COST),
    ("grudge", COST),
    ("legitimacy", COST),
    ("turf", HOSTILE),
    ("doctrine_distance", HOSTILE),
    ("blood", HOSTILE),
    ("restraint", HOSTILE),
    ("feud", HOSTILE),
    ("weariness", HOSTILE),
    ("discipline", HOSTILE),
    ("schism", HOSTILE),
)
TERM_NAMES = tuple(name for name, _ in TERMS)
SHAPES = tuple(shape for _, shape in TERMS)
N_TERMS = len(TERMS)
AT: Any = namedtuple("AT", TERM_NAMES)(*range(N_TERMS))
"""Place of each term by its name."""
FIRST_ABANDON, FIRST_COST, FIRST_HOSTILE = (SHAPES.index(shape) for shape in (ABANDON, COST, HOSTILE))


@rule
def weigh_alike(s, w, p, t, i, j, d, out):
    """Weighted content of the terms of a tie that both sides weigh alike, to the last bit.

    Writes  out (M,) at their places in TERMS, utility at full depth
    """
    out[AT.common_enemy] = p.common_enemy_weight * common_enemy(s, w, p, t, i, j, d)
    out[AT.bond] = p.bond_weight * bond(s, w, p, t, i, j, d)
    out[AT.personal_ties] = p.personal_ties_weight * personal_ties(s, w, p, t, i, j, d)
    out[AT.fellowship] = p.fellowship_weight * fellowship(s, w, p, t, i, j, d)
    out[AT.rapport] = p.rapport_weight * rapport(s, w, p, t, i, j, d)
    out[AT.circumstance] = p.circumstance_weight * circumstance(s, w, p, t, i, j, d)
    out[AT.strategy_gap] = p.strategy_gap_weight * strategy_gap(s, w, p, t, i, j, d)
    out[AT.grudge] = p.grudge_weight * grudge(s, w, p, t, i, j, d)
    out[AT.legitimacy] = p.legitimacy_weight * legitimacy(s, w, p, t, i, j, d)
    out[AT.turf] = p.turf_weight * turf(s, w, p, t, i, j, d)
    out[AT.doctrine_distance] = p.doctrine_distance_weight * doctrine_distance(s, w, p, t, i, j, d)
    out[AT.blood] = p.blood_weight * blood(s, w, p, t, i, j, d)
    out[AT.feud] = p.feud_weight * feud(s, w, p, t, i, j, d)
    out[AT.weariness] = p.weariness_weight * weariness(s, w, p, t, i, j, d)
    out[AT.schism] = p.schism_weight * schism(s, w, p, t, i, j, d)


@rule
def weigh_apart(s, w, p, t, i, j, d, out):
    """Weighted content of the terms of the tie of i with j that each side weighs for itself.

    Writes  out (M,) at their places in TERMS, utility at full depth
    """
    out[AT.benefit] = p.benefit_weight * benefit(s, w, p, t, i, j, d)
    out[AT.common_rival] = p.common_rival_weight * common_rival(s, w, p, t, i, j, d)
    out[AT.patron_hedge] = p.patron_hedge_weight * patron_hedge(s, w, p, t, i, j, d)
    out[AT.blame_outsourcing] = p.blame_outsourcing_weight * blame_outsourcing(s, w, p, t, i, j, d)
    out[AT.setback] = p.setback_weight * setback(s, w, p, t, i, j, d)
    out[AT.rally] = p.rally_weight * rally(s, w, p, t, i, j, d)
    out[AT.brand] = p.brand_weight * brand(s, w, p, t, i, j, d)
    out[AT.retaliation] = p.retaliation_weight * retaliation(s, w, p, t, i, j, d)
    out[AT.pressure] = p.pressure_weight * pressure(s, w, p, t, i, j, d)
    out[AT.isolation] = p.isolation_weight * isolation(s, w, p, t, i, j, d)
    out[AT.inducement] = p.inducement_weight * inducement(s, w, p, t, i, j, d)
    out[AT.compliance] = p.compliance_weight * compliance(s, w, p, t, i, j, d)
    out[AT.burden] = p.burden_weight * burden(s, w, p, t, i, j, d)
    out[AT.restraint] = p.restraint_weight * restraint(s, w, p, t, i, j, d)
    out[AT.discipline] = p.discipline_weight * discipline(s, w, p, t, i, j, d)


@rule
def weigh_terms(s, w, p, t, i, j, d, out):
    """Weighted content of every term of the tie of i with j, in the order of TERMS.

    Writes  out (M,), utility at full depth
    """
    weigh_alike(s, w, p, t, i, j, d, out)
    weigh_apart(s, w, p, t, i, j, d, out)


@rule
def profile(shape, level, current, cliff):
    """How much of a term of this shape a level realises while the tie stands at `current`; cliff: p.choice_cliff."""
    if shape == GAIN:
        return math.sqrt(depth(level))
    if shape == ABANDON:
        edge = cliff if level < MATERIAL <= current else 0.0
        return -max(0.0, depth(current) - depth(level)) - edge
    if shape == COST:
        return -depth(level)
    return hostility(level)


@rule
def sums_by_shape(terms):
    """Sums of the weighted terms of each shape: gain, abandon, cost, hostile."""
    gain = abandon = cost = hostile = 0.0
    for m in range(FIRST_ABANDON):
        gain += terms[m]
    for m in range(FIRST_ABANDON, FIRST_COST):
        abandon += terms[m]
    for m in range(FIRST_COST, FIRST_HOSTILE):
        cost += terms[m]
    for m in range(FIRST_HOSTILE, N_TERMS):
        hostile += terms[m]
    return gain, abandon, cost, hostile


@rule
def utility(sums, level, current, cliff):
    """Value of a level: the sums by shape times their profiles."""
    gain, abandon, cost, hostile = sums
    return (
        gain * profile(GAIN, level, current, cliff)
        + abandon * profile(ABANDON, level, current, cliff)
        + cost * profile(COST, level, current, cliff)
        + hostile * profile(HOSTILE, level, current, cliff)
    )


@rule
def odds(gain, p):
    """Odds of a step that brings this much utility, against staying."""
    return math.exp(min(50.0, max(-50.0, p.choice_sharpness * (gain - p.choice_inertia))))


@rule
def choose(sums, current, p, u):
    """Step -1, 0 or +1 by logit on the values of the neighbouring levels; u in (0, 1).

    Steps off the ladder have probability zero.
    """
    stay = utility(sums, current, current, p.choice_cliff)
    down = up = 0.0
    if current > LOWEST:
        down = odds(utility(sums, current - 1, current, p.choice_cliff) - stay, p)
    if current < HIGHEST:
        up = odds(utility(sums, current + 1, current, p.choice_cliff) - stay, p)
    x = u * (down + 1.0 + up)
    if x < down:
        return -1
    return 1 if x > down + 1.0 else 0


@rule
def leading(terms, current, step, cliff):
    """The two terms that spoke most for a step, and the utility it brings over staying."""
    lead = second = -1
    most = next_most = -1e30
    push = 0.0
    for m in range(N_TERMS):
        shape = SHAPES[m]
        x = terms[m] * (profile(shape, current + step, current, cliff) - profile(shape, current, current, cliff))
        push += x
        if x > most:
            second, next_most = lead, most
            lead, most = m, x
        elif x > next_most:
            second, next_most = m, x
    return lead, second, push


@rule
def wish(s, p, d, side, terms, scratch):
    """The step that one side of dyad d wants, by what it has weighed.

    Reads   s.level; scratch.draw
    Writes  scratch.desire, -1, 0 or 1
    """
    step = choose(sums_by_shape(terms), s.level[d], p, scratch.draw[side, d])
    scratch.desire[side, d] = step
    return step


@rule
def give_reasons(s, p, d, side, terms, step, scratch):
    """Write down what spoke for a step of dyad d. Writes scratch.choice (lead, second, push)."""
    lead, second, push = leading(terms, s.level[d], step, p.choice_cliff)
    scratch.choice[side, d].lead = lead
    scratch.choice[side, d].second = second
    scratch.choice[side, d].push = push


@rule
def weigh_meetings(s, w, p, t, scratch):
    """Both sides of every dyad that meets this month weigh it, and wish for one step up, none, or one down.

    What they weigh alike is weighed once, and reasons are given for steps that will be taken only.

    Reads   s, w at the start of the phase; scratch: meeting, met, draw
    Writes  scratch: desire, choice
    """
    first = scratch.terms[0]
    second = scratch.terms[1]
    for n in range(scratch.met[0]):
        d = scratch.meeting[n]
        i = w.dyad[d].first
        j = w.dyad[d].second
        weigh_alike(s, w, p, t, i, j, d, first)
        for m in range(N_TERMS):
            second[m] = first[m]
        weigh_apart(s, w, p, t, i, j, d, first)
        weigh_apart(s, w, p, t, j, i, d, second)
        wish_first = wish(s, p, d, 0, first, scratch)
        step = step_taken(wish_first, wish(s, p, d, 1, second, scratch))
        if step != 0:
            side = mover(step, wish_first)
            give_reasons(s, p, d, side, scratch.terms[side], step, scratch)


@rule
def weigh_side(s, w, p, t, i, j, d, side, scratch):
    """Faction i weighs its side of dyad d with j, wishes, and gives its reasons. Writes scratch: desire, choice."""
    terms = scratch.terms[side]
    weigh_terms(s, w, p, t, i, j, d, terms)
    step = wish(s, p, d, side, terms, scratch)
    if step != 0:
        give_reasons(s, p, d, side, terms, step, scratch)


@rule
def weigh_ties(s, w, p, t, i, scratch):
    """Faction i weighs its side of every dyad in which it meets somebody; all factions in turn are `weigh_meetings`.

    Reads   s, w at the start of the phase; scratch: meeting, met, draw
    Writes  scratch: desire, choice
    """
    for n in range(scratch.met[0]):
        d = scratch.meeting[n]
        if w.dyad[d].first == i:
            weigh_side(s, w, p, t, i, w.dyad[d].second, d, 0, scratch)
        elif w.dyad[d].second == i:
            weigh_side(s, w, p, t, i, w.dyad[d].first, d, 1, scratch)
