"""Orders that have filled less at the venue than was told of them, and booked: what a venue takes back from nobody.

A read may come from a copy of the venue's books that lags, so this counts only where no copy can be that old, and the
order's own read says it too. At a venue that begins anew now and then it is another one then, or one that was put back
to an earlier time (`begun_anew`); elsewhere a person has to look, and the order's bot opens nothing more.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import islice
from typing import Protocol

from botswain.engine.account_ports import Ports
from botswain.engine.begun_anew import ROUNDS, Acquaintance
from botswain.engine.manners import Manners
from botswain.engine.tracks import INFERRED, Track, track_of
from botswain.model.errands import AskOrder
from botswain.model.errors import Deferred, Unavailable
from botswain.model.news import Command, Mode, News
from botswain.model.order_events import OrderReport
from botswain.model.outcomes import Answer
from botswain.store.halts import ACCOUNT

# So many of the orders that filled last are looked at.
LATEST = 3


class Reader(Ports, Protocol):
    """The account, as far as this needs it."""

    same: Acquaintance
    trades: dict[tuple[str, str], str]

    @property
    def strange(self) -> Callable[[str], None]: ...
    def tell(self, track: Track, news: Sequence[News]) -> None: ...
    def remark_on(self, track: Track, text: str) -> None: ...


def lacks_fills(track: Track, report: OrderReport) -> bool:
    """Whether a read shows less filled than its bot was told. What was only inferred proves nothing."""
    return report.filled_qty < track.told_qty and not any(one.startswith(INFERRED) for one in track.told)


def wait_ms(track: Track, manners: Manners, began_ms: int) -> int:
    """How long to wait until no read can be from before the last fill that was told; 0 where none can."""
    return max(track.filled_ms + manners.horizon_ms + ROUNDS * manners.round_ms - began_ms, 0)


async def recall(account: Reader) -> None:
    """After a start this process remembers no order that has ended: take those that filled last from the journal."""
    if account.same.recalled:
        return
    with suppress(Unavailable, Deferred):  # then at the next reading
        for name in reversed(list(islice(dict.fromkeys(reversed(account.trades.values())), LATEST))):
            found, end = await account.store.order(name), await account.store.end(name)
            owner = account.owners.get(found[0]) if found is not None else None
            if found is None or owner is None or end is None or name in account.tracks or name in account.ended:
                continue
            track = track_of(owner.bot_id, owner.units[found[1].symbol], found[1], found[2])
            track.state, track.over_ms, track.ended = *end, True
            track.filled_ms = track.over_ms
            account.ended[name] = track
        account.same.recalled = True


async def look_at_latest(account: Reader, began_ms: int) -> None:
    """After a start, or where the account was not heard: are the orders that filled last still filled there?"""
    await recall(account)
    filled = (
        one for one in reversed(account.ended.values()) if one.told_qty and not wait_ms(one, account.manners, began_ms)
    )
    for track in list(islice(filled, LATEST)):
        await look(account, track, began_ms)


async def look(account: Reader, track: Track, began_ms: int) -> int:
    """An order was shown with less filled than was told: ask for it, and say so where that is true.

    began_ms  when the reading began. Returns how long to wait before that can be said; 0 where it was looked at
    """
    later_ms = wait_ms(track, account.manners, began_ms)
    if later_ms > 0 or track.sending or track.unfilled:
        return later_ms
    found = await account.gateway.ask(account.account_id, AskOrder(track.units.symbol, track.name))
    if not isinstance(found, Answer) or not lacks_fills(track, found.data):
        return 0
    track.unfilled = True
    text = (
        f"has filled {found.data.filled_qty:f} of {track.qty:f} {track.units.symbol} there, number "
        f"{found.data.venue_order_id}, and {track.told_qty:f} of it was told before and is booked"
    )
    if account.same.resets:
        account.strange(f"order {track.name} {text}")
        return 0
    why = f"it {text}; nothing is opened on that any more. Compare the account with the venue's statement"
    account.remark_on(track, why)
    account.tell(track, [Command(Mode.CANCEL_ENTRIES, ACCOUNT, f"order {track.name}: {why}")])
    return 0
