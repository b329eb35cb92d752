"""When a bot decides and opens positions: refused at the field at fault, and stored so that old settings stay equal."""

import json

import pytest

from botswain.control.config import BotConfig, MarketConfig, bot_of, read_config, stored_form
from botswain.control.refusals import Wrong
from botswain.control.trading_times import TradingWindow, checked_frequency, checked_window
from botswain.model.errors import BadInput

GOOD = {"start": "09:30", "end": "16:00"}


@pytest.mark.parametrize(
    "given",
    [{}, {"start": "22:00", "end": "06:00"}, {"days": (7,)}, {"time_zone": "Europe/Vienna"}, {"end": "23:59"}],
)
def test_good_windows_are_taken(given):
    checked_window(TradingWindow(**GOOD | given))
    checked_window(None)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"start": "9:30"}, "start"),
        ({"end": "24:00"}, "end"),
        ({"end": "09:30"}, "end"),
        ({"days": ()}, "days"),
        ({"days": (0, 8)}, "days"),
        *(({"time_zone": name}, "time_zone") for name in ("Mars", "Europe", "", "../../etc/passwd", "x" * 65, "/etc")),
    ],
)
def test_windows_that_mean_nothing_are_refused_at_their_field(given, field):
    with pytest.raises(Wrong) as refused:
        checked_window(TradingWindow(**GOOD | given))
    assert refused.value.field == f"/trading_window/{field}"


@pytest.mark.parametrize("seconds", [-1, 1, 60])
def test_a_frequency_is_refused_while_nothing_decides_between_closes(seconds):
    assert checked_frequency(0) == 0
    with pytest.raises(Wrong, match=str(seconds)):
        checked_frequency(seconds)


def test_settings_that_were_stored_before_there_were_times_are_those_without_any():
    old = json.loads(stored_form(BotConfig(name="a", strategy="grid", symbols=["BTC/USDT"]), MarketConfig()))
    for name in ("trading_frequency_s", "trading_window"):
        del old["bot"][name]
    assert bot_of(json.dumps(old))[0] == BotConfig(name="a", strategy="grid", symbols=["BTC/USDT"])


def test_a_window_comes_back_as_it_was_stored():
    window = TradingWindow("22:00", "06:00", (1, 2), "Asia/Tokyo")
    config = BotConfig(name="a", strategy="grid", symbols=["B/U"], trading_window=window)
    assert bot_of(stored_form(config, MarketConfig()))[0] == config


FILE = """
market: {seed: 5, prices: {BTC/USDT: 60000}}
bots:
  - name: one
    strategy: grid
    symbols: [BTC/USDT]
    trading_frequency_s: 0
    trading_window: {start: "09:30", end: "16:00", time_zone: UTC}
"""


def test_a_configuration_has_them_too_and_is_refused_word_by_word(tmp_path):
    path = tmp_path / "config.yaml"
    path.write_text(FILE)
    [bot] = read_config(path).bots
    assert (bot.trading_frequency_s, bot.trading_window.start) == (0, "09:30")
    for old, new, said in (
        ("UTC}", "Mars}", "bot 'one': trading_window: time_zone 'Mars' is unknown"),
        ("time_zone: UTC", "zone: UTC", "key 'zone' is unknown; did you mean 'time_zone'"),
        ("frequency_s: 0", "frequency_s: 5", "trading_frequency_s is 5; deciding on the candle"),
    ):
        path.write_text(FILE.replace(old, new))
        with pytest.raises(BadInput, match=said):
            read_config(path)
