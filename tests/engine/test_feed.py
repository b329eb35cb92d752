"""Markets: the same from the same seed however it is written, files checked, and every market recorded by itself."""

from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from botswain.build.decider import Bar
from botswain.control.config import MarketConfig
from botswain.core.scale import to_ticks
from botswain.engine.feed import Market, bar_of
from botswain.engine.paper_market import market_of
from botswain.model.errors import BadInput
from botswain.model.instrument import Instrument
from botswain.store.bot_records import CANDLE_DECODER, CANDLE_ENCODER, Candle

HERE = Path()
MINUTE_MS = 60_000


def seeded(seed=3, candles=50, **more):
    settings = {"prices": {"BTC/USDT": 60000, "ETH/USDT": "3000.5"}} | more
    return market_of(MarketConfig(seed=seed, candles=candles, **settings), HERE)


def csv(path, rows):
    path.write_text("ts,open,high,low,close,volume\n" + "".join(",".join(map(str, row)) + "\n" for row in rows))
    return path


def flat(count=4, step_ms=MINUTE_MS, price="10.5", first=0):
    return [(first + k * step_ms, price, price, price, price, 1) for k in range(count)]


def test_a_seed_makes_the_same_market_every_time_and_another_seed_another():
    assert list(seeded().instants(-1)) == list(seeded().instants(-1))
    assert list(seeded().instants(-1)) != list(seeded(4).instants(-1))


def test_the_order_in_which_prices_are_written_changes_nothing():
    turned = seeded(prices={"ETH/USDT": "3000.5", "BTC/USDT": 60000})
    assert list(turned.instants(-1)) == list(seeded().instants(-1))
    assert turned.feed == seeded().feed


def test_made_up_candles_are_sound_on_the_grid_and_follow_each_other():
    market = seeded(candles=3000)
    last = {}
    for instant in market.instants(-1):
        assert [one.last for one in instant.candles] == [False, True]
        for one in instant.candles:
            assert one.low <= min(one.open, one.close) <= max(one.open, one.close) <= one.high
            assert one.volume > 0
            tick = market.instruments[one.symbol].tick_size
            bar_of(one, tick)
            assert last.get(one.symbol, (instant.open_ms - MINUTE_MS, one.open)) == (
                instant.open_ms - MINUTE_MS,
                one.open,
            )
            last[one.symbol] = (instant.open_ms, one.close)


def test_a_longer_market_begins_like_the_shorter_one():
    assert list(seeded(candles=2000).instants(-1))[:50] == list(seeded().instants(-1))
    endless = seeded(candles=0).instants(-1)
    assert [next(endless) for _ in range(50)] == list(seeded().instants(-1))


def test_instants_go_on_after_a_time():
    every = list(seeded().instants(-1))
    assert list(seeded().instants(every[20].open_ms)) == every[21:]


@pytest.mark.parametrize(
    "other",
    [
        {"seed": 4},
        {"prices": {"BTC/USDT": 60001, "ETH/USDT": "3000.5"}},
        {"prices": {"BTC/USDT": 60000}},
        {"volatility": 0.5},
        {"timeframe": "5m"},
    ],
)
def test_no_two_markets_are_recorded_under_one_name(other):
    assert seeded(**{"seed": 3} | other).feed != seeded().feed


def test_a_market_that_is_only_longer_is_the_same_market():
    assert seeded(candles=60).feed == seeded().feed


@pytest.mark.parametrize(
    ("config", "message"),
    [
        (MarketConfig(), "has neither seed nor replay; give market: {seed: 1, prices:"),
        (MarketConfig(seed=1), "has no prices; give market: {seed: 1, prices:"),
        (MarketConfig(seed=1, prices={"BTC/USDT": "x"}), "BTC/USDT is 'x'; write a number"),
        (MarketConfig(seed=1, prices={"BTC/USDT": 0}), "the price of BTC/USDT is 0; it must be above zero"),
        (MarketConfig(seed=1, prices={"BTCUSDT": 5}), "'BTCUSDT' is not BASE/QUOTE"),
        (MarketConfig(replay={"BTC/USDT": "nowhere.csv"}), "nowhere.csv"),
    ],
)
def test_a_market_that_cannot_be_made_says_why(config, message, tmp_path):
    with pytest.raises(BadInput) as refused:
        market_of(config, tmp_path)
    assert message in str(refused.value)


def test_files_are_one_timeline_and_a_missing_candle_is_missing(tmp_path):
    rows = flat(5)
    csv(tmp_path / "a.csv", rows)
    csv(tmp_path / "b.csv", [rows[0], *rows[2:4]])
    market = market_of(MarketConfig(replay={"A/USD": "a.csv", "B/USD": "b.csv"}), tmp_path)
    found = [(one.open_ms, [(c.symbol, c.last) for c in one.candles]) for one in market.instants(-1)]
    both = [("A/USD", False), ("B/USD", True)]
    assert found == [
        (0, both),
        (MINUTE_MS, [("A/USD", True)]),
        (2 * MINUTE_MS, both),
        (3 * MINUTE_MS, both),
        (4 * MINUTE_MS, [("A/USD", True)]),
    ]
    assert market.timeframe_ms == MINUTE_MS
    assert market.instruments["A/USD"].tick_size == Decimal("0.1")


