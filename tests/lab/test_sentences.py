"""Sentences of the page: none says more than was run, shares keep their intervals, one thing is called one."""

import pytest

THEORIES = ["Brand", "Offers", "Deep ties", "Patron", "Spoilers"]


@pytest.fixture(scope="module")
def page(browser, lab):
    """A page of the lab whose modules can be called."""
    found = browser.new_page()
    found.goto(f"{lab}/static/icon.svg")  # the lab's own origin, with nothing on it
    yield found
    found.close()


def called(page, module, name, *arguments):
    """What a function of a module gives."""
    return page.evaluate("async ([path, name, given]) => (await import(path))[name](...given)", [module, name, list(arguments)])


def effect(x):
    """An effect of -1 (clear harm), 0 (unclear) or 1 (clear help)."""
    return {"broken": {"difference": 0.3 * x, "low": 0.3 * x - 0.1, "high": 0.3 * x + 0.1}}


@pytest.mark.parametrize(
    ("effects", "known", "said"),
    [
        ([1], 7, "Helps under “Brand”, the only theory tried."),
        ([0], 7, "No clear effect under “Brand”, the only theory tried."),
        ([-1], 7, "Backfires under “Brand”, the only theory tried."),
        ([1, 1], 7, "Of 2 theories tried: helps under each."),
        ([1, 0, 0], 7, "Of 3 theories tried: works only if “Brand” is right."),
        ([0, 0], 7, "Of 2 theories tried: no clear effect under any."),
        ([1, 1, 1, 1, 1], 5, "Helps under every theory."),
        ([0, 0, 0, 0, 0], 5, "No clear effect under any theory."),
        ([1, 0, 0, 0, 0], 5, "Works only if “Brand” is right."),
        ([0, 0, 1, 1, 0], 5, "Works only if one of these is right: Deep ties; Patron."),
        ([1, 1, 1, 1, 0], 5, "Helps unless “Spoilers” is right."),
        ([0, 0, 0, 0, -1], 5, "No clear help under any theory; backfires if “Spoilers” is right."),
        ([-1, -1, -1, -1, -1], 5, "No clear help under any theory; backfires throughout."),
    ],
)
def test_a_sentence_on_theories_says_no_more_than_was_run(page, effects, known, said):
    rows = [{"title": title, **effect(x)} for title, x in zip(THEORIES, effects, strict=False)]
    assert called(page, "/static/pages/theories_numbers.js", "condition", rows, known) == said


@pytest.mark.parametrize(
    ("share", "said"),
    [
        (0, "in no run"),
        (0.0004, "in fewer than 1 of 1,000 runs"),
        (0.001, "in 1 of 1,000 runs"),
        (0.7, "in 7 of 10 runs"),
        (0.96, "in 96 of 100 runs"),
        (0.9996, "in more than 999 of 1,000 runs"),
        (1, "in every run"),
    ],
)
def test_a_share_in_runs(page, share, said):
    assert called(page, "/drawing/words.js", "inRuns", share) == said


def test_what_is_not_known_is_not_none(page):
    assert "none has anything to say" in called(page, "/drawing/words.js", "inRuns", None)
    assert called(page, "/drawing/words.js", "points", {"difference": None, "low": None, "high": None}) == "–"


def test_a_share_by_itself_has_wilsons_interval(page):
    """50 of 50: 92.9 to 100 %, as sim/analysis/intervals.py has it; never a width of nothing."""
    import numpy as np

    from sim.lab.answers import effect_data

    every = effect_data(np.ones(50), np.ones(50), "share")
    assert every["baseline_ends"] == every["wedge_ends"] == pytest.approx([0.92865, 1.0], abs=1e-5)
    assert called(page, "/drawing/words.js", "aloneWords", every) == "in every run (95 % interval 92.9 to 100.0 %)"
    assert "baseline_ends" not in effect_data(np.ones(50), np.ones(50), "mean")


def test_a_difference_shows_both_ends_of_its_interval(page):
    """Near 1 the interval lies to one side: 'plus or minus' would run past what a share can be."""
    said = called(page, "/drawing/words.js", "points", {"difference": 1.0, "low": 0.929, "high": 1.0})
    assert said == "+100.0 (+92.9 to +100.0)"


@pytest.mark.parametrize(("n", "said"), [(0, "0 events"), (1, "1 event"), (2, "2 events"), (1200, "1,200 events")])
def test_one_thing_is_called_one(page, n, said):
    assert called(page, "/drawing/words.js", "counted", n, "event") == said


def test_one_fighter(page):
    assert called(page, "/static/pages/scenario_words.js", "fightersWords", 1) == "about 1 fighter"
    assert called(page, "/static/pages/scenario_words.js", "fightersWords", 1234) == "about 1,200 fighters"


def test_silence_is_not_called_agreement(page):
    """Two organisations that say nothing of each other have no words that could agree with their deeds."""
    scenario = {
        "factions": [{"name": "a", "title": "A", "organisation": "x"}, {"name": "b", "title": "B", "organisation": "y"}],
        "organisations": [{"name": "x", "title": "X"}, {"name": "y", "title": "Y"}],
        "stances": [], "ties": [{"a": "a", "b": "b", "level": 3}],
    }  # fmt: skip
    asked = {"sides": [["a"], ["b"]], "organisations": ["x", "y"]}
    found = called(page, "/static/pages/scenario_ties.js", "saidAndDone", scenario, asked)
    assert found["verdict"] == "Nothing is said in public; in fact they cooperate."
    spoken = [{"of": "x", "toward": "y", "stance": "embrace"}]
    found = called(page, "/static/pages/scenario_ties.js", "saidAndDone", {**scenario, "stances": spoken}, asked)
    assert found["verdict"] == "Words and deeds agree: an open alliance."


@pytest.mark.parametrize(
    ("question", "low", "high", "measure"),
    [
        (
            {"scenario": "talks_2018", "focus": "taliban_political-al_qaeda"},
            0.04,
            0.125,
            "broken",
        ),  # "in fewer than one run in eight"
        ({"scenario": "triangle_2020", "focus": "al_qaeda-ttp"}, 0.15, 0.25, "broken"),  # "in about a fifth of the runs"
        ({"scenario": "talks_2018"}, -0.001, 0.008, "official_end"),  # "in hardly any run"
    ],
)
def test_what_the_challenges_say_of_the_model_is_so(lab, question, low, high, measure):
    """1,000 runs on a fixed seed, whose 95 % interval lies within the bounds: one seed in twenty or fewer would say otherwise."""
    from sim.lab.answers import answer_data
    from sim.lab.blocks import Blocks, together
    from sim.lab.state import checked_state

    state, blocks = checked_state(question), Blocks()
    runs = together([blocks.made(state, n) for n in range(10)])
    share = answer_data(state, runs, runs)["focus"][measure]["baseline"]
    assert low < share < high
