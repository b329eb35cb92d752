"""Money beyond 64 bits: paper, recovery and replay count it with Python integers, and it is the run of the backtest."""

import msgspec
import numpy as np
import pytest
from tests.engine.scenes import T0, Scene, bot, drawn, instrument, windows
from tests.engine.test_same_fills import held_against_a_backtest
from tests.fakes.installation import Installation, Killed

from botswain.control.config import MarketConfig
from botswain.engine import recovery
from botswain.model.candles import Candles
from botswain.model.errors import BadInput

X = "X/USDT"
SATS = "1000SATS/USDT"
CONFIG = MarketConfig()


def rising(count=160, symbol=X):
    """A price that stands, then grows two thousand fold: what was bought at its foot outgrows 64 bits on the way."""
    steps = np.concatenate([np.zeros(40), np.linspace(0, 8, 80), np.full(count - 120, 8.0)])
    close = np.round(0.001 * np.exp(steps) * (1 + 0.01 * np.sin(np.arange(count))), 6)
    first = np.concatenate([[0.001], close[:-1]])
    ts = T0 + 60_000 * np.arange(count)
    return Candles(symbol, "1m", ts, first, np.maximum(first, close), np.minimum(first, close), close, np.ones(count))


def outgrowing(strategy="sma_crossover", **settings):
    """A bot that starts within 64 bits and does not stay there."""
    params = {"fast": 2, "slow": 4} if strategy == "sma_crossover" else {"lower": "0.0015", "upper": "2.5", "levels": 4}
    rules = {X: instrument(X, "0.000001", "0.00000001")}
    return Scene(bot(strategy, [X], params=params, capital="1000", **settings), {X: rising()}, rules, least=4)


@pytest.mark.parametrize("strategy", ["sma_crossover", "grid"])
async def test_a_bot_that_cannot_start_in_64_bits_fills_as_its_backtest_does(strategy, kernels):
    candles, rules = windows(("1000SATS-USDT/1h_2024.parquet",), 0, 800, (SATS,))
    params = {"fast": 9, "slow": 21} if strategy == "sma_crossover" else {"step": "0.02", "levels": 10}
    scene = Scene(bot(strategy, [SATS], params=params), candles, rules)
    expected = await held_against_a_backtest(scene, kernels)
    assert not expected.ran.compiled
    assert expected.plan.capital_units > 1 << 63
    assert len(expected.fills) > 10


@pytest.mark.parametrize("strategy", ["sma_crossover", "grid"])
async def test_a_bot_that_outgrows_64_bits_on_its_way_goes_on_as_its_backtest_does(strategy, kernels):
    scene = outgrowing(strategy)
    expected = await held_against_a_backtest(scene, kernels)
    assert expected.plan.capital_units < 1 << 62
    assert int(expected.ran.state.account.cash) > 1 << 63 or expected.equity[-1][1] > 9_300


async def test_the_bots_beside_it_go_on_at_the_same_instant(kernels):
    """One outgrows 64 bits; the other, on the same market with a hundredth of the money, does not."""
    scene = outgrowing()
    other = msgspec.structs.replace(scene.bot, name="two", capital="1")
    both = Installation(kernels)
    fleet = await both.process(scene.market, CONFIG, [scene.bot, other])
    assert [one.bot.decider.state.compiled for one in fleet.runners] == [False, True]
    alone = Installation(kernels)
    await alone.process(scene.market, CONFIG, [other])
    assert shown(await both.fills("two")) == shown(await alone.fills("two"))
    for name in ("one", "two"):
        replayed = await both.replay(name)
        assert (replayed.count, replayed.differences, replayed.code_changed) == (0, (), False)


async def test_it_is_recovered_from_any_candle_on(kernels):
    scene = outgrowing("grid")
    whole = Installation(kernels)
    await whole.process(scene.market, CONFIG, [scene.bot])
    parts = Installation(kernels)
    for count in (60, 40, None):
        await parts.process(scene.market, CONFIG, [scene.bot], count)
    assert shown(await parts.fills("one")) == shown(await whole.fills("one"))
    assert (await parts.replay("one")).count == 0


async def test_a_kill_between_the_candle_and_the_second_count_loses_nothing(kernels, monkeypatch):
    scene = outgrowing()
    expected = Installation(kernels)
    await expected.process(scene.market, CONFIG, [scene.bot])
    killed = Installation(kernels)

    async def never(_fleet, _runner):
        raise Killed

    monkeypatch.setattr(recovery, "widen", never)
    with pytest.raises(Killed):
        await killed.process(scene.market, CONFIG, [scene.bot])
    monkeypatch.undo()
    await killed.process(scene.market, CONFIG, [scene.bot])
    assert shown(await killed.fills("one")) == shown(await expected.fills("one"))


