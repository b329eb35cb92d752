"""What a backtest's request names beside candles, opened: the files of facts by their names, and what they say."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

from botswain.control.backtest_facts import BOOKS, holding_in, tape_in
from botswain.history.action_file import read_actions
from botswain.history.depth_file import read_depth, read_quotes
from botswain.history.facts import ACTIONS, BORROW, DEPTH, FUNDING, TRADES, Facts
from botswain.history.grid import default_instrument
from botswain.history.names import symbol_named
from botswain.history.rate_file import read_borrow, read_funding
from botswain.history.trade_file import read_trade_file
from botswain.lab.data_used import Origin
from botswain.model.candles import Candles
from botswain.model.errors import BadInput
from botswain.model.instrument import Instrument
from botswain.model.trades import Trades

Told = TypeVar("Told")


@dataclass(frozen=True, slots=True, eq=False)
class TapeRead:
    """A tape's trades, where they came from, and what else `backtest` is told of how orders meet them."""

    trades: Trades
    origin: Origin
    met: dict[str, Any] = field(default_factory=dict)


def folder_of(context: Mapping[str, Any]) -> Facts:
    """Where the files of facts are. Raises BadInput where this installation has no such place."""
    if not context.get("facts_dir"):
        raise BadInput("files of facts are named, and this installation has no folder of them; leave them out")
    return Facts(Path(context["facts_dir"]))


def held_for(request: Mapping[str, Any], context: Mapping[str, Any], symbols: Sequence[str]) -> dict[str, Any]:
    """What `backtest` is told of holding: funding, borrow and actions, as far as a request names any."""
    held = holding_in(request)

    def every(kind: str, read: Callable[[Path, str | None], list[Told]]) -> list[Told]:
        facts = folder_of(context) if held.get(kind) else Facts(Path())
        paths = [facts.path(name, (kind,)) for name in held.get(kind, ())]
        return [one for path in paths for one in opened(facts, read, path, whose(path, symbols))]

    found: dict[str, Any] = {
        "funding": every(FUNDING, read_funding),
        "actions": every(ACTIONS, read_actions),
        "borrow": every(BORROW, read_borrow) or held.get("borrow_rate", "0"),
    }
    return found


def opened(facts: Facts, read: Callable[[Path, str | None], Told], path: Path, symbol: str | None) -> Told:
    """What is in a file; what is wrong with it names it as the request did, and not where it lies. Raises BadInput."""
    try:
        return read(path, symbol)
    except BadInput as error:
        raise BadInput(str(error).replace(f"{facts.root}/", "")) from None


def whose(path: Path, symbols: Sequence[str]) -> str | None:
    """The symbol that a file is of where no column says it: the only one that is traded, or what its name tells."""
    if len(symbols) == 1:
        return symbols[0]
    named = symbol_named(path)
    return named if named in symbols else None


def tape_for(request: Mapping[str, Any], context: Mapping[str, Any]) -> TapeRead | None:
    """The tape a request asks to run on. Raises BadInput for files that are not what they are named for."""
    tape = tape_in(request)
    if tape is None:
        return None
    facts = folder_of(context)
    symbol = request["symbols"][0] if request["symbols"] else None
    read = opened(facts, read_trade_file, facts.path(tape["trades"], (TRADES,)), symbol)
    book, depth = tape["book"], None
    if book is not None:
        open_book = read_depth if book.startswith(f"{DEPTH}/") else read_quotes
        depth = opened(facts, open_book, facts.path(book, BOOKS), read.trades.symbol)
    met = {
        "meets": tape["meets"],
        "latency_ms": tape["latency_ms"],
        "participation": tape["participation"],
        "depth": depth,
    }
    return TapeRead(read.trades, Origin(tape["trades"], "", read.notes), met)


def rules_for(
    request: Mapping[str, Any], every: Sequence[Candles], known: Mapping[str, Instrument] | None = None
) -> dict[str, Instrument] | None:
    """The rules of symbols that may be sold short, or were traded by these known ones; None: all by the usual ones.

    Of known rules the rate of the fee alone is the request's: its asset, least orders and steps are the exchange's.
    """
    fee = Decimal(request["fee"])
    if request.get("shortable"):
        return {one.symbol: replace(default_instrument(one, fee), shortable=True) for one in every}
    if not known:
        return None
    own = {symbol: replace(one, maker_fee=fee, taker_fee=fee) for symbol, one in known.items()}
    return {one.symbol: own.get(one.symbol) or default_instrument(one, fee) for one in every}
