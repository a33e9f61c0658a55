"""The verbs of the command, each declared here and nowhere else: what it takes, what it does, and where its function stands."""

from __future__ import annotations

from dataclasses import replace

from .command_line import EVERYTHING, Key, Switch, Verb, Word
from .numbers import MOST_SEED

SWEEP = Word("DIR", "folder of a sweep")
REPLICATES = Key("replicates", "1000", "runs", whole=(2, 10_000_000))
SEED = Key("seed", "1", "master seed", whole=(0, MOST_SEED))
SMALL_SEED = replace(SEED, whole=(0, 2**32 - 1))
THESES = Key("thesis", "all", "all, or theses joined by commas", shows="all|a,b")
ONE_THESIS = Key("thesis", "consensus", "the theory of the actors")
PAIR = Key("pair", "", "organisations or factions; the scenario's focal pair by default", shows="A-B", old=("focus",))
OUTPUT = Key("output", "runs", "folder in which the folder of results is made", old=("--out",))
ANALYSIS = replace(OUTPUT, default="", shows="DIR", sentence="where tables and figures go; DIR/analysis of the sweep by default")
THREADS = Key("threads", "", "threads; all processors by default", shows="N", whole=(1, 1024))
PARAMETERS = Key("parameters", "default", "default, the central values; posterior, draws of the calibration",
                 shows="default|posterior", choices=("default", "posterior"), old=("posterior",))  # fmt: skip
QUALITY = Key("quality", "draft", "draft, a few minutes for all; full, what a paper prints", choices=("draft", "full"))
PORT = Key("port", "8765", "where the page is served", whole=(1, 65535))
ADDRESS = Key("address", "127.0.0.1", "where to listen; this machine only by default")
SCENARIO = ("scenario", "months", "shock", "pressure", "parameters", "parameters.", "scenario.", "actors.")
TRUTH = ("true", "false")
POSTERIOR = "adopted, draws that know no more than each year's end; or the folder of a calibration"

