"""kill -9 of a live engine, and of its gateway as a process of its own, at each named point; and a start.

Three real processes: the exchange, the engine, the gateway. At rest after the start no order is lost or was sent twice,
the ledger has the exchange's own figures to the last digit, and what works is what is wanted.
"""

import io
import random
import signal
import sqlite3
from contextlib import closing
from decimal import Decimal

import pytest
import yaml
from tests.cli.shell import Shell
from tests.engine.scenes import drawn
from tests.scenarios.books_agree import differences, read_journal, read_venue, unsettled
from tests.scenarios.bot_wants import unwanted
from tests.scenarios.commands import Command, soon
from tests.scenarios.venue_process import venue

from botswain.sandbox.control import made_key

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
BOTS = ("ladder", "trend")
REST_S = 60.0
MOST_CLOSES = 4
READY = "account: heard, and all of it was read"
MOST_IDLE = 10
# How often each point is passed before the kill: from the first orders of all to the middle of the trading.
ENGINE = [
    ("candle_received", 9),
    ("event_taken", 30),
    ("decided", 27),
    ("committed", 2),
    ("committed", 24),
    ("handed_over", 6),
    ("sending", 3),
    ("sending", 17),
    ("answered", 1),
    ("answered", 16),
    ("told", 5),
    ("gateway_received", 14),
    ("gateway_checked", 15),
    ("gateway_answered", 16),
]
GATEWAY = [("gateway_received", 13), ("gateway_checked", 14), ("gateway_answered", 15)]


@pytest.fixture(scope="module")
def market(tmp_path_factory):
    """The exchange: loud candles of two symbols, fees in what is received."""
    home = tmp_path_factory.mktemp("exchange")
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

    def __init__(self, home, market, name):
        self.home, self.market, self.name = home, market, name
        market.open_account(name, USDT=str(START["USDT"]))
        self.config = home / "crew.yaml"
        home.mkdir(exist_ok=True)
        where = {"venue": "binance", "environment": "sandbox", "port": market.port, "account": name}
        self.config.write_text(yaml.safe_dump({"market": where, "bots": [LADDER, TREND]}))

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
        soon(lambda: not process.alive, lambda: "it passed its point never:\n" + process.said())
        assert process.kill() == -signal.SIGKILL, process.said()

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
            shown = read_venue(self.market, self.name, SYMBOLS)
            left = unwanted(self.home, shown, self.name, BOTS)
            if not left:
                return
            self.step(engine)
        raise AssertionError("\n".join([*left, engine.said()]))

    def compared(self):
        """Every difference of the database and the exchange."""
        shown = read_venue(self.market, self.name, SYMBOLS)
        return differences(self.home, self.market, self.name, shown, START)

    def goes_on(self, engine):
        """The engine is up, trades on and comes to rest with everything equal."""
        engine.until(READY)
        for _ in range(AFTER):
            self.step(engine)
        self.at_rest(engine)
        assert engine.stop() == 0, engine.said()
        assert self.compared() == []
        done = read_journal(self.home, self.name)
        assert len(done.orders) > MOST_IDLE
        assert done.fills

    def replays(self, capsys):
        """`botswain replay` of both bots finds no difference."""
        for bot in BOTS:
            said = Shell(capsys, self.home)("replay", bot)
            assert said.out.endswith("\n0 differences\n"), said


@pytest.mark.parametrize(("point", "count"), ENGINE)
def test_an_engine_killed_at_a_point_goes_on_with_equal_books(point, count, tmp_path, market, capsys):
    scene = Scene(tmp_path / "data", market, f"{point}-{count}")
    with scene.engine("--crash-at", f"{point}:{count}") as engine:
        soon(lambda: READY in engine.said() or not engine.alive, engine.said)
        scene.until_killed(engine)
    market.step(random.Random(count).randint(1, 3))
    with scene.engine() as engine:
        scene.goes_on(engine)
    scene.replays(capsys)


@pytest.fixture
def with_key(capsys, monkeypatch):
    """Seals a scene's key, so that only the gateway's process opens it."""

    def sealed(scene):
        key = made_key(scene.name)
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{key.api_key}\n{key.secret}\n"))
        where = ("--venue", "binance", "--environment", "sandbox", "--account", scene.name)
        done = Shell(capsys, scene.home)("keys", "add", "key", *where)
        assert done.code == 0, done

    return sealed


@pytest.mark.parametrize(("point", "count"), GATEWAY)
def test_a_gateway_killed_at_a_point_and_started_again_leaves_equal_books(
    point, count, tmp_path, market, capsys, with_key
):
    scene = Scene(tmp_path / "data", market, f"own-{point}")
    with_key(scene)
    with scene.gateway("--crash-at", f"{point}:{count}") as gateway:
        gateway.until("listening at")
        with scene.engine() as engine:
            engine.until(READY)
            scene.until_killed(gateway, [engine])
            scene.step(engine)
            assert engine.alive
            with scene.gateway() as again:
                again.until("listening at")
                scene.goes_on(engine)
    scene.replays(capsys)


@pytest.mark.parametrize(("point", "count"), [("committed", 8), ("answered", 15)])
def test_an_engine_killed_while_its_gateway_lives_goes_on_with_equal_books(
    point, count, tmp_path, market, capsys, with_key
):
    scene = Scene(tmp_path / "data", market, f"beside-{point}")
    with_key(scene)
    with scene.gateway() as gateway:
        gateway.until("listening at")
        with scene.engine("--crash-at", f"{point}:{count}") as engine:
            engine.until(READY)
            scene.until_killed(engine)
        with scene.engine() as engine:
            scene.goes_on(engine)
    scene.replays(capsys)
