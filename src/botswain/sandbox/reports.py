"""The user data stream's payloads: execution reports, account positions, balance updates, list states."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from botswain.sandbox.account import Account
from botswain.sandbox.amounts import text_of
from botswain.sandbox.order import SIDES, Order, Trade


def execution(
    order: Order, kind: str, execution_id: int, *, fill: Trade | None = None, cancel_id: str = "", reject: str = "NONE"
) -> dict[str, Any]:
    """An executionReport. kind: NEW, TRADE, CANCELED, REPLACED, REJECTED, EXPIRED."""
    facts, terms = order.facts, order.terms
    time_ms = order.update_ms
    found: dict[str, Any] = {
        "e": "executionReport",
        "E": time_ms,
        "s": order.pair_id,
        "c": cancel_id or order.client_id,
        "S": SIDES[terms.side],
        "o": terms.type,
        "f": terms.tif,
        "q": facts.qty_text(order.lots),
        "p": facts.price_text(terms.price),
        "P": facts.price_text(terms.stop),
        "F": text_of(0),
        "g": order.list_id,
        "C": order.client_id if cancel_id else "",
        "x": kind,
        "X": order.status,
        "r": reject,
        "i": order.order_id,
        "l": facts.qty_text(fill.lots if fill else 0),
        "z": facts.qty_text(order.executed),
        "L": facts.price_text(fill.price if fill else 0),
        "n": text_of(fill.fee if fill else 0),
        "N": fill.fee_asset if fill else None,
        "T": time_ms,
        "t": fill.number if fill else -1,
        "I": execution_id,
        "w": order.working,
        "m": bool(fill and fill.maker),
        "M": False,
        "O": order.time_ms,
        "Z": text_of(order.quote),
        "Y": text_of(fill.quote if fill else 0),
        "Q": text_of(terms.quote_qty),
        "V": terms.stp,
    }
    if order.working_ms >= 0:
        found["W"] = order.working_ms
    if terms.strategy_id is not None:
        found["j"] = terms.strategy_id
    if terms.strategy_type is not None:
        found["J"] = terms.strategy_type
    if order.expiry:
        found["eR"] = order.expiry
    return found


def position(account: Account, assets: Iterable[str], time_ms: int) -> dict[str, Any]:
    """An outboundAccountPosition of the assets that may have changed."""
    return {
        "e": "outboundAccountPosition",
        "E": time_ms,
        "u": time_ms,
        "B": [
            {"a": asset, "f": text_of(account.free.get(asset, 0)), "l": text_of(account.locked.get(asset, 0))}
            for asset in assets
        ],
    }


def deposit(asset: str, units: int, time_ms: int) -> dict[str, Any]:
    """A balanceUpdate: something came or went without an order."""
    return {"e": "balanceUpdate", "E": time_ms, "a": asset, "d": text_of(units), "T": time_ms}


def list_status(entry: dict[str, Any], time_ms: int) -> dict[str, Any]:
    """A listStatus of an order list as `order_list.listed` shows it."""
    return {
        "e": "listStatus",
        "E": time_ms,
        "s": entry["symbol"],
        "g": entry["orderListId"],
        "c": entry["contingencyType"],
        "l": entry["listStatusType"],
        "L": entry["listOrderStatus"],
        "r": "NONE",
        "C": entry["listClientOrderId"],
        "T": entry["transactionTime"],
        "O": [{"s": one["symbol"], "i": one["orderId"], "c": one["clientOrderId"]} for one in entry["orders"]],
    }
