"""A paper account's orders and balances, and what requests and prices do to them. Pure: what changed is handed back.

An order waits until its symbol's next candle is under way and meets its first price; one that comes while a candle is
already under way meets the last price there was, and the path only of candles after it. A closed candle's path meets
all that rests. So orders decided at a close fill as in a backtest, and a person's need not wait (docs/live.md).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal, localcontext

from botswain.core.codes import LIMIT
from botswain.model.listing import Listing
from botswain.model.market_events import Candle
from botswain.model.orders import OrderState
from botswain.model.paper import Kept, PaperChange, PaperOrder, PaperState, PaperTrade
from botswain.model.reasons import Reason
from botswain.model.timeframe import timeframe_ms
from botswain.venues.paper.meeting import DIGITS, Bar, Meeting, Told

# An order that comes so soon after a candle has opened was decided at the close before: it meets the open.
AT_OPEN_MS, AT_OPEN_PART = 10_000, 10
KEPT_ENDED = 1_000
Way = tuple[str, str]


class Desk:
    """One account. listings: the symbols' rules, filled as they are read."""

    def __init__(self, kept: Kept, listings: Mapping[str, Listing]) -> None:
        self.listings = listings
        self.terms = kept.terms
        self.balances = dict(kept.state.balances)
        self.numbers, self.trades = kept.state.orders, kept.state.trades
        # Loading has added up the fills to this; the next start need not do it again.
        self.proven, self.proven_trades = dict(kept.state.balances), kept.state.trades
        self.played: dict[Way, int] = {way_of(one): ms for one, ms in kept.state.played.items()}
        self.orders = {one.name: one for one in kept.working}
        self.ended: dict[str, PaperOrder] = {}
        self.forming: dict[Way, Candle] = {}

    def state(self) -> PaperState:
        """The account as it is kept."""
        played = {" ".join(way): ms for way, ms in self.played.items()}
        return PaperState(dict(self.balances), self.numbers, self.trades, played, self.proven, self.proven_trades)

    def of(self, way: Way) -> list[PaperOrder]:
        """A symbol's working orders that are met by candles of a timeframe, as they came."""
        return [one for one in self.orders.values() if (one.symbol, one.timeframe) == way]

    # What may happen without anybody being told.

    def hears(self, way: Way, candle: Candle) -> bool:
        """Take a price that concerns no order; False where it does, and is to be `met`."""
        mine = self.of(way)
        if not candle.closed:
            self.forming[way] = candle
            return not self.waits_for(mine, candle)
        if candle.open_ms <= self.played.get(way, -1):
            return True
        follows = candle.open_ms == self.played.get(way, -1) + timeframe_ms(way[1])
        if mine and (not follows or any(not one.standing for one in mine) or self.reached(mine, candle)):
            return False
        self.played[way] = candle.open_ms
        return True

    def waits_for(self, mine: Iterable[PaperOrder], candle: Candle) -> bool:
        """Whether an order waits for the first price of this candle."""
        return candle.trades > 0 and any(not one.standing and candle.open_ms > one.after_ms for one in mine)

    def reached(self, mine: Sequence[PaperOrder], candle: Candle) -> bool:
        """Whether a candle comes to an order's price."""
        bar = Bar.of(candle, mine[0].tick)
        return any(bar.reaches(one) for one in mine)

    def newest_ms(self, way: Way, now_ms: int) -> int:
        """Open time of the newest candle that an order which comes now is not met by: the last that has closed."""
        length_ms = timeframe_ms(way[1])
        found = max(self.played.get(way, -1), now_ms - now_ms % length_ms - length_ms)
        if not self.of(way):
            self.played[way] = found
        return found

    # What requests do.

    def place(self, fresh: Sequence[PaperOrder], now_ms: int) -> PaperChange:
        """Take new orders of one symbol."""
        change = PaperChange()
        for order in fresh:
            self.numbers += 1
            order.number = self.numbers
            self.orders[order.name] = order
            noted(change, order)
        way = (fresh[0].symbol, fresh[0].timeframe)
        under_way = self.forming.get(way)
        if under_way is None or under_way.trades == 0 or under_way.open_ms <= fresh[0].after_ms:
            return change
        soon_ms = min(AT_OPEN_MS, timeframe_ms(way[1]) // AT_OPEN_PART)
        late = now_ms >= under_way.open_ms + soon_ms
        if late:
            for order in fresh:
                order.after_ms = under_way.open_ms
        price = under_way.close if late else under_way.open
        self.arrive(change, fresh, price, now_ms if late else under_way.open_ms)
        return change

    def cancel(self, names: Sequence[str], now_ms: int) -> PaperChange:
        """Take orders off, and with one of a list the other."""
        change = PaperChange()
        groups = {self.orders[one].group for one in names if one in self.orders} - {""}
        for order in [one for one in self.orders.values() if one.name in names or one.group in groups]:
            self.end(change, order, OrderState.CANCELED, "canceled", now_ms)
        return change

    def amend(self, name: str, most: int, now_ms: int) -> PaperChange:
        """Let an order fill so many lots in all and no more."""
        change, order = PaperChange(), self.orders[name]
        order.qty, order.leaves, order.changed_ms = most, most - order.filled, now_ms
        noted(change, order)
        if order.leaves <= 0:
            self.end(change, order, OrderState.CANCELED, "canceled", now_ms)
        return change

    # What prices do.

    def opened(self, way: Way, candle: Candle) -> PaperChange:
        """A candle has its first price: what waited for it meets that."""
        change = PaperChange()
        if candle.open_ms > self.played.get(way, -1) and candle.trades > 0:
            waiting = [one for one in self.of(way) if not one.standing and candle.open_ms > one.after_ms]
            self.arrive(change, waiting, candle.open, candle.open_ms)
        return change

    def closed(self, way: Way, candle: Candle) -> PaperChange:
        """A candle has closed: what waited meets its open, then all that rests its path."""
        change = PaperChange()
        if candle.open_ms <= self.played.get(way, -1):
            return change
        self.played[way] = candle.open_ms
        mine = [one for one in self.of(way) if candle.open_ms > one.after_ms]
        if not mine:
            return change
        waiting = sorted([one for one in mine if not one.standing], key=rank)
        bar = Bar.of(candle, mine[0].tick)

        def met(meeting: Meeting) -> None:
            meeting.at(bar.open)
            meeting.along(bar)

        self.meet(change, [one for one in mine if one.standing], waiting, met, candle.open_ms)
        return change

    def arrive(self, change: PaperChange, fresh: Sequence[PaperOrder], price: Decimal, time_ms: int) -> None:
        """Orders meet a price."""
        if not fresh:
            return
        way = (fresh[0].symbol, fresh[0].timeframe)
        standing = [one for one in self.of(way) if one.standing]
        ticks = round(price / fresh[0].tick)
        self.meet(change, standing, sorted(fresh, key=rank), lambda meeting: meeting.at(ticks), time_ms)

    def meet(
        self,
        change: PaperChange,
        standing: Sequence[PaperOrder],
        arriving: Sequence[PaperOrder],
        what: Callable[[Meeting], None],
        time_ms: int,
    ) -> None:
        """Have the core say what happens, and take it."""
        symbol = (*standing, *arriving)[0].symbol
        meeting = Meeting(self.listings[symbol].instrument, self.terms, self.balances, standing, arriving)
        what(meeting)
        for order in arriving:
            order.standing = True
            noted(change, order)
        for order in meeting.fired():
            order.kind = LIMIT
            noted(change, order)
        for one in meeting.told():
            if one.lots:
                self.fill(change, one, time_ms)
            if one.final and one.order.name in self.orders:
                left = one.order.leaves
                # What reduces more than there is fills for what there is, and ends.
                state = OrderState.EXPIRED if left else OrderState.FILLED
                self.end(change, one.order, state, "" if one.lots and not left else said(one), time_ms)

    def fill(self, change: PaperChange, one: Told, time_ms: int) -> None:
        """An order fills."""
        order = one.order
        happened(change, order)
        qty = one.lots * order.lot
        self.trades += 1
        with localcontext() as context:
            context.prec = DIGITS
            for asset, amount in one.moved.items():
                self.balances[asset] = self.balances.get(asset, Decimal(0)) + amount
            order.notional += qty * one.price
        order.filled += one.lots
        order.leaves -= one.lots
        order.state, order.changed_ms = OrderState.PARTIALLY_FILLED.value, time_ms
        change.trades.append(
            PaperTrade(
                number=self.trades,
                order_number=order.number,
                name=order.name,
                market_id=order.market_id,
                symbol=order.symbol,
                side=order.side,
                price=one.price,
                qty=qty,
                fee=one.fee,
                fee_asset=one.fee_asset,
                maker=one.maker,
                time_ms=time_ms,
                moved=one.moved,
            )
        )
        noted(change, order)

    def end(self, change: PaperChange, order: PaperOrder, state: OrderState, cause: str, now_ms: int) -> None:
        """An order works no more."""
        order.state, order.cause, order.changed_ms = state.value, cause, now_ms
        happened(change, order)
        self.ended[order.name] = self.orders.pop(order.name)
        if len(self.ended) > KEPT_ENDED:
            del self.ended[next(iter(self.ended))]

    def locked(self) -> dict[str, Decimal]:
        """What working orders would take, by asset: shown, and held back from nobody."""
        found: dict[str, Decimal] = {}
        for one in self.orders.values():
            base, _, quote = one.symbol.partition("/")
            price = one.price or one.trigger
            asset, amount = (quote, price * one.tick) if one.side > 0 else (base, Decimal(1))
            found[asset] = found.get(asset, Decimal(0)) + one.leaves * one.lot * amount
        return found


def rank(order: PaperOrder) -> tuple[bool, str, int, int]:
    """Those that wait meet the book as in a backtest: what reduces first, then by slot."""
    return not order.reducing, order.symbol, order.slot, order.number


def noted(change: PaperChange, order: PaperOrder) -> None:
    """An order is among those that changed, once."""
    if not any(one is order for one in change.orders):
        change.orders.append(order)


def happened(change: PaperChange, order: PaperOrder) -> None:
    """An order fills or ends: what is told of it comes after what happened before, whenever it came to the book."""
    if not any(one.name == order.name for one in change.trades):
        change.orders[:] = [one for one in change.orders if one is not order]
    noted(change, order)


def said(one: Told) -> str:
    """Why an order ended, as a word."""
    try:
        return Reason(one.reason).name
    except ValueError:
        return f"reason {one.reason}"


def way_of(text: str) -> Way:
    """Symbol and timeframe of how far candles were played."""
    symbol, _, timeframe = text.partition(" ")
    return symbol, timeframe
