"""Factions of a synthetic world: each drawn from its own name and the seed of the world, whoever else is there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaincinv, ndtr, ndtri

from .names import CAPABILITIES, SANCTUARY
from .philox import uniforms
from .synthetic_schema import Span, SyntheticConf
from .tables import Floats
from .world import key_of

BODY, MIND, PLACE, REPUTE, STANDING, POSTURE, SKILL, LACK = 0, 1, 2, 3, 4, 5, 6, 8
"""Numbers of a faction's draws; skills and lacks take two blocks of four."""
BOND, FOE, GOVERNANCE = 16, 17, 18
"""Numbers of the draws of a pair, and of a place: here, so that none is given twice."""


def between(u: Floats, span: Span) -> Floats:
    """Uniforms laid over a span."""
    return span[0] + (span[1] - span[0]) * u


def _correlated(z: Floats, u: Floats, rho: float) -> Floats:
    """Uniforms whose normal scores correlate by rho with z; u: uniforms of their own."""
    return np.asarray(ndtr(rho * z + np.sqrt(1.0 - rho * rho) * ndtri(u)))


def _one_of(u: Floats, weights: list[float]) -> NDArray[np.int64]:
    """Index of the weight on which u falls."""
    edges = np.cumsum(weights) / np.sum(weights)
    return np.minimum(np.searchsorted(edges, u, side="right"), len(weights) - 1).astype(np.int64)


def group_name(k: int) -> str:
    """Name of the k-th faction, from 0; the same in a world of any size."""
    return f"group_{k + 1:04d}"


@dataclass(frozen=True)
class Factions:
    """What is drawn of each faction, in the order of their numbers.

    Attributes
    ----------
    key : (n,) int64
    fighters, years : (n,) float
        People; age of the faction.
    size_class, theatre : (n,) int64
    sociability : (n,) float
        Mean 1: by how much more than others it forms ties.
    presence : (n, places) float
        Rows sum to 1.
    entry : (n,) int64
        Month in which it is founded; 0 if it is there from the start.
    traits : dict
        By name, 0..1.
    capability, need : (n, 7) float
    """

    key: NDArray[np.int64]
    fighters: Floats
    years: Floats
    size_class: NDArray[np.int64]
    theatre: NDArray[np.int64]
    sociability: Floats
    presence: Floats
    entry: NDArray[np.int64]
    traits: dict[str, Floats]
    capability: Floats
    need: Floats


def _presence(conf: SyntheticConf, theatre: NDArray[np.int64], u: Floats) -> Floats:
    """Shares of presence: neighbouring places of the home theatre, and one place abroad for some. (n, L)."""
    count, places, n = len(conf.theatres), conf.territory.places, len(theatre)
    out = np.zeros((n, count * places))
    rows = np.arange(n)
    spread = _one_of(u[1], conf.territory.spread) + 1
    start = np.floor(u[2] * places).astype(np.int64)
    for step in range(int(spread.max())):
        there = spread > step
        out[rows[there], (theatre * places + (start + step) % places)[there]] += 1.0 / spread[there]
    away = (u[3] < conf.territory.abroad) & (count > 1)
    v = u[3] / max(conf.territory.abroad, 1e-12)  # uniform among those who are abroad
    other = _one_of(v, list(conf.theatres.values()))
    other = np.where(other == theatre, (other + 1) % count, other)
    out[away] *= 1.0 - conf.territory.abroad_share
    out[rows[away], (other * places + start)[away]] += conf.territory.abroad_share
    return out


def _entries(conf: SyntheticConf, u: Floats) -> NDArray[np.int64]:
    """Month of founding: 0 for who is there from the start, the others evenly over the months in which factions come."""
    share, months = conf.arrivals.share, conf.arrivals.months
    late = 1 + np.floor(u / max(share, 1e-12) * months).astype(np.int64)
    return np.where(u < share, late, 0)


def draw_factions(conf: SyntheticConf) -> Factions:
    """Draw every faction, each by its own name."""
    keys = np.array([key_of(group_name(k)) for k in range(conf.n)], dtype=np.int64)

    def draws(number: int) -> Floats:
        return uniforms(conf.seed, number, keys)

    body, mind, place, repute = draws(BODY), draws(MIND), draws(PLACE), draws(REPUTE)
    standing, posture = draws(STANDING), draws(POSTURE)
    size_class = _one_of(body[0], conf.sizes.counts)
    edges = np.concatenate([[0.0], np.cumsum(conf.sizes.counts) / np.sum(conf.sizes.counts)])
    within = np.clip((body[0] - edges[size_class]) / (edges[size_class + 1] - edges[size_class]), 0.0, 1.0)
    bounds = np.log(conf.sizes.bounds)
    z_size = ndtri(body[0])
    shape = conf.bonds.evenness
    theatre = _one_of(place[0], list(conf.theatres.values()))
    doctrine = np.interp(mind[0], conf.doctrine.shares, conf.doctrine.values)
    scope = np.interp(_correlated(ndtri(mind[0]), mind[1], conf.scope.with_doctrine), conf.scope.shares, conf.scope.values)
    traits = conf.traits
    skills = np.concatenate([draws(SKILL), draws(SKILL + 1)])[: len(CAPABILITIES)]
    lacks = np.concatenate([draws(LACK), draws(LACK + 1)])[: len(CAPABILITIES)]
    capability = np.stack([between(skills[k], conf.capability[kind]) for k, kind in enumerate(CAPABILITIES)], axis=1)
    holds = standing[3] < np.array(conf.holds_territory)[size_class]
    capability[holds, SANCTUARY] = between(skills[SANCTUARY], conf.territory_sanctuary)[holds]
    return Factions(
        key=keys,
        fighters=np.exp(bounds[size_class] + within * (bounds[size_class + 1] - bounds[size_class])),
        years=np.interp(_correlated(z_size, body[1], conf.ages.with_size), conf.ages.shares, conf.ages.years),
        size_class=size_class,
        theatre=theatre,
        sociability=np.asarray(gammaincinv(shape, _correlated(z_size, body[2], conf.bonds.with_size)) / shape),
        presence=_presence(conf, theatre, place),
        entry=_entries(conf, body[3]),
        traits={
            "doctrine": doctrine,
            "scope": scope,
            "strategy": between(mind[2], traits.strategy),
            "disposition": between(mind[3], traits.disposition),
            "grievance": between(repute[0], traits.grievance),
            "foreign": scope * between(repute[1], traits.foreign),
            "reputation": between(repute[2], traits.reputation),
            "brand": between(repute[3], traits.brand),
            "recognition": between(standing[0], traits.recognition),
            "authority": between(standing[1], traits.authority),
            "cohesion": between(standing[2], traits.cohesion),
            "enmity_host": between(posture[0], conf.states.enmity_host),
            "kinetic": between(posture[1], conf.states.kinetic),
            "targeting": between(posture[2], conf.states.targeting),
            "interdiction": between(posture[3], conf.states.interdiction),
        },
        capability=capability,
        need=np.stack([between(lacks[k], conf.need[kind]) for k, kind in enumerate(CAPABILITIES)], axis=1),
    )
