"""A bot: reports and candles in, rows and requests out. No I/O: it runs the same live, recovering and replaying.

One instant is handled at a time: the venue's reports in order, then the closed candles, then one reconcile. All it
writes for an instant is one step, committed before its requests are sent. Here what is requested counts as done, which
is so on paper; where it has to be waited for, `live_bot` does.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np
from msgspec.structs import replace

from botswain.build.decider import Bar, Decider, field_of
from botswain.build.faults import coded_fault, raised_fault
from botswain.build.misuse import MISUSES
from botswain.core.codes import ASKED, PROTECTIVE, REDUCE_ONLY, WAITING, WORKING
from botswain.core.orders_split import LOTS_AFTER, after_split
from botswain.core.reconcile import reconcile
from botswain.core.rows import order_flags, wanted_leaves
from botswain.core.simulate import reduces
from botswain.engine.changes import Changes
from botswain.engine.figures import Figures
from botswain.engine.order_ids import OrderIds
from botswain.engine.own_view import Looking
from botswain.ledger.books import FEE_BASE, fee_kind
from botswain.ledger.dues import DIVIDEND
from botswain.model.errors import BotswainError, FailClosed, Overflow
from botswain.model.intents import (
    Abilities,
    Action,
    Amend,
    Cancel,
    CancelList,
    Place,
    PlaceList,
    Replace,
    Request,
    Wanted,
    Working,
)
from botswain.model.journal import MarketRef
from botswain.model.reasons import Reason
from botswain.model.venue_reports import Told, VenueCharge, VenueReport, VenueSplit
from botswain.store.bot_records import (
    Away,
    Charged,
    Ended,
    Filled,
    Halted,
    Renewed,
    Resized,
    Split,
    charged,
    filled,
    intent_of,
    split,
)

LATEST = 256


class Outcome(msgspec.Struct, frozen=True):
    """What one instant made: records in order, and the requests to send once they are committed."""

    instant_ms: int
    records: tuple[Any, ...]
    requests: tuple[Request, ...]


@dataclass(frozen=True, slots=True)
class Missed:
    """One instant that the bot was not there for: its last event's number, its open time, candles by symbol index.

    Without candles it is a beat: a decision between closes that was not made.
    """

    at: int
    open_ms: int
    bars: Mapping[int, Bar]


# The core's own rules, run as they are on what the bot knows.
WANTED_LEAVES: Any = wanted_leaves
REDUCES: Any = reduces
ORDER_FLAGS: Any = order_flags
FEE_KIND: Any = fee_kind


# Lots of one order.
MOST_KEPT = (1 << 63) - 1
WANTED = (ASKED, WORKING, WAITING)


def beyond(what: str) -> tuple[Reason, str]:
    """Why a bot that wants so much is halted, and what to do."""
    return Reason.MONEY_OVERFLOW, (
        f"{what} is more than is kept, at most {MOST_KEPT:,}; start it with less capital or a smaller size, or with a "
        "coarser lot_size, under another name"
    )


class Outgrown(Overflow):
    """A compiled bot's money passed 64 bits. What it holds is worth nothing now; it is taken along its record again."""


