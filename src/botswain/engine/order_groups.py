"""Of orders of which one cancels the other: which rest at the venue, as a list or alone, and which are held here.

A stop and a target on one position rest as one list where the venue has lists. Where it has none, will not have these
two, or the price has come to one of them, one rests: the stop, until the price has come to the other. What does not
rest is held: the engine watches its price and acts when a trade, a quote or a forming candle comes to it. So is what
of an exit the strategy's own orders cover (docs/decisions/0006). A bot that acts at its closes watches what was held
when the candle began, as a backtest's book does. Pure, and made only of what stands in a bot's journal.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from msgspec.structs import replace

from botswain.core.codes import LIMIT, MARKET, STOP, STOP_LIMIT
from botswain.engine.order_lists import Group, lists_of, pair_of
from botswain.model.intents import Action, Certainty, Place, Wanted, Working
from botswain.model.reasons import Reason

# What waits for another price than a limit order does; a row whose trigger was passed goes by the market.
STOPS = (STOP, STOP_LIMIT, MARKET)


class OrderGroups:
    """One bot's groups.

    lists     whether the venue holds a stop and a limit order as one list
    apart     groups that the venue refused as a list because of the price, until the next candle
    back      of those, the ones whose target took the stop's place and did not fill: the price has gone away from it
    unlisted  groups, by the stop's rev, that it will not hold as a list at all
    reached   groups whose target's price was seen, until the next candle
    passed    rows whose trigger the price had passed: symbol, slot, rev
    fired     exits whose held lots go, because the price has come to them: symbol, slot, rev
    held      rows that are watched here and do not rest, or not all of them
    at_open   what is watched stays what it was when the candle began, and goes as it was then
    going     with that, the fired exits as they were, with what is left to go of each
    standing  and the rows that were wanted then
    """

    def __init__(self, *, lists: bool, at_open: bool = False) -> None:
        self.lists = lists
        self.at_open = at_open
        self.apart: set[Group] = set()
        self.back: set[Group] = set()
        self.unlisted: set[tuple[int, int, int]] = set()
        self.reached: set[Group] = set()
        self.passed: set[tuple[int, int, int]] = set()
        self.fired: set[tuple[int, int, int]] = set()
        self.held: list[Wanted] = []
        self.going: dict[tuple[int, int, int], Wanted] = {}
        self.standing: set[tuple[int, int, int]] = set()
        self._stood: set[tuple[int, int, int, int]] = set()

    @property
    def open(self) -> bool:
        """Whether the price has a say in what rests: something is held, or one of a group took the other's place.

        Where every group rests as its list, no price changes that.
        """
        return bool(self.held or self.apart or self.reached)

    def again(self) -> None:
        """A candle has closed: where the price is now is known anew."""
        self.apart.clear()
        self.back.clear()
        self.reached.clear()

    def ended(self, order: Working, reason: int) -> bool:
        """An attempt has ended; whether because of the price, so that what takes its place cannot wait."""
        group = (order.symbol, order.link)
        if reason == Reason.TRIGGER_PASSED:
            latest(self.passed, (order.symbol, order.slot, order.rev))
        elif reason == Reason.LIST_PASSED:
            self.apart.add(group)
        elif reason == Reason.LIST_REFUSED:
            latest(self.unlisted, (*group, order.rev))
        else:
            return False
        return True

    def rests(self, order: Working) -> None:
        """An order is known to work. A target by itself that fills nothing leaves its place to the stop again."""
        if order.kind == LIMIT and not order.listed and not order.filled and (order.symbol, order.link) in self.apart:
            self.back.add((order.symbol, order.link))

    def resting(
        self, rows: Sequence[Wanted], working: Collection[Working], marks: Mapping[int, int]
    ) -> tuple[list[Wanted], list[Wanted]]:
        """The rows that are to rest: all without a group, and of each group its list or one. And the others.

        marks  last closes in ticks, by symbol
        """
        kept: list[Wanted] = []
        groups: dict[Group, list[Wanted]] = {}
        held = [one for one in rows if one.held]
        for row in (replace(one, leaves=one.leaves - one.held, held=0) if one.held else one for one in rows):
            if row.link:
                groups.setdefault((row.symbol, row.link), []).append(row)
            else:
                kept.append(row)
        for key, group in groups.items():
            mine = [one for one in working if (one.symbol, one.link) == key]
            chosen = group if self.listable(key, group, mine, marks) else [self.one_of(key, group, mine, marks)]
            kept += chosen
            known = {one.slot for one in held if one.symbol == key[0]}
            held += [one for one in group if one not in chosen and one.slot not in known]
        return kept, held

    def hold(self, rows: Sequence[Wanted]) -> None:
        """These are watched from now on."""
        self.held = list(rows)

    def listable(
        self, key: Group, group: Sequence[Wanted], working: Sequence[Working], marks: Mapping[int, int]
    ) -> bool:
        """Whether a group is to rest as a list now."""
        pair = pair_of(group) if self.lists else None
        if pair is None or key in self.apart or (*key, pair[0].rev) in self.unlisted:
            return False
        stop, target = pair
        alone = lone(working)
        if any((one.symbol, one.slot, one.rev) in self.fired for one in group):
            return False
        if any(one.slot == stop.slot and one.filled for one in alone):
            return False
        # A target that took the stop's place stays as long as the price is there.
        taken = any(one.slot == target.slot for one in alone)
        filling = any(one.slot == target.slot and one.filled for one in alone)
        return not (taken and (key in self.reached or filling or beyond(target, marks[target.symbol])))

    def one_of(
        self, key: Group, group: Sequence[Wanted], working: Sequence[Working], marks: Mapping[int, int]
    ) -> Wanted:
        """The one that rests by itself: what fills already, what the price has come to, else the stop."""
        alone = lone(working)
        filling = [one for one in group if any(other.slot == one.slot and other.filled for other in alone)]
        now = [one for one in group if one.kind == MARKET]
        fired = [one for one in group if (one.symbol, one.slot, one.rev) in self.fired]
        stops = [one for one in group if one.kind in STOPS]
        parted = key in self.apart and key not in self.back
        near = key in self.reached or (parted and self.settled(stops, alone))
        reached = [one for one in group if one.kind == LIMIT and (near or beyond(one, marks[one.symbol]))]
        return (now or fired or filling or reached or stops or list(group))[0]

    def settled(self, stops: Sequence[Wanted], alone: Sequence[Working]) -> bool:
        """Whether a stop that was sent by itself rests: then the price that parted the list had come to the target.

        So it had where the target has taken its place already.
        """
        slots = {one.slot for one in stops}
        return any(one.certainty is Certainty.KNOWN or one.slot not in slots for one in alone)

    def crossed(self, symbol: int, low: int, high: int) -> list[Wanted]:
        """A price from low to high ticks was seen: what is held and was waiting for it, each once."""
        return [self.come(one) for one in self.mine(symbol) if touched(one, low, high)]

    def closed(self, symbol: int, low: int, high: int, close: int) -> list[Wanted]:
        """A candle has closed: the same, by all its prices for what was held when it began, else by its close."""
        found: list[Wanted] = []
        for one in self.mine(symbol) if self.held else ():
            stood = key_of(one) in self._stood
            if touched(one, low if stood else close, high if stood else close):
                found.append(self.come(one))
        return found

    def passed_at_close(self, held: Iterable[Wanted], closes: Mapping[int, int]) -> list[Wanted]:
        """Of stops that would be held from this close on, those whose price it has passed: they go with what it sends.

        Told by the price that follows they would come behind new buys that meet it too, which in a backtest they do
        not. A target waits for that price: new sells that meet it come first there as well.
        """
        stops = [one for one in held if one.held and one.kind != LIMIT]
        found = [one for one in stops if one.symbol in closes and not self.has_come(one)]
        return [self.come(one) for one in found if beyond(one, closes[one.symbol])]

    def in_parts(self, actions: Iterable[Action]) -> list[Action]:
        """Actions, an exit that goes before any of it rested as two: what would have rested, then what is held."""
        found: list[Action] = []
        for one in actions:
            row = one.wanted if isinstance(one, Place) else None
            going = self.going.get((row.symbol, row.slot, row.rev)) if row is not None else None
            rest = going.leaves - going.held if going is not None else 0
            if row is not None and 0 < rest < row.leaves:
                found += [Place(replace(row, leaves=rest)), Place(replace(row, leaves=row.leaves - rest))]
            else:
                found.append(one)
        return found

    def filled(self, order: Working) -> list[Wanted]:
        """An order filled: where it is an exit of which a part is held, the price has come to that part too."""
        return [self.come(one) for one in self.mine(order.symbol) if one.held and one.slot == order.slot]

    def stand(self, rows: Callable[[], Iterable[tuple[int, int, int]]] = tuple) -> None:
        """A candle begins. rows: symbol, slot and rev of all that is wanted now."""
        if self.held or self._stood or self.standing:
            self._stood = {key_of(one) for one in self.held}
            self.standing = set(rows()) if self.at_open and (self.held or self.going) else set()

    def goes(self, order: Working) -> bool:
        """Whether more of an exit that goes as it was is to go than this order."""
        return (order.symbol, order.slot, order.rev) in self.going

    def went(self, order: Working, lots: int, *, flat: bool) -> bool:
        """Lots of an exit that goes as it was have filled; whether that was all of it. flat: no position is left.

        Then it is over, and with it what it was linked to: what is wanted for what is left of the position is not
        watched before the next candle.
        """
        name = (order.symbol, order.slot, order.rev)
        one = self.going.get(name)
        if one is None:
            return False
        if one.leaves > lots and not flat:
            self.going[name] = replace(one, leaves=one.leaves - lots)
            return False
        del self.going[name]
        self.fired.discard(name)
        self.passed.discard(name)
        over = (one.symbol, one.link)
        self.held = [row for row in self.held if (row.symbol, row.link) != over]
        return True

    def mine(self, symbol: int) -> list[Wanted]:
        """What is held on a symbol and waits for its price."""
        return [one for one in self.held if one.symbol == symbol and not self.has_come(one)]

    def has_come(self, one: Wanted) -> bool:
        """Whether the price has come to a row before."""
        name = (one.symbol, one.slot, one.rev)
        if name in self.fired or one.kind == MARKET:
            return True
        return not one.held and (name in self.passed if one.kind != LIMIT else (one.symbol, one.link) in self.reached)

    def come(self, one: Wanted) -> Wanted:
        """The price has come to a row."""
        if one.held:
            latest(self.fired, (one.symbol, one.slot, one.rev))
            if self.at_open:
                self.going[one.symbol, one.slot, one.rev] = one
        if one.kind == LIMIT:
            self.reached.add((one.symbol, one.link))
        else:
            latest(self.passed, (one.symbol, one.slot, one.rev))
        return one

    def watched(self, symbol: int) -> tuple[int | None, int | None]:
        """The nearest held prices of a symbol: at or below the first, at or above the second, it is to be woken."""
        mine = self.mine(symbol)
        below = [price_of(one) for one in mine if falling(one)]
        above = [price_of(one) for one in mine if not falling(one)]
        return max(below, default=None), min(above, default=None)


def at_once(row: Wanted) -> Wanted:
    """An exit whose price has come, with all that was held of it."""
    if row.kind == LIMIT:
        return replace(row, held=0)
    return replace(row, kind=MARKET, price=0, trigger=0, held=0)


def latest(found: set[tuple[int, int, int]], name: tuple[int, int, int]) -> None:
    """Note a row by symbol, slot and rev; what was noted of its earlier revs is over."""
    found.difference_update({one for one in found if one[:2] == name[:2]})
    found.add(name)


def lone(working: Sequence[Working]) -> list[Working]:
    """Orders that work by themselves."""
    listed = {one.client_order_id for legs in lists_of(working) for one in legs}
    return [one for one in working if one.client_order_id not in listed]


def key_of(row: Wanted) -> tuple[int, int, int, int]:
    """What is held, and where."""
    return row.symbol, row.slot, row.rev, price_of(row)


def falling(row: Wanted) -> bool:
    """Whether a falling price comes to it: a stop that sells, anything else that buys."""
    return row.side < 0 if row.kind in STOPS else row.side > 0


def price_of(row: Wanted) -> int:
    """The price that it waits for."""
    return row.price if row.kind == LIMIT else row.trigger


def touched(row: Wanted, low: int, high: int) -> bool:
    """Whether a price from low to high has come to it."""
    return low <= price_of(row) if falling(row) else high >= price_of(row)


def beyond(row: Wanted, mark: int) -> bool:
    """Whether a price has come to a limit order."""
    return touched(row, mark, mark)
