"""Plain sentences out of events and accounts. Every number in them stands in a table; nothing is said that no table holds."""

from __future__ import annotations

import calendar as months
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from ...engine.outcomes import ABSENT
from ...rules.weigh import TERM_NAMES
from ...world.instruments import WedgeConf
from ...world.names import Event, Leader, Level, Party, Pledge, Stance, Talks, label
from ...world.tables import Table
from ...world.world import World
from .account import Account, Turn
from .witness import Course

TERM_WORDS = {
    "benefit": "what the partner can do for it",
    "common_enemy": "the state that both fight",
    "common_rival": "the rival that both fight",
    "bond": "the bond of shared years",
    "personal_ties": "ties that leaders hold in person",
    "patron_hedge": "the need of a friend beside the patron",
    "blame_outsourcing": "a partner who takes the blame",
    "setback": "its own setbacks",
    "fellowship": "fellowship within the movement",
    "rapport": "what no coder sees between the two",
    "circumstance": "circumstances nobody coded",
    "rally": "solidarity with a guest under fire",
    "brand": "the price of being seen to abandon a brother",
    "retaliation": "fear of the partner's revenge",
    "pressure": "pressure that spills over from the partner",
    "isolation": "isolation over the association",
    "inducement": "the offer for a break",
    "compliance": "the emir's line",
    "burden": "the burden of the tie",
    "strategy_gap": "distance in strategy",
    "grudge": "an old grudge",
    "legitimacy": "the quarrel over who leads the faithful",
    "turf": "rivalry over ground",
    "doctrine_distance": "distance in doctrine",
    "blood": "past blood",
    "restraint": "what holds fighting back",
    "feud": "a feud of former comrades",
    "weariness": "weariness of fighting",
    "discipline": "the bar on fighting the emir's ally",
    "schism": "rival claims to lead the faithful",
}
"""What each term is called in a sentence."""

LEVEL_WORDS = {
    Level.ARMED_CONFLICT: "armed conflict", Level.RIVALRY: "rivalry", Level.NONE: "nothing", Level.CONTACT: "contact",
    Level.MATERIAL: "material support", Level.SANCTUARY: "sanctuary", Level.JOINT: "joint operations",
}  # fmt: skip
NAMED = 2
"""Terms named in a sentence, on either side."""
LEAST = 0.005
"""Changes that round to nothing are not told."""


@dataclass(frozen=True)
class Sentence:
    """A sentence and the claims behind it."""

    text: str
    claims: list[str] = field(default_factory=list)


def month_words(world: World, t: int) -> str:
    """'March 2016'."""
    year, month = world.calendar.date(t).split("-")
    return f"{months.month_name[int(month)]} {year}"


def spoken(title: str) -> str:
    """A title as it stands in a sentence: 'the Haqqani network', 'the political wing of the Taliban', 'al-Qaeda core'."""
    name, comma, part = title.partition(", ")
    if comma:
        return f"the {part} of {spoken(name)}"
    return title if title[0].islower() or title.isupper() or "-" in title.split(maxsplit=1)[0] else f"the {title}"


def name_words(world: World, name: str) -> str:
    """Title of a faction or an organisation."""
    return world.titles.get(name, name.replace("_", " "))


def faction_words(world: World, i: int) -> str:
    """Title of a faction."""
    return name_words(world, world.factions[i])


def level_words(level: int) -> str:
    """A level in words."""
    return "no longer there" if level == ABSENT else LEVEL_WORDS[Level(level)]


def listed(parts: Sequence[str]) -> str:
    """'a, b and c'."""
    return parts[0] if len(parts) == 1 else ", ".join(parts[:-1]) + " and " + parts[-1]


def _term(name: str, change: float) -> str:
    return f"{TERM_WORDS[name]} ({change:+.2f})"


def _claims(account: Account, names: Sequence[str]) -> list[str]:
    found = [claim for name in names for claim in str(account.table.loc[name, "claims"]).split()]
    return list(dict.fromkeys(found))


