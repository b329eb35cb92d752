"""The library's front door: what it takes, and what it says of what it cannot take."""
# ruff: noqa: ARG001

import math
from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import pytest
from tests.stage import PLAIN, bot, drawn, market, play

from botswain import backtest, library
from botswain.lab.backtest import Options, decimal_of, made_strategy
from botswain.model.candles import Candles
from botswain.model.errors import BadInput
from botswain.strategies.sma_crossover import SmaCrossover

ROWS = [100 + (7 * k) % 13 for k in range(60)]


def hold(now, was, p, candle, my, wanted):
    """Buy and keep."""
    wanted.target(1.0)


def test_a_strategy_is_given_by_name_class_or_instance():
    by_name, by_class, by_instance = (
        play(strategy, ROWS, params=params)
        for strategy, params in (
            ("sma_crossover", {"fast": 3, "slow": "9"}), (SmaCrossover, {"fast": 3, "slow": 9}),
            (SmaCrossover(fast=3, slow=9), None),
        )
    )  # fmt: skip
    assert by_name.fills == by_class.fills == by_instance.fills != []


def test_parameters_beside_an_instance_are_refused():
    with pytest.raises(BadInput, match=r"params \['fast'\] were given beside an instance"):
        made_strategy(SmaCrossover(), {"fast": 3})


def test_numbers_are_taken_as_they_are_written():
    assert decimal_of("fee", 0.1) == Decimal("0.1")
    assert decimal_of("fee", "0.1") == Decimal("0.1")
    assert decimal_of("fee", 3) == 3


@pytest.mark.parametrize(
    ("value", "message"), [("much", "'much'; write a number"), ("nan", "write a finite"), (math.inf, "write a finite")]
)
def test_what_is_no_number_is_refused(value, message):
    with pytest.raises(BadInput) as raised:
        decimal_of("capital", value)
    assert str(raised.value).startswith("capital is ")
    assert message in str(raised.value)


def test_without_an_instrument_the_candles_say_the_tick_and_fees_are_in_quote():
    candles = drawn([100.25, 100.5, 100.75])
    result = backtest(bot(hold), candles, fee="0.002", options=PLAIN)
    (rules,) = result.plan.instruments
    assert (rules.tick_size, rules.lot_size, rules.taker_fee, rules.fee_in) == (
        Decimal("0.01"), Decimal("1e-8"), Decimal("0.002"), "quote",
    )  # fmt: skip
    fill = result.fills[0]
    # Rounded half up to the tick times the lot.
    assert fill.fee == (fill.qty * fill.price * Decimal("0.002")).quantize(Decimal("1e-10"), ROUND_HALF_UP)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"capital": 0}, "capital is 0; it must be above zero"),
        ({"capital": "1e400"}, "capital is 1E+400; write at most 1E+60"),
        ({"capital": "1e999999999"}, "capital is 1E+999999999; write at most 1E+60"),
        ({"capital": "1e-999999999"}, "capital is 1E-999999999; at most 18 decimals are kept"),
        ({"capital": "1.0000000000000000001"}, "capital is 1.0000000000000000001; at most 18 decimals are kept"),
        ({"slippage_bps": -1}, "slippage is -1 bps; write 0 to below 10000"),
        ({"slippage_bps": 10_000}, "slippage is 10000 bps"),
        ({"slippage": "spred"}, "slippage model 'spred' is unknown; did you mean 'spread'?"),
        ({"slippage": {"modl": "impact"}}, "slippage 'modl' is unknown; did you mean 'model'?"),
        ({"slippage": {"model": "impact", "period": 2.5}}, "slippage period is 2.5; write a whole number of candles"),
        ({"fill": "touched"}, "fill is 'touched'; write touch or through"),
        ({"sizing": "percnt"}, "did you mean 'percent'?"),
        ({"exits": {"stop_los": 0.1}}, "did you mean 'stop_loss'?"),
        ({"limits": {"max_positon": 0.1}}, "did you mean 'max_position'?"),
        ({"params": {"x": 1}}, "has no parameter 'x'"),
        ({"exits": {"stop_loss": "wide"}}, "exit stop_loss is 'wide'; write a number"),
        ({"instrument": {"X/USD": market("X/USD")}}, "no instrument was given for ABC/USD; there is one for X/USD"),
    ],
)  # fmt: skip
def test_settings_that_cannot_be_are_refused_with_their_value(settings, message):
    with pytest.raises(BadInput) as raised:
        play(bot(hold), [100, 100], **settings)
    assert message in str(raised.value)


