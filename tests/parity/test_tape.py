"""Botswain and the reference on recorded trades: every fill, every mark of equity, every veto equal."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from botswain import Options, backtest
from botswain.model.trades import OnTrades, Trades

from .cases import Case
from .compare import first_difference, first_veto_difference
from .scenes import instrument, shared_folder
from .tape import outcome_of

FOLDER = shared_folder() / "data" / "binance" / "BTC-USDT"
SYMBOL = "BTC/USDT"
EXITS = {"stop_loss": "0.0006", "take_profit": "0.0008", "trailing_stop": "0.0007"}
LIMITS = {"max_drawdown": "0.9", "max_orders_day": 300, "price_collar": "0.05"}
QUICK = {"fast": 3, "slow": 9}
QUICKER = {"fast": 2, "slow": 3}
SIDES = {"direction": "both"}
# With a pause it is told of fills, as its rules say: without one it does not see that a stop took what an entry that
# was on its way then gave back.
TOLD = {"cooldown": 1}
BOTH = {"exits": EXITS, "limits": LIMITS}
BOTH_OF_GRID = {"exits": {"stop_loss": "0.004", "take_profit": "0.005"}, "limits": LIMITS}
GRID = {"step": 0.0003, "levels": 12, "spacing": "geometric"}
SHORT = {"shortable": True}
KERNELS = Path(__file__).resolve().parents[2] / ".cache" / "botswain-kernels"

pytestmark = pytest.mark.skipif(
    not FOLDER.exists(), reason=f"no trades of {SYMBOL} under {shared_folder().name}; set BOTSWAIN_SHARED"
)


def trades(name: str, first: int, count: int) -> Trades:
    """A window of a real capture."""
    frame = pl.read_parquet(Path(FOLDER / name))[first : first + count]
    return Trades(SYMBOL, *(frame[one].to_numpy().copy() for one in ("ts", "price", "quantity")))


ONE = ("trades_2021-01-08.parquet", 0, 700)
TWO = ("trades_2021-01-08.parquet", 800, 1_000)
THREE = ("trades_2024-08-08.parquet", 4_000, 900)
FOUR = ("trades_2021-01-08.parquet", 0, 2_000)
LONG = ("trades_2024-08-08.parquet", 9_000, 5_000)
SMALL = {"size": "0.02"}
PART = Decimal("0.3")
# Name, bot, its parameters, other settings, how trades are met, seconds of a candle (0: each trade), frequency, window.
CASES: list[tuple[str, str, dict[str, Any], dict[str, Any], OnTrades, int, int, tuple[str, int, int]]] = [
    ("each", "sma_crossover", QUICK, {}, OnTrades(), 0, 0, ONE),
    ("each, the last price", "sma_crossover", QUICK, BOTH, OnTrades("last"), 0, 0, TWO),
    ("each, late", "sma_crossover", QUICK, BOTH, OnTrades(latency_ms=40), 0, 0, ONE),
    ("each, short, late", "sma_crossover", QUICK | SIDES, BOTH | SHORT, OnTrades(latency_ms=7), 0, 0, THREE),
    ("each, a share", "sma_crossover", QUICK, BOTH | SMALL, OnTrades(share=PART), 0, 0, ONE),
    ("each, a share, late", "sma_crossover", QUICK | SIDES | TOLD, BOTH | SHORT, OnTrades("next", 25, PART), 0, 0, TWO),
    ("grid", "grid", GRID, {}, OnTrades(), 1, 0, TWO),
    ("grid, through, the last price", "grid", GRID, {"fill": "through"}, OnTrades("last"), 1, 0, FOUR),
    ("grid, late", "grid", GRID, BOTH_OF_GRID, OnTrades(latency_ms=60), 1, 0, TWO),
    ("grid, a share", "grid", GRID, BOTH_OF_GRID, OnTrades(share=PART), 1, 0, TWO),
    ("grid, a share, late", "grid", GRID, {}, OnTrades("next", 15, PART), 1, 0, FOUR),
    ("candles", "sma_crossover", QUICKER, BOTH, OnTrades(), 1, 0, LONG),
    ("candles that form, late", "sma_crossover", QUICKER, BOTH, OnTrades(latency_ms=130), 4, 1, LONG),
]


def case_of(bot: str, params: dict[str, Any], settings: dict[str, Any]) -> Case:
    """A bot's run; the candles are the tape's."""
    settings = dict(settings)
    shortable = bool(settings.pop("shortable", False))
    rules = instrument(SYMBOL, "0.01", "0.000001", "0.0001", min_notional=Decimal(1), shortable=shortable)
    return Case("tape", bot, {}, {SYMBOL: rules}, params, **settings)


@pytest.mark.parametrize("one", CASES, ids=[one[0] for one in CASES])
def test_a_bot_on_real_trades_fills_as_the_reference_does(one: tuple[Any, ...]) -> None:
    _, bot, params, settings, on, seconds, every_s, window = one
    case, tape = case_of(bot, params, settings), trades(*window)
    outcome = outcome_of(case, tape, on, seconds * 1_000 or 1, every_s * 1_000)
    case.candles = tape  # type: ignore[assignment]
    result = case.product(run_of(on, seconds, every_s))
    assert first_difference(result, outcome) == ""
    assert first_veto_difference(result, outcome) == ""
    assert len(outcome.fills) > 10


def test_a_bot_on_real_trades_fills_the_same_compiled() -> None:
    _, bot, params, settings, on, seconds, every_s, window = CASES[5]
    case, tape = case_of(bot, params, settings), trades(*window)
    outcome = outcome_of(case, tape, on, seconds * 1_000 or 1, every_s * 1_000)
    case.candles = tape  # type: ignore[assignment]
    assert first_difference(case.product(run_of(on, seconds, every_s, Options(folder=KERNELS))), outcome) == ""


def run_of(on: OnTrades, seconds: int, every_s: int, options: Options | None = None) -> Any:
    """The product's door."""
    return partial(
        backtest, timeframe=f"{seconds}s" if seconds else "tick", trading_frequency=every_s, meets=on.meets,
        latency_ms=on.latency_ms, participation=on.share, options=options or Options(compiled=False),
    )  # fmt: skip
