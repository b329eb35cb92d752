"""Orders of ours that come up again are found in the journal and given back to their bots.

The account remembers its latest orders; of an older one that is told of the journal knows whose it is. A read may come
from a copy of the venue's books that lags: that an order works which is known to have ended counts only where nobody
can have read it before its end, and then its own read must say so too.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Protocol

from botswain.engine.account_ports import Elsewhere, Ports
from botswain.engine.muster import first_word
from botswain.engine.tracks import Track, track_of
from botswain.model.errands import AskOrder
from botswain.model.news import News, Surfaced
from botswain.model.order_events import OrderReport
from botswain.model.orders import OrderState
from botswain.model.outcomes import Answer


class Finder(Ports, Protocol):
    """The account, as far as this needs it."""

    elsewhere: dict[str, None]
    awaited: dict[str, bool]
    surprise: asyncio.Event

    def tell(self, track: Track, news: Sequence[News]) -> None: ...
    def report(self, track: Track) -> None: ...
    def settled(self, track: Track) -> None: ...
    def merge(self, track: Track, report: OrderReport) -> None: ...


async def surface_again(account: Finder, track: Track) -> None:
    """Give a bot an order back."""
    found = await account.store.order(track.name)
    if found is not None:
        account.tell(track, [Surfaced(found[1], "it counted as ended and works")])
        account.report(track)


async def found_out(account: Finder, report: OrderReport) -> None:
    """Look an order up; what waited for that is read again as soon as no such order is looked up any more.

    Once for each order: one that nobody can place is looked up at every reading.
    """
    await surface(account, report)
    if account.looking_up.isdisjoint(account.awaited) and not all(account.awaited.values()):
        account.awaited.update(dict.fromkeys(account.awaited, True))
        account.surprise.set()


async def surface(account: Finder, report: OrderReport) -> None:
    """Find it in the journal and give it back to its bot; one that nobody looks after is only told of, and once."""
    name = report.client_order_id
    found = await account.store.order(name)
    account.looking_up.discard(name)
    if name in account.tracks or name in account.ended:
        account.order_told(report)
        return
    owner = account.owners.get(found[0]) if found is not None else None
    if found is None or owner is None:
        other = await account.store.elsewhere(name)
        if (other is None or not other.looked_after) and first_word(account.elsewhere, name):
            account.remark(left_alone(name, other))
        return
    track = track_of(owner.bot_id, owner.units[found[1].symbol], found[1], found[2])
    track.filled_ms = account.clocks.venue_ms()
    end = None if report.final else await account.store.end(name)
    if end is not None:
        account.looking_up.add(name)
        read = await read_later(account, track, end)
        account.looking_up.discard(name)
        if read is None or name in account.tracks or account.owners.get(found[0]) is not owner:
            return  # the next full read shows it again
        report = read
        if report.final and report.filled_qty <= track.filled:
            track.state, track.over_ms, track.ended = *end, True
            account.ended[name] = track
            return
    if found[1].leaves <= 0 and report.filled_qty <= track.filled:
        # Word from before its last fill, which came late: the journal knows its end.
        track.state, track.ended = OrderState.FILLED, True
        account.ended[name] = track
        return
    track.leaving = True
    account.tracks[name] = track
    account.merge(track, report)
    if not track.final or track.unexplained or track.filled > track.told_qty:
        account.tell(track, [Surfaced(found[1], "it was given up and is at the venue")])
    account.settled(track)  # whatever was asked for it before its end is over


def left_alone(name: str, other: Elsewhere | None) -> str:
    """What is said of an order of ours that no bot of this process has. other: whose it is, where a journal knows."""
    if other is not None:
        return f"order {name} at the venue is of bot {other.bot!r}, which does not run here: its next start books it"
    return (
        f"order {name} at the venue carries our mark and no journal here knows it; it is left as it is. This "
        "database looks put back from a backup: stop its bots, run botswain restored, and look with doctor"
    )


async def read_later(account: Finder, track: Track, end: tuple[OrderState, int]) -> OrderReport | None:
    """What the venue says of an order that the journal knows to have ended, once that cannot be from before.

    None where it does not answer.
    """
    await account.clocks.sleep(to_be_sure_ms(*end, account.manners.horizon_ms, account.clocks.now_ms()) / 1000)
    found = await account.gateway.ask(account.account_id, AskOrder(track.units.symbol, track.name))
    return found.data if isinstance(found, Answer) else None


def to_be_sure_ms(state: OrderState, over_ms: int, horizon_ms: int, now_ms: int) -> int:
    """How long to wait until a read cannot be from before an order's end any more: 0 where it never can.

    state    how it ended: of one that was never there any read that shows it is news
    over_ms  when that was heard; no clock that was set back makes it longer than the horizon
    """
    return 0 if state is OrderState.REJECTED else min(max(over_ms + horizon_ms - now_ms, 0), horizon_ms)
