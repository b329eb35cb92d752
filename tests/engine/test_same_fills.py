"""One decision everywhere: the fills of a backtest, of the live engine and of a replay are the same, one by one.

And with them equity at every close, what the venue holds, and what the gate said.
"""

import json
import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from tests.engine.compare import backtested, first_difference, of_result, of_store
from tests.engine.scenes import Scene, any_scene, bot, drawn, instrument, seeded, windows
from tests.fakes.installation import Installation

from botswain.build.plan import as_decimal
from botswain.control.config import SlippageConfig
from botswain.core.records import NOTE, NOTES
from botswain.engine.paper_market import market_of
from botswain.model.errors import BadInput
from botswain.model.orders import Side
from botswain.strategies import catalog

TWO = ("BTC/USDT", "ETH/USDT")
ALL_LIMITS = {
    "max_position": "0.6",
    "max_open_positions": "2",
    "max_orders_day": "40",
    "max_daily_loss": "0.03",
    "max_drawdown": "0.2",
    "max_consecutive_losses": "4",
    "cooldown_ms": "900000",
    "price_collar": "0.05",
}


LOOSE = {"max_drawdown": "0.9"}  # one limit, so that fewer combinations of features are compiled


def crossover_on_three():
    symbols = ("BTC/USDT", "ETH/USDT", "XRP/USDT")
    candles = {one: drawn(place + 3, one, 400, gaps=0.1) for place, one in enumerate(symbols)}
    settings = {
        "params": {"fast": 3, "slow": 8},
        "sizing": ("percent", "0.33"),
        "exits": {"stop_loss": "0.01", "take_profit": "0.02", "trailing_stop": "0.012"},
        "limits": ALL_LIMITS,
        "slippage_bps": "5",
    }
    bites = ("target", "stop_loss", "trailing_stop", "take_profit")
    return Scene(
        bot("sma_crossover", symbols, **settings), candles, {one: instrument(one) for one in symbols}, bites, 60
    )


def crossover_with_gaps_and_little_cash():
    candles = {one: drawn(place + 40, one, 300, gaps=0.4) for place, one in enumerate(TWO)}
    settings = {"params": {"fast": 2, "slow": 3}, "sizing": ("percent", "1")}
    return Scene(bot("sma_crossover", TWO, **settings), candles, {one: instrument(one) for one in TWO}, ("target",), 40)


def crossover_that_sells_short():
    rules = {"BTC/USDT": instrument("BTC/USDT", shortable=True)}
    settings = {
        "params": {"fast": 2, "slow": 6, "direction": "both"},
        "sizing": ("risk", "0.02"),
        "exits": {"stop_loss": "0.02"},
        "limits": LOOSE,
    }
    candles = {"BTC/USDT": drawn(8, "BTC/USDT", 400)}
    return Scene(bot("sma_crossover", ["BTC/USDT"], **settings), candles, rules, ("target", "stop_loss"), 40)


def grid_of_arithmetic_lines_bought_at_the_market():
    settings = {"params": {"step": "0.006", "levels": 12}, "exits": {"stop_loss": "0.2"}, "limits": LOOSE}
    candles = {"BTC/USDT": drawn(12, "BTC/USDT", 500)}
    return Scene(bot("grid", ["BTC/USDT"], **settings), candles, {"BTC/USDT": instrument("BTC/USDT")}, ("grid",), 30)


def grid_of_geometric_lines_that_waits():
    params = {"lower": "90", "upper": "110", "levels": 14, "spacing": "geometric", "initial": "none"}
    candles = {"BTC/USDT": drawn(13, "BTC/USDT", 500)}
    limits = {"max_position": "0.9", "max_daily_loss": "0.1", "price_collar": "0.2"}
    settings = {"sizing": ("percent", "0.9"), "exits": {"stop_loss": "0.2"}, "limits": limits}
    scene = bot("grid", ["BTC/USDT"], params=params, **settings)
    return Scene(scene, candles, {"BTC/USDT": instrument("BTC/USDT")}, ("grid",), 20)


