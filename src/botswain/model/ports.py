"""What lower rungs offer and upper ones use, as protocols: the shapes meet here and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from botswain.model.intents import Request
from botswain.model.venue_reports import VenueReport


class OrderVenue(Protocol):
    """Where orders are sent. `submit` takes what was journaled and nothing else."""

    def submit(self, requests: Sequence[Request]) -> None:
        """Hand over requests, in the order they are to reach the book."""
        ...


class CandleVenue(OrderVenue, Protocol):
    """A venue that is told its market: paper, and the sandbox in step mode."""

    def candles(self, open_ms: int, bars: Mapping[int, Any]) -> list[VenueReport]:
        """Candles of one instant, by symbol: what they do to the orders, in the order it happens."""
        ...

    def saved(self) -> bytes:
        """Orders and balances as bytes: the same for the same, in every process."""
        ...

    def restore(self, saved: bytes) -> None:
        """Hold what was saved, and nothing else."""
        ...
