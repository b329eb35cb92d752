"""Every indicator as a column and as a stream: the same bits for the same history, whatever it reads."""

import numpy as np
import pytest
import talib
from talib import abstract

from botswain.core.indicators import Given, columns, given_column, known_candles, known_functions, ta
from botswain.core.streams import Streams
from botswain.model.candles import COLUMNS, Candles
from botswain.model.errors import BadInput

# MAVP reads a column of periods, which no candle has: it is given one by `of`.
NAMED_INPUTS = {"MAVP": ("close", "volume")}
STREAMED = [name for name in sorted(talib.get_functions()) if hasattr(talib.stream, name)]
NOT_STREAMED = sorted(set(talib.get_functions()) - set(STREAMED))


def wandering(count, seed=5):
    """Candles that go up and down, with a volume of whole numbers."""
    rng = np.random.default_rng(seed)
    close = 100 * np.exp(np.cumsum(rng.normal(0, 0.01, count)))
    first = np.concatenate([[100.0], close[:-1]])
    high = np.maximum(first, close) * (1 + rng.random(count) * 0.01)
    low = np.minimum(first, close) * (1 - rng.random(count) * 0.01)
    volume = np.floor(rng.random(count) * 40) + 1
    return Candles("ABC/USD", "1m", np.arange(count) * 60_000, first, high, low, close, volume)


CANDLES = wandering(300)


def streamed(declared, candles):
    """The same indicators fed a candle at a time, one array an indicator; peeked at before, which moves nothing on."""
    streams = Streams(declared)
    rows = []
    for i in range(len(candles)):
        candle = {name: float(getattr(candles, name)[i]) for name in COLUMNS}
        streams.peek({name: 1.01 * value for name, value in candle.items()})
        peeked = streams.peek(candle)
        rows.append(streams.update(candle))
        assert np.array(peeked).tobytes() == np.array(rows[-1]).tobytes(), f"peeked at candle {i}: {peeked}, {rows[-1]}"
    return [np.array(column) for column in zip(*rows, strict=True)]


def assert_same_bits(declared, candles=CANDLES):
    """Columns and streams hold the same float64s; NaN equals NaN. Returns the columns."""
    made = columns(declared, candles)
    for name, column, stream in zip(declared, made, streamed(declared, candles), strict=True):
        assert column.dtype == np.float64
        assert len(column) == len(candles)
        same = (column.view(np.int64) == stream.view(np.int64)) | (np.isnan(column) & np.isnan(stream))
        at = int(np.argmin(same))
        assert same.all(), f"{name} differs at candle {at}: column {column[at]!r}, stream {stream[at]!r}"
    return made


def test_every_function_of_this_talib_can_be_streamed():
    print(f"without a streaming handle, so not compared: {', '.join(NOT_STREAMED) or 'none'}")
    assert NOT_STREAMED == []
    assert known_functions() == set(STREAMED)


@pytest.mark.parametrize("name", STREAMED)
def test_the_column_equals_the_stream_bit_for_bit(name):
    outputs = abstract.Function(name).info["output_names"]
    declared = {out: getattr(ta, name)(of=NAMED_INPUTS.get(name), out=out) for out in outputs}
    assert_same_bits(declared)


@pytest.mark.parametrize(
    "declared",
    [
        {"slow": ta.SMA(9, of=ta.RSI(14))},
        {"signal": ta.MACD(5, 13, 4, of=ta.EMA(7), out="macdsignal"), "macd": ta.MACD(5, 13, 4, of=ta.EMA(7))},
        {"both": ta.CORREL(10, of=(ta.RSI(14), ta.CCI(5)))},
        {"range": ta.ATR(5, of=("high", "low", ta.SMA(3)))},
        {"whole numbers": ta.SMA(5, of=ta.CDLDOJI()), "again": ta.MAXINDEX(7, of=ta.HT_TRENDMODE())},
        {"deep": ta.EMA(3, of=ta.EMA(3, of=ta.EMA(3, of=ta.EMA(3, of="high"))))},
        {"upper": ta.BBANDS(12, nbdevup=1.5, out="upperband"), "lower": ta.BBANDS(12, nbdevup=1.5, out="lowerband")},
    ],
    ids=lambda declared: " ".join(declared),
)
def test_chains_and_several_outputs_are_the_same_bit_for_bit(declared):
    made = assert_same_bits(declared)
    for one, column in zip(declared.values(), made, strict=True):
        assert np.isnan(column[: one.lookback]).all()
        assert not np.isnan(column[-1])


