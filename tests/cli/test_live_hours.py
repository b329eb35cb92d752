"""A trading window live: entries come off the venue when it closes, and go there when it opens; a replay agrees."""

import pytest
from tests.cli.live_bench import Bench, exchange, ladder, true_soon
from tests.cli.test_halts import entries
from tests.fakes.live import parts_of
from tests.sandbox.ports import served

from botswain.control.trading_times import TradingWindow
from botswain.engine.replay import replay
from botswain.model.reasons import Reason


@pytest.fixture
def bench(kernels, tmp_path):
    with served(exchange(kernels)) as site:
        yield Bench(site, kernels, tmp_path)


async def same(bench):
    found = await replay(parts_of(bench.store, bench.kernels), "one")
    assert (found.count, found.differences) == (0, ())


async def until_minute(bench, crew, minute):
    """Candles until this minute of the day has come."""
    [runner] = crew.runners
    while (runner.bot.decider.open_ms // 60_000 + 1) % 1440 < minute:
        await bench.step(crew)


async def test_entries_rest_within_the_hours_only(bench):
    """The market is at half past midnight when the bot begins; it is drawn for six hours more."""
    hours = TradingWindow("00:40", "01:10")
    async with bench.crew(ladder(trading_window=hours)) as crew:
        await bench.step(crew, 2)
        assert not entries(bench)
        [runner] = crew.runners
        assert runner.bot.decider.state.account.window_shut == 1
        await until_minute(bench, crew, 41)
        await true_soon(lambda: entries(bench))
        await until_minute(bench, crew, 69)
        await bench.step(crew, 1)
        await true_soon(lambda: not entries(bench))
        notes = runner.bot.decider.state.parts["notes"]
        assert any(int(one.code) == Reason.OUTSIDE_WINDOW for one in notes)
        await bench.step(crew, 5)
        assert not entries(bench)
    await same(bench)
    async with bench.crew(ladder(trading_window=hours)) as crew:
        await bench.step(crew, 2)
        assert not entries(bench)
    await same(bench)


async def test_what_is_held_when_the_hours_end_is_sold_and_a_restart_leaves_it_so(bench):
    """They end at ten past one; five minutes before that all is sold and nothing is opened any more."""
    hours = TradingWindow("00:30", "01:10", at_end="flatten")
    async with bench.crew(ladder(trading_window=hours)) as crew:
        [runner] = crew.runners
        await bench.step(crew, 2)
        await true_soon(lambda: runner.bot.held_lots(0) > 0)
        await until_minute(bench, crew, 65)
        await true_soon(lambda: runner.bot.held_lots(0) == 0 and not entries(bench))
        assert any(int(one.code) == Reason.OUTSIDE_WINDOW for one in runner.bot.decider.state.parts["notes"])
        assert runner.bot.latest[-1].reason == Reason.SESSION_END
        await bench.step(crew, 2)
        assert runner.bot.held_lots(0) == 0
    await same(bench)
    async with bench.crew(ladder(trading_window=hours)) as crew:
        [runner] = crew.runners
        await bench.step(crew, 2)
        assert (runner.bot.held_lots(0), entries(bench)) == (0, [])
    await same(bench)
