"""A bot that hears late has room for all that a trade may bring and that arrives before the next one."""
# ruff: noqa: ARG001

from decimal import Decimal

import numpy as np
from tests.stage import T0, bot, market

from botswain.build.plan import Plan
from botswain.build.simulator import simulator
from botswain.core.codes import FINISHED, NEED_ROOM
from botswain.lab.market import market_of
from botswain.lab.run import prepared
from botswain.lab.tape import on_tape
from botswain.model.trades import OnTrades, Trades

HALVES = {"take_profit_1": "0.02", "take_profit_share_1": "0.5", "take_profit_2": "0.04"}
RUNGS = {name: Decimal(value) for name, value in HALVES.items()} | {"stop_loss": Decimal("0.1")}


def test_each_piece_of_a_ladder_may_be_reported_of_twice():
    def buys(now, was, p, candle, my, wanted):
        wanted.limit(0, 1, 90.0, 1.0)

    trades = Trades("ABC/USD", T0 + np.arange(6) * 5, np.full(6, 100.0), np.ones(6))
    on, rules = OnTrades(latency_ms=1), market()
    plan = Plan(bot(buys, slots=1)(), (rules,), 1, exits=RUNGS, on_trades=on)
    found = on_tape(market_of({"ABC/USD": trades.candles()}, {"ABC/USD": rules}), on)
    sim = simulator(plan.strategy, plan.features(curve=False), compiled=False)
    # Seven rows, of which two rungs and the rest have exits of which lots may be held: ten reports, twice.
    for left, answer in ((20, FINISHED), (19, NEED_ROOM)):
        state = prepared(plan, found, sim, False)
        state.put("reports", state.records("reports", 40))
        state.header.report_room = 40
        state.account.reports = state.account.told = 40 - left
        assert sim.linked.call(state.handle, 3) == answer
