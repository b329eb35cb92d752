"""What the doors look up at venues: rules of symbols and last prices. The wiring brings the concrete reader."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Protocol

from botswain.model.listing import Listing
from botswain.store.accounts import Account


class VenueReads(Protocol):
    """Reads public data of an account's venue. Raises Unavailable where it does not answer."""

    def names(self) -> tuple[str, ...]:
        """The venues there are."""
        ...

    async def listings(self, account: Account) -> Mapping[str, Listing]:
        """All symbols it lists, by BASE/QUOTE."""
        ...

    async def price(self, account: Account, symbol: str) -> Decimal | None:
        """The last price of a symbol; None where there was none yet."""
        ...

    def timeframes(self, account: Account) -> tuple[str, ...]:
        """The candles it has."""
        ...

    def port(self, account: Account) -> int:
        """The port of a sandbox that is not the usual one, as settings name it; 0 for the usual one and for venues."""
        ...
