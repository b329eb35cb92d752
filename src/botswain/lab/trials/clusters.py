"""A Dask cluster that is somewhere else, as the executor of a search.

Dask takes its time to load and need not be installed, so only who asks for a cluster loads it.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from importlib import import_module
from socket import create_connection
from typing import Any
from urllib.parse import urlsplit

from botswain.model.errors import BadInput

# So long a cluster may take to answer, and to have a worker.
ANSWERS_S = 10


@contextmanager
def cluster(address: str) -> Iterator[tuple[Executor, int]]:
    """An executor on the cluster at an address, and how many of its workers do one thing at a time each.

    Raises BadInput where there is none, or none that works.
    """
    try:
        connect: Any = import_module("distributed").Client
    except ModuleNotFoundError:
        raise BadInput(
            f"a cluster at {address} needs Dask, which is not installed; install botswain[dask], or leave it out"
        ) from None
    try:
        knock(address)
        client = connect(address, timeout=ANSWERS_S, set_as_default=False)
    except (OSError, ValueError) as error:
        raise BadInput(
            f"no cluster answers at {address} ({reason_of(error)}); give the address that `dask scheduler` prints, "
            "such as tcp://10.0.0.5:8786"
        ) from None
    with quiet(), client:
        workers = sum(client.nthreads().values())
        if not workers:
            raise BadInput(f"the cluster at {address} has no workers; start one: dask worker {address}")
        # Not pure: else a name is made of all arguments for each batch, so that the same one would not be done twice.
        yield client.get_executor(pure=False), workers


@contextmanager
def quiet() -> Iterator[None]:
    """Keep Dask from logging: what goes wrong with a cluster is told in a sentence."""
    voice = logging.getLogger("distributed")
    before = voice.level
    voice.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        voice.setLevel(before)


def gave_up(error: BaseException | None) -> bool:
    """Whether a cluster does not go on with what it was given, because worker after worker died that had it."""
    known: Any = sys.modules.get("distributed.scheduler")  # not there: no cluster said anything
    return known is not None and isinstance(error, known.KilledWorker)


def knock(address: str) -> None:
    """See whether anybody is there: a client that found nobody is not rid of for half a minute.

    Raises OSError where nobody is, ValueError where this is no address.
    """
    parts = urlsplit(address if "://" in address else f"tcp://{address}")
    if not parts.hostname or parts.port is None:
        raise ValueError("this is no address with a port")
    create_connection((parts.hostname, parts.port), ANSWERS_S).close()


def reason_of(error: Exception) -> str:
    """What is wrong, in one line."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
