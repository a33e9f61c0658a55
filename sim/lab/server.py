"""The lab's server: the endpoints and the page under one application, on this machine only unless told otherwise."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Mapping
from typing import Any, Literal

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from ..views.inline import DRAWING
from . import endpoints as ask
from .answers import answer_data, run_data
from .blocks import Blocks
from .describe import describe, evidence, overview
from .door import SafeHeaders
from .export import STATIC
from .room import Lab, Limits
from .state import State, scenarios


async def get_page(_: Request) -> Response:
    """The page."""
    return FileResponse(STATIC / "index.html", media_type="text/html")


async def get_lost(request: Request, _: Exception) -> Response:
    """What is not there; a link whose `#` was escaped on its way looks like that too."""
    if request.scope["path"].startswith("/#"):
        words = (
            "This link was changed on its way: “%23” stands where “#” was. Nothing was opened from it. Ask for the whole link."
        )
        return PlainTextResponse(words, 404)
    return PlainTextResponse("Not Found", 404)


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
        "/api/overview": ("GET", ask.get_overview), "/api/scenario/{name}": ("GET", ask.get_scenario),
        "/api/evidence": ("GET", ask.get_evidence), "/api/assumptions": ("GET", ask.get_assumptions),
        "/api/answer": ("POST", ask.post_answer),
        "/api/theories": ("POST", ask.post_theories), "/api/league": ("POST", ask.post_league),
        "/api/why": ("POST", ask.post_why), "/api/run": ("POST", ask.post_run),
        "/api/yaml": ("POST", ask.post_yaml), "/api/load": ("POST", ask.post_load), "/api/link": ("POST", ask.post_link),
        "/api/report": ("POST", ask.post_report),
        "/api/board": ("GET", ask.get_board), "/healthz": ("GET", ask.get_health),
    }  # fmt: skip
    routes: list[Any] = [Route("/", get_page)]
    routes += [Route(path, ask.answering(work), methods=[method]) for path, (method, work) in kinds.items()]
    routes += [Route("/api/board", ask.answering(ask.post_board), methods=["POST"])]
    routes += [Mount("/static", StaticFiles(directory=STATIC)), Mount("/drawing", StaticFiles(directory=DRAWING))]

    @contextlib.asynccontextmanager
    async def life(app: Starlette) -> AsyncIterator[None]:
        yield
        app.state.lab.turns.close()

    middleware = [
        Middleware(SafeHeaders),
        Middleware(TrustedHostMiddleware, allowed_hosts=list(limits.hosts), www_redirect=False),
    ]
    app = Starlette(routes=routes, middleware=middleware, lifespan=life, exception_handlers={404: get_lost})
    app.state.lab = Lab(limits)
    return app
