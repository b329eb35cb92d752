"""The runs in which rows wait at the gate and come back, the venue ends orders, and shorts meet their margin.

Like those of `cases`, only inputs, and what must happen in them.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from .cases import BASE_FEE, HOUR_MS, THIRD_FEE, A, B, C, Case, many, one


def waiting_cases() -> list[Case]:
    """Every code for which a row can wait, cells that the venue ended, and shorts beyond half a margin."""
    return [*rows_that_wait(), *cells_that_end(), *shorts_on_margin()]


def rows_that_wait() -> list[Case]:
    """Grids, since only resting rows wait."""
    bot = "grid"
    near = {"centre": 0, "step": 0.01, "levels": 16}
    none = {**near, "initial": "none"}
    short = {"shortable": True}
    all_short = {A: short, B: short, C: short}
    return [
        one("orders of a day", bot, 80, params=none, limits={"max_orders_day": 10, "day_offset_ms": 7 * HOUR_MS},
            bites=("MAX_ORDERS",), returns=("MAX_ORDERS",)),
        one("room for a position", bot, 81, params=none, limits={"max_position": "0.3"},
            bites=("MAX_POSITION",), returns=("MAX_POSITION",)),
        one("room for a short", bot, 82, short, params=near, limits={"max_position": "0.25"},
            bites=("MAX_POSITION",), returns=("MAX_POSITION",)),
        one("room for a position and its exits", bot, 83, BASE_FEE, params=none,
            limits={"max_position": "0.2", "price_collar": "0.1"}, exits={"stop_loss": "0.3", "take_profit": "0.25"},
            returns=("MAX_POSITION",)),
        one("cash", bot, 84, params=none, size="1.8", limits={"max_drawdown": "0.95"},
            bites=("BALANCE",), returns=("BALANCE",)),
        one("a day's loss", bot, 85, params=none, limits={"max_daily_loss": "0.003", "day_offset_ms": HOUR_MS},
            bites=("DAILY_LOSS",), returns=("DAILY_LOSS",)),
        one("a cool-down", bot, 86, {"taker_fee": Decimal("0.05")}, params={**none, "levels": 6},
            limits={"max_consecutive_losses": 1, "cooldown_ms": 3 * HOUR_MS},
            bites=("COOL_DOWN",), returns=("COOL_DOWN",)),
        one("everything at once", bot, 87, {**short, **THIRD_FEE}, params=near,
            limits={"max_position": "0.5", "max_orders_day": 16, "max_daily_loss": "0.03", "price_collar": "0.08",
                    "max_consecutive_losses": 2, "cooldown_ms": 2 * HOUR_MS},
            bites=("PRICE_COLLAR", "MAX_POSITION"), returns=("MAX_ORDERS", "DAILY_LOSS")),
        many("cash of three symbols", bot, 143, params=none, size="0.7", bites=("BALANCE",), returns=("BALANCE",)),
        many("cash of three symbols with market rows", bot, 93, {A: BASE_FEE}, params=near, size="0.5",
             bites=("BALANCE",), returns=("BALANCE",)),
        many("one position at a time", bot, 96, params={**none, "levels": 4}, size="0.3",
             exits={"take_profit": "0.02", "stop_loss": "0.03"}, limits={"max_open_positions": 1},
             bites=("MAX_OPEN_POSITIONS",), returns=("MAX_OPEN_POSITIONS",)),
        many("two positions, short too", bot, 99, all_short, params={**near, "levels": 4}, size="0.3",
             exits={"stop_loss": "0.03"}, limits={"max_open_positions": 2, "max_orders_day": 20},
             bites=("MAX_OPEN_POSITIONS",), returns=("MAX_OPEN_POSITIONS",)),
        many("three symbols in a cage", bot, 102, {B: short}, params=none, size="0.5", slippage_bps="4",
             limits={"max_position": "0.2", "max_orders_day": 25, "max_daily_loss": "0.01",
                     "max_consecutive_losses": 3, "cooldown_ms": HOUR_MS},
             returns=("MAX_ORDERS", "MAX_POSITION")),
    ]  # fmt: skip


def cells_that_end() -> list[Case]:
    """Grids whose orders the venue ends, without and with a gate, exits and holes in the candles."""
    bot = "grid"
    near = {"centre": 0, "step": 0.01, "levels": 16}
    ended: dict[str, Any] = {"bites": ("INSUFFICIENT_BALANCE",), "returns": ("again",)}
    return [
        one("cells beyond the cash", bot, 110, params={**near, "initial": "none"}, size="2.5", **ended),
        one("cells beyond the cash, base fees", bot, 111, {**BASE_FEE, "lot": "0.01"}, params=near, size="2", **ended),
        one("cells beyond the cash, exits", bot, 112, THIRD_FEE, params=near, size="2", slippage_bps="9",
            exits={"stop_loss": "0.4", "take_profit": "0.3"}, **ended),
        one("cells beyond the cash, through", bot, 113, params=near, size="3", fill="through", **ended),
        one("market cells that slip past their reserve", bot, 114, params={**near, "levels": 5}, size="1",
            slippage_bps="200", limits={"max_drawdown": "0.99"}, **ended),
    ]  # fmt: skip


def shorts_on_margin() -> list[Case]:
    """Shorts wanted beyond twice the account."""
    refused = ("INSUFFICIENT_BALANCE",)
    short = {"shortable": True}
    all_short = {A: short, B: short, C: short}
    turns = {"fast": 5, "slow": 13, "direction": "both"}
    near = {"centre": 0, "step": 0.01, "levels": 16}
    return [
        one("a turn into a short that is too big", "sma_crossover", 120, short, params=turns, sizing="fixed",
            size="150", bites=refused),
        one("shorts at the edge of the margin", "sma_crossover", 121, {**short, "fee": "0.002"}, params=turns,
            size="2", bites=refused),
        one("a ladder of shorts beyond the margin", "grid", 122, short, params=near, size="6", bites=refused,
            returns=("again",)),
        one("a ladder of shorts, base fees", "grid", 123, {**short, **BASE_FEE}, params=near, size="5",
            bites=refused, returns=("again",)),
        many("three symbols short", "sma_crossover", 124, all_short, params=turns, size="1.2", bites=refused),
        many("three ladders of shorts", "grid", 127, {**all_short, C: {**short, **THIRD_FEE}}, params=near, size="3",
             bites=refused, returns=("again",)),
    ]  # fmt: skip
