"""Spells: how long alliances last and how they end, from a run folder or from a CSV.

A spells table has a row per spell:

    id        name of the spell
    start     when it began, in months or years on any clock; in a run, months from its start
    duration  how long it was observed, above 0, same unit
    end       break, fight, death_of_a_party; or censored: it lasted beyond `duration`, how far is not known
    group     optional: what to compare

Further columns are kept.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ..engine.outcomes import SIDE_ENDED
from ..errors import InputError, nearest, told, unknown
from ..measures.alliances import ENDS as ENDED
from ..numbers import number_in
from ..paths import MOST_BYTES, read_text, read_yaml
from ..plural import plural
from ..runs.draws import refuse_draws
from ..runs.results import read_results, store_at
from ..runs.rows import refuse_other_format

ENDS = ("break", "fight", "death_of_a_party")
CENSORED = "censored"
SHORTEST, LONGEST = 1e-6, 1e6
"""Of a time in a CSV: beyond, sums of squares overflow."""
COLUMNS = ("id", "start", "duration", "end")
MONTHS = ("first_allied", "first_broken", "first_fought")
FIGHT_WITHIN = 12
"""Months between the end of an alliance and the first armed conflict of its parties for the end to count as a fight."""


def spells_from_rows(rows: pd.DataFrame, months: int | pd.Series[int]) -> pd.DataFrame:
    """Turn recorded beginnings and ends into spells, in months.

    The first alliance of each pair counts, from its first month to the first month without it; what forms again later is
    not recorded. Alliances in place when the run starts have start 0, and their time before is not in `duration`. Pairs
    that never ally drop out, as do alliances without a duration: those of the last month, which nothing follows, and those
    in place when the run starts that end within the first month. The end is death_of_a_party if `ended_by_death` is true
    or `ended` says that a side came to its end; fight if the first armed conflict of the pair falls within 12 months of
    the end, before or after it; else break. A fight that would begin after the run is not seen: breaks of the last 12
    months may hide some.

    Parameters
    ----------
    rows : pd.DataFrame
        Columns first_allied, first_broken, first_fought (months from 0; missing if never), perhaps ended_by_death or ended.
    months : int or series along `rows`
        Length of the runs: months 0 to months - 1 are observed.

    Returns
    -------
    pd.DataFrame
        The columns of `rows`, with start, duration and end; index as in `rows`.

    Raises
    ------
    InputError
        A month below 0: a code for never would be taken for one.
    """
    for name in MONTHS:
        if (rows[name] < 0).any():
            raise InputError("spells", name, f"holds {rows[name].min():g}", "a month from 0 on, or nothing for never")
    rows = rows[rows["first_allied"].notna()]
    start, broken, fought = (rows[name].astype(float) for name in MONTHS)
    over = broken.notna()
    if "ended_by_death" in rows:
        death = rows["ended_by_death"].astype(bool)
    else:
        death = rows["ended"].eq(ENDED[SIDE_ENDED]) if "ended" in rows else pd.Series(False, index=rows.index)
    fight = (fought - broken).abs() <= FIGHT_WITHIN
    end = np.select([~over, death, fight], [CENSORED, "death_of_a_party", "fight"], "break")
    # the last month observed is months - 1: the alliance is known to have lasted beyond it, not to have lasted `months`
    duration = broken.where(over, pd.Series(months, index=rows.index).astype(float) - 1) - start
    return rows.assign(start=start.astype(int), duration=duration.astype(int), end=end)[duration > 0]


def months_of_run(folder: str | Path) -> dict[str, int]:
    """Length of the runs of a run folder in months, by thesis (its config.yaml)."""
    path = Path(folder) / "config.yaml"
    config = read_yaml(path, MOST_BYTES)  # of every thesis
    found = {}
    for thesis, said in config.items() if isinstance(config, Mapping) else ():
        months = (said or {}).get("months") or ((said or {}).get("scenario") or {}).get("months")
        if not isinstance(months, int) or months < 1:
            raise InputError(str(path), f"{thesis}.scenario.months", f"is {months}", "a whole number, 1 or more")
        found[str(thesis)] = months
    return found


def _scope(rows: pd.DataFrame, between: tuple[str, str]) -> pd.DataFrame:
    """Rows of one pair; of organisations if both names are organisations, else of factions."""
    for scope in ("organisations", "factions"):
        part = rows[rows["between"] == scope]
        names = {*part["a"], *part["b"]}
        if set(between) <= names:
            a, b = between
            found = part[((part["a"] == a) & (part["b"] == b)) | ((part["a"] == b) & (part["b"] == a))]
            if len(found):
                return found
    names = {*rows["a"].astype(str), *rows["b"].astype(str)}
    for name in between:
        if name not in names:
            raise unknown("pair", "", name, names)
    raise InputError("pair", "-".join(between), "no such pair is recorded", "two organisations, or two factions")


def spells_of_run(folder: str | Path, between: tuple[str, str] | None = None) -> pd.DataFrame:
    """Spells of alliance in a run folder, in months: of one pair, or of all pairs of organisations.

    Parameters
    ----------
    folder : path
        A run folder: spells.parquet, config.yaml, manifest.json.
    between : pair of str, optional
        Two organisations, or two factions.

    Returns
    -------
    pd.DataFrame
        id, start, duration, end, group (the thesis), thesis, replicate, a, b. Spells of one run and another are
        independent within a thesis; spells of different pairs in one run are not.

    Raises
    ------
    InputError
        Not a run folder, one of another format, a table that cannot be read, an unknown pair, or no alliance at all.
    """
    path = Path(folder) / "spells.parquet"
    if not path.is_file():
        raise InputError(str(folder), "", "holds no spells.parquet", "a folder of alliances run, or a CSV of spells")
    manifest = path.with_name("manifest.json")
    if manifest.is_file():
        found = read_yaml(manifest, MOST_BYTES)  # JSON is YAML
        about = found if isinstance(found, Mapping) else {}
        refuse_other_format(Path(folder), about)
        refuse_draws(folder, about)
    try:
        rows = pd.read_parquet(path)
    except (OSError, ValueError) as error:
        raise InputError(str(path), "", f"cannot be read ({str(error).splitlines()[0]})", "a table of alliances run") from error
    needed = ("thesis", "replicate", "between", "a", "b", *MONTHS)
    for name in needed:
        if name not in rows:
            raise InputError(str(path), name, "column is missing", f"a table with {', '.join(needed)}")
    rows = rows[rows["between"] == "organisations"] if between is None else _scope(rows, between)
    words = rows.assign(**{name: rows[name].astype(str) for name in ("thesis", "a", "b")})
    lengths = months_of_run(folder)
    missing = sorted(set(words["thesis"]) - set(lengths))
    if missing:
        raise unknown(str(Path(folder) / "config.yaml"), "", missing[0], lengths)
    table = spells_from_rows(words, words["thesis"].map(lengths))
    if table.empty:
        raise InputError(str(folder), "", "no alliance is formed in it", "a run in which some pair allies")
    pair = table["a"] + "-" + table["b"]
    table = table.assign(
        id=table["thesis"] + "/" + table["replicate"].astype(str) + "/" + pair, group=table["thesis"], pair=pair
    )  # fmt: skip
    shown = ["id", "start", "duration", "end", "group", "thesis", "replicate", "pair", "a", "b"]
    return table[shown].reset_index(drop=True)


def spells_of_sweep(folder: str | Path, between: tuple[str, str] | None = None) -> pd.DataFrame:
    """Spells of alliance in a sweep's store, in months: of the focal pair, or of another whose pairs were kept.

    Returns
    -------
    pd.DataFrame
        id, start, duration, end, group (the choices of the point), point, replicate, months (length of its run), and the
        numbers of the point. One spell a run.

    Raises
    ------
    InputError
        Not a sweep's folder, pairs that were not kept, an unknown pair, or no alliance at all.
    """
    store = store_at(folder)
    refuse_draws(folder, store.manifest())
    kinds = store.kinds()
    if between is not None and "pairs" not in kinds:
        raise InputError(str(folder), "", "keeps the focal pair only", "a sweep with keep=[pairs], or no pair=")
    rows = read_results(folder, "outcomes" if between is None else "pairs")
    if between is not None:
        rows = rows.assign(a=rows["a"].astype(str), b=rows["b"].astype(str))
        names = sorted({*rows["a"], *rows["b"]})
        for name in between:
            if name not in names:
                raise unknown("pair", "", name, names)
        rows = rows[(rows["a"].isin(between)) & (rows["b"].isin(between))]
    points, groups = store.points(), store.manifest()["groups"]
    told = [" ".join(str(v) for v in group["choices"].values()) or str(group["config"]["thesis"]) for group in groups]
    months = [int(group["config"]["months"] or group["config"]["scenario"]["months"]) for group in groups]
    number = rows["point"].map(points["group"]).astype(int)
    table = spells_from_rows(rows.assign(months=number.map(dict(enumerate(months)))), number.map(dict(enumerate(months))))
    if table.empty:
        raise InputError(str(folder), "", "no alliance is formed in it", "a sweep in which the pair allies")
    identity = table["point"].astype(str) + "/" + table["replicate"].astype(str)
    table = table.assign(id=identity, group=number.loc[table.index].map(dict(enumerate(told))))
    varying = [c for c in points.columns if c.startswith(("parameters.", "wedge."))]
    shown = ["id", "start", "duration", "end", "group", "point", "replicate", "months", *varying]
    return table[shown].reset_index(drop=True)


def _number(where: str, column: str, line: int, text: str, above: float = -math.inf) -> float:
    allowed = f"a number above 0, {SHORTEST:g} to {LONGEST:g}" if above == 0 else f"a number, {-LONGEST:g} to {LONGEST:g}"
    value = number_in(text)
    if value is None or not abs(value) <= LONGEST or value <= above or 0.0 < value - above < SHORTEST:
        raise InputError(where, column, f"line {line} has {told(text)}", allowed)
    return value


def _checked(where: str, line: int, row: Mapping[str, str]) -> dict[str, Any]:
    end = row["end"]
    if end not in (*ENDS, CENSORED):
        known = f"{', '.join(ENDS)} or {CENSORED}"
        hint = nearest(end, (*ENDS, CENSORED))
        raise InputError(where, "end", f"line {line} has '{end}'; it takes {known}", hint if hint.startswith("did") else "")
    for name in ("id", "group"):
        if name in row and not row[name]:
            raise InputError(where, name, f"line {line} is empty", "a name")
    numbers = {
        "start": _number(where, "start", line, row["start"]),
        "duration": _number(where, "duration", line, row["duration"], 0),
    }
    return {**row, **numbers}


def _header(where: str, names: Sequence[str]) -> list[str]:
    known = [name.strip() for name in names]
    for name in COLUMNS:
        if name not in known:
            hint = nearest(name, [k for k in known if k not in COLUMNS])
            instead = hint if hint.startswith("did you mean") else f"the columns {', '.join(COLUMNS)}, separated by commas"
            raise InputError(where, name, f"column is missing; there are {', '.join(known) or 'none'}", instead)
    twice = [name for name in known if known.count(name) > 1]
    if twice:
        raise InputError(where, twice[0], "column is there twice", "each column once")
    return known


def read_spells(path: str | Path) -> pd.DataFrame:
    """Spells from a CSV with a header: id, start, duration, end, perhaps group and others.

    Raises
    ------
    InputError
        Names the file, the column, the line, the value and what is allowed.
    """
    where = str(path)
    rows: list[dict[str, Any]] = []
    seen: dict[tuple[str, float], int] = {}
    reader = csv.reader(io.StringIO(read_text(Path(path), "CSV of spells, or a run folder"), newline=""), strict=True)
    try:
        known = _header(where, next(reader, []))
        for fields in reader:
            if not any(field.strip() for field in fields):
                continue
            if len(fields) != len(known):
                found = f"line {reader.line_num} has {plural(len(fields), 'field')}"
                raise InputError(where, "", found, f"{len(known)}, one for each column")
            given = dict(zip(known, (field.strip() for field in fields), strict=True))
            row = _checked(where, reader.line_num, given)
            first = seen.setdefault((row["id"], row["start"]), reader.line_num)
            if first != reader.line_num:
                found = f"line {reader.line_num} has '{row['id']}' with the start of line {first}"
                raise InputError(where, "id", found, "each spell once")
            rows.append(row)
    except csv.Error as error:
        raise InputError(where, f"line {reader.line_num}", f"is not a CSV ({error})", "comma-separated text in UTF-8") from error
    if not rows:
        raise InputError(where, "", "holds no spells", "a row per spell under the header")
    return pd.DataFrame(rows)