class Bot:
    """One bot on one venue account.

    decider    its memory and decision
    ids        makes its client order ids
    abilities  what the venue can do

    `latest` are its last fills, the oldest first, and `fills` is how many there were in all. `base_fees` are each
    symbol's fees that were taken in its base asset, in money units at the price of their fill, exactly. `charged` is
    what holding cost so far less what it brought, in money units; `charges` are the last that this process heard of,
    with dividends and splits, and `charge_count` how many.

    redone  whoever runs it does it again with Python integers where its money outgrows 64 bits; else it halts
    """

    redone = False

    def __init__(self, decider: Decider, ids: OrderIds, abilities: Abilities) -> None:
        self.decider = decider
        self.ids = ids
        self.abilities = abilities
        self.symbols = tuple(one.symbol for one in decider.plan.instruments)
        self.working: dict[str, Working] = {}
        self.attempts: dict[tuple[int, int], tuple[int, int]] = {}
        self.halted: Halted | None = None
        self.latest: deque[Filled] = deque(maxlen=LATEST)
        self.fills = 0
        self.base_fees = [0] * len(self.symbols)
        self.charged = 0
        self.charges: deque[Charged | Split] = deque(maxlen=LATEST)
        self.charge_count = 0
        self.changes = Changes(decider.state)
        # Fees and units; of the rest limits may change (`symbol_rules`), which nobody reads here.
        self.terms = [decider.state.look("terms", s) for s in range(len(self.symbols))]
        self.figures = Figures(decider.state, self.terms)
        self._realized = field_of(decider.state, "books", "realized")
        self._trip_realized = field_of(decider.state, "books", "trip_realized")
        self._dividends = field_of(decider.state, "books", "dividends")
        self._cash = field_of(decider.state, "account", "cash")
        self._pos = field_of(decider.state, "books", "pos")
        self._code = field_of(decider.state, "account", "code")
        self._dirty = field_of(decider.state, "lanes", "dirty")
        self._rows_dirty, self._tags, self._revs = (
            field_of(decider.state, "rows", name) for name in ("dirty", "tag", "rev")
        )

    def instant(self, event: MarketRef, open_ms: int, bars: Mapping[int, Bar], reports: Iterable[Told] = ()) -> Outcome:
        """Handle one instant: what the venue charges and reports of it, then its closed candles, by symbol index."""
        records: list[Any] = []
        self.came_due(open_ms, records)
        self.tell(reports, records)
        self.decider.take(open_ms, bars)
        self.guarded(self.decider.decide, records)
        return self.outcome(event, open_ms, records)

    def over_by(self, time_ms: int) -> bool:
        """Whether its hours end by then and something is to be done about it that no close does."""
        return self.decider.over_by(time_ms)

    def turn(self, event: MarketRef, time_ms: int) -> Outcome:
        """Its hours are over and no candle of its symbols closes then: exits and the gate act."""
        self.again()
        records: list[Any] = []
        self.guarded(lambda: self.decider.turn(time_ms), records)
        outcome = self.finished(event, time_ms, records, self.plan_requests())
        self.hold()
        return outcome

    def split(self, event: MarketRef, open_ms: int, told: Iterable[Told]) -> Outcome:
        """Before candles that open then its venue did this, and split shares: exits and the gate have acted on it."""
        records: list[Any] = []
        self.tell(told, records)
        return self.finished(event, open_ms, records, self.plan_requests())

    def beat(self, event: MarketRef, at_ms: int, bars: Mapping[int, Bar]) -> Outcome:
        """Decide between closes on candles that form, by symbol index; the requests are sent at once."""
        self.again()
        records: list[Any] = []
        with self.decider.formed(at_ms, bars):
            self.guarded(self.decider.beat, records)
            with self.decider.marked(bars):
                requests = self.plan_requests()
        outcome = self.finished(event, at_ms, records, requests)
        self.hold()
        return outcome

    def again(self) -> None:
        """Before a decision: what could not be requested may be now. On paper all was."""

    def hold(self) -> None:
        """After a decision: note what does not rest and is watched. On paper all rests."""

    def missed(self, segment: str, candles: Sequence[Missed], reports: Iterable[Told] = ()) -> Outcome:
        """Come back after candles that closed without the bot.

        reports  what the venue did meanwhile with the orders that rested there, and charged. It is booked now, with the
                 last of these candles as the last closed one, and a strategy that asks for fills is called
        No close is decided; what is wanted after that is compared with what works once, at the end.
        """
        last = candles[-1]
        count = sum(not one.bars or bool(self.decider.own(one.bars)) for one in candles)
        records: list[Any] = [Away(candles[0].at, last.at, count)]
        for one in candles:
            if self.decider.own(one.bars):
                self.came_due(one.open_ms, records)
            if one.bars:  # none: a beat that went by
                self.decider.skip(one.open_ms, one.bars)
        self.tell(reports, records)
        return self.outcome(MarketRef(segment, last.at), last.open_ms, records)

    def renew(self, told: Renewed, time_ms: int) -> Outcome:
        """Name orders under another journal epoch from now on; those that work keep their names."""
        self.ids = self.ids.under(told.new)
        return Outcome(time_ms, (told,), ())

    def outcome(self, event: MarketRef, open_ms: int, records: list[Any]) -> Outcome:
        """Reconcile once, and put all that an instant made together."""
        return self.finished(event, open_ms + self.decider.plan.timeframe_ms, records, self.plan_requests())

    def finished(self, event: MarketRef, instant_ms: int, records: list[Any], requests: list[Request]) -> Outcome:
        """All that was made at a time, as one step."""
        step = self.changes.step(event, instant_ms)
        if step is not None:
            records.append(step)
        records.extend(intent_of(one, self.working) for one in requests)
        return Outcome(instant_ms, tuple(records), tuple(requests))

    def tell(self, reports: Iterable[Told], records: list[Any]) -> None:
        """What a venue tells, in its order."""
        for one in reports:
            if isinstance(one, VenueCharge):
                self.book(one, records)
            elif isinstance(one, VenueSplit):
                self.divide(one, records)
            else:
                self.hear(one, records)

    def came_due(self, open_ms: int, records: list[Any]) -> None:
        """Before candles that open then: what it has to charge itself for holding. Here its venue charges and tells."""

    def book(self, charge: VenueCharge, records: list[Any]) -> None:
        """What holding a position was charged or paid: cash and realised profit (docs/rules.md 11, 12). Nobody is

        called for it.
        """
        paid = charge.kind == DIVIDEND
        fields = ((self._cash, 0), (self._realized, charge.symbol), (self._trip_realized, charge.symbol))
        for field, place in (*fields, (self._dividends, charge.symbol)) if paid else fields:
            field[place] = int(field[place]) + charge.cash
        self.charged -= 0 if paid else charge.cash
        records.append(charged(charge))
        self.charges.append(records[-1])
        self.charge_count += 1

    def divide(self, told: VenueSplit, records: list[Any]) -> None:
        """Shares were split: position, rows, exits and memory are of the new ones, and orders as the venue has them."""
        at, s = len(records), told.symbol
        self.guarded(lambda: self.decider.split(told), records)
        if int(self._pos[s]) != told.after:
            raise FailClosed(
                f"after a split the venue holds {told.after} lots of {self.symbols[s]}, and the bot "
                f"{int(self._pos[s])}; nothing was sent"
            )
        # Before what it led to: a halt.
        made: list[Any] = [split(told)]
        self.charges.append(made[0])
        self.charge_count += 1
        for name, order in list(self.working.items()):
            if order.symbol != s:
                continue
            after = divided(order, told.num, told.den)
            self.working[name] = after
            if name in told.ended:
                del self.working[name]
                made.append(Ended(name, s, order.slot, int(Reason.BELOW_MINIMUM), after.filled))
            else:
                made.append(Resized(name, after.leaves + after.filled, after.filled))
        records[at:at] = made

    def hear(self, report: VenueReport, records: list[Any]) -> None:
        """A report: write it down, book it, decide."""
        order = self.working.get(report.client_order_id)
        if order is None:
            raise FailClosed(
                f"the venue reports on order {report.client_order_id}, which does not work; nothing was sent"
            )
        if report.final:
            del self.working[report.client_order_id]
        else:
            left = replace(order, leaves=max(order.leaves - report.lots, 0), filled=order.filled + report.lots)
            self.working[report.client_order_id] = left
        at = len(records)
        before = int(self._realized[report.symbol])
        values = {
            "time_ms": report.time_ms,
            "seq": report.seq,
            "symbol": report.symbol,
            "slot": order.slot,
            "rev": order.rev,
            "side": report.side,
            "lots": report.lots,
            "price": report.price,
            "fee": report.fee,
            "maker": int(report.maker),
            "reason": order.tag if report.lots else report.reason,
            "final": int(report.final),
        }
        self.guarded(lambda: self.decider.report(values), records)
        # Before what the report led to: a halt.
        if report.lots == 0:
            records.insert(at, Ended(report.client_order_id, report.symbol, order.slot, report.reason, order.filled))
            return
        records.insert(at, filled(report, order, int(self._realized[report.symbol]) - before))
        terms = self.terms[report.symbol]
        if FEE_KIND(terms, report.side) == FEE_BASE:
            self.base_fees[report.symbol] += report.fee * report.price * int(terms.unit_money)
        self.latest.append(records[at])
        self.fills += 1

    def guarded(self, event: Callable[[], None], records: list[Any]) -> None:
        """Let an event reach the decision;

        a step that raises or does what it may not halts the bot: the event is done again, from where everything stood
        before, without the call that failed. Raises FailClosed where that goes wrong too.
        """
        saved = self.decider.snapshot() if self.halted is None else None
        fault = self.attempt(event)
        if fault is not None and fault[0] is Reason.MONEY_OVERFLOW and self.redone and self.decider.state.compiled:
            raise Outgrown(f"the money of the bot on {', '.join(self.symbols)} outgrew 64 bits")
        if fault is not None and saved is not None:
            self.decider.restore(saved)
            if fault[0] is Reason.STEP_RAISED or fault[0] in MISUSES:
                raised: list[Exception | None] = []
                again = self.attempt(lambda: raised.append(self.decider.do_last(event)))
                if again is None and raised == [None]:
                    return  # only its machine code failed: what the step says in Python stands
                told = raised_fault(raised[0], self.decider.plan) if raised and raised[0] else fault
                self.halt(*told, records)
                fault = again
            else:
                self.halt(*fault, records)
                fault = self.attempt(event)
        if fault is not None:
            raise FailClosed(
                f"the {self.decider.plan.strategy.label()} on {', '.join(self.symbols)} cannot go on even without its "
                f"strategy: {fault[1]}. Nothing of this candle was written or sent; start it with less capital or "
                "coarser lots under another name"
            )

    def attempt(self, event: Callable[[], None]) -> tuple[Reason, str] | None:
        """Do an event; what went wrong in the step, or None."""
        try:
            event()
        except BotswainError:
            raise
        except Exception as error:  # noqa: BLE001 - the outer wall of a user's step
            return raised_fault(error, self.decider.plan)
        code = int(self._code[0])
        if code == 0:
            return self.beyond_records()
        self._code[0] = 0
        reason = Reason(code)
        if reason in MISUSES:
            return reason, coded_fault(reason, self.decider.state, self.decider.plan)
        return reason, f"{reason.name} in {self.decider.plan.strategy.label()}"

    def beyond_records(self) -> tuple[Reason, str] | None:
        """Whether it wants more lots than a record or a database keeps, which Python counts without end: in an order,

        or in all that a position may become, for that is what an exit or a flatten would be for.
        """
        state = self.decider.state
        if state.compiled:
            return None
        own = self.decider.plan.strategy.slots()
        for s, symbol in enumerate(self.symbols):
            held = self.held_lots(s)
            sides = (1, -1) if self.terms[s].shortable else (1,)
            most = {side: held * side for side in sides}
            for slot, row in enumerate(state.parts["rows"][s * state.width : (s + 1) * state.width]):
                if row.qty > MOST_KEPT:
                    return beyond(f"an order of {row.qty:,} lots of {symbol}")
                if slot < own and row.side in most and row.state in WANTED and not row.flag_bits & REDUCE_ONLY:
                    most[row.side] += row.qty - row.filled
            # What is halted asks for nothing more, and what stands was judged when it was asked for.
            if self.halted is None and max(most.values()) > MOST_KEPT:
                return beyond(f"a position of up to {max(most.values()):,} lots of {symbol}")
        return None

    def held_lots(self, s: int) -> int:
        """Whole lots of a position, negative when short."""
        pos, units = int(self._pos[s]), int(self.terms[s].lot_units)
        return pos // units if pos >= 0 else -(-pos // units)

    def halt(self, reason: Reason, message: str, records: list[Any]) -> None:
        """Stop calling the strategy."""
        self.decider.silence()
        self.halted = Halted(int(reason), message)
        records.append(self.halted)

    def plan_requests(self) -> list[Request]:
        """Reconcile what is wanted with what works, and name the orders."""
        if not any(self._dirty.tolist()):
            return []
        wanted = [one for s in range(len(self.symbols)) for one in self.wanted(s)]
        actions = reconcile(wanted, self.working.values(), self.abilities)
        self.retag()
        self._dirty[:] = 0
        self._rows_dirty[:] = 0
        return [self.request(action) for action in actions]

    def retag(self) -> None:
        """Let the orders of changed rows that are kept as they are be wanted for the reason they are wanted for now."""
        width, tags, revs = self.decider.state.width, self._tags, self._revs
        for name, order in self.working.items():
            k = order.symbol * width + order.slot
            if self._rows_dirty[k] and tags[k] != order.tag and revs[k] == order.rev:
                self.working[name] = replace(order, tag=int(tags[k]))

    def wanted(self, s: int) -> list[Wanted]:
        """A symbol's rows that want something working."""
        state = self.decider.state
        first = s * state.width
        if state.compiled:
            states = state.parts["rows"].state[first : first + state.width]
            slots = np.flatnonzero(states == WORKING).tolist()
        else:
            slots = [k for k in range(state.width) if state.parts["rows"][first + k].state == WORKING]
        return [self.wanted_row(s, slot, state.parts["rows"][first + slot]) for slot in slots]

    def wanted_row(self, s: int, slot: int, row: Any) -> Wanted:
        """A row as reconcile takes it."""
        view: Any = Looking(self.decider.state)
        return Wanted(
            symbol=s,
            slot=slot,
            rev=int(row.rev),
            side=int(row.side),
            kind=int(row.kind),
            price=int(row.price),
            trigger=int(row.trigger),
            tif=int(row.tif),
            flags=int(ORDER_FLAGS(view, s, slot)),
            link=int(row.link),
            tag=int(row.tag),
            leaves=int(WANTED_LEAVES(view, s, slot)),
            held=int(row.held),
            reducing=bool(REDUCES(view, s, slot)),
            protective=bool(int(row.flag_bits) & PROTECTIVE),
        )

    def request(self, action: Action) -> Request:
        """A named request, noting what will then be working."""
        if isinstance(action, Cancel):
            del self.working[action.working.client_order_id]
            return Request(action.working.client_order_id, "", None)
        if isinstance(action, Amend | PlaceList | CancelList):
            raise BotswainError("the paper venue does not amend in place and has no lists; its abilities say so")
        cancels = ""
        if isinstance(action, Replace):
            cancels = action.working.client_order_id
            del self.working[cancels]
        return Request(cancels, self.name_order(action), action.wanted)

    def name_order(self, action: Place | Replace) -> str:
        """A new attempt's client order id; from here on it counts as working."""
        row = action.wanted
        rev, last = self.attempts.get((row.symbol, row.slot), (row.rev, 0))
        attempt = last + 1 if rev == row.rev else 1
        self.attempts[row.symbol, row.slot] = (row.rev, attempt)
        name = self.ids.of(self.symbols[row.symbol], row.slot, row.rev, attempt)
        shared = {field: getattr(row, field) for field in SHARED}
        self.working[name] = Working(client_order_id=name, attempt=attempt, **shared)
        return name

    def equity(self) -> int:
        """Cash and positions at the last closes, in money units."""
        return self.figures.equity()


def divided(order: Working, num: int, den: int) -> Working:
    """A working order after a split."""
    return replace(after_split(order, num, den), filled=LOTS_AFTER(order.filled, num, den))


SHARED = ("symbol", "slot", "rev", "side", "kind", "price", "trigger", "tif", "flags", "link", "leaves", "held", "tag")
