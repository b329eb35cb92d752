"""The limits that few bots have (`core.caps`, `core.tiers`), from a person's decimals to the core's integers."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise

from botswain.core.read_numbers import exact_e8, share_e8, whole_count
from botswain.model.errors import BadInput
from botswain.model.parts import part

# Those of which most bots have none: what they need is compiled out (codes.CAPS).
CAP_NAMES = (
    "order_rate",
    "max_weekly_loss",
    "max_trade_risk",
    "max_exposure",
    "max_correlated_exposure",
    "drawdown_reduce",
    "drawdown_pause",
    "drawdown_flatten",
    "symbol_cooldown_ms",
)
NOTHING = Decimal(0)
WHOLE = Decimal(1)
USUAL_CORRELATION, USUAL_CLOSES, MOST_CLOSES = Decimal("0.7"), 50, 500
# At which fall each tier begins, the least first, and the field of the record.
TIERS = {"drawdown_reduce": "fall_reduce", "drawdown_pause": "fall_pause", "drawdown_flatten": "fall_flatten"}


def caps_of(limits: Mapping[str, Decimal], exits: Mapping[str, Decimal], frame_ms: int) -> dict[str, int]:
    """These limits as integers, by the record's names. Raises BadInput for values out of range or at odds."""
    # Without any limit there is nothing to look at, neither in the exits nor in how long a candle is.
    return read_caps(limits, exits, frame_ms) if limits else dict(no_caps())


@lru_cache(maxsize=1)
def no_caps() -> dict[str, int]:
    """Those of a run without limits."""
    return read_caps({}, {}, 1)


def read_caps(limits: Mapping[str, Decimal], exits: Mapping[str, Decimal], frame_ms: int) -> dict[str, int]:
    """`caps_of`, each looked at."""
    found = {
        "max_weekly_loss": share_e8("limit max_weekly_loss", limits.get("max_weekly_loss", NOTHING), WHOLE),
        "max_exposure": share_e8("limit max_exposure", limits.get("max_exposure", NOTHING), Decimal(1000)),
        "symbol_cooldown_ms": whole_count("symbol_cooldown_ms", limits),
    }
    return found | tiers_of(limits) | risk_of(limits, exits) | rate_of(limits, frame_ms) | alike_of(limits)


def alike_of(limits: Mapping[str, Decimal]) -> dict[str, int]:
    """What symbols that move together may be worth, from which correlation on they do, and over how many closes."""
    most = share_e8("limit max_correlated_exposure", limits.get("max_correlated_exposure", NOTHING), Decimal(1000))
    for name, usual in (("correlation", USUAL_CORRELATION), ("correlation_period", USUAL_CLOSES)):
        if limits.get(name, NOTHING) and not most:
            raise BadInput(
                f"limit {name} is {limits[name]} and max_correlated_exposure is not set, so it would never be used; "
                f"set max_correlated_exposure too, such as 0.5 (50 %), or leave {name} out ({usual} unless given)"
            )
    least = limits.get("correlation", NOTHING)
    if not least.is_finite() or not 0 <= least <= 1:
        raise BadInput(
            f"limit correlation is {least}; write 0 (the usual {USUAL_CORRELATION}) to 1, from which on symbols move "
            "together"
        )
    span = whole_count("correlation_period", limits)
    if span and not 3 <= span <= MOST_CLOSES:
        raise BadInput(
            f"limit correlation_period is {span}; write a number of closes from 3 to {MOST_CLOSES}, or 0 for the usual "
            f"{USUAL_CLOSES}"
        )
    return {
        "max_alike": most,
        "alike_from": exact_e8("limit correlation", least or USUAL_CORRELATION) if most else 0,
        "alike_span": (span or USUAL_CLOSES) if most else 0,
    }


