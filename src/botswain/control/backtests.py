"""Backtests as jobs: what is asked of one is checked before it waits, so that a mistake is told at once, at its place.

The same checks as a bot's, by the same code, on what is known without reading candles; a job can still fail by what
only its candles tell.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Literal

import msgspec

from botswain.build.layout import layout_of
from botswain.build.plan import new_state
from botswain.control.backtest_facts import check_holding, checked_tape, tape_in
from botswain.control.bot_settings import ROOM, check_names, checked_strategy, field_of, pointed, reading
from botswain.control.capital import check_size, may_short
from botswain.control.config import BotConfig, plan_of, windows_of
from botswain.control.datasets import Dataset
from botswain.control.refusals import Wrong, pointer
from botswain.control.trading_times import checked_frequency, window_in
from botswain.control.typed_numbers import number
from botswain.control.walks import at_vary, check_spans, checked_search, walk_in
from botswain.core.indicators import symbols_of
from botswain.core.strategy import Strategy
from botswain.history.facts import FactFile
from botswain.model.candles import IntColumn
from botswain.model.errors import BadInput, near, near_symbol
from botswain.model.instrument import Instrument
from botswain.model.parts import part
from botswain.model.timeframe import candle_ms, timeframe_ms
from botswain.model.trades import USUAL_TIMEFRAME
from botswain.store import jobs
from botswain.store.jobs import Job
from botswain.store.scope import Tx

KIND = "backtest"
State = Literal["waiting", "running", "done", "failed", "canceled"]
# What requests once carried; they are read as they were written.
KEY = "idempotency_key"
# Rules that stand in for those the candles will tell; what they would be refused for is no fault of the request.
STAND_IN_TICK, STAND_IN_LOT = Decimal("0.01"), Decimal("1e-8")


def checked(
    request: Mapping[str, Any],
    known: Sequence[Dataset],
    files: Sequence[FactFile] = (),
    times: Mapping[str, IntColumn] = MappingProxyType({}),
) -> None:
    """Raise Wrong, with the field at fault, for what cannot be run.

    known, files  the data sets and files there are; times: what was read of those that `walks.to_be_read` names
    """
    walk = walk_in(request)
    with at_vary(walk):
        config, strategy, length_ms = check_run(request, known, files, times)
        try:
            check_plan(config, strategy, length_ms, shortable=bool(request.get("shortable")))
        except Wrong as error:
            # Of many combinations one that cannot be run is no fault of the request.
            if walk is None or not str(error.field).startswith("/parameters"):
                raise


def check_run(
    request: Mapping[str, Any], known: Sequence[Dataset], files: Sequence[FactFile], times: Mapping[str, IntColumn]
) -> tuple[BotConfig, Strategy, int]:
    """All but what the core says of its plan: what it has in common with a bot's settings, the strategy, and how long

    the candles are that are decided on, in ms. Raises Wrong.
    """
    walk, tape = walk_in(request), tape_in(request) is not None
    if walk is not None and tape:
        raise Wrong("parameters are chosen on candles, and this is a tape of trades; run it once", field="/tape")
    used = [] if tape else checked_sets(request, known)
    symbols = [checked_tape(request, files)] if tape else [one.symbol for one in used]
    config = msgspec.convert({**taken_from(request), "symbols": symbols}, BotConfig)
    strategy = checked_strategy(config) if walk is None else checked_search(config, walk)
    check_money(request)
    check_names(config)
    check_span(request, used)
    check_reads(request, known, used, strategy)
    check_holding(request, symbols, files)
    length_ms = checked_length(request, used)
    if walk is not None:
        check_spans(walk, used, length_ms, request, times)
    return config, strategy, length_ms


def taken_from(request: Mapping[str, Any]) -> dict[str, Any]:
    """What a request has in common with a bot's settings."""
    same = {name: request[name] for name in ("strategy", "capital", "fee", "slippage_bps", "exits", "limits")}
    made = {name: request[name] for name in ("sizing", "slippage") if name in request}  # once there was no slippage
    return {**same, **made, "name": KIND, "params": request["parameters"]}


def checked_sets(request: Mapping[str, Any], known: Sequence[Dataset]) -> list[Dataset]:
    """The data sets that are run on, one for each symbol. Raises Wrong."""
    if not request["dataset_ids"]:
        raise Wrong("there is nothing to run on; name data sets, or a tape of trades", field="/dataset_ids")
    by_name = {one.id: one for one in known}
    found: dict[str, Dataset] = {}
    for place, name in enumerate(request["dataset_ids"]):
        field = pointer("dataset_ids", place)
        if name not in by_name:
            raise Wrong(f"there is no data set {name!r}{near(name, list(by_name))}", field=field)
        one = by_name[name]
        if one.symbol in found:
            raise Wrong(f"two data sets are of {one.symbol}; name one for each symbol", field=field)
        found[one.symbol] = one
    for place, symbol in enumerate(request["symbols"]):
        if symbol not in found:
            raise Wrong(
                f"none of the data sets is of {symbol!r}{near_symbol(symbol, found)}", field=pointer("symbols", place)
            )
    return [one for one in found.values() if not request["symbols"] or one.symbol in request["symbols"]]


