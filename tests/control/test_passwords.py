"""Passwords that are long enough and still the first to be tried."""

import pytest

from botswain.control.passwords import weakness


@pytest.mark.parametrize(
    "password",
    [
        "password1234",
        "qwertyuiop12",
        "aaaaaaaaaaaa",
        "captaincaptain",
        "iloveyou123456",
        "P@ssw0rd2026",
        "123456789012",
    ],
)
def test_what_a_guesser_tries_first_is_weak_and_it_is_said_why(password):
    assert weakness(password, "captain").endswith(".")


@pytest.mark.parametrize("password", ["correct horse battery staple", "kx92-vuq7-plm3", "Tr0ub4dor&3-sextant"])
def test_what_is_hard_to_guess_is_not(password):
    assert weakness(password, "captain") is None


def test_one_longer_than_is_looked_at_is_judged_by_its_beginning():
    assert weakness("a" * 1024, "captain") is not None
    assert weakness("kx92-vuq7-plm3" + "a" * 1000, "captain") is None
