"""Requests as values: which endpoint, with which exact strings. Model intents in, calls out; nothing is sent here.

Prices and quantities become text from ticks and lots and nowhere else, so no float and no rounding can come between
the journal and the wire. Timestamp and signature are added when a call is sent (`signing`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from msgspec import Struct

from botswain.core.codes import LIMIT, MARKET, POST_ONLY, STOP, STOP_LIMIT, TAKE_PROFIT
from botswain.model.errors import BadInput
from botswain.model.intents import Request, Wanted
from botswain.venues.binance.facts import CLIENT_ORDER_ID, HOLDS_FLAGS, TIF_WORDS, TYPE_OF_KIND, WEIGHTS
from botswain.venues.binance.refusals import Purpose

Params = tuple[tuple[str, str], ...]
SIDE_WORDS = {1: "BUY", -1: "SELL"}
_ID = re.compile(CLIENT_ORDER_ID)
PROFITS = (LIMIT, TAKE_PROFIT)
STOPS = (STOP, STOP_LIMIT)


class Call(Struct, frozen=True):
    """One request.

    method, path   path without a leading slash, below /api/v3
    params         names and exact values in the order they are sent; none of them empty
    expects        client order id that the answer must show, empty for none
    urgent         may use the reserve of the weight budget: cancels, and what protects or reduces a position
    counts         how many orders it adds to the account's order limits
    """

    method: str
    path: str
    params: Params
    purpose: Purpose
    weight: int
    signed: bool = True
    expects: str = ""
    urgent: bool = False
    counts: int = 0


@dataclass(frozen=True, slots=True)
class Grid:
    """A symbol's own name and steps, which turn ticks and lots into text."""

    market_id: str
    tick: Decimal
    lot: Decimal

    def price(self, ticks: int) -> str:
        """A price as it is sent. Raises BadInput below one tick."""
        return text(self.market_id, "price", ticks, self.tick)

    def qty(self, lots: int) -> str:
        """A quantity as it is sent. Raises BadInput below one lot."""
        return text(self.market_id, "quantity", lots, self.lot)


def text(market_id: str, what: str, count: int, step: Decimal) -> str:
    """count steps in plain digits: no exponent, no zeros at the end, nothing cut."""
    if count <= 0:
        raise BadInput(f"the {what} of an order for {market_id} is {count} steps; it must be at least 1")
    digits = format(count * step, "f")
    return digits.rstrip("0").rstrip(".") if "." in digits else digits


def of_request(grid: Grid, request: Request) -> Call:
    """The call for a journaled request: place, cancel, or both in one. Raises BadInput."""
    if request.row is None:
        return cancel(grid.market_id, request.cancels)
    if request.cancels:
        return replace(grid, request.cancels, request.row, request.places)
    return place(grid, request.row, request.places)


def of_list(grid: Grid, first: Request, second: Request) -> Call:
    """The call for the two requests of an order list: place it, or take it off. Raises BadInput."""
    if first.row is None or second.row is None:
        return cancel_list(grid.market_id, first.listed)
    return oco(grid, first.listed, (first.places, first.row), (second.places, second.row))


def place(grid: Grid, row: Wanted, client_order_id: str) -> Call:
    """A new order of row.leaves lots. Raises BadInput for what this venue cannot hold."""
    params = (*order_params(grid, row), *named(client_order_id))
    return Call(
        "POST",
        "order",
        params,
        Purpose.PLACE,
        WEIGHTS["place"],
        expects=client_order_id,
        urgent=row.reducing or row.protective,
        counts=1,
    )


def test_order(grid: Grid, row: Wanted, client_order_id: str) -> Call:
    """The same, only checked by the venue. Raises BadInput."""
    params = (*order_params(grid, row), *named(client_order_id))
    return Call("POST", "order/test", params, Purpose.PLACE, WEIGHTS["order/test"])


def cancel(market_id: str, client_order_id: str) -> Call:
    """Take an order off."""
    params = (("symbol", market_id), ("origClientOrderId", valid(client_order_id)))
    return Call("DELETE", "order", params, Purpose.CANCEL, WEIGHTS["place"], expects=client_order_id, urgent=True)


def replace(grid: Grid, cancels: str, row: Wanted, client_order_id: str) -> Call:
    """Take an order off and, only if that worked, place another, in one request. Raises BadInput."""
    params = (
        *order_params(grid, row),
        ("cancelReplaceMode", "STOP_ON_FAILURE"),
        ("cancelOrigClientOrderId", valid(cancels)),
        *named(client_order_id),
    )
    return Call(
        "POST",
        "order/cancelReplace",
        params,
        Purpose.REPLACE,
        WEIGHTS["place"],
        expects=client_order_id,
        urgent=row.reducing or row.protective,
        counts=1,
    )


