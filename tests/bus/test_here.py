"""The bus within a process: everybody who listens is told, nobody waits, and who does not keep up is let go."""

import asyncio

import pytest

from botswain.bus.here import Here
from botswain.bus.port import Bus, Slow


async def taken(ear, count):
    return [await anext(ear) for _ in range(count)]


async def test_a_subscriber_hears_what_begins_as_it_asked_in_order():
    bus: Bus = Here()
    with bus.subscribe("price") as prices, bus.subscribe("") as everything:
        bus.publish("price", b"1")
        bus.publish("market", b"2")
        bus.publish("price.more", b"3")
        assert await taken(prices, 2) == [("price", b"1"), ("price.more", b"3")]
        assert await taken(everything, 3) == [("price", b"1"), ("market", b"2"), ("price.more", b"3")]


async def test_nothing_is_wanted_before_somebody_listens_and_after_they_left():
    bus = Here()
    assert not bus.wanted("price")
    with bus.subscribe("price"):
        assert bus.wanted("price")
        assert not bus.wanted("market")
    assert not bus.wanted("price")
    bus.publish("price", b"gone")


async def test_one_who_waits_is_woken_and_one_whose_block_ended_hears_no_more():
    bus = Here()
    with bus.subscribe("price") as prices:
        waiting = asyncio.create_task(anext(prices))
        await asyncio.sleep(0)
        bus.publish("price", b"1")
        assert await waiting == ("price", b"1")
        bus.publish("price", b"2")
    assert [one async for one in prices] == []


async def test_a_slow_subscriber_is_let_go_and_the_others_are_not():
    bus = Here(most_waiting=3)
    with bus.subscribe("price") as slow, bus.subscribe("price") as quick:
        for turn in range(4):
            bus.publish("price", b"%d" % turn)
            assert await anext(quick) == ("price", b"%d" % turn)
        with pytest.raises(Slow, match="3 messages of price waited for a subscriber"):
            await anext(slow)
        bus.publish("price", b"last")
        assert await anext(quick) == ("price", b"last")
        with pytest.raises(Slow):
            await anext(slow)
