"""The space that a search over wedges covers: which instruments, how strong, from when, for how long.

Options that use one instrument on the same target about the same partner are alternatives of one choice, so no package
contradicts itself. A choice is used by its key (random keys, Bean 1994): it is in if its key lies above a threshold, and of
those the `most_instruments` with the greatest keys. Half as many are in, on average, in a package drawn at random.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ...errors import InputError
from ...world.calendar import Calendar
from ...world.instruments import WedgeConf, with_wedge
from ...world.loading import options
from ...world.packages import checked_package, package, read_wedge
from ...world.schema import InstrumentConf
from ...world.world import World
from .search_settings import SearchSettings

if TYPE_CHECKING:
    from optuna.distributions import BaseDistribution

Genes = Mapping[str, float | int]
WIDEST = (0.1, 1.0)
"""Sizes tried of an instrument whose option names no range."""
UNTIMED = {"size": 0.5, "start": None, "end": None}


@dataclass(frozen=True)
class Candidate:
    """An instrument as an option of conf/wedge uses it; its size and months are the search's to choose."""

    option: str
    instrument: str
    conf: InstrumentConf
    claims: tuple[str, ...]

    def sized(self, step: int, sizes: int) -> float:
        """The size of a step, 0 to sizes - 1, evenly over the range that can be defended."""
        low, high = self.conf.range or WIDEST
        return min(high, max(low, round(low + (high - low) * step / (sizes - 1), 4)))

    @property
    def place(self) -> str:
        """Instrument, target and partner: what it may not share with another in the same months."""
        return "/".join(part for part in (self.instrument, self.conf.target, self.conf.about) if part)


def single_options(base: World) -> list[WedgeConf]:
    """Options of conf/wedge with a single instrument that fit a scenario."""
    found = []
    for wedge in (read_wedge(name) for name in options("wedge")):
        if len(wedge.instruments()) == 1:
            try:
                with_wedge(base, wedge)
            except InputError:
                continue
            found.append(wedge)
    return found


def candidates_of(base: World, named: str | Sequence[str]) -> list[Candidate]:
    """The instruments that options supply, what two of them say alike once.

    Raises
    ------
    InputError
        An option is unknown or does not fit the scenario, or there is none.
    """
    wedges = single_options(base) if isinstance(named, str) else [read_wedge(name) for name in named]
    found: list[Candidate] = []
    seen: list[tuple[str, dict[str, object]]] = []
    for wedge in wedges:
        with_wedge(base, wedge)
        for name, conf in wedge.instruments():
            said = (name, conf.model_dump() | UNTIMED)
            if said not in seen:
                seen.append(said)
                found.append(Candidate(wedge.name, name, conf, tuple(wedge.claims)))
    if not found:
        raise InputError(
            "search", "instruments", "there is nothing to choose from", "options of conf/wedge that fit the scenario"
        )
    return found


@dataclass(frozen=True)
class Space:
    """Every wedge that a search can reach.

    Attributes
    ----------
    candidates : sequence of Candidate
    calendar : Calendar
    most, sizes, starts, short : int
        As in `SearchSettings`.
    """

    candidates: Sequence[Candidate]
    calendar: Calendar
    most: int
    sizes: int
    starts: int
    short: int

    @classmethod
    def of(cls, base: World, settings: SearchSettings) -> Space:
        """The space that settings ask for in a scenario."""
        s = settings
        return cls(candidates_of(base, s.instruments), base.calendar, s.most_instruments, s.sizes, s.starts, s.short)

    def choices(self) -> dict[str, list[Candidate]]:
        """Place -> the candidates that are alternatives there."""
        found: dict[str, list[Candidate]] = {}
        for candidate in self.candidates:
            found.setdefault(candidate.place, []).append(candidate)
        return found

    def months(self) -> list[int]:
        """Months in which an instrument may start."""
        return sorted({step * self.calendar.months // self.starts for step in range(self.starts)})

    def distributions(self) -> dict[str, BaseDistribution]:
        """What is drawn: of each choice a key and, where there is a choice, which, size, start and length."""
        from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

        found: dict[str, BaseDistribution] = {}
        for place, alternatives in self.choices().items():
            found[f"{place} key"] = FloatDistribution(0.0, 1.0)
            if len(alternatives) > 1:
                found[f"{place} which"] = CategoricalDistribution(range(len(alternatives)))
            found[f"{place} size"] = IntDistribution(0, self.sizes - 1)
            if len(self.months()) > 1:
                found[f"{place} start"] = IntDistribution(0, len(self.months()) - 1)
            if self.short < self.calendar.months:
                found[f"{place} short"] = CategoricalDistribution((0, 1))
        return found

    def decoded(self, genes: Genes) -> WedgeConf:
        """The wedge that a draw stands for; it reads the same whatever is drawn for what is not used."""
        choices = self.choices()
        threshold = 1.0 - min(0.5, 0.5 * self.most / len(choices))
        used = [place for place in choices if genes[f"{place} key"] > threshold]
        used = sorted(used, key=lambda place: -genes[f"{place} key"])[: self.most]
        parts, claims = [], []
        for place in (place for place in choices if place in used):
            candidate = choices[place][int(genes.get(f"{place} which", 0))]
            first = self.months()[int(genes.get(f"{place} start", 0))]
            last = first + self.short - 1
            to_horizon = not genes.get(f"{place} short", 0) or last >= self.calendar.months - 1
            changed = {
                "size": candidate.sized(int(genes[f"{place} size"]), self.sizes),
                "start": self.calendar.date(first),
                "end": None if to_horizon else self.calendar.date(last),
            }
            parts.append((candidate.instrument, candidate.conf.model_copy(update=changed)))
            claims += [claim for claim in candidate.claims if claim not in claims]
        about = WedgeConf(name="found", title="Found by a search", claims=claims)
        return checked_package(package(about, parts), "search")


def in_words(wedge: WedgeConf) -> str:
    """What a wedge does: instrument, target and partner, size, terms of an offer, months."""
    said = []
    for name, conf in wedge.instruments():
        terms = [f"{conf.size:g}"]
        terms += [] if conf.credibility is None else [f"believed {conf.credibility:g}"]
        terms += [] if conf.verification is None else [f"verified {conf.verification:g}"]
        terms.append(f"from {conf.start}" if conf.end is None else f"{conf.start} to {conf.end}")
        target = conf.target if conf.about is None else f"{conf.target}–{conf.about}"
        said.append(f"{name} on {target} ({', '.join(terms)})".replace("_", " "))
    return "; ".join(said) or "nothing"
