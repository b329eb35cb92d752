"""The small integers that compiled functions speak: kinds, states, events, flags, features.

Plain ints, because a compiled function reads a module's ints as constants. `model.reasons` holds the names people
see.
"""

from botswain.model.reasons import Reason

# Kinds of a wanted order.
MARKET = 1
LIMIT = 2
STOP = 3
STOP_LIMIT = 4
TAKE_PROFIT = 5
KIND_NAMES = {MARKET: "market", LIMIT: "limit", STOP: "stop", STOP_LIMIT: "stop_limit", TAKE_PROFIT: "take_profit"}

# Time in force.
GTC = 0
IOC = 1
FOK = 2
TIF_NAMES = {GTC: "gtc", IOC: "ioc", FOK: "fok"}

# Flags of a wanted order.
POST_ONLY = 1
REDUCE_ONLY = 2
PROTECTIVE = 4

# States of a wanted row.
EMPTY = 0
ASKED = 1
WORKING = 2
WAITING = 3
DONE = 4
ENDED = 5
STATE_NAMES = ("empty", "asked", "working", "waiting", "done", "ended")

# What the gate took a row for that it let through: something that opens or grows a position, or what only closes it.
# One that waits for its parent it judges later.
ENTRY = 0
REDUCING = 1
DEFERRED = 2

# Events that call a step.
START = 1
CLOSE = 2
FILL = 3
END = 4
TIMER = 5

# Sizing kinds. By Kelly it is a share of the account like any other, once it is known which.
PERCENT = 1
FIXED = 2
FIXED_QUOTE = 3
RISK = 4
VOLATILITY = 5
SIZING_NAMES = {
    "percent": PERCENT, "fixed": FIXED, "fixed_quote": FIXED_QUOTE, "risk": RISK, "kelly": PERCENT,
    "volatility": VOLATILITY,
}  # fmt: skip

# Of a tick, in which sizing by volatility counts how far a candle moves.
MOVE_PIECES = 10_000

# What becomes of entries, and of positions, when hours end. Those that rest are cancelled, or stay; or all is closed.
CANCEL_ENTRIES = 0
LEAVE = 1
FLATTEN = 2
AT_END_NAMES = {"cancel_entries": CANCEL_ENTRIES, "leave": LEAVE, "flatten": FLATTEN}

# What a company does to its shares, and what is paid for holding: of a contract, or of shares sold short.
SPLIT = 1
DIVIDEND = 2
FUNDING = 3
BORROW = 4
# How many candles before a split stand among a run's columns once more, restated.
AGAIN = 2
# What a number of a strategy's memory is, where shares may split: a count or the like, a price, or a quantity.
PLAIN = 0
OF_PRICE = 1
OF_QUANTITY = 2
MEANING_NAMES = {"plain": PLAIN, "price": OF_PRICE, "quantity": OF_QUANTITY}

# How far an account has fallen: entries are made smaller, wait, or all is closed.
NO_TIER = 0
REDUCE = 1
PAUSE = 2
FLAT = 3

# What `simulate` answers.
FINISHED = 0
NEED_ROOM = 1

# No resting order: below or above every price.
NO_DOWN = -(1 << 62)
NO_UP = 1 << 62
# An order by the market that waits for trades: it fires at any price.
ANY_DOWN = NO_UP - 1
ANY_UP = NO_DOWN + 1

R_BELOW_MINIMUM = int(Reason.BELOW_MINIMUM)
R_MAX_ORDERS = int(Reason.MAX_ORDERS)
R_PRICE_COLLAR = int(Reason.PRICE_COLLAR)
R_MAX_OPEN_POSITIONS = int(Reason.MAX_OPEN_POSITIONS)
R_MAX_POSITION = int(Reason.MAX_POSITION)
R_BALANCE = int(Reason.BALANCE)
R_DAILY_LOSS = int(Reason.DAILY_LOSS)
R_DRAWDOWN = int(Reason.DRAWDOWN)
R_COOL_DOWN = int(Reason.COOL_DOWN)
R_OUTSIDE_WINDOW = int(Reason.OUTSIDE_WINDOW)
R_WEEKLY_LOSS = int(Reason.WEEKLY_LOSS)
R_MAX_EXPOSURE = int(Reason.MAX_EXPOSURE)
R_DRAWDOWN_REDUCE = int(Reason.DRAWDOWN_REDUCE)
R_DRAWDOWN_PAUSE = int(Reason.DRAWDOWN_PAUSE)
R_DRAWDOWN_OVER = int(Reason.DRAWDOWN_OVER)
R_DRAWDOWN_FLATTEN = int(Reason.DRAWDOWN_FLATTEN)
R_SYMBOL_COOL_DOWN = int(Reason.SYMBOL_COOL_DOWN)
R_MAX_TRADE_RISK = int(Reason.MAX_TRADE_RISK)
R_ORDER_RATE = int(Reason.ORDER_RATE)
R_MAX_CORRELATED_EXPOSURE = int(Reason.MAX_CORRELATED_EXPOSURE)
R_ABOVE_MAXIMUM = int(Reason.ABOVE_MAXIMUM)
R_POST_ONLY = int(Reason.POST_ONLY)
R_NOT_FILLED = int(Reason.NOT_FILLED)
R_NOTHING_TO_REDUCE = int(Reason.NOTHING_TO_REDUCE)
R_INSUFFICIENT_BALANCE = int(Reason.INSUFFICIENT_BALANCE)
R_LINKED = int(Reason.LINKED)
R_CANCELED = int(Reason.CANCELED)
R_VENUE_CANCELED = int(Reason.VENUE_CANCELED)
R_EXPIRED = int(Reason.EXPIRED)
R_REFUSED = int(Reason.REFUSED)
R_STOP_LOSS = int(Reason.STOP_LOSS)
R_TRAILING_STOP = int(Reason.TRAILING_STOP)
R_TAKE_PROFIT = int(Reason.TAKE_PROFIT)
R_TIME_EXIT = int(Reason.TIME_EXIT)
R_SESSION_END = int(Reason.SESSION_END)
R_DRAWDOWN_EXIT = int(Reason.DRAWDOWN_EXIT)
R_BREAK_EVEN = int(Reason.BREAK_EVEN)
R_SPLIT = int(Reason.SPLIT)
# The rungs of a take-profit ladder follow each other.
R_TAKE_PROFIT_1 = int(Reason.TAKE_PROFIT_1)
R_BAD_TARGET = int(Reason.BAD_TARGET)
R_BAD_SLOT = int(Reason.BAD_SLOT)
R_MONEY_OVERFLOW = int(Reason.MONEY_OVERFLOW)
R_BAD_ORDER = int(Reason.BAD_ORDER)

# Features, replaced by `botswain.build` when it links a simulator: what is 0 costs nothing.
GATE = 1
CAPS = 1
EXITS = 1
CURVE = 1
SINGLE = 0
IDLE = 0
FORMING = 0
CLOCK = 0
ARMED = 0
LADDER = 0
TRADES = 0
PARTS = 0
LATE = 0
DEPTH = 0
SLIPS = 0
ACTIONS = 0
ON_START = 1
ON_CLOSE = 1
ON_FILL = 1
ON_END = 1
ON_TIMER = 1
