"""Whose turn it is: one thread computes, a block at a time; first answers before refinements, visitors in turn.

A slow visitor cannot starve the others: after every block the next one is chosen anew, and the machines that ask take turns too.
A visitor who has gone, or has asked for something newer, is dropped between two blocks.

Visitors name themselves, so names cannot be counted on: one machine can make up any number, and a class behind one address has as
many as it has heads. Nobody is refused for a name. What is limited is who waits at one moment; see `Turns.run`.
"""

from __future__ import annotations

import asyncio
import itertools
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeVar

T = TypeVar("T")
FIRST, REFINED, LONG = 0, 1, 2
"""Kinds of work, the most urgent first: a first answer, its refinement, stories and reports."""
EACH = 12
"""Pieces of work of one visitor that may wait."""
REMEMBERED = 10_000
"""Visitors of whom it is kept when they last had a turn."""


class FullError(Exception):
    """Too much is waiting."""


class Visitor(NamedTuple):
    """Who asks: the address a request comes from, and the name that the page has given itself."""

    address: str
    name: str


@dataclass(order=True)
class _Waiting:
    kind: int
    turn: tuple[int, int]
    number: int
    visitor: Visitor = field(compare=False)
    work: Callable[[], Any] = field(compare=False)
    done: asyncio.Future[Any] = field(compare=False)


class Turns:
    """The queue of an event loop.

    Parameters
    ----------
    most : int
        Visitors who may wait at a time, each with up to `EACH` pieces of work.
    """

    def __init__(self, most: int = 60) -> None:
        self.most = most
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="engine")
        self._waiting: list[_Waiting] = []
        self._served: dict[Visitor | str, int] = {}  # by visitor, and by address
        self._numbers = itertools.count()
        self._task: asyncio.Task[None] | None = None

    async def run(self, visitor: Visitor, kind: int, work: Callable[[], T]) -> T:
        """Wait for one's turn, and for the work to be done.

        Where too many wait already, room is made by the address with most of them: whoever there has had a turn last gives
        up his place. So many names from one machine push each other out and nobody else; and in a class behind one address
        a newcomer takes the place of somebody who has had an answer.

        Raises
        ------
        FullError
            There is no room, or it was made for somebody else.
        """
        self._make_room(visitor)
        loop = asyncio.get_running_loop()
        done: asyncio.Future[T] = loop.create_future()
        self._waiting.append(_Waiting(kind, (0, 0), next(self._numbers), visitor, work, done))
        if self._task is None or self._task.done():
            self._task = loop.create_task(self._serve())
        return await done

    @property
    def waiting(self) -> int:
        """Visitors who wait."""
        return len({waiting.visitor for waiting in self._waiting})

    def _make_room(self, visitor: Visitor) -> None:
        self._waiting = [waiting for waiting in self._waiting if not waiting.done.cancelled()]
        pieces = Counter(waiting.visitor for waiting in self._waiting)
        if pieces[visitor] >= EACH:
            raise FullError
        if visitor in pieces or len(pieces) < self.most:
            return
        crowd = Counter(other.address for other in (*pieces, visitor))
        crowded = [other for other in (visitor, *pieces) if crowd[other.address] == max(crowd.values())]
        leaving = max(crowded, key=lambda other: self._served.get(other, -1))  # of those alike the newcomer, who comes first here
        if leaving == visitor:
            raise FullError
        for waiting in [waiting for waiting in self._waiting if waiting.visitor == leaving]:
            self._waiting.remove(waiting)
            waiting.done.set_exception(FullError())

    def _next(self) -> _Waiting:
        """Of the most urgent kind, of the address and there of the visitor served least recently, the first that came."""
        for waiting in self._waiting:
            address, visitor = waiting.visitor.address, waiting.visitor
            waiting.turn = (self._served.get(address, -1), self._served.get(visitor, -1))
        return min(self._waiting)

    async def _serve(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            chosen = self._next()
            self._waiting.remove(chosen)
            if chosen.done.cancelled():
                continue
            self._served[chosen.visitor] = self._served[chosen.visitor.address] = next(self._numbers)
            if len(self._served) > REMEMBERED:
                self._served.clear()
            try:
                found = await loop.run_in_executor(self._pool, chosen.work)
            except Exception as error:
                if not chosen.done.cancelled():
                    chosen.done.set_exception(error)
            else:
                if not chosen.done.cancelled():
                    chosen.done.set_result(found)

    def close(self) -> None:
        """Let the thread go."""
        self._pool.shutdown(wait=False, cancel_futures=True)
