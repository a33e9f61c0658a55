"""`alliances compare` from the command line: what it writes, and what it refuses before anything is written."""

from __future__ import annotations

import json

import numba
import pandas as pd
import pytest
import yaml
from rich.console import Console

from sim.analysis.wedges.effects import Effect
from sim.cli import main
from sim.verbs import VERBS
from sim.views.asked import consensus_first, listed, theses_of
from sim.views.compare import tables_of
from sim.views.compare_line import factors_of, wedges_of
from sim.views.compare_tables import points, show_response
from sim.world.loading import load_world, options
from sim.world.packages import read_wedge

needs_compiler = pytest.mark.skipif(bool(numba.config.DISABLE_JIT), reason="runs in compiled code")

SHORT = ["scenario=talks_2018", "months=6"]
LINE = [*SHORT, "wedge=[none,offer,isolate+dialogue]", "thesis=consensus,cost_benefit_only", "replicates=8", "draws=2",
        "draw_replicates=4", "strength=0.5,1", "start=2018-12", "interactions=true"]  # fmt: skip
EFFECT = ["difference", "low", "high", "se"]
COLUMNS = {
    "effects": ["wedge", "thesis", "subject", "measure", *Effect.__dataclass_fields__, "clear"],
    "course": ["wedge", "thesis", "month", "baseline", "under", "difference", "low", "high"],
    "timing": ["wedge", "thesis", "start", "months_to_effect", "months_to_break"],
    "theses": ["wedge", "world", *EFFECT], "posterior": ["wedge", "world", *EFFECT],
    "strengths": ["wedge", "factor", *EFFECT], "starts": ["wedge", "start", "months", *EFFECT],
    "interactions": ["first", "second", "together", "sum", *EFFECT],
    "robustness": ["wedge", "mean", "spread", "helps", "harms", "regret", "regret_mean", "rank", "rank_se", "unclear"],
}  # fmt: skip
COLUMNS["robustness_posterior"] = COLUMNS["robustness"]
PARTED = {"target": "taliban", "about": "let"}
HEAVY = {
    "kinetic_pressure": {"target": "ttp", "size": 1.0},
    "exposure": {**PARTED, "size": 0.9},
    "distrust": {**PARTED, "size": 1.0},
}
FIGURES = ["forest", "survival", "theories", "strengths", "starts"]
WEDGES = ["offer", "isolate+dialogue"]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The folder of one small run, and what was said on the way."""
    out = tmp_path_factory.mktemp("compare")
    assert main(["compare", *LINE, f"output={out}"]) == 0
    (folder,) = out.iterdir()
    return folder


@needs_compiler
def test_everything_is_there_and_nothing_else(made):
    assert made.name == "compare-talks_2018"
    expected = {f"{name}.csv" for name in COLUMNS} | {f"{n}.{kind}" for n in FIGURES for kind in ("png", "svg")}
    assert {path.name for path in made.iterdir()} == expected | {"manifest.json", "wedges"}


@needs_compiler
@pytest.mark.parametrize("name", COLUMNS)
def test_tables(made, name):
    table = pd.read_csv(made / f"{name}.csv")
    assert list(table.columns) == COLUMNS[name]
    assert len(table) > 0
    if "wedge" in table:
        assert set(table["wedge"]) - {"none"} == set(WEDGES)


@needs_compiler
def test_rows(made):
    effects = pd.read_csv(made / "effects.csv")
    assert set(effects["thesis"]) == {"consensus", "cost_benefit_only"}
    assert not effects.duplicated(["wedge", "thesis", "subject", "measure"]).any()
    assert (effects["runs"] <= 8).all()
    assert len(pd.read_csv(made / "course.csv")) == 2 * 2 * 6
    assert sorted(set(pd.read_csv(made / "posterior.csv")["world"])) == ["draw_000", "draw_001"]
    strengths = pd.read_csv(made / "strengths.csv")
    assert strengths["factor"].tolist() == [0.5, 1.0] * 2
    assert set(pd.read_csv(made / "starts.csv")["start"]) == {"2018-12"}
    assert list(pd.read_csv(made / "robustness.csv")["wedge"].sort_values()) == sorted(["none", *WEDGES])


@needs_compiler
def test_tables_agree_with_each_other(tmp_path, monkeypatch):
    """The headline of the main table, of the theories, of strength 1, of the first start and of the last month are one number."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "heavy.yaml").write_text(yaml.safe_dump(HEAVY))
    line = [*SHORT, "wedge=heavy.yaml,kinetic_pressure", "thesis=consensus,cost_benefit_only", "replicates=64", "draws=0",
            "strength=1", "start=2018-09", "interactions=true", "pair=taliban-let"]  # fmt: skip
    assert main(["compare", *line]) == 0
    tables = {path.stem: pd.read_csv(path) for path in (tmp_path / "runs" / "compare-talks_2018").glob("*.csv")}
    effects, course = tables["effects"], tables["course"]
    by = effects[(effects["subject"] == "taliban-let") & (effects["measure"] == "broken")]
    by = by.set_index(["wedge", "thesis"])["difference"]
    headline = by.xs("consensus", level="thesis")
    assert headline["heavy"] != 0.0
    assert by["heavy", "consensus"] != by["heavy", "cost_benefit_only"]
    assert by.to_dict() == tables["theses"].set_index(["wedge", "world"])["difference"].to_dict()
    assert headline.to_dict() == tables["strengths"].set_index("wedge")["difference"].to_dict()
    assert headline.to_dict() == tables["starts"].set_index("wedge")["difference"].to_dict()
    assert tables["interactions"]["sum"].tolist() == [pytest.approx(headline.sum())]
    last = course[(course["month"] == 5) & (course["thesis"] == "consensus")].set_index("wedge")["difference"]
    assert (-last).to_dict() == headline.to_dict()  # both sides are there to the end, so what is not alive is broken


