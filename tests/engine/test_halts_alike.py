"""A strategy that breaks halts alike in a backtest and in the engine: the same fills before, in and after it."""

import pytest
from tests.engine.scenes import Scene, bot, drawn, instrument
from tests.engine.test_same_fills import TWO, held_against_a_backtest

from botswain.core.codes import CLOSE, END, FILL
from botswain.core.strategy import Param, Strategy, step
from botswain.strategies import catalog

RAISED, SLOT, ON_FILL = range(3)


class Fragile(Strategy):
    """Rests orders around the price, turns them on fills, and breaks after so many calls of one symbol."""

    name = "fragile"
    tags = ("swing",)
    how = Param(0, 0, 2)
    after = Param(40, 1, 1000)

    def slots(self):
        return 3

    def events(self):
        return (CLOSE, FILL, END)

    def memory(self):
        return {"calls": 1}

    @step
    def decide(now, was, p, candle, my, wanted):  # noqa: ARG002
        my.mem.calls = my.mem.calls + 1
        if my.event == FILL:
            if my.slot < 3:
                wanted.renew(my.slot)
                wanted.limit(my.slot, -my.side, candle.close + my.side * 3 * my.tick, 1.0)
        else:
            wanted.limit(0, 1, candle.close - 2 * my.tick, 1.0)
            wanted.limit(1, 1, candle.close - 5 * my.tick, 1.0)
        if my.symbol == 1 and my.mem.calls > p.after and (p.how != 2 or my.event == FILL):
            wanted.limit(2, 1, candle.close, 1.0)
            if p.how == 1:
                wanted.limit(9, 1, candle.close, 1.0)
            else:
                my.mem.calls = my.mem.calls / (my.mem.calls - my.mem.calls)


@pytest.mark.parametrize("after", [1, 40, 90])
@pytest.mark.parametrize("how", [RAISED, SLOT, ON_FILL])
async def test_the_call_that_failed_is_undone_and_the_rest_goes_on(how, after, kernels, monkeypatch):
    monkeypatch.setitem(catalog.PLACES, "fragile", (__name__, "Fragile"))
    candles = {one: drawn(place + 70, one, 160, loud=0.004) for place, one in enumerate(TWO)}
    guards = {"exits": {"stop_loss": "0.05"}, "limits": {"max_drawdown": "0.9"}}
    settings = {"params": {"how": how, "after": after}, **guards}
    scene = Scene(bot("fragile", TWO, **settings), candles, {one: instrument(one) for one in TWO})
    expected = await held_against_a_backtest(scene, kernels)
    assert expected.halt is not None
    assert any(one.time_ms > candles[TWO[0]].ts[expected.halt.instant] for one in expected.fills)


class Uncounted(Strategy):
    """Divides by 2^64, which machine code takes for 0 and Python does not."""

    name = "uncounted"

    @step
    def decide(now, was, p, candle, my, wanted):  # noqa: ARG002
        n = int(candle.volume) * 0 + 4_294_967_296
        wanted.target(0.5 + 1 // (n * n))


async def test_what_only_machine_code_cannot_do_halts_neither(kernels, monkeypatch):
    monkeypatch.setitem(catalog.PLACES, "uncounted", (__name__, "Uncounted"))
    scene = Scene(
        bot("uncounted", TWO),
        {one: drawn(place + 7, one, 40, loud=0.004) for place, one in enumerate(TWO)},
        {one: instrument(one) for one in TWO},
    )
    expected = await held_against_a_backtest(scene, kernels)
    assert expected.halt is None
    assert len(expected.fills) == len(TWO)
