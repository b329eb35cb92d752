"""Round trips that ended, and how far each bot's fills were gathered for them: kept so that lists read no fills.

They follow from the fills and are written by whoever shows them. `keep` moves a bot on from the place it was seen at,
and does nothing where somebody else did so meanwhile.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

import msgspec

from botswain.store.exact import scale_of, to_decimal, to_units, units_of
from botswain.store.listing import Asked, among, before, count
from botswain.store.made_tables import gathered, round_trips
from botswain.store.scope import Tx
from botswain.store.tables import bots, fills

NOTHING = (0, -1)
MOST_STALE = 10_000
KEPT = ("bot_id", "seq", "part", "place", "symbol", "direction", "entry_ms", "exit_ms", "exit_reason")
MONEY = ("qty", "entry_price", "exit_price", "profit", "fees")
COLUMNS = ("qty_units", "entry_units", "exit_units", "profit_units", "fees_units")


class TripRow(msgspec.Struct, frozen=True, kw_only=True):
    """A trip that the fill (seq, part) ended, the `place`-th of those it ended."""

    bot_id: str
    seq: int
    part: int
    place: int
    symbol: str
    direction: int
    qty: Decimal
    entry_price: Decimal
    exit_price: Decimal
    profit: Decimal
    fees: Decimal
    entry_ms: int
    exit_ms: int
    exit_reason: int


class TripKey(NamedTuple):
    """The place of a trip that ended among all that did."""

    exit_ms: int
    bot_id: str
    seq: int
    part: int
    place: int


class Ended(msgspec.Struct, frozen=True):
    """How many trips of a bot ended, how many of them with a profit, and what they made together."""

    closed: int = 0
    won: int = 0
    profit: Decimal = Decimal(0)


class Gathered(msgspec.Struct, frozen=True, kw_only=True):
    """How far a bot's fills were gathered: the key of the last, the trips that ended, and what is under way as JSON

    text; empty where nothing was gathered.
    """

    bot_id: str
    tenant_id: str
    upto: tuple[int, int] = NOTHING
    ended: Ended = Ended()
    under_way: str = ""


async def stale(tx: Tx, bot_id: str | None = None) -> list[Gathered]:
    """The bots in view that have fills beyond what was gathered, as they stand. Two index look-ups a bot."""
    newest = tx.select(fills, fills.c.seq).where(fills.c.bot_id == bots.c.id)
    last = newest.order_by(fills.c.seq.desc(), fills.c.part.desc()).limit(1).correlate(bots).scalar_subquery()
    part = tx.select(fills, fills.c.part).where(fills.c.bot_id == bots.c.id)
    last_part = part.order_by(fills.c.seq.desc(), fills.c.part.desc()).limit(1).correlate(bots).scalar_subquery()
    columns = (bots.c.id, bots.c.tenant_id, last.label("seq"), last_part.label("part"), *_state())
    statement = tx.select(bots, *columns, join=(gathered, gathered.c.bot_id == bots.c.id))
    if bot_id is not None:
        statement = statement.where(bots.c.id == bot_id)
    found = []
    for row in await tx.rows(statement.order_by(bots.c.id).limit(MOST_STALE)):
        one = _gathered(row.id, row)
        if row.seq is not None and (int(row.seq), int(row.part)) > one.upto:
            found.append(one)
    return found


async def ended(tx: Tx, bot_ids: Collection[str]) -> dict[str, Ended]:
    """What trips of each of these bots ended. What is under way may be long: it is not read."""
    columns = (gathered.c[name] for name in ("bot_id", "closed", "won", "profit_units", "profit_scale"))
    statement = tx.select(gathered, *columns, by_key=True).where(among(gathered.c.bot_id, bot_ids))
    return {str(row.bot_id): _ended(row) for row in await tx.rows(statement)}


async def under_way(tx: Tx, bot_id: str | None) -> list[Gathered]:
    """What was gathered of one bot, or of all in view."""
    statement = tx.select(gathered).limit(MOST_STALE)
    rows = await tx.rows(statement if bot_id is None else statement.where(gathered.c.bot_id == bot_id))
    return [_gathered(str(row.bot_id), row) for row in rows]


async def keep(tx: Tx, seen: Gathered, now: Gathered, fresh: Sequence[TripRow]) -> bool:
    """Move a bot on; False where it is not where it was seen. tx: the platform's."""
    scale = scale_of(now.ended.profit)
    values: dict[str, Any] = {
        "upto_seq": now.upto[0],
        "upto_part": now.upto[1],
        "closed": now.ended.closed,
        "won": now.ended.won,
        "profit_units": to_units(now.ended.profit, scale),
        "profit_scale": scale,
        "under_way": now.under_way,
    }
    if seen.under_way:
        at = (gathered.c.upto_seq == seen.upto[0]) & (gathered.c.upto_part == seen.upto[1])
        if await tx.change(tx.update(gathered).where(gathered.c.bot_id == now.bot_id, at).values(**values)) == 0:
            return False
    elif await ended(tx, [now.bot_id]):
        return False
    else:
        await tx.insert(gathered, {"bot_id": now.bot_id, "tenant_id": now.tenant_id, **values})
    if fresh:
        await tx.insert_all(round_trips, [_values(one, now.tenant_id) for one in fresh])
    return True


