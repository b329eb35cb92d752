"""What the engine hands to a gateway, as values that travel between processes: journaled requests, and questions.

A gateway turns them into a venue's own calls. It decides nothing and repeats nothing.
"""

from __future__ import annotations

from decimal import Decimal

from msgspec import Struct

from botswain.model.intents import Request


class Errand(Struct, frozen=True):
    """A request that has been committed to a bot's journal, on its way to the venue.

    seq                   the journal row that it stands in
    lease_epoch           the epoch that row was committed under
    tick_size, lot_size   what the request's ticks and lots are worth
    second                the request of an order list's other order, which stands in the row after; sent as one
    """

    account_id: str
    bot_id: str
    seq: int
    lease_epoch: int
    symbol: str
    tick_size: Decimal
    lot_size: Decimal
    request: Request
    second: Request | None = None

    @property
    def requests(self) -> tuple[Request, ...]:
        """All that is asked for in one go."""
        return (self.request,) if self.second is None else (self.request, self.second)


class AskOrder(Struct, frozen=True, tag=True):
    """One order by our name of it. Answered with an OrderReport."""

    symbol: str
    client_order_id: str


class AskWorking(Struct, frozen=True, tag=True):
    """All orders that work on these symbols, ours or not. Answered with Rows of OrderReport."""

    symbols: tuple[str, ...]


class AskOrders(Struct, frozen=True, tag=True):
    """Orders of a symbol in every state that were made since a time of the venue's. Rows of OrderReport."""

    symbol: str
    since_ms: int


class AskFills(Struct, frozen=True, tag=True):
    """Our fills of a symbol, of one order or since a time of the venue's. Rows of OwnTrade."""

    symbol: str
    venue_order_id: str = ""
    since_ms: int = 0


class AskBalances(Struct, frozen=True, tag=True):
    """What the account holds, and its fees. Answered with an Account."""


Question = AskOrder | AskWorking | AskOrders | AskFills | AskBalances
