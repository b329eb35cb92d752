"""A live bot through gateway, adapter and loopback sockets has the fills of its backtest, one by one.

The exchange replays real candles and moves only when told; the bot acts on fills at its next close, as a backtest
does (`react: at_close`). Where it waits for a price inside a candle, as a grid's held stop does, the exchange stands
still there until the bot has acted. Whole files: benchmarks/parity_over_sockets.py.
"""

import asyncio
from decimal import Decimal
from itertools import pairwise

import pytest
from tests.engine.compare import backtested, first_difference, of_result, of_store
from tests.engine.scenes import bot, windows
from tests.fakes.live import WIDE, now_ms, parts_of, running, side_of
from tests.fakes.stepping import Stepper, until
from tests.sandbox.ports import served

from botswain.build.decider import matching
from botswain.control.config import MarketConfig, plan_of
from botswain.engine.feed import Market
from botswain.engine.replay import replay
from botswain.model.instrument import Instrument
from botswain.model.timeframe import timeframe_ms
from botswain.sandbox.budget import Allowed
from botswain.sandbox.candle_market import CandleMarket
from botswain.sandbox.control import balances, made_key
from botswain.sandbox.exchange import Exchange, Opening
from botswain.store import bots, fills
from botswain.store.inline import open_memory
from botswain.strategies import catalog

CANDLES = 3_000
BOTS = {
    "crossover": bot("sma_crossover", ["BTC/USDT"], "one", params={"fast": 8, "slow": 21}, sizing=("percent", "0.9")),
    "exits": bot(
        "sma_crossover",
        ["BTC/USDT"],
        "one",
        params={"fast": 8, "slow": 21},
        sizing=("percent", "0.9"),
        exits={"stop_loss": "0.004", "take_profit": "0.006"},
    ),
    "trailing": bot(
        "sma_crossover",
        ["BTC/USDT"],
        "one",
        params={"fast": 8, "slow": 21},
        sizing=("percent", "0.9"),
        exits={"trailing_stop": "0.004", "take_profit": "0.008"},
    ),
    "grid": bot("grid", ["BTC/USDT"], "one", params={"step": "0.004", "levels": 12}, sizing=("percent", "0.9")),
    "scalper": bot(
        "scalper",
        ["BTC/USDT"],
        "one",
        params={
            "levels": 2,
            "spread": "0.15",
            "step": "1",
            "take_profit": "0.3",
            "stop": "0.6",
            "hold": 60,
            "tighten": 9,
        },
        sizing=("percent", "0.9"),
    ),
    "grid that follows": bot(
        "grid",
        ["BTC/USDT"],
        "one",
        params={"step": "0.003", "levels": 8, "spacing": "geometric", "trail": "both", "resting": 3, "compound": True},
        sizing=("percent", "0.9"),
    ),
}
IN_PARTS = bot(
    "sma_crossover", ["BTC/USDT"], "one", params={"fast": 8, "slow": 21}, sizing=("percent", "0.9"),
    exits={
        "stop_loss": "0.004", "take_profit_1": "0.003", "take_profit_share_1": "0.4", "take_profit_2": "0.006",
        "take_profit_share_2": "0.3",
    },
)  # fmt: skip
MOVING = {
    "exits that move": bot(
        "sma_crossover",
        ["BTC/USDT"],
        "one",
        params={"fast": 8, "slow": 21},
        sizing=("percent", "0.9"),
        exits={
            "stop_loss": "0.008",
            "trailing_stop": "0.003",
            "trailing_activation": "0.004",
            "break_even": "0.002",
            "break_even_offset": "0.001",
            "take_profit": "0.01",
            "roi_15": "0.004",
            "roi_40": "0.001",
        },
    )
}
# A grid is over with its exit; a ladder begins again, so that its window has many.
RUNGS = {"params": {"step": "0.004", "levels": 24}, "sizing": ("percent", "0.9")}
HELD = {
    name: bot("grid", ["BTC/USDT"], "one", exits=exits, **RUNGS)
    for name, exits in (
        ("grid with a stop", {"stop_loss": "0.05"}),
        ("grid with a target", {"take_profit": "0.03"}),
        ("grid with a trailing stop", {"trailing_stop": "0.06"}),
    )
} | {
    "ladder": bot(
        "ladder_again",
        ["BTC/USDT"],
        "one",
        params={"clears": False},
        sizing=("fixed_quote", "300"),
        exits={"stop_loss": "0.003", "take_profit": "0.004", "trailing_stop": "0.005"},
    )
}
# What the window must at least do, so that it cannot go tame unseen.
LEAST = {"crossover": 100, "exits": 100, "trailing": 100, "grid": 100, "grid that follows": 100, "scalper": 100}
LISTED = {"exits": 50, "trailing": 200}
# Candles, and how many of them must have an exit inside. A ladder stands still at every other one, and costs ten times.
HELD_WINDOWS = dict.fromkeys(HELD, (CANDLES, 1)) | {"ladder": (400, 20)}


