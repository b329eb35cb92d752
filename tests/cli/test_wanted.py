"""What is wanted of a bot beyond running: another way to stop this once, flat while halted, never to run again."""

import asyncio
import dataclasses
import signal
import time
from functools import partial
from types import SimpleNamespace

import msgspec
import pytest
from msgspec.structs import replace
from tests.cli.live_bench import Bench, exchange, ladder, ready, trend, true_soon
from tests.cli.shell import Shell, typed
from tests.cli.test_engine_command import MAIN, RUN, STOP, crew_file, engine, have, heard, trading, wish
from tests.cli.test_halts import entries, mode, ordered
from tests.fakes.live import parts_of
from tests.sandbox.ports import served
from tests.scenarios.terminal import PATIENCE_S, Process

from botswain.cli.trade_lines import Told
from botswain.control.noted_halts import written
from botswain.core.codes import REDUCE_ONLY
from botswain.engine.halt_notes import mode_of
from botswain.engine.not_stopped import Waiting, left_of, unheeded, waiting_of, way_of
from botswain.engine.replay import replay
from botswain.engine.stop_ends import only_opens
from botswain.engine.symbol_rules import ruled
from botswain.model.errors import BadInput, Unavailable
from botswain.model.news import Command, Mode
from botswain.model.reasons import Reason
from botswain.store import bots, halts, journal, positions, tables
from botswain.store.bot_records import TYPES
from botswain.store.database import open_database
from botswain.store.emergency import EmergencyFile, Halting


@pytest.fixture
def bench(kernels, tmp_path):
    with served(exchange(kernels)) as site:
        yield Bench(site, kernels, tmp_path)


def holds(crew, name="one"):
    """Lots that a bot holds; fees in base leave less than one behind."""
    [runner] = [one for one in crew.fleet.runners.values() if one.name == name]
    return runner.bot.held_lots(0)


async def bought(bench, crew, name="one"):
    """Candles until a bot holds something."""
    for _ in range(40):
        await bench.step(crew)
        if holds(crew, name) > 0:
            return
    raise AssertionError("it never bought anything")


async def stop_so(bench, name, policy):
    async with bench.store.transaction(None) as tx:
        await halts.wish(tx, name, STOP, policy)


async def same(bench, name="one"):
    found = await replay(parts_of(bench.store, bench.kernels), name)
    assert (found.count, found.differences) == (0, ())


async def commands(bench, name="one"):
    row = await bench.row(name)
    async with bench.store.reading(None) as tx:
        rows = [TYPES.read(one.kind, one.version, one.payload) async for one in journal.walk(tx, row.id)]
    return [(one.mode, one.by) for one in rows if isinstance(one, Command)]


async def test_a_bot_that_is_halted_to_be_flat_sells_and_rests_until_it_is_resumed(bench):
    async with bench.crew(trend("one")) as crew:
        await bought(bench, crew)
        await ordered(bench, halts.halt_bot, "one", "enough", "ann", 5, "flatten")
        await true_soon(lambda: mode(crew) is Mode.FLATTEN)
        await bench.step(crew, 2)
        await true_soon(lambda: holds(crew) == 0 and not bench.account().open, lambda: str(bench.said))
        assert bench.heard("its orders are taken off and its position is closed by the market")
        await bench.step(crew, 20)
        assert not bench.account().open
        assert holds(crew) == 0
    await same(bench)
    async with bench.crew(trend("one")) as crew:
        await bench.step(crew, 20)
        assert mode(crew) is Mode.FLATTEN
        assert (holds(crew), bench.account().open) == (0, {})
        await ordered(bench, halts.resume_bot, "one")
        await true_soon(lambda: mode(crew) is Mode.RUN)
        await bought(bench, crew)
    assert (await bench.row("one")).halt_mode is None
    found = await commands(bench)
    assert (Mode.FLATTEN, "ann") in found
    await same(bench)


