"""Kinds of bots and what may be set of them."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter

from botswain.api.asked import Limit, Offset
from botswain.api.doors import Parts, Signed
from botswain.api.schemas.shape import Page
from botswain.api.schemas.strategies import Parameter, Strategy
from botswain.control.strategies import Kind, kind_named, kinds, word_of
from botswain.core.strategy import Data, SymbolName

router = APIRouter(tags=["strategies"])


@router.get("/strategies")
async def listed(
    parts: Parts,  # noqa: ARG001 - every route has the same two
    caller: Signed,  # noqa: ARG001
    limit: Limit = 100,
    offset: Offset = 0,
) -> Page[Strategy]:
    """All kinds of bots."""
    found = await asyncio.to_thread(kinds)  # a user's own files are run
    items = [shown(one) for one in found[offset : offset + limit]]
    return Page[Strategy](items=items, total=len(found), limit=limit, offset=offset)


@router.get("/strategies/{name}")
async def one(parts: Parts, caller: Signed, name: str) -> Strategy:  # noqa: ARG001
    """One kind of bot."""
    return shown(await asyncio.to_thread(kind_named, name))


def shown(found: Kind) -> Strategy:
    """As it is shown."""
    return Strategy(
        name=found.name,
        title=found.title,
        summary=found.summary,
        help=found.words,
        parameters=[
            Parameter.model_validate(
                {
                    "name": name,
                    "kind": word_of(param),
                    "default": param.default,
                    "least": param.low,
                    "most": param.high,
                    "search_least": None if param.search is None else param.search[0],
                    "search_most": None if param.search is None else param.search[1],
                    "choices": list(param.choices),
                    "help": param.help,
                    "fraction": name in found.cls.fractions,
                    "section": found.cls.section_of(name),
                    "depends": found.cls.conditions_of(name),
                    "example": param.example if isinstance(param, Data | SymbolName) else None,
                }
            )
            for name, param in found.parameters.items()
        ],
        sizings=list(found.sizings),
        symbols_most=found.symbols_most,
        own=bool(found.place),
        problem=found.problem,
    )
