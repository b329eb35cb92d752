"""Real processes in surroundings that fail: a state that a person can read, positions known, and nothing lost.

A disk that is full, a database that somebody holds, a key that is withdrawn, a venue that dies, a clock that is off, a
port that is taken. Where it passes, the same process goes on, and at rest all books are equal to the last digit.
"""

import resource
import socket
import sqlite3
import subprocess
from contextlib import closing, contextmanager, suppress
from decimal import Decimal

import pytest
import yaml
from tests.cli.shell import Shell
from tests.engine.scenes import drawn
from tests.scenarios.books_agree import differences, read_journal, read_venue, unsettled
from tests.scenarios.commands import Command, soon
from tests.scenarios.venue_process import venue

SYMBOL = "BTC/USDT"
START = {"USDT": Decimal(10_000)}
HISTORY, CANDLES = 60, 400
READY = "account: heard, and all of it was read"
REST_S = 60.0
TMPFS_MB = 4
USUAL = {"symbols": [SYMBOL], "sizing": {"kind": "percent", "size": "0.9"}, "capital": 4000, "on_stop": "leave"}
BOTS = [
    {"name": "ladder", "strategy": "grid", "params": {"step": "0.003", "levels": 8}, **USUAL},
    {"name": "trend", "strategy": "sma_crossover", "params": {"fast": 2, "slow": 4}, **USUAL},
]


@contextmanager
def exchange(home):
    """An exchange on loud candles that moves when it is told."""
    home.mkdir(exist_ok=True)
    found = drawn(5, SYMBOL, CANDLES, loud=0.0015)
    lines = zip(found.ts, found.open, found.high, found.low, found.close, found.volume, strict=True)
    file, rules = home / "BTCUSDT.csv", home / "BTCUSDT.yaml"
    file.write_text("ts,open,high,low,close,volume\n" + "".join(",".join(map(str, one)) + "\n" for one in lines))
    facts = {"symbol": SYMBOL, "tick_size": "0.1", "lot_size": "0.001", "fee_asset": "BTC", "fee_precision": 8}
    rules.write_text(yaml.safe_dump(facts | {"maker_fee": "0.001", "taker_fee": "0.001"}))
    given = ("--candles", file, "--symbol", SYMBOL, "--instrument", rules)
    with venue(home, "--step", "--history", HISTORY, *given) as made:
        yield made


@pytest.fixture(scope="module")
def market(tmp_path_factory):
    """One for all that leave it alive."""
    with exchange(tmp_path_factory.mktemp("exchange")) as made:
        yield made


class Scene:
    """An account of its own at the exchange, and a folder for the engine."""

    def __init__(self, home, market, name):
        self.home, self.market, self.name = home, market, name
        home.mkdir(exist_ok=True)
        market.open_account(name, USDT=str(START["USDT"]))
        self.config = home / "crew.yaml"
        where = {"venue": "binance", "environment": "sandbox", "port": market.port, "account": name}
        self.config.write_text(yaml.safe_dump({"market": where, "bots": BOTS}))

    def engine(self):
        """The engine's process, and some candles of trading."""
        return Command(self.home, "engine", "trade", self.config, "--plain")

    def trades(self, engine, count):
        """Candles, after each of which all is at rest and equal."""
        for _ in range(count):
            before = self.recorded()
            self.market.step()
            soon(lambda before=before: self.recorded() > before, engine.said, lambda: engine.alive)
            self.rests(engine)

    def rests(self, engine):
        """Wait until all is equal. What is about to be sent makes it unequal again, so one look is not enough."""
        soon(
            lambda: not unsettled(self.home, self.market, self.name) and not self.compared(),
            lambda: "\n".join([*self.compared(), engine.said()]),
            lambda: engine.alive,
            REST_S,
        )

    def recorded(self):
        """How many market events are recorded."""
        with closing(sqlite3.connect(self.home / "botswain.db")) as base:
            return base.execute("SELECT count(*) FROM market_events").fetchone()[0]

    def fills_and_orders(self):
        """How many the venue has."""
        standing = self.market.standing(self.name)
        return standing["fills"], len(self.market.orders(self.name, "BTCUSDT"))

    def compared(self):
        """Every difference between the database and the exchange."""
        shown = read_venue(self.market, self.name, (SYMBOL,))
        return differences(self.home, self.market, self.name, shown, START)

    def sends_nothing_while(self, engine, words):
        """A candle that the engine can do nothing with: it says why and sends nothing."""
        orders = self.fills_and_orders()[1]
        self.market.step()
        engine.until(words)
        assert self.fills_and_orders()[1] == orders
        assert engine.alive

    def goes_on(self, engine, capsys):
        """What was wrong is over: the same process catches up, trades on and stops; a replay finds no difference."""
        self.rests(engine)
        self.trades(engine, 6)
        assert engine.stop() == 0, engine.said()
        assert self.compared() == []
        kept = read_journal(self.home, self.name)
        assert kept.fills
        for bot in BOTS:
            said = Shell(capsys, self.home)("replay", bot["name"])
            assert said.out.endswith("\n0 differences\n"), said


