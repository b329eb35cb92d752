"""The account, decoded: balances and fee rates, whole or not at all."""

from __future__ import annotations

from decimal import Decimal

import msgspec
from msgspec import Struct

from botswain.model.order_events import Account, Balance
from botswain.venues.binance.wire import decode, figure, signed


class _Balance(Struct):
    asset: str
    free: Decimal
    locked: Decimal


class _Rates(Struct):
    maker: Decimal
    taker: Decimal


class _Account(Struct):
    canTrade: bool
    commissionRates: _Rates
    updateTime: int
    balances: list[_Balance]


_ACCOUNT = msgspec.json.Decoder(_Account)


def account(raw: bytes) -> Account:
    """GET account. Raises Unreadable: a balance that cannot be read makes the whole of it no answer."""
    found = decode(_ACCOUNT, "the account", raw)
    balances = []
    for one in found.balances:
        what = f"the balance of {one.asset}"
        balances.append(Balance(one.asset, figure(what, "free", one.free), figure(what, "locked", one.locked)))
    rates = found.commissionRates
    maker, taker = signed("the account", "maker", rates.maker), figure("the account", "taker", rates.taker)
    return Account(found.canTrade, maker, taker, found.updateTime, tuple(balances))
