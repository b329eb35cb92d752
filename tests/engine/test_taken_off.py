"""What a stop took off is off where two lists that were read after its last answer agree on that."""

import asyncio
from types import SimpleNamespace

import msgspec
import pytest
from tests.engine.test_balances import UNITS
from tests.engine.test_lagging_reads import KEY, OURS
from tests.engine.test_tracks import report

from botswain.engine import taken_off
from botswain.engine.taken_off import MOST_NAMED, TakenOff, still
from botswain.engine.tracks import Track
from botswain.model.errands import AskOrder
from botswain.model.errors import Unavailable
from botswain.model.orders import OrderState
from botswain.model.outcomes import Absent, Answer, Broken, Failed, Rows

WORKS = msgspec.structs.replace(report(OrderState.NEW), client_order_id=OURS, venue_order_id="7")
ENDED = msgspec.structs.replace(WORKS, state=OrderState.CANCELED)
EMPTY, SHOWN = Answer(Rows(())), Answer(Rows((WORKS,)))
BROKEN = Answer(Rows((), (Broken("BTCUSDT", "no orderId"),)))
NOT_READ = "the venue's list of what works could not be read after its last answer: "
LIST = f"an order that was taken off works by the venue's own list: buy 0.01 BTCUSDT ({OURS}, number 7)"


class Lists:
    """A venue's answers: its lists one after the other, and what it says of the order itself."""

    def __init__(self, *lists, order=None):
        self.lists, self.order, self.asked = list(lists), order, []

    async def ask(self, _account, question):
        self.asked.append(type(question))
        return self.order if isinstance(question, AskOrder) else self.lists.pop(0)


class Journal:
    """Knows whose an order is, unless it does not answer."""

    def __init__(self, bot="bot", *, down=False):
        self.bot, self.down = bot, down

    async def order(self, _name):
        if self.down:
            raise Unavailable("it is locked")
        return (self.bot, None, frozenset()) if self.bot else None


def scene(venue, journal=None, *, remembered=True, begun=()):
    """A bot whose stop has taken an order off, in this process or in one before."""
    track = Track(OURS, "bot", 0, UNITS, WORKS.qty, state=OrderState.CANCELED, leaving=True)
    account = SimpleNamespace(
        account_id="acc", gateway=venue, keys=(KEY,), store=journal or Journal(), tracks={},
        ended={OURS: track} if remembered else {}, surprise=asyncio.Event(),
    )  # fmt: skip
    runner = SimpleNamespace(bot_id="bot", units=[UNITS], not_off="")
    return TakenOff(account, begun), account, runner


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(taken_off, "AGREE_S", 0.0)
    monkeypatch.setattr(taken_off, "AGAIN_S", 0.0)


async def looked(off, runner, times=1):
    """Whether a bot is shown to be off after so many looks, each waited for."""
    for _ in range(times):
        off.unshown([runner], lambda _: True)
        if off._task is not None:
            await off._task
    return off.unshown([runner], lambda _: True) == []


async def test_two_lists_that_show_nothing_of_it_are_enough():
    venue = Lists(EMPTY, EMPTY)
    off, account, runner = scene(venue)
    assert off.unshown([runner], lambda _: True) == [runner], "its answer alone is not"
    assert await looked(off, runner)
    assert (runner.not_off, len(venue.asked), account.surprise.is_set()) == ("", 2, False)
    await off.close()


@pytest.mark.parametrize("lists", [(SHOWN,), (EMPTY, SHOWN)], ids=["the first", "the second"])
async def test_one_list_that_shows_it_is_not_and_all_is_read_again(lists):
    off, account, runner = scene(Lists(*lists, EMPTY, EMPTY))
    off.unshown([runner], lambda _: True)
    await off._task
    assert (runner.not_off, account.surprise.is_set()) == (LIST, True)
    assert await looked(off, runner), "and later it is off"
    assert runner.not_off == ""


async def test_what_has_moved_meanwhile_is_looked_at_again():
    off, account, runner = scene(Lists(*[EMPTY] * 4))
    assert off.unshown([runner], lambda _: False) == [runner]
    await off._task
    assert off.unshown([runner], lambda _: True) == [runner], "the bot was not at rest when they were read"
    account.ended["another"] = Track("another", "bot", 0, UNITS, WORKS.qty)
    await off._task
    account.ended["third"] = Track("third", "bot", 0, UNITS, WORKS.qty)
    assert off._due(runner), "another order has ended since"


@pytest.mark.parametrize(("failed", "why"), [(Failed("timeout"), "timeout"), (Absent("none"), "it says that there is")])
async def test_a_list_that_is_not_answered_is_no_proof(failed, why):
    off, account, runner = scene(Lists(failed))
    off.unshown([runner], lambda _: True)
    await off._task
    assert runner.not_off.startswith(NOT_READ + why)
    assert account.surprise.is_set()


@pytest.mark.parametrize(
    ("order", "why"),
    [
        (Answer(ENDED), ""),
        (Absent("none"), ""),
        (Answer(WORKS), LIST),
        (Failed("timeout"), f"{NOT_READ}timeout (a row of the venue's list cannot be read: no orderId)"),
    ],
)
async def test_where_a_row_of_it_cannot_be_read_each_order_is_asked_for(order, why):
    venue = Lists(BROKEN, BROKEN, order=order)
    off, _, runner = scene(venue)
    off.unshown([runner], lambda _: True)
    await off._task
    assert runner.not_off == why
    assert AskOrder in venue.asked


@pytest.mark.parametrize(
    ("journal", "why"),
    [
        (Journal(), LIST),
        (Journal("other"), ""),
        (Journal(None), ""),
        (Journal(down=True), f"the journal does not say whose order {OURS} is: it is locked"),
    ],
)
async def test_what_a_process_before_took_off_the_journal_knows(journal, why):
    off, _, runner = scene(Lists(SHOWN, SHOWN), journal, remembered=False, begun=["bot"])
    off.unshown([runner], lambda _: True)
    await off._task
    assert runner.not_off == why


async def test_a_bot_that_took_nothing_off_is_asked_for_nothing():
    venue = Lists()
    off, _, runner = scene(venue, remembered=False)
    assert off.unshown([runner], lambda _: True) == []
    await off.close()


def test_many_orders_are_told_as_a_few_and_how_many_more():
    assert still(["a"] * (MOST_NAMED + 2)).endswith(": a; a; a and 2 more")