def exchange_of(candles, tick, kernels):
    """The exchange on these candles, with fees in what is received, as Binance takes them."""
    fee, symbol = Decimal("0.001"), candles.symbol
    lot, base = Decimal("0.00001" if candles.close[0] > 1 else "1"), symbol.partition("/")[0]
    rules = Instrument(symbol, tick, lot, maker_fee=fee, taker_fee=fee, fee_asset=base, fee_precision=8)
    money = balances({"USDT": "10000"})
    return Exchange(
        CandleMarket({symbol: candles}, {symbol: rules}),
        matching(kernels),
        [Opening("main", made_key("main"), money)],
        # A trailing stop is placed anew at nearly every candle, and here those of a day go by in a second.
        Allowed(weight=WIDE, orders_10s=WIDE, orders_day=WIDE),
    )


async def traded(site, wanted, candles, store, kernels, starts=(1,)):
    """Trade to the last candle but one, which has a next open; returns the market's rules as the venue told them.

    starts  the candles that the engine is started at, the last one being stopped
    """
    config = MarketConfig(timeframe=candles.timeframe)
    remarks = []
    for first, end in pairwise((*starts, len(candles))):
        async with side_of(site, remarks=remarks) as (side, ring, held):
            parts = parts_of(store, kernels)
            async with running(parts, side, ring, held, config, [wanted]) as fleet:
                runner = next(iter(fleet.runners.values()))
                await until(lambda: fleet.account.fresh and runner.quiet, "the account was read")  # noqa: B023 - waited for
                stepper = Stepper(site, fleet)
                for turn in range(first, end):
                    await stepper.candle(f"candle {turn}")
                rules = fleet.listings[candles.symbol].instrument
    found = await replay(parts, "one")
    assert (found.count, found.differences, remarks) == (0, (), [])
    return rules


def same_fills(wanted, count, kernels, *, file="BTC-USDT/5m.parquet", begin=0, starts=(1,)):
    """Trade a window live, hold it against its backtest; the fills, and how many order lists the venue held."""
    [symbol] = wanted.symbols
    found, rules = windows([file], begin, count, [symbol])
    candles = found[symbol]
    store = open_memory(epoch=bytes(16), now_ms=now_ms())
    with served(exchange_of(candles, rules[symbol].tick_size, kernels)) as site:
        told = asyncio.run(traded(site, wanted, candles, store, kernels, starts))
        books = site.exchange.floor.accounts["main"]
        at_venue = len(books.trades)
        lists = len({one.list_id for one in books.orders.values() if one.list_id >= 0})

    async def booked():
        async with store.reading(None) as tx:
            return await fills.of_bot(tx, (await bots.by_name(tx, "one")).id, limit=1_000_000)

    live = asyncio.run(booked())
    shown = candles.slice(0, len(candles) - 1)
    market = Market("window", {symbol: told}, timeframe_ms(candles.timeframe), {symbol: shown}, "window")
    back = of_result(backtested(wanted, {symbol: shown}, market))
    plan = plan_of(wanted, market.instruments, market.timeframe_ms)
    # What the last close decided fills at an open that the backtest does not have.
    mine = [one for one in of_store(live, plan.strategy.tags) if one[0] <= int(shown.ts[-1])]
    assert first_difference(back, mine) is None
    assert at_venue == len(live)
    return back, lists, shown


@pytest.mark.parametrize("name", BOTS)
def test_a_live_bot_over_sockets_has_the_fills_of_its_backtest(name, kernels):
    back, lists, _ = same_fills(BOTS[name], CANDLES, kernels)
    assert len(back) >= LEAST[name]
    assert lists >= LISTED.get(name, 0)


def test_exits_that_move_are_those_of_the_backtest(kernels):
    """Lists placed anew as stops are armed and targets fall, some below the price and some below the stop."""
    back, lists, _ = same_fills(MOVING["exits that move"], 1_200, kernels)
    reasons = [one[9] for one in back]
    assert reasons.count("take_profit") > 10
    assert reasons.count("break_even") > 2
    assert lists > 50


def test_a_position_goes_in_parts_as_in_its_backtest(kernels):
    """Each rung is a list beside the others, and the rest has a stop alone."""
    back, lists, _ = same_fills(IN_PARTS, 1_000, kernels)
    reasons = [one[9] for one in back]
    assert min(map(reasons.count, ("take_profit_1", "take_profit_2", "stop_loss"))) > 2
    assert lists > 20


def test_money_beyond_64_bits_is_counted_live_too_from_one_start_to_the_next(kernels):
    """A coin so cheap that 10,000 USDT are more of its money unit, 1e-16, than a machine number holds."""
    wanted = bot("grid", ["PEPE/USDT"], "one", params={"step": "0.01", "levels": 12}, sizing=("percent", "0.9"))
    back, _, _ = same_fills(wanted, 400, kernels, file="PEPE-USDT/1h_2024.parquet", begin=100, starts=(1, 150, 300))
    assert len(back) > 50


@pytest.mark.parametrize("name", HELD)
def test_a_held_exit_goes_inside_its_candle_at_its_price(name, kernels, monkeypatch):
    monkeypatch.setitem(catalog.PLACES, "ladder_again", ("tests.engine.ladder_again", "LadderAgain"))
    count, least = HELD_WINDOWS[name]
    back, _, shown = same_fills(HELD[name], count, kernels)
    opens = {round(Decimal(str(price)), 2) for price in shown.open}
    exits = [one for one in back if one[9] in ("stop_loss", "take_profit", "trailing_stop")]
    inside = {one[0] for one in exits if one[5] not in opens}
    assert len(inside) >= least
