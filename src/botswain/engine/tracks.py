"""One of our orders as it is known from outside: replies, stream events and reads, merged in whatever order they come.

Pure. Merging is commutative and repeatable: what the venue filled in total only grows, an end stays an end, and a fill
is known by its id. What a bot has not been told yet follows from it (`news`), each thing once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

import msgspec

from botswain.build.plan import Units
from botswain.model.errors import FailClosed
from botswain.model.intents import Certainty, Working
from botswain.model.news import Known, News
from botswain.model.order_events import Acknowledged, OrderReport, OwnTrade
from botswain.model.orders import FINAL_STATES, Liquidity, OrderKind, OrderState, Side, Tif
from botswain.model.reasons import Reason
from botswain.model.venue_reports import FeeWord, VenueReport

ZERO = Decimal(0)
# What an inferred fill's id begins with.
INFERRED = "inferred~"
AT_ONCE = frozenset({Tif.IOC, Tif.FOK})


@dataclass
class Track:
    """An order of ours.

    owner          the bot's id; symbol its place in the bot's list, units what its integers are worth
    qty            all it may fill
    placing, cancelling, amending   a request that nobody knows the end of yet; sending: it is on its way now
    leaving        we have asked for its cancel, at any time
    sent_ms        venue's time when its last request was sent by this process
    stamp_ms       what the venue stamped orders with then, at the earliest
    taken_ms       when it was taken on from the journal: a process before may have sent that request until then
    asked_ms       venue's time when a process before asked for it, where nobody knows the end of that; else 0
    told_qty       what of its fills the bot was told
    mark           the last price that its bot had seen when it was asked for, 0 where nobody knows
    free_of_fees   the venue has been read to take none
    ruled          how often its symbol's rules had changed when it was asked for
    listed         it was sent in a list, whose other order is `partner` as long as that is waited for
    nowhere        every surface has answered, twice, that there is no such order
    above          the highest number that the venue had given when it was asked for; numbered: its own was looked at
    over_ms        venue's time when its end was heard; filled_ms: when its last fill was, or when it was taken on
    before         a process before has told fills of it, and it may have ended there
    unfilled       it was said that the venue knows less of its fills than was told
    kept           it was said that it has filled while its bot does not run
    """

    name: str
    owner: str
    symbol: int
    units: Units
    qty: Decimal
    venue_order_id: str = ""
    state: OrderState = OrderState.UNKNOWN
    filled: Decimal = ZERO
    notional: Decimal = ZERO
    side: int = 0
    price: Decimal = ZERO
    trigger: Decimal = ZERO
    mark: Decimal = ZERO
    fills: dict[str, OwnTrade] = field(default_factory=dict)
    sending: bool = False
    placing: bool = True
    cancelling: bool = False
    amending: bool = False
    leaving: bool = False
    at_once: bool = False
    sent_ms: int = 0
    stamp_ms: int = 0
    taken_ms: int = 0
    asked_ms: int = 0
    told: set[str] = field(default_factory=set)
    told_qty: Decimal = ZERO
    known: bool = False
    ended: bool = False
    reason: Reason | None = None
    free_of_fees: bool = False
    refusals: int = 0  # requests to cancel or amend it that the venue refused
    ruled: int = 0
    listed: bool = False
    partner: str = ""
    nowhere: bool = False
    above: int = 0
    numbered: bool = False
    slot: int = 0
    over_ms: int = 0
    filled_ms: int = 0
    before: bool = False
    unfilled: bool = False
    kept: bool = False

    @property
    def out_ms(self) -> int:
        """Venue's time after which nothing of it was sent."""
        return max(self.sent_ms, self.taken_ms)

    @property
    def final(self) -> bool:
        """Whether it never works again."""
        return self.state in FINAL_STATES

    @property
    def unresolved(self) -> bool:
        """Whether a request about it has no end yet."""
        return not self.final and (self.placing or self.cancelling or self.amending)

    @property
    def unexplained(self) -> bool:
        """Whether more was filled than its known fills tell."""
        return self.filled > self.accounted

    @property
    def accounted(self) -> Decimal:
        """What its known fills come to: those that were told, by a process before too, and those that are yet to be."""
        return self.told_qty + sum((one.qty for one in self.untold()), ZERO)

    def untold(self) -> list[OwnTrade]:
        """Its known fills that its bot is to be told.

        Where a part was inferred, a fill that comes to light may be what that stood for: what was filled since are the
        latest ones, as much as the venue says was filled beyond what was told.
        """
        fresh = [one for name, one in self.fills.items() if name not in self.told]
        if not fresh or not any(name.startswith(INFERRED) for name in self.told):
            return fresh
        found, left = [], self.filled - self.told_qty
        for one in sorted(fresh, key=in_time, reverse=True):
            if one.qty > left:
                break
            found.append(one)
            left -= one.qty
        return found

    def acknowledge(self, found: Acknowledged) -> None:
        """The venue has it and says no more."""
        self.venue_order_id = found.venue_order_id or self.venue_order_id
        self.placing = False
        if self.state is OrderState.UNKNOWN:
            self.state = OrderState.NEW

    def merge(self, report: OrderReport) -> None:
        """Take what a reply, an event or a read says of it."""
        self.nowhere = False
        self.venue_order_id = report.venue_order_id or self.venue_order_id
        self.placing = False
        self.at_once = report.tif in AT_ONCE or report.kind is OrderKind.MARKET
        self.side = 1 if report.side is Side.BUY else -1
        if report.filled_qty >= self.filled:
            self.filled = report.filled_qty
            self.notional = max(self.notional, report.filled_notional)
            if self.amending or not self.known:
                self.qty = report.qty
        if not self.final:
            self.state = report.state
        for one in report.fills:
            self.add(one)

    def add(self, one: OwnTrade) -> None:
        """Take a fill. One whose fee was not told, or told as nothing, is left to be read again."""
        if one.fee_asset and (one.fee or self.free_of_fees):
            self.fills.setdefault(one.trade_id, one)

    def explain(self, found: Iterable[OwnTrade], taken: Callable[[str], bool]) -> None:
        """Take all its fills as they were read.

        A trade id that another fill has too (`taken`: of another order) gets one that follows from its order and from
        what it was, whatever else was read: a row that cannot be read is missing this time and there the next.
        """
        seen: Counter[tuple[str, str]] = Counter()
        plain: set[str] = set()
        for one in found:
            name, what = one.trade_id, f"{one.qty.normalize():f}@{one.price.normalize():f}"
            own = f"{name}~{self.name[:8]}~{what}~{seen[name, what]}"
            seen[name, what] += 1
            if own in self.told or own in self.fills or name in plain or taken(name) or self.is_other(one):
                name = own
            plain.add(name)
            if name not in self.fills:
                self.fills[name] = msgspec.structs.replace(one, trade_id=name)

    def is_other(self, one: OwnTrade) -> bool:
        """Whether its id is known as that of another fill of this order."""
        known = self.fills.get(one.trade_id)
        return known is not None and (known.qty, known.price) != (one.qty, one.price)

    def infer(self, market_id: str, price: Decimal = ZERO) -> bool:
        """Stand in for fills that nobody can tell any more, by what the venue said of the order in total, if it did.

        price  what they filled at, where that is known otherwise; else it is the average of all that was not read here,
               what a process before has booked included
        """
        known = [*(one for name, one in self.fills.items() if name in self.told), *self.untold()]
        read = sum((one.qty for one in known), ZERO)
        paid = sum((one.quote_qty for one in known), ZERO)
        missing = self.filled - self.accounted
        if missing <= 0 or (not price and self.notional <= paid):
            return False
        tick = self.units.tick
        average = price or (self.notional - paid) / (self.filled - read)
        price = (average / tick).to_integral_value(ROUND_HALF_UP) * tick
        name = f"{INFERRED}{self.name[:8]}~{self.filled:f}"
        asset = (self.units.fee_on_buy if self.side > 0 else self.units.fee_on_sell)[1]
        self.fills[name] = OwnTrade(
            market_id=market_id,
            trade_id=name,
            venue_order_id=self.venue_order_id,
            client_order_id=self.name,
            side=Side.BUY if self.side > 0 else Side.SELL,
            price=price,
            qty=missing,
            quote_qty=missing * price,
            fee=ZERO,
            fee_asset=asset,
            liquidity=Liquidity.UNKNOWN,
            venue_time_ms=max([self.stamp_ms, *(one.venue_time_ms for one in self.fills.values())]),
        )
        return True

    def revive(self, report: OrderReport) -> None:
        """It was called ended and works: what the venue shows now is believed."""
        self.state, self.reason = report.state, None
        self.ended = self.known = False
        self.cancelling = self.leaving = self.placing = self.amending = False
        self.merge(report)

    def close(self, reason: Reason) -> None:
        """It is proven never to have worked."""
        self.placing = False
        self.state = OrderState.REJECTED
        self.reason = reason

    def news(self) -> list[News]:
        """What the bot has not been told. Raises FailClosed for fills off its grid.

        The venue's number is told before anything else of an order that is over before it was told to work: its end is
        the last word. Parts may have been told by then, while a request about it had no answer.
        """
        found: list[News] = []
        unnamed = bool(self.venue_order_id) and not (self.known or self.ended or self.before)
        for one in sorted(self.untold(), key=in_time):
            self.told.add(one.trade_id)
            self.told_qty += one.qty
            found.append(self.fill(one, final=self.told_qty >= self.qty))
        if self.told_qty >= self.qty:
            self.ended = True
        if self.final and not self.ended and self.told_qty >= self.filled:
            self.ended = True
            found.append(self.end())
        elif not self.known and not self.final and not self.ended and not self.unresolved:
            self.known = True
            found.append(Known(self.name, self.venue_order_id, self.lots(self.qty)))
        if found and unnamed and (self.ended or self.final) and self.state is not OrderState.REJECTED:
            self.known = True
            found.insert(0, Known(self.name, self.venue_order_id, self.lots(self.qty)))
        return found

    def fill(self, one: OwnTrade, *, final: bool) -> VenueReport:
        """A fill in the bot's integers. A fee that does not fit them is told as such and stops the bot."""
        side = 1 if one.side is Side.BUY else -1
        worth, asset = self.units.fee_on_buy if side > 0 else self.units.fee_on_sell
        fee = one.fee / worth
        fits = (one.fee_asset == asset and fee == fee.to_integral_value()) or one.fee == 0
        word = FeeWord.TOLD if fits else FeeWord.ODD
        if one.trade_id.startswith(INFERRED):
            word = FeeWord.INFERRED
        return VenueReport(
            client_order_id=self.name,
            time_ms=one.venue_time_ms,
            seq=0,
            symbol=self.symbol,
            side=side,
            lots=self.lots(one.qty),
            price=whole(f"price of trade {one.trade_id}", one.price / self.units.tick),
            fee=int(fee) if word is FeeWord.TOLD else 0,
            maker=one.liquidity is Liquidity.MAKER,
            reason=0,
            final=final,
            trade_id=one.trade_id,
            fee_word=word,
        )

    def end(self) -> VenueReport:
        """Its end as the bot is told."""
        return VenueReport(
            client_order_id=self.name,
            time_ms=0,
            seq=0,
            symbol=self.symbol,
            side=0,
            lots=0,
            price=0,
            fee=0,
            maker=False,
            reason=int(self.end_reason()),
            final=True,
            trade_id="",
        )

    def end_reason(self) -> Reason:
        """Why it ended."""
        if self.reason is not None:
            return self.reason
        if self.state is OrderState.CANCELED:
            return Reason.CANCELED if self.leaving else Reason.VENUE_CANCELED
        if self.state is OrderState.EXPIRED and self.listed:
            return Reason.LINKED
        if self.state is OrderState.EXPIRED:
            return Reason.NOT_FILLED if self.at_once else Reason.EXPIRED
        return Reason.REFUSED

    def lots(self, qty: Decimal) -> int:
        """A quantity in lots."""
        return whole(f"quantity of order {self.name}", qty / self.units.lot)


def in_time(one: OwnTrade) -> tuple[int, int, str]:
    """The order in which fills are told."""
    return one.venue_time_ms, len(one.trade_id), one.trade_id


def whole(what: str, count: Decimal) -> int:
    """A count of steps that must be whole. Raises FailClosed."""
    if count != count.to_integral_value():
        raise FailClosed(f"the {what} is {count} steps of its grid; the symbol's rules changed. Start the bot again")
    return int(count)


def track_of(owner: str, units: Units, order: Working, booked: frozenset[str]) -> Track:
    """A track of an order that a bot remembers: what it does not know for certain is to be read."""
    filled = order.filled * units.lot
    track = Track(order.client_order_id, owner, order.symbol, units, (order.filled + order.leaves) * units.lot)
    track.price, track.side, track.trigger = order.price * units.tick, order.side, order.trigger * units.tick
    track.told, track.told_qty, track.filled, track.slot = set(booked), filled, filled, order.slot
    track.before = bool(booked)
    track.leaving = track.cancelling = order.leaving
    track.placing = order.certainty is Certainty.UNKNOWN
    if not track.placing:
        track.state, track.known = OrderState.NEW, True
    return track