def grid_with_fees_in_base_and_dust():
    rules = {"BTC/USDT": instrument("BTC/USDT", lot="0.01", fee_asset="BTC", fee_precision=8)}
    candles = {"BTC/USDT": drawn(14, "BTC/USDT", 500)}
    return Scene(bot("grid", ["BTC/USDT"], params={"step": "0.006", "levels": 10}), candles, rules, ("grid",), 20)


def grid_that_may_sell_short():
    rules = {"BTC/USDT": instrument("BTC/USDT", shortable=True)}
    candles = {"BTC/USDT": drawn(15, "BTC/USDT", 500)}
    params = {"step": "0.006", "levels": 10, "spacing": "geometric"}
    return Scene(bot("grid", ["BTC/USDT"], params=params), candles, rules, ("grid",), 20)


def grid_ended_by_its_stop():
    candles = {"BTC/USDT": drawn(16, "BTC/USDT", 500, loud=0.003)}
    settings = {"params": {"step": "0.004", "levels": 10}, "exits": {"stop_loss": "0.015"}, "limits": LOOSE}
    return Scene(
        bot("grid", ["BTC/USDT"], **settings), candles, {"BTC/USDT": instrument("BTC/USDT")}, ("grid", "stop_loss"), 8
    )


def grid_whose_stop_is_held_but_for_the_dust():
    """Fees in base: what the cells sell is a little less than the position; that little of the stop rests."""
    rules = {"BTC/USDT": instrument("BTC/USDT", lot="0.1", fee_asset="BTC", fee_precision=8)}
    candles = {"BTC/USDT": drawn(12, "BTC/USDT", 500, loud=0.003)}
    settings = {"params": {"step": "0.004", "levels": 10}, "exits": {"stop_loss": "0.015"}, "limits": LOOSE}
    return Scene(bot("grid", ["BTC/USDT"], **settings), candles, rules, ("grid", "stop_loss"), 30)


def grid_that_follows_with_few_orders():
    params = {"step": "0.004", "levels": 6, "spacing": "geometric", "trail": "both", "resting": 2, "compound": "yes"}
    rules = {"BTC/USDT": instrument("BTC/USDT", lot="0.01", fee_asset="BTC", fee_precision=8)}
    settings = {"params": params, "exits": {"stop_loss": "0.2"}, "limits": LOOSE}
    candles = {"BTC/USDT": drawn(12, "BTC/USDT", 500, loud=0.003)}
    return Scene(bot("grid", ["BTC/USDT"], **settings), candles, rules, ("grid",), 60)


def grid_that_begins_pauses_and_ends():
    params = {"step": "0.004", "levels": 8, "spacing": "geometric", "trigger": "99.5", "beyond": "pause"}
    params |= {"fall": "0.01", "fall_pause": 4, "end_after": 400, "profit": "0.006", "initial_part": "0.5"}
    candles = {"BTC/USDT": drawn(14, "BTC/USDT", 500, loud=0.003)}
    scene = bot("grid", ["BTC/USDT"], params=params, exits={"stop_loss": "0.2"}, limits=LOOSE)
    return Scene(scene, candles, {"BTC/USDT": instrument("BTC/USDT")}, ("grid", "end"), 10)


def grid_that_follows_short():
    rules = {"BTC/USDT": instrument("BTC/USDT", shortable=True)}
    candles = {"BTC/USDT": drawn(15, "BTC/USDT", 500, loud=0.003)}
    params = {"step": "0.004", "levels": 6, "spacing": "geometric", "trail": "both", "end_after": 400}
    settings = {"params": params, "sizing": ("percent", "0.5"), "exits": {"stop_loss": "0.2"}, "limits": LOOSE}
    return Scene(bot("grid", ["BTC/USDT"], **settings), candles, rules, ("grid", "end"), 40)


