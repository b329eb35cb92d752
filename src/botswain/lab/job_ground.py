"""What a job's request is run on, opened: candles of the store or recorded ones, or trades; and its settings.

It runs in a process of its own (`api.job_child`), so it opens the database itself, and only to read recorded candles.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from botswain.control.datasets import candles_of
from botswain.control.recorded import RecordedCandles
from botswain.control.trading_times import window_in
from botswain.core.strategy import Strategy
from botswain.lab.data_used import Origin
from botswain.lab.job_facts import held_for, rules_for, tape_for
from botswain.lab.reads import read_only
from botswain.lab.recorded_rules import rules_where_recorded
from botswain.model.candles import Candles
from botswain.model.errors import BadInput
from botswain.model.instrument import Instrument
from botswain.model.slippage import FIXED
from botswain.model.trades import Trades
from botswain.store.database import open_database
from botswain.store.schema import EPOCH_BYTES

# What a report says of rules that are not the usual ones.
RECORDED_WITH = "the exchange's, as a bot was told when its candles were recorded"


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """What a request is run on: `told` is what more `backtest` is told of it."""

    runs: Trades | dict[str, Candles]
    told: dict[str, Any]
    origins: dict[str, Origin]


def ground_for(request: dict[str, Any], context: dict[str, Any], strategy: Strategy) -> Ground:
    """Trades, or candles and what stands beside them. Raises BadInput."""
    tape = tape_for(request, context)
    if tape is not None:
        rules = rules_for(request, [tape.trades.candles()])
        return Ground(tape.trades, {"instrument": rules, **tape.met}, {tape.trades.symbol: tape.origin})
    every, known = asyncio.run(candles_for(request, context))
    runs = {symbol: one for symbol, one in every.items() if not request["symbols"] or symbol in request["symbols"]}
    told = {
        "instrument": rules_for(request, list(runs.values()), known),
        "reads": {symbol: every[symbol] for symbol in read_only(strategy, runs) if symbol in every},
        **held_for(request, context, list(runs)),
    }
    as_usual = bool(request.get("shortable"))
    origins = {
        symbol: Origin(name, RECORDED_WITH if symbol in known and not as_usual else "")
        for name, symbol in zip(request["dataset_ids"], every, strict=True)
    }
    return Ground(runs, told, origins)


async def candles_for(
    request: dict[str, Any], context: dict[str, Any]
) -> tuple[dict[str, Candles], dict[str, Instrument]]:
    """The candles of a request by symbol, in the order of its data sets, and the rules of those that were recorded.

    Raises BadInput for two of one symbol.
    """
    folder = Path(context["candles_dir"])
    found: dict[str, Candles] = {}
    rules: dict[str, Instrument] = {}
    database = None
    if context.get("database"):
        database = await open_database(context["database"], epoch=bytes(EPOCH_BYTES), now_ms=0)
    try:
        known = RecordedCandles()
        for name in request["dataset_ids"]:
            own = None
            if database is None:
                one = await candles_of(None, folder, known, name)
            else:
                async with database.reading(None) as tx:
                    one = await candles_of(tx, folder, known, name)
                    own = await rules_where_recorded(tx, name, one)
            if own is not None:
                rules[one.symbol] = own
            if one.symbol in found:
                raise BadInput(f"two data sets are of {one.symbol}; name one for each symbol")
            found[one.symbol] = one
    finally:
        if database is not None:
            await database.close()
    if request["symbols"] and not found.keys() & set(request["symbols"]):
        raise BadInput(f"none of the data sets is of {', '.join(request['symbols'])}; name symbols that they have")
    return found, rules


def settings_in(request: Mapping[str, Any]) -> dict[str, Any]:
    """What a request says of a run beside its strategy and what it is run on, as `backtest` takes it."""
    return {
        "capital": request["capital"],
        "fee": request["fee"],
        "slippage_bps": request["slippage_bps"],
        "slippage": request.get("slippage", FIXED),  # there was nothing else
        "sizing": request["sizing"]["kind"],
        "size": request["sizing"]["size"],
        "compounding": request["sizing"].get("compounding", True),  # there was nothing else
        "odds": request["sizing"].get("odds"),
        "period": request["sizing"].get("period", 0),
        "exits": request["exits"],
        "limits": request["limits"],
        "timeframe": request.get("timeframe"),  # neither was asked for before there were such
        "trading_frequency": request.get("trading_frequency_s", 0),
        "window": window_in(request),
        "start": request["start_ms"],
        "end": request["end_ms"],
    }


def cache_in(context: Mapping[str, Any]) -> Path | None:
    """Where compiled code is kept."""
    cache = context.get("cache_dir")
    return None if cache is None else Path(cache)