async def test_what_is_less_than_the_least_order_stays_and_the_log_and_the_journal_say_so(bench):
    async with bench.crew(trend("one")) as crew:
        await bought(bench, crew)
        [runner] = crew.fleet.runners.values()
        rules = ruled(0, runner.bot.decider.plan.instruments[0])
        for changed, least in (({"min_qty": "500"}, "500 BTC"), ({"min_notional": "5000000"}, "worth 5000000 USDT")):
            held = holds(crew)
            runner.tell([replace(rules, **changed)])
            await ordered(bench, halts.halt_bot, "one", "enough", "ann", 5, "flatten")
            await true_soon(lambda: mode(crew) is Mode.FLATTEN)
            await true_soon(lambda end=least: bench.heard(f"the venue's least order is {end}"), lambda: str(bench.said))
            assert bench.heard("closed by the market; but ")
            await bench.step(crew, 2)
            assert holds(crew) == held
            await ordered(bench, halts.resume_bot, "one")
            await true_soon(lambda: mode(crew) is Mode.RUN)
    row = await bench.row("one")
    async with bench.store.reading(None) as tx:
        rows = [TYPES.read(one.kind, one.version, one.payload) async for one in journal.walk(tx, row.id)]
    told = [one.why for one in rows if isinstance(one, Command) and one.mode is Mode.FLATTEN]
    assert [one.partition("; ")[0] for one in told] == ["enough", "enough"]
    assert [one.partition(" BTC stays, worth ")[1] for one in told] == [" BTC stays, worth "] * 2
    assert [one.partition("least order is ")[2] for one in told] == ["500 BTC", "worth 5000000 USDT"]
    await same(bench)


async def test_a_halted_bot_may_be_made_flat_later_and_the_same_halt_twice_is_refused(bench):
    async with bench.crew(ladder()) as crew:
        await bought(bench, crew)
        await ordered(bench, halts.halt_bot, "one", "odd", "ann", 5)
        await true_soon(lambda: mode(crew) is Mode.CANCEL_ENTRIES)
        with pytest.raises(BadInput, match="halted already, by ann: odd"):
            await ordered(bench, halts.halt_bot, "one", "again", "bob", 6)
        await ordered(bench, halts.halt_bot, "one", "again", "bob", 6, "flatten")
        await true_soon(lambda: mode(crew) is Mode.FLATTEN)
        row = await bench.row("one")
        assert (row.halted_by, row.halted_reason, row.halt_mode) == ("ann", "odd", "flatten")
        await bench.step(crew, 2)
        await true_soon(lambda: holds(crew) == 0)
        with pytest.raises(BadInput, match="halted already"):
            await ordered(bench, halts.halt_bot, "one", "again", "bob", 6, "flatten")
        await ordered(bench, halts.halt_all, "fire", "cy", 7)
        await true_soon(lambda: bench.heard("halted (platform) by cy: fire"))
        assert mode(crew) is Mode.FLATTEN


async def test_the_way_to_stop_is_the_one_that_was_asked_for_and_only_this_once(bench):
    """The first time it leaves companions behind, the second time it is the last one of its fleet."""
    await have(bench, ladder("one", on_stop="leave"), trend("two"))
    async with engine(bench) as made:
        await true_soon(lambda: trading(made, "one", "two"), lambda: str(bench.said))
        await bench.step(made.crews[MAIN], 2)
        assert entries(bench)
        await stop_so(bench, "one", "cancel_all")
        await true_soon(lambda: trading(made, "two"), lambda: str(bench.said))
        assert not entries(bench)
        assert (await bench.row("one")).stop_mode == "cancel_all"
        await wish(bench, "one", RUN)
        assert (await bench.row("one")).stop_mode is None
        await true_soon(lambda: trading(made, "one", "two"), lambda: str(bench.said))
        await wish(bench, "two", STOP)
        await true_soon(lambda: trading(made, "one"), lambda: str(bench.said))
        await wish(bench, "one", STOP)
        await true_soon(lambda: not made.crews, lambda: str(bench.said))
        assert entries(bench)
        await wish(bench, "one", RUN)
        await true_soon(lambda: trading(made, "one"), lambda: str(bench.said))
        await bought(bench, made.crews[MAIN])
        await stop_so(bench, "one", "flatten")
        await true_soon(lambda: not made.crews, lambda: str(bench.said))
        assert not bench.account().open
    await same(bench)
    assert [mode for mode, by in await commands(bench) if mode is not Mode.RUN and by == "engine"] == [
        Mode.CANCEL_ALL,
        Mode.LEAVE,
        Mode.FLATTEN,
    ]


@pytest.mark.parametrize("state", [RUN, STOP])
async def test_a_way_to_stop_that_is_none_is_refused(bench, state):
    await have(bench, ladder("one"))
    with pytest.raises(BadInput, match="stop_mode is"):
        async with bench.store.transaction(None) as tx:
            await halts.wish(tx, "one", state, "leave" if state is RUN else "explode")
    with pytest.raises(BadInput, match="halt_mode is 'explode'"):
        await ordered(bench, halts.halt_bot, "one", "odd", "ann", 5, "explode")


