"""What may be asked of lists, written once: pages and spans of time."""

from __future__ import annotations

from typing import Annotated

from fastapi import Header, Query

Limit = Annotated[int, Query(ge=1, le=1000, description="how many at most")]
Offset = Annotated[int, Query(ge=0, le=10_000_000, description="how many to leave out")]
FromMs = Annotated[int | None, Query(ge=0, le=9_999_999_999_999, description="from this time on")]
ToMs = Annotated[int | None, Query(ge=0, le=9_999_999_999_999, description="before this time")]
Points = Annotated[int, Query(ge=2, le=5000, description="how many points at most")]
IfMatch = Annotated[str, Header(max_length=128, description="the ETag of what you saw")]
IdempotencyKey = Annotated[
    str | None, Header(max_length=128, description="a request repeated with the same key makes nothing twice")
]
SymbolAsked = Annotated[
    str | None, Query(min_length=1, max_length=64, pattern=r"^[^\x00-\x1f]*$", description="such as BTC/USDT")
]
