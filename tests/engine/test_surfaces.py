"""Reading an account goes on until something in it is broken, and then says so."""

import asyncio
import dataclasses

import pytest
from tests.engine.test_overtaken import QTY, STOP, Owner, of_stop, sold

from botswain.engine.account import Account
from botswain.engine.manners import Clocks, Manners
from botswain.engine.surfaces import keep_reading, symbols_of
from botswain.model.errors import FailClosed
from botswain.model.orders import OrderState


async def test_a_fault_in_a_task_of_the_account_ends_its_run():
    account = Account("main", None, Clocks(lambda: 1, lambda: 1, asyncio.sleep), Manners(1_000), (), None)

    async def broken():
        raise FailClosed("the quantity of order a is 0.5 steps of its grid")

    reading = asyncio.ensure_future(keep_reading(account))
    await asyncio.sleep(0)
    assert not reading.done()
    account.spawn(broken())
    with pytest.raises(FailClosed, match=r"0\.5 steps"):
        async with asyncio.timeout(5):
            await reading


@pytest.mark.parametrize(
    ("filled", "state", "shown", "revived"),
    [
        (QTY, OrderState.FILLED, 0, False),
        (4, OrderState.CANCELED, 0, False),
        (4, OrderState.CANCELED, 4, True),
        (0, OrderState.CANCELED, 0, True),
    ],
)
async def test_a_read_that_is_older_than_what_is_known_brings_no_order_back(filled, state, shown, revived):
    account = Account("main", None, Clocks(lambda: 1, lambda: 1, asyncio.sleep), Manners(1_000), (), Journal())
    account.attach(Owner(), [(STOP, frozenset())])
    fills = (sold(filled),) if filled else ()
    account.order_told(of_stop(state, filled, fills))
    assert set(account.ended) == {STOP.client_order_id}
    account.revived(account.ended[STOP.client_order_id], of_stop(OrderState.NEW, shown))
    assert (STOP.client_order_id in account.tracks) is revived
    await asyncio.gather(*account.tasks)


class Journal:
    async def order(self, _name):
        return None


def test_orders_that_a_stopped_bot_has_left_on_a_symbol_of_its_own_are_among_those_that_are_asked_for():
    """Asked for one by one they would be looked up again and again, as if nobody knew what became of them."""
    account = Account("main", None, Clocks(lambda: 1, lambda: 1, asyncio.sleep), Manners(1_000), (), Journal())
    owner, other = Owner(), Owner()
    owner.bot_id, owner.units = "stays", (dataclasses.replace(owner.units[0], symbol="ETH/USDT"),)
    account.owners["stays"] = owner
    account.attach(other, [(STOP, frozenset())])
    assert symbols_of(account) == ("BTC/USDT", "ETH/USDT")
    account.detach(other.bot_id)
    assert symbols_of(account) == ("BTC/USDT", "ETH/USDT")
    account.tracks.clear()
    assert symbols_of(account) == ("ETH/USDT",)
    account.detach("stays")
    assert symbols_of(account) == ()
