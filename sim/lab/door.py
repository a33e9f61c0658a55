"""The lab's door: what every request and every answer goes through."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Awaitable
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Receive, Scope, Send

from ..errors import InputError

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
LOOK = 0.15
"""Seconds between two looks whether a visitor is still there."""


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


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose names stand once each; of two the last would win in silence."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise InputError("request", "", "holds a name twice in one place", "each name once")
    return found


async def data_of(request: Request) -> Any:
    """A request's JSON; NaN, infinity and names that stand twice are refused.

    Raises
    ------
    InputError
    """
    try:
        return json.loads(await body_of(request), parse_constant=_no_constant, object_pairs_hook=_once)
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
