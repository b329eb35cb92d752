"""An exchange, an account on it, a database, and the engine and the gateway as processes on them."""

import signal
import sqlite3
import time
from contextlib import closing, contextmanager
from decimal import Decimal

import yaml
from tests.cli.shell import Shell
from tests.engine.scenes import drawn
from tests.scenarios.books_agree import differences, read_journal, read_venue, unsettled
from tests.scenarios.bot_wants import bare, unwanted
from tests.scenarios.commands import Command, soon
from tests.scenarios.venue_process import venue

SYMBOLS = ("BTC/USDT", "ETH/USDT")
START = {"USDT": Decimal(10_000)}
CANDLES = 1_500
HISTORY = 60
MOST_STEPS = 60
AFTER = 4
LADDER = {
    "name": "ladder",
    "strategy": "grid",
    "symbols": ["BTC/USDT"],
    "params": {"step": "0.004", "levels": 8},
    "sizing": {"kind": "percent", "size": "0.9"},
    "capital": 4000,
    "on_stop": "leave",
}
TREND = {
    "name": "trend",
    "strategy": "sma_crossover",
    "symbols": list(SYMBOLS),
    "params": {"fast": 2, "slow": 4},
    "sizing": {"kind": "percent", "size": "0.45"},
    "exits": {"stop_loss": "0.01", "trailing_stop": "0.006", "take_profit": "0.012"},
    "capital": 4000,
    "on_stop": "leave",
}
PIECES = {
    "name": "pieces",
    "strategy": "sma_crossover",
    "symbols": list(SYMBOLS),
    "params": {"fast": 2, "slow": 4},
    "sizing": {"kind": "percent", "size": "0.45"},
    "exits": {
        "stop_loss": "0.008", "trailing_stop": "0.006", "take_profit_1": "0.002", "take_profit_share_1": "0.4",
        "take_profit_2": "0.005", "take_profit_share_2": "0.3",
    },
    "capital": 4000,
    "on_stop": "leave",
}  # fmt: skip
DEALS = {
    "name": "deals",
    "strategy": "dca",
    "symbols": ["BTC/USDT"],
    "params": {"step": "0.003", "safety_orders": 4, "take_profit": "0.004", "take_profit_2": "0.008"},
    "sizing": {"kind": "percent", "size": "0.9"},
    "exits": {"stop_loss": "0.03"},
    "capital": 3000,
    "on_stop": "leave",
}
MOMENTUM = {
    "name": "momentum",
    "strategy": "momentum",
    "symbols": ["ETH/USDT"],
    "params": {"lookback": 3, "enter": "0.003", "adds": 2, "add_step": "0.0025", "min_strength": 5},
    "sizing": {"kind": "percent", "size": "0.9"},
    "exits": {"stop_loss": "0.01"},
    "capital": 3000,
    "on_stop": "leave",
}
DIP = {
    "name": "dip",
    "strategy": "dip",
    "symbols": ["BTC/USDT"],
    "params": {
        "drop": "0.003", "window": 12, "cooldown": 2, "rebound": "0.0005", "trail": "0.002", "sells": 3,
        "gain_1": "0.003", "gain_2": "0.005", "gain_3": "0.008", "arm": "0.006",
    },
    "sizing": {"kind": "percent", "size": "0.9"},
    "exits": {"stop_loss": "0.02"},
    "capital": 3000,
    "on_stop": "leave",
}  # fmt: skip
SCALPER = {
    "name": "scalper",
    "strategy": "scalper",
    "symbols": ["ETH/USDT"],
    "params": {
        "levels": 2, "spread": "0.15", "take_profit": "0.25", "min_edge_bps": "0", "stop": "0.5", "hold": 20,
        "tighten": 0, "loss_cooldown": 1,
    },
    "sizing": {"kind": "percent", "size": "0.9"},
    "exits": {"stop_loss": "0.02"},
    "capital": 3000,
    "on_stop": "leave",
}  # fmt: skip
USUAL = (LADDER, TREND)
REST_S = 60.0
DOUBT_S = 20.0
MOST_CLOSES = 4
READY = "account: heard, and all of it was read"
MOST_IDLE = 10


def doubts(process):
    """Whether a process said last that orders are in doubt."""
    said = [line for line in process.said().splitlines() if line.startswith("in doubt: ")]
    return bool(said) and not said[-1].startswith("in doubt: nothing")


