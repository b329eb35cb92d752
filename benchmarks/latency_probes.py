"""What benchmarks/latency_engine.py measures with: hooks on the way of an order, and the table of what they saw.

An order's time begins where the candle's message comes out of our socket, before it is decoded, and ends when the
request's bytes have been handed to the operating system. `first bytes` begins earlier, where the close's first bytes
were read, so that what waits behind other symbols' messages is counted too. The hooks cost some microseconds each.
"""

from __future__ import annotations

import asyncio
import re
import time
from asyncio import selector_events
from collections import defaultdict
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from functools import wraps
from typing import Any

from botswain.engine.account import Account
from botswain.engine.live_bot import LiveBot
from botswain.engine.live_market import Event
from botswain.engine.live_runner import Runner
from botswain.engine.steps import StepMaker
from botswain.store.batch import Planner
from botswain.store.sqlite_commits import SqliteCommits
from botswain.venues.binance.desk import Desk
from botswain.venues.binance.sockets import AioSocket
from botswain.venues.binance.streams import MarketStreams

NAME = re.compile(rb"(?:newClientOrderId|[oO]rigClientOrderId)=([0-9a-f-]{36})")
MARKET_ID = re.compile(rb'"s":"([A-Z0-9]+)USDT"')


@dataclass
class Probe:
    """What was seen when, in seconds."""

    on: bool = False
    first_bytes: float = 0.0
    first_cpu: float = 0.0
    worked: dict[str, float] = field(default_factory=dict)
    received: dict[str, float] = field(default_factory=dict)
    marks: dict[str, tuple[float, float, float, float]] = field(default_factory=dict)
    sent: dict[str, float] = field(default_factory=dict)
    sent_before: dict[str, float] = field(default_factory=dict)
    commits: list[float] = field(default_factory=list)
    cpu: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    calls: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    acting: int = 0
    others: int = 0
    busy_s: float = 0.0
    inside: float = 0.0
    spread: list[float] = field(default_factory=list)

    def turned(self, worked_s: float) -> None:
        """A close is over."""
        self.busy_s += worked_s
        self.spread.append(max(self.sent.values()) - self.first_bytes)
        self.sent_before.update(self.sent)
        self.sent.clear()


