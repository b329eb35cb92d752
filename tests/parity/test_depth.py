"""Botswain and the reference on trades with an order book beside them: every fill, mark of equity and veto equal."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from decimal import Decimal
from functools import cache, partial
from random import Random
from typing import Any

import numpy as np
import pytest

from botswain import Instrument, Options, backtest, read_depth, read_quotes
from botswain.core.depth import bring_book
from botswain.core.records import State
from botswain.lab.book_changes import book_changes
from botswain.model.depth import ASK, BID, Depth
from botswain.model.trades import OnTrades, Trades

from .cases import Case
from .compare import first_difference, first_veto_difference
from .depth import beside
from .scenes import instrument
from .tape import outcome_of
from .test_tape import BOTH, BOTH_OF_GRID, FOLDER, GRID, KERNELS, QUICK, QUICKER, SIDES, SYMBOL, TOLD, trades

real = pytest.mark.skipif(not FOLDER.exists(), reason=f"no capture of {SYMBOL} here; set BOTSWAIN_SHARED")
SHORT = {"shortable": True}
DAY_MS = 86_400_000
T0 = 19_943 * DAY_MS


def rules(*, shortable: bool = False) -> Instrument:
    """The venue's lot, which makes the book's lots whole; no part is too small."""
    return instrument(SYMBOL, "0.01", "0.00001", "0.00001", shortable=shortable)


def case_of(bot: str, params: dict[str, Any], settings: dict[str, Any]) -> Case:
    """A bot's run; the candles are the tape's."""
    settings = dict(settings)
    shortable = bool(settings.pop("shortable", False))
    return Case("depth", bot, {}, {SYMBOL: rules(shortable=shortable)}, params, **settings)


@cache
def recorded() -> Depth:
    """The book of the real capture."""
    return read_depth(FOLDER / "raw_ws_2024-08-08.jsonl.gz", SYMBOL)


def upto(depth: Depth, last_ms: int) -> Depth:
    """Its first part."""
    count = int(np.searchsorted(depth.ts, last_ms, side="right"))
    columns = (depth.ts, depth.side, depth.price, depth.quantity, depth.snapshot)
    return Depth(depth.symbol, *(one[:count] for one in columns))


def fills_agree(
    case: Case, tape: Trades, depth: Depth, on: OnTrades, length_ms: int, options: Options | None = None
) -> int:
    """Run both; returns how many fills there were."""
    outcome = outcome_of(case, tape, on, length_ms, timeline=beside(depth))
    case.candles = tape  # type: ignore[assignment]
    timeframe = "tick" if length_ms == 1 else f"{length_ms // 1_000}s"
    result = case.product(
        partial(
            backtest, timeframe=timeframe, latency_ms=on.latency_ms, depth=depth,
            options=options or Options(compiled=False),
        )
    )  # fmt: skip
    assert first_difference(result, outcome) == ""
    assert first_veto_difference(result, outcome) == ""
    return len(outcome.fills)


# Name, bot, its parameters, other settings, latency, seconds of a candle (0: each trade), the window of trades.
RICH = {"capital": "2000000"}
CASES: list[tuple[str, str, dict[str, Any], dict[str, Any], int, int, tuple[int, int]]] = [
    ("each", "sma_crossover", QUICK, RICH, 0, 0, (20, 500)),
    ("each, short, late", "sma_crossover", QUICK | SIDES | TOLD, BOTH | SHORT | RICH, 40, 0, (600, 500)),
    ("candles", "sma_crossover", QUICKER, BOTH | RICH, 0, 1, (40, 2_500)),
    ("grid", "grid", GRID | {"step": 0.0001}, {}, 0, 1, (40, 3_000)),
    ("grid, late", "grid", GRID | {"step": 0.0001}, BOTH_OF_GRID, 130, 1, (40, 3_000)),
]


@real
@pytest.mark.parametrize("one", CASES, ids=[one[0] for one in CASES])
def test_a_bot_on_the_real_capture_fills_as_the_reference_does(one: tuple[Any, ...]) -> None:
    _, bot, params, settings, late_ms, seconds, (first, count) = one
    tape = trades("trades_2024-08-08.parquet", first, count)
    depth = upto(recorded(), int(tape.ts[-1]))
    on = OnTrades(latency_ms=late_ms, depth=True)
    found = fills_agree(case_of(bot, params, settings), tape, depth, on, seconds * 1_000 or 1)
    print(f"{found} fills")
    assert found > 10


@real
def test_a_bot_on_the_whole_real_capture_fills_the_same_compiled() -> None:
    _, bot, params, settings, late_ms, _, (first, count) = CASES[4]
    tape = trades("trades_2024-08-08.parquet", first, count)
    on, depth = OnTrades(latency_ms=late_ms, depth=True), upto(recorded(), int(tape.ts[-1]))
    assert fills_agree(case_of(bot, params, settings), tape, depth, on, 1_000, Options(folder=KERNELS)) > 10
    whole = trades("trades_2024-08-08.parquet", first, 30_000)
    compiled, interpreted = (
        backtest(
            bot, whole, params=params, instrument=rules(), timeframe="1s", depth=recorded(), latency_ms=late_ms,
            options=options, **settings,
        )
        for options in (Options(folder=KERNELS), Options(compiled=False))
    )  # fmt: skip
    assert list(compiled.fills) == list(interpreted.fills)
    assert compiled.equity == interpreted.equity
    print(f"{len(compiled.fills)} fills, {sum(one.maker for one in compiled.fills)} as maker")
    assert len(compiled.fills) > 150


@real
def test_the_book_of_the_core_has_the_best_quotes_of_the_real_capture_where_both_are_known() -> None:
    """1072 points: a quote of the same update as a difference, the snapshot being known by then."""
    changes = book_changes(recorded(), Decimal("0.01"), Decimal("0.00001"))
    state = State(1, 1, 0, 10, compiled=False)
    changes.put(state)
    (book,) = state.parts["depth"]
    compared = 0
    for at_ms, quote in quotes_at_differences():
        bring_book(state.handle, 0, at_ms + 1)
        found = [(state.parts["level_ticks"][one], state.parts["standing"][one]) for one in (book.bid, book.ask)]
        wanted = [(Decimal(quote[price]), Decimal(quote[size])) for price, size in (("b", "B"), ("a", "A"))]
        assert [(int(price * 100), int(size * 100_000)) for price, size in wanted] == found
        compared += 1
    print(f"compared {compared}")
    assert compared == 1072


def quotes_at_differences() -> Iterator[tuple[int, dict[str, str]]]:
    """The time of each difference that a best quote of the same update was sent beside, and that quote."""
    quotes: dict[int, dict[str, str]] = {}
    times: dict[int, int] = {}
    known = 0
    with gzip.open(FOLDER / "raw_ws_2024-08-08.jsonl.gz") as lines:
        for line in lines:
            found = json.loads(line)["msg"]
            known = found.get("lastUpdateId", known)
            data = found.get("data", {})
            if data.get("e") == "depthUpdate":
                times[data["u"]] = data["E"]
            elif "B" in data:
                quotes[data["u"]] = data
    return ((times[one], quotes[one]) for one in sorted(times.keys() & quotes.keys()) if one > known)


@real
def test_a_bot_on_real_quotes_fills_as_the_reference_does() -> None:
    tape = trades("trades_2021-01-08.parquet", 60, 700)
    quotes = upto(read_quotes(FOLDER / "quotes_2021-01-08.parquet", SYMBOL), int(tape.ts[-1]))
    on = OnTrades(depth=True)
    assert fills_agree(case_of("sma_crossover", QUICK, BOTH), tape, quotes, on, 1) > 10
    assert fills_agree(case_of("grid", GRID, {}), tape, quotes, on, 1_000) > 10


def drawn(seed: int) -> tuple[Trades, Depth]:
    """A market of a few levels that jumps, is emptied and told anew, with trades at and through its levels."""
    chance = Random(seed)
    middle, now = 10_000, T0
    rows: list[tuple[int, int, float, float, int]] = []
    prints: list[tuple[int, float, float]] = []
    book: dict[tuple[int, int], int] = {}

    def tell(side: int, price: int, lots: int, number: int = 0) -> None:
        book[side, price] = lots
        rows.append((now, side, price / 100, lots / 100_000, number))

    def clear(side: int, beyond: int) -> None:
        for other, price in list(book):
            if other == side and book[other, price] and (price - beyond) * side >= 0:
                tell(side, price, 0)

    for price in range(1, 6):
        tell(BID, middle - price, chance.randrange(1, 40) * 1_000, 1)
        tell(ASK, middle + price, chance.randrange(1, 40) * 1_000, 1)
    for _ in range(600):
        now += chance.choice((0, 1, 1, 7, 60, 400))
        if chance.random() < 0.5:
            side, lots = chance.choice((BID, ASK)), chance.choice((0, 0, 1, 5, 30, 80)) * 1_000
            price = middle - side * chance.randrange(-2, 6)
            if lots:
                clear(-side, price)
            tell(side, price, lots)
        else:
            middle += chance.choice((-1, 0, 0, 0, 1, 1, -1, 3, -3))
            prints.append(
                (now + 1, (middle + chance.randrange(-2, 3)) / 100, chance.randrange(0, 50) * 500 / 100_000 + 1e-5)
            )
    # The next change is never of an earlier time than a trade: the recording of each is in its own order.
    ts, price, quantity = (np.array(column) for column in zip(*prints, strict=True))
    return Trades(SYMBOL, ts, price, quantity), Depth(SYMBOL, *(np.array(column) for column in zip(*rows, strict=True)))


DRAWN = [
    ("sma_crossover", {"fast": 2, "slow": 4} | SIDES | TOLD, BOTH | SHORT | {"capital": "60"}),
    ("grid", {"step": 0.0001, "levels": 8, "spacing": "geometric"}, {"capital": "60"}),
]


@pytest.mark.parametrize("late_ms", [0, 9])
@pytest.mark.parametrize("one", DRAWN, ids=[one[0] for one in DRAWN])
def test_a_bot_in_a_wild_market_fills_as_the_reference_does(one: tuple[str, Any, Any], late_ms: int) -> None:
    bot, params, settings = one
    found = 0
    for seed in range(6):
        tape, depth = drawn(seed)
        found += fills_agree(case_of(bot, params, settings), tape, depth, OnTrades(latency_ms=late_ms, depth=True), 1)
    print(f"{found} fills")
    assert found > 100