def momentum_that_adds_and_turns_over():
    rules = {"BTC/USDT": instrument("BTC/USDT", shortable=True)}
    params = {"lookback": 3, "enter": 0.004, "adds": 3, "add_step": 0.0025, "direction": "both", "min_strength": 10}
    settings = {"params": params, "exits": {"stop_loss": "0.01"}, "limits": LOOSE}
    candles = {"BTC/USDT": drawn(17, "BTC/USDT", 500, loud=0.003)}
    return Scene(bot("momentum", ["BTC/USDT"], **settings), candles, rules, ("target", "stop_loss"), 40)


def rules_on_two_timeframes():
    """Counts that go on, crossings, a veto and longer candles, over gaps."""
    quick = [
        {"left": "RSI(4)", "is": "crosses_above", "right": 35, "within": 4},
        {"left": "close", "is": "rising", "candles": 2},
        {"left": "close", "is": "above", "right": "SMA(3)", "timeframe": "5m"},
    ]
    rules = {
        "entry_long": {"at_least": 2, "of": quick},
        "entry_short": [{"left": "RSI(4)", "is": "crosses_below", "right": 65, "timeframe": "3m", "within": 2}],
        "exit": {
            "any": [{"left": "RSI(4)", "is": "above", "right": 80}, {"left": "close", "is": "falling", "candles": 4}]
        },
        "veto": [{"left": "volume", "is": "falling", "candles": 2, "timeframe": "5m"}],
    }
    settings = {
        "params": {"rules": json.dumps(rules), "direction": "both"}, "exits": {"stop_loss": "0.01"}, "limits": LOOSE,
    }  # fmt: skip
    facts = {"BTC/USDT": instrument("BTC/USDT", shortable=True)}
    candles = {"BTC/USDT": drawn(19, "BTC/USDT", 500, gaps=0.05, loud=0.003)}
    return Scene(bot("indicator_rules", ["BTC/USDT"], **settings), candles, facts, ("target", "stop_loss"), 40)


def dip_that_follows_down_and_sells_in_steps():
    rules = {"BTC/USDT": instrument("BTC/USDT", lot="0.01", fee_asset="BTC", fee_precision=8)}
    ladder = {"sells": 3, "gain_1": 0.004, "gain_2": 0.006, "gain_3": 0.009, "arm": 0.007}
    params = {"drop": 0.005, "window": 12, "cooldown": 3, "rebound": 0.001, "trail": 0.002, "growth": 1} | ladder
    settings = {"params": params, "exits": {"stop_loss": "0.02"}, "limits": LOOSE}
    candles = {"BTC/USDT": drawn(18, "BTC/USDT", 500, loud=0.003)}
    return Scene(bot("dip", ["BTC/USDT"], **settings), candles, rules, ("dip", "ladder", "stop_loss"), 40)


def scalper_of_both_sides_that_stops_and_waits():
    """Two levels a side, each fill with a stop and a time, a pause after losses, and orders of an hour."""
    rules = {"BTC/USDT": instrument("BTC/USDT", shortable=True, maker_fee=Decimal("0.0002"))}
    quotes = {"direction": "both", "levels": 2, "spread": 0.4, "take_profit": 0.4, "tolerance": 0.3, "refresh": 7}
    closing = {"stop": 1.2, "tighten": 2, "hold": 4, "losses": 3, "pause": 9, "loss_cooldown": 1, "orders_hour": 60}
    settings = {"params": quotes | closing, "exits": {"stop_loss": "0.02"}, "limits": LOOSE}
    candles = {"BTC/USDT": drawn(21, "BTC/USDT", 500, loud=0.003)}
    return Scene(bot("scalper", ["BTC/USDT"], **settings), candles, rules, ("quote", "profit", "stop", "time"), 40)


