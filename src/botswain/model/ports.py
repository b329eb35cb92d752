"""What lower rungs offer and upper ones use, as protocols: the shapes meet here and nowhere else."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any, Protocol

from botswain.model.actions import ShareAction
from botswain.model.charges import Holding
from botswain.model.errands import Errand, Question
from botswain.model.intents import Request
from botswain.model.listing import Listing
from botswain.model.market_events import Candle, MarketEvent, TickKind
from botswain.model.order_events import UserEvent
from botswain.model.outcomes import Absent, Answer, Failed, Outcome, Replaced
from botswain.model.venue_reports import VenueCharge, VenueReport, VenueSplit


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

    def charged(self, s: int, at_ms: int, kind: str, holding: Holding) -> VenueCharge | None:
        """Charge what came due for holding a symbol at a time, before candles are met; None: nothing is held."""
        ...

    def pay(self, action: ShareAction, s: int, unit: Fraction) -> VenueCharge | None:
        """Pay the dividend of an action, of which a unit of quote a share is so much money a lot; None: none held."""
        ...

    def split(self, action: ShareAction, s: int, open_ms: int) -> VenueSplit:
        """Split the shares of a symbol before its candle that opens then: position, orders, and what waits."""
        ...

    def knew(self, bars: Mapping[int, Any]) -> None:
        """Take candles that closed before any order was there to meet them."""
        ...

    def saved(self) -> bytes:
        """Orders and balances as bytes: the same for the same, in every process."""
        ...

    def restore(self, saved: bytes) -> None:
        """Hold what was saved, and nothing else."""
        ...


class AccountListener(Protocol):
    """Who hears an account's private events: its actor. Called from the event loop; it must not block and not raise."""

    def told(self, event: UserEvent) -> None:
        """An event, possibly a second time and possibly out of order."""
        ...

    def live(self, missed_since_ms: int | None) -> None:
        """Everything is heard from now on; before the next decision all surfaces are to be read.

        missed_since_ms  since when, by our clock, events may have been missed; None at the first start
        """
        ...

    def down(self, why: str, since_ms: int) -> None:
        """Nothing is heard since then."""
        ...

    def reported(self, problem: str) -> None:
        """A message that could not be read or is not known: something happened, and it is to be read."""
        ...


class VenueAccount(Protocol):
    """One account at a venue, its key opened: writes are sent once, reads are answered or fail. Lives in a gateway."""

    async def write(self, errand: Errand) -> Outcome | Replaced:
        """Send a journaled request once. A request that cancels and places has an outcome for each half."""
        ...

    async def ask(self, question: Question) -> Answer[Any] | Absent | Failed:
        """Ask once."""
        ...

    async def listen(self, listener: AccountListener) -> None:
        """Hear the account's private events until cancelled, over as many connections as that takes."""
        ...


class Gateway(Protocol):
    """The engine's way to all its accounts, in process or over a socket to the gateway's own process."""

    async def send(self, errand: Errand) -> Outcome | Replaced:
        """Have a journaled request sent once; refused, with sent False, where a cap or the key's owner forbids it."""
        ...

    async def ask(self, account_id: str, question: Question) -> Answer[Any] | Absent | Failed:
        """Ask once."""
        ...

    async def listen(self, account_id: str, listener: AccountListener) -> None:
        """Hear an account's private events until cancelled."""
        ...


class MarketListener(Protocol):
    """Who hears a venue's market data. Called from the event loop; it must not block and not raise."""

    def heard(self, symbol: str, event: MarketEvent) -> None:
        """An event of a symbol, in the order of its stream, possibly a second time."""
        ...

    def live(self, missed_since_ms: int | None) -> None:
        """Everything that is followed is heard from now on.

        missed_since_ms  since when, by our clock, anything may have been missed; None at the first start
        """
        ...

    def down(self, why: str, since_ms: int) -> None:
        """Nothing is heard since then."""
        ...

    def reported(self, problem: str) -> None:
        """A message that could not be read or is not known: something may have been missed."""
        ...


class MarketSource(Protocol):
    """A venue's public market data: heard as it happens, and read. Reads are answered or fail, and raise nothing."""

    def venue_ms(self) -> int:
        """The market's time now, never ahead of the truth: what ended before it has ended."""
        ...

    async def set_clock(self) -> Failed | None:
        """Measure the venue's clock against ours once; None where it worked."""
        ...

    async def rules(self, symbols: Sequence[str]) -> Answer[tuple[Listing, ...]] | Failed:
        """What the venue lists these symbols as, in their order; Failed where it lists one of them not at all."""
        ...

    async def candles(
        self, symbol: str, timeframe: str, start_ms: int, end_ms: int
    ) -> Answer[tuple[Candle, ...]] | Failed:
        """All candles that opened from start_ms to before end_ms and have closed, oldest first; at most 10,000."""
        ...

    async def newest(self, symbol: str, timeframe: str) -> Answer[Candle] | Failed:
        """The newest candle the venue has, closed or still forming: how far its data is."""
        ...

    async def follow(self, symbols: Sequence[str], timeframe: str) -> None:
        """Hear these symbols' candles too. Raises BadInput for more than the venue's connection holds."""
        ...

    async def unfollow(self, symbols: Sequence[str], timeframe: str) -> None:
        """Hear these symbols' candles no more."""
        ...

    async def follow_ticks(self, symbols: Sequence[str], kind: TickKind) -> None:
        """Hear these symbols' quotes or trades too. Raises as `follow`."""
        ...

    async def unfollow_ticks(self, symbols: Sequence[str], kind: TickKind) -> None:
        """Hear these symbols' quotes or trades no more."""
        ...

    async def listen(self, listener: MarketListener, turn: Callable[[], Awaitable[None]] | None = None) -> None:
        """Hear what is followed until cancelled, over as many connections as that takes."""
        ...