async def put_away(store, name):
    async with store.transaction(None) as tx:
        row = await bots.by_name(tx, name)
        await tx.change(tx.update(tables.bots).where(tables.bots.c.id == row.id).values(archived_ms=7))
        await halts.told(tx)


async def test_a_bot_that_was_put_away_is_stopped_and_never_run_again(bench):
    await have(bench, ladder("one"), trend("two"))
    async with engine(bench) as made:
        await true_soon(lambda: trading(made, "one", "two"), lambda: str(bench.said))
        await put_away(bench.store, "one")
        await true_soon(lambda: trading(made, "two"), lambda: str(bench.said))
        with pytest.raises(BadInput, match="bot 'one' was put away"):
            await wish(bench, "one", RUN)
        with pytest.raises(BadInput, match="bot 'one' was put away"):
            await ordered(bench, halts.halt_bot, "one", "odd", "ann", 5)
    crew = bench.made(ladder("one"))
    with pytest.raises(BadInput, match="bot 'one' was put away"):
        await crew.run()
    assert not ready(crew)


@pytest.mark.parametrize(
    ("policy", "left", "words"),
    [("flatten", "it holds ", "flatten"), ("cancel_all", "", ""), ("leave", "", ""), (None, "it holds ", "flatten")],
)
async def test_a_stop_that_no_process_is_there_for_is_told_and_the_next_engine_does_it_once(bench, policy, left, words):
    async with bench.crew(trend("one", on_stop="flatten")) as crew:
        await bought(bench, crew)
        crew.policies["one"] = Mode.LEAVE
    await stop_so(bench, "one", policy)
    row = await bench.row("one")
    async with bench.store.reading(None) as tx:
        found = await left_of(tx, row)
    assert found.startswith(left)
    assert bool(found) is bool(left)
    text = unheeded(row, found)
    if found:
        assert f"nothing is done at the venue yet ({words}): by its books {found}. The engine that runs, or" in text
    for times in (1, 0):
        del bench.said[:]
        async with engine(bench) as made:
            await true_soon(lambda: made.looks > 1 and not made.crews and not made.late, lambda: str(bench.said))
        said = f"{MAIN}: one was to be stopped ({words}) and is not yet: by its books {found}. That is done now, "
        assert sum(one.startswith(said) for one in bench.said) == (times if found else 0)
        assert bench.heard(f"{MAIN}: one has stopped (flatten)") is bool(times and found)
        assert not bench.account().open
        row = await bench.row("one")
        assert (row.desired_state, row.stop_mode, row.stop_due) == (STOP, policy, 0)
        async with bench.store.reading(None) as tx:
            assert any(one.qty for one in await positions.of_bot(tx, row.id)) is not bool(found)
    later = (await commands(bench))[1:]
    assert later == ([(Mode.FLATTEN, "stop"), (Mode.FLATTEN, "engine")] if found else [])
    await same(bench)


async def test_it_is_done_beside_bots_that_run_and_forgotten_where_the_bot_is_to_run_after_all(bench):
    await have(bench, ladder("one", on_stop="leave"), trend("two"))
    async with engine(bench) as made:
        await true_soon(lambda: trading(made, "one", "two"), lambda: str(bench.said))
        await bench.step(made.crews[MAIN], 2)
    assert bench.account().open
    await stop_so(bench, "one", "cancel_all")
    bench.site.control("POST", "faults", {"name": "maintenance", "times": -1})
    async with engine(bench) as made:
        await true_soon(lambda: bench.heard("one was to be stopped (cancel all)"), lambda: str(bench.said))
        await true_soon(lambda: made.late, lambda: str(bench.said))
        await wish(bench, "one", RUN)
        assert (await bench.row("one")).stop_due == 0
        bench.site.control("DELETE", "faults")
        await true_soon(lambda: bench.heard("one has started"), lambda: str(bench.said))
        await true_soon(lambda: trading(made, "one", "two"), lambda: str(bench.said))
        await true_soon(lambda: mode(made.crews[MAIN]) is Mode.RUN, lambda: str(bench.said))
        assert len(made.crews[MAIN].runners) == 2
        await bench.step(made.crews[MAIN], 2)
        assert entries(bench)
    await stop_so(bench, "one", "cancel_all")
    async with engine(bench) as made:
        await true_soon(lambda: bench.heard("one has stopped (cancel all)"), lambda: str(bench.said))
        await true_soon(lambda: trading(made, "two"), lambda: str(bench.said))
        assert not entries(bench)
    await same(bench)


