"""The near name in a message."""

import pytest

from botswain.model.errors import BadInput, BotswainError, Deferred, FailClosed, Fatal, Overflow, Unavailable, near


@pytest.mark.parametrize(
    ("word", "known", "text"),
    [
        ("stop_los", ["take_profit", "stop_loss"], "; did you mean 'stop_loss'?"),
        ("zzz", ["b", "a"], "; known: a, b"),
        ("zzz", [], ""),
    ],
)
def test_the_near_name_is_offered_else_all_there_are(word, known, text):
    assert near(word, known) == text


def test_every_error_says_what_happens_next_and_is_one_of_ours():
    for one in (BadInput, Unavailable, Deferred, FailClosed, Fatal, Overflow):
        assert issubclass(one, BotswainError)
        assert one.__doc__
