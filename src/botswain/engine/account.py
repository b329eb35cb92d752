"""An account's actor: it sends what its bots have journaled, hears what becomes of it, and tells each bot its own part.

Writes end accepted, refused or unknown. Unknown is resolved by reading (`unknown`), never by sending again. Streams
are hints: everything is read again at the start, after a reconnect, on a timer and whenever something surprises
(`surfaces`). Nothing is requested while the account cannot be heard, or has not been read since it could not be.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import msgspec

from botswain.engine.account_ports import Owner, Store
from botswain.engine.begun_anew import Acquaintance, on_time
from botswain.engine.come_up_again import found_out, surface_again
from botswain.engine.holdings import Residue, moved
from botswain.engine.late_fills import unheard
from botswain.engine.list_legs import parts_of, tie, withheld
from botswain.engine.manners import Clocks, Manners
from botswain.engine.market_doors import MarketDoors
from botswain.engine.order_ids import is_ours
from botswain.engine.refusals import Refusals
from botswain.engine.rule_refusals import RuleRefusals
from botswain.engine.tracks import Track, track_of
from botswain.engine.unknown import Resolver
from botswain.engine.waves import waves
from botswain.model.errands import Errand
from botswain.model.errors import FailClosed
from botswain.model.intents import Request, Working
from botswain.model.news import Link, News, Unsure
from botswain.model.order_events import Acknowledged, BalanceMoved, OrderReport, UserEvent
from botswain.model.outcomes import Accepted, Cause, Outcome, Refused, Replaced, Unknown
from botswain.model.ports import Gateway
from botswain.model.reasons import Reason

AGAIN_S = 1.0
LONGEST_S = 15.0
# A cancel that cannot be sent before a pause of the venue's is over is asked for again after so long at the latest.
MOST_LATER_S = 60.0
KEPT_ENDED = 1_024
KEPT_TRADES = 10_000


@dataclass
class Account:
    """One account.

    keys   secrets of order ids, the present one and retired ones
    trades the latest booked trades by symbol and id, each with its order: some venues give two fills one id
    crash  called at named points; tests stop the process there
    remark tells people what happened
    tracks orders that may work, by our name; ended: those that do not any more, for late fills
    lived  the private stream is heard; fresh: and everything was read since, so requests may be made
    hearing  how often it was lost or heard again
    same    what the venue is known by; strange: told what is wrong where it turns out to be another one, and
            went_back  asked what is wrong with its market's time; closed: nothing is sent any more
    doors   the markets that take no orders now
    unread  why it could not be read last; empty where it was
    elsewhere  orders that are of no bot that is looked after, of which that was told
    awaited  orders whose look-up kept balances from being compared, and whether everything was read again after it
    """

    account_id: str
    gateway: Gateway
    clocks: Clocks
    manners: Manners
    keys: tuple[bytes, ...]
    store: Store
    crash: Callable[[str], None] = lambda _point: None
    remark: Callable[[str], None] = lambda _text: None
    owners: dict[str, Owner] = field(default_factory=dict)
    tracks: dict[str, Track] = field(default_factory=dict)
    ended: dict[str, Track] = field(default_factory=dict)
    fresh: bool = False
    hearing: int = 0
    lived: bool = False
    surprise: asyncio.Event = field(default_factory=asyncio.Event)
    tasks: set[asyncio.Task[None]] = field(default_factory=set)
    looking_up: set[str] = field(default_factory=set)
    residue: Residue = field(default_factory=Residue)
    trades: dict[tuple[str, str], str] = field(default_factory=dict)
    fault: BaseException | None = None
    rules: RuleRefusals = field(default_factory=RuleRefusals)
    same: Acquaintance = field(default_factory=Acquaintance)
    strange: Callable[[str], None] = lambda _evidence: None
    went_back: Callable[[], Awaitable[str]] = on_time
    closed: bool = False
    doors: MarketDoors = field(default_factory=MarketDoors)
    unread: str = ""
    elsewhere: dict[str, None] = field(default_factory=dict)
    awaited: dict[str, bool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.slots = asyncio.Semaphore(self.manners.in_flight)
        self.resolver = Resolver(self)
        self.refusals = Refusals(self)

    # What bots ask for.

    def attach(self, owner: Owner, orders: Iterable[tuple[Working, frozenset[str]]]) -> None:
        """Take on a bot with the orders it believes to work, each with the ids of its booked trades."""
        self.forget(owner.bot_id)
        self.owners[owner.bot_id] = owner
        lists: dict[str, Track] = {}
        for order, booked in orders:
            track = track_of(owner.bot_id, owner.units[order.symbol], order, booked)
            track.filled_ms = track.taken_ms = self.clocks.venue_ms()
            track.mark = owner.asked_at(track.name)
            self.tracks[order.client_order_id] = track
            if order.listed and lists.setdefault(order.listed, track) is not track:
                tie(lists[order.listed], track)
        self.surprise.set()

    def forget(self, bot_id: str) -> None:
        """Let go of what is known of a bot's orders: from now on it counts as its journal has it."""
        for found in (self.tracks, self.ended):
            for track in [one for one in found.values() if one.owner == bot_id]:
                del found[track.name]
                track.owner = ""
                self.resolver.forget(track)

    def detach(self, bot_id: str) -> None:
        """Tell a bot nothing more."""
        self.owners.pop(bot_id, None)

    def execute(self, owner: Owner, errands: Sequence[Errand]) -> None:
        """Send journaled requests in waves, each after the one before.

        Returns at once; what becomes of them is told as news.
        """
        for one in errands:
            for request in one.requests:
                self.begin(owner, request)
            if one.second is not None and one.second.places:
                tie(self.tracks[one.request.places], self.tracks[one.second.places])
        self.spawn(self.send(errands[0]) if len(errands) == 1 else self.carry(errands))

    def begin(self, owner: Owner, request: Request) -> None:
        """Note what is on its way."""
        if request.amends:
            track = self.tracks.get(request.places)
            # It may have ended while its step was committed; then nothing is left to be amended, and the venue says so.
            if track is not None:
                track.amending = track.sending = True
            return
        if request.cancels and request.cancels in self.tracks:
            track = self.tracks[request.cancels]
            track.cancelling = track.leaving = track.sending = True
        if request.row is not None:
            row = request.row
            units = owner.units[row.symbol]
            qty = row.leaves * units.lot
            track = Track(request.places, owner.bot_id, row.symbol, units, qty, sending=True, slot=row.slot)
            track.price, track.side, track.trigger = row.price * units.tick, row.side, row.trigger * units.tick
            track.ruled, track.above = self.rules.now(units.symbol), self.same.above(units.symbol)
            track.mark = owner.asked_at(track.name)
            self.tracks[request.places] = track

    async def carry(self, errands: Sequence[Errand]) -> None:
        """Send in waves.

        Where a cancel did not end its order, or that filled since it was decided on, what was decided with it on the
        same symbol rests on what is not so: it is not sent, and decided anew.
        """
        overtaken: set[tuple[str, str]] = set()
        for wave in waves(errands):
            going = [one for one in wave if (one.bot_id, one.symbol) not in overtaken]
            for one in wave:
                if one not in going:
                    self.not_sent(one, Reason.OVERTAKEN)
            if self.manners.in_flight == 1:
                for one in going:
                    await self.send(one)
            else:
                await asyncio.gather(*map(self.send, going))
            for one in going:
                if any(two.cancels and self.not_freed(two, one.lot_size) for two in one.requests):
                    overtaken.add((one.bot_id, one.symbol))

    def not_freed(self, request: Request, lot_size: Decimal) -> bool:
        """Whether a cancel or an amendment has not done what was decided with it, or its order has filled since.

        A fill that came while the decision was committed counts too: whoever decided did not know of it.
        """
        track = self.tracks.get(request.cancels)
        if self.filled_of(request.cancels) != request.filled * lot_size:
            return True
        return track is not None and (track.amending if request.amends else True)

    def filled_of(self, name: str) -> Decimal:
        """What an order is known to have filled."""
        track = self.tracks.get(name) or self.ended.get(name)
        return track.filled if track is not None else Decimal(0)

    def not_sent(self, errand: Errand, reason: Reason) -> None:
        """What will not be sent."""
        for request in errand.requests:
            track = self.tracks.get(request.places)
            if track is not None:
                track.sending = False
                track.close(reason)
                self.report(track)
            held = self.tracks.get(request.cancels)
            if held is not None:
                held.sending = False
                self.settled(held)

    async def send(self, errand: Errand) -> None:
        """One request and its outcome."""
        async with self.slots:
            if self.closed or self.doors.hold(errand):
                self.not_sent(errand, Reason.NOT_SENT)
                return
            for request in errand.requests:
                for name in {request.cancels, request.places} & self.tracks.keys():
                    track, sent_ms = self.tracks[name], self.clocks.venue_ms()
                    track.sent_ms, track.stamp_ms = sent_ms, self.clocks.stamp_ms(sent_ms)
            self.crash("sending")
            outcome = await self.gateway.send(errand)
            self.crash("answered")
        for request, part in parts_of(errand, outcome):
            self.take(request, part)
        self.crash("told")

    def take(self, request: Request, outcome: Outcome | Replaced) -> None:
        """What became of a request."""
        for name in {request.cancels, request.places} & self.tracks.keys():
            self.tracks[name].sending = False
        if isinstance(outcome, Replaced):
            self.cancelled(request.cancels, outcome.cancel)
            self.placed(request.places, outcome.place)
        elif request.amends:
            self.amended(request.places, outcome)
        elif request.row is None:
            self.cancelled(request.cancels, outcome)
        else:
            self.placed(request.places, outcome)

    def placed(self, name: str, outcome: Outcome) -> None:
        """What became of a placement."""
        track = self.tracks.get(name)
        if track is None:
            return
        if isinstance(outcome, Accepted):
            self.heard_of(track, outcome)
        elif isinstance(outcome, Refused):
            self.refusals.told(track, outcome)
        else:
            self.unsure(track, outcome)

    def cancelled(self, name: str, outcome: Outcome) -> None:
        """What became of a cancel: one that was refused says nothing of the order, which is read."""
        track = self.tracks.get(name)
        if track is None:
            return
        if isinstance(outcome, Accepted):
            self.heard_of(track, outcome)
            if not track.final:
                self.resolver.start(track)
        elif isinstance(outcome, Unknown):
            self.unsure(track, outcome)
        elif outcome.cause in (Cause.LATER, Cause.SHUT):
            self.spawn(self.not_cancelled(track, outcome))
        else:
            self.spawn(self.turned_down(track, outcome))

    async def turned_down(self, track: Track, outcome: Refused) -> None:
        """A cancel or an amendment was refused: the order is read, and where that happens again and again, later and

        later, for a bot asks anew as soon as it hears that its order still works.
        """
        track.refusals += 1
        if track.refusals > 1:
            self.remark_on(
                track, f"{track.refusals} requests to change it or take it off were refused: {outcome.message}"
            )
            await self.clocks.sleep(min(AGAIN_S * 2.0 ** (track.refusals - 2), LONGEST_S))
        self.resolver.start(track)

    async def not_cancelled(self, track: Track, outcome: Refused) -> None:
        """A cancel that could not be sent now: the bot may ask again when it can be, or in a while."""
        await self.clocks.sleep(min(max(AGAIN_S, outcome.wait_ms / 1000), MOST_LATER_S))
        self.settled(track)

    def amended(self, name: str, outcome: Outcome) -> None:
        """What became of an amendment."""
        track = self.tracks.get(name)
        if track is None:
            return
        if isinstance(outcome, Accepted):
            self.heard_of(track, outcome)
            self.settled(track)
        elif isinstance(outcome, Unknown):
            self.unsure(track, outcome)
        else:
            self.spawn(self.turned_down(track, outcome))

    def heard_of(self, track: Track, outcome: Accepted) -> None:
        """Take what an acceptance says."""
        self.rules.taken(track)
        if isinstance(outcome.report, OrderReport):
            self.merge(track, outcome.report)
        elif isinstance(outcome.report, Acknowledged):
            track.acknowledge(outcome.report)
        self.report(track)

    def unsure(self, track: Track, outcome: Unknown) -> None:
        """Nobody knows: say so, and read until somebody does. What a stream has told meanwhile is known."""
        if not track.unresolved:
            return
        self.tell(track, [Unsure(track.name, outcome.why)])
        self.resolver.start(track)

    def settled(self, track: Track) -> None:
        """What is known of a track now is all there is: no request about it is on its way any more."""
        if not track.final:
            track.placing = track.cancelling = track.amending = False
            track.known = False
        self.report(track)

    # What the venue tells.

    def told(self, event: UserEvent) -> None:
        """A private event."""
        if isinstance(event, OrderReport):
            self.order_told(event)
        elif isinstance(event, BalanceMoved):
            if self.residue.moved(event.asset, event.change, event.venue_time_ms):
                self.remark(moved(event.asset, event.change))
            self.surprise.set()

    def order_told(self, report: OrderReport) -> None:
        """Word of an order, ours or not."""
        track = self.tracks.get(report.client_order_id) or self.ended.get(report.client_order_id)
        if track is not None:
            self.merge(track, report)
            self.report(track)
        elif is_ours(report.client_order_id, self.keys):
            self.look_up(report)

    def revived(self, track: Track, report: OrderReport) -> None:
        """An order that counted as ended is shown to work, twice: a cancel that was answered and not done, say.

        A read may be older than what is known: of an order that has filled, or filled more, it says nothing.
        """
        owner = self.owners.get(track.owner)
        stale = track.filled >= track.qty or report.filled_qty < track.filled
        if owner is None or stale or self.ended.pop(track.name, None) is None:
            return
        track.revive(report)
        self.tracks[track.name] = track
        self.remark_on(track, "the venue said that it had ended and shows it working; its bot has it again")
        self.spawn(surface_again(self, track))

    def look_up(self, report: OrderReport) -> None:
        """Word of an order of ours that nobody here remembers."""
        if report.client_order_id not in self.looking_up:
            self.looking_up.add(report.client_order_id)
            self.spawn(found_out(self, report))

    def live(self, _missed_since_ms: int | None) -> None:
        """Heard from now on: everything is to be read before anything is requested."""
        self.lived = True
        self.hearing += 1
        self.surprise.set()

    def down(self, why: str, _since_ms: int) -> None:
        """Nothing is heard."""
        self.lived = False
        self.hearing += 1
        if self.fresh:
            self.fresh = False
            self.everybody([Link(up=False, why=why)])

    def reported(self, problem: str) -> None:
        """Something that could not be read has happened."""
        self.remark(problem)
        self.surprise.set()

    def read_through(self, since: int) -> None:
        """All surfaces have been read by a sweep that began when `hearing` was `since`.

        One that began before the account was lost or heard again says nothing of what was missed in between.
        """
        if self.lived and not self.fresh and since == self.hearing:
            self.fresh = True
            self.everybody([Link(up=True, why="everything was read")])

    # Telling.

    def report(self, track: Track) -> None:
        """Tell a bot what it has not been told of an order; ask for fills that explain what is filled."""
        partner = self.partner_of(track)
        if withheld(track, partner):
            self.spawn(self.told_late(track))
            return
        if self.refusals.keeps(track):
            return
        if track.venue_order_id and not track.numbered and (odd := self.same.numbered(track)):
            self.strange(odd)
        if track.owner not in self.owners:
            unheard(self, track)
            return
        told_qty = track.told_qty
        try:
            news = track.news()
        except FailClosed as error:
            self.unfit(track, error)
            return
        if track.told_qty != told_qty:
            track.filled_ms = self.clocks.venue_ms()
        self.tell(track, news)
        if partner is not None and partner.final and not partner.ended and not withheld(partner, track):
            self.report(partner)
        for name in track.told:
            self.trades.setdefault((track.units.symbol, name), track.name)
        while len(self.trades) > KEPT_TRADES:
            del self.trades[next(iter(self.trades))]
        if track.ended and self.tracks.get(track.name) is track:
            self.ended[track.name] = self.tracks.pop(track.name)
            track.over_ms = self.clocks.venue_ms()
            if len(self.ended) > KEPT_ENDED:
                del self.ended[next(iter(self.ended))]
        if track.unexplained:
            self.resolver.start(track)

    def unfit(self, track: Track, error: FailClosed) -> None:
        """What the venue told of an order does not fit its bot's books: that bot ends, and no other one with it."""
        owner = self.owners.get(track.owner)
        if owner is not None:
            owner.fail(error)

    async def told_late(self, track: Track) -> None:
        """Where nothing comes of a list's other order, it is read; where that tells nothing, so be it."""
        await self.clocks.sleep(AGAIN_S)
        if withheld(track, self.partner_of(track)):
            self.surprise.set()
            await self.clocks.sleep(AGAIN_S)
            track.partner = ""
        self.report(track)

    def partner_of(self, track: Track) -> Track | None:
        """The other order of its list, as long as that is waited for."""
        return self.tracks.get(track.partner) or self.ended.get(track.partner)

    def tell(self, track: Track, news: Sequence[News]) -> None:
        """Tell an order's bot."""
        owner = self.owners.get(track.owner)
        if owner is not None and news:
            owner.tell(news)

    def everybody(self, news: Sequence[News]) -> None:
        """Tell every bot."""
        for owner in self.owners.values():
            owner.tell(news)

    def remark_on(self, track: Track, text: str) -> None:
        """Tell people of an order."""
        self.remark(f"order {track.name}: {text}")

    def number_of(self, name: str) -> str:
        """The venue's name of an order of ours; empty where it has none, or is not remembered."""
        return track.venue_order_id if (track := self.tracks.get(name) or self.ended.get(name)) is not None else ""

    def known_orders(self) -> set[str]:
        """The venue's names of all orders of ours that are remembered."""
        return {one.venue_order_id for one in (*self.tracks.values(), *self.ended.values())}

    def trade_taken(self, track: Track, trade_id: str) -> bool:
        """Whether another order's fill has this id too."""
        return self.trades.get((track.units.symbol, trade_id), track.name) != track.name

    def merge(self, track: Track, report: OrderReport) -> None:
        """Take word of an order. A fill under an id that another order's has is read again, and named anew then."""
        good = tuple(one for one in report.fills if not self.trade_taken(track, one.trade_id))
        track.merge(report if len(good) == len(report.fills) else msgspec.structs.replace(report, fills=good))

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Keep a task until it is done; a fault of ours in it ends the account's run."""
        task = asyncio.ensure_future(work)
        self.tasks.add(task)
        task.add_done_callback(self.done)

    def done(self, task: asyncio.Task[None]) -> None:
        """A task ended."""
        self.tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self.fault = self.fault or error
            self.surprise.set()

    @property
    def idle(self) -> bool:
        """Whether nothing is on its way and nothing is being found out."""
        return not self.tasks and not any(one.unresolved or one.unexplained for one in self.tracks.values())
