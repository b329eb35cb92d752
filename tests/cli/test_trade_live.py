"""`botswain trade` at a venue: it trades over sockets, stops by policy, and says in words what is wrong."""

import asyncio
import io
import re
import signal
from dataclasses import replace

import msgspec
import pytest
import yaml
from rich.console import Console
from tests.cli.live_bench import Bench, exchange, ladder, trend, true_soon
from tests.cli.shell import BOTSWAIN, Shell, typed
from tests.sandbox.ports import served
from tests.scenarios.terminal import Process
from tests.store import made

from botswain.cli import gateway_wiring, live_wiring
from botswain.cli.live_lines import Teller, halt_lines, states, stop_lines
from botswain.cli.live_trading import screen
from botswain.cli.live_wiring import unlearned
from botswain.cli.trade_lines import Told
from botswain.cli.trade_words import clock
from botswain.control.config import stored_form
from botswain.engine import surfaces
from botswain.engine.live_recovery import account_of
from botswain.engine.recovery import local_tenant
from botswain.engine.stop_ends import undone
from botswain.engine.venue_view import venue_view
from botswain.model.errors import BadInput, FailClosed, Unavailable
from botswain.store import accounts, bots, tenants
from botswain.store.accounts import Account, Environment


@pytest.fixture
def bench(kernels, tmp_path):
    with served(exchange(kernels)) as site:
        yield Bench(site, kernels, tmp_path)


def runner_of(crew, name="one"):
    return next(one for one in crew.runners if one.name == name)


async def test_bots_trade_and_a_stop_takes_entries_off_and_leaves_what_reduces(bench):
    async with bench.crew(ladder()) as crew:
        await bench.step(crew, 3)
        assert len(bench.account().open) == 10
    left = list(bench.account().open.values())
    assert 0 < len(left) < 10
    assert {one.terms.side for one in left} == {-1}
    said = stop_lines(crew)
    assert said[0].startswith("one: stopped (cancel entries); ")
    assert " left working at binance sandbox: sell " in said[0]
    assert said[0].endswith(" BTC/USDT")
    assert (await bench.row("one")).lease_owner is None


@pytest.mark.parametrize(("policy", "orders", "holds"), [("leave", 10, True), ("cancel_all", 0, True)])
async def test_a_stop_does_what_its_policy_says(bench, policy, orders, holds):
    async with bench.crew(ladder(on_stop=policy)) as crew:
        await bench.step(crew, 3)
    assert len(bench.account().open) == orders
    assert bool(runner_of(crew).held()["BTC"]) is holds
    assert crew.left == []


async def test_flatten_sells_at_the_next_price(bench):
    async with bench.crew(ladder(on_stop="flatten")) as crew:
        await bench.step(crew, 3)
        assert runner_of(crew).held()["BTC"] > 0
        crew.stop.set()
        types = lambda: [one.terms.type for one in bench.account().open.values()]  # noqa: E731
        await true_soon(lambda: types() == ["MARKET"] or not held(crew))
        await bench.site.step_soon(1)
    assert not bench.account().open
    assert held(crew) < 1
    assert stop_lines(crew)[0].startswith("one: stopped (flatten); no order is left working; holds ")


def held(crew):
    return int(runner_of(crew).held()["BTC"] / crew.last.listings["BTC/USDT"].instrument.lot_size)


async def test_a_second_ctrl_c_leaves_at_once(bench):
    async with bench.crew(ladder(on_stop="flatten")) as crew:
        await bench.step(crew, 3)
        crew.stop.set()
        crew.leave.set()
    assert [one.name for one in crew.left] == ["one"]
    [said, left, _] = stop_lines(crew)
    assert said.startswith("one: stopped, but it was NOT flattened (on_stop flatten): it did not come to rest before ")
    assert left.startswith("what was not done stays so while nothing runs: ")
    assert undone(crew)


