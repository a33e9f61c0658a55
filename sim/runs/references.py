"""Which values of a configuration depend on others: `${a.b}`, relative ones, calls of a resolver."""

from __future__ import annotations

import re
from typing import Any

from omegaconf import DictConfig, ListConfig, OmegaConf

REFERENCE = re.compile(r"\$\{([^{}]*)\}")
OUTSIDE = ("oc.env", "now")
"""Resolvers that read nothing of the configuration."""


def references(config: DictConfig) -> list[tuple[str, str]]:
    """Every value that refers to others: its dotted path and its text."""
    texts: list[tuple[str, str]] = []

    def walk(node: Any, path: str) -> None:
        if isinstance(node, DictConfig) and not node._is_none() and not node._is_interpolation() and not node._is_missing():
            for name in node:
                walk(node._get_node(name), ".".join([*filter(None, [path]), str(name)]))
        elif isinstance(node, ListConfig) and not node._is_none() and not node._is_interpolation() and not node._is_missing():
            for n in range(len(node)):
                walk(node._get_node(n), f"{path}.{n}")
        elif node is not None and OmegaConf.is_interpolation(node._get_parent(), node._key()):
            texts.append((path, str(node._value())))

    walk(config, "")
    return texts


def referred_to(texts: list[tuple[str, str]], key: str) -> bool:
    """Whether some of the `references` of a configuration may depend on a key.

    A reference that names the key, something above it or something below it counts; so does one that cannot be read.
    """
    return any(_may_mean(text, path, key) for path, text in texts)


def _may_mean(text: str, where: str, key: str) -> bool:
    for inner in REFERENCE.findall(text) or [""]:
        name = inner.strip()
        resolver, call, _ = name.partition(":")
        if call and resolver in OUTSIDE:
            continue
        if call or not name:  # a resolver's call may read anything that its words name
            if not name or key.rsplit(".", 1)[-1] in name or "." in resolver:
                return True
            continue
        dots = len(name) - len(name.lstrip("."))
        above = where.split(".")[:-dots] if dots else []
        full = ".".join([*above, name.lstrip(".")]) if dots else name
        if full == key or full.startswith(key + ".") or key.startswith(full + "."):
            return True
    return text.count("${") != len(REFERENCE.findall(text))
