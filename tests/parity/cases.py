"""The runs that product and reference are both given: named ones, each with what must bite in it, and random ones.

A case is only inputs. The reference's own outcome is checked for `bites` and `returns`, so that a case cannot go tame
unseen. The cases of rows that wait or are asked for again are in waiting_cases.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import Any

from botswain import Options, backtest
from botswain.control.trading_hours import window_of
from botswain.control.trading_times import TradingWindow
from botswain.model.actions import ShareAction
from botswain.model.candles import Candles
from botswain.model.charges import BorrowRate, FundingRate
from botswain.model.instrument import Instrument

from .bracket_strategy import BracketStrategy
from .clock import Hours
from .dca_params import REAL
from .dip_cases import DIP, any_dip
from .outcome import Outcome
from .reference import run
from .rule_params import any_settings
from .scalper_params import REAL as SCALPER_REAL
from .scenes import finest_tick, instrument, wild
from .signal_params import OWN, any_params
from .slips import Slip

# For many short runs of as many kinds: each would be compiled for itself.
PLAINLY = partial(backtest, options=Options(compiled=False))
A, B, C = "AAA/USD", "BBB/USD", "CCC/USD"
HOUR_MS = 3_600_000
BASE_FEE = {"fee": "0.001", "fee_asset": "AAA", "fee_precision": 8}
THIRD_FEE = {"fee": "0.00075", "fee_asset": "BNB", "fee_asset_price": Decimal("312.5")}
WEEK = (9 * 60 + 30, 16 * 60, (0, 1, 2, 3, 4))
# What the product does not ship.
PRODUCT: dict[str, Any] = {"brackets": BracketStrategy}
CELLS = {"lower": 60, "upper": 150, "levels": 18}


@dataclass
class Case:
    """One run. Numbers a person would type are strings.

    bites    reasons and codes that must occur in it
    returns  codes for which a row must have waited before it came back; "again" for an ended row asked for again
    """

    name: str
    strategy: str
    candles: dict[str, Candles]
    instruments: dict[str, Instrument]
    params: dict[str, Any] = field(default_factory=dict)
    capital: str = "10000"
    slippage_bps: str = "0"
    slippage: dict[str, Any] = field(default_factory=dict)
    sizing: str = "percent"
    size: str = "1"
    compounding: bool = True
    odds: dict[str, str] = field(default_factory=dict)
    period: int = 0
    exits: dict[str, str] = field(default_factory=dict)
    limits: dict[str, Any] = field(default_factory=dict)
    fill: str = "touch"
    hours: Hours | None = None
    at_end: str = "cancel_entries"
    minutes_before: int = 5
    actions: tuple[ShareAction, ...] = ()
    funding: tuple[FundingRate, ...] = ()
    borrow: tuple[BorrowRate, ...] = ()
    reads: dict[str, Candles] = field(default_factory=dict)
    bites: tuple[str, ...] = ()
    returns: tuple[str, ...] = ()

    def reference(self) -> Outcome:
        """What must come out."""
        return run(
            self.strategy, self.candles, self.instruments, params=self.params, capital=Decimal(self.capital),
            slip=self.slip, sizing=self.sizing, size=Decimal(self.size),
            compounding=self.compounding, odds={name: Decimal(value) for name, value in self.odds.items()},
            period=self.period,
            exits={name: Decimal(value) for name, value in self.exits.items()}, limits=self.limits, fill=self.fill,
            hours=self.hours, at_end=self.at_end, minutes_before=self.minutes_before, actions=self.actions,
            funding=self.funding, borrow=self.borrow, reads=self.reads,
        )  # fmt: skip

    def product(self, backtest: Callable[..., Any]) -> Any:
        """What Botswain makes of it."""
        strategy = PRODUCT.get(self.strategy, self.strategy)
        return backtest(
            strategy, self.candles, params=self.params, instrument=self.instruments, capital=self.capital,
            slippage_bps=self.slippage_bps, slippage=self.slippage, sizing=self.sizing, size=self.size,
            compounding=self.compounding, odds=self.odds, period=self.period, exits=self.exits, limits=self.limits,
            fill=self.fill, window=self.window, actions=self.actions, funding=self.funding, borrow=self.borrow,
            reads=self.reads,
        )  # fmt: skip

    @property
    def slip(self) -> Slip:
        """Its slippage as the reference has it."""
        words = self.slippage
        factor, most = (Fraction(Decimal(words.get(name, "0"))) for name in ("factor", "most_bps"))
        model, period = words.get("model", "fixed"), words.get("period", 0)
        return Slip(Fraction(Decimal(self.slippage_bps)), model, factor, period, most)

    @property
    def window(self) -> TradingWindow | None:
        """Its hours as the product has them."""
        if self.hours is None:
            return None
        return window_of(typed(self.hours), at_end=self.at_end, minutes_before=self.minutes_before)


def typed(hours: Hours) -> str:
    """Hours as a person types them."""
    first, last, days = hours
    names = ",".join(("mon", "tue", "wed", "thu", "fri", "sat", "sun")[one] for one in days)
    return f"{first // 60:02}:{first % 60:02}-{last // 60:02}:{last % 60:02} UTC {names}"


def one(
    name: str, strategy: str, seed: int, facts: dict[str, Any] | None = None, *, count: int = 1500, **more: Any
) -> Case:
    """A case of one symbol: five-minute candles around 100, tick 0.01, lot 0.001, fee 0.1 % unless said."""
    facts = {"tick": "0.01", "lot": "0.001", "fee": "0.001", **(facts or {})}
    calm = 0.008 if strategy == "grid" else 0.004
    candles = wild(seed, count, A, tick=facts["tick"], start=int(100 / float(facts["tick"])), calm=calm)
    return Case(name, strategy, {A: candles}, {A: instrument(A, **facts)}, **more)


def many(name: str, strategy: str, seed: int, facts: dict[str, dict[str, Any]] | None = None, **more: Any) -> Case:
    """A case of three symbols of different grids on one account, each with holes of its own."""
    grids = {
        A: {"tick": "0.01", "lot": "0.001"}, B: {"tick": "0.5", "lot": "0.01"}, C: {"tick": "0.0001", "lot": "1"},
    }  # fmt: skip
    prices = {A: 10_000, B: 400, C: 12_500}
    candles, instruments = {}, {}
    for i, (symbol, price) in enumerate(prices.items()):
        every = {"fee": "0.001", **grids[symbol], **(facts or {}).get(symbol, {})}
        calm = 0.01 if symbol == B else 0.004
        candles[symbol] = wild(seed + i, 900, symbol, tick=every["tick"], start=price, missing=0.08 * i, calm=calm)
        instruments[symbol] = instrument(symbol, **every)
    return Case(name, strategy, candles, instruments, **more)


def sma_cases() -> list[Case]:
    """The target bot: sizes, costs, exits and every limit that a market order can meet."""
    bot = "sma_crossover"
    quick = {"fast": 5, "slow": 13}
    exits = {"stop_loss": "0.02", "take_profit": "0.03", "trailing_stop": "0.025"}
    trail = ("stop_loss", "take_profit", "trailing_stop", "LINKED")
    short = {"fast": 8, "slow": 21, "direction": "both"}
    return [
        one("default averages, percent", bot, 1),
        one("fixed size", bot, 2, params=quick, sizing="fixed", size="12.3456"),
        one("fixed quote, no fee", bot, 3, {"fee": "0"}, params=quick, sizing="fixed_quote", size="2500"),
        one("risk", bot, 4, params=quick, sizing="risk", size="0.01", exits={"stop_loss": "0.015"},
            bites=("stop_loss",)),
        one("exits with slippage", bot, 5, params=quick, exits=exits, slippage_bps="7.5", bites=trail),
        one("exits through", bot, 6, params=quick, exits=exits, fill="through", bites=trail),
        one("trailing only", bot, 7, params=quick, exits={"trailing_stop": "0.01"}, bites=("trailing_stop",)),
        one("short", bot, 8, {"shortable": True}, params=short, size="0.9"),
        one("short with exits", bot, 9, {"shortable": True}, params=short, size="0.6", exits=exits, bites=trail),
        one("short, base fees", bot, 10, {"shortable": True, **BASE_FEE}, params=short, size="0.5"),
        one("short wanted on spot", bot, 11, params=short),
        one("base fees leave dust", bot, 12, {**BASE_FEE, "lot": "0.01"}, params=quick),
        one("base fees to the lot", bot, 13, {**BASE_FEE, "fee_precision": None}, params=quick, exits=exits),
        one("third-asset fees", bot, 14, THIRD_FEE, params=quick, exits=exits, bites=trail),
        one("third-asset fees to two decimals", bot, 15, {**THIRD_FEE, "fee_precision": 2}, params=quick),
        one("quote fees to two decimals", bot, 16, {"fee_precision": 2}, params=quick, exits=exits),
        one("coarse tick", bot, 17, {"tick": "0.5", "lot": "0.1"}, params=quick, exits=exits, slippage_bps="3"),
        one("too small", bot, 18, {"min_notional": Decimal(495), "min_qty": Decimal("4.95")}, params=quick,
            sizing="risk", size="0.0005", exits={"stop_loss": "0.01"}, bites=("BELOW_MINIMUM",)),
        one("cut to the maximum", bot, 19, {"max_qty": Decimal("3.3")}, params=quick, exits=exits),
        one("max_position", bot, 20, params=quick, limits={"max_position": "0.4"}),
        one("max_position too small", bot, 21, {"min_notional": Decimal(900)}, params=quick,
            limits={"max_position": "0.091"}, bites=("MAX_POSITION",)),
        one("max_orders_day", bot, 22, params=quick, limits={"max_orders_day": 3, "day_offset_ms": 5 * HOUR_MS},
            bites=("MAX_ORDERS",)),
        one("max_daily_loss", bot, 23, params=quick, limits={"max_daily_loss": "0.02"}, exits=exits,
            bites=("DAILY_LOSS",)),
        one("max_drawdown", bot, 24, params=quick, limits={"max_drawdown": "0.1"}, bites=("DRAWDOWN",)),
        one("cool-down", bot, 25, params=quick, exits=exits,
            limits={"max_consecutive_losses": 2, "cooldown_ms": 7 * HOUR_MS}, bites=("COOL_DOWN",)),
        one("hours", bot, 27, params=quick, exits=exits, hours=WEEK, bites=("OUTSIDE_WINDOW",)),
        one("short in a cage", bot, 26, {"shortable": True}, params=short, exits=exits,
            limits={"max_position": "0.5", "max_orders_day": 6, "max_consecutive_losses": 2,
                    "cooldown_ms": 3 * HOUR_MS, "max_daily_loss": "0.03"},
            bites=("COOL_DOWN", "MAX_ORDERS")),
        many("three symbols", bot, 30, params=quick, size="0.3", exits=exits, bites=trail),
        many("three symbols want too much", bot, 31, params=quick, size="0.6", bites=("BALANCE",)),
        many("three symbols, balance gate", bot, 32, params=quick, size="0.6", limits={"max_drawdown": "0.9"},
             bites=("BALANCE",)),
        many("two positions at most", bot, 33, params=quick, size="0.3", exits=exits,
             limits={"max_open_positions": 2}, bites=("MAX_OPEN_POSITIONS",)),
        many("three fees", bot, 34, {A: BASE_FEE, C: THIRD_FEE}, params=quick, size="0.3", exits=exits,
             limits={"max_position": "0.25", "max_orders_day": 12, "max_daily_loss": "0.02", "price_collar": "0.1",
                     "max_consecutive_losses": 4, "cooldown_ms": 2 * HOUR_MS},
             bites=("MAX_ORDERS", "COOL_DOWN")),
    ]  # fmt: skip


def grid_cases() -> list[Case]:
    """The slot bot: lines, starts, costs, exits and every limit that a resting order can meet."""
    bot = "grid"
    near = {"centre": 0, "step": 0.01, "levels": 16}
    return [
        one("arithmetic", bot, 40, params=CELLS),
        one("geometric, no purchase", bot, 41, params={**CELLS, "spacing": "geometric", "initial": "none"}),
        one("around the first close", bot, 42, params=near),
        one("geometric around a price", bot, 43, params={**near, "centre": 101.3, "spacing": "geometric"}),
        one("odd levels, fixed size", bot, 44, params={**near, "levels": 7}, sizing="fixed", size="1.2345"),
        one("fixed quote, initial none", bot, 45, params={**near, "initial": "none"}, sizing="fixed_quote",
            size="333.3"),
        one("through", bot, 46, params=near, fill="through"),
        one("slippage", bot, 47, params=near, slippage_bps="12"),
        one("base fees", bot, 48, BASE_FEE, params=near),
        one("base fees, coarse lot", bot, 49, {**BASE_FEE, "lot": "0.1"}, params=near),
        one("third-asset fees", bot, 50, THIRD_FEE, params=near),
        one("short", bot, 51, {"shortable": True}, params=near),
        one("short, base fees", bot, 52, {"shortable": True, **BASE_FEE, "lot": "0.01"}, params=near),
        one("take profit ends it", bot, 53, params=near, exits={"take_profit": "0.05"}, bites=("take_profit",)),
        one("stop ends it", bot, 54, params=near, exits={"stop_loss": "0.06", "take_profit": "0.5"},
            bites=("stop_loss",)),
        one("trailing ends it", bot, 55, BASE_FEE, params=near, exits={"trailing_stop": "0.12"}, slippage_bps="5",
            bites=("trailing_stop",)),
        one("short with exits", bot, 56, {"shortable": True}, params=near,
            exits={"stop_loss": "0.2", "take_profit": "0.1"}),
        one("too dear", bot, 57, params=near, size="1.5", bites=("INSUFFICIENT_BALANCE",), returns=("again",)),
        one("below the minimum", bot, 58, {"lot": "0.1", "min_notional": Decimal(616)}, params=near,
            bites=("BELOW_MINIMUM",)),
        one("max_position", bot, 59, params=near, limits={"max_position": "0.3"}, bites=("MAX_POSITION",)),
        one("max_orders_day", bot, 60, params=near, limits={"max_orders_day": 18}, bites=("MAX_ORDERS",)),
        one("max_daily_loss", bot, 61, params=near, limits={"max_daily_loss": "0.004"}, bites=("DAILY_LOSS",)),
        one("max_drawdown", bot, 62, params=near, limits={"max_drawdown": "0.03"}, bites=("DRAWDOWN",)),
        one("price_collar", bot, 63, params=near, limits={"price_collar": "0.002"}, bites=("PRICE_COLLAR",)),
        one("balance", bot, 64, params=near, size="1.5", limits={"price_collar": "0.5"}, bites=("BALANCE",)),
        one("cool-down", bot, 65, {"taker_fee": Decimal("0.05")}, params={**near, "levels": 5, "initial": "none"},
            limits={"max_consecutive_losses": 1, "cooldown_ms": 6 * HOUR_MS}, bites=("COOL_DOWN",)),
        one("hours", bot, 70, params=near, hours=(60, 960, (0, 1, 2, 3, 4, 5, 6)),
            bites=("OUTSIDE_WINDOW",), returns=("OUTSIDE_WINDOW",)),
        many("three symbols, hours", bot, 73, params=near, size="0.3", hours=(0, 13 * 60 + 30, (0, 2, 3, 5, 6)),
             limits={"max_daily_loss": "0.02"}, bites=("OUTSIDE_WINDOW",)),
        one("short in a cage", bot, 66, {"shortable": True}, params=near, exits={"stop_loss": "0.5"},
            limits={"max_position": "0.3", "max_orders_day": 25, "max_daily_loss": "0.02", "price_collar": "0.03"}),
        many("three symbols", bot, 70, params=near, size="0.3"),
        many("three symbols want too much", bot, 71, params=near, size="0.9", bites=("BALANCE",)),
        many("three symbols in a cage", bot, 72, {A: BASE_FEE, C: THIRD_FEE}, params=near, size="0.5",
             exits={"take_profit": "0.2", "stop_loss": "0.3"},
             limits={"max_open_positions": 2, "max_position": "0.3", "max_orders_day": 60, "max_daily_loss": "0.01"},
             bites=("MAX_OPEN_POSITIONS",)),
    ]  # fmt: skip


def any_hours(seed: int) -> Hours | None:
    """Hours for every fourth seed."""
    rng = random.Random(f"hours {seed}")
    if rng.random() > 0.25:
        return None
    first = rng.randrange(0, 20 * 60)
    return first, rng.randrange(first + 20, 24 * 60), tuple(sorted(rng.sample(range(7), rng.randint(1, 7))))


def any_end(seed: int) -> dict[str, Any]:
    """What is done when hours end."""
    rng = random.Random(f"end {seed}")
    return {"at_end": rng.choice(["cancel_entries", "leave", "flatten"]), "minutes_before": rng.choice([0, 5, 12])}


def any_age(seed: int) -> dict[str, str]:
    """How old a position may become, for every fourth seed."""
    rng = random.Random(f"age {seed}")
    ages = {"time_candles": str(rng.randint(1, 40)), "time_minutes": str(rng.randint(1, 300))}
    return {name: value for name, value in ages.items() if rng.random() < 0.15}


def random_case(seed: int, count: int = 400, strategy: str = "") -> Case:
    """Anything at all, from a seed: where the named cases do not look. Of a signal bot where one is named."""
    rng = random.Random(seed)
    maybe = _Chooser(rng)
    symbols = [A, B, C][: rng.choice([1, 1, 1, 2, 3])]
    drawn = rng.choice(["sma_crossover", "grid"])
    bot = strategy or drawn
    candles, instruments = {}, {}
    for i, symbol in enumerate(symbols):
        tick = rng.choice(["0.01", "0.5", "0.001"])
        price = int(rng.uniform(60, 300) / float(tick))
        candles[symbol] = wild(
            seed * 7 + i, count, symbol, tick=tick, start=price, missing=rng.choice([0, 0.05, 0.3]),
            calm=rng.choice([0.002, 0.006, 0.02]),
        )  # fmt: skip
        instruments[symbol] = instrument(symbol, tick, rng.choice(["0.001", "0.1", "1"]), **maybe.facts(symbol))
    kind, size = maybe.sizing()
    params = any_dip(rng) if bot == "dip" else any_params(bot, rng) if strategy else maybe.params(bot)
    return Case(
        f"random {seed}", bot, candles, instruments, params, capital=rng.choice(["10000", "1234.5", "900"]),
        slippage_bps=rng.choice(["0", "0", "2.5", "40"]), fill=rng.choice(["touch", "touch", "through"]),
        sizing=kind, size=size, exits=maybe.exits() | any_age(seed), limits=maybe.limits(), hours=any_hours(seed),
        **any_end(seed),
    )  # fmt: skip


class _Chooser:
    def __init__(self, rng: random.Random) -> None:
        self.rng = rng

    def facts(self, symbol: str) -> dict[str, Any]:
        rng = self.rng
        facts: dict[str, Any] = {
            "maker_fee": Decimal(rng.choice(["0", "0.0008", "0.001"])),
            "taker_fee": Decimal(rng.choice(["0", "0.001", "0.003"])),
            "shortable": rng.random() < 0.35, "fee_precision": rng.choice([None, None, 2, 4, 8]),
            "min_notional": Decimal(rng.choice(["0", "5", "60"])), "min_qty": Decimal(rng.choice(["0", "0.1"])),
            "max_qty": Decimal(rng.choice(["0", "0", "7"])),
        }  # fmt: skip
        where = rng.choice(["quote", "quote", "base", "third"])
        if where == "base":
            facts["fee_asset"] = symbol[:3]
        elif where == "third":
            facts["fee_asset"], facts["fee_asset_price"] = "BNB", Decimal("312.5")
        return facts

    def params(self, bot: str) -> dict[str, Any]:
        rng = self.rng
        if bot == "sma_crossover":
            fast = rng.choice([2, 3, 5, 9])
            return {
                "fast": fast,
                "slow": fast + rng.choice([1, 4, 20]),
                "direction": "both" if rng.random() < 0.5 else "long",
            }
        return {
            "centre": 0, "step": rng.choice([0.01, 0.03, 0.07]), "levels": rng.choice([2, 5, 12]),
            "spacing": rng.choice(["arithmetic", "geometric"]), "initial": rng.choice(["market", "none"]),
        }  # fmt: skip

    def exits(self) -> dict[str, str]:
        rng = self.rng
        chances = {
            "stop_loss": ["0.01", "0.05", "0.2"],
            "take_profit": ["0.01", "0.06", "0.3"],
            "trailing_stop": ["0.02", "0.1"],
        }
        return {name: rng.choice(values) for name, values in chances.items() if rng.random() < 0.4}

    def limits(self) -> dict[str, Any]:
        rng = self.rng
        if rng.random() < 0.35:
            return {}
        chances: dict[str, list[Any]] = {
            "max_position": ["0.05", "0.3", "0.9"], "max_open_positions": [1, 2], "max_orders_day": [2, 8, 30],
            "max_daily_loss": ["0.002", "0.02"], "max_drawdown": ["0.02", "0.2"], "price_collar": ["0.001", "0.02"],
            "max_consecutive_losses": [1, 3],
        }  # fmt: skip
        limits = {name: rng.choice(values) for name, values in chances.items() if rng.random() < 0.35}
        times = {"cooldown_ms": rng.choice([HOUR_MS, 9 * HOUR_MS]), "day_offset_ms": rng.choice([0, 5 * HOUR_MS])}
        if "max_consecutive_losses" not in limits:
            del times["cooldown_ms"]
        return {**limits, **times} if limits else {}

    def sizing(self) -> tuple[str, str]:
        return self.rng.choice(
            [("percent", "1"), ("percent", "0.4"), ("fixed", "2.37"), ("fixed_quote", "700"), ("percent", "1.3")]
        )


def suited(strategy: str, candles: Candles, turn: int) -> Case:
    """A case for real candles, exits and gate on, with the finest tick they have; `turn` chooses among fee assets."""
    symbol, price = candles.symbol, float(candles.close[0])
    lot = "0.00001" if price > 100 else "0.01" if price > 0.1 else "1"
    fees: dict[str, Any] = [{}, {"fee_asset": symbol.partition("/")[0], "fee_precision": 8}, THIRD_FEE][turn % 3]
    facts: dict[str, Any] = {"fee": "0.001", "min_notional": Decimal(5), **fees}
    limits = {
        "max_position": "0.9", "max_orders_day": 30, "max_daily_loss": "0.03", "max_drawdown": "0.95",
        "price_collar": "0.05", "max_consecutive_losses": 4, "cooldown_ms": 6 * HOUR_MS, "max_open_positions": 1,
    }  # fmt: skip
    if strategy == "dip":
        params = any_dip(random.Random(turn)) if turn % 3 else {**DIP, "drop": 0.02}
        made = {symbol: instrument(symbol, finest_tick(candles), lot, **facts)}
        away = {"stop_loss": "0.06"}
        return Case("real", strategy, {symbol: candles}, made, params, exits=away, limits=limits, slippage_bps="2")
    signals = strategy not in ("sma_crossover", "grid")
    if signals and turn % 2:
        facts["shortable"] = True
    made = {symbol: instrument(symbol, finest_tick(candles), lot, **facts)}
    if strategy == "scalper":
        params = SCALPER_REAL[turn % len(SCALPER_REAL)]
        facts |= {"min_notional": Decimal(1), "shortable": params.get("direction") == "both"}
        made = {symbol: instrument(symbol, finest_tick(candles), lot, **facts)}
        away = {"stop_loss": "0.04", "take_profit": "0.05"}
        return Case("real", strategy, {symbol: candles}, made, params, exits=away, limits=limits, slippage_bps="2")
    if strategy == "dca":
        exits = {"stop_loss": "0.05", "trailing_stop": "0.06"}
        del facts["min_notional"]
        made = {symbol: instrument(symbol, finest_tick(candles), lot, **facts | {"shortable": False})}
        params = REAL[turn % len(REAL)]
        return Case("real", strategy, {symbol: candles}, made, params, exits=exits, limits=limits, slippage_bps="2")
    if strategy != "grid":
        exits = {"stop_loss": "0.02", "take_profit": "0.04", "trailing_stop": "0.025"}
        plain = {"enter": 0.006, "lookback": 12} if strategy == "momentum" else {}  # some markets are calm
        params = any_params(strategy, random.Random(turn)) if signals and strategy in OWN and turn % 3 else plain
        if strategy == "indicator_rules":
            params = any_settings(turn, candles.timeframe)
        return Case("real", strategy, {symbol: candles}, made, params, exits=exits, limits=limits, slippage_bps="2")
    step = 0.01 if candles.timeframe == "5m" else 0.02
    params = {"centre": 0, "step": step, "levels": 24, "spacing": ["arithmetic", "geometric"][turn % 2]}
    narrow = {"stop_loss": "0.35", "take_profit": "0.4", "trailing_stop": "0.4"}
    wide = {"stop_loss": "0.6", "take_profit": "0.9", "trailing_stop": "0.7"}
    exits = narrow if turn % 4 == 0 else wide
    return Case("real", strategy, {symbol: candles}, made, params, exits=exits, limits=limits)


def together(strategy: str, candles: dict[str, Candles], turn: int) -> Case:
    """A case for real candles of several symbols on one account, exits and gate on; fee assets as they come."""
    parts = [suited(strategy, one, turn + place) for place, one in enumerate(candles.values())]
    made = {symbol: rules for part in parts for symbol, rules in part.instruments.items()}
    most = 3 if strategy == "grid" else 2
    limits = {**parts[0].limits, "max_open_positions": most, "max_position": "0.45", "max_daily_loss": "0.06"}
    case = parts[0]
    return Case(
        "real, together", strategy, candles, made, case.params, size="0.5", exits=case.exits, limits=limits,
        slippage_bps="2",
    )  # fmt: skip
