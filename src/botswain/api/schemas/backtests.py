"""Backtests as jobs."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, JsonValue

from botswain.api.schemas.bots import BotName, Sizing, Symbol, TradingWindow, Value
from botswain.api.schemas.shape import Exact, Name, Shape, TimeMs
from botswain.api.schemas.walks import EXAMPLE, Walk

DATASET = "history:binance:1h:BTC/USDT"


class Dataset(Shape):
    """Candles that a backtest can use. id: `history:...` of the candle store, or `recorded:...` of a live feed."""

    id: str
    title: str
    symbol: str
    timeframe: str
    first_ms: TimeMs
    last_ms: TimeMs
    candles: int


class FactFile(Shape):
    """A file of facts that a backtest can be told: it lies in the folder `facts` of the installation's data folder.

    id: its kind and its name, as a request names it. symbol: what its name tells, null where that tells none.
    """

    id: str = Field(examples=["funding/BTC-USDT.csv"])
    kind: Literal["funding", "borrow", "actions", "trades", "depth", "quotes"]
    symbol: str | None
    bytes: int = Field(ge=0)


FileName = Annotated[
    str,
    Field(
        min_length=1,
        max_length=120,
        examples=["funding/BTC-USDT.csv"],
        description="the id of a file of facts; never a path",
    ),
]
Files = Annotated[list[FileName], Field(max_length=20)]


class Holding(Shape):
    """What is paid and received for holding a position, and what companies do to their shares. Not on trades.

    A file without a column `symbol` is of the symbol that is traded, of several of the one that its name tells.
    """

    funding: Files = Field(
        default=[], description="fundings of perpetual contracts: a part of what is held, paid by longs to shorts"
    )
    borrow_rate: Exact = Field(
        default="0", description="what shorts pay for what they borrowed, a fraction a year", examples=["0.03"]
    )
    borrow: Files = Field(
        default=[], description="the same by times, in place of borrow_rate", examples=[["borrow/AAPL-USD.csv"]]
    )
    actions: Files = Field(default=[], description="splits and dividends", examples=[["actions/AAPL-USD.csv"]])


class Tape(Shape):
    """Recorded trades that orders meet, in place of candles: those that are decided on are made of them.

    With a book beside them, orders take its levels and wait in line; then participation and slippage are none.
    """

    trades: FileName = Field(examples=["trades/BTC-USDT.parquet"])
    book: FileName | None = Field(
        default=None, description="of kind depth, or quotes", examples=["depth/BTC-USDT.jsonl.gz"]
    )
    meets: Literal["next", "last"] = Field(default="next", description="which price an order between two trades finds")
    latency_ms: int = Field(default=0, ge=0, le=86_400_000, description="from a decision until it is at the market")
    participation: Exact = Field(
        default="0", description="the part of each trade that orders get; 0: as much as they want", examples=["0.1"]
    )


ON_CANDLES: JsonValue = {
    "strategy": "sma_crossover",
    "dataset_ids": [DATASET],
    "parameters": {"fast": 20, "slow": 50, "direction": "both"},
    "capital": "10000",
    "fee": "0.001",
    "shortable": True,
    "holding": {"funding": ["funding/BTC-USDT.csv"], "borrow_rate": "0.03"},
}
ON_TRADES: JsonValue = {
    "strategy": "sma_crossover",
    "tape": {"trades": "trades/BTC-USDT.parquet", "latency_ms": 50, "participation": "0.1"},
    "timeframe": "1m",
    "parameters": {"fast": 20, "slow": 50},
}
CHOSEN: JsonValue = {"strategy": "sma_crossover", "dataset_ids": [DATASET], "parameters": {"slow": 50}, "walk": EXAMPLE}


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

    model_config = ConfigDict(json_schema_extra={"examples": [ON_CANDLES, ON_TRADES, CHOSEN]})

    strategy: Name = Field(examples=["sma_crossover"])
    dataset_ids: list[str] = Field(
        default=[], max_length=20, description="what it runs on; none where a tape is", examples=[[DATASET]]
    )
    tape: Tape | None = Field(default=None, description="recorded trades to run on, in place of data sets")
    symbols: list[Symbol] = Field(
        default=[], description="those that are traded, where not all are; data sets of others are what strategies read"
    )
    parameters: dict[str, Value] = {}
    capital: Exact = "10000"
    fee: Exact = "0.001"
    shortable: bool = Field(default=False, strict=True, description="whether what is not held may be sold")
    holding: Holding = Holding()
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
    walk: Walk | None = Field(
        default=None,
        description="choose parameters on one span and judge them on the next, in place of one run; parameters are "
        "those that stay as they are",
    )


class Backtest(Shape):
    """A backtest, waiting, under way or done. metrics: only of those that are done; progress from 0 to 1.

    Of a walk-forward or a holdout (its request has `walk`) metrics are those of all its test spans as one account.
    """

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
    # Splits and dividends, and what was paid or came in for holding: only where a run was told of any.
    actions: list[dict[str, Any]] | None = None
    charges: list[dict[str, Any]] | None = None
    notes: list[dict[str, Any]]
    halt: dict[str, Any] | None


class Promote(Shape):
    """Make a bot of a backtest's settings, on an account."""

    name: BotName
    account_id: str
    timeframe: str | None = None
    start: bool = Field(default=False, strict=True)
