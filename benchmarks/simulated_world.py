"""What a simulated day costs: 1,440 candles streamed to the real adapter and 20 orders, and then with engine and bots.

    python benchmarks/simulated_world.py [DAYS]

Prints the best and the median of some runs: of the world alone in seconds a day, by how often the market moves; of the
whole in bot-days a second of processor time, four bots, without faults and with all. The goal for the whole is one
bot-day a second on one core; the world should take well under half of that.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from botswain.build.decider import matching
from botswain.simulation import scenery
from botswain.simulation.engine_crew import EngineCrew
from botswain.simulation.lives import Charge, Surroundings, Want
from botswain.simulation.onlooker import Onlooker, Watch
from botswain.simulation.plan import Plan
from botswain.simulation.world import run
from botswain.venues.binance.lifeline import Lifeline
from botswain.venues.binance.refusals import Purpose
from botswain.venues.binance.requests import Call
from botswain.venues.binance.streams import MarketStreams
from botswain.venues.binance.user_stream import UserStream

RUNS = 5
BOTS, SEED, STEPS_MS = 4, 3, scenery.STEPS_MS
ORDERS_A_DAY = 20
CACHE = Path(".cache/botswain-kernels")


class Placer(Onlooker):
    """Listens all day, and has an order tested every 72 minutes."""

    def start(self, around: Surroundings) -> Watch:
        return PlacerLife(around)

    async def install(self, _around: Surroundings) -> Sequence[Charge]:
        return ()


class PlacerLife(Watch):
    async def run(self) -> None:
        around = self.around
        market = MarketStreams(around.addresses, self.ears)
        await market.subscribe("btcusdt@kline_1m")
        user = UserStream(around.addresses, self.credential, self.ears, self.venue_ms)
        async with asyncio.TaskGroup() as group:
            group.create_task(Lifeline(market, around.dialer, around.now_ms).run())
            group.create_task(Lifeline(user, around.dialer, around.now_ms).run())
            number = 0
            while True:
                number += 1
                params = (
                    ("symbol", "BTCUSDT"), ("side", "BUY"), ("type", "LIMIT"), ("timeInForce", "GTC"),
                    ("quantity", "0.01"), ("price", "59000"),
                )  # fmt: skip
                await self.desk.write(Call("POST", "order/test", params, Purpose.PLACE, 1))
                await asyncio.sleep(86_400 / ORDERS_A_DAY)

    def wanted(self) -> Sequence[Want]:
        return ()


def once(days: float, step_ms: int) -> float:
    scenery.STEPS_MS = (step_ms,)
    made = scenery.scene(1, days, "none", matching(CACHE))
    began = time.process_time()
    run(replace(made, plan=Plan((), (), ())), Placer())
    return (time.process_time() - began) / days


def whole(days: float, faults: str) -> float:
    """Bot-days a second."""
    scenery.STEPS_MS = STEPS_MS
    began = time.process_time()
    run(scenery.scene(SEED, days, faults, matching(CACHE)), EngineCrew(BOTS, CACHE))
    return BOTS * days / (time.process_time() - began)


def main(arguments: Sequence[str]) -> None:
    days = float(arguments[0]) if arguments else 1.0
    for step_ms in (10_000, 20_000, 60_000):
        found = [once(days, step_ms) for _ in range(RUNS)]
        print(f"step {step_ms:6} ms: best {min(found):.2f}, median {statistics.median(found):.2f} s of a core a day")
    for faults in ("none", "all"):
        whole(0.02, faults)  # compiles, or loads what was compiled
        found = [whole(days, faults) for _ in range(RUNS)]
        print(
            f"engine, faults {faults}: best {max(found):.2f}, median {statistics.median(found):.2f} bot-days a second"
        )


if __name__ == "__main__":
    main(sys.argv[1:])
