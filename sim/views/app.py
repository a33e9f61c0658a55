"""`alliances run`: plain runs go straight to the job, Hydra's own flags go through Hydra."""

from __future__ import annotations

import sys
from collections.abc import Sequence

HYDRA_FLAGS = (
    "--help", "-h", "--hydra-help", "--cfg", "-c", "--multirun", "-m", "--info", "-i", "--resolve", "--package", "-p",
)  # fmt: skip


def run_command(arguments: Sequence[str]) -> int:
    """Run the model for the given Hydra overrides; exit code 0.

    Raises
    ------
    InputError
        Bad input; nothing has been written.
    """
    if any(a.split("=")[0] in HYDRA_FLAGS for a in arguments):
        return through_hydra(arguments)
    from ..runs.config import plan_of
    from .job import execute

    execute(plan_of(arguments))
    return 0


def through_hydra(arguments: Sequence[str]) -> int:
    """Let Hydra handle its own flags: help, --cfg, multirun."""
    import hydra
    from hydra.core.hydra_config import HydraConfig
    from omegaconf import DictConfig

    from ..paths import CONF
    from ..runs.config import check_overrides, plan_of, register_schema

    register_schema()
    check_overrides([a for a in arguments if "=" in a and not a.startswith("-")])

    @hydra.main(config_path=str(CONF), config_name="config", version_base="1.3")
    def app(config: DictConfig) -> None:
        from .job import execute

        execute(plan_of(list(HydraConfig.get().overrides.task)))

    sys.argv = ["alliances run", *arguments]
    app()
    return 0
