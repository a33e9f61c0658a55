"""Multi-objective search over packages of wedges (NSGA-II, NSGA-III of Optuna); resumable, the same for a seed.

A generation is asked for whole, tried, and told in order, so what is asked depends on the seed and on what was found before
and on nothing else. Every trial is in `trials.csv` as soon as it has been run. The same command asks Optuna anew, finds there
what was tried, and goes on. The front is to be run again on fresh replicates: `front.run_again`.
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from ...errors import InputError
from ...runs.shards import write_whole
from .candidates import Genes, Space, in_words
from .front import Told, Trial
from .objectives import Evaluate, Measured
from .search_settings import SearchSettings

if TYPE_CHECKING:
    from optuna.samplers import BaseSampler

MEASURES = [field.name for field in fields(Measured)]
COLUMNS = ["trial", "generation", "wedge", *MEASURES, "genes"]
OBJECTIVES = 4


@contextmanager
def quiet() -> Iterator[None]:
    """Optuna without its log and its warnings of what is experimental."""
    import optuna

    before = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
            yield
    finally:
        optuna.logging.set_verbosity(before)


def sampler_of(settings: SearchSettings, seed: int) -> BaseSampler:
    """The algorithm that settings name."""
    from optuna.samplers import NSGAIIISampler, NSGAIISampler

    kind = NSGAIISampler if settings.algorithm == "nsga2" else NSGAIIISampler
    return kind(seed=seed, population_size=settings.population)


def read_trials(path: Path, space: Space) -> list[tuple[str, Trial]]:
    """Genes and trials of a file, in their order; none if there is no file.

    Raises
    ------
    InputError
        It is damaged. It stays as it is.
    """
    if not path.exists():
        return []
    try:
        text = path.read_text(encoding="utf-8")
        if not text.endswith("\n"):
            raise ValueError("the last line is cut")
        table = pd.read_csv(path, dtype=str, keep_default_na=False)  # Python's own float() gives back the very bits
        if list(table.columns) != COLUMNS:
            raise ValueError(f"its columns are not {', '.join(COLUMNS)}")
        if table["trial"].tolist() != [str(n) for n in range(len(table))]:
            raise ValueError("trials are not numbered 0, 1, 2, …")
        found = []
        for row in table.to_dict("records"):
            values = {name: str(row[name]) if name == "worst_thesis" else float(row[name]) for name in MEASURES}
            if not all(abs(value) < float("inf") for value in values.values() if isinstance(value, float)):
                raise ValueError(f"trial {row['trial']} holds what is not a number")
            wedge = space.decoded(json.loads(row["genes"]))
            found.append((str(row["genes"]), Trial(int(row["trial"]), int(row["generation"]), wedge, Measured(**values))))  # type: ignore[arg-type]
    except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
        raise _damaged(path, str(error)) from error
    return found


def _damaged(path: Path, problem: str) -> InputError:
    return InputError(str(path), "", f"is damaged ({problem})", "the file as it was, or delete it: the search begins again")


def trials_table(found: list[tuple[str, Trial]]) -> pd.DataFrame:
    """A row a trial: number, generation, wedge in words, what it did, and what was drawn."""
    rows: list[dict[str, Any]] = [
        {"trial": t.number, "generation": t.generation, "wedge": in_words(t.wedge), **asdict(t.measured), "genes": genes}
        for genes, t in found
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


class Search:
    """A search in its folder.

    Parameters
    ----------
    space : Space
        What is tried.
    settings : SearchSettings
    evaluate : callable
        Measures a wedge; the same wedge is measured once.
    seed : int
        Of what is drawn, 0 to 2^32 - 1.
    path : path
        The file of trials.
    """

    def __init__(self, space: Space, settings: SearchSettings, evaluate: Evaluate, seed: int, path: Path) -> None:
        self.space, self.settings, self.evaluate, self.seed, self.path = space, settings, evaluate, seed, path

    def run(self, told: Told = lambda *_: None) -> list[Trial]:
        """Run it, or what is left of it.

        Raises
        ------
        InputError
            The file of trials is damaged or cannot be written.
        """
        import optuna

        s = self.settings
        kept, total = read_trials(self.path, self.space), s.population * s.generations
        if len(kept) > total:
            raise _damaged(self.path, f"{len(kept)} trials, and {total} are asked for")
        done: list[tuple[str, Trial]] = []
        known: dict[tuple[object, ...], Measured] = {}
        with quiet():
            study = optuna.create_study(directions=["minimize"] * OBJECTIVES, sampler=sampler_of(s, self.seed))
            space = self.space.distributions()
            for generation in range(s.generations):
                asked = [study.ask(space) for _ in range(s.population)]
                genes = [json.dumps(trial.params, sort_keys=True) for trial in asked]
                for number, drawn in enumerate(genes, start=len(done)):
                    if number < len(kept) and kept[number][0] != drawn:
                        raise _damaged(self.path, f"trial {number} is not the one that was drawn")
                for trial, drawn in zip(asked, genes, strict=True):
                    if len(done) < len(kept):
                        done.append(kept[len(done)])
                    else:
                        done.append((drawn, self._tried(len(done), generation, trial.params, known)))
                        write_whole(self.path, trials_table(done).to_csv(index=False).encode())
                    last = done[-1][1]
                    known[tuple(last.wedge.instruments())] = last.measured
                    told("searching", len(done), total)
                for trial, (_, found) in zip(asked, done[-s.population :], strict=True):
                    study.tell(trial, found.measured.aims(s.robust))
        return [trial for _, trial in done]

    def _tried(self, number: int, generation: int, genes: Genes, known: dict[tuple[object, ...], Measured]) -> Trial:
        wedge = self.space.decoded(genes)
        found = known.get(tuple(wedge.instruments()))
        return Trial(number, generation, wedge, found or self.evaluate(wedge))
