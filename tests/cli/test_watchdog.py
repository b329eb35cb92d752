"""A step that never comes back: the process says so and ends; one that is only slow goes on."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

BLOCKED = """
import asyncio, time
from botswain.cli.watchdog import watched

async def stuck():
    async with watched({limit}):
        await asyncio.sleep(0.05)
        {what}

asyncio.run(stuck())
print("came to its end")
"""
STUCK_ON_SIGNALS = """
import asyncio, sys, time
from botswain.cli.watchdog import stopped_by_signals

async def session():
    stop = asyncio.Event()
    with stopped_by_signals(stop.set):
        print("ready", flush=True)
        {what}
    return stop.is_set()

print("stopped" if asyncio.run(session()) else "went on", flush=True)
"""
# Machine code never looks at what Python knows of signals: a C call that sleeps on, as a compiled step would.
MACHINE_CODE = "import ctypes; [ctypes.CDLL(None).sleep(30) for _ in range(9)]"
ENDLESS = """
from botswain import Strategy, step


class Endless(Strategy):
    @step
    def decide(now, was, p, candle, my, wanted):
        while my.lots == 0:
            wanted.target(1.0)
"""
CANDLES = "ts,open,high,low,close,volume\n" + "\n".join(f"{60_000 * k},10,11,9,10,1" for k in range(1, 50))


def ran(what, limit):
    program = BLOCKED.format(what=what, limit=limit)
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)


def test_a_loop_that_stands_still_ends_the_process():
    found = ran("time.sleep(30)", 0.4)
    assert found.returncode == 70
    assert "nothing has moved for 0.4 s: a strategy's step does not come back" in found.stderr
    assert found.stdout == ""


def test_a_loop_that_turns_is_left_alone():
    found = ran("await asyncio.sleep(3.0)", 2.0)
    assert (found.returncode, found.stdout, found.stderr) == (0, "came to its end\n", "")


def signalled(what, *signals):
    """Send signals, a moment apart, to a session that does `what`; its exit code and output."""
    command = [sys.executable, "-c", STUCK_ON_SIGNALS.format(what=what)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "ready\n"
        for one in signals:
            assert not_ended(process)
            process.send_signal(one)
        out, err = process.communicate(timeout=60)
        return process.returncode, out, err


@pytest.mark.parametrize("one", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_the_first_signal_asks_the_session_to_stop(one):
    assert signalled("await stop.wait()", one) == (0, "stopped\n", "")


@pytest.mark.parametrize("signals", [(signal.SIGINT, signal.SIGINT), (signal.SIGTERM, signal.SIGINT)])
def test_the_second_signal_ends_a_step_that_does_not_come_back_at_once(signals):
    code, out, err = signalled("while True: pass", *signals)
    assert (code, out, err) == (130, "", "interrupted: ended at once; what is in the journal is safe\n")


def test_the_second_signal_ends_machine_code_too():
    code, _, err = signalled(MACHINE_CODE, signal.SIGINT, signal.SIGINT)
    assert (code, err) == (130, "interrupted: ended at once; what is in the journal is safe\n")


def test_ctrl_c_ends_a_backtest_that_does_not_come_back(tmp_path):
    (tmp_path / "endless.py").write_text(ENDLESS)
    (tmp_path / "candles.csv").write_text(CANDLES)
    program = str(Path(sys.executable).with_name("botswain"))
    command = [program, "backtest", "endless.py", "--candles", "candles.csv"]
    cache = tmp_path / "cache"
    environment = {"BOTSWAIN_CACHE_DIR": str(cache), "BOTSWAIN_DATA_DIR": str(tmp_path / "data"), "PATH": "/usr/bin"}
    with subprocess.Popen(command, cwd=tmp_path, env=environment, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        assert process.stderr.readline() == "compiling Endless ...\n"
        # The outermost function is kept last: from then on the endless step runs.
        while not list(cache.glob("simulate*.nbc")):
            assert not_ended(process)
        assert not_ended(process)
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=60) == -signal.SIGINT


def not_ended(process):
    """Whether a process still runs a moment later."""
    try:
        process.wait(timeout=0.3)
    except subprocess.TimeoutExpired:
        return True
    return False
