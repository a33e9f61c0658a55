"""How each mechanism is switched off: the parameters that silence it."""

from __future__ import annotations

from collections.abc import Sequence

from ..errors import unknown
from .weigh import TERM_NAMES

PROCESSES: dict[str, dict[str, float]] = {
    "opportunity": {"choice.rate": 0.0},
    "leadership": {"leadership.base_hazard": 0.0, "leadership.strike_hazard": 0.0},
    "concealment": {"leadership.concealment": 0.0},
    "stance_politics": {"stance.rate": 0.0},
    "negotiation": {"talks.opening": 0.0},
    "spoiling": {"talks.spoil": 0.0, "attacks.spoiling": 0.0},
    "snapback": {"talks.catch": 0.0},
    "splits": {"split.rate": 0.0},
    "defections": {"defection.rate": 0.0},
    "usurpation": {"cohesion.usurpation": 0.0},
    "trust": {"trust.growth": 0.0},
    "embeddedness": {"embeddedness.growth": 0.0},
    "covertness": {"visibility.covert": 0.0},
    "exposure": {"exposure.hazard": 0.0},
    "recruitment": {"recruitment.rate": 0.0},
    "losses": {"losses.rate": 0.0},
    "learning": {"transfer.learning": 0.0},
    "grievance": {"grievance.rally": 0.0},
    "displacement": {"displacement.rate": 0.0},
    "attacks": {"attacks.rate": 0.0},
    "outsourced_claims": {"claims.outsourcing": 0.0},
    "state_reaction": {"reaction.rate": 0.0},
}
SWITCHES: dict[str, dict[str, float]] = {name: {f"{name}.weight": 0.0} for name in TERM_NAMES} | PROCESSES


def switched_off(names: Sequence[str]) -> dict[str, float]:
    """Parameters that switch the named mechanisms off; InputError with the nearest names for an unknown one."""
    values: dict[str, float] = {}
    for name in names:
        if name not in SWITCHES:
            raise unknown("ablate", "", name, SWITCHES)
        values.update(SWITCHES[name])
    return values
