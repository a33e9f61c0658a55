"""A wheel carries configuration and evidence, and works from anywhere."""

import os
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[2]


def test_an_installed_wheel_runs_from_another_directory(tmp_path):
    source = tmp_path / "source"
    left_out = shutil.ignore_patterns(".git", ".venv", "runs", "__pycache__", ".*_cache", ".hypothesis", "*.egg-info")
    shutil.copytree(ROOT, source, ignore=left_out)
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path / "dist")]
    shutil.copytree(ROOT / "sim" / "runs", source / "sim" / "runs", dirs_exist_ok=True)
    subprocess.run(build, cwd=source, check=True, capture_output=True)
    wheel = next((tmp_path / "dist").glob("alliances-*.whl"))
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {"sim/conf/config.yaml", "sim/seeds/parameters.yaml", "sim/py.typed", "sim/runs/store.py"} <= names
    site = tmp_path / "site"
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target", str(site), str(wheel)]
    subprocess.run(install, check=True, capture_output=True)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    code = "import sim, sys; from sim.cli import main; print(sim.__file__); sys.exit(main(sys.argv[1:]))"
    environment = {**os.environ, "PYTHONPATH": str(site)}
    for arguments in (["evidence", "check"], ["run", "--cfg", "job"]):
        done = subprocess.run(
            [sys.executable, "-c", code, *arguments], cwd=elsewhere, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        assert str(site) in done.stdout
    assert list(elsewhere.iterdir()) == []


def test_every_dependency_names_the_oldest_release_that_works():
    """`make releases` installs just these."""
    about = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = about["optional-dependencies"]
    for text in about["dependencies"] + extras["cluster"] + extras["solara"]:
        assert [part.operator for part in Requirement(text).specifier].count(">=") == 1, text
