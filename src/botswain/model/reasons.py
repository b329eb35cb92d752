"""Why an order was filled, cut, vetoed, ended or a bot halted: one number and one name each, kept for good.

The numbers are written into journals, so they never change their meaning and are never reused.
"""

from __future__ import annotations

from enum import IntEnum


class Reason(IntEnum):
    """0-99 are a strategy's own tags; the rest are the core's."""

    # The gate and the rounding before it.
    BELOW_MINIMUM = 101
    MAX_ORDERS = 102
    PRICE_COLLAR = 103
    MAX_OPEN_POSITIONS = 104
    MAX_POSITION = 105
    BALANCE = 106
    DAILY_LOSS = 107
    DRAWDOWN = 108
    COOL_DOWN = 109
    ABOVE_MAXIMUM = 110
    OUTSIDE_WINDOW = 111
    WEEKLY_LOSS = 112
    MAX_EXPOSURE = 113
    DRAWDOWN_REDUCE = 114
    DRAWDOWN_PAUSE = 115
    DRAWDOWN_OVER = 116  # entries are let in again; no veto
    DRAWDOWN_FLATTEN = 117
    SYMBOL_COOL_DOWN = 118
    MAX_TRADE_RISK = 119
    ORDER_RATE = 120
    MAX_CORRELATED_EXPOSURE = 121
    # The venue ended an order.
    POST_ONLY = 201
    NOT_FILLED = 202
    NOTHING_TO_REDUCE = 203
    INSUFFICIENT_BALANCE = 204
    LINKED = 205
    # What became of a request: these end an attempt and leave its row wanted.
    NOT_SENT = 206
    CANCELED = 207
    NOT_PLACED = 208
    TRIGGER_PASSED = 209
    # These end the row.
    VENUE_CANCELED = 210
    EXPIRED = 211
    REFUSED = 212
    OVERTAKEN = 213  # an attempt only: something filled before it could be sent
    LIST_PASSED = 214  # an attempt only: the price had come to one of a list's two orders
    LIST_REFUSED = 215  # an attempt only: the venue does not hold these two as a list
    # Protective exits, as reasons of fills.
    STOP_LOSS = 301
    TRAILING_STOP = 302
    TAKE_PROFIT = 303
    TIME_EXIT = 304
    SESSION_END = 305
    BREAK_EVEN = 306
    TAKE_PROFIT_1 = 307  # the rungs of a ladder
    TAKE_PROFIT_2 = 308
    TAKE_PROFIT_3 = 309
    TAKE_PROFIT_4 = 310
    DRAWDOWN_EXIT = 320
    SPLIT = 321  # no fill: a split left less than a lot, which went for cash
    # Halts of a bot.
    STEP_RAISED = 401
    BAD_TARGET = 402
    BAD_SLOT = 403
    MONEY_OVERFLOW = 404
    JOURNAL_MISMATCH = 405
    BAD_ORDER = 406
    OVERFILLED = 407
    FEE_ASSET = 408
    FLATTENED = 409


def reason_name(code: int, tags: tuple[str, ...] = ()) -> str:
    """The lower-case name of a reason code; codes below 100 are an index into the strategy's tags."""
    if code < 100:
        return tags[code] if code < len(tags) else f"tag_{code}"
    try:
        return Reason(code).name.lower()
    except ValueError:
        return f"unsupported_{code}"
