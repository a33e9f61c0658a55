"""`alliances run`: plain runs go straight to the job, Hydra's own flags go through Hydra."""

from __future__ import annotations

import os
import sys
import textwrap
from collections.abc import Sequence
from typing import Any

from ..command_line import WIDTH, Line
from ..errors import InputError
from ..paths import CONF

HYDRA_FLAGS = (
    "--hydra-help", "--cfg", "-c", "--multirun", "-m", "--info", "-i", "--resolve", "--package", "-p",
)  # fmt: skip


GROUPS = ("scenario", "thesis", "wedge", "shock", "pressure", "parameters", "executor", "design", "experiment", "debug")
"""Groups that a run chooses from; other folders of conf/ belong to other commands."""
RAISE = "HYDRA_FULL_ERROR"
PLUGINS = ("hydra/launcher", "hydra/sweeper")


def group_choices() -> list[str]:
    """Lines that say what can be chosen. Read off the folder: Hydra would compose everything first, which takes a second."""
    lines = []
    for folder in sorted(path for path in CONF.iterdir() if path.is_dir()):
        names = sorted(path.stem for path in folder.glob("*.yaml"))
        if names and folder.name in GROUPS:
            told = f"{folder.name}: {', '.join(names)}"
            lines += textwrap.wrap(told, WIDTH, initial_indent="  ", subsequent_indent="      ", break_on_hyphens=False)
    return lines


def apart_from_theses(arguments: Sequence[str]) -> tuple[list[str], list[str]]:
    """A line without `thesis=all` and `thesis=a,b`, and the theses that it names so: none for all of them.

    Raises
    ------
    InputError
        A name that is none, with the nearest.
    """
    several = [a for a in arguments if a == "thesis=all" or (a.startswith("thesis=") and "," in a and "(" not in a)]
    if not several or several == ["thesis=all"]:
        return [a for a in arguments if a not in several], []
    from .asked import theses_of

    return [a for a in arguments if a not in several], theses_of(several[-1].removeprefix("thesis="), "run")


def run_command(line: Line) -> int:
    """Run the model for the given Hydra overrides; exit code 0.

    Raises
    ------
    InputError
        Bad input; nothing has been written.
    """
    arguments, theses = apart_from_theses(line.arguments)
    if any(a.startswith(("design=", "+design=")) for a in arguments) and not SWEEP_FLAGS & set(arguments):
        arguments = ["-m", *arguments]
    if any(a.split("=")[0] in HYDRA_FLAGS for a in arguments):
        return through_hydra([*arguments, f"thesis={','.join(theses)}"] if theses else arguments)
    from ..runs.config import plan_of
    from .job import execute

    execute(plan_of(arguments, theses))
    return 0


ALONE = {"-m", "--multirun", "--resolve", "-r", "--run"}
"""Flags of Hydra that take nothing after them."""
SHOWS = {"--cfg", "-c", "--info", "-i", "--hydra-help"}
"""Flags of Hydra under which nothing runs."""
SWEEP_FLAGS = {"-m", "--multirun", *SHOWS}


def overrides_of(arguments: Sequence[str]) -> list[str]:
    """The words of a command line that are neither a flag of Hydra nor what a flag takes."""
    return [
        word for before, word in zip(["", *arguments], arguments, strict=False)
        if not word.startswith("-") and ("=" in word or not before.startswith("-") or before in ALONE)
    ]  # fmt: skip


def run_groups(groups: Sequence[Any], overrides: Sequence[str]) -> int:
    """Run the groups of a sweep as their configuration says; 1 when points failed."""
    from ..runs.slurm import job_script
    from ..runs.sweep_settings import settings_of
    from .sweep import execute_sweep

    settings = settings_of(groups[0].config)
    settings.check()
    if settings.executor.get("dry_run"):
        print(job_script(settings.executor))
        return 0
    return execute_sweep(groups, settings, ["-m", *overrides])


def check_hydra_words(words: Sequence[str]) -> None:
    """Refuse settings of Hydra that a sweep without Hydra's jobs would take and ignore.

    Raises
    ------
    InputError
    """
    from ..runs.refused import read_override

    chosen = {override.key_or_group: override for override in map(read_override, words)}
    stock = [key for key in PLUGINS if key in chosen and chosen[key].value() != "alliances"]
    if "hydra/launcher" in stock:
        return
    for key, override in chosen.items():
        heard = key in PLUGINS or (stock and key.startswith("hydra.sweeper."))
        if key.split(".")[0].split("/")[0] == "hydra" and not heard:
            allowed = "output=FOLDER for where a sweep is written; hydra/launcher=basic for jobs of Hydra's own"
            raise InputError("override", override.input_line or key, "is for Hydra's own jobs, and this sweep has none", allowed)


def through_hydra(arguments: Sequence[str]) -> int:
    """Let Hydra handle its own flags: --cfg, multirun. A sweep goes through our sweeper and launcher by default."""
    import hydra
    from hydra.core.hydra_config import HydraConfig
    from hydra.errors import HydraException
    from omegaconf import DictConfig
    from omegaconf.errors import OmegaConfBaseException

    from ..runs.config import apart_from_packages, check_overrides, composed, plan_of
    from ..runs.expansion import first_of
    from ..runs.refused import read_override, refused
    from ..runs.run_schema import register_schema

    register_schema()
    if {"-m", "--multirun"} & set(arguments):  # in front: Hydra takes no flag between two overrides
        arguments = ["-m", *(a for a in arguments if a not in ("-m", "--multirun"))]
    if "-m" not in arguments and apart_from_packages(arguments)[1] is not None:
        raise InputError(
            "wedge", "", "Hydra's own flags know the options of conf/wedge only", "a run without them, or a sweep (-m)"
        )
    words = overrides_of(arguments)
    if "-m" in arguments and not any(a.split("=")[0] in SHOWS for a in arguments):
        check_hydra_words(words)
    mine = [word for word in words if not read_override(word).key_or_group.startswith("hydra")]
    check_overrides(mine)
    (first_of if "-m" in arguments else composed)(mine)  # with the nearest names, which Hydra does not know
    ours: list[str] = []
    if "-m" in arguments:
        from ..runs.hydra_plugin import register_plugins

        register_plugins(run_groups)
        ours = [f"{key}=alliances" for key in PLUGINS if not any(a.startswith(f"{key}=") for a in arguments)]

    @hydra.main(config_path=str(CONF), config_name="config", version_base="1.3")
    def app(config: DictConfig) -> None:
        from .job import execute

        execute(plan_of(list(HydraConfig.get().overrides.task)))

    sys.argv = ["alliances run", *arguments, *ours]
    before = os.environ.get(RAISE)
    os.environ[RAISE] = "1"  # Hydra raises what it would print: a bad word ends in our words and with 2
    try:
        app()
    except (HydraException, OmegaConfBaseException) as error:
        raise refused(error, words) from None
    finally:
        os.environ.pop(RAISE) if before is None else os.environ.update({RAISE: before})
    if ours:
        from ..runs.hydra_plugin import exit_codes, faults

        if faults:
            raise faults.pop()
        return max(exit_codes, default=0)
    return 0
