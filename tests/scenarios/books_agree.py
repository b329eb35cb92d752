"""Holds a database against the sandbox's own books, to the last digit, in plain SQL and signed reads.

Nothing of the engine takes part but one thing: what a bot wants is what it makes of its own journal, so that is
recomputed (`wants`). An empty list means that all agree.
"""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from tests.scenarios.venue_process import Venue

ZERO = Decimal(0)
FINAL = {"filled", "canceled", "rejected", "expired"}
WORKING = {"NEW", "PARTIALLY_FILLED", "PENDING_NEW"}
ORDERS = (
    "SELECT o.client_order_id, b.name, o.symbol, o.side, o.qty_lots, o.price_ticks, o.trigger_ticks, o.tick_units,"
    " o.lot_units, o.unit_scale FROM orders o JOIN bots b ON b.id = o.bot_id JOIN accounts a ON a.id = o.account_id"
    " WHERE a.name = ?"
)
EVENTS = "SELECT e.client_order_id, e.state, e.qty_lots FROM order_events e ORDER BY e.seq"
FILLS = (
    "SELECT b.name, f.symbol, f.venue_trade_id, f.client_order_id, f.side, f.qty_lots, f.price_ticks, f.tick_units,"
    " f.lot_units, f.unit_scale, f.fee_asset, f.fee_units, f.fee_scale, f.cash_units, f.money_scale, f.liquidity"
    " FROM fills f JOIN bots b ON b.id = f.bot_id JOIN accounts a ON a.id = f.account_id WHERE a.name = ?"
)
POSITIONS = (
    "SELECT b.name, p.symbol, p.qty_units + p.dust_units, p.qty_scale FROM positions p JOIN bots b ON b.id = p.bot_id"
    " JOIN accounts a ON a.id = p.account_id WHERE a.name = ?"
)


@dataclass(frozen=True)
class Placed:
    """An order as it was journaled; qty as it was last amended."""

    bot: str
    symbol: str
    side: str
    qty: Decimal
    price: Decimal
    trigger: Decimal


@dataclass(frozen=True)
class Filled:
    """A fill, alike from both sides."""

    order: str
    side: str
    qty: Decimal
    price: Decimal
    fee: Decimal
    fee_asset: str
    maker: bool


@dataclass
class Journal:
    """What a database says of an account."""

    orders: dict[str, Placed] = field(default_factory=dict)
    open: set[str] = field(default_factory=set)
    fills: dict[tuple[str, str], Filled] = field(default_factory=dict)
    held: dict[tuple[str, str], Decimal] = field(default_factory=dict)
    cash: Decimal = ZERO
    twice: list[str] = field(default_factory=list)


@dataclass
class Shown:
    """What the exchange says of it: orders by name, their numbers, fills by symbol and id."""

    orders: dict[str, dict[str, object]] = field(default_factory=dict)
    fills: dict[tuple[str, str], Filled] = field(default_factory=dict)
    names: Counter[str] = field(default_factory=Counter)


def read_journal(home: Path, account: str) -> Journal:
    """The database, in one look."""
    found = Journal()
    with closing(sqlite3.connect(f"file:{home / 'botswain.db'}?mode=ro", uri=True)) as base:
        base.execute("BEGIN")
        amended: dict[bytes, int] = {}
        ended: set[bytes] = set()
        for key, state, lots in base.execute(EVENTS):
            ended |= {key} if state in FINAL else set()
            if lots is not None:
                amended[key] = lots
        for key, bot, symbol, side, lots, price, trigger, tick, lot, scale in base.execute(ORDERS, (account,)):
            name = text_of(key)
            qty = exact(amended.get(key, lots) * lot, scale)
            prices = [exact((one or 0) * tick, scale) for one in (price, trigger)]
            found.orders[name] = Placed(bot, symbol, side, qty, *prices)
            found.open |= set() if key in ended else {name}
        for row in base.execute(FILLS, (account,)):
            (
                bot,
                symbol,
                trade,
                key,
                side,
                lots,
                price,
                tick,
                lot,
                scale,
                asset,
                fee,
                fee_scale,
                cash,
                cents,
                maker,
            ) = row
            name = text_of(key)
            one = Filled(
                name, side, exact(lots * lot, scale), exact(price * tick, scale), exact(fee, fee_scale), asset,
                maker == "maker",
            )  # fmt: skip
            if (symbol, trade) in found.fills:
                found.twice.append(f"fill {trade} of {symbol} is booked twice")
            if found.orders[name].bot != bot:
                found.twice.append(f"fill {trade} of {symbol} is in the book of {bot} and not of its order's bot")
            found.fills[symbol, trade] = one
            found.cash += exact(cash, cents)
        for bot, symbol, units, scale in base.execute(POSITIONS, (account,)):
            found.held[bot, symbol] = exact(units, scale)
    return found


