"""The invariants I1 to I8 and I11, by code that shares nothing with the engine; the first breach ends the run.

It knows three things by itself: what the exchange's books say, what stands in the database, and what was sent. I1, I2,
I3, I4 and I6 are looked at after every event, the others at rest. (I9, the same bytes and the same replay, is the
world's; I10 needs two tenants.) Six more are not the catalogue's, for an engine that does too little, or the same
again and again, agrees with itself and with all books: every candle is recorded (CANDLES), what a bot with a stop holds
is protected (BARE), what filled of a bot whose orders rest is followed by the next (SILENT), a bot-day has its orders
(IDLE), nobody is stopped without a cause (NEEDLESS, `causes`), and nothing is asked for without end (CHURN, `asks`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import msgspec

from botswain.sandbox.door import Reply
from botswain.sandbox.order import Order
from botswain.simulation.asks import Asks
from botswain.simulation.causes import Causes
from botswain.simulation.database_rows import DatabaseRows, Row
from botswain.simulation.doubts import Doubts
from botswain.simulation.lives import Charge, Want
from botswain.simulation.rest_checks import CandleRows, bare, idle, silent
from botswain.simulation.trail import Trail
from botswain.simulation.venue_books import VenueBooks, executed, leaves, moves, price_of, value
from botswain.venues.binance.refusals import Purpose
from botswain.venues.binance.requests import Call

SLACK = 100  # a hundredth of the capital: a market order fills where the market is, not where it was decided
LIE_MS = 300_000  # the engine reads everything at least so often
NAMES = ("newClientOrderId", "aboveClientOrderId", "belowClientOrderId")
Place = tuple[str, str, int]


class CancelledOrder(msgspec.Struct):
    """An order in the answer to a cancel."""

    origClientOrderId: str = ""
    status: str = ""


class Cancelled(CancelledOrder):
    """The answer to a cancel: an order, or a list with its orders."""

    orderReports: list[CancelledOrder] = []


@dataclass(frozen=True, slots=True)
class Violation:
    """A broken invariant: which, what was found, and the ids it concerns."""

    invariant: str
    what: str
    ids: tuple[str, ...] = ()


@dataclass
class Checker:
    """Watches one run. broken: told of each breach; whoever made the checker stops there."""

    books: VenueBooks
    trail: Trail
    broken: Callable[[Violation], None]
    rows: DatabaseRows = field(default_factory=DatabaseRows)
    charges: dict[str, Charge] = field(default_factory=dict)
    base: dict[tuple[str, str], int] = field(default_factory=dict)
    made: dict[str, int] = field(default_factory=dict)
    quote: dict[tuple[str, str], int] = field(default_factory=dict)
    unheard: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)  # sold by orders said to be off, when
    sends: dict[str, int] = field(default_factory=dict)
    pairs: dict[str, str] = field(default_factory=dict)  # the order that a new one replaces
    halts: dict[str, None] = field(default_factory=dict)
    lied: dict[str, int] = field(default_factory=dict)  # when a cancel was answered as done and was not
    off: dict[str, None] = field(default_factory=dict)  # orders that the engine was told are cancelled
    taken_off: dict[str, None] = field(default_factory=dict)  # orders that the exchange took off when it was asked to
    candles: CandleRows = field(default_factory=CandleRows)
    priced: dict[str, int] = field(default_factory=dict)  # the last price when a market order was sent
    asks: Asks = field(default_factory=Asks)
    _stamp: int = 0

    def __post_init__(self) -> None:
        self.causes = Causes(self.books, self.rows)
        self.doubts = Doubts(self._faults)

    def watch(self, charges: Iterable[Charge]) -> None:
        """The bots there are."""
        self.charges.update({one.bot_id: one for one in charges})

    # What the world tells.

    def committed(self) -> None:
        """A transaction of the engine is in the database."""
        for row in self.rows.read():
            self.trail.note(f"journaled {named(row)}")
            self.trail.count("intents")
            self.causes.first_ms[row.client_id] = self.trail.now_ms()
        self.doubts.committed(self.rows.taken(), self.trail.now_ms())
        for bot, why in self.causes.needless(self.trail.now_ms()):
            self.broken(Violation("NEEDLESS", f"bot {bot} was stopped and had no cause: {why}", (bot,)))
        self._limits()

    def _faults(self) -> dict[str, int]:
        """What has gone wrong so far, by kind."""
        acted = self.books.exchange.floor.faults.acted
        return self.trail.faults | {f"FX:{name}": count for name, count in acted.items()}

    def began(self) -> None:
        """The engine begins anew."""
        self.asks.began()
        self.doubts.began(self.trail.now_ms())

    def sent(self, call: Call) -> None:
        """A request leaves."""
        if call.purpose is Purpose.READ:
            return
        params = dict(call.params)
        names = [params[name] for name in NAMES if name in params]
        self.trail.note(f"sent {call.method} {call.path} {' '.join(names) or params.get('origClientOrderId', '')}")
        self.trail.count(f"sent {call.method} {call.path}")
        if call.path.endswith("/test"):
            return
        self._asked(call, params, names)
        if call.purpose in (Purpose.CANCEL, Purpose.AMEND):
            return
        replaced = params.get("cancelOrigClientOrderId", "")
        for name in names:
            self._send(name, replaced)
        self._limits()

    def _asked(self, call: Call, params: Mapping[str, str], names: Sequence[str]) -> None:
        """CHURN of a request: of orders by their terms, of a cancel by what it takes off."""
        off = [params.get("origClientOrderId") or params.get("cancelOrigClientOrderId", "")]
        off = [one for one in (*off, *self.books.listed(params.get("listClientOrderId", ""))) if one in self.rows.rows]
        for name in off if call.purpose is not Purpose.AMEND else ():
            self.causes.off_ms.setdefault(name, self.trail.now_ms())
        rows = [self.rows.rows[name] for name in names or off if name in self.rows.rows]
        if not rows:
            return
        place = tuple(one.slot for one in rows) if names else (call.purpose.name, *off)
        terms = tuple((one.side, one.kind, one.qty, one.price) for one in rows) if names else call.params
        for name in self.asks.before(rows[0].bot, rows[0].symbol, place):
            if name not in self.taken_off and not any(one.live for one in self.books.orders.get(name, ())):
                self.asks.ended(name)
        said = self.asks.asked(rows[0].bot, rows[0].symbol, place, terms, names, self.trail.now_ms())
        if said:
            self.broken(Violation("CHURN", f"{call.method} {call.path} of {named(rows[0])} was sent {said}", (*names,)))

    def arrived(self, call: Call, reply: Reply) -> None:
        """The exchange has done a request."""
        if call.purpose is not Purpose.READ:
            self.trail.note(f"done {call.method} {call.path}: {reply.status}")
            self._lied_about(call, reply)
        self.moved()

    def heard(self, call: Call, status: int, body: bytes) -> None:
        """The engine has an answer: an order that it says is cancelled cannot be alive for all the engine knows."""
        if call.purpose is not Purpose.CANCEL or status != 200:
            return
        try:
            found = msgspec.json.decode(body, type=Cancelled)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return
        for one in (found, *found.orderReports):
            if one.status == "CANCELED":
                self.off[one.origClientOrderId] = None

    def _lied_about(self, call: Call, reply: Reply) -> None:
        """A cancel that was answered as done and was not: nobody can know before everything is read again."""
        params = dict(call.params)
        name = params.get("cancelOrigClientOrderId") or params.get("origClientOrderId", "")
        names = {name, *self.books.listed(params.get("listClientOrderId", ""))}
        if reply.status in (200, 409) and call.purpose in (Purpose.CANCEL, Purpose.REPLACE):
            self.taken_off.update(dict.fromkeys(names))
            for one in self.books.live():
                if one.client_id in names:
                    self.lied[one.client_id] = self.trail.now_ms()

    def _believed(self) -> list[Order]:
        """The exchange's live orders but those it said were cancelled a moment ago."""
        now_ms = self.trail.now_ms()
        return [one for one in self.books.live() if now_ms - self.lied.get(one.client_id, -LIE_MS) >= LIE_MS]

    def moved(self) -> None:
        """Something may have happened at the exchange."""
        if self.books.stamp == self._stamp:
            return
        self._stamp = self.books.stamp
        fresh, fills = self.books.read()
        for order in fresh:
            self._known(order)
        for order, trade in fills:
            row = self.rows.rows.get(order.client_id)
            if row is None:
                continue
            self.trail.note(f"filled {order.client_id} {trade.lots} lots at {trade.price}")
            self.trail.count("fills")
            base, quote = moves(order, trade)
            key = (row.bot, row.symbol)
            self.asks.filled(*key)
            if trade.maker:
                name = order.client_id
                self.made[name] = self.made.get(name, 0) + trade.lots * order.facts.lot
            self.base[key] = self.base.get(key, 0) + base
            if base < 0 and order.client_id in self.lied:
                self.unheard[key] = (self.unheard.get(key, (0, 0))[0] - base, self.trail.now_ms())
            self.quote[key] = self.quote.get(key, 0) + quote
        self._slots()
        self._limits()
        self._exits()
        self._sold()

    # After every event.

    def _send(self, name: str, replaced: str) -> None:
        """I1, I2 and I3 of an order that is being sent."""
        row = self.rows.rows.get(name)
        if row is None:
            self.broken(Violation("I1", f"order {name} was sent and is not in the journal", (name,)))
            return
        self.sends[name] = self.sends.get(name, 0) + 1
        self.priced[name] = self._price(row)
        if self.sends[name] > 1:
            self.broken(Violation("I2", f"{named(row)} was sent {self.sends[name]} times", (name,)))
        if replaced:
            self.pairs[name] = replaced
        others = [
            one for one in self.rows.live.get(row.place, {}) if one not in (name, replaced) and one not in self.off
        ]
        if others:
            said = f"{named(row)} was sent while {', '.join(others)} of its slot may be alive"
            self.broken(Violation("I3", said, (name, *others)))

    def _known(self, order: Order) -> None:
        """I1 of an order that the exchange has accepted."""
        name = order.client_id
        self.trail.note(f"accepted {name} {order.terms.type} {order.lots} lots at {order.terms.price}")
        self.trail.count("orders")
        self.asks.taken(name)
        if name not in self.rows.rows:
            self.broken(Violation("I1", f"the exchange has order {name} and the journal has not", (name,)))
        if len(self.books.orders[name]) > 1:
            times = len(self.books.orders[name])
            self.broken(Violation("I2", f"the exchange took order {name} {times} times", (name,)))

    def _slots(self) -> None:
        """I3 at the exchange."""
        held: dict[Place, str] = {}
        for order in self._believed():
            row = self.rows.rows.get(order.client_id)
            if row is None:
                continue
            other = held.setdefault(row.place, order.client_id)
            if other != order.client_id and other not in self._lineage(order.client_id):
                ids = (other, order.client_id)
                self.broken(Violation("I3", f"two orders of slot {row.slot} of {row.symbol} work: {ids}", ids))

    def _lineage(self, name: str) -> tuple[str, ...]:
        """The order that this one replaces."""
        return (self.pairs[name],) if name in self.pairs else ()

    def _limits(self) -> None:
        """I4: what works, what is unknown and what was bought stay within the bot's capital.

        Of a list one order fills: it counts once, as the dearer of the two. What is journaled and not sent counts when
        it is sent: it may wait for a cancel that frees what it needs.
        """
        held: dict[Place, int] = {}
        lists: dict[Place, int] = {}
        for order in self._believed():
            row = self.rows.rows.get(order.client_id)
            if row is None or row.side < 0:
                continue
            cost = value(leaves(order), self._price(row))
            if order.list_id >= 0:
                place = (row.bot, row.symbol, order.list_id)
                lists[place] = max(lists.get(place, 0), cost)
            else:
                held[row.place] = held.get(row.place, 0) + cost
        for place, live in self.rows.live.items():
            for name, row in live.items():
                if row.side > 0 and name in self.sends and name not in self.books.orders:
                    held[place] = max(held.get(place, 0), value(row.qty, self._price(row)))
        used: dict[str, int] = {}
        for place, notional in (*held.items(), *lists.items()):
            used[place[0]] = used.get(place[0], 0) + notional
        for bot, notional in used.items():
            charge = self.charges.get(bot)
            if charge is None:
                self.broken(Violation("I4", f"bot {bot} works orders and nobody knows its capital", (bot,)))
                continue
            capital = int(charge.capital * 10**18)
            cash = sum(one for (owner, _), one in self.quote.items() if owner == bot)
            if notional > capital + cash + capital // SLACK:
                said = f"bot {bot} works or may work {show(notional)} and has {show(capital + cash)}"
                self.broken(Violation("I4", said, (bot,)))

    def _price(self, row: Row) -> int:
        """An order's price; of a market order the last one when it was sent: one bad print is nobody's cost."""
        if row.price or row.client_id in self.priced:
            return row.price or self.priced[row.client_id]
        for pair in self.books.exchange.floor.pairs.values():
            if pair.facts.symbol == row.symbol:
                return pair.last * pair.facts.tick
        return 0

    def _exits(self) -> None:
        """I6: no more is offered than is held. The two orders of a list count once."""
        offered: dict[tuple[str, str], dict[str, int]] = {}
        lots: dict[tuple[str, str], int] = {}
        for order in self._believed():
            row = self.rows.rows.get(order.client_id)
            if row is None or row.side > 0:
                continue
            one = offered.setdefault((row.bot, row.symbol), {})
            group = f"list {order.list_id}" if order.list_id >= 0 else order.client_id
            one[group] = max(one.get(group, 0), leaves(order))
            lots[row.bot, row.symbol] = order.facts.lot
        overfills = self.books.exchange.floor.faults.acted.get("overfill", 0)
        for key, groups in offered.items():
            total = sum(groups.values())
            sold, at_ms = self.unheard.get(key, (0, 0))
            late = sold if self.trail.now_ms() - at_ms < LIE_MS else 0  # nobody could know of that sale before
            held = max(self.base.get(key, 0) + late, 0) + overfills * lots[key]
            if total > held:
                said = f"bot {key[0]} offers {show(total)} of {key[1]} and holds {show(held)}"
                self.broken(Violation("I6", said, tuple(groups)))

    def _sold(self) -> None:
        """I6 of what never rests: nobody has sold what he does not hold, which on a shared account is another's."""
        floor = self.books.exchange.floor
        overfills = floor.faults.acted.get("overfill", 0)
        lots = {pair.facts.symbol: pair.facts.lot for pair in floor.pairs.values()}
        for (bot, symbol), held in self.base.items():
            sold, at_ms = self.unheard.get((bot, symbol), (0, 0))
            if held >= 0 and self.trail.now_ms() - at_ms >= LIE_MS:
                self.unheard.pop((bot, symbol), None)  # it has been made good
            if held + sold + overfills * lots[symbol] < 0:
                self.broken(Violation("I6", f"bot {bot} has sold {show(-held)} more of {symbol} than it held", (bot,)))

    # At rest.

    def rest(self, wanted: Sequence[Want]) -> list[Violation]:
        """Everything, in a calm, of an engine that believes itself at rest: what does not agree.

        What happened a moment ago may not be known yet, so whoever asks asks again before he believes it.
        """
        self.moved()
        self.rows.read()
        halted = self.rows.halted()
        going = [bot for bot in self.charges if bot not in halted]
        wrong = self.books.zero_sum()
        found = [Violation("I7", f"the exchange's own books do not balance: {wrong}")] if wrong else []
        found += self._resolved(halted)
        found += self._filled(halted)
        found += self._books(going)
        found += self._wanted(going, wanted)
        found += self._protected(going)
        mine = [bot for bot in going if self.charges[bot].rests and bot not in self.causes.stopped]
        last = {row.place: self.books.orders.get(row.client_id, ()) for row in self.rows.rows.values()}
        found += [Violation("SILENT", said, (bot,)) for bot, said in silent(mine, last, self.taken_off)]
        if self.rows.connection is not None:
            self.candles.read(self.rows.connection)
            found += [Violation("CANDLES", one) for one in self.candles.wrong(self.books.exchange.floor)]
        return found

    def day(self, days: float) -> None:
        """IDLE: the bots that were never stopped have made their orders in so many days, together and each of them.

        One that has reached its drawdown limit stands still, as it was told to.
        """
        still = {*self.rows.halted(), *self.rows.limited()}
        going = {bot: one.orders for bot, one in self.charges.items() if bot not in still}
        made: dict[str, int] = {}
        for name in self.books.orders:
            if name in self.rows.rows:
                made[self.rows.rows[name].bot] = made.get(self.rows.rows[name].bot, 0) + 1
        for said in idle(going, made, days):
            self.broken(Violation("IDLE", said))

    def _protected(self, going: Iterable[str]) -> Iterable[Violation]:
        """All that a bot with a stop holds is offered: its stop rests, alone or in a list, or its target does."""
        mine = {bot for bot in going if self.charges[bot].protects}
        offered: dict[tuple[str, str], dict[str, int]] = {}
        for order in self.books.live():
            row = self.rows.rows.get(order.client_id)
            if row is not None and row.side < 0:
                group = f"list {order.list_id}" if order.list_id >= 0 else order.client_id
                one = offered.setdefault((row.bot, row.symbol), {})
                one[group] = max(one.get(group, 0), leaves(order))
        held = {key: qty for key, qty in self.base.items() if key[0] in mine}
        there = {key: sum(groups.values()) for key, groups in offered.items()}
        pairs = self.books.exchange.floor.pairs.values()
        return [Violation("BARE", said, (bot,)) for bot, said in bare(pairs, held, there)]

    def all_halted(self) -> bool:
        """Whether every bot was stopped with a reason: then nothing is promised but that."""
        return bool(self.charges) and set(self.charges) <= set(self.rows.halted())

    def _filled(self, halted: Mapping[str, str]) -> Iterable[Violation]:
        """I5: what we booked of an order is what the exchange filled of it, and as maker what was made."""
        for name, row in self.rows.rows.items():
            there = sum(executed(one) for one in self.books.orders.get(name, ()))
            booked = self.rows.booked.get(name, 0)
            if there != booked and row.bot not in halted:
                said = f"{named(row)}: the exchange filled {show(there)}, booked is {show(booked)}"
                yield Violation("I5", said, (name,))
            there, booked = self.made.get(name, 0), self.rows.made.get(name, 0)
            if there != booked and row.bot not in halted and name not in self.rows.guessed:
                said = f"{named(row)}: {show(there)} of it filled as maker, booked as such is {show(booked)}"
                yield Violation("I5", said, (name,))

    def _books(self, going: Iterable[str]) -> Iterable[Violation]:
        """I7: base held and quote paid, to the last unit."""
        positions = self.rows.positions()
        for bot in going:
            for key in {one: None for one in (*self.base, *positions) if one[0] == bot}:
                ours, theirs = positions.get(key, 0), self.base.get(key, 0)
                if ours != theirs:
                    said = f"bot {bot} holds {show(ours)} of {key[1]} by its books and {show(theirs)} by the exchange's"
                    yield Violation("I7", said, (bot,))
                paid, moved = self.rows.cash.get(key, 0), self.quote.get(key, 0)
                if paid != moved:
                    said = (
                        f"bot {bot} moved {show(paid)} quote on {key[1]} by its books, {show(moved)} by the exchange's"
                    )
                    yield Violation("I7", said, (bot,))

    def _resolved(self, halted: Mapping[str, str]) -> Iterable[Violation]:
        """I11: after a calm longer than the horizon nothing is unknown: what may be alive is alive at the exchange."""
        alive = {one.client_id: None for one in self.books.live()}
        for live in self.rows.live.values():
            for name, row in live.items():
                if row.bot not in halted and (name not in alive or row.state in ("", "unknown")):
                    there = "works" if name in alive else "does not work"
                    said = f"{named(row)} is {row.state or 'unanswered'} by the journal and {there} at the exchange"
                    yield Violation("I11", said, (name,))
        for name in alive:
            found = self.rows.rows.get(name)
            if found is not None and found.final and found.bot not in halted:
                yield Violation("I11", f"{named(found)} is {found.state} by the journal and works", (name,))

    def _wanted(self, going: Sequence[str], wanted: Sequence[Want]) -> Iterable[Violation]:
        """I8: what is wanted works, and nothing else does."""
        works: dict[tuple[str, str, int, int, int], int] = {}
        for order in self.books.live():
            row = self.rows.rows.get(order.client_id)
            if row is not None and row.bot in going:
                key = (row.bot, row.symbol, row.slot, row.side, price_of(order))
                works[key] = works.get(key, 0) + leaves(order)
        asked = {}
        for want in wanted:
            if want.bot_id in going:
                key = (want.bot_id, want.symbol, want.slot, want.side, int(want.price * 10**18))
                asked[key] = int(want.leaves * 10**18)
        for key in {**works, **asked}:
            if works.get(key, 0) != asked.get(key, 0):
                bot, symbol, slot, side, price = key
                said = (
                    f"bot {bot} {symbol} slot {slot} {'buy' if side > 0 else 'sell'} at {show(price)}: "
                    f"wanted {show(asked.get(key, 0))}, working {show(works.get(key, 0))}"
                )
                yield Violation("I8", said, (bot,))


def named(row: Row) -> str:
    """An order for people."""
    side = "buy" if row.side > 0 else "sell"
    return f"order {row.client_id} (bot {row.bot}, {row.symbol} slot {row.slot}.{row.rev}.{row.attempt}, {side})"


def show(units: int) -> str:
    """An amount for people."""
    sign = "-" if units < 0 else ""
    return f"{sign}{abs(units) // 10**18}.{abs(units) % 10**18:018d}".rstrip("0").rstrip(".")
