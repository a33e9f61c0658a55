"""The queue: first answers before refinements, visitors in turn, those who left are dropped."""

import asyncio
import threading

from sim.lab.turns import EACH, FIRST, LONG, REFINED, FullError, Turns, Visitor


def who(name):
    """A visitor; `address/name` is one of several at an address."""
    address, _, own = name.partition("/")
    return Visitor(address, own)


def ordered(jobs):
    """The order in which jobs are done that all wait while the first one runs. jobs: (visitor, kind)."""

    async def main():
        turns, gate, done = Turns(), threading.Event(), []
        first = asyncio.create_task(turns.run(who("gate"), FIRST, gate.wait))
        await asyncio.sleep(0.05)
        waiting = []
        for n, (visitor, kind) in enumerate(jobs):
            waiting.append(asyncio.create_task(turns.run(who(visitor), kind, lambda n=n: done.append(n))))
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
        first = asyncio.create_task(turns.run(who("a"), FIRST, gate.wait))
        await asyncio.sleep(0.05)
        gone = asyncio.create_task(turns.run(who("b"), FIRST, lambda: done.append("gone")))
        kept = asyncio.create_task(turns.run(who("c"), FIRST, lambda: done.append("kept")))
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
        bad = asyncio.create_task(turns.run(who("a"), FIRST, lambda: 1 / 0))
        good = asyncio.create_task(turns.run(who("b"), FIRST, lambda: 7))
        found = await asyncio.gather(bad, good, return_exceptions=True)
        turns.close()
        return found

    bad, good = asyncio.run(main())
    assert isinstance(bad, ZeroDivisionError)
    assert good == 7


def test_machines_take_turns_however_many_names_one_of_them_makes_up():
    jobs = [(f"joker/{n}", FIRST) for n in range(6)] + [("pupil/a", FIRST), ("pupil/a", FIRST)]
    done = [visitor for visitor, _ in ordered(jobs)]
    assert done[:4] == ["joker/0", "pupil/a", "joker/1", "pupil/a"]


def crowd(most, waiting, newcomer, served=()):
    """Who is turned away where `waiting` wait already, each with one piece, and one more comes; `served` have had a turn."""

    async def main():
        turns, gate, lost = Turns(most), threading.Event(), []
        for visitor in served:
            await turns.run(who(visitor), FIRST, lambda: 1)

        async def ask(visitor):
            try:
                await turns.run(who(visitor), FIRST, lambda: 1)
            except FullError:
                lost.append(visitor)

        first = asyncio.create_task(turns.run(who("gate"), FIRST, gate.wait))
        await asyncio.sleep(0.05)
        asked = []
        for visitor in [*waiting, newcomer]:
            asked.append(asyncio.create_task(ask(visitor)))
            await asyncio.sleep(0)
        await asyncio.sleep(0.02)
        gate.set()
        await asyncio.gather(first, *asked)
        turns.close()
        return lost

    return asyncio.run(main())


def test_room_is_made_by_the_machine_that_has_most_waiting():
    joker = [f"joker/{n}" for n in range(58)]
    assert crowd(60, [*joker, "pupil/a", "pupil/b"], "pupil/c")[0].startswith("joker")
    assert crowd(60, ["pupil/a", "pupil/b", *joker], "joker/99") == ["joker/99"]


def test_behind_one_address_who_has_had_a_turn_makes_room_for_who_has_not():
    names = [f"router/{n}" for n in range(60)]
    assert crowd(60, names, "router/new", served=names) == [names[-1]]  # who was served last
    assert crowd(60, names, "router/new") == ["router/new"]  # all have waited longer
    assert crowd(61, names, "router/new") == []


def test_one_visitor_cannot_fill_the_queue():
    assert crowd(60, ["greedy"] * EACH, "greedy") == ["greedy"]
    assert crowd(60, ["greedy"] * EACH, "modest") == []


def test_what_is_remembered_of_visitors_is_bounded(monkeypatch):
    monkeypatch.setattr("sim.lab.turns.REMEMBERED", 50)

    async def main():
        turns = Turns(3)
        for n in range(200):
            await turns.run(Visitor(f"a{n}", f"v{n}"), FIRST, lambda: 1)
            assert len(turns._served) <= 50
            assert not turns._waiting
        turns.close()

    asyncio.run(main())
