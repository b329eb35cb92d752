"""Botswain's `indicator_rules` and the reference's, which was written from docs/rules.md alone: every fill equal."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from botswain import backtest

from .cases import PLAINLY, Case, random_case, suited
from .compare import first_difference, first_veto_difference
from .rule_params import SHORTS, any_settings
from .scenes import binance_files, real, shared_folder

WINDOW = 3_000
FILES = binance_files()
RUNS = 120
VERBS = {"above", "below", "crosses_above", "crosses_below", "between", "near", "rising", "falling"}
JOINS = {"all", "any", "at_least"}
PLACES = {"entry_long", "entry_short", "exit_long", "exit_short", "exit", "veto"}


def rule_case(seed: int, count: int = 400) -> Case:
    """Any run with any rules."""
    case = random_case(seed, count, strategy="rsi")
    timeframe = next(iter(case.candles.values())).timeframe
    return replace(case, strategy="indicator_rules", params=any_settings(seed, timeframe))


def compare(case: Case, how: object = PLAINLY) -> int:
    """Fail where they differ; return the number of fills."""
    result, outcome = case.product(how), case.reference()  # type: ignore[arg-type]
    assert result.halt is None, result.halt
    assert first_difference(result, outcome) == "", case.params
    assert first_veto_difference(result, outcome) == "", case.params
    return len(outcome.fills)


def words(one: Any) -> set[str]:
    """Every key and every text in rules."""
    if isinstance(one, dict):
        return {str(key) for key in one} | {word for part in one.values() for word in words(part)}
    if isinstance(one, list):
        return {word for part in one for word in words(part)}
    return {one} if isinstance(one, str) else set()


@pytest.mark.parametrize("first", range(0, RUNS, 30))
def test_random_rules_fill_as_in_the_reference(first: int) -> None:
    cases = [rule_case(seed) for seed in range(first, first + 30)]
    fills = [compare(case) for case in cases]
    assert sum(fills) > 150
    assert sum(count > 3 for count in fills) > 8, "the runs are tame: they hardly trade"


def test_the_random_rules_have_every_verb_join_list_and_timeframe() -> None:
    every = [rule_case(seed).params["rules"] for seed in range(RUNS)]
    met = {word for rules in every for word in words(rules)}
    assert met >= VERBS | JOINS | PLACES | {"within", "by", "timeframe", "need"}


def test_random_rules_fill_the_same_compiled() -> None:
    assert sum(compare(rule_case(seed), backtest) for seed in range(5)) > 40


@pytest.mark.skipif(not FILES, reason=f"no real candles under {shared_folder().name}/data/binance")
@pytest.mark.parametrize("turn", range(6))
def test_real_candles_fill_as_in_the_reference(turn: int) -> None:
    path = FILES[(turn + 1) * len(FILES) // 7]
    candles = real(path)
    first = turn * 7919 % max(1, len(candles) - WINDOW)
    window = candles.slice(first, first + WINDOW)
    case = suited("indicator_rules", window, turn)
    compare(case, backtest)
    short = {"direction": "both", "rules": SHORTS[turn % len(SHORTS)]}
    assert compare(replace(case, params=short), backtest) > 3
