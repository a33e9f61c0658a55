"""Every instrument added on the page, in every scenario: the answer comes without a fault, and so it does a second time."""

import pytest
from visiting import open_lab

from sim.lab.state import scenarios
from sim.world.instruments import INSTRUMENTS


@pytest.fixture(scope="module")
def quick():
    """A lab whose runs are those of the scenario without a wedge: what is asked is checked as ever, and answers come at once."""
    from sim.lab import blocks
    from sim.lab.server import make_app

    with pytest.MonkeyPatch.context() as patch:
        made, whole = {}, blocks.run_block

        def run_block(state, number):
            assert blocks.world_under(state)
            key = state.scenario, state.thesis, tuple(pair.name for pair in blocks.pairs_of(state))
            if key not in made:
                made[key] = whole(state.without_wedge().model_copy(update={"parameters": {}}), 0)
            return made[key]

        patch.setattr(blocks, "run_block", run_block)
        with open_lab(make_app()) as (url, _):
            yield url


QUICK = ("talks_2018", "syria_2012")
SCENARIOS = [pytest.param(name, marks=[] if name in QUICK else [pytest.mark.slow]) for name in scenarios()]


@pytest.mark.parametrize(
    "scenario", [pytest.param(name, marks=[pytest.mark.slow] if name not in QUICK else []) for name in scenarios()]
)
def test_every_instrument_can_be_added_in_every_scenario(visit, quick, scenario):
    v = visit(url=quick)
    page = v.go(f"#page=wedge&scenario={scenario}" if scenario != "talks_2018" else "#page=wedge")
    for name in INSTRUMENTS:
        for times in (1, 2):  # a second one has another target
            v.add(name)
            page.wait_for_function("n => document.querySelectorAll('[data-use]').length === n", arg=times)
            v.quiet()
            assert page.locator("#fault").count() == 0, page.locator("#fault").inner_text()
            assert "paired runs" in page.locator("#results").inner_text()
        page.locator("#reset").click()
        page.wait_for_function("document.querySelectorAll('[data-use]').length === 0")
        v.quiet()
    assert v.faults == []
    assert v.outside == []


def test_every_choice_of_target_and_partner_has_an_answer(visit, quick):
    """Whoever is chosen as target, the page never asks for the target's parting from itself."""
    v = visit(url=quick)
    page = v.go("#page=wedge&scenario=sahel_2020")
    v.add("offer")
    page.wait_for_selector("#target-0")
    for target in page.eval_on_selector_all("#target-0 option", "all => all.map((o) => o.value)"):
        page.locator("#target-0").select_option(target)
        v.quiet()
        for about in page.eval_on_selector_all("#about-0 option", "all => all.map((o) => o.value)"):
            page.locator("#about-0").select_option(about)
            v.quiet()
            assert page.locator("#fault").count() == 0, page.locator("#fault").inner_text()
    assert v.faults == []


def test_what_does_not_fit_is_taken_back_not_tried_again(visit, quick):
    v = visit(url=quick)
    page = v.go("#page=wedge&w=exposure,taliban,al_qaeda,0.15,2019-06,,,")
    told = page.locator(".headline").inner_text()
    page.locator("#end-0").select_option("2019-01")
    page.wait_for_selector("#fault")
    assert "before the start" in page.locator("#fault").inner_text()
    assert page.locator("#fault").get_by_role("button", name="Try again").count() == 0
    page.locator("#fault").get_by_role("button", name="Take the last change back").click()
    page.wait_for_selector("#fault", state="detached")
    v.quiet()
    assert page.locator(".headline").inner_text() == told
    assert page.locator("#end-0").input_value() == ""
