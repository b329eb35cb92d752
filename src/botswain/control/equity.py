"""What bots were worth over time: one bot, and all of an environment and a quote asset together.

Together: at each time the sum of what every bot was last known to be worth. A bot counts with its capital before its
first mark, so that making one is no gain; one that was put away counts with what it made only, so that what it made
does not vanish and its capital, which another has by now, does not count twice.

The past comes from marks, the last point from the books, as every other figure does: a curve ends where they stand.

A span may be asked for from its end ("the last hour"): a sandbox runs at a pace of its own, so its last hour ends where
its market has come to, and that of a market that keeps the world's time now.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import msgspec

from botswain.control.bot_figures import WORLD_TIME, Figure
from botswain.control.bot_terms import KnownTerms
from botswain.control.config import bot_of
from botswain.control.decimal_text import EXACT
from botswain.store import accounts, bots, equity_curves
from botswain.store.accounts import Environment
from botswain.store.bots import Bot
from botswain.store.equity_curves import Units
from botswain.store.exact import scale_of, to_decimal, to_units
from botswain.store.scope import Tx

ZERO = Decimal(0)
MOST_BOTS = 10_000
# Marks that a fleet's curve is made of: of many bots fewer times are looked at.
MOST_ROWS = 20_000
FEWEST_PARTS = 50
FOR_EVER_MS = 1 << 62


@dataclass(frozen=True, slots=True)
class Point:
    """At a time, in quote."""

    time_ms: int
    equity: Decimal
    realized: Decimal


@dataclass(frozen=True, slots=True)
class Curve:
    """Points, the oldest first. capital: what it began with."""

    quote: str
    capital: Decimal
    points: list[Point]


@dataclass(frozen=True, slots=True)
class Share:
    """What a bot adds to the fleet before its first mark, and what its marks count less."""

    first: Decimal
    less: Decimal


@dataclass(frozen=True, slots=True)
class Fleet:
    """Bots whose worth makes a sum: what each adds, what they began with, and when the first mark of any was.

    world_time  whether one of them trades in a market that keeps the world's time
    """

    shares: dict[str, Share]
    capital: Decimal
    first_ms: int
    world_time: bool


async def of_bot(
    tx: Tx, terms: KnownTerms, bot: Bot, now: Figure, *, from_ms: int | None, to_ms: int | None, points: int
) -> Curve:
    """One bot's. now: what it is worth."""
    quote, capital = await money_of(tx, terms, bot)
    found = await equity_curves.of_bot(tx, bot.id, from_ms=from_ms, to_ms=to_ms, points=points)
    curve = [Point(one.time_ms, one.equity, one.realized) for one in found]
    if curve and now.equity is not None:
        curve = ended(curve, Point(now.time_ms, now.equity, now.realized), to_ms, points)
    return Curve(quote, capital, curve)


def ended(curve: list[Point], now: Point, to_ms: int | None, points: int) -> list[Point]:
    """A curve, one point at least, up to now; as it is where its span ends before."""
    last = curve[-1]
    if now.time_ms < last.time_ms or (to_ms is not None and now.time_ms >= to_ms):
        return curve
    if now.time_ms == last.time_ms:
        return [*curve[:-1], now]
    if (now.equity, now.realized) == (last.equity, last.realized):
        return curve
    # The last mark gives way where there may be no more.
    return [*curve[: max(points - 1, 1)], now]


