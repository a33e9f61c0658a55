"""Spells tables: from recorded beginnings and ends, from a CSV, and how bad ones are refused."""

import pandas as pd
import pytest
import yaml

from sim.analysis.spells import CENSORED, read_spells, spells_from_rows, spells_of_run, spells_of_sweep
from sim.errors import InputError

HEADER = "id,start,duration,end,group\n"


def rows(*entries):
    return pd.DataFrame(entries, columns=["first_allied", "first_broken", "first_fought"], dtype=float)


@pytest.mark.parametrize(
    ("row", "duration", "end"),
    [
        ((0, 20, None), 20, "break"),
        ((5, 20, 20), 15, "fight"),
        ((5, 20, 32), 15, "fight"),
        ((5, 20, 33), 15, "break"),
        ((5, 20, 8), 15, "fight"),
        ((5, 20, 7), 15, "break"),  # long before the end: the alliance outlived it
        ((0, None, None), 35, CENSORED),  # months 0 to 35 are observed: known to last beyond month 35
        ((34, None, 35), 1, CENSORED),
    ],
)
def test_ends_of_recorded_spells(row, duration, end):
    found = spells_from_rows(rows(row), 36)
    assert found[["start", "duration", "end"]].to_numpy().tolist() == [[row[0], duration, end]]


def test_never_allied_and_last_month_drop_out():
    assert spells_from_rows(rows((None, None, None), (35, None, None)), 36).empty


def test_a_code_for_never_is_refused():
    with pytest.raises(InputError, match=r"first_broken: holds -1 \(allowed: a month from 0 on, or nothing for never\)"):
        spells_from_rows(rows((0, -1, None)), 36)


def test_a_run_folder_of_another_format_is_refused_in_words(folder):
    (folder / "manifest.json").write_text('{"scenario": "mini", "version": "0.0.9"}')
    said = r"holds tables of format 1, written by version 0\.0\.9; this one reads 3"
    with pytest.raises(InputError, match=said):
        spells_of_run(folder)


@pytest.mark.parametrize(("column", "values"), [("ended_by_death", [True, False]), ("ended", ["end of a side", "broken off"])])
def test_death_of_a_party_comes_before_a_fight(column, values):
    table = rows((0, 10, 10), (0, 10, 10)).assign(**{column: values})
    assert spells_from_rows(table, 36)["end"].tolist() == ["death_of_a_party", "fight"]


@pytest.fixture
def folder(tmp_path):
    recorded = pd.DataFrame(
        [
            ("t1", 0, "organisations", "reds", "blues", 0, 24, None),
            ("t1", 1, "organisations", "reds", "blues", 0, None, None),
            ("t2", 0, "organisations", "reds", "blues", 6, 30, 31),
            ("t2", 0, "organisations", "reds", "greens", None, None, None),
            ("t1", 0, "factions", "red", "blue", 0, 12, 12),
        ],
        columns=["thesis", "replicate", "between", "a", "b", "first_allied", "first_broken", "first_fought"],
    ).astype({"thesis": "category", "between": "category", "a": "category", "b": "category"})
    recorded.to_parquet(tmp_path / "spells.parquet")
    config = {"t1": {"months": None, "scenario": {"months": 48}}, "t2": {"months": 60, "scenario": {"months": 48}}}
    (tmp_path / "config.yaml").write_text(yaml.safe_dump(config))
    return tmp_path


def test_spells_of_a_run_folder(folder):
    found = spells_of_run(folder)
    assert found[["group", "start", "duration", "end"]].to_numpy().tolist() == [
        ["t1", 0, 24, "break"], ["t1", 0, 47, CENSORED], ["t2", 6, 24, "fight"],
    ]  # fmt: skip
    assert found["id"].tolist() == ["t1/0/reds-blues", "t1/1/reds-blues", "t2/0/reds-blues"]
    assert len(spells_of_run(folder, ("blues", "reds"))) == 3
    assert spells_of_run(folder, ("red", "blue"))["end"].tolist() == ["fight"]


