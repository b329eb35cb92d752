"""A venue fills an order in as many parts as it likes; a cell's coins all have an order whatever it does."""

from decimal import Decimal

import pytest
from tests.core.test_bare import Live
from tests.stage import market

from botswain.build.decider import Decider
from botswain.build.plan import Plan
from botswain.core.codes import DONE, EMPTY, ENDED, WORKING
from botswain.core.scale import Sizing
from botswain.engine.asked_again import AskedAgain
from botswain.model.news import Command, Mode
from botswain.model.reasons import Reason
from botswain.strategies.grid import Grid

# The same ladder, plain and with a setting that gives it the other step.
SETTINGS = [{}, {"end_above": 1000}]


class Ladder(Live):
    """Two cells, 80 to 90 and 90 to 100, under a price of 95: both want to buy ten."""

    def __init__(self, settings, exits=None, *, shortable=False, least="1", close=95):
        strategy = Grid(lower=80, upper=100, levels=2, initial="none", **settings)
        instruments = (market(min_qty=least, min_notional="1", shortable=shortable),)
        plan = Plan(
            strategy=strategy, instruments=instruments, timeframe_ms=60_000, capital=Decimal(10_000),
            sizing=Sizing("fixed", Decimal(10)), exits=exits or {},
        )  # fmt: skip
        self.decider = Decider(plan, None, compiled=False)
        self.rows = self.decider.state.parts["rows"]
        self.minute = 0
        self.close(close)

    def wants(self, cell):
        """What a cell's row wants: side, price, what is left of it."""
        row = self.rows[cell]
        assert row.state == WORKING
        return row.side, row.price, row.eff - row.filled


@pytest.fixture(params=SETTINGS)
def ladder(request):
    return Ladder(request.param)


def test_the_rest_of_a_purchase_stays_and_all_of_it_is_sold_once_it_is_there(ladder):
    assert [ladder.wants(cell) for cell in (0, 1)] == [(1, 80, 10), (1, 90, 10)]
    ladder.report(1, 1, 4, price=90, final=0)
    assert ladder.wants(1) == (1, 90, 6)
    ladder.report(1, 1, 6, price=90)
    assert ladder.wants(1) == (-1, 100, 10)


def test_the_rest_of_a_sale_stays_and_nothing_is_bought_before_it_is_gone(ladder):
    ladder.report(1, 1, 10, price=90)
    ladder.report(1, -1, 3, price=100, final=0)
    assert ladder.wants(1) == (-1, 100, 7)
    ladder.report(1, -1, 7, price=100)
    assert ladder.wants(1) == (1, 90, 10)
    assert ladder.decider.state.parts["books"][0].pos == 0


def test_what_the_venue_would_not_take_in_between_is_bought_and_sold_with_the_rest(ladder):
    """Four of ten; the rest is refused; after the other cell's fill the six are asked for, then ten are sold."""
    ladder.report(1, 1, 4, price=90, final=0)
    ladder.report(1, 1, 0, Reason.REFUSED)
    assert ladder.rows[1].state == ENDED
    ladder.report(0, 1, 10, price=80)
    assert ladder.wants(1) == (1, 90, 6)
    ladder.report(1, 1, 6, price=90)
    assert ladder.wants(1) == (-1, 100, 10)


def test_what_the_venue_ended_by_itself_is_asked_for_again_at_once(ladder):
    ladder.report(1, 1, 4, price=90, final=0)
    ladder.report(1, 1, 0, Reason.EXPIRED)
    assert ladder.wants(1) == (1, 90, 6)
    ladder.report(1, 1, 6, price=90)
    assert ladder.wants(1) == (-1, 100, 10)


def test_what_somebody_took_off_stays_off_until_a_person_has_it_asked_for_again(ladder):
    """Four of ten, then by hand: no fill brings it back. Resumed, the other six are bought, and all ten are sold."""
    ladder.report(1, 1, 4, price=90, final=0)
    ladder.report(1, 1, 0, Reason.VENUE_CANCELED)
    ladder.report(0, 1, 10, price=80)
    assert ladder.rows[1].state == ENDED
    again = AskedAgain(ladder.decider.state)
    again.told(Command(Mode.RUN, "resume", "", again=False))
    assert ladder.rows[1].state == ENDED
    again.told(Command(Mode.RUN, "resume", "", again=True))
    for lane in ladder.decider.state.parts["lanes"]:
        lane.dirty = 0  # as a look at what is requested leaves it
    ladder.rows[1].dirty = 0
    again.show()
    ladder.close(95)
    assert ladder.wants(1) == (1, 90, 6)
    assert ladder.wants(0) == (-1, 90, 10)
    again.show()
    assert not again.waiting
    ladder.report(1, 1, 6, price=90)
    assert ladder.wants(1) == (-1, 100, 10)


