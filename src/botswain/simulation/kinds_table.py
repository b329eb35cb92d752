"""Every kind of fault a plan may draw, as data: its group, how long it lasts, and how its settings are drawn.

FX faults are the sandbox's own switches, PX the network's, CK the clock's, DB the store's, CP the process's.
`symbol_removed` is not drawn: it cannot be taken back, so nothing could come to rest after it.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

SECOND_MS, MINUTE_MS = 1_000, 60_000
Settings = dict[str, Any]
Draw = Callable[[random.Random], Settings]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of fault.

    groups     the names of --faults that include it
    lasts_ms   shortest and longest time it is on; None: it acts once, or a few times
    """

    groups: tuple[str, ...]
    lasts_ms: tuple[int, int] | None
    draw: Draw


def nothing(_chance: random.Random) -> Settings:
    """No settings."""
    return {}


def share(low: float, high: float) -> Draw:
    """How many of the requests it meets."""
    return lambda chance: {"share": round(chance.uniform(low, high), 2)}


def late(low_ms: int, high_ms: int) -> Draw:
    """How late, and how many."""
    return lambda chance: {"share": round(chance.uniform(0.1, 0.7), 2), "late_ms": chance.randrange(low_ms, high_ms)}


def lines(chance: random.Random) -> Settings:
    """Which connections."""
    return {"which": chance.choice(("streams", "api", "all"))}


def one_of(**choices: tuple[Any, ...]) -> Draw:
    """Each setting one of some."""
    return lambda chance: {name: chance.choice(values) for name, values in choices.items()}


def wrong_error(chance: random.Random) -> Settings:
    """An error that is really unknown."""
    code, status = chance.choice(((-1007, 504), (-1000, 500), (-1001, 500), (-1006, 504), (-1007, 408), (0, 502)))
    return {"code": code, "status": status, "method": chance.choice(WRITES)}


def refusal(chance: random.Random) -> Settings:
    """A refusal."""
    code, status, msg = chance.choice(
        (
            (-1003, 429, "Too many requests."),
            (-1015, 429, "Too many new orders; current limit is 100 orders per TEN_SECONDS."),
            (-2010, 400, "Account has insufficient balance for requested action."),
            (-1013, 400, "Filter failure: NOTIONAL"),
            (-1021, 400, "Timestamp for this request is outside of the recvWindow."),
        )
    )
    return {"code": code, "status": status, "msg": msg, "method": chance.choice(WRITES)}


def filters(chance: random.Random) -> Settings:
    """Coarser filters."""
    return chance.choice(({"min_notional": "25"}, {"step_factor": 10}, {"tick_factor": 10}, {"max_orders": "3"}))


def jump(chance: random.Random) -> Settings:
    """A deposit or a withdrawal of the quote currency."""
    return {"amount": chance.choice(("250", "37.5", "-40", "-3.25"))}


def by_hand(chance: random.Random) -> Settings:
    """Somebody else's order: how far from the price, on which side."""
    return {"side": chance.choice(("BUY", "SELL")), "away": round(chance.uniform(0.001, 0.02), 4)}


