"""The orders that filled one after the other on a straight move, as a table: what they add up to.

Exact: quantities, money and fees are the ledger's own. It is of one position, from flat to flat: where a bot closes and
begins again on the way, as after a stop, of the one that took most money.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from botswain.build.plan import EXACT
from botswain.model.fill import Fill
from botswain.model.instrument import Instrument

ZERO, ONE = Decimal(0), Decimal(1)
# Prices and shares that are no exact decimals are told to so many digits.
DIGITS = Decimal("1e-12")


@dataclass(frozen=True, slots=True)
class Rung:
    """One price at which it bought (short: sold) more. Money in quote, quantities in base.

    orders       how many filled at that price at the same time
    fee          of these, in quote; one in base is as less of it
    total_qty, total_money  with all before it: what is held, and what was paid (short: got) for it without fees
    average      total_money by total quantity that was bought
    break_even   the price at which closing all by the market pays all fees
    loss         what closing all of it at the end of the move loses, fees paid; below 0 it gains
    """

    number: int
    orders: int
    price: Decimal
    qty: Decimal
    money: Decimal
    fee: Decimal
    total_qty: Decimal
    total_money: Decimal
    average: Decimal
    break_even: Decimal
    loss: Decimal


@dataclass(frozen=True, slots=True)
class Ladder:
    """direction: +1 it buys, -1 it sells short; closed: the fill that closed all of it on the way, if one did."""

    direction: int
    rungs: tuple[Rung, ...]
    closed: Fill | None


def ladder_of(fills: Sequence[Fill], rules: Instrument, end: Decimal) -> Ladder:
    """The ladder of a run's fills, of one symbol, of which the last price is `end`: of the positions that it had one

    after the other that which took most money, of equals the first.
    """
    found = Ladder(0, (), None)
    for one in positions(fills, rules, end):
        if not found.rungs or one.rungs[-1].total_money > found.rungs[-1].total_money:
            found = one
    return found


def positions(fills: Sequence[Fill], rules: Instrument, end: Decimal) -> Iterator[Ladder]:
    """A ladder of each position from flat to flat."""
    rungs: list[Rung] = []
    held = bought = money = paid = ZERO
    direction = 0
    for one in fills:
        side = 1 if one.side == "buy" else -1
        direction = direction or side
        in_base = one.fee if one.fee_asset == rules.base else ZERO
        in_quote = one.fee if one.fee_asset == rules.quote else ZERO
        if side != direction:
            held = EXACT.subtract(held, EXACT.add(one.qty, in_base))
            if held < rules.lot_size:
                yield Ladder(direction, tuple(rungs), one)
                rungs, direction, held, bought, money, paid = [], 0, ZERO, ZERO, ZERO, ZERO
            continue
        worth = EXACT.multiply(one.qty, one.price)
        held = EXACT.add(held, EXACT.subtract(one.qty, in_base) if direction > 0 else one.qty)
        bought, money, paid = EXACT.add(bought, one.qty), EXACT.add(money, worth), EXACT.add(paid, in_quote)
        rung = Rung(
            number=len(rungs) + 1,
            orders=1,
            price=one.price,
            qty=one.qty,
            money=worth,
            fee=EXACT.add(in_quote, EXACT.multiply(in_base, one.price)),
            total_qty=held,
            total_money=money,
            average=told(money / bought),
            break_even=break_even(direction, held, money, paid, rules.taker_fee),
            loss=loss_at(direction, held, money, paid, rules.taker_fee, end),
        )
        rungs.append(together(rungs.pop(), rung) if rungs and rungs[-1].price == one.price else rung)
    if rungs:
        yield Ladder(direction, tuple(rungs), None)


def together(one: Rung, other: Rung) -> Rung:
    """Two at one price as one; the second has the sums of both."""
    return Rung(
        number=one.number,
        orders=one.orders + other.orders,
        price=other.price,
        qty=EXACT.add(one.qty, other.qty),
        money=EXACT.add(one.money, other.money),
        fee=EXACT.add(one.fee, other.fee),
        total_qty=other.total_qty,
        total_money=other.total_money,
        average=other.average,
        break_even=other.break_even,
        loss=other.loss,
    )


def break_even(direction: int, held: Decimal, money: Decimal, paid: Decimal, fee: Decimal) -> Decimal:
    """The price at which closing by the market brings back what was paid, or takes what was got."""
    if direction > 0:
        return told((money + paid) / (held * (ONE - fee)))
    return told((money - paid) / (held * (ONE + fee)))


def loss_at(direction: int, held: Decimal, money: Decimal, paid: Decimal, fee: Decimal, price: Decimal) -> Decimal:
    """What is lost when all is closed by the market at a price."""
    worth = held * price
    gain = worth * (ONE - fee) - money - paid if direction > 0 else money - paid - worth * (ONE + fee)
    return told(-gain)


def told(value: Decimal) -> Decimal:
    """A quotient to as many digits as are told."""
    return value.quantize(DIGITS)
