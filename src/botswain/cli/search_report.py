"""What a search found, in a terminal and as JSON: the best, what became of the others, and whether the best is luck."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from shlex import quote
from typing import Any, Protocol

import polars as pl
from rich.console import Console, Group, RenderableType
from rich.text import Text

from botswain.cli.search_given import Given
from botswain.history.content import content_hash
from botswain.lab.amounts import percent, ratio, when
from botswain.lab.metrics.figures import known
from botswain.lab.tables import heading, plain_table, remark
from botswain.lab.trials.figures import Wish, column_names
from botswain.lab.trials.job import Job
from botswain.lab.trials.luck import LIKELY, Luck
from botswain.lab.trials.tally import Counted
from botswain.lab.validation.overfitting import Overfitting
from botswain.model.errors import BadInput

# Figures that stand beside the objectives, and what they are called there.
SHOWN = {
    "total_return": "return", "sharpe": "Sharpe", "max_drawdown": "drawdown", "profit": "profit",
    "trips_count": "trades", "trips_win_rate": "won",
}  # fmt: skip
SHARES = frozenset(
    ("total_return", "cagr", "max_drawdown", "volatility", "exposure", "trips_win_rate", "worst_1pct_drawdown")
)
COUNTS = frozenset(("trips_count", "fills"))
# More parameters than these stand in one cell.
MOST_COLUMNS = 4
MOST_REASONS = 3
# From here on choosing the best is doubtful, and finds nothing.
DOUBTFUL, NOTHING = 0.1, 0.5


class Found(Protocol):
    """What `sweep` and `optimise` return, as far as it is shown."""

    stopped: bool
    known: int
    counted: Counted | None

    @property
    def job(self) -> Job: ...
    @property
    def wishes(self) -> Sequence[Wish]: ...
    @property
    def done(self) -> int: ...
    @property
    def made(self) -> str: ...
    def __len__(self) -> int: ...
    @property
    def outcomes(self) -> Counter[str]: ...
    @property
    def whys(self) -> Counter[str]: ...
    @property
    def frame(self) -> pl.DataFrame: ...
    def top(self, count: int = 10) -> pl.DataFrame: ...
    @property
    def luck(self) -> Luck: ...
    def overfitting(self) -> Overfitting: ...


@dataclass(frozen=True, slots=True)
class Judged:
    """Whether the best is luck: what was found, or why it cannot be said."""

    luck: Luck | None
    overfitting: Overfitting | None
    whys: tuple[str, ...]

    @property
    def verdict(self) -> str:
        """In one sentence."""
        found = self.luck
        if found is None or found.deflated != found.deflated:
            return "Whether the best is luck cannot be said."
        if found.sharpe <= 0:
            return "There is nothing to believe: even the best has a Sharpe ratio that is not above 0."
        chosen = self.overfitting
        if found.deflated < LIKELY:
            return "The best may be nothing but luck: try it on candles that this search has not seen."
        if chosen is not None and chosen.probability >= NOTHING:
            return "The best looks too good for luck, and yet choosing the best finds nothing on other days."
        if chosen is not None and chosen.probability > DOUBTFUL:
            return "The best is not likely luck, but choosing it on some days is doubtful on the others."
        return "The best is not likely luck. Try it on candles that this search has not seen all the same."


def judged(found: Found) -> Judged:
    """Judge a search; each question that cannot be answered says why."""
    luck, overfitting, whys = None, None, []
    try:
        luck = found.luck
    except BadInput as error:
        whys.append(str(error))
    if luck is not None:
        try:
            overfitting = found.overfitting()
        except BadInput as error:
            whys.append(str(error))
    return Judged(luck, overfitting, tuple(whys))


def print_search(
    found: Found, given: Given, judgement: Judged, top: int, console: Console, more: Iterable[RenderableType] = ()
) -> None:
    """Print it all; `more` stands between the table of the best and the judgement."""
    for part in parts(found, given, judgement, top, more):
        console.print(part)


def parts(
    found: Found, given: Given, judgement: Judged, top: int, more: Iterable[RenderableType]
) -> Iterable[RenderableType]:
    """From top to bottom."""
    yield header(found, given)
    for candles in given.candles.values():
        span = f"{when(int(candles.ts[0]))} to {when(int(candles.ts[-1]))} UTC" if len(candles) else "none"
        yield Text.assemble((candles.symbol, "bold"), f" {candles.timeframe}   {span}   {len(candles):,} candles")
    yield Text(became(found))
    yield from (Text(line, "yellow") for line in reason_lines(found.whys))
    best = found.top(top)
    yield heading(f"The best by {' and '.join(one.text() for one in found.wishes)}")
    yield table_of(best, found) if len(best) else Text("none has a value of it", "yellow")
    yield from more
    yield heading("Is the best luck?")
    yield from luck_lines(found, judgement)
    if len(best):
        params = "".join(f" --param {quote(f'{name}={best[name][0]}')}" for name in found.job.space.names)
        fixed = "".join(f" --param {quote(f'{name}={value}')}" for name, value in found.job.fixed.items())
        yield remark("The first of them as a whole backtest, with the same candles and settings beside it:")
        yield Text(f"botswain backtest {quote(given.strategy)}{fixed}{params}", "cyan", no_wrap=True, overflow="ignore")


def header(found: Found, given: Given) -> RenderableType:
    """The strategy and what does not vary."""
    text = Text.assemble((given.strategy, "bold cyan"))
    for name, value in found.job.fixed.items():
        text.append_text(Text.assemble((f"   {name} ", "dim"), str(value)))
    return text


def became(found: Found) -> str:
    """What became of the combinations, in one line."""
    each = ", ".join(f"{count:,} {name}" for name, count in sorted(found.outcomes.items()))
    kept = f"; {found.known:,} combinations were done already" if found.known else ""
    if found.stopped:
        return f"ended before its time, {found.done:,} of {len(found):,} done; {found.made}: {each}{kept}"
    return f"{found.made}: {each}{kept}"


def reason_lines(whys: Counter[str]) -> Iterable[str]:
    """Why combinations were refused or halted: those that differ in numbers alone are one."""
    kinds: dict[str, list[str]] = {}
    for why, count in whys.items():
        kinds.setdefault(re.sub(r"\d[\d.,]*", "0", why), []).extend([why] * count)
    often = sorted(kinds.values(), key=len, reverse=True)
    for each in often[:MOST_REASONS]:
        yield f"- {f'{len(each):,} of them, such as: ' if len(each) > 1 else ''}{each[0]}"
    if len(often) > MOST_REASONS:
        yield f"- {sum(map(len, often[MOST_REASONS:])):,} for other reasons, which --json writes"


def table_of(best: pl.DataFrame, found: Found) -> RenderableType:
    """The best with parameters and figures."""
    names = list(found.job.space.names)
    columns = column_names(found.job.names)
    wished = [columns[one.figure] for one in found.wishes]
    figures = [*dict.fromkeys([*wished, *(one for one in SHOWN if one in best.columns)])]
    figures = [name for name in figures if name in best.columns]
    together = len(names) > MOST_COLUMNS
    heads = ["parameters"] if together else [f">{name}" for name in names]
    table = plain_table(">", *heads, *(f">{SHOWN.get(name, name)}" for name in figures))
    for place, row in enumerate(best.iter_rows(named=True), 1):
        values = [f"{name}={row[name]}" for name in names]
        cells = [" ".join(values)] if together else [str(row[name]) for name in names]
        table.add_row(str(place), *map(Text, cells), *(Text(figure_text(name, row[name])) for name in figures))
    return Group(table)


def figure_text(name: str, value: float) -> str:
    """A figure for the eye."""
    if value != value:
        return "-"
    if name in SHARES:
        return percent(value, sign=name == "total_return")
    return f"{value:,.0f}" if name in COUNTS else ratio(value) if abs(value) >= 0.1 or value == 0 else f"{value:.3g}"


def luck_lines(found: Found, judgement: Judged) -> Iterable[RenderableType]:
    """The judgement, its reasons, and how many trials there were."""
    good = judgement.verdict.startswith("The best is not likely luck.")
    yield Text(judgement.verdict, "bold green" if good else "bold yellow")
    yield from (Text(f"- {one.verdict}") for one in (judgement.luck, judgement.overfitting) if one is not None)
    yield from (Text(f"- {why}", "yellow") for why in judgement.whys)
    if found.counted is not None:
        yield Text(f"- {counted_text(found.counted)}")


def counted_text(counted: Counted) -> str:
    """How many trials were made on the same candles."""
    searches = "this search alone" if counted.searches == 1 else f"{counted.searches:,} searches"
    return (
        f"On these candles {counted.trials:,} trials were made so far, by {searches}; that is what luck is judged by."
    )


def search_object(found: Found, given: Given, judgement: Judged, top: int) -> dict[str, Any]:
    """Everything as JSON has it. Figures that have no value are null.

    rows  one for each that was done: parameters by their names, outcome, why, figures
    """
    columns = column_names(found.job.names)
    return {
        "strategy": given.strategy,
        "fixed": dict(found.job.fixed),
        "vary": {axis.name: list(axis.values) for axis in found.job.space.axes},
        "settings": {name: str(value) for name, value in given.settings.items() if value and name != "reads"},
        "data": [data_object(given, symbol) for symbol in given.candles],
        "objectives": [
            {"figure": columns[one.figure], "best": "greatest" if one.greatest else "least"} for one in found.wishes
        ],
        "combinations": len(found),
        "done": found.done,
        "stopped": found.stopped,
        "outcomes": dict(found.outcomes),
        "verdict": judgement.verdict,
        "luck": value_of(judgement.luck),
        "overfitting": value_of(judgement.overfitting),
        "not_judged": list(judgement.whys),
        "trials_on_data": None if found.counted is None else asdict(found.counted),
        "best": [known(row) for row in found.top(top).to_dicts()],
        "rows": [known(row) for row in found.frame.to_dicts()],
    }


def value_of(one: Luck | Overfitting | None) -> Any:
    """A judgement's numbers and its sentence."""
    return None if one is None else known({**asdict(one), "verdict": one.verdict})


def data_object(given: Given, symbol: str) -> dict[str, Any]:
    """Of which candles it is."""
    candles, origin = given.candles[symbol], given.origins[symbol]
    return {
        "symbol": symbol,
        "timeframe": candles.timeframe,
        "first_ms": int(candles.ts[0]) if len(candles) else None,
        "last_ms": int(candles.ts[-1]) if len(candles) else None,
        "candles": len(candles),
        "hash": origin.hash or content_hash(candles),
        "origin": origin.candles,
    }
