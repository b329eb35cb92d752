"""The reference's venue and ledger against stories worked out by hand. Prices are whole ticks of 1 unless said."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from .books import Account, Book, Trip
from .scenes import instrument
from .slips import Slip
from .units import BUY, SELL, Fee, Market, half_up, markets, price_ticks, slipped
from .venue import LIMIT, MARKET, STOP, STOP_LIMIT, TAKE_PROFIT, Matching, Order, Venue


class Pit:
    """One venue of one symbol that books every fill and writes everything down."""

    def __init__(self, cash: int = 100_000, bps: str = "0", through: bool = False, **facts: object) -> None:
        self.market = markets([instrument(**facts)], Decimal(cash))["AAA/USD"]  # type: ignore[arg-type]
        self.account = Account(int(cash / self.market.money), {"AAA/USD": Book(self.market)})
        self.venue = Venue(self.market, self.account, Matching(Slip(Fraction(bps)), through), self._filled, self._ended)
        self.told: list[tuple[int, int, int] | tuple[int, str]] = []

    def _filled(self, symbol: str, order: Order, lots: int, ticks: int, fee: Fee) -> None:
        self.account.post(symbol, order.side, lots, ticks, fee, 0)
        self.told.append((order.slot, lots * order.side, ticks))
        self.venue.end_linked(order, [])

    def _ended(self, symbol: str, order: Order, code: str) -> None:
        assert symbol == "AAA/USD"
        self.told.append((order.slot, code))

    def hold(self, lots: int, ticks: int) -> None:
        side = BUY if lots > 0 else SELL
        self.account.post("AAA/USD", side, abs(lots), ticks, Fee(Decimal(0), "USD"), 0)

    def send(self, slot: int, side: int, kind: str, lots: int, level: int = 0, **more: object) -> Order:
        price, trigger = (level, 0) if kind == LIMIT else (0, level)
        return Order(slot, 1, side, kind, lots, price, trigger, **more)  # type: ignore[arg-type]

    def rest(self, opens: int, *orders: Order) -> None:
        for order in orders:
            self.venue.arrive(order, opens)


def test_equal_distances_visit_the_low_before_the_high() -> None:
    # open 100, high 110, low 90: both 10 away, so down first: the buy at 95, then the sell at 105 that the buy makes
    # possible. With high 109 the high is nearer: the sell at 105 comes first and there is nothing to sell.
    pit = Pit()
    pit.rest(100, pit.send(0, SELL, LIMIT, 1, 105), pit.send(1, BUY, LIMIT, 1, 95))
    pit.venue.walk(100, 110, 90, 100)
    assert pit.told == [(1, 1, 95), (0, -1, 105)]
    other = Pit()
    other.rest(100, other.send(0, SELL, LIMIT, 1, 105), other.send(1, BUY, LIMIT, 1, 95))
    other.venue.walk(100, 109, 90, 100)
    assert other.told == [(0, "INSUFFICIENT_BALANCE"), (1, 1, 95)]


def test_a_gap_fills_limits_at_the_open_highest_first_then_stops_with_slippage() -> None:
    # The candle opens at 80. Falling orders by price: buy limit 95, sell stop 90 (80 less 1 % = 79.2, down to 79), then
    # buy limit 85. All at the open.
    pit = Pit(bps="100")
    pit.hold(5, 100)
    pit.rest(100, pit.send(0, BUY, LIMIT, 1, 85), pit.send(1, BUY, LIMIT, 2, 95), pit.send(2, SELL, STOP, 5, 90))
    pit.venue.walk(80, 81, 79, 80)
    assert pit.told == [(1, 2, 80), (2, -5, 79), (0, 1, 80)]


def test_orders_of_one_price_fill_in_the_order_they_arrived() -> None:
    pit = Pit()
    pit.rest(100, pit.send(4, BUY, LIMIT, 1, 95), pit.send(2, BUY, LIMIT, 2, 95), pit.send(3, BUY, LIMIT, 3, 96))
    pit.venue.walk(100, 100, 95, 95)
    assert pit.told == [(3, 3, 96), (4, 1, 95), (2, 2, 95)]


def test_an_arriving_limit_that_crosses_fills_at_the_open_without_slippage() -> None:
    # Buy limit 105 at an open of 100: taker at 100. Sell limit 90: taker at 100.
    pit = Pit(bps="100")
    pit.rest(100, pit.send(0, BUY, LIMIT, 2, 105), pit.send(1, SELL, LIMIT, 1, 90))
    assert pit.told == [(0, 2, 100), (1, -1, 100)]


def test_maker_and_taker_pay_their_own_rates() -> None:
    # Market buy of 10 at 100 as taker: 1,000 x 0.002 = 2. Sell limit of 10 at 110 as maker: 1,100 x 0.001 = 1.1.
    # 100,000 - 1,000 - 2 + 1,100 - 1.1 = 100,096.9
    pit = Pit(tick="0.1", maker_fee=Decimal("0.001"), taker_fee=Decimal("0.002"))
    pit.rest(1000, pit.send(0, BUY, MARKET, 10), pit.send(1, SELL, LIMIT, 10, 1100))
    pit.venue.walk(1000, 1100, 1000, 1100)
    assert pit.account.cash * pit.market.money == Fraction("100096.9")


def test_the_first_of_two_linked_orders_ends_the_other() -> None:
    # Stop 90 and target 110 inside one candle of equal distances: low first, so the stop fills and the target ends.
    pit = Pit()
    pit.hold(5, 100)
    stop = pit.send(1, SELL, STOP, 5, 90, reduce_only=True, link=1)
    target = pit.send(2, SELL, LIMIT, 5, 110, reduce_only=True, link=1)
    pit.rest(100, stop, target)
    pit.venue.walk(100, 110, 90, 100)
    assert pit.told == [(1, -5, 90), (2, "LINKED")]


def test_reduce_only_fills_no_more_than_the_position() -> None:
    pit = Pit()
    pit.hold(3, 100)
    pit.rest(
        100, pit.send(0, SELL, LIMIT, 5, 105, reduce_only=True), pit.send(1, SELL, LIMIT, 5, 106, reduce_only=True)
    )
    pit.venue.walk(100, 110, 100, 110)
    assert pit.told == [(0, -3, 105), (1, "NOTHING_TO_REDUCE")]


def test_through_needs_one_tick_more_and_stops_do_not() -> None:
    # Low 95: the buy at 95 would need 94; the one at 96 fires at 95, as the stop does, which arrived before it.
    pit = Pit(through=True)
    pit.hold(1, 100)
    pit.rest(100, pit.send(0, BUY, LIMIT, 1, 95), pit.send(1, SELL, STOP, 1, 95), pit.send(2, BUY, LIMIT, 1, 96))
    pit.venue.walk(100, 100, 95, 95)
    assert pit.told == [(1, -1, 95), (2, 1, 96)]


def test_stops_and_take_profits_already_triggered_on_arrival_fill_at_the_open() -> None:
    pit = Pit(bps="100")
    pit.hold(3, 100)
    pit.rest(
        100,
        pit.send(0, SELL, STOP, 1, 100),  # 100 >= open: sells at 99
        pit.send(1, SELL, TAKE_PROFIT, 1, 100),  # 100 <= open: sells at 99
        pit.send(2, SELL, TAKE_PROFIT, 1, 101),  # rests, fires at 101 less 1.01, down to 99
    )
    pit.venue.walk(100, 101, 100, 101)
    assert pit.told == [(0, -1, 99), (1, -1, 99), (2, -1, 99)]


def test_a_stop_limit_becomes_a_limit_where_it_fires() -> None:
    # Buy stop 105 limit 104: fires on the way up to 110, rests at 104, fills on the way down to 80.
    # Buy stop 105 limit 107: crosses where it fires and fills at 105.
    pit = Pit()
    resting = Order(0, 1, BUY, STOP_LIMIT, 1, price=104, trigger=105)
    crossing = Order(1, 1, BUY, STOP_LIMIT, 2, price=107, trigger=105)
    pit.rest(100, resting, crossing)
    pit.venue.walk(100, 110, 80, 103)  # nearer is the high
    assert pit.told == [(1, 2, 105), (0, 1, 104)]


def test_post_only_and_immediate_orders_end_rather_than_break_their_promise() -> None:
    pit = Pit()
    pit.rest(100, pit.send(0, BUY, LIMIT, 1, 100, post_only=True), pit.send(1, BUY, LIMIT, 1, 99, tif="ioc"))
    assert pit.told == [(0, "POST_ONLY"), (1, "NOT_FILLED")]


def test_a_buy_beyond_cash_and_a_sell_beyond_the_position_end_without_a_fill() -> None:
    # 10 at 100 with 0.1 % is 1,001; cash is 1,000.
    pit = Pit(cash=1000, fee="0.001")
    pit.rest(100, pit.send(0, BUY, MARKET, 10), pit.send(1, BUY, MARKET, 9), pit.send(2, SELL, MARKET, 10))
    assert pit.told == [(0, "INSUFFICIENT_BALANCE"), (1, 9, 100), (2, "INSUFFICIENT_BALANCE")]


def test_closing_a_short_needs_no_cash_where_shorts_are_allowed() -> None:
    # Short 10 at 100 with cash 500: 1,500. At 160 the purchase of 10 costs 1,600 and passes; 11 would open: refused.
    pit = Pit(cash=500, shortable=True)
    pit.rest(100, pit.send(0, SELL, MARKET, 10))
    pit.rest(160, pit.send(1, BUY, MARKET, 11), pit.send(2, BUY, MARKET, 10))
    assert pit.told == [(0, -10, 100), (1, "INSUFFICIENT_BALANCE"), (2, 10, 160)]
    assert pit.account.cash == -100


def test_slippage_goes_against_us_to_the_next_tick() -> None:
    # 5 bps of 1,001 is 0.5005: 1,001.5005 up to 1,002; 1,000.4995 down to 1,000. None of 0 bps.
    assert slipped(BUY, 1001, Fraction(5)) == 1002
    assert slipped(SELL, 1001, Fraction(5)) == 1000
    assert slipped(BUY, 1001, Fraction(0)) == 1001


def ledger(cash: str = "1000", **facts: object) -> tuple[Account, Market, Book]:
    """An account of one instrument."""
    market = markets([instrument(**facts)], Decimal(cash))["AAA/USD"]  # type: ignore[arg-type]
    book = Book(market)
    return Account(int(Fraction(cash) / market.money), {"AAA/USD": book}), market, book


def fill(account: Account, market: Market, side: int, lots: int, ticks: int, time_ms: int = 0) -> Trip | None:
    """Book a taker fill with its fee."""
    return account.post("AAA/USD", side, lots, ticks, market.fee(side, ticks, lots, maker=False), time_ms)


def test_cost_leaves_by_average_rounded_down() -> None:
    # Buy 1 at 100 and 2 at 101: cost 302 for 3. Selling 1 takes floor(302/3) = 100, then floor(202/2) = 101, then 101.
    account, market, book = ledger()
    for lots, ticks in ((1, 100), (2, 101)):
        fill(account, market, BUY, lots, ticks)
    costs = []
    for _ in range(3):
        fill(account, market, SELL, 1, 105)
        costs.append(book.cost)
    assert costs == [202, 101, 0]
    assert account.trips == [Trip("AAA/USD", 1, 0, 0, 315 - 302)]


def test_a_fill_through_zero_closes_first_and_opens_with_the_rest() -> None:
    # Long 3 at 100; sell 5 at 110: profit 30, then short 2 at 110 (cost 220). Buy 2 at 90: profit 220 - 180 = 40.
    account, market, book = ledger(shortable=True)
    fill(account, market, BUY, 3, 100, 1)
    fill(account, market, SELL, 5, 110, 2)
    assert (book.position, book.cost, book.direction) == (-2, 220, -1)
    fill(account, market, BUY, 2, 90, 3)
    assert account.trips == [Trip("AAA/USD", 1, 1, 2, 30), Trip("AAA/USD", -1, 2, 3, 40)]
    assert account.cash == 1000 + 30 + 40


def test_base_fees_leave_dust_which_the_next_buy_takes_back() -> None:
    # Lot 0.01, fee 0.1 % in base to 5 decimals: a base unit is 0.00001, a lot 1,000 of them; money unit 0.00001.
    # Buy 1.00 at 100: fee 0.001, received 0.999 = 99,900 units, cost 100 = 10,000,000 money units.
    # Sell 0.99 at 110: 108.9, fee in quote 0.1089. Cost out: floor(10,000,000 x 990 / 999) = 9,909,909; left 90,091.
    # 900 units are under a lot: dust. Profit: 10,890,000 - 9,909,909 = 980,091, less the fee 10,890 = 969,201.
    account, market, book = ledger(lot="0.01", fee="0.001", fee_asset="AAA", fee_precision=5)
    assert (market.unit, market.units_per_lot, market.money) == (Fraction(1, 100_000), 1000, Fraction(1, 100_000))
    fill(account, market, BUY, 100, 100, 1)
    assert (book.position, book.cost) == (99_900, 10_000_000)
    fill(account, market, SELL, 99, 110, 2)
    assert (book.position, book.dust, book.dust_cost) == (0, 900, 90_091)
    assert account.trips == [Trip("AAA/USD", 1, 1, 2, 969_201)]
    # Cash 1,000 - 100 + 108.9 - 0.1089 = 1,008.7911; the dust of 0.009 at 120 adds 1.08.
    book.close = 120
    assert account.equity() * market.money == Fraction("1009.8711")
    # Buy 0.01 at 100: fee 0.00001, received 0.00999 = 999; with the dust 1,899 units at 1 + 0.90091.
    fill(account, market, BUY, 1, 100, 3)
    assert (book.position, book.cost, book.dust, book.lots) == (1899, 190_091, 0, 1)


def test_a_third_asset_pays_fees_from_its_own_account() -> None:
    # 10 at 100, 0.1 % = 1 USD, at 300 a BNB: 0.00333333 BNB (8 decimals, half up). Equity: 1,000 - 0.00333333 x 300.
    account, market, book = ledger(fee="0.001", fee_asset="BNB", fee_asset_price=Decimal(300))
    fee = market.fee(BUY, 100, 10, maker=False)
    assert (fee.amount, fee.asset) == (Decimal("0.00333333"), "BNB")
    fill(account, market, BUY, 10, 100)
    book.close = 100
    assert account.cash * market.money == 0
    assert account.equity() * market.money == Fraction("999.000001")
    # Selling at 90: 0.9 / 300 = 0.003. The round trip loses 100, and 0.00633333 x 300 = 1.899999 of fees.
    trip = fill(account, market, SELL, 10, 90)
    assert trip is not None
    assert trip.profit * market.money == Fraction("-101.899999")


def test_fees_round_half_up() -> None:
    # 1 at 5 ticks of 0.1 with 1 %: 0.005, to 2 decimals 0.01; at 4 ticks 0.004: 0.00.
    _, market, _ = ledger(tick="0.1", fee="0.01", fee_precision=2)
    assert [market.fee(BUY, ticks, 1, maker=True).amount for ticks in (5, 4)] == [Decimal("0.01"), Decimal("0.00")]
    assert [half_up(Fraction(k, 4)) for k in range(5)] == [0, 0, 1, 1, 1]


def test_the_money_unit_divides_everything_and_nothing_finer_does() -> None:
    # tick 0.01 x lot 0.001 = 0.00001; tick 0.5 x lot 1; capital 10,000: 0.00001. With fees to 3 decimals, capital
    # 0.7 and tick x lot 0.5: gcd(0.5, 0.001, 0.7) = 0.001.
    one, two = instrument("A/USD", "0.01", "0.001"), instrument("B/USD", "0.5", "1")
    both = markets([one, two], Decimal(10_000))
    assert {m.money for m in both.values()} == {Fraction(1, 100_000)}
    assert both["B/USD"].value == 50_000
    third = markets([instrument("B/USD", "0.5", "1", fee_precision=3)], Decimal("0.7"))
    assert third["B/USD"].money == Fraction(1, 1000)


def test_prices_go_to_the_nearest_tick_and_off_grid_ones_are_refused() -> None:
    assert price_ticks([0.3, 0.1 + 0.2, 60_000.1], Fraction(1, 10)) == [3, 3, 600_001]
    with pytest.raises(ValueError, match=r"0\.35"):
        price_ticks([0.35], Fraction(1, 10))
