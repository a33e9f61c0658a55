"""The lab's endpoints: what a page may ask."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response

from ..errors import InputError, unknown
from ..world.loading import options
from ..world.schema import validated
from .answers import answer_data, draws_in, run_data, theory_data, why_data
from .blocks import BLOCK
from .board import Score
from .describe import assumptions, describe, evidence, overview
from .door import GONE, body_of, data_of, until_gone
from .league import MOST_LEAGUE, first_uses, in_order, league_row
from .link import MOST_LINK, read_link
from .room import Lab, visitor_of
from .state import MOST_YAML, Exact, State, checked_state, from_yaml, to_yaml
from .turns import FIRST, LONG, REFINED, FullError


class Asked(Exact):
    """What most requests hold."""

    state: dict[str, Any]
    runs: Annotated[int, Field(ge=1, le=1_000_000)] = BLOCK


class AskedRun(Exact):
    """One run."""

    state: dict[str, Any]
    replicate: Annotated[int, Field(ge=0, le=10**9)] = 0


Endpoint = Callable[[Request], Awaitable[Response]]


def answering(work: Callable[[Lab, Request], Awaitable[Response]]) -> Endpoint:
    """An endpoint whose faults are told in words."""

    async def endpoint(request: Request) -> Response:
        lab: Lab = request.app.state.lab
        try:
            return await work(lab, request)
        except InputError as error:
            return JSONResponse({"error": str(error)}, 422)
        except FullError:
            words = "The lab is full just now: so many wait that yours had to go. Your settings are in the address of the page."
            return JSONResponse({"error": words}, 503, {"retry-after": "5"})
        except ClientDisconnect:
            return PlainTextResponse("gone", GONE)

    return endpoint


def _runs(lab: Lab, asked: int) -> int:
    if asked > lab.limits.runs:
        raise InputError("lab", "runs", f"{asked} runs are too many for this lab", f"1 to {lab.limits.runs}")
    return asked


async def _asked(request: Request) -> tuple[Asked, State]:
    asked = validated(Asked, await data_of(request), "lab")
    return asked, checked_state(asked.state)


async def get_overview(_: Lab, __: Request) -> Response:
    """Scenarios and theories."""
    return JSONResponse(overview())


async def get_scenario(_: Lab, request: Request) -> Response:
    """One scenario."""
    state = checked_state({"scenario": request.path_params["name"]})
    return JSONResponse(describe(state.scenario))


async def get_evidence(_: Lab, __: Request) -> Response:
    """Every claim."""
    return JSONResponse(evidence())


async def get_assumptions(_: Lab, request: Request) -> Response:
    """Every parameter under a theory."""
    asked, known = request.query_params, ("scenario", "thesis", "draws")
    for key in asked:
        if key not in known:
            raise unknown("lab", "", key, known)
        if len(asked.getlist(key)) > 1:
            raise InputError("lab", key, "stands twice", "one name")
    return JSONResponse(assumptions(checked_state(dict(asked))))


async def post_answer(lab: Lab, request: Request) -> Response:
    """What the wedge moves: a first answer from a few runs, a better one from more."""
    started = time.perf_counter()
    visitor = visitor_of(request)
    asked, state = await _asked(request)
    runs = _runs(lab, asked.runs)
    kind = FIRST if runs <= 2 * BLOCK else REFINED

    async def work() -> dict[str, Any]:
        before = await lab.blocks_of(visitor, state.without_wedge(), runs, kind)
        after = await lab.blocks_of(visitor, state, runs, kind) if state.wedge else before
        return await asyncio.to_thread(answer_data, state, before, after)

    found = await until_gone(request, work())
    return JSONResponse({**found, "seconds": round(time.perf_counter() - started, 3)})


async def post_theories(lab: Lab, request: Request) -> Response:
    """The same wedge under every theory."""
    visitor = visitor_of(request)
    asked, state = await _asked(request)
    runs = min(_runs(lab, asked.runs), 1000)

    async def work() -> dict[str, Any]:
        found, draws = {}, 0
        for thesis in options("thesis"):
            mine = state.under(thesis)
            before = await lab.blocks_of(visitor, mine.without_wedge(), runs, REFINED)
            after = await lab.blocks_of(visitor, mine, runs, REFINED) if state.wedge else before
            found[thesis], draws = theory_data(before, after), draws_in(before.seen.draw)
        return {"runs": -(-runs // BLOCK) * BLOCK, "draws": draws, "theories": found}

    return JSONResponse(await until_gone(request, work()))


async def post_league(lab: Lab, request: Request) -> Response:
    """What every instrument does by itself, as it would be added."""
    visitor = visitor_of(request)
    asked, state = await _asked(request)
    runs, base = min(_runs(lab, asked.runs), MOST_LEAGUE), state.without_wedge()

    async def work() -> dict[str, Any]:
        before, rows = await lab.blocks_of(visitor, base, runs, REFINED), []
        for use in first_uses(state.scenario):
            after = await lab.blocks_of(visitor, base.model_copy(update={"wedge": [use]}), runs, REFINED)
            rows.append(league_row(base, use, before, after))
        return {"runs": before.seen.runs, "draws": draws_in(before.seen.draw), "instruments": in_order(rows)}

    return JSONResponse(await until_gone(request, work()))


async def post_why(lab: Lab, request: Request) -> Response:
    """Endings and stories."""
    visitor = visitor_of(request)
    asked, state = await _asked(request)
    runs = min(_runs(lab, asked.runs), 400)
    return JSONResponse(await until_gone(request, lab.turns.run(visitor, LONG, lambda: why_data(state, runs))))


async def post_run(lab: Lab, request: Request) -> Response:
    """One run, without the wedge and with it."""
    visitor = visitor_of(request)
    asked = validated(AskedRun, await data_of(request), "lab")
    state = checked_state(asked.state)
    return JSONResponse(await until_gone(request, lab.turns.run(visitor, FIRST, lambda: run_data(state, asked.replicate))))


async def post_yaml(_: Lab, request: Request) -> Response:
    """The state as a file."""
    asked, state = await _asked(request)
    headers = {"content-disposition": 'attachment; filename="wedge.yaml"'}
    return PlainTextResponse(to_yaml(state, max(2, -(-asked.runs // BLOCK) * BLOCK)), headers=headers)


async def post_link(_: Lab, request: Request) -> Response:
    """What a link holds."""
    found = read_link((await body_of(request, MOST_LINK)).decode("utf-8", errors="replace"))
    return JSONResponse({**found.model_dump(), "state": found.state.model_dump(exclude_none=True)})


async def post_load(_: Lab, request: Request) -> Response:
    """A state out of a file."""
    text = (await body_of(request, MOST_YAML)).decode("utf-8", errors="replace")
    return JSONResponse({"state": from_yaml(text).model_dump(exclude_none=True)})


async def post_report(lab: Lab, request: Request) -> Response:
    """The report of the state, as `alliances compare --report` writes it."""
    visitor = visitor_of(request)
    asked, state = await _asked(request)
    if not state.wedge:
        raise InputError("report", "", "there is no wedge to report on", "at least one instrument")
    runs = min(_runs(lab, asked.runs), 400)
    text = await until_gone(request, lab.turns.run(visitor, LONG, lambda: report_html(state, runs)))
    return HTMLResponse(text, headers={"content-disposition": 'attachment; filename="report.html"'})


def report_html(state: State, runs: int) -> str:
    """The report as one HTML file; it tells single runs of one parameter vector, so it is at the central values."""
    from ..analysis.wedges.answer import Questions, answered
    from ..analysis.wedges.comparison import Setting, arms_of
    from ..views.compare_line import base_of
    from ..views.report import write_report
    from .blocks import pairs_of

    words = [f"parameters.{path}={value!r}" for path, value in state.parameters.items()]
    theses = [state.thesis, *(name for name in options("thesis") if name != state.thesis)]
    base, readings, titles = base_of([f"scenario={state.scenario}", *words], theses)
    setting = Setting(base, readings, pairs_of(state), runs, state.seed)
    answer = answered(setting, arms_of(base, [state.conf()]), Questions(), titles)
    with tempfile.TemporaryDirectory() as folder:
        line = ["from=wedge.yaml", *(["parameters=default"] if state.draws else []), "--report"]
        return write_report(answer, line, Path(folder)).read_text(encoding="utf-8")


async def get_board(lab: Lab, _: Request) -> Response:
    """The class board."""
    return JSONResponse(lab.board.shown())


async def post_board(lab: Lab, request: Request) -> Response:
    """A score for the class board."""
    score = validated(Score, await data_of(request), "board")
    checked_state(score.state)
    lab.board.add(score, visitor_of(request))
    return JSONResponse(lab.board.shown())


async def get_health(lab: Lab, _: Request) -> Response:
    """That the server is there."""
    return JSONResponse({"ok": True, "waiting": lab.turns.waiting})
