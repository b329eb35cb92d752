"""A recorded book made ready: snapshots become changes, and what cannot be traded on is refused with its row."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from tests.lab.test_tape import TAPE, hold, run_of, said_of
from tests.stage import T0, bot, drawn

from botswain import Options, backtest
from botswain.lab.backtest import meeting_of
from botswain.lab.book_changes import book_changes
from botswain.model.depth import ASK, BID, Depth, depth_of_quotes
from botswain.model.errors import BadInput
from botswain.model.trades import OnTrades

ONE, TENTH = Decimal(1), Decimal("0.1")
# Milliseconds, side, price, quantity, snapshot.
ROWS = [
    (-9, BID, 99, 2, 1),
    (-9, ASK, 101, 3, 1),
    (-5, BID, 98, 4, 0),
    (30_000, ASK, 103, 1, 0),
    (90_000, ASK, 103, 2, 0),
]


def depth_of(*rows: tuple[float, ...], symbol: str = "ABC/USD") -> Depth:
    """Levels, times from the first trade on."""
    ts, side, price, quantity, snapshot = (np.array(column) for column in zip(*rows, strict=True))
    return Depth(symbol, T0 + ts, side, price, quantity, snapshot)


def changes(depth: Depth, lot: Decimal = ONE) -> list[tuple[int, str, int, int]]:
    """(milliseconds, side, ticks, lots) as the core gets them."""
    made = book_changes(depth, ONE, lot)
    sides = ["bid" if place < made.levels else "ask" for place in made.places]
    ticks = made.ticks[made.places].tolist()
    return list(zip((made.times - T0).tolist(), sides, ticks, made.lots.tolist(), strict=True))


def test_a_snapshot_tells_of_all_there_is_and_of_what_is_not_there_any_more() -> None:
    told = (*ROWS[:3], (5, BID, 97, 1, 2), (5, ASK, 101, 1, 2), (6, ASK, 100, 8, 3))
    assert changes(depth_of(*told)) == [
        (-9, "bid", 99, 2), (-9, "ask", 101, 3), (-5, "bid", 98, 4),
        (5, "bid", 97, 1), (5, "ask", 101, 1), (5, "bid", 98, 0), (5, "bid", 99, 0),
        (6, "ask", 100, 8), (6, "bid", 97, 0), (6, "ask", 101, 0),
    ]  # fmt: skip


def test_quotes_are_books_of_one_level_a_side() -> None:
    ts = T0 + np.array([0, 4])
    quotes = depth_of_quotes(
        "ABC/USD", ts, np.array([99.0, 99]), np.array([2.0, 1]), np.array([100.0, 101]), np.ones(2)
    )
    assert changes(quotes) == [
        (0, "bid", 99, 2), (0, "ask", 100, 1), (4, "bid", 99, 1), (4, "ask", 101, 1), (4, "ask", 100, 0),
    ]  # fmt: skip


def test_quantities_are_whole_lots_downwards_and_kept_by_tick_and_lot() -> None:
    depth = depth_of((0, BID, 99, 0.39, 1), (0, ASK, 101, 0.3, 1))
    assert changes(depth, TENTH) == [(0, "bid", 99, 3), (0, "ask", 101, 3)]
    assert book_changes(depth, ONE, TENTH) is book_changes(depth, ONE, TENTH)
    assert [one[3] for one in changes(depth)] == [0, 0]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (
            (*ROWS[:2], (4, BID, 101, 1, 0)),
            "is crossed at 2023-11-14T00:00:00.004Z, row 3: the best bid is 101 and the best",
        ),
        (
            (*ROWS[:3], (4, ASK, 101, 0, 0), (4, ASK, 98, 1, 0)),
            "row 5: the best bid is 99 and the best ask 98; give depth",
        ),
        ((*ROWS[:2], (4, BID, 99.5, 1, 0)), "depth price 99.5 in row 3 is not a positive multiple of the tick 1"),
        ((*ROWS[:2], (4, BID, 99, 1e17, 0)), "row 3: quantity 1e+17 is 1.0e+17 lots of 1; at most 9e+15 are"),
    ],
)
def test_what_no_book_is_is_refused(rows: tuple[Any, ...], said: str) -> None:
    with pytest.raises(BadInput) as refused:
        book_changes(depth_of(*rows), ONE, ONE)
    assert said in str(refused.value)


def test_levels_that_cross_for_an_instant_within_a_time_are_none() -> None:
    assert len(changes(depth_of(*ROWS[:2], (4, BID, 102, 1, 0), (4, ASK, 101, 0, 0), (4, ASK, 103, 1, 0)))) == 5


def test_a_book_goes_with_its_trades_or_is_refused() -> None:
    assert said_of(run_of(depth=depth_of(*ROWS)))["orders meet"] == "a recorded order book and trades, latency 0 ms"
    with pytest.raises(
        BadInput, match=r"begins at 2023-11-14T00:00:00Z, after the first trade that orders may meet, of"
    ):
        run_of(depth=depth_of((0, BID, 99, 2, 1), *ROWS[3:]))
    with pytest.raises(BadInput) as refused:
        run_of(depth=depth_of((-70_000, BID, 99, 2, 1), (-40_000, ASK, 101, 2, 0)), timeframe="tick")
    assert "says nothing between 2023-11-13T23:59:20Z and a minute after the trade of 2023-11-14T00:00:30Z (4" in str(
        refused.value
    )
    # Quiet is not silent: what a trade did to the book is told within a minute of it.
    run_of(
        depth=depth_of((-70_000, BID, 99, 2, 1), (60_000, ASK, 101, 2, 0), (119_999, ASK, 102, 2, 0)), timeframe="tick"
    )


def test_the_assumptions_say_what_the_book_is_and_what_is_taken_to_be_so() -> None:
    said = said_of(run_of(depth=depth_of(*ROWS), latency_ms=5))
    assert said["slippage"] == "what the book says"
    assert said["orders meet"].endswith("latency 5 ms")
    assert said["order book"].startswith(
        "5 changes at 4 prices, 2023-11-13T23:59:59.991Z to 2023-11-14T00:01:30Z, sha256 "
    )
    assert {"market orders", "limit fills", "line", "stops", "own market"} <= set(said)
    assert "order book" not in said_of(run_of())


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"participation": "0.1"}, "participation is 0.1 beside a recorded book, which says what orders find and get"),
        ({"meets": "last"}, "meets is 'last' beside a recorded book"),
        ({"slippage_bps": 1}, "slippage is fixed, 1 bps, beside a recorded book"),
        ({"slippage": {"model": "volatility"}}, "slippage is volatility, 0 bps, beside a recorded book"),
        ({"fill": "through"}, "fill is through beside a recorded book"),
    ],
)
def test_guesses_beside_a_book_are_refused(settings: dict[str, Any], said: str) -> None:
    with pytest.raises(BadInput) as refused:
        run_of(depth=depth_of(*ROWS), **settings)
    assert said in str(refused.value)


def test_a_book_is_of_the_trades_symbol_and_beside_trades_only() -> None:
    with pytest.raises(BadInput, match="depth is of XYZ/USD and the trades are of ABC/USD; give both of one symbol"):
        run_of(depth=depth_of(*ROWS, symbol="XYZ/USD"))
    with pytest.raises(BadInput, match="meets, latency, participation and depth are of runs on trades"):
        run_of(drawn([100, 101]), depth=depth_of(*ROWS))
    with pytest.raises(BadInput, match=r"depth is 'book.csv'; give what botswain\.read_depth or read_quotes makes of"):
        backtest(bot(hold), TAPE, depth="book.csv", options=Options(compiled=False))
    assert meeting_of(TAPE, "next", 0, 0) == OnTrades()
