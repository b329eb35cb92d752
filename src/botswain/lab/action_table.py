"""What splits and dividends did, as a part of the report in a terminal."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from rich.console import Console, RenderableType
from rich.text import Text

from botswain.lab.amounts import money_text, when
from botswain.lab.assumptions import plain
from botswain.lab.done_actions import DoneAction
from botswain.lab.result import Result
from botswain.lab.tables import heading, pairs, plain_table
from botswain.model.actions import ratio_text

SHOWN = 8


def action_parts(result: Result, console: Console) -> Iterable[RenderableType]:
    """What dividends brought in all, and the last splits and dividends that met a position."""
    if not result.plan.actions:
        return
    yield heading("Splits and dividends")
    paid = money_text(result.metrics["dividends"], result.plan.capital, sign=True)
    yield pairs([("dividends", Text(paid)), ("came to pass", Text(f"{len(result.actions):,}"))], console)
    met = [one for one in result.actions if one.position_before]
    if not met:
        return
    table = plain_table("day", "symbol", "what", ">held before", ">held after", ">cash")
    for one in met[-SHOWN:]:
        cells = (plain(one.position_before), plain(one.position_after), plain(one.cash))
        table.add_row(*map(Text, (when(one.time_ms)[:10], one.symbol, what(one), *cells)))
    if len(met) > SHOWN:
        yield Text(f"the last {SHOWN} of {len(met):,} that met a position; --json has all", "dim")
    yield table


def what(one: DoneAction) -> str:
    """A split or a dividend in words."""
    if one.split is not None:
        return f"split {ratio_text(one.split)}"
    return f"dividend {plain(one.dividend or Decimal(0))}"