def read_venue(venue: Venue, account: str, symbols: tuple[str, ...]) -> Shown:
    """The exchange's lists."""
    found = Shown()
    for symbol in symbols:
        market_id = symbol.replace("/", "")
        numbers: dict[object, str] = {}
        trades = venue.trades(account, market_id)  # before the orders: each of these has its order then
        for one in venue.orders(account, market_id):
            name = str(one["clientOrderId"])
            found.names[name] += 1
            found.orders[name] = one
            numbers[one["orderId"]] = name
        for one in trades:
            found.fills[symbol, str(one["id"])] = Filled(
                numbers[one["orderId"]],
                "buy" if one["isBuyer"] else "sell",
                *(Decimal(str(one[key])) for key in ("qty", "price", "commission")),
                str(one["commissionAsset"]),
                bool(one["isMaker"]),
            )
    return found


def unsettled(home: Path, venue: Venue, account: str) -> list[str]:
    """Whether a look is worth while: the number of fills, and which orders work. It costs nothing of the address's

    weight, which the engine needs: signed reads again and again would starve it.
    """
    kept, there = read_journal(home, account), venue.standing(account)
    said = []
    if len(kept.fills) != there["fills"]:
        said.append(f"{there['fills']} fills at the venue, {len(kept.fills)} booked")
    if set(there["open"]) != kept.open:
        said.append(f"{len(there['open'])} orders work at the venue, {len(kept.open)} by the journal, or others")
    return said


def differences(home: Path, venue: Venue, account: str, shown: Shown, start: dict[str, Decimal]) -> list[str]:
    """Every difference, in words. start: the account's balances when it was opened."""
    kept = read_journal(home, account)
    return [
        *kept.twice,
        *of_orders(kept, shown),
        *of_fills(kept, shown),
        *of_positions(kept, shown),
        *of_balances(kept, venue.standing(account), start),
    ]


def of_orders(kept: Journal, shown: Shown) -> Iterator[str]:
    """Orders: each of the venue's is journaled once and as it was asked for; those that work are the same."""
    for name, count in shown.names.items():
        if count > 1:
            yield f"order {name} was sent {count} times"
        if name not in kept.orders:
            yield f"order {name} is at the venue and in no journal"
            continue
        one, there = kept.orders[name], shown.orders[name]
        told = (str(there["side"]).lower(), *(Decimal(str(there[key])) for key in ("origQty", "price", "stopPrice")))
        if told != (one.side, one.qty, one.price, one.trigger):
            yield f"order {name} is {told} at the venue, journaled as {one}"
    working = {name for name, one in shown.orders.items() if one["status"] in WORKING}
    yield from (f"order {name} works at the venue, ended by the journal" for name in sorted(working - kept.open))
    yield from (f"order {name} works by the journal, not at the venue" for name in sorted(kept.open - working))
    slots = Counter((kept.orders[name].bot, kept.orders[name].symbol, name) for name in working if name in kept.orders)
    yield from (f"order {one} works twice" for one, count in slots.items() if count > 1)


def of_fills(kept: Journal, shown: Shown) -> Iterator[str]:
    """Fills by the venue's trade id, and each order's filled quantity."""
    for key in sorted(kept.fills.keys() | shown.fills.keys()):
        if kept.fills.get(key) != shown.fills.get(key):
            yield f"fill {key} is {shown.fills.get(key)} at the venue, booked as {kept.fills.get(key)}"
    filled: dict[str, Decimal] = defaultdict(Decimal)
    for one in kept.fills.values():
        filled[one.order] += one.qty
    for name, one in shown.orders.items():
        if Decimal(str(one["executedQty"])) != filled[name]:
            yield f"order {name} filled {one['executedQty']} at the venue, {filled[name]} is booked"


def of_positions(kept: Journal, shown: Shown) -> Iterator[str]:
    """Each bot's positions, dust included, from the venue's fills of its orders."""
    made: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for (symbol, _), one in shown.fills.items():
        if one.order not in kept.orders:
            continue
        base = symbol.partition("/")[0]
        moved = one.qty if one.side == "buy" else -one.qty
        made[kept.orders[one.order].bot, symbol] += moved - (one.fee if one.fee_asset == base else ZERO)
    for key in sorted(made.keys() | kept.held.keys()):
        if made[key] != kept.held.get(key, ZERO):
            yield f"position {key} is {made[key]} by the venue's fills, {kept.held.get(key, ZERO)} in the book"


def of_balances(kept: Journal, standing: dict[str, dict[str, str]], start: dict[str, Decimal]) -> Iterator[str]:
    """The account's totals from what it began with and what the books say happened."""
    made = defaultdict(Decimal, start)
    made["USDT"] += kept.cash
    for (_, symbol), qty in kept.held.items():
        made[symbol.partition("/")[0]] += qty
    for asset in sorted(made.keys() | standing["free"].keys()):
        there = sum((Decimal(standing[part].get(asset, "0")) for part in ("free", "locked")), ZERO)
        if there != made[asset]:
            yield f"the account holds {there} {asset}, by the books {made[asset]}"


def exact(units: int, scale: int) -> Decimal:
    """Units of 10^-scale."""
    return Decimal(units).scaleb(-scale)


def text_of(key: bytes) -> str:
    """An id as text."""
    digits = key.hex()
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))