async def of_fleet(
    tx: Tx,
    terms: KnownTerms,
    environment: Environment,
    quote: str,
    now: Mapping[str, Figure],
    *,
    from_ms: int | None,
    to_ms: int | None,
    last_ms: int | None,
    here_ms: int,
    points: int,
) -> Curve:
    """That of all bots of one kind of money that ever ran: a draft's capital is no part of what a fleet is worth.

    now      what each bot is worth
    last_ms  how long before the end it begins, with what the fleet was worth then; None: with its first mark
    here_ms  the time here, where the last of a market that keeps the world's time ends
    """
    fleet = await fleet_of(tx, terms, environment, quote)
    shares, capital = fleet.shares, fleet.capital
    worth = {name: now[name] for name in shares if name in now}
    if not shares:
        return Curve(quote, capital, [])
    newest_ms = max((one.time_ms for one in worth.values()), default=fleet.first_ms)
    if len(worth) < len(shares) and (span := await equity_curves.span(tx)) is not None:
        newest_ms = max(newest_ms, span[1])  # of a bot whose settings cannot be read only marks tell when
    now_ms = max(newest_ms, here_ms if fleet.world_time else 0)
    if last_ms is not None:
        from_ms = max(from_ms or 0, now_ms - last_ms)
    first_ms = max(fleet.first_ms, from_ms or 0)
    end_ms = min(max(newest_ms, first_ms) + 1, to_ms if to_ms is not None else FOR_EVER_MS)
    if end_ms <= first_ms or (last_ms is None and first_ms > newest_ms):
        return Curve(quote, capital, [])
    parts = max(min(points - 1, max(MOST_ROWS // len(shares), FEWEST_PARTS)), 1)
    width_ms = (end_ms - first_ms) // parts + 1
    held = await equity_curves.last_before(tx, first_ms)
    found = await equity_curves.last_of_parts(tx, from_ms=first_ms, to_ms=end_ms, width_ms=width_ms)
    begins = last_ms is not None and first_ms > fleet.first_ms
    curve = summed(shares, held, found, first_ms, width_ms, begins=begins)
    if curve and len(worth) == len(shares) and all(one.equity is not None for one in worth.values()):
        curve = ended(curve, together(shares, worth, curve[-1].time_ms), to_ms, points)
    if begins and len(curve) == 1 and to_ms is None:
        curve = [*curve, replace(curve[0], time_ms=now_ms)]  # nothing has moved since
    return Curve(quote, capital, curve)


async def fleet_of(tx: Tx, terms: KnownTerms, environment: Environment, quote: str) -> Fleet:
    """The bots of an environment and a quote asset that ever ran."""
    shares: dict[str, Share] = {}
    capital, first_ms, ran = ZERO, FOR_EVER_MS, await equity_curves.marked(tx)
    of_kind = {one.id: one for one in await accounts.listed(tx) if one.environment is environment}
    world_time = False
    for bot in await bots.listed(tx, limit=MOST_BOTS):
        if bot.id not in ran or bot.account_id not in of_kind:
            continue
        of, begun = await money_of(tx, terms, bot)
        if of == quote:
            away = bot.archived_ms is not None
            shares[bot.id] = Share(ZERO if away else begun, begun if away else ZERO)
            capital = capital if away else EXACT.add(capital, begun)
            first_ms = min(first_ms, ran[bot.id])
            world_time = world_time or of_kind[bot.account_id].prices in WORLD_TIME
    return Fleet(shares, capital, first_ms, world_time)


def together(shares: Mapping[str, Share], now: Mapping[str, Figure], last_ms: int) -> Point:
    """What all of a fleet's bots are worth, each of which is known."""
    equity, realized = ZERO, ZERO
    for name, share in shares.items():
        equity = EXACT.add(equity, EXACT.subtract(now[name].equity or ZERO, share.less))
        realized = EXACT.add(realized, now[name].realized)
    return Point(max(last_ms, *(one.time_ms for one in now.values())), equity, realized)


def summed(
    shares: dict[str, Share],
    held: Sequence[Units],
    found: Sequence[Units],
    first_ms: int,
    width_ms: int,
    *,
    begins: bool = False,
) -> list[Point]:
    """The sums at the end of each part that has a mark, each at the time of its last mark.

    begins  with what they were worth at the beginning of the first part
    """
    amounts = [amount for one in shares.values() for amount in (one.first, one.less)]
    scale = max(scale_of(*amounts), *(one.scale for one in (*held, *found)), 0)
    factors = [10 ** (scale - one) for one in range(scale + 1)]
    less = {name: to_units(one.less, scale) for name, one in shares.items()}
    worth = {name: to_units(one.first, scale) for name, one in shares.items()}
    realized = dict.fromkeys(shares, 0)
    for one in held:
        if one.bot_id in shares:
            worth[one.bot_id] = one.equity * factors[one.scale] - less[one.bot_id]
            realized[one.bot_id] = one.realized * factors[one.scale]
    equity, booked = sum(worth.values()), sum(realized.values())
    points: dict[int, tuple[int, int, int]] = {-1: (first_ms, equity, booked)} if begins else {}
    for mark in found:
        name = mark.bot_id
        if name not in shares:
            continue
        now, gained = mark.equity * factors[mark.scale] - less[name], mark.realized * factors[mark.scale]
        equity, booked = equity + now - worth[name], booked + gained - realized[name]
        worth[name], realized[name] = now, gained
        points[(mark.time_ms - first_ms) // width_ms] = mark.time_ms, equity, booked
    return [Point(at_ms, to_decimal(one, scale), to_decimal(other, scale)) for at_ms, one, other in points.values()]


async def money_of(tx: Tx, terms: KnownTerms, bot: Bot) -> tuple[str, Decimal]:
    """A bot's quote asset and its capital: by its first row, before it ran by its settings, if these can be read."""
    known = await terms.of(tx, bot.id, own=True)
    if known is not None:
        return known.quote, known.capital
    try:
        config, _ = bot_of(bot.config)
        return config.symbols[0].partition("/")[2], Decimal(str(config.capital))
    except (msgspec.MsgspecError, ArithmeticError, IndexError):
        return "", ZERO
