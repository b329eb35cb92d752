"""What an order of a bot that was stopped fills after its end: kept for that bot, and told as nobody else's."""

from decimal import Decimal

import msgspec
import pytest
from tests.engine.test_balances import HORIZON_MS, Owner
from tests.engine.test_lagging_reads import OURS
from tests.engine.test_late_fills import ORDER, SAID, Filled, Journal, at_rest, booked, someone_elses, swept
from tests.engine.test_tracks import fill, report

from botswain.engine.account_ports import Resting
from botswain.model.errands import AskOrder
from botswain.model.orders import OrderState

KEPT = SAID + ": its bot does not run, and books that when it starts"


def stopped(venue, journal, *, order=ORDER):
    """An account one of whose two bots was stopped; the venue answered the cancel of its order and did not do it."""
    journal.of, journal.numbers = ("bot", order, frozenset()), {"7"}
    journal.rests = Resting({"BTC": Decimal(0)}, frozenset(), {"USDT": Decimal(0)})
    account, owner, said, time = at_rest(venue, journal)
    other = Owner()
    other.bot_id = "other"
    account.attach(other, [])
    account.attach(owner, [(order, frozenset())])
    account.order_told(msgspec.structs.replace(report(OrderState.CANCELED), client_order_id=OURS))
    account.detach(owner.bot_id)
    owner.told.clear()
    return account, owner, said, time


@pytest.mark.parametrize("stream", [True, False], ids=["the stream tells it", "its fills tell it"])
async def test_one_of_a_bot_that_was_stopped_is_kept_for_it_and_told_as_nobody_elses(stream):
    venue, journal = Filled(), Journal()
    account, owner, said, time = stopped(venue, journal)
    if stream:
        there = report(OrderState.FILLED, 10, (fill(1, 4), fill(2, 6)))
        account.order_told(msgspec.structs.replace(there, client_order_id=OURS))
        assert account.trades == {}
    for _ in range(4):
        await swept(account)
        time.ms += 2 * HORIZON_MS
    assert said == [KEPT]
    assert owner.told == []
    assert journal.kept["BTC"].qty == 0, "what the next start compares with is not moved by it"
    account.attach(owner, [])
    await swept(account)
    assert booked(owner) == [(4, 0), (6, 0)]
    time.ms += 2 * HORIZON_MS
    await swept(account)
    assert someone_elses(said) == []
    assert booked(owner) == [(4, 0), (6, 0)]


async def test_what_somebody_else_moves_beside_that_is_told():
    venue = Filled()
    account, _, said, time = stopped(venue, Journal())
    there = report(OrderState.FILLED, 10, (fill(1, 4), fill(2, 6)))
    account.order_told(msgspec.structs.replace(there, client_order_id=OURS))
    venue.btc -= 1
    for _ in range(3):
        await swept(account)
        time.ms += 2 * HORIZON_MS
    assert [one.split(" without")[0] for one in said[1:]] == ["at least 0.99 BTC went from the account"]


async def test_what_has_ended_while_its_bot_was_stopped_is_not_asked_for_again_and_again():
    """Its bot left it working; it filled, and nobody took that."""
    venue, journal = Filled(), Journal()
    account, owner, said, _ = at_rest(venue, journal)
    account.attach(owner, [(ORDER, frozenset())])
    other = Owner()
    other.bot_id = "other"
    account.attach(other, [])
    account.detach(owner.bot_id)
    there = report(OrderState.FILLED, 10, (fill(1, 4), fill(2, 6)))
    account.order_told(msgspec.structs.replace(there, client_order_id=OURS))
    account.fresh = True
    await swept(account)
    assert AskOrder not in venue.asked
    assert said == []
    assert account.trades == {}