@contextmanager
def small_disk(folder):
    """A file system of some megabytes; skips where this may not be made."""
    folder.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={TMPFS_MB}m", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if made.returncode:
        pytest.skip(f"a small file system cannot be mounted here: {made.stderr.decode().strip()}")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(path):
    """Write a file until nothing more fits."""
    with path.open("wb", buffering=0) as file, suppress(OSError):
        while file.write(bytes(4096)):
            pass


def test_a_disk_that_is_full_sends_nothing_and_goes_on_when_there_is_room(tmp_path, market, capsys):
    with small_disk(tmp_path / "disk"):
        scene = Scene(tmp_path / "disk" / "data", market, "full")
        (scene.home / "engine.log").symlink_to(tmp_path / "engine.log")  # the words need another disk
        with scene.engine() as engine:
            engine.until(READY)
            scene.trades(engine, 6)
            ballast = tmp_path / "disk" / "ballast"
            fill(ballast)
            scene.sends_nothing_while(engine, "disk is full")
            ballast.unlink()
            scene.goes_on(engine, capsys)


def test_a_file_that_may_not_grow_sends_nothing_and_goes_on_when_it_may(tmp_path, market, capsys):
    scene = Scene(tmp_path / "data", market, "limit")
    with scene.engine() as engine:
        engine.until(READY)
        scene.trades(engine, 6)
        usual = resource.prlimit(engine.running.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(engine.running.pid, resource.RLIMIT_FSIZE, (4096, usual[1]))
        scene.sends_nothing_while(engine, "disk I/O error; look at the disk and the file")
        resource.prlimit(engine.running.pid, resource.RLIMIT_FSIZE, usual)
        scene.goes_on(engine, capsys)


def test_a_database_that_somebody_holds_sends_nothing_and_goes_on_when_it_is_free(tmp_path, market, capsys):
    scene = Scene(tmp_path / "data", market, "held")
    with scene.engine() as engine:
        engine.until(READY)
        scene.trades(engine, 6)
        with closing(held(scene.home / "botswain.db")):
            scene.sends_nothing_while(engine, "stayed locked by another program")
        scene.goes_on(engine, capsys)


def held(path):
    """A connection that keeps others from writing until it is closed."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    return connection


def test_a_key_that_is_withdrawn_is_said_and_positions_stay_known(tmp_path, market, capsys):
    scene = Scene(tmp_path / "data", market, "withdrawn")
    with scene.engine() as engine:
        engine.until(READY)
        scene.trades(engine, 6)
        before = read_journal(scene.home, scene.name)
        market.control("POST", "faults", name="key_revoked", account=scene.name, times=-1)
        market.control("POST", "faults", name="disconnect")
        engine.until("NOT HEARD")
        soon(lambda: "key" in after(engine.said(), "NOT HEARD"), engine.said)
        assert read_journal(scene.home, scene.name).held == before.held
        market.control("DELETE", "faults")
        scene.goes_on(engine, capsys)


def after(said, words):
    """What was said from certain words on."""
    return said[said.index(words) :]


def test_a_venue_that_dies_is_said_and_a_stop_does_not_wait_for_it(tmp_path):
    with exchange(tmp_path / "exchange") as market:
        scene = Scene(tmp_path / "data", market, "main2")
        with scene.engine() as engine:
            engine.until(READY)
            scene.trades(engine, 6)
            before = read_journal(scene.home, scene.name)
            market.process.kill()
            engine.until("NOT HEARD")
            kept = read_journal(scene.home, scene.name)
            assert (kept.held, kept.open) == (before.held, before.open)
            engine.stop()
            assert read_journal(scene.home, scene.name).held == before.held


def test_a_clock_that_is_five_seconds_off_is_said_and_trading_goes_on(tmp_path, capsys):
    with exchange(tmp_path / "exchange") as market:
        scene = Scene(tmp_path / "data", market, "off")
        market.control("POST", "faults", name="clock_skew", offset_ms=5_000, times=-1)
        with scene.engine() as engine:
            engine.until("behind the venue's; requests carry the venue's time")
            engine.until(READY)
            scene.goes_on(engine, capsys)


def test_a_port_that_is_taken_is_refused_with_what_to_do(tmp_path, capsys):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        said = Shell(capsys, tmp_path).refused("sandbox", "--seed", "1", "--port", port)
    assert said.startswith(f"port {port} cannot be used (")
    assert said.endswith("; give another with --port")


def test_a_bot_of_paper_is_never_taken_for_one_of_a_venue(tmp_path, market, capsys):
    scene = Scene(tmp_path / "data", market, "kinds")
    paper = tmp_path / "paper.yaml"
    paper.write_text(yaml.safe_dump({"market": {"seed": 1, "prices": {SYMBOL: 60_000}}, "bots": BOTS[:1]}))
    shell = Shell(capsys, scene.home)
    assert shell("trade", paper, "--plain", "--speed", "0", "--candles", "20").code == 0
    said = shell.refused("trade", scene.config, "--plain")
    assert said.startswith("bot 'ladder' was started with other settings (")
    assert 'venue was "", now "binance"' in said
    assert not market.standing(scene.name)["open"]