def risk_of(limits: Mapping[str, Decimal], exits: Mapping[str, Decimal]) -> dict[str, int]:
    """The share of the equity that a position may lose, and how far from its entry it ends: at the nearer stop.

    A trailing stop that stands only after a gain is none of a new position.
    """
    risk = share_e8("limit max_trade_risk", limits.get("max_trade_risk", NOTHING), WHOLE)
    names = ("stop_loss",) if exits.get("trailing_activation", NOTHING) > 0 else ("stop_loss", "trailing_stop")
    stops = [exits[name] for name in names if exits.get(name, NOTHING) > 0]
    if risk > 0 and not stops:
        raise BadInput(
            f"limit max_trade_risk is {part(limits['max_trade_risk'])} and there is no stop at which a position would "
            "end; set the exit stop_loss, such as stop_loss=0.02 (2 %), or leave max_trade_risk out"
        )
    return {"max_trade_risk": risk, "stop_far": share_e8("exit stop_loss", min(stops), WHOLE) if risk > 0 else 0}


def rate_of(limits: Mapping[str, Decimal], frame_ms: int) -> dict[str, int]:
    """How many orders in a window of how long: of whole candles, so that live and in a backtest it is the same one."""
    rate, window_ms = whole_count("order_rate", limits), whole_count("order_rate_ms", limits)
    if rate > 0 and window_ms == 0:
        raise BadInput(
            f"limit order_rate is {rate} and order_rate_ms is not set, so nothing says in which time; set "
            f"order_rate_ms too, such as {10 * frame_ms} for ten candles, or leave order_rate out"
        )
    if window_ms > 0 and rate == 0:
        raise BadInput(
            f"limit order_rate_ms is {window_ms} and order_rate is not set, so it would never be used; set order_rate "
            "too, such as 5, or leave order_rate_ms out"
        )
    if window_ms % frame_ms:
        nearest = -(-window_ms // frame_ms) * frame_ms
        raise BadInput(
            f"limit order_rate_ms is {window_ms}, no whole number of candles of {frame_ms} ms; write {nearest}, or "
            f"another multiple of {frame_ms}"
        )
    return {"order_rate": rate, "rate_ms": window_ms}


def tiers_of(limits: Mapping[str, Decimal]) -> dict[str, int]:
    """The tiers of a fall from the peak, the share that the first leaves of an entry, and how falls are smoothed."""
    found = {field: share_e8(f"limit {name}", limits.get(name, NOTHING), WHOLE) for name, field in TIERS.items()}
    found["fall_factor"] = share_e8("limit drawdown_factor", limits.get("drawdown_factor", NOTHING), WHOLE)
    span = whole_count("drawdown_smoothing", limits)
    set_ones = [(name, limits[name]) for name in TIERS if limits.get(name, NOTHING) > 0]
    for (one, value), (next_one, next_value) in pairwise(set_ones):
        if value >= next_value:
            raise BadInput(
                f"limit {next_one} is {part(next_value)}, not above {one}, {part(value)}; write a greater one, or "
                "leave one of the two out"
            )
    factor = limits.get("drawdown_factor", NOTHING)
    if found["fall_reduce"] > 0 and factor == 0:
        raise BadInput(
            f"limit drawdown_reduce is {part(limits['drawdown_reduce'])} and drawdown_factor is not set, so nothing "
            "says how much of an entry is left then; set drawdown_factor too, such as 0.5 (50 %), or leave "
            "drawdown_reduce out"
        )
    if factor > 0 and found["fall_reduce"] == 0:
        raise BadInput(
            f"limit drawdown_factor is {part(factor)} and drawdown_reduce is not set, so it would never be used; set "
            "drawdown_reduce too, such as 0.05 (5 %), or leave drawdown_factor out"
        )
    if span > 0 and not set_ones:
        raise BadInput(
            f"limit drawdown_smoothing is {span} and there is no tier whose fall it would smooth; set drawdown_reduce, "
            "drawdown_pause or drawdown_flatten, such as 0.1 (10 %), or leave drawdown_smoothing out"
        )
    found["fall_span"] = max(span, 1) if set_ones else 0
    return found
