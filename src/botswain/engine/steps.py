"""An outcome as the rows the store commits:

journal, orders, what became of them, fills and positions, all in one step.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Any

import msgspec

from botswain.build.plan import EXACT, Plan, Units, as_decimal, units_of
from botswain.core.codes import KIND_NAMES, TIF_NAMES
from botswain.core.records import State
from botswain.engine.bot import Outcome
from botswain.engine.tracks import INFERRED
from botswain.model.news import Command, Known, Surfaced, Unsure
from botswain.model.note_texts import BLOCKING, OF_ACCOUNT, Measure
from botswain.model.orders import FillKind, Liquidity, OrderKind, OrderState, Side, Tif
from botswain.model.reasons import Reason, reason_name
from botswain.store.bot_records import (
    TYPES,
    Charged,
    Ended,
    Filled,
    Halted,
    Intent,
    NoteNow,
    Resized,
    Split,
    Step,
)
from botswain.store.exact import scale_of
from botswain.store.outbox import STEP, STEP_ENCODER, StepTold, Wrote
from botswain.store.steps import (
    BlockRow,
    FillRow,
    HaltRow,
    JournalRow,
    OrderEventRow,
    OrderRow,
    OutboxRow,
    PositionRow,
    StepRows,
)

# Ends of orders that the venue never took; the others are canceled or expired.
REFUSALS = frozenset(
    (
        Reason.POST_ONLY,
        Reason.INSUFFICIENT_BALANCE,
        Reason.NOTHING_TO_REDUCE,
        Reason.NOT_SENT,
        Reason.NOT_PLACED,
        Reason.TRIGGER_PASSED,
        Reason.OVERTAKEN,
        Reason.REFUSED,
    ),
)
# What the column holds; the core's own group, that of the exits, is beyond it.
MOST_LINK = 32_767


@dataclass(frozen=True, slots=True)
class Identity:
    """Whose rows they are."""

    tenant_id: str
    account_id: str
    bot_id: str
    lease_epoch: int


@dataclass
class Made:
    """What the records of a step come to in the other tables.

    touched    the symbols whose books changed
    commanded  what the bot may have working was changed
    blocked    limits of the whole account that were reached
    """

    orders: list[OrderRow] = field(default_factory=list)
    events: list[OrderEventRow] = field(default_factory=list)
    fills: list[FillRow] = field(default_factory=list)
    touched: set[int] = field(default_factory=set)
    halt: HaltRow | None = None
    commanded: bool = False
    blocked: list[NoteNow] = field(default_factory=list)


class StepMaker:
    """Turns a bot's outcomes into steps, numbering its journal rows from `next_seq`.

    prompt  what is requested counts as done, as on paper; else a cancel is pending until its end is heard
    """

    def __init__(self, identity: Identity, plan: Plan, next_seq: int, *, prompt: bool = True) -> None:
        self.prompt = prompt
        self.identity = identity
        self.plan = plan
        self.next_seq = next_seq
        self.unit: Fraction = plan.unit
        # The decimals that write the money unit, and what it is worth in their last one.
        scale = scale_of(as_decimal(plan.unit))
        self.worth: tuple[int, int] = scale, int(plan.unit * 10**scale)
        self.units: tuple[Units, ...] = tuple(units_of(one, as_decimal(plan.unit)) for one in plan.instruments)

    def step(self, outcome: Outcome, state: State, base_fees: Sequence[int]) -> StepRows | None:
        """The rows of an instant; None where it wrote nothing.

        state      the bot's memory after it
        base_fees  fees taken in base by symbol, in money units at the price of their fill
        """
        if not outcome.records:
            return None
        with localcontext(EXACT):
            return self.exactly(outcome, state, base_fees)

    def exactly(self, outcome: Outcome, state: State, base_fees: Sequence[int]) -> StepRows:
        """The same where decimals keep all their digits."""
        first = self.next_seq
        made = Made()
        for seq, record in enumerate(outcome.records, first):
            self.take(record, seq, outcome.instant_ms, made)
        self.next_seq = first + len(outcome.records)
        last = self.next_seq - 1
        journal = tuple(TYPES.row(record, outcome.instant_ms) for record in outcome.records)
        positions = (self.position(s, state, base_fees[s], last, outcome.instant_ms) for s in sorted(made.touched))
        blocks = tuple(self.block(note, state, last) for note in made.blocked)
        return self.rows(first, journal, made, tuple(positions), blocks)

    def of_journal(self, seq: int, row: JournalRow) -> StepRows:
        """What a row of the journal says the other tables must hold, but for positions and blocks."""
        made = Made()
        with localcontext(EXACT):
            self.take(TYPES.read(row.kind, row.version, row.payload), seq, row.time_ms, made)
        return self.rows(seq, (row,), made, ())

    def rows(
        self,
        first: int,
        journal: tuple[JournalRow, ...],
        made: Made,
        positions: tuple[PositionRow, ...],
        blocks: tuple[BlockRow, ...] = (),
    ) -> StepRows:
        """A step of this bot's."""
        return StepRows(
            tenant_id=self.identity.tenant_id,
            account_id=self.identity.account_id,
            bot_id=self.identity.bot_id,
            lease_epoch=self.identity.lease_epoch,
            first_seq=first,
            journal=journal,
            orders=tuple(made.orders),
            order_events=tuple(made.events),
            fills=tuple(made.fills),
            positions=positions,
            blocks=blocks,
            outbox=told(first, first + len(journal) - 1, journal[-1].time_ms, wrote(made, positions)),
            halt=made.halt,
        )

    def take(self, record: Any, seq: int, instant_ms: int, made: Made) -> None:
        """What one record, the journal's row `seq`, adds to the other tables."""
        if isinstance(record, Filled):
            made.fills.append(self.fill(record, seq))
            made.events.append(self.filled_event(record, seq))
            made.touched.add(record.symbol)
        elif isinstance(record, Charged | Split):
            made.touched.add(record.symbol)
        elif isinstance(record, Resized):
            made.events.append(self.resized(record, seq, instant_ms))
        elif isinstance(record, Ended):
            made.events.append(self.ended(record, seq, instant_ms))
        elif isinstance(record, Intent):
            self.requested(record, seq, instant_ms, made)
        elif isinstance(record, Known):
            event = self.event(record.client_order_id, seq, instant_ms, OrderState.NEW)
            fields = {"venue_order_id": record.venue_order_id, "qty_lots": record.lots}
            made.events.append(msgspec.structs.replace(event, **fields))
        elif isinstance(record, Unsure):
            made.events.append(self.event(record.client_order_id, seq, instant_ms, OrderState.UNKNOWN))
        elif isinstance(record, Surfaced):
            order = record.order
            event = self.event(order.client_order_id, seq, instant_ms, OrderState.NEW)
            made.events.append(msgspec.structs.replace(event, filled_lots=order.filled))
        elif isinstance(record, Halted):
            made.halt = HaltRow(reason_name(record.reason), "core", instant_ms)
        elif isinstance(record, Command):
            made.commanded = True
        elif isinstance(record, Step):
            made.blocked += [one for one in record.notes if one.slot < 0 and one.code in BLOCKING]

    def order(self, intent: Intent, seq: int, time_ms: int) -> OrderRow:
        """An attempt, before it is sent."""
        units = self.units[intent.symbol]
        return OrderRow(
            client_order_id=intent.places,
            seq=seq,
            symbol=units.symbol,
            slot=intent.slot,
            rev=intent.rev,
            attempt=intent.attempt,
            side=Side.BUY if intent.side > 0 else Side.SELL,
            kind=OrderKind(KIND_NAMES[intent.kind]),
            qty_lots=intent.leaves,
            tick_size=units.tick,
            lot_size=units.lot,
            time_ms=time_ms,
            price_ticks=intent.price or None,
            trigger_ticks=intent.trigger or None,
            tif=Tif(TIF_NAMES[intent.tif]),
            flags=intent.flags,
            link=min(intent.link, MOST_LINK),
        )

    def fill(self, record: Filled, seq: int) -> FillRow:
        """A fill in the store's words."""
        units = self.units[record.symbol]
        worth, asset = units.fee_on_buy if record.side > 0 else units.fee_on_sell
        fee = int(record.fee) * worth
        notional = (record.price * units.tick) * (record.lots * units.lot)
        in_quote = asset == units.symbol.partition("/")[2]
        return FillRow(
            seq=seq,
            symbol=units.symbol,
            venue_trade_id=record.trade_id,
            side=Side.BUY if record.side > 0 else Side.SELL,
            qty_lots=record.lots,
            price_ticks=record.price,
            tick_size=units.tick,
            lot_size=units.lot,
            fee=fee,
            fee_asset=asset,
            cash=-record.side * notional - (fee if in_quote else Decimal(0)),
            realized=as_decimal(int(record.realized) * self.unit),
            time_ms=record.time_ms,
            slot=record.slot,
            client_order_id=record.client_order_id,
            liquidity=Liquidity.MAKER if record.maker else Liquidity.TAKER,
            reason=record.reason,
            instant_seq=record.seq,
            kind=FillKind.INFERRED if record.trade_id.startswith(INFERRED) else FillKind.VENUE,
        )

    def requested(self, record: Intent, seq: int, time_ms: int, made: Made) -> None:
        """A request: an order to place, one to cancel, or both; or one to amend, whose new size is not known yet."""
        if record.cancels:
            amends = record.cancels == record.places
            pending = OrderState.PENDING_REPLACE if amends else OrderState.PENDING_CANCEL
            state = OrderState.CANCELED if self.prompt else pending
            made.events.append(self.event(record.cancels, seq, time_ms, state))
        if record.places and record.places != record.cancels:
            made.orders.append(self.order(record, seq, time_ms))

    def event(self, name: str, seq: int, time_ms: int, state: OrderState) -> OrderEventRow:
        """What is now known of an order."""
        return OrderEventRow(client_order_id=name, seq=seq, state=state, filled_lots=0, time_ms=time_ms)

    def filled_event(self, record: Filled, seq: int) -> OrderEventRow:
        """An order that filled, in part or to its end."""
        return OrderEventRow(
            client_order_id=record.client_order_id,
            seq=seq,
            state=OrderState.FILLED if record.final else OrderState.PARTIALLY_FILLED,
            filled_lots=record.total or record.lots,
            time_ms=record.time_ms,
            reason=record.reason,
        )

    def resized(self, record: Resized, seq: int, time_ms: int) -> OrderEventRow:
        """An order after a split."""
        filled = int(record.filled)
        event = self.event(
            record.client_order_id, seq, time_ms, OrderState.PARTIALLY_FILLED if filled else OrderState.NEW
        )
        return msgspec.structs.replace(event, filled_lots=filled, qty_lots=int(record.lots))

    def ended(self, record: Ended, seq: int, time_ms: int) -> OrderEventRow:
        """An order that ended without a fill."""
        state = OrderState.REJECTED if record.reason in REFUSALS else OrderState.CANCELED
        if record.reason == Reason.EXPIRED:
            state = OrderState.EXPIRED
        event = self.event(record.client_order_id, seq, time_ms, state)
        return msgspec.structs.replace(event, filled_lots=record.filled, reason=record.reason)

    def position(self, s: int, state: State, base_fees: int, seq: int, time_ms: int) -> PositionRow:
        """A symbol's book after the step. Its fees are those in quote, in base and in a third asset, all in quote."""
        with localcontext(EXACT):
            return self.book(s, state, base_fees, seq, time_ms)

    def book(self, s: int, state: State, base_fees: int, seq: int, time_ms: int) -> PositionRow:
        """The same where decimals keep all their digits."""
        book = state.look("books", s)
        units = self.units[s]
        paid = int(book.fees_quote)
        if book.fees_third:
            paid += int(book.fees_third) * int(state.parts["terms"][s].third_quantum)
        return PositionRow(
            symbol=units.symbol,
            seq=seq,
            qty=int(book.pos) * units.base,
            cost=as_decimal(int(book.cost) * self.unit),
            realized=as_decimal(int(book.realized) * self.unit),
            fees=as_decimal((paid + base_fees) * self.unit),
            time_ms=time_ms,
            dust=int(book.dust) * units.base,
            paid=as_decimal(paid * self.unit),
        )

    def block(self, note: NoteNow, state: State, seq: int) -> BlockRow:
        """A limit of the account that the step `seq` found reached: since its instant, and until its memory says.

        A pause that is over ends with its instant.
        """
        account = state.account
        ends = {Reason.DAILY_LOSS: "day_end", Reason.WEEKLY_LOSS: "week_end", Reason.COOL_DOWN: "cool_until"}
        over = note.code == Reason.DRAWDOWN_OVER
        reason = Reason.DRAWDOWN_PAUSE if over else Reason(note.code)
        end = "time_ms" if over else ends.get(reason)
        worth = self.unit if OF_ACCOUNT[reason].measure is Measure.MONEY else Fraction(1)
        return BlockRow(
            seq=seq,
            reason=reason,
            value=as_decimal(int(note.value) * worth),
            limit=as_decimal(int(note.limit) * worth),
            since_ms=int(account.time_ms),
            until_ms=None if end is None else int(getattr(account, end)),
        )


def first_step(identity: Identity, started: JournalRow) -> StepRows:
    """A new bot's first row, as a step."""
    return StepRows(
        tenant_id=identity.tenant_id,
        account_id=identity.account_id,
        bot_id=identity.bot_id,
        lease_epoch=identity.lease_epoch,
        first_seq=1,
        journal=(started,),
        outbox=told(1, 1, started.time_ms, Wrote.STATUS),
    )


def wrote(made: Made, positions: Sequence[PositionRow]) -> int:
    """What a step changed, for those who are told of it. Plain integers: flags cost ten times as much here."""
    found = 1 if made.fills else 0
    if made.orders or made.events:
        found |= 2
    if positions:
        found |= 4
    return found | 8 if made.halt is not None or made.commanded or made.blocked else found


def told(first: int, last: int, time_ms: int, wrote: int) -> tuple[OutboxRow, ...]:
    """The message of a step; none where only the journal grew."""
    if not wrote:
        return ()
    return (OutboxRow(last, STEP, STEP_ENCODER.encode(StepTold(first, last, int(wrote))), time_ms),)
