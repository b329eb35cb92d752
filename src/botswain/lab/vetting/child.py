"""Looks at one strategy and ends: `python -P -m botswain.lab.vetting.child`, started by `examination`.

It gets the job as one line of JSON and says lines of JSON; what the strategy prints goes to standard error. When its
input closes nobody wants to know any more, and it ends at once. Where a call stands still inside one line, which no
budget of lines can see, the process is ended by a watch that needs no Python to run, and says on which line it stood.
"""

from __future__ import annotations

import faulthandler
import math
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from botswain.build.layout import layout_of
from botswain.build.line_budget import TooManyLines, load_budget
from botswain.build.link import link
from botswain.build.own_folder import keep_in
from botswain.build.step import step_of
from botswain.build.strategy_names import strategy_named
from botswain.core.records import State
from botswain.core.strategy import Strategy
from botswain.history.shelf import Shelf
from botswain.history.sources import find_source
from botswain.lab.vetting.compiling import compiles
from botswain.lab.vetting.draws import Draws
from botswain.lab.vetting.extremes import declarations, extremes, first_price, raised_at
from botswain.lab.vetting.findings import Finding, Place, failed, fine, place_in, skipped
from botswain.lab.vetting.ground import Ground, ground_of, plan_on
from botswain.lab.vetting.job import CandlesAsked, Job, Said
from botswain.lab.vetting.looking_ahead import look_ahead
from botswain.lab.vetting.made_candles import made_candles
from botswain.lab.vetting.money import fees, orders
from botswain.lab.vetting.probe import Seen, probe
from botswain.lab.vetting.reading import read
from botswain.lab.vetting.sameness import digests, twice
from botswain.lab.vetting.subject import Subject, subject_of
from botswain.lab.vetting.warm_up import warm_up
from botswain.model.errors import BadInput

PARENT_GONE = 3
# Of longer data the last are taken: a run in Python is slow, and a thousand decisions show what ten thousand would.
MOST_CANDLES = 3_000
# For the ends of parameters, of which there may be many.
FEW_CANDLES = 250
# How many times as long as one call the loading may take: it imports what it needs.
LOADING = 6
Tell = Callable[[Said], None]


