"""Models whose posteriors are known: one linear and normal, one curved with two parameters that matter."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from sim.analysis.normal_scores import latent

NOISE = np.array([0.1, 0.05, 0.3])


def linear(points: int, seed: int, parameters: int = 10, count: int = 15, noise: float = 1.0):
    """Summaries z A + noise, where A has nothing for every other parameter; with the exact posterior of an observation."""
    draw = np.random.default_rng(seed)
    slopes = 0.6 * draw.standard_normal((parameters, count))
    slopes[::2] = 0.0
    unit = draw.random((points, parameters))
    summaries = latent(unit) @ slopes + noise * draw.standard_normal((points, count))
    covariance = np.linalg.inv(np.eye(parameters) + slopes @ slopes.T / noise**2)

    def exact(observed: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return covariance @ slopes @ observed / noise**2, covariance

    found: tuple[np.ndarray, np.ndarray, Callable] = (unit, summaries, exact)
    return found


def curved(unit: np.ndarray, draw: np.random.Generator) -> np.ndarray:
    """Sum, product and exponential of the first two parameters, with noise. (N, 3)."""
    return _curve(unit[:, 0], unit[:, 1]) + NOISE * draw.standard_normal((len(unit), 3))


def _curve(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return np.stack([a + b, a * b, np.exp(a)], axis=-1)


def curved_posterior(observed: np.ndarray) -> list[tuple[float, float]]:
    """Mean and standard deviation of the first two parameters, by a grid of 400 by 400."""
    middle = (np.arange(400) + 0.5) / 400
    a, b = np.meshgrid(middle, middle, indexing="ij")
    logs = -0.5 * (((observed - _curve(a, b)) / NOISE) ** 2).sum(axis=-1)
    weight = np.exp(logs - logs.max())
    weight /= weight.sum()
    means = [(weight * x).sum() for x in (a, b)]
    return [(float(m), float(np.sqrt((weight * (x - m) ** 2).sum()))) for m, x in zip(means, (a, b), strict=True)]
