"""How much worse than its price an order by the market fills: a model by name, and its numbers.

Only what a person says of it (docs/rules.md section 4); what it comes to for a candle is worked out by `core.slips`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from botswain.model.errors import BadInput, near

FIXED, SPREAD, VOLATILITY, IMPACT = "fixed", "spread", "volatility", "impact"
MODELS = (FIXED, SPREAD, VOLATILITY, IMPACT)
# Those that go by closed candles, with the factor that each has unless said otherwise.
USUAL_FACTORS = {VOLATILITY: Decimal("0.1"), IMPACT: Decimal(1)}
MOST_FACTOR = Decimal(100)
USUAL_PERIOD, MOST_PERIOD = 20, 500
USUAL_MOST_BPS = Decimal(1000)
# What a model is told by, beside the basis points.
WORDS = ("model", "factor", "period", "most_bps")
BPS_STEP = Decimal("1e-4")
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Slippage:
    """A model and its numbers, checked when made; BadInput says what is wrong.

    bps       0 to below 10,000: all of it (fixed), the whole spread (spread), or what is added to the rest
    model     a word of MODELS
    factor    of the range (volatility) or of the impact; 0: as usual
    period    how many closed candles are looked at; 0: as many as usual
    most_bps  what volatility and impact never exceed; 0: as usual
    """

    bps: Decimal = ZERO
    model: str = FIXED
    factor: Decimal = ZERO
    period: int = 0
    most_bps: Decimal = ZERO

    def __post_init__(self) -> None:
        check_bps("slippage", self.bps)
        if self.model not in MODELS:
            raise BadInput(f"slippage model {self.model!r} is unknown{near(self.model, MODELS)}")
        if not self.by_candles:
            self.refuse_numbers()
            return
        if not self.factor.is_finite() or not 0 <= self.factor <= MOST_FACTOR or self.factor != round(self.factor, 4):
            raise BadInput(
                f"slippage factor is {self.factor}; write 0 to {MOST_FACTOR}, at most 4 decimals, 0 for the usual "
                f"{USUAL_FACTORS[self.model]}"
            )
        if not 0 <= self.period <= MOST_PERIOD:
            raise BadInput(
                f"slippage period is {self.period}; write a number of candles from 1 to {MOST_PERIOD}, 0 for the usual "
                f"{USUAL_PERIOD}"
            )
        check_bps("slippage most_bps", self.most_bps)
        if self.bps > self.most:
            raise BadInput(
                f"slippage is {self.bps} bps and most_bps, which it never exceeds, {self.most}; write a larger most_bps"
            )

    def refuse_numbers(self) -> None:
        """Refuse what the model has no use for."""
        for name in ("factor", "period", "most_bps"):
            value = getattr(self, name)
            if value != 0:
                raise BadInput(
                    f"slippage {name} is {value} and the model {self.model}, which has no use for it; leave it out, or "
                    f"choose {VOLATILITY} or {IMPACT}"
                )

    @property
    def by_candles(self) -> bool:
        """Whether it goes by closed candles, and so is another one at each."""
        return self.model in USUAL_FACTORS

    @property
    def times(self) -> Decimal:
        """The factor in force."""
        return self.factor or USUAL_FACTORS[self.model]

    @property
    def candles(self) -> int:
        """How many closed candles it looks at."""
        return self.period or USUAL_PERIOD

    @property
    def most(self) -> Decimal:
        """What it never exceeds, in basis points."""
        return self.most_bps or USUAL_MOST_BPS


def check_bps(what: str, bps: Decimal) -> None:
    """Refuse basis points that are none, or finer than they are kept. Raises BadInput."""
    if not bps.is_finite() or not 0 <= bps < 10_000:
        raise BadInput(f"{what} is {bps} bps; write 0 to below 10000 (5 is 0.05 %)")
    if bps != bps.quantize(BPS_STEP):
        raise BadInput(f"{what} is {bps} bps; at most 4 decimals are kept (0.0001 is 0.000001 %)")


def check_words(given: Iterable[str]) -> None:
    """Refuse a name of a number that no model has. Raises BadInput."""
    for name in given:
        if name not in WORDS:
            raise BadInput(f"slippage {name!r} is unknown{near(name, WORDS)}")
