"""Botswain and the reference, run on the same candles: every fill, every mark of equity, every round trip equal."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from botswain import backtest

from .bracket_cases import bracket_case
from .cases import BASE_FEE, PLAINLY, A, Case, grid_cases, random_case, sma_cases, suited, together
from .compare import first_difference, first_veto_difference
from .scenes import binance_files, instrument, real, shared_folder, wild
from .waiting_cases import waiting_cases

WINDOW = 3_000
NAMED = [*sma_cases(), *grid_cases(), *waiting_cases()]
FILES = binance_files()
# Three markets of one year on one account.
TOGETHER = [one for one in FILES if one.stem == "1h_2024" and one.parent.name in ("BTC-USDT", "ATOM-USDT", "CRV-USDT")]
# Random runs in which the two once disagreed: exits beside refused rows, blocks, dust, ties, no cash, nothing received,
# rows that come back.
ONCE_DIFFERENT = (
    7,
    14,
    33,
    36,
    41,
    126,
    136,
    141,
    155,
    167,
    216,
    271,
    310,
    353,
    422,
    511,
    899,
    1141,
    1356,
    2342,
    2508,
    2549,
    2806,
    2941,
    21081,
)
# What the runs of the bot that protects itself must meet, all together.
MET = {
    "LINKED", "NOTHING_TO_REDUCE", "INSUFFICIENT_BALANCE", "BELOW_MINIMUM", "MAX_ORDERS", "PRICE_COLLAR",
    "MAX_OPEN_POSITIONS", "MAX_POSITION", "BALANCE", "DAILY_LOSS", "DRAWDOWN", "COOL_DOWN", "stop_loss", "target",
}  # fmt: skip
BACK = {"MAX_ORDERS", "MAX_POSITION", "DAILY_LOSS", "COOL_DOWN", "BALANCE", "MAX_OPEN_POSITIONS"}


@pytest.mark.parametrize("case", NAMED, ids=[f"{c.strategy}: {c.name}" for c in NAMED])
def test_the_product_fills_as_the_reference_does(case: Case) -> None:
    outcome = case.reference()
    seen = {f.reason for f in outcome.fills} | {r.code for r in outcome.reasons}
    assert len(outcome.fills) > 3, "the case is tame: it hardly trades"
    assert set(case.bites) <= seen, "the case is tame: something it was made for does not happen"
    assert set(case.returns) <= outcome.returned, "the case is tame: nothing comes back that was refused for this"
    result = case.product(backtest)
    assert first_difference(result, outcome) == ""
    assert first_veto_difference(result, outcome) == ""


@pytest.mark.parametrize("first", range(0, 60, 10))
def test_the_product_fills_as_the_reference_does_on_random_runs(first: int) -> None:
    for seed in range(first, first + 10):
        case = random_case(seed)
        result, outcome = case.product(backtest), case.reference()
        assert first_difference(result, outcome) == "", f"random_case({seed})"
        assert first_veto_difference(result, outcome) == "", f"random_case({seed})"


def test_a_bot_that_protects_itself_fills_as_in_the_reference() -> None:
    """Linked pairs, children, reduce-only beside plain, targets and positions over the maximum: see `brackets`."""
    met: set[str] = set()
    back: set[str] = set()
    fills = 0
    for seed in range(40):
        case = bracket_case(seed)
        result, outcome = case.product(PLAINLY), case.reference()
        assert result.halt is None, result.halt
        assert first_difference(result, outcome) == "", f"bracket_case({seed})"
        assert first_veto_difference(result, outcome) == "", f"bracket_case({seed})"
        met |= {f.reason for f in outcome.fills} | {r.code for r in outcome.reasons}
        back |= outcome.returned
        fills += len(outcome.fills)
    assert fills > 1_000
    assert met >= MET, MET - met
    assert back >= BACK, BACK - back


@pytest.mark.parametrize("seed", [60178, 60415, 61027])
def test_what_once_differed_of_what_is_too_small_to_send_is_equal(seed: int) -> None:
    """An old position that was worth too little to sell, and rests of rows that waited at the gate."""
    case = random_case(seed)
    result, outcome = case.product(PLAINLY), case.reference()
    assert first_difference(result, outcome) == ""
    assert first_veto_difference(result, outcome) == ""


def test_dust_counts_towards_the_margin_of_a_short() -> None:
    """Once the two disagreed: less than a lot of another symbol is worth what the account lacked."""
    case = bracket_case(60435)
    assert first_difference(case.product(PLAINLY), case.reference()) == ""


def test_a_bot_that_protects_itself_fills_the_same_compiled() -> None:
    for seed in (3, 8):
        case = bracket_case(seed)
        assert first_difference(case.product(backtest), case.reference()) == "", f"bracket_case({seed})"


@pytest.mark.parametrize(
    "more", [{}, {"compound": True, "resting": 2}, {"trail": "both"}], ids=["plain", "managed", "follows"]
)
def test_a_grid_of_more_lots_than_a_float_tells_apart_sells_what_it_holds(more: dict[str, object]) -> None:
    """A coin of a millionth, in lots of 1e-8: of a cell of a hundred dollars a number of its memory keeps 53 bits.

    Rounded up, a sale would be of more than is held, and refused for good; rounded down, some lots would stay, and be a
    position to everybody else: trips would never end, stops never go. Money of 250 fits machine numbers.
    """
    rules = {A: instrument(A, "0.00000001", "0.00000001", **BASE_FEE)}
    params = {"step": "0.03", "levels": 2, "spacing": "geometric"} | more
    sold = ended = 0
    for seed, capital in ((1, "250"), (2, "250"), (3, "20000"), (4, "20000"), (5, "777777")):
        candles = wild(seed, 900, A, start=100, tick="0.00000001", calm=0.01)
        case = Case("large lots", "grid", {A: candles}, rules, params, capital=capital)
        result, outcome = case.product(backtest), case.reference()
        assert "trail" in more or result.ran.compiled == (capital == "250")
        assert first_difference(result, outcome) == "", seed
        assert first_veto_difference(result, outcome) == ""
        assert more or "INSUFFICIENT_BALANCE" not in {one.code for one in outcome.reasons}
        sold += sum(one.side == "sell" for one in outcome.fills if one.qty > Decimal(2**53) / 10**8)
        ended += len(result.round_trips)
    assert sold > 20


def test_a_smallest_order_beyond_machine_numbers_is_met_by_a_run_in_python() -> None:
    """5 of the quote in units of 1e-18, of a coin with a tick of 1e-10 and a lot of 1e-8."""
    rules = {A: instrument(A, "0.0000000001", "0.00000001", min_notional=Decimal(5))}
    candles = wild(4, 300, A, start=10_000, tick="0.0000000001", calm=0.01)
    case = Case("fine", "sma_crossover", {A: candles}, rules, {"fast": 3, "slow": 7}, capital="30", size="0.17")
    result, outcome = case.product(backtest), case.reference()
    assert not result.ran.compiled
    assert len(outcome.fills) > 5
    assert "BELOW_MINIMUM" in {one.code for one in outcome.reasons}
    assert first_difference(result, outcome) == ""
    assert first_veto_difference(result, outcome) == ""


@pytest.mark.parametrize("seed", ONCE_DIFFERENT)
def test_what_once_differed_is_equal(seed: int) -> None:
    case = random_case(seed)
    assert first_difference(case.product(PLAINLY), case.reference()) == ""


@pytest.mark.skipif(not FILES, reason=f"no real candles under {shared_folder().name}/data/binance")
@pytest.mark.parametrize("path", FILES, ids=[f"{p.parent.name}-{p.stem}" for p in FILES])
@pytest.mark.parametrize("strategy", ["sma_crossover", "grid"])
def test_the_product_fills_as_the_reference_does_on_real_candles(path: Path, strategy: str) -> None:
    candles = real(path)
    room = max(1, len(candles) - WINDOW)
    first = FILES.index(path) * 7919 % room
    case = suited(strategy, candles.slice(first, first + WINDOW), FILES.index(path))
    assert first_difference(case.product(backtest), case.reference()) == ""


@pytest.mark.skipif(len(TOGETHER) < 3, reason=f"no real candles under {shared_folder().name}/data/binance")
@pytest.mark.parametrize("first", [0, 3_000])
@pytest.mark.parametrize("strategy", ["sma_crossover", "grid"])
def test_three_symbols_on_one_account_fill_as_in_the_reference_on_real_candles(strategy: str, first: int) -> None:
    candles = [real(path).slice(first, first + WINDOW) for path in TOGETHER]
    case = together(strategy, {one.symbol: one for one in candles}, first // 3_000)
    result, outcome = case.product(backtest), case.reference()
    assert len({fill.symbol for fill in outcome.fills}) == 3
    assert len(outcome.fills) > 30
    assert {"MAX_OPEN_POSITIONS", "BALANCE", "MAX_POSITION"} & {one.code for one in outcome.reasons}
    assert first_difference(result, outcome) == ""
    assert first_veto_difference(result, outcome) == ""
