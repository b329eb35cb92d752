"""Where money moves: a fill of an order, and its end. Exact to the last unit, and the only place that does it."""

from __future__ import annotations

from dataclasses import replace

from botswain.sandbox.floor import Floor
from botswain.sandbox.order import CANCELED, EXPIRED, FILLED, PARTIALLY_FILLED, Order, Trade
from botswain.sandbox.order_list import told
from botswain.sandbox.pair import Pair
from botswain.sandbox.reports import execution, list_status


def settle(floor: Floor, pair: Pair, order: Order, price: int, lots: int, maker: bool) -> bool:
    """Book a fill: what is given and received, the fee, the lock. False, and nothing changed, where funds are short."""
    account, facts = floor.accounts[order.owner], pair.facts
    side = order.terms.side
    quote, base = lots * price * facts.money, lots * facts.lot
    fee, fee_asset = facts.fee(side, lots, price, maker, account.free.get(facts.third, 0))
    pay_asset, pay, got_asset, got = (
        (facts.quote, quote, facts.base, base) if side > 0 else (facts.base, base, facts.quote, quote)
    )
    due = fee if fee_asset == pay_asset else 0
    left = max(order.lots - order.executed - lots, 0)
    held = left if order.terms.type != "MARKET" else 0
    needed = facts.lock(side, held, order.terms.price or order.terms.stop)
    released = order.lock.units - needed
    # What is paid back comes after the fill and cannot pay for it.
    if account.free.get(pay_asset, 0) + released < pay + max(due, 0):
        return False
    if released:
        account.hold(order.lock.asset, -released)
        order.lock.units = needed
    account.move(pay_asset, -pay - due)
    account.move(got_asset, got - (fee if fee_asset == got_asset else 0))
    if fee_asset not in (pay_asset, got_asset):
        account.move(fee_asset, -fee)
    order.executed += lots
    order.quote += quote
    order.update_ms = max(floor.market_ms, pair.at_ms)
    order.status = FILLED if order.executed >= order.lots else PARTIALLY_FILLED
    number = pair.fill_number if floor.faults.take("blank_trade_id", order.owner, pair.pair_id) else pair.next_fill()
    made = Trade(
        number, pair.pair_id, order.order_id, order.list_id, side, price, lots, quote, fee, fee_asset,
        order.update_ms, maker, floor.clock(),
    )  # fmt: skip
    shown = replace(made, fee=0) if floor.faults.take("fee_late", order.owner, pair.pair_id) else made
    order.fills.append(shown)
    account.trades.append(made)
    if not order.live:
        order.ended_ms = floor.clock()
        account.drop(order)
        floor.freed.append(account.name)
    floor.tell(account, execution(order, "TRADE", floor.number("execution"), fill=shown))
    list_ended(floor, order)
    return True


def end(
    floor: Floor, order: Order, status: str, *, expiry: str = "", cancel_id: str = "", reject: str = "NONE"
) -> None:
    """An order is over without (more) fills: its funds are free again, unless its list still needs them."""
    account = floor.accounts[order.owner]
    order.status, order.expiry, order.update_ms = status, expiry, floor.market_ms
    order.working, order.ended_ms = False, floor.clock()
    entry = floor.lists.get(order.list_id)
    alive = entry is not None and any(one.live for one in entry.orders)
    if order.lock.units and not alive:
        account.hold(order.lock.asset, -order.lock.units)
        order.lock.units = 0
    account.drop(order)
    kind = status if status in (CANCELED, EXPIRED) else "EXPIRED"
    said = execution(order, kind, floor.number("execution"), cancel_id=cancel_id, reject=reject)
    floor.tell(account, said)
    list_ended(floor, order)


def list_ended(floor: Floor, order: Order) -> None:
    """Where an order's list has no live order left: say so."""
    entry = floor.lists.get(order.list_id)
    if entry is not None and entry.status == "EXECUTING" and not any(one.live for one in entry.orders):
        entry.status = "ALL_DONE"
        floor.tell(floor.accounts[order.owner], list_status(told(entry, floor.market_ms), floor.market_ms))
