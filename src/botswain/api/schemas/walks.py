"""Walk-forwards and holdouts: parameters chosen on one span of a backtest's candles, and judged on the next."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, JsonValue

from botswain.api.schemas.bots import Value
from botswain.api.schemas.shape import Exact, Name, Shape, TimeMs

# Figures that every run of a search has (`lab.trials.figures`); of a drawdown less is better, of all others more.
Objective = Literal[
    "sharpe",
    "sortino",
    "calmar",
    "total_return",
    "max_drawdown",
    "trips_profit_factor",
    "trips_win_rate",
    "trips_expectancy",
]
Standing = Literal["holds", "may_not_hold", "does_not_hold", "too_little", "halted", "nothing"]
Length = Annotated[str, Field(min_length=1, max_length=40, examples=["90d", "2000 candles", "25%"])]
EXAMPLE: JsonValue = {
    "kind": "walk_forward",
    "vary": {"fast": {"least": "5", "most": "30", "step": "5"}, "direction": {"values": ["long", "both"]}},
    "folds": 5,
    "objective": "sharpe",
}


class Varied(Shape):
    """What is tried of a parameter: some values, or every step from the least to the most, both among them.

    Without a step every whole number, of real numbers a thousandth of the range.
    """

    values: list[Value] = Field(default=[], max_length=1_000, examples=[["SMA", "EMA"]])
    least: Exact | None = Field(default=None, examples=["5"])
    most: Exact | None = Field(default=None, examples=["30"])
    step: Exact | None = Field(default=None, examples=["5"])


class Walk(Shape):
    """How parameters are chosen and judged. A length is a time (90d, 36h), a number of candles, or a part of all.

    A choice is the combination with the best objective on a training span; it is judged on the test span after it.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    kind: Literal["walk_forward", "holdout"]
    vary: dict[Name, Varied] = Field(description="what is tried, by parameter; at most 20,000 combinations")
    folds: int | None = Field(default=None, ge=1, le=100, description="how many; null: 5, or as many as fit the spans")
    anchored: bool = Field(default=False, strict=True, description="every training span begins at the first candle")
    train: Length | None = Field(
        default=None,
        description="how long is chosen on, or the date on which the first training span ends; null: three times what "
        "is judged on, or all that is before",
    )
    test: Length | None = Field(
        default=None,
        description="how long is judged on, or the date on which the first test span ends; of a holdout how much is "
        "held out at the end, or the date from which on, null: 25%",
    )
    purge: Length = Field(default="0", description="left out at the end of each training span")
    embargo: Length = Field(default="0", description="left out at the begin of each test span")
    objective: Objective = "sharpe"
    random: int = Field(default=0, ge=0, le=20_000, description="try so many combinations by chance; 0: all of them")
    seed: int = Field(default=0, ge=0, le=2_147_483_647, description="which ones")


class WalkFold(Shape):
    """One fold. An end is not included.

    chosen   all parameters; null: no combination had a value of the objective, so that nothing was traded
    tried    how many combinations of each outcome there were
    inside   figures of the chosen ones on the training span; outside: on the test span
    closing  what was reckoned for closing what was open at the end of the test span, a part of its capital
    """

    number: int
    train_start_ms: TimeMs
    train_end_ms: TimeMs
    test_start_ms: TimeMs
    test_end_ms: TimeMs
    train_candles: int
    test_candles: int
    purged: int
    embargoed: int
    chosen: dict[str, Value] | None
    tried: dict[str, int]
    inside: dict[str, float | None]
    outside: dict[str, float | None]
    closing: float
    halt: dict[str, Any] | None


class Stability(Shape):
    """How steadily a parameter is chosen: values fold by fold, the usual one, its share of the folds.

    changes  from how many folds to the next it changed
    edges    how often it was the first or the last of the values tried: the best may lie beyond
    steady   1: never changes; 0: as if it were drawn; null: too few folds
    """

    name: str
    values: list[Value]
    usual: Value
    share: float
    changes: int
    edges: int
    steady: float | None


class WalkResult(Shape):
    """The object of `botswain walk-forward --json`, with its curve thinned.

    vary        the values that were tried, by parameter; parameters: those that stayed as they are
    metrics     of all test spans as one account, as lists show them; figures: all of them, by group and name
    equity      [close, equity, buying and holding] of it
    comparison  the test spans three ways: chosen fold by fold, hindsight, buy_and_hold
    everything  the parameters that are chosen on all candles; null: no combination had a value of the objective
    efficiency  growth a year on the test spans by that in training
    """

    strategy: str
    parameters: dict[str, Any]
    vary: dict[str, list[Value]]
    objective: str
    data: list[dict[str, Any]]
    verdict: str
    standing: Standing
    efficiency: float | None
    probabilistic_sharpe: float | None
    asked: int
    stopped: bool
    folds: list[WalkFold]
    stability: list[Stability]
    everything: dict[str, Value] | None
    comparison: dict[str, dict[str, float | None]]
    metrics: dict[str, Any]
    figures: dict[str, Any]
    equity: list[tuple[TimeMs, float, float]]
