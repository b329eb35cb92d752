"""What people were told of orders in doubt is told once, of however many of one bot, over restarts too."""

import pytest
from tests.cli.live_bench import SYMBOL, Bench, exchange, ladder, trend, true_soon
from tests.cli.test_halts import ordered
from tests.sandbox.ports import served

from botswain.engine.leeway import highest, may_have_moved
from botswain.engine.told_doubts import told_doubts
from botswain.model.news import Command, Mode, Unsure
from botswain.store import halts
from botswain.store.halts import RESOLVER


@pytest.fixture
def bench(kernels, tmp_path):
    with served(exchange(kernels)) as site:
        yield Bench(site, kernels, tmp_path)


def in_doubt(crew):
    """Orders whose request nobody knows the end of."""
    return [one for one in crew.fleet.account.tracks.values() if one.unresolved and not one.sending]


def told(bench):
    return sum("nobody can say what became of order" in one for one in bench.said)


async def test_each_of_several_is_told_once_and_again_only_after_a_person_has_resumed_the_bot(bench):
    async with bench.crew(ladder("one", on_stop="leave")) as crew:
        bench.site.control("POST", "faults", {"name": "error_after_accept", "method": "order.place", "times": 3})
        for name in ("lookup_refused", "drop_event"):
            bench.site.control("POST", "faults", {"name": name, "times": -1})
        await bench.site.step_soon(1)
        await true_soon(lambda: len(in_doubt(crew)) == 3, lambda: str(bench.said))
        first, second, third = in_doubt(crew)
        resolver, [runner] = crew.fleet.account.resolver, crew.fleet.runners.values()
        for one in (first, second):
            await resolver._warn(one)
        assert told(bench) == 2
        await true_soon(lambda: runner.quiet)
        crew.leave.set()
    bench.site.control("DELETE", "faults")
    async with bench.crew(ladder("one", on_stop="leave")) as crew:
        resolver, [runner] = crew.fleet.account.resolver, crew.fleet.runners.values()
        assert [runner.stopped_over(one.name) for one in (first, second, third)] == [True, True, False]
        for one in (first, second, third):
            await resolver._warn(one)
        assert told(bench) == 3
        await true_soon(lambda: crew.halts.standing and runner.quiet)
        await ordered(bench, halts.resume_bot, "one")
        await true_soon(lambda: runner.bot.mode is Mode.RUN and runner.quiet)
        assert not any(runner.stopped_over(one.name) for one in (first, second, third))
        async with bench.store.reading(None) as tx:
            assert await told_doubts(tx, runner.bot_id, [first.name, second.name]) == frozenset()
            assert await told_doubts(tx, runner.bot_id, ["00000000-0000-4000-8000-000000000000"]) == frozenset()


async def test_of_a_bot_that_is_told_to_be_flat_it_is_told_once_too(bench):
    async with bench.crew(ladder("one")) as crew:
        await bench.step(crew)
        [runner] = crew.fleet.runners.values()
        runner.tell([Command(Mode.FLATTEN, "ann", "enough")])
        name = next(iter(runner.bot.working))
        text = f"nobody can say what became of order {name}"
        runner.tell([Unsure(name, text), Command(Mode.CANCEL_ENTRIES, RESOLVER, text)])
        await true_soon(lambda: runner.quiet)
        assert runner.bot.mode is Mode.FLATTEN
        async with bench.store.reading(None) as tx:
            assert await told_doubts(tx, runner.bot_id, [name]) == {name}


async def test_the_price_at_which_an_order_in_doubt_was_asked_for_is_known_after_a_restart_too(bench):
    async with bench.crew(trend("one", on_stop="leave")) as crew:
        [runner], tracks = crew.fleet.runners.values(), crew.fleet.account.tracks
        bench.site.control("POST", "faults", {"name": "error_after_accept", "method": "order.place", "times": -1})
        for name in ("lookup_refused", "drop_event"):
            bench.site.control("POST", "faults", {"name": name, "times": -1})
        for _ in range(40):
            before = crew.fleet.market.sequence
            await bench.site.step_soon(1)
            await true_soon(lambda before=before: crew.fleet.market.sequence > before)
            await true_soon(lambda: runner.quiet and not any(one.sending for one in tracks.values()))
            if in_doubt(crew):
                break
        [track] = in_doubt(crew)
        assert track.price == 0
        assert track.mark == crew.fleet.closed[SYMBOL].close
        assert -highest(track) * track.qty * 2 < may_have_moved(track)["USDT"].low < -track.mark * track.qty
        crew.leave.set()
    bench.site.control("DELETE", "faults")
    async with bench.crew(trend("one", on_stop="leave")) as crew:
        [runner] = crew.fleet.runners.values()
        assert runner.asked_at(track.name) == track.mark
        await bench.step(crew, 3)
        assert runner.marks.keys() <= {*runner.bot.working, track.name}
