"""What all visitors of the lab share: limits, blocks of runs, turns, the board."""

from __future__ import annotations

from dataclasses import dataclass, field

from starlette.requests import Request

from .blocks import BLOCK, Block, Blocks, together
from .board import Board
from .state import State
from .turns import Turns, Visitor


@dataclass(frozen=True)
class Limits:
    """What a visitor may ask.

    Attributes
    ----------
    sessions : int
        Visitors who may wait for an answer at a time.
    runs : int
        Paired runs of an answer.
    hosts : tuple of str
        Names under which the page may be asked for.
    """

    sessions: int = 60
    runs: int = 2000
    hosts: tuple[str, ...] = ("127.0.0.1", "localhost", "[::1]", "testserver")


def visitor_of(request: Request) -> Visitor:
    """Who asks."""
    return Visitor(request.client.host if request.client else "", request.headers.get("x-lab-visitor", "")[:40])


@dataclass
class Lab:
    """What the endpoints share."""

    limits: Limits
    blocks: Blocks = field(default_factory=Blocks)
    board: Board = field(default_factory=Board)
    turns: Turns = field(init=False)

    def __post_init__(self) -> None:
        """Turns for as many as the limits allow."""
        self.turns = Turns(self.limits.sessions)

    async def blocks_of(self, visitor: Visitor, state: State, runs: int, kind: int) -> Block:
        """The first so many runs of a state, run block by block in turn with others."""
        found: list[Block] = []
        for number in range(-(-runs // BLOCK)):
            block = self.blocks.get(state, number)
            if block is None:
                block = await self.turns.run(visitor, kind, lambda n=number: self.blocks.made(state, n))  # type: ignore[misc]
            assert block is not None
            found.append(block)
        return together(found)
