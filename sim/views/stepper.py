"""One run in the browser, month by month, with Mesa's SolaraViz components (optional extra `solara`).

`alliances lab step` serves it; `solara run sim.views.stepper` does too. Each visitor gets a model of their own.
"""

from __future__ import annotations

from typing import Any

import networkx as nx
import solara
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from mesa.visualization import SolaraViz, make_plot_component
from mesa.visualization.utils import update_counter

from ..engine.model import AllianceModel
from ..world.loading import options
from ..world.names import Level, label
from .figures import COOPERATION, HOSTILITY, new_figure

START = {"scenario": "talks_2018", "thesis": "consensus", "seed": 1, "replicate": 0, "months": 36}


def choices() -> dict[str, Any]:
    """What a visitor can set before a run: scenario, thesis, horizon, seed, replicate."""
    return {
        "scenario": {"type": "Select", "label": "Scenario", "value": START["scenario"], "values": options("scenario")},
        "thesis": {"type": "Select", "label": "Thesis", "value": START["thesis"], "values": options("thesis")},
        "months": {"type": "SliderInt", "label": "Months", "value": START["months"], "min": 12, "max": 264, "step": 12},
        "seed": {"type": "SliderInt", "label": "Seed", "value": START["seed"], "min": 1, "max": 100, "step": 1},
        "replicate": {"type": "SliderInt", "label": "Replicate", "value": START["replicate"], "min": 0, "max": 99, "step": 1},
    }


def date_of(model: AllianceModel) -> str:
    """The month the model shows: the last one stepped, or the one before the first."""
    calendar = model.world.calendar
    return f"before {calendar.start}" if model.month == 0 else calendar.date(model.month - 1)


def word(level: int) -> str:
    """A level in words."""
    return label(Level(level)).replace("_", " ")


def draw_network(model: AllianceModel) -> Figure:
    """Ties among the factions that are there: cooperation solid blue, hostility dashed vermilion, width by level."""
    figure = new_figure(7.2, 5.4)
    axes: Axes = figure.add_subplot()
    here = [f for f in model.factions if f.present]
    place = nx.circular_layout([f.index for f in here])
    for i, j, tie in model.network.edges(data=True):
        level = tie["level"]
        (x0, y0), (x1, y1) = place[i], place[j]
        hostile = level < 0
        axes.plot(
            [x0, x1], [y0, y1],
            color=HOSTILITY if hostile else COOPERATION, linestyle="--" if hostile else "-",
            linewidth=0.6 + 1.1 * abs(level), alpha=0.85, zorder=1,
        )  # fmt: skip
    for faction in here:
        x, y = place[faction.index]
        size = 30 + 2.0 * faction.fighters**0.5
        axes.scatter([x], [y], s=size, color="#333333", zorder=2)
        title = model.world.titles.get(faction.name, faction.name)
        side = "left" if x > 0.15 else "right" if x < -0.15 else "center"
        up = "bottom" if y > 0.3 else "top" if y < -0.3 else "center"
        axes.text(1.09 * x, 1.09 * y, title, ha=side, va=up, fontsize=9)
    names = [Line2D([], [], color=COOPERATION, linewidth=0.6 + 1.1 * n, label=word(n)) for n in (1, 2, 3, 4)]
    names += [Line2D([], [], color=HOSTILITY, linestyle="--", linewidth=0.6 + 1.1 * n, label=word(-n)) for n in (1, 2)]
    axes.legend(handles=names, loc="upper center", bbox_to_anchor=(0.5, -0.02), ncols=3, frameon=False, fontsize=8)
    axes.set_title(f"{model.world.title}: ties, {date_of(model)}", fontsize=10)
    axes.set(xlim=(-2.3, 2.3), ylim=(-1.3, 1.3))
    axes.set_axis_off()
    return figure


@solara.component
def TieNetwork(model: AllianceModel) -> None:  # noqa: N802 (a component is named like a class)
    """The network of ties, redrawn after each step."""
    update_counter.get()
    solara.FigureMatplotlib(draw_network(model), format="png")


def _name_axes(name: str, low: float, high: float) -> Any:
    def finish(axes: Axes) -> None:
        axes.set(xlabel="months stepped", ylabel=name, ylim=(low, high))

    return finish


COMPONENTS = [
    (TieNetwork, 0),
    make_plot_component({"focal_level": COOPERATION}, post_process=_name_axes("deepest level of the focal pair", -2.2, 4.2)),
    make_plot_component({"fights": HOSTILITY}, post_process=_name_axes("pairs of factions in armed conflict", -0.2, 8)),
]


@solara.component
def Page() -> None:  # noqa: N802
    """The page: controls, network, courses. The model belongs to this visit."""
    model = solara.use_memo(lambda: solara.reactive(AllianceModel(**START)), [])  # type: ignore[arg-type]
    SolaraViz(model, components=COMPONENTS, model_params=choices(), name="Alliances, month by month", play_interval=300)


page = Page
