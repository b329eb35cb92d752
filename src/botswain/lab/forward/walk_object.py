"""A walk-forward as one JSON object: figures as numbers, null where there is no value, times in milliseconds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from botswain.history.content import content_hash
from botswain.lab.data_used import Origin
from botswain.lab.export import halt_object, text_of
from botswain.lab.forward.walked import Judged, Walked
from botswain.lab.metrics.figures import known
from botswain.model.candles import Candles

NO_ORIGIN = Origin("")


def walk_object(walked: Walked, origins: Mapping[str, Origin] | None = None) -> dict[str, Any]:
    """The object of `walk-forward --json`. Origins of candles are by symbol.

    standing   the verdict in a word: holds, may_not_hold, does_not_hold, too_little, halted, nothing
    vary, parameters   the values that were tried of each parameter, and those that did not vary
    data       all candles that were given
    folds      those that are done, of `asked`; chosen null: nothing had a value of the objective, so nothing was traded
    inside, outside   figures of the training and the test span
    figures    of the test spans as one account, by group and name; equity: [close, equity, buy and hold] of each close
    comparison the test spans three ways; everything: the parameters chosen once on all candles
    stopped    it was ended before all was done: what is here is of the folds that are
    """
    origins = origins or {}
    done = bool(walked.folds)
    return {
        "strategy": walked.strategy,
        "parameters": {name: text_of(value) for name, value in walked.fixed.items()},
        "vary": {axis.name: list(axis.values) for axis in walked.space.axes},
        "objective": walked.objective,
        "data": [data_object(one, origins.get(symbol, NO_ORIGIN)) for symbol, one in walked.given.items()],
        "verdict": walked.verdict,
        "standing": walked.standing.value,
        "efficiency": walked.efficiency,
        "probabilistic_sharpe": walked.probable if done else None,
        "asked": len(walked.asked),
        "stopped": walked.stopped,
        "folds": [fold_object(one) for one in walked.folds],
        "stability": [asdict(one) for one in walked.stability],
        "everything": walked.whole.chosen if walked.whole is not None else None,
        "comparison": walked.comparison if done else {},
        "figures": walked.figures if done else {},
        "equity": equity_rows(walked) if done else [],
    }


def data_object(one: Candles, origin: Origin) -> dict[str, Any]:
    """One symbol's candles, as many as were given."""
    return {
        "symbol": one.symbol,
        "timeframe": one.timeframe,
        "first_ms": int(one.ts[0]),
        "last_ms": int(one.ts[-1]),
        "candles": len(one),
        "hash": origin.hash or content_hash(one),
        "origin": origin.candles,
    }


def fold_object(one: Judged) -> dict[str, Any]:
    """One fold; closing is what was reckoned for closing what was open at the end of the test span, by the capital."""
    return {
        **asdict(one.fold),
        "chosen": one.chosen,
        "tried": dict(one.tried),
        "inside": {name: known(value) for name, value in one.inside.items()},
        "outside": {name: known(value) for name, value in one.outside.items()},
        "closing": one.part.closing,
        "halt": halt_object(one.result) if one.chosen is not None else None,
    }


def equity_rows(walked: Walked) -> list[list[float]]:
    """[close, equity, buy and hold] of each close of the test spans."""
    joined = walked.joined
    closes = (joined.opens_ms + joined.market.timeframe_ms).tolist()
    rows = zip(closes, joined.equity.tolist(), joined.held.tolist(), strict=True)
    return [list(row) for row in rows]
