"""A cluster that is named is found, or it is said that it is not there."""

from __future__ import annotations

import socket
import sys

import pytest
from distributed import LocalCluster

from botswain.lab.trials.clusters import cluster
from botswain.model.errors import BadInput


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.mark.parametrize("scheme", ["tcp://", ""])
def test_one_that_is_not_there_is_told_of_at_once(scheme: str) -> None:
    address = f"{scheme}127.0.0.1:{free_port()}"
    with pytest.raises(BadInput) as raised, cluster(address):
        pass
    assert str(raised.value).startswith(f"no cluster answers at {address} (")
    assert "Connection refused" in str(raised.value)


@pytest.mark.parametrize("address", ["nowhere", "tcp://:8786", "tcp://host:port"])
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(BadInput, match="no cluster answers at"), cluster(address):
        pass


def test_without_dask_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(BadInput, match=r"needs Dask, which is not installed; install botswain\[dask\]"), cluster("x:1"):
        pass


def test_one_without_workers_can_do_nothing_and_one_with_some_does_it() -> None:
    made = LocalCluster(n_workers=0, threads_per_worker=1, processes=True, dashboard_address=None)
    with made:
        with pytest.raises(BadInput, match="has no workers; start one: dask worker"), cluster(made.scheduler_address):
            pass
        made.scale(1)
        made.wait_for_workers(1)
        with cluster(made.scheduler_address) as (executor, workers):
            assert workers == 1
            assert executor.submit(int, "7").result(timeout=60) == 7