async def test_the_same_bots_go_on_after_a_stop(bench):
    async with bench.crew(ladder(), trend()) as crew:
        await bench.step(crew, 10)
        fills = runner_of(crew).bot.fills
    async with bench.crew(ladder(), trend()) as crew:
        assert runner_of(crew).bot.fills >= fills
        await bench.step(crew, 3)
        assert len(bench.account().open) >= 10
    assert not bench.heard("missing")


async def test_a_bot_that_reacts_at_close_is_one_whose_journal_says_so(bench):
    async with bench.crew(ladder(react="at_close")) as crew:
        assert runner_of(crew).bot.at_close
    with pytest.raises(BadInput, match="'one' was started with other settings"):
        async with bench.crew(ladder()):
            pass
    async with bench.crew(ladder(react="at_close", on_stop="leave"), port=bench.site.port) as crew:
        assert runner_of(crew).bot.at_close


async def test_nothing_is_kept_of_a_first_start_that_was_refused(bench):
    """Not the name of the bot that could not pay, nor the terms of its companion that could."""
    tight = {"params": {"step": "0.001", "levels": 10}}
    with pytest.raises(BadInput, match="step"):
        async with bench.crew(trend("two", capital=5_000), ladder(**tight)):
            pass
    async with bench.store.reading(None) as tx:
        assert await bots.listed(tx) == []
    async with bench.crew(trend("two"), ladder()) as crew:
        await bench.step(crew, 1)
        assert {one.name for one in crew.runners} == {"one", "two"}


async def test_a_bot_that_never_began_and_an_account_that_nothing_used_take_corrected_settings(bench):
    async with bench.store.transaction(None) as tx:
        owner = (await tenants.ensure(tx, tenants.Tenant(made.new_id(), tenants.LOCAL, 1))).id
    async with bench.store.transaction(owner) as tx:
        wrong = Account(made.new_id(), "main", "binance", Environment.LIVE, 1)
        await accounts.create(tx, wrong)
        config = stored_form(ladder(capital=7), bench.config(environment="live"))
        await bots.create(tx, bots.NewBot(made.new_id(), wrong.id, "one", "grid", config, 1))
    async with bench.crew(ladder()) as crew:
        await bench.step(crew, 1)
        assert runner_of(crew).plan.capital == 10_000
    async with bench.store.reading(owner) as tx:
        assert (await accounts.get(tx, wrong.id)).environment is Environment.SANDBOX


async def test_an_end_by_the_venue_is_told_at_the_bots_present_and_turns_no_day_back(bench):
    async with bench.crew(ladder(limits={"max_daily_loss": "0.5"})) as crew:
        await bench.step(crew, 3)
        teller = Told(runner_of(crew))
        account = runner_of(crew).bot.decider.state.account
        present_ms, day_end = int(account.time_ms), int(account.day_end)
        await asyncio.to_thread(bench.site.control, "POST", "faults", {"name": "exchange_cancel"})
        lines = []
        await true_soon(lambda: lines.extend(teller.new()) or any("expired" in one for one in lines))
        assert int(account.time_ms) == present_ms
        assert int(account.day_end) == day_end
        told = [line for line in lines if "expired" in line]
        assert all(line.startswith(clock(present_ms)) for line in told), told


async def test_the_view_has_a_line_for_the_venue_and_one_for_what_is_wrong(bench):
    async with bench.crew(ladder()) as crew:
        await bench.step(crew, 2)
        view = venue_view(crew.fleet)
        assert states(view)["market"] == "heard"
        assert states(view)["account"] == "heard, and all of it was read"
        assert halt_lines(crew) == []
        teller = Teller()
        teller.remark("a remark")
        console = Console(file=io.StringIO(), width=120, height=40)
        console.print(screen(crew, teller, console))
        drawn = console.file.getvalue()
        assert "binance sandbox, account main, 1m" in drawn
        assert "a remark" in drawn
        assert "working 10" in drawn
        lines = list(teller.new(crew))
        assert lines[:2] == ["a remark", "binance sandbox, account main, 1m: 1 bot"]
        assert "market: heard" in lines
        assert list(teller.new(crew)) == []
        # Where every line says the place already, the first does not say it twice.
        assert next(iter(Teller("here: ").new(crew))) == "here: 1 bot"


