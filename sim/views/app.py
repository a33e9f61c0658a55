"""`alliances run`: plain runs go straight to the job, Hydra's own flags go through Hydra."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Sequence

from ..paths import CONF

HYDRA_FLAGS = (
    "--hydra-help", "--cfg", "-c", "--multirun", "-m", "--info", "-i", "--resolve", "--package", "-p",
)  # fmt: skip


HELP = """alliances run [key=value …]   run the model and write a run folder

Choices (group=option):
{choices}
Any value:  alliances run scenario=triangle_2020 thesis=consensus replicates=200 seed=7 months=60
            alliances run parameters.bond.weight=0.5 ablate=[brand]
Show the resolved configuration:  alliances run --cfg job
Several choices in one go:        alliances run -m scenario=talks_2018,triangle_2020
Without thesis=… every thesis is run in turn.
"""


def help_text() -> str:
    """What can be chosen. Read off the folder: Hydra would compose everything first, which takes a second."""
    lines = []
    for folder in sorted(path for path in CONF.iterdir() if path.is_dir()):
        names = sorted(path.stem for path in folder.glob("*.yaml"))
        if names and folder.name != "local":
            lines += textwrap.wrap(f"{folder.name}: {', '.join(names)}", 100, initial_indent="  ", subsequent_indent="      ")
    return HELP.format(choices="\n".join(lines))


def run_command(arguments: Sequence[str]) -> int:
    """Run the model for the given Hydra overrides; exit code 0.

    Raises
    ------
    InputError
        Bad input; nothing has been written.
    """
    if any(a in ("--help", "-h") for a in arguments):
        print(help_text())
        return 0
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
