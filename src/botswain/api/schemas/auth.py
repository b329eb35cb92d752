"""Signing in and staying so."""

from __future__ import annotations

from pydantic import Field

from botswain.api.schemas.shape import Name, Shape


class SignIn(Shape):
    """Who asks to come in."""

    name: Name = Field(examples=["admin"])
    password: str = Field(min_length=1, max_length=1024)


class User(Shape):
    """Who is signed in."""

    id: str
    name: str


class Access(Shape):
    """A token to show with every request (`Authorization: Bearer ...`), good for `expires_in_s` seconds.

    The one that renews it is in a cookie that scripts cannot read.
    """

    access_token: str
    token_type: str = "Bearer"
    expires_in_s: int
    user: User


class NewPassword(Shape):
    """Another password; whoever else is signed in as this person is signed out."""

    current: str = Field(min_length=1, max_length=1024)
    new: str = Field(min_length=12, max_length=1024)
