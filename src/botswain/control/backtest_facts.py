"""What a backtest is told beside candles, as a request names it: files of facts by name, a rate, a tape of trades.

Checked here is what can be seen without opening a file: that there is one of that name and kind, and that what was
asked goes together. A job finds the files again by the same listing, so that no name ever leads to another place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from botswain.control.bot_settings import pointed
from botswain.control.refusals import Wrong, pointer
from botswain.control.typed_numbers import number
from botswain.history.facts import ACTIONS, BORROW, DEPTH, FUNDING, QUOTES, TRADES, FactFile, found_in
from botswain.history.names import UNNAMED, checked_symbol
from botswain.model.charges import BorrowRate
from botswain.model.parts import part
from botswain.model.trades import OnTrades

# The files of a request's holding, each kind by the name that it has there.
HELD = (FUNDING, BORROW, ACTIONS)
BOOKS = (DEPTH, QUOTES)
NOTHING: Mapping[str, Any] = {}


def tape_in(request: Mapping[str, Any]) -> dict[str, Any] | None:
    """The tape a request asks to run on, if it does; there was none once."""
    found: dict[str, Any] | None = request.get("tape")
    return found


def holding_in(request: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a request says of holding; once it said nothing."""
    found: Mapping[str, Any] = request.get("holding") or NOTHING
    return found


def check_holding(request: Mapping[str, Any], symbols: Sequence[str], known: Sequence[FactFile]) -> None:
    """Raises Wrong for rates, splits or dividends that a run would refuse."""
    held = holding_in(request)
    for kind in HELD:
        for place, name in enumerate(held.get(kind, ())):
            field = pointer("holding", kind, place)
            check_whose(pointed(field, found_in, known, name, (kind,)), symbols, field)
            if tape_in(request) is not None:
                raise Wrong(
                    f"{name} is of {kind}, which a run on trades knows not; leave it or the trades out", field=field
                )
            if name in held[kind][:place]:
                raise Wrong(f"{name} is named twice; name it once", field=field)
    check_borrow(request, held, symbols)
    often_s = request.get("trading_frequency_s", 0)
    if held.get(ACTIONS) and often_s:
        raise Wrong(
            f"splits and dividends are given, and trading_frequency_s is {often_s}; leave one of them out",
            field=pointer("holding", ACTIONS),
        )


def check_borrow(request: Mapping[str, Any], held: Mapping[str, Any], symbols: Sequence[str]) -> None:
    """Raises Wrong for borrow fees that nobody could owe, or of which two things are said."""
    field = pointer("holding", "borrow_rate")
    rate = number("borrow_rate", held.get("borrow_rate", "0"))
    for symbol in symbols[:1]:
        pointed(field, BorrowRate, symbol, 0, rate)
    if rate and tape_in(request) is not None:
        raise Wrong(f"borrow_rate is {rate:f}, which a run on trades knows not; write 0", field=field)
    if rate and held.get(BORROW):
        raise Wrong(f"borrow_rate is {part(rate)} and rates are given by files too; give one of both", field=field)
    if (rate or held.get(BORROW)) and not request.get("shortable"):
        at = field if rate else pointer("holding", BORROW)
        raise Wrong(
            "borrow fees are of what was sold short, and nothing may be: set shortable, or leave them out", field=at
        )


def check_whose(file: FactFile, symbols: Sequence[str], field: str) -> None:
    """Raises Wrong for a file that by its name is of what is not traded: its rates would be taken for another's."""
    traded = {one.partition("/")[0] for one in symbols}
    if file.symbol is not None and file.symbol.partition("/")[0] not in traded:
        raise Wrong(
            f"{file.id} is of {file.symbol} by its name, and {', '.join(symbols)} is traded; name a file of that",
            field=field,
        )


def checked_tape(request: Mapping[str, Any], known: Sequence[FactFile]) -> str:
    """The symbol of the trades that are run on. Raises Wrong for a tape that a run would refuse."""
    tape, symbols = tape_in(request), request["symbols"]
    assert tape is not None
    if request["dataset_ids"]:
        raise Wrong(
            "data sets are named beside a tape, of which all candles are made; leave one of them out", field="/tape"
        )
    field = pointer("tape", "trades")
    file = pointed(field, found_in, known, tape["trades"], (TRADES,))
    if len(symbols) > 1:
        raise Wrong(f"a tape is of one symbol, and {len(symbols)} are named; name one", field=pointer("symbols", 1))
    if symbols:
        pointed(pointer("symbols", 0), checked_symbol, symbols[0])
        check_whose(file, symbols, field)
    book = tape["book"]
    if book is not None:
        at = pointer("tape", "book")
        beside = pointed(at, found_in, known, book, BOOKS)
        if symbols or file.symbol is not None:
            check_whose(beside, symbols or [str(file.symbol)], at)
    on_trades(tape)
    return symbols[0] if symbols else file.symbol or UNNAMED


def on_trades(tape: Mapping[str, Any]) -> OnTrades:
    """How orders meet the trades. Raises Wrong."""
    share = number("participation", tape["participation"])
    field = pointer("tape", "meets" if tape["meets"] != OnTrades().meets and not share else "participation")
    return pointed(field, OnTrades, tape["meets"], tape["latency_ms"], Decimal(share), tape["book"] is not None)