def scalper_by_quotes_with_fees_in_base():
    """A ladder on either side of the price, skewed by what is held; the fee leaves less than was bought."""
    rules = {"BTC/USDT": instrument("BTC/USDT", lot="0.01", fee_asset="BTC", fee_precision=8)}
    params = {"exit": "quotes", "spread": 0.3, "price_skew": 1, "target_base": 0.2, "stop": 1.2, "hold": 60}
    candles = {"BTC/USDT": drawn(22, "BTC/USDT", 500, loud=0.003)}
    return Scene(bot("scalper", ["BTC/USDT"], params=params, limits=LOOSE), candles, rules, ("quote", "profit"), 40)


def crossover_whose_size_moves_the_price():
    symbols = ("BTC/USDT", "ETH/USDT", "XRP/USDT")
    candles = {one: drawn(place + 33, one, 400, gaps=0.1) for place, one in enumerate(symbols)}
    slippage = SlippageConfig("impact", "0.05", 9)
    settings = {"params": {"fast": 3, "slow": 8}, "sizing": ("percent", "0.2"), "slippage_bps": "1"}
    settings |= {"exits": {"stop_loss": "0.01"}, "limits": LOOSE, "slippage": slippage}
    rules = {one: instrument(one, lot="0.01") for one in symbols}
    return Scene(bot("sma_crossover", symbols, **settings), candles, rules, ("target", "stop_loss"), 60)


def grid_with_a_stop_that_slips_by_the_range():
    settings = {"params": {"step": "0.004", "levels": 10}, "exits": {"stop_loss": "0.015"}, "limits": LOOSE}
    settings |= {"slippage": SlippageConfig("volatility", "0.3")}
    candles = {"BTC/USDT": drawn(16, "BTC/USDT", 500, loud=0.003)}
    rules = {"BTC/USDT": instrument("BTC/USDT")}
    return Scene(bot("grid", ["BTC/USDT"], **settings), candles, rules, ("grid", "stop_loss"), 6)


def deals_with_steps_and_a_stop():
    params = {"step": "0.004", "safety_orders": 4, "take_profit": "0.005", "take_profit_2": "0.01", "break_even": "yes"}
    settings = {"params": params, "exits": {"stop_loss": "0.03"}, "limits": LOOSE}
    candles = {"BTC/USDT": drawn(17, "BTC/USDT", 500, loud=0.003)}
    rules = {"BTC/USDT": instrument("BTC/USDT", fee_asset="BTC", fee_precision=8)}
    return Scene(bot("dca", ["BTC/USDT"], **settings), candles, rules, ("base", "safety", "profit", "stop"), 40)


def deals_by_the_clock():
    params = {"kind": "time", "every": 7, "parts": 6, "dip": "0.01", "take_profit": "0.006", "trailing": "0.002"}
    candles = {"BTC/USDT": drawn(18, "BTC/USDT", 500, loud=0.003)}
    rules = {"BTC/USDT": instrument("BTC/USDT")}
    return Scene(bot("dca", ["BTC/USDT"], params=params), candles, rules, ("base", "close"), 8)


NAMED = (
    crossover_whose_size_moves_the_price,
    grid_with_a_stop_that_slips_by_the_range,
    deals_with_steps_and_a_stop,
    deals_by_the_clock,
    crossover_on_three,
    crossover_with_gaps_and_little_cash,
    crossover_that_sells_short,
    grid_of_arithmetic_lines_bought_at_the_market,
    grid_of_geometric_lines_that_waits,
    grid_with_fees_in_base_and_dust,
    grid_that_may_sell_short,
    grid_ended_by_its_stop,
    grid_whose_stop_is_held_but_for_the_dust,
    grid_that_follows_with_few_orders,
    grid_that_begins_pauses_and_ends,
    grid_that_follows_short,
    momentum_that_adds_and_turns_over,
    rules_on_two_timeframes,
    dip_that_follows_down_and_sells_in_steps,
    scalper_of_both_sides_that_stops_and_waits,
    scalper_by_quotes_with_fees_in_base,
)


