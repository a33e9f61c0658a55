"""Politics of an organisation: emirate and cohesion, official stance, pledges and their answers, talks."""

from __future__ import annotations

import math

from ...world.names import Event, LeaderNews, Pledge, Stance, Talks
from ..compiled import rule
from ..draws import RELATION, TALKS, uniforms
from ..measures import belongs, candidate, candidates, deepest, depth, distance, happens, logistic, pledge_public, resented, unit
from ..record import NOBODY, record

STANCE, PLEDGE, ANSWER = int(Event.STANCE), int(Event.PLEDGE), int(Event.ANSWER)
TALKS_EVENT, EMIRATE = int(Event.TALKS), int(Event.EMIRATE)
NO_PLEDGE, OFFERED, UNANSWERED = int(Pledge.NONE), int(Pledge.OFFERED), int(Pledge.UNANSWERED)
ACKNOWLEDGED, ACCEPTED = int(Pledge.ACKNOWLEDGED), int(Pledge.ACCEPTED)
EMBRACE, DISTANCE, RENOUNCE = int(Stance.EMBRACE), int(Stance.DISTANCE), int(Stance.RENOUNCE)
NO_TALKS, OPEN, AGREED, FROZEN, SNAPPED_BACK = (int(x) for x in Talks)
DISCLOSED = int(LeaderNews.DISCLOSURE)


@rule
def hardliners(s, w, t, r, scratch):
    """Weight of those who would resent their organisation's distance from the other of relation r, 0..1.

    Mean over o's factions, weighted by influence, of (1 - disposition) * depth of the deepest tie with q.
    """
    if scratch.deepest[r] == 0:
        return 0.0
    o = w.relation[r].of
    q = w.relation[r].toward
    total = resent = 0.0
    for n in range(candidates(w, o)):
        i = candidate(w, o, n)
        if belongs(s, i, o):
            weight = w.monthly[t, i].influence
            total += weight
            resent += weight * (1.0 - s.faction[i].disposition) * depth(deepest(s, w, i, q))
    return resent / total if total > 0.0 else 0.0


@rule
def strongest_member(s, w, t, o, other_than):
    """Present faction of o with most influence times authority, other than one; -1 if there is none."""
    best, most = NOBODY, -1.0
    for n in range(candidates(w, o)):
        i = candidate(w, o, n)
        if i != other_than and belongs(s, i, o):
            claim = w.monthly[t, i].influence * s.faction[i].authority
            if claim > most:
                best, most = i, claim
    return best


@rule
def emirate(s, w, p, t, key, o, journal):
    """Who leads o: a new leader of the emir's faction can be contested; a vanished faction is replaced.

    Writes  s.organisation[o]: emir, seen, accession, cohesion, shock
    Draws   TALKS, block index 1: contest
    """
    emir = s.organisation[o].emir
    heir = emir
    s.organisation[o].accession = 0
    if s.faction[emir].present == 0 or s.faction[emir].organisation != o:
        heir = strongest_member(s, w, t, o, NOBODY)
        if heir == NOBODY:
            s.organisation[o].defunct = 1
            return
    elif s.faction[emir].generation != s.organisation[o].seen:
        s.organisation[o].accession = 1
        contest = 1.0 - s.faction[emir].authority
        s.organisation[o].cohesion = unit(s.organisation[o].cohesion - p.cohesion_contest * contest)
        blow = 1.0 if s.faction[emir].bulletin == DISCLOSED else contest
        s.organisation[o].shock = max(s.organisation[o].shock, blow)
        u, _, _, _ = uniforms(key, TALKS, t, w.organisation_key[o], 0, 1)
        rival = strongest_member(s, w, t, o, emir)
        if rival != NOBODY and u < p.cohesion_usurpation * contest:
            heir = rival
    if heir != emir:
        s.organisation[o].emir = heir
        s.organisation[o].accession = 1
        record(journal, t, EMIRATE, o, heir, emir, heir, NOBODY, NOBODY, s.faction[heir].authority)
    s.organisation[o].seen = s.faction[heir].generation


@rule
def cohesion(s, w, p, t, o, scratch):
    """Cohesion recovers toward what the emir's authority sustains, wears under a resented line, gains by dialogue.

    cohesion += recovery * ((1 + authority) / 2 - cohesion + dialogue * (1 - cohesion) - (1 - dialogue) * max_q resentment_q)
    """
    resentment = 0.0
    for r in range(w.relation_start[o], w.relation_start[o + 1]):
        if scratch.deepest[r] == 0:  # nobody to resent it
            continue
        line = resented(s, w, t, r)
        if line > 0.0 and s.organisation[w.relation[r].toward].present == 1:
            resentment = max(resentment, line * hardliners(s, w, t, r, scratch))
    resentment *= 1.0 - w.dialogue[t, o]
    goal = 0.5 * (1.0 + s.faction[s.organisation[o].emir].authority)
    x = s.organisation[o].cohesion
    x += p.cohesion_recovery * (goal - x + w.dialogue[t, o] * (1.0 - x) - resentment)
    s.organisation[o].cohesion = unit(x)
    s.organisation[o].shock *= p.choice_memory


