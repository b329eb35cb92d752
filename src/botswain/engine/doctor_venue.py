"""Whether the venue that the doctor looks at is the one that an account's journal speaks of; it says so, and why not.

The same signs as the engine's (`begun_anew`): the market's time, the number of the newest order, and what is due.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from botswain.control.config import bot_of
from botswain.control.last_closes import LastCloses
from botswain.engine.begun_anew import Acquaintance, Numbered, numbered_of, other_number, said, unknown_there, went_back
from botswain.engine.doctor import Books, Finding, Shown
from botswain.engine.forgotten import HIGHEST_FEE
from botswain.engine.live_fleet import Side
from botswain.engine.live_recovery import NAMED, feed_name
from botswain.model.errands import AskOrder
from botswain.model.outcomes import Absent, Answer
from botswain.model.timeframe import timeframe_ms
from botswain.store import market, orders, residues
from botswain.store.bots import Bot
from botswain.store.halts import VENUE
from botswain.store.residues import Residual
from botswain.store.scope import Tx

ZERO = Decimal(0)
ABOUT = "the venue"
OR_NOT = "It was started anew, or has forgotten them; the next start of a bot finds out which"


@dataclass(frozen=True)
class Remembered:
    """What an account's journal knows that a venue cannot take back.

    last     of each symbol and timeframe the open time of the newest candle recorded
    newest   the order with the highest number; kept: what was in no book, by asset
    halted   what the engine has said of it, where it has let its bots go
    """

    last: Mapping[tuple[str, str], int] = field(default_factory=dict)
    newest: Numbered | None = None
    kept: Mapping[str, Residual] = field(default_factory=dict)
    halted: tuple[str, ...] = ()


async def remembered(tx: Tx, own: Sequence[Bot], feeds: Iterable[tuple[str, str]], account_id: str) -> Remembered:
    """What is known of an account. feeds: names and timeframes. tx is the platform's."""
    last: dict[tuple[str, str], int] = {}
    for feed, timeframe in feeds:
        for segment in [one for one in await market.segments(tx, feed) if one.sealed_ms is None][:1]:
            closes = await LastCloses().of(tx, segment.id)
            last |= {(symbol, timeframe): one.open_ms for symbol, one in closes.items()}
    same = Acquaintance()
    for one in own:
        same.remember(numbered_of(await orders.numbered(tx, one.id, limit=NAMED)))
    halted = dict.fromkeys(one.halted_reason or "" for one in own if one.halted_by == VENUE)
    return Remembered(last, same.newest, await residues.kept(tx, account_id), tuple(halted))


def feeds_of(side: Side, own: Iterable[Bot]) -> list[tuple[str, str]]:
    """The feeds of an account's bots: name and timeframe."""
    frames = sorted({bot_of(one.config)[1].frame for one in own})
    return [(feed_name(side, frame), frame) for frame in frames]


async def strangeness(known: Remembered, side: Side, account_id: str, books: Books, shown: Shown) -> list[Finding]:
    """What says that it is another venue; nothing where it is the same, or does not tell."""
    found = [Finding(ABOUT, f"the engine has let its bots go: {why}") for why in known.halted]
    for (symbol, timeframe), last_ms in sorted(known.last.items()):
        candle = await side.source.newest(symbol, timeframe)
        if isinstance(candle, Answer):
            evidence = went_back(symbol, candle.data.open_ms, last_ms, timeframe_ms(timeframe))
            if evidence:
                return [*found, Finding(ABOUT, said(side.title, evidence))]
    newest = known.newest
    if newest is None or any(one in shown.orders for one, kept in books.orders.items() if kept.open):
        return found
    asked = await side.gateway.ask(account_id, AskOrder(newest.symbol, newest.name))
    if isinstance(asked, Answer):
        evidence = other_number(newest, asked.data.venue_order_id)
        return [*found, Finding(ABOUT, said(side.title, evidence))] if evidence else found
    gone = sum(kept.open and not kept.unknown for kept in books.orders.values())
    less = short_of(known.kept, books, shown)
    if isinstance(asked, Absent) and less:
        found.append(Finding(ABOUT, f"{unknown_there(newest, gone, less)}. {OR_NOT}"))
    return found


def short_of(kept: Mapping[str, Residual], books: Books, shown: Shown) -> dict[str, tuple[Decimal, Decimal]]:
    """Assets of which the account holds clearly less than is due, with both."""
    less = {}
    for asset, one in kept.items():
        due = one.qty + books.base.get(asset, ZERO) + books.flows.get(asset, ZERO)
        there = shown.balances.get(asset, ZERO)
        if there < due - HIGHEST_FEE * abs(due):
            less[asset] = there, due
    return less
