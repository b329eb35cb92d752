"""Halts: noticed by running bots within two seconds, kept across restarts, lifted by name, said with who and why."""

import asyncio
import sqlite3
from decimal import Decimal

import pytest
import yaml
from tests.cli.live_bench import Bench, exchange, ladder, ready, trend, true_soon
from tests.cli.shell import Shell
from tests.sandbox.ports import served

from botswain.cli.bots_run import wish
from botswain.cli.live_lines import halt_lines
from botswain.engine import live_runner
from botswain.model.errors import BadInput
from botswain.model.news import Command, Link, Mode
from botswain.model.order_events import OrderReport, OwnTrade
from botswain.model.orders import Liquidity, OrderKind, OrderState, Side, Tif
from botswain.store import bots, halts
from botswain.store.bots import DesiredState

SOON_S = 2.0
SIDES = {1: Side.BUY, -1: Side.SELL}


@pytest.fixture
def bench(kernels, tmp_path):
    with served(exchange(kernels)) as site:
        yield Bench(site, kernels, tmp_path)


async def ordered(bench, order, *arguments):
    """Somebody's order, in a transaction of its own."""
    async with bench.store.transaction(None) as tx:
        return await order(tx, *arguments)


async def soon(what):
    """It is so within two seconds."""
    loop = asyncio.get_running_loop()
    began_s = loop.time()
    await true_soon(what)
    return loop.time() - began_s < SOON_S


def mode(crew, name="one"):
    return next(one.bot.mode for one in crew.runners if one.name == name)


def entries(bench):
    """Orders at the venue that open something."""
    return [one for one in bench.account().open.values() if one.terms.side == 1]


async def test_a_halted_bot_has_its_entries_taken_off_within_two_seconds_and_goes_on_when_it_is_resumed(bench):
    async with bench.crew(ladder()) as crew:
        await bench.step(crew, 3)
        assert entries(bench)
        await ordered(bench, halts.halt_bot, "one", "looks odd", "ann on desk", 5)
        assert await soon(lambda: not entries(bench) and bench.account().open)
        assert halt_lines(crew) == ["one: halted (bot) by ann on desk: looks odd"]
        assert bench.heard("one: halted (bot) by ann on desk: looks odd; its entries are taken off")
        await bench.step(crew, 2)
        assert not entries(bench)
        await ordered(bench, halts.resume_bot, "one")
        assert await soon(lambda: mode(crew) is Mode.RUN)
        await true_soon(lambda: entries(bench))
        assert halt_lines(crew) == []


async def test_a_watch_for_halts_that_breaks_is_said_and_the_fleet_starts_again_with_one_that_works(bench, monkeypatch):
    async with bench.crew(ladder()) as crew:
        await bench.step(crew, 2)
        first = crew.fleet

        async def broken(_watch):
            monkeypatch.undo()
            raise KeyError("a fault")

        monkeypatch.setattr("botswain.engine.halts.HaltWatch.look", broken)
        await true_soon(lambda: crew.fleet not in (None, first) and ready(crew))
        assert bench.heard("nobody looks for halts any more, which failed (KeyError at test_halts.py:")
        assert bench.heard("starting again in 1 s")
        await ordered(bench, halts.halt_bot, "one", "looks odd", "ann on desk", 5)
        await true_soon(lambda: mode(crew) is Mode.CANCEL_ENTRIES and not entries(bench))