async def test_it_is_done_by_the_fleet_that_is_started_again_where_the_first_one_ended_meanwhile(bench):
    await have(bench, ladder("one", on_stop="leave"), trend("two"))
    async with engine(bench) as made:
        await true_soon(lambda: trading(made, "one", "two"), lambda: str(bench.said))
        await bench.step(made.crews[MAIN], 2)
        await stop_so(bench, "one", "leave")
        await true_soon(lambda: trading(made, "two"), lambda: str(bench.said))
        await true_soon(lambda: bench.heard("one has stopped"), lambda: str(bench.said))
        assert (await bench.row("one")).stop_due == 0
        assert entries(bench)
        bench.site.control("POST", "faults", {"name": "drop_request", "method": "order.cancel", "times": -1})
        await stop_so(bench, "one", "cancel_all")
        await true_soon(lambda: bench.site.exchange.floor.faults.acted.get("drop_request"), lambda: str(bench.said))
        first = made.crews[MAIN].fleet
        first.fault(Unavailable("the disk is gone"))
        bench.site.control("DELETE", "faults")
        await true_soon(lambda: bench.heard("one has stopped (cancel all)"), lambda: str(bench.said))
        await true_soon(lambda: trading(made, "two"), lambda: str(bench.said))
        assert made.crews[MAIN].fleet is not first
        assert (made.crews[MAIN].stops, made.late, made.moving) == ({}, {}, {})
        assert (await bench.row("one")).stop_due == 0
        assert not entries(bench)
        assert not made.undone
    await same(bench)


async def test_one_that_trade_has_started_since_is_stopped_no_more(bench):
    async with bench.crew(ladder("one", on_stop="leave")) as crew:
        await bench.step(crew, 2)
    await stop_so(bench, "one", "cancel_all")
    assert (await bench.row("one")).stop_due == 1
    async with bench.crew(ladder("one", on_stop="leave")):
        assert (await bench.row("one")).stop_due == 0
    async with engine(bench) as made:
        await true_soon(lambda: made.looks > 1)
        assert not made.crews
    assert bench.account().open


async def test_orders_that_a_stop_would_have_taken_off_are_counted_and_a_bot_that_runs_is_not_among_those(bench):
    async with bench.crew(ladder("one", on_stop="leave")) as crew:
        await bench.step(crew, 2)
        await stop_so(bench, "one", "cancel_entries")
        row, others = await bench.row("one"), dataclasses.replace(crew.parts, owner="another", dead=lambda _: False)
        async with bench.store.reading(None) as tx:
            assert await waiting_of(tx, crew.parts, [row], {"one"}) == Waiting({})
            assert await waiting_of(tx, others, [row], ()) == Waiting({})
        await crew.fleet.settled()
        working = len(bench.account().open)
    row = await bench.row("one")
    async with bench.store.reading(None) as tx:
        assert await left_of(tx, row) == f"{working} orders work"
        assert await waiting_of(tx, crew.parts, [row], ()) == Waiting({"one": f"{working} orders work"})
        leaves = msgspec.structs.replace(row, stop_mode="leave")
        assert await waiting_of(tx, crew.parts, [leaves], ()) == Waiting({}, (leaves,))
    assert way_of(msgspec.structs.replace(row, stop_mode=None)) is Mode.LEAVE
    assert way_of(msgspec.structs.replace(row, stop_mode=None, config="{}")) is Mode.LEAVE


def test_a_stop_that_an_engine_had_begun_when_it_was_killed_is_done_by_the_next_one(kernels, tmp_path, capsys):
    with served(exchange(kernels)) as site:
        path, home = crew_file(tmp_path, site), tmp_path / "data"
        shell, account = Shell(capsys, home), site.exchange.floor.accounts["main"]
        assert shell("start", "one", "--config", path).code == 0
        with Process(home, "engine") as running:
            heard(running)
            site.step(3)
            running.signal(signal.SIGKILL)
            running.end()
        assert account.open
        told = shell("stop", "one", "--policy", "flatten")
        assert "no process runs it, so nothing is done at the venue yet (flatten): by its books" in told.out
        assert "stopped (flatten) by the next engine" in shell("bots").out
        site.control("POST", "faults", {"name": "drop_request", "method": "order.cancel", "times": -1})
        acted = site.exchange.floor.faults.acted
        with Process(home, "engine") as running:
            assert any("one was to be stopped (flatten)" in line for line in until(running, "was to be stopped"))
            end_s = time.monotonic() + PATIENCE_S
            while not acted.get("drop_request"):
                assert time.monotonic() < end_s
                time.sleep(0.01)
            running.signal(signal.SIGKILL)
            running.end()
        assert account.open
        site.control("DELETE", "faults")
        with Process(home, "engine") as running:
            until(running, "one has stopped (flatten)")
            assert not account.open
            until(running, "no bot is left running")
            running.signal(signal.SIGTERM)
            assert running.end()[0] == 0
        assert "stopped (flatten) by the next engine" not in shell("bots").out
        looked = typed("doctor", home=home)
        assert (looked.code, looked.err) == (0, ""), looked
        assert typed("replay", "one", home=home).out.endswith("\n0 differences\n")


