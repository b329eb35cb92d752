"""An order as it is known from outside: whatever comes twice, late or never, the same is known and told once."""

from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from botswain.build.plan import Units
from botswain.engine.tracks import INFERRED, Track
from botswain.model.errors import FailClosed
from botswain.model.news import Known
from botswain.model.order_events import OrderReport, OwnTrade
from botswain.model.orders import Liquidity, OrderKind, OrderState, Side, Tif
from botswain.model.reasons import Reason
from botswain.model.venue_reports import FeeWord, VenueReport

LOT, TICK = Decimal("0.001"), Decimal("0.1")
UNITS = Units(
    "BTC/USDT", TICK, LOT, Decimal("0.00000001"), (Decimal("0.00000001"), "BTC"), (Decimal("0.00001"), "USDT")
)
NAME = "11111111-1111-4111-8111-111111111111"
QTY = Decimal("0.010")


def track(**more):
    made = Track(NAME, "bot", 0, UNITS, QTY)
    for name, value in more.items():
        setattr(made, name, value)
    return made


def fill(number, lots, price="100.0", fee="0.00000100"):
    qty = lots * LOT
    return OwnTrade(
        "BTCUSDT", str(number), "7", NAME, Side.BUY, Decimal(price), qty, qty * Decimal(price), Decimal(fee), "BTC",
        Liquidity.MAKER, 1_000 + number,
    )  # fmt: skip


def report(state, filled_lots=0, fills=()):
    filled = filled_lots * LOT
    return OrderReport(
        "BTCUSDT", NAME, "7", "", Side.BUY, OrderKind.LIMIT, False, Tif.GTC, state, QTY, Decimal(100), Decimal(0), 0,
        filled, filled * 100, 2_000, fills=tuple(fills),
    )  # fmt: skip


HISTORY = [
    report(OrderState.NEW),
    report(OrderState.PARTIALLY_FILLED, 3, [fill(1, 3)]),
    report(OrderState.PARTIALLY_FILLED, 5, [fill(2, 2)]),
    report(OrderState.CANCELED, 5),
]


@given(st.lists(st.sampled_from(HISTORY), max_size=12))
def test_any_order_of_events_with_losses_and_repeats_ends_in_the_same_after_a_read(heard):
    one = track()
    told = []
    for event in heard:
        one.merge(event)
        told += one.news()
    one.merge(HISTORY[-1])
    one.explain([fill(1, 3), fill(2, 2)], lambda _name: False)
    told += one.news()
    fills = sorted((x.trade_id, x.lots, x.price) for x in told if isinstance(x, VenueReport) and x.lots)
    assert fills == [("1", 3, 1000), ("2", 2, 1000)]
    ends = [x.reason for x in told if isinstance(x, VenueReport) and not x.lots]
    assert ends == [Reason.VENUE_CANCELED]
    assert sum(isinstance(x, Known) for x in told) <= 1
    assert one.ended
    assert not one.unexplained
    assert one.news() == []


def test_an_order_that_is_over_at_once_is_told_with_the_number_the_venue_gave_it():
    named = Known(NAME, "7", 10)
    whole = track()
    whole.merge(report(OrderState.FILLED, 10, [fill(1, 4), fill(2, 6)]))
    assert [one if isinstance(one, Known) else one.lots for one in whole.news()] == [named, 4, 6]
    assert whole.news() == []
    off = track()
    off.merge(report(OrderState.EXPIRED, 4, [fill(1, 4)]))
    assert [one if isinstance(one, Known) else one.lots for one in off.news()] == [named, 4, 0]
    waits = track()
    waits.merge(report(OrderState.FILLED, 10, [fill(1, 4)]))
    assert [one if isinstance(one, Known) else one.lots for one in waits.news()] == [named, 4]
    waits.explain([fill(1, 4), fill(2, 6)], lambda _name: False)
    assert [one.lots for one in waits.news()] == [6]


def test_an_order_that_fills_in_parts_while_it_is_taken_off_is_told_with_its_number_before_its_end():
    one = track(cancelling=True)
    one.merge(report(OrderState.PARTIALLY_FILLED, 4, [fill(1, 4)]))
    assert [x.lots for x in one.news()] == [4]
    one.merge(report(OrderState.FILLED, 10, [fill(2, 6)]))
    assert [x if isinstance(x, Known) else x.lots for x in one.news()] == [Known(NAME, "7", 10), 6]


def test_what_was_told_of_or_never_taken_has_its_number_told_no_more():
    before = track(told={"1"}, told_qty=4 * LOT, before=True)
    before.merge(report(OrderState.FILLED, 10, [fill(2, 6)]))
    assert [one.lots for one in before.news()] == [6]
    refused = track()
    refused.merge(report(OrderState.REJECTED))
    assert [one.reason for one in refused.news()] == [Reason.REFUSED]


def test_an_end_is_not_told_before_all_that_was_filled_is_known():
    one = track()
    one.merge(report(OrderState.CANCELED, 5))
    assert one.news() == []
    assert one.unexplained
    one.explain([fill(1, 3), fill(2, 2)], lambda _name: False)
    assert [x.lots for x in one.news()[1:]] == [3, 2, 0]


def test_a_state_that_comes_late_does_not_bring_an_ended_order_back():
    one = track()
    one.merge(report(OrderState.CANCELED))
    one.merge(report(OrderState.NEW))
    assert one.final
    assert [x.reason for x in one.news()[1:]] == [Reason.VENUE_CANCELED]


