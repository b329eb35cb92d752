"""Batches dealt out, and what becomes of them when a worker dies."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import BrokenExecutor, Executor, Future
from types import SimpleNamespace
from typing import Any, cast

import pytest
from distributed.scheduler import KilledWorker

from botswain.control.search_space import Axis, Space
from botswain.lab.trials.dealing import AHEAD, Dealer
from botswain.lab.trials.job import Job, Outcome, Payload, Row

JOB = cast(Job, object())


class Played(Executor):
    """An executor whose worker dies of certain combinations; it does what was handed in when it is asked for it."""

    def __init__(self, deadly: Sequence[int], log: list[list[int]]) -> None:
        self.deadly = set(deadly)
        self.log = log
        self.broken = False
        self.futures: list[Future[Any]] = []

    def submit(self, _function: Any, /, *given: Any, **_named: Any) -> Future[Any]:
        if self.broken:
            raise BrokenExecutor
        _, places, _ = given
        self.log.append(list(places))
        future: Future[Any] = Future()
        if self.deadly & set(places):
            self.broken = True
            for one in (*self.futures, future):
                if not one.done():
                    one.set_exception(BrokenExecutor())
        else:
            future.set_result([Row(one, Outcome.RAN, "", (1.0,)) for one in places])
        self.futures.append(future)
        return future


def dealt(deadly: Sequence[int], batches: list[list[int]], workers: int = 2) -> tuple[dict[int, Row], list[list[int]]]:
    """The rows that came of some batches, each exactly once, and what was handed out."""
    log: list[list[int]] = []
    rows: dict[int, Row] = {}

    def took(found: list[Row]) -> None:
        for one in found:
            assert one.place not in rows
            rows[one.place] = one

    Dealer(JOB, workers, lambda: Played(deadly, log), took).run(iter(batches))
    return rows, log


def test_all_is_done_once_where_nothing_dies() -> None:
    rows, log = dealt([], [[0, 1], [2, 3], [4]])
    assert sorted(rows) == [0, 1, 2, 3, 4]
    assert log == [[0, 1], [2, 3], [4]]


@pytest.mark.parametrize("deadly", [[3], [0], [9], [3, 4], [1, 8], list(range(10))])
@pytest.mark.parametrize("size", [1, 3, 10])
def test_what_kills_its_worker_is_found_and_everything_else_is_done(deadly: list[int], size: int) -> None:
    places = list(range(10))
    rows, log = dealt(deadly, [places[k : k + size] for k in range(0, 10, size)])
    assert sorted(rows) == places
    assert [one for one in places if rows[one].outcome is Outcome.DIED] == deadly
    assert all("worker process died" in rows[one].why for one in deadly)
    for one in deadly:
        assert log.count([one]) >= 2  # twice alone, before it is given up


def test_no_more_is_handed_out_than_the_workers_have_at_hand() -> None:
    class Slow(Executor):
        def __init__(self) -> None:
            self.out: list[tuple[Future[Any], Sequence[int]]] = []
            self.most = 0

        def submit(self, _function: Any, /, *given: Any, **_named: Any) -> Future[Any]:
            future: Future[Any] = Future()
            self.out.append((future, given[1]))
            self.most = max(self.most, len(self.out))
            if len(self.out) == 2 * AHEAD:
                for one, places in self.out:
                    one.set_result([Row(place, Outcome.RAN, "", ()) for place in places])
                self.out.clear()
            return future

    slow, done = Slow(), []
    Dealer(JOB, 2, lambda: slow, done.extend).run(iter([[k] for k in range(6 * AHEAD)]))
    assert len(done) == 6 * AHEAD
    assert slow.most == 2 * AHEAD


def test_candles_are_sent_along_to_who_has_none_and_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[int] = []

    def as_bytes(_job: Job) -> Payload:
        read.append(1)
        return (b"candles",)

    monkeypatch.setattr("botswain.lab.trials.dealing.as_bytes", as_bytes)

    class Away(Executor):
        def submit(self, _function: Any, /, *given: Any, **_named: Any) -> Future[Any]:
            _, places, payload = given
            future: Future[Any] = Future()
            assert payload in (None, (b"candles",))
            future.set_result(payload and [Row(one, Outcome.RAN, "", ()) for one in places])
            return future

    done: list[Row] = []
    Dealer(JOB, 1, Away, done.extend).run(iter([[0], [1, 2]]))
    assert sorted(one.place for one in done) == [0, 1, 2]
    assert read == [1]


def test_a_fault_in_a_worker_is_not_kept_quiet() -> None:
    class Failing(Executor):
        def submit(self, _function: Any, /, *_given: Any, **_named: Any) -> Future[Any]:
            future: Future[Any] = Future()
            future.set_exception(ZeroDivisionError("of ours"))
            return future

    with pytest.raises(ZeroDivisionError, match="of ours"):
        Dealer(JOB, 1, Failing, lambda _rows: None).run(iter([[0]]))


class Given(Executor):
    """A cluster of one worker: it gives up whatever is with the worker when that dies of a combination."""

    def __init__(self, deadly: Sequence[int]) -> None:
        self.deadly = set(deadly)
        self.out: list[tuple[Future[Any], Sequence[int]]] = []
        self.log: list[Sequence[int]] = []

    def submit(self, _function: Any, /, *given: Any, **_named: Any) -> Future[Any]:
        future: Future[Any] = Future()
        self.out.append((future, given[1]))
        self.log.append(given[1])
        if len(self.out) == AHEAD or len(given[1]) == 1:
            died = any(self.deadly & set(places) for _, places in self.out)
            for one, places in self.out:
                if died:
                    one.set_exception(KilledWorker("some", cast(Any, None), 3))
                else:
                    one.set_result([Row(place, Outcome.RAN, "", ()) for place in places])
            self.out.clear()
        return future


@pytest.mark.parametrize("deadly", [[3], [0, 7], []])
def test_what_a_cluster_gives_up_is_tried_alone_and_named_where_it_kills(deadly: list[int]) -> None:
    space = Space((Axis("fast", (3, 5)), Axis("slow", (10, 20, 30, 40))))
    job = cast(Job, SimpleNamespace(space=space))
    given, rows = Given(deadly), []
    Dealer(job, 1, lambda: given, rows.extend).run(iter([[0, 1], [2, 3], [4, 5], [6, 7]]))
    assert sorted(one.place for one in rows) == list(range(8))
    died = {one.place: one.why for one in rows if one.outcome is Outcome.DIED}
    assert sorted(died) == deadly
    for place, why in died.items():
        wanted = space.at(place)
        assert why.startswith(
            f"every worker of the cluster that had fast {wanted['fast']}, slow {wanted['slow']} alone"
        )
    # What was only waiting beside it was tried alone and done.
    alone = [places for places in given.log if isinstance(places, tuple)]
    assert len(alone) == len({place // 4 for place in deadly}) * 4


def test_a_batch_of_one_that_a_cluster_gives_up_is_another_task_when_it_is_tried_alone() -> None:
    space = Space((Axis("fast", (3, 5)),))
    given, rows = Given([1]), []
    Dealer(cast(Job, SimpleNamespace(space=space)), 1, lambda: given, rows.extend).run(iter([[0], [1]]))
    assert given.log == [[0], [1], (1,)]
    assert [one.outcome for one in rows] == [Outcome.RAN, Outcome.DIED]
