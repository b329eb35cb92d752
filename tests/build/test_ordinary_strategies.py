"""What ordinary strategies do is on the list of what compiles: those that ship, and the examples."""

from pathlib import Path

import pytest
from tests.stage import market, play

import botswain.strategies
from botswain.build.link import prepare
from botswain.build.plan import Plan
from botswain.build.simulator import simulator_apart
from botswain.core.strategy import Strategy
from botswain.lab.backtest import Options

SHIPPED = Path(botswain.strategies.__file__).parent
EXAMPLES = Path(__file__).parents[2] / "examples"
EVERY = (
    *("bollinger", "dca", "dip", "donchian_breakout", "grid", "macd", "momentum", "rsi", "sma_crossover"),
    *("scalper", "stochastic", "supertrend", "averaging_down", "channel_breakout", "pullback", "indicator_rules"),
)
# What they share, and no strategy is in.
SHARED = (
    *("ticks", "whole_lots", "signals", "dca_plan", "dca_deal", "dca_drawing"),
    *("scalper_costs", "scalper_quotes", "scalper_exits", "scalper_plan", "scalper_checks", "scalper_drawing"),
    *("rule_operands", "rule_values", "rule_checks", "rule_short", "rule_data", "rule_table"),
    *("grid_lines", "grid_cells", "grid_parts", "grid_trail", "grid_managed", "grid_plan", "grid_checks"),
)
# With these settings it has another step, for which its own author would have to be as careful.
OTHER_STEPS = {"grid": {"trail": "both", "resting": 3, "compound": True, "fall": 0.1}}


def files():
    """All files of strategies that there are, by name."""
    found = [*SHIPPED.glob("*.py"), *EXAMPLES.glob("*.py")]
    return {one.stem: one for one in found if one.stem not in ("__init__", "catalog", *SHARED)}


def as_authors(path):
    """The text of a file as an author would have it, who has copied what it shares, too."""
    text = path.read_text()
    for name in SHARED:
        text = text.replace(f"botswain.strategies.{name} ", f"author_{name} ")
    return text


def test_none_is_forgotten():
    assert sorted(EVERY) == sorted(files())


@pytest.mark.parametrize("name", EVERY)
def test_it_compiles_as_an_author_s_own(author, name):
    """Under another name than Botswain's, so that it is judged; `prepare` raises where it would be left in Python."""
    for shared in SHARED:
        author.write(f"author_{shared}", as_authors(SHIPPED / f"{shared}.py"))
    author.write(f"author_{name}", as_authors(files()[name]))
    module = author.load(f"author_{name}")
    classes = [one for one in vars(module).values() if isinstance(one, type) and issubclass(one, Strategy)]
    [strategy] = [one for one in classes if one.__module__ == f"author_{name}"]
    for settings in ({}, OTHER_STEPS[name]) if name in OTHER_STEPS else ({},):
        one = strategy(**settings)
        linked = simulator_apart(one, Plan(one, (market(),), 60_000).features(curve=False)).linked
        prepare(linked, name)
        assert linked.step is not None
        assert linked.step.prepared or linked.address > 0


def test_what_shipped_strategies_share_is_judged_in_an_author_s_step(author):
    """A copy of a shipped bot goes on importing it; as the project's own its int(nan) would be a number."""
    author.bot("my.mem.count = on_tick(my, now.mean, 1)", "from botswain.strategies.ticks import on_tick")
    found = play(author.load().Bot, [100, 101], options=Options(curve=False))
    assert found.halt is not None
    assert "cannot convert float NaN to integer" in found.halt.message
