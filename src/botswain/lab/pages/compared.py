"""Runs to be laid side by side, from results or from the files that `--json` wrote."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from botswain.lab.data_used import data_used, joint_hash
from botswain.lab.metrics.figures import Columns, figures_of
from botswain.lab.pages.shown_result import Judge
from botswain.lab.result import Result
from botswain.lab.validation.judging import validate
from botswain.model.errors import BadInput

LEAST, MOST = 2, 12


@dataclass(frozen=True, slots=True, eq=False)
class Compared:
    """One run.

    label    what it is called, one of a kind among those beside it; told: its settings in a line
    quote    the asset that money is in; data: the hash of what it read
    times    int64, milliseconds; growth: float64, equity then by the capital
    figures  every figure by group and name; verdict: a sentence, empty where none was asked for
    """

    label: str
    told: str
    symbol: str
    quote: str
    data: str
    first_ms: int
    last_ms: int
    capital: Decimal
    times: Any
    growth: Any
    figures: dict[str, dict[str, Any]]
    verdict: str


class Data(msgspec.Struct):
    """What a file says of the candles."""

    symbol: str
    timeframe: str
    first_ms: int
    last_ms: int
    hash: str


class Metrics(msgspec.Struct):
    """Of a file's metrics the capital."""

    start_equity: Decimal


class Judged(msgspec.Struct):
    """Of a file's validation the verdict."""

    verdict: str


class Stored(msgspec.Struct):
    """Of a file what is compared."""

    strategy: str
    parameters: dict[str, Any]
    data: Data
    equity: list[tuple[int, float]]
    metrics: Metrics
    figures: dict[str, dict[str, Any]]
    validation: Judged | None = None


def compared_of(given: Sequence[Result | str | Path], judge: Judge = validate) -> list[Compared]:
    """Runs by results, which `judge` judges, and by files.

    Raises BadInput where there are too few or too many, or a file is none of ours.
    """
    if not LEAST <= len(given) <= MOST:
        raise BadInput(f"{len(given)} runs are given to be compared; give {LEAST} to {MOST}")
    runs = [run_of(one, judge) if isinstance(one, Result) else stored_run(Path(one)) for one in given]
    names = [one.label for one in runs]
    return [
        one if names.count(one.label) == 1 else replace(one, label=f"{one.label} {place}")
        for place, one in enumerate(runs, start=1)
    ]


def run_of(result: Result, judge: Judge) -> Compared:
    """A result, judged as a report does it."""
    columns = Columns(result)
    figures = figures_of(columns)
    used = data_used(result.market, {})
    capital = float(result.plan.capital)
    return Compared(
        label=result.plan.strategy.label(),
        told=told_of(result.plan.strategy.values),
        symbol=", ".join(result.market.symbols),
        quote=result.plan.instruments[0].quote,
        data=joint_hash(used),
        first_ms=min(one.first_ms for one in used),
        last_ms=max(one.last_ms for one in used),
        capital=result.plan.capital,
        times=columns.opens_ms + result.market.timeframe_ms,
        growth=columns.equity / capital,
        figures=figures,
        verdict=judge(result)["verdict"],
    )


def stored_run(path: Path) -> Compared:
    """A run by its file. Raises BadInput where that cannot be read, or is no report."""
    try:
        found = msgspec.json.decode(path.read_bytes(), type=Stored, strict=False)
    except OSError as error:
        raise BadInput(f"{path} cannot be read ({error.strerror}); name a file of `botswain backtest --json`") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadInput(f"{path} is no report ({error}); name a file that `botswain backtest --json` wrote") from None
    if not found.equity or found.metrics.start_equity <= 0:
        raise BadInput(f"{path} has no equity to compare; make it again with `botswain backtest --json`")
    rows = np.array(found.equity, np.float64)
    return Compared(
        label=found.strategy,
        told=told_of(found.parameters),
        symbol=found.data.symbol.replace(",", ", "),
        quote=found.data.symbol.partition(",")[0].partition("/")[2],
        data=found.data.hash,
        first_ms=found.data.first_ms,
        last_ms=found.data.last_ms,
        capital=found.metrics.start_equity,
        times=rows[:, 0].astype(np.int64),
        growth=rows[:, 1] / float(found.metrics.start_equity),
        figures=found.figures,
        verdict="" if found.validation is None else found.validation.verdict,
    )


def told_of(parameters: Any) -> str:
    """Parameters in a line."""
    return ", ".join(f"{name} {value}" for name, value in parameters.items())
