"""Indicators of other symbols: known at the closes of both, and only there; the same bits in columns and streams."""
# ruff: noqa: ARG002

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some
from tests.stage import MINUTE_MS, PLAIN, T0, at, drawn, tries

from botswain.core.anchor import needed_candles
from botswain.core.indicators import before, candle_column, columns, is_symbol, longer, other, symbols_of, ta
from botswain.core.longer import longer_candles
from botswain.core.others import OtherColumns, OtherStreams, as_candle
from botswain.core.panes import is_drawn, is_told, pane_of
from botswain.core.strategy import Strategy, SymbolName, step
from botswain.core.streams import Streams
from botswain.lab.backtest import backtest
from botswain.model.actions import ShareAction
from botswain.model.errors import BadInput
from botswain.model.trades import Trades

FIVE = 5 * MINUTE_MS
BIG, THIRD = "BIG/USD", "THIRD/USD"
CLOSE = candle_column("close")
THEIRS = other(CLOSE, BIG)
RATIO = ta.DIV(of=["close", THEIRS])
EVERY = {
    "close": THEIRS,
    "mean": other(ta.SMA(3), BIG),
    "was": before(THEIRS),
    "their_was": other(before(CLOSE), BIG),
    "slow": other(longer(ta.EMA(2), FIVE), BIG),
    "opened": other(longer(candle_column("ts"), FIVE), BIG),
    "ratio": RATIO,
    "usual": ta.SMA(4, of=RATIO),
    "spread": ta.STDDEV(4, of=RATIO),
    "upper": ta.BBANDS(3, of=RATIO, out="upperband"),
    "third": other(ta.RSI(2), THIRD),
    "own": ta.SMA(2),
}


def values(declared, own, *others):
    """A column as a list, NaN as None."""
    (found,) = columns({"one": declared}, own, OtherColumns({one.symbol: one for one in others}).column)
    return [None if x != x else x for x in found.tolist()]


def streamed(declared, own, *others):
    """The same a candle at a time, the others first; peeking moves nothing on."""
    beside = OtherStreams(declared.values(), MINUTE_MS)
    streams, rows = Streams(declared, MINUTE_MS, beside.value), []
    for ts in sorted({int(t) for one in (own, *others) for t in one.ts}):
        for one in others:
            for i in np.flatnonzero(one.ts == ts):
                beside.take(one.symbol, as_candle(one, i))
        for i in np.flatnonzero(own.ts == ts):
            candle = as_candle(own, i)
            streams.peek({name: 1.5 * value for name, value in candle.items()})
            rows.append(streams.update(candle))
    return [np.array(column) for column in zip(*rows, strict=True)]


def test_it_is_seen_at_the_close_of_both_and_nowhere_else():
    own, big = drawn([1, 2, 3, 4, 5], minutes=[0, 1, 2, 4, 5]), drawn([10, 20, 40, 50], BIG, minutes=[0, 1, 3, 4])
    assert values(THEIRS, own, big) == [10, 20, None, 50, None]
    assert values(before(THEIRS), own, big) == [None, 10, 20, None, 50]
    assert values(other(before(CLOSE), BIG), own, big) == [None, 10, None, 40, None]


def test_its_indicators_are_of_all_its_candles_whichever_of_ours_are_there():
    own, big = drawn([1, 1, 1], minutes=[0, 4, 9]), drawn([2, 4, 6, 8, 10], BIG, minutes=[0, 1, 2, 3, 4])
    assert values(other(ta.SMA(2), BIG), own, big) == [None, 9, None]


def test_what_reads_it_passes_over_closes_at_which_it_has_none():
    own, big = drawn([12, 30, 8, 50, 60]), drawn([2, 3, 5, 6], BIG, minutes=[0, 1, 3, 4])
    assert values(RATIO, own, big) == [6, 10, None, 10, 10]
    assert values(ta.SMA(2, of=RATIO), own, big) == [None, 8, None, 10, 10]


def test_a_longer_candle_of_it_is_seen_at_its_own_last_piece():
    own, big = drawn([1] * 12), drawn(range(1, 13), BIG)
    assert values(other(longer(CLOSE, FIVE), BIG), own, big) == [None] * 4 + [5] * 5 + [10] * 3