@rule
def distance_pull(s, w, p, t, r):
    """What draws an emir to official distance, by relation r: an offer on the table, isolation, a demand."""
    o = w.relation[r].of
    emir = s.organisation[o].emir
    policy = w.policy[t, w.relation[r].policy]
    wanted = w.faction[emir].recognition
    offered = policy.offer * policy.credibility * s.faction[emir].disposition
    talks = s.organisation[o].talks
    if talks != OPEN and talks != AGREED:
        offered = 0.0
    return p.stance_offer_pull * offered + (p.stance_isolation_pull * policy.isolation + policy.demand) * wanted


@rule
def embrace_pull(s, w, p, t, r, scratch):
    """What holds an emir to the other in public: the brand under a public pledge, and the hard-liners' reaction.

    He fears it the more, up to twice, the less his movement holds together.
    """
    o = w.relation[r].of
    brand = w.faction[s.organisation[o].emir].brand * (0.5 + 0.5 * pledge_public(s, w, r))
    return p.stance_brand_pull * brand + p.stance_hardliner_pull * (2.0 - s.organisation[o].cohesion) * hardliners(
        s, w, t, r, scratch
    )


@rule
def stance_value(distance_gain, embrace_gain, stance):
    """Value of a stance. Words of distance come cheap, so they gain early; what they cost grows with the square.

    U(d) = pull to distance * sqrt(d) - pull to embrace * d^2,   d = distance of the stance
    """
    d = distance(stance)
    return distance_gain * math.sqrt(d) - embrace_gain * d * d


@rule
def take_stance(s, w, p, t, r, u, v, scratch, journal):
    """The emir may move the official stance of relation r one step; logit among the neighbouring stances.

    A new emir reconsiders at once; toward strangers about whom nobody asks there is nothing to say.
    """
    o = w.relation[r].of
    q = w.relation[r].toward
    if not happens(p.stance_rate, u) and s.organisation[o].accession == 0:
        return
    before = s.relation[r].stance
    gain = distance_pull(s, w, p, t, r)
    if gain == 0.0 and scratch.in_touch[r] == 0:
        return
    hold = embrace_pull(s, w, p, t, r, scratch)
    stay = stance_value(gain, hold, before)
    down = up = 0.0
    if before > EMBRACE:
        down = math.exp(p.stance_sharpness * (stance_value(gain, hold, before - 1) - stay))
    if before < RENOUNCE:
        up = math.exp(p.stance_sharpness * (stance_value(gain, hold, before + 1) - stay))
    x = v * (down + 1.0 + up)
    after = before
    if x < down:
        after = before - 1
    elif x > down + 1.0:
        after = before + 1
    if after != before:
        s.relation[r].stance = after
        s.relation[r].since = t
        record(journal, t, STANCE, o, q, before, after, NOBODY, NOBODY, gain - hold)


@rule
def answer_pledge(s, w, p, t, r, u, journal):
    """The emir answers a pledge of the other side of relation r: accept in public, acknowledge, or leave unanswered.

        P(accept) = logistic(brand + 2 authority - 1 - isolation - official distance - recognition wanted)

    A refusal to accept is half the time an acknowledgement, otherwise silence.
    """
    back = w.relation[r].back
    offered = s.relation[back].pledged
    if s.relation[back].pledge != OFFERED or offered == t or s.relation[r].answered >= offered:
        return
    emir = s.organisation[w.relation[r].of].emir
    shy = w.policy[t, w.relation[r].policy].isolation + distance(s.relation[r].stance) + w.faction[emir].recognition
    bold = w.faction[emir].brand + 2.0 * s.faction[emir].authority - 1.0
    accept = logistic(bold - shy)
    answer = ACCEPTED
    if u >= accept:
        answer = ACKNOWLEDGED if u < accept + 0.5 * (1.0 - accept) else UNANSWERED
    s.relation[r].reply = answer
    s.relation[r].answered = t
    record(journal, t, ANSWER, w.relation[r].of, w.relation[r].toward, OFFERED, answer, NOBODY, NOBODY, accept)


