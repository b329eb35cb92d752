"""What every route is given: the parts of the process, made once by the wiring, and who asks."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, cast

from argon2 import PasswordHasher
from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from botswain.control.accounts import Rights
from botswain.control.bot_figures import Figures
from botswain.control.refusals import NotSignedIn
from botswain.control.stills import Stills
from botswain.control.users import People
from botswain.control.venue_reads import VenueReads
from botswain.store.database import Database
from botswain.store.emergency import EmergencyFile

WEB_APP = Path(__file__).resolve().parents[1] / "web_app"


def nobody_is_dead(_owner: str) -> bool:
    """Without a way to look, a lease counts until it runs out."""
    return False


@dataclass(frozen=True)
class Doors:
    """The parts behind the routes.

    store      transactions of a tenant (`store.transaction(tenant_id)`), reading ones (`store.reading(tenant_id)`)
    now_ms     the clock; new_id makes UUIDv7 texts; random makes unpredictable bytes
    data_dir   everything this installation keeps; cache_dir: compiled strategies
    secret     signs access tokens
    venues     reads instruments and prices; None: nothing can be looked up at a venue
    sealing    tells the public half of the key pair that seals venue keys; None: none can be kept
    key_rights reads what a live key may do before it is kept; None: none is kept
    dead       whether the process behind a lease's owner is known to run no more
    emergency  where a halt is kept while the database does not answer; None: nowhere
    web        the built web application
    names      host names this server goes by, beside localhost and its addresses
    stills     bots that stand still, as engines say
    """

    store: Database
    now_ms: Callable[[], int]
    new_id: Callable[[], str]
    data_dir: Path
    cache_dir: Path | None
    secret: bytes
    random: Callable[[int], bytes] = secrets.token_bytes
    venues: VenueReads | None = None
    sealing: Callable[[], bytes] | None = None
    key_rights: Rights | None = None
    dead: Callable[[str], bool] = nobody_is_dead
    hasher: PasswordHasher | None = None
    emergency: EmergencyFile | None = None
    web: Path = WEB_APP
    names: tuple[str, ...] = ()
    stills: Stills = field(default_factory=Stills)


def doors_of(request: Request) -> Doors:
    """The parts that the application was made with."""
    return cast(Doors, request.app.state.doors)


async def parts_of(request: Request) -> Doors:
    """The same, as a route is given it; not a plain function, which would be called in a thread."""
    return doors_of(request)


Parts = Annotated[Doors, Depends(parts_of)]


async def people_of(request: Request) -> People:
    """Who may come in; one for the process, because it counts attempts."""
    return cast(People, request.app.state.people)


Entrance = Annotated[People, Depends(people_of)]


async def figures_of(request: Request) -> Figures:
    """What bots are worth; one for the process, because it remembers curves."""
    return cast(Figures, request.app.state.figures)


Worth = Annotated[Figures, Depends(figures_of)]


@dataclass(frozen=True)
class Caller:
    """Who asks: a signed-in person of a tenant. family: the sign-in the token came of."""

    user_id: str
    tenant_id: str
    name: str
    family: str = ""


def caller_from(people: People, token: str | None) -> Caller:
    """Who shows a token. Raises NotSignedIn for none, an old one or one that is not ours."""
    if not token:
        raise NotSignedIn("no access token was shown; sign in")
    found = people.claims(token)
    return Caller(found.user_id, found.tenant_id, found.name, found.family)


bearer = HTTPBearer(auto_error=False, bearerFormat="JWT", scheme_name="access_token")


async def caller_of(people: Entrance, shown: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]) -> Caller:
    """Who shows a token. Raises a 401 problem for none, an old one or one that is not ours."""
    return caller_from(people, shown.credentials if shown is not None else None)


Signed = Annotated[Caller, Depends(caller_of)]
