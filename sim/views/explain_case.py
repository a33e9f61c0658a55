"""What is to be explained, and what makes the explanation again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from omegaconf import OmegaConf

from ..command_line import Line
from ..evidence.digest import evidence_digest
from ..measures.pairs import Pair, named_pair
from ..rules.cache import source_digest
from ..runs.config import composed, reading_of, world_of
from ..world.instruments import WedgeConf, with_wedge
from ..world.packages import read_wedge
from ..world.parameters import parameter_table
from ..world.tables import Table
from ..world.world import World


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


def case_of(line: Line) -> Case:
    """Compose the configuration; InputError for anything wrong."""
    config = composed([*line.overrides, f"thesis={line['thesis']}"])
    plain = OmegaConf.to_container(config, resolve=True)
    assert isinstance(plain, dict)
    base, reading = world_of(config), reading_of(config)
    wedge = read_wedge(line["wedge"])
    pair = named_pair(base, line["pair"] or "-".join(base.focal), "pair")
    vector = parameter_table([reading.parameters])
    tree = {str(k): v for k, v in plain.items()}
    return Case(tree, base, with_wedge(base, wedge), wedge, vector, pair, line.whole("seed"), line["thesis"])


def note() -> str:
    """What a figure says of its origin."""
    return f"alliances explain, code {source_digest()}, evidence {evidence_digest()}"


def about(case: Case, line: Line) -> dict[str, Any]:
    """What makes the explanation again."""
    return {
        "command": line.command, "scenario": case.base.name, "thesis": case.thesis, "wedge": case.wedge.name,
        "pair": case.pair.name, "seed": case.seed, "code": source_digest(), "evidence": evidence_digest(),
    }  # fmt: skip