def test_a_gap_in_what_an_indicator_reads_is_skipped_as_a_missing_candle_is():
    """0 / 0 in the middle of a chain would poison TA-Lib's columns, and its streams refuse it."""
    gone = np.array(CANDLES.volume)
    gone[[40, 41, 150]] = 0.0
    candles = Candles("ABC/USD", "1m", np.array(CANDLES.ts), *(getattr(CANDLES, n) for n in COLUMNS[:4]), gone)
    hole = ta.DIV(of=("close", "volume"))
    hole = ta.MULT(of=(hole, "volume"))  # the close, but infinity x 0 where the volume is 0
    (column, mean) = assert_same_bits({"hole": hole, "mean": ta.SMA(3, of=hole)}, candles)
    assert np.flatnonzero(np.isnan(column)).tolist() == [40, 41, 150]
    assert np.flatnonzero(np.isnan(mean)).tolist() == [0, 1, 40, 41, 150]
    assert mean[42] == pytest.approx(candles.close[[38, 39, 42]].mean())


def test_an_input_that_never_has_a_value_gives_none():
    nothing = np.full(100, np.nan)
    candles = Candles("ABC/USD", "1m", np.arange(100), *[np.array(CANDLES.close[:100])] * 4, nothing)
    (column,) = assert_same_bits({"none": ta.MAXINDEX(5, of="volume")}, candles)
    assert np.isnan(column).all()


def test_a_whole_numbered_output_has_no_value_before_its_lookback():
    (column,) = columns({"doji": ta.CDLDOJI()}, CANDLES)
    assert np.isnan(column[:10]).all()
    assert set(column[10:]) <= {0.0, 100.0}


def test_too_few_candles_give_a_column_of_no_values():
    few = CANDLES.slice(0, 10)
    for column in assert_same_bits({"slow": ta.SMA(11), "chain": ta.SMA(6, of=ta.SMA(6)), "macd": ta.MACD()}, few):
        assert np.isnan(column).all()
    (column,) = assert_same_bits({"just": ta.SMA(10)}, few)
    assert column[-1] == pytest.approx(few.close.mean())


def test_shared_parts_are_computed_once():
    macd = {out: ta.MACD(out=out) for out in ("macd", "macdsignal", "macdhist")}
    assert len({id(column.base) for column in columns(macd, CANDLES)}) <= 3
    assert len(Streams(macd).sources) == 1
    assert len(Streams({"a": ta.SMA(3, of=ta.RSI(5)), "b": ta.SMA(4, of=ta.RSI(5))}).sources) == 3


def test_what_is_remembered_of_candles_holds_for_those_alone():
    """Where a column has a value is asked once: of the same candles again, of others anew."""
    holed = np.array(CANDLES.volume)
    holed[[7, 150]] = np.nan
    other = Candles("ABC/USD", "1m", np.arange(300), *[np.array(CANDLES.close)] * 4, holed)
    declared = {"volume": ta.SMA(5, of="volume"), "a": ta.SMA(3, of=ta.RSI(5)), "b": ta.SMA(4, of=ta.RSI(5))}
    for candles, holes in ((CANDLES, 0), (other, 2), (CANDLES, 0), (other, 2)):
        volume, *_ = assert_same_bits(declared, candles)
        assert np.isnan(volume[4:]).sum() == holes
    assert known_candles(other, "volume") is known_candles(other, "volume")


def test_parameters_go_by_place_or_by_name_and_keep_their_kind():
    assert ta.SMA(20) == ta.SMA(timeperiod=20) == ta.SMA(20.0)
    assert ta.BBANDS(20, 2, 2).parameters == ta.BBANDS(20, 2.0, 2.0).parameters
    assert ta.MACD(out="macdhist").output == 2
    assert ta.SMA(20).inputs == ("close",)
    assert ta.ATR(14).inputs == ("high", "low", "close")
    assert ta.SMA(20, of="high").inputs == ("high",)


