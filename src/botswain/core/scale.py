"""From a person's decimals to the core's integers: instruments, money, sizing and limits (exits: `core.exit_scale`).

Decimal meets the core here and in the files beside this one. The money unit of an account is the greatest amount that
divides everything booked on it (docs/rules.md section 1), so nothing here ever rounds; what does not fit is refused
with its value.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any

import numpy as np

from botswain.core.codes import FIXED, MOVE_PIECES, PERCENT, RISK, SIZING_NAMES, VOLATILITY
from botswain.core.exit_scale import exits_of
from botswain.core.kelly import Odds
from botswain.core.read_numbers import check_names, exact_e8, share_e8, whole, whole_count
from botswain.core.records import put
from botswain.core.slips import constant_e8, impact_e8, most_e8
from botswain.core.volatility import check_period, root_of_day
from botswain.ledger.books import FEE_BASE, FEE_QUOTE, FEE_THIRD
from botswain.ledger.exact import E8
from botswain.model.errors import BadInput, OffGrid, near
from botswain.model.instrument import Instrument
from botswain.model.parts import part
from botswain.model.slippage import Slippage

RESERVE = Fraction(5, 1000)
FEE_CODES = {"quote": FEE_QUOTE, "base": FEE_BASE, "third": FEE_THIRD}
THIRD_PRECISION = 8
MOST_TICKS = float(1 << 53)
# Of the account as a share, of base or quote as an amount.
MOST_SHARE = Decimal(1000)
MOST_AMOUNT = Decimal(10) ** 18
LIMIT_NAMES = (
    "max_position",
    "max_trade_risk",
    "max_exposure",
    "max_correlated_exposure",
    "correlation",
    "correlation_period",
    "max_open_positions",
    "max_orders_day",
    "order_rate",
    "order_rate_ms",
    "max_daily_loss",
    "max_weekly_loss",
    "max_drawdown",
    "max_consecutive_losses",
    "cooldown_ms",
    "price_collar",
    "day_offset_ms",
    "drawdown_reduce",
    "drawdown_factor",
    "drawdown_pause",
    "drawdown_flatten",
    "drawdown_smoothing",
    "symbol_cooldown_ms",
)


@dataclass(frozen=True, slots=True)
class Sizing:
    """How large: `kind` is a word of SIZING_NAMES; `size` its number (docs/rules.md section 5).

    compounding  a share is of the account as it is, profits and losses included; else of what it started with
    odds         what kelly reckons with
    period       over how many candles volatility looks at moves; 0: as many as usual
    """

    kind: str = "percent"
    size: Decimal = Decimal(1)
    compounding: bool = True
    odds: Odds | None = None
    period: int = 0

    def __post_init__(self) -> None:
        if self.kind not in SIZING_NAMES:
            raise BadInput(f"sizing {self.kind!r} is unknown{near(self.kind, SIZING_NAMES)}")
        if not self.size.is_finite() or self.size <= 0:
            raise BadInput(f"size is {self.size}; it must be above zero")
        if (self.kind == "kelly") != (self.odds is not None):
            self.refuse_odds()
        check_period(self.kind, self.period)
        most = MOST_AMOUNT if self.kind in ("fixed", "fixed_quote") else MOST_SHARE
        if self.kind == "kelly" and self.size > 1:
            raise BadInput(f"size is {self.size}; of sizing kelly it is a part of the full fraction, at most 1")
        if self.kind == "kelly" and self.share == 0:
            raise BadInput(f"size is {self.size}; of these odds that is less than 0.00000001 of the account")
        if self.size > most:
            size, limit = (part(self.size), part(most)) if most == MOST_SHARE else (self.size, f"{most:f}")
            what = "a share of the account" if most == MOST_SHARE else "an amount"
            raise BadInput(f"size is {size}; sizing {self.kind} takes {what}, at most {limit}; write a smaller one")
        exact_e8("size", self.size)
        if not self.compounding and self.kind == "percent" and self.size > 1:
            raise BadInput(
                f"size is {part(self.size)}; without compounding it is a share of the starting capital, at most "
                f"{part(Decimal(1))}; write a smaller one, or leave compounding on"
            )

    def refuse_odds(self) -> None:
        """Odds are for kelly, and kelly is nothing without."""
        if self.odds is None:
            raise BadInput("sizing kelly needs odds; give win_rate and payoff, such as win_rate=0.55 and payoff=1.5")
        raise BadInput(f"odds are given and sizing is {self.kind}, which has no use for them; leave them out")

    @property
    def share(self) -> Fraction:
        """Of percent and kelly: the share of the account."""
        return Fraction(self.size) if self.odds is None else self.odds.share(self.size)


# Prices that are made ticks in one go: what is needed on the way stays in the processor's own memory.
TICKS_AT_ONCE = 1 << 14


@lru_cache(maxsize=256)
def money_unit(instruments: tuple[Instrument, ...], capital: Decimal) -> Fraction:
    """The account's money unit in quote: the greatest amount that divides all that is booked. Kept as `terms_of` is."""
    amounts = [Fraction(capital)]
    for one in instruments:
        amounts.append(Fraction(one.tick_size) * base_unit(one))
        if one.fee_precision is not None and one.fee_in != "third":
            amounts.append(Fraction(1, 10**one.fee_precision))
        if one.fee_in == "third":
            amounts.append(third_price(one))
    return gcd_of(amounts)


