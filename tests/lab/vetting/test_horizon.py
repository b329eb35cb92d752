"""The curtain before candles: who looks beyond it is named, however they look; who does not is left alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from botswain.build.strategy_names import strategy_named
from botswain.lab.vetting.findings import Place
from botswain.lab.vetting.ground import ground_of, plan_on
from botswain.lab.vetting.horizon import Horizon
from botswain.lab.vetting.made_candles import made_candles
from botswain.lab.vetting.probe import first_difference, probe

LOOKS = '''
from botswain import Strategy, step


class Looks(Strategy):
    """Looks in one way."""

    @step
    def decide(now, was, p, candle, my, wanted):
        seen = {look}
        wanted.target(1.0 if seen > 0.0 else 0.0)
'''


def beyond(folder: Path, look: str) -> dict[Place, tuple[str, int]]:
    """Who looked beyond the horizon, over a few candles."""
    path = folder / "looks.py"
    path.write_text(LOOKS.format(look=look))
    ground = ground_of(made_candles(30))
    horizon = Horizon()
    strategy = strategy_named(str(path))()
    plan, market = plan_on(ground, strategy), ground.market(strategy)
    plain = probe(plan, market)
    behind = probe(plan, market, watching=horizon.around)
    assert first_difference(plain, behind) is None
    assert {one.line for one in horizon.seen} <= {10}
    return horizon.seen


@pytest.mark.parametrize(
    ("look", "ahead"),
    [
        ("sim_.close[min(row_ + 1, 29)]", ("close", 1)),
        ("sim_.high[min(row_ + 7, 29)]", ("high", 7)),
        ("sim_.close[-1]", ("close", 29)),
        ("max(sim_.low[row_ : row_ + 4])", ("low", 3)),
        ("sum(sim_.volume)", ("volume", 29)),
        ("len([k for k in sim_.close_ticks])", ("close_ticks", 29)),
        ("sim_.times[min(row_ + 2, 29)]", ("times", 2)),
    ],
)
def test_who_looks_ahead_is_named(look: str, ahead: tuple[str, int], tmp_path: Path) -> None:
    assert list(beyond(tmp_path, look).values()) == [ahead]


@pytest.mark.parametrize(
    "look", ["candle.close", "sim_.close[row_]", "sim_.close[max(row_ - 5, 0)]", "max(sim_.high[: row_ + 1])"]
)
def test_who_looks_back_is_left_alone(look: str, tmp_path: Path) -> None:
    assert beyond(tmp_path, look) == {}