async def held_against_a_backtest(scene, kernels, market=None):
    """Run a scene in the engine, and compare everything there is with a backtest; returns the backtest."""
    expected = backtested(scene.bot, scene.candles, market or scene.market)
    installation = Installation(kernels)
    marks = []
    fleet = await installation.start(market or scene.market, scene.config, [scene.bot])
    [runner] = fleet.runners
    for instant in fleet.market.instants(fleet.last_open_ms):
        await fleet.handle(instant)
        if runner.own(instant):
            marks.append((instant.open_ms + fleet.market.timeframe_ms, money(runner, runner.bot.equity())))
    found = of_store(await installation.fills(scene.bot.name), runner.plan.strategy.tags)
    assert first_difference(of_result(expected), found) is None
    assert first_difference(expected.equity, marks) is None
    same_books(runner)
    assert kept_notes(expected.ran.state) == kept_notes(runner.bot.decider.state)
    replayed = await installation.replay(scene.bot.name)
    assert (replayed.count, replayed.differences, replayed.pending) == (0, (), 0)
    assert replayed.fills == len(found)
    assert (await installation.verified(scene.bot.name)).broken_seq is None
    await same_positions(installation, scene, runner, expected)
    assert await installation.unfinished(scene.bot.name) == set(runner.bot.working)
    return expected


def money(runner, units):
    return as_decimal(units * runner.steps.unit)


def same_books(runner):
    """What the venue holds is what the ledger says, to the last unit."""
    state, venue = runner.bot.decider.state, runner.venue
    assert venue.cash == int(state.account.cash)
    for s, book in enumerate(state.parts["books"]):
        assert venue.position(s) == int(book.pos) + int(book.dust)
    assert set(venue.places) | {one.places for one in venue.waiting if one.row} >= set(runner.bot.working)


def kept_notes(state):
    """All that the gate, the rounding and the venue said last, as it came, in either form of a run's memory.

    A backtest remembers more of it than an engine does.
    """
    count, room = int(state.account.notes), state.note_room
    last = [state.parts["notes"][k % room] for k in range(max(0, count - NOTES), count)]
    return count, [tuple(float(getattr(one, name)) for name in NOTE.names) for one in last]


async def same_positions(installation, scene, runner, expected):
    """The store's positions and fills add up to the ledger."""
    positions = await installation.positions(scene.bot.name)
    fills = await installation.fills(scene.bot.name)
    for s, symbol in enumerate(scene.bot.symbols):
        if symbol in positions:
            assert (positions[symbol].qty, positions[symbol].dust) == (expected.position(symbol), expected.dust(symbol))
            book = runner.bot.decider.state.parts["books"][s]
            assert positions[symbol].realized == money(runner, int(book.realized))
            assert positions[symbol].cost == money(runner, int(book.cost))
            realized = sum((one.realized for one in fills if one.symbol == symbol), Decimal(0))
            realized += sum(one.cash for one in (*expected.charges, *expected.actions) if one.symbol == symbol)
            if runner.plan.share_splits:  # what a fraction of a lot cost goes out with it
                realized = money(runner, int(expected.ran.state.parts["books"][s].realized))
            assert realized == positions[symbol].realized
            assert positions[symbol].fees == sum((in_quote(one) for one in fills if one.symbol == symbol), Decimal(0))
        if not runner.plan.instruments[s].shortable:
            assert all(one.realized == 0 for one in fills if one.symbol == symbol and one.side is Side.BUY)
    moved = sum((one.cash for one in (*fills, *expected.charges, *expected.actions)), Decimal(0))
    assert runner.plan.capital + moved == expected.cash


def in_quote(fill):
    """A fill's fee in quote: one taken in base at the fill's own price, one in the third asset at its fixed price."""
    base, _, quote = fill.symbol.partition("/")
    return fill.fee * {quote: Decimal(1), base: fill.price, "BNB": Decimal(250)}[fill.fee_asset]