@needs_compiler
def test_the_manifest_says_how_and_on_what_ground(made):
    said = json.loads((made / "manifest.json").read_text())
    assert said["command"][:2] == ["alliances", "compare"]
    assert said["command"][2:-1] == LINE
    assert (said["scenario"], said["replicates"], said["seed"]) == ("talks_2018", 8, 1)
    assert said["theses"] == ["consensus", "cost_benefit_only"]
    assert said["pairs"][0] == "al_qaeda-taliban"
    ground = said["ground"]
    assert ground["null_wedge_identical"] is True
    assert ground["months_before_identical"] == {"offer": 3, "isolate+dialogue": 3}
    assert ground["put_off_for_the_proof"] == sorted(WEDGES)
    assert set(ground["share_of_runs_differing_after"]) == set(WEDGES)
    assert said["code"]
    assert said["evidence"]


@needs_compiler
@pytest.mark.parametrize("name", FIGURES)
def test_figures_are_pictures(made, name):
    image = (made / f"{name}.png").read_bytes()
    assert image.startswith(b"\x89PNG\r\n\x1a\n")
    assert len(image) > 5000
    text = (made / f"{name}.svg").read_text()
    assert "<svg" in text
    assert len(text) > 5000


@needs_compiler
def test_wedges_are_written_so_that_they_can_be_read_again(made):
    found = sorted((made / "wedges").iterdir())
    assert [path.stem for path in found] == [f"{n:02d}_{name}" for n, name in enumerate(WEDGES, start=1)]
    for path, name in zip(found, WEDGES, strict=True):
        assert read_wedge(str(path)) == read_wedge(name)


@needs_compiler
def test_again_is_the_same_and_beside_the_first(made, tmp_path, capsys):
    for _ in range(2):
        assert main(["compare", *LINE, f"output={tmp_path}", "threads=1"]) == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["compare-talks_2018", "compare-talks_2018-2"]
    for name in COLUMNS:
        assert (tmp_path / "compare-talks_2018-2" / f"{name}.csv").read_text() == (made / f"{name}.csv").read_text(), name
    said = capsys.readouterr().out
    assert "Ground: the null wedge gives the baseline bit for bit" in said
    assert "al-Qaeda – Taliban" in said


@needs_compiler
def test_no_more_than_asked_is_written(tmp_path):
    line = [*SHORT, "wedge=dialogue@2018-11", "thesis=cost_benefit_only", "replicates=4", "draws=0", f"output={tmp_path}",
            "pair=haqqani-aqis", "watch=taliban-ttp"]  # fmt: skip
    assert main(["compare", *line]) == 0
    folder = tmp_path / "compare-talks_2018"
    assert {path.stem for path in folder.glob("*.csv")} == {"effects", "course", "timing", "theses", "robustness"}
    assert {path.stem for path in folder.glob("*.png")} == {"forest", "survival", "theories"}
    said = json.loads((folder / "manifest.json").read_text())
    assert said["pairs"] == ["haqqani-aqis", "al_qaeda-taliban", "taliban-ttp"]
    assert said["ground"]["months_before_identical"] == {"dialogue@2018-11": 2}
    assert said["ground"]["put_off_for_the_proof"] == []


# refusals ----------------------------------------------------------------------------------------------