RUNS = (
    Verb("run", "Run a scenario under every thesis, or a sweep, and write a folder", "views.app:run_command",
         keys=(
             Key("scenario", "taliban_rule_1996", "who, where, from when"),
             replace(THESES, sentence="each in turn"),
             Key("wedge", "none", "one package: A+B joined, @MONTH[:N] from then on, *F times the size"),
             REPLICATES, SEED,
             Key("months", "", "another horizon than the scenario's", shows="N"),
             Key("parameters", "default", "or posterior: replicate r of draw r mod N"),
             Key("parameters.PATH", "", "a number by its dotted path: parameters.bond.weight=0.5", shows="X"),
             Key("ablate", "[]", "mechanisms to switch off: ablate=[brand]"),
             Key("figures", "true", "draw the figures"), THREADS, OUTPUT,
         ),
         switches=(
             Switch("-m", "a sweep: every combination of key=a,b …, into a store that resumes"),
             Switch("--cfg job", "show the resolved configuration; nothing runs"),
         ),
         hydra=(EVERYTHING,),
         about="""Words are Hydra's: any value of conf/config.yaml can be given. What a thesis fixes, what stands on the line and
what is ablated leaves a design. Examples:

  alliances run scenario=triangle_2020 thesis=consensus replicates=200 months=60
  alliances run parameters=posterior replicates=1280
  alliances run -m 'thesis=glob(*)' 'parameters.pressure.kinetic=range(0,1.1,0.25)'
  alliances run thesis=consensus design=lhs design.n=200 design.over=ledger:bond"""),
    Verb("results", "Look into the store of a sweep", "views.results:results_command",
         words=(SWEEP,),
         keys=(
             Key("sql", "", "SQL over points, outcomes and what else was kept (DuckDB)", shows="QUERY"),
             Key("csv", "", "write the rows of sql= here instead of printing them", shows="FILE"),
             Key("summary", "", "write a row a point as CSV: shares with standard errors", shows="FILE"),
         ),
         switches=(Switch("--check", "verify checksums, and say what is missing"),)),
    Verb("results replay", "Run one run of a sweep again in the Mesa engine, and compare", "views.results:replay_command",
         words=(SWEEP,),
         keys=(
             Key("point", "", "point of the sweep", shows="P", whole=(0, MOST_SEED), needed=True),
             Key("replicate", "", "run of the point", shows="R", whole=(0, MOST_SEED), needed=True),
         )),
    Verb("survival", "How long alliances last and how they end", "views.survival:survival_command",
         words=(Word("PATH", "run folder, store of a sweep, or CSV of spells"),),
         keys=(
             Key("by", "", "what to compare: thesis or pair in a run folder; group (default) or another column", shows="COLUMN"),
             replace(PAIR, sentence="run folder: one pair alone; without it, all organisations", old=("--between", "between")),
             Key("unit", "", "CSV: unit of start and duration, years by default", choices=("months", "years")),
             OUTPUT,
         ),
         about="""Kaplan-Meier curves, cumulative incidence by kind of end, hazard by age, log-rank test. A CSV has the columns

  id        name of the spell
  start     when it began: a number in months or years
  duration  how long it was observed, above 0
  end       break, fight, death_of_a_party, or censored: it lasted longer than
            was observed
  group     optional: what to compare; by= can name further columns"""),
    Verb("sensitivity", "What the outcome of a sweep hangs on", "views.analyses:sensitivity_command",
         words=(Word("DIR", "folder of a sweep (design=sobol, morris or lhs)"),),
         keys=(
             Key("outcome", "alive", "a column of outcomes, or ever_allied"),
             Key("by", "mechanism", "what shares are added up by", choices=("parameter", "mechanism", "article", "claim")),
             ANALYSIS,
         )),
    Verb("discover", "Where in a sweep there is no alliance at the end", "views.analyses:discover_command",
         words=(SWEEP,),
         keys=(
             Key("threshold", "0.5", "a point counts when more than this share of its runs end without an alliance"),
             ANALYSIS,
         )),
    Verb("discover map", "What becomes of the alliance over two numbers of a sweep", "views.analyses:map_command",
         words=(Word("DIR", "folder of a sweep over two numbers or more"),),
         keys=(
             Key("x", "", "number along the horizontal axis; the first that varies by default", shows="PATH"),
             Key("y", "", "number along the vertical axis", shows="PATH"),
             Key("outcome", "fate", "fate, never_broken or ever_fought", choices=("fate", "never_broken", "ever_fought")),
             Key("bins", "", "bins on each axis, for designs that are no grid", shows="N", whole=(1, 1000)),
             ANALYSIS,
         )),
)  # fmt: skip