def gcd_of(amounts: Sequence[Fraction]) -> Fraction:
    """The greatest fraction that divides every amount."""
    bottom = math.lcm(*(amount.denominator for amount in amounts))
    return Fraction(math.gcd(*(int(amount * bottom) for amount in amounts)), bottom)


def base_unit(instrument: Instrument) -> Fraction:
    """The smallest piece of a position: a lot, or the base fee's smallest unit where that is finer."""
    lot = Fraction(instrument.lot_size)
    if instrument.fee_in != "base" or instrument.fee_precision is None:
        return lot
    return gcd_of([lot, Fraction(1, 10**instrument.fee_precision)])


def third_price(instrument: Instrument) -> Fraction:
    """Quote per smallest unit of a third fee asset."""
    if instrument.fee_asset_price is None:
        raise BadInput(f"instrument {instrument.symbol}: fee_asset_price is missing")
    digits = THIRD_PRECISION if instrument.fee_precision is None else instrument.fee_precision
    return Fraction(instrument.fee_asset_price) / Fraction(10**digits)


def fill_terms(terms: Any, instrument: Instrument, unit: Fraction, slippage: Slippage, through: bool) -> None:
    """Write an instrument into its TERMS record."""
    for name, value in terms_of(instrument, unit, slippage, through):
        put(terms, name, value)


@lru_cache(maxsize=256)
def terms_of(instrument: Instrument, unit: Fraction, slippage: Slippage, through: bool) -> tuple[tuple[str, int], ...]:
    """An instrument's terms as integers, by name. Worked out once: a sweep asks for the same ones again and again."""
    one = instrument
    piece = base_unit(one)
    values = {
        "lot_units": Fraction(one.lot_size) / piece,
        "unit_money": Fraction(one.tick_size) * piece / unit,
        "lot_money": Fraction(one.tick_size) * Fraction(one.lot_size) / unit,
        "maker_e8": Fraction(one.maker_fee) * E8,
        "taker_e8": Fraction(one.taker_fee) * E8,
        "fee_in": Fraction(FEE_CODES[one.fee_in]),
        "quote_quantum": quote_quantum(one, unit),
        "base_quantum": base_quantum(one, piece),
        "third_quantum": third_price(one) / unit if one.fee_in == "third" else Fraction(1),
        "shortable": Fraction(int(one.shortable)),
        "min_lots": Fraction(max(math.ceil(Fraction(one.min_qty) / Fraction(one.lot_size)), 1)),
        "max_lots": Fraction(math.floor(Fraction(one.max_qty) / Fraction(one.lot_size))),
        "min_notional": Fraction(math.ceil(Fraction(one.min_notional) / unit)),
        "slippage_e8": Fraction(constant_e8(slippage)),
        "impact_e8": Fraction(impact_e8(slippage)),
        "most_slip_e8": Fraction(most_e8(slippage)),
        "through": Fraction(int(through)),
    }
    return tuple((name, whole(f"instrument {one.symbol}: {name}", value)) for name, value in values.items())


