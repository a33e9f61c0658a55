"""Questions by rule: how many, known answers, and that none rests on what came after its year's end."""

from __future__ import annotations

import pandas as pd
import pytest

from sim.analysis import asked as module
from sim.analysis import panel
from sim.analysis.asked import FIRST_ASKED, KINDS, LAST_ASKED, asked, deaths, dyads, fights, scored, splits, told
from sim.analysis.panel import FIRST, LAST, UNKNOWN, coded, panel_dyads
from sim.analysis.questions import read_timeline
from sim.analysis.ucdp import FIGHTS, groups_fought
from sim.world.calendar import absolute_month

KEYS = ["year", "kind", "subject"]


def answer(year, kind, subject, until=LAST):
    found = asked(until).set_index(KEYS)
    return bool(found.loc[(year, kind, subject), "answer"])


def test_how_many_questions():
    found = scored(asked())
    assert dict(found["kind"].value_counts()) == {
        "material": 131, "change": 131, "fight": 114, "death": 114, "split": 90, "hostile": 72, "joint": 72,
    }  # fmt: skip
    assert dict(found.groupby("kind")["answer"].sum()) == {
        "material": 85, "change": 19, "fight": 9, "death": 15, "split": 2, "hostile": 17, "joint": 1,
    }  # fmt: skip
    assert (found["year"].min(), found["year"].max()) == (FIRST_ASKED, LAST_ASKED)
    assert not found.duplicated(KEYS).any()
    assert set(found["kind"]) == set(KINDS)


@pytest.mark.parametrize(
    ("year", "kind", "subject", "expected"),
    [
        (2010, "material", "AQ-TB", True),  # support in every year
        (2014, "hostile", "IMU-TB", True),  # destroyed in 2015
        (2014, "fight", "IMU-TB", True),
        (2013, "fight", "Nusra-IS", True),
        (2013, "hostile", "AQ-IS", True),  # disowned in February 2014
        (2005, "joint", "AQ-IS", False),  # Zarqawi dies in 2006
        (2008, "change", "LeT-TB", True),  # support lapses in 2009
        (2009, "change", "LeT-TB", False),
        (2016, "fight", "TB-ISK", True),
        (2010, "death", "AQ", True),  # bin Laden, 2011
        (2011, "death", "AQ", False),
        (2012, "death", "TB", True),  # Omar, 2013
        (2014, "death", "IMU", True),  # Usmon Ghazi, 2015
        (2017, "death", "HQN", True),
        (2013, "split", "TTP", True),
        (2014, "split", "TB", True),
        (2015, "split", "TB", False),
    ],
)
def test_known_answers(year, kind, subject, expected):
    assert answer(year, kind, subject) is expected


def test_whom_the_sources_do_not_tell_apart_nothing_is_asked():
    assert fights("HQN-AQ") is None  # UCDP has no Haqqanis
    assert fights("TTP-ISK") == frozenset()
    assert splits("TTP") == {2014}
    found = asked()
    assert not ((found["subject"] == "HQN-AQ") & (found["kind"] == "fight")).any()
    assert found.loc[found["subject"] == "AQ-TTP", "kind"].isin(("material", "change", "fight")).all()  # coarse
    assert found.loc[found["subject"] == "IMU", "year"].max() == 2014  # destroyed in 2015


def test_what_is_told_at_a_years_end():
    row = [dyad.name for dyad in dyads()].index("AQ-TB")
    assert told(2008)[row, 2008 - FIRST] == UNKNOWN  # whether 2008 is a gap in the coding, 2009 shows
    assert told(2009)[row, 2008 - FIRST] == 2
    assert 2013 not in deaths("TB", 2014)  # concealed until July 2015
    assert 2013 in deaths("TB", 2015)
    assert answer(2012, "death", "TB", until=2014) is False
    assert answer(2012, "death", "TB", until=2015) is True
    assert ("AQ-TB" not in set(scored(asked(), [2008])["subject"])) is True


def test_the_panel_as_of_a_year():
    every = panel_dyads()
    names = [dyad.name for dyad in every]
    early = coded(every, 2010)
    assert (early[:, 2011 - FIRST :] == UNKNOWN).all()
    # support of the TTP for the Taliban in 2009, none in 2010, again in 2011
    assert early[names.index("TTP-TB"), 2010 - FIRST] == UNKNOWN
    assert coded(every, 2011)[names.index("TTP-TB"), 2010 - FIRST] == 2
    # none after 2002: told once there are two years without
    assert coded(every, 2003)[names.index("AQ-IMU"), 2003 - FIRST] == UNKNOWN
    assert coded(every, 2004)[names.index("AQ-IMU"), 2003 - FIRST] == 0


@pytest.fixture
def forgetful():
    """Leaves no cached reading of truncated sources behind."""
    cached = [f for f in vars(module).values() if hasattr(f, "cache_clear") and f.__module__ == module.__name__]
    yield lambda: [f.cache_clear() for f in cached]
    for f in cached:
        f.cache_clear()


@pytest.mark.parametrize("year", [2010, 2013, 2014])
def test_nothing_is_asked_or_learnt_from_later_sources(year, tmp_path, monkeypatch, forgetful):
    """With every source cut off at the year's end, its questions and all answers told by then are the same."""
    expected, now = asked(year), scored(asked(), [year]).drop(columns="answer")
    timeline = [row for row in read_timeline() if row.month <= absolute_month(f"{year}-12")]
    tables = {}
    for path in (panel.EDGES, FIGHTS):
        table = pd.read_csv(path)
        tables[path] = tmp_path / path.name
        table[table["year"] <= year].to_csv(tables[path], index=False)
    monkeypatch.setattr(module, "read_timeline", lambda: timeline)
    monkeypatch.setattr(panel, "read_timeline", lambda: timeline)
    monkeypatch.setattr(panel, "EDGES", tables[panel.EDGES])
    monkeypatch.setattr(module, "groups_fought", lambda *a: groups_fought(*a, path=tables[FIGHTS]))
    forgetful()
    pd.testing.assert_frame_equal(asked(year), expected)
    # questions of the year itself, whose answers are not there: those that the answers leave over
    left = scored(asked(year + 1), [year]).drop(columns="answer").set_index(KEYS)
    both = now.set_index(KEYS)
    shared = both.index.intersection(left.index)
    assert len(shared) > 0.5 * len(both)
    pd.testing.assert_frame_equal(left.loc[shared], both.loc[shared])
