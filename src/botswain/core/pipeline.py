"""What happens to an event: ledger, strategy, sizing, exits, gate. The same calls in research and live.

`user_step` stands for the strategy's compiled step; `botswain.build` puts it there. Sizing has no call of its own
here because a row is sized when it is wanted.
"""

from botswain.core.access import (
    account_of,
    book_of,
    lane_of,
    report_of,
    row_of,
    rules_of,
    set_curve,
    terms_of,
    trip_of,
)
from botswain.core.alike import note_moves
from botswain.core.blocks import blocked_by, count_streak, watch_account
from botswain.core.codes import (
    CAPS,
    CLOCK,
    CLOSE,
    CURVE,
    DONE,
    EMPTY,
    END,
    ENDED,
    EXITS,
    FILL,
    GATE,
    ON_CLOSE,
    ON_END,
    ON_FILL,
    ON_START,
    ON_TIMER,
    R_MONEY_OVERFLOW,
    R_NOTHING_TO_REDUCE,
    START,
    TIMER,
    WORKING,
)
from botswain.core.cover import hold
from botswain.core.entries import note
from botswain.core.exits import follow_best, protect
from botswain.core.freeing import free_children, free_children_of_part, free_guards
from botswain.core.gate import fit_asked, judge
from botswain.core.leaving import grow_older, overdue
from botswain.core.rows import held_lots, works_only
from botswain.core.sizing import equity_now
from botswain.core.stops import follows, note_price
from botswain.core.targets import falls
from botswain.core.tiers import watch_tiers
from botswain.core.wanted import ask_again, go_on_closing
from botswain.ledger.books import OVERFLOW, TRIP_CLOSED, post, received_units, whole_lots


def user_step(sim, s, i):
    """The strategy's step on symbol s, whose last closed candle is row i; replaced when a simulator is linked."""


def apply_report(sim, r):
    """A report reaches the bot: book it, move the row along, then decide."""
    entry = report_of(sim, r)
    s = entry.symbol
    account = account_of(sim)
    account.time_ms = entry.time_ms
    account.changes += 1
    event = FILL
    if entry.lots == 0:
        if not apply_end(sim, s, r):
            return
        event = END
    elif not apply_fill(sim, s, r):
        return
    if (ON_FILL and event == FILL) or (ON_END and event == END):
        tell_report(sim, s, r, event)
        user_step(sim, s, lane_of(sim, s).last)
    # Whoever is called: what the venue ended may have been all that protected the position, or what exits made way for.
    if EXITS:
        fit_asked(sim, s)
        protect(sim, s)
    judge(sim, s, True)
    if GATE or EXITS:
        protect_again(sim, s)
    if EXITS:
        hold(sim, s)


def tell_report(sim, s, r, event):
    """What the step may ask of the report that calls it."""
    account = account_of(sim)
    entry = report_of(sim, r)
    terms = terms_of(sim, s)
    account.event = event
    account.fill_slot = entry.slot
    account.fill_side = entry.side
    account.fill_price = entry.price
    account.fill_reason = entry.reason
    account.fill_received = whole_lots(received_units(terms, entry.side, entry.lots, entry.fee), terms)


def apply_fill(sim, s, r):
    """Book a fill and count it towards its row. Returns whether the run can go on."""
    entry = report_of(sim, r)
    account = account_of(sim)
    flags = post(book_of(sim, s), terms_of(sim, s), account, entry)
    if flags & OVERFLOW:
        account.code = R_MONEY_OVERFLOW
        return False
    follow_trip(sim, s, r, flags)
    fill_row(sim, s, r)
    if EXITS:
        note_price(sim, s, entry.price)
    if GATE and flags & TRIP_CLOSED:
        count_streak(sim, s, entry.time_ms)
    return True


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
        if account_of(sim).has_parents != 0:
            free_guards(sim, s, entry.slot, entry.side)
        return
    row.filled += entry.lots
    if row.state != WORKING:
        fill_late(sim, s, entry.slot)
        return
    if row.filled < row.eff:
        if entry.final == 0 or not works_only(sim, s, entry.slot):
            return
        if held_lots(sim, s) * row.side < 0:
            # Only for want of a position is a reduce-only order finished short. Any other was amended while it filled,
            # or was not for what is held of it: its rest is asked for, if the venue takes so little.
            code = row.ended
            ask_again(sim, s, entry.slot)
            row.ended = code
            return
        note(sim, s, entry.slot, R_NOTHING_TO_REDUCE, row.eff, row.filled)
    finish_row(sim, s, entry.slot)
    if row.goal != 0:
        go_on_closing(sim, s, entry.slot)


