"""A session: paced, shown live, stopped at any time, and killed where a test asks for it."""

import asyncio
import io
import signal

import pytest
from rich.console import Console
from tests.cli.crew_file import LADDER, count, crew_file
from tests.cli.shell import Shell
from tests.engine.crews import CONFIG, crew, market
from tests.engine.scenes import bot
from tests.fakes.installation import Installation

from botswain.cli import crash_points, trading
from botswain.cli.context import Context
from botswain.cli.crash_points import crash_at
from botswain.cli.session import Session
from botswain.cli.trading import Pace, absence_line, traded
from botswain.control.config import TradeConfig, read_config
from botswain.engine.fleet import Absence

RAISING = """
from botswain import Strategy, step


class Raising(Strategy):
    @step
    def decide(now, was, p, candle, my, wanted):
        raise ValueError("no")
"""


@pytest.fixture
def session(tmp_path):
    """A session on a crew's file, as fast as possible."""
    path = crew_file(tmp_path)
    return Session(read_config(path), tmp_path, speed=0.0, limit=15)


def context(tmp_path, kernels):
    return Context(tmp_path / "data", kernels)


async def test_a_terminal_gets_the_live_view_and_the_closing_lines(session, tmp_path, kernels, monkeypatch, capsys):
    screen = io.StringIO()
    made = Console(file=screen, force_terminal=True, width=100, height=40)
    monkeypatch.setattr(trading, "Console", lambda: made)
    assert await traded(context(tmp_path, kernels), session) == 0
    assert "compiling and recovering" in screen.getvalue()
    assert "trend" in screen.getvalue()
    assert "working" in screen.getvalue()
    assert capsys.readouterr().out.startswith("trend: equity ")


def test_ctrl_c_while_it_starts_is_as_harmless_as_a_kill(tmp_path, monkeypatch, capsys):
    async def interrupted(*_, **__):
        signal.raise_signal(signal.SIGINT)

    started = trading.start
    monkeypatch.setattr(trading, "start", interrupted)
    shell = Shell(capsys, tmp_path / "data")
    path = crew_file(tmp_path)
    ended = shell("trade", path, "--plain", "--speed", "0", "--candles", "3")
    assert (ended.code, ended.out, ended.err.strip()) == (130, "", "interrupted")
    monkeypatch.setattr(trading, "start", started)
    assert shell("trade", path, "--plain", "--speed", "0", "--candles", "3").code == 0
    assert count(tmp_path / "data", "market_events") == 6


async def test_a_session_in_which_a_bot_was_halted_ends_with_1(tmp_path, kernels, capsys):
    (tmp_path / "raising.py").write_text(RAISING)
    bots = [{"name": "wrong", "strategy": str(tmp_path / "raising.py"), "symbols": ["BTC/USDT"]}, LADDER]
    session = Session(read_config(crew_file(tmp_path, bots=bots)), tmp_path, speed=0.0, limit=15, live=False)
    assert await traded(context(tmp_path, kernels), session) == 1
    assert "HALTED, step_raised" in capsys.readouterr().out


async def test_a_pace_lets_so_many_through_and_none_after_a_stop():
    stop = asyncio.Event()
    limited = Pace(0.0, market(), stop, 3)
    assert [await limited() for _ in range(5)] == [True, True, True, False, False]
    endless = Pace(0.0, market(), stop, 0)
    assert await endless()
    stop.set()
    assert not await endless()


async def test_a_pace_ends_its_waiting_at_a_stop():
    stop = asyncio.Event()
    slow = Pace(0.001, market(), stop, 0)
    assert await slow()  # the first is due at once
    asyncio.get_running_loop().call_soon(stop.set)
    assert not await slow()


async def test_a_pace_is_so_many_times_real_time_and_does_not_hurry_to_catch_up():
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    fast = Pace(60_000.0, market(), stop, 0)
    assert fast.step_s == pytest.approx(0.001)
    began = loop.time()
    for _ in range(5):
        assert await fast()
    assert loop.time() - began >= 0.003
    fast.due -= 100
    assert await fast()
    assert fast.due >= loop.time() - 1


def test_a_crash_happens_at_the_named_pass_of_the_named_point_only(monkeypatch):
    killed = []
    monkeypatch.setattr(crash_points.os, "kill", lambda _pid, number: killed.append(number))
    at = crash_at("decided:2")
    for point in ("decided", "sent", "sent", "decided", "decided"):
        at(point)
    assert killed == [signal.SIGKILL]
    crash_at(None)("decided")
    once = crash_at("sent")
    once("sent")
    assert killed == [signal.SIGKILL] * 2


def test_a_file_to_replay_stands_in_for_the_market_of_one_symbol(tmp_path):
    one = TradeConfig(bots=[bot("grid", ["A/USD"])])
    config = Session(one, tmp_path, replay="x.csv").market_config()
    assert list(config.replay) == ["A/USD"]
    assert config.replay["A/USD"].endswith("/x.csv")
    assert Session(one, tmp_path).market_config() is one.market


async def test_an_absence_is_one_line_however_much_filled(kernels):
    fleet = await Installation(kernels).process(market(), CONFIG, crew(), candles=20)
    runner = fleet.runners[0]
    fills = tuple(runner.bot.latest)
    assert len(fills) > 4
    first_ms, last_ms = 1_767_225_600_000, 1_767_226_200_000
    said = absence_line(Absence(runner, 11, first_ms, last_ms, fills))
    assert said.startswith(
        "trend: was away and missed 11 candles from 2026-01-01 00:00 to 2026-01-01 00:10; filled mean"
    )
    assert said.count(" at ") == 3
    assert said.endswith(f", and {len(fills) - 3} fills more")
    said = absence_line(Absence(runner, 1, first_ms, first_ms, ()))
    assert said == "trend: was away and missed 1 candle at 2026-01-01 00:00; nothing filled meanwhile"