def timed(probe: Probe, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
    """A plain call's processor time, without that of the timed calls it makes itself."""

    @wraps(call)
    def inner(*given: Any, **named: Any) -> Any:
        if not probe.on:
            return call(*given, **named)
        outside, probe.inside = probe.inside, 0.0
        began = time.thread_time()
        try:
            return call(*given, **named)
        finally:
            spent = time.thread_time() - began
            probe.cpu[name] += spent - probe.inside
            probe.calls[name] += 1
            probe.inside = outside + spent

    return inner


class Driven:
    """A coroutine whose own processor time is counted, without what runs while it waits."""

    def __init__(self, probe: Probe, name: str, work: Coroutine[Any, Any, Any]) -> None:
        self.probe, self.name, self.work = probe, name, work

    def __await__(self) -> Any:
        value, thrown = None, None
        self.probe.calls[self.name] += self.probe.on
        while True:
            began = time.thread_time()
            try:
                asked = self.work.throw(thrown) if thrown is not None else self.work.send(value)
            except StopIteration as end:
                return end.value
            finally:
                self.probe.cpu[self.name] += (time.thread_time() - began) if self.probe.on else 0.0
            try:
                value, thrown = (yield asked), None
            except asyncio.CancelledError as error:
                thrown = error


def hook(probe: Probe) -> None:
    """Put the probes in."""
    receive, read = AioSocket.receive, selector_events._SelectorSocketTransport._read_ready__data_received
    write, execute = selector_events._SelectorSocketTransport.write, Account.execute
    take, instant = Runner.outcomes_of, LiveBot.instant

    async def received(self: Any, within_s: float) -> bytes | None:
        raw = await receive(self, within_s)
        if raw is not None and b'"x":true' in raw:
            found = MARKET_ID.search(raw)
            if found is not None:
                probe.received[found[1].decode()] = time.perf_counter()
        return raw

    def reading(self: Any) -> None:
        if probe.on and not probe.first_bytes:
            probe.first_bytes, probe.first_cpu = time.perf_counter(), time.process_time()
        read(self)

    def writing(self: Any, data: Any) -> None:
        write(self, data)
        for name in NAME.findall(bytes(data)) if probe.on else ():
            probe.sent.setdefault(name.decode(), time.perf_counter())
            probe.worked.setdefault(name.decode(), time.process_time() - probe.first_cpu)

    def taking(self: Any, item: Any) -> Any:
        self.by_candle = isinstance(item, Event)
        return take(self, item)

    def deciding(self: Any, *given: Any) -> Any:
        found = instant(self, *given)
        self.decided_s = time.perf_counter()
        return found

    def executing(self: Any, owner: Any, errands: Any) -> None:
        if owner.by_candle and probe.on:
            probe.acting += 1
            base = errands[0].symbol.partition("/")[0]
            now = time.perf_counter()
            mark = (probe.first_bytes, probe.received[base], owner.bot.decided_s, now)
            for one in errands:
                probe.marks[one.request.places or one.request.cancels] = mark
        elif probe.on:
            probe.others += len(errands)
        execute(self, owner, errands)

    AioSocket.receive, Account.execute = received, executing  # type: ignore[method-assign]
    Runner.outcomes_of = taking  # type: ignore[method-assign]
    selector_events._SelectorSocketTransport._read_ready__data_received = reading  # type: ignore[attr-defined]
    selector_events._SelectorSocketTransport.write = writing  # type: ignore[method-assign]
    LiveBot.instant = timed(probe, "decide", deciding)  # type: ignore[method-assign]
    hook_costs(probe)


def hook_costs(probe: Probe) -> None:
    """The probes that only add up processor time."""
    commit, send = SqliteCommits.commit, Desk.write
    LiveBot.heard = timed(probe, "hear", LiveBot.heard)  # type: ignore[method-assign]
    MarketStreams.take = timed(probe, "decode, feed, deliver", MarketStreams.take)  # type: ignore[method-assign]
    StepMaker.step = timed(probe, "rows", StepMaker.step)  # type: ignore[method-assign]
    Planner.prepare = timed(probe, "prepare", Planner.prepare)  # type: ignore[method-assign]
    SqliteCommits.write = timed(probe, "insert", SqliteCommits.write)  # type: ignore[method-assign]

    def committing(self: Any, *given: Any) -> Any:
        began, worked = time.perf_counter(), time.thread_time()
        found = commit(self, *given)
        if probe.on:
            probe.commits.append(time.perf_counter() - began)
            probe.cpu["COMMIT (in its thread)"] += time.thread_time() - worked
            probe.calls["COMMIT (in its thread)"] += 1
        return found

    SqliteCommits.commit = committing  # type: ignore[method-assign]

    def sending(self: Any, call: Any) -> Any:
        return Driven(probe, "send and read the reply", send(self, call))

    Desk.write = sending  # type: ignore[method-assign]


def row(name: str, values: list[float]) -> str:
    """Percentiles in milliseconds."""
    found = sorted(values)
    at = [found[min(int(len(found) * share), len(found) - 1)] * 1e3 for share in (0.5, 0.9, 0.99)]
    return f"{name:<34}" + "".join(f"{one:>9.2f}" for one in (*at, found[-1] * 1e3))


def print_table(probe: Probe, count: int) -> None:
    """All that was seen in so many closes."""
    sent = {name: at for name, at in probe.sent_before.items() if name in probe.marks}
    found = [(*probe.marks[name], at) for name, at in sent.items()]
    print(f"{len(found)} requests on closes, never seen on the socket: {len(probe.marks.keys() - sent.keys())}")
    print(f"\n{'milliseconds by the wall':<34}{'p50':>9}{'p90':>9}{'p99':>9}{'max':>9}")
    print(row("message received to request sent", [one[4] - one[1] for one in found]))
    print(row("  received to decided", [one[2] - one[1] for one in found]))
    print(row("  decided to committed", [one[3] - one[2] for one in found]))
    print(row("  committed to sent", [one[4] - one[3] for one in found]))
    print(row("first bytes of the close to sent", [one[4] - one[0] for one in found]))
    print(row("  processor time alone", [probe.worked[name] for name in sent]))
    print(row("first bytes to the last order sent", probe.spread))
    print(row("COMMIT", probe.commits))
    print(f"\n{'processor milliseconds a close':<34}{'all':>9}{'calls':>9}{'us each':>9}")
    for name, spent in probe.cpu.items():
        calls = probe.calls[name]
        print(f"{name:<34}{spent / count * 1e3:>9.2f}{calls / count:>9.1f}{spent / max(calls, 1) * 1e6:>9.1f}")
    print(f"{'the whole process':<34}{probe.busy_s / count * 1e3:>9.2f}")
