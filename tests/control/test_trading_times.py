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
        ({"at_end": "stay"}, "at_end"),
        ({"minutes_before": 1_441}, "minutes_before"),
        ({"calendar": "XXXX"}, "calendar"),
        ({"hours": "09:30-16:00"}, "start"),
        ({"start": "", "end": "", "hours": "9-16"}, "hours"),
        ({"start": ""}, "start"),
        ({"days": (0, 8)}, "days"),
        *(({"time_zone": name}, "time_zone") for name in ("Mars", "Europe", "", "../../etc/passwd", "x" * 65, "/etc")),
    ],
)
def test_windows_that_mean_nothing_are_refused_at_their_field(given, field):
    with pytest.raises(Wrong) as refused:
        checked_window(TradingWindow(**GOOD | given))
    assert refused.value.field == f"/trading_window/{field}"


@pytest.mark.parametrize("seconds", [0, 1, 59, 86_400])
def test_a_frequency_below_the_timeframe_is_taken(seconds):
    assert checked_frequency(seconds, 60_000 if seconds < 60 else 2 * 86_400_000) == seconds


@pytest.mark.parametrize(
    ("seconds", "frame_ms", "said"),
    [
        (-1, 60_000, "is -1; write 1 to 86400 seconds, or 0"),
        (86_401, 10**9, "is 86401; write 1 to 86400 seconds, or 0"),
        (60, 60_000, "is 60, and a candle lasts 60 s"),
        (61, 60_000, "choose a longer timeframe"),
    ],
)
def test_a_frequency_that_cannot_be_is_refused_with_what_to_do(seconds, frame_ms, said):
    with pytest.raises(Wrong, match=said) as found:
        checked_frequency(seconds, frame_ms)
    assert found.value.field == "/trading_frequency_s"


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
        ("frequency_s: 0", "frequency_s: 5", "trading_frequency_s is 5, and a market that is made up or replayed"),
        ("frequency_s: 0", "frequency_s: 60", "trading_frequency_s is 60, and a candle lasts 60 s"),
    ):
        path.write_text(FILE.replace(old, new))
        with pytest.raises(BadInput, match=said):
            read_config(path)