def quote_quantum(instrument: Instrument, unit: Fraction) -> Fraction:
    """Money in the quote fee's smallest unit; without a precision, the symbol's own tick x base unit."""
    if instrument.fee_in == "third" or instrument.fee_precision is None:
        return Fraction(instrument.tick_size) * base_unit(instrument) / unit
    return Fraction(1, 10**instrument.fee_precision) / unit


def base_quantum(instrument: Instrument, piece: Fraction) -> Fraction:
    """Base units in the base fee's smallest unit."""
    if instrument.fee_in != "base" or instrument.fee_precision is None:
        return Fraction(1)
    return Fraction(1, 10**instrument.fee_precision) / piece


def fill_sizes(
    sizes: Any, instrument: Instrument, sizing: Sizing, unit: Fraction, split: int, stop: Decimal, frame_ms: int
) -> None:
    """Write the exact sizing ratios of one symbol into its SIZE record."""
    for name, value in sizes_of(instrument, sizing, unit, split, stop, frame_ms):
        put(sizes, name, value)


@lru_cache(maxsize=256)
def sizes_of(
    instrument: Instrument, sizing: Sizing, unit: Fraction, split: int, stop: Decimal, frame_ms: int
) -> tuple[tuple[str, int], ...]:
    """The exact sizing ratios of one symbol as integers, by name: of any size, for runs with Python integers."""
    size = sizing.share
    with_fee = 1 + Fraction(instrument.taker_fee)
    lot = Fraction(instrument.lot_size)
    share = size * (1 - RESERVE) / with_fee
    kind = SIZING_NAMES[sizing.kind]
    cap = (1 - RESERVE) / with_fee
    if kind == RISK:
        check_stop(sizing, stop)
        ratio = row = size / Fraction(stop)
    elif kind == VOLATILITY:
        ratio = row = size * MOVE_PIECES / root_of_day(frame_ms)
    elif kind == PERCENT:
        ratio, row = share, share / split
    elif kind == FIXED:
        ratio = row = size / lot
    else:
        ratio = row = size / unit / with_fee
    found = []
    for name, value in (("", ratio), ("cap_", cap), ("row_", row)):
        found += [(name + "num", value.numerator), (name + "den", value.denominator)]
    return tuple(found)


def check_stop(sizing: Sizing, stop: Decimal) -> None:
    """Refuse a share of the account lost at a stop where there is no stop."""
    if sizing.kind == "risk" and stop <= 0:
        raise BadInput("sizing risk needs a stop-loss; set the exit stop_loss, such as stop_loss=0.02")


def row_lots_at(instrument: Instrument, sizing: Sizing, capital: Decimal, split: int, price: Decimal) -> int:
    """Lots of a row that names no quantity, before a run, as `core.sizing.row_lots`; of risk and volatility 0."""
    if sizing.kind in ("risk", "volatility"):
        return 0
    size, lot = sizing.share, Fraction(instrument.lot_size)
    if sizing.kind == "fixed":
        return math.floor(size / lot)
    money = size * Fraction(capital) * (1 - RESERVE) / split if SIZING_NAMES[sizing.kind] == PERCENT else size
    return math.floor(money / (Fraction(price) * (1 + Fraction(instrument.taker_fee)) * lot))