def test_between_closes_it_is_what_it_was_at_the_last_one():
    beside = OtherStreams([THEIRS], MINUTE_MS)
    streams = Streams({"one": THEIRS, "was": before(THEIRS)}, MINUTE_MS, beside.value)
    big, own = drawn([7, 9], BIG), drawn([1, 2])
    assert beside.symbols == (BIG,)
    assert [x == x for x in streams.peek(as_candle(own, 0))] == [False, False]
    beside.take(BIG, as_candle(big, 0))
    streams.update(as_candle(own, 0))
    beside.take(BIG, as_candle(big, 1))
    assert streams.peek(as_candle(own, 1)) == (7.0, 7.0)
    assert streams.update(as_candle(own, 1)) == (9.0, 7.0)


@tries(25)
@given(some.data())
def test_columns_and_streams_are_the_same_bit_for_bit_and_the_future_changes_nothing(data):
    rng = np.random.default_rng(data.draw(some.integers(0, 1 << 30)))
    gaps = data.draw(some.sampled_from([0.0, 0.2, 0.8]))

    def any_candles(symbol):
        minutes = data.draw(some.integers(0, 9)) + np.flatnonzero(rng.random(90) >= gaps)
        rows = (100 + np.cumsum(rng.integers(-3, 4, len(minutes)))).tolist()
        return drawn(rows or [1], symbol, minutes=minutes.tolist() or [0])

    own, big, third = any_candles("ABC/USD"), any_candles(BIG), any_candles(THIRD)
    found = columns(EVERY, own, OtherColumns({BIG: big, THIRD: third}).column)
    for name, one, again in zip(EVERY, found, streamed(EVERY, own, big, third), strict=True):
        same = (one.view(np.int64) == again.view(np.int64)) | (np.isnan(one) & np.isnan(again))
        assert same.all(), f"{name} differs at candle {int(np.argmin(same))}: {one} {again}"
    end_ms = int(own.ts[data.draw(some.integers(0, len(own) - 1))])
    cut = [one.slice(0, int(np.searchsorted(one.ts, end_ms, side="right"))) for one in (own, big, third)]
    before_it = columns(EVERY, cut[0], OtherColumns({BIG: cut[1], THIRD: cut[2]}).column)
    for name, one, other_one in zip(EVERY, found, before_it, strict=True):
        assert one[: len(cut[0])].tobytes() == other_one.tobytes(), name


def test_one_candle_is_asked_for_like_a_column():
    big = OtherColumns({BIG: drawn([2, 3, 5], BIG, minutes=[0, 2, 3])})
    assert [big.value(THEIRS, at(k)) for k in (0, 2, 3)] == [2, 3, 5]
    assert big.value(THEIRS, at(1)) != big.value(THEIRS, at(1))


def test_indicators_that_are_alike_but_for_the_symbol_are_not_mixed_up():
    big, third = drawn([1, 2], BIG), drawn([5, 6], THIRD)
    both = {"one": THEIRS, "other": other(CLOSE, THIRD), "own": CLOSE}
    found = columns(both, drawn([8, 9]), OtherColumns({BIG: big, THIRD: third}).column)
    assert [one.tolist() for one in found] == [[1, 2], [5, 6], [8, 9]]
    assert [one.tolist() for one in streamed(both, drawn([8, 9]), big, third)] == [[1, 2], [5, 6], [8, 9]]


def test_values_are_kept_for_so_many_candles(monkeypatch):
    monkeypatch.setattr("botswain.core.others.MOST_KEPT", 2)
    beside, big = OtherStreams([THEIRS], MINUTE_MS), drawn([2, 3, 5], BIG)
    for i in range(3):
        beside.take(BIG, as_candle(big, i))
    assert [beside.value(THEIRS, at(k)) for k in (1, 2)] == [3, 5]
    assert beside.value(THEIRS, at(0)) != beside.value(THEIRS, at(0))
    assert (beside.reached(at(2)), beside.reached(at(3))) == (True, False)


def test_its_anchor_is_that_of_what_it_is():
    assert needed_candles([other(ta.SMA(30), BIG)], MINUTE_MS) == 300
    assert needed_candles([ta.SMA(2, of=other(longer(ta.SMA(3), FIVE), BIG))], MINUTE_MS) == (30 + 1) * 5
    assert needed_candles([ta.SMA(90, of=THEIRS)], MINUTE_MS) == 900


def test_it_is_drawn_apart_from_these_candles():
    assert pane_of(other(ta.SMA(3), BIG)) == f"{BIG} price"
    assert pane_of(other(ta.RSI(3), BIG)) == f"{BIG} rsi(3)"
    assert pane_of(ta.SMA(3, of=RATIO)) == "div"
    assert is_told(THEIRS)
    assert is_drawn(THEIRS)
    assert not is_told(other(candle_column("ts"), BIG))


