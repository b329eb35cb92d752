"""What validation found, in a terminal: the verdict first, what to be warned of, and what was tried."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.text import Text

from botswain.lab.amounts import percent, ratio
from botswain.lab.tables import heading, pairs, plain_table, remark

DRAWN = "Drawn again many times: the middle of what came of it, and in brackets where 9 of 10 lie."
LOOKS = {"look_ahead": "look-ahead", "warm_up": "warm-up"}
LEFT_OUT = {"costs": "dearer costs", "neighbours": "parameters beside it"}
TONES = {"ok": "green", "failed": "bold red", "skipped": "yellow"}
COSTS = {"fees_x2": "at twice the fees", "slippage_x2": "at more slippage"}


def validation_parts(
    found: Mapping[str, Any] | None, console: Console, *, full: bool = False
) -> Iterable[RenderableType]:
    """The section; full: with every run that was made again. Nothing where validation was not asked."""
    if found is None:
        return
    yield heading("Can it be believed?")
    good = found["verdict"].startswith("Nothing speaks against it")
    yield Text(found["verdict"], "bold green" if good else "bold yellow")
    rows = [*drawn_rows(found), *luck_rows(found["luck"]), *again_rows(found)]
    left = found.get("left_out", {})
    looks = [look_line(words, found[name]) for name, words in LOOKS.items()]
    looks += [look_line(LEFT_OUT.get(name, name), {"verdict": "skipped", "what": why}) for name, why in left.items()]
    yield Group(Text(), *looks)
    if rows:
        yield Group(Text(), pairs(rows, console))
    if found["bootstrap"] is not None or found["trade_order"] is not None:
        yield remark(DRAWN)
    if found["warnings"]:
        yield Group(Text(), *(Text(f"- {one['text']}", "yellow") for one in found["warnings"]))
    if full and found["neighbours"] is not None:
        yield from neighbour_table(found["neighbours"])


def look_line(words: str, one: Mapping[str, Any]) -> Text:
    """How a look at the run came out, in a line."""
    said = {"ok": "fine", "failed": "FAULT", "skipped": "not looked at"}[one["verdict"]]
    return Text.assemble(f"{words}: ", (said, TONES[one["verdict"]]), f" - {one['what']}")


def drawn_rows(found: Mapping[str, Any]) -> Iterable[tuple[str, Text]]:
    """What drawing days and trades again says: the middle, and where 9 of 10 paths lie."""
    days, trades = found["bootstrap"], found["trade_order"]
    if days is not None:
        yield "days drawn again", Text(band(days["total_return"], sign=True))
        yield "their drawdown", Text(band(days["max_drawdown"]))
        yield "ended with a loss", Text(percent(days["loss"]))
    if trades is not None:
        yield "drawdown, trades reordered", Text(band(trades["max_drawdown"]))


def band(values: Mapping[str, float], *, sign: bool = False) -> str:
    """The median and the 5th and 95th percentile."""
    low, middle, high = (percent(values[name], sign=sign) for name in ("p5", "p50", "p95"))
    return f"{middle} ({low} to {high})"


def luck_rows(luck: Mapping[str, Any]) -> Iterable[tuple[str, Text]]:
    """How much may be luck."""
    yield "Sharpe above 0, probably", Text(percent(luck["probabilistic_sharpe"]))
    if luck["trials"] > 1:
        yield f"above the best of {luck['trials']:,} by chance", Text(percent(luck["deflated_sharpe"]))
        if "searches" in luck:
            yield "trials on these candles", Text(f"{luck['trials']:,}, counted over {luck['searches']:,} searches")
        elif "trials_from" in luck:
            yield "trials on these candles", Text(f"{luck['trials']:,}, as was told")


def again_rows(found: Mapping[str, Any]) -> Iterable[tuple[str, Text]]:
    """What became of it with something changed."""
    for name, words in COSTS.items():
        one = (found["costs"] or {}).get(name)
        if one is not None:
            yield words, Text(one["why"] or percent(one["total_return"], sign=True))
    around = found["neighbours"]
    if around is not None:
        ran = sum(one["total_return"] is not None for one in around["runs"])
        worst = percent(around["worst_return"], sign=True)
        yield "beside its parameters", Text(f"{percent(around['profitable'])} of {ran} gained, worst {worst}")


def neighbour_table(around: Mapping[str, Any]) -> Iterable[RenderableType]:
    """Every run beside this one."""
    yield heading("Runs beside its parameters")
    table = plain_table("parameter", ">value", ">return", ">Sharpe", "")
    for one in around["runs"]:
        cells = (one["parameter"], f"{one['value']:g}", percent(one["total_return"], sign=True), ratio(one["sharpe"]))
        table.add_row(*map(Text, cells), Text(one["why"]))
    yield table
    if around["left_out"]:
        yield remark(f"{around['left_out']} more were not tried: there are many parameters.")
