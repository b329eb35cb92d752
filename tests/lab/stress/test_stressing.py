"""What a bot can lose, asked of the bots themselves and held against what their settings say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.lab.made import flat, waves

from botswain.core.strategy import Strategy, step
from botswain.lab.backtest import Options, backtest
from botswain.lab.stress.as_json import stress_object
from botswain.lab.stress.made_move import moved_on
from botswain.lab.stress.stressing import Stress, stress
from botswain.lab.stress.words import notes_of, verdict_of
from botswain.library import stress as library_stress
from botswain.model.errors import BadInput
from botswain.model.instrument import Instrument

RULES = Instrument(
    "BTC/USDT", Decimal("0.01"), Decimal("0.00001"), maker_fee=Decimal("0.001"), taker_fee=Decimal("0.001")
)
Stressed = Callable[..., Stress]


class Odd(Strategy):
    """Asks for what no order can be, when the price has fallen."""

    @step
    def decide(now, was, p, candle, my, wanted):  # noqa: ARG002
        wanted.renew(0)
        wanted.market(0, 1, 0.01 if candle.close > 80.0 else -1.0)


@pytest.fixture
def stressed(kernels: Path) -> Stressed:
    """A stress at the end of candles that stand at 100."""

    def made(strategy: Any, candles: Any = None, **more: Any) -> Stress:
        told = {"fall": "0.5", "options": Options(folder=kernels), "instrument": RULES} | more
        return stress(strategy, flat() if candles is None else candles, **told)

    return made


def test_a_move_is_straight_on_whole_ticks_and_meets_its_end() -> None:
    found = moved_on(waves(48), Decimal("0.01"), [Decimal(50)], 100)
    assert len(found) == 48 + 101
    assert np.all(np.diff(found.ts) == 3_600_000)
    made = found.close[48:]
    assert made[0] == found.open[48] == waves(48).close[-1]
    assert made[-1] == 50.0
    assert np.all(np.diff(made) < 0)
    assert np.allclose(made[1:] / made[:-1], (50 / made[0]) ** 0.01, atol=3e-4)
    assert np.array_equal(found.open[49:], made[:-1])
    assert np.array_equal(np.round(made * 100) / 100, made)
    for end in ("0.001", "100"):
        with pytest.raises(BadInput, match=r"is none on a tick of 0\.01; give a larger one"):
            moved_on(flat(), Decimal("0.01"), [Decimal(end)], 10)
    over = moved_on(flat(), Decimal("0.01"), [Decimal(200), Decimal(50)], 10)
    assert over.close[60:].tolist()[::10] == [100.0, 200.0, 50.0]


def test_a_grid_fills_all_its_cells_and_each_costs_its_part(stressed: Stressed) -> None:
    found = stressed("grid", params={"levels": 10, "step": 0.02, "centre": 100})
    rungs = found.ladder.rungs
    assert sum(one.orders for one in rungs) == 10
    assert [one.price for one in rungs[1:]] == [Decimal(98), Decimal(96), Decimal(94), Decimal(92), Decimal(90)]
    assert found.price == 100
    assert found.end == 50
    assert found.step == Decimal(2) / 98 or found.step == Decimal("0.02")
    assert found.used == sum(one.money + one.fee for one in rungs)
    assert Decimal(9_900) < found.used < Decimal(10_000)
    # What it holds is worth half a hundred each at the end.
    held = rungs[-1].total_qty
    assert found.made.position("BTC/USDT") == held
    assert found.loss == found.used - held * 50
    assert found.least == 10_000 - found.loss
    assert found.ruin is None
    assert found.round_trip == (Decimal("1.001") / Decimal("0.999")) - 1


@pytest.mark.parametrize(
    ("name", "params"),
    [
        ("grid", {"levels": 10, "step": 0.02, "centre": 100}),
        ("grid", {"levels": 10, "step": 0.02, "centre": 100, "initial": "none"}),
        ("dca", {"safety_orders": 3, "step": 0.1}),
    ],
)
def test_the_form_shows_the_same_money_before_the_bot_is_made(
    stressed: Stressed, name: str, params: dict[str, Any]
) -> None:
    found = stressed(name, params=params)
    plan = found.made.plan
    drawing = plan.strategy.drawing(RULES, found.price, partial(plan.row_lots, RULES))
    shown = Decimal(dict(drawing.facts)["Money in all orders"].removesuffix(" USDT").replace(",", ""))
    assert shown == found.ladder.rungs[-1].total_money.quantize(Decimal("0.01"))


def test_cells_above_the_price_are_asked_by_a_rise_before_the_fall(stressed: Stressed) -> None:
    params = {"levels": 10, "step": 0.02, "centre": 100, "initial": "none"}
    found = stressed("grid", params=params)
    assert found.top == 200
    assert found.end == 50
    rungs = found.ladder.rungs
    assert [one.price for one in rungs] == [Decimal(one) for one in range(108, 88, -2)]
    assert verdict_of(found).startswith(
        "When the price rises to 200.00 and then falls to 50.00 it fills 10 orders for "
    )
    assert stress_object(found)["move"]["top"] == "200"


def test_a_deal_fills_all_its_safety_orders(stressed: Stressed) -> None:
    params = {"safety_orders": 3, "step": 0.1, "step_scale": 1.0, "volume": 1.0, "volume_scale": 2.0}
    found = stressed("dca", params=params)
    rungs = found.ladder.rungs
    assert [one.price for one in rungs] == [Decimal(100), Decimal(90), Decimal(80), Decimal(70)]
    shares = [float(one.money / rungs[0].money) for one in rungs]
    assert shares == pytest.approx([1.0, 1.0, 2.0, 4.0], rel=1e-3)
    average = float(rungs[-1].total_money / rungs[-1].total_qty)
    assert float(rungs[-1].average) == pytest.approx(average)
    assert found.ladder.closed is None


def test_what_lies_on_a_stop_ends_the_ladder_and_is_told(stressed: Stressed) -> None:
    found = stressed("dca", params={"safety_orders": 1, "step": 0.1, "stop": 0.2})
    assert found.ladder.closed is not None
    assert found.ladder.closed.side == "sell"
    assert any(text.startswith("All of that is closed on the way, at ") for text in notes_of(found))


def test_orders_that_move_with_the_price_are_met_by_a_sudden_fall(stressed: Stressed) -> None:
    found = stressed("scalper", waves(24 * 10))
    assert found.ladder.rungs
    assert found.candles < 2_000
    assert found.loss > 0


def test_a_bot_that_may_be_short_is_asked_by_a_rise_too(stressed: Stressed) -> None:
    rules = replace(RULES, shortable=True)
    found = stressed("dca", waves(24 * 40), params={"direction": "short", "safety_orders": 2}, instrument=rules)
    assert found.ladder.direction == -1
    assert found.end > found.price
    assert [one.price for one in found.ladder.rungs] == sorted(one.price for one in found.ladder.rungs)
    assert found.ruin is not None
    held, cash = -found.made.position("BTC/USDT"), found.made.cash
    assert abs(cash - held * found.ruin) <= held * rules.tick_size
    assert any("nothing of the account would be left" in text for text in notes_of(found))
    names = [one.window.name for one in found.replayed]
    assert "rise over 7 days" in names
    assert "rise over 7 days" not in [one.window.name for one in stressed("dca", waves(24 * 40)).replayed]


def test_orders_that_there_is_no_money_for_are_counted(stressed: Stressed) -> None:
    params = {"safety_orders": 3, "step": 0.1, "step_scale": 1.0, "volume": 1.0, "volume_scale": 1.0}
    found = stressed("dca", params=params, sizing="fixed_quote", size=20_000)
    assert found.used < 10_000
    assert float(found.needed) == pytest.approx(20_000 * 1.001, rel=1e-3)
    (said,) = (text for text in notes_of(found) if text.startswith("All its orders cost"))
    assert "more than there is money for: the last ones would be refused" in said


def test_a_step_below_the_fees_is_told_of_a_grid_and_a_part_of_it_too(stressed: Stressed) -> None:
    more = {"params": {"levels": 10, "step": 0.005, "centre": 100}}
    (said,) = (text for text in notes_of(stressed("grid", **more)) if text.startswith("Fees take"))
    assert "of its smallest step" in said
    wide = stressed("grid", params={"levels": 10, "step": 0.02, "centre": 100})
    assert not [text for text in notes_of(wide) if "step" in text]


def test_each_window_is_the_backtest_of_its_time(stressed: Stressed, kernels: Path) -> None:
    candles = waves(24 * 40)
    found = stressed("grid", candles, params={"levels": 6, "step": 0.02}, capital=5_000)
    assert [one.window.name for one in found.replayed][:3] == [
        f"fall over {days}" for days in ("1 day", "7 days", "30 days")
    ]
    for one in found.replayed:
        run = backtest(
            "grid",
            candles,
            params={"levels": 6, "step": 0.02},
            capital=5_000,
            instrument=RULES,
            start=one.window.start_ms,
            end=one.window.end_ms,
            options=Options(folder=kernels),
        )
        assert one.result is not None
        assert one.result.metrics == run.metrics
        assert one.least == min(equity for _, equity in run.equity)
    assert found.worst is not None
    assert found.worst.total_return == min(one.total_return for one in found.replayed if one.total_return is not None)
    assert found.worst.window.name in verdict_of(found)


def test_the_fall_is_half_or_as_deep_as_it_was(stressed: Stressed) -> None:
    assert stressed("grid", fall=None).end == 50
    deep = waves(24 * 40)
    trough = 1 - float((deep.close / np.maximum.accumulate(deep.close)).min())
    assert trough < 0.5
    closes = np.concatenate([deep.close, np.round(np.linspace(deep.close[-1], 20.0, 100), 2)])
    ts = deep.ts[0] + 3_600_000 * np.arange(len(closes), dtype=np.int64)
    longer = replace(deep, ts=ts, open=closes, high=closes, low=closes, close=closes, volume=np.ones(len(closes)))
    found = stressed("grid", longer, fall=None)
    peak = closes[: np.argmin(closes) + 1].max()
    assert float(1 - found.end / found.price) == pytest.approx(1 - 20.0 / peak, abs=1e-3)


def test_a_bot_that_opens_nothing_and_one_that_is_halted_are_told(stressed: Stressed) -> None:
    none = stressed("sma_crossover")
    assert verdict_of(none).startswith("It opens nothing when the price falls by 50.00 % in one go; it lost in none")
    assert none.used == none.needed == 0
    assert none.step is None
    odd = stressed(Odd)
    assert any(text.startswith("The strategy was halted on the way: ") for text in notes_of(odd))
    assert stress_object(odd)["halt"]["reason"]


def test_a_window_that_cannot_be_run_says_why(stressed: Stressed) -> None:
    # A grid whose lines are in quote is refused where the price is elsewhere.
    candles = waves(24 * 40)
    found = stressed("grid", candles, params={"lower": 115, "upper": 125, "levels": 5, "end_below": 110})
    refused = [one for one in found.replayed if one.result is None]
    assert refused
    assert all(one.why and one.least is None and one.total_return is None for one in refused)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"fall": "1"}, "fall is 1; write a fraction above 0 and below 1, such as 0.5 for half"),
        ({"fall": "much"}, "fall is 'much'; write a number"),
        ({"candles": {}}, "stress is of one symbol; give its candles"),
        ({"candles": flat(1)}, "there are 1 candles of BTC/USDT; give 2 or more"),
        (
            {"start": "2024-01-02"},
            "start is given, and stress decides at closes, from the last candle on; leave it out",
        ),
        ({"trading_frequency": 60}, "trading_frequency is given, and stress decides at closes"),
        ({"params": {"levls": 3}}, "strategy grid has no parameter 'levls'; did you mean 'levels'?"),
    ],
)
def test_what_cannot_be_asked_is_refused(stressed: Stressed, more: dict[str, Any], said: str) -> None:
    with pytest.raises(BadInput) as raised:
        stressed("grid", more.pop("candles", flat()), **more)
    assert str(raised.value).startswith(said)


def test_the_library_looks_at_what_it_was_given(kernels: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOTSWAIN_CACHE_DIR", str(kernels))
    found = library_stress("grid", {"BTC/USDT": flat()}, params={"levels": 10}, fall=0.4, instrument=RULES)
    assert found.end == 60
    for more, said in (
        ({"falls": 1}, "stress has no setting 'falls'; did you mean 'fall'?"),
        ({"params": 3}, "params is 3; give names with values"),
    ):
        with pytest.raises(BadInput) as raised:
            library_stress("grid", flat(), **more)
        assert str(raised.value).startswith(said)
    both = {"BTC/USDT": flat(), "ETH/USDT": replace(flat(), symbol="ETH/USDT")}
    with pytest.raises(BadInput, match="stress is of one symbol's candles; it was given"):
        library_stress("grid", both)
