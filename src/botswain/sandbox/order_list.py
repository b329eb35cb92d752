"""How an order list is shown."""

from __future__ import annotations

from typing import Any

from botswain.sandbox.floor import OrderList

STATES = {"EXECUTING": ("EXEC_STARTED", "EXECUTING"), "ALL_DONE": ("ALL_DONE", "ALL_DONE")}


def told(entry: OrderList, time_ms: int) -> dict[str, Any]:
    """A list as every reply begins."""
    kind, state = STATES[entry.status]
    return {
        "orderListId": entry.list_id,
        "contingencyType": "OCO",
        "listStatusType": kind,
        "listOrderStatus": state,
        "listClientOrderId": entry.client_id,
        "transactionTime": time_ms,
        "symbol": entry.pair_id,
        "orders": [
            {"symbol": one.pair_id, "orderId": one.order_id, "clientOrderId": one.client_id} for one in entry.orders
        ],
    }
