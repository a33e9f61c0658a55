"""How a sweep is run, as a composed configuration says it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..errors import InputError, unknown
from ..numbers import master_seed
from .executors import check_executor
from .rows import KEPT
from .share import Share, read_share


@dataclass(frozen=True)
class Settings:
    """How a sweep is run, none of which changes a single run but `seed` and `independent`.

    Attributes
    ----------
    replicates : int or None
        Runs a point; None for as many as `target_se` needs.
    target_se : float
        Monte Carlo standard error wanted of the share of runs in which the focal alliance is alive at the end.
    max_replicates : int
        Upper bound of an automatic number.
    seed : int
    independent : bool
        Points draw their own numbers instead of common ones.
    kept : tuple of str
        What is kept besides a row a run: pairs, events, trajectories.
    executor : mapping
        One of conf/executor.
    threads : int or None
    output : str
    shard : Share or None
        The part of the sweep that is run; None for the whole.
    """

    replicates: int | None
    target_se: float = 0.01
    max_replicates: int = 10_000
    seed: int = 1
    independent: bool = False
    kept: tuple[str, ...] = ()
    executor: Mapping[str, Any] = field(default_factory=lambda: {"name": "threads"})
    threads: int | None = None
    output: str = "runs"
    shard: Share | None = None

    def check(self) -> None:
        """Refuse what cannot be run.

        Raises
        ------
        InputError
        """
        if self.replicates is not None and self.replicates < 1:
            raise InputError("replicates", "", f"{self.replicates} replicates cannot be run", "1 or more, or auto")
        if self.replicates is None and self.shard is not None:
            raise InputError("shard", "", "goes with a number of replicates: auto looks at the runs of all parts", "replicates=N")
        if not 0.0 < self.target_se < 0.5:
            raise InputError("target_se", "", f"{self.target_se} is not a standard error of a share", "above 0, below 0.5")
        if self.max_replicates < 1:
            raise InputError("max_replicates", "", f"{self.max_replicates} replicates cannot be run", "1 or more")
        master_seed(self.seed)
        for name in self.kept:
            if name not in KEPT:
                raise unknown("keep", "", name, KEPT)
        check_executor(self.executor)


def settings_of(config: Any) -> Settings:
    """How a composed configuration wants its sweep run.

    Raises
    ------
    InputError
    """
    from .config import replicates_of

    if config.random_numbers not in ("common", "independent"):
        raise unknown("random_numbers", "", config.random_numbers, ("common", "independent"))
    return Settings(
        replicates=replicates_of(config),
        target_se=float(config.target_se),
        max_replicates=int(config.max_replicates),
        seed=int(config.seed),
        independent=config.random_numbers == "independent",
        kept=tuple(str(name) for name in config.keep),
        executor={str(k): v for k, v in dict(config.executor).items()},
        threads=config.threads,
        output=str(config.output),
        shard=read_share(config.shard),
    )
