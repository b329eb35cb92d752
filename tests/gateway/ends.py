"""Both ends of a gateway's socket in one process, over accounts that note what they are asked."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.gateway.made import OTHER_ACCOUNT, Account, Clock, scene

from botswain.gateway.local import LocalGateway
from botswain.gateway.remote import RemoteGateway, Waits
from botswain.gateway.server import GatewayServer

SOON = Waits(answer_s=20.0, silence_s=20.0, pauses_s=(0.01,))


@dataclass
class Ends:
    """Both ends of a socket."""

    account: Account
    other: Account
    clock: Clock
    path: Path
    server: GatewayServer
    remote: RemoteGateway
    gateway: LocalGateway
    said: list[str]

    async def restart(self) -> None:
        await self.server.stop()
        self.server = GatewayServer(self.gateway, self.said.append, beat_s=0.05)
        await self.server.start(self.path)


@asynccontextmanager
async def ends(tmp_path: Path, waits: Waits = SOON, beat_s: float = 0.05) -> AsyncIterator[Ends]:
    other = Account()
    s = scene(**{OTHER_ACCOUNT: other})
    said: list[str] = []
    served = GatewayServer(s.gateway, said.append, beat_s=beat_s)
    path = tmp_path / "gateway.sock"
    await served.start(path)
    async with RemoteGateway(path, s.clock, waits) as found:
        await found.connected()
        made = Ends(s.account, other, s.clock, path, served, found, s.gateway, said)
        try:
            yield made
        finally:
            s.account.free.set()
            await made.server.stop()
