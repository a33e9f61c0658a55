"""What conf/ says, gathered for the check against the evidence and for the tables of the ODD page."""

from __future__ import annotations

from ..evidence.trace import Settings, numeric_leaves
from ..rules.weigh import TERM_NAMES
from ..world.instruments import INSTRUMENTS
from ..world.loading import options, read_option
from ..world.parameters import default_values


def settings() -> Settings:
    """What conf/ says, read file by file."""
    initial = dict(numeric_leaves(read_option("actors", "default"), "actors"))
    for name in options("scenario"):
        initial.update(numeric_leaves(read_option("scenario", name), f"scenario.{name}"))
    cited = {}
    for group in ("thesis", "wedge", "shock"):
        for name in options(group):
            content = read_option(group, name)
            content = content.get("thesis", content) if group == "thesis" else content
            cited[f"conf/{group}/{name}.yaml"] = list(content.get("claims") or [])
    return Settings(default_values(), initial, cited, TERM_NAMES, tuple(INSTRUMENTS))
