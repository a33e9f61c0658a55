"""The mechanism `rapport`."""

from __future__ import annotations

from ..compiled import rule


@rule
def rapport(s, w, p, t, i, j, d):
    """What no coder sees of a dyad: unobserved heterogeneity, drawn once for a run.

        rapport ~ Normal(0, 1); its weight is the standard deviation in utility

    Shape   gain with depth (GAIN). Signed. Symmetric.
    Source  seeds/parameters.yaml: rapport
    """
    return s.tie[d].rapport
