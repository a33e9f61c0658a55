"""Every verb, as somebody types it: help, a wrong word, a file that is none. Refused in words before anything runs."""

import pytest
from pushing import push_words

from sim.verbs import VERBS

FILES = {
    "adir": None, "empty.yaml": b"", "empty.csv": b"", "other.yaml": b"x: 1\n", "other.csv": b"a,b\n1,2\n", "bin.yaml": bytes(range(256)),
    "bin.csv": bytes(range(256)), "bin.png": bytes(range(256)), "sweep/manifest.json": b"{}",
}  # fmt: skip
SWEEPS = ("results", "sensitivity", "discover", "discover map", "results replay point=0 replicate=0")
WRONG = [
    "rnu", "--verzion", "²", "evidence", "evidence chekc", "evidence show bond.wieght", "evidence claims type=nothing", "evidence check x",
    "evidence claims actor=nobody", "evidence claims article=x", "evidence claims --tpye mechanism", "evidence odd x",
    *(f"{verb} {place}" for verb in SWEEPS for place in ("nowhere", "adir", "empty.csv", "sweep", "--nope")),
    "results replay adir point=x replicate=0", "results replay sweep point=99999999999999999999 replicate=0", "results replay sweep point=0", "sensitivity sweep by=nothing",
    "replay adir", "map adir", "assertions", "trace x.png", "export x", "step", "results replay adir --point 0", "sensitivity sweep --by claim",
    *(f"survival {place}" for place in ("nowhere", "adir", "empty.csv", "bin.csv", "other.csv", "/dev/null", "/dev/zero", "other.csv pair=x", "other.csv --between x", "other.csv unit=weeks")),
    "calibrate x", "calibrate x=1", "calibrate --nope", "calibrate preset=x", "calibrate seed=nan", "calibrate adopt", "calibrate adopt adir",
    "theses preset=x", "theses x=1", "theses seed=nan", "theses nope", "evidence assertions nothing", "evidence assertions --nope", "evidence assertions replicates=nan", "scorecard posterio", "scorecard parameters=x", "scorecard json=adir",
    *(f"validate targets={file}" for file in ("", "nowhere.csv", "adir", "empty.csv", "bin.csv", "other.csv", "/dev/zero")), "validate tragets=x", "validate x",
    *(f"compare thesis=consensus wedge={file}" for file in ("nothing", "adir", "empty.yaml", "bin.yaml", "other.yaml", "nowhere.yaml")), "compare --nope",
    *(f"compare from={file}" for file in ("nowhere.yaml", "adir", "empty.yaml", "bin.yaml", "other.yaml", "/dev/zero")), "compare scenraio=x",
    "compare thesis=consensus wedge=offer replicates=nan", "compare thesis=consensus wedge=offer seed=-1", "compare thesis=consensus wedge=offer pair=x", "compare focus=a-b", "compare pairs=a-b", "compare posterior=0", "compare thesis=consensus wedge=offer strength=nan",
    "explain --nope", "explain scenario=nope", "explain scenario=talks_2018 replicate=nan", "explain scenario=talks_2018 wedge=nope", "explain scenario=talks_2018 orders=nan",
    "search --nope", "search preset=nope", "search settings=default", "search scenario=nope", "search thesis=consensus scenario=talks_2018 seed=nan", "search thesis=consensus scenario=talks_2018 generations=x",
    "figures nothing", "figures --nope", "figures quality=x", *(f"figures trace {file}" for file in ("nowhere.png", "adir", "bin.png", "other.yaml", "a b")),
    *(f"figures export {words}" for words in ("adir", "empty.csv", "adir --check", "nowhere --again", "new --nope", "new nothing")),
    "lab port=x", "lab port=99999999", "lab --prot 80", "lab max_runs=0", "lab address=", "lab export=adir", "results sweep summary=adir", "results sweep csv=x.csv", "lab max_sessions=nan", "lab --nope", "lab step port=99999999", "lab step --nope",
    "lab export=adir/x/y.html", "bench nothing", "bench json=adir", "bench --nope", "doctor x", "completion fish", "completion",
    "run --nope", "run -x", "run scenario", "run scenario=", "run thesis=consensus replicates=0", "run thesis=consensus replicates=1e3", "run thesis=consensus replicates=" + "9" * 30,
    "run thesis=consensus seed=-1", "run thesis=consensus months=nan", "run thesis=consensus ablate=brand", "run thesis=consensus ablate=[nope]", "run parameters.bond.wait=1", "run thesis=consensus parameters.bond.weight=nan",
    "run thesis=consensus wedge=bin.yaml", "run thesis=consensus wedge=empty.yaml", "run thesis=consensus scenario.months=99999999", "run --cfg nope", "run -m scenario=", "run -m executor=nope",
]  # fmt: skip
SWEEPS_WRONG = [
    "run thesis=consensus executor.workers=0 -m", "run -m parameters.bond.weight=range(0,1,0)", "run -m thesis=nope,consensus",
    "run -m parameters.bond.weight=0.1,nan thesis=consensus", "run -m parameters.bond.weight=0.1,x thesis=consensus",
    *(f"run design=list design.file={file} thesis=consensus" for file in ("nowhere.csv", "adir", "empty.csv", "bin.csv", "other.csv")),
    *(f"run design=lhs design.n={n} design.over=ledger:bond thesis=consensus" for n in ("0", "-1", "nan", "1e400", "9" * 12)),
    *(f"run -m thesis=consensus {key}=1,2" for key in ("seed", "replicates", "keep", "output", "executor.workers", "threads")),
    "run thesis=consensus hydra.run.dir=x", "run -m thesis=consensus hydra.sweep.dir=x", "run -m thesis=consensus scenario.name=../../x", "run thesis=consensus scenario.name=../../x",
    "run -m thesis=consensus parameters.bond.weight=1,2 parameters.bond.weight=3,4", "run -m thesis=consensus ablate=[bond] parameters.bond.weight=1,2",
    "run keep=[nope] thesis=consensus -m", "run random_numbers=nope thesis=consensus -m", "run -m replicates=auto target_se=0 thesis=consensus",
]  # fmt: skip


@pytest.fixture
def files(folder):
    """Files and folders that are not what anybody asks for."""
    for name, content in FILES.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.mkdir() if content is None else path.write_bytes(content)
    return folder


@pytest.mark.parametrize("words", [*WRONG, *(pytest.param(words, marks=pytest.mark.slow) for words in SWEEPS_WRONG)])
def test_what_is_wrong_is_refused(words, files):
    code, said = push_words("verbs", words.split(" "), files)
    assert code == 2, said
    assert said.startswith(("alliances: ", "usage: alliances run"))


@pytest.mark.parametrize("word", ["--help", "-h"])
@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_help(verb, word, folder):
    code, said = push_words("verbs", [*verb.split(), word], folder)
    assert not code, said
    assert f"alliances {verb}" in said
    assert all(len(line) <= 80 for line in said.splitlines() if not line.startswith("  alliances run -m")), said