WRITES = ("", "order.place", "order.place", "order.cancel", "order.cancelReplace")
NETWORK, VENUE, CRASH, DATABASE, CLOCK = "network", "venue", "crash", "database", "clock"
BOTH = (NETWORK, VENUE)
LONG = (20 * SECOND_MS, 5 * MINUTE_MS)
SHORT = (5 * SECOND_MS, 90 * SECOND_MS)
KINDS: dict[str, Kind] = {
    # The network, requests.
    "PX:refused": Kind((NETWORK,), SHORT, share(0.3, 1.0)),
    "PX:request_lost": Kind((NETWORK,), LONG, share(0.1, 0.7)),
    "PX:request_late": Kind((NETWORK,), LONG, late(500, 90_000)),
    "PX:reply_lost": Kind((NETWORK,), LONG, share(0.1, 0.7)),
    "PX:reply_late": Kind((NETWORK,), LONG, late(200, 20_000)),
    "PX:reply_garbled": Kind((NETWORK,), LONG, share(0.1, 0.5)),
    "PX:reset": Kind((NETWORK,), LONG, share(0.1, 0.5)),
    "PX:outage": Kind((NETWORK,), (30 * SECOND_MS, 6 * MINUTE_MS), lambda _chance: {"share": 1.0}),
    # The network, connections.
    "PX:connect_refused": Kind((NETWORK,), SHORT, share(0.5, 1.0)),
    "PX:slow": Kind((NETWORK,), LONG, lambda chance: {"late_ms": chance.randrange(500, 8_000)}),
    "PX:disconnect": Kind((NETWORK,), None, lines),
    "PX:half_open": Kind((NETWORK,), None, lines),
    "PX:frozen": Kind((NETWORK,), None, lines),
    "PX:frame_garbled": Kind((NETWORK,), None, lines),
    # The user data stream.
    "FX:drop_event": Kind(BOTH, None, nothing),
    "FX:duplicate_event": Kind(BOTH, None, nothing),
    "FX:delay_event": Kind(BOTH, None, one_of(moves=(1, 2, 5, 20))),
    "FX:swap_events": Kind(BOTH, None, nothing),
    "FX:stream_ended": Kind(BOTH, None, nothing),
    "FX:disconnect": Kind(BOTH, None, nothing),
    # The venue, requests.
    "FX:error_after_accept": Kind((VENUE,), None, wrong_error),
    "FX:refuse": Kind((VENUE,), None, refusal),
    "FX:drop_reply": Kind((VENUE,), None, one_of(method=WRITES)),
    "FX:drop_request": Kind((VENUE,), None, one_of(method=WRITES)),
    "FX:delay_reply": Kind((VENUE,), None, one_of(method=WRITES, delay_ms=(200, 2_000, 15_000))),
    "FX:delay_request": Kind((VENUE,), None, one_of(method=WRITES, delay_ms=(500, 2_500, 8_000, 60_000))),
    "FX:rename_field": Kind(
        (VENUE,), None, one_of(method=WRITES, field=("orderId", "status", "clientOrderId", "executedQty"))
    ),
    "FX:truncate_list": Kind((VENUE,), None, one_of(keep=(0, 1), method=("openOrders.status", "allOrders"))),
    "FX:corrupt_row": Kind((VENUE,), None, nothing),
    "FX:read_lag": Kind((VENUE,), LONG, one_of(lag_ms=(1_000, 5_000, 15_000, 30_000))),
    "FX:lookup_refused": Kind((VENUE,), LONG, nothing),
    "FX:maintenance": Kind((VENUE,), LONG, nothing),
    "FX:ban": Kind((VENUE,), SHORT, one_of(retry_after=(30, 60, 120))),
    "FX:forbidden": Kind((VENUE,), LONG, nothing),
    "FX:key_revoked": Kind((VENUE,), LONG, nothing),
    # The venue, orders and fills.
    "FX:fill_before_reply": Kind((VENUE,), None, nothing),
    "FX:partial_fills": Kind((VENUE,), None, one_of(share=("0.1", "0.37", "0.5", "0.9"))),
    "FX:overfill": Kind((VENUE,), None, nothing),
    "FX:blank_trade_id": Kind((VENUE,), None, nothing),
    "FX:cancel_ignored": Kind((VENUE,), None, nothing),
    "FX:cancel_refused": Kind((VENUE,), None, nothing),
    "FX:accept_then_expire": Kind((VENUE,), None, nothing),
    "FX:fee_late": Kind((VENUE,), None, nothing),
    "FX:foreign_cancel": Kind((VENUE,), None, nothing),
    "FX:exchange_cancel": Kind((VENUE,), None, nothing),
    "FX:foreign_order": Kind((VENUE,), None, by_hand),
    "FX:balance_jump": Kind((VENUE,), None, jump),
    "FX:prune_history": Kind((VENUE,), None, nothing),
    "FX:filters_changed": Kind((VENUE,), (2 * MINUTE_MS, 30 * MINUTE_MS), filters),
    "FX:symbol_status": Kind((VENUE,), LONG, one_of(status=("HALT", "BREAK", "CANCEL_ONLY"))),
    # The venue, its market.
    "FX:drop_candle": Kind((VENUE,), None, nothing),
    "FX:freeze_streams": Kind((VENUE,), LONG, nothing),
    "FX:revise_candle": Kind((VENUE,), None, one_of(ticks=(-3, 1, 7))),
    "FX:bad_print": Kind((VENUE,), None, one_of(factor=("0.5", "2", "10"))),
    # Clocks.
    "FX:clock_skew": Kind((CLOCK,), LONG, one_of(offset_ms=(-5_000, -700, 700, 5_000))),
    "CK:step": Kind((CLOCK,), None, one_of(by_ms=(-5_000, -900, -40, 40, 900, 5_000, 60_000, -60_000))),
    "CK:skew": Kind((CLOCK,), LONG, one_of(by_ms=(-5_000, -1_200, 1_200, 5_000))),
    # The store.
    "DB:refused": Kind((DATABASE,), None, nothing),
    "DB:unsure": Kind((DATABASE,), None, nothing),
    "DB:locked": Kind((DATABASE,), SHORT, nothing),
    "DB:full": Kind((DATABASE,), LONG, nothing),
    "DB:slow": Kind((DATABASE,), LONG, one_of(late_ms=(200, 1_500, 30_000))),
    # The process.
    "CP:point": Kind((CRASH,), None, nothing),
    "CP:anywhere": Kind((CRASH,), None, nothing),
}
# A crash is drawn more often than one kind among many would be.
WEIGHTS = {"CP:point": 4, "CP:anywhere": 2}
SETS = ("none", NETWORK, VENUE, CRASH, DATABASE, CLOCK, "all")