@contextmanager
def loud_market(home):
    """The exchange: loud candles of two symbols, fees in what is received."""
    files = []
    for place, symbol in enumerate(SYMBOLS):
        found = drawn(place + 3, symbol, CANDLES, loud=0.0015)
        name = symbol.replace("/", "")
        lines = zip(found.ts, found.open, found.high, found.low, found.close, found.volume, strict=True)
        path = home / f"{name}.csv"
        path.write_text("ts,open,high,low,close,volume\n" + "".join(",".join(map(str, one)) + "\n" for one in lines))
        rules = {"symbol": symbol, "tick_size": "0.1", "lot_size": "0.001", "fee_asset": symbol[:3], "fee_precision": 8}
        (home / f"{name}.yaml").write_text(yaml.safe_dump(rules | {"maker_fee": "0.001", "taker_fee": "0.001"}))
        files += ["--candles", path, "--symbol", symbol, "--instrument", home / f"{name}.yaml"]
    with venue(home, "--step", "--history", HISTORY, *files) as found:
        yield found


class Scene:
    """One account on the exchange, one database, and the engine on them."""

    def __init__(self, home, market, name, crew=USUAL):
        self.home, self.market, self.name = home, market, name
        self.bots = tuple(one["name"] for one in crew)
        market.open_account(name, USDT=str(START["USDT"]))
        self.config = home / "crew.yaml"
        home.mkdir(exist_ok=True)
        where = {"venue": "binance", "environment": "sandbox", "port": market.port, "account": name}
        self.config.write_text(yaml.safe_dump({"market": where, "bots": list(crew)}))

    def engine(self, *more):
        """The engine's process."""
        return Command(self.home, "engine", "trade", self.config, "--plain", *more)

    def gateway(self, *more):
        """The gateway's process."""
        return Command(self.home, "gateway", "gateway", "--sandbox-port", self.market.port, *more)

    def recorded(self):
        """How many market events are recorded."""
        with closing(sqlite3.connect(self.home / "botswain.db")) as base:
            return base.execute("SELECT count(*) FROM market_events").fetchone()[0]

    def step(self, *watched):
        """A candle of each symbol, until they are recorded or somebody is dead."""
        before = self.recorded()
        self.market.step()
        soon(
            lambda: self.recorded() >= before + len(SYMBOLS) or not all(one.alive for one in watched),
            lambda: "the candles were not recorded:\n" + watched[0].said(),
        )

    def until_killed(self, process, others=()):
        """Move the market until a process kills itself."""
        for _ in range(MOST_STEPS):
            if not process.alive:
                break
            self.step(process, *others)
            self.doubts_end(process, *others)
        soon(lambda: not process.alive, lambda: "it passed its point never:\n" + process.said())
        assert process.kill() == -signal.SIGKILL, process.said()

    def doubts_end(self, *watched):
        """Wait a while for orders in doubt to be known: what waits for them does nothing at closes that go by."""
        end = time.monotonic() + DOUBT_S
        while time.monotonic() < end and all(one.alive for one in watched) and any(map(doubts, watched)):
            time.sleep(0.05)

    def at_rest(self, engine):
        """Wait until all agrees; what the venue turned away is asked for again at the next close, so that may come."""
        found, left = [], []

        def agrees():
            found[:] = unsettled(self.home, self.market, self.name)
            return not found

        for _ in range(MOST_CLOSES):
            soon(agrees, lambda: "\n".join([*found, engine.said()]), lambda: engine.alive, REST_S)
            if left := self.compared():
                continue  # the look may have fallen between two requests
            shown = self.shown()
            left = unwanted(self.home, shown, self.name, self.bots)
            if not left:
                return
            self.step(engine)
        raise AssertionError("\n".join([*left, engine.said()]))

    def shown(self):
        """What the exchange says of the account."""
        return read_venue(self.market, self.name, SYMBOLS)

    def rows(self):
        """How many rows each bot's journal has."""
        with closing(sqlite3.connect(self.home / "botswain.db")) as base:
            return base.execute("SELECT bot_id, count(*) FROM journal GROUP BY bot_id ORDER BY bot_id").fetchall()

    def compared(self):
        """Every difference of the database and the exchange."""
        return differences(self.home, self.market, self.name, self.shown(), START)

    def nothing_is_bare(self, bot):
        """Each position of a bot has stops at the exchange for all of it. Returns how many stops there are."""
        said, stops = bare(self.home, bot)
        assert not said, said
        return stops

    def goes_on(self, engine):
        """The engine is up, trades on and comes to rest with everything equal."""
        engine.until(READY)
        for _ in range(AFTER):
            self.step(engine)
        for _ in range(MOST_STEPS):
            # What the market does here depends on how far others have moved it.
            if read_journal(self.home, self.name).fills:
                break
            self.step(engine)
        self.at_rest(engine)
        assert engine.stop() == 0, engine.said()
        assert self.compared() == []
        done = read_journal(self.home, self.name)
        assert len(done.orders) > MOST_IDLE
        assert done.fills

    def replays(self, capsys):
        """`botswain replay` of all bots finds no difference."""
        for bot in self.bots:
            said = Shell(capsys, self.home)("replay", bot)
            assert said.out.endswith("\n0 differences\n"), said