def until(running, words):
    """Read what a process says until it has said this."""
    seen = []
    while not any(words in line for line in seen):
        more = running.lines(1)
        assert more, (seen, running.end())
        seen += more
    return seen


async def test_that_an_entry_is_too_small_is_no_news_of_a_bot_whose_entries_are_stopped(bench, monkeypatch):
    def too_small():
        state = runner.bot.decider.state
        note = state.parts["notes"][int(state.account.notes) % state.note_room]
        note.symbol, note.slot, note.code, note.value, note.limit = 0, 0, int(Reason.BELOW_MINIMUM), 1, 5
        state.account.notes += 1
        return [one for one in told.new() if "below_minimum" in one]

    async with bench.crew(ladder("one")) as crew:
        await bench.step(crew)
        [runner] = crew.fleet.runners.values()
        told = Told(runner, (), partial(only_opens, runner))
        assert len(too_small()) == 1
        runner.tell([Command(Mode.CANCEL_ENTRIES, "account", "0.1 BTC is missing")])
        await true_soon(lambda: mode(crew) is Mode.CANCEL_ENTRIES)
        assert too_small() == []
        # An exit that is too small protects nothing: that is news as ever.
        monkeypatch.setattr(runner.bot, "row", lambda _s, _slot: SimpleNamespace(flag_bits=REDUCE_ONLY, side=-1))
        assert len(too_small()) == 1


def test_the_commands_write_what_is_wanted(kernels, tmp_path, capsys):
    with served(exchange(kernels)) as site:
        path, home = crew_file(tmp_path, site), tmp_path / "data"
        shell = Shell(capsys, home)
        assert shell("start", "one", "--config", path).code == 0
        stopped = shell("stop", "one", "--policy", "flatten")
        assert stopped.out == (
            "bot 'one' is wanted to stop; no process runs it, and by its books it has nothing at the venue that its "
            "stop would have ended\n"
        )
        assert shell("stop", "one", "--policy", "explode").code != 0
        halted = shell("halt", "one", "--flatten", "--reason", "odd")
        assert halted.out.endswith(": odd; its position is closed by the market\n")
        everything = shell("halt", "--all", "--flatten")
        assert everything.code != 0
        assert "--flatten closes the position of one bot" in everything.err


def test_a_bot_that_was_put_away_is_listed_by_no_command(kernels, tmp_path, capsys):
    with served(exchange(kernels)) as site:
        path, home = crew_file(tmp_path, site), tmp_path / "data"
        shell = Shell(capsys, home)
        assert shell("start", "one", "--config", path).code == 0
        assert "binance sandbox" in shell("bots").out

        async def away():
            store = await open_database(home / "botswain.db", epoch=bytes(16), now_ms=1)
            await put_away(store, "one")
            await store.close()

        asyncio.run(away())
        assert "there are no bots" in shell("bots").out
        assert "was put away" in shell("start", "one").err


async def test_a_halt_that_waits_in_the_file_keeps_its_way(bench, tmp_path):
    file = EmergencyFile(tmp_path / "emergency")
    file.append(Halting("one", "fire", "ann", 5, "flatten"), Halting("one", "odd", "bob", 6))
    assert [one.mode for one in file.pending().halts().values()] == ["flatten", ""]
    await have(bench, ladder("one"))
    async with bench.store.transaction(None) as tx:
        await written(tx, file.pending().halts().values(), bench.said.append)
    row = await bench.row("one")
    assert (row.halted_by, row.halt_mode) == ("ann", "flatten")
    assert mode_of(row.halt_mode) is Mode.FLATTEN