@pytest.mark.parametrize(
    ("pair", "words"),
    [
        (("redz", "blues"), ["redz", "did you mean", "'reds'"]),
        (("red", "blues"), ["red-blues", "no such pair"]),
        (("reds", "greens"), ["no alliance"]),
    ],
)
def test_unknown_pairs(folder, pair, words):
    with pytest.raises(InputError) as fault:
        spells_of_run(folder, pair)
    assert all(word in str(fault.value) for word in words)


def test_folders_that_are_no_run(tmp_path, folder):
    with pytest.raises(InputError, match=r"holds no spells\.parquet"):
        spells_of_run(tmp_path / "nowhere")
    (folder / "config.yaml").write_text("t1: {scenario: {}}")
    with pytest.raises(InputError, match=r"t1\.scenario\.months"):
        spells_of_run(folder)
    pd.DataFrame({"thesis": ["t1"]}).to_parquet(folder / "spells.parquet")
    with pytest.raises(InputError, match="replicate: column is missing"):
        spells_of_run(folder)
    (folder / "spells.parquet").write_text("no table")
    with pytest.raises(InputError, match="cannot be read"):
        spells_of_run(folder)
    (folder / "spells.parquet").rename(folder / "points.parquet")
    with pytest.raises(InputError, match="not the folder of a sweep"):
        spells_of_sweep(folder)


def test_a_csv_with_other_columns_blank_lines_and_a_mark_of_order(tmp_path):
    path = tmp_path / "spells.csv"
    path.write_text("\ufeff" + HEADER.replace("group", "group,source") + "a, 1996 ,2.5,break,x,UCDP\n\nb,0,1e1,censored,y,\n")
    found = read_spells(path)
    assert found["duration"].tolist() == [2.5, 10]
    assert found["start"].tolist() == [1996, 0]
    assert found["source"].tolist() == ["UCDP", ""]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ["id", "column is missing", "there are none"]),
        (HEADER, ["holds no spells"]),
        ("id,start,length,end\na,0,1,break\n", ["duration: column is missing", "length"]),
        ("id,start,durration,end\na,0,1,break\n", ["duration: column is missing", "did you mean 'durration'"]),
        ("id;start;duration;end\na;0;1;break\n", ["column is missing", "separated by commas"]),
        ("id,start,duration,end,end\na,0,1,break,break\n", ["end: column is there twice"]),
        (HEADER + "a,0,1,brake,x\n", ["end: line 2 has 'brake'", "did you mean 'break'", "death_of_a_party", "censored"]),
        (HEADER + "a,0,1,break,x\nb,0,0,break,x\n", ["duration: line 3 has '0'", "a number above 0"]),
        (HEADER + "a,0,-2,break,x\n", ["duration: line 2 has '-2'"]),
        (HEADER + "a,0,nan,break,x\n", ["duration: line 2 has 'nan'"]),
        (HEADER + "a,May,1,break,x\n", ["start: line 2 has 'May'", "a number"]),
        (HEADER + "a,0,1,break,\n", ["group: line 2 is empty"]),
        (HEADER + ",0,1,break,x\n", ["id: line 2 is empty"]),
        (HEADER + "a,0,1,break\n", ["line 2 has 4 fields", "5, one for each column"]),
        (HEADER + "a,0,1,break,x\na,0,2,break,x\n", ["id: line 3 has 'a'", "line 2", "each spell once"]),
        (HEADER + 'a,0,1,break,"x\n', ["is not a CSV"]),
    ],
)
def test_bad_csv(tmp_path, text, words):
    path = tmp_path / "spells.csv"
    path.write_text(text)
    with pytest.raises(InputError) as fault:
        read_spells(path)
    assert str(path) in str(fault.value)
    for word in words:
        assert word in str(fault.value)


def test_files_that_cannot_be_read(tmp_path):
    with pytest.raises(InputError, match="No such file"):
        read_spells(tmp_path / "none.csv")
    (tmp_path / "bytes.csv").write_bytes(b"id,start\n\xff\xfe")
    with pytest.raises(InputError, match="is not text in UTF-8"):
        read_spells(tmp_path / "bytes.csv")
