"""Rows that the gate makes wait and rows that the venue ends, against runs worked out by hand (docs/rules.md).

Tick 1, lot 1, no fees unless said.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from .outcome import Outcome
from .reference import run
from .rows import Row, Table
from .scenes import HOUR_MS, Drawn, drawn, flat, instrument
from .test_reference_bots import LINES, codes, grid, story
from .units import BUY, SELL, markets
from .venue import LIMIT, MARKET

NONE: dict[str, Any] = {**LINES, "initial": "none"}  # cells at 90, 95, 100, 105; those above the close wait for it


def grids(rows: dict[str, Drawn], hours: dict[str, list[int]] | None = None, **more: Any) -> Outcome:
    """One cell from 90 to 100 on each of several symbols that share 10,000; `hours` are those of a symbol's candles."""
    candles = {s: drawn(r, s, (hours or {}).get(s)) for s, r in rows.items()}
    return run(
        "grid", candles, {s: instrument(s) for s in rows}, params={"lower": 90, "upper": 100, "levels": 1},
        capital=Decimal(10_000), sizing="fixed", **more,
    )  # fmt: skip


def test_a_row_without_room_waits_and_comes_back_after_a_sale() -> None:
    # 4.5 % of 10,000 at 101 is 4 lots: cells 0 and 1 have them, cell 2 waits. Hour 1 buys 95 and 90 with the last close
    # still 101: no room. The close of 80 makes room (4.5 % of 9,950 is 5 lots of 80, 4 are held), but a close is no
    # report. In hour 2 cell 0 sells at 95: 5 - 2 held - 2 of cell 0's new buy is 1.
    rows = [flat(101), (101, 101, 80, 80), (80, 96, 80, 96), flat(96)]
    got = grid(rows, params=NONE, limits={"max_position": "0.045"})
    assert [(f[0], f[2], f[3], f[4], f[5]) for f in story(got)] == [
        (1, "buy", 2, 95, 1), (1, "buy", 2, 90, 0), (2, "sell", 2, 95, 0), (3, "buy", 1, 96, 2),
    ]  # fmt: skip
    # Noted when it began to wait and when it came back cut.
    assert codes(got) == [(1, 2, "MAX_POSITION"), (2, 2, "MAX_POSITION")]
    # 5 % at 80 is 6 lots: it comes back whole, and there is nothing more to note.
    whole = grid(rows, params=NONE, limits={"max_position": "0.0495"})
    assert [(f[0], f[3], f[5]) for f in story(whole)][3:] == [(3, 2, 2)]
    assert codes(whole) == [(1, 2, "MAX_POSITION")]


def test_a_row_that_could_not_be_paid_comes_back_after_a_sale_of_another_symbol() -> None:
    # 56 at 90 is 5,040 each, 10,080 together: BBB waits. AAA buys and sells with a profit of 560: now both can be paid.
    rows: dict[str, Drawn] = {
        "AAA/USD": [flat(95), (95, 95, 90, 90), (90, 100, 90, 100), flat(95)],
        "BBB/USD": [flat(95), flat(95), flat(95), (95, 95, 89, 90)],
    }
    got = grids(rows, size=Decimal(56))
    assert [(f.symbol, *row[:5]) for f, row in zip(got.fills, story(got), strict=True)] == [
        ("AAA/USD", 1, 0, "buy", 56, 90), ("AAA/USD", 2, 0, "sell", 56, 100), ("BBB/USD", 3, 0, "buy", 56, 90),
    ]  # fmt: skip
    assert [(r.symbol, r.code) for r in got.reasons] == [("BBB/USD", "BALANCE")]


def test_a_row_of_a_symbol_without_a_candle_comes_back_at_that_instant_too() -> None:
    # As above, but BBB has no candle in hour 2, when AAA sells. It is judged at the close of that hour all the same, so
    # its order rests in hour 3, its next candle.
    rows: dict[str, Drawn] = {
        "AAA/USD": [flat(95), (95, 95, 90, 90), (90, 100, 90, 100), flat(95)],
        "BBB/USD": [flat(95), flat(95), (95, 95, 89, 90)],
    }
    got = grids(rows, {"BBB/USD": [0, 1, 3]}, size=Decimal(56))
    assert [(f.symbol, row[0]) for f, row in zip(got.fills, story(got), strict=True)][2:] == [("BBB/USD", 3)]


def test_a_row_beyond_the_open_positions_comes_back_when_another_symbol_is_flat() -> None:
    # AAA buys at 90 and is stopped at 85.5, up to 86, in hour 2, which ends its grid. BBB may buy from hour 3.
    rows: dict[str, Drawn] = {
        "AAA/USD": [flat(95), (95, 95, 90, 90), (90, 90, 80, 80), flat(80)],
        "BBB/USD": [flat(95), (95, 95, 89, 95), (95, 95, 89, 95), (95, 95, 89, 90)],
    }
    exits = {"stop_loss": Decimal("0.05")}
    got = grids(rows, size=Decimal(10), limits={"max_open_positions": 1}, exits=exits)
    assert [(f.symbol, *row[:5]) for f, row in zip(got.fills, story(got), strict=True)] == [
        ("AAA/USD", 1, 0, "buy", 10, 90), ("AAA/USD", 2, 0, "sell", 10, 86), ("BBB/USD", 3, 0, "buy", 10, 90),
    ]  # fmt: skip
    assert [(r.symbol, r.code) for r in got.reasons] == [
        ("BBB/USD", "MAX_OPEN_POSITIONS"), ("AAA/USD", "LINKED"),
    ]  # fmt: skip


