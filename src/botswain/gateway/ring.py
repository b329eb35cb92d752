"""The accounts whose keys are open, by account id; they come and go while the gateway runs."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from botswain.model.caps import Caps
from botswain.model.outcomes import Absent, Answer, Failed
from botswain.model.ports import VenueAccount


class PricedAccount(VenueAccount, Protocol):
    """An account that can also say what a coin costs, for caps on what an order is worth."""

    async def price(self, symbol: str) -> Answer[Decimal] | Absent | Failed:
        """What one unit of base costs now, in quote."""
        ...


@dataclass(frozen=True, slots=True)
class Held:
    """An account and what its key may be used for."""

    account: PricedAccount
    caps: Caps = Caps()  # noqa: RUF009 - frozen


class Ring:
    """Accounts by id."""

    def __init__(self, held: Mapping[str, Held] | None = None) -> None:
        self._held: dict[str, Held] = dict(held or {})
        self._moved: dict[str, asyncio.Event] = {}

    def get(self, account_id: str) -> Held | None:
        """The account, None where its key is not open."""
        return self._held.get(account_id)

    def put(self, account_id: str, held: Held | None) -> None:
        """Use this from now on for an account; None takes it away."""
        if held is None:
            self._held.pop(account_id, None)
        else:
            self._held[account_id] = held
        moved = self._moved.pop(account_id, None)
        if moved is not None:
            moved.set()

    def moved(self, account_id: str) -> asyncio.Event:
        """Is set when another key, or none, stands for an account from then on."""
        return self._moved.setdefault(account_id, asyncio.Event())