WEDGES = (
    Verb("compare", "Wedges against their baseline, run by run, under every thesis", "views.compare:compare_command",
         keys=(
             Key("wedge", "all", "of conf/wedge those that fit the scenario; or names and files joined by commas", shows="[A,B]"),
             replace(THESES, sentence="the main table is about consensus if it is among them, else about the first"),
             REPLICATES, SEED,
             Key("from", "", "a file that the lab has saved", shows="FILE"),
             replace(PAIR, sentence="whose break is asked about; the scenario's focal pair by default"),
             Key("watch", "", "what else is watched; by default the ties of the focal factions and the alliances of the start",
                 shows="A-B,…", old=("pairs",)),
             Key("draws", "32", "draws of the posterior to hold the answer to; 0 leaves them out", old=("posterior",)),
             Key("draw_replicates", "200", "runs of each draw", whole=(2, 100_000), old=("posterior_replicates",)),
             Key("strength", "", "effect against strength: sizes times each factor, where that is 1 at most", shows="0.5,1"),
             Key("start", "", "effect by start", shows="2018-09,…"),
             Key("length", "", "effect by how many months it lasts", shows="6,12"),
             Key("interactions", "false", "true: every two wedges together", choices=TRUTH),
             THREADS, OUTPUT,
         ),
         switches=(Switch("--report", "one HTML file that opens offline"),),
         hydra=SCENARIO,
         about="""A wedge on the line: A+B one package, A@MONTH from then on, A@MONTH:N for N months, A*F times the size (1 at
most), a path for a file.

  wedge=[offer_verified+dialogue,target_leaders@2019-09:12,offer*0.5,my.yaml]

With parameters=posterior the tables are over draws of the posterior: both arms of a pair of runs share draw and keys.
Intervals are 95 %, of paired differences."""),
    Verb("explain", "Why an alliance ended or held, in one run or in many", "views.explain:explain_command",
         keys=(
             PAIR,
             Key("wedge", "none", "with it, a run is told beside the same run without it"),
             ONE_THESIS, SEED,
             Key("replicate", "", "one run, term by term; many as stories without it", shows="N", whole=(0, 2**63 - 1)),
             Key("event", "", "of the one run; by default the last break, or how the pair stands at the end",
                 choices=("break", "formation", "fight", "hold")),
             Key("replicates", "500", "many runs", whole=(2, 1_000_000)),
             Key("attribution", "true", "Shapley values of dated shocks and instruments, switched off on the same keys",
                 choices=TRUTH),
             Key("factors", "kind", "kind, one factor a kind of dated event and organisation; event, each for itself",
                 choices=("kind", "event")),
             Key("orders", "32", "orders to sample where there are more than 8 factors", whole=(2, 100_000)),
             OUTPUT,
         ),
         hydra=SCENARIO),
    Verb("search", "Which packages of wedges break most at the least price", "views.search:search_command",
         keys=(
             Key("preset", "default", "conf/search: work, instruments, costs; each can be given here too", old=("settings",)),
             *(Key(name, "", sentence, shows=shows, whole=(0, 10_000_000)) for name, shows, sentence in (
                 ("population", "40", "wedges of a generation"), ("generations", "10", "generations"),
                 ("replicates", "100", "runs of each wedge"), ("fresh", "200", "runs on which the front is run again"),
                 ("most_instruments", "4", "instruments of a wedge"), ("sizes", "7", "steps of a size"),
                 ("starts", "4", "starts of an instrument"), ("short", "12", "months of a short use"),
             )),
             Key("algorithm", "", "how the front is sought", choices=("nsga2", "nsga3")),
             Key("robust", "", "over theses: their mean, or the worst", choices=("mean", "worst")),
             Key("instruments", "", "all, or instruments joined by commas", shows="all|A,B"),
             Key("cost.", "", "effort of an instrument", shows="INSTRUMENT=X"),
             replace(THESES, sentence="the effect is their mean, or that under the worst of them"),
             replace(PAIR, sentence="whose break is sought; the scenario's focal pair by default"),
             SMALL_SEED, THREADS, OUTPUT,
         ),
         hydra=SCENARIO,
         about="""Sought: the alliance broken in more runs, with fewer attacks on civilians, fewer splits and defections, less
effort. Each wedge is held against the baseline run by run on the same random keys; the front is run again on runs the search
has not seen. The same command resumes a search that was stopped. Same seed, same front, whatever the number of threads."""),
    Verb("lab", "Drive a wedge in the browser, see what happens, and why", "lab.command:lab_command",
         keys=(
             PORT, ADDRESS,
             Key("max_sessions", "60", "visitors who may wait for an answer at a time", whole=(1, 10_000)),
             Key("max_runs", "2000", "paired runs of an answer", whole=(100, 100_000)),
             Key("export", "", "write one HTML file with a grid of answers: no server needed", shows="FILE"),
             Key("scenario", "talks_2018", "of the exported file"),
             Key("wedge", "expose_ties,halt_joint_operations,kinetic_pressure,withdraw",
                 "of the exported file: each at none, half, as given", shows="[A,B]", old=("--wedges", "wedges")),
             replace(ONE_THESIS, sentence="of the exported file"),
             replace(PARAMETERS, sentence="of the exported file: default, or posterior, a draw for each run", old=()),
             replace(SMALL_SEED, sentence="of the exported file"),
         )),
    Verb("lab step", "One run in the browser, month by month (extra `solara`)", "views.step:step_command", keys=(PORT, ADDRESS)),
)  # fmt: skip

