"""What an engine lets others know now: prices, how markets stand, how its bots stand, what a person should know.

It looks at the fleets four times a second and says what is new, so nothing in the way of a candle does more than
remember it. Where nobody listens nothing is made; who comes to listen is told how everything stands.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field

from botswain.bus import topics
from botswain.bus.port import Bus
from botswain.bus.topics import BOT, MARKET, NOTIFICATION, PRICE, BotTold, MarketTold, NotificationTold, PriceTold
from botswain.control import stills
from botswain.control.paper_accounts import is_paper
from botswain.engine.bot_state import OWN, BotStands, stands_of
from botswain.engine.live_crew import Crew
from botswain.engine.supervisor import Berth
from botswain.model.market_events import Candle
from botswain.store.accounts import Environment, source_at
from botswain.store.halts import BY_ITSELF

LOOK_S = 0.25
MARKETS_AGAIN_MS = 10_000
Place = tuple[Berth, str]
ITSELF = BY_ITSELF | {"", OWN}
CODES: Mapping[str, tuple[topics.Level, str]] = {
    "running": ("info", "bot_running"),
    "stopped": ("info", "bot_stopped"),
    "halted": ("error", "bot_halted"),
    "paused": ("info", "bot_paused"),
    "refused": ("error", "bot_refused"),
}


@dataclass
class Announcer:
    """One engine's voice.

    crews   its fleets; now_ms: this machine's clock
    tenant_id  whose bots these are: nobody else is told of them; None: all are
    heard   of each symbol, when its price was last another one, by this machine's clock
    sources  whose prices a fleet's are, of a paper account once it ever ran; empty where its environment says it
    """

    bus: Bus
    crews: Callable[[], Mapping[Berth, Crew]]
    now_ms: Callable[[], int]
    tenant_id: str | None = None
    prices: dict[Place, Candle] = field(default_factory=dict)
    closes: dict[Place, Candle] = field(default_factory=dict)
    heard: dict[Place, int] = field(default_factory=dict)
    markets: dict[Place, topics.MarketState] = field(default_factory=dict)
    sources: dict[Berth, str] = field(default_factory=dict)
    bots: dict[str, BotStands] = field(default_factory=dict)
    again_ms: int = 0
    listened: frozenset[str] = frozenset()

    async def keep(self, sleep: Callable[[float], Awaitable[None]]) -> None:
        """Look until cancelled."""
        while True:
            self.look()
            await sleep(LOOK_S)

    def look(self) -> None:
        """Say what is new."""
        wanted = frozenset(one for one in (PRICE, MARKET, BOT) if self.bus.wanted(one))
        fresh, self.listened = wanted - self.listened, wanted
        if PRICE in fresh:
            self.prices.clear()
        if MARKET in fresh:
            self.again_ms = 0
        self.say_prices(wanted=PRICE in wanted)
        self.say_markets()
        self.say_bots(everything=BOT in fresh)

    def remark(self, text: str) -> None:
        """A line of the engine's for people. One that is about a bot is told as that bot's state."""
        if not any(about(name, self.without_place(text)) for name in self.bots):
            self.notify("info", "remark", text)

    def without_place(self, text: str) -> str:
        """What is said, without the fleet that it is said of."""
        found = (f"{berth}: " for berth in self.crews())
        return next((text.removeprefix(one) for one in found if text.startswith(one)), text)

    def notify(self, level: topics.Level, code: str, message: str, bot: BotStands | None = None) -> None:
        """Something for a person."""
        if self.bus.wanted(NOTIFICATION):
            bot_id, name = (None, None) if bot is None else (bot.id or None, bot.name)
            told = NotificationTold(level, code, message, bot_id, name, self.now_ms(), self.tenant_id)
            self.bus.publish(NOTIFICATION, topics.encoded(told))

    def places(self) -> Iterator[tuple[Place, Crew]]:
        """Every symbol that a fleet's bots trade."""
        for berth, crew in list(self.crews().items()):
            if crew.fleet is not None:
                self.sources[berth] = crew.fleet.side.prices
            elif not is_paper(berth.environment):
                self.sources[berth] = source_at(Environment(berth.environment), crew.config.port)
            for symbol in sorted({symbol for one in crew.wanted for symbol in one.symbols}):
                yield (berth, symbol), crew

    def say_prices(self, *, wanted: bool) -> None:
        """The newest candle of each symbol where it is another one; one that has closed goes before the next one."""
        now_ms = self.now_ms()
        for place, crew in self.places():
            fleet, symbol = crew.fleet, place[1]
            if fleet is None:
                continue
            closed, forming = fleet.closed.get(symbol), fleet.forming.get(symbol)
            if closed is not None and closed is not self.closes.get(place):
                self.closes[place], candle = closed, closed
            elif forming is not None and forming is not self.prices.get(place):
                candle = forming
            else:
                continue
            self.prices[place], self.heard[place] = candle, now_ms
            if wanted:
                self.bus.publish(PRICE, topics.encoded(self.price_of(place, candle, closed=candle is closed)))

    def say_markets(self) -> None:
        """How each symbol's market stands, where that is new, and all of them every ten seconds."""
        now_ms, wanted = self.now_ms(), self.bus.wanted(MARKET)
        everything = now_ms >= self.again_ms
        if everything:
            self.again_ms = now_ms + MARKETS_AGAIN_MS
        for place, crew in self.places():
            state = market_state(crew, place[1])
            before, self.markets[place] = self.markets.get(place), state
            if before is not None and before != state:
                self.say_change(place, crew, state)
            # Whose prices those of a paper account are is known once it has run: until then they are nobody's.
            if wanted and place[0] in self.sources and (everything or before != state):
                candle, heard_ms = self.prices.get(place), self.heard.get(place)
                age_ms = None if heard_ms is None else now_ms - heard_ms
                self.bus.publish(MARKET, topics.encoded(self.market_of(place, state, candle, age_ms)))

    def price_of(self, place: Place, one: Candle, *, closed: bool) -> PriceTold:
        """A candle as a price."""
        berth, symbol = place
        candle = (one.open_ms, float(one.open), float(one.high), float(one.low), float(one.close), float(one.volume))
        time_ms = one.close_ms + 1 if closed else one.venue_time_ms or one.open_ms
        where = (berth.venue, berth.environment, symbol, berth.timeframe)
        return PriceTold(*where, f"{one.close:f}", time_ms, candle, closed, self.sources.get(berth, ""))

    def market_of(
        self, place: Place, state: topics.MarketState, candle: Candle | None, age_ms: int | None
    ) -> MarketTold:
        """A market as it is told."""
        berth, symbol = place
        price = None if candle is None else f"{candle.close:f}"
        time_ms = None if candle is None else candle.venue_time_ms or candle.close_ms + 1
        where = (berth.venue, berth.environment, symbol, berth.timeframe)
        return MarketTold(*where, state, price, time_ms, age_ms, self.sources.get(berth, ""))

    def say_change(self, place: Place, crew: Crew, state: topics.MarketState) -> None:
        """A market is not what it was."""
        berth, symbol = place
        if state == "live":
            self.notify("info", "market_live", f"{symbol} at {berth.venue} {berth.environment} is live again")
            return
        why = "its data is old" if state == "stale" else crew.starting or (crew.fleet.market_down if crew.fleet else "")
        self.notify("warning", f"market_{state}", f"{symbol} at {berth.venue} {berth.environment}: {why}")

    def say_bots(self, *, everything: bool) -> None:
        """How each bot stands, where that is new."""
        now = stands_of(self.crews())
        for name in self.bots.keys() - now.keys():
            was = self.bots[name]
            now[name] = BotStands(was.id, name, "stopped")
        for name, one in now.items():
            before = self.bots.get(name)
            if before == one and not (everything and one.state != "stopped"):
                continue
            if self.bus.wanted(BOT):
                how = (one.state, one.why, one.by, one.block, self.now_ms(), self.tenant_id, one.still)
                self.bus.publish(BOT, topics.encoded(BotTold(one.id, name, *how)))
            if before != one:
                self.say_turn(before, one)
        self.bots = now

    def say_turn(self, before: BotStands | None, one: BotStands) -> None:
        """What a person should know of a bot's turn."""
        if one.block and (before is None or before.block != one.block):
            self.notify("warning", one.block, f"{one.name} opens nothing: its limit {one.block} is reached", one)
        if one.still and (before is None or before.still != one.still):
            self.notify("warning", stills.CODE, stills.said_of(one.still, one.name), one)
        if one.state in CODES and (before is None or before.state != one.state):
            state = "paused" if one.state == "halted" and one.by not in ITSELF else one.state
            level, code = CODES[state]
            why = f" by {one.by}: {one.why}" if one.by else f": {one.why}" if one.why else ""
            self.notify(level, code, f"{one.name} is {state}{why}", one)


def about(name: str, text: str) -> bool:
    """Whether a line is about a bot: it begins with its name. One that has it elsewhere is about something else."""
    return re.match(rf"(?:bot |starting )?'?{re.escape(name)}'?(?:[:, ]|$)", text) is not None


def market_state(crew: Crew, symbol: str) -> topics.MarketState:
    """How a symbol's market stands for a fleet."""
    if crew.fleet is None or crew.fleet.market_down:
        return "unheard"
    return "stale" if crew.fleet.feed.stale(symbol) else "live"
