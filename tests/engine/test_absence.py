"""When an order counts as never placed: past the horizon, twice, apart, and only by questions that were answered.

Faults, rules 4 and 5. A world of faults cannot tell an engine without a horizon from a sound one, for its exchange
shows fills and balances at once even where orders are shown late; so the rules are held here one by one.
"""

import asyncio

import pytest
from tests.engine.test_balances import HORIZON_MS, Database, Owner, Time, Venue, account_of, order
from tests.engine.test_tracks import NAME, report

from botswain.engine.surfaces import read
from botswain.model.errands import AskBalances, AskFills, AskOrder, AskOrders, AskWorking
from botswain.model.orders import OrderState
from botswain.model.outcomes import Answer, Failed
from botswain.model.reasons import Reason
from botswain.model.venue_reports import VenueReport

ROUND_MS = 15_000
TURNS = 200_000
GONE = [(NAME, 0, Reason.NOT_PLACED)]


class Late(Venue):
    """Answers some questions with failures until a time, and shows the order from another time on.

    asked  when each kind of question came, milliseconds after the order was sent
    """

    def __init__(self, time, failing=(), until_ms=0, shown_ms=None):
        super().__init__("0")
        self.time, self.began_ms, self.failing, self.until_ms, self.shown_ms = (
            time,
            time.ms,
            failing,
            until_ms,
            shown_ms,
        )
        self.asked = {}

    @property
    def since_ms(self):
        return self.time.ms - self.began_ms

    async def ask(self, account, question):
        self.asked.setdefault(type(question), []).append(self.since_ms)
        if isinstance(question, self.failing) and self.since_ms < self.until_ms:
            return Failed("status 503, code -1008: overloaded", 503, -1008)
        if isinstance(question, AskOrder) and self.shown_ms is not None and self.since_ms >= self.shown_ms:
            return Answer(report(OrderState.NEW))
        return await super().ask(account, question)


async def looked_for(seconds, **wrong):
    """An order in doubt, looked for so long; the venue, the owner, and how long it took until its end was told."""
    time, owner = Time(), Owner()
    venue = Late(time, **wrong)
    account, _, _ = account_of(venue, Database(), owner, [order(NAME)], time)
    await read(account)
    account.resolver.start(account.tracks[NAME])  # a sweep that was not answered is done again later
    told_ms = None
    for _ in range(TURNS):
        if not account.tasks or venue.since_ms > seconds * 1_000:
            break
        await asyncio.sleep(0)
        if told_ms is None and owner.ends():
            told_ms = venue.since_ms
    tasks = list(account.tasks)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return venue, owner, told_ms


async def test_absence_counts_only_past_the_horizon_and_only_the_second_time():
    venue, owner, told_ms = await looked_for(300)
    assert owner.ends() == GONE
    rounds = venue.asked[AskOrders]
    assert rounds[0] >= HORIZON_MS
    assert rounds[1] >= rounds[0] + ROUND_MS
    assert told_ms >= HORIZON_MS + ROUND_MS


@pytest.mark.parametrize("question", [AskOrder, AskOrders, AskFills, AskWorking, AskBalances])
async def test_a_question_that_failed_is_no_negative_answer(question):
    until_ms = 200_000
    _, owner, told_ms = await looked_for(600, failing=question, until_ms=until_ms)
    assert owner.ends() == GONE
    assert told_ms >= until_ms


async def test_an_order_that_comes_to_light_between_the_rounds_is_adopted():
    _, owner, _ = await looked_for(300, shown_ms=HORIZON_MS + 5_000)
    assert owner.ends() == []
    assert [one.client_order_id for one in owner.told if not isinstance(one, VenueReport)][-1] == NAME
