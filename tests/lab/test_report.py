"""A result in a terminal."""

from __future__ import annotations

import io
import re
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from tests.lab.made import HOUR_MS, INTERPRETED, START_MS, Collared, Raising, crossed, flat, used, waves

from botswain.core.strategy import Strategy, step
from botswain.lab.backtest import backtest
from botswain.lab.report import console_for_report, length, money_of, percent, print_report, ratio
from botswain.lab.result import Result
from botswain.model.candles import Candles
from botswain.model.instrument import Instrument
from botswain.strategies.grid import Grid

ESCAPE = "\x1b"


def shown(result: Result, **console: Any) -> str:
    """The report as text."""
    out = console.pop("file", io.StringIO())
    print_report(result, used(result), console_for_report(file=out, **console))
    out.seek(0)
    return str(out.read())


def value_of(text: str, name: str) -> str:
    """What stands behind a name."""
    found = re.search(rf"(?:^|  ){re.escape(name)} +(\S+(?: \S+)*)", text, re.MULTILINE)
    assert found is not None, (name, text)
    return found[1]


def test_the_report_says_what_came_of_it() -> None:
    run = crossed()
    text = shown(run)
    found = run.metrics
    assert text.startswith("sma_crossover   fast 3   slow 9   average SMA ")
    assert "BTC/USDT 1h   2024-01-01 00:00 to 2024-01-10 23:00 UTC   240 candles, no gaps" in text
    assert value_of(text, "capital (USDT)") == "10,000.00"
    assert value_of(text, "equity (USDT)") == f"{found['final_equity']:,.2f}"
    assert value_of(text, "profit") == f"{found['profit']:+,.2f}"
    assert f"{found['total_return'] * 100:+,.2f} %" in text
    assert value_of(text, "Sharpe") == f"{found['sharpe']:,.2f}"
    assert value_of(text, "round trips") == str(found["trips_count"])
    assert value_of(text, "fees") == f"{found['fees']:,.2f}"
    assert value_of(text, "time in position") == percent(found["exposure"])


def test_it_fits_a_hundred_columns_without_colours_where_there_is_no_terminal() -> None:
    text = shown(crossed(limits={"max_position": "0.9", "max_drawdown": "0.01"}))
    assert ESCAPE not in text
    assert max(map(len, text.splitlines())) <= 100


@pytest.mark.parametrize("width", [60, 80, 200])
def test_it_fits_the_terminal_and_has_colours_there(width: int) -> None:
    text = shown(crossed(), force_terminal=True, width=width, color_system="standard")
    assert ESCAPE in text
    bare = re.sub(r"\x1b\[[0-9;]*m", "", text)
    assert max(map(len, bare.splitlines())) <= min(width, 100)


def test_a_terminal_without_blocks_gets_plain_characters() -> None:
    raw = io.BytesIO()
    out = io.TextIOWrapper(raw, encoding="ascii")
    print_report(crossed(), used(crossed()), console_for_report(file=out))
    out.flush()
    assert raw.getvalue().decode("ascii").count("#") > 50


def test_the_last_fills_are_shown_exactly() -> None:
    run = crossed()
    rows = [line.split() for line in shown(run).splitlines() if line.startswith("2024-") and " target" in line]
    assert len(rows) == min(6, len(run.fills))
    for row, one in zip(rows, run.fills[-6:], strict=True):
        assert row[2] == one.side
        assert [Decimal(row[place]) for place in (3, 4, 5)] == [one.qty, one.price, one.fee]


def test_fills_of_several_symbols_name_theirs() -> None:
    run = crossed({"BTC/USDT": waves(), "ETH/USDT": waves(240, "ETH/USDT")}, size="0.4")
    rows = [line.split() for line in shown(run).splitlines() if line.startswith("2024-") and " target" in line]
    assert [row[2:4] for row in rows] == [[one.symbol, one.side] for one in run.fills[-6:]]


def test_figures_stand_in_two_columns_at_eighty_and_in_one_at_forty() -> None:
    def rows(width: int) -> list[str]:
        text = shown(crossed(), force_terminal=True, width=width, color_system=None)
        return [line for line in text.splitlines() if line.startswith(("capital (USDT)", "volatility "))]

    assert "volatility" in rows(80)[0]
    assert "volatility" not in rows(40)[0]


def test_every_figure_whose_name_is_jargon_is_explained() -> None:
    text = shown(crossed()).partition("What the figures mean")[2]
    for name in ("CAGR", "Sharpe", "Sortino", "Calmar", "round trip", "profit factor", "expectancy", "volatility"):
        assert name in text


def test_an_open_position_is_marked_and_shown() -> None:
    run = crossed(waves(210))
    held = run.position("BTC/USDT")
    assert held > 0
    assert f"open at the end: {held.normalize():f} BTC at {waves(210).close[-1]:g}" in shown(run)


