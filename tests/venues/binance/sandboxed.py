"""A desk at a sandbox exchange on loopback."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from msgspec.structs import replace as changed
from tests.sandbox.ports import Site
from tests.sandbox.scenes import BTC
from tests.venues.binance.test_requests import ROW

from botswain.model.intents import Wanted
from botswain.model.order_events import OrderReport
from botswain.model.outcomes import Accepted, Answer
from botswain.sandbox.control import made_key
from botswain.venues.binance import order_replies, queries, requests
from botswain.venues.binance.budget import Budget
from botswain.venues.binance.clock import VenueClock
from botswain.venues.binance.desk import Address, Desk
from botswain.venues.binance.facts import loopback
from botswain.venues.binance.requests import Grid
from botswain.venues.binance.signing import Credential
from botswain.venues.binance.transport import Transport

GRID = Grid("BTCUSDT", BTC.tick_size, BTC.lot_size)
LOT = 100_000  # lots in one coin
BUY = changed(ROW, price=9_000, leaves=LOT)


def now_ms() -> int:
    return time.time_ns() // 1_000_000


@asynccontextmanager
async def desk(site: Site, deadline_s: float = 5.0) -> AsyncIterator[Desk]:
    wire = Transport(loopback(site.port), deadline_s)
    key = made_key("main")
    found = Desk(Address(wire, Budget(), VenueClock(), now_ms), Credential("main", key.api_key, key.secret))
    try:
        assert await found.set_clock() is None
        yield found
    finally:
        await wire.close()


def fault(site: Site, name: str, **given: Any) -> None:
    site.control("POST", "faults", {"name": name, **given})


async def placed(found: Desk, row: Wanted, name: str) -> OrderReport:
    outcome = await found.write(requests.place(GRID, row, name))
    assert isinstance(outcome, Accepted), outcome
    assert isinstance(outcome.report, OrderReport)
    return outcome.report


async def asked(found: Desk, name: str) -> OrderReport:
    answer = await found.read(queries.order("BTCUSDT", client_order_id=name), order_replies.order)
    assert isinstance(answer, Answer), answer
    return answer.data
