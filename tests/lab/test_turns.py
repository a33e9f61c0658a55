"""The queue: first answers before refinements, visitors in turn, those who left are dropped."""

import asyncio
import threading

import pytest

from sim.lab.turns import FIRST, LONG, REFINED, FullError, Turns


def ordered(jobs):
    """The order in which jobs are done that all wait while the first one runs. jobs: (visitor, kind)."""

    async def main():
        turns, gate, done = Turns(), threading.Event(), []
        first = asyncio.create_task(turns.run("gate", FIRST, gate.wait))
        await asyncio.sleep(0.05)
        waiting = [
            asyncio.create_task(turns.run(visitor, kind, lambda n=n: done.append(n))) for n, (visitor, kind) in enumerate(jobs)
        ]
        await asyncio.sleep(0.05)
        gate.set()
        await asyncio.gather(first, *waiting)
        turns.close()
        return [jobs[n] for n in done]

    return asyncio.run(main())


def test_first_answers_go_before_refinements_and_stories():
    jobs = [("a", LONG), ("b", REFINED), ("c", FIRST), ("d", REFINED), ("e", FIRST)]
    assert [kind for _, kind in ordered(jobs)] == [FIRST, FIRST, REFINED, REFINED, LONG]


def test_visitors_take_turns_however_much_one_of_them_asks():
    jobs = [("greedy", FIRST)] * 5 + [("modest", FIRST)] * 2
    done = [visitor for visitor, _ in ordered(jobs)]
    assert done[:4] == ["greedy", "modest", "greedy", "modest"]


def test_what_was_given_up_is_not_run():
    async def main():
        turns, gate, done = Turns(), threading.Event(), []
        first = asyncio.create_task(turns.run("a", FIRST, gate.wait))
        await asyncio.sleep(0.05)
        gone = asyncio.create_task(turns.run("b", FIRST, lambda: done.append("gone")))
        kept = asyncio.create_task(turns.run("c", FIRST, lambda: done.append("kept")))
        await asyncio.sleep(0.02)
        gone.cancel()
        await asyncio.sleep(0.02)
        gate.set()
        await asyncio.gather(first, kept)
        await asyncio.sleep(0.02)
        turns.close()
        return done

    assert asyncio.run(main()) == ["kept"]


def test_a_fault_reaches_the_one_who_asked_and_nobody_else():
    async def main():
        turns = Turns()
        bad = asyncio.create_task(turns.run("a", FIRST, lambda: 1 / 0))
        good = asyncio.create_task(turns.run("b", FIRST, lambda: 7))
        found = await asyncio.gather(bad, good, return_exceptions=True)
        turns.close()
        return found

    bad, good = asyncio.run(main())
    assert isinstance(bad, ZeroDivisionError)
    assert good == 7


def test_a_full_queue_says_so():
    async def main():
        turns, gate = Turns(most=2), threading.Event()
        first = asyncio.create_task(turns.run("a", FIRST, gate.wait))
        await asyncio.sleep(0.05)
        waiting = [asyncio.create_task(turns.run("b", FIRST, lambda: 1)) for _ in range(2)]
        await asyncio.sleep(0.02)
        with pytest.raises(FullError):
            await turns.run("c", FIRST, lambda: 1)
        gate.set()
        await asyncio.gather(first, *waiting)
        turns.close()

    asyncio.run(main())