GOOD = [*SHORT, "wedge=[offer]", "thesis=consensus", "replicates=4", "draws=0"]
FILES = {
    "gone": {"kinetic_pressure": {"target": "haqani"}},
    "big": {"kinetic_pressure": {"target": "haqqani", "size": 1.5}},
    "bigger": {"kinetic_pressure": [{"target": "haqqani"}, {"target": "aqis", "size": 2.5}]},
    "field": {"kinetic_presure": {"target": "haqqani"}},
    "partner": {"isolation": {"target": "taliban"}},
    "late": {"dialogue": {"target": "taliban", "start": "2030-01"}},
    "torn": {"dialogue": [{"target": "taliban", "size": 0.2}, {"target": "taliban", "size": 0.4}]},
    "malformed": "dialogue: {target: [taliban",
    "baseline": {"name": "none", "dialogue": {"target": "taliban"}},
    "parts": {"dialogue": [{"target": "taliban", "end": "2018-10"}, {"target": "taliban", "start": "2018-12"}]},
    "nothing": "",
}


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("wedge=[offr]", ["unknown name 'offr'", "did you mean 'offer'"]),
        ("wedge=[offer+dialoge]", ["did you mean 'dialogue'"]),
        ("wedge=[offer,offer]", ["offer", "is there twice"]),
        ("wedge=[none]", ["nothing to compare"]),
        ("wedge=[]", ["nothing to compare"]),
        ("wedge=", ["nothing to compare"]),
        ("wedge=[offer@2030-01]", ["offer: start", "2030-01 lies outside the run", "2018-09 to 2019-02"]),
        ("wedge=[offer@2018-13]", ["'2018-13' is not a month"]),
        ("wedge=[isolate+isolate*0.5]", ["isolation", "contradicts itself", "taliban about al_qaeda"]),
        ("wedge=[gone.yaml]", ["kinetic_pressure.target", "unknown name 'haqani'", "did you mean 'haqqani'"]),
        ("wedge=[big.yaml]", ["big.yaml: kinetic_pressure.size", "1.5 is not allowed", "less than or equal to 1"]),
        ("wedge=[bigger.yaml]", ["bigger.yaml: kinetic_pressure.1.size", "2.5 is not allowed"]),
        ("wedge=[field.yaml]", ["kinetic_presure", "did you mean 'kinetic_pressure'"]),
        ("wedge=[partner.yaml]", ["isolation: about", "is missing"]),
        ("wedge=[late.yaml]", ["dialogue: start", "2030-01 lies outside"]),
        ("wedge=[torn.yaml]", ["torn.yaml: dialogue", "contradicts itself", "0.2 and 0.4"]),
        ("wedge=[malformed.yaml]", ["malformed.yaml", "not valid YAML"]),
        ("wedge=[nothing.yaml]", ["nothing.yaml", "mapping"]),
        ("wedge=[absent.yaml]", ["absent.yaml", "cannot be read"]),
        ("wedge=[baseline.yaml]", ["'none' is the baseline"]),
        ("scenario=talks_2081", ["unknown name 'talks_2081'", "did you mean 'talks_2018'"]),
        ("thesis=consensu", ["thesis", "did you mean 'consensus'"]),
        ("thesis=", ["thesis", "is empty"]),
        ("replicate=9", ["unknown name 'replicate'", "did you mean 'replicates'"]),
        ("parameters.bond.wieght=1", ["did you mean 'bond.weight'"]),
        ("--reprot", ["--reprot", "--report"]),
        ("months=0", ["months", "1 to 1200"]),
        ("start=2030-01", ["start", "2030-01 lies outside the run", "2018-09 to 2019-02"]),
        ("start=2018-08", ["start", "2018-08 lies outside the run"]),
        ("start=soon", ["start", "'soon' is not a month"]),
        ("length=0", ["length", "'0' is not allowed", "1 or more"]),
        ("length=6,x", ["length", "'6,x' is not allowed"]),
        ("length=²", ["length", "'²' is not allowed"]),
        ("strength=abc", ["strength", "'abc' is not allowed", "0 to 10"]),
        ("strength=-1", ["strength", "'-1' is not allowed"]),
        ("strength=nan", ["strength", "'nan' is not allowed"]),
        ("replicates=0", ["replicates", "'0' is not allowed"]),
        ("replicates=1", ["replicates", "'1' is not allowed", "2 to"]),
        ("replicates=many", ["replicates", "'many' is not allowed"]),
        ("replicates=²", ["replicates", "'²' is not allowed"]),
        ("seed=-1", ["seed", "'-1' is not allowed"]),
        ("threads=0", ["threads", "'0' is not allowed"]),
        ("draws=9999", ["draws", "'9999' is not allowed", "0 to 256"]),
        ("draw_replicates=1", ["draw_replicates", "'1' is not allowed"]),
        ("interactions=maybe", ["interactions", "unknown name 'maybe'", "one of false, true"]),
        ("pair=x", ["pair", "x", "is not a pair"]),
        ("pair=haqani-al_qaeda", ["pair", "did you mean 'haqqani'"]),
        ("focus=haqqani-al_qaeda", ["focus", "is asked for as pair=A-B"]),
        ("pairs=haqqani-al_qaeda", ["pairs", "is asked for as watch="]),
        ("posterior=0", ["posterior", "is asked for as draws="]),
        ("pair=taliban-haqqani", ["pair", "share a faction"]),
        ("watch=haqqani", ["watch", "haqqani", "is not a pair"]),
        ("watch=haqqani-al_qaida", ["watch", "did you mean 'al_qaeda'"]),
    ],
)
def test_refused_before_anything_is_written(wrong, said, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    for name, content in FILES.items():
        (tmp_path / f"{name}.yaml").write_text(content if isinstance(content, str) else yaml.safe_dump(content))
    before = sorted(tmp_path.iterdir())
    assert main(["compare", *GOOD, wrong]) == 2
    told = capsys.readouterr()
    for words in said:
        assert words in told.err.replace("\n", " ")
    assert told.err.startswith("alliances: ")
    assert told.out == ""
    assert sorted(tmp_path.iterdir()) == before


def test_parts_that_no_longer_fit_are_refused_before_the_run(tmp_path, monkeypatch, capsys):
    """Effects by start move a package as a whole; what would start after the horizon, or fall together, is refused."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "parts.yaml").write_text(yaml.safe_dump(FILES["parts"]))
    assert main(["compare", *GOOD, "wedge=[parts.yaml]", "start=2019-01"]) == 2
    assert "lies outside the run" in capsys.readouterr().err
    assert main(["compare", *GOOD, "wedge=[parts.yaml]", "start=2018-09", "length=4"]) == 2
    assert "contradicts itself" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["parts.yaml"]


def test_an_output_that_cannot_be_written(tmp_path, capsys):
    (tmp_path / "taken").write_text("a file")
    assert main(["compare", *GOOD, f"output={tmp_path / 'taken'}"]) == 2
    assert "output" in capsys.readouterr().err


# small parts -------------------------------------------------------------------------------------------


def test_help_names_every_key(capsys):
    assert main(["compare", "--help"]) == 0
    said = capsys.readouterr().out
    assert [key.name for key in VERBS["compare"].keys if f"{key.name}=" not in said] == []


def test_lists():
    assert listed("[a, b+c,]") == ["a", "b+c"]
    assert listed("a") == ["a"]
    assert listed("") == listed("[]") == []
    assert factors_of("[0.5,1]") == [0.5, 1.0]
    assert consensus_first(theses_of("cost_benefit_only,consensus,consensus", "compare")) == ["consensus", "cost_benefit_only"]
    assert consensus_first(theses_of("all", "compare"))[0] == "consensus"
    assert set(theses_of("all", "compare")) == set(options("thesis"))


def test_all_wedges_are_those_that_fit():
    fit, left_out = wedges_of(load_world("talks_2018")[0], "all")
    assert {wedge.name for wedge in fit} == set(options("wedge")) - {"none"}
    assert left_out == []
    fit, left_out = wedges_of(load_world("syria_2012")[0], "all")
    names = {wedge.name for wedge in fit}
    assert left_out
    assert len(names) + len(left_out) == len(options("wedge")) - 1
    assert all(": unknown name" in text or "has no" in text for text in left_out)


def test_an_effect_that_is_not_clear_is_dim():
    clear, unclear = ({"difference": 0.1, "low": low, "high": 0.2 - low} for low in (0.02, -0.02))
    assert (points(clear).plain, points(clear).style) == ("+10.0 [+2.0, +18.0]", "")
    assert (points(unclear).plain, points(unclear).style) == ("+10.0 [-2.0, +22.0]", "dim")


def test_a_table_without_pairs_is_not_shown(capsys):
    console = Console(width=100)
    show_response(console, None, None, pd.DataFrame(), ["a + b: contradicts itself"])
    assert capsys.readouterr().out == "not together: a + b: contradicts itself\n"


def test_tables_that_were_not_asked_for_are_left_out():
    class Bare:
        """An answer to nothing but the main question."""

        compared = type("C", (), {"effects": 1, "course": 2, "timing": 3})
        theses, robust = 4, pd.DataFrame({"a": [1]})
        posterior = robust_posterior = strengths = starts = pairs = None

    assert set(tables_of(Bare())) == {"effects", "course", "timing", "theses", "robustness"}