@pytest.mark.parametrize("settings", SETTINGS)
def test_what_somebody_took_off_of_a_grid_that_is_over_by_now_is_not_asked_for_again(settings):
    """Its stop has sold all since: a person who resumes the bot has nothing bought that nobody would look after."""
    ladder = Ladder(settings, {"stop_loss": Decimal("0.05")})
    stop = 2 + bool(settings)
    ladder.report(0, 1, 0, Reason.VENUE_CANCELED)
    ladder.report(1, 1, 10, price=90)
    assert ladder.rows[stop].state == WORKING
    ladder.report(stop, -1, 10, price=85)
    resumed(ladder)
    assert (ladder.rows[0].state, ladder.rows[1].state) == (ENDED, EMPTY)


def test_what_is_held_back_is_not_asked_for_again_and_what_is_wanted_once_more_is():
    """In a fast fall purchases are held back; after that the order that somebody took off is wanted as before."""
    ladder = Ladder({"fall": 0.05, "fall_pause": 2})
    ladder.report(1, 1, 0, Reason.VENUE_CANCELED)
    ladder.close(85)
    assert ladder.rows[0].state == EMPTY
    resumed(ladder)
    assert ladder.rows[1].state == ENDED
    for _ in range(3):
        ladder.close(85)
    assert (ladder.rows[0].state, ladder.rows[1].state) == (WORKING, ENDED)
    resumed(ladder)
    assert ladder.wants(1) == (1, 90, 10)


def resumed(ladder):
    """A person resumes the bot, and the next candle comes."""
    again = AskedAgain(ladder.decider.state)
    again.told(Command(Mode.RUN, "resume", "", again=True))
    again.show()
    ladder.close(85)


def test_a_cell_that_moves_while_a_part_of_it_is_sold_takes_the_rest_along():
    """Three of ten are sold at 100. Under the band the cell goes to 70, and asks 80 for seven: there are no ten."""
    ladder = Ladder({"trail": "down"})
    ladder.report(1, 1, 10, price=90)
    ladder.report(1, -1, 3, price=100, final=0)
    ladder.close(75)
    assert ladder.wants(1) == (-1, 80, 7)
    ladder.report(1, -1, 7, price=80)
    # Seven at 80 and three at 100 bring 860, which is twelve at 70; a cell buys ten.
    assert ladder.wants(1) == (1, 70, 10)
    assert ladder.decider.state.parts["books"][0].pos == 0


def test_on_what_can_be_sold_short_too_a_purchase_that_moves_sells_the_part_that_it_has():
    """Four of ten are bought at 90; under the band they are for sale at 80, and ten are bought at 70 then."""
    ladder = Ladder({"trail": "down"}, shortable=True)
    ladder.report(1, 1, 4, price=90, final=0)
    ladder.close(75)
    assert ladder.wants(1) == (-1, 80, 4)
    ladder.report(1, -1, 4, price=80)
    assert ladder.wants(1) == (1, 70, 10)


def test_a_cell_that_filled_whole_begins_to_count_anew(ladder):
    for _ in range(2):
        ladder.report(0, 1, 5, price=80, final=0)
        ladder.report(0, 1, 5, price=80)
        assert ladder.wants(0) == (-1, 90, 10)
        ladder.report(0, -1, 10, price=90)
        assert ladder.wants(0) == (1, 80, 10)
    assert ladder.rows[0].state != DONE


def small_rest(settings=None, **more):
    """A ladder of orders of at least five: of the upper cell's purchase of ten seven are filled, three are left."""
    ladder = Ladder(settings or {}, least="5", **more)
    ladder.report(1, 1, 7, price=90, final=0)
    return ladder


