"""What orders add up to, by hand."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from botswain.lab.stress.ladder import ladder_of
from botswain.model.fill import Fill
from botswain.model.instrument import Instrument

RULES = Instrument(
    "BTC/USDT", Decimal("0.01"), Decimal("0.001"), maker_fee=Decimal("0.001"), taker_fee=Decimal("0.002")
)


def fill(side: str, qty: str, price: str, fee: str, asset: str = "USDT") -> Fill:
    return Fill(0, 0, "BTC/USDT", side, Decimal(qty), Decimal(price), Decimal(fee), asset, 0, "limit", True)


def test_a_ladder_adds_up() -> None:
    found = ladder_of([fill("buy", "1", "100", "0.1"), fill("buy", "3", "80", "0.24")], RULES, Decimal(50))
    assert (found.direction, found.closed) == (1, None)
    first, second = found.rungs
    assert (first.total_qty, first.total_money, first.average) == (1, 100, 100)
    assert (second.number, second.orders, second.money, second.fee) == (2, 1, 240, Decimal("0.24"))
    assert (second.total_qty, second.total_money, second.average) == (4, 340, 85)
    # 4 x price x 0.998 = 340.34 paid.
    assert second.break_even == Decimal("85.255511022044")
    assert second.loss == Decimal("340.34") - 200 * Decimal("0.998")
    assert first.loss == Decimal("100.1") - 50 * Decimal("0.998")


def test_what_fills_at_one_price_is_one_rung() -> None:
    fills = [fill("buy", "1", "100", "0.1"), fill("buy", "2", "100", "0.2"), fill("buy", "1", "90", "0.09")]
    first, second = ladder_of(fills, RULES, Decimal(50)).rungs
    assert (first.number, first.orders, first.qty, first.money, first.fee) == (1, 2, 3, 300, Decimal("0.3"))
    assert (second.number, second.total_qty) == (2, 4)


def test_a_fee_in_base_is_less_of_it() -> None:
    (one,) = ladder_of([fill("buy", "1", "100", "0.001", "BTC")], RULES, Decimal(50)).rungs
    assert (one.total_qty, one.fee) == (Decimal("0.999"), Decimal("0.1"))
    assert one.break_even == (100 / (Decimal("0.999") * Decimal("0.998"))).quantize(Decimal("1e-12"))


def test_of_a_short_it_is_the_other_way_round() -> None:
    fills = [fill("sell", "1", "100", "0.1"), fill("sell", "1", "120", "0.12")]
    found = ladder_of(fills, RULES, Decimal(150))
    assert found.direction == -1
    last = found.rungs[-1]
    assert (last.total_qty, last.total_money, last.average) == (2, 220, 110)
    assert last.break_even == (Decimal("219.78") / (2 * Decimal("1.002"))).quantize(Decimal("1e-12"))
    assert last.loss == 300 * Decimal("1.002") - Decimal("219.78")


def test_of_several_positions_it_is_the_one_that_took_most_money_and_a_part_closed_is_the_same_one() -> None:
    fills = [fill("buy", "1", "100", "0.1"), fill("sell", "0.5", "90", "0"), fill("buy", "1", "80", "0.08")]
    found = ladder_of(fills, RULES, Decimal(50))
    assert [one.total_qty for one in found.rungs] == [1, Decimal("1.5")]
    stop = fill("sell", "1.5", "70", "0")
    closed = ladder_of([*fills, stop, fill("buy", "2", "60", "0")], RULES, Decimal(50))
    assert closed == replace(found, closed=stop)
    more = ladder_of([*fills, stop, fill("buy", "4", "60", "0")], RULES, Decimal(50))
    assert (more.rungs[0].total_money, more.closed) == (240, None)
    assert ladder_of([], RULES, Decimal(50)).rungs == ()
