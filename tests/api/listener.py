"""A live server on a port of its own, and the npm client listening to it."""

import asyncio
import json
import socket
from contextlib import asynccontextmanager

import uvicorn

WAIT_S = 20.0


@asynccontextmanager
async def served(app):
    """The application on a free port; its address."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        config = uvicorn.Config(app, log_level="error", lifespan="off", ws="wsproto")
        config.timeout_graceful_shutdown = 1
        config.load()
        server = uvicorn.Server(config)
        server.lifespan = config.lifespan_class(config)
        await server.startup(sockets=[door])
        task = asyncio.create_task(server.main_loop())
        yield f"http://127.0.0.1:{door.getsockname()[1]}"
        server.should_exit = True
        await task
        await server.shutdown(sockets=[door])


class Listener:
    """What the npm client said, a line at a time."""

    def __init__(self, process):
        self.process = process

    async def next(self, *events):
        """The next thing of these kinds; what else happens before it is passed over."""
        while True:
            line = await asyncio.wait_for(self.process.stdout.readline(), WAIT_S)
            assert line, (await self.process.stderr.read()).decode()
            found = json.loads(line)
            if not events or found["event"] in events:
                return found


@asynccontextmanager
async def listening(script, place, *tokens, origin="-"):
    """The npm client, connected with the first token, with the next ones when it comes back."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        "node", str(script), place, origin, *tokens, stdin=pipe, stdout=pipe, stderr=pipe
    )
    try:
        yield Listener(process)
    finally:
        process.stdin.close()
        try:
            await asyncio.wait_for(process.wait(), WAIT_S)
        except TimeoutError:
            process.kill()
            await process.wait()