def test_an_order_of_ours_that_we_took_off_ends_by_us():
    one = track(leaving=True, cancelling=True)
    one.merge(report(OrderState.CANCELED))
    assert [x.reason for x in one.news()[1:]] == [Reason.CANCELED]


def test_a_fill_without_its_fee_waits_for_the_read_that_has_it():
    one = track()
    one.merge(report(OrderState.PARTIALLY_FILLED, 3, [fill(1, 3, fee="0")]))
    assert one.unexplained
    one.explain([fill(1, 3)], lambda _name: False)
    assert [x.fee for x in one.news() if isinstance(x, VenueReport)] == [100]


def test_two_fills_of_one_id_are_both_told_under_ids_of_their_own():
    one = track()
    one.merge(report(OrderState.PARTIALLY_FILLED, 5))
    one.explain([fill(1, 3), fill(1, 2)], lambda _name: False)
    told = [x for x in one.news() if isinstance(x, VenueReport)]
    assert sorted(x.lots for x in told) == [2, 3]
    assert len({x.trade_id for x in told}) == 2


@pytest.mark.parametrize("taken", [False, True], ids=["ids of its own", "ids that another order has too"])
@pytest.mark.parametrize("first", [[fill(1, 3)], [fill(1, 2)], [fill(1, 3), fill(1, 2)], []])
def test_a_row_that_could_not_be_read_at_first_is_told_once_whatever_its_id(first, taken):
    """Two fills of one id; the first read lacks one of them, or both."""
    one = track()
    one.merge(report(OrderState.FILLED, 5))
    told = []
    for found in (first, [fill(1, 3), fill(1, 2)], [fill(1, 2), fill(1, 3)]):
        one.explain(found, lambda _name: taken)
        told += [x for x in one.news() if isinstance(x, VenueReport) and x.lots]
    assert sorted(x.lots for x in told) == [2, 3]
    # The same after a restart, which knows only the ids.
    again = track(told={x.trade_id for x in told})
    again.merge(report(OrderState.FILLED, 5))
    again.explain([fill(1, 3), fill(1, 2)], lambda _name: taken)
    assert [x for x in again.fills if x not in again.told] == []


def test_fills_that_nobody_can_tell_any_more_are_inferred_once_and_not_added_to_later():
    one = track()
    one.merge(report(OrderState.CANCELED, 5, [fill(1, 3)]))
    assert one.infer("BTCUSDT")
    told = [x for x in one.news() if isinstance(x, VenueReport) and x.lots]
    assert [(x.lots, x.price) for x in told] == [(3, 1000), (2, 1000)]
    assert told[1].trade_id.startswith(INFERRED)
    one.explain([fill(1, 3), fill(2, 2)], lambda _name: False)
    assert one.news() == []


def told_lots(one):
    return [x.lots for x in one.news() if isinstance(x, VenueReport) and x.lots]


@pytest.mark.parametrize("restarted", [False, True])
def test_what_fills_after_a_part_was_inferred_is_told_and_what_was_inferred_is_not_told_again(restarted):
    one = track()
    one.merge(report(OrderState.PARTIALLY_FILLED, 5, [fill(1, 3)]))
    assert one.infer("BTCUSDT")
    assert told_lots(one) == [3, 2]
    if restarted:
        one = track(told=set(one.told), told_qty=one.told_qty, filled=one.filled, state=OrderState.NEW)
    one.merge(report(OrderState.FILLED, 9))
    assert one.unexplained
    one.explain([fill(1, 3), fill(2, 2), fill(3, 1), fill(4, 3)], lambda _name: False)
    assert not one.unexplained
    assert told_lots(one) == [1, 3]
    assert (one.told_qty, told_lots(one)) == (one.filled, [])


def test_where_what_came_to_light_does_not_add_up_the_rest_is_inferred_too():
    one = track()
    one.merge(report(OrderState.PARTIALLY_FILLED, 5, [fill(1, 3)]))
    one.infer("BTCUSDT")
    assert told_lots(one) == [3, 2]
    one.merge(msgspec.structs.replace(report(OrderState.FILLED, 10), filled_notional=Decimal("1.01")))
    one.explain([fill(2, 2), fill(3, 2), fill(4, 8)], lambda _name: False)
    assert told_lots(one) == []
    assert one.unexplained
    assert one.infer("BTCUSDT")
    assert [(x.lots, x.price) for x in one.news() if isinstance(x, VenueReport)] == [(5, 1020)]
    assert one.told_qty == one.filled


def test_a_fee_in_an_asset_that_the_rules_do_not_know_is_told_as_odd():
    one = track()
    one.merge(report(OrderState.NEW))
    one.fills["9"] = msgspec.structs.replace(fill(9, 1), fee_asset="BNB")
    one.filled = LOT
    assert [(x.fee, x.fee_word) for x in one.news() if isinstance(x, VenueReport)] == [(0, FeeWord.ODD)]


def test_a_fee_that_the_venue_pays_is_told_as_it_is():
    """Minus one and minus two smallest units once stood for something else."""
    for fee in ("-0.00000100", "-0.00000001", "-0.00000002"):
        one = track()
        one.merge(report(OrderState.PARTIALLY_FILLED, 1, [fill(9, 1, fee=fee)]))
        told = [(x.fee, x.fee_word) for x in one.news() if isinstance(x, VenueReport)]
        assert told == [(int(Decimal(fee) * 10**8), FeeWord.TOLD)]


def test_a_quantity_off_the_grid_fails_closed_with_its_number():
    one = track()
    one.fills["1"] = msgspec.structs.replace(fill(1, 1), qty=Decimal("0.0015"))
    with pytest.raises(FailClosed, match=r"1\.5 steps"):
        one.news()