def main() -> int:
    """One job, from standard input."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    sys.path.insert(0, str(Path.cwd()))
    job = msgspec.json.decode(sys.stdin.buffer.readline(), type=Job)
    threading.Thread(target=end_with_the_parent, daemon=True).start()
    try:
        work(job, lambda said: say(out, said))
    except BadInput as error:
        say(out, Said(refused=str(error), done=True))
    return 0


def say(out: BinaryIO, said: Said) -> None:
    """One line."""
    out.write(msgspec.json.encode(said) + b"\n")
    out.flush()


def end_with_the_parent() -> None:
    """Wait until the input closes."""
    while os.read(0, 1):
        pass
    os._exit(PARENT_GONE)


def work(job: Job, tell: Tell) -> None:
    """Do the job. Raises BadInput where it cannot be begun: candles that are not there, a name that is unknown."""
    keep_in(Path(job.own) if job.own else None)
    ground = ground_of(candles_of(job.candles))
    if job.work == "all":
        Examiner(job, ground, tell).examine()
        return
    strategy = strategy_named(job.word)(**job.params)
    seen = probe(plan_on(ground, strategy), ground.market(strategy), way_of=job.call if job.work == "way" else None)
    code = strategy.step_function().__code__
    times = [one.at_ms for one in seen.calls]
    done = Said(done=True, way=seen.way, step=(code.co_filename, code.co_firstlineno), times=times)
    tell(msgspec.structs.replace(done, digests=digests(seen)))


def candles_of(asked: CandlesAsked) -> Any:
    """The candles that are asked for, the last of them; those that ship where none are. Raises BadInput."""
    if not asked.target:
        return made_candles()
    shelf = Shelf(Path(asked.store))
    found = find_source(asked.target, shelf, asked.symbol, asked.timeframe, asked.venue).checked()
    return found.slice(max(len(found) - MOST_CANDLES, 0), len(found))


class Stop(Exception):
    """Nothing more can be asked of this strategy; what it was stopped by has been told."""


class Examiner:
    """Asks one question after the other, and tells each finding once."""

    def __init__(self, job: Job, ground: Ground, tell: Tell) -> None:
        self.job = job
        self.ground = ground
        self.say = tell
        self.set_s = -math.inf
        self.told: set[tuple[str, str, int, str]] = set()
        self.draws = Draws(lambda found: self.tell([found]))

    def examine(self) -> None:
        """All of it."""
        digested: list[str] = []
        times: list[int] = []
        try:
            subject = self.loaded()
            strategy = self.made(subject)
            seen = self.first_run(subject, strategy)
            again = self.asked("the same again", twice(subject, strategy, self.ground, seen))
            if again:
                self.tell(
                    [skipped("look-ahead", "two runs differ by themselves, so nothing can be said of the future")]
                )
            else:
                digested, times = digests(seen), [one.at_ms for one in seen.calls]
                self.say(Said(at="looking ahead"))
                self.tell(look_ahead(subject, strategy, self.ground, seen))
            self.rest(subject, strategy, seen)
        except Stop:
            pass
        self.say(Said(done=True, digests=digested, times=times))

    def rest(self, subject: Subject, strategy: Strategy, seen: Seen) -> None:
        """What can be asked of every strategy that runs."""
        self.asked("warm-up", warm_up(subject, strategy, self.ground, seen))
        self.say(Said(at="compiling"))
        folder = Path(self.job.cache) if self.job.cache else None
        self.tell(compiles(subject, strategy, self.ground, seen, folder))
        self.say(Said(at="ends of parameters"))
        few = self.ground.until(min(FEW_CANDLES, len(self.ground.candles)))
        self.tell(extremes(subject, dict(self.job.params), few))
        self.asked("orders", orders(subject, strategy, self.ground, seen))
        self.asked("fees", fees(subject, seen))

    def asked(self, at: str, found: list[Finding]) -> list[Finding]:
        """Tell what a question came to; returns what must be mended."""
        self.say(Said(at=at))
        self.tell(found)
        return [one for one in found if one.verdict == "failed"]

    def tell(self, found: list[Finding]) -> None:
        """Say each finding; what was found at the same line by reading and by running once."""
        for one in found:
            key = (one.check, one.file, one.line, one.value if one.line else one.what)
            if key not in self.told:
                self.told.add(key)
                self.say(Said(finding=one))

    def stop(self, found: Finding) -> Stop:
        """Tell a finding after which there is nothing to ask."""
        self.tell([found])
        return Stop()

    def loaded(self) -> Subject:
        """The class, its files read. Raises Stop where it cannot be loaded; BadInput where the word is none."""
        self.say(Said(at="loading"))
        before = frozenset(sys.modules)
        try:
            with self.watched(LOADING), self.draws.around(loading=True), load_budget():
                cls = strategy_named(self.job.word)
            cls.step_function()
        except TooManyLines as error:
            remedy = "let the file define its strategy and compute nothing long"
            raise self.stop(failed("ends", str(error), Place(error.file, error.line), remedy)) from None
        except BadInput as error:
            place = place_in(str(error), Place("", 0))
            if not place.line:
                raise
            raise self.stop(failed("loads", str(error), place, "correct the line")) from None
        subject = subject_of(cls, before)
        self.tell(read(subject))
        return subject

    def made(self, subject: Subject) -> Strategy:
        """The strategy with the parameters asked for, its step rewritten. Raises Stop."""
        if self.asked("parameters", declarations(subject)):
            raise Stop
        try:
            with load_budget():
                strategy = subject.cls(**self.job.params)
                plan = plan_on(self.ground, strategy)
            plan.check_first_price((first_price(self.ground),))
        except BadInput as error:
            place = place_in(str(error), subject.method("validate"))
            raise self.stop(
                failed("parameters", str(error), place, "let the defaults be a strategy that runs")
            ) from None
        except TooManyLines as error:
            raise self.stop(failed("ends", str(error), Place(error.file, error.line), "give it a bound")) from None
        except Exception as error:  # noqa: BLE001 - the outer wall of a user's declarations
            what = f"{type(error).__name__}: {error}"
            place = raised_at(error, subject.step)
            raise self.stop(failed("parameters", what, place, "let the defaults be a strategy that runs")) from None
        try:
            # What it calls is looked at too: a helper may call itself, or set names of its module.
            link(step_of(strategy, layout_of(strategy)), {}, compiled=False)
        except BadInput as error:
            place = place_in(str(error), subject.step)
            raise self.stop(failed("compiles", str(error), place, "correct the line")) from None
        return strategy

    def first_run(self, subject: Subject, strategy: Strategy) -> Seen:
        """The run that all others are compared with. Raises Stop where it does not come to its end."""
        self.say(Said(at="the first run"))
        plan = plan_on(self.ground, strategy)
        try:
            seen = probe(plan, self.ground.market(strategy), watching=self.around_call)
        finally:
            faulthandler.cancel_dump_traceback_later()
        if seen.endless is not None:
            place = Place(seen.endless.file, seen.endless.line)
            what = f"a call was still running after {seen.endless.most:,} lines"
            remedy = "give its loop an end: for k in range(...), with a bound of its own"
            raise self.stop(failed("ends", what, place, remedy, f"{seen.endless.most:,} lines"))
        if seen.halt is not None:
            place = place_in(seen.halt.message, subject.step)
            what = f"it is halted: {seen.halt.message}"
            raise self.stop(failed("runs", what, place, "correct the line", seen.halt.reason.name))
        self.tell([fine("ends", "each call ends", f"{seen.longest:,} lines at most")])
        return seen

    @contextmanager
    def around_call(self, _state: State, _i: int) -> Iterator[None]:
        """What it draws on is looked at, and how long it stands still.

        Setting the watch takes a thread, so it is set anew now and then only, long before it would go off.
        """
        now_s = time.monotonic()
        if now_s - self.set_s > self.job.stuck_s / 4:
            faulthandler.dump_traceback_later(self.job.stuck_s, exit=True)
            self.set_s = now_s
        with self.draws.around():
            yield

    @contextmanager
    def watched(self, times: int = 1) -> Iterator[None]:
        """End this process, saying where it stands, when this takes too long."""
        faulthandler.dump_traceback_later(times * self.job.stuck_s, exit=True)
        try:
            yield
        finally:
            faulthandler.cancel_dump_traceback_later()


if __name__ == "__main__":
    sys.exit(main())
