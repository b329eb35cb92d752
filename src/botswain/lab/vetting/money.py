"""What becomes of the orders: whether a venue could take them, on a fine grid and a coarse one, and if they pay."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from decimal import Decimal

import numpy as np

from botswain.core.strategy import Strategy
from botswain.lab.vetting.extremes import first_price
from botswain.lab.vetting.findings import Finding, failed, fine, place_in, skipped, warning
from botswain.lab.vetting.ground import Ground, plan_on
from botswain.lab.vetting.probe import Seen, probe
from botswain.lab.vetting.subject import Subject
from botswain.model.candles import COLUMNS, Candles
from botswain.model.errors import BadInput

ORDERS, FEES = "orders", "fees"
# Of a coarse market: ticks in its last price, and the rules of its orders.
COARSE_TICKS, COARSE_LOT, COARSE_LEAST = 100, Decimal("0.01"), Decimal(10)
# Round trips that are enough to say whether any could pay.
ENOUGH = 10


def orders(subject: Subject, strategy: Strategy, ground: Ground, seen: Seen) -> list[Finding]:
    """What the grid and the venue's rules did to them."""
    assert seen.result is not None
    cut = Counter(note.code for note in seen.result.notes)
    fills = len(seen.result.fills)
    value = ", ".join(f"{count} {reason}" for reason, count in cut.most_common(4))
    found = []
    if not fills and seen.calls:
        what = f"none of its orders was filled in {len(ground.candles):,} candles"
        found.append(warning(ORDERS, what, subject.step, "look at its prices, and at what cut or ended them", value))
    else:
        found.append(fine(ORDERS, f"{fills} fills, every order on its tick and lot", value))
    return [*found, on_coarse(subject, strategy, ground)]


def on_coarse(subject: Subject, strategy: Strategy, ground: Ground) -> Finding:
    """The same on a market of few ticks, coarse lots and a least amount."""
    coarse = coarser(ground)
    try:
        plan = plan_on(coarse, strategy)
        plan.check_first_price((first_price(coarse),))
        seen = probe(plan, coarse.market(strategy))
    except BadInput as error:
        return skipped(ORDERS, f"on a market of coarse ticks it is refused: {error}")
    if seen.ended:
        what = f"on a market of coarse ticks: {seen.ended}"
        remedy = "let prices keep a tick's distance (my.tick), and quantities a lot's (my.lot)"
        return failed(ORDERS, what, place_in(seen.ended, subject.step), remedy, f"tick {coarse.instrument.tick_size}")
    return fine(ORDERS, "it bears coarse ticks and lots", f"tick {coarse.instrument.tick_size}")


def coarser(ground: Ground) -> Ground:
    """The candles put on a grid of about a hundred ticks."""
    one = ground.candles
    tick = Decimal(1).scaleb(int(np.floor(np.log10(float(one.close[-1]) / COARSE_TICKS))))
    places = max(-int(tick.as_tuple().exponent), 0)
    on = {
        name: np.round(np.maximum(np.round(getattr(one, name) / float(tick)), 1.0) * float(tick), places)
        for name in COLUMNS
        if name != "volume"
    }
    candles = Candles(one.symbol, one.timeframe, one.ts, **on, volume=one.volume)
    rules = replace(ground.instrument, tick_size=tick, lot_size=COARSE_LOT, min_notional=COARSE_LEAST)
    return replace(ground, candles=candles, instrument=rules)


def fees(subject: Subject, seen: Seen) -> list[Finding]:
    """Whether any gain was larger than what it paid in fees."""
    assert seen.result is not None
    trips = seen.result.round_trips
    gained = [one for one in trips if one.profit + one.fees > 0]
    kept = [one for one in gained if one.profit > 0]
    paid = sum((one.fees for one in trips), Decimal(0))
    if len(trips) < ENOUGH:
        return [skipped(FEES, f"{len(trips)} round trips are too few to say whether they pay their fees")]
    if gained and not kept:
        average = sum(one.profit + one.fees for one in gained) / len(gained)
        return [
            failed(
                FEES,
                f"it cannot pay its fees: {len(gained)} of {len(trips)} round trips gained before fees, by "
                f"{average:.2f} on average, and not one of them after",
                subject.step,
                "let an exit stand farther from its entry than both fees (my.taker_fee), and refuse less in check()",
                f"fees {paid:.2f}",
            )
        ]
    total = sum((one.profit for one in trips), Decimal(0))
    return [
        fine(
            FEES,
            f"{len(kept)} of {len(trips)} round trips gained more than their fees",
            f"fees {paid:.2f}, result {total:.2f}",
        )
    ]
