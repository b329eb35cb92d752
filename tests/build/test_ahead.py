"""Compiling in a process of its own: what it is told and inherits, how it ends, what is said where it fails."""

import asyncio
import logging
import os
import socket
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from tests.stage import market

from botswain.build import ahead
from botswain.build.ahead import Ahead, compile_ahead, compile_ahead_async, environment, job_or_answer
from botswain.build.child import PARENT_GONE, Answer, Job, compiled, links
from botswain.build.decider import Decider
from botswain.build.link import REFUSED, ready
from botswain.build.plan import Plan
from botswain.build.simulator import forget, simulator
from botswain.model.errors import BadInput
from botswain.model.trades import OnTrades
from botswain.strategies.sma_crossover import SmaCrossover

STEP = "wanted.market(0, 1, 2.0)"


@pytest.fixture(autouse=True)
def unsaid(monkeypatch):
    """Nothing was said before."""
    monkeypatch.setattr(ahead, "SAID", set())


@pytest.fixture
def script(monkeypatch):
    """Puts a few lines of Python in the place of the compiler."""
    return lambda text: monkeypatch.setattr(ahead, "COMMAND", ("-c", text))


def plan_of(strategy):
    return Plan(strategy, (market(),), 60_000)


def entry(plan, folder):
    """The simulator of a plan, linked and not compiled."""
    (found,) = links(plan.strategy, plan.features(curve=False), str(folder), live=False)
    return found


def uncompiled(author, kernels):
    """A plan whose simulator is not in the folder, though what it calls may be."""
    author.bot(STEP)
    plan = plan_of(author.load().Bot())
    Path(entry(plan, kernels).call._cache._cache_file._index_path).unlink(missing_ok=True)
    return plan


def child(job):
    """The compiler, told its job."""
    process = subprocess.Popen(
        [sys.executable, *ahead.COMMAND], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment()
    )
    process.stdin.write(msgspec.json.encode(job) + b"\n")
    process.stdin.flush()
    return process


class TestCompiling:
    """With the real compiler."""

    def test_what_a_child_compiled_is_loaded_here_and_not_compiled_again(self, author, kernels):
        plan = uncompiled(author, kernels)
        assert compile_ahead(plan, kernels, live=False) == Ahead(True, made=1)
        assert compile_ahead(plan, kernels, live=False) == Ahead(True)
        one = entry(plan, kernels)
        assert ready(one)
        assert not one.call.signatures

    @pytest.mark.parametrize("latency_ms", [0, 500])
    @pytest.mark.parametrize("curve", [False, True])
    def test_it_is_the_simulator_that_a_run_looks_for(self, curve, latency_ms, tmp_path):
        """Candles that are passed over, or what comes late, have a loop of their own."""
        trades = OnTrades(latency_ms=latency_ms) if latency_ms else None
        plan = Plan(SmaCrossover(), (market(),), 60_000, on_trades=trades)
        features = plan.features(curve=curve)
        (found,) = links(plan.strategy, features, str(tmp_path), live=False)
        assert found.key == simulator(plan.strategy, features, folder=tmp_path).linked.key
        (called,) = links(plan.strategy, features, str(tmp_path), live=False, called=True)
        assert called.key == simulator(plan.strategy, features, folder=tmp_path, called=True).linked.key

    def test_of_two_children_with_one_job_one_compiles(self, author, kernels):
        plan = uncompiled(author, kernels)
        job = job_or_answer(plan, kernels, live=False, curve=False)
        assert isinstance(job, Job)
        both = [child(job) for _ in range(2)]
        answers = [msgspec.json.decode(one.stdout.readline(), type=Answer) for one in both]
        for one in both:
            one.communicate()
        assert sorted((one.made, one.found) for one in answers) == [(0, 1), (1, 0)]

    def test_a_child_ends_when_the_one_who_asked_is_gone(self, author, kernels):
        job = job_or_answer(uncompiled(author, kernels), kernels, live=False, curve=False)
        with child(job) as process:
            process.stdin.close()
            assert process.wait(60) == PARENT_GONE

    def test_a_step_that_does_not_compile_is_told_and_its_caller_compiled(self, author, kernels):
        author.bot("wanted.market(0, 1, 2.0 if now.mean > {1: 2}.get('a') else 1.0)")
        plan = plan_of(author.load().Bot())
        job = Job("author_bot", str(author.folder / "author_bot.py"), "Bot", {}, plan.features(curve=False), False,
                  str(kernels))  # fmt: skip
        answer = compiled(job)
        (key,) = answer.refused
        assert key == entry(plan, kernels).key
        assert "does not compile" in answer.refused[key]
        called = links(plan.strategy, plan.features(curve=False), str(kernels), live=False, called=True)
        assert all(ready(one) for one in called)
        REFUSED.pop(key)

    def test_a_bot_needs_its_two_entries_loud_and_silent_and_its_venue_s_four(self):
        plan = plan_of(SmaCrossover())
        found = links(plan.strategy, plan.features(curve=False), None, live=True)
        names = [one.call.__name__ for one in found]
        assert names == ["apply_report", "close", "apply_report", "close", "arrive", "walk", "remove", "opened"]

    def test_all_that_decides_for_a_bot_is_compiled_ahead_its_beats_and_the_end_of_its_hours_too(self, tmp_path):
        plan = Plan(SmaCrossover(), (market(),), 60_000, windows=(60_000, 600_000), frequency_ms=5_000)
        job = job_or_answer(plan, tmp_path, live=True, curve=False)
        made = {one.key for one in links(plan.strategy, job.features, job.folder, live=True, turns=job.turns)}
        decider = Decider(plan, tmp_path)
        called = {one.key for one in decider.code.linked}
        decider.silence()
        called |= {one.key for one in decider._linked}
        assert len(called) == 7  # what is done when hours end calls no strategy, so it is the same silenced
        assert called <= made


