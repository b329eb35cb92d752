"""The simulator for a bot that is far from its market: what it asks for meets trades some milliseconds later.

Time goes by the venue's. Before each trade the bot hears what lies the latency back or more: the reports of a trade,
then it decides as it would have then; what it wants arrives at once, for all of the way is in the hearing. It is the
same as hearing at once and sending late. Of an order that has filled or ended without the bot having heard of it, no
other can take the place until it has; what is withdrawn is taken off. docs/rules.md section 10.
"""

from botswain.core.access import (
    account_of,
    depth_of,
    instants_of,
    lane_of,
    order_of,
    report_of,
    report_room,
    room_at,
    rules_of,
    set_upto,
    time_at,
    upto_at,
)
from botswain.core.codes import CLOCK, DEPTH, FINISHED, FORMING, NEED_ROOM, PARTS
from botswain.core.depth_matching import meet_depth
from botswain.core.pipeline import apply_report
from botswain.core.simulate import (
    book_of_arrival,
    bring_orders,
    close,
    decide_after,
    decided_at,
    most_reports,
    opening_at,
    reached,
    turn,
)
from botswain.core.tape_matching import meet_trade
from botswain.core.windows import over_by


def simulate_late(sim, last):
    """`simulate` of one symbol's trades with a latency; it answers the same."""
    account = account_of(sim)
    k = account.instant
    while k < last:
        account.instant = k
        if account.begun == 0:
            account.begun = 1
            account.seq = 0
            if PARTS:
                lane_of(sim, 0).room = room_at(sim, k)
        code = hear(sim, k, time_at(sim, k) - rules_of(sim).late_ms)
        if code == FINISHED:
            meet(sim, k)
            k += 1
            if k == instants_of(sim):
                # Nothing can be met any more, and all of it is heard and marked.
                code = hear(sim, k, time_at(sim, k - 1) + account.timeframe_ms)
        if code != FINISHED:
            return code
    account.instant = k
    return FINISHED


def hear(sim, k, upto_ms):
    """The bot hears of trades before k, and decides after them, as far as `upto_ms`; what it wants arrives before k."""
    account = account_of(sim)
    # What a trade may bring, and what arrives before the next one.
    room = report_room(sim) - 2 * most_reports(sim)
    while account.heard < k:
        i = account.heard
        if time_at(sim, i) > upto_ms:
            return FINISHED
        if CLOCK and over_by(sim, opening_at(sim, i)):
            turn(sim, account.window_end, 1)
        tell(sim, i)
        if DEPTH:
            depth_of(sim, 0).asked_ms = time_at(sim, i)
        if account.code == 0 and decided_at(sim, i) <= upto_ms:
            if DEPTH:
                depth_of(sim, 0).asked_ms = decided_at(sim, i)
            decide(sim, i)
            account.heard += 1
        else:
            upto_ms = -1
        if account.code != 0:
            return account.code
        if k < instants_of(sim) and lane_of(sim, 0).dirty > 0:
            bring(sim, k)
            if account.reports > room:
                return NEED_ROOM
    return FINISHED


def tell(sim, i):
    """The reports of what trade i met."""
    account = account_of(sim)
    account.open_ms = time_at(sim, i)
    while account.told < upto_at(sim, i) and account.code == 0:
        r = account.told
        account.told += 1
        order_of(sim, 0, report_of(sim, r).slot).unheard -= 1
        apply_report(sim, r)


def decide(sim, i):
    """What the bot makes of trade i."""
    account = account_of(sim)
    account.open_ms = time_at(sim, i)
    lane_of(sim, 0).i = i
    if FORMING:
        decide_after(sim, i, 1)
    else:
        close(sim, i, 1)


def bring(sim, k):
    """What is wanted arrives before trade k."""
    account_of(sim).open_ms = time_at(sim, k)
    lane_of(sim, 0).i = k
    if DEPTH:
        book_of_arrival(sim, k, depth_of(sim, 0).asked_ms + rules_of(sim).late_ms)
    bring_orders(sim, 1)


def meet(sim, k):
    """What rests meets trade k."""
    account = account_of(sim)
    account.open_ms = time_at(sim, k)
    if DEPTH:
        meet_depth(sim, 0, k)
    elif reached(sim, 0, k):
        meet_trade(sim, 0, k)
    set_upto(sim, k, account.reports)
    account.begun = 0
