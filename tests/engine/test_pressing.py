"""What an exit presses when its price comes, and what still presses when an order has filled."""

from msgspec.structs import replace
from tests.engine.test_order_lists import stop, target, working

from botswain.engine.pressing import calmed, pressed

EXITS = 4


def sell(slot, **more):
    return replace(working(target()), slot=slot, link=0, listed="", client_order_id=f"sell {slot}", **more)


def test_an_exit_presses_itself_its_group_and_what_locks_its_coins():
    orders = [working(stop()), working(target()), sell(2), sell(3, side=1), replace(sell(1), symbol=1)]
    assert pressed(stop(), [0], orders, None) == {(0, 4), (0, 5), (0, 0)}


def test_where_requests_wait_orders_that_are_not_wanted_any_more_lock_coins_too():
    orders = [sell(2), sell(3, side=1), replace(sell(1), symbol=1)]
    assert pressed(stop(), [0], orders, EXITS) == {(0, 4), (0, 0), (0, 2)}


def test_an_exits_fill_calms_the_exits_and_an_exit_that_is_over_its_symbol():
    pressing = {(0, 1), (0, 4), (0, 5), (1, 4)}
    assert calmed(pressing, working(stop()), EXITS, over=False) == {(0, 1), (1, 4)}
    assert calmed(pressing, working(stop()), EXITS, over=True) == {(1, 4)}
    assert calmed(pressing, sell(1), EXITS, over=False) == {(0, 4), (0, 5), (1, 4)}


def test_an_exit_of_another_piece_that_still_goes_presses_on():
    pressing = {(0, 1), (0, 4), (0, 6), (1, 4)}
    other = replace(stop(), slot=6, link=stop().link + 1)
    assert calmed(pressing, working(stop()), EXITS, over=True, going=[other]) == {(0, 1), (0, 6), (1, 4)}
    assert calmed(pressing, working(stop()), EXITS, over=True, going=[stop()]) == {(1, 4)}
    assert calmed(pressing, working(stop()), EXITS, over=True, going=[replace(other, symbol=1)]) == {(1, 4)}
