"""The application: every noun's routes under /api/v1."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends, FastAPI
from fastapi.routing import APIRoute
from starlette.types import ASGIApp

from botswain.api import (
    accounts,
    asked,
    auth,
    backtests,
    bots,
    decisions,
    described,
    equity,
    fills,
    health,
    markets,
    orders,
    positions,
    problems,
    round_trips,
    strategies,
    summary,
    trading_windows,
)
from botswain.api.doors import Doors
from botswain.api.host_names import Named
from botswain.api.schemas.live import BotStatus, JobProgress, Notification, PriceUpdate
from botswain.api.schemas.markets import Market
from botswain.api.schemas.shape import Shape
from botswain.api.schemas.trading import Fill, Order, Position
from botswain.api.shell import Guarded, Halves
from botswain.api.web import WebApp
from botswain.control.bot_figures import Figures
from botswain.control.users import People

# What the live connection tells, by event.
EVENTS: dict[str, Any] = {
    "trade_executed": Fill,
    "order_updated": Order,
    "position_updated": Position,
    "bot_status_changed": BotStatus,
    "price_update": PriceUpdate,
    "market_status_changed": Market,
    "notification": Notification,
    "job_progress": JobProgress,
}
NOUNS = (
    health,
    auth,
    strategies,
    bots,
    orders,
    fills,
    positions,
    round_trips,
    decisions,
    equity,
    accounts,
    markets,
    summary,
    backtests,
    trading_windows,
)
PREFIX = "/api/v1"


def operation_name(route: APIRoute) -> str:
    """What generated clients call a route: its noun and its function."""
    return f"{route.tags[0]}_{route.name}"


def made_app(doors: Doors | None = None) -> FastAPI:
    """The application; without parts it only describes itself."""
    app = FastAPI(
        title="Botswain",
        version="1",
        openapi_url=f"{PREFIX}/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        generate_unique_id_function=operation_name,
    )
    if doors is not None:
        app.state.doors = doors
        app.state.people = People(doors.store, doors.now_ms, doors.new_id, doors.secret, doors.random, doors.hasher)
        app.state.figures = Figures()
    common = [Depends(one) for one in (asked.known_words, asked.forwards, asked.json_body)]
    routes = APIRouter(prefix=PREFIX, dependencies=common)
    for noun in NOUNS:
        routes.include_router(noun.router)
    app.include_router(routes)
    problems.install(app)
    for event, shape in EVENTS.items():
        describe(app, event, shape)
    described.describe(app)
    return app


def served(app: FastAPI) -> ASGIApp:
    """The application as it is served: with the web application beside it, behind limits and headers."""
    doors = app.state.doors
    return Guarded(Named(Halves(app, WebApp(doors.web)), doors.names))


def describe(app: FastAPI, event: str, shape: type[Shape]) -> None:
    """Put an event of the live connection into the description."""

    async def told(body: Any) -> None: ...

    told.__annotations__["body"] = shape
    app.webhooks.post(event, tags=["live"], name=event)(told)
