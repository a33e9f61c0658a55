"""Draws of the posterior: how they are read, what a configuration leaves to them, and which run takes which.

`parameters=posterior` lays the rows of conf/calibration/posterior.csv where the central values stand otherwise: what a
thesis, an experiment or the line sets, or `ablate` switches off, stays as it is set, in every draw. Replicate r takes row
r mod N, whatever else is run beside it; so every arm of a comparison and every point of a sweep meets the same draws under
the same keys.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from omegaconf import DictConfig, OmegaConf

from ..errors import InputError, told, unknown
from ..evidence.ledger import ledger
from ..numbers import number, number_in
from ..paths import CONF
from ..plural import plural
from ..world.parameters import checked, default_values, leaves, parameter_table
from ..world.tables import Table
from .references import references, referred_to

POSTERIOR = CONF / "calibration" / "posterior.csv"
OF_THESES = CONF / "calibration" / "theses_draws.csv"
"""Draws of each thesis's own posterior; a column `thesis`, then a column a parameter."""
NAME = LEFT = "posterior"
"""What `draws` says, and what stands for a parameter that nothing has set yet (conf/parameters/posterior.yaml)."""
RULE = "replicate r takes row r mod N, counted from 0"


def read_draws() -> pd.DataFrame:
    """The draws of the posterior: a column a parameter by dotted path, a row a draw. (N, D).

    Raises
    ------
    InputError
        The file cannot be read or is empty, a column is no parameter, or a value no number in its range.
    """
    try:
        content = POSTERIOR.read_bytes()
    except OSError as error:
        raise InputError(str(POSTERIOR), "", f"cannot be read ({error.strerror})", _A_SAMPLE) from error
    return _table(content, str(POSTERIOR))


def draws_of_thesis(name: str) -> list[dict[str, float]]:
    """Draws of a thesis fitted on its own, with what it sets itself, as dotted path -> value.

    Raises
    ------
    InputError
        None are kept, or none of this thesis.
    """
    allowed = "the file that alliances theses adopt DIR writes"
    try:
        table = pd.read_csv(OF_THESES).set_index("thesis")
    except (OSError, ValueError, KeyError) as error:
        raise InputError(str(OF_THESES), "", f"cannot be read ({str(error).splitlines()[0]})", allowed) from error
    rows = table[table.index == name].dropna(axis=1)
    if rows.empty:
        raise InputError(str(OF_THESES), "thesis", f"{name} has no draws", allowed)
    return [checked({str(k): float(v) for k, v in row.items()}, str(OF_THESES)) for _, row in rows.iterrows()]


_A_SAMPLE = "the file that alliances calibrate adopt writes: a column a parameter, a row a draw"


@lru_cache(maxsize=4)
def _table(content: bytes, where: str) -> pd.DataFrame:
    try:
        table = pd.read_csv(io.BytesIO(content), dtype=str, keep_default_na=False, header=None, skipinitialspace=True)
    except ValueError as error:
        raise InputError(where, "", f"cannot be read ({str(error).splitlines()[0]})", _A_SAMPLE) from error
    paths = [str(path) for path in table.iloc[0]]
    for n, path in enumerate(paths):
        if path not in default_values():
            raise unknown(where, "", path, default_values())
        if path in paths[:n]:
            raise InputError(where, path, "is there twice", "each parameter once")
    if len(table) == 1:
        raise InputError(where, "", "holds no draw", _A_SAMPLE)
    values = np.empty((len(table) - 1, len(paths)))
    for row, cells in enumerate(table.iloc[1:].itertuples(index=False)):
        for column, (path, cell) in enumerate(zip(paths, cells, strict=True)):
            found = number_in(cell.strip())
            values[row, column] = number(f"{where}, draw {row}", path, cell if found is None else found)
            ledger().check(path, values[row, column], f"{where}, draw {row}")
    return pd.DataFrame(values, columns=paths)


def digest_of_draws(draws: pd.DataFrame) -> str:
    """Digest of names and values."""
    content = "\n".join(draws.columns).encode() + draws.to_numpy(dtype="<f8").tobytes()
    return hashlib.sha256(content).hexdigest()[:16]


def evenly(draws: pd.DataFrame, most: int) -> list[dict[str, float]]:
    """Rows of a table of draws at even steps, at most so many, as dotted path -> value."""
    rows = np.linspace(0, len(draws) - 1, min(most, len(draws))).round().astype(int)
    return [{str(path): float(x) for path, x in draws.iloc[n].items()} for n in rows]


