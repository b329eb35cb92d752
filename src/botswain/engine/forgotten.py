"""Which orders in doubt a change of what the account holds can be explained by, and by nothing else. Pure.

An order that no surface of the venue knows was either never placed or has filled, all of it or a part, and was
forgotten. Balances tell these apart as long as just one way of adding up fits; where several do, or none, nobody can
say. The base alone tells whole orders apart. With the quote a part can be found too, and which of two orders of one
size it was: a resting order fills at its own price, so what was paid says how much of it filled.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import product

ZERO = Decimal(0)
# A buy's fee may have been taken out of what was bought; none is as high as this.
HIGHEST_FEE = Decimal("0.01")
MOST = 12
# Parts are looked for among so many orders at most.
MOST_PARTS = 6
# Each fill's fee is rounded by itself.
ROUNDING = Decimal("1e-6")
# A stop fills at its trigger or worse; by more than this it is not believed to be the same one.
WORST = Decimal("0.9")

Filled = dict[str, Decimal]


@dataclass(frozen=True, slots=True)
class Doubt:
    """An order that no surface knows.

    side     1 for a buy, -1 for a sell
    left     what it had left to fill, in steps of `lot`
    eaten    its fee, if any, is taken out of what it buys
    group    of the two orders of one list the same name: only one of them fills
    price    its limit, 0 where it has none; trigger: of a stop or target that waits for a price
    """

    name: str
    side: int
    left: Decimal
    eaten: bool
    group: str = ""
    lot: Decimal = ZERO
    price: Decimal = ZERO
    trigger: Decimal = ZERO

    @property
    def least(self) -> Decimal:
        """How the asset moves at least where all of it filled."""
        return self.side * self.left * (1 - HIGHEST_FEE if self.eaten and self.side > 0 else 1)

    @property
    def most(self) -> Decimal:
        """And at most."""
        return self.side * self.left

    @property
    def resting(self) -> bool:
        """Whether it rests at a price of its own, and fills at that."""
        return self.price > 0 and not self.trigger

    def brought(self, qty: Decimal, fee: Decimal) -> Decimal:
        """How the base moves where so much of it filled at a fee rate."""
        return self.side * qty * (1 - fee if self.eaten and self.side > 0 else 1)

    def paid(self, qty: Decimal, price: Decimal, fee: Decimal) -> Decimal:
        """How the quote moves where so much of it filled at a price."""
        return -self.side * qty * price * (1 if self.eaten and self.side > 0 else 1 + self.side * fee)


@dataclass(frozen=True, slots=True)
class Moved:
    """How the quote moved beside the base, and the fee rates that the account may pay."""

    quote: Decimal
    fees: frozenset[Decimal]


def filled_of(change: Decimal, doubts: Sequence[Doubt], moved: Moved | None = None) -> Filled | None:
    """How much of which orders must have filled where the base changed by `change`; None where nobody can say.

    moved  None where nobody knows what the quote did
    """
    if change == 0 and not any(one.side > 0 and not one.eaten for one in doubts):
        return {}  # what was bought and sold again would have left its fee behind
    if len(doubts) > MOST:
        return None
    every = (chosen(doubts, way) for way in product((False, True), repeat=len(doubts)))
    ways = [found for found in every if fits(change, found) and may_be(found)]
    if moved is None:
        return whole(ways[0]) if len(ways) == 1 else None
    priced = [whole(one) for one in ways if at_their_prices(one, moved)]
    priced += [one for one in parts(change, doubts, moved) if one not in priced]
    if len(priced) == 1:
        return priced[0]
    return whole(ways[0]) if len(ways) == 1 and paid_enough(ways[0], moved) else None


def fits(change: Decimal, filled: Iterable[Doubt]) -> bool:
    """Whether a change is what these fills come to."""
    least = most = ZERO
    for one in filled:
        least, most = least + one.least, most + one.most
    return least <= change <= most


def may_be(filled: Sequence[Doubt]) -> bool:
    """Whether these can all have filled: no two of one list."""
    groups = [one.group for one in filled if one.group]
    return len(set(groups)) == len(groups)


def chosen(doubts: Sequence[Doubt], way: Sequence[bool]) -> list[Doubt]:
    """Those that one way of adding up takes for filled."""
    return [one for one, filled in zip(doubts, way, strict=True) if filled]


def whole(filled: Iterable[Doubt]) -> Filled:
    """All that these had left."""
    return {one.name: one.left for one in filled}


def at_their_prices(filled: Sequence[Doubt], moved: Moved) -> bool:
    """Whether the quote moved as it does where these filled at prices that are theirs."""
    for fee in moved.fees:
        least = most = ZERO
        for one in filled:
            if not one.resting and not (one.trigger and one.side < 0):
                return False  # what a market order or a stop that buys was paid with may be anything
            low = one.price if one.resting else one.trigger * WORST
            high = one.price if one.resting else one.trigger
            least += one.paid(one.left, low if one.side < 0 else high, fee)
            most += one.paid(one.left, high if one.side < 0 else low, fee)
        off = ROUNDING * max(abs(least), abs(most))
        if least - off <= moved.quote <= most + off:
            return True
    return False


def parts(change: Decimal, doubts: Sequence[Doubt], moved: Moved) -> Iterator[Filled]:
    """Ways in which one order filled in part, others whole or not at all, each at its own price; each way once."""
    if len(doubts) > MOST_PARTS:
        return
    told: list[Filled] = []
    for part in doubts:
        others = [one for one in doubts if one is not part]
        for way in product((False, True), repeat=len(others)):
            filled = chosen(others, way)
            if not part.resting or not part.lot or not may_be([*filled, part]):
                continue
            if not all(one.resting for one in filled):
                continue
            for fee in moved.fees:
                qty = part_of(change, part, filled, fee)
                if qty is None or not paid_for(part, qty, filled, fee, moved.quote):
                    continue
                found = {**whole(filled), part.name: qty}
                if found not in told:
                    told.append(found)
                    yield found


def part_of(change: Decimal, part: Doubt, filled: Iterable[Doubt], fee: Decimal) -> Decimal | None:
    """How much of an order filled where others filled whole; None where that is no part of it in whole lots."""
    rest = change - sum((one.brought(one.left, fee) for one in filled), ZERO)
    lots = (rest / part.brought(part.lot, fee)).to_integral_value()
    qty = lots * part.lot
    if not 0 < qty < part.left or abs(part.brought(qty, fee) - rest) > ROUNDING * abs(rest):
        return None
    return qty


def paid_for(part: Doubt, qty: Decimal, filled: Iterable[Doubt], fee: Decimal, quote: Decimal) -> bool:
    """Whether the quote moved as it does where these filled at their own prices."""
    due = part.paid(qty, part.price, fee) + sum((one.paid(one.left, one.price, fee) for one in filled), ZERO)
    return abs(due - quote) <= ROUNDING * abs(due)


def paid_enough(filled: Sequence[Doubt], moved: Moved) -> bool:
    """Whether what these sold was paid for. Where they only bought, somebody may have taken money out as well."""
    return all(one.side > 0 for one in filled) or moved.quote >= least_paid(filled, moved.fees)


def least_paid(filled: Iterable[Doubt], fees: Iterable[Decimal]) -> Decimal:
    """What the quote must have moved by at least where these filled: a limit is the worst price of its order."""
    highest = max(fees, default=HIGHEST_FEE)
    found = ZERO
    for one in filled:
        if one.side > 0 and not one.price:
            return Decimal("-Infinity")
        worst = ZERO if one.side < 0 and one.trigger and not one.price else one.price
        due = one.paid(one.left, worst, highest)
        found += due - ROUNDING * abs(due)
    return found
