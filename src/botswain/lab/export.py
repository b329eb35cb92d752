"""A result as one JSON object: prices, quantities and money as strings, times as milliseconds, ratios as numbers.

Nothing is rounded on the way. Written whole or not at all: a reader never sees half a file.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import msgspec

from botswain.lab.assumptions import assumptions
from botswain.lab.data_used import DataUsed, joint_hash
from botswain.lab.done_actions import DoneAction
from botswain.lab.done_charges import DoneCharge
from botswain.lab.metrics.figures import figures
from botswain.lab.reached import Reached, reached_limits
from botswain.lab.reads import ReadUsed, reads_used
from botswain.lab.result import Result, as_list
from botswain.model.actions import ratio_text
from botswain.model.errors import BadInput
from botswain.model.fill import Fill, RoundTrip

_UNFINISHED = ".unfinished"
_LONGEST_NAME = 200


def result_object(
    result: Result,
    used: Sequence[DataUsed],
    *,
    every: dict[str, dict[str, Any]] | None = None,
    validation: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """The object of `backtest --json`; `used` is in the order of the symbols, `every` the figures where they are known.

    data     of several symbols: their names joined with commas, sums, the joint hash; each is in `data.symbols`, and
             what was only read in `data.reads`
    fills, round_trips   oldest first
    equity   [close instant in milliseconds, equity] of every instant
    notes    the last ones of the gate, the rounding and the venue; `unit` is the asset of value and limit, null for
             a count, `measure` what they are: price, qty, money or count; `reached`, where a limit of the account
             stopped an order, that limit's own numbers and when it was reached, else null
    actions  of a run that was given splits and dividends: those that came to pass, with what was held and the cash
    charges  of a run that was given funding or borrow rates: those that met a position; cash below 0 was paid
    metrics  money in quote as text; fees are the worth of all that were paid, fees_by_asset what was paid of each
    figures  every figure as a number, by group and name (docs/rules.md section 9): money in quote, null: no value
    validation  whether it can be believed (likewise), null where that was not asked
    halt     null, or why the strategy stopped being called
    """
    plan = result.plan
    return {
        "strategy": plan.strategy.label(),
        "parameters": dict(plan.strategy.values),
        "assumptions": assumptions(result, used),
        "data": data_object(used, reads_used(result.market)),
        "fills": [fill_object(one) for one in result.fills],
        "round_trips": [trip_object(one) for one in result.round_trips],
        "equity": equity_rows(result),
        **({"actions": [action_object(one) for one in result.actions]} if plan.actions else {}),
        **({"charges": [charge_object(one) for one in result.charges]} if plan.charges else {}),
        "metrics": {name: text_of(value) for name, value in result.metrics.items()},
        "figures": figures(result) if every is None else every,
        "validation": validation,
        "notes": [note_object(result, place, limit) for place, limit in enumerate(reached_limits(result))],
        "halt": halt_object(result),
    }


def data_object(used: Sequence[DataUsed], reads: Sequence[ReadUsed]) -> dict[str, Any]:
    """What was traded on and, where something was, what was only read."""
    symbols = [
        {
            "symbol": one.symbol,
            "timeframe": one.timeframe,
            "first_ms": one.first_ms,
            "last_ms": one.last_ms,
            "candles": one.candles,
            "gaps": one.gaps,
            "missing": one.missing,
            "warmup": one.warmup,
            "hash": one.hash,
            "origin": one.origin.candles,
        }
        for one in used
    ]
    return {
        "symbol": ",".join(one.symbol for one in used),
        "timeframe": used[0].timeframe,
        "first_ms": min(one.first_ms for one in used),
        "last_ms": max(one.last_ms for one in used),
        "candles": sum(one.candles for one in used),
        "gaps": sum(one.gaps for one in used),
        "hash": joint_hash([*used, *reads]),
        "symbols": symbols,
        **({"reads": [read_object(one) for one in reads]} if reads else {}),
    }


def read_object(one: ReadUsed) -> dict[str, Any]:
    """Candles of a symbol that is only read; without: at how many closes that were decided it has none."""
    return {
        "symbol": one.symbol,
        "timeframe": one.timeframe,
        "candles": one.candles,
        "closes": one.closes,
        "without": one.without,
        "hash": one.hash,
    }


def fill_object(one: Fill) -> dict[str, Any]:
    """One fill."""
    return {
        "time_ms": one.time_ms,
        "seq": one.seq,
        "symbol": one.symbol,
        "side": one.side,
        "qty": f"{one.qty:f}",
        "price": f"{one.price:f}",
        "fee": f"{one.fee:f}",
        "fee_asset": one.fee_asset,
        "slot": one.slot,
        "reason": one.reason,
        "maker": one.maker,
    }


def trip_object(one: RoundTrip) -> dict[str, Any]:
    """One round trip."""
    return {
        "symbol": one.symbol,
        "direction": one.direction,
        "entry_ms": one.entry_ms,
        "exit_ms": one.exit_ms,
        "qty": f"{one.qty:f}",
        "entry_price": f"{one.entry_price:f}",
        "exit_price": f"{one.exit_price:f}",
        "profit": f"{one.profit:f}",
        "fees": f"{one.fees:f}",
        "exit_reason": one.exit_reason,
    }


def action_object(one: DoneAction) -> dict[str, Any]:
    """One split or dividend."""
    return {
        "time_ms": one.time_ms,
        "symbol": one.symbol,
        "kind": "split" if one.split is not None else "dividend",
        "split": None if one.split is None else ratio_text(one.split),
        "dividend": None if one.dividend is None else f"{one.dividend:f}",
        "position_before": f"{one.position_before:f}",
        "position_after": f"{one.position_after:f}",
        "cash": f"{one.cash:f}",
    }


def charge_object(one: DoneCharge) -> dict[str, Any]:
    """One funding, or the borrow fee of one day."""
    return {
        "time_ms": one.time_ms,
        "symbol": one.symbol,
        "kind": one.kind,
        "rate": f"{one.rate:f}",
        "position": f"{one.position:f}",
        "price": f"{one.price:f}",
        "cash": f"{one.cash:f}",
    }


def note_object(result: Result, place: int, reached: Reached | None) -> dict[str, Any]:
    """One note, with the limit of the account that stopped its order."""
    one = result.notes[place]
    value, limit, asset = result.note_numbers(place)
    return {
        "time_ms": one.time_ms,
        "symbol": one.symbol,
        "slot": one.slot,
        "code": one.code,
        "measure": str(result.meaning_at(place).measure),
        "value": f"{value:f}",
        "limit": f"{limit:f}",
        "unit": asset or None,
        "reached": None if reached is None else reached_object(reached),
    }


def reached_object(one: Reached) -> dict[str, Any]:
    """When a limit was reached and with what."""
    return {
        "time_ms": one.time_ms,
        "measure": str(one.meaning.measure),
        "value": f"{one.value:f}",
        "limit": f"{one.limit:f}",
        "unit": one.asset or None,
    }


def equity_rows(result: Result) -> list[list[int | str]]:
    """[close instant, equity] of every instant, without a Decimal each: there may be a million."""
    factor, digits = decimal_unit(result.unit)
    instants = as_list(result.market.instants + result.market.timeframe_ms)
    return [[at, money_text(units * factor, digits)] for at, units in zip(instants, as_list(result.curve), strict=True)]


def decimal_unit(unit: Fraction) -> tuple[int, int]:
    """A money unit as (m, k): it is m / 10^k, which every unit made of decimals is."""
    digits = 0
    while unit.denominator != 1:
        unit *= 10
        digits += 1
    return unit.numerator, digits


def money_text(number: int, digits: int) -> str:
    """number / 10^digits as a person writes it, exactly, without zeros at its end."""
    if not digits:
        return str(number)
    sign = "-" if number < 0 else ""
    whole, part = divmod(abs(number), 10**digits)
    if not part:
        return f"{sign}{whole}"
    return f"{sign}{whole}." + str(part).zfill(digits).rstrip("0")


def text_of(value: Any) -> Any:
    """Money as a string, all else as it is."""
    if isinstance(value, dict):
        return {name: text_of(one) for name, one in value.items()}
    return f"{value:f}" if isinstance(value, Decimal) else value


def halt_object(result: Result) -> dict[str, Any] | None:
    """Why and when the strategy stopped being called."""
    halt = result.halt
    if halt is None:
        return None
    at = int(result.market.steps[halt.instant])
    return {"reason": halt.reason.name.lower(), "time_ms": at, "message": halt.message}


def refuse_unwritable(path: Path, option: str = "--json") -> None:
    """Raise BadInput where a file cannot be put at `path`: asked before a run, so that none is made in vain.

    option  what named the file
    """
    folder = path.absolute().parent
    try:
        if path.is_dir():
            raise BadInput(f"{option} {path} is a folder; name a file in it")
        if not folder.is_dir():
            raise BadInput(f"{option} {path}: there is no folder {folder}; make it or name another")
    except OSError as error:
        raise unwritten(path, error, option) from None
    if not os.access(folder, os.W_OK):
        raise BadInput(f"{option} {path}: the folder {folder} may not be written; name another")


def write_json(path: Path, content: dict[str, Any]) -> None:
    """Put `content` at `path` whole. Raises BadInput where that fails."""
    write_whole(path, msgspec.json.encode(content) + b"\n", "--json")


def write_whole(path: Path, text: bytes, option: str) -> None:
    """Put `text` at `path` whole: an older file is replaced in one step. Raises BadInput where that fails."""
    try:
        if path.exists() and not path.is_file():
            path.write_bytes(text)  # a pipe or a device has no old content to keep
        else:
            replace_whole(path.resolve(), text)
    except OSError as error:
        raise unwritten(path, error, option) from None


def unwritten(path: Path, error: OSError, option: str) -> BadInput:
    """The system's refusal as a message for a person."""
    return BadInput(f"{option} {path}: cannot be written ({error.strerror or error}); free space or name another file")


def replace_whole(path: Path, text: bytes) -> None:
    """Write beside `path`, then take its name; nothing half-written is left behind."""
    unfinished = path.with_name(f".{path.name[:_LONGEST_NAME]}{_UNFINISHED}")
    try:
        unfinished.write_bytes(text)
        unfinished.replace(path)
    except OSError:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)
        raise