def left_open() -> dict[str, Any]:
    """The tree of parameters in which nothing is set yet: the option `left_open` of the group `parameters`."""
    tree: dict[str, Any] = {}
    for path in default_values():
        node = tree
        *above, leaf = path.split(".")
        for step in above:
            node = node.setdefault(step, {})
        node[leaf] = LEFT
    return tree


def settle(config: DictConfig) -> None:
    """Say in a composition over draws which parameters they decide, and put the central values where nothing else does.

    `draws` becomes a mapping: of, rows, digest, paths. Without draws nothing changes.

    Raises
    ------
    InputError
        The draws cannot be read; another value refers to a parameter that differs from draw to draw.
    """
    from ..rules.switches import switched_off  # late: the compiler is slow to import, and --help needs none

    chosen = config.get("draws")
    if chosen is None:
        return
    if chosen != NAME:
        raise InputError("draws", "", f"{told(chosen)} is not allowed", f"parameters={NAME}, which sets it")
    tree: Any = OmegaConf.to_container(config.parameters, resolve=False)
    unset = [path for path, value in leaves(tree) if value == LEFT]
    off = switched_off([str(name) for name in OmegaConf.to_container(config.ablate, resolve=True) or ()])
    draws, texts = read_draws(), references(config)
    decided = [path for path in draws.columns if path in unset and path not in off]
    for path in decided:
        if referred_to(texts, f"parameters.{path}"):
            said = "differs from draw to draw, and another value refers to it"
            raise InputError("parameters", path, said, "a value on the line")
    for path in unset:
        OmegaConf.update(config, f"parameters.{path}", default_values()[path])
    config.draws = {"of": NAME, "rows": len(draws), "digest": digest_of_draws(draws), "paths": decided}


def number_of_draws(config: Mapping[str, Any]) -> int:
    """Draws of a resolved configuration; 0 for one that has none."""
    about = config.get("draws")
    return int(about["rows"]) if about else 0


def draws_of(config: Mapping[str, Any]) -> pd.DataFrame | None:
    """What the draws of a resolved configuration say of the parameters that they decide, (N, D); None without draws.

    Raises
    ------
    InputError
        The draws are others than when it was composed.
    """
    about = config.get("draws")
    if not about:
        return None
    draws = read_draws()
    if digest_of_draws(draws) != about["digest"]:
        allowed = f"those of digest {about['digest']}"
        raise InputError(str(POSTERIOR), "", "holds other draws than when this was asked for", allowed)
    return draws[list(about["paths"])]


def over_draws(values: Mapping[str, float], draws: pd.DataFrame | None) -> Table:
    """The parameter vector of a point, (1,); or its vectors under each draw, (1, N), as the engine takes them."""
    if draws is None:
        return parameter_table([values])
    return parameter_table([{**values, **row} for row in evenly(draws, len(draws))]).reshape(1, -1)


def stacked(points: Sequence[Table]) -> Table:
    """Points one below the other, each with its vector or, all of them, with as many draws. (P,) or (P, N)."""
    most = max(point.size for point in points)
    drawn = [np.broadcast_to(point.reshape(1, -1), (1, most)) for point in points]
    return np.concatenate(drawn).reshape((len(points), most) if most > 1 else len(points)).view(np.recarray)


def draw_numbers(replicates: NDArray[np.int64], draws: int) -> NDArray[np.int64] | None:
    """Which draw each replicate takes; None where there are none."""
    return replicates % draws if draws else None


def said_of_draws(draws: int, replicates: int) -> str:
    """Words for a heading: over how many draws; empty without."""
    return f" over {plural(min(draws, replicates), 'draw')} of the posterior" if draws else ""


def told_of_draws(config: Mapping[str, Any]) -> dict[str, Any] | None:
    """What a manifest says of the draws of a resolved configuration; None without."""
    about = config.get("draws")
    told = ("rows", "digest")
    return {"file": "conf/calibration/posterior.csv", "rule": RULE, **{key: about[key] for key in told}} if about else None


def refuse_draws(folder: object, manifest: Mapping[str, Any]) -> None:
    """Refuse runs that share draws of the posterior where each is counted as independent.

    Raises
    ------
    InputError
    """
    if manifest.get("draws"):
        said = "runs of one draw of the posterior are alike, and this reckons with independent runs"
        raise InputError(str(folder), "", said, "runs with parameters=default; alliances results DIR reckons with draws")
