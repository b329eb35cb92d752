"""Puts the doors together for one machine and serves them until it is told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import secrets
import signal
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import click
import uvicorn
from fastapi import FastAPI

from botswain.api.app import made_app, served
from botswain.api.doors import Doors
from botswain.cli.api_live import Places, beside
from botswain.cli.context import Context
from botswain.cli.data_folder import make_folder
from botswain.cli.databases import BUS, database_of, now_ms, opened
from botswain.cli.key_pair import sealing_key
from botswain.cli.key_rights import checked
from botswain.cli.processes import is_dead
from botswain.cli.secret_files import put_once
from botswain.cli.venue_reads import BinanceReads
from botswain.control.users import ADMINISTRATOR
from botswain.model.errors import BadInput
from botswain.model.ids import IdMaker
from botswain.store.emergency import EmergencyFile, emergency_path

SECRET, SECRET_BYTES = "api.key", 32
MOST_PORT = 65_535
BACKLOG = 1024
GRACE_S = 5
OWN_MACHINE = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True, slots=True)
class Asked:
    """The command's options. bus None: bus.sock in the data folder.

    names, proxies  host names it goes by; addresses whose X-Forwarded-For says who asks
    """

    host: str
    port: int
    database: str | None
    sandbox_port: int
    bus: Path | None = None
    names: tuple[str, ...] = ()
    proxies: tuple[str, ...] = ()


def run_api(context: Context, asked: Asked) -> None:
    """Serve until interrupted. Raises BadInput."""
    make_folder(context.data_dir)
    with listening(asked.host, asked.port) as place:
        asyncio.run(serve(context, asked, place))


async def serve(context: Context, asked: Asked, place: socket.socket) -> None:
    """Make the parts, say where, and answer until told to stop."""
    venues = BinanceReads(asked.sandbox_port, now_ms)
    async with doors_of(context, asked, venues) as doors:
        app = made_app(doors)
        app.state.venue_candles = venues.candles
        where = str(database_of(context.data_dir, asked.database)[0])
        async with beside(app, Places(asked.bus or context.data_dir / BUS, where)) as live:
            await greeted(app)
            host, port = place.getsockname()[:2]
            click.echo(f"api: http://{f'[{host}]' if ':' in host else host}:{port}; Ctrl-C stops")
            if asked.host not in OWN_MACHINE:
                click.echo("others can reach it: put a proxy with HTTPS before it, or passwords travel in the open")
            # All that was loaded stays: looking through it for rubbish would hold up a request for 40 ms now and then.
            gc.collect()
            gc.freeze()
            await answering(app, place, live.close, asked.proxies)
    click.echo("api: stopped")


@asynccontextmanager
async def doors_of(context: Context, asked: Asked, venues: BinanceReads) -> AsyncIterator[Doors]:
    """The parts, with an open database; all are closed again afterwards."""
    where, folder = database_of(context.data_dir, asked.database)
    try:
        async with opened(where) as store:
            yield Doors(
                store=store,
                now_ms=now_ms,
                new_id=IdMaker(now_ms, secrets.token_bytes),
                data_dir=context.data_dir,
                cache_dir=context.cache_dir,
                secret=signing_secret(folder),
                venues=venues,
                sealing=partial(sealing_key, folder),
                key_rights=partial(checked, unchecked=False),
                dead=is_dead,
                emergency=EmergencyFile(emergency_path(where, context.data_dir)),
                names=tuple(name.lower().rstrip(".") for name in asked.names),
            )
    finally:
        await venues.close()


async def greeted(app: FastAPI) -> None:
    """Make the first person where there is none, and print the password: nothing else ever does."""
    password = await app.state.people.administrator()
    if password is not None:
        click.echo(f"api: sign in as {ADMINISTRATOR} with password {password}")
        click.echo("api: this is the only time it is shown; change it after signing in")


async def answering(
    app: FastAPI, place: socket.socket, leave: Callable[[], Awaitable[None]], proxies: tuple[str, ...] = ()
) -> None:
    """Answer on a socket until SIGINT or SIGTERM; a second one leaves at once.

    leave    called at the first one: ends what would not end by itself
    proxies  who is believed when they say for whom they ask; others could name another address with each guess
    """
    config = uvicorn.Config(
        served(app),
        log_config=None,
        access_log=False,
        lifespan="off",
        ws="wsproto",
        # Each event is a few hundred bytes, and squeezing it took more of this process than reading it did.
        ws_per_message_deflate=False,
        server_header=False,
        proxy_headers=bool(proxies),
        forwarded_allow_ips=list(proxies),
        timeout_graceful_shutdown=GRACE_S,
    )
    # What a client does wrong is no news; a fault is, and comes with its traceback.
    logging.getLogger("uvicorn").setLevel(logging.ERROR)
    server = Server(config, leave)
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, server.asked_to_stop)
    try:
        await server.serve(sockets=[place])
    finally:
        for name in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(name)


class Server(uvicorn.Server):
    """Uvicorn's, which leaves signals to us: it would raise them again after stopping, and we would end by them."""

    def __init__(self, config: uvicorn.Config, leave: Callable[[], Awaitable[None]]) -> None:
        super().__init__(config)
        self._leave = leave

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End live connections first: a request of theirs waits for news, and would be waited for."""
        await self._leave()
        await super().shutdown(sockets)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Nothing to capture."""
        yield

    def asked_to_stop(self) -> None:
        """Answer what was asked, then stop; asked again, stop at once."""
        self.force_exit = self.should_exit
        self.should_exit = True


@contextmanager
def listening(host: str, port: int) -> Iterator[socket.socket]:
    """A socket that listens. Raises BadInput where that cannot be."""
    if not 0 <= port <= MOST_PORT:
        raise BadInput(f"port is {port}; write 1 to {MOST_PORT}, or 0 for a free one")
    try:
        [(family, *_, address), *_] = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        place = socket.create_server(address[:2], family=family, backlog=BACKLOG)
    except OSError as error:
        raise BadInput(
            f"{host} port {port} cannot be listened on ({error.strerror or error}); stop what uses it, or give another "
            "with --port"
        ) from None
    with contextlib.closing(place):
        place.setblocking(False)
        yield place


def signing_secret(folder: Path) -> bytes:
    """What signs access tokens, made on first use. Raises BadInput."""
    path = folder / SECRET
    try:
        if not path.exists():
            put_once(path, secrets.token_bytes(SECRET_BYTES))
        found = path.read_bytes()
    except OSError as error:
        raise BadInput(f"{path} cannot be read or made ({error.strerror}); allow that") from None
    if len(found) != SECRET_BYTES:
        raise BadInput(
            f"{path} has {len(found)} bytes instead of {SECRET_BYTES}; delete it, and everybody signs in anew"
        )
    return found
