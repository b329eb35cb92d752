"""A bot whose orders are somewhere else: a request is on its way until somebody has heard what became of it.

The same decision and the same reconcile as on paper. What differs is that nothing counts as done because it was asked
for: an order whose last request is unresolved blocks its slot, what was cancelled works until its end is heard, and
while the account cannot be heard nothing is requested. All it is told stands in its journal, so it runs the same when
it is recovered or replayed. No I/O.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import msgspec
import numpy as np

from botswain.build.decider import Bar, Decider, field_of
from botswain.core.codes import LIMIT, MARKET, PROTECTIVE, REDUCE_ONLY, STOP, STOP_LIMIT, TAKE_PROFIT
from botswain.core.reconcile import reconcile
from botswain.engine.bot import REDUCES, SHARED, WANTED_LEAVES, Bot, Missed, Outcome
from botswain.engine.news import Command, Heard, Known, Link, Mode, News, Surfaced, Unsure
from botswain.engine.order_ids import OrderIds
from botswain.engine.records import Ended
from botswain.engine.row_table import RowTable
from botswain.engine.tracks import INFERRED_FEE
from botswain.ledger.books import fee_of
from botswain.ledger.exact import E8
from botswain.model.errors import FailClosed
from botswain.model.intents import Abilities, Action, Amend, Cancel, Certainty, Place, Replace, Request, Wanted, Working
from botswain.model.journal import MarketRef
from botswain.model.reasons import Reason
from botswain.model.venue_reports import VenueReport

KEPT_PAST = 512
FEE_OF: Any = fee_of
# A fee that fits no asset or digits of the bot's rules.
ODD_FEE = -1
# Ends of an attempt that leave its row wanted; the others end the row, and the strategy is told.
ATTEMPT_ENDS = frozenset({Reason.NOT_SENT, Reason.CANCELED, Reason.NOT_PLACED, Reason.TRIGGER_PASSED, Reason.OVERTAKEN})
# What waits for another price than a limit order does.
TRIGGERED = (STOP, STOP_LIMIT, TAKE_PROFIT)


class LiveBot(Bot):
    """One bot on an account that is heard and asked.

    at_close  what it decides on a fill is requested at its next close, as in a backtest; else at once

    `blocked` are symbols whose prices are not to be trusted now: nothing that opens a position is requested on them.
    """

    def __init__(self, decider: Decider, ids: OrderIds, abilities: Abilities, *, at_close: bool) -> None:
        super().__init__(decider, ids, abilities)
        self.at_close = at_close
        self.up = False
        self.mode = Mode.RUN
        self.blocked: set[int] = set()
        self.past: dict[str, Working] = {}
        self._look = False
        self._deferred: set[tuple[int, int]] = set()
        self._passed: set[tuple[int, int, int]] = set()
        self._last_fill = (-1, -1)
        self._table = RowTable(decider.state)
        self._shortable = [one.shortable for one in decider.plan.instruments]
        self._mark, self._links = field_of(decider.state, "lanes", "mark"), field_of(decider.state, "rows", "link")

    def instant(
        self, event: MarketRef, open_ms: int, bars: Mapping[int, Bar], reports: Iterable[VenueReport] = ()
    ) -> Outcome:
        """Handle one instant's closed candles, by symbol index."""
        self.again()
        return super().instant(event, open_ms, bars, reports)

    def missed(self, segment: str, candles: Sequence[Missed], reports: Iterable[VenueReport] = ()) -> Outcome:
        """Candles that closed without the bot: they are taken and not decided on."""
        self.again()
        return super().missed(segment, candles, reports)

    def heard(self, event: MarketRef, time_ms: int, news: Sequence[News], *, look: bool) -> Outcome:
        """Take news that came after a market event. look: compare what is wanted with what works."""
        records: list[Any] = [Heard(event.sequence, len(news), time_ms, look)]
        for one in news:
            self.take(one, records)
        return self.finished(event, time_ms, records, self.plan_requests() if look else [])

    def again(self) -> None:
        """What could not be requested before may be now, and which one of a group rests follows the price."""
        grouped = not self.abilities.links and bool(np.any(self._links))
        self._look = self._look or grouped or bool(self._deferred)
        self._deferred.clear()

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
            self.hear(one, records)
            return
        records.append(one)
        if isinstance(one, Known):
            order = self.working.get(one.client_order_id)
            if order is not None:
                leaves = one.lots - order.filled
                known = replace(order, certainty=Certainty.KNOWN, leaving=False, leaves=leaves)
                self.working[one.client_order_id] = known
        elif isinstance(one, Surfaced):
            self.working[one.order.client_order_id] = one.order
        elif isinstance(one, Command):
            self.mode = one.mode
        elif isinstance(one, Link):
            self.up = one.up
            if one.up:
                self.again()
        if not isinstance(one, Unsure):
            self._look = True

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
            self.end(order, self.own_reason(order, report), records)
            return
        over, odd_fee = report.lots - order.leaves, report.fee == ODD_FEE
        fee = self.usual_fee(report) if report.fee == INFERRED_FEE else max(report.fee, 0)
        booked = replace(report, seq=self.numbered(report.time_ms), fee=fee)
        at = len(records)
        super().hear(booked, records)
        records[at] = msgspec.structs.replace(records[at], odd_fee=odd_fee)
        self.after_fill(order, report.lots, final=report.final)
        if odd_fee and self.halted is None:
            self.halt(
                Reason.FEE_ASSET,
                f"the fee of trade {report.trade_id} is not in the asset or digits of this bot's rules; it was "
                "booked without one. Set fee_asset to what the account pays fees in, under a bot of another name",
                records,
            )
        if over > 0 and self.halted is None:
            self.halt(
                Reason.OVERFILLED,
                f"order {name} filled {order.filled + report.lots} lots, {over} more than it was for; look at the "
                "account, then start the bot again",
                records,
            )

    def usual_fee(self, report: VenueReport) -> int:
        """A taker's fee by the bot's own rules, for a fill whose fee nobody can tell any more."""
        terms: Any = self.decider.state.parts["terms"][report.symbol]
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

    def own_reason(self, order: Working, report: VenueReport) -> VenueReport:
        """What we took off was not taken off by somebody; funds that a cancel will free are not lacking."""
        reason = report.reason
        if reason == Reason.VENUE_CANCELED and order.leaving:
            reason = Reason.CANCELED
        if reason == Reason.INSUFFICIENT_BALANCE and any(
            one.leaving or one.certainty is Certainty.UNKNOWN
            for one in self.working.values()
            if one.client_order_id != order.client_order_id
        ):
            reason = Reason.NOT_SENT
        return report if reason == report.reason else replace(report, reason=int(reason))

    def end(self, order: Working, report: VenueReport, records: list[Any]) -> None:
        """An order's end: its row ends with it, or only this attempt does."""
        self.remember(order)
        if report.reason not in ATTEMPT_ENDS:
            super().hear(report, records)
            return
        del self.working[order.client_order_id]
        records.append(Ended(order.client_order_id, order.symbol, order.slot, report.reason, order.filled))
        if report.reason == Reason.TRIGGER_PASSED:
            self._passed.add((order.symbol, order.slot, order.rev))
        elif report.reason == Reason.NOT_SENT:
            self._deferred.add((order.symbol, order.slot))

    def plan_requests(self) -> list[Request]:
        """Reconcile what may be wanted with what works, and name the orders."""
        if not self.up or self.mode is Mode.LEAVE or not (self._look or self._dirty.any()):
            return []
        actions = reconcile(self.wanted_now(), self.working.values(), self.abilities)
        self.retag()
        self._dirty[:] = 0
        self._rows_dirty[:] = 0
        self._look = False
        return [self.request(one) for one in actions if self.allowed(one)]

    def allowed(self, action: Action) -> bool:
        """Whether an action may be taken now: not on a slot that was just turned away, no entry at a bad price."""
        row = action.wanted if isinstance(action, Place | Replace) else None
        if row is None:
            return True
        if (row.symbol, row.slot) in self._deferred:
            return False
        return row.symbol not in self.blocked or row.reducing or row.protective

    def wanted_now(self) -> list[Wanted]:
        """All symbols' rows that may have something working in this mode."""
        if self.mode is Mode.CANCEL_ALL:
            return []
        rows = [one for s in range(len(self.symbols)) for one in self.wanted(s)]
        if self.mode is Mode.FLATTEN:
            return [one for s in range(len(self.symbols)) for one in self.flat(s)]
        if self.mode is Mode.CANCEL_ENTRIES:
            rows = [one for one in rows if one.reducing or one.protective]
        if not self.abilities.links:
            rows = self.one_of_each_group(rows)
        return self.within_cash(self.within_position(rows))

    def wanted(self, s: int) -> list[Wanted]:
        """A symbol's rows that want something working."""
        found = []
        for slot in self._table.working(s):
            row = self._table.rows[s * self._table.width + slot]
            kind, price, trigger = row.kind, row.price, row.trigger
            if kind in TRIGGERED and (s, slot, row.rev) in self._passed:
                kind, price, trigger = MARKET, 0, 0  # the market had passed its trigger already
            found.append(
                Wanted(
                    symbol=s, slot=slot, rev=row.rev, side=row.side, kind=kind, price=price, trigger=trigger,
                    tif=row.tif, flags=row.flag_bits, link=row.link, tag=row.tag,
                    leaves=int(WANTED_LEAVES(self._table, s, slot)), reducing=bool(REDUCES(self._table, s, slot)),
                    protective=bool(row.flag_bits & PROTECTIVE),
                )
            )  # fmt: skip
        return found

    def flat(self, s: int) -> list[Wanted]:
        """What sells or buys back a symbol's whole position: in the slot of its stop, which protects it no more."""
        held = self.held_lots(s)
        if held == 0:
            return []
        slot = self.decider.plan.strategy.slots()
        side = -1 if held > 0 else 1
        rev = int(self.decider.state.parts["rows"][s * self.decider.state.width + slot].rev)
        return [
            Wanted(
                symbol=s, slot=slot, rev=rev, side=side, kind=MARKET, price=0, trigger=0, tif=0, flags=REDUCE_ONLY,
                link=0, tag=int(Reason.FLATTENED), leaves=abs(held), reducing=True, protective=True,
            )
        ]  # fmt: skip

    def held_lots(self, s: int) -> int:
        """Whole lots of a position, negative when short."""
        state = self.decider.state
        pos, units = int(state.parts["books"][s].pos), int(state.parts["terms"][s].lot_units)
        return pos // units if pos >= 0 else -(-pos // units)

    def one_of_each_group(self, rows: list[Wanted]) -> list[Wanted]:
        """Of orders of which one cancels the other, the one that rests at a venue that cannot hold both.

        That is the stop, until the price has come to the other one.
        """
        kept: list[Wanted] = []
        groups: dict[tuple[int, int], list[Wanted]] = {}
        for row in rows:
            if row.link:
                groups.setdefault((row.symbol, row.link), []).append(row)
            else:
                kept.append(row)
        for (s, _), group in groups.items():
            mark = int(self._mark[s])
            reached = [one for one in group if one.kind == LIMIT and (one.price - mark) * one.side >= 0]
            stops = [one for one in group if one.kind in (STOP, STOP_LIMIT, MARKET)]
            kept.append((reached or stops or group)[0])
        return kept

    def within_position(self, rows: list[Wanted]) -> list[Wanted]:
        """What sells cut to what is held, where nothing may be sold short: together they never exceed the position.

        What goes by the market comes first, then what protects, then the rest. An order in doubt counts in full.
        """
        left = {s: abs(self.held_lots(s)) for s in range(len(self.symbols))}
        cut: dict[tuple[int, int], int] = {}
        for order in self.doubtful():
            if order.side < 0:
                left[order.symbol] = max(left[order.symbol] - order.leaves, 0)
            cut[order.symbol, order.slot] = order.leaves
        rows = [one for one in rows if (one.symbol, one.slot) not in cut]
        for row in sorted(rows, key=lambda one: (one.kind != MARKET, not one.protective, one.symbol, one.slot)):
            if row.flags & REDUCE_ONLY or (row.side < 0 and not self._shortable[row.symbol]):
                lots = min(row.leaves, left[row.symbol])
                left[row.symbol] -= lots
                cut[row.symbol, row.slot] = lots
        found = [(one, cut.get((one.symbol, one.slot), one.leaves)) for one in rows]
        return [one if leaves == one.leaves else replace(one, leaves=leaves) for one, leaves in found]

    def within_cash(self, rows: list[Wanted]) -> list[Wanted]:
        """Buys that the bot's own cash covers: on a shared account the venue would let it spend the others' money.

        What works already comes first, then symbols and slots in order. What is left out is sent when cash is free.
        """
        buys = [one for one in rows if one.side > 0 and one.leaves > 0 and not one.reducing]
        cash, need = int(self.decider.state.account.cash), sum(map(self.reserve, buys))
        cash -= sum(self.reserve(one) for one in self.doubtful() if one.side > 0)
        if need <= cash:
            return rows
        working = {(one.symbol, one.slot) for one in self.working.values()}
        out: set[tuple[int, int]] = set()
        for row in sorted(buys, key=lambda one: ((one.symbol, one.slot) not in working, one.symbol, one.slot)):
            need = self.reserve(row)
            if need > cash:
                out.add((row.symbol, row.slot))
            else:
                cash -= need
        return [one for one in rows if (one.symbol, one.slot) not in out]

    def doubtful(self) -> list[Working]:
        """Orders with a request on its way or in doubt: nothing is done about their slots, and they may work or not."""
        return [one for one in self.working.values() if one.leaving or one.certainty is Certainty.UNKNOWN]

    def reserve(self, row: Wanted | Working) -> int:
        """Money units that a buy may cost, its fee included."""
        terms = self.decider.state.parts["terms"][row.symbol]
        price = row.price or row.trigger or int(self._mark[row.symbol])
        notional = row.leaves * price * int(terms.lot_money)
        return notional - (-notional * int(terms.taker_e8)) // E8

    def request(self, action: Action) -> Request:
        """A named request; what it concerns is unresolved from now on."""
        if isinstance(action, Place):
            return Request("", self.on_its_way(self.name_order(action)), action.wanted)
        name = self.on_its_way(action.working.client_order_id, leaving=not isinstance(action, Amend))
        if isinstance(action, Cancel):
            return Request(name, "", None)
        if isinstance(action, Amend):
            return Request(name, name, smaller(action), action.working.filled)
        return Request(name, self.on_its_way(self.name_order(action)), action.wanted)

    def on_its_way(self, name: str, *, leaving: bool = False) -> str:
        """Nobody knows what becomes of the order until it is heard."""
        order = self.working[name]
        self.working[name] = replace(order, certainty=Certainty.UNKNOWN, leaving=leaving or order.leaving)
        return name


def smaller(action: Amend) -> Wanted:
    """What an amended order is to be."""
    order = action.working
    shared = {name: getattr(order, name) for name in SHARED} | {"leaves": action.leaves}
    return Wanted(**shared, reducing=False)