@pytest.mark.parametrize("made", NAMED, ids=lambda made: made.__name__)
async def test_backtest_engine_and_replay_fill_alike(made, kernels):
    scene = made()
    expected = await held_against_a_backtest(scene, kernels)
    assert set(scene.bites) <= {one.reason for one in expected.fills}
    assert len(expected.fills) >= scene.least


@pytest.mark.parametrize("number", [*range(8), 30045])
async def test_any_settings_fill_alike(number, kernels, monkeypatch):
    monkeypatch.setitem(catalog.PLACES, "wild_orders", ("tests.engine.wild_orders", "WildOrders"))
    scene = any_scene(number)
    refusals = []
    try:
        await held_against_a_backtest(scene, kernels)
    except BadInput as error:  # a grid that does not pay is refused by both
        refusals.append(str(error))
    if refusals:
        with pytest.raises(BadInput, match=re.escape(refusals[0])):
            await Installation(kernels).start(scene.market, scene.config, [scene.bot])


@pytest.mark.parametrize("number", range(3000, 3008))
async def test_orders_of_every_kind_flag_and_group_fill_alike(number, kernels, monkeypatch):
    monkeypatch.setitem(catalog.PLACES, "wild_orders", ("tests.engine.wild_orders", "WildOrders"))
    await held_against_a_backtest(any_scene(number, ("wild_orders",)), kernels)


@pytest.mark.parametrize("name", ["StopLimitAgain", "ParentRenewed", "OneOfThree"])
async def test_orders_that_depend_on_each_other_fill_alike(name, kernels, monkeypatch):
    monkeypatch.setitem(catalog.PLACES, "story", ("tests.engine.order_stories", name))
    candles = {"BTC/USDT": drawn(21, "BTC/USDT", 500, loud=0.004)}
    scene = Scene(bot("story", ["BTC/USDT"]), candles, {"BTC/USDT": instrument("BTC/USDT")})
    expected = await held_against_a_backtest(scene, kernels)
    assert len(expected.fills) > 6


@pytest.mark.parametrize("strategy", ["sma_crossover", "grid"])
async def test_a_made_up_market_fills_alike(strategy, kernels):
    config, candles = seeded(seed=5, count=400, prices={"BTC/USDT": 60000, "ETH/USDT": "3000.5"})
    params = {"fast": 5, "slow": 12} if strategy == "sma_crossover" else {"step": "0.003", "levels": 10}
    scene = Scene(bot(strategy, TWO, params=params, sizing=("percent", "0.4")), candles, {})
    market = market_of(config, Path())
    scene = replace(scene, instruments=market.instruments, config=config)
    expected = await held_against_a_backtest(scene, kernels, market)
    assert len(expected.fills) > 10


@pytest.mark.parametrize(
    ("files", "first"),
    [
        (("BTC-USDT/5m.parquet", "ETH-USDT/5m.parquet"), 20_000),
        (("BTC-USDT/1h_2017-2022.parquet", "ETH-USDT/1h_2017-2022.parquet"), 500),
    ],
)
@pytest.mark.parametrize("strategy", ["sma_crossover", "grid"])
async def test_real_candles_fill_alike(strategy, files, first, kernels):
    candles, rules = windows(files, first, 700, TWO)
    params = {"fast": 9, "slow": 21} if strategy == "sma_crossover" else {"step": "0.012", "levels": 12}
    settings = {"exits": {"stop_loss": "0.04", "trailing_stop": "0.05"}, "limits": {"max_daily_loss": "0.2"}}
    scene = Scene(bot(strategy, TWO, params=params, sizing=("percent", "0.45"), **settings), candles, rules)
    expected = await held_against_a_backtest(scene, kernels)
    assert len(expected.fills) > 10
