"""A stop is done where the venue's own list shows that what it took off is off, and not where a cancel was answered."""

from functools import partial

import pytest
from tests.cli.live_bench import Bench, exchange, ladder, true_soon
from tests.cli.test_engine_command import MAIN, engine, have, trading
from tests.cli.test_wanted import same, stop_so
from tests.sandbox.ports import served

from botswain.engine import live_crew, taken_off
from botswain.engine.live_stop import wind_down
from botswain.store import orders


@pytest.fixture
def bench(kernels, tmp_path, monkeypatch):
    monkeypatch.setattr(live_crew, "wind_down", partial(wind_down, patience_s=1.0))
    monkeypatch.setattr(taken_off, "AGAIN_S", 0.1)
    monkeypatch.setattr(taken_off, "AGREE_S", 0.05)
    with served(exchange(kernels)) as site:
        yield Bench(site, kernels, tmp_path)


async def books_have(bench, name="one"):
    """How many orders work by a bot's own journal."""
    row = await bench.row(name)
    async with bench.store.reading(None) as tx:
        return len(await orders.unfinished(tx, row.id))


async def test_cancels_that_are_answered_and_not_done_leave_the_stop_due_until_they_are(bench):
    await have(bench, ladder("one"))
    async with engine(bench) as made:
        await true_soon(lambda: trading(made, "one"), lambda: str(bench.said))
        await bench.step(made.crews[MAIN], 3)
        assert bench.account().open
        bench.site.control("POST", "faults", {"name": "cancel_ignored", "times": -1})
        await stop_so(bench, "one", "cancel_all")
        told = f"{MAIN}: one: stopped, but its orders were NOT all cancelled (on_stop cancel all): "
        await true_soon(lambda: bench.heard(told), lambda: str(bench.said))
        [said] = [one for one in bench.said if one.startswith(told)]
        assert "orders that were taken off work by the venue's own list: buy " in said
        assert bench.account().open
    assert (await bench.row("one")).stop_due == 2
    bench.site.control("DELETE", "faults")
    del bench.said[:]
    async with engine(bench) as made:
        await true_soon(lambda: bench.heard("one has stopped (cancel all)"), lambda: str(bench.said))
        assert not bench.account().open
    assert (await bench.row("one")).stop_due == 0
    assert await books_have(bench) == 0
    await same(bench)


async def test_what_is_done_at_once_is_noted_as_done(bench):
    await have(bench, ladder("one"))
    async with engine(bench) as made:
        await true_soon(lambda: trading(made, "one"), lambda: str(bench.said))
        await bench.step(made.crews[MAIN], 3)
        await stop_so(bench, "one", "cancel_all")
        await true_soon(lambda: not made.crews, lambda: str(bench.said))
        assert not bench.account().open
    assert (await bench.row("one")).stop_due == 0
    assert not bench.heard("NOT all cancelled")
