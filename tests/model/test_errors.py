"""The near name in a message."""

import pytest

from botswain.model.errors import (
    FEW,
    BadInput,
    BotswainError,
    Deferred,
    FailClosed,
    Fatal,
    Overflow,
    Unavailable,
    near,
    near_symbol,
)


@pytest.mark.parametrize(
    ("word", "known", "text"),
    [
        ("stop_los", ["take_profit", "stop_loss"], "; did you mean 'stop_loss'?"),
        ("sma", ["macd", "my_sma", "sma_crossover", "sma_crossover_atr"], "; did you mean 'sma_crossover'?"),
        ("drawdown", ["drawdown_pause", "max_drawdown", "drawdown_reduce"], "; did you mean 'max_drawdown'?"),
        ("crossover", ["macd", "sma_crossover"], "; did you mean 'sma_crossover'?"),
        ("s", ["sl", "tp"], "; did you mean 'sl'?"),
        ("zzz", ["b", "a"], "; known: a, b"),
        ("zzz", [], ""),
    ],
)
def test_the_near_name_is_offered_else_all_there_are(word, known, text):
    assert near(word, known) == text


MANY = [f"{base}/USDT" for base in ("BTC", "ETH", "ONE", "NEAR", *(f"C{k}" for k in range(FEW)))]


@pytest.mark.parametrize(
    ("symbol", "known", "text"),
    [
        ("NOPE/USDT", MANY, ""),
        ("NOPE/USDT", ["BTC/USDT", "ETH/USDT"], "; known: BTC/USDT, ETH/USDT"),
        ("NAER/USDT", MANY, "; did you mean 'NEAR/USDT'?"),
        ("BTC/USD", MANY, "; did you mean 'BTC/USDT'?"),
        ("btc-usdt", MANY, "; did you mean 'BTC/USDT'?"),
        ("ETH", MANY, "; did you mean 'ETH/USDT'?"),
        ("NOPE/USDT", [], ""),
    ],
)
def test_a_symbol_is_near_by_its_base_and_not_by_a_quote_that_thousands_share(symbol, known, text):
    assert near_symbol(symbol, known) == text


def test_every_error_says_what_happens_next_and_is_one_of_ours():
    for one in (BadInput, Unavailable, Deferred, FailClosed, Fatal, Overflow):
        assert issubclass(one, BotswainError)
        assert one.__doc__
