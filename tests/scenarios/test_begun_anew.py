"""A sandbox dies under running bots, and another one begins at its address: same keys, empty books, numbers from one.

The engine sees that it is another one before it requests anything of it, lets its bots go with what was seen, and they
stay halted; the doctor says the same. What they hold stands in the journal.
"""

import sqlite3
from contextlib import closing, contextmanager

import pytest
import yaml
from tests.cli.shell import Shell
from tests.engine.scenes import drawn
from tests.scenarios.books_agree import read_journal
from tests.scenarios.commands import Command, soon
from tests.scenarios.test_bad_surroundings import BOTS, HISTORY, READY, START, SYMBOL, Scene
from tests.scenarios.venue_process import venue

CANDLES, TRADED = 400, 12
REFUSED = 2


@contextmanager
def exchange(home, history, *more):
    """An exchange on the same loud candles, so many of which have passed."""
    home.mkdir(exist_ok=True)
    found = drawn(5, SYMBOL, CANDLES, loud=0.0015)
    lines = zip(found.ts, found.open, found.high, found.low, found.close, found.volume, strict=True)
    file, rules = home / "BTCUSDT.csv", home / "BTCUSDT.yaml"
    file.write_text("ts,open,high,low,close,volume\n" + "".join(",".join(map(str, one)) + "\n" for one in lines))
    facts = {"symbol": SYMBOL, "tick_size": "0.1", "lot_size": "0.001", "fee_asset": "BTC", "fee_precision": 8}
    rules.write_text(yaml.safe_dump(facts | {"maker_fee": "0.001", "taker_fee": "0.001"}))
    given = ("--candles", file, "--symbol", SYMBOL, "--instrument", rules)
    with venue(home, "--step", "--history", history, *given, *more) as made:
        yield made


def halts(home):
    """Who halted which bot, and why."""
    with closing(sqlite3.connect(home / "botswain.db")) as base:
        return base.execute("SELECT name, halted_by, halted_reason FROM bots ORDER BY name").fetchall()


@pytest.mark.parametrize(
    ("later", "seen"),
    [(0, "its market is at "), (TRADED + 5, "it knows no order ")],
    ids=["its time went back", "its time goes on"],
)
def test_bots_are_halted_before_they_request_anything_of_a_sandbox_begun_anew(tmp_path, later, seen, capsys):
    data = tmp_path / "data"
    with exchange(tmp_path / "first", HISTORY) as first:
        scene = Scene(data, first, "main2")
        engine = scene.engine()
        engine.until(READY)
        scene.trades(engine, TRADED)
        before = read_journal(data, scene.name)
        assert before.held, "the bots hold something that is not there any more"
        assert before.open
        first.process.kill()
        engine.until("NOT HEARD")
    with engine, exchange(tmp_path / "second", HISTORY + later, "--port", first.port) as second:
        second.open_account(scene.name, **{asset: str(one) for asset, one in START.items()})
        soon(lambda: not engine.alive, engine.said)
        assert engine.kill() == REFUSED, engine.said()
        assert f"binance (sandbox), account {scene.name}, was started anew: {seen}" in engine.said()
        after = read_journal(data, scene.name)
        assert (after.held, after.fills) == (before.held, before.fills)
        assert second.orders(scene.name, "BTCUSDT") == []
        found = halts(data)
        assert [(name, by) for name, by, _ in found] == [(one["name"], "venue") for one in BOTS]
        assert all(seen in why and why.endswith("bots of other names") for _, _, why in found)
        said = Shell(capsys, data)("doctor")
        assert said.code == 1
        assert "was started anew: " in said.out
        with Command(data, "again", "trade", scene.config, "--plain") as again:
            soon(lambda: not again.alive, again.said)
            assert again.kill() == REFUSED
            assert "was started anew: " in again.said()
        assert second.orders(scene.name, "BTCUSDT") == []
