"""Markets and bots for the engine's tests: drawn candles with gaps, named scenes, and scenes by number.

A scene is only inputs: candles by symbol, the market made of them, and one bot's settings.
"""

import os
import random
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from botswain.control.config import BotConfig, MarketConfig, SizingConfig
from botswain.engine.feed import Market
from botswain.engine.paper_market import market_of
from botswain.history.files import read_candles
from botswain.history.grid import default_instrument
from botswain.model.candles import COLUMNS, Candles
from botswain.model.instrument import Instrument
from botswain.model.timeframe import timeframe_ms

T0 = 1_700_006_400_000
MINUTE_MS = 60_000
SYMBOLS = ("BTC/USDT", "ETH/USDT", "XRP/USDT")
EMPTY = MarketConfig()


@dataclass
class Scene:
    """A bot and its market. `bites` are reasons of fills that must occur, so that a scene cannot go tame unseen."""

    bot: BotConfig
    candles: dict[str, Candles]
    instruments: dict[str, Instrument]
    bites: tuple[str, ...] = ()
    least: int = 1
    config: MarketConfig = field(default=EMPTY)

    @property
    def market(self):
        """The market of all candles."""
        frame_ms = timeframe_ms(next(iter(self.candles.values())).timeframe)
        return Market("drawn", self.instruments, frame_ms, self.candles, "drawn")


def bot(strategy, symbols, name="one", **settings):
    """A bot's settings; `sizing` is (kind, size)."""
    sizing = SizingConfig(*settings.pop("sizing", ("percent", "1")))
    return BotConfig(name=name, strategy=strategy, symbols=list(symbols), sizing=sizing, **settings)


def drawn(seed, symbol, count, start=100.0, tick=0.1, loud=0.002, gaps=0.0):
    """A seeded walk of one-minute candles whose jumps and gaps hit what smooth ones do not."""
    chance = np.random.default_rng(seed)
    price, rows = start, []
    for minute in range(count):
        if minute and chance.random() < gaps:
            continue
        path = [price]
        for _ in range(5):
            path.append(max(tick, round(path[-1] * np.exp(chance.normal(0, loud)) / tick) * tick))
        price = path[-1]
        if chance.random() < 0.05:
            price = max(tick, round(price * np.exp(chance.normal(0, 8 * loud)) / tick) * tick)
        rows.append((T0 + minute * MINUTE_MS, path[0], max(path), min(path), path[-1], 1.0))
    ts = np.array([row[0] for row in rows], np.int64)
    columns = [np.array([row[k] for row in rows], np.float64) for k in range(1, 6)]
    return Candles(symbol, "1m", ts, *columns)


def seeded(seed=5, count=300, prices=None, volatility=0.8):
    """A made-up market as the engine makes it: its configuration, and its candles by symbol for a backtest."""
    config = MarketConfig(seed=seed, prices=prices or {"BTC/USDT": 60000}, volatility=volatility, candles=count)
    rows = {symbol: [] for symbol in config.prices}
    for instant in market_of(config, Path()).instants(-1):
        for one in instant.candles:
            rows[one.symbol].append(one)
    candles = {
        symbol: Candles(
            symbol,
            "1m",
            np.array([one.open_ms for one in found], np.int64),
            *(np.array([getattr(one, name) for one in found]) for name in COLUMNS),
        )
        for symbol, found in rows.items()
    }
    return config, candles


def windows(files, first, count, symbols):
    """The same rows of real candle files, by symbol; skips where the data is not at hand."""
    root = Path(__file__).resolve().parents[2]
    folder = Path(os.environ.get("BOTSWAIN_SHARED", root.parent / "shared")) / "data" / "binance"
    if not folder.is_dir():
        pytest.skip(f"real market data is missing: {folder} (set BOTSWAIN_SHARED)")
    found = {}
    for name, symbol in zip(files, symbols, strict=True):
        whole = read_candles(folder / name, symbol)
        found[symbol] = whole.slice(first, first + count)
    return found, {symbol: default_instrument(one, Decimal(0)) for symbol, one in found.items()}


def instrument(symbol, tick="0.1", lot="0.001", **facts):
    """An instrument without fees of its own; a bot's settings bring them."""
    return Instrument(symbol, Decimal(tick), Decimal(lot), **facts)


