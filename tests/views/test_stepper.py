"""The stepper page with Mesa's SolaraViz components, rendered without a browser."""

import importlib.util
import warnings

import numpy as np
import pytest

from sim.cli import run_verb
from sim.engine.model import AllianceModel
from sim.errors import InputError

pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(scope="module")
def stepper():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from sim.views import stepper

        return stepper


def tied(model):
    dyad, there = model.world.facts.dyad, model.state.faction["present"] == 1
    return int(((model.state.level != 0) & there[dyad.first] & there[dyad.second]).sum())


def test_the_network_shows_every_tie_of_those_who_are_there(stepper):
    model = AllianceModel(**stepper.START)
    for _ in range(3):
        model.step()
    (axes,) = stepper.draw_network(model).axes
    assert len(axes.lines) == tied(model) == model.network.number_of_edges()
    written = {text.get_text() for text in axes.texts}
    assert written == {model.world.titles[f.name] for f in model.factions if f.present}
    dashed = [line for line in axes.lines if line.get_linestyle() == "--"]
    assert len(dashed) == int((model.state.level < 0).sum())


def test_the_page_renders_and_its_step_button_steps_the_model(stepper, monkeypatch):
    import ipyvuetify
    import solara

    made = []
    real = stepper.AllianceModel
    monkeypatch.setattr(stepper, "AllianceModel", lambda **k: made.append(real(**k)) or made[-1])
    page = solara.AppLayout(children=[stepper.Page()])  # the controls stand in its side bar
    _, context = solara.render(page, handle_error=False)
    try:
        assert len(context.find(ipyvuetify.Select).widgets) == 2  # scenario and thesis
        buttons = context.find(ipyvuetify.Btn).widgets
        step = next(b for b in buttons if "Step" in str(b.children))
        for month in (1, 2):
            step.click()
            assert made[0].month == month
    finally:
        context.close()
    frame = made[0].datacollector.get_model_vars_dataframe()
    assert list(frame["month"]) == [0, 1, 2]
    assert {"focal_level", "fights"} <= set(frame.columns)  # what the plots draw


def test_each_visit_has_a_model_of_its_own(stepper, monkeypatch):
    import solara

    made = []
    real = stepper.AllianceModel
    monkeypatch.setattr(stepper, "AllianceModel", lambda **k: made.append(real(**k)) or made[-1])
    contexts = [solara.render(stepper.Page(), handle_error=False)[1] for _ in range(2)]
    assert len(made) == 2
    assert not np.shares_memory(made[0].state.level, made[1].state.level)
    for context in contexts:
        context.close()


def test_choices_are_arguments_of_the_model(stepper):
    import inspect

    known = inspect.signature(AllianceModel.__init__).parameters
    for name, control in stepper.choices().items():
        assert name in known
        assert control["value"] == stepper.START[name]


def test_without_the_extra_the_command_says_what_to_install(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(InputError, match=r"alliances\[solara\]"):
        run_verb(["lab", "step"])
    with pytest.raises(InputError, match="65535"):
        run_verb(["lab", "step", "port=0"])
