"""The lab's server: typed endpoints over the blocks, on this machine only unless told otherwise."""

from __future__ import annotations

import asyncio
import contextlib
import json
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from ..errors import InputError
from ..paths import PACKAGE
from ..views.inline import DRAWING
from ..world.loading import options
from ..world.schema import Strict, validated
from .answers import answer_data, run_data, theory_data, why_data
from .blocks import BLOCK, Block, Blocks, together
from .board import Board, Score
from .describe import assumptions, describe, evidence, overview
from .state import MOST_YAML, State, checked_state, from_yaml, scenarios, to_yaml
from .turns import FIRST, LONG, REFINED, FullError, Turns

STATIC = PACKAGE / "lab" / "static"
MOST_BODY = 100_000
"""Bytes of a request."""
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": POLICY, "x-content-type-options": "nosniff", "referrer-policy": "no-referrer",
    "x-frame-options": "DENY", "cross-origin-opener-policy": "same-origin", "cache-control": "no-store",
}  # fmt: skip
GONE = 499
AWAY = 90.0
"""Seconds after which a visitor who asks nothing is no longer counted."""
LOOK = 0.15
"""Seconds between two looks whether a visitor is still there."""


@dataclass(frozen=True)
class Limits:
    """What a visitor may ask.

    Attributes
    ----------
    sessions : int
        Visitors at a time.
    runs : int
        Paired runs of an answer.
    hosts : tuple of str
        Names under which the page may be asked for.
    """

    sessions: int = 60
    runs: int = 2000
    hosts: tuple[str, ...] = ("127.0.0.1", "localhost", "[::1]", "testserver")


class Asked(Strict):
    """What most requests hold."""

    state: dict[str, Any]
    runs: Annotated[int, Field(ge=1, le=1_000_000)] = BLOCK


class AskedRun(Strict):
    """One run."""

    state: dict[str, Any]
    replicate: Annotated[int, Field(ge=0, le=10**9)] = 0


@dataclass
class Lab:
    """What the endpoints share."""

    limits: Limits
    blocks: Blocks = field(default_factory=Blocks)
    turns: Turns = field(default_factory=Turns)
    board: Board = field(default_factory=Board)
    visitors: dict[str, float] = field(default_factory=dict)

    def visitor(self, request: Request) -> str:
        """Who asks, by the name the page has given itself; no name is kept but for the count.

        Raises
        ------
        FullError
            Too many visitors at once.
        """
        name = request.headers.get("x-lab-visitor", "")[:40] or "nobody"
        now = time.monotonic()
        self.visitors = {who: seen for who, seen in self.visitors.items() if now - seen < AWAY}
        if name not in self.visitors and len(self.visitors) >= self.limits.sessions:
            raise FullError
        self.visitors[name] = now
        return name


