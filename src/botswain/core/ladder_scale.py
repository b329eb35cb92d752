"""The rungs of a take-profit ladder, from a person's decimals to the core's integers.

`take_profit_1=0.02` with `take_profit_share_1=0.5`: half of the position goes at 2 %. Rungs are numbered from 1, each
farther than the one before it; the last one without a share takes what is left. docs/rules.md section 6.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from botswain.core.read_numbers import exact_e8
from botswain.model.errors import BadInput
from botswain.model.parts import part

# With the stop of the rest they are five stops: as many as Binance takes of an account on a symbol.
MOST_RUNGS = 4
RUNG = re.compile(r"take_profit_(share_)?([1-4])")
WHOLE = Decimal(1)
# Of the entry price; of a single target's too.
MOST_GAIN = Decimal(1000)


def is_rung(name: str) -> bool:
    """Whether an exit belongs to the ladder."""
    return RUNG.fullmatch(name) is not None


def has_ladder(exits: Mapping[str, Decimal]) -> bool:
    """Whether a position is to go in parts."""
    return any(exits[name] != 0 for name in exits if is_rung(name))


def ladder_of(exits: Mapping[str, Decimal]) -> tuple[tuple[int, int], ...]:
    """Of each rung its gain, and the shares up to and with it, in units of 1e-8.

    Raises BadInput where the rungs do not rise, leave one out, are more than the position, or stand beside another
    target.
    """
    if not has_ladder(exits):
        return ()
    refuse_other_targets(exits)
    count = max(number for number in range(1, MOST_RUNGS + 1) if on(exits, number))
    found: list[tuple[int, int]] = []
    far, upto = Decimal(0), Decimal(0)
    for number in range(1, count + 1):
        gain = gain_of(exits, number)
        if gain <= far:
            raise BadInput(
                f"exit take_profit_{number} is {part(gain)}, not above take_profit_{number - 1}, {part(far)}; a target "
                "is farther than the one before it"
            )
        far, upto = gain, upto + share_of(exits, number, upto, last=number == count)
        if upto > WHOLE:
            raise BadInput(
                f"exit take_profit_share_{number} brings the shares of the targets to {part(upto)}; together they are "
                f"at most {part(WHOLE)} of the position"
            )
        found.append((exact_e8(f"exit take_profit_{number}", gain), exact_e8(f"exit take_profit_share_{number}", upto)))
    return tuple(found)


def on(exits: Mapping[str, Decimal], number: int) -> bool:
    """Whether anything is said of a rung."""
    return any(exits.get(name, Decimal(0)) != 0 for name in (f"take_profit_{number}", f"take_profit_share_{number}"))


def gain_of(exits: Mapping[str, Decimal], number: int) -> Decimal:
    """How far from the entry a rung stands."""
    name = f"take_profit_{number}"
    gain = exits.get(name, Decimal(0))
    if gain == 0:
        raise BadInput(
            f"exit {name} is not set, and there is a take_profit_{number + 1} or a take_profit_share_{number}; number "
            "the targets from 1 without a gap, each with its gain"
        )
    if not gain.is_finite() or not 0 < gain < MOST_GAIN:
        raise BadInput(f"exit {name} is {part(gain)}; write a gain above 0 and below {part(MOST_GAIN)}")
    return gain


def share_of(exits: Mapping[str, Decimal], number: int, upto: Decimal, *, last: bool) -> Decimal:
    """Which part of the position goes at a rung: at the last one what is left, where nothing else is said."""
    name = f"take_profit_share_{number}"
    share = exits.get(name, Decimal(0))
    if share == 0 and last and upto < WHOLE:
        return WHOLE - upto
    if not share.is_finite() or not 0 < share <= WHOLE:
        raise BadInput(
            f"exit {name} is {part(share)}; write which part of the position goes there, above 0 and at most "
            f"{part(WHOLE)}, such as {part(Decimal('0.5'))}"
        )
    return share


def refuse_other_targets(exits: Mapping[str, Decimal]) -> None:
    """A position has one plan for its gains."""
    other = next((name for name in exits if name.startswith("roi_")), "")
    if exits.get("take_profit", Decimal(0)) != 0:
        other = "take_profit"
    if other:
        raise BadInput(
            f"exit {other} is {part(exits[other])} and there is a ladder too (take_profit_1); a position has one of "
            "the two: leave one out, or write the other as one of the ladder's targets"
        )