async def test_a_lost_connection_is_said_and_positions_stay_known(bench):
    async with bench.crew(ladder()) as crew:
        await bench.step(crew, 3)
        had = runner_of(crew).held()
        teller = Teller()
        list(teller.new(crew))
        bench.site.control("POST", "faults", {"name": "disconnect"})
        seen = []
        await true_soon(lambda: seen.extend(teller.new(crew)) or any("NOT HEARD" in one for one in seen))
        assert runner_of(crew).held() == had
        well = {"market": "heard", "account": "heard, and all of it was read"}
        await true_soon(lambda: states(venue_view(crew.fleet)).items() >= well.items())


async def test_a_venue_that_is_down_is_waited_for_and_the_stop_does_not_wait(bench):
    crew = bench.made(ladder(), port=1)
    running = asyncio.ensure_future(crew.run())
    await true_soon(lambda: bench.said)
    assert "binance (sandbox) at http://127.0.0.1:1 cannot be reached: " in bench.said[0]
    assert bench.said[0].endswith("start botswain sandbox, or correct the port; starting again in 1 s")
    assert crew.fleet is None
    crew.stop.set()
    await running
    [said] = stop_lines(crew)
    assert said.startswith("stopped before any bot was started (binance (sandbox) at http://127.0.0.1:1 cannot ")
    assert said.endswith("Orders that an earlier run left at the venue stay as they are; look with botswain doctor")


async def test_a_venue_that_answers_with_an_error_is_not_said_to_be_out_of_reach(bench):
    bench.site.control("POST", "faults", {"name": "maintenance", "times": -1})
    crew = bench.made(ladder())
    running = asyncio.ensure_future(crew.run())
    await true_soon(lambda: bench.said)
    assert " is there and does not serve now: status 503, code -1008: Server is " in bench.said[0]
    assert "start botswain sandbox" not in bench.said[0]
    crew.stop.set()
    await running


@pytest.mark.parametrize(
    ("environment", "why", "advised"),
    [
        (Environment.SANDBOX, "nothing answers at 127.0.0.1:1 (Connection refused)", True),
        (Environment.SANDBOX, "127.0.0.1:1 closed the connection without a reply", False),
        (Environment.TEST, "nothing answers at test:443 (Connection refused)", False),
    ],
)
def test_starting_the_sandbox_is_advised_where_nothing_answers(environment, why, advised):
    said = unlearned("binance", environment, why)
    assert said.startswith(f"binance cannot be reached: {why}")
    assert said.endswith("start botswain sandbox, or correct the port") is advised


async def test_a_key_that_is_revoked_while_bots_run_is_told_within_seconds_once_and_with_what_to_do(bench, monkeypatch):
    monkeypatch.setattr(live_wiring, "SANDBOX_MANNERS", replace(live_wiring.SANDBOX_MANNERS, pulse_s=0.2))
    monkeypatch.setattr(surfaces, "PAUSES_S", (0.05,))
    async with bench.crew(ladder()) as crew:
        await bench.step(crew, 2)
        await asyncio.to_thread(bench.site.control, "POST", "faults", {"name": "key_revoked", "times": -1})
        refused = "the account could not be read: the venue does not take this account's key (status 401, code -2015: "
        await true_soon(lambda: bench.heard(refused))
        read = lambda: bench.site.exchange.floor.asked["openOrders.status"]  # noqa: E731
        before = read()
        await true_soon(lambda: read() > before + 5)
        [said] = [one for one in bench.said if "could not be read" in one]
        assert "botswain keys revoke" in said
        assert states(venue_view(crew.fleet))["account"].startswith("heard, but NOT READ")
        await asyncio.to_thread(bench.site.control, "DELETE", "faults")
        await true_soon(lambda: states(venue_view(crew.fleet))["account"] == "heard, and all of it was read")


