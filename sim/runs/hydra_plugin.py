"""Hydra's side of a sweep: a sweeper that does not make a job of every point, and a launcher that runs them as a batch.

With the stock launchers (`hydra/launcher=basic`) the sweeper is Hydra's own: one job a point.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from hydra.core.config_store import ConfigStore
from hydra.core.plugins import Plugins
from hydra.core.utils import JobReturn
from hydra.plugins.launcher import Launcher
from hydra.plugins.sweeper import Sweeper
from hydra.types import HydraContext, TaskFunction
from omegaconf import DictConfig

from ..errors import InputError
from .expansion import Group, expand

PACKAGE = "hydra_plugins.alliances"
"""Hydra takes plugins from a package of this name only; ours are registered under it by hand."""

RunGroups = Callable[[Sequence[Group], Sequence[str]], int]
_run_groups: list[RunGroups] = []
exit_codes: list[int] = []
"""What the sweeps of this process returned."""
faults: list[InputError] = []
"""Bad input met on the way."""


class BatchLauncher(Launcher):
    """Runs all the points of a sweep as compiled batches."""

    def setup(self, *, hydra_context: HydraContext, task_function: TaskFunction, config: DictConfig) -> None:
        """Nothing to set up: the batch needs no job."""

    def launch(self, job_overrides: Sequence[Sequence[str]], initial_job_idx: int) -> Sequence[JobReturn]:
        """Run jobs that Hydra has expanded itself: their overrides, one after another."""
        for overrides in job_overrides:
            self.launch_groups(expand(list(overrides)), list(overrides))
        return []

    def launch_groups(self, groups: Sequence[Group], overrides: Sequence[str]) -> None:
        """Run groups of points."""
        exit_codes.append(_run_groups[-1](groups, overrides))


class PointSweeper(Sweeper):
    """Expands numbers into a table instead of jobs."""

    def __init__(self, max_batch_size: int | None = None, params: Any = None) -> None:
        self.max_batch_size, self.params = max_batch_size, params

    def setup(self, *, hydra_context: HydraContext, task_function: TaskFunction, config: DictConfig) -> None:
        """Make the launcher that the configuration names."""
        self.parts: dict[str, Any] = {"hydra_context": hydra_context, "task_function": task_function, "config": config}
        self.launcher = Plugins.instance().instantiate_launcher(**self.parts)

    def sweep(self, arguments: list[str]) -> Any:
        """Run every point that the overrides name."""
        if isinstance(self.launcher, BatchLauncher):
            keys = [*(f"{key}={value}" for key, value in dict(self.params or {}).items()), *arguments]
            try:
                self.launcher.launch_groups(expand(keys), keys)
            except InputError as error:
                faults.append(error)  # Hydra would print a traceback and leave with 1
            return []
        # imported here: looking for plugins, Hydra loads this module a second time
        from hydra._internal.core_plugins.basic_sweeper import BasicSweeper

        stock = BasicSweeper(self.max_batch_size, self.params)
        stock.setup(**self.parts)
        return stock.sweep(arguments)


@dataclass
class BatchLauncherConf:
    """hydra/launcher=alliances."""

    _target_: str = f"{PACKAGE}.BatchLauncher"


@dataclass
class PointSweeperConf:
    """hydra/sweeper=alliances."""

    _target_: str = f"{PACKAGE}.PointSweeper"
    max_batch_size: int | None = None
    params: dict[str, str] | None = None


def register_plugins(run_groups: RunGroups) -> None:
    """Make the plugins known to Hydra; `run_groups` runs the groups of a sweep and returns an exit code."""
    _run_groups.append(run_groups)
    plugins, home = Plugins.instance(), ModuleType(PACKAGE)
    parent = sys.modules.setdefault("hydra_plugins", ModuleType("hydra_plugins"))
    parent.__path__ = getattr(parent, "__path__", [])
    sys.modules[PACKAGE] = home
    setattr(parent, PACKAGE.rsplit(".", 1)[-1], home)
    for plugin in (BatchLauncher, PointSweeper):
        plugin.__module__ = PACKAGE
        setattr(home, plugin.__name__, plugin)
        plugins.register(plugin)
    store = ConfigStore.instance()
    store.store(group="hydra/launcher", name="alliances", node=BatchLauncherConf, provider="alliances")
    store.store(group="hydra/sweeper", name="alliances", node=PointSweeperConf, provider="alliances")
