"""Composition through Hydra, with the files of conf/ read once a process."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from hydra import compose, initialize_config_dir
from hydra._internal.config_repository import CachingConfigRepository
from hydra.core.global_hydra import GlobalHydra
from omegaconf import DictConfig, OmegaConf

from ..paths import CONF, parsed_yaml, read_yaml


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


def read_references(config: DictConfig, paths: Iterable[str]) -> None:
    """Text that a reference brings, as of an environment variable, becomes what it would be in a file.

    Parameters
    ----------
    config : DictConfig
        A composition; changed in place.
    paths : iterable of str
        Dotted paths of numbers and truth values.

    Raises
    ------
    InputError
        No value that a file could hold.
    """
    for path in paths:
        parent, _, key = path.rpartition(".")
        node: Any = OmegaConf.select(config, parent) if parent else config
        if isinstance(node, DictConfig) and OmegaConf.is_interpolation(node, key) and isinstance(node[key], str):
            node[key] = parsed_yaml(node[key], path)


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