def test_what_is_read_is_known_from_the_indicators():
    assert symbols_of(EVERY.values()) == (BIG, THIRD)
    assert symbols_of([ta.SMA(3)]) == ()
    assert [is_symbol(one) for one in ("A/B", "A", "A/", "/B", "A/B/C", "A /B", "", 7)] == [True] + [False] * 7


def test_a_wrong_declaration_is_refused_with_what_to_write():
    with pytest.raises(BadInput, match=r"other\(\) is given the symbol 'BTC'; write it as BASE/QUOTE"):
        other(CLOSE, "BTC")
    with pytest.raises(BadInput, match="an indicator for A/B that reads BIG/USD itself"):
        other(RATIO, "A/B")
    with pytest.raises(BadInput, match=r"write other\(longer\(...\), SYMBOL\)"):
        longer(THEIRS, FIVE)
    with pytest.raises(BadInput, match="of BIG/USD was declared, and nobody gave its candles"):
        columns(EVERY, drawn([1]))
    with pytest.raises(BadInput, match="of THIRD/USD was declared, and nobody gave its candles"):
        values(EVERY["third"], drawn([1]), drawn([1], BIG))
    with pytest.raises(BadInput, match="nobody gave its candles"):
        Streams({"one": THEIRS})


class Led(Strategy):
    """Holds while the leader closed above a level; by its name, which may be left out."""

    leader = SymbolName(help="whom it follows")

    def indicators(self):
        return {"lead": other(CLOSE, self.leader) if self.leader else CLOSE}

    @step
    def decide(now, was, p, candle, my, wanted):
        level = 10.0 if p.leader > 0 else 0.0
        wanted.target(1.0 if now.lead > level else 0.0)


