"""What stopped an order is told with the limit's own numbers: in a terminal, in the JSON and on the page."""

from __future__ import annotations

import io
from decimal import Decimal
from typing import Any

import pytest
from tests.lab.made import INTERPRETED, used, waves
from tests.lab.pages.test_run_page import page_of

from botswain.core.strategy import Strategy, step
from botswain.lab.backtest import Options, backtest
from botswain.lab.export import result_object
from botswain.lab.reached import drawn_down, reached_limits
from botswain.lab.report import console_for_report, print_report
from botswain.lab.result import Result
from botswain.model.instrument import Instrument

DEAR = Instrument("BTC/USDT", Decimal("0.01"), Decimal("0.01"), taker_fee=Decimal("0.01"))
DAY = "until the next risk day begins"
NEVER = "this limit does not end: nothing is opened any more"


class Costly(Strategy):
    """Is in at every other close, asks for its order each time, and pays for it."""

    def slots(self) -> int:
        return 2

    @step
    def decide(now, was, p, candle, my, wanted):  # noqa: ARG002
        slot = 1 if my.position > 0 else 0
        wanted.renew(slot)
        wanted.market(slot, 1 - 2 * slot, 20.0)


def costly(limits: dict[str, Any], hours: int = 240) -> Result:
    """A run of it, of 10,000 at about 100 a piece and 1 % a fill."""
    return backtest(Costly, waves(hours), instrument=DEAR, limits=limits, options=INTERPRETED)


def words(result: Result) -> str:
    """The report on one line."""
    out = io.StringIO()
    print_report(result, used(result), console_for_report(file=out))
    return " ".join(out.getvalue().split())


CASES = [
    ({"max_daily_loss": "0.01"}, "daily_loss", "equity ", "floor of the day ", DAY),
    (
        {"max_weekly_loss": "0.01"},
        "weekly_loss",
        "equity 9,",
        "floor of the week 9,",
        "until the next risk week begins",
    ),
    ({"max_drawdown": "0.03"}, "drawdown", "equity 9,", "floor 9,", NEVER),
    ({"drawdown_pause": "0.03"}, "drawdown_pause", "smoothed equity 9,", "floor 9,", "until it has recovered"),
    ({"drawdown_flatten": "0.03"}, "drawdown_flatten", "smoothed equity 9,", "floor 9,", NEVER),
    (
        *({"max_consecutive_losses": 2, "cooldown_ms": 36_000_000}, "cool_down"),
        *("losses in a row 2,", "at most 2", "until the cool-down is over"),
    ),
    (
        {"symbol_cooldown_ms": 36_000_000},
        "symbol_cool_down",
        "lost ",
        "at most 0.00",
        "until the symbol has cooled down",
    ),
]


@pytest.mark.parametrize(("limits", "code", "value", "limit", "until"), CASES, ids=[one[1] for one in CASES])
def test_an_order_that_a_limit_of_the_account_stopped_tells_its_numbers(
    limits: dict[str, Any], code: str, value: str, limit: str, until: str
) -> None:
    run = costly(limits)
    last = [place for place, one in enumerate(run.notes) if one.code == code and one.slot == 0][-1]
    reached = reached_limits(run)[last]
    told = next(one for one in reversed(run.notes[:last]) if one.code == code and one.slot < 0)
    assert reached is not None
    numbers = pytest.approx((told.value, told.limit), rel=1e-12)
    assert reached.time_ms == told.time_ms
    assert (float(reached.value), float(reached.limit)) == numbers
    note = result_object(run, used(run))["notes"][last]
    assert (note["measure"], note["unit"]) == ("qty", "BTC")
    assert note["reached"]["time_ms"] == told.time_ms
    assert (float(note["reached"]["value"]), float(note["reached"]["limit"])) == numbers
    assert note["reached"]["unit"] == (None if code == "cool_down" else "USDT")
    text = words(run)
    begin = text.index(f"{code}: {value}")
    line = text[begin : begin + 250]
    assert limit in line
    assert until in line
    assert "others wait until there is room" not in text
    page = page_of(run, judge=False)
    assert f"; {value}" in page
    assert until in page


def test_other_notes_have_no_limit_that_was_reached() -> None:
    run = costly({"max_orders_day": 1, "max_drawdown": "0.03"})
    notes = result_object(run, used(run))["notes"]
    assert {one["code"] for one in notes if one["reached"] is None and one["slot"] >= 0} == {"max_orders"}
    assert all(one["reached"] is None for one in notes if one["slot"] < 0)


def test_a_drawdown_is_found_in_the_equity_where_its_note_is_not_kept_any_more() -> None:
    short, long = costly({"max_drawdown": "0.03"}), costly({"max_drawdown": "0.03"}, hours=8_400)
    [first] = [one for one in short.notes if one.slot < 0]
    assert all(one.slot == 0 for one in long.notes)
    for found in (drawn_down(short), reached_limits(long)[-1]):
        assert found is not None
        assert found.time_ms == first.time_ms
        assert (float(found.value), float(found.limit)) == pytest.approx((first.value, first.limit), rel=1e-12)
    assert drawn_down(costly({"max_drawdown": "0.99"})) is None
    without = Options(compiled=False, curve=False)
    bare = backtest(Costly, waves(), instrument=DEAR, limits={"max_drawdown": "0.03"}, options=without)
    assert drawn_down(bare) is None
