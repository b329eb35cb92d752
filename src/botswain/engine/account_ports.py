"""What an account's actor needs of others: the bots on it, and the journal's memory of their orders.

And what its own parts have of it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Protocol

from botswain.build.plan import Units
from botswain.engine.manners import Clocks, Manners
from botswain.engine.tracks import Track
from botswain.model.errors import FailClosed
from botswain.model.intents import Working
from botswain.model.news import News
from botswain.model.order_events import OrderReport
from botswain.model.orders import OrderState
from botswain.model.ports import Gateway
from botswain.store.residues import Residual


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
        """What its books hold by base asset, dust included."""
        ...

    def cash(self) -> dict[str, Decimal]:
        """What all its fills have brought of its quote, or, negative, taken; its capital is no part of it."""
        ...

    def last_price(self, symbol: int) -> Decimal:
        """The last price that it has seen of a symbol; 0 before the first."""
        ...

    def asked_at(self, order: str) -> Decimal:
        """The last price that it had seen when it asked for an order; 0 where it does not know any more."""
        ...

    def stopped_over(self, order: str) -> bool:
        """Whether its entries are stopped already because nobody can say what became of this order."""
        ...

    def tell(self, news: Sequence[News]) -> None: ...

    def fail(self, error: FailClosed) -> None:
        """It cannot go on: what happened to an order of its own its books cannot hold."""
        ...


@dataclass(frozen=True, slots=True)
class Resting:
    """Bots of the account that this fleet does not run.

    held     what their books hold by base asset, dust included
    open     assets that their orders without an end may move, with no bot of this fleet booking it
    cash     what their fills have brought, by quote asset
    symbols  on which they have traded, or have orders without an end
    awaited  assets of those among them that are about to start in this process: what those have filled is not booked
    """

    held: Mapping[str, Decimal]
    open: frozenset[str]
    cash: Mapping[str, Decimal] = field(default_factory=dict)
    symbols: frozenset[str] = frozenset()
    awaited: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """An order of a bot that this fleet does not run.

    bot           its name
    looked_after  whether another fleet of this process runs it, or is about to
    booked        the ids of its trades that are in its bot's book
    """

    bot: str
    looked_after: bool
    booked: frozenset[str]


class Store(Protocol):
    """What the database knows that this process does not remember."""

    async def order(self, client_order_id: str) -> tuple[str, Working, frozenset[str]] | None:
        """Its bot's id, the order and the ids of its booked trades; None where no bot here journaled it."""
        ...

    async def end(self, client_order_id: str) -> tuple[OrderState, int] | None:
        """How an order ended by the journal, and when it was written; None where it has no end."""
        ...

    async def elsewhere(self, client_order_id: str) -> Elsewhere | None:
        """Whose it is, wherever that runs; None where no bot journaled it."""
        ...

    async def named(self, symbol: str, numbers: Collection[str]) -> dict[str, str]:
        """Our names of a symbol's orders by the venue's, of those that the journal knows. Raises Unavailable."""
        ...

    async def resting(self, running: Collection[str]) -> Resting:
        """What bots of the account other than these hold. Raises Unavailable."""
        ...

    async def keep_residue(self, found: Mapping[str, Residual]) -> None:
        """Keep what the account holds beyond its books, for the next start. Raises Unavailable and Deferred."""
        ...


class Ports(Protocol):
    """What the parts of an account that ask and tell have of it. Each says what it needs beyond this."""

    account_id: str
    gateway: Gateway
    clocks: Clocks
    manners: Manners
    store: Store
    owners: dict[str, Owner]
    tracks: dict[str, Track]
    ended: dict[str, Track]
    looking_up: set[str]

    @property
    def remark(self) -> Callable[[str], None]: ...
    def order_told(self, report: OrderReport) -> None: ...
