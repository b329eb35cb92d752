"""A bot of the reference that does what a function tells it: for scenes of a few candles, each with its own wishes."""

from __future__ import annotations

from typing import Any

from .desk import Desk
from .venue import Order


class Told:
    """Params: `slots`, and `tell(desk, event, n)`: event "close" with the number of the candle, "fill" or "end" with
    the slot."""

    hears_ends = True

    def __init__(self, params: dict[str, Any]) -> None:
        self.slots = int(params["slots"])
        self.tell = params["tell"]

    def on_start(self, desk: Desk) -> None:
        """It begins with a close."""

    def on_close(self, desk: Desk) -> None:
        """The number of the candle."""
        self.tell(desk, "close", desk.at)

    def on_fill(self, desk: Desk, order: Order, received: int) -> None:  # noqa: ARG002
        """The slot."""
        self.tell(desk, "fill", order.slot)

    def on_end(self, desk: Desk, order: Order) -> None:
        """The slot."""
        self.tell(desk, "end", order.slot)