class TestAnswers:
    """What a child says, and what becomes of it."""

    def test_a_refusal_is_known_here_so_that_the_step_is_not_tried_again(self, tmp_path, script):
        answer = msgspec.json.encode(Answer(0, 1, {"abc": "no, line 3"})).decode()
        script(f"import sys; sys.stdin.readline(); print({answer!r})")
        assert compile_ahead(plan_of(SmaCrossover()), tmp_path) == Ahead(True)
        assert str(REFUSED.pop("abc")) == "no, line 3"

    def test_a_child_that_fails_is_said_once_with_its_last_line(self, tmp_path, script, caplog):
        script("import sys; sys.exit('first\\nout of memory')")
        with caplog.at_level(logging.WARNING):
            answers = {compile_ahead(plan_of(SmaCrossover()), tmp_path) for _ in range(2)}
        assert answers == {
            Ahead(False, reason="the compiler of SmaCrossover ended with 1: out of memory"),
        }
        assert [one.message for one in caplog.records] == [
            "the compiler of SmaCrossover ended with 1: out of memory; the strategy is compiled in this process, which "
            "stands still for some seconds"
        ]

    def test_a_child_that_ends_without_a_word(self, tmp_path, script):
        script("")
        assert "ended with 0: it said nothing" in compile_ahead(plan_of(SmaCrossover()), tmp_path).reason

    def test_a_child_that_takes_too_long_is_ended(self, tmp_path, script, monkeypatch):
        monkeypatch.setattr(ahead, "LIMIT_S", 0.01)
        script("import sys; sys.stdin.read()")
        assert compile_ahead(plan_of(SmaCrossover()), tmp_path).reason == "it took more than 0.01 s"

    def test_an_interpreter_that_cannot_be_started(self, tmp_path, monkeypatch):
        monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
        reason = compile_ahead(plan_of(SmaCrossover()), tmp_path / "kept").reason
        assert reason == "the compiler cannot be started (No such file or directory)"

    def test_a_folder_that_cannot_be_used_starts_nothing(self, tmp_path, script):
        script("raise SystemExit('started')")
        (tmp_path / "file").write_text("in the way")
        assert "kept in memory only" in compile_ahead(plan_of(SmaCrossover()), tmp_path / "file").reason
        assert compile_ahead(plan_of(SmaCrossover()), None) == Ahead(False)

    def test_a_class_that_no_other_process_can_import_starts_nothing(self, tmp_path, script):
        class Local(SmaCrossover):
            """In a function."""

        script("raise SystemExit('started')")
        reason = compile_ahead(plan_of(Local()), tmp_path).reason
        assert "Local is not at the top of a module that another process can import" in reason

    def test_a_class_that_is_not_the_one_asked_for_is_refused(self, tmp_path):
        features = plan_of(SmaCrossover()).features(curve=False)
        with pytest.raises(BadInput, match="has no strategy 'Grid' of its own"):
            compiled(Job("botswain.strategies.sma_crossover", "", "Grid", {}, features, False, str(tmp_path)))


class TestInherited:
    """What a child gets of this process."""

    def test_it_gets_no_variable_but_where_to_import_from(self, tmp_path, script, monkeypatch):
        monkeypatch.setenv("EXCHANGE_SECRET", "hidden")
        script("import os, sys; sys.exit(' '.join(sorted(set(os.environ) - {'LC_CTYPE'})))")
        assert compile_ahead(plan_of(SmaCrossover()), tmp_path).reason.endswith("ended with 1: PYTHONPATH")

    def test_it_gets_no_open_file_or_socket(self, tmp_path, script):
        with socket.socket() as server:
            script(f"import os, sys\ntry: os.fstat({server.fileno()})\nexcept OSError: sys.exit('closed')")
            assert compile_ahead(plan_of(SmaCrossover()), tmp_path).reason.endswith("closed")

    async def test_the_loop_runs_meanwhile_and_a_cancelled_wait_ends_the_child(self, tmp_path, script):
        started = tmp_path / "started"
        os.mkfifo(started)
        script(f"import os, sys\nopen({str(started)!r}, 'w').write(str(os.getpid()))\nsys.stdin.read()")
        waiting = asyncio.create_task(compile_ahead_async(plan_of(SmaCrossover()), tmp_path / "kept"))
        pid = int(await asyncio.to_thread(started.read_text))
        os.kill(pid, 0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_linking_to_ask_leaves_nothing_behind_in_the_process():
    forget()
    plan = plan_of(SmaCrossover())
    assert not any(one.call.signatures for one in links(plan.strategy, plan.features(curve=False), None, live=True))


async def test_whoever_waits_is_told_before_a_child_begins_and_not_where_nothing_is_compiled(author, kernels, script):
    plan, told = uncompiled(author, kernels), []
    script("print('{}')")
    await compile_ahead_async(plan, None, live=False, begins=lambda: told.append(1))
    assert told == []
    await compile_ahead_async(plan, kernels, live=False, begins=lambda: told.append(1))
    assert told == [1]
