"""What a round trip bought and sold, and what was paid in fees of which asset: by hand, or from the fills."""
# ruff: noqa: ARG001

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from tests.lab.made import crossed, used, waves
from tests.stage import bot, closed, market, play

from botswain.lab.export import result_object
from botswain.lab.trip_details import price_of
from botswain.model.instrument import Instrument

ROWS = [100, 100, 110, 120, 130, 125, 135]


def in_and_out(now: Any, was: Any, p: Any, candle: Any, my: Any, wanted: Any) -> None:
    """10 at 100, 5 more at 110, out at 120; short 10 at 130, through zero to long 10 at 125, out at 135."""
    wanted.target((1.0, 1.5, 0.0, -1.0, 1.0, 0.0)[closed(my)] if closed(my) < 6 else 0.0)


def trips(result: Any) -> list[tuple[Any, ...]]:
    return [(t.direction, t.qty, t.entry_price, t.exit_price, t.fees) for t in result.round_trips]


def test_quantities_and_average_prices_are_those_of_its_fills() -> None:
    result = play(bot(in_and_out), ROWS, instrument=market(shortable=True), capital=100_000, sizing="fixed", size=10)
    assert trips(result) == [
        (1, 15, Decimal("103.3333"), 120, 0),
        (-1, 10, 130, 125, 0),
        (1, 10, 125, 135, 0),
    ]


def test_a_fill_through_zero_that_is_open_at_the_end_closes_its_part_only() -> None:
    result = play(bot(in_and_out), ROWS[:6], instrument=market(shortable=True), capital=100_000, sizing="fixed",
                  size=10)  # fmt: skip
    assert trips(result)[-1] == (-1, 10, 130, 125, 0)


def test_trips_of_two_symbols_do_not_mix() -> None:
    candles = {one: waves(symbol=one, first=start) for one, start in (("BTC/USDT", 0), ("ETH/USDT", 40))}
    run = crossed(candles, sizing="percent", size="0.4")
    assert {one.symbol for one in run.round_trips} == set(candles)
    for one in run.round_trips:
        fills = [f for f in run.fills if f.symbol == one.symbol and one.entry_ms <= f.time_ms <= one.exit_ms]
        bought, sold = ([f for f in fills if f.side == side] for side in ("buy", "sell"))
        assert one.qty == sum(f.qty for f in bought)
        assert abs(one.entry_price - bought[0].price) < Decimal("0.01")
        assert abs(one.exit_price - sold[0].price) < Decimal("0.01")
        assert one.fees == sum(f.fee for f in fills)


def test_fees_taken_in_base_count_at_the_price_of_their_fill() -> None:
    rules = Instrument(
        *("BTC/USDT", Decimal("0.01"), Decimal("0.01")), taker_fee=Decimal("0.001"), fee_asset="BTC", fee_precision=8
    )
    run = crossed(instrument=rules)
    in_base = sum((f.fee for f in run.fills if f.fee_asset == "BTC"), Decimal(0))
    in_quote = sum((f.fee for f in run.fills if f.fee_asset == "USDT"), Decimal(0))
    worth = sum((f.fee * f.price for f in run.fills if f.fee_asset == "BTC"), Decimal(0))
    assert in_base > 0
    assert run.metrics["fees_by_asset"] == {"USDT": in_quote, "BTC": in_base}
    assert run.metrics["fees"] == in_quote + worth
    assert sum(one.fees for one in run.round_trips) == pytest.approx(run.metrics["fees"], rel=Decimal("0.2"))
    first = run.round_trips[0]
    mine = [f for f in run.fills if first.entry_ms <= f.time_ms <= first.exit_ms]
    assert first.fees == sum(f.fee * (f.price if f.fee_asset == "BTC" else 1) for f in mine)
    # What went in fees is what the account is short of: bought and sold at the same price it would be the capital.
    moved = sum((f.qty * f.price * (1 if f.side == "sell" else -1) for f in run.fills), Decimal(0))
    assert run.cash == 10_000 + moved - in_quote


def test_fees_in_a_third_asset_are_told_in_it_and_by_their_worth() -> None:
    rules = Instrument("BTC/USDT", Decimal("0.01"), Decimal("0.01"), taker_fee=Decimal("0.001"), fee_asset="BNB",
                       fee_asset_price=Decimal(250))  # fmt: skip
    run = crossed(instrument=rules)
    paid = sum((f.fee for f in run.fills), Decimal(0))
    assert run.metrics["fees_by_asset"] == {"BNB": paid}
    assert run.metrics["fees"] == paid * 250


def test_the_file_has_them_as_text() -> None:
    rules = Instrument("BTC/USDT", Decimal("0.01"), Decimal("0.01"), taker_fee=Decimal("0.001"), fee_asset="BTC",
                       fee_precision=8, min_qty=Decimal(1))  # fmt: skip
    run = crossed(instrument=rules, limits={"max_daily_loss": "0.001"}, size="0.5")
    found = result_object_of(run)
    assert set(found["metrics"]["fees_by_asset"]) == {"USDT", "BTC"}
    assert all(isinstance(one, str) for one in found["metrics"]["fees_by_asset"].values())
    trip = found["round_trips"][0]
    assert [trip[name] for name in ("qty", "entry_price", "exit_price")] == [
        f"{getattr(run.round_trips[0], name):f}" for name in ("qty", "entry_price", "exit_price")
    ]


def test_notes_in_the_file_are_text_with_their_unit() -> None:
    run = crossed(limits={"max_daily_loss": "0.001", "max_orders_day": 1})
    notes = result_object_of(run)["notes"]
    by_code = {one["code"]: one for one in notes}
    loss = by_code["daily_loss"]
    assert (loss["measure"], loss["unit"]) in {("money", "USDT"), ("qty", "BTC")}
    of_account = next(one for one in notes if one["code"] == "daily_loss" and one["slot"] < 0)
    assert (of_account["measure"], of_account["unit"]) == ("money", "USDT")
    assert Decimal(of_account["value"]) <= Decimal(of_account["limit"])
    for one, note in zip(notes, run.notes, strict=True):
        assert float(Decimal(one["value"])) == pytest.approx(note.value)
        assert float(Decimal(one["limit"])) == pytest.approx(note.limit)


def test_a_count_has_no_unit() -> None:
    def decide(now: Any, was: Any, p: Any, candle: Any, my: Any, wanted: Any) -> None:
        wanted.market(0, 1, 1.0)
        wanted.market(1, 1, 1.0)

    note = result_object_of(play(bot(decide, slots=2), [100, 100], limits={"max_orders_day": 1}))["notes"][0]
    assert [note[name] for name in ("code", "measure", "unit", "value", "limit")] == [
        *("max_orders", "count", None, "1", "1")
    ]


def test_a_price_of_nothing_is_zero() -> None:
    assert price_of(0, 0, Decimal("0.01")) == 0


def result_object_of(run: Any) -> Any:
    return result_object(run, used(run))