def test_the_lookback_counts_what_inputs_need_first():
    assert ta.SMA(20).lookback == 19
    assert ta.SMA(20, of=ta.RSI(14)).lookback == 33
    assert ta.CORREL(10, of=(ta.SMA(3), ta.SMA(8))).lookback == 16
    assert ta.SMA(20, of=ta.RSI(14)).longest_period == 20
    assert ta.SMA(5, of=ta.RSI(14)).longest_period == 14


@pytest.mark.parametrize(
    ("declare", "message"),
    [
        (lambda: ta.SMAA(3), "TA-Lib has no function 'SMAA'; did you mean 'SMA'?"),
        (lambda: ta.SMA(3, timeperid=4), "SMA has no parameter 'timeperid'; did you mean 'timeperiod'?"),
        (lambda: ta.SMA(3, 4), "SMA takes 1 parameters (timeperiod), got 2"),
        (lambda: ta.MACD(out="signal"), "MACD has no output 'signal'; did you mean 'macdsignal'?"),
        (lambda: ta.SMA(3, of="closes"), "SMA cannot read 'closes'; did you mean 'close'?"),
        (lambda: ta.ATR(3, of="close"), "ATR reads 3 inputs (high, low, close), `of` names 1"),
        (lambda: ta.MAVP(), "MAVP cannot read 'periods'"),
        (lambda: ta.SMA(ta.RSI(14)), "SMA is given an indicator as its timeperiod; what it is of goes by the name of"),
        (lambda: ta.SMA(3, timeperiod=4), "SMA is given timeperiod twice: 3 by its place and 4 by its name"),
        (lambda: ta.SMA(2.5), "timeperiod of SMA is 2.5; give a whole number"),
        (lambda: ta.SMA("many"), "timeperiod of SMA is 'many'; give a number"),
        (lambda: ta.SMA(10**400), "timeperiod of SMA is beyond 10^308; give a smaller number"),
        (lambda: ta.SMA(10**5000), "timeperiod of SMA is beyond 10^308; give a smaller number"),
        (lambda: ta.SMA(0), "SMA timeperiod is 0, which TA-Lib does not take; it takes 1 to 100000"),
        (lambda: ta.SMA(-3), "SMA timeperiod is -3, which TA-Lib does not take; it takes 1 to 100000"),
        (lambda: ta.SMA(10**9), "SMA timeperiod is 1000000000, which TA-Lib does not take; it takes 1 to 100000"),
        (lambda: ta.SMA(-(2**31)), "SMA timeperiod is -2147483648, which TA-Lib does not take"),
        (lambda: ta.RSI(10**12), "RSI timeperiod is 1000000000000, which TA-Lib does not take; it takes 2 to 100000"),
        (lambda: ta.BBANDS(nbdevup=float("nan")), "BBANDS nbdevup is nan, which TA-Lib does not take"),
        (lambda: ta.BBANDS(matype=99), "BBANDS matype is 99, which TA-Lib does not take; it takes 0 to 13"),
    ],
)
def test_a_declaration_that_cannot_be_is_refused_by_name(declare, message):
    with pytest.raises(BadInput) as raised:
        declare()
    assert message in str(raised.value)


def test_every_function_of_talib_is_known():
    known_functions.cache_clear()  # what read the tests in has asked already
    assert {"SMA", "RSI"} < known_functions() == set(talib.get_functions())


def test_what_tools_ask_of_any_object_is_no_function_of_ta_lib():
    """Copies, notebooks and unwrapping ask for names such as these, and take nothing but an AttributeError for no."""
    assert not hasattr(ta, "__wrapped__")
    assert not hasattr(ta, "_repr_html_")


def test_a_column_that_was_computed_elsewhere_is_of_its_symbol_and_of_past_candles():
    ts = np.arange(3, dtype=np.int64) * 60_000
    given = Given("theirs", {"ETH/USDT": (ts[1:], np.array([5.0, 7.0]))})
    prices = np.full(3, 9.0)
    own, other = (Candles(one, "1m", ts, *(prices,) * 5) for one in ("ETH/USDT", "BTC/USDT"))
    assert given.at(own)[1:].tolist() == [5.0, 7.0]
    assert np.isnan(given.at(own)[0])
    with pytest.raises(BadInput, match="the column theirs was computed of ETH/USDT, not BTC/USDT"):
        given.at(other)
    with pytest.raises(BadInput, match="theirs was computed of past candles; it runs in a backtest only"):
        Streams({"theirs": given_column(given)})
