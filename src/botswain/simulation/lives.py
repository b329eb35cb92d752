"""What a simulated engine is given and what it must offer: the seam between this world and whatever lives in it.

A crew is installed once and lives many times: a life ends when it is killed, and the next one finds the database, the
exchange and nothing else. Everything ambient is in `Surroundings`, and a dead life's ports raise `Killed`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from botswain.model.instrument import Instrument
from botswain.simulation.faulty_store import FaultyStore
from botswain.venues.binance.desk import Wire
from botswain.venues.binance.facts import Addresses
from botswain.venues.binance.signing import Credential
from botswain.venues.binance.sockets import Dialer


@dataclass(frozen=True)
class Surroundings:
    """Everything one life may use.

    life         its number, from 1
    wire, dialer the network; store: the database and its writer in one
    now_ms       the machine's clock, which may step; durations come from the running loop, as always
    new_id       makes UUIDv7s; tag_key: the secret of order ids
    crash        to be called at named points; may raise Killed, which nobody may catch
    page         tells the owner something that needs a person
    credentials  by the exchange's account name
    """

    life: int
    wire: Wire
    dialer: Dialer
    store: FaultyStore
    now_ms: Callable[[], int]
    new_id: Callable[[], str]
    tag_key: bytes
    crash: Callable[[str], None]
    page: Callable[[str], None]
    addresses: Addresses
    credentials: Mapping[str, Credential]
    instruments: Sequence[Instrument]


@dataclass(frozen=True, slots=True)
class Want:
    """A row that should be working now. side +1 or -1; price 0 where its kind has none; leaves in base."""

    bot_id: str
    symbol: str
    slot: int
    side: int
    price: Decimal
    leaves: Decimal


@dataclass(frozen=True, slots=True)
class Charge:
    """A bot as the checker must know it: which of the exchange's accounts it trades on, and with how much quote.

    protects  what it holds has a stop, always
    rests     each slot has an order resting at the exchange, always: what has filled is followed by the next
    orders    so many a day it makes at least, its market being one of this world
    """

    bot_id: str
    account: str
    capital: Decimal
    protects: bool = False
    rests: bool = False
    orders: int = 0


class Life(Protocol):
    """One run of an engine, from its start to its death."""

    async def run(self) -> None:
        """Recover and go on until cancelled or killed. A BotswainError ends this life; another is started later."""
        ...

    def settled(self) -> bool:
        """Whether it believes that nothing is under way: no write unresolved, no read owed, wanted = working."""
        ...

    def wanted(self) -> Sequence[Want]:
        """What should be working at the venue now."""
        ...


class Crew(Protocol):
    """An engine as something that can be installed, started again and again, and asked for its books."""

    async def install(self, around: Surroundings) -> Sequence[Charge]:
        """Make tenants, accounts and bots in a fresh database. No fault acts meanwhile."""
        ...

    def start(self, around: Surroundings) -> Life:
        """A new life on what the last one left."""
        ...

    async def replay(self, around: Surroundings) -> Sequence[str]:
        """Recompute every bot from its journal; the differences, in words (I9)."""
        ...
