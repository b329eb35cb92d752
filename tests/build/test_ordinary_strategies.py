"""What ordinary strategies do is on the list of what compiles: those that ship, and the examples."""

from pathlib import Path

import pytest
from tests.stage import market

import botswain.strategies
from botswain.build.link import prepare
from botswain.build.plan import Plan
from botswain.build.simulator import simulator_apart
from botswain.core.strategy import Strategy

SHIPPED = Path(botswain.strategies.__file__).parent
EXAMPLES = Path(__file__).parents[2] / "examples"
EVERY = (
    *("bollinger", "donchian_breakout", "grid", "macd", "rsi", "sma_crossover", "stochastic", "supertrend"),
    *("averaging_down", "channel_breakout", "pullback"),
)


def files():
    """All files of strategies that there are, by name."""
    found = [*SHIPPED.glob("*.py"), *EXAMPLES.glob("*.py")]
    return {one.stem: one for one in found if one.stem not in ("__init__", "catalog", "signals")}


def test_none_is_forgotten():
    assert sorted(EVERY) == sorted(files())


@pytest.mark.parametrize("name", EVERY)
def test_it_compiles_as_an_author_s_own(author, name):
    """Under another name than Botswain's, so that it is judged; `prepare` raises where it would be left in Python."""
    author.write("author_signals", (SHIPPED / "signals.py").read_text())
    text = files()[name].read_text().replace("botswain.strategies.signals", "author_signals")
    author.write(f"author_{name}", text)
    module = author.load(f"author_{name}")
    classes = [one for one in vars(module).values() if isinstance(one, type) and issubclass(one, Strategy)]
    [strategy] = [one() for one in classes if one.__module__ == f"author_{name}"]
    linked = simulator_apart(strategy, Plan(strategy, (market(),), 60_000).features(curve=False)).linked
    prepare(linked, name)
    assert linked.step is not None
    assert linked.step.prepared or linked.address > 0
