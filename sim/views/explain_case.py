"""What is to be explained, and what makes the explanation again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from omegaconf import OmegaConf

from ..evidence.digest import evidence_digest
from ..measures.pairs import Pair, named_pair
from ..rules.cache import source_digest
from ..runs.config import composed, reading_of, world_of
from ..world.instruments import WedgeConf, with_wedge
from ..world.packages import read_wedge
from ..world.parameters import parameter_table
from ..world.tables import Table
from ..world.world import World
from .compare_line import number


@dataclass(frozen=True)
class Case:
    """What is to be explained: a world with its wedge, one without, one parameter vector, a pair."""

    config: dict[str, Any]
    base: World
    world: World
    wedge: WedgeConf
    vector: Table
    pair: Pair
    seed: int
    thesis: str


def case_of(given: dict[str, str], overrides: Sequence[str]) -> Case:
    """Compose the configuration; InputError for anything wrong."""
    config = composed([*overrides, f"thesis={given['thesis']}"])
    plain = OmegaConf.to_container(config, resolve=True)
    assert isinstance(plain, dict)
    base, reading = world_of(config), reading_of(config)
    wedge = read_wedge(given["wedge"])
    pair = named_pair(base, given["pair"] or "-".join(base.focal), "explain pair")
    seed = number(given, "seed", 0, 2**64 - 1, "explain")
    vector = parameter_table([reading.parameters])
    return Case({str(k): v for k, v in plain.items()}, base, with_wedge(base, wedge), wedge, vector, pair, seed, given["thesis"])


def note() -> str:
    """What a figure says of its origin."""
    return f"alliances explain, code {source_digest()}, evidence {evidence_digest()}"


def about(case: Case, line: Sequence[str]) -> dict[str, Any]:
    """What makes the explanation again."""
    return {
        "command": ["alliances", "explain", *line], "scenario": case.base.name, "thesis": case.thesis, "wedge": case.wedge.name,
        "pair": case.pair.name, "seed": case.seed, "code": source_digest(), "evidence": evidence_digest(),
    }  # fmt: skip
