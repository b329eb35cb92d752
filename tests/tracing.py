"""Where branch coverage is measured, and where it is not because it would cost more than the tests themselves.

A traced call of the core takes three times as long. What holds whole runs against each other (the reference, the
compiled form, another process) takes the same branches as the tests of the rooms do, ten thousand times over: traced,
it was two thirds of the test command. So these run as a person runs them, and what is counted is what the tests of a
room prove about it, which is the harder thing to ask. Of reading the tests in only the product's own modules are
traced. Of a test of the doors with many cases the first few are: the others go the same way with other values.

Hooks, named once in the uppermost conftest. They do nothing where no coverage is asked for.
"""

import sys
from collections import Counter
from contextlib import contextmanager
from importlib.machinery import PathFinder
from pathlib import Path
from threading import current_thread, main_thread

import pytest
from coverage import Coverage
from numba.core.dispatcher import Dispatcher

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = "botswain"
COMPILER = "tests/build"
# Files, or folders with all that is in them.
UNTRACED = (
    "tests/api/test_bot_lives.py",
    "tests/api/test_contract.py",
    "tests/build/test_apart.py",
    "tests/build/test_asked.py",
    "tests/build/test_containers.py",
    "tests/build/test_fuzz_programs.py",
    "tests/build/test_ordinary_strategies.py",
    "tests/build/test_proven.py",
    "tests/core/test_action_properties.py",
    "tests/core/test_compiled.py",
    "tests/core/test_invariance.py",
    "tests/core/test_properties.py",
    "tests/docs",
    "tests/engine/test_anchor.py",
    "tests/engine/test_away.py",
    "tests/engine/test_blocks.py",
    "tests/engine/test_broken_steps.py",
    "tests/engine/test_caps_alike.py",
    "tests/engine/test_checkpoint.py",
    "tests/engine/test_emergency.py",
    "tests/engine/test_exits_alike.py",
    "tests/engine/test_grid_restart.py",
    "tests/engine/test_halts_alike.py",
    "tests/engine/test_holding.py",
    "tests/engine/test_hours_alike.py",
    "tests/engine/test_live_lists.py",
    "tests/engine/test_market_record.py",
    "tests/engine/test_other_symbols.py",
    "tests/engine/test_projections.py",
    "tests/engine/test_rebates_alike.py",
    "tests/engine/test_recovery.py",
    "tests/engine/test_recovery_of_bots.py",
    "tests/engine/test_restored.py",
    "tests/engine/test_same_fills.py",
    "tests/engine/test_share_actions.py",
    "tests/engine/test_symbol_rules.py",
    "tests/engine/test_wide_money.py",
    "tests/foreign/test_against_freqtrade.py",
    "tests/foreign/test_backtesting_py.py",
    "tests/foreign/test_freqtrade_bot.py",
    "tests/foreign/test_freqtrade_file.py",
    "tests/lab/pages/test_run_page.py",
    "tests/lab/vetting/test_bad_strategies.py",
    "tests/lab/vetting/test_good_strategies.py",
    "tests/parity",
    "tests/sandbox/test_books_balance.py",
    "tests/sandbox/test_lane.py",
    "tests/sandbox/test_same_fills_as_paper.py",
    "tests/scenarios",
    "tests/simulation/test_beats.py",
    "tests/simulation/test_found_seeds.py",
    "tests/simulation/test_world.py",
    "tests/strategies/test_grid_moved.py",
    "tests/strategies/test_indicator_rules.py",
    "tests/tools",
)


# A process traces so many cases of one test, where tests run much that is not ours: whichever these are, no branch of
# the rooms that must have all of theirs taken (EXACT_ROOMS of tools/check_coverage.py) may hang on them.
TRACED_CASES = 3
FEW_CASES = ("tests/api", "tests/control", "tests/store")


class Pause:
    """No tracing until it is over.

    All that measure are stopped: in a process of xdist pytest-cov has two, and where only the upper one stops, the
    other goes on. That is why its own mark `no_cover` wins nothing there.
    """

    def __init__(self):
        self.stopped = []

    def begin(self):
        while (one := Coverage.current()) is not None:
            one.stop()
            self.stopped.append(one)

    def end(self):
        while self.stopped:
            self.stopped.pop().start()


@contextmanager
def untraced():
    """A pause for a while."""
    pause = Pause()
    pause.begin()
    try:
        yield
    finally:
        pause.end()


class Compiling:
    """numba at work untraced: of what it compiles nothing runs, and traced it takes two and a half times as long.

    What is compiled inside another compilation belongs to it; other threads are left alone, for a pause is everybody's.
    """

    def __init__(self):
        self.pause = Pause()
        self.depth = 0
        self.own = Dispatcher.compile

    def begin(self):
        Dispatcher.compile = lambda dispatcher, signature: self.untraced(dispatcher, signature)

    def untraced(self, dispatcher, signature):
        if current_thread() is not main_thread():
            return self.own(dispatcher, signature)
        if self.depth == 0:
            self.pause.begin()
        self.depth += 1
        try:
            return self.own(dispatcher, signature)
        finally:
            self.depth -= 1
            if self.depth == 0:
                self.pause.end()

    def end(self):
        Dispatcher.compile = self.own


class Imports:
    """Finds the product's modules, and has each executed traced, with all that it imports; depth counts the nesting."""

    def __init__(self, pause):
        self.pause = pause
        self.depth = 0

    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] != PACKAGE:
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None and spec.loader is not None:
            execute = spec.loader.exec_module
            spec.loader.exec_module = lambda module: self.traced(execute, module)
        return spec

    def traced(self, execute, module):
        if self.depth == 0:
            self.pause.end()
        self.depth += 1
        try:
            execute(module)
        finally:
            self.depth -= 1
            if self.depth == 0:
                self.pause.begin()


@pytest.hookimpl(wrapper=True)
def pytest_collection():
    """Read the tests in untraced, but for what they import of the product."""
    if Coverage.current() is None:
        return (yield)
    pause = Pause()
    finder = Imports(pause)
    pause.begin()
    sys.meta_path.insert(0, finder)
    try:
        return (yield)
    finally:
        sys.meta_path.remove(finder)
        pause.end()


class Cases:
    """Counts the cases of each test that this process has run."""

    def __init__(self):
        self.seen = Counter()

    def is_one_of_many(self, item):
        """Whether enough cases of this test were traced; counts it."""
        if not any(item.path.is_relative_to(ROOT / room) for room in FEW_CASES):
            return False
        test = item.nodeid.partition("[")[0]
        self.seen[test] += 1
        return self.seen[test] > TRACED_CASES


CASES = Cases()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item):
    """Run one of many cases untraced, and have numba compile so, but for the tests of the room that is called by it.

    Fixtures included.
    """
    if Coverage.current() is None:
        return (yield)
    if CASES.is_one_of_many(item):
        with untraced():
            return (yield)
    if item.path.is_relative_to(ROOT / COMPILER):
        return (yield)
    compiling = Compiling()
    compiling.begin()
    try:
        return (yield)
    finally:
        compiling.end()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    """Run a test untraced where it is one of those; its fixtures, which others may share, are traced."""
    place = item.path.relative_to(ROOT)
    if not any(place.is_relative_to(one) for one in UNTRACED):
        return (yield)
    with untraced():
        return (yield)
