"""Orders as values after a split of shares: those that wait for a venue, and those that a bot believes to work.

By the rules that the core rewrites its own by (`core.actions`), in Python's integers.
"""

from __future__ import annotations

from typing import Any, TypeVar

from msgspec.structs import replace

from botswain.core.actions import limit_after, lots_after, nearest, trigger_after
from botswain.model.intents import Wanted, Working

NEAREST: Any = nearest
LIMIT_AFTER: Any = limit_after
TRIGGER_AFTER: Any = trigger_after
LOTS_AFTER: Any = lots_after
Order = TypeVar("Order", Wanted, Working)


def after_split(order: Order, num: int, den: int) -> Order:
    """What an order is for where `num` shares became of `den`: prices to the tick, what is left down to the lot."""
    return replace(
        order,
        price=LIMIT_AFTER(order.price, order.side, num, den),
        trigger=TRIGGER_AFTER(order.trigger, order.kind, order.side, num, den),
        leaves=LOTS_AFTER(order.leaves, num, den),
        held=LOTS_AFTER(order.held, num, den),
    )