async def test_a_halted_bot_that_is_recovered_beside_the_others_stays_halted(bench):
    async with bench.crew(ladder(), trend()) as crew:
        await bench.step(crew, 3)
        await ordered(bench, halts.halt_bot, "one", "looks odd", "ann on desk", 5)
        await true_soon(lambda: mode(crew) is Mode.CANCEL_ENTRIES and not entries(bench))
        lost = next(one for one in crew.runners if one.name == "one")
        look = crew.halts.look

        async def quickly():
            """No look falls into the moment in which nobody runs under its id."""
            if lost.bot_id in crew.fleet.runners:
                await look()

        crew.halts.look = quickly
        for _ in range(live_runner.MOST_WAITING + 1):
            lost.tell([Link(up=True, why="once more")])
        await true_soon(lambda: crew.fleet.runners.get(lost.bot_id, lost) is not lost and lost not in crew.runners)
        found = crew.fleet.runners[lost.bot_id]
        await true_soon(lambda: found.bot.up)
        await crew.fleet.settled()
        assert found.bot.mode is Mode.CANCEL_ENTRIES
        await bench.step(crew, 2)
        assert not entries(bench)


async def test_what_the_engine_stops_by_itself_does_not_undo_a_halt_to_be_flat(bench):
    async with bench.crew(ladder()) as crew:
        await bench.step(crew, 3)
        runner = crew.runners[0]
        runner.tell([Command(Mode.FLATTEN, "ann", "all out")])
        runner.tell([Command(Mode.CANCEL_ENTRIES, halts.RESOLVER, "nobody can say")])
        await bench.step(crew, 2)
        assert runner.bot.mode is Mode.FLATTEN
        assert runner.bot.held_lots(0) == 0
        assert not bench.account().open


