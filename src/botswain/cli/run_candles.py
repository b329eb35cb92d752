"""The candles of a run from what was typed: which they are, whose rules go with them, and whether they can be trusted.

Every command that runs a strategy over candles chooses and judges them here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from botswain.cli.context import Context
from botswain.history.checks import check
from botswain.history.content import refuse_altered
from botswain.history.findings import refuse
from botswain.history.grid import refuse_off_tick
from botswain.history.instruments import read_instrument
from botswain.history.names import UNNAMED
from botswain.history.shelf import Shelf
from botswain.history.sources import Source, find_source, is_file
from botswain.lab.data_used import Origin
from botswain.model.candles import Candles
from botswain.model.errors import BadInput
from botswain.model.instrument import Instrument


@dataclass(frozen=True, slots=True, kw_only=True)
class CandlesAsked:
    """Of which candles a run is to be, as it was typed (`run_options`: CANDLES and SOURCES, and finer ones)."""

    candles: tuple[str, ...]
    symbol: tuple[str, ...]
    timeframe: str | None
    venue: str | None
    instrument: tuple[Path, ...]
    trading_frequency: int = 0
    finer: str | None = None


@dataclass(frozen=True, slots=True)
class Rules:
    """An instrument and the file it was read from."""

    instrument: Instrument
    origin: str


def rules_of(paths: Iterable[Path]) -> dict[str, Rules]:
    """The instruments in the files, by symbol."""
    found: dict[str, Rules] = {}
    for path in paths:
        one = read_instrument(path)
        if one.symbol in found:
            raise BadInput(f"{path} and {found[one.symbol].origin} are both for {one.symbol}; give one")
        found[one.symbol] = Rules(one, str(path))
    return found


def runs_of(
    context: Context, asked: CandlesAsked, rules: Mapping[str, Rules]
) -> tuple[dict[str, Candles], dict[str, Origin]]:
    """The candles of every symbol, checked, and where they came from."""
    if not asked.candles:
        raise BadInput("there is nothing to run on; give --candles PATH, or --trades PATH")
    if asked.symbol and len(asked.symbol) != len(asked.candles):
        raise BadInput(
            f"--symbol is given {len(asked.symbol)} times and --candles {len(asked.candles)} times; "
            "give one symbol for each, in the same order, or none"
        )
    shelf = Shelf(context.candles_dir)
    runs: dict[str, Candles] = {}
    origins: dict[str, Origin] = {}
    for place, target in enumerate(asked.candles):
        symbol = asked.symbol[place] if asked.symbol else None
        source = find_source(target, shelf, symbol, frame_of(asked, target), asked.venue)
        source = called_as_its_rules(source, rules)
        candles = source.candles
        if candles.symbol in runs:
            more = "give each its own --symbol" if asked.symbol else "say --symbol"
            raise BadInput(f"{target} and {origins[candles.symbol].candles} are both {candles.symbol}; {more}")
        origins[candles.symbol] = origin_of(source, target, rules.get(candles.symbol))
        runs[candles.symbol] = candles
    spare = sorted(set(rules) - set(runs))
    if spare and len(rules) > 1:
        raise BadInput(f"{rules[spare[0]].origin} is for {spare[0]}, of which there are no candles; leave it out")
    return runs, origins


def frame_of(asked: CandlesAsked, target: str) -> str | None:
    """The timeframe of the candles to read: finer ones than the bot's where it decides between closes too.

    A file's times tell it; of stored candles the bot's own are taken where no finer ones are named.
    """
    if not asked.trading_frequency:
        if asked.finer is not None:
            raise BadInput(
                f"--finer is {asked.finer}, which only a --trading-frequency needs; give that, or leave it out"
            )
        return asked.timeframe
    return asked.finer if asked.finer is not None or is_file(target) else asked.timeframe


def called_as_its_rules(source: Source, rules: Mapping[str, Rules]) -> Source:
    """Candles that nothing names belong to the only instrument that was given."""
    candles = source.candles
    if candles.symbol != UNNAMED or len(rules) != 1:
        return source
    symbol = next(iter(rules))
    notes = (*source.notes[:-1], f"nothing names the symbol of the candles: it is called {symbol}, as the instrument")
    return replace(source, candles=replace(candles, symbol=symbol), notes=notes)


def origin_of(source: Source, target: str, rules: Rules | None) -> Origin:
    """Judge a source and say where it came from. Raises BadInput where a run on it would be false."""
    report = check(source.candles)
    refuse(report, source.origin)
    digest = refuse_altered(source.candles, source.stored_hash, source.origin)
    if rules is not None:
        refuse_off_tick(source.candles, rules.instrument.tick_size, source.origin)
    warnings = tuple(f"{one.kind.value}: {one.message}" for one in report.warnings)
    return Origin(target, rules.origin if rules else "", (*source.notes, *warnings), digest)