def test_several_symbols_share_one_quote_asset():
    candles = {"ABC/USD": drawn([100]), "XYZ/EUR": drawn([100], "XYZ/EUR")}
    with pytest.raises(BadInput, match="symbols are quoted in EUR, USD; one account holds one quote asset"):
        play(bot(hold), candles)


class TestMarket:
    """Candles on one timeline."""

    def test_need_one_timeframe(self):
        hourly = drawn([100], "XYZ/USD")
        hourly = Candles(
            "XYZ/USD", "1h", *(getattr(hourly, n) for n in ("ts", "open", "high", "low", "close", "volume"))
        )
        with pytest.raises(BadInput, match=r"symbols have different timeframes \(1h, 1m\)"):
            play(bot(hold), {"ABC/USD": drawn([100]), "XYZ/USD": hourly})

    def test_of_no_symbol_are_none(self):
        with pytest.raises(BadInput, match="no candles were given"):
            backtest(bot(hold), {}, options=PLAIN)

    def test_need_at_least_one(self):
        with pytest.raises(BadInput, match=r"there are no candles of ABC/USD"):
            play(bot(hold), drawn([]), instrument=market())

    def test_off_the_grid_are_refused_with_row_and_price(self):
        with pytest.raises(
            BadInput, match=r"ABC/USD high price 101\.5 in row 2 is not a positive multiple of the tick 1"
        ):
            play(bot(hold), [100, (100, 101.5, 100, 101)])

    @pytest.mark.parametrize("price", [math.nan, math.inf, -5.0, 0.0])
    def test_that_are_no_prices_are_refused(self, price):
        prices = np.array([100.0, price])
        candles = Candles("ABC/USD", "1m", np.array([0, 60_000]), *[prices] * 4, np.ones(2))
        with pytest.raises(BadInput, match="in row 2 is"):
            play(bot(hold), candles)

    def test_are_put_on_the_union_of_their_times(self):
        result = play(bot(hold), {"ABC/USD": drawn([1, 2, 3], minutes=[0, 2, 4]), "XYZ/USD": drawn(
            [5, 6], "XYZ/USD", minutes=[1, 2])}, sizing="fixed", size=1)  # fmt: skip
        found = result.market
        assert ((found.times - found.times[0]) // 60_000).tolist() == [0, 1, 2, 4]
        assert found.index.tolist() == [0, -1, 1, 2, -1, 3, 4, -1]
        assert found.symbols == ("ABC/USD", "XYZ/USD")


class TestResult:
    """What came of it, in decimals."""

    def test_says_position_cash_dust_and_figures(self):
        rules = market(lot="0.1", fee_asset="ABC", fee_precision=3, taker_fee="0.006")

        def out(now, was, p, candle, my, wanted):
            wanted.target(1.0 if my.close_ticks == 100 else 0.0)

        result = play(bot(out), [100, 100, 110, 110], instrument=rules, sizing="fixed", size=2)
        assert result.position("ABC/USD") == 0
        assert result.dust("ABC/USD") == Decimal("0.088")
        assert result.cash == Decimal("10000") - 200 + 209 - Decimal("1.254")
        figures = result.metrics
        assert figures["fills"] == 2
        assert figures["volume"] == 409
        assert figures["start_equity"] == 10_000
        assert figures["final_equity"] == result.cash + Decimal("9.68")
        assert figures["market_change"] == pytest.approx(0.1)
        assert figures["trips_count"] == 1
        assert figures["calmar"] is None or math.isfinite(figures["calmar"])

    def test_counts_money_that_outgrows_64_bits_in_its_volume(self):
        """A million turned over a thousand times on a fine grid."""

        def churn(now, was, p, candle, my, wanted):
            wanted.renew(0)
            wanted.market(0, 1 if my.lots == 0 else -1, 9000.0)

        rules = market(tick="0.01", lot="0.00000001")
        result = play(bot(churn), [100] * 1201, instrument=rules, capital=1_000_000)
        assert len(result.fills) == 1200
        assert result.metrics["volume"] == 1200 * 900_000

    def test_names_unknown_reasons_by_number(self):
        def tagged(now, was, p, candle, my, wanted):
            wanted.market(0, 1, 1.0)
            wanted.tag(0, 7)

        assert play(bot(tagged), [100, 100]).fills[0].reason == "tag_7"


class TestTypes:
    """What is of another type than it must be is refused with its value and what to give, never with a TypeError."""

    @pytest.mark.parametrize(
        ("given", "said"),
        [
            (([1, 2], drawn(ROWS)), "the strategy is [1, 2]; give a shipped bot's name such as 'sma_crossover'"),
            ((), "the strategy is None; give"),
            (("sma_crossover",), "the candles are None; give botswain.Candles, the path of"),
            (("sma_crossover", [1]), "the candles are [1]; give"),
            (("sma_crossover", {"A/B": 5}), "the candles are 5; give"),
            (("sma_crossover", {"A/B": drawn(ROWS)}), "the candles under 'A/B' are of ABC/USD; put them under 'ABC"),
            (("sma_crossover", [drawn(ROWS), drawn(ROWS, "X/USD")]), "{'ABC/USD': ..., 'X/USD': ...}"),
            (("sma_crossover", drawn(ROWS), {"fast": 3}), "then settings by name; {'fast': 3} has no name"),
            (("lost.py", drawn(ROWS)), "there is no strategy file lost.py"),
        ],
    )
    def test_of_the_strategy_or_the_candles(self, given, said):
        with pytest.raises(BadInput) as raised:
            backtest(*given)
        assert said in str(raised.value)

    @pytest.mark.parametrize(
        ("settings", "said"),
        [
            ({"capitl": 3}, "backtest has no setting 'capitl'; did you mean 'capital'?"),
            ({"params": [1]}, "params is [1]; give names with values, such as params={'name': 1}"),
            ({"exits": "stop_loss"}, "exits is 'stop_loss'; give names with values"),
            ({"limits": 3}, "limits is 3; give names with values"),
            ({"sizing": ["risk"]}, "sizing is ['risk']; give its name as text"),
            ({"fill": 1}, "fill is 1; give its name as text"),
            ({"start": 1.5}, "start is 1.5; give text such as '2024-01-31' (UTC), or milliseconds"),
            ({"end": True}, "end is True; give text"),
            ({"instrument": "BTC"}, "the instrument is 'BTC'; give a botswain.Instrument"),
            ({"instrument": {"ABC/USD": 1}}, "the instrument is 1; give a botswain.Instrument"),
            ({"window": 5}, "window is 5; give hours such as '09:30-16:00 America/New_York mon-fri' as text"),
            ({"timeframe": 5}, "timeframe is 5; give a timeframe such as '1h' as text"),
            ({"trading_frequency": "x"}, "trading_frequency is 'x'; give whole seconds, or 0"),
            ({"exits": {3: "0.1"}}, "exits has the name 3; give names as text, such as exits={'name': 1}"),
            ({"params": {3: 1}}, "params has the name 3; give names as text"),
            ({"options": "fast"}, "options is 'fast'; give botswain.Options(...)"),
            ({"capital": None}, "capital is None; write a number"),
            ({"params": {"fast": list(range(99))}}, "parameter fast is [0, 1, 2"),
        ],
    )
    def test_of_a_setting(self, settings, said):
        with pytest.raises(BadInput) as raised:
            backtest("sma_crossover", drawn(ROWS), **settings)
        assert said in str(raised.value)

    @pytest.mark.parametrize(
        ("column", "place", "value", "said"),
        [
            ("ts", 3, 0, r"row 4 .*: its time is before that of the row above"),
            ("ts", 3, -1, r"row 4 .*: its time is that of row 3 again"),
            ("ts", 3, -2, r"row 4 .*: it opens 1 s after the row above, within that candle of 1m"),
            ("close", 3, float("nan"), r"row 4 .*: close is empty or nan, which is no number"),
            ("volume", 3, float("nan"), r"row 4 .*: volume is empty or nan, which is no number"),
            ("high", 3, 1.0, r"row 4 .*: no candle has open"),
            ("low", 3, -5.0, r"row 4 .*: low is -5.0; prices are above zero"),
        ],
    )
    def test_of_candles_that_cannot_be(self, column, place, value, said):
        sound = drawn(ROWS)
        columns = {name: getattr(sound, name).copy() for name in ("ts", "open", "high", "low", "close", "volume")}
        if column == "ts" and value < 0:
            value = columns["ts"][place - 1] + (1_000 if value == -2 else 0)
        columns[column][place] = value
        spoiled = Candles(sound.symbol, sound.timeframe, *columns.values())
        for given in (spoiled, {sound.symbol: spoiled}):
            with pytest.raises(BadInput, match=f"^candles of {sound.symbol}: {said}"):
                backtest("sma_crossover", given)

    def test_and_long_values_are_shortened(self):
        with pytest.raises(BadInput, match=r"the strategy is '?\[?0, 1, 2.*\.\.\. \(list\); give"):
            backtest(list(range(99)), drawn(ROWS))


def test_a_strategy_is_given_by_its_file(tmp_path):
    path = tmp_path / "mine.py"
    path.write_text(
        "from botswain import Strategy, step\n\n\nclass Mine(Strategy):\n    @step\n"
        "    def decide(now, was, p, candle, my, wanted):\n        wanted.target(1.0)\n"
    )
    assert len(backtest(path, drawn(ROWS), size="0.5", options=PLAIN).fills) == 1


def test_sizing_by_risk_is_refused_for_a_grid_when_it_is_made():
    with pytest.raises(BadInput, match="sizing risk does not fit grid, which sizes each of its orders"):
        play("grid", ROWS, sizing="risk", size="0.01", exits={"stop_loss": "0.05"})


def test_a_fee_said_apart_replaces_the_instrument_s():
    def hold(now, was, p, candle, my, wanted):
        wanted.market(0, 1, 10.0)

    rules = market(maker_fee="0.002", taker_fee="0.002")
    assert [one.fee for one in play(bot(hold), [100] * 3, instrument=rules).fills] == [2]
    assert [one.fee for one in play(bot(hold), [100] * 3, instrument=rules, fee="0.01").fills] == [10]
    assert [one.fee for one in play(bot(hold), [100] * 3, instrument=rules, fee=0).fills] == [0]


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"slots": 10**9}, "asks for 1000000000 slots; a symbol has room for 0 to 5000"),
        ({"memory": {"x": 10**9}}, "asks for 1000000000 numbers of memory; a symbol has room for 0 to 1000000"),
    ],
)
def test_a_strategy_that_asks_for_too_much_room_is_refused(more, message):
    def nothing(now, was, p, candle, my, wanted):
        return

    with pytest.raises(BadInput, match=message):
        play(bot(nothing, **more), [100] * 3)


def test_options_without_a_folder_keep_machine_code_where_a_run_without_options_does(monkeypatch, tmp_path):
    monkeypatch.setenv("BOTSWAIN_CACHE_DIR", str(tmp_path / "kept"))
    seen, run = [], library.lab_backtest

    def seeing(*given, options, **settings):
        seen.append(options)
        return run(*given, options=Options(compiled=False), **settings)

    monkeypatch.setattr(library, "lab_backtest", seeing)
    own = Options(curve=False, folder=tmp_path / "own")
    for options in (None, Options(curve=False), own):
        backtest("sma_crossover", drawn(ROWS), options=options)
    assert seen == [Options(folder=tmp_path / "kept"), Options(curve=False, folder=tmp_path / "kept"), own]
