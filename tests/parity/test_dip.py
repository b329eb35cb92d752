"""Botswain's `dip` and the reference's, which was written from docs/rules.md alone: every fill equal."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from botswain import backtest

from .cases import BASE_FEE, PLAINLY, Case, one, random_case, suited
from .compare import hold_against
from .dip_cases import DIP, OWN
from .scenes import binance_files, real, shared_folder

WINDOW = 3_000
FILES = binance_files()
STOP = {"stop_loss": "0.02"}
NAMED = [
    *(one(", ".join(f"{k} {v}" for k, v in own.items()), "dip", 81, params={**DIP, **own}, exits=STOP) for own in OWN),
    one("defaults", "dip", 82, params={}, count=3_000),
    one("without a stop", "dip", 83, params=DIP),
    one("base fees", "dip", 84, BASE_FEE, params=DIP, exits=STOP, bites=("stop_loss", "ladder")),
    one("base fees, coarse lot", "dip", 85, {**BASE_FEE, "lot": "0.1"}, params={**DIP, "sells": 3, "gain_2": 0.02,
        "gain_3": 0.03}, exits=STOP),
    one("shortable", "dip", 86, {"shortable": True}, params=DIP, exits=STOP),
    one("too dear", "dip", 87, params={**DIP, "buys": 2}, size="1.5", bites=("INSUFFICIENT_BALANCE",)),
    one("fixed", "dip", 88, params=DIP, sizing="fixed", size="7.1234", slippage_bps="5"),
    one("below the minimum", "dip", 89, {"min_notional": Decimal(1200)}, params={**DIP, "sells": 3, "gain_2": 0.02,
        "gain_3": 0.03}, exits=STOP, bites=("BELOW_MINIMUM", "stop_loss")),
    one("in a cage", "dip", 90, params={**DIP, "limit_below": 0.003}, exits=STOP,
        limits={"max_position": "0.4", "max_orders_day": 6, "max_daily_loss": "0.01"}, bites=("MAX_ORDERS",)),
]  # fmt: skip


def compare(case: Case, how: object = PLAINLY) -> int:
    """Fail where they differ; return the number of fills."""
    outcome = case.reference()
    hold_against(case.product(how), outcome, case.name)  # type: ignore[arg-type]
    return len(outcome.fills)


@pytest.mark.parametrize("case", NAMED, ids=[case.name for case in NAMED])
def test_a_named_run_fills_as_in_the_reference(case: Case) -> None:
    outcome = case.reference()
    seen = {f.reason for f in outcome.fills} | {r.code for r in outcome.reasons}
    assert len(outcome.fills) > 3, "the case is tame: it hardly trades"
    assert set(case.bites) <= seen, f"the case is tame: {seen}"
    hold_against(case.product(PLAINLY), outcome)


# Without its trailing sale a bot without a ladder would be refused.
FELT = [own for own in OWN if not (next(iter(own)) == "arm" and own.get("sells") == 0)]


@pytest.mark.parametrize("own", FELT, ids=[next(iter(own)) + f" {k}" for k, own in enumerate(FELT)])
def test_each_setting_is_felt(own: dict[str, object]) -> None:
    name = next(iter(own))
    case = one("felt", "dip", 81, params={**DIP, **own}, exits=STOP)
    rest = {key: value for key, value in case.params.items() if key != name} | {k: DIP[k] for k in (name,) if k in DIP}
    assert replace(case, params=rest).reference().fills != case.reference().fills, "it changes nothing"


def test_random_runs_fill_as_in_the_reference() -> None:
    assert sum(compare(random_case(seed, strategy="dip")) for seed in range(60)) > 500


def test_random_runs_fill_the_same_compiled() -> None:
    for seed in (3, 8):
        compare(random_case(seed, strategy="dip"), backtest)


@pytest.mark.skipif(not FILES, reason=f"no real candles under {shared_folder().name}/data/binance")
@pytest.mark.parametrize("turn", range(3))
def test_real_candles_fill_as_in_the_reference(turn: int) -> None:
    path = FILES[(turn + 1) * len(FILES) // 4]
    candles = real(path)
    first = turn * 7919 % max(1, len(candles) - WINDOW)
    assert compare(suited("dip", candles.slice(first, first + WINDOW), turn)) > 3