EVIDENCE = (
    Verb("evidence", "Claims of the articles, and what rests on them"),
    Verb("evidence check", "Check claims, ledger and configuration against each other", "views.evidence:check_command",
         switches=(Switch("--apart", "list codings from which the values in conf/ differ"),)),
    Verb("evidence show", "A parameter with its claims, or a claim with what rests on it", "views.evidence:show_command",
         words=(Word("PATH", "dotted path, bond.weight; a group, bond; or a claim, bacon_2018.12"),)),
    Verb("evidence claims", "List claims", "views.evidence:claims_command",
         keys=(
             Key("type", "", "mechanism, quantitative, relational, event, policy, forecast or analogy", shows="T"),
             Key("actor", "", "who is named", shows="NAME"), Key("article", "", "one article", shows="KEY"),
             Key("text", "", "words of the paraphrase", shows="WORDS"),
         )),
    Verb("evidence assertions", "What the articles assert, checked on runs, with a verdict each",
         "views.assertions:assertions_command",
         words=(Word("NAME", "assertions by name, articles, or `signs` (that raising each mechanism moves what the article "
                     "speaks of as it says); all but the signs by default", least=0, most=1000),),
         keys=(replace(REPLICATES, default="400"), SEED, OUTPUT),
         hydra=("parameters", "parameters."),
         about="""With parameters=posterior verdicts are over the posterior: replicate r takes draw r mod N. A claim that is not
reproduced, or contradicted, is a finding: the command ends with 0 all the same."""),
    Verb("evidence odd", "Write the tables and the claims of docs/odd.md", "views.evidence:odd_command",
         keys=(replace(OUTPUT, default="", shows="DIR", sentence="another folder than docs/"),),
         switches=(Switch("--check", "write nothing; exit 1 if they are out of date"),)),
    Verb("calibrate", "Fit the parameters to the observed patterns", "views.calibration:calibrate_command",
         keys=(
             Key("preset", "full", "conf/calibrate: full (about the central values), held_out (over the ledger's whole ranges, "
                 "without a look at the core case), wide (over whole ranges, with it), short (to see that it works)"),
             replace(ONE_THESIS, default="", shows="NAME", sentence="fit what a thesis leaves free, with its own held fixed"),
             SMALL_SEED, OUTPUT,
         ),
         about="""The same command resumes a calibration that was stopped. Same seed, same posterior, whatever the number of
threads."""),
    Verb("calibrate adopt", "Make the posterior of a calibration the one that is used", "views.adoption:adopt_command",
         words=(Word("DIR", "folder of a finished calibration"),
                Word("OTHER", "one with another seed: what the data inform is what both say", least=0)),
         keys=(Key("held_out", "", "one with preset=held_out: what it says of the core case, and draws that know no more than a "
                   "year's end", shows="DIR"),),
         switches=(Switch("--defaults", "make the middle of the posterior the central values, too"),)),
    Verb("theses", "Rival theses judged on the same observation, and where they part", "views.theses:theses_command",
         keys=(Key("preset", "theses", "conf/calibrate: theses, short, full"), THESES, SMALL_SEED, OUTPUT),
         about="The same command resumes where it was stopped."),
    Verb("theses adopt", "Keep what they found", "views.theses:adopt_command",
         words=(Word("DIR", "folder of alliances theses"), Word("OTHER", "one with another seed", least=0))),
    Verb("validate", "Score forecasts of dated events and states against what happened", "views.validation:validate_command",
         keys=(
             Key("targets", "", "a CSV; docs/validation.md says how; seeds/data/rolling_2008_2013.csv is one", shows="FILE",
                 needed=True),
             THESES,
             Key("posterior", "", f"{POSTERIOR}: forecast from it too, for each question from what was coded up to the last "
                 "year's end that its cutoff has reached", shows="adopted|DIR"),
             Key("replicates", "400", "runs of each forecast", whole=(1, 100_000)), replace(SEED, whole=(0, 2**63)), OUTPUT,
         ),
         about="Forecasts know nothing that came after the cutoff of their question."),
    Verb("validate rolling", "The same of questions made by rule, a year ahead", "views.rolling:rolling_command",
         keys=(
             replace(ONE_THESIS, default="", shows="NAME", sentence="one thesis; default values without"),
             Key("posterior", "", POSTERIOR, shows="adopted|DIR"),
             Key("replicates", "1000", "runs of each year's end", whole=(1, 100_000)), replace(SEED, whole=(0, 2**63)), OUTPUT,
         )),
    Verb("scorecard", "What the model must show, row by row: observed, reached, met or not", "views.scorecard:scorecard_command",
         words=(Word("posterior", "the same as parameters=posterior", least=0, choices=("posterior",)),),
         keys=(
             replace(PARAMETERS, old=(), sentence="posterior: the mean over points of it, and what is known of the "
                     "calibration; each year's questions are forecast from draws that know no more than its beginning"),
             replace(REPLICATES, sentence="runs of each named world", whole=(10, 1_000_000)),
             replace(SEED, default="2063", sentence="a seed that was not looked at when the values were chosen"),
             Key("json", "", "every number, for a machine", shows="FILE"),
         ),
         switches=(Switch("--ablate", "also without each mechanism in turn (ten minutes)"),),
         about="A row that is not met is a finding: the command ends with 0 all the same."),
)  # fmt: skip

