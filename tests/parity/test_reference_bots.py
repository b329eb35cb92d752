"""The reference's bots, exits and gate against runs worked out by hand. Tick 1, lot 1, no fees unless said.

`sma_crossover` runs with averages of 2 and 3: after flat closes one higher close puts the fast above the slow.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from .outcome import Outcome
from .reference import run
from .scenes import HOUR_MS, START_MS, Drawn, drawn, flat, instrument
from .slips import Slip

UP = [flat(100), flat(100), flat(100), flat(110)]  # closes that ask for target 1 at the fourth


def sma(rows: Drawn, *, facts: dict[str, Any] | None = None, **more: Any) -> Outcome:
    """sma_crossover 2/3 on one symbol with 10,000."""
    params = {"fast": 2, "slow": 3, "direction": "both" if more.pop("short", False) else "long"}
    return run(
        "sma_crossover", {"AAA/USD": drawn(rows)}, {"AAA/USD": instrument(**(facts or {}))}, params=params,
        capital=Decimal(10_000), **more,
    )  # fmt: skip


def grid(rows: Drawn, *, facts: dict[str, Any] | None = None, params: dict[str, Any], **more: Any) -> Outcome:
    """A grid on one symbol with 10,000, 2 units a cell unless said."""
    more = {"sizing": "fixed", "size": Decimal(2), **more}
    return run(
        "grid", {"AAA/USD": drawn(rows)}, {"AAA/USD": instrument(**(facts or {}))}, params=params,
        capital=Decimal(10_000), **more,
    )  # fmt: skip


def story(outcome: Outcome) -> list[tuple[int, int, str, int, int, int, str]]:
    """(hour, seq, side, qty, price, slot, reason) of each fill."""
    return [
        ((f.time_ms - START_MS) // HOUR_MS, f.seq, f.side, int(f.qty), int(f.price), f.slot, f.reason)
        for f in outcome.fills
    ]


def codes(outcome: Outcome) -> list[tuple[int, int, str]]:
    """(hour of the decision, slot, code) of each reason."""
    return [((r.time_ms - START_MS) // HOUR_MS, r.slot, r.code) for r in outcome.reasons]


def test_percent_takes_the_equity_less_the_reserve_at_the_deciding_close() -> None:
    # floor(10,000 x 0.995 / 110) = floor(90.45) = 90, bought at the next open of 111. After the close of 100 in hour 5
    # the fast is (120+100)/2 = 110 and the slow (110+120+100)/3 = 110: not above, so it sells at the next open of 80.
    rows = [*UP, (111, 120, 111, 120), flat(100), flat(80), flat(79), flat(79)]
    got = sma(rows)
    assert story(got) == [(4, 0, "buy", 90, 111, 0, "target"), (6, 0, "sell", 90, 80, 0, "target")]
    assert got.equity[4] == (START_MS + 5 * HOUR_MS, Decimal(10_000 + 90 * 9))
    assert got.equity[-1][1] == got.cash == 10_000 - 90 * 31
    assert [(t.entry_ms - START_MS, t.profit) for t in got.round_trips] == [(4 * HOUR_MS, Decimal(-2790))]


def test_each_sizing_has_its_own_quantity() -> None:
    rows = [*UP, flat(110)]
    taker = {"fee": "0.01"}
    # percent with 1 % fees: floor(0.5 x 10,000 x 0.995 / (110 x 1.01)) = floor(44.77). fixed_quote: 1,000 / 111.1.
    # risk 1 % over a 5 % stop: 100 / 5.5 = 18.18. risk 10 %: 181.8, but only 89.55 can be paid.
    cases = [
        ("percent", "0.5", {}, 44), ("fixed", "7.9", {}, 7), ("fixed_quote", "1000", {}, 9),
        ("risk", "0.01", {"stop_loss": Decimal("0.05")}, 18), ("risk", "0.1", {"stop_loss": Decimal("0.05")}, 89),
    ]  # fmt: skip
    for kind, size, exits, lots in cases:
        got = sma(rows, facts=taker, sizing=kind, size=Decimal(size), exits=exits)
        assert [int(f.qty) for f in got.fills] == [lots], kind
    with pytest.raises(ValueError, match="stop_loss"):
        sma(rows, sizing="risk", size=Decimal("0.01"))


def test_a_short_bot_turns_over_in_one_order_and_stays_out_where_shorts_are_not_allowed() -> None:
    # Two closes without a slow average and one where both are 100 ask for nothing. Long 5 after the fourth. After the
    # close of hour 5 (110, 110, 90: 100 below 103.3) short: -5 - 5 = 10 sold. The close of hour 7 (90, 90, 90) asks for
    # none.
    rows = [*UP, flat(110), flat(90), flat(90), flat(90), flat(80)]
    got = sma(rows, facts={"shortable": True}, sizing="fixed", size=Decimal(5), short=True)
    assert story(got) == [
        (4, 0, "buy", 5, 110, 0, "target"),
        (6, 0, "sell", 10, 90, 0, "target"),
        (8, 0, "buy", 5, 80, 0, "target"),
    ]
    assert [(t.direction, t.profit) for t in got.round_trips] == [(1, Decimal(-100)), (-1, Decimal(50))]
    spot = sma(rows, sizing="fixed", size=Decimal(5), short=True)
    assert [f[2:4] for f in story(spot)] == [("buy", 5), ("sell", 5)]


def test_the_exits_rest_from_the_candle_after_the_entry_and_the_stop_goes_first_on_a_tie() -> None:
    # Entry at 110 in hour 4; that candle's low of 90 cannot stop it. Stop 110 x 0.95 = 104.5, up to 105; target 121.
    # Hour 5 reaches 101 and 125 from 113, both 12 away: low first. The same candle opening at 114 has its high nearer.
    wide = (110, 130, 90, 110)
    exits = {"stop_loss": Decimal("0.05"), "take_profit": Decimal("0.1")}
    tie = sma([*UP, wide, (113, 125, 101, 113)], sizing="fixed", size=Decimal(3), exits=exits)
    assert story(tie) == [(4, 0, "buy", 3, 110, 0, "target"), (5, 0, "sell", 3, 105, 1, "stop_loss")]
    assert codes(tie) == [(5, 2, "LINKED")]
    high_first = sma([*UP, wide, (114, 125, 101, 113)], sizing="fixed", size=Decimal(3), exits=exits)
    assert story(high_first)[1] == (5, 0, "sell", 3, 121, 2, "take_profit")
    # Stopped out at the open, with 1 % slippage: 101 less 1.01 = 99.99, down to 99 (entry 111.1, up to 112: stop 107).
    gap = sma([*UP, wide, flat(101)], sizing="fixed", size=Decimal(3), exits=exits, slip=Slip(Fraction(100)))
    assert story(gap) == [(4, 0, "buy", 3, 112, 0, "target"), (5, 0, "sell", 3, 99, 1, "stop_loss")]


def test_the_trailing_stop_follows_the_best_close_and_gives_its_own_reason() -> None:
    # Entry 110, 10 % behind the best, fixed stop at 8 % (101.2, up to 102). After the close of 110: 99, so 102 binds.
    # After the close of 120: 108. Hour 6 opens at 119 and falls through it; its high of 150 in between is not a close.
    exits = {"stop_loss": Decimal("0.08"), "trailing_stop": Decimal("0.1")}
    rows = [*UP, flat(110), (110, 120, 110, 120), (119, 150, 107, 107), flat(107)]
    got = sma(rows, sizing="fixed", size=Decimal(3), exits=exits)
    assert story(got)[1] == (6, 0, "sell", 3, 108, 1, "trailing_stop")
    early = sma([*UP, flat(110), (110, 110, 100, 100)], sizing="fixed", size=Decimal(3), exits=exits)
    assert story(early)[1] == (5, 0, "sell", 3, 102, 1, "stop_loss")


LINES = {"lower": 90, "upper": 110, "levels": 4}  # lines 90, 95, 100, 105, 110


def test_grid_cells_turn_from_buy_to_sell_and_back() -> None:
    # First close 101: cells 0 to 2 (90, 95, 100) buy below it; cell 3 (105) buys 2 at market, at the open of 102.
    # Hour 1 goes from 102 to 94 first: buys at 100, then 95. Up to 111: nothing, the sells are sent only now.
    # Hour 2 opens at 101: cell 1 sells at its line of 100 or better, so at 101; then up through 105 and 110.
    # Hour 3 opens at 104, below the line of cell 3, and falls to 94.
    rows = [flat(101), (102, 111, 94, 101), (101, 111, 99, 110), (104, 104, 94, 94)]
    got = grid(rows, params=LINES)
    assert story(got) == [
        (1, 0, "buy", 2, 102, 3, "grid"),  # arrives at the open
        (1, 1, "buy", 2, 100, 2, "grid"),
        (1, 2, "buy", 2, 95, 1, "grid"),
        (2, 0, "sell", 2, 101, 1, "grid"),  # its sell line is 100, the open 101: fills there as taker
        (2, 1, "sell", 2, 105, 2, "grid"),
        (2, 2, "sell", 2, 110, 3, "grid"),
        (3, 0, "buy", 2, 104, 3, "grid"),  # buys at 105 again, the open is 104
        (3, 1, "buy", 2, 100, 2, "grid"),
        (3, 2, "buy", 2, 95, 1, "grid"),
    ]
    assert [t.profit for t in got.round_trips] == [Decimal(2 * (101 + 105 + 110 - 102 - 100 - 95))]


def test_a_grid_without_initial_purchase_waits_for_a_close_above_the_line() -> None:
    # First close 97: cells 0 and 1 buy; cells at 100 and 105 wait. The close of 101 wakes cell 2, not cell 3.
    rows = [flat(97), (97, 101, 97, 101), (101, 101, 100, 100)]
    got = grid(rows, params={**LINES, "initial": "none"})
    assert story(got) == [(2, 0, "buy", 2, 100, 2, "grid")]


def test_a_grid_sells_above_where_shorts_are_allowed() -> None:
    # First close 100: 90 and 95 are below; the cells at 100 and 105 sell at 105 and 110 from nothing.
    got = grid([flat(100), (100, 106, 100, 104), (104, 104, 99, 100)], params=LINES, facts={"shortable": True})
    assert story(got) == [(1, 0, "sell", 2, 105, 2, "grid"), (2, 0, "buy", 2, 100, 2, "grid")]
    assert [(t.direction, t.profit) for t in got.round_trips] == [(-1, Decimal(10))]


def test_grid_rows_share_the_starting_capital() -> None:
    # percent 1 of 10,000 in 4 rows: 2,487.5 / price: at 90 27.6, at 95 26.2, at 100 24.9, at market (101) 24.6.
    rows = [flat(101), flat(101), (101, 101, 89, 90)]
    got = grid(rows, params=LINES, sizing="percent", size=Decimal(1))
    assert [(f[5], f[3]) for f in story(got)] == [(3, 24), (2, 24), (1, 26), (0, 27)]


def test_a_geometric_grid_around_the_first_close_steps_up_and_down_from_its_middle() -> None:
    # Centre 100, 10 %, 3 cells: middle line 1. Lines 90.9 -> 91, 100, 110, 121. Cells 1 and 2 at market.
    rows = [flat(100), flat(100), (100, 122, 100, 120), (112, 112, 90, 91)]
    got = grid(rows, params={"centre": 0, "step": 0.1, "levels": 3, "spacing": "geometric"})
    assert [(f[0], f[2], f[4], f[5]) for f in story(got)] == [
        (1, "buy", 100, 1), (1, "buy", 100, 2), (2, "sell", 110, 1), (2, "sell", 121, 2),
        (3, "buy", 110, 2), (3, "buy", 100, 1), (3, "buy", 91, 0),
    ]  # fmt: skip


def test_a_grid_that_cannot_pay_its_fees_or_that_folds_on_a_tick_is_refused() -> None:
    with pytest.raises(ValueError, match="fees"):  # 95 x 0.97 - 90 x 1.03 = -0.55
        grid([flat(100)], params=LINES, facts={"maker_fee": Decimal("0.03")})
    with pytest.raises(ValueError, match="two lines"):
        grid([flat(100)], params={"lower": 99, "upper": 100, "levels": 3})


def test_a_protective_exit_ends_the_grid() -> None:
    # The market cell enters at 101; stop 5 %: 95.95, up to 96. Hour 2 falls through 100 (buy), 96 (the stop as sent, 2
    # of the 4 held) and 95 (buy, whose cancel arrives only in hour 3). The grid is over; 4 are left, with exits of
    # their own: cost 202 + 200 for 4, 2 leave with 201, 190 more for 2: 391 for 4, 97.75 each. Stop 92.8625, up to 93,
    # in hour 4.
    rows = [flat(101), flat(101), (101, 101, 94, 94), flat(94), (94, 94, 80, 80), (80, 120, 80, 120)]
    got = grid(rows, params=LINES, exits={"stop_loss": Decimal("0.05")})
    assert story(got) == [
        (1, 0, "buy", 2, 101, 3, "grid"),
        (2, 0, "buy", 2, 100, 2, "grid"),
        (2, 1, "sell", 2, 96, 4, "stop_loss"),
        (2, 2, "buy", 2, 95, 1, "grid"),
        (4, 0, "sell", 4, 93, 4, "stop_loss"),
    ]


def test_below_the_minimum_nothing_is_sent() -> None:
    got = sma([*UP, flat(110)], facts={"min_notional": Decimal(400)}, sizing="fixed", size=Decimal(3))
    assert (story(got), codes(got)) == ([], [(4, 0, "BELOW_MINIMUM")])
    assert len(sma([*UP, flat(110)], facts={"max_qty": Decimal(2)}, sizing="fixed", size=Decimal(3)).fills) == 1
