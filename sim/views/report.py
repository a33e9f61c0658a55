"""One self-contained HTML file of a comparison: opens offline, prints well, says what it rests on."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from ..analysis.explain.stories import Story, endings, run_pair
from ..analysis.explain.stories import stories as typical_stories
from ..analysis.intervals import of_runs
from ..analysis.wedges.answer import Answer
from ..evidence.claims import articles
from ..evidence.digest import evidence_digest
from ..evidence.trace import by_id
from ..plural import plural
from ..rules.cache import source_digest
from ..world.instruments import WedgeConf
from ..world.loading import read_option
from ..world.world import World
from .compare_tables import plain, proof_in_words
from .inline import DRAWING, POLICY, embedded, number, script, style
from .report_figures import figures
from .report_tables import Cell, Tabulated, main_table, robust_table, side_table, ties_table, together_table

STORY_RUNS = 400
MODULES = [DRAWING / f"{name}.js" for name in ("dom", "words", "draw", "forest", "alive", "stories", "report")]
SHEETS = [DRAWING / "drawing.css", DRAWING / "report.css"]
LIMITS = (
    "This is a study of politics at the level of organisations. It is no forecast, and nothing in it names a target.",
    "Sizes of instruments are not money or sorties: a half of one is not as hard to bring about as a half of another, and the "
    "ranges are judgements where no claim gives a number.",
    "Values of parameters come from a calibration to few events that depend on each other; draws from it that fit as well may "
    "rank the wedges otherwise, which is why the table of theories and draws stands beside the main one.",
    "Instruments act only through the mechanisms the articles name. What no author mentions, no wedge can do here.",
    "An interval tells how well the model's own answer is known from so many runs, not how far the model is from the world.",
)


def wedge_block(answer: Answer, wedge: WedgeConf) -> dict[str, Any]:
    """Everything said about one wedge."""
    known = by_id(articles())
    uses = [
        [Cell(plain(name)), Cell(plain(c.target)), Cell(plain(c.about or "–")), Cell(f"{c.size:g}"),
         Cell(f"{c.range[0]:g}–{c.range[1]:g}" if c.range else "–"), Cell(c.start or "first month"), Cell(c.end or "horizon")]
        for name, c in wedge.instruments()
    ]  # fmt: skip
    claims = [
        {"id": claim.id, "source": f"{article.article.author.told}, {article.article.date.told}", "paragraph": claim.paragraph,
         "confidence": claim.confidence, "text": claim.paraphrase}
        for article, claim in (known[i] for i in wedge.claims)
    ]  # fmt: skip
    columns = ["instrument", "target", "about", "size", "range", "from", "to"]
    return {
        "short": plain(wedge.name), "title": wedge.title, "by": wedge.by, "reading": wedge.reading, "claims": claims,
        "instruments": Tabulated("Instruments; sizes 0 to 1.", columns, uses), "sentence": answer.sentence(wedge.name),
    }  # fmt: skip


def short_answer(answer: Answer) -> list[str]:
    """The answer in a few sentences; every number in them stands in a table."""
    done, s = answer.compared, answer.setting
    broken: Any = done.focus("broken")
    helps = [n for n in done.order() if broken.loc[n, "low"] > 0]
    harms = [n for n in done.order() if broken.loc[n, "high"] < 0]
    base = of_runs(float(broken["baseline"].iloc[0]), float(broken["known_by"].iloc[0]))
    last = s.base.calendar.date(s.base.calendar.months - 1)
    said = [f"Without any wedge the alliance of {s.focus.title(s.base)} is broken by {last} in {base} % of runs."]
    one = len(done.arms) == 1
    if helps:
        best = broken.loc[helps[0]]
        how = f"by {100 * best['difference']:.1f} points [{100 * best['low']:.1f}, {100 * best['high']:.1f}]"
        name = f"“{plain(helps[0])}”"
        many = f"{len(helps)} clearly raise that share, most of all" if len(helps) > 1 else "one clearly raises that share:"
        said.append(f"{name} clearly raises that share, {how}." if one else f"Of {len(done.arms)} wedges {many} {name}, {how}.")
    else:
        none = (
            f"“{plain(done.arms[0].name)}” does not clearly raise" if one else f"None of {len(done.arms)} wedges clearly raises"
        )
        said.append(f"{none} that share within the horizon.")
    if harms:
        names = " and ".join(f"“{plain(n)}”" for n in harms)
        said.append(f"It clearly falls under {names}, which {'hold' if len(harms) > 1 else 'holds'} the alliance together.")
    least = str(answer.robust.index[0])
    words = "doing nothing" if least == "none" else f"“{plain(least)}”"
    regret = 100 * float(answer.robust.iloc[0]["regret"])
    count = len(s.readings)
    tried = f"Over the {count} theories here" if count > 1 else f"Under “{answer.titles[s.headline]}”, the only theory here,"
    worst = " in the worst case" if count > 1 else ""
    said.append(f"{tried} the least regret is that of {words} ({regret:.1f} points{worst}).")
    return said


def story_table(found: Story, world: World) -> Tabulated:
    """What happened in at least half of a story's runs."""
    last = world.calendar.months - 1
    rows = [
        [Cell(words), Cell(world.calendar.date(min(last, int(month + 0.5)))), Cell(f"{100 * share:.0f} %")]
        for month, words, share in found.steps
    ]
    return Tabulated("", ["what happened", "median month", "runs"], rows)


