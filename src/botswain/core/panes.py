"""Where an indicator is drawn: over the candles where its numbers are prices, else in a pane of its own.

TA-Lib says it of its functions: those of overlap studies and price transforms are on the price's own scale. An
indicator of an indicator is where its input is: the average of an RSI is no price.
"""

from __future__ import annotations

from botswain.core.indicators import BEFORE, CANDLE, GIVEN, LONGER, OTHER, OURS, Indicator, described

PRICE = "price"
ON_THE_PRICE = frozenset({"Overlap Studies", "Price Transform"})
# Functions of other groups that give back what they are given, in its own scale; and of these groups, the one that not.
SAME_SCALE = frozenset({"MAX", "MIN", "MIDPOINT", "MIDPRICE", "LINEARREG", "LINEARREG_INTERCEPT", "TSF"})
OTHER_SCALE = frozenset({"HT_TRENDMODE"})
PRICES = frozenset({"open", "high", "low", "close"})


def pane_of(one: Indicator) -> str:
    """`price`, or the name of a pane: that of its input where it keeps its scale, else its function with parameters.

    The outputs of one function stand in one pane. Another symbol's prices are in another scale than these candles.
    """
    if one.function == OTHER:
        return f"{one.symbol} {pane_of(one.inputs[0])}"
    if one.function == GIVEN:
        return str(one.inputs[0].name)
    if one.function in OURS or keeps_scale(one):
        inputs = {pane_of(source) if isinstance(source, Indicator) else column_pane(source) for source in one.inputs}
        if len(inputs) == 1:
            return inputs.pop()
    values = ", ".join(f"{value:g}" for _, value in one.parameters)
    return f"{one.function.lower()}({values})" if values else one.function.lower()


def is_told(one: Indicator) -> bool:
    """Whether a person is told an indicator's values: not of what only helps others, as the time of a candle."""
    if one.function in (LONGER, OTHER):
        return is_told(one.inputs[0])
    return one.function != BEFORE and (one.function, one.inputs) != (CANDLE, ("ts",))


def is_drawn(one: Indicator) -> bool:
    """Whether it is drawn beside the candles, of which it may be a column itself."""
    return is_told(one) and one.function != CANDLE


def column_pane(name: str) -> str:
    """Where a candle's column is drawn."""
    return PRICE if name in PRICES else name


def keeps_scale(one: Indicator) -> bool:
    """Whether an indicator's numbers are of the kind of its inputs."""
    group = str(described(one.function).get("group", ""))
    return (group in ON_THE_PRICE or one.function in SAME_SCALE) and one.function not in OTHER_SCALE
