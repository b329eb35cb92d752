"""The reference's gate and its shared account against runs worked out by hand. Tick 1, lot 1, no fees unless said."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from .outcome import Outcome
from .reference import run
from .scenes import HOUR_MS, START_MS, Drawn, drawn, flat, instrument
from .test_reference_bots import LINES, UP, codes, grid, sma, story

ONCE: dict[str, Any] = {"sizing": "fixed", "size": Decimal(10)}


def several(rows: dict[str, Drawn], hours: dict[str, list[int]] | None = None, **more: Any) -> Outcome:
    """sma_crossover 2/3 on several symbols that share 10,000; `hours` are those of a symbol's candles."""
    candles = {s: drawn(r, s, (hours or {}).get(s)) for s, r in rows.items()}
    return run(
        "sma_crossover", candles, {s: instrument(s) for s in rows}, params={"fast": 2, "slow": 3},
        capital=Decimal(10_000), **more,
    )  # fmt: skip


def test_max_position_cuts_an_entry_to_the_lot_and_ends_one_without_room() -> None:
    # 5 % of 10,000 at 110: floor(500 / 110) = 4 of 10. 1 % is less than one lot. A close is never cut.
    rows = [*UP, flat(110), flat(90), flat(90)]
    got = sma(rows, limits={"max_position": "0.05"}, **ONCE)
    assert [f[2:4] for f in story(got)] == [("buy", 4), ("sell", 4)]
    assert codes(got) == [(4, 0, "MAX_POSITION")]
    assert codes(sma(rows, limits={"max_position": "0.01"}, **ONCE)) == [(4, 0, "MAX_POSITION")]


def test_max_position_counts_the_rows_before_it() -> None:
    # Cells 0 to 2 want 2 each, the market cell 2 more; the first close is 101 and 4 % of 10,000 is 3 lots: slot 0 gets
    # 2, slot 1 gets 1, slots 2 and 3 none.
    got = grid([flat(101), (101, 101, 89, 89)], params=LINES, limits={"max_position": "0.04"})
    assert [(f[5], f[3]) for f in story(got)] == [(1, 1), (0, 2)]
    assert codes(got) == [(1, 1, "MAX_POSITION"), (1, 2, "MAX_POSITION"), (1, 3, "MAX_POSITION")]


def test_orders_of_a_day_are_counted_once_and_begin_anew_with_the_day() -> None:
    # Two of four cells pass at the first close; cell 2 waits and the market row of cell 3 ends for good. The sell of
    # cell 1 is reducing and is not counted; its buy again waits too. Nobody is noted twice.
    rows = [flat(101), (101, 101, 94, 99), (99, 101, 99, 101), flat(101), (101, 101, 94, 94)]
    day = {"max_orders_day": 2}
    got = grid(rows, params=LINES, limits=day)
    assert [(f[0], f[2], f[4]) for f in story(got)] == [(1, "buy", 95), (2, "sell", 100)]
    assert codes(got) == [(1, 2, "MAX_ORDERS"), (1, 3, "MAX_ORDERS"), (2, 1, "MAX_ORDERS")]
    # Where the day changes at the close of hour 1, cell 2 is asked again there and buys at the open of 99; cell 1 has
    # the second order of that day.
    shifted = grid(rows, params=LINES, limits={**day, "day_offset_ms": 2 * HOUR_MS})
    assert [(f[0], f[2], f[4], f[5]) for f in story(shifted)] == [
        (1, "buy", 95, 1), (2, "buy", 99, 2), (2, "sell", 100, 1), (4, "buy", 95, 1),
    ]  # fmt: skip
    assert codes(shifted) == [(1, 2, "MAX_ORDERS"), (1, 3, "MAX_ORDERS")]


def test_a_refused_turn_still_closes_what_is_held() -> None:
    # Long 5 at 110, stop at 88. The turn to short wanted after the close of hour 5 is 10, more than the 5 held, so its
    # second half is an entry and the second order of the day: refused. Its first half only reduces, and is sold at the
    # open of hour 6.
    rows = [*UP, flat(110), flat(90), (90, 90, 85, 90), (90, 90, 85, 85)]
    got = sma(
        rows, facts={"shortable": True}, short=True, sizing="fixed", size=Decimal(5),
        exits={"stop_loss": Decimal("0.2")}, limits={"max_orders_day": 1},
    )  # fmt: skip
    assert story(got) == [(4, 0, "buy", 5, 110, 0, "target"), (6, 0, "sell", 5, 90, 0, "target")]
    assert codes(got)[0] == (6, 0, "MAX_ORDERS")


