"""`botswain engine`: one process runs what is wanted to run, notices changes, and stops by policy."""

import asyncio
import signal
import time
from contextlib import asynccontextmanager

import pytest
import yaml
from tests.cli.live_bench import Bench, exchange, ladder, ready, trend, true_soon
from tests.cli.shell import Shell, typed
from tests.fakes.live import parts_of
from tests.sandbox.ports import served
from tests.scenarios.terminal import Process

from botswain.cli.live_lines import Teller
from botswain.cli.live_wiring import venue_side
from botswain.control.config import stored_form
from botswain.engine.live_recovery import account_of
from botswain.engine.recovery import local_tenant
from botswain.engine.supervision import Supervision
from botswain.engine.supervisor import Berth
from botswain.model.news import Mode
from botswain.store import bots, halts
from botswain.store.bots import DesiredState

MAIN = Berth("binance", "sandbox", "main", "1m")
RUN, STOP = DesiredState.RUNNING, DesiredState.STOPPED


@pytest.fixture
def bench(kernels, tmp_path):
    with served(exchange(kernels, accounts=("main", "other"))) as site:
        yield Bench(site, kernels, tmp_path)


async def have(bench, *found, **market):
    """Rows of bots that are wanted to run."""
    crew = bench.made(**market)
    async with crew.opened() as side:
        tenant = await local_tenant(crew.parts)
        account_id = await account_of(crew.parts, tenant, side)
    for one in found:
        async with bench.store.transaction(tenant) as tx:
            stored = stored_form(one, crew.config)
            await bots.create(tx, bots.NewBot(crew.parts.new_id(), account_id, one.name, one.strategy, stored, 1))
        await wish(bench, one.name, RUN)


async def wish(bench, name, state):
    """What somebody wants of a bot."""
    async with bench.store.transaction(None) as tx:
        await halts.wish(tx, name, state)


@asynccontextmanager
async def engine(bench):
    """A supervisor at work."""
    parts, say = parts_of(bench.store, bench.kernels), bench.said.append
    made = Supervision(parts, lambda market, remark: venue_side(parts, bench.places, market, remark), say)
    running = asyncio.ensure_future(made.run())
    try:
        yield made
    finally:
        made.stop.set()
        await running


def trading(made, *names, berth=MAIN):
    """Whether exactly these bots trade on an account."""
    crew = made.crews.get(berth)
    if crew is None:
        return not names
    return ready(crew) and {one.name for one in crew.fleet.runners.values()} == set(names)


async def test_it_runs_what_is_wanted_and_lets_others_in_and_out_while_the_rest_trade_on(bench):
    await have(bench, ladder("one"))
    async with engine(bench) as made:
        await true_soon(lambda: trading(made, "one"), lambda: str(bench.said))
        crew = made.crews[MAIN]
        fleet = crew.fleet
        await bench.step(crew, 3)
        await have(bench, trend("two", on_stop="cancel_all"))
        await true_soon(lambda: trading(made, "one", "two"), lambda: str(bench.said))
        assert crew.fleet is fleet
        await bench.step(crew, 15)
        assert all(one.bot.up for one in fleet.runners.values())
        await wish(bench, "one", STOP)
        await true_soon(lambda: trading(made, "two"), lambda: str(bench.said))
        assert crew.fleet is fleet
        await true_soon(lambda: bench.heard("one has stopped"))
        assert (await bench.row("one")).lease_owner is None
        await wish(bench, "two", STOP)
        await true_soon(lambda: not made.crews, lambda: str(bench.said))
        assert (await bench.row("two")).lease_owner is None
        await wish(bench, "one", RUN)
        await true_soon(lambda: trading(made, "one"), lambda: str(bench.said))
    assert (await bench.row("one")).lease_owner is None
    async with engine(bench) as made:
        await true_soon(lambda: trading(made, "one"), lambda: str(bench.said))
    assert not bench.heard("cannot run")


async def test_bots_of_two_candle_lengths_share_an_account_and_none_is_told_of_as_one_that_does_not_run(bench):
    slow = Berth("binance", "sandbox", "main", "5m")
    await have(bench, ladder("one", sizing=("fixed_quote", "200")))
    await have(bench, ladder("five", sizing=("fixed_quote", "200")), timeframe="5m")
    for _ in range(2):  # a start, and one with orders at the venue and fills from while nothing ran
        async with engine(bench) as made:
            both = lambda made=made: trading(made, "one") and trading(made, "five", berth=slow)  # noqa: E731
            await true_soon(both, lambda: str(bench.said))
            for _ in range(25):
                await bench.step(made.crews[MAIN], 1)
                for crew in made.crews.values():
                    crew.fleet.account.surprise.set()  # all is read again
            await true_soon(lambda made=made: all(one.fleet.account.idle for one in made.crews.values()))
            bots_here = [one for crew in made.crews.values() for one in crew.fleet.runners.values()]
            filled = {one.name for one in bots_here if one.bot.fills}
        await bench.site.step_soon(25)
    assert filled == {"one", "five"}
    assert not bench.heard("does not run here")
    assert not bench.heard("without an order of ours")
    assert not bench.heard("is missing")


