"""What an account's actor needs of others: the bots on it, and the journal's memory of their orders."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Protocol

from botswain.build.plan import Units
from botswain.model.intents import Working
from botswain.model.news import News


class Owner(Protocol):
    """A bot on this account."""

    @property
    def bot_id(self) -> str: ...
    @property
    def units(self) -> Sequence[Units]: ...
    @property
    def quiet(self) -> bool:
        """Whether it has taken all it was told."""
        ...

    def held(self) -> dict[str, Decimal]:
        """What its books hold by base asset, dust included. Of cash nothing is told."""
        ...

    def tell(self, news: Sequence[News]) -> None: ...


class Store(Protocol):
    """What the journal knows of an order that this process does not remember."""

    async def order(self, client_order_id: str) -> tuple[str, Working, frozenset[str]] | None:
        """Its bot's id, the order and the ids of its booked trades; None where no bot here journaled it."""
        ...

    async def elsewhere(self, client_order_id: str) -> str:
        """The name of the bot that journaled it, wherever that runs; empty where none did."""
        ...
