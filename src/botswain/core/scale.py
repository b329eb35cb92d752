"""From a person's decimals to the core's integers: instruments, money, sizing, exits and limits.

The only place where Decimal meets the core. The money unit of an account is the greatest amount that divides
everything booked on it (docs/rules.md section 1), so nothing here ever rounds; what does not fit is refused with
its value.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any

import numpy as np

from botswain.core.codes import FIXED, MOVE_PIECES, PERCENT, RISK, SIZING_NAMES, VOLATILITY
from botswain.core.kelly import Odds
from botswain.core.ladder_scale import MOST_GAIN, has_ladder, is_rung, ladder_of
from botswain.core.records import put
from botswain.core.slips import constant_e8, impact_e8, most_e8
from botswain.core.volatility import check_period, root_of_day
from botswain.ledger.books import FEE_BASE, FEE_QUOTE, FEE_THIRD
from botswain.model.errors import BadInput, near
from botswain.model.instrument import Instrument
from botswain.model.parts import part
from botswain.model.slippage import Slippage

E8 = 100_000_000
RESERVE = Fraction(5, 1000)
FEE_CODES = {"quote": FEE_QUOTE, "base": FEE_BASE, "third": FEE_THIRD}
THIRD_PRECISION = 8
MOST_TICKS = float(1 << 53)
# Of the account as a share, of base or quote as an amount.
MOST_SHARE = Decimal(1000)
MOST_AMOUNT = Decimal(10) ** 18
# Of a count, or of milliseconds that are added to a time: thirty thousand years.
MOST_COUNT = 10**15
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
EXIT_NAMES = (
    "stop_loss",
    "take_profit",
    "trailing_stop",
    "trailing_activation",
    "break_even",
    "break_even_offset",
    "time_candles",
    "time_minutes",
)
# A target that falls with age: from so many minutes on so much is enough.
ROI = re.compile(r"roi_(0|[1-9][0-9]*)")
ROI_USUAL = "roi_60"
RUNGS_USUAL = ("take_profit_1", "take_profit_share_1")
MOST_ROI = 20
GAIN_NAMES = ("take_profit", "trailing_activation", "break_even", "break_even_offset")
MOST_TIME = 10_000_000


@dataclass(frozen=True, slots=True)
class Scale:
    """What turns one symbol's integers back into decimals.

    tick, base_unit, lot   quote per tick, base per base unit and per lot
    fee_unit               the fee asset's smallest unit as booked by the core: quote money, base units or third units
    """

    tick: Decimal
    base_unit: Decimal
    lot: Decimal
    fee_units: tuple[Decimal, Decimal]  # of a buy, of a sell
    fee_assets: tuple[str, str]
    third_unit: Decimal


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


@lru_cache(maxsize=256)
def money_unit(instruments: tuple[Instrument, ...], capital: Decimal) -> Fraction:
    """The account's money unit in quote: the greatest amount that divides all that is booked."""
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
        "min_lots": Fraction(math.ceil(Fraction(one.min_qty) / Fraction(one.lot_size))),
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
    """The exact sizing ratios of one symbol as integers, by name."""
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
        found.append((name + "num", whole("size", Fraction(value.numerator))))
        found.append((name + "den", whole("size", Fraction(value.denominator))))
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
    for name in exits:
        check_exit(name)
    check_names("limit", limits, LIMIT_NAMES)
    found = {}
    for name, field in (
        ("stop_loss", "stop_loss"),
        ("take_profit", "take_profit"),
        ("trailing_stop", "trailing"),
        ("trailing_activation", "trailing_from"),
        ("break_even", "break_even"),
        ("break_even_offset", "break_even_offset"),
    ):
        value = exits.get(name, Decimal(0))
        found[field] = share_e8(f"exit {name}", value, MOST_GAIN if name in GAIN_NAMES else Decimal(1))
    check_arming(exits)
    found["roi"] = len(roi_of(exits))
    found["rungs"] = len(ladder_of(exits))
    found["exit_candles"] = count_of_time("time_candles", exits, "candles")
    found["exit_ms"] = count_of_time("time_minutes", exits, "minutes") * 60_000
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


def whole_count(name: str, limits: Mapping[str, Decimal]) -> int:
    """A limit that is a number of something; 0 is off."""
    value = limits.get(name, Decimal(0))
    if not value.is_finite() or value != value.to_integral_value() or value < 0:
        raise BadInput(f"limit {name} is {value}; write a whole number of 0 or more, 0 to switch it off")
    if value > MOST_COUNT:
        raise BadInput(f"limit {name} is {value}; write at most {MOST_COUNT}, or 0 to switch it off")
    return int(value)


def is_exit(name: str) -> bool:
    """Whether an exit has this name."""
    return name in EXIT_NAMES or is_rung(name) or ROI.fullmatch(name) is not None


def check_exit(name: str) -> None:
    """Refuse a name that no exit has."""
    if not is_exit(name):
        check_names("exit", {name: Decimal(0)}, (*EXIT_NAMES, *RUNGS_USUAL, ROI_USUAL))


