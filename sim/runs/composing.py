"""Composition through Hydra, with the files of conf/ read once a process."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hydra import compose, initialize_config_dir
from hydra._internal.config_repository import CachingConfigRepository
from hydra.core.global_hydra import GlobalHydra
from omegaconf import DictConfig

from ..paths import CONF, read_yaml


class RememberingRepository(CachingConfigRepository):
    """Hydra's own cache of configuration files, kept from one composition to the next (halves their cost)."""

    def __deepcopy__(self, memo: Any) -> RememberingRepository:
        return self

    def load_config(self, config_path: str) -> Any:
        """A file's configuration; a copy, because a composition writes into what it is given.

        OmegaConf's own reader comes second: what `read_yaml` lets through means the same to both.
        """
        if f"config_path={config_path}" not in self.cache:
            for source in self.get_sources():
                if source.scheme() == "file" and source.is_config(config_path):
                    read_yaml(Path(source.path) / f"{config_path.removesuffix('.yaml')}.yaml")
                    break
        return copy.deepcopy(super().load_config(config_path))


_remembered: list[RememberingRepository] = []


def composed_by_hydra(overrides: Sequence[str]) -> DictConfig:
    """Compose `config.yaml` under overrides; Hydra's and OmegaConf's own errors."""
    GlobalHydra.instance().clear()
    with initialize_config_dir(str(CONF), version_base="1.3"):
        loader: Any = GlobalHydra.instance().config_loader()
        if not _remembered:
            _remembered.append(RememberingRepository(loader.repository))
        loader.repository = _remembered[0]
        return compose("config", overrides=list(overrides))