def led(own, **settings):
    """The times and sides of its fills."""
    settings = {"capital": 1000, "fee": 0, "options": PLAIN} | settings
    found = backtest(Led(leader=settings.pop("leader", "big/usd")), own, **settings)
    return [((one.time_ms - T0) // MINUTE_MS, one.side) for one in found.fills], found


def test_a_bot_follows_another_symbol_that_it_only_reads():
    big = drawn([9, 11, 11, 9, 11, 11], BIG, minutes=[0, 1, 2, 3, 4, 6])
    # Known above at the closes of 1, 2 and 4; at 5 nothing is known, which is not above.
    fills, found = led(drawn([5] * 8), reads=big)
    assert fills == [(2, "buy"), (4, "sell"), (5, "buy"), (6, "sell"), (7, "buy")]
    assert found.plan.reads == (BIG,)
    assert found.market.symbols == ("ABC/USD",)
    assert led(drawn([5] * 8), leader="")[0] == [(1, "buy")]


def test_what_is_only_read_is_no_part_of_the_account_or_of_the_timeline():
    own = drawn([5, 6, 7, 8, 6, 7])
    alone = led(own, leader="")[1]
    big = drawn([11] * 20, BIG, minutes=range(20))
    beside = led(own, reads=big)[1]
    assert beside.equity == alone.equity
    assert beside.metrics == alone.metrics
    assert beside.fills == alone.fills


def test_a_bot_that_trades_both_sees_the_others_candle_of_the_same_instant():
    own, big = drawn([5] * 5), drawn([9, 11, 11, 9, 9], BIG)
    for runs in ({"ABC/USD": own, BIG: big}, {BIG: big, "ABC/USD": own}):
        found = backtest(Led(leader=BIG), runs, capital=1000, fee=0, sizing="fixed", size=1, options=PLAIN)
        by_symbol = {s: [one.time_ms for one in found.fills if one.symbol == s] for s in runs}
        assert by_symbol == {"ABC/USD": [at(2), at(4)], BIG: [at(2), at(4)]}
        assert found.plan.reads == ()


def test_compiled_and_interpreted_see_the_same():
    rng = np.random.default_rng(5)
    own = drawn((50 + np.cumsum(rng.integers(-2, 3, 300))).tolist())
    big = drawn(
        (10 + rng.integers(-3, 4, 200)).tolist(), BIG, minutes=sorted(rng.choice(300, 200, replace=False).tolist())
    )
    plain, compiled = (led(own, reads=big, sizing="fixed", size=1, options=how)[1] for how in (PLAIN, None))
    assert plain.fills == compiled.fills
    assert plain.equity == compiled.equity
    assert len(plain.fills) > 40


class Waits(Strategy):
    """Holds once the other's candle that it sees has begun eight minutes ago."""

    def indicators(self):
        return {"opened": other(candle_column("ts"), BIG)}

    @step
    def decide(now, was, p, candle, my, wanted):
        wanted.target(1.0 if my.time_ms - now.opened >= 480_000.0 else 0.0)


def test_between_closes_a_bot_sees_the_last_close_of_the_other():
    own, big = drawn([5 + k for k in range(20)]), drawn([11] * 20, BIG)
    settings = {"timeframe": "5m", "trading_frequency": 60, "fee": 0, "sizing": "fixed", "options": PLAIN}
    expected = [(8, "buy"), (10, "sell"), (13, "buy"), (15, "sell"), (18, "buy")]
    for runs in ({"candles": own, "reads": big}, {"candles": {"ABC/USD": own, BIG: big}}):
        found = backtest(Waits(), **runs, **settings)
        fills = [one for one in found.fills if one.symbol == "ABC/USD"]
        assert [((one.time_ms - T0) // MINUTE_MS, one.side) for one in fills] == expected


def test_candles_to_be_read_are_looked_at_before_anything_runs():
    own, big = drawn([5] * 8), drawn([11] * 8, BIG)
    hour, _ = longer_candles(drawn([11] * 120, BIG), 60 * MINUTE_MS)
    refused = {
        "reads BIG/USD, of which there are no candles; give them as reads": {},
        "candles of ABC/USD are given to be traded and to be read": {"reads": {"ABC/USD": own, BIG: big}},
        "candles of THIRD/USD are given to be read, and Led does not: it reads BIG/USD": {
            "reads": {BIG: big, THIRD: drawn([1], THIRD)}
        },
        "candles of BIG/USD, which is only read, are 1h, and it is decided on 1m; give candles of 1m": {"reads": hour},
        "none of the 8 candles of BIG/USD to be read opens when one that is decided on does": {
            "reads": drawn([11] * 8, BIG, minutes=range(90, 98))
        },
        "no candle of BIG/USD is in the range": {"reads": drawn([11] * 3, BIG), "start": at(7), "end": at(9)},
        "which a run on candles through splits and dividends does not know": {
            "reads": big,
            "actions": [ShareAction("ABC/USD", at(3), dividend=Decimal(1))],
        },
    }
    for said, settings in refused.items():
        with pytest.raises(BadInput, match=said):
            led(own, **settings)
    with pytest.raises(BadInput, match="reads ABC/USD as another symbol, and that is the one it trades"):
        led(own, leader="ABC/USD")
    with pytest.raises(BadInput, match="candles of BIG/USD are given to be read, and Led does not: it reads no other"):
        led(own, leader="", reads=big)
    with pytest.raises(BadInput, match="parameter leader is 'BIG'; write a symbol such as BTC/USDT, or nothing"):
        led(own, leader="BIG")
    tape = Trades("ABC/USD", own.ts, own.close, own.volume)
    with pytest.raises(BadInput, match="which a run on recorded trades does not know"):
        led(tape, reads=big)


def test_candles_to_be_read_begin_at_the_same_anchor():
    class Slow(Strategy):
        """Reads an average of the other."""

        def indicators(self):
            return {"mean": other(ta.SMA(30), BIG)}

        @step
        def decide(now, was, p, candle, my, wanted):
            wanted.target(1.0 if now.mean > 0.0 else 0.0)

    own, big = drawn([5] * 3000), drawn([11] * 3000, BIG)
    found = backtest(Slow(), own, reads=big, start=at(1440), capital=1000, fee=0, options=PLAIN)
    assert int(found.market.reads[BIG].ts[0]) == at(1440 - 300)
    assert int(found.market.candles[0].ts[0]) == at(1440 - 300)
    assert [one.time_ms for one in found.fills] == [at(1441)]


def test_a_timeframe_that_its_candles_do_not_make_is_refused_inside_too():
    class Odd(Led):
        """On candles of 90 seconds of the other."""

        def indicators(self):
            return {"lead": ta.SMA(2, of=other(longer(CLOSE, 90_000), BIG))}

    with pytest.raises(BadInput, match="is not made of whole candles of 1m"):
        backtest(Odd(), drawn([5] * 8), reads=drawn([5] * 8, BIG), options=PLAIN)