async def forget(tx: Tx, bot_id: str) -> None:
    """Begin anew with a bot. tx: the platform's."""
    await tx.change(tx.delete(round_trips).where(round_trips.c.bot_id == bot_id))
    await tx.change(tx.delete(gathered).where(gathered.c.bot_id == bot_id))


async def page(tx: Tx, asked: Asked, *, limit: int, offset: int = 0, after: TripKey | None = None) -> list[TripRow]:
    """Trips that ended, the last one first: those after one, then after so many."""
    columns = [round_trips.c[name] for name in TripKey._fields]
    statement = tx.select(round_trips).where(*_conditions(asked)).order_by(*(one.desc() for one in columns))
    if after is not None:
        # The first of them by itself too: that is what the indexes are of.
        statement = statement.where(round_trips.c.exit_ms <= after.exit_ms, before(columns, after))
    return [_trip(row) for row in await tx.rows(statement.limit(limit).offset(offset))]


async def total(tx: Tx, asked: Asked) -> int:
    """How many there are, `listing.MOST_COUNTED` at most."""
    return await count(tx, tx.select(round_trips, round_trips.c.seq).where(*_conditions(asked)))


def _conditions(asked: Asked) -> list[Any]:
    found: list[Any] = []
    for name in ("bot_id", "symbol"):
        value = getattr(asked, name)
        if value is not None:
            found.append(round_trips.c[name] == value)
    if asked.from_ms is not None:
        found.append(round_trips.c.exit_ms >= asked.from_ms)
    if asked.to_ms is not None:
        found.append(round_trips.c.exit_ms < asked.to_ms)
    return found


def _state() -> tuple[Any, ...]:
    names = ("upto_seq", "upto_part", "closed", "won", "profit_units", "profit_scale", "under_way")
    return tuple(gathered.c[name] for name in names)


def _ended(row: Any) -> Ended:
    return Ended(int(row.closed), int(row.won), to_decimal(int(row.profit_units), int(row.profit_scale)))


def _gathered(bot_id: str, row: Any) -> Gathered:
    if row.under_way is None:
        return Gathered(bot_id=bot_id, tenant_id=row.tenant_id)
    return Gathered(
        bot_id=bot_id,
        tenant_id=row.tenant_id,
        upto=(int(row.upto_seq), int(row.upto_part)),
        ended=_ended(row),
        under_way=row.under_way,
    )


def _values(one: TripRow, tenant_id: str) -> dict[str, Any]:
    units, scale = units_of((one.qty, one.entry_price, one.exit_price, one.profit, one.fees))
    return {
        "bot_id": one.bot_id,
        "seq": one.seq,
        "part": one.part,
        "place": one.place,
        "tenant_id": tenant_id,
        "symbol": one.symbol,
        "direction": one.direction,
        **dict(zip(COLUMNS, units, strict=True)),
        "scale": scale,
        "entry_ms": one.entry_ms,
        "exit_ms": one.exit_ms,
        "exit_reason": one.exit_reason,
    }


def _trip(row: Any) -> TripRow:
    found: dict[str, Any] = {name: getattr(row, name) for name in KEPT}
    for name, column in zip(MONEY, COLUMNS, strict=True):
        found[name] = to_decimal(int(getattr(row, column)), row.scale)
    return TripRow(**found)
