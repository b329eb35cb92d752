"""The exchange on a port of this machine: sockets, pings, pacing. Everything it says comes from `exchange`.

Bytes are handed over as they are. The clock is an argument; the market's own time is moved by the pace, or, in step
mode, only by the control door.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterable

import msgspec
from aiohttp import WSCloseCode, WSMsgType, web

from botswain.model.errors import BadInput
from botswain.sandbox.api_session import ApiSession
from botswain.sandbox.control import Until, control, until_of
from botswain.sandbox.door import Reply, Request
from botswain.sandbox.exchange import Exchange
from botswain.sandbox.fault_acts import SHUTDOWN
from botswain.sandbox.floor import Published
from botswain.sandbox.line import Line
from botswain.sandbox.refusals import Refused
from botswain.sandbox.stream_session import StreamSession

LOOPBACK = "127.0.0.1"
PING_S = 20.0
LIFE_S = 24 * 3600.0
MOST_STEP = 10_000
UNTIL = '{"until": {"BTCUSDT": {"below": "59000"}}}'
MOST_BODY = 1 << 20
PACE_S = 0.5
HURRY = 200
GOODBYE_S = 2.0
AGAIN_S = 1.0


class Step(msgspec.Struct, frozen=True):
    """What a step asks for; until: the prices to stand still at, falling and rising, by market."""

    candles: int = 1
    until: dict[str, Until] | None = None


class Server:
    """A running exchange.

    now_ms   the clock
    speed    the market's time per real time; 0 is as fast as possible, None only moves when told (step mode)
    ping_s   how often connections are pinged; one that is silent for three times as long is closed
    moved    called each time the market has moved by its pace; an OSError is one that could not write it down: the
             market stands still, and it is called again until it can
    say      told each line that a person should read

    ended is set, and broken is why, when something failed that nobody could go on from: then stop it, and start anew.
    """

    def __init__(
        self,
        exchange: Exchange,
        now_ms: Callable[[], int],
        speed: float | None,
        ping_s: float = PING_S,
        moved: Callable[[], None] = lambda: None,
        say: Callable[[str], None] = lambda _line: None,
    ) -> None:
        self.say = say
        self.ended = asyncio.Event()
        self.broken: BaseException | None = None
        self.moved = moved
        self.exchange = exchange
        self.ping_s = ping_s
        self.now_ms = now_ms
        self.speed = speed
        self.lines: dict[Line, None] = {}
        self.tasks: set[asyncio.Task[None]] = set()
        self.runner: web.AppRunner | None = None
        self.port = 0

    async def start(self, port: int) -> None:
        """Listen on loopback; port 0 takes a free one. Raises BadInput where the port is taken."""
        app = web.Application(client_max_size=MOST_BODY)
        app.router.add_get("/ws-api/v3", self.api)
        for path in ("/ws", "/ws/{streams:.*}", "/stream"):
            app.router.add_get(path, self.streams)
        app.router.add_route("*", "/sandbox/{path:.*}", self.control)
        app.router.add_route("*", "/{path:.*}", self.rest)
        self.runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=1.0)
        await self.runner.setup()
        site = web.TCPSite(self.runner, LOOPBACK, port)
        try:
            await site.start()
        except OSError as error:
            await self.runner.cleanup()
            raise BadInput(f"port {port} cannot be used ({error.strerror}); give another with --port") from None
        self.port = self.runner.addresses[0][1]
        if self.speed is not None:
            self.spawn(self.pace(self.speed))

    async def stop(self) -> None:
        """Say so to every socket, then close everything."""
        for task in list(self.tasks):
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        leaving = [self.say_goodbye(line) for line in list(self.lines)]
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(asyncio.gather(*leaving, return_exceptions=True), GOODBYE_S)
        if self.runner is not None:
            await self.runner.cleanup()

    async def say_goodbye(self, line: Line) -> None:
        """Announce the end to one connection and close it."""
        line.put(msgspec.json.encode({"e": "serverShutdown", "E": self.now_ms()}))
        await self.leave(line)

    def spawn(self, work: object) -> None:
        """Keep a task until it is done."""
        assert asyncio.iscoroutine(work)
        task: asyncio.Task[None] = asyncio.ensure_future(work)
        self.tasks.add(task)
        task.add_done_callback(self.done)

    def done(self, task: asyncio.Task[None]) -> None:
        """A kept task has ended. One that failed ends the exchange: without its clock it would only look alive."""
        self.tasks.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is not None:
            self.broken = self.broken or error
            self.ended.set()

    async def pace(self, speed: float) -> None:
        """Move the market with the time; behind by more than it can, it hurries and lets others in between."""
        loop = asyncio.get_running_loop()
        began_s, market_ms = loop.time(), self.exchange.floor.market_ms
        moved = 0
        while (next_ms := self.exchange.next_ms()) is not None:
            if speed:
                wait_s = began_s + (next_ms - market_ms) / 1000 / speed - loop.time()
                if wait_s > 0:
                    await asyncio.sleep(min(wait_s, PACE_S))
                    if wait_s > PACE_S:
                        continue
            self.exchange.advance()
            self.deliver()
            began_s += await self.written()
            moved += 1
            if moved % HURRY == 0 or not speed:
                await asyncio.sleep(0)

    async def written(self) -> float:
        """Have it written down that the market moved; returns the seconds for which it had to stand still for that."""
        loop = asyncio.get_running_loop()
        began_s, why = loop.time(), ""
        while True:
            try:
                self.moved()
            except OSError as error:
                if why != (why := str(error)):
                    said = "the market stands still: what is done here cannot be written down"
                    self.say(f"{said} ({why}); free some space, and it goes on by itself")
                await asyncio.sleep(AGAIN_S)
            else:
                break
        stood_s = loop.time() - began_s if why else 0.0
        if why:
            self.say(f"the market goes on; it stood still for {stood_s:.0f} s, and orders were refused meanwhile")
        return stood_s

    def deliver(self) -> None:
        """Queue everything published for whom it concerns."""
        for one in self.exchange.drain():
            for line in list(self.lines):
                if one.topic == SHUTDOWN:
                    line.put(one.payload)
                    self.spawn(self.leave(line))
                else:
                    line.offer(one)

    async def leave(self, line: Line) -> None:
        """Close a connection when all it is owed was sent."""
        await line.queue.join()
        with contextlib.suppress(ConnectionError):
            await line.socket.close(code=WSCloseCode.GOING_AWAY)

    async def rest(self, asked: web.Request) -> web.StreamResponse:
        """A REST request."""
        request = Request(
            asked.method,
            asked.path,
            asked.rel_url.raw_query_string,
            await asked.read(),
            {name.lower(): value for name, value in asked.headers.items()},
            asked.remote or LOOPBACK,
        )
        held_ms = self.exchange.door.held_ms(request)
        if held_ms:
            await asyncio.sleep(held_ms / 1000)
        reply = self.exchange.rest(request, self.now_ms())
        self.deliver()
        return await self.answer(asked, reply)

    async def answer(self, asked: web.Request, reply: Reply) -> web.StreamResponse:
        """Send a reply as faults have it."""
        if reply.delay_ms > 0:
            await asyncio.sleep(reply.delay_ms / 1000)
        if reply.dropped and asked.transport is not None:
            asked.transport.abort()
        return web.Response(
            status=reply.status, body=reply.body, headers=reply.headers, content_type="application/json"
        )

    async def control(self, asked: web.Request) -> web.StreamResponse:
        """The control door; a step is answered when everything it published has been sent."""
        path, body = asked.match_info["path"], await asked.read()
        if (asked.method, path) == ("POST", "step"):
            status, found = await self.step(body)
        else:
            status, found = control(self.exchange, asked.method, path, body)
            self.deliver()
        return web.Response(status=status, body=found, content_type="application/json")

    async def step(self, body: bytes) -> tuple[int, bytes]:
        """Move on by candles, or to the end of one or a price inside it."""
        try:
            asked = msgspec.json.decode(body or b"{}", type=Step)
        except (msgspec.DecodeError, msgspec.ValidationError):
            asked = Step(0)
        if self.speed is not None or not 1 <= asked.candles <= (MOST_STEP if asked.until is None else 1):
            text = f'step takes {{"candles": n}}, n from 1 to {MOST_STEP}, or {UNTIL}, and only in --step mode'
            return 400, msgspec.json.encode({"error": text})
        done = 0
        try:
            until = None if asked.until is None else until_of(self.exchange, asked.until)
            for _ in range(asked.candles):
                published: list[Published] = []
                if until is None:
                    done += self.exchange.step(1, published.append)
                else:
                    done += self.exchange.play(until)
                    published += self.exchange.drain()
                # What an account is told is heard before the candle that it happened in: who trades on both sees one
                # order.
                await self.handed_out(one for one in published if one.topic.startswith("@"))
                await self.handed_out(one for one in published if not one.topic.startswith("@"))
        except BadInput as error:
            return 400, msgspec.json.encode({"error": str(error)})
        return 200, msgspec.json.encode({"candles": done, "market_ms": self.exchange.floor.market_ms})

    async def handed_out(self, published: Iterable[Published]) -> None:
        """Give out what was published, and wait until whoever it went to has answered a ping behind it."""
        told: dict[Line, None] = {}
        for one in published:
            for line in self.lines:
                if line.offer(one):
                    told[line] = None
        await asyncio.gather(*(line.flushed() for line in told))

    async def streams(self, asked: web.Request) -> web.StreamResponse:
        """A market-stream connection."""
        combined = asked.path == "/stream"
        given = asked.query.get("streams", "") if combined else asked.match_info.get("streams", "")
        # ccxt.pro adds a number of its own to the address, which is no stream.
        names = [one for one in given.split("/") if one]
        try:
            session = self.exchange.open_streams(names, asked.remote or LOOPBACK, self.now_ms(), combined=combined)
        except Refused as error:
            return web.Response(status=error.status, body=msgspec.json.encode(error.body()))
        return await self.converse(asked, session)

    async def api(self, asked: web.Request) -> web.StreamResponse:
        """A WebSocket API connection."""
        session = self.exchange.open_api(asked.remote or LOOPBACK, asked.rel_url.raw_query_string, self.now_ms())
        if session.refused is not None:
            return web.Response(status=session.refused.status, body=msgspec.json.encode(session.refused.body()))
        return await self.converse(asked, session)

    async def converse(self, asked: web.Request, session: StreamSession | ApiSession) -> web.StreamResponse:
        """Read and answer until the connection ends, at the latest after a day."""
        socket = web.WebSocketResponse(autoping=False, max_msg_size=MOST_BODY, compress=False)
        await socket.prepare(asked)
        loop = asyncio.get_running_loop()
        line = Line(socket, session, heard_s=loop.time())
        self.lines[line] = None
        workers = [asyncio.ensure_future(line.send()), asyncio.ensure_future(line.watch(self.ping_s))]
        end = loop.call_later(LIFE_S, lambda: self.spawn(self.leave(line)))
        try:
            async for message in socket:
                line.heard_s = loop.time()
                if message.type is WSMsgType.PING:
                    await socket.pong(message.data)
                elif message.type is WSMsgType.PONG:
                    line.ponged.set()
                elif message.type in (WSMsgType.TEXT, WSMsgType.BINARY) and not await self.hear(line, message.data):
                    break
        finally:
            end.cancel()
            session.close()
            self.lines.pop(line, None)
            for worker in workers:
                worker.cancel()
            for found in await asyncio.gather(*workers, return_exceptions=True):
                if isinstance(found, Exception) and not isinstance(found, ConnectionError):
                    self.say(f"a connection was closed: {type(found).__name__}: {found}")
            # Whoever waits for this connection to have been sent everything waits no longer.
            while not line.queue.empty():
                line.queue.get_nowait()
                line.queue.task_done()
        await socket.close()
        return socket

    async def hear(self, line: Line, text: str | bytes) -> bool:
        """Answer one message; False ends the connection."""
        session = line.session
        if isinstance(session, StreamSession):
            answer = session.receive(text, self.now_ms())
            if answer is None:
                return False
            line.put(answer)
            return True
        held_ms = session.held_ms(text)
        if held_ms:
            await asyncio.sleep(held_ms / 1000)
        reply = session.receive(text, self.now_ms())
        if reply.delay_ms > 0:
            self.deliver()
            await asyncio.sleep(reply.delay_ms / 1000)
        if not reply.dropped:
            line.put(reply.body)
        self.deliver()
        return True