PAPERS = (
    Verb("figures", "Make the papers' figures, or check what they show", "papers.command:figures_command",
         words=(Word("NAME", "figures by name; all of experiments/*/figure.yaml by default", least=0, most=1000),),
         keys=(QUALITY, replace(OUTPUT, default="figures")),
         switches=(
             Switch("--check", "compare with the numbers that are kept: exit 1 if a conclusion has moved"),
             Switch("--update", "keep the numbers of this run (quality=full; say why in CHANGELOG.md)"),
         )),
    Verb("figures trace", "From a figure to its config, parameters, claims and paragraphs", "papers.command:trace_command",
         words=(Word("FILE", "a PNG, SVG or PDF that alliances figures made"),)),
    Verb("figures export", "Figures with all that makes them again, for a journal", "papers.export:export_command",
         words=(Word("DIR", "a folder that does not exist yet, or an archive"),
                Word("NAME", "figures by name; all by default", least=0, most=1000)),
         keys=(QUALITY,),
         switches=(
             Switch("--check", "verify the checksums of an archive"),
             Switch("--again", "verify, make its figures again, compare every number"),
         ),
         about="`sh DIR/run.sh` installs exact versions and does --again."),
)  # fmt: skip

HERE = (
    Verb("bench", "Speed on this machine", "bench.command:bench_command",
         words=(Word("WHAT", "all, or one: sweep is the large sweep, in threads and on Dask", least=0,
                     choices=("all", "sweep", "calibration", "wedges", "lab")),),
         keys=(Key("json", "", "write the measurements here", shows="FILE"),),
         switches=(Switch("--quick", "in under a minute, less precise"),)),
    Verb("doctor", "Does this installation work, and with what", "views.doctor:doctor_command"),
    Verb("completion", "Words for the shell: source <(alliances completion bash)", "views.doctor:completion_command",
         words=(Word("SHELL", "bash or zsh", choices=("bash", "zsh")),)),
)  # fmt: skip

GROUPS = {
    "Runs and sweeps": RUNS, "Wedges": WEDGES, "Evidence, calibration and tests": EVIDENCE, "Papers": PAPERS,
    "This installation": HERE,
}  # fmt: skip
VERBS = {verb.name: verb for verbs in GROUPS.values() for verb in verbs}
RENAMED = {
    "replay": "results replay", "map": "discover map", "assertions": "evidence assertions", "trace": "figures trace",
    "export": "figures export", "step": "lab step",
}  # fmt: skip
"""What a verb was called before, and what it is called now."""


def longer_than(name: str) -> list[Verb]:
    """Verbs of two words that begin with this one."""
    return [verb for verb in VERBS.values() if verb.name.startswith(f"{name} ")]