def any_scene(number, strategies=("sma_crossover", "grid", "wild_orders")):
    """A scene by its number: any strategy, one to three symbols, gaps, fees in any asset, exits, limits."""
    chance = random.Random(number)
    strategy = chance.choice(strategies)
    symbols = SYMBOLS[: chance.choice([1, 2, 3])]
    gaps, loud = chance.choice([0, 0.1, 0.4]), chance.choice([0.0005, 0.002, 0.01])
    shortable = chance.random() < 0.3
    fees = chance.choice(["quote", "base", "base_fine", "third"])
    candles, instruments = {}, {}
    for place, symbol in enumerate(symbols):
        tick, count = chance.choice([0.01, 0.1, 0.5]), chance.choice([60, 150, 250])
        start = chance.choice([20.0, 100.0, 1000.0])
        candles[symbol] = drawn(number * 10 + place, symbol, count, start, tick, loud, gaps)
        facts = {
            "min_qty": Decimal(chance.choice(["0", "0.01"])),
            "max_qty": Decimal(chance.choice(["0", "0", "3"])),
            "min_notional": Decimal(chance.choice(["0", "5"])),
            "shortable": shortable,
            **fee_facts(fees, symbol),
        }
        instruments[symbol] = instrument(symbol, str(tick), chance.choice(["0.0001", "0.001", "0.01", "1"]), **facts)
    exits, limits = guards(chance)
    settings = {
        "fee": chance.choice(["0.001", "0", "0.0005"]),
        "slippage_bps": chance.choice(["0", "5"]),
        "sizing": chance.choice([("percent", "0.3"), ("percent", "1"), ("fixed", "1"), ("fixed_quote", "500")]),
        "params": params_of(strategy, number, chance, candles[symbols[0]]),
    }
    return Scene(bot(strategy, symbols, exits=exits, limits=limits, **settings), candles, instruments)


EXITS = ("stop_loss", "take_profit", "trailing_stop")
LIMITS = {
    "max_position": ["0.3", "0.8"],
    "max_open_positions": ["1", "2"],
    "max_orders_day": ["5", "30"],
    "max_daily_loss": ["0.005", "0.05"],
    "max_drawdown": ["0.02", "0.2"],
    "max_consecutive_losses": ["1", "3"],
    "cooldown_ms": ["300000"],
    "price_collar": ["0.01"],
}


def guards(chance):
    """Exits and limits, both or neither: each combination of features is compiled for itself, which takes its time."""
    if chance.random() < 0.3:
        return {}, {}
    exits = drawn_values(chance, {name: ["0.002", "0.01", "0.03"] for name in EXITS}, 0.5)
    limits = drawn_values(chance, LIMITS, 0.3)
    limits.pop("cooldown_ms", None)
    if "max_consecutive_losses" in limits:
        limits["cooldown_ms"] = LIMITS["cooldown_ms"][0]
    return exits or {"stop_loss": "0.01"}, limits or {"max_position": "0.8"}


def drawn_values(chance, choices, share):
    """Some of the names, each with one of its values."""
    return {name: chance.choice(values) for name, values in choices.items() if chance.random() < share}


def fee_facts(fees, symbol):
    """An instrument's facts about what fees are taken in."""
    base = symbol.partition("/")[0]
    return {
        "quote": {},
        "base": {"fee_asset": base},
        "base_fine": {"fee_asset": base, "fee_precision": 8},
        "third": {"fee_asset": "BNB", "fee_asset_price": Decimal(250)},
    }[fees]


def params_of(strategy, number, chance, candles):
    """Parameters that make a strategy busy on a few hundred candles."""
    if strategy == "wild_orders":
        return {"seed": number % 100_000}
    if strategy == "sma_crossover":
        fast = chance.choice([2, 3, 5])
        return {"fast": fast, "slow": fast + chance.choice([1, 3, 7]), "direction": chance.choice(["long", "both"])}
    params = {
        "levels": chance.choice([3, 8, 15]),
        "spacing": chance.choice(["arithmetic", "geometric"]),
        "initial": chance.choice(["market", "none"]),
    }
    if chance.random() < 0.5:
        return params | {"step": chance.choice(["0.003", "0.01", "0.02"])}
    first = float(candles.close[0])
    return params | {"lower": str(round(first * 0.9, 2)), "upper": str(round(first * 1.1, 2))}
