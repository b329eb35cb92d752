"""The Kelly fraction: the share of an account that grows it fastest at given odds. docs/rules.md section 5.

The odds are told, not counted from the bot's own trades (docs/decisions/0014).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from botswain.model.errors import BadInput, near
from botswain.model.parts import part

ODDS_NAMES = ("win_rate", "payoff", "cap")
USUAL_CAP = Decimal("0.25")
MOST_PAYOFF = Decimal(1000)
KEPT_DIGITS = 8


@dataclass(frozen=True, slots=True)
class Odds:
    """How often a trade wins, what it then gains for each unit that it loses otherwise, and the most to risk on it."""

    win_rate: Decimal
    payoff: Decimal
    cap: Decimal = USUAL_CAP

    def __post_init__(self) -> None:
        for name, value, most in (
            ("win_rate", self.win_rate, Decimal(1)),
            ("payoff", self.payoff, MOST_PAYOFF),
            ("cap", self.cap, Decimal(1)),
        ):
            if not value.is_finite() or not 0 < value <= most:
                raise BadInput(f"odds {name} is {value}; write a number above 0, at most {most:f}")
            if value != round(value, KEPT_DIGITS):
                raise BadInput(f"odds {name} is {value}; at most {KEPT_DIGITS} decimals are kept")
        if self.fraction <= 0:
            raise BadInput(
                f"odds win_rate {part(self.win_rate)} with payoff {self.payoff}: such trades lose in the end, so Kelly "
                f"trades nothing; with this payoff the win rate must be above {float(1 / (1 + self.payoff)):.4f}"
            )

    @property
    def fraction(self) -> Fraction:
        """The full Kelly fraction."""
        win = Fraction(self.win_rate)
        return win - (1 - win) / Fraction(self.payoff)

    def share(self, of: Decimal) -> Fraction:
        """So much of the full fraction, at most the cap, down to eight decimals."""
        exact = min(Fraction(of) * self.fraction, Fraction(self.cap))
        return Fraction(int(exact * 10**KEPT_DIGITS), 10**KEPT_DIGITS)


def odds_of(given: Mapping[str, Decimal]) -> Odds | None:
    """Odds by name; None where none are given. Raises BadInput for what is missing, unknown or no odds."""
    for name in given:
        if name not in ODDS_NAMES:
            raise BadInput(f"odds {name!r} is unknown{near(name, ODDS_NAMES)}")
    if not given:
        return None
    for name, usual in (("win_rate", "0.55"), ("payoff", "1.5")):
        if name not in given:
            raise BadInput(f"odds {name} is missing; give it too, such as {name}={usual}")
    return Odds(given["win_rate"], given["payoff"], given.get("cap", USUAL_CAP))
