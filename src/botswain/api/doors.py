"""What every route is given: the parts of the process, made once by the wiring, and who asks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, cast

from fastapi import Depends, Request

from botswain.store.database import Database


@dataclass(frozen=True)
class Doors:
    """The parts behind the routes.

    store      transactions of a tenant (`store.transaction(tenant_id)`), reading ones (`store.reading(tenant_id)`)
    now_ms     the clock; new_id makes UUIDv7 texts
    data_dir   everything this installation keeps; cache_dir: compiled strategies
    secret     signs access tokens
    """

    store: Database
    now_ms: Callable[[], int]
    new_id: Callable[[], str]
    data_dir: Path
    cache_dir: Path | None
    secret: bytes


def doors_of(request: Request) -> Doors:
    """The parts that the application was made with."""
    return cast(Doors, request.app.state.doors)


Parts = Annotated[Doors, Depends(doors_of)]


@dataclass(frozen=True)
class Caller:
    """Who asks: a signed-in person of a tenant."""

    user_id: str
    tenant_id: str
    name: str


def caller_of(request: Request) -> Caller:
    """Who shows a token. Raises a 401 problem for none, an old one or one that is not ours."""
    raise NotImplementedError


Signed = Annotated[Caller, Depends(caller_of)]
