"""The mechanism `circumstance`."""

from __future__ import annotations

from ..compiled import rule


@rule
def circumstance(s, w, p, t, i, j, d):
    """What no coder sees of a dyad and what changes slowly: a stationary autoregressive process.

        circumstance ~ Normal(0, 1) at any time; its weight is the standard deviation in utility

    Shape   gain with depth (GAIN). Signed. Symmetric.
    Source  seeds/parameters.yaml: circumstance
    """
    return s.tie[d].circumstance
