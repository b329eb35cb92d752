"""Real market data, good and anomalous, where it is at hand."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from tests.history.samples import same, shared_data

from botswain.history.checks import check
from botswain.history.content import content_hash
from botswain.history.files import read_candles, read_file
from botswain.history.findings import Kind
from botswain.history.grid import finest_decimals, tick_of
from botswain.history.repair import rounded, sorted_once
from botswain.history.sources import Source
from botswain.model.errors import BadInput


@pytest.mark.parametrize(
    ("name", "symbol", "timeframe", "rows", "gaps", "missing", "tick"),
    [
        ("binance/ATOM-USDT/5m.parquet", "ATOM/USDT", "5m", 72_029, 0, 0, "0.001"),
        ("binance/BNB-USDT/1h_2017-2022.parquet", "BNB/USDT", "1h", 43_087, 26, 121, "0.0001"),
        ("binance/BTC-USDT/1h_2017-2022.parquet", "BTC/USDT", "1h", 45_024, 27, 127, "0.01"),
        ("binance/BTC-USDT/1m.parquet", "BTC/USDT", "1m", 29_511, 0, 0, "0.01"),
        ("binance/PEPE-USDT/5m.parquet", "PEPE/USDT", "5m", 72_028, 0, 0, "1E-8"),
        ("us-equity/UGA/1m_2019-02.parquet", "BASE/QUOTE", "1m", 388, 308, 5_762, "0.0001"),
    ],
)
def test_the_facts_of_real_files_are_found(
    name: str, symbol: str, timeframe: str, rows: int, gaps: int, missing: int, tick: str
) -> None:
    candles = read_candles(shared_data() / name)
    report = check(candles)
    assert (candles.symbol, candles.timeframe, len(candles)) == (symbol, timeframe, rows)
    assert (report.gap_count, report.missing, report.errors) == (gaps, missing, ())
    assert tick_of(candles) == Decimal(tick)


def test_every_real_candle_file_is_sound_and_has_a_grid() -> None:
    folder = shared_data()
    read = 0
    for path in sorted(folder.glob("*/*/*.parquet")):
        if "quotes" in path.name or path.stem.split("_")[0] in ("trades", "depth", "book", "orderbook500"):
            continue
        candles = read_candles(path)
        assert 0 <= finest_decimals(candles) <= 8
        read += 1
    assert read > 100


def test_days_of_new_york_are_days_off_the_utc_grid() -> None:
    candles = read_candles(shared_data() / "us-equity/SPY/1d_1998-2021.parquet")
    report = check(candles)
    assert candles.timeframe == "1d"
    assert report.count(Kind.OFF_GRID) == len(candles)
    assert {one.missing for one in report.gaps} <= {1, 2, 3, 4, 6}  # weekends, holidays, September 2001


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("AAPL-1m-split-day-as-delivered.csv", r"first line is 14400000,6455700,.* which is data; write the names"),
        ("TWX-1m-truncated-20140623.csv", r"first line is 34200000,682800,.* which is data; write the names"),
        ("SPY-5m-provider-switch.csv", r"no column ts, volume \(the file has symbol, dt, .*did you mean 'dt'"),
        ("4063-T-1d-bad-stock-split.csv", r"row 2 .*before that of the row above.*oldest first"),
        ("AET-L-1d-100x-error.csv", r"row 2 .*before that of the row above.*--sort"),
        ("SPY_1min.csv", r"row 2 \(2019-02-15T15:59:00Z .*and 1948 more"),
        ("UGA_1min.csv", r"row 2 .*before that of the row above"),
        ("VIX_1min.csv", r"row 2 .*before that of the row above"),
        ("SSW-JO-1d-100x-error.csv", r"row 2 .*also row 14: no candle has open 3690\.0, high 3667\.0"),
        ("REL-L-1d-bad-div.csv", r"row 587 .*open 32\.59, high 32\.59, .*also row 649: open is empty or nan"),
    ],
)
def test_an_anomalous_file_is_refused_by_row_and_value(name: str, message: str) -> None:
    with pytest.raises(BadInput, match=message):
        read_candles(shared_data() / "anomalies" / name)


@pytest.mark.parametrize(
    ("name", "row", "value"),
    [
        ("ALPHA-PA-1d-bad-stock-split.csv", 12, "low 9.999999747378752e-05"),
        ("ASAI-L-1h-bad-unit.csv", 12, "low 0.600000023841858, high 61.5"),
    ],
)
def test_a_price_in_the_wrong_unit_is_told_as_a_jump(name: str, row: int, value: str) -> None:
    report = check(read_candles(shared_data() / "anomalies" / name))
    (jump,) = [one for one in report.findings if one.kind == Kind.JUMP]
    assert jump.row == row
    assert value in jump.value
    fixed = check(read_candles(shared_data() / "anomalies" / name.replace(".csv", "-fixed.csv")))
    assert fixed.count(Kind.JUMP) == 0


def test_a_gapped_capture_shows_more_missing_than_the_whole_one() -> None:
    folder = shared_data()
    gapped = check(read_candles(folder / "anomalies/SPY-5m-gapped.parquet"))
    whole = check(read_candles(folder / "us-equity/SPY/5m_2025-12.parquet"))
    assert (gapped.gap_count, whole.gap_count) == (61, 59)
    assert gapped.missing - whole.missing == whole.rows - gapped.rows


def test_float32_noise_is_named_and_rounding_cures_it() -> None:
    candles = read_candles(shared_data() / "anomalies/SPY-1m-partial-last-bar.csv")
    with pytest.raises(BadInput, match=r"row 2 .*open 641\.8699951171875 has no price grid.*--decimals 4"):
        finest_decimals(candles)
    assert finest_decimals(rounded(candles, 4)) == 4


def test_a_file_delivered_newest_first_sorts_into_the_true_one() -> None:
    """Alpha Vantage names the end of a minute, in New York: sorting alone mends the order, not the clock."""
    folder = shared_data()
    read = read_file(folder / "anomalies/SPY_1min.csv", "SPY/USD")
    assert any("carries no time zone" in note for note in read.notes)
    candles, dropped = sorted_once(read.candles)
    candles = Source(candles, "SPY_1min.csv", ()).checked()
    truth = read_candles(folder / "us-equity/SPY/1m_2019-02.parquet", "SPY/USD")
    assert dropped == 0
    assert (candles.close == truth.close).all()
    assert set((truth.ts - candles.ts).tolist()) == {(5 * 60 - 1) * 60_000}


NAMES = ("ts", "open", "high", "low", "close", "volume")


def test_csv_and_parquet_of_real_candles_hash_alike(tmp_path: Path) -> None:
    candles = read_candles(shared_data() / "binance/BTC-USDT/1m.parquet")
    lines = zip(*(getattr(candles, name).tolist() for name in NAMES), strict=True)
    text = "ts,open,high,low,close,volume\n" + "\n".join(",".join(map(repr, line)) for line in lines)
    (tmp_path / "BTC-USDT-1m.csv").write_text(text)
    again = read_candles(tmp_path / "BTC-USDT-1m.csv")
    assert same(again, candles)
    assert content_hash(again) == content_hash(candles)
