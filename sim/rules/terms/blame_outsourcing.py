"""The mechanism `blame_outsourcing`."""

from __future__ import annotations

from ..compiled import rule


@rule
def blame_outsourcing(s, w, p, t, i, j, d):
    """A partner who claims what would cost the perpetrator.

        hide_i  = recognition wanted by i * strategy_i        claim_j = strategy_j * (1 - recognition wanted by j)
        blame   = max(hide_i * claim_j, claim_i * hide_j)

    The credit is worth to the claimant what the cover is to the perpetrator.
    Shape   gain with depth (GAIN). Range 0..1. 0 when neither has anything to hide, and within an organisation.
    Source  seeds/parameters.yaml: blame_outsourcing
    """
    if s.faction[i].organisation == s.faction[j].organisation:
        return 0.0
    hide_i = w.faction[i].recognition * s.faction[i].strategy
    hide_j = w.faction[j].recognition * s.faction[j].strategy
    claim_i = s.faction[i].strategy * (1.0 - w.faction[i].recognition)
    claim_j = s.faction[j].strategy * (1.0 - w.faction[j].recognition)
    return max(hide_i * claim_j, claim_i * hide_j)