async def test_a_bot_that_joined_recovers_to_the_same(bench):
    await have(bench, ladder("one"))
    async with engine(bench) as made:
        await true_soon(lambda: trading(made, "one"))
        await bench.step(made.crews[MAIN], 3)
        await have(bench, trend("two"))
        await true_soon(lambda: trading(made, "one", "two"))
        await bench.step(made.crews[MAIN], 15)
        before = {one.name: one.held() for one in made.crews[MAIN].runners}
    async with engine(bench) as made:
        await true_soon(lambda: trading(made, "one", "two"), lambda: str(bench.said))
        assert {one.name: one.held() for one in made.crews[MAIN].runners} == before


async def test_the_log_tells_what_bots_did_that_joined_or_were_taken_up_again_and_of_those_that_left_no_more(bench):
    small = {"sizing": ("fixed_quote", "200")}
    await have(bench, ladder("one", **small))
    async with engine(bench) as made:
        await true_soon(lambda: trading(made, "one"))
        teller, lines = Teller(), []
        lines += teller.new(made.crews[MAIN])
        await have(bench, ladder("two", on_stop="leave", **small))
        await true_soon(lambda: trading(made, "one", "two"), lambda: str(bench.said))
        await bench.step(made.crews[MAIN], 25)
        fills = {one.name: one.bot.fills for one in made.crews[MAIN].fleet.runners.values()}
        lines += teller.new(made.crews[MAIN])
        said = {name: sum(f" {name}: buy " in one or f" {name}: sell " in one for one in lines) for name in fills}
        assert said == fills
        assert fills["two"] > 0
        await wish(bench, "two", STOP)
        await true_soon(lambda: trading(made, "one"), lambda: str(bench.said))
        list(teller.new(made.crews[MAIN]))
        assert [one.runner.name for one in teller.told] == ["one"]
        await bench.site.step_soon(25)
        await wish(bench, "two", RUN)
        await true_soon(lambda: trading(made, "one", "two"), lambda: str(bench.said))
        two = next(one for one in made.crews[MAIN].fleet.runners.values() if one.name == "two")
        await true_soon(
            lambda: two.bot.fills > fills["two"]
        )  # from while nothing ran it, and told before anybody looks
        again = [one for one in teller.new(made.crews[MAIN]) if " two: buy " in one or " two: sell " in one]
        assert len(again) == two.bot.fills - two.fills_before > 0


async def test_what_keeps_one_bot_from_running_keeps_no_other_from_it(bench):
    await have(bench, ladder("one"), trend("bad", params={"fast": 50, "slow": 3}))
    async with engine(bench) as made:
        await true_soon(lambda: trading(made, "one") and bench.heard("bad cannot run: "), lambda: str(bench.said))


async def test_every_account_has_a_fleet_and_a_halt_reaches_all_of_them(bench):
    other = Berth("binance", "sandbox", "other", "1m")
    await have(bench, ladder("one"))
    await have(bench, ladder("two"), account="other")
    async with engine(bench) as made:
        await true_soon(lambda: trading(made, "one") and trading(made, "two", berth=other), lambda: str(bench.said))
        async with bench.store.transaction(None) as tx:
            await halts.halt_all(tx, "fire", "bob", 6)
        await true_soon(lambda: len([one for one in bench.said if "halted (platform) by bob: fire" in one]) == 2)


async def test_a_later_bots_longer_history_is_nothing_to_the_bots_that_were_there(kernels, tmp_path):
    days = exchange(kernels, count=1_700)
    days.step(1_600)
    days.drain()
    short, long = trend("one", params={"fast": 2, "slow": 3}), trend("two", params={"fast": 50, "slow": 200})
    with served(days) as site:
        bench = Bench(site, kernels, tmp_path)
        await have(bench, short)
        async with engine(bench) as made:
            await true_soon(lambda: trading(made, "one"), lambda: str(bench.said))
            await bench.step(made.crews[MAIN], 5)
            before = made.crews[MAIN].fleet.market.sequence
            await have(bench, long)
            await true_soon(lambda: trading(made, "one", "two"), lambda: str(bench.said))
            assert made.crews[MAIN].fleet.market.sequence > before + 1_000
            await bench.step(made.crews[MAIN], 5)
        async with engine(bench) as made:
            await true_soon(lambda: trading(made, "one", "two"), lambda: str(bench.said))
        assert not bench.heard("was stopped")


