"""What all visitors of the lab share: limits, blocks of runs, turns, the board, and who is there."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from starlette.requests import Request

from .blocks import BLOCK, Block, Blocks, together
from .board import Board
from .state import State
from .turns import FullError, Turns

AWAY = 90.0
"""Seconds after which a visitor who asks nothing is no longer counted."""


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

    async def blocks_of(self, visitor: str, state: State, runs: int, kind: int) -> Block:
        """The first so many runs of a state, run block by block in turn with others."""
        found: list[Block] = []
        for number in range(-(-runs // BLOCK)):
            block = self.blocks.get(state, number)
            if block is None:
                block = await self.turns.run(visitor, kind, lambda n=number: self.blocks.made(state, n))  # type: ignore[misc]
            assert block is not None
            found.append(block)
        return together(found)