async def test_checkpoints_are_taken_and_gone_on_from(kernels, monkeypatch):
    monkeypatch.setattr("botswain.engine.roster.CHECKPOINT_EVERY", 25)
    candles = {SATS: drawn(5, SATS, 120, 0.0003, 0.0000001)}
    scene = Scene(bot("grid", [SATS], params={"step": "0.01", "levels": 6}), candles,
                  {SATS: instrument(SATS, "0.0000001", "0.00000001")})  # fmt: skip
    whole, parts = Installation(kernels), Installation(kernels)
    await whole.process(scene.market, CONFIG, [scene.bot])
    await parts.process(scene.market, CONFIG, [scene.bot], 70)
    fleet = await parts.process(scene.market, CONFIG, [scene.bot])
    assert fleet.runners[0].checkpoint is not None
    assert shown(await parts.fills("one")) == shown(await whole.fills("one"))
    assert (await parts.replay("one")).count == 0


@pytest.mark.parametrize(("strategy", "sizing"), [("grid", ("percent", "1")), ("sma_crossover", ("fixed", "1e17"))])
async def test_an_order_of_more_lots_than_are_kept_halts_its_bot_alone(strategy, sizing, kernels):
    """2^63 lots of 1e-8 are 92,233,720,368.5 coins; no journal record and no database has room for more."""
    candles = {SATS: drawn(5, SATS, 120, 0.0003, 0.0000001)}
    params = {"step": "0.01", "levels": 2} if strategy == "grid" else {"fast": 2, "slow": 4}
    rich = bot(strategy, [SATS], "rich", params=params, capital="1e14", sizing=sizing)
    poor = bot("sma_crossover", [SATS], "poor", params={"fast": 2, "slow": 4}, capital="100")
    scene = Scene(rich, candles, {SATS: instrument(SATS, "0.0000001", "0.00000001")})
    both = Installation(kernels)
    for _ in range(2):
        fleet = await both.process(scene.market, CONFIG, [rich, poor])
        one, other = (runner.bot for runner in fleet.runners)
        assert "is more than is kept, at most 9,223,372,036,854,775,807" in one.halted.message
        assert other.halted is None
    assert await both.fills("rich") == []
    assert len(await both.fills("poor")) > 4
    assert (await both.replay("rich")).count == 0


@pytest.mark.parametrize("exits", [{}, {"stop_loss": "0.3"}])
async def test_orders_that_come_to_more_lots_than_are_kept_halt_their_bot_alone(exits, kernels):
    """Each of four cells is below 2^63 lots; a stop or a flatten would be for all that they may come to."""
    candles = {SATS: drawn(5, SATS, 120, 0.0003, 0.0000001)}
    params = {"step": "0.01", "levels": 4}
    rich = bot("grid", [SATS], "rich", params=params, capital="1e14", sizing=("fixed", "5e10"), exits=exits)
    poor = bot("sma_crossover", [SATS], "poor", params={"fast": 2, "slow": 4}, capital="100")
    scene = Scene(rich, candles, {SATS: instrument(SATS, "0.0000001", "0.00000001")})
    both = Installation(kernels)
    for _ in range(2):
        fleet = await both.process(scene.market, CONFIG, [rich, poor])
        one, other = (runner.bot for runner in fleet.runners)
        assert "a position of up to 20,000,000,000,000,000,000 lots of" in one.halted.message
        assert other.halted is None
    assert await both.fills("rich") == []
    assert len(await both.fills("poor")) > 4
    assert (await both.replay("rich")).count == 0


async def test_a_grid_with_both_exits_is_not_halted_for_what_its_sells_come_to(kernels):
    """Its position stays below 2^63 lots; stop, target and the cells' sales are each for all of it."""
    candles = {SATS: drawn(5, SATS, 120, 0.0003, 0.0000001)}
    exits = {"stop_loss": "0.2", "take_profit": "0.3"}
    rich = bot("grid", [SATS], "rich", params={"step": "0.01", "levels": 4}, capital="1e14",
               sizing=("fixed", "1.9e10"), exits=exits)  # fmt: skip
    scene = Scene(rich, candles, {SATS: instrument(SATS, "0.0000001", "0.00000001")}, least=6)
    expected = await held_against_a_backtest(scene, kernels)
    held = [sum(one.qty if one.side == "buy" else -one.qty for one in expected.fills[: k + 1])
            for k in range(len(expected.fills))]  # fmt: skip
    assert max(held) * 10**8 > (1 << 63) / 2


async def test_more_than_a_database_keeps_is_refused_with_the_number(kernels):
    scene = outgrowing()
    rich = msgspec.structs.replace(scene.bot, capital="1e30")
    with pytest.raises(BadInput, match=r"capital 1E\+30 is 1.0e\+44 of its money unit, 1e-14; at most 1e\+34 are"):
        await Installation(kernels).start(scene.market, CONFIG, [rich])


def shown(fills):
    """Fills without what differs from one installation to another."""
    names = ("symbol", "side", "qty", "price", "fee", "cash", "realized", "time_ms", "instant_seq", "slot", "reason")
    return [tuple(getattr(one, name) for name in names) for one in fills]