def test_the_collar_refuses_a_buy_far_above_the_last_close() -> None:
    # Hour 1 closes at 96. In hour 2 cell 2 sells at 105 and wants its buy at 100 again: within 96 x 1.05 = 100.8. Cell
    # 3 sells at 110 and wants 105: refused. Its sells reduce, so no collar holds them.
    rows = [flat(101), (101, 101, 96, 96), (96, 111, 96, 111), (111, 111, 99, 99)]
    got = grid(rows, params=LINES, limits={"price_collar": "0.05"})
    assert [f[4] for f in story(got)] == [101, 100, 105, 110, 100]
    assert codes(got) == [(2, 3, "PRICE_COLLAR")]


def test_the_balance_gate_reserves_what_other_symbols_have_been_promised() -> None:
    # Both want 60 % of 10,000 at the same close: floor(6,000 x 0.995 / 110) = 54, 5,940 each. The second finds 4,060.
    rows: dict[str, Drawn] = {"AAA/USD": [*UP, flat(110)], "BBB/USD": [*UP, flat(110)]}
    got = several(rows, size=Decimal("0.6"), limits={"max_drawdown": 1})
    assert [(f.symbol, int(f.qty)) for f in got.fills] == [("AAA/USD", 54)]
    assert [(r.symbol, r.code) for r in got.reasons] == [("BBB/USD", "BALANCE")]
    # Several symbols need no limit for that. One symbol without limits is refused by the venue, at the fill of hour 4.
    free = several(rows, size=Decimal("0.6"))
    assert [(r.symbol, r.code) for r in free.reasons] == [("BBB/USD", "BALANCE")]
    alone = sma(rows["AAA/USD"], size=Decimal("1.2"))
    assert codes(alone) == [(4, 0, "INSUFFICIENT_BALANCE")]


def test_open_positions_are_counted_across_symbols() -> None:
    rows: dict[str, Drawn] = {name: [*UP, flat(110)] for name in ("AAA/USD", "BBB/USD", "CCC/USD")}
    got = several(rows, limits={"max_open_positions": 2}, **ONCE)
    assert [f.symbol for f in got.fills] == ["AAA/USD", "BBB/USD"]
    assert [(r.symbol, r.code) for r in got.reasons] == [("CCC/USD", "MAX_OPEN_POSITIONS")]