async def test_it_knows_whether_its_stop_did_what_the_bots_policies_ask_for(bench):
    await have(bench, ladder("one", on_stop="flatten"))
    async with engine(bench) as made:
        await true_soon(lambda: trading(made, "one"), lambda: str(bench.said))
        await bench.step(made.crews[MAIN], 3)
        made.stop.set()
        made.leave.set()
    assert made.undone
    assert bench.heard("one: stopped, but it was NOT flattened (on_stop flatten): it did not come to rest before ")
    async with engine(bench) as made:
        await true_soon(lambda: trading(made, "one"), lambda: str(bench.said))
        made.ways["one"] = Mode.LEAVE
        made.crews[MAIN].policies["one"] = Mode.LEAVE
    assert not made.undone


def heard(running):
    """Read what a process says until its bots trade."""
    seen: list[str] = []
    while not any("account: heard, and all of it was read" in line for line in seen):
        more = running.lines(1)
        assert more, (seen, running.end())
        seen += more
    return seen


def test_a_killed_engine_is_started_again_and_goes_on_with_its_bots(kernels, tmp_path, capsys):
    with served(exchange(kernels)) as site:
        path, home = crew_file(tmp_path, site), tmp_path / "data"
        assert Shell(capsys, home)("start", "one", "--config", path).code == 0
        with Process(home, "engine") as running:
            heard(running)
            site.step(3)
            running.signal(signal.SIGKILL)
            assert running.end()[0] == -signal.SIGKILL
        with Process(home, "engine") as running:
            heard(running)
            site.step(1)
            running.signal(signal.SIGTERM)
            code, out, err = running.end()
        assert (code, err) == (0, ""), out
        assert not site.exchange.floor.accounts["main"].open
        looked = typed("doctor", home=home)
        assert (looked.code, looked.err) == (0, ""), looked
        assert typed("replay", "one", home=home).out.endswith("\n0 differences\n")


def crew_file(folder, site):
    """A configuration of one bot that takes everything off at a stop."""
    one = {"name": "one", "strategy": "grid", "symbols": ["BTC/USDT"], "on_stop": "cancel_all"}
    one |= {"params": {"step": "0.004", "levels": 10}, "sizing": {"kind": "percent", "size": "0.9"}}
    market = {"venue": "binance", "environment": "sandbox", "port": site.port}
    path = folder / "crew.yaml"
    path.write_text(yaml.safe_dump({"market": market, "bots": [one]}))
    return path


def test_the_command_runs_bots_until_sigterm(kernels, tmp_path, capsys):
    with served(exchange(kernels)) as site:
        path, home = crew_file(tmp_path, site), tmp_path / "data"
        shell = Shell(capsys, home)
        assert shell("start", "one", "--config", path).code == 0
        running = Process(home, "engine")
        heard(running)
        site.step(1)
        listed = typed("bots", home=home)
        assert f"process {running.running.pid}" in listed.out
        assert "one, nobody" not in listed.out
        running.signal(signal.SIGTERM)
        code, out, err = running.end()
        assert (code, err) == (0, "")
        assert out.endswith("engine: stopped; what is wanted stays, and the next start goes on\n")
        assert not site.exchange.floor.accounts["main"].open
        assert "nobody" in typed("bots", home=home).out


def test_a_stop_that_did_not_do_what_the_policy_asks_ends_with_2_as_that_of_trade_does(kernels, tmp_path, capsys):
    with served(exchange(kernels)) as site:
        path, home = crew_file(tmp_path, site), tmp_path / "data"
        assert Shell(capsys, home)("start", "one", "--config", path).code == 0
        with Process(home, "engine") as running:
            heard(running)
            site.step(1)
            site.control("POST", "faults", {"name": "maintenance", "times": -1})
            running.signal(signal.SIGTERM)
            time.sleep(0.5)
            running.signal(signal.SIGTERM)
            code, out, err = running.end()
        assert (code, err) == (2, ""), out
        assert (
            "one: stopped, but its orders were NOT all cancelled (on_stop cancel all): it did not come to rest" in out
        )
        assert site.exchange.floor.accounts["main"].open