@rule
def renew_pledge(s, w, p, t, r, u, journal):
    """Whoever had pledged offers again once the answer has lapsed; one decided this month is not known yet."""
    back = w.relation[r].back
    answered = s.relation[back].answered
    lapsed = s.relation[back].answer == NO_PLEDGE and s.relation[r].pledged <= answered < t
    if s.relation[r].pledge == OFFERED and lapsed and happens(p.stance_rate, u):
        s.relation[r].pledged = t
        record(journal, t, PLEDGE, w.relation[r].of, w.relation[r].toward, NO_PLEDGE, OFFERED, NOBODY, NOBODY, 0.0)


@rule
def set_talks(s, t, o, q, after, value, journal):
    """Move o's talks (about q) to another state."""
    before = s.organisation[o].talks
    s.organisation[o].talks = after
    s.organisation[o].talks_age = 0
    s.organisation[o].counterpart = q
    record(journal, t, TALKS_EVENT, o, q, before, after, NOBODY, NOBODY, value)


@rule
def best_offer(w, t, o, scratch):
    """Organisation about which the largest offer to o stands this month; -1 without an offer."""
    best, most = NOBODY, 0.0
    for r in range(w.relation_start[o], w.relation_start[o + 1]):
        if scratch.matters[r] == 1:  # all that a policy is about does
            offer = w.policy[t, w.relation[r].policy].offer
            if offer > most:
                best, most = w.relation[r].toward, offer
    return best


@rule
def negotiate(s, w, p, t, key, o, scratch, journal):
    """Talks open when an offer finds a dealmaker, and agree once the official stance is distant enough.

    Frozen talks and deals that snapped back can be taken up again after p.talks_snapback months.

    Draws   TALKS, block index 0: opening, agreement
    """
    s.organisation[o].talks_age += 1
    state = s.organisation[o].talks
    q = best_offer(w, t, o, scratch)
    if q == NOBODY:
        if state != NO_TALKS:
            set_talks(s, t, o, s.organisation[o].counterpart, NO_TALKS, 0.0, journal)
        return
    u, v, _, _ = uniforms(key, TALKS, t, w.organisation_key[o], 0, 0)
    willing = s.faction[s.organisation[o].emir].disposition
    if state == NO_TALKS and happens(p.talks_opening * willing, u):
        set_talks(s, t, o, q, OPEN, willing, journal)
    elif state == OPEN and s.relation[w.relation_of[o, q]].stance >= DISTANCE and happens(p.talks_agreement * willing, v):
        set_talks(s, t, o, q, AGREED, willing, journal)
    elif (state == FROZEN or state == SNAPPED_BACK) and s.organisation[o].talks_age >= p.talks_snapback:
        set_talks(s, t, o, q, NO_TALKS, 0.0, journal)


@rule
def politics(s, w, p, t, key, o, scratch, journal):
    """One month of organisation o's politics.

    Reads   s.faction, s.level, w.policy, w.dialogue, scratch
    Writes  s.organisation[o], s.relation of o
    Draws   TALKS two blocks, RELATION one block per organisation that matters: stance x2, answer, renewal
    Source  seeds/parameters.yaml: cohesion, stance, talks
    """
    if s.organisation[o].present == 0:
        return
    emirate(s, w, p, t, key, o, journal)
    if s.organisation[o].defunct == 1:
        return
    cohesion(s, w, p, t, o, scratch)
    negotiate(s, w, p, t, key, o, scratch, journal)
    for r in range(w.relation_start[o], w.relation_start[o + 1]):
        if scratch.matters[r] == 0:
            continue
        q = w.relation[r].toward
        if s.organisation[q].present == 1:
            u0, u1, u2, u3 = uniforms(key, RELATION, t, w.organisation_key[o], w.organisation_key[q], 0)
            take_stance(s, w, p, t, r, u0, u1, scratch, journal)
            answer_pledge(s, w, p, t, r, u2, journal)
            renew_pledge(s, w, p, t, r, u3, journal)


@rule
def settle_politics(s, w):
    """Answers become public, answers to or by a new emir lapse, organisations without a faction end.

    A pledge (bayat) is personal: when either leader is succeeded, what was answered no longer holds.

    Writes  s.relation: answer, reply; s.organisation: present
    """
    for o in range(s.organisation.shape[0]):
        if s.organisation[o].defunct == 1:
            s.organisation[o].present = 0
    for r in range(w.relation_start[s.organisation.shape[0]]):
        if s.relation[r].reply == NO_PLEDGE and s.relation[r].answer == NO_PLEDGE:
            continue
        o = w.relation[r].of
        q = w.relation[r].toward
        if s.organisation[o].present == 1 and s.organisation[q].present == 1:
            if s.organisation[o].accession == 1 or s.organisation[q].accession == 1:
                s.relation[r].reply = NO_PLEDGE
            s.relation[r].answer = s.relation[r].reply