def test_base_fees_and_dust_are_shown() -> None:
    rules = Instrument(
        *("BTC/USDT", Decimal("0.01"), Decimal("0.01")), taker_fee=Decimal("0.001"), fee_asset="BTC", fee_precision=8
    )
    run = crossed(instrument=rules)
    text = shown(run)
    assert re.search(r"fees +[\d.]+ \(in it [\d.]+ BTC\)", text)
    assert run.dust("BTC/USDT") > 0
    assert "BTC too little to sell" in text


def test_a_run_without_trades_is_shown() -> None:
    text = shown(crossed(flat()))
    assert value_of(text, "round trips") == "0"
    assert value_of(text, "profit") == "+0.00  +0.00 %" or value_of(text, "profit") == "+0.00"
    assert value_of(text, "Sharpe") == "-"
    assert value_of(text, "largest drawdown") == "none"
    assert "fills ─" not in text


def test_gaps_are_counted() -> None:
    candles = waves()
    columns = {name: getattr(candles, name) for name in ("ts", "open", "high", "low", "close", "volume")}
    holed = type(candles)("BTC/USDT", "1h", *(values[[*range(50), *range(53, 240)]] for values in columns.values()))
    assert "237 candles, 3 missing in 1 gap" in shown(crossed(holed))


def test_notes_are_counted_by_code_with_the_latest_numbers() -> None:
    run = crossed(limits={"max_position": "0.5", "max_drawdown": "0.004"})
    text = shown(run)
    stopped = [one for one in run.notes if one.code == "max_position"]
    assert stopped
    row = next(line for line in text.splitlines() if line.startswith("max_position"))
    assert row.split()[1] == str(len(stopped))
    assert f"qty {stopped[-1].value:.8f}".rstrip("0") in row
    blocked = next(line for line in text.splitlines() if line.startswith("drawdown"))
    assert f"wanted {run.notes[-1].value:.8f}".rstrip("0") + ", filled 0" in blocked


def words(result: Result) -> str:
    """The report on one line, however it was broken."""
    return " ".join(shown(result).split())


class Posting(Strategy):
    """Wants post-only orders that would cross, in both of its slots, and asks for the first again at every close."""

    name = "posting"

    def slots(self) -> int:
        return 2

    @step
    def decide(now, was, p, candle, my, wanted):  # noqa: ARG002
        for slot in range(2):
            wanted.limit(slot, 1, candle.close * 1.2, 1.0)
            wanted.flags(slot, 1)
        wanted.again(0)


def test_orders_that_ended_for_good_are_counted_by_reason_and_those_that_still_stand_so_are_named() -> None:
    run = backtest(Posting, waves(20), options=INTERPRETED)
    ended = sum(one.code == "post_only" for one in run.notes)
    assert ended > 10
    assert f"Ended: {ended} (post_only {ended})." in words(run)
    assert "does not come back by itself: the strategy asks for it again (wanted.again, wanted.renew)" in words(run)
    assert "When the run was over, these stood ended: post_only 1 (slot 1)." in words(run)


def test_exits_that_could_not_be_placed_are_told() -> None:
    dear = Instrument("BTC/USDT", Decimal("0.01"), Decimal("0.0001"), min_notional=Decimal(10))
    run = crossed(instrument=dear, capital="10.2", exits={"stop_loss": "0.05"})
    bare = sum(one.slot > 0 and one.code == "below_minimum" for one in run.notes)
    assert run.fill_count
    assert bare
    assert f"Exits that were not placed: below_minimum {bare}; the position stood without that exit" in words(run)
    assert "Exits that were not placed" not in words(crossed(exits={"stop_loss": "0.05"}))


class Held(Strategy):
    """Is in from the first close on."""

    @step
    def decide(now, was, p, candle, my, wanted):  # noqa: ARG002
        wanted.target(1.0)


def test_of_very_many_notes_it_is_said_how_many_are_looked_at_and_that_there_may_be_more() -> None:
    dear = Instrument("BTC/USDT", Decimal("0.01"), Decimal("0.0001"), min_notional=Decimal(10))
    closes = np.round(
        100 + 0.13 * np.arange(9_001), 2
    )  # the stop goes up a tick at each close, and is worth less than 10
    times = START_MS + HOUR_MS * np.arange(9_000, dtype=np.int64)
    rising = Candles("BTC/USDT", "1h", times, closes[:-1], closes[1:], closes[:-1], closes[1:], np.ones(9_000))
    run = backtest(Held, rising, instrument=dear, capital="10.2", exits={"trailing_stop": "0.923"}, options=INTERPRETED)
    assert int(run.ran.state.account.notes) > len(run.notes) == 8_192
    text = words(run)
    assert "Among the last 8,192 notes no order of the strategy ended for good." in text
    assert "Exits that were not placed: below_minimum 8,192 or more; the position stood without that exit" in text


