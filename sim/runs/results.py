"""Reading a sweep's store: as a data frame, by SQL, and against its own checksums."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from ..errors import InputError, unknown
from ..measures.alliances import FATES
from ..measures.of_pairs import OF_PAIRS
from .clustered import effective_size
from .rectangles import missing
from .sweep_store import SweepStore

HEADLINES = [measure for measure in OF_PAIRS.values() if measure.headline and measure.compute]
SHARES = tuple(measure.name for measure in HEADLINES if measure.kind == "flag")
"""What a point of a sweep is told of its focal alliance as shares of runs; `alive` stands first."""
MEANS = tuple(measure.name for measure in HEADLINES if measure.kind != "flag")


def store_at(folder: str | Path) -> SweepStore:
    """The store in a folder; InputError if there is none."""
    store = SweepStore(Path(folder))
    store.manifest()
    return store


def flags_as_numbers(table: pa.Table) -> pd.DataFrame:
    """Rows of a table as numbers that have a mean: where a flag is missing in some, 1, 0 and NaN."""
    rows: pd.DataFrame = table.to_pandas()
    flags = [f.name for f in table.schema if pa.types.is_boolean(f.type) and table[f.name].null_count]
    return rows.astype(dict.fromkeys(flags, float))


def read_results(folder: str | Path, kind: str = "outcomes", *, with_points: bool = True) -> pd.DataFrame:
    """Rows of a sweep in the order of point and replicate. What is missing is NaN, so that a mean leaves it out.

    Parameters
    ----------
    folder : path
        A sweep's folder.
    kind : str
        outcomes (a row a run), or pairs, events, trajectories where they were kept.
    with_points : bool
        Add each point's choices and numbers as columns.

    Raises
    ------
    InputError
        Not a sweep's folder, no such table, or a file that cannot be read.
    """
    store = store_at(folder)
    kinds = store.kinds()
    if kind not in kinds:
        raise unknown("results", "", kind, kinds or ["nothing has been run yet"])
    rows = flags_as_numbers(store.table(kind))
    return rows.merge(store.points().drop(columns="group"), left_on="point", right_index=True) if with_points else rows


def query(folder: str | Path, sql: str) -> pd.DataFrame:
    """Rows of an SQL query over `points` and the tables of a sweep (DuckDB).

    Raises
    ------
    InputError
        Not a sweep's folder, or SQL that does not run.
    """
    import duckdb

    store = store_at(folder)
    with duckdb.connect() as connection:
        connection.register("points", store.points().reset_index())
        for kind in store.kinds():
            sources = store.sources(kind)
            if any(len(group) > 1 for group in sources):  # some runs lie in two files
                connection.register(kind, store.table(kind))
            elif sources:
                names = ", ".join("'" + str(path).replace("'", "''") + "'" for (path,) in sources)
                connection.execute(f"CREATE VIEW {kind} AS SELECT * FROM read_parquet([{names}])")
        try:
            found: pd.DataFrame = connection.execute(sql).df()
        except duckdb.Error as error:
            tables = ", ".join(["points", *store.kinds()])
            raise InputError("sql", "", str(error).splitlines()[0], f"SQL over {tables}") from None
    return found


def worth_by_point(rows: pd.DataFrame) -> pd.DataFrame:
    """How many independent runs would know each mean of a point as well: as many as have a value, but for runs that share draws.

    Parameters
    ----------
    rows : DataFrame
        A row a run, as `read_results` gives it.

    Returns
    -------
    DataFrame
        By point: each of SHARES, MEANS and FATES.
    """
    told = rows[[*SHARES, *MEANS]].astype(float)
    told = told.assign(**{fate: (rows["fate"].astype(str) == fate).astype(float) for fate in FATES})
    counts: pd.DataFrame = told.notna().groupby(rows["point"]).sum().astype(float)
    if "draw" not in rows:
        return counts
    of_draws = rows[rows["draw"].notna()]
    for point, mine in of_draws.groupby("point"):
        draw, columns = mine["draw"].to_numpy(dtype=np.int64), told.loc[mine.index].to_numpy().T
        there = ~np.isnan(columns)
        worth = [
            effective_size(x[known], draw[known], share=name not in MEANS)
            for name, x, known in zip(told, columns, there, strict=True)
        ]
        counts.loc[[point]] = np.array([worth])
    return counts


def summary_by_point(folder: str | Path) -> pd.DataFrame:
    """The first of `summary_and_worth`."""
    return summary_and_worth(folder)[0]


def summary_and_worth(folder: str | Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Per point: runs, the headline measures of the focal alliance, shares of each fate.

    Standard errors are over runs and, with `parameters=posterior`, draws.

    Returns
    -------
    summary, worth : DataFrame
        Columns: the point's choices and numbers, `runs`, `alive`, `alive_se`, `formed` (runs in which the alliance forms),
        each other of SHARES (over the runs in which it has a value), each of MEANS with its standard error (over runs), and a
        share for each of FATES. And `worth_by_point`.
    """
    rows = read_results(folder, with_points=False)
    worth = worth_by_point(rows)
    fates = pd.crosstab(rows["point"], rows["fate"].astype(str), normalize="index")
    found = rows.groupby("point")
    out = pd.DataFrame({"runs": found["alive"].size(), "alive": found["alive"].mean()})
    out["alive_se"] = (out["alive"] * (1 - out["alive"]) / worth["alive"]) ** 0.5
    out["formed"] = found["never_broken"].count()
    for name in (*SHARES[1:], *MEANS):
        out[name] = found[name].mean()
    for name in MEANS:
        out[f"{name}_se"] = found[name].std() / worth[name] ** 0.5
    for fate in FATES:
        out[fate] = fates.get(fate, 0.0)
    return store_at(folder).points().drop(columns="group").join(out, how="inner"), worth


def check_store(folder: str | Path) -> list[str]:
    """What is wrong with a store, in sentences; empty when every file fits its digest and every run is there once."""
    store = store_at(folder)
    problems = [f"{path.relative_to(store.folder)}: damaged; it will be set aside and run again" for path in store.damaged()]
    if problems:
        return problems
    points, failed, manifest = store.points(), store.failures(), store.manifest()
    wanted = np.array(np.broadcast_to(manifest.get("replicates", 1), len(points)))
    for r in store.held():
        wanted[r.first : r.last] = np.maximum(wanted[r.first : r.last], r.until)
    wanted[list(failed)] = 0
    for kind in ("outcomes", *manifest["kept"]):
        for tile in missing(wanted, store.held(kind), points["group"].to_numpy(), 10**9):
            which = f"points {tile.first} to {tile.last - 1}: replicates {tile.replicate} to {tile.until - 1}"
            problems.append(f"{kind}: {which} are missing")
    return problems + [f"point {point}: failed ({error})" for point, error in sorted(failed.items())]


def rerun_command(folder: str | Path) -> str:
    """The command that completes a store, quoted for a shell."""
    asked: list[Any] = store_at(folder).manifest()["command"]
    return shlex.join(str(word) for word in asked)
