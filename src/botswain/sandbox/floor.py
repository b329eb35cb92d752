"""The state of the exchange: pairs, accounts, lists, the market's time, and what waits to be published.

No rules live here; `desk` trades on it, the calls read it, the market moves it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from botswain.model.errors import BadInput
from botswain.sandbox.account import Account, House
from botswain.sandbox.fault_table import Faults
from botswain.sandbox.keys import Key
from botswain.sandbox.order import Order
from botswain.sandbox.pair import Pair
from botswain.sandbox.reports import position

JSON = msgspec.json.Encoder()
KEPT_LISTS = 10_000


class Published(msgspec.Struct, frozen=True, gc=False):
    """Something to send: `topic` is a stream's name, or `@` and an account's name for its user data."""

    topic: str
    payload: bytes


@dataclass(slots=True)
class OrderList:
    """Two orders of which one cancels the other."""

    list_id: int
    client_id: str
    pair_id: str
    orders: list[Order]
    time_ms: int
    status: str = "EXECUTING"


@dataclass
class Floor:
    """Everything the exchange remembers.

    market_ms  the time of what happens on the market
    now_ms     the server's time of the last request
    asked      how often each request has arrived, whatever became of it
    topics     how many listen to a stream: nothing is made that nobody wants; streams are the same by symbol
    """

    pairs: dict[str, Pair]
    house: House = field(default_factory=House)
    accounts: dict[str, Account] = field(default_factory=dict)
    keys: dict[str, tuple[Key, Account]] = field(default_factory=dict)
    lists: dict[int, OrderList] = field(default_factory=dict)
    faults: Faults = field(default_factory=Faults)
    topics: dict[str, int] = field(default_factory=dict)
    streams: dict[str, dict[str, None]] = field(default_factory=dict)
    outbox: list[Published] = field(default_factory=list)
    late: list[tuple[int, Published]] = field(default_factory=list)
    market_ms: int = 0
    now_ms: int = 0
    numbers: dict[str, int] = field(default_factory=dict)
    asked: dict[str, int] = field(default_factory=dict)
    freed: list[str] = field(default_factory=list)

    def clock(self) -> int:
        """The server's time: that of the last request, or the market's where that has gone further."""
        return max(self.now_ms, self.market_ms)

    def number(self, what: str) -> int:
        """The next number of a kind."""
        self.numbers[what] = self.numbers.get(what, 0) + 1
        return self.numbers[what]

    def client_name(self) -> str:
        """A client order id for who gave none: the same run gives the same names."""
        return hashlib.sha256(f"order {self.number('name')}".encode()).hexdigest()[:22]

    def open_account(self, name: str, key: Key, balances: Mapping[str, int]) -> Account:
        """A new account with a key and its first amounts in units. Raises BadInput where name or key is taken."""
        if name in self.accounts:
            raise BadInput(f"account {name!r} exists already; give another name")
        if key.api_key in self.keys:
            raise BadInput(f"the key of account {name!r} is another account's; give another")
        account = Account(name, len(self.accounts) + 1, self.house, clock=self.clock)
        self.accounts[name] = account
        self.keys[key.api_key] = (key, account)
        for asset, units in balances.items():
            account.move(asset, units)
        account.touched.clear()
        return account

    def tell(self, account: Account, payload: dict[str, Any]) -> None:
        """Put an account's event in the outbox."""
        topic = f"@{account.name}"
        if not self.topics.get(topic):
            return
        if self.faults.take("drop_event", account.name):
            return
        one = Published(topic, JSON.encode(payload))
        late = self.faults.take("delay_event", account.name)
        if late:
            self.late.append((late["moves"], one))
            return
        self.outbox.append(one)
        if len(self.outbox) > 1 and self.outbox[-2].topic == topic and self.faults.take("swap_events", account.name):
            self.outbox[-2:] = [self.outbox[-1], self.outbox[-2]]
        if self.faults.take("duplicate_event", account.name):
            self.outbox.append(self.outbox[-1])

    def publish(self, topic: str, payload: Any) -> None:
        """Put a market stream's message in the outbox."""
        self.outbox.append(Published(topic, JSON.encode(payload)))

    def wanted(self, topic: str) -> bool:
        """Whether somebody listens."""
        return self.topics.get(topic, 0) > 0

    def listen(self, topic: str, change: int) -> None:
        """One more (1) or one fewer (-1) listens to a stream."""
        count = self.topics.get(topic, 0) + change
        symbol = topic.partition("@")[0]
        if count > 0:
            self.topics[topic] = count
            self.streams.setdefault(symbol, {})[topic] = None
            return
        self.topics.pop(topic, None)
        if symbol in self.streams:
            self.streams[symbol].pop(topic, None)
            if not self.streams[symbol]:
                del self.streams[symbol]

    def settle_up(self) -> None:
        """Tell every account whose balances may have changed what they are now."""
        for account in self.accounts.values():
            if account.touched:
                account.update_ms = self.market_ms
                self.tell(account, position(account, sorted(account.touched), self.market_ms))
                account.touched.clear()

    def moved(self) -> None:
        """The market has moved once: what was held back for so many moves is told now."""
        held, self.late = self.late, []
        for moves, one in held:
            if moves > 1:
                self.late.append((moves - 1, one))
            else:
                self.outbox.append(one)

    def drain(self) -> list[Published]:
        """What is to be sent, in order; the outbox is empty afterwards."""
        found, self.outbox = self.outbox, []
        return found