def checked_length(request: Mapping[str, Any], used: Sequence[Dataset]) -> int:
    """How long the candles are that are decided on, in ms. Raises Wrong."""
    asked = request["timeframe"]
    for one in used:
        if asked is None and one.timeframe != used[0].timeframe:
            raise Wrong(
                f"candles of {used[0].symbol} are {used[0].timeframe} and of {one.symbol} {one.timeframe}; name data "
                "sets of one length, or say by timeframe which one is decided on",
                field=pointer("dataset_ids", request["dataset_ids"].index(one.id)),
            )
    if used:
        length_ms = pointed("/timeframe", timeframe_ms, asked or used[0].timeframe)
    else:
        length_ms = pointed("/timeframe", candle_ms, asked or USUAL_TIMEFRAME)
    checked_frequency(request["trading_frequency_s"], length_ms)
    windows_of(window_in(request), length_ms)
    return length_ms


def check_money(request: Mapping[str, Any]) -> None:
    """Raises Wrong for amounts that make no sense."""
    if number("capital", request["capital"]) <= 0:
        raise Wrong(f"capital is {request['capital']}; write an amount above zero", field="/capital")
    if not Decimal(0) <= number("fee", request["fee"]) < 1:
        raise Wrong(f"fee is {part(request['fee'])}; write 0 to below {part(1)}", field="/fee")


def check_span(request: Mapping[str, Any], used: Sequence[Dataset]) -> None:
    """Raises Wrong for a span of time that is empty, or in which a data set has no candle."""
    start_ms, end_ms = request["start_ms"], request["end_ms"]
    if start_ms is not None and end_ms is not None and start_ms >= end_ms:
        raise Wrong(
            f"it is to start at {start_ms} and to end at {end_ms}; write a start before the end", field="/end_ms"
        )
    for one in used:
        there = f"candles of {one.symbol} begin at {one.first_ms} and the last one at {one.last_ms}"
        if start_ms is not None and start_ms > one.last_ms:
            raise Wrong(f"it is to start at {start_ms}, but {there}; write an earlier start", field="/start_ms")
        if end_ms is not None and end_ms <= one.first_ms:
            raise Wrong(f"it is to end at {end_ms}, but {there}; write a later end", field="/end_ms")


def check_reads(
    request: Mapping[str, Any], known: Sequence[Dataset], used: Sequence[Dataset], strategy: Strategy
) -> None:
    """Raises Wrong for a symbol that the strategy reads and of which no data set is named."""
    named = {one.symbol for one in known if one.id in request["dataset_ids"]}
    for symbol in symbols_of(strategy.indicators().values()):
        if not used:
            raise Wrong(
                f"strategy {strategy.label()} reads {symbol}, and a run on trades has one symbol; run it on candles",
                field=reading(symbol, strategy),
            )
        if symbol not in named:
            raise Wrong(
                f"strategy {strategy.label()} reads {symbol}, and none of the data sets is of it; name one of "
                f"{used[0].timeframe} too, and in symbols those that are traded",
                field=reading(symbol, strategy),
            )


def check_plan(config: BotConfig, strategy: Strategy, frame_ms: int, *, shortable: bool) -> None:
    """Raises Wrong for exits, limits, sizes and costs that a run would refuse."""
    rules = {one: Instrument(one, STAND_IN_TICK, STAND_IN_LOT, shortable=shortable) for one in config.symbols}
    try:
        new_state(plan_of(config, rules, frame_ms), layout_of(strategy), ROOM, compiled=False)
    except BadInput as error:
        field = field_of(str(error), strategy)
        if field is not None:
            raise Wrong(str(error), field=field) from None
    check_size(config.sizing.kind, number("size", config.sizing.size), shortable=may_short(strategy, rules.values()))


async def make(tx: Tx, job_id: str, request: Mapping[str, Any], now_ms: int) -> Job:
    """A job that waits."""
    return await jobs.create(tx, job_id, KIND, msgspec.json.encode(request).decode(), now_ms)


async def one(tx: Tx, job_id: str) -> Job | None:
    """A backtest; None where the tenant has none of that id."""
    found = await jobs.get(tx, job_id)
    return found if found is not None and found.kind == KIND else None


def request_of(job: Job) -> dict[str, Any]:
    """What was asked for."""
    found: dict[str, Any] = msgspec.json.decode(job.request)
    found.pop(KEY, None)
    return found
