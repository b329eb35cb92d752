"""The compiler in the background: nobody waits for it, one at a time, nothing left behind."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import msgspec
import pytest
from tests.stage import market

from botswain.build import later
from botswain.build.ahead import environment
from botswain.build.child import NICE, Job, by_turns, locked
from botswain.build.later import LOCK, REAPER, compile_later
from botswain.build.link import ready
from botswain.build.plan import Plan
from botswain.build.simulator import simulator
from botswain.strategies.sma_crossover import SmaCrossover

STARTS_AND_ENDS = """
import sys
from pathlib import Path
from botswain.build import later
from botswain.build.features import Features
from botswain.strategies.sma_crossover import SmaCrossover
later.COMMAND = ("-c", sys.argv[1])
print(later.compile_later(SmaCrossover(), Features(False, False, False, True), Path(sys.argv[2])))
"""


@pytest.fixture
def script(monkeypatch):
    """Puts a few lines of Python in the place of the compiler."""
    return lambda text: monkeypatch.setattr(later, "COMMAND", ("-c", text))


def plan_of(strategy):
    return Plan(strategy, (market(),), 60_000)


def begin(strategy, folder):
    return compile_later(strategy, plan_of(strategy).features(curve=False), folder)


def wait(folder):
    """Until what was started has ended, and this process has noticed: it holds the lock as long as it runs."""
    with locked(Path(folder) / LOCK):
        pass
    for thread in threading.enumerate():
        if thread.name == REAPER:
            thread.join(60)


def test_the_next_run_finds_the_simulator_as_one(author, kernels, tmp_path):
    """In a folder of its own, for which the pieces are borrowed."""
    for one in kernels.glob("*.nb?"):
        if not one.name.startswith(("simulate-", "step_apart-")):
            os.link(one, tmp_path / one.name)
    author.bot("wanted.market(0, 1, 2.0)")
    plan = plan_of(author.load().Bot())
    sim = simulator(plan.strategy, plan.features(curve=False), folder=tmp_path)
    assert not ready(sim.linked)
    pid = begin(plan.strategy, tmp_path)
    assert pid > 0
    assert begin(plan.strategy, tmp_path) == 0  # one at a time
    wait(tmp_path)
    assert ready(sim.linked)
    assert not list(tmp_path.glob("*.tmp.*"))
    with pytest.raises(ProcessLookupError):  # nor a zombie
        os.kill(pid, 0)


def test_its_job_says_that_nobody_waits(tmp_path, script):
    heard = tmp_path / "heard"
    script(f"import sys; open({str(heard)!r}, 'w').write(sys.stdin.read())")
    assert begin(SmaCrossover(fast=3, slow=9), tmp_path) > 0
    wait(tmp_path)
    job = msgspec.json.decode(heard.read_bytes(), type=Job)
    assert (job.name, job.folder, job.live, job.later) == ("SmaCrossover", str(tmp_path), False, True)
    assert job.parameters == SmaCrossover(fast=3, slow=9).values


def test_one_that_died_holds_nothing_up(tmp_path, script):
    script("import os; os.kill(os.getpid(), 9)")
    for _ in range(2):
        assert begin(SmaCrossover(), tmp_path) > 0
        wait(tmp_path)


def test_the_command_that_started_it_ends_and_it_goes_on(tmp_path):
    """It has none of the command's pipes: reading them to their end would wait for it."""
    gate = tmp_path / "gate"
    os.mkfifo(gate)
    text = f"import os; open({str(gate)!r}).read(); open({str(tmp_path / 'done')!r}, 'w').write(str(os.getsid(0)))"
    command = [sys.executable, "-c", STARTS_AND_ENDS, text, str(tmp_path)]
    ended = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60, env=environment())
    pid = int(ended.stdout)
    os.kill(pid, 0)
    gate.write_text("go on")
    wait(tmp_path)
    assert int((tmp_path / "done").read_text()) == pid  # of a session of its own: no Ctrl-C, no hang-up


def test_it_is_not_started_where_it_could_not_help(tmp_path, script, monkeypatch):
    class Local(SmaCrossover):
        """In a function, where no other process finds it."""

    script("raise SystemExit('started')")
    (tmp_path / "file").write_text("in the way")
    assert begin(SmaCrossover(), None) == 0
    assert begin(SmaCrossover(), tmp_path / "file") == 0
    assert begin(Local(), tmp_path) == 0
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    assert begin(SmaCrossover(), tmp_path) == 0
    wait(tmp_path)


def test_it_steps_back_and_ends_whatever_happens(tmp_path):
    """The child itself, with the class it is asked for not there: it fails, after it stepped back."""
    text = (
        "import os, signal, sys\n"
        "from botswain.build import child\n"
        "code = child.main()\n"
        "sys.exit(f'{code} {os.nice(0)} {signal.alarm(0) > 0}')\n"
    )
    features = plan_of(SmaCrossover()).features(curve=False)
    job = Job("botswain.strategies.sma_crossover", "", "Missing", {}, features, False, str(tmp_path), later=True)
    done = subprocess.run(
        [sys.executable, "-c", text], input=msgspec.json.encode(job) + b"\n", capture_output=True, env=environment(),
        timeout=60, check=False,
    )  # fmt: skip
    assert done.stderr.decode().splitlines()[-1] == f"2 {os.nice(0) + NICE} True"


def test_without_a_folder_there_is_nobody_to_wait_for(tmp_path):
    with by_turns(None, "abc"):
        pass
    with by_turns(str(tmp_path), "abcdef"):
        assert [one.name for one in tmp_path.iterdir()] == ["compile-ab.lock"]