def test_sales_of_all_symbols_arrive_before_purchases_of_any() -> None:
    # BBB is bought at hour 4 and sold at hour 6, when AAA (two hours later) buys: first in order, but not reducing.
    rows: dict[str, Drawn] = {"AAA/USD": [*UP, flat(110)], "BBB/USD": [*UP, flat(110), flat(90), flat(110)]}
    got = several(rows, hours={"AAA/USD": [2, 3, 4, 5, 6]}, sizing="fixed", size=Decimal(45))
    seen = [((f.time_ms - START_MS) // HOUR_MS, f.seq, f.symbol, f.side) for f in got.fills]
    assert seen == [(4, 0, "BBB/USD", "buy"), (6, 0, "BBB/USD", "sell"), (6, 1, "AAA/USD", "buy")]


def test_what_leaves_by_the_market_pays_for_what_is_bought_at_the_same_close() -> None:
    # BBB is bought for 9,900 in hour 4, 100 are left. At the close of hour 5 it is wanted out, 90 at 90 = 8,100, and
    # AAA, which comes first in order, wants 90 at 55 = 4,950 of 8,200. At 92 it would be 8,280.
    rows: dict[str, Drawn] = {"AAA/USD": [*[flat(50)] * 3, flat(55), flat(55)], "BBB/USD": [*UP, flat(110), flat(90)]}
    rows["BBB/USD"] = [*rows["BBB/USD"], flat(90)]
    late = {"AAA/USD": [2, 3, 4, 5, 6]}
    got = several(rows, hours=late, sizing="fixed", size=Decimal(90))
    seen = [((f.time_ms - START_MS) // HOUR_MS, f.seq, f.symbol, f.side) for f in got.fills]
    assert seen == [(4, 0, "BBB/USD", "buy"), (6, 0, "BBB/USD", "sell"), (6, 1, "AAA/USD", "buy")]
    dear = several(
        {**rows, "AAA/USD": [*[flat(80)] * 3, flat(92), flat(92)]}, hours=late, sizing="fixed", size=Decimal(90)
    )
    assert [(r.symbol, r.code) for r in dear.reasons] == [("AAA/USD", "BALANCE")]


def test_a_symbol_without_a_candle_sits_out_and_its_order_waits() -> None:
    # AAA decides at the close of hour 3 and has no candle until hour 6. Equity is marked at every close instant of any.
    rows: dict[str, Drawn] = {"AAA/USD": [*UP, flat(110)], "BBB/USD": [flat(50)] * 7}
    got = several(rows, hours={"AAA/USD": [0, 1, 2, 3, 6]})
    assert story(got) == [(6, 0, "buy", 90, 110, 0, "target")]
    assert [(t - START_MS) // HOUR_MS for t, _ in got.equity] == [1, 2, 3, 4, 5, 6, 7]


def test_a_daily_loss_cuts_resting_entries_until_the_next_day() -> None:
    # Fixed 20 a cell. Hour 1: the market cell buys 20 at 101, 100 fills, close 97: equity 10,000 - 80 - 60 = 9,860,
    # under 10,000 x 0.99. The buys at 95 and 90 are cut, so hour 2 passes them by. The close of hour 3 begins the day
    # (offset 4 hours): the halt ends, the cells are judged as new and fill in hour 4.
    rows = [flat(101), (101, 101, 97, 97), (97, 97, 89, 97), flat(97), (97, 97, 89, 97)]
    got = grid(rows, params=LINES, size=Decimal(20), limits={"max_daily_loss": "0.01", "day_offset_ms": 4 * HOUR_MS})
    assert [(f[0], f[4]) for f in story(got)] == [(1, 101), (1, 100), (4, 95), (4, 90)]
    assert codes(got)[:2] == [(2, 0, "DAILY_LOSS"), (2, 1, "DAILY_LOSS")]


def test_a_drawdown_ends_entries_for_good_but_not_the_exit() -> None:
    # 90 bought at 110, marked at 105: 9,550 is under 10,000 x 0.96. The exit passes; the next entry is refused.
    rows = [*UP, flat(105), flat(90), flat(90), flat(90), flat(120), flat(120)]
    got = sma(rows, limits={"max_drawdown": "0.04"})
    assert [f[2] for f in story(got)] == ["buy", "sell"]
    assert codes(got) == [(9, 0, "DRAWDOWN")]


def test_losing_round_trips_in_a_row_start_a_cool_down() -> None:
    # Buy 110, stop 5 % (104.5, up to 105) in hour 5: one loss. Cool until hour 5 + 4 h: the entry wanted at the close
    # of hour 8 (time of the decision: hour 9) passes; with 5 h it is refused.
    rows = [*UP, flat(110), (110, 110, 100, 100), flat(90), flat(90), flat(120), flat(120)]
    limits = {"max_consecutive_losses": 1, "cooldown_ms": 4 * HOUR_MS}
    exits = {"stop_loss": Decimal("0.05")}
    free = sma(rows, exits=exits, limits=limits, **ONCE)
    assert [f[0] for f in story(free)] == [4, 5, 9]
    cold = sma(rows, exits=exits, limits={**limits, "cooldown_ms": 5 * HOUR_MS}, **ONCE)
    assert [f[0] for f in story(cold)] == [4, 5]
    assert codes(cold) == [(9, 0, "COOL_DOWN")]


def test_going_into_a_cool_down_cuts_what_is_resting() -> None:
    # Cell 1 buys at 95 as maker in hour 1 and sells at the open of 100 as taker in hour 2. A taker fee of 4 % is 8: 200
    # - 190 - 8 = 2, no loss, and nothing is cut. One of 6 % is 12: a loss of 2, and both resting buys are cut.
    facts = {"taker_fee": Decimal("0.04")}
    rows = [flat(97), (97, 97, 94, 99), (100, 100, 99, 99), (99, 99, 89, 89)]
    params = {**LINES, "initial": "none"}
    got = grid(rows, params=params, facts=facts, limits={"max_consecutive_losses": 1, "cooldown_ms": 10 * HOUR_MS})
    assert [f[4] for f in story(got)] == [95, 100, 95, 90]
    dear = {"taker_fee": Decimal("0.06")}
    got = grid(rows, params=params, facts=dear, limits={"max_consecutive_losses": 1, "cooldown_ms": 10 * HOUR_MS})
    assert [f[4] for f in story(got)] == [95, 100]
    assert codes(got) == [(2, 0, "COOL_DOWN"), (2, 1, "COOL_DOWN")]
