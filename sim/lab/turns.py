"""Whose turn it is: one thread computes, a block at a time; first answers before refinements, visitors in turn.

A slow visitor cannot starve the others: after every block the next one is chosen anew. A visitor who has gone, or has asked for
something newer, is dropped between two blocks.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, TypeVar

T = TypeVar("T")
FIRST, REFINED, LONG = 0, 1, 2
"""Kinds of work, the most urgent first: a first answer, its refinement, stories and reports."""


class FullError(Exception):
    """Too much is waiting."""


@dataclass(order=True)
class _Waiting:
    kind: int
    turn: int
    number: int
    visitor: str = field(compare=False)
    work: Callable[[], Any] = field(compare=False)
    done: asyncio.Future[Any] = field(compare=False)


class Turns:
    """The queue of an event loop.

    Parameters
    ----------
    most : int
        Pieces of work that may wait.
    """

    def __init__(self, most: int = 200) -> None:
        self.most = most
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="engine")
        self._waiting: list[_Waiting] = []
        self._served: dict[str, int] = {}
        self._numbers = itertools.count()
        self._task: asyncio.Task[None] | None = None

    async def run(self, visitor: str, kind: int, work: Callable[[], T]) -> T:
        """Wait for one's turn, and for the work to be done.

        Raises
        ------
        FullError
        """
        if len(self._waiting) >= self.most:
            raise FullError
        loop = asyncio.get_running_loop()
        done: asyncio.Future[T] = loop.create_future()
        self._waiting.append(_Waiting(kind, 0, next(self._numbers), visitor, work, done))
        if self._task is None or self._task.done():
            self._task = loop.create_task(self._serve())
        return await done

    def _next(self) -> _Waiting:
        """Of the most urgent kind, the visitor served least recently; of his, the first that came."""
        for waiting in self._waiting:
            waiting.turn = self._served.get(waiting.visitor, -1)
        return min(self._waiting)

    async def _serve(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            chosen = self._next()
            self._waiting.remove(chosen)
            if chosen.done.cancelled():
                continue
            self._served[chosen.visitor] = next(self._numbers)
            if len(self._served) > 10_000:
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
