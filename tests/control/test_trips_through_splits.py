"""Round trips of a bot whose shares were split meanwhile: of shares after it, as in a backtest."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from tests.control.test_round_trips import gathered
from tests.engine.compare import backtested
from tests.engine.test_share_actions import QUICK, SPLITS, scene
from tests.fakes.installation import Installation

from botswain.control.round_trips import Trips
from botswain.model.actions import ShareAction
from botswain.model.orders import FillKind, Side
from botswain.model.reasons import Reason
from botswain.store.traded import Traded

FINE = Decimal("1E-9")
ABC = "ABC/USD"


@dataclass
class SharesOf:
    """What is asked of a bot's terms here."""

    shares: tuple[ShareAction, ...]
    strategy: None = None


def fill_of(time_ms, side, lots, price="10"):
    """A fill of whole shares, without a fee."""
    return Traded(
        seq=time_ms, part=0, symbol=ABC, venue_trade_id=str(time_ms), kind=FillKind.VENUE, linked_trade_id=None,
        slot=0, side=side, qty=Decimal(lots), price=Decimal(price), lot=Decimal(1), fee=Decimal(0), fee_asset="USD",
        realized=Decimal(0), reason=0, time_ms=time_ms,
    )  # fmt: skip


def seen(trips):
    """A trip as both have it."""
    return [
        (one.symbol, one.direction, one.qty.quantize(FINE), one.entry_ms, one.exit_ms, round(one.entry_price, 4))
        for one in trips
    ]


async def test_they_are_those_of_the_backtest_of_the_same_settings(kernels):
    here = scene(SPLITS, QUICK | {"direction": "both"}, (ABC, "XYZ/USD"))
    result = backtested(here.bot, here.candles, here.market)
    installation = Installation(kernels)
    await installation.process(here.market, here.config, [here.bot])
    found = await gathered(installation.store, (await installation.bot(here.bot.name)).id)
    assert seen(found.closed) == seen(result.round_trips)
    assert sum(one.split is not None and one.position_before != 0 for one in result.actions) > 2
    assert {symbol: lane.held for symbol, lane in found.trips.lanes.items()} == {
        symbol: result.position(symbol) for symbol in here.bot.symbols
    }


def test_by_hand_it_goes_on_with_the_new_shares():
    """4 are bought at 12, one is sold at 15; 3:1: these are 12 at 4 and 3 at 5, and 9 are left."""
    trips = Trips("bot")
    rules = SharesOf((ShareAction(ABC, 5, Fraction(3)), ShareAction("XYZ/USD", 5, Fraction(2))))
    assert trips.take([fill_of(1, Side.BUY, 4, "12"), fill_of(2, Side.SELL, 1, "15")], rules) == []
    [(_, [one])] = trips.take([fill_of(5, Side.SELL, 9, "6")], rules)
    assert (one.qty, one.entry_price, one.exit_ms) == (Decimal(12), Decimal(4), 5)
    # 1 at 15 is 3 at 5, and 9 at 6: 69 for 12.
    assert one.exit_price == Decimal("5.75")


def test_a_trip_of_which_a_split_leaves_nothing_has_ended_with_it():
    rules = SharesOf((ShareAction(ABC, 5, Fraction(1, 8)), ShareAction(ABC, 6, dividend=Decimal(1))))
    trips = Trips("bot")
    assert trips.take([fill_of(1, Side.SELL, 6)], rules) == []
    [(_, [gone])] = trips.take([fill_of(9, Side.BUY, 16)], rules)
    assert (gone.exit_ms, gone.exit_reason, gone.exit_price) == (5, int(Reason.SPLIT), None)
    assert (gone.direction, gone.qty, gone.entry_price) == (-1, Decimal(0), Decimal(80))
    [open_] = trips.under_way()
    assert (open_.direction, open_.entry_ms, open_.qty) == (1, 9, Decimal(16))
