"""When a strategy can decide at all, and whether it hangs on how long ago its indicators began.

A running bot starts its indicators at an anchor some candles before its first decision (SEMANTICS 4.5). One that never
forgets its first candle, such as a running total, decides otherwise there than in a backtest that began earlier.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from botswain.core.anchor import anchor_ms, needed_candles
from botswain.core.indicators import columns
from botswain.core.strategy import Strategy
from botswain.lab.vetting.findings import Finding, Place, failed, fine, skipped
from botswain.lab.vetting.ground import Ground, plan_on
from botswain.lab.vetting.probe import Seen, probe
from botswain.lab.vetting.subject import Subject
from botswain.model.timeframe import timeframe_ms

CHECK = "warm-up"
# Where the later start lies, as a part of the candles, and how many of its closes may come out otherwise.
LATER, DRIFT = 0.7, 0.01
# What noise in the last digits may change of a price in ticks, and of a quantity as a part.
TICKS, PART = 1, 1e-6
# Of the wishes of a slot (probe.WISHES): where price, quantity and trigger stand.
QTY, PRICE, TRIGGER, X = 3, 4, 5, 11


def warm_up(subject: Subject, strategy: Strategy, ground: Ground, seen: Seen) -> list[Finding]:
    """What was found; `seen` is the run over all candles."""
    values = dict(zip(strategy.indicators(), columns_on(ground, strategy), strict=True))
    count = len(ground.candles)
    never = [
        failed(
            CHECK,
            f"indicator {name} has no value on {count:,} candles: it needs {needed(strategy, name):,} before the first",
            subject.indicator(name),
            "give it a shorter period, or check with --candles that are more",
            f"{needed(strategy, name):,} of {count:,}",
        )
        for name, column in values.items()
        if not np.isfinite(column).any()
    ]
    if never:
        return never
    acted = next((one for one in seen.calls if one.wishes != seen.blank), None)
    if acted is None:
        return [idle(subject, strategy, ground, seen)]
    first = max((int(np.flatnonzero(np.isfinite(one))[0]) for one in values.values()), default=0)
    wanted = int(np.searchsorted(ground.candles.ts, acted.at_ms))
    says = fine(CHECK, f"indicators have values from candle {first + 1} on; it first wants something at {wanted + 1}")
    return [says, drift(subject, strategy, ground, values)]


def columns_on(ground: Ground, strategy: Strategy) -> tuple[Any, ...]:
    """Its indicators on a ground."""
    return columns(strategy.indicators(), ground.candles, ground.market(strategy).others().column)


def needed(strategy: Strategy, name: str) -> int:
    """Candles before an indicator's first value."""
    return strategy.indicators()[name].lookback


def idle(subject: Subject, strategy: Strategy, ground: Ground, seen: Seen) -> Finding:
    """It wanted nothing, ever: where its last call ended."""
    place = subject.step
    if seen.calls:
        way = probe(plan_on(ground, strategy), ground.market(strategy), way_of=len(seen.calls) - 1).way
        lines = [one for one in way if not one.call]
        place = Place(lines[-1].file, lines[-1].line) if lines else place
    return failed(
        CHECK,
        f"it never warms up: in {len(seen.calls):,} calls over {len(ground.candles):,} candles it wanted nothing, and "
        "its last call ended here",
        place,
        "look at what it waits for; where that is only rare, check with --candles on which it acts: on these nothing "
        "else could be checked",
        f"{len(ground.candles):,} candles",
    )


def drift(subject: Subject, strategy: Strategy, ground: Ground, values: dict[str, Any]) -> Finding:
    """Whether indicators that began at the anchor give the decisions of those that began at the first candle."""
    candles = ground.candles
    start = int(LATER * len(candles))
    frame_ms = timeframe_ms(candles.timeframe)
    anchored_ms = anchor_ms(int(candles.ts[start]), frame_ms, needed_candles(strategy.indicators().values(), frame_ms))
    anchor = int(np.searchsorted(candles.ts, anchored_ms))
    if not values:
        return fine(CHECK, "it has no indicators, so nothing hangs on where they begin")
    if anchor == 0 or candles.ts[0] > anchored_ms:
        return skipped(
            CHECK, f"whether it drifts cannot be told: its anchor lies before the first of {len(candles):,} candles"
        )
    later = ground.since(anchor)
    one = wanted_at(probe(plan_on(ground, strategy), ground.market(strategy, start)))
    other = wanted_at(probe(plan_on(ground, strategy), later.market(strategy, start - anchor)))
    otherwise = [at for at in one if at not in other or not alike(one[at], other[at])]
    share = len(otherwise) / max(len(one), 1)
    if share <= DRIFT:
        return fine(CHECK, "begun at the anchor it decides as when it was begun earlier", f"{share:.1%} otherwise")
    name, worst = farthest(values, columns_on(later, strategy), start, anchor)
    return failed(
        CHECK,
        f"it drifts: begun {anchor} candles later, at the anchor, it decides otherwise at {share:.0%} of the closes; "
        f"indicator {name} is {worst:.3g} of its size away",
        subject.indicator(name),
        "a running total hangs on its first candle for ever: use its change, or the distance to its own average",
        f"{share:.0%}",
    )


def wanted_at(seen: Seen) -> dict[int, Any]:
    """What was wanted after the last call of each candle."""
    return {one.at_ms: one.wishes for one in seen.calls}


def alike(one: Any, other: Any) -> bool:
    """Whether wishes are the same but for noise in the last digits of what they were computed from."""
    for mine, yours in zip(one, other, strict=True):
        for place, (a, b) in enumerate(zip(mine, yours, strict=True)):
            room = 0.0
            if place in (PRICE, TRIGGER):
                room = TICKS
            elif place == QTY:
                room = max(1.0, PART * abs(a))
            elif place == X:
                room = PART * abs(a)
            if abs(a - b) > room and place != 0:
                return False
    return True


def farthest(values: dict[str, Any], later: tuple[Any, ...], start: int, anchor: int) -> tuple[str, float]:
    """The indicator that is farthest from what it was, and by how much of its size."""
    found = {}
    for (name, column), other in zip(values.items(), later, strict=True):
        full, cut = column[start:], other[start - anchor :]
        size = np.nanmax(np.abs(full)) if np.isfinite(full).any() else 0.0
        found[name] = float(np.nanmax(np.abs(full - cut)) / size) if size and np.isfinite(full - cut).any() else 0.0
    return max(found.items(), key=lambda one: one[1])