class Busy(Strategy):
    """Buys a little at every close."""

    @step
    def decide(now, was, p, candle, my, wanted):  # noqa: ARG002
        wanted.renew(0)
        wanted.market(0, 1, 0.01)


def test_what_a_limit_refused_is_told_with_what_became_of_it() -> None:
    text = words(backtest(Busy, waves(), limits={"max_orders_day": 1}, options=INTERPRETED))
    assert "max_orders: an order at the market price is given up, others wait until the next risk day begins" in text
    assert re.search(r"Ended: those of max_orders \d+ that went by the market\.", text)


class Losing(Strategy):
    """Is in at every other close, and pays for it."""

    def memory(self):
        return {"turn": 1}

    @step
    def decide(now, was, p, candle, my, wanted):  # noqa: ARG002
        my.mem.turn = 1.0 - my.mem.turn
        wanted.target(my.mem.turn)


def test_a_block_that_stopped_no_order_is_not_told_as_if_it_had() -> None:
    dear = Instrument("BTC/USDT", Decimal("0.01"), Decimal("0.01"), taker_fee=Decimal("0.1"))
    limits = {"max_consecutive_losses": 1, "cooldown_ms": 1}
    text = words(backtest(Losing, waves(), instrument=dear, limits=limits, options=INTERPRETED))
    assert "cool_down: entries were stopped; none had to be ended or made to wait" in text
    assert "cool_down: an order at the market price is given up" not in text


def test_orders_that_were_only_cut_did_not_end() -> None:
    assert "No order of the strategy ended for good." in shown(crossed(instrument=Instrument(
        *("BTC/USDT", Decimal("0.01"), Decimal("0.01")), max_qty=Decimal(1))))  # fmt: skip


def test_a_block_of_the_whole_account_shows_money() -> None:
    run = crossed(waves(60), limits={"max_drawdown": "0.004"})
    assert run.notes[-1].slot == -1
    row = next(line for line in shown(run).splitlines() if line.startswith("drawdown"))
    assert re.search(r" all  equity 1[\d,.]+, floor 1[\d,.]+$", row.rstrip())


def test_only_the_last_of_very_many_notes_are_counted() -> None:
    run = backtest(Collared, waves(9_000), limits={"price_collar": "0.05"}, options=INTERPRETED)
    kept, total = len(run.notes), int(run.ran.state.account.notes)
    assert total > kept == 8_192
    assert run.notes[-1].time_ms > run.notes[0].time_ms
    assert f"of the last 8,192 of {total:,}" in shown(run)
    assert "Ended among the last 8,192 notes: " in words(run)


def test_a_halt_is_red_and_says_where() -> None:
    run = backtest(Raising, waves(), options=INTERPRETED)
    coloured = shown(run, force_terminal=True, width=100, color_system="standard")
    assert "\x1b[1;31mHALTED: STEP_RAISED in the candle of 2024-01-01 " in coloured
    assert "made.py, line " in shown(run)
    assert "ValueError: too high" in " ".join(shown(run).split())


def test_a_name_of_a_parameter_is_never_parted_from_its_value() -> None:
    run = backtest(Grid(lower=80, upper=120, levels=4), waves(), options=INTERPRETED)
    first, second = shown(run).splitlines()[:2]
    assert first.startswith("grid   lower 80.0   upper 120.0")
    assert second.strip().startswith("initial market   initial_part 1.0   trigger 0.0")


def test_text_from_outside_is_not_read_as_markup() -> None:
    run = crossed({"[red]/USDT": waves(240, "[red]/USDT")})
    assert "[red]/USDT 1h" in shown(run)


@pytest.mark.parametrize(
    ("duration_ms", "text"),
    [
        (0, "0 s"),
        (90_000, "1 min 30 s"),
        (3_600_000, "1 h"),
        (86_400_000 * 1_200 + 7_200_000, "1,200 d 2 h"),
        (86_400_000 + 60_000, "1 d"),
        (1_499.6, "1 s"),
    ],
)
def test_durations_are_read_by_their_two_largest_units(duration_ms: float, text: str) -> None:
    assert length(duration_ms) == text


def test_figures_without_value_and_beyond_reason_are_spelled() -> None:
    assert (percent(None), ratio(None)) == ("-", "-")
    assert percent(0.1234) == "12.34 %"
    assert percent(-0.5, sign=True) == "-50.00 %"
    assert percent(1e300) == "1e+302 %"
    assert (ratio(1234.5), ratio(-3e9)) == ("1,234.50", "-3e+09")


def test_small_capital_is_shown_with_more_decimals() -> None:
    assert money_of(crossed(capital="0.5"), Decimal("0.25")) == "0.25000000"
    assert money_of(crossed(capital="5"), Decimal("0.25"), sign=True) == "+0.2500"
    assert money_of(crossed(), None) == "-"