def fill_rules(
    rules: Any, slots: int, split: int, sizing: Sizing, exits: dict[str, Decimal], limits: dict[str, Decimal]
) -> None:
    """Write exits and limits into a new RULES record, which is zeros, but those of `core.cap_scale`.

    Raises BadInput for unknown names and values out of range.
    """
    put(rules, "slots", slots)
    put(rules, "split", split)
    put(rules, "sizing", SIZING_NAMES[sizing.kind])
    put(rules, "of_start", int(not sizing.compounding))
    for name, value in rules_of(exits, limits).items():
        if value:
            put(rules, name, value)


def rules_of(exits: Mapping[str, Decimal], limits: Mapping[str, Decimal]) -> dict[str, int]:
    """Exits and limits as integers, by the RULES record's names. Raises BadInput as `fill_rules` does."""
    return read_rules(exits, limits) if exits or limits else dict(no_rules())


@lru_cache(maxsize=1)
def no_rules() -> dict[str, int]:
    """Those of a run without exits and limits, which a search asks for twice a run."""
    return read_rules({}, {})


def read_rules(exits: Mapping[str, Decimal], limits: Mapping[str, Decimal]) -> dict[str, int]:
    """`rules_of`, each looked at."""
    found = exits_of(exits)
    check_names("limit", limits, LIMIT_NAMES)
    for name, field in (
        ("max_daily_loss", "max_daily_loss"),
        ("max_drawdown", "max_drawdown"),
        ("price_collar", "collar"),
    ):
        found[field] = share_e8(f"limit {name}", limits.get(name, Decimal(0)), Decimal(1))
    found["max_position"] = share_e8("limit max_position", limits.get("max_position", Decimal(0)), Decimal(1000))
    for name, field in (
        ("max_open_positions", "max_open"),
        ("max_orders_day", "max_orders_day"),
        ("max_consecutive_losses", "max_losses"),
        ("cooldown_ms", "cooldown_ms"),
        ("day_offset_ms", "day_offset_ms"),
    ):
        found[field] = whole_count(name, limits)
    return found


def to_ticks(prices: np.ndarray[Any, Any], tick: Decimal, what: str) -> np.ndarray[Any, Any]:
    """float64 prices meant to be on the grid as int64 ticks.

    Raises BadInput naming the first that is off by over 1e-6 tick, below one tick or beyond 2^53.
    """
    found = np.empty(len(prices), np.int64)
    for first in range(0, len(prices), TICKS_AT_ONCE):
        part = prices[first : first + TICKS_AT_ONCE]
        found[first : first + len(part)] = part_to_ticks(part, first, tick, what)
    return found


def part_to_ticks(prices: np.ndarray[Any, Any], first: int, tick: Decimal, what: str) -> np.ndarray[Any, Any]:
    """The same of a part of them that begins with row `first`, as whole floats."""
    with np.errstate(invalid="ignore"):
        exact = prices / float(tick)
        nearest = np.rint(exact)
        # Beyond 1e9 ticks a double cannot tell 1e-6 of a tick apart; its own error is what is allowed there.
        on = np.abs(exact - nearest) <= np.maximum(1e-6, np.abs(exact) * 4e-16)
    # NaN is on no grid; neither is what a venue cannot quote, or what a double cannot count.
    on &= (nearest >= 1.0) & (nearest < MOST_TICKS)
    if not on.all():
        row = int(np.argmin(on))
        said = f"{what} price {float(prices[row])!r} in row {first + row + 1}"
        if nearest[row] >= MOST_TICKS:
            raise BadInput(
                f"{said} is {float(nearest[row]):.1e} ticks of {tick}; at most {MOST_TICKS:.0e} are counted: correct "
                "the row, or give a coarser tick_size"
            )
        raise OffGrid(
            f"{said} is not a positive multiple of the tick {tick}",
            "give the right --instrument, or import the file again with its own tick",
        )
    return nearest