def fill_late(sim, s, slot):
    """An order filled that its row does not want any more: the row was taken back, has ended, or waits at the gate.

    It is filled where that was all it asks for. Else it stays what it is, and of its children only those go that can do
    nothing but close: whether an order was finished its fill does not say by now, for that of a late one always does.
    """
    row = row_of(sim, s, slot)
    row.eff = row.filled
    if row.state == DONE:
        return
    most = terms_of(sim, s).max_lots
    if row.filled >= (min(row.qty, most) if most > 0 else row.qty):
        finish_row(sim, s, slot)
    else:
        free_children_of_part(sim, s, slot)


def finish_row(sim, s, slot):
    """A row is filled: it wants nothing more in this rev, and what waited for it goes."""
    row = row_of(sim, s, slot)
    row.state = DONE
    row.ended = 0
    row.eff = max(row.eff, row.filled)
    if account_of(sim).has_parents != 0:
        free_children(sim, s, slot, False)


def apply_end(sim, s, r):
    """The venue ended an order: its row's leaves end with the reason. Returns whether they were still wanted."""
    entry = report_of(sim, r)
    row = row_of(sim, s, entry.slot)
    if row.rev != entry.rev or row.state == EMPTY or row.state == DONE or row.state == ENDED:
        # Of a row that had ended the first reason is the one: what it wanted was over by then.
        return False
    row.state = ENDED
    row.ended = entry.reason
    row.eff = row.filled
    lane_of(sim, s).unsure = 1
    note(sim, s, entry.slot, entry.reason, row.qty, row.filled)
    free_children_of_part(sim, s, entry.slot)
    return True


def mark_account(sim, k):
    """All candles of a close instant are applied: mark equity, draw the curve, watch the account's limits."""
    account = account_of(sim)
    if CURVE or GATE:
        account.equity = equity_now(sim)
    if CURVE:
        set_curve(sim, k, account.equity)
    if GATE:
        watch_account(sim)
        if CAPS:
            watch_tiers(sim)
            if rules_of(sim).max_alike > 0:
                note_moves(sim)


def close_candle(sim, s):
    """A symbol's candle closed: call the strategy, then exits. The gate follows when all symbols have spoken."""
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
        better = follows(sim) and note_price(sim, s, lane.mark)
        if CLOCK:
            grow_older(sim, s)
        # Exits depend on the position, on rows that changed, on the best price, and on market rows that ended unfilled.
        if lane.dirty > 0 or lane.unsure != 0 or (CLOCK and grown(sim, s)):
            lane.unsure = 0
            fit_asked(sim, s)
            protect(sim, s)
        elif better:
            follow_best(sim, s)


def grown(sim, s):
    """Whether a symbol's position has become so old that its exits change."""
    return overdue(sim, s) or falls(sim, s)


def beat_candle(sim, s):
    """A symbol's candle forms: call the strategy. Exits answer what it changed; a price that may yet go moves none."""
    lane = lane_of(sim, s)
    if ON_TIMER and (not ON_START or lane.started != 0):
        account_of(sim).event = TIMER
        user_step(sim, s, lane.i)
    if EXITS and (lane.dirty > 0 or lane.unsure != 0):
        lane.unsure = 0
        fit_asked(sim, s)
        protect(sim, s)


def judge_candle(sim, s):
    """The gate's part of a close, and exits once more where it ended something."""
    lane = lane_of(sim, s)
    if GATE and lane.dirty == 0 and lane.waiting == 0 and lane.blocked == 0 and lane.unsure == 0:
        # Nothing is asked for, held back or missing: only a block that begins now would change anything.
        if blocked_by(sim, s) == 0:
            return
    if GATE or lane.dirty > 0:
        judge(sim, s, False)
    if GATE or EXITS:
        protect_again(sim, s)
    if EXITS and lane_of(sim, s).dirty > 0:
        hold(sim, s)


def leave_in_time(sim, s):
    """A decision without a candle of the symbol: entries may be blocked, or have waited for what happened elsewhere,

    and a position may have to go.
    """
    if CLOCK and EXITS and grown(sim, s):
        protect(sim, s)
    judge(sim, s, False)
    protect_again(sim, s)
    if EXITS:
        hold(sim, s)


def protect_again(sim, s):
    """The gate ended, cut or held back a row: what it judged before may fit otherwise now, and exits may be missing."""
    lane = lane_of(sim, s)
    if lane.unsure != 0:
        lane.unsure = 0
        if EXITS:
            protect(sim, s)
        judge(sim, s, False)