class Full:
    """A writer on a disk that fills up."""

    def __init__(self, store):
        self.store = store
        self.full = False

    async def append(self, item):
        if self.full:
            raise Unavailable("database x: the disk is full; nothing was written. Free some space")
        return await self.store.append(item)

    def submit(self, item, then):
        if self.full:
            raise Unavailable("database x: the disk is full; nothing was written. Free some space")
        self.store.submit(item, then)


@pytest.mark.parametrize(
    ("policy", "missed"),
    [
        ("flatten", "it was NOT flattened (on_stop flatten)"),
        ("cancel_all", "its orders were NOT all cancelled (on_stop cancel all)"),
        ("cancel_entries", "its entries were NOT all cancelled (on_stop cancel entries)"),
        ("leave", ""),
    ],
)
async def test_a_stop_on_a_full_disk_says_that_its_policy_was_not_carried_out_and_why(bench, policy, missed):
    writer = Full(bench.store)
    async with bench.crew(ladder(on_stop=policy), writer=writer) as crew:
        await bench.step(crew, 3)
        writer.full = True
        await bench.site.step_soon(1)
        await true_soon(lambda: bench.heard("the disk is full"))
    working = len(runner_of(crew).bot.working)
    assert working > 0
    if not missed:
        assert stop_lines(crew)[0].startswith("one: stopped (leave); ")
        assert undone(crew) == []
        return
    said, left, _ = stop_lines(crew)
    assert said.startswith(f"one: stopped, but {missed}: database x: the disk is full; nothing was written. Free some ")
    assert f"; as last known: {working} orders left working at binance sandbox: " in said
    assert "; holds " in said
    assert "do it by hand at the venue" in left
    assert undone(crew) == [said.partition("; as last known")[0]]


async def test_a_full_disk_sends_nothing_is_said_and_goes_on_when_there_is_room(bench):
    writer = Full(bench.store)
    async with bench.crew(ladder(), writer=writer) as crew:
        await bench.step(crew, 3)
        orders = set(bench.account().orders)
        writer.full = True
        await bench.site.step_soon(1)
        await true_soon(lambda: bench.heard("the disk is full"))
        assert set(bench.account().orders) == orders
        writer.full = False
        await true_soon(lambda: crew.fleet is not None and crew.fleet.account.fresh)
        await bench.step(crew, 2)
        assert len(runner_of(crew).bot.working) == len(bench.account().open)
    assert bench.heard("Free some space; starting again in 1 s")


async def test_a_clock_five_seconds_off_is_said_and_trades_on(bench, monkeypatch):
    true_ms = gateway_wiring.now_ms
    monkeypatch.setattr(gateway_wiring, "now_ms", lambda: true_ms() - 5_000)
    async with bench.crew(ladder()) as crew:
        await bench.step(crew, 2)
        off = re.compile(r"this machine's clock is [45]\.\d s behind the venue's; requests carry the venue's time")
        assert any(off.match(one) for one in bench.said)
        assert len(bench.account().open) == 10


async def test_a_key_the_venue_does_not_take_is_named(bench):
    with pytest.raises(BadInput, match=r"does not take the key of account 'stranger': .*botswain keys revoke"):
        async with bench.crew(ladder(), account="stranger"):
            pass


async def test_an_account_of_another_kind_is_refused(bench):
    async with bench.crew(ladder()):
        pass
    crew = bench.made(ladder())
    async with crew.opened() as side:
        live = replace(side, environment="live")
        with pytest.raises(BadInput, match="account 'main' is of binance sandbox, not of binance live; name another"):
            await account_of(crew.parts, await local_tenant(crew.parts), live)