def _moved(account: Account, world: World) -> list[Sentence]:
    change = account.table["change"]
    against = [str(n) for n in change[change < -LEAST].sort_values().index[:NAMED]]
    toward = [str(n) for n in change[change > LEAST].sort_values(ascending=False).index[:NAMED]]
    holding = account.table["now"][account.table["now"] > LEAST].sort_values(ascending=False)
    what = "the step" if account.step > 0 else "keeping the tie"
    since = f"Since {month_words(world, account.best)}"
    found = []
    if against or toward:
        parts = []
        if against:
            parts.append("what moved against " + what + " was " + listed([_term(n, float(change[n])) for n in against]))
        if toward:
            parts.append("what moved for it was " + listed([_term(n, float(change[n])) for n in toward]))
        text = f"{since}, in the eyes of {spoken(faction_words(world, account.actor))}, " + ("; ".join(parts)) + "."
        if not against:
            text = text.replace("what moved for it", f"what moved for {what}")
        found.append(Sentence(text, _claims(account, [*against, *toward])))
    if len(holding):
        names = [str(n) for n in holding.index[:NAMED]]
        text = f"What spoke most for {what} was {listed([_term(n, float(holding[n])) for n in names])}."
        found.append(Sentence(text, _claims(account, names)))
    return found


def _odds(account: Account) -> str:
    what = "the step" if account.step > 0 else "keeping the tie"
    moved = f"({account.now:+.2f}, from {account.then:+.2f})"
    chance = f"in a month in which the two met, the step had a chance of {100 * account.chance:.0f} %"
    against = (account.now > 0) == (account.step < 0)  # the terms spoke against the step that was taken
    taken = account.turn.kind != "hold"
    if against:
        return f"All terms together favoured {'staying' if account.step > 0 else what} {moved}; {chance}" + (
            ": more luck than reason." if taken else "."
        )
    return f"All terms together spoke {'for' if account.step > 0 else 'against'} {what} {moved}; {chance}" + (
        "." if taken else ": it holds by luck."
    )


def _two(world: World, i: int, j: int) -> str:
    return f"{spoken(faction_words(world, i))} and {spoken(faction_words(world, j))}"


def _others(course: Course, turn: Turn) -> str:
    parts = []
    for k in range(course.after.shape[1]):
        if k != turn.tie:
            level = int(course.after[turn.month, k])
            how = f"at {level_words(level)}" if level != ABSENT else "apart, a side being gone"
            parts.append(f"{_two(course.world, *course.sides(k))} {how}")
    return f"Other ties of the pair in that month: {'; '.join(parts)}." if parts else ""


def told(course: Course, turn: Turn, accounts: Sequence[Account], wedge: WedgeConf | None = None) -> list[Sentence]:
    """The story of a turn in a few sentences."""
    world, when = course.world, month_words(course.world, turn.month)
    i, j = course.sides(turn.tie)
    if turn.kind == "end":
        ended = [k for k in (i, j) if dissolved(course.events, k, turn.month)]
        who = listed([spoken(faction_words(world, k)) for k in ended]) if ended else "a side"
        return [Sentence(f"In {when} the tie of {_two(world, i, j)} ended because {who} came to an end.")]
    if not accounts:
        return [Sentence(f"In {when} {course.pair.title(world)} stood at {level_words(int(course.after[turn.month].max()))}.")]
    first = accounts[0]
    actor, partner = spoken(faction_words(world, first.actor)), spoken(faction_words(world, first.partner))
    was, now = level_words(first.level), level_words(int(course.after[turn.month, turn.tie]))
    if turn.kind == "hold":
        head = f"In {when} {actor} and {partner} still stood at {now}."
    elif turn.kind == "formation":
        head = f"In {when} {actor} and {partner} both took their tie from {was} to {now}."
    elif turn.kind == "fight":
        head = f"In {when} {actor} took its tie with {partner} from {was} to {now}."
    else:
        both = len(accounts) > 1 and accounts[1].wanted == -1
        subject = f"{actor} and {partner} both" if both else actor
        head = f"In {when} {subject} let {'their tie' if both else f'the tie with {partner}'} fall from {was} to {now}."
    sentences = [Sentence(head), *_moved(first, world), Sentence(_odds(first))]
    other = _others(course, turn)
    if other:
        sentences.append(Sentence(other))
    if wedge is not None and wedge.instruments():
        names = [f"{name.replace('_', ' ')} on {conf.target} at {conf.size:g}" for name, conf in wedge.instruments()]
        sentences.append(Sentence(f"The wedge at work: {listed(names)}.", list(wedge.claims)))
    return sentences


