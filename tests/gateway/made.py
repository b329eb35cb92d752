"""Errands, and an account that notes what it is asked to send."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from msgspec import structs
from msgspec.structs import replace as changed

from botswain.core.codes import GTC, LIMIT, STOP
from botswain.gateway.local import Clocks, Journal, LocalGateway
from botswain.gateway.ring import Held, Ring
from botswain.model.caps import Caps
from botswain.model.errands import Errand, Question
from botswain.model.intents import Request, Wanted
from botswain.model.order_events import UserEvent
from botswain.model.outcomes import Absent, Accepted, Answer, Failed, Outcome, Refused, Replaced
from botswain.model.ports import AccountListener

ACCOUNT, OTHER_ACCOUNT, BOT = (f"018bcfe5-6800-7000-8000-00000000000{n}" for n in (1, 2, 3))
ROW = Wanted(
    symbol=0, slot=3, rev=1, side=1, kind=LIMIT, price=10_000, trigger=0, tif=GTC, flags=0, link=0, tag=0,
    leaves=1_000, reducing=False,
)  # fmt: skip
DONE = Accepted(None)


def errand(request: Request, **more: Any) -> Errand:
    given = {"account_id": ACCOUNT, "bot_id": BOT, "seq": 1, "lease_epoch": 1, "symbol": "BTC/USDT", **more}
    return Errand(tick_size=Decimal("0.01"), lot_size=Decimal("0.001"), request=request, **given)


def placing(name: str = "x", *, row: dict[str, Any] | None = None, **more: Any) -> Errand:
    """An order of 1 BTC at 100 USDT, unless told otherwise."""
    return errand(Request("", name, changed(ROW, **(row or {}))), **more)


def cancelling(name: str = "x", **more: Any) -> Errand:
    return errand(Request(name, "", None), **more)


def amending(name: str = "x", leaves: int = 500, **more: Any) -> Errand:
    return errand(Request(name, name, changed(ROW, leaves=leaves)), **more)


def replacing(cancels: str = "x", places: str = "y", **more: Any) -> Errand:
    return errand(Request(cancels, places, ROW), **more)


@dataclass
class Account:
    """Notes what is sent; `held` keeps every answer back until it is set."""

    sent: list[Errand] = field(default_factory=list)
    asked: list[Question] = field(default_factory=list)
    prices: list[Answer[Decimal] | Failed] = field(default_factory=lambda: [Answer(Decimal(100))])
    priced: int = 0
    outcome: Outcome | Replaced = DONE
    answer: Answer[Any] | Absent | Failed = field(default_factory=lambda: Failed("nobody was asked"))
    listeners: list[AccountListener] = field(default_factory=list)
    free: asyncio.Event = field(default_factory=asyncio.Event)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    heard: asyncio.Event = field(default_factory=asyncio.Event)
    error: Exception | None = None

    def __post_init__(self) -> None:
        self.free.set()

    async def write(self, errand: Errand) -> Outcome | Replaced:
        self.sent.append(errand)
        self.arrived.set()
        await self.free.wait()
        if self.error is not None:
            raise self.error
        return self.outcome

    async def ask(self, question: Question) -> Answer[Any] | Absent | Failed:
        self.asked.append(question)
        self.arrived.set()
        await self.free.wait()
        if self.error is not None:
            raise self.error
        return self.answer

    async def price(self, symbol: str) -> Answer[Decimal] | Failed:
        assert symbol
        self.priced += 1
        await asyncio.sleep(0)
        return self.prices.pop(0) if len(self.prices) > 1 else self.prices[0]

    async def listen(self, listener: AccountListener) -> None:
        self.listeners.append(listener)
        listener.live(None)
        self.heard.set()
        try:
            if self.error is not None:
                raise self.error
            await asyncio.get_running_loop().create_future()
        finally:
            self.listeners.remove(listener)


@dataclass
class Ear:
    """A listener that notes everything and can be waited for."""

    notes: list[Any] = field(default_factory=list)
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def note(self, what: object) -> None:
        self.notes.append(what)
        self.changed.set()

    def told(self, event: UserEvent) -> None:
        self.note(event)

    def live(self, missed_since_ms: int | None) -> None:
        self.note(("live", missed_since_ms))

    def down(self, why: str, since_ms: int) -> None:
        self.note(("down", why, since_ms))

    def reported(self, problem: str) -> None:
        self.note(problem)

    async def until(self, true: Callable[[], object]) -> None:
        async with asyncio.timeout(20):
            while not true():
                self.changed.clear()
                await self.changed.wait()


@dataclass
class Clock:
    """Both clocks; they stand until they are moved."""

    ms: int = 1_000_000

    def __call__(self) -> int:
        return self.ms


@dataclass
class Scene:
    """A gateway over one noting account (or more)."""

    account: Account
    ring: Ring
    clock: Clock
    gateway: LocalGateway
    points: list[str]


def scene(caps: Caps | None = None, journal: Journal | None = None, **others: Account) -> Scene:
    account, clock = Account(), Clock()
    points: list[str] = []
    held = {name: Held(one) for name, one in others.items()}
    ring = Ring({ACCOUNT: Held(account, caps or Caps()), **held})
    return Scene(account, ring, clock, LocalGateway(ring, Clocks(clock, clock), points.append, journal), points)


def unsent(outcome: Outcome | Replaced) -> Refused:
    """The refusal of something that never left."""
    one = outcome.place if isinstance(outcome, Replaced) else outcome
    assert isinstance(one, Refused), outcome
    assert (one.code, one.sent) == (0, False)
    return one


def listing(**more: Any) -> Errand:
    """A stop at 90 and a limit at 110 for 1 BTC, as one list."""
    exit_row = changed(ROW, side=-1, reducing=True)
    first = Request("", "stop", changed(exit_row, kind=STOP, price=0, trigger=9_000), listed="list")
    second = Request("", "target", changed(exit_row, slot=4, price=11_000), listed="list")
    return structs.replace(errand(first, **more), second=second)
