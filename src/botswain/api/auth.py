"""Signing in, staying so, signing out.

The token that renews access is in a cookie that scripts cannot read and that goes to these routes only. A page of
another site could have a browser send it along, so these routes look at where a request comes from.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Request, Response
from starlette.exceptions import HTTPException

from botswain.api.doors import Entrance, Signed
from botswain.api.schemas.auth import Access, NewPassword, SignIn, User
from botswain.control.refusals import NotSignedIn
from botswain.control.users import ACCESS_MS, REFRESH_MS, Claims, SignedIn

router = APIRouter(tags=["auth"])

COOKIE = "botswain_refresh"
PATH = "/api/v1/auth"
# What a browser says of a request's origin where its own page, or nobody's, made it.
OWN_SITES = ("same-origin", "none")


async def own_site(request: Request) -> None:
    """Refuse what another site's page has a browser ask. Programs that are no browser say nothing of it."""
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site is not None and site in OWN_SITES:
        return
    foreign = site is not None or (origin is not None and urlsplit(origin).netloc != request.headers.get("host"))
    if foreign:
        raise HTTPException(403)


FromHere = Depends(own_site)


@router.post("/auth/sign-in", dependencies=[FromHere])
async def sign_in(people: Entrance, body: SignIn, request: Request, response: Response) -> Access:
    """Come in with a name and a password; a cookie keeps the session."""
    address = request.client.host if request.client is not None else ""
    return given(response, request, await people.sign_in(body.name, body.password, address))


@router.post("/auth/refresh", dependencies=[FromHere])
async def refresh(people: Entrance, request: Request, response: Response) -> Access:
    """A fresh access token for the cookie, which is renewed; an old one that is shown again ends the session."""
    token = request.cookies.get(COOKIE)
    if not token:
        raise NotSignedIn("there is no session; sign in", code="no_session")
    return given(response, request, await people.renew(token))


@router.post("/auth/sign-out", status_code=204, dependencies=[FromHere])
async def sign_out(people: Entrance, request: Request, response: Response) -> None:
    """End the session."""
    await people.sign_out(request.cookies.get(COOKIE))
    response.delete_cookie(COOKIE, path=PATH, httponly=True, samesite="strict", secure=secure(request))


@router.post("/auth/password", status_code=204)
async def change_password(people: Entrance, caller: Signed, body: NewPassword, request: Request) -> None:
    """Set another password."""
    who = Claims(caller.user_id, caller.tenant_id, caller.name, caller.family)
    address = request.client.host if request.client is not None else ""
    await people.change_password(who, body.current, body.new, address)


@router.get("/auth/me")
async def me(caller: Signed) -> User:
    """Who is signed in."""
    return User(id=caller.user_id, name=caller.name)


def given(response: Response, request: Request, found: SignedIn) -> Access:
    """The access token, and the other one as a cookie."""
    response.set_cookie(
        COOKIE,
        found.refresh,
        max_age=REFRESH_MS // 1000,
        path=PATH,
        httponly=True,
        samesite="strict",
        secure=secure(request),
    )
    user = User(id=found.user.id, name=found.user.name)
    return Access(access_token=found.access, expires_in_s=ACCESS_MS // 1000, user=user)


def secure(request: Request) -> bool:
    """Whether the browser came by HTTPS; on this machine it comes without."""
    return request.url.scheme == "https"