def test_a_file_is_the_same_market_wherever_it_lies_and_another_by_symbol_or_timeframe(tmp_path):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        csv(tmp_path / name / "a.csv", flat())
    csv(tmp_path / "slow.csv", flat(step_ms=5 * MINUTE_MS))
    config = MarketConfig(replay={"A/USD": "a.csv"})
    feed = market_of(config, tmp_path / "one").feed
    assert market_of(config, tmp_path / "two").feed == feed
    assert market_of(MarketConfig(replay={"B/USD": "one/a.csv"}), tmp_path).feed != feed
    assert market_of(MarketConfig(replay={"A/USD": "slow.csv"}), tmp_path).feed != feed


def test_files_of_different_timeframes_and_of_another_than_asked_for_are_refused(tmp_path):
    csv(tmp_path / "a.csv", flat())
    csv(tmp_path / "b.csv", flat(step_ms=5 * MINUTE_MS))
    with pytest.raises(BadInput, match=r"different timeframes \(1m, 5m\)"):
        market_of(MarketConfig(replay={"A/USD": "a.csv", "B/USD": "b.csv"}), tmp_path)
    with pytest.raises(BadInput, match=r"b\.csv has candles of 5m, the market's timeframe is 1m; write that, or none"):
        market_of(MarketConfig(timeframe="1m", replay={"A/USD": "b.csv"}), tmp_path)
    assert market_of(MarketConfig(timeframe="5m", replay={"A/USD": "b.csv"}), tmp_path).timeframe_ms == 5 * MINUTE_MS


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([*flat(2), (2 * MINUTE_MS, "nan", 1, 1, 1, 1)], ["nan"]),
        ([*flat(3), flat(3)[-1]], ["twice", "again", "duplicate"]),
        ([*flat(3, first=MINUTE_MS), flat(1)[0]], ["order", "before", "sort"]),
        ([*flat(2), (2 * MINUTE_MS, -1, 1, -1, 1, 1)], ["-1"]),
        ([*flat(2), (2 * MINUTE_MS, 10, 9, 11, 10, 1)], ["high", "low"]),
    ],
)
def test_unsound_files_are_refused_by_what_is_wrong(rows, words, tmp_path):
    csv(tmp_path / "a.csv", rows)
    with pytest.raises(BadInput) as refused:
        market_of(MarketConfig(replay={"A/USD": "a.csv"}), tmp_path)
    assert "a.csv" in str(refused.value)
    assert any(word in str(refused.value).lower() for word in words), str(refused.value)


def test_first_closes_are_those_of_each_symbols_next_candle():
    market = seeded()
    every = list(market.instants(-1))
    closes = market.first_closes(every[9].open_ms, ["ETH/USDT", "BTC/USDT"])
    assert [float(one) for one in closes] == pytest.approx([every[10].candles[1].close, every[10].candles[0].close])
    assert market.first_closes(every[-1].open_ms, ["ETH/USDT"]) == ()


def test_a_tick_that_the_markets_prices_are_no_multiples_of_is_refused_beforehand(tmp_path):
    csv(tmp_path / "a.csv", flat())
    files = market_of(MarketConfig(replay={"A/USD": "a.csv"}), tmp_path)
    files.check_grid(Instrument("A/USD", Decimal("0.05"), Decimal(1)))
    with pytest.raises(BadInput, match=r"tick_size 0\.2 does not fit the candles of A/USD \(A/USD price 10\.5"):
        files.check_grid(Instrument("A/USD", Decimal("0.2"), Decimal(1)))
    seeded().check_grid(Instrument("BTC/USDT", Decimal("0.05"), Decimal(1)))
    with pytest.raises(BadInput, match=r"tick_size 0\.3 does not fit the candles of BTC/USDT, whose tick is 0\.1"):
        seeded().check_grid(Instrument("BTC/USDT", Decimal("0.3"), Decimal(1)))


@pytest.mark.parametrize("tick", ["0.1", "0.00001", "5", "0.25"])
def test_a_bar_has_the_ticks_that_whole_columns_have(tick):
    chance = np.random.default_rng(1)
    step = Decimal(tick)
    for whole in chance.integers(1, 1 << 40, 200).tolist():
        price = float(whole * step)
        candle = Candle("A/USD", 0, price, price, price, price, 1.0, last=True)
        expected = int(to_ticks(np.array([price]), step, "A/USD")[0])
        assert bar_of(candle, step) == Bar(*[expected] * 4, (price, price, price, price, 1.0))


@pytest.mark.parametrize("price", [10.53, 0.0, -1.0, float("nan"), float("inf"), 1e300])
def test_a_bar_off_the_grid_is_refused_with_its_price(price):
    with pytest.raises(BadInput, match=r"A/USD candle price"):
        bar_of(Candle("A/USD", 0, price, price, price, price, 1.0, last=True), Decimal("0.1"))


def test_a_recorded_candle_comes_back_bit_for_bit():
    one = Candle("A/USD", 5, 0.1, 0.30000000000000004, 1e-300, 2.0**60, 0.1 + 0.2, last=False)
    assert CANDLE_DECODER.decode(CANDLE_ENCODER.encode(one)) == one


def test_a_market_is_shown_by_a_short_name_and_recorded_by_one_that_fits_a_column(tmp_path):
    deep = tmp_path / ("x" * 200)
    deep.mkdir()
    csv(deep / "a.csv", flat())
    market = market_of(MarketConfig(replay={"A/USD": "a.csv"}), deep)
    assert market.name == "replay a.csv"
    assert len(market.feed) < 60
    assert isinstance(market, Market)
