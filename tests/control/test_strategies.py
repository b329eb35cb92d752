"""Kinds of bots as a form shows them: titles and words for people, not the source's."""

from botswain.control.strategies import kind_named, kinds


def test_words_that_are_said_letter_by_letter_are_written_so():
    titles = {name: kind_named(name).title for name in ("grid", "rsi", "macd", "sma_crossover", "donchian_breakout")}
    assert titles == {
        "grid": "Grid",
        "rsi": "RSI",
        "macd": "MACD",
        "sma_crossover": "SMA crossover",
        "donchian_breakout": "Donchian breakout",
    }


def test_no_kind_shows_marks_of_the_source():
    for one in kinds():
        assert "`" not in one.words + one.summary, one.name
        assert "docs/" not in one.words, one.name
    assert "side of zero" in kind_named("macd").words
