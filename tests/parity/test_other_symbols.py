"""Bots that look at another symbol, against the reference, which was written from docs/rules.md alone: every fill."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from botswain import BadInput, backtest
from botswain.model.candles import Candles
from botswain.strategies.catalog import strategy_class

from .cases import PLAINLY, Case, random_case, suited
from .compare import first_difference, first_veto_difference
from .desk import Desk
from .rule_params import any_settings
from .scenes import binance_files, real, shared_folder, wild

REF = "REF/USD"
WINDOW = 3_000
FILES = binance_files()


def compare(case: Case, how: Any = PLAINLY, said: str = "") -> int:
    """Fail where they differ; return the number of fills."""
    result, outcome = case.product(how), case.reference()
    assert result.halt is None, result.halt
    assert first_difference(result, outcome) == "", (said, case.params)
    assert first_veto_difference(result, outcome) == "", (said, case.params)
    return len(outcome.fills)


def beside(seed: int) -> dict[str, Candles]:
    """Candles of a symbol that is only read, with holes of its own, which begin and end where they will."""
    rng = random.Random(f"beside {seed}")
    whole = wild(seed * 11 + 5, 400, REF, missing=rng.choice((0, 0.1, 0.4)))
    return {REF: whole.slice(rng.choice((0, 0, 3)), len(whole) - rng.choice((0, 0, 40)))}


def momentum_case(seed: int) -> Case:
    """Any run of momentum with the market filter; where several symbols are traded the market may be one of them."""
    case, rng = random_case(seed, strategy="momentum"), random.Random(f"market {seed}")
    market = rng.choice([REF, REF, *list(case.candles)[1:]])
    params = case.params | {"filter_symbol": market, "filter_trend": rng.choice((2, 5, 20))}
    return replace(case, params=params, reads=beside(seed) if market == REF else {})


def elsewhere(one: Any, rng: random.Random, symbols: list[str]) -> Any:
    """Rules of which some are looked at on other symbols."""
    if isinstance(one, list):
        return [elsewhere(part, rng, symbols) for part in one]
    if "left" in one:
        return one | {"symbol": rng.choice(symbols)} if rng.random() < 0.5 else one
    return {key: elsewhere(part, rng, symbols) if isinstance(part, list | dict) else part for key, part in one.items()}


def rule_case(seed: int) -> Case:
    """Any run with any rules, some of them on other symbols, in full or in the short form."""
    case, rng = random_case(seed, strategy="rsi"), random.Random(f"elsewhere {seed}")
    symbols = [REF, *list(case.candles)[1:]]
    for turn in range(40):
        settings = any_settings(seed + 1000 * turn, next(iter(case.candles.values())).timeframe)
        rules = settings["rules"]
        full = any(key.startswith("entry") for key in rules)
        if full:
            rules = elsewhere(rules, rng, symbols)
        else:
            named = {key: value for key, value in rules.items() if isinstance(value, dict) and rng.random() < 0.6}
            rules = rules | {key: value | {"symbol": REF} for key, value in named.items()}
        if REF not in str(rules):
            continue
        try:
            strategy_class("indicator_rules")(**settings | {"rules": rules})
        except BadInput:  # two rules became one
            continue
        return replace(case, strategy="indicator_rules", params=settings | {"rules": rules}, reads=beside(seed))
    raise AssertionError(f"no rules on {REF} in 40 turns of seed {seed}")


@pytest.mark.parametrize("first", range(0, 60, 20))
def test_random_runs_with_the_market_filter_fill_as_in_the_reference(first: int) -> None:
    cases = [momentum_case(seed) for seed in range(first, first + 20)]
    fills = [compare(case, said=str(seed)) for seed, case in enumerate(cases, first)]
    assert sum(fills) > 60
    assert any(len(case.candles) > 1 and not case.reads for case in cases) or first
    felt = [case for case in cases if without_filter(case).fills != case.reference().fills]
    assert len(felt) > 10, "the filter changes nothing"


def without_filter(case: Case) -> Any:
    """The same run without it, in the reference."""
    return replace(case, params={k: v for k, v in case.params.items() if not k.startswith("filter")}).reference()


@pytest.mark.parametrize("first", range(0, 80, 20))
def test_random_rules_on_other_symbols_fill_as_in_the_reference(first: int) -> None:
    fills = [compare(rule_case(seed), said=str(seed)) for seed in range(first, first + 20)]
    assert sum(fills) > 60
    assert sum(count > 3 for count in fills) > 5, "the runs are tame: they hardly trade"


def test_they_fill_the_same_compiled() -> None:
    cases = [momentum_case(0), momentum_case(6), rule_case(0), rule_case(3)]
    assert min(compare(case, backtest) for case in cases) > 5


def test_a_reference_that_remembers_what_it_saw_last_is_another_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the comparisons above might pass for want of holes."""
    cases = [case for case in map(momentum_case, range(40)) if case.reads]
    expected = [case.reference().fills for case in cases]
    plain = Desk.seen_of

    def kept(desk: Desk, symbol: str, values: list[float]) -> list[float]:
        found = plain(desk, symbol, values)
        for k in range(1, len(found)):
            if found[k] != found[k]:
                found[k] = found[k - 1]
        return found

    monkeypatch.setattr(Desk, "seen_of", kept)
    assert sum(case.reference().fills != fills for case, fills in zip(cases, expected, strict=True)) > 5


@pytest.mark.skipif(not FILES, reason=f"no real candles under {shared_folder().name}/data/binance")
@pytest.mark.parametrize("turn", range(3))
def test_real_eth_by_real_btc_fills_as_in_the_reference(turn: int) -> None:
    own, market = named("ETH/USDT", turn), named("BTC/USDT", turn)
    case = suited("momentum", own, turn)
    params = {"lookback": 12, "enter": 0.006, "filter_symbol": "BTC/USDT", "filter_trend": 50, "direction": "both"}
    assert compare(replace(case, params=params, reads={"BTC/USDT": market}), backtest) > 20
    rules = {
        "entry_long": [
            {"left": {"indicator": "RSI"}, "is": "crosses_above", "right": 40, "within": 3},
            {"left": "close", "is": "above", "right": {"indicator": "EMA", "period": 20}, "symbol": "BTC/USDT",
             "timeframe": "4h"},
        ],
        "exit": {"any": [
            {"left": {"indicator": "RSI"}, "is": "crosses_below", "right": 60},
            {"left": "close", "is": "falling", "candles": 3, "symbol": "BTC/USDT"},
        ]},
    }  # fmt: skip
    case = replace(case, strategy="indicator_rules", params={"rules": rules}, reads={"BTC/USDT": market})
    assert compare(case, backtest) > 10


def named(symbol: str, turn: int) -> Candles:
    """A window of real candles; of BTC/USDT some are missing."""
    found = next(path for path in FILES if path.parent.name == symbol.replace("/", "-") and "2017" in path.name)
    first = 9_000 + 9_000 * turn
    whole = real(found).slice(first, first + WINDOW)
    kept = np.arange(len(whole)) % 17 != 0 if symbol == "BTC/USDT" else np.full(len(whole), True)
    columns = (whole.ts, whole.open, whole.high, whole.low, whole.close, whole.volume)
    return Candles(symbol, "1h", *(column[kept].copy() for column in columns))
