"""The exits of a bot, from a person's decimals to the core's integers (docs/rules.md section 6).

The rungs of a ladder are in `core.ladder_scale`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from botswain.core.ladder_scale import MOST_GAIN, has_ladder, is_rung, ladder_of
from botswain.core.read_numbers import check_names, exact_e8, share_e8
from botswain.model.errors import BadInput
from botswain.model.parts import part

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


def exits_of(exits: Mapping[str, Decimal]) -> dict[str, int]:
    """Exits as integers, by the RULES record's names: gains and losses in units of 1e-8, 0 is off.

    Raises BadInput for unknown names, values out of range or at odds.
    """
    for name in exits:
        check_exit(name)
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
    return found


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
