"""A bot's settings are checked when its plan is made: before anything is compiled, and before a start writes a row."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from botswain.build.plan import Plan
from botswain.core.scale import Sizing
from botswain.model.errors import BadInput
from botswain.model.instrument import Instrument
from botswain.strategies.sma_crossover import SmaCrossover

RULES = Instrument("BTC/USDT", tick_size=Decimal("0.01"), lot_size=Decimal("0.00001"))


def plan(**settings: Any) -> Plan:
    return Plan(SmaCrossover(), (RULES,), 60_000, **settings)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"exits": {"stop_loss": Decimal(2)}}, "exit stop_loss is 2 (200 %); write 0 (off) to below 1"),
        ({"exits": {"stop_los": Decimal("0.1")}}, "exit 'stop_los' is unknown; did you mean 'stop_loss'?"),
        ({"limits": {"max_drawdon": Decimal("0.1")}}, "limit 'max_drawdon' is unknown; did you mean 'max_drawdown'?"),
        ({"limits": {"max_orders_day": Decimal("1.5")}}, "limit max_orders_day is 1.5; write a whole number"),
        ({"sizing": Sizing("risk", Decimal("0.01"))}, "sizing risk needs a stop-loss"),
    ],
)
def test_exits_limits_and_sizing_are_checked_when_the_plan_is_made(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(BadInput) as refused:
        plan(**settings)
    assert message in str(refused.value)
