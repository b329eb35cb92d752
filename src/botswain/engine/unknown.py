"""The resolver: what became of a request that nobody knows the end of, found out by reading and by nothing else.

A positive answer settles it at once. Absence is evidence only past the horizon, only from questions that were answered,
only in two rounds apart, and only where open orders, history, fills and what the account holds agree (faults, rules 4
and 5). Nothing is ever sent again here: the bot decides anew.
"""

from __future__ import annotations

from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain, repeat
from typing import Any, Protocol

from botswain.engine.absences import all_nowhere, doubts_on, filled_in_absence, moved_by_hand
from botswain.engine.balances import Holder, base_of, symbols_on
from botswain.engine.holdings import ZERO, plain
from botswain.engine.shared_reads import OF_BALANCES, Pace, SymbolLists
from botswain.engine.told_doubts import NOBODY
from botswain.engine.tracks import Track
from botswain.history.instants import iso
from botswain.model.errands import AskFills, AskOrder
from botswain.model.news import Command, Mode, News, Unsure
from botswain.model.orders import OrderState
from botswain.model.outcomes import Absent, Answer
from botswain.model.reasons import Reason
from botswain.store.halts import RESOLVER

PAUSES_S = (0.25, 0.5, 1.0, 2.0, 5.0)
LONGEST_S = 10.0
# An order that every surface denies and no balance explains is looked for so often, then more and more seldom: each
# look costs what the whole account shares, and many such orders would leave nothing for anybody else.
STUCK, MOST_SELDOM_S = 6, 160.0
# And of several such orders each waits so much longer: however many there are, together they ask no more.
EACH_S = 3.0
BEFORE_MS = 60_000
FEE_PATIENCE = 3
INFER_AFTER = 12
NEEDED_ROUNDS = 2
# For so many more an order waits, as often as before, for the others in doubt to be known as well.
MOST_ROUNDS = NEEDED_ROUNDS + 2


class Tracker(Holder, Protocol):
    """The account, as far as the resolver needs it."""

    trades: dict[tuple[str, str], str]

    def tell(self, track: Track, news: Sequence[News]) -> None: ...
    def report(self, track: Track) -> None: ...
    def settled(self, track: Track) -> None: ...
    def known_orders(self) -> set[str]: ...
    def trade_taken(self, track: Track, trade_id: str) -> bool: ...
    def remark_on(self, track: Track, text: str) -> None: ...
    def spawn(self, work: Coroutine[Any, Any, None]) -> None: ...


@dataclass(frozen=True, slots=True)
class Looked:
    """A symbol's lists were read for an order, from began_ms on. nowhere: they know nothing of it.

    A fill of an order that nobody knows may be its own.
    """

    began_ms: int
    nowhere: bool


