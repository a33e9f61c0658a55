"""The plugins as Hydra finds and uses them, from the command line."""

import subprocess
import sys

from sim.runs.results import read_results

TINY = ["scenario=talks_2018", "months=6", "replicates=3", "events=false", "figures=false"]


def alliances(*arguments, cwd):
    code = "import sys; from sim.cli import main; sys.exit(main(sys.argv[1:]))"
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, check=False)


def test_multirun_goes_through_the_batch_launcher(tmp_path):
    done = alliances("run", "-m", *TINY, "thesis=glob(co*)", "parameters.bond.weight=0.5,1.0", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    (folder,) = (tmp_path / "runs").glob("*-sweep-*")
    rows = read_results(folder)
    assert len(rows) == 3 * 2 * 3
    assert set(rows["thesis"]) == {"codependence_with_hardliners", "consensus", "cost_benefit_only"}
    assert str(folder.name) in done.stdout


def test_a_design_is_a_sweep_without_a_flag(tmp_path):
    theses = "thesis=consensus,cost_benefit_only"
    done = alliances(
        "run", *TINY, theses, "design=lhs", "design.n=4", "design.over=ledger:bond,brand", "ablate=[brand]", cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr
    assert "8 points" in done.stdout
    said = "Fixed, and out of the design: brand.weight (by ablate=[brand]); bond.weight (by thesis cost_benefit_only)."
    assert said in done.stdout
    (folder,) = (tmp_path / "runs").glob("*-sweep-*")
    rows = read_results(folder)
    assert (rows.loc[rows["thesis"] == "cost_benefit_only", "parameters.bond.weight"] == 0.0).all()
    assert rows["parameters.bond.weight"].nunique() == 5


def test_stock_launchers_still_work(tmp_path):
    done = alliances(
        "run", "-m", *TINY, "thesis=consensus", "parameters.bond.weight=0.5,1.0", "hydra/launcher=basic", cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr
    assert len(list((tmp_path / "runs").glob("talks_2018-*"))) == 2


def test_bad_sweeps_end_with_2_and_write_nothing(tmp_path):
    for line, word in [(["parameters.bond.wieght=1,2"], "bond.weight"), (["thesis=consensuss,x"], "consensus"),
                       (["replicates=many", "months=6,12"], "many"), (["executor=desk", "months=6,12"], "dask"),
                       (["random_numbers=some", "months=6,12"], "common"), (["seed=1,2"], "replicates=N")]:  # fmt: skip
        done = alliances("run", "-m", "scenario=talks_2018", *line, cwd=tmp_path)
        assert done.returncode == 2, (line, done.stdout, done.stderr)
        assert word in done.stderr
        assert "Traceback" not in done.stderr
    assert not (tmp_path / "runs").exists()


def test_the_dry_run_of_slurm_prints_the_job_script(tmp_path):
    done = alliances("run", "-m", *TINY, "thesis=consensus", "seed=1", "executor=slurm", "executor.dry_run=true", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "#SBATCH" in done.stdout
    assert not (tmp_path / "runs").exists()
