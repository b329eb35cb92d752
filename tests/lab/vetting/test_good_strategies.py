"""No false alarms: what ships, an example, and what may look like a fault and is none.

A check is dozens of runs in Python, so the test command has one bot of each family. All that ship, and all examples:

    python -m tests.lab.vetting.test_good_strategies
"""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.lab.vetting.here import examined_here

from botswain.strategies.catalog import PLACES

# Dozens of runs in Python each: no speed limit, and a machine that does other things too takes minutes.
pytestmark = pytest.mark.timeout(900)
EXAMPLES = sorted((Path(__file__).parents[3] / "examples").glob("*.py"))
SEEDED = '''
"""Makes a table by a seed, names a variable as a module is called, and runs something of its own when called."""

import math
import random
import time

from botswain import CLOSE, Param, Strategy, above, step, ta

TABLE = tuple(round(random.Random(3).uniform(0.9, 1.1), 3) for _ in range(5))


def never_called():
    return time.time()


class Seeded(Strategy):
    """Holds above its average, times a number of a table."""

    candles = Param(10, 2, 100, help="candles in the average")
    place = Param(0, 0, 4, help="which number")

    def indicators(self):
        return {"mean": ta.EMA(self.candles)}

    def memory(self):
        return {"open": 1}

    @step
    def decide(now, was, p, candle, my, wanted):
        hour = my.time_ms // 3_600_000 % 24
        my.mem.open += 1
        factor = TABLE[p.place] if hour > 3 else 1.0
        wanted.target(1.0 if above(candle.close, now.mean * math.sqrt(factor)) else 0.0)


if __name__ == "__main__":
    print(open(__file__).read(), random.random())
'''


def odd(found):
    """All that is no good answer, but for what could not be asked."""
    return [one for one in found if one.verdict in ("failed", "warning")]


# A target, a ladder, a bot of many orders with memory, and one whose indicators are data.
FAMILIES = ("sma_crossover", "grid", "dca", "indicator_rules")


@pytest.mark.parametrize("name", FAMILIES)
def test_a_bot_that_ships_passes(name: str) -> None:
    found = examined_here(name)
    assert odd(found) == []
    assert {"ends", "look-ahead", "warm-up", "compiles", "orders", "fees"} <= {one.check for one in found}


@pytest.mark.parametrize("path", EXAMPLES[:1], ids=lambda path: path.stem)
def test_an_example_passes(path: Path) -> None:
    assert odd(examined_here(path)) == []


def test_what_looks_like_a_fault_and_is_none_passes(tmp_path: Path) -> None:
    path = tmp_path / "seeded.py"
    path.write_text(SEEDED)
    assert odd(examined_here(path)) == []


if __name__ == "__main__":
    for every in (*sorted(PLACES), *EXAMPLES):
        alarms = odd(examined_here(every, 800))
        print(f"{every}: {alarms or 'no alarm'}", flush=True)
