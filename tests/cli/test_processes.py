"""Which processes are known to be dead: those of this host that do not run, and nobody else."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from botswain.cli import processes
from botswain.cli.processes import is_dead, start_of, this_process

LINUX = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="this host does not tell when processes start")


@pytest.fixture
def child():
    """A process that waits for its input to end."""
    running = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    yield running
    running.kill()
    running.communicate()


def test_this_process_lives_and_is_the_same_every_time():
    assert not is_dead(this_process().text())
    assert this_process() is this_process()
    assert this_process().pid == os.getpid()


def test_a_process_that_ended_is_dead_and_so_is_one_nobody_has_waited_for(child):
    owner = replace(this_process(), pid=child.pid, started=start_of(child.pid) or "").text()
    assert not is_dead(owner)
    child.kill()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    if Path("/proc/self/stat").exists():
        assert is_dead(owner)
    child.wait()
    assert is_dead(owner)


@LINUX
def test_another_process_under_the_same_number_is_another_one(child):
    assert is_dead(replace(this_process(), pid=child.pid, started="1").text())
    assert not is_dead(replace(this_process(), pid=child.pid, started="").text())


def test_of_another_host_or_another_kind_of_owner_nothing_is_known():
    gone = replace(this_process(), pid=2**22 + 1)
    assert is_dead(gone.text())
    assert not is_dead(replace(gone, host="elsewhere").text())
    assert not is_dead("local")


def test_where_the_host_does_not_tell_the_number_alone_has_to_do(child, monkeypatch, tmp_path):
    monkeypatch.setattr(processes, "PROC", tmp_path)
    owner = replace(this_process(), pid=child.pid, started="").text()
    assert not is_dead(owner)
    child.kill()
    child.wait()
    assert is_dead(owner)
    assert not is_dead(replace(this_process(), pid=1, started="").text())


def test_a_host_name_is_one_word(monkeypatch):
    monkeypatch.setattr(processes.socket, "gethostname", lambda: "my box " + "x" * 100)
    assert processes.host().startswith("my-box-x")
    assert len(processes.host()) == 64
