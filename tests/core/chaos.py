"""A bot that wants anything at all, and markets to want it in: what the property tests run.

Its wishes are read out of the candles' volumes, so a run is a function of its candles, as a strategy's must be. What
it asks for makes no sense, and that is the point: whatever is asked, the core's promises hold.
"""
# ruff: noqa: ARG002

from __future__ import annotations

import json
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import numpy as np
from hypothesis import strategies as st
from tests.stage import at, market

from botswain.core.codes import CLOSE, END, FILL, START
from botswain.core.indicators import Indicator, ta
from botswain.core.num import above
from botswain.core.strategy import Strategy, step
from botswain.model.candles import Candles
from botswain.model.instrument import Instrument


class Chaos(Strategy):
    """Wants whatever the last candle's volume says, and sometimes the opposite of what was just filled."""

    name = "chaos"
    tags = ("target", "one", "two")
    memory_units = {"wish": "plain", "fills": "quantity"}  # noqa: RUF012

    def events(self) -> tuple[int, ...]:
        """All there are."""
        return (START, CLOSE, FILL, END)

    def slots(self) -> int:
        """Few enough to meet each other."""
        return 4

    def split(self) -> int:
        """Its money is shared among half of them: sometimes it is too dear."""
        return 2

    def memory(self) -> dict[str, int]:
        """Something to lose at a restart."""
        return {"wish": 1, "fills": 4}

    def indicators(self) -> dict[str, Indicator]:
        """One, for a decision that depends on it."""
        return {"mean": ta.SMA(3)}

    @step
    def decide(now, was, p, candle, my, wanted):
        if my.event == FILL:
            if my.slot < 4:
                my.mem.fills[my.slot] += my.received
                if my.mem.wish % 3 == 0:
                    wanted.renew(my.slot)
                    wanted.limit(my.slot, -my.side, candle.close + my.side * 2 * my.tick, my.received * my.lot)
        elif my.event == END:
            if my.slot < 4 and my.mem.wish % 2 == 0:
                wanted.again(my.slot)
        elif my.event == START:
            wanted.limit(3, 1, candle.close * 0.97, 0.0)
        else:
            my.mem.wish = candle.volume
            ask(my, wanted, int(candle.volume), candle.close)
            if above(now.mean, was.mean):
                ask(my, wanted, int(candle.volume) // 7, candle.close)


def ask(my, wanted, wish, close):
    """One wish: a slot, a side, a distance from the price, a quantity and what to do with them."""
    slot = (wish // 16) % 4
    side = 1 if (wish // 64) % 2 == 0 else -1
    price = close + ((wish // 128) % 11 - 5) * my.tick
    qty = ((wish // 1408) % 4) * 2.0 * my.lot
    what = wish % 16
    if what == 0:
        wanted.target(((wish // 128) % 5 - 2) / 2.0)
    elif what == 1:
        wanted.market(slot, side, qty)
    elif what == 2:
        wanted.stop(slot, side, price, qty)
    elif what == 3:
        wanted.take_profit(slot, side, price, qty)
    elif what == 4:
        wanted.stop_limit(slot, side, price, price + side * ((wish // 11) % 5 - 3) * my.tick, qty)
    elif what == 5:
        wanted.withdraw(slot)
    elif what == 6:
        wanted.flags(slot, (wish // 128) % 4)
    elif what == 7:
        wanted.link(slot, (wish // 128) % 3)
    elif what == 8:
        parent = (wish // 128) % 5 - 1
        wanted.parent(slot, parent if parent != slot else -1)
    elif what == 9:
        wanted.tag(slot, (wish // 128) % 3)
    elif what == 10:
        wanted.clear()
    elif what < 13:
        wanted.renew(slot)
        wanted.market(slot, side, qty)
    else:
        wanted.renew(slot)
        wanted.limit(slot, side, price, qty)


@dataclass(frozen=True)
class Scene:
    """Everything a run is given."""

    strategy: Any
    candles: dict[str, Candles]
    instruments: dict[str, Instrument]
    settings: dict[str, Any]
    params: dict[str, Any] = field(default_factory=dict)

    def upto(self, count: int) -> Scene:
        """The same run with its future cut off after the first `count` instants."""
        times = np.unique(np.concatenate([one.ts for one in self.candles.values()]))
        last = times[count - 1]
        kept = {name: one.slice(0, int(np.searchsorted(one.ts, last, "right"))) for name, one in self.candles.items()}
        return Scene(self.strategy, {name: one for name, one in kept.items() if len(one)}, self.instruments,
                     self.settings, self.params)  # fmt: skip

    @property
    def instants(self) -> int:
        """How many there are."""
        return len(np.unique(np.concatenate([one.ts for one in self.candles.values()])))


@st.composite
def candles(draw: st.DrawFn, symbol: str, tick: Decimal, count: int, *, missing: bool) -> Candles:
    """A walk in ticks that gaps, touches and stands still; volumes are wishes."""
    seed = draw(st.integers(0, 2**32 - 1))
    rng = np.random.default_rng(seed)
    calm = draw(st.sampled_from([1, 3, 8]))
    close = 200 + np.cumsum(rng.integers(-calm, calm + 1, count))
    close = 60 + np.abs(close - 60)
    first = np.concatenate([[200], close[:-1]]) + rng.integers(-1, 2, count) * rng.integers(0, calm, count)
    high = np.maximum(first, close) + rng.integers(0, calm + 1, count)
    low = np.minimum(first, close) - rng.integers(0, calm + 1, count)
    keep = rng.random(count) < (0.8 if missing else 2.0)
    keep[0] = True
    columns = [np.array([float(int(v) * tick) for v in part[keep]]) for part in (first, high, low, close)]
    ts = np.array([at(k) for k in np.flatnonzero(keep)], np.int64)
    return Candles(symbol, "1m", ts, *columns, rng.integers(0, 2**40, count)[keep].astype(np.float64))


def decimals(*texts: str) -> st.SearchStrategy[str]:
    """One of some numbers written out."""
    return st.sampled_from(texts)


@st.composite
def instruments(draw: st.DrawFn, symbol: str) -> Instrument:
    """Grids and fees of every kind."""
    facts: dict[str, Any] = {
        "maker_fee": draw(decimals("0", "0.0002", "0.01", "-0.0002", "-0.01")),
        "taker_fee": draw(decimals("0", "0.00075", "0.03")),
        "shortable": draw(st.booleans()),
        "fee_precision": draw(st.sampled_from([None, 2, 6])),
        "min_notional": draw(decimals("0", "0", "7.5")),
        "max_qty": draw(decimals("0", "0", "3.7")),
    }
    kind = draw(st.sampled_from(["quote", "base", "third"]))
    if kind == "base":
        facts["fee_asset"] = symbol[:3]
    elif kind == "third":
        facts |= {"fee_asset": "BNB", "fee_asset_price": "312.5"}
    return market(symbol, draw(decimals("0.01", "0.05", "1")), draw(decimals("0.001", "0.1", "1")), **facts)


@st.composite
def settings_(draw: st.DrawFn, strategy: str) -> dict[str, Any]:
    """Money, costs, exits and limits; always some exit and some limit, so that one compilation serves them all."""
    exits = {"trailing_stop": "0.9"}
    for name, values in (
        ("stop_loss", ("0.01", "0.05")),
        ("take_profit", ("0.02", "1.5")),
        ("trailing_stop", ("0.03",)),
    ):
        if draw(st.booleans()):
            exits[name] = draw(decimals(*values))
    # The weekly one so that what few bots have is compiled in too.
    limits: dict[str, Any] = {"max_drawdown": "0.95", "max_weekly_loss": "0.95"}
    choices: dict[str, tuple[Any, ...]] = {
        "max_position": ("0.3", "0.9"), "max_open_positions": (1,), "max_orders_day": (3, 12),
        "max_daily_loss": ("0.01",), "max_weekly_loss": ("0.02",), "max_drawdown": ("0.05",),
        "max_consecutive_losses": (1, 2), "price_collar": ("0.01",),
    }  # fmt: skip
    for name, options in choices.items():
        if draw(st.integers(0, 3)) == 0:
            limits[name] = draw(st.sampled_from(options))
    rare = {"max_exposure": "0.25", "max_trade_risk": "0.2", "drawdown_pause": "0.02", "order_rate": 2,
            "symbol_cooldown_ms": 4 * 60_000}  # fmt: skip
    limits |= {name: value for name, value in rare.items() if draw(st.integers(0, 9)) == 0}
    limits |= {"day_offset_ms": draw(st.sampled_from([0, 30 * 60_000]))}
    if "max_consecutive_losses" in limits:
        limits["cooldown_ms"] = 5 * 60_000
    if "order_rate" in limits:
        limits["order_rate_ms"] = 6 * 60_000
    if "drawdown_pause" in limits:
        limits["drawdown_smoothing"] = 3
    kinds = [("percent", "1"), ("percent", "0.3"), ("fixed", "2.35"), ("fixed_quote", "70.5")]
    kind, size = draw(st.sampled_from(kinds if strategy != "chaos" else [*kinds[1:], ("percent", "2.5")]))
    return {
        "exits": exits, "limits": limits, "sizing": kind, "size": size,
        "capital": draw(decimals("10000", "977.13", "300")), "slippage_bps": draw(decimals("0", "0", "7.5")),
        "fill": draw(decimals("touch", "through")),
    }  # fmt: skip


# Of the signal bots what they share; periods so short that a run of some dozen candles trades.
SHARED = {
    "direction": decimals("long", "short", "both"), "confirm": st.integers(1, 2), "late": st.booleans(),
    "trend": st.sampled_from([0, 0, 5]), "cooldown": st.sampled_from([0, 0, 3]),
}  # fmt: skip


def ruled(left: str, verb: str, right: Any = None, **more: Any) -> dict[str, Any]:
    """A rule."""
    return {"left": left, "is": verb, **({} if right is None else {"right": right}), **more}


# Rules that take no level of the price, so that prices on another scale mean the same; each side has its own.
TURNS = [
    (ruled("RSI(3)", "crosses_above", 40, within=3), ruled("RSI(3)", "above", 70)),
    (ruled("close", "rising", candles=2), ruled("close", "crosses_below", "SMA(3)")),
    (ruled("close", "above", "EMA(4)", by=0.002), ruled("close", "near", "SMA(5)", by=0.001)),
    (ruled("close", "between", low="low", high="SMA(2)"), ruled("volume", "falling", within=2)),
]
RULES = [
    json.dumps({"entry_long": [one], "entry_short": {"any": [other, last]}, "exit_long": [other], "exit_short": [one]})
    for (one, other), (last, _) in zip(TURNS, [*TURNS[1:], TURNS[0]], strict=True)
]
SIGNALS = {
    "sma_crossover": {
        "fast": st.integers(2, 3), "slow": st.integers(4, 9), "average": decimals("SMA", "EMA", "HMA"),
        "threshold": st.sampled_from([0.0, 0.01]),
    },
    "rsi": {
        "period": st.integers(2, 4), "oversold": st.sampled_from([30.0, 45.0]),
        "overbought": st.sampled_from([55.0, 70.0]), "leave_long": st.sampled_from([50.0, 90.0]),
        "leave_short": st.sampled_from([10.0, 50.0]),
    },
    "macd": {
        "fast": st.integers(2, 3), "slow": st.integers(4, 6), "signal": st.integers(2, 4),
        "threshold": st.sampled_from([0.0, 0.002]), "side_of_zero": st.booleans(),
    },
    "bollinger": {
        "period": st.integers(2, 6), "width": st.sampled_from([0.4, 1.0]), "mode": decimals("reversion", "breakout"),
        "min_move": st.sampled_from([0.002, 0.01]),
    },
    "stochastic": {
        "period": st.integers(2, 5), "smooth": st.integers(1, 3), "signal": st.integers(2, 3),
        "oversold": st.sampled_from([20.0, 45.0]), "overbought": st.sampled_from([55.0, 80.0]),
    },
    "donchian_breakout": {
        "entry": st.integers(3, 8), "leave": st.integers(2, 3), "buffer": st.sampled_from([0.0, 0.004]),
    },
    "supertrend": {
        "period": st.integers(2, 4), "multiplier": st.sampled_from([0.5, 1.5]),
        "near_band": st.sampled_from([0.0, 0.02]),
    },
    "momentum": {
        "lookback": st.integers(1, 3), "enter": st.sampled_from([0.007, 0.02]), "leave": st.sampled_from([-0.01, 0.0]),
        "min_strength": st.sampled_from([0.0, 20.0]), "strength_period": st.just(2),
        "min_volatility": st.sampled_from([0.0, 0.002]), "volatility_period": st.integers(1, 3),
        "band": st.sampled_from([0.0, 0.7]), "band_period": st.integers(2, 5), "adds": st.integers(0, 2),
        "add_step": st.sampled_from([0.007, 0.02]),
    },
    "indicator_rules": {"rules": st.sampled_from(RULES)},
}  # fmt: skip
BOTS = {
    "chaos": st.just({}),
    "grid": st.fixed_dictionaries({
        "step": st.sampled_from([0.01, 0.04]), "levels": st.sampled_from([3, 8]),
        "spacing": decimals("arithmetic", "geometric"), "initial": decimals("market", "none"),
    }),
    "dip": st.fixed_dictionaries({
        "drop": st.sampled_from([0.01, 0.03]), "window": st.integers(2, 6), "cooldown": st.integers(1, 3),
        "drop_from": decimals("high", "last_buy", "average"), "growth": st.sampled_from([0.0, 1.0]),
        "rebound": st.sampled_from([0.0, 0.004]), "patience": st.integers(1, 3), "buys": st.integers(1, 4),
        "limit_below": st.sampled_from([0.0, 0.005]), "limit_life": st.integers(1, 3), "sells": st.integers(1, 3),
        "gain_1": st.just(0.008), "gain_2": st.just(0.015), "gain_3": st.just(0.03),
        "arm": st.sampled_from([0.0, 0.012]), "trail": st.just(0.003), "min_gain": st.just(0.007),
    }),
    "scalper": st.fixed_dictionaries({
        "unit": decimals("percent", "volatility"), "volatility_period": st.integers(1, 3), "levels": st.integers(1, 3),
        "spread": st.sampled_from([0.5, 1.5]), "step": st.just(1.0), "take_profit": st.just(0.6),
        "exit": decimals("fills", "position", "quotes"), "stop": st.sampled_from([0.0, 1.0]),
        "tighten": st.integers(0, 2),
        "hold": st.sampled_from([0, 3]), "tolerance": st.sampled_from([0.0, 0.5]), "keep": st.sampled_from([0.0, 0.3]),
        "refresh": st.integers(0, 2), "settle": st.integers(0, 2), "orders_hour": st.sampled_from([0, 5]),
        "max_base": st.sampled_from([0.3, 1.0]), "price_skew": st.sampled_from([0.0, 1.0]), "post_only": st.booleans(),
        "above_cost": st.booleans(), "losses": st.integers(0, 2), "pause": st.integers(1, 4),
        "loss_cooldown": st.integers(0, 3), "buy_cooldown": st.integers(0, 2), "trades_day": st.integers(0, 4),
        "position_profit": st.sampled_from([0.0, 0.01]), "position_stop": st.sampled_from([0.0, 0.01]),
    }),
    **{name: st.fixed_dictionaries(own, optional=SHARED) for name, own in SIGNALS.items()},
}  # fmt: skip


@st.composite
def scenes(draw: st.DrawFn, *bots: str) -> Scene:
    """Any run of one of the bots: chaos on two symbols, the others on one."""
    kinds = bots or (  # each kind as often, though signal bots are many
        "chaos",
        "grid",
        draw(st.sampled_from(tuple(SIGNALS))),
    )
    name = draw(st.sampled_from(kinds))
    symbols = ("AAA/USD", "BBB/USD") if name == "chaos" else ("AAA/USD",)
    count = draw(st.integers(3, 70))
    rules = {symbol: draw(instruments(symbol)) for symbol in symbols}
    if name == "grid":  # cells that pay their fees
        rules = {symbol: cheap(one, maker_fee="0.0002") for symbol, one in rules.items()}
    elif name == "scalper":
        rules = {symbol: cheap(one, maker_fee="0.0002", taker_fee="0.001") for symbol, one in rules.items()}
    elif name in ("bollinger", "dip", "momentum"):  # ways that pay the taker
        rules = {symbol: cheap(one, taker_fee="0.00075") for symbol, one in rules.items()}
    runs = {
        symbol: draw(candles(symbol, rules[symbol].tick_size, count, missing=k > 0)) for k, symbol in enumerate(symbols)
    }
    params = draw(BOTS[name])
    return Scene(Chaos if name == "chaos" else name, runs, rules, draw(settings_(name)), params)


def cheap(one: Instrument, **fees: str) -> Instrument:
    """The same instrument with other fees."""
    facts = {name: getattr(one, name) for name in one.__slots__}
    return Instrument(**facts | {name: Decimal(rate) for name, rate in fees.items()})
