"""A bot whose orders are somewhere else: a request is on its way until somebody has heard what became of it.

The same decision and the same reconcile as on paper. What differs is that nothing counts as done because it was asked
for: an order whose last request is unresolved blocks its slot, what was cancelled works until its end is heard, and
while the account cannot be heard nothing is requested. All it is told stands in its journal, so it runs the same when
it is recovered or replayed. No I/O.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from botswain.build.decider import REPORT_FIELDS, Bar, Decider, field_of
from botswain.core.codes import MARKET, PROTECTIVE, STOP, STOP_LIMIT, TAKE_PROFIT
from botswain.engine.asked_again import AskedAgain
from botswain.engine.attempt_ends import ATTEMPT_ENDS, own_reason, partly
from botswain.engine.bot import ORDER_FLAGS, REDUCES, WANTED_LEAVES, Bot, Missed, Outcome
from botswain.engine.came_due import CameDue
from botswain.engine.flattening import flat
from botswain.engine.offered import smaller, within_cash, within_position
from botswain.engine.order_groups import OrderGroups, at_once
from botswain.engine.order_ids import OrderIds
from botswain.engine.order_lists import planned, slots_of
from botswain.engine.pressing import calmed, pressed
from botswain.engine.row_table import table_of
from botswain.engine.symbol_rules import Steps, limits, steps_of, within_rules
from botswain.engine.unpaid import Unpaid
from botswain.ledger.books import fee_of
from botswain.ledger.exact import E8
from botswain.model.errors import FailClosed
from botswain.model.intents import (
    Abilities,
    Action,
    Amend,
    Cancel,
    CancelList,
    Certainty,
    Place,
    PlaceList,
    Replace,
    Request,
    Wanted,
    Working,
)
from botswain.model.journal import MarketRef
from botswain.model.news import Command, Crossed, Heard, Known, Link, Mode, News, Ruled, Surfaced, Unsure
from botswain.model.reasons import Reason
from botswain.model.venue_reports import FeeWord, Told, VenueReport
from botswain.store.bot_records import Ended

KEPT_PAST = 512
FEE_OF: Any = fee_of
# Sizings that do not follow the cash.
AMOUNTS = ("fixed", "fixed_quote")
# What waits for another price than a limit order does.
TRIGGERED = (STOP, STOP_LIMIT, TAKE_PROFIT)


class LiveBot(Bot):
    """One bot on an account that is heard and asked.

    at_close  what it decides on a fill is requested at its next close, as in a backtest; else at once
    says_unpaid  what its cash cannot pay is said, and of fixed sizes refused (`Unpaid`)

    `blocked` are symbols whose prices are not to be trusted now: nothing that opens a position is requested on them.
    """

    def __init__(
        self, decider: Decider, ids: OrderIds, abilities: Abilities, *, at_close: bool, says_unpaid: bool = False
    ) -> None:
        super().__init__(decider, ids, abilities)
        self.at_close = at_close
        self.up = False
        self.mode = Mode.RUN
        self.blocked: set[int] = set()
        self.past: dict[str, Working] = {}
        self.rules: dict[int, Ruled] = {}
        self.steps: dict[int, tuple[Steps, ...]] = {}
        self.ruled: list[Ruled] = []
        self._look = False
        self._short = False
        self._deferred: set[tuple[int, int]] = set()
        self._closing: set[int] = set()
        self.groups = OrderGroups(lists=abilities.lists, at_open=at_close)
        self._pressing: set[tuple[int, int]] = set()
        self._noted = False
        self._last_fill = (-1, -1)
        self._table = table_of(decider.state)
        self.asked = AskedAgain(decider.state)
        self.due = CameDue(decider, self.terms)
        self.unpaid = Unpaid(decider.state, says=says_unpaid, fixed=decider.plan.sizing.kind in AMOUNTS)
        self._shortable = [one.shortable for one in decider.plan.instruments]
        self._exits = decider.plan.strategy.slots()
        self._mark, self._links = field_of(decider.state, "lanes", "mark"), field_of(decider.state, "rows", "link")

    def instant(self, event: MarketRef, open_ms: int, bars: Mapping[int, Bar], reports: Iterable[Told] = ()) -> Outcome:
        """Handle one instant's closed candles, by symbol index."""
        self.again()
        own = self.decider.own(bars)
        for s, bar in own.items():
            self.fire(self.groups.closed(s, bar.low, bar.high, bar.close))
        self._closing = set(own) if self.at_close else set()
        outcome = super().instant(event, open_ms, bars, reports)
        self._closing = set()
        self.hold()
        self.groups.stand(self.names)
        return outcome

    def missed(self, segment: str, candles: Sequence[Missed], reports: Iterable[Told] = ()) -> Outcome:
        """Candles that closed without the bot: they are taken and not decided on."""
        self.again()
        for one in candles:
            for s, bar in self.decider.own(one.bars).items():
                self.fire(self.groups.closed(s, bar.low, bar.high, bar.close))
        outcome = super().missed(segment, candles, reports)
        self.hold()
        if any(one.bars for one in candles):  # beats alone begin no candle
            self.groups.stand(self.names)
        return outcome

    def heard(self, event: MarketRef, time_ms: int, news: Sequence[News], *, look: bool) -> Outcome:
        """Take news that came after a market event. look: compare what is wanted with what works."""
        records: list[Any] = [Heard(event.sequence, len(news), time_ms, look)]
        for one in news:
            self.take(one, records)
        outcome = self.finished(event, time_ms, records, self.plan_requests() if look else self.pressing_requests())
        if self.at_close:
            self._noted = False  # what is watched changes with the candle
        else:
            self.hold()
        return outcome

    def came_due(self, open_ms: int, records: list[Any]) -> None:
        """What its account's venue does not charge it for (`CameDue`)."""
        for charge in self.due.before(open_ms):
            self.book(charge, records)

    def hold(self) -> None:
        """Note what does not rest and is watched, where that may have changed. Planning has noted it already."""
        if not self._noted and self.unsettled() and (self.groups.held or any(self._links.tolist())):
            self.groups.hold(self.chosen()[1])
        self._noted = False

    def again(self) -> None:
        """What could not be requested before may be now: which one of a group rests follows the price, and so does

        whether there is cash for what is bought by the market.
        """
        self._look = self._look or self._short or self.groups.open or bool(self._deferred)
        self._deferred.clear()
        self._pressing.clear()
        self.groups.again()
        self.asked.show()

    def unsettled(self) -> bool:
        """Whether something happened that what is wanted has not been compared with what works since."""
        return self._look or any(self._dirty.tolist())

    def block(self, s: int, *, on: bool) -> None:
        """Trust a symbol's prices no more, or again."""
        if on:
            self.blocked.add(s)
        elif s in self.blocked:
            self.blocked.remove(s)
            self._look = True

    @property
    def idle(self) -> bool:
        """Whether nothing is on its way and nothing waits to be compared."""
        return not self._look and all(one.certainty is Certainty.KNOWN for one in self.working.values())

    def take(self, one: News, records: list[Any]) -> None:
        """One piece of news: write it down and act on it."""
        if isinstance(one, VenueReport):
            for charge in self.due.before_fill(one.time_ms) if one.lots else ():
                self.book(charge, records)
            self.hear(one, records)
            return
        records.append(one)
        if isinstance(one, Known):
            order = self.working.get(one.client_order_id)
            if order is not None:
                leaves = one.lots - order.filled
                known = replace(order, certainty=Certainty.KNOWN, leaving=False, leaves=leaves)
                self.working[one.client_order_id] = known
                self.groups.rests(known)
        elif isinstance(one, Ruled):
            self.rule(one)
            self.again()
        elif isinstance(one, Surfaced):
            self.working[one.order.client_order_id] = one.order
        elif isinstance(one, Command):
            self.mode = one.mode
            self.asked.told(one)
        elif isinstance(one, Crossed):
            self.fire(self.groups.crossed(one.symbol, one.low, one.high))
        elif isinstance(one, Link):
            self.up = one.up
            if one.up:
                self.again()
        if not isinstance(one, Unsure):
            self._look = True

    def fire(self, rows: Iterable[Wanted]) -> None:
        """The price has come to orders that were held: they go at once, and what locks their coins comes off."""
        for row in rows:
            self._look = True
            covering = self.covering(row.symbol, row.side)
            exits = self._exits if self.at_close else None
            self._pressing |= pressed(row, covering, self.working.values(), exits)

    def covering(self, s: int, side: int) -> list[int]:
        """Slots of the strategy's own orders that lock coins on that side; at close's pace, since the last."""
        rows = ((slot, self.row(s, slot)) for slot in self._table.working(s))
        mine = [(slot, row) for slot, row in rows if slot < self._exits and row.side == side and row.kind != MARKET]
        return [slot for slot, row in mine if not self.at_close or (s, slot, row.rev) in self.groups.standing]

    def names(self) -> list[tuple[int, int, int]]:
        """Symbol, slot and rev of all rows that are wanted."""
        return [
            (s, slot, int(self.row(s, slot).rev)) for s in range(len(self.symbols)) for slot in self._table.working(s)
        ]

    def rule(self, found: Ruled) -> None:
        """Keep a symbol's rules of now."""
        s, own = found.symbol, self.decider.plan.instruments[found.symbol]
        self.rules[s] = found
        self.ruled.append(found)
        self.steps[s] = (*self.steps.get(s, (Steps(),)), steps_of(own, found))
        limits(self.decider.state.parts["terms"][s], own, found)

    def hear(self, report: VenueReport, records: list[Any]) -> None:
        """A fill, also a late one of an order that has ended, or an end."""
        name = report.client_order_id
        self._look = True
        if name not in self.working and name in self.past:
            self.working[name] = self.past[name]
            report = replace(report, final=True)
        order = self.working.get(name)
        if order is None:
            raise FailClosed(
                f"order {name} is told of, which bot on {', '.join(self.symbols)} never sent; nothing was done for it"
            )
        if report.lots == 0:
            self.end(order, own_reason(order, report, self.working.values()), records)
            return
        more, odd_fee = report.lots - order.leaves, report.fee_word is FeeWord.ODD
        fee = self.usual_fee(report) if report.fee_word is FeeWord.INFERRED else report.fee
        booked = replace(report, seq=self.numbered(report.time_ms), fee=fee)
        at = len(records)
        self.fire(self.groups.filled(order))
        ending = self.standing_for(order, report.lots)
        super().hear(booked, records)
        records[at] = replace(records[at], odd_fee=odd_fee)
        for slot, rev in ending:
            self.end_row(order.symbol, slot, rev, report.time_ms, records)
        self.after_fill(order, report.lots, final=report.final)
        over = self.groups.went(order, report.lots, flat=self.held_lots(order.symbol) == 0)
        if over or (self.at_close and report.final and not self.groups.goes(order)):
            self._pressing = calmed(self._pressing, order, self._exits, over=over, going=self.groups.going.values())
        if odd_fee and self.halted is None:
            self.halt(
                Reason.FEE_ASSET,
                f"the fee of trade {report.trade_id} is not in the asset or digits of this bot's rules; it was "
                "booked without one. Set fee_asset to what the account pays fees in, under a bot of another name",
                records,
            )
        if more > 0 and self.halted is None:
            self.halt(
                Reason.OVERFILLED,
                f"order {name} filled {order.filled + report.lots} lots, {more} more than it was for; look at the "
                "account, then start the bot again",
                records,
            )

    def standing_for(self, order: Working, lots: int) -> list[tuple[int, int]]:
        """Slot and rev of the rows that end when an order fills all that its row wants, as a venue would end them.

        They are those of its group, and what locked the coins of an exit that was held.
        """
        row, name = self.row(order.symbol, order.slot), (order.symbol, order.slot, order.rev)
        left = int(WANTED_LEAVES(self._table, order.symbol, order.slot)) if row.rev == order.rev else None
        if name in self.groups.going:
            # It goes as it was when the candle began, whatever is wanted by now.
            going = self.groups.going[name].leaves
            left = going if left is None else min(left, going)
        if left is None or left > lots:
            return []
        # The other order of a list is ended by the venue, which says so.
        there = {one.slot for one in self.working.values() if one.symbol == order.symbol and one.listed}
        others = [slot for slot in self._table.working(order.symbol) if slot != order.slot and slot not in there]
        slots = [slot for slot in others if order.link and self.row(order.symbol, slot).link == order.link]
        if name in self.groups.fired:
            slots += [slot for slot in self.covering(order.symbol, order.side) if slot not in slots]
        return [(slot, int(self.row(order.symbol, slot).rev)) for slot in slots]

    def finished(self, event: MarketRef, instant_ms: int, records: list[Any], requests: list[Request]) -> Outcome:
        """All that was made at a time, as one step. What its cash cannot pay is refused after what was asked for."""
        for one in self.unpaid.refused():
            time_ms = int(self.decider.state.account.time_ms)
            self.end_row(one.symbol, one.slot, one.rev, time_ms, records, Reason.INSUFFICIENT_BALANCE)
        return super().finished(event, instant_ms, records, requests)

    def end_row(
        self, s: int, slot: int, rev: int, time_ms: int, records: list[Any], reason: Reason = Reason.LINKED
    ) -> None:
        """A row that has no order at the venue ends: as that of another of its group, say."""
        values = dict.fromkeys(REPORT_FIELDS, 0) | {"time_ms": time_ms, "symbol": s, "slot": slot, "rev": rev}
        values |= {"reason": int(reason), "final": 1}
        self.guarded(lambda: self.decider.report(values), records)

    def row(self, s: int, slot: int) -> Any:
        """A row as it is now."""
        return self._table.rows[s * self._table.width + slot]

    def usual_fee(self, report: VenueReport) -> int:
        """A taker's fee by the bot's own rules, for a fill whose fee nobody can tell any more."""
        terms: Any = self.terms[report.symbol]
        return int(FEE_OF(terms, report.side, report.lots, report.price, int(terms.taker_e8)))

    def numbered(self, time_ms: int) -> int:
        """The place of a fill among those of its time."""
        last_ms, seq = self._last_fill
        self._last_fill = (time_ms, seq + 1 if time_ms == last_ms else 0)
        return self._last_fill[1]

    def after_fill(self, order: Working, lots: int, *, final: bool) -> None:
        """Count a fill towards its order."""
        left = replace(order, leaves=max(order.leaves - lots, 0), filled=order.filled + lots)
        if final:
            self.remember(left)
        else:
            self.working[order.client_order_id] = left

    def remember(self, order: Working) -> None:
        """An order that ended: a late fill may still be told of it."""
        self.past[order.client_order_id] = order
        if len(self.past) > KEPT_PAST:
            del self.past[next(iter(self.past))]

    def end(self, order: Working, report: VenueReport, records: list[Any]) -> None:
        """An order's end: its row ends with it, or only this attempt does. It has no time but the bot's own present."""
        self.remember(order)
        known = (*self.working.values(), *self.past.values())
        if report.reason not in ATTEMPT_ENDS and not (report.reason == Reason.LINKED and partly(order, known)):
            super().hear(replace(report, time_ms=int(self.decider.state.account.time_ms)), records)
            return
        del self.working[order.client_order_id]
        records.append(Ended(order.client_order_id, order.symbol, order.slot, report.reason, order.filled))
        if report.reason == Reason.NOT_SENT:
            self._deferred.add((order.symbol, order.slot))
        elif self.groups.ended(order, report.reason):
            self._pressing.add((order.symbol, order.slot))

    def plan_requests(self) -> list[Request]:
        """Reconcile what may be wanted with what works, and name the orders."""
        if not self.unsettled():
            self._noted = True
            return []
        if not self.up or self.mode is Mode.LEAVE:
            return []
        rows, held, self._short = self.chosen()
        if passed := self.groups.passed_at_close(held, {s: int(self._mark[s]) for s in self._closing}):
            self.fire(passed)
            rows, held, self._short = self.chosen()
        self.groups.hold(held)
        self._noted = True
        self.unpaid.note(self.figures.cash(), names=self.names, reserve=self.reserve)
        actions = self.groups.in_parts(planned(rows, list(self.working.values()), self.abilities))
        self.retag()
        self._dirty[:] = 0
        self._rows_dirty[:] = 0
        self._look = False
        return [request for one in actions if self.allowed(one) for request in self.requests(one)]

    def pressing_requests(self) -> list[Request]:
        """What takes the place of a protective order that the price had passed, which cannot wait for a close."""
        if not self.up or self.mode is not Mode.RUN or not self._pressing:
            return []
        found = [one for one in self.actions() if self.allowed(one) and slots_of(one) <= self._pressing]
        return [request for one in found for request in self.requests(one)]

    def actions(self) -> list[Action]:
        """What would bring what works to what is wanted."""
        return planned(self.wanted_now(), list(self.working.values()), self.abilities)

    def allowed(self, action: Action) -> bool:
        """Whether an action may be taken now: not on a slot that was just turned away, no entry at a bad price."""
        rows: tuple[Wanted, ...] = action.legs if isinstance(action, PlaceList) else ()
        if isinstance(action, Place | Replace):
            rows = (action.wanted,)
        if any((row.symbol, row.slot) in self._deferred for row in rows):
            return False
        return all(row.symbol not in self.blocked or row.reducing or row.protective for row in rows)

    def wanted_now(self) -> list[Wanted]:
        """All symbols' rows that may have something working in this mode."""
        return self.chosen()[0]

    def chosen(self) -> tuple[list[Wanted], list[Wanted], bool]:
        """The same, the rows that are held, and whether there is no cash for what is bought by the market."""
        if self.mode is Mode.CANCEL_ALL:
            return [], [], False
        rows = [one for s in range(len(self.symbols)) for one in self.wanted(s)]
        if self.mode is Mode.FLATTEN:
            every = range(len(self.symbols))
            return [one for s in every for one in flat(self.decider, s, self.held_lots(s), self.mark(s))], [], False
        held: list[Wanted] = []
        if self.mode is Mode.CANCEL_ENTRIES:
            rows = [one for one in rows if one.reducing or one.protective]
        if not self.abilities.links:
            marks = {s: int(self._mark[s]) for s in range(len(self.symbols))}
            rows, held = self.groups.resting(rows, self.working.values(), marks)
        position = [self.held_lots(s) for s in range(len(self.symbols))]
        rows = within_position(rows, self.doubtful(), position, self._shortable)
        paid = within_cash(rows, self.doubtful(), self.figures.cash(), self.working.values(), self.reserve)
        self.unpaid.left_out(rows, paid)
        short = len(paid) < len(rows) and any(one.kind == MARKET and one not in paid for one in rows)
        return within_rules(paid, self.steps, self.working.values()), held, short

    def wanted(self, s: int) -> list[Wanted]:
        """A symbol's rows that want something working."""
        found = []
        seen = self._table.seen(s)
        rows = {place - s * seen.width: row for place, row in seen.rows.items()}
        alone = self.halted is not None or self.mode is Mode.CANCEL_ENTRIES
        first = {
            row.side for slot, row in rows.items()
            if slot >= self._exits and ((s, slot, row.rev) in self.groups.fired or (alone and row.held))
        }  # fmt: skip
        going = {one.slot: one for one in self.groups.going.values() if one.symbol == s}
        first |= {one.side for one in going.values()}
        for slot, row in rows.items():
            if slot in going:
                continue
            if slot < self._exits and row.side in first and row.kind != MARKET:
                continue  # its coins are an exit's now
            kind, price, trigger = row.kind, row.price, row.trigger
            if kind in TRIGGERED and (s, slot, row.rev) in self.groups.passed:
                kind, price, trigger = MARKET, 0, 0  # the market had passed its trigger already
            found.append(
                Wanted(
                    symbol=s, slot=slot, rev=row.rev, side=row.side, kind=kind, price=price, trigger=trigger,
                    tif=row.tif, flags=int(ORDER_FLAGS(seen, s, slot)), link=row.link, tag=row.tag,
                    leaves=int(WANTED_LEAVES(seen, s, slot)), reducing=bool(REDUCES(seen, s, slot)),
                    protective=bool(row.flag_bits & PROTECTIVE), held=0 if row.side in first else int(row.held),
                )
            )  # fmt: skip
        return found + [at_once(one) for one in going.values()]

    def mark(self, s: int) -> int:
        """A symbol's last close, in ticks."""
        return int(self._mark[s])

    def doubtful(self) -> list[Working]:
        """Orders with a request on its way or in doubt: nothing is done about their slots, and they may work or not."""
        return [one for one in self.working.values() if one.leaving or one.certainty is Certainty.UNKNOWN]

    def reserve(self, row: Wanted | Working) -> int:
        """Money units that a buy may cost, its fee included."""
        terms = self.terms[row.symbol]
        price = row.price or row.trigger or int(self._mark[row.symbol])
        notional = row.leaves * price * int(terms.lot_money)
        return notional - (-notional * int(terms.taker_e8)) // E8

    def requests(self, action: Action) -> list[Request]:
        """What an action asks for: two requests, one after the other, where it is about a list."""
        if isinstance(action, CancelList):
            for one in action.legs:
                self.on_its_way(one.client_order_id, leaving=True)
            return [Request(one.client_order_id, "", None, one.filled, one.listed) for one in action.legs]
        if not isinstance(action, PlaceList):
            return [self.request(action)]
        names = [self.on_its_way(self.name_order(Place(row))) for row in action.legs]
        listed = self.ids.of_list(names[0])
        for name in names:
            self.working[name] = replace(self.working[name], listed=listed)
        return [Request("", name, row, listed=listed) for name, row in zip(names, action.legs, strict=True)]

    def request(self, action: Action) -> Request:
        """A named request; what it concerns is unresolved from now on."""
        assert not isinstance(action, PlaceList | CancelList)
        if isinstance(action, Place):
            return Request("", self.on_its_way(self.name_order(action)), action.wanted)
        name = self.on_its_way(action.working.client_order_id, leaving=not isinstance(action, Amend))
        filled = action.working.filled
        if isinstance(action, Cancel):
            return Request(name, "", None, filled)
        if isinstance(action, Amend):
            return Request(name, name, smaller(action), filled)
        return Request(name, self.on_its_way(self.name_order(action)), action.wanted, filled)

    def on_its_way(self, name: str, *, leaving: bool = False) -> str:
        """Nobody knows what becomes of the order until it is heard."""
        order = self.working[name]
        self.working[name] = replace(order, certainty=Certainty.UNKNOWN, leaving=leaving or order.leaving)
        return name
