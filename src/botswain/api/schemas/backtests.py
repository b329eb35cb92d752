"""Backtests as jobs."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from botswain.api.schemas.bots import BotName, Sizing, Symbol, TradingWindow, Value
from botswain.api.schemas.shape import Exact, Name, Shape, TimeMs


class Dataset(Shape):
    """Candles that a backtest can use. id: `history:...` of the candle store, or `recorded:...` of a live feed."""

    id: str
    title: str
    symbol: str
    timeframe: str
    first_ms: TimeMs
    last_ms: TimeMs
    candles: int


class Slippage(Shape):
    """How much worse orders by the market fill, by a model.

    It is slippage_bps (fixed), half of them (spread), a part of the range of closed candles more (volatility), or what
    an order's own size moves the price by more (impact).
    """

    model: Literal["fixed", "spread", "volatility", "impact"] = "fixed"
    factor: Exact = Field(
        default="0",
        description="of volatility that of the mean true range, 0: 0.1; of impact that of the square-root law, 0: 1",
    )
    period: int = Field(default=0, ge=0, le=500, description="how many closed candles are looked at; 0: 20")
    most_bps: Exact = Field(default="0", description="what volatility and impact never exceed; 0: 1000")


class NewBacktest(Shape):
    """What to run. Times bound what is traded; candles before the start warm the indicators up."""

    strategy: Name = Field(examples=["sma_crossover"])
    dataset_ids: list[str] = Field(min_length=1, max_length=20)
    symbols: list[Symbol] = Field(
        default=[], description="those that are traded, where not all are; data sets of others are what strategies read"
    )
    parameters: dict[str, Value] = {}
    capital: Exact = "10000"
    fee: Exact = "0.001"
    slippage_bps: Exact = "0"
    slippage: Slippage = Slippage()
    sizing: Sizing = Sizing()
    exits: dict[str, Exact] = {}
    limits: dict[str, Exact] = {}
    timeframe: str | None = Field(
        default=None, max_length=8, description="of the candles that are decided on, where the data sets are finer"
    )
    trading_frequency_s: int = Field(
        default=0, ge=0, le=86_400, description="decide so often between closes too; needs finer data sets"
    )
    trading_window: TradingWindow | None = None
    start_ms: TimeMs | None = None
    end_ms: TimeMs | None = None


class Backtest(Shape):
    """A backtest, waiting, under way or done. metrics: only of those that are done; progress from 0 to 1."""

    id: str
    state: Literal["waiting", "running", "done", "failed", "canceled"]
    progress: float = Field(ge=0, le=1)
    message: str
    request: NewBacktest
    metrics: dict[str, Any] | None
    created_ms: TimeMs
    started_ms: TimeMs | None
    ended_ms: TimeMs | None


class BacktestResult(Shape):
    """The object of `botswain backtest --json`, with its curve thinned and its candles left out."""

    strategy: str
    parameters: dict[str, Any]
    assumptions: dict[str, Any]
    data: dict[str, Any]
    fills: list[dict[str, Any]]
    round_trips: list[dict[str, Any]]
    equity: list[tuple[int, str]]
    metrics: dict[str, Any]
    # Of a backtest that was made before there were any, none.
    figures: dict[str, Any] = {}
    validation: dict[str, Any] | None = None
    notes: list[dict[str, Any]]
    halt: dict[str, Any] | None


class Promote(Shape):
    """Make a bot of a backtest's settings, on an account."""

    name: BotName
    account_id: str
    timeframe: str | None = None
    start: bool = Field(default=False, strict=True)
