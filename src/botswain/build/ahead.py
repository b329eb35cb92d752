"""Compiles in a process of its own, ahead of use, so that whoever trades is not held up: SEMANTICS 3.3.

Compiling holds the interpreter for seconds; loading what another process compiled takes a hundredth of one. Where it
cannot be done outside (no folder, a class that no other process can import, a child that fails), nothing is lost:
the code is compiled in this process at its first call, and the reason is said once.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from asyncio.subprocess import PIPE
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import msgspec

from botswain.build.cache import ready_folder
from botswain.build.child import Answer, Job, links
from botswain.build.link import REFUSED, NotCompiled, ready
from botswain.build.plan import Plan
from botswain.build.strategy_file import file_of
from botswain.core.strategy import Strategy

COMMAND = ("-P", "-m", "botswain.build.child")
LIMIT_S = 120.0
SAID: set[str] = set()
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Ahead:
    """What came of it.

    ready   the code is in the folder: the first call loads it
    made    how many entries the child compiled; 0 where all were there
    reason  why the code will be compiled in this process instead; empty where it will not
    """

    ready: bool
    made: int = 0
    reason: str = ""


def compile_ahead(plan: Plan, folder: Path | None, *, live: bool = True, curve: bool = False) -> Ahead:
    """`compile_ahead_async` for a thread without an event loop: waits."""
    return asyncio.run(compile_ahead_async(plan, folder, live=live, curve=curve))


async def compile_ahead_async(
    plan: Plan,
    folder: Path | None,
    *,
    live: bool = True,
    curve: bool = False,
    begins: Callable[[], None] = lambda: None,
) -> Ahead:
    """Compile what a plan needs in a child process; at once where it is in the folder already.

    live    for a bot and its paper venue; else for the simulator, with an equity curve or not
    folder  where compiled code is kept; None: there is nowhere to hand it over, so nothing is done
    begins  called where there is something to compile, before that

    The event loop keeps running, and the child is ended when this is cancelled. Raises BadInput where the step cannot
    be rewritten.
    """
    job = job_or_answer(plan, folder, live=live, curve=curve)
    if isinstance(job, Ahead):
        return job
    begins()
    try:
        child = await asyncio.create_subprocess_exec(
            sys.executable, *COMMAND, stdin=PIPE, stdout=PIPE, stderr=PIPE, env=environment()
        )
    except OSError as error:
        return failed(f"the compiler cannot be started ({error.strerror})")
    try:
        async with asyncio.timeout(LIMIT_S):
            out, err = await told(child, job)
    except TimeoutError:
        return failed(f"it took more than {LIMIT_S:g} s")
    finally:
        await ended(child)
    return outcome(job, child.returncode, out, err)


def job_or_answer(plan: Plan, folder: Path | None, *, live: bool, curve: bool) -> Job | Ahead:
    """The job for a child, or the answer where none is needed or none would help."""
    if folder is None:
        return Ahead(False)
    place, reason = ready_folder(folder)
    if place is None:
        return failed(reason)
    features = plan.features(curve=curve)
    turns = live and plan.turns
    if all(ready(one) or one.key in REFUSED for one in links(plan.strategy, features, place, live=live, turns=turns)):
        return Ahead(True)
    cls = type(plan.strategy)
    file = home_of(cls)
    if file is None:
        return failed(f"{cls.__qualname__} is not at the top of a module that another process can import")
    values = dict(plan.strategy.values)
    return Job(cls.__module__, file, cls.__qualname__, values, features, live, place, turns=turns)


def home_of(cls: type[Strategy]) -> str | None:
    """The file of the module a class stands at the top of, or None where there is none that another process can run."""
    module = sys.modules.get(cls.__module__)
    if module is None or cls.__module__ == "__main__":
        return None
    # A file that was read once more has made another of it, which is the same to whoever reads the file.
    there = vars(module).get(cls.__qualname__)
    return file_of(module) if isinstance(there, type) and there.__module__ == cls.__module__ else None


def environment() -> dict[str, str]:
    """All that the child inherits: where to import from. No secret, no setting, and no open file but its three."""
    return {"PYTHONPATH": os.pathsep.join(str(Path(one).absolute()) for one in sys.path)}


async def told(child: asyncio.subprocess.Process, job: Job) -> tuple[bytes, bytes]:
    """Tell the child its job and hear what it says until it ends.

    Its input stays open meanwhile: the end of it is how the child learns that this process is gone.
    """
    assert child.stdin is not None
    assert child.stdout is not None
    assert child.stderr is not None
    child.stdin.write(msgspec.json.encode(job) + b"\n")
    out, err = await asyncio.gather(child.stdout.read(), child.stderr.read())
    await child.wait()
    return out, err


async def ended(child: asyncio.subprocess.Process) -> None:
    """End the child if it runs, close what leads to it, and wait for that."""
    with suppress(ProcessLookupError):
        child.kill()
    await child.communicate()


def outcome(job: Job, code: int | None, out: bytes, err: bytes) -> Ahead:
    """What a child that ended has done. Steps that do not compile are not tried here again."""
    try:
        answer = msgspec.json.decode(out, type=Answer)
    except msgspec.DecodeError:
        lines = err.decode(errors="replace").strip().splitlines()
        return failed(f"the compiler of {job.name} ended with {code}: {lines[-1] if lines else 'it said nothing'}")
    REFUSED.update({key: NotCompiled(text) for key, text in answer.refused.items() if key not in REFUSED})
    return Ahead(True, answer.made)


def failed(reason: str) -> Ahead:
    """The answer where the code will be compiled here; each reason is said once."""
    if reason not in SAID:
        SAID.add(reason)
        log.warning("%s; the strategy is compiled in this process, which stands still for some seconds", reason)
    return Ahead(False, 0, reason)
