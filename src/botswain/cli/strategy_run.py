"""What the commands of `botswain strategy` do and print.

Text of a user's files is escaped, because rich would read [brackets] in it as colours.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from botswain.build.own_folder import folder_of_own
from botswain.build.strategy_names import strategy_named
from botswain.cli.context import Context
from botswain.cli.kernels import cache_folder
from botswain.cli.own_names import warn_of_clash
from botswain.cli.run_settings import named_values
from botswain.control.strategies import Kind, kind_of, kinds, word_of
from botswain.core.strategy import Param
from botswain.lab.export import refuse_unwritable, write_json
from botswain.lab.report import console_for_report
from botswain.lab.vetting.examination import examined
from botswain.lab.vetting.findings import Finding, has_failed
from botswain.lab.vetting.job import CandlesAsked, Job

FOUND_ERRORS = 1
LOOKS = {"ok": "green", "warning": "yellow", "failed": "bold red", "skipped": "dim"}


@dataclass(frozen=True, slots=True)
class Asked:
    """The arguments and options of `botswain strategy check` as they were typed."""

    strategy: str
    candles: str | None
    symbol: str | None
    timeframe: str | None
    venue: str | None
    param: tuple[str, ...]
    json_: Path | None


def list_strategies() -> None:
    """The table of all kinds."""
    console = console_for_report()
    found = kinds()
    table = Table("name", "from", "what it does", box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for one in found:
        if not one.problem:
            table.add_row(escape(one.name), escape(short_place(one)), escape(one.summary))
    console.print(table)
    for one in found:
        if one.problem:
            console.print(f"[bold red]broken[/]  {escape(one.name)}: {escape(one.problem)}", soft_wrap=True)
    folder = folder_of_own()
    if folder is not None and not any(one.place for one in found):
        console.print(f"None of your own yet: `botswain strategy new my_bot` puts one into {folder}.", soft_wrap=True)


def short_place(one: Kind) -> str:
    """Where a kind is from, in few words."""
    if not one.place:
        return "Botswain"
    return one.place if " " in one.place else Path(one.place).name


def show_strategy(word: str) -> None:
    """Everything one says of itself."""
    warn_of_clash(word)
    console = console_for_report()
    one = kind_of(strategy_named(word), word)
    console.print(f"[bold]{escape(one.title)}[/]  {escape(one.summary)}")
    if one.words != one.summary:
        console.print(f"\n{escape(one.words)}")
    console.print(f"\nsizings: {', '.join(one.sizings)}")
    if not one.parameters:
        console.print("It has no parameters.")
        return
    table = Table("parameter", "default", "bounds", "help", box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for name, param in one.parameters.items():
        table.add_row(name, str(param.default), escape(bounds(param)), escape(param.help))
    console.print(table)


def bounds(param: Param) -> str:
    """What a parameter may be, in few words."""
    if param.choices:
        return " | ".join(param.choices)
    if word_of(param) == "boolean":
        return "true | false"
    if param.low is None and param.high is None:
        return ""
    if param.low is None or param.high is None:
        return f"to {param.high}" if param.low is None else f"from {param.low}"
    return f"{param.low} to {param.high}"


def check_strategy(context: Context, asked: Asked) -> int:
    """Do what `asked` says; returns the exit code. Raises BadInput for what cannot be looked at."""
    if asked.json_ is not None:
        refuse_unwritable(asked.json_)
    warn_of_clash(asked.strategy)
    own = folder_of_own()
    cache = cache_folder(context)
    candles = CandlesAsked(
        target=asked.candles or "",
        symbol=asked.symbol,
        timeframe=asked.timeframe,
        venue=asked.venue,
        store=str(context.candles_dir),
    )
    job = Job(
        word=asked.strategy,
        params=named_values("--param", asked.param),
        candles=candles,
        own="" if own is None else str(own),
        cache="" if cache is None else str(cache),
    )
    found = looked_at(job)
    print_findings(asked.strategy, found, console_for_report())
    if asked.json_ is not None:
        write_json(asked.json_, findings_object(job, found))
    return FOUND_ERRORS if has_failed(found) else 0


def looked_at(job: Job) -> list[Finding]:
    """The findings, telling whoever waits what is being done."""
    console = console_for_report(file=sys.stderr)
    if not console.is_terminal:
        return examined(job)
    with console.status(f"checking {job.word} ...") as status:
        return examined(job, lambda at: status.update(f"checking {job.word}: {at} ..."))


def findings_object(job: Job, found: Sequence[Finding]) -> dict[str, Any]:
    """Everything as JSON has it."""
    return {
        "strategy": job.word,
        "parameters": job.params,
        "candles": job.candles.target or None,
        "failed": has_failed(found),
        "findings": [msgspec.to_builtins(one) for one in found],
    }


def print_findings(word: str, found: Sequence[Finding], console: Console) -> None:
    """A table of them, worst last, where one looks."""
    table = Table("", "question", "what was found", box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for one in sorted(found, key=lambda one: list(LOOKS).index(one.verdict)):
        table.add_row(f"[{LOOKS[one.verdict]}]{one.verdict}[/]", one.check, told(one))
    console.print(table)
    count = sum(one.verdict == "failed" for one in found)
    if count:
        words = "one thing" if count == 1 else f"{count} things"
        console.print(f"\n[bold red]{escape(word)}: {words} must be mended[/]")
    else:
        console.print(f"\n[green]{escape(word)}: nothing must be mended[/]")


def told(one: Finding) -> str:
    """A finding with its value, place and remedy."""
    lines = [escape(one.what) + (f" [dim]({escape(one.value)})[/]" if one.value else "")]
    if one.line:
        place = Path(one.file)
        shown = place.relative_to(Path.cwd()) if place.is_relative_to(Path.cwd()) else place
        lines.append(f"[bold]{escape(str(shown))}:{one.line}[/]")
    if one.remedy and one.verdict != "ok":
        lines.append(f"-> {escape(one.remedy)}")
    return "\n".join(lines)