async def test_a_sandbox_that_was_started_anew_is_refused_in_words(bench, kernels):
    async with bench.crew(ladder()) as crew:
        await bench.step(crew, 20)
    with served(exchange(kernels)) as site:
        bench.site = site
        with pytest.raises(BadInput, match="was started anew: its market is at"):
            async with bench.crew(ladder()):
                pass


async def test_an_unknown_symbol_is_refused_and_not_waited_for(bench):
    wrong = msgspec.structs.replace(trend(), symbols=["NOPE/USDT"])
    with pytest.raises((BadInput, FailClosed), match="NOPE"):
        async with bench.crew(wrong):
            pass


@pytest.mark.parametrize(
    ("market", "said"),
    [
        ({"venue": "binance", "environment": "sandbux"}, "environment is 'sandbux'; write sandbox"),
        ({"venue": "binance"}, "environment is ''; write sandbox"),
        ({"venue": "binance", "environment": "live", "port": 8331}, "port is 8331, which only a sandbox has"),
        ({"venue": "binance", "environment": "sandbox", "seed": 5}, "seed and venue exclude each other"),
        ({"account": "main"}, "account is 'main' but there is no venue"),
        ({"venue": "binance", "environment": "sandbox", "port": 99999}, "port is 99999; write the port"),
        ({"venue": "binanse", "environment": "sandbox"}, "venue is 'binanse'; did you mean 'binance'?"),
    ],
)
def test_a_wrong_word_in_the_market_is_named(capsys, tmp_path, market, said):
    path = tmp_path / "crew.yaml"
    path.write_text(yaml.safe_dump({"market": market, "bots": [{"name": "a", "strategy": "grid", "symbols": ["A/B"]}]}))
    assert said in Shell(capsys, tmp_path / "data").refused("trade", path, "--plain")


@pytest.mark.parametrize(
    ("key", "said"), [("on_stop", "did you mean 'flatten'?"), ("react", "known: at_close, at_once")]
)
def test_a_wrong_word_in_a_bot_is_named(capsys, tmp_path, key, said):
    path = tmp_path / "crew.yaml"
    one = {"name": "a", "strategy": "grid", "symbols": ["A/B"], key: "flaten"}
    path.write_text(yaml.safe_dump({"market": {"seed": 1}, "bots": [one]}))
    assert said in Shell(capsys, tmp_path / "data").refused("trade", path, "--plain")


def test_sigterm_stops_the_command_by_policy(kernels, tmp_path):
    with served(exchange(kernels)) as site:
        path = tmp_path / "crew.yaml"
        one = {"name": "one", "strategy": "grid", "symbols": ["BTC/USDT"], "on_stop": "cancel_all"}
        one |= {"params": {"step": "0.004", "levels": 10}, "sizing": {"kind": "percent", "size": "0.9"}}
        market = {"venue": "binance", "environment": "sandbox", "port": site.port}
        path.write_text(yaml.safe_dump({"market": market, "bots": [one]}))
        assert BOTSWAIN.exists()
        running = Process(tmp_path / "data", "trade", path, "--plain")
        seen = running.lines(1)
        while "account: heard, and all of it was read\n" not in seen:
            more = running.lines(1)
            assert more, (seen, running.end())
            seen += more
        site.step(1)
        site.step(1)
        running.signal(signal.SIGTERM)
        code, out, err = running.end()
        assert (code, err) == (0, "")
        assert "one: stopped (cancel all); no order is left working" in out
        assert not site.exchange.floor.accounts["main"].open
        looked = typed("doctor", home=tmp_path / "data")
        assert (looked.code, looked.err) == (0, "")
        assert looked.out.startswith("account main (binance sandbox): 1 bot, none is running\n")
        assert looked.out.splitlines()[-1].endswith(" 0 unexplained")
        assert typed("replay", "one", home=tmp_path / "data").out.endswith("\n0 differences\n")
    down = typed("doctor", home=tmp_path / "data")
    assert down.code == 2
    assert down.err.startswith(f"account main: binance (sandbox) at http://127.0.0.1:{site.port} cannot be reached: ")
