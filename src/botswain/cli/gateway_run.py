"""Runs the gateway as a process of its own until it is told to stop."""

from __future__ import annotations

import asyncio
import secrets
import signal
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import click

from botswain.cli.crash_points import crash_at
from botswain.cli.data_folder import make_folder
from botswain.cli.databases import database_of, now_ms
from botswain.cli.gateway_wiring import Running, local_gateway
from botswain.cli.key_pair import opening_key, opening_keys, sealing_key, sole_use
from botswain.gateway.journaled import StoreJournal
from botswain.gateway.seal import Opener
from botswain.gateway.server import GatewayServer
from botswain.model.errors import BadInput
from botswain.store.database import open_database
from botswain.store.emergency import EmergencyFile, emergency_path

SOCKET = "gateway.sock"
EPOCH_BYTES = 16


@dataclass(frozen=True, slots=True)
class Asked:
    """The command's options. socket None: gateway.sock in the data folder.

    keyless  serve accounts of a sandbox that have no key; database and key pair are made where there are none
    """

    data_dir: Path
    database: str | None
    socket: Path | None
    sandbox_port: int
    crash_at: str | None = None
    keyless: bool = False


def run_gateway(asked: Asked) -> None:
    """Serve until interrupted. Raises BadInput."""
    where, folder = database_of(asked.data_dir, asked.database)
    if asked.keyless:
        make_folder(asked.data_dir)
        sealing_key(folder)
    elif isinstance(where, Path) and not where.is_file():
        raise BadInput(f"there is no database at {where}; add a key with botswain keys add first")
    opener = Opener(opening_key(folder), partial(opening_keys, folder))
    sole_use(folder)
    asyncio.run(serve(asked, where, opener))


async def serve(asked: Asked, where: str | Path, opener: Opener) -> None:
    """Open the keys that count, listen, and go on until interrupted."""
    stop = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    store = await open_database(where, epoch=secrets.token_bytes(EPOCH_BYTES), now_ms=now_ms())
    file = EmergencyFile(emergency_path(where, asked.data_dir))
    point, journal = crash_at(asked.crash_at), StoreJournal(store, file)
    try:
        async with local_gateway(
            store, opener, asked.sandbox_port, told, point, journal, keyless=asked.keyless
        ) as found:
            await listened(found, asked.socket or asked.data_dir / SOCKET, stop)
    finally:
        await store.close()


async def listened(found: Running, path: Path, stop: asyncio.Event) -> None:
    """Listen until interrupted, or until the keys cannot be kept any more."""
    server = GatewayServer(found.gateway, told, meters=found.meters)
    await server.start(path)
    click.echo(f"gateway: listening at {path}")
    for one in found.keeper.open:
        click.echo(f"key {one.name}: {one.venue} {one.environment} ({one.fingerprint})")
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({found.keeping, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if found.keeping.done():
            found.keeping.result()
    finally:
        stopping.cancel()
        await server.stop()


def told(line: str) -> None:
    """Say what happened, on stderr."""
    click.echo(f"gateway: {line}", err=True)