class Resolver:
    """One search for each order in doubt."""

    def __init__(self, account: Tracker) -> None:
        self._account = account
        self._running: set[str] = set()
        self._pace = Pace(account.clocks)
        self._lists = SymbolLists(account, self._pace)

    def start(self, track: Track) -> None:
        """Find out about an order, unless that is under way."""
        if track.name not in self._running:
            self._running.add(track.name)
            self._account.spawn(self._found_out(track))

    def forget(self, track: Track) -> None:
        """Its search ends by itself; another one may begin for what takes its place."""
        self._running.discard(track.name)

    async def _found_out(self, track: Track) -> None:
        try:
            await self._search(track)
            self._explained(track)
        finally:
            if track.owner:
                self._running.discard(track.name)

    def _explained(self, track: Track) -> None:
        """Of an order of which it was told that nobody can say what became of it: say so when that is known."""
        owner = self._account.owners.get(track.owner)
        if owner is None or self._open(track) or not owner.stopped_over(track.name):
            return
        stands = "it has ended" if track.final else "it works at the venue"
        self._account.remark_on(
            track,
            f"what became of it is known now: {stands}, {plain(track.filled)} of {plain(track.qty)} filled. Its bot's "
            "entries were stopped over it: resume the bot, unless something else stops it too",
        )

    async def _search(self, track: Track) -> None:
        account = self._account
        began_ms = account.clocks.venue_ms()
        doubted_ms = min(began_ms, track.asked_ms or began_ms)
        rounds, due_ms, newer_ms, warned, stuck = 0, 0, 0, False, 0
        for count, pause_s in enumerate(chain(PAUSES_S, repeat(LONGEST_S))):
            absent = await self._read(track, count)
            if not self._open(track):
                return
            now_ms = account.clocks.venue_ms()
            if absent and now_ms >= track.out_ms + account.manners.horizon_ms:
                if rounds == 0 or now_ms >= due_ms:
                    found = await self._nowhere(track, due_ms if rounds else newer_ms)
                    rounds = rounds + 1 if found is not None and found.nowhere else 0
                    # Lists that know of something are read anew: what they lacked then they may have now.
                    newer_ms = found.began_ms + 1 if found is not None else newer_ms
                    due_ms = (now_ms if found is None else found.began_ms) + account.manners.round_ms
                if rounds >= NEEDED_ROUNDS:
                    if await self._never(track):
                        return
                    # That others are to be looked for once more is soon over; what nothing explains is not.
                    stuck += rounds > MOST_ROUNDS or all_nowhere(account, track)
            elif not absent:
                rounds, track.nowhere = 0, False
            give_up_ms = account.manners.give_up_s * 1000
            asked_enough = rounds >= NEEDED_ROUNDS or now_ms - began_ms > give_up_ms
            if not warned and asked_enough and now_ms - doubted_ms > give_up_ms:
                warned = True
                await self._warn(track)
                if not self._open(track):
                    return
            if absent and rounds < NEEDED_ROUNDS:
                pause_s = min(pause_s, self._until_s(due_ms if rounds else track.out_ms + account.manners.horizon_ms))
            pause_s = max(pause_s, seldom_s(stuck, self._doubts))
            if not warned:  # that nobody can say is said when it is due, however seldom it is looked for
                pause_s = min(pause_s, max((doubted_ms + give_up_ms - account.clocks.venue_ms()) / 1000, LONGEST_S))
            await self._pause(track, pause_s)
            if not self._open(track):
                return

    async def _pause(self, track: Track, pause_s: float) -> None:
        """Wait so long, or until more is known of what kept it from being explained."""
        known, left_s = self._known(track), pause_s
        while left_s > 0 and self._open(track) and self._known(track) == known:
            await self._account.clocks.sleep(min(left_s, LONGEST_S))
            left_s -= LONGEST_S

    def _known(self, track: Track) -> tuple[Decimal | None, frozenset[str]]:
        """What is in no book of its asset, as it was read last, and which orders are in doubt on that."""
        base = base_of(track.units.symbol)
        return self._account.residue.shown.get(base), frozenset(one.name for one in doubts_on(self._account, base))

    def _until_s(self, due_ms: int) -> float:
        """How long until absence counts; what is due already is not looked at without a pause."""
        left_ms = due_ms - self._account.clocks.venue_ms()
        return left_ms / 1000 if left_ms > 0 else LONGEST_S

    @property
    def _doubts(self) -> int:
        """How many orders are in doubt."""
        return sum(one.unresolved for one in self._account.tracks.values())

    def _open(self, track: Track) -> bool:
        """Whether there is still something to be found out."""
        return bool(track.owner) and (track.unexplained or (track.unresolved and not track.ended))

    async def _read(self, track: Track, count: int) -> bool:
        """Ask for its fills and its state. Returns whether the venue answered that there is no such order."""
        account, symbol = self._account, track.units.symbol
        if track.unexplained and track.venue_order_id:
            await self._pace.turn()
            fills = await account.gateway.ask(account.account_id, AskFills(symbol, track.venue_order_id))
            if isinstance(fills, Answer):
                track.free_of_fees = track.free_of_fees or count >= FEE_PATIENCE
                rows = [one for one in fills.data.items if one.fee or track.free_of_fees]
                track.explain(rows, lambda name: account.trade_taken(track, name))
                if track.unexplained and count >= INFER_AFTER:
                    account.remark_on(
                        track, "its fills cannot be read any more; what is missing is inferred from its total"
                    )
                    track.infer(symbol)
                account.report(track)
        if track.sending or not track.unresolved:
            return False
        if not await self._pace.turn(still=lambda: self._open(track)) or track.sending:
            return False
        sent_ms = track.sent_ms
        found = await account.gateway.ask(account.account_id, AskOrder(symbol, track.name))
        if track.sending or track.sent_ms != sent_ms:
            return False
        if isinstance(found, Absent):
            return True
        if isinstance(found, Answer):
            track.merge(found.data)
            account.settled(track)
        return False

    async def _nowhere(self, track: Track, due_ms: int) -> Looked | None:
        """Look at open orders, history and fills that were read from due_ms on; None where they were not answered."""
        account, symbol = self._account, track.units.symbol
        after_ms = max(due_ms, track.out_ms + account.manners.horizon_ms)
        others = (one for one in account.tracks.values() if one.unresolved and one.units.symbol == symbol)
        since = [track.stamp_ms - BEFORE_MS, *(one.stamp_ms - BEFORE_MS for one in others)]
        found = await self._lists.of(symbol, after_ms, since)
        if found is None or not self._open(track):
            return None
        for one in found.orders:
            if one.client_order_id == track.name:
                track.merge(one)
                account.settled(track)
                return Looked(found.began_ms, nowhere=False)
        accounted = {one.venue_order_id for one in found.orders} | account.known_orders()
        booked = account.trades.keys()
        known = all(one.venue_order_id in accounted or (symbol, one.trade_id) in booked for one in found.fills)
        return Looked(found.began_ms, nowhere=known)

    async def _never(self, track: Track) -> bool:
        """It never was, or it filled and the venue has forgotten it; False where the balances cannot tell yet."""
        track.nowhere = True
        if not all_nowhere(self._account, track) or not await self._pace.turn(OF_BALANCES, lambda: self._open(track)):
            return False
        filled = await filled_in_absence(self._account, track)
        if filled is None or not self._open(track):
            return False
        together = [self._account.tracks[name] for name in filled]
        if any(filled[one.name] and not self._priced(one) for one in together):
            return False
        for one in together:
            self._ended(one, filled[one.name])
        return True

    def _priced(self, track: Track) -> bool:
        """Give an order without a price of its own the last one that its bot has seen, where it has seen any."""
        owner = self._account.owners.get(track.owner)
        track.price = track.price or (owner.last_price(track.symbol) if owner is not None else track.price)
        return bool(track.price)

    def _ended(self, track: Track, filled: Decimal) -> None:
        """An order that no surface knows has ended, with so much filled."""
        if filled or track.venue_order_id:
            said = f"the venue has forgotten it; by the balances it filled {filled:f} more"
            if filled:
                track.filled = track.told_qty + filled
                track.infer(track.units.symbol, track.price)
                said += f", which is booked at {track.price:f} because nobody can tell its price any more"
            track.state = OrderState.CANCELED
            track.placing = track.cancelling = track.amending = False
            self._account.remark_on(track, said)
        else:
            track.close(Reason.NOT_PLACED)
        self._account.report(track)

    async def _unexplained(self, track: Track) -> str:
        """What the account holds that books, orders by hand and deposits that were heard of leave unexplained."""
        account, assets = self._account, track.units.symbol.split("/")
        found = {asset: known for asset in assets if (known := account.residue.unexplained(asset)) is not None}
        if not found:
            return "What the account held before it is not known"
        since = {asset: account.residue.kept[asset] for asset in found}
        by_hand: Mapping[str, Decimal] | None = {}
        if any(change for change, _ in found.values()):
            by_hand = await moved_by_hand(account, symbols_on(account, found), since)
        left = {asset: change - (by_hand or {}).get(asset, ZERO) for asset, (change, _) in found.items()}
        said = [f"{plain(abs(qty))} {asset} {'more' if qty > 0 else 'less'}" for asset, qty in left.items() if qty]
        when = iso(min(since_ms for _, since_ms in found.values()))
        if not said:
            return (
                f"What the account holds has not changed since {when} by anything else, and not every read was answered"
            )
        besides = "" if by_hand is not None else "; what was traded by hand could not be read, and is in that"
        return f"Since {when} the account holds {' and '.join(said)} than anything explains{besides}"

    async def _warn(self, track: Track) -> None:
        """Too long in doubt: its bot opens nothing more until somebody has looked."""
        owner = self._account.owners.get(track.owner)
        if owner is not None and owner.stopped_over(track.name):
            return  # a process before this one has said so: it stands in the bot's row or journal
        unexplained = await self._unexplained(track)
        if not self._open(track):
            return
        text = (
            f"{NOBODY} {track.name} ({track.qty:f} {track.units.symbol}); it counts in "
            f"full, and its bot opens nothing more. {unexplained}. Look at the account at the venue, and "
            "put back what was moved there by hand"
        )
        self._account.remark(text)
        self._account.tell(track, [Unsure(track.name, text), Command(Mode.CANCEL_ENTRIES, RESOLVER, text)])


def seldom_s(stuck: int, doubts: int) -> float:
    """How long to wait before an order, one of so many, is looked for again that was looked for in vain so often."""
    if not stuck:
        return 0.0
    alone_s = LONGEST_S * 2.0 ** min(stuck - STUCK, 10) if stuck >= STUCK else 0.0
    return min(max(alone_s, EACH_S * doubts), MOST_SELDOM_S)
