"""What an engine cannot be asked for its own word about: candles it lost in silence, and positions without a stop."""

import itertools
import sqlite3
from types import SimpleNamespace

import msgspec
import pytest

from botswain.build.decider import matching
from botswain.engine.feed_events import Closed
from botswain.engine.live_bot import LiveBot
from botswain.engine.live_fleet import LiveFleet
from botswain.simulation.checker import Checker
from botswain.simulation.database_rows import Row
from botswain.simulation.engine_crew import EngineCrew
from botswain.simulation.rest_checks import CANDLE, HISTORY, LATE, MINUTE_MS, CandleRows, bare
from botswain.simulation.scenery import scene
from botswain.simulation.world import Broken, run

SYMBOL = "BTC/USDT"
E18 = 10**18


def recorded(*rows):
    """The rows of a database with these events: (kind, minute)."""
    base = sqlite3.connect(":memory:")
    base.execute("CREATE TABLE market_events (sequence INTEGER PRIMARY KEY, kind INTEGER, payload BLOB)")
    for kind, minute in rows:
        body = msgspec.msgpack.encode([SYMBOL, minute * MINUTE_MS, "more"])
        base.execute("INSERT INTO market_events (kind, payload) VALUES (?, ?)", (kind, body))
    found = CandleRows()
    found.read(base)
    base.close()
    return found


def floor(last):
    """An exchange whose newest closed candle opened at a minute."""
    tape = SimpleNamespace(klines=[SimpleNamespace(open_ms=last * MINUTE_MS)])
    return SimpleNamespace(pairs={"BTCUSDT": SimpleNamespace(facts=SimpleNamespace(symbol=SYMBOL), tape=tape)})


@pytest.mark.parametrize(
    ("rows", "last", "said"),
    [
        ([(HISTORY, 1), (HISTORY, 2), (CANDLE, 3), (LATE, 4), (CANDLE, 5)], 6, []),
        ([(CANDLE, 3), (CANDLE, 4), (HISTORY, 1), (HISTORY, 3), (CANDLE, 5)], 5, []),
        ([(CANDLE, 3), (CANDLE, 5)], 5, [f"the candle of {SYMBOL} that opened at 240000 is in no record"]),
        ([(CANDLE, 3), (LATE, 3)], 3, [f"the candle of {SYMBOL} that opened at 180000 was told twice"]),
        (
            [(CANDLE, 3)],
            6,
            [f"the record of {SYMBOL} ends with the candle of 180000, the exchange is at 360000"],
        ),
    ],
)
def test_the_record_of_candles_is_whole_each_once_and_up_to_now(rows, last, said):
    assert list(recorded(*rows).wrong(floor(last))) == said


@pytest.mark.parametrize(("offered", "found"), [(10, 0), (9, 1), (0, 1)])
def test_what_is_held_is_protected_all_of_it(offered, found):
    assert len(list(bare([pair()], {("bot", SYMBOL): 10 * E18}, {("bot", SYMBOL): offered * E18}))) == found


def test_what_no_order_can_be_made_of_is_dust():
    assert not list(bare([pair()], {("bot", SYMBOL): E18 // 2}, {}))
    assert not list(bare([pair(least=101 * E18)], {("bot", SYMBOL): E18}, {}))
    assert list(bare([pair(least=100 * E18)], {("bot", SYMBOL): E18}, {}))


def pair(least=0):
    """A symbol at a price of 100 with whole coins as steps."""
    filters = SimpleNamespace(step_size=E18, min_qty=E18, min_notional=least)
    return SimpleNamespace(
        filters=filters, last=100, facts=SimpleNamespace(symbol=SYMBOL, lot=E18, money=E18)
    )  # fmt: skip


def loses_candles(patch):
    count, real = itertools.count(1), LiveFleet.sink

    def sink(self, event):
        if not isinstance(event, Closed) or next(count) % 10:
            real(self, event)

    patch.setattr(LiveFleet, "sink", sink)


def leaves_positions_bare(patch):
    real = LiveBot.chosen

    def chosen(self):
        rows, held, short = real(self)
        return [one for one in rows if not one.protective], held, short

    patch.setattr(LiveBot, "chosen", chosen)


@pytest.mark.parametrize(
    ("broken", "invariant"), [(None, ""), (loses_candles, "CANDLES"), (leaves_positions_bare, "BARE")]
)
def test_an_engine_that_agrees_with_itself_alone_is_caught_and_the_sound_one_is_not(broken, invariant, kernels):
    found = ""
    with pytest.MonkeyPatch.context() as patch:
        if broken is not None:
            broken(patch)
        try:
            run(scene(2, 0.06, "none", matching(kernels)), EngineCrew(2, kernels))
        except Broken as error:
            found = error.violation.invariant
    assert found == invariant


def test_a_bad_print_makes_no_order_dearer_than_it_was_when_it_was_sent():
    market = SimpleNamespace(last=100, facts=SimpleNamespace(symbol=SYMBOL, tick=E18))
    books = SimpleNamespace(exchange=SimpleNamespace(floor=SimpleNamespace(pairs={"BTCUSDT": market})))
    checker = Checker(books, None, pytest.fail)
    order = Row("x", "bot", SYMBOL, 0, 1, 1, side=1, kind="market", qty=E18, price=0, lot=E18, time_ms=1)
    checker.rows.rows["x"] = order
    checker.rows.live[order.place] = {"x": order}
    checker._send("x", "")
    market.last = 200
    assert checker._price(order) == 100 * E18
