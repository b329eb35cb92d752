"""What the doctor compares, read: an account's journal from the store, and its orders and balances from the venue."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from botswain.control.config import bot_of
from botswain.engine.doctor import ZERO, Books, Kept, Shown
from botswain.model.errands import AskBalances, AskOrder, AskOrders, AskWorking, Question
from botswain.model.errors import Unavailable
from botswain.model.order_events import OrderReport
from botswain.model.orders import FINAL_STATES, OrderState
from botswain.model.outcomes import Absent, Answer, Failed
from botswain.model.ports import Gateway
from botswain.store import bots, fills, orders, positions
from botswain.store.bots import Bot
from botswain.store.scope import Tx

PAGE = 1_000


async def books_of(tx: Tx, account_id: str, alive: Callable[[Bot], bool]) -> Books:
    """An account's orders and books as the journal's tables have them now. alive: whether a process runs a bot."""
    own = [one for one in await bots.listed(tx) if one.account_id == account_id]
    found: dict[str, Kept] = {}
    base: dict[str, Decimal] = {}
    quote: dict[str, Decimal] = {}
    flows: dict[str, Decimal] = {}
    for one in own:
        booked, spent = await booked_of(tx, one.id)
        found |= {kept.name: kept for kept in await orders_of(tx, one, booked)}
        settings, _ = bot_of(one.config)
        for symbol in settings.symbols:
            base.setdefault(symbol.partition("/")[0], ZERO)
        for place in await positions.of_bot(tx, one.id):
            asset = place.symbol.partition("/")[0]
            base[asset] = base.get(asset, ZERO) + place.qty + place.dust
        money = settings.symbols[0].partition("/")[2]
        quote[money] = quote.get(money, ZERO) + Decimal(str(settings.capital)) + spent
        flows[money] = flows.get(money, ZERO) + spent
    return Books(found, base, quote, frozenset(one.name for one in own if alive(one)), flows)


async def booked_of(tx: Tx, bot_id: str) -> tuple[dict[str, Decimal], Decimal]:
    """What is booked on each order, and the cash that all fills brought."""
    found: dict[str, Decimal] = {}
    cash, after = ZERO, 0
    while page := await fills.of_bot(tx, bot_id, after_seq=after, limit=PAGE):
        for one in page:
            if one.client_order_id is not None:
                found[one.client_order_id] = found.get(one.client_order_id, ZERO) + one.qty
            cash += one.cash
        after = page[-1].seq
    return found, cash


async def orders_of(tx: Tx, bot: Bot, booked: dict[str, Decimal]) -> list[Kept]:
    """A bot's orders."""
    found: list[Kept] = []
    after = 0
    while page := await orders.of_bot(tx, bot.id, after_seq=after, limit=PAGE):
        for one in page:
            unknown = one.state in (None, OrderState.UNKNOWN)
            name = one.client_order_id
            found.append(
                Kept(name, bot.name, one.symbol, one.state not in FINAL_STATES, unknown, booked.get(name, ZERO))
            )
        after = page[-1].seq
    return found


@dataclass(frozen=True)
class Sweep:
    """One account at the venue. since_ms: by the venue's clock, how far back ended orders are read."""

    gateway: Gateway
    account_id: str
    since_ms: int

    async def read(self, symbols: Iterable[str], expected: Iterable[Kept]) -> Shown:
        """Everything it shows of these symbols, and of each open order that is expected, whose symbol may be of a bot

        that nobody runs any more. Raises Unavailable.
        """
        expected = list(expected)
        found: dict[str, OrderReport] = {}
        broken: list[str] = []
        names = tuple(sorted({*symbols, *(one.symbol for one in expected if one.open)}))
        questions: list[Question] = [AskWorking(names), *(AskOrders(one, self.since_ms) for one in names)]
        for question in questions if names else []:
            rows = await self.asked(question)
            found |= {one.client_order_id: one for one in rows.items}
            broken += [one.why for one in rows.broken]
        absent: set[str] = set()
        for kept in expected:
            if not kept.open or kept.name in found:
                continue
            one = await self.gateway.ask(self.account_id, AskOrder(kept.symbol, kept.name))
            if isinstance(one, Absent):
                absent.add(kept.name)
            elif isinstance(one, Failed):
                raise unread(one.why)
            else:
                found[kept.name] = one.data
        balances = (await self.asked(AskBalances())).balances
        return Shown(found, frozenset(absent), {one.asset: one.free + one.locked for one in balances}, tuple(broken))

    async def asked(self, question: Question) -> Any:
        """An answer's data. Raises Unavailable."""
        found = await self.gateway.ask(self.account_id, question)
        if not isinstance(found, Answer):
            raise unread(found.why if isinstance(found, Failed) else "it says that there is no such thing")
        return found.data


def unread(why: str) -> Unavailable:
    """What is said of a venue that does not answer."""
    return Unavailable(f"the venue cannot be read: {why}. Nothing was compared; try again when it answers")
