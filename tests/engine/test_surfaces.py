"""Reading an account goes on until something in it is broken, and then says so."""

import asyncio

import pytest

from botswain.engine.account import Account
from botswain.engine.manners import Clocks, Manners
from botswain.engine.surfaces import keep_reading
from botswain.model.errors import FailClosed


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