def amend(grid: Grid, client_order_id: str, lots: int) -> Call:
    """Make an order smaller in its place: to `lots` in total, what is filled included. It keeps its name."""
    params = (
        ("symbol", grid.market_id),
        ("origClientOrderId", valid(client_order_id)),
        ("newQty", grid.qty(lots)),
        # Left out, the venue gives the order a new random name, and it would not be provably ours any more.
        ("newClientOrderId", client_order_id),
    )
    # It only makes smaller: a stop that must shrink may use what is kept for cancels and stops.
    return Call(
        "PUT",
        "order/amend/keepPriority",
        params,
        Purpose.AMEND,
        WEIGHTS["amend"],
        expects=client_order_id,
        urgent=True,
    )


def oco(grid: Grid, list_id: str, first: tuple[str, Wanted], second: tuple[str, Wanted]) -> Call:
    """A profit-taking and a stop order of one quantity, of which one ends the other; given as (client id, row).

    Which of them stands above the price follows from the side. Raises BadInput where they do not belong together.
    """
    profit, stop = (first, second) if first[1].kind in PROFITS else (second, first)
    rows = (profit[1], stop[1])
    if rows[0].kind not in PROFITS or rows[1].kind not in STOPS:
        kinds = [TYPE_OF_KIND.get(one.kind, str(one.kind)) for one in rows]
        raise BadInput(f"{' and '.join(kinds)} make no order list; give a limit or take-profit and a stop")
    if (rows[0].side, rows[0].leaves) != (rows[1].side, rows[1].leaves):
        raise BadInput(
            f"the orders of list {list_id} differ: side {rows[0].side} and {rows[1].side}, "
            f"lots {rows[0].leaves} and {rows[1].leaves}; give one side and one quantity"
        )
    above, below = (profit, stop) if rows[0].side < 0 else (stop, profit)
    params = (
        ("symbol", grid.market_id),
        ("side", SIDE_WORDS[rows[0].side]),
        ("quantity", grid.qty(rows[0].leaves)),
        *leg_params(grid, "above", *above),
        *leg_params(grid, "below", *below),
        ("listClientOrderId", valid(list_id)),
        ("newOrderRespType", "FULL"),
    )
    urgent = any(one.reducing or one.protective for one in rows)
    return Call(
        "POST", "orderList/oco", params, Purpose.PLACE, WEIGHTS["place"], expects=list_id, urgent=urgent, counts=2
    )


def cancel_list(market_id: str, list_client_id: str) -> Call:
    """Take both orders of a list off."""
    params = (("symbol", market_id), ("listClientOrderId", valid(list_client_id)))
    return Call("DELETE", "orderList", params, Purpose.CANCEL, WEIGHTS["place"], expects=list_client_id, urgent=True)


def order_params(grid: Grid, row: Wanted) -> Params:
    """What an order is, without its name. Raises BadInput."""
    if row.kind not in TYPE_OF_KIND or row.side not in SIDE_WORDS or row.tif not in TIF_WORDS:
        raise BadInput(f"slot {row.slot}: kind {row.kind}, side {row.side}, tif {row.tif} is no order Binance knows")
    # Protective is our own word: the venue is not told.
    maker = bool(row.flags & POST_ONLY & HOLDS_FLAGS)
    if maker and row.kind != LIMIT:
        raise BadInput(f"slot {row.slot}: only a limit order can be post-only, this one is {TYPE_OF_KIND[row.kind]}")
    params = [
        ("symbol", grid.market_id),
        ("side", SIDE_WORDS[row.side]),
        ("type", "LIMIT_MAKER" if maker else TYPE_OF_KIND[row.kind]),
    ]
    if row.kind == STOP_LIMIT or (row.kind == LIMIT and not maker):
        params.append(("timeInForce", TIF_WORDS[row.tif]))
    params.append(("quantity", grid.qty(row.leaves)))
    if row.kind in (LIMIT, STOP_LIMIT):
        params.append(("price", grid.price(row.price)))
    if row.kind not in (MARKET, LIMIT):
        params.append(("stopPrice", grid.price(row.trigger)))
    return tuple(params)


def leg_params(grid: Grid, where: str, client_order_id: str, row: Wanted) -> Params:
    """One order of a list; a limit order rests there as a maker."""
    params = [(f"{where}Type", "LIMIT_MAKER" if row.kind == LIMIT else TYPE_OF_KIND[row.kind])]
    if row.kind in (LIMIT, STOP_LIMIT):
        params.append((f"{where}Price", grid.price(row.price)))
    if row.kind != LIMIT:
        params.append((f"{where}StopPrice", grid.price(row.trigger)))
    if row.kind == STOP_LIMIT:
        params.append((f"{where}TimeInForce", TIF_WORDS[row.tif]))
    params.append((f"{where}ClientOrderId", valid(client_order_id)))
    return tuple(params)


def named(client_order_id: str) -> Params:
    """A new order's name, and that its fills are to be told at once."""
    return ("newClientOrderId", valid(client_order_id)), ("newOrderRespType", "FULL")


def valid(client_order_id: str) -> str:
    """The id. Raises BadInput where Binance would not take it."""
    if _ID.fullmatch(client_order_id):
        return client_order_id
    raise BadInput(
        f"client order id {client_order_id!r} is not 1 to 36 letters, digits, - and _; nothing else identifies an order"
    )