def told_stories(answer: Answer) -> list[dict[str, Any]]:
    """Typical stories of the baseline and of the wedge that does most."""
    done, s = answer.compared, answer.setting
    vector = s.table_of(s.headline)
    runs = min(s.replicates, STORY_RUNS)
    best = next(arm for arm in done.arms if arm.name == done.order()[0])
    found = []
    cases: list[tuple[str, World, str]] = [
        ("Without a wedge", s.base, "none"),
        (f"Under {plain(best.name)}", best.world, best.name),
    ]
    for title, world, wedge in cases:
        seen = run_pair(world, s.focus, vector, runs, s.seed, s.threads)
        ended = endings(seen)
        told, apart = typical_stories(seen, ended)
        share = float(ended.broken.mean())
        words = f"Over at the horizon in {of_runs(share, runs)} % of {plural(runs, 'run')} (95 % interval). "
        if len(ended.causes):
            first = ended.causes.iloc[0]
            why = f", “{plain(str(first['term']))}” weighing most" if first["term"] else ""
            words += f"The commonest end: {first['who']}{why} ({100 * first['share']:.0f} % of the ends). "
        if len(told) > 1:
            words += f"Silhouette of the stories: {apart:.2f} (1 at best; below 0.25 they run into each other)."
        else:
            words += "Runs do not fall into separate stories."
        line = ["alliances", "explain", f"scenario={s.base.name}", f"thesis={s.headline}", f"seed={s.seed}",
                f"pair={s.focus.name}", f"wedge={wedge}"]  # fmt: skip
        stories = [
            {"head": f"Story {k}: {100 * st.share:.0f} % of runs", "fate": f"over in {of_runs(st.broken, st.runs)} % of them",
             "table": story_table(st, world), "line": shlex.join([*line, f"replicate={st.replicate}"]),
             "steps": [{"month": number(month), "what": what, "share": number(part)} for month, what, part in st.steps]}
            for k, st in enumerate(told, 1)
        ]  # fmt: skip
        found.append({"title": title, "ended": words, "stories": stories})
    return found


def context(answer: Answer, line: Sequence[str]) -> dict[str, Any]:
    """What the template prints."""
    s, done = answer.setting, answer.compared
    base = s.base
    last = base.calendar.date(base.calendar.months - 1)
    theses = [read_option("thesis", name)["thesis"] for name in s.readings]
    homes = base.facts.faction.home
    under = f"each of {len(s.readings)} theories" if len(s.readings) > 1 else f"“{answer.titles[s.headline]}”"
    tables = [main_table(answer), ties_table(answer), side_table(answer)]
    drawn, stories = figures(answer), told_stories(answer)
    data = {
        "names": [plain(n) for n in done.order()], "months": [base.calendar.date(t) for t in range(base.calendar.months)],
        "stories": [[story["steps"] for story in part["stories"]] for part in stories],
        **{name: figure.data for name, figure in drawn.items() if figure is not None},
    }  # fmt: skip
    return {
        "question": f"Which policy breaks the alliance of {s.focus.title(base)}?",
        "setting": f"{base.title}, {base.calendar.start} to {last}; {plural(len(done.arms), 'wedge')} against the baseline on "
                   f"the same random keys, {plural(s.replicates, 'run')} under {under}, at the central values of the parameters.",
        "short_answer": short_answer(answer), "description": base.description,
        "factions": [
            {"title": base.titles.get(base.factions[i], plain(base.factions[i])),
             "home": base.titles.get(base.organisations[int(homes[i])], base.organisations[int(homes[i])]),
             "fighters": f"{base.initial.faction['fighters'][i]:,.0f}"}
            for i in base.named if base.initial.faction["present"][i] == 1
        ],
        "tables": [t for t in tables if t is not None], "robust": robust_table(answer), "together": together_table(answer),
        "figures": drawn, "wedges": [wedge_block(answer, arm.wedge) for arm in done.arms],
        "stories": stories, "data": Markup(embedded(data)), "script": Markup(script(MODULES)), "style": Markup(style(SHEETS)),
        "policy": POLICY,
        "theses": [{"title": t["title"], "reading": t["reading"], "claims": ", ".join(t.get("claims") or [])} for t in theses],
        "limits": LIMITS, "command": shlex.join(["alliances", "compare", *line]), "scenario": base.name,
        "replicates": s.replicates, "seed": s.seed, "code": source_digest(), "evidence": evidence_digest(),
        "ground": f"Proved before anything was compared: {proof_in_words(done.ground)}",
    }  # fmt: skip


def write_report(answer: Answer, line: Sequence[str], folder: Path) -> Path:
    """Write report.html into the folder of a comparison."""
    environment = Environment(
        loader=PackageLoader("sim.views"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    path = folder / "report.html"
    path.write_text(environment.get_template("compare.html.jinja").render(context(answer, line)), encoding="utf-8")
    return path
