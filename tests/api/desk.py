"""The doors on a database of a test's own: the application, whoever calls it, and a client without a network."""

from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from fastapi import FastAPI
from tests.fakes.counted_ids import CountedIds
from tests.fakes.fixed_clock import FixedClock

from botswain.api.app import made_app
from botswain.api.doors import Caller, Doors, caller_of
from botswain.control.bot_figures import Figures

PREFIX = "/api/v1"


@dataclass
class Desk:
    """An application and who is signed in: `caller` may be changed between two requests."""

    app: FastAPI
    client: httpx.AsyncClient
    caller: Caller
    clock: FixedClock

    def sign_in(self, tenant_id):
        """From now on a person of this tenant asks."""
        self.caller = Caller("a person", tenant_id, "admin")

    async def get(self, path, status=200, **asked):
        """The answer to a question, as JSON."""
        return await self.ask("GET", path, status, params={k: v for k, v in asked.items() if v is not None})

    async def ask(self, method, path, status=200, **more):
        """The same of any method."""
        answer = await self.client.request(method, f"{PREFIX}{path}", **more)
        assert answer.status_code == status, answer.text
        return answer.json() if answer.content else None


@asynccontextmanager
async def desk_on(store, tenant_id, folder=Path(), **wired):
    """A desk on a store, with a person of a tenant signed in; `wired` is what else the application is given."""
    app = made_app()
    clock = FixedClock()
    app.state.doors = Doors(store, clock, CountedIds(clock()), Path(folder), None, b"secret")
    app.state.figures = Figures()
    for name, part in wired.items():
        setattr(app.state, name, part)
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://botswain.test") as client:
        desk = Desk(app, client, Caller("a person", tenant_id, "admin"), clock)
        app.dependency_overrides[caller_of] = lambda: desk.caller
        yield desk