async def test_flat_is_reached_in_as_many_orders_as_the_venues_greatest_asks_for_and_dust_is_left(bench):
    async with bench.crew(ladder()) as crew:
        await bench.step(crew, 3)
        bot = crew.runners[0].bot
        held, terms = bot.held_lots(0), bot.decider.state.parts["terms"][0]
        terms.max_lots, terms.min_lots = held // 3, 1 + held % (held // 3)
        before = bench.site.exchange.floor.asked["order.place"]
        crew.runners[0].tell([Command(Mode.FLATTEN, "ann", "all out")])
        await true_soon(lambda: bot.mode is Mode.FLATTEN)
        for _ in range(4):
            await crew.fleet.settled()
            await bench.step(crew, 1)
        assert bot.held_lots(0) == held % (held // 3)
        assert bench.site.exchange.floor.asked["order.place"] == before + 3
        assert not bot.actions()


async def test_a_fill_that_a_bots_books_cannot_hold_stops_that_bot_alone(bench):
    async with bench.crew(ladder(), trend()) as crew:
        await bench.step(crew, 3)
        fleet, one = crew.fleet, next(one for one in crew.runners if one.name == "one")
        track = next(found for found in fleet.account.tracks.values() if found.owner == one.bot_id)
        price, lot = track.price + track.units.tick / 4, track.units.lot
        fill = OwnTrade(
            "BTCUSDT", "77777", track.venue_order_id, track.name, SIDES[track.side], price, lot, price * lot,
            lot / 1000, "BTC", Liquidity.MAKER, track.sent_ms,
        )  # fmt: skip
        fleet.account.told(
            OrderReport(
                "BTCUSDT", track.name, track.venue_order_id, "", SIDES[track.side], OrderKind.LIMIT, False, Tif.GTC,
                OrderState.PARTIALLY_FILLED, track.qty, track.price, Decimal(0), 0, lot, price * lot, track.sent_ms,
                fills=(fill,),
            )
        )  # fmt: skip
        await true_soon(lambda: [one.name for one in fleet.runners.values()] == ["two"], lambda: bench.said)
        await bench.step(crew, 3)
        assert crew.fleet is fleet
        assert one.failed is not None
        row = await bench.row("one")
        assert (row.halted_by, "steps of its grid" in row.halted_reason) == ("engine", True)


async def test_a_halt_survives_a_restart_and_is_said(bench):
    async with bench.crew(ladder()) as crew:
        await bench.step(crew, 3)
    await ordered(bench, halts.halt_bot, "one", "looks odd", "ann on desk", 5)
    bench.said.clear()
    async with bench.crew(ladder()) as crew:
        await bench.step(crew, 3)
        assert not entries(bench)
        assert mode(crew) is Mode.CANCEL_ENTRIES
        assert bench.heard("one: halted (bot) by ann on desk: looks odd")


async def test_the_platforms_halt_holds_for_every_bot_and_leaves_their_own_alone(bench):
    async with bench.crew(ladder(), trend()) as crew:
        await ordered(bench, halts.halt_bot, "one", "looks odd", "ann", 5)
        await ordered(bench, halts.halt_all, "fire", "bob", 6)
        assert await soon(lambda: {mode(crew, "one"), mode(crew, "two")} == {Mode.CANCEL_ENTRIES})
        assert sorted(halt_lines(crew)) == [
            "one: halted (platform) by bob: fire",
            "two: halted (platform) by bob: fire",
        ]
        await ordered(bench, halts.resume_all)
        assert await soon(lambda: mode(crew, "two") is Mode.RUN)
        assert mode(crew, "one") is Mode.CANCEL_ENTRIES
        assert halt_lines(crew) == ["one: halted (bot) by ann: looks odd"]


async def test_what_the_engine_stops_by_itself_stays_until_somebody_lifts_it(bench):
    async with bench.crew(ladder()) as crew:
        await true_soon(lambda: ready(crew))
        crew.runners[0].tell([Command(Mode.CANCEL_ENTRIES, "account", "0.1 BTC is missing")])
        await true_soon(lambda: halt_lines(crew))
        row = await bench.row("one")
        assert (row.halted_by, row.halted_reason) == ("account", "0.1 BTC is missing")
    async with bench.crew(ladder()) as crew:
        assert halt_lines(crew) == ["one: halted (bot) by account: 0.1 BTC is missing"]
        await ordered(bench, halts.resume_bot, "one")
        assert await soon(lambda: mode(crew) is Mode.RUN)


async def test_the_first_reason_stays_and_what_is_not_halted_cannot_be_resumed(bench):
    async with bench.crew(ladder()):
        pass
    with pytest.raises(BadInput, match="bot 'one' is not halted"):
        await ordered(bench, halts.resume_bot, "one")
    await ordered(bench, halts.halt_bot, "one", "first", "ann", 5)
    with pytest.raises(BadInput, match="halted already, by ann: first"):
        await ordered(bench, halts.halt_bot, "one", "second", "bob", 6)
    assert (await ordered(bench, halts.halt_all, "fire", "bob", 6)).reason == "fire"
    assert (await ordered(bench, halts.halt_all, "again", "eve", 7)).by == "bob"


async def test_a_bots_own_halt_is_not_lifted_by_a_person(bench):
    async with bench.crew(ladder()):
        pass
    row = await bench.row("one")
    await ordered(bench, bots.halt, row.id, "STEP_RAISED", halts.CORE, 5)
    with pytest.raises(BadInput, match="halted by its own decision \\(STEP_RAISED\\)"):
        await ordered(bench, halts.resume_bot, "one")
    bench.said.clear()
    async with bench.crew(ladder()) as crew:
        assert halt_lines(crew) == []


async def test_a_bot_under_trade_is_not_shown_as_one_that_is_wanted_to_be_stopped(bench):
    async with bench.crew(ladder()):
        row = await bench.row("one")
        assert (row.desired_state, wish(row)) == ("stopped", "running under trade, or stopping now")
    assert wish(await bench.row("one")) == "stopped"
    await ordered(bench, halts.wish, "one", DesiredState.RUNNING)
    assert wish(await bench.row("one")) == "running"


LIVE = {"market": {"venue": "binance", "environment": "sandbox", "port": 1}}
GRID = {"name": "one", "strategy": "grid", "symbols": ["BTC/USDT"], "params": {"step": "0.01"}}


@pytest.fixture
def shell(capsys, tmp_path):
    """A shell on a database with one bot that was never run."""
    path = tmp_path / "crew.yaml"
    path.write_text(yaml.safe_dump(LIVE | {"bots": [GRID]}))
    found = Shell(capsys, tmp_path / "data")
    assert found("start", "one", "--config", path).out == "bot 'one' is wanted to run; botswain engine starts it\n"
    return found


def test_the_commands_say_what_they_did_and_by_whom(shell):
    said = shell("halt", "one", "--reason", "looks odd").out
    assert said.startswith("bot 'one' is halted by ")
    assert said.endswith(": looks odd\n")
    listed = shell("bots").out
    assert "looks odd" in listed
    assert "running" in listed
    assert "main (binance sandbox)" in listed
    assert shell("halt", "--all").out.endswith(": a person asked for it\n")
    assert shell("halt", "--all").out.startswith("everything is halted already by ")
    assert "this bot too: a person asked for it" in shell("resume", "one").out
    assert shell("bots").out.startswith("EVERYTHING IS HALTED by ")
    assert shell("resume", "--all").out.startswith("the platform is no longer halted by ")
    assert shell("resume", "--all").out == "the platform was not halted\n"
    assert shell("stop", "one").out.startswith("bot 'one' is wanted to stop; ")


def test_who_is_meant_must_be_said_once(shell):
    assert shell.refused("halt") == "nobody was named; write the name of one bot, or --all"
    said = shell.refused("resume", "one", "--all")
    assert said == "a bot and --all were both given; write the name of one bot, or --all"
    assert "there is no bot 'oen'; did you mean 'one'?" in shell.refused("halt", "oen")


def test_paper_bots_are_stopped_where_they_run(shell, tmp_path):
    connection = sqlite3.connect(tmp_path / "data" / "botswain.db")
    connection.execute("UPDATE accounts SET environment = 'paper'")
    connection.commit()
    connection.close()
    assert shell.refused("halt", "one") == "bot 'one' trades on paper; stop its botswain trade instead"
    assert shell.refused("start", "one").startswith("bot 'one' trades on paper")


def test_a_configuration_must_have_the_bot_at_a_venue(shell, tmp_path):
    path = tmp_path / "other.yaml"
    path.write_text(yaml.safe_dump({"market": {"seed": 1}, "bots": [GRID]}))
    assert "its market is paper" in shell.refused("start", "one", "--config", path)
    path.write_text(yaml.safe_dump(LIVE | {"bots": [GRID | {"capital": 5}]}))
    # It has never begun, so nothing that it did could become untrue.
    assert "is wanted to run" in shell("start", "one", "--config", path).out
    assert "has no bot 'two'; known: one" in shell.refused("start", "two", "--config", path)


def test_a_halt_does_not_wait_for_a_database_that_is_locked_and_stands_in_it_later(shell, tmp_path):
    data = tmp_path / "data"
    connection = sqlite3.connect(data / "botswain.db", isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    said = shell("halt", "one", "--reason", "looks odd").out
    assert "bot 'one' is halted by " in said
    assert "stayed locked by another program" in said
    assert "botswain.db.emergency: running engines obey it" in said
    connection.execute("ROLLBACK")
    connection.close()
    said = shell("resume", "one").out
    assert "one was halted by " in said
    assert "bot 'one' is no longer halted by " in said
    assert list(data.glob("botswain.db.emergency.merged-*"))
    assert "bot 'one' is halted by " in shell("halt", "one").out


def test_a_halt_survives_a_database_that_is_gone_where_an_engine_has_run(shell, tmp_path):
    where = tmp_path / "data" / "botswain.db"
    where.rename(tmp_path / "aside")
    assert "there is no database at" in shell.refused("halt", "--all")
    (tmp_path / "data" / "botswain.db.emergency").touch()
    assert "everything is halted by " in shell("halt", "--all", "--reason", "fire").out
    (tmp_path / "aside").rename(where)
    assert "the platform is no longer halted by " in shell("resume", "--all").out
