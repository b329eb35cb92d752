"""Faults that act when they are set: somebody else's hand on the account or on the market."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import Any

from botswain.model.errors import BadInput, near
from botswain.sandbox import reports, streams
from botswain.sandbox.account import Account
from botswain.sandbox.amounts import UNIT, parsed, units_of
from botswain.sandbox.desk import cancel, place
from botswain.sandbox.fault_table import FILTERS, checked
from botswain.sandbox.floor import Floor
from botswain.sandbox.order import CANCELED, EXPIRED, Order, Terms
from botswain.sandbox.pair import STATUSES, Pair

COUNTS = ("max_orders", "max_algo_orders")


def act(floor: Floor, name: str, given: dict[str, Any]) -> None:
    """Do what a fault does at once. Raises BadInput for settings that name nothing, Refused where an order may not."""
    settings = checked(name, given).settings
    ACTS[name](floor, settings)
    floor.faults.acted[name] = floor.faults.acted.get(name, 0) + 1
    floor.settle_up()


def account_of(floor: Floor, settings: dict[str, Any]) -> Account:
    """The account that is named, or the first."""
    name = settings["account"] or next(iter(floor.accounts), "")
    if name not in floor.accounts:
        raise BadInput(f"account {name!r} is unknown{near(name, floor.accounts)}")
    return floor.accounts[name]


def pair_of(floor: Floor, settings: dict[str, Any]) -> Pair:
    """The symbol that is named, or the first."""
    name = settings["symbol"] or next(iter(floor.pairs))
    if name not in floor.pairs:
        raise BadInput(f"symbol {name!r} is unknown{near(name, floor.pairs)}")
    return floor.pairs[name]


def units(settings: dict[str, Any], name: str) -> int:
    """A setting as units. Raises BadInput."""
    try:
        return units_of(Decimal(settings[name]), name)
    except InvalidOperation:
        raise BadInput(f"{name} is {settings[name]!r}, not a number; write it as 0.01") from None


def prune_history(floor: Floor, settings: dict[str, Any]) -> None:
    """Forget finished orders and fills."""
    account = account_of(floor, settings)
    account.prune(len(account.orders))
    account.trades.clear()


def balance_jump(floor: Floor, settings: dict[str, Any]) -> None:
    """A deposit or a withdrawal; one of more than is free takes what there is."""
    account, asset = account_of(floor, settings), settings["asset"]
    change = max(units(settings, "amount"), -account.free.get(asset, 0))
    account.move(asset, change)
    floor.tell(account, reports.deposit(asset, change, floor.market_ms))


def filters_changed(floor: Floor, settings: dict[str, Any]) -> None:
    """Other filters; the grid of prices and quantities itself stays."""
    pair = pair_of(floor, settings)
    new = {name: units(settings, name) for name in FILTERS if settings[name] and name not in COUNTS}
    for name in COUNTS:
        if settings[name]:
            new[name] = int(settings[name])
    for name, grid in (("tick_size", pair.facts.tick), ("step_size", pair.facts.lot)):
        if new.get(name, 0) % grid:
            raise BadInput(f"{name} is {settings[name]}; it must be a multiple of what it was at the start")
    pair.filters = replace(pair.filters, **new)


def symbol_status(floor: Floor, settings: dict[str, Any]) -> None:
    """Another status."""
    if settings["status"] not in STATUSES:
        raise BadInput(f"status {settings['status']!r} is unknown{near(settings['status'], STATUSES)}")
    pair_of(floor, settings).status = settings["status"]


def symbol_removed(floor: Floor, settings: dict[str, Any]) -> None:
    """Off the list, its orders expired."""
    pair = pair_of(floor, settings)
    for account in floor.accounts.values():
        for order in [one for one in account.open.values() if one.facts is pair.facts]:
            if order.live:
                cancel(floor, pair, order, "", EXPIRED)
    pair.listed = False
    pair.status = "BREAK"


def foreign_cancel(floor: Floor, settings: dict[str, Any]) -> None:
    """The owner's own hand, from another program."""
    end_orders(floor, settings, lambda pair, order: cancel(floor, pair, order, floor.client_name(), CANCELED))


def exchange_cancel(floor: Floor, settings: dict[str, Any]) -> None:
    """The exchange ends orders."""
    end_orders(floor, settings, lambda pair, order: cancel(floor, pair, order, "", EXPIRED))


def end_orders(floor: Floor, settings: dict[str, Any], how: Callable[[Pair, Order], None]) -> None:
    """End one order, or all of a symbol."""
    account, pair = account_of(floor, settings), pair_of(floor, settings)
    number = settings["order_id"]
    for order in list(account.open.values()):
        if order.facts is pair.facts and order.live and number in (0, order.order_id):
            how(pair, order)


def foreign_order(floor: Floor, settings: dict[str, Any]) -> None:
    """An order of another program; without a price at the market."""
    account, pair = account_of(floor, settings), pair_of(floor, settings)
    qty = parsed(settings["quantity"])
    if qty is None or qty[0] < pair.facts.lot:
        raise BadInput(f"quantity is {settings['quantity']!r}; write at least one lot, as 0.01")
    price = units(settings, "price") // pair.facts.tick if settings["price"] else 0
    kind = "LIMIT" if price else "MARKET"
    side = 1 if settings["side"] == "BUY" else -1
    terms = Terms(side, kind, "GTC", qty[0] // pair.facts.lot, price, client_id=settings["client_id"])
    place(floor, account, pair, terms)


def stream_ended(floor: Floor, settings: dict[str, Any]) -> None:
    """The credential's stream is over; whoever wants more subscribes again."""
    floor.tell(account_of(floor, settings), {"e": "eventStreamTerminated", "E": floor.market_ms})


def revise_candle(floor: Floor, settings: dict[str, Any]) -> None:
    """The last closed candle closes elsewhere, in history and on the stream."""
    pair = pair_of(floor, settings)
    if not pair.tape.klines:
        raise BadInput(f"{pair.pair_id} has no closed candle yet; move the market on first")
    one = pair.tape.klines[-1]
    one.close += settings["ticks"]
    one.high, one.low = max(one.high, one.close), min(one.low, one.close)
    streams.candle(floor, pair, one.open_ms, floor.market_ms)


def bad_print(floor: Floor, settings: dict[str, Any]) -> None:
    """A print far off the price; nothing fills by it."""
    pair = pair_of(floor, settings)
    price = max(pair.last * units(settings, "factor") // UNIT, 1)
    streams.printed(floor, pair, pair.tape.add(price, pair.facts.lot, floor.market_ms, False))


def disconnect(floor: Floor, _settings: dict[str, Any]) -> None:
    """Tell every socket; whoever drives them closes them on this message."""
    floor.publish(SHUTDOWN, {"e": "serverShutdown", "E": floor.market_ms})


SHUTDOWN = "!shutdown"
ACTS: dict[str, Callable[[Floor, dict[str, Any]], None]] = {
    one.__name__: one
    for one in (
        prune_history,
        balance_jump,
        filters_changed,
        symbol_status,
        symbol_removed,
        foreign_cancel,
        exchange_cancel,
        foreign_order,
        stream_ended,
        revise_candle,
        bad_print,
        disconnect,
    )
}
