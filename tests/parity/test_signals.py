"""Botswain's signal bots and the reference's, which was written from docs/rules.md alone: every fill equal."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest

from botswain import backtest

from .cases import PLAINLY, Case, random_case, suited, together
from .compare import first_difference, hold_against
from .scenes import binance_files, real, shared_folder
from .signal_cases import signal_cases, without
from .signal_params import OWN, SHARED, SIGNAL_BOTS
from .signals import Stand

WINDOW = 3_000
NAMED = signal_cases()
FILES = binance_files()
NEW = [bot for bot in SIGNAL_BOTS if bot != "sma_crossover"]  # whose real windows test_product has
NO_DATA = pytest.mark.skipif(not FILES, reason=f"no real candles under {shared_folder().name}/data/binance")
# Runs in which the two once disagreed: a signal that was used up ended the other side; a target of -1 on spot.
COMPILED = (3, 8)
ONCE_DIFFERENT = (("rsi", 48), ("bollinger", 11))


def compare(case: Case, said: str = "") -> int:
    """Fail where they differ; return the number of fills."""
    outcome = case.reference()
    hold_against(case.product(PLAINLY), outcome, said)
    return len(outcome.fills)


@pytest.mark.parametrize(("case", "felt"), NAMED, ids=[f"{c.strategy}: {c.name}" for c, _ in NAMED])
def test_a_named_run_fills_as_in_the_reference(case: Case, felt: tuple[str, ...]) -> None:
    outcome = case.reference()
    seen = {f.reason for f in outcome.fills} | {r.code for r in outcome.reasons}
    assert len(outcome.fills) > 3, "the case is tame: it hardly trades"
    assert set(case.bites) <= seen, "the case is tame: something it was made for does not happen"
    for setting in felt:
        assert without(case, setting).reference().fills != outcome.fills, f"the case is tame: {setting} changes nothing"
    hold_against(case.product(PLAINLY), outcome)


def test_every_setting_of_every_bot_is_felt_in_a_named_run() -> None:
    felt: dict[str, set[str]] = defaultdict(set)
    for case, names in NAMED:
        felt[case.strategy] |= set(names)
    for bot in SIGNAL_BOTS:
        own = set(OWN[bot]) | ({"mode"} if bot == "bollinger" else set())
        missing = (own | set(SHARED)) - felt[bot]
        assert missing <= {"late"}, bot


@pytest.mark.parametrize("bot", SIGNAL_BOTS)
def test_lateness_and_a_used_up_signal_are_felt_in_the_named_runs(bot: str, monkeypatch: pytest.MonkeyPatch) -> None:
    late = [case for case, _ in NAMED if case.strategy == bot and case.params.get("late") and not case.limits]
    fills = {case.name: case.reference().fills for case in late}
    for case in late:
        punctual = Case(**{**vars(case), "params": case.params | {"late": False}})
        if punctual.reference().fills != fills[case.name]:
            break
    else:
        pytest.fail("no run is another one when it is late")
    monkeypatch.setattr(Stand, "use_up", lambda _self: None)
    assert any(case.reference().fills != fills[case.name] for case in late), "no signal is used up"


@pytest.mark.parametrize("bot", SIGNAL_BOTS)
def test_random_runs_fill_as_in_the_reference(bot: str) -> None:
    fills = sum(
        compare(random_case(seed, strategy=bot), f"random_case({seed}, strategy={bot!r})") for seed in range(20)
    )
    assert fills > 100


@pytest.mark.parametrize("bot", SIGNAL_BOTS)
def test_random_runs_fill_the_same_compiled(bot: str) -> None:
    for seed in COMPILED:
        case = random_case(seed, strategy=bot)
        assert first_difference(case.product(backtest), case.reference()) == "", (
            f"random_case({seed}, strategy={bot!r})"
        )


@pytest.mark.parametrize(("bot", "seed"), ONCE_DIFFERENT)
def test_what_once_differed_is_equal(bot: str, seed: int) -> None:
    assert compare(random_case(seed, strategy=bot)) > 3


@NO_DATA
@pytest.mark.parametrize("bot", NEW)
def test_real_candles_fill_as_in_the_reference(bot: str) -> None:
    """One window a bot, each of another file; `benchmarks/parity.py` takes all files whole."""
    path: Path = FILES[(NEW.index(bot) + 1) * len(FILES) // (len(NEW) + 1)]
    candles = real(path)
    first = NEW.index(bot) * 7919 % max(1, len(candles) - WINDOW)
    assert compare(suited(bot, candles.slice(first, first + WINDOW), NEW.index(bot)), path.stem) > 3


@NO_DATA
def test_three_markets_on_one_account_fill_as_in_the_reference() -> None:
    year = [one for one in FILES if one.stem == "1h_2024"][:3]
    candles = {one.symbol: one for one in (real(path).slice(0, WINDOW) for path in year)}
    assert compare(together("donchian_breakout", candles, 0)) > 30
