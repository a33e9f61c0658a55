"""The mechanism `patron_hedge`."""

from __future__ import annotations

from ...world.names import ADMINISTRATION, FINANCE, LOGISTICS
from ..compiled import rule


@rule
def patron_hedge(s, w, p, t, i, j, d):
    """A second source of support, worth more the harder the patron squeezes and the less it gives.

        hedge = (coercion of i, support withdrawn from it included) * (finance_j + logistics_j + administration_j) / 3

    Shape   gain with depth (GAIN). Range 0..1. 0 without a patron or without coercion.
    Source  seeds/parameters.yaml: patron_hedge
    """
    help_of_j = (s.capability[j, FINANCE] + s.capability[j, LOGISTICS] + s.capability[j, ADMINISTRATION]) / 3.0
    return s.faction[i].coerced * help_of_j
