"""The shape of a synthetic world in configuration; conf/scenario/synthetic.yaml says where each number comes from."""

from __future__ import annotations

import itertools
from typing import Annotated, Literal

from pydantic import Field, model_validator

from ..strict import FROM_LIST
from .names import CAPABILITIES
from .schema import Date, Share, Strict

Positive = Annotated[float, Field(gt=0.0)]
Correlation = Annotated[float, Field(gt=-1.0, lt=1.0)]
Span = Annotated[tuple[Share, Share], FROM_LIST]
"""Values from the first to the second, evenly."""


def _rising(values: list[float], what: str, *, strictly: bool = False) -> None:
    for before, after in itertools.pairwise(values):
        if after < before or (strictly and after == before):
            raise ValueError(f"{what} must rise")


class TerritoryConf(Strict):
    """Where factions are: places in each theatre, and a second theatre for some."""

    places: Annotated[int, Field(ge=1, le=4)]
    spread: Annotated[list[Positive], Field(min_length=1, max_length=4)]
    abroad: Share
    abroad_share: Share
    governance: Span

    @model_validator(mode="after")
    def _room(self) -> TerritoryConf:
        if len(self.spread) > self.places:
            raise ValueError("spread counts more places than a theatre has")
        return self


class SizesConf(Strict):
    """Sizes: counts of organisations by class, and the bounds of the classes in people."""

    counts: Annotated[list[Positive], Field(min_length=1)]
    bounds: Annotated[list[Positive], Field(min_length=2)]

    @model_validator(mode="after")
    def _classes(self) -> SizesConf:
        if len(self.bounds) != len(self.counts) + 1:
            raise ValueError("there is one bound more than counts")
        _rising(self.bounds, "bounds", strictly=True)
        return self


class _Shares(Strict):
    shares: Annotated[list[Share], Field(min_length=2)]

    def _check(self, values: list[float]) -> None:
        if len(values) != len(self.shares) or self.shares[0] != 0.0 or self.shares[-1] != 1.0:
            raise ValueError("a value for each share, and shares from 0 to 1")
        _rising(self.shares, "shares", strictly=True)
        _rising(values, "values")


class AgesConf(_Shares):
    """Quantiles of age in years."""

    years: list[Positive]
    with_size: Correlation

    @model_validator(mode="after")
    def _quantiles(self) -> AgesConf:
        self._check(self.years)
        return self


class IdeologyConf(_Shares):
    """Quantiles of a dimension of ideology, 0..1."""

    values: list[Share]
    with_doctrine: Correlation = 0.0

    @model_validator(mode="after")
    def _quantiles(self) -> IdeologyConf:
        self._check(self.values)
        return self


class TraitsConf(Strict):
    """What else a faction is like, each from one value to another."""

    strategy: Span
    disposition: Span
    grievance: Span
    foreign: Span
    reputation: Span
    brand: Span
    recognition: Span
    authority: Span
    cohesion: Span
    founder_years: Positive


class StatesConf(Strict):
    """A coalition and a host in each theatre, and what they do to factions."""

    coalition: Share
    host: Share
    enmity_host: Span
    kinetic: Span
    targeting: Span
    interdiction: Span
    watch: Share


class ContactsConf(Strict):
    """Who can meet whom."""

    most: Annotated[int, Field(ge=1, le=200)]
    same_place: Positive


class ArrivalsConf(Strict):
    """Factions that are founded after the start."""

    share: Share
    months: Annotated[int, Field(ge=1, le=1200)]


class BondsConf(Strict):
    """Ties of cooperation at the start."""

    degree: Positive
    evenness: Positive
    with_size: Correlation
    contact: Annotated[float, Field(ge=0.0)]
    sanctuary: Share
    joint: Share
    survival: Annotated[list[Share], Field(min_length=2)]
    survival_years: list[Annotated[float, Field(ge=0.0)]]
    trust: Span
    embedded: Span
    maturity: Positive
    visibility: Span
    personal: Span

    @model_validator(mode="after")
    def _curve(self) -> BondsConf:
        if len(self.survival) != len(self.survival_years):
            raise ValueError("survival and survival_years differ in length")
        _rising(self.survival_years, "survival_years", strictly=True)
        _rising(self.survival[::-1], "survival read backwards")
        return self


class FoesConf(Strict):
    """Hostile ties at the start."""

    degree: Annotated[float, Field(ge=0.0)]
    far: Share
    near: Share
    fight: Share
    blood: Span


class SyntheticConf(Strict):
    """A world of n drawn factions."""

    name: str
    title: str
    description: str
    kind: Literal["synthetic"]
    n: Annotated[int, Field(ge=10, le=3000)]
    months: Annotated[int, Field(ge=1, le=1200)]
    seed: Annotated[int, Field(ge=0, lt=2**64)]
    start: Date
    spare: Annotated[int, Field(ge=0, le=32)]
    recorded: Annotated[int, Field(ge=1, le=2000)]
    theatres: Annotated[dict[str, Positive], Field(min_length=1, max_length=15)]
    territory: TerritoryConf
    sizes: SizesConf
    ages: AgesConf
    arrivals: ArrivalsConf
    doctrine: IdeologyConf
    scope: IdeologyConf
    traits: TraitsConf
    capability: dict[str, Span]
    need: dict[str, Span]
    holds_territory: list[Share]
    territory_sanctuary: Span
    states: StatesConf
    contacts: ContactsConf
    bonds: BondsConf
    foes: FoesConf

    @model_validator(mode="after")
    def _fits(self) -> SyntheticConf:
        if len(self.holds_territory) != len(self.sizes.counts):
            raise ValueError("holds_territory needs a share for each class of size")
        for field in (self.capability, self.need):
            if set(field) != set(CAPABILITIES):
                raise ValueError(f"capability and need name each of {', '.join(CAPABILITIES)}")
        return self
