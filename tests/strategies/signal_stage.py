"""Short runs of a signal bot: ten units a position, told as (minute, +10 bought or -10 sold, price)."""

from tests.stage import market, play, told

from botswain.model.errors import BadInput
from botswain.strategies.catalog import strategy_class

SHORTABLE = market(shortable=True)


def trades(bot, rows, instrument=SHORTABLE, reads=None, **params):
    """What it does on the rows, with candles of other symbols to be read."""
    result = play(bot, rows, params=params, instrument=instrument, sizing="fixed", size=10, reads=reads)
    assert result.halt is None
    return [(minute, qty if side == "buy" else -qty, price) for minute, side, qty, price, _reason in told(result)]


def refusal(bot, **params):
    """What it says to settings that it refuses."""
    try:
        strategy_class(bot)(**params)
    except BadInput as problem:
        return str(problem)
    raise AssertionError(f"{bot} takes {params}")