@pytest.mark.parametrize("reason", [Reason.EXPIRED, Reason.INSUFFICIENT_BALANCE])
def test_a_purchase_whose_rest_is_too_small_sells_what_it_has(reason):
    ladder = small_rest()
    ladder.report(1, 1, 0, reason)
    for _ in range(2):  # one has it asked for again where it was not yet, the next finds it too small
        ladder.report(0, 1, 10, price=80)
        ladder.report(0, -1, 10, price=90)
    assert ladder.wants(1) == (-1, 100, 7)
    ladder.report(1, -1, 7, price=100)
    assert ladder.wants(1) == (1, 90, 10)


def test_a_sale_whose_rest_is_too_small_buys_so_much_less_and_sells_both():
    ladder = small_rest()
    ladder.report(1, 1, 3, price=90)
    ladder.report(1, -1, 6, price=100, final=0)
    ladder.report(1, -1, 0, Reason.EXPIRED)
    assert ladder.rows[1].state == ENDED
    ladder.report(0, 1, 10, price=80)
    assert ladder.wants(1) == (1, 90, 6)  # four are left of ten
    ladder.report(1, 1, 6, price=90)
    assert ladder.wants(1) == (-1, 100, 10)


def test_a_short_cell_whose_rest_is_too_small_buys_back_what_it_sold():
    ladder = Ladder({}, least="5", shortable=True, close=75)
    assert ladder.wants(1) == (-1, 100, 10)
    ladder.report(1, -1, 6, price=100, final=0)
    ladder.report(1, -1, 0, Reason.EXPIRED)
    ladder.report(0, -1, 10, price=90)
    assert ladder.wants(1) == (1, 90, 6)
    ladder.report(1, 1, 6, price=90)
    assert ladder.wants(1) == (-1, 100, 10)


def test_of_what_has_not_filled_at_all_or_is_waited_for_nothing_changes():
    ladder = Ladder({}, least="5")
    ladder.report(1, 1, 0, Reason.INSUFFICIENT_BALANCE)
    ladder.report(0, 1, 10, price=80)
    assert ladder.wants(1) == (1, 90, 10)
    ladder.report(0, -1, 10, price=90)
    assert ladder.wants(1) == (1, 90, 10)
    ladder.report(1, 1, 10, price=90)
    assert ladder.wants(1) == (-1, 100, 10)


def test_a_rest_that_is_too_small_goes_on_through_purchase_and_sale_until_the_cell_is_whole_again():
    """Three of ten, then three more, and four missing; of the six two are sold, and the four go with the next six."""
    ladder = Ladder({}, least="5")
    ladder.report(1, 1, 3, price=90, final=0)
    ladder.report(1, 1, 0, Reason.EXPIRED)
    assert ladder.wants(1) == (1, 90, 7)
    ladder.report(1, 1, 3, price=90, final=0)
    ladder.report(1, 1, 0, Reason.EXPIRED)
    assert ladder.rows[1].state == ENDED  # four of ten are missing, six are there
    ladder.report(0, 1, 10, price=80)
    assert ladder.wants(1) == (-1, 100, 6)
    ladder.report(1, -1, 2, price=100, final=0)
    ladder.report(1, -1, 0, Reason.REFUSED)
    ladder.report(0, -1, 10, price=90)  # the four are asked for again
    assert ladder.rows[1].state == ENDED
    ladder.report(0, 1, 10, price=80)
    assert ladder.wants(1) == (1, 90, 6)
    ladder.report(1, 1, 6, price=90)
    assert ladder.wants(1) == (-1, 100, 10)


def test_where_nothing_that_it_could_do_is_large_enough_its_coins_stay_and_nothing_is_asked_for_for_ever():
    """Of orders of at least six: five are there, five are missing, and neither can be sent."""
    ladder = Ladder({}, least="6")
    ladder.report(1, 1, 5, price=90, final=0)
    ladder.report(1, 1, 0, Reason.EXPIRED)
    revs = []
    for _ in range(4):
        ladder.report(0, 1, 10, price=80)
        ladder.report(0, -1, 10, price=90)
        revs.append(ladder.rows[1].rev)
    assert revs[-3:] == [revs[-1]] * 3
    assert (ladder.rows[1].state, ladder.rows[1].ended) == (ENDED, Reason.BELOW_MINIMUM)
    assert ladder.decider.state.parts["books"][0].pos == 5
