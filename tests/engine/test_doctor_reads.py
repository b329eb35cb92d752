"""What the doctor asks a venue for: also what a bot has left on symbols that nobody trades any more."""

from dataclasses import replace

from tests.engine.test_doctor import KEPT, REPORT

from botswain.engine.doctor_reads import Sweep
from botswain.model.errands import AskBalances, AskOrders, AskWorking
from botswain.model.order_events import Account as Held
from botswain.model.outcomes import Answer, Rows


class Venue:
    """Shows one order that works."""

    def __init__(self):
        self.asked = []

    async def ask(self, _account, question):
        self.asked.append(question)
        if isinstance(question, AskBalances):
            return Answer(Held(True, 0, 0, 0, ()))
        return Answer(Rows((REPORT,) if isinstance(question, AskWorking) else ()))


async def test_orders_without_an_end_are_looked_for_on_their_own_symbols_too():
    venue = Venue()
    left = replace(KEPT, symbol="ETH/USDT")
    ended = replace(KEPT, name="ended", symbol="SOL/USDT", open=False)
    shown = await Sweep(venue, "acc", 5).read(["BTC/USDT"], iter([left, ended]))
    assert shown.orders == {KEPT.name: REPORT}
    symbols = ("BTC/USDT", "ETH/USDT")
    assert venue.asked == [AskWorking(symbols), *(AskOrders(one, 5) for one in symbols), AskBalances()]
