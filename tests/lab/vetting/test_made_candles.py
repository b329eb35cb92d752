"""The candles that ship: the same for ever, sound, and on a grid of two decimals."""

from botswain.history.checks import check
from botswain.history.content import content_hash
from botswain.history.grid import finest_decimals
from botswain.lab.vetting.made_candles import HOURS, made_candles


def test_they_are_the_same_everywhere() -> None:
    found = made_candles()
    assert len(found) == HOURS
    assert content_hash(found) == "a0a4a11fcd844ed9d9c4ba873343400dd199081643f5bdf10c0f58a9e3c4ab9d"
    assert content_hash(made_candles(300)) == content_hash(found.slice(0, 300))
    assert content_hash(made_candles(300, seed=1)) != content_hash(made_candles(300))


def test_they_are_sound_candles() -> None:
    report = check(made_candles())
    assert report.errors == ()
    assert finest_decimals(made_candles()) == 2
