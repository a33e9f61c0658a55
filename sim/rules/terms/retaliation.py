"""The mechanism `retaliation`."""

from __future__ import annotations

from ..compiled import rule
from ..measures import might, share


@rule
def retaliation(s, w, p, t, i, j, d):
    """A capable, embedded partner can turn on the one who drops it.

        retaliation = embedded_ij * might_j / (might_i + might_j)

    Shape   price of a step down (ABANDON). Range 0..1. 0 for a partner that is not embedded.
    Source  seeds/parameters.yaml: retaliation
    """
    return s.tie[d].embedded * share(might(s, j), might(s, i))