def test_what_a_cool_down_refused_comes_back_when_it_is_over() -> None:
    # The loss of 2 in hour 2 (95 to 100 with a taker fee of 12) stops entries until hour 4: cell 0, which was resting,
    # and cell 1's buy again. The close of hour 3 is at 4: both arrive at the open of 89.
    rows = [flat(97), (97, 97, 94, 99), (100, 100, 99, 99), (99, 99, 89, 89), flat(89)]
    limits = {"max_consecutive_losses": 1, "cooldown_ms": 2 * HOUR_MS}
    got = grid(rows, params=NONE, facts={"taker_fee": Decimal("0.06")}, limits=limits)
    assert [(f[0], f[4], f[5]) for f in story(got)] == [(1, 95, 1), (2, 100, 1), (4, 89, 0), (4, 89, 1)]
    assert codes(got) == [(2, 0, "COOL_DOWN"), (2, 1, "COOL_DOWN")]


def test_a_row_that_was_counted_is_not_counted_when_it_comes_back() -> None:
    # As above with two orders a day: cells 0 and 1 at the start. Cell 0 comes back, cell 1's next rev does not.
    rows = [flat(97), (97, 97, 94, 99), (100, 100, 99, 99), (99, 99, 89, 89), flat(89)]
    limits = {"max_consecutive_losses": 1, "cooldown_ms": 2 * HOUR_MS, "max_orders_day": 2}
    got = grid(rows, params=NONE, facts={"taker_fee": Decimal("0.06")}, limits=limits)
    assert [(f[0], f[4], f[5]) for f in story(got)] == [(1, 95, 1), (2, 100, 1), (4, 89, 0)]
    assert codes(got) == [(2, 0, "COOL_DOWN"), (2, 1, "COOL_DOWN"), (4, 1, "MAX_ORDERS")]


def test_a_row_that_was_let_through_as_reducing_is_noted_when_it_waits_again() -> None:
    # Shorts allowed, 2.07 % of 10,000 at 97 is 2 lots: cell 0 has them, cell 1 waits; of the sells cell 2 has them.
    # Hour 1 sells 2 at 105: cell 1's buy only reduces now. Hour 2 buys 2 at 100: it is an entry again, without room.
    rows = [flat(97), (97, 106, 97, 104), (104, 104, 99, 99), (99, 99, 94, 94)]
    got = grid(rows, params=LINES, facts={"shortable": True}, limits={"max_position": "0.0207"})
    assert [(f[0], f[2], f[4], f[5]) for f in story(got)] == [(1, "sell", 105, 2), (2, "buy", 100, 2)]
    assert codes(got)[:3] == [(1, 1, "MAX_POSITION"), (1, 3, "MAX_POSITION"), (2, 1, "MAX_POSITION")]


def test_a_grid_asks_again_for_what_the_venue_ended_after_the_next_fill_of_a_cell() -> None:
    # 60 a cell. The market cell pays 6,060 of 10,000, so the buys at 100, 95 and 90 cannot be paid when hour 1 falls.
    # Nothing is asked for until cell 3 sells at 110 in hour 2. Then 10,540 pay for 105 but for none below it in hour 3.
    rows = [
        flat(101), (101, 101, 89, 101), (101, 110, 101, 110), (110, 110, 95, 96), (96, 110, 96, 110),
        (110, 110, 106, 106), (106, 106, 90, 90),
    ]  # fmt: skip
    got = grid(rows, params=LINES, size=Decimal(60))
    assert [(f[0], f[2], f[4], f[5]) for f in story(got)] == [
        (1, "buy", 101, 3), (2, "sell", 110, 3), (3, "buy", 105, 3), (4, "sell", 110, 3), (6, "buy", 105, 3),
    ]  # fmt: skip
    ended = [(1, 2), (1, 1), (1, 0), (3, 2), (3, 1), (6, 2), (6, 1), (6, 0)]
    assert codes(got) == [(hour, slot, "INSUFFICIENT_BALANCE") for hour, slot in ended]


def test_a_cell_that_the_gate_ended_is_not_asked_for_again() -> None:
    # Two orders a day: cells 0 and 1. The market row of cell 3 ends and stays ended on the day that begins in hour 1,
    # though cell 1 fills there.
    rows = [flat(101), (101, 101, 94, 99), flat(99), (99, 101, 99, 101), flat(101)]
    got = grid(rows, params=LINES, limits={"max_orders_day": 2, "day_offset_ms": 2 * HOUR_MS})
    assert 3 not in {f[5] for f in story(got)}


def test_again_is_the_same_order_for_what_was_left_of_an_ended_row() -> None:
    market = markets([instrument()], Decimal(1000))["AAA/USD"]
    table = Table(market)
    table.want(0, BUY, LIMIT, 7, 100, fresh=True, price=90, tag="grid")
    table.again(0, 100)
    assert table.row(0).rev == 1  # it has not ended
    table.row(0).filled, table.row(0).ended = 2, "INSUFFICIENT_BALANCE"
    table.again(0, 100)
    row = table.row(0)
    assert (row.rev, row.side, row.kind, row.lots, row.price, row.filled, row.ended) == (2, BUY, LIMIT, 5, 90, 0, "")
    assert row.leaves == 5
    table.want(1, SELL, MARKET, 3, 100, fresh=True, reduce_only=True, tag="target")
    table.row(1).ended = "NOTHING_TO_REDUCE"
    table.again(1, 100)
    assert (table.row(1).kind, table.row(1).reduce_only, table.row(1).leaves) == (MARKET, True, 3)


def test_a_waiting_row_keeps_its_rev_and_has_no_leaves() -> None:
    row = Row(0, rev=3, lots=5, effective=5, waiting=True)
    assert (row.asked, row.leaves) == (5, 0)