def dissolved(events: Table, i: int, month: int) -> bool:
    """Whether a faction dissolved in a month or just before."""
    mine = (events["kind"] == Event.DISSOLUTION) & (events["i"] == i) & (events["month"] <= month)
    return bool(mine.any())


# events


def event_words(world: World, row: Table) -> str:
    """One event in words."""
    kind = Event(int(row["kind"]))
    who, other = [*(name_words(world, world.party(*party)) for party in world.parties(row)), ""][:2]
    before, after = int(row["before"]), int(row["after"])
    words = {
        Event.TIE_UP: lambda: f"{who} and {other}: up from {level_words(before)} to {level_words(after)}",
        Event.TIE_DOWN: lambda: f"{who} steps down with {other}: from {level_words(before)} to {level_words(after)}",
        Event.LEADER_DEATH: lambda: f"{who} loses its leader" + (", concealed" if after == Leader.CONCEALED else ""),
        Event.DISCLOSURE: lambda: f"{who}: a leader's death comes out",
        Event.SUCCESSION: lambda: f"{who} has a new leader",
        Event.STANCE: lambda: f"{who} toward {other}: from {label(Stance(before))} to {label(Stance(after))}",
        Event.PLEDGE: lambda: f"{who} to {other}: pledge {label(Pledge(after))}",
        Event.ANSWER: lambda: f"{who} to {other}'s pledge: {label(Pledge(after))}",
        Event.TALKS: lambda: f"{who}, asked to break with {other}: talks {label(Talks(after)).replace('_', ' ')}",
        Event.SPLIT: lambda: f"{who} splits: {other} breaks away",
        Event.DEFECTION: lambda: f"{who} loses fighters to {other}",
        Event.ENTRY: lambda: f"{who} appears",
        Event.DISSOLUTION: lambda: f"{who} comes to an end",
        Event.EXPOSURE: lambda: f"the tie of {who} and {other} comes to light",
        Event.EMIRATE: lambda: f"the emirate of {who} passes to {other}",
        Event.DISPLACEMENT: lambda: f"{who} is displaced",
    }
    return words[kind]()


def told_events(course: Course, first: int, last: int) -> list[tuple[int, str]]:
    """Events between two months that touch the factions of a pair or their organisations: (month, words)."""
    world, events = course.world, course.events
    sides = {i for side in course.pair.sides for i in side}
    homes = {int(world.facts.faction.home[i]) for i in sides}
    found = []
    for row in events[(events["month"] >= first) & (events["month"] <= last)]:
        kind = Event(int(row["kind"]))
        parties = world.parties(row)
        organisations = {o for party, o in parties if party == Party.ORGANISATION}
        factions = [i for party, i in parties if party == Party.FACTION]
        if organisations:
            kept = organisations <= homes
        elif kind in (Event.TIE_UP, Event.TIE_DOWN, Event.EXPOSURE):
            kept = sides.issuperset(factions) and int(world.facts.dyad_of[tuple(factions)]) in course.pair.dyads
        else:
            kept = not sides.isdisjoint(factions) and kind != Event.DISPLACEMENT
        if kept:
            found.append((int(row["month"]), event_words(world, row)))
    return found


assert set(TERM_WORDS) == set(TERM_NAMES), np.setxor1d(list(TERM_WORDS), TERM_NAMES)
