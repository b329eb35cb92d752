"""What happens to an event: ledger, strategy, sizing, exits, gate. The same calls in research and live.

`user_step` stands for the strategy's compiled step; `botswain.build` puts it there. Sizing has no call of its own
here because a row is sized when it is wanted.
"""

from botswain.core.access import account_of, book_of, lane_of, report_of, row_of, rules_of, set_curve, terms_of, trip_of
from botswain.core.codes import (
    CLOSE,
    CURVE,
    DONE,
    EMPTY,
    ENDED,
    EXITS,
    FILL,
    GATE,
    ON_CLOSE,
    ON_FILL,
    ON_START,
    R_MONEY_OVERFLOW,
    R_NOTHING_TO_REDUCE,
    REDUCE_ONLY,
    START,
    WORKING,
)
from botswain.core.exits import note_price, protect
from botswain.core.gate import count_streak, fit_asked, judge, note, watch_account
from botswain.core.sizing import equity_now
from botswain.core.wanted import mark_dirty
from botswain.ledger.books import OVERFLOW, TRIP_CLOSED, post, received_units, whole_lots


def user_step(sim, s, i):
    """The strategy's step on symbol s, whose last closed candle is row i; replaced when a simulator is linked."""


def apply_report(sim, r):
    """A report reaches the bot: book it, move the row along, then decide."""
    entry = report_of(sim, r)
    s = entry.symbol
    account = account_of(sim)
    account.time_ms = entry.time_ms
    if entry.lots == 0:
        apply_end(sim, s, r)
        return
    flags = post(book_of(sim, s), terms_of(sim, s), account, entry)
    if flags & OVERFLOW:
        account.code = R_MONEY_OVERFLOW
        return
    follow_trip(sim, s, r, flags)
    fill_row(sim, s, r)
    if EXITS:
        note_price(sim, s, entry.price)
    if GATE and flags & TRIP_CLOSED:
        count_streak(sim, s, entry.time_ms)
    if ON_FILL:
        account.event = FILL
        account.fill_slot = entry.slot
        account.fill_side = entry.side
        account.fill_lots = entry.lots
        account.fill_price = entry.price
        units = received_units(terms_of(sim, s), entry.side, entry.lots, entry.fee)
        account.fill_received = whole_lots(units, terms_of(sim, s))
        user_step(sim, s, lane_of(sim, s).last)
    if EXITS:
        fit_asked(sim, s)
        protect(sim, s)
    judge(sim, s, True)
    if EXITS:
        protect_again(sim, s)


def follow_trip(sim, s, r, flags):
    """Write down a round trip that closed, and where the next one began."""
    lane = lane_of(sim, s)
    if flags & TRIP_CLOSED:
        account = account_of(sim)
        book = book_of(sim, s)
        trip = trip_of(sim, account.trips)
        account.trips += 1
        trip.symbol = s
        trip.direction = -report_of(sim, r).side
        trip.first = lane.trip_first
        trip.last = r
        trip.profit = book.trip_profit
        trip.fees = book.trip_paid
        lane.trip_first = r if book.pos != 0 else -1
    elif lane.trip_first < 0 and book_of(sim, s).pos != 0:
        lane.trip_first = r


def fill_row(sim, s, r):
    """Count a fill towards its row; a row whose order is finished is done, short of what should have worked or not."""
    entry = report_of(sim, r)
    row = row_of(sim, s, entry.slot)
    if row.rev != entry.rev:
        return
    row.filled += entry.lots
    if row.filled < row.eff:
        # Only a reduce-only order is finished short; any other was amended while it filled, and its rest is sent.
        if entry.final == 0 or not row.flag_bits & REDUCE_ONLY:
            return
        note(sim, s, entry.slot, R_NOTHING_TO_REDUCE, row.eff, row.filled)
    row.state = DONE
    if account_of(sim).has_parents != 0:
        wake_children(sim, s, entry.slot)


def wake_children(sim, s, slot):
    """Rows that waited for this one may be sent now."""
    for child in range(rules_of(sim).slots):
        row = row_of(sim, s, child)
        if row.parent == slot + 1 and row.state == WORKING:
            mark_dirty(sim, s, child)


def apply_end(sim, s, r):
    """The venue ended an order: its row's leaves end with the reason."""
    entry = report_of(sim, r)
    row = row_of(sim, s, entry.slot)
    if row.rev != entry.rev or row.state == EMPTY or row.state == DONE:
        return
    row.state = ENDED
    row.ended = entry.reason
    row.eff = row.filled
    lane_of(sim, s).unsure = 1
    note(sim, s, entry.slot, entry.reason, row.qty, row.filled)


def mark_account(sim, k):
    """All candles of a close instant are applied: mark equity, draw the curve, watch the account's limits."""
    account = account_of(sim)
    if CURVE or GATE:
        account.equity = equity_now(sim)
    if CURVE:
        set_curve(sim, k, account.equity)
    if GATE:
        watch_account(sim)


def close_candle(sim, s):
    """A symbol's candle closed: call the strategy, then exits, then the gate."""
    lane = lane_of(sim, s)
    account = account_of(sim)
    if ON_START and lane.started == 0:
        lane.started = 1
        account.event = START
        user_step(sim, s, lane.i)
    if ON_CLOSE:
        account.event = CLOSE
        user_step(sim, s, lane.i)
    if EXITS:
        better = rules_of(sim).trailing > 0 and note_price(sim, s, lane.mark)
        # Exits depend on the position, on rows that changed, on the best price, and on market rows that ended unfilled.
        if better or lane.dirty > 0 or lane.unsure != 0:
            lane.unsure = 0
            fit_asked(sim, s)
            protect(sim, s)
    if GATE or lane.dirty > 0:
        judge(sim, s, False)
    if EXITS:
        protect_again(sim, s)


def protect_again(sim, s):
    """Exits made room for a closing order that the gate then ended: put them back in the same breath."""
    lane = lane_of(sim, s)
    if lane.unsure != 0:
        lane.unsure = 0
        protect(sim, s)
        judge(sim, s, False)
