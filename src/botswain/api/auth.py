"""Signing in, staying so, signing out."""

from __future__ import annotations

from fastapi import APIRouter, Response

from botswain.api.doors import Parts, Signed
from botswain.api.schemas.auth import Access, NewPassword, SignIn, User

router = APIRouter(tags=["auth"])


@router.post("/auth/sign-in")
async def sign_in(parts: Parts, body: SignIn, response: Response) -> Access:
    """Come in with a name and a password; a cookie keeps the session."""
    raise NotImplementedError


@router.post("/auth/refresh")
async def refresh(parts: Parts, response: Response) -> Access:
    """A fresh access token for the cookie, which is renewed; an old one that is shown again ends the session."""
    raise NotImplementedError


@router.post("/auth/sign-out", status_code=204)
async def sign_out(parts: Parts, response: Response) -> None:
    """End the session."""
    raise NotImplementedError


@router.post("/auth/password", status_code=204)
async def change_password(parts: Parts, caller: Signed, body: NewPassword, response: Response) -> None:
    """Set another password."""
    raise NotImplementedError


@router.get("/auth/me")
async def me(parts: Parts, caller: Signed) -> User:
    """Who is signed in."""
    raise NotImplementedError