def roi_of(exits: Mapping[str, Decimal]) -> tuple[tuple[int, int], ...]:
    """A target that falls: ages in milliseconds and the gains that are enough from then on, in units of 1e-8.

    Raises BadInput where it does not fall.
    """
    minutes = sorted(int(name[4:]) for name in exits if ROI.fullmatch(name))
    if not minutes:
        return ()
    if minutes[0] == 0:
        raise BadInput(
            f"exit roi_0 is {exits['roi_0']}, and the target of a new position is take_profit; write that as "
            f"take_profit={exits['roi_0']}"
        )
    if minutes[-1] > MOST_TIME:
        raise BadInput(f"exit roi_{minutes[-1]}: a position is so many minutes old; write at most {MOST_TIME}")
    if len(minutes) > MOST_ROI:
        raise BadInput(f"exit roi_{minutes[-1]} is one of {len(minutes)}; at most {MOST_ROI} are kept, leave some out")
    found = []
    before = ("take_profit", exits.get("take_profit", Decimal(0)) or None)
    for one in minutes:
        name, value = f"roi_{one}", exits[f"roi_{one}"]
        if not value.is_finite() or not 0 <= value < MOST_GAIN:
            raise BadInput(f"exit {name} is {part(value)}; write 0 (the entry price) to below {part(MOST_GAIN)}")
        gain = exact_e8(f"exit {name}", value)
        if before[1] is not None and value >= before[1]:
            raise BadInput(
                f"exit {name} is {part(value)} and {before[0]}, which holds before it, {part(before[1])}: a target "
                "falls as a position grows older; write a smaller one"
            )
        before = (name, value)
        found.append((one * 60_000, gain))
    return tuple(found)


def has_target(exits: Mapping[str, Decimal]) -> bool:
    """Whether positions have a target, from the beginning or later."""
    return has_ladder(exits) or exits.get("take_profit", Decimal(0)) != 0 or any(ROI.fullmatch(name) for name in exits)


def check_arming(exits: Mapping[str, Decimal]) -> None:
    """Refuse what arms no stop, and a stop that would stand beyond the price that arms it."""
    activation, offset = exits.get("trailing_activation", Decimal(0)), exits.get("break_even_offset", Decimal(0))
    gain = exits.get("break_even", Decimal(0))
    if activation and not exits.get("trailing_stop", Decimal(0)):
        raise BadInput(
            f"exit trailing_activation is {part(activation)} and trailing_stop is not set, so there is no stop to "
            "activate; set the exit trailing_stop too, such as trailing_stop=0.01"
        )
    if offset and not gain:
        raise BadInput(
            f"exit break_even_offset is {part(offset)} and break_even is not set, so the stop would never move there; "
            f"set the exit break_even too, such as break_even={offset * 2:f}"
        )
    if offset and offset >= gain:
        raise BadInput(
            f"exit break_even_offset is {part(offset)} and break_even {part(gain)}: the stop would stand where the "
            "price has not been yet; write an offset below break_even"
        )


def count_of_time(name: str, exits: Mapping[str, Decimal], unit: str) -> int:
    """How old a position may become, in candles or minutes; 0 is off."""
    value = exits.get(name, Decimal(0))
    if not value.is_finite() or value != value.to_integral_value() or not 0 <= value <= MOST_TIME:
        raise BadInput(
            f"exit {name} is {value}; write a whole number of {unit} up to {MOST_TIME}, such as 24, or 0 to switch it "
            "off"
        )
    return int(value)


def check_names(what: str, given: Mapping[str, Decimal], known: Sequence[str]) -> None:
    """Refuse a name that does not exist, naming the nearest that does."""
    for name in given:
        if name not in known:
            raise BadInput(f"{what} {name!r} is unknown{near(name, known)}")


def share_e8(what: str, value: Decimal, most: Decimal) -> int:
    """A fraction from 0 to below `most` in units of 1e-8."""
    if not value:  # most limits are off in most runs
        return 0
    if not value.is_finite() or not 0 <= value < most:
        raise BadInput(f"{what} is {part(value)}; write 0 (off) to below {part(most)}, such as {part(0.05)}")
    return exact_e8(what, value)


def exact_e8(what: str, value: Decimal) -> int:
    """A decimal in units of 1e-8; refused where it has more digits."""
    scaled = value * E8
    if scaled != scaled.to_integral_value():
        raise BadInput(f"{what} is {value}; at most 8 decimals are kept")
    return int(scaled)


def whole(what: str, value: Fraction) -> int:
    """An integer that a 64-bit record can hold, or BadInput with the value."""
    if value.denominator != 1:
        raise BadInput(f"{what} is {float(value)}, which is not on the grid of its symbol; give fewer decimals")
    if abs(value.numerator) >= 1 << 62:
        raise BadInput(f"{what} has too many digits ({float(value):.3g}); give fewer decimals")
    return int(value)


def to_ticks(prices: np.ndarray[Any, Any], tick: Decimal, what: str) -> np.ndarray[Any, Any]:
    """float64 prices meant to be on the grid as int64 ticks.

    Raises BadInput naming the first that is off by over 1e-6 tick, below one tick or beyond 2^53.
    """
    with np.errstate(invalid="ignore"):
        exact = prices / float(tick)
        nearest = np.rint(exact)
        # Beyond 1e9 ticks a double cannot tell 1e-6 of a tick apart; its own error is what is allowed there.
        on = np.abs(exact - nearest) <= np.maximum(1e-6, np.abs(exact) * 4e-16)
    # NaN is on no grid; neither is what a venue cannot quote, or what a double cannot count.
    on &= (nearest >= 1.0) & (nearest < MOST_TICKS)
    if not on.all():
        row = int(np.argmin(on))
        raise BadInput(
            f"{what} price {float(prices[row])!r} in row {row} is not a positive multiple of the tick {tick}; "
            "give the right --instrument, or import the file again with its own tick"
        )
    return nearest.astype(np.int64)