class SafeHeaders:
    """Headers on every answer, and a limit on every request."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and its answer back with the headers."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def sending(message: Any) -> None:
            if message["type"] == "http.response.start":
                given = {name.lower() for name, _ in message["headers"]}
                extra = [(k.encode(), v.encode()) for k, v in HEADERS.items() if k.encode() not in given]
                message = {**message, "headers": [*message["headers"], *extra]}
            await send(message)

        await self.app(scope, receive, sending)


async def body_of(request: Request, most: int = MOST_BODY) -> bytes:
    """The body of a request.

    Raises
    ------
    InputError
        It is larger than what is allowed.
    """
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > most:
            raise InputError("request", "", f"holds more than {most} bytes", "a smaller request")
        parts.append(part)
    return b"".join(parts)


def _no_constant(name: str) -> Any:
    raise InputError("request", "", f"{name} is not a number", "finite numbers")


async def data_of(request: Request) -> Any:
    """A request's JSON; NaN and infinity are refused.

    Raises
    ------
    InputError
    """
    try:
        return json.loads(await body_of(request), parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise InputError("request", "", f"is not JSON ({error})", "an object with a state") from None


async def until_gone(request: Request, work: Awaitable[Any]) -> Any:
    """The result of the work, or a cancellation as soon as the visitor has gone or asked for something else."""
    task = asyncio.ensure_future(work)
    while not task.done():
        await asyncio.wait({task}, timeout=LOOK)
        if not task.done() and await request.is_disconnected():
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
            raise ClientDisconnect
    return task.result()


async def blocks_of(lab: Lab, visitor: str, state: State, runs: int, kind: int) -> Block:
    """The first so many runs of a state, run block by block in turn with others."""
    found: list[Block] = []
    for number in range(-(-runs // BLOCK)):
        block = lab.blocks.get(state, number)
        if block is None:
            block = await lab.turns.run(visitor, kind, lambda n=number: lab.blocks.made(state, n))  # type: ignore[misc]
        assert block is not None
        found.append(block)
    return together(found)


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
            words = "The lab is full just now. Wait a little and try again: your settings are in the address of the page."
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
    given = {key: request.query_params[key] for key in ("scenario", "thesis") if key in request.query_params}
    return JSONResponse(assumptions(checked_state(given)))


async def post_answer(lab: Lab, request: Request) -> Response:
    """What the wedge moves: a first answer from a few runs, a better one from more."""
    started = time.perf_counter()
    visitor = lab.visitor(request)
    asked, state = await _asked(request)
    runs = _runs(lab, asked.runs)
    kind = FIRST if runs <= 2 * BLOCK else REFINED

    async def work() -> dict[str, Any]:
        before = await blocks_of(lab, visitor, state.without_wedge(), runs, kind)
        after = await blocks_of(lab, visitor, state, runs, kind) if state.wedge else before
        return await asyncio.to_thread(answer_data, state, before, after)

    found = await until_gone(request, work())
    return JSONResponse({**found, "seconds": round(time.perf_counter() - started, 3)})


async def post_theories(lab: Lab, request: Request) -> Response:
    """The same wedge under every theory."""
    visitor = lab.visitor(request)
    asked, state = await _asked(request)
    runs = min(_runs(lab, asked.runs), 1000)

    async def work() -> dict[str, Any]:
        found = {}
        for thesis in options("thesis"):
            mine = state.under(thesis)
            before = await blocks_of(lab, visitor, mine.without_wedge(), runs, REFINED)
            after = await blocks_of(lab, visitor, mine, runs, REFINED) if state.wedge else before
            found[thesis] = theory_data(before, after)
        return {"runs": -(-runs // BLOCK) * BLOCK, "theories": found}

    return JSONResponse(await until_gone(request, work()))


async def post_why(lab: Lab, request: Request) -> Response:
    """Endings and stories."""
    visitor = lab.visitor(request)
    asked, state = await _asked(request)
    runs = min(_runs(lab, asked.runs), 400)
    return JSONResponse(await until_gone(request, lab.turns.run(visitor, LONG, lambda: why_data(state, runs))))


async def post_run(lab: Lab, request: Request) -> Response:
    """One run, without the wedge and with it."""
    visitor = lab.visitor(request)
    asked = validated(AskedRun, await data_of(request), "lab")
    state = checked_state(asked.state)
    return JSONResponse(await until_gone(request, lab.turns.run(visitor, FIRST, lambda: run_data(state, asked.replicate))))


async def post_yaml(_: Lab, request: Request) -> Response:
    """The state as a file."""
    asked, state = await _asked(request)
    headers = {"content-disposition": 'attachment; filename="wedge.yaml"'}
    return PlainTextResponse(to_yaml(state, max(2, -(-asked.runs // BLOCK) * BLOCK)), headers=headers)


async def post_load(_: Lab, request: Request) -> Response:
    """A state out of a file."""
    text = (await body_of(request, MOST_YAML)).decode("utf-8", errors="replace")
    return JSONResponse({"state": from_yaml(text).model_dump(exclude_none=True)})


async def post_report(lab: Lab, request: Request) -> Response:
    """The report of the state, as `alliances compare --report` writes it."""
    visitor = lab.visitor(request)
    asked, state = await _asked(request)
    if not state.wedge:
        raise InputError("report", "", "there is no wedge to report on", "at least one instrument")
    runs = min(_runs(lab, asked.runs), 400)
    text = await until_gone(request, lab.turns.run(visitor, LONG, lambda: report_html(state, runs)))
    return HTMLResponse(text, headers={"content-disposition": 'attachment; filename="report.html"'})


def report_html(state: State, runs: int) -> str:
    """The report as one HTML file."""
    from ..analysis.wedges.answer import Questions, answered
    from ..analysis.wedges.comparison import Setting, arms_of
    from ..views.compare import base_of
    from ..views.report import write_report
    from .blocks import pairs_of

    words = [f"parameters.{path}={value!r}" for path, value in state.parameters.items()]
    theses = [state.thesis, *(name for name in options("thesis") if name != state.thesis)]
    base, readings, titles = base_of([f"scenario={state.scenario}", *words], theses)
    setting = Setting(base, readings, pairs_of(state), runs, state.seed)
    answer = answered(setting, arms_of(base, [state.conf()]), Questions(), titles)
    with tempfile.TemporaryDirectory() as folder:
        return write_report(answer, ["from=wedge.yaml", "--report"], Path(folder)).read_text(encoding="utf-8")


async def get_board(lab: Lab, _: Request) -> Response:
    """The class board."""
    return JSONResponse(lab.board.shown())


async def post_board(lab: Lab, request: Request) -> Response:
    """A score for the class board."""
    lab.visitor(request)
    score = validated(Score, await data_of(request), "board")
    checked_state(score.state)
    lab.board.add(score)
    return JSONResponse(lab.board.shown())


async def get_health(lab: Lab, _: Request) -> Response:
    """That the server is there."""
    return JSONResponse({"ok": True, "visitors": len(lab.visitors)})


async def get_page(_: Request) -> Response:
    """The page."""
    return FileResponse(STATIC / "index.html", media_type="text/html")


def warm(names: Mapping[str, Any] | None = None) -> None:
    """Compile the engine and read what every visitor needs, before the port opens."""
    state = State()
    blocks = Blocks()
    before = blocks.made(state, 0)
    answer_data(state, before, before)
    overview()
    evidence()
    for name in names or scenarios():
        describe(name)
    run_data(state, 0)


def make_app(limits: Limits | None = None) -> Starlette:
    """The application."""
    limits = limits or Limits()
    kinds: dict[str, tuple[Literal["GET", "POST"], Any]] = {
        "/api/overview": ("GET", get_overview), "/api/scenario/{name}": ("GET", get_scenario),
        "/api/evidence": ("GET", get_evidence), "/api/assumptions": ("GET", get_assumptions),
        "/api/answer": ("POST", post_answer),
        "/api/theories": ("POST", post_theories), "/api/why": ("POST", post_why), "/api/run": ("POST", post_run),
        "/api/yaml": ("POST", post_yaml), "/api/load": ("POST", post_load), "/api/report": ("POST", post_report),
        "/api/board": ("GET", get_board), "/healthz": ("GET", get_health),
    }  # fmt: skip
    routes: list[Any] = [Route("/", get_page)]
    routes += [Route(path, answering(work), methods=[method]) for path, (method, work) in kinds.items()]
    routes += [Route("/api/board", answering(post_board), methods=["POST"])]
    routes += [Mount("/static", StaticFiles(directory=STATIC)), Mount("/drawing", StaticFiles(directory=DRAWING))]

    @contextlib.asynccontextmanager
    async def life(app: Starlette) -> AsyncIterator[None]:
        yield
        app.state.lab.turns.close()

    middleware = [
        Middleware(SafeHeaders),
        Middleware(TrustedHostMiddleware, allowed_hosts=list(limits.hosts), www_redirect=False),
    ]
    app = Starlette(routes=routes, middleware=middleware, lifespan=life)
    app.state.lab = Lab(limits)
    return app
